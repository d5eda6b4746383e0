//! Splitting: what several items read of one unknown fact is bounded apart, one cell of its values at a time. The join over the cells of one fact is
//! itself a sound bound, so it is intersected with the base.

use super::{Evaluator, FieldShape, Limits, Overlay};
use crate::sheet::{Dossier, Mark, Slot};
use crate::value::{Interval, List, Number, Possible, Texts, Truth, Variants};
use crate::verdict::{
    Address, Applies, Effort, Evaluation, Fault, FaultLevel, GateOutcome, ItemOutcome, RowTaken, ScoreOutcome, VerdictOutcome,
};

/// The base, intersected with the join over the cells of each inexact fact that is read in two places or more.
///
/// One fact at a time, in order of declaration. A fact whose cells would exceed the limit is left unsplit, and so are those after it.
pub(super) fn sharpen(evaluator: &mut Evaluator, dossier: &Dossier, base: Evaluation, limits: Limits, effort: &mut Effort) -> Evaluation {
    let program = evaluator.program;
    let mut sharpened = base;
    for (address, slot) in inexact(dossier) {
        let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
        let sheet = dossier.sheets[address.sheet as usize - 1];
        if field.reads_at(sheet.element_at(address.slot).parent.is_some()) < 2 {
            continue;
        }
        let cells = cells(slot, &field.thresholds, evaluator.shape(slot.field));
        if cells.len() < 2 {
            continue;
        }
        if effort.splits + cells.len() as u32 > limits.splits {
            effort.splits_limited = true;
            break;
        }
        let mark = if slot.known { Mark::Known } else { Mark::Missing };
        let mut joined: Option<Evaluation> = None;
        for cell in cells {
            effort.splits += 1;
            evaluator.run(dossier, &[Overlay::of(address, cell, mark)]);
            let here = &evaluator.scratch.evaluation;
            match &mut joined {
                None => joined = Some(here.clone()),
                Some(so_far) => join(so_far, here),
            }
        }
        if let Some(joined) = joined {
            meet(&mut sharpened, &joined);
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

/// What is possible in either.
pub(crate) fn join(into: &mut Evaluation, other: &Evaluation) {
    for (mine, theirs) in into.items.iter_mut().zip(&other.items) {
        join_item(mine, theirs);
    }
    for (mine, theirs) in into.scores.iter_mut().zip(&other.scores) {
        join_score(mine, theirs);
    }
    for (mine, theirs) in into.gates.iter_mut().zip(&other.gates) {
        *mine = GateOutcome { fires: mine.fires.join(theirs.fires), fault: join_faults(mine.fault, theirs.fault) };
    }
    for (mine, theirs) in into.verdicts.iter_mut().zip(&other.verdicts) {
        join_verdict(mine, theirs);
    }
    super::protocols::join(into, other);
}

// Points, scores and bands are those "given that it applies": where one side never does, the other's stand.

fn join_item(mine: &mut ItemOutcome, theirs: &ItemOutcome) {
    let fault = join_faults(mine.fault, theirs.fault);
    if mine.applies == Applies::Never && theirs.applies != Applies::Never {
        *mine = ItemOutcome { applies: Applies::Maybe, ..theirs.clone() };
    } else if theirs.applies == Applies::Never {
        mine.applies = mine.applies.join(Applies::Never);
    } else {
        mine.applies = mine.applies.join(theirs.applies);
        mine.passes = mine.passes.join(theirs.passes);
        mine.points = mine.points.join(&theirs.points);
        if mine.row != theirs.row {
            mine.row = RowTaken::Several;
        }
    }
    mine.fault = fault;
}

fn join_score(mine: &mut ScoreOutcome, theirs: &ScoreOutcome) {
    let fault = join_faults(mine.fault, theirs.fault);
    if mine.applies == Applies::Never && theirs.applies != Applies::Never {
        *mine = ScoreOutcome { applies: Applies::Maybe, ..theirs.clone() };
        mine.points.low = mine.points.low.clone().min(crate::value::Fraction::zero());
        mine.counted.low = crate::value::Fraction::zero();
    } else if theirs.applies == Applies::Never {
        mine.applies = mine.applies.join(Applies::Never);
        mine.points = mine.points.join(&theirs.points);
        mine.counted = mine.counted.join(&theirs.counted);
    } else {
        mine.applies = mine.applies.join(theirs.applies);
        mine.score = mine.score.join(&theirs.score);
        mine.points = mine.points.join(&theirs.points);
        mine.counted = mine.counted.join(&theirs.counted);
    }
    mine.fault = fault;
}

fn join_verdict(mine: &mut VerdictOutcome, theirs: &VerdictOutcome) {
    let fault = join_faults(mine.fault, theirs.fault);
    if mine.applies == Applies::Never && theirs.applies != Applies::Never {
        *mine = VerdictOutcome { applies: Applies::Maybe, ..theirs.clone() };
    } else if theirs.applies == Applies::Never {
        mine.applies = mine.applies.join(Applies::Never);
    } else {
        mine.applies = mine.applies.join(theirs.applies);
        mine.ungated = mine.ungated.join(theirs.ungated);
        mine.unwaived = mine.unwaived.join(theirs.unwaived);
        mine.bands = mine.bands.join(theirs.bands);
    }
    mine.fault = fault;
}

/// Certain only if certain in both, none only if none in both.
pub(super) fn join_faults(mine: Fault, theirs: Fault) -> Fault {
    if mine.level == theirs.level { mine } else { Fault { level: FaultLevel::Possible, ..if mine.is_none() { theirs } else { mine } } }
}

/// What both allow: each of the two holds every completion's outcome.
pub(crate) fn meet(into: &mut Evaluation, other: &Evaluation) {
    for (mine, theirs) in into.items.iter_mut().zip(&other.items) {
        mine.applies = mine.applies.meet(theirs.applies);
        if mine.applies == Applies::Never {
            *mine = ItemOutcome { fault: meet_faults(mine.fault, theirs.fault), ..super::scoring::NOT_YET_AN_ITEM };
            continue;
        }
        if mine.passes == Truth::Unknown {
            mine.passes = theirs.passes;
        }
        mine.points = mine.points.meet(&theirs.points);
        if mine.row == RowTaken::Several {
            mine.row = theirs.row;
        }
        mine.fault = meet_faults(mine.fault, theirs.fault);
    }
    for (mine, theirs) in into.scores.iter_mut().zip(&other.scores) {
        mine.applies = mine.applies.meet(theirs.applies);
        mine.fault = meet_faults(mine.fault, theirs.fault);
        if mine.applies == Applies::Never {
            *mine = ScoreOutcome { fault: mine.fault, ..super::scoring::NOT_YET_A_SCORE };
            continue;
        }
        mine.score = mine.score.meet(&theirs.score);
        mine.points = mine.points.meet(&theirs.points);
        mine.counted = mine.counted.meet(&theirs.counted);
    }
    for (mine, theirs) in into.gates.iter_mut().zip(&other.gates) {
        if mine.fires == Truth::Unknown {
            mine.fires = theirs.fires;
        }
        mine.fault = meet_faults(mine.fault, theirs.fault);
    }
    for (mine, theirs) in into.verdicts.iter_mut().zip(&other.verdicts) {
        // A verdict that never applies has bands by custom only, and they are nothing to intersect.
        let (was, is) = (mine.applies, mine.applies.meet(theirs.applies));
        mine.applies = is;
        mine.fault = meet_faults(mine.fault, theirs.fault);
        if is == Applies::Never {
            if was != Applies::Never {
                (mine.ungated, mine.unwaived, mine.bands) = (theirs.ungated, theirs.unwaived, theirs.bands);
            }
        } else {
            mine.ungated = mine.ungated.meet(theirs.ungated);
            mine.unwaived = mine.unwaived.meet(theirs.unwaived);
            mine.bands = mine.bands.meet(theirs.bands);
        }
    }
    super::protocols::meet(into, other);
}

/// A level that either side is sure of: none at all, or certain.
pub(super) fn meet_faults(mine: Fault, theirs: Fault) -> Fault {
    if mine.level == FaultLevel::Possible { theirs } else { mine }
}
