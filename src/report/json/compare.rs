//! The record of a comparison. Projects are named by `project`, their place in the list at the top, counted from 0.

use serde::Serialize;

use super::{
    Named, Pair, Points, RunRecord, SCHEMA_VERSION, Share, applies_key, fault_key, named, points_pair, run_record, share, share_pair,
    state_key, truth_key, written,
};
use crate::compare::{Alteration, Comparison, Contest, Distance, Margins, Ranking, Ranks, Shown, Swayed, Way};
use crate::explain::VerdictLine;
use crate::report::{Run, edges};
use crate::value::Number;
use crate::verdict::Applies;

/// A comparison, for programs: every row, whether or not the projects differ in it.
pub fn compared_json(run: &Run<'_>, comparison: &Comparison) -> String {
    let record = Record {
        schema_version: SCHEMA_VERSION,
        run: run_record(run),
        weights: Weights { altered_by: share(&comparison.share, &[]), judged_again: comparison.rejudged, limited: comparison.limited },
        projects: comparison
            .projects
            .iter()
            .map(|project| Project { key: &project.key, name: &project.name, title: &project.title, file: &project.explanation.file })
            .collect(),
        verdicts: comparison.verdicts.iter().enumerate().map(|(verdict, contest)| verdict_record(comparison, verdict, contest)).collect(),
        scorecards: scorecards(comparison),
        items: items(comparison),
        gates: gates(comparison),
        limits: limits(comparison),
        triggers: triggers(comparison),
        facts: comparison
            .rows
            .facts
            .iter()
            .map(|fact| Fact { path: &fact.path, values: fact.values.iter().map(|(value, projects)| Valued { value, projects }).collect() })
            .collect(),
    };
    written(&record)
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Record<'a> {
    schema_version: u32,
    run: RunRecord<'a>,
    weights: Weights,
    projects: Vec<Project<'a>>,
    verdicts: Vec<Verdict<'a>>,
    scorecards: Vec<Row<'a, Score>>,
    items: Vec<Row<'a, Item>>,
    gates: Vec<Row<'a, Gate>>,
    limits: Vec<Row<'a, Limit<'a>>>,
    triggers: Vec<Row<'a, Trigger>>,
    /// Those behind rows that differ, if they differ themselves.
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Weights {
    altered_by: Share,
    judged_again: usize,
    /// Whether some weights were not tried alone.
    limited: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Project<'a> {
    key: &'a str,
    name: &'a str,
    title: &'a str,
    file: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Verdict<'a> {
    code: &'a str,
    title: &'a str,
    standings: Vec<Standing<'a>>,
    by_score: Option<Order<'a>>,
    by_band: Order<'a>,
    overlaps: Vec<Overlap<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Standing<'a> {
    project: usize,
    state: &'static str,
    applies: &'static str,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
    without_assumptions: Option<Without<'a>>,
    capped_by: &'a [String],
    rank_by_score: Option<Range>,
    rank_by_band: Option<Range>,
    to_edges: Option<Edges<'a>>,
    under_other_weights: Option<Under<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Without<'a> {
    state: &'static str,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Range {
    best: usize,
    worst: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edges<'a> {
    floor_above: Option<Edge<'a>>,
    ceiling_below: Option<Edge<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edge<'a> {
    band: Named<'a>,
    distance: Share,
    /// The item with the least to lose, or to gain, that could carry the score over alone; and how many could.
    item: Option<&'a str>,
    items: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Under<'a> {
    holds: bool,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
    changed_alone_by: Vec<Changed<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Changed<'a> {
    item: &'a str,
    direction: &'static str,
    bands: Pair<Named<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Order<'a> {
    groups: &'a [Vec<usize>],
    proven: Vec<Lead<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Lead<'a> {
    above: usize,
    below: usize,
    rests_on_assumptions: bool,
    holds_under_other_weights: bool,
    lost_alone_by: Vec<Altered<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Altered<'a> {
    item: &'a str,
    direction: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Overlap<'a> {
    upper: usize,
    lower: usize,
    score: Pair<Share>,
    ask_upper: Option<&'a str>,
    ask_lower: Option<&'a str>,
}

/// One value for each project, in their order.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Row<'a, T> {
    code: &'a str,
    title: &'a str,
    differs: bool,
    values: Vec<T>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Score {
    applies: &'static str,
    score: Option<Pair<Share>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Item {
    applies: &'static str,
    points: Option<Pair<Points>>,
    worth: Points,
    fault: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Gate {
    fires: &'static str,
    waived: bool,
    fault: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Limit<'a> {
    applies: &'static str,
    value: &'a str,
    fault: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Trigger {
    applies: &'static str,
    fires: &'static str,
    fault: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fact<'a> {
    path: &'a str,
    values: Vec<Valued<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Valued<'a> {
    value: &'a str,
    projects: &'a [usize],
}

fn verdict_record<'a>(comparison: &'a Comparison, verdict: usize, contest: &'a Contest) -> Verdict<'a> {
    let head = &comparison.projects[0].explanation.verdicts[verdict];
    let edges = edges(&head.bands);
    let ask = |project: usize, question: Option<usize>| {
        Some(comparison.projects[project].explanation.questions.get(question?)?.fact.path.as_str())
    };
    Verdict {
        code: &head.code,
        title: &head.title,
        standings: (0..comparison.projects.len()).map(|project| standing(comparison, project, verdict, contest)).collect(),
        by_score: contest.by_score.as_ref().map(|ranking| order(comparison, ranking)),
        by_band: order(comparison, &contest.by_band),
        overlaps: contest
            .neighbours
            .iter()
            .map(|both| Overlap {
                upper: both.pair.0,
                lower: both.pair.1,
                score: share_pair(&both.overlap, &edges),
                ask_upper: ask(both.pair.0, both.ask.0),
                ask_lower: ask(both.pair.1, both.ask.1),
            })
            .collect(),
    }
}

fn standing<'a>(comparison: &'a Comparison, project: usize, verdict: usize, contest: &'a Contest) -> Standing<'a> {
    let line = &comparison.projects[project].explanation.verdicts[verdict];
    let edges = edges(&line.bands);
    Standing {
        project,
        state: state_key(line.state),
        applies: applies_key(line.applies),
        bands: named(&line.bands, line.range),
        score: line.score.as_ref().filter(|_| line.applies != Applies::Never).map(|score| share_pair(score, &edges)),
        without_assumptions: line.without_assumptions.as_ref().map(|(state, range, score)| Without {
            state: state_key(*state),
            bands: named(&line.bands, *range),
            score: score.as_ref().map(|score| share_pair(score, &edges)),
        }),
        capped_by: &line.capped_by,
        rank_by_score: contest.by_score.as_ref().and_then(|ranking| range(ranking.ranks[project])),
        rank_by_band: range(contest.by_band.ranks[project]),
        to_edges: contest.margins[project].as_ref().map(|margins| to_edges(comparison, project, line, margins)),
        under_other_weights: contest.swayed[project].as_ref().map(|swayed| under(comparison, line, swayed, &edges)),
    }
}

fn range(ranks: Option<Ranks>) -> Option<Range> {
    ranks.map(|Ranks { best, worst }| Range { best, worst })
}

fn to_edges<'a>(comparison: &'a Comparison, project: usize, line: &'a VerdictLine, margins: &'a Margins) -> Edges<'a> {
    let edge = |distance: &'a Distance| {
        let band = &line.bands[distance.band as usize];
        Edge {
            band: Named { name: &band.name, title: &band.title },
            distance: share(&distance.distance, &[]),
            item: distance.tip.as_ref().map(|tip| comparison.projects[project].explanation.items[tip.item].code.as_str()),
            items: distance.tip.as_ref().map_or(0, |tip| tip.count),
        }
    };
    Edges { floor_above: margins.down.as_ref().map(edge), ceiling_below: margins.up.as_ref().map(edge) }
}

fn under<'a>(comparison: &'a Comparison, line: &'a VerdictLine, swayed: &'a Swayed, edges: &[Number]) -> Under<'a> {
    Under {
        holds: swayed.holds,
        bands: named(&line.bands, swayed.range),
        score: swayed.score.as_ref().map(|score| share_pair(score, edges)),
        changed_alone_by: swayed
            .tipped_by
            .iter()
            .map(|tipping| {
                let Altered { item, direction } = altered(comparison, tipping.under);
                Changed { item, direction, bands: named(&line.bands, tipping.range) }
            })
            .collect(),
    }
}

