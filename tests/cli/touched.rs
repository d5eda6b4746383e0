//! `--changed-since`: what a branch touched, in real repositories.

use super::{Desk, RULES};

/// A branch that changed nothing yet, of a repository with three projects.
fn branch() -> Desk {
    let desk = Desk::new();
    desk.put("plumb.yaml", "facts: facts\nbaseline: accepted.yaml\n");
    desk.put("rules/main.plumb", RULES);
    desk.put("facts/a.yaml", "uptime: 99.2%\nspare: 30%\n");
    desk.put("facts/b.yaml", "uptime: 50%\nspare: 30%\n");
    desk.put("facts/c.yaml", "uptime: 60%\n");
    desk.put("accepted.yaml", "b:\n  main.up: certain\n");
    desk.put("notes.md", "what nobody reads");
    desk.git(&["init", "-q"]);
    desk.commit();
    desk.git(&["switch", "-q", "-c", "branch"]);
    desk
}

/// The projects that are judged, and why these.
fn judged(desk: &Desk, arguments: &[&str]) -> (String, String) {
    judged_in(desk, "", arguments)
}

fn judged_in(desk: &Desk, folder: &str, arguments: &[&str]) -> (String, String) {
    let arguments = [&["eval", "--today", "2026-06-01", "--format", "json", "--changed-since", "main"], arguments].concat();
    let ended = super::plumb_in(&desk.path(folder), &arguments);
    assert!(ended.code < 2, "{}{}", ended.out, ended.err);
    let record: serde_json::Value = serde_json::from_str(&ended.out).expect("a result is JSON");
    let names = record["projects"].as_array().expect("projects").iter().map(|project| project["name"].as_str().unwrap_or_default());
    (names.collect::<Vec<_>>().join(" "), ended.err)
}

#[test]
fn whose_facts_were_touched_is_judged() {
    let desk = branch();
    let (names, why) = judged(&desk, &[]);
    assert_eq!(names, "");
    assert_eq!(why, "nothing to judge: of 3 projects, no facts were changed since `main`, nor what they are judged by\n");
    desk.put("notes.md", "what nobody reads, changed");
    assert_eq!(judged(&desk, &[]).0, "");

    // Not committed, committed, taken back; new; gone.
    desk.put("facts/a.yaml", "uptime: 99.3%\nspare: 30%\n");
    let (names, why) = judged(&desk, &[]);
    assert_eq!((names.as_str(), why.as_str()), ("a", "judging 1 of 3 projects, whose facts were changed since `main`\n"));
    desk.commit();
    assert_eq!(judged(&desk, &[]).0, "a");
    desk.put("facts/a.yaml", "uptime: 99.2%\nspare: 30%\n");
    assert_eq!(judged(&desk, &[]).0, "");
    desk.put("facts/d.yaml", "uptime: 99.2%\n");
    assert_eq!(judged(&desk, &[]).0, "d");
    desk.git(&["add", "facts/d.yaml"]);
    assert_eq!(judged(&desk, &[]).0, "d");
    std::fs::remove_file(desk.path("facts/b.yaml")).expect("a file can be removed");
    assert_eq!(judged(&desk, &[]).0, "d");
    // What git is told to ignore, it can say nothing about.
    desk.put(".gitignore", "facts/e.yaml\n");
    desk.put("facts/e.yaml", "uptime: 1%\n");
    assert_eq!(judged(&desk, &[]).0, "d e");

    // From another folder, with another name for the same place.
    std::fs::create_dir(desk.path("below")).expect("a folder can be made");
    assert_eq!(judged_in(&desk, "below", &[]).0, "d e");
    assert_eq!(judged_in(&desk, "below", &["../facts/c.yaml", "../below/../facts/d.yaml"]).0, "d");
}

#[test]
fn where_something_was_touched_that_all_read_all_are_judged() {
    let all = |desk: &Desk, file: &str| {
        let (names, why) = judged(desk, &[]);
        assert_eq!(names, "a b c", "{file}: {why}");
        assert_eq!(why, format!("judging all 3 projects, because `{file}` was changed since `main`\n"));
    };
    for (file, text) in [
        ("rules/main.plumb", RULES.replace("99%", "98%")),
        ("plumb.yaml", "facts: facts\nbaseline: accepted.yaml\nfail_on: error\n".to_string()),
        ("accepted.yaml", "b:\n  main.up: open\n".to_string()),
    ] {
        let desk = branch();
        desk.put(file, text);
        all(&desk, file);
        desk.commit();
        all(&desk, file);
    }
    // Tests of rules judge nobody.
    let desk = branch();
    desk.put("rules/tests/up.plumb", "rulebook up\n");
    assert_eq!(judged(&desk, &[]).0, "");
}

