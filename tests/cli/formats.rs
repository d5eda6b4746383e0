//! Results as Markdown, GitHub's annotations, CSV and JSON lines: what each says of judgements, rules, tests and troubles. Snapshots are read as their readers see them.

use super::{Desk, plumb_with};

const FORMATS: [&str; 6] = ["markdown", "github", "sarif", "junit", "csv", "jsonl"];

pub(super) const RULES: &str = "\
rulebook main

subject project {
  name: text
  uptime: percent in 0%..100%
  audited: bool
}

scorecard quality {
  check up \"Available\" worth 10 {
    passes when uptime >= 99%
    because \"{name} was up {uptime} of the last 90 days\"
    ask \"How long was it up?\"
    remedy \"Run a second site\"
  }
  check known \"Audited\" worth 10 { passes when audited }
}

gate unaudited \"Nobody has audited it\" {
  when not audited
  at most fair
}

verdict rating on quality {
  good \"Good\" >= 80%
  fair \"Fair\" >= 40%
  poor \"Poor\" otherwise
}

test \"A poor one\" {
  with uptime = 50%, audited = false
  today 2026-11-23
  expect rating == poor
}

test \"What is not so\" {
  with uptime = 50%, audited = true
  today 2026-11-23
  expect rating == good
}
";

/// A sheet that meets what is asked, one that does not, one that leaves it open, and one that can't be judged.
pub(super) fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("rules/main.plumb", RULES);
    desk.put("facts/a.yaml", "name: Ada\nuptime: 99.9%\naudited: true\n");
    desk.put("facts/b.yaml", "name: =Bob, \"the *second*\"\nuptime: 50%\naudited: false\n");
    desk.put("facts/c.yaml", "name: Cleo\nuptime: 50%\n");
    desk.put("facts/d.yaml", "uptime: much\n");
    desk
}

fn all(desk: &Desk, arguments: &[&str]) -> String {
    let mut text = String::new();
    for format in FORMATS {
        let ended = desk.plumb(&[arguments, &["--format", format]].concat());
        assert_eq!(ended.err, "", "{format} says all there is to say");
        text.push_str(&format!("── {format}, ends with {}\n{}\n", ended.code, ended.out.replace('\r', "")));
    }
    text
}

#[test]
fn judgements() {
    let text = all(&desk(), &["eval", "facts", "--today", "2026-11-23", "--require", "good"]);
    insta::assert_snapshot!(text);
}

#[test]
fn findings_of_rules() {
    let desk = desk();
    desk.put("rules/main.plumb", RULES.replace("99%", "999%").replace("at most fair", "at most fare"));
    insta::assert_snapshot!(all(&desk, &["check"]));
}

#[test]
fn rules_without_findings() {
    insta::assert_snapshot!(all(&desk(), &["check"]));
}

#[test]
fn tests_of_rules() {
    insta::assert_snapshot!(all(&desk(), &["test", "--coverage"]));
}

#[test]
fn why_nothing_could_be_judged() {
    let desk = desk();
    let trouble = all(&desk, &["eval", "facts", "--require", "best"]);
    desk.put("rules/main.plumb", "rulebook main\nverdict x");
    insta::assert_snapshot!(format!("{trouble}\n{}", all(&desk, &["eval", "facts"])));
}

#[test]
fn what_an_option_says_stands_in_no_file() {
    let desk = Desk::with_rules();
    let ended = desk.plumb(&["eval", "x.yaml", "--set", "floor=100", "--format", "github"]);
    assert_eq!(ended.code, 2);
    assert!(ended.out.starts_with("::error title="), "{}", ended.out);
}

#[test]
fn the_summary_of_a_job_is_added_to() {
    let desk = desk();
    desk.put("summary.md", "# Before\n");
    let summary = desk.0.join("summary.md").display().to_string();
    let run = |format: &str| {
        let arguments = ["eval", "facts/a.yaml", "--today", "2026-11-23", "--format", format];
        plumb_with(&desk.0, &[("GITHUB_STEP_SUMMARY", &summary)], &arguments);
        std::fs::read_to_string(&summary).expect("the summary can be read")
    };
    assert_eq!(run("json"), "# Before\n", "only GitHub's format has a summary");
    let markdown = desk.plumb(&["eval", "facts/a.yaml", "--today", "2026-11-23", "--format", "markdown"]).out;
    assert_eq!(run("github"), format!("# Before\n{markdown}"));
    assert_eq!(run("github"), format!("# Before\n{markdown}{markdown}"));

    let ended = plumb_with(&desk.0, &[("GITHUB_STEP_SUMMARY", "nowhere/summary.md")], &["eval", "facts/a.yaml", "--format", "github"]);
    ended.refuses(&["nowhere/summary.md"]);
}