fn altered(comparison: &Comparison, alteration: Alteration) -> Altered<'_> {
    Altered {
        item: &comparison.projects[0].explanation.items[alteration.item].code,
        direction: match alteration.way {
            Way::Lighter => "lighter",
            Way::Heavier => "heavier",
            Way::Between => "between",
        },
    }
}

fn order<'a>(comparison: &'a Comparison, ranking: &'a Ranking) -> Order<'a> {
    let leads = ranking.leads.iter().map(|lead| Lead {
        above: lead.above,
        below: lead.below,
        rests_on_assumptions: lead.assumed,
        holds_under_other_weights: lead.jointly,
        lost_alone_by: lead.lost_under.iter().map(|under| altered(comparison, *under)).collect(),
    });
    Order { groups: &ranking.groups, proven: leads.collect() }
}

fn scorecards(comparison: &Comparison) -> Vec<Row<'_, Score>> {
    let first = &comparison.projects[0].explanation;
    let rows = comparison.rows.scorecards.iter().map(|row| {
        let Shown { place, differs } = row.card;
        let values = comparison.projects.iter().map(|project| {
            let card = &project.explanation.scorecards[place];
            let score = (card.applies != Applies::Never).then(|| share_pair(&card.score, &[]));
            Score { applies: applies_key(card.applies), score }
        });
        Row { code: &first.scorecards[place].code, title: &first.scorecards[place].title, differs, values: values.collect() }
    });
    rows.collect()
}

