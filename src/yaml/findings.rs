//! Findings about one file, gathered up to a limit: a file that is wrong throughout must not cost more than one that is right.

use crate::diagnostic::{Diagnostic, closest, closest_within, sort};

/// The most findings that are kept of one file.
const MOST: usize = 100;

/// The most characters of a word for which a similar one is sought: comparing long texts is slow, and nobody mistypes one for a name.
const LONGEST_WORD: usize = 64;

/// The findings so far.
#[derive(Default)]
pub(crate) struct Findings {
    kept: Vec<Diagnostic>,
}

impl Findings {
    /// Keeps a finding, up to the limit.
    pub(crate) fn add(&mut self, finding: Diagnostic) {
        if !self.is_full() {
            self.kept.push(finding);
        }
    }

    /// Whether any further finding would be left out, so that looking for more is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.kept.len() >= MOST
    }

    /// Whether the file can't be used.
    pub(crate) fn any(&self) -> bool {
        !self.kept.is_empty()
    }

    /// All of them, by place.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        sort(&mut self.kept);
        // Whoever stopped looking at the limit does not know whether there was more.
        if self.is_full()
            && let Some(last) = self.kept.pop()
        {
            self.kept.push(last.help(format!("only {MOST} findings are shown of one file; mend these and look again")));
        }
        self.kept
    }
}

/// A text as a one-line message may show it: short, and without line breaks.
pub(crate) fn clipped(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.trim();
    let mut line: String = text.chars().take(LONGEST).map(|next| if next.is_control() { ' ' } else { next }).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// The name that was probably meant. Short names are all alike, so of them only those count that differ in one place.
pub(crate) fn nearest<'n>(typed: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    match typed.chars().take(LONGEST_WORD + 1).count() {
        0..=4 => closest_within(1, typed, known),
        5..=LONGEST_WORD => closest(typed, known),
        _ => None,
    }
}
