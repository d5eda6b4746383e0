//! `plumb why`: the reasons for one thing, down to the facts and their sources.

use std::path::PathBuf;

use clap::Args;

use super::judging::{Desk, Options};
use super::{Exit, Format, Stop, Terminal};
use crate::report;
use crate::why::{self, Why as Answer};

/// Say why one thing came out as it did, down to the facts and their sources
///
/// Ends with 0 if there is an answer, 2 if something could not be run or the thing can't be computed from these facts.
#[derive(Args)]
pub(super) struct Why {
    /// What to explain: the code of a check, grade, ramp, measure, include, scorecard, verdict, gate, limit, trigger, review, table, let or param, or a band
    /// as `VERDICT.BAND`; the last part of a code will do where nothing else is called so
    code: String,
    /// Fact sheets, or folders of them; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Open the items of scorecards too, instead of naming them
    #[arg(long)]
    deep: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Why {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.answer(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn answer(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let mut desk = Desk::set_up(&self.options)?;
        let target = why::find(&desk.program, &self.code).map_err(|unknown| Stop::helped(unknown.message, unknown.help))?;
        let subjects = desk.read(&self.facts)?;
        let answers: Vec<Answer> = subjects
            .iter()
            .map(|subject| why::why(&desk.policy, &desk.program, &desk.dossier(subject), &desk.sources, target, self.deep))
            .collect();
        terminal.result(&match self.format {
            Format::Human => report::whys(&answers, terminal.out),
            Format::Json => report::whys_json(&answers, &desk.sources),
        });
        Ok(if answers.iter().any(|answer| answer.faulted) { Exit::CouldNotRun } else { Exit::Met })
    }
}
