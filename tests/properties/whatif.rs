//! Answers of `whatif`, held against judgements: each is made to the facts and judged, and what is claimed impossible is tried.

use plumbrule::eval::{Evaluator, Limits, judge, outcomes};
use plumbrule::explain::{Required, explain};
use plumbrule::facts;
use plumbrule::policy::{DocumentId, VerdictId};
use plumbrule::program::Program;
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::Sources;
use plumbrule::value::{Interval, List, Number, Possible, Texts, Truth, Variants};
use plumbrule::verdict::{Address, Applies, Requirement, State, VerdictOutcome};
use plumbrule::whatif::{self, Ending, Query, Reach, Settling};

use crate::engine::Engine;
use crate::generate::Chooser;
use crate::model;

/// Of so many single changes all pairs are tried.
const MOST_SINGLE: usize = 60;

/// A sheet with the texts that its places lead to.
pub struct Desk {
    pub engine: Engine,
    pub sheet: Sheet,
    sources: Sources,
}

impl Desk {
    pub fn new(policy: &model::Policy, sheet: &model::Sheet) -> Result<Desk, String> {
        let (rules, text) = (policy.text(), sheet.text());
        let engine = Engine::new(policy, &rules, model::TODAY)?;
        let mut sources = Sources::new();
        // In the order in which the engine's own were read, so that its places lead here.
        sources.add("trial.plumb", &*rules);
        sources.add("plain.rhai", model::SCRIPT);
        sources.add("waivers.yaml", policy.waivers_text(0, false));
        let file = sources.add("trial.yaml", &*text);
        let program = &engine.program;
        let read = facts::read(file, "trial", &text, &program.schema, &program.documents, DocumentId(0), program.today);
        let sheet = read.value.ok_or_else(|| format!("{:?}", read.diagnostics))?;
        Ok(Desk { engine, sheet, sources })
    }

