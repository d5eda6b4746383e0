//! Ranges of numbers with open or closed ends: membership, cutting and joining. What arithmetic makes of them is in `interval/arithmetic.rs`, comparison in
//! `interval/comparison.rs`.
//!
//! A range is a set of reals, not only of multiples of 10^-12: the value of a score may lie strictly between two numbers. So (1, 1.000000000001) is not empty.

mod arithmetic;
mod comparison;

pub use arithmetic::Faulty;
pub use comparison::Comparison;

use super::Number;

/// A non-empty range. An infinite end is [`Number::BELOW_ALL`] or [`Number::ABOVE_ALL`] and counts as open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// The lower end.
    pub low: Number,
    /// The upper end.
    pub high: Number,
    /// Whether the lower end itself is left out.
    pub low_open: bool,
    /// Whether the upper end itself is left out.
    pub high_open: bool,
}

impl Interval {
    /// Exactly one number.
    #[inline]
    pub const fn point(number: Number) -> Interval {
        Interval { low: number, high: number, low_open: false, high_open: false }
    }

    /// Both ends included; in either order.
    #[inline]
    pub fn closed(one: Number, other: Number) -> Interval {
        Interval { low: one.min(other), high: one.max(other), low_open: false, high_open: false }
    }

    /// The range with its ends, where they are numbers.
    #[inline]
    #[must_use]
    pub fn with_ends(&self) -> Interval {
        Interval { low_open: self.low == Number::BELOW_ALL, high_open: self.high == Number::ABOVE_ALL, ..*self }
    }

    /// Every number.
    #[inline]
    pub const fn unbounded() -> Interval {
        Interval { low: Number::BELOW_ALL, high: Number::ABOVE_ALL, low_open: true, high_open: true }
    }

    /// The range between two ends; none when nothing lies there. Infinite ends are open, whatever is asked for.
    #[inline]
    pub fn new(low: Number, low_open: bool, high: Number, high_open: bool) -> Option<Interval> {
        let (low_open, high_open) = (low_open || low == Number::BELOW_ALL, high_open || high == Number::ABOVE_ALL);
        let empty = low > high || (low == high && (low_open || high_open)) || low == Number::ABOVE_ALL || high == Number::BELOW_ALL;
        if empty { None } else { Some(Interval { low, high, low_open, high_open }) }
    }

    /// The only number, if there is only one.
    #[inline]
    pub fn exact(&self) -> Option<Number> {
        if self.low == self.high { Some(self.low) } else { None }
    }

    /// Whether nothing limits it.
    #[inline]
    pub fn is_unbounded(&self) -> bool {
        self.low == Number::BELOW_ALL && self.high == Number::ABOVE_ALL
    }

    /// Whether the number lies inside.
    #[inline]
    pub fn contains(&self, number: Number) -> bool {
        (self.low < number || (self.low == number && !self.low_open)) && (number < self.high || (number == self.high && !self.high_open))
    }

    /// Whether all of it lies inside the other.
    #[inline]
    pub fn is_subset_of(&self, other: &Interval) -> bool {
        self.low_key() >= other.low_key() && self.high_key() <= other.high_key()
    }

    /// What lies inside both.
    #[inline]
    pub fn intersect(&self, other: &Interval) -> Option<Interval> {
        let (low, low_open) = self.low_key().max(other.low_key());
        let (high, high_closed) = self.high_key().min(other.high_key());
        Interval::new(low, low_open, high, !high_closed)
    }

    /// The least range around both.
    #[inline]
    #[must_use]
    pub fn hull(&self, other: &Interval) -> Interval {
        let (low, low_open) = self.low_key().min(other.low_key());
        let (high, high_closed) = self.high_key().max(other.high_key());
        Interval { low, high, low_open, high_open: !high_closed }
    }

