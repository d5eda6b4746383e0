//! Declarations: who has which name, which rulebooks see each other, and names that clash.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{GateId, Head, ItemId, LetId, ParamId, RulebookInfo, ScorecardId, TableId, VerdictId};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{EnumId, EnumType, Variant, Variants};

use super::{Checker, Definition, Kind};

impl<'a> Kind<'a> {
    /// With its article.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Subject(_) => "the subject",
            Kind::Context(_) => "a context",
            Kind::Type(_) => "a type",
            Kind::Param(..) => "a parameter",
            Kind::Let(..) => "a `let`",
            Kind::Scorecard(..) => "a scorecard",
            Kind::Gate(..) => "a gate",
            Kind::Verdict(..) => "a verdict",
            Kind::Protocol(_) => "a protocol",
            Kind::Limit(..) => "a limit",
            Kind::Trigger(..) => "a trigger",
            Kind::Review(_) => "a review",
            Kind::Table(..) => "a table",
            Kind::Profile(_) => "a profile",
            Kind::Card(_, ast::Card::Check(_)) => "a check",
            Kind::Card(_, ast::Card::Grade(_)) => "a grade",
            Kind::Card(_, ast::Card::Ramp(_)) => "a ramp",
            Kind::Card(_, ast::Card::Measure(_)) => "a measure",
            Kind::Card(_, ast::Card::Include(_)) => "an include",
            Kind::Function(..) => "a function",
        }
    }

    /// Whether the name stands for a value in expressions, or begins the name of one.
    pub(super) fn is_value(self) -> bool {
        let named = matches!(self, Kind::Subject(_) | Kind::Context(_) | Kind::Type(_) | Kind::Protocol(_) | Kind::Review(_));
        !named && !matches!(self, Kind::Profile(_) | Kind::Function(..))
    }
}

impl<'a> Checker<'a> {
    /// Collects every declared name, and reports those that clash.
    pub(super) fn declare(&mut self) {
        for book in 0..self.books.len() {
            let header = &self.books[book];
            let name = self.book_name(book);
            self.book_names.entry(name).or_insert(book);
            self.policy.rulebooks.push(RulebookInfo {
                name: name.to_string(),
                title: header.title.as_ref().map_or_else(|| name.to_string(), |title| title.text.clone()),
                version: header.version.as_ref().map(|version| version.text.clone()),
                doc: header.doc.clone(),
                file: header.file,
                tests: header.tests,
            });
            self.book = book;
            for item in &header.items {
                self.declare_item(item);
            }
        }
        let count = self.definitions.len();
        self.used = vec![false; count];
        self.circular = vec![false; count];
        self.report_subject_count();
        self.report_clashes_with_facts();
        self.lay_out_bands();
        self.assign_gates();
    }

    fn declare_item(&mut self, item: &'a ast::Item) {
        match item {
            ast::Item::Subject(subject) => {
                let definition = self.define(&subject.head.name, Kind::Subject(subject));
                self.subject.get_or_insert(definition);
            }
            ast::Item::Context(context) => {
                let definition = self.define(&context.head.name, Kind::Context(context));
                let name = context.head.name.text.as_str();
                match self.contexts.get(name).map(|first| &self.definitions[*first]) {
                    // Two in one rulebook have been reported as any two names.
                    Some(first) if first.book != self.book => {
                        let finding = duplicate("context", &context.head.name, first.name.span);
                        self.report(finding.help("contexts are visible in every rulebook, so each needs a name of its own"));
                    }
                    Some(_) => {}
                    None => {
                        self.contexts.insert(name, definition);
                    }
                }
            }
            ast::Item::Type(item) => {
                self.define(&item.head.name, Kind::Type(item));
            }
            ast::Item::Param(param) => {
                let id = ParamId(self.param_types.len() as u32);
                self.param_types.push(None);
                self.define(&param.head.name, Kind::Param(id, param));
            }
            ast::Item::Let(item) => {
                let id = LetId(self.let_types.len() as u32);
                self.let_types.push(None);
                self.let_reads.push(None);
                self.define(&item.head.name, Kind::Let(id, item));
            }
            ast::Item::Scorecard(scorecard) => {
                let id = ScorecardId(self.cards.len() as u32);
                self.define(&scorecard.head.name, Kind::Scorecard(id, scorecard));
                let mut items = Vec::new();
                for card in &scorecard.cards {
                    let item = ItemId(self.card_count);
                    self.card_count += 1;
                    items.push(item);
                    if let Some(head) = card_head(card) {
                        self.define(&head.name, Kind::Card(item, card));
                    }
                }
                self.cards.push(items);
            }
            ast::Item::Gate(gate) => {
                let id = GateId(self.gate_count);
                self.gate_count += 1;
                self.define(&gate.head.name, Kind::Gate(id, gate));
            }
            ast::Item::Verdict(verdict) => {
                let id = VerdictId(self.capped_by.len() as u32);
                self.capped_by.push(Vec::new());
                self.define(&verdict.head.name, Kind::Verdict(id, verdict));
            }
            ast::Item::Script(script) => self.declare_functions(script),
            ast::Item::Protocol(protocol) => self.declare_protocol(protocol),
            ast::Item::Table(table) => {
                let id = TableId(self.column_types.len() as u32);
                self.column_types.push(None);
                self.define(&table.head.name, Kind::Table(id, table));
            }
            ast::Item::Profile(profile) => {
                self.define(&profile.head.name, Kind::Profile(profile));
            }
            // A test has a title and no name.
            ast::Item::Trial(_) => {}
        }
    }

