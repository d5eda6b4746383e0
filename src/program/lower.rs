//! From typed trees to nodes. Constants are folded with the arithmetic that evaluation uses, so nothing can come out differently here and there.

use super::parameters::parameters;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, ArithmeticOp, CompareOp, ExprKind, FactPath, Function, Root};
use crate::value::{Arithmetic, Faulty, List, Texts, Truth};

/// How deep `let`s may rest on each other: evaluation follows them by recursion.
const DEEPEST_LETS: usize = 100;

/// A policy on its way to a program.
pub(super) struct Lowerer<'a> {
    pub(super) policy: &'a Policy,
    pub(super) program: Program,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Which `let`s are lowered, and how many rest on each other there.
    lets: Vec<Option<usize>>,
    /// How many `let`s the expression at hand rests on, the deepest.
    let_depth: usize,
    /// Which `let`s are being lowered: one that needs itself is a circle.
    open_lets: Vec<bool>,
    /// For each kind of list, where in sheet 0 its unknown element stands.
    unseen: Vec<u32>,
    /// How many binders are around the expression at hand.
    binders: u16,
}

pub(super) fn lower(policy: &Policy, settings: &Settings) -> Staged<Option<Program>> {
    let mut lowerer = Lowerer {
        policy,
        program: Program {
            today: settings.today,
            rulebooks: policy.rulebooks.clone(),
            schema: policy.schema.clone(),
            documents: policy.documents.clone(),
            unseen: Vec::new(),
            params: Vec::new(),
            lets: Vec::new(),
            items: Vec::new(),
            scorecards: Vec::new(),
            gates: Vec::new(),
            verdicts: Vec::new(),
            order: Vec::new(),
            fields: vec![FieldUse::default(); policy.schema.fields as usize],
            expressions: Vec::new(),
            conditions: Vec::new(),
            collections: Vec::new(),
        },
        diagnostics: Vec::new(),
        lets: vec![None; policy.lets.len()],
        let_depth: 0,
        open_lets: vec![false; policy.lets.len()],
        unseen: Vec::new(),
        binders: 0,
    };
    lowerer.lay_out_unseen();
    parameters(&mut lowerer, settings);
    lowerer.lower_lets();
    lowerer.lower_items();
    lowerer.lower_scorecards();
    lowerer.lower_gates();
    lowerer.lower_verdicts();
    let Lowerer { mut program, mut diagnostics, .. } = lowerer;
    if !diagnostics.iter().any(Diagnostic::is_error) {
        uses::gather(&mut program);
        diagnostics.extend(order::arrange(&mut program));
    }
    let usable = !diagnostics.iter().any(Diagnostic::is_error);
    Staged::new(usable.then_some(program), diagnostics)
}

