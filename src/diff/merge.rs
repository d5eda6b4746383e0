//! The walk over both states of the rules. Where they differ it notes a change and goes on with the side that was asked for, so that one walk both lists the
//! changes and makes the rules in which some of them were made.

mod cards;
mod items;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use crate::explain::Citation;
use crate::source::Span;
use crate::syntax::ast::{Card, Expr, Head, Item, Name, Rulebook, Template, Text};

use super::align::{Entry, Pair, align};
use super::plan::{At, Plan, card_spans, code_at, is_same_name, item_kind, item_span};
use super::text::{Reader, book_name, card_name};
use super::{Aspect, Change, Nature, Written};

/// The walk under way.
pub(super) struct Walk<'w, 'r> {
    plan: &'w Plan<'r>,
    /// Which changes are made.
    made: &'w dyn Fn(usize) -> bool,
    /// Whether what was renamed or moved has its new name: all of it, or none.
    follows: bool,
    /// Every change met, made or not.
    pub(super) changes: Vec<Change>,
    /// The changes of place or name alone, by the new place.
    twins: BTreeMap<At, usize>,
    scope: Scope,
}

/// The declaration that the walk is in.
#[derive(Clone, Default)]
struct Scope {
    old_book: String,
    new_book: String,
    code: String,
    old_code: String,
    title: Option<String>,
    kind: &'static str,
}

/// Whose rows are compared, and how.
struct Rows<'f, T> {
    aspect: Aspect,
    span: fn(&T) -> Span,
    /// What an entry is about: a band's name, a row's condition.
    about: &'f dyn Fn(&Reader, &str, &T) -> String,
    /// What to call an entry in a report.
    part: fn(&T) -> Option<String>,
    /// Whether entries at one place are one, though nothing in them is alike.
    by_place: bool,
}

impl<'w, 'r> Walk<'w, 'r> {
    pub(super) fn new(plan: &'w Plan<'r>, made: &'w dyn Fn(usize) -> bool, follows: bool) -> Walk<'w, 'r> {
        Walk { plan, made, follows, changes: Vec::new(), twins: BTreeMap::new(), scope: Scope::default() }
    }

    /// The rulebooks with the changes that are made; tests, which nothing is judged by, are left out.
    pub(super) fn books(&mut self) -> Vec<Rulebook> {
        let mut merged = Vec::new();
        for (old, new) in &self.plan.books {
            match (old, new) {
                (Some(old), Some(new)) => merged.push(self.book(*old, *new)),
                (Some(old), None) => {
                    let book = &self.plan.old_books[*old];
                    self.enter_book(book, book);
                    if !self.whole_book(book, Nature::Removed) {
                        merged.push(book.clone());
                    }
                }
                (None, Some(new)) => {
                    let book = &self.plan.new_books[*new];
                    self.enter_book(book, book);
                    if self.whole_book(book, Nature::Added) {
                        merged.push(book.clone());
                    }
                }
                (None, None) => {}
            }
        }
        merged.retain(|book| !book.tests);
        for book in &mut merged {
            book.items.retain(|item| !matches!(item, Item::Trial(_)));
        }
        merged
    }

    /// Notes that a rulebook is new or gone; says whether that is made.
    fn whole_book(&mut self, book: &Rulebook, nature: Nature) -> bool {
        let made = self.whole(nature, Span::new(book.file, 0, 0), !book.tests);
        if let Some(change) = self.changes.last_mut() {
            change.is_name = book.items.iter().all(|item| is_name(item) || matches!(item, Item::Trial(_)));
        }
        made
    }

    fn enter_book(&mut self, old: &Rulebook, new: &Rulebook) {
        self.scope = Scope {
            old_book: book_name(old).to_string(),
            new_book: book_name(new).to_string(),
            code: book_name(new).to_string(),
            old_code: book_name(old).to_string(),
            title: new.title.as_ref().or(old.title.as_ref()).map(|title| title.text.clone()),
            kind: if new.tests { "tests" } else { "rulebook" },
        };
    }

