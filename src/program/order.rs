//! The order of evaluation: each step after all that it reads; among steps that could be next, the first declared. And what follows from each fact.

use std::collections::{BTreeMap, BTreeSet};

use super::uses::Rests;
use super::*;
use crate::diagnostic::{Diagnostic, codes};

/// Fills [`Program::order`], [`Program::consequences`] and [`Verdict::named_by`]. `named` has what each name rests on.
pub(super) fn arrange(program: &mut Program, named: &[Rests]) -> Vec<Diagnostic> {
    let steps: Vec<Step> = (0..program.items.len() as u32)
        .map(|index| Step::Item(ItemId(index)))
        .chain((0..program.scorecards.len() as u32).map(|index| Step::Scorecard(ScorecardId(index))))
        .chain((0..program.gates.len() as u32).map(|index| Step::Gate(GateId(index))))
        .chain((0..program.verdicts.len() as u32).map(|index| Step::Verdict(VerdictId(index))))
        .chain((0..program.limits.len() as u32).map(|index| Step::Limit(LimitId(index))))
        .chain((0..program.triggers.len() as u32).map(|index| Step::Trigger(TriggerId(index))))
        .chain((0..program.reviews.len() as u32).map(|index| Step::Review(ReviewId(index))))
        .collect();
    let scorecards = program.items.len();
    let gates = scorecards + program.scorecards.len();
    let verdicts = gates + program.gates.len();
    let limits = verdicts + program.verdicts.len();
    let triggers = limits + program.limits.len();
    let reviews = triggers + program.triggers.len();
    let number = |step: Step| match step {
        Step::Item(id) => id.index(),
        Step::Scorecard(id) => scorecards + id.index(),
        Step::Gate(id) => gates + id.index(),
        Step::Verdict(id) => verdicts + id.index(),
        Step::Limit(id) => limits + id.index(),
        Step::Trigger(id) => triggers + id.index(),
        Step::Review(id) => reviews + id.index(),
    };
    // What waits for each step: what reads its outcome.
    let needs: Vec<BTreeSet<usize>> = steps.iter().map(|step| program.needs(*step).into_iter().map(number).collect()).collect();
    let mut waits_for: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    let mut awaited_by: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (index, needs) in needs.iter().enumerate() {
        for need in needs {
            awaited_by[*need].push(index);
        }
    }
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|index| waits_for[*index] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(index) = ready.pop_first() {
        order.push(steps[index]);
        for waiting in &awaited_by[index] {
            waits_for[*waiting] -= 1;
            if waits_for[*waiting] == 0 {
                ready.insert(*waiting);
            }
        }
    }
    order.retain(|step| program.is_taken(*step));
    program.order = order;
    program.consequences = consequences(program, &Waiting { steps: &steps, needs: &needs, awaited_by: &awaited_by }, number, named);
    for (index, verdict) in program.verdicts.iter_mut().enumerate() {
        let band = Step::Verdict(VerdictId(index as u32));
        let names = named.iter().enumerate().filter(|(_, rests)| rests.needs.contains(&band));
        verdict.named_by = names.map(|(name, _)| NamedId(name as u32)).collect();
    }
    // Only what stands in a circle, not what merely waits for one, can be said to need itself.
    let waiting = |index: &usize| waits_for[*index] > 0;
    let Some(mut at) = (0..steps.len()).find(waiting) else { return Vec::new() };
    let mut path: Vec<usize> = Vec::new();
    let circle = loop {
        if let Some(first) = path.iter().position(|seen| *seen == at) {
            break &path[first..];
        }
        path.push(at);
        match (0..steps.len()).find(|need| waiting(need) && awaited_by[*need].contains(&at)) {
            Some(need) => at = need,
            None => break &path[path.len() - 1..],
        }
    };
    let head = |index: usize| match steps[index] {
        Step::Item(id) => &program.items[id.index()].head,
        Step::Scorecard(id) => &program.scorecards[id.index()].head,
        Step::Gate(id) => &program.gates[id.index()].head,
        Step::Verdict(id) => &program.verdicts[id.index()].head,
        Step::Limit(id) => &program.limits[id.index()].head,
        Step::Trigger(id) => &program.triggers[id.index()].head,
        Step::Review(id) => &program.reviews[id.index()].head,
    };
    let Some((first, through)) = circle.split_first() else { return Vec::new() };
    let finding = Diagnostic::new(&codes::CYCLE, head(*first).name_span, format!("`{}` needs itself", head(*first).code))
        .help("let one of them rest on facts instead");
    vec![through.iter().fold(finding, |finding, index| finding.related(head(*index).name_span, "by way of this"))]
}

/// By fact, the steps that read it and those that wait for these, and the names that rest on it or on such a step.
fn consequences(program: &Program, waiting: &Waiting<'_>, number: impl Fn(Step) -> usize, named: &[Rests]) -> Consequences {
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
struct Waiting<'a> {
    steps: &'a [Step],
    needs: &'a [BTreeSet<usize>],
    awaited_by: &'a [Vec<usize>],
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
