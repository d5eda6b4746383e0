//! The order of evaluation: each step after all that it reads; among steps that could be next, the first declared.

use std::collections::BTreeSet;

use super::consequences::Waiting;
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
    program.consequences = consequences::find(program, &Waiting { steps: &steps, needs: &needs, awaited_by: &awaited_by }, number, named);
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
