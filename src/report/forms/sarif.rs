//! For whatever shows the findings of analysers: SARIF 2.1.0. A result for each thing that stands against a project, at the fact that it rests on, under a rule
//! that says what is asked. See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! What the evidence leaves open is of the kind `open`, which the standard has for just that, and so has the level `none`. The tool and its rules stand behind
//! the results, because which findings occur is known only then.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Checked, Closing, Form, Stopped, is_file, trouble_words};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::digest::Digest;
use crate::explain::{Explanation, FaultLine};
use crate::policy::Head;
use crate::program::Program;
use crate::report::findings::place;
use crate::report::json::{ENGINE_VERSION, line, severity_key};
use crate::report::text::visible_lines;
use crate::report::trials::{change_words, failure_words};
use crate::report::{Run, Tested, concerns, findings};
use crate::requirements::{Concern, Judged, Level, Outcome, Requirements, Subject};
use crate::source::{Sources, Span};
use crate::value::show_fraction_points;
use crate::verdict::{FaultLevel, Requirement};

/// What stands before the results. The schema is the standard's own, by which readers know what they read.
const OPENING: &str = concat!(
    r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","#,
    r#""runs":[{"columnKind":"unicodeCodePoints","results":["#
);

/// Against what relative places are resolved: the folder in which `plumb` ran.
const ROOT: &str = "%SRCROOT%";

#[derive(Default)]
pub(super) struct Sarif {
    has_results: bool,
    codes: BTreeMap<&'static str, &'static Code>,
    notifications: Vec<Value>,
}

impl Form for Sarif {
    fn begin(&mut self, _: &Run<'_>) -> String {
        OPENING.into()
    }

    fn piece(&self, run: &Run<'_>, judged: &Judged) -> String {
        let results: Vec<Value> = match &judged.outcome {
            Outcome::Judged(explanation, _) => {
                let concerns = run.requirements.concerns(explanation);
                let concerns = concerns.iter().map(|concern| of_concern(concern, explanation, &judged.sources));
                concerns.chain(explanation.faults.iter().map(|fault| of_fault(fault, explanation, &judged.sources))).collect()
            }
            Outcome::Rejected(found) => of_findings(found, &judged.sources),
            Outcome::Unreadable(_) => Vec::new(),
        };
        listed(&results)
    }

    fn push(&mut self, judged: &Judged, piece: String) -> String {
        let why = match &judged.outcome {
            Outcome::Judged(..) => None,
            Outcome::Rejected(found) => {
                self.note(found);
                Some("the sheet has errors, so it was not judged")
            }
            Outcome::Unreadable(why) => Some(why.as_str()),
        };
        if let Some(why) = why {
            let mut notification = notification(why, None);
            notification["locations"] = json!([{ "physicalLocation": { "artifactLocation": artifact(&judged.file) } }]);
            self.notifications.push(notification);
        }
        self.add(&piece)
    }

    fn end(&mut self, run: &Run<'_>, closing: &Closing<'_>) -> String {
        let mut text = String::new();
        if let Some((found, sources)) = closing.findings {
            self.note(found);
            text = self.add(&listed(&of_findings(found, sources)));
        }
        self.notifications.extend(closing.trouble.map(|(message, help)| notification(message, help)));
        let is_whole = self.notifications.is_empty() && closing.standing != Requirement::Faulted;
        text + &self.close(rules_of(run.program, run.requirements), is_whole)
    }

    fn checked(&self, checked: &Checked<'_>) -> String {
        alone(checked.findings, checked.sources, true)
    }

