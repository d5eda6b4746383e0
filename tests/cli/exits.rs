//! Exit codes: 0 met, 1 not met, 2 could not run, 3 open. Of every command, and of everything that is asked together.

use std::collections::BTreeSet;

use super::Desk;

const RULES: &str = "\
rulebook main

subject project {
  uptime: percent in 0%..100%
  spare: percent in 0%..100%
}

scorecard quality {
  check up worth 10 { passes when uptime >= 99% }
  check room worth 10 { passes when spare >= 20% }
  check ratio worth 1 { applies when uptime == 1%  passes when uptime / (spare - spare) > 1 }
}

verdict rating on quality {
  good \"Good\" >= 80%
  fair \"Fair\" >= 40%
  poor \"Poor\" otherwise
}

gate thin \"Next to no spare capacity\" {
  when spare < 5%
  at most fair
}

test \"a good one\" {
  with uptime = 99.9%
  with spare = 30%
  today 2026-06-01
  expect rating == good
}
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("rules/main.plumb", RULES);
    desk.put("broken/main.plumb", RULES.replace("uptime >= 99%", "uptme >= 99%"));
    desk.put("failing/main.plumb", RULES.replace("expect rating == good", "expect rating == poor"));
    desk.put("other/main.plumb", RULES.replace("spare >= 20%", "spare >= 90%"));
    // What asking for `good` of each of them leads to.
    desk.put("met.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("not-met.yaml", "uptime: 99.9%\nspare: 1%\n");
    desk.put("open.yaml", "uptime: 99.9%\n");
    desk.put("faulted.yaml", "uptime: 1%\nspare: 30%\n");
    desk.put("unreadable.yaml", "uptime: much\n");
    desk
}

/// Every command, with command lines and how they end.
const ROWS: &[(&str, &[(&str, i32)])] = &[
    ("new", &[("new begun", 0), ("new begun", 2), ("new met.yaml", 2)]),
    (
        "eval",
        &[
            ("eval met.yaml", 0),
            ("eval not-met.yaml open.yaml", 0),
            ("eval not-met.yaml --require good", 1),
            ("eval nowhere.yaml", 2),
            ("eval met.yaml --require best", 2),
            ("eval", 2),
            ("eval met.yaml --changed-since main", 2),
            ("eval open.yaml --require good", 3),
        ],
    ),
    // What it comes to is told; it goes on until it is interrupted.
    ("watch", &[("watch", 2), ("watch nowhere/met.yaml", 2)]),
    (
        "why",
        &[("why main.up met.yaml", 0), ("why main.down met.yaml", 2), ("why main.up unreadable.yaml", 2), ("why main.up nowhere.yaml", 2)],
    ),
    ("whatif", &[("whatif open.yaml --reach good", 0), ("whatif faulted.yaml --reach better", 2), ("whatif nowhere.yaml", 2)]),
    ("compare", &[("compare met.yaml open.yaml", 0), ("compare met.yaml nowhere.yaml", 2), ("compare met.yaml unreadable.yaml", 2)]),
    ("diff", &[("diff rules rules", 0), ("diff rules other", 0), ("diff rules nowhere", 2), ("diff rules broken", 2)]),
    (
        "check",
        &[
            ("check rules", 0),
            ("check broken", 1),
            ("check nowhere", 2),
            ("check rules --witness good", 0),
            ("check rules --witness best", 2),
            ("check broken --exit-zero", 0),
            ("check nowhere --exit-zero", 2),
        ],
    ),
    (
        "test",
        &[
            ("test rules", 0),
            ("test failing", 1),
            ("test broken", 2),
            ("test nowhere", 2),
            ("test failing --exit-zero", 0),
            ("test broken --exit-zero", 2),
        ],
    ),
    ("doc", &[("doc rules --out policy.md", 0), ("doc broken --out broken.md", 2), ("doc nowhere --out nowhere.md", 2)]),
    (
        "report",
        &[("report met.yaml --out met.html", 0), ("report unreadable.yaml --out no.html", 2), ("report nowhere.yaml --out no.html", 2)],
    ),
    ("verify", &[("verify records", 0), ("verify edited", 1), ("verify nowhere", 2)]),
    ("config", &[("config", 0), ("config --min-score much", 2)]),
    ("explain", &[("explain unknown-name", 0), ("explain nothing-at-all", 2)]),
    ("completions", &[("completions bash", 0), ("completions cmd", 2)]),
    ("manual", &[("manual", 0), ("manual --out pages", 0), ("manual --out met.yaml", 2)]),
];

