//! Which of several changes did what. The same for changes of rules and of facts: whoever asks hands over a function that says what comes out when some of
//! the changes are made, each a bit of a mask.

use crate::value::Fraction;

use super::impact::Standing;

/// Up to so many changes every selection of them is tried.
pub(super) const MOST_EXACT: usize = 6;

/// How parts of a difference were found. Either way they add up to it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The mean of what a change adds over all orders in which the changes can be made: its Shapley value.
    AllOrders,
    /// What a change adds when the changes are made one after another, in the order of declaration.
    OneOrder,
}

/// What a unit adds to a score's floor and ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which unit.
    pub unit: usize,
    /// What it adds to the floor, as a fraction of 1.
    pub floor: Fraction,
    /// What it adds to the ceiling.
    pub ceiling: Fraction,
}

/// Why a verdict stands otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flip {
    /// The units of which each alone does what all do together.
    pub alone: Vec<usize>,
    /// Sets of units that do so only jointly: leave one out, and the verdict stands otherwise.
    pub together: Vec<Vec<usize>>,
    /// Whether these are all such sets. Otherwise they are those found by leaving out one unit after another.
    pub is_complete: bool,
}

/// What the units did to a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    /// Those that added something, or every one of nothing: they add up to the whole difference. Empty where there is no score on some way.
    pub(super) shares: Vec<Share>,
    /// Why it stands otherwise, if it does.
    pub(super) flip: Option<Flip>,
}

/// What comes out with the units of a mask; an error names a mask that makes no sense.
pub(super) type Value<'v> = dyn FnMut(u64) -> Result<Standing, u64> + 'v;

/// The mask of so many units.
pub(super) fn all(units: usize) -> u64 {
    if units >= 64 { u64::MAX } else { (1 << units) - 1 }
}

pub(super) fn method(units: usize) -> Method {
    if units <= MOST_EXACT { Method::AllOrders } else { Method::OneOrder }
}

/// # Errors
/// With a mask that makes no sense.
pub(super) fn attribute(units: usize, value: &mut Value) -> Result<Attribution, u64> {
    let (before, after) = (value(0)?, value(all(units))?);
    let shares = match method(units) {
        Method::AllOrders => over_all_orders(units, value)?,
        Method::OneOrder => in_order(units, value)?,
    };
    let flip = match before.stands_as(&after) {
        true => None,
        false if units <= MOST_EXACT => Some(all_flips(units, &after, value)?),
        false => Some(some_flips(units, &after, value)?),
    };
    Ok(Attribution { shares, flip })
}

/// The difference that a step makes; none where there is no score on one side.
fn step(from: &Standing, to: &Standing) -> Option<(Fraction, Fraction)> {
    let (from, to) = (from.score.as_ref()?, to.score.as_ref()?);
    Some((to.low.subtract(&from.low), to.high.subtract(&from.high)))
}

fn over_all_orders(units: usize, value: &mut Value) -> Result<Vec<Share>, u64> {
    let weights = weights(units);
    let mut shares = Vec::new();
    for unit in 0..units {
        let (mut floor, mut ceiling) = (Fraction::zero(), Fraction::zero());
        for others in (0..=all(units)).filter(|mask| mask & (1 << unit) == 0) {
            let Some(added) = step(&value(others)?, &value(others | 1 << unit)?) else { return Ok(Vec::new()) };
            let weight = &weights[others.count_ones() as usize];
            floor = floor.add(&added.0.multiply(weight));
            ceiling = ceiling.add(&added.1.multiply(weight));
        }
        shares.push(Share { unit, floor, ceiling });
    }
    Ok(without_nothing(shares))
}

/// In what part of all orders a given set of so many others comes first, and the unit next: k! (n - k - 1)! / n!.
fn weights(units: usize) -> Vec<Fraction> {
    let factorial = |n: usize| (1..=n as i64).product::<i64>();
    let weight = |others: usize| Fraction::ratio(factorial(others) * factorial(units - others - 1), factorial(units));
    (0..units).map(|others| weight(others).unwrap_or_else(Fraction::zero)).collect()
}

fn in_order(units: usize, value: &mut Value) -> Result<Vec<Share>, u64> {
    let mut shares = Vec::new();
    for unit in 0..units {
        let Some((floor, ceiling)) = step(&value(all(unit))?, &value(all(unit + 1))?) else { return Ok(Vec::new()) };
        shares.push(Share { unit, floor, ceiling });
    }
    Ok(without_nothing(shares))
}

fn without_nothing(mut shares: Vec<Share>) -> Vec<Share> {
    shares.retain(|share| !(share.floor.is_zero() && share.ceiling.is_zero()));
    shares
}

/// Every least set of units that does what all do.
fn all_flips(units: usize, after: &Standing, value: &mut Value) -> Result<Flip, u64> {
    let mut found: Vec<u64> = Vec::new();
    let mut masks: Vec<u64> = (1..=all(units)).collect();
    masks.sort_by_key(|mask| mask.count_ones());
    for mask in masks {
        if !found.iter().any(|least| mask & least == *least) && value(mask)?.stands_as(after) {
            found.push(mask);
        }
    }
    Ok(flip(units, &found, true))
}

/// Those units that do it alone, or else one least set, found by leaving out what can be left out.
fn some_flips(units: usize, after: &Standing, value: &mut Value) -> Result<Flip, u64> {
    let mut found = Vec::new();
    for unit in 0..units {
        if value(1 << unit)?.stands_as(after) {
            found.push(1 << unit);
        }
    }
    if found.is_empty() {
        let mut kept = all(units);
        for unit in 0..units {
            // What leaves out a unit that another needs makes no sense, and so can't be left out.
            if value(kept & !(1 << unit)).is_ok_and(|standing| standing.stands_as(after)) {
                kept &= !(1 << unit);
            }
        }
        found.push(kept);
    }
    Ok(flip(units, &found, false))
}

fn flip(units: usize, found: &[u64], is_complete: bool) -> Flip {
    let members = |mask: u64| (0..units).filter(move |unit| mask & (1 << unit) != 0);
    let mut flip = Flip { is_complete, ..Flip::default() };
    for mask in found {
        match mask.count_ones() {
            1 => flip.alone.extend(members(*mask)),
            _ => flip.together.push(members(*mask).collect()),
        }
    }
    flip
}
