//! A document that nobody supplied.

use crate::policy::{Document, DocumentId};
use crate::sheet::Sheet;
use crate::source::FileId;
use crate::value::Schema;

use super::read;

/// The sheet of a context that a run does without: a document in which nothing is known, not even how long it is.
pub fn absent(schema: &Schema, documents: &[Document], id: DocumentId) -> Sheet {
    read::nothing(FileId::FIRST, schema, documents, id)
}
