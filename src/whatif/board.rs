//! The facts as pieces on a board: which of them may be moved, to where, and what comes of it.
//!
//! A move puts a set of values in place of what a sheet says, and the one evaluator runs on it. Beside the facts on file, the board keeps *grounds* on which
//! every doubt is resolved in one of the ways that the evidence allows. A move that can't lead to the goal there can't lead to it at all, whatever is unknown,
//! and a look at it costs one run.

use std::collections::BTreeSet;

use crate::eval::{Evaluator, Limits, Overlay, cells as cells_of, middle, outcomes_counted, pieces};
use crate::explain::Required;
use crate::policy::GateId;
use crate::program::{Basis, Place, Program, Step};
use crate::sheet::{Dossier, Mark, Sheet, Slot};
use crate::value::{DAY, FieldId, Fraction, Interval, List, Number, Possible, Texts, Truth, Type, Variants};
use crate::verdict::{Address, Applies, Evaluation, FaultLevel, Requirement, VerdictOutcome};

/// The most grounds that are kept beside the facts on file.
const MOST_GROUNDS: usize = 8;

/// How many evaluations of the budget are kept for putting answers into words.
const RESERVE: u32 = 1_000;
/// How many of them each answer gets.
const FOR_AN_ANSWER: u32 = 200;
/// After so many cells in a row that no doubt speaks against, doubts are asked about cells only where a proof hangs on it.
const MOST_UNREFUTED: u32 = 12;
/// After so many they are asked no more.
const MOST_UNREFUTED_OF_PROOFS: u32 = 24;

/// The budget is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

/// A fact that may be moved.
pub(super) struct Movable {
    pub(super) address: Address,
    /// Everything that it may be moved to, or be already.
    pub(super) whole: Possible,
    /// Where to, in the order of the values.
    pub(super) cells: Vec<Cell>,
    /// Whether there is evidence for it.
    pub(super) on_file: bool,
    /// Whether within a cell all values need not come to the same, because it enters a calculation.
    pub(super) calculated: bool,
}

/// Where moves lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To the goal, for all values moved to and all that is unknown.
    There,
    /// Not for all that is unknown, whichever value is moved to.
    Elsewhere,
    /// Some values may, or all of them, but not by what is proven.
    Open,
}

/// A part of what a fact may be.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) value: Possible,
    /// Whether it contradicts what is on file; learning never does.
    pub(super) overturns: bool,
    /// How many cells lie between it and the present values.
    pub(super) distance: u32,
}

impl Cell {
    /// What it costs to move there.
    pub(super) fn cost(&self) -> (u32, u32) {
        (u32::from(self.overturns), self.distance)
    }
}

/// The sheets of all documents, with doubts resolved or not.
struct Ground {
    sheets: Vec<Sheet>,
}

/// A doubt: a fact that is not exactly known, and the ways to resolve it.
struct Doubt {
    address: Address,
    ways: Vec<Possible>,
    /// Its cells.
    cells: Vec<Possible>,
    /// Whether judgements look at it cell by cell.
    is_split: bool,
}

/// How far a run is from the goal: the less the nearer.
pub(super) type Distance = (bool, bool, usize, u32, Option<Fraction>);

/// How good it may still become: whether the goal is in sight, the ceiling, and the score it is made of. The more the better.
pub(super) type Hope = (bool, u32, Option<Fraction>);

/// The facts, and what may be done to them.
pub(super) struct Board<'a> {
    program: &'a Program,
    dossier: &'a Dossier<'a>,
    goal: Required,
    steps: Vec<Step>,
    evaluator: Evaluator<'a>,
    pub(super) facts: Vec<Movable>,
    doubts: Vec<Doubt>,
    /// First the facts on file, then the grounds, the one that refuted last first.
    grounds: Vec<Ground>,
    pub(super) runs: u32,
    /// How many cells in a row no doubt spoke against.
    unrefuted: u32,
    budget: u32,
    progress: &'a mut dyn FnMut(u32),
}

