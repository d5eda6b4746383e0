//! What earns points: checks, grades, ramps, measures and includes; and the texts that every judged item has.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, codes, listed};
use crate::policy::{self, Body, Expr, ExprKind, Head, Item, Knot, Row, RowWhen, Scorecard, ScorecardId, Template, Test, Words};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Possible, Truth, Type, Variants};

use super::{Checker, Expected, Kind, bounds, broken, is_broken};

impl<'a> Checker<'a> {
    /// Checks everything that judges, in order of declaration.
    pub(super) fn check_items(&mut self) {
        for definition in 0..self.definitions.len() {
            self.book = self.definitions[definition].book;
            match self.definitions[definition].kind {
                Kind::Scorecard(id, scorecard) => self.scorecard_item(id, scorecard),
                Kind::Gate(_, gate) => {
                    let gate = self.gate(gate);
                    self.policy.gates.push(gate);
                }
                Kind::Verdict(id, verdict) => {
                    let verdict = self.verdict(id, verdict);
                    self.policy.verdicts.push(verdict);
                }
                Kind::Protocol(protocol) => self.protocol(protocol),
                Kind::Profile(profile) => {
                    let profile = self.profile(profile);
                    self.policy.profiles.push(profile);
                }
                Kind::Subject(_) | Kind::Context(_) | Kind::Type(_) | Kind::Param(..) | Kind::Let(..) | Kind::Card(..) => {}
                Kind::Limit(..) | Kind::Trigger(..) | Kind::Review(_) | Kind::Table(..) | Kind::Function(..) => {}
            }
        }
        if self.policy.verdicts.is_empty()
            && let Some(root) = self.books.last()
        {
            let span = root.name.as_ref().map_or_else(|| Span::new(root.file, 0, 0), |name| name.span);
            self.report(
                Diagnostic::new(&codes::NO_VERDICT, span, "no rulebook has a verdict, so nothing is decided")
                    .help("write one, as in `verdict rating on quality { good >= 60%  poor otherwise }`"),
            );
        }
    }

