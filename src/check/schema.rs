//! Types as written become types as kept: groups of fields are laid flat into records, bounds become sets of possible values.
//!
//! A declared type is read once into a [`Shape`]. Where the shape stands in a document decides about the rest: a list below a field that must be fresh
//! has elements that must be fresh. So records are made from shapes on demand, one for each set of flags that comes down to them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, closest, codes};
use crate::policy::{Document, DocumentId};
use crate::source::Span;
use crate::syntax::ast::{self, TypeKind};
use crate::value::{Currency, DAY, EnumId, EnumType, Field, FieldId, FieldKind, Leaf, List, ListId, ListType, Number, Period, Possible};
use crate::value::{Quantity, RecordId, RecordType, Type};

use super::names::duplicate;
use super::{Checker, Kind};

/// How deep groups and lists may lie within each other, through named types.
const DEEPEST: u32 = 256;
/// The most fields of one record.
const MOST_FIELDS: u32 = 4_096;
/// The most fields of a policy, all records taken together.
const MOST_FIELDS_IN_ALL: u32 = 65_536;

/// A type as written, read.
#[derive(Clone, Default)]
pub(super) enum Shape {
    /// A finding says what is wrong.
    #[default]
    Broken,
    /// A single value and what it may be.
    Value(Type, Possible),
    /// A list.
    List(Rc<ListShape>),
    /// Named fields.
    Group(Rc<Group>),
}

pub(super) struct ListShape {
    id: u32,
    element: Shape,
    least: u32,
    most: Option<u32>,
    depth: u32,
}

pub(super) struct Group {
    id: u32,
    name: String,
    fields: Vec<GroupField>,
    /// How many leaves it has, those of nested groups among them.
    leaves: u32,
    depth: u32,
}

struct GroupField {
    name: String,
    span: Span,
    doc: String,
    flags: Flags,
    shape: Shape,
}

/// What evidence has to have, and whether a fact can change, for a field and all below it.
#[derive(Clone, Copy, Default)]
struct Flags {
    fresh: Option<Period>,
    sourced: bool,
    fixed: bool,
}

/// Orders flags, so that they can be looked up.
type FlagsKey = (Option<(bool, i64)>, bool, bool);

impl Flags {
    fn within(self, outer: Flags) -> Flags {
        Flags { fresh: self.fresh.or(outer.fresh), sourced: self.sourced || outer.sourced, fixed: self.fixed || outer.fixed }
    }

    fn key(self) -> FlagsKey {
        let fresh = self.fresh.map(|period| match period {
            Period::Days(days) => (false, days),
            Period::Months(months) => (true, months),
        });
        (fresh, self.sourced, self.fixed)
    }
}

/// What has been made of types so far.
#[derive(Default)]
pub(super) struct Shapes {
    /// By definition.
    of: BTreeMap<usize, Shape>,
    next: u32,
    records: BTreeMap<(u32, FlagsKey), RecordId>,
    lists: BTreeMap<(u32, FlagsKey), ListId>,
    /// Whether too many fields, or too deep ones, have been reported: rules that have them once have them often.
    overflowing: bool,
}

/// Why a shape is no group of single values.
pub(super) enum Unsuited {
    /// A finding says what is wrong.
    Broken,
    /// There is a list in it.
    HasList,
}

impl ListShape {
    /// What its entries are.
    pub(super) fn element(&self) -> &Shape {
        &self.element
    }
}

impl Shape {
    /// The single values of a group by their dotted names.
    pub(super) fn flat(&self) -> Result<Vec<(String, Type, Possible)>, Unsuited> {
        let Shape::Group(group) = self else { return Err(Unsuited::Broken) };
        let mut values = Vec::new();
        for field in &group.fields {
            match &field.shape {
                Shape::Value(ty, domain) => values.push((field.name.clone(), *ty, domain.clone())),
                Shape::List(_) => return Err(Unsuited::HasList),
                inner => values.extend(inner.flat()?.into_iter().map(|(name, ty, domain)| (format!("{}.{name}", field.name), ty, domain))),
            }
        }
        Ok(values)
    }

