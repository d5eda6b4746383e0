//! What tests of the rules came to, for people: each test with its result, what failed and why, what no test reaches, and which altered rules no test
//! noticed.

use crate::diagnostic::counted;
use crate::policy::{Policy, Trial};
use crate::source::{Sources, Span};
use crate::trials::{Answer, Because, Change, Coverage, Failure, Mutation, Outcome};

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
    /// Whether those that pass are only counted.
    pub only_failures: bool,
    /// What they reach, if that was asked.
    pub coverage: Option<&'a Coverage>,
    /// What altering the rules came to, if that was asked.
    pub mutation: Option<&'a Mutation>,
}

impl<'a> Tested<'a> {
    pub(super) fn trial(&self, outcome: &Outcome) -> &'a Trial {
        &self.policy.trials[outcome.trial]
    }

    pub(super) fn failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count()
    }
}

/// What a test expected, what came out instead, and why.
pub(super) fn failure_words(failure: &Failure) -> String {
    let because = failure.because.iter().map(|because| format!("\nbecause {} {}: {}", because.code, because.outcome, because.reason));
    format!("expected {}\ngot {}{}", failure.expected, failure.got, because.collect::<String>())
}

/// What no test notices.
pub(super) fn change_words(change: &Change) -> String {
    format!("no test notices `{}` in the place of `{}`", change.to, change.from)
}

/// The report on a run of tests, ending with a line break.
pub fn tested(tested: &Tested<'_>, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), sources: tested.sources, text: String::new() };
    if !tested.only_failures {
        page.results(tested);
    }
    page.failures(tested);
    page.count(tested);
    if let Some(coverage) = tested.coverage {
        page.coverage(tested, coverage);
    }
    if let Some(mutation) = tested.mutation {
        page.mutation(tested, mutation);
    }
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
        // No page begins with an empty line.
        if !(self.text.is_empty() && line.is_empty()) {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
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
                self.line("");
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
        let style = if tested.failed() == 0 { GOOD } else { BAD };
        self.line("");
        self.flow("", &Flow::new().add(style, &count(tested)));
    }

    /// What no test reaches, by rulebook.
    fn coverage(&mut self, tested: &Tested<'_>, coverage: &Coverage) {
        let (all, reached) = (coverage.all, coverage.reached);
        self.line("");
        let style = if coverage.gaps.is_empty() { GOOD } else { OPEN };
        let share = percent(reached, all);
        let words = Flow::new().add(style, &format!("{reached} of {} reached", counted(all, "outcome"))).dot_whole(PLAIN, &share);
        self.flow("Coverage: ", &words);
        let mut book = None;
        for gap in &coverage.gaps {
            self.rulebook(tested, &gap.code, &mut book);
            self.flow("  ", &Flow::new().add(PLAIN, &gap.code).add(PLAIN, &gap.missing).dot_whole(FAINT, &gap.rule));
        }
    }

    /// Which altered rules no test noticed, by rulebook.
    fn mutation(&mut self, tested: &Tested<'_>, mutation: &Mutation) {
        self.line("");
        let altered = format!("{} tried", mutation.tried);
        let noticed = match (mutation.survivors.len(), mutation.tried) {
            (_, 0) => Flow::new().add(OPEN, "nothing in the rules could be altered"),
            (0, _) => Flow::new().add(GOOD, &format!("{altered}, every one noticed")),
            (left, _) => Flow::new().add(OPEN, &format!("{altered}, {} noticed, {left} not", mutation.noticed)),
        };
        let noticed = match mutation.same {
            0 => noticed,
            1 => noticed.dot(PLAIN, "1 changes nothing, by proof"),
            same => noticed.dot(PLAIN, &format!("{same} change nothing, by proof")),
        };
        self.flow("Alterations: ", &noticed.dot(FAINT, &counted(mutation.runs, "run")));
        if mutation.limited {
            self.flow("  ", &Flow::new().add(OPEN, "there are more than are tried in one go; test the rulebooks apart"));
        }
        let mut book = None;
        for survivor in &mutation.survivors {
            self.rulebook(tested, &survivor.code, &mut book);
            let change = &survivor.change;
            let words = Flow::new().add(PLAIN, &survivor.code).close(PLAIN, ":").add(PLAIN, &format!("`{}`", change.from));
            self.flow("  ", &words.add(PLAIN, "into").add(PLAIN, &format!("`{}`", change.to)).dot_whole(FAINT, &survivor.rule));
            let hint = if survivor.asked { change.hint.as_str() } else { "no test expects anything that rests on it" };
            let words = Flow::new().add(PLAIN, if survivor.asked { "would be noticed by" } else { "" });
            self.flow("      ", &words.add(PLAIN, hint));
        }
    }

    /// The heading of a rulebook, before the first line about it.
    fn rulebook(&mut self, tested: &Tested<'_>, code: &str, before: &mut Option<String>) {
        let name = code.split('.').next().unwrap_or(code);
        if before.as_deref() != Some(name) {
            *before = Some(name.to_string());
            let title = tested.policy.rulebooks.iter().find(|rulebook| rulebook.name == name).map_or(name, |rulebook| &rulebook.title);
            self.line("");
            let title = self.paint.paint(STRONG, &visible(title));
            self.line(&title);
        }
    }
}

/// `12 tests: 11 pass, 1 fails`
pub(super) fn count(tested: &Tested<'_>) -> String {
    let (all, failed) = (tested.outcomes.len(), tested.failed());
    match failed {
        0 => format!("{}, all pass", counted(all, "test")),
        _ => format!("{}: {} pass, {failed} {}", counted(all, "test"), all - failed, if failed == 1 { "fails" } else { "fail" }),
    }
}

/// A part as a percent, rounded down, so that only the whole is 100%.
fn percent(part: usize, all: usize) -> String {
    match all {
        0 => "100%".into(),
        _ => format!("{}.{}%", part * 100 / all, part * 1000 / all % 10),
    }
}
