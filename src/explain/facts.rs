//! Facts with their evidence, in words.

use super::{Citation, FactLine};
use crate::program::{Place, Program};
use crate::sheet::{Dossier, Evidence, Missing, Sheet};
use crate::source::{Sources, Span};
use crate::value::{DAY, FieldId, Leaf, ListId, Number, Possible, Type, show_number, show_possible};
use crate::verdict::Address;

/// Writes facts out.
pub(crate) struct Facts<'a> {
    program: &'a Program,
    dossier: &'a Dossier<'a>,
    sources: &'a Sources,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(program: &'a Program, dossier: &'a Dossier<'a>, sources: &'a Sources) -> Facts<'a> {
        Facts { program, dossier, sources }
    }

    /// What the subject calls itself: its top-level text field `name`, where it is known.
    pub(super) fn subject_title(&self) -> Option<String> {
        let record = self.program.schema.record(self.program.documents.first()?.record);
        let index = record.leaves.iter().position(|leaf| leaf.path == "name" && leaf.ty == Type::Text)?;
        match &self.dossier.sheets[0].slots[index].value {
            Possible::Texts(texts) => texts.single().map(|text| text.to_string()),
            _ => None,
        }
    }

    fn sheet(&self, address: Address) -> &'a Sheet {
        self.dossier.sheets[address.sheet as usize - 1]
    }

    /// The list, and the leaf of its records, where a fact is of an element that no sheet lists: sheet 0 has one such element for each kind of list.
    fn unseen(&self, address: Address) -> Option<(Type, Type, Option<&'a Leaf>)> {
        let schema = &self.program.schema;
        let mut first = 0;
        for (index, list) in schema.lists.iter().enumerate().filter(|_| address.sheet == 0) {
            let leaves = match list.element {
                Type::Record(record) => schema.record(record).leaves.as_slice(),
                _ => &[],
            };
            let slots = if matches!(list.element, Type::Record(_)) { leaves.len() } else { 1 };
            if (address.slot as usize) < first + slots {
                return Some((Type::List(ListId(index as u32)), list.element, leaves.get(address.slot as usize - first)));
            }
            first += slots;
        }
        None
    }

    /// A fact that is assumed of every entry which no sheet lists.
    fn unseen_line(&self, list: Type, leaf: Option<&Leaf>) -> FactLine {
        let lists = || self.program.schema.records.iter().flat_map(|record| &record.leaves);
        let path = lists().find(|other| other.ty == list).map_or("", |other| other.path.as_str());
        let field = leaf.map(|leaf| format!(".{}", leaf.path)).unwrap_or_default();
        FactLine {
            path: format!("{path}[…]{field}"),
            value: "not known".into(),
            known: false,
            exact: false,
            at: None,
            source: None,
            as_of: None,
            note: None,
            missing: None,
            claims: Vec::new(),
        }
    }

    fn leaf(&self, address: Address) -> Option<&'a Leaf> {
        if let Some((_, _, leaf)) = self.unseen(address) {
            return leaf;
        }
        self.sheet(address).leaf_at(&self.program.schema, address.slot)
    }

    /// Whether there is evidence for a fact.
    pub(crate) fn is_known(&self, address: Address) -> bool {
        address.sheet > 0 && self.sheet(address).slots[address.slot as usize].known
    }

    /// The type of a fact.
    pub(crate) fn type_of(&self, address: Address) -> Type {
        if let Some(leaf) = self.leaf(address) {
            return leaf.ty;
        }
        if let Some((_, element, _)) = self.unseen(address) {
            return element;
        }
        let sheet = self.sheet(address);
        match sheet.element_at(address.slot).parent {
            Some((list, _)) => match self.type_of(Address { slot: list, ..address }) {
                Type::List(list) => self.program.schema.list(list).element,
                other => other,
            },
            None => self.program.documents[sheet.document.index()].many.map_or(Type::Text, Type::List),
        }
    }

    /// What its field means.
    pub(crate) fn about(&self, address: Address) -> String {
        self.leaf(address).map(|leaf| leaf.doc.clone()).unwrap_or_default()
    }

    /// A fact with its evidence.
    pub(crate) fn line(&self, address: Address) -> FactLine {
        if let Some((list, _, leaf)) = self.unseen(address) {
            return self.unseen_line(list, leaf);
        }
        let sheet = self.sheet(address);
        let slot = &sheet.slots[address.slot as usize];
        let evidence = &sheet.evidence[slot.evidence as usize];
        let ty = self.type_of(address);
        let path = sheet.path(&self.program.schema, &self.program.documents, address.slot);
        FactLine {
            value: match &slot.value {
                // Of a fact without evidence its bounds are all that could be said, and they are not news.
                _ if !slot.known => "not known".into(),
                Possible::List(list) if list.known == 0 && list.more => "none on file, perhaps more".into(),
                value => show_possible(value, ty, &self.program.schema),
            },
            known: slot.known,
            exact: slot.exact,
            at: evidence.span.map(|span| self.cite(span)),
            source: evidence.source.as_ref().map(|text| text.to_string()),
            as_of: evidence.as_of.map(|day| show_number(day, Type::Date)),
            note: evidence.note.as_ref().map(|text| text.to_string()),
            missing: evidence.missing.and_then(|why| self.missing(why, evidence.last.as_ref(), ty)),
            claims: evidence
                .claims
                .iter()
                .map(|claim| FactLine {
                    path: path.clone(),
                    value: show_possible(&claim.value, ty, &self.program.schema),
                    known: claim.missing.is_none(),
                    exact: claim.value.is_exact(),
                    at: Some(self.cite(claim.span)),
                    source: claim.source.as_ref().map(|text| text.to_string()),
                    as_of: claim.as_of.map(|day| show_number(day, Type::Date)),
                    note: claim.note.as_ref().map(|text| text.to_string()),
                    missing: claim.missing.and_then(|why| self.missing(why, Some(&claim.value), ty)),
                    claims: Vec::new(),
                })
                .collect(),
            path,
        }
    }

    fn cite(&self, span: Span) -> Citation {
        Citation { span, address: self.sources.address(span) }
    }

    /// Why evidence does not count; none where there is none to speak of.
    fn missing(&self, why: Missing, last: Option<&Possible>, ty: Type) -> Option<String> {
        let said = |word: &str| last.map(|last| format!("; {word} {}", show_possible(last, ty, &self.program.schema))).unwrap_or_default();
        Some(match why {
            Missing::Absent => return None,
            Missing::Stale(last_day) => {
                let since = last_day.add(Number::whole(DAY)).unwrap_or(last_day);
                format!("stale since {}{}", show_number(since, Type::Date), said("was"))
            }
            Missing::Undated => format!("undated, and its field needs a date{}", said("says")),
            Missing::Unsourced => format!("without a source, and its field needs one{}", said("says")),
            Missing::Postdated => format!("dated after the day of the judgement{}", said("says")),
        })
    }

    /// The facts at the places that an item reads. Of a list of the subject's, the fields read of each entry follow the list.
    pub(super) fn read(&self, places: &[Place]) -> Vec<FactLine> {
        let fields: Vec<FieldId> = places
            .iter()
            .filter_map(|place| match place {
                Place::Element { field, .. } => *field,
                Place::Fixed { .. } => None,
            })
            .collect();
        let mut lines = Vec::new();
        for place in places {
            let Place::Fixed { sheet, slot } = *place else { continue };
            let address = Address { sheet, slot };
            lines.push(self.line(address));
            if sheet == 1 && matches!(self.type_of(address), Type::List(_)) {
                self.entries(address, &fields, &mut lines);
            }
        }
        lines
    }

    fn entries(&self, list: Address, fields: &[FieldId], lines: &mut Vec<FactLine>) {
        for element in &self.sheet(list).elements {
            if element.parent.is_none_or(|(parent, _)| parent != list.slot) {
                continue;
            }
            let leaves = element.record.map(|record| self.program.schema.record(record).leaves.as_slice()).unwrap_or_default();
            for (index, leaf) in leaves.iter().enumerate() {
                if fields.contains(&leaf.field) {
                    lines.push(self.line(Address { slot: element.first + index as u32, ..list }));
                }
            }
        }
    }

    /// Whether a fact is among the places that an item reads.
    pub(crate) fn are_read(&self, fact: Address, places: &[Place]) -> bool {
        if let Some((_, _, leaf)) = self.unseen(fact) {
            return places.iter().any(|place| matches!(place, Place::Element { field, .. } if *field == leaf.map(|leaf| leaf.field)));
        }
        let field = self.sheet(fact).slots[fact.slot as usize].field;
        let own = self.sheet(fact).element_at(fact.slot).parent.is_none();
        places.iter().any(|place| match place {
            Place::Fixed { sheet, slot } => own && *sheet == fact.sheet && *slot == fact.slot,
            Place::Element { field: read, .. } => !own && *read == Some(field),
        })
    }

    /// Facts that some rule reads, in the subject and in contexts that are single documents.
    fn used(&self) -> impl Iterator<Item = (Address, &'a Evidence)> + '_ {
        self.dossier.sheets.iter().enumerate().filter(|(index, _)| self.program.documents[*index].many.is_none()).flat_map(
            move |(index, sheet)| {
                sheet.slots.iter().enumerate().filter_map(move |(slot, content)| {
                    let address = Address { sheet: index as u16 + 1, slot: slot as u32 };
                    let in_element = sheet.element_at(address.slot).parent.is_some();
                    let read = self
                        .program
                        .fields
                        .get(content.field.0 as usize)
                        .is_some_and(|field| field.reads_at(in_element) > 0 || field.reported);
                    read.then(|| (address, &sheet.evidence[content.evidence as usize]))
                })
            },
        )
    }

    /// Evidence that does not count.
    pub(super) fn discounted(&self) -> Vec<FactLine> {
        self.used()
            .filter(|(_, evidence)| evidence.missing.is_some_and(|why| why != Missing::Absent))
            .map(|(address, _)| self.line(address))
            .collect()
    }

    /// Facts whose evidence stops counting one day, with that day, the soonest first. Of sources that disagree the first to go counts.
    pub(super) fn expiring(&self) -> Vec<(Number, Address)> {
        let mut days: Vec<(Number, Address)> = self
            .used()
            .filter_map(|(address, evidence)| {
                let fresh = self.leaf(address)?.fresh?;
                let own = (evidence.missing.is_none() && evidence.claims.is_empty()).then_some(evidence.as_of);
                let claims = evidence.claims.iter().filter(|claim| claim.missing.is_none()).map(|claim| claim.as_of);
                let last = own.into_iter().chain(claims).flatten().filter_map(|as_of| fresh.last_day(as_of).ok()).min()?;
                Some((last.add(Number::whole(DAY)).ok()?, address))
            })
            .collect();
        days.sort_unstable();
        days
    }

    /// Sources that disagree, or of which some do not count.
    pub(super) fn disagreeing(&self) -> Vec<FactLine> {
        self.used()
            .filter(|(_, evidence)| evidence.claims.iter().any(|claim| claim.value != evidence.claims[0].value))
            .map(|(address, _)| self.line(address))
            .collect()
    }
}