    fn tested(&self, tested: &Tested<'_>) -> String {
        let sources = tested.sources;
        let mut results = Vec::new();
        for outcome in tested.outcomes {
            let title = &tested.trial(outcome).title;
            for failure in &outcome.failures {
                let message = format!("{title}: {}", failure_words(failure));
                results.push(result("test-fails", "error", &message, located(failure.span, sources)));
            }
        }
        for gap in tested.coverage.iter().flat_map(|coverage| &coverage.gaps) {
            results.push(result("not-reached", "warning", &format!("{}: {}", gap.code, gap.missing), located(gap.span, sources)));
        }
        for survivor in tested.mutation.iter().flat_map(|mutation| &mutation.survivors) {
            let message = format!("{}: {}", survivor.code, change_words(&survivor.change));
            results.push(result("not-noticed", "warning", &message, located(survivor.change.span, sources)));
        }
        let rules = OF_TESTS.map(|(id, level, about)| rule(id, about, about, about, Some(Some(level))));
        Sarif::default().whole(&results, rules.to_vec(), true)
    }

    fn stopped(&self, why: &Stopped<'_>) -> String {
        match why {
            Stopped::Trouble(message, help) => {
                Sarif { notifications: vec![notification(message, *help)], ..Sarif::default() }.whole(&[], Vec::new(), false)
            }
            Stopped::Findings(found, sources) => alone(found, sources, false),
        }
    }
}

/// The rules under which tests are reported.
const OF_TESTS: [(&str, &str, &str); 3] = [
    ("test-fails", "error", "A test of the rules gets something else than it expects"),
    ("not-reached", "warning", "No test that passes reaches this part of a rule"),
    ("not-noticed", "warning", "No test fails when this part of a rule is altered"),
];

impl Sarif {
    /// Remembers under which codes something was found.
    fn note(&mut self, found: &[Diagnostic]) {
        self.codes.extend(found.iter().map(|finding| (finding.code.name, finding.code)));
    }

    /// Results, behind those that are written already.
    fn add(&mut self, results: &str) -> String {
        if results.is_empty() {
            return String::new();
        }
        let comma = if std::mem::replace(&mut self.has_results, true) { "," } else { "" };
        format!("{comma}\n{results}")
    }

    /// A document of these results alone.
    fn whole(mut self, results: &[Value], rules: Vec<Value>, is_whole: bool) -> String {
        OPENING.to_string() + &self.add(&listed(results)) + &self.close(rules, is_whole)
    }

    /// What stands behind the results: the tool, its rules, and whether it did its work.
    fn close(&mut self, mut rules: Vec<Value>, is_whole: bool) -> String {
        rules.extend(self.codes.values().map(|code| {
            let level = severity_key(code.severity);
            let mut rule = rule(code.name, code.summary, code.summary, code.summary, Some(Some(level)));
            rule["help"]["markdown"] = code.page.into();
            rule
        }));
        let rules = if rules.is_empty() { String::new() } else { format!("\n{}\n", listed(&rules)) };
        let base = json!({ ROOT: { "description": { "text": "The folder in which plumb ran" } } });
        let invocation = json!({ "executionSuccessful": is_whole, "toolExecutionNotifications": self.notifications });
        let break_before = if self.has_results { "\n" } else { "" };
        let driver = format!("\"name\":\"plumb\",\"semanticVersion\":\"{ENGINE_VERSION}\",\"rules\":[{rules}]");
        format!(
            "{break_before}],\n\"tool\":{{\"driver\":{{{driver}}}}},\n\"originalUriBaseIds\":{},\n\"invocations\":[{}]}}]}}\n",
            line(&base).trim_end(),
            line(&invocation).trim_end()
        )
    }
}

/// A document of findings alone.
fn alone(found: &[Diagnostic], sources: &Sources, is_whole: bool) -> String {
    let mut form = Sarif::default();
    form.note(found);
    form.whole(&of_findings(found, sources), Vec::new(), is_whole)
}

/// Elements of a list, one a line.
fn listed(elements: &[Value]) -> String {
    let lines: Vec<String> = elements.iter().map(|element| line(element).trim_end().to_string()).collect();
    lines.join(",\n")
}

