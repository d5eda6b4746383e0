//! The real command: exit codes, streams, and input of the worst kind.

#![allow(clippy::disallowed_methods, reason = "these tests put files on disk for the command to read")]

mod compare;
mod config;
mod diff;
mod doc;
mod exits;
mod formats;
mod hostile;
mod manners;
mod new;
mod pipeline;
mod records;
mod report;
mod requirements;
mod schemas;
mod shells;
mod stdin;
mod touched;
mod watch;
mod whatif;
mod why;
mod wording;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is gone when the test is over.
struct Desk(PathBuf);

impl Desk {
    fn new() -> Desk {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("plumb-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("rules")).expect("a folder can be made");
        Desk(folder)
    }

    /// A desk with rules that judge one percent.
    fn with_rules() -> Desk {
        let desk = Desk::new();
        desk.put("rules/main.plumb", RULES);
        desk
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("the file can be read")
    }

    fn plumb(&self, arguments: &[&str]) -> Ended {
        plumb_in(&self.0, arguments)
    }

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

    /// Commits all that is there.
    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", "a step"]);
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const RULES: &str = "\
rulebook main

subject project {
  uptime: percent in 0%..100%
  spare: percent in 0%..100%
}

param floor \"Lowest availability\": percent in 0%..100% = 99%

scorecard quality {
  check up worth 10 { passes when uptime >= floor }
  check room worth 10 { passes when spare >= 20% }
  check ratio worth 1 { applies when uptime == 1%  passes when uptime / (spare - spare) > 1 }
}

verdict rating on quality {
  good \"Good\" >= 80%
  fair \"Fair\" >= 40%
  poor \"Poor\" otherwise
}
";

struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn plumb_in(folder: &Path, arguments: &[&str]) -> Ended {
    plumb_with(folder, &[], arguments)
}

/// The same, with variables of the environment set.
fn plumb_with(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    ended(command(folder, variables, arguments).output().expect("the command can be run"))
}

/// The command, with none of the variables that would change what it says but these.
fn command(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plumb"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .env_remove("PLUMB_TODAY")
        .env_remove("GITHUB_STEP_SUMMARY")
        .envs(variables.iter().copied());
    command
}

fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("its output is text"),
        err: String::from_utf8(output.stderr).expect("its messages are text"),
    }
}

impl Ended {
    /// It could not run: code 2, nothing on stdout, and a message with these words.
    #[track_caller]
    fn refuses(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "stdout: {}\nstderr: {}", self.out, self.err);
        assert_eq!(self.out, "", "results only on stdout");
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "no `{word}` in\n{}", self.err);
        }
    }
}

#[test]
fn exit_codes_say_how_a_requirement_stands() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("fair.yaml", "uptime: 99.9%\nspare: 10%\n");
    desk.put("open.yaml", "uptime: 99.9%\n");
    desk.put("faulted.yaml", "uptime: 1%\nspare: 10%\n");
    let code = |sheets: &[&str], band: Option<&str>| {
        let mut arguments = vec!["eval"];
        arguments.extend(sheets);
        arguments.extend(["--today", "2026-06-01"]);
        arguments.extend(band.into_iter().flat_map(|band| ["--require", band]));
        desk.plumb(&arguments).code
    };
    assert_eq!(code(&["good.yaml"], None), 0);
    assert_eq!(code(&["open.yaml"], None), 0, "an open verdict is a result like any other");
    assert_eq!(code(&["good.yaml"], Some("good")), 0);
    assert_eq!(code(&["fair.yaml"], Some("good")), 1);
    assert_eq!(code(&["open.yaml"], Some("good")), 3);
    assert_eq!(code(&["open.yaml"], Some("fair")), 0, "an open verdict can meet a requirement");
    assert_eq!(code(&["faulted.yaml"], None), 2);
    assert_eq!(code(&["faulted.yaml"], Some("poor")), 2);
    // Over many projects the worst counts: 2, then 1, then 3, then 0.
    assert_eq!(code(&["good.yaml", "open.yaml"], Some("good")), 3);
    assert_eq!(code(&["open.yaml", "fair.yaml", "good.yaml"], Some("good")), 1);
    assert_eq!(code(&["good.yaml", "fair.yaml", "faulted.yaml", "open.yaml"], Some("good")), 2);
}

