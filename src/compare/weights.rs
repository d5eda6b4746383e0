//! How much of a comparison hangs on the weights: the same judgements under worths a little less and a little more than written.
//!
//! All worths together are one evaluation under ranges of factors, which holds for every choice. What it leaves open is asked of each worth alone: first under
//! its whole range, then, where that leaves something open in turn, at its ends. What holds for all together holds for each alone.

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
    /// How.
    pub way: Way,
}

/// How a weight is altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As much less as weights are altered.
    Lighter,
    /// As much more.
    Heavier,
    /// By less than that: what is said is not so at either end, and not proven for what lies between.
    Between,
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
    let items = program.scorecards.iter().flat_map(|scorecard| scorecard.items.iter().copied());
    for item in items.filter(|_| !asked.is_empty()) {
        if weighing.rejudged + 3 * asked.len() > MOST {
            weighing.limited = true;
            break;
        }
        weighing.alone(item, share, contests, &asked);
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

    /// Notes what one altered weight does to verdicts, and to the orders that are not proven for all weights together.
    fn alone(&mut self, item: ItemId, share: &Fraction, contests: &mut [Contest], asked: &[usize]) {
        let (program, entrants) = (self.program, self.entrants);
        let (less, more) = (Fraction::one().subtract(share), Fraction::one().add(share));
        let mut judge = |factor: Bounds| {
            let weights = Weights::written(program).with(item, factor);
            let altered = self.judge_all(&weights, asked);
            move |index: usize, contest: &Contest| undone(program, (index, contest), entrants, &altered, &weights)
        };
        let within = judge(Bounds { low: less.clone(), high: more.clone() });
        let open: Vec<Vec<(Undone, Bands)>> = contests.iter().enumerate().map(|(index, contest)| within(index, contest)).collect();
        if open.iter().all(Vec::is_empty) {
            return;
        }
        let ends = [(Way::Lighter, judge(Bounds::exactly(less))), (Way::Heavier, judge(Bounds::exactly(more)))];
        for (index, (contest, open)) in contests.iter_mut().zip(open).enumerate() {
            let mut seen = Vec::new();
            for (way, end) in &ends {
                for (undone, range) in end(index, contest) {
                    seen.push(undone);
                    note(contest, undone, range, Alteration { item: item.index(), way: *way });
                }
            }
            for (undone, range) in open.into_iter().filter(|(undone, _)| !seen.contains(undone)) {
                note(contest, undone, range, Alteration { item: item.index(), way: Way::Between });
            }
        }
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

/// What does not hold under other weights.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undone {
    /// The bands of a project.
    Bands(usize),
    /// A lead by band, by its place.
    ByBand(usize),
    /// One by score.
    ByScore(usize),
}

/// What of a contest does not hold under weights, for those who were judged under them; with the bands that come instead.
fn undone(
    program: &Program,
    (index, contest): (usize, &Contest),
    entrants: &[Entrant<'_>],
    altered: &[Option<Evaluation>],
    weights: &Weights,
) -> Vec<(Undone, Bands)> {
    let mut found = Vec::new();
    for (project, evaluation) in altered.iter().enumerate() {
        let (Some(_), Some(evaluation)) = (&contest.swayed[project], evaluation) else { continue };
        let (line, outcome) = (&entrants[project].explanation.verdicts[index], &evaluation.verdicts[index]);
        if (outcome.bands, outcome.applies) != (line.range, line.applies) {
            found.push((Undone::Bands(project), outcome.bands));
        }
    }
    for (place, lead) in contest.by_band.leads.iter().enumerate().filter(|(_, lead)| !lead.jointly) {
        let (Some(above), Some(below)) = (&altered[lead.above], &altered[lead.below]) else { continue };
        if !is_above_by_band(&above.verdicts[index], &below.verdicts[index]) {
            found.push((Undone::ByBand(place), above.verdicts[index].bands));
        }
    }
    let (Some(ranking), Some(root)) = (&contest.by_score, root(program, index)) else { return found };
    for (place, lead) in ranking.leads.iter().enumerate().filter(|(_, lead)| !lead.jointly) {
        let (Some(above), Some(below)) = (&altered[lead.above], &altered[lead.below]) else { continue };
        if least_lead(program, above, below, weights, root) <= Fraction::zero() {
            found.push((Undone::ByScore(place), above.verdicts[index].bands));
        }
    }
    found
}

fn note(contest: &mut Contest, undone: Undone, range: Bands, under: Alteration) {
    match undone {
        Undone::Bands(project) => {
            if let Some(swayed) = &mut contest.swayed[project] {
                swayed.tipped_by.push(Tipping { under, range });
            }
        }
        Undone::ByBand(place) => contest.by_band.leads[place].lost_under.push(under),
        Undone::ByScore(place) => {
            if let Some(ranking) = &mut contest.by_score {
                ranking.leads[place].lost_under.push(under);
            }
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
