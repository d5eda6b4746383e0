//! Why a text is no value of its type, in the words that a reader of rules and sheets understands. Callers add where it stands.

use super::{Quantity, UNITS, Unit, currency, unit};
use crate::diagnostic::{closest, listed};
use crate::value::{Currency, DateProblem, Number, Schema, Type};

/// Why a text is not the value that is due there. `found` is always the whole text; `expected` is missing where any literal will do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`found` and `expected` mean the same throughout")]
pub enum LiteralError {
    /// It is no day.
    BadDate { found: String, problem: DateProblem },
    /// It has a power of ten: `1e9`.
    Exponent { found: String, expected: Option<Type> },
    /// It has zeros in front, which some programs read as another number.
    LeadingZeros { found: String, expected: Option<Type> },
    /// It is a number where money is due.
    NeedsCurrency { found: String, expected: Currency },
    /// It is a number where a percent is due.
    NeedsPercentSign { found: String, number: Number },
    /// It is a number where a duration or an amount of data is due.
    NeedsUnit { found: String, expected: Type },
    /// It is nothing that can be read.
    NotANumber { found: String, expected: Option<Type> },
    /// It is infinite or no number at all.
    NotFinite { found: String, expected: Option<Type> },
    /// It is a fraction where a count is due.
    NotWhole { found: String },
    /// It is a fraction of a month.
    PartOfMonth { found: String },
    /// Its digits are set apart: `1,000`.
    Separators { found: String, expected: Option<Type> },
    /// There is a blank before `%`.
    SpacedPercent { found: String },
    /// It is out of range.
    TooLarge { found: String },
    /// It is finer than what is kept, of a unit where there is one.
    TooManyDecimals { found: String, kept: u32, measure: Option<&'static str> },
    /// Its unit is none of those that exist.
    UnknownUnit { found: String, unit: String, expected: Option<Type> },
    /// It is money of another currency.
    WrongCurrency { found: String, expected: Currency },
    /// It is a value of another type.
    WrongUnit { found: String, expected: Type, given: Quantity },
}

/// What analysts write for a unit, and how it is spelt here.
const HABITS: [(&str, &str); 34] = [
    ("K", "k"),
    ("m", "M"),
    ("mn", "M"),
    ("mm", "M"),
    ("mio", "M"),
    ("million", "M"),
    ("thousand", "k"),
    ("b", "B"),
    ("bn", "B"),
    ("billion", "B"),
    ("t", "T"),
    ("tn", "T"),
    ("trillion", "T"),
    ("s", "seconds"),
    ("sec", "seconds"),
    ("secs", "seconds"),
    ("min", "minutes"),
    ("mins", "minutes"),
    ("h", "hours"),
    ("hr", "hours"),
    ("hrs", "hours"),
    ("d", "days"),
    ("w", "weeks"),
    ("wk", "weeks"),
    ("wks", "weeks"),
    ("mo", "months"),
    ("mth", "months"),
    ("mths", "months"),
    ("y", "years"),
    ("yr", "years"),
    ("yrs", "years"),
    ("percent", "%"),
    ("pct", "%"),
    ("per cent", "%"),
];

impl LiteralError {
    /// What is wrong, in one sentence.
    pub fn message(&self) -> String {
        match self {
            LiteralError::BadDate { found, problem } => format!("expected a date, found `{}`, {}", clipped(found), problem.reason(found)),
            LiteralError::Exponent { found, expected } => {
                format!("expected {}, found `{}`, which has a power of ten", due(*expected), clipped(found))
            }
            LiteralError::LeadingZeros { found, expected } => {
                format!("expected {}, found `{}`, which has zeros in front", due(*expected), clipped(found))
            }
            LiteralError::NeedsCurrency { found, expected } => {
                format!("expected {}, found `{}` without a currency", due(Some(Type::Money(*expected))), clipped(found))
            }
            LiteralError::NeedsPercentSign { found, .. } => format!("expected a percent, found `{}` without `%`", clipped(found)),
            LiteralError::NeedsUnit { found, expected } => {
                format!("expected {}, found `{}` without a unit", due(Some(*expected)), clipped(found))
            }
            LiteralError::NotANumber { found, expected } => format!("expected {}, found `{}`", due(*expected), clipped(found)),
            LiteralError::NotFinite { found, expected } => {
                format!("expected {}, found `{}`, which is no amount that could be compared", due(*expected), clipped(found))
            }
            LiteralError::NotWhole { found } => format!("expected a whole number, found `{}`", clipped(found)),
            LiteralError::PartOfMonth { found } => {
                format!("expected whole calendar months, found `{}`, which ends within a month", clipped(found))
            }
            LiteralError::Separators { found, expected } => {
                format!("expected {}, found `{}`, whose digits are set apart", due(*expected), clipped(found))
            }
            LiteralError::SpacedPercent { found } => format!("expected `%` next to its number, found `{}`", clipped(found)),
            LiteralError::TooLarge { found } => {
                format!("expected a number of at most 25 digits before the point, found `{}`, which comes to more", clipped(found))
            }
            LiteralError::TooManyDecimals { found, kept, measure } => {
                let measure = measure.map(|measure| format!(" of a {measure}")).unwrap_or_default();
                format!("expected at most {kept} decimals{measure}, found `{}`, which is never rounded silently", clipped(found))
            }
            LiteralError::UnknownUnit { found, unit, expected } => {
                format!("expected {}, found `{}`, whose unit `{}` is not known", due(*expected), clipped(found), clipped(unit))
            }
            LiteralError::WrongCurrency { found, expected } => {
                format!("expected {}, found `{}`", due(Some(Type::Money(*expected))), clipped(found))
            }
            LiteralError::WrongUnit { found, expected, given } => match (expected, given) {
                (Type::Duration, Quantity::Months(_)) => {
                    format!("expected a duration, found `{}`, whose length depends on the calendar", clipped(found))
                }
                _ => format!("expected {}, found `{}`, which is {}", due(Some(*expected)), clipped(found), kind(*given)),
            },
        }
    }

