//! Splitting: what several items read of one unknown fact is bounded apart, one cell of its values at a time. The join over the cells of one fact is
//! itself a sound bound, so it is intersected with the base.

use super::merging::{Merge, is_faulty};
use super::tried::Tried;
use super::{Evaluator, FieldShape, Limits, Overlay};
use crate::program::Cut;
use crate::sheet::{Dossier, Mark, Slot};
use crate::value::{Interval, List, Number, Possible, Texts, Truth, Variants};
use crate::verdict::{Address, Effort, Evaluation};

/// The outcomes of the run before, intersected with the join over the cells of each inexact fact that is read in two places or more.
///
/// One fact at a time, in order of declaration. A fact whose cells would exceed the limit is left unsplit, and so are those after it.
pub(super) fn sharpen(evaluator: &mut Evaluator, dossier: &Dossier, limits: Limits, effort: &mut Effort) -> Evaluation {
    sharpen_keeping(evaluator, dossier, limits, effort, None)
}

/// As [`sharpen`], and keeps what answers to the facts come to as far as cells show it.
pub(super) fn sharpen_keeping(
    evaluator: &mut Evaluator,
    dossier: &Dossier,
    limits: Limits,
    effort: &mut Effort,
    mut tried: Option<&mut Tried>,
) -> Evaluation {
    let program = evaluator.program;
    let mut sharpened = evaluator.last().clone();
    let mut joined = sharpened.clone();
    let mut tells = Vec::new();
    evaluator.lay_ground();
    for (address, slot) in inexact(dossier) {
        let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
        let sheet = dossier.sheets[address.sheet as usize - 1];
        let in_element = sheet.element_at(address.slot).parent.is_some();
        let affected = program.consequences.of(slot.field, address.sheet, in_element);
        if field.reads_at(in_element) < 2 || affected.steps.is_empty() {
            continue;
        }
        let shape = evaluator.shape(slot.field);
        let cells = match (&slot.value, &field.cuts) {
            (Possible::Range(range), Some(cuts)) => parts(*range, cuts, shape),
            _ => cells(slot, &field.thresholds, shape),
        };
        if cells.len() < 2 {
            continue;
        }
        if effort.splits + cells.len() as u32 > limits.splits {
            effort.splits_limited = true;
            break;
        }
        let mark = if slot.known { Mark::Known } else { Mark::Missing };
        // Where one of the cells leaves a step as it is on the ground, the join says no more than the ground, unless it is what a fault may be.
        tells.clear();
        tells.resize(affected.steps.len(), true);
        // An answer is known, a cell need not be: they are alike where nothing looks at that.
        let mut tried = tried.as_deref_mut().filter(|_| slot.known || !(field.assumed || field.asked_if_known));
        if let Some(tried) = &mut tried {
            tried.begin(address);
        }
        for (number, cell) in cells.into_iter().enumerate() {
            effort.splits += 1;
            let (here, changed) = evaluator.follow(dossier, Overlay::of(address, cell.clone(), mark), affected);
            if let Some(tried) = &mut tried {
                tried.keep(cell, &affected.steps, changed, here);
            }
            let merge = if number == 0 { Merge::Take } else { Merge::Join };
            for ((step, tells), changed) in affected.steps.iter().zip(&mut tells).zip(changed) {
                *tells &= *changed || is_faulty(*step, here);
                if *tells {
                    merge.at(*step, &mut joined, here);
                }
            }
        }
        for (step, _) in affected.steps.iter().zip(&tells).filter(|(_, tells)| **tells) {
            Merge::Meet.at(*step, &mut sharpened, &joined);
        }
    }
    sharpened
}

/// The facts that are not single values, in order of declaration.
pub(super) fn inexact<'d>(dossier: &'d Dossier) -> impl Iterator<Item = (Address, &'d Slot)> {
    dossier.sheets.iter().enumerate().flat_map(|(index, sheet)| {
        let sheet_number = index as u16 + 1;
        sheet
            .slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| !slot.exact)
            .map(move |(slot_number, slot)| (Address { sheet: sheet_number, slot: slot_number as u32 }, slot))
    })
}

/// A partition of what a fact may be, such that within a cell every comparison with a constant comes out one way.
pub(crate) fn cells(slot: &Slot, thresholds: &[Number], shape: FieldShape) -> Vec<Possible> {
    match &slot.value {
        Possible::Truth(Truth::Unknown) => vec![Possible::Truth(Truth::False), Possible::Truth(Truth::True)],
        Possible::Truth(_) => Vec::new(),
        Possible::Variants(variants) => variants.iter().map(|variant| Possible::Variants(Variants::one(variant))).collect(),
        Possible::Range(range) => {
            pieces(*range, thresholds).into_iter().filter_map(|piece| piece.snapped(shape.grid)).map(Possible::Range).collect()
        }
        Possible::Texts(Texts::Few(texts)) => texts.iter().map(|text| Possible::Texts(Texts::One(text.clone()))).collect(),
        Possible::Texts(_) => Vec::new(),
        // Only of a list that nobody mentions: one on file may be read as complete where rules assume so.
        Possible::List(list) if !slot.known && list.more && shape.least == 0 && shape.may_have_elements => match shape.unseen {
            Some(first) => vec![
                Possible::List(List { sheet: 0, first: 0, known: 0, more: false }),
                Possible::List(List { sheet: 0, first, known: 1, more: true }),
            ],
            None => Vec::new(),
        },
        Possible::List(_) => Vec::new(),
    }
}

/// The parts of a range that something tells apart.
fn parts(range: Interval, cuts: &[Cut], shape: FieldShape) -> Vec<Possible> {
    let mut parts = Vec::new();
    let mut rest = Some(range);
    for cut in cuts {
        let Some(left) = rest else { break };
        let below = Interval { low: Number::BELOW_ALL, low_open: true, high: cut.at, high_open: !cut.behind };
        match left.without(&below) {
            // A cut below all of the rest, or above it.
            (_, Some(beyond)) if beyond == left => {}
            (_, beyond) => {
                parts.extend(left.intersect(&below));
                rest = beyond;
            }
        }
    }
    parts.extend(rest);
    parts.into_iter().filter_map(|part| part.snapped(shape.grid)).map(Possible::Range).collect()
}

/// A range cut at thresholds: the thresholds inside it, and the open ranges between.
pub(crate) fn pieces(range: Interval, thresholds: &[Number]) -> Vec<Interval> {
    let mut pieces = Vec::new();
    let mut rest = Some(range);
    for threshold in thresholds {
        let Some(left) = rest else { break };
        if !left.contains(*threshold) {
            continue;
        }
        let point = Interval::point(*threshold);
        let (before, after) = left.without(&point);
        pieces.extend(before);
        pieces.push(point);
        rest = after;
    }
    pieces.extend(rest);
    pieces
}
