//! What is asked of projects: scores, levels, and a baseline that may only shrink.

use super::Desk;

const RULES: &str = "\
rulebook main

subject project {
  uptime: percent in 0%..100%
  spare: percent in 0%..100%
  audited: bool
}

scorecard quality {
  check up worth 10 { passes when uptime >= 99% }
  check room worth 10 { passes when spare >= 20% }
}

verdict rating on quality {
  good \"Good\" >= 80%
  fair \"Fair\" >= 40%
  poor \"Poor\" otherwise
}

gate unaudited \"Not audited\" {
  when not audited
  at most fair
}
";

/// One project whose gate fires, and one where that is open.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("rules/main.plumb", RULES);
    desk.put("facts/fires.yaml", "uptime: 99.9%\nspare: 30%\naudited: false\n");
    desk.put("facts/open.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk
}

fn code(desk: &Desk, options: &[&str]) -> i32 {
    desk.plumb(&[&["eval", "facts"], options].concat()).code
}

#[test]
fn a_score_is_reached_by_what_is_proven() {
    let desk = desk();
    desk.put("half.yaml", "uptime: 99.9%\n");
    let code = |asked: &str| desk.plumb(&["eval", "half.yaml", "--min-score", asked]).code;
    assert_eq!(["0%", "50%", "50.1%", "100%"].map(code), [0, 0, 3, 3]);
    desk.put("half.yaml", "uptime: 99.9%\nspare: 1%\n");
    let code = |asked: &str| desk.plumb(&["eval", "half.yaml", "--min-score", asked]).code;
    assert_eq!(["50%", "rating=50%", "main.rating=50%", "50.1%"].map(code), [0, 0, 0, 1]);
    let told = desk.plumb(&["eval", "half.yaml", "--min-score", "51%"]);
    assert!(told.out.contains("required is a score of at least 51%: not met; the score is 50%"), "{}", told.out);
}

#[test]
fn what_is_asked_has_to_be_there() {
    let desk = desk();
    let refuses = |options: &[&str], words: &[&str]| desk.plumb(&[&["eval", "facts"], options].concat()).refuses(words);
    refuses(&["--min-score", "101%"], &["expected 0% to 100%"]);
    refuses(&["--min-score", "60"], &["--min-score 60", "%"]);
    refuses(&["--min-score", "ratin=60%"], &["no verdict of the rules that rests on a score is called `ratin`", "main.rating"]);
    refuses(&["--severity", "main.unaudited"], &["names no level"]);
    refuses(&["--severity", "main.unaudited=warn"], &["there is no level `warn`", "`warning`"]);
    refuses(&["--severity", "unaudited=off"], &["no gate, item or trigger", "did you mean `main.unaudited`?"]);
    desk.put("plumb.yaml", "severities:\n  main.unauditd: note\nmin_score:\n  ratng: 10%\n");
    refuses(&[], &["plumb.yaml:4:3", "`ratng`"]);
    let checked = desk.plumb(&["check"]);
    assert!(checked.code == 1 && checked.out.contains("plumb.yaml:2:3") && checked.out.contains("plumb.yaml:4:3"), "{}", checked.out);
}

#[test]
fn levels_say_what_counts() {
    let desk = desk();
    assert_eq!(code(&desk, &[]), 0);
    assert_eq!(code(&desk, &["--fail-on", "error"]), 1);
    assert_eq!(code(&desk, &["--fail-on", "error", "--severity", "main.unaudited=warning"]), 0);
    assert_eq!(code(&desk, &["--fail-on", "warning", "--severity", "main.unaudited=warning"]), 1);
    assert_eq!(code(&desk, &["--fail-on", "note", "--severity", "main.unaudited=off"]), 0);
    assert_eq!(desk.plumb(&["eval", "facts/open.yaml", "--fail-on", "error"]).code, 3);
    desk.put("plumb.yaml", "fail_on: error\nseverities:\n  main.unaudited: note\n");
    assert_eq!(code(&desk, &[]), 0);
    assert_eq!(code(&desk, &["--severity", "main.unaudited=error"]), 1, "options weigh more than the file");
    assert_eq!(code(&desk, &["--fail-on", "note"]), 1);
    assert_eq!(code(&desk, &["--fail-on", "note", "--exit-zero"]), 0);
}

