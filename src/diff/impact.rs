//! What changes do to the judgement of each project, and which change did what.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::eval::{Evaluator, Limits, outcomes};
use crate::explain::BandLine;
use crate::program::{Basis, Program, Settings};
use crate::source::Sources;
use crate::value::{Fraction, Truth, show_range};
use crate::verdict::{Applies, Bands, Bounds, Evaluation, Fault, FaultLevel, State};

use super::Comparison;
use super::attribution::{self, Flip, Method, Share, all, attribute};
use super::dossiers::Evidence;
use super::units::{Mixer, Unit};

/// Why rules can't judge the evidence.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// What is wrong with rules, waivers or facts.
    Findings(Vec<Diagnostic>),
    /// A context that the rules read is not given.
    NoContext(String),
}

/// What changes do to judgements.
#[derive(Clone, Debug)]
pub struct Impact {
    /// What is attributed: changes that make sense without each other.
    pub units: Vec<Unit>,
    /// How the parts of differences were found.
    pub method: Method,
    /// Each project, in the order given.
    pub projects: Vec<ProjectImpact>,
    /// How many times a project was judged.
    pub runs: usize,
    /// Whether so many mixed rules were built that some were not tried, and changes were put together for it.
    pub is_limited: bool,
}

/// What changes do to the judgement of one project.
#[derive(Clone, Debug)]
pub struct ProjectImpact {
    /// The sheet's name.
    pub name: String,
    /// The file.
    pub file: String,
    /// Every verdict, changed or not.
    pub verdicts: Vec<VerdictImpact>,
    /// The items that came to something else.
    pub items: Vec<ItemImpact>,
    /// The gates, limits and triggers that did. When a review is due is no outcome.
    pub provisions: Vec<ProvisionImpact>,
}

impl ProjectImpact {
    /// Whether anything came out otherwise.
    pub fn is_moved(&self) -> bool {
        !self.items.is_empty() || !self.provisions.is_empty() || self.verdicts.iter().any(VerdictImpact::is_moved)
    }
}

/// Where a verdict stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// Whether it applies.
    pub applies: Applies,
    /// Its bands, best first.
    pub bands: Vec<BandLine>,
    /// The bands that are possible.
    pub range: Bands,
    /// The score that it rests on.
    pub score: Option<Bounds>,
}

impl Standing {
    /// Whether it is in one state and between the same bands as another.
    pub fn stands_as(&self, other: &Standing) -> bool {
        let names = |standing: &Standing| {
            let name = |place: u32| standing.bands.get(place as usize).map(|band| band.name.clone());
            (name(standing.range.floor), name(standing.range.ceiling))
        };
        self.state == other.state && self.applies == other.applies && names(self) == names(other)
    }
}

/// What changes do to a verdict.
#[derive(Clone, Debug)]
pub struct VerdictImpact {
    /// Its code; the new one.
    pub code: String,
    /// Its title; the new one.
    pub title: String,
    /// Where it stood; none: there was no such verdict.
    pub before: Option<Standing>,
    /// Where it stands.
    pub after: Option<Standing>,
    /// What each unit adds to the score: together the whole difference. Without those that add nothing.
    pub shares: Vec<Share>,
    /// Why it stands otherwise, if it does.
    pub flip: Option<Flip>,
}

impl VerdictImpact {
    /// Whether it came out otherwise, or changes cancel out in it.
    pub fn is_moved(&self) -> bool {
        !self.shares.is_empty() || self.is_different()
    }

    fn is_different(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => !before.stands_as(after) || before.score != after.score,
            _ => true,
        }
    }

    /// Whether it stands otherwise: in another state, or between other bands.
    pub fn is_flipped(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => !before.stands_as(after),
            _ => true,
        }
    }

    /// By how much floor and ceiling of the score differ.
    pub fn difference(&self) -> Option<(Fraction, Fraction)> {
        let (before, after) = (self.before.as_ref()?.score.as_ref()?, self.after.as_ref()?.score.as_ref()?);
        Some((after.low.subtract(&before.low), after.high.subtract(&before.high)))
    }
}

/// What an item came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemStanding {
    /// Whether it counts.
    pub applies: Applies,
    /// Of a check: whether it passes.
    pub passes: Truth,
    /// Its points.
    pub points: Bounds,
    /// Of how many.
    pub worth: Fraction,
    /// Whether it certainly can't be computed.
    pub faulted: bool,
}

/// An item that came to something else.
#[derive(Clone, Debug)]
pub struct ItemImpact {
    /// Its code; the new one.
    pub code: String,
    /// Its title; the new one.
    pub title: String,
    /// What it came to; none: it was not there, or not in force.
    pub before: Option<ItemStanding>,
    /// What it comes to.
    pub after: Option<ItemStanding>,
}

/// What a gate, limit or trigger came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProvisionStanding {
    /// A gate or trigger: whether it fires.
    Fires(Truth),
    /// A limit: how much.
    Allows(String),
    /// It does not count.
    Idle,
    /// It certainly can't be computed.
    Faulted,
}

