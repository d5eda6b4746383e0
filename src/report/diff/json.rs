//! A comparison for programs, in the words of the record of a judgement: scores and points are exact, `3/4`, and as a reader sees them.

use serde::Serialize;

use crate::diff::{
    Change, FactChange, FactsCompared, Flip, Impact, ItemStanding, Method, ProjectImpact, ProvisionStanding, Standing, Written,
};
use crate::explain::FactLine;
use crate::report::edges;
use crate::report::json::{
    Named, Pair, Points, SCHEMA_VERSION, Share, applies_key, named, points, points_pair, share, share_pair, state_key, written,
};
use crate::value::{Fraction, Truth};

use super::{DiffHeading, aspect_words, fact_units, gate_state, nature_word, rule_units};

/// The record of a comparison of rules.
pub fn rules_diff_json(heading: &DiffHeading, changes: &[Change], impact: Option<&Impact>) -> String {
    written(&RulesDiff {
        schema_version: SCHEMA_VERSION,
        old: &heading.old,
        new: &heading.new,
        today: heading.today(),
        can_move_judgements: changes.iter().any(|change| change.judges),
        changes: changes.iter().map(change_record).collect(),
        impact: impact.map(|impact| impact_record(impact, rule_units(&impact.units, changes))),
    })
}

/// The record of a comparison of facts.
pub fn facts_diff_json(heading: &DiffHeading, compared: &FactsCompared) -> String {
    let units = fact_units(&compared.impact.units, &compared.changes);
    written(&FactsDiff {
        schema_version: SCHEMA_VERSION,
        old: &heading.old,
        new: &heading.new,
        today: heading.today(),
        facts: compared.changes.iter().map(fact_record).collect(),
        impact: impact_record(&compared.impact, units),
    })
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct RulesDiff<'a> {
    schema_version: u32,
    old: &'a str,
    new: &'a str,
    today: String,
    can_move_judgements: bool,
    changes: Vec<ChangeRecord<'a>>,
    impact: Option<ImpactRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct FactsDiff<'a> {
    schema_version: u32,
    old: &'a str,
    new: &'a str,
    today: String,
    facts: Vec<FactRecord<'a>>,
    impact: ImpactRecord<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChangeRecord<'a> {
    rulebook: &'a str,
    code: &'a str,
    old_code: Option<&'a str>,
    title: Option<&'a str>,
    kind: &'a str,
    what: String,
    nature: &'static str,
    old: Option<Place<'a>>,
    new: Option<Place<'a>>,
    can_move_judgements: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place<'a> {
    text: &'a str,
    at: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FactRecord<'a> {
    path: &'a str,
    nature: &'static str,
    can_move_judgements: bool,
    old: Option<SaidRecord<'a>>,
    new: Option<SaidRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SaidRecord<'a> {
    path: &'a str,
    value: &'a str,
    known: bool,
    at: Option<&'a str>,
    source: Option<&'a str>,
    as_of: Option<&'a str>,
    note: Option<&'a str>,
    does_not_count: Option<&'a str>,
    claims: Vec<SaidRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ImpactRecord<'a> {
    method: &'static str,
    runs: usize,
    limited: bool,
    units: Vec<UnitRecord<'a>>,
    projects: Vec<ProjectRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnitRecord<'a> {
    name: String,
    /// Places among the changes.
    changes: &'a [usize],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ProjectRecord<'a> {
    name: &'a str,
    file: &'a str,
    verdicts: Vec<VerdictRecord<'a>>,
    items: Vec<ItemRecord<'a>>,
    provisions: Vec<ProvisionRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct VerdictRecord<'a> {
    code: &'a str,
    title: &'a str,
    flipped: bool,
    before: Option<StandingRecord<'a>>,
    after: Option<StandingRecord<'a>>,
    difference: Option<Pair<Share>>,
    shares: Vec<ShareRecord>,
    cause: Option<FlipRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StandingRecord<'a> {
    state: &'static str,
    applies: &'static str,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ShareRecord {
    unit: usize,
    #[serde(flatten)]
    adds: Pair<Share>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ItemRecord<'a> {
    code: &'a str,
    title: &'a str,
    before: Option<ItemStandingRecord>,
    after: Option<ItemStandingRecord>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ItemStandingRecord {
    applies: &'static str,
    passes: Option<bool>,
    points: Pair<Points>,
    worth: Points,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ProvisionRecord<'a> {
    kind: &'static str,
    code: &'a str,
    title: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FlipRecord<'a> {
    alone: &'a [usize],
    together: &'a [Vec<usize>],
    complete: bool,
}

fn flip_record(flip: &Flip) -> FlipRecord<'_> {
    FlipRecord { alone: &flip.alone, together: &flip.together, complete: flip.is_complete }
}

fn change_record(change: &Change) -> ChangeRecord<'_> {
    ChangeRecord {
        rulebook: &change.book,
        code: &change.code,
        old_code: change.old_code.as_deref(),
        title: change.title.as_deref(),
        kind: change.kind,
        what: aspect_words(change),
        nature: nature_word(change.nature),
        old: change.old.as_ref().map(place),
        new: change.new.as_ref().map(place),
        can_move_judgements: change.judges,
    }
}

