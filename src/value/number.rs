//! The one number: a whole multiple of 10^-12 of magnitude below 10^25.
//!
//! Everything here works in machine integers. Products and quotients that outgrow 128 bits are taken in two parts, so that no operation allocates and
//! each rounds exactly once.

use std::fmt;

/// A whole multiple of 10^-12, of magnitude below 10^25. `+`, `-` and comparison are exact; `*` and `/` are the exact result rounded once, half to even.
///
/// Aligned as its halves are: every fact holds two of them, and evaluation spends its time moving facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(8))]
pub struct Number(i128);

/// What went wrong in arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The result's magnitude is 10^25 or more.
    Overflow,
    /// A division by zero.
    DivisionByZero,
}

/// Which way to round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, halves to the even neighbour.
    HalfEven,
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// It is not digits with at most one point between them.
    Malformed,
    /// It is finer than a multiple of 10^-12.
    TooManyDecimals,
    /// Its magnitude is 10^25 or more.
    TooLarge,
}

impl Number {
    /// Units in one.
    pub const SCALE: i128 = 1_000_000_000_000;
    /// How many decimals are kept.
    pub const DECIMALS: u32 = 12;
    /// Nothing.
    pub const ZERO: Number = Number(0);
    /// One; as a percent, 100 %.
    pub const ONE: Number = Number(Self::SCALE);
    /// The magnitude, in units, that no number reaches.
    pub const LIMIT: i128 = 10_i128.pow(37);
    /// The least number.
    pub const LEAST: Number = Number(1 - Self::LIMIT);
    /// The greatest number.
    pub const GREATEST: Number = Number(Self::LIMIT - 1);
    /// Below every number: the lower end of an unbounded range. Only [`super::Interval`] uses it; it never enters arithmetic.
    pub const BELOW_ALL: Number = Number(i128::MIN);
    /// Above every number.
    pub const ABOVE_ALL: Number = Number(i128::MAX);

    /// A whole number.
    pub const fn whole(value: i64) -> Number {
        Number(value as i128 * Self::SCALE)
    }

    /// From multiples of 10^-12.
    ///
    /// # Errors
    /// When the magnitude is out of range.
    #[inline]
    pub const fn from_units(units: i128) -> Result<Number, Arithmetic> {
        if units.unsigned_abs() < Self::LIMIT as u128 { Ok(Number(units)) } else { Err(Arithmetic::Overflow) }
    }

