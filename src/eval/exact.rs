//! The straight way: conditions and numbers where all that is met is exactly known and nothing faults, as nearly everything is in most documents.
//!
//! A condition is then true or false and a number is one number, so there are no ranges to hand about, nothing to narrow and no faults to join. Where
//! something else is met, the way ends with none, and what was asked is evaluated anew over sets.
//!
//! INVARIANT: an answer given here is the one that evaluation over sets gives. Nodes are visited in the same order, operations are those of `value` on ranges
//! of a single number, and a node of which no part is evaluated is left to its one definition there. Builds with debug assertions ask both ways, so every test
//! of what the evaluator says is one of this, too.

use super::lists::{ratio, whole};
use super::{Frame, Judged, Ranged, Run, Valued};
use crate::policy::{AggregateKind, LetId, Quantifier};
use crate::program::{Aggregate, Asks, CollectionId, Condition, ConditionId, Expr, ExprId, NamedId, Next, Place, Walk};
use crate::sheet::Slot;
use crate::value::{Comparison, Faulty, Interval, Number, Possible, Truth};
use crate::verdict::{Address, Fault};

impl Run<'_> {
    /// Whether a condition holds, asked from outside of all conditions and expressions.
    #[inline(always)]
    pub(super) fn judge(&mut self, id: ConditionId) -> Judged {
        match self.straight(|run| run.holds(id)) {
            Some(holds) => {
                debug_assert_eq!(self.over_sets(|run| run.truth(id).truth), Truth::from(holds), "one truth, whichever way it is reached");
                Judged::sure(Truth::from(holds))
            }
            None => self.truth(id),
        }
    }

    /// What an expression of an ordered type may be, asked likewise.
    pub(super) fn weigh(&mut self, id: ExprId) -> Ranged {
        match self.straight(|run| run.number(id)) {
            Some(number) => {
                let range = Interval::point(number);
                debug_assert_eq!(self.over_sets(|run| run.range(id).range), range, "one number, whichever way it is reached");
                Ranged::sure(range)
            }
            None => self.range(id),
        }
    }

    /// What was recorded on a way that led nowhere is recorded again on the other.
    #[inline(always)]
    fn straight<T>(&mut self, ask: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let compared = self.scratch.trace.compared.len();
        let answer = ask(self);
        if answer.is_none() {
            self.scratch.trace.compared.truncate(compared);
        }
        answer
    }

    /// Whether a condition holds, where that is certain.
    fn holds(&mut self, id: ConditionId) -> Option<bool> {
        // What is recorded of a condition is recorded of its parts, too, and walks know of no parts.
        match self.program.walks.of(id) {
            Some(walk) if !self.recording => self.walk(walk),
            _ => self.compound_holds(id),
        }
    }

    #[inline(always)]
    fn walk(&mut self, walk: Walk) -> Option<bool> {
        let program = self.program;
        let mut left = program.walks.questions(walk);
        // Going on is a branch and the next question the one behind, so that the processor can look ahead: it would wait for a place to be worked out.
        while let Some((question, behind)) = left.split_first() {
            let holds = match &question.asks {
                Asks::Subject(slot, comparison, constant) => match number_in(self.subject, *slot) {
                    Some(number) => comparison.holds(&number, constant),
                    None => self.decided(Place::Fixed { sheet: 1, slot: *slot }, *comparison, *constant)?,
                },
                Asks::Fact(place, comparison, constant) => match self.number_at(*place) {
                    Some(number) => comparison.holds(&number, constant),
                    None => self.decided(*place, *comparison, *constant)?,
                },
                Asks::Numbers(comparison, left, right) => {
                    let (left, right) = (self.number(*left)?, self.number(*right)?);
                    comparison.holds(&left, &right)
                }
                Asks::Whether(id) => self.compound_holds(*id)?,
            };
            left = if holds == question.goes_on {
                behind
            } else {
                match question.otherwise {
                    Next::End(holds) => return Some(holds),
                    Next::Skip(count) => behind.get(count as usize..)?,
                }
            };
        }
        Some(walk.end)
    }

    /// How a fact compares that is not exactly known, or is narrowed, or computed: it need not be exact to be certain.
    #[inline(never)]
    fn decided(&self, place: Place, comparison: Comparison, constant: Number) -> Option<bool> {
        self.fact(place, |value, _| match value {
            Possible::Range(range) => range.compare_number(comparison, constant).exact(),
            _ => None,
        })
    }

    #[inline(never)]
    fn compound_holds(&mut self, id: ConditionId) -> Option<bool> {
        let program = self.program;
        let holds = match &program.conditions[id.0 as usize].0 {
            Condition::Compare(comparison, left, right) => self.compares(Some(id), *comparison, *left, *right)?,
            Condition::Between(value, low, high) => {
                let (value, low, high) = (self.number(*value)?, self.number(*low)?, self.number(*high)?);
                self.note_compared(id, value, low);
                self.note_compared(id, value, high);
                low <= value && value <= high
            }
            Condition::OneOf(value, options) => {
                let mut any = false;
                for option in options {
                    any |= self.compares(None, Comparison::Equal, *value, *option)?;
                }
                any
            }
            Condition::Not(inner) => !self.holds(*inner)?,
            Condition::And(parts) => !self.one_is(parts, false)?,
            Condition::Or(parts) => self.one_is(parts, true)?,
            Condition::Quantified { quantifier, list, filter, satisfies, binder } => {
                let sought = *quantifier == Quantifier::Some;
                let mut found = false;
                self.each(*list, *filter, *binder, |run| {
                    found |= run.holds(*satisfies)? == sought;
                    Some(())
                })?;
                found == sought
            }
            Condition::FactCompare(place, comparison, constant) if let Some(number) = self.number_at(*place) => {
                self.note_compared(id, number, *constant);
                comparison.holds(&number, constant)
            }
            // What rests on no other node.
            Condition::Constant(_)
            | Condition::FactCompare(..)
            | Condition::FactAmong(..)
            | Condition::FactTrue(_)
            | Condition::Known(_)
            | Condition::Check(_)
            | Condition::Gate(_)
            | Condition::Trigger(_) => {
                let judged = self.truth(id);
                return if judged.fault.is_none() { judged.truth.exact() } else { None };
            }
            Condition::Value(_) | Condition::Among(..) | Condition::InList(..) | Condition::Empty(_) => return None,
        };
        self.note_truth(id, Truth::from(holds));
        Some(holds)
    }

    /// Whether one of the parts comes out so. Those behind it are not asked.
    #[inline]
    fn one_is(&mut self, parts: &[ConditionId], sought: bool) -> Option<bool> {
        for part in parts {
            if self.holds(*part)? == sought {
                return Some(true);
            }
        }
        Some(false)
    }

    fn compares(&mut self, noted: Option<ConditionId>, comparison: Comparison, left: ExprId, right: ExprId) -> Option<bool> {
        let program = self.program;
        if let (Expr::Fact(place), Expr::Constant(constant)) =
            (&program.expressions[left.0 as usize].0, &program.expressions[right.0 as usize].0)
            && !matches!(constant, Possible::Range(_))
        {
            if self.recording {
                self.value(left);
            }
            return self.fact(*place, |value, _| value.compare(comparison, constant).exact());
        }
        let (left, right) = (self.number(left)?, self.number(right)?);
        if let Some(id) = noted {
            self.note_compared(id, left, right);
        }
        Some(comparison.holds(&left, &right))
    }

    /// What an expression of an ordered type is, where that is certain.
    #[inline(always)]
    fn number(&mut self, id: ExprId) -> Option<Number> {
        match &self.program.expressions[id.0 as usize].0 {
            Expr::Constant(Possible::Range(range)) => range.exact(),
            Expr::Fact(place)
                if !self.recording
                    && let Some(number) = self.number_at(*place) =>
            {
                Some(number)
            }
            _ => self.compound_number(id),
        }
    }

    /// The number at a place, where it is exactly known: nothing narrows what is.
    #[inline(always)]
    fn number_at(&self, place: Place) -> Option<Number> {
        let address = match place {
            Place::Fixed { sheet: 1, slot } => return number_in(self.subject, slot),
            Place::Fixed { sheet, slot } => Address { sheet, slot },
            Place::Element { binder, leaf, .. } => match self.scratch.frames.get(self.frame(binder))? {
                Frame::Slots(first) => Address { sheet: first.sheet, slot: first.slot + leaf },
                Frame::Value(range) => return range.exact(),
            },
        };
        let sheet = self.dossier.sheets.get(usize::from(address.sheet).wrapping_sub(1))?;
        number_in(&sheet.slots, address.slot)
    }

    #[inline(never)]
    fn compound_number(&mut self, id: ExprId) -> Option<Number> {
        let program = self.program;
        let number = match &program.expressions[id.0 as usize].0 {
            Expr::Fact(place) if let Some(number) = self.number_at(*place) => number,
            Expr::Let(named) => self.named_number(*named)?,
            Expr::Add(left, right) => self.combined(*left, *right, Interval::add)?,
            Expr::Subtract(left, right) => self.combined(*left, *right, Interval::subtract)?,
            Expr::Multiply(left, right) => self.combined(*left, *right, Interval::multiply)?,
            Expr::Divide(left, right) => self.combined(*left, *right, Interval::divide)?,
            Expr::Negate(_)
            | Expr::AddMonths(..)
            | Expr::FloorToDay(_)
            | Expr::Round(..)
            | Expr::Abs(_)
            | Expr::Min(_)
            | Expr::Max(_)
            | Expr::Clamp(..)
            | Expr::If(..) => self.reshaped(id)?,
            Expr::Aggregate(aggregate) => self.aggregated(aggregate)?,
            // What rests on no other node.
            Expr::Constant(_)
            | Expr::Fact(_)
            | Expr::Assuming(..)
            | Expr::Points(_)
            | Expr::Score(_)
            | Expr::ScorePoints(_)
            | Expr::Limit(_) => {
                let ranged = self.range(id);
                return if ranged.fault.is_none() { ranged.range.exact() } else { None };
            }
            Expr::Band(_) | Expr::Column(..) | Expr::Truth(_) | Expr::Script(_) => return None,
        };
        if self.recording {
            self.note_range(id, &Interval::point(number));
        }
        Some(number)
    }

    /// What fewer expressions do. Apart, so that the many that chain others need little room on the stack.
    #[inline(never)]
    fn reshaped(&mut self, id: ExprId) -> Option<Number> {
        let program = self.program;
        Some(match &program.expressions[id.0 as usize].0 {
            Expr::Negate(inner) => self.part(*inner)?.negate(),
            Expr::AddMonths(date, months) => alone(Interval::point(self.part(*date)?).add_months(*months))?,
            Expr::FloorToDay(date) => alone(Interval::point(self.part(*date)?).floor_to_day())?,
            Expr::Round(inner, places, rounding) => alone(Interval::point(self.part(*inner)?).round(*places, *rounding))?,
            Expr::Abs(inner) => self.part(*inner)?.abs(),
            Expr::Min(parts) => self.foremost(parts, Number::min)?,
            Expr::Max(parts) => self.foremost(parts, Number::max)?,
            Expr::Clamp(value, low, high) => {
                let (value, low, high) = (self.part(*value)?, self.part(*low)?, self.part(*high)?);
                value.max(low).min(high)
            }
            Expr::If(condition, then, otherwise) => {
                let branch = if self.holds(*condition)? { then } else { otherwise };
                self.part(*branch)?
            }
            _ => return None,
        })
    }

    #[inline(never)]
    fn part(&mut self, id: ExprId) -> Option<Number> {
        self.number(id)
    }

    fn named_number(&mut self, named: LetId) -> Option<Number> {
        if let Some(Valued { value: Possible::Range(range), fault }) = self.scratch.memory.of_let(named) {
            return if fault.is_none() { range.exact() } else { None };
        }
        let around = self.go_into(NamedId::of_let(named));
        let number = self.number(self.program.lets[named.index()].value);
        self.come_back(around);
        let value = Possible::Range(Interval::point(number?));
        self.scratch.memory.keep_let(named, Valued { value, fault: Fault::NONE });
        number
    }

    #[inline]
    fn combined(
        &mut self,
        left: ExprId,
        right: ExprId,
        operation: impl Fn(&Interval, &Interval) -> Result<Interval, Faulty>,
    ) -> Option<Number> {
        let (left, right) = (self.number(left)?, self.number(right)?);
        alone(operation(&Interval::point(left), &Interval::point(right)))
    }

    fn foremost(&mut self, parts: &[ExprId], further: impl Fn(Number, Number) -> Number) -> Option<Number> {
        let (first, others) = parts.split_first()?;
        let mut foremost = self.number(*first)?;
        for part in others {
            foremost = further(foremost, self.number(*part)?);
        }
        Some(foremost)
    }

    fn aggregated(&mut self, aggregate: &Aggregate) -> Option<Number> {
        let Aggregate { kind, list, filter, of, if_none, binder } = aggregate;
        let (mut counted, mut so_far) = (0, None);
        let known = self.each(*list, *filter, *binder, |run| {
            counted += 1;
            if let Some(of) = of {
                let number = run.number(*of)?;
                so_far = Some(match (so_far, kind) {
                    (None, _) => number,
                    (Some(so_far), AggregateKind::Min) => number.min(so_far),
                    (Some(so_far), AggregateKind::Max) => number.max(so_far),
                    (Some(so_far), _) => number.add(so_far).ok()?,
                });
            }
            Some(())
        })?;
        let found = match kind {
            AggregateKind::Count => Some(whole(counted)),
            AggregateKind::Sum => Some(so_far.unwrap_or(Number::ZERO)),
            AggregateKind::Share => (known > 0).then(|| ratio(counted, known.into())),
            AggregateKind::Min | AggregateKind::Max => so_far,
            AggregateKind::Mean => match so_far {
                Some(sum) => Some(sum.divide(whole(counted)).ok()?),
                None => None,
            },
        };
        match found {
            Some(found) => Some(found),
            None => self.number((*if_none)?),
        }
    }

    /// Visits the elements of a list that count; says how many elements it has.
    #[inline]
    fn each(
        &mut self,
        list: CollectionId,
        filter: Option<ConditionId>,
        binder: u16,
        mut visit: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<u32> {
        let elements = self.elements(list);
        if elements.most_unseen != Some(0) {
            return None;
        }
        self.open_binder(&elements, binder);
        let all = (0..elements.known).try_for_each(|index| {
            self.bind(&elements, index);
            match filter {
                Some(filter) if !self.holds(filter)? => Some(()),
                _ => visit(self),
            }
        });
        self.close_binder();
        all.map(|()| elements.known)
    }

    #[inline]
    fn note_compared(&mut self, id: ConditionId, left: Number, right: Number) {
        if self.recording {
            self.scratch.trace.compared.push((id, left, right));
        }
    }

    /// Asks over sets what was answered here, with nothing remembered.
    fn over_sets<T>(&mut self, ask: impl Fn(&mut Self) -> T) -> T {
        let (recording, assumed) = (self.recording, self.scratch.assumptions.len());
        self.recording = false;
        let remembered = self.scratch.memory.step_aside();
        let answer = ask(self);
        self.scratch.memory.step_back(remembered);
        debug_assert_eq!(assumed, self.scratch.assumptions.len(), "the same is assumed");
        self.recording = recording;
        answer
    }
}

/// The number at a slot, where it is exactly known.
#[inline(always)]
fn number_in(slots: &[Slot], slot: u32) -> Option<Number> {
    match slots.get(slot as usize)? {
        Slot { exact: true, value: Possible::Range(range), .. } => Some(range.low),
        _ => None,
    }
}

/// The one number that an operation on single numbers comes to.
#[inline]
fn alone(result: Result<Interval, Faulty>) -> Option<Number> {
    result.ok()?.exact()
}