    fn book(&mut self, old_place: usize, new_place: usize) -> Rulebook {
        let (old, new) = (&self.plan.old_books[old_place], &self.plan.new_books[new_place]);
        self.enter_book(old, new);
        let renamed = old.name.as_ref().zip(new.name.as_ref()).filter(|(old, new)| old.text != new.text);
        let takes_name =
            renamed.is_some_and(|(old, new)| self.note(Aspect::Whole, Nature::Renamed, None, Some(old.span), Some(new.span), false));
        let title = self.part(Aspect::Title, old.title.as_ref(), new.title.as_ref(), |text| text.span);
        let version = self.part(Aspect::Version, old.version.as_ref(), new.version.as_ref(), |text| text.span);
        let doc = self.doc(&old.doc, &new.doc, header_span(old), header_span(new));
        let uses = self.uses(&old.uses, &new.uses);
        let mut items = Vec::new();
        let outer = self.scope.clone();
        let partner = |item: &Item, others: &'r [Item]| others.iter().position(|other| is_same_name(item, other));
        for (place, item) in new.items.iter().enumerate() {
            let at = (new_place, place, None);
            if let Some(other) = partner(item, &old.items) {
                items.push(self.item((old_place, other, None), at));
            } else if let Some(from) = self.plan.twin_of_new(at) {
                let made = self.twin(from, at);
                // A new name keeps the place; what has moved stands here only if that is made.
                if made {
                    items.push(item.clone());
                } else if from.0 == old_place {
                    items.push(old.items[from.1].clone());
                }
            } else if self.whole_item(item, Nature::Added) {
                items.push(item.clone());
            }
            self.scope = outer.clone();
        }
        for (place, item) in old.items.iter().enumerate() {
            let at = (old_place, place, None);
            if partner(item, &new.items).is_some() {
                continue;
            }
            if let Some(to) = self.plan.twin_of_old(at) {
                if to.0 != new_place && !self.twin(at, to) {
                    items.push(item.clone());
                }
            } else if !self.whole_item(item, Nature::Removed) {
                items.push(item.clone());
            }
            self.scope = outer.clone();
        }
        let name = if takes_name { new.name.clone() } else { old.name.clone() };
        Rulebook { file: old.file, name, title, version, doc, uses, tests: old.tests, items }
    }

    /// Rulebooks read. Both sides' are: reading one more moves nothing, and what comes to use it may be among the changes made.
    fn uses(&mut self, old: &[Name], new: &[Name]) -> Vec<Name> {
        let has = |names: &[Name], name: &Name| names.iter().any(|other| other.text == name.text);
        let mut uses = old.to_vec();
        for name in new.iter().filter(|name| !has(old, name)) {
            self.note(Aspect::Use, Nature::Added, None, None, Some(name.span), false);
            uses.push(name.clone());
        }
        for name in old.iter().filter(|name| !has(new, name)) {
            self.note(Aspect::Use, Nature::Removed, None, Some(name.span), None, false);
        }
        uses
    }

