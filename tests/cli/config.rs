//! `plumb.yaml`, the environment, and who has the last word.

use super::Desk;

const DAY: [&str; 2] = ["--today", "2026-06-01"];

const PROFILES: &str = "
profile lenient { floor = 97% }
profile strict { floor = 99.95% }
";

/// A desk with rules, two profiles and two sheets: one is good at a floor of 97%, the other always.
fn with_profiles() -> Desk {
    let desk = Desk::new();
    desk.put("rules/main.plumb", format!("{}{PROFILES}", super::RULES));
    desk.put("projects/one.yaml", "uptime: 98%\nspare: 30%\n");
    desk.put("projects/two.yaml", "uptime: 99.99%\nspare: 30%\n");
    desk
}

#[test]
fn what_plumb_yaml_says_is_the_default_of_options() {
    let desk = with_profiles();
    let code = |arguments: &[&str]| desk.plumb(&[arguments, &DAY].concat()).code;
    desk.plumb(&["eval"]).refuses(&["no fact sheet was named", "`facts: …`"]);
    desk.put("plumb.yaml", "facts: projects\nprofile: lenient\nrequire: good\n");
    assert_eq!(code(&["eval"]), 0);
    assert_eq!(code(&["eval", "--no-profile"]), 1);
    assert_eq!(code(&["eval", "--profile", "strict"]), 1);
    assert_eq!(code(&["eval", "--profile", "strict", "--require", "fair"]), 0, "the option has the last word");
    assert_eq!(code(&["eval", "projects/two.yaml", "--profile", "strict"]), 0, "arguments take the place of `facts:`");
    assert_eq!(code(&["eval", "--no-config"]), 2);
    assert_eq!(code(&["report", "--out", "-", "--no-profile"]), 1);
    assert!(desk.plumb(&["why", "main.floor", "--format", "json"]).out.contains("97%"));
    assert!(desk.plumb(&["compare"]).out.contains("one"));
    assert_eq!(code(&["whatif", "--reach", "good"]), 0);
    desk.put("plumb.yaml", "facts: [projects/one.yaml, projects/two.yaml]\n");
    assert!(desk.plumb(&["eval", "--summary"]).out.contains("2 projects"));
}

#[test]
fn the_file_is_sought_upwards_and_its_paths_start_from_it() {
    let desk = with_profiles();
    desk.put("plumb.yaml", "facts: projects/one.yaml\nrequire: good\n");
    desk.put("deep/below/other.yaml", "uptime: 99.99%\nspare: 30%\n");
    let below = |arguments: &[&str]| super::plumb_in(&desk.0.join("deep/below"), &[arguments, &DAY].concat());
    assert_eq!(below(&["eval"]).code, 1);
    assert_eq!(below(&["eval", "other.yaml"]).code, 0);
    let ended = below(&["eval", "--require", "grand"]);
    ended.refuses(&["`--require grand` names no band"]);
    // Another file is read instead, wherever it is.
    desk.put("ci/strict.yaml", "rules: ../rules\nfacts: ../projects/two.yaml\nprofile: strict\nrequire: good\n");
    assert_eq!(desk.plumb(&["eval", "--config", "ci/strict.yaml"]).code, 0);
    assert_eq!(desk.plumb(&["--config", "ci/strict.yaml", "eval"]).code, 0, "before the command's name as well");
    assert_eq!(below(&["eval", "--config", "../../ci/strict.yaml"]).code, 0);
    desk.plumb(&["eval", "--config", "ci/none.yaml"]).refuses(&["there is no file `ci/none.yaml`"]);
    desk.plumb(&["--no-config", "eval", "--config", "ci/strict.yaml"]).refuses(&["keep one of them"]);
}

/// What is said when this is the file.
fn refusal(text: impl AsRef<[u8]>) -> String {
    let desk = with_profiles();
    desk.put("plumb.yaml", text);
    let ended = desk.plumb(&["eval", "projects"]);
    ended.refuses(&[]);
    ended.err
}

#[test]
fn mistakes_are_shown_at_their_places_with_what_was_meant() {
    insta::assert_snapshot!(refusal(
        "rulez: rules
facts: []
min_score: 60
fail_on: eror
severities:
  main.up: of
  main.room: loud
profile:
require: [good]
contexts: [thesis]
baseline: { file: known.json }
waivers: \"-\"
colour: red
"
    ));
    insta::assert_snapshot!(refusal("min_score:\n  main.rating: 160%\n  main.other: most\nx-note: theirs\n"));
    insta::assert_snapshot!(refusal("- rules: rules\n"));
}

