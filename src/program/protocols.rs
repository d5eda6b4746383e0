//! Limits, triggers and reviews, lowered.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self as typed, ExprKind, Protocol};
use crate::value::Period;

/// The most of something to have.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Code, title, documentation.
    pub head: Head,
    /// When it holds at all.
    pub applies: Option<ConditionId>,
    /// How much.
    pub value: ExprId,
    /// Its type, which is ordered.
    pub ty: Type,
    /// What is said about it.
    pub words: Words,
    /// The facts that it reads.
    pub reads: Vec<Place>,
}

/// What to do when something comes about.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts at all.
    pub applies: Option<ConditionId>,
    /// When it fires.
    pub when: ConditionId,
    /// The same, taken apart for whoever asks how far it is from firing.
    pub gauge: Gauge,
    /// What to do then.
    pub action: Template,
    /// What is said about it.
    pub words: Words,
    /// The facts that it reads.
    pub reads: Vec<Place>,
}

/// When to judge again.
#[derive(Clone, Debug)]
pub struct Review {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts at all.
    pub applies: Option<ConditionId>,
    /// How long it may be put off.
    pub every: Period,
    /// The day until which that is, counted from the day of the judgement.
    pub due: Number,
    /// What is said about it.
    pub words: Words,
    /// The facts that it reads.
    pub reads: Vec<Place>,
}

/// A condition taken apart at `and` and `or`, through `let`s, down to comparisons of ordered values: those have a distance. It is read for explanations
/// only; whether the condition holds is never decided by it.
#[derive(Clone, Debug)]
pub enum Gauge {
    /// All have to hold.
    All(Vec<Gauge>),
    /// Any has to.
    Any(Vec<Gauge>),
    /// A value against a threshold.
    Compare {
        /// The value.
        value: ExprId,
        /// How it has to stand to the threshold.
        comparison: Comparison,
        /// The threshold.
        threshold: ExprId,
        /// The type of both.
        ty: Type,
    },
    /// A value between two thresholds, both included.
    Between {
        /// The value.
        value: ExprId,
        /// The least.
        low: ExprId,
        /// The most.
        high: ExprId,
        /// The type of all three.
        ty: Type,
    },
    /// It holds or not, and nothing says how far it is from the other; with the answer that is wanted.
    Plain(ConditionId, bool),
}

impl Gauge {
    fn has_distance(&self) -> bool {
        match self {
            Gauge::All(parts) | Gauge::Any(parts) => parts.iter().any(Gauge::has_distance),
            Gauge::Compare { .. } | Gauge::Between { .. } => true,
            Gauge::Plain(..) => false,
        }
    }
}

/// How many parts a gauge has at the most. What is beyond is taken as one condition: a condition with more parts has no distance that anybody could read.
const MOST_PARTS: usize = 24;

