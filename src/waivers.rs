//! Waivers: what people decided to accept of one subject for a while, on file with a reason and whoever approved it.
//!
//! A waiver lifts a gate's cap, or marks an item's result as accepted. It never changes points, and what rules read of a gate or a verdict is what stands
//! without waivers; so the same evaluation yields both verdicts, and a waiver can do nothing but lift a cap. Which waivers count on a day is told here and
//! nowhere else.

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::{GateId, ItemId};
use crate::source::Span;
use crate::value::{Force, Number, Term};

/// What a waiver is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A gate, whose cap it lifts.
    Gate(GateId),
    /// An item, whose result it marks as accepted.
    Item(ItemId),
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The reason code of the gate or item.
    pub code: String,
    /// What the code stands for.
    pub target: Target,
    /// The name of the fact sheet.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub approver: String,
    /// From the day it was granted, until it expires.
    pub term: Term,
    /// Where it stands.
    pub span: Span,
}

/// All waivers of a run: those of each subject, in the order of their file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waivers {
    by_subject: BTreeMap<String, Vec<Waiver>>,
}

impl Waivers {
    /// None.
    pub const NONE: Waivers = Waivers { by_subject: BTreeMap::new() };

    /// These. Whoever makes them up, instead of reading them, sees to it that no two of one code and subject are in force on one day.
    pub fn new(list: Vec<Waiver>) -> Waivers {
        let mut by_subject: BTreeMap<String, Vec<Waiver>> = BTreeMap::new();
        for waiver in list {
            by_subject.entry(waiver.subject.clone()).or_default().push(waiver);
        }
        Waivers { by_subject }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_subject.is_empty()
    }

    /// Those of one subject, in force or not.
    pub fn of(&self, subject: &str) -> &[Waiver] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    /// Those of one subject that are in force on a day.
    pub fn in_force(&self, subject: &str, day: Number) -> impl Iterator<Item = &Waiver> {
        self.of(subject).iter().filter(move |waiver| waiver.term.on(day) == Force::Now)
    }

    /// The gates whose caps are lifted for one subject on a day.
    pub fn lifted(&self, subject: &str, day: Number) -> impl Iterator<Item = GateId> {
        self.in_force(subject, day).filter_map(|waiver| match waiver.target {
            Target::Gate(gate) => Some(gate),
            Target::Item(_) => None,
        })
    }

    /// The days, later than `day`, on which one of them comes into force or expires.
    pub fn turns_after(&self, day: Number) -> BTreeSet<Number> {
        self.by_subject.values().flatten().flat_map(|waiver| waiver.term.turns_after(day)).collect()
    }
}
