//! Evaluation over sets of possible values: the one interpreter. Judging, bounding what is unknown and asking what would narrow it are the same run over
//! wider or narrower sets.
//!
//! [`Evaluator::decide`] runs a program once; [`judge`] adds what a reader needs: bounds sharpened by splitting, the verdict without assumptions, and the
//! open questions. Everything relies on one promise: for every choice of one value from each fact's set, the outcome lies inside what is returned here.

mod clues;
mod conditions;
mod exact;
mod expressions;
mod following;
mod lists;
mod look;
mod memory;
mod merging;
mod narrowing;
mod outlook;
mod protocols;
mod questions;
mod scoring;
mod scripts;
mod splitting;
mod tables;
mod tried;
mod weights;

use std::collections::BTreeMap;

use following::Ground;
pub(crate) use look::{Look, Members};
use memory::Memory;
pub(crate) use merging::Merge;
pub use outlook::outlook;
pub(crate) use questions::middle;
pub(crate) use splitting::{cells, pieces};
use tried::Tried;
pub use weights::Weights;
pub(crate) use weights::{Optional, extremes};

use std::sync::Arc;

use crate::policy::{GateId, TableId, VerdictId};
use crate::program::{Body, Collection, ConditionId, ExprId, Item, Place, Program, Step};
use crate::scripts::Failure;
use crate::sheet::{Dossier, Mark, Slot};
use crate::value::{FieldId, Interval, Number, Possible, Truth, Variants};
use crate::verdict::{Address, Assumption, Effort, Evaluation, Fault, Judgement, Outlook, TableOutcome};

/// Limits on the number of evaluations that a judgement may spend. They count runs, never time, so that results do not depend on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Runs for splitting one fact at a time.
    pub splits: u32,
    /// Runs for weighing open questions.
    pub questions: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { splits: 512, questions: 8192 }
    }
}

/// Judges a dossier: the outcomes, what was assumed, what is open and what would decide it.
pub fn judge(program: &Program, dossier: &Dossier, limits: Limits) -> Judgement {
    let mut evaluator = Evaluator::new(program);
    let mut effort = Effort::default();
    evaluator.decide(dossier);
    let mut tried = Tried::default();
    let evaluation = splitting::sharpen_keeping(&mut evaluator, dossier, limits, &mut effort, Some(&mut tried));
    let assumptions = evaluator.scratch.assumptions.clone();
    let (questions, clues) = questions::ask(&mut evaluator, dossier, &evaluation, &tried, limits, &mut effort);
    let asked_if_known = questions::asked_if_known(program, dossier);
    let without_assumptions = (!assumptions.is_empty()).then(|| {
        evaluator.assuming = false;
        evaluator.decide(dossier);
        splitting::sharpen(&mut evaluator, dossier, limits, &mut effort)
    });
    let script_failures = std::mem::take(&mut evaluator.scratch.script_failures);
    let outlook = Outlook::default();
    Judgement { evaluation, assumptions, without_assumptions, questions, clues, asked_if_known, outlook, script_failures, effort }
}

/// The outcomes of a dossier as [`judge`] gives them, without anything beside. The evaluator stands after them, ready to be asked.
pub fn outcomes(evaluator: &mut Evaluator, dossier: &Dossier, limits: Limits) -> Evaluation {
    outcomes_counted(evaluator, dossier, limits).0
}

/// As [`outcomes`], and how many runs it took.
pub(crate) fn outcomes_counted(evaluator: &mut Evaluator, dossier: &Dossier, limits: Limits) -> (Evaluation, u32) {
    let mut effort = Effort::default();
    evaluator.decide(dossier);
    let sharpened = splitting::sharpen(evaluator, dossier, limits, &mut effort);
    // Rules read a verdict as if there were no waivers, so that none can move a point. Who asks from outside means the headline.
    let mut headline = sharpened.clone();
    for verdict in &mut headline.verdicts {
        verdict.unwaived = verdict.bands;
    }
    evaluator.stand_after(headline);
    (sharpened, effort.splits + 1)
}

