//! Sheets that nobody wrote: one that says nothing, and one on which single facts are stated anew. Tests of rules begin with these.

use crate::policy::{Document, DocumentId};
use crate::sheet::{Element, Evidence, Sheet, Slot};
use crate::source::{FileId, Span};
use crate::value::{FieldId, Leaf, List, ListId, Number, Possible, Schema, Type};

use super::read::NO_FIELD;

/// What is stated of a fact, its values worked out.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Nothing is known.
    Unknown,
    /// What it may be, within what its declaration allows.
    Value(Possible),
    /// These entries, and no more.
    List(Vec<Statement>),
    /// An entry with several facts, by the places of their leaves. The others are not known.
    Record(Vec<(u32, Statement, Span)>),
}

/// A sheet that says nothing. `file` stands for where that is said.
pub fn nothing(file: FileId, name: &str, schema: &Schema, documents: &[Document], document: DocumentId) -> Sheet {
    let declared = &documents[document.index()];
    let mut sheet =
        Sheet { document, file, name: name.to_string(), slots: Vec::new(), evidence: vec![Evidence::absent()], elements: Vec::new() };
    match declared.many {
        Some(_) => {
            sheet.elements.push(Element { first: 0, record: None, parent: None, label: None });
            let value = Possible::List(List { sheet: number_of(document), ..List::UNKNOWN });
            sheet.slots.push(Slot { value, known: false, exact: false, field: NO_FIELD, evidence: 0 });
        }
        None => {
            sheet.elements.push(Element { first: 0, record: Some(declared.record), parent: None, label: None });
            sheet.slots.extend(schema.record(declared.record).leaves.iter().map(|leaf| unknown(leaf, document)));
        }
    }
    sheet
}

/// States one fact anew, in place of all that the sheet says of it. What is stated counts as known on the day of the judgement.
pub fn state(sheet: &mut Sheet, slot: u32, statement: &Statement, span: Span, schema: &Schema, documents: &[Document], today: Number) {
    let leaf = sheet.leaf_at(schema, slot);
    let ty = match leaf {
        Some(leaf) => leaf.ty,
        None => match documents[sheet.document.index()].many {
            Some(list) => Type::List(list),
            None => return,
        },
    };
    let blank = match leaf {
        Some(leaf) => unknown(leaf, sheet.document),
        None => {
            let value = Possible::List(List { sheet: number_of(sheet.document), ..List::UNKNOWN });
            Slot { value, known: false, exact: false, field: NO_FIELD, evidence: 0 }
        }
    };
    retire_entries(sheet, slot);
    if let Some(place) = sheet.slots.get_mut(slot as usize) {
        *place = blank;
    }
    let mut stating = Stating { sheet, schema, today };
    stating.put(slot, ty, statement, span);
}

fn number_of(document: DocumentId) -> u16 {
    document.0 as u16 + 1
}

/// A slot of which nothing is known.
fn unknown(leaf: &Leaf, document: DocumentId) -> Slot {
    let value = match leaf.ty {
        Type::List(_) => Possible::List(List { sheet: number_of(document), ..List::UNKNOWN }),
        _ => leaf.domain.clone(),
    };
    let exact = value.is_exact();
    Slot { value, known: false, exact, field: leaf.field, evidence: 0 }
}

/// Takes the entries of a list out of it, and theirs out of them. Their slots stay behind where nothing reads them: they say nothing, and nothing asks
/// for what they may be.
fn retire_entries(sheet: &mut Sheet, list: u32) {
    let mut lists = vec![list];
    while let Some(list) = lists.pop() {
        let entries: Vec<usize> =
            (0..sheet.elements.len()).filter(|index| sheet.elements[*index].parent.is_some_and(|(parent, _)| parent == list)).collect();
        for index in entries {
            let first = sheet.elements[index].first;
            let end = sheet.elements.get(index + 1).map_or(sheet.slots.len() as u32, |next| next.first);
            sheet.elements[index].parent = None;
            sheet.elements[index].record = None;
            for slot in first..end {
                let Some(retired) = sheet.slots.get_mut(slot as usize) else { continue };
                *retired = Slot { exact: true, evidence: 0, field: NO_FIELD, known: false, ..retired.clone() };
                lists.push(slot);
            }
        }
    }
}

struct Stating<'s> {
    sheet: &'s mut Sheet,
    schema: &'s Schema,
    today: Number,
}

impl Stating<'_> {
    fn put(&mut self, slot: u32, ty: Type, statement: &Statement, span: Span) {
        match (statement, ty) {
            (Statement::Unknown, _) => {}
            (Statement::Value(value), _) => self.fill(slot, value.clone(), span),
            (Statement::List(entries), Type::List(list)) => self.entries(slot, list, entries, span),
            (Statement::List(_) | Statement::Record(_), _) => {}
        }
    }

    fn fill(&mut self, slot: u32, value: Possible, span: Span) {
        let evidence = self.sheet.evidence.len() as u32;
        self.sheet.evidence.push(Evidence { span: Some(span), as_of: Some(self.today), missing: None, ..Evidence::absent() });
        if let Some(slot) = self.sheet.slots.get_mut(slot as usize) {
            slot.exact = value.is_exact();
            slot.known = true;
            slot.value = value;
            slot.evidence = evidence;
        }
    }

    /// All entries of a list stand together, so their slots come first and their own lists after.
    fn entries(&mut self, slot: u32, list: ListId, entries: &[Statement], span: Span) {
        let (schema, document) = (self.schema, self.sheet.document);
        let ty = schema.list(list);
        let first = self.sheet.slots.len() as u32;
        let known = entries.len() as u32;
        let value = List { sheet: number_of(document), first: if known == 0 { 0 } else { first }, known, more: false };
        self.fill(slot, Possible::List(value), span);
        let mut starts = Vec::with_capacity(entries.len());
        for place in 0..known {
            let start = self.sheet.slots.len() as u32;
            starts.push(start);
            let record = if let Type::Record(record) = ty.element { Some(record) } else { None };
            self.sheet.elements.push(Element { first: start, record, parent: Some((slot, place)), label: None });
            match record {
                Some(record) => self.sheet.slots.extend(schema.record(record).leaves.iter().map(|leaf| unknown(leaf, document))),
                None => {
                    let exact = ty.domain.is_exact();
                    let field = self.sheet.slots.get(slot as usize).map_or(FieldId(u32::MAX), |slot| slot.field);
                    self.sheet.slots.push(Slot { value: ty.domain.clone(), known: false, exact, field, evidence: 0 });
                }
            }
        }
        for (entry, start) in entries.iter().zip(starts) {
            match (entry, ty.element) {
                (Statement::Record(facts), Type::Record(record)) => {
                    for (leaf, statement, span) in facts {
                        let Some(declared) = schema.record(record).leaves.get(*leaf as usize) else { continue };
                        self.put(start + leaf, declared.ty, statement, *span);
                    }
                }
                (statement, element) => self.put(start, element, statement, span),
            }
        }
    }
}
