//! What shells and manuals need to know of the commands, made from the same definitions that read the command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Arguments, Exit, Format, Stop, Terminal, disk};

/// Write the completions for a shell, which offer commands and options at the Tab key
///
/// Goes to stdout. Where each shell looks for it, `docs/install.md` says.
///
/// Ends with 0.
#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let mut command = Arguments::command();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "plumb", &mut script);
        terminal.result(&String::from_utf8_lossy(&script));
        Exit::Met
    }
}

/// Write the manual pages
///
/// Without `--out`, the page of `plumb` itself goes to stdout, as `plumb manual | man -l -` shows it.
///
/// Ends with 0, or with 2 if the pages could not be written.
#[derive(Args)]
pub(super) struct Manual {
    /// The folder to write all pages into, one for each command; pages that are there are replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Manual {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.write(terminal).unwrap_or_else(|stop| stop.end(Format::Human, terminal))
    }

    fn write(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let pages = pages()?;
        match &self.out {
            None => terminal.result(pages.first().map_or("", |(_, page)| page)),
            Some(folder) => {
                let pages: Vec<(PathBuf, String)> = pages.into_iter().map(|(name, page)| (folder.join(name), page)).collect();
                disk::folder(folder)?;
                disk::write(&pages, true)?;
                terminal.result(&format!("wrote {} pages into `{}`\n", pages.len(), disk::shown(folder)));
            }
        }
        Ok(Exit::Met)
    }
}

/// The pages by the names of their files, that of `plumb` itself first.
fn pages() -> Result<Vec<(String, String)>, Stop> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Names the subcommands as they are called, and gives them the options that all commands have.
    command.build();
    let below = command.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let named = below.map(|below| {
        let name = format!("plumb-{}", below.get_name());
        // The page would otherwise be headed by the name with a space, which no manual page has.
        below.display_name(name)
    });
    let all: Vec<clap::Command> = std::iter::once(command.clone()).chain(named).collect();
    all.into_iter()
        .map(|command| {
            let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_string();
            let mut page = Vec::new();
            Man::new(command).render(&mut page).map_err(|error| format!("`{name}.1` can't be made: {}", disk::words(&error)))?;
            Ok((format!("{name}.1"), String::from_utf8_lossy(&page).into_owned()))
        })
        .collect()
}
