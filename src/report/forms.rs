//! The formats of a run's result, one file each: of judgements, of what is wrong with rules, and of tests, and of why there is no result.
//!
//! Judgements are written piece by piece, so that a run of any length needs little memory: pieces are made beside each other, and taken in the order of the
//! sheets. What a format has to know at its end, it keeps itself.

mod csv;
mod github;
mod human;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod sarif;

use super::trials::Tested;
use super::{Layout, Run};
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::Policy;
use crate::requirements::Judged;
use crate::source::{FileId, Sources};
use crate::verdict::Requirement;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people, in a terminal.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// For a comment on a pull request.
    Markdown,
    /// For GitHub's checks.
    Github,
    /// For what shows the findings of analysers, as GitHub's code scanning.
    Sarif,
    /// For what shows the results of tests.
    JUnit,
    /// For spreadsheets.
    Csv,
}

impl Format {
    /// All there are.
    pub const ALL: [Format; 8] =
        [Format::Human, Format::Json, Format::JsonLines, Format::Markdown, Format::Github, Format::Sarif, Format::JUnit, Format::Csv];

    /// As options name it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Markdown => "markdown",
            Format::Github => "github",
            Format::Sarif => "sarif",
            Format::JUnit => "junit",
            Format::Csv => "csv",
        }
    }

    /// What it is good for.
    pub fn about(self) -> &'static str {
        match self {
            Format::Human => "For people, in a terminal",
            Format::Json => "For programs: one document with all there is",
            Format::JsonLines => "For programs that read while it goes on: the same, an object a line",
            Format::Markdown => "For a comment on a pull request",
            Format::Github => "For GitHub's checks: annotations at the lines of the facts, and a summary of the job",
            Format::Sarif => "For what shows the findings of analysers, as GitHub's code scanning: SARIF 2.1.0",
            Format::JUnit => "For what shows the results of tests, as GitLab and Jenkins: a suite for each project",
            Format::Csv => "For spreadsheets: a row for each verdict of each project",
        }
    }

    /// Makes ready to write it. Only the one for people looks at the layout; `brief` leaves out the pages of those for people but for the ranking.
    pub fn form(self, layout: Layout, brief: bool) -> Box<dyn Form> {
        match self {
            Format::Human => Box::new(human::Human::new(layout, brief)),
            Format::Json => Box::new(json::Json::default()),
            Format::JsonLines => Box::new(jsonl::JsonLines::default()),
            Format::Markdown => Box::new(markdown::Markdown::new(brief)),
            Format::Github => Box::new(github::Github::default()),
            Format::Sarif => Box::new(sarif::Sarif::default()),
            Format::JUnit => Box::new(junit::JUnit),
            Format::Csv => Box::new(csv::Csv),
        }
    }
}

/// A result in one format.
pub trait Form: Send + Sync {
    /// What stands before all judgements.
    fn begin(&mut self, run: &Run<'_>) -> String;

    /// What there is to write of one sheet alone. Pieces are made at the same time, in no order.
    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String;

    /// Takes the pieces in the order of the sheets, and says what to write now.
    fn push(&mut self, judged: &Judged, piece: String) -> String;

    /// What stands after all judgements.
    fn end(&mut self, run: &Run<'_>, closing: &Closing<'_>) -> String;

    /// All of what was found in rules.
    fn checked(&self, checked: &Checked<'_>) -> String;

    /// All of what tests came to.
    fn tested(&self, tested: &Tested<'_>) -> String;

    /// All there is to say where there is no result.
    fn stopped(&self, why: &Stopped<'_>) -> String;
}

/// How a run of judgements ended.
pub struct Closing<'a> {
    /// How all projects together stand to what was asked.
    pub standing: Requirement,
    /// What stopped it, if it did not come to its end: a sentence, and perhaps what to do.
    pub trouble: Option<(&'a str, Option<&'a str>)>,
    /// What was found of the run as a whole, and the texts in which it is.
    pub findings: Option<(&'a [Diagnostic], &'a Sources)>,
}

impl Closing<'_> {
    /// A run that came to its end.
    pub fn of(standing: Requirement) -> Closing<'static> {
        Closing { standing, trouble: None, findings: None }
    }
}

/// What was found in rules.
pub struct Checked<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// The findings.
    pub findings: &'a [Diagnostic],
    /// The least severity that fails the check.
    pub fail_on: Severity,
    /// Their texts.
    pub sources: &'a Sources,
}

/// Why there is no result.
pub enum Stopped<'a> {
    /// Trouble of the tool's own: a sentence, and perhaps what to do.
    Trouble(&'a str, Option<&'a str>),
    /// What is wrong with rules, facts or waivers.
    Findings(&'a [Diagnostic], &'a Sources),
}

/// Trouble in words alone: what is wrong, and what to do.
fn trouble_words(message: &str, help: Option<&str>) -> String {
    help.map_or(message.to_string(), |help| format!("{message}\n{help}"))
}

/// Whether a text is a file, and not the words of an option, which stand among the texts as `--set`.
fn is_file(file: FileId, sources: &Sources) -> bool {
    !sources.name(file).starts_with("--")
}