#[test]
fn the_result_is_on_stdout_and_nothing_else() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    for format in [&["eval", "good.yaml"][..], &["eval", "good.yaml", "--format", "json"], &["check", "rules"]] {
        let ended = desk.plumb(format);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
        assert!(!ended.out.is_empty());
        assert!(!ended.out.contains('\u{1b}'), "no colour into a pipe");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for format in ["human", "json"] {
        let run = || plumb_in(root, &["eval", "fixtures/projects", "--today", "2026-11-23", "--format", format]);
        let (first, second) = (run(), run());
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(first.out == second.out, "{format} differs between runs");
    }
}

#[test]
fn options_that_do_not_fit_are_refused_with_a_suggestion() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("empty/readme.txt", "no sheet here");
    desk.plumb(&["eval", "good.yaml", "--require", "god"]).refuses(&["names no band", "did you mean `good`?"]);
    desk.plumb(&["eval", "good.yaml", "--set", "main.flor=9%"]).refuses(&["`main.flor`", "main.floor"]);
    desk.plumb(&["eval", "good.yaml", "--set", "main.floor=9"]).refuses(&["main.floor", "%"]);
    desk.plumb(&["eval", "good.yaml", "--set", "main.floor=101%"]).refuses(&["main.floor", "101%"]);
    desk.plumb(&["eval", "good.yaml", "--set", "main.floor"]).refuses(&["has no `=`"]);
    desk.plumb(&["eval", "good.yaml", "--today", "23.11.2026"]).refuses(&["not a day"]);
    desk.plumb(&["eval", "good.yaml", "--context", "thesis=x.yaml"]).refuses(&["no context `thesis`"]);
    desk.plumb(&["eval", "god.yaml"]).refuses(&["no file or folder `god.yaml`"]);
    desk.plumb(&["eval", "empty"]).refuses(&["no fact sheet in `empty`"]);
    desk.plumb(&["eval", "good.yaml", "--rules", "rulez"]).refuses(&["no rules at `rulez`"]);
    desk.plumb(&["explain", "unknown-nam"]).refuses(&["did you mean `unknown-name`?"]);
    desk.plumb(&["evaluate"]).refuses(&["evaluate"]);
    desk.put("plumb.yaml", "rulez: rules\n");
    desk.plumb(&["eval", "good.yaml"]).refuses(&["plumb.yaml", "rulez"]);
}

#[test]
fn a_parameter_set_from_outside_changes_the_verdict_and_is_said() {
    let desk = Desk::with_rules();
    desk.put("sheet.yaml", "uptime: 98%\nspare: 30%\n");
    let before = desk.plumb(&["eval", "sheet.yaml", "--require", "good"]);
    let after = desk.plumb(&["eval", "sheet.yaml", "--require", "good", "--set", "main.floor=97%"]);
    assert_eq!((before.code, after.code), (1, 0));
    assert!(after.out.contains("main.floor") && after.out.contains("97%") && after.out.contains("--set"), "{}", after.out);
}

#[test]
fn a_missing_context_is_refused() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        format!("{}\ncontext thesis {{ least: percent in 0%..100% }}\n", RULES.replace("spare >= 20%", "spare >= thesis.least")),
    );
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("thesis.yaml", "least: 20%\n");
    desk.plumb(&["eval", "good.yaml"]).refuses(&["context `thesis`", "--context thesis=PATH"]);
    assert_eq!(desk.plumb(&["eval", "good.yaml", "--context", "thesis=thesis.yaml", "--require", "good"]).code, 0);
}

#[test]
fn broken_rules_end_with_their_findings() {
    let desk = Desk::new();
    desk.put("rules/main.plumb", RULES.replace("uptime >= floor", "uptme >= floor"));
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    let checked = desk.plumb(&["check", "rules"]);
    assert_eq!(checked.code, 1, "{}", checked.err);
    assert!(checked.out.contains("unknown-name") && checked.out.contains("uptime"), "{}", checked.out);
    desk.plumb(&["eval", "good.yaml"]).refuses(&["unknown-name", "rules/main.plumb:11"]);
}

#[test]
fn every_mistake_of_every_sheet_is_said_and_the_others_are_judged() {
    let desk = Desk::with_rules();
    desk.put("sheets/a.yaml", "uptime: 99.9\nspare: 30%\n");
    desk.put("sheets/b.yaml", "uptime: 99.9%\nspair: 30%\n");
    desk.put("sheets/c.yaml", "uptime: 99.9%\nspare: 30%\n");
    let ended = desk.plumb(&["eval", "sheets"]);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    for words in ["sheets/a.yaml:1", "sheets/b.yaml:2", "did you mean `spare`?"] {
        assert!(ended.err.contains(words) && !ended.out.contains(words), "{}{}", ended.out, ended.err);
    }
    assert!(ended.out.starts_with("c ") && ended.out.contains("3 projects: 1 decided, 2 not judged"), "{}", ended.out);
}

