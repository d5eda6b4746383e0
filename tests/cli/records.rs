//! Decision records by the real command: kept, proven, cut off, written at once by several, signed with and for `ssh-keygen`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, plumb_in};

const TODAY: [&str; 2] = ["--today", "2026-06-01"];

impl Desk {
    /// A desk with rules and so many sheets in `sheets`.
    fn with_sheets(count: usize) -> Desk {
        let desk = Desk::with_rules();
        for number in 0..count {
            desk.put(&format!("sheets/s{number:03}.yaml"), format!("uptime: 99.9%\nspare: {}%\n", number % 100));
        }
        desk
    }

    fn record(&self, sheets: &str, options: &[&str]) -> super::Ended {
        self.plumb(&[&["eval", sheets, "--summary", "--record", "records"], &TODAY[..], options].concat())
    }

    /// The names of the records, in order.
    fn records(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> =
            self.names(folder).into_iter().filter(|name| name.ends_with(".json") && name != "chain.json").collect();
        names.sort();
        names
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten();
        entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Verifies, and takes the answer apart.
    #[track_caller]
    fn verify(&self, options: &[&str], code: i32) -> serde_json::Value {
        let ended = self.plumb(&[&["verify", "records", "--format", "json"], options].concat());
        assert_eq!(ended.code, code, "{}\n{}", ended.out, ended.err);
        serde_json::from_str(&ended.out).expect("it is JSON")
    }
}

#[test]
fn the_nine_networks_are_kept_and_proven() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let desk = Desk::new();
    let folder = desk.path("records").display().to_string();
    let kept = plumb_in(root, &["eval", "fixtures/projects", "--today", "2026-11-23", "--summary", "--record", &folder]);
    assert_eq!(kept.code, 0, "{}", kept.err);
    assert!(kept.err.contains("9 judgements recorded") && kept.err.contains("000001-0g.json to 000009-render.json"), "{}", kept.err);
    let verified = plumb_in(root, &["verify", &folder]);
    assert_eq!((verified.code, verified.err.as_str()), (0, ""), "{}", verified.out);
    assert!(verified.out.contains("9 records: each comes out the same"), "{}", verified.out);
    // What is kept is what `--format json` says, and nothing of this machine.
    let json = plumb_in(root, &["eval", "fixtures/projects/filecoin.yaml", "--today", "2026-11-23", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    let text = desk.text("records/000005-filecoin.json");
    let record: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert!(record["result"] == said, "the record holds another result than is shown");
    assert!(!text.contains(&root.display().to_string()) && !text.contains(&folder));
    // `sha256sum` and the command agree on what the digests are.
    let sum = Command::new("sha256sum").arg(root.join("rules/main.plumb")).output();
    if let Ok(sum) = sum {
        let sum = String::from_utf8_lossy(&sum.stdout).split(' ').next().unwrap_or_default().to_string();
        assert!(sum.len() == 64 && text.contains(&sum), "no {sum} in the record");
    }
}

#[test]
fn a_record_holds_in_any_folder_and_on_any_day() {
    let desk = Desk::with_rules();
    desk.put("plumb.yaml", "rules: rules\n");
    desk.put("deep/down/good.yaml", "uptime: 99.9%\nspare: 30%\n");
    // No day is given, so the record keeps the clock's.
    let below = desk.path("deep/down");
    let ended =
        plumb_in(&below, &["eval", "good.yaml", "--summary", "--record", "../../records", "--set", "main.floor=98%", "--require", "good"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let absolute = below.join("good.yaml").display().to_string();
    assert_eq!(plumb_in(&below, &["eval", &absolute, "--summary", "--record", "../../records"]).code, 0);
    let text = desk.text("records/000001-good.json");
    assert!(!text.contains(&desk.0.display().to_string()), "{text}");
    let record: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(record["subject"], "deep/down/good.yaml");
    assert_eq!(record["setting"]["rules"]["folder"], "rules");
    assert_eq!(record["setting"]["configuration"], "plumb.yaml");
    assert_eq!(record["setting"]["today"], record["result"]["run"]["today"]);
    let second: serde_json::Value = serde_json::from_str(&desk.text("records/000002-good.json")).expect("it is JSON");
    assert_eq!(second["subject"], "deep/down/good.yaml");
    desk.verify(&[], 0);
    let clone = Desk::new();
    fs::remove_dir_all(&clone.0).expect("it can go");
    fs::rename(&desk.0, &clone.0).expect("it can be moved");
    clone.verify(&[], 0);
    assert_eq!(plumb_in(&clone.path("deep"), &["verify", "../records"]).code, 0);
}

#[test]
fn what_changed_since_is_said_and_a_bundled_record_does_not_mind() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    assert_eq!(desk.record("good.yaml", &["--bundle"]).code, 0);
    desk.verify(&[], 0);
    desk.put("rules/main.plumb", desk.text("rules/main.plumb").replace("99%", "98%"));
    let changed = desk.verify(&[], 3);
    assert_eq!((&changed["records"][0]["standing"], &changed["records"][1]["standing"]), (&"undecided".into(), &"proven".into()));
    assert_eq!(changed["chain"]["holds"], true);
    assert!(
        changed["records"][0]["reasons"][0].as_str().is_some_and(|reason| reason.contains("`rules/main.plumb` was changed since")),
        "{changed}"
    );
    assert!(changed["notes"][0].as_str().is_some_and(|note| note.contains("`rules/main.plumb` changed since")), "{changed}");
    let human = desk.plumb(&["verify", "records", "--summary"]);
    assert!(human.out.contains("undecided  000001-good.json") && !human.out.contains("000002"), "{}", human.out);
    fs::remove_file(desk.path("good.yaml")).expect("it can go");
    fs::remove_dir_all(desk.path("rules")).expect("it can go");
    let gone = desk.verify(&[], 3);
    assert_eq!(gone["records"][1]["standing"], "proven");
    // A false record is worse than one that can't be judged again.
    let text = desk.text("records/000002-good.json").replace("99.9%", "99.8%");
    desk.put("records/000002-good.json", text);
    let edited = desk.verify(&[], 1);
    assert_eq!((&edited["chain"]["holds"], &edited["chain"]["head"]), (&false.into(), &serde_json::Value::Null));
}

#[test]
fn what_can_not_be_verified_or_kept_is_refused() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.plumb(&["verify", "records"]).refuses(&["no folder `records`", "--record"]);
    desk.put("empty/readme.txt", "nothing");
    desk.plumb(&["verify", "empty"]).refuses(&["`empty` can't be verified: there are no records"]);
    desk.put("file", "no folder");
    desk.plumb(&["eval", "good.yaml", "--record", "file"]).refuses(&["`file` is a file", "name another"]);
    desk.plumb(&["eval", "good.yaml", "--record", "file/below"]).refuses(&["can't be made"]);
    desk.plumb(&["eval", "good.yaml", "--bundle"]).refuses(&["--record"]);
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    desk.plumb(&["verify", "records", "--head", "12ab"]).refuses(&["no digest", "64 characters"]);
    assert_eq!(desk.plumb(&["verify", "records", "--head", &"0".repeat(64)]).code, 1);
    let head = desk.verify(&[], 0)["chain"]["head"].as_str().expect("there is a head").to_string();
    desk.verify(&["--head", &head], 0);
    // Nothing is built on a chain that does not hold.
    let before = desk.text("records/000001-good.json");
    desk.put("records/000001-good.json", before.replace("30%", "31%"));
    desk.record("good.yaml", &[]).refuses(&["the chain in `records` can't go on", "`plumb verify records`"]);
    desk.put("records/000001-good.json", &before);
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    desk.verify(&[], 0);
}

#[test]
fn a_folder_that_can_not_be_written_to_is_refused_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    let before = desk.names("records");
    let mode = |path: &str, mode: u32| fs::set_permissions(desk.path(path), fs::Permissions::from_mode(mode)).expect("the mode can be set");
    mode("records/.lock", 0o444);
    mode("records", 0o555);
    fs::copy(env!("CARGO_BIN_EXE_plumb"), desk.path("plumb")).expect("the command can be copied");
    let mut command = Command::new(desk.path("plumb"));
    command.args(["eval", "good.yaml", "--record", "records"]).current_dir(&desk.0);
    if fs::write(desk.path("records/probe"), "").is_ok() {
        // Whoever runs this may write anywhere, so somebody else has to try.
        fs::remove_file(desk.path("records/probe")).expect("it can go");
        command.uid(65_534).gid(65_534);
    }
    match command.output() {
        Err(error) => say(&format!("skipped: there is nobody who may not write to a folder: {error}")),
        Ok(ended) => {
            let err = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.code() == Some(2) && ended.stdout.is_empty(), "{err}");
            assert!(err.contains("`records` can't be written to"), "{err}");
        }
    }
    assert_eq!(desk.names("records").len(), before.len());
    desk.verify(&[], 0);
    mode("records", 0o755);
}

