//! From rules to a program that runs: what shows only when both are at work.

use plumbrule::eval::Evaluator;
use plumbrule::policy::DocumentId;
use plumbrule::program::{Program, Settings, build};
use plumbrule::sheet::Dossier;
use plumbrule::source::Sources;
use plumbrule::value::{Fraction, Truth, parse_date};
use plumbrule::verdict::ItemOutcome;
use plumbrule::{check, facts, syntax};

const REST: &str = "
rulebook main

subject project {
  audits: list of { date: date  open: whole >= 0 } count in 0..10
  x: number
}

verdict rating on quality {
  good >= 60%
  poor otherwise
}
";

/// What rules become, or the codes of the errors in them.
fn program(rules: &str) -> Result<Program, Vec<&'static str>> {
    let text = format!("{REST}{rules}");
    let file = Sources::new().add("main.plumb", text.as_str());
    let read = syntax::parse(file, &text);
    let checked = check::check(&[read.value]);
    let mut found = read.diagnostics;
    found.extend(checked.diagnostics);
    if !found.iter().any(|finding| finding.is_error()) {
        let settings = Settings::on(parse_date("2026-06-01").expect("this is a day"));
        let built = build(&checked.value, &settings);
        found.extend(built.diagnostics);
        if let Some(program) = built.value {
            return Ok(program);
        }
    }
    Err(found.into_iter().filter(|finding| finding.is_error()).map(|finding| finding.code.name).collect())
}

/// What the only item comes to.
fn outcome(rules: &str, sheet: &str) -> ItemOutcome {
    let program = program(rules).expect("these rules are right");
    let file = Sources::new().add("facts.yaml", sheet);
    let read = facts::read(file, "facts", sheet, &program.schema, &program.documents, DocumentId(0), program.today);
    let sheet = read.value.expect("these facts are right");
    let mut evaluator = Evaluator::new(&program);
    evaluator.decide(&Dossier { sheets: vec![&sheet] }).items[0].clone()
}

#[test]
fn nothing_between_whole_numbers_is_left_over_for_a_row() {
    let rules = "scorecard quality { grade g on count a in audits where a.date >= 2026-01-01 { 0 -> 4  1..2 -> 2  otherwise -> 0 } }";
    // None, one or both of the two may be recent: never more, so the last row is never reached.
    let points = outcome(rules, "audits: [{ open: 1 }, { open: 2 }]").points;
    assert_eq!((points.low, points.high), (Fraction::whole(2), Fraction::whole(4)));
    let points = outcome(rules, "audits: [{ open: 1 }, { open: 2 }, { open: 3 }]").points;
    assert_eq!((points.low, points.high), (Fraction::zero(), Fraction::whole(4)));
}

#[test]
fn a_let_with_a_list_is_the_same_within_another_list() {
    let rules = "
let most = max of a.open for a in audits if none 0
scorecard quality { check c worth 5 { passes when some a in audits satisfies a.open < most } }";
    assert_eq!(outcome(rules, "audits: [{ open: 4 }, { open: 7 }]").passes, Truth::True);
    assert_eq!(outcome(rules, "audits: [{ open: 7 }, { open: 7 }]").passes, Truth::False);
}

/// Whatever a name is made of, a chain of names is either refused or within the stack of whoever runs it.
#[test]
fn what_is_not_refused_as_too_deep_can_be_run() {
    let chained = |link: &str, count: usize| {
        let lets: Vec<String> =
            (1..count).map(|index| format!("let l{index} = {}", link.replace('?', &format!("l{}", index - 1)))).collect();
        format!("let l0 = x\n{}\nscorecard quality {{ check c worth 5 {{ passes when l{} < 5 }} }}", lets.join("\n"), count - 1)
    };
    let everything = ["x: 1\naudits: []", "audits: []", "x: 1", "{}"].as_slice();
    let links = [
        ("x + ?", everything),
        ("? * 1", everything),
        ("abs(?)", everything),
        ("-(-(?))", everything),
        ("max(?, x)", everything),
        ("clamp(?, 0, 9)", everything),
        // Every guard on something unknown is evaluated in both ways, and chains of many take long.
        ("if ? > 0 then ? else x", &everything[..1]),
        ("if x > 0 and (x < 0 or not ? < 0) then ? else x", &everything[..1]),
    ];
    for (link, sheets) in links {
        let mut run = 0;
        for count in [30, 60, 120, 240] {
            if program(&chained(link, count)).is_ok() {
                for sheet in sheets {
                    outcome(&chained(link, count), sheet);
                }
                run += 1;
            }
        }
        assert!(run > 0, "{link} is run at some depth");
        let refused = program(&chained(link, 3000)).map(|_| ()).expect_err("this is too deep");
        assert!(refused.iter().all(|code| *code == "nested-too-deep"), "{link}: {refused:?}");
    }
}

/// Each link chooses by the one before and reads it in both branches. Were any part of the chain worked out anew in a branch, this would not end.
#[test]
fn a_long_chain_of_choices_is_worked_out_once() {
    let links = (1..=150).map(|link| {
        let before = if link == 1 { "x".to_string() } else { format!("a{}", link - 1) };
        format!("let a{link} = if {before} > {link} then {before} + 1 else {before} - 1\n")
    });
    let rules = format!("{}scorecard quality {{ check c worth 4 {{ passes when a150 >= 0 }} }}", links.collect::<String>());
    assert_eq!(outcome(&rules, "x: null").passes, Truth::Unknown);
    assert_eq!(outcome(&rules, "x: 1000").passes, Truth::True);
    assert_eq!(outcome(&rules, "x: -1000").passes, Truth::False);
    // The same of a score that is a third, doubled at each link.
    let links: String = (1..=60).map(|link| format!("let b{link} = b{0} + b{0}\n", link - 1)).collect();
    let rules = format!(
        "scorecard quality {{ check c worth 4 {{ passes when b60 / 2 > 100 }} }}
scorecard third {{ check a worth 1 {{ passes when x > 0 }} check b worth 2 {{ passes when x < 0 }} }}
let b0 = number(third)
{links}"
    );
    assert_eq!(outcome(&rules, "x: 0").passes, Truth::False);
    assert_eq!(outcome(&rules, "x: 1").passes, Truth::True);
}