    /// What to write instead, where that can be told.
    pub fn help(&self) -> Option<String> {
        match self {
            LiteralError::BadDate { found, problem } => date_help(found, *problem),
            LiteralError::Exponent { found, .. } => Some(
                written_out(found).map_or("write the number out, or end it in k, M, B or T".into(), |plain| format!("write `{plain}`")),
            ),
            LiteralError::LeadingZeros { found, .. } => {
                let (sign, digits) = found.strip_prefix('-').map_or(("", found.as_str()), |digits| ("-", digits));
                let (dollar, digits) = digits.strip_prefix('$').map_or(("", digits), |digits| ("$", digits));
                let shorter = digits.trim_start_matches('0');
                let zero = if shorter.starts_with(|first: char| first.is_ascii_digit()) { "" } else { "0" };
                Some(format!("write `{}`, or quote it where a text is meant", clipped(&format!("{sign}{dollar}{zero}{shorter}"))))
            }
            LiteralError::NeedsCurrency { found, expected } => Some(format!("write `{}`", money(found, *expected))),
            LiteralError::NeedsPercentSign { found, number } => Some(percent_help(found, *number)),
            LiteralError::NeedsUnit { found, expected } => {
                let unit = match expected {
                    Type::Size => "GB",
                    Type::Months => "months",
                    _ => "days",
                };
                Some(format!("add a unit, such as `{} {unit}`", clipped(found)))
            }
            LiteralError::NotANumber { found, expected } => near_miss(found, *expected),
            LiteralError::NotFinite { .. } => Some("leave the fact out while its value is not known".into()),
            LiteralError::NotWhole { .. } => None,
            LiteralError::PartOfMonth { .. } => Some("write whole months, or days".into()),
            LiteralError::Separators { found, .. } => Some(joined_help(found)),
            LiteralError::SpacedPercent { found } => Some(format!("write `{}`", clipped(&found.replace([' ', '\t'], "")))),
            LiteralError::TooLarge { .. } => None,
            LiteralError::TooManyDecimals { kept, .. } => Some(format!("round it to {kept} decimals")),
            LiteralError::UnknownUnit { found, unit, expected } => unit_help(found, unit, *expected),
            LiteralError::WrongCurrency { expected, .. } => {
                Some(format!("convert the amount to {} and name the rate in the fact's note", expected.as_str()))
            }
            LiteralError::WrongUnit { expected, given, .. } => match (expected, given) {
                (Type::Duration, Quantity::Months(months)) => {
                    // The average month of the calendar: 146,097 days in 4,800 months.
                    months.checked_mul(146_097).map(|days| format!("write it in days, such as `{} days`", days / 4800))
                }
                (Type::Number, Quantity::Percent(number)) => Some(format!("write `{number}`")),
                _ => None,
            },
        }
    }
}

/// What is due, in words.
fn due(expected: Option<Type>) -> String {
    expected.map_or("a number, percent, amount of money, quantity or date".into(), |ty| Schema::default().describe(ty))
}

fn kind(quantity: Quantity) -> String {
    let ty = match quantity {
        Quantity::Number(_) => Type::Number,
        Quantity::Percent(_) => Type::Percent,
        Quantity::Money(_, currency) => Type::Money(currency),
        Quantity::Duration(_) => Type::Duration,
        Quantity::Months(_) => Type::Months,
        Quantity::Date(_) => Type::Date,
        Quantity::Size(_) => Type::Size,
    };
    due(Some(ty))
}

/// A text as one line of bearable length.
fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    let mut line: String = text.chars().take(MOST).map(|next| if next.is_control() { ' ' } else { next }).collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

fn money(amount: &str, currency: Currency) -> String {
    match (currency, amount.strip_prefix('-')) {
        (Currency::USD, Some(amount)) => format!("-${}", clipped(amount)),
        (Currency::USD, None) => format!("${}", clipped(amount)),
        _ => format!("{} {}", clipped(amount), currency.as_str()),
    }
}

fn date_help(found: &str, problem: DateProblem) -> Option<String> {
    if problem != DateProblem::Shape {
        return None;
    }
    let example = "write year, month and day, such as `2026-03-01`".to_string();
    if let Some(day) = found.get(..10)
        && super::read_date(day).is_ok()
    {
        return Some(format!("leave out the time: `{day}`"));
    }
    let mut parts = found.split(['-', '/', '.']);
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Some(example);
    };
    // Where the year does not come first, the order of the other two is anybody's guess.
    let padded = format!("{year}-{month:0>2}-{day:0>2}");
    Some(if super::read_date(&padded).is_ok() { format!("write `{padded}`") } else { example })
}

