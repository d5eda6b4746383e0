//! What a reader who stumbles is told.

use super::Desk;

const DAY: [&str; 2] = ["--today", "2026-06-01"];

fn with_sheets() -> Desk {
    let desk = Desk::with_rules();
    desk.put("a/one.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("b/one.yaml", "uptime: 99.9%\nspare: 10%\n");
    desk
}

#[test]
fn the_help_of_every_command_says_what_it_ends_with() {
    let desk = Desk::new();
    let list = desk.plumb(&["--help"]).out;
    let commands: Vec<&str> = list
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 9, "{list}");
    for command in commands {
        let help = desk.plumb(&[command, "--help"]).out;
        // What is watched goes on.
        let goes_on = command == "watch" && help.contains("Goes on until it is interrupted");
        assert!(goes_on || help.contains("Ends with 0") || help.contains("Ends as `plumb eval` does: with 0"), "{help}");
    }
}

#[test]
fn folders_of_fact_sheets_are_told_how_to_be_compared() {
    let desk = with_sheets();
    desk.plumb(&["diff", "a", "b"]).refuses(&["`a` is a folder of fact sheets", "`plumb diff a/one.yaml b/one.yaml`", "`--facts`"]);
    desk.plumb(&["diff", "rules", "b"]).refuses(&["`b` is a folder of fact sheets"]);
    desk.plumb(&["eval", "a", "--rules", "b"]).refuses(&["there is no file `b/main.plumb`: what is in this folder are fact sheets"]);
}

#[test]
fn what_the_system_refuses_is_said_in_words() {
    let desk = with_sheets();
    desk.put("file", "");
    for (out, words) in
        [("none/page.html", "there is no folder `none`"), ("file/page.html", "there is no folder `file`"), ("a", "it is a folder")]
    {
        let ended = desk.plumb(&["report", "a", "--out", out, "--force", DAY[0], DAY[1]]);
        ended.refuses(&["can't be written: ", words]);
        assert!(!ended.err.contains("os error"), "{}", ended.err);
    }
}

#[test]
fn a_fact_and_a_path_are_no_misspelt_codes() {
    let desk = with_sheets();
    desk.plumb(&["why", "uptime", "a"]).refuses(&["`uptime` is a fact", "ask for a rule that reads it"]);
    desk.plumb(&["why", "a/one.yaml", "up"]).refuses(&["the code comes first"]);
}

#[test]
fn projects_of_one_title_are_told_apart() {
    let ended = with_sheets().plumb(&["eval", "a", "b", "--summary", DAY[0], DAY[1]]);
    for name in ["one (a/one.yaml)", "one (b/one.yaml)"] {
        assert!(ended.out.contains(name), "no `{name}` in\n{}", ended.out);
    }
}
