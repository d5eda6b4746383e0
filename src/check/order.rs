//! Who needs whom: the order in which definitions are checked, and the circles that may not be.
//!
//! The needs are read off the trees by names alone, before any type is known. Texts are left out: they are put together after everything is judged.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::VerdictId;
use crate::source::Span;
use crate::syntax::ast::{self, Assumed, BandWhen, ExprKind, RowWhen, Set, TableWhen, TailKind, TestKind, TypeKind};

use super::{Checker, Kind};

/// A need, and the place that shows it.
type Need = (usize, Span);

/// The most definitions of a circle that a finding lists.
const SHOWN: usize = 8;

impl<'a> Checker<'a> {
    /// Finds the order of checking, and reports circles.
    pub(super) fn arrange(&mut self) {
        let needs: Vec<Vec<Need>> = (0..self.definitions.len()).map(|definition| self.needs(definition)).collect();
        let mut done = vec![false; needs.len()];
        self.report_scored_protocols(&needs);
        // Where a definition stands on the way that is being followed. Not the call stack: how long the way gets is up to the rules.
        let mut on_way: BTreeMap<usize, usize> = BTreeMap::new();
        for start in 0..needs.len() {
            if done[start] {
                continue;
            }
            let mut way: Vec<(usize, usize)> = vec![(start, 0)];
            on_way.insert(start, 0);
            while let Some((definition, next)) = way.last_mut() {
                let definition = *definition;
                let Some((needed, _)) = needs[definition].get(*next) else {
                    done[definition] = true;
                    on_way.remove(&definition);
                    self.order.push(definition);
                    way.pop();
                    continue;
                };
                *next += 1;
                if let Some(place) = on_way.get(needed) {
                    let circle: Vec<Need> = way[*place..].iter().map(|(member, next)| (*member, needs[*member][*next - 1].1)).collect();
                    self.report_circle(circle);
                } else if !done[*needed] {
                    on_way.insert(*needed, way.len());
                    way.push((*needed, 0));
                }
            }
        }
    }

    /// Each member of the circle comes with the place at which it needs the next.
    fn report_circle(&mut self, mut circle: Vec<Need>) {
        if circle.iter().any(|(member, _)| self.circular[*member]) {
            circle.iter().for_each(|(member, _)| self.circular[*member] = true);
            return;
        }
        let first = circle.iter().enumerate().min_by_key(|(_, (member, _))| *member).map_or(0, |(place, _)| place);
        circle.rotate_left(first);
        for (member, _) in &circle {
            self.circular[*member] = true;
        }
        let name = |place: usize| self.definitions[circle[place % circle.len()].0].name.text.as_str();
        let (start, span) = circle[0];
        let message = match self.definitions[start].kind {
            Kind::Type(_) | Kind::Subject(_) | Kind::Context(_) if circle.len() == 1 => format!("`{}` contains itself", name(0)),
            _ if circle.len() == 1 => format!("`{}` depends on itself", name(0)),
            _ if circle.len() <= SHOWN => {
                let steps: Vec<String> = (1..=circle.len()).map(|place| format!("`{}`", name(place))).collect();
                format!("`{}` depends on itself: it needs {}", name(0), steps.join(", which needs "))
            }
            _ => format!("`{}` depends on itself, round a circle of {}", name(0), circle.len()),
        };
        let mut finding = Diagnostic::new(&codes::CYCLE, span, message);
        for (place, (_, span)) in circle.iter().enumerate().skip(1).take(SHOWN) {
            finding = finding.related(*span, format!("`{}` needs `{}`", name(place), name(place + 1)));
        }
        let advice = match (self.definitions[start].kind, circle.len()) {
            (Kind::Type(_) | Kind::Subject(_) | Kind::Context(_), _) => {
                "a form can't have itself among its parts; name only what is needed of it"
            }
            (_, 1) => "it has to do without itself",
            _ => "one of them has to do without the next",
        };
        self.report(finding.help(advice));
    }

