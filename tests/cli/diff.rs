//! `plumb diff` with folders, revisions and sheets, and with mistakes.

use std::process::Command;

use super::{Desk, RULES};

const ON: [&str; 2] = ["--today", "2026-06-01"];

impl Desk {
    /// Runs git as somebody whose own settings are of no account.
    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(&self.0)
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .expect("git can be run");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A repository with two states of the rules, and a third that is not committed.
    fn with_history() -> Desk {
        let desk = Desk::with_rules();
        desk.put("facts/a.yaml", "uptime: 99.2%\nspare: 30%\n");
        desk.put(
            "rules/tests/up_tests.plumb",
            "rulebook up_tests\nuse main\n\ntest \"up\" {\n  with uptime = 99%\n  today 2026-06-01\n  expect main.up\n}\n",
        );
        desk.git(&["init", "-q"]);
        desk.git(&["add", "."]);
        desk.git(&["commit", "-q", "-m", "one"]);
        desk.git(&["tag", "v1"]);
        desk.put("rules/main.plumb", RULES.replace("= 99%", "= 99.5%"));
        desk.put("facts/a.yaml", "uptime: 99.7%\nspare: 30%\n");
        desk.git(&["add", "."]);
        desk.git(&["commit", "-q", "-m", "two"]);
        desk.put("rules/main.plumb", RULES.replace("= 99%", "= 99.9%"));
        desk
    }

    #[track_caller]
    fn says(&self, arguments: &[&str], words: &[&str]) -> String {
        let ended = self.plumb(&[&["diff"], arguments, &ON].concat());
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
        for word in words {
            assert!(ended.out.contains(word), "no `{word}` in\n{}", ended.out);
        }
        ended.out
    }
}

#[test]
fn revisions_are_read_without_being_checked_out() {
    let desk = Desk::with_history();
    let before = std::fs::read_to_string(desk.0.join("rules/main.plumb")).expect("it is there");
    desk.says(&["v1", "HEAD"], &["Rules: v1:rules → HEAD:rules", "value: 99% → 99.5%", "HEAD:rules/main.plumb:8"]);
    desk.says(&["HEAD~1", "rules"], &["value: 99% → 99.9%"]);
    desk.says(&["v1:rules", "HEAD:rules/main.plumb"], &["value: 99% → 99.5%"]);
    desk.says(&["HEAD", "HEAD"], &["Nothing changed"]);
    assert_eq!(std::fs::read_to_string(desk.0.join("rules/main.plumb")).expect("it is there"), before);
    // From a folder below, paths are as seen from there.
    let below = super::plumb_in(&desk.0.join("facts"), &["diff", "v1:../rules", "../rules", "--today", "2026-06-01"]);
    assert!(below.out.contains("value: 99% → 99.9%"), "{}{}", below.out, below.err);
}

#[test]
fn a_path_wins_over_a_revision_of_its_name() {
    let desk = Desk::with_history();
    desk.git(&["branch", "next", "v1"]);
    desk.put("next/main.plumb", RULES.replace("= 99%", "= 42%"));
    desk.says(&["next", "HEAD"], &["value: 42% → 99.5%"]);
    desk.says(&["next:", "HEAD"], &["value: 99% → 99.5%"]);
    desk.says(&["./next", "HEAD"], &["value: 42% → 99.5%"]);
}

#[test]
fn changes_are_laid_to_what_judgements_do() {
    let desk = Desk::with_history();
    let facts = ["v1", "rules", "--facts", "facts"];
    desk.says(&facts, &["was  decided: Good", "now  decided: Fair", "by   [1] alone", "[1] main.floor (value)"]);
    desk.says(
        &[&facts[..], &["--format", "markdown"]].concat(),
        &["<!-- plumb diff -->", "### What changes in the rules", "**decided: Fair**"],
    );
    let json = desk.says(&[&facts[..], &["--format", "json"]].concat(), &["\"alone\": [", "\"difference\"", "\"exact\": \"-1/2\""]);
    assert!(json.starts_with("{\n  \"schema_version\""), "{json}");
    let flips = desk.plumb(&[&["diff"], &facts[..], &ON, &["--fail-on-flip"]].concat());
    assert_eq!(flips.code, 1, "{}", flips.err);
    assert_eq!(desk.plumb(&[&["diff"], &facts[..], &ON, &["--fail-on-flip", "--set", "main.floor=10%"]].concat()).code, 0);
}

#[test]
fn sheets_are_compared_over_time() {
    let desk = Desk::with_history();
    desk.says(
        &["v1:facts/a.yaml", "facts/a.yaml"],
        &["Facts: v1:facts/a.yaml → facts/a.yaml", "uptime: 99.2% → 99.7%", "The project comes out as before"],
    );
    desk.put("b.yaml", "uptime: 99.95%\nspare: 1%\n");
    desk.says(&["facts/a.yaml", "b.yaml"], &["spare: 30% → 1%", "[1] uptime", "[2] spare", "of which [1] +"]);
}

#[test]
fn mistakes_are_told_with_their_side() {
    let desk = Desk::with_history();
    let refused = |arguments: &[&str], words: &[&str]| desk.plumb(&[&["diff"], arguments, &ON].concat()).refuses(words);
    refused(&["v9", "rules"], &["`v9` is neither a path nor a revision", "HEAD~1"]);
    desk.plumb(&["diff", "--today", "2026-06-01", "--", "-v1", "rules"]).refuses(&["`-v1` is neither"]);
    refused(&["./v1", "rules"], &["there is nothing at `./v1`"]);
    refused(&["v1:nowhere", "rules"], &["the revision `v1` has no `nowhere`"]);
    refused(&["v1:../..", "rules"], &["lies outside of this repository"]);
    refused(&["v1:facts", "rules"], &["main.plumb"]);
    refused(&["facts/a.yaml", "rules"], &["`facts/a.yaml` is a fact sheet, and `rules` is not"]);
    refused(&["v1", "rules", "--facts", "nowhere"], &["nowhere"]);
    refused(&["v1", "rules", "--context", "peers=x.yaml"], &["no context `peers` on either side"]);
    desk.put("rules/main.plumb", RULES.replace("uptime >= floor", "uptime >= flor"));
    refused(&["v1", "rules"], &["the new rules, `rules`, can't be used", "did you mean `floor`?"]);
    desk.put("rules/main.plumb", RULES);
    desk.put("bad.yaml", "uptime: lots\n");
    refused(&["v1", "rules", "--facts", "bad.yaml"], &["the old rules", "bad.yaml:1"]);
    let outside = Desk::with_rules();
    outside.plumb(&["diff", "HEAD", "rules"]).refuses(&["there is nothing at `HEAD`", "in no git repository"]);
}

#[test]
fn a_sheet_that_only_the_new_rules_can_read_is_judged_by_both() {
    let desk = Desk::with_history();
    let new =
        RULES.replace("  spare:", "  extra: bool\n  spare:").replace("passes when spare >= 20%", "passes when spare >= 20% and extra");
    desk.put("rules/main.plumb", new);
    desk.put("c.yaml", "uptime: 99.2%\nspare: 30%\nextra: false\n");
    desk.says(
        &["v1", "rules", "--facts", "c.yaml"],
        &["+ field: extra: bool", "[1] main.room (condition)", "was  decided: Good", "now  decided: Fair"],
    );
}
