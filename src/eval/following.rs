//! Runs that differ from another in one fact. Splitting and questions need hundreds of them, so each does only what that fact makes necessary.

use super::merging::{Merge, is_same};
use super::{Evaluator, Overlay};
use crate::program::{Affected, Step};
use crate::sheet::Dossier;
use crate::verdict::Evaluation;

/// What such runs go on from.
#[derive(Default)]
pub(super) struct Ground<'p> {
    evaluation: Evaluation,
    /// The number under which names are remembered there.
    remembered: u64,
    /// The steps gone through last, and whether each came to something else than on the ground: what the last outcomes may differ by.
    followed: &'p [Step],
    changed: Vec<bool>,
    /// How often one was followed.
    follows: u32,
}

impl<'p> Evaluator<'p> {
    /// Takes the outcomes of the last run, a whole one, for the ground from which [`Evaluator::follow`] goes on, with what is remembered of it.
    pub(super) fn lay_ground(&mut self) {
        let ground = &mut self.ground;
        ground.evaluation.clone_from(&self.scratch.evaluation);
        ground.remembered = self.scratch.memory.ground();
        ground.followed = &[];
        ground.changed.clear();
    }

    /// What the ground's run would have come to with a fact replaced, and by step whether that is something else. Only what may follow from the fact, which
    /// is what [`crate::program::Consequences`] say of it, is run again, and only while something does. What is assumed joins what was: where the ground's run
    /// was at fault, it may have come past an assumption that takes effect here.
    pub(super) fn follow(&mut self, dossier: &Dossier, replaced: Overlay, affected: &'p Affected) -> (&Evaluation, &[bool]) {
        // Out of the evaluator for as long as a run has it.
        let mut ground = std::mem::take(&mut self.ground);
        for (step, _) in ground.followed.iter().zip(&ground.changed).filter(|(_, changed)| **changed) {
            Merge::Take.at(*step, &mut self.scratch.evaluation, &ground.evaluation);
        }
        ground.followed = &affected.steps;
        ground.changed.clear();
        self.scratch.memory.return_to(ground.remembered);
        self.scratch.memory.replace(&affected.names);
        let replaced = [replaced];
        let mut run = self.begin(dossier, &replaced);
        for (step, cause) in affected.steps.iter().zip(&affected.causes) {
            let is_due = cause.reads || cause.needs.iter().any(|need| ground.changed[*need as usize]);
            if is_due {
                run.step(*step);
            }
            ground.changed.push(is_due && !is_same(*step, &run.scratch.evaluation, &ground.evaluation));
        }
        // Now and then, where it costs nobody time, that nothing else changes is seen.
        ground.follows += 1;
        if cfg!(debug_assertions) && ground.follows % 8 == 1 {
            let followed = self.scratch.evaluation.clone();
            self.steps(dossier, &self.program.order, &replaced);
            assert!(followed == self.scratch.evaluation, "what does not rest on a fact changes with it: {replaced:?}");
        }
        self.ground = ground;
        (&self.scratch.evaluation, &self.ground.changed)
    }
}