/// The rules that judgements can be about. How grave each is, its results say, but for those whose level somebody set.
fn rules_of(program: &Program, requirements: &Requirements) -> Vec<Value> {
    let described = |head: &Head, what: &str| {
        let level = requirements.levels.get(&head.code).map(|level| level.map(Level::name));
        let doc = if head.doc.is_empty() { what } else { &head.doc };
        rule(&head.code, &head.title, doc, &format!("{what}\n{}", head.doc), level)
    };
    let verdicts = program.verdicts.iter().map(|verdict| described(&verdict.head, "A verdict."));
    let gates = program.gates.iter().map(|gate| described(&gate.head, "A gate: where it fires, the verdict is capped."));
    let items = program.items.iter().map(|item| described(&item.head, &format!("Worth {} points.", show_fraction_points(&item.worth))));
    let limits = program.limits.iter().map(|limit| described(&limit.head, "A limit."));
    let triggers = program.triggers.iter().map(|trigger| described(&trigger.head, "A trigger: where it fires, something is to be done."));
    let reviews = program.reviews.iter().map(|review| described(&review.head, "A review."));
    verdicts.chain(gates).chain(items).chain(limits).chain(triggers).chain(reviews).collect()
}

/// A rule, with the level of its results if that is known: none where they are not to be told.
fn rule(id: &str, title: &str, about: &str, help: &str, level: Option<Option<&str>>) -> Value {
    let mut rule = json!({
        "id": id,
        "shortDescription": { "text": plain(title) },
        "fullDescription": { "text": plain(about) },
        "help": { "text": plain(help.trim_end()) },
    });
    if let Some(level) = level {
        rule["defaultConfiguration"] = json!({ "enabled": level.is_some(), "level": level.unwrap_or("none") });
    }
    rule
}

fn of_concern(concern: &Concern<'_>, explanation: &Explanation, sources: &Sources) -> Value {
    let advice = concern.advice().map_or(String::new(), |advice| format!("\n{advice}"));
    let message = format!("{}: {}: {}{advice}", explanation.title, concern.title(), concerns::message(concern));
    let first = concerns::fact(concern);
    let subject = match concern.subject {
        Subject::Band(_) => "band",
        Subject::Score(..) => "score",
        Subject::Gate(_) | Subject::Item(_) | Subject::Trigger(_) => "rule",
    };
    let place = first.and_then(|fact| located(fact.span, sources)).unwrap_or_else(|| {
        // GitHub takes no result without a line.
        json!({ "artifactLocation": artifact(&explanation.file), "region": { "startLine": 1 } })
    });
    let mut result = of_project(explanation, subject, concern.code(), (concern.certain, concern.level), &message, Some(place));
    let first = first.map(|fact| fact.span);
    let others = concern.facts().iter().filter_map(|fact| {
        let at = fact.at.as_ref().filter(|at| Some(at.span) != first)?;
        related(at.span, sources, &format!("{}: {}", fact.path, fact.value))
    });
    result["relatedLocations"] = related(concern.rule().span, sources, "the rule").into_iter().chain(others).collect::<Vec<_>>().into();
    result["properties"]["counts"] = concern.counts.into();
    let accepted = concerns::acceptance(concern).map(|why| json!({ "kind": "external", "status": "accepted", "justification": why }));
    result["suppressions"] = accepted.into_iter().collect::<Vec<_>>().into();
    result
}

fn of_fault(fault: &FaultLine, explanation: &Explanation, sources: &Sources) -> Value {
    let message = format!("{}: {}", explanation.title, concerns::fault(fault));
    let span = fault.script.as_ref().unwrap_or(&fault.rule).span;
    let certain = fault.level == FaultLevel::Certain;
    of_project(explanation, "fault", &fault.code, (certain, Level::Error), &message, located(span, sources))
}

/// A result about a project, certain or open.
fn of_project(
    explanation: &Explanation,
    subject: &str,
    code: &str,
    (certain, level): (bool, Level),
    message: &str,
    place: Option<Value>,
) -> Value {
    let (kind, shown) = if certain { ("fail", level.name()) } else { ("open", "none") };
    let mut result = result(code, shown, message, place);
    result["kind"] = kind.into();
    // The same as long as the project and the rule are called the same, wherever they stand.
    let print = Digest::of(format!("{}\n{subject}\n{code}", explanation.name)).to_string();
    result["partialFingerprints"] = json!({ "projectAndRule/v1": print });
    result["properties"] = json!({ "project": explanation.name, "level": level.name() });
    result
}

