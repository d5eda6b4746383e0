//! What the typed policy knows of a piece of rule text and a program no longer does: the types of expressions, and the names that were folded into constants.

use std::collections::BTreeMap;

use crate::policy::{Body, Edge, Expr, ExprKind, LetId, ParamId, Policy, RowWhen};
use crate::source::Span;
use crate::value::Type;

/// The pieces of a policy's text, by where they stand.
pub(super) struct Written<'p> {
    types: BTreeMap<Span, Type>,
    /// By comparison: the type of what is compared.
    compared: BTreeMap<Span, Type>,
    names: BTreeMap<Span, Constant>,
    fields: Vec<Option<Type>>,
    policy: &'p Policy,
}

/// A name that may stand for a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constant {
    Param(ParamId),
    Let(LetId),
}

impl<'p> Written<'p> {
    pub(super) fn of(policy: &'p Policy) -> Written<'p> {
        let mut fields = vec![None; policy.schema.fields as usize];
        for leaf in policy.schema.records.iter().flat_map(|record| &record.leaves) {
            fields[leaf.field.0 as usize] = Some(leaf.ty);
        }
        let mut written = Written { types: BTreeMap::new(), compared: BTreeMap::new(), names: BTreeMap::new(), fields, policy };
        for root in roots(policy) {
            root.walk(&mut |expr| written.take(expr));
        }
        written
    }

    fn take(&mut self, expr: &Expr) {
        // Of two at one place the outer one is met first.
        self.types.entry(expr.span).or_insert(expr.ty);
        match &expr.kind {
            ExprKind::Compare(_, value, _) | ExprKind::Between(value, ..) | ExprKind::OneOf(value, _) => {
                self.compared.entry(expr.span).or_insert(value.ty);
            }
            ExprKind::Param(id) => {
                self.names.insert(expr.span, Constant::Param(*id));
            }
            ExprKind::Let(id) => {
                self.names.insert(expr.span, Constant::Let(*id));
            }
            _ => {}
        }
    }

    /// The type of the expression at a place.
    pub(super) fn ty(&self, span: Span) -> Option<Type> {
        self.types.get(&span).copied()
    }

    /// The type of what the comparison at a place compares.
    pub(super) fn compared(&self, span: Span) -> Option<Type> {
        self.compared.get(&span).copied()
    }

    /// The type of a field.
    pub(super) fn field(&self, field: crate::value::FieldId) -> Option<Type> {
        self.fields.get(field.0 as usize).copied().flatten()
    }

    /// The names within a piece of text, in order.
    pub(super) fn names(&self, span: Span) -> impl Iterator<Item = (Span, Constant)> + '_ {
        let from = Span { end: 0, ..span };
        self.names
            .range(from..)
            .take_while(move |(at, _)| at.file == span.file && at.start < span.end)
            .filter(move |(at, _)| at.end <= span.end)
            .map(|(at, name)| (*at, *name))
    }

    /// The text of a `let`'s value.
    pub(super) fn value_of(&self, id: LetId) -> Span {
        self.policy.lets[id.index()].value.span
    }
}

/// Every expression that stands on its own.
fn roots(policy: &Policy) -> Vec<&Expr> {
    let mut roots: Vec<&Expr> = policy.lets.iter().map(|named| &named.value).collect();
    for item in &policy.items {
        roots.extend(&item.applies);
        match &item.body {
            Body::Check(expr) | Body::Measure(expr) => roots.push(expr),
            Body::Grade(operand, rows) => {
                roots.extend(operand);
                for row in rows {
                    match &row.when {
                        RowWhen::When(condition) => roots.push(condition),
                        RowWhen::Test(test) => test.each_value(&mut |value| roots.push(value)),
                        RowWhen::Otherwise => {}
                    }
                    roots.push(&row.points);
                }
            }
            Body::Ramp(operand, knots) => {
                roots.push(operand);
                roots.extend(knots.iter().flat_map(|knot| [&knot.at, &knot.points]));
            }
            Body::Include(_) => {}
        }
    }
    for gate in &policy.gates {
        roots.extend(&gate.applies);
        roots.push(&gate.when);
    }
    for edge in policy.verdicts.iter().flat_map(|verdict| &verdict.edges) {
        match edge {
            Edge::AtLeast(expr) | Edge::When(expr) => roots.push(expr),
            Edge::Otherwise | Edge::OnlyGated | Edge::Broken => {}
        }
    }
    roots.extend(policy.limits.iter().flat_map(|limit| limit.applies.iter().chain([&limit.value])));
    roots.extend(policy.triggers.iter().flat_map(|trigger| trigger.applies.iter().chain([&trigger.when])));
    roots.extend(policy.reviews.iter().flat_map(|review| &review.applies));
    for table in &policy.tables {
        roots.extend(table.inputs.iter().map(|input| &input.value));
        for row in table.rows.iter().chain(&table.otherwise) {
            roots.extend(&row.outputs);
            row.cells.iter().filter_map(|(test, _)| test.as_ref()).for_each(|test| test.each_value(&mut |value| roots.push(value)));
        }
    }
    roots
}
