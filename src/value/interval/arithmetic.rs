//! What arithmetic makes of ranges: the extremes over the end points, each rounded as numbers are.
//!
//! Rounding may reach an end that no exact result reaches: 0.000000000001 * 0.5 is 0. So an open end stays open only where the nearest number inside the
//! operands leads to another result; every operation here is monotone in each operand, so nothing further inside can reach the end then either.
//! That holds for the numbers of an operand. A fraction that lies strictly between two of them may be rounded onto an end that no number inside reaches, so
//! an operand that may be such a fraction is taken [with its ends](Interval::with_ends).
//! 0 times infinity is 0, because infinity stands for numbers as large as one likes and 0 times each of them is 0.

use crate::value::{Arithmetic, Interval, Number, Rounding};

/// Arithmetic that fails, for every choice from the operands or only for some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faulty {
    /// What went wrong.
    pub arithmetic: Arithmetic,
    /// Whether it goes wrong whatever is chosen from the operands.
    pub certain: bool,
}

/// An end of an operand.
#[derive(Clone, Copy)]
struct Edge {
    at: Number,
    open: bool,
    /// One unit towards the inside.
    inward: i128,
}

/// A candidate for an end of the result, and whether it is left out.
type Extreme = (Number, bool);

impl Interval {
    /// The sums.
    ///
    /// # Errors
    /// When some or all of them are out of range.
    #[inline]
    pub fn add(&self, other: &Interval) -> Result<Interval, Faulty> {
        if let (Some(left), Some(right)) = (self.exact(), other.exact()) {
            return left.add(right).map(Interval::point).map_err(Faulty::certain);
        }
        let low = match self.low == Number::BELOW_ALL || other.low == Number::BELOW_ALL {
            true => Ok(Number::BELOW_ALL),
            false => self.low.add(other.low),
        };
        let high = match self.high == Number::ABOVE_ALL || other.high == Number::ABOVE_ALL {
            true => Ok(Number::ABOVE_ALL),
            false => self.high.add(other.high),
        };
        let (low, high) = self.both_ends(low, high)?;
        Ok(Interval { low, high, low_open: self.low_open || other.low_open, high_open: self.high_open || other.high_open })
    }

    /// The differences.
    ///
    /// # Errors
    /// When some or all of them are out of range.
    #[inline]
    pub fn subtract(&self, other: &Interval) -> Result<Interval, Faulty> {
        if let (Some(left), Some(right)) = (self.exact(), other.exact()) {
            return left.subtract(right).map(Interval::point).map_err(Faulty::certain);
        }
        self.add(&other.negate())
    }

    /// The opposites.
    #[inline]
    #[must_use]
    pub fn negate(&self) -> Interval {
        Interval { low: opposite(self.high), high: opposite(self.low), low_open: self.high_open, high_open: self.low_open }
    }

    /// The products.
    ///
    /// # Errors
    /// When some or all of them are out of range.
    #[inline]
    pub fn multiply(&self, other: &Interval) -> Result<Interval, Faulty> {
        if let (Some(left), Some(right)) = (self.exact(), other.exact()) {
            return left.multiply(right).map(Interval::point).map_err(Faulty::certain);
        }
        let result = if self.low >= Number::ZERO && other.low >= Number::ZERO {
            product(self.low_edge(), other.low_edge())
                .and_then(|low| product(self.high_edge(), other.high_edge()).map(|high| around(&[low, high])))
        } else {
            self.corners(other, product)
        };
        result.map_err(|arithmetic| {
            let least = self.least_magnitude().multiply(other.least_magnitude());
            Faulty { arithmetic, certain: least.is_err() }
        })
    }

    /// The quotients.
    ///
    /// # Errors
    /// When the divisor is or may be zero, or some or all quotients are out of range.
    #[inline]
    pub fn divide(&self, divisor: &Interval) -> Result<Interval, Faulty> {
        if let Some(exact) = divisor.exact()
            && let Some(dividend) = self.exact().or((exact == Number::ZERO).then_some(Number::ZERO))
        {
            return dividend.divide(exact).map(Interval::point).map_err(Faulty::certain);
        }
        if divisor.contains(Number::ZERO) {
            return Err(Faulty { arithmetic: Arithmetic::DivisionByZero, certain: false });
        }
        self.corners(divisor, quotient).map_err(|arithmetic| {
            let greatest = opposite(divisor.low).max(divisor.high);
            let certain = greatest != Number::ABOVE_ALL && self.least_magnitude().divide(greatest).is_err();
            Faulty { arithmetic, certain }
        })
    }

