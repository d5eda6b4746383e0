//! The whole record, for programs. The structs here are the promise: their names and meanings change only with [`SCHEMA_VERSION`], whatever the engine does
//! inside. Fractions are exact, `3/4`, beside a rounded text for display; no binary floating point appears.

mod calendar;
mod compare;
mod concerns;
mod lines;
mod protocols;
#[cfg(test)]
pub(crate) mod schemas;
mod trials;
mod whatif;
mod why;
#[cfg(test)]
mod words;

pub use compare::compared_json;
pub(super) use lines::Lines;
pub use trials::tested_json;
pub use whatif::whatif_json;
pub use why::whys_json;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::{
    AssumptionLine, BandLine, Citation, Explanation, FactLine, FaultLine, GateLine, ItemLine, ParameterLine, QuestionLine, ScorecardLine,
    SetBy, TableLine, VerdictLine,
};
use crate::policy::RulebookInfo;
use crate::requirements::{Judged, Outcome, Requirements};
use crate::source::{Sources, Span};
use crate::value::{Fraction, Number, Truth, civil_date, show_fraction_percent, show_fraction_points};
use crate::verdict::{Applies, Bands, Bounds, Effect, FaultLevel, Requirement, RowTaken, State};

use super::findings::{clipped, place};
use super::forms::Closing;
use super::text::{acts, plain};
use super::{Run, edges, requirement_key, state_name};

/// Moves when a field changes its meaning or goes; new fields may come without.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The version of this engine.
pub(crate) const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of the rule language that this engine reads.
pub(crate) const LANGUAGE_VERSION: u32 = 1;

/// The record of a run: what it rests on, and every judgement.
pub fn json(run: &Run<'_>, explanations: &[Explanation]) -> String {
    let mut form = Json::default();
    let mut text = form.begin(run);
    let mut standing = Requirement::Met;
    for explanation in explanations {
        let piece = project_json(run, run.sources, explanation);
        text.push_str(&form.item(&piece));
        standing = standing.worse(run.requirements.standing(explanation));
    }
    text + &form.end(&Closing::of(standing))
}

/// The record of a run, written piece by piece.
#[derive(Default)]
pub(super) struct Json {
    has_projects: bool,
    /// The sheets that could not be judged, with what was found.
    unjudged: Vec<String>,
}

impl Json {
    pub(super) fn begin(&mut self, run: &Run<'_>) -> String {
        let head = written(&Head { schema_version: SCHEMA_VERSION, run: run_record(run) });
        format!("{},\n  \"projects\": [", head.trim_end_matches("\n}\n"))
    }

    /// A project's record, or what was found of a sheet without one.
    pub(super) fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(explanation, _) => project_json(run, &judged.sources, explanation),
            Outcome::Rejected(findings) => written(&unjudged_record(judged, "the sheet has errors", findings)),
            Outcome::Unreadable(why) => written(&unjudged_record(judged, why, &[])),
        }
    }

    pub(super) fn push(&mut self, judged: &Judged, piece: String) -> String {
        match judged.outcome {
            Outcome::Judged(..) => self.item(&piece),
            Outcome::Rejected(_) | Outcome::Unreadable(_) => {
                self.unjudged.push(piece);
                String::new()
            }
        }
    }

    fn item(&mut self, piece: &str) -> String {
        let comma = if std::mem::replace(&mut self.has_projects, true) { "," } else { "" };
        format!("{comma}{}", within(piece))
    }

    pub(super) fn end(&mut self, closing: &Closing<'_>) -> String {
        let unjudged: Vec<String> = self.unjudged.iter().map(|piece| within(piece)).collect();
        let list = |text: String| if text.is_empty() { "[]".to_string() } else { format!("[{text}\n  ]") };
        let tail = written(&Tail {
            standing: requirement_key(closing.standing),
            findings: closing
                .findings
                .map_or(Vec::new(), |(found, sources)| found.iter().map(|one| finding_record(one, sources)).collect()),
            error: closing.trouble.map(|(message, help)| Trouble { message, help }),
        });
        let projects = if self.has_projects { "\n  ]" } else { "]" };
        format!("{projects},\n  \"unjudged\": {},{}", list(unjudged.join(",")), tail.trim_start_matches('{'))
    }
}