fn percent_help(found: &str, number: Number) -> String {
    let as_written = format!("{}%", clipped(found));
    if number != Number::ZERO && number.abs() <= Number::ONE && !found.ends_with(['k', 'M', 'B', 'T']) {
        // A percent below one may be meant, but a share is the likelier slip.
        let share = number.multiply(Number::whole(100)).map(|percent| format!("{percent}%")).unwrap_or_default();
        format!("write `{share}` if it is a share of one, or `{as_written}`")
    } else {
        format!("write `{as_written}`")
    }
}

/// `1e9` as `1000000000`, where it has few enough digits to be read.
fn written_out(found: &str) -> Option<String> {
    let (mantissa, power) = found.split_once(['e', 'E'])?;
    let power: i32 = power.parse().ok()?;
    if !(-12..=24).contains(&power) || mantissa.len() > 25 {
        return None;
    }
    let ten = Number::whole(10);
    let mut number = Number::parse(mantissa).ok()?;
    for _ in 0..power.unsigned_abs() {
        let next = if power > 0 { number.multiply(ten) } else { number.divide(ten) }.ok()?;
        let back = if power > 0 { next.divide(ten) } else { next.multiply(ten) };
        if back != Ok(number) {
            return None;
        }
        number = next;
    }
    Some(number.to_string())
}

/// Digits without what sets them apart: a comma before other than three digits is a decimal one.
fn joined_help(found: &str) -> String {
    let is_separator = |next: char| matches!(next, ',' | '\'' | '_' | ' ');
    let decimal = match found.split_once(',') {
        Some((_, rest)) if !rest.contains(is_separator) => rest.bytes().take_while(u8::is_ascii_digit).count() != 3,
        _ => false,
    };
    if decimal && !found.contains('.') {
        return format!("write `{}`", clipped(&found.replace(',', ".")));
    }
    let mut joined = String::new();
    let mut rest = found.chars().peekable();
    while let Some(next) = rest.next() {
        // A blank before a unit stays.
        let between = is_separator(next) && rest.peek().is_some_and(char::is_ascii_digit);
        if !between {
            joined.push(next);
        }
    }
    format!("write `{}`", clipped(&joined))
}

/// What a text that cannot be read was probably meant to be, if leaving out or moving one sign makes it a value.
fn near_miss(found: &str, expected: Option<Type>) -> Option<String> {
    let mut guesses = vec![
        found.trim().to_string(),
        found.trim_start_matches('+').to_string(),
        found.replace(['−', '–', '—'], "-"),
        found.trim_end_matches('.').to_string(),
        found.replacen('.', "0.", 1),
        found.replacen("$-", "-$", 1),
        found.replacen("$ ", "$", 1),
    ];
    for (sign, currency) in [('€', "EUR"), ('£', "GBP"), ('¥', "JPY")] {
        if found.contains(sign) {
            guesses.push(format!("{} {currency}", found.replace(sign, "").trim()));
        }
    }
    let right = |guess: &&String| {
        *guess != found
            && match expected {
                Some(ty) => super::parse_quantity(guess, ty).is_ok(),
                None => super::parse_literal(guess).is_ok(),
            }
    };
    if let Some(guess) = guesses.iter().find(right) {
        return Some(format!("write `{}`", clipped(guess)));
    }
    let example = match expected? {
        Type::Percent => "`99.5%`".into(),
        Type::Money(currency) => format!("`{}`", money("250000", currency)),
        Type::Duration => "`90 days`".into(),
        Type::Months => "`9 months`".into(),
        Type::Size => "`4 TiB`".into(),
        _ => return None,
    };
    Some(format!("write it as {example}"))
}

