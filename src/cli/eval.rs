//! `plumb eval`: judges fact sheets.

use std::path::PathBuf;

use clap::Args;

use super::batch::Keeper;
use super::demands::{Demands, Ledger};
use super::disk::Text;
use super::judging::{Desk, Options};
use super::outputs::{Outputs, Sinks};
use super::progress::Progress;
use super::record::{Recorder, Recording};
use super::touched::Since;
use super::{Exit, Stop, Terminal, batch};
use crate::diagnostic::Diagnostic;
use crate::requirements::Judged;

/// Judge fact sheets, and say why
///
/// Ends with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is faulted, 3 if the
/// evidence leaves it open. Over several sheets it ends with the first of 2, 1, 3 and 0 that one of them leads to.
#[derive(Args)]
pub(super) struct Eval {
    #[command(flatten)]
    task: Task,
    #[command(flatten)]
    recording: Recording,
    /// Take out of the baseline what is no longer found; where there is none yet, make it of what is found
    #[arg(long, conflicts_with_all = ["changed_since", "record"])]
    update_baseline: bool,
    /// End with 0 where it would be 1 or 3
    #[arg(long)]
    exit_zero: bool,
}

impl Eval {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let ended = self.task.run(&self.recording, self.update_baseline, terminal);
        if self.exit_zero { ended.forgiven() } else { ended }
    }
}

// What is to be judged, and how to say what comes of it. (No doc comment: it would stand in the help of the commands that take these arguments.)
#[derive(Args)]
pub(super) struct Task {
    /// Fact sheets, or folders of them; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    pub(super) facts: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) options: Options,
    #[command(flatten)]
    pub(super) demands: Demands,
    #[command(flatten)]
    since: Since,
    /// How many sheets to judge at the same time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Only the ranking, without the reports
    #[arg(long)]
    summary: bool,
    #[command(flatten)]
    outputs: Outputs,
}

impl Task {
    /// Judges, writes what comes of it, and keeps what is to be kept.
    pub(super) fn run(&self, recording: &Recording, update_baseline: bool, terminal: &Terminal) -> Exit {
        let mut sinks = match self.outputs.open(self.summary, terminal) {
            Ok(sinks) => sinks,
            Err(stop) => return stop.end(super::Format::Human, terminal),
        };
        match self.prepare(update_baseline, &mut sinks, terminal) {
            Ok(work) => self.judge(work, recording, sinks, terminal),
            Err(stop) => sinks.stopped(&stop),
        }
    }

    /// All that is needed before the first sheet is judged.
    fn prepare(&self, update_baseline: bool, sinks: &mut Sinks<'_>, terminal: &Terminal) -> Result<Work, Stop> {
        let mut desk = Desk::set_up(&self.options)?;
        let mut ledger = self.demands.lay(&mut desk, update_baseline)?;
        desk.sound()?;
        let mut sheets = desk.sheets(&self.facts)?;
        let read = desk
            .read_as()
            .map(|(file, _)| PathBuf::from(desk.sources.name(file)))
            .chain(sheets.iter().filter_map(Text::path).map(PathBuf::from));
        sinks.spare(read.chain(desk.config.file.iter().map(|(path, _)| path.clone())))?;
        let there = sheets.len();
        if let Some(branch) = self.since.branch()? {
            sheets = branch.touched(&desk, sheets, terminal);
            ledger.as_mut().map_or(Ok(()), |ledger| ledger.compare(&branch))?;
        }
        let all = self.facts.is_empty() && sheets.len() == there;
        Ok(Work { desk, ledger, sheets, all })
    }

    fn judge(&self, work: Work, recording: &Recording, sinks: Sinks<'_>, terminal: &Terminal) -> Exit {
        let Work { desk, ledger, sheets, all } = work;
        let recorder = match recording.open(&desk, &sheets) {
            Ok(recorder) => recorder,
            Err(stop) => return sinks.stopped(&stop),
        };
        let mut books = Books { desk: &desk, recorder, ledger, all, terminal };
        let jobs = self.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, std::num::NonZeroUsize::get);
        let ended = batch::judge(&desk, &sheets, jobs, sinks, &mut Progress::watched(terminal), &mut books);
        if let Some(recorder) = &books.recorder {
            recorder.end(terminal);
        }
        ended.map_or(Exit::CouldNotRun, Exit::of)
    }
}

/// A run that is ready to begin.
struct Work {
    desk: Desk,
    ledger: Option<Ledger>,
    sheets: Vec<Text>,
    /// Whether these are all projects there are.
    all: bool,
}

/// What is kept of a run.
struct Books<'r> {
    desk: &'r Desk,
    recorder: Option<Recorder>,
    ledger: Option<Ledger>,
    /// Whether all projects there are were to be judged.
    all: bool,
    terminal: &'r Terminal,
}

impl Keeper for Books<'_> {
    fn see(&mut self, judged: &Judged) -> Result<(), Stop> {
        if let Some(ledger) = &mut self.ledger {
            ledger.see(&self.desk.requirements, judged);
        }
        self.recorder.as_mut().map_or(Ok(()), |recorder| recorder.keep(judged))
    }

    fn conclude(&mut self) -> Result<Vec<Diagnostic>, Stop> {
        self.ledger.as_mut().map_or(Ok(Vec::new()), |ledger| ledger.conclude(self.all, self.terminal))
    }
}
