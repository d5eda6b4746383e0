//! `plumb test`: runs the tests of the rules.

use std::path::PathBuf;

use clap::Args;

use super::disk::Disk;
use super::{Exit, Format, Terminal, config, policy};
use crate::report::{self, Tested};
use crate::source::Sources;
use crate::trials;

/// Run the tests of the rules
///
/// Tests stand in the rulebooks, or in files of their own in the folder `tests` beside them. Ends with 0 if all pass, 1 if one fails, 2 if they could not be
/// run.
#[derive(Args)]
pub(super) struct Test {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    rules: Option<PathBuf>,
    /// Only tests with this text in their title or file
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Test {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        match self.test(terminal) {
            Ok(exit) => exit,
            Err((message, help)) => {
                match self.format {
                    Format::Human => terminal.complain(&message, help.as_deref()),
                    Format::Json => terminal.result(&report::trouble_json(&message, help.as_deref())),
                }
                Exit::CouldNotRun
            }
        }
    }

    fn test(&self, terminal: &Terminal) -> Result<Exit, (String, Option<String>)> {
        let plain = |message: String| (message, None);
        let config = config::load().map_err(plain)?;
        let mut sources = Sources::new();
        let place = policy::place(self.rules.clone(), config.rules);
        let mut loaded = policy::load_with_tests(&place, &mut sources).map_err(plain)?;
        if loaded.is_broken() {
            return Ok(policy::stop(&loaded.diagnostics, &sources, self.format, terminal));
        }
        let prepared = trials::prepare(&loaded.policy, &Disk, &mut sources);
        loaded.add(prepared.diagnostics);
        if loaded.is_broken() {
            return Ok(policy::stop(&loaded.diagnostics, &sources, self.format, terminal));
        }
        let mut suite = prepared.value;
        if suite.trials.is_empty() {
            let help = "write `test \"…\" { … }` into a rulebook, or into a file in the folder `tests` beside the rules";
            return Err(("the rules have no tests".into(), Some(help.into())));
        }
        if let Some(text) = &self.filter {
            let of_file = |trial: &crate::policy::Trial| sources.name(trial.span.file).contains(text.as_str());
            suite.retain(&loaded.policy, |trial| trial.title.contains(text.as_str()) || of_file(trial));
            if suite.trials.is_empty() {
                return Err((format!("no test has `{text}` in its title or file"), Some("leave out `--filter` to see all tests".into())));
            }
        }
        let outcomes = trials::run(&loaded.policy, &suite, &sources);
        let tested = Tested { policy: &loaded.policy, sources: &sources, outcomes: &outcomes };
        let all_pass = outcomes.iter().all(|outcome| outcome.failures.is_empty());
        terminal.result(&match self.format {
            Format::Human => report::tested(&tested, terminal.out),
            Format::Json => report::tested_json(&tested),
        });
        Ok(if all_pass { Exit::Met } else { Exit::NotMet })
    }
}
