//! Codes: what can be asked for, and what a reader probably meant.

use crate::diagnostic::{closest, listed};
use crate::policy::{GateId, Head, ItemId, LetId, LimitId, ParamId, ReviewId, ScorecardId, TableId, TriggerId, VerdictId};
use crate::program::{Basis, Body, Program};

/// Something with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A check, grade, ramp, measure or include.
    Item(ItemId),
    /// A scorecard.
    Scorecard(ScorecardId),
    /// A gate.
    Gate(GateId),
    /// A verdict.
    Verdict(VerdictId),
    /// One band of a verdict, by its place.
    Band(VerdictId, u32),
    /// A limit.
    Limit(LimitId),
    /// A trigger.
    Trigger(TriggerId),
    /// A review.
    Review(ReviewId),
    /// A table.
    Table(TableId),
    /// A `let`.
    Let(LetId),
    /// A parameter.
    Param(ParamId),
}

/// A code that stands for nothing, or for several things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What sort of thing a target is, as rules write it.
pub fn noun(program: &Program, target: Target) -> &'static str {
    match target {
        Target::Item(id) => match &program.items[id.index()].body {
            Body::Check(_) => "check",
            Body::Grade(..) | Body::GradeWhen(_) => "grade",
            Body::Ramp(..) => "ramp",
            Body::Measure(_) => "measure",
            Body::Include(_) => "include",
        },
        Target::Scorecard(_) => "scorecard",
        Target::Gate(_) => "gate",
        Target::Verdict(_) => "verdict",
        Target::Band(..) => "band",
        Target::Limit(_) => "limit",
        Target::Trigger(_) => "trigger",
        Target::Review(_) => "review",
        Target::Table(_) => "table",
        Target::Let(_) => "let",
        Target::Param(_) => "param",
    }
}

/// Code, title and place of a target; of a band those of its verdict.
pub(super) fn head(program: &Program, target: Target) -> &Head {
    match target {
        Target::Item(id) => &program.items[id.index()].head,
        Target::Scorecard(id) => &program.scorecards[id.index()].head,
        Target::Gate(id) => &program.gates[id.index()].head,
        Target::Verdict(id) | Target::Band(id, _) => &program.verdicts[id.index()].head,
        Target::Limit(id) => &program.limits[id.index()].head,
        Target::Trigger(id) => &program.triggers[id.index()].head,
        Target::Review(id) => &program.reviews[id.index()].head,
        Target::Table(id) => &program.tables[id.index()].head,
        Target::Let(id) => &program.lets[id.index()].head,
        Target::Param(id) => &program.params[id.index()].head,
    }
}

/// The code of a target.
pub(super) fn code(program: &Program, target: Target) -> String {
    let code = &head(program, target).code;
    match target {
        Target::Band(id, band) => format!("{code}.{}", program.verdicts[id.index()].bands[band as usize].name),
        _ => code.clone(),
    }
}

/// Everything that has a code, in the order of a reader's interest; bands stand behind all else.
fn all(program: &Program) -> Vec<Target> {
    let count = |length: usize| 0..length as u32;
    let mut targets: Vec<Target> = count(program.verdicts.len()).map(|id| Target::Verdict(VerdictId(id))).collect();
    targets.extend(count(program.scorecards.len()).map(|id| Target::Scorecard(ScorecardId(id))));
    targets.extend(count(program.items.len()).map(|id| Target::Item(ItemId(id))));
    targets.extend(count(program.gates.len()).map(|id| Target::Gate(GateId(id))));
    targets.extend(count(program.limits.len()).map(|id| Target::Limit(LimitId(id))));
    targets.extend(count(program.triggers.len()).map(|id| Target::Trigger(TriggerId(id))));
    targets.extend(count(program.reviews.len()).map(|id| Target::Review(ReviewId(id))));
    targets.extend(count(program.tables.len()).map(|id| Target::Table(TableId(id))));
    targets.extend(count(program.lets.len()).map(|id| Target::Let(LetId(id))));
    targets.extend(count(program.params.len()).map(|id| Target::Param(ParamId(id))));
    targets
}

/// The last part of a code.
fn name(code: &str) -> &str {
    code.rsplit('.').next().unwrap_or(code)
}

