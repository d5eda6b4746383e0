//! How much of a comparison hangs on the weights: the same judgements under worths a little less and a little more than written.
//!
//! All worths together are one evaluation under ranges of factors, which holds for every choice; only where that leaves something open are single weights
//! tried, at both ends of their range. What holds for all together holds for each alone.

use super::{Contest, Entrant, is_ranked};
use crate::eval::{Evaluator, Limits, Optional, Weights, extremes, outcomes};
use crate::policy::{ItemId, ScorecardId};
use crate::program::{Basis, Body, Program, Step};
use crate::value::Fraction;
use crate::verdict::{Applies, Bands, Bounds, Evaluation, VerdictOutcome};

/// The most judgements under single altered weights. It counts them, never time.
const MOST: usize = 4_000;

/// What other weights make of a verdict.
#[derive(Clone, Debug)]
pub struct Swayed {
    /// The bands between which it stays, whatever the altered weights; perhaps wider than need be, never narrower.
    pub range: Bands,
    /// The score, likewise.
    pub score: Option<Bounds>,
    /// Whether its bands are those under the weights as written.
    pub holds: bool,
    /// The single weights that lead to other bands.
    pub tipped_by: Vec<Tipping>,
}

/// One weight altered, all others as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alteration {
    /// The item whose worth it is.
    pub item: usize,
    /// Whether it is more than written; else it is less.
    pub more: bool,
}

/// An altered weight that leads to other bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tipping {
    /// The weight.
    pub under: Alteration,
    /// The bands under it.
    pub range: Bands,
}

pub(super) struct Reweighed {
    pub(super) rejudged: usize,
    pub(super) limited: bool,
}

/// Notes in contests what becomes of verdicts and proven orders under other weights.
pub(super) fn reweigh(
    program: &Program,
    entrants: &[Entrant<'_>],
    contests: &mut [Contest],
    share: &Fraction,
    progress: &mut dyn FnMut(usize),
) -> Reweighed {
    let mut weighing = Weighing { program, entrants, rejudged: 0, limited: false, progress };
    let all = Weights::all_within(program, share);
    let everyone: Vec<usize> = (0..entrants.len()).collect();
    let swayed = weighing.judge_all(&all, &everyone);
    let mut asked = vec![false; entrants.len()];
    for (index, contest) in contests.iter_mut().enumerate() {
        weighing.jointly(index, contest, &swayed, &all, &mut asked);
    }
    let asked: Vec<usize> = everyone.into_iter().filter(|project| asked[*project]).collect();
    let items: Vec<ItemId> = program.scorecards.iter().flat_map(|scorecard| scorecard.items.iter().copied()).collect();
    for item in items {
        for more in [false, true] {
            if weighing.rejudged + asked.len() > MOST + entrants.len() {
                weighing.limited = true;
                continue;
            }
            let factor = if more { Fraction::one().add(share) } else { Fraction::one().subtract(share) };
            let altered = weighing.judge_all(&Weights::written(program).with(item, &factor), &asked);
            for (index, contest) in contests.iter_mut().enumerate() {
                alone(program, entrants, index, contest, &altered, Alteration { item: item.index(), more });
            }
        }
    }
    Reweighed { rejudged: weighing.rejudged, limited: weighing.limited }
}

struct Weighing<'a, 'd> {
    program: &'a Program,
    entrants: &'a [Entrant<'d>],
    rejudged: usize,
    limited: bool,
    progress: &'a mut dyn FnMut(usize),
}

impl Weighing<'_, '_> {
    /// The outcomes of some entrants under other weights; none for the rest.
    fn judge_all(&mut self, weights: &Weights, which: &[usize]) -> Vec<Option<Evaluation>> {
        let mut found = vec![None; self.entrants.len()];
        let mut evaluator = Evaluator::weighing(self.program, weights.clone());
        for project in which {
            found[*project] = Some(outcomes(&mut evaluator, &self.entrants[*project].dossier, Limits::default()));
            self.rejudged += 1;
        }
        (self.progress)(self.rejudged);
        found
    }

