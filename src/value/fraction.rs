//! Exact fractions, for everything that has to do with scores: points, worths, ratios. Never rounded; rounding happens when one is shown.

use num_rational::BigRational;

/// An exact fraction. Small ones are a pair of machine integers; when one outgrows them it moves to big integers, so no result is ever rounded.
#[derive(Clone, Debug)]
pub enum Fraction {
    /// Numerator over a positive denominator; not necessarily in lowest terms.
    Small(i128, i128),
    /// The rest.
    Big(Box<BigRational>),
}
