//! Expressions over possible values. Numbers are handled as ranges throughout; other values as the sets they are.

use super::conditions::not_applicable;
use super::{Ranged, Run, Valued};
use crate::policy::LetId;
use crate::program::{ConditionId, Expr, ExprId, NamedId, Place};
use crate::sheet::Mark;
use crate::value::{Arithmetic, Faulty, Fraction, Interval, Number, Possible, Rounding, Texts, Truth, Variants};
use crate::verdict::{Applies, Bounds, Fault, FaultKind, FaultLevel, Site};

/// The most parts of an expression that is reckoned as a fraction. Beyond, it is a range of two neighbouring numbers.
const FEW: u32 = 64;

impl Run<'_> {
    /// What an expression may be.
    pub(super) fn value(&mut self, id: ExprId) -> Valued {
        let program = self.program;
        let valued = match &program.expressions[id.0 as usize].0 {
            Expr::Constant(value) => return Valued { value: value.clone(), fault: Fault::NONE },
            Expr::Fact(place) => Valued { value: self.fact(*place, |value, _| value.clone()), fault: Fault::NONE },
            Expr::Assuming(place, assumed) => Valued { value: self.assumed(*place, assumed), fault: Fault::NONE },
            Expr::Let(named) => {
                if let Some(valued) = self.scratch.memory.of_let(*named) {
                    return valued.clone();
                }
                let around = self.go_into(NamedId::of_let(*named));
                let valued = self.value(program.lets[named.index()].value);
                self.come_back(around);
                self.scratch.memory.keep_let(*named, valued.clone());
                valued
            }
            Expr::Band(verdict) => {
                let outcome = &self.scratch.evaluation.verdicts[verdict.index()];
                let fault = outcome.fault.join(not_applicable(outcome.applies, Site::Expression(id)));
                let bands = if fault.is_none() { outcome.unwaived } else { every_band(program.verdicts[verdict.index()].bands.len()) };
                let mut variants = Variants::all(bands.floor as usize + 1).0 & !lower_bits(bands.ceiling);
                for (_, mask) in self.scratch.masks.iter().filter(|(narrowed, _)| narrowed == verdict && fault.is_none()) {
                    variants &= mask.0;
                }
                Valued { value: Possible::Variants(Variants(variants)), fault }
            }
            Expr::Column(table, column) => self.column(*table, *column),
            Expr::Truth(condition) => {
                let judged = self.truth(*condition);
                Valued { value: Possible::Truth(judged.truth), fault: judged.fault }
            }
            Expr::If(condition, then, otherwise) => match program.of_entries[id.0 as usize] {
                Some(of) => self.said_of_entry(of, *condition, *then, *otherwise),
                None => self.either(*condition, *then, *otherwise),
            },
            Expr::Aggregate(aggregate) => {
                let ranged = self.aggregate(id, aggregate);
                Valued { value: Possible::Range(ranged.range), fault: ranged.fault }
            }
            Expr::Script(call) => self.script(id, call),
            Expr::Points(_) | Expr::Score(_) | Expr::ScorePoints(_) | Expr::Negate(_) | Expr::Add(..) | Expr::Subtract(..) => {
                self.ranged(id)
            }
            Expr::Multiply(..) | Expr::Divide(..) | Expr::AddMonths(..) | Expr::FloorToDay(_) | Expr::Min(_) | Expr::Max(_) => {
                self.ranged(id)
            }
            Expr::Abs(_) | Expr::Round(..) | Expr::Clamp(..) | Expr::Limit(_) => self.ranged(id),
        };
        self.note_value(id, &valued.value);
        valued
    }

    fn ranged(&mut self, id: ExprId) -> Valued {
        let ranged = self.range(id);
        Valued { value: Possible::Range(ranged.range), fault: ranged.fault }
    }

    /// What an expression of an ordered type may be.
    #[inline]
    pub(super) fn range(&mut self, id: ExprId) -> Ranged {
        // The leaves of every expression are handled where they are needed; a call for each would cost more than the look.
        match &self.program.expressions[id.0 as usize].0 {
            Expr::Constant(Possible::Range(range)) => Ranged::sure(*range),
            Expr::Fact(place) if !self.recording => self.fact(*place, |value, _| match value {
                Possible::Range(range) => Ranged::sure(*range),
                _ => Ranged::sure(super::ANYTHING),
            }),
            _ => self.computed_range(id),
        }
    }

    fn computed_range(&mut self, id: ExprId) -> Ranged {
        if !self.recording {
            return self.compute_range(id);
        }
        let ranged = self.compute_range(id);
        self.note_range(id, &ranged.range);
        ranged
    }

    fn compute_range(&mut self, id: ExprId) -> Ranged {
        let program = self.program;
        match &program.expressions[id.0 as usize].0 {
            Expr::Constant(Possible::Range(range)) => Ranged::sure(*range),
            Expr::Fact(place) => Ranged::sure(self.fact(*place, |value, _| match value {
                Possible::Range(range) => *range,
                _ => super::ANYTHING,
            })),
            Expr::Points(item) => {
                let outcome = &self.scratch.evaluation.items[item.index()];
                let fault = outcome.fault.join(not_applicable(outcome.applies, Site::Expression(id)));
                let points = match self.weights {
                    None => outcome.points.to_interval(),
                    Some(weights) => weights.on(*item, &outcome.points).to_interval(),
                };
                Ranged::sure(points).with(fault)
            }
            Expr::Score(scorecard) => {
                let outcome = &self.scratch.evaluation.scores[scorecard.index()];
                let fault = outcome.fault.join(not_applicable(outcome.applies, Site::Expression(id)));
                Ranged::sure(outcome.score.to_interval()).with(fault)
            }
            Expr::ScorePoints(scorecard) => {
                let outcome = &self.scratch.evaluation.scores[scorecard.index()];
                let fault = outcome.fault.join(not_applicable(outcome.applies, Site::Expression(id)));
                Ranged::sure(outcome.points.to_interval()).with(fault)
            }
            Expr::Limit(limit) => {
                let outcome = &self.scratch.evaluation.limits[limit.index()];
                let fault = outcome.fault.join(not_applicable(outcome.applies, Site::Expression(id)));
                Ranged::sure(outcome.value).with(fault)
            }
            Expr::Negate(inner) => {
                let inner = self.range(*inner);
                Ranged { range: inner.range.negate(), fault: inner.fault }
            }
            Expr::Add(left, right) => self.exact_arithmetic(id, *left, *right, Interval::add),
            Expr::Subtract(left, right) => self.exact_arithmetic(id, *left, *right, Interval::subtract),
            Expr::Multiply(left, right) => {
                self.rounded_arithmetic(id, *left, *right, Interval::multiply, |left, right| Some(left.multiply(right)))
            }
            Expr::Divide(left, right) => self.rounded_arithmetic(id, *left, *right, Interval::divide, Fraction::divide),
            Expr::AddMonths(date, months) => {
                let date = self.range(*date);
                self.finish(id, date.range.add_months(*months)).with(date.fault)
            }
            Expr::FloorToDay(date) => {
                let date = self.range(*date);
                self.finish(id, date.range.floor_to_day()).with(date.fault)
            }
            Expr::Min(parts) => self.fold(parts, Interval::min),
            Expr::Max(parts) => self.fold(parts, Interval::max),
            Expr::Abs(inner) => {
                let inner = self.range(*inner);
                Ranged::sure(inner.range.abs()).with(inner.fault)
            }
            Expr::Round(inner, places, rounding) => self.rounded(id, *inner, *places, *rounding),
            Expr::Clamp(value, low, high) => {
                let value = self.range(*value);
                let low = self.range(*low);
                let high = self.range(*high);
                let range = value.range.max(&low.range).min(&high.range);
                Ranged::sure(range).with(value.fault.join(low.fault).join(high.fault))
            }
            Expr::Aggregate(aggregate) => self.aggregate(id, aggregate),
            Expr::Let(named) => self.named_range(*named),
            Expr::Constant(_) | Expr::Assuming(..) | Expr::Band(_) | Expr::Column(..) | Expr::Truth(_) | Expr::If(..) | Expr::Script(_) => {
                let valued = self.value(id);
                match valued.value {
                    Possible::Range(range) => Ranged { range, fault: valued.fault },
                    _ => Ranged { range: super::ANYTHING, fault: valued.fault },
                }
            }
        }
    }

    /// A named expression of an ordered type.
    fn named_range(&mut self, named: LetId) -> Ranged {
        if let Some(Valued { value: Possible::Range(range), fault }) = self.scratch.memory.of_let(named) {
            return Ranged { range: *range, fault: *fault };
        }
        let around = self.go_into(NamedId::of_let(named));
        let ranged = self.range(self.program.lets[named.index()].value);
        self.come_back(around);
        self.scratch.memory.keep_let(named, Valued { value: Possible::Range(ranged.range), fault: ranged.fault });
        ranged
    }

    fn fold(&mut self, parts: &[ExprId], combine: impl Fn(&Interval, &Interval) -> Interval) -> Ranged {
        let mut all: Option<Ranged> = None;
        for part in parts {
            let part = self.range(*part);
            all = Some(match all {
                None => part,
                Some(so_far) => Ranged::sure(combine(&so_far.range, &part.range)).with(so_far.fault.join(part.fault)),
            });
        }
        all.unwrap_or(Ranged::sure(super::ANYTHING))
    }

    /// Sums and differences, which are exact.
    #[inline]
    fn exact_arithmetic(
        &mut self,
        id: ExprId,
        left: ExprId,
        right: ExprId,
        operation: impl Fn(&Interval, &Interval) -> Result<Interval, Faulty>,
    ) -> Ranged {
        let both = [self.range(left), self.range(right)];
        self.arithmetic(id, both, operation)
    }

    /// Products and quotients, which are rounded once. (A frame of its own, as all that has locals: expressions nest deep, and this is gone through at each level.)
    #[inline]
    fn rounded_arithmetic(
        &mut self,
        id: ExprId,
        left: ExprId,
        right: ExprId,
        operation: impl Fn(&Interval, &Interval) -> Result<Interval, Faulty>,
        exactly: impl Fn(&Fraction, &Fraction) -> Option<Fraction>,
    ) -> Ranged {
        let both = [self.range(left), self.range(right)];
        let fractions = &self.program.fractions;
        let is_fraction = [fractions[left.0 as usize], fractions[right.0 as usize]];
        if is_fraction == [false, false] {
            return self.arithmetic(id, both, operation);
        }
        match self.of_fractions(left, right, exactly) {
            Some(number) => Ranged::sure(Interval::point(number)),
            None => {
                let [left, right] = both;
                self.arithmetic(id, [left.around(is_fraction[0]), right.around(is_fraction[1])], operation)
            }
        }
    }

    /// To so many decimals.
    #[inline]
    fn rounded(&mut self, id: ExprId, inner: ExprId, places: u32, rounding: Rounding) -> Ranged {
        let ranged = self.range(inner);
        let is_fraction = places < Number::DECIMALS && self.program.fractions[inner.0 as usize];
        let exactly = if is_fraction { self.fraction(inner, &mut { FEW }) } else { None };
        match exactly.and_then(|fraction| fraction.round(places, rounding).ok()) {
            Some(number) => Ranged::sure(Interval::point(number)),
            None => self.finish(id, ranged.around(is_fraction).range.round(places, rounding)).with(ranged.fault),
        }
    }

    #[inline]
    fn arithmetic(
        &mut self,
        id: ExprId,
        [left, right]: [Ranged; 2],
        operation: impl Fn(&Interval, &Interval) -> Result<Interval, Faulty>,
    ) -> Ranged {
        match operation(&left.range, &right.range) {
            Ok(range) if left.fault.is_none() && right.fault.is_none() => Ranged::sure(range),
            result => self.finish(id, result).with(left.fault.join(right.fault)),
        }
    }

    /// The product or quotient of two fractions, rounded once, where both are single values.
    fn of_fractions(
        &mut self,
        left: ExprId,
        right: ExprId,
        operation: impl Fn(&Fraction, &Fraction) -> Option<Fraction>,
    ) -> Option<Number> {
        let mut few = FEW;
        let (left, right) = (self.fraction(left, &mut few)?, self.fraction(right, &mut few)?);
        operation(&left, &right)?.round(Number::DECIMALS, Rounding::HalfEven).ok()
    }

    /// The one fraction that an expression comes to, be it a number or not; none where there are several, something may fault, or it has more than so many
    /// parts: nothing is remembered here, and parts that share parts would multiply.
    fn fraction(&mut self, id: ExprId, few: &mut u32) -> Option<Fraction> {
        *few = few.checked_sub(1)?;
        let program = self.program;
        let single = |applies: Applies, fault: &Fault, bounds: &Bounds| {
            (applies == Applies::Always && fault.is_none() && bounds.low == bounds.high).then(|| bounds.low.clone())
        };
        let outcomes = &self.scratch.evaluation;
        match &program.expressions[id.0 as usize].0 {
            Expr::Points(item) if self.weights.is_none() => {
                let outcome = &outcomes.items[item.index()];
                single(outcome.applies, &outcome.fault, &outcome.points)
            }
            Expr::Score(scorecard) => {
                let outcome = &outcomes.scores[scorecard.index()];
                single(outcome.applies, &outcome.fault, &outcome.score)
            }
            Expr::ScorePoints(scorecard) => {
                let outcome = &outcomes.scores[scorecard.index()];
                single(outcome.applies, &outcome.fault, &outcome.points)
            }
            Expr::Let(named) if program.fractions[id.0 as usize] => self.fraction(program.lets[named.index()].value, few),
            Expr::Negate(inner) => self.fraction(*inner, few).map(|fraction| fraction.negate()),
            Expr::Add(left, right) => Some(self.fraction(*left, few)?.add(&self.fraction(*right, few)?)),
            Expr::Subtract(left, right) => Some(self.fraction(*left, few)?.subtract(&self.fraction(*right, few)?)),
            _ => {
                let ranged = self.range(id);
                ranged.range.exact().filter(|_| ranged.fault.is_none()).map(Fraction::from_number)
            }
        }
    }

    /// A fault of arithmetic makes the result anything.
    #[inline]
    pub(super) fn finish(&self, id: ExprId, result: Result<Interval, Faulty>) -> Ranged {
        match result {
            Ok(range) => Ranged::sure(range),
            Err(fault) => Ranged::faulty(arithmetic_fault(fault, id)),
        }
    }

    /// The fact, or the value assumed where there is no evidence; without assumptions, either.
    fn assumed(&mut self, place: Place, assumed: &Possible) -> Possible {
        let (value, mark) = self.fact(place, |value, mark| (value.clone(), mark));
        match mark {
            Mark::Known => value,
            Mark::Missing => {
                self.note_assumption(place, Some(assumed));
                if self.assuming { assumed.clone() } else { value.join(assumed) }
            }
            Mark::Either => value.join(assumed),
        }
    }

    pub(super) fn either(&mut self, condition: ConditionId, then: ExprId, otherwise: ExprId) -> Valued {
        let judged = self.truth(condition);
        match judged.truth {
            Truth::True => return self.value(then),
            Truth::False => return self.value(otherwise),
            Truth::Unknown => {}
        }
        let left = self.branch(condition, true, then);
        let right = self.branch(condition, false, otherwise);
        let mut joined = match (left, right) {
            (Some(left), Some(right)) => {
                Valued { value: left.value.join(&right.value), fault: left.fault.at_most_possible().join(right.fault.at_most_possible()) }
            }
            (Some(only), None) | (None, Some(only)) => Valued { value: only.value, fault: only.fault.at_most_possible() },
            // Narrowing found neither branch possible, which no completion is; both are evaluated as they stand.
            (None, None) => {
                let left = self.value(then);
                let right = self.value(otherwise);
                Valued { value: left.value.join(&right.value), fault: left.fault.join(right.fault).at_most_possible() }
            }
        };
        if !judged.fault.is_none() {
            joined.fault = joined.fault.join(judged.fault);
            joined.value = anything_like(&joined.value);
        }
        joined
    }

    fn branch(&mut self, condition: ConditionId, holds: bool, branch: ExprId) -> Option<Valued> {
        let before = self.enter();
        let possible = self.narrow(condition, holds);
        let valued = possible.then(|| self.value(branch));
        self.leave(before);
        valued
    }
}

/// A fault of arithmetic, as the evaluation carries it.
fn arithmetic_fault(fault: Faulty, id: ExprId) -> Fault {
    Fault {
        level: if fault.certain { FaultLevel::Certain } else { FaultLevel::Possible },
        kind: match fault.arithmetic {
            Arithmetic::DivisionByZero => FaultKind::DivisionByZero,
            Arithmetic::Overflow => FaultKind::Overflow,
        },
        site: Site::Expression(id),
    }
}

/// Anything of the type that a value has.
fn anything_like(value: &Possible) -> Possible {
    match value {
        Possible::Truth(_) => Possible::Truth(Truth::Unknown),
        Possible::Range(_) => Possible::Range(super::ANYTHING),
        Possible::Variants(_) => Possible::Variants(Variants(u64::MAX)),
        Possible::Texts(_) => Possible::Texts(Texts::Any),
        Possible::List(list) => Possible::List(*list),
    }
}

fn every_band(count: usize) -> crate::verdict::Bands {
    crate::verdict::Bands { floor: count.saturating_sub(1) as u32, ceiling: 0 }
}

fn lower_bits(count: u32) -> u64 {
    if count == 0 { 0 } else { u64::MAX >> (64 - count.min(64)) }
}