#[test]
fn hostile_fact_sheets_get_a_clear_error() {
    let desk = Desk::with_rules();
    let check = |text: Vec<u8>, words: &[&str]| {
        desk.put("sheet.yaml", text);
        desk.plumb(&["eval", "sheet.yaml"]).refuses(words);
    };
    check("[".repeat(100_000).into_bytes(), &["sheet.yaml:1", "deep"]);
    check(format!("uptime: {}", "{ a: ".repeat(100_000)).into_bytes(), &["sheet.yaml:1", "deep"]);
    check("- ".repeat(100_000).into_bytes(), &["sheet.yaml:1"]);
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, before) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
        bomb.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    check(bomb.into_bytes(), &["sheet.yaml:1", "anchor"]);
    check(format!("uptime: 99%\n# {}\n", "x".repeat(50 << 20)).into_bytes(), &["sheet.yaml", "larger than 16 MiB"]);
    check(b"uptime: 99%\nspare: \xff\xfe%\n".to_vec(), &["sheet.yaml", "not UTF-8"]);
    check(b"uptime: 99%\nuptime: 98%\n".to_vec(), &["sheet.yaml:2", "duplicate-key"]);
    check(b"uptime: .nan\n".to_vec(), &["sheet.yaml:1"]);
    check(b"uptime: NaN\n".to_vec(), &["sheet.yaml:1"]);
    check(b"uptime: 1e400%\n".to_vec(), &["sheet.yaml:1"]);
    check(b"uptime: 99%\n---\nuptime: 98%\n".to_vec(), &["sheet.yaml:2", "document"]);
    check(b"uptime: !percent 99\n".to_vec(), &["sheet.yaml:1", "tag"]);
    check(b"uptime:\n\tvalue: 99%\n".to_vec(), &["sheet.yaml:2", "tab"]);
    check(format!("uptime: {}%\n", "9".repeat(1_000_000)).into_bytes(), &["sheet.yaml:1"]);
    check(b"\0\0\0".to_vec(), &["sheet.yaml"]);
}

#[test]
fn hostile_rules_get_a_clear_error() {
    let desk = Desk::new();
    desk.put("sheet.yaml", "uptime: 99%\n");
    let check = |text: Vec<u8>, words: &[&str]| {
        desk.put("rules/main.plumb", text);
        desk.plumb(&["eval", "sheet.yaml"]).refuses(words);
    };
    let within = |expression: String| RULES.replace("uptime >= floor", &expression).into_bytes();
    check(within("(".repeat(100_000)), &["rules/main.plumb:11", "deep"]);
    check(within(format!("{}true", "not ".repeat(100_000))), &["rules/main.plumb:11"]);
    check(within(format!("1 > {}1", "-".repeat(100_000))), &["rules/main.plumb:11"]);
    check(within(format!("1 > {}1", "if true then ".repeat(100_000))), &["rules/main.plumb:11"]);
    check(within(format!("1 > 0{}", " + 1".repeat(100_000))), &["rules/main.plumb:11"]);
    check("{".repeat(100_000).into_bytes(), &["rules/main.plumb:1"]);
    check(vec![0xff; 100], &["not UTF-8"]);
    check(vec![b'#'; 50 << 20], &["larger than 4 MiB"]);
    check("rulebook main\n".repeat(1000).into_bytes(), &["rules/main.plumb"]);
    // Every link of a chain of names may double the work of the one before; it must not.
    let mut chain = String::from(RULES);
    chain.push_str("let n0 = if uptime > 50% then 1 else 2\n");
    for link in 1..60 {
        chain.push_str(&format!("let n{link} = if uptime > {link}% then n{0} + n{0} - n{0} else n{0}\n", link - 1));
    }
    chain = chain.replace("spare >= 20%", "n59 >= 1");
    desk.put("rules/main.plumb", chain);
    desk.put("open.yaml", "spare: 10%\n");
    assert_eq!(desk.plumb(&["eval", "open.yaml"]).code, 0, "a chain of conditions is judged in good time");
}

