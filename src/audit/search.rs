//! Looking for facts that bring something about, or for the proof that there are none: facts are supposed one after another, and what can't lead there any
//! more is left. Where nothing is left, no sheet brings it about.

use super::space::{Facts, Space};
use crate::eval::{Evaluator, Overlay, Parts};
use crate::policy::{GateId, ItemId, VerdictId};
use crate::program::{Basis, Body, Program, Step};
use crate::sheet::Mark;
use crate::value::{Fraction, Interval, Number, Possible, Texts, Truth};
use crate::verdict::{Address, Applies, Evaluation, RowTaken};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// That `applies when` of an item holds, or fails.
    ItemApplies(ItemId, bool),
    /// That of a gate.
    GateApplies(GateId, bool),
    /// That a check that counts passes, or fails.
    Passes(ItemId, bool),
    /// That a row gives the points.
    Row(ItemId, u16),
    /// That a measure comes to more than its worth, or to less than nothing.
    Beyond(ItemId),
    /// That a gate fires, or does not.
    Fires(GateId, bool),
    /// That a verdict is decided for a band.
    Band(VerdictId, u32),
}

/// How what is supposed stands to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It brings it about, whatever else is so.
    Reached,
    /// It may.
    Open,
    /// Nothing else brings it about any more.
    RuledOut,
}

impl Goal {
    pub(super) fn standing(self, program: &Program, evaluation: &Evaluation, parts: &Parts) -> Standing {
        match self {
            Goal::ItemApplies(id, wanted) => of_truth(parts.item_applies[id.index()], wanted),
            Goal::GateApplies(id, wanted) => of_truth(parts.gate_applies[id.index()], wanted),
            Goal::Fires(id, wanted) => of_truth(evaluation.gates[id.index()].fires, wanted),
            Goal::Passes(id, wanted) => {
                let outcome = &evaluation.items[id.index()];
                match (outcome.applies, of_truth(outcome.passes, wanted)) {
                    (Applies::Never, _) | (_, Standing::RuledOut) => Standing::RuledOut,
                    (Applies::Always, Standing::Reached) if outcome.fault.is_none() => Standing::Reached,
                    _ => Standing::Open,
                }
            }
            Goal::Row(id, row) => {
                let outcome = &evaluation.items[id.index()];
                if outcome.applies == Applies::Never || !parts.rows[id.index()].contains(&row) {
                    Standing::RuledOut
                } else if outcome.applies == Applies::Always && outcome.row == RowTaken::One(row) && outcome.fault.is_none() {
                    Standing::Reached
                } else {
                    Standing::Open
                }
            }
            Goal::Beyond(id) => {
                let outcome = &evaluation.items[id.index()];
                let Some(range) = parts.measures[id.index()] else { return Standing::RuledOut };
                let (above, below) = (is_above(&range, &program.items[id.index()].worth), range.high < Number::ZERO);
                if !outcome.fault.is_none() {
                    Standing::Open
                } else if (above || below) && outcome.applies == Applies::Always {
                    Standing::Reached
                } else if range.low >= Number::ZERO && program.items[id.index()].worth.is_at_least(range.high) {
                    Standing::RuledOut
                } else {
                    Standing::Open
                }
            }
            Goal::Band(id, band) => {
                let outcome = &evaluation.verdicts[id.index()];
                let bands = outcome.bands;
                if outcome.applies == Applies::Never || !may_be(program, evaluation, id, band) {
                    Standing::RuledOut
                } else if bands.floor == band && bands.ceiling == band && outcome.applies == Applies::Always && outcome.fault.is_none() {
                    Standing::Reached
                } else {
                    Standing::Open
                }
            }
        }
    }

    /// How far what is supposed is from the goal, where that is a matter of degree: the nearer is tried first.
    fn distance(self, program: &Program, evaluation: &Evaluation) -> Option<Fraction> {
        let Goal::Band(id, band) = self else { return None };
        let Basis::Score(scorecard, edges) = &program.verdicts[id.index()].basis else { return None };
        let score = &evaluation.scores[scorecard.index()].score;
        let place = edges.iter().position(|(reached, _)| *reached == band);
        let one = Fraction::whole(1);
        // The middle of the band, but the very best for the best and the very worst for the worst; a band that only gates lead to is come to from above.
        let twice = match place {
            None | Some(0) => Fraction::whole(2),
            Some(place) if place + 1 == edges.len() => Fraction::zero(),
            Some(place) => {
                let edge = |place: usize| edges.get(place).and_then(|(_, edge)| *edge).map_or(one.clone(), Fraction::from_number);
                edge(place).add(&edge(place - 1))
            }
        };
        let off = score.low.add(&score.high).subtract(&twice);
        Some(if off.is_negative() { off.negate() } else { off })
    }
}