impl Lowerer<'_> {
    pub(super) fn lower_protocols(&mut self) {
        for limit in &self.policy.limits {
            let (applies, value) = self.guarded(limit.applies.as_ref(), |lowerer| lowerer.expression(&limit.value));
            let words = self.words(&limit.words);
            self.program.limits.push(Limit { head: limit.head.clone(), applies, value, ty: limit.value.ty, words, reads: Vec::new() });
        }
        for trigger in &self.policy.triggers {
            let (applies, (when, gauge)) = self.guarded(trigger.applies.as_ref(), |lowerer| {
                let when = lowerer.condition(&trigger.when);
                (when, lowerer.gauge_of(&trigger.when, when))
            });
            let words = self.words(&trigger.words);
            let Some(action) = &trigger.action else {
                self.not_understood(trigger.head.name_span);
                continue;
            };
            let action = self.template(action);
            self.program.triggers.push(Trigger { head: trigger.head.clone(), applies, when, gauge, action, words, reads: Vec::new() });
        }
        for review in &self.policy.reviews {
            let (applies, ()) = self.guarded(review.applies.as_ref(), |_| ());
            let words = self.words(&review.words);
            let Some(every) = review.every else {
                self.not_understood(review.head.name_span);
                continue;
            };
            let Ok(due) = every.last_day(self.program.today) else {
                let message = format!("`{}` lies beyond the calendar: {every} from the day of the judgement", review.head.code);
                self.report(Diagnostic::new(&codes::CONSTANT_FAULT, review.head.name_span, message).help("write a shorter time"));
                continue;
            };
            self.program.reviews.push(Review { head: review.head.clone(), applies, every, due, words, reads: Vec::new() });
        }
        self.program.protocols = self.policy.protocols.iter().map(Protocol::clone).collect();
    }

    /// Lowers a condition of application and what it guards. What is never evaluated can't fault.
    fn guarded<T>(&mut self, applies: Option<&typed::Expr>, body: impl FnOnce(&mut Self) -> T) -> (Option<ConditionId>, T) {
        let applies = applies.map(|condition| self.condition(condition));
        let never = applies.is_some_and(|applies| matches!(self.condition_node(applies), Condition::Constant(false)));
        let findings_before = self.diagnostics.len();
        let body = body(self);
        if never {
            self.absorb_faults(findings_before);
        }
        (applies, body)
    }

    /// A trigger's condition taken apart. What the whole absorbs, such as a division that another part rules out, is no fault of the parts.
    fn gauge_of(&mut self, expr: &typed::Expr, when: ConditionId) -> Gauge {
        let findings_before = self.diagnostics.len();
        let gauge = self.gauge(expr, true, &mut MOST_PARTS.clone());
        if self.diagnostics.len() == findings_before {
            return gauge;
        }
        self.diagnostics.truncate(findings_before);
        Gauge::Plain(when, true)
    }

    /// Takes a condition apart; `wanted` is the answer that makes the trigger fire, `left` how many parts it may still have.
    fn gauge(&mut self, expr: &typed::Expr, wanted: bool, left: &mut usize) -> Gauge {
        let policy = self.policy;
        match &expr.kind {
            ExprKind::Not(inner) => self.gauge(inner, !wanted, left),
            ExprKind::And(parts) | ExprKind::Or(parts) if parts.len() <= *left => {
                *left -= parts.len();
                let all = matches!(expr.kind, ExprKind::And(_)) == wanted;
                let parts = parts.iter().map(|part| self.gauge(part, wanted, left)).collect();
                if all { Gauge::All(parts) } else { Gauge::Any(parts) }
            }
            // A named condition is known by its name, unless there are distances in it.
            ExprKind::Let(id) if *left > 0 => {
                *left -= 1;
                let named = self.gauge(&policy.lets[id.index()].value, wanted, left);
                if named.has_distance() { named } else { Gauge::Plain(self.condition(expr), wanted) }
            }
            ExprKind::Compare(comparison, one, other) if one.ty.is_ordered() => self.comparison_gauge(*comparison, one, other, wanted),
            ExprKind::Between(value, low, high) if value.ty.is_ordered() => {
                if wanted {
                    let ty = value.ty;
                    let (value, low, high) = (self.expression(value), self.expression(low), self.expression(high));
                    return Gauge::Between { value, low, high, ty };
                }
                let below = self.comparison_gauge(Comparison::Less, value, low, true);
                let above = self.comparison_gauge(Comparison::Greater, value, high, true);
                Gauge::Any(vec![below, above])
            }
            _ => Gauge::Plain(self.condition(expr), wanted),
        }
    }

    fn comparison_gauge(&mut self, comparison: Comparison, one: &typed::Expr, other: &typed::Expr, wanted: bool) -> Gauge {
        let comparison = if wanted { comparison } else { comparison.negated() };
        let (value, threshold) = (self.expression(one), self.expression(other));
        // What can change stands first; today can, too.
        let fixed = |lowerer: &Self, id: ExprId| lowerer.constant_of(id).is_some();
        let turned = fixed(self, value) && !fixed(self, threshold) && !matches!(one.kind, ExprKind::Today);
        let (value, comparison, threshold) = if turned { (threshold, comparison.flipped(), value) } else { (value, comparison, threshold) };
        Gauge::Compare { value, comparison, threshold, ty: one.ty }
    }
}