/// A record as an element of a list of the outermost record. Strings hold no line breaks, so every line of it can be moved in.
fn within(piece: &str) -> String {
    piece.trim_end().lines().fold(String::with_capacity(piece.len() * 5 / 4), |mut text, line| {
        text.push_str("\n    ");
        text.push_str(line);
        text
    })
}

fn project_json(run: &Run<'_>, sources: &Sources, explanation: &Explanation) -> String {
    written(&Writer { sources }.project(explanation, run.requirements))
}

fn unjudged_record<'a>(judged: &'a Judged, message: &'a str, findings: &'a [Diagnostic]) -> Unjudged<'a> {
    let findings = findings.iter().map(|finding| finding_record(finding, &judged.sources)).collect();
    Unjudged { file: &judged.file, message, findings }
}

/// Findings alone, where nothing was judged.
pub fn findings_json(findings: &[Diagnostic], sources: &Sources) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    written(&Findings {
        schema_version: SCHEMA_VERSION,
        errors,
        warnings: findings.len() - errors,
        findings: findings.iter().map(|finding| finding_record(finding, sources)).collect(),
    })
}

/// Trouble of the tool's own: a wrong argument, a file that can't be read.
pub fn trouble_json(message: &str, help: Option<&str>) -> String {
    written(&ToolError { schema_version: SCHEMA_VERSION, error: Trouble { message, help } })
}

pub(super) fn written(record: &impl Serialize) -> String {
    // Texts, numbers, lists and structs always have a JSON form; only maps with odd keys do not, and there are none.
    shown(&serde_json::to_string_pretty(record).unwrap_or_default())
}

/// The same on one line.
pub(super) fn line(record: &impl Serialize) -> String {
    shown(&serde_json::to_string(record).unwrap_or_default())
}

/// JSON that is safe to look at in a terminal, ending with a line break: what acts occurs within strings only, where an escape means the same.
fn shown(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + 1);
    let mut rest = json;
    loop {
        let (shows, behind) = rest.split_at(plain(rest));
        text.push_str(shows);
        let Some(c) = behind.chars().next() else { break };
        if c != '\n' && (c.is_control() || acts(c)) {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
        rest = &behind[c.len_utf8()..];
    }
    text.push('\n');
    text
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ToolError<'a> {
    schema_version: u32,
    error: Trouble<'a>,
}

/// What stands in the way, and what to do about it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Trouble<'a> {
    message: &'a str,
    help: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Findings<'a> {
    schema_version: u32,
    errors: usize,
    warnings: usize,
    findings: Vec<Finding<'a>>,
}

/// Something that is wrong with rules, facts or waivers, or worth a look; it stands in the file from a character to the one behind the last.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding<'a> {
    code: &'a str,
    #[cfg_attr(test, schemars(with = "words::Severity"))]
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Extent<'a>,
    label: &'a str,
    related: Vec<Related<'a>>,
    help: &'a [String],
    fix: Option<Correction<'a>>,
}

/// Another place that takes part in a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Extent<'a>,
}

/// What to write in the place of what stands there.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Correction<'a> {
    replacement: &'a str,
    #[serde(flatten)]
    place: Extent<'a>,
}

/// From a character to the one behind the last, lines and columns counted from 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Extent<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

fn finding_record<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    Finding {
        code: finding.code.name,
        severity: severity_key(finding.severity),
        message: &finding.message,
        place: extent(finding.primary.span, sources),
        label: &finding.primary.text,
        related: finding.secondary.iter().map(|label| Related { message: &label.text, place: extent(label.span, sources) }).collect(),
        help: &finding.help,
        fix: finding.fix.as_ref().map(|fix| Correction { replacement: &fix.replacement, place: extent(fix.span, sources) }),
    }
}