impl<'a> Board<'a> {
    pub(super) fn new(
        program: &'a Program,
        dossier: &'a Dossier<'a>,
        goal: Required,
        budget: u32,
        progress: &'a mut dyn FnMut(u32),
    ) -> Board<'a> {
        let steps = program.cone(Step::Verdict(goal.verdict));
        let evaluator = Evaluator::new(program);
        let reads = Reads::of(program, &steps);
        let facts = movables(program, dossier, &reads, &evaluator);
        let doubts = doubts(program, dossier, &reads, &evaluator);
        let mut sheets: Vec<Sheet> = dossier.sheets.iter().map(|sheet| (*sheet).clone()).collect();
        if let Some(subject) = sheets.first_mut() {
            // What is exact is never looked for among the moves, unless it is told that it might be there.
            facts.iter().for_each(|fact| subject.slots[fact.address.slot as usize].exact = false);
        }
        let grounds = vec![Ground { sheets }];
        Board {
            program,
            dossier,
            goal,
            steps,
            evaluator,
            facts,
            doubts,
            grounds,
            runs: 0,
            unrefuted: 0,
            budget: budget.saturating_sub(RESERVE),
            progress,
        }
    }

    /// Runs the verdict on a ground, with these moves made.
    fn run(&mut self, ground: usize, moves: &[Overlay]) -> Result<&Evaluation, Spent> {
        if self.runs >= self.budget {
            return Err(Spent);
        }
        self.runs += 1;
        (self.progress)(self.runs);
        let dossier = Dossier { sheets: self.grounds[ground].sheets.iter().collect() };
        Ok(self.evaluator.suppose(&dossier, &self.steps, moves).0)
    }

    fn verdict(&mut self, ground: usize, moves: &[Overlay]) -> Result<&VerdictOutcome, Spent> {
        let place = self.goal.verdict.index();
        self.run(ground, moves).map(|evaluation| &evaluation.verdicts[place])
    }

    /// Whether the goal is out of reach with these moves, for they are made on a ground where it is.
    pub(super) fn is_refuted(&mut self, moves: &[Overlay]) -> Result<bool, Spent> {
        let band = self.goal.band;
        for ground in 1..self.grounds.len() {
            if !may_reach(self.verdict(ground, moves)?, band) {
                self.grounds[1..=ground].rotate_right(1);
                return Ok(true);
            }
        }
        if self.grounds.len() > 1 {
            return Ok(false);
        }
        self.verdict(0, moves).map(|verdict| !may_reach(verdict, band))
    }

    /// Whether the moves lead to the goal at first sight: without splitting.
    pub(super) fn reaches(&mut self, moves: &[Overlay]) -> Result<bool, Spent> {
        let band = self.goal.band;
        self.verdict(0, moves).map(|verdict| has_reached(verdict, band))
    }

    /// Whether the moves lead to the goal, looked at as closely as a judgement does. A doubt that speaks against it becomes a ground.
    pub(super) fn leads(&mut self, moves: &[Overlay]) -> Result<Lead, Spent> {
        let band = self.goal.band;
        let verdict = self.verdict(0, moves)?;
        if has_reached(verdict, band) {
            return Ok(Lead::There);
        }
        if !may_reach(verdict, band) {
            return Ok(Lead::Elsewhere);
        }
        if self.leads_split(moves)? {
            let outcome = self.judged(moves);
            if self.is_reached_by(&outcome) {
                return Ok(Lead::There);
            }
        }
        // Where doubts have not spoken against anything for long, they are not asked about every cell any more.
        let hangs = self.facts.iter().any(|fact| fact.calculated && is_moved(fact, moves));
        if self.unrefuted < if hangs { MOST_UNREFUTED_OF_PROOFS } else { MOST_UNREFUTED } {
            if self.resolve_against(moves)? {
                self.unrefuted = 0;
                return Ok(Lead::Elsewhere);
            }
            self.unrefuted += 1;
        }
        Ok(Lead::Open)
    }

    /// Whether the moves lead there when one doubt is looked at case by case, as judgements do. Most doubts are done with after one case.
    fn leads_split(&mut self, moves: &[Overlay]) -> Result<bool, Spent> {
        let band = self.goal.band;
        let (mut floor, mut applies, mut sound) = (false, false, false);
        for doubt in 0..self.doubts.len() {
            let address = self.doubts[doubt].address;
            if !self.doubts[doubt].is_split || moves.iter().any(|moved| moved.address == address) {
                continue;
            }
            let mark = if self.slot(address).known { Mark::Known } else { Mark::Missing };
            let (mut has_floor, mut has_applied, mut has_sound) = (true, true, true);
            for cell in self.doubts[doubt].cells.clone() {
                let tried: Vec<Overlay> = moves.iter().cloned().chain([Overlay::of(address, cell, mark)]).collect();
                let verdict = self.verdict(0, &tried)?;
                has_floor &= verdict.bands.floor <= band;
                has_applied &= verdict.applies == Applies::Always;
                has_sound &= verdict.fault.is_none();
                // What has been shown by another doubt need not be shown again.
                if (floor || !has_floor) && (applies || !has_applied) && (sound || !has_sound) {
                    break;
                }
            }
            (floor, applies, sound) = (floor || has_floor, applies || has_applied, sound || has_sound);
            if floor && applies && sound {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a judgement of the facts makes of the moves.
    pub(super) fn judged(&mut self, moves: &[Overlay]) -> Evaluation {
        let subject = moved(self.dossier.sheets[0], moves);
        let sheets = std::iter::once(&subject).chain(self.dossier.sheets.iter().skip(1).copied()).collect();
        let (evaluation, runs) = outcomes_counted(&mut self.evaluator, &Dossier { sheets }, Limits::default());
        self.runs = self.runs.saturating_add(runs);
        evaluation
    }

    /// Resolves one doubt after another so that it speaks against the goal, all moves made. Whether the goal is out of reach then; if so, the doubts so resolved
    /// are a new ground.
    pub(super) fn resolve_against(&mut self, moves: &[Overlay]) -> Result<bool, Spent> {
        let mut resolved: Vec<Overlay> = Vec::new();
        for doubt in 0..self.doubts.len() {
            let address = self.doubts[doubt].address;
            if moves.iter().any(|moved| moved.address == address) {
                continue;
            }
            let mark = if self.slot(address).known { Mark::Known } else { Mark::Missing };
            let mut worst: Option<(Hope, Overlay)> = None;
            for way in self.doubts[doubt].ways.clone() {
                let tried = Overlay::of(address, way, mark);
                let all: Vec<Overlay> = resolved.iter().chain(moves).chain([&tried]).cloned().collect();
                let hope = self.hope(&all)?;
                if worst.as_ref().is_none_or(|(least, _)| hope < *least) {
                    worst = Some((hope, tried));
                }
            }
            resolved.extend(worst.map(|(_, overlay)| overlay));
        }
        let all: Vec<Overlay> = resolved.iter().chain(moves).cloned().collect();
        let band = self.goal.band;
        let is_refuted = !may_reach(self.verdict(0, &all)?, band);
        if is_refuted || self.grounds.len() == 1 {
            self.add_ground(&resolved);
        }
        Ok(is_refuted)
    }

    fn add_ground(&mut self, resolved: &[Overlay]) {
        let mut sheets = self.grounds[0].sheets.clone();
        for doubt in resolved {
            let slot = &mut sheets[doubt.address.sheet as usize - 1].slots[doubt.address.slot as usize];
            slot.value = doubt.value.clone();
        }
        self.grounds.truncate(MOST_GROUNDS);
        self.grounds.insert(1, Ground { sheets });
    }

    /// How good it may still become: the ceiling, and what it is made of.
    fn hope(&mut self, moves: &[Overlay]) -> Result<Hope, Spent> {
        self.hope_on(0, moves)
    }

    fn hope_on(&mut self, ground: usize, moves: &[Overlay]) -> Result<Hope, Spent> {
        let (program, goal) = (self.program, self.goal);
        let evaluation = self.run(ground, moves)?;
        let verdict = &evaluation.verdicts[goal.verdict.index()];
        let score = score_of(program, goal, evaluation).map(|score| score.high.clone());
        Ok((may_reach(verdict, goal.band), u32::MAX - verdict.bands.ceiling, score))
    }

    /// The ceiling where all doubts speak against the goal.
    pub(super) fn prospect(&mut self, moves: &[Overlay]) -> Result<Hope, Spent> {
        self.hope_on(self.grounds.len().min(2) - 1, moves)
    }

    /// How far what is proven lies from the goal.
    pub(super) fn distance(&mut self, moves: &[Overlay]) -> Result<(bool, Distance), Spent> {
        let (program, goal) = (self.program, self.goal);
        let evaluation = self.run(0, moves)?;
        let verdict = &evaluation.verdicts[goal.verdict.index()];
        let is_in_the_way =
            |gate: &&GateId| program.gates[gate.index()].at_most > goal.band && evaluation.gates[gate.index()].fires != Truth::False;
        let capping = program.verdicts[goal.verdict.index()].gates.iter().filter(is_in_the_way).count();
        let score = score_of(program, goal, evaluation).map(|score| score.low.negate());
        let distance =
            (!verdict.fault.is_none(), verdict.applies != Applies::Always, capping, verdict.ungated.floor.saturating_sub(goal.band), score);
        Ok((has_reached(verdict, goal.band), distance))
    }

    /// Whether nothing that may be done to the subject's facts can lead to the goal, entries added to or taken from its lists among it.
    ///
    /// If so, what it comes to at its best.
    pub(super) fn best_if_impossible(&mut self) -> Result<Option<Evaluation>, Spent> {
        let mut free: Vec<Overlay> = (0..self.facts.len()).map(|fact| self.free(fact, false)).collect();
        let subject = self.dossier.sheets[0];
        for (slot, content) in subject.slots.iter().enumerate() {
            let leaf = subject.leaf_at(&self.program.schema, slot as u32);
            if matches!(content.value, Possible::List(_)) && leaf.is_some_and(|leaf| !leaf.fixed) {
                let address = Address { sheet: 1, slot: slot as u32 };
                free.retain(|overlay| overlay.address != address);
                let mark = if content.known { Mark::Known } else { Mark::Either };
                free.push(Overlay::of(address, Possible::List(List { sheet: 1, ..List::UNKNOWN }), mark));
                // A list on file is exact, so that no move of it would be seen.
                self.grounds[0].sheets[0].slots[slot].exact = false;
            }
        }
        if self.runs >= self.budget {
            return Err(Spent);
        }
        self.runs += 1;
        let goal = self.goal;
        // Lists stand for all that they may become. Looked at as lists on file, rules that assume of open ones that they end there would take them as empty.
        let contexts: Vec<u16> = (2..=self.dossier.sheets.len() as u16).collect();
        let mut evaluator = Evaluator::of_every_sheet(self.program, &contexts);
        let dossier = Dossier { sheets: self.grounds[0].sheets.iter().collect() };
        let evaluation = evaluator.suppose(&dossier, &self.steps, &free).0;
        Ok((!may_reach(&evaluation.verdicts[goal.verdict.index()], goal.band)).then(|| evaluation.clone()))
    }

    /// Lets an answer have its part of what was kept of the budget.
    pub(super) fn grant(&mut self) {
        self.budget = self.budget.max(self.runs).saturating_add(FOR_AN_ANSWER);
    }

    /// Whether the verdict has reached the goal as it is.
    pub(super) fn stands(&self, judged: &Evaluation) -> bool {
        judged.verdicts[self.goal.verdict.index()].meets(self.goal.band) == Requirement::Met
    }

    /// Whether moves, judged, lead to the goal.
    pub(super) fn is_reached_by(&self, judged: &Evaluation) -> bool {
        has_reached(&judged.verdicts[self.goal.verdict.index()], self.goal.band)
    }

    /// A fact let go: it may be moved anywhere. If not `surely`, it may also stay where it is.
    pub(super) fn free(&self, fact: usize, surely: bool) -> Overlay {
        let fact = &self.facts[fact];
        let mark = if surely || fact.on_file { Mark::Known } else { Mark::Either };
        Overlay::of(fact.address, fact.whole.clone(), mark)
    }

    pub(super) fn to(&self, fact: usize, value: Possible) -> Overlay {
        Overlay::of(self.facts[fact].address, value, Mark::Known)
    }

    /// A fact that is moved there or not.
    pub(super) fn perhaps(&self, fact: usize, value: &Possible) -> Overlay {
        let fact = &self.facts[fact];
        let mark = if fact.on_file { Mark::Known } else { Mark::Either };
        let present = &self.slot(fact.address).value;
        // Of a list only its end is ever learnt, which what is on file leaves open.
        let either = if matches!(present, Possible::List(_)) { present.clone() } else { present.join(value) };
        Overlay::of(fact.address, either, mark)
    }

    /// What it costs to move a fact to one of its cells.
    pub(super) fn cost(&self, fact: usize, value: &Possible) -> (u32, u32) {
        self.facts[fact].cells.iter().find(|cell| cell.value == *value).map_or((0, 0), Cell::cost)
    }

    /// The type of the fact at an address of the subject.
    pub(super) fn type_of(&self, address: Address) -> Type {
        declared(self.program, self.dossier.sheets[0], address.slot).map_or(Type::Number, |(_, _, ty)| ty)
    }

    pub(super) fn slot(&self, address: Address) -> &Slot {
        &self.dossier.sheets[address.sheet as usize - 1].slots[address.slot as usize]
    }

    /// The distance between neighbouring values of a fact.
    pub(super) fn grid(&self, fact: usize) -> Option<Number> {
        self.evaluator.shape(self.slot(self.facts[fact].address).field).grid
    }
}

/// A sheet on which moves are made.
pub(super) fn moved(sheet: &Sheet, moves: &[Overlay]) -> Sheet {
    let mut sheet = sheet.clone();
    for overlay in moves {
        let slot = &mut sheet.slots[overlay.address.slot as usize];
        slot.value = overlay.value.clone();
        slot.exact = slot.value.is_exact();
        slot.known = true;
    }
    sheet
}

fn is_moved(fact: &Movable, moves: &[Overlay]) -> bool {
    moves.iter().any(|overlay| overlay.address == fact.address && !overlay.value.is_exact())
}

fn may_reach(verdict: &VerdictOutcome, band: u32) -> bool {
    verdict.bands.ceiling <= band && verdict.applies != Applies::Never && verdict.fault.level != FaultLevel::Certain
}

fn has_reached(verdict: &VerdictOutcome, band: u32) -> bool {
    verdict.bands.floor <= band && verdict.applies == Applies::Always && verdict.fault.is_none()
}

fn score_of<'e>(program: &Program, goal: Required, evaluation: &'e Evaluation) -> Option<&'e crate::verdict::Bounds> {
    match &program.verdicts[goal.verdict.index()].basis {
        Basis::Score(scorecard, _) => Some(&evaluation.scores[scorecard.index()].score),
        Basis::Conditions(_) => None,
    }
}

