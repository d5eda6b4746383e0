//! What people and machines read. Plain data goes in and text comes out: nothing here decides, reads files or looks at the terminal.
//!
//! One file per form: `human` for one judgement, `summary` for several, `compare` for several side by side, `json` for the whole record, `findings` for what is
//! wrong with rules and facts. Whatever two of them say alike, such as "3 of 8", is worded here once.

mod compare;
mod concerns;
mod configuration;
mod diff;
mod findings;
mod forms;
mod handbook;
mod human;
mod json;
mod markdown;
mod page;
mod records;
mod scale;
mod shell;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod trials;
mod why;

pub use compare::{Detail, markdown as compared_markdown};
pub use configuration::{By, Configuration, Setting, Sought, configuration, configuration_json};
pub use diff::{DiffHeading, facts_diff, facts_diff_json, facts_diff_markdown, rules_diff, rules_diff_json, rules_diff_markdown};
pub use findings::{findings, nothing_found};
pub use forms::{Checked, Closing, Form, Format, Stopped};
pub use handbook::{handbook_html, handbook_markdown, handbook_rule};
#[cfg(test)]
pub(crate) use json::schemas;
pub(crate) use json::{ENGINE_VERSION, LANGUAGE_VERSION};
pub use json::{compared_json, findings_json, json, tested_json, trouble_json, whatif_json, whys_json};
pub use records::{Proof, Proven, Standing, Verified, recorded, verified, verified_json};
pub use trials::{Tested, tested};
pub use why::whys;

use crate::compare::Comparison;
use crate::diagnostic::{Code, Severity};
use crate::explain::{BandLine, Citation, Explanation, GateLine, ParameterLine, VerdictLine};
use crate::program::Program;
use crate::requirements::Requirements;
use crate::source::Sources;
use crate::value::{Fraction, Number, Truth, show_fraction_percent, show_fraction_points};
use crate::verdict::{Applies, Bands, Bounds, Effect, Requirement, State};
use crate::whatif::{Difference, Reach, Settling};

/// The page that a text is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns. Below [`Layout::NARROWEST`] it counts as that.
    pub width: usize,
    /// Whether to colour with escape codes. Everything reads without.
    pub colour: bool,
}

impl Layout {
    /// Columns below which no layout is attempted.
    pub const NARROWEST: usize = 40;

    /// Without colour, as many columns as a terminal has by custom.
    pub const PLAIN: Layout = Layout { width: 80, colour: false };

    fn columns(self) -> usize {
        self.width.max(Layout::NARROWEST)
    }

    fn paint(self) -> text::Paint {
        text::Paint { colour: self.colour }
    }
}

/// The page that findings are laid out for.
pub type Style = Layout;

/// What a run rests on besides the sheets it judges; part of its record.
pub struct Run<'a> {
    /// The rules.
    pub program: &'a Program,
    /// The texts of rules and sheets.
    pub sources: &'a Sources,
    /// What is asked of every project.
    pub requirements: &'a Requirements,
    /// The profile in force: its code, its title and where it stands.
    pub profile: Option<(String, String, Citation)>,
    /// The parameters in force.
    pub parameters: Vec<ParameterLine>,
    /// The sheets that all judgements share: name and file.
    pub contexts: Vec<(String, String)>,
    /// The contexts that it does without, by title.
    pub left_out: Vec<String>,
}

/// What people read: each project in full, and several ranked at the end.
pub fn human(run: &Run<'_>, explanations: &[Explanation], layout: Layout) -> String {
    let mut pages: Vec<String> = explanations.iter().map(|explanation| human::human(run, explanation, layout)).collect();
    if explanations.len() > 1 {
        pages.push(summary(explanations, layout));
    }
    pages.join("\n")
}

/// What was found out about one subject by supposing that its facts were others.
pub struct Supposed<'a> {
    /// The subject, as it is.
    pub explanation: &'a Explanation,
    /// What stated changes do, where there are some.
    pub difference: Option<Difference<'a>>,
    /// What brings a verdict to a band, where one was asked for.
    pub reach: Option<&'a Reach>,
    /// What answers to open questions do, where that was asked for.
    pub settling: Option<&'a [Settling]>,
}

/// What people read of changes, project by project.
pub fn whatif(run: &Run<'_>, supposed: &[Supposed<'_>], layout: Layout) -> String {
    let pages: Vec<String> = supposed.iter().map(|supposed| human::whatif(run, supposed, layout)).collect();
    pages.join("\n")
}

/// The ranking alone.
pub fn summary(explanations: &[Explanation], layout: Layout) -> String {
    summary::summary(summary::Row::all(explanations), 0, layout)
}

/// Projects side by side, for a terminal.
pub fn compared(run: &Run<'_>, comparison: &Comparison, detail: Detail, layout: Layout) -> String {
    compare::human(run, comparison, detail, layout)
}

/// One HTML page of all projects, ranked, each in full with its rules and evidence. It needs nothing but itself.
pub fn html(run: &Run<'_>, explanations: &[Explanation]) -> String {
    page::html(run, explanations)
}

/// What is said of a file that holds a report: `report.html: 9 projects: 3 decided, 6 open`.
pub fn written(file: &str, explanations: &[Explanation]) -> String {
    let states = explanations.iter().map(|explanation| explanation.verdicts.first().map(|verdict| verdict.state));
    format!("{}: {}\n", text::visible(file), summary::total(states, 0))
}

