//! Every sheet there may be: documents of which nothing is known, with room for the first entries of their lists, and what may be supposed of each fact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::eval::{Evaluator, Overlay, middle, pieces};
use crate::policy::DocumentId;
use crate::program::{Accepts, Body, Condition, Expr, Place, Program, Step};
use crate::sheet::{Dossier, Element, Evidence, Mark, Sheet, Slot};
use crate::value::{FieldId, Interval, List, ListId, Number, Possible, RecordId, Texts, Truth, Type, Variants, parse_date, show_possible};
use crate::verdict::Address;

/// How many entries of a list are told apart. Of more it is only said that there are more.
const ROOM: u32 = 3;
/// Likewise for the lists of a context's entries, and of entries.
const ROOM_WITHIN: u32 = 1;
/// The most values tried of a fact that enters a calculation.
const MOST_POINTS: usize = 40;
/// A text that is none of those that rules name.
const SOME_TEXT: &str = "example";

/// Where the entries of a list stand, of which there is room for a few.
#[derive(Clone, Copy)]
struct Room {
    first: u32,
    count: u32,
    stride: u32,
    least: u32,
    most: Option<u32>,
}

/// What all sheets there may be have in common: nothing but their form.
pub(super) struct Space<'p> {
    pub(super) program: &'p Program,
    pub(super) sheets: Vec<Sheet>,
    /// By sheet (from 0 for the subject): the room of each list, by its slot. None for a document that was given.
    rooms: Vec<Option<BTreeMap<u32, Room>>>,
    /// Every number that the rules name, rising.
    numbers: Vec<Number>,
    /// Every text that they name.
    texts: Vec<Arc<str>>,
}

impl<'p> Space<'p> {
    /// `given` are contexts that are as they are, by document; all others may be anything.
    pub(super) fn new(program: &'p Program, given: &[Option<Sheet>]) -> Space<'p> {
        let mut space = Space { program, sheets: Vec::new(), rooms: Vec::new(), numbers: numbers(program), texts: texts(program) };
        for index in 0..program.documents.len() {
            let (sheet, rooms) = match given.get(index).and_then(Option::as_ref) {
                Some(sheet) => (sheet.clone(), None),
                None => {
                    let (sheet, rooms) = Layout::of(program, DocumentId(index as u32));
                    (sheet, Some(rooms))
                }
            };
            space.sheets.push(sheet);
            space.rooms.push(rooms);
        }
        space
    }

    pub(super) fn dossier(&self) -> Dossier<'_> {
        Dossier { sheets: self.sheets.iter().collect() }
    }

    /// The sheets that were given, as evaluation numbers them.
    pub(super) fn given(&self) -> Vec<u16> {
        (1..=self.sheets.len() as u16).filter(|sheet| self.is_given(*sheet)).collect()
    }

    pub(super) fn slot(&self, address: Address) -> &Slot {
        &self.sheets[address.sheet as usize - 1].slots[address.slot as usize]
    }

    pub(super) fn is_given(&self, sheet: u16) -> bool {
        self.rooms[sheet as usize - 1].is_none()
    }

    fn room(&self, address: Address) -> Option<Room> {
        self.rooms[address.sheet as usize - 1].as_ref()?.get(&address.slot).copied()
    }

    /// The facts of documents that some step reads, in order of first reading, and the fields read of entries of lists.
    pub(super) fn facts(&self, steps: &[Step]) -> Facts {
        let mut facts = Facts::default();
        for step in steps {
            let places = match step {
                Step::Item(id) => &self.program.items[id.index()].reads,
                Step::Gate(id) => &self.program.gates[id.index()].reads,
                Step::Verdict(id) => &self.program.verdicts[id.index()].reads,
                Step::Limit(id) => &self.program.limits[id.index()].reads,
                Step::Trigger(id) => &self.program.triggers[id.index()].reads,
                Step::Review(id) => &self.program.reviews[id.index()].reads,
                Step::Scorecard(_) => continue,
            };
            for place in places {
                match place {
                    Place::Fixed { sheet, slot } => {
                        let address = Address { sheet: *sheet, slot: *slot };
                        if !self.is_given(*sheet) && !facts.own.contains(&address) {
                            facts.own.push(address);
                        }
                    }
                    Place::Element { field: Some(field), .. } => {
                        facts.of_entries.insert(*field);
                    }
                    Place::Element { field: None, .. } => {}
                }
            }
        }
        facts
    }

