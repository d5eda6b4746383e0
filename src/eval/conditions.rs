//! Conditions: Kleene's strong logic, with faults that an operand which decides alone absorbs, in whatever order the operands stand.

use super::{Judged, Run};
use crate::policy::Quantifier;
use crate::program::{CollectionId, Condition, ConditionId, Expr, ExprId};
use crate::sheet::Mark;
use crate::value::{Comparison, Number, Possible, Truth, Variants};
use crate::verdict::{Applies, Fault, FaultKind, FaultLevel, Site};

impl Run<'_> {
    /// Whether a condition holds.
    #[inline(never)]
    pub(super) fn truth(&mut self, id: ConditionId) -> Judged {
        let program = self.program;
        if self.recording {
            self.note_sides(id);
        }
        let judged = match &program.conditions[id.0 as usize].0 {
            Condition::Constant(truth) => Judged::sure(Truth::from(*truth)),
            Condition::FactCompare(place, comparison, constant) => Judged::sure(self.fact(*place, |value, _| match value {
                Possible::Range(range) => range.compare_number(*comparison, *constant),
                _ => Truth::Unknown,
            })),
            Condition::FactAmong(place, variants) => Judged::sure(self.fact(*place, |value, _| match value {
                Possible::Variants(possible) => among(*possible, *variants),
                _ => Truth::Unknown,
            })),
            Condition::FactTrue(place) => Judged::sure(self.fact(*place, |value, _| match value {
                Possible::Truth(truth) => *truth,
                _ => Truth::Unknown,
            })),
            Condition::Value(expr) => self.truth_of_value(*expr),
            Condition::Compare(comparison, left, right) => self.compare(*comparison, *left, *right),
            Condition::Between(value, low, high) => self.between(*value, *low, *high),
            Condition::Among(expr, variants) => self.among(*expr, *variants),
            Condition::OneOf(expr, options) => self.one_of(*expr, options),
            Condition::InList(expr, list) => self.in_list(*expr, *list),
            Condition::Known(place) => Judged::sure(self.fact(*place, |_, mark| match mark {
                Mark::Known => Truth::True,
                Mark::Missing => Truth::False,
                Mark::Either => Truth::Unknown,
            })),
            Condition::Empty(list) => self.empty(*list),
            Condition::Check(item) => {
                let outcome = &self.scratch.evaluation.items[item.index()];
                match outcome.applies {
                    Applies::Always if outcome.fault.is_none() => Judged::sure(outcome.passes),
                    applies => Judged::faulty(outcome.fault.join(not_applicable(applies, Site::Condition(id)))),
                }
            }
            Condition::Gate(gate) => {
                let outcome = &self.scratch.evaluation.gates[gate.index()];
                if outcome.fault.is_none() { Judged::sure(outcome.fires) } else { Judged::faulty(outcome.fault) }
            }
            Condition::Trigger(trigger) => {
                let outcome = &self.scratch.evaluation.triggers[trigger.index()];
                if outcome.fault.is_none() { Judged::sure(outcome.fires) } else { Judged::faulty(outcome.fault) }
            }
            Condition::Not(inner) => {
                let judged = self.truth(*inner);
                Judged { truth: judged.truth.not(), fault: judged.fault }
            }
            Condition::And(parts) => {
                let mut all = All::new();
                for part in parts {
                    all.take(self.truth(*part));
                    if all.is_decided() {
                        break;
                    }
                }
                all.result()
            }
            Condition::Or(parts) => {
                let mut any = Any::new();
                for part in parts {
                    any.take(self.truth(*part));
                    if any.is_decided() {
                        break;
                    }
                }
                any.result()
            }
            Condition::Quantified { quantifier, list, filter, satisfies, binder } => {
                self.quantified(*quantifier, *list, *filter, *satisfies, *binder)
            }
        };
        self.note_truth(id, judged.truth);
        judged
    }

    /// Records the numbers that a comparison has on its sides, as far as they are exact.
    #[cold]
    fn note_sides(&mut self, id: ConditionId) {
        let program = self.program;
        let (value, others) = match &program.conditions[id.0 as usize].0 {
            Condition::FactCompare(place, _, constant) => {
                let value = self.fact(*place, |value, _| exactly(value));
                self.scratch.trace.compared.extend(value.map(|value| (id, value, *constant)));
                return;
            }
            Condition::Compare(_, left, right) => (*left, [Some(*right), None]),
            Condition::Between(value, low, high) => (*value, [Some(*low), Some(*high)]),
            _ => return,
        };
        let Some(value) = exactly(&self.value(value).value) else { return };
        for other in others.into_iter().flatten() {
            let other = exactly(&self.value(other).value);
            self.scratch.trace.compared.extend(other.map(|other| (id, value, other)));
        }
    }

    #[inline(never)]
    fn truth_of_value(&mut self, expr: ExprId) -> Judged {
        let valued = self.value(expr);
        match valued.value {
            Possible::Truth(truth) => Judged { truth, fault: valued.fault },
            _ => Judged { truth: Truth::Unknown, fault: valued.fault },
        }
    }

    #[inline(never)]
    fn between(&mut self, value: ExprId, low: ExprId, high: ExprId) -> Judged {
        let value = self.range(value);
        let low = self.range(low);
        let above = value.range.compare(Comparison::GreaterOrEqual, &low.range);
        let high = self.range(high);
        let below = value.range.compare(Comparison::LessOrEqual, &high.range);
        let fault = value.fault.join(low.fault).join(high.fault);
        if fault.is_none() { Judged::sure(above.and(below)) } else { Judged::faulty(fault) }
    }

    #[inline(never)]
    fn among(&mut self, expr: ExprId, variants: Variants) -> Judged {
        let valued = self.value(expr);
        match valued.value {
            Possible::Variants(possible) if valued.fault.is_none() => Judged::sure(among(possible, variants)),
            _ => Judged { truth: Truth::Unknown, fault: valued.fault },
        }
    }

    #[inline(never)]
    fn one_of(&mut self, expr: ExprId, options: &[ExprId]) -> Judged {
        let mut any = Any::new();
        for option in options {
            any.take(self.compare(Comparison::Equal, expr, *option));
        }
        any.result()
    }

    #[inline(never)]
    fn compare(&mut self, comparison: Comparison, left: ExprId, right: ExprId) -> Judged {
        let program = self.program;
        match (&program.expressions[left.0 as usize].0, &program.expressions[right.0 as usize].0) {
            // Facts beside constants and each other are looked at where they stand: nothing is copied, and nothing can fault.
            (Expr::Fact(place), Expr::Constant(constant)) if !self.recording => {
                return Judged::sure(self.fact(*place, |value, _| value.compare(comparison, constant)));
            }
            (Expr::Fact(one), Expr::Fact(other)) if !self.recording => {
                return Judged::sure(self.fact(*one, |left, _| self.fact(*other, |right, _| left.compare(comparison, right))));
            }
            (_, Expr::Constant(Possible::Range(constant))) => {
                let left = self.range(left);
                return if left.fault.is_none() {
                    Judged::sure(left.range.compare(comparison, constant))
                } else {
                    Judged::faulty(left.fault)
                };
            }
            (one, other) if is_visibly_ordered(one) || is_visibly_ordered(other) => {
                let left = self.range(left);
                let right = self.range(right);
                let fault = left.fault.join(right.fault);
                return if fault.is_none() { Judged::sure(left.range.compare(comparison, &right.range)) } else { Judged::faulty(fault) };
            }
            _ => {}
        }
        let left = self.value(left);
        let right = self.value(right);
        let fault = left.fault.join(right.fault);
        if fault.is_none() { Judged::sure(left.value.compare(comparison, &right.value)) } else { Judged::faulty(fault) }
    }

    fn in_list(&mut self, expr: ExprId, list: CollectionId) -> Judged {
        let value = self.value(expr);
        let elements = self.elements(list);
        if !value.fault.is_none() {
            return Judged::faulty(value.fault);
        }
        let mut any = Truth::False;
        for index in 0..elements.known {
            let equal = self.element_equals(&elements, index, &value.value);
            any = any.or(equal);
        }
        if elements.most_unseen != Some(0) {
            any = any.or(Truth::Unknown);
        }
        Judged::sure(any)
    }

    fn empty(&mut self, list: CollectionId) -> Judged {
        let elements = self.elements(list);
        Judged::sure(if elements.known > 0 || elements.least_unseen > 0 {
            Truth::False
        } else if elements.most_unseen == Some(0) {
            Truth::True
        } else {
            Truth::Unknown
        })
    }

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        list: CollectionId,
        filter: Option<ConditionId>,
        satisfies: ConditionId,
        binder: u16,
    ) -> Judged {
        let elements = self.elements(list);
        // `every x where c satisfies d` is "none where c fails d"; evaluating it so keeps one absorption rule for both.
        let mut any = Any::new();
        let weigh = |run: &mut Self| {
            let satisfied = run.truth(satisfies);

            match quantifier {
                Quantifier::Some => satisfied,
                Quantifier::Every => Judged { truth: satisfied.truth.not(), fault: satisfied.fault },
            }
        };
        self.open_binder(&elements, binder);
        for index in 0..elements.known {
            self.bind(&elements, index);
            any.take(self.filtered(filter, &weigh));
        }
        if elements.most_unseen != Some(0) {
            self.bind_unseen(&elements);
            let judged = self.filtered(filter, &weigh);
            if elements.least_unseen > 0 {
                any.take(judged);
            } else if judged.truth != Truth::False {
                any.take(Judged { truth: Truth::Unknown, fault: judged.fault.at_most_possible() });
            }
        }
        self.close_binder();
        let found = any.result();
        match quantifier {
            Quantifier::Some => found,
            Quantifier::Every => Judged { truth: found.truth.not(), fault: found.fault },
        }
    }

    /// `c and d` for the element at hand, with the facts that `c` guards narrowed in `d`.
    fn filtered(&mut self, filter: Option<ConditionId>, weigh: &impl Fn(&mut Self) -> Judged) -> Judged {
        let Some(filter) = filter else { return weigh(self) };
        let kept = self.truth(filter);
        if kept.truth == Truth::False {
            return kept;
        }
        let mut all = All::new();
        all.take(kept);
        if kept.truth == Truth::True {
            all.take(weigh(self));
            return all.result();
        }
        let before = self.enter();
        let possible = self.narrow(filter, true);
        let judged = if possible { weigh(self) } else { Judged::sure(Truth::False) };
        self.leave(before);
        // Where the filter fails the element is out and its condition never asked, so a fault in it is at most possible.
        all.take(Judged { truth: judged.truth, fault: judged.fault.at_most_possible() });
        all.result()
    }
}

