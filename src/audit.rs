//! Proofs: what no fact sheet can bring about, and what every one does. The rules are run over sheets that say nothing, so that what holds there holds for
//! all; where that leaves something open, one fact after another is supposed to lie in a part of what it may be (`audit/search`).
//!
//! Nothing is claimed that is not proven: "never" rests on bounds that hold every completion, and "can" on facts that were run. Budgets count runs. Rules
//! that read no fact at all are switches, for their outcome is chosen with the parameters, and nothing is said of them.

mod items;
mod search;
mod space;
mod twice;
mod verdicts;
mod weights;
mod witness;

pub use witness::{Seek, Sought, Witness, seek};

use crate::diagnostic::{Diagnostic, sort};
use crate::program::{Program, Step};
use search::Search;
use space::Space;

/// How many evaluations may be spent on a question about one item or gate.
const FOR_AN_ITEM: u32 = 256;
/// On one about a verdict.
const FOR_A_BAND: u32 = 2_000;
/// On all questions about items and gates together.
const MOST_RUNS: u32 = 200_000;
/// How many steps of evaluation one question may take: in large policies, whose runs take many steps each, it takes fewer runs.
const MOST_STEPS: usize = 400_000;

/// How many evaluations of so many steps one question may take.
fn runs(most: u32, steps: &[Step]) -> u32 {
    most.min((MOST_STEPS / steps.len().max(1)) as u32)
}

/// What can be proven of a policy, as findings in order.
pub fn audit(program: &Program) -> Vec<Diagnostic> {
    let space = Space::new(program, &[]);
    let mut auditor = Auditor { program, search: Search::new(&space), findings: Vec::new() };
    auditor.items();
    auditor.gates();
    auditor.bands();
    auditor.weights();
    auditor.facts_counted_twice();
    sort(&mut auditor.findings);
    auditor.findings
}

/// What looks for all of it.
struct Auditor<'s, 'p> {
    program: &'p Program,
    search: Search<'s, 'p>,
    findings: Vec<Diagnostic>,
}
