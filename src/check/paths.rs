//! Names in expressions: what a dotted path stands for.
//!
//! A path can begin at a binder, an item of the own rulebook, a fact of the subject, a context, or another rulebook. Rulebooks and contexts may share
//! names (a rulebook `thesis` beside a context `thesis`), as long as no whole path means two things.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{DocumentId, Expr, ExprKind, FactPath, Root};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Field, FieldKind, ListType, Possible, RecordId, Type};

use super::{Checker, Derived, Element, Expected, Kind, bounds, broken, is_broken};

/// Where a path can begin.
#[derive(Clone, Copy)]
enum Start {
    /// An item, and how many parts name it.
    Item(usize, usize),
    /// A document, and how many parts name it: none for the subject.
    Document(DocumentId, usize),
}

/// Where the names of a record lead.
pub(super) enum Walk {
    Leaf(u32),
    /// A field of each element of the list at this place.
    Each(u32),
    Group(Vec<Field>),
    /// The part at this place is none of these fields.
    Missing(usize, Vec<Field>),
    /// The part at this place stands behind a single value.
    Beyond(usize),
    /// A list in a list, seen from outside both.
    ListOfLists,
    Broken,
}

impl<'a> Checker<'a> {
    /// What a name stands for.
    pub(super) fn path(&mut self, path: &ast::Path, expected: Expected) -> Expr {
        if let ([name], Expected::Type(Type::Enum(enumeration))) = (path.parts.as_slice(), expected) {
            let owner = self.policy.schema.enumeration(enumeration);
            let variant = owner.variants.iter().position(|variant| variant.name == name.text);
            let other = self.value_in_scope(&name.text);
            match (variant, other) {
                (Some(place), None) => {
                    let kind = ExprKind::Constant(bounds::one_variant(place));
                    return Expr { kind, ty: Type::Enum(enumeration), span: path.span };
                }
                (Some(place), Some((other, what))) => {
                    let variant = owner.variants[place].span;
                    return self.refuse(
                        Diagnostic::new(
                            &codes::AMBIGUOUS_VARIANT,
                            path.span,
                            format!("`{}` is a variant here, and also {what}", name.text),
                        )
                        .related(variant, "the variant")
                        .related(other, what)
                        .help("rename one of the two"),
                    );
                }
                (None, None) => {
                    self.unknown_variant(name, enumeration);
                    return broken(path.span);
                }
                (None, Some(_)) => {}
            }
        }
        if let ([name], Expected::Broken) = (path.parts.as_slice(), expected)
            && self.value_in_scope(&name.text).is_none()
        {
            return broken(path.span);
        }
        self.resolve(path)
    }

    fn unknown_variant(&mut self, name: &ast::Name, enumeration: crate::value::EnumId) {
        let owner = self.policy.schema.enumeration(enumeration);
        let described = self.policy.schema.describe(Type::Enum(enumeration));
        let mut finding = Diagnostic::new(&codes::UNKNOWN_VARIANT, name.span, format!("expected {described}, found `{}`", name.text));
        if let (Some(first), Some(last)) = (owner.variants.first(), owner.variants.last())
            && first.span.file == last.span.file
        {
            finding = finding.related(first.span.to(last.span), "declared here");
        }
        if let Some(near) = crate::diagnostic::closest(&name.text, owner.variants.iter().map(|variant| variant.name.as_str())) {
            finding = finding.help(format!("did you mean `{near}`?")).fix(name.span, near);
        }
        self.report(finding);
    }

    /// Whether a bare name stands for a value here, other than a variant: where it is declared, and what it is.
    pub(super) fn value_in_scope(&self, name: &str) -> Option<(Span, &'static str)> {
        if let Some(bound) = self.binders.iter().rev().find(|bound| bound.name == name) {
            return Some((bound.span, "an element of a list"));
        }
        if let Some(own) = self.own(name)
            && self.definitions[own].kind.is_value()
            && !matches!(self.definitions[own].kind, Kind::Table(..))
        {
            return Some((self.definitions[own].name.span, self.definitions[own].kind.noun()));
        }
        let fields =
            self.subject_document().map(|document| &self.policy.schema.record(self.policy.documents[document.index()].record).fields);
        let field = fields.into_iter().flatten().find(|field| field.name == name);
        if let Some(Field { span, kind: FieldKind::Leaf(_), .. }) = field {
            return Some((*span, "a fact"));
        }
        let document = self.context_document(name)?;
        let document = &self.policy.documents[document.index()];
        document.many.map(|_| (document.span, "a context"))
    }