fn unit_help(found: &str, typed: &str, expected: Option<Type>) -> Option<String> {
    let counts = found.strip_suffix(typed).unwrap_or(found).trim_end();
    let habit = HABITS.iter().find(|(habit, _)| habit.eq_ignore_ascii_case(typed)).map(|(_, spelt)| *spelt);
    // A letter may be short for a scale and for a unit; the type that is due tells which.
    let habit = match (typed, expected) {
        ("m" | "M", Some(Type::Duration)) => Some("minutes"),
        ("b" | "B", Some(Type::Size)) => Some("bytes"),
        ("m", Some(Type::Months)) => Some("months"),
        _ => habit,
    };
    let names = || UNITS.iter().map(|(name, _)| *name);
    let other_case = || names().find(|name| name.eq_ignore_ascii_case(typed));
    let near = || if typed.len() > 2 { closest(typed, names()) } else { None };
    let upper = typed.to_ascii_uppercase();
    if let Some(spelt) = habit.or_else(other_case) {
        let glue = if unit(spelt).is_some() { " " } else { "" };
        return Some(format!("write `{}{glue}{spelt}`", clipped(counts)));
    }
    if currency(&upper).is_some() && matches!(expected, None | Some(Type::Money(_))) {
        return Some(format!("write `{} {upper}`", clipped(counts)));
    }
    if let Some(spelt) = near() {
        return Some(format!("did you mean `{} {spelt}`?", clipped(counts)));
    }
    let known = |wanted: fn(&Unit) -> bool| {
        let names: Vec<String> =
            UNITS.iter().filter(|(name, unit)| wanted(unit) && is_first_choice(name)).map(|(name, _)| format!("`{name}`")).collect();
        format!("the units are {}", listed(&names, "and"))
    };
    match expected {
        Some(Type::Duration) => Some(known(|unit| matches!(unit, Unit::Duration(_)))),
        Some(Type::Months) => Some(known(|unit| matches!(unit, Unit::Months(_)))),
        Some(Type::Size) => Some(known(|unit| matches!(unit, Unit::Size(_)))),
        Some(Type::Whole | Type::Number) => Some(format!("write `{}` alone, and say what it counts in the declaration", clipped(counts))),
        _ => None,
    }
}

/// Words are listed in their plural.
fn is_first_choice(name: &str) -> bool {
    unit(&format!("{name}s")).is_none()
}

#[cfg(test)]
mod tests {
    use crate::value::{Type, parse_literal, parse_quantity};

    const USD: Type = Type::Money(crate::value::Currency::USD);

    /// What a reader sees of a text that is refused.
    fn refusal(text: &str, ty: Type) -> String {
        match parse_quantity(text, ty) {
            Ok(number) => format!("accepted as {number}"),
            Err(error) => format!("{}; {}", error.message(), error.help().unwrap_or_default()),
        }
    }

