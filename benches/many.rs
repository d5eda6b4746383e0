//! How long a run over many fact sheets takes, and how much memory: `cargo bench --bench many`.
//!
//! There are two kinds of sheets. The networks are the nine of `fixtures/projects`, each copied under other names until there are as many as wanted, judged by
//! the rules that ship with their contexts: each leaves 8 to 23 questions open. The made-up ones are the documents of `support::documents`, every one of
//! them another, judged by `benches/policy`: in 40 of 100 something is missing. All are judged by the real command, from files into a file, so that reading,
//! judging, explaining and writing are all in it. Times are of the wall; memory is the most that the process ever held at once (`VmHWM`, asked of the system
//! every few milliseconds). Before anything is reported, the results with one thread and with several have to be the same, byte for byte.
//!
//! Where the time goes is counted in instructions, for sheets in one folder:
//!
//! ```text
//! cargo bench --bench many -- --leave 1000
//! valgrind --tool=callgrind target/release/plumb eval FOLDER --format csv --jobs 1 …
//! callgrind_annotate --inclusive=yes callgrind.out.*
//! ```
//!
//! `--leave` makes so many sheets of each kind, says where they are and with which options they are judged, and measures nothing.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark writes its sheets and reads the clock, and its result is what it prints"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::documents::Document;

const ROUNDS: usize = 3;

#[derive(Clone, Copy)]
enum Kind {
    Networks,
    MadeUp,
}

/// Which sheets, how many, with how many threads, written how.
const RUNS: [(Kind, usize, usize, &str); 8] = [
    (Kind::Networks, 1_000, 1, "jsonl"),
    (Kind::Networks, 1_000, 2, "jsonl"),
    (Kind::Networks, 10_000, 1, "jsonl"),
    (Kind::Networks, 10_000, 2, "jsonl"),
    (Kind::Networks, 10_000, 2, "csv"),
    (Kind::Networks, 10_000, 2, "human"),
    (Kind::MadeUp, 10_000, 1, "csv"),
    (Kind::MadeUp, 10_000, 2, "csv"),
];

fn main() {
    if let Some(count) = std::env::args().skip_while(|argument| argument != "--leave").nth(1) {
        let count: usize = count.parse().expect("a number of sheets");
        for kind in [Kind::Networks, Kind::MadeUp] {
            let folder = folder().join(kind.name()).join(count.to_string());
            kind.write(count, &folder);
            println!("{} {}", folder.display(), kind.options().join(" "));
        }
        return;
    }
    let desk = Desk::new();
    println!(
        "{:>8} {:>7} {:>8} {:>7} {:>10} {:>12} {:>10} {:>12}",
        "kind", "sheets", "threads", "format", "seconds", "sheets/s", "MiB held", "MiB written"
    );
    for (kind, sheets, threads, format) in RUNS {
        let mut runs: Vec<Ran> = (0..ROUNDS).map(|_| desk.run(kind, sheets, threads, format)).collect();
        runs.sort_by_key(|run| run.took);
        let middle = &runs[ROUNDS / 2];
        let held = runs.iter().map(|run| run.held).max().unwrap_or(0);
        let seconds = middle.took.as_millis();
        let rate = sheets as u128 * 1_000 / seconds.max(1);
        println!(
            "{:>8} {sheets:>7} {threads:>8} {format:>7} {:>6}.{:03} {rate:>12} {:>10} {:>12}",
            kind.name(),
            seconds / 1_000,
            seconds % 1_000,
            held / 1_024,
            middle.written >> 20
        );
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Networks => "networks",
            Kind::MadeUp => "made-up",
        }
    }

    /// What the command has to be told beside the sheets.
    fn options(self) -> &'static [&'static str] {
        match self {
            Kind::Networks => &["--today", "2026-11-23"],
            Kind::MadeUp => &["--today", "2026-06-01", "--no-config", "--rules", "benches/policy"],
        }
    }

    fn write(self, count: usize, folder: &Path) {
        fs::create_dir_all(folder).expect("a folder can be made");
        let networks = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
        let mut models: Vec<PathBuf> =
            fs::read_dir(&networks).expect("the fixtures are there").map(|entry| entry.expect("an entry").path()).collect();
        models.sort();
        let models: Vec<String> = models.iter().map(|path| fs::read_to_string(path).expect("a sheet can be read")).collect();
        for number in 0..count {
            let text = match self {
                Kind::Networks => models[number % models.len()].clone(),
                Kind::MadeUp => Document::number(number as u64).to_yaml(),
            };
            fs::write(folder.join(format!("{number:05}.yaml")), text).expect("a sheet can be written");
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("many")
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
        let desk = Desk(folder());
        for (kind, sheets, ..) in RUNS {
            let folder = desk.sheets(kind, sheets);
            if !folder.exists() {
                kind.write(sheets, &folder);
            }
        }
        // The same bytes, whatever the number of threads.
        desk.run(Kind::Networks, 1_000, 1, "jsonl");
        let alone = fs::read(desk.0.join("out")).expect("the result is there");
        desk.run(Kind::Networks, 1_000, 3, "jsonl");
        assert!(alone == fs::read(desk.0.join("out")).expect("the result is there"), "threads change the result");
        desk
    }

    fn sheets(&self, kind: Kind, count: usize) -> PathBuf {
        self.0.join(kind.name()).join(count.to_string())
    }

    fn run(&self, kind: Kind, sheets: usize, threads: usize, format: &str) -> Ran {
        let out = fs::File::create(self.0.join("out")).expect("the result can be written");
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_plumb"))
            .args(["eval", "--format", format, "--jobs", &threads.to_string()])
            .args(kind.options())
            .arg(self.sheets(kind, sheets))
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