fn items(comparison: &Comparison) -> Vec<Row<'_, Item>> {
    let first = &comparison.projects[0].explanation;
    let rows = comparison.rows.scorecards.iter().flat_map(|card| &card.items).map(|row| {
        let values = comparison.projects.iter().map(|project| {
            let item = &project.explanation.items[row.place];
            Item {
                applies: applies_key(item.applies),
                points: (item.applies != Applies::Never).then(|| points_pair(&item.points)),
                worth: super::points(&item.worth),
                fault: fault_key(item.fault),
            }
        });
        Row { code: &first.items[row.place].code, title: &first.items[row.place].title, differs: row.differs, values: values.collect() }
    });
    rows.collect()
}

fn gates(comparison: &Comparison) -> Vec<Row<'_, Gate>> {
    let first = &comparison.projects[0].explanation;
    let rows = comparison.rows.gates.iter().map(|row| {
        let values = comparison.projects.iter().map(|project| {
            let gate = &project.explanation.gates[row.place];
            Gate { fires: truth_key(gate.fires), waived: gate.waiver.is_some(), fault: fault_key(gate.fault) }
        });
        Row { code: &first.gates[row.place].code, title: &first.gates[row.place].title, differs: row.differs, values: values.collect() }
    });
    rows.collect()
}

fn limits(comparison: &Comparison) -> Vec<Row<'_, Limit<'_>>> {
    let rows = comparison.rows.limits.iter().map(|(protocol, row)| {
        let of = |project: usize| &comparison.projects[project].explanation.protocols[*protocol].limits[row.place];
        let values = (0..comparison.projects.len()).map(of).map(|limit| Limit {
            applies: applies_key(limit.about.applies),
            value: &limit.value,
            fault: fault_key(limit.about.fault),
        });
        Row { code: &of(0).about.code, title: &of(0).about.title, differs: row.differs, values: values.collect() }
    });
    rows.collect()
}

fn triggers(comparison: &Comparison) -> Vec<Row<'_, Trigger>> {
    let rows = comparison.rows.triggers.iter().map(|(protocol, row)| {
        let of = |project: usize| &comparison.projects[project].explanation.protocols[*protocol].triggers[row.place];
        let values = (0..comparison.projects.len()).map(of).map(|trigger| Trigger {
            applies: applies_key(trigger.about.applies),
            fires: truth_key(trigger.fires),
            fault: fault_key(trigger.about.fault),
        });
        Row { code: &of(0).about.code, title: &of(0).about.title, differs: row.differs, values: values.collect() }
    });
    rows.collect()
}