/// Runs one program over any number of dossiers. What it needs to remember is kept between runs, so that a run allocates almost nothing.
pub struct Evaluator<'p> {
    program: &'p Program,
    /// Whether `assuming` takes effect.
    assuming: bool,
    /// Whether runs write the trace.
    recording: bool,
    /// Of which sheets the silence says something, a bit each: a fact that a sheet does not speak of is missing. The others stand for every sheet there may
    /// be, and there is or there isn't evidence for what they don't speak of.
    spoken: Spoken,
    /// Whether runs note what becomes of the parts of items.
    watching: bool,
    /// Worths that may be others than written; none: as written.
    weights: Option<Weights>,
    /// What each field's type says about its values.
    fields: Vec<FieldShape>,
    scratch: Scratch,
    /// What [`Evaluator::follow`] goes on from.
    ground: Ground<'p>,
}

/// What evaluation needs to know of a field besides its values.
#[derive(Clone, Copy, Default)]
pub(crate) struct FieldShape {
    /// The distance between neighbouring values.
    pub(crate) grid: Option<Number>,
    /// Of a list: the first slot in sheet 0 of the element about which nothing is known.
    unseen: Option<u32>,
    /// Of a list: the least number of elements declared.
    least: u32,
    /// Of a list: whether it may have elements at all.
    may_have_elements: bool,
}

impl FieldShape {
    /// Whether a list may end after so many elements.
    pub(crate) fn allows(&self, elements: u32) -> bool {
        self.least <= elements
    }
}

/// What one run writes; reused by the next.
#[derive(Default)]
struct Scratch {
    evaluation: Evaluation,
    memory: Memory,
    classes: Vec<tables::Remembered>,
    overlays: Vec<Overlay>,
    /// Verdicts whose bands guards narrow for a while.
    masks: Vec<(VerdictId, Variants)>,
    frames: Vec<Frame>,
    assumptions: Vec<Assumption>,
    /// By [`crate::program::ScriptCall::place`].
    script_calls: Vec<Option<scripts::Remembered>>,
    /// How often a limit stopped a script, over all runs.
    script_stops: u32,
    /// The first failure of each call, over all runs.
    script_failures: BTreeMap<ExprId, Failure>,
    /// The gates whose caps waivers lift for the subject.
    lifted: Vec<GateId>,
    trace: Trace,
    parts: Parts,
}

/// What became of the parts of items and gates that their outcomes do not tell. Recorded on request, for proofs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// By item: whether `applies when` holds.
    pub(crate) item_applies: Vec<Truth>,
    /// By gate, likewise.
    pub(crate) gate_applies: Vec<Truth>,
    /// By item: the rows of a grade that may be the one.
    pub(crate) rows: Vec<Vec<u16>>,
    /// By item: what a measure comes to before it is held within its worth; none where it does not count.
    pub(crate) measures: Vec<Option<Interval>>,
}

/// What every expression and condition came to, outside the bodies of aggregates. Recorded on request, for explanations.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// By expression; none where evaluation did not go.
    pub values: Vec<Option<Possible>>,
    /// By condition.
    pub truths: Vec<Option<Truth>>,
    /// The exact numbers that conditions compared, in order, those about entries of lists among them.
    pub compared: Vec<(ConditionId, Number, Number)>,
}

impl Scratch {
    /// Room for what a program comes to.
    fn of(program: &Program) -> Scratch {
        let evaluation = Evaluation {
            items: vec![scoring::NOT_YET_AN_ITEM; program.items.len()],
            scores: vec![scoring::NOT_YET_A_SCORE; program.scorecards.len()],
            gates: vec![scoring::NOT_YET_A_GATE; program.gates.len()],
            verdicts: vec![scoring::NOT_YET_A_VERDICT; program.verdicts.len()],
            limits: vec![protocols::NOT_YET_A_LIMIT; program.limits.len()],
            triggers: vec![protocols::NOT_YET_A_TRIGGER; program.triggers.len()],
            reviews: vec![protocols::NOT_YET_A_REVIEW; program.reviews.len()],
        };
        Scratch { evaluation, memory: Memory::of(program), classes: vec![Vec::new(); program.tables.len()], ..Scratch::default() }
    }
}