    /// The magnitudes.
    #[inline]
    #[must_use]
    pub fn abs(&self) -> Interval {
        if self.low >= Number::ZERO {
            *self
        } else if self.high <= Number::ZERO {
            self.negate()
        } else {
            let (high, closed) = (self.high, !self.high_open).max((opposite(self.low), !self.low_open));
            Interval { low: Number::ZERO, low_open: false, high, high_open: !closed }
        }
    }

    /// Rounded to so many decimals; with 12 or more nothing changes.
    ///
    /// # Errors
    /// When rounding away from zero leaves the range.
    pub fn round(&self, places: u32, rounding: Rounding) -> Result<Interval, Faulty> {
        if places >= Number::DECIMALS {
            return Ok(*self);
        }
        let low = match self.low == Number::BELOW_ALL {
            true => Ok(Number::BELOW_ALL),
            false => round_beside(self.low, places, rounding, self.low_open.then_some(Rounding::Up)),
        };
        let high = match self.high == Number::ABOVE_ALL {
            true => Ok(Number::ABOVE_ALL),
            false => round_beside(self.high, places, rounding, self.high_open.then_some(Rounding::Down)),
        };
        let (low, high) = self.both_ends(low, high)?;
        Ok(Interval { low, high, low_open: low == Number::BELOW_ALL, high_open: high == Number::ABOVE_ALL })
    }

    /// The lesser of each pair.
    #[inline]
    #[must_use]
    pub fn min(&self, other: &Interval) -> Interval {
        let (low, low_open) = self.low_key().min(other.low_key());
        let (high, high_closed) = self.high_key().min(other.high_key());
        Interval { low, low_open, high, high_open: !high_closed }
    }

    /// The greater of each pair.
    #[inline]
    #[must_use]
    pub fn max(&self, other: &Interval) -> Interval {
        let (low, low_open) = self.low_key().max(other.low_key());
        let (high, high_closed) = self.high_key().max(other.high_key());
        Interval { low, low_open, high, high_open: !high_closed }
    }

    /// Kept between `least` and `most`; where these cross, `most` wins.
    #[inline]
    #[must_use]
    pub fn clamp(&self, least: &Interval, most: &Interval) -> Interval {
        self.max(least).min(most)
    }

    #[inline]
    fn low_edge(&self) -> Edge {
        Edge { at: self.low, open: self.low_open, inward: 1 }
    }

    #[inline]
    fn high_edge(&self) -> Edge {
        Edge { at: self.high, open: self.high_open, inward: -1 }
    }

    /// The ends of a sum or a rounding. Where one is out of range, so is every result if it lies beyond on the near side: the lower end above all numbers,
    /// or the upper one below. A sum leaves the range only on the side of both its terms, so this operand's sign tells which.
    #[inline]
    fn both_ends(&self, low: Result<Number, Arithmetic>, high: Result<Number, Arithmetic>) -> Result<(Number, Number), Faulty> {
        match (low, high) {
            (Ok(low), Ok(high)) => Ok((low, high)),
            (Err(arithmetic), _) if self.low > Number::ZERO => Err(Faulty { arithmetic, certain: true }),
            (_, Err(arithmetic)) if self.high < Number::ZERO => Err(Faulty { arithmetic, certain: true }),
            (Err(arithmetic), _) | (_, Err(arithmetic)) => Err(Faulty { arithmetic, certain: false }),
        }
    }

    /// The range around the results at all pairs of ends.
    #[inline]
    fn corners(&self, other: &Interval, operation: impl Fn(Edge, Edge) -> Result<Extreme, Arithmetic>) -> Result<Interval, Arithmetic> {
        let (a, b, c, d) = (self.low_edge(), self.high_edge(), other.low_edge(), other.high_edge());
        if self.exact().is_some() {
            return Ok(around(&[operation(a, c)?, operation(a, d)?]));
        }
        if other.exact().is_some() {
            return Ok(around(&[operation(a, c)?, operation(b, c)?]));
        }
        Ok(around(&[operation(a, c)?, operation(a, d)?, operation(b, c)?, operation(b, d)?]))
    }

    /// How near to zero it comes.
    fn least_magnitude(&self) -> Number {
        if self.low > Number::ZERO {
            self.low
        } else if self.high < Number::ZERO {
            self.high.negate()
        } else {
            Number::ZERO
        }
    }
}

impl Faulty {
    #[inline]
    fn certain(arithmetic: Arithmetic) -> Faulty {
        Faulty { arithmetic, certain: true }
    }
}

impl Edge {
    #[inline]
    fn is_infinite(self) -> bool {
        self.at == Number::BELOW_ALL || self.at == Number::ABOVE_ALL
    }