#[test]
fn a_comment_holds_what_github_lets_it_and_says_what_it_leaves_out() {
    let desk = desk();
    let many = 700;
    for number in 0..many {
        desk.put(&format!("many/{number:03}.yaml"), format!("name: Number {number} {}\nuptime: 50%\n", "é@|<b>".repeat(40)));
    }
    desk.put("many/zzz.yaml", "name: The worst\nuptime: 1%\naudited: false\n");
    let comment = desk.plumb(&["eval", "many", "--format", "markdown", "--require", "good"]).out;
    assert!(comment.len() <= 65_536, "{}", comment.len());
    assert!(comment.contains("| The worst |"), "who misses what is asked is not left out");
    let said = |after: &str| -> usize {
        let before = comment.split(after).next().unwrap_or_default();
        before.split_whitespace().next_back().and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("it says {after}"))
    };
    let rows = comment.lines().filter(|line| line.starts_with("| ")).count() - 2;
    assert_eq!(said(" more projects, which"), many + 1 - rows);
    assert_eq!(said(" projects are left out: a comment"), many + 1 - comment.matches("<details>").count());
}

#[test]
fn findings_beyond_what_a_comment_holds_are_counted() {
    let desk = desk();
    let many: String = (0..400).map(|number| format!("let idle_{number} = 1\n")).collect();
    desk.put("rules/main.plumb", format!("{RULES}\n{many}"));
    let comment = desk.plumb(&["check", "--format", "markdown"]).out;
    assert!(comment.len() <= 65_536, "{}", comment.len());
    let left_out = 400 - comment.matches("<details>").count();
    assert!(left_out > 0 && comment.contains(&format!("{left_out} more findings are left out: a comment")), "{left_out}");
}

#[test]
fn a_table_has_the_same_columns_in_every_row() {
    let ended = desk().plumb(&["eval", "facts", "--format", "csv", "--require", "good"]);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(ended.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("each row has as many cells as the heading")).collect();
    assert_eq!(rows.len(), 5, "a heading, and a row for each sheet");
    assert_eq!(&rows[2][2], "'=Bob, \"the *second*\"");
    assert!(ended.out.ends_with("\r\n"));
}

#[test]
fn results_of_tests_are_red_just_where_the_code_is_not_0() {
    let desk = desk();
    desk.put("plumb.yaml", "rules: rules\nseverities:\n  main.up: error\n");
    desk.put("rules/warned.plumb", "rulebook warned\nuse main\n");
    let red = |arguments: &[&str]| {
        let ended = desk.plumb(&[arguments, &["--format", "junit"]].concat());
        let red = ended.out.matches("<failure ").count() + ended.out.matches("<error ").count();
        assert_eq!(red > 0, ended.code != 0, "{arguments:?} ends with {}:\n{}", ended.code, ended.out);
        red
    };
    let eval = |facts: &str, asked: &[&str]| red(&[&["eval", facts, "--today", "2026-11-23"], asked].concat());
    // That of `b` is missed for certain, that of `c` left open in part.
    for (asked, of_a, of_b, of_c) in [
        (&[][..], 0, 0, 0),
        (&["--require", "good"], 0, 1, 1),
        (&["--require", "fair"], 0, 1, 1),
        (&["--min-score", "50%"], 0, 1, 1),
        (&["--fail-on", "error"], 0, 2, 2),
        (&["--fail-on", "warning"], 0, 3, 3),
        (&["--fail-on", "warning", "--require", "poor"], 0, 3, 3),
    ] {
        assert_eq!(
            (eval("facts/a.yaml", asked), eval("facts/b.yaml", asked), eval("facts/c.yaml", asked)),
            (of_a, of_b, of_c),
            "{asked:?}"
        );
    }
    eval("facts/d.yaml", &[]);
    eval("facts", &[]);
    // What can't be worked out is red where something that was asked for rests on it.
    desk.put("rules/main.plumb", RULES.replace("passes when uptime >= 99%", "passes when 99% / uptime <= 1"));
    desk.put("facts/e.yaml", "name: Eve\nuptime: 0%\naudited: true\n");
    assert!(eval("facts/e.yaml", &[]) > 0);
    assert!(eval("facts/e.yaml", &["--require", "poor"]) > 0);
    desk.put("rules/main.plumb", RULES);
    red(&["check"]);
    red(&["check", "--fail-on", "warning"]);
    red(&["test"]);
    red(&["test", "--filter", "A poor one"]);
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads() {
    let desk = Desk::with_rules();
    for number in 0..70 {
        let text = match number % 5 {
            0 => format!("uptime: {number}%\n"),
            1 => "uptime: much\n".to_string(),
            2 => "uptime: 1%\nspare: 30%\n".to_string(),
            _ => format!("uptime: 99.{number}%\nspare: {}%\n", number % 40),
        };
        desk.put(&format!("facts/{number:02}.yaml"), text);
    }
    let asked = ["eval", "facts", "--today", "2026-06-01", "--require", "fair"];
    for format in ["human", "json", "jsonl", "markdown", "github", "sarif", "junit", "csv"] {
        let with = |jobs: &str| {
            let ended = desk.plumb(&[&asked[..], &["--format", format, "--jobs", jobs]].concat());
            assert_eq!(ended.code, 2, "{format}");
            (ended.out, ended.err)
        };
        let one = with("1");
        assert!(one.0.len() > 1_000, "{}", one.0);
        for jobs in ["2", "3", "16"] {
            assert!(with(jobs) == one, "{format} with {jobs} threads");
        }
    }
}