/// What some steps read.
pub(super) struct Reads {
    own: BTreeSet<(u16, u32)>,
    of_entries: BTreeSet<FieldId>,
    calculated: BTreeSet<FieldId>,
}

impl Reads {
    pub(super) fn of(program: &Program, steps: &[Step]) -> Reads {
        let mut reads = Reads { own: BTreeSet::new(), of_entries: BTreeSet::new(), calculated: program.calculated(steps) };
        for step in steps {
            let places = match step {
                Step::Item(id) => &program.items[id.index()].reads,
                Step::Gate(id) => &program.gates[id.index()].reads,
                Step::Verdict(id) => &program.verdicts[id.index()].reads,
                Step::Limit(id) => &program.limits[id.index()].reads,
                Step::Trigger(id) => &program.triggers[id.index()].reads,
                Step::Review(id) => &program.reviews[id.index()].reads,
                Step::Scorecard(_) => continue,
            };
            for place in places {
                match place {
                    Place::Fixed { sheet, slot } => {
                        reads.own.insert((*sheet, *slot));
                    }
                    Place::Element { field, .. } => reads.of_entries.extend(*field),
                }
            }
        }
        reads
    }

    /// Whether they read the fact at an address. Entries that are single values are read with their list.
    pub(super) fn has(&self, sheet: &Sheet, address: Address) -> bool {
        let element = sheet.element_at(address.slot);
        match element.parent {
            None => self.own.contains(&(address.sheet, address.slot)),
            Some((list, _)) if element.record.is_none() => self.has(sheet, Address { slot: list, ..address }),
            Some(_) => self.of_entries.contains(&sheet.slots[address.slot as usize].field),
        }
    }
}

