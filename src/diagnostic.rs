//! Findings about rules and facts, as data. Stages build them; only renderers know what they look like.
//!
//! The headline is one lower-case sentence without a full stop that makes sense alone on one line; what the reader typed stands in backticks.
//! The primary label covers the narrowest culprit; secondary labels show the other party; help says what to do.

pub mod codes;

pub use codes::Code;

use crate::source::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rules or facts can't be used.
    Error,
    /// They can be used, and probably do not say what was meant.
    Warning,
}

/// A place, and what to say beneath it. An empty text is a bare underline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words.
    pub text: String,
}

/// A correction that a tool could apply as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which problem it is; its page is what `plumb explain` prints.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// The headline.
    pub message: String,
    /// The culprit.
    pub primary: Label,
    /// Other places that take part.
    pub secondary: Vec<Label>,
    /// What to do, a line each.
    pub help: Vec<String>,
    /// The correction, where there is exactly one likely.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding at `span`, as severe as its code says.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Words beneath the culprit.
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// Another place that takes part.
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// What to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    /// The correction.
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Whether the finding makes its rules or facts unusable.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What a stage made, with what it found on the way: one run shows all mistakes.
#[derive(Clone, Debug)]
pub struct Staged<T> {
    /// What was made; where something was wrong, the best that could be had.
    pub value: T,
    /// The findings, in the order found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Staged<T> {
    /// A value with its findings.
    pub fn new(value: T, diagnostics: Vec<Diagnostic>) -> Staged<T> {
        Staged { value, diagnostics }
    }

    /// Another value with the same findings.
    pub fn map_value<U>(self, change: impl FnOnce(T) -> U) -> Staged<U> {
        Staged { value: change(self.value), diagnostics: self.diagnostics }
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Puts findings into the order in which every report shows them: by file, place and code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (a.primary.span, a.code.name, &a.message).cmp(&(b.primary.span, b.code.name, &b.message)));
}

/// The name that `typed` was probably meant to be, if one of `known` is close enough to say so.
pub fn closest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let slips = match typed.chars().count() {
        0..=2 => 1,
        3..=7 => 2,
        _ => 3,
    };
    closest_within(slips, typed, known)
}

/// The name of `known` that differs least from `typed`, by at most so many slips of the keyboard.
pub fn closest_within<'a>(slips: usize, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= slips && *distance < name.chars().count())
        .min()
        .map(|(_, name)| name)
}

/// `a`, `a or b`, `a, b or c`: a list as a sentence has it.
pub fn listed<S: AsRef<str>>(words: &[S], last_joint: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_string(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} {last_joint} {}", rest.join(", "), last.as_ref())
        }
    }
}

/// `1 gate`, `2 gates`: a count with its noun.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