impl Lowerer<'_> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Sheet 0: one element of each kind of list, of which nothing is known.
    fn lay_out_unseen(&mut self) {
        for list in &self.policy.schema.lists {
            self.unseen.push(self.program.unseen.len() as u32);
            let slot = |value: &Possible, field: FieldId| Slot { value: value.clone(), known: false, exact: false, field, evidence: 0 };
            match list.element {
                Type::Record(record) => {
                    for leaf in &self.policy.schema.record(record).leaves {
                        let value = if matches!(leaf.ty, Type::List(_)) { Possible::List(List::UNKNOWN) } else { leaf.domain.clone() };
                        self.program.unseen.push(slot(&value, leaf.field));
                    }
                }
                _ => self.program.unseen.push(slot(&list.domain, FieldId(u32::MAX))),
            }
        }
    }

    fn lower_lets(&mut self) {
        for (index, named) in self.policy.lets.iter().enumerate() {
            self.let_depth = 0;
            self.lower_let(LetId(index as u32), named.head.name_span);
        }
    }

    /// Lowers a `let` when it is first needed, so that constants fold through it.
    fn lower_let(&mut self, id: LetId, needed_at: Span) {
        let index = id.index();
        if let Some(depth) = self.lets[index] {
            self.let_depth = self.let_depth.max(depth + 1);
            return;
        }
        let named = &self.policy.lets[index];
        if self.open_lets[index] {
            self.report(Diagnostic::new(&codes::CYCLE, needed_at, format!("`{}` needs itself", named.head.code)));
            return;
        }
        if self.open_lets.iter().filter(|open| **open).count() >= DEEPEST_LETS {
            self.report(
                Diagnostic::new(&codes::NESTED_TOO_DEEP, needed_at, format!("more than {DEEPEST_LETS} `let`s rest on each other here"))
                    .help("write some of them out where they are used"),
            );
            self.lets[index] = Some(0);
            return;
        }
        self.open_lets[index] = true;
        let (outer_depth, outer_binders) = (std::mem::take(&mut self.let_depth), std::mem::take(&mut self.binders));
        let value = match named.value.ty {
            // A list is lowered again where it is run over.
            Type::List(_) => self.constant(Possible::List(List::UNKNOWN), named.value.span),
            _ => self.expression(&named.value),
        };
        while self.program.lets.len() <= index {
            let next = &self.policy.lets[self.program.lets.len()];
            self.program.lets.push(Let { head: next.head.clone(), ty: next.value.ty, value });
        }
        self.program.lets[index].value = value;
        self.lets[index] = Some(self.let_depth);
        self.let_depth = outer_depth.max(self.let_depth + 1);
        self.binders = outer_binders;
        self.open_lets[index] = false;
    }

    fn lower_items(&mut self) {
        for item in &self.policy.items {
            let applies = item.applies.as_ref().map(|condition| self.condition(condition));
            let body = self.body(&item.body);
            let worth = match &item.worth {
                Some(worth) => self.points(worth),
                None => self.most_points(&body),
            };
            if worth <= Fraction::zero() {
                let span = item.worth.as_ref().map_or(item.head.name_span, |worth| worth.span);
                self.report(
                    Diagnostic::new(&codes::BAD_WORTH, span, format!("`{}` is worth nothing", item.head.code))
                        .label("a worth is above zero")
                        .help("give it a worth above zero, or use a gate if it should only hold something back"),
                );
            }
            let words = self.words(&item.words);
            self.program.items.push(Item {
                head: item.head.clone(),
                scorecard: item.scorecard,
                worth,
                applies,
                body,
                words,
                reads: Vec::new(),
            });
        }
    }

    fn lower_scorecards(&mut self) {
        for scorecard in &self.policy.scorecards {
            let worth = scorecard.items.iter().fold(Fraction::zero(), |sum, item| sum.add(&self.program.items[item.index()].worth));
            self.program.scorecards.push(Scorecard { head: scorecard.head.clone(), items: scorecard.items.clone(), worth });
        }
    }

    fn lower_gates(&mut self) {
        for gate in &self.policy.gates {
            let applies = gate.applies.as_ref().map(|condition| self.condition(condition));
            let when = self.condition(&gate.when);
            let words = self.words(&gate.words);
            let Some(verdict) = gate.verdict else {
                self.not_understood(gate.head.name_span);
                continue;
            };
            self.program.gates.push(Gate {
                head: gate.head.clone(),
                applies,
                when,
                verdict,
                at_most: gate.at_most,
                words,
                reads: Vec::new(),
            });
        }
    }

    fn words(&mut self, words: &typed::Words) -> Words {
        Words {
            because: words.because.as_ref().map(|template| self.template(template)),
            ask: words.ask.as_ref().map(|template| self.template(template)),
            remedy: words.remedy.as_ref().map(|template| self.template(template)),
            cite: words.cite.as_ref().map(|template| self.template(template)),
        }
    }

    pub(super) fn template(&mut self, template: &typed::Template) -> Template {
        let pieces = template
            .pieces
            .iter()
            .map(|piece| match piece {
                typed::Piece::Text(text) => Piece::Text(text.clone()),
                typed::Piece::Value(expr) => Piece::Value(self.expression(expr), expr.ty),
            })
            .collect();
        Template { pieces }
    }

    fn body(&mut self, body: &typed::Body) -> Body {
        match body {
            typed::Body::Check(condition) => Body::Check(self.condition(condition)),
            typed::Body::Grade(Some(operand), rows) => self.grade(operand, rows),
            typed::Body::Grade(None, rows) => self.grade_when(rows),
            typed::Body::Ramp(operand, knots) => self.ramp(operand, knots),
            typed::Body::Measure(value) => Body::Measure(self.expression(value)),
            typed::Body::Include(child) => Body::Include(*child),
        }
    }

    /// A constant amount of points or worth.
    pub(super) fn points(&mut self, expr: &typed::Expr) -> Fraction {
        match self.constant_number(expr) {
            Some(points) if points < Number::ZERO => {
                self.report(
                    Diagnostic::new(&codes::NEGATIVE_POINTS, expr.span, "points are never negative".to_string())
                        .label(format!("this is {points}"))
                        .help("use a gate to hold a verdict back; a scorecard only gives points"),
                );
                Fraction::zero()
            }
            Some(points) => Fraction::from_number(points),
            None => Fraction::zero(),
        }
    }

    /// The value of an expression that must not depend on facts. None: a finding says what is wrong.
    pub(super) fn constant_number(&mut self, expr: &typed::Expr) -> Option<Number> {
        let id = self.expression(expr);
        match &self.program.expressions[id.0 as usize].0 {
            Expr::Constant(Possible::Range(range)) => match range.exact() {
                Some(number) => Some(number),
                None => self.not_constant(expr.span),
            },
            _ => self.not_constant(expr.span),
        }
    }

    fn not_constant<T>(&mut self, span: Span) -> Option<T> {
        // Where folding found a fault it has said so already.
        if !self.diagnostics.iter().any(|known| known.primary.span == span) {
            self.report(
                Diagnostic::new(&codes::NOT_CONSTANT, span, "this must be known before any facts are")
                    .help("use numbers and parameters here"),
            );
        }
        None
    }

    /// The checker has found errors that it did not report; nothing is run then.
    fn not_understood(&mut self, span: Span) {
        self.report(Diagnostic::new(&codes::SYNTAX, span, "this can't be understood"));
    }

    pub(super) fn constant(&mut self, value: Possible, span: Span) -> ExprId {
        self.push(Expr::Constant(value), span)
    }

    fn push(&mut self, node: Expr, span: Span) -> ExprId {
        self.program.expressions.push((node, span));
        ExprId(self.program.expressions.len() as u32 - 1)
    }

    pub(super) fn push_condition(&mut self, node: Condition, span: Span) -> ConditionId {
        self.program.conditions.push((node, span));
        ConditionId(self.program.conditions.len() as u32 - 1)
    }

    fn push_collection(&mut self, node: Collection) -> CollectionId {
        self.program.collections.push(node);
        CollectionId(self.program.collections.len() as u32 - 1)
    }

    fn node(&self, id: ExprId) -> &Expr {
        &self.program.expressions[id.0 as usize].0
    }

    fn constant_of(&self, id: ExprId) -> Option<&Possible> {
        match self.node(id) {
            Expr::Constant(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn range_of(&self, id: ExprId) -> Option<Interval> {
        match self.constant_of(id) {
            Some(Possible::Range(range)) => Some(*range),
            _ => None,
        }
    }

    pub(super) fn place(&self, path: &FactPath) -> Place {
        match path.root {
            Root::Document(document) => {
                Place::Fixed { sheet: document.0 as u16 + 1, slot: if path.field.is_some() { path.leaf } else { 0 } }
            }
            Root::Element(binder) => Place::Element { binder: binder as u16, leaf: path.leaf, field: path.field },
        }
    }

    /// Lowers an expression that is a value, not a list to run over.
    pub(super) fn expression(&mut self, expr: &typed::Expr) -> ExprId {
        let span = expr.span;
        let node = match &expr.kind {
            ExprKind::Broken | ExprKind::Months(_) | ExprKind::FieldOfEach(..) | ExprKind::Top(..) => {
                self.not_understood(span);
                Expr::Constant(Possible::Truth(Truth::Unknown))
            }
            ExprKind::Constant(value) => Expr::Constant(value.clone()),
            ExprKind::Today => Expr::Constant(Possible::Range(Interval::point(self.program.today))),
            ExprKind::Param(id) => Expr::Constant(self.program.params[id.index()].value.clone()),
            ExprKind::Let(id) => {
                self.lower_let(*id, span);
                match self.program.lets.get(id.index()).map(|named| self.node(named.value)) {
                    // A name for a constant or a fact is that constant or fact: so it takes part in comparisons as one.
                    Some(node @ (Expr::Constant(_) | Expr::Fact(_))) => node.clone(),
                    _ => Expr::Let(*id),
                }
            }
            ExprKind::Fact(path) => Expr::Fact(self.place(path)),
            ExprKind::Element(binder) => Expr::Fact(Place::Element { binder: *binder as u16, leaf: 0, field: None }),
            ExprKind::Points(item) => Expr::Points(*item),
            ExprKind::Score(scorecard) => Expr::Score(*scorecard),
            ExprKind::ScorePoints(scorecard) => Expr::ScorePoints(*scorecard),
            ExprKind::Band(verdict) => Expr::Band(*verdict),
            ExprKind::Negate(inner) => {
                let inner = self.expression(inner);
                match self.range_of(inner) {
                    Some(range) => Expr::Constant(Possible::Range(range.negate())),
                    None => Expr::Negate(inner),
                }
            }
            ExprKind::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right, span),
            ExprKind::Call(function, arguments) => return self.call(*function, arguments, span),
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition);
                match self.program.conditions[condition.0 as usize].0 {
                    Condition::Constant(true) => return self.expression(then),
                    Condition::Constant(false) => return self.expression(otherwise),
                    _ => {
                        let then = self.expression(then);
                        Expr::If(condition, then, self.expression(otherwise))
                    }
                }
            }
            ExprKind::Aggregate(aggregate) => {
                let list = self.collection(&aggregate.binder.list);
                let binder = self.binders;
                self.binders += 1;
                let filter = aggregate.binder.filter.as_ref().map(|filter| self.condition(filter));
                let of = aggregate.of.as_ref().map(|of| self.expression(of));
                self.binders -= 1;
                let if_none = aggregate.if_none.as_ref().map(|none| self.expression(none));
                Expr::Aggregate(Aggregate { kind: aggregate.kind, list, filter, of, if_none, binder })
            }
            ExprKind::Assuming(path, value) => match value {
                Some(value) => {
                    let value = self.expression(value);
                    match self.constant_of(value).cloned() {
                        Some(value) => Expr::Assuming(self.place(path), value),
                        None => {
                            let _: Option<()> = self.not_constant(span);
                            Expr::Fact(self.place(path))
                        }
                    }
                }
                None => Expr::Fact(self.place(path)),
            },
            ExprKind::Check(_)
            | ExprKind::Gate(_)
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare(..)
            | ExprKind::Between(..)
            | ExprKind::OneOf(..)
            | ExprKind::InList(..)
            | ExprKind::IsKnown(_)
            | ExprKind::IsEmpty(_)
            | ExprKind::Quantified(..) => {
                let condition = self.condition(expr);
                match self.program.conditions[condition.0 as usize].0 {
                    Condition::Constant(truth) => Expr::Constant(Possible::Truth(Truth::from(truth))),
                    _ => Expr::Truth(condition),
                }
            }
        };
        self.push(node, span)
    }

    fn arithmetic(&mut self, operation: ArithmeticOp, left: &typed::Expr, right: &typed::Expr, span: Span) -> Expr {
        if let Some((date, months)) = months(operation, left, right) {
            let date = self.expression(date);
            return match self.range_of(date) {
                Some(range) => self.folded(range.add_months(months), span),
                None => Expr::AddMonths(date, months),
            };
        }
        let (left_is_date, right_is_date) = (left.ty == Type::Date, right.ty == Type::Date);
        let (left, right) = (self.expression(left), self.expression(right));
        let apply: fn(&Interval, &Interval) -> Result<Interval, Faulty> = match operation {
            ArithmeticOp::Add => Interval::add,
            ArithmeticOp::Subtract => Interval::subtract,
            ArithmeticOp::Multiply => Interval::multiply,
            ArithmeticOp::Divide => Interval::divide,
        };
        let node = match (self.range_of(left), self.range_of(right)) {
            (Some(left), Some(right)) => self.folded(apply(&left, &right), span),
            _ => match operation {
                ArithmeticOp::Add => Expr::Add(left, right),
                ArithmeticOp::Subtract => Expr::Subtract(left, right),
                ArithmeticOp::Multiply => Expr::Multiply(left, right),
                ArithmeticOp::Divide => Expr::Divide(left, right),
            },
        };
        if left_is_date == right_is_date {
            return node;
        }
        // A day moved by less than whole days is the day it falls on.
        let by = if left_is_date { right } else { left };
        if self.range_of(by).and_then(|range| range.exact()).is_some_and(|by| by.is_multiple_of(Number::whole(crate::value::DAY))) {
            return node;
        }
        match &node {
            Expr::Constant(Possible::Range(range)) => self.folded(range.floor_to_day(), span),
            _ => Expr::FloorToDay(self.push(node, span)),
        }
    }

    fn folded(&mut self, result: Result<Interval, Faulty>, span: Span) -> Expr {
        match result {
            Ok(range) => Expr::Constant(Possible::Range(range)),
            Err(fault) => {
                let what = match fault.arithmetic {
                    Arithmetic::DivisionByZero => "this divides by zero, whatever the facts say",
                    Arithmetic::Overflow => "this is larger than any number the rules can hold, whatever the facts say",
                };
                self.report(Diagnostic::new(&codes::CONSTANT_FAULT, span, what));
                Expr::Constant(Possible::Range(Interval::point(Number::ONE)))
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[typed::Expr], span: Span) -> ExprId {
        let ids: Vec<ExprId> = arguments.iter().map(|argument| self.expression(argument)).collect();
        let ranges: Option<Vec<Interval>> = ids.iter().map(|id| self.range_of(*id)).collect();
        let node = match (function, ids.as_slice()) {
            (Function::Percent | Function::Number, [only]) => return *only,
            (Function::Min, [_, ..]) => match &ranges {
                Some(ranges) => fold_ranges(ranges, Interval::min),
                None => Expr::Min(ids),
            },
            (Function::Max, [_, ..]) => match &ranges {
                Some(ranges) => fold_ranges(ranges, Interval::max),
                None => Expr::Max(ids),
            },
            (Function::Abs, [only]) => match &ranges {
                Some(ranges) => Expr::Constant(Possible::Range(ranges[0].abs())),
                None => Expr::Abs(*only),
            },
            (Function::Round | Function::RoundDown | Function::RoundUp, [value, rest @ ..]) => {
                let rounding = match function {
                    Function::RoundDown => Rounding::Down,
                    Function::RoundUp => Rounding::Up,
                    _ => Rounding::HalfEven,
                };
                let places = self.places(arguments.first(), rest.first().copied(), span);
                match self.range_of(*value) {
                    Some(range) => self.folded(range.round(places, rounding), span),
                    None => Expr::Round(*value, places, rounding),
                }
            }
            (Function::Clamp, [value, low, high]) => match &ranges {
                Some(ranges) => Expr::Constant(Possible::Range(ranges[0].max(&ranges[1]).min(&ranges[2]))),
                None => Expr::Clamp(*value, *low, *high),
            },
            _ => {
                self.not_understood(span);
                Expr::Constant(Possible::Truth(Truth::Unknown))
            }
        };
        self.push(node, span)
    }

    /// How many decimals to round to. A percent is rounded as it is written, two places further right than its fraction.
    fn places(&mut self, value: Option<&typed::Expr>, places: Option<ExprId>, span: Span) -> u32 {
        let written = match places {
            None => Some(0),
            Some(id) => self.range_of(id).and_then(|range| range.exact()).and_then(Number::to_i64),
        };
        let shift = if value.is_some_and(|value| value.ty == Type::Percent) { 2 } else { 0 };
        match written {
            Some(places) if (0..=i64::from(Number::DECIMALS - shift)).contains(&places) => places as u32 + shift,
            _ => {
                self.report(
                    Diagnostic::new(&codes::BAD_CALL, span, format!("decimals are a whole number from 0 to {}", Number::DECIMALS - shift))
                        .help("write the number of decimals as the second argument, as `round(x, 2)`"),
                );
                0
            }
        }
    }

    /// Lowers a truth value.
    pub(super) fn condition(&mut self, expr: &typed::Expr) -> ConditionId {
        let span = expr.span;
        let node = match &expr.kind {
            ExprKind::Not(inner) => {
                let inner = self.condition(inner);
                self.negated(inner)
            }
            ExprKind::And(parts) => self.all(parts),
            ExprKind::Or(parts) => self.any(parts),
            ExprKind::Compare(operator, left, right) => {
                let (left, right) = (self.expression(left), self.expression(right));
                self.comparison(comparison(*operator), left, right)
            }
            ExprKind::Between(value, low, high) => {
                let (value, low, high) = (self.expression(value), self.expression(low), self.expression(high));
                self.between(value, low, high, span)
            }
            ExprKind::OneOf(value, options) => {
                let value = self.expression(value);
                let options = options.iter().map(|option| self.expression(option)).collect();
                self.one_of(value, options, span)
            }
            ExprKind::InList(value, list) => {
                let value = self.expression(value);
                Condition::InList(value, self.collection(list))
            }
            ExprKind::IsKnown(path) => Condition::Known(self.place(path)),
            ExprKind::IsEmpty(list) => Condition::Empty(self.collection(list)),
            ExprKind::Check(item) => Condition::Check(*item),
            ExprKind::Gate(gate) => Condition::Gate(*gate),
            ExprKind::Quantified(quantifier, binder, satisfies) => {
                let list = self.collection(&binder.list);
                let depth = self.binders;
                self.binders += 1;
                let filter = binder.filter.as_ref().map(|filter| self.condition(filter));
                let satisfies = self.condition(satisfies);
                self.binders -= 1;
                Condition::Quantified { quantifier: *quantifier, list, filter, satisfies, binder: depth }
            }
            _ => {
                let value = self.expression(expr);
                match self.node(value) {
                    Expr::Constant(Possible::Truth(Truth::True)) => Condition::Constant(true),
                    Expr::Constant(Possible::Truth(Truth::False)) => Condition::Constant(false),
                    Expr::Fact(place) => Condition::FactTrue(*place),
                    Expr::Truth(condition) => return *condition,
                    _ => Condition::Value(value),
                }
            }
        };
        self.push_condition(node, span)
    }

    pub(super) fn negated(&self, id: ConditionId) -> Condition {
        match &self.program.conditions[id.0 as usize].0 {
            Condition::Constant(truth) => Condition::Constant(!truth),
            Condition::Not(inner) => self.program.conditions[inner.0 as usize].0.clone(),
            Condition::FactCompare(place, comparison, constant) => Condition::FactCompare(*place, comparison.negated(), *constant),
            _ => Condition::Not(id),
        }
    }

    fn all(&mut self, parts: &[typed::Expr]) -> Condition {
        let mut kept = Vec::new();
        for part in parts {
            let id = self.condition(part);
            match &self.program.conditions[id.0 as usize].0 {
                Condition::Constant(true) => {}
                Condition::Constant(false) => return Condition::Constant(false),
                Condition::And(inner) => kept.extend(inner.iter().copied()),
                _ => kept.push(id),
            }
        }
        match kept.as_slice() {
            [] => Condition::Constant(true),
            [only] => self.program.conditions[only.0 as usize].0.clone(),
            _ => Condition::And(kept),
        }
    }

    fn any(&mut self, parts: &[typed::Expr]) -> Condition {
        let mut kept = Vec::new();
        for part in parts {
            let id = self.condition(part);
            match &self.program.conditions[id.0 as usize].0 {
                Condition::Constant(false) => {}
                Condition::Constant(true) => return Condition::Constant(true),
                Condition::Or(inner) => kept.extend(inner.iter().copied()),
                _ => kept.push(id),
            }
        }
        match kept.as_slice() {
            [] => Condition::Constant(false),
            [only] => self.program.conditions[only.0 as usize].0.clone(),
            _ => Condition::Or(kept),
        }
    }

    pub(super) fn comparison(&self, comparison: Comparison, left: ExprId, right: ExprId) -> Condition {
        let (comparison, left, right) = match (self.constant_of(left), self.constant_of(right)) {
            (Some(_), None) => (comparison.flipped(), right, left),
            _ => (comparison, left, right),
        };
        match (self.node(left), self.constant_of(right)) {
            (Expr::Constant(left), Some(right)) => match compare_constants(comparison, left, right).exact() {
                Some(truth) => Condition::Constant(truth),
                None => Condition::Constant(false),
            },
            (Expr::Fact(place), Some(Possible::Range(range))) if range.exact().is_some() => {
                Condition::FactCompare(*place, comparison, range.low)
            }
            (node, Some(Possible::Variants(constant))) => {
                let wanted = accepted_variants(comparison, *constant);
                match node {
                    Expr::Fact(place) => Condition::FactAmong(*place, wanted),
                    _ => Condition::Among(left, wanted),
                }
            }
            _ => Condition::Compare(comparison, left, right),
        }
    }

    pub(super) fn between(&mut self, value: ExprId, low: ExprId, high: ExprId, span: Span) -> Condition {
        if let (Expr::Fact(place), Some(least), Some(most)) = (self.node(value), self.range_of(low), self.range_of(high)) {
            let place = *place;
            let least = self.push_condition(Condition::FactCompare(place, Comparison::GreaterOrEqual, least.low), span);
            let most = self.push_condition(Condition::FactCompare(place, Comparison::LessOrEqual, most.high), span);
            return Condition::And(vec![least, most]);
        }
        if let (Some(value), Some(least), Some(most)) = (self.range_of(value), self.range_of(low), self.range_of(high)) {
            return Condition::Constant(value.low >= least.low && value.high <= most.high);
        }
        Condition::Between(value, low, high)
    }

    pub(super) fn one_of(&mut self, value: ExprId, options: Vec<ExprId>, span: Span) -> Condition {
        let variants: Option<u64> = options.iter().try_fold(0, |bits, option| match self.constant_of(*option) {
            Some(Possible::Variants(variants)) => Some(bits | variants.0),
            _ => None,
        });
        if let Some(bits) = variants {
            return match self.node(value) {
                Expr::Fact(place) => Condition::FactAmong(*place, Variants(bits)),
                Expr::Constant(Possible::Variants(constant)) => Condition::Constant(constant.0 & bits != 0),
                _ => Condition::Among(value, Variants(bits)),
            };
        }
        // Facts and constants are compared one by one, so that each comparison can be one with a constant.
        if matches!(self.node(value), Expr::Fact(_) | Expr::Constant(_)) {
            let mut parts = Vec::new();
            for option in options {
                match self.comparison(Comparison::Equal, value, option) {
                    Condition::Constant(true) => return Condition::Constant(true),
                    Condition::Constant(false) => {}
                    node => parts.push(self.push_condition(node, span)),
                }
            }
            return if parts.is_empty() { Condition::Constant(false) } else { Condition::Or(parts) };
        }
        Condition::OneOf(value, options)
    }

    /// Lowers a list to run over.
    pub(super) fn collection(&mut self, expr: &typed::Expr) -> CollectionId {
        let node = match &expr.kind {
            ExprKind::Fact(path) => self.fact_list(expr, path, false),
            ExprKind::Assuming(path, None) => self.fact_list(expr, path, true),
            ExprKind::Let(id) => {
                let value = &self.policy.lets[id.index()].value;
                if self.open_lets[id.index()] {
                    self.report(Diagnostic::new(&codes::CYCLE, expr.span, "this `let` needs itself"));
                    return CollectionId(0);
                }
                self.open_lets[id.index()] = true;
                let list = self.collection(value);
                self.open_lets[id.index()] = false;
                return list;
            }
            ExprKind::FieldOfEach(list, leaf, _) => Collection::FieldOfEach { list: self.collection(list), leaf: *leaf },
            ExprKind::Top(count, list) => {
                let number = self.constant_number(count);
                let list = self.collection(list);
                let least = number.and_then(Number::to_i64).filter(|count| (1..=1_000_000).contains(count));
                if least.is_none() && number.is_some() {
                    self.report(
                        Diagnostic::new(&codes::BAD_CALL, count.span, "`top` takes a whole number above zero first, then a list")
                            .help("write how many of the greatest you want, as `top(3, competitors.share)`"),
                    );
                }
                Collection::Top { count: least.unwrap_or(1) as u32, list }
            }
            _ => {
                self.not_understood(expr.span);
                Collection::Top { count: 1, list: CollectionId(0) }
            }
        };
        self.push_collection(node)
    }

    fn fact_list(&mut self, expr: &typed::Expr, path: &FactPath, assumed_empty: bool) -> Collection {
        let place = self.place(path);
        let Type::List(id) = expr.ty else {
            self.not_understood(expr.span);
            return Collection::Fact { place, stride: 1, unseen: 0, least: 0, most: None, assumed_empty };
        };
        let list = self.policy.schema.list(id);
        let stride = match list.element {
            Type::Record(record) => self.policy.schema.record(record).leaves.len() as u32,
            _ => 1,
        };
        Collection::Fact { place, stride, unseen: self.unseen[id.0 as usize], least: list.least, most: list.most, assumed_empty }
    }
}

fn fold_ranges(ranges: &[Interval], combine: fn(&Interval, &Interval) -> Interval) -> Expr {
    let first = ranges[0];
    Expr::Constant(Possible::Range(ranges[1..].iter().fold(first, |so_far, range| combine(&so_far, range))))
}

/// A date moved by calendar months: the date, and by how many.
fn months<'e>(operation: ArithmeticOp, left: &'e typed::Expr, right: &'e typed::Expr) -> Option<(&'e typed::Expr, i64)> {
    match (operation, &left.kind, &right.kind) {
        (ArithmeticOp::Add, _, ExprKind::Months(months)) => Some((left, *months)),
        (ArithmeticOp::Subtract, _, ExprKind::Months(months)) => Some((left, -months)),
        (ArithmeticOp::Add, ExprKind::Months(months), _) => Some((right, *months)),
        _ => None,
    }
}

