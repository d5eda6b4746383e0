//! Several judgements side by side: who is proven to stand above whom, what differs between them, and how much of that hangs on the weights.
//!
//! Nothing here judges. Ranks follow from floors and ceilings alone; what other weights would make of a verdict is asked of the one evaluator.
//!
//! INVARIANT: one project is above another only if its floor is above the other's ceiling, so that every way to fill in what is missing agrees. Facts that
//! both share and that are not known, those of contexts, may leave more open than there is; they never make an order that does not hold.

mod margins;
mod ranks;
mod rows;
mod weights;

pub use margins::{Distance, Margins, Tip};
pub use ranks::{Lead, Ranking, Ranks};
pub use rows::{CardRows, FactRow, Rows, Shown};
pub use weights::{Alteration, Swayed, Tipping, Way};

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::explain::{Explanation, VerdictLine};
use crate::policy::VerdictId;
use crate::program::{Program, Step};
use crate::sheet::Dossier;
use crate::value::Fraction;
use crate::verdict::{Applies, Bands, Bounds, Judgement, State};

/// What is compared: a subject with its contexts, and its judgement.
pub struct Entrant<'d> {
    /// The sheets.
    pub dossier: Dossier<'d>,
    /// The judgement.
    pub judgement: Judgement,
    /// The same in words.
    pub explanation: Explanation,
}

/// Several judgements side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The day of the judgements, `2026-11-23`.
    pub today: String,
    /// What is compared, the best proven by the first verdict first. Everything else here names projects by their places in this list.
    pub projects: Vec<Project>,
    /// How they stand by each verdict, in the order of the rules.
    pub verdicts: Vec<Contest>,
    /// What stands in rows, and which rows differ.
    pub rows: Rows,
    /// By which share weights were altered.
    pub share: Fraction,
    /// How many judgements under altered weights were made.
    pub rejudged: usize,
    /// Whether the limit on them left some weights untried alone.
    pub limited: bool,
}

/// A project.
#[derive(Clone, Debug)]
pub struct Project {
    /// A letter, or several: short enough for the head of a column.
    pub key: String,
    /// Its sheet's short name; with its folder where two have the same.
    pub name: String,
    /// Its title; with its file where two have the same.
    pub title: String,
    /// Its judgement.
    pub explanation: Explanation,
}

/// How the projects stand by one verdict. Lists without a note of their own have one entry for each project.
#[derive(Clone, Debug)]
pub struct Contest {
    /// By the score that the verdict rests on; none for a verdict by conditions.
    pub by_score: Option<Ranking>,
    /// By its bands, after all gates.
    pub by_band: Ranking,
    /// How far the score is from an edge; none for a verdict that is out of the ranking, or rests on no score.
    pub margins: Vec<Option<Margins>>,
    /// What other weights make of it; none for a verdict that is out of the ranking.
    pub swayed: Vec<Option<Swayed>>,
    /// Those that stand next to each other by the score and are not told apart. Not one for each project.
    pub neighbours: Vec<Neighbours>,
}

/// Two projects of which neither is proven to be above the other.
#[derive(Clone, Debug)]
pub struct Neighbours {
    /// The two, the one with the higher floor first.
    pub pair: (usize, usize),
    /// The scores that both may have.
    pub overlap: Bounds,
    /// Of each the open question that narrows the score most, by its place among its questions.
    pub ask: (Option<usize>, Option<usize>),
}

/// Puts judgements by one program beside each other. `share`, between 0 and 1, is by how much weights are altered; `progress` hears how many judgements under
/// altered weights were made so far.
pub fn compare(program: &Program, mut entrants: Vec<Entrant<'_>>, share: &Fraction, progress: &mut dyn FnMut(usize)) -> Comparison {
    entrants.sort_by(|a, b| order(&a.explanation).cmp(&order(&b.explanation)));
    let mut contests: Vec<Contest> = (0..program.verdicts.len()).map(|verdict| contest(program, &entrants, verdict)).collect();
    let reweighed = weights::reweigh(program, &entrants, &mut contests, share, progress);
    let today = entrants.first().map(|entrant| entrant.explanation.today.clone()).unwrap_or_default();
    let explanations: Vec<Explanation> = entrants.into_iter().map(|entrant| entrant.explanation).collect();
    Comparison {
        today,
        rows: rows::rows(&explanations),
        projects: projects(explanations),
        verdicts: contests,
        share: share.clone(),
        rejudged: reweighed.rejudged,
        limited: reweighed.limited,
    }
}

