//! Limits, triggers and reviews: expressions and conditions like all others, which nothing that is scored reads.

use super::conditions::All;
use super::{Judged, Run};
use crate::policy::{LimitId, ReviewId, TriggerId};
use crate::program::ConditionId;
use crate::value::{Interval, Number, Truth};
use crate::verdict::{Applies, Fault, LimitOutcome, ReviewOutcome, TriggerOutcome};

/// Stands for a limit until its step has come, and for one that does not hold at all.
pub(super) const NOT_YET_A_LIMIT: LimitOutcome =
    LimitOutcome { applies: Applies::Never, value: Interval::point(Number::ZERO), fault: Fault::NONE };
/// Likewise.
pub(super) const NOT_YET_A_TRIGGER: TriggerOutcome = TriggerOutcome { applies: Applies::Never, fires: Truth::False, fault: Fault::NONE };
/// Likewise.
pub(super) const NOT_YET_A_REVIEW: ReviewOutcome = ReviewOutcome { applies: Applies::Never, fault: Fault::NONE };

impl Run<'_> {
    pub(super) fn limit(&mut self, id: LimitId) -> LimitOutcome {
        let limit = &self.program.limits[id.index()];
        let Some(condition) = limit.applies else {
            let value = self.weigh(limit.value);
            return LimitOutcome { applies: Applies::Always, value: value.range, fault: value.fault };
        };
        let applies = self.judge(condition);
        match applies.truth {
            Truth::False => NOT_YET_A_LIMIT,
            Truth::True => {
                let value = self.weigh(limit.value);
                LimitOutcome { applies: Applies::Always, value: value.range, fault: value.fault }
            }
            Truth::Unknown => {
                let before = self.enter();
                let value = self.narrow(condition, true).then(|| self.weigh(limit.value));
                self.leave(before);
                match value {
                    None if applies.fault.is_none() => NOT_YET_A_LIMIT,
                    None => LimitOutcome { applies: Applies::Maybe, value: super::ANYTHING, fault: applies.fault },
                    Some(value) => {
                        let fault = applies.fault.join(value.fault.at_most_possible());
                        LimitOutcome { applies: Applies::Maybe, value: value.range, fault }
                    }
                }
            }
        }
    }

    pub(super) fn trigger(&mut self, id: TriggerId) -> TriggerOutcome {
        let trigger = &self.program.triggers[id.index()];
        let (applies, judged) = self.guarded(trigger.applies, trigger.when);
        TriggerOutcome { applies, fires: judged.truth, fault: judged.fault }
    }

    pub(super) fn review(&mut self, id: ReviewId) -> ReviewOutcome {
        let applies = self.program.reviews[id.index()].applies.map_or(Judged::sure(Truth::True), |condition| self.judge(condition));
        ReviewOutcome { applies: Applies::from_truth(applies.truth), fault: applies.fault }
    }

    /// Whether something applies, and whether its condition holds besides.
    pub(super) fn guarded(&mut self, applies: Option<ConditionId>, when: ConditionId) -> (Applies, Judged) {
        let Some(condition) = applies else { return (Applies::Always, self.judge(when)) };
        let applies = self.judge(condition);
        let mut both = All::new();
        both.take(applies);
        match applies.truth {
            Truth::False => {}
            Truth::True => both.take(self.judge(when)),
            Truth::Unknown => {
                let before = self.enter();
                let possible = self.narrow(condition, true);
                let when = if possible { self.judge(when) } else { Judged::sure(Truth::False) };
                self.leave(before);
                both.take(Judged { truth: when.truth, fault: when.fault.at_most_possible() });
            }
        }
        (Applies::from_truth(applies.truth), both.result())
    }
}
