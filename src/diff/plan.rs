//! Which declarations of two states of the rules are the same one: those of one name, then those that differ in nothing but their name or place.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Sources, Span};
use crate::syntax::ast::{Card, Item, Rulebook};

use super::text::{Names, Reader, book_name, card_head, card_name, declared, unclear};

/// A place among declarations: rulebook, item, and perhaps card of a scorecard.
pub(super) type At = (usize, usize, Option<usize>);

/// What belongs together.
pub(super) struct Plan<'r> {
    pub(super) old_books: &'r [Rulebook],
    pub(super) new_books: &'r [Rulebook],
    pub(super) old: Reader<'r>,
    pub(super) new: Reader<'r>,
    /// Rulebooks, in the new order, those that are gone before the root.
    pub(super) books: Vec<(Option<usize>, Option<usize>)>,
    /// Declarations that were renamed or moved: old place and new.
    pub(super) twins: Vec<(At, At)>,
}

impl<'r> Plan<'r> {
    pub(super) fn of(old: &'r [Rulebook], new: &'r [Rulebook], sources: &'r Sources) -> Plan<'r> {
        let unclear = unclear(old.iter().chain(new));
        let reader =
            |books: &'r [Rulebook]| Reader { sources, names: Names::of(books), renamed: BTreeMap::new(), unclear: unclear.clone() };
        let mut plan = Plan { old_books: old, new_books: new, old: reader(old), new: reader(new), books: Vec::new(), twins: Vec::new() };
        plan.pair_books();
        // What was renamed may be named by what was renamed too, so each round can find more.
        while plan.find_twins() {}
        plan
    }

    fn pair_books(&mut self) {
        let (old, new) = (self.old_books, self.new_books);
        let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for (place, book) in new.iter().enumerate() {
            pairs.push((old.iter().position(|other| book_name(other) == book_name(book) && other.tests == book.tests), Some(place)));
        }
        let gone = |pairs: &[(Option<usize>, Option<usize>)], place: usize| !pairs.iter().any(|(old, _)| *old == Some(place));
        for at in 0..pairs.len() {
            // A rulebook of another name that declares mostly the same is the same under another name.
            if let (None, Some(place)) = pairs[at] {
                pairs[at].0 = (0..old.len()).find(|other| gone(&pairs, *other) && is_mostly(&old[*other], &new[place]));
            }
        }
        let root = pairs.pop();
        for place in 0..old.len() {
            if gone(&pairs, place) && root.is_none_or(|(old, _)| old != Some(place)) {
                pairs.push((Some(place), None));
            }
        }
        pairs.extend(root);
        for (one, other) in &pairs {
            if let (Some(one), Some(other)) = (one, other) {
                let (from, to) = (book_name(&old[*one]), book_name(&new[*other]));
                if from != to {
                    let codes: Vec<&str> = declared(&old[*one]).into_iter().collect();
                    self.old.renamed.extend(codes.iter().map(|name| (format!("{from}.{name}"), format!("{to}.{name}"))));
                }
            }
        }
        self.books = pairs;
    }

    /// Looks for declarations that are gone on one side and new on the other; says whether there are more than before.
    fn find_twins(&mut self) -> bool {
        let old: Vec<At> = self.single(self.old_books, self.new_books, true);
        let new: Vec<At> = self.single(self.new_books, self.old_books, false);
        let before = self.twins.len();
        for one in old {
            let said = self.content(&self.old, self.old_books, one);
            let beside = |other: &&At| self.books.contains(&(Some(one.0), Some(other.0)));
            let free = |other: &&At| !self.twins.iter().any(|(_, taken)| taken == *other);
            let alike = |other: &&At| free(other) && self.content(&self.new, self.new_books, **other) == said;
            let found = new.iter().filter(beside).find(alike).or_else(|| new.iter().find(alike));
            if let Some(other) = found.copied() {
                self.twins.push((one, other));
                let (from, to) = (code_at(self.old_books, one), code_at(self.new_books, other));
                if from != to {
                    self.old.renamed.insert(from, to);
                }
            }
        }
        self.twins.len() > before
    }

    /// The declarations of one side that the other has none of this name for, and that have no twin yet.
    fn single(&self, books: &[Rulebook], others: &[Rulebook], of_old: bool) -> Vec<At> {
        let is_twin = |at: &At| self.twins.iter().any(|(old, new)| if of_old { old == at } else { new == at });
        let mut found = Vec::new();
        for (old, new) in &self.books {
            let (Some(own), Some(other)) = (if of_old { (*old, *new) } else { (*new, *old) }) else { continue };
            for (place, item) in books[own].items.iter().enumerate() {
                match others[other].items.iter().find(|other| is_same_name(item, other)) {
                    None => found.push((own, place, None)),
                    Some(Item::Scorecard(other)) => {
                        let Item::Scorecard(scorecard) = item else { continue };
                        let names: BTreeSet<String> = other.cards.iter().map(card_name).collect();
                        let missing = |card: &Card| !names.contains(&card_name(card)) && !matches!(card, Card::Include(_));
                        found.extend(
                            (0..scorecard.cards.len()).filter(|card| missing(&scorecard.cards[*card])).map(|card| (own, place, Some(card))),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
        found.retain(|at| !is_twin(at));
        found
    }

    /// What a declaration says apart from its name.
    fn content(&self, reader: &Reader, books: &[Rulebook], at: At) -> String {
        let book = &books[at.0];
        let item = &book.items[at.1];
        let (span, name) = match (item, at.2) {
            (Item::Scorecard(scorecard), Some(card)) => card_spans(&scorecard.cards[card]),
            _ => (item_span(item), name_span(item)),
        };
        reader.says_without(book_name(book), span, name)
    }

    /// The new place of what was at an old one.
    pub(super) fn twin_of_old(&self, at: At) -> Option<At> {
        self.twins.iter().find(|(old, _)| *old == at).map(|(_, new)| *new)
    }

    /// The old place of what is at a new one.
    pub(super) fn twin_of_new(&self, at: At) -> Option<At> {
        self.twins.iter().find(|(_, new)| *new == at).map(|(old, _)| *old)
    }
}

/// The code of what stands at a place.
pub(super) fn code_at(books: &[Rulebook], at: At) -> String {
    let book = &books[at.0];
    let name = match (&book.items[at.1], at.2) {
        (Item::Scorecard(scorecard), Some(card)) => card_name(&scorecard.cards[card]),
        (item, _) => item_name(item).to_string(),
    };
    format!("{}.{name}", book_name(book))
}

/// The name by which an item is found again: a test's is its title, a script's its file.
pub(super) fn item_name(item: &Item) -> &str {
    match item {
        Item::Trial(trial) => &trial.title.text,
        _ => item.declared().map_or("", |(name, _)| name),
    }
}

/// What an item is, in the language's word.
pub(super) fn item_kind(item: &Item) -> &'static str {
    match item {
        Item::Subject(_) => "subject",
        Item::Context(_) => "context",
        Item::Type(_) => "type",
        Item::Param(_) => "param",
        Item::Let(_) => "let",
        Item::Scorecard(_) => "scorecard",
        Item::Gate(_) => "gate",
        Item::Verdict(_) => "verdict",
        Item::Script(_) => "script",
        Item::Protocol(_) => "protocol",
        Item::Table(_) => "table",
        Item::Profile(_) => "profile",
        Item::Trial(_) => "test",
    }
}

/// Whether two items are one by kind and name.
pub(super) fn is_same_name(one: &Item, other: &Item) -> bool {
    item_kind(one) == item_kind(other) && item_name(one) == item_name(other)
}

/// The whole of an item.
pub(super) fn item_span(item: &Item) -> Span {
    match item {
        Item::Subject(item) => item.head.span,
        Item::Context(item) => item.head.span,
        Item::Type(item) => item.head.span,
        Item::Param(item) => item.head.span,
        Item::Let(item) => item.head.span,
        Item::Scorecard(item) => item.head.span,
        Item::Gate(item) => item.head.span,
        Item::Verdict(item) => item.head.span,
        Item::Script(item) => item.span,
        Item::Protocol(item) => item.head.span,
        Item::Table(item) => item.head.span,
        Item::Profile(item) => item.head.span,
        Item::Trial(item) => item.span,
    }
}

fn name_span(item: &Item) -> Option<Span> {
    match item {
        Item::Trial(trial) => Some(trial.title.span),
        _ => item.declared().map(|(_, span)| span),
    }
}

/// The whole of a card, and its name.
pub(super) fn card_spans(card: &Card) -> (Span, Option<Span>) {
    match (card, card_head(card)) {
        (Card::Include(include), _) => (include.span, None),
        (_, Some(head)) => (head.span, Some(head.name.span)),
        // Only includes have no head.
        (_, None) => unreachable!("every card but an include has a head"),
    }
}

/// Whether a rulebook declares more than half of what another does.
fn is_mostly(old: &Rulebook, new: &Rulebook) -> bool {
    let (before, after) = (declared(old), declared(new));
    old.tests == new.tests && !before.is_empty() && 2 * before.intersection(&after).count() > before.len().max(after.len())
}