    fn ask<T>(&self, budget: u32, about: impl FnOnce(&Query<'_>) -> T) -> T {
        let program = &self.engine.program;
        let dossier = Dossier { sheets: vec![&self.sheet] };
        let judgement = judge(program, &dossier, Limits::default());
        let explanation = explain(program, &dossier, &judgement, &self.sources, None);
        about(&Query { program, dossier: &dossier, judgement: &judgement, explanation: &explanation, sources: &self.sources, budget })
    }

    pub fn reach(&self, wanted: Required, budget: u32) -> Reach {
        self.ask(budget, |query| whatif::reach(query, wanted, &mut |_| {}))
    }

    pub fn settle(&self, budget: u32) -> Vec<Settling> {
        self.ask(budget, |query| whatif::settle(query, &mut |_| {}))
    }

    /// A band of some verdict.
    pub fn wanted(&self, chooser: &mut Chooser) -> Required {
        let verdict = chooser.pick(self.engine.program.verdicts.len());
        let bands = self.engine.program.verdicts[verdict].bands.len();
        Required { verdict: VerdictId(verdict as u32), band: chooser.pick(bands) as u32 }
    }

    /// What the verdict comes to with facts put in place of others.
    pub fn judged(&self, changes: &[(Address, Possible)], verdict: usize) -> VerdictOutcome {
        let mut sheet = self.sheet.clone();
        for (place, value) in changes {
            let slot = &mut sheet.slots[place.slot as usize];
            (slot.known, slot.exact, slot.value) = (true, value.is_exact(), value.clone());
        }
        judged(&self.engine.program, &sheet, verdict)
    }

    /// Some facts of the sheet that a change may touch, those in lists among them.
    pub fn facts(&self) -> Vec<(Address, Possible)> {
        let schema = &self.engine.program.schema;
        let all = (0..self.sheet.slots.len() as u32).filter_map(|slot| {
            let leaf = self.sheet.leaf_at(schema, slot)?;
            let is_single = !matches!(leaf.domain, Possible::List(_) | Possible::Texts(_));
            is_single.then(|| (Address { sheet: 1, slot }, leaf.domain.clone()))
        });
        all.collect()
    }
}

/// What a judgement makes of a verdict, without anything beside.
pub fn judged(program: &Program, sheet: &Sheet, verdict: usize) -> VerdictOutcome {
    let dossier = Dossier { sheets: vec![sheet] };
    outcomes(&mut Evaluator::new(program), &dossier, Limits::default()).verdicts[verdict].clone()
}

pub fn has_reached(outcome: &VerdictOutcome, band: u32) -> bool {
    outcome.bands.floor <= band && outcome.applies == Applies::Always && outcome.fault.is_none()
}

/// Single values of a set: of a range its ends, or what lies beside them, and the middle.
pub fn values(of: &Possible, near: &[Number]) -> Vec<Possible> {
    match of {
        Possible::Truth(Truth::Unknown) => vec![Possible::Truth(Truth::False), Possible::Truth(Truth::True)],
        Possible::Variants(variants) => variants.iter().map(|place| Possible::Variants(Variants::one(place))).collect(),
        Possible::Texts(Texts::Few(texts)) => texts.iter().map(|text| Possible::Texts(Texts::One(text.clone()))).collect(),
        Possible::Range(range) => numbers(range, near).into_iter().map(|number| Possible::Range(Interval::point(number))).collect(),
        Possible::List(list) => vec![Possible::List(List { more: false, ..*list })],
        exact => vec![exact.clone()],
    }
}

fn numbers(range: &Interval, near: &[Number]) -> Vec<Number> {
    let step = Number::parse("0.01").expect("a number");
    let (low, high) = (range.low.max(Number::whole(-1000)), range.high.min(Number::whole(1_000_000)));
    let middle = low.add(high).and_then(|sum| sum.divide(Number::whole(2)));
    let beside = |number: Number| [number.subtract(step), Ok(number), number.add(step)];
    let all = near.iter().copied().chain([low, high]).flat_map(beside).chain([middle]).flatten();
    let mut numbers: Vec<Number> = all.flat_map(|number| [Ok(number), number.floor_to(Number::ONE)]).flatten().collect();
    numbers.retain(|number| range.contains(*number));
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The values of a fact that are told apart by its type's grid and the rules' thresholds.
pub fn candidates(program: &Program, sheet: &Sheet, place: Address, domain: &Possible) -> Vec<Possible> {
    let field = sheet.slots[place.slot as usize].field;
    let near = program.fields.get(field.0 as usize).map_or(&[][..], |field| &field.thresholds);
    let ty = sheet.leaf_at(&program.schema, place.slot).map(|leaf| leaf.ty);
    let grid = ty.and_then(|ty| ty.grid());
    let mut all = values(domain, near);
    if let Some(grid) = grid {
        all.retain(|value| !matches!(value, Possible::Range(range) if !range.low.is_multiple_of(grid)));
    }
    all
}

/// Every answer does what it says: as a whole, and for single values of it.
pub fn answers_hold(desk: &Desk, wanted: Required, reach: &Reach, chooser: &mut Chooser) -> Result<(), String> {
    let as_is = desk.judged(&[], wanted.verdict.index()).meets(wanted.band) == Requirement::Met;
    if as_is != matches!(reach.ending, Ending::Already) {
        return Err(format!("it is judged to be there: {as_is}, and the search says {:?}", reach.ending));
    }
    let Ending::Found { answers, none_below, all_needed, spent, .. } = &reach.ending else { return Ok(()) };
    if !(*all_needed || *spent) {
        return Err("not everything was looked at, and the budget is not spent".into());
    }
    if answers.is_empty() {
        return Err("nothing is found, and called found".into());
    }
    for answer in answers {
        if answer.changes.len() < *none_below {
            return Err(format!("{} changes, and at least {none_below} are claimed necessary", answer.changes.len()));
        }
        let whole: Vec<(Address, Possible)> = answer.changes.iter().map(|change| (change.place, change.value.clone())).collect();
        let said = || answer.changes.iter().map(|change| format!("{} {}", change.fact.path, change.to)).collect::<Vec<_>>().join(", ");
        if !has_reached(&desk.judged(&whole, wanted.verdict.index()), wanted.band) {
            return Err(format!("does not lead there as a whole: {}", said()));
        }
        for _ in 0..6 {
            let some: Vec<(Address, Possible)> = whole
                .iter()
                .map(|(place, value)| {
                    let values = candidates(&desk.engine.program, &desk.sheet, *place, value);
                    let value = if values.is_empty() { value.clone() } else { values[chooser.pick(values.len())].clone() };
                    (*place, value)
                })
                .collect();
            if !has_reached(&desk.judged(&some, wanted.verdict.index()), wanted.band) {
                return Err(format!("does not lead there: {}, as {some:?}", said()));
            }
        }
        for change in &answer.changes {
            let slot = &desk.sheet.slots[change.place.slot as usize];
            if change.learn != (!slot.known || change.value.is_subset_of(&slot.value)) {
                return Err(format!("{} is not what learning is: {}", change.fact.path, said()));
            }
        }
        if *all_needed || *none_below == whole.len() {
            for part in parts(&whole) {
                if has_reached(&desk.judged(&part, wanted.verdict.index()), wanted.band) {
                    return Err(format!("{part:?} would be enough of {}", said()));
                }
            }
        }
    }
    Ok(())
}

/// Every proper part of some changes; of many, those that lack one or two.
fn parts(whole: &[(Address, Possible)]) -> Vec<Vec<(Address, Possible)>> {
    let all = (1_u32 << whole.len()) - 1;
    let lacks = |set: u32| (all ^ set).count_ones();
    let kept = |set: u32| whole.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, change)| change.clone()).collect();
    (0..all).filter(|set| whole.len() <= 7 || lacks(*set) <= 2).map(kept).collect()
}

