//! Names, rulebooks and circles.

use insta::assert_snapshot;

use super::{checked, each, findings, none, of_condition, shown, within_frame};

#[test]
fn names_that_nothing_declares() {
    assert_snapshot!(each(
        "unknown-name",
        of_condition,
        &[
            "netwrk.uptime > 5%",
            "network.uptme > 5%",
            "uptime > 5%",
            "network.uptime.mean > 5%",
            "cap.value > $5",
            "layr == compute",
            "compute == layr",
            "compute == data",
            "rail == compute",
            "project.layer == compute",
            "nothing > 5",
            "some a in audits satisfies a.opn > 1",
            "some a in audits satisfies a.cost.fees > $1",
            "audits.opn == 1",
            "some s in shares satisfies s.size > 1",
            "quality.basic > 1",
            "quality.points.more > 1",
            "quallity > 5%",
        ],
    ));
    none(
        of_condition,
        &["quality.points > 1", "quality > 5%", "basic", "network.uptime > 5% and (some a in audits satisfies a.cost.fee > $1)"],
    );
}

#[test]
fn types_that_nothing_declares() {
    assert_snapshot!(each(
        "unknown-name",
        within_frame,
        &["param p: percnt = 5%", "param p: rial = compute", "param p: something = 5", "context other: projct", "type a = other.rail"],
    ));
    none(
        within_frame,
        &[
            "param p: rail = compute",
            "context other: project",
            "context others: list of project",
            "context third: list of rails type rails = { a: whole }",
        ],
    );
}

#[test]
fn variants() {
    assert_snapshot!(each(
        "unknown-variant",
        of_condition,
        &["layer == computee", "layer in (compute, dat)", "(layer assuming storage) == data", "layer == nothing_like_it"],
    ));
    assert_snapshot!(
        "ambiguous",
        each(
            "ambiguous-variant",
            within_frame,
            &[
                "let compute = 5  let probe = layer == compute",
                "param data: whole = 5  let probe = layer in (compute, data)",
                "let probe = some s in shares satisfies (every inference in audits satisfies inference.open > 1 and layer == inference) and s > 1%",
            ],
        )
    );
    none(within_frame, &["let compute = 5  let probe = layer == data and compute > 1"]);
}

#[test]
fn names_declared_twice() {
    assert_snapshot!(each(
        "duplicate-name",
        within_frame,
        &[
            "let a = 1  let a = 2",
            "let a = 1  gate a { when network.live at most fair }",
            "scorecard quality { check a worth 1 { passes when network.live } check a worth 1 { passes when network.live } }",
            "type a = whole  let a = 1",
            "type a = one of b, c, b",
            "context a { b: whole  b: text }",
            "verdict other on quality { good >= 75%  good >= 50%  poor otherwise }",
            "let a = some b in audits satisfies (some b in shares satisfies b > 1%)",
            "scorecard more { include quality worth 1 include main.quality worth 1 }",
        ],
    ));
    none(within_frame, &["let a = 1  let b = 2", "context a { b: whole  c { b: text } }", "type a = one of x  type b = one of x"]);
    let (staged, sources) = checked(&[
        ("one", "context thesis { a: whole }"),
        ("main", "rulebook main use one subject project { b: bool } context thesis { a: whole } verdict v { good when b  bad otherwise }"),
    ]);
    assert!(shown(&staged, &sources).starts_with("duplicate-name "), "{}", shown(&staged, &sources));
}

#[test]
fn names_that_are_facts() {
    assert_snapshot!(each(
        "ambiguous-name",
        within_frame,
        &[
            "let cap = 5",
            "param network: whole = 5",
            "scorecard quality { check audits worth 1 { passes when network.live } }",
            "let a = some cap in shares satisfies cap > 1%",
            "let a = some network in shares satisfies network > 1%",
            "let a = some quality in shares satisfies quality > 1%",
        ],
    ));
    none(within_frame, &["type cap = whole", "let a = some share_held in shares satisfies share_held > 1%"]);
}

