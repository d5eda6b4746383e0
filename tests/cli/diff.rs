//! `plumb diff` with folders, revisions and sheets, and with mistakes.

use super::{Desk, RULES};

const ON: [&str; 2] = ["--today", "2026-06-01"];

impl Desk {
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

/// Two states of the rules and a sheet that they judge otherwise.
fn states(old: &str, new: &str, sheet: &str) -> Desk {
    let desk = Desk::new();
    desk.put("old/main.plumb", old);
    desk.put("new/main.plumb", new);
    desk.put("a.yaml", sheet);
    desk
}

/// A type may be called as a fact is. Then a new name for the type does not make another fact of the same.
#[test]
fn a_new_name_for_a_type_hides_no_other_fact() {
    let old = "\
rulebook main

type layer = one of compute, data

subject project {
  layer: layer
  rail: layer
}

scorecard quality { check up worth 10 { passes when layer == compute } }

verdict rating on quality {
  good \"Good\" >= 50%
  poor \"Poor\" otherwise
}
";
    let new = old.replace("type layer", "type rail").replace(": layer", ": rail").replace("when layer", "when rail");
    let desk = states(old, &new, "layer: compute\nrail: data\n");
    let said = desk.says(&["old", "new"], &["condition: layer == compute → rail == compute"]);
    assert!(!said.contains("nothing that judges"), "{said}");
    desk.says(&["old", "new", "--facts", "a.yaml"], &["was  decided: Good\n    now  decided: Poor"]);
}

/// A cap names a band, though something else in the rulebook may be called as that is.
#[test]
fn a_new_name_hides_no_other_band() {
    let old = "\
rulebook main

subject project { uptime: percent in 0%..100% }

let fair = uptime >= 50%

scorecard quality { check up worth 10 { passes when fair } }

gate late { when uptime >= 60%  at most fair }

verdict rating on quality {
  good \"Good\" >= 80%
  fair \"Fair\" >= 40%
  poor \"Poor\" otherwise
}
";
    let new = old.replace("let fair", "let poor").replace("when fair", "when poor").replace("most fair", "most poor");
    let desk = states(old, &new, "uptime: 70%\n");
    desk.says(&["old", "new"], &["> let renamed, was main.fair", "at most: fair → poor"]);
    desk.says(&["old", "new", "--facts", "a.yaml"], &["was  decided: Fair\n    now  decided: Poor"]);
    // Where only the name is new, the cap stays what it is.
    let renamed = old.replace("let fair", "let met").replace("when fair", "when met");
    desk.put("new/main.plumb", &renamed);
    let said = desk.says(&["old", "new", "--facts", "a.yaml"], &["comes out as before"]);
    assert!(!said.contains("at most"), "{said}");
}

/// Braces that are only braces are part of a text as any letter is.
#[test]
fn texts_in_conditions_are_compared_letter_by_letter() {
    let old = "\
rulebook main

subject project { name: text }

scorecard quality { check up worth 10 { passes when name == \"\\{a\\}\"  because \"it is {name}\" } }

verdict rating on quality {
  good \"Good\" >= 50%
  poor \"Poor\" otherwise
}
";
    let new = old.replace("\\{a\\}", "\\{ a \\}").replace("{name}", "{ name }");
    let desk = states(old, &new, "name: '{a}'\n");
    desk.says(&["old", "new", "--facts", "a.yaml"], &["1 change", "condition: ", "was  decided: Good\n    now  decided: Poor"]);
}

/// What includes a scorecard goes on to include it under its new name.
#[test]
fn an_include_follows_its_scorecard() {
    let old = "\
rulebook main

subject project { uptime: percent in 0%..100% }

scorecard inner { check up worth 10 { passes when uptime >= 50% } }

scorecard quality { include inner worth 20 }

verdict rating on quality {
  good \"Good\" >= 50%
  poor \"Poor\" otherwise
}
";
    let desk = states(old, &old.replace("inner", "deep"), "uptime: 70%\n");
    let words = ["1 change, and nothing that judges", "> scorecard renamed, was main.inner", "comes out as before"];
    desk.says(&["old", "new", "--facts", "a.yaml"], &words);
    desk.put("new/main.plumb", old.replace("inner", "deep").replace("worth 20", "worth 10"));
    desk.says(&["old", "new", "--facts", "a.yaml"], &["2 changes, of which 1 can move a judgement", "worth: 20 → 10"]);
}

/// A script is given the entries of a list in their order, so that may matter.
#[test]
fn the_order_of_entries_counts_for_scripts() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "\
rulebook main

subject project { xs: list of { a: number in 0..10 } count in 0..5 }

script \"scripts/first.rhai\" { fn first(xs: list of number) -> number in 0..10 }

scorecard quality { check up worth 10 { passes when first(x.a for x in xs) > 2 } }

verdict rating on quality {
  good \"Good\" >= 50%
  poor \"Poor\" otherwise
}
",
    );
    desk.put("rules/scripts/first.rhai", "fn first(xs) { xs[0] }\n");
    desk.put("old.yaml", "xs: [{ a: 5 }, { a: 1 }]\n");
    desk.put("new.yaml", "xs: [{ a: 1 }, { a: 5 }]\n");
    desk.says(
        &["old.yaml", "new.yaml"],
        &["1 fact changed", "· was xs[", "was  decided: Good\n    now  decided: Poor\n    by   [1] alone"],
    );
}

/// What was open and can't be computed any more did not stay as it was.
#[test]
fn a_provision_that_fails_now_is_named() {
    let old = "\
rulebook main

subject project {
  n: whole in 0..10
  m: whole in 0..10
}

scorecard quality { check up worth 10 { passes when n > 2 } }

verdict rating on quality {
  good \"Good\" >= 50%
  poor \"Poor\" otherwise
}

protocol watching { trigger late { when n / (m - 4) > 1  do \"Sell\" } }
";
    let desk = states(old, &old.replace("m - 4", "m - 6"), "m: 6\n");
    desk.says(&["old", "new", "--facts", "a.yaml"], &["trigger main.late: may fire → can't be computed"]);
}