    /// Whether something of this name, a group or rulebook included, is visible here: what binders may not hide.
    pub(super) fn hidden_by_binder(&self, name: &str) -> Option<(Span, &'static str)> {
        if let Some(found) = self.value_in_scope(name) {
            return Some(found);
        }
        let fields =
            self.subject_document().map(|document| &self.policy.schema.record(self.policy.documents[document.index()].record).fields);
        if let Some(field) = fields.into_iter().flatten().find(|field| field.name == name) {
            return Some((field.span, "a group of facts"));
        }
        let document = self.context_document(name)?;
        Some((self.policy.documents[document.index()].span, "a context"))
    }

    fn subject_document(&self) -> Option<DocumentId> {
        self.documents.get(&self.subject?).copied()
    }

    fn context_document(&self, name: &str) -> Option<DocumentId> {
        self.documents.get(self.contexts.get(name)?).copied()
    }

    fn resolve(&mut self, path: &ast::Path) -> Expr {
        let Some(head) = path.parts.first() else { return broken(path.span) };
        if let Some(depth) = self.binders.iter().rposition(|bound| bound.name == head.text) {
            return self.element(path, depth);
        }
        let is_value = |definition: &usize| self.definitions[*definition].kind.is_value();
        let mut starts = Vec::new();
        starts.extend(self.own(&head.text).filter(is_value).map(|own| Start::Item(own, 1)));
        let subject = self.subject_document().filter(|document| {
            let record = self.policy.schema.record(self.policy.documents[document.index()].record);
            record.fields.iter().any(|field| field.name == head.text)
        });
        starts.extend(subject.map(|subject| Start::Document(subject, 0)));
        if subject.is_none() {
            starts.extend(self.context_document(&head.text).map(|document| Start::Document(document, 1)));
        }
        let other = self.item_of_book(path);
        starts.extend(other.map(|other| Start::Item(other, 2)));

        let fitting: Vec<Start> = starts.iter().copied().filter(|start| self.leads_somewhere(*start, path)).collect();
        match (fitting.as_slice(), starts.as_slice()) {
            ([only], _) | ([], [only]) => self.follow(*only, path),
            // Such a clash is reported where the item is declared.
            ([item @ Start::Item(_, 1), Start::Document(..)], _) => self.follow(*item, path),
            ([first, second, ..], _) => {
                let message = format!("`{}` can mean two things", self.written(path));
                let mut finding = Diagnostic::new(&codes::AMBIGUOUS_NAME, path.span, message);
                for start in [first, second] {
                    let (span, what) = match start {
                        Start::Item(item, _) => (self.definitions[*item].name.span, self.definitions[*item].kind.noun()),
                        Start::Document(document, 0) => (self.policy.documents[document.index()].span, "a fact of the subject"),
                        Start::Document(document, _) => (self.policy.documents[document.index()].span, "a fact of this context"),
                    };
                    finding = finding.related(span, what);
                }
                self.refuse(finding.help("rename one of the two"))
            }
            ([], [first, ..]) => self.follow(*first, path),
            ([], []) => self.lead_nowhere(path, head),
        }
    }

    /// The item that a path names by its rulebook. The own rulebook's items need no prefix, so there a context of the same name goes first.
    pub(super) fn item_of_book(&self, path: &ast::Path) -> Option<usize> {
        let [book, item, ..] = path.parts.as_slice() else { return None };
        let is_own = book.text == self.book_name(self.book);
        if is_own && self.contexts.contains_key(book.text.as_str()) {
            return None;
        }
        self.of_book(&book.text, &item.text).filter(|item| self.definitions[*item].kind.is_value())
    }

    fn lead_nowhere(&mut self, path: &ast::Path, head: &ast::Name) -> Expr {
        if path.parts.len() > 1 && self.is_lost_book(&head.text) {
            return broken(path.span);
        }
        // A document whose declaration is broken has facts nobody knows.
        let lost_document = |definition: &usize| !self.documents.contains_key(definition);
        if self.contexts.get(head.text.as_str()).is_some_and(lost_document) {
            return broken(path.span);
        }
        if let Some(own) = self.own(&head.text)
            && let Kind::Type(_) = self.definitions[own].kind
        {
            let finding = Diagnostic::new(&codes::UNKNOWN_NAME, head.span, format!("`{}` is a type and has no value", head.text))
                .related(self.definitions[own].name.span, "declared here")
                .help("name a fact, a `param` or a `let` of that type");
            return self.refuse(finding);
        }
        if let Some((function, _)) = self.function_named(path) {
            let finding =
                Diagnostic::new(&codes::UNKNOWN_NAME, path.span, format!("`{}` is a function and has no value", self.written(path)))
                    .related(self.definitions[function].name.span, "declared here")
                    .help(format!("call it, as in `{}(…)`", self.written(path)));
            return self.refuse(finding);
        }
        match self.book_names.get(head.text.as_str()).copied().filter(|book| self.sees(*book)) {
            Some(book) if path.parts.len() > 1 && self.subject_named(&head.text).is_none() => self.unknown_in_book(path, book),
            // Without a subject nothing is known about facts, and a finding says so.
            _ if self.subject_document().is_none() => broken(path.span),
            _ => self.unknown_name(path),
        }
    }