/// The facts of the subject that the steps read and that may be moved, in order of declaration.
fn movables(program: &Program, dossier: &Dossier, reads: &Reads, evaluator: &Evaluator) -> Vec<Movable> {
    let sheet = dossier.sheets[0];
    let mut facts = Vec::new();
    for (place, slot) in sheet.slots.iter().enumerate() {
        let address = Address { sheet: 1, slot: place as u32 };
        let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
        if !reads.has(sheet, address) {
            continue;
        }
        let Some((domain, fixed, ty)) = declared(program, sheet, address.slot) else { continue };
        let whole = if fixed || matches!(slot.value, Possible::Texts(_) | Possible::List(_)) { slot.value.clone() } else { domain };
        // Entries that are single values are read with their list, and who reads it may calculate with them.
        let calculated = matches!(whole, Possible::Range(_))
            && (reads.calculated.contains(&slot.field) || sheet.element_at(address.slot).record.is_none());
        let grid = evaluator.shape(slot.field).grid.or(ty.grid());
        let cells = moves_of(slot, &whole, &field.thresholds, grid, calculated, &evaluator.shape(slot.field));
        if !cells.is_empty() {
            facts.push(Movable { address, whole, cells, on_file: slot.known, calculated });
        }
    }
    facts
}

/// What a declaration allows at a slot, whether it is fixed, and its type.
fn declared(program: &Program, sheet: &Sheet, slot: u32) -> Option<(Possible, bool, Type)> {
    if let Some(leaf) = sheet.leaf_at(&program.schema, slot) {
        return Some((leaf.domain.clone(), leaf.fixed, leaf.ty));
    }
    let (list, _) = sheet.element_at(slot).parent?;
    let leaf = sheet.leaf_at(&program.schema, list)?;
    let Type::List(id) = leaf.ty else { return None };
    let list = program.schema.list(id);
    Some((list.domain.clone(), leaf.fixed, list.element))
}

