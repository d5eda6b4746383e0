//! Exact fractions, for everything that has to do with scores: points, worths, ratios. Never rounded; rounding happens when one is shown.
//!
//! Nearly all fractions of an evaluation are small, so a pair of machine integers is the ordinary form and costs no allocation. Operations on two of them
//! are exact in 128 bits; lowest terms are sought only when a result would not be small otherwise, and what still is not becomes a big fraction.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::{Arithmetic, Interval, Number, Rounding};

/// An exact fraction. Small ones are a pair of machine integers; when one outgrows them it moves to big integers, so no result is ever rounded.
#[derive(Clone, Debug)]
pub enum Fraction {
    /// Numerator over a positive denominator; not necessarily in lowest terms.
    Small(i64, i64),
    /// The rest.
    Big(Box<BigRational>),
}

impl Fraction {
    /// Nothing.
    #[inline]
    pub const fn zero() -> Fraction {
        Fraction::Small(0, 1)
    }

    /// One; as a score, 100 %.
    #[inline]
    pub const fn one() -> Fraction {
        Fraction::Small(1, 1)
    }

    /// A whole number.
    #[inline]
    pub const fn whole(value: i64) -> Fraction {
        Fraction::Small(value, 1)
    }

    /// `numerator` over `denominator`; none when the latter is zero.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Fraction> {
        let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
        match denominator.cmp(&0) {
            Ordering::Greater => Some(Fraction::of(numerator, denominator)),
            Ordering::Less => Some(Fraction::of(-numerator, -denominator)),
            Ordering::Equal => None,
        }
    }

    /// The exact quotient of two whole numbers, the second above zero.
    #[inline]
    fn of(numerator: i128, denominator: i128) -> Fraction {
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => Fraction::Small(numerator, denominator),
            _ => Fraction::in_lowest_terms(numerator, denominator),
        }
    }

    #[cold]
    fn in_lowest_terms(numerator: i128, denominator: i128) -> Fraction {
        let shared = numerator.gcd(&denominator);
        match (i64::try_from(numerator / shared), i64::try_from(denominator / shared)) {
            (Ok(numerator), Ok(denominator)) => Fraction::Small(numerator, denominator),
            _ => Fraction::Big(Box::new(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)))),
        }
    }

    /// The same value as a number. It must not be one of the infinite ends of a range.
    pub fn from_number(number: Number) -> Fraction {
        let (mut numerator, mut denominator) = (number.units(), Number::SCALE);
        if numerator % denominator == 0 {
            return Fraction::of(numerator / denominator, 1);
        }
        // Powers of ten suffice to keep numerators short, and 6 + 3 + 2 + 1 decimals cover all eleven that can be left.
        for power in [1_000_000, 1_000, 100, 10] {
            if numerator % power == 0 {
                numerator /= power;
                denominator /= power;
            }
        }
        Fraction::of(numerator, denominator)
    }

    /// Whether it is nothing.
    #[inline]
    pub fn is_zero(&self) -> bool {
        match self {
            Fraction::Small(numerator, _) => *numerator == 0,
            Fraction::Big(big) => big.is_zero(),
        }
    }

    /// Whether it is below nothing.
    #[inline]
    pub fn is_negative(&self) -> bool {
        match self {
            Fraction::Small(numerator, _) => *numerator < 0,
            Fraction::Big(big) => big.is_negative(),
        }
    }

    /// The sum.
    #[inline]
    #[must_use]
    pub fn add(&self, other: &Fraction) -> Fraction {
        self.sum(other, false)
    }

    /// The same as a machine integer, where it is written as one: points and worths nearly always are.
    #[inline]
    pub fn as_whole(&self) -> Option<i64> {
        match self {
            Fraction::Small(numerator, 1) => Some(*numerator),
            _ => None,
        }
    }

    /// The difference.
    #[inline]
    #[must_use]
    pub fn subtract(&self, other: &Fraction) -> Fraction {
        self.sum(other, true)
    }

    /// Whether it is not below a number.
    #[inline]
    pub fn is_at_least(&self, number: Number) -> bool {
        match self {
            Fraction::Small(numerator, denominator) if let Some(right) = number.units().checked_mul(i128::from(*denominator)) => {
                i128::from(*numerator) * Number::SCALE >= right
            }
            _ => *self >= Fraction::from_number(number),
        }
    }

    /// The product.
    #[inline]
    #[must_use]
    pub fn multiply(&self, other: &Fraction) -> Fraction {
        match (self, other) {
            (Fraction::Small(a, b), Fraction::Small(c, d)) => {
                Fraction::of(i128::from(*a) * i128::from(*c), i128::from(*b) * i128::from(*d))
            }
            _ => Fraction::from_big(self.to_big() * other.to_big()),
        }
    }

    /// The quotient; none when the divisor is zero.
    #[inline]
    pub fn divide(&self, divisor: &Fraction) -> Option<Fraction> {
        match (self, divisor) {
            _ if divisor.is_zero() => None,
            (Fraction::Small(part, 1), Fraction::Small(whole, 1)) if *whole > 0 => Some(Fraction::Small(*part, *whole)),
            (Fraction::Small(a, b), Fraction::Small(c, d)) => {
                let (numerator, denominator) = (i128::from(*a) * i128::from(*d), i128::from(*b) * i128::from(*c));
                Some(if denominator > 0 { Fraction::of(numerator, denominator) } else { Fraction::of(-numerator, -denominator) })
            }
            _ => Some(Fraction::from_big(self.to_big() / divisor.to_big())),
        }
    }

    /// The opposite.
    #[inline]
    #[must_use]
    pub fn negate(&self) -> Fraction {
        match self {
            Fraction::Small(numerator, denominator) => Fraction::of(-i128::from(*numerator), i128::from(*denominator)),
            Fraction::Big(big) => Fraction::from_big(-big.as_ref().clone()),
        }
    }

    /// The greatest number that is not above it.
    ///
    /// # Errors
    /// When it is out of a number's range.
    pub fn to_number_down(&self) -> Result<Number, Arithmetic> {
        self.to_number(false).map(|(number, _)| number)
    }

    /// The least number that is not below it.
    ///
    /// # Errors
    /// When it is out of a number's range.
    pub fn to_number_up(&self) -> Result<Number, Arithmetic> {
        self.to_number(true).map(|(number, _)| number)
    }

    /// Rounded once, to so many decimals; with more than 12, to 12.
    ///
    /// # Errors
    /// When it is out of a number's range.
    pub fn round(&self, places: u32, rounding: Rounding) -> Result<Number, Arithmetic> {
        let places = places.min(Number::DECIMALS);
        match rounding {
            Rounding::Down => self.to_number_down()?.round(places, rounding),
            Rounding::Up => self.to_number_up()?.round(places, rounding),
            Rounding::HalfEven => {
                let scaled = i128::try_from(self.scaled_half_even(places)).map_err(|_| Arithmetic::Overflow)?;
                let step = 10_i128.pow(Number::DECIMALS - places);
                Number::from_units(scaled.checked_mul(step).ok_or(Arithmetic::Overflow)?)
            }
        }
    }

    /// Whether it is exactly a number.
    pub fn is_exact_number(&self) -> bool {
        matches!(self.to_number(false), Ok((_, true)))
    }

    /// The range from a floor to a ceiling. An end that is no number moves outwards to the next one and is open there, so that comparing the range with a
    /// number gives exactly what comparing the true fractions gives.
    ///
    /// INVARIANT: the floor is not above the ceiling.
    pub fn to_interval(floor: &Fraction, ceiling: &Fraction) -> Interval {
        let (low, low_open) = match floor.to_number(false) {
            Ok((number, exact)) => (number, !exact),
            Err(_) if floor.is_negative() => (Number::BELOW_ALL, true),
            Err(_) => (Number::GREATEST, true),
        };
        let (high, high_open) = match ceiling.to_number(true) {
            Ok((number, exact)) => (number, !exact),
            Err(_) if ceiling.is_negative() => (Number::LEAST, true),
            Err(_) => (Number::ABOVE_ALL, true),
        };
        Interval::new(low, low_open, high, high_open).unwrap_or(Interval::unbounded())
    }

    /// Times 10^`decimals`, to the nearest whole number, halves to the even one.
    pub(super) fn scaled_half_even(&self, decimals: u32) -> BigInt {
        let big = self.to_big();
        let (mut quotient, remainder) = (big.numer() * BigInt::from(10).pow(decimals)).div_mod_floor(big.denom());
        match (remainder * 2_u32).cmp(big.denom()) {
            Ordering::Greater => quotient += 1,
            Ordering::Equal if quotient.is_odd() => quotient += 1,
            Ordering::Equal | Ordering::Less => {}
        }
        quotient
    }

    /// As [`Fraction::scaled_half_even`], where all of it fits machine words. `decimals` is at most 18.
    pub(super) fn scaled_half_even_small(&self, decimals: u32) -> Option<i64> {
        let Fraction::Small(numerator, denominator) = self else { return None };
        let (scaled, whole) = (i128::from(*numerator) * 10_i128.pow(decimals), i128::from(*denominator));
        let (quotient, remainder) = (scaled.div_euclid(whole), scaled.rem_euclid(whole));
        let up = match (remainder * 2).cmp(&whole) {
            Ordering::Greater => true,
            Ordering::Equal => quotient % 2 != 0,
            Ordering::Less => false,
        };
        i64::try_from(quotient + i128::from(up)).ok()
    }

    /// A big fraction, small again where it fits.
    pub(super) fn from_big(big: BigRational) -> Fraction {
        match (i64::try_from(big.numer()), i64::try_from(big.denom())) {
            (Ok(numerator), Ok(denominator)) => Fraction::Small(numerator, denominator),
            _ => Fraction::Big(Box::new(big)),
        }
    }

    #[inline]
    fn sum(&self, other: &Fraction, opposite: bool) -> Fraction {
        if let (Fraction::Small(a, b), Fraction::Small(c, d)) = (self, other) {
            let (a, c) = (i128::from(*a), if opposite { -i128::from(*c) } else { i128::from(*c) });
            if b == d {
                return Fraction::of(a + c, i128::from(*b));
            }
            let (b, d) = (i128::from(*b), i128::from(*d));
            return Fraction::of(a * d + c * b, b * d);
        }
        Fraction::from_big(if opposite { self.to_big() - other.to_big() } else { self.to_big() + other.to_big() })
    }

    /// Rounded outwards, with whether nothing was lost.
    fn to_number(&self, up: bool) -> Result<(Number, bool), Arithmetic> {
        if let Fraction::Small(numerator, denominator) = self {
            let (scaled, denominator) = (i128::from(*numerator) * Number::SCALE, i128::from(*denominator));
            let (down, exact) = (scaled.div_euclid(denominator), scaled % denominator == 0);
            return Ok((Number::from_units(if up && !exact { down + 1 } else { down })?, exact));
        }
        let big = self.to_big();
        let (down, remainder) = (big.numer() * Number::SCALE).div_mod_floor(big.denom());
        let down = i128::try_from(down).map_err(|_| Arithmetic::Overflow)?;
        let exact = remainder.is_zero();
        let units = if up && !exact { down.checked_add(1).ok_or(Arithmetic::Overflow)? } else { down };
        Ok((Number::from_units(units)?, exact))
    }

    fn to_big(&self) -> BigRational {
        match self {
            Fraction::Small(numerator, denominator) => BigRational::new(BigInt::from(*numerator), BigInt::from(*denominator)),
            Fraction::Big(big) => big.as_ref().clone(),
        }
    }
}

