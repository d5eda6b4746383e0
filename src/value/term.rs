//! The days on which something is in force: half-open, so that one term may follow another without a gap and without a day that belongs to both.

use super::Number;

/// From one day on and before another; an end that is not said is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Term {
    /// The first day.
    pub from: Option<Number>,
    /// The first day after the last.
    pub until: Option<Number>,
}

/// How a day stands to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Force {
    /// Within it.
    Now,
    /// Before it; it begins on this day.
    NotYet(Number),
    /// After it; it ended with the day before this one.
    NoLonger(Number),
}

impl Term {
    /// How a day stands to it.
    pub fn on(self, day: Number) -> Force {
        match (self.from, self.until) {
            (_, Some(until)) if day >= until => Force::NoLonger(until),
            (Some(from), _) if day < from => Force::NotYet(from),
            _ => Force::Now,
        }
    }

    /// Whether a day is within it.
    pub fn contains(self, day: Number) -> bool {
        self.on(day) == Force::Now
    }

    /// Whether it has a day at all.
    pub fn is_empty(self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if from >= until)
    }

    /// Whether some day is within both.
    pub fn overlaps(self, other: Term) -> bool {
        let from = self.from.max(other.from);
        let until = [self.until, other.until].into_iter().flatten().min();
        !self.is_empty() && !other.is_empty() && !Term { from, until }.is_empty()
    }

    /// The days, later than `day`, on which it begins or ends.
    pub fn turns_after(self, day: Number) -> impl Iterator<Item = Number> {
        [self.from, self.until].into_iter().flatten().filter(move |turn| *turn > day && !self.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse_date;

    fn day(text: &str) -> Number {
        parse_date(text).expect("a day")
    }

    fn term(from: &str, until: &str) -> Term {
        let end = |text: &str| (!text.is_empty()).then(|| day(text));
        Term { from: end(from), until: end(until) }
    }

    #[test]
    fn the_first_day_is_within_and_the_last_named_is_not() {
        let term = term("2026-03-01", "2026-06-01");
        assert_eq!(term.on(day("2026-02-28")), Force::NotYet(day("2026-03-01")));
        assert_eq!(term.on(day("2026-03-01")), Force::Now);
        assert_eq!(term.on(day("2026-05-31")), Force::Now);
        assert_eq!(term.on(day("2026-06-01")), Force::NoLonger(day("2026-06-01")));
    }

    #[test]
    fn terms_that_follow_each_other_share_no_day() {
        let first = term("2026-01-01", "2026-03-01");
        assert!(!first.overlaps(term("2026-03-01", "2026-06-01")));
        assert!(first.overlaps(term("2026-02-28", "2026-06-01")));
        assert!(first.overlaps(term("", "")));
        assert!(!first.overlaps(term("", "2026-01-01")));
        assert!(!first.overlaps(term("2026-02-01", "2026-02-01")));
    }

    #[test]
    fn a_term_turns_on_its_ends() {
        let term = term("2026-03-01", "2026-06-01");
        let turns = |after: &str| term.turns_after(day(after)).collect::<Vec<_>>();
        assert_eq!(turns("2026-02-28"), [day("2026-03-01"), day("2026-06-01")]);
        assert_eq!(turns("2026-03-01"), [day("2026-06-01")]);
        assert_eq!(turns("2026-06-01"), []);
    }
}