    #[test]
    fn every_refusal_says_what_to_write() {
        for (text, ty, told) in [
            ("99.5", Type::Percent, "expected a percent, found `99.5` without `%`; write `99.5%`"),
            ("0.995", Type::Percent, "expected a percent, found `0.995` without `%`; write `99.5%` if it is a share of one, or `0.995%`"),
            ("99.5 %", Type::Percent, "expected `%` next to its number, found `99.5 %`; write `99.5%`"),
            ("90", Type::Duration, "expected a duration, found `90` without a unit; add a unit, such as `90 days`"),
            ("90 d", Type::Duration, "expected a duration, found `90 d`, whose unit `d` is not known; write `90 days`"),
            ("90 dais", Type::Duration, "expected a duration, found `90 dais`, whose unit `dais` is not known; did you mean `90 days`?"),
            (
                "2 years",
                Type::Duration,
                "expected a duration, found `2 years`, whose length depends on the calendar; write it in days, such as `730 days`",
            ),
            ("4 EiB", Type::Duration, "expected a duration, found `4 EiB`, which is an amount of data; "),
            ("4 eib", Type::Size, "expected an amount of data, found `4 eib`, whose unit `eib` is not known; write `4 EiB`"),
            ("5 B", Type::Size, "expected an amount of data, found `5 B`, whose unit `B` is not known; write `5 bytes`"),
            ("250", USD, "expected money in USD, found `250` without a currency; write `$250`"),
            ("-250k", USD, "expected money in USD, found `-250k` without a currency; write `-$250k`"),
            ("250 EUR", USD, "expected money in USD, found `250 EUR`; convert the amount to USD and name the rate in the fact's note"),
            ("250 usd", USD, "expected money in USD, found `250 usd`, whose unit `usd` is not known; write `250 USD`"),
            ("$1.2bn", USD, "expected money in USD, found `$1.2bn`; write it as `$250000`"),
            ("$ 5", USD, "expected money in USD, found `$ 5`; write `$5`"),
            ("1,000", Type::Whole, "expected a whole number, found `1,000`, whose digits are set apart; write `1000`"),
            ("1,5", Type::Number, "expected a number, found `1,5`, whose digits are set apart; write `1.5`"),
            (
                "1 000 000 kB",
                Type::Size,
                "expected an amount of data, found `1 000 000 kB`, whose digits are set apart; write `1000000 kB`",
            ),
            ("1_000", Type::Whole, "expected a whole number, found `1_000`, whose digits are set apart; write `1000`"),
            ("1.5", Type::Whole, "expected a whole number, found `1.5`; "),
            ("1e9", Type::Number, "expected a number, found `1e9`, which has a power of ten; write `1000000000`"),
            ("2.5E-3", Type::Number, "expected a number, found `2.5E-3`, which has a power of ten; write `0.0025`"),
            (
                "1e-40",
                Type::Number,
                "expected a number, found `1e-40`, which has a power of ten; write the number out, or end it in k, M, B or T",
            ),
            (
                "0755",
                Type::Whole,
                "expected a whole number, found `0755`, which has zeros in front; write `755`, or quote it where a text is meant",
            ),
            (
                ".nan",
                Type::Number,
                "expected a number, found `.nan`, which is no amount that could be compared; leave the fact out while its value is not known",
            ),
            (".5", Type::Number, "expected a number, found `.5`; write `0.5`"),
            ("+5", Type::Number, "expected a number, found `+5`; write `5`"),
            ("−5", Type::Number, "expected a number, found `−5`; write `-5`"),
            ("€5", Type::Money(crate::value::Currency(*b"EUR")), "expected money in EUR, found `€5`; write `5 EUR`"),
            ("many", Type::Percent, "expected a percent, found `many`; write it as `99.5%`"),
            ("30%", Type::Number, "expected a number, found `30%`, which is a percent; write `0.3`"),
            (
                "12 nodes",
                Type::Whole,
                "expected a whole number, found `12 nodes`, whose unit `nodes` is not known; write `12` alone, and say what it counts in the declaration",
            ),
            (
                "0.00000000001%",
                Type::Percent,
                "expected at most 10 decimals, found `0.00000000001%`, which is never rounded silently; round it to 10 decimals",
            ),
            ("2026-02-30", Type::Date, "expected a date, found `2026-02-30`, but 2026-02 has 28 days; "),
            ("2026-3-1", Type::Date, "expected a date, found `2026-3-1`, which is not written as year, month and day; write `2026-03-01`"),
            (
                "01/03/2026",
                Type::Date,
                "expected a date, found `01/03/2026`, which is not written as year, month and day; write year, month and day, such as `2026-03-01`",
            ),
            (
                "2026-03-01T10:00:00Z",
                Type::Date,
                "expected a date, found `2026-03-01T10:00:00Z`, which is not written as year, month and day; leave out the time: `2026-03-01`",
            ),
        ] {
            assert_eq!(refusal(text, ty), told);
        }
    }

    #[test]
    fn messages_stay_on_one_short_line() {
        let endless = format!("1\n{}", "x".repeat(10_000));
        let told = refusal(&endless, Type::Number);
        assert!(!told.contains('\n') && told.len() < 300, "{told}");
    }

    #[test]
    fn parts_of_months_and_strange_units_in_rules() {
        let told = |text: &str| parse_literal(text).map_err(|error| (error.message(), error.help()));
        assert_eq!(
            told("1.3 years"),
            Err((
                "expected whole calendar months, found `1.3 years`, which ends within a month".into(),
                Some("write whole months, or days".into())
            ))
        );
        assert!(told("5K").is_err_and(|(_, help)| help.as_deref() == Some("write `5k`")));
        assert!(told("5 apples").is_err_and(|(message, _)| message.ends_with("whose unit `apples` is not known")));
    }
}