fn extent(span: Span, sources: &Sources) -> Extent<'_> {
    let (begin, end) = place(span, sources);
    Extent { file: sources.name(span.file), line: begin.line, column: begin.column, end_line: end.line, end_column: end.column }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Head<'a> {
    schema_version: u32,
    run: RunRecord<'a>,
}

/// A sheet without a judgement.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Unjudged<'a> {
    file: &'a str,
    message: &'a str,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tail<'a> {
    /// How all projects together stand to what was asked.
    #[cfg_attr(test, schemars(with = "words::Standing"))]
    standing: &'static str,
    /// What was found of the run as a whole.
    findings: Vec<Finding<'a>>,
    /// What stopped the run, if it did not come to its end.
    error: Option<Trouble<'a>>,
}

/// What all judgements of the run rest on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RunRecord<'a> {
    engine_version: &'static str,
    language_version: u32,
    today: String,
    profile: Option<Profile<'a>>,
    rulebooks: Vec<Rulebook<'a>>,
    /// The files of scripts that rules call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scripts: Vec<&'a str>,
    contexts: Vec<Context<'a>>,
    contexts_left_out: &'a [String],
    parameters: Vec<Parameter<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Rulebook<'a> {
    name: &'a str,
    title: &'a str,
    version: Option<&'a str>,
    file: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Context<'a> {
    name: &'a str,
    file: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Profile<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Parameter<'a> {
    code: &'a str,
    title: &'a str,
    value: &'a str,
    origin: &'a str,
    set_from_outside: bool,
    #[cfg_attr(test, schemars(with = "words::SetBy"))]
    set_by: &'static str,
}

fn run_record<'a>(run: &'a Run<'_>) -> RunRecord<'a> {
    let rulebook = |rulebook: &'a RulebookInfo| Rulebook {
        name: &rulebook.name,
        title: &rulebook.title,
        version: rulebook.version.as_deref(),
        file: run.sources.name(rulebook.file),
    };
    RunRecord {
        engine_version: ENGINE_VERSION,
        language_version: LANGUAGE_VERSION,
        today: civil_date(run.program.today),
        profile: run.profile.as_ref().map(|(code, title, place)| Profile {
            code,
            title,
            rule: Writer { sources: run.sources }.position(place),
        }),
        rulebooks: run.program.rulebooks.iter().map(rulebook).collect(),
        scripts: script_files(run),
        contexts: run.contexts.iter().map(|(name, file)| Context { name, file }).collect(),
        contexts_left_out: &run.left_out,
        parameters: run.parameters.iter().map(parameter_record).collect(),
    }
}

/// Each once, in order of their functions.
fn script_files<'a>(run: &'a Run<'_>) -> Vec<&'a str> {
    let mut files: Vec<&str> = Vec::new();
    for script in run.program.functions.iter().filter_map(|function| function.script.as_ref()) {
        let name = run.sources.name(script.file());
        if !files.contains(&name) {
            files.push(name);
        }
    }
    files
}

fn parameter_record(parameter: &ParameterLine) -> Parameter<'_> {
    Parameter {
        code: &parameter.code,
        title: &parameter.title,
        value: &parameter.value,
        origin: &parameter.origin,
        set_from_outside: parameter.set_by != SetBy::Rules,
        set_by: match parameter.set_by {
            SetBy::Rules => "rules",
            SetBy::Profile => "profile",
            SetBy::Option => "option",
        },
    }
}

