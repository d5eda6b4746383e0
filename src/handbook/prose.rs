//! Sentences with names in them that lead somewhere, and the blocks that a page is made of.

use crate::value::{Fraction, Number};

/// A piece of a sentence. What rules say in it is as they say it: whoever shows it makes it harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Words(String),
    /// What stands in rules or on fact sheets letter by letter.
    Code(String),
    /// A name that leads to an entry.
    Link {
        /// The entry's anchor.
        to: String,
        /// What is shown.
        text: String,
        /// Whether it stands in rules letter by letter.
        code: bool,
    },
}

/// A sentence, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose(pub Vec<Inline>);

impl Prose {
    /// Nothing yet.
    pub fn new() -> Prose {
        Prose::default()
    }

    /// These words.
    pub fn of(words: impl Into<String>) -> Prose {
        Prose::new().words(words)
    }

    /// Goes on with words.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Prose {
        let words = words.into();
        match self.0.last_mut() {
            Some(Inline::Words(before)) => before.push_str(&words),
            _ if words.is_empty() => {}
            _ => self.0.push(Inline::Words(words)),
        }
        self
    }

    /// Goes on with something that stands so in rules.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Prose {
        self.0.push(Inline::Code(text.into()));
        self
    }

    /// Goes on with a name that leads to an entry.
    #[must_use]
    pub fn link(mut self, to: impl Into<String>, text: impl Into<String>) -> Prose {
        self.0.push(Inline::Link { to: to.into(), text: text.into(), code: false });
        self
    }

    /// As [`Prose::link`], for a name as rules write it.
    #[must_use]
    pub fn code_link(mut self, to: impl Into<String>, text: impl Into<String>) -> Prose {
        self.0.push(Inline::Link { to: to.into(), text: text.into(), code: true });
        self
    }

    /// Goes on with what another says.
    #[must_use]
    pub fn and(mut self, other: Prose) -> Prose {
        for piece in other.0 {
            match piece {
                Inline::Words(words) => self = self.words(words),
                piece => self.0.push(piece),
            }
        }
        self
    }

    /// Between parentheses.
    #[must_use]
    pub fn bracketed(self) -> Prose {
        Prose::of("(").and(self).words(")")
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As plain text.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Inline::Words(text) | Inline::Code(text) | Inline::Link { text, .. } => text.as_str(),
            })
            .collect()
    }
}

/// `a, b and c`
pub(super) fn joined(parts: Vec<Prose>, last_joint: &str) -> Prose {
    let count = parts.len();
    let mut whole = Prose::new();
    for (index, part) in parts.into_iter().enumerate() {
        whole = match index {
            0 => whole,
            _ if index + 1 == count => whole.words(format!(" {last_joint} ")),
            _ => whole.words(", "),
        };
        whole = whole.and(part);
    }
    whole
}

/// A block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Sentences.
    Paragraph(Prose),
    /// What an author wrote to be read.
    Remark(String),
    /// Points, with what leads to them.
    Points(Prose, Vec<Prose>),
    /// Named particulars, of which each may have several lines.
    Particulars(Vec<(&'static str, Vec<Prose>)>),
    /// A table.
    Table(Grid),
    /// A line through the knots of a ramp; the table beside it says the same.
    Line(Line),
    /// A text that stands so in a file, line by line.
    Text(String),
    /// Lines to be filled in by hand, each with what belongs there.
    Blanks(Vec<&'static str>),
}

/// A table. The first column says what a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// The headings of its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<GridRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridRow {
    /// Its anchor, where names lead to it.
    pub anchor: Option<String>,
    /// One cell for each column.
    pub cells: Vec<Prose>,
}

impl Grid {
    pub(super) fn new(caption: impl Into<String>, columns: &[&str]) -> Grid {
        Grid { caption: caption.into(), columns: columns.iter().map(|column| column.to_string()).collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Prose>) {
        self.rows.push(GridRow { anchor: None, cells });
    }
}

/// A line through knots, flat beyond the first and the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it shows, in a sentence.
    pub title: String,
    /// The knots, rising.
    pub knots: Vec<LineKnot>,
}

/// A knot of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineKnot {
    /// Where it stands.
    pub at: Number,
    /// The same, in words.
    pub shown_at: String,
    /// The points there.
    pub points: Fraction,
    /// The same, in words.
    pub shown_points: String,
}