impl<'p> Evaluator<'p> {
    /// An evaluator for a program.
    pub fn new(program: &'p Program) -> Evaluator<'p> {
        let mut fields = vec![FieldShape::default(); program.schema.fields as usize];
        for leaf in program.schema.records.iter().flat_map(|record| &record.leaves) {
            fields[leaf.field.0 as usize].grid = leaf.ty.grid();
        }
        for collection in &program.collections {
            if let Collection::Fact { place, unseen, least, most, .. } = collection
                && let Some(field) = program.field_at(*place)
            {
                let shape = &mut fields[field.0 as usize];
                shape.unseen = Some(*unseen);
                shape.least = *least;
                shape.may_have_elements = *most != Some(0);
            }
        }
        Evaluator {
            program,
            assuming: true,
            recording: false,
            spoken: Spoken::EVERY,
            watching: false,
            weights: None,
            fields,
            scratch: Scratch::of(program),
            ground: Ground::default(),
        }
    }

    /// An evaluator for sheets that stand for every sheet there may be, but for those that `given` names, counting from 1: a slot without evidence says only
    /// what values there are, not that one is missing.
    pub(crate) fn of_every_sheet(program: &'p Program, given: &[u16]) -> Evaluator<'p> {
        let mut evaluator = Evaluator::new(program);
        evaluator.spoken = Spoken::of(given);
        evaluator.watching = true;
        let parts = &mut evaluator.scratch.parts;
        parts.item_applies.resize(program.items.len(), Truth::True);
        parts.gate_applies.resize(program.gates.len(), Truth::True);
        parts.rows.resize(program.items.len(), Vec::new());
        parts.measures.resize(program.items.len(), None);
        evaluator
    }

    /// Runs the steps given, which are in the program's order and read nothing of any other, with some facts supposed to be narrower.
    pub(crate) fn suppose(&mut self, dossier: &Dossier, steps: &[Step], supposed: &[Overlay]) -> (&Evaluation, &Parts) {
        self.scratch.assumptions.clear();
        self.steps(dossier, steps, supposed);
        (&self.scratch.evaluation, &self.scratch.parts)
    }

    pub(crate) fn shape(&self, field: FieldId) -> FieldShape {
        self.fields.get(field.0 as usize).copied().unwrap_or_default()
    }

    /// Runs the program once, as the facts stand. The bounds are sound; [`judge`] makes them sharper.
    pub fn decide(&mut self, dossier: &Dossier) -> &Evaluation {
        self.run(dossier, &[]);
        &self.scratch.evaluation
    }

    /// The outcomes of the last run.
    pub fn last(&self) -> &Evaluation {
        &self.scratch.evaluation
    }

    /// As [`Evaluator::decide`], and records what every expression came to.
    pub fn record(&mut self, dossier: &Dossier) -> (&Evaluation, &Trace) {
        let trace = &mut self.scratch.trace;
        trace.values.clear();
        trace.values.resize(self.program.expressions.len(), None);
        trace.truths.clear();
        trace.truths.resize(self.program.conditions.len(), None);
        trace.compared.clear();
        self.recording = true;
        self.run(dossier, &[]);
        self.recording = false;
        (&self.scratch.evaluation, &self.scratch.trace)
    }

    /// As [`Evaluator::record`], with what is asked of the outcomes.
    pub fn record_asked(&mut self, dossier: &Dossier, asked: &[ExprId]) -> &Trace {
        self.record(dossier);
        self.recording = true;
        for id in asked {
            self.inspect(dossier, *id);
        }
        self.recording = false;
        &self.scratch.trace
    }

    /// Runs the program with some facts replaced.
    fn run(&mut self, dossier: &Dossier, replaced: &[Overlay]) {
        self.scratch.assumptions.clear();
        self.steps(dossier, &self.program.order, replaced);
    }

    /// Makes outcomes those of the last run, for what is asked next. Nothing remembered of other runs counts for them.
    fn stand_after(&mut self, evaluation: Evaluation) {
        let scratch = &mut self.scratch;
        scratch.evaluation = evaluation;
        scratch.overlays.clear();
        scratch.memory.forget();
    }

    fn steps(&mut self, dossier: &Dossier, steps: &[Step], replaced: &[Overlay]) {
        self.scratch.memory.forget();
        // Outcomes of the run before need no clearing: the order visits each of them before anything reads it.
        let mut run = self.begin(dossier, replaced);
        for step in steps {
            run.step(*step);
        }
    }

    fn begin<'r>(&'r mut self, dossier: &'r Dossier<'r>, replaced: &[Overlay]) -> Run<'r> {
        let scratch = &mut self.scratch;
        scratch.lifted.clear();
        if !self.program.waivers.is_empty()
            && let Some(subject) = dossier.sheets.first()
        {
            scratch.lifted.extend(self.program.waivers.lifted(&subject.name, self.program.calendar));
        }
        scratch.overlays.clear();
        scratch.masks.clear();
        scratch.overlays.extend_from_slice(replaced);
        Run {
            program: self.program,
            dossier,
            subject: dossier.sheets.first().map_or(&[], |sheet| &sheet.slots),
            assuming: self.assuming,
            recording: self.recording,
            spoken: self.spoken,
            watching: self.watching,
            weights: self.weights.as_ref(),
            fields: &self.fields,
            scratch,
            guards: 0,
            outermost_frame: 0,
        }
    }

