//! Tests of the rules: runs them, says what they reach, and whether they would notice if a rule were another.
//!
//! A test is a dossier made from its sheets and the facts that it states, and conditions on what the rules make of it. Everything here is done by the same
//! evaluator that judges projects, on programs that `program::build` made.
//!
//! [`prepare`] does what depends on files; what comes after is a function of the policy alone.

mod because;
mod coverage;
mod covered;
mod expect;
mod mutants;
mod prepare;
mod rests;
mod variations;

pub use because::Because;
pub use coverage::{Coverage, Gap, coverage};
pub use covered::{Covered, covered};
pub use expect::{Answer, Failure, Outcome};
pub use mutants::{Mutation, Survivor, mutate};
pub use prepare::{Day, Prepared, Suite, prepare};
pub use rests::Owner;
pub use variations::Change;

use crate::eval::{Evaluator, Limits, outcomes};
use crate::policy::Policy;
use crate::source::Sources;

/// Runs every test, in order of declaration.
pub fn run(policy: &Policy, suite: &Suite, sources: &Sources) -> Vec<Outcome> {
    suite.trials.iter().map(|prepared| expect::outcome(policy, suite, prepared, sources)).collect()
}
