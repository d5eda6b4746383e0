//! The door to pest: reads a text by one rule of `grammar/plumb.pest` and says where the furthest token failed. Nothing outside `syntax` sees pest.

// The derived code has items of its own that carry no documentation.
#![allow(missing_docs)]

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "grammar/plumb.pest"]
struct PlumbParser;

/// A stretch of a text that a rule matched, with its parts.
pub(super) type Node<'t> = Pair<'t, Rule>;

/// Stretches in order.
pub(super) type Nodes<'t> = Pairs<'t, Rule>;

/// Where reading stopped.
#[derive(Debug)]
pub(super) struct Failure {
    /// The furthest place at which some token was looked for and not found.
    pub at: usize,
    /// What was looked for there.
    pub expected: Vec<Rule>,
}

/// Rule calls allowed for each byte. Ordinary rules need about thirty; the bound only turns a mistake in the grammar into a finding instead of a wait.
const CALLS_PER_BYTE: usize = 400;

/// Reads `text[start..end]` by a rule: its beginning, or all of it if the rule says so. Nodes count from `start`, a failure from the text's beginning.
pub(super) fn read(rule: Rule, text: &str, start: usize, end: usize) -> Result<Nodes<'_>, Failure> {
    allow_calls_for(end - start);
    PlumbParser::parse(rule, &text[start..end]).map_err(|error| {
        let at = start
            + match error.location {
                InputLocation::Pos(at) => at,
                InputLocation::Span((start, _)) => start,
            };
        let expected = match error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Failure { at, expected }
    })
}

/// The limit is one for the process, so it only ever rises: a small text read meanwhile must not starve a large one.
fn allow_calls_for(length: usize) {
    static ALLOWED: AtomicUsize = AtomicUsize::new(0);
    let needed = length.saturating_mul(CALLS_PER_BYTE).max(1 << 24);
    if ALLOWED.fetch_max(needed, Ordering::Relaxed) < needed {
        pest::set_call_limit(NonZeroUsize::new(needed));
    }
}
