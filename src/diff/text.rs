//! When two stretches of rule text say the same: their tokens are the same, whatever stands between them, numbers being what they come to and names what
//! they lead to. A name that could lead to more than one thing, because tokens do not tell a type from a fact, is only ever the same as itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Sources, Span};
use crate::syntax::ast::{Card, Field, Head, Item, Rulebook, TypeExpr, TypeKind};
use crate::syntax::{on_one_line, tokens};

/// What the rulebooks of one side declare.
pub(super) struct Names<'r> {
    declared: BTreeMap<&'r str, BTreeSet<&'r str>>,
}

/// The name of a rulebook: `syntax::load` gives every one its file's where it has no header.
pub(super) fn book_name(book: &Rulebook) -> &str {
    book.name.as_ref().map_or("", |name| name.text.as_str())
}

/// The name of a card; an include's is its scorecard's, as written.
pub(super) fn card_name(card: &Card) -> String {
    match card {
        Card::Include(include) => include.path.parts.last().map_or_else(String::new, |name| name.text.clone()),
        _ => card_head(card).map_or_else(String::new, |head| head.name.text.clone()),
    }
}

impl<'r> Names<'r> {
    pub(super) fn of(books: &'r [Rulebook]) -> Names<'r> {
        let mut names = Names { declared: BTreeMap::new() };
        for book in books {
            names.declared.entry(book_name(book)).or_default().extend(declared(book));
        }
        names
    }

    /// The code of what a dotted name leads to, and how many of its parts the code takes; none for facts and names bound on the spot.
    fn code(&self, book: &str, parts: &[&str]) -> Option<(String, usize)> {
        let declares = |book: &str, name: &str| self.declared.get(book).is_some_and(|names| names.contains(name));
        match parts {
            [other, name, ..] if declares(other, name) => Some((format!("{other}.{name}"), 2)),
            [name, ..] if declares(book, name) => Some((format!("{book}.{name}"), 1)),
            _ => None,
        }
    }
}

/// Every name of a rulebook that a code is made of.
pub(super) fn declared(book: &Rulebook) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for item in &book.items {
        names.extend(item.declared().map(|(name, _)| name));
        match item {
            Item::Scorecard(scorecard) => names.extend(scorecard.cards.iter().filter_map(card_head).map(|head| head.name.text.as_str())),
            Item::Protocol(protocol) => names.extend(protocol.provisions.iter().map(|provision| provision.head().name.text.as_str())),
            Item::Script(script) => names.extend(script.functions.iter().map(|function| function.name.text.as_str())),
            _ => {}
        }
    }
    names
}

/// Names of these rulebooks that are declared, and may mean something else where they stand: types and the like may be called as facts are, and everything
/// as a variant or a band is.
pub(super) fn unclear<'r>(books: impl Iterator<Item = &'r Rulebook> + Clone) -> BTreeSet<&'r str> {
    let mut said = Said::default();
    books.clone().flat_map(|book| &book.items).for_each(|item| said.item(item));
    let is_value =
        |item: &Item| !matches!(item, Item::Subject(_) | Item::Context(_) | Item::Type(_) | Item::Protocol(_) | Item::Profile(_));
    let values = books.clone().flat_map(declared).filter(|name| said.variants.contains(name));
    let others = books.flat_map(|book| &book.items).filter(|item| !is_value(item)).filter_map(Item::declared).map(|(name, _)| name);
    values.chain(others.filter(|name| said.fields.contains(name))).collect()
}

/// Names that are declared within others, and stand in expressions by themselves.
#[derive(Default)]
struct Said<'r> {
    variants: BTreeSet<&'r str>,
    fields: BTreeSet<&'r str>,
}

impl<'r> Said<'r> {
    fn item(&mut self, item: &'r Item) {
        match item {
            Item::Subject(subject) => self.fields(&subject.fields),
            Item::Context(context) => self.ty(&context.ty),
            Item::Type(item) => self.ty(&item.ty),
            Item::Verdict(verdict) => self.variants.extend(verdict.bands.iter().map(|band| band.name.text.as_str())),
            _ => {}
        }
    }

    fn fields(&mut self, fields: &'r [Field]) {
        for field in fields {
            self.fields.insert(&field.name.text);
            self.ty(&field.ty);
        }
    }

    fn ty(&mut self, ty: &'r TypeExpr) {
        match &ty.kind {
            TypeKind::OneOf(variants) => self.variants.extend(variants.iter().map(|(name, _)| name.text.as_str())),
            TypeKind::List(of, _) => self.ty(of),
            TypeKind::Record(fields) => self.fields(fields),
            _ => {}
        }
    }
}

/// What all cards but includes have.
pub(super) fn card_head(card: &Card) -> Option<&Head> {
    match card {
        Card::Check(check) => Some(&check.head),
        Card::Grade(grade) => Some(&grade.head),
        Card::Ramp(ramp) => Some(&ramp.head),
        Card::Measure(measure) => Some(&measure.head),
        Card::Include(_) => None,
    }
}

