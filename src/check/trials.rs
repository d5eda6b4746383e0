//! Tests of the rules: whose facts they state, and what they ask for.

use crate::diagnostic::{Diagnostic, closest, codes, listed};
use crate::policy::{
    DocumentId, Expectation, ExpectationKind, Expr, ExprKind, GivenSheet, Judged, Root, State, Stated, StatedFact, StatedKind, Trial,
};
use crate::source::Span;
use crate::syntax::ast::{self, Outcome};
use crate::value::{Quantity, RecordId, Type};

use super::paths::Walk;
use super::{Checker, Expected, is_broken};

/// Where a stated fact goes: its document or none for an entry's, the leaf, and its type.
type Target = (Option<DocumentId>, u32, Type);

impl<'a> Checker<'a> {
    /// Checks every test, each among the names of its rulebook.
    pub(super) fn check_trials(&mut self) {
        for book in 0..self.books.len() {
            self.book = book;
            for item in &self.books[book].items {
                if let ast::Item::Trial(trial) = item {
                    let checked = self.trial(trial);
                    self.policy.trials.push(checked);
                }
            }
        }
    }

    fn trial(&mut self, written: &'a ast::Trial) -> Trial {
        let mut given: Vec<GivenSheet> = Vec::new();
        for sheet in &written.given {
            let Some(document) = self.given_document(sheet) else { continue };
            if let Some(before) = given.iter().find(|before| before.document == document) {
                let name = &self.policy.documents[document.index()].name;
                let message = format!("this test is given two sheets of `{name}`");
                let first = before.span;
                self.report(Diagnostic::new(&codes::DUPLICATE_KEY, sheet.path.span, message).related(first, "the first").help("keep one"));
                continue;
            }
            given.push(GivenSheet { document, path: sheet.path.text.clone(), span: sheet.path.span });
        }
        let mut facts: Vec<(DocumentId, StatedFact)> = Vec::new();
        for fact in &written.with {
            let Some((Some(document), leaf, ty)) = self.stated_place(&fact.path) else { continue };
            if let Some((_, before)) = facts.iter().find(|(other, before)| *other == document && before.leaf == leaf) {
                let message = format!("`{}` is stated twice in one test", before.path);
                let first = before.span;
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_KEY, fact.path.span, message).related(first, "the first").help("state it once"),
                );
                continue;
            }
            if let Some(stated) = self.stated_fact(fact, leaf, ty) {
                facts.push((document, stated));
            }
        }
        let expects: Vec<Expectation> = written.expects.iter().filter_map(|(expected, span)| self.expectation(expected, *span)).collect();
        if written.expects.is_empty() && !written.broken {
            let message = format!("the test \"{}\" expects nothing", written.title.text);
            self.report(Diagnostic::new(&codes::MISSING_CLAUSE, written.title.span, message).help("say what has to come out: `expect …`"));
        }
        let today = self.trial_day(written);
        let profile = self.only_step(&written.profiles, "profile", |path| path.span).and_then(|path| self.trial_profile(path));
        let waivers = self.only_step(&written.waivers, "waivers", |path| path.span).map(|path| (path.text.clone(), path.span));
        Trial {
            title: written.title.text.clone(),
            book: self.book,
            title_span: written.title.span,
            span: written.span,
            today,
            given,
            profile,
            waivers,
            facts,
            expects,
        }
    }

    /// The step of which a test has one at most.
    fn only_step<T>(&mut self, steps: &'a [T], word: &str, span: fn(&T) -> Span) -> Option<&'a T> {
        if let [first, second, ..] = steps {
            self.report(
                Diagnostic::new(&codes::UNKNOWN_CLAUSE, span(second), format!("a test has one `{word}`, and this is the second"))
                    .related(span(first), "the first")
                    .help("write a test for each"),
            );
        }
        steps.first()
    }

    /// The code of the profile that a path names.
    fn trial_profile(&mut self, path: &ast::Path) -> Option<String> {
        let (book, name) = match path.parts.as_slice() {
            [name] => (None, name),
            [book, name] => (Some(book), name),
            _ => (None, path.parts.first()?),
        };
        let profiles: Vec<String> = self
            .definitions
            .iter()
            .filter(|definition| matches!(definition.kind, super::Kind::Profile(_)))
            .map(|definition| format!("{}.{}", self.book_name(definition.book), definition.name.text))
            .collect();
        let written = self.written(path);
        let fits = |code: &&String| **code == written || book.is_none() && code.rsplit('.').next() == Some(name.text.as_str());
        let fitting: Vec<&String> = profiles.iter().filter(fits).collect();
        if let [only] = fitting.as_slice() {
            return Some((*only).clone());
        }
        let (code, message) = match fitting.as_slice() {
            [] => (&codes::UNKNOWN_NAME, format!("there is no profile `{written}`")),
            _ => (&codes::AMBIGUOUS_NAME, format!("`{written}` could be several profiles")),
        };
        let finding = Diagnostic::new(code, path.span, message);
        let near = closest(&written, profiles.iter().map(String::as_str))
            .or_else(|| closest(&name.text, profiles.iter().filter_map(|code| code.rsplit('.').next())));
        self.report(match (near, profiles.as_slice()) {
            (_, []) => finding.help("the rules have no profiles"),
            (Some(near), _) if fitting.is_empty() => finding.help(format!("did you mean `{near}`?")).fix(path.span, near),
            _ => finding.help(format!("the rules have {}", listed(&profiles, "and"))),
        });
        None
    }

    /// The day that a test is judged on. There is none by default: a test that depends on the day it is run on is none.
    fn trial_day(&mut self, written: &'a ast::Trial) -> Option<Expr> {
        match written.today.as_slice() {
            [] => {
                if !written.broken {
                    let message = format!("the test \"{}\" does not say on which day it judges", written.title.text);
                    self.report(
                        Diagnostic::new(&codes::MISSING_CLAUSE, written.title.span, message).help(
                            "write `today` and a day, as in `today 2026-06-01`: what comes out must not depend on when the test is run",
                        ),
                    );
                }
                None
            }
            [(day, span)] => {
                let Quantity::Date(number) = day else {
                    self.report(Diagnostic::new(&codes::WRONG_TYPE, *span, "expected a day after `today`").help("write it as 2026-06-01"));
                    return None;
                };
                let value = crate::value::Possible::Range(crate::value::Interval::point(*number));
                Some(Expr { kind: ExprKind::Constant(value), ty: Type::Date, span: *span })
            }
            [(_, first), (_, second), ..] => {
                self.report(
                    Diagnostic::new(&codes::UNKNOWN_CLAUSE, *second, "a test has one `today`, and this is the second")
                        .related(*first, "the first")
                        .help("write a test for each day"),
                );
                None
            }
        }
    }

    fn given_document(&mut self, sheet: &ast::Given) -> Option<DocumentId> {
        let Some(context) = &sheet.context else {
            return self.subject.and_then(|subject| self.documents.get(&subject)).copied();
        };
        if let Some(document) = self.contexts.get(context.text.as_str()).and_then(|context| self.documents.get(context)) {
            return Some(*document);
        }
        // One whose declaration is broken has been reported.
        if self.contexts.contains_key(context.text.as_str()) {
            return None;
        }
        let names: Vec<&str> = self.contexts.keys().copied().collect();
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, context.span, format!("there is no context `{}`", context.text));
        let finding = match closest(&context.text, names.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(context.span, near),
            None if self.subject.is_some_and(|subject| self.definitions[subject].name.text == context.text) => {
                finding.help("the sheet of what is judged stands without a name: `given \"path\"`")
            }
            None if names.is_empty() => finding.help("the rules read no context"),
            None => finding.help(format!("the rules read {}", listed(&names, "and"))),
        };
        self.report(finding);
        None
    }

    /// The fact that a test states, in a document.
    fn stated_place(&mut self, path: &'a ast::Path) -> Option<Target> {
        let found = self.path(path, Expected::Nothing);
        match found.kind {
            ExprKind::Broken => None,
            ExprKind::Fact(fact) => match fact.root {
                Root::Document(document) => Some((Some(document), fact.leaf, found.ty)),
                Root::Element(_) => None,
            },
            ExprKind::FieldOfEach(..) => {
                let message = format!("`{}` is a fact of each entry of a list", self.written(path));
                self.report(
                    Diagnostic::new(&codes::NOT_A_FACT, path.span, message)
                        .help("state the whole list, as in `audits = [{ covers: core, report: true }]`"),
                );
                None
            }
            _ => {
                let message = format!("expected a fact to state, found `{}`, which the rules work out", self.written(path));
                self.report(
                    Diagnostic::new(&codes::NOT_A_FACT, path.span, message)
                        .help("a test states what stands on fact sheets; state the facts that lead to it"),
                );
                None
            }
        }
    }

    fn stated_fact(&mut self, fact: &'a ast::StatedFact, leaf: u32, ty: Type) -> Option<StatedFact> {
        let path = self.written(&fact.path);
        let stated = self.stated(&fact.stated, ty, &path)?;
        Some(StatedFact { leaf, path, span: fact.path.span, stated })
    }

    fn stated(&mut self, written: &'a ast::Stated, ty: Type, path: &str) -> Option<Stated> {
        let span = written.span;
        let kind = match (&written.kind, ty) {
            (ast::StatedKind::Value(ast::Expr { kind: ast::ExprKind::Unknown, .. }), _) => StatedKind::Unknown,
            (ast::StatedKind::List(entries), Type::List(list)) => {
                let element = self.policy.schema.list(list).element;
                let mut all = Vec::with_capacity(entries.len());
                for entry in entries {
                    all.push(self.stated_entry(entry, element, path));
                }
                StatedKind::List(all.into_iter().collect::<Option<Vec<Stated>>>()?)
            }
            (ast::StatedKind::List(_) | ast::StatedKind::Record(_), _) | (_, Type::List(_)) => {
                let message = match ty {
                    Type::List(_) => format!("`{path}` is a list, but a single value is stated of it"),
                    _ => format!("`{path}` is {}, not a list or a group of facts", self.policy.schema.describe(ty)),
                };
                let finding = Diagnostic::new(&codes::WRONG_TYPE, span, message);
                self.report(match ty {
                    Type::List(_) => finding.help("write its entries in `[ ]`; `[]` says that there are none"),
                    _ => finding,
                });
                return None;
            }
            (ast::StatedKind::Value(value), _) => StatedKind::Value(self.stated_value(value, ty, path)?),
            (ast::StatedKind::Range(low, high), _) => {
                if !ty.is_ordered() {
                    let message = format!("`{path}` is {}, which has no order a range could run along", self.policy.schema.describe(ty));
                    self.report(Diagnostic::new(&codes::WRONG_TYPE, span, message).help("state one value, or `unknown`"));
                    return None;
                }
                let (low, high) = (self.stated_value(low, ty, path), self.stated_value(high, ty, path));
                StatedKind::Range(low?, high?)
            }
        };
        Some(Stated { kind, span })
    }

    fn stated_entry(&mut self, written: &'a ast::Stated, element: Type, path: &str) -> Option<Stated> {
        let Type::Record(record) = element else { return self.stated(written, element, path) };
        let ast::StatedKind::Record(facts) = &written.kind else {
            let example = self.policy.schema.record(record).leaves.first().map(|leaf| leaf.path.clone()).unwrap_or_default();
            let message = format!("an entry of `{path}` has several facts, but a single value is stated");
            self.report(
                Diagnostic::new(&codes::WRONG_TYPE, written.span, message)
                    .help(format!("write the facts with their names in braces, as in `{{ {example}: … }}`")),
            );
            return None;
        };
        let mut stated: Vec<StatedFact> = Vec::new();
        let mut sound = true;
        for fact in facts {
            let Some((_, leaf, ty)) = self.stated_leaf(record, &fact.path) else {
                sound = false;
                continue;
            };
            if let Some(before) = stated.iter().find(|before| before.leaf == leaf) {
                let message = format!("`{}` is stated twice in one entry", before.path);
                let first = before.span;
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_KEY, fact.path.span, message).related(first, "the first").help("state it once"),
                );
                sound = false;
                continue;
            }
            match self.stated_fact(fact, leaf, ty) {
                Some(fact) => stated.push(fact),
                None => sound = false,
            }
        }
        sound.then_some(Stated { kind: StatedKind::Record(stated), span: written.span })
    }

    /// The fact that an entry of a list states.
    fn stated_leaf(&mut self, record: RecordId, path: &ast::Path) -> Option<Target> {
        match self.walk(record, path, 0) {
            Walk::Leaf(leaf) => {
                let ty = self.policy.schema.record(record).leaves[leaf as usize].ty;
                Some((None, leaf, ty))
            }
            Walk::Missing(at, fields) => {
                self.unknown_in_group(path, at, &fields);
                None
            }
            Walk::Beyond(at) => {
                self.beyond(path, at);
                None
            }
            Walk::Group(_) | Walk::Each(_) | Walk::ListOfLists => {
                let message = format!("`{}` holds several facts, and a test states them one by one", self.written(path));
                self.report(Diagnostic::new(&codes::NOT_A_FACT, path.span, message).help("name one of its facts"));
                None
            }
            Walk::Broken => None,
        }
    }

    /// A value written out. A test that took it from the rules would follow them, and could not notice that they changed.
    fn stated_value(&mut self, written: &'a ast::Expr, ty: Type, path: &str) -> Option<Expr> {
        let value = self.typed(written, ty, &format!("for `{path}`"));
        let value = self.constant(value, &format!("what a test states of `{path}`"));
        if is_broken(&value) {
            return None;
        }
        let mut named = None;
        value.walk(&mut |part| {
            if let ExprKind::Param(_) | ExprKind::Let(_) = part.kind {
                named.get_or_insert(part.span);
            }
        });
        let Some(span) = named else { return Some(value) };
        let message = format!("what a test states of `{path}` is written out, and this is taken from the rules");
        self.report(
            Diagnostic::new(&codes::FACT_FROM_RULES, span, message)
                .help("write the value itself: a test that follows the rules can't notice that they changed"),
        );
        None
    }

    fn expectation(&mut self, written: &'a ast::Expectation, span: Span) -> Option<Expectation> {
        let kind = match written {
            ast::Expectation::Broken => return None,
            ast::Expectation::Condition(condition) => {
                let condition = self.condition(condition, "after `expect`");
                if is_broken(&condition) {
                    return None;
                }
                ExpectationKind::Holds(condition)
            }
            ast::Expectation::Fires(path, fires) => {
                let found = self.path(path, Expected::Nothing);
                match found.kind {
                    ExprKind::Broken => return None,
                    ExprKind::Gate(gate) => ExpectationKind::Fires(gate, *fires),
                    ExprKind::Trigger(_) if *fires => ExpectationKind::Holds(found),
                    ExprKind::Trigger(_) => {
                        let (ty, span) = (found.ty, found.span);
                        ExpectationKind::Holds(Expr { kind: ExprKind::Not(Box::new(found)), ty, span })
                    }
                    _ => {
                        let message = format!("only gates and triggers fire, and `{}` is neither", self.written(path));
                        let finding = Diagnostic::new(&codes::WRONG_TYPE, path.span, message);
                        let shown = self.written(path);
                        self.report(match found.ty {
                            Type::Bool if *fires => finding.help(format!("write `expect {shown}`")).fix(span, shown),
                            Type::Bool => finding.help(format!("write `expect not {shown}`")).fix(span, format!("not {shown}")),
                            _ => finding.help("name a gate or a trigger, or compare with a value"),
                        });
                        return None;
                    }
                }
            }
            ast::Expectation::Is(path, holds, outcome) => self.outcome(path, *holds, outcome)?,
        };
        Some(Expectation { kind, span })
    }

    fn outcome(&mut self, path: &'a ast::Path, holds: bool, outcome: &'a Outcome) -> Option<ExpectationKind> {
        let found = self.path(path, Expected::Nothing);
        if is_broken(&found) {
            return None;
        }
        let state = match outcome {
            Outcome::Exactly(low, high) => {
                let due = found.ty;
                let has_order = due.is_ordered() || matches!(due, Type::Enum(id) if self.policy.schema.enumeration(id).ordered);
                if !has_order {
                    let message = format!("`{}` is {}, which has no floor and ceiling", self.written(path), self.type_of(&found));
                    self.report(Diagnostic::new(&codes::WRONG_TYPE, path.span, message).help("compare it with `==`"));
                    return None;
                }
                // Points may be any number, and so may what they are compared with.
                let due = if due == Type::Whole { Type::Number } else { due };
                let (low, high) = (self.typed(low, due, "for the floor"), self.typed(high, due, "for the ceiling"));
                let (low, high) = (self.constant(low, "a floor"), self.constant(high, "a ceiling"));
                if is_broken(&low) || is_broken(&high) {
                    return None;
                }
                return Some(ExpectationKind::Exactly(found, holds, low, high));
            }
            Outcome::Open => State::Open,
            Outcome::Decided => State::Decided,
            Outcome::Applicable => State::Applicable,
            Outcome::Known => State::Known,
            Outcome::Unknown => State::Unknown,
        };
        let judged = match found.kind {
            ExprKind::Check(item) | ExprKind::Points(item) => Judged::Item(item),
            ExprKind::Score(scorecard) | ExprKind::ScorePoints(scorecard) => Judged::Scorecard(scorecard),
            ExprKind::Gate(gate) => Judged::Gate(gate),
            ExprKind::Band(verdict) => Judged::Verdict(verdict),
            ExprKind::Fact(fact) if matches!(state, State::Known | State::Unknown) => {
                let known = Expr { kind: ExprKind::IsKnown(fact), ty: Type::Bool, span: found.span };
                let wants_known = holds == (state == State::Known);
                return Some(ExpectationKind::Holds(if wants_known {
                    known
                } else {
                    Expr { kind: ExprKind::Not(Box::new(known)), ty: Type::Bool, span: found.span }
                }));
            }
            _ => Judged::Value(found),
        };
        let shown = self.written(path);
        let refused = match (state, &judged) {
            (State::Open | State::Decided, Judged::Verdict(_)) => None,
            (State::Open | State::Decided, _) => Some((
                format!("only a verdict is open or decided, and `{shown}` is none"),
                format!("write `{shown} is known` or `is unknown`"),
            )),
            (State::Known | State::Unknown, Judged::Verdict(_)) => {
                Some((format!("`{shown}` is a verdict, which is open or decided"), format!("write `{shown} is open` or `is decided`")))
            }
            (State::Applicable, Judged::Value(_) | Judged::Gate(_)) => Some((
                format!("`{shown}` always has its say; only items, scorecards and verdicts may not apply"),
                "compare it with a value, or ask whether it is known".to_string(),
            )),
            _ => None,
        };
        if let Some((message, help)) = refused {
            self.report(Diagnostic::new(&codes::WRONG_TYPE, path.span, message).help(help));
            return None;
        }
        Some(ExpectationKind::State(judged, holds, state))
    }
}
