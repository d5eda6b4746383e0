//! Texts and places in them: every stage speaks of what a person wrote by a [`Span`], and only renderers turn spans into lines.
//!
//! The core does no I/O. Whoever runs it (the command line, a test, an editor) hands texts over, or answers requests through [`Files`].

use std::sync::Arc;

/// One text known to a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The first text taken in. It stands for the place of what comes from no text at all, such as a list of no documents.
    pub(crate) const FIRST: FileId = FileId(0);
}

/// A stretch of one text, in bytes; `start == end` is a place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`, which must lie inside the text.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both; they must be of one file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A line and a column, both counted from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line.
    pub line: u32,
    /// The character within the line.
    pub column: u32,
}

#[derive(Clone)]
struct SourceFile {
    name: String,
    text: Arc<str>,
    line_starts: Vec<u32>,
}

/// Owns every text of a run.
#[derive(Clone, Default)]
pub struct Sources {
    /// Those that others share, with their names for spans.
    shared: Option<Arc<Sources>>,
    /// How many these are.
    first: u32,
    files: Vec<SourceFile>,
}

impl Sources {
    /// No texts yet.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// All texts of `shared`, and room for more of one's own. However many there are, nothing is copied.
    pub fn upon(shared: Arc<Sources>) -> Sources {
        Sources { first: shared.count() as u32, shared: Some(shared), files: Vec::new() }
    }

    fn file(&self, file: FileId) -> &SourceFile {
        match &self.shared {
            Some(shared) if file.0 < self.first => shared.file(file),
            _ => &self.files[(file.0 - self.first) as usize],
        }
    }

    /// Takes a text in. `name` is the path as a reader should see it, with `/` between its parts.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let text: Arc<str> = text.into();
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let line_starts = std::iter::once(0).chain(newlines).collect();
        let id = FileId(self.count() as u32);
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        id
    }

    /// All texts, each with its name, in the order in which they were taken in.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.ids().map(|file| (self.name(file), self.text(file)))
    }

    /// How many texts there are.
    pub fn count(&self) -> usize {
        self.first as usize + self.files.len()
    }

    /// The names of all texts for spans, in the order in which they were taken in.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.count() as u32).map(FileId)
    }

    /// The name given to [`Sources::add`].
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// The whole text of a file.
    pub fn text(&self, file: FileId) -> &Arc<str> {
        &self.file(file).text
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Where a span begins.
    pub fn line_column(&self, span: Span) -> LineColumn {
        let (file, line) = (self.file(span.file), self.line(span));
        let start = file.line_starts[line as usize - 1] as usize;
        let before = file.text.get(start..span.start as usize).unwrap_or("");
        LineColumn { line, column: before.chars().count() as u32 + 1 }
    }

    /// The line on which a span begins, counting from 1.
    fn line(&self, span: Span) -> u32 {
        self.file(span.file).line_starts.partition_point(|start| *start <= span.start).max(1) as u32
    }

    /// `file:line`, the form in which reports cite a place.
    pub fn address(&self, span: Span) -> String {
        [self.name(span.file), ":", &self.line(span).to_string()].concat()
    }
}

/// Why a text that a stage asked for could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is no such file.
    Missing,
    /// It is larger than this many bytes, the most that is read.
    TooLarge(u64),
    /// It is not UTF-8; the offset is that of the first bad byte.
    NotText(usize),
    /// Anything else, in the system's words.
    Other(String),
}

/// Answers requests for texts, so that disk, editor buffers and test pages look alike to the core.
pub trait Files {
    /// The text of the file at `path`, which is as written in the sources, relative to the policy's folder.
    ///
    /// # Errors
    /// Says why there is no text.
    fn read(&self, path: &str) -> Result<String, Unreadable>;

    /// The fact sheets in the folder at a path, in order of their names; none if there is no folder.
    fn sheets(&self, _path: &str) -> Option<Vec<String>> {
        None
    }

    /// The paths of the files there are, for suggestions. Whoever can't tell says nothing.
    fn list(&self) -> Vec<String> {
        Vec::new()
    }
}
