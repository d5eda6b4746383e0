//! Sets of values that constant tests accept: of an operand of a grade, of an input of a table.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::value::{Texts, Truth};

/// A set of values of one type; unlike [`Possible`] it may be empty, and need not hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// Numbers in one of these ranges: sorted, apart from each other.
    Ranges(Vec<Interval>),
    /// Variants, a bit each.
    Variants(u64),
    /// Whether true is in it, and whether false is.
    Truths(bool, bool),
    /// These texts, or all others.
    Texts(BTreeSet<Arc<str>>, bool),
}

impl Set {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Set::Ranges(ranges) => ranges.is_empty(),
            Set::Variants(bits) => *bits == 0,
            Set::Truths(truth, falsehood) => !truth && !falsehood,
            Set::Texts(texts, listed) => *listed && texts.is_empty(),
        }
    }

    /// What is not in it.
    #[must_use]
    pub fn complement(&self) -> Set {
        match self {
            Set::Ranges(_) => Set::Ranges(vec![Interval::unbounded()]).without(self),
            Set::Variants(bits) => Set::Variants(!bits),
            Set::Truths(truth, falsehood) => Set::Truths(!truth, !falsehood),
            Set::Texts(texts, listed) => Set::Texts(texts.clone(), !listed),
        }
    }

    /// What is in it and not in the other.
    #[must_use]
    pub fn without(&self, other: &Set) -> Set {
        match (self, other) {
            (Set::Ranges(mine), Set::Ranges(theirs)) => {
                let mut left = mine.clone();
                for cut in theirs {
                    left = left
                        .into_iter()
                        .flat_map(|piece| {
                            let (before, after) = piece.without(cut);
                            before.into_iter().chain(after)
                        })
                        .collect();
                }
                Set::Ranges(left)
            }
            (Set::Variants(mine), Set::Variants(theirs)) => Set::Variants(mine & !theirs),
            (Set::Truths(a, b), Set::Truths(c, d)) => Set::Truths(*a && !c, *b && !d),
            (Set::Texts(mine, true), Set::Texts(theirs, listed)) => {
                Set::Texts(mine.iter().filter(|text| theirs.contains(*text) != *listed).cloned().collect(), true)
            }
            (Set::Texts(mine, false), Set::Texts(theirs, true)) => Set::Texts(mine.union(theirs).cloned().collect(), false),
            (Set::Texts(mine, false), Set::Texts(theirs, false)) => Set::Texts(theirs.difference(mine).cloned().collect(), true),
            _ => self.clone(),
        }
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Set) -> Set {
        self.without(&other.complement())
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Set) -> Set {
        match (self, other.without(self)) {
            (Set::Ranges(mine), Set::Ranges(rest)) => {
                let mut all = mine.clone();
                all.extend(rest);
                all.sort_by_key(|range| (range.low, range.low_open));
                Set::Ranges(all)
            }
            (Set::Variants(mine), Set::Variants(rest)) => Set::Variants(mine | rest),
            (Set::Truths(a, b), Set::Truths(c, d)) => Set::Truths(*a || c, *b || d),
            (Set::Texts(..), _) => self.complement().without(other).complement(),
            _ => self.clone(),
        }
    }

    /// Only what the type has values for.
    #[must_use]
    pub fn on_grid(self, ty: Type) -> Set {
        match self {
            Set::Ranges(ranges) => Set::Ranges(ranges.into_iter().filter_map(|range| range.snapped(ty.grid())).collect()),
            other => other,
        }
    }

    /// Whether a value is in it: true or false where all that it may be is, or none. Ranges are looked at whole, so one that reaches over two of the set's
    /// is left open.
    pub fn contains(&self, value: &Possible) -> Truth {
        let all_or_none = |all: bool, none: bool| match (all, none) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        };
        match (self, value) {
            (Set::Ranges(ranges), Possible::Range(value)) => all_or_none(
                ranges.iter().any(|range| value.is_subset_of(range)),
                ranges.iter().all(|range| value.intersect(range).is_none()),
            ),
            (Set::Variants(bits), Possible::Variants(value)) => all_or_none(value.0 & !bits == 0, value.0 & bits == 0),
            (Set::Truths(truth, falsehood), Possible::Truth(value)) => match value {
                Truth::True => Truth::from(*truth),
                Truth::False => Truth::from(*falsehood),
                Truth::Unknown => all_or_none(*truth && *falsehood, !truth && !falsehood),
            },
            (Set::Texts(texts, listed), Possible::Texts(value)) => match value {
                Texts::Any => all_or_none(texts.is_empty() && !listed, texts.is_empty() && *listed),
                value => {
                    let found = value.listed().iter().filter(|text| texts.contains(*text) == *listed).count();
                    all_or_none(found == value.listed().len(), found == 0)
                }
            },
            _ => Truth::Unknown,
        }
    }

    /// Some value that is in it, the plainest; none where it is empty, or holds no value that could be written.
    pub fn sample(&self, grid: Option<Number>) -> Option<Possible> {
        match self {
            Set::Ranges(ranges) => {
                ranges.iter().find_map(|range| number_in(range, grid)).map(|number| Possible::Range(Interval::point(number)))
            }
            Set::Variants(bits) => Variants(*bits).iter().next().map(|place| Possible::Variants(Variants::one(place))),
            Set::Truths(truth, falsehood) => (*truth || *falsehood).then(|| Possible::Truth(Truth::from(*truth))),
            Set::Texts(texts, true) => texts.first().map(|text| Possible::Texts(Texts::One(text.clone()))),
            Set::Texts(texts, false) => {
                let others = ["something else", "something", "anything else"].into_iter().map(Arc::from);
                others.into_iter().find(|text| !texts.contains(text)).map(|text| Possible::Texts(Texts::One(text)))
            }
        }
    }
}

/// A number in a range: zero or an end where these belong to it, else one in the middle or a step beyond the only end.
fn number_in(range: &Interval, grid: Option<Number>) -> Option<Number> {
    let step = |end: Number| end.abs().max(grid.unwrap_or(Number::ONE));
    let mut candidates = vec![range.low, range.high, Number::ZERO];
    match (range.low == Number::BELOW_ALL, range.high == Number::ABOVE_ALL) {
        (true, true) => {}
        (false, true) => candidates.extend(range.low.add(step(range.low))),
        (true, false) => candidates.extend(range.high.subtract(step(range.high))),
        (false, false) => {
            candidates.extend(range.low.add(Number::ONE));
            let half = range.high.subtract(range.low).and_then(|width| width.divide(Number::whole(2)));
            candidates.extend(half.and_then(|half| range.low.add(half)));
            candidates.extend(Number::from_units(range.low.units() + 1));
        }
    }
    let fits = |number: &Number| range.contains(*number) && grid.is_none_or(|grid| number.is_multiple_of(grid));
    candidates.into_iter().find(|number| *number != Number::BELOW_ALL && *number != Number::ABOVE_ALL && fits(number))
}
