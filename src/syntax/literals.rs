//! Literals: the meaning comes from `value`, the place and the code from here.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{Currency, DAY, Number, Quantity};

/// What a numeral stands for.
pub(super) fn read(text: &str, span: Span) -> Result<Quantity, Box<Diagnostic>> {
    let _ = DAY;
    let bad = || Box::new(Diagnostic::new(&codes::BAD_NUMBER, span, format!("`{text}` is not a number")));
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    if text.matches('-').count() == 2 {
        let date: jiff::civil::Date =
            text.parse().map_err(|_| Box::new(Diagnostic::new(&codes::BAD_DATE, span, format!("`{text}` is not a date"))))?;
        let days = date.since(jiff::civil::date(1970, 1, 1)).map_err(|_| bad())?.get_days();
        return Ok(Quantity::Date(Number::whole(i64::from(days) * DAY)));
    }
    let digits: String = plain.trim_start_matches('$').chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest = plain.trim_start_matches('$')[digits.len()..].trim().to_string();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    if fraction.len() > 12 {
        return Err(bad());
    }
    let units: i128 = format!("{whole}{fraction:0<12}").parse().map_err(|_| bad())?;
    let number = |factor: i128| Number::from_units(units.saturating_mul(factor)).map_err(|_| bad());
    if text.starts_with('$') {
        let factor = match rest.as_str() {
            "k" => 1_000,
            "M" => 1_000_000,
            "B" => 1_000_000_000,
            "T" => 1_000_000_000_000,
            _ => 1,
        };
        return Ok(Quantity::Money(number(factor)?, Currency::USD));
    }
    match rest.as_str() {
        "" => Ok(Quantity::Number(number(1)?)),
        "%" => Ok(Quantity::Percent(Number::from_units(units / 100).map_err(|_| bad())?)),
        "days" | "day" => Ok(Quantity::Duration(number(DAY as i128)?)),
        "months" | "month" => Ok(Quantity::Months((units / Number::SCALE) as i64)),
        "years" | "year" => Ok(Quantity::Months((units / Number::SCALE) as i64 * 12)),
        _ => Ok(Quantity::Number(number(1)?)),
    }
}