    /// What all weights together make of a verdict; and whom to ask about single ones.
    fn jointly(&self, index: usize, contest: &mut Contest, swayed: &[Option<Evaluation>], all: &Weights, asked: &mut [bool]) {
        let program = self.program;
        let root = root(program, index);
        for (project, evaluation) in swayed.iter().enumerate() {
            let (line, Some(evaluation)) = (&self.entrants[project].explanation.verdicts[index], evaluation) else { continue };
            if is_ranked(line) {
                let outcome = &evaluation.verdicts[index];
                let holds = outcome.bands == line.range && outcome.applies == line.applies;
                asked[project] |= !holds;
                let score = root.map(|root| evaluation.scores[root.index()].score.clone());
                contest.swayed[project] = Some(Swayed { range: outcome.bands, score, holds, tipped_by: Vec::new() });
            }
        }
        for lead in &mut contest.by_band.leads {
            let (Some(above), Some(below)) = (&swayed[lead.above], &swayed[lead.below]) else { continue };
            lead.jointly = is_above_by_band(&above.verdicts[index], &below.verdicts[index]);
            asked[lead.above] |= !lead.jointly;
            asked[lead.below] |= !lead.jointly;
        }
        for lead in contest.by_score.iter_mut().flat_map(|ranking| &mut ranking.leads) {
            let (Some(above), Some(below), Some(root)) = (&swayed[lead.above], &swayed[lead.below], root) else { continue };
            lead.jointly = least_lead(program, above, below, all, root) > Fraction::zero();
            asked[lead.above] |= !lead.jointly;
            asked[lead.below] |= !lead.jointly;
        }
    }
}

/// Notes what a single altered weight does to a verdict and to the orders that are not proven for all weights together.
fn alone(
    program: &Program,
    entrants: &[Entrant<'_>],
    index: usize,
    contest: &mut Contest,
    altered: &[Option<Evaluation>],
    under: Alteration,
) {
    for (project, swayed) in contest.swayed.iter_mut().enumerate() {
        let (Some(swayed), Some(evaluation)) = (swayed, &altered[project]) else { continue };
        let (line, range) = (&entrants[project].explanation.verdicts[index], evaluation.verdicts[index].bands);
        if range != line.range {
            swayed.tipped_by.push(Tipping { under, range });
        }
    }
    for lead in contest.by_band.leads.iter_mut().filter(|lead| !lead.jointly) {
        let (Some(above), Some(below)) = (&altered[lead.above], &altered[lead.below]) else { continue };
        if !is_above_by_band(&above.verdicts[index], &below.verdicts[index]) {
            lead.lost_under.push(under);
        }
    }
    let Some(root) = root(program, index) else { return };
    for lead in contest.by_score.iter_mut().flat_map(|ranking| &mut ranking.leads).filter(|lead| !lead.jointly) {
        let (Some(above), Some(below)) = (&altered[lead.above], &altered[lead.below]) else { continue };
        if above.scores[root.index()].score.low <= below.scores[root.index()].score.high {
            lead.lost_under.push(under);
        }
    }
}

fn root(program: &Program, verdict: usize) -> Option<ScorecardId> {
    match &program.verdicts[verdict].basis {
        Basis::Score(root, _) => Some(*root),
        Basis::Conditions(_) => None,
    }
}

fn is_above_by_band(above: &VerdictOutcome, below: &VerdictOutcome) -> bool {
    above.bands.floor < below.bands.ceiling
}

/// By how much a score of one project is above that of another at the least, under the same weights whichever they are; below zero where it may be below.
///
/// Where exactly the same items count for both, the difference of two scores is the weighted mean of the differences of the items, and is least where the
/// items with the least differences weigh most. Elsewhere it is at least the one's floor less the other's ceiling.
fn least_lead(program: &Program, one: &Evaluation, other: &Evaluation, weights: &Weights, root: ScorecardId) -> Fraction {
    let mut leads = vec![Fraction::zero(); program.scorecards.len()];
    for step in &program.order {
        let Step::Scorecard(id) = step else { continue };
        let apart = one.scores[id.index()].score.low.subtract(&other.scores[id.index()].score.high);
        let together = lead_of_shared_items(program, one, other, weights, &leads, *id);
        leads[id.index()] = together.map_or(apart.clone(), |together| together.max(apart));
    }
    leads.swap_remove(root.index())
}

/// None where other items count for the one than for the other, or may.
fn lead_of_shared_items(
    program: &Program,
    one: &Evaluation,
    other: &Evaluation,
    weights: &Weights,
    leads: &[Fraction],
    id: ScorecardId,
) -> Option<Fraction> {
    let (mut certain, mut least, mut optional) = (Fraction::zero(), Fraction::zero(), Vec::<Optional>::new());
    for id in &program.scorecards[id.index()].items {
        let (item, (ours, theirs)) = (&program.items[id.index()], (&one.items[id.index()], &other.items[id.index()]));
        match (ours.applies, theirs.applies) {
            (Applies::Never, Applies::Never) => continue,
            (Applies::Always, Applies::Always) => {}
            _ => return None,
        }
        let lead = match &item.body {
            Body::Include(child) => leads[child.index()].multiply(&item.worth),
            _ => ours.points.low.subtract(&theirs.points.high),
        };
        let factor = weights.of(*id);
        certain = certain.add(&lead.multiply(&factor.low));
        least = least.add(&item.worth.multiply(&factor.low));
        optional.push((Bounds::exactly(lead.multiply(&factor.width())), item.worth.multiply(&factor.width())));
    }
    (!least.is_zero()).then(|| extremes(&Bounds::exactly(certain), &least, &optional).low)
}