#[test]
fn names_that_the_rules_do_not_have_are_shown_where_they_are_said() {
    insta::assert_snapshot!(refusal("profile: lenint\n"));
    insta::assert_snapshot!(refusal("require: god\n"));
    insta::assert_snapshot!(refusal("contexts:\n  thesis: thesis.yaml\n"));
    insta::assert_snapshot!(refusal("rules: rulez\n"));
    insta::assert_snapshot!(refusal("waivers: waived.yaml\n"));
    let desk = with_profiles();
    desk.put("plumb.yaml", "facts:\n  - projects/one.yaml\n  - project\n");
    insta::assert_snapshot!(desk.plumb(&["eval"]).err);
}

#[test]
fn options_that_name_what_is_not_there_say_so_and_suggest() {
    let desk = with_profiles();
    let refusal = |arguments: &[&str]| {
        let ended = desk.plumb(&[&["eval", "projects"], arguments].concat());
        ended.refuses(&[]);
        ended.err
    };
    insta::assert_snapshot!(refusal(&["--profile", "lenint"]));
    insta::assert_snapshot!(refusal(&["--profile", "bold"]));
    insta::assert_snapshot!(refusal(&["--set", "flor=97%"]));
    insta::assert_snapshot!(refusal(&["--set", "main.floor = 197%"]));
    insta::assert_snapshot!(refusal(&["--set", "elsewhere=1"]));
    let json = desk.plumb(&["eval", "projects", "--set", "flor=97%", "--format", "json"]);
    assert!(json.code == 2 && json.out.contains("\"bad-setting\"") && json.out.contains("did you mean `main.floor`?"), "{}", json.out);
    for command in [&["check"][..], &["doc"], &["diff", "rules", "rules"]] {
        let ended = desk.plumb(&[command, &["--set", "flor=97%"]].concat());
        let said = format!("{}{}", ended.out, ended.err);
        assert!(ended.code != 0 && said.contains("--set:1:1") && said.contains("main.floor"), "{said}");
    }
}

