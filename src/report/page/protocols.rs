//! Limits, triggers and reviews as lines that open.

use super::entry::{Entry, truth_standing};
use super::evidence::Fact;
use super::project::Section;
use super::rules::Rules;
use super::sentences;
use crate::explain::{ExpiryLine, LimitLine, ProtocolLine, ProvisionLine, ReviewLine, TriggerLine};
use crate::report::human::protocols::{amount, cautious, counts, in_order, narrowing, without_assumptions};
use crate::report::human::sentence;
use crate::report::text::{Flow, PLAIN};
use crate::value::Truth;
use crate::verdict::{Applies, FaultLevel};

/// A protocol: limits, triggers with those that fire first, reviews, and what does not apply.
pub(super) fn protocol<'a>(protocol: &'a ProtocolLine, file: &str, rules: &Rules<'a>) -> Section<'a> {
    let mut triggers: Vec<&TriggerLine> = protocol.triggers.iter().collect();
    triggers.sort_by(|a, b| in_order(a, b));
    let limits = protocol.limits.iter().map(|line| (&line.about, limit(line)));
    let triggers = triggers.into_iter().map(|line| (&line.about, trigger(line)));
    let reviews = protocol.reviews.iter().map(|line| (&line.about, review(line)));
    let (within, out): (Vec<_>, Vec<_>) = limits.chain(triggers).chain(reviews).partition(|(about, _)| counts(about));
    let entries = within.into_iter().chain(out).map(|(about, entry)| completed(entry, about, file, rules)).collect();
    Section::of(&protocol.title, true, entries)
}

/// What every provision says of itself.
fn completed<'a>(entry: Entry<'a>, about: &'a ProvisionLine, file: &str, rules: &Rules<'a>) -> Entry<'a> {
    let common = Entry {
        title: (&about.title).into(),
        facts: Fact::all(&about.facts, file),
        cite: about.cite.as_deref(),
        code: &about.code,
        rule: Some(rules.rule(&about.code, &about.rule)),
        ..Entry::default()
    };
    if !counts(about) {
        return Entry { standing: "out", figure: "–".into(), remarks: vec!["does not apply".into()], ..common };
    }
    let mut remarks = entry.remarks;
    if about.applies == Applies::Maybe {
        remarks.push("may not apply".into());
    }
    if about.fault != FaultLevel::None {
        remarks.push("a rule fails here".into());
    }
    let reason = about.reason.as_deref().map(|reason| sentence(reason).plain());
    Entry {
        standing: entry.standing,
        figure: entry.figure,
        remarks,
        lead: entry.lead,
        says: entry.says.into_iter().chain(reason).filter(|text| !text.is_empty()).collect(),
        ask: about.ask.as_deref().filter(|_| about.applies == Applies::Maybe || !about.clues.is_empty()),
        remedy: about.remedy.as_deref().filter(|_| entry.standing != "earned"),
        ..common
    }
}

fn waits(about: &ProvisionLine, where_open: bool) -> Option<String> {
    narrowing(about).filter(|_| where_open).map(|facts| format!("Waits for {facts}."))
}

fn limit<'a>(limit: &'a LimitLine) -> Entry<'a> {
    let settled = limit.exact && limit.about.applies == Applies::Always;
    let without = limit.without_assumptions.as_ref().map(|without| format!("Without assumptions: at most {without}."));
    let waits = waits(&limit.about, limit.cautious.is_none() && limit.about.applies == Applies::Maybe);
    Entry {
        standing: if settled { "out" } else { "open" },
        figure: amount(Flow::new(), limit, PLAIN).plain(),
        lead: cautious(limit).plain(),
        says: waits.into_iter().chain(without).collect(),
        ..Entry::default()
    }
}

fn trigger<'a>(trigger: &'a TriggerLine) -> Entry<'a> {
    let figure = match trigger.fires {
        Truth::True => "fires",
        Truth::Unknown => "may fire",
        Truth::False => "armed",
    };
    let waits = waits(&trigger.about, trigger.fires == Truth::Unknown);
    let distance = trigger.distance.as_deref().map_or_else(String::new, |distance| sentence(distance).plain());
    Entry {
        standing: truth_standing(trigger.fires),
        figure: figure.to_string(),
        remarks: vec![trigger.action.trim().to_string()],
        lead: distance,
        says: sentences([without_assumptions(trigger)]).into_iter().chain(waits).collect(),
        ..Entry::default()
    }
}

fn review<'a>(review: &'a ReviewLine) -> Entry<'a> {
    let in_time = review.expiring.iter().any(|fact| fact.before_due);
    let mut says = Vec::new();
    if !review.expiring.is_empty() {
        let words = if in_time { "Stops counting before then" } else { "Nothing stops counting before then; next" };
        says.push(format!("{words}: {}.", expiring(&review.expiring)));
    }
    let near: Vec<String> = review.closest.iter().map(|near| format!("{} ({} to go)", near.title, near.gap)).collect();
    says.extend((!near.is_empty()).then(|| format!("Closest to firing: {}.", near.join(", "))));
    Entry { standing: "out", figure: review.due.clone(), remarks: vec![format!("every {}", review.every)], says, ..Entry::default() }
}

/// `2026-12-01 audits, team.size; 2027-01-04 market.volume`
fn expiring(facts: &[ExpiryLine]) -> String {
    let days = facts.chunk_by(|one, other| one.day == other.day);
    let days: Vec<String> = days
        .map(|day| {
            let paths: Vec<&str> = day.iter().map(|fact| fact.fact.path.as_str()).collect();
            format!("{} {}", day[0].day, paths.join(", "))
        })
        .collect();
    days.join("; ")
}
