//! Grades and ramps: tests on constants become sets of accepted operands, so that evaluation only intersects.

use std::collections::BTreeSet;

use super::lower::Lowerer;
use super::sets::Set;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, Comparison};
use crate::value::{show_number, show_range};

impl Lowerer<'_> {
    pub(super) fn grade(&mut self, head: &Head, operand: &typed::Expr, rows: &[typed::Row]) -> Body {
        let id = self.expression(operand);
        let all = self.domain(id, operand.ty);
        // What no row on constants has taken yet. Rows with conditions take more, but what, only the facts tell.
        let mut left = all.clone();
        let mut lowered: Vec<Row> = Vec::new();
        for row in rows {
            let points = self.points(&row.points);
            let accepts = match &row.when {
                typed::RowWhen::Otherwise => Accepts::All,
                typed::RowWhen::When(condition) => Accepts::Condition(self.condition(condition)),
                typed::RowWhen::Test(test) => match self.set(test, operand.ty) {
                    Some(set) if !matches!(set, Set::Texts(..)) => set.on_grid(operand.ty).accepts(operand.ty),
                    _ => Accepts::Condition(self.test(test, operand, id)),
                },
            };
            if let (Some(all), Some(left)) = (&all, &mut left)
                && let Some(accepted) = Set::accepted(&accepts, all)
            {
                *left = left.without(&accepted).on_grid(operand.ty);
            }
            let label = row.label.as_ref().map(|label| self.template(label));
            lowered.push(Row { accepts, points, label, span: row.span });
        }
        let complete = lowered.iter().any(|row| matches!(row.accepts, Accepts::All)) || left.as_ref().is_some_and(Set::is_empty);
        if !complete {
            let left = match &left {
                Some(Set::Ranges(ranges)) => ranges.first().map(|range| show_range(range, operand.ty)),
                _ => None,
            };
            self.incomplete(head, left);
        }
        Body::Grade(id, lowered)
    }

    pub(super) fn grade_when(&mut self, head: &Head, rows: &[typed::Row]) -> Body {
        let mut lowered: Vec<RowWhen> = Vec::new();
        for row in rows {
            let points = self.points(&row.points);
            let when = match &row.when {
                typed::RowWhen::When(condition) => {
                    let id = self.condition(condition);
                    (!matches!(self.condition_node(id), Condition::Constant(true))).then_some(id)
                }
                typed::RowWhen::Otherwise => None,
                typed::RowWhen::Test(_) => {
                    self.not_understood(row.span);
                    None
                }
            };
            let label = row.label.as_ref().map(|label| self.template(label));
            lowered.push(RowWhen { when, points, label, span: row.span });
        }
        if lowered.iter().all(|row| row.when.is_some()) {
            self.incomplete(head, None);
        }
        Body::GradeWhen(lowered)
    }

    /// Rows leave something out; `left` says what, where that is known.
    fn incomplete(&mut self, head: &Head, left: Option<String>) {
        let name = head.code.rsplit('.').next().unwrap_or(&head.code);
        let message = format!("the grade `{name}` does not say what holds when none of its rows does");
        let finding = Diagnostic::new(&codes::MISSING_OTHERWISE, head.name_span, message).help("end with a row such as `otherwise -> 0`");
        self.report(match left {
            Some(left) => finding.label(format!("{left} is left over")),
            None => finding,
        });
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
                let (found, least) = (show_number(at, knot.at.ty), show_number(before.at, knot.at.ty));
                self.report(
                    Diagnostic::new(&codes::KNOTS_OUT_OF_ORDER, knot.at.span, format!("expected a knot above {least}, found {found}"))
                        .label("knots rise from one to the next")
                        .related(before.span, "the knot before")
                        .help("write the knots from the lowest to the highest, each once"),
                );
            }
            let label = knot.label.as_ref().map(|label| self.template(label));
            lowered.push(Knot { at, points, label, span: knot.span });
        }
        Body::Ramp(id, lowered)
    }

    /// Everything that an operand may be; none where that is no set that rows could cover.
    pub(super) fn domain(&self, operand: ExprId, ty: Type) -> Option<Set> {
        match ty {
            _ if ty.is_ordered() => Some(Set::Ranges(vec![self.reach(operand)]).on_grid(ty)),
            Type::Text => Some(Set::Texts(BTreeSet::new(), false)),
            Type::Bool => Some(Set::Truths(true, true)),
            Type::Enum(id) => {
                let declared = match self.node(operand) {
                    Expr::Fact(place) | Expr::Assuming(place, _) => self.leaf(*place).map(|leaf| &leaf.domain),
                    _ => None,
                };
                let every = Variants::all(self.policy.schema.enumeration(id).variants.len());
                Some(Set::Variants(match declared {
                    Some(Possible::Variants(variants)) => variants.0,
                    _ => every.0,
                }))
            }
            _ => None,
        }
    }

    /// What a test accepts, where that is known before any facts are.
    pub(super) fn set(&mut self, test: &typed::Test, ty: Type) -> Option<Set> {
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
            typed::Test::Compare(operator, value) => self.comparison_set(*operator, value, ty),
            typed::Test::Between(low, high) => {
                let low = self.comparison_set(Comparison::GreaterOrEqual, low, ty)?;
                let high = self.comparison_set(Comparison::LessOrEqual, high, ty)?;
                Some(low.intersection(&high))
            }
            typed::Test::OneOf(options) => {
                let mut sets = options.iter().map(|option| self.comparison_set(Comparison::Equal, option, ty));
                let first = sets.next()??;
                sets.try_fold(first, |so_far, set| Some(so_far.union(&set?)))
            }
            typed::Test::InList(_) | typed::Test::Known | typed::Test::Empty | typed::Test::Broken => None,
        }
    }

    fn comparison_set(&mut self, operator: Comparison, value: &typed::Expr, ty: Type) -> Option<Set> {
        let id = self.expression(value);
        let comparison = operator;
        match self.constant_of(id)? {
            Possible::Range(range) => {
                let bound = range.exact()?;
                Some(match Interval::satisfying(comparison, bound) {
                    Some(range) => Set::Ranges(vec![range]),
                    None => Set::Ranges(vec![Interval::point(bound)]).complement(),
                })
            }
            Possible::Variants(variants) => Some(Set::Variants(self.accepted(comparison, *variants, ty).0)),
            Possible::Truth(truth) => {
                let wanted = truth.exact()? == (comparison == Comparison::Equal);
                Some(Set::Truths(wanted, !wanted))
            }
            Possible::Texts(texts) => Some(Set::Texts([texts.single()?.clone()].into(), comparison == Comparison::Equal)),
            Possible::List(_) => None,
        }
    }

    /// A test that depends on facts, as a condition on the operand.
    pub(super) fn test(&mut self, test: &typed::Test, operand: &typed::Expr, id: ExprId) -> ConditionId {
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
                self.comparison(*operator, id, value, operand.ty, span)
            }
            typed::Test::Between(low, high) => {
                let (low, high) = (self.expression(low), self.expression(high));
                self.between(id, low, high, span)
            }
            typed::Test::OneOf(options) => {
                let options = options.iter().map(|option| self.expression(option)).collect();
                self.one_of(id, options, operand.ty, span)
            }
            typed::Test::InList(list) => Condition::InList(id, self.collection(list)),
            typed::Test::Known => match self.node(id) {
                Expr::Fact(place) | Expr::Assuming(place, _) => Condition::Known(*place),
                _ => {
                    self.not_understood(span);
                    Condition::Constant(false)
                }
            },
            typed::Test::Empty => Condition::Empty(self.collection(operand)),
            typed::Test::Broken => {
                self.not_understood(span);
                Condition::Constant(false)
            }
        };
        self.push_condition(node, span)
    }
}