/// No change of fewer facts than is claimed leads there: of one fact all are tried, of two all where they are few enough, of more some.
pub fn nothing_smaller(desk: &Desk, wanted: Required, reach: &Reach, chooser: &mut Chooser) -> Result<(), String> {
    let none_below = match &reach.ending {
        Ending::Found { none_below, .. } | Ending::NotFound { none_below, .. } => *none_below,
        Ending::OnlyByEntries | Ending::Impossible { .. } => 4,
        Ending::Already => return Ok(()),
    };
    let facts = desk.facts();
    if none_below < 2 || facts.is_empty() {
        return Ok(());
    }
    let program = &desk.engine.program;
    let tried = |changes: &[(Address, Possible)]| {
        if has_reached(&desk.judged(changes, wanted.verdict.index()), wanted.band) {
            let path = |place: &Address| desk.sheet.path(&program.schema, &program.documents, place.slot);
            let said: Vec<String> = changes.iter().map(|(place, value)| format!("{} {value:?}", path(place))).collect();
            return Err(format!("{} is enough, and {none_below} facts are claimed necessary", said.join(", ")));
        }
        Ok(())
    };
    for (place, domain) in &facts {
        for value in candidates(program, &desk.sheet, *place, domain) {
            tried(&[(*place, value)])?;
        }
    }
    let single: Vec<(Address, Possible)> = facts
        .iter()
        .flat_map(|(place, domain)| candidates(program, &desk.sheet, *place, domain).into_iter().map(|value| (*place, value)))
        .collect();
    if none_below > 2 && single.len() <= MOST_SINGLE {
        for (place, one) in single.iter().enumerate() {
            for other in single[place + 1..].iter().filter(|other| other.0 != one.0) {
                tried(&[one.clone(), other.clone()])?;
            }
        }
    }
    for _ in 0..if none_below > 2 { 60 } else { 0 } {
        let size = 2 + chooser.pick(none_below.min(4) - 2);
        let mut changes: Vec<(Address, Possible)> = Vec::new();
        for _ in 0..size {
            let (place, domain) = &facts[chooser.pick(facts.len())];
            let values = candidates(program, &desk.sheet, *place, domain);
            if !values.is_empty() && changes.iter().all(|(other, _)| other != place) {
                changes.push((*place, values[chooser.pick(values.len())].clone()));
            }
        }
        tried(&changes)?;
    }
    Ok(())
}

/// What settles a verdict does, and an answer leads to no other band than it says.
pub fn settling_holds(desk: &Desk, settling: &Settling, chooser: &mut Chooser) -> Result<(), String> {
    let program = &desk.engine.program;
    let verdict = program.verdicts.iter().position(|verdict| verdict.head.code == settling.code).ok_or("no such verdict")?;
    for asked in &settling.questions {
        for answered in &asked.answers {
            let values = candidates(program, &desk.sheet, asked.place, &answered.value);
            for value in
                values.into_iter().filter(|value| !matches!(value, Possible::List(list) if list.sheet == 0 && list.known > 0)).take(4)
            {
                let outcome = desk.judged(&[(asked.place, value)], verdict);
                let said = answered.then.range;
                if outcome.applies != Applies::Never && (outcome.bands.floor > said.floor || outcome.bands.ceiling < said.ceiling) {
                    return Err(format!("{} {} leads to {:?}, not within {said:?}", asked.fact.path, answered.answer, outcome.bands));
                }
            }
        }
    }
    for set in &settling.together {
        for _ in 0..12 {
            let changes: Vec<(Address, Possible)> = set
                .places
                .iter()
                .filter_map(|place| {
                    let slot = &desk.sheet.slots[place.slot as usize];
                    let values = match &slot.value {
                        Possible::List(_) => vec![Possible::List(List { sheet: 0, first: 0, known: 0, more: false })],
                        value => candidates(program, &desk.sheet, *place, value),
                    };
                    (!values.is_empty()).then(|| (*place, values[chooser.pick(values.len())].clone()))
                })
                .collect();
            let outcome = desk.judged(&changes, verdict);
            let is_said = match outcome.state() {
                State::Decided => set.bands.contains(&outcome.bands.floor),
                State::NotApplicable => set.not_applicable,
                State::Open | State::Faulted => false,
            };
            if !is_said {
                let facts: Vec<&str> = set.facts.iter().map(|fact| fact.path.as_str()).collect();
                return Err(format!("{facts:?} are said to settle it, and {changes:?} leave {:?} {:?}", outcome.state(), outcome.bands));
            }
        }
    }
    Ok(())
}
