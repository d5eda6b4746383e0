//! What ships: the rules have no findings, and every sheet and thesis is judged with them.

#![allow(clippy::disallowed_methods, reason = "these tests read what ships")]

use std::path::Path;
use std::process::Command;

fn plumb(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plumb"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the command can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("its output is text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_rules_have_no_findings() {
    let (code, out, err) = plumb(&["check", "rules", "--today", "2026-11-23"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.starts_with("nothing to report"), "{out}");
}

/// The tests of the rules pass and reach everything there is to reach.
#[test]
fn the_rules_pass_their_tests() {
    let (code, out, err) = plumb(&["test", "rules", "--min-coverage", "100%"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains(", all pass"), "{out}");
}

#[test]
fn every_thesis_judges_every_project() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/theses")).expect("the theses are there") {
        let name = entry.expect("the folder can be read").file_name().to_string_lossy().into_owned();
        let thesis = format!("thesis=fixtures/theses/{name}");
        let (code, out, err) = plumb(&["eval", "fixtures/projects", "--today", "2026-11-23", "--context", &thesis, "--summary"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}: {out}");
        assert!(out.contains("9 projects"), "{name}: {out}");
    }
}

/// Every holding is held against the protocols: the one that lost two fifths sets off the first exit trigger, the other does not.
#[test]
fn every_position_is_held_against_the_protocols() {
    for (name, held, fires) in [("filecoin", "filecoin", false), ("render", "render", true), ("filecoin", "render", false)] {
        let positions = format!("positions=fixtures/positions/{held}.yaml");
        let sheet = format!("fixtures/projects/{name}.yaml");
        let (code, out, err) = plumb(&["eval", &sheet, "--today", "2026-11-23", "--context", &positions, "--format", "json"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{name}: {out}");
        let record: serde_json::Value = serde_json::from_str(&out).expect("a record is JSON");
        let trigger = &record["projects"][0]["protocols"][1]["triggers"][0];
        assert_eq!(trigger["code"], "protocols.drawdown_reached");
        assert_eq!(trigger["state"] == "fires", fires, "{name} beside {held}: {trigger}");
        assert_eq!(trigger["applies"] == "always", name == held, "{name} beside {held}: {trigger}");
    }
}

/// A stricter reader is nowhere more easily convinced than a freer one.
#[test]
fn every_profile_judges_every_project() {
    let floors = |profile: &str| -> Vec<String> {
        let (code, out, err) = plumb(&["eval", "fixtures/projects", "--today", "2026-11-23", "--profile", profile, "--format", "json"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{profile}: {out}");
        let record: serde_json::Value = serde_json::from_str(&out).expect("a record is JSON");
        assert_eq!(record["run"]["profile"]["code"], format!("main.{profile}"));
        let floor = |project: &serde_json::Value| project["verdicts"][0]["bands"]["floor"]["name"].as_str().unwrap_or_default().to_string();
        record["projects"].as_array().expect("there are projects").iter().map(floor).collect()
    };
    let rank = |band: &String| ["core", "satellite", "watch", "avoid"].iter().position(|name| name == band).expect("a band");
    let (strict, free) = (floors("conservative"), floors("exploratory"));
    assert!(strict.len() == 9 && strict.iter().zip(&free).all(|(strict, free)| rank(strict) >= rank(free)), "{strict:?} {free:?}");
}

/// Every sheet is judged alone, and its record is whole: each of the policy's scorecards, items and gates is in it, whatever the facts say.
#[test]
fn every_record_is_whole() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects")).expect("the sheets are there") {
        let path = entry.expect("the folder can be read").path();
        let (code, out, err) = plumb(&["eval", path.to_str().expect("a plain path"), "--today", "2026-11-23", "--format", "json"]);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{}", path.display());
        let record: serde_json::Value = serde_json::from_str(&out).expect("a record is JSON");
        assert_eq!(record["schema_version"], 1);
        let project = &record["projects"][0];
        let count = |list: &str| project[list].as_array().map_or(0, Vec::len);
        assert_eq!((count("verdicts"), count("scorecards"), count("gates")), (1, 6, 8), "{}", path.display());
        let protocols = project["protocols"].as_array().expect("protocols are a list");
        let provisions = |kind: &str| protocols.iter().map(|protocol| protocol[kind].as_array().map_or(0, Vec::len)).sum::<usize>();
        assert_eq!((protocols.len(), provisions("limits"), provisions("triggers"), provisions("reviews")), (4, 4, 11, 1));
        // What threatens a category is in the record although no rule computes with it.
        let outputs = &project["tables"][0]["outputs"];
        assert_eq!((outputs[0]["name"].as_str(), outputs[2]["name"].as_str()), (Some("points"), Some("threat")), "{}", path.display());
        assert!(outputs[2]["value"].is_string(), "{}", path.display());
        assert_eq!(count("items"), 37 + 5, "{}: 37 items and 5 includes", path.display());
    }
}

/// Every answer for every project, stated in place of its facts, leads where it is said to.
#[test]
fn changes_lead_where_they_are_said_to() {
    let mut found = 0;
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects")).expect("the sheets are there") {
        let path = entry.expect("the folder can be read").path();
        let sheet = path.to_str().expect("a plain path");
        // A band for each that is neither reached nor, but for one, out of reach; the far ones have an answer of many facts.
        let bands: &[&str] = match path.file_stem().and_then(|name| name.to_str()) {
            Some("filecoin" | "0g") => &["core"],
            Some("kite-ai") => &["watch"],
            _ => &["satellite"],
        };
        for band in bands {
            let ask = |with: &[String]| {
                let mut arguments = vec!["whatif", sheet, "--today", "2026-11-23", "--reach", band, "--format", "json"];
                arguments.extend(with.iter().flat_map(|with| ["--with", with.as_str()]));
                let (code, out, err) = plumb(&arguments);
                assert_eq!(err, "", "{sheet} {band} {with:?}");
                let record: serde_json::Value = serde_json::from_str(&out).expect("a record is JSON");
                (code, record["projects"][0]["reach"].clone())
            };
            let (code, reach) = ask(&[]);
            let expected = match reach["outcome"].as_str() {
                Some("found" | "already") => 0,
                Some("impossible") => 1,
                _ => 3,
            };
            assert_eq!(code, Some(expected), "{sheet}: {reach}");
            let answers = reach["answers"].as_array().expect("answers are a list");
            // One of several of a size, so that the test stays short: all of them are judged where they are found.
            for answer in answers.iter().rev().take(1) {
                found += 1;
                let stated =
                    |change: &serde_json::Value| Some(format!("{}={}", change["fact"]["path"].as_str()?, change["example"].as_str()?));
                let with: Option<Vec<String>> = answer["changes"].as_array().expect("changes are a list").iter().map(stated).collect();
                let with = with.expect("every change can be stated");
                assert_eq!(ask(&with).1["outcome"], "already", "{sheet} {band}: {with:?}");
            }
        }
    }
    assert!(found >= 8, "answers are found: {found}");
}