impl Set {
    /// What a row takes; none where only the facts tell.
    fn accepted(accepts: &Accepts, all: &Set) -> Option<Set> {
        match accepts {
            Accepts::All => Some(all.clone()),
            Accepts::Ranges(ranges) => Some(Set::Ranges(ranges.clone())),
            // Of truth values this stands for none of them.
            Accepts::Variants(variants) if matches!(all, Set::Variants(_)) => Some(Set::Variants(variants.0)),
            Accepts::Variants(_) => Some(Set::Truths(false, false)),
            Accepts::Truth(truth) => Some(Set::Truths(*truth, !truth)),
            Accepts::Condition(_) => None,
        }
    }

    /// The set as evaluation asks for it. Where a type has neighbouring values, ranges reach up to the neighbours on either side, without them: what is
    /// left of an operand then ends at values again, and nothing that lies between two of them is left over.
    fn accepts(self, ty: Type) -> Accepts {
        match self {
            Set::Ranges(ranges) => Accepts::Ranges(match ty.grid() {
                Some(grid) => ranges.into_iter().map(|range| up_to_neighbours(range, grid)).collect(),
                None => ranges,
            }),
            Set::Variants(bits) => Accepts::Variants(Variants(bits)),
            Set::Truths(true, true) => Accepts::All,
            Set::Truths(true, false) => Accepts::Truth(true),
            Set::Truths(false, true) => Accepts::Truth(false),
            Set::Truths(false, false) => Accepts::Variants(Variants(0)),
            // No row has these: tests of texts are conditions.
            Set::Texts(_, listed) => {
                if listed {
                    Accepts::Variants(Variants(0))
                } else {
                    Accepts::All
                }
            }
        }
    }
}

fn up_to_neighbours(range: Interval, grid: Number) -> Interval {
    let mut wider = range;
    if range.low != Number::BELOW_ALL
        && let Ok(low) = range.low.subtract(grid)
    {
        (wider.low, wider.low_open) = (low, true);
    }
    if range.high != Number::ABOVE_ALL
        && let Ok(high) = range.high.add(grid)
    {
        (wider.high, wider.high_open) = (high, true);
    }
    wider
}
