//! For whatever shows the results of tests: JUnit's XML. A suite for each project, and in it a case for each verdict, gate, item and trigger.
//!
//! INVARIANT: a case fails or errs just where something that was asked for is missed, open or can't be answered, so the file has failures or errors just where
//! the exit code is not 0. Whatever stands against a project beyond that is told in cases that pass. No times are written: the same input gives the same bytes.

use super::{Checked, Closing, Form, Stopped};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::{Explanation, ProvisionLine, VerdictLine};
use crate::report::findings::{alone, count};
use crate::report::text::visible_lines;
use crate::report::trials::failure_words;
use crate::report::{Run, Tested, band_range, concerns, state_name};
use crate::requirements::{Concern, Judged, Outcome, Subject};
use crate::source::Sources;
use crate::value::Force;
use crate::verdict::{Applies, FaultLevel, Requirement, State};

pub(super) struct JUnit;

impl Form for JUnit {
    fn begin(&mut self, _: &Run<'_>) -> String {
        OPENING.into()
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(explanation, standing) => judgement(run, explanation, *standing).written(),
            Outcome::Rejected(found) => {
                let mut suite = Suite::new(&judged.file);
                suite.add("the sheet can be judged", Answer::Errs("not judged", count(found), told(found, &judged.sources)));
                suite.written()
            }
            Outcome::Unreadable(why) => {
                let mut suite = Suite::new(&judged.file);
                suite.add("the sheet can be judged", Answer::Errs("not judged", why.clone(), String::new()));
                suite.written()
            }
        }
    }

    fn push(&mut self, _: &Judged, piece: String) -> String {
        piece
    }

    fn end(&mut self, _: &Run<'_>, closing: &Closing<'_>) -> String {
        let mut suite = Suite::new("plumb");
        if let Some((found, sources)) = closing.findings {
            let answer = Answer::Errs("findings", count(found), told(found, sources));
            suite.add("what the run rests on has no errors", answer);
        }
        if let Some((message, help)) = closing.trouble {
            suite.add("the run comes to its end", trouble(message, help));
        }
        let written = if suite.cases.is_empty() { String::new() } else { suite.written() };
        written + CLOSING
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        findings(checked.findings, checked.sources, checked.fail_on)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        let mut text = String::from(OPENING);
        for rulebook in &tested.policy.rulebooks {
            let mut suite = Suite::new(&rulebook.name);
            for outcome in tested.outcomes {
                let trial = tested.trial(outcome);
                if trial.span.file != rulebook.file || tested.only_failures && outcome.failures.is_empty() {
                    continue;
                }
                let failures =
                    outcome.failures.iter().map(|failure| format!("{}: {}", tested.sources.address(failure.span), failure_words(failure)));
                let answer = match outcome.failures.first() {
                    None => Answer::Passes(String::new()),
                    Some(first) => Answer::Fails(
                        "expectation",
                        format!("expected {}, got {}", first.expected, first.got),
                        failures.collect::<Vec<_>>().join("\n"),
                    ),
                };
                suite.add(&trial.title, answer);
            }
            if !suite.cases.is_empty() {
                text.push_str(&suite.written());
            }
        }
        text + CLOSING
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => {
                let mut suite = Suite::new("plumb");
                suite.add("plumb can run", trouble(message, *help));
                format!("{OPENING}{}{CLOSING}", suite.written())
            }
            Stopped::Findings(found, sources) => findings(found, sources, Severity::Error),
        }
    }
}

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"plumb\">\n";
const CLOSING: &str = "</testsuites>\n";