    fn depth(&self) -> u32 {
        match self {
            Shape::Broken | Shape::Value(..) => 0,
            Shape::List(list) => list.depth,
            Shape::Group(group) => group.depth,
        }
    }

    fn leaves(&self) -> u32 {
        match self {
            Shape::Broken | Shape::Value(..) | Shape::List(_) => 1,
            Shape::Group(group) => group.leaves,
        }
    }
}

/// What the name of a type leads to.
pub(super) enum Named {
    /// A type or the subject.
    Definition(usize),
    /// Several rulebooks declare it.
    Several(Vec<usize>),
    /// It belongs to a rulebook that could not be read.
    Lost,
    /// Nothing declares it.
    Unknown,
}

impl<'a> Checker<'a> {
    /// Reads all types, makes the subject and the contexts documents, and finds the types of parameters.
    pub(super) fn lay_out_documents(&mut self) {
        for place in 0..self.order.len() {
            let definition = self.order[place];
            self.book = self.definitions[definition].book;
            let shape = match self.definitions[definition].kind {
                Kind::Type(item) => self.declared_type(item),
                Kind::Subject(subject) => self.group(&subject.fields, &subject.head.name.text, ""),
                Kind::Context(context) => {
                    self.lint_fixed(&context.ty);
                    self.shape(&context.ty, &context.head.name.text)
                }
                _ => continue,
            };
            self.shapes.of.insert(definition, shape);
        }
        let contexts = (0..self.definitions.len()).filter(|place| matches!(self.definitions[*place].kind, Kind::Context(_)));
        for definition in self.subject.into_iter().chain(contexts.collect::<Vec<_>>()) {
            self.document(definition);
        }
        for definition in 0..self.definitions.len() {
            if let Kind::Param(id, param) = self.definitions[definition].kind {
                self.book = self.definitions[definition].book;
                self.param_types[id.index()] = match self.shape(&param.ty, &param.head.name.text) {
                    Shape::Value(ty, domain) => Some((ty, domain)),
                    Shape::Broken => None,
                    Shape::List(_) | Shape::Group(_) => {
                        let message = format!("`{}` is a parameter and holds one value, no list or group", param.head.name.text);
                        self.report(Diagnostic::new(&codes::NOT_IN_THIS_VERSION, param.ty.span, message));
                        None
                    }
                };
            }
        }
    }

    /// Reads a declared type. An enumeration that it spells out has its title.
    fn declared_type(&mut self, item: &'a ast::TypeItem) -> Shape {
        let shape = self.shape(&item.ty, &item.head.name.text);
        if let (TypeKind::OneOf(_), Shape::Value(Type::Enum(id), _)) = (&item.ty.kind, &shape) {
            self.policy.schema.enums[id.0 as usize].title = item.head.title.as_ref().map(|title| title.text.clone());
        }
        shape
    }

    /// A context is looked at as it is, so that nothing in it needs to be kept from changing.
    fn lint_fixed(&mut self, ty: &ast::TypeExpr) {
        match &ty.kind {
            TypeKind::List(element, _) => self.lint_fixed(element),
            TypeKind::Record(fields) => {
                for field in fields {
                    if let Some(flag) = field.fixed {
                        let finding = Diagnostic::new(&codes::FIXED_IN_CONTEXT, flag, "`fixed` says nothing in a context");
                        self.report(finding.help("leave it out: `plumb whatif` changes facts of the subject only"));
                    }
                    self.lint_fixed(&field.ty);
                }
            }
            _ => {}
        }
    }

