//! Rules that differ in one thing from those written: a threshold a little higher, `and` for `or`, a row less. Each is made from the typed policy, so it says
//! the same to the engine as if somebody had written it.

use crate::policy::{
    Aggregate, AggregateKind, Argument, ArithmeticOp, Binder, Body, Comparison, Edge, Expr, ExprKind, Function, Gate, Input, Item, Knot,
    Limit, Quantifier, Row, RowWhen, Table, TableRow, Test, Trigger, Verdict,
};
use crate::source::{Sources, Span};
use crate::value::{DAY, Interval, Number, Possible, Schema, Truth, Type, Variants, show_possible};

use super::expect::one_line;

/// One alteration.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was altered.
    pub span: Span,
    /// As it is written.
    pub from: String,
    /// As it would have to be written.
    pub to: String,
    /// A test that would notice.
    pub hint: String,
    /// What would have to hold for some facts, or the alteration changes nothing: of two rows that change places, both conditions.
    pub(super) matters_if: Option<Expr>,
}

/// Takes an alteration with what it makes.
type Take<'t, T> = &'t mut dyn FnMut(Change, T);

/// Makes the variations of parts of a policy.
pub(super) struct Varying<'v> {
    pub(super) sources: &'v Sources,
    pub(super) schema: &'v Schema,
}

/// How far "just beside" a value is: the next one where values have neighbours, else a power of ten that is at most a twentieth of it.
pub(super) fn step(value: Number, ty: Type) -> Number {
    let day = Number::whole(DAY);
    match ty {
        Type::Whole => Number::ONE,
        Type::Date => day,
        Type::Duration if value != Number::ZERO && value.is_multiple_of(day) => day,
        _ => {
            let magnitude = if value < Number::ZERO { Number::ZERO.subtract(value).unwrap_or(value) } else { value };
            let Some(limit) = magnitude.divide(Number::whole(20)).ok().filter(|limit| *limit > Number::ZERO) else {
                return if ty == Type::Percent { Number::parse("0.01").unwrap_or(Number::ONE) } else { Number::ONE };
            };
            let ten = Number::whole(10);
            let mut step = Number::ONE;
            while let Ok(next) = step.multiply(ten)
                && next <= limit
            {
                step = next;
            }
            while step > limit
                && let Ok(next) = step.divide(ten)
                && next > Number::ZERO
            {
                step = next;
            }
            step
        }
    }
}

/// What joins parts as they are joined, and what joins them the other way.
type Joins<Part, Whole> = (fn(Vec<Part>) -> Whole, fn(Vec<Part>) -> Whole);