/// Tells whoever runs the tests, even if they pass.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A limit on the size of files stands for a disk that is full: whatever is written breaks off in the middle.
#[test]
fn a_disk_that_is_full_leaves_no_part_of_a_record() {
    let desk = Desk::with_rules();
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    desk.put("large.yaml", format!("# {}\nuptime: 99.9%\nspare: 30%\n", "x".repeat(100_000)));
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    for catch in ["", "trap '' XFSZ; "] {
        let script =
            format!("{catch}ulimit -f 40; exec \"$0\" eval good.yaml large.yaml --bundle --summary --record records --today 2026-06-01");
        let ended = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_plumb")])
            .current_dir(&desk.0)
            .output()
            .expect("a shell can be run");
        let err = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && ended.stdout.is_empty(), "{err}");
        if !catch.is_empty() {
            assert_eq!(ended.status.code(), Some(2), "{err}");
            assert!(err.contains("can't be written") && err.contains("1 of 2 judgements were recorded before"), "{err}");
            assert!(!desk.names("records").iter().any(|name| name.ends_with(".part")), "{:?}", desk.names("records"));
        }
        let verified = desk.verify(&[], 0);
        assert_eq!(verified["chain"]["unfinished_append"], false);
    }
    assert_eq!(desk.records("records"), ["000001-good.json", "000002-good.json", "000003-good.json"]);
    assert_eq!(desk.record("large.yaml", &["--bundle"]).code, 0);
    assert!(!desk.names("records").iter().any(|name| name.ends_with(".part")), "what was left over is cleared away");
    desk.verify(&[], 0);
}

