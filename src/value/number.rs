//! The one number: a whole multiple of 10^-12 of magnitude below 10^25.

/// A whole multiple of 10^-12, of magnitude below 10^25. `+`, `-` and comparison are exact; `*` and `/` are the exact result rounded once, half to even.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Number {
    /// Units in one.
    pub const SCALE: i128 = 1_000_000_000_000;
    /// Nothing.
    pub const ZERO: Number = Number(0);
    /// One; as a percent, 100 %.
    pub const ONE: Number = Number(Self::SCALE);
    /// The magnitude, in units, that no number reaches.
    pub const LIMIT: i128 = 10_i128.pow(37);
    /// Below every number: the lower end of an unbounded range. Only [`super::Interval`] uses it.
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
    pub fn from_units(units: i128) -> Result<Number, Arithmetic> {
        if units.unsigned_abs() < Self::LIMIT as u128 { Ok(Number(units)) } else { Err(Arithmetic::Overflow) }
    }

    /// In multiples of 10^-12.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The sum, exact.
    pub fn add(self, other: Number) -> Result<Number, Arithmetic> {
        let _ = other;
        todo!("the NUM helper writes this and adds subtract, multiply, divide, negate, round(places, Rounding), is_whole, to_i64 …")
    }
}