#[test]
fn names_in_style() {
    assert_snapshot!(each(
        "name-style",
        within_frame,
        &[
            "let minUptime = 5",
            "type Rail = one of a, b",
            "type a = one of Good, bad",
            "context a { openIssues2Go: whole }",
            "let a = some S in shares satisfies S > 1%"
        ],
    ));
    none(within_frame, &["let min_uptime_90d = 5"]);
}

#[test]
fn fields_that_evidence_needs() {
    assert_snapshot!(each(
        "reserved-field",
        within_frame,
        &[
            "context a { value: whole }",
            "context a { b { source: text } }",
            "context a { b: list of { claims: whole } }",
            "type a = { as_of: date }"
        ],
    ));
    none(within_frame, &["context a { values: whole  sources: text }", "let note = 5"]);
}

#[test]
fn one_subject() {
    assert_snapshot!(each(
        "subject-count",
        findings,
        &[
            "rulebook main verdict v { good when true  bad otherwise }",
            "subject a { x: bool } subject b { y: bool } verdict v { good when x  bad otherwise }",
            "let a = some_fact > 5 and other.fact verdict v { good when a  bad otherwise }",
        ],
    ));
    none(findings, &["subject a { x: bool } verdict v { good when x  bad otherwise }"]);
}

#[test]
fn circles() {
    assert_snapshot!(each(
        "cycle",
        within_frame,
        &[
            "let a = a + 1",
            "let a = b + 1  let b = c * 2  let c = a",
            "param a: whole = b  param b: whole = a",
            "scorecard quality { check a worth 1 { passes when quality > 5% } }",
            "scorecard quality { check a worth 1 { passes when b } check b worth 1 { passes when a } }",
            "scorecard one { include two worth 1 } scorecard two { include one worth 1 }",
            "gate g { when rating == good at most fair }",
            "type a = { b: a }",
            "type a = { b: list of c } type c = { d: a }",
        ],
    ));
    assert_eq!(findings("subject a { x: bool  y: list of a } verdict v { good when x  bad otherwise }").lines().count(), 1);
    none(
        within_frame,
        &[
            "let a = b + 1  let b = c * 2  let c = 1",
            "scorecard quality { check a worth 1 { passes when network.live because \"the score is {quality}\" } }",
            "let before = rating == good",
            "type a = { b: c } type c = { d: whole }",
        ],
    );
}

#[test]
fn long_chains_need_no_deep_stack() {
    let lets: String = (0..20_000).map(|n| format!("let a{n} = a{} + 1\n", n + 1)).collect();
    let types: String = (0..20_000).map(|n| format!("type t{n} = t{}\n", n + 1)).collect();
    assert_eq!(within_frame(&format!("{lets} let a20000 = 1 {types} type t20000 = whole")), "");
    let records: String = (0..2_000).map(|n| format!("type t{n} = {{ x: t{} }}\n", n + 1)).collect();
    let found = within_frame(&format!("{records} type t2000 = whole"));
    assert!(found.lines().count() == 1 && found.starts_with("nested-too-deep "), "{found}");
    let lists = format!("type deep = {} whole", "list of ".repeat(100_000));
    assert!(!within_frame(&lists).is_empty());
    let doubled: String = (0..40).map(|n| format!("type t{n} = {{ x: t{0}  y: t{0} }}\n", n + 1)).collect();
    let found = within_frame(&format!("{doubled} type t40 = whole"));
    assert!(found.lines().count() == 1 && found.starts_with("too-many "), "{found}");
}

#[test]
fn the_highest_expressions_fit_on_the_stack() {
    let chain: String = (0..200).map(|n| format!("if network.operators == {n} then {n} else ")).collect();
    let high = [
        format!("let a = {chain} 0"),
        format!("let a = {}network.live", "not ".repeat(250)),
        format!("let a = {}network.speed{}", "(".repeat(120), ")".repeat(120)),
        format!("let a = 1{}", " + network.speed".repeat(250)),
        format!("let a = {}network.speed{}", "abs(-".repeat(100), ")".repeat(100)),
    ];
    for rules in high {
        assert_eq!(within_frame(&rules), "");
    }
}