    fn needs(&mut self, definition: usize) -> Vec<Need> {
        self.book = self.definitions[definition].book;
        let mut walk = Walk { checker: self, binders: Vec::new(), needs: Vec::new() };
        match walk.checker.definitions[definition].kind {
            Kind::Subject(subject) => walk.fields(&subject.fields),
            Kind::Context(context) => walk.type_expression(&context.ty),
            Kind::Type(item) => walk.type_expression(&item.ty),
            Kind::Param(_, param) => walk.expression(&param.value),
            Kind::Let(_, item) => walk.expression(&item.value),
            Kind::Scorecard(_, scorecard) => {
                for card in &scorecard.cards {
                    match card {
                        ast::Card::Include(include) => {
                            walk.path(&include.path);
                            walk.expression(&include.worth);
                            walk.maybe(include.clauses.applies.as_ref());
                        }
                        _ => walk.card_of(card),
                    }
                }
            }
            Kind::Gate(_, gate) => {
                walk.maybe(gate.when.as_ref());
                walk.maybe(gate.clauses.applies.as_ref());
            }
            Kind::Verdict(id, verdict) => {
                walk.verdict(id, verdict);
            }
            Kind::Card(_, card) => walk.card(card),
            Kind::Function(_, _, function) => {
                let types = function.parameters.iter().map(|parameter| &parameter.ty).chain([&function.result]);
                types.for_each(|ty| walk.type_expression(ty));
            }
            Kind::Limit(_, limit) => {
                walk.expression(&limit.value);
                walk.maybe(limit.clauses.applies.as_ref());
            }
            Kind::Trigger(_, trigger) => {
                walk.maybe(trigger.when.as_ref());
                walk.maybe(trigger.clauses.applies.as_ref());
            }
            Kind::Review(review) => walk.maybe(review.clauses.applies.as_ref()),
            // What stands in it is declared by itself, and nothing reads the whole.
            Kind::Protocol(_) => {}
            Kind::Table(_, table) => walk.table(table),
            Kind::Profile(_) => {}
        }
        walk.needs
    }
}

/// Gathers what trees need.
struct Walk<'c, 'a> {
    checker: &'c Checker<'a>,
    binders: Vec<&'a str>,
    needs: Vec<Need>,
}

