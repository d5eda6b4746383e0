//! For GitHub's checks: a workflow command for each thing that stands against a project, which GitHub shows as an annotation at the line of the fact it rests on.
//! See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
//!
//! Everything that is written here is a command or a sentence of ours, so that no text from facts can begin a line and be taken for a command.

use super::{Checked, Closing, Form, Stopped, is_file, trouble_words};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::{Explanation, FaultLine};
use crate::report::findings::place;
use crate::report::text::{visible, visible_lines};
use crate::report::{Run, Tested, concerns, findings, nothing_found, summary, trials};
use crate::requirements::{Concern, Judged, Level, Outcome};
use crate::source::{Sources, Span};
use crate::verdict::{FaultLevel, State};

#[derive(Default)]
pub(super) struct Github {
    states: Vec<Option<State>>,
    unjudged: usize,
}

impl Form for Github {
    fn begin(&mut self, _: &Run<'_>) -> String {
        String::new()
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(explanation, _) => {
                let concerns = run.requirements.concerns(explanation);
                let concerns = concerns.iter().map(|concern| concern_command(concern, explanation, &judged.sources));
                let faults = explanation.faults.iter().map(|fault| fault_command(fault, explanation, &judged.sources));
                faults.chain(concerns).collect()
            }
            Outcome::Rejected(found) => commands(found, &judged.sources),
            Outcome::Unreadable(why) => {
                Command { kind: Level::Error, file: Some(&judged.file), extent: None, title: "not judged".into(), message: why.clone() }
                    .written()
            }
        }
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        match judged.explanation() {
            Some(explanation) => self.states.push(explanation.verdicts.first().map(|verdict| verdict.state)),
            None => self.unjudged += 1,
        }
        piece
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        let stopped = closing.trouble.map_or(String::new(), |(message, help)| trouble(message, help));
        let found = closing.findings.map_or(String::new(), |(found, sources)| commands(found, sources));
        format!("{stopped}{found}{}\n", summary::total(self.states.iter().copied(), self.unjudged))
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        let count = match checked.findings {
            [] => nothing_found(checked.policy),
            found => format!("{}\n", findings::count(found)),
        };
        commands(checked.findings, checked.sources) + &count
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        let mut text = String::new();
        for outcome in tested.outcomes {
            for failure in &outcome.failures {
                let command = Command {
                    kind: Level::Error,
                    file: Some(tested.sources.name(failure.span.file)),
                    extent: Some(extent(failure.span, tested.sources)),
                    title: format!("{} fails", tested.trial(outcome).title),
                    message: trials::failure_words(failure),
                };
                text.push_str(&command.written());
            }
        }
        for gap in tested.coverage.iter().flat_map(|coverage| &coverage.gaps) {
            text.push_str(&at(Level::Warning, gap.span, tested.sources, &gap.code, &gap.missing));
        }
        for survivor in tested.mutation.iter().flat_map(|mutation| &mutation.survivors) {
            let message = trials::change_words(&survivor.change);
            text.push_str(&at(Level::Warning, survivor.change.span, tested.sources, &survivor.code, &message));
        }
        text + &trials::count(tested) + "\n"
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => trouble(message, *help),
            Stopped::Findings(found, sources) => commands(found, sources) + &findings::count(found) + "\n",
        }
    }
}

fn concern_command(concern: &Concern<'_>, explanation: &Explanation, sources: &Sources) -> String {
    let fact = concerns::fact(concern);
    let mut message = format!("{}: {}", explanation.title, concerns::message(concern));
    for line in
        [concerns::acceptance(concern).map(|why| format!("accepted: {why}")), concern.advice().map(String::from)].into_iter().flatten()
    {
        message.push('\n');
        message.push_str(&line);
    }
    message.push_str(&format!("\n{} at {}", concern.code(), concern.rule().address));
    Command {
        // What is accepted is worth knowing.
        kind: if concern.waived.is_some() || concern.accepted { Level::Note } else { concern.level },
        file: Some(fact.map_or(&explanation.file, |fact| sources.name(fact.span.file))),
        extent: fact.map(|fact| extent(fact.span, sources)),
        title: format!("{} ({})", concern.title(), concern.code()),
        message,
    }
    .written()
}

fn fault_command(fault: &FaultLine, explanation: &Explanation, sources: &Sources) -> String {
    let kind = if fault.level == FaultLevel::Certain { Level::Error } else { Level::Warning };
    let message = format!("{}: {}", explanation.title, concerns::fault(fault));
    let span = fault.script.as_ref().unwrap_or(&fault.rule).span;
    at(kind, span, sources, &format!("A rule fails ({})", fault.code), &message)
}

/// Findings, the errors first: of each kind GitHub shows no more than ten.
fn commands(found: &[Diagnostic], sources: &Sources) -> String {
    let (errors, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = found.iter().partition(|finding| finding.is_error());
    let command = |finding: &Diagnostic| {
        let kind = match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
        };
        at(kind, finding.primary.span, sources, finding.code.name, &findings::words(finding))
    };
    errors.into_iter().chain(others).map(command).collect()
}

fn at(kind: Level, span: Span, sources: &Sources, title: &str, message: &str) -> String {
    Command {
        kind,
        file: is_file(span.file, sources).then(|| sources.name(span.file)),
        extent: is_file(span.file, sources).then(|| extent(span, sources)),
        title: title.into(),
        message: message.into(),
    }
    .written()
}

fn trouble(message: &str, help: Option<&str>) -> String {
    let message = trouble_words(message, help);
    Command { kind: Level::Error, file: None, extent: None, title: "plumb could not run".into(), message }.written()
}

/// The lines and columns of a place, as GitHub counts them: a column where it begins and ends on one line, else lines alone.
fn extent(span: Span, sources: &Sources) -> Vec<(&'static str, u32)> {
    let (begin, end) = place(span, sources);
    let mut extent = vec![("line", begin.line), ("endLine", end.line)];
    if begin.line == end.line {
        extent.extend([("col", begin.column), ("endColumn", end.column)]);
    }
    extent
}

/// A workflow command.
struct Command<'a> {
    kind: Level,
    file: Option<&'a str>,
    extent: Option<Vec<(&'static str, u32)>>,
    title: String,
    message: String,
}

impl Command<'_> {
    fn written(&self) -> String {
        let kind = match self.kind {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let mut properties: Vec<String> = self.file.iter().map(|file| format!("file={}", property(file))).collect();
        properties.extend(self.extent.iter().flatten().map(|(name, value)| format!("{name}={value}")));
        properties.push(format!("title={}", property(&self.title)));
        format!("::{kind} {}::{}\n", properties.join(","), data(&self.message))
    }
}

/// The message of a command. Its own line breaks stand for such; all else that acts is spelt out before.
fn data(text: &str) -> String {
    visible_lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma, as all properties end at a colon.
fn property(text: &str) -> String {
    visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_command_or_begins_another() {
        let command = Command {
            kind: Level::Error,
            file: Some("a,line=9::b\r\n::stop-commands::x"),
            extent: Some(vec![("line", 3)]),
            title: "100%: yes, \u{1b}[31m".into(),
            message: "50%\n::set-output name=x::y\r\n\u{202e}".into(),
        };
        assert_eq!(
            command.written(),
            "::error file=a%2Cline=9%3A%3Ab %3A%3Astop-commands%3A%3Ax,line=3,title=100%25%3A yes%2C \\u{1b}[31m::50%25%0A::set-output name=x::y%0A\\u{202e}\n"
        );
    }
}
