//! Rules as their authors wrote them, to stand below what came of them.

use std::collections::BTreeMap;

use crate::explain::Citation;
use crate::policy::Head;
use crate::report::Run;
use crate::source::{Sources, Span};

/// Finds the whole text of a rule by its code.
pub(super) struct Rules<'a> {
    sources: &'a Sources,
    spans: BTreeMap<&'a str, Span>,
}

/// A rule as written.
pub(super) struct Rule<'a> {
    /// `rules/screening.plumb:92`
    pub(super) address: &'a str,
    /// Its lines, without the indent that they share.
    pub(super) text: String,
}

impl<'a> Rules<'a> {
    /// The rules of a run.
    pub(super) fn of(run: &Run<'a>) -> Rules<'a> {
        let program = run.program;
        let heads = program.items.iter().map(|item| &item.head);
        let heads = heads.chain(program.gates.iter().map(|gate| &gate.head)).chain(program.tables.iter().map(|table| &table.head));
        let heads = heads.chain(program.limits.iter().map(|limit| &limit.head));
        let heads =
            heads.chain(program.triggers.iter().map(|trigger| &trigger.head)).chain(program.reviews.iter().map(|review| &review.head));
        let spans = heads.map(|head: &Head| (head.code.as_str(), head.span)).collect();
        Rules { sources: run.sources, spans }
    }

    /// The rule of a code; where nothing is known of it, the line that is cited.
    pub(super) fn rule(&self, code: &str, cited: &'a Citation) -> Rule<'a> {
        let span = self.spans.get(code).copied().unwrap_or(cited.span);
        Rule { address: &cited.address, text: lines(self.sources, span) }
    }
}

/// The whole lines of a span, less the indent that all of them have.
fn lines(sources: &Sources, span: Span) -> String {
    let text = sources.text(span.file);
    let before = text.get(..span.start as usize).unwrap_or("");
    let from = before.rfind('\n').map_or(0, |newline| newline + 1);
    let after = text.get(span.end as usize..).unwrap_or("");
    let to = span.end as usize + after.find('\n').unwrap_or(after.len());
    let written: Vec<&str> = text.get(from..to).unwrap_or("").lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = written.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let kept: Vec<&str> = written.iter().map(|line| line.get(shared..).unwrap_or("").trim_end()).collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_whole_lines_without_their_shared_indent() {
        let mut sources = Sources::new();
        let file = sources.add("main.plumb", "scorecard s {\n  check a {\n    passes when b\n\n  }\n}\n");
        assert_eq!(lines(&sources, Span::new(file, 22, 47)), "check a {\n  passes when b\n\n}");
        assert_eq!(lines(&sources, Span::new(file, 2, 4)), "scorecard s {");
    }
}
