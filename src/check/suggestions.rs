//! What a name that nothing declares was probably meant to be.

use crate::diagnostic::{Diagnostic, closest, codes};
use crate::policy::Expr;
use crate::syntax::ast;
use crate::value::{Field, FieldKind, RecordId};

use super::{Checker, Element, Kind};

impl<'a> Checker<'a> {
    /// Reports a name that leads nowhere from where it stands.
    pub(super) fn unknown_name(&mut self, path: &ast::Path) -> Expr {
        let typed = self.written(path);
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, path.span, format!("nothing here is called `{typed}`"));
        if !self.may_suggest() {
            return self.refuse(finding);
        }
        let known = self.names_in_scope();
        let last = path.parts.last().map_or("", |part| part.text.as_str());
        // A fact without its group, an item without its rulebook, or the other way round.
        let same_end: Vec<&String> = known.iter().filter(|name| name.rsplit('.').next() == Some(last) && **name != typed).collect();
        let near = match same_end.as_slice() {
            [only] => Some(only.to_string()),
            _ => closest(&typed, known.iter().map(String::as_str)).map(str::to_string),
        };
        let finding = match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(path.span, near),
            None if !same_end.is_empty() => {
                let choices: Vec<String> = same_end.iter().take(4).map(|name| format!("`{name}`")).collect();
                finding.help(format!("did you mean {}?", crate::diagnostic::listed(&choices, "or")))
            }
            None => self.without_near_name(finding, path, &typed),
        };
        self.refuse(finding)
    }

    /// Whether to look for a close name, which takes as long as there are names.
    pub(super) fn may_suggest(&mut self) -> bool {
        let may = self.suggestions_left > 0;
        self.suggestions_left = self.suggestions_left.saturating_sub(1);
        may
    }

    fn without_near_name(&self, finding: Diagnostic, path: &ast::Path, typed: &str) -> Diagnostic {
        let (book, name) = match path.parts.as_slice() {
            [name] => (None, name),
            [book, name, ..] => (Some(book), name),
            [] => return finding,
        };
        if let (Some(book), Some(subject)) = (book, self.subject)
            && self.definitions[subject].name.text == book.text
        {
            let rest = typed.split_once('.').map_or(typed, |(_, rest)| rest);
            return finding.help(format!("facts of the subject are written without its name: `{rest}`")).fix(path.span, rest);
        }
        if let Some(book) = book
            && let Some(place) = self.book_names.get(book.text.as_str())
            && !self.sees(*place)
        {
            return finding.help(format!("add `{}` after `use` to read that rulebook here", book.text));
        }
        let elsewhere = self.definitions.iter().find(|definition| {
            let right_book = book.is_none_or(|book| book.text == self.book_name(definition.book));
            definition.kind.is_value() && definition.name.text == name.text && right_book
        });
        if let Some(elsewhere) = elsewhere
            && !self.sees(elsewhere.book)
        {
            let book = self.book_name(elsewhere.book);
            return finding.help(format!("`{book}.{}` is declared, but `{book}` is not read here; add it after `use`", name.text));
        }
        let owners = self.policy.schema.enums.iter().filter(|owner| owner.variants.iter().any(|variant| variant.name == typed));
        let owners: Vec<String> = owners.take(3).map(|owner| format!("`{}`", owner.name)).collect();
        if owners.is_empty() {
            return finding.help("declare it as a fact, a `param` or a `let`");
        }
        let owners = crate::diagnostic::listed(&owners, "and");
        finding.help(format!("it is a variant of {owners}, and stands only where one of these is expected, as in `… == {typed}`"))
    }

    /// Every name that an expression here could use, dotted.
    fn names_in_scope(&self) -> Vec<String> {
        let mut names = Vec::new();
        for bound in &self.binders {
            match bound.element {
                Element::Record(record) => self.facts_of(record, &bound.name, &mut names),
                Element::Value(_) | Element::Broken => names.push(bound.name.clone()),
            }
        }
        for (name, definition) in &self.names[self.book] {
            match self.definitions[*definition].kind {
                Kind::Table(_, table) => names.extend(table.columns.iter().map(|column| format!("{name}.{}", column.name.text))),
                kind if kind.is_value() => names.push(name.to_string()),
                _ => {}
            }
        }
        for document in &self.policy.documents {
            let is_subject = self.subject.is_some_and(|subject| self.definitions[subject].name.span == document.span);
            match document.many {
                Some(_) => names.push(document.name.clone()),
                None => self.facts_of(document.record, if is_subject { "" } else { &document.name }, &mut names),
            }
        }
        for (name, book) in &self.book_names {
            if *book == self.book || !self.sees(*book) {
                continue;
            }
            let items = self.names[*book].iter().filter(|(_, definition)| self.definitions[**definition].kind.is_value());
            names.extend(items.map(|(item, _)| format!("{name}.{item}")));
        }
        names
    }

    fn facts_of(&self, record: RecordId, prefix: &str, names: &mut Vec<String>) {
        for leaf in &self.policy.schema.record(record).leaves {
            names.push(if prefix.is_empty() { leaf.path.clone() } else { format!("{prefix}.{}", leaf.path) });
        }
    }

    /// Reports a name that a group of facts does not have.
    pub(super) fn unknown_in_group(&mut self, path: &ast::Path, at: usize, fields: &[Field]) -> Expr {
        let Some(part) = path.parts.get(at) else { return super::broken(path.span) };
        let group: Vec<&str> = path.parts[..at].iter().map(|part| part.text.as_str()).collect();
        let group = group.join(".");
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, part.span, format!("there is no fact `{}` in `{group}`", part.text));
        if !self.may_suggest() {
            return self.refuse(finding);
        }
        let near = closest(&part.text, fields.iter().map(|field| field.name.as_str())).map(str::to_string);
        let finding = match near {
            Some(near) => finding.help(format!("did you mean `{group}.{near}`?")).fix(part.span, near),
            None => {
                let all: Vec<String> = fields.iter().take(8).map(|field| format!("`{}`", field.name)).collect();
                match fields.len() {
                    0 => finding,
                    1..=8 => finding.help(format!("it has {}", crate::diagnostic::listed(&all, "and"))),
                    more => finding.help(format!("it has {} and {} more", all.join(", "), more - all.len())),
                }
            }
        };
        self.refuse(finding)
    }

    /// Reports a name that a rulebook does not have.
    pub(super) fn unknown_in_book(&mut self, path: &ast::Path, book: usize) -> Expr {
        let Some(part) = path.parts.get(1) else { return super::broken(path.span) };
        let book_name = self.book_name(book);
        let finding =
            Diagnostic::new(&codes::UNKNOWN_NAME, part.span, format!("there is no item `{}` in the rulebook `{book_name}`", part.text));
        if !self.may_suggest() {
            return self.refuse(finding);
        }
        let items = self.names[book].iter().filter(|(_, definition)| self.definitions[**definition].kind.is_value());
        let near = closest(&part.text, items.map(|(name, _)| *name)).map(str::to_string);
        let finding = match near {
            Some(near) => finding.help(format!("did you mean `{book_name}.{near}`?")).fix(part.span, near),
            None => finding,
        };
        self.refuse(finding)
    }

    /// Reports an item followed by a name that it does not have.
    pub(super) fn unknown_in_item(&mut self, path: &ast::Path, definition: usize, at: usize) -> Expr {
        let Some(part) = path.parts.get(at) else { return super::broken(path.span) };
        if let (Kind::Scorecard(..), "points") = (self.definitions[definition].kind, part.text.as_str()) {
            return self.beyond(path, at + 1);
        }
        if let Kind::Table(_, table) = self.definitions[definition].kind {
            return self.unknown_column(path, at, table);
        }
        let Kind::Scorecard(..) = self.definitions[definition].kind else {
            let owner: Vec<&str> = path.parts[..at].iter().map(|part| part.text.as_str()).collect();
            let noun = self.definitions[definition].kind.noun();
            let message = format!("`{}` is {noun} and has nothing called `{}`", owner.join("."), part.text);
            return self.refuse(Diagnostic::new(&codes::UNKNOWN_NAME, part.span, message));
        };
        let owner: Vec<&str> = path.parts[..at].iter().map(|part| part.text.as_str()).collect();
        let owner = owner.join(".");
        let finding =
            Diagnostic::new(&codes::UNKNOWN_NAME, part.span, format!("`{owner}` is a scorecard and has nothing called `{}`", part.text))
                .help(format!("`{owner}` is its score, a percent, and `{owner}.points` its points"));
        // Items are unique in their rulebook and named without their scorecard.
        let book = self.definitions[definition].book;
        let item = self.names[book].get(part.text.as_str()).filter(|item| matches!(self.definitions[**item].kind, Kind::Card(..)));
        let finding = match item {
            Some(_) if book == self.book => finding.help(format!("the item is called `{}`", part.text)),
            Some(_) => finding.help(format!("the item is called `{}.{}`", self.book_name(book), part.text)),
            None => finding,
        };
        self.refuse(finding)
    }

    /// An example of a fact in a group, dotted from the group on.
    pub(super) fn example_fact(&self, fields: &[Field]) -> Option<String> {
        let mut path = Vec::new();
        let mut fields = fields;
        loop {
            let first = fields.first()?;
            path.push(first.name.as_str());
            match &first.kind {
                FieldKind::Leaf(_) => return Some(path.join(".")),
                FieldKind::Group(inner) => fields = inner,
            }
        }
    }
}
