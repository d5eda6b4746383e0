//! What changed between two sheets of one project, and what that did to its judgement.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::eval::{Evaluator, Limits, outcomes};
use crate::explain::{FactLine, fact_line};
use crate::policy::{DocumentId, ParameterKind};
use crate::program::Program;
use crate::sheet::{Dossier, Sheet};
use crate::source::Sources;
use crate::value::{List, ListId, Possible, RecordId, Type, show_possible};
use crate::verdict::{Address, Evaluation};

use super::Nature;
use super::align::{Entry, Pair, align};
use super::attribution::{all, attribute, method};
use super::impact::{Impact, ProjectImpact, compare_outcomes, standing};
use super::splice::splice;
use super::units::Unit;

/// More facts than this are put together by the first part of their paths: sets of units are masks of so many bits.
const MOST_UNITS: usize = 63;

/// A fact that changed, or an entry of a list.
#[derive(Clone, Debug)]
pub struct FactChange {
    /// Its path in the new sheet, or in the old one if it is gone.
    pub path: String,
    /// What happened.
    pub nature: Nature,
    /// What the old sheet says.
    pub old: Option<FactLine>,
    /// What the new sheet says.
    pub new: Option<FactLine>,
    /// Whether it can move a judgement. Otherwise only what stands beside the value changed: source, date, remark.
    pub judges: bool,
    /// The fact of the sheet itself that it belongs to, by its place.
    leaf: usize,
}

/// What changed, and what that did.
#[derive(Clone, Debug)]
pub struct FactsCompared {
    /// The facts that changed, in order of declaration.
    pub changes: Vec<FactChange>,
    /// What they did; the units are facts, a list being one.
    pub impact: Impact,
}

/// Compares two sheets of one project under the same rules and contexts. Waivers are those of the new sheet's name.
pub fn compare_facts(program: &Program, old: &Dossier, new: &Dossier, sources: &Sources) -> FactsCompared {
    let record = program.documents[0].record;
    let mut reading = Reading { program, sources, old, new, changes: Vec::new(), leaf: 0 };
    for (place, leaf) in program.schema.record(record).leaves.iter().enumerate() {
        reading.leaf = place;
        reading.fact(place as u32, place as u32, leaf.ty);
    }
    let changes = reading.changes;
    let impact = Moving::new(program, old, new, record, &changes).impact(sources);
    FactsCompared { changes, impact }
}

struct Reading<'s> {
    program: &'s Program,
    sources: &'s Sources,
    old: &'s Dossier<'s>,
    new: &'s Dossier<'s>,
    changes: Vec<FactChange>,
    leaf: usize,
}