#[test]
fn every_command_ends_as_it_says() {
    let desk = desk();
    assert_eq!(desk.plumb(&["eval", "met.yaml", "--record", "records"]).code, 0);
    assert_eq!(desk.plumb(&["eval", "met.yaml", "--record", "edited"]).code, 0);
    let record = desk.text("edited/000001-met.json");
    desk.put("edited/000001-met.json", record.replace("99.9%", "99.8%"));
    for (_, rows) in ROWS {
        for (line, code) in *rows {
            let arguments: Vec<&str> = line.split_whitespace().collect();
            let ended = desk.plumb(&arguments);
            assert_eq!(ended.code, *code, "plumb {line}\n{}{}", ended.out, ended.err);
        }
        let (first, _) = rows.first().expect("a command has rows");
        let mut misuse: Vec<&str> = first.split_whitespace().collect();
        misuse.push("--no-such-option");
        assert_eq!(desk.plumb(&misuse).code, 2, "{misuse:?}");
    }
}

#[test]
fn no_command_is_left_out() {
    let help = desk().plumb(&["--help"]).out;
    let listed = help.split("Commands:\n").nth(1).expect("the help lists the commands").split("\n\n").next().unwrap_or_default();
    let commands: BTreeSet<&str> =
        listed.lines().filter(|line| !line.starts_with("    ")).filter_map(|line| line.split_whitespace().next()).collect();
    let tested: BTreeSet<&str> = ROWS.iter().map(|(command, _)| *command).chain(["help"]).collect();
    assert_eq!(commands, tested);
}

#[test]
fn of_many_projects_the_first_of_2_1_3_and_0_counts() {
    let desk = desk();
    let sheets = [("met.yaml", 0), ("not-met.yaml", 1), ("open.yaml", 3), ("faulted.yaml", 2), ("unreadable.yaml", 2)];
    for chosen in 1u32..1 << sheets.len() {
        let of: Vec<(&str, i32)> =
            sheets.iter().enumerate().filter(|(place, _)| chosen >> place & 1 == 1).map(|(_, sheet)| *sheet).collect();
        let expected = [2, 1, 3, 0].into_iter().find(|code| of.iter().any(|(_, one)| one == code)).expect("some code comes first");
        let mut names: Vec<&str> = of.iter().map(|(name, _)| *name).collect();
        for _ in 0..2 {
            let arguments = [&["eval", "--require", "good", "--summary"], names.as_slice()].concat();
            let ended = desk.plumb(&arguments);
            assert_eq!(ended.code, expected, "{arguments:?}\n{}{}", ended.out, ended.err);
            let forgiven = desk.plumb(&[arguments.as_slice(), &["--exit-zero"]].concat()).code;
            assert_eq!(forgiven, if expected == 2 { 2 } else { 0 }, "{arguments:?}");
            names.reverse();
        }
    }
}

#[test]
fn whatever_is_asked_together_the_gravest_answer_counts() {
    let desk = desk();
    desk.put("accepted.yaml", "not-met:\n  main.thin: certain\n");
    // Each option, and what it leads to for each sheet.
    let options: [(&[&str], [i32; 3]); 4] = [
        (&["--require", "good"], [0, 1, 3]),
        (&["--min-score", "60%"], [0, 1, 3]),
        (&["--fail-on", "error"], [0, 1, 3]),
        (&["--min-score", "40%"], [0, 0, 0]),
    ];
    for (place, sheet) in ["met.yaml", "not-met.yaml", "open.yaml"].iter().enumerate() {
        for chosen in 0u32..1 << options.len() {
            let of: Vec<_> = options.iter().enumerate().filter(|(option, _)| chosen >> option & 1 == 1).map(|(_, option)| option).collect();
            let expected = [1, 3, 0].into_iter().find(|code| *code == 0 || of.iter().any(|(_, ends)| ends[place] == *code)).unwrap_or(0);
            let mut arguments = vec!["eval", sheet, "--summary"];
            arguments.extend(of.iter().flat_map(|(words, _)| words.iter().copied()));
            let ended = desk.plumb(&arguments);
            assert_eq!(ended.code, expected, "{arguments:?}\n{}{}", ended.out, ended.err);
            arguments.push("--exit-zero");
            assert_eq!(desk.plumb(&arguments).code, 0, "{arguments:?}");
        }
    }
    // A baseline accepts the gate, and neither the band nor the score.
    let known =
        |options: &[&str]| desk.plumb(&[&["eval", "not-met.yaml", "--summary", "--baseline", "accepted.yaml"], options].concat()).code;
    assert_eq!(known(&["--fail-on", "error"]), 0);
    assert_eq!(known(&["--fail-on", "error", "--require", "good"]), 1);
    assert_eq!(known(&["--fail-on", "error", "--require", "poor"]), 0);
    assert_eq!(known(&["--fail-on", "warning"]), 1, "the item that fails is not in it");
    assert_eq!(known(&[]), 0, "what is not asked is found all the same");
}