    /// In multiples of 10^-12.
    #[inline]
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Reads a plain decimal, such as `12`, `-3.25`; nothing is rounded.
    ///
    /// # Errors
    /// When the text is anything else, too fine or too large.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        Self::parse_scaled(text, false, 1, 0)
    }

    /// Reads a plain decimal in which `_` may follow a digit, as rule files write it: `1_000`.
    ///
    /// # Errors
    /// As for [`Number::parse`].
    pub fn parse_grouped(text: &str) -> Result<Number, NumberError> {
        Self::parse_scaled(text, true, 1, 0)
    }

    /// Reads a plain decimal as `factor` times 10 to the minus `shift`, exactly: `1.5` of a unit of 3 counts 4.5.
    pub(super) fn parse_scaled(text: &str, grouped: bool, factor: u128, shift: u32) -> Result<Number, NumberError> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match magnitude.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (magnitude, None),
        };
        let well_formed = |digits: &str| {
            digits.starts_with(|first: char| first.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || (grouped && byte == b'_'))
        };
        if !well_formed(whole) || !fraction.is_none_or(well_formed) {
            return Err(NumberError::Malformed);
        }

        // Zeros at the end of the decimals say nothing, and must not count as decimals.
        let fraction = fraction.unwrap_or_default().trim_end_matches(['0', '_']);
        let mut mantissa = 0_u128;
        let mut decimals = shift;
        for digit in digits(whole) {
            mantissa = append(mantissa, digit).ok_or(NumberError::TooLarge)?;
        }
        if mantissa >= Self::LIMIT as u128 {
            return Err(NumberError::TooLarge);
        }
        for digit in digits(fraction) {
            mantissa = append(mantissa, digit).ok_or(NumberError::TooManyDecimals)?;
            decimals += 1;
        }
        if mantissa == 0 {
            return Ok(Number::ZERO);
        }

        // The result is mantissa * factor * 10^(12 - decimals). Where decimals must go, tens are divided out of either factor, or the text is too fine.
        let (mut factor, excess) = (factor, decimals.saturating_sub(Self::DECIMALS));
        for prime in [2, 5] {
            let mut left = excess;
            while left > 0 && mantissa.is_multiple_of(prime) {
                mantissa /= prime;
                left -= 1;
            }
            while left > 0 && factor.is_multiple_of(prime) {
                factor /= prime;
                left -= 1;
            }
            if left > 0 {
                return Err(NumberError::TooManyDecimals);
            }
        }
        let power = 10_u128.pow(Self::DECIMALS.saturating_sub(decimals));
        let units = mantissa.checked_mul(factor).and_then(|product| product.checked_mul(power)).ok_or(NumberError::TooLarge)?;
        let units = i128::try_from(units).map_err(|_| NumberError::TooLarge)?;
        Number::from_units(if negative { -units } else { units }).map_err(|_| NumberError::TooLarge)
    }

    /// The sum, exact.
    ///
    /// # Errors
    /// When it is out of range.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "the operators could not report overflow")]
    pub fn add(self, other: Number) -> Result<Number, Arithmetic> {
        // Two magnitudes below 10^37 cannot leave 128 bits.
        Number::from_units(self.0 + other.0)
    }

    /// The difference, exact.
    ///
    /// # Errors
    /// When it is out of range.
    #[inline]
    pub fn subtract(self, other: Number) -> Result<Number, Arithmetic> {
        Number::from_units(self.0 - other.0)
    }

    /// The product, rounded once.
    ///
    /// # Errors
    /// When it is out of range.
    #[inline]
    pub fn multiply(self, other: Number) -> Result<Number, Arithmetic> {
        match self.0.checked_mul(other.0) {
            Some(product) => Number::from_units(divide_half_even(product, Self::SCALE)),
            None => self.multiply_wide(other),
        }
    }

    /// The quotient, rounded once.
    ///
    /// # Errors
    /// When the divisor is zero or the quotient out of range.
    #[inline]
    pub fn divide(self, divisor: Number) -> Result<Number, Arithmetic> {
        if divisor.0 == 0 {
            return Err(Arithmetic::DivisionByZero);
        }
        match self.0.checked_mul(Self::SCALE) {
            Some(scaled) => Number::from_units(divide_half_even(scaled, divisor.0)),
            None => self.divide_wide(divisor),
        }
    }

    /// The opposite.
    #[inline]
    #[must_use]
    pub const fn negate(self) -> Number {
        Number(-self.0)
    }

    /// The magnitude.
    #[inline]
    #[must_use]
    pub const fn abs(self) -> Number {
        Number(self.0.abs())
    }

    /// Rounded to so many decimals. With 12 or more nothing changes.
    ///
    /// # Errors
    /// When rounding away from zero leaves the range.
    pub fn round(self, places: u32, rounding: Rounding) -> Result<Number, Arithmetic> {
        if places >= Self::DECIMALS {
            return Ok(self);
        }
        let step = 10_i128.pow(Self::DECIMALS - places);
        let rounded = match rounding {
            Rounding::HalfEven => divide_half_even(self.0, step),
            Rounding::Down => self.0.div_euclid(step),
            Rounding::Up => -(-self.0).div_euclid(step),
        };
        Number::from_units(rounded * step)
    }

    /// The greatest multiple of a positive step that is not above the number.
    ///
    /// # Errors
    /// When there is none in range.
    #[inline]
    pub fn floor_to(self, step: Number) -> Result<Number, Arithmetic> {
        Number::from_units(self.0 - self.0.rem_euclid(step.0.max(1)))
    }

    /// The least multiple of a positive step that is not below the number.
    ///
    /// # Errors
    /// When there is none in range.
    #[inline]
    pub fn ceil_to(self, step: Number) -> Result<Number, Arithmetic> {
        Number::from_units(self.0 + (-self.0).rem_euclid(step.0.max(1)))
    }

    /// Whether the number is a whole multiple of a positive step.
    #[inline]
    pub fn is_multiple_of(self, step: Number) -> bool {
        self.0 % step.0.max(1) == 0
    }

    /// Whether there is nothing after the point.
    #[inline]
    pub fn is_whole(self) -> bool {
        self.0 % Self::SCALE == 0
    }

    /// The same as a machine integer, if it is one.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        if self.is_whole() { i64::try_from(self.0 / Self::SCALE).ok() } else { None }
    }

    /// For products beyond 128 bits: (q * S + r) * b / S = q * b + r * b / S, with the larger factor split at the scale S.
    #[cold]
    fn multiply_wide(self, other: Number) -> Result<Number, Arithmetic> {
        let (large, small) = if self.0.unsigned_abs() >= other.0.unsigned_abs() { (self.0, other.0) } else { (other.0, self.0) };
        let (quotient, remainder) = (large / Self::SCALE, large % Self::SCALE);
        // Either of these fails only where the result would be out of range as well: in the second case both factors exceed 10^26 units.
        let whole = quotient.checked_mul(small).ok_or(Arithmetic::Overflow)?;
        let rest = remainder.checked_mul(small).ok_or(Arithmetic::Overflow)?;
        // `rest` alone decides the rounding up to the parity of `whole`, so an odd `whole` joins the rounding as one more multiple of S.
        let parity = whole % 2;
        let rounded = divide_half_even(rest + parity * Self::SCALE, Self::SCALE) - parity;
        whole.checked_add(rounded).ok_or(Arithmetic::Overflow).and_then(Number::from_units)
    }

    /// For dividends beyond 128 bits: long division, one of the twelve decimals after the other.
    #[cold]
    fn divide_wide(self, divisor: Number) -> Result<Number, Arithmetic> {
        let negative = (self.0 < 0) != (divisor.0 < 0);
        let (dividend, divisor) = (self.0.unsigned_abs(), divisor.0.unsigned_abs());
        let (mut quotient, mut remainder) = (dividend / divisor, dividend % divisor);
        for _ in 0..Self::DECIMALS {
            // The remainder is below 10^37, so ten times it fits.
            remainder *= 10;
            quotient = append(quotient, remainder / divisor).ok_or(Arithmetic::Overflow)?;
            remainder %= divisor;
        }
        if remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 == 1) {
            quotient += 1;
        }
        let units = i128::try_from(quotient).map_err(|_| Arithmetic::Overflow)?;
        Number::from_units(if negative { -units } else { units })
    }
}