    fn scorecard_item(&mut self, id: ScorecardId, scorecard: &'a ast::Scorecard) {
        let head = self.head(self.book, &scorecard.head);
        if scorecard.cards.is_empty() {
            let name = &scorecard.head.name;
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, format!("nothing earns points in the scorecard `{}`", name.text))
                    .help("write a `check`, `grade`, `ramp`, `measure` or `include` into it"),
            );
        }
        let mut included = Vec::new();
        let mut codes_taken = BTreeSet::new();
        for card in &scorecard.cards {
            let item = match card {
                ast::Card::Check(check) => self.check_card(id, check),
                ast::Card::Grade(grade) => self.grade(id, grade),
                ast::Card::Ramp(ramp) => self.ramp(id, ramp),
                ast::Card::Measure(measure) => self.measure(id, measure),
                ast::Card::Include(include) => self.include(id, &head.code, include, &mut included, &mut codes_taken),
            };
            self.policy.items.push(item);
        }
        let items = self.cards[id.index()].clone();
        self.policy.scorecards.push(Scorecard { head, items });
    }

    fn check_card(&mut self, scorecard: ScorecardId, check: &'a ast::Check) -> Item {
        let passes = match &check.passes {
            Some(passes) => self.condition(passes, "after `passes when`"),
            None => self.missing_clause(&check.head.name, "check", "passes when", "say what it takes: `passes when …`"),
        };
        let worth = self.worth(&check.worth);
        self.finish_item(scorecard, &check.head, Some(worth), Body::Check(passes), &check.clauses)
    }

    fn measure(&mut self, scorecard: ScorecardId, measure: &'a ast::Measure) -> Item {
        let worth = self.worth(&measure.worth);
        let value = self.typed(&measure.value, Type::Number, "for the points of a measure");
        self.finish_item(scorecard, &measure.head, Some(worth), Body::Measure(value), &measure.clauses)
    }

    fn ramp(&mut self, scorecard: ScorecardId, ramp: &'a ast::Ramp) -> Item {
        let name = &ramp.head.name;
        let on = self.expression(&ramp.on, Expected::Nothing);
        let on = if is_broken(&on) || on.ty.is_ordered() {
            on
        } else {
            let message = format!("expected a number, an amount or a date after `on`, found {}", self.with_type(&on, &ramp.on));
            self.refuse(
                Diagnostic::new(&codes::WRONG_TYPE, ramp.on.span, message)
                    .help("a ramp draws straight lines; for single values write a `grade`"),
            )
        };
        if ramp.knots.len() < 2 {
            let message = format!("the ramp `{}` has {}", name.text, crate::diagnostic::counted(ramp.knots.len(), "knot"));
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, message).help("write at least two, as in `10% -> 8` and `50% -> 0`"),
            );
        }
        let mut knots = Vec::new();
        for knot in &ramp.knots {
            let at = match is_broken(&on) {
                true => {
                    self.expression(&knot.at, Expected::Broken);
                    broken(knot.at.span)
                }
                // Beside whole numbers there may be knots in between.
                false => self.typed(&knot.at, if on.ty == Type::Whole { Type::Number } else { on.ty }, "for a knot of this ramp"),
            };
            let at = self.constant(at, "a knot of a ramp");
            let points = self.points(&knot.points);
            let label = self.label(knot.label.as_ref());
            knots.push(Knot { at, points, label, span: knot.span });
        }
        self.finish_item(scorecard, &ramp.head, None, Body::Ramp(on, knots), &ramp.clauses)
    }

    fn grade(&mut self, scorecard: ScorecardId, grade: &'a ast::Grade) -> Item {
        let name = &grade.head.name;
        let on = grade.on.as_ref().map(|written| (self.expression(written, Expected::Nothing), written));
        if let Some((Expr { ty: Type::Months, kind: ExprKind::Months(_), span }, _)) = &on {
            let finding = Diagnostic::new(&codes::WRONG_TYPE, *span, "calendar months and years only stand beside dates");
            self.report(finding);
        }
        if grade.rows.is_empty() {
            let message = format!("the grade `{}` has no rows", name.text);
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, message).help("write rows such as `>= 60% -> 10` and `otherwise -> 0`"),
            );
        }
        let mut rows = Vec::new();
        let mut always: Option<Span> = None;
        for row in &grade.rows {
            if let Some(always) = always {
                self.report(
                    Diagnostic::new(&codes::UNREACHABLE_ROW, row.span, "this row is never reached")
                        .related(always, "this holds for everything left")
                        .help("put it before `otherwise`"),
                );
            }
            let when = match (&row.when, &on) {
                (ast::RowWhen::Otherwise(span), _) => {
                    always.get_or_insert(*span);
                    RowWhen::Otherwise
                }
                (ast::RowWhen::Test(test), Some((operand, written))) => RowWhen::Test(self.test(test, (operand, written))),
                (ast::RowWhen::When(condition), None) => RowWhen::When(self.condition(condition, "after `when`")),
                (ast::RowWhen::Test(test), None) => {
                    self.report(
                        Diagnostic::new(&codes::MISSING_CLAUSE, test.span, "this row tests a value, but the grade has no `on`")
                            .help("name the value behind the title, as in `on network.utilization`, or write `when` and a whole condition"),
                    );
                    RowWhen::Test(Test::Broken)
                }
                (ast::RowWhen::When(condition), Some((_, written))) => {
                    self.condition(condition, "after `when`");
                    let operand = self.shown(written).map_or_else(|| "its value".to_string(), |shown| format!("`{shown}`"));
                    self.report(
                        Diagnostic::new(
                            &codes::UNKNOWN_CLAUSE,
                            condition.span,
                            format!("a `when` stands in a grade whose rows test {operand}"),
                        )
                        .help("write a test such as `>= 60%`, or leave out `on` and write `when` in every row"),
                    );
                    RowWhen::When(broken(condition.span))
                }
            };
            let points = self.points(&row.points);
            let label = self.label(row.label.as_ref());
            rows.push(Row { when, points, label, span: row.span });
        }
        let sound = !rows.iter().any(|row| matches!(&row.when, RowWhen::Test(Test::Broken)));
        if always.is_none() && !grade.rows.is_empty() && sound {
            self.report_rows_left(name, on.as_ref().map(|(operand, _)| operand), &rows);
        }
        let on = on.map(|(operand, _)| operand);
        self.finish_item(scorecard, &grade.head, None, Body::Grade(on, rows), &grade.clauses)
    }

    /// Rows that do not end in `otherwise` have to cover everything. Of numbers that is seen only once parameters are set, so it is not asked here.
    fn report_rows_left(&mut self, name: &ast::Name, on: Option<&Expr>, rows: &[Row]) {
        let finding = Diagnostic::new(
            &codes::MISSING_OTHERWISE,
            name.span,
            format!("the grade `{}` does not say what holds when none of its rows does", name.text),
        );
        let advice = "end with a row such as `otherwise -> 0`";
        let Some(on) = on else {
            self.report(finding.help(advice));
            return;
        };
        if is_broken(on) {
            return;
        }
        match on.ty {
            Type::Enum(id) => {
                let all = self.policy.schema.enumeration(id).variants.len();
                let mut left = Some(Variants::all(all));
                for row in rows {
                    let covered = match &row.when {
                        RowWhen::Test(test) => variants_of(test, all),
                        RowWhen::When(_) | RowWhen::Otherwise => None,
                    };
                    left = match (left, covered) {
                        (Some(left), Some(covered)) => left.without(covered),
                        (left, _) => left,
                    };
                }
                if let Some(left) = left {
                    let variants = &self.policy.schema.enumeration(id).variants;
                    let names: Vec<String> = left.iter().filter_map(|place| variants.get(place)).map(|v| format!("`{}`", v.name)).collect();
                    let message = format!("the grade `{}` does not say what holds for {}", name.text, listed(&names, "or"));
                    self.report(Diagnostic::new(&codes::MISSING_OTHERWISE, name.span, message).help(advice));
                }
            }
            Type::Bool => {
                let covers =
                    |value: bool| rows.iter().any(|row| matches!(&row.when, RowWhen::Test(test) if truths_of(test).contains(&value)));
                let missing = [true, false].into_iter().find(|value| !covers(*value));
                if let Some(missing) = missing {
                    let message = format!("the grade `{}` does not say what holds for `{missing}`", name.text);
                    self.report(Diagnostic::new(&codes::MISSING_OTHERWISE, name.span, message).help(advice));
                }
            }
            Type::Text | Type::List(_) | Type::Record(_) => self.report(finding.help(advice)),
            Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Months | Type::Date | Type::Size => {}
        }
    }

    fn include(
        &mut self,
        scorecard: ScorecardId,
        owner: &str,
        include: &'a ast::Include,
        included: &mut Vec<(ScorecardId, Span)>,
        codes_taken: &mut BTreeSet<String>,
    ) -> Item {
        let found = self.scorecard(&include.path, "after `include`");
        let written = self.written(&include.path);
        let last = include.path.parts.last().map_or("", |part| part.text.as_str());
        // The stable code is as short as it can be without two items sharing it.
        let mut code = format!("{owner}.{last}");
        if !codes_taken.insert(code.clone()) {
            code = format!("{owner}.{written}");
            codes_taken.insert(code.clone());
        }
        let title = match found {
            Some((_, definition)) => match self.definitions[definition].kind {
                Kind::Scorecard(_, child) => child.head.title.as_ref().map_or_else(|| last.to_string(), |title| title.text.clone()),
                _ => last.to_string(),
            },
            None => last.to_string(),
        };
        if let Some((child, _)) = found {
            if let Some((_, first)) = included.iter().find(|(other, _)| *other == child) {
                let message = format!("the scorecard `{written}` is included twice");
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, include.path.span, message)
                        .related(*first, "the first")
                        .help("add the second worth to the first"),
                );
            }
            included.push((child, include.path.span));
        }
        let worth = self.worth(&include.worth);
        let applies = self.applies(&include.clauses);
        let term = self.term(&include.clauses);
        let words = self.words(&include.clauses);
        let head = Head { code, title, doc: include.doc.clone(), name_span: include.path.span, span: include.span };
        let body = match found {
            Some((child, _)) => Body::Include(child),
            None => Body::Measure(broken(include.path.span)),
        };
        Item { head, scorecard, worth: Some(worth), applies, term, body, words }
    }

    fn finish_item(
        &mut self,
        scorecard: ScorecardId,
        head: &'a ast::Head,
        worth: Option<Expr>,
        body: Body,
        clauses: &'a ast::Clauses,
    ) -> Item {
        let applies = self.applies(clauses);
        let term = self.term(clauses);
        let words = self.words(clauses);
        Item { head: self.head(self.book, head), scorecard, worth, applies, term, body, words }
    }

    fn worth(&mut self, written: &'a ast::Expr) -> Expr {
        let worth = self.typed(written, Type::Number, "after `worth`");
        self.constant(worth, "what an item is worth")
    }

    fn points(&mut self, written: &'a ast::Expr) -> Expr {
        let points = self.typed(written, Type::Number, "for the points after `->`");
        let advice = self.findings.len();
        let points = self.constant(points, "how many points a row gives");
        if let Some(finding) = self.findings.get_mut(advice) {
            finding.help.push("points that follow facts are what a `measure` is for".into());
        }
        points
    }

    pub(super) fn applies(&mut self, clauses: &'a ast::Clauses) -> Option<Expr> {
        clauses.applies.as_ref().map(|applies| self.condition(applies, "after `applies when`"))
    }

    pub(super) fn words(&mut self, clauses: &'a ast::Clauses) -> Words {
        Words {
            because: self.label(clauses.because.as_ref()),
            ask: self.label(clauses.ask.as_ref()),
            remedy: self.label(clauses.remedy.as_ref()),
            cite: self.label(clauses.cite.as_ref()),
        }
    }

    pub(super) fn label(&mut self, template: Option<&'a ast::Template>) -> Option<Template> {
        let template = template?;
        let mut pieces = Vec::new();
        for piece in &template.pieces {
            pieces.push(match piece {
                ast::Piece::Text(text) => policy::Piece::Text(text.clone()),
                ast::Piece::Value(value) => policy::Piece::Value(self.shown_value(value)),
            });
        }
        Some(Template { pieces, span: template.span })
    }

    fn shown_value(&mut self, written: &'a ast::Expr) -> Expr {
        let value = self.expression(written, Expected::Nothing);
        match value.ty {
            Type::Months if !is_broken(&value) => self.refuse(
                Diagnostic::new(&codes::WRONG_TYPE, written.span, "calendar months and years only stand beside dates")
                    .help("write the length as words of the text"),
            ),
            _ => value,
        }
    }
}