    fn subject_named(&self, name: &str) -> Option<usize> {
        self.subject.filter(|subject| self.definitions[*subject].name.text == name)
    }

    fn leads_somewhere(&self, start: Start, path: &ast::Path) -> bool {
        match start {
            Start::Item(item, named) => match &path.parts[named.min(path.parts.len())..] {
                [] => true,
                [part] => match self.definitions[item].kind {
                    Kind::Scorecard(..) => part.text == "points",
                    Kind::Table(_, table) => table.columns.iter().any(|column| column.name.text == part.text),
                    _ => false,
                },
                _ => false,
            },
            Start::Document(document, named) => {
                let document = &self.policy.documents[document.index()];
                let walk = self.walk(document.record, path, named);
                match document.many {
                    Some(_) => path.parts.len() == named || matches!(walk, Walk::Leaf(_)),
                    None => matches!(walk, Walk::Leaf(_) | Walk::Each(_)),
                }
            }
        }
    }

    fn follow(&mut self, start: Start, path: &ast::Path) -> Expr {
        match start {
            Start::Item(item, named) => self.item(item, named, path),
            Start::Document(id, named) => {
                let document = &self.policy.documents[id.index()];
                let (record, many) = (document.record, document.many);
                let Some(list) = many else { return self.fact(Root::Document(id), record, path, named) };
                let whole = FactPath { root: Root::Document(id), leaf: 0, field: None };
                let list = Expr { kind: ExprKind::Fact(whole), ty: Type::List(list), span: path.span };
                if let Some(definition) = self.contexts.get(path.parts[0].text.as_str()).copied() {
                    self.used[definition] = true;
                }
                if path.parts.len() == named { list } else { self.field_of_each(list, record, path, named) }
            }
        }
    }

    fn item(&mut self, item: usize, named: usize, path: &ast::Path) -> Expr {
        self.used[item] = true;
        let rest = path.parts.get(named);
        let kind = self.definitions[item].kind;
        if let Kind::Table(id, table) = kind {
            return self.column(id, table, named, path, item);
        }
        let (kind, ty) = match (kind, rest) {
            (Kind::Scorecard(id, _), Some(points)) if points.text == "points" && path.parts.len() == named + 1 => {
                (ExprKind::ScorePoints(id), Type::Number)
            }
            (_, Some(_)) => return self.unknown_in_item(path, item, named),
            (Kind::Scorecard(id, _), None) => (ExprKind::Score(id), Type::Percent),
            (Kind::Gate(id, _), None) => (ExprKind::Gate(id), Type::Bool),
            (Kind::Verdict(id, _), None) => (ExprKind::Band(id), Type::Enum(self.bands[id.index()])),
            (Kind::Card(id, ast::Card::Check(_)), None) => (ExprKind::Check(id), Type::Bool),
            (Kind::Card(id, _), None) => (ExprKind::Points(id), Type::Number),
            (Kind::Param(id, _), None) => match &self.param_types[id.index()] {
                Some((ty, _)) => (ExprKind::Param(id), *ty),
                None => return broken(path.span),
            },
            (Kind::Let(id, _), None) => match self.let_types[id.index()] {
                Some(ty) => (ExprKind::Let(id), ty),
                None => return broken(path.span),
            },
            (Kind::Limit(id, _), None) => match self.limit_types[id.index()] {
                Some(ty) => (ExprKind::Limit(id), ty),
                None => return broken(path.span),
            },
            (Kind::Trigger(id, _), None) => (ExprKind::Trigger(id), Type::Bool),
            (Kind::Subject(_) | Kind::Context(_) | Kind::Type(_) | Kind::Table(..), None) => return broken(path.span),
            (Kind::Protocol(_) | Kind::Review(_) | Kind::Profile(_) | Kind::Function(..), None) => return broken(path.span),
        };
        Expr { kind, ty, span: path.span }
    }