fn of_truth(truth: Truth, wanted: bool) -> Standing {
    match truth {
        Truth::Unknown => Standing::Open,
        truth if truth == Truth::from(wanted) => Standing::Reached,
        Truth::True | Truth::False => Standing::RuledOut,
    }
}

/// Whether all of a range lies above a worth.
fn is_above(range: &Interval, worth: &Fraction) -> bool {
    if range.low == Number::BELOW_ALL {
        return false;
    }
    let low = Fraction::from_number(range.low);
    low > *worth || (low == *worth && range.low_open)
}

/// Whether a band is among those that the outcome leaves: by the score or conditions, or by a gate that leads just there.
fn may_be(program: &Program, evaluation: &Evaluation, id: VerdictId, band: u32) -> bool {
    let verdict = &program.verdicts[id.index()];
    let outcome = &evaluation.verdicts[id.index()];
    if band < outcome.bands.ceiling || band > outcome.bands.floor {
        return false;
    }
    let by_itself = match &verdict.basis {
        Basis::Score(_, edges) => edges.iter().any(|(reached, _)| *reached == band),
        Basis::Conditions(rows) => rows.iter().any(|(reached, _)| *reached == band),
    };
    let by_gate = || {
        verdict.gates.iter().any(|gate| program.gates[gate.index()].at_most == band && evaluation.gates[gate.index()].fires != Truth::False)
    };
    (by_itself && band >= outcome.ungated.ceiling && band <= outcome.ungated.floor) || (band >= outcome.ungated.ceiling && by_gate())
}

/// How a search ended.
#[derive(Debug)]
pub(super) enum Found {
    /// These facts bring it about, whatever else is so.
    Witness(Vec<Overlay>),
    /// No sheet brings it about.
    Impossible,
    /// Neither was found within the budget.
    Nothing,
}

/// What looks.
pub(super) struct Search<'s, 'p> {
    pub(super) space: &'s Space<'p>,
    pub(super) evaluator: Evaluator<'p>,
    /// Evaluations made so far.
    pub(super) runs: u32,
}

/// A fact whose possibilities are tried one after another.
struct Level {
    /// How much was supposed before.
    supposed: usize,
    /// How many facts were to be supposed before, and how many of them had been.
    facts: (usize, usize),
    /// What is still to be tried, the best last.
    left: Vec<Overlay>,
}

/// A fact to be supposed: first to lie in a part of what it may be, then to be a single value of it.
#[derive(Clone, Copy)]
struct Due {
    address: Address,
    single: bool,
}

impl<'s, 'p> Search<'s, 'p> {
    pub(super) fn new(space: &'s Space<'p>) -> Search<'s, 'p> {
        Search { space, evaluator: Evaluator::of_every_sheet(space.program, &space.given()), runs: 0 }
    }

    /// The outcome of these steps under what is supposed, and the goal's standing.
    pub(super) fn look(&mut self, steps: &[Step], supposed: &[Overlay]) -> (&Evaluation, &Parts) {
        self.runs += 1;
        self.evaluator.suppose(&self.space.dossier(), steps, supposed)
    }

    pub(super) fn standing(&mut self, goal: Goal, steps: &[Step], supposed: &[Overlay]) -> Standing {
        let program = self.space.program;
        let (evaluation, parts) = self.look(steps, supposed);
        goal.standing(program, evaluation, parts)
    }

    /// Looks for facts that bring the goal about, in at most so many evaluations.
    pub(super) fn find(&mut self, goal: Goal, steps: &[Step], facts: &Facts, budget: u32) -> Found {
        let end = self.runs.saturating_add(budget);
        let mut supposed = Vec::new();
        match self.standing(goal, steps, &supposed) {
            Standing::Reached => return Found::Witness(Vec::new()),
            Standing::RuledOut => return Found::Impossible,
            Standing::Open => {}
        }
        let mut due: Vec<Due> = facts.own.iter().map(|address| Due { address: *address, single: false }).collect();
        let mut next = 0;
        let mut levels: Vec<Level> = Vec::new();
        // Whether something was given up that might have led there.
        let mut unproven = false;
        loop {
            match self.open(goal, steps, &mut supposed, &due, &mut next, end) {
                Opened::Reached => return Found::Witness(supposed),
                Opened::Spent => return Found::Nothing,
                Opened::NothingDue => unproven = true,
                Opened::Level { left, by_parts } => {
                    unproven |= !by_parts;
                    levels.push(Level { supposed: supposed.len(), facts: (due.len(), next), left });
                }
            }
            loop {
                let Some(level) = levels.last_mut() else {
                    return if unproven { Found::Nothing } else { Found::Impossible };
                };
                supposed.truncate(level.supposed);
                due.truncate(level.facts.0);
                next = level.facts.1;
                if let Some(chosen) = level.left.pop() {
                    if let Possible::List(list) = &chosen.value
                        && chosen.mark == Mark::Known
                    {
                        let entries = self.space.entries(chosen.address, list.known, facts);
                        due.extend(entries.into_iter().map(|address| Due { address, single: false }));
                    }
                    if !chosen.value.is_exact() && chosen.mark == Mark::Known {
                        due.push(Due { address: chosen.address, single: true });
                    }
                    supposed.push(chosen);
                    break;
                }
                levels.pop();
            }
        }
    }