/// The only number that a value can be.
pub(super) fn exactly(value: &Possible) -> Option<Number> {
    match value {
        Possible::Range(range) => range.exact(),
        _ => None,
    }
}

/// Whether an expression's own kind says that it is a number: then both sides of a comparison are, and no other sets need to be carried about.
fn is_visibly_ordered(expr: &Expr) -> bool {
    match expr {
        Expr::Constant(value) => matches!(value, Possible::Range(_)),
        Expr::Points(_) | Expr::Score(_) | Expr::ScorePoints(_) | Expr::Limit(_) => true,
        Expr::Negate(_) | Expr::Add(..) | Expr::Subtract(..) => true,
        Expr::Multiply(..) | Expr::Divide(..) | Expr::AddMonths(..) | Expr::FloorToDay(_) | Expr::Min(_) | Expr::Max(_) => true,
        Expr::Abs(_) | Expr::Round(..) | Expr::Clamp(..) | Expr::Aggregate(_) => true,
        Expr::Fact(_) | Expr::Assuming(..) | Expr::Let(_) | Expr::Band(_) | Expr::Column(..) | Expr::Truth(_) | Expr::If(..) => false,
        Expr::Script(_) => false,
    }
}

/// Which of the wanted variants a set of possible ones is among.
fn among(possible: Variants, wanted: Variants) -> Truth {
    if possible.0 & !wanted.0 == 0 {
        Truth::True
    } else if possible.0 & wanted.0 == 0 {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// The fault of asking for the value of something that may not apply.
pub(super) fn not_applicable(applies: Applies, site: Site) -> Fault {
    let level = match applies {
        Applies::Always => FaultLevel::None,
        Applies::Maybe => FaultLevel::Possible,
        Applies::Never => FaultLevel::Certain,
    };
    Fault { level, kind: FaultKind::NotApplicable, site }
}

/// `or` over any number of operands, in any order.
///
/// A true operand without fault decides alone and absorbs every other's fault. Where one might yet turn out to, a certain fault is only possible.
pub(super) struct Any {
    truth: Truth,
    fault: Fault,
    may_absorb: bool,
}

impl Any {
    pub(super) fn new() -> Any {
        Any { truth: Truth::False, fault: Fault::NONE, may_absorb: false }
    }

    #[inline]
    pub(super) fn take(&mut self, operand: Judged) {
        self.truth = self.truth.or(operand.truth);
        if operand.fault.is_none() {
            self.may_absorb |= operand.truth != Truth::False;
        } else {
            self.take_fault(operand);
        }
    }

    #[cold]
    fn take_fault(&mut self, operand: Judged) {
        self.fault = self.fault.join(operand.fault);
        self.may_absorb |= operand.truth != Truth::False && operand.fault.level != FaultLevel::Certain;
    }

    #[inline]
    pub(super) fn is_decided(&self) -> bool {
        self.truth == Truth::True
    }

    #[inline]
    pub(super) fn result(self) -> Judged {
        if self.truth == Truth::True || self.fault.is_none() {
            Judged::sure(self.truth)
        } else if self.may_absorb {
            Judged::faulty(self.fault.at_most_possible())
        } else {
            Judged::faulty(self.fault)
        }
    }
}

/// `and`, likewise: the mirror image of [`Any`].
pub(super) struct All(Any);

impl All {
    pub(super) fn new() -> All {
        All(Any::new())
    }

    #[inline]
    pub(super) fn take(&mut self, operand: Judged) {
        self.0.take(Judged { truth: operand.truth.not(), fault: operand.fault });
    }

    #[inline]
    pub(super) fn is_decided(&self) -> bool {
        self.0.is_decided()
    }

    #[inline]
    pub(super) fn result(self) -> Judged {
        let judged = self.0.result();
        Judged { truth: judged.truth.not(), fault: judged.fault }
    }
}
