//! What follows from each fact: which outcomes and which names may come to something else where it is replaced.

use std::collections::{BTreeMap, BTreeSet};

use super::uses::Rests;
use super::*;

/// What may change with each fact.
#[derive(Clone, Debug, Default)]
pub struct Consequences {
    sheets: usize,
    /// The places in `affected`, by field, sheet, and whether it is the fact of a list's element or a document's own.
    places: Vec<u32>,
    /// Nothing, and then everything else.
    affected: Vec<Affected>,
}

impl Consequences {
    /// With the fact that is this field in a document's sheet, counting from 1.
    pub fn of(&self, field: FieldId, sheet: u16, in_element: bool) -> &Affected {
        const NOTHING: &Affected = &Affected { steps: Vec::new(), causes: Vec::new(), names: Vec::new() };
        let place = self.place(field, sheet, in_element);
        place.and_then(|place| self.affected.get(*self.places.get(place)? as usize)).unwrap_or(NOTHING)
    }

    fn place(&self, field: FieldId, sheet: u16, in_element: bool) -> Option<usize> {
        let sheet = usize::from(sheet).checked_sub(1).filter(|sheet| *sheet < self.sheets)?;
        Some((field.0 as usize * self.sheets + sheet) * 2 + usize::from(in_element))
    }
}

/// What may change with a fact.
#[derive(Clone, Debug, Default)]
pub struct Affected {
    /// The steps whose outcomes may, in the order of evaluation.
    pub steps: Vec<Step>,
    /// By step, why.
    pub causes: Vec<Cause>,
    /// The `let`s and tables that may come to something else.
    pub names: Vec<NamedId>,
}

/// Why a step's outcome may change with a fact.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Whether it reads the fact itself.
    pub reads: bool,
    /// The places of the steps before it whose outcomes it reads, among those that may change.
    pub needs: Box<[u32]>,
}

/// By fact, the steps that read it and those that wait for these, and the names that rest on it or on such a step.
pub(super) fn find(program: &Program, waiting: &Waiting<'_>, number: impl Fn(Step) -> usize, named: &[Rests]) -> Consequences {
    let Waiting { steps, needs, awaited_by } = *waiting;
    let order: Vec<usize> = program.order.iter().map(|step| number(*step)).collect();
    let sheets = program.documents.len();
    let mut consequences = Consequences { sheets, places: vec![0; program.schema.fields as usize * sheets * 2], affected: Vec::new() };
    let mut readers: BTreeMap<usize, Readers> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        for place in facts_at(program, &consequences, program.reads(*step)) {
            readers.entry(place).or_default().steps.push(index);
        }
    }
    let mut named_by: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (name, rests) in named.iter().enumerate() {
        for place in facts_at(program, &consequences, &rests.reads) {
            readers.entry(place).or_default().names.push(name);
        }
        for step in &rests.needs {
            named_by[number(*step)].push(name);
        }
    }
    let mut places: Vec<Option<u32>> = vec![None; steps.len()];
    let mut follow = |readers: Readers| {
        let mut reached = vec![false; steps.len()];
        let mut names: BTreeSet<usize> = readers.names.into_iter().collect();
        let mut pending = readers.steps.clone();
        while let Some(index) = pending.pop() {
            if !std::mem::replace(&mut reached[index], true) {
                pending.extend(&awaited_by[index]);
                names.extend(&named_by[index]);
            }
        }
        let affected: Vec<usize> = order.iter().copied().filter(|index| reached[*index]).collect();
        affected.iter().zip(0..).for_each(|(index, place)| places[*index] = Some(place));
        let mut reads = vec![false; steps.len()];
        readers.steps.iter().for_each(|index| reads[*index] = true);
        let cause = |index: &usize| Cause { reads: reads[*index], needs: needs[*index].iter().filter_map(|need| places[*need]).collect() };
        let causes = affected.iter().map(cause).collect();
        affected.iter().for_each(|index| places[*index] = None);
        let names = names.into_iter().map(|name| NamedId(name as u32)).collect();
        Affected { steps: affected.iter().map(|index| steps[*index]).collect(), causes, names }
    };
    consequences.affected.push(Affected::default());
    for (place, readers) in readers {
        consequences.places[place] = consequences.affected.len() as u32;
        consequences.affected.push(follow(readers));
    }
    consequences
}

/// What each step needs, and what needs it.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a> {
    pub(super) steps: &'a [Step],
    pub(super) needs: &'a [BTreeSet<usize>],
    pub(super) awaited_by: &'a [Vec<usize>],
}

/// What reads a fact.
#[derive(Default)]
struct Readers {
    steps: Vec<usize>,
    names: Vec<usize>,
}

/// The facts at places that are read together, as [`Consequences`] numbers them.
fn facts_at(program: &Program, consequences: &Consequences, places: &[Place]) -> BTreeSet<usize> {
    // Whoever reads an element reads the list in which it is, or the one around that: the first of them is a document's own.
    let of_lists: BTreeSet<u16> = places
        .iter()
        .filter_map(|place| match place {
            Place::Fixed { sheet, .. } => Some(*sheet),
            Place::Element { .. } => None,
        })
        .collect();
    let mut facts = BTreeSet::new();
    for place in places {
        // Slots without a field are lists of whole sheets, and nobody supposes them to be other than they are.
        let Some(field) = program.field_at(*place) else { continue };
        match place {
            Place::Fixed { sheet, .. } => facts.extend(consequences.place(field, *sheet, false)),
            Place::Element { .. } => facts.extend(of_lists.iter().filter_map(|sheet| consequences.place(field, *sheet, true))),
        }
    }
    facts
}