fn judgement(run: &Run<'_>, explanation: &Explanation, standing: Requirement) -> Suite {
    let mut suite = Suite::new(&explanation.title);
    suite.file = Some(explanation.file.clone());
    let concerns = run.requirements.concerns(explanation);
    for verdict in &explanation.verdicts {
        let of_it = || concerns.iter().filter(|concern| concern.code() == verdict.code);
        let name = named(&verdict.title, &verdict.code);
        suite.add(&name, of_verdict(verdict, of_it().find(|concern| matches!(concern.subject, Subject::Band(_)))));
        if let Some(score) = of_it().find(|concern| matches!(concern.subject, Subject::Score(..))) {
            suite.add(&format!("{name}: its score"), of_concern(score));
        }
    }
    // Of what is no verdict, a code stands for one thing.
    let answer = |code: &str, applies: Applies| match concerns.iter().find(|concern| concern.code() == code) {
        Some(concern) => of_concern(concern),
        None if applies == Applies::Never => Answer::Skipped("does not apply".into()),
        None => Answer::Passes(String::new()),
    };
    for gate in explanation.gates.iter().filter(|gate| gate.force == Force::Now) {
        suite.add(&named(&gate.title, &gate.code), answer(&gate.code, Applies::Always));
    }
    for item in explanation.items.iter().filter(|item| item.included.is_none() && item.force == Force::Now) {
        suite.add(&named(&item.title, &item.code), answer(&item.code, item.applies));
    }
    for protocol in &explanation.protocols {
        for ProvisionLine { code, title, applies, .. } in protocol.triggers.iter().map(|trigger| &trigger.about) {
            suite.add(&named(title, code), answer(code, *applies));
        }
    }
    for fault in explanation.faults.iter().filter(|fault| fault.level == FaultLevel::Certain) {
        let message = concerns::fault(fault);
        // What fails and nothing that was asked for rests on, is told alone.
        let answer = match standing {
            Requirement::Faulted => Answer::Errs("fault", message, fault.rule.address.clone()),
            _ => Answer::Passes(format!("{message}\n{}", fault.rule.address)),
        };
        suite.add(&format!("{} can be worked out", fault.code), answer);
    }
    suite
}

fn of_verdict(verdict: &VerdictLine, band: Option<&Concern<'_>>) -> Answer {
    let words = match verdict.state {
        State::Decided | State::Open => format!("{}: {}", state_name(verdict.state), band_range(&verdict.bands, verdict.range)),
        State::NotApplicable | State::Faulted => state_name(verdict.state).to_string(),
    };
    if verdict.state == State::Faulted {
        return Answer::Errs("fault", "a rule that it rests on can't be worked out".into(), words);
    }
    match band {
        Some(concern) => of_concern(concern),
        None if verdict.applies == Applies::Never => Answer::Skipped("does not apply".into()),
        None => Answer::Passes(words),
    }
}

fn of_concern(concern: &Concern<'_>) -> Answer {
    let message = concerns::message(concern);
    if let Some(why) = concerns::acceptance(concern) {
        return Answer::Skipped(format!("accepted: {why}: {message}"));
    }
    let facts = concern.facts().iter().map(|fact| {
        let at = fact.at.as_ref().map_or(String::new(), |at| format!(" ({})", at.address));
        format!("{}: {}{at}", fact.path, fact.value)
    });
    let rule = format!("{} at {}", concern.code(), concern.rule().address);
    let details = concern.advice().map(String::from).into_iter().chain([rule]).chain(facts).collect::<Vec<_>>().join("\n");
    match (concern.counts, concern.certain) {
        (false, _) => Answer::Passes(format!("{}: {message}\n{details}", concern.level.name())),
        (true, true) => Answer::Fails(concern.level.name(), message, details),
        (true, false) => Answer::Errs("open", message, details),
    }
}

/// A document of findings: a suite for each text in which there are some.
fn findings(found: &[Diagnostic], sources: &Sources, fail_on: Severity) -> String {
    let mut text = String::from(OPENING);
    for file in sources.ids() {
        let mut suite = Suite::new(sources.name(file));
        for finding in found.iter().filter(|finding| finding.primary.span.file == file) {
            let words = alone(finding, sources);
            // Severities are ordered from the worst.
            let answer = match finding.severity <= fail_on {
                true => Answer::Fails(finding.code.name, finding.message.clone(), words),
                false => Answer::Passes(words),
            };
            suite.add(&format!("{}: {}", sources.address(finding.primary.span), finding.message), answer);
        }
        if !suite.cases.is_empty() {
            text.push_str(&suite.written());
        }
    }
    text + CLOSING
}