impl Varying<'_> {
    fn written(&self, span: Span) -> String {
        one_line(self.sources.slice(span))
    }

    fn change(&self, span: Span, to: impl Into<String>, hint: impl Into<String>) -> Change {
        Change { span, from: self.written(span), to: to.into(), hint: hint.into(), matters_if: None }
    }

    /// Every expression that differs from this one in one thing.
    pub(super) fn expr(&self, expr: &Expr, take: Take<'_, Expr>) {
        let with = |kind: ExprKind| Expr { kind, ..expr.clone() };
        let text = |inner: &Expr| self.written(inner.span);
        match &expr.kind {
            ExprKind::Broken | ExprKind::Today | ExprKind::Param(_) | ExprKind::Months(_) => {}
            ExprKind::Constant(value) => {
                for other in self.neighbours(value, expr.ty) {
                    let to = show_possible(&other, expr.ty, self.schema);
                    let hint = match value {
                        Possible::Range(_) => format!("a test that rests on exactly {}, and one just beside it", text(expr)),
                        _ => format!("a test in which only `{}` makes the difference", text(expr)),
                    };
                    take(self.change(expr.span, self.variant_name(&other, expr.ty).unwrap_or(to), hint), with(ExprKind::Constant(other)));
                }
            }
            ExprKind::Let(_) | ExprKind::Fact(_) | ExprKind::Element(_) | ExprKind::Check(_) | ExprKind::Gate(_) | ExprKind::IsKnown(_)
                if expr.ty == Type::Bool =>
            {
                self.negated(expr, take);
            }
            ExprKind::Let(_) | ExprKind::Fact(_) | ExprKind::Element(_) | ExprKind::Check(_) | ExprKind::Gate(_) | ExprKind::IsKnown(_) => {
            }
            ExprKind::Trigger(_) | ExprKind::Limit(_) | ExprKind::Column(..) => {}
            ExprKind::Points(_) | ExprKind::Score(_) | ExprKind::ScorePoints(_) | ExprKind::Band(_) => {}
            ExprKind::Not(inner) => {
                take(self.change(expr.span, text(inner), "a test for each side of it"), (**inner).clone());
                self.expr(inner, &mut |change, inner| take(change, with(ExprKind::Not(Box::new(inner)))));
            }
            ExprKind::And(parts) => self.joined(expr, parts, ("and", "or"), (ExprKind::And, ExprKind::Or), take),
            ExprKind::Or(parts) => self.joined(expr, parts, ("or", "and"), (ExprKind::Or, ExprKind::And), take),
            ExprKind::Compare(comparison, left, right) => {
                let other = beside(*comparison);
                let to = format!("{} {} {}", text(left), other.symbol(), text(right));
                let hint = match comparison {
                    Comparison::Equal | Comparison::NotEqual => "a test for each side of it".to_string(),
                    _ => format!("a test in which `{}` is exactly {}", text(left), text(right)),
                };
                take(self.change(expr.span, to, hint), with(ExprKind::Compare(other, left.clone(), right.clone())));
                self.pair(left, right, &mut |change, left, right| take(change, with(ExprKind::Compare(*comparison, left, right))));
            }
            ExprKind::Between(value, low, high) => {
                self.triple(value, low, high, &mut |change, value, low, high| take(change, with(ExprKind::Between(value, low, high))));
            }
            ExprKind::OneOf(value, among) => {
                for (index, option) in among.iter().enumerate().filter(|_| among.len() > 1) {
                    let mut fewer = among.clone();
                    fewer.remove(index);
                    let listed: Vec<String> = fewer.iter().map(text).collect();
                    let to = format!("{} in ({})", text(value), listed.join(", "));
                    let hint = format!("a test in which `{}` is {}", text(value), text(option));
                    take(self.change(expr.span, to, hint), with(ExprKind::OneOf(value.clone(), fewer)));
                }
                self.expr(value, &mut |change, value| take(change, with(ExprKind::OneOf(Box::new(value), among.clone()))));
                if among.len() == 1 {
                    self.each(among, &mut |change, among| take(change, with(ExprKind::OneOf(value.clone(), among))));
                }
            }
            ExprKind::InList(value, list) => {
                self.negated(expr, take);
                self.expr(value, &mut |change, value| take(change, with(ExprKind::InList(Box::new(value), list.clone()))));
            }
            ExprKind::IsEmpty(list) => {
                self.negated(expr, take);
                self.expr(list, &mut |change, list| take(change, with(ExprKind::IsEmpty(Box::new(list)))));
            }
            ExprKind::Arithmetic(operation, left, right) => {
                if let Some((other, sign)) = opposite(*operation, left.ty, right.ty) {
                    let to = format!("{} {sign} {}", text(left), text(right));
                    let changed = with(ExprKind::Arithmetic(other, left.clone(), right.clone()));
                    take(self.change(expr.span, to, "a test that expects what it comes to"), changed);
                }
                self.pair(left, right, &mut |change, left, right| take(change, with(ExprKind::Arithmetic(*operation, left, right))));
            }
            ExprKind::Negate(inner) => {
                take(self.change(expr.span, text(inner), "a test that expects what it comes to"), (**inner).clone());
                self.expr(inner, &mut |change, inner| take(change, with(ExprKind::Negate(Box::new(inner)))));
            }
            ExprKind::Call(function, arguments) => {
                if let Some((other, name)) = counterpart(*function) {
                    let listed: Vec<String> = arguments.iter().map(text).collect();
                    let to = format!("{name}({})", listed.join(", "));
                    let changed = with(ExprKind::Call(other, arguments.clone()));
                    take(self.change(expr.span, to, "a test that expects what it comes to"), changed);
                }
                self.each(arguments, &mut |change, arguments| take(change, with(ExprKind::Call(*function, arguments))));
            }
            ExprKind::Script(function, arguments) => {
                for (index, argument) in arguments.iter().enumerate() {
                    // What a script is given apart from its lists is one value each; the lists are made by rules that vary elsewhere.
                    if let Argument::Each(binder, given) = argument {
                        self.binder(binder, &mut |change, binder| {
                            let mut changed = arguments.clone();
                            changed[index] = Argument::Each(binder, given.clone());
                            take(change, with(ExprKind::Script(*function, changed)));
                        });
                    }
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                let to = format!("if {} then {} else {}", text(condition), text(otherwise), text(then));
                let swapped = with(ExprKind::If(condition.clone(), otherwise.clone(), then.clone()));
                take(self.change(expr.span, to, "a test for each branch"), swapped);
                self.triple(condition, then, otherwise, &mut |change, condition, then, otherwise| {
                    take(change, with(ExprKind::If(condition, then, otherwise)));
                });
            }
            ExprKind::Quantified(quantifier, binder, body) => {
                let (other, word) = match quantifier {
                    Quantifier::Some => (Quantifier::Every, "every"),
                    Quantifier::Every => (Quantifier::Some, "some"),
                };
                let rest = text(expr).split_once(' ').map(|(_, rest)| rest.to_string()).unwrap_or_default();
                let hint = "a test with one entry of each kind";
                let changed = with(ExprKind::Quantified(other, binder.clone(), body.clone()));
                take(self.change(expr.span, format!("{word} {rest}"), hint), changed);
                self.binder(binder, &mut |change, binder| take(change, with(ExprKind::Quantified(*quantifier, binder, body.clone()))));
                self.expr(body, &mut |change, body| take(change, with(ExprKind::Quantified(*quantifier, binder.clone(), Box::new(body)))));
            }
            ExprKind::Aggregate(aggregate) => {
                self.aggregate(expr, aggregate, &mut |change, aggregate| take(change, with(ExprKind::Aggregate(aggregate))));
            }
            ExprKind::Assuming(fact, value) => {
                let fact_written = text(expr).split(" assuming ").next().unwrap_or_default().to_string();
                let hint = format!("a test in which `{fact_written}` is not known");
                take(self.change(expr.span, fact_written, hint), with(ExprKind::Fact(*fact)));
                if let Some(value) = value {
                    self.expr(value, &mut |change, value| take(change, with(ExprKind::Assuming(*fact, Some(Box::new(value))))));
                }
            }
            ExprKind::FieldOfEach(list, leaf, field) => {
                self.expr(list, &mut |change, list| take(change, with(ExprKind::FieldOfEach(Box::new(list), *leaf, *field))));
            }
            ExprKind::Top(count, list) => {
                self.pair(count, list, &mut |change, count, list| take(change, with(ExprKind::Top(count, list))));
            }
        }
    }

    fn negated(&self, expr: &Expr, take: Take<'_, Expr>) {
        let kind = ExprKind::Not(Box::new(expr.clone()));
        let hint = format!("a test in which `{}` holds, and one in which it does not", self.written(expr.span));
        take(self.change(expr.span, format!("not {}", self.written(expr.span)), hint), Expr { kind, ..expr.clone() });
    }

    fn joined(&self, expr: &Expr, parts: &[Expr], words: (&str, &str), joins: Joins<Expr, ExprKind>, take: Take<'_, Expr>) {
        let with = |kind: ExprKind| Expr { kind, ..expr.clone() };
        let text = |parts: &[Expr], word: &str| {
            let written: Vec<String> = parts.iter().map(|part| self.written(part.span)).collect();
            written.join(&format!(" {word} "))
        };
        let hint = "a test in which only one part holds";
        take(self.change(expr.span, text(parts, words.1), hint), with(joins.1(parts.to_vec())));
        for (index, part) in parts.iter().enumerate() {
            let mut fewer = parts.to_vec();
            fewer.remove(index);
            let hint = format!("a test in which `{}` alone makes the difference", self.written(part.span));
            let change = self.change(expr.span, text(&fewer, words.0), hint);
            take(change, if fewer.len() == 1 { fewer.swap_remove(0) } else { with(joins.0(fewer)) });
        }
        self.each(parts, &mut |change, parts| take(change, with(joins.0(parts))));
    }

    fn each(&self, parts: &[Expr], take: Take<'_, Vec<Expr>>) {
        for (index, part) in parts.iter().enumerate() {
            self.expr(part, &mut |change, part| {
                let mut changed = parts.to_vec();
                changed[index] = part;
                take(change, changed);
            });
        }
    }

    fn pair(&self, left: &Expr, right: &Expr, take: &mut dyn FnMut(Change, Box<Expr>, Box<Expr>)) {
        self.expr(left, &mut |change, left| take(change, Box::new(left), Box::new(right.clone())));
        self.expr(right, &mut |change, right| take(change, Box::new(left.clone()), Box::new(right)));
    }

    fn triple(&self, one: &Expr, two: &Expr, three: &Expr, take: &mut dyn FnMut(Change, Box<Expr>, Box<Expr>, Box<Expr>)) {
        let boxed = |expr: &Expr| Box::new(expr.clone());
        self.expr(one, &mut |change, one| take(change, Box::new(one), boxed(two), boxed(three)));
        self.expr(two, &mut |change, two| take(change, boxed(one), Box::new(two), boxed(three)));
        self.expr(three, &mut |change, three| take(change, boxed(one), boxed(two), Box::new(three)));
    }

    fn binder(&self, binder: &Binder, take: Take<'_, Binder>) {
        self.expr(&binder.list, &mut |change, list| take(change, Binder { list: Box::new(list), ..binder.clone() }));
        if let Some(filter) = &binder.filter {
            let hint = format!("a test with an entry of which `{}` does not hold", self.written(filter.span));
            take(self.change(filter.span, "true", hint), Binder { filter: None, ..binder.clone() });
            self.expr(filter, &mut |change, filter| take(change, Binder { filter: Some(Box::new(filter)), ..binder.clone() }));
        }
    }

    fn aggregate(&self, expr: &Expr, aggregate: &Aggregate, take: Take<'_, Aggregate>) {
        let other = match aggregate.kind {
            AggregateKind::Min => Some((AggregateKind::Max, "max")),
            AggregateKind::Max => Some((AggregateKind::Min, "min")),
            AggregateKind::Mean => Some((AggregateKind::Max, "max")),
            // Only where the greatest needs no further word can it stand for the sum.
            AggregateKind::Sum if aggregate.if_none.is_some() => Some((AggregateKind::Max, "max")),
            AggregateKind::Sum | AggregateKind::Count | AggregateKind::Share => None,
        };
        if let Some((kind, word)) = other {
            let rest = self.written(expr.span).split_once(' ').map(|(_, rest)| rest.to_string()).unwrap_or_default();
            let hint = "a test with entries that differ in it";
            take(self.change(expr.span, format!("{word} {rest}"), hint), Aggregate { kind, ..aggregate.clone() });
        }
        self.binder(&aggregate.binder, &mut |change, binder| take(change, Aggregate { binder, ..aggregate.clone() }));
        if let Some(of) = &aggregate.of {
            self.expr(of, &mut |change, of| take(change, Aggregate { of: Some(Box::new(of)), ..aggregate.clone() }));
        }
        if let Some(none) = &aggregate.if_none {
            self.expr(none, &mut |change, none| take(change, Aggregate { if_none: Some(Box::new(none)), ..aggregate.clone() }));
        }
    }

    /// The values just beside a value.
    fn neighbours(&self, value: &Possible, ty: Type) -> Vec<Possible> {
        match (value, ty) {
            (Possible::Range(range), _) => {
                let Some(number) = range.exact() else { return Vec::new() };
                let step = step(number, ty);
                [number.add(step), number.subtract(step)]
                    .into_iter()
                    .flatten()
                    .map(|other| Possible::Range(Interval::point(other)))
                    .collect()
            }
            (Possible::Variants(variants), Type::Enum(id)) => match variants.single() {
                Some(place) if self.schema.enumeration(id).variants.len() > 1 => {
                    vec![Possible::Variants(Variants::one((place + 1) % self.schema.enumeration(id).variants.len()))]
                }
                _ => Vec::new(),
            },
            (Possible::Truth(truth), _) if *truth != Truth::Unknown => vec![Possible::Truth(truth.not())],
            _ => Vec::new(),
        }
    }

    /// A variant as rules write it.
    fn variant_name(&self, value: &Possible, ty: Type) -> Option<String> {
        match (value, ty) {
            (Possible::Variants(variants), Type::Enum(id)) => {
                self.schema.enumeration(id).variants.get(variants.single()?).map(|variant| variant.name.clone())
            }
            _ => None,
        }
    }

    /// A number of points, one more and one less.
    fn points(&self, points: &Expr, what: &str, take: Take<'_, Expr>) {
        let ExprKind::Constant(Possible::Range(range)) = &points.kind else {
            return self.expr(points, take);
        };
        let Some(number) = range.exact() else { return };
        for other in [number.add(Number::ONE), number.subtract(Number::ONE)].into_iter().flatten().filter(|other| *other >= Number::ZERO) {
            let value = Possible::Range(Interval::point(other));
            let to = show_possible(&value, points.ty, self.schema);
            take(self.change(points.span, to, what), Expr { kind: ExprKind::Constant(value), ..points.clone() });
        }
    }

    /// Every item that differs from this one in one thing.
    pub(super) fn item(&self, item: &Item, take: Take<'_, Item>) {
        if let Some(worth) = &item.worth {
            let hint = "a test that expects the points or the score of the scorecard exactly";
            self.points(worth, hint, &mut |change, worth| take(change, Item { worth: Some(worth), ..item.clone() }));
        }
        if let Some(applies) = &item.applies {
            let hint = format!("a test in which `{}` does not hold", self.written(applies.span));
            take(self.change(applies.span, "true", hint), Item { applies: None, ..item.clone() });
            self.expr(applies, &mut |change, applies| take(change, Item { applies: Some(applies), ..item.clone() }));
        }
        self.body(item, &mut |change, body| take(change, Item { body, ..item.clone() }));
    }

    fn body(&self, item: &Item, take: Take<'_, Body>) {
        match &item.body {
            Body::Check(condition) => self.expr(condition, &mut |change, condition| take(change, Body::Check(condition))),
            Body::Measure(value) => self.expr(value, &mut |change, value| take(change, Body::Measure(value))),
            Body::Include(_) => {}
            Body::Grade(operand, rows) => {
                if let Some(operand) = operand {
                    self.expr(operand, &mut |change, operand| take(change, Body::Grade(Some(operand), rows.clone())));
                }
                self.rows(rows, &mut |change, rows| take(change, Body::Grade(operand.clone(), rows)));
            }
            Body::Ramp(operand, knots) => {
                self.expr(operand, &mut |change, operand| take(change, Body::Ramp(operand, knots.clone())));
                self.knots(knots, &mut |change, knots| take(change, Body::Ramp(operand.clone(), knots)));
            }
        }
    }

    fn rows(&self, rows: &[Row], take: Take<'_, Vec<Row>>) {
        for (index, row) in rows.iter().enumerate() {
            let mut replaced = |change: Change, row: Row| {
                let mut changed = rows.to_vec();
                changed[index] = row;
                take(change, changed);
            };
            match &row.when {
                RowWhen::Test(test) => {
                    self.test(test, row.span, &mut |change, test| replaced(change, Row { when: RowWhen::Test(test), ..row.clone() }));
                }
                RowWhen::When(condition) => {
                    self.expr(condition, &mut |change, condition| {
                        replaced(change, Row { when: RowWhen::When(condition), ..row.clone() });
                    });
                }
                RowWhen::Otherwise => {}
            }
            let hint = "a test that takes this row and expects its points";
            self.points(&row.points, hint, &mut |change, points| replaced(change, Row { points, ..row.clone() }));
            let mut fewer = rows.to_vec();
            fewer.remove(index);
            take(self.change(row.span, "no such row", hint), fewer);
            if let Some(next) = rows.get(index + 1)
                && may_overlap(row)
                && may_overlap(next)
            {
                let mut swapped = rows.to_vec();
                swapped.swap(index, index + 1);
                let to = format!("the row after it: {}", self.written(next.span));
                let change = self.change(row.span, to, "a test for which both rows hold");
                take(Change { matters_if: both(&rows[..index], row, next), ..change }, swapped);
            }
        }
    }

    fn knots(&self, knots: &[Knot], take: Take<'_, Vec<Knot>>) {
        for (index, knot) in knots.iter().enumerate() {
            let mut replaced = |change: Change, knot: Knot| {
                let mut changed = knots.to_vec();
                changed[index] = knot;
                take(change, changed);
            };
            self.expr(&knot.at, &mut |change, at| {
                replaced(
                    Change { hint: "a test between this knot and the next that expects its points".into(), ..change },
                    Knot { at, ..knot.clone() },
                );
            });
            let hint = "a test at this knot or beyond that expects its points";
            self.points(&knot.points, hint, &mut |change, points| replaced(change, Knot { points, ..knot.clone() }));
            if knots.len() > 2 {
                let mut fewer = knots.to_vec();
                fewer.remove(index);
                take(self.change(knot.span, "no such knot", hint), fewer);
            }
        }
    }

    /// A condition on an operand that stands elsewhere. `span` is the row's, for parts that have no place of their own.
    fn test(&self, test: &Test, span: Span, take: Take<'_, Test>) {
        match test {
            Test::Compare(comparison, value) => {
                if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
                    let other = beside(*comparison);
                    let from = format!("{} {}", comparison.symbol(), self.written(value.span));
                    let to = format!("{} {}", other.symbol(), self.written(value.span));
                    let hint = format!("a test for exactly {}", self.written(value.span));
                    take(Change { span: value.span, from, to, hint, matters_if: None }, Test::Compare(other, value.clone()));
                }
                self.expr(value, &mut |change, value| take(change, Test::Compare(*comparison, value)));
            }
            Test::Between(low, high) => self.pair(low, high, &mut |change, low, high| take(change, Test::Between(*low, *high))),
            Test::OneOf(values) => {
                for (index, value) in values.iter().enumerate().filter(|_| values.len() > 1) {
                    let mut fewer = values.clone();
                    fewer.remove(index);
                    let hint = format!("a test for {}", self.written(value.span));
                    take(self.change(value.span, "left out", hint), Test::OneOf(fewer));
                }
            }
            Test::Any(parts) => self.tests(parts, span, "and", (Test::Any, Test::All), take),
            Test::All(parts) => self.tests(parts, span, "or", (Test::All, Test::Any), take),
            Test::Not(inner) => {
                take(self.change(span, "the same without `not`", "a test for each side of it"), (**inner).clone());
                self.test(inner, span, &mut |change, inner| take(change, Test::Not(Box::new(inner))));
            }
            Test::InList(_) | Test::Known | Test::Empty => {
                take(self.change(span, "the opposite", "a test for each side of it"), Test::Not(Box::new(test.clone())));
            }
            Test::Broken => {}
        }
    }

    fn tests(&self, parts: &[Test], span: Span, word: &str, joins: Joins<Test, Test>, take: Take<'_, Test>) {
        let hint = "a test for which only one part holds";
        take(self.change(span, format!("its parts joined by `{word}`"), hint), joins.1(parts.to_vec()));
        for (index, part) in parts.iter().enumerate() {
            let mut fewer = parts.to_vec();
            fewer.remove(index);
            let change = self.change(span, format!("the same without part {}", index + 1), hint);
            take(change, if fewer.len() == 1 { fewer.swap_remove(0) } else { joins.0(fewer) });
            self.test(part, span, &mut |change, part| {
                let mut changed = parts.to_vec();
                changed[index] = part;
                take(change, joins.0(changed));
            });
        }
    }

    /// Every gate that differs from this one in one thing. `bands` are the names of its verdict's, best first.
    pub(super) fn gate(&self, gate: &Gate, bands: &[String], take: Take<'_, Gate>) {
        let never = Expr { kind: ExprKind::Constant(Possible::Truth(Truth::False)), ..gate.when.clone() };
        take(self.change(gate.when.span, "false", "a test in which the gate fires"), Gate { when: never, ..gate.clone() });
        self.expr(&gate.when, &mut |change, when| take(change, Gate { when, ..gate.clone() }));
        if let Some(applies) = &gate.applies {
            let hint = format!("a test in which `{}` does not hold", self.written(applies.span));
            take(self.change(applies.span, "true", hint), Gate { applies: None, ..gate.clone() });
            self.expr(applies, &mut |change, applies| take(change, Gate { applies: Some(applies), ..gate.clone() }));
        }
        let name = |band: u32| bands.get(band as usize).map_or("?", String::as_str);
        for other in
            [gate.at_most.checked_sub(1), Some(gate.at_most + 1).filter(|other| (*other as usize) < bands.len())].into_iter().flatten()
        {
            let hint = "a test in which the gate fires and the verdict is expected";
            let change = Change {
                span: gate.head.name_span,
                from: format!("at most {}", name(gate.at_most)),
                to: format!("at most {}", name(other)),
                hint: hint.into(),
                matters_if: None,
            };
            take(change, Gate { at_most: other, ..gate.clone() });
        }
    }

    /// Every limit that differs from this one in one thing.
    pub(super) fn limit(&self, limit: &Limit, take: Take<'_, Limit>) {
        self.expr(&limit.value, &mut |change, value| take(change, Limit { value, ..limit.clone() }));
        if let Some(applies) = &limit.applies {
            let hint = format!("a test in which `{}` does not hold", self.written(applies.span));
            take(self.change(applies.span, "true", hint), Limit { applies: None, ..limit.clone() });
            self.expr(applies, &mut |change, applies| take(change, Limit { applies: Some(applies), ..limit.clone() }));
        }
    }

    /// Every trigger that differs from this one in one thing.
    pub(super) fn trigger(&self, trigger: &Trigger, take: Take<'_, Trigger>) {
        let never = Expr { kind: ExprKind::Constant(Possible::Truth(Truth::False)), ..trigger.when.clone() };
        take(self.change(trigger.when.span, "false", "a test in which the trigger fires"), Trigger { when: never, ..trigger.clone() });
        self.expr(&trigger.when, &mut |change, when| take(change, Trigger { when, ..trigger.clone() }));
        if let Some(applies) = &trigger.applies {
            let hint = format!("a test in which `{}` does not hold", self.written(applies.span));
            take(self.change(applies.span, "true", hint), Trigger { applies: None, ..trigger.clone() });
            self.expr(applies, &mut |change, applies| take(change, Trigger { applies: Some(applies), ..trigger.clone() }));
        }
    }

    /// Every table that differs from this one in one thing.
    pub(super) fn table(&self, table: &Table, take: Take<'_, Table>) {
        for (index, input) in table.inputs.iter().enumerate() {
            self.expr(&input.value, &mut |change, value| {
                let mut inputs = table.inputs.clone();
                inputs[index] = Input { value, ..input.clone() };
                take(change, Table { inputs, ..table.clone() });
            });
        }
        for (index, row) in table.rows.iter().enumerate() {
            let mut replaced = |change: Change, row: TableRow| {
                let mut rows = table.rows.clone();
                rows[index] = row;
                take(change, Table { rows, ..table.clone() });
            };
            self.outputs(row, &mut replaced);
            for (cell, (test, span)) in row.cells.iter().enumerate() {
                let Some(test) = test else { continue };
                self.test(test, *span, &mut |change, test| {
                    let mut cells = row.cells.clone();
                    cells[cell] = (Some(test), *span);
                    replaced(change, TableRow { cells, ..row.clone() });
                });
            }
            let mut rows = table.rows.clone();
            rows.remove(index);
            let hint = "a test that this row answers, and that expects its values";
            take(self.change(row.span, "no such row", hint), Table { rows, ..table.clone() });
        }
        if let Some(row) = &table.otherwise {
            self.outputs(row, &mut |change, row| take(change, Table { otherwise: Some(row), ..table.clone() }));
        }
    }

    fn outputs(&self, row: &TableRow, take: Take<'_, TableRow>) {
        for (index, output) in row.outputs.iter().enumerate() {
            self.expr(output, &mut |change, output| {
                let mut outputs = row.outputs.clone();
                outputs[index] = output;
                let hint = "a test that this row answers, and that expects its values".to_string();
                take(Change { hint, ..change }, TableRow { outputs, ..row.clone() });
            });
        }
    }

    /// Every verdict that differs from this one in one thing.
    pub(super) fn verdict(&self, verdict: &Verdict, take: Take<'_, Verdict>) {
        for (index, edge) in verdict.edges.iter().enumerate() {
            let mut replaced = |change: Change, edge: Edge| {
                let mut edges = verdict.edges.clone();
                edges[index] = edge;
                take(change, Verdict { edges, ..verdict.clone() });
            };
            match edge {
                Edge::AtLeast(least) => self.expr(least, &mut |change, least| replaced(change, Edge::AtLeast(least))),
                Edge::When(condition) => self.expr(condition, &mut |change, condition| replaced(change, Edge::When(condition))),
                Edge::Otherwise | Edge::OnlyGated | Edge::Broken => {}
            }
        }
    }
}

