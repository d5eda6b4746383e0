//! Open questions: which answers would narrow the verdicts, and by how much. Each inexact fact is tried at a few values; what an answer is worth is the
//! mean of what the verdicts lose in width, all values counting alike. The values are no forecast, and their sum is not the gap.

use std::cmp::Reverse;

use super::clues::Gathering;
use super::merging::Merge;
use super::splitting::{inexact, pieces};
use super::{Evaluator, FieldShape, Limits, Overlay};
use crate::policy::{GateId, ItemId, VerdictId};
use crate::program::{Basis, FieldUse, Place, Program};
use crate::sheet::{Dossier, Mark, Slot};
use crate::value::{Fraction, Interval, List, Number, Possible, Texts, Truth, Variants};
use crate::verdict::{Address, Applies, Clues, Effect, Effort, Evaluation, Question, State};

/// The open questions, best first: by bands, then by score, then in order of declaration. The evaluator's ground is what `base` was sharpened from.
pub(super) fn ask(
    evaluator: &mut Evaluator,
    dossier: &Dossier,
    base: &Evaluation,
    limits: Limits,
    effort: &mut Effort,
) -> (Vec<Question>, Clues) {
    let program = evaluator.program;
    let base_width = width(program, base);
    let mut clues = Gathering::new(base);
    let of_protocols = clues.is_wanted();
    if base_width.0 == 0 && base_width.1.is_zero() && !of_protocols {
        return (Vec::new(), clues.finish());
    }
    let mut questions = Vec::new();
    let mut narrowed = base.clone();
    for (address, slot) in inexact(dossier) {
        let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
        let readers = readers(program, dossier, address, slot, base);
        let unscored = readers.items.is_empty() && readers.gates.is_empty() && readers.verdicts.is_empty();
        let in_element = dossier.sheets[address.sheet as usize - 1].element_at(address.slot).parent.is_some();
        if unscored && !(of_protocols && field.reads_at(in_element) > 0) {
            continue;
        }
        let answers = answers(slot, field, evaluator.shape(slot.field));
        if answers.is_empty() {
            continue;
        }
        if effort.questions + answers.len() as u32 > limits.questions {
            effort.questions_limited = true;
            break;
        }
        let (mut bands, mut score, mut decided) = (0u32, Fraction::zero(), 0usize);
        let tried: usize = answers.iter().map(|answer| answer.count).sum();
        // An answer leaves nothing possible that was not, unless rules look at whether there is evidence: then it may overturn what was assumed.
        // What `assuming []` closes is open in a list on file too, if it is not complete.
        let is_settled = slot.known && !matches!(slot.value, Possible::List(_));
        let narrows_only = is_settled || !(field.assumed || field.asked_if_known);
        let affected = program.consequences[slot.field.0 as usize].at(in_element);
        for Answer { value, count, alike } in answers {
            effort.questions += 1;
            if cfg!(debug_assertions) && count > 1 {
                let other = evaluator.follow(dossier, Overlay::of(address, alike, Mark::Known), affected).0.clone();
                let (one, _) = evaluator.follow(dossier, Overlay::of(address, value.clone(), Mark::Known), affected);
                assert!(other == *one, "numbers that nothing tells apart come to different things");
            }
            let (answered, changed) = evaluator.follow(dossier, Overlay::of(address, value, Mark::Known), affected);
            for (step, changed) in affected.steps.iter().zip(changed) {
                match narrows_only {
                    // What stays as it is on the ground is as in the base.
                    true if !changed => Merge::Take.at(*step, &mut narrowed, base),
                    true => {
                        Merge::Take.at(*step, &mut narrowed, answered);
                        Merge::Meet.at(*step, &mut narrowed, base);
                    }
                    false => Merge::Take.at(*step, &mut narrowed, answered),
                }
            }
            clues.take(&narrowed, count);
            let left = width(program, &narrowed);
            bands += base_width.0.saturating_sub(left.0) * count as u32;
            let gained = base_width.1.subtract(&left.1).max(Fraction::zero());
            score = score.add(&gained.multiply(&Fraction::whole(count as i64)));
            if narrowed.verdicts.iter().all(|verdict| matches!(verdict.state(), State::Decided | State::NotApplicable)) {
                decided += count;
            }
        }
        affected.steps.iter().for_each(|step| Merge::Take.at(*step, &mut narrowed, base));
        // Of a list that is not complete only one answer can be tried: that there is nothing more.
        let tried_all = !matches!(slot.value, Possible::List(list) if list.known > 0);
        clues.end(address, tried, tried_all);
        if unscored || (bands == 0 && score.is_zero()) {
            continue;
        }
        let mean = |sum: Fraction| sum.divide(&Fraction::whole(tried as i64)).unwrap_or_default();
        let was_open = base.verdicts.iter().any(|verdict| verdict.state() == State::Open);
        questions.push(Question {
            fact: address,
            field: slot.field,
            effect: if was_open && decided == tried && tried_all {
                Effect::Settles
            } else if was_open && decided > 0 {
                Effect::CanSettle
            } else {
                Effect::Helps
            },
            bands: mean(Fraction::whole(bands.into())),
            score: mean(score),
            items: readers.items,
            gates: readers.gates,
            verdicts: readers.verdicts,
        });
    }
    questions.sort_by(|a, b| (Reverse(&a.bands), Reverse(&a.score), a.fact).cmp(&(Reverse(&b.bands), Reverse(&b.score), b.fact)));
    (questions, clues.finish())
}

