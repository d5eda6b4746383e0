//! How long a run over many fact sheets takes, and how much memory: `cargo bench --bench many`.
//!
//! The sheets are the nine of `fixtures/projects`, each copied under other names until there are as many as wanted, judged by the rules that ship with their
//! contexts. They are judged by the real command, from files into a file, so that reading, judging, explaining and writing are all in it. Times are of the wall;
//! memory is the most that the process ever held at once (`VmHWM`, asked of the system every few milliseconds). Before anything is reported, the results
//! with one thread and with several have to be the same, byte for byte.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark writes its sheets and reads the clock, and its result is what it prints"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;

/// How many sheets, with how many threads, written how.
const RUNS: [(usize, usize, &str); 6] =
    [(1_000, 1, "jsonl"), (1_000, 2, "jsonl"), (10_000, 1, "jsonl"), (10_000, 2, "jsonl"), (10_000, 2, "csv"), (10_000, 2, "human")];

fn main() {
    let desk = Desk::new();
    println!(
        "{:>7} {:>8} {:>7} {:>10} {:>12} {:>10} {:>12}",
        "sheets", "threads", "format", "seconds", "sheets/s", "MiB held", "MiB written"
    );
    for (sheets, threads, format) in RUNS {
        let mut runs: Vec<Ran> = (0..ROUNDS).map(|_| desk.run(sheets, threads, format)).collect();
        runs.sort_by_key(|run| run.took);
        let middle = &runs[ROUNDS / 2];
        let held = runs.iter().map(|run| run.held).max().unwrap_or(0);
        let seconds = middle.took.as_millis();
        let rate = sheets as u128 * 1_000 / seconds.max(1);
        println!(
            "{sheets:>7} {threads:>8} {format:>7} {:>6}.{:03} {rate:>12} {:>10} {:>12}",
            seconds / 1_000,
            seconds % 1_000,
            held / 1_024,
            middle.written >> 20
        );
    }
}

/// Where the sheets are. It is gone afterwards.
struct Desk(PathBuf);

/// What came of a run.
struct Ran {
    took: Duration,
    /// KiB.
    held: u64,
    /// Bytes.
    written: u64,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk(Path::new(env!("CARGO_TARGET_TMPDIR")).join("many"));
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
        let mut models: Vec<PathBuf> =
            fs::read_dir(&fixtures).expect("the fixtures are there").map(|entry| entry.expect("an entry").path()).collect();
        models.sort();
        let texts: Vec<String> = models.iter().map(|path| fs::read_to_string(path).expect("a sheet can be read")).collect();
        let most = RUNS.iter().map(|(sheets, _, _)| *sheets).max().unwrap_or(0);
        for sheets in [1_000, most] {
            let folder = desk.0.join(sheets.to_string());
            fs::create_dir_all(&folder).expect("a folder can be made");
            for number in 0..sheets {
                fs::write(folder.join(format!("{number:05}.yaml")), &texts[number % texts.len()]).expect("a sheet can be written");
            }
        }
        // The same bytes, whatever the number of threads.
        desk.run(1_000, 1, "jsonl");
        let alone = fs::read(desk.0.join("out")).expect("the result is there");
        desk.run(1_000, 3, "jsonl");
        assert!(alone == fs::read(desk.0.join("out")).expect("the result is there"), "threads change the result");
        desk
    }

    fn run(&self, sheets: usize, threads: usize, format: &str) -> Ran {
        let out = fs::File::create(self.0.join("out")).expect("the result can be written");
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_plumb"))
            .args(["eval", "--today", "2026-11-23", "--format", format, "--jobs", &threads.to_string()])
            .arg(self.0.join(sheets.to_string()))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(Stdio::null())
            .spawn()
            .expect("the command can be run");
        let mut held = 0;
        let status = loop {
            held = held.max(most_held(child.id()));
            if let Some(status) = child.try_wait().expect("it can be waited for") {
                break status;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let took = begun.elapsed();
        assert!(status.success(), "{sheets} sheets as {format}: {status}");
        Ran { took, held, written: fs::metadata(self.0.join("out")).map_or(0, |there| there.len()) }
    }
}

/// The most KiB that a process held at once so far.
fn most_held(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
