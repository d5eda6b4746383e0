//! `plumb eval`: judges fact sheets.

use std::path::PathBuf;

use clap::Args;

use super::judging::{Desk, Options};
use super::record::Recording;
use super::{Exit, Format, Stop, Terminal};
use crate::report;

/// Judge fact sheets, and say why
///
/// Ends with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is faulted, 3 if the
/// evidence leaves it open.
#[derive(Args)]
pub(super) struct Eval {
    /// Fact sheets, or folders of them; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    recording: Recording,
    /// The band that every project must reach; by default as `plumb.yaml` says
    #[arg(long, value_name = "BAND")]
    require: Option<String>,
    /// Only the ranking, without the reports
    #[arg(long, conflicts_with = "format")]
    summary: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Eval {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.judge(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn judge(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let mut desk = Desk::set_up(&self.options)?;
        let required = desk.required(self.require.as_deref())?;
        let (explanations, worst) = desk.judge_all(&self.facts, required)?;
        // Before the result is shown: what is seen as decided has been kept.
        self.recording.record(&desk, &explanations, required, terminal)?;
        let run = desk.run();
        terminal.result(&match self.format {
            Format::Human if self.summary => report::summary(&explanations, terminal.out),
            Format::Human => report::human(&run, &explanations, terminal.out),
            Format::Json => report::json(&run, &explanations),
        });
        Ok(Exit::of(worst))
    }
}