/// Missing facts for which some rule asks only whether they are on file.
pub(super) fn asked_if_known(program: &Program, dossier: &Dossier) -> Vec<Address> {
    inexact(dossier)
        .filter(|(_, slot)| !slot.known && program.fields.get(slot.field.0 as usize).is_some_and(|field| field.asked_if_known))
        .map(|(address, _)| address)
        .collect()
}

/// How wide the verdicts are together: steps between bands (and one more where a verdict may not apply), and ceilings less floors.
fn width(program: &Program, evaluation: &Evaluation) -> (u32, Fraction) {
    let (mut bands, mut score) = (0, Fraction::zero());
    for (verdict, outcome) in program.verdicts.iter().zip(&evaluation.verdicts) {
        bands += outcome.bands.steps() + u32::from(outcome.applies == Applies::Maybe);
        if let Basis::Score(scorecard, _) = &verdict.basis {
            score = score.add(&evaluation.scores[scorecard.index()].score.width());
        }
    }
    (bands, score)
}

/// What reads a fact and counts, or may.
struct Readers {
    items: Vec<ItemId>,
    gates: Vec<GateId>,
    verdicts: Vec<VerdictId>,
}

fn readers(program: &Program, dossier: &Dossier, address: Address, slot: &Slot, base: &Evaluation) -> Readers {
    // A document's own facts are read at fixed places, those of list elements through binders.
    let sheet = dossier.sheets[address.sheet as usize - 1];
    let own_leaf = sheet.element_at(address.slot).parent.is_none();
    let reads = |places: &[Place]| {
        places.iter().any(|place| match place {
            Place::Fixed { sheet, slot } => own_leaf && *sheet == address.sheet && *slot == address.slot,
            Place::Element { field, .. } => !own_leaf && *field == Some(slot.field),
        })
    };
    let items = program
        .items
        .iter()
        .enumerate()
        .filter(|(index, item)| base.items[*index].applies != Applies::Never && reads(&item.reads))
        .map(|(index, _)| ItemId(index as u32))
        .collect();
    let gates = (0..program.gates.len() as u32).map(GateId).filter(|gate| reads(&program.gates[gate.index()].reads)).collect();
    let verdicts =
        (0..program.verdicts.len() as u32).map(VerdictId).filter(|verdict| reads(&program.verdicts[verdict.index()].reads)).collect();
    Readers { items, gates, verdicts }
}

/// A value tried for a fact.
struct Answer {
    value: Possible,
    /// How many values it stands for: nothing tells them apart.
    count: usize,
    /// Another of these.
    alike: Possible,
}

impl Answer {
    fn alone(value: Possible) -> Answer {
        Answer { alike: value.clone(), value, count: 1 }
    }
}

/// The values tried for a fact: its finite bounds, each threshold inside and one value between each two; every variant; for a list none and one element.
fn answers(slot: &Slot, field: &FieldUse, shape: FieldShape) -> Vec<Answer> {
    match &slot.value {
        Possible::Truth(Truth::Unknown) => [Truth::False, Truth::True].map(Possible::Truth).map(Answer::alone).into(),
        Possible::Truth(_) => Vec::new(),
        Possible::Variants(variants) => variants.iter().map(|variant| Answer::alone(Possible::Variants(Variants::one(variant)))).collect(),
        Possible::Range(range) => {
            let mut values: Vec<Number> = Vec::new();
            for piece in pieces(*range, &field.thresholds) {
                let Some(piece) = piece.snapped(shape.grid) else { continue };
                values.extend([(piece.low, piece.low_open), (piece.high, piece.high_open)].iter().filter(|end| !end.1).map(|end| end.0));
                values.extend(middle(&piece, shape.grid));
            }
            values.sort_unstable();
            values.dedup();
            let alike = values.chunk_by(|low, high| !field.tells_apart(*low, *high));
            let one = |value: &Number| Possible::Range(Interval::point(*value));
            alike.map(|alike| Answer { value: one(&alike[0]), count: alike.len(), alike: one(&alike[alike.len() - 1]) }).collect()
        }
        Possible::Texts(Texts::Few(texts)) => texts.iter().map(|text| Answer::alone(Possible::Texts(Texts::One(text.clone())))).collect(),
        Possible::Texts(_) => Vec::new(),
        Possible::List(list) if list.known == 0 => {
            let empty = (shape.least == 0).then_some(Possible::List(List { sheet: 0, first: 0, known: 0, more: false }));
            let one = shape.unseen.filter(|_| shape.may_have_elements);
            let one = one.map(|first| Possible::List(List { sheet: 0, first, known: 1, more: shape.least > 1 }));
            empty.into_iter().chain(one).map(Answer::alone).collect()
        }
        // What is listed is all there is.
        Possible::List(list) => vec![Answer::alone(Possible::List(List { more: false, ..*list }))],
    }
}

/// A value inside a piece: the middle where it has two ends, one step beyond its only end, or zero.
pub(crate) fn middle(piece: &Interval, grid: Option<Number>) -> Option<Number> {
    let step = |end: Number| end.abs().max(grid.unwrap_or(Number::ONE));
    let inside = match (piece.low == Number::BELOW_ALL, piece.high == Number::ABOVE_ALL) {
        (true, true) => Number::ZERO,
        (false, true) => piece.low.add(step(piece.low)).ok()?,
        (true, false) => piece.high.subtract(step(piece.high)).ok()?,
        (false, false) => piece.low.add(piece.high.subtract(piece.low).ok()?.divide(Number::whole(2)).ok()?).ok()?,
    };
    let inside = match grid {
        Some(grid) => inside.floor_to(grid).ok()?,
        None => inside,
    };
    piece.contains(inside).then_some(inside)
}
