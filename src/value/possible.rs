//! Sets of possible values: what a fact, an expression or an item may be, given the evidence.

use std::sync::Arc;

use super::Interval;

/// A truth value of Kleene's strong logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// False for every possibility.
    False,
    /// True for some, false for others.
    Unknown,
    /// True for every possibility.
    True,
}

/// A non-empty set of variants of one enumeration, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variants(pub u64);

/// A non-empty set of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Any text.
    Any,
    /// Exactly this one.
    One(Arc<str>),
    /// One of these: sorted, without repetition, at least two.
    Few(Arc<[Arc<str>]>),
}

/// A list: where its known elements stand, and whether more may follow. Element `i` occupies the slots from `first + i * stride` of `sheet`, the stride
/// being the number of leaves of its record, or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct List {
    /// Which sheet of the evaluation holds the elements.
    pub sheet: u16,
    /// The first slot of the first element.
    pub first: u32,
    /// How many elements are known.
    pub known: u32,
    /// Whether there may be more than the known ones.
    pub more: bool,
}

/// A non-empty set of values of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Possible {
    /// True, false or both.
    Truth(Truth),
    /// Numbers of every kind: counts, percents, money, durations, sizes, dates.
    Range(Interval),
    /// Variants of an enumeration.
    Variants(Variants),
    /// Texts.
    Texts(Texts),
    /// A list.
    List(List),
}