fn trouble(message: &str, help: Option<&str>) -> Answer {
    Answer::Errs("could not run", message.into(), help.unwrap_or_default().into())
}

fn told(found: &[Diagnostic], sources: &Sources) -> String {
    found.iter().map(|finding| alone(finding, sources)).collect::<Vec<_>>().join("\n")
}

fn named(title: &str, code: &str) -> String {
    format!("{title} ({code})")
}

/// What a case came to; of a failure and an error what kind it is of, the message, and the details.
enum Answer {
    Passes(String),
    Skipped(String),
    Fails(&'static str, String, String),
    Errs(&'static str, String, String),
}

struct Suite {
    name: String,
    file: Option<String>,
    cases: Vec<(String, Answer)>,
}

impl Suite {
    fn new(name: &str) -> Suite {
        Suite { name: name.into(), file: None, cases: Vec::new() }
    }

    fn add(&mut self, name: &str, answer: Answer) {
        self.cases.push((name.into(), answer));
    }

    fn written(&self) -> String {
        let count = |kind: fn(&Answer) -> bool| self.cases.iter().filter(|(_, answer)| kind(answer)).count();
        let name = attribute(&self.name);
        let file = self.file.as_ref().map_or(String::new(), |file| format!(" file=\"{}\"", attribute(file)));
        let mut text = format!(
            "  <testsuite name=\"{name}\"{file} tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
            self.cases.len(),
            count(|answer| matches!(answer, Answer::Fails(..))),
            count(|answer| matches!(answer, Answer::Errs(..))),
            count(|answer| matches!(answer, Answer::Skipped(_))),
        );
        for (case, answer) in &self.cases {
            let inner = match answer {
                Answer::Passes(words) if words.is_empty() => String::new(),
                Answer::Passes(words) => format!("<system-out>{}</system-out>", content(words)),
                Answer::Skipped(why) => format!("<skipped message=\"{}\"/>", attribute(why)),
                Answer::Fails(kind, message, details) => refusal("failure", kind, message, details),
                Answer::Errs(kind, message, details) => refusal("error", kind, message, details),
            };
            let head = format!("    <testcase name=\"{}\" classname=\"{name}\"", attribute(case));
            match inner.is_empty() {
                true => text.push_str(&format!("{head}/>\n")),
                false => text.push_str(&format!("{head}>\n      {inner}\n    </testcase>\n")),
            }
        }
        text + "  </testsuite>\n"
    }
}

fn refusal(element: &str, kind: &str, message: &str, details: &str) -> String {
    format!("<{element} type=\"{kind}\" message=\"{}\">{}</{element}>", attribute(message), content(details.trim_end()))
}

/// Text between tags. What acts is spelt out, and so is what XML has no place for whatever its spelling.
fn content(text: &str) -> String {
    visible_lines(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The value of an attribute, in which XML has readers turn plain line breaks into spaces.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_place() {
        let mut suite = Suite::new("a\"><b>&\u{0}\u{1b}[31m\u{fffe}");
        suite.add("]]>", Answer::Fails("error", "1 < 2\n\"3\"".into(), "]]></failure><x/>\u{202e}".into()));
        assert_eq!(
            suite.written(),
            "  <testsuite name=\"a&quot;&gt;&lt;b&gt;&amp;\\u{0}\\u{1b}[31m\\u{fffe}\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">\n    \
             <testcase name=\"]]&gt;\" classname=\"a&quot;&gt;&lt;b&gt;&amp;\\u{0}\\u{1b}[31m\\u{fffe}\">\n      \
             <failure type=\"error\" message=\"1 &lt; 2&#10;&quot;3&quot;\">]]&gt;&lt;/failure&gt;&lt;x/&gt;\\u{202e}</failure>\n    \
             </testcase>\n  </testsuite>\n"
        );
    }
}