    /// Evaluates an expression after a run, among its outcomes: for the values that explanations put into their texts.
    pub(crate) fn inspect(&mut self, dossier: &Dossier, id: ExprId) -> (Possible, Fault) {
        let valued = self.after(dossier).value(id);
        (valued.value, valued.fault)
    }

    /// Evaluates a table after a run, among its outcomes: whether or not anything reads it, reports show it.
    pub(crate) fn table(&mut self, dossier: &Dossier, id: TableId) -> Arc<TableOutcome> {
        self.after(dossier).table(id)
    }

    /// Whether a condition holds after a run, among its outcomes.
    pub(crate) fn holds(&mut self, dossier: &Dossier, id: ConditionId) -> Truth {
        self.after(dossier).truth(id).truth
    }

    fn after<'r>(&'r mut self, dossier: &'r Dossier<'r>) -> Run<'r> {
        Run {
            program: self.program,
            dossier,
            subject: dossier.sheets.first().map_or(&[], |sheet| &sheet.slots),
            assuming: self.assuming,
            recording: self.recording,
            spoken: self.spoken,
            watching: false,
            weights: self.weights.as_ref(),
            fields: &self.fields,
            scratch: &mut self.scratch,
            guards: 0,
            outermost_frame: 0,
        }
    }
}

/// The sheets that were read, as opposed to those that stand for every sheet there may be. Beyond 62 documents all count as the latter, which is sound.
#[derive(Clone, Copy)]
struct Spoken(u64);

impl Spoken {
    const EVERY: Spoken = Spoken(u64::MAX);

    fn of(sheets: &[u16]) -> Spoken {
        Spoken(sheets.iter().filter(|sheet| **sheet < 63).fold(0, |spoken, sheet| spoken | 1 << sheet))
    }

    #[inline]
    fn has(self, sheet: u16) -> bool {
        self.0 >> sheet.min(63) & 1 == 1
    }

    /// The mark of a fact of which a sheet does not speak.
    #[inline]
    fn mark(self, sheet: u16) -> Mark {
        if self.has(sheet) { Mark::Missing } else { Mark::Either }
    }
}

/// A fact replaced by another set of values for a while: by a guard, a cell of a split, or a tried answer.
#[derive(Clone, Debug)]
pub(crate) struct Overlay {
    pub(crate) address: Address,
    /// Unseen elements share the slots of sheet 0, but are not one element: what a guard says of one binder's, by its place in [`Scratch::frames`], holds for
    /// that binder alone.
    frame: Option<usize>,
    pub(crate) value: Possible,
    pub(crate) mark: Mark,
}

impl Overlay {
    /// In place of a document's fact.
    pub(crate) fn of(address: Address, value: Possible, mark: Mark) -> Overlay {
        Overlay { address, frame: None, value, mark }
    }
}

/// The element that a binder runs over.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// Its slots.
    Slots(Address),
    /// A computed value.
    Value(Interval),
}

/// A value with the fault that may stand in its place. INVARIANT: with a fault, the value is anything of its type.
#[derive(Clone, Debug)]
struct Valued {
    value: Possible,
    fault: Fault,
}

