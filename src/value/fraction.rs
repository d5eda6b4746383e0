//! Exact fractions, for everything that has to do with scores: points, worths, ratios. Never rounded; rounding happens when one is shown.
//!
//! Nearly all fractions of an evaluation are small, so a pair of machine integers is the ordinary form and costs no allocation. Lowest terms are sought
//! only when an operation would otherwise outgrow the machine integers; what still does not fit becomes a big fraction, and small again as soon as it can.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::{Arithmetic, Interval, Number};

/// An exact fraction. Small ones are a pair of machine integers; when one outgrows them it moves to big integers, so no result is ever rounded.
#[derive(Clone, Debug)]
pub enum Fraction {
    /// Numerator over a positive denominator; not necessarily in lowest terms. INVARIANT: neither is `i128::MIN`, so both can be negated.
    Small(i128, i128),
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
        Fraction::Small(value as i128, 1)
    }

    /// `numerator` over `denominator`; none when the latter is zero.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Fraction> {
        let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
        match denominator.cmp(&0) {
            Ordering::Greater => Some(Fraction::Small(numerator, denominator)),
            Ordering::Less => Some(Fraction::Small(-numerator, -denominator)),
            Ordering::Equal => None,
        }
    }

    /// The same value as a number. It must not be one of the infinite ends of a range.
    pub fn from_number(number: Number) -> Fraction {
        let (mut numerator, mut denominator) = (number.units(), Number::SCALE);
        if numerator % denominator == 0 {
            return Fraction::Small(numerator / denominator, 1);
        }
        // Powers of ten suffice to keep numerators short, and 6 + 3 + 2 + 1 decimals cover all eleven that can be left.
        for power in [1_000_000, 1_000, 100, 10] {
            if numerator % power == 0 {
                numerator /= power;
                denominator /= power;
            }
        }
        Fraction::Small(numerator, denominator)
    }

    /// Whether it is a number or above it, which must not be one of the infinite ends of a range.
    #[inline]
    pub fn is_at_least(&self, number: Number) -> bool {
        if let Fraction::Small(numerator, denominator) = self
            && let (Some(left), Some(right)) = (numerator.checked_mul(Number::SCALE), denominator.checked_mul(number.units()))
        {
            return left >= right;
        }
        *self >= Fraction::from_number(number)
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

    /// The difference.
    #[inline]
    #[must_use]
    pub fn subtract(&self, other: &Fraction) -> Fraction {
        self.sum(other, true)
    }

    /// The product.
    #[inline]
    #[must_use]
    pub fn multiply(&self, other: &Fraction) -> Fraction {
        if let (Fraction::Small(a, b), Fraction::Small(c, d)) = (self, other) {
            if let Some(small) = small_product(*a, *b, *c, *d) {
                return small;
            }
            // In lowest terms, and each numerator against the other denominator, nothing common is left to outgrow the integers.
            let ((a, b), (c, d)) = (lowest(*a, *b), lowest(*c, *d));
            let ((a, d), (c, b)) = (lowest(a, d), lowest(c, b));
            if let Some(small) = small_product(a, b, c, d) {
                return small;
            }
        }
        Fraction::from_big(self.to_big() * other.to_big())
    }

    /// The quotient; none when the divisor is zero.
    #[inline]
    pub fn divide(&self, divisor: &Fraction) -> Option<Fraction> {
        match divisor {
            _ if divisor.is_zero() => None,
            Fraction::Small(numerator, denominator) if *numerator < 0 => Some(self.multiply(&Fraction::Small(-denominator, -numerator))),
            Fraction::Small(numerator, denominator) => Some(self.multiply(&Fraction::Small(*denominator, *numerator))),
            Fraction::Big(big) => Some(Fraction::from_big(self.to_big() / big.as_ref())),
        }
    }

    /// The opposite.
    #[inline]
    #[must_use]
    pub fn negate(&self) -> Fraction {
        match self {
            Fraction::Small(numerator, denominator) => Fraction::Small(-numerator, *denominator),
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

    /// A big fraction, small again where it fits.
    pub(super) fn from_big(big: BigRational) -> Fraction {
        match (i128::try_from(big.numer()), i128::try_from(big.denom())) {
            (Ok(numerator), Ok(denominator)) if numerator != i128::MIN => Fraction::Small(numerator, denominator),
            _ => Fraction::Big(Box::new(big)),
        }
    }

    #[inline]
    fn sum(&self, other: &Fraction, opposite: bool) -> Fraction {
        if let (Fraction::Small(a, b), Fraction::Small(c, d)) = (self, other) {
            let c = if opposite { -*c } else { *c };
            if b == d
                && let Some(sum) = a.checked_add(c).filter(|sum| *sum != i128::MIN)
            {
                return Fraction::Small(sum, *b);
            }
            if let Some(small) = small_sum(*a, *b, c, *d) {
                return small;
            }
            let ((a, b), (c, d)) = (lowest(*a, *b), lowest(c, *d));
            if let Some(small) = small_sum(a, b, c, d) {
                return small;
            }
        }
        Fraction::from_big(if opposite { self.to_big() - other.to_big() } else { self.to_big() + other.to_big() })
    }

    /// Rounded outwards, with whether nothing was lost.
    fn to_number(&self, up: bool) -> Result<(Number, bool), Arithmetic> {
        if let Fraction::Small(numerator, denominator) = self
            && let Some(scaled) = numerator.checked_mul(Number::SCALE)
        {
            let (down, exact) = (scaled.div_euclid(*denominator), scaled % denominator == 0);
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
    fn eq(&self, other: &Fraction) -> bool {
        self.cmp(other) == Ordering::Equal
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
        if let (Fraction::Small(a, b), Fraction::Small(c, d)) = (self, other) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return left.cmp(&right);
            }
            let (left, right) = (wide_product(a.unsigned_abs(), d.unsigned_abs()), wide_product(c.unsigned_abs(), b.unsigned_abs()));
            return match (*a < 0, *c < 0) {
                (false, false) => left.cmp(&right),
                (true, true) => right.cmp(&left),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
            };
        }
        self.to_big().cmp(&other.to_big())
    }
}

/// a/b + c/d over the product of the denominators, or over the greater where it is a multiple of the other.
#[inline]
fn small_sum(a: i128, b: i128, c: i128, d: i128) -> Option<Fraction> {
    let (numerator, denominator) = if d == 1 {
        (a.checked_add(c.checked_mul(b)?)?, b)
    } else if b == 1 {
        (a.checked_mul(d)?.checked_add(c)?, d)
    } else {
        (a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?)
    };
    (numerator != i128::MIN).then_some(Fraction::Small(numerator, denominator))
}

#[inline]
fn small_product(a: i128, b: i128, c: i128, d: i128) -> Option<Fraction> {
    let numerator = a.checked_mul(c)?;
    (numerator != i128::MIN).then_some(Fraction::Small(numerator, b.checked_mul(d)?))
}

/// Both divided by what they share. The denominator is positive.
fn lowest(numerator: i128, denominator: i128) -> (i128, i128) {
    let shared = numerator.gcd(&denominator);
    (numerator / shared, denominator / shared)
}

/// All 256 bits of a product, the upper half first.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u32 = 64;
    let low = |value: u128| value & u128::from(u64::MAX);
    let (a_high, a_low, b_high, b_low) = (a >> HALF, low(a), b >> HALF, low(b));
    let (bottom, left, right, top) = (a_low * b_low, a_high * b_low, a_low * b_high, a_high * b_high);
    let middle = (bottom >> HALF) + low(left) + low(right);
    (top + (left >> HALF) + (right >> HALF) + (middle >> HALF), (middle << HALF) | low(bottom))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Fraction {
        Fraction::ratio(numerator, denominator).unwrap_or_else(|| panic!("{numerator}/{denominator}"))
    }

    /// From small ones to those that the machine integers cannot multiply, and beyond.
    fn any_fraction() -> impl Strategy<Value = Fraction> {
        let wide = (-i128::MAX..=i128::MAX, 1..=i128::MAX, 0_u32..38, 0_u32..38);
        let sized = wide
            .prop_map(|(numerator, denominator, a, b)| Fraction::Small(numerator / 10_i128.pow(a), (denominator / 10_i128.pow(b)).max(1)));
        prop_oneof![
            4 => (-50_i64..50, 1_i64..50).prop_map(|(numerator, denominator)| ratio(numerator, denominator)),
            4 => sized.clone(),
            1 => (sized.clone(), sized).prop_map(|(a, b)| a.multiply(&b)),
        ]
    }

    /// A small form where the value has one, and numbers that can be negated.
    fn is_tidy(fraction: &Fraction) -> bool {
        match fraction {
            Fraction::Small(numerator, denominator) => *numerator != i128::MIN && *denominator > 0,
            Fraction::Big(big) => matches!(Fraction::from_big(big.as_ref().clone()), Fraction::Big(_)),
        }
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
        fn products_are_whole(a: u128, b: u128) {
            let (high, low) = wide_product(a, b);
            prop_assert_eq!((BigInt::from(high) << 128) + BigInt::from(low), BigInt::from(a) * BigInt::from(b));
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