/// The judgement of one fact sheet.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Project<'a> {
    name: &'a str,
    title: &'a str,
    file: &'a str,
    today: &'a str,
    /// How the project stands to what was asked.
    #[cfg_attr(test, schemars(with = "words::Standing"))]
    standing: &'static str,
    verdicts: Vec<Verdict<'a>>,
    concerns: Vec<concerns::Concern<'a>>,
    scorecards: Vec<Scorecard<'a>>,
    items: Vec<Item<'a>>,
    gates: Vec<Gate<'a>>,
    protocols: Vec<protocols::Protocol<'a>>,
    tables: Vec<Table<'a>>,
    questions: Vec<Question<'a>>,
    asked_if_known: Vec<Fact<'a>>,
    assumptions: Vec<Assumption<'a>>,
    discounted_evidence: Vec<Fact<'a>>,
    disagreeing_evidence: Vec<Fact<'a>>,
    faults: Vec<Fault<'a>>,
    waivers: Vec<calendar::Waiver<'a>>,
    coming: Vec<calendar::Prospect<'a>>,
    coming_left_out: usize,
    effort: EffortRecord,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EffortRecord {
    splits: u32,
    splits_limited: bool,
    questions: u32,
    questions_limited: bool,
}

/// A place in a rule file or sheet; it begins there.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Position<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

/// A share: exact, and as a reader sees it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Share {
    exact: String,
    percent: String,
}

/// Points: exact, and as a reader sees them.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Points {
    exact: String,
    decimal: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Between{T}"))]
pub(super) struct Pair<T> {
    pub(super) floor: T,
    pub(super) ceiling: T,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Named<'a> {
    name: &'a str,
    title: &'a str,
}

/// A band of a verdict, and the least share of points that reaches it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Band<'a> {
    name: &'a str,
    title: &'a str,
    edge: Option<Share>,
}

/// What the rules say of the project. Floor and ceiling are those of everything that the missing evidence may turn out to be.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Verdict<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    #[cfg_attr(test, schemars(with = "words::State"))]
    state: &'static str,
    #[cfg_attr(test, schemars(with = "words::Applies"))]
    applies: &'static str,
    assumed: bool,
    waived: bool,
    bands: Pair<Named<'a>>,
    bands_without_gates: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
    scorecard: Option<Referred<'a>>,
    decided: Option<Share>,
    earned_of_decided: Option<Share>,
    without_assumptions: Option<Bare<'a>>,
    without_waivers: Option<Bare<'a>>,
    capped_by: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    scripts: Option<Scripts<'a>>,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    fault: &'static str,
    requirement: Option<Required<'a>>,
    all_bands: Vec<Band<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Referred<'a> {
    code: &'a str,
    title: &'a str,
}

/// How a verdict would stand without something.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Bare<'a> {
    #[cfg_attr(test, schemars(with = "words::State"))]
    state: &'static str,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
}

/// The band that is required, and how the verdict stands to it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Required<'a> {
    band: &'a str,
    #[cfg_attr(test, schemars(with = "words::Standing"))]
    outcome: &'static str,
}

/// A scorecard with its points.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Scorecard<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    depth: usize,
    #[cfg_attr(test, schemars(with = "words::Applies"))]
    applies: &'static str,
    /// None where nothing applies.
    score: Option<Pair<Share>>,
    points: Pair<Points>,
    worth_counted: Pair<Points>,
    worth: Points,
    decided: Option<Share>,
    earned_of_decided: Option<Share>,
    items: Vec<&'a str>,
}

/// An item of a scorecard.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Item<'a> {
    code: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "words::ItemKind"))]
    kind: &'a str,
    rule: Position<'a>,
    scorecard: Option<&'a str>,
    includes: Option<&'a str>,
    in_force: calendar::InForce,
    waived: bool,
    #[cfg_attr(test, schemars(with = "words::Applies"))]
    applies: &'static str,
    #[cfg_attr(test, schemars(with = "Option<words::Truth>"))]
    passes: Option<&'static str>,
    points: Pair<Points>,
    worth: Points,
    lost_of_score: Pair<Share>,
    row: RowRecord,
    reason: &'a str,
    ask: Option<&'a str>,
    remedy: Option<&'a str>,
    cite: Option<&'a str>,
    facts: Vec<Fact<'a>>,
    tables: Vec<&'a str>,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    fault: &'static str,
}

