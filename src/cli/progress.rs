//! How far a long run has come, for whoever waits for it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use super::Terminal;

/// How often something is said.
const PAUSE: Duration = Duration::from_secs(1);

/// Says on stderr how far a long run has come, once a second.
pub(super) struct Progress<'t> {
    terminal: &'t Terminal,
    is_heard: bool,
    last: Instant,
}

impl<'t> Progress<'t> {
    /// Where somebody watches.
    pub(super) fn watched(terminal: &'t Terminal) -> Progress<'t> {
        Progress { terminal, is_heard: std::io::stderr().is_terminal(), last: Instant::now() }
    }

    /// In logs as well: some runs are so long that a pipeline would take silence for their end.
    pub(super) fn logged(terminal: &'t Terminal) -> Progress<'t> {
        Progress { terminal, is_heard: true, last: Instant::now() }
    }

    /// Hears that the run has come further, and says so if it is time to.
    pub(super) fn hear(&mut self, words: impl FnOnce() -> String) {
        if self.is_heard && self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            self.terminal.trouble(&format!("{}\n", words()));
        }
    }
}