impl fmt::Display for Number {
    /// The shortest exact decimal: `0.995`, `-3`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = Self::SCALE.unsigned_abs();
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / scale, magnitude % scale);
        let text = if fraction == 0 {
            whole.to_string()
        } else {
            let decimals = format!("{fraction:012}");
            format!("{whole}.{}", decimals.trim_end_matches('0'))
        };
        formatter.pad_integral(self.0 >= 0, "", &text)
    }
}

/// The values of the digits of a text.
fn digits(text: &str) -> impl Iterator<Item = u128> {
    text.bytes().filter(u8::is_ascii_digit).map(|digit| u128::from(digit - b'0'))
}

/// `digits` with one more digit behind, or none where 128 bits do not hold it.
#[inline]
fn append(digits: u128, digit: u128) -> Option<u128> {
    digits.checked_mul(10)?.checked_add(digit)
}

/// The quotient to the nearest, halves to the even one. The divisor is not zero and below 2^126.
#[inline]
pub(super) fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    // A second division would cost more than all the rest, and checks would cost more than the product: neither it nor the rest can overflow.
    let quotient = dividend / divisor;
    let remainder = dividend.wrapping_sub(quotient.wrapping_mul(divisor));
    if remainder == 0 {
        return quotient;
    }
    let (twice, whole) = (remainder.unsigned_abs() * 2, divisor.unsigned_abs());
    if twice > whole || (twice == whole && quotient % 2 != 0) {
        if (remainder < 0) == (divisor < 0) { quotient + 1 } else { quotient - 1 }
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_integer::Integer;
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// Any magnitude, small ones and round ones as likely as large ones.
    pub(crate) fn any_number() -> impl Strategy<Value = Number> {
        let limit = Number::LIMIT - 1;
        let units = prop_oneof![
            (-1000_i128..1000).prop_map(|units| units),
            (-1000_i128..1000).prop_map(|whole| whole * Number::SCALE / 2),
            (-limit..=limit, 0_u32..37).prop_map(|(units, digits)| units / 10_i128.pow(digits)),
        ];
        units.prop_map(|units| Number::from_units(units).unwrap_or_default())
    }

    /// The definition: the exact quotient, to the nearest, halves to even, unless it is out of range.
    fn rounded(dividend: BigInt, divisor: BigInt) -> Result<Number, Arithmetic> {
        let (mut quotient, remainder) = dividend.div_mod_floor(&divisor);
        let twice = BigInt::from(2) * remainder;
        let up = if divisor > BigInt::ZERO { twice > divisor } else { twice < divisor };
        if up || (twice == divisor && quotient.is_odd()) {
            quotient += 1;
        }
        i128::try_from(quotient).map_err(|_| Arithmetic::Overflow).and_then(Number::from_units)
    }

    #[test]
    fn shows_the_shortest_exact_decimal() {
        for text in ["0", "1", "-3", "0.995", "-0.000000000001", "9999999999999999999999999.999999999999"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("1.50").to_string(), "1.5");
        assert_eq!(format!("{:>6}", number("-1.5")), "  -1.5");
    }

    #[test]
    fn reads_only_plain_decimals() {
        for text in ["", "-", ".5", "5.", "+5", "1.2.3", "1e9", "1,000", " 1", "--1", "1_000", "½", "٣", "0x1", "NaN"] {
            assert_eq!(Number::parse(text), Err(NumberError::Malformed), "{text}");
        }
        assert_eq!(Number::parse_grouped("1_000.2_5"), Ok(number("1000.25")));
        assert_eq!(Number::parse_grouped("_1"), Err(NumberError::Malformed));
        assert_eq!(Number::parse_grouped("1._5"), Err(NumberError::Malformed));
    }

    #[test]
    fn refuses_what_it_cannot_keep() {
        assert_eq!(Number::parse("0.0000000000001"), Err(NumberError::TooManyDecimals));
        assert_eq!(Number::parse("0.0000000000010"), Ok(Number(1)));
        assert_eq!(Number::parse(&format!("0.{}1", "0".repeat(500))), Err(NumberError::TooManyDecimals));
        assert_eq!(Number::parse(&format!("1.{}", "0".repeat(500))), Ok(Number::ONE));
        assert_eq!(Number::parse("10000000000000000000000000"), Err(NumberError::TooLarge));
        assert_eq!(Number::parse(&"9".repeat(500)), Err(NumberError::TooLarge));
        assert_eq!(Number::parse(&format!("{}1", "0".repeat(500))), Ok(Number::ONE));
    }

    #[test]
    fn scales_exactly_while_reading() {
        assert_eq!(Number::parse_scaled("99.5", false, 1, 2), Ok(number("0.995")));
        assert_eq!(Number::parse_scaled("0.00000000001", false, 1, 2), Err(NumberError::TooManyDecimals));
        assert_eq!(Number::parse_scaled("0.0000000000001", false, 1000, 0), Ok(Number(100)));
        // 2^-40 of 2^60 has forty decimals and is a whole number all the same.
        let text = "0.0000000000009094947017729282379150390625";
        assert_eq!(Number::parse_scaled(text, false, 1 << 60, 0), Ok(Number::whole(1 << 20)));
    }

    #[test]
    fn rounds_each_way() {
        let rounded = |text: &str, places, rounding| number(text).round(places, rounding).map(|number| number.to_string());
        assert_eq!(rounded("2.5", 0, Rounding::HalfEven).as_deref(), Ok("2"));
        assert_eq!(rounded("3.5", 0, Rounding::HalfEven).as_deref(), Ok("4"));
        assert_eq!(rounded("-2.5", 0, Rounding::HalfEven).as_deref(), Ok("-2"));
        assert_eq!(rounded("-2.51", 1, Rounding::Down).as_deref(), Ok("-2.6"));
        assert_eq!(rounded("-2.59", 1, Rounding::Up).as_deref(), Ok("-2.5"));
        assert_eq!(rounded("2.51", 1, Rounding::Up).as_deref(), Ok("2.6"));
        assert_eq!(rounded("2.51", 40, Rounding::Up).as_deref(), Ok("2.51"));
        assert_eq!(Number::GREATEST.round(0, Rounding::Up), Err(Arithmetic::Overflow));
        assert_eq!(Number::LEAST.floor_to(Number::ONE), Err(Arithmetic::Overflow));
        assert_eq!(number("-1.5").floor_to(Number::ONE), Ok(number("-2")));
        assert_eq!(number("-1.5").ceil_to(Number::ONE), Ok(number("-1")));
        assert_eq!(number("4").ceil_to(number("2")), Ok(number("4")));
    }

    #[test]
    fn tells_whole_numbers() {
        assert_eq!(number("12").to_i64(), Some(12));
        assert_eq!(number("12.5").to_i64(), None);
        assert_eq!(number("9223372036854775808").to_i64(), None);
        assert!(number("7.5").is_multiple_of(number("2.5")) && !number("7").is_multiple_of(number("2.5")));
    }

    #[test]
    fn leaving_the_range_is_an_error() {
        assert_eq!(Number::GREATEST.add(Number(1)), Err(Arithmetic::Overflow));
        assert_eq!(Number::LEAST.subtract(Number(1)), Err(Arithmetic::Overflow));
        assert_eq!(Number::GREATEST.multiply(Number::GREATEST), Err(Arithmetic::Overflow));
        assert_eq!(Number::GREATEST.divide(Number(1)), Err(Arithmetic::Overflow));
        assert_eq!(Number::ONE.divide(Number::ZERO), Err(Arithmetic::DivisionByZero));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn products_are_rounded_once(a in any_number(), b in any_number()) {
            let exact = rounded(BigInt::from(a.units()) * b.units(), BigInt::from(Number::SCALE));
            prop_assert_eq!(a.multiply(b), exact);
            prop_assert_eq!(a.multiply_wide(b), exact);
        }

        #[test]
        fn quotients_are_rounded_once(a in any_number(), b in any_number()) {
            prop_assume!(b != Number::ZERO);
            let exact = rounded(BigInt::from(a.units()) * Number::SCALE, BigInt::from(b.units()));
            prop_assert_eq!(a.divide(b), exact);
            prop_assert_eq!(a.divide_wide(b), exact);
        }

        #[test]
        fn halves_go_to_the_even_neighbour(units in -1_000_000_i128..1_000_000) {
            let odd = Number(units * 2 + 1);
            let product = odd.multiply(Number(Number::SCALE / 2)).unwrap_or_default();
            prop_assert_eq!(product.units() % 2, 0);
            prop_assert_eq!((product.units() * 2 - odd.units()).abs(), 1);
        }

        #[test]
        fn rounding_keeps_order(a in any_number(), b in any_number(), constant in any_number()) {
            let (a, b, constant) = (a.min(b), a.max(b), constant.abs());
            prop_assume!(constant > Number::ZERO);
            if let (Ok(low), Ok(high)) = (a.multiply(constant), b.multiply(constant)) {
                prop_assert!(low <= high);
            }
            if let (Ok(low), Ok(high)) = (a.divide(constant), b.divide(constant)) {
                prop_assert!(low <= high);
            }
        }

        #[test]
        fn every_number_reads_back(number in any_number()) {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn no_text_upsets_the_reader(text in "-?[0-9_.,eE%+]{0,60}") {
            if let Ok(number) = Number::parse(&text) {
                let again = Number::parse(&number.to_string());
                prop_assert_eq!(again, Ok(number));
            }
        }
    }
}
