//! Values read from exact text. Rule files and fact sheets share this reader, so a text means the same in both; sheets are told which type is due, and
//! leave out what only rule files may write (`1_000`).

mod error;

pub use error::LiteralError;

use super::date::read_date;
use super::{Currency, Number, NumberError, Type};

/// A literal with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A plain number.
    Number(Number),
    /// A percent, as a fraction.
    Percent(Number),
    /// Money.
    Money(Number, Currency),
    /// Milliseconds.
    Duration(Number),
    /// Calendar months.
    Months(i64),
    /// Milliseconds from 1970-01-01 to the day's midnight.
    Date(Number),
    /// Bytes.
    Size(Number),
}

/// What a unit counts, and how much of it one unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Milliseconds.
    Duration(u64),
    /// Calendar months.
    Months(u64),
    /// Bytes.
    Size(u64),
}

/// The units as they are written, the singular of a word before its plural.
pub(super) const UNITS: [(&str, Unit); 29] = [
    ("ms", Unit::Duration(1)),
    ("second", Unit::Duration(1000)),
    ("seconds", Unit::Duration(1000)),
    ("minute", Unit::Duration(60_000)),
    ("minutes", Unit::Duration(60_000)),
    ("hour", Unit::Duration(3_600_000)),
    ("hours", Unit::Duration(3_600_000)),
    ("day", Unit::Duration(86_400_000)),
    ("days", Unit::Duration(86_400_000)),
    ("week", Unit::Duration(604_800_000)),
    ("weeks", Unit::Duration(604_800_000)),
    ("month", Unit::Months(1)),
    ("months", Unit::Months(1)),
    ("year", Unit::Months(12)),
    ("years", Unit::Months(12)),
    ("byte", Unit::Size(1)),
    ("bytes", Unit::Size(1)),
    ("kB", Unit::Size(1000)),
    ("MB", Unit::Size(1_000_000)),
    ("GB", Unit::Size(1_000_000_000)),
    ("TB", Unit::Size(1_000_000_000_000)),
    ("PB", Unit::Size(1_000_000_000_000_000)),
    ("EB", Unit::Size(1_000_000_000_000_000_000)),
    ("KiB", Unit::Size(1 << 10)),
    ("MiB", Unit::Size(1 << 20)),
    ("GiB", Unit::Size(1 << 30)),
    ("TiB", Unit::Size(1 << 40)),
    ("PiB", Unit::Size(1 << 50)),
    ("EiB", Unit::Size(1 << 60)),
];

/// Reads a literal of a rule file: a date, percent, amount of money, quantity or number, `-` before it allowed.
///
/// # Errors
/// When the text is none of these, or one that cannot be kept exactly.
pub fn parse_literal(text: &str) -> Result<Quantity, LiteralError> {
    read(text, None)
}

/// Reads a value of an ordered type, as fact sheets write it.
///
/// # Errors
/// When the text is not a value of the type, or one that cannot be kept exactly. No text is a value of a type without order.
pub fn parse_quantity(text: &str, ty: Type) -> Result<Number, LiteralError> {
    if ty == Type::Date {
        return parse_date(text);
    }
    let found = || text.to_string();
    match (ty, read(text, Some(ty))?) {
        (Type::Number, Quantity::Number(number))
        | (Type::Percent, Quantity::Percent(number))
        | (Type::Duration, Quantity::Duration(number))
        | (Type::Size, Quantity::Size(number)) => Ok(number),
        (Type::Whole, Quantity::Number(number)) if number.is_whole() => Ok(number),
        (Type::Whole, Quantity::Number(_)) => Err(LiteralError::NotWhole { found: found() }),
        (Type::Months, Quantity::Months(months)) => Ok(Number::whole(months)),
        (Type::Money(due), Quantity::Money(number, currency)) if due == currency => Ok(number),
        (Type::Money(expected), Quantity::Money(..)) => Err(LiteralError::WrongCurrency { found: found(), expected }),
        (Type::Money(expected), Quantity::Number(_)) => Err(LiteralError::NeedsCurrency { found: found(), expected }),
        (Type::Percent, Quantity::Number(number)) => Err(LiteralError::NeedsPercentSign { found: found(), number }),
        (Type::Duration | Type::Size | Type::Months, Quantity::Number(_)) => Err(LiteralError::NeedsUnit { found: found(), expected: ty }),
        (_, given) => Err(LiteralError::WrongUnit { found: found(), expected: ty, given }),
    }
}

/// Reads `2026-03-01`.
///
/// # Errors
/// When the text is no day of the years 0001 to 9999.
pub fn parse_date(text: &str) -> Result<Number, LiteralError> {
    read_date(text).map_err(|problem| LiteralError::BadDate { found: text.to_string(), problem })
}

