//! Turns what the grammar matched into the tree. The grammar settles the form; what it leaves open is settled here: which literals mean something, which
//! clauses fit where, how texts are pieced together, and which documentation belongs to what.
//!
//! INVARIANT: no tree is higher than [`expressions::HIGHEST`], so that everything after this stage may walk it by recursion.

mod expressions;
mod items;
mod protocols;
mod scripts;
mod tables;
mod trials;
mod types;

pub(super) use items::{BlockKind, Opening, Parts, card_kind};
pub(super) use protocols::provision_kind;

use super::ast::{Expr, ExprKind, Name, Path, Text, TypeExpr, TypeKind};
use super::grammar::{Node, Rule};
use super::repairs::Repairs;
use super::scan::Scan;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Span};

/// Builds the nodes of one text.
pub(super) struct Builder<'a> {
    /// The text's name.
    pub file: FileId,
    /// The text read, corrections made.
    pub text: &'a str,
    /// How it differs from what was written.
    pub repairs: &'a Repairs<'a>,
    /// What the walk over it found.
    pub scan: &'a Scan,
    /// What was found to be wrong.
    pub findings: Vec<Diagnostic>,
    /// Where the piece that is being built begins in the text: nodes count from there.
    pub base: usize,
    /// The height of the expression built last.
    height: u32,
    /// The first comment that no item has claimed as documentation behind its code.
    unclaimed: usize,
}

impl<'a> Builder<'a> {
    /// A builder for a text.
    pub fn new(file: FileId, repairs: &'a Repairs<'a>, scan: &'a Scan) -> Builder<'a> {
        Builder { file, text: repairs.text(), repairs, scan, findings: Vec::new(), base: 0, height: 0, unclaimed: 0 }
    }

    /// The span of a stretch of the text read, as a stretch of the text written.
    pub fn place(&self, start: usize, end: usize) -> Span {
        let start = self.repairs.original(start);
        Span::new(self.file, start, self.repairs.original(end).max(start))
    }

    /// From a node's first to its last token: what the grammar matched may run on over blanks and comments.
    pub fn span(&self, node: &Node<'_>) -> Span {
        let matched = node.as_span();
        self.place(self.base + matched.start(), self.last_token_end(self.base + matched.start(), self.base + matched.end()))
    }

    /// The end of the last token of a stretch.
    pub fn last_token_end(&self, start: usize, end: usize) -> usize {
        let mut end = end;
        loop {
            end = start + self.text[start..end].trim_end().len();
            let before = self.scan.comments.partition_point(|comment| comment.start < end);
            match before.checked_sub(1).map(|index| &self.scan.comments[index]) {
                Some(comment) if comment.end >= end && comment.start >= start && end > start => end = comment.start,
                _ => return end,
            }
        }
    }

    /// Takes a finding.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// The documentation of what begins at `start`: the lines before it, and what follows the code on its first line. Call it before anything inside is
    /// built, so that what begins first on a line gets the line's documentation.
    pub fn documentation(&mut self, start: usize) -> String {
        let comments = &self.scan.comments;
        let mut lines = Vec::new();
        let following = comments.partition_point(|comment| comment.end <= start);
        let mut edge = start;
        for comment in comments[..following].iter().rev() {
            if !comment.own_line || !self.text[comment.end..edge].trim().is_empty() {
                break;
            }
            if comment.documentation {
                lines.push(self.comment_text(comment.start, comment.end));
            }
            edge = comment.start;
        }
        lines.reverse();
        if let Some(comment) = comments.get(following) {
            let behind = comment.documentation && !comment.own_line && following >= self.unclaimed;
            if behind && !self.text[start..comment.start].contains('\n') {
                lines.push(self.comment_text(comment.start, comment.end));
                self.unclaimed = following + 1;
            }
        }
        lines.join("\n")
    }

    fn comment_text(&self, start: usize, end: usize) -> String {
        let words = self.text[start..end].trim_start_matches('#');
        words.strip_prefix(' ').unwrap_or(words).trim_end().to_string()
    }

    fn name(&self, node: &Node<'_>) -> Name {
        // A name is one token, so it ends where it was matched.
        let matched = node.as_span();
        Name { text: node.as_str().to_string(), span: self.place(self.base + matched.start(), self.base + matched.end()) }
    }

    pub(super) fn path(&self, node: Node<'_>) -> Path {
        let span = self.span(&node);
        Path { parts: node.into_inner().map(|part| self.name(&part)).collect(), span }
    }

    /// An expression that could not be read.
    pub fn broken(&mut self, span: Span) -> Expr {
        self.height = 1;
        Expr { kind: ExprKind::Broken, span }
    }

    /// A type that could not be read.
    pub fn broken_type(&self, span: Span) -> TypeExpr {
        TypeExpr { kind: TypeKind::Broken, bounds: Vec::new(), span }
    }

    /// A text that stands by itself, such as a title: no values in braces.
    pub(super) fn plain_text(&mut self, node: &Node<'_>) -> Text {
        let span = self.span(node);
        let inner = node.as_str();
        let inner = inner.get(1..inner.len().saturating_sub(1)).unwrap_or("");
        let start = self.base + node.as_span().start() + 1;
        let mut text = String::with_capacity(inner.len());
        let mut rest = inner.char_indices();
        let mut said = false;
        while let Some((offset, character)) = rest.next() {
            let at = start + offset;
            match character {
                '\\' => {
                    if let Some((_, escaped)) = rest.next() {
                        self.escape(&mut text, at, escaped);
                    }
                }
                '{' | '}' if !said => {
                    said = true;
                    let span = self.place(at, at + 1);
                    self.report(
                        Diagnostic::new(&codes::SYNTAX, span, "expected a plain text, found a brace, which would take in a value")
                            .help(format!("write `\\{character}` for the brace itself")),
                    );
                }
                _ => text.push(character),
            }
        }
        Text { text, span }
    }

    /// Adds what an escape stands for.
    fn escape(&mut self, text: &mut String, at: usize, escaped: char) {
        match escaped {
            '"' | '\\' | '{' | '}' => text.push(escaped),
            'n' => text.push('\n'),
            other => {
                let span = self.place(at, at + 1 + other.len_utf8());
                self.report(
                    Diagnostic::new(&codes::SYNTAX, span, format!("`\\{other}` stands for nothing in a text"))
                        .help("a backslash comes before `\"`, `\\`, `{`, `}` or `n`; write `\\\\` for a backslash itself"),
                );
            }
        }
    }
}

/// The parts of a node that a rule matched.
fn all_of(node: Node<'_>, rule: Rule) -> Vec<Node<'_>> {
    node.into_inner().filter(|part| part.as_rule() == rule).collect()
}
