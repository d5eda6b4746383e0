//! Corrections made while reading. A mistake with one likely correction is reported, corrected in a copy of the text, and the copy is read instead, so
//! that it hides nothing else. All places in findings and trees are places of the text as it was written: [`Repairs::original`] leads back to it.

use super::lexer::BYTE_ORDER_MARK;

/// Replaces a stretch of the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// First byte replaced.
    pub start: usize,
    /// One past the last byte replaced.
    pub end: usize,
    /// What stands there instead.
    pub replacement: String,
}

/// A text and the corrections made to it.
pub(super) struct Repairs<'t> {
    original: &'t str,
    /// In order of place, none overlapping.
    edits: Vec<Edit>,
    /// For each edit, where its replacement stands in the corrected text.
    placed: Vec<(usize, usize)>,
    current: Option<String>,
}

impl<'t> Repairs<'t> {
    /// No corrections yet.
    pub fn new(original: &'t str) -> Repairs<'t> {
        Repairs { original, edits: Vec::new(), placed: Vec::new(), current: None }
    }

    /// The corrected text.
    pub fn text(&self) -> &str {
        self.current.as_deref().unwrap_or(self.original)
    }

    /// Where reading begins: behind a byte order mark.
    pub fn beginning(&self) -> usize {
        if self.text().starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
    }

    /// The place in the original text of a place in the corrected one. Inside a replacement it is where that begins.
    pub fn original(&self, at: usize) -> usize {
        let after = self.placed.partition_point(|(start, _)| *start <= at);
        let Some(index) = after.checked_sub(1) else { return at };
        let (_, end) = self.placed[index];
        if at < end { self.edits[index].start } else { self.edits[index].end + (at - end) }
    }

    /// Makes corrections whose places are those of the corrected text. A group that touches another correction is left out; says whether any was made.
    pub fn apply(&mut self, groups: Vec<Vec<Edit>>) -> bool {
        let mut edits = self.edits.clone();
        let mut changed = false;
        for group in groups {
            let group: Vec<Edit> = group
                .into_iter()
                .map(|edit| {
                    let (start, end) = (self.original(edit.start), self.original(edit.end));
                    Edit { start, end: end.max(start), ..edit }
                })
                .collect();
            // Several insertions at one place, such as two missing braces, follow each other.
            if let [edit] = group.as_slice()
                && edit.start == edit.end
                && let Some(same) = edits.iter_mut().find(|other| other.start == other.end && other.start == edit.start)
            {
                same.replacement.push_str(&edit.replacement);
                changed = true;
                continue;
            }
            let free = |edit: &Edit| {
                let next = edits.partition_point(|other| other.end < edit.start);
                edits.get(next).is_none_or(|other| other.start > edit.end)
            };
            if group.iter().all(free) {
                edits.extend(group);
                edits.sort_by_key(|edit| edit.start);
                changed = true;
            }
        }
        self.edits = edits;
        if changed {
            self.rebuild();
        }
        changed
    }

    fn rebuild(&mut self) {
        let mut text = String::with_capacity(self.original.len() + 64);
        let mut done = 0;
        self.placed.clear();
        for edit in &self.edits {
            text.push_str(&self.original[done..edit.start]);
            let start = text.len();
            text.push_str(&edit.replacement);
            self.placed.push((start, text.len()));
            done = edit.end;
        }
        text.push_str(&self.original[done..]);
        self.current = Some(text);
    }
}