#[test]
fn a_baseline_accepts_what_was_found_and_may_only_shrink() {
    let desk = desk();
    desk.put("plumb.yaml", "facts: facts\nfail_on: error\nbaseline: accepted.yaml\n");
    let eval = |options: &[&str]| desk.plumb(&[&["eval"], options].concat());
    eval(&[]).refuses(&["there is no baseline `accepted.yaml`", "plumb.yaml:3", "--update-baseline"]);
    let made = eval(&["--update-baseline"]);
    assert!(made.code == 0 && made.err.contains("`accepted.yaml` is made, and accepts 2 findings"), "{}{}", made.out, made.err);
    insta::assert_snapshot!(desk.text("accepted.yaml"));
    let accepted = eval(&[]);
    assert_eq!(accepted.code, 0, "{}", accepted.out);
    assert!(accepted.out.contains("accepted for now by the baseline"), "{}", accepted.out);

    // What was accepted as open is not accepted as certain.
    desk.put("facts/open.yaml", "uptime: 99.9%\nspare: 30%\naudited: false\n");
    assert_eq!(eval(&[]).code, 1);
    assert_eq!(eval(&["--update-baseline"]).code, 1, "and it is not added either");
    assert!(desk.text("accepted.yaml").contains("open:\n  main.unaudited: open"));

    // What is mended has to go.
    desk.put("facts/open.yaml", "uptime: 99.9%\nspare: 30%\naudited: true\n");
    let stale = eval(&[]);
    assert_eq!(stale.code, 1, "{}", stale.out);
    insta::assert_snapshot!(stale.out.rsplit("not investment advice.\n").next().unwrap_or_default());
    assert_eq!(eval(&["facts/fires.yaml"]).code, 0, "of what was not judged nothing is known");
    let stale: serde_json::Value = serde_json::from_str(&eval(&["--format", "json"]).out).expect("it is JSON");
    assert_eq!((&stale["findings"][0]["code"], &stale["standing"]), (&"baseline-stale".into(), &"not_met".into()));
    let less = eval(&["--update-baseline"]);
    assert!(less.code == 0 && less.err.contains("accepts 1 finding now, and accepted 2 before"), "{}{}", less.out, less.err);
    assert!(!desk.text("accepted.yaml").contains("open:"));

    // A certain finding that is open again is less than what was accepted.
    desk.put("facts/fires.yaml", "uptime: 99.9%\nspare: 30%\n");
    let open = eval(&[]);
    assert!(open.code == 1 && open.out.contains("is accepted as certain, and now is open"), "{}", open.out);
    assert_eq!(eval(&["--update-baseline"]).code, 0);
    assert!(desk.text("accepted.yaml").contains("fires:\n  main.unaudited: open"));

    // A project that is gone can't be found again.
    std::fs::rename(desk.path("facts/fires.yaml"), desk.path("facts/renamed.yaml")).expect("it can be renamed");
    let gone = eval(&[]);
    assert!(gone.code == 1 && gone.out.contains("there is no project fires any more"), "{}", gone.out);
}

#[test]
fn a_baseline_is_not_made_of_half_of_the_sheets() {
    let desk = desk();
    desk.put("facts/broken.yaml", "uptime: much\n");
    let made = desk.plumb(&["eval", "facts", "--fail-on", "error", "--baseline", "new.yaml", "--update-baseline"]);
    assert!(made.code == 2 && made.err.contains("`new.yaml` stays as it is"), "{}", made.err);
    assert!(!desk.path("new.yaml").exists());
    desk.plumb(&["eval", "facts", "--update-baseline"]).refuses(&["needs a baseline", "--baseline FILE"]);
}

#[test]
fn a_broken_baseline_is_refused_at_its_place() {
    let desk = desk();
    let refuses = |text: &str, words: &[&str]| {
        desk.put("b.yaml", text);
        desk.plumb(&["eval", "facts", "--baseline", "b.yaml"]).refuses(words);
    };
    refuses("- a\n", &["bad-baseline", "b.yaml:1:1", "expected projects"]);
    refuses("fires: [main.unaudited]\n", &["b.yaml:1:8", "expected findings"]);
    refuses("fires:\n  main.unaudited: certan\n", &["b.yaml:2:19", "did you mean `certain`?"]);
    refuses("fires: {}\nfires: {}\n", &["b.yaml:2", "duplicate-key"]);
    refuses(&"[".repeat(100_000), &["b.yaml:1", "deep"]);
    desk.put("b.yaml", b"\xff\xfe");
    desk.plumb(&["eval", "facts", "--baseline", "b.yaml"]).refuses(&["b.yaml", "not UTF-8"]);
    desk.plumb(&["eval", "facts", "--baseline", "rules"]).refuses(&["`rules`"]);
}

#[test]
fn a_result_does_not_take_the_place_of_the_baseline() {
    let desk = desk();
    desk.put("b.yaml", "fires:\n  main.unaudited: certain\n");
    desk.plumb(&["eval", "facts", "--baseline", "b.yaml", "--output", "json=b.yaml"]).refuses(&["`b.yaml` is there", "name another file"]);
    assert!(desk.text("b.yaml").starts_with("fires:"));
    desk.put("known", "fires:\n  main.unaudited: certain\n");
    let ended = desk.plumb(&["eval", "facts", "--baseline", "known", "--output", "json=known"]);
    ended.refuses(&["would take the place of `known`"]);
    assert!(desk.text("known").starts_with("fires:"));
}
