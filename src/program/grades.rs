//! Grades and ramps: tests on constants become sets of accepted operands, so that evaluation only intersects.

use super::lower::{Lowerer, accepted_variants};
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, CompareOp};

/// A set of operands that a constant test accepts.
#[derive(Clone)]
enum Set {
    Ranges(Vec<Interval>),
    Variants(u64),
    /// Whether true is in it, and whether false is.
    Truths(bool, bool),
}

impl Lowerer<'_> {
    pub(super) fn grade(&mut self, operand: &typed::Expr, rows: &[typed::Row]) -> Body {
        let id = self.expression(operand);
        let mut left = self.domain(id, operand.ty);
        let mut lowered = Vec::new();
        for row in rows {
            let points = self.points(&row.points);
            let accepts = match &row.when {
                typed::RowWhen::Otherwise => Accepts::All,
                typed::RowWhen::When(condition) => Accepts::Condition(self.condition(condition)),
                typed::RowWhen::Test(test) => match self.set(test, operand.ty) {
                    Some(set) => {
                        let set = set.on_grid(operand.ty);
                        if left.as_ref().is_some_and(|left| left.intersection(&set).is_empty()) {
                            self.report(
                                Diagnostic::new(&codes::UNREACHABLE_ROW, row.span, "this row is never reached")
                                    .label("earlier rows take everything that it accepts")
                                    .help("rows are asked in order: put the narrower one first, or leave this one out"),
                            );
                        }
                        left = left.map(|left| left.without(&set));
                        set.accepts()
                    }
                    None => Accepts::Condition(self.test(test, operand, id)),
                },
            };
            if matches!(accepts, Accepts::Condition(_)) {
                // What it takes is not known before the facts are, so nothing is known of what is left.
                left = None;
            }
            let label = row.label.as_ref().map(|label| self.template(label));
            lowered.push(Row { accepts, points, label, span: row.span });
        }
        let complete = lowered.iter().any(|row| matches!(row.accepts, Accepts::All)) || left.is_some_and(|left| left.is_empty());
        if !complete {
            self.incomplete(rows.last().map_or(operand.span, |row| row.span));
        }
        Body::Grade(id, lowered)
    }

    pub(super) fn grade_when(&mut self, rows: &[typed::Row]) -> Body {
        let mut lowered: Vec<RowWhen> = Vec::new();
        for row in rows {
            let points = self.points(&row.points);
            let when = match &row.when {
                typed::RowWhen::When(condition) => Some(self.condition(condition)),
                typed::RowWhen::Otherwise | typed::RowWhen::Test(_) => None,
            };
            let label = row.label.as_ref().map(|label| self.template(label));
            lowered.push(RowWhen { when, points, label, span: row.span });
        }
        if lowered.iter().all(|row| row.when.is_some()) {
            if let Some(last) = rows.last() {
                self.incomplete(last.span);
            }
        }
        Body::GradeWhen(lowered)
    }

    fn incomplete(&mut self, span: Span) {
        self.report(
            Diagnostic::new(&codes::MISSING_OTHERWISE, span, "the rows do not say what holds when none of them does")
                .label("the last row")
                .help("end with `otherwise -> 0`, or whatever is right then"),
        );
    }

    pub(super) fn ramp(&mut self, operand: &typed::Expr, knots: &[typed::Knot]) -> Body {
        let id = self.expression(operand);
        let mut lowered: Vec<Knot> = Vec::new();
        for knot in knots {
            let points = self.points(&knot.points);
            let Some(at) = self.constant_number(&knot.at) else { continue };
            if let Some(before) = lowered.last()
                && before.at >= at
            {
                self.report(
                    Diagnostic::new(&codes::KNOTS_OUT_OF_ORDER, knot.at.span, "the knots of a ramp rise")
                        .label("not above the one before")
                        .related(before.span, "the one before")
                        .help("write the knots from the lowest to the highest, each once"),
                );
            }
            let label = knot.label.as_ref().map(|label| self.template(label));
            lowered.push(Knot { at, points, label, span: knot.span });
        }
        Body::Ramp(id, lowered)
    }

    /// What a grade or ramp is worth.
    pub(super) fn most_points(&self, body: &Body) -> Fraction {
        let most = |points: &mut dyn Iterator<Item = &Fraction>| points.max().cloned().unwrap_or(Fraction::zero());
        match body {
            Body::Grade(_, rows) => most(&mut rows.iter().map(|row| &row.points)),
            Body::GradeWhen(rows) => most(&mut rows.iter().map(|row| &row.points)),
            Body::Ramp(_, knots) => most(&mut knots.iter().map(|knot| &knot.points)),
            Body::Check(_) | Body::Measure(_) | Body::Include(_) => Fraction::zero(),
        }
    }

    /// Everything that an operand may be.
    fn domain(&self, operand: ExprId, ty: Type) -> Option<Set> {
        let declared = match &self.program.expressions[operand.0 as usize].0 {
            Expr::Fact(place) => self.program.field_at(*place).and_then(|field| {
                let mut leaves = self.policy.schema.records.iter().flat_map(|record| &record.leaves);
                leaves.find(|leaf| leaf.field == field).map(|leaf| leaf.domain.clone())
            }),
            _ => None,
        };
        match declared.unwrap_or_else(|| Possible::anything(ty, &self.policy.schema)) {
            Possible::Range(range) => Some(Set::Ranges(vec![range]).on_grid(ty)),
            Possible::Variants(variants) => Some(Set::Variants(variants.0)),
            Possible::Truth(_) => Some(Set::Truths(true, true)),
            Possible::Texts(_) | Possible::List(_) => None,
        }
    }

    /// What a test accepts, where that is known before any facts are.
    fn set(&mut self, test: &typed::Test, ty: Type) -> Option<Set> {
        match test {
            typed::Test::Any(parts) => {
                let mut sets = parts.iter().map(|part| self.set(part, ty));
                let first = sets.next()??;
                sets.try_fold(first, |so_far, set| Some(so_far.union(&set?)))
            }
            typed::Test::All(parts) => {
                let mut sets = parts.iter().map(|part| self.set(part, ty));
                let first = sets.next()??;
                sets.try_fold(first, |so_far, set| Some(so_far.intersection(&set?)))
            }
            typed::Test::Not(inner) => self.set(inner, ty).map(|set| set.complement()),
            typed::Test::Compare(operator, value) => self.comparison_set(*operator, value),
            typed::Test::Between(low, high) => {
                let low = self.comparison_set(CompareOp::GreaterOrEqual, low)?;
                let high = self.comparison_set(CompareOp::LessOrEqual, high)?;
                Some(low.intersection(&high))
            }
            typed::Test::OneOf(options) => {
                let mut sets = options.iter().map(|option| self.comparison_set(CompareOp::Equal, option));
                let first = sets.next()??;
                sets.try_fold(first, |so_far, set| Some(so_far.union(&set?)))
            }
            typed::Test::InList(_) | typed::Test::Known | typed::Test::Empty | typed::Test::Broken => None,
        }
    }

    fn comparison_set(&mut self, operator: CompareOp, value: &typed::Expr) -> Option<Set> {
        let id = self.expression(value);
        let comparison = super::lower::comparison(operator);
        let Expr::Constant(constant) = &self.program.expressions[id.0 as usize].0 else { return None };
        match constant {
            Possible::Range(range) => {
                let bound = range.exact()?;
                Some(match Interval::satisfying(comparison, bound) {
                    Some(range) => Set::Ranges(vec![range]),
                    None => Set::Ranges(vec![Interval::point(bound)]).complement(),
                })
            }
            Possible::Variants(variants) => Some(Set::Variants(accepted_variants(comparison, *variants).0)),
            Possible::Truth(truth) => {
                let wanted = truth.exact()? == (comparison == Comparison::Equal);
                Some(Set::Truths(wanted, !wanted))
            }
            Possible::Texts(_) | Possible::List(_) => None,
        }
    }

    /// A test that depends on facts, as a condition on the operand.
    fn test(&mut self, test: &typed::Test, operand: &typed::Expr, id: ExprId) -> ConditionId {
        let span = operand.span;
        let node = match test {
            typed::Test::Any(parts) => Condition::Or(parts.iter().map(|part| self.test(part, operand, id)).collect()),
            typed::Test::All(parts) => Condition::And(parts.iter().map(|part| self.test(part, operand, id)).collect()),
            typed::Test::Not(inner) => {
                let inner = self.test(inner, operand, id);
                self.negated(inner)
            }
            typed::Test::Compare(operator, value) => {
                let value = self.expression(value);
                self.comparison(super::lower::comparison(*operator), id, value)
            }
            typed::Test::Between(low, high) => {
                let (low, high) = (self.expression(low), self.expression(high));
                self.between(id, low, high, span)
            }
            typed::Test::OneOf(options) => {
                let options = options.iter().map(|option| self.expression(option)).collect();
                self.one_of(id, options, span)
            }
            typed::Test::InList(list) => Condition::InList(id, self.collection(list)),
            typed::Test::Known => match &operand.kind {
                typed::ExprKind::Fact(path) => Condition::Known(self.place(path)),
                _ => Condition::Constant(true),
            },
            typed::Test::Empty => Condition::Empty(self.collection(operand)),
            typed::Test::Broken => Condition::Constant(false),
        };
        self.push_condition(node, span)
    }
}

