//! Findings about one fact sheet, gathered up to a limit: a file that is wrong throughout must not cost more than one that is right.

use crate::diagnostic::{Diagnostic, closest, sort};

/// The most findings that are kept of one file.
const MOST: usize = 100;

/// The most characters of a word for which a similar one is sought: comparing long texts is slow, and nobody mistypes one for a name.
const LONGEST_WORD: usize = 64;

/// The findings so far.
#[derive(Default)]
pub(super) struct Findings {
    kept: Vec<Diagnostic>,
    left_out: bool,
}

impl Findings {
    /// Keeps a finding, or notes that there are more.
    pub(super) fn add(&mut self, finding: Diagnostic) {
        if self.is_full() {
            self.left_out = true;
        } else {
            self.kept.push(finding);
        }
    }

    /// Whether any further finding would be left out, so that looking for more is in vain.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= MOST
    }

    /// Whether the file can't be used.
    pub(super) fn any(&self) -> bool {
        !self.kept.is_empty()
    }

    /// All of them, by place.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        sort(&mut self.kept);
        if self.is_full() || self.left_out {
            if let Some(last) = self.kept.pop() {
                self.kept.push(last.help(format!("only {MOST} findings are shown of one file; mend these and look again")));
            }
        }
        self.kept
    }
}

/// A text as a one-line message may show it: short, and without line breaks.
pub(super) fn clipped(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut line: String = text.chars().take(LONGEST).map(|next| if next.is_control() { ' ' } else { next }).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// The name that was probably meant.
pub(super) fn nearest<'n>(typed: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if typed.chars().nth(LONGEST_WORD).is_some() { None } else { closest(typed, known) }
}
