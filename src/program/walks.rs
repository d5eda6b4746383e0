//! Conditions as walks. `and`, `or` and `not` say nothing but what is to be asked next once an answer is known, so a condition can be laid out as questions,
//! each of which leads to another or to the end.
//!
//! INVARIANT: a walk asks what the condition asks of its parts, in their order, and goes no further once they are decided. It has no place for what is unknown
//! or at fault: whoever walks and meets either turns back and evaluates the condition.

use super::{Comparison, Condition, ConditionId, Expr, ExprId, Number, Place, Possible, Program};

/// The walks of a program.
#[derive(Clone, Debug, Default)]
pub struct Walks {
    /// By condition; none where it is a part of another.
    walks: Vec<Option<Walk>>,
    questions: Vec<Question>,
}

/// Where the questions of a condition stand.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    first: u32,
    count: u32,
    /// What it comes to for whoever goes on behind the last question.
    pub end: bool,
}

/// A question on a walk.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is asked.
    pub asks: Asks,
    /// The answer with which the walk goes on to the question behind.
    pub goes_on: bool,
    /// Where it goes with the other.
    pub otherwise: Next,
}

/// Where a walk goes that does not go on to the question behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To its end, and this is what the condition comes to.
    End(bool),
    /// Past so many questions.
    Skip(u32),
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
    pub(super) fn of_program(program: &Program) -> Walks {
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
            let mut path = Path { program, laid: Vec::new() };
            if !is_part {
                path.lay(ConditionId(place as u32), Target::End(true), Target::End(false));
            }
            walks.walks.push(path.finish(&mut walks.questions));
        }
        walks
    }

    /// The walk of a condition.
    #[inline]
    pub fn of(&self, id: ConditionId) -> Option<Walk> {
        self.walks.get(id.0 as usize).copied().flatten()
    }

    /// The questions of a walk.
    #[inline]
    pub fn questions(&self, walk: Walk) -> &[Question] {
        self.questions.get(walk.first as usize..(walk.first + walk.count) as usize).unwrap_or_default()
    }
}

/// A walk that is being laid out, from its last question to its first.
struct Path<'p> {
    program: &'p Program,
    laid: Vec<(Asks, Target, Target)>,
}

/// Where an answer leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    End(bool),
    /// The question that was laid so many questions after the last.
    Laid(usize),
}

impl Path<'_> {
    /// Lays out a condition that leads on to one target or the other.
    fn lay(&mut self, id: ConditionId, yes: Target, no: Target) -> Target {
        let program = self.program;
        let asks = match &program.conditions[id.0 as usize].0 {
            Condition::Constant(holds) => return if *holds { yes } else { no },
            Condition::Not(inner) => return self.lay(*inner, no, yes),
            Condition::And(parts) => return parts.iter().rev().fold(yes, |next, part| self.lay(*part, next, no)),
            Condition::Or(parts) => return parts.iter().rev().fold(no, |next, part| self.lay(*part, yes, next)),
            Condition::FactCompare(Place::Fixed { sheet: 1, slot }, comparison, constant) => Asks::Subject(*slot, *comparison, *constant),
            Condition::FactCompare(place, comparison, constant) => Asks::Fact(*place, *comparison, *constant),
            Condition::Compare(comparison, left, right) => match &program.expressions[right.0 as usize].0 {
                // Of texts and truth values.
                Expr::Constant(Possible::Truth(_) | Possible::Variants(_) | Possible::Texts(_) | Possible::List(_)) => Asks::Whether(id),
                _ => Asks::Numbers(*comparison, *left, *right),
            },
            _ => Asks::Whether(id),
        };
        self.laid.push((asks, yes, no));
        Target::Laid(self.laid.len() - 1)
    }

    /// Turns the questions round. One of the answers leads to the question behind, or to the end if there is none; where constants left in a condition have it
    /// otherwise, the condition has no walk.
    fn finish(self, questions: &mut Vec<Question>) -> Option<Walk> {
        let (first, count) = (questions.len(), self.laid.len());
        let end = match self.laid.first()?.1 {
            Target::End(end) => end,
            Target::Laid(_) => return None,
        };
        for (place, (asks, yes, no)) in self.laid.into_iter().enumerate().rev() {
            let behind = place.checked_sub(1).map_or(Target::End(end), Target::Laid);
            let other = match (yes == behind, no == behind) {
                (true, _) => no,
                (_, true) => yes,
                (false, false) => {
                    questions.truncate(first);
                    return None;
                }
            };
            let otherwise = match other {
                Target::End(end) => Next::End(end),
                Target::Laid(target) => Next::Skip((place - 1).checked_sub(target)? as u32),
            };
            questions.push(Question { asks, goes_on: yes == behind, otherwise });
        }
        Some(Walk { first: first as u32, count: count as u32, end })
    }
}
