//! `plumb eval`: judges fact sheets.

use std::path::PathBuf;

use clap::Args;

use super::disk::Text;
use super::judging::{Desk, Options};
use super::outputs::{Outputs, Sinks};
use super::progress::Progress;
use super::record::Recording;
use super::{Exit, Stop, Terminal, batch};
use crate::requirements::Level;

/// Judge fact sheets, and say why
///
/// Ends with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is faulted, 3 if the
/// evidence leaves it open. Over several sheets it ends with the first of 2, 1, 3 and 0 that one of them leads to.
#[derive(Args)]
pub(super) struct Eval {
    /// Fact sheets, or folders of them; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    recording: Recording,
    /// The band that every project must reach; by default as `plumb.yaml` says
    #[arg(long, value_name = "BAND")]
    require: Option<String>,
    /// The least level of what stands against a project that counts against it
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Level>,
    /// End with 0 where it would be 1 or 3
    #[arg(long)]
    exit_zero: bool,
    /// How many sheets to judge at the same time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Only the ranking, without the reports
    #[arg(long)]
    summary: bool,
    #[command(flatten)]
    outputs: Outputs,
}

impl Eval {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let sinks = match self.outputs.open(self.summary, terminal) {
            Ok(sinks) => sinks,
            Err(stop) => return stop.end(super::Format::Human, terminal),
        };
        match self.prepare(&sinks) {
            Ok((desk, sheets)) => self.judge(&desk, &sheets, sinks, terminal),
            Err(stop) => sinks.stopped(&stop),
        }
    }

    /// All that is needed before the first sheet is judged.
    fn prepare(&self, sinks: &Sinks<'_>) -> Result<(Desk, Vec<Text>), Stop> {
        let mut desk = Desk::set_up(&self.options)?;
        desk.require(self.require.as_deref())?;
        desk.requirements.fail_on = self.fail_on;
        desk.sound()?;
        let sheets = desk.sheets(&self.facts)?;
        let read = desk
            .read_as()
            .map(|(file, _)| PathBuf::from(desk.sources.name(file)))
            .chain(sheets.iter().filter_map(Text::path).map(PathBuf::from));
        let read = read.chain(desk.config.file.iter().map(|(path, _)| path.clone()));
        sinks.spare(read)?;
        Ok((desk, sheets))
    }

    fn judge(&self, desk: &Desk, sheets: &[Text], sinks: Sinks<'_>, terminal: &Terminal) -> Exit {
        let mut recorder = match self.recording.open(desk, sheets) {
            Ok(recorder) => recorder,
            Err(stop) => return sinks.stopped(&stop),
        };
        let jobs = self.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, std::num::NonZeroUsize::get);
        // Before a result is shown: what is seen as decided has been kept.
        let keep = |judged: &_| recorder.as_mut().map_or(Ok(()), |recorder| recorder.keep(judged));
        let ended = batch::judge(desk, sheets, jobs, sinks, &mut Progress::watched(terminal), keep);
        if let Some(recorder) = recorder {
            recorder.end(terminal);
        }
        match ended {
            Ok(standing) if self.exit_zero => Exit::of(standing).forgiven(),
            Ok(standing) => Exit::of(standing),
            Err(_) => Exit::CouldNotRun,
        }
    }
}