    /// A declaration that has a new name or a new place, and is otherwise the same. Says whether that is made.
    fn twin(&mut self, from: At, to: At) -> bool {
        if let Some(change) = self.twins.get(&to) {
            return (self.made)(*change);
        }
        let (old, new) = (self.plan.old_books, self.plan.new_books);
        let outer = self.scope.clone();
        let owner = |books: &'r [Rulebook], at: At| match (&books[at.0].items[at.1], at.2) {
            (Item::Scorecard(scorecard), Some(card)) => (card_spans(&scorecard.cards[card]).0, Some(&scorecard.head.name.text)),
            (item, _) => (item_span(item), None),
        };
        let ((before, from_owner), (after, to_owner)) = (owner(old, from), owner(new, to));
        self.scope.code = code_at(new, to);
        self.scope.old_code = code_at(old, from);
        (self.scope.kind, self.scope.title) = match (&new[to.0].items[to.1], to.2) {
            (Item::Scorecard(scorecard), Some(card)) => (card_kind(&scorecard.cards[card]), card_title(&scorecard.cards[card])),
            (item, _) => (item_kind(item), item_title(item)),
        };
        let stays = Some(from.0) == self.old_place_of(to.0) && from_owner == to_owner;
        let nature = if stays { Nature::Renamed } else { Nature::Moved };
        // A card that moves counts elsewhere; under a new name, or in another rulebook, everything judges as it did.
        let judges = nature == Nature::Moved && to.2.is_some();
        self.note(Aspect::Whole, nature, None, Some(before), Some(after), judges);
        let change = self.changes.len() - 1;
        self.twins.insert(to, change);
        self.scope = outer;
        (self.made)(change)
    }

    fn old_place_of(&self, new_book: usize) -> Option<usize> {
        self.plan.books.iter().find(|(_, new)| *new == Some(new_book)).and_then(|(old, _)| *old)
    }

    /// Notes that something is new or gone; says whether that is made.
    fn whole_item(&mut self, item: &Item, nature: Nature) -> bool {
        let name = super::plan::item_name(item);
        let book = if nature == Nature::Added { &self.scope.new_book } else { &self.scope.old_book };
        self.scope.code = match item {
            Item::Trial(_) | Item::Script(_) => name.to_string(),
            _ => format!("{book}.{name}"),
        };
        self.scope.old_code = self.scope.code.clone();
        (self.scope.kind, self.scope.title) = (item_kind(item), item_title(item));
        let judges = !matches!(item, Item::Trial(_));
        let made = self.whole(nature, item_span(item), judges);
        if let Some(change) = self.changes.last_mut() {
            change.is_name = is_name(item);
        }
        made
    }

    fn whole(&mut self, nature: Nature, span: Span, judges: bool) -> bool {
        let (old, new) = if nature == Nature::Added { (None, Some(span)) } else { (Some(span), None) };
        self.note(Aspect::Whole, nature, None, old, new, judges)
    }

    /// Notes a change; says whether it is made.
    fn note(&mut self, aspect: Aspect, nature: Nature, part: Option<String>, old: Option<Span>, new: Option<Span>, judges: bool) -> bool {
        let sources = self.plan.old.sources;
        let written = |span: Span| Written { text: self.plan.old.written(span), place: Citation { span, address: sources.address(span) } };
        let (old, new) = (old.map(written), new.map(written));
        self.note_written(aspect, nature, part, old, new, judges)
    }

    fn note_written(
        &mut self,
        aspect: Aspect,
        nature: Nature,
        part: Option<String>,
        old: Option<Written>,
        new: Option<Written>,
        judges: bool,
    ) -> bool {
        let place = self.changes.len();
        let scope = &self.scope;
        self.changes.push(Change {
            book: scope.new_book.clone(),
            code: scope.code.clone(),
            old_code: (scope.code != scope.old_code).then(|| scope.old_code.clone()),
            title: scope.title.clone(),
            kind: scope.kind,
            aspect,
            part,
            nature,
            old,
            new,
            judges,
            is_name: false,
        });
        (self.made)(place)
    }

    /// A part that may be missing on either side.
    fn part<T: Clone>(&mut self, aspect: Aspect, old: Option<&T>, new: Option<&T>, span: impl Fn(&T) -> Span) -> Option<T> {
        let nature = match (old, new) {
            (None, None) => return None,
            (Some(one), Some(other)) => {
                let (before, after) = (self.says_old(span(one)), self.says_new(span(other)));
                if before == after {
                    return Some(self.same(one, other, span(one), span(other)));
                }
                Nature::Changed
            }
            (Some(_), None) => Nature::Removed,
            (None, Some(_)) => Nature::Added,
        };
        let made = self.note(aspect, nature, None, old.map(&span), new.map(&span), !aspect.is_of_words());
        if made { new.cloned() } else { old.cloned() }
    }

    /// A part that both sides have.
    fn must<T: Clone>(&mut self, aspect: Aspect, old: &T, new: &T, span: impl Fn(&T) -> Span) -> T {
        self.part(aspect, Some(old), Some(new), span).unwrap_or_else(|| old.clone())
    }

    /// Of two that say the same the old one, unless it names what has a new name by now.
    fn same<T: Clone>(&self, old: &T, new: &T, before: Span, after: Span) -> T {
        let names_renamed = !self.plan.old.renamed.is_empty() && self.plan.old.written(before) != self.plan.new.written(after);
        if names_renamed && self.follows { new.clone() } else { old.clone() }
    }

    fn says_old(&self, span: Span) -> String {
        self.plan.old.says(&self.scope.old_book, span)
    }

    fn says_new(&self, span: Span) -> String {
        self.plan.new.says(&self.scope.new_book, span)
    }

    fn expr(&mut self, aspect: Aspect, old: &Expr, new: &Expr) -> Expr {
        self.must(aspect, old, new, |expr| expr.span)
    }

    fn maybe_expr(&mut self, aspect: Aspect, old: Option<&Expr>, new: Option<&Expr>) -> Option<Expr> {
        self.part(aspect, old, new, |expr| expr.span)
    }

    fn template(&mut self, aspect: Aspect, old: Option<&Template>, new: Option<&Template>) -> Option<Template> {
        self.part(aspect, old, new, |template| template.span)
    }

    fn text(&mut self, aspect: Aspect, old: Option<&Text>, new: Option<&Text>) -> Option<Text> {
        self.part(aspect, old, new, |text| text.span)
    }

    fn doc(&mut self, old: &str, new: &str, before: Span, after: Span) -> String {
        let said = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (one, other) = (said(old), said(new));
        if one == other {
            return old.to_string();
        }
        let sources = self.plan.old.sources;
        let written = |text: String, span: Span| {
            (!text.is_empty()).then(|| Written { text, place: Citation { span, address: sources.address(span) } })
        };
        let nature = match (one.is_empty(), other.is_empty()) {
            (true, _) => Nature::Added,
            (_, true) => Nature::Removed,
            _ => Nature::Changed,
        };
        let made = self.note_written(Aspect::Documentation, nature, None, written(one, before), written(other, after), false);
        if made { new.to_string() } else { old.to_string() }
    }

    /// Title and documentation. The name is the new one where the declaration was renamed and that is made.
    fn head(&mut self, old: &Head, new: &Head, takes_name: bool) -> Head {
        let title = self.text(Aspect::Title, old.title.as_ref(), new.title.as_ref());
        let doc = self.doc(&old.doc, &new.doc, old.name.span, new.name.span);
        Head { name: if takes_name { new.name.clone() } else { old.name.clone() }, title, doc, span: old.span }
    }

    /// Rows whose order counts.
    fn rows<T: Clone>(&mut self, old: &[T], new: &[T], rows: &Rows<T>, both: &mut dyn FnMut(&mut Self, &T, &T) -> T) -> Vec<T> {
        let entry = |reader: &Reader, book: &str, row: &T| Entry {
            all: reader.says(book, (rows.span)(row)),
            about: (rows.about)(reader, book, row),
        };
        let olds: Vec<Entry> = old.iter().map(|row| entry(&self.plan.old, &self.scope.old_book, row)).collect();
        let news: Vec<Entry> = new.iter().map(|row| entry(&self.plan.new, &self.scope.new_book, row)).collect();
        let judges = !rows.aspect.is_of_words();
        let mut merged = Vec::new();
        let mut moves: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for pair in align(&olds, &news, rows.by_place) {
            match pair {
                Pair::Same(one, other) => {
                    merged.push(self.same(&old[one], &new[other], (rows.span)(&old[one]), (rows.span)(&new[other])));
                }
                Pair::Changed(one, other) => merged.push(both(self, &old[one], &new[other])),
                Pair::Removed(one) => {
                    let row = &old[one];
                    if !self.note(rows.aspect, Nature::Removed, (rows.part)(row), Some((rows.span)(row)), None, judges) {
                        merged.push(row.clone());
                    }
                }
                Pair::Added(other) => {
                    let row = &new[other];
                    if self.note(rows.aspect, Nature::Added, (rows.part)(row), None, Some((rows.span)(row)), judges) {
                        merged.push(row.clone());
                    }
                }
                Pair::MovedFrom(one, other) | Pair::MovedTo(one, other) => {
                    let (before, after) = ((rows.span)(&old[one]), (rows.span)(&new[other]));
                    let made = match moves.get(&(one, other)) {
                        Some(made) => *made,
                        None => {
                            let made = self.note(rows.aspect, Nature::Moved, (rows.part)(&new[other]), Some(before), Some(after), judges);
                            moves.insert((one, other), made);
                            made
                        }
                    };
                    match pair {
                        Pair::MovedTo(..) if made => merged.push(new[other].clone()),
                        Pair::MovedFrom(..) if !made => merged.push(old[one].clone()),
                        _ => {}
                    }
                }
            }
        }
        merged
    }

    /// Things with names, whose order is of no account.
    fn named<T: Clone>(
        &mut self,
        old: &[T],
        new: &[T],
        name: &dyn Fn(&T) -> String,
        one_sided: &mut dyn FnMut(&mut Self, &T, Nature) -> bool,
        both: &mut dyn FnMut(&mut Self, &T, &T) -> T,
    ) -> Vec<T> {
        let mut merged = Vec::new();
        let names: BTreeSet<String> = new.iter().map(name).collect();
        for one in new {
            match old.iter().find(|other| name(other) == name(one)) {
                Some(other) => merged.push(both(self, other, one)),
                None if one_sided(self, one, Nature::Added) => merged.push(one.clone()),
                None => {}
            }
        }
        for one in old.iter().filter(|one| !names.contains(&name(one))) {
            if !one_sided(self, one, Nature::Removed) {
                merged.push(one.clone());
            }
        }
        merged
    }
}

