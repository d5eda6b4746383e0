//! A sheet that brings a band about.

use super::search::{Found, Goal, Search};
use super::space::Space;
use super::verdicts::why_never;
use crate::eval::{Evaluator, Overlay};
use crate::policy::VerdictId;
use crate::program::{Program, Step};
use crate::sheet::{Dossier, Evidence, Mark, Sheet};
use crate::value::Possible;
use crate::verdict::State;

/// What is sought.
#[derive(Clone, Copy, Debug)]
pub struct Seek {
    /// Whose band.
    pub verdict: VerdictId,
    /// The band, by its place.
    pub band: u32,
    /// How many evaluations may be spent.
    pub budget: u32,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Sought {
    /// A sheet, or several, for which the verdict is decided for the band.
    Found(Witness),
    /// No sheet leads there. The sentence says why, the lines what bounds the score.
    Impossible(String, Vec<String>),
    /// The budget was spent.
    NotFound,
}

/// Documents that together bring a band about.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The subject's sheet, and one for each context that was not given, in order. What they do not say does not matter.
    pub sheets: Vec<Sheet>,
    /// How many facts they state, entries of lists among them.
    pub facts: usize,
}

/// Seeks facts for which a verdict is decided for a band, whatever else may be learnt. `contexts` are the sheets of contexts that are to be taken as they are, by
/// the number of their document.
pub fn seek(program: &Program, contexts: &[Option<Sheet>], seek: Seek) -> Sought {
    let space = Space::new(program, contexts);
    let steps = program.cone(Step::Verdict(seek.verdict));
    let facts = space.facts(&steps);
    let mut search = Search::new(&space);
    match search.find_band(seek.verdict, seek.band, &steps, &facts, seek.budget) {
        Found::Nothing => Sought::NotFound,
        Found::Impossible => {
            let why = why_never(&mut search, seek.verdict, seek.band, &steps, &facts);
            Sought::Impossible(why.reason, why.bounds)
        }
        Found::Witness(witness) => {
            let smallest = search.smallest(Goal::Band(seek.verdict, seek.band), &steps, witness);
            let sheets = filled(&space, &smallest);
            // What every sheet of the kind does, this one does, so that this never fails.
            let dossier = Dossier { sheets: sheets.iter().collect() };
            let mut evaluator = Evaluator::new(program);
            let outcome = &evaluator.decide(&dossier).verdicts[seek.verdict.index()];
            if outcome.state() != State::Decided || outcome.bands.floor != seek.band {
                return Sought::NotFound;
            }
            let stated = smallest.iter().filter(|supposed| supposed.mark == Mark::Known).count();
            let own =
                sheets.into_iter().enumerate().filter(|(index, _)| !space.is_given(*index as u16 + 1)).map(|(_, sheet)| sheet).collect();
            Sought::Found(Witness { sheets: own, facts: stated })
        }
    }
}

/// The sheets of a space, with what is supposed stated.
fn filled(space: &Space, supposed: &[Overlay]) -> Vec<Sheet> {
    let mut sheets = space.sheets.clone();
    for fact in supposed.iter().filter(|fact| fact.mark == Mark::Known) {
        let sheet = &mut sheets[fact.address.sheet as usize - 1];
        let stated = sheet.evidence.len() as u32;
        let slot = &mut sheet.slots[fact.address.slot as usize];
        slot.value = fact.value.clone();
        slot.known = true;
        slot.exact = slot.value.is_exact();
        slot.evidence = stated;
        sheet.evidence.push(Evidence { missing: None, ..Evidence::absent() });
    }
    for (index, sheet) in sheets.iter_mut().enumerate() {
        if !space.is_given(index as u16 + 1) {
            close(sheet);
        }
    }
    sheets
}

/// Keeps only those entries that lists have: there was room for more.
fn close(sheet: &mut Sheet) {
    let is_kept: Vec<bool> = sheet
        .elements
        .iter()
        .map(|element| match element.parent {
            None => true,
            Some((list, place)) => match &sheet.slots[list as usize] {
                slot if slot.known => matches!(&slot.value, Possible::List(list) if place < list.known),
                _ => false,
            },
        })
        .collect();
    let mut kept = is_kept.iter();
    sheet.elements.retain(|_| kept.next().copied().unwrap_or(true));
}