    pub(super) fn define(&mut self, name: &'a ast::Name, kind: Kind<'a>) -> usize {
        self.check_style(name);
        let definition = self.definitions.len();
        self.definitions.push(Definition { book: self.book, name, kind });
        match self.names[self.book].get(name.text.as_str()) {
            Some(first) => {
                let first = self.definitions[*first].name.span;
                self.report(duplicate("name", name, first).help("names are unique within a rulebook; rename one of the two"));
            }
            None => {
                self.names[self.book].insert(&name.text, definition);
            }
        }
        definition
    }

    /// Names are in lower case with underscores.
    pub(super) fn check_style(&mut self, name: &ast::Name) {
        if !name.text.contains(|letter: char| letter.is_ascii_uppercase()) {
            return;
        }
        let mut proper = String::new();
        let mut before: Option<char> = None;
        for letter in name.text.chars() {
            let begins_word =
                letter.is_ascii_uppercase() && before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
            if begins_word {
                proper.push('_');
            }
            proper.push(letter.to_ascii_lowercase());
            before = Some(letter);
        }
        self.report(
            Diagnostic::new(&codes::NAME_STYLE, name.span, format!("expected a name in lower case, found `{}`", name.text))
                .help(format!("write `{proper}`, here and wherever it is used")),
        );
    }

    fn report_subject_count(&mut self) {
        let subjects: Vec<Span> = self
            .definitions
            .iter()
            .filter(|definition| matches!(definition.kind, Kind::Subject(_)))
            .map(|definition| definition.name.span)
            .collect();
        match subjects.as_slice() {
            [_] => {}
            [] => {
                let Some(root) = self.books.last() else { return };
                let span = root.name.as_ref().map_or_else(|| Span::new(root.file, 0, 0), |name| name.span);
                self.report(
                    Diagnostic::new(&codes::SUBJECT_COUNT, span, "no rulebook declares a subject, the fact sheet of what is judged")
                        .help("write one, as in `subject project { name: text }`, or name the rulebook that has it after `use`"),
                );
            }
            [first, others @ ..] => {
                for other in others {
                    self.report(
                        Diagnostic::new(&codes::SUBJECT_COUNT, *other, "a policy judges one kind of subject, and this is a second")
                            .related(*first, "the first")
                            .help("declare other documents as `context`"),
                    );
                }
            }
        }
    }

    /// Facts are visible in every rulebook without a prefix, so nothing else may be called as they are.
    fn report_clashes_with_facts(&mut self) {
        let fields = match self.subject.map(|subject| self.definitions[subject].kind) {
            Some(Kind::Subject(subject)) => subject.fields.as_slice(),
            _ => &[],
        };
        let facts: std::collections::BTreeMap<&str, Span> =
            fields.iter().rev().map(|field| (field.name.text.as_str(), field.name.span)).collect();
        let mut clashes = Vec::new();
        for definition in &self.definitions {
            let name = definition.name;
            let fact = facts.get(name.text.as_str());
            let context = self.contexts.get(name.text.as_str()).map(|context| &self.definitions[*context]);
            // In one rulebook this is a name declared twice, which has been reported.
            let context = context.filter(|context| context.book != definition.book).map(|context| context.name.span);
            match definition.kind {
                Kind::Subject(_) | Kind::Type(_) | Kind::Protocol(_) | Kind::Review(_) | Kind::Profile(_) => continue,
                Kind::Context(_) if fact.is_none() => continue,
                _ => {}
            }
            let (other, what) = match (fact, context) {
                (Some(fact), _) => (*fact, "a fact of the subject"),
                (None, Some(context)) => (context, "a context"),
                (None, None) => continue,
            };
            clashes.push(
                Diagnostic::new(&codes::AMBIGUOUS_NAME, name.span, format!("`{}` is also the name of {what}", name.text))
                    .related(other, what)
                    .help("facts and contexts are visible in every rulebook, so give this another name"),
            );
        }
        self.findings.extend(clashes);
    }