/// Reads what stretches of one side's texts say.
pub(super) struct Reader<'r> {
    pub(super) sources: &'r Sources,
    pub(super) names: Names<'r>,
    /// What is called otherwise on the other side: this side's code, and the other's.
    pub(super) renamed: BTreeMap<String, String>,
    /// Names of either side that may mean more than one thing.
    pub(super) unclear: BTreeSet<&'r str>,
}

impl Reader<'_> {
    /// What a stretch says, to be compared with what another says. `book` is the rulebook it stands in.
    pub(super) fn says(&self, book: &str, span: Span) -> String {
        self.says_without(book, span, None)
    }

    /// As [`Reader::says`], leaving out one stretch within: the name of what is declared.
    pub(super) fn says_without(&self, book: &str, span: Span, hole: Option<Span>) -> String {
        let text = self.sources.slice(span);
        match hole.filter(|hole| hole.start >= span.start && hole.end <= span.end) {
            None => self.canonical(book, &tokens(text)),
            Some(hole) => {
                let (before, after) = ((hole.start - span.start) as usize, (hole.end - span.start) as usize);
                let mut kept = tokens(&text[..before]);
                kept.extend(tokens(&text[after..]));
                self.canonical(book, &kept)
            }
        }
    }

    /// A stretch as it was written, on one line.
    pub(super) fn written(&self, span: Span) -> String {
        on_one_line(self.sources.slice(span))
    }

    fn canonical(&self, book: &str, tokens: &[&str]) -> String {
        let tokens = bare(tokens);
        let mut said = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let token = tokens[at];
            if token.starts_with(|first: char| first.is_ascii_digit()) {
                let fraction =
                    tokens.get(at + 1..at + 3).filter(|next| next[0] == "." && next[1].starts_with(|c: char| c.is_ascii_digit()));
                said.push(number(token, fraction.map(|next| next[1])));
                at += if fraction.is_some() { 3 } else { 1 };
            } else if is_word(token) {
                let mut parts = vec![token];
                while let Some([".", next]) = tokens.get(at + 2 * parts.len() - 1..at + 2 * parts.len() + 1)
                    && is_word(next)
                {
                    parts.push(next);
                }
                at += 2 * parts.len() - 1;
                // The first part is a rulebook, perhaps.
                let is_unclear = parts.iter().take(2).any(|part| self.unclear.contains(part));
                said.push(match self.names.code(book, &parts) {
                    _ if is_unclear => format!("{book}/{}", parts.join(".")),
                    Some((code, taken)) => {
                        let code = self.renamed.get(&code).cloned().unwrap_or(code);
                        std::iter::once(code.as_str()).chain(parts[taken..].iter().copied()).collect::<Vec<_>>().join(".")
                    }
                    None => parts.join("."),
                });
            } else if token.starts_with('"') && token.contains('{') {
                said.push(self.filled(book, token));
                at += 1;
            } else {
                said.push(token.to_string());
                at += 1;
            }
        }
        said.join(" ")
    }

    /// A text with values in braces, which name things too. A brace behind a backslash is only a brace.
    fn filled(&self, book: &str, text: &str) -> String {
        let mut said = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['\\', '{']) {
            let (before, after) = rest.split_at(at);
            said.push_str(before);
            let taken = match after.strip_prefix('{').and_then(|after| after.split_once('}')) {
                Some((inside, _)) => {
                    said.push_str(&format!("{{{}}}", self.canonical(book, &tokens(inside))));
                    inside.len() + 2
                }
                None => {
                    let escape: String = after.chars().take(2).collect();
                    said.push_str(&escape);
                    escape.len()
                }
            };
            rest = &after[taken..];
        }
        said + rest
    }
}

/// The tokens without parentheses around all of them.
fn bare<'t, 's>(tokens: &'t [&'s str]) -> &'t [&'s str] {
    let mut tokens = tokens;
    while let ["(", inner @ .., ")"] = tokens {
        let mut depth = 0_i32;
        let closes_early = inner.iter().any(|token| {
            depth += i32::from(*token == "(") - i32::from(*token == ")");
            depth < 0
        });
        if closes_early || inner.contains(&",") {
            break;
        }
        tokens = inner;
    }
    tokens
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// A number without what does not count: `1_000` is 1000, `0.50` is 0.5.
fn number(whole: &str, fraction: Option<&str>) -> String {
    let digits = |text: &str| text.replace('_', "");
    let Some(fraction) = fraction else { return digits(whole) };
    let fraction = digits(fraction);
    // What follows digits without a space, as in `1.50k`, is a unit.
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    let (decimals, unit) = fraction.split_at(end);
    match decimals.trim_end_matches('0') {
        "" => format!("{}{unit}", digits(whole)),
        decimals => format!("{}.{decimals}{unit}", digits(whole)),
    }
}