/// Where a rulebook's header is.
fn header_span(book: &Rulebook) -> Span {
    book.name.as_ref().map_or(Span::new(book.file, 0, 0), |name| name.span)
}

/// Whether an item does nothing by itself, so that it is only a name for others to read.
fn is_name(item: &Item) -> bool {
    match item {
        Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Table(_) | Item::Script(_) | Item::Profile(_) => true,
        Item::Subject(_)
        | Item::Context(_)
        | Item::Scorecard(_)
        | Item::Gate(_)
        | Item::Verdict(_)
        | Item::Protocol(_)
        | Item::Trial(_) => false,
    }
}

/// What a card is, in the language's word.
fn card_kind(card: &Card) -> &'static str {
    match card {
        Card::Check(_) => "check",
        Card::Grade(_) => "grade",
        Card::Ramp(_) => "ramp",
        Card::Measure(_) => "measure",
        Card::Include(_) => "include",
    }
}

fn card_title(card: &Card) -> Option<String> {
    super::text::card_head(card)?.title.as_ref().map(|title| title.text.clone())
}

fn item_title(item: &Item) -> Option<String> {
    item.head()?.title.as_ref().map(|title| title.text.clone())
}

/// A card by its name, or an include by the code that its scorecard has by now.
fn card_key(card: &Card, reader: &Reader, book: &str) -> String {
    match card {
        Card::Include(include) => format!("include {}", reader.says(book, include.path.span)),
        card => card_name(card),
    }
}