#[test]
fn many_mistakes_are_found_soon() {
    let fields: String = (0..4_000).map(|n| format!("field_number_{n}: whole\n")).collect();
    let mistakes: String = (0..20_000).map(|n| format!("let a{n} = feld_number_{n} + other.field_number_{n}x\n")).collect();
    let found = within_frame(&format!("context other {{ {fields} }} {mistakes}"));
    assert_eq!(found.lines().count(), 40_000);
}

#[test]
fn too_many_variants() {
    let variants = |count: usize| (0..count).map(|n| format!("v{n}")).collect::<Vec<_>>().join(", ");
    assert_eq!(within_frame(&format!("type many = one of {}", variants(64))), "");
    assert_snapshot!(within_frame(&format!("type many = one of {}", variants(65))));
}

#[test]
fn rulebooks_see_what_they_use() {
    let base =
        "type share = percent in 0%..100%  let twice = 2  param least: share = 5%  subject project { a: percent  thesis { b: bool } }";
    let root = |rules: &str| format!("rulebook main use base, other {rules} verdict v {{ good when a > base.least  bad otherwise }}");
    let find = |rules: &str| {
        let (mut staged, sources) = checked(&[
            ("base", base),
            ("third", "let far = 3"),
            ("other", "rulebook other use third let near = third.far"),
            ("main", &root(rules)),
        ]);
        staged.diagnostics.retain(|finding| !finding.code.name.starts_with("unused"));
        shown(&staged, &sources)
    };
    assert_eq!(find("param p: share = 1%  param q: base.share = 2%  let x = base.twice + other.near"), "");
    let mut page = String::new();
    for rules in
        ["let x = twice", "let x = base.twise", "let x = third.far", "let x = far", "let x = missing.far", "param p: third.share = 5%"]
    {
        let found = find(rules);
        assert!(found.lines().count() == 1 && found.starts_with("unknown-name "), "{rules}\n{found}");
        page.push_str(&format!("{rules}\n  {found}"));
    }
    assert_snapshot!(page);
    assert!(find("let x = main.y  let y = 1").is_empty(), "the own rulebook's name may be written");
}

#[test]
fn rulebooks_and_contexts_may_share_a_name() {
    let thesis = "context thesis { horizon: duration  layer: text } let long = thesis.horizon > 5 days  let layer = 5";
    let root = |rules: &str| {
        format!("rulebook main use thesis subject project {{ a: bool }} verdict v {{ good when a and {rules}  bad otherwise }}")
    };
    let find = |rules: &str| {
        let (mut staged, sources) = checked(&[("thesis", thesis), ("main", &root(rules))]);
        staged.diagnostics.retain(|finding| !finding.code.name.starts_with("unused"));
        shown(&staged, &sources)
    };
    assert_eq!(find("thesis.long and thesis.horizon > 1 day"), "");
    assert_snapshot!(find("thesis.layer == \"x\""));
}

#[test]
fn lost_rulebooks_have_one_finding() {
    let (staged, sources) = checked(&[(
        "main",
        "rulebook main use gone subject project { a: gone.share } verdict v { good when gone.fine and a > gone.least  bad otherwise }",
    )]);
    let found = shown(&staged, &sources);
    assert!(found.lines().count() == 1 && found.starts_with("unknown-rulebook "), "{found}");
}

#[test]
fn unused_names_and_fields() {
    let found = findings(
        "type never = whole
         context apart { a: whole }
         param p: whole = 5
         let l = 5
         subject project { x: bool  y: text  group { a: bool  b: bool }  half { a: bool  b: bool }  entries: list of { label: text  n: whole  m: whole }  none: list of { n: whole } }
         verdict v { good when x and half.a and (some e in entries satisfies e.n > 1)  bad otherwise }",
    );
    assert_snapshot!(found);
    let used = "type t = whole  context apart { a: t }  param p: whole = 5  let l = p
         subject project { x: bool  y: text }
         scorecard s { check c worth 1 { passes when x and l > apart.a because \"{y}\" } }
         verdict v on s { good >= 50%  bad otherwise }";
    assert_eq!(findings(used), "");
}
