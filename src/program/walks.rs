//! Conditions as walks. `and`, `or` and `not` say nothing but what is to be asked next once an answer is known, so a condition can be laid out as questions,
//! each of which leads to another or to the end.
//!
//! INVARIANT: a walk asks what the condition asks of its parts, in their order, and goes no further once they are decided. It has no place for what is unknown
//! or at fault: whoever walks and meets either turns back and evaluates the condition.

use super::{Comparison, Condition, ConditionId, Expr, ExprId, Number, Place, Possible, Program};

/// The walks of a program.
#[derive(Clone, Debug, Default)]
pub struct Walks {
    /// By condition: where its walk begins; none where it is a part of another.
    entries: Vec<Option<Next>>,
    questions: Vec<Question>,
}

/// Where a walk goes on: the place of a question, or one of the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next(u32);

impl Next {
    /// The end at which the condition holds. No walk has so many questions.
    pub const HOLDS: Next = Next(u32::MAX);
    /// The end at which it does not.
    pub const FAILS: Next = Next(u32::MAX - 1);
}

/// A question on a walk.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is asked.
    pub asks: Asks,
    /// Where the walk goes if the answer is yes.
    pub yes: Next,
    /// Where it goes if it is no.
    pub no: Next,
}

/// What a question asks.
#[derive(Clone, Debug)]
pub enum Asks {
    /// How a fact of the subject compares with a constant.
    Subject(u32, Comparison, Number),
    /// How any other fact does.
    Fact(Place, Comparison, Number),
    /// How two numbers compare.
    Numbers(Comparison, ExprId, ExprId),
    /// Whether another condition holds.
    Whether(ConditionId),
}

impl Walks {
    /// Lays out the conditions of a program.
    pub(super) fn of(program: &Program) -> Walks {
        let mut is_part = vec![false; program.conditions.len()];
        for (condition, _) in &program.conditions {
            match condition {
                Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| is_part[part.0 as usize] = true),
                Condition::Not(inner) => is_part[inner.0 as usize] = true,
                _ => {}
            }
        }
        let mut walks = Walks::default();
        for (place, is_part) in is_part.into_iter().enumerate() {
            let entry = (!is_part).then(|| walks.lay(program, ConditionId(place as u32), Next::HOLDS, Next::FAILS));
            walks.entries.push(entry);
        }
        walks
    }

    /// Where the walk of a condition begins.
    #[inline]
    pub fn entry(&self, id: ConditionId) -> Option<Next> {
        self.entries.get(id.0 as usize).copied().flatten()
    }

    /// The question at a place; none at an end.
    #[inline]
    pub fn question(&self, next: Next) -> Option<&Question> {
        self.questions.get(next.0 as usize)
    }

    /// Lays out a condition that leads on to one place or the other, from its last question to its first.
    fn lay(&mut self, program: &Program, id: ConditionId, yes: Next, no: Next) -> Next {
        let asks = match &program.conditions[id.0 as usize].0 {
            Condition::Constant(holds) => return if *holds { yes } else { no },
            Condition::Not(inner) => return self.lay(program, *inner, no, yes),
            Condition::And(parts) => return parts.iter().rev().fold(yes, |next, part| self.lay(program, *part, next, no)),
            Condition::Or(parts) => return parts.iter().rev().fold(no, |next, part| self.lay(program, *part, yes, next)),
            Condition::FactCompare(Place::Fixed { sheet: 1, slot }, comparison, constant) => Asks::Subject(*slot, *comparison, *constant),
            Condition::FactCompare(place, comparison, constant) => Asks::Fact(*place, *comparison, *constant),
            Condition::Compare(comparison, left, right) => match &program.expressions[right.0 as usize].0 {
                // Of texts and truth values.
                Expr::Constant(Possible::Truth(_) | Possible::Variants(_) | Possible::Texts(_) | Possible::List(_)) => Asks::Whether(id),
                _ => Asks::Numbers(*comparison, *left, *right),
            },
            _ => Asks::Whether(id),
        };
        let place = Next(self.questions.len() as u32);
        self.questions.push(Question { asks, yes, no });
        place
    }
}
