//! `-`: what comes in on the standard input stands for a file.

use std::io::Write;
use std::process::Stdio;

use super::{Desk, Ended};

const DAY: [&str; 2] = ["--today", "2026-06-01"];
const GOOD: &str = "uptime: 99.9%\nspare: 30%\n";

fn desk() -> Desk {
    let desk = Desk::with_rules();
    desk.put("projects/good.yaml", GOOD);
    desk.put("projects/fair.yaml", "uptime: 99.9%\nspare: 10%\n");
    desk
}

/// The command with a text on its standard input.
fn fed(desk: &Desk, text: impl AsRef<[u8]>, arguments: &[&str]) -> Ended {
    let mut command = super::command(&desk.0, &[], arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command can be run");
    let mut input = child.stdin.take().expect("it has an input");
    let text = text.as_ref().to_vec();
    // It may end before it has read all.
    let writer = std::thread::spawn(move || drop(input.write_all(&text)));
    let ended = super::ended(child.wait_with_output().expect("it ends"));
    writer.join().expect("the writer ends");
    ended
}

#[test]
fn a_sheet_that_comes_in_is_judged_as_one_in_a_file() {
    let desk = desk();
    for arguments in
        [&["eval"][..], &["eval", "--format", "json"], &["why", "up"], &["whatif", "--reach", "good"], &["report", "--out", "-"]]
    {
        let file = "projects/fair.yaml";
        let read = desk.plumb(&[arguments, &[file], &DAY].concat());
        let sent = fed(&desk, "uptime: 99.9%\nspare: 10%\n", &[arguments, &["-", "--stdin-filename", file], &DAY].concat());
        assert_eq!((sent.code, &sent.out, &sent.err), (read.code, &read.out, &read.err), "{arguments:?}");
        assert!(read.code == 0 && read.out.contains("fair"), "{}", read.err);
    }
    let unnamed = fed(&desk, GOOD, &["eval", "-", "--summary"]).out;
    assert!(unnamed.contains("stdin"), "{unnamed}");
    let compared = fed(&desk, GOOD, &["compare", "projects/fair.yaml", "-"]);
    assert!(compared.code == 0 && compared.out.contains("stdin") && compared.out.contains("fair"), "{}", compared.err);
    let among = fed(&desk, GOOD, &["eval", "projects", "-", "--summary"]).out;
    assert!(among.contains("3 projects"), "{among}");
}

#[test]
fn its_mistakes_are_shown_under_its_name() {
    let desk = desk();
    let named = fed(&desk, "uptime: 99.9\n", &["eval", "-", "--stdin-filename", "new/one.yaml"]);
    assert!(named.code == 2 && named.err.contains("new/one.yaml:1:9"), "{}", named.err);
    let unnamed = fed(&desk, "uptme: 99.9%\n", &["why", "up", "-"]);
    assert!(unnamed.code == 2 && unnamed.err.contains("stdin:1:1") && unnamed.err.contains("did you mean `uptime`?"), "{}", unnamed.err);
}

#[test]
fn an_input_that_can_not_be_used_is_refused() {
    let desk = desk();
    let refuses = |text: &[u8], arguments: &[&str], words: &[&str]| fed(&desk, text, arguments).refuses(words);
    refuses(b"", &["eval", "-"], &["nothing came in on the standard input", "plumb eval -"]);
    refuses(b" \n", &["why", "up", "-"], &["nothing came in"]);
    refuses(b"uptime: \xff\n", &["eval", "-"], &["standard input is not UTF-8", "byte 9"]);
    refuses(&vec![b'#'; (16 << 20) + 1], &["eval", "-"], &["larger than 16 MiB"]);
    refuses(&vec![b'#'; (4 << 20) + 1], &["check", "-", "--stdin-filename", "rules/main.plumb"], &["larger than 4 MiB"]);
    refuses(GOOD.as_bytes(), &["compare", "-", "-"], &["`-` is named twice"]);
    refuses(GOOD.as_bytes(), &["eval", "projects", "--stdin-filename", "x.yaml"], &["nothing reads it"]);
    refuses(GOOD.as_bytes(), &["check", "--stdin-filename", "x.plumb"], &["nothing reads it"]);
    refuses(GOOD.as_bytes(), &["eval", "-", "--stdin-filename", "projects/"], &["not the name of a file"]);
    refuses(GOOD.as_bytes(), &["eval", "-", "--stdin-filename", ".."], &["not the name of a file"]);
    refuses(
        GOOD.as_bytes(),
        &["eval", "projects", "-", "--stdin-filename", "projects/good.yaml"],
        &["`projects/good.yaml` is a file that is judged"],
    );
    // A file of the name is a file.
    refuses(b"", &["eval", "./-"], &["no file or folder `-`"]);
    desk.put("-", GOOD);
    assert_eq!(desk.plumb(&["eval", "./-", "--require", "good"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_closed_input_is_an_empty_one() {
    let desk = desk();
    let shell = std::process::Command::new("sh")
        .args(["-c", "exec \"$0\" eval - <&-", env!("CARGO_BIN_EXE_plumb")])
        .current_dir(&desk.0)
        .output()
        .expect("a shell can be run");
    super::ended(shell).refuses(&["nothing came in on the standard input"]);
}

#[test]
fn a_record_of_what_came_in_keeps_it() {
    let desk = desk();
    fed(&desk, GOOD, &["eval", "-", "--record", "records"]).refuses(&["the standard input is in none", "`--bundle`"]);
    assert!(!desk.0.join("records").exists(), "nothing is begun");
    for name in [&[][..], &["--stdin-filename", "projects/new.yaml"]] {
        let kept = fed(&desk, GOOD, &[&["eval", "-", "--record", "records", "--bundle"], name, &DAY].concat());
        assert_eq!(kept.code, 0, "{}", kept.err);
    }
    for name in ["000001-stdin.json", "000002-new.json"] {
        assert!(desk.0.join("records").join(name).is_file(), "no {name}");
    }
    let verified = desk.plumb(&["verify", "records"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    // The same path with another text can't be in one record.
    desk.put("plumb.yaml", "# settings\n");
    let other = fed(&desk, GOOD, &["eval", "-", "--stdin-filename", "plumb.yaml", "--record", "records", "--bundle"]);
    other.refuses(&["`plumb.yaml` is read from the disk too", "--stdin-filename"]);
}

#[test]
fn the_text_of_an_editor_stands_for_a_file_of_the_rules() {
    let desk = desk();
    let main = "rulebook main\n\nuse extra\n\nsubject project { uptime: percent }\n\nscorecard quality {\n  include extra.card worth 5\n}\n
verdict rating on quality {\n  good \"Good\" >= 50%\n  poor \"Poor\" otherwise\n}\n";
    let extra = "rulebook extra\n\nscorecard card {\n  check up worth 5 { passes when uptime >= 90% }\n}\n";
    desk.put("rules/main.plumb", main);
    desk.put("rules/extra.plumb", extra);
    desk.put("rules/lonely.plumb", "rulebook lonely\n");
    let check = |text: &str, file: &str| fed(&desk, text, &["check", "-", "--stdin-filename", file]);
    assert_eq!(check(extra, "rules/extra.plumb").code, 0);
    let broken = check(&extra.replace("uptime", "uptme"), "rules/extra.plumb");
    assert!(broken.code == 1 && broken.out.contains("rules/extra.plumb:4:34"), "{}{}", broken.out, broken.err);
    // A whole path, a path from elsewhere, the main file, and a file of tests that was never saved.
    let whole = desk.0.join("rules/extra.plumb");
    assert_eq!(check(&extra.replace("uptime", "uptme"), whole.to_str().expect("a path of ours")).out, broken.out);
    assert!(check(&main.replace("50%", "50"), "./rules/main.plumb").out.contains("rules/main.plumb:12"));
    let test = "rulebook new\n\ntest \"up\" { with uptme = 95%  today 2026-06-01  expect rating == good }\n";
    let tested = check(test, "rules/tests/new.plumb");
    assert_eq!(tested.code, 2, "there is no folder yet: {}", tested.out);
    desk.put("rules/tests/other.plumb", "rulebook other\n");
    let tested = check(test, "rules/tests/new.plumb");
    assert!(tested.code == 1 && tested.out.contains("rules/tests/new.plumb:3"), "{}{}", tested.out, tested.err);
    check(extra, "rules/lonely.plumb").refuses(&["nothing in `rules` uses `rules/lonely.plumb`", "`use lonely`"]);
    fed(&desk, extra, &["check", "-"]).refuses(&["nothing says for which", "--stdin-filename rules/"]);
    check(extra, "projects/extra.plumb").refuses(&["belongs to no rules"]);
    check(extra, "none/extra.plumb").refuses(&["there is no folder `none`"]);
    // Rules elsewhere have a main file of their own.
    desk.put("other/main.plumb", main);
    desk.put("other/extra.plumb", extra);
    assert!(check(&extra.replace("uptime", "uptme"), "other/extra.plumb").out.contains("other/extra.plumb:4"));
}
