//! Worths that may be others than written: by how much each item's may be multiplied. They are one more thing that is not known, so an evaluation under them
//! bounds what the same facts come to for every choice of worths.
//!
//! A factor is that of the whole item: what a check is worth, all points of a grade's rows, of a ramp's knots and of a measure.

use super::Evaluator;
use crate::policy::ItemId;
use crate::program::Program;
use crate::value::Fraction;
use crate::verdict::Bounds;

/// A range of factors above zero for each item, each chosen apart from the others.
#[derive(Clone, Debug)]
pub struct Weights {
    factors: Vec<Bounds>,
}

impl Weights {
    /// As written.
    pub fn written(program: &Program) -> Weights {
        Weights { factors: vec![Bounds::exactly(Fraction::one()); program.items.len()] }
    }

    /// Every worth up to `share` less or more than written, all of them at once. The share is below 1.
    pub fn all_within(program: &Program, share: &Fraction) -> Weights {
        let (low, high) = (Fraction::one().subtract(share), Fraction::one().add(share));
        Weights { factors: vec![Bounds { low, high }; program.items.len()] }
    }

    /// The same with one item's worth multiplied by something in this range.
    #[must_use]
    pub fn with(mut self, item: ItemId, factor: Bounds) -> Weights {
        self.factors[item.index()] = factor;
        self
    }

    /// By what an item's worth may be multiplied.
    pub(crate) fn of(&self, item: ItemId) -> &Bounds {
        &self.factors[item.index()]
    }

    /// The points of an item under its factors.
    pub(super) fn on(&self, item: ItemId, points: &Bounds) -> Bounds {
        let factor = self.of(item);
        Bounds { low: points.low.multiply(&factor.low), high: points.high.multiply(&factor.high) }
    }
}

impl<'p> Evaluator<'p> {
    /// An evaluator under other worths than those written. Its outcomes hold for all of them; the points of an item are as if its own factor were 1, those of
    /// a scorecard are not.
    pub fn weighing(program: &'p Program, weights: Weights) -> Evaluator<'p> {
        Evaluator { weights: Some(weights), ..Evaluator::new(program) }
    }
}

/// Points that may come in beside those that do, and the worth that comes with them.
pub(crate) type Optional = (Bounds, Fraction);

/// The least and the most that points over worth can come to, where each optional term is in, out, or in by a part. Some term, or some worth, is there.
///
/// The ratio of two sums is least where a term is in if its own ratio is below that of the whole, and out otherwise; so terms are taken by rising ratio.
pub(crate) fn extremes(points: &Bounds, worth: &Fraction, optional: &[Optional]) -> Bounds {
    let terms = |end: fn(&Bounds) -> &Fraction| -> Vec<(Fraction, Fraction)> {
        let mut terms: Vec<(Fraction, Fraction)> = optional.iter().map(|(points, worth)| (end(points).clone(), worth.clone())).collect();
        // By points per worth, rising; compared crosswise, so nothing is rounded.
        terms.sort_by(|a, b| a.0.multiply(&b.1).cmp(&b.0.multiply(&a.1)));
        terms
    };
    // An optional term is taken in as long as its own ratio is beyond that of what is in already. The first always is where nothing is in.
    let mut floor = (points.low.clone(), worth.clone());
    for (points, worth) in terms(|bounds| &bounds.low) {
        if floor.1.is_zero() || points.multiply(&floor.1) < floor.0.multiply(&worth) {
            floor = (floor.0.add(&points), floor.1.add(&worth));
        }
    }
    let mut ceiling = (points.high.clone(), worth.clone());
    for (points, worth) in terms(|bounds| &bounds.high).into_iter().rev() {
        if ceiling.1.is_zero() || points.multiply(&ceiling.1) > ceiling.0.multiply(&worth) {
            ceiling = (ceiling.0.add(&points), ceiling.1.add(&worth));
        }
    }
    let ratio = |(part, whole): (Fraction, Fraction)| part.divide(&whole).unwrap_or_default();
    Bounds { low: ratio(floor), high: ratio(ceiling) }
}