/// A range with the fault that may stand in its place.
#[derive(Clone, Copy, Debug)]
struct Ranged {
    range: Interval,
    fault: Fault,
}

/// A truth value with the fault that may stand in its place. INVARIANT: with a fault, the truth is unknown.
#[derive(Clone, Copy, Debug)]
struct Judged {
    truth: Truth,
    fault: Fault,
}

/// One run.
struct Run<'r> {
    program: &'r Program,
    dossier: &'r Dossier<'r>,
    /// The slots of the first sheet, of which most is asked.
    subject: &'r [Slot],
    assuming: bool,
    recording: bool,
    spoken: Spoken,
    watching: bool,
    weights: Option<&'r Weights>,
    fields: &'r [FieldShape],
    scratch: &'r mut Scratch,
    /// How many stretches of narrowing are open.
    guards: u32,
    /// The frame of the outermost binder. A name means the same wherever it stands: the binders around its use are not around its value.
    outermost_frame: usize,
}

/// Guards within guards beyond this many narrow nothing: a remembered `let` then serves both branches, so that chains of `if`s can't double the work at
/// every link. Bounds stay sound, and get no wider than without guards.
const DEEPEST_GUARD: u32 = 6;

impl<'r> Run<'r> {
    /// Most steps are checks that always apply, so those are taken where the steps are gone through.
    #[inline]
    fn step(&mut self, step: Step) {
        if let Step::Item(id) = step
            && let Item { applies: None, body: Body::Check(condition), worth, .. } = &self.program.items[id.index()]
        {
            self.plain_check(id, *condition, worth);
        } else {
            self.other_step(step);
        }
    }

    #[inline(never)]
    fn other_step(&mut self, step: Step) {
        match step {
            Step::Item(id) => match &self.program.items[id.index()] {
                Item { applies: None, body: Body::Include(child), worth, .. } => self.plain_include(id, *child, worth),
                _ => self.scratch.evaluation.items[id.index()] = self.item(id),
            },
            Step::Scorecard(id) => self.scorecard(id),
            Step::Gate(id) => self.scratch.evaluation.gates[id.index()] = self.gate(id),
            Step::Verdict(id) => self.scratch.evaluation.verdicts[id.index()] = self.verdict(id),
            Step::Limit(id) => self.scratch.evaluation.limits[id.index()] = self.limit(id),
            Step::Trigger(id) => self.scratch.evaluation.triggers[id.index()] = self.trigger(id),
            Step::Review(id) => self.scratch.evaluation.reviews[id.index()] = self.review(id),
        }
    }

    /// Where a place stands in this run; none for a computed element.
    #[inline]
    fn address(&self, place: Place) -> Option<Address> {
        match place {
            Place::Fixed { sheet, slot } => Some(Address { sheet, slot }),
            Place::Element { binder, leaf, .. } => match self.scratch.frames[self.frame(binder)] {
                Frame::Slots(first) => Some(Address { sheet: first.sheet, slot: first.slot + leaf }),
                Frame::Value(_) => None,
            },
        }
    }