/// Which row of a grade gave the points, counted from 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum RowRecord {
    None,
    One(u32),
    Several(#[cfg_attr(test, schemars(with = "words::Several"))] &'static str),
}

/// A gate, which caps a verdict where it fires.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Gate<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    verdict: &'a str,
    caps_at: &'a str,
    in_force: calendar::InForce,
    waived: bool,
    #[cfg_attr(test, schemars(with = "words::Truth"))]
    fires: &'static str,
    binds: bool,
    reason: &'a str,
    ask: Option<&'a str>,
    remedy: Option<&'a str>,
    cite: Option<&'a str>,
    facts: Vec<Fact<'a>>,
    tables: Vec<&'a str>,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    fault: &'static str,
}

/// A decision table, with the rows that hold.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Table<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    hit: &'static str,
    inputs: Vec<Input<'a>>,
    outputs: Vec<Output<'a>>,
    rows: Vec<TableRow<'a>>,
    all_rows: usize,
    by_rows: bool,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    fault: &'static str,
    fault_message: Option<&'a str>,
    read_by: &'a [String],
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Input<'a> {
    expression: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Output<'a> {
    name: &'a str,
    /// None where several rows hold and nothing makes one value of them.
    value: Option<&'a str>,
}

/// A row that holds and counts, or may; counted from 1 below the head.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TableRow<'a> {
    number: usize,
    rule: Position<'a>,
    #[cfg_attr(test, schemars(with = "words::RowHolds"))]
    holds: &'static str,
    /// None of `otherwise`.
    cells: Option<&'a [String]>,
    outputs: &'a [String],
}

/// A fact with its evidence.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fact<'a> {
    path: &'a str,
    value: &'a str,
    known: bool,
    exact: bool,
    place: Option<Position<'a>>,
    source: Option<&'a str>,
    as_of: Option<&'a str>,
    note: Option<&'a str>,
    missing: Option<&'a str>,
    claims: Vec<Fact<'a>>,
}

/// What is not known, and what its answer would do.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Question<'a> {
    rank: usize,
    fact: Fact<'a>,
    about: &'a str,
    ask: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "words::Effect"))]
    effect: &'static str,
    mean_bands_narrowed: Points,
    mean_score_narrowed: Share,
    read_by: &'a [String],
}

/// What was taken for granted for want of evidence.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Assumption<'a> {
    fact: Fact<'a>,
    value: &'a str,
    read_by: &'a [String],
}

/// A rule that fails on these facts.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fault<'a> {
    code: &'a str,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    level: &'static str,
    message: &'a str,
    rule: Position<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<Position<'a>>,
    facts: Vec<Fact<'a>>,
}

/// What of a verdict hangs on scripts.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Scripts<'a> {
    points: Pair<Share>,
    gates: &'a [String],
}

