//! For spreadsheets: a row for every verdict of every project, for every finding, or for every test. RFC 4180, with a heading and the same columns always.
//!
//! Spreadsheets calculate what looks like a formula, whoever wrote it, so no cell looks like one: see [`cell`].

use csv::{Terminator, WriterBuilder};

use super::{Checked, Closing, Form, Stopped};
use crate::diagnostic::Diagnostic;
use crate::explain::{Explanation, VerdictLine};
use crate::report::findings::place;
use crate::report::json::severity_key;
use crate::report::summary::{capped_by, share};
use crate::report::text::visible;
use crate::report::{Run, Tested, band_title, edges, requirement_key, state_name};
use crate::requirements::{Judged, Outcome};
use crate::source::Sources;
use crate::trials;
use crate::value::show_fraction_percent;
use crate::verdict::{Applies, Requirement};

/// The columns of judgements.
const VERDICTS: [&str; 21] = [
    "file",
    "project",
    "title",
    "today",
    "standing",
    "verdict",
    "verdict_title",
    "state",
    "floor_band",
    "ceiling_band",
    "floor_score",
    "ceiling_score",
    "settled",
    "earned",
    "required",
    "requirement",
    "capped_by",
    "against",
    "possibly_against",
    "ask_first",
    "error",
];

/// The columns of findings, and of troubles of the tool's own.
const FINDINGS: [&str; 9] = ["severity", "code", "file", "line", "column", "end_line", "end_column", "message", "help"];

/// The columns of tests.
const TESTS: [&str; 9] = ["result", "test", "rulebook", "file", "line", "column", "failures", "expected", "got"];

pub(super) struct Csv;

impl Form for Csv {
    fn begin(&mut self, _: &Run<'_>) -> String {
        rows([VERDICTS.map(String::from)])
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(explanation, standing) => judged_rows(run, explanation, *standing),
            Outcome::Rejected(found) => rows([not_judged(&judged.file, &first_of(found, &judged.sources))]),
            Outcome::Unreadable(why) => rows([not_judged(&judged.file, why)]),
        }
    }

    fn push(&mut self, _: &Judged, piece: String) -> String {
        piece
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        let trouble = closing.trouble.map(|(message, help)| not_judged("", &with_help(message, help)));
        let found = closing.findings.iter().flat_map(|(found, sources)| found.iter().map(|finding| of_the_run(finding, sources)));
        rows(trouble.into_iter().chain(found))
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        findings(checked.findings, checked.sources)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        let outcomes = tested.outcomes.iter().filter(|outcome| !(tested.only_failures && outcome.failures.is_empty()));
        rows(std::iter::once(TESTS.map(String::from)).chain(outcomes.map(|outcome| test_row(tested, outcome))))
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => {
                let mut row: [String; FINDINGS.len()] = Default::default();
                row[0] = "error".into();
                row[7] = (*message).into();
                row[8] = help.unwrap_or_default().into();
                rows([FINDINGS.map(String::from), row])
            }
            Stopped::Findings(found, sources) => findings(found, sources),
        }
    }
}

fn judged_rows(run: &Run<'_>, explanation: &Explanation, standing: Requirement) -> String {
    let concerns = run.requirements.concerns(explanation);
    let codes = |certain: bool| -> String {
        let codes: Vec<&str> = concerns.iter().filter(|concern| concern.certain == certain).map(|concern| concern.code()).collect();
        codes.join(" ")
    };
    let (against, possibly) = (codes(true), codes(false));
    let ask_first = explanation.questions.first().map_or("", |question| question.fact.path.as_str());
    let row = |verdict: &VerdictLine| {
        let scored = verdict.score.as_ref().filter(|_| verdict.applies != Applies::Never);
        let edges = edges(&verdict.bands);
        let score = |end: fn(&crate::verdict::Bounds) -> &crate::value::Fraction| {
            scored.map(|score| show_fraction_percent(end(score), &edges)).unwrap_or_default()
        };
        let band = |place: u32| if verdict.applies == Applies::Never { "" } else { band_title(&verdict.bands, place) };
        let asked = verdict.requirement.as_ref();
        [
            explanation.file.clone(),
            explanation.name.clone(),
            explanation.title.clone(),
            explanation.today.clone(),
            requirement_key(standing).into(),
            verdict.code.clone(),
            verdict.title.clone(),
            state_name(verdict.state).into(),
            band(verdict.range.floor).into(),
            band(verdict.range.ceiling).into(),
            score(|score| &score.low),
            score(|score| &score.high),
            verdict.decided.as_ref().map_or(String::new(), |_| share(&verdict.decided)),
            verdict.earned.as_ref().map_or(String::new(), |_| share(&verdict.earned)),
            asked.map_or(String::new(), |(band, _)| band.clone()),
            asked.map_or("", |(_, stands)| requirement_key(*stands)).into(),
            capped_by(verdict, &explanation.gates).join(" "),
            against.clone(),
            possibly.clone(),
            ask_first.into(),
            String::new(),
        ]
    };
    rows(explanation.verdicts.iter().map(row))
}