impl Reading<'_> {
    fn line(&self, of_new: bool, slot: u32) -> FactLine {
        let dossier = if of_new { self.new } else { self.old };
        fact_line(self.program, dossier, self.sources, Address { sheet: 1, slot })
    }

    fn fact(&mut self, old: u32, new: u32, ty: Type) {
        let (before, after) = (self.line(false, old), self.line(true, new));
        let (one, other) = (&self.old.sheets[0].slots[old as usize], &self.new.sheets[0].slots[new as usize]);
        let (lists, is_list) = match (&one.value, &other.value, ty) {
            (Possible::List(one), Possible::List(other), Type::List(kind)) => (Some((*one, *other, kind)), true),
            _ => (None, false),
        };
        let judges = match lists {
            // How many entries there are is said by the entries.
            Some((one_list, other_list, _)) => one.known != other.known || one_list.more != other_list.more,
            None => one.known != other.known || one.exact != other.exact || one.value != other.value,
        };
        if judges || said(&before, is_list) != said(&after, is_list) {
            let stated = |line: &FactLine| line.at.is_some();
            let nature = match (stated(&before), stated(&after)) {
                (false, true) => Nature::Added,
                (true, false) => Nature::Removed,
                _ => Nature::Changed,
            };
            self.changes.push(FactChange {
                path: after.path.clone(),
                nature,
                old: stated(&before).then_some(before),
                new: stated(&after).then_some(after),
                judges,
                leaf: self.leaf,
            });
        }
        if let Some((before, after, kind)) = lists {
            self.entries(before, after, kind);
        }
    }

    fn entries(&mut self, old: List, new: List, kind: ListId) {
        let element = self.program.schema.list(kind).element;
        let stride = self.stride(element);
        let entries = |sheet: &Sheet, list: List| -> Vec<Entry> {
            (0..list.known).map(|entry| self.entry(sheet, list.first + entry * stride, element)).collect()
        };
        let pairs = align(&entries(self.old.sheets[0], old), &entries(self.new.sheets[0], new), true);
        let place = |list: List, entry: usize| list.first + entry as u32 * stride;
        for pair in pairs {
            match pair {
                Pair::Same(one, other) | Pair::Changed(one, other) => self.pair(place(old, one), place(new, other), element),
                Pair::MovedTo(one, other) => {
                    self.pair(place(old, one), place(new, other), element);
                    // Only scripts are given entries in their order; to all else it is of no account.
                    let mut given = self.program.functions.iter().flat_map(|function| &function.parameters);
                    if given.any(|parameter| matches!(parameter.kind, ParameterKind::List(..) | ParameterKind::Records(..))) {
                        self.moved(place(old, one), place(new, other), element);
                    }
                }
                Pair::MovedFrom(..) => {}
                Pair::Removed(one) => self.one_sided(place(old, one), element, Nature::Removed),
                Pair::Added(other) => self.one_sided(place(new, other), element, Nature::Added),
            }
        }
    }

    fn pair(&mut self, old: u32, new: u32, element: Type) {
        match element {
            Type::Record(record) => {
                let types: Vec<Type> = self.program.schema.record(record).leaves.iter().map(|leaf| leaf.ty).collect();
                for (offset, ty) in types.into_iter().enumerate() {
                    self.fact(old + offset as u32, new + offset as u32, ty);
                }
            }
            single => self.fact(old, new, single),
        }
    }

    /// An entry that only one of the lists has.
    fn one_sided(&mut self, slot: u32, element: Type, nature: Nature) {
        let line = self.entry_line(nature == Nature::Added, slot, element);
        let path = line.path.clone();
        let (old, new) = if nature == Nature::Added { (None, Some(line)) } else { (Some(line), None) };
        self.changes.push(FactChange { path, nature, old, new, judges: true, leaf: self.leaf });
    }

    /// An entry at another place among the others.
    fn moved(&mut self, old: u32, new: u32, element: Type) {
        let (before, after) = (self.entry_line(false, old, element), self.entry_line(true, new, element));
        let path = after.path.clone();
        self.changes.push(FactChange { path, nature: Nature::Moved, old: Some(before), new: Some(after), judges: true, leaf: self.leaf });
    }

    /// An entry with what it says of itself.
    fn entry_line(&self, is_new: bool, slot: u32, element: Type) -> FactLine {
        let sheet = if is_new { self.new.sheets[0] } else { self.old.sheets[0] };
        let mut line = self.line(is_new, slot);
        line.path = sheet.element_path(&self.program.schema, &self.program.documents, sheet.element_at(slot));
        if let Type::Record(record) = element {
            let leaves = &self.program.schema.record(record).leaves;
            let known = leaves.iter().zip(&sheet.slots[slot as usize..]).filter(|(_, slot)| slot.known);
            let said: Vec<String> =
                known.map(|(leaf, slot)| format!("{} {}", leaf.path, show_possible(&slot.value, leaf.ty, &self.program.schema))).collect();
            line.value = said.join(", ");
            line.at = (0..leaves.len() as u32).find_map(|offset| self.line(is_new, slot + offset).at);
        }
        line
    }

    fn stride(&self, element: Type) -> u32 {
        match element {
            Type::Record(record) => self.program.schema.record(record).leaves.len() as u32,
            _ => 1,
        }
    }

    /// What an entry is compared by: all its values, and the texts in it, which mostly name what it is about.
    fn entry(&self, sheet: &Sheet, slot: u32, element: Type) -> Entry {
        let mut about = String::new();
        if let Type::Record(record) = element {
            for (leaf, slot) in self.program.schema.record(record).leaves.iter().zip(&sheet.slots[slot as usize..]) {
                if leaf.ty == Type::Text && slot.known {
                    about.push_str(&format!("{:?} ", slot.value));
                }
            }
        }
        let all = self.content(sheet, slot, element);
        Entry { about: if about.is_empty() { all.clone() } else { about }, all }
    }

    fn content(&self, sheet: &Sheet, slot: u32, ty: Type) -> String {
        match ty {
            Type::Record(record) => {
                let leaves = self.program.schema.record(record).leaves.iter().enumerate();
                leaves.map(|(offset, leaf)| self.content(sheet, slot + offset as u32, leaf.ty)).collect::<Vec<_>>().join("; ")
            }
            _ => {
                let content = &sheet.slots[slot as usize];
                match (&content.value, ty) {
                    (Possible::List(list), Type::List(kind)) => {
                        let element = self.program.schema.list(kind).element;
                        let stride = self.stride(element);
                        let entries = (0..list.known).map(|entry| self.content(sheet, list.first + entry * stride, element));
                        format!("[{} {} {}]", content.known, list.more, entries.collect::<Vec<_>>().join(" | "))
                    }
                    (value, _) => format!("{} {value:?}", content.known),
                }
            }
        }
    }
}

