//! What would have to change: the smallest sets of facts, learnt or altered, that bring a verdict to a band; which answers settle an open one; and what
//! a change that somebody names would do.
//!
//! Nothing is claimed that was not run: every answer was judged as the facts would be judged, all values in its ranges at once. "No smaller set" and
//! "impossible" rest on bounds that hold every completion. Only facts of the subject are moved, for the contexts are not the subject's to change, and of these
//! none that is `fixed` and known. Budgets count runs.

mod answers;
mod board;
mod difference;
mod lines;
mod search;
mod settle;

pub use difference::{Difference, Moved, difference};
pub use lines::{Answer, Answered, Asked, Change, Ending, Gain, Lifted, Reach, Settling, Standing, Together};

use board::Board;

use crate::explain::{Citation, Explanation, Facts, Required};
use crate::program::Program;
use crate::sheet::Dossier;
use crate::source::{Sources, Span};
use crate::verdict::Judgement;

/// What a search looks at.
pub struct Query<'a> {
    /// The rules.
    pub program: &'a Program,
    /// The facts.
    pub dossier: &'a Dossier<'a>,
    /// What the rules make of them.
    pub judgement: &'a Judgement,
    /// That in words.
    pub explanation: &'a Explanation,
    /// The texts of rules and sheets.
    pub sources: &'a Sources,
    /// How many evaluations may be made.
    pub budget: u32,
}

impl<'a> Query<'a> {
    fn facts(&self) -> Facts<'a> {
        Facts::new(self.program, self.dossier, self.sources)
    }

    fn cite(&self, span: Span) -> Citation {
        Citation { span, address: self.sources.address(span) }
    }
}

/// Looks for the smallest sets of changes that bring a verdict to a band, however what stays unknown turns out. `progress` hears of every run.
pub fn reach(query: &Query<'_>, wanted: Required, progress: &mut dyn FnMut(u32)) -> Reach {
    let mut board = Board::new(query.program, query.dossier, wanted, query.budget, progress);
    let ending = answers::ending(query, &mut board, wanted);
    let runs = board.runs;
    answers::reach(query, wanted, ending, runs)
}

/// What answers to the open questions would do to each verdict that is open. `progress` hears of every run.
pub fn settle(query: &Query<'_>, progress: &mut dyn FnMut(u32)) -> Vec<Settling> {
    settle::settle(query, progress)
}