/// What a code stands for: a whole one, or its last part where that is one thing's alone. A band is named behind its verdict, or behind the scorecard that
/// the verdict is on.
///
/// # Errors
/// Where it stands for nothing or for several things; with what was probably meant, or what there is.
pub fn find(program: &Program, wanted: &str) -> Result<Target, Unknown> {
    let all = all(program);
    let whole = all.iter().find(|target| head(program, **target).code == wanted);
    if let Some(target) = whole {
        return Ok(*target);
    }
    let mut found: Vec<Target> = all.iter().copied().filter(|target| name(&head(program, *target).code) == wanted).collect();
    found.extend(bands(program, wanted));
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(nothing(program, &all, wanted)),
        several => {
            let codes: Vec<String> = several.iter().map(|target| format!("`{}`", code(program, *target))).collect();
            Err(Unknown { message: format!("`{wanted}` could mean several things"), help: format!("write {}", listed(&codes, "or")) })
        }
    }
}

/// The bands that `owner.band` may mean.
fn bands(program: &Program, wanted: &str) -> Vec<Target> {
    let Some((owner, band)) = wanted.rsplit_once('.') else { return Vec::new() };
    let owned = |head: &Head| head.code == owner || name(&head.code) == owner;
    let mut found = Vec::new();
    for (index, verdict) in program.verdicts.iter().enumerate() {
        let by_score = match &verdict.basis {
            Basis::Score(scorecard, _) => owned(&program.scorecards[scorecard.index()].head),
            Basis::Conditions(_) => false,
        };
        if (owned(&verdict.head) || by_score)
            && let Some(place) = verdict.bands.iter().position(|one| one.name == band)
        {
            found.push(Target::Band(VerdictId(index as u32), place as u32));
        }
    }
    found
}

/// Whether a path is that of a fact: of the subject as it is, of a context behind its name.
fn is_fact(program: &Program, path: &str) -> bool {
    let mut documents = program.documents.iter().enumerate();
    documents.any(|(place, document)| {
        let own = if place == 0 { Some(path) } else { path.strip_prefix(&document.name).and_then(|rest| rest.strip_prefix('.')) };
        own.is_some_and(|own| program.schema.record(document.record).leaves.iter().any(|leaf| leaf.path == own))
    })
}

/// Says what there is instead.
fn nothing(program: &Program, all: &[Target], wanted: &str) -> Unknown {
    if wanted.contains(['/', '\\']) || wanted.ends_with(".yaml") || wanted.ends_with(".yml") {
        let message = format!("`{wanted}` is no code of the rules");
        return Unknown { message, help: "the code comes first, then the fact sheets: `plumb why CODE FACTS`".into() };
    }
    if is_fact(program, wanted) {
        let help = "ask for a rule that reads it, and the answer shows what is on file; `plumb doc` lists who reads which fact";
        return Unknown { message: format!("`{wanted}` is a fact, and a thing of the rules is asked for"), help: help.into() };
    }
    let codes: Vec<&str> = all.iter().map(|target| head(program, *target).code.as_str()).collect();
    let message = format!("the rules have nothing called `{wanted}`");
    let near = closest(wanted, codes.iter().copied()).or_else(|| {
        let near = closest(name(wanted), codes.iter().map(|code| name(code)))?;
        codes.iter().copied().find(|code| name(code) == near)
    });
    let is_rulebook = program.rulebooks.iter().any(|rulebook| rulebook.name == wanted);
    if let Some(near) = near.filter(|_| !is_rulebook) {
        return Unknown { message, help: format!("did you mean `{near}`?") };
    }
    let rulebooks: Vec<&str> = program.rulebooks.iter().filter(|rulebook| !rulebook.tests).map(|rulebook| rulebook.name.as_str()).collect();
    let rulebook = wanted.split('.').next().unwrap_or(wanted);
    let within: Vec<String> =
        codes.iter().filter(|code| code.split('.').next() == Some(rulebook)).map(|code| format!("`{code}`")).collect();
    if wanted == rulebook && !within.is_empty() {
        return Unknown {
            message: format!("`{wanted}` is a rulebook, and one thing of it is asked for"),
            help: format!("it has {}", listed(&within, "and")),
        };
    }
    let help = match (within.is_empty(), closest(rulebook, rulebooks.iter().copied())) {
        (false, _) => format!("`{rulebook}` has {}", listed(&within, "and")),
        (true, Some(near)) if wanted.contains('.') => format!("the rulebook may be `{near}`; `plumb why {near}` lists what it has"),
        _ => {
            let verdicts = program.verdicts.iter().map(|verdict| &verdict.head.code);
            let scorecards = program.scorecards.iter().map(|scorecard| &scorecard.head.code);
            let names: Vec<String> = verdicts.chain(scorecards).map(|code| format!("`{code}`")).collect();
            format!("start with {}; `plumb why RULEBOOK` lists what a rulebook has: {}", listed(&names, "or"), listed(&rulebooks, "or"))
        }
    };
    Unknown { message, help }
}
