//! `plumb check`: every finding of the rules.

use std::path::PathBuf;

use clap::Args;

use super::config::{self, By, InForce};
use super::disk::Disk;
use super::judging::{self, Outside};
use super::outputs::Outputs;
use super::witness::Witness;
use super::{Exit, Format, Stop, Terminal, demands, policy, stdin};
use crate::audit::audit;
use crate::diagnostic::{Diagnostic, Severity};
use crate::judging::Loaded;
use crate::program::Settings;
use crate::report::Checked;
use crate::source::Sources;
use crate::trials;

/// Look for mistakes in rules, and for what no fact sheet can bring about
///
/// Ends with 0 if the rules have no errors, 1 if they have, 2 if they could not be read. With `--witness`: 0 if facts were found, 1 if there are none, 2 if it could not be run, 3 if none
/// were found within the limits of the search.
#[derive(Args)]
pub(super) struct Check {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says. `-` is one of their files, on the standard input, and the others are
    /// read from the disk
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
    called: stdin::Called,
    #[command(flatten)]
    which: config::Which,
    #[command(flatten)]
    witness: Witness,
    /// End with 1 if there are warnings, too
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Severity>,
    /// End with 0 where it would be 1
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    outputs: Outputs,
}

impl Check {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let sinks = match self.outputs.open(false, terminal) {
            Ok(sinks) => sinks,
            Err(stop) => return stop.end(Format::Human, terminal),
        };
        let found = match self.find(terminal) {
            Ok(Ended::Sought(exit)) => return exit,
            Ok(Ended::Checked(found)) => found,
            Err(stop) => return sinks.stopped(&stop),
        };
        let (loaded, sources) = *found;
        let fail_on = self.fail_on.unwrap_or(Severity::Error);
        let checked = Checked { policy: &loaded.policy, findings: &loaded.diagnostics, fail_on, sources: &sources };
        if let Err(stop) = sinks.checked(&checked) {
            return stop.end(Format::Human, terminal);
        }
        let fails = |finding: &Diagnostic| finding.severity <= fail_on;
        let exit = if loaded.diagnostics.iter().any(fails) { Exit::NotMet } else { Exit::Met };
        if self.exit_zero { exit.forgiven() } else { exit }
    }

    fn find(&self, terminal: &Terminal) -> Result<Ended, Stop> {
        let config = config::load(&self.which)?;
        // What `plumb.yaml` says of its own rules is looked at with them.
        let is_own = self.rules.is_none();
        let profile = if is_own { config.profile(None, false) } else { InForce { value: None, by: By::Default } };
        let outside = Outside::new(&config, self.today.as_deref(), profile, &self.set)?;
        let mut sources = Sources::new();
        let mut loaded = match self.rules.as_deref() {
            Some(path) if stdin::is_meant(path) => policy::load_incoming(&config, &self.called, &mut sources)?,
            path => {
                self.called.needless()?;
                policy::load_with_tests(&config, &config.rules(path), &mut sources)?
            }
        };
        let settings = outside.settings(&mut sources);
        let program = loaded.build(&Settings { profile: None, ..settings.clone() });
        if self.witness.is_wanted() {
            return match program {
                Some(program) => Ok(Ended::Sought(self.witness.seek(&program, &config, sources, terminal)?)),
                None => Err(Stop::Findings(loaded.diagnostics, sources)),
            };
        }
        if let Some(program) = program {
            loaded.diagnostics.extend(audit(&program));
            loaded.check_profiles(&settings);
            if is_own {
                loaded.diagnostics.extend(judging::misnamed_band(&config, &program, &mut sources));
                loaded.diagnostics.extend(demands::misnamed(&config, &program, &mut sources));
            }
            if let InForce { value: Some(path), by } = config.waivers(self.waivers.as_deref(), false) {
                policy::read_waivers(&mut loaded, &path, settings.today, &mut sources)
                    .map_err(|message| config.unreadable(&by, message))?;
            }
            let prepared = trials::prepare(&loaded.policy, &Disk, &mut sources);
            loaded.add(prepared.diagnostics);
        }
        Ok(Ended::Checked(Box::new((loaded, sources))))
    }
}

/// What a check came to.
enum Ended {
    /// Facts were sought, and what came of it is written.
    Sought(Exit),
    /// The rules with what was found in them.
    Checked(Box<(Loaded, Sources)>),
}