/// A gate, limit or trigger that came to something else.
#[derive(Clone, Debug)]
pub struct ProvisionImpact {
    /// `gate`, `limit`, `trigger`.
    pub kind: &'static str,
    /// Its code; the new one.
    pub code: String,
    /// Its title; the new one.
    pub title: String,
    /// What it came to; none: it was not there.
    pub before: Option<ProvisionStanding>,
    /// What it comes to.
    pub after: Option<ProvisionStanding>,
}

/// What the changes between two states of the rules do to judgements of the evidence. `progress` hears how many judgements were made.
///
/// # Errors
/// When the old rules (`false`) or the new ones (`true`) can't judge the evidence, with the reason.
pub fn impact(
    comparison: &Comparison<'_>,
    evidence: &Evidence,
    settings: &Settings,
    sources: &Sources,
    progress: &mut dyn FnMut(usize),
) -> Result<Impact, (bool, Trouble)> {
    let mut mixer = Mixer::new(comparison, evidence, settings, sources)?;
    let mut runs = 0;
    loop {
        match attempt(&mut mixer, comparison, sources, &mut runs, progress) {
            Ok(projects) => {
                let is_limited = mixer.builds >= super::units::MOST_BUILDS;
                let method = attribution::method(mixer.units.len());
                return Ok(Impact { units: mixer.units, method, projects, runs, is_limited });
            }
            // Fewer units each time, and one makes sense for certain.
            Err(mask) => mixer.merge(mask),
        }
    }
}

fn attempt(
    mixer: &mut Mixer<'_>,
    comparison: &Comparison<'_>,
    sources: &Sources,
    runs: &mut usize,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<ProjectImpact>, u64> {
    let units = mixer.units.len();
    let (Some(old), Some(new)) = (mixer.mixed(0), mixer.mixed(all(units))) else { return Ok(Vec::new()) };
    let mut projects = Vec::new();
    for subject in 0..old.dossiers.subjects.len() {
        let mut judged: BTreeMap<u64, Rc<Evaluation>> = BTreeMap::new();
        let mut judge = |mixer: &mut Mixer<'_>, mask: u64| -> Result<Rc<Evaluation>, u64> {
            if let Some(evaluation) = judged.get(&mask) {
                return Ok(Rc::clone(evaluation));
            }
            let mixed = mixer.mixed(mask).ok_or(mask)?;
            let sheet = mixed.dossiers.subjects.get(subject).ok_or(mask)?;
            let mut evaluator = Evaluator::new(&mixed.program);
            let evaluation = Rc::new(outcomes(&mut evaluator, &mixed.dossiers.dossier(sheet), Limits::default()));
            judged.insert(mask, evaluation.clone());
            *runs += 1;
            progress(*runs);
            Ok(evaluation)
        };
        let (before, after) = (judge(mixer, 0)?, judge(mixer, all(units))?);
        let sheet = &old.dossiers.subjects[subject];
        let mut moved = compare_outcomes((&old.program, &before), (&new.program, &after), &|code| comparison.new_code(code).to_string());
        // Where anything comes out otherwise, parts may cancel out above.
        let is_moved = moved.is_moved();
        for verdict in moved.verdicts.iter_mut().filter(|_| is_moved) {
            if verdict.before.is_none() || verdict.after.is_none() {
                continue;
            }
            let code = verdict.code.clone();
            let attributed = attribute(units, &mut |mask| {
                let evaluation = judge(mixer, mask)?;
                let mixed = mixer.mixed(mask).ok_or(mask)?;
                let found = mixed.program.verdicts.iter().position(|verdict| comparison.new_code(&verdict.head.code) == code);
                found.map(|place| standing(&mixed.program, &evaluation, place)).ok_or(mask)
            })?;
            verdict.shares = attributed.shares;
            verdict.flip = attributed.flip;
        }
        projects.push(ProjectImpact { name: sheet.name.clone(), file: sources.name(sheet.file).to_string(), ..moved });
    }
    Ok(projects)
}

/// Where a verdict stands.
pub(super) fn standing(program: &Program, evaluation: &Evaluation, place: usize) -> Standing {
    let (verdict, outcome) = (&program.verdicts[place], &evaluation.verdicts[place]);
    let band = |band: &crate::program::Band| BandLine {
        name: band.name.clone(),
        title: band.title.clone(),
        edge: band.edge.map(Fraction::from_number),
    };
    Standing {
        state: outcome.state(),
        applies: outcome.applies,
        bands: verdict.bands.iter().map(band).collect(),
        range: outcome.bands,
        score: match &verdict.basis {
            Basis::Score(scorecard, _) if outcome.applies != Applies::Never => Some(evaluation.scores[scorecard.index()].score.clone()),
            _ => None,
        },
    }
}