/// That the conditions of both rows hold and no earlier one does, written so that what is known of the first narrows the facts for the second.
fn both(earlier: &[Row], row: &Row, next: &Row) -> Option<Expr> {
    let condition = |row: &Row| match &row.when {
        RowWhen::When(condition) => Some(condition.clone()),
        RowWhen::Test(_) | RowWhen::Otherwise => None,
    };
    let (one, other) = (condition(row)?, condition(next)?);
    let with = |kind: ExprKind| Expr { kind, ..one.clone() };
    let mut first = Vec::with_capacity(earlier.len() + 1);
    for before in earlier {
        first.push(with(ExprKind::Not(Box::new(condition(before)?))));
    }
    first.push(one.clone());
    let never = with(ExprKind::Constant(Possible::Truth(Truth::False)));
    Some(with(ExprKind::If(Box::new(with(ExprKind::And(first))), Box::new(other), Box::new(never))))
}

/// The comparison that differs at the edge alone, or the opposite where there is no edge.
fn beside(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::LessOrEqual,
        Comparison::LessOrEqual => Comparison::Less,
        Comparison::Greater => Comparison::GreaterOrEqual,
        Comparison::GreaterOrEqual => Comparison::Greater,
    }
}

/// The opposite operation, where its result is of the same type.
fn opposite(operation: ArithmeticOp, left: Type, right: Type) -> Option<(ArithmeticOp, &'static str)> {
    match operation {
        ArithmeticOp::Add if right == Type::Date => None,
        ArithmeticOp::Add => Some((ArithmeticOp::Subtract, "-")),
        ArithmeticOp::Subtract if left == Type::Date && right == Type::Date => None,
        ArithmeticOp::Subtract => Some((ArithmeticOp::Add, "+")),
        ArithmeticOp::Multiply if !matches!(right, Type::Whole | Type::Number | Type::Percent) => None,
        ArithmeticOp::Multiply => Some((ArithmeticOp::Divide, "/")),
        ArithmeticOp::Divide if !matches!(right, Type::Whole | Type::Number | Type::Percent) && left != right => None,
        ArithmeticOp::Divide => Some((ArithmeticOp::Multiply, "*")),
    }
}

/// The function that does the opposite.
fn counterpart(function: Function) -> Option<(Function, &'static str)> {
    match function {
        Function::Min => Some((Function::Max, "max")),
        Function::Max => Some((Function::Min, "min")),
        Function::RoundDown => Some((Function::RoundUp, "round_up")),
        Function::RoundUp => Some((Function::RoundDown, "round_down")),
        Function::Abs | Function::Round | Function::Clamp | Function::Percent | Function::Number => None,
    }
}

/// Whether what satisfies a row may satisfy another: two rows of single values never do, and their order is of no account.
fn may_overlap(row: &Row) -> bool {
    fn within(test: &Test) -> bool {
        match test {
            Test::Compare(Comparison::Equal, _) | Test::OneOf(_) => false,
            Test::Any(parts) => parts.iter().any(within),
            _ => true,
        }
    }
    match &row.when {
        RowWhen::Test(test) => within(test),
        RowWhen::When(_) => true,
        RowWhen::Otherwise => false,
    }
}