    /// Tries everything that the next fact may be.
    fn open(&mut self, goal: Goal, steps: &[Step], supposed: &mut Vec<Overlay>, due: &[Due], next: &mut usize, end: u32) -> Opened {
        let program = self.space.program;
        while let Some(fact) = due.get(*next) {
            *next += 1;
            let tried = if fact.single {
                match supposed.iter().rev().find(|supposed| supposed.address == fact.address) {
                    Some(part) => self.space.points(&self.evaluator, part),
                    None => Vec::new(),
                }
            } else {
                self.space.cells(&self.evaluator, fact.address)
            };
            if tried.is_empty() {
                continue;
            }
            let mut left: Vec<(Option<Fraction>, Overlay)> = Vec::new();
            for part in tried {
                if self.runs >= end {
                    return Opened::Spent;
                }
                supposed.push(part);
                let (evaluation, parts) = {
                    self.runs += 1;
                    self.evaluator.suppose(&self.space.dossier(), steps, supposed)
                };
                match goal.standing(program, evaluation, parts) {
                    Standing::Reached => return Opened::Reached,
                    Standing::RuledOut => {
                        supposed.pop();
                    }
                    Standing::Open => {
                        let distance = goal.distance(program, evaluation);
                        left.extend(supposed.pop().map(|part| (distance, part)));
                    }
                }
            }
            // The nearest is tried first, of those equally near the first: so it has to stand last.
            left.reverse();
            left.sort_by(|(one, _), (other, _)| other.cmp(one));
            return Opened::Level { left: left.into_iter().map(|(_, part)| part).collect(), by_parts: !fact.single };
        }
        Opened::NothingDue
    }

    /// The same goal by fewer facts, and each of them a single value.
    pub(super) fn smallest(&mut self, goal: Goal, steps: &[Step], supposed: Vec<Overlay>) -> Vec<Overlay> {
        // Of a fact supposed twice, to lie in a part and to be a value of it, the value is what counts.
        let mut witness: Vec<Overlay> = Vec::new();
        for later in supposed {
            witness.retain(|earlier| earlier.address != later.address);
            witness.push(later);
        }
        // A list is let go once none of its entries is needed, so one more round may find more.
        for _ in 0..2 {
            for index in (0..witness.len()).rev() {
                let left_out = witness.remove(index);
                if self.standing(goal, steps, &witness) != Standing::Reached {
                    witness.insert(index, left_out);
                }
            }
        }
        for supposed in witness.iter_mut().filter(|supposed| supposed.mark == Mark::Known) {
            supposed.value = self.single(supposed);
        }
        witness.sort_by_key(|supposed| supposed.address);
        witness
    }

    /// A single value out of a part: an end that belongs to it, or what lies in the middle.
    pub(super) fn single(&self, supposed: &Overlay) -> Possible {
        match &supposed.value {
            Possible::Range(range) if range.exact().is_none() => {
                let grid = self.evaluator.shape(self.space.slot(supposed.address).field).grid;
                let range = &self.space.writable(supposed.address, *range).unwrap_or(*range);
                let value = if !range.low_open {
                    Some(range.low)
                } else if !range.high_open {
                    Some(range.high)
                } else {
                    crate::eval::middle(range, grid)
                };
                value.map_or(supposed.value.clone(), |value| Possible::Range(Interval::point(value)))
            }
            Possible::List(list) => Possible::List(crate::value::List { more: false, ..*list }),
            Possible::Texts(Texts::Any) => Possible::Texts(Texts::One("example".into())),
            other => other.clone(),
        }
    }
}

/// What came of trying a fact.
enum Opened {
    /// The last that is supposed now brings the goal about.
    Reached,
    /// The budget is spent.
    Spent,
    /// No fact is left to suppose anything of.
    NothingDue,
    /// These are still open; whether they are, with those ruled out, all there is.
    Level { left: Vec<Overlay>, by_parts: bool },
}

/// Whether an item has its points from rows.
pub(super) fn rows_of(body: &Body) -> usize {
    match body {
        Body::Grade(_, rows) => rows.len(),
        Body::GradeWhen(rows) => rows.len(),
        Body::Check(_) | Body::Ramp(..) | Body::Measure(_) | Body::Include(_) => 0,
    }
}
