//! What protocols came to. Nothing here has a part in any score or band.

use super::{Address, Applies, Evaluation, Fault, FaultLevel};
use crate::value::{Fraction, Interval, Truth};

/// What a limit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitOutcome {
    /// Whether it holds at all.
    pub applies: Applies,
    /// How much, given that it does. The cautious end is the lower.
    pub value: Interval,
    /// A fault in it.
    pub fault: Fault,
}

/// What a trigger came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerOutcome {
    /// Whether it counts.
    pub applies: Applies,
    /// Whether it fires: its condition, and that it counts. False is armed.
    pub fires: Truth,
    /// A fault in it.
    pub fault: Fault,
}

/// What a review came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewOutcome {
    /// Whether it counts.
    pub applies: Applies,
    /// A fault in that.
    pub fault: Fault,
}

impl Evaluation {
    /// Whether a limit, trigger or review certainly faults. No verdict is faulted by that, but whoever asked for the whole has not got it.
    pub fn has_faulted_protocol(&self) -> bool {
        let limits = self.limits.iter().map(|limit| limit.fault);
        let triggers = self.triggers.iter().map(|trigger| trigger.fault);
        let reviews = self.reviews.iter().map(|review| review.fault);
        limits.chain(triggers).chain(reviews).any(|fault| fault.level == FaultLevel::Certain)
    }
}

/// A fact that would tell more about a limit or a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The fact.
    pub fact: Address,
    /// Whether every answer tells all: the limit becomes one amount, the trigger fires or is armed.
    pub settles: bool,
    /// How much of the limit's width an answer takes away, in the mean over the answers tried; for a trigger, the part of the answers that decide it.
    pub gain: Fraction,
}

/// For each limit and each trigger, the facts that would tell more, the most telling first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clues {
    /// By limit.
    pub limits: Vec<Vec<Clue>>,
    /// By trigger.
    pub triggers: Vec<Vec<Clue>>,
}
