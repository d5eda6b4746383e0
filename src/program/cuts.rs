//! Which numbers the rules tell apart.

use crate::value::{Comparison, Interval, Number};

/// A place between numbers: right before one, or right behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// The number.
    pub at: Number,
    /// Whether it is behind it: the number is the last below, not the first above.
    pub behind: bool,
}

impl Cut {
    /// The cuts that a comparison with a constant makes.
    pub(crate) fn of(comparison: Comparison, at: Number) -> impl Iterator<Item = Cut> {
        let (before, behind) = match comparison {
            Comparison::Less | Comparison::GreaterOrEqual => (true, false),
            Comparison::LessOrEqual | Comparison::Greater => (false, true),
            Comparison::Equal | Comparison::NotEqual => (true, true),
        };
        [(before, false), (behind, true)].into_iter().filter(|(made, _)| *made).map(move |(_, behind)| Cut { at, behind })
    }

    /// The cuts at the ends of a range.
    pub(crate) fn around(range: Interval) -> impl Iterator<Item = Cut> {
        let (low, high) = (Cut { at: range.low, behind: range.low_open }, Cut { at: range.high, behind: !range.high_open });
        [low, high].into_iter().filter(|cut| cut.at != Number::BELOW_ALL && cut.at != Number::ABOVE_ALL)
    }

    /// Whether a number is below it.
    pub(crate) fn is_above(self, number: Number) -> bool {
        number < self.at || self.behind && number == self.at
    }
}
