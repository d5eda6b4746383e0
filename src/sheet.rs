//! What a document says: one slot per declared fact, holding the set of values that the evidence leaves possible, and beside it the evidence.
//!
//! Evaluation reads slots only; explanations read the evidence too. List elements stand behind the document's own leaves, one slot per leaf of the element.

mod write;

use std::sync::Arc;

use crate::policy::{Document, DocumentId};
use crate::source::{FileId, Span};
use crate::value::{FieldId, Leaf, Number, Possible, RecordId, Schema};

/// A fact as evaluation sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What it may be. A missing fact ranges over its type within its bounds.
    pub value: Possible,
    /// The mark: whether there is evidence that counts.
    pub known: bool,
    /// Whether `value` is a single value: for lists, that no more may follow (its elements have slots of their own).
    pub exact: bool,
    /// Which field it is.
    pub field: FieldId,
    /// Where its evidence stands, in [`Sheet::evidence`]. 0 is "nothing was said".
    pub evidence: u32,
}

/// Whether there is evidence for a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// There is.
    Known,
    /// There is none that counts.
    Missing,
    /// There may be or not: only where rules are looked at without a sheet.
    Either,
}

/// A document, read.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which kind of document.
    pub document: DocumentId,
    /// The text it was read from; of several, the first.
    pub file: FileId,
    /// A short name for reports: the file's stem.
    pub name: String,
    /// The facts: first the document's own leaves (or one slot with the list, for a document that is a list), then the elements of lists.
    pub slots: Vec<Slot>,
    /// What was said, and by whom. Entry 0 is [`Evidence::absent`].
    pub evidence: Vec<Evidence>,
    /// Every record or scalar element with slots here, by rising first slot; the first entry is the document itself.
    pub elements: Vec<Element>,
}

impl Sheet {
    /// The path of a fact for readers: `network.uptime_90d`, `audits[2].date` (counted from 1), and in a context `thesis.horizon`, `peers[akash].market.cap`.
    pub fn path(&self, schema: &Schema, documents: &[Document], slot: u32) -> String {
        let mut path = String::with_capacity(48);
        self.write_path(schema, documents, slot, &mut path);
        path
    }

    /// The path of a record or of an entry that is a single value; empty for the subject itself.
    pub fn element_path(&self, schema: &Schema, documents: &[Document], element: &Element) -> String {
        let mut path = String::new();
        self.write_element_path(schema, documents, element, &mut path);
        path
    }

    fn write_path(&self, schema: &Schema, documents: &[Document], slot: u32, path: &mut String) {
        let element = self.element_at(slot);
        self.write_element_path(schema, documents, element, path);
        if let Some(leaf) = self.leaf_of(schema, element, slot) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&leaf.path);
        }
    }

    fn write_element_path(&self, schema: &Schema, documents: &[Document], element: &Element, path: &mut String) {
        // An entry's list stands before it, so the way up ends, and its depth is that of the nesting in the text.
        match element.parent {
            Some((list, place)) => {
                self.write_path(schema, documents, list, path);
                path.push('[');
                match &element.label {
                    Some(label) => path.push_str(label),
                    None => path.push_str(&(u64::from(place) + 1).to_string()),
                }
                path.push(']');
            }
            None if self.document == DocumentId(0) => {}
            None => path.push_str(documents.get(self.document.index()).map_or("", |document| &document.name)),
        }
    }

    /// The record or element whose slots a slot is among.
    pub fn element_at(&self, slot: u32) -> &Element {
        &self.elements[self.elements.partition_point(|element| element.first <= slot).saturating_sub(1)]
    }

    /// The declaration of the fact at a slot; none for entries that are single values, and for a context that is itself a list.
    pub fn leaf_at<'s>(&self, schema: &'s Schema, slot: u32) -> Option<&'s Leaf> {
        self.leaf_of(schema, self.element_at(slot), slot)
    }

    fn leaf_of<'s>(&self, schema: &'s Schema, element: &Element, slot: u32) -> Option<&'s Leaf> {
        schema.record(element.record?).leaves.get((slot - element.first) as usize)
    }
}

/// Where a record's slots stand.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its first slot.
    pub first: u32,
    /// Its form; none for elements that are single values.
    pub record: Option<RecordId>,
    /// The slot of the list it belongs to, and its place in it (from 0); none for the document itself.
    pub parent: Option<(u32, u32)>,
    /// A name where a number would say little: a peer's file stem.
    pub label: Option<String>,
}

/// Why a fact counts as missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The document does not mention it, or says `null`.
    Absent,
    /// The evidence is older than its field allows; the date is the last day on which it counted.
    Stale(Number),
    /// The field needs a date and the evidence has none.
    Undated,
    /// The field needs a source and the evidence has none.
    Unsourced,
    /// The evidence is dated after the day of the judgement.
    Postdated,
}

/// What was said about a fact.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Where the value stands; none if nothing was said.
    pub span: Option<Span>,
    /// Who says so.
    pub source: Option<Arc<str>>,
    /// On which day.
    pub as_of: Option<Number>,
    /// A remark.
    pub note: Option<Arc<str>>,
    /// Why it does not count; none if it does. With claims: why none of them does.
    pub missing: Option<Missing>,
    /// The value that does not count, where there is one.
    pub last: Option<Possible>,
    /// Sources that disagree, in order; empty for a plain value.
    pub claims: Vec<Claim>,
}

impl Evidence {
    /// Nothing was said.
    pub fn absent() -> Evidence {
        Evidence { span: None, source: None, as_of: None, note: None, missing: Some(Missing::Absent), last: None, claims: Vec::new() }
    }
}

/// One of several sources.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What it says.
    pub value: Possible,
    /// Where it stands.
    pub span: Span,
    /// Who says so.
    pub source: Option<Arc<str>>,
    /// On which day.
    pub as_of: Option<Number>,
    /// A remark.
    pub note: Option<Arc<str>>,
    /// Why it does not count; none if it does.
    pub missing: Option<Missing>,
}

/// Everything a judgement looks at: the sheet of what is judged, then one sheet per context, in the order of the program's documents.
#[derive(Clone, Debug)]
pub struct Dossier<'a> {
    /// The sheets.
    pub sheets: Vec<&'a Sheet>,
}