impl Set {
    fn is_empty(&self) -> bool {
        match self {
            Set::Ranges(ranges) => ranges.is_empty(),
            Set::Variants(bits) => *bits == 0,
            Set::Truths(truth, falsehood) => !truth && !falsehood,
        }
    }

    fn complement(&self) -> Set {
        match self {
            Set::Ranges(_) => Set::Ranges(vec![Interval::unbounded()]).without(self),
            Set::Variants(bits) => Set::Variants(!bits),
            Set::Truths(truth, falsehood) => Set::Truths(!truth, !falsehood),
        }
    }

    fn without(&self, other: &Set) -> Set {
        match (self, other) {
            (Set::Ranges(mine), Set::Ranges(theirs)) => {
                let mut left = mine.clone();
                for cut in theirs {
                    left = left
                        .into_iter()
                        .flat_map(|piece| {
                            let (before, after) = piece.without(cut);
                            before.into_iter().chain(after)
                        })
                        .collect();
                }
                Set::Ranges(left)
            }
            (Set::Variants(mine), Set::Variants(theirs)) => Set::Variants(mine & !theirs),
            (Set::Truths(a, b), Set::Truths(c, d)) => Set::Truths(*a && !c, *b && !d),
            _ => self.clone(),
        }
    }

    fn intersection(&self, other: &Set) -> Set {
        self.without(&other.complement())
    }

