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

/// Rules whose outcomes leave something open that does not decide them.
fn doubtful() -> Desk {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "\
rulebook main

subject project {
  n: whole in 0..10
  m: whole in 0..10
  k: whole in 0..10
  xs: list of { a: whole in 0..10  b: bool } count in 0..5
}

let most = max of x.a for x in xs if none 0
let most_marked = max of x.a for x in xs where x.b if none k

table worth hit first {
  | n    | m   || v: number |
  | >= 3 | any || 7         |
  | any  | > k || 3         |
  | otherwise  || 0         |
}

scorecard quality {
  measure tabled worth 10 = worth.v
  measure listed worth 0.00001 = most / 1_000_000 + most_marked / 1_000_000
}

verdict rating on quality {
  good \"Good\" >= 70%
  poor \"Poor\" otherwise
}

gate late \"Late\" { when m > 3  at most poor }
",
    );
    desk.put("short.yaml", "n: 7\nm: 0\nk: 0\nxs: []\n");
    desk.put("none.yaml", "n: 7\nm: 0\nk: 7\nxs: []\n");
    desk.put("open.yaml", "n: 7\nk: 7\nxs: { value: [], complete: false }\n");
    desk.put("unmarked.yaml", "n: 7\nm: 0\nk: 7\nxs: [{ a: 1 }]\n");
    desk.put(
        "waivers.yaml",
        "- { code: main.late, subject: open, reason: agreed, approver: A, granted: 2026-05-01, expires: 2026-07-01 }\n",
    );
    desk
}

impl Desk {
    #[track_caller]
    fn tells(&self, code: &str, facts: &str, words: &[&str]) -> String {
        let ended = self.plumb(&["why", code, facts, DAY[0], DAY[1]]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        for word in words {
            assert!(ended.out.contains(word), "no `{word}` in\n{}", ended.out);
        }
        ended.out
    }
}

#[test]
fn what_stands_for_an_empty_list_is_told_as_far_as_it_counts() {
    let desk = doubtful();
    desk.tells("most", "none.yaml", &["main.most: 0", "no entry counts, so it is `0`"]);
    desk.tells("most", "open.yaml", &["main.most: 0 to 10", "if no entry counts, it is `0`"]);
    // What `k` says matters as long as the one entry may not count.
    desk.tells("most_marked", "unmarked.yaml", &["main.most_marked: 1 to 7", "if no entry counts, it is `k`", "k: 7 · unmarked.yaml:3"]);
}

#[test]
fn an_open_cell_rules_no_row_out() {
    let told = doubtful().tells("worth", "open.yaml", &["row 2 | any | > k |: does not count: one above it holds"]);
    assert!(!told.contains("ruled out"), "{told}");
}

#[test]
fn a_score_is_not_rounded_across_an_edge() {
    for code in ["quality", "rating"] {
        let told = doubtful().tells(code, "short.yaml", &["69.99"]);
        assert!(!told.contains("quality: 70%"), "{told}");
    }
}

#[test]
fn a_waived_gate_caps_nothing() {
    let ended = doubtful().plumb(&["why", "late", "open.yaml", "--waivers", "waivers.yaml", DAY[0], DAY[1]]);
    assert!(ended.out.contains("without the waiver rating would be at most Poor if it fires"), "{}", ended.out);
    assert!(!ended.out.contains("if it fires, rating is at most"), "{}", ended.out);
}

/// A range is one condition to whoever wrote it, though it is compared at both ends.
#[test]
fn further_conditions_are_counted_as_they_are_written() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "\
rulebook main

subject project {
  n: whole in 0..10
  m: whole in 0..10
}

scorecard quality {
  check low worth 10 { passes when n in 1..5 and m > 3 }
  check high worth 10 { passes when n in 6..8 and n in 1..5 and m > 0 }
}

verdict rating on quality {
  good \"Good\" >= 70%
  poor \"Poor\" otherwise
}
",
    );
    desk.put("a.yaml", "n: 3\nm: 1\n");
    desk.put("open.yaml", "m: 1\n");
    desk.tells("low", "a.yaml", &["1 further condition holds", "`m > 3` → 1 > 3: fails"]);
    let told = desk.tells("high", "a.yaml", &["2 further conditions hold", "`n in 6..8` → 3 >= 6: fails"]);
    assert!(!told.contains("1..5`"), "{told}");
    let told = desk.tells("high", "open.yaml", &["0 of 10 points"]);
    assert_eq!(told.matches("└ `n in 6..8`").count() + told.matches("├ `n in 6..8`").count(), 1, "{told}");
}