    /// Its ends rounded inwards to closed multiples of a grid, such as 1 for counts; none when no multiple lies inside.
    pub fn snapped(self, grid: Option<Number>) -> Option<Interval> {
        let Some(grid) = grid else { return Some(self) };
        let low = if self.low == Number::BELOW_ALL {
            self.low
        } else {
            let inside = self.low.ceil_to(grid).ok()?;
            if self.low_open && inside == self.low { inside.add(grid).ok()? } else { inside }
        };
        let high = if self.high == Number::ABOVE_ALL {
            self.high
        } else {
            let inside = self.high.floor_to(grid).ok()?;
            if self.high_open && inside == self.high { inside.subtract(grid).ok()? } else { inside }
        };
        Interval::new(low, false, high, false)
    }

    /// What remains below and above a range that is cut out.
    #[inline]
    pub fn without(&self, cut: &Interval) -> (Option<Interval>, Option<Interval>) {
        let below = Interval::new(Number::BELOW_ALL, true, cut.low, !cut.low_open);
        let above = Interval::new(cut.high, !cut.high_open, Number::ABOVE_ALL, true);
        (below.and_then(|below| self.intersect(&below)), above.and_then(|above| self.intersect(&above)))
    }

    /// Whether both its ends are numbers.
    #[inline]
    pub fn is_finite(&self) -> bool {
        self.low != Number::BELOW_ALL && self.high != Number::ABOVE_ALL
    }

    /// The same with its finite ends included.
    #[must_use]
    pub fn with_closed_ends(self) -> Interval {
        Interval { low_open: self.low == Number::BELOW_ALL, high_open: self.high == Number::ABOVE_ALL, ..self }
    }

    /// Orders lower ends: an open one begins later.
    #[inline]
    fn low_key(&self) -> (Number, bool) {
        (self.low, self.low_open)
    }