const TEST: &str = "
test \"just enough is good\" {
  given \"../good.yaml\"
  with uptime = 99%
  today 2026-06-01
  expect up
  expect rating == good
}
";

#[test]
fn tests_of_the_rules_end_as_they_come_out() {
    let desk = Desk::new();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("rules/main.plumb", RULES);
    desk.plumb(&["test"]).refuses(&["no tests"]);
    desk.put("rules/main.plumb", format!("{RULES}{TEST}"));
    let passing = desk.plumb(&["test"]);
    assert_eq!((passing.code, passing.err.as_str()), (0, ""), "{}", passing.out);
    assert!(passing.out.contains("passes  just enough is good") && passing.out.contains("1 test, all pass"), "{}", passing.out);
    desk.put("rules/main.plumb", format!("{RULES}{}", TEST.replace("99%", "98%")));
    let failing = desk.plumb(&["test"]);
    assert_eq!((failing.code, failing.err.as_str()), (1, ""), "{}", failing.out);
    for words in ["FAILS", "expected  up", "`up` fails", "main.up 0 of 10 points", "uptime is 98%", "rules/main.plumb:26"] {
        assert!(failing.out.contains(words), "no `{words}` in\n{}", failing.out);
    }
    let json: serde_json::Value = serde_json::from_str(&desk.plumb(&["test", "--format", "json"]).out).expect("a record is JSON");
    assert_eq!((json["passed"].as_u64(), json["failed"].as_u64()), (Some(0), Some(1)));
    assert_eq!(json["tests"][0]["failures"][0]["answer"], "not_met");
    // While a test fails, no alteration could be told from the rules as they are.
    let altered = desk.plumb(&["test", "--mutate"]);
    assert_eq!(altered.code, 1);
    assert!(altered.err.contains("mend the tests that fail first"), "{}", altered.err);
}

#[test]
fn tests_that_could_not_be_run_are_refused() {
    let desk = Desk::new();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("rules/main.plumb", format!("{RULES}{TEST}"));
    desk.plumb(&["test", "--filter", "nothing is called so"]).refuses(&["no test has `nothing is called so`"]);
    desk.plumb(&["test", "--min-coverage", "most"]).refuses(&["`--min-coverage most` is no share"]);
    assert_eq!(desk.plumb(&["test", "--filter", "just enough"]).code, 0);
    desk.put("rules/main.plumb", format!("{RULES}{}", TEST.replace("good.yaml", "god.yaml")));
    desk.plumb(&["test"]).refuses(&["file-unreadable", "there is no file `god.yaml`", "rules/main.plumb:2"]);
    desk.put("rules/main.plumb", format!("{RULES}{}", TEST.replace("uptime = ", "uptme = ")));
    desk.plumb(&["test"]).refuses(&["unknown-name", "did you mean `uptime`?"]);
    let checked = desk.plumb(&["check"]);
    assert_eq!(checked.code, 1, "{}", checked.out);
}

#[test]
fn files_of_tests_are_read_by_tests_alone() {
    let desk = Desk::new();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("rules/main.plumb", RULES);
    let book = format!(
        "rulebook main_tests\nuse main\n{}",
        TEST.replace("../", "../../").replace("expect up", "expect main.up").replace("expect rating", "expect main.rating")
    );
    desk.put("rules/tests/main_tests.plumb", &book);
    assert_eq!(desk.plumb(&["test"]).code, 0, "{}", desk.plumb(&["test"]).err);
    assert_eq!(desk.plumb(&["check"]).code, 0, "{}", desk.plumb(&["check"]).out);
    desk.put("rules/tests/main_tests.plumb", format!("{book}\ngate never {{ when main.up  at most main.rating.poor }}\n"));
    desk.plumb(&["test"]).refuses(&["not-a-test", "rules/tests/main_tests.plumb"]);
    assert_eq!(desk.plumb(&["eval", "good.yaml", "--require", "good"]).code, 0, "projects are judged without them");
}

