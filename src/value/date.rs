//! Days of the calendar, and the periods that lead from one to another. Only this file knows the calendar's crate.
//!
//! A date is the number of milliseconds from 1970-01-01 to its midnight; the years are 0001 to 9999, and leaving them is an overflow like any other.

use std::fmt;

use jiff::Span;
use jiff::civil::Date;

use super::{Arithmetic, DAY, Faulty, Interval, Number};
use crate::diagnostic::counted;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// How long evidence counts, or how far apart two days are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many days.
    Days(i64),
    /// So many calendar months.
    Months(i64),
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// It is not four digits, two and two, joined by `-`.
    Shape,
    /// There is no year 0.
    Year,
    /// There is no such month.
    Month,
    /// The month has fewer days.
    Day {
        /// How many it has.
        last: u8,
    },
}

impl Period {
    /// The day that lies so much later, months ending on their last day where they are too short.
    ///
    /// # Errors
    /// When it is beyond the calendar.
    pub fn last_day(self, as_of: Number) -> Result<Number, Arithmetic> {
        match self {
            Period::Days(days) => number(calendar_day(as_of.add(Number::whole(DAY).multiply(Number::whole(days))?)?)?),
            Period::Months(months) => add_months(as_of, months),
        }
    }
}

/// `120 days`, `9 months`.
impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Period::Days(days) => (days, "day"),
            Period::Months(months) => (months, "month"),
        };
        write!(formatter, "{count} {unit}{}", if count.unsigned_abs() == 1 { "" } else { "s" })
    }
}

impl DateProblem {
    /// What is wrong, to follow "found `2023-02-29`, ".
    pub(super) fn reason(self, text: &str) -> String {
        let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_string();
        match self {
            DateProblem::Shape => "which is not written as year, month and day".into(),
            DateProblem::Year => "but years begin at 0001".into(),
            DateProblem::Month => format!("but there is no month {}", part(5..7)),
            DateProblem::Day { last } => format!("but {} has {}", part(0..7), counted(usize::from(last), "day")),
        }
    }
}

/// Reads `2026-03-01`.
pub(super) fn read_date(text: &str) -> Result<Number, DateProblem> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(place, byte)| if place == 4 || place == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    if !shaped {
        return Err(DateProblem::Shape);
    }
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().fold(0_i16, |value, digit| value * 10 + i16::from(digit - b'0'));
    let (year, month, day) = (digits(0..4), digits(5..7) as i8, digits(8..10) as i8);
    if year < 1 {
        return Err(DateProblem::Year);
    }
    let first = Date::new(year, month, 1).map_err(|_| DateProblem::Month)?;
    let last = first.days_in_month();
    let date = Date::new(year, month, day).map_err(|_| DateProblem::Day { last: last.unsigned_abs() })?;
    number(date).map_err(|_| DateProblem::Shape)
}

/// `2026-03-01`: the day on which a moment falls.
pub fn civil_date(date: Number) -> String {
    match calendar_day(date) {
        Ok(date) => date.to_string(),
        Err(_) if date < Number::ZERO => "before 0001-01-01".into(),
        Err(_) => "after 9999-12-31".into(),
    }
}

/// The same day so many months later, or the month's last day where it is too short. A time of day is dropped, so that later days never come before
/// earlier ones.
///
/// # Errors
/// When it is beyond the calendar.
pub fn add_months(date: Number, months: i64) -> Result<Number, Arithmetic> {
    let span = Span::new().try_months(months).map_err(|_| Arithmetic::Overflow)?;
    number(calendar_day(date)?.checked_add(span).map_err(|_| Arithmetic::Overflow)?)
}

impl Interval {
    /// The dates so many months later.
    ///
    /// # Errors
    /// When some or all of them are beyond the calendar.
    pub fn add_months(&self, months: i64) -> Result<Interval, Faulty> {
        let days = self.snapped(Some(Number::whole(DAY))).unwrap_or(*self);
        let moved = |end: Number| match end {
            Number::BELOW_ALL | Number::ABOVE_ALL => Ok(end),
            end => add_months(end, months),
        };
        // A date within the calendar leaves it in the direction of the months, any other is beyond it already.
        let above = |end: Number| if calendar_day(end).is_ok() { months > 0 } else { end > Number::ZERO };
        let (low, high) = match (moved(days.low), moved(days.high)) {
            (Ok(low), Ok(high)) => (low, high),
            (Err(arithmetic), _) if above(days.low) => return Err(Faulty { arithmetic, certain: true }),
            (_, Err(arithmetic)) if !above(days.high) => return Err(Faulty { arithmetic, certain: true }),
            (Err(arithmetic), _) | (_, Err(arithmetic)) => return Err(Faulty { arithmetic, certain: false }),
        };
        Ok(Interval { low, high, low_open: low == Number::BELOW_ALL, high_open: high == Number::ABOVE_ALL })
    }

    /// The days on which the moments fall.
    ///
    /// # Errors
    /// When some or all of them are out of a number's range.
    pub fn floor_to_day(&self) -> Result<Interval, Faulty> {
        let day = Number::whole(DAY);
        let floored = |end: Number, open_above: bool| match end {
            Number::BELOW_ALL | Number::ABOVE_ALL => Ok(end),
            // What lies immediately before a midnight falls on the day before.
            end if open_above && end.is_multiple_of(day) => end.subtract(day),
            end => end.floor_to(day),
        };
        let certain = self.exact().is_some();
        let low = floored(self.low, false).map_err(|arithmetic| Faulty { arithmetic, certain })?;
        let high = floored(self.high, self.high_open).map_err(|arithmetic| Faulty { arithmetic, certain })?;
        Ok(Interval { low, high, low_open: low == Number::BELOW_ALL, high_open: high == Number::ABOVE_ALL })
    }
}

