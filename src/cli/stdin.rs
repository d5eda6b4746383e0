//! The text that comes in on the standard input, where `-` stands in the place of a file.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Stop;
use super::disk::{self, Text};
use crate::source::Unreadable;

/// What stands for the standard input on a command line. A file of this name is `./-`.
const DASH: &str = "-";
/// What a text is called of which nobody says what it is.
const UNNAMED: &str = "stdin";

/// What the text is called.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Called {
    /// What to call the text that `-` reads from the standard input, as if it stood in this file
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

impl Called {
    /// The file that the text stands for, if that is said.
    ///
    /// # Errors
    /// When what is said can't be a file's.
    pub(super) fn file(&self) -> Result<Option<&Path>, Stop> {
        let Some(path) = &self.stdin_filename else { return Ok(None) };
        match path.file_name() {
            Some(_) if !path.to_string_lossy().ends_with(['/', '\\']) => Ok(Some(path)),
            _ => {
                let help = "name a file, as `--stdin-filename projects/akash.yaml`; nothing is read there";
                Err(Stop::helped(format!("`--stdin-filename {}` is not the name of a file", path.display()), help))
            }
        }
    }

    /// Makes sure that nothing is named where nothing comes in.
    ///
    /// # Errors
    /// When something is.
    pub(super) fn needless(&self) -> Result<(), Stop> {
        match &self.stdin_filename {
            None => Ok(()),
            Some(path) => {
                let message =
                    format!("`--stdin-filename {}` names what comes in on the standard input, and nothing reads it", path.display());
                Err(Stop::helped(message, "write `-` in the place of a file to read it, or leave the option out"))
            }
        }
    }

    /// Reads the text.
    ///
    /// # Errors
    /// When nothing comes in, or it can't be read.
    pub(super) fn read(&self, most: u64) -> Result<Text, Stop> {
        let name = self.file()?.map_or_else(|| UNNAMED.to_string(), disk::shown);
        Ok(Text::given(name, read(most)?))
    }
}

/// Whether a path stands for the standard input.
pub(super) fn is_meant(path: &Path) -> bool {
    path.as_os_str() == DASH
}

/// Reads all of the standard input, up to this many bytes.
fn read(most: u64) -> Result<String, Stop> {
    let input = std::io::stdin();
    if input.is_terminal() {
        // Whoever forgot to send something would wait for a command that waits for them.
        let _ = writeln!(std::io::stderr(), "reading from the terminal; end with Ctrl-D on a line of its own");
    }
    let mut bytes = Vec::new();
    let end = input.lock().take(most + 1).read_to_end(&mut bytes);
    let text = end.map_err(|error| disk::unreadable(&error)).and_then(|_| disk::text(bytes, most)).map_err(|why| match why {
        Unreadable::TooLarge(most) => {
            format!("what comes in on the standard input is larger than {} MiB, the most that is read", most >> 20)
        }
        Unreadable::NotText(at) => {
            format!("what comes in on the standard input is not UTF-8 text: byte {} is not part of any character", at + 1)
        }
        Unreadable::Missing => "the standard input can't be read: it is not there".to_string(),
        Unreadable::Other(words) => format!("the standard input can't be read: {words}"),
    })?;
    if text.trim().is_empty() {
        let help = "send it a text, as in `… | plumb eval -`; a file of the name `-` is written `./-`";
        return Err(Stop::helped("nothing came in on the standard input, which `-` stands for", help));
    }
    Ok(text)
}
