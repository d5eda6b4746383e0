//! Values as readers see them: exact, in the largest unit that fits, and never on the wrong side of an edge.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;

use super::{Currency, Fraction, Interval, Number, Possible, Schema, Texts, Truth, Type, Variants, civil_date};
use crate::diagnostic::listed;

/// What stands for a value of which nothing is known.
const NOT_KNOWN: &str = "not known";

/// The units a duration is shown in, the largest first, with their lengths in milliseconds.
const DURATIONS: [(&str, i128); 4] = [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000)];

/// The units an amount of data is shown in; of two that take equally many digits, the first.
const SIZES: [(&str, i128); 13] = [
    ("bytes", 1),
    ("EB", 1_000_000_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("EiB", 1 << 60),
    ("PiB", 1 << 50),
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
];

/// A value of an ordered type, exactly: `99.5%`, `$250,000`, `90 days`, `2026-03-01`, `4 EiB`, `12,500`.
pub fn show_number(number: Number, ty: Type) -> String {
    match ty {
        Type::Percent => decimal_with("", number.units(), Number::DECIMALS - 2, "%"),
        Type::Money(currency) => show_money(number, currency),
        Type::Duration => show_duration(number),
        Type::Months => counted(&decimal(number.units(), Number::DECIMALS), "month"),
        Type::Date => civil_date(number),
        Type::Size => show_size(number),
        Type::Bool | Type::Whole | Type::Number | Type::Text | Type::Enum(_) | Type::List(_) | Type::Record(_) => {
            decimal(number.units(), Number::DECIMALS)
        }
    }
}

/// A set of possible values: `62 to 80`, `at least 5`, `open or visible`, `3 or more entries`, `not known`.
pub fn show_possible(possible: &Possible, ty: Type, schema: &Schema) -> String {
    match possible {
        Possible::Truth(Truth::True) => "true".into(),
        Possible::Truth(Truth::False) => "false".into(),
        Possible::Truth(Truth::Unknown) => NOT_KNOWN.into(),
        Possible::Range(range) => show_range(range, ty),
        Possible::Variants(variants) => show_variants(*variants, ty, schema),
        Possible::Texts(Texts::Any) => NOT_KNOWN.into(),
        Possible::Texts(Texts::One(text)) => text.to_string(),
        Possible::Texts(Texts::Few(texts)) => {
            let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            listed(&quoted, "or")
        }
        Possible::List(list) => match (list.known, list.more) {
            (0, true) => NOT_KNOWN.into(),
            (0, false) => "no entries".into(),
            (known, true) => format!("{known} or more entries"),
            (1, false) => "1 entry".into(),
            (known, false) => format!("{known} entries"),
        },
    }
}

/// A range: `62 to 80`, `more than 60%`, `on or after 2026-03-01`.
pub fn show_range(range: &Interval, ty: Type) -> String {
    if let Some(exact) = range.exact() {
        return show_number(exact, ty);
    }
    let (low, high) = (|| show_number(range.low, ty), || show_number(range.high, ty));
    let date = ty == Type::Date;
    let from = || {
        let word = match (date, range.low_open) {
            (false, false) => "at least",
            (false, true) => "more than",
            (true, false) => "on or after",
            (true, true) => "after",
        };
        format!("{word} {}", low())
    };
    let to = || {
        let word = match (date, range.high_open) {
            (false, false) => "at most",
            (false, true) => "below",
            (true, false) => "on or before",
            (true, true) => "before",
        };
        format!("{word} {}", high())
    };
    match (range.low == Number::BELOW_ALL, range.high == Number::ABOVE_ALL) {
        (true, true) => NOT_KNOWN.into(),
        (false, true) => from(),
        (true, false) => to(),
        // Strictly between neighbours lies the value of one fraction.
        (false, false) if range.low_open && range.high_open && range.high.units() - range.low.units() == 1 => {
            format!("just over {}", low())
        }
        (false, false) if !range.low_open && !range.high_open => format!("{} to {}", low(), high()),
        (false, false) => format!("{} and {}", from(), to()),
    }
}

/// A share as a percent, to one decimal. Where that would touch or cross an edge that the share itself does not reach, to as many more as keep the two
/// apart, or, beyond twelve, as "just under 60%". Besides the edges given, 0 % and 100 % are edges.
pub fn show_fraction_percent(fraction: &Fraction, edges: &[Number]) -> String {
    show_percent_from(1, fraction, edges)
}

/// The same in whole percents where those are told from every edge: for columns with little room.
pub fn show_fraction_whole_percent(fraction: &Fraction, edges: &[Number]) -> String {
    show_percent_from(0, fraction, edges)
}

/// With as many decimals as it needs, and not less than `least`.
fn show_percent_from(least: u32, fraction: &Fraction, edges: &[Number]) -> String {
    let all = || edges.iter().chain([&Number::ZERO, &Number::ONE]).map(|edge| (*edge, Fraction::from_number(*edge)));
    let mut crossed = Number::ZERO;
    for decimals in least..=12 {
        let scaled = Scaled::of(fraction, decimals + 2);
        let shown = scaled.fraction(decimals + 2);
        match all().find(|(_, edge)| shown.cmp(edge) != fraction.cmp(edge)) {
            None => return scaled.show(decimals, "%"),
            Some((edge, _)) => crossed = edge,
        }
    }
    let side = if *fraction < Fraction::from_number(crossed) { "under" } else { "over" };
    format!("just {side} {}", show_number(crossed, Type::Percent))
}

/// Points, to two decimals where they have that many.
pub fn show_fraction_points(fraction: &Fraction) -> String {
    Scaled::of(fraction, 2).show(2, "")
}

/// A fraction times a power of ten, rounded to a whole number.
enum Scaled {
    Small(i64),
    Big(BigInt),
}

impl Scaled {
    fn of(fraction: &Fraction, decimals: u32) -> Scaled {
        match fraction.scaled_half_even_small(decimals) {
            Some(small) => Scaled::Small(small),
            None => Scaled::Big(fraction.scaled_half_even(decimals)),
        }
    }

    /// What it stands for.
    fn fraction(&self, decimals: u32) -> Fraction {
        match self {
            Scaled::Small(scaled) => Fraction::ratio(*scaled, 10_i64.pow(decimals)).unwrap_or_default(),
            Scaled::Big(scaled) => Fraction::from_big(BigRational::new(scaled.clone(), BigInt::from(10).pow(decimals))),
        }
    }

    fn show(&self, decimals: u32, after: &str) -> String {
        match self {
            Scaled::Small(scaled) => decimal_with("", i128::from(*scaled), decimals, after),
            Scaled::Big(scaled) => big_decimal(scaled, decimals) + after,
        }
    }
}

fn show_money(number: Number, currency: Currency) -> String {
    let (units, cent) = (number.units(), Number::SCALE / 100);
    // Half a dollar is written with its cents.
    let cents = if units % (cent * 10) == 0 && units % Number::SCALE != 0 { "0" } else { "" };
    if currency == Currency::USD {
        let sign = if units < 0 { "-$" } else { "$" };
        decimal_with(sign, units.abs(), Number::DECIMALS, cents)
    } else {
        format!("{}{cents} {}", decimal(units, Number::DECIMALS), currency.as_str())
    }
}

fn show_duration(number: Number) -> String {
    for (unit, length) in DURATIONS {
        let length = length * Number::SCALE;
        if number.units() % length == 0 && (number != Number::ZERO || unit == "day") {
            return counted(&decimal(number.units() / length, 0), unit);
        }
    }
    format!("{} ms", decimal(number.units(), Number::DECIMALS))
}

fn show_size(number: Number) -> String {
    let in_unit = |(unit, bytes): (&'static str, i128)| {
        let fits = bytes == 1
            || (number.units().unsigned_abs() >= bytes.unsigned_abs() * Number::SCALE.unsigned_abs() && number.units() % bytes == 0);
        fits.then(|| (decimal(number.units() / bytes, Number::DECIMALS), unit))
    };
    let digits = |amount: &str| amount.bytes().filter(u8::is_ascii_digit).count();
    // Plain bytes come last in spite of their place: they lose against any unit that takes no more digits.
    let best = SIZES.into_iter().filter_map(in_unit).min_by_key(|(amount, unit)| (digits(amount), *unit == "bytes"));
    match best {
        Some((amount, "bytes")) => counted(&amount, "byte"),
        Some((amount, unit)) => format!("{amount} {unit}"),
        None => counted(&decimal(number.units(), Number::DECIMALS), "byte"),
    }
}

fn show_variants(variants: Variants, ty: Type, schema: &Schema) -> String {
    let Type::Enum(id) = ty else { return NOT_KNOWN.into() };
    let all = &schema.enumeration(id).variants;
    if variants.len() > 1 && Variants::all(all.len()).is_subset_of(variants) {
        return NOT_KNOWN.into();
    }
    let names: Vec<&str> = variants.iter().filter_map(|place| all.get(place)).map(|variant| variant.name.as_str()).collect();
    listed(&names, "or")
}

/// `1 day`, `2 days`.
fn counted(amount: &str, unit: &str) -> String {
    if matches!(amount, "1" | "-1") { format!("{amount} {unit}") } else { format!("{amount} {unit}s") }
}

/// `units` times 10 to the minus `decimals`, with commas between the thousands and no zeros at the end.
fn decimal(units: i128, decimals: u32) -> String {
    decimal_with("", units, decimals, "")
}

/// The same between two other texts.
fn decimal_with(before: &str, units: i128, decimals: u32, after: &str) -> String {
    // Nearly every number that is shown is short, and machine words divide much faster than what is twice as wide.
    let mut text = String::with_capacity(before.len() + 32 + after.len());
    text.push_str(before);
    match u64::try_from(units.unsigned_abs()) {
        Ok(short) => place_short(units < 0, short, decimals, &mut text),
        Err(_) => place(units < 0, &units.unsigned_abs().to_string(), decimals, &mut text),
    }
    text.push_str(after);
    text
}

/// As [`place`], for what fits a machine word.
fn place_short(negative: bool, units: u64, decimals: u32, text: &mut String) {
    // From the last digit to the first: at most 20 of them, 6 commas, a point and a zero before it, and zeros behind it.
    let mut digits = [b'0'; 64];
    let (mut rest, mut decimals, mut first) = (units, decimals, digits.len());
    while decimals > 0 && rest % 10 == 0 {
        (rest, decimals) = (rest / 10, decimals - 1);
    }
    let mut push = |digit: u8| {
        first -= 1;
        digits[first] = digit;
    };
    if decimals > 0 {
        for _ in 0..decimals {
            push(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        push(b'.');
    }
    let mut placed = 0;
    while rest > 0 || placed == 0 {
        if placed > 0 && placed % 3 == 0 {
            push(b',');
        }
        push(b'0' + (rest % 10) as u8);
        (rest, placed) = (rest / 10, placed + 1);
    }
    if negative {
        push(b'-');
    }
    text.extend(digits[first..].iter().map(|digit| char::from(*digit)));
}

fn big_decimal(units: &BigInt, decimals: u32) -> String {
    let mut text = String::new();
    place(units.sign() == Sign::Minus, &units.magnitude().to_string(), decimals, &mut text);
    text
}

/// Puts sign, commas and the point to a row of digits.
fn place(negative: bool, digits: &str, decimals: u32, text: &mut String) {
    let decimals = decimals as usize;
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
    let whole = if whole.is_empty() { "0" } else { whole };
    if negative {
        text.push('-');
    }
    let (first, mut rest) = whole.split_at(whole.len() - (whole.len() - 1) / 3 * 3);
    text.push_str(first);
    while !rest.is_empty() {
        let (three, behind) = rest.split_at(3);
        text.push(',');
        text.push_str(three);
        rest = behind;
    }
    let shown = fraction.trim_end_matches('0');
    if !shown.is_empty() {
        text.push('.');
        text.extend(std::iter::repeat_n('0', decimals - fraction.len()));
        text.push_str(shown);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::source::{Sources, Span};
    use crate::value::{EnumId, EnumType, List, Variant, parse_quantity};

    const USD: Type = Type::Money(Currency::USD);

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    fn read(text: &str, ty: Type) -> Number {
        parse_quantity(text, ty).unwrap_or_else(|error| panic!("{text}: {}", error.message()))
    }

    #[test]
    fn numbers_in_their_units() {
        for (number, ty, shown) in [
            (number("0.995"), Type::Percent, "99.5%"),
            (number("-12.5"), Type::Percent, "-1,250%"),
            (Number::GREATEST, Type::Percent, "999,999,999,999,999,999,999,999,999.9999999999%"),
            (number("250000"), USD, "$250,000"),
            (number("-1234.5"), USD, "-$1,234.50"),
            (number("1000"), Type::Money(Currency(*b"EUR")), "1,000 EUR"),
            (read("90 days", Type::Duration), Type::Duration, "90 days"),
            (read("36 hours", Type::Duration), Type::Duration, "36 hours"),
            (read("1 week", Type::Duration), Type::Duration, "7 days"),
            (read("0.5 ms", Type::Duration), Type::Duration, "0.5 ms"),
            (read("-1 second", Type::Duration), Type::Duration, "-1 second"),
            (Number::ZERO, Type::Duration, "0 days"),
            (number("9"), Type::Months, "9 months"),
            (read("2026-03-01", Type::Date), Type::Date, "2026-03-01"),
            (number("65000"), Type::Whole, "65,000"),
            (number("-0.25"), Type::Number, "-0.25"),
        ] {
            assert_eq!(show_number(number, ty), shown);
        }
    }

    proptest! {
        #[test]
        fn short_numbers_are_shown_as_long_ones_are(units in prop_oneof![any::<u64>(), 0_u64..100_000, Just(u64::MAX)], zeros in 0_u32..20, decimals in 0_u32..=12, negative: bool) {
            let units = units / 10_u64.pow(zeros) * 10_u64.pow(zeros);
            let (mut short, mut long) = (String::new(), String::new());
            place_short(negative, units, decimals, &mut short);
            place(negative, &units.to_string(), decimals, &mut long);
            prop_assert_eq!(short, long);
        }
    }

    proptest! {
        #[test]
        fn small_fractions_are_scaled_as_big_ones_are(numerator: i64, small in -50_i64..50, denominator in 1_i64..10_000, decimals in 0_u32..=14, is_small: bool) {
            let fraction = Fraction::ratio(if is_small { small } else { numerator }, denominator).unwrap_or_default();
            if let Some(scaled) = fraction.scaled_half_even_small(decimals) {
                prop_assert_eq!(BigInt::from(scaled), fraction.scaled_half_even(decimals));
            }
        }
    }

    #[test]
    fn sizes_take_the_unit_with_the_fewest_digits() {
        for text in ["4 EiB", "1.5 GiB", "500 MB", "1 kB", "1 KiB", "0 bytes", "1 byte", "999 bytes", "0.5 bytes", "20 PB", "-3 TiB"] {
            assert_eq!(show_number(read(text, Type::Size), Type::Size), text);
        }
        assert_eq!(show_number(number("128000"), Type::Size), "128 kB");
        assert_eq!(show_number(number("1234"), Type::Size), "1.234 kB");
    }

    #[test]
    fn ranges_in_words() {
        let n = number;
        let range = |low: Option<&str>, low_open, high: Option<&str>, high_open| {
            let (low, high) = (low.map_or(Number::BELOW_ALL, n), high.map_or(Number::ABOVE_ALL, n));
            Interval::new(low, low_open, high, high_open).map(|range| show_range(&range, Type::Whole)).unwrap_or_default()
        };
        assert_eq!(range(Some("62"), false, Some("80"), false), "62 to 80");
        assert_eq!(range(Some("62"), true, Some("80"), false), "more than 62 and at most 80");
        assert_eq!(range(Some("62"), false, Some("80"), true), "at least 62 and below 80");
        assert_eq!(range(Some("5"), false, None, true), "at least 5");
        assert_eq!(range(Some("5"), true, None, true), "more than 5");
        assert_eq!(range(None, true, Some("5"), false), "at most 5");
        assert_eq!(range(None, true, Some("5"), true), "below 5");
        assert_eq!(range(None, true, None, true), "not known");
        assert_eq!(range(Some("5"), false, Some("5"), false), "5");
        let third = Fraction::ratio(1, 3).unwrap_or_default();
        assert_eq!(show_range(&Fraction::to_interval(&third, &third), Type::Percent), "just over 33.3333333333%");
        let since = Interval { low: Number::ZERO, low_open: false, ..Interval::unbounded() };
        assert_eq!(show_range(&since, Type::Date), "on or after 1970-01-01");
    }

    #[test]
    fn sets_in_words() {
        let span = Span::new(Sources::new().add("rules", ""), 0, 0);
        let variant = |name: &str| Variant { name: name.into(), title: name.into(), span };
        let schema = Schema {
            enums: vec![EnumType {
                name: "access".into(),
                title: None,
                variants: ["open", "visible", "closed"].map(variant).into(),
                ordered: false,
            }],
            ..Schema::default()
        };
        let ty = Type::Enum(EnumId(0));
        let shown = |possible: Possible| show_possible(&possible, ty, &schema);
        assert_eq!(shown(Possible::Variants(Variants(0b011))), "open or visible");
        assert_eq!(shown(Possible::Variants(Variants(0b111))), "not known");
        assert_eq!(shown(Possible::Variants(Variants(0b100))), "closed");
        assert_eq!(shown(Possible::Truth(Truth::Unknown)), "not known");
        assert_eq!(shown(Possible::Texts(Texts::of([Arc::from("b"), Arc::from("a")]))), "\"a\" or \"b\"");
        assert_eq!(shown(Possible::Texts(Texts::One(Arc::from("a")))), "a");
        let list = |known, more| shown(Possible::List(List { sheet: 0, first: 0, known, more }));
        assert_eq!(
            [list(0, false), list(1, false), list(3, false), list(3, true), list(0, true)],
            ["no entries", "1 entry", "3 entries", "3 or more entries", "not known"]
        );
    }

    #[test]
    fn percents_never_touch_an_edge_they_do_not_reach() {
        let edges = [number("0.75"), number("0.6"), number("0.4")];
        let shown = |numerator, denominator| show_fraction_percent(&Fraction::ratio(numerator, denominator).unwrap_or_default(), &edges);
        assert_eq!(shown(5996, 10_000), "59.96%");
        assert_eq!(shown(59_999, 100_000), "59.999%");
        assert_eq!(shown(60_001, 100_000), "60.001%");
        assert_eq!(shown(6, 10), "60%");
        assert_eq!(shown(1, 3), "33.3%");
        assert_eq!(shown(7996, 10_000), "80%");
        assert_eq!(shown(99_999, 100_000), "99.999%");
        assert_eq!(shown(1, 100_000), "0.001%");
        assert_eq!(shown(6 * 10_i64.pow(17) - 1, 10_i64.pow(18)), "just under 60%");
        assert_eq!(shown(6 * 10_i64.pow(17) + 1, 10_i64.pow(18)), "just over 60%");
        assert_eq!(shown(-1, 8), "-12.5%");
        let fine = number("0.333333333333");
        assert_eq!(show_fraction_percent(&Fraction::from_number(fine), &[fine]), "33.3333333333%");
        assert_eq!(show_fraction_percent(&Fraction::ratio(1, 3).unwrap_or_default(), &[fine]), "33.33333333333%");
    }

    #[test]
    fn points_have_up_to_two_decimals() {
        let shown = |numerator, denominator| show_fraction_points(&Fraction::ratio(numerator, denominator).unwrap_or_default());
        assert_eq!([shown(10, 1), shown(15, 2), shown(20, 3), shown(0, 1), shown(-1, 4)], ["10", "7.5", "6.67", "0", "-0.25"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(units in -10_i128.pow(30)..10_i128.pow(30), digits in 0_u32..30) {
            let number = Number::from_units(units / 10_i128.pow(digits)).unwrap_or_default();
            for ty in [Type::Number, Type::Percent, USD, Type::Money(Currency(*b"EUR")), Type::Duration, Type::Size] {
                let shown = show_number(number, ty).replace(',', "");
                prop_assert_eq!(parse_quantity(&shown, ty), Ok(number), "{}", shown);
            }
        }

        #[test]
        fn shown_percents_keep_their_side(numerator in 0_i64..2_000_000, edge in 0_i64..=1000) {
            let fraction = Fraction::ratio(numerator, 1_999_999).unwrap_or_default();
            let edge = Number::whole(edge).divide(Number::whole(1000)).unwrap_or_default();
            let shown = show_fraction_percent(&fraction, &[edge]);
            let read = parse_quantity(&shown, Type::Percent).map(Fraction::from_number);
            prop_assert_eq!(read.map(|read| read.cmp(&Fraction::from_number(edge))), Ok(fraction.cmp(&Fraction::from_number(edge))));
        }
    }
}
