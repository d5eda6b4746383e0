//! `plumb compare`: rankings worked out by hand, in words and on pages of several widths.

use std::process::Command;

use super::{Desk, Ended};

const DAY: [&str; 2] = ["--today", "2026-06-01"];

/// Ten points by which projects are told apart, a safety that only some need, and a decision.
const RULES: &str = r#"
rulebook main "Trial"

subject project {
  name: text
  kind: one of compute "Compute", storage "Storage"
  uptime: percent in 0%..100%
  spare: percent in 0%..100%
  answer: percent in 0%..100%
  audited: bool
  paused: bool
}

scorecard quality "Quality" {
  check up "Steady" worth 6 { passes when uptime >= 99% }
  check room "Room to grow" worth 3 { passes when spare >= 20% }
  check quick "Quick" worth 1 { passes when answer / (spare - 1%) >= 1 }
}

scorecard safety "Safety" {
  check audit "Audited" worth 1 {
    applies when kind == compute
    passes when audited
  }
}

gate stopped "Stopped" { when paused  at most fair }

verdict rating "Rating" on quality {
  good "Good" >= 80%
  fair "Fair" >= 50%
  poor "Poor" otherwise
}

verdict safe "Safe to use" on safety {
  sound "Sound" >= 50%
  weak "Weak" otherwise
}

verdict decision "Decision" {
  buy "Buy" when rating == good and audited
  hold "Hold" when rating >= fair
  sell "Sell" otherwise
}

protocol holding "Holding" {
  limit share "Share": percent = if rating == good then 5% else 1%
  trigger out "Out" { when paused  do "Sell" }
}
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("rules/main.plumb", RULES);
    let sheet = |name: &str, facts: &str| {
        desk.put(&format!("sheets/{name}.yaml"), format!("name: The {name}\n{facts}"));
    };
    // Ten of ten points; audited, so bought.
    sheet("best", "kind: compute\nuptime: 99.9%\nspare: 50%\nanswer: 60%\naudited: true\npaused: false\n");
    // Nine of ten, twice: level. Storage needs no audit.
    sheet("twin-1", "kind: storage\nuptime: 99.9%\nspare: 50%\nanswer: 10%\naudited: true\npaused: false\n");
    sheet("twin-2", "kind: storage\nuptime: 99.9%\nspare: 60%\nanswer: 20%\naudited: false\npaused: true\n");
    // Three or nine of ten, one of them up to a fact that is missing.
    sheet("open", "kind: compute\nspare: 50%\nanswer: 10%\naudited: false\npaused: false\n");
    // Six of ten.
    sheet("thin", "kind: compute\nuptime: 99.9%\nspare: 10%\nanswer: 1%\naudited: true\npaused: false\n");
    // The rule of `quick` fails.
    sheet("faulty", "kind: compute\nuptime: 99.9%\nspare: 1%\nanswer: 1%\naudited: true\npaused: false\n");
    desk
}

fn compared(desk: &Desk, arguments: &[&str]) -> Ended {
    desk.plumb(&[&["compare"], arguments, &DAY].concat())
}

/// The page for a terminal of so many columns.
fn page(desk: &Desk, columns: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_plumb"))
        .arg("compare")
        .args(arguments)
        .args(DAY)
        .current_dir(&desk.0)
        .env("COLUMNS", columns)
        .output()
        .expect("the command can be run");
    String::from_utf8(output.stdout).expect("its output is text")
}

#[test]
fn ties_overlaps_faults_and_several_verdicts() {
    let desk = desk();
    let ended = compared(&desk, &["sheets", "--facts"]);
    assert_eq!(ended.code, 2, "a verdict is faulted: {}", ended.err);
    insta::assert_snapshot!(ended.out);
}

#[test]
fn rows_that_are_the_same_are_shown_on_request() {
    let desk = desk();
    let sheets = ["sheets/twin-1.yaml", "sheets/best.yaml"];
    let ended = compared(&desk, &sheets);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.out.contains("Steady"), "{}", ended.out);
    assert!(ended.out.contains("rows are the same for all"), "{}", ended.out);
    let all = compared(&desk, &[&sheets[..], &["--all"]].concat()).out;
    assert!(all.contains("Steady") && !all.contains("same for all"), "{all}");
}

