//! Fact sheets: YAML read by the types that the rules declare, into the slots that evaluation reads and the evidence that explanations cite.
//!
//! `yaml` turns text into a tree with places, `facts/read.rs` the tree into a [`Sheet`]. A text counts as what its field declares, never as what
//! YAML would take it for. What is on file but does not count (stale, undated, unsourced, dated later than the judgement) leaves the fact unknown, and is
//! kept beside it for the report. All mistakes of a file are found in one go, and a sheet with a mistake is not used at all.

mod absent;
mod gather;
mod read;
mod restate;
mod state;
mod values;

#[cfg(test)]
mod tests;

pub use absent::absent;
pub use gather::gather;
pub use restate::{Refusal, Restating};
pub use state::{Statement, nothing, state};

use crate::diagnostic::Staged;
use crate::policy::{Document, DocumentId};
use crate::sheet::Sheet;
use crate::source::FileId;
use crate::value::{Number, Schema};
use crate::yaml::{self, About, Findings};

/// What messages call such a file and what it holds.
const ABOUT: About = About {
    file: "fact sheet",
    one: "fact",
    many: "facts",
    twice: "keep one of them; sources that disagree stand under `claims:`",
    untagged: "leave the tag out: the rules say which type a fact has",
};

/// Reads one document. `name` is what reports call it; `today` is the day of the judgement, by which evidence counts or does not.
///
/// A context that is a list may be written as a sequence of records, or as one record, which is then a list of one.
pub fn read(
    file: FileId,
    name: &str,
    text: &str,
    schema: &Schema,
    documents: &[Document],
    document: DocumentId,
    today: Number,
) -> Staged<Option<Sheet>> {
    let mut findings = Findings::default();
    let root = yaml::parse(file, text, &ABOUT, &mut findings);
    let sheet = root.as_ref().map(|root| read::read(root, file, name, schema, documents, document, today, &mut findings));
    let usable = !findings.any();
    Staged::new(sheet.filter(|_| usable), findings.into_sorted())
}
