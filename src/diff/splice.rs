//! A sheet of which some facts are as one sheet states them and the others as another does.

use std::collections::VecDeque;

use crate::sheet::{Element, Sheet};
use crate::value::{List, ListId, Possible, RecordId, Schema, Type};

/// A sheet with the facts of `old`, and those of `new` at the leaves that are taken. Both must be sheets of one document whose form is `record`. Lists
/// come with their entries.
pub(super) fn splice(schema: &Schema, record: RecordId, old: &Sheet, new: &Sheet, taken: &dyn Fn(usize) -> bool) -> Sheet {
    let mut spliced = Sheet { slots: Vec::new(), evidence: old.evidence.clone(), elements: Vec::new(), ..new.clone() };
    // Entry 0 is "nothing was said" in every sheet.
    spliced.evidence.extend(new.evidence.iter().skip(1).cloned());
    spliced.elements.push(Element { first: 0, record: Some(record), parent: None, label: None });
    let mut copying = Copying { schema, spliced, shift: old.evidence.len() as u32 - 1, lists: VecDeque::new() };
    for (place, leaf) in schema.record(record).leaves.iter().enumerate() {
        let (from, is_new) = if taken(place) { (new, true) } else { (old, false) };
        copying.slot(from, is_new, place, leaf.ty);
    }
    copying.entries();
    copying.spliced
}

/// A list whose entries are still to come: whose it is, where it stands there and here.
struct Waiting<'s> {
    from: &'s Sheet,
    is_new: bool,
    list: List,
    kind: ListId,
    source: u32,
    target: u32,
}

struct Copying<'s> {
    schema: &'s Schema,
    spliced: Sheet,
    /// How far the evidence of the new sheet stands behind its place there.
    shift: u32,
    lists: VecDeque<Waiting<'s>>,
}

impl<'s> Copying<'s> {
    fn slot(&mut self, from: &'s Sheet, is_new: bool, place: usize, ty: Type) {
        let mut slot = from.slots[place].clone();
        if is_new && slot.evidence != 0 {
            slot.evidence += self.shift;
        }
        let target = self.spliced.slots.len() as u32;
        if let (Possible::List(list), Type::List(kind)) = (&slot.value, ty) {
            self.lists.push_back(Waiting { from, is_new, list: *list, kind, source: place as u32, target });
        }
        self.spliced.slots.push(slot);
    }

    /// The entries of all lists, those of one beside each other.
    fn entries(&mut self) {
        while let Some(Waiting { from, is_new, list, kind, source, target }) = self.lists.pop_front() {
            let element = self.schema.list(kind).element;
            let types: Vec<Type> = match element {
                Type::Record(record) => self.schema.record(record).leaves.iter().map(|leaf| leaf.ty).collect(),
                single => vec![single],
            };
            let first = self.spliced.slots.len() as u32;
            for entry in 0..list.known {
                let start = list.first + entry * types.len() as u32;
                let known = from.elements.iter().find(|element| element.first == start && element.parent == Some((source, entry)));
                self.spliced.elements.push(Element {
                    first: self.spliced.slots.len() as u32,
                    record: if let Type::Record(record) = element { Some(record) } else { None },
                    parent: Some((target, entry)),
                    label: known.and_then(|element| element.label.clone()),
                });
                for (offset, ty) in types.iter().enumerate() {
                    self.slot(from, is_new, start as usize + offset, *ty);
                }
            }
            let first = if list.known == 0 { 0 } else { first };
            self.spliced.slots[target as usize].value = Possible::List(List { first, ..list });
        }
    }
}