    /// The facts read of the first so many entries of a list.
    pub(super) fn entries(&self, list: Address, count: u32, facts: &Facts) -> Vec<Address> {
        let Some(room) = self.room(list) else { return Vec::new() };
        let end = room.first + room.stride * count.min(room.count);
        let sheet = &self.sheets[list.sheet as usize - 1];
        (room.first..end)
            .filter(|slot| {
                let scalar = sheet.element_at(*slot).record.is_none();
                scalar || facts.of_entries.contains(&sheet.slots[*slot as usize].field)
            })
            .map(|slot| Address { sheet: list.sheet, slot })
            .collect()
    }

    /// What a fact may be, cut so that comparisons with constants come out one way within each part, and so that all parts together are all there is. Of
    /// texts and of what enters calculations there are no such parts: it is all one.
    pub(super) fn cells(&self, evaluator: &Evaluator, address: Address) -> Vec<Overlay> {
        let slot = self.slot(address);
        let field = self.program.fields.get(slot.field.0 as usize);
        let known = |value: Possible| Overlay::of(address, value, Mark::Known);
        let mut cells: Vec<Overlay> = match &slot.value {
            Possible::Truth(Truth::Unknown) => [Truth::True, Truth::False].map(|truth| known(Possible::Truth(truth))).into(),
            Possible::Variants(variants) => variants.iter().map(|variant| known(Possible::Variants(Variants::one(variant)))).collect(),
            Possible::Range(range) => pieces(*range, field.map_or(&[], |field| &field.thresholds))
                .into_iter()
                .filter_map(|piece| piece.snapped(evaluator.shape(slot.field).grid))
                .map(|piece| known(Possible::Range(piece)))
                .collect(),
            Possible::List(_) => self.lists(address).into_iter().map(|list| known(Possible::List(list))).collect(),
            Possible::Truth(_) | Possible::Texts(_) => vec![known(slot.value.clone())],
        };
        // A list that is a document of its own has no field that could tell.
        if field.is_none_or(|field| field.asked_if_known || field.assumed) {
            cells.push(Overlay::of(address, slot.value.clone(), Mark::Missing));
        }
        cells
    }

    /// A list of no entry, of one, two or three, and of as many and more. The last holds those before it; together they hold every list.
    fn lists(&self, address: Address) -> Vec<List> {
        let Some(room) = self.room(address) else { return vec![List::UNKNOWN] };
        let sheet = address.sheet;
        let exactly = |known: u32| List { sheet, first: if known == 0 { 0 } else { room.first }, known, more: false };
        let mut lists: Vec<List> = (room.least.min(room.count)..=room.count).filter(|known| *known >= room.least).map(exactly).collect();
        if room.most.is_none_or(|most| most > room.count) {
            lists.push(List { more: true, ..exactly(room.count) });
        }
        lists
    }

    /// Single values out of a part that is not one: its ends, the numbers that rules name and what lies between.
    pub(super) fn points(&self, evaluator: &Evaluator, supposed: &Overlay) -> Vec<Overlay> {
        let address = supposed.address;
        let values: Vec<Possible> = match &supposed.value {
            Possible::Range(range) if range.exact().is_none() => {
                let Some(range) = self.writable(address, *range) else { return Vec::new() };
                let grid = evaluator.shape(self.slot(address).field).grid;
                let mut values: Vec<Number> = Vec::new();
                for piece in pieces(range, &self.numbers) {
                    let Some(piece) = piece.snapped(grid) else { continue };
                    values
                        .extend([(piece.low, piece.low_open), (piece.high, piece.high_open)].iter().filter(|end| !end.1).map(|end| end.0));
                    values.extend(middle(&piece, grid));
                }
                values.sort_unstable();
                values.dedup();
                thinned(values, MOST_POINTS).into_iter().map(|value| Possible::Range(Interval::point(value))).collect()
            }
            Possible::Texts(Texts::Any) => self.texts.iter().map(|text| Possible::Texts(Texts::One(text.clone()))).collect(),
            _ => Vec::new(),
        };
        values.into_iter().map(|value| Overlay::of(address, value, supposed.mark)).collect()
    }