    /// Orders upper ends: a closed one reaches further.
    #[inline]
    fn high_key(&self) -> (Number, bool) {
        (self.high, !self.high_open)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// Reads mathematicians' notation: `[0, 5)`, `(-inf, 3]`, `{2}`.
    pub(crate) fn range(text: &str) -> Interval {
        let inner = &text[1..text.len() - 1];
        let end = |end: &str| match end.trim() {
            "-inf" => Number::BELOW_ALL,
            "inf" => Number::ABOVE_ALL,
            end => number(end),
        };
        let (low, high) = inner.split_once(',').unwrap_or((inner, inner));
        Interval::new(end(low), text.starts_with('('), end(high), text.ends_with(')')).unwrap_or_else(|| panic!("{text} is empty"))
    }

    /// Ranges around zero on a coarse grid, so that ends meet; now and then finest steps, infinite ends, single points.
    pub(crate) fn any_range() -> impl Strategy<Value = Interval> {
        let end = || {
            prop_oneof![
                6 => (-8_i128..=8).prop_map(|halves| halves * Number::SCALE / 2),
                2 => -4_i128..=4,
                1 => (-30_i128..=30).prop_map(|tenths| tenths * Number::SCALE / 10 + 1),
            ]
            .prop_map(|units| Number::from_units(units).unwrap_or_default())
        };
        let low = prop_oneof![8 => end(), 1 => Just(Number::BELOW_ALL)];
        let high = prop_oneof![8 => end(), 1 => Just(Number::ABOVE_ALL)];
        let wide = (low, any::<bool>(), high, any::<bool>())
            .prop_filter_map("empty", |(low, low_open, high, high_open)| Interval::new(low, low_open, high, high_open));
        prop_oneof![5 => wide, 1 => end().prop_map(Interval::point)]
    }

    /// Numbers inside a range: near its ends, zero and one, and some in between. There may be none, strictly between two neighbours.
    pub(crate) fn samples(range: &Interval) -> Vec<Number> {
        let mut found = Vec::new();
        let far = number("1000000000000");
        for base in [range.low, range.high, Number::ZERO, Number::ONE, Number::ONE.negate(), number("0.5"), far, far.negate()] {
            if base == Number::BELOW_ALL || base == Number::ABOVE_ALL {
                continue;
            }
            for step in [-Number::SCALE, -Number::SCALE / 2, -3, -2, -1, 0, 1, 2, 3, Number::SCALE / 2, Number::SCALE] {
                if let Ok(near) = Number::from_units(base.units() + step)
                    && range.contains(near)
                {
                    found.push(near);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn emptiness_depends_on_the_ends() {
        assert_eq!(Interval::new(Number::ONE, false, Number::ONE, false), Some(Interval::point(Number::ONE)));
        assert_eq!(Interval::new(Number::ONE, true, Number::ONE, false), None);
        assert_eq!(Interval::new(Number::ONE, false, Number::ZERO, false), None);
        assert_eq!(Interval::new(Number::BELOW_ALL, false, Number::ABOVE_ALL, false), Some(Interval::unbounded()));
    }

    #[test]
    fn cutting_leaves_up_to_two_pieces() {
        assert_eq!(range("[0, 10]").without(&range("[3, 5)")), (Some(range("[0, 3)")), Some(range("[5, 10]"))));
        assert_eq!(range("[0, 10]").without(&range("[0, 5]")), (None, Some(range("(5, 10]"))));
        assert_eq!(range("[0, 10]").without(&Interval::unbounded()), (None, None));
        assert_eq!(range("[0, 10]").without(&range("(0, 10)")), (Some(range("{0}")), Some(range("{10}"))));
        assert_eq!(range("[0, 1]").without(&range("[5, 6]")), (Some(range("[0, 1]")), None));
    }

    #[test]
    fn counts_end_on_whole_numbers() {
        let counts = |range: Interval| range.snapped(Some(Number::ONE));
        assert_eq!(counts(range("(3, 5.5)")), Some(range("[4, 5]")));
        assert_eq!(counts(range("(3, 4)")), None);
        assert_eq!(counts(range("[3, inf)")), Some(range("[3, inf)")));
        assert_eq!(counts(range("(-inf, -3.5]")), Some(range("(-inf, -4]")));
        assert_eq!(counts(Interval::point(Number::GREATEST)), None);
        assert_eq!(range("(3, 4)").snapped(None), Some(range("(3, 4)")));
    }

    proptest! {
        #[test]
        fn sets_behave_as_sets(a in any_range(), b in any_range()) {
            let (meet, hull, (below, above)) = (a.intersect(&b), a.hull(&b), a.without(&b));
            prop_assert!(a.is_subset_of(&hull) && b.is_subset_of(&hull));
            prop_assert!(meet.is_none_or(|meet| meet.is_subset_of(&a) && meet.is_subset_of(&b)));
            prop_assert_eq!(a.is_subset_of(&b), meet == Some(a));
            prop_assert_eq!(below.is_none() && above.is_none(), a.is_subset_of(&b));
            for number in samples(&a).into_iter().chain(samples(&b)) {
                let (in_a, in_b) = (a.contains(number), b.contains(number));
                prop_assert_eq!(meet.is_some_and(|meet| meet.contains(number)), in_a && in_b);
                prop_assert!(hull.contains(number));
                let in_pieces = below.is_some_and(|piece| piece.contains(number)) || above.is_some_and(|piece| piece.contains(number));
                prop_assert_eq!(in_pieces, in_a && !in_b);
            }
        }

        #[test]
        fn snapping_keeps_exactly_the_multiples(a in any_range()) {
            let snapped = a.snapped(Some(Number::ONE));
            for whole in -1000..1000 {
                let whole = Number::whole(whole);
                prop_assert_eq!(snapped.is_some_and(|snapped| snapped.contains(whole)), a.contains(whole));
            }
            if let Some(snapped) = snapped {
                for end in [snapped.low, snapped.high] {
                    prop_assert!(end == Number::BELOW_ALL || end == Number::ABOVE_ALL || end.is_whole());
                }
            }
        }
    }
}