impl<'a> Walk<'_, 'a> {
    fn need(&mut self, definition: Option<usize>, span: Span) {
        self.needs.extend(definition.map(|definition| (definition, span)));
    }

    fn card_of(&mut self, card: &'a ast::Card) {
        let Some(head) = super::names::card_head(card) else { return };
        self.need(self.checker.own(&head.name.text), head.name.span);
    }

    fn card(&mut self, card: &'a ast::Card) {
        match card {
            ast::Card::Check(check) => {
                self.expression(&check.worth);
                self.maybe(check.passes.as_ref());
                self.maybe(check.clauses.applies.as_ref());
            }
            ast::Card::Grade(grade) => {
                self.maybe(grade.on.as_ref());
                for row in &grade.rows {
                    match &row.when {
                        RowWhen::Test(test) => self.test(test),
                        RowWhen::When(condition) => self.expression(condition),
                        RowWhen::Otherwise(_) => {}
                    }
                    self.expression(&row.points);
                }
                self.maybe(grade.clauses.applies.as_ref());
            }
            ast::Card::Ramp(ramp) => {
                self.expression(&ramp.on);
                for knot in &ramp.knots {
                    self.expression(&knot.at);
                    self.expression(&knot.points);
                }
                self.maybe(ramp.clauses.applies.as_ref());
            }
            ast::Card::Measure(measure) => {
                self.expression(&measure.worth);
                self.expression(&measure.value);
                self.maybe(measure.clauses.applies.as_ref());
            }
            ast::Card::Include(_) => {}
        }
    }

    fn verdict(&mut self, id: VerdictId, verdict: &'a ast::Verdict) {
        if let Some(on) = &verdict.on {
            self.path(on);
        }
        for band in &verdict.bands {
            match &band.when {
                Some(BandWhen::Test(test)) => self.test(test),
                Some(BandWhen::When(condition)) => self.expression(condition),
                Some(BandWhen::Otherwise(_)) | None => {}
            }
        }
        for gate in &self.checker.capped_by[id.index()] {
            if let Kind::Gate(_, item) = self.checker.definitions[*gate].kind {
                self.need(Some(*gate), item.at_most.as_ref().map_or(item.head.name.span, |path| path.span));
            }
        }
    }

    fn table(&mut self, table: &'a ast::Table) {
        table.inputs.iter().for_each(|input| self.expression(input));
        table.columns.iter().for_each(|column| self.type_expression(&column.ty));
        for row in &table.rows {
            if let TableWhen::Cells(cells) = &row.when {
                cells.iter().filter_map(|cell| cell.test.as_ref()).for_each(|test| self.test(test));
            }
            row.outputs.iter().for_each(|output| self.expression(output));
        }
    }

    fn type_expression(&mut self, ty: &'a ast::TypeExpr) {
        match &ty.kind {
            TypeKind::List(element, _) => self.type_expression(element),
            TypeKind::Record(fields) => self.fields(fields),
            TypeKind::Named(path) => {
                if let super::schema::Named::Definition(definition) = self.checker.named_type(path) {
                    self.need(Some(definition), path.span);
                }
            }
            TypeKind::Bool | TypeKind::Whole | TypeKind::Number | TypeKind::Percent | TypeKind::Money(_) | TypeKind::Duration => {}
            TypeKind::Date | TypeKind::Size | TypeKind::Text | TypeKind::OneOf(_) | TypeKind::Broken => {}
        }
    }

    fn fields(&mut self, fields: &'a [ast::Field]) {
        for field in fields {
            self.type_expression(&field.ty);
        }
    }

    /// The definitions that a name may lead to: the rulebook's own item, or one of a rulebook that it reads.
    fn path(&mut self, path: &'a ast::Path) {
        let Some(first) = path.parts.first() else { return };
        if self.binders.contains(&first.text.as_str()) {
            return;
        }
        let own = self.checker.own(&first.text).filter(|own| self.checker.definitions[*own].kind.is_value());
        let other = self.checker.item_of_book(path);
        self.need(own, path.span);
        self.need(other, path.span);
    }

    fn maybe(&mut self, expr: Option<&'a ast::Expr>) {
        if let Some(expr) = expr {
            self.expression(expr);
        }
    }

    fn expression(&mut self, expr: &'a ast::Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Truth(_) | ExprKind::Text(_) | ExprKind::Today | ExprKind::Unknown | ExprKind::Broken => {}
            ExprKind::Path(path) => self.path(path),
            ExprKind::Call(_, arguments) | ExprKind::And(arguments) | ExprKind::Or(arguments) | ExprKind::List(arguments) => {
                arguments.iter().for_each(|argument| self.expression(argument));
            }
            ExprKind::Parenthesised(inner) | ExprKind::Not(inner) | ExprKind::Negate(inner) => self.expression(inner),
            ExprKind::Condition(left, tail) => {
                self.expression(left);
                self.tail(tail);
            }
            ExprKind::Arithmetic(_, left, right, _) => {
                self.expression(left);
                self.expression(right);
            }
            ExprKind::If(condition, holds, fails) => {
                self.expression(condition);
                self.expression(holds);
                self.expression(fails);
            }
            ExprKind::Quantified(_, binder, body) => self.binder(binder, Some(body), None),
            ExprKind::Aggregate(aggregate) => self.binder(&aggregate.binder, aggregate.of.as_deref(), aggregate.if_none.as_deref()),
            ExprKind::Each(value, binder) => self.binder(binder, Some(value), None),
            ExprKind::Assuming(fact, assumed) => {
                self.expression(fact);
                if let Assumed::Value(value) = assumed {
                    self.expression(value);
                }
            }
        }
    }

    fn binder(&mut self, binder: &'a ast::Binder, within: Option<&'a ast::Expr>, without: Option<&'a ast::Expr>) {
        self.expression(&binder.list);
        self.maybe(without);
        self.binders.push(&binder.name.text);
        self.maybe(binder.filter.as_deref());
        self.maybe(within);
        self.binders.pop();
    }

    fn tail(&mut self, tail: &'a ast::Tail) {
        match &tail.kind {
            TailKind::Compare(_, right) => self.expression(right),
            TailKind::In(_, Set::Range(low, high)) => {
                self.expression(low);
                self.expression(high);
            }
            TailKind::In(_, Set::Tuple(values)) => values.iter().for_each(|value| self.expression(value)),
            TailKind::In(_, Set::List(list)) => self.expression(list),
            TailKind::Is(..) => {}
        }
    }

    fn test(&mut self, test: &'a ast::Test) {
        match &test.kind {
            TestKind::Or(tests) | TestKind::And(tests) => tests.iter().for_each(|test| self.test(test)),
            TestKind::Tail(tail) => self.tail(tail),
            TestKind::Value(low, high) => {
                self.expression(low);
                self.maybe(high.as_ref());
            }
        }
    }
}
