//! `plumb check`: every finding of the rules.

use std::path::PathBuf;

use clap::Args;

use super::config::{self, By, InForce};
use super::disk::Disk;
use super::judging::Outside;
use super::witness::Witness;
use super::{Exit, Format, Stop, Terminal, policy};
use crate::audit::audit;
use crate::report::{self, Style};
use crate::source::Sources;
use crate::trials;

/// Look for mistakes in rules, and for what no fact sheet can bring about
///
/// Ends with 0 if the rules have no errors, 1 if they have, 2 if they could not be read. With `--witness`: 0 if facts were found, 1 if there are none, 2 if it could not be run, 3 if none
/// were found within the limits of the search.
#[derive(Args)]
pub(super) struct Check {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    rules: Option<PathBuf>,
    /// The day to check for, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// The file of waivers to look at as well; by default as `plumb.yaml` says
    #[arg(long, value_name = "PATH")]
    waivers: Option<PathBuf>,
    /// A value for a parameter, as `screening.min_age=365 days`: proofs hold for the parameters in force
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    which: config::Which,
    #[command(flatten)]
    witness: Witness,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Check {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.check(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn check(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let config = config::load(&self.which)?;
        let outside = Outside::new(&config, self.today.as_deref(), InForce { value: None, by: By::Default }, &self.set)?;
        let mut sources = Sources::new();
        let mut loaded = policy::load_with_tests(&config, &config.rules(self.rules.as_deref()), &mut sources)?;
        let settings = outside.settings(&mut sources);
        let program = loaded.build(&settings);
        if self.witness.is_wanted() {
            return match program {
                Some(program) => self.witness.seek(&program, &config, sources, terminal),
                None => Err(Stop::Findings(loaded.diagnostics, sources)),
            };
        }
        if let Some(program) = program {
            loaded.diagnostics.extend(audit(&program));
            loaded.check_profiles(&settings);
            if let InForce { value: Some(path), by } = config.waivers(self.waivers.as_deref(), false) {
                policy::read_waivers(&mut loaded, &path, settings.today, &mut sources)
                    .map_err(|message| config.unreadable(&by, message))?;
            }
            let prepared = trials::prepare(&loaded.policy, &Disk, &mut sources);
            loaded.add(prepared.diagnostics);
        }
        match self.format {
            Format::Json => terminal.result(&report::findings_json(&loaded.diagnostics, &sources)),
            Format::Human if loaded.diagnostics.is_empty() => {
                terminal.result(&report::nothing_found(&loaded.policy));
            }
            Format::Human => {
                let style = Style { colour: terminal.out.colour, width: terminal.err.width };
                terminal.result(&report::findings(&loaded.diagnostics, &sources, style));
            }
        }
        Ok(if loaded.is_broken() { Exit::NotMet } else { Exit::Met })
    }
}