/// Where a fact may be moved to.
fn moves_of(
    slot: &Slot,
    whole: &Possible,
    thresholds: &[Number],
    grid: Option<Number>,
    calculated: bool,
    shape: &crate::eval::FieldShape,
) -> Vec<Cell> {
    let learns = |value: Possible| Cell { overturns: false, distance: 0, value };
    // A value that the evidence allows is learnt, any other is a change.
    let sorted = |value: Possible| {
        let overturns = slot.known && !value.is_subset_of(&slot.value);
        Cell { overturns, distance: u32::from(overturns), value }
    };
    let is_news = |cell: &Cell| !slot.known || cell.value != slot.value;
    match (&slot.value, whole) {
        (Possible::Truth(_), _) => {
            let all = [Truth::False, Truth::True].map(Possible::Truth).into_iter().filter(|value| value.is_subset_of(whole));
            all.map(sorted).filter(is_news).collect()
        }
        (Possible::Variants(_), Possible::Variants(variants)) => {
            variants.iter().map(|variant| sorted(Possible::Variants(Variants::one(variant)))).filter(is_news).collect()
        }
        (Possible::Texts(Texts::Few(texts)), _) => texts.iter().map(|text| learns(Possible::Texts(Texts::One(text.clone())))).collect(),
        (Possible::Range(present), Possible::Range(range)) => ranges(slot.known.then_some(*present), *range, thresholds, grid, calculated),
        (Possible::List(list), _) if list.more => {
            let closed = List { more: false, ..if list.known == 0 { List { sheet: 0, first: 0, ..*list } } else { *list } };
            if shape.allows(list.known) { vec![learns(Possible::List(closed))] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// The cells of a range: cut where comparisons change, and at the ends of what is on file. Of facts that enter calculations single values are tried as well.
fn ranges(present: Option<Interval>, range: Interval, thresholds: &[Number], grid: Option<Number>, calculated: bool) -> Vec<Cell> {
    let mut cuts: Vec<Number> = thresholds.to_vec();
    if let Some(present) = present
        && (calculated || present.exact().is_none())
    {
        cuts.extend([present.low, present.high].iter().filter(|end| **end != Number::BELOW_ALL && **end != Number::ABOVE_ALL));
        cuts.sort_unstable();
        cuts.dedup();
    }
    let parts: Vec<Interval> = pieces(range, &cuts).into_iter().filter_map(|piece| piece.snapped(grid)).collect();
    let is_here = |part: &Interval| present.is_none_or(|present| part.intersect(&present).is_some());
    let here: Vec<usize> = (0..parts.len()).filter(|place| is_here(&parts[*place])).collect();
    let (first, last) = (here.first().copied().unwrap_or(0), here.last().copied().unwrap_or(0));
    let mut cells = Vec::new();
    for (place, part) in parts.into_iter().enumerate() {
        // Where an exact value stands already there is nothing to move.
        if present.is_some_and(|present| present.exact().is_some() && part.contains(present.low)) {
            continue;
        }
        let distance = if place < first { first - place } else { place.saturating_sub(last) };
        let cell = |value: Interval| Cell { value: Possible::Range(value), overturns: distance > 0, distance: distance as u32 };
        cells.push(cell(part));
        if calculated && part.exact().is_none() {
            cells.extend(samples(&part, grid).into_iter().map(|value| cell(Interval::point(value))));
        }
    }
    cells
}

/// Single values out of a range: its ends, its middle, and where it has no end, ever further ones.
fn samples(range: &Interval, grid: Option<Number>) -> Vec<Number> {
    let mut values: Vec<Number> = Vec::new();
    values.extend([(range.low, range.low_open), (range.high, range.high_open)].iter().filter(|end| !end.1).map(|end| end.0));
    let mut inside = middle(range, grid);
    for _ in 0..if range.is_finite() { 1 } else { 5 } {
        let Some(value) = inside.filter(|value| range.contains(*value)) else { break };
        values.push(value);
        inside = value.multiply(Number::whole(10)).ok();
    }
    values.sort_unstable();
    values.dedup();
    values
}

/// The doubts among what the steps read, and how each may be resolved.
fn doubts(program: &Program, dossier: &Dossier, reads: &Reads, evaluator: &Evaluator) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (index, sheet) in dossier.sheets.iter().enumerate() {
        for (place, slot) in sheet.slots.iter().enumerate().filter(|(_, slot)| !slot.exact) {
            let address = Address { sheet: index as u16 + 1, slot: place as u32 };
            let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
            if !reads.has(sheet, address) {
                continue;
            }
            let shape = evaluator.shape(slot.field);
            let cells = cells_of(slot, &field.thresholds, shape);
            let is_split = cells.len() > 1 && field.reads_at(sheet.element_at(address.slot).parent.is_some()) > 1;
            let mut ways = cells.clone();
            match &slot.value {
                Possible::List(list) if ways.is_empty() && shape.allows(list.known) => {
                    ways.push(Possible::List(List { more: false, ..*list }));
                }
                Possible::Range(_) if reads.calculated.contains(&slot.field) => {
                    ways = ways.iter().flat_map(|way| single(way, shape.grid)).collect();
                }
                _ => {}
            }
            if !ways.is_empty() {
                doubts.push(Doubt { address, ways, cells, is_split });
            }
        }
    }
    doubts
}

fn single(way: &Possible, grid: Option<Number>) -> Vec<Possible> {
    match way {
        Possible::Range(range) if range.exact().is_none() => {
            let values = samples(range, grid);
            if values.is_empty() {
                vec![way.clone()]
            } else {
                values.into_iter().map(|value| Possible::Range(Interval::point(value))).collect()
            }
        }
        way => vec![way.clone()],
    }
}

/// A step of a kind that readers find round, about a two-hundredth of a span.
pub(super) fn round_step(span: Number, ty: Type, grid: Option<Number>) -> Option<Number> {
    let target = span.divide(Number::whole(200)).ok()?;
    if ty == Type::Duration {
        let units = [DAY, 3_600_000, 60_000, 1_000].map(Number::whole);
        if let Some(unit) = units.into_iter().find(|unit| *unit <= target) {
            return Some(unit);
        }
    }
    let (mut step, ten) = (Number::ONE, Number::whole(10));
    while step > target && step > Number::ZERO {
        step = step.divide(ten).ok()?;
    }
    while step.multiply(ten).is_ok_and(|next| next <= target) && step > Number::ZERO {
        step = step.multiply(ten).ok()?;
    }
    let step = match grid {
        Some(grid) => step.max(grid).ceil_to(grid).ok()?,
        None => step,
    };
    (step > Number::ZERO).then_some(step)
}
