//! `plumb why`.

use super::Desk;

fn desk() -> Desk {
    let desk = Desk::with_rules();
    desk.put("facts.yaml", "uptime: { value: 98.5%, source: the monitor, as_of: 2026-05-01 }\nspare: 30%\n");
    desk.put("faulted.yaml", "uptime: 1%\nspare: 10%\n");
    desk
}

const DAY: [&str; 2] = ["--today", "2026-06-01"];

#[test]
fn one_thing_is_told_down_to_its_facts() {
    let ended = desk().plumb(&["why", "up", "facts.yaml", DAY[0], DAY[1]]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    for words in [
        "check main.up: fails, 0 of 10 points",
        "`uptime >= floor` → 98.5% >= 99%: fails",
        "uptime: 98.5% · 2026-05-01 · facts.yaml:1 · the monitor",
        "parameter main.floor: 99%",
    ] {
        assert!(ended.out.contains(words), "no `{words}` in\n{}", ended.out);
    }
    assert!(!ended.out.contains("spare"), "what it does not rest on is not told\n{}", ended.out);
}

#[test]
fn options_count_as_in_a_judgement() {
    let desk = desk();
    let ended = desk.plumb(&["why", "up", "facts.yaml", "--set", "main.floor=98%", DAY[0], DAY[1]]);
    assert!(ended.out.contains("passes, 10 of 10 points"), "{}", ended.out);
    assert!(ended.out.contains("set by --set"), "{}", ended.out);
}

#[test]
fn several_sheets_give_a_tree_each() {
    let ended = desk().plumb(&["why", "up", "facts.yaml", "faulted.yaml", DAY[0], DAY[1]]);
    assert_eq!(ended.out.matches("check main.up").count(), 2, "{}", ended.out);
}

#[test]
fn what_can_not_be_computed_ends_with_2_and_says_where() {
    let ended = desk().plumb(&["why", "ratio", "faulted.yaml", DAY[0], DAY[1]]);
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(ended.out.contains("can't be computed"), "{}", ended.out);
    assert!(ended.out.contains("divides by zero (rules/main.plumb:13)"), "{}", ended.out);
}

#[test]
fn an_unknown_code_says_what_there_is() {
    let desk = desk();
    desk.plumb(&["why", "main.upp", "facts.yaml"]).refuses(&["the rules have nothing called `main.upp`", "did you mean `main.up`?"]);
    desk.plumb(&["why", "ratng", "facts.yaml"]).refuses(&["did you mean `main.rating`?"]);
    desk.plumb(&["why", "main", "facts.yaml"]).refuses(&["`main` is a rulebook", "`main.room`", "`main.floor`"]);
    desk.plumb(&["why", "something else", "facts.yaml"]).refuses(&["start with `main.rating`"]);
}

#[test]
fn the_tree_is_there_for_programs() {
    let ended = desk().plumb(&["why", "rating.good", "facts.yaml", "--format", "json", DAY[0], DAY[1]]);
    let record: serde_json::Value = serde_json::from_str(&ended.out).expect("the record is JSON");
    assert_eq!(record["schema_version"], 1);
    let answer = &record["answers"][0];
    assert_eq!(answer["code"], "main.rating.good");
    assert_eq!(answer["why"]["state"], "fails");
    let unknown = desk().plumb(&["why", "nothing", "facts.yaml", "--format", "json"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.out.contains("the rules have nothing called"), "{}", unknown.out);
}

#[test]
fn texts_of_strangers_do_nothing_in_a_terminal() {
    let desk = desk();
    desk.put("hostile.yaml", "uptime: { value: 98.5%, source: \"\\e[31mred\\u202e\", as_of: 2026-05-01 }\nspare: 30%\n");
    for format in ["human", "json"] {
        let ended = desk.plumb(&["why", "up", "hostile.yaml", "--format", format, DAY[0], DAY[1]]);
        assert!(!ended.out.contains('\u{1b}') && !ended.out.contains('\u{202e}'), "{}", ended.out);
    }
}

#[test]
fn a_narrow_page_is_kept_to() {
    let ended = desk().plumb(&["why", "rating", "facts.yaml", DAY[0], DAY[1]]);
    let wide: Vec<&str> = ended.out.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:?}");
}