    fn document(&mut self, definition: usize) {
        let (head, ty) = match self.definitions[definition].kind {
            Kind::Subject(subject) => (&subject.head, None),
            Kind::Context(context) => (&context.head, Some(&context.ty)),
            _ => return,
        };
        let shape = self.shapes.of.get(&definition).cloned().unwrap_or_default();
        let (record, many) = match &shape {
            Shape::Group(group) => (self.record(group, Flags::default(), head.name.span), None),
            Shape::List(list) => match &list.element {
                Shape::Group(group) => {
                    let record = self.record(group, Flags::default(), head.name.span);
                    (record, self.list(list, Flags::default(), head.name.span))
                }
                Shape::Broken => return,
                Shape::Value(..) | Shape::List(_) => return self.refuse_context(head, ty),
            },
            Shape::Broken => return,
            Shape::Value(..) => return self.refuse_context(head, ty),
        };
        let id = DocumentId(self.policy.documents.len() as u32);
        self.documents.insert(definition, id);
        self.policy.documents.push(Document {
            name: head.name.text.clone(),
            title: head.title.as_ref().map_or_else(|| head.name.text.clone(), |title| title.text.clone()),
            doc: head.doc.clone(),
            span: head.name.span,
            record,
            optional: matches!(self.definitions[definition].kind, Kind::Context(context) if context.optional.is_some()),
            many,
        });
    }

    fn refuse_context(&mut self, head: &ast::Head, ty: Option<&ast::TypeExpr>) {
        let span = ty.map_or(head.name.span, |ty| ty.span);
        self.report(
            Diagnostic::new(
                &codes::WRONG_TYPE,
                span,
                format!("expected a group of facts for the context `{}`, found a value", head.name.text),
            )
            .help("a context is a document: write `{ … }` with its fields, or `list of` a subject or a group"),
        );
    }

    /// Reads a type. `owner` is the dotted name of what has the type, for types that have no name of their own.
    pub(super) fn shape(&mut self, ty: &'a ast::TypeExpr, owner: &str) -> Shape {
        let plain = match &ty.kind {
            TypeKind::Bool => Type::Bool,
            TypeKind::Whole => Type::Whole,
            TypeKind::Number => Type::Number,
            TypeKind::Percent => Type::Percent,
            TypeKind::Duration => Type::Duration,
            TypeKind::Date => Type::Date,
            TypeKind::Size => Type::Size,
            TypeKind::Text => Type::Text,
            TypeKind::Money(currency) => match <[u8; 3]>::try_from(currency.text.as_bytes()) {
                Ok(letters) => Type::Money(Currency(letters)),
                Err(_) => return Shape::Broken,
            },
            TypeKind::OneOf(variants) => {
                let name = ast::Name { text: owner.to_string(), span: ty.span };
                let variants = self.variants(variants.iter().map(|(name, title)| (name, title.as_ref())), &name, "variant");
                if variants.is_empty() {
                    return Shape::Broken;
                }
                let id = EnumId(self.policy.schema.enums.len() as u32);
                self.policy.schema.enums.push(EnumType { name: owner.to_string(), title: None, variants, ordered: false });
                Type::Enum(id)
            }
            TypeKind::List(element, count) => return self.list_shape(ty, element, count, owner),
            TypeKind::Record(fields) => {
                let shape = self.group(fields, owner, owner);
                return self.without_bounds(shape, ty);
            }
            TypeKind::Named(path) => {
                let shape = self.named_shape(path);
                return match shape {
                    Shape::Value(kind, domain) => self.bounded(kind, domain, ty, owner),
                    other => self.without_bounds(other, ty),
                };
            }
            TypeKind::Broken => return Shape::Broken,
        };
        let domain = Possible::anything(plain, &self.policy.schema);
        self.bounded(plain, domain, ty, owner)
    }

    fn bounded(&mut self, plain: Type, domain: Possible, ty: &'a ast::TypeExpr, owner: &str) -> Shape {
        let domain = self.bounds(plain, domain, &ty.bounds, owner);
        Shape::Value(plain, domain)
    }

    fn without_bounds(&mut self, shape: Shape, ty: &ast::TypeExpr) -> Shape {
        if let (Some(bound), false) = (ty.bounds.first(), matches!(shape, Shape::Broken)) {
            self.report(
                Diagnostic::new(&codes::WRONG_TYPE, bound.span, "expected the bound on a single value, found it on a group or list")
                    .help("write the bound behind the field or element that it limits; for the length of a list, write `count in 0..200`"),
            );
        }
        shape
    }