/// Reads any literal. Where a type is due, the text is a fact sheet's: stricter, and the type goes into messages.
fn read(text: &str, expected: Option<Type>) -> Result<Quantity, LiteralError> {
    let found = || text.to_string();
    if has_date_shape(text) {
        return parse_date(text).map(Quantity::Date);
    }
    let sheet = expected.is_some();
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", text),
    };
    let (dollars, magnitude) = match magnitude.strip_prefix('$') {
        Some(magnitude) => (true, magnitude),
        None => (false, magnitude),
    };
    let end = magnitude.find(|next: char| !(next.is_ascii_digit() || next == '.' || next == '_')).unwrap_or(magnitude.len());
    let (digits, tail) = magnitude.split_at(end);
    if !digits.contains(|next: char| next.is_ascii_digit()) {
        return Err(if is_not_finite(text) {
            LiteralError::NotFinite { found: found(), expected }
        } else {
            LiteralError::NotANumber { found: found(), expected }
        });
    }
    if (sheet && digits.contains('_'))
        || tail.strip_prefix([',', '\'', ' ']).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
    {
        return Err(LiteralError::Separators { found: found(), expected });
    }
    if sheet && digits.starts_with('0') && digits[1..].starts_with(|next: char| next.is_ascii_digit()) {
        return Err(LiteralError::LeadingZeros { found: found(), expected });
    }
    if is_exponent(tail) {
        return Err(LiteralError::Exponent { found: found(), expected });
    }

    // The digits are at hand with their sign; only what follows decides how much they count.
    let number = |factor: u128, shift: u32, measure: Option<&'static str>| {
        Number::parse_scaled(&format!("{sign}{digits}"), !sheet, factor, shift).map_err(|error| match error {
            NumberError::Malformed => LiteralError::NotANumber { found: found(), expected },
            NumberError::TooManyDecimals => LiteralError::TooManyDecimals { found: found(), kept: Number::DECIMALS - shift, measure },
            NumberError::TooLarge => LiteralError::TooLarge { found: found() },
        })
    };
    let (scale, rest) = scale_and_rest(tail);
    let word = rest.trim_start_matches([' ', '\t']);
    if rest.is_empty() {
        return number(scale, 0, None)
            .map(|number| if dollars { Quantity::Money(number, Currency::USD) } else { Quantity::Number(number) });
    }
    if dollars || !word.starts_with(|first: char| first.is_alphabetic() || first == '%') {
        return Err(LiteralError::NotANumber { found: found(), expected });
    }
    if word == "%" && scale == 1 {
        return if rest == word { number(1, 2, None).map(Quantity::Percent) } else { Err(LiteralError::SpacedPercent { found: found() }) };
    }
    match unit(word) {
        Some(Unit::Duration(one)) => number(scale * u128::from(one), 0, Some("millisecond")).map(Quantity::Duration),
        Some(Unit::Size(one)) => number(scale * u128::from(one), 0, Some("byte")).map(Quantity::Size),
        Some(Unit::Months(one)) => {
            let months = number(scale * u128::from(one), 0, Some("month"))?;
            match months.to_i64() {
                Some(months) => Ok(Quantity::Months(months)),
                None if months.is_whole() => Err(LiteralError::TooLarge { found: found() }),
                None => Err(LiteralError::PartOfMonth { found: found() }),
            }
        }
        None => match currency(word) {
            Some(currency) => number(scale, 0, None).map(|number| Quantity::Money(number, currency)),
            None => Err(LiteralError::UnknownUnit { found: found(), unit: word.to_string(), expected }),
        },
    }
}

/// The scale letter glued to the digits, if there is one, and what follows. `5B` is five billion, `5 B` is not; `5MB` is a size.
fn scale_and_rest(tail: &str) -> (u128, &str) {
    if unit(tail).is_some() || currency(tail).is_some() {
        return (1, tail);
    }
    let scale = match tail.as_bytes().first() {
        Some(b'k') => 1_000,
        Some(b'M') => 1_000_000,
        Some(b'B') => 1_000_000_000,
        Some(b'T') => 1_000_000_000_000,
        _ => return (1, tail),
    };
    let rest = &tail[1..];
    if rest.is_empty() || rest.starts_with([' ', '\t']) || currency(rest).is_some() { (scale, rest) } else { (1, tail) }
}

/// What a word of a unit stands for.
pub(super) fn unit(word: &str) -> Option<Unit> {
    UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit)
}

/// Three capitals.
fn currency(word: &str) -> Option<Currency> {
    let letters: [u8; 3] = word.as_bytes().try_into().ok()?;
    letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
}