    /// A path that begins at a binder.
    fn element(&mut self, path: &ast::Path, depth: usize) -> Expr {
        match self.binders[depth].element {
            Element::Broken => broken(path.span),
            Element::Record(record) => self.fact(Root::Element(depth as u32), record, path, 1),
            Element::Value(ty) if path.parts.len() == 1 => Expr { kind: ExprKind::Element(depth as u32), ty, span: path.span },
            Element::Value(_) => self.beyond(path, 1),
        }
    }

    pub(super) fn beyond(&mut self, path: &ast::Path, at: usize) -> Expr {
        let owner: Vec<&str> = path.parts[..at].iter().map(|part| part.text.as_str()).collect();
        let message = format!("`{}` is a single value and has nothing called `{}`", owner.join("."), path.parts[at].text);
        self.refuse(Diagnostic::new(&codes::UNKNOWN_NAME, path.parts[at].span, message))
    }

    /// A path that goes on in a record from its part `from`.
    fn fact(&mut self, root: Root, record: RecordId, path: &ast::Path, from: usize) -> Expr {
        if let Root::Document(document) = root
            && let Some((definition, _)) = self.documents.iter().find(|(_, id)| **id == document)
        {
            self.used[*definition] = true;
        }
        match self.walk(record, path, from) {
            Walk::Leaf(leaf) => {
                let field = &self.policy.schema.record(record).leaves[leaf as usize];
                let (id, ty) = (field.field, field.ty);
                self.used_fields.insert(id);
                if self.broken_fields.contains(&id) {
                    return broken(path.span);
                }
                Expr { kind: ExprKind::Fact(FactPath { root, leaf, field: Some(id) }), ty, span: path.span }
            }
            Walk::Each(list) => {
                let field = &self.policy.schema.record(record).leaves[list as usize];
                let depth = from + field.path.split('.').count();
                let (id, ty) = (field.field, field.ty);
                self.used_fields.insert(id);
                let Type::List(list_type) = ty else { return broken(path.span) };
                let Type::Record(inner) = self.policy.schema.list(list_type).element else { return broken(path.span) };
                let list = Expr { kind: ExprKind::Fact(FactPath { root, leaf: list, field: Some(id) }), ty, span: path.span };
                self.field_of_each(list, inner, path, depth)
            }
            Walk::Group(fields) => {
                let shown = self.written(path);
                let message = match root {
                    Root::Element(_) if path.parts.len() == 1 => format!("`{shown}` is an entry with several facts, not a value"),
                    _ => format!("`{shown}` is a group of facts, not a value"),
                };
                let finding = Diagnostic::new(&codes::WRONG_TYPE, path.span, message);
                self.refuse(match self.example_fact(&fields) {
                    Some(example) => finding.help(format!("name one of its facts, such as `{shown}.{example}`")),
                    None => finding,
                })
            }
            Walk::Missing(at, fields) => self.unknown_in_group(path, at, &fields),
            Walk::Beyond(at) => self.beyond(path, at),
            Walk::ListOfLists => self.list_of_lists(path),
            Walk::Broken => broken(path.span),
        }
    }

    fn list_of_lists(&mut self, path: &ast::Path) -> Expr {
        self.refuse(
            Diagnostic::new(&codes::WRONG_TYPE, path.span, format!("`{}` is a list in each entry of a list", self.written(path)))
                .help("go through the outer list first, as in `sum of (count b in a.inner) for a in outer`"),
        )
    }

    fn field_of_each(&mut self, list: Expr, record: RecordId, path: &ast::Path, from: usize) -> Expr {
        let leaf = match self.walk(record, path, from) {
            Walk::Leaf(leaf) => leaf,
            Walk::Each(_) | Walk::ListOfLists => return self.list_of_lists(path),
            Walk::Group(fields) => {
                let shown = self.written(path);
                let finding = Diagnostic::new(&codes::WRONG_TYPE, path.span, format!("`{shown}` is a group of facts, not a value"));
                return self.refuse(match self.example_fact(&fields) {
                    Some(example) => finding.help(format!("name one of its facts, such as `{shown}.{example}`")),
                    None => finding,
                });
            }
            Walk::Missing(at, fields) => return self.unknown_in_group(path, at, &fields),
            Walk::Beyond(at) => return self.beyond(path, at),
            Walk::Broken => return broken(path.span),
        };
        let field = &self.policy.schema.record(record).leaves[leaf as usize];
        let (id, element, domain) = (field.field, field.ty, field.domain.clone());
        self.used_fields.insert(id);
        if self.broken_fields.contains(&id) {
            return broken(path.span);
        }
        if let Type::List(_) = element {
            return self.list_of_lists(path);
        }
        let Type::List(outer) = list.ty else { return broken(path.span) };
        let (least, most) = { (self.policy.schema.list(outer).least, self.policy.schema.list(outer).most) };
        let made = self.derived_list(Derived::FieldOfEach(outer, id), ListType { element, domain, least, most });
        Expr { kind: ExprKind::FieldOfEach(Box::new(list), leaf, id), ty: made, span: path.span }
    }