    fn list_shape(&mut self, ty: &'a ast::TypeExpr, element: &'a ast::TypeExpr, count: &'a [ast::Tail], owner: &str) -> Shape {
        let shape = self.shape(element, owner);
        let (least, most) = self.count_bounds(count, owner);
        if let Shape::List(_) = shape {
            self.report(
                Diagnostic::new(&codes::WRONG_TYPE, element.span, "expected a list of groups or single values, found a list of lists")
                    .help("give the inner list a name: `list of { entries: list of … }`"),
            );
            return Shape::Broken;
        }
        let depth = shape.depth() + 1;
        if depth > DEEPEST {
            return self.too_deep(ty.span);
        }
        let id = self.shapes.next;
        self.shapes.next += 1;
        let shape = Shape::List(Rc::new(ListShape { id, element: shape, least, most, depth }));
        self.without_bounds(shape, ty)
    }

    fn too_deep(&mut self, span: Span) -> Shape {
        let message = format!("groups and lists lie within each other more than {DEEPEST} deep");
        self.report_overflow(Diagnostic::new(&codes::NESTED_TOO_DEEP, span, message));
        Shape::Broken
    }

    fn report_overflow(&mut self, finding: Diagnostic) {
        if !self.shapes.overflowing {
            self.shapes.overflowing = true;
            self.report(finding);
        }
    }

    fn named_shape(&mut self, path: &'a ast::Path) -> Shape {
        match self.named_type(path) {
            Named::Definition(definition) => {
                self.used[definition] = true;
                // Nothing stands there where the type is part of a circle, which has been reported.
                self.shapes.of.get(&definition).cloned().unwrap_or_default()
            }
            Named::Lost => Shape::Broken,
            Named::Several(definitions) => {
                let mut finding = Diagnostic::new(
                    &codes::AMBIGUOUS_NAME,
                    path.span,
                    format!("the type `{}` is declared in several of the rulebooks read here", self.written(path)),
                );
                for definition in definitions {
                    let definition = &self.definitions[definition];
                    finding =
                        finding.related(definition.name.span, format!("`{}.{}`", self.book_name(definition.book), definition.name.text));
                }
                self.report(finding.help("write the rulebook's name and a dot before it"));
                Shape::Broken
            }
            Named::Unknown => {
                self.report_unknown_type(path);
                Shape::Broken
            }
        }
    }

    /// What the name of a type leads to, from the rulebook being checked.
    pub(super) fn named_type(&self, path: &ast::Path) -> Named {
        let is_type = |definition: &usize| matches!(self.definitions[*definition].kind, Kind::Type(_));
        match path.parts.as_slice() {
            [name] => {
                if let Some(own) = self.own(&name.text).filter(is_type) {
                    return Named::Definition(own);
                }
                if let Some(subject) = self.subject.filter(|subject| self.definitions[*subject].name.text == name.text) {
                    return Named::Definition(subject);
                }
                let uses = &self.books[self.book].uses;
                let mut found: Vec<usize> = uses.iter().filter_map(|used| self.of_book(&used.text, &name.text)).filter(is_type).collect();
                found.sort_unstable();
                found.dedup();
                match found.as_slice() {
                    [] => Named::Unknown,
                    [only] => Named::Definition(*only),
                    _ => Named::Several(found),
                }
            }
            [book, name] => match self.of_book(&book.text, &name.text).filter(is_type) {
                Some(found) => Named::Definition(found),
                None if self.is_lost_book(&book.text) => Named::Lost,
                None => Named::Unknown,
            },
            _ => Named::Unknown,
        }
    }