/// The row of a sheet without a judgement.
fn not_judged(file: &str, why: &str) -> [String; VERDICTS.len()] {
    let mut row: [String; VERDICTS.len()] = Default::default();
    row[0] = file.into();
    row[4] = requirement_key(Requirement::Faulted).into();
    row[7] = "not judged".into();
    row[VERDICTS.len() - 1] = why.into();
    row
}

/// The row of what was found of the run as a whole.
fn of_the_run(finding: &Diagnostic, sources: &Sources) -> [String; VERDICTS.len()] {
    let mut row: [String; VERDICTS.len()] = Default::default();
    row[0] = sources.name(finding.primary.span.file).into();
    row[4] = requirement_key(Requirement::NotMet).into();
    row[VERDICTS.len() - 1] = format!("line {}: {}", place(finding.primary.span, sources).0.line, finding.message);
    row
}

/// `line 3: the text is no percent, and 2 more findings`
fn first_of(found: &[Diagnostic], sources: &Sources) -> String {
    let Some(first) = found.iter().find(|finding| finding.is_error()).or(found.first()) else { return "the sheet has errors".into() };
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => ", and 1 more finding".into(),
        more => format!(", and {more} more findings"),
    };
    format!("line {}: {}{more}", place(first.primary.span, sources).0.line, first.message)
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or(message.to_string(), |help| format!("{message}; {help}"))
}

fn findings(found: &[Diagnostic], sources: &Sources) -> String {
    let row = |finding: &Diagnostic| {
        let (begin, end) = place(finding.primary.span, sources);
        [
            severity_key(finding.severity).into(),
            finding.code.name.into(),
            sources.name(finding.primary.span.file).into(),
            begin.line.to_string(),
            begin.column.to_string(),
            end.line.to_string(),
            end.column.to_string(),
            finding.message.clone(),
            finding.help.join("; "),
        ]
    };
    rows(std::iter::once(FINDINGS.map(String::from)).chain(found.iter().map(row)))
}

fn test_row(tested: &Tested<'_>, outcome: &trials::Outcome) -> [String; TESTS.len()] {
    let trial = tested.trial(outcome);
    let (begin, _) = place(trial.title_span, tested.sources);
    let joined = |part: fn(&trials::Failure) -> &str| outcome.failures.iter().map(part).collect::<Vec<_>>().join("; ");
    [
        if outcome.failures.is_empty() { "passes" } else { "fails" }.into(),
        trial.title.clone(),
        tested.policy.rulebooks[trial.book].name.clone(),
        tested.sources.name(trial.title_span.file).into(),
        begin.line.to_string(),
        begin.column.to_string(),
        outcome.failures.len().to_string(),
        joined(|failure| &failure.expected),
        joined(|failure| &failure.got),
    ]
}

fn rows<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Rows are of one length, and memory takes everything.
        let _ = writer.write_record(row.iter().map(|text| cell(text)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A text as a cell: on one line, and with an apostrophe before what a spreadsheet would calculate.
fn cell(text: &str) -> String {
    let shown = visible(text);
    match shown.trim_start().chars().next() {
        // The wide forms count as the same signs in some of them.
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{shown}"),
        _ => shown.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r\n=cmd|' /C calc'!A0"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("43.2%"), "43.2%");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn cells_end_where_they_end() {
        assert_eq!(rows([["a,b".to_string(), "say \"x\"\nand y".to_string()]]), "\"a,b\",\"say \"\"x\"\" and y\"\r\n");
    }
}