#[test]
fn contexts_and_waivers_are_read_for_all() {
    let desk = branch();
    let rules = format!("{RULES}\ncontext peers: list of project\n");
    let rules = rules.replace(
        "scorecard quality {",
        "let others = count p in peers where p.spare > 20%\n\nscorecard quality {\n  check alone worth 1 { passes when others == 0 }",
    );
    desk.put("rules/main.plumb", rules);
    desk.put("peers/x.yaml", "spare: 1%\n");
    desk.put("peers/y.yaml", "spare: 1%\n");
    desk.put("plumb.yaml", "facts: facts\ncontexts:\n  peers: peers\nwaivers: waivers.yaml\n");
    desk.put("waivers.yaml", "[]\n");
    desk.commit();
    desk.git(&["branch", "-f", "main"]);
    assert_eq!(judged(&desk, &[]).0, "");
    desk.put("peers/x.yaml", "spare: 2%\n");
    assert!(judged(&desk, &[]).1.contains("because `peers/x.yaml` was changed"));
    desk.git(&["checkout", "-q", "."]);
    std::fs::remove_file(desk.path("peers/y.yaml")).expect("a file can be removed");
    assert!(judged(&desk, &[]).1.contains("because `peers/y.yaml` was changed"));
    desk.commit();
    assert!(judged(&desk, &[]).1.contains("because `peers/y.yaml` was changed"));
    desk.git(&["reset", "-q", "--hard", "main"]);
    desk.put("waivers.yaml", "# none\n[]\n");
    assert!(judged(&desk, &[]).1.contains("because `waivers.yaml` was changed"));
}

#[test]
fn what_happens_on_the_other_side_touches_nothing() {
    let desk = branch();
    desk.put("facts/a.yaml", "uptime: 99.3%\n");
    desk.commit();
    desk.git(&["switch", "-q", "main"]);
    desk.put("facts/b.yaml", "uptime: 51%\n");
    desk.put("rules/main.plumb", RULES.replace("99%", "98%"));
    desk.commit();
    desk.git(&["switch", "-q", "branch"]);
    assert_eq!(judged(&desk, &[]).0, "a");
}

#[test]
fn a_link_is_followed() {
    let desk = branch();
    desk.put("kept/z.yaml", "uptime: 99.2%\n");
    std::os::unix::fs::symlink("../kept/z.yaml", desk.path("facts/z.yaml")).expect("a link can be made");
    desk.commit();
    desk.git(&["branch", "-f", "main"]);
    assert_eq!(judged(&desk, &[]).0, "");
    desk.put("kept/z.yaml", "uptime: 99.1%\n");
    assert_eq!(judged(&desk, &[]).0, "z");
}

#[test]
fn a_baseline_may_not_grow_on_a_branch() {
    let desk = branch();
    let asked = ["eval", "--today", "2026-06-01", "--fail-on", "warning", "--summary", "--changed-since", "main"];
    desk.put("facts/a.yaml", "uptime: 10%\nspare: 30%\n");
    assert_eq!(desk.plumb(&asked).code, 1);
    desk.put("accepted.yaml", "a:\n  main.up: certain\nb:\n  main.up: certain\nc:\n  main.up: certain\n");
    assert_eq!(desk.plumb(&asked[..asked.len() - 2]).code, 3, "whether c has room is open");
    let grown = desk.plumb(&asked);
    assert_eq!(grown.code, 1, "{}", grown.err);
    insta::assert_snapshot!(format!("{}\n---- stderr ----\n{}", grown.out, grown.err));
    // It may shrink, and one that is new may accept what it likes.
    desk.put("accepted.yaml", "b:\n  main.up: certain\n");
    desk.put("facts/a.yaml", "uptime: 99.9%\nspare: 30%\n");
    assert_eq!(desk.plumb(&asked).code, 0);
    desk.put("first.yaml", "a:\n  main.up: certain\n");
    desk.put("facts/a.yaml", "uptime: 10%\nspare: 30%\n");
    assert_eq!(desk.plumb(&[&asked[..], &["--baseline", "first.yaml", "facts/a.yaml"]].concat()).code, 0);
    desk.plumb(&[&asked[..], &["--update-baseline"]].concat()).refuses(&["--update-baseline", "cannot be used with"]);
}

#[test]
fn mistakes_say_what_to_do() {
    let desk = branch();
    let since = |desk: &Desk, revision: &str| desk.plumb(&["eval", "--changed-since", revision]);
    since(&desk, "origin/main").refuses(&["`--changed-since origin/main` names no revision", "has to be fetched first"]);
    since(&desk, "").refuses(&["names no revision"]);
    desk.git(&["switch", "-q", "--orphan", "other"]);
    desk.put("plumb.yaml", "facts: facts\n");
    desk.put("rules/main.plumb", RULES);
    desk.put("facts/a.yaml", "uptime: 99.2%\n");
    desk.commit();
    since(&desk, "main").refuses(&["have no commit in common", "name a revision from which the branch comes"]);

    let outside = Desk::with_rules();
    outside.put("facts/a.yaml", "uptime: 99.2%\n");
    outside.plumb(&["eval", "facts", "--changed-since", "main"]).refuses(&["in no git repository", "leave `--changed-since` out"]);

    let origin = branch();
    origin.put("facts/a.yaml", "uptime: 1%\n");
    origin.commit();
    let clone = Desk::new();
    std::fs::remove_dir(clone.path("rules")).expect("a folder can be removed");
    clone.git(&["clone", "-q", "--depth", "1", "--branch", "branch", &format!("file://{}", origin.0.display()), "."]);
    since(&clone, "origin/main").refuses(&["names no revision", "`fetch-depth: 0`"]);
    clone.git(&["fetch", "-q", "--depth", "1", "origin", "main:main"]);
    since(&clone, "main").refuses(&["have no commit in common", "`fetch-depth: 0`"]);
}