    /// The outermost number that the operand takes on here.
    #[inline]
    fn outermost(self) -> Result<Number, Arithmetic> {
        if self.open { Number::from_units(self.at.units() + self.inward) } else { Ok(self.at) }
    }
}

#[inline]
fn product(left: Edge, right: Edge) -> Result<Extreme, Arithmetic> {
    if left.is_infinite() || right.is_infinite() {
        return Ok(match (left.at == Number::ZERO, right.at == Number::ZERO) {
            (true, _) => (Number::ZERO, left.open),
            (_, true) => (Number::ZERO, right.open),
            (false, false) => infinite((left.at > Number::ZERO) == (right.at > Number::ZERO)),
        });
    }
    finite(left, right, Number::multiply)
}

/// The divisor's range does not contain zero, though it may have an open end there.
#[inline]
fn quotient(dividend: Edge, divisor: Edge) -> Result<Extreme, Arithmetic> {
    if divisor.at == Number::ZERO {
        return Ok(match dividend.at == Number::ZERO {
            true => (Number::ZERO, dividend.open),
            false => infinite((dividend.at > Number::ZERO) == (divisor.inward > 0)),
        });
    }
    if divisor.is_infinite() {
        // Reached by rounding. For an infinite dividend it lies between what its other ends lead to.
        return Ok((Number::ZERO, false));
    }
    if dividend.is_infinite() {
        return Ok(infinite((dividend.at > Number::ZERO) == (divisor.at > Number::ZERO)));
    }
    finite(dividend, divisor, Number::divide)
}

#[inline]
fn infinite(positive: bool) -> Extreme {
    (if positive { Number::ABOVE_ALL } else { Number::BELOW_ALL }, true)
}

#[inline]
fn finite(left: Edge, right: Edge, operation: fn(Number, Number) -> Result<Number, Arithmetic>) -> Result<Extreme, Arithmetic> {
    let result = operation(left.at, right.at)?;
    if !left.open && !right.open {
        return Ok((result, false));
    }
    let reached = left.outermost().and_then(|left| operation(left, right.outermost()?));
    Ok((result, reached.is_ok_and(|reached| reached != result)))
}

/// The least range around some candidates; an end that any of them reaches is closed.
#[inline]
fn around(extremes: &[Extreme]) -> Interval {
    let (mut low, mut high) = ((Number::ABOVE_ALL, true), (Number::BELOW_ALL, false));
    for &(at, open) in extremes {
        low = low.min((at, open));
        high = high.max((at, !open));
    }
    Interval { low: low.0, low_open: low.1, high: high.0, high_open: !high.1 }
}

#[inline]
fn opposite(end: Number) -> Number {
    match end {
        Number::BELOW_ALL => Number::ABOVE_ALL,
        Number::ABOVE_ALL => Number::BELOW_ALL,
        end => end.negate(),
    }
}

