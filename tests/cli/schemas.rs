//! What every command tells programs, held against the published schemas: results of all kinds, findings, and troubles.

use std::path::Path;

use super::formats::desk;
use super::{Desk, plumb_in};

#[path = "../support/schemas.rs"]
mod published;

use published::Schemas;

const TODAY: [&str; 2] = ["--today", "2026-11-23"];

/// What each command is asked in the project itself.
const OF_THE_PROJECT: &[(&str, &[&str])] = &[
    ("eval", &["eval", "fixtures/projects"]),
    ("eval", &["eval", "fixtures/projects", "--require", "core", "--profile", "nowhere"]),
    ("check", &["check"]),
    ("test", &["test", "--filter", "application"]),
    ("why", &["why", "main.conviction_band", "fixtures/projects/akash.yaml", "--deep"]),
    ("whatif", &["whatif", "fixtures/projects/akash.yaml", "--reach", "satellite"]),
    ("compare", &["compare", "fixtures/projects/akash.yaml", "fixtures/projects/render.yaml", "fixtures/projects/0g.yaml"]),
    ("diff-facts", &["diff", "fixtures/projects/akash.yaml", "fixtures/projects/render.yaml"]),
    ("config", &["config"]),
];

/// And among hostile texts.
const OF_THE_HOSTILE: &[(&str, &[&str])] = &[
    ("eval", &["eval", "sheet.yaml", "other.yaml"]),
    ("check", &["check"]),
    ("why", &["why", "main.rating", "sheet.yaml", "--deep"]),
    ("whatif", &["whatif", "sheet.yaml"]),
    ("whatif", &["whatif", "sheet.yaml", "--reach", "go"]),
    ("whatif", &["whatif", "sheet.yaml", "--with", "open=true"]),
    ("compare", &["compare", "sheet.yaml", "other.yaml", "--all", "--facts"]),
    ("diff-facts", &["diff", "sheet.yaml", "other.yaml"]),
    ("config", &["config"]),
];

fn hold(schemas: &Schemas, folder: &Path, schema: &str, arguments: &[&str]) {
    let day: &[&str] = if matches!(arguments[0], "test" | "verify") { &[] } else { &TODAY };
    for format in ["json", "jsonl"] {
        if format == "json" || matches!(arguments[0], "eval" | "check" | "test") {
            let ended = plumb_in(folder, &[arguments, day, &["--format", format]].concat());
            assert_eq!(ended.err, "", "{arguments:?}");
            schemas.hold(if format == "jsonl" { format } else { schema }, &ended.out, &format!("{arguments:?}"));
        }
    }
}

#[test]
fn results_of_the_project_itself() {
    let (schemas, root) = (Schemas::published(), Path::new(env!("CARGO_MANIFEST_DIR")));
    OF_THE_PROJECT.iter().for_each(|(schema, arguments)| hold(&schemas, root, schema, arguments));
    OF_THE_HOSTILE.iter().for_each(|(schema, arguments)| hold(&schemas, &root.join("tests/hostile"), schema, arguments));
}

#[test]
fn results_of_a_small_desk_and_troubles() {
    let schemas = Schemas::published();
    let mut desk = desk();
    let hold = |desk: &Desk, schema: &str, arguments: &[&str]| hold(&schemas, &desk.0, schema, arguments);
    // Some are judged, one can't be.
    hold(&desk, "eval", &["eval", "facts", "--require", "good"]);
    // A baseline accepts some of it, and has something to say itself.
    desk.plumb(&["eval", "facts/b.yaml", "--today", "2026-11-23", "--fail-on", "error", "--baseline", "known.yaml", "--update-baseline"]);
    hold(&desk, "eval", &["eval", "facts/b.yaml", "--fail-on", "error", "--baseline", "known.yaml", "--min-score", "10%"]);
    hold(&desk, "eval", &["eval", "facts/a.yaml", "--fail-on", "error", "--baseline", "known.yaml"]);
    hold(&desk, "test", &["test", "--coverage"]);
    hold(&desk, "whatif", &["whatif", "facts/c.yaml", "--reach", "fair"]);
    for (schema, arguments) in [
        ("eval", ["eval", "nowhere.yaml"].as_slice()),
        ("eval", &["eval", "facts", "--require", "best"]),
        ("check", &["check", "nowhere"]),
        ("test", &["test", "--filter", "none of them"]),
        ("why", &["why", "main.nothing", "facts/a.yaml"]),
        ("whatif", &["whatif", "facts/d.yaml"]),
        ("compare", &["compare", "facts"]),
        ("config", &["config", "--config", "nowhere.yaml"]),
    ] {
        hold(&desk, schema, arguments);
    }
    desk.plumb(&["eval", "facts/a.yaml", "--record", "records", "--today", "2026-11-23"]);
    hold(&desk, "verify", &["verify", "records"]);
    let kept = std::fs::read_dir(desk.0.join("records")).expect("records are kept").map(|entry| entry.expect("a record is there").path());
    let kept: Vec<_> = kept.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("0"))).collect();
    assert_eq!(kept.len(), 1);
    schemas.hold("record", &std::fs::read_to_string(&kept[0]).expect("a record can be read"), "a record");
    desk.put("new/main.plumb", super::formats::RULES.replace("worth 10", "worth 20").replace("99%", "90%"));
    hold(&desk, "diff-rules", &["diff", "rules", "new", "--facts", "facts/b.yaml"]);

    desk.put("rules/main.plumb", super::formats::RULES.replace("rating == good", "rating == fair"));
    hold(&desk, "test", &["test", "--coverage", "--mutate"]);
    desk.put("rules/main.plumb", "rulebook main\nverdict x");
    hold(&desk, "eval", &["eval", "facts"]);
    hold(&desk, "check", &["check"]);
    hold(&desk, "test", &["test"]);
    desk = Desk::new();
    hold(&desk, "check", &["check"]);
}

/// What would go unnoticed if schemas were held as loosely as they are published.
#[test]
#[should_panic(expected = "is not as `config` says")]
fn a_member_that_no_schema_names_is_noticed() {
    let desk = desk();
    let said = desk.plumb(&["config", "--format", "json"]).out;
    Schemas::published().hold("config", &said.replacen("\"schema_version\"", "\"unheard_of\": 1,\n  \"schema_version\"", 1), "config");
}