#[test]
fn a_kill_in_the_middle_of_writing_leaves_whole_records_and_a_chain_that_goes_on() {
    const SHEETS: usize = 30;
    let desk = Desk::with_sheets(SHEETS);
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plumb"));
        command.args(["eval", "sheets", "--summary", "--bundle", "--record", "records", "--today", "2026-06-01"]);
        command.current_dir(&desk.0).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the command can be run")
    };
    let began = Instant::now();
    assert!(start().wait().expect("it ends").success());
    let whole = began.elapsed();
    let (mut stopped, mut unfinished, mut seed) = (0, 0, 0x5EED_u64);
    for round in 0..24 {
        if round % 4 == 0 {
            fs::remove_dir_all(desk.path("records")).expect("the folder can go");
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before = desk.records("records").len();
        let mut child = start();
        std::thread::sleep(whole.share(seed >> 40));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let names = desk.records("records");
        stopped += usize::from(names.len() > before && names.len() < before + SHEETS);
        if !desk.path("records/chain.json").exists() {
            assert!(names.is_empty(), "the head comes before any record: {names:?}");
            continue;
        }
        let verified = desk.verify(&[], 0);
        unfinished += usize::from(verified["chain"]["unfinished_append"] == true);
        assert_eq!(verified["records"].as_array().map(Vec::len), Some(names.len()));
        let next = desk.record("sheets/s000.yaml", &[]);
        assert_eq!(next.code, 0, "{}", next.err);
        assert!(!desk.names("records").iter().any(|name| name.ends_with(".part")));
        assert_eq!(desk.records("records").len(), names.len() + 1);
        assert_eq!(desk.verify(&[], 0)["chain"]["unfinished_append"], false);
    }
    say(&format!("{stopped} of 24 kills came while records were written; {unfinished} left an append unfinished"));
    assert!(stopped >= 6, "only {stopped} of 24 kills came while records were written");
}

