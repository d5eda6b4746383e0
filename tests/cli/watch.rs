//! `plumb watch`: what is saved is judged again.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::{Desk, command};

/// A test that waits in vain for longer than this has failed.
const LONGEST: Duration = Duration::from_secs(60);

/// The command while it runs. It ends with the test.
struct Watching {
    child: Arc<Mutex<Child>>,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        end(&self.child);
    }
}

fn end(child: &Mutex<Child>) {
    let mut child = child.lock().expect("nobody panics who holds it");
    let _ = child.kill();
    let _ = child.wait();
}

impl Watching {
    fn begin(desk: &Desk, arguments: &[&str]) -> Watching {
        let arguments = [&["watch", "--today", "2026-06-01", "--format", "jsonl"], arguments].concat();
        let mut child = command(&desk.0, &[], &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be run");
        let out = BufReader::new(child.stdout.take().expect("its output is ours"));
        let err = BufReader::new(child.stderr.take().expect("its output is ours"));
        let child = Arc::new(Mutex::new(child));
        let late = Arc::downgrade(&child);
        thread::spawn(move || {
            thread::sleep(LONGEST);
            late.upgrade().iter().for_each(|child| end(child));
        });
        Watching { child, out, err }
    }

    /// Each judgement is one line here.
    fn judged(&mut self) -> String {
        let mut line = String::new();
        while !line.contains("\"project\"") && !line.contains("\"finding\"") {
            line.clear();
            assert_ne!(self.out.read_line(&mut line).expect("it can be read"), 0, "it ended");
        }
        line
    }

    /// Waits until it waits, and tells what it said before.
    fn waits(&mut self) -> String {
        let mut said = String::new();
        while !said.contains("Ctrl-C ends") {
            assert_ne!(self.err.read_line(&mut said).expect("it can be read"), 0, "it ended: {said}");
        }
        said
    }
}

#[test]
fn what_is_saved_is_judged_again() {
    let desk = Desk::with_rules();
    desk.put("facts/one.yaml", "uptime: 50%\nspare: 30%\n");
    let mut watching = Watching::begin(&desk, &["facts"]);
    let first = watching.judged();
    assert!(watching.waits().contains("watching `facts` and `rules`"));

    desk.put("facts/one.yaml", "uptime: 99.9%\nspare: 30%\n");
    let better = watching.judged();
    assert_ne!(first, better);
    assert!(watching.waits().contains("`facts/one.yaml` was saved"));

    // An editor that writes beside the place and puts it there in one step.
    desk.put("rules/.main.plumb.swap", super::RULES.replace("uptime >= floor", "uptime >= flor"));
    std::fs::rename(desk.path("rules/.main.plumb.swap"), desk.path("rules/main.plumb")).expect("a file can be moved");
    let broken = watching.judged();
    assert!(broken.contains("unknown-name"), "{broken}");
    assert!(watching.waits().contains("`rules/main.plumb` was saved"));

    // Mistakes do not end it.
    desk.put("rules/main.plumb", super::RULES);
    assert_eq!(watching.judged(), better);
    watching.waits();

    // A sheet that is new is judged as well, and what no one reads is not noticed.
    desk.put("facts/notes.txt", "not a sheet");
    desk.put("facts/.two.yaml.swap", "");
    desk.put("facts/two.yaml", "uptime: 1%\n");
    watching.judged();
    assert!(watching.judged().contains("two.yaml"));
    assert!(watching.waits().starts_with("`facts/two.yaml` was saved\n"));
}

#[test]
fn settings_that_are_saved_say_what_to_watch() {
    let desk = Desk::with_rules();
    desk.put("one/a.yaml", "uptime: 50%\n");
    desk.put("two/b.yaml", "uptime: 60%\n");
    desk.put("plumb.yaml", "facts: one\n");
    let mut watching = Watching::begin(&desk, &[]);
    assert!(watching.judged().contains("one/a.yaml"));
    watching.waits();
    desk.put("plumb.yaml", "facts: two\n");
    assert!(watching.judged().contains("two/b.yaml"));
    watching.waits();
    desk.put("two/b.yaml", "uptime: 61%\n");
    assert!(watching.judged().contains("two/b.yaml"));
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let desk = Desk::with_rules();
    desk.put("facts/one.yaml", "uptime: 50%\n");
    let mut watching = Watching::begin(&desk, &["facts"]);
    watching.waits();
    let Watching { child, out, err } = &mut watching;
    // The other end of the pipe is closed.
    *out = BufReader::new(
        std::process::Command::new("true").stdout(Stdio::piped()).spawn().expect("it runs").stdout.take().expect("its output"),
    );
    desk.put("facts/one.yaml", "uptime: 60%\n");
    let mut said = String::new();
    std::io::Read::read_to_string(err, &mut said).expect("it can be read");
    let status = child.lock().expect("nobody panics who holds it").wait().expect("it ends");
    assert_eq!((status.code(), said.as_str()), (Some(0), "`facts/one.yaml` was saved\n\n"));
}

#[test]
fn where_nothing_can_be_saved_nothing_is_watched() {
    let desk = Desk::with_rules();
    desk.plumb(&["watch"]).refuses(&["there is nothing to judge"]);
    desk.plumb(&["watch", "-"]).refuses(&["`-` is the standard input"]);
    desk.plumb(&["watch", "nowhere/a.yaml"]).refuses(&["`nowhere` can't be watched: it is not there"]);
}
