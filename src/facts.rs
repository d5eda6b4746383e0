//! Fact sheets: YAML read by the types that the rules declare, into the slots that evaluation reads and the evidence that explanations cite.
//!
//! `facts/yaml.rs` turns text into a tree with places, `facts/read.rs` the tree into a [`Sheet`]. A text counts as what its field declares, never as what
//! YAML would take it for. What is on file but does not count (stale, undated, unsourced, dated later than the judgement) leaves the fact unknown, and is
//! kept beside it for the report. All mistakes of a file are found in one go, and a sheet with a mistake is not used at all.

mod absent;
mod findings;
mod gather;
mod read;
mod values;
mod yaml;

#[cfg(test)]
mod tests;

pub use absent::absent;
pub use gather::gather;

use findings::Findings;

use crate::diagnostic::Staged;
use crate::policy::{Document, DocumentId};
use crate::sheet::Sheet;
use crate::source::FileId;
use crate::value::{Number, Schema};

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
    let root = yaml::parse(file, text, &mut findings);
    let sheet = root.as_ref().map(|root| read::read(root, file, name, schema, documents, document, today, &mut findings));
    let usable = !findings.any();
    Staged::new(sheet.filter(|_| usable), findings.into_sorted())
}
