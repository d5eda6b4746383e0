//! Conditions: typed truth values become nodes. Comparisons of facts with constants get nodes of their own; what constants decide is folded away.

use super::lower::Lowerer;
use super::*;
use crate::policy::{self as typed, Comparison, ExprKind};
use crate::value::Truth;

impl Lowerer<'_> {
    /// Lowers a truth value.
    pub(super) fn condition(&mut self, expr: &typed::Expr) -> ConditionId {
        match self.nested(expr.span, |lowerer| lowerer.condition_within(expr)) {
            Some(id) => id,
            None => self.push_condition(Condition::Constant(false), expr.span),
        }
    }

    fn condition_within(&mut self, expr: &typed::Expr) -> ConditionId {
        let span = expr.span;
        let node = match &expr.kind {
            ExprKind::Not(inner) => {
                let inner = self.condition(inner);
                self.negated(inner)
            }
            ExprKind::And(parts) => self.joined(parts, true),
            ExprKind::Or(parts) => self.joined(parts, false),
            ExprKind::Compare(operator, left, right) => {
                let ty = left.ty;
                let (left, right) = (self.expression(left), self.expression(right));
                self.comparison(*operator, left, right, ty, span)
            }
            ExprKind::Between(value, low, high) => {
                let (value, low, high) = (self.expression(value), self.expression(low), self.expression(high));
                self.between(value, low, high, span)
            }
            ExprKind::OneOf(value, options) => {
                let ty = value.ty;
                let value = self.expression(value);
                let options = options.iter().map(|option| self.expression(option)).collect();
                self.one_of(value, options, ty, span)
            }
            ExprKind::InList(value, list) => {
                let value = self.expression(value);
                Condition::InList(value, self.collection(list))
            }
            ExprKind::IsKnown(path) => Condition::Known(self.place(path)),
            ExprKind::IsEmpty(list) => Condition::Empty(self.collection(list)),
            ExprKind::Check(item) => Condition::Check(*item),
            ExprKind::Gate(gate) => Condition::Gate(*gate),
            ExprKind::Trigger(trigger) => Condition::Trigger(*trigger),
            ExprKind::Quantified(quantifier, binder, satisfies) => {
                let list = self.collection(&binder.list);
                let depth = self.binders;
                self.binders += 1;
                let filter = self.filter(binder.filter.as_deref());
                let satisfies = self.condition(satisfies);
                self.binders -= 1;
                Condition::Quantified { quantifier: *quantifier, list, filter, satisfies, binder: depth }
            }
            _ => {
                let value = self.expression(expr);
                return self.holds(value, span);
            }
        };
        self.push_condition(node, span)
    }

    /// A `where`; one that always holds is none.
    pub(super) fn filter(&mut self, filter: Option<&typed::Expr>) -> Option<ConditionId> {
        let filter = self.condition(filter?);
        (!matches!(self.condition_node(filter), Condition::Constant(true))).then_some(filter)
    }

    /// A truth value as a condition.
    fn holds(&mut self, value: ExprId, span: Span) -> ConditionId {
        let node = match self.node(value) {
            Expr::Constant(Possible::Truth(Truth::True)) => Condition::Constant(true),
            // An unknown constant stands only where a finding says what is wrong.
            Expr::Constant(_) => Condition::Constant(false),
            Expr::Fact(place) => Condition::FactTrue(*place),
            Expr::Truth(condition) => return *condition,
            _ => Condition::Value(value),
        };
        self.push_condition(node, span)
    }

    /// What holds where a condition does not. Comparisons with constants turn round exactly; lists of conditions stay, for De Morgan would only lengthen
    /// them.
    pub(super) fn negated(&self, id: ConditionId) -> Condition {
        match self.condition_node(id) {
            Condition::Constant(truth) => Condition::Constant(!truth),
            Condition::Not(inner) => self.condition_node(*inner).clone(),
            Condition::FactCompare(place, comparison, constant) => Condition::FactCompare(*place, comparison.negated(), *constant),
            Condition::FactAmong(place, variants) => match self.leaf(*place) {
                Some(leaf) => Condition::FactAmong(*place, Variants(self.every_variant(leaf.ty) & !variants.0)),
                None => Condition::Not(id),
            },
            _ => Condition::Not(id),
        }
    }

    /// All of the parts, or any of them.
    ///
    /// A constant part that decides alone absorbs what the others fault with, wherever it stands; one whose own folding faulted decides nothing.
    fn joined(&mut self, parts: &[typed::Expr], all: bool) -> Condition {
        let findings_before = self.diagnostics.len();
        let (mut kept, mut decided) = (Vec::new(), false);
        for part in parts {
            let findings_here = self.diagnostics.len();
            let id = self.condition(part);
            match self.condition_node(id) {
                Condition::Constant(truth) => decided |= *truth != all && !self.has_faults(findings_here),
                Condition::And(inner) if all => kept.extend_from_slice(inner),
                Condition::Or(inner) if !all => kept.extend_from_slice(inner),
                _ => kept.push(id),
            }
        }
        if decided {
            self.absorb_faults(findings_before);
            return Condition::Constant(!all);
        }
        match kept.as_slice() {
            [] => Condition::Constant(all),
            [only] => self.condition_node(*only).clone(),
            _ if all => Condition::And(kept),
            _ => Condition::Or(kept),
        }
    }

    /// A comparison of two values of type `ty`.
    pub(super) fn comparison(&mut self, comparison: Comparison, left: ExprId, right: ExprId, ty: Type, span: Span) -> Condition {
        let (comparison, left, right) = match (self.constant_of(left), self.constant_of(right)) {
            (Some(_), None) => (comparison.flipped(), right, left),
            _ => (comparison, left, right),
        };
        let Some(constant) = self.constant_of(right) else { return Condition::Compare(comparison, left, right) };
        match (self.node(left), constant) {
            (Expr::Constant(left), right) => Condition::Constant(left.compare(comparison, right) == Truth::True),
            (Expr::Fact(place), Possible::Range(range)) if range.exact().is_some() => Condition::FactCompare(*place, comparison, range.low),
            (node, Possible::Variants(constant)) => {
                let wanted = self.accepted(comparison, *constant, ty);
                match node {
                    Expr::Fact(place) => Condition::FactAmong(*place, wanted),
                    _ => Condition::Among(left, wanted),
                }
            }
            (_, Possible::Truth(truth)) => {
                let wanted = (*truth == Truth::True) == (comparison == Comparison::Equal);
                let holds = self.holds(left, span);
                if wanted { self.condition_node(holds).clone() } else { self.negated(holds) }
            }
            _ => Condition::Compare(comparison, left, right),
        }
    }

    pub(super) fn between(&mut self, value: ExprId, low: ExprId, high: ExprId, span: Span) -> Condition {
        let (Some(least), Some(most)) = (self.range_of(low), self.range_of(high)) else { return Condition::Between(value, low, high) };
        match self.node(value) {
            Expr::Fact(place) => {
                let place = *place;
                let above = self.push_condition(Condition::FactCompare(place, Comparison::GreaterOrEqual, least.low), span);
                let below = self.push_condition(Condition::FactCompare(place, Comparison::LessOrEqual, most.high), span);
                Condition::And(vec![above, below])
            }
            Expr::Constant(Possible::Range(value)) => Condition::Constant(value.low >= least.low && value.high <= most.high),
            _ => Condition::Between(value, low, high),
        }
    }

    /// Whether a value of type `ty` equals one of some others.
    pub(super) fn one_of(&mut self, value: ExprId, options: Vec<ExprId>, ty: Type, span: Span) -> Condition {
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
        let by_one = match self.node(value) {
            Expr::Fact(_) => ty.is_ordered() || ty == Type::Bool,
            Expr::Constant(_) => true,
            _ => false,
        };
        if !by_one {
            return Condition::OneOf(value, options);
        }
        let mut parts = Vec::new();
        for option in options {
            match self.comparison(Comparison::Equal, value, option, ty, span) {
                Condition::Constant(true) => return Condition::Constant(true),
                Condition::Constant(false) => {}
                node => parts.push(self.push_condition(node, span)),
            }
        }
        match parts.as_slice() {
            [] => Condition::Constant(false),
            [only] => self.condition_node(*only).clone(),
            _ => Condition::Or(parts),
        }
    }

    /// The variants that compare so with a constant one.
    pub(super) fn accepted(&self, comparison: Comparison, constant: Variants, ty: Type) -> Variants {
        let every = Variants(self.every_variant(ty));
        let bits = every.iter().filter(|bit| Variants::one(*bit).compare(comparison, constant) == Truth::True);
        Variants(bits.fold(0, |bits, bit| bits | Variants::one(bit).0))
    }

    fn every_variant(&self, ty: Type) -> u64 {
        match ty {
            Type::Enum(id) => Variants::all(self.policy.schema.enumeration(id).variants.len()).0,
            _ => u64::MAX,
        }
    }
}