/// The variants that a constant test accepts; none where facts decide.
fn variants_of(test: &Test, all: usize) -> Option<Variants> {
    let single = |expr: &Expr| match bounds::plain_value(expr) {
        Some(Possible::Variants(variants)) => Some(variants),
        _ => None,
    };
    match test {
        Test::Compare(operator, value) => {
            let value = single(value)?;
            let comparison = *operator;
            let accepted = (0..all).map(Variants::one).filter(|one| one.compare(comparison, value) == Truth::True);
            accepted.reduce(Variants::union)
        }
        Test::OneOf(values) => values.iter().filter_map(single).reduce(Variants::union),
        Test::Any(tests) => tests.iter().filter_map(|test| variants_of(test, all)).reduce(Variants::union),
        Test::All(tests) => {
            let mut both = Variants::all(all);
            for test in tests {
                both = both.intersect(variants_of(test, all)?)?;
            }
            Some(both)
        }
        Test::Not(inner) => {
            // What a test that facts decide leaves over is not known either.
            if !is_plain(inner) {
                return None;
            }
            match variants_of(inner, all) {
                Some(inner) => Variants::all(all).without(inner),
                None => Some(Variants::all(all)),
            }
        }
        Test::Between(..) | Test::InList(_) | Test::Known | Test::Empty | Test::Broken => None,
    }
}

