//! `plumb explain`: the page of a finding.

use clap::Args;

use super::{Exit, Terminal, near};
use crate::diagnostic::{Severity, codes};

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
            terminal.result(&list());
            return Exit::Met;
        };
        match codes::ALL.iter().find(|code| code.name == wanted) {
            Some(code) => {
                terminal.result(code.page);
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

fn list() -> String {
    let widest = codes::ALL.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let mut sorted: Vec<_> = codes::ALL.to_vec();
    sorted.sort_by_key(|code| code.name);
    let mut text = String::new();
    for code in sorted {
        let severity = match code.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        text.push_str(&format!("{:widest$}  {severity:7}  {}\n", code.name, code.summary));
    }
    text
}