/// The day on which a moment falls.
fn calendar_day(moment: Number) -> Result<Date, Arithmetic> {
    let days = moment.units().div_euclid(Number::SCALE).div_euclid(i128::from(DAY));
    let days = i64::try_from(days).map_err(|_| Arithmetic::Overflow)?;
    let span = Span::new().try_days(days).map_err(|_| Arithmetic::Overflow)?;
    EPOCH.checked_add(span).ok().filter(|date| date.year() >= 1).ok_or(Arithmetic::Overflow)
}

fn number(date: Date) -> Result<Number, Arithmetic> {
    if date.year() < 1 {
        return Err(Arithmetic::Overflow);
    }
    Ok(Number::whole(date.duration_since(EPOCH).as_secs() * 1000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Number {
        read_date(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
    }

    #[test]
    fn only_real_days_are_dates() {
        assert_eq!(date("1970-01-02"), Number::whole(DAY));
        assert_eq!(date("1969-12-31"), Number::whole(-DAY));
        assert_eq!(read_date("2023-02-29"), Err(DateProblem::Day { last: 28 }));
        assert_eq!(read_date("2024-02-30"), Err(DateProblem::Day { last: 29 }));
        assert_eq!(read_date("2024-13-01"), Err(DateProblem::Month));
        assert_eq!(read_date("2024-00-01"), Err(DateProblem::Month));
        assert_eq!(read_date("2024-01-00"), Err(DateProblem::Day { last: 31 }));
        assert_eq!(read_date("0000-01-01"), Err(DateProblem::Year));
        for text in ["2026-3-1", "20260301", "2026-03-01T00:00", "2026/03/01", "٢٠٢٦-03-01", ""] {
            assert_eq!(read_date(text), Err(DateProblem::Shape), "{text}");
        }
    }

    #[test]
    fn months_end_on_their_last_day() {
        let later = |from: &str, months| add_months(date(from), months).map(civil_date);
        assert_eq!(later("2024-01-31", 1).as_deref(), Ok("2024-02-29"));
        assert_eq!(later("2024-02-29", 12).as_deref(), Ok("2025-02-28"));
        assert_eq!(later("2024-03-31", -1).as_deref(), Ok("2024-02-29"));
        assert_eq!(later("9999-12-01", 1), Err(Arithmetic::Overflow));
        assert_eq!(later("0001-01-31", -1), Err(Arithmetic::Overflow));
        assert_eq!(later("2024-01-31", i64::MAX), Err(Arithmetic::Overflow));
    }

    #[test]
    fn periods_say_until_when() {
        let last = |period: Period| period.last_day(date("2025-12-01")).map(civil_date);
        assert_eq!(last(Period::Days(120)).as_deref(), Ok("2026-03-31"));
        assert_eq!(last(Period::Months(9)).as_deref(), Ok("2026-09-01"));
        assert_eq!(last(Period::Days(i64::MAX)), Err(Arithmetic::Overflow));
        assert_eq!(last(Period::Days(4_000_000)), Err(Arithmetic::Overflow));
        assert_eq!((Period::Days(1).to_string(), Period::Months(15).to_string()), ("1 day".into(), "15 months".into()));
    }

    #[test]
    fn whatever_the_number_a_day_can_be_shown() {
        assert_eq!(civil_date(Number::GREATEST), "after 9999-12-31");
        assert_eq!(civil_date(Number::LEAST), "before 0001-01-01");
        assert_eq!(civil_date(Number::whole(-1)), "1969-12-31");
    }

    #[test]
    fn ranges_of_dates_move_by_their_ends() {
        let range = Interval::closed(date("2024-01-30"), date("2024-02-01"));
        assert_eq!(range.add_months(1), Ok(Interval::closed(date("2024-02-29"), date("2024-03-01"))));
        let open = Interval { low_open: true, ..range };
        assert_eq!(open.add_months(1), Ok(Interval::closed(date("2024-02-29"), date("2024-03-01"))));
        assert_eq!(Interval::unbounded().add_months(1), Ok(Interval::unbounded()));
        let overflow = |certain| Err(Faulty { arithmetic: Arithmetic::Overflow, certain });
        assert_eq!(range.add_months(12 * 8000), overflow(true));
        assert_eq!(range.add_months(-12 * 8000), overflow(true));
        assert_eq!(Interval::closed(date("0001-01-01"), date("2024-01-01")).add_months(-1), overflow(false));
        assert_eq!(Interval::closed(date("2024-01-01"), date("9999-12-31")).add_months(1), overflow(false));
        let moments = Interval { low: Number::whole(1), low_open: true, high: Number::whole(DAY), high_open: true };
        assert_eq!(moments.floor_to_day(), Ok(Interval::point(Number::ZERO)));
    }

    proptest! {
        #[test]
        fn dates_read_back(days in -719_162_i64..2_932_897) {
            let date = Number::whole(days * DAY);
            prop_assert_eq!(read_date(&civil_date(date)), Ok(date));
        }

        #[test]
        fn months_keep_the_order_of_days(one in 0_i64..20_000, other in 0_i64..20_000, months in -500_i64..500) {
            let (one, other) = (Number::whole(one.min(other) * DAY), Number::whole(one.max(other) * DAY));
            let (one, other) = (add_months(one, months).unwrap_or_default(), add_months(other, months).unwrap_or_default());
            prop_assert!(one <= other);
        }
    }
}