    /// Makes the bands of each verdict an ordered enumeration.
    fn lay_out_bands(&mut self) {
        for place in 0..self.definitions.len() {
            let Kind::Verdict(_, verdict) = self.definitions[place].kind else { continue };
            let variants = self.variants(verdict.bands.iter().map(|band| (&band.name, band.title.as_ref())), &verdict.head.name, "band");
            self.bands.push(EnumId(self.policy.schema.enums.len() as u32));
            let title = verdict.head.title.as_ref().map(|title| title.text.clone());
            self.policy.schema.enums.push(EnumType { name: verdict.head.name.text.clone(), title, variants, ordered: true });
        }
    }

    /// The variants of an enumeration, each name once and no more than fit.
    pub(super) fn variants<'v>(
        &mut self,
        written: impl Iterator<Item = (&'v ast::Name, Option<&'v ast::Text>)>,
        owner: &ast::Name,
        noun: &str,
    ) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        let mut seen = std::collections::BTreeMap::new();
        for (name, title) in written {
            self.check_style(name);
            if let Some(first) = seen.insert(name.text.clone(), name.span) {
                seen.insert(name.text.clone(), first);
                self.report(duplicate(noun, name, first));
            }
            let title = title.map_or_else(|| name.text.clone(), |title| title.text.clone());
            variants.push(Variant { name: name.text.clone(), title, span: name.span });
        }
        if let Some(beyond) = variants.get(Variants::MOST) {
            let message = format!("`{}` has {} {noun}s, and {} are the most there can be", owner.text, variants.len(), Variants::MOST);
            self.report(Diagnostic::new(&codes::TOO_MANY, beyond.span, message).label("the first too many"));
            variants.truncate(Variants::MOST);
        }
        variants
    }

    /// What a named thing is called in reports.
    pub(super) fn head(&self, book: usize, head: &ast::Head) -> Head {
        Head {
            code: format!("{}.{}", self.book_name(book), head.name.text),
            title: head.title.as_ref().map_or_else(|| head.name.text.clone(), |title| title.text.clone()),
            doc: head.doc.clone(),
            name_span: head.name.span,
            span: head.span,
        }
    }

    /// Whether the rulebook being checked reads the other one, or is it.
    pub(super) fn sees(&self, other: usize) -> bool {
        let name = self.book_name(other);
        other == self.book || self.books[self.book].uses.iter().any(|used| used.text == name)
    }

    /// Whether the rulebook being checked names a rulebook that could not be read: a finding says so, and its items are unknown for no fault of theirs.
    pub(super) fn is_lost_book(&self, name: &str) -> bool {
        !self.book_names.contains_key(name) && self.books[self.book].uses.iter().any(|used| used.text == name)
    }

    /// The definition in the rulebook being checked.
    pub(super) fn own(&self, name: &str) -> Option<usize> {
        self.names[self.book].get(name).copied()
    }

    /// The definition of a rulebook that the one being checked sees.
    pub(super) fn of_book(&self, book: &str, name: &str) -> Option<usize> {
        let book = *self.book_names.get(book)?;
        if self.sees(book) { self.names[book].get(name).copied() } else { None }
    }
}

/// What all cards but includes have.
pub(super) fn card_head(card: &ast::Card) -> Option<&ast::Head> {
    match card {
        ast::Card::Check(check) => Some(&check.head),
        ast::Card::Grade(grade) => Some(&grade.head),
        ast::Card::Ramp(ramp) => Some(&ramp.head),
        ast::Card::Measure(measure) => Some(&measure.head),
        ast::Card::Include(_) => None,
    }
}

/// The finding about a second of two equal names.
pub(super) fn duplicate(noun: &str, name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::DUPLICATE_NAME, name.span, format!("the {noun} `{}` is declared twice", name.text)).related(first, "the first")
}