    /// A list made from another list.
    pub(super) fn derived_list(&mut self, how: Derived, list: ListType) -> Type {
        if let Some(id) = self.derived_lists.get(&how) {
            return Type::List(*id);
        }
        let id = self.new_list(list);
        self.derived_lists.insert(how, id);
        Type::List(id)
    }

    pub(super) fn walk(&self, record: RecordId, path: &ast::Path, from: usize) -> Walk {
        let record = self.policy.schema.record(record);
        let mut fields = record.fields.as_slice();
        for (at, part) in path.parts.iter().enumerate().skip(from) {
            let Some(field) = fields.iter().find(|field| field.name == part.text) else { return Walk::Missing(at, fields.to_vec()) };
            match &field.kind {
                FieldKind::Group(inner) => fields = inner,
                FieldKind::Leaf(place) if at + 1 == path.parts.len() => return Walk::Leaf(*place),
                FieldKind::Leaf(place) => {
                    let leaf = &record.leaves[*place as usize];
                    if self.broken_fields.contains(&leaf.field) {
                        return Walk::Broken;
                    }
                    let Type::List(list) = leaf.ty else { return Walk::Beyond(at + 1) };
                    let Type::Record(inner) = self.policy.schema.list(list).element else { return Walk::Beyond(at + 1) };
                    return match self.walk(inner, path, at + 1) {
                        Walk::Leaf(_) => Walk::Each(*place),
                        Walk::Each(_) => Walk::ListOfLists,
                        other => other,
                    };
                }
            }
        }
        Walk::Group(fields.to_vec())
    }

    /// The fact that an expression names, with its type and what it may be.
    pub(super) fn fact_only(&mut self, written: &ast::Expr, purpose: &str) -> Option<(FactPath, Type, Possible)> {
        let mut inner = written;
        while let ast::ExprKind::Parenthesised(within) = &inner.kind {
            inner = within;
        }
        let ast::ExprKind::Path(path) = &inner.kind else {
            self.not_a_fact(written.span, "an expression", purpose);
            return None;
        };
        let value = self.path(path, Expected::Nothing);
        if is_broken(&value) {
            return None;
        }
        let what = match &value.kind {
            ExprKind::Fact(fact) => {
                let domain = match self.leaf_of(fact) {
                    Some(domain) => domain,
                    None => Possible::anything(value.ty, &self.policy.schema),
                };
                return Some((*fact, value.ty, domain));
            }
            ExprKind::Let(_) => "a `let`",
            ExprKind::Param(_) => "a parameter",
            ExprKind::FieldOfEach(..) => "a fact of each entry of a list",
            ExprKind::Element(_) => "an entry of a list",
            _ => "an item",
        };
        let what = format!("`{}`, {what}", self.written(path));
        self.not_a_fact(written.span, &what, purpose);
        None
    }

    fn not_a_fact(&mut self, span: Span, found: &str, purpose: &str) {
        self.report(
            Diagnostic::new(&codes::NOT_A_FACT, span, format!("expected a fact {purpose}, found {found}"))
                .help("only what stands on a fact sheet has evidence or lacks it; name the fact itself"),
        );
    }

    /// What the fact at a path may be.
    fn leaf_of(&self, fact: &FactPath) -> Option<Possible> {
        let record = match fact.root {
            Root::Document(document) => {
                let document = &self.policy.documents[document.index()];
                if document.many.is_some() {
                    return None;
                }
                document.record
            }
            Root::Element(depth) => match self.binders.get(depth as usize)?.element {
                Element::Record(record) => record,
                Element::Value(_) | Element::Broken => return None,
            },
        };
        self.policy.schema.record(record).leaves.get(fact.leaf as usize).map(|leaf| leaf.domain.clone())
    }
}