#[test]
fn ranks_are_those_that_the_evidence_leaves() {
    let desk = desk();
    desk.put("sheets/faulty.yaml", "name: The silent\n");
    let ended = compared(&desk, &["sheets", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let record: serde_json::Value = serde_json::from_str(&ended.out).expect("it is JSON");
    let name = |project: &serde_json::Value| {
        record["projects"][project.as_u64().expect("a place") as usize]["name"].as_str().expect("a name").to_string()
    };
    let ranks = |verdict: usize, by: &str| -> Vec<(String, Option<(u64, u64)>)> {
        let standings = record["verdicts"][verdict]["standings"].as_array().expect("a list");
        let mut ranks: Vec<_> = standings
            .iter()
            .map(|standing| {
                let range = &standing[by];
                (name(&standing["project"]), range["best"].as_u64().zip(range["worst"].as_u64()))
            })
            .collect();
        ranks.sort();
        ranks
    };
    let expected = |ranks: [(&str, Option<(u64, u64)>); 6]| ranks.map(|(name, ranks)| (name.to_string(), ranks)).to_vec();
    // 10 of ten; 9; 9; 3 or 9; 6; 0 to 10. Nobody but `faulty`, of which nothing is known, may be level with the best.
    assert_eq!(
        ranks(0, "rank_by_score"),
        expected([
            ("best", Some((1, 1))),
            ("faulty", Some((1, 6))),
            ("open", Some((2, 6))),
            ("thin", Some((4, 6))),
            ("twin-1", Some((2, 3))),
            ("twin-2", Some((2, 3))),
        ])
    );
    // Storage needs no audit, so there is nothing to rank; the silent one may be storage, and is level with the open one at the worst.
    assert_eq!(
        ranks(1, "rank_by_score"),
        expected([
            ("best", Some((1, 1))),
            ("faulty", Some((1, 3))),
            ("open", Some((3, 4))),
            ("thin", Some((1, 1))),
            ("twin-1", None),
            ("twin-2", None),
        ])
    );
    let holds: Vec<bool> = record["verdicts"][0]["by_score"]["proven"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|lead| lead["holds_under_other_weights"].as_bool().expect("a truth"))
        .collect();
    assert!(!holds.is_empty() && holds.iter().all(|holds| *holds), "the same items count for all, so weights undo nothing: {holds:?}");
}

#[test]
fn weights_that_undo_a_verdict_are_named() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "rulebook main\nsubject project { a: bool  b: bool  c: bool }\nscorecard quality {\n  check one worth 4 { passes when a }\n  \
         check two worth 6 { passes when b }\n  check three worth 10 { applies when c  passes when a }\n}\n\
         verdict rating on quality { good >= 60%  poor otherwise }\n",
    );
    // 6 of 10 is on the edge: lighter by a tenth, `two` makes 5.4 of 9.4, which is 57.4%. 14 of 20 is 70%.
    desk.put("edge.yaml", "a: false\nb: true\nc: false\n");
    desk.put("clear.yaml", "a: true\nb: false\nc: true\n");
    let ended = compared(&desk, &["edge.yaml", "clear.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let text = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    // All lighter or heavier against each other: 5.4 of 9.8 and 6.6 of 10.2; 12.6 of 19.2 and 15.4 of 20.8.
    for words in [
        "floor on the edge of good",
        "55.1% to 64.7% under other weights, poor to good",
        "`main.one` 10% heavier makes it poor and `main.two` 10% lighter makes it poor",
        "65.6% to 74% under other weights, the bands hold",
        "The order proven by score holds under all weights within 10% together.",
    ] {
        assert!(text.contains(words), "no `{words}` in\n{}", ended.out);
    }
    let wider = compared(&desk, &["edge.yaml", "clear.yaml", "--weights", "40%"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(wider.contains("The order proven by score is not proven under all weights within 40% together."), "{wider}");
}

#[test]
fn an_order_that_rests_on_assumptions_says_so() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "rulebook main\nsubject project { up: bool  thefts: whole in 0..9 }\nscorecard quality {\n  check runs worth 4 { passes when up }\n  \
         check calm worth 6 { passes when (thefts assuming 0) == 0 }\n}\nverdict rating on quality {\n  good >= 60%\n  poor otherwise\n}\n",
    );
    desk.put("silent.yaml", "up: true\n");
    desk.put("robbed.yaml", "up: true\nthefts: 2\n");
    // 10 of 10 as assumed, and 4 to 10 if not; against 4 of 10.
    let ended = compared(&desk, &["silent.yaml", "robbed.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let text = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "decided: good · without assumptions poor to good",
        "By score the whole order is proven: silent is above robbed. Without what was assumed for want of evidence, it is not proven.",
    ] {
        assert!(text.contains(words), "no `{words}` in\n{}", ended.out);
    }
}

#[test]
fn twelve_projects_in_sixty_columns() {
    let desk = desk();
    for number in 1..=12 {
        let (uptime, spare) = (if number % 3 == 0 { "null" } else { "99.9%" }, number * 4);
        desk.put(
            &format!("many/project-{number:02}.yaml"),
            format!("name: Project {number}\nkind: compute\nuptime: {uptime}\nspare: {spare}%\npaused: false\n"),
        );
    }
    let text = page(&desk, "60", &["many"]);
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    insta::assert_snapshot!(text);
    for columns in ["40", "80", "200"] {
        let width: usize = columns.parse().expect("a number");
        let text = page(&desk, columns, &["many", "--all", "--facts"]);
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= width, "{longest} of {columns}\n{text}");
    }
}

#[test]
fn texts_of_strangers_are_texts_in_every_format() {
    let desk = desk();
    desk.put("a.yaml", "name: \"evil \\u001b[31m \\u202e | <b> [x](http://e.example) `c` @all\"\nkind: compute\n");
    desk.put("b.yaml", "name: The other\nkind: storage\n");
    for format in ["human", "json", "markdown"] {
        let ended = compared(&desk, &["a.yaml", "b.yaml", "--facts", "--format", format]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(!ended.out.contains('\u{1b}') && !ended.out.contains('\u{202e}'), "{}", ended.out);
    }
    let document = compared(&desk, &["a.yaml", "b.yaml", "--format", "markdown"]).out;
    for markup in ["<b>", "[x](", "http://", "@all", "`c`", "evil |"] {
        assert!(!document.contains(markup), "`{markup}` in\n{document}");
    }
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let tables: Vec<&str> = document.lines().filter(|line| line.starts_with('|')).collect();
    assert!(tables.len() > 5 && tables.iter().all(|line| [4, 5, 6].contains(&columns(line))), "{document}");
}

#[test]
fn a_document_says_what_the_page_says() {
    let desk = desk();
    let ended = compared(&desk, &["sheets/best.yaml", "sheets/open.yaml", "sheets/thin.yaml", "--facts", "--format", "markdown"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    insta::assert_snapshot!(ended.out);
}

#[test]
fn the_record_is_whole() {
    let desk = desk();
    let ended = compared(&desk, &["sheets/best.yaml", "sheets/open.yaml", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    insta::assert_snapshot!(ended.out);
}

#[test]
fn one_sheet_is_nothing_to_compare() {
    let desk = desk();
    compared(&desk, &["sheets/best.yaml"])
        .refuses(&["there is nothing to compare `sheets/best.yaml` with", "`plumb eval sheets/best.yaml`"]);
    compared(&desk, &["sheets/best.yaml", "./sheets/best.yaml"]).refuses(&["there is nothing to compare"]);
    for share in ["0%", "100%", "ten", "10", "-5%"] {
        let weights = format!("--weights={share}");
        compared(&desk, &["sheets", &weights]).refuses(&["is no share by which weights could be altered", "`--weights 10%`"]);
    }
}

#[test]
fn projects_of_one_name_are_told_apart_by_their_files() {
    let desk = desk();
    desk.put("one/same.yaml", "name: Same\nkind: compute\nuptime: 99.9%\n");
    desk.put("two/same.yaml", "name: Same\nkind: compute\nuptime: 9%\n");
    let ended = compared(&desk, &["one", "two"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    for name in ["Same (one/same.yaml)", "Same (two/same.yaml)"] {
        let text = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(name), "no `{name}` in\n{}", ended.out);
    }
}