impl Default for Fraction {
    fn default() -> Fraction {
        Fraction::zero()
    }
}

impl From<Number> for Fraction {
    fn from(number: Number) -> Fraction {
        Fraction::from_number(number)
    }
}

/// Equal by value: 1/2 is 2/4.
impl PartialEq for Fraction {
    #[inline]
    fn eq(&self, other: &Fraction) -> bool {
        match (self, other) {
            (Fraction::Small(a, b), Fraction::Small(c, d)) if b == d => a == c,
            _ => self.cmp(other) == Ordering::Equal,
        }
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Fraction) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    #[inline]
    fn cmp(&self, other: &Fraction) -> Ordering {
        match (self, other) {
            (Fraction::Small(a, b), Fraction::Small(c, d)) if b == d => a.cmp(c),
            (Fraction::Small(a, b), Fraction::Small(c, d)) => (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b))),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl fmt::Display for Fraction {
    /// `3/4`, in lowest terms whatever form it has inside; whole amounts are over 1.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fraction::Small(numerator, denominator) => {
                let (numerator, denominator) = (i128::from(*numerator), i128::from(*denominator));
                let shared = numerator.gcd(&denominator);
                write!(formatter, "{}/{}", numerator / shared, denominator / shared)
            }
            Fraction::Big(big) => write!(formatter, "{}/{}", big.numer(), big.denom()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Fraction {
        Fraction::ratio(numerator, denominator).unwrap_or_else(|| panic!("{numerator}/{denominator}"))
    }

    /// From small ones to those whose products outgrow the machine integers.
    fn any_fraction() -> impl Strategy<Value = Fraction> {
        let sized = (any::<i64>(), 1..=i64::MAX, 0_u32..19, 0_u32..19)
            .prop_map(|(numerator, denominator, a, b)| Fraction::Small(numerator / 10_i64.pow(a), (denominator / 10_i64.pow(b)).max(1)));
        prop_oneof![
            4 => (-50_i64..50, 1_i64..50).prop_map(|(numerator, denominator)| ratio(numerator, denominator)),
            4 => sized.clone(),
            1 => Just(Fraction::Small(i64::MIN, 1)),
            1 => (sized.clone(), sized).prop_map(|(a, b)| a.multiply(&b)),
        ]
    }

    /// A small form where the value has one.
    fn is_tidy(fraction: &Fraction) -> bool {
        match fraction {
            Fraction::Small(_, denominator) => *denominator > 0,
            Fraction::Big(big) => matches!(Fraction::from_big(big.as_ref().clone()), Fraction::Big(_)),
        }
    }

    #[test]
    fn fractions_are_rounded_once() {
        let rounded = |numerator, denominator, places, rounding| {
            let fraction = Fraction::ratio(numerator, denominator).expect("not by zero");
            fraction.round(places, rounding).map(|number| number.to_string())
        };
        assert_eq!(rounded(1, 3, 12, Rounding::HalfEven).as_deref(), Ok("0.333333333333"));
        assert_eq!(rounded(2, 3, 12, Rounding::HalfEven).as_deref(), Ok("0.666666666667"));
        assert_eq!(rounded(-2, 3, 40, Rounding::HalfEven).as_deref(), Ok("-0.666666666667"));
        assert_eq!(rounded(2, 3, 1, Rounding::Down).as_deref(), Ok("0.6"));
        assert_eq!(rounded(1, 3, 1, Rounding::Up).as_deref(), Ok("0.4"));
        assert_eq!(rounded(-1, 3, 1, Rounding::Down).as_deref(), Ok("-0.4"));
        // Rounded to twelve decimals first, it would be a half, and go to the even neighbour.
        assert_eq!(rounded(499_999_999_999_999, 1_000_000_000_000_000, 0, Rounding::HalfEven).as_deref(), Ok("0"));
        assert_eq!(rounded(500_000_000_000_001, 1_000_000_000_000_000, 0, Rounding::HalfEven).as_deref(), Ok("1"));
        assert_eq!(rounded(i64::MAX, 1, 0, Rounding::HalfEven).as_deref(), Ok("9223372036854775807"));
    }

    #[test]
    fn equality_is_by_value() {
        assert_eq!(ratio(1, 2), ratio(-2, -4));
        assert_ne!(ratio(1, 2), ratio(1, 3));
        assert_eq!(Fraction::ratio(1, 0), None);
        assert_eq!(Fraction::one().divide(&Fraction::zero()), None);
    }

    #[test]
    fn numbers_lose_their_zeros() {
        for (text, numerator, denominator) in
            [("12", 12, 1), ("-0.5", -5, 10), ("0.995", 995, 1000), ("0.000000000010", 1, 100_000_000_000)]
        {
            let number = Number::parse(text).unwrap_or_default();
            assert!(matches!(Fraction::from_number(number), Fraction::Small(a, b) if (a, b) == (numerator, denominator)), "{text}");
        }
    }

    #[test]
    fn a_third_lies_strictly_between_two_numbers() {
        let third = ratio(1, 3);
        let range = Fraction::to_interval(&third, &third);
        assert_eq!((range.low.units(), range.high.units()), (333_333_333_333, 333_333_333_334));
        assert!(range.low_open && range.high_open && !third.is_exact_number());
        let below = Fraction::to_interval(&third.negate(), &ratio(1, 2));
        assert_eq!((below.low.units(), below.low_open, below.high_open), (-333_333_333_334, true, false));
    }

    #[test]
    fn values_beyond_numbers_keep_a_sound_range() {
        let mut huge = Fraction::whole(i64::MAX);
        huge = huge.multiply(&huge);
        assert_eq!(huge.to_number_up(), Err(Arithmetic::Overflow));
        let range = Fraction::to_interval(&huge.negate(), &huge);
        assert_eq!(range, Interval::unbounded());
        let above = Fraction::to_interval(&huge, &huge);
        assert!(above.low == Number::GREATEST && above.low_open && above.high == Number::ABOVE_ALL);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn arithmetic_is_that_of_big_fractions(a in any_fraction(), b in any_fraction()) {
            let (big_a, big_b) = (a.to_big(), b.to_big());
            for (ours, exact) in [
                (a.add(&b), &big_a + &big_b),
                (a.subtract(&b), &big_a - &big_b),
                (a.multiply(&b), &big_a * &big_b),
                (a.negate(), -&big_a),
            ] {
                prop_assert_eq!(ours.to_big(), exact);
                prop_assert!(is_tidy(&ours), "{:?}", ours);
            }
            match a.divide(&b) {
                None => prop_assert!(big_b.is_zero()),
                Some(quotient) => {
                    prop_assert_eq!(quotient.to_big(), &big_a / &big_b);
                    prop_assert!(is_tidy(&quotient), "{:?}", quotient);
                }
            }
            prop_assert_eq!(a.cmp(&b), big_a.cmp(&big_b));
        }

        #[test]
        fn ranges_compare_as_their_fractions(a in any_fraction(), b in any_fraction(), nudge in -2_i128..=2) {
            let (floor, ceiling) = ((&a).min(&b), (&a).max(&b));
            let range = Fraction::to_interval(floor, ceiling);
            let Ok(near) = floor.to_number_down() else { return Ok(()) };
            let Ok(number) = Number::from_units(near.units() + nudge) else { return Ok(()) };
            let exact = Fraction::from_number(number);
            prop_assert_eq!(range.contains(number), *floor <= exact && exact <= *ceiling);
            prop_assert_eq!(range.low > number || (range.low == number && range.low_open), *floor > exact);
            prop_assert_eq!(range.high < number || (range.high == number && range.high_open), *ceiling < exact);
        }

        #[test]
        fn halves_go_to_the_even_neighbour(a in any_fraction(), decimals in 0_u32..15) {
            let scaled = a.to_big() * BigInt::from(10).pow(decimals);
            let off = scaled.clone() - BigRational::from_integer(a.scaled_half_even(decimals));
            let half = BigRational::new(BigInt::from(1), BigInt::from(2));
            prop_assert!(off.abs() <= half);
            prop_assert!(off.abs() < half || a.scaled_half_even(decimals).is_even());
        }
    }
}