/// A part of a time without numbers that are not whole.
trait Part {
    /// So many 2⁻²⁴ths of it.
    fn share(self, count: u64) -> Duration;
}

impl Part for Duration {
    fn share(self, count: u64) -> Duration {
        let nanoseconds = self.as_nanos() * u128::from(count) / (1 << 24);
        Duration::from_nanos(nanoseconds as u64)
    }
}

#[test]
fn several_who_write_at_once_make_one_chain() {
    let desk = Desk::with_sheets(12);
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(env!("CARGO_BIN_EXE_plumb"))
                .args(["eval", "sheets", "--summary", "--record", "records", "--today", "2026-06-01"])
                .current_dir(&desk.0)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the command can be run")
        })
        .collect();
    // Whoever verifies meanwhile sees a chain of some length, never half a step.
    while desk.names("records").iter().all(|name| name != "000001-s000.json") {
        std::thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..3 {
        assert_eq!(desk.verify(&[], 0)["chain"]["unfinished_append"], false);
    }
    for child in children {
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let verified = desk.verify(&[], 0);
    assert_eq!(verified["records"].as_array().map(Vec::len), Some(48));
    let count = |sheet: &str| desk.records("records").iter().filter(|name| name.contains(sheet)).count();
    assert!((0..12).all(|number| count(&format!("-s{number:03}.json")) == 4), "each sheet is there for each of the four");
}

/// A folder with keys, or none where there is no `ssh-keygen`.
fn keys(desk: &Desk) -> Option<()> {
    if Command::new("ssh-keygen").arg("-?").output().is_err() {
        say("skipped: there is no ssh-keygen");
        return None;
    }
    for (name, kind, passphrase) in [("ada", "ed25519", ""), ("eve", "ecdsa", ""), ("rsa", "rsa", ""), ("locked", "ed25519", "secret")] {
        ssh_keygen(desk, &["-q", "-t", kind, "-N", passphrase, "-C", name, "-f", name], None);
    }
    let public = |name: &str| desk.text(&format!("{name}.pub")).split(' ').take(2).collect::<Vec<_>>().join(" ");
    desk.put(
        "signers",
        format!("# who may sign\nada@example.org {}\neve,mallory namespaces=\"git,plumb-*\" {}\n", public("ada"), public("eve")),
    );
    desk.put("others", format!("mallory {}\n", public("locked")));
    desk.put("git-only", format!("ada@example.org namespaces=\"git\" {}\n", public("ada")));
    desk.put("until", format!("ada@example.org valid-before=\"20300101\" {}\n", public("ada")));
    desk.put("rsa-too", format!("ada@example.org {}\nrsa {}\n", public("ada"), public("rsa")));
    Some(())
}

fn ssh_keygen(desk: &Desk, arguments: &[&str], input: Option<&str>) -> bool {
    let input = input.map_or(Stdio::null(), |path| fs::File::open(desk.path(path)).expect("it can be read").into());
    let ended = Command::new("ssh-keygen").args(arguments).current_dir(&desk.0).stdin(input).output().expect("it can be run");
    ended.status.success()
}

#[test]
fn ssh_keygen_accepts_our_signatures_and_we_accept_its() {
    let desk = Desk::with_rules();
    let Some(()) = keys(&desk) else { return };
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    for key in ["ada", "eve"] {
        let ended = desk.record("good.yaml", &["--sign", key]);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    let [first, second] = ["records/000001-good.json", "records/000002-good.json"];
    let accepts = |who: &str, record: &str| {
        let signature = format!("{record}.sig");
        ssh_keygen(&desk, &["-Y", "verify", "-f", "signers", "-I", who, "-n", "plumb-record", "-s", &signature], Some(record))
    };
    assert!(accepts("ada@example.org", first) && accepts("eve", second), "ssh-keygen accepts what plumb signs");
    assert!(!accepts("eve", first), "and it does look");
    let signed = desk.verify(&["--signers", "signers"], 0);
    assert_eq!(
        (&signed["records"][0]["signed_by"], &signed["records"][1]["signed_by"]),
        (&"ada@example.org".into(), &"eve,mallory".into())
    );

    // A record is signed afterwards, by hand.
    assert_eq!(desk.record("good.yaml", &[]).code, 0);
    let third = "records/000003-good.json";
    assert!(desk.verify(&["--signers", "signers"], 1).to_string().contains("it is not signed"));
    assert!(desk.verify(&[], 0)["notes"].to_string().contains("2 signatures"));
    let sign = |key: &str, namespace: &str| {
        let _ = fs::remove_file(desk.path(&format!("{third}.sig")));
        assert!(ssh_keygen(&desk, &["-Y", "sign", "-n", namespace, "-f", key, third], None));
    };
    let reason = |signers: &str, code: i32| desk.verify(&["--signers", signers], code)["records"][2]["reasons"].to_string();
    for key in ["ada", "eve"] {
        sign(key, "plumb-record");
        assert_eq!(reason("signers", 0), "[]", "plumb accepts what ssh-keygen signs");
    }
    sign("ada", "git");
    assert!(reason("signers", 1).contains("for another purpose"));
    sign("ada", "plumb-record");
    assert!(reason("others", 1).contains("which may not sign"));
    assert!(reason("git-only", 1).contains("which may not sign"), "a key for another purpose");
    sign("rsa", "plumb-record");
    assert!(reason("rsa-too", 1).contains("is not checked here"), "{}", reason("rsa-too", 1));
    // The signature of another record.
    fs::copy(desk.path(&format!("{first}.sig")), desk.path(&format!("{third}.sig"))).expect("it can be copied");
    assert!(reason("signers", 1).contains("not one of this record"));
    desk.put(&format!("{third}.sig"), "no signature at all");
    assert!(reason("signers", 1).contains("can't be read"));

    desk.plumb(&["verify", "records", "--signers", "until"]).refuses(&["until:1", "`valid-before` is not checked here"]);
    desk.put("odd", "ada\n");
    desk.plumb(&["verify", "records", "--signers", "odd"]).refuses(&["odd:1", "NAME KIND KEY"]);
    desk.record("good.yaml", &["--sign", "locked"]).refuses(&["`locked`", "passphrase", "ssh-keygen -Y sign"]);
    desk.record("good.yaml", &["--sign", "rsa"]).refuses(&["ssh-rsa", "ssh-keygen -Y sign"]);
    desk.record("good.yaml", &["--sign", "ada.pub"]).refuses(&["no OpenSSH private key", ".pub"]);
    assert_eq!(desk.records("records").len(), 3, "who can't sign records nothing");
}

#[test]
fn every_changed_byte_of_a_signed_record_breaks_its_signature() {
    let desk = Desk::with_rules();
    let Some(()) = keys(&desk) else { return };
    desk.put("good.yaml", "uptime: 99.9%\nspare: 30%\n");
    assert_eq!(desk.record("good.yaml", &["--sign", "ada"]).code, 0);
    let signers = plumbrule::record::Signers::parse(&desk.text("signers")).expect("they can be read");
    let records = Kept(desk.path("records"), None);
    let project = Kept(desk.0.clone(), None);
    let text = desk.text("records/000001-good.json");
    let verify = |records: &Kept| {
        let wanted = plumbrule::record::Wanted { records, project: &project, signers: Some(&signers), kept: None };
        plumbrule::record::verify(&wanted, &mut |_, _| {}).expect("there are records")
    };
    assert_eq!(verify(&records).standing(), plumbrule::report::Standing::Proven);
    for at in (0..text.len()).step_by(97) {
        let mut other = text.clone().into_bytes();
        other[at] ^= 1;
        let other = Kept(records.0.clone(), String::from_utf8(other).ok());
        let found = verify(&other);
        assert!(found.records[0].reasons.iter().any(|reason| reason.contains("not one of this record")), "{at}: {found:?}");
    }
}

/// A folder in which one record is another.
struct Kept(PathBuf, Option<String>);

impl plumbrule::source::Files for Kept {
    fn read(&self, path: &str) -> Result<String, plumbrule::source::Unreadable> {
        match &self.1 {
            Some(text) if path == "000001-good.json" => Ok(text.clone()),
            _ => fs::read_to_string(self.0.join(path)).map_err(|_| plumbrule::source::Unreadable::Missing),
        }
    }

    fn list(&self) -> Vec<String> {
        fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
            .collect()
    }
}

#[test]
fn a_record_stands_to_all_that_was_asked_as_the_run_did() {
    let desk = Desk::with_rules();
    desk.put("facts.yaml", "uptime: 99.9%\nspare: 1%\n");
    desk.put("accepted.yaml", "facts:\n  main.room: certain\n");
    let asked: [(&[&str], &str, i32); 6] = [
        (&[], "met", 0),
        (&["--min-score", "60%"], "not_met", 1),
        (&["--min-score", "rating=47.619047619%"], "met", 0),
        (&["--fail-on", "warning"], "not_met", 1),
        (&["--fail-on", "warning", "--severity", "main.room=off"], "met", 0),
        (&["--fail-on", "warning", "--baseline", "accepted.yaml"], "met", 0),
    ];
    for (options, standing, code) in asked {
        let ended = desk.plumb(&[&["eval", "facts.yaml", "--today", "2026-06-01", "--record", "kept"], options].concat());
        assert_eq!(ended.code, code, "{options:?}: {}{}", ended.out, ended.err);
        let mut names: Vec<_> =
            std::fs::read_dir(desk.path("kept")).expect("records").map(|entry| entry.expect("one").file_name()).collect();
        names.retain(|name| name.to_string_lossy().starts_with("0000"));
        names.sort();
        let last = names.last().expect("there is a record").to_string_lossy().into_owned();
        let record: serde_json::Value = serde_json::from_str(&desk.text(&format!("kept/{last}"))).expect("a record is JSON");
        assert_eq!(record["result"]["projects"][0]["standing"], standing, "{options:?}");
        assert_eq!(record["setting"].get("asked").is_some(), !options.is_empty(), "{options:?}");
    }
    let verified = desk.plumb(&["verify", "kept"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    assert_eq!(verified.out.matches("proven").count(), 6, "{}", verified.out);
    // A baseline that is another now is an input that was changed.
    desk.put("accepted.yaml", "{}\n");
    let verified = desk.plumb(&["verify", "kept"]);
    assert!(verified.code != 0 && verified.out.contains("accepted.yaml"), "{}", verified.out);
    desk.plumb(&["eval", "facts.yaml", "--record", "kept", "--baseline", "accepted.yaml", "--update-baseline"])
        .refuses(&["--update-baseline", "--record"]);
}
