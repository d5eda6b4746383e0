//! `plumb check`: every finding of the rules.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Format, Terminal, config, eval, policy};
use crate::audit::audit;
use crate::diagnostic;
use crate::program::Settings;
use crate::report::{self, Style};
use crate::source::Sources;

/// Look for mistakes in rules
#[derive(Args)]
pub(super) struct Check {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    rules: Option<PathBuf>,
    /// The day to check for, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Check {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let prepared = config::load().and_then(|config| Ok((config, eval::day(self.today.as_deref())?)));
        let (config, today) = match prepared {
            Ok(prepared) => prepared,
            Err(message) => {
                terminal.complain(&message, None);
                return Exit::CouldNotRun;
            }
        };
        let mut sources = Sources::new();
        let place = policy::place(self.rules, config.rules);
        let mut loaded = match policy::load(&place, &mut sources) {
            Ok(loaded) => loaded,
            Err(message) => {
                terminal.complain(&message, Some("name the folder of the rules, or write it into `plumb.yaml` as `rules: …`"));
                return Exit::CouldNotRun;
            }
        };
        if let Some(program) = loaded.build(&Settings { today, parameters: Vec::new() }) {
            loaded.diagnostics.extend(audit(&program));
            diagnostic::sort(&mut loaded.diagnostics);
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
        if loaded.is_broken() { Exit::NotMet } else { Exit::Met }
    }
}
