//! Which tests bear on a rule, and what of it none reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{Goal, reach, shortfall, to_reach};
use super::prepare::Suite;
use super::rests::{Owner, named_by, rests_on};
use crate::policy::Policy;
use crate::source::Sources;

/// What the tests do for a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// How much there is to reach in it: ways to come out, and thresholds.
    pub all: usize,
    /// What of that no test does, in sentences that go on from the rule's name.
    pub missing: Vec<String>,
    /// The tests that expect something of the rule itself, as places in [`Policy::trials`].
    pub named: Vec<usize>,
    /// The tests that reach something in it because what they expect rests on it.
    pub further: Vec<usize>,
}

/// What the tests do for each rule of a policy. A test that fails does nothing: `passing` says which do not.
///
/// A test bears on a rule that it rests on and in which it reaches something; where there is nothing to reach, as in an include, resting on it is enough.
pub fn covered(policy: &Policy, suite: &Suite, sources: &Sources, passing: &dyn Fn(usize) -> bool) -> BTreeMap<Owner, Covered> {
    let Some((program, goals)) = to_reach(policy, suite) else { return BTreeMap::new() };
    let mut covered: BTreeMap<Owner, Covered> = BTreeMap::new();
    for goal in &goals {
        covered.entry(goal.owner).or_default().all += 1;
    }
    let mut met = vec![false; goals.len()];
    for prepared in suite.trials.iter().filter(|prepared| passing(prepared.trial)) {
        let trial = &policy.trials[prepared.trial];
        let rests = rests_on(policy, trial);
        let mut reached = vec![false; goals.len()];
        reach(suite, prepared, &rests, &goals, &mut reached);
        let named = named_by(policy, trial);
        for owner in bearing(&rests, &goals, &reached) {
            let of = covered.entry(owner).or_default();
            if named.contains(&owner) { of.named.push(prepared.trial) } else { of.further.push(prepared.trial) }
        }
        met.iter_mut().zip(reached).for_each(|(met, reached)| *met |= reached);
    }
    for (goal, _) in goals.iter().zip(met).filter(|(_, met)| !met) {
        covered.entry(goal.owner).or_default().missing.push(shortfall(goal, program, sources));
    }
    covered
}

/// The rules that a test bears on.
fn bearing(rests: &BTreeSet<Owner>, goals: &[Goal], reached: &[bool]) -> BTreeSet<Owner> {
    let with_goals: BTreeSet<Owner> = goals.iter().map(|goal| goal.owner).collect();
    let of_reached = goals.iter().zip(reached).filter(|(_, reached)| **reached).map(|(goal, _)| goal.owner);
    of_reached.chain(rests.iter().copied().filter(|owner| !with_goals.contains(owner))).collect()
}