/// What is said of trouble of the tool's own: a sentence, and what to do. Names of files and of what stands in them are in it as they are. The sentence stays
/// on one line, so that it can be looked for.
pub fn trouble(message: &str, help: Option<&str>, style: Style) -> String {
    let paint = style.paint();
    let help = help.map_or(String::new(), |help| format!("  {}: {}\n", paint.paint(text::STRONG, "help"), text::visible(help)));
    format!("{}: {}\n{help}", paint.paint(text::BAD.bold(), "error"), text::visible(message))
}

/// A page about a finding, as it is read in a terminal: prose is broken into lines, examples are not.
pub fn page(page: &str, layout: Layout) -> String {
    let mut is_example = false;
    let mut text = String::new();
    for line in page.lines() {
        is_example ^= line.starts_with("```");
        let style = if line.starts_with('#') { text::STRONG } else { text::PLAIN };
        if is_example || line.starts_with("```") || line.starts_with('|') {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let hang = if line.starts_with("- ") { 2 } else { 0 };
        let lines = text::Flow::new().add(style, line).lines(layout.columns() - hang, layout.paint());
        for (place, line) in lines.iter().enumerate() {
            text.push_str(if place == 0 { "" } else { &"  "[..hang] });
            text.push_str(line);
            text.push('\n');
        }
        if lines.is_empty() {
            text.push('\n');
        }
    }
    text
}

/// All findings there are, each with its name, how grave it is and what it says.
pub fn list_of_findings(codes: &[&Code], layout: Layout) -> String {
    let widest = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for code in codes {
        let severity = match code.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let before = format!("{:widest$}  {severity:7}  ", code.name);
        let lines = text::Flow::new().add(text::PLAIN, code.summary).lines(layout.columns() - before.len(), layout.paint());
        for (place, line) in lines.iter().enumerate() {
            text.push_str(&if place == 0 { before.clone() } else { " ".repeat(before.len()) });
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The last words of every report.
const CLOSING: &str = "This is an analysis of the facts supplied, under the reader's own rules. It is not investment advice.";

/// `3 of 8`, `1.5 to 4 of 8`
fn points_of(points: &Bounds, worth: &Fraction) -> String {
    format!("{} of {}", points_range(points), show_fraction_points(worth))
}

fn points_range(points: &Bounds) -> String {
    between(show_fraction_points(&points.low), show_fraction_points(&points.high), points.is_exact())
}

/// `43.2%`, `43.2% to 71.9%`; no end is rounded onto an edge.
fn percent_range(score: &Bounds, edges: &[Number]) -> String {
    between(show_fraction_percent(&score.low, edges), show_fraction_percent(&score.high, edges), score.is_exact())
}

fn between(low: String, high: String, exact: bool) -> String {
    match (low == high, exact) {
        (true, true) => low,
        (true, false) => format!("about {low}"),
        (false, _) => format!("{low} to {high}"),
    }
}

/// The edges of bands, as numbers that no shown score may be rounded onto.
fn edges(bands: &[BandLine]) -> Vec<Number> {
    bands.iter().filter_map(|band| band.edge.as_ref()?.to_number_down().ok()).collect()
}

/// `Watch list`, `Watch list to Core holding`
fn band_range(bands: &[BandLine], range: Bands) -> String {
    let title = |place: u32| band_title(bands, place);
    if range.floor == range.ceiling {
        title(range.floor).to_string()
    } else {
        format!("{} to {}", title(range.floor), title(range.ceiling))
    }
}

fn band_title(bands: &[BandLine], place: u32) -> &str {
    bands.get(place as usize).map_or("no band", |band| band.title.as_str())
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Faulted => "faulted",
        State::NotApplicable => "not applicable",
        State::Decided => "decided",
        State::Open => "open",
    }
}

/// What a verdict says after its state: the bands, and what keeps them from being an answer.
fn verdict_words(bands: &[BandLine], state: State, range: Bands, applies: Applies) -> Option<String> {
    let bands = band_range(bands, range);
    match state {
        State::NotApplicable => None,
        State::Decided => Some(bands),
        State::Faulted => Some(format!("a rule fails on these facts; the rest says {bands}")),
        State::Open if applies == Applies::Always => Some(bands),
        State::Open => Some(format!("{bands}, if it applies at all")),
    }
}

fn gate_state(fires: Truth) -> &'static str {
    match fires {
        Truth::True => "fires",
        Truth::Unknown => "may fire",
        Truth::False => "does not fire",
    }
}

fn effect_words(effect: Effect) -> &'static str {
    match effect {
        Effect::Settles => "settles it",
        Effect::CanSettle => "can settle it",
        Effect::Helps => "helps",
    }
}

fn requirement_words(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Met => "met",
        Requirement::Undecided => "undecided, the evidence leaves it open",
        Requirement::NotMet => "not met",
        Requirement::Faulted => "not answered, the verdict is faulted",
    }
}

/// As programs are told.
fn requirement_key(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Met => "met",
        Requirement::Undecided => "undecided",
        Requirement::NotMet => "not_met",
        Requirement::Faulted => "faulted",
    }
}

/// The gates that cap a verdict or may: first those that fire.
fn capping<'a>(verdict: &'a VerdictLine, gates: &'a [GateLine]) -> Vec<(&'a str, Option<&'a GateLine>)> {
    let mut named: Vec<(&str, Option<&GateLine>)> =
        verdict.capped_by.iter().map(|code| (code.as_str(), gates.iter().find(|gate| gate.code == *code))).collect();
    named.sort_by_key(|(_, gate)| gate.is_none_or(|gate| gate.fires != Truth::True));
    named
}
