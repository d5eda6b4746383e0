//! Worths that decide nothing: whatever an item earns, the band is the one that it would be without a point of it.
//!
//! What the other items may earn together is a set of sums. Each is taken to earn what it may, whatever the others do, so there are at least as many sums as
//! facts can bring about, and what is true of all of them is true of the facts. Where there are too many sums, they are one range.

use std::collections::BTreeMap;

use super::Auditor;
use super::items::{kind, name};
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{ItemId, ScorecardId, VerdictId};
use crate::program::{Basis, Body, Program, Step};
use crate::value::{Fraction, show_fraction_points};
use crate::verdict::{Applies, Bounds, Evaluation};

/// The most ranges of sums told apart.
const MOST: usize = 512;
/// The most items of a scorecard that are weighed against one another.
const MOST_ITEMS: usize = 48;
/// The most ways in which an item and all around it are put together.
const MOST_WAYS: usize = 50_000;

/// What several items may earn together: by the worth of those that count, ranges of points, rising.
type Sums = BTreeMap<Fraction, Vec<Bounds>>;

/// How a scorecard's score enters a verdict's: `offset + factor * score`.
#[derive(Clone)]
struct Entry {
    offset: Bounds,
    factor: Fraction,
}

impl Auditor<'_, '_> {
    pub(super) fn weights(&mut self) {
        let program = self.program;
        let (evaluation, parts) = self.search.look(&program.order, &[]);
        let (evaluation, rows) = (evaluation.clone(), parts.rows.clone());
        let weights = Weights::new(program, &evaluation, &rows);
        let mut findings = Vec::new();
        for (index, verdict) in program.verdicts.iter().enumerate() {
            let Basis::Score(root, edges) = &verdict.basis else { continue };
            let outcome = &evaluation.verdicts[index];
            // Of a verdict with one band only, the bands are what is wrong.
            if outcome.ungated.floor == outcome.ungated.ceiling {
                continue;
            }
            let edges: Vec<Fraction> = edges.iter().filter_map(|(_, edge)| *edge).map(Fraction::from_number).collect();
            findings.extend(weights.without_effect(*root, &edges).into_iter().map(|id| (VerdictId(index as u32), id)));
        }
        let needs: Vec<(Step, Vec<Step>)> = program.order.iter().map(|step| (*step, program.needs(*step))).collect();
        for (verdict, id) in findings {
            let item = &program.items[id.index()];
            // A worth that decides nothing here may decide something elsewhere.
            if is_read_elsewhere(program, &needs, id) || self.findings.iter().any(|finding| covers(item.head.span, finding)) {
                continue;
            }
            let worth = show_fraction_points(&item.worth);
            let finding = Diagnostic::new(
                &codes::WORTH_WITHOUT_EFFECT,
                item.head.name_span,
                format!(
                    "the {} `{}` never changes the band of `{}`",
                    kind(&item.body),
                    name(&item.head),
                    name(&program.verdicts[verdict.index()].head)
                ),
            )
            .label(format!("worth {worth}"))
            .help("whatever the other items earn, these points do not reach an edge: give it a greater worth, or leave it out");
            self.report(finding);
        }
    }
}

/// Whether anything but its own scorecard, or that but its includes and one verdict, reads an item's points.
fn is_read_elsewhere(program: &Program, needs: &[(Step, Vec<Step>)], id: ItemId) -> bool {
    let mut scorecards = vec![program.items[id.index()].scorecard];
    let mut next = 0;
    let mut verdicts = 0;
    while let Some(scorecard) = scorecards.get(next).copied() {
        next += 1;
        for (step, read) in needs {
            if !read.contains(&Step::Scorecard(scorecard)) && (next > 1 || !read.contains(&Step::Item(id))) {
                continue;
            }
            match step {
                Step::Scorecard(own) if *own == scorecard => {}
                Step::Item(include) if matches!(program.items[include.index()].body, Body::Include(child) if child == scorecard) => {
                    let outer = program.items[include.index()].scorecard;
                    if !scorecards.contains(&outer) {
                        scorecards.push(outer);
                    }
                }
                Step::Verdict(_) => verdicts += 1,
                Step::Item(_) | Step::Scorecard(_) | Step::Gate(_) | Step::Limit(_) | Step::Trigger(_) | Step::Review(_) => return true,
            }
        }
    }
    verdicts != 1
}

fn covers(item: crate::source::Span, finding: &Diagnostic) -> bool {
    let at = finding.primary.span;
    at.file == item.file && at.start >= item.start && at.end <= item.end
}

