//! A closer look after a run: what the parts of rules come to, in the scopes in which evaluation itself meets them. It is for explanations that take a rule
//! apart, and has no logic of its own: every answer is [`Run`]'s.

use std::sync::Arc;

use super::lists::Elements;
use super::memory::Key;
use super::{Before, Evaluator, Overlay, Run};
use crate::policy::{GateId, ItemId, LimitId, ReviewId, TableId, TriggerId, VerdictId};
use crate::program::{CollectionId, ConditionId, ExprId, Place};
use crate::sheet::{Dossier, Mark};
use crate::value::{Possible, Truth, Variants};
use crate::verdict::{Address, Evaluation, Fault, GateOutcome, ItemOutcome, LimitOutcome, ReviewOutcome, TableOutcome, TriggerOutcome};

/// A look among the outcomes of a run.
pub(crate) struct Look<'r> {
    run: Run<'r>,
}

/// A list at hand.
pub(crate) struct Members {
    elements: Elements,
}

/// A fact as it is in the scope at hand.
pub(crate) struct Seen {
    /// Where it stands; none for an entry that was computed. Sheet 0 is an entry that nobody has listed.
    pub(crate) address: Option<Address>,
    /// What it may be here.
    pub(crate) value: Possible,
    /// Whether there is evidence.
    pub(crate) mark: Mark,
}

/// What was in force before facts were narrowed.
pub(crate) struct Guard(Before);

/// The binders around the use of a name.
pub(crate) struct Around(usize);

/// The guards and binders around the mention of something that has an outcome of its own.
pub(crate) struct Elsewhere {
    overlays: Vec<Overlay>,
    masks: Vec<(VerdictId, Variants)>,
    remembered: Vec<Key>,
    guards: u32,
    around: Around,
}

impl Evaluator<'_> {
    /// A look at outcomes as if they were those of the last run.
    pub(crate) fn look_at<'r>(&'r mut self, dossier: &'r Dossier<'r>, evaluation: &Evaluation) -> Look<'r> {
        self.stand_after(evaluation.clone());
        self.scratch.parts.item_applies.resize(self.program.items.len(), Truth::True);
        self.scratch.parts.gate_applies.resize(self.program.gates.len(), Truth::True);
        self.scratch.parts.rows.resize(self.program.items.len(), Vec::new());
        self.scratch.parts.measures.resize(self.program.items.len(), None);
        Look { run: self.after(dossier) }
    }
}

impl Look<'_> {
    /// What an expression may be here.
    pub(crate) fn value(&mut self, id: ExprId) -> (Possible, Fault) {
        let valued = self.run.value(id);
        (valued.value, valued.fault)
    }

    /// Whether a condition holds here.
    pub(crate) fn truth(&mut self, id: ConditionId) -> (Truth, Fault) {
        let judged = self.run.truth(id);
        (judged.truth, judged.fault)
    }

    /// What a table comes to here.
    pub(crate) fn table(&mut self, id: TableId) -> Arc<TableOutcome> {
        self.run.table(id)
    }

    /// What an item comes to by its own expressions, without splitting.
    pub(crate) fn item(&mut self, id: ItemId) -> ItemOutcome {
        self.run.item(id)
    }

    /// The rows of a grade that may be the one.
    pub(crate) fn rows(&mut self, id: ItemId) -> Vec<u16> {
        self.run.watching = true;
        self.run.item(id);
        self.run.watching = false;
        self.run.scratch.parts.rows[id.index()].clone()
    }

    /// As [`Look::item`].
    pub(crate) fn gate(&mut self, id: GateId) -> GateOutcome {
        self.run.gate(id)
    }

    /// As [`Look::item`].
    pub(crate) fn limit(&mut self, id: LimitId) -> LimitOutcome {
        self.run.limit(id)
    }

    /// As [`Look::item`].
    pub(crate) fn trigger(&mut self, id: TriggerId) -> TriggerOutcome {
        self.run.trigger(id)
    }

    /// As [`Look::item`].
    pub(crate) fn review(&mut self, id: ReviewId) -> ReviewOutcome {
        self.run.review(id)
    }

    /// The fact at a place.
    pub(crate) fn fact(&self, place: Place) -> Seen {
        let (value, mark) = self.run.fact(place, |value, mark| (value.clone(), mark));
        Seen { address: self.run.address(place), value, mark }
    }

    /// The list that a collection stands for here.
    pub(crate) fn members(&mut self, id: CollectionId) -> Members {
        Members { elements: self.run.elements(id) }
    }

    /// Opens a binder over a list.
    pub(crate) fn open(&mut self, members: &Members, binder: u16) {
        self.run.open_binder(&members.elements, binder);
    }

    /// Makes the innermost binder stand for an entry; none: for one that nobody has listed.
    pub(crate) fn bind(&mut self, members: &Members, index: Option<u32>) {
        match index {
            Some(index) => self.run.bind(&members.elements, index),
            None => self.run.bind_unseen(&members.elements),
        }
    }

    /// Closes the innermost binder.
    pub(crate) fn close(&mut self) {
        self.run.close_binder();
    }

    /// Begins a stretch in which facts may be narrowed.
    pub(crate) fn guard(&mut self) -> Guard {
        Guard(self.run.enter())
    }

    /// Narrows facts to what a condition leaves of them. False: it leaves nothing.
    pub(crate) fn narrow(&mut self, condition: ConditionId, holds: bool) -> bool {
        self.run.narrow(condition, holds)
    }

    /// Ends it.
    pub(crate) fn unguard(&mut self, guard: Guard) {
        self.run.leave(guard.0);
    }

    /// Goes to something that has an outcome of its own: no guard and no binder around its mention is around it.
    pub(crate) fn step_out(&mut self) -> Elsewhere {
        let around = self.go_in();
        let scratch = &mut *self.run.scratch;
        Elsewhere {
            overlays: std::mem::take(&mut scratch.overlays),
            masks: std::mem::take(&mut scratch.masks),
            remembered: scratch.memory.step_out(),
            guards: std::mem::take(&mut self.run.guards),
            around,
        }
    }

    /// Comes back.
    pub(crate) fn step_back(&mut self, elsewhere: Elsewhere) {
        self.run.scratch.overlays = elsewhere.overlays;
        self.run.scratch.masks = elsewhere.masks;
        self.run.scratch.memory.step_back(elsewhere.remembered);
        self.run.guards = elsewhere.guards;
        self.come_out(elsewhere.around);
    }

    /// Goes into what a name stands for: the binders around its use are not around its value.
    pub(crate) fn go_in(&mut self) -> Around {
        Around(std::mem::replace(&mut self.run.outermost_frame, self.run.scratch.frames.len()))
    }

    /// Comes back.
    pub(crate) fn come_out(&mut self, around: Around) {
        self.run.outermost_frame = around.0;
    }
}

impl Members {
    /// How many entries are on file.
    pub(crate) fn known(&self) -> u32 {
        self.elements.known
    }

    /// Whether there may be more.
    pub(crate) fn may_go_on(&self) -> bool {
        self.elements.most_unseen != Some(0)
    }

    /// Where an entry's first slot stands; none for computed ones.
    pub(crate) fn address(&self, index: u32) -> Option<Address> {
        self.elements.address(index)
    }
}
