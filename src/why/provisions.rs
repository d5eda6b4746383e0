//! Limits, triggers and reviews.

use super::steps::{fires_words, narrowed};
use super::{Node, Opened, Tone, Tracer};
use crate::eval::Look;
use crate::explain::{ClueLine, LimitLine, ProvisionLine, ReviewLine, TriggerLine};
use crate::policy::{LimitId, ReviewId, TriggerId};
use crate::program::Step;
use crate::value::{Truth, show_range};
use crate::verdict::{Applies, FaultLevel};

impl Tracer<'_> {
    pub(super) fn limit(&mut self, look: &mut Look<'_>, id: LimitId, whole: bool) -> Node {
        let limit = &self.program.limits[id.index()];
        let outcome = &self.judgement.evaluation.limits[id.index()];
        let Some(line) = self.limit_line(id) else { return self.headed("limit", &limit.head) };
        let (words, cautious, about) = (line.value.clone(), line.cautious.clone(), line.about.clone());
        let words = if outcome.applies == Applies::Maybe { format!("{words}, if it applies") } else { words };
        let exact = outcome.applies == Applies::Never || line.exact && outcome.applies == Applies::Always;
        let tone = match (outcome.fault.level, exact) {
            (FaultLevel::Certain, _) => Tone::Faulted,
            (_, true) => Tone::Plain,
            (_, false) => Tone::Open,
        };
        let mut node = self.headed("limit", &limit.head).came_to(words.clone(), tone);
        if !self.open(Opened::Step(Step::Limit(id)), &words) {
            node.again = true;
            return node;
        }
        if let Some(cautious) = cautious {
            node.remark(format!("whoever holds no more than {cautious}, the cautious end, is on the safe side"));
        }
        clues(&about.clues, &mut node);
        let own = look.limit(id);
        let sharper = (own.applies, own.value) != (outcome.applies, outcome.value);
        if sharper {
            node.remark(narrowed(&show_range(&own.value, limit.ty)));
        }
        let counts = self.applies(look, limit.applies, whole || sharper, &mut node);
        if counts == Some(Truth::False) {
            return node;
        }
        let guard = (counts == Some(Truth::Unknown)).then(|| look.guard());
        if let Some(condition) = limit.applies.filter(|_| guard.is_some()) {
            look.narrow(condition, true);
        }
        let parts = self.operands(look, &[limit.value], whole || sharper);
        node.parts.extend(parts);
        if let Some(guard) = guard {
            look.unguard(guard);
        }
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    pub(super) fn trigger(&mut self, look: &mut Look<'_>, id: TriggerId, whole: bool) -> Node {
        let trigger = &self.program.triggers[id.index()];
        let outcome = &self.judgement.evaluation.triggers[id.index()];
        let Some(line) = self.trigger_line(id) else { return self.headed("trigger", &trigger.head) };
        let (action, distance, about) = (line.action.clone(), line.distance.clone(), line.about.clone());
        let (words, tone) = match (outcome.applies, outcome.fires, outcome.fault.level) {
            (Applies::Never, _, FaultLevel::None) => ("does not apply", Tone::Fails),
            (_, Truth::False, FaultLevel::None) => ("does not fire", Tone::Plain),
            _ => fires_words(outcome.fires, outcome.fault),
        };
        let mut node = self.headed("trigger", &trigger.head).came_to(words, tone);
        if !self.open(Opened::Step(Step::Trigger(id)), words) {
            node.again = true;
            return node;
        }
        match outcome.fires {
            Truth::True => node.remark(format!("what to do now: {action}")),
            _ => node.remark(format!("what to do when it fires: {action}")),
        }
        if let Some(distance) = distance {
            node.remark(format!("what is missing: {distance}"));
        }
        clues(&about.clues, &mut node);
        let own = look.trigger(id);
        let sharper = own.fires != outcome.fires;
        if sharper {
            node.remark(narrowed(fires_words(own.fires, own.fault).0));
        }
        self.guarded(look, trigger.applies, trigger.when, whole || sharper, &mut node);
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    pub(super) fn review(&mut self, look: &mut Look<'_>, id: ReviewId) -> Node {
        let review = &self.program.reviews[id.index()];
        let outcome = &self.judgement.evaluation.reviews[id.index()];
        let Some(line) = self.review_line(id) else { return self.headed("review", &review.head) };
        let (every, due) = (line.every.clone(), line.due.clone());
        let (words, tone) = match outcome.applies {
            Applies::Always => (format!("due on {due}"), Tone::Plain),
            Applies::Maybe => (format!("due on {due}, if it applies"), Tone::Open),
            Applies::Never => ("does not apply".to_string(), Tone::Fails),
        };
        let mut node = self.headed("review", &review.head).came_to(words, tone);
        node.remark(format!("every {every}, counted from the day of the judgement"));
        let own = look.review(id);
        self.applies(look, review.applies, own.applies != outcome.applies, &mut node);
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    fn limit_line(&self, id: LimitId) -> Option<&LimitLine> {
        let code = &self.program.limits[id.index()].head.code;
        let mut lines = self.explanation.protocols.iter().flat_map(|protocol| &protocol.limits);
        lines.find(|line| has_code(&line.about, code))
    }

    fn trigger_line(&self, id: TriggerId) -> Option<&TriggerLine> {
        let code = &self.program.triggers[id.index()].head.code;
        let mut lines = self.explanation.protocols.iter().flat_map(|protocol| &protocol.triggers);
        lines.find(|line| has_code(&line.about, code))
    }

    fn review_line(&self, id: ReviewId) -> Option<&ReviewLine> {
        let code = &self.program.reviews[id.index()].head.code;
        let mut lines = self.explanation.protocols.iter().flat_map(|protocol| &protocol.reviews);
        lines.find(|line| has_code(&line.about, code))
    }
}

fn has_code(about: &ProvisionLine, code: &str) -> bool {
    about.code == code
}

/// What would tell more.
fn clues(clues: &[ClueLine], node: &mut Node) {
    for clue in clues.iter().take(3) {
        let words = if clue.settles { "would settle it" } else { "would tell more" };
        node.remark(format!("`{}` {words}", clue.fact.path));
    }
}