/// What a sheet says of a fact, places aside; of a list without how many entries it has.
fn said(line: &FactLine, is_list: bool) -> Vec<Option<String>> {
    let value = if is_list { None } else { Some(line.value.clone()) };
    let mut said =
        vec![value, line.source.clone(), line.as_of.clone(), line.note.clone(), line.missing.clone(), Some(line.known.to_string())];
    for claim in &line.claims {
        said.extend([Some(claim.value.clone()), claim.source.clone(), claim.as_of.clone(), claim.note.clone(), claim.missing.clone()]);
    }
    said
}

/// Judges with some facts of the old sheet and some of the new one.
struct Moving<'s> {
    program: &'s Program,
    old: Sheet,
    new: &'s Dossier<'s>,
    record: RecordId,
    units: Vec<Unit>,
    /// Of each leaf of the sheet its unit.
    unit_of: BTreeMap<usize, usize>,
    judged: BTreeMap<u64, Rc<Evaluation>>,
}

impl<'s> Moving<'s> {
    fn new(program: &'s Program, old: &Dossier, new: &'s Dossier<'s>, record: RecordId, changes: &[FactChange]) -> Moving<'s> {
        let leaves = &program.schema.record(record).leaves;
        let whole = |leaf: usize| leaves[leaf].path.clone();
        let group = |leaf: usize| leaves[leaf].path.split('.').next().unwrap_or_default().to_string();
        let mut judging: Vec<usize> = changes.iter().filter(|change| change.judges).map(|change| change.leaf).collect();
        judging.dedup();
        let key: &dyn Fn(usize) -> String = if judging.len() <= MOST_UNITS { &whole } else { &group };
        let mut keys: Vec<String> = Vec::new();
        let mut units: Vec<Unit> = Vec::new();
        let mut unit_of = BTreeMap::new();
        for (place, change) in changes.iter().enumerate().filter(|(_, change)| judging.contains(&change.leaf)) {
            let key = key(change.leaf);
            let unit = match keys.iter().position(|known| *known == key) {
                Some(unit) => unit,
                // What is beyond what masks can tell apart joins the last.
                None if units.len() >= MOST_UNITS => units.len() - 1,
                None => {
                    keys.push(key);
                    units.push(Unit { changes: Vec::new() });
                    units.len() - 1
                }
            };
            units[unit].changes.push(place);
            unit_of.insert(change.leaf, unit);
        }
        let old = Sheet { name: new.sheets[0].name.clone(), ..old.sheets[0].clone() };
        Moving { program, old, new, record, units, unit_of, judged: BTreeMap::new() }
    }

    fn judge(&mut self, mask: u64) -> Rc<Evaluation> {
        if let Some(known) = self.judged.get(&mask) {
            return known.clone();
        }
        // What belongs to no unit says the same on both sheets; with all units the sheet is the new one.
        let taken = |leaf: usize| self.unit_of.get(&leaf).is_none_or(|unit| mask & (1 << unit) != 0);
        let sheet = splice(&self.program.schema, self.record, &self.old, self.new.sheets[0], &taken);
        debug_assert!(sheet.document == DocumentId(0));
        let dossier = Dossier { sheets: std::iter::once(&sheet).chain(self.new.sheets.iter().skip(1).copied()).collect() };
        let evaluation = Rc::new(outcomes(&mut Evaluator::new(self.program), &dossier, Limits::default()));
        self.judged.insert(mask, evaluation.clone());
        evaluation
    }

    fn impact(mut self, sources: &Sources) -> Impact {
        let (program, units) = (self.program, self.units.len());
        let (before, after) = (self.judge(0), self.judge(all(units)));
        let mut moved = compare_outcomes((program, &before), (program, &after), &str::to_string);
        // Where anything comes out otherwise, parts may cancel out above.
        let is_moved = moved.is_moved();
        for (place, verdict) in moved.verdicts.iter_mut().enumerate().filter(|_| is_moved) {
            let found = attribute(units, &mut |mask| Ok(standing(program, &self.judge(mask), place)));
            if let Ok(found) = found {
                verdict.shares = found.shares;
                verdict.flip = found.flip;
            }
        }
        let sheet = self.new.sheets[0];
        let project = ProjectImpact { name: sheet.name.clone(), file: sources.name(sheet.file).to_string(), ..moved };
        let runs = self.judged.len();
        Impact { units: self.units, method: method(units), projects: vec![project], runs, is_limited: false }
    }
}