fn place(written: &Written) -> Place<'_> {
    Place { text: &written.text, at: &written.place.address }
}

fn fact_record(change: &FactChange) -> FactRecord<'_> {
    FactRecord {
        path: &change.path,
        nature: nature_word(change.nature),
        can_move_judgements: change.judges,
        old: change.old.as_ref().map(said_record),
        new: change.new.as_ref().map(said_record),
    }
}

fn said_record(line: &FactLine) -> SaidRecord<'_> {
    SaidRecord {
        path: &line.path,
        value: &line.value,
        known: line.known,
        at: line.at.as_ref().map(|at| at.address.as_str()),
        source: line.source.as_deref(),
        as_of: line.as_of.as_deref(),
        note: line.note.as_deref(),
        does_not_count: line.missing.as_deref(),
        claims: line.claims.iter().map(said_record).collect(),
    }
}

fn impact_record(impact: &Impact, names: Vec<String>) -> ImpactRecord<'_> {
    ImpactRecord {
        method: match impact.method {
            Method::AllOrders => "shapley",
            Method::OneOrder => "in_order",
        },
        runs: impact.runs,
        limited: impact.is_limited,
        units: names.into_iter().zip(&impact.units).map(|(name, unit)| UnitRecord { name, changes: &unit.changes }).collect(),
        projects: impact.projects.iter().map(project_record).collect(),
    }
}

fn project_record(project: &ProjectImpact) -> ProjectRecord<'_> {
    let verdicts = project.verdicts.iter().map(|verdict| VerdictRecord {
        code: &verdict.code,
        title: &verdict.title,
        flipped: verdict.is_flipped(),
        before: verdict.before.as_ref().map(standing_record),
        after: verdict.after.as_ref().map(standing_record),
        difference: verdict.difference().map(|(floor, ceiling)| difference(&floor, &ceiling)),
        shares: verdict
            .shares
            .iter()
            .map(|share| ShareRecord { unit: share.unit, adds: difference(&share.floor, &share.ceiling) })
            .collect(),
        cause: verdict.flip.as_ref().map(flip_record),
    });
    let items = project.items.iter().map(|item| ItemRecord {
        code: &item.code,
        title: &item.title,
        before: item.before.as_ref().map(item_record),
        after: item.after.as_ref().map(item_record),
    });
    let provisions = project.provisions.iter().map(|provision| ProvisionRecord {
        kind: provision.kind,
        code: &provision.code,
        title: &provision.title,
        before: provision.before.as_ref().map(provision_record),
        after: provision.after.as_ref().map(provision_record),
    });
    ProjectRecord {
        name: &project.name,
        file: &project.file,
        verdicts: verdicts.collect(),
        items: items.collect(),
        provisions: provisions.collect(),
    }
}

fn standing_record(standing: &Standing) -> StandingRecord<'_> {
    StandingRecord {
        state: state_key(standing.state),
        applies: applies_key(standing.applies),
        bands: named(&standing.bands, standing.range),
        score: standing.score.as_ref().map(|score| share_pair(score, &edges(&standing.bands))),
    }
}

fn difference(floor: &Fraction, ceiling: &Fraction) -> Pair<Share> {
    Pair { floor: share(floor, &[]), ceiling: share(ceiling, &[]) }
}

fn item_record(standing: &ItemStanding) -> ItemStandingRecord {
    ItemStandingRecord {
        applies: applies_key(standing.applies),
        passes: match standing.passes {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => None,
        },
        points: points_pair(&standing.points),
        worth: points(&standing.worth),
    }
}

fn provision_record(standing: &ProvisionStanding) -> &str {
    match standing {
        ProvisionStanding::Fires(truth) => gate_state(*truth),
        ProvisionStanding::Allows(value) => value,
        ProvisionStanding::Idle => "does not apply",
        ProvisionStanding::Faulted => "can't be computed",
    }
}
