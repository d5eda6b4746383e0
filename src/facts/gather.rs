//! Many documents of one form, put together as the list that a context declares.

use crate::policy::{Document, DocumentId};
use crate::sheet::{Element, Evidence, Sheet, Slot};
use crate::source::FileId;
use crate::value::{List, Possible, Schema};

use super::read::NO_FIELD;

/// One sheet for a context that is a list of records, from sheets that each hold such a record, or a list of them. Entries are called by the names of
/// their sheets.
pub fn gather(schema: &Schema, document: &Document, id: DocumentId, sheets: &[Sheet]) -> Sheet {
    let stride = schema.record(document.record).leaves.len() as u32;
    let number = id.0 as u16 + 1;
    let members: Vec<Member> = sheets.iter().map(|sheet| Member::of(sheet, stride)).collect();
    let known: u32 = members.iter().map(|member| member.count).sum();
    let more = members.iter().any(|member| member.more);
    let list = Possible::List(List { sheet: number, first: 1, known, more });

    let mut gathered = Sheet {
        document: id,
        file: sheets.first().map_or(FileId::FIRST, |sheet| sheet.file),
        name: document.name.clone(),
        slots: vec![Slot { value: list, known: true, exact: !more, field: NO_FIELD, evidence: 1 }],
        evidence: vec![Evidence::absent(), Evidence { missing: None, ..Evidence::absent() }],
        elements: vec![Element { first: 0, record: None, parent: None, label: None }],
    };

    // Evaluation steps from record to record, so all of them stand together, and the entries of their own lists behind them.
    let (mut head, mut tail) = (1, 1 + known * stride);
    let mut moves = Vec::with_capacity(members.len());
    for member in &members {
        let evidence = gathered.evidence.len() as u32;
        gathered.evidence.extend(member.sheet.evidence.iter().skip(1).cloned());
        moves.push(Move { base: member.base, heads: member.count * stride, head, tail, evidence, number });
        head += member.count * stride;
        tail += member.sheet.slots.len() as u32 - member.base - member.count * stride;
    }
    let mut place = 0;
    for (member, moved) in members.iter().zip(&moves) {
        gathered.slots.extend(member.heads(stride).iter().map(|slot| moved.slot(slot)));
        for index in 0..member.count {
            let own = member.base + index * stride;
            let named = || if member.single { member.sheet.name.clone() } else { format!("{} {}", member.sheet.name, index + 1) };
            let label = member.sheet.element_at(own).label.clone().unwrap_or_else(named);
            let record = Some(document.record);
            gathered.elements.push(Element { first: moved.place(own), record, parent: Some((0, place)), label: Some(label) });
            place += 1;
        }
    }
    for (member, moved) in members.iter().zip(&moves) {
        gathered.slots.extend(member.tails(stride).iter().map(|slot| moved.slot(slot)));
        let nested = member.sheet.elements.iter().filter(|element| element.first >= member.base + member.count * stride);
        gathered.elements.extend(nested.filter(|element| element.parent.is_some()).map(|element| Element {
            first: moved.place(element.first),
            parent: element.parent.map(|(list, index)| (moved.place(list), index)),
            ..element.clone()
        }));
    }
    gathered
}

/// A sheet as what it brings to the list.
struct Member<'s> {
    sheet: &'s Sheet,
    /// The first slot of its records.
    base: u32,
    /// How many records.
    count: u32,
    /// Whether there may be more.
    more: bool,
    /// Whether it is a record itself.
    single: bool,
}

impl<'s> Member<'s> {
    fn of(sheet: &'s Sheet, stride: u32) -> Member<'s> {
        let itself_a_record = sheet.elements.first().is_some_and(|element| element.record.is_some());
        match sheet.slots.first().map(|slot| &slot.value) {
            Some(Possible::List(list)) if !itself_a_record => {
                Member { sheet, base: 1, count: list.known, more: list.more, single: list.known == 1 }
            }
            _ => Member { sheet, base: 0, count: u32::from(sheet.slots.len() as u32 >= stride), more: false, single: true },
        }
    }

    fn heads(&self, stride: u32) -> &'s [Slot] {
        self.sheet.slots.get(self.base as usize..(self.base + self.count * stride) as usize).unwrap_or_default()
    }

    fn tails(&self, stride: u32) -> &'s [Slot] {
        self.sheet.slots.get((self.base + self.count * stride) as usize..).unwrap_or_default()
    }
}

/// Where a member's slots and evidence go.
struct Move {
    base: u32,
    heads: u32,
    head: u32,
    tail: u32,
    evidence: u32,
    number: u16,
}

impl Move {
    fn place(&self, slot: u32) -> u32 {
        let within = slot.saturating_sub(self.base);
        if within < self.heads { self.head + within } else { self.tail + (within - self.heads) }
    }

    fn slot(&self, slot: &Slot) -> Slot {
        let value = match &slot.value {
            Possible::List(list) => {
                let first = if list.known == 0 { 0 } else { self.place(list.first) };
                Possible::List(List { sheet: self.number, first, ..*list })
            }
            value => value.clone(),
        };
        // Entry 0 is "nothing was said" in every sheet; the others were put one after another without it.
        let evidence = if slot.evidence == 0 { 0 } else { self.evidence + slot.evidence - 1 };
        Slot { value, evidence, ..slot.clone() }
    }
}
