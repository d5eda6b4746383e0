//! What tests of the rules came to, for people: each test with its result, what failed and why, what no test reaches, and which altered rules no test
//! noticed.

use crate::diagnostic::counted;
use crate::policy::{Policy, Trial};
use crate::source::{Sources, Span};
use crate::trials::{Answer, Because, Failure, Outcome};

use super::Layout;
use super::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, Paint, STRONG, visible, width_of};

/// What a run of tests came to.
pub struct Tested<'a> {
    /// The rules and their tests.
    pub policy: &'a Policy,
    /// Their texts.
    pub sources: &'a Sources,
    /// The tests that were run.
    pub outcomes: &'a [Outcome],
}

impl<'a> Tested<'a> {
    fn trial(&self, outcome: &Outcome) -> &'a Trial {
        &self.policy.trials[outcome.trial]
    }

    fn failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count()
    }
}

/// The report on a run of tests, ending with a line break.
pub fn tested(tested: &Tested<'_>, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), sources: tested.sources, text: String::new() };
    page.results(tested);
    page.failures(tested);
    page.count(tested);
    page.text
}

/// The report under construction.
pub(super) struct Page<'a> {
    width: usize,
    paint: Paint,
    sources: &'a Sources,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wrapped words; `prefix` stands before the first line, and the others hang below its end.
    fn flow(&mut self, prefix: &str, flow: &Flow) {
        let indent = width_of(prefix);
        for (index, line) in flow.lines(self.width.saturating_sub(indent), self.paint).iter().enumerate() {
            let before = if index == 0 { prefix.to_string() } else { " ".repeat(indent) };
            self.line(&format!("{before}{line}"));
        }
    }

    fn address(&self, span: Span) -> String {
        self.sources.address(span)
    }

    /// Every test under its file, in order.
    fn results(&mut self, tested: &Tested<'_>) {
        let mut file = None;
        for outcome in tested.outcomes {
            let trial = tested.trial(outcome);
            if file.replace(trial.span.file) != Some(trial.span.file) {
                if !self.text.is_empty() {
                    self.line("");
                }
                let name = self.paint.paint(STRONG, &visible(self.sources.name(trial.span.file)));
                self.line(&name);
            }
            let mark = match outcome.failures.is_empty() {
                true => self.paint.paint(GOOD, "passes"),
                false => self.paint.paint(BAD, "FAILS "),
            };
            self.flow(&format!("  {mark}  "), &Flow::new().add(PLAIN, &trial.title));
        }
    }

    fn failures(&mut self, tested: &Tested<'_>) {
        for outcome in tested.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()) {
            let trial = tested.trial(outcome);
            let address = self.address(trial.title_span);
            self.line("");
            self.flow("", &Flow::new().add(STRONG, &trial.title).dot_whole(FAINT, &address));
            for failure in &outcome.failures {
                self.failure(failure);
            }
        }
    }

    fn failure(&mut self, failure: &Failure) {
        let address = self.address(failure.span);
        self.flow("  expected  ", &Flow::new().add(PLAIN, &failure.expected).dot_whole(FAINT, &address));
        let (style, remark) = match failure.answer {
            Answer::Met | Answer::NotMet => (BAD, ""),
            Answer::Unknown => (OPEN, "so what is expected is not certain"),
            Answer::Faulted => (OPEN, "so there is no answer"),
        };
        self.flow("  got       ", &Flow::new().add(style, &failure.got).dot(PLAIN, remark));
        for (index, because) in failure.because.iter().enumerate() {
            self.because(if index == 0 { "  because   " } else { "            " }, because);
        }
    }

    fn because(&mut self, prefix: &str, because: &Because) {
        let words = Flow::new().add(STRONG, &because.code).add(PLAIN, &because.outcome).close(PLAIN, ":").add(PLAIN, &because.reason);
        self.flow(prefix, &words.dot_whole(FAINT, &because.rule));
        for (path, value, at) in &because.facts {
            let flow = Flow::new().add(PLAIN, path).add(PLAIN, "is").add(PLAIN, value.strip_prefix("is ").unwrap_or(value));
            self.flow("              ", &flow.dot_whole(FAINT, at.as_deref().unwrap_or_default()));
        }
    }

    fn count(&mut self, tested: &Tested<'_>) {
        let (all, failed) = (tested.outcomes.len(), tested.failed());
        self.line("");
        let words = match failed {
            0 => Flow::new().add(GOOD, &format!("{}, all pass", counted(all, "test"))),
            _ => Flow::new().add(BAD, &format!("{}: {} pass, {failed} {}", counted(all, "test"), all - failed, if failed == 1 { "fails" } else { "fail" })),
        };
        self.flow("", &words);
    }
}