/// Turns explanations into records; places need the texts.
#[derive(Clone, Copy)]
struct Writer<'a> {
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn project(self, explanation: &'a Explanation, requirements: &'a Requirements) -> Project<'a> {
        Project {
            name: &explanation.name,
            title: &explanation.title,
            file: &explanation.file,
            today: &explanation.today,
            standing: requirement_key(requirements.standing(explanation)),
            verdicts: explanation.verdicts.iter().map(|verdict| self.verdict(verdict)).collect(),
            concerns: requirements.concerns(explanation).iter().map(|concern| self.concern(concern)).collect(),
            scorecards: explanation.scorecards.iter().map(|scorecard| self.scorecard(scorecard, explanation)).collect(),
            items: explanation.items.iter().map(|item| self.item(item, explanation)).collect(),
            gates: explanation.gates.iter().map(|gate| self.gate(gate, explanation)).collect(),
            protocols: explanation.protocols.iter().map(|protocol| self.protocol(protocol)).collect(),
            tables: explanation.tables.iter().map(|table| self.table(table)).collect(),
            questions: explanation.questions.iter().enumerate().map(|(place, question)| self.question(place + 1, question)).collect(),
            asked_if_known: self.facts(&explanation.asked_if_known),
            assumptions: explanation.assumptions.iter().map(|assumption| self.assumption(assumption)).collect(),
            discounted_evidence: self.facts(&explanation.discounted),
            disagreeing_evidence: self.facts(&explanation.disagreeing),
            faults: explanation.faults.iter().map(|fault| self.fault(fault)).collect(),
            waivers: explanation.waivers.iter().map(|waiver| self.waiver(waiver)).collect(),
            coming: explanation.outlook.iter().map(|prospect| calendar::prospect(prospect, explanation)).collect(),
            coming_left_out: explanation.outlook_left_out,
            effort: EffortRecord {
                splits: explanation.effort.splits,
                splits_limited: explanation.effort.splits_limited,
                questions: explanation.effort.questions,
                questions_limited: explanation.effort.questions_limited,
            },
        }
    }

    fn position(self, citation: &Citation) -> Position<'a> {
        let place = self.sources.line_column(clipped(citation.span, self.sources));
        Position { file: self.sources.name(citation.span.file), line: place.line, column: place.column }
    }

    fn verdict(self, verdict: &'a VerdictLine) -> Verdict<'a> {
        let edges = edges(&verdict.bands);
        Verdict {
            code: &verdict.code,
            title: &verdict.title,
            rule: self.position(&verdict.rule),
            state: state_key(verdict.state),
            applies: applies_key(verdict.applies),
            assumed: verdict.assumed,
            waived: verdict.without_waivers.is_some(),
            bands: named(&verdict.bands, verdict.range),
            bands_without_gates: named(&verdict.bands, verdict.ungated),
            score: verdict.score.as_ref().map(|score| share_pair(score, &edges)),
            scorecard: verdict.scorecard.as_ref().map(|(code, title)| Referred { code, title }),
            decided: verdict.decided.as_ref().map(|part| share(part, &[])),
            earned_of_decided: verdict.earned.as_ref().map(|part| share(part, &[])),
            without_assumptions: verdict.without_assumptions.as_ref().map(|(state, range, score)| Bare {
                state: state_key(*state),
                bands: named(&verdict.bands, *range),
                score: score.as_ref().map(|score| share_pair(score, &edges)),
            }),
            without_waivers: verdict.without_waivers.as_ref().map(|(state, range)| Bare {
                state: state_key(*state),
                bands: named(&verdict.bands, *range),
                score: verdict.score.as_ref().map(|score| share_pair(score, &edges)),
            }),
            capped_by: &verdict.capped_by,
            scripts: verdict.scripts.as_ref().map(|scripts| Scripts { points: share_pair(&scripts.points, &[]), gates: &scripts.gates }),
            fault: fault_key(verdict.fault),
            requirement: verdict.requirement.as_ref().map(|(band, outcome)| Required { band, outcome: requirement_key(*outcome) }),
            all_bands: verdict
                .bands
                .iter()
                .map(|band| Band { name: &band.name, title: &band.title, edge: band.edge.as_ref().map(|edge| share(edge, &[])) })
                .collect(),
        }
    }

    fn scorecard(self, scorecard: &'a ScorecardLine, explanation: &'a Explanation) -> Scorecard<'a> {
        let rests = |verdict: &&VerdictLine| verdict.scorecard.as_ref().is_some_and(|(code, _)| *code == scorecard.code);
        let scored = scorecard.applies != Applies::Never;
        let edges: Vec<Number> = explanation.verdicts.iter().filter(rests).flat_map(|verdict| edges(&verdict.bands)).collect();
        Scorecard {
            code: &scorecard.code,
            title: &scorecard.title,
            rule: self.position(&scorecard.rule),
            depth: scorecard.depth,
            applies: applies_key(scorecard.applies),
            score: scored.then(|| share_pair(&scorecard.score, &edges)),
            points: points_pair(&scorecard.points),
            worth_counted: points_pair(&scorecard.counted),
            worth: points(&scorecard.worth),
            decided: scored.then(|| share(&scorecard.decided, &[])),
            earned_of_decided: scorecard.earned.as_ref().filter(|_| scored).map(|part| share(part, &[])),
            items: scorecard.items.iter().filter_map(|place| explanation.items.get(*place)).map(|item| item.code.as_str()).collect(),
        }
    }

    fn item(self, item: &'a ItemLine, explanation: &'a Explanation) -> Item<'a> {
        let code = |place: usize| explanation.scorecards.get(place).map(|scorecard| scorecard.code.as_str());
        Item {
            code: &item.code,
            title: &item.title,
            kind: item.kind,
            rule: self.position(&item.rule),
            scorecard: code(item.scorecard),
            includes: item.included.and_then(code),
            in_force: calendar::in_force(item.force),
            waived: item.waiver.is_some(),
            applies: applies_key(item.applies),
            passes: (item.kind == "check").then(|| truth_key(item.passes)),
            points: points_pair(&item.points),
            worth: points(&item.worth),
            lost_of_score: share_pair(&item.lost, &[]),
            row: match item.row {
                RowTaken::None => RowRecord::None,
                RowTaken::One(row) => RowRecord::One(u32::from(row) + 1),
                RowTaken::Several => RowRecord::Several("several"),
            },
            reason: &item.reason,
            ask: item.ask.as_deref(),
            remedy: item.remedy.as_deref(),
            cite: item.cite.as_deref(),
            facts: self.facts(&item.facts),
            tables: table_codes(&item.tables, explanation),
            fault: fault_key(item.fault),
        }
    }

    fn gate(self, gate: &'a GateLine, explanation: &'a Explanation) -> Gate<'a> {
        Gate {
            code: &gate.code,
            title: &gate.title,
            rule: self.position(&gate.rule),
            verdict: &gate.caps.0,
            caps_at: &gate.caps.1,
            in_force: calendar::in_force(gate.force),
            waived: gate.waiver.is_some(),
            fires: truth_key(gate.fires),
            binds: gate.binds,
            reason: &gate.reason,
            ask: gate.ask.as_deref(),
            remedy: gate.remedy.as_deref(),
            cite: gate.cite.as_deref(),
            facts: self.facts(&gate.facts),
            tables: table_codes(&gate.tables, explanation),
            fault: fault_key(gate.fault),
        }
    }

    fn table(self, table: &'a TableLine) -> Table<'a> {
        Table {
            code: &table.code,
            title: &table.title,
            rule: self.position(&table.rule),
            hit: table.hit,
            inputs: table.inputs.iter().map(|(expression, value)| Input { expression, value }).collect(),
            outputs: table.columns.iter().map(|(name, value)| Output { name, value: value.as_deref() }).collect(),
            rows: table
                .rows
                .iter()
                .map(|row| TableRow {
                    number: row.number,
                    rule: self.position(&row.rule),
                    holds: truth_key(if row.always { Truth::True } else { Truth::Unknown }),
                    cells: (!row.cells.is_empty()).then_some(row.cells.as_slice()),
                    outputs: &row.outputs,
                })
                .collect(),
            all_rows: table.all_rows,
            by_rows: table.by_rows,
            fault: fault_key(table.fault.as_ref().map_or(FaultLevel::None, |(level, _)| *level)),
            fault_message: table.fault.as_ref().map(|(_, message)| message.as_str()),
            read_by: &table.read_by,
            facts: self.facts(&table.facts),
        }
    }

    fn facts(self, facts: &'a [FactLine]) -> Vec<Fact<'a>> {
        facts.iter().map(|fact| self.fact(fact)).collect()
    }

    fn fact(self, fact: &'a FactLine) -> Fact<'a> {
        Fact {
            // Claims have no claims of their own.
            claims: fact.claims.iter().map(|claim| Fact { claims: Vec::new(), ..self.claim(claim) }).collect(),
            ..self.claim(fact)
        }
    }

    fn claim(self, fact: &'a FactLine) -> Fact<'a> {
        Fact {
            path: &fact.path,
            value: &fact.value,
            known: fact.known,
            exact: fact.exact,
            place: fact.at.as_ref().map(|citation| self.position(citation)),
            source: fact.source.as_deref(),
            as_of: fact.as_of.as_deref(),
            note: fact.note.as_deref(),
            missing: fact.missing.as_deref(),
            claims: Vec::new(),
        }
    }

    fn question(self, rank: usize, question: &'a QuestionLine) -> Question<'a> {
        Question {
            rank,
            fact: self.fact(&question.fact),
            about: &question.about,
            ask: question.ask.as_deref(),
            effect: effect_key(question.effect),
            mean_bands_narrowed: points(&question.bands),
            mean_score_narrowed: share(&question.score, &[]),
            read_by: &question.read_by,
        }
    }

    fn assumption(self, assumption: &'a AssumptionLine) -> Assumption<'a> {
        Assumption { fact: self.fact(&assumption.fact), value: &assumption.value, read_by: &assumption.read_by }
    }

    fn fault(self, fault: &'a FaultLine) -> Fault<'a> {
        Fault {
            code: &fault.code,
            level: fault_key(fault.level),
            message: &fault.message,
            rule: self.position(&fault.rule),
            script: fault.script.as_ref().map(|script| self.position(script)),
            facts: self.facts(&fault.facts),
        }
    }
}

fn table_codes<'a>(tables: &[usize], explanation: &'a Explanation) -> Vec<&'a str> {
    tables.iter().filter_map(|place| explanation.tables.get(*place)).map(|table| table.code.as_str()).collect()
}

pub(super) fn named(bands: &[BandLine], range: Bands) -> Pair<Named<'_>> {
    let named =
        |place: u32| bands.get(place as usize).map_or(Named { name: "", title: "" }, |band| Named { name: &band.name, title: &band.title });
    Pair { floor: named(range.floor), ceiling: named(range.ceiling) }
}

pub(super) fn share_pair(bounds: &Bounds, edges: &[Number]) -> Pair<Share> {
    Pair { floor: share(&bounds.low, edges), ceiling: share(&bounds.high, edges) }
}

pub(super) fn share(part: &Fraction, edges: &[Number]) -> Share {
    Share { exact: part.to_string(), percent: show_fraction_percent(part, edges) }
}

pub(super) fn points_pair(bounds: &Bounds) -> Pair<Points> {
    Pair { floor: points(&bounds.low), ceiling: points(&bounds.high) }
}

pub(super) fn points(amount: &Fraction) -> Points {
    Points { exact: amount.to_string(), decimal: show_fraction_points(amount) }
}

pub(super) fn state_key(state: State) -> &'static str {
    match state {
        State::NotApplicable => "not_applicable",
        State::Faulted | State::Decided | State::Open => state_name(state),
    }
}

pub(super) fn applies_key(applies: Applies) -> &'static str {
    match applies {
        Applies::Always => "always",
        Applies::Maybe => "maybe",
        Applies::Never => "never",
    }
}

pub(super) fn truth_key(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::Unknown => "unknown",
        Truth::False => "false",
    }
}

fn fault_key(level: FaultLevel) -> &'static str {
    match level {
        FaultLevel::None => "none",
        FaultLevel::Possible => "possible",
        FaultLevel::Certain => "certain",
    }
}

pub(super) fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn effect_key(effect: Effect) -> &'static str {
    match effect {
        Effect::Settles => "settles",
        Effect::CanSettle => "can_settle",
        Effect::Helps => "helps",
    }
}