/// The order of the columns, which is that of every ranking: the best proven band first, then the best possible one, then the share earned of what is decided.
fn order(explanation: &Explanation) -> impl Ord + use<'_> {
    let standing = explanation.verdicts.first().map(|verdict| {
        let out = !is_ranked(verdict);
        (out, verdict.range.floor, verdict.range.ceiling, Reverse(&verdict.earned))
    });
    (standing, &explanation.title, &explanation.file)
}

/// Whether a verdict has a place in a ranking: it may apply, and no rule certainly fails.
pub(crate) fn is_ranked(verdict: &VerdictLine) -> bool {
    !matches!(verdict.state, State::Faulted | State::NotApplicable)
}

/// Bands and score without assumptions; none where there is no verdict then.
fn bare(line: &VerdictLine) -> Option<(Bands, Option<Bounds>)> {
    match &line.without_assumptions {
        None => Some((line.range, line.score.clone())),
        Some((State::Faulted | State::NotApplicable, ..)) => None,
        Some((State::Decided | State::Open, range, score)) => Some((*range, score.clone())),
    }
}

fn contest(program: &Program, entrants: &[Entrant<'_>], verdict: usize) -> Contest {
    let lines: Vec<&VerdictLine> = entrants.iter().map(|entrant| &entrant.explanation.verdicts[verdict]).collect();
    let scored = lines.iter().all(|line| line.score.is_some());
    let pair = |score: Bounds| (score.low, score.high);
    let by_score = scored.then(|| {
        ranks::ranking(
            &lines,
            |line| pair(line.score.clone().unwrap_or(Bounds::up_to(Fraction::one()))),
            |line| bare(line).and_then(|(_, score)| score.map(pair)),
        )
    });
    let bands = |range: Bands| (Reverse(range.floor), Reverse(range.ceiling));
    let by_band = ranks::ranking(&lines, |line| bands(line.range), |line| bare(line).map(|(range, _)| bands(range)));
    let margins = entrants.iter().map(|entrant| margins::margins(program, entrant, verdict)).collect();
    let cone = program.cone(Step::Verdict(VerdictId(verdict as u32)));
    let neighbours = by_score.as_ref().map(|ranking| neighbours(entrants, &lines, ranking, &cone)).unwrap_or_default();
    Contest { by_score, by_band, margins, swayed: vec![None; entrants.len()], neighbours }
}

/// `cone` is what the verdict rests on: questions about anything else tell nobody apart.
fn neighbours(entrants: &[Entrant<'_>], lines: &[&VerdictLine], ranking: &Ranking, cone: &[Step]) -> Vec<Neighbours> {
    let mut found = Vec::new();
    for pair in ranking.groups.iter().flat_map(|group| group.windows(2)) {
        let [upper, lower] = *pair else { continue };
        let (Some(one), Some(other)) = (&lines[upper].score, &lines[lower].score) else { continue };
        // Within a group there may be pairs that are told apart; and nothing is left to ask of two exact scores.
        if ranking.is_above(upper, lower) || ranking.is_above(lower, upper) || one.is_exact() && other.is_exact() {
            continue;
        }
        let ask = |project: usize| {
            let questions = &entrants[project].judgement.questions;
            let telling = questions
                .iter()
                .enumerate()
                .filter(|(_, question)| !question.score.is_zero() && question.items.iter().any(|item| cone.contains(&Step::Item(*item))));
            telling.max_by(|(a, one), (b, other)| one.score.cmp(&other.score).then(b.cmp(a))).map(|(place, _)| place)
        };
        found.push(Neighbours { pair: (upper, lower), overlap: one.meet(other), ask: (ask(upper), ask(lower)) });
    }
    found
}

/// Keys and names, each told from the others.
fn projects(explanations: Vec<Explanation>) -> Vec<Project> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    for explanation in &explanations {
        *names.entry(explanation.name.clone()).or_default() += 1;
        *titles.entry(explanation.title.clone()).or_default() += 1;
    }
    let several = |counts: &BTreeMap<String, usize>, text: &str| counts.get(text).is_some_and(|count| *count > 1);
    explanations
        .into_iter()
        .enumerate()
        .map(|(place, explanation)| Project {
            key: key(place),
            name: if several(&names, &explanation.name) { explanation.file.clone() } else { explanation.name.clone() },
            title: match several(&titles, &explanation.title) {
                true => format!("{} ({})", explanation.title, explanation.file),
                false => explanation.title.clone(),
            },
            explanation,
        })
        .collect()
}

/// A, B, …, Z, AA, AB, …
fn key(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{}{letter}", key(place / 26 - 1)) }
}

/// Whether a verdict is there whatever is unknown.
fn applies_always(verdict: &VerdictLine) -> bool {
    verdict.applies == Applies::Always
}