    /// Of a range of dates, those that a sheet can state.
    pub(super) fn writable(&self, address: Address, range: Interval) -> Option<Interval> {
        match (self.type_of(address), parse_date("0001-01-01"), parse_date("9999-12-31")) {
            (Type::Date, Ok(first), Ok(last)) => range.intersect(&Interval::closed(first, last)),
            _ => Some(range),
        }
    }

    /// What a fact is called.
    pub(super) fn path(&self, address: Address) -> String {
        let sheet = &self.sheets[address.sheet as usize - 1];
        sheet.path(&self.program.schema, &self.program.documents, address.slot)
    }

    /// The type of the fact at an address.
    pub(super) fn type_of(&self, address: Address) -> Type {
        let (sheet, schema) = (&self.sheets[address.sheet as usize - 1], &self.program.schema);
        if let Some(leaf) = sheet.leaf_at(schema, address.slot) {
            return leaf.ty;
        }
        match sheet.element_at(address.slot).parent {
            Some((list, _)) => match self.type_of(Address { sheet: address.sheet, slot: list }) {
                Type::List(id) => schema.list(id).element,
                other => other,
            },
            None => self.program.documents[address.sheet as usize - 1].many.map_or(Type::Bool, Type::List),
        }
    }

    /// "`layer` compute and `operators` 12", in order of declaration.
    pub(super) fn shown(&self, supposed: &[Overlay]) -> String {
        let mut ordered: Vec<&Overlay> = supposed.iter().collect();
        ordered.sort_by_key(|supposed| supposed.address);
        let shown: Vec<String> = ordered
            .into_iter()
            .map(|supposed| {
                let path = self.path(supposed.address);
                if supposed.mark == Mark::Missing {
                    return format!("`{path}` missing");
                }
                let value = match &supposed.value {
                    Possible::Texts(Texts::One(text)) => format!("\"{text}\""),
                    value => show_possible(value, self.type_of(supposed.address), &self.program.schema),
                };
                format!("`{path}` {value}")
            })
            .collect();
        crate::diagnostic::listed(&shown, "and")
    }
}

/// What some steps read.
#[derive(Default)]
pub(super) struct Facts {
    /// Of documents themselves, in order of first reading.
    pub(super) own: Vec<Address>,
    of_entries: BTreeSet<FieldId>,
}

impl Facts {
    pub(super) fn is_none(&self) -> bool {
        self.own.is_empty()
    }
}

/// At most so many of them, spread evenly, both ends among them.
pub(super) fn thinned<T: Clone>(values: Vec<T>, most: usize) -> Vec<T> {
    if values.len() <= most {
        return values;
    }
    (0..most).map(|index| values[index * (values.len() - 1) / (most - 1)].clone()).collect()
}

/// Lays out a document of which nothing is known.
struct Layout<'p> {
    program: &'p Program,
    sheet: Sheet,
    rooms: BTreeMap<u32, Room>,
}

impl<'p> Layout<'p> {
    fn of(program: &'p Program, id: DocumentId) -> (Sheet, BTreeMap<u32, Room>) {
        let document = &program.documents[id.index()];
        let sheet = Sheet {
            document: id,
            file: document.span.file,
            name: document.name.clone(),
            slots: Vec::new(),
            evidence: vec![Evidence::absent()],
            elements: Vec::new(),
        };
        let mut layout = Layout { program, sheet, rooms: BTreeMap::new() };
        let room = if id == DocumentId(0) { ROOM } else { ROOM_WITHIN };
        let record = document.many.is_none().then_some(document.record);
        layout.sheet.elements.push(Element { first: 0, record, parent: None, label: None });
        let lists = match document.many {
            None => layout.record(document.record),
            Some(list) => {
                layout.sheet.slots.push(unknown(Possible::List(List::UNKNOWN), FieldId(u32::MAX)));
                vec![(0, list)]
            }
        };
        layout.entries(lists, room);
        (layout.sheet, layout.rooms)
    }