pub(super) fn comparison(operator: CompareOp) -> Comparison {
    match operator {
        CompareOp::Equal => Comparison::Equal,
        CompareOp::NotEqual => Comparison::NotEqual,
        CompareOp::Less => Comparison::Less,
        CompareOp::LessOrEqual => Comparison::LessOrEqual,
        CompareOp::Greater => Comparison::Greater,
        CompareOp::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}

/// The variants that compare so with a constant one.
pub(super) fn accepted_variants(comparison: Comparison, constant: Variants) -> Variants {
    let bits =
        (0..64).filter(|bit| Variants::one(*bit).compare(comparison, constant) == Truth::True).fold(0, |bits, bit| bits | 1u64 << bit);
    Variants(bits)
}

fn compare_constants(comparison: Comparison, left: &Possible, right: &Possible) -> Truth {
    let equal = match (left, right) {
        (Possible::Range(left), Possible::Range(right)) => return left.compare(comparison, right),
        (Possible::Variants(left), Possible::Variants(right)) => return left.compare(comparison, *right),
        (Possible::Texts(left), Possible::Texts(right)) => Texts::equals(left, right),
        (Possible::Truth(left), Possible::Truth(right)) => Truth::from(left == right),
        _ => Truth::Unknown,
    };
    if comparison == Comparison::NotEqual { equal.not() } else { equal }
}
