//! `plumb new`: a policy to begin with, that works.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Format, Stop, Terminal, config, disk};
use crate::value::civil_date;

/// Begin a policy: rules with tests, a fact sheet and settings, all working
///
/// Ends with 0 if the folder is there now, 2 if it could not be made. Nothing is overwritten.
#[derive(Args)]
pub(super) struct New {
    /// The folder to make; one that is there has to be empty
    folder: PathBuf,
    /// The day on which the facts of the example hold, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
}

/// Each file with its text. The fact sheet is of the day on which it is made, for evidence ages.
const FILES: [(&str, &str); 5] = [
    (config::NAME, include_str!("../../templates/new/plumb.yaml")),
    ("README.md", include_str!("../../templates/new/README.md")),
    ("rules/main.plumb", include_str!("../../templates/new/rules/main.plumb")),
    ("rules/tests/main_tests.plumb", include_str!("../../templates/new/rules/tests/main_tests.plumb")),
    (SHEET, include_str!("../../templates/new/facts/example.yaml")),
];
const SHEET: &str = "facts/example.yaml";
/// The day that the example has as it stands in the templates.
const WRITTEN: &str = "2026-06-01";

impl New {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.make(terminal).unwrap_or_else(|stop| stop.end(Format::Human, terminal))
    }

    fn make(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let today = civil_date(super::judging::day(self.today.as_deref())?.value);
        let is_new = !self.folder.exists();
        if !is_new && !is_empty(&self.folder)? {
            let help = "name a folder that is not there yet, or an empty one";
            return Err(Stop::helped(format!("there is something in `{}` already", disk::shown(&self.folder)), help));
        }
        let files = FILES.map(|(path, text)| match path {
            SHEET => (self.folder.join(path), text.replace(WRITTEN, &today)),
            _ => (self.folder.join(path), text.to_string()),
        });
        if let Err(message) = lay_down(&files) {
            if is_new {
                // What is half made is of no use, and would be in the way of a second try.
                let _ = fs::remove_dir_all(&self.folder);
            }
            return Err(message.into());
        }
        terminal.result(&self.said());
        Ok(Exit::Met)
    }

    fn said(&self) -> String {
        let shown = disk::shown(&self.folder);
        let place = if shown == "." { "here".to_string() } else { format!("in `{shown}`") };
        let go = if shown == "." { String::new() } else { format!("  cd {}\n", quoted(&shown)) };
        let made: String = FILES.iter().map(|(path, _)| format!("  {path}\n")).collect();
        format!(
            "A policy to begin with is {place}:\n\n{made}\nNext:\n\n{go}  plumb eval    judge the fact sheet, and see what it leaves open\n  \
             plumb test    run the tests of the rules\n  plumb watch   judge again whenever a file is saved\n"
        )
    }
}

fn is_empty(folder: &Path) -> Result<bool, Stop> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) => Err(format!("`{}` can't be made a folder of rules: {}", disk::shown(folder), disk::words(&error)).into()),
    }
}

fn lay_down(files: &[(PathBuf, String)]) -> Result<(), String> {
    files.iter().filter_map(|(path, _)| path.parent()).try_for_each(disk::folder)?;
    disk::write(files, false)
}

/// A path as a shell reads it as one word.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%".contains(c);
    if path.chars().all(is_plain) { path.to_string() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