/// What came out otherwise, without attribution. `new_code` leads from a code of the old rules to one of the new.
pub(super) fn compare_outcomes(
    old: (&Program, &Evaluation),
    new: (&Program, &Evaluation),
    new_code: &dyn Fn(&str) -> String,
) -> ProjectImpact {
    let verdicts = |(program, evaluation): (&Program, &Evaluation)| {
        let all = program.verdicts.iter().enumerate();
        all.map(|(place, verdict)| (verdict.head.code.clone(), verdict.head.title.clone(), standing(program, evaluation, place))).collect()
    };
    let verdicts = matched(verdicts(old), verdicts(new), new_code).into_iter().map(|(code, title, before, after)| VerdictImpact {
        code,
        title,
        before,
        after,
        shares: Vec::new(),
        flip: None,
    });
    let items = matched(items(old), items(new), new_code).into_iter().filter(|(_, _, before, after)| before != after);
    let items = items.map(|(code, title, before, after)| ItemImpact { code, title, before, after }).collect();
    let mut provisions = Vec::new();
    let mut compare = |kind, of: fn(&Program, &Evaluation) -> Vec<Named<ProvisionStanding>>| {
        let all = matched(of(old.0, old.1), of(new.0, new.1), new_code).into_iter();
        let moved = all.filter(|(_, _, before, after)| before != after);
        provisions.extend(moved.map(|(code, title, before, after)| ProvisionImpact { kind, code, title, before, after }));
    };
    compare("gate", gates);
    compare("limit", limits);
    compare("trigger", triggers);
    ProjectImpact { name: String::new(), file: String::new(), verdicts: verdicts.collect(), items, provisions }
}

type Named<T> = (String, String, T);

/// Pairs by code, in the new order, with what is gone at the end.
fn matched<T>(old: Vec<Named<T>>, new: Vec<Named<T>>, new_code: &dyn Fn(&str) -> String) -> Vec<(String, String, Option<T>, Option<T>)> {
    let mut old: Vec<(String, String, Option<T>)> = old.into_iter().map(|(code, title, one)| (new_code(&code), title, Some(one))).collect();
    let mut pairs = Vec::new();
    for (code, title, after) in new {
        let before = old.iter_mut().find(|(known, ..)| *known == code).and_then(|(.., before)| before.take());
        pairs.push((code, title, before, Some(after)));
    }
    let met: BTreeSet<String> = pairs.iter().map(|(code, ..)| code.clone()).collect();
    pairs.extend(old.into_iter().filter(|(code, ..)| !met.contains(code)).map(|(code, title, before)| (code, title, before, None)));
    pairs
}

fn items((program, evaluation): (&Program, &Evaluation)) -> Vec<Named<ItemStanding>> {
    let in_force = |place: usize| {
        let item = &program.items[place];
        program.scorecards[item.scorecard.index()].items.iter().any(|item| item.index() == place)
    };
    let all = program.items.iter().zip(&evaluation.items).enumerate().filter(|(place, _)| in_force(*place));
    let line = |(_, (item, outcome)): (usize, (&crate::program::Item, &crate::verdict::ItemOutcome))| {
        let standing = ItemStanding {
            applies: outcome.applies,
            passes: outcome.passes,
            points: outcome.points.clone(),
            worth: item.worth.clone(),
            faulted: is_faulted(outcome.fault),
        };
        (item.head.code.clone(), item.head.title.clone(), standing)
    };
    all.map(line).collect()
}

fn gates(program: &Program, evaluation: &Evaluation) -> Vec<Named<ProvisionStanding>> {
    let all = program.gates.iter().zip(&evaluation.gates);
    all.map(|(gate, outcome)| (gate.head.code.clone(), gate.head.title.clone(), fires(outcome.fires, outcome.fault))).collect()
}

fn is_faulted(fault: Fault) -> bool {
    fault.level == FaultLevel::Certain
}

fn fires(fires: Truth, fault: Fault) -> ProvisionStanding {
    if is_faulted(fault) { ProvisionStanding::Faulted } else { ProvisionStanding::Fires(fires) }
}

fn limits(program: &Program, evaluation: &Evaluation) -> Vec<Named<ProvisionStanding>> {
    let all = program.limits.iter().zip(&evaluation.limits);
    let standing = |outcome: &crate::verdict::LimitOutcome, ty| match outcome.applies {
        _ if is_faulted(outcome.fault) => ProvisionStanding::Faulted,
        Applies::Never => ProvisionStanding::Idle,
        Applies::Always | Applies::Maybe => ProvisionStanding::Allows(show_range(&outcome.value, ty)),
    };
    all.map(|(limit, outcome)| (limit.head.code.clone(), limit.head.title.clone(), standing(outcome, limit.ty))).collect()
}

fn triggers(program: &Program, evaluation: &Evaluation) -> Vec<Named<ProvisionStanding>> {
    let all = program.triggers.iter().zip(&evaluation.triggers);
    let standing = |outcome: &crate::verdict::TriggerOutcome| match outcome.applies {
        Applies::Never if outcome.fault.is_none() => ProvisionStanding::Idle,
        _ => fires(outcome.fires, outcome.fault),
    };
    all.map(|(trigger, outcome)| (trigger.head.code.clone(), trigger.head.title.clone(), standing(outcome))).collect()
}
