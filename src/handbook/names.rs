//! What leads where: an anchor for every entry, and how entries are called.

use std::collections::BTreeMap;

use super::prose::Prose;
use crate::policy::{Document, DocumentId, Head, Policy};
use crate::value::{FieldId, ListId, RecordId, Type};

/// A field where the handbook describes it: the first place at which it occurs.
pub(super) struct FieldPlace {
    /// The document.
    pub document: DocumentId,
    /// The record it is declared in.
    pub record: RecordId,
    /// Its leaf there.
    pub leaf: u32,
    /// As sheets have it: `network.uptime_90d`, `repos.role`.
    pub path: String,
    /// As rules name it: with the document before it, unless that is the subject.
    pub shown: String,
}

/// Where fields are described.
pub(super) struct Names {
    /// In the order of documents and fields.
    pub places: Vec<FieldPlace>,
    by_field: BTreeMap<FieldId, usize>,
}

impl Names {
    pub fn new(policy: &Policy) -> Names {
        let mut names = Names { places: Vec::new(), by_field: BTreeMap::new() };
        for index in 0..policy.documents.len() {
            let document = DocumentId(index as u32);
            names.record(policy, document, policy.documents[index].record, "");
        }
        names
    }

    /// A record's fields, each followed by those of its entries where it is a list. A field that was met before is described there.
    fn record(&mut self, policy: &Policy, document: DocumentId, record: RecordId, prefix: &str) {
        for (leaf, declared) in policy.schema.record(record).leaves.iter().enumerate() {
            if self.by_field.contains_key(&declared.field) {
                continue;
            }
            let path = format!("{prefix}{}", declared.path);
            let shown = if document.0 == 0 { path.clone() } else { format!("{}.{path}", policy.documents[document.index()].name) };
            self.by_field.insert(declared.field, self.places.len());
            self.places.push(FieldPlace { document, record, leaf: leaf as u32, path: path.clone(), shown });
            if let Type::List(list) = declared.ty
                && let Some(element) = element_record(policy, list)
            {
                self.record(policy, document, element, &format!("{path}."));
            }
        }
    }

    /// Where a field is described.
    pub fn of(&self, field: FieldId) -> Option<&FieldPlace> {
        self.by_field.get(&field).map(|place| &self.places[*place])
    }
}

/// The form of a list's entries, where they are groups of facts.
pub(super) fn element_record(policy: &Policy, list: ListId) -> Option<RecordId> {
    match policy.schema.list(list).element {
        Type::Record(record) => Some(record),
        _ => None,
    }
}

/// The anchor of a rule, a parameter or anything else with a code.
pub(super) fn rule_anchor(head: &Head) -> String {
    anchor("rule", &head.code)
}

pub(super) fn field_anchor(place: &FieldPlace) -> String {
    anchor("fact", &place.shown)
}

pub(super) fn document_anchor(document: &Document) -> String {
    anchor("sheet", &document.name)
}

pub(super) fn book_anchor(name: &str) -> String {
    anchor("book", name)
}

pub(super) fn test_anchor(trial: usize) -> String {
    format!("test-{}", trial + 1)
}

/// An anchor of characters that need no escaping anywhere.
pub(super) fn anchor(kind: &str, name: &str) -> String {
    let mut anchor = format!("{kind}-");
    for c in name.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => anchor.push(c),
            _ => anchor.push_str(&format!("-{:x}-", u32::from(c))),
        }
    }
    anchor
}

/// “Title”, leading to the entry.
pub(super) fn titled(head: &Head) -> Prose {
    match is_titled(head) {
        true => Prose::of("“").link(rule_anchor(head), &head.title).words("”"),
        false => named(head),
    }
}

/// The name as rules write it, leading to the entry.
pub(super) fn named(head: &Head) -> Prose {
    Prose::new().code_link(rule_anchor(head), &head.code)
}

/// Whether it has a title other than its name.
pub(super) fn is_titled(head: &Head) -> bool {
    head.title != own_name(head)
}

/// The name without its rulebook.
pub(super) fn own_name(head: &Head) -> &str {
    head.code.rsplit('.').next().unwrap_or_default()
}