struct Weights<'a> {
    program: &'a Program,
    evaluation: &'a Evaluation,
    rows: &'a [Vec<u16>],
    /// What each scorecard may come to, given that it applies.
    scores: Vec<Vec<Bounds>>,
}

/// What an item may earn, and whether it may not count.
struct Earns {
    points: Vec<Bounds>,
    may_be_out: bool,
}

impl<'a> Weights<'a> {
    fn new(program: &'a Program, evaluation: &'a Evaluation, rows: &'a [Vec<u16>]) -> Weights<'a> {
        let mut weights = Weights { program, evaluation, rows, scores: vec![Vec::new(); program.scorecards.len()] };
        // What is included comes before what includes it.
        for step in &program.order {
            if let Step::Scorecard(id) = step {
                weights.scores[id.index()] = weights.scores_of(*id);
            }
        }
        weights
    }

    /// The items below a scorecard that can't move its score across an edge.
    fn without_effect(&self, root: ScorecardId, edges: &[Fraction]) -> Vec<ItemId> {
        let mut without = Vec::new();
        // None: in too many ways to tell.
        let mut entries: Vec<Option<Vec<Entry>>> = vec![Some(Vec::new()); self.program.scorecards.len()];
        entries[root.index()] = Some(vec![Entry { offset: Bounds::exactly(Fraction::zero()), factor: Fraction::whole(1) }]);
        for step in self.program.order.iter().rev() {
            let Step::Scorecard(id) = step else { continue };
            let entered = entries[id.index()].replace(Vec::new());
            if entered.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            let items = &self.program.scorecards[id.index()].items;
            let earned: Vec<Option<Earns>> = items.iter().map(|item| self.earns(*item)).collect();
            for (index, item) in items.iter().enumerate() {
                if earned[index].is_none() {
                    continue;
                }
                let others = || earned.iter().enumerate().filter(|(other, _)| *other != index);
                let rest = match items.len() {
                    0..=MOST_ITEMS => self.sums(others().filter_map(|(other, earns)| Some((items[other], earns.as_ref()?)))),
                    _ => None,
                };
                let known = entered.as_ref().zip(rest.as_ref());
                match &self.program.items[item.index()].body {
                    Body::Include(child) => {
                        let within = known.and_then(|(entered, rest)| self.entries(entered, rest, *item));
                        let before = &mut entries[child.index()];
                        *before = match (before.take(), within) {
                            (Some(mut before), Some(within)) if before.len() + within.len() <= MOST => {
                                before.extend(within);
                                Some(before)
                            }
                            _ => None,
                        };
                    }
                    _ => {
                        if known.is_some_and(|(entered, rest)| self.moves_nothing(entered, rest, *item, edges)) {
                            without.push(*item);
                        }
                    }
                }
            }
        }
        without
    }

    /// How the score of what an item includes enters the verdict's, in each way that all else can come out. None: in too many.
    fn entries(&self, entered: &[Entry], rest: &Sums, include: ItemId) -> Option<Vec<Entry>> {
        if entered.len() * ways(rest) > MOST {
            return None;
        }
        let worth = &self.program.items[include.index()].worth;
        let mut within = Vec::new();
        for entry in entered {
            for (counted, sums) in rest {
                let all = counted.add(worth);
                let share = |points: &Fraction| Some(entry.factor.multiply(&points.divide(&all)?));
                for sum in sums {
                    let offset = Bounds { low: entry.offset.low.add(&share(&sum.low)?), high: entry.offset.high.add(&share(&sum.high)?) };
                    within.push(Entry { offset, factor: share(worth)? });
                }
            }
        }
        Some(within)
    }

    /// Whether no edge lies between the least and the most that an item can make of anything else.
    fn moves_nothing(&self, entered: &[Entry], rest: &Sums, item: ItemId, edges: &[Fraction]) -> bool {
        let (worth, points) = (&self.program.items[item.index()].worth, &self.evaluation.items[item.index()].points);
        let ways = entered.len() * ways(rest);
        if points.is_exact() || ways == 0 || ways > MOST_WAYS {
            return false;
        }
        entered.iter().all(|entry| {
            rest.iter().all(|(counted, sums)| {
                let all = counted.add(worth);
                let share = |points: &Fraction| entry.factor.multiply(&points.divide(&all).unwrap_or_default());
                sums.iter().all(|sum| {
                    // The least that all else may come to, with the least of this; and the most, with the most.
                    let low = entry.offset.low.add(&share(&sum.low.add(&points.low)));
                    let high = entry.offset.high.add(&share(&sum.high.add(&points.high)));
                    !edges.iter().any(|edge| low < *edge && *edge <= high)
                })
            })
        })
    }

    /// None for an item that never counts.
    fn earns(&self, id: ItemId) -> Option<Earns> {
        let (item, outcome) = (&self.program.items[id.index()], &self.evaluation.items[id.index()]);
        if outcome.applies == Applies::Never {
            return None;
        }
        let whole = vec![outcome.points.clone()];
        let of_rows = |points: Vec<&Fraction>| {
            self.rows[id.index()]
                .iter()
                .filter_map(|row| points.get(*row as usize))
                .map(|points| Bounds::exactly((*points).clone()))
                .collect()
        };
        let points: Vec<Bounds> = match &item.body {
            Body::Check(_) if !outcome.points.is_exact() => {
                vec![Bounds::exactly(outcome.points.low.clone()), Bounds::exactly(outcome.points.high.clone())]
            }
            Body::Grade(_, rows) if outcome.fault.is_none() => of_rows(rows.iter().map(|row| &row.points).collect()),
            Body::GradeWhen(rows) if outcome.fault.is_none() => of_rows(rows.iter().map(|row| &row.points).collect()),
            Body::Include(child) => {
                let scores = &self.scores[child.index()];
                scores.iter().map(|score| Bounds { low: score.low.multiply(&item.worth), high: score.high.multiply(&item.worth) }).collect()
            }
            Body::Check(_) | Body::Grade(..) | Body::GradeWhen(_) | Body::Ramp(..) | Body::Measure(_) => whole,
        };
        Some(Earns { points, may_be_out: outcome.applies == Applies::Maybe })
    }

    fn scores_of(&self, id: ScorecardId) -> Vec<Bounds> {
        let items = &self.program.scorecards[id.index()].items;
        if items.len() > MOST_ITEMS {
            return vec![Bounds::up_to(Fraction::whole(1))];
        }
        let earned: Vec<(ItemId, Earns)> = items.iter().filter_map(|item| Some((*item, self.earns(*item)?))).collect();
        let Some(sums) = self.sums(earned.iter().map(|(item, earns)| (*item, earns))) else {
            return vec![Bounds::up_to(Fraction::whole(1))];
        };
        let mut scores: Vec<Bounds> = sums
            .iter()
            .flat_map(|(counted, sums)| {
                sums.iter().filter_map(|sum| Some(Bounds { low: sum.low.divide(counted)?, high: sum.high.divide(counted)? }))
            })
            .collect();
        scores.sort_by(|one, other| one.low.cmp(&other.low));
        let scores = merged(scores);
        if scores.len() <= MOST { scores } else { scores.iter().cloned().reduce(|one, other| one.join(&other)).into_iter().collect() }
    }

    /// None where there are too many worths to tell apart.
    fn sums<'e>(&self, items: impl Iterator<Item = (ItemId, &'e Earns)>) -> Option<Sums> {
        let mut sums = Sums::from([(Fraction::zero(), vec![Bounds::exactly(Fraction::zero())])]);
        for (id, earns) in items {
            let worth = &self.program.items[id.index()].worth;
            let mut next = if earns.may_be_out { sums.clone() } else { Sums::new() };
            for (counted, before) in &sums {
                let ranges = next.entry(counted.add(worth)).or_default();
                for sum in before {
                    ranges.extend(
                        earns.points.iter().map(|points| Bounds { low: sum.low.add(&points.low), high: sum.high.add(&points.high) }),
                    );
                }
            }
            let mut total = 0;
            for ranges in next.values_mut() {
                ranges.sort_by(|one, other| one.low.cmp(&other.low));
                *ranges = merged(std::mem::take(ranges));
                total += ranges.len();
            }
            if total > MOST {
                for ranges in next.values_mut() {
                    *ranges = std::mem::take(ranges).into_iter().reduce(|one, other| one.join(&other)).into_iter().collect();
                }
            }
            if next.len() > MOST {
                return None;
            }
            sums = next;
        }
        Some(sums)
    }
}

/// Ranges by rising low ends, those that touch joined.
fn merged(ranges: Vec<Bounds>) -> Vec<Bounds> {
    let mut merged: Vec<Bounds> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.low <= last.high => last.high = last.high.clone().max(range.high),
            _ => merged.push(range),
        }
    }
    merged
}

/// How many ranges of sums there are.
fn ways(sums: &Sums) -> usize {
    sums.values().map(Vec::len).sum()
}
