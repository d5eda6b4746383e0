//! `plumb eval`: judges fact sheets.

use std::path::PathBuf;

use clap::Args;

use super::judging::{self, Bench, Options};
use super::record::Recording;
use super::{Exit, Format, Stop, Terminal};
use crate::explain::{Explanation, explain};
use crate::report;
use crate::verdict::{Requirement, State};

/// Judge fact sheets, and say why
///
/// Ends with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is
/// faulted, 3 if the evidence leaves it open.
#[derive(Args)]
pub(super) struct Eval {
    /// Fact sheets, or folders of them
    #[arg(required = true)]
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    recording: Recording,
    /// The band that every project must reach
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
        let mut bench = Bench::set_up(&self.options)?;
        let required = self.require.as_deref().map(|wanted| judging::band(&bench.program, "--require", wanted)).transpose()?;
        let subjects = bench.read(&self.facts)?;
        let coming = bench.coming();
        let mut explanations: Vec<Explanation> = Vec::new();
        let mut worst = Requirement::Met;
        for subject in &subjects {
            let dossier = bench.dossier(subject);
            let judgement = bench.judge(&dossier, &coming);
            for (index, verdict) in judgement.evaluation.verdicts.iter().enumerate() {
                let stands = match required {
                    Some(required) if required.verdict.index() == index => verdict.meets(required.band),
                    _ if verdict.state() == State::Faulted => Requirement::Faulted,
                    _ => Requirement::Met,
                };
                worst = worst.worse(stands);
            }
            // A protocol that can't be worked out leaves the verdicts as they are, yet what was asked for is not there in full.
            if judgement.evaluation.has_faulted_protocol() {
                worst = worst.worse(Requirement::Faulted);
            }
            explanations.push(explain(&bench.program, &dossier, &judgement, &bench.sources, required));
        }
        // Before the result is shown: what is seen as decided has been kept.
        self.recording.record(&bench, &subjects, required, terminal)?;
        let run = bench.run();
        terminal.result(&match self.format {
            Format::Human if self.summary => report::summary(&explanations, terminal.out),
            Format::Human => report::human(&run, &explanations, terminal.out),
            Format::Json => report::json(&run, &explanations),
        });
        Ok(Exit::of(worst))
    }
}