#[test]
fn coverage_can_be_required_and_alterations_are_listed() {
    let desk = Desk::new();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("rules/main.plumb", format!("{RULES}{TEST}"));
    let few = desk.plumb(&["test", "--min-coverage", "100%"]);
    assert_eq!(few.code, 1, "{}", few.out);
    assert!(few.out.contains("main.up never fails") && few.err.contains("less than the 100%"), "{}{}", few.out, few.err);
    assert_eq!(desk.plumb(&["test", "--min-coverage", "10%"]).code, 0);
    let altered = desk.plumb(&["test", "--mutate"]);
    assert_eq!((altered.code, altered.err.as_str()), (0, ""), "alterations that nobody notices are a result like any other");
    assert!(altered.out.contains("main.floor: `99%` into `98%`"), "{}", altered.out);
    assert!(!altered.out.contains("main.floor: `99%` into `100%`"), "the test at the edge notices that\n{}", altered.out);
    assert!(altered.out == desk.plumb(&["test", "--mutate"]).out, "the same rules give the same bytes");
}

/// A protocol that can't be worked out is no fault of the verdict's, yet the run has not said all that it was asked.
#[test]
fn a_fault_in_a_protocol_ends_with_2_and_leaves_the_verdict_alone() {
    let desk = Desk::with_rules();
    desk.put("rules/main.plumb", format!("{RULES}\nprotocol sizing {{ limit each: number = 1% / (spare - spare) }}\n"));
    desk.put("a.yaml", "uptime: 99.5%\nspare: 30%\n");
    let ended = desk.plumb(&["eval", "a.yaml"]);
    assert_eq!((ended.code, ended.err.as_str()), (2, ""), "{}", ended.out);
    assert!(ended.out.contains("rating · decided: Good"), "{}", ended.out);
    assert!(ended.out.contains("each: not computable"), "{}", ended.out);
}

