//! Comparing ranges: the answer holds for every pair drawn from the two sides, or is unknown.

use crate::value::{Interval, Number, Truth};

/// A comparison between two values. Its bits say for which orders of the two it holds: less, equal, greater, from the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Comparison {
    /// `==`
    Equal = 0b010,
    /// `!=`
    NotEqual = 0b101,
    /// `<`
    Less = 0b001,
    /// `<=`
    LessOrEqual = 0b011,
    /// `>`
    Greater = 0b100,
    /// `>=`
    GreaterOrEqual = 0b110,
}

impl Comparison {
    /// As rules write it.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// What holds exactly when this does not: `<` for `>=`.
    #[inline]
    #[must_use]
    pub fn negated(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// What says the same with the sides exchanged: `>` for `<`.
    #[inline]
    #[must_use]
    pub fn flipped(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::Equal,
            Comparison::NotEqual => Comparison::NotEqual,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }

    /// Whether it holds between two exact values.
    #[inline]
    pub fn holds<T: Ord + ?Sized>(self, left: &T, right: &T) -> bool {
        // Without branches: which of two numbers is greater is what no processor guesses.
        self as u8 >> (left.cmp(right) as i8 + 1) & 1 == 1
    }
}

impl Interval {
    /// As [`Interval::compare`], with one number: most of what rules ask.
    #[inline]
    pub fn compare_number(&self, comparison: Comparison, number: Number) -> Truth {
        match self.exact() {
            Some(exact) => Truth::from(comparison.holds(&exact, &number)),
            None => self.compare(comparison, &Interval::point(number)),
        }
    }

    /// Whether the comparison holds for every pair drawn from the two ranges, for none, or for some.
    pub fn compare(&self, comparison: Comparison, other: &Interval) -> Truth {
        if let (Some(left), Some(right)) = (self.exact(), other.exact()) {
            return Truth::from(comparison.holds(&left, &right));
        }
        match comparison {
            Comparison::Equal => self.equals(other),
            Comparison::NotEqual => self.equals(other).not(),
            Comparison::Less => self.is_less(other),
            Comparison::LessOrEqual => other.is_less(self).not(),
            Comparison::Greater => other.is_less(self),
            Comparison::GreaterOrEqual => self.is_less(other).not(),
        }
    }

    /// The numbers x of which `x comparison bound` holds. None for `!=`, which leaves two pieces: see [`Interval::without`].
    #[inline]
    pub fn satisfying(comparison: Comparison, bound: Number) -> Option<Interval> {
        let all = Interval::unbounded();
        match comparison {
            Comparison::Equal => Some(Interval::point(bound)),
            Comparison::NotEqual => None,
            Comparison::Less => Some(Interval { high: bound, ..all }),
            Comparison::LessOrEqual => Some(Interval { high: bound, high_open: false, ..all }),
            Comparison::Greater => Some(Interval { low: bound, ..all }),
            Comparison::GreaterOrEqual => Some(Interval { low: bound, low_open: false, ..all }),
        }
    }

    #[inline]
    fn is_less(&self, other: &Interval) -> Truth {
        if self.high < other.low || (self.high == other.low && (self.high_open || other.low_open)) {
            Truth::True
        } else if self.low >= other.high {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Neither side is known to be exact and the other too, so the answer is never "true".
    #[inline]
    fn equals(&self, other: &Interval) -> Truth {
        if self.intersect(other).is_none() { Truth::False } else { Truth::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::interval::tests::{any_range, number, range, samples};

    const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    #[test]
    fn ends_that_touch_decide_by_their_openness() {
        assert_eq!(range("[0, 5)").compare(Comparison::Less, &range("{5}")), Truth::True);
        assert_eq!(range("[0, 5]").compare(Comparison::Less, &range("{5}")), Truth::Unknown);
        assert_eq!(range("[0, 5]").compare(Comparison::LessOrEqual, &range("[5, 9]")), Truth::True);
        assert_eq!(range("[5, 9]").compare(Comparison::Less, &range("[0, 5]")), Truth::False);
        assert_eq!(range("(5, 9]").compare(Comparison::Equal, &range("[0, 5]")), Truth::False);
        assert_eq!(range("{5}").compare(Comparison::Equal, &range("{5}")), Truth::True);
        assert_eq!(range("(-inf, inf)").compare(Comparison::GreaterOrEqual, &range("(-inf, inf)")), Truth::Unknown);
    }

    #[test]
    fn a_score_strictly_between_two_numbers_is_compared_as_it_is() {
        let third = range("(0.333333333333, 0.333333333334)");
        assert_eq!(third.compare(Comparison::Greater, &range("{0.333333333333}")), Truth::True);
        assert_eq!(third.compare(Comparison::GreaterOrEqual, &range("{0.333333333334}")), Truth::False);
        assert_eq!(third.compare(Comparison::Equal, &range("{0.333333333333}")), Truth::False);
    }

    proptest! {
        #[test]
        fn an_answer_holds_for_every_pair(a in any_range(), b in any_range()) {
            for comparison in ALL {
                let answer = a.compare(comparison, &b);
                prop_assert_eq!(answer, b.compare(comparison.flipped(), &a));
                prop_assert_eq!(answer.not(), a.compare(comparison.negated(), &b));
                let (mut some, mut every) = (false, true);
                for left in samples(&a) {
                    for right in samples(&b) {
                        let holds = comparison.holds(&left, &right);
                        some |= holds;
                        every &= holds;
                    }
                }
                match answer {
                    Truth::True => prop_assert!(every),
                    Truth::False => prop_assert!(!some),
                    Truth::Unknown => {}
                }
            }
        }

        #[test]
        fn satisfying_numbers_are_those_that_satisfy(a in any_range(), halves in -8_i64..8) {
            let bound = Number::whole(halves).divide(number("2")).unwrap_or_default();
            for comparison in ALL {
                match Interval::satisfying(comparison, bound) {
                    None => prop_assert_eq!(comparison, Comparison::NotEqual),
                    Some(satisfying) => {
                        for number in samples(&a) {
                            prop_assert_eq!(satisfying.contains(number), comparison.holds(&number, &bound));
                        }
                        if let Some(inside) = a.intersect(&satisfying) {
                            prop_assert_eq!(inside.compare(comparison, &Interval::point(bound)), Truth::True);
                        }
                    }
                }
            }
        }
    }
}