    fn report_unknown_type(&mut self, path: &ast::Path) {
        let typed = self.written(path);
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, path.span, format!("there is no type `{typed}`"));
        if !self.may_suggest() {
            return self.report(finding);
        }
        let plain = ["bool", "whole", "number", "percent", "duration", "date", "size", "text"];
        let declared = self.definitions.iter().filter(|definition| {
            let subject = matches!(definition.kind, Kind::Subject(_));
            subject || (matches!(definition.kind, Kind::Type(_)) && self.sees(definition.book))
        });
        let known = plain.into_iter().chain(declared.map(|definition| definition.name.text.as_str()));
        let finding = match closest(&typed, known).map(str::to_string) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(path.span, near),
            None if path.parts.len() > 1 => {
                let book = path.parts[0].text.as_str();
                match self.book_names.get(book) {
                    Some(place) if !self.sees(*place) => finding.help(format!("add `{book}` after `use` to read that rulebook here")),
                    _ => finding,
                }
            }
            None => {
                match self.definitions.iter().find(|definition| definition.name.text == typed && matches!(definition.kind, Kind::Type(_))) {
                    Some(elsewhere) => {
                        let book = self.book_name(elsewhere.book);
                        finding.help(format!("the rulebook `{book}` declares it; add `{book}` after `use` to read it here"))
                    }
                    None => finding.help(format!("declare it with `type {typed} = …`, or use one of {}", wordlist(&plain))),
                }
            }
        };
        self.report(finding);
    }

    /// `prefix` is the dotted name of the group; nothing for the subject, whose facts need none.
    fn group(&mut self, fields: &'a [ast::Field], name: &str, prefix: &str) -> Shape {
        let mut read: Vec<GroupField> = Vec::new();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let (mut leaves, mut depth) = (0u32, 0u32);
        for field in fields {
            self.check_style(&field.name);
            self.check_field_name(&field.name);
            let path = if prefix.is_empty() { field.name.text.clone() } else { format!("{prefix}.{}", field.name.text) };
            let shape = self.shape(&field.ty, &path);
            let flags = Flags {
                fresh: field.fresh.and_then(|(quantity, span)| self.period(quantity, span, "after `fresh for`", "fresh for")),
                sourced: field.sourced.is_some(),
                fixed: field.fixed.is_some(),
            };
            if let Some(first) = seen.get(field.name.text.as_str()) {
                self.report(duplicate("field", &field.name, *first));
                continue;
            }
            seen.insert(&field.name.text, field.name.span);
            leaves = leaves.saturating_add(shape.leaves());
            depth = depth.max(shape.depth() + 1);
            if leaves > MOST_FIELDS {
                let message = format!("a document or list entry has more than {MOST_FIELDS} fields");
                self.report_overflow(Diagnostic::new(&codes::TOO_MANY, field.name.span, message).label("the first too many"));
                return Shape::Broken;
            }
            if depth > DEEPEST {
                return self.too_deep(field.ty.span);
            }
            read.push(GroupField { name: field.name.text.clone(), span: field.name.span, doc: field.doc.clone(), flags, shape });
        }
        let id = self.shapes.next;
        self.shapes.next += 1;
        Shape::Group(Rc::new(Group { id, name: name.to_string(), fields: read, leaves, depth }))
    }

    /// Fact sheets need some keys for the evidence itself.
    fn check_field_name(&mut self, name: &ast::Name) {
        if matches!(name.text.as_str(), "value" | "source" | "as_of" | "note" | "claims" | "complete") {
            let message = format!("`{}` can't be the name of a field, for fact sheets use it to say where a fact comes from", name.text);
            self.report(
                Diagnostic::new(&codes::RESERVED_FIELD, name.span, message)
                    .help("`value`, `source`, `as_of`, `note`, `claims` and `complete` are taken; choose a more telling name"),
            );
        }
    }

    /// A length of days or calendar months, which stands at `place`; `words` begin the example.
    pub(super) fn period(&mut self, quantity: Quantity, span: Span, place: &str, words: &str) -> Option<Period> {
        let days = |length: Number| length.divide(Number::whole(DAY)).ok().filter(|days| days.is_whole()).and_then(Number::to_i64);
        let period = match quantity {
            Quantity::Duration(length) => days(length).map(Period::Days),
            Quantity::Months(months) => Some(Period::Months(months)),
            Quantity::Number(_) | Quantity::Percent(_) | Quantity::Money(..) | Quantity::Date(_) | Quantity::Size(_) => None,
        };
        let period = period.filter(|period| matches!(period, Period::Days(1..) | Period::Months(1..)));
        if period.is_none() {
            self.report(
                Diagnostic::new(&codes::WRONG_TYPE, span, format!("expected a number of days, months or years {place}"))
                    .help(format!("write for example `{words} 120 days` or `{words} 6 months`")),
            );
        }
        period
    }

    /// The record that a group is, below a field with such flags.
    fn record(&mut self, group: &Rc<Group>, flags: Flags, span: Span) -> RecordId {
        let key = (group.id, flags.key());
        if let Some(record) = self.shapes.records.get(&key) {
            return *record;
        }
        let mut leaves = Vec::new();
        let fields = if self.policy.schema.fields + group.leaves > MOST_FIELDS_IN_ALL {
            let message = format!("the documents have more than {MOST_FIELDS_IN_ALL} fields taken together");
            self.report_overflow(Diagnostic::new(&codes::TOO_MANY, span, message));
            Vec::new()
        } else {
            self.flatten(group, "", flags, &mut leaves)
        };
        let record = RecordId(self.policy.schema.records.len() as u32);
        self.policy.schema.records.push(RecordType { name: group.name.clone(), fields, leaves });
        self.shapes.records.insert(key, record);
        record
    }

    fn flatten(&mut self, group: &Group, prefix: &str, outer: Flags, leaves: &mut Vec<Leaf>) -> Vec<Field> {
        let mut fields = Vec::with_capacity(group.fields.len());
        for field in &group.fields {
            let path = if prefix.is_empty() { field.name.clone() } else { format!("{prefix}.{}", field.name) };
            let flags = field.flags.within(outer);
            let unknown = Possible::List(List::UNKNOWN);
            let kind = match &field.shape {
                Shape::Group(inner) => FieldKind::Group(self.flatten(inner, &path, flags, leaves)),
                Shape::Value(ty, domain) => self.leaf(path, *ty, domain.clone(), flags, field, leaves),
                Shape::List(list) => match self.list(list, flags, field.span) {
                    Some(list) => self.leaf(path, Type::List(list), unknown, flags, field, leaves),
                    None => self.broken_leaf(path, flags, field, leaves),
                },
                Shape::Broken => self.broken_leaf(path, flags, field, leaves),
            };
            fields.push(Field { name: field.name.clone(), span: field.span, kind });
        }
        fields
    }

    fn leaf(&mut self, path: String, ty: Type, domain: Possible, flags: Flags, field: &GroupField, leaves: &mut Vec<Leaf>) -> FieldKind {
        let id = FieldId(self.policy.schema.fields);
        self.policy.schema.fields += 1;
        let place = leaves.len() as u32;
        let Flags { fresh, sourced, fixed } = flags;
        leaves.push(Leaf { path, field: id, ty, domain, fresh, sourced, fixed, doc: field.doc.clone(), span: field.span });
        FieldKind::Leaf(place)
    }

    fn broken_leaf(&mut self, path: String, flags: Flags, field: &GroupField, leaves: &mut Vec<Leaf>) -> FieldKind {
        self.broken_fields.insert(FieldId(self.policy.schema.fields));
        let domain = Possible::anything(Type::Bool, &self.policy.schema);
        self.leaf(path, Type::Bool, domain, flags, field, leaves)
    }

    /// The kind of list that a shape is, below a field with such flags; none where its elements are broken.
    fn list(&mut self, list: &ListShape, flags: Flags, span: Span) -> Option<ListId> {
        let key = (list.id, flags.key());
        if let Some(id) = self.shapes.lists.get(&key) {
            return Some(*id);
        }
        let (element, domain) = match &list.element {
            Shape::Value(ty, domain) => (*ty, domain.clone()),
            Shape::Group(group) => (Type::Record(self.record(group, flags, span)), Possible::List(List::UNKNOWN)),
            Shape::List(_) | Shape::Broken => return None,
        };
        let id = self.new_list(ListType { element, domain, least: list.least, most: list.most });
        self.shapes.lists.insert(key, id);
        Some(id)
    }

    /// Takes a kind of list in.
    pub(super) fn new_list(&mut self, list: ListType) -> ListId {
        let id = ListId(self.policy.schema.lists.len() as u32);
        self.policy.schema.lists.push(list);
        id
    }
}

fn wordlist(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    crate::diagnostic::listed(&words, "and")
}