#[test]
fn a_run_may_do_without_an_optional_context_only() {
    let desk = Desk::with_rules();
    let reading = "trigger drop { when position.price < $5  do \"Sell\" }";
    let rules = |optional: &str| {
        format!("{RULES}\ncontext position \"Position\" {optional} {{ price: money USD > $0 }}\nprotocol exits {{ {reading} }}\n")
    };
    desk.put("a.yaml", "uptime: 99.5%\nspare: 30%\n");
    desk.put("position.yaml", "price: $4\n");
    desk.put("rules/main.plumb", rules(""));
    let ended = desk.plumb(&["eval", "a.yaml"]);
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(ended.err.contains("the rules read the context `position`, and none was given"), "{}", ended.err);
    desk.put("rules/main.plumb", rules("optional"));
    let ended = desk.plumb(&["eval", "a.yaml"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.contains("Not supplied, so nothing in it is known: Position."), "{}", ended.out);
    assert!(ended.out.contains("may fire  drop: Sell"), "{}", ended.out);
    let ended = desk.plumb(&["eval", "a.yaml", "--context", "position=position.yaml"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.contains("fires  drop: Sell"), "{}", ended.out);
    assert!(!ended.out.contains("Not supplied"), "{}", ended.out);
}

const GATED: &str = "\
rulebook main

subject project {
  live: bool
  holds_funds: bool
}

param least \"Least points\": number in 1..100 = 10

scorecard quality {
  check running worth (least) { passes when live }
}

verdict rating on quality {
  good \"Good\" >= 80%
  poor \"Poor\" otherwise
}

gate custody \"Holds funds\" {
  when holds_funds
  at most poor
}

profile wild { least = 20 }
profile mild { least = 5 }
";

fn waiver(subject: &str, granted: &str, expires: &str) -> String {
    format!(
        "- code: main.custody\n  subject: {subject}\n  reason: It is insured\n  approver: The committee\n  granted: {granted}\n  expires: {expires}\n"
    )
}

#[test]
fn waivers_lift_gates_for_requirements_too() {
    let desk = Desk::new();
    desk.put("rules/main.plumb", GATED);
    desk.put("held.yaml", "live: true\nholds_funds: true\n");
    desk.put("other.yaml", "live: true\nholds_funds: true\n");
    desk.put("accepted.yaml", waiver("held", "2026-05-01", "2026-09-01"));
    let judged = |sheet: &str, more: &[&str]| {
        let arguments: Vec<&str> = ["eval", sheet, "--today", "2026-06-01", "--require", "good"].iter().chain(more).copied().collect();
        desk.plumb(&arguments)
    };
    assert_eq!(judged("held.yaml", &[]).code, 1);
    let waived = judged("held.yaml", &["--waivers", "accepted.yaml"]);
    assert_eq!(waived.code, 0, "{}", waived.out);
    assert!(waived.out.contains("decided, waived: Good") && waived.out.contains("Without waivers: decided, Poor."), "{}", waived.out);
    assert_eq!(judged("other.yaml", &["--waivers", "accepted.yaml"]).code, 1, "a waiver is of one subject");
    // `plumb.yaml` may name the file, and an option leaves it aside.
    desk.put("plumb.yaml", "waivers: accepted.yaml\n");
    assert_eq!(judged("held.yaml", &[]).code, 0);
    let without = judged("held.yaml", &["--no-waivers"]);
    assert_eq!((without.code, without.out.contains("aive")), (1, false), "{}", without.out);
    assert_eq!(judged("held.yaml", &["--today", "2026-06-01"]).code, 2, "an option stands once");
    let record = judged("held.yaml", &["--format", "json"]).out;
    let record: serde_json::Value = serde_json::from_str(&record).expect("a record is JSON");
    let project = &record["projects"][0];
    assert_eq!(project["verdicts"][0]["waived"], true);
    assert_eq!(project["verdicts"][0]["without_waivers"]["bands"]["floor"]["name"], "poor");
    assert_eq!(project["waivers"][0]["approver"], "The committee");
    assert_eq!(project["gates"][0]["waived"], true);
    assert_eq!(project["coming"][0]["day"], "2026-09-01");
    assert_eq!(project["coming"][0]["verdicts"][0]["bands"]["ceiling"]["name"], "poor");
}

#[test]
fn a_bad_file_of_waivers_stops_the_run() {
    let desk = Desk::new();
    desk.put("rules/main.plumb", GATED);
    desk.put("held.yaml", "live: true\nholds_funds: true\n");
    desk.put("wrong.yaml", waiver("held", "2026-05-01", "2026-04-01"));
    desk.put("old.yaml", waiver("held", "2026-01-01", "2026-04-01"));
    desk.plumb(&["eval", "held.yaml", "--waivers", "wrong.yaml"]).refuses(&["bad-waiver", "wrong.yaml:6:12"]);
    desk.plumb(&["eval", "held.yaml", "--waivers", "nowhere.yaml"]).refuses(&["there is no file `nowhere.yaml`"]);
    let checked = desk.plumb(&["check", "--waivers", "wrong.yaml", "--today", "2026-06-01"]);
    assert_eq!((checked.code, checked.out.contains("bad-waiver")), (1, true), "{}", checked.out);
    let checked = desk.plumb(&["check", "--waivers", "old.yaml", "--today", "2026-06-01"]);
    assert_eq!((checked.code, checked.out.contains("waiver-expired")), (0, true), "{}", checked.out);
}

#[test]
fn a_profile_is_put_in_force_by_name() {
    let desk = Desk::new();
    desk.put("rules/main.plumb", GATED);
    desk.put("held.yaml", "live: true\n");
    let judged = |more: &[&str]| {
        let arguments: Vec<&str> = ["eval", "held.yaml", "--format", "json"].iter().chain(more).copied().collect();
        let ended = desk.plumb(&arguments);
        let record: serde_json::Value = serde_json::from_str(&ended.out).expect("a record is JSON");
        let parameter = &record["run"]["parameters"][0];
        (parameter["value"].as_str().unwrap_or_default().to_string(), parameter["set_by"].as_str().unwrap_or_default().to_string())
    };
    assert_eq!(judged(&[]), ("10".into(), "rules".into()));
    assert_eq!(judged(&["--profile", "mild"]), ("5".into(), "profile".into()));
    assert_eq!(judged(&["--profile", "main.wild", "--set", "main.least=30"]), ("30".into(), "option".into()));
    desk.plumb(&["eval", "held.yaml", "--profile", "wld"]).refuses(&["the rules have no such profile", "did you mean `main.wild`?"]);
    desk.plumb(&["eval", "held.yaml", "--profile", "wild", "--set", "main.least=200"]).refuses(&["expected 1 to 100, found `200`"]);
}

#[test]
fn a_witness_is_written_whole_and_once() {
    let desk = Desk::with_rules();
    let made = desk.plumb(&["check", "--today", "2026-06-01", "--witness", "good", "--out", "w.yaml"]);
    assert_eq!((made.code, made.out.as_str()), (0, "wrote `w.yaml`\n"), "{}", made.err);
    let judged = desk.plumb(&["eval", "w.yaml", "--today", "2026-06-01", "--require", "good"]);
    assert_eq!(judged.code, 0, "{}{}", judged.out, judged.err);
    let again = desk.plumb(&["check", "--today", "2026-06-01", "--witness", "fair", "--out", "w.yaml"]);
    again.refuses(&["there is something at `w.yaml` already", "--force"]);
    let judged = desk.plumb(&["eval", "w.yaml", "--today", "2026-06-01", "--require", "good"]);
    assert_eq!(judged.code, 0, "what was there is still there");
    let forced = desk.plumb(&["check", "--today", "2026-06-01", "--witness", "poor", "--out", "w.yaml", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.err);
    let judged = desk.plumb(&["eval", "w.yaml", "--today", "2026-06-01", "--require", "fair"]);
    assert_eq!(judged.code, 1, "{}", judged.out);
    desk.plumb(&["check", "--witness", "goof"]).refuses(&["`--witness goof` names no band", "did you mean `good`?"]);
    desk.plumb(&["check", "--witness", "good", "--out", "nowhere/w.yaml"]).refuses(&["`nowhere/w.yaml` can't be written"]);
}

#[test]
fn a_band_that_nothing_leads_to_has_no_witness() {
    let desk = Desk::with_rules();
    desk.put("rules/main.plumb", "rulebook main\nsubject project { live: bool }\nscorecard quality { check up worth 5 { passes when live } }\nverdict rating on quality { good >= 80%  fair >= 40%  poor otherwise }\n");
    let none = desk.plumb(&["check", "--witness", "fair"]);
    assert_eq!((none.code, none.err.as_str()), (1, ""), "{}", none.out);
    assert!(none.out.contains("nothing leads to `main.rating.fair`"), "{}", none.out);
    let found = desk.plumb(&["check"]);
    assert_eq!(found.code, 0, "warnings are no errors: {}", found.out);
    assert!(found.out.contains("unreachable-band"), "{}", found.out);
    // A fact that enters a calculation is tried at some values only, and the root of 2 is none of them.
    desk.put("rules/main.plumb", "rulebook main\nsubject project { side: number in 0..10 }\nscorecard quality { check up worth 5 { passes when side * side == 2 } }\nverdict rating on quality { good >= 80%  poor otherwise }\n");
    let unknown = desk.plumb(&["check", "--witness", "good"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (3, ""), "{}", unknown.err);
    assert!(unknown.err.contains("no facts were found that lead to `main.rating.good`, and no proof"), "{}", unknown.err);
}

#[test]
fn a_witness_comes_with_the_contexts_that_nobody_gave() {
    let desk = Desk::new();
    desk.put(
        "rules/main.plumb",
        "rulebook main
type kind = one of compute, data
subject project { layer: kind  fee: money USD >= $0 fresh for 30 days }
context thesis { layer: kind }
context peers: list of project
let dearer = count p in peers where p.fee > fee
scorecard quality {
  check fits worth 10 { passes when layer == thesis.layer }
  check cheap worth 10 { passes when dearer >= 1 }
}
verdict rating on quality { good >= 80%  fair >= 40%  poor otherwise }
",
    );
    let made = desk.plumb(&["check", "--today", "2026-06-01", "--witness", "good", "--out", "w.yaml"]);
    assert_eq!((made.code, made.out.as_str()), (0, "wrote `w.yaml`, `w.thesis.yaml` and `w.peers.yaml`\n"), "{}", made.err);
    let judged = |thesis: &str| {
        let thesis = format!("thesis={thesis}");
        let contexts = ["--context", &thesis, "--context", "peers=w.peers.yaml"];
        desk.plumb(&[&["eval", "w.yaml", "--today", "2026-06-01", "--require", "good"], &contexts[..]].concat())
    };
    let ended = judged("w.thesis.yaml");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    // What is given is taken as it is: a thesis that says nothing leaves no way to fit it.
    desk.put("silent.yaml", "{}\n");
    let silent = desk.plumb(&["check", "--today", "2026-06-01", "--witness", "good", "--context", "thesis=silent.yaml"]);
    assert_ne!(silent.code, 0, "{}", silent.out);
    desk.put("data.yaml", "layer: data\n");
    let given = ["--context", "thesis=data.yaml", "--out", "w.yaml", "--force"];
    let made = desk.plumb(&[&["check", "--today", "2026-06-01", "--witness", "good"], &given[..]].concat());
    assert_eq!((made.code, made.out.as_str()), (0, "wrote `w.yaml` and `w.peers.yaml`\n"), "{}", made.err);
}