fn of_findings(found: &[Diagnostic], sources: &Sources) -> Vec<Value> {
    found.iter().map(|finding| of_finding(finding, sources)).collect()
}

fn of_finding(finding: &Diagnostic, sources: &Sources) -> Value {
    let place = located(finding.primary.span, sources);
    let mut result = result(finding.code.name, severity_key(finding.severity), &findings::words(finding), place);
    let others: Vec<Value> = finding.secondary.iter().filter_map(|label| related(label.span, sources, &label.text)).collect();
    if !others.is_empty() {
        result["relatedLocations"] = others.into();
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| correction(fix, sources)) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// A result that nobody accepts. Where one result of a run has that member, all have it.
fn result(rule: &str, level: &str, message: &str, place: Option<Value>) -> Value {
    let mut result = json!({ "ruleId": rule, "level": level, "message": { "text": plain(message) }, "suppressions": [] });
    if let Some(place) = place {
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

fn notification(message: &str, help: Option<&str>) -> Value {
    json!({ "level": "error", "message": { "text": plain(&trouble_words(message, help)) } })
}

fn related(span: Span, sources: &Sources, message: &str) -> Option<Value> {
    let mut related = json!({ "physicalLocation": located(span, sources)? });
    if !message.is_empty() {
        related["message"] = json!({ "text": plain(message) });
    }
    Some(related)
}

fn correction(fix: &Fix, sources: &Sources) -> Option<Value> {
    let location = located(fix.span, sources)?;
    let replacement = json!({ "deletedRegion": location["region"], "insertedContent": { "text": fix.replacement } });
    Some(json!({ "artifactChanges": [{ "artifactLocation": location["artifactLocation"], "replacements": [replacement] }] }))
}

/// A place in a file; none for what an option says.
fn located(span: Span, sources: &Sources) -> Option<Value> {
    if !is_file(span.file, sources) {
        return None;
    }
    let (begin, end) = place(span, sources);
    let region = json!({ "startLine": begin.line, "startColumn": begin.column, "endLine": end.line, "endColumn": end.column });
    Some(json!({ "artifactLocation": artifact(sources.name(span.file)), "region": region }))
}

/// A file as a URI: relative to where `plumb` ran, unless it is named from the root.
fn artifact(file: &str) -> Value {
    let uri = percent_encoding::utf8_percent_encode(file, PATH).to_string();
    match file.starts_with('/') {
        true => json!({ "uri": format!("file://{uri}") }),
        false => json!({ "uri": uri, "uriBaseId": ROOT }),
    }
}

/// What stands for itself in the path of a URI (RFC 3986): letters, digits, and these. A colon may not, where no scheme is before it.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Words as the text of a message: braces and brackets that would make placeholders and links of them stand for themselves (3.11.5, 3.11.6).
fn plain(text: &str) -> String {
    let text = visible_lines(text).replace('{', "{{").replace('}', "}}");
    if text.contains("](") { text.replace('\\', "\\\\").replace('[', "\\[") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_uris() {
        let uri = |file: &str| artifact(file)["uri"].as_str().map(String::from);
        assert_eq!(uri("a b/ü#1:?.yaml").as_deref(), Some("a%20b/%C3%BC%231%3A%3F.yaml"));
        assert_eq!(uri("/tmp/100%.yaml").as_deref(), Some("file:///tmp/100%25.yaml"));
        assert_eq!(artifact("/tmp/x.yaml").get("uriBaseId"), None);
    }

    #[test]
    fn no_text_becomes_a_link_or_a_placeholder() {
        assert_eq!(plain("{0} [0..1] \u{1b}[31m"), "{{0}} [0..1] \\u{{1b}}[31m");
        assert_eq!(plain("see [here](http://x)"), "see \\[here](http://x)");
        assert_eq!(plain("see \\[here](http://x)"), "see \\\\\\[here](http://x)");
    }
}
