//! `plumb report`: judges fact sheets, and writes one page for people to read.

use std::path::PathBuf;

use clap::Args;

use super::judging::{Desk, Options};
use super::{Exit, Format, Stop, Terminal, disk};
use crate::report;

/// Judge fact sheets, and write one HTML page about them
///
/// The page needs no network and no script.
///
/// Ends as `plumb eval` does: with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is
/// faulted, 3 if the evidence leaves it open. The page is written in each case but when something could not be run.
#[derive(Args)]
pub(super) struct Report {
    /// Fact sheets, or folders of them; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    /// The file to write; `-` writes to the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    options: Options,
    /// The band that every project must reach; by default as `plumb.yaml` says
    #[arg(long, value_name = "BAND")]
    require: Option<String>,
}

impl Report {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.write(terminal).unwrap_or_else(|stop| stop.end(Format::Human, terminal))
    }

    fn write(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let Some(out) = &self.out else {
            return Err(Stop::helped(
                "a report is a file, and none was named",
                "add `--out report.html`, or `--out -` for the standard output",
            ));
        };
        let to_stdout = out.as_os_str() == "-";
        disk::vacant(out, self.force || to_stdout)?;
        let mut desk = Desk::set_up(&self.options)?;
        let (explanations, worst) = desk.judge_all(&self.facts, self.require.as_deref())?;
        let page = report::html(&desk.run(), &explanations);
        if to_stdout {
            terminal.result(&page);
        } else {
            disk::write(&[(out.clone(), page)], self.force)?;
            terminal.result(&report::written(&disk::shown(out), &explanations));
        }
        Ok(Exit::of(worst))
    }
}
