//! Protocols in the record.

use serde::Serialize;

#[cfg(test)]
use super::words;
use super::{Fact, Position, Writer, applies_key, fault_key, truth_key};
use crate::explain::{ClueLine, LimitLine, ProtocolLine, ProvisionLine, ReviewLine, TriggerLine};
use crate::value::Truth;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Protocol<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    limits: Vec<Limit<'a>>,
    triggers: Vec<Trigger<'a>>,
    reviews: Vec<Review<'a>>,
}

/// What limits, triggers and reviews have in common.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Provision<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    #[cfg_attr(test, schemars(with = "words::Applies"))]
    applies: &'static str,
    reason: Option<&'a str>,
    ask: Option<&'a str>,
    remedy: Option<&'a str>,
    cite: Option<&'a str>,
    facts: Vec<Fact<'a>>,
    #[cfg_attr(test, schemars(with = "words::Fault"))]
    fault: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Limit<'a> {
    #[serde(flatten)]
    about: Provision<'a>,
    at_most: &'a str,
    exact: bool,
    hold_to: Option<&'a str>,
    without_assumptions: Option<&'a str>,
    narrowed_by: Vec<Clue<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Trigger<'a> {
    #[serde(flatten)]
    about: Provision<'a>,
    action: &'a str,
    #[cfg_attr(test, schemars(with = "words::Trigger"))]
    state: &'static str,
    #[cfg_attr(test, schemars(with = "Option<words::Trigger>"))]
    state_without_assumptions: Option<&'static str>,
    distance: Option<&'a str>,
    gaps: Vec<Gap<'a>>,
    decided_by: Vec<Clue<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Gap<'a> {
    of: &'a str,
    value: &'a str,
    comparison: &'static str,
    threshold: &'a str,
    gap: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "words::Truth"))]
    holds: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Clue<'a> {
    fact: &'a str,
    settles: bool,
    mean_gain: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Review<'a> {
    #[serde(flatten)]
    about: Provision<'a>,
    every: &'a str,
    due: &'a str,
    expiring: Vec<Expiry<'a>>,
    closest_to_firing: Vec<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Expiry<'a> {
    fact: &'a str,
    stops_counting_on: &'a str,
    before_due: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn protocol(self, protocol: &'a ProtocolLine) -> Protocol<'a> {
        Protocol {
            code: &protocol.code,
            title: &protocol.title,
            rule: self.position(&protocol.rule),
            limits: protocol.limits.iter().map(|limit| self.limit(limit)).collect(),
            triggers: protocol.triggers.iter().map(|trigger| self.trigger(trigger)).collect(),
            reviews: protocol.reviews.iter().map(|review| self.review(review)).collect(),
        }
    }

    fn provision(self, about: &'a ProvisionLine) -> Provision<'a> {
        Provision {
            code: &about.code,
            title: &about.title,
            rule: self.position(&about.rule),
            applies: applies_key(about.applies),
            reason: about.reason.as_deref(),
            ask: about.ask.as_deref(),
            remedy: about.remedy.as_deref(),
            cite: about.cite.as_deref(),
            facts: self.facts(&about.facts),
            fault: fault_key(about.fault),
        }
    }

    fn limit(self, limit: &'a LimitLine) -> Limit<'a> {
        Limit {
            about: self.provision(&limit.about),
            at_most: &limit.value,
            exact: limit.exact,
            hold_to: limit.cautious.as_deref(),
            without_assumptions: limit.without_assumptions.as_deref(),
            narrowed_by: clues(&limit.about.clues),
        }
    }

    fn trigger(self, trigger: &'a TriggerLine) -> Trigger<'a> {
        Trigger {
            about: self.provision(&trigger.about),
            action: &trigger.action,
            state: trigger_key(trigger.fires),
            state_without_assumptions: trigger.without_assumptions.map(trigger_key),
            distance: trigger.distance.as_deref(),
            gaps: trigger
                .gaps
                .iter()
                .map(|gap| Gap {
                    of: &gap.of,
                    value: &gap.value,
                    comparison: gap.comparison,
                    threshold: &gap.threshold,
                    gap: gap.gap.as_deref(),
                    holds: truth_key(gap.holds),
                })
                .collect(),
            decided_by: clues(&trigger.about.clues),
        }
    }

    fn review(self, review: &'a ReviewLine) -> Review<'a> {
        Review {
            about: self.provision(&review.about),
            every: &review.every,
            due: &review.due,
            expiring: review
                .expiring
                .iter()
                .map(|fact| Expiry { fact: &fact.fact.path, stops_counting_on: &fact.day, before_due: fact.before_due })
                .collect(),
            closest_to_firing: review.closest.iter().map(|near| near.code.as_str()).collect(),
        }
    }
}

fn clues(clues: &[ClueLine]) -> Vec<Clue<'_>> {
    clues.iter().map(|clue| Clue { fact: &clue.fact.path, settles: clue.settles, mean_gain: clue.gain.to_string() }).collect()
}

pub(super) fn trigger_key(fires: Truth) -> &'static str {
    match fires {
        Truth::True => "fires",
        Truth::Unknown => "unknown",
        Truth::False => "armed",
    }
}
