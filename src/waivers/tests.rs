//! Files of waivers of the worst kind.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::value::parse_date;
use crate::{check, syntax};

const RULES: &str = "
rulebook main
subject project { live: bool }
scorecard quality { check running worth 4 { passes when live } }
verdict rating on quality { good >= 60%  poor otherwise }
gate closed { when not live  at most poor }
gate robbed { when live  at most poor  never waived }
";

fn reading(text: &str) -> (Waivers, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let rules = syntax::parse(sources.add("main.plumb", RULES), RULES);
    let checked = check::check(&[rules.value]);
    assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
    let file = sources.add("waivers.yaml", text);
    let read = read(file, text, &checked.value, parse_date("2026-06-01").expect("a day"));
    for finding in &read.diagnostics {
        let span = finding.primary.span;
        assert!(span.file != file || span.start <= span.end && span.end as usize <= text.len(), "{finding:?}");
    }
    (read.value, read.diagnostics)
}

fn entry(code: &str, granted: &str, expires: &str) -> String {
    format!("- {{ code: {code}, subject: a, reason: b, approver: c, granted: {granted}, expires: {expires} }}\n")
}

#[test]
fn a_waiver_counts_from_its_first_day_to_the_day_before_its_last() {
    let (waivers, findings) = reading(&entry("main.closed", "2026-06-01", "2026-07-01"));
    assert_eq!(findings, []);
    let lifted = |subject: &str, day: &str| waivers.lifted(subject, parse_date(day).expect("a day")).collect::<Vec<_>>();
    assert_eq!(lifted("a", "2026-05-31"), []);
    assert_eq!(lifted("a", "2026-06-01"), [GateId(0)]);
    assert_eq!(lifted("a", "2026-06-30"), [GateId(0)]);
    assert_eq!(lifted("a", "2026-07-01"), []);
    assert_eq!(lifted("b", "2026-06-01"), []);
}

#[test]
fn the_order_of_waivers_means_nothing_to_what_is_lifted() {
    let (one, other) = (entry("main.closed", "2026-01-01", "2026-03-01"), entry("main.closed", "2026-03-01", "2026-07-01"));
    for text in [format!("{one}{other}"), format!("{other}{one}")] {
        let (waivers, findings) = reading(&text);
        assert_eq!(findings, []);
        assert_eq!(waivers.lifted("a", parse_date("2026-06-01").expect("a day")).count(), 1);
        assert_eq!(waivers.turns_after(parse_date("2026-02-01").expect("a day")).len(), 2);
    }
}

#[test]
fn of_ten_thousand_mistakes_a_hundred_are_said() {
    let (_, findings) = reading(&entry("main.clsed", "2026-06-01", "2026-07-01").repeat(10_000));
    assert_eq!(findings.len(), 100);
    let (_, findings) = reading(&entry("main.closed", "2026-06-01", "2026-07-01").repeat(10_000));
    assert!(findings.iter().all(|finding| finding.code.name == "duplicate-waiver"));
    assert_eq!(findings.len(), 100);
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[-a-z:{}\\[\\]\"'0-9 \\n\t#&*!,.é]{0,200}") {
        reading(&text);
    }

    #[test]
    fn no_torn_file_breaks_the_reader(from in 0_usize..400, length in 0_usize..40, put in "[-a-z:{}\\[\\]\"' \\n,]{0,6}") {
        let text = format!("{}{}", entry("main.closed", "2026-01-01", "2026-03-01"), entry("main.robbed", "2026-01-01", "soon"));
        let from = from.min(text.len());
        let to = (from + length).min(text.len());
        let torn = format!("{}{put}{}", &text[..from], &text[to..]);
        reading(&torn);
    }
}