/// Rounds a number, or what lies immediately above or below it.
fn round_beside(number: Number, places: u32, rounding: Rounding, side: Option<Rounding>) -> Result<Number, Arithmetic> {
    let step = Number::from_units(10_i128.pow(Number::DECIMALS.saturating_sub(places)))?;
    let twice = Number::from_units((number.units() % step.units()) * 2)?;
    match (rounding, side) {
        (Rounding::Up, Some(Rounding::Up)) if number.is_multiple_of(step) => number.add(step),
        (Rounding::Down, Some(Rounding::Down)) if number.is_multiple_of(step) => number.subtract(step),
        (Rounding::HalfEven, Some(side)) if twice.abs() == step => number.round(places, side),
        _ => number.round(places, rounding),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::interval::tests::{any_range, number, range, samples};

    const CERTAIN_OVERFLOW: Result<Interval, Faulty> = Err(Faulty { arithmetic: Arithmetic::Overflow, certain: true });
    const POSSIBLE_OVERFLOW: Result<Interval, Faulty> = Err(Faulty { arithmetic: Arithmetic::Overflow, certain: false });

    #[test]
    fn ends_are_open_as_the_operands_are() {
        assert_eq!(range("(0, 5]").add(&range("[1, 2)")), Ok(range("(1, 7)")));
        assert_eq!(range("(0, 5]").subtract(&range("[1, 2)")), Ok(range("(-2, 4]")));
        assert_eq!(range("(0, 5]").multiply(&range("{2}")), Ok(range("(0, 10]")));
        assert_eq!(range("(0, 5]").multiply(&range("{-2}")), Ok(range("[-10, 0)")));
        assert_eq!(range("(-1, 2)").multiply(&range("[-3, 1)")), Ok(range("(-6, 3)")));
        assert_eq!(range("[0, 1]").multiply(&range("(2, 3)")), Ok(range("[0, 3)")));
        assert_eq!(range("{0}").multiply(&range("(2, 3)")), Ok(range("{0}")));
        assert_eq!(range("{1}").divide(&range("(0, 10]")), Ok(range("[0.1, inf)")));
        assert_eq!(range("[0, 5)").divide(&range("[1, 2]")), Ok(range("[0, 5)")));
    }

    #[test]
    fn an_end_that_rounding_reaches_is_closed() {
        assert_eq!(range("(0, 1]").multiply(&range("{0.5}")), Ok(range("[0, 0.5]")));
        assert_eq!(range("(0, 1)").multiply(&range("(0, 1)")), Ok(range("[0, 1)")));
        assert_eq!(range("(0, 1]").divide(&range("{3}")), Ok(range("[0, 0.333333333333]")));
        assert_eq!(range("{1}").divide(&range("[1, inf)")), Ok(range("[0, 1]")));
    }

    #[test]
    fn nothing_times_anything_is_nothing() {
        let anything = Interval::unbounded();
        assert_eq!(range("{0}").multiply(&anything), Ok(range("{0}")));
        assert_eq!(range("[0, 1]").multiply(&range("[0, inf)")), Ok(range("[0, inf)")));
        assert_eq!(range("[0, 1]").multiply(&anything), Ok(anything));
        assert_eq!(range("(-inf, 0]").multiply(&range("[2, inf)")), Ok(range("(-inf, 0]")));
        assert_eq!(range("{0}").divide(&range("(0, inf)")), Ok(range("{0}")));
        assert_eq!(anything.divide(&range("(0, inf)")), Ok(anything));
        assert_eq!(range("[1, inf)").divide(&range("[1, inf)")), Ok(range("[0, inf)")));
    }

    #[test]
    fn a_divisor_that_may_be_zero_is_a_possible_fault() {
        let zero = |certain| Err(Faulty { arithmetic: Arithmetic::DivisionByZero, certain });
        assert_eq!(range("{1}").divide(&range("[0, 10]")), zero(false));
        assert_eq!(range("{1}").divide(&range("[-1, 1]")), zero(false));
        assert_eq!(range("{1}").divide(&range("{0}")), zero(true));
        assert_eq!(Interval::unbounded().divide(&range("{0}")), zero(true));
    }

    #[test]
    fn overflow_is_certain_only_where_nothing_fits() {
        let huge = Interval::closed(number("9000000000000000000000000"), number("9900000000000000000000000"));
        let wide = Interval::closed(Number::ONE, number("9900000000000000000000000"));
        assert_eq!(huge.add(&huge), CERTAIN_OVERFLOW);
        assert_eq!(huge.negate().subtract(&huge), CERTAIN_OVERFLOW);
        assert_eq!(wide.add(&wide), POSSIBLE_OVERFLOW);
        assert_eq!(wide.negate().subtract(&wide), POSSIBLE_OVERFLOW);
        assert_eq!(huge.add(&range("[9900000000000000000000000, inf)")), CERTAIN_OVERFLOW);
        assert_eq!(huge.multiply(&range("[2, 3]")), CERTAIN_OVERFLOW);
        assert_eq!(huge.multiply(&range("[-3, 3]")), POSSIBLE_OVERFLOW);
        assert_eq!(huge.negate().multiply(&range("[1, 3]")), POSSIBLE_OVERFLOW);
        assert_eq!(huge.divide(&range("[0.1, 0.5]")), CERTAIN_OVERFLOW);
        assert_eq!(huge.divide(&range("[0.1, 5]")), POSSIBLE_OVERFLOW);
        assert_eq!(huge.multiply(&range("[1, inf)")).map(|range| range.high), Ok(Number::ABOVE_ALL));
        assert_eq!(Interval::point(Number::GREATEST).round(0, Rounding::Up), CERTAIN_OVERFLOW);
    }

    #[test]
    fn rounding_minds_open_ends() {
        assert_eq!(range("(2.5, 4)").round(0, Rounding::HalfEven), Ok(range("[3, 4]")));
        assert_eq!(range("[2.5, 3.5)").round(0, Rounding::HalfEven), Ok(range("[2, 3]")));
        assert_eq!(range("(2, 3)").round(0, Rounding::Up), Ok(range("{3}")));
        assert_eq!(range("(2, 3)").round(0, Rounding::Down), Ok(range("{2}")));
        assert_eq!(range("(-inf, -2.5)").round(0, Rounding::HalfEven), Ok(range("(-inf, -3]")));
        assert_eq!(range("(2, inf)").round(12, Rounding::Up), Ok(range("(2, inf)")));
    }

    #[test]
    fn least_and_greatest_of_pairs() {
        assert_eq!(range("(0, 5]").min(&range("[0, 3)")), range("[0, 3)"));
        assert_eq!(range("(0, 5]").max(&range("[0, 3)")), range("(0, 5]"));
        assert_eq!(range("(-inf, inf)").clamp(&range("{0}"), &range("{1}")), range("[0, 1]"));
        assert_eq!(range("(-3, 2)").abs(), range("[0, 3)"));
        assert_eq!(range("(-2, 2]").abs(), range("[0, 2]"));
        assert_eq!(range("(-inf, -1)").abs(), range("(1, inf)"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn results_of_all_choices_lie_inside(a in any_range(), b in any_range()) {
            type Of<T> = fn(T, T) -> Result<Number, Arithmetic>;
            let operations: [(Of<Number>, Result<Interval, Faulty>); 6] = [
                (Number::add, a.add(&b)),
                (Number::subtract, a.subtract(&b)),
                (Number::multiply, a.multiply(&b)),
                (Number::divide, a.divide(&b)),
                (|a, b| Ok(a.min(b)), Ok(a.min(&b))),
                (|a, b| Ok(a.max(b)), Ok(a.max(&b))),
            ];
            for (concrete, result) in operations {
                for left in samples(&a) {
                    for right in samples(&b) {
                        match (concrete(left, right), result) {
                            (Ok(exact), Ok(range)) => prop_assert!(range.contains(exact), "{exact} of {left} and {right} is outside {range:?}"),
                            (Ok(_), Err(faulty)) => prop_assert!(!faulty.certain),
                            (Err(Arithmetic::Overflow), Ok(range)) => prop_assert!(!(a.is_finite() && b.is_finite()), "{range:?}"),
                            (Err(kind), Ok(_)) => prop_assert!(false, "{kind:?} of {left} and {right} is not reported"),
                            (Err(_), Err(_)) => {}
                        }
                    }
                }
            }
        }

        #[test]
        fn results_of_one_operand_lie_inside(a in any_range(), places in 0_u32..14) {
            for number in samples(&a) {
                prop_assert!(a.abs().contains(number.abs()));
                prop_assert!(a.negate().contains(number.negate()));
                for rounding in [Rounding::HalfEven, Rounding::Down, Rounding::Up] {
                    let (exact, range) = (number.round(places, rounding).unwrap_or_default(), a.round(places, rounding));
                    prop_assert!(range.is_ok_and(|range| range.contains(exact)), "{exact} of {number} is outside {range:?}");
                }
            }
        }

        #[test]
        fn closed_ends_are_reached(a in any_range(), b in any_range()) {
            let (left, right) = (samples(&a), samples(&b));
            // Between neighbours there is nothing to sample.
            if !(a.is_finite() && b.is_finite()) || left.is_empty() || right.is_empty() {
                return Ok(());
            }
            for (concrete, result) in [
                (Number::multiply as fn(Number, Number) -> Result<Number, Arithmetic>, a.multiply(&b)),
                (Number::divide, a.divide(&b)),
            ] {
                let Ok(range) = result else { continue };
                let reached: Vec<Number> = left.iter().flat_map(|l| right.iter().filter_map(|r| concrete(*l, *r).ok())).collect();
                prop_assert!(range.low_open || reached.contains(&range.low), "{range:?}");
                prop_assert!(range.high_open || reached.contains(&range.high), "{range:?}");
            }
        }

        #[test]
        fn narrower_operands_give_narrower_results(a in any_range(), b in any_range(), c in any_range()) {
            // Strictly between neighbours lies no number, and openness is decided by numbers.
            let Some(narrow) = a.intersect(&c).filter(|narrow| !samples(narrow).is_empty()) else { return Ok(()) };
            for (wide, narrow) in [
                (a.add(&b), narrow.add(&b)),
                (a.multiply(&b), narrow.multiply(&b)),
                (a.divide(&b), narrow.divide(&b)),
                (b.divide(&a), b.divide(&narrow)),
                (a.round(0, Rounding::HalfEven), narrow.round(0, Rounding::HalfEven)),
                (Ok(a.abs()), Ok(narrow.abs())),
            ] {
                if let Ok(wide) = wide {
                    prop_assert!(narrow.is_ok_and(|narrow| narrow.is_subset_of(&wide)), "{narrow:?} is not within {wide:?}");
                }
            }
        }
    }
}