    fn union(&self, other: &Set) -> Set {
        match (self, other.without(self)) {
            (Set::Ranges(mine), Set::Ranges(rest)) => {
                let mut all = mine.clone();
                all.extend(rest);
                all.sort_by_key(|range| (range.low, range.low_open));
                Set::Ranges(all)
            }
            (Set::Variants(mine), Set::Variants(rest)) => Set::Variants(mine | rest),
            (Set::Truths(a, b), Set::Truths(c, d)) => Set::Truths(*a || c, *b || d),
            _ => self.clone(),
        }
    }

    /// Only what the type has values for.
    fn on_grid(self, ty: Type) -> Set {
        match self {
            Set::Ranges(ranges) => Set::Ranges(ranges.into_iter().filter_map(|range| range.snapped(ty.grid())).collect()),
            other => other,
        }
    }

    fn accepts(self) -> Accepts {
        match self {
            Set::Ranges(ranges) => Accepts::Ranges(ranges),
            Set::Variants(bits) => Accepts::Variants(Variants(bits)),
            Set::Truths(true, true) => Accepts::All,
            Set::Truths(true, false) => Accepts::Truth(true),
            Set::Truths(false, true) => Accepts::Truth(false),
            Set::Truths(false, false) => Accepts::Variants(Variants(0)),
        }
    }
}
