//! Sheets with mistakes: what is said of each, and where.

use super::*;

fn page(texts: &[&str]) -> String {
    World::new().page(SUBJECT, texts)
}

#[test]
fn values_of_another_type() {
    insta::assert_snapshot!(page(&[
        "network: { uptime: 99.2 }",
        "network: { uptime: '99.2' }",
        "network: { uptime: 120% }",
        "network: { validators: -1 }",
        "network: { validators: 1.5 }",
        "network: { validators: 1,000 }",
        "network:\n  validators: 1,000\n",
        "network: { validators: {value: 1,000, source: a} }",
        "network: { validators: 1e3 }",
        "network: { validators: 007 }",
        "network: { speed: { peak: .nan } }",
        "network: { speed: { peak: .inf } }",
        "network: { speed: { peak: 0.1234567890123 } }",
        "network: { holds_funds: yes }",
        "network: { holds_funds: Off }",
        "network: { holds_funds: True }",
        "network: { holds_funds: maybe }",
        "network: { since: 2023-02-29 }",
        "network: { since: 01.03.2026 }",
        "network: { speed: { latency: 2 years } }",
        "market: { cap: 5 EUR }",
        "market: { cap: 5000000 }",
        "market: { cap: $0 }",
        "market: { stored: 5 }",
        "layer: dta",
        "layer: Compute",
        "layer: hours",
        "layer: nonsense",
        "layer: |\n  dta\n",
        "market: { cap: $1,200,000 }",
        "market: { cap: { value: $1,200,200, source: a } }",
    ]));
}

#[test]
fn values_of_another_shape() {
    insta::assert_snapshot!(page(&[
        "network: 5",
        "network: [a]",
        "network: { speed: 2 }",
        "name: [a]",
        "name: { first: a }",
        "name: {}",
        "name: { source: s }",
        "name: { vlaue: A, source: s }",
        "name: { value: { value: A } }",
        "name: { value: [A] }",
        "audits: A",
        "audits: { auditor: A }",
        "audits: [A]",
        "audits: [[A]]",
        "audits: [{ date: 5, findings: [{ severity: x }] }]",
        "audits: [~, ~, ~, ~]",
        "shares: { value: [], as_of: 2026-06-01 }",
        "[a, b]",
        "just text",
    ]));
    insta::assert_snapshot!(
        "entries_of_another_shape",
        World::new().page(PEERS, &["- [x]\n- 5\n", "5", "- colour: red\n", "claims: []\n"])
    );
}

#[test]
fn names_that_nobody_declared() {
    insta::assert_snapshot!(page(&[
        "nam: A",
        "network: { uptme: 99% }",
        "uptime: 99%",
        "speed: { peak: 1 }",
        "network: { owner: 1 }",
        "colour: red",
        "network: { value: 5 }",
        "value: 5",
        "sorce: here",
        "? [a]\n: b\n",
        ": b\n",
    ]));
}

#[test]
fn evidence_that_is_not_as_it_should_be() {
    insta::assert_snapshot!(page(&[
        "name: { value: A, sorce: s }",
        "name: { value: A, date: 2026-01-01 }",
        "name: { value: A, as_of: yesterday }",
        "as_of: 2026-13-01",
        "name: { value: A, source: [a, b] }",
        "network: { note: { a: b } }",
        "name: { value: A, claims: [{ value: B }] }",
        "name: { value: A, complete: false }",
        "audits: { value: [], complete: no }",
        "audits: { claims: [] }",
        "audits: { value: [], claims: [] }",
        "name: { claims: [] }",
        "name: { claims: A }",
        "name: { claims: [A, B] }",
        "name: { claims: [{ source: s }] }",
        "name: { claims: [{ value: ~ }] }",
        "name: { claims: [{ value: [a] }] }",
        "name: { claims: [{ value: A, complete: true, claims: [] }] }",
        "network: { uptime: { claims: [{ value: 5 }, { value: 200% }] } }",
    ]));
}

#[test]
fn all_mistakes_of_a_sheet_are_found_in_order_of_their_places() {
    insta::assert_snapshot!(page(&[concat!(
        "nam: A\n",
        "layer: dta\n",
        "as_of: soon\n",
        "network: { uptime: 120%, holds_funds: yes, since: 2020-01-01, since: 2021-01-01 }\n",
        "audits:\n  - findings: [{ severity: x }, { severity: 1, opne: true }]\n  - date: 5\n",
        "shares: { value: [5, 500%], as_of: 2020-01-01 }\n",
    )]));
}

#[test]
fn what_looks_like_a_mistake_and_is_none() {
    for text in [
        "x-colour: red\nnetwork: { x-a: { b: [c] } }\naudits: [{ x-y: 1 }]\n",
        "name: { value: A, x-seen: { by: B } }",
        "name: { claims: [{ value: A, x-seen: B }], x-also: C }",
        "network: { uptime: 100% }",
        "network: { validators: 12.0 }",
        "network: { validators: 12k }",
        "market: { cap: $1 }",
        "audits: [~, ~, ~]",
        "shares: { value: [10%], as_of: 2026-06-01 }",
        "shares: { value: [], complete: false, as_of: 2026-06-01 }",
        "\"name\": 'A: b'",
        "name: a:b",
        "name: it's 5 # of them\n",
        "name: >\n  folded\n  text\n",
        "name: a long text\n  that goes on\n",
    ] {
        assert_eq!(World::new().findings_of(SUBJECT, text), "", "{text}");
    }
}

#[test]
fn corrections_mend_what_they_are_offered_for() {
    for text in [
        "network: { uptime: 99.2 }",
        "network: { uptime: '99.2' }",
        "network: { validators: 1e3 }",
        "network: { validators: 007 }",
        "network:\n  validators: 1,000\n",
        "network: { validators: 1,000,000 }",
        "market: { cap: { value: $1,200,200, source: a } }",
        "network: { holds_funds: On }",
        "layer: \"Compute\"",
        "layer: drop-in",
        "nam: A",
        "network: { sinze: 2020-01-01 }",
        "name: { value: A, dated: 2026-01-01 }",
        "sorce: here",
    ] {
        let mut world = World::new();
        let (_, findings) = world.read_as(SUBJECT, "before", text);
        let [Diagnostic { fix: Some(fix), .. }] = findings.as_slice() else { panic!("{text}: {}", world.told(&findings)) };
        let mut mended = text.to_string();
        mended.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
        assert_eq!(world.findings_of(SUBJECT, &mended), "", "{mended}");
    }
}

#[test]
fn a_file_that_is_wrong_throughout_is_not_listed_in_full() {
    let text: String = (0..5000).map(|number| format!("wrong_{number}: x\n")).collect();
    let mut world = World::new();
    let (_, findings) = world.read_as(SUBJECT, "wrong", &text);
    assert_eq!(findings.len(), 100);
    assert!(findings[99].help.iter().any(|help| help.contains("only 100 findings")));
}