/// Whether a test compares with written-out variants only.
fn is_plain(test: &Test) -> bool {
    match test {
        Test::Any(tests) | Test::All(tests) => tests.iter().all(is_plain),
        Test::Not(inner) => is_plain(inner),
        Test::Compare(_, value) => bounds::plain_value(value).is_some(),
        Test::OneOf(values) => values.iter().all(|value| bounds::plain_value(value).is_some()),
        Test::Between(..) | Test::InList(_) | Test::Known | Test::Empty | Test::Broken => false,
    }
}

/// The truth values that a constant test accepts.
fn truths_of(test: &Test) -> Vec<bool> {
    use crate::syntax::ast::Comparison;
    let written = |expr: &Expr| match bounds::plain_value(expr) {
        Some(Possible::Truth(Truth::True)) => Some(true),
        Some(Possible::Truth(Truth::False)) => Some(false),
        _ => None,
    };
    match test {
        Test::Compare(Comparison::Equal, value) => written(value).into_iter().collect(),
        Test::Compare(Comparison::NotEqual, value) => written(value).map(|value| !value).into_iter().collect(),
        Test::OneOf(values) => values.iter().filter_map(written).collect(),
        Test::Any(tests) => tests.iter().flat_map(truths_of).collect(),
        _ => Vec::new(),
    }
}
