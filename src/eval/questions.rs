//! Open questions: which answers would narrow the verdicts, and by how much. Each inexact fact is tried at a few values; what an answer is worth is the
//! mean of what the verdicts lose in width, all values counting alike. The values are no forecast, and their sum is not the gap.

use std::cmp::Reverse;

use super::clues::Gathering;
use super::merging::{Came, Merge};
use super::splitting::{inexact, pieces};
use super::tried::Tried;
use super::{Evaluator, FieldShape, Limits, Overlay};
use crate::policy::{GateId, ItemId, VerdictId};
use crate::program::{Affected, Basis, FieldUse, Place, Program, Step};
use crate::sheet::{Dossier, Mark, Slot};
use crate::value::{Fraction, Interval, List, Number, Possible, Texts, Truth, Variants};
use crate::verdict::{Address, Applies, Clues, Effect, Effort, Evaluation, Question, State};

/// The open questions, best first: by bands, then by score, then in order of declaration. The evaluator's ground is what `base` was sharpened from,
/// and `seen` what its cells came to.
pub(super) fn ask(
    evaluator: &mut Evaluator,
    dossier: &Dossier,
    base: &Evaluation,
    seen: &Tried,
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
    let mut narrowed = Narrowed { base, now: base.clone(), touched: Vec::new(), narrows_only: true };
    let was_open = base.verdicts.iter().any(|verdict| verdict.state() == State::Open);
    for (address, slot) in inexact(dossier) {
        let Some(field) = program.fields.get(slot.field.0 as usize) else { continue };
        let in_element = dossier.sheets[address.sheet as usize - 1].element_at(address.slot).parent.is_some();
        let affected = program.consequences.of(slot.field, address.sheet, in_element);
        let readers = readers(program, dossier, address, slot, affected, base);
        let unscored = readers.items.is_empty() && readers.gates.is_empty() && readers.verdicts.is_empty();
        if affected.steps.is_empty() || unscored && !of_protocols {
            continue;
        }
        let shape = evaluator.shape(slot.field);
        let answers = answers(slot, field, shape);
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
        narrowed.narrows_only = is_settled || !(field.assumed || field.asked_if_known);
        for Answer { value, count, alike } in answers {
            let seen = seen.find(address, field, &value).filter(|_| narrowed.narrows_only);
            if cfg!(debug_assertions) {
                are_alike(evaluator, dossier, address, affected, [&value, &alike], seen);
            }
            match seen {
                Some(came) => narrowed.put(came),
                None => {
                    effort.questions += 1;
                    narrowed.follow(evaluator, dossier, Overlay::of(address, value, Mark::Known), affected);
                }
            }
            clues.take(&narrowed.now, count);
            let left = width(program, &narrowed.now);
            bands += base_width.0.saturating_sub(left.0) * count as u32;
            let gained = base_width.1.subtract(&left.1).max(Fraction::zero());
            score = score.add(&gained.multiply(&Fraction::whole(count as i64)));
            decided += if narrowed.is_settled() { count } else { 0 };
        }
        // Of a list that is not complete only one answer can be tried: that there is nothing more.
        let tried_all = !matches!(slot.value, Possible::List(list) if list.known > 0);
        let mut settles = was_open && decided == tried && tried_all;
        // What is calculated with may do something else between the values tried, so that is looked at, too. Where nothing else is open, every value settles it
        // that nothing faults with.
        if let (true, Possible::Range(range), None) = (settles, &slot.value, &field.cuts) {
            let alone = inexact(dossier).all(|(other, slot)| other == address || !may_move_verdicts(program, dossier, other, slot));
            settles = pieces(*range, &field.thresholds).into_iter().filter_map(|piece| piece.snapped(shape.grid)).all(|piece| {
                effort.questions += 1;
                narrowed.follow(evaluator, dossier, Overlay::of(address, Possible::Range(piece), Mark::Known), affected);
                narrowed.is_settled() || alone && narrowed.now.verdicts.iter().all(|verdict| verdict.fault.is_none())
            });
        }
        narrowed.restore();
        clues.end(address, tried, tried_all);
        if unscored || (bands == 0 && score.is_zero()) {
            continue;
        }
        let mean = |sum: Fraction| sum.divide(&Fraction::whole(tried as i64)).unwrap_or_default();
        questions.push(Question {
            fact: address,
            field: slot.field,
            effect: if settles {
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

/// Whether the band of some verdict may follow from a fact.
fn may_move_verdicts(program: &Program, dossier: &Dossier, address: Address, slot: &Slot) -> bool {
    let in_element = dossier.sheets[address.sheet as usize - 1].element_at(address.slot).parent.is_some();
    let affected = program.consequences.of(slot.field, address.sheet, in_element);
    affected.steps.iter().any(|step| matches!(step, Step::Verdict(_)))
}

/// What is left possible under an answer.
struct Narrowed<'b> {
    base: &'b Evaluation,
    now: Evaluation,
    /// Where it may differ from the base.
    touched: Vec<Step>,
    /// Whether answers leave nothing possible that was not.
    narrows_only: bool,
}

impl Narrowed<'_> {
    fn restore(&mut self) {
        self.touched.drain(..).for_each(|step| Merge::Take.at(step, &mut self.now, self.base));
    }

    /// Under an answer of which is known what it comes to, and where that is not as on the ground. What is, is as in the base.
    fn put(&mut self, came: &[Came]) {
        self.restore();
        self.touched.extend(came.iter().map(Came::step));
        came.iter().for_each(|came| came.put(&mut self.now));
        self.meet();
    }

    fn follow<'p>(&mut self, evaluator: &mut Evaluator<'p>, dossier: &Dossier, answer: Overlay, affected: &'p Affected) {
        self.restore();
        let (answered, changed) = evaluator.follow(dossier, answer, affected);
        let differs = affected.steps.iter().zip(changed).filter(|(_, changed)| **changed || !self.narrows_only);
        self.touched.extend(differs.map(|(step, _)| *step));
        self.touched.iter().for_each(|step| Merge::Take.at(*step, &mut self.now, answered));
        self.meet();
    }

    fn meet(&mut self) {
        if self.narrows_only {
            self.touched.iter().for_each(|step| Merge::Meet.at(*step, &mut self.now, self.base));
        }
    }

    /// Whether every verdict is decided, and no fault can undo that.
    fn is_settled(&self) -> bool {
        self.now.verdicts.iter().all(|verdict| verdict.fault.is_none() && matches!(verdict.state(), State::Decided | State::NotApplicable))
    }
}

/// Makes sure that two answers come to the same that nothing tells apart, and to what was seen of a cell around them.
fn are_alike<'p>(
    evaluator: &mut Evaluator<'p>,
    dossier: &Dossier,
    fact: Address,
    affected: &'p Affected,
    [one, other]: [&Possible; 2],
    seen: Option<&[Came]>,
) {
    let mut follow = |value: &Possible| evaluator.follow(dossier, Overlay::of(fact, value.clone(), Mark::Known), affected).0.clone();
    let (one, other) = (follow(one), follow(other));
    assert!(one == other, "numbers that nothing tells apart come to different things");
    let mut around = one.clone();
    seen.into_iter().flatten().for_each(|came| came.put(&mut around));
    assert!(one == around, "a cell does not say what its values come to");
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

fn readers(program: &Program, dossier: &Dossier, address: Address, slot: &Slot, affected: &Affected, base: &Evaluation) -> Readers {
    // A document's own facts are read at fixed places, those of list elements through binders.
    let sheet = dossier.sheets[address.sheet as usize - 1];
    let own_leaf = sheet.element_at(address.slot).parent.is_none();
    let reads = |places: &[Place]| {
        places.iter().any(|place| match place {
            Place::Fixed { sheet, slot } => own_leaf && *sheet == address.sheet && *slot == address.slot,
            Place::Element { field, .. } => !own_leaf && *field == Some(slot.field),
        })
    };
    let mut readers = Readers { items: Vec::new(), gates: Vec::new(), verdicts: Vec::new() };
    for (step, _) in affected.steps.iter().zip(&affected.causes).filter(|(step, cause)| cause.reads && reads(program.reads(**step))) {
        match *step {
            Step::Item(id) if base.items[id.index()].applies != Applies::Never => readers.items.push(id),
            Step::Gate(id) => readers.gates.push(id),
            Step::Verdict(id) => readers.verdicts.push(id),
            Step::Item(_) | Step::Scorecard(_) | Step::Limit(_) | Step::Trigger(_) | Step::Review(_) => {}
        }
    }
    readers.items.sort_unstable();
    readers.gates.sort_unstable();
    readers.verdicts.sort_unstable();
    readers
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
