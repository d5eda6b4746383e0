//! What changes with the calendar: which items and gates are in force, and on which days to come that changes.
//!
//! Whatever is not in force is lowered all the same, so that the numbers of items, gates and nodes, and the findings about them, are those of every other
//! day; but it has no step, is no part of its scorecard or verdict, and counts as a reader of nothing.

use std::collections::BTreeSet;

use super::*;
use crate::value::Force;

/// The most days to come that are looked at: a policy that turns more often than that is not one that anybody follows.
const MOST_DAYS: usize = 64;

/// The programs of days to come.
#[derive(Clone, Debug, Default)]
pub struct Coming {
    /// One for each day on which a rule or waiver comes into force or goes, the next day first.
    pub programs: Vec<Program>,
    /// How many such days there are beyond these.
    pub left_out: usize,
}

/// The programs of the days to come on which something changes. The day of the judgement, and with it what evidence counts, stays.
pub fn build_coming(policy: &Policy, settings: &Settings) -> Coming {
    let now = settings.calendar;
    let mut days: BTreeSet<Number> = settings.waivers.turns_after(now);
    days.extend(policy.items.iter().flat_map(|item| item.term.turns_after(now)));
    days.extend(policy.gates.iter().flat_map(|gate| gate.term.turns_after(now)));
    let left_out = days.len().saturating_sub(MOST_DAYS);
    let on = |day: Number| build(policy, &Settings { calendar: day, ..settings.clone() }).value;
    Coming { programs: days.into_iter().take(MOST_DAYS).filter_map(on).collect(), left_out }
}

impl Program {
    /// Whether a term takes in the day of the program's calendar.
    pub fn is_in_force(&self, term: Term) -> bool {
        term.on(self.calendar) == Force::Now
    }

    /// Whether something that counts for a subject comes into force or goes on the day of the program's calendar.
    pub fn turns_for(&self, subject: &str) -> bool {
        let turns = |term: Term| !term.is_empty() && (term.from == Some(self.calendar) || term.until == Some(self.calendar));
        let items = self.items.iter().map(|item| item.term);
        let gates = self.gates.iter().map(|gate| gate.term);
        items.chain(gates).chain(self.waivers.of(subject).iter().map(|waiver| waiver.term)).any(turns)
    }

    /// Whether a step is taken on the day of the program's calendar.
    pub(super) fn is_taken(&self, step: Step) -> bool {
        match step {
            Step::Item(id) => self.is_in_force(self.items[id.index()].term),
            Step::Gate(id) => self.is_in_force(self.gates[id.index()].term),
            Step::Scorecard(_) | Step::Verdict(_) | Step::Limit(_) | Step::Trigger(_) | Step::Review(_) => true,
        }
    }
}
