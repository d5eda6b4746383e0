//! Values: typed expressions become nodes. Constants are folded by the functions that evaluation uses, so that nothing comes out differently here and
//! there.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, ArithmeticOp, ExprKind, FactPath, Function};
use crate::value::{DAY, Faulty, List, Truth, show_number};

impl Lowerer<'_> {
    /// Lowers an expression that is a value, not a list to run over.
    pub(super) fn expression(&mut self, expr: &typed::Expr) -> ExprId {
        match self.nested(expr.span, |lowerer| lowerer.expression_within(expr)) {
            Some(id) => id,
            None => self.nothing(expr.span),
        }
    }

    /// What stands where a finding says that nothing can.
    fn nothing(&mut self, span: Span) -> ExprId {
        self.constant(Possible::Truth(Truth::Unknown), span)
    }

    fn expression_within(&mut self, expr: &typed::Expr) -> ExprId {
        let span = expr.span;
        let node = match &expr.kind {
            ExprKind::Broken | ExprKind::Months(_) | ExprKind::FieldOfEach(..) | ExprKind::Top(..) => {
                self.not_understood(span);
                return self.nothing(span);
            }
            ExprKind::Constant(value) => Expr::Constant(value.clone()),
            ExprKind::Today => Expr::Constant(Possible::Range(Interval::point(self.program.today))),
            ExprKind::Param(id) => match self.param_value(*id, span) {
                Some(value) => Expr::Constant(value),
                None => return self.nothing(span),
            },
            ExprKind::Let(id) => match self.named(*id, span) {
                Some(node) => node,
                None => return self.nothing(span),
            },
            ExprKind::Fact(path) | ExprKind::Assuming(path, None) => Expr::Fact(self.place(path)),
            ExprKind::Element(binder) => Expr::Fact(Place::Element { binder: *binder as u16, leaf: 0, field: None }),
            ExprKind::Points(item) => Expr::Points(*item),
            ExprKind::Score(scorecard) => Expr::Score(*scorecard),
            ExprKind::ScorePoints(scorecard) => Expr::ScorePoints(*scorecard),
            ExprKind::Band(verdict) => Expr::Band(*verdict),
            ExprKind::Limit(limit) => Expr::Limit(*limit),
            ExprKind::Column(table, column) => {
                if !self.lower_table(*table, span) {
                    return self.nothing(span);
                }
                Expr::Column(*table, *column)
            }
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
                match self.condition_node(condition) {
                    // The branch not taken is not lowered, for it must not fault.
                    Condition::Constant(true) => return self.expression(then),
                    Condition::Constant(false) => return self.expression(otherwise),
                    _ => {
                        let then = self.expression(then);
                        Expr::If(condition, then, self.expression(otherwise))
                    }
                }
            }
            ExprKind::Script(function, arguments) => self.script_call(*function, arguments, span),
            ExprKind::Aggregate(aggregate) => {
                let list = self.collection(&aggregate.binder.list);
                let binder = self.binders;
                self.binders += 1;
                let filter = self.filter(aggregate.binder.filter.as_deref());
                let of = aggregate.of.as_ref().map(|of| self.expression(of));
                self.binders -= 1;
                let if_none = aggregate.if_none.as_ref().map(|none| self.expression(none));
                Expr::Aggregate(Aggregate { kind: aggregate.kind, list, filter, of, if_none, binder })
            }
            ExprKind::Assuming(path, Some(value)) => {
                let place = self.place(path);
                match self.assumed(place, value) {
                    Some(value) => Expr::Assuming(place, value),
                    None => Expr::Fact(place),
                }
            }
            ExprKind::Check(_)
            | ExprKind::Gate(_)
            | ExprKind::Trigger(_)
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
                match self.condition_node(condition) {
                    Condition::Constant(truth) => Expr::Constant(Possible::Truth(Truth::from(*truth))),
                    _ => Expr::Truth(condition),
                }
            }
        };
        self.push(node, span)
    }

    /// A `let`. One that names a constant or a fact is that constant or fact, so that it takes part in comparisons as one.
    fn named(&mut self, id: LetId, span: Span) -> Option<Expr> {
        let value = self.lower_let(id, span)?;
        match self.node(value) {
            Expr::Constant(Possible::List(_)) => {
                self.not_understood(span);
                None
            }
            node @ (Expr::Constant(_) | Expr::Fact(_) | Expr::Assuming(..)) => Some(node.clone()),
            _ => Some(Expr::Let(id)),
        }
    }

    /// The value of a `let` that is a list: the fact, where it is one. A list that is computed has none; it is lowered where it is run over.
    pub(super) fn list_value(&mut self, expr: &typed::Expr) -> ExprId {
        match &expr.kind {
            ExprKind::Fact(_) | ExprKind::Assuming(..) => self.expression(expr),
            ExprKind::Let(id) => match self.lower_let(*id, expr.span) {
                Some(value) => value,
                None => self.nothing(expr.span),
            },
            _ => {
                // Only what is wrong with it counts here.
                self.collection(expr);
                self.constant(Possible::List(List::UNKNOWN), expr.span)
            }
        }
    }

    fn arithmetic(&mut self, operation: ArithmeticOp, left: &typed::Expr, right: &typed::Expr, span: Span) -> Expr {
        if let Some((date, months)) = months(operation, left, right) {
            let date = self.expression(date);
            return match self.range_of(date) {
                Some(range) => self.folded(range.add_months(months), span),
                None => Expr::AddMonths(date, months),
            };
        }
        let (left_id, right_id) = (self.expression(left), self.expression(right));
        let node = self.plain_arithmetic(operation, left_id, right_id, span);
        let whole_days = match (left.ty == Type::Date, right.ty == Type::Date) {
            (true, false) => self.is_whole_days(right, right_id),
            (false, true) => self.is_whole_days(left, left_id),
            _ => true,
        };
        if whole_days {
            return node;
        }
        // A day moved by less than a whole day is the day on which that falls.
        match &node {
            Expr::Constant(Possible::Range(range)) => self.folded(range.floor_to_day(), span),
            _ => Expr::FloorToDay(self.push(node, span)),
        }
    }

    fn plain_arithmetic(&mut self, operation: ArithmeticOp, left: ExprId, right: ExprId, span: Span) -> Expr {
        let apply: fn(&Interval, &Interval) -> Result<Interval, Faulty> = match operation {
            ArithmeticOp::Add => Interval::add,
            ArithmeticOp::Subtract => Interval::subtract,
            ArithmeticOp::Multiply => Interval::multiply,
            ArithmeticOp::Divide => Interval::divide,
        };
        match (self.range_of(left), self.range_of(right)) {
            (Some(left), Some(right)) => self.folded(apply(&left, &right), span),
            _ => match operation {
                ArithmeticOp::Add => Expr::Add(left, right),
                ArithmeticOp::Subtract => Expr::Subtract(left, right),
                ArithmeticOp::Multiply => Expr::Multiply(left, right),
                ArithmeticOp::Divide => Expr::Divide(left, right),
            },
        }
    }

    /// Whether a duration is whole days whatever the facts say: a constant one, or what lies between two days.
    fn is_whole_days(&self, by: &typed::Expr, id: ExprId) -> bool {
        match &by.kind {
            ExprKind::Arithmetic(ArithmeticOp::Subtract, left, right) if left.ty == Type::Date && right.ty == Type::Date => true,
            _ => self.range_of(id).and_then(|range| range.exact()).is_some_and(|by| by.is_multiple_of(Number::whole(DAY))),
        }
    }

    fn call(&mut self, function: Function, arguments: &[typed::Expr], span: Span) -> ExprId {
        let node = match (function, arguments) {
            (Function::Percent | Function::Number, [only]) => return self.expression(only),
            (Function::Min, [_, ..]) => self.extreme(arguments, Interval::min, Expr::Min),
            (Function::Max, [_, ..]) => self.extreme(arguments, Interval::max, Expr::Max),
            (Function::Abs, [only]) => {
                let only = self.expression(only);
                match self.range_of(only) {
                    Some(range) => Expr::Constant(Possible::Range(range.abs())),
                    None => Expr::Abs(only),
                }
            }
            (Function::Round, [value, places @ ..]) => self.rounded(value, places.first(), Rounding::HalfEven, span),
            (Function::RoundDown, [value, places @ ..]) => self.rounded(value, places.first(), Rounding::Down, span),
            (Function::RoundUp, [value, places @ ..]) => self.rounded(value, places.first(), Rounding::Up, span),
            (Function::Clamp, [value, low, high]) => self.clamped(value, low, high, span),
            _ => {
                self.not_understood(span);
                return self.nothing(span);
            }
        };
        self.push(node, span)
    }

    fn extreme(&mut self, arguments: &[typed::Expr], combine: fn(&Interval, &Interval) -> Interval, node: fn(Vec<ExprId>) -> Expr) -> Expr {
        let ids: Vec<ExprId> = arguments.iter().map(|argument| self.expression(argument)).collect();
        let ranges: Option<Vec<Interval>> = ids.iter().map(|id| self.range_of(*id)).collect();
        match ranges.into_iter().flatten().reduce(|so_far, range| combine(&so_far, &range)) {
            Some(range) => Expr::Constant(Possible::Range(range)),
            None => node(ids),
        }
    }

    fn rounded(&mut self, value: &typed::Expr, places: Option<&typed::Expr>, rounding: Rounding, span: Span) -> Expr {
        let places = self.places(value, places, span);
        let value = self.expression(value);
        match self.range_of(value) {
            Some(range) => self.folded(range.round(places, rounding), span),
            None => Expr::Round(value, places, rounding),
        }
    }

    fn clamped(&mut self, value: &typed::Expr, least: &typed::Expr, most: &typed::Expr, span: Span) -> Expr {
        let (value, low, high) = (self.expression(value), self.expression(least), self.expression(most));
        let (value_range, low_range, high_range) = (self.range_of(value), self.range_of(low), self.range_of(high));
        if let (Some(low), Some(high)) = (low_range.and_then(|low| low.exact()), high_range.and_then(|high| high.exact()))
            && low > high
        {
            let (shown_low, shown_high) = (show_number(low, least.ty), show_number(high, most.ty));
            self.report(
                Diagnostic::new(
                    &codes::BAD_CALL,
                    span,
                    format!("expected the least before the greatest, found {shown_low} and {shown_high}"),
                )
                .help("write `clamp(x, least, greatest)`"),
            );
        }
        match (value_range, low_range, high_range) {
            (Some(value), Some(low), Some(high)) => Expr::Constant(Possible::Range(value.max(&low).min(&high))),
            _ => Expr::Clamp(value, low, high),
        }
    }

    /// Lowers a list to run over.
    pub(super) fn collection(&mut self, expr: &typed::Expr) -> CollectionId {
        let node = match self.nested(expr.span, |lowerer| lowerer.collection_within(expr)) {
            Some(node) => node,
            None => Collection::Top { count: 1, list: CollectionId(0) },
        };
        self.push_collection(node)
    }

    fn collection_within(&mut self, expr: &typed::Expr) -> Collection {
        match &expr.kind {
            ExprKind::Fact(path) => self.fact_list(expr, path, false),
            ExprKind::Assuming(path, None) => self.fact_list(expr, path, true),
            ExprKind::Let(id) => {
                // The `let` itself knows where it needs itself.
                if self.lower_let(*id, expr.span).is_none() {
                    return Collection::Top { count: 1, list: CollectionId(0) };
                }
                let policy = self.policy;
                self.collection_within(&policy.lets[id.index()].value)
            }
            ExprKind::FieldOfEach(list, leaf, _) => Collection::FieldOfEach { list: self.collection(list), leaf: *leaf },
            ExprKind::Top(count, list) => {
                let count = self.top_count(count);
                Collection::Top { count, list: self.collection(list) }
            }
            _ => {
                self.not_understood(expr.span);
                Collection::Top { count: 1, list: CollectionId(0) }
            }
        }
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

/// A date moved by calendar months: the date, and by how many.
fn months<'e>(operation: ArithmeticOp, left: &'e typed::Expr, right: &'e typed::Expr) -> Option<(&'e typed::Expr, i64)> {
    match operation {
        ArithmeticOp::Add => match (literal_months(left), literal_months(right)) {
            (_, Some(months)) => Some((left, months)),
            (Some(months), None) => Some((right, months)),
            (None, None) => None,
        },
        ArithmeticOp::Subtract => Some((left, literal_months(right)?.checked_neg()?)),
        ArithmeticOp::Multiply | ArithmeticOp::Divide => None,
    }
}

fn literal_months(expr: &typed::Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Months(months) => Some(*months),
        ExprKind::Negate(inner) => literal_months(inner)?.checked_neg(),
        _ => None,
    }
}