    #[inline]
    fn slot(&self, address: Address) -> &'r Slot {
        if address.sheet == 0 {
            &self.program.unseen[address.slot as usize]
        } else {
            &self.dossier.sheets[address.sheet as usize - 1].slots[address.slot as usize]
        }
    }

    /// Where the element stands that a binder runs over.
    #[inline]
    fn frame(&self, binder: u16) -> usize {
        self.outermost_frame + binder as usize
    }

    /// Whose element a place in sheet 0 speaks of.
    fn frame_of_unseen(&self, address: Address, place: Place) -> Option<usize> {
        match place {
            Place::Element { binder, .. } if address.sheet == 0 => Some(self.frame(binder)),
            Place::Element { .. } | Place::Fixed { .. } => None,
        }
    }

    fn overlay(&self, address: Address, place: Place) -> Option<&Overlay> {
        let frame = self.frame_of_unseen(address, place);
        self.scratch.overlays.iter().rev().find(|overlay| overlay.address == address && overlay.frame == frame)
    }

    /// Hands the value in force of the fact at `place` to `look`, with its mark.
    #[inline]
    fn fact<T>(&self, place: Place, look: impl FnOnce(&Possible, Mark) -> T) -> T {
        match self.address(place) {
            Some(address) => {
                let slot = self.slot(address);
                if !slot.exact
                    && !self.scratch.overlays.is_empty()
                    && let Some(overlay) = self.overlay(address, place)
                {
                    return look(&overlay.value, overlay.mark);
                }
                look(&slot.value, if slot.known { Mark::Known } else { self.spoken.mark(address.sheet) })
            }
            None => match place {
                Place::Element { binder, .. } => match self.scratch.frames[self.frame(binder)] {
                    Frame::Value(range) => look(&Possible::Range(range), Mark::Known),
                    Frame::Slots(_) => unreachable!("slots have an address"),
                },
                Place::Fixed { .. } => unreachable!("a fixed place has an address"),
            },
        }
    }

    /// Begins a stretch in which facts may be narrowed.
    fn enter(&mut self) -> Before {
        let Scratch { overlays, masks, memory, .. } = &*self.scratch;
        let before = Before { overlays: overlays.len(), masks: masks.len(), memory: memory.depth() };
        self.guards += 1;
        before
    }

    /// Ends it.
    fn leave(&mut self, before: Before) {
        self.scratch.overlays.truncate(before.overlays);
        self.scratch.masks.truncate(before.masks);
        self.scratch.memory.widen(before.memory);
        self.guards -= 1;
    }

    /// Whether what is evaluated now is what a reader of the rules sees: no narrowing, no binder.
    #[inline]
    fn at_top(&self) -> bool {
        let Scratch { overlays, masks, frames, .. } = &*self.scratch;
        overlays.is_empty() && masks.is_empty() && frames.len() == self.outermost_frame
    }

    #[inline(always)]
    fn note_truth(&mut self, id: ConditionId, truth: Truth) {
        if self.recording && self.at_top() {
            self.scratch.trace.truths[id.0 as usize] = Some(truth);
        }
    }

    #[inline(always)]
    fn note_value(&mut self, id: ExprId, value: &Possible) {
        if self.recording && self.at_top() {
            self.scratch.trace.values[id.0 as usize] = Some(value.clone());
        }
    }

    #[inline]
    fn note_range(&mut self, id: ExprId, range: &Interval) {
        if self.recording && self.at_top() {
            self.scratch.trace.values[id.0 as usize] = Some(Possible::Range(*range));
        }
    }

    fn note_assumption(&mut self, place: Place, value: Option<&Possible>) {
        let Some(fact) = self.address(place) else { return };
        if !self.scratch.assumptions.iter().any(|known| known.fact == fact && known.value.as_ref() == value) {
            self.scratch.assumptions.push(Assumption { fact, value: value.cloned() });
        }
    }
}

/// What was in force before a stretch of narrowing.
struct Before {
    overlays: usize,
    masks: usize,
    memory: usize,
}

/// The widest range, which every fault of arithmetic leaves.
const ANYTHING: Interval = Interval { low: Number::BELOW_ALL, high: Number::ABOVE_ALL, low_open: true, high_open: true };

impl Judged {
    const fn sure(truth: Truth) -> Judged {
        Judged { truth, fault: Fault::NONE }
    }

    fn faulty(fault: Fault) -> Judged {
        Judged { truth: Truth::Unknown, fault }
    }
}

impl Ranged {
    #[inline]
    fn sure(range: Interval) -> Ranged {
        Ranged { range, fault: Fault::NONE }
    }

    fn faulty(fault: Fault) -> Ranged {
        Ranged { range: ANYTHING, fault }
    }

    /// As an operation takes it that rounds: a fraction that lies between two numbers may be rounded as either of them is.
    #[inline]
    fn around(self, is_fraction: bool) -> Ranged {
        if is_fraction { Ranged { range: self.range.with_ends(), fault: self.fault } } else { self }
    }

    /// The fault of its parts makes it anything.
    #[inline]
    fn with(self, fault: Fault) -> Ranged {
        if fault.is_none() { self } else { Ranged::faulty(self.fault.join(fault)) }
    }
}