#[test]
fn hostile_files_get_a_clear_error() {
    let check = |text: Vec<u8>, words: &[&str]| {
        let err = refusal(text);
        assert!(words.iter().all(|word| err.contains(word)), "no {words:?} in\n{err}");
        assert!(err.len() < 40_000, "{} bytes are said", err.len());
        assert!(err.chars().all(|c| c == '\n' || !c.is_control()), "{err:?}");
    };
    check(vec![b'#'; 300 << 10], &["plumb.yaml", "larger than 256 KiB"]);
    check(b"rules: \xff\n".to_vec(), &["plumb.yaml", "not UTF-8"]);
    check("[".repeat(10_000).into_bytes(), &["plumb.yaml:1", "deep"]);
    check("a: ".repeat(10_000).into_bytes(), &["plumb.yaml:1"]);
    check(b"rules: &r rules\nfacts: *r\n".to_vec(), &["plumb.yaml:1", "anchor", "plumb.yaml:2"]);
    check(b"rules: rules\nrules: other\n".to_vec(), &["plumb.yaml:2", "duplicate-key"]);
    check(b"rules: !path rules\n".to_vec(), &["plumb.yaml:1", "tag"]);
    check(b"<<: { rules: rules }\n".to_vec(), &["plumb.yaml:1", "merge key"]);
    check(b"rules: rules\n---\nrules: other\n".to_vec(), &["plumb.yaml:2", "document"]);
    check(b"rules: \"\\e[31mred\\u202e\"\n".to_vec(), &["plumb.yaml:1", "there are no rules at"]);
    check(b"rules: \"a\\0b\"\n".to_vec(), &["plumb.yaml:1", "can't be read"]);
    check((0..20_000).map(|key| format!("k{key}: 1\n")).collect::<String>().into_bytes(), &["k0", "only 100 findings"]);
    check(format!("{}: 1\n", "k".repeat(1_000)).into_bytes(), &["there is no setting"]);
    // Names of files are shown as they are, less what would act on a terminal.
    let acting = with_profiles().plumb(&["eval", "projects", "--rules", "a\u{1b}[31mb\u{202e}"]).err;
    assert!(acting.contains("`a\\u{1b}[31mb\\u{202e}`") && acting.chars().all(|c| c == '\n' || !c.is_control()), "{acting:?}");
    // What has the name and is no file.
    let desk = with_profiles();
    desk.put("plumb.yaml/inside", "");
    desk.plumb(&["eval", "projects"]).refuses(&["`plumb.yaml` is no file", "--no-config"]);
    assert_eq!(desk.plumb(&["eval", "projects", "--no-config"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_passed_over() {
    let desk = with_profiles();
    std::os::unix::fs::symlink(desk.0.join("gone.yaml"), desk.0.join("plumb.yaml")).expect("a link can be made");
    desk.plumb(&["eval", "projects"]).refuses(&["there is no file `plumb.yaml`"]);
}

#[test]
fn an_empty_file_says_nothing() {
    let desk = with_profiles();
    for text in ["", "# nothing yet\n", "contexts:\nseverities:\n  # all of it for later\n", "\u{feff}facts: projects\n"] {
        desk.put("plumb.yaml", text);
        let ended = desk.plumb(&["eval", "projects"]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{text:?}");
    }
}

const ALL: &str = "\
rules: rules
facts: [projects/one.yaml, projects/two.yaml]
profile: lenient
require: fair
min_score:
  main.rating: 62.5%
fail_on: warning
severities:
  main.up: off
  main.room: note
baseline: known.json
";

#[test]
fn what_is_in_force_is_shown_with_who_says_so() {
    let desk = with_profiles();
    desk.put("plumb.yaml", ALL);
    let shown = |arguments: &[&str]| {
        let ended = desk.plumb(&[&["config"], arguments, &DAY].concat());
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
        ended.out
    };
    insta::assert_snapshot!(shown(&[]));
    insta::assert_snapshot!(shown(&[
        "projects",
        "--no-waivers",
        "--profile",
        "strict",
        "--set",
        "main.floor=98%",
        "--context",
        "thesis=thesis.yaml",
        "--fail-on",
        "error"
    ]));
    insta::assert_snapshot!(shown(&["--no-config"]));
    insta::assert_snapshot!(shown(&["--no-profile", "--require", "good", "--format", "json"]));
    let below = super::plumb_in(&desk.0.join("rules"), &["config"]).out;
    assert!(below.contains("`../plumb.yaml` counts") && below.contains("../projects/two.yaml"), "{below}");
}

#[test]
fn that_there_is_no_file_is_said_with_where_it_was_sought() {
    let desk = with_profiles();
    let folder = desk.0.canonicalize().expect("the folder is there");
    let none = desk.plumb(&["config"]).out;
    let said = format!("There is no `plumb.yaml` in `{}` or any folder above it.", folder.display());
    assert_eq!(none.split_whitespace().take(said.split(' ').count()).collect::<Vec<_>>().join(" "), said);
    let json: serde_json::Value = serde_json::from_str(&desk.plumb(&["config", "--format", "json"]).out).expect("JSON");
    assert_eq!((json["file"].as_str(), json["from"].as_str()), (None, folder.to_str()));
    desk.put("plumb.yaml", "rulez: x\n");
    desk.plumb(&["config"]).refuses(&["did you mean `rules`?"]);
}

/// What `plumb config` shows is what the commands use, for whatever is said in whichever way.
#[test]
fn what_is_shown_is_what_is_used() {
    let desk = with_profiles();
    desk.put("plumb.yaml", ALL);
    desk.put("known.json", "{}");
    for arguments in [&[][..], &["--profile", "strict"], &["--no-profile"], &["--no-config", "projects"], &["--set", "main.floor=98.5%"]] {
        let json = |command: &str| -> serde_json::Value {
            let ended = desk.plumb(&[&[command], arguments, &["--format", "json"], &DAY].concat());
            serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}", ended.out))
        };
        let (shown, used) = (json("config"), json("eval"));
        let shown =
            |key: &str| shown["settings"].as_array().expect("a list").iter().find(|one| one["key"] == key).cloned().unwrap_or_default();
        assert_eq!(shown("today")["value"], used["run"]["today"]);
        let profile = used["run"]["profile"]["code"].as_str().map(|code| code.trim_start_matches("main."));
        assert_eq!(shown("profile")["value"].as_str(), profile, "{arguments:?}");
        if let Some(set) = shown("set")["value"].as_str() {
            assert_eq!(used["run"]["parameters"][0]["value"].as_str(), Some(set));
        }
    }
}

#[test]
fn the_environment_names_the_day_unless_an_option_does() {
    let desk = with_profiles();
    let day = |variable: &str, arguments: &[&str]| {
        let ended = super::plumb_with(&desk.0, &[("PLUMB_TODAY", variable)], &[&["config", "--format", "json"], arguments].concat());
        let json: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
        let settings = json["settings"].as_array().cloned().unwrap_or_default();
        let today = settings.into_iter().find(|setting| setting["key"] == "today").unwrap_or(json);
        (today["value"].to_string(), today["said_by"]["kind"].to_string(), today["error"]["message"].to_string())
    };
    assert_eq!(day("2026-03-01", &[]), ("\"2026-03-01\"".into(), "\"environment\"".into(), "null".into()));
    assert_eq!(day("2026-03-01", &["--today", "2026-04-01"]).1, "\"option\"");
    assert_eq!(day("", &[]).1, "\"clock\"");
    assert_eq!(day("tomorrow", &[]).2, "\"`PLUMB_TODAY=tomorrow` is not a day\"");
    assert_eq!(day("2026-03-01", &["--today", "2026-13-01"]).2, "\"`--today 2026-13-01` is not a day\"");
    // Every command that judges by a day has it from there.
    for command in [&["eval", "projects"][..], &["why", "up", "projects"], &["compare", "projects"], &["report", "projects", "--out", "-"]]
    {
        let ended = super::plumb_with(&desk.0, &[("PLUMB_TODAY", "2026-03-01")], command);
        assert!(ended.code == 0 && ended.out.contains("2026-03-01"), "{command:?}: {}", ended.err);
        super::plumb_with(&desk.0, &[("PLUMB_TODAY", "soon")], command).refuses(&["`PLUMB_TODAY=soon` is not a day", "2026-11-23"]);
    }
}

#[test]
fn check_looks_at_what_the_file_says_of_its_rules() {
    let desk = with_profiles();
    desk.put("plumb.yaml", "profile: lenient\nrequire: good\n");
    assert_eq!(desk.plumb(&["check"]).code, 0);
    desk.put("plumb.yaml", "profile: lenint\nrequire: god\n");
    let checked = desk.plumb(&["check"]);
    assert_eq!(checked.code, 1, "{}", checked.err);
    for words in ["plumb.yaml:1:10", "did you mean `main.lenient`?", "plumb.yaml:2:10", "did you mean `good`?", "2 errors"] {
        assert!(checked.out.contains(words), "no `{words}` in\n{}", checked.out);
    }
    assert_eq!(desk.plumb(&["check", "rules"]).code, 0, "other rules need not have them");
    assert_eq!(desk.plumb(&["check", "--no-config"]).code, 0);
}

#[test]
fn a_record_rests_on_what_the_file_says() {
    let desk = with_profiles();
    desk.put("plumb.yaml", "facts: projects\nprofile: lenient\nrequire: good\n");
    let kept = desk.plumb(&[&["eval", "--record", "records"], &DAY[..]].concat());
    assert_eq!(kept.code, 0, "{}", kept.err);
    let record = std::fs::read_to_string(desk.0.join("records/000001-one.json")).expect("there is a record");
    assert!(record.contains("\"profile\":\"lenient\"") && record.contains("\"plumb.yaml\""), "{record}");
    assert_eq!(desk.plumb(&["verify", "records"]).code, 0);
    assert_eq!(desk.plumb(&["verify", "records", "--no-config"]).code, 0, "what was in force stands in the record");
    desk.put("plumb.yaml", "facts: projects\nprofile: strict\nrequire: good\n");
    assert_eq!(desk.plumb(&["verify", "records"]).code, 3, "the file it rests on was changed");
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe_that_has_the_name() {
    let desk = with_profiles();
    let made = std::process::Command::new("mkfifo").arg(desk.0.join("plumb.yaml")).status().expect("a pipe can be made");
    assert!(made.success());
    desk.plumb(&["eval", "projects"]).refuses(&["`plumb.yaml` is no file"]);
    assert_eq!(desk.plumb(&["eval", "projects", "--no-config"]).code, 0);
}