/// Three runs of digits joined by `-`: meant as a date, however many digits they have.
fn has_date_shape(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.clone().count() == 3 && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `e9`, `E+9`: powers of ten, which are no part of the language.
fn is_exponent(tail: &str) -> bool {
    tail.strip_prefix(['e', 'E']).is_some_and(|power| power.trim_start_matches(['+', '-']).starts_with(|next: char| next.is_ascii_digit()))
}

fn is_not_finite(text: &str) -> bool {
    let word = text.trim_start_matches(['-', '+', '.']).to_ascii_lowercase();
    matches!(word.as_str(), "nan" | "inf" | "infinity") || text.trim_start_matches(['-', '+']) == "∞"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::DAY;

    fn literal(text: &str) -> Quantity {
        parse_literal(text).unwrap_or_else(|error| panic!("{text}: {}", error.message()))
    }

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn literals_of_rule_files() {
        let euro = Currency(*b"EUR");
        for (text, quantity) in [
            ("12", Quantity::Number(number("12"))),
            ("-3.25", Quantity::Number(number("-3.25"))),
            ("1_000", Quantity::Number(number("1000"))),
            ("1.5k", Quantity::Number(number("1500"))),
            ("5B", Quantity::Number(number("5000000000"))),
            ("99.5%", Quantity::Percent(number("0.995"))),
            ("-12%", Quantity::Percent(number("-0.12"))),
            ("$1.2B", Quantity::Money(number("1200000000"), Currency::USD)),
            ("-$5", Quantity::Money(number("-5"), Currency::USD)),
            ("250 USD", Quantity::Money(number("250"), Currency::USD)),
            ("250kEUR", Quantity::Money(number("250000"), euro)),
            ("1.5M EUR", Quantity::Money(number("1500000"), euro)),
            ("5BTC", Quantity::Money(number("5"), Currency(*b"BTC"))),
            ("90 days", Quantity::Duration(Number::whole(90 * DAY))),
            ("90days", Quantity::Duration(Number::whole(90 * DAY))),
            ("1 week", Quantity::Duration(Number::whole(7 * DAY))),
            ("0.5 ms", Quantity::Duration(number("0.5"))),
            ("10k days", Quantity::Duration(Number::whole(10_000 * DAY))),
            ("2 years", Quantity::Months(24)),
            ("1.5 years", Quantity::Months(18)),
            ("9\tmonths", Quantity::Months(9)),
            ("4 EiB", Quantity::Size(number("4611686018427387904"))),
            ("5MB", Quantity::Size(number("5000000"))),
            ("1.5 GiB", Quantity::Size(number("1610612736"))),
            ("1970-01-02", Quantity::Date(Number::whole(DAY))),
        ] {
            assert_eq!(literal(text), quantity, "{text}");
        }
    }

    #[test]
    fn what_is_no_literal() {
        for text in [
            "", "-", "$", "%", "days", "1 %", "5 ", " 5", "--5", "5-3", "$5 USD", "$5%", "$5 days", "5k%", "1..2", "1.", "5 US", "5 DAYS",
            "\u{663}",
        ] {
            assert!(parse_literal(text).is_err(), "{text:?}");
        }
        assert!(matches!(parse_literal("9999999999999999 EiB"), Err(LiteralError::TooLarge { .. })));
        assert!(matches!(parse_literal("9999999999999999999999999 months"), Err(LiteralError::TooLarge { .. })));
        assert!(matches!(parse_literal("2026-13-01"), Err(LiteralError::BadDate { .. })));
    }

    #[test]
    fn values_of_sheets_are_read_by_their_type() {
        assert_eq!(parse_quantity("12k", Type::Whole), Ok(number("12000")));
        assert_eq!(parse_quantity("12.0", Type::Whole), Ok(number("12")));
        assert_eq!(parse_quantity("0", Type::Number), Ok(Number::ZERO));
        assert_eq!(parse_quantity("-0.5", Type::Number), Ok(number("-0.5")));
        assert_eq!(parse_quantity("1.10", Type::Number), Ok(number("1.1")));
        assert_eq!(parse_quantity("99.5%", Type::Percent), Ok(number("0.995")));
        assert_eq!(parse_quantity("$1.2B", Type::Money(Currency::USD)), Ok(number("1200000000")));
        assert_eq!(parse_quantity("9 months", Type::Months), Ok(number("9")));
        assert_eq!(parse_quantity("1970-01-01", Type::Date), Ok(Number::ZERO));
        assert!(parse_quantity("5", Type::Text).is_err());
    }

    #[test]
    fn every_unit_reads_with_and_without_a_blank() {
        for (name, unit) in UNITS {
            let one = match unit {
                Unit::Duration(one) => Quantity::Duration(Number::whole(one.cast_signed())),
                Unit::Months(one) => Quantity::Months(one.cast_signed()),
                Unit::Size(one) => Quantity::Size(Number::whole(one.cast_signed())),
            };
            assert_eq!(literal(&format!("1 {name}")), one);
            assert_eq!(literal(&format!("1{name}")), one);
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_reader(text in "[-$]{0,2}[0-9]{0,4}[._,]?[0-9]{0,20}[ \t]?[a-zA-Z%$€]{0,5}", any in any::<String>()) {
            for text in [text, any] {
                for ty in [Type::Whole, Type::Percent, Type::Money(Currency::USD), Type::Duration, Type::Months, Type::Date, Type::Size] {
                    if let Err(error) = parse_quantity(&text, ty) {
                        prop_assert!(!error.message().is_empty());
                        prop_assert!(error.help().is_none_or(|help| !help.is_empty()));
                    }
                }
                if let Err(error) = parse_literal(&text) {
                    prop_assert!(!error.message().contains(char::is_control));
                }
            }
        }
    }
}