    /// A slot for each leaf. Returns the lists among them.
    fn record(&mut self, record: RecordId) -> Vec<(u32, ListId)> {
        let first = self.sheet.slots.len() as u32;
        let leaves = &self.program.schema.record(record).leaves;
        let mut lists = Vec::new();
        for (index, leaf) in leaves.iter().enumerate() {
            let value = match leaf.ty {
                Type::List(list) => {
                    lists.push((first + index as u32, list));
                    Possible::List(List::UNKNOWN)
                }
                _ => leaf.domain.clone(),
            };
            self.sheet.slots.push(unknown(value, leaf.field));
        }
        lists
    }

    /// Room for the entries of lists, and of the lists in these: declarations nest only so deep, and so does this.
    fn entries(&mut self, lists: Vec<(u32, ListId)>, count: u32) {
        let program = self.program;
        for (slot, id) in lists {
            let list = program.schema.list(id);
            let count = list.most.map_or(count, |most| most.min(count));
            let first = self.sheet.slots.len() as u32;
            let mut within = Vec::new();
            let mut stride = 1;
            for place in 0..count {
                let at = self.sheet.slots.len() as u32;
                let record = if let Type::Record(record) = list.element { Some(record) } else { None };
                self.sheet.elements.push(Element { first: at, record, parent: Some((slot, place)), label: None });
                match record {
                    Some(record) => within.extend(self.record(record)),
                    None => {
                        let field = self.sheet.slots[slot as usize].field;
                        self.sheet.slots.push(unknown(list.domain.clone(), field));
                    }
                }
                stride = self.sheet.slots.len() as u32 - at;
            }
            self.rooms.insert(slot, Room { first, count, stride, least: list.least, most: list.most });
            self.entries(within, ROOM_WITHIN);
        }
    }
}

fn unknown(value: Possible, field: FieldId) -> Slot {
    let exact = value.is_exact();
    Slot { value, known: false, exact, field, evidence: 0 }
}

/// Every number that stands in the rules, rising: and as many days before and after the day of the judgement.
fn numbers(program: &Program) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut meet = |range: &Interval| numbers.extend([range.low, range.high]);
    for (node, _) in &program.expressions {
        if let Expr::Constant(Possible::Range(range)) = node {
            meet(range);
        }
    }
    for (node, _) in &program.conditions {
        if let Condition::FactCompare(_, _, number) = node {
            meet(&Interval::point(*number));
        }
    }
    for item in &program.items {
        match &item.body {
            Body::Grade(_, rows) => {
                for row in rows {
                    if let Accepts::Ranges(ranges) = &row.accepts {
                        ranges.iter().for_each(&mut meet);
                    }
                }
            }
            Body::Ramp(_, knots) => knots.iter().for_each(|knot| meet(&Interval::point(knot.at))),
            Body::Check(_) | Body::GradeWhen(_) | Body::Measure(_) | Body::Include(_) => {}
        }
    }
    numbers.retain(|number| *number != Number::BELOW_ALL && *number != Number::ABOVE_ALL);
    let day = Number::whole(crate::value::DAY);
    let away = numbers.iter().filter(|number| number.is_multiple_of(day) && **number != Number::ZERO);
    let dates: Vec<Number> = away.flat_map(|number| [program.today.subtract(*number), program.today.add(*number)]).flatten().collect();
    numbers.extend(dates);
    numbers.push(program.today);
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn texts(program: &Program) -> Vec<Arc<str>> {
    let mut texts: Vec<Arc<str>> = Vec::new();
    for (node, _) in &program.expressions {
        if let Expr::Constant(Possible::Texts(found)) = node {
            texts.extend(found.listed().iter().cloned());
        }
    }
    texts.push(Arc::from(SOME_TEXT));
    texts.sort_unstable();
    texts.dedup();
    texts
}
