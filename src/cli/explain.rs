//! `plumb explain`: the page of a finding.

use clap::Args;

use super::{Exit, Terminal, near};
use crate::diagnostic::codes;
use crate::report;

/// Print the page of a finding: what to avoid, what to prefer, and why
///
/// Ends with 0 if there is such a finding, 2 if not.
#[derive(Args)]
pub(super) struct Explain {
    /// The code in brackets behind `error` or `warning`; without one, all are listed
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let Some(wanted) = self.code else {
            let mut sorted = codes::ALL.to_vec();
            sorted.sort_by_key(|code| code.name);
            terminal.result(&report::list_of_findings(&sorted, terminal.out));
            return Exit::Met;
        };
        match codes::ALL.iter().find(|code| code.name == wanted) {
            Some(code) => {
                terminal.result(&report::page(code.page, terminal.out));
                Exit::Met
            }
            None => {
                let names: Vec<&str> = codes::ALL.iter().map(|code| code.name).collect();
                let help = near(&wanted, &names, || "`plumb explain` lists all codes".to_string());
                terminal.complain(&format!("there is no finding `{wanted}`"), Some(&help));
                Exit::CouldNotRun
            }
        }
    }
}
