//! Protocols for a reader: how much to hold, what would make one act, and when to look again.

use std::cmp::Ordering;

use anstyle::Style;

use super::Page;
use crate::diagnostic::counted;
use crate::explain::{ClueLine, ExpiryLine, LimitLine, ProtocolLine, ProvisionLine, ReviewLine, TriggerLine};
use crate::report::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, STRONG};
use crate::value::Truth;
use crate::verdict::{Applies, FaultLevel};

use super::sentence;

/// How many facts are named that would tell more, or that stop counting on one day. The record has them all.
const NAMED: usize = 4;

/// How many days are named on which facts stop counting.
const DAYS: usize = 4;

/// The column of figures before triggers and reviews.
const COLUMN: usize = 10;

impl Page {
    pub(super) fn protocols(&mut self, protocols: &[ProtocolLine]) {
        for protocol in protocols {
            self.section(&protocol.title);
            let mut first = true;
            for limit in protocol.limits.iter().filter(|limit| counts(&limit.about)) {
                self.apart(&mut first);
                self.limit(limit);
            }
            let mut triggers: Vec<&TriggerLine> = protocol.triggers.iter().filter(|trigger| counts(&trigger.about)).collect();
            triggers.sort_by(|a, b| in_order(a, b));
            for trigger in triggers {
                self.apart(&mut first);
                self.trigger(trigger);
            }
            for review in protocol.reviews.iter().filter(|review| counts(&review.about)) {
                self.apart(&mut first);
                self.review(review);
            }
            let limits = protocol.limits.iter().map(|limit| &limit.about);
            let triggers = protocol.triggers.iter().map(|trigger| &trigger.about);
            let reviews = protocol.reviews.iter().map(|review| &review.about);
            let out: Vec<&ProvisionLine> = limits.chain(triggers).chain(reviews).filter(|about| !counts(about)).collect();
            if let Some((about, others)) = out.split_first() {
                self.apart(&mut first);
                let words = if others.is_empty() { "does not apply:" } else { "do not apply:" };
                let named = |flow: Flow, about: &ProvisionLine| flow.whole(FAINT, &format!("({})", about.code));
                let flow = named(Flow::new().add(FAINT, words).add(PLAIN, &about.title), about);
                let flow = others.iter().fold(flow, |flow, about| named(flow.dot(PLAIN, &about.title), about));
                self.flow("  ", &flow);
            }
        }
    }

    /// A blank line between two, none before the first.
    fn apart(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.line("");
        }
    }

    fn limit(&mut self, limit: &LimitLine) {
        let about = &limit.about;
        let style = if limit.exact && about.applies == Applies::Always { STRONG } else { Style::effects(OPEN, anstyle::Effects::BOLD) };
        let mut flow = amount(Flow::new().add(STRONG, &about.title).close(STRONG, ":"), limit, style);
        if about.applies == Applies::Maybe {
            flow = flow.dot(OPEN, "may not apply");
        }
        self.flow("  ", &flow);
        self.flow("    ", &cautious(limit));
        if let (None, Applies::Maybe, Some(facts)) = (&limit.cautious, about.applies, narrowing(about)) {
            self.flow("    ", &Flow::new().add(FAINT, "waits for").add(PLAIN, &facts));
        }
        if let Some(without) = &limit.without_assumptions {
            self.flow("    ", &Flow::new().add(PLAIN, "Without assumptions: at most").whole(STRONG, without).close(PLAIN, "."));
        }
        self.words("    ", about);
        self.rule("    ", about, true);
    }

    fn trigger(&mut self, trigger: &TriggerLine) {
        let about = &trigger.about;
        let (figure, style) = match trigger.fires {
            Truth::True => ("fires", BAD),
            Truth::Unknown => ("may fire", OPEN),
            Truth::False => ("armed", GOOD),
        };
        let mut flow = Flow::new().add(STRONG, &about.title).close(STRONG, ":").add(PLAIN, trigger.action.trim());
        if about.applies == Applies::Maybe {
            flow = flow.dot(OPEN, "may not apply");
        }
        self.listed(figure, COLUMN, style, &flow);
        let hang = " ".repeat(self.hang(COLUMN));
        if let Some(distance) = &trigger.distance {
            self.flow(&hang, &sentence(distance));
        }
        self.flow(&hang, &without_assumptions(trigger));
        if trigger.fires == Truth::Unknown
            && let Some(facts) = narrowing(about)
        {
            self.flow(&hang, &Flow::new().add(FAINT, "waits for").add(PLAIN, &facts));
        }
        match trigger.fires {
            Truth::True => self.words(&hang, about),
            Truth::Unknown => self.ask(&hang, about),
            Truth::False => {}
        }
        self.rule(&hang, about, trigger.fires == Truth::True);
    }

    fn review(&mut self, review: &ReviewLine) {
        let about = &review.about;
        let mut flow = Flow::new().add(STRONG, &about.title).close(STRONG, ":").add(PLAIN, &format!("every {}", review.every));
        if about.applies == Applies::Maybe {
            flow = flow.dot(OPEN, "may not apply");
        }
        self.listed(&review.due, COLUMN, STRONG, &flow);
        let hang = " ".repeat(self.hang(COLUMN));
        self.words(&hang, about);
        let in_time = review.expiring.iter().any(|fact| fact.before_due);
        if !review.expiring.is_empty() {
            let words = if in_time { "Stops counting before then:" } else { "Nothing stops counting before then; next:" };
            self.flow(&hang, &Flow::new().add(PLAIN, words));
            self.expiring(&format!("{hang}- "), &review.expiring);
        }
        if !review.closest.is_empty() {
            self.flow(&hang, &Flow::new().add(PLAIN, "Closest to firing:"));
            for near in &review.closest {
                self.flow(
                    &format!("{hang}- "),
                    &Flow::new().add(STRONG, &near.title).close(STRONG, ":").add(PLAIN, &near.gap).add(PLAIN, "to go"),
                );
            }
        }
        self.rule(&hang, about, true);
    }

    /// Facts by the day on which they stop counting, so many days and facts of each.
    fn expiring(&mut self, prefix: &str, facts: &[ExpiryLine]) {
        let days: Vec<&[ExpiryLine]> = facts.chunk_by(|one, other| one.day == other.day).collect();
        for day in days.iter().take(DAYS) {
            let named: Vec<&str> = day.iter().take(NAMED).map(|fact| fact.fact.path.as_str()).collect();
            let flow = Flow::new().whole(STRONG, &day[0].day).add(PLAIN, &and_others(&named, day.len()));
            self.flow(prefix, &flow);
        }
        let left: usize = days.iter().skip(DAYS).map(|day| day.len()).sum();
        if left > 0 {
            self.flow(prefix, &Flow::new().add(PLAIN, &format!("{} later", counted(left, "fact"))));
        }
    }

    /// What the rules say about a provision.
    fn words(&mut self, indent: &str, about: &ProvisionLine) {
        if let Some(reason) = &about.reason {
            self.flow(indent, &sentence(reason));
        }
        if about.applies == Applies::Maybe || !about.clues.is_empty() {
            self.ask(indent, about);
        }
        self.remedy(indent, about.remedy.as_deref(), None);
    }

    /// What would settle it.
    fn ask(&mut self, indent: &str, about: &ProvisionLine) {
        if let Some(ask) = &about.ask {
            self.flow(&format!("{indent}? "), &Flow::new().add(PLAIN, ask));
        }
    }

    /// Where a provision stands.
    fn rule(&mut self, indent: &str, about: &ProvisionLine, in_full: bool) {
        let mut flow = Flow::new().add(FAINT, &about.code).dot(FAINT, &about.rule.address);
        if let Some(cite) = about.cite.as_ref().filter(|_| in_full) {
            flow = flow.dot(FAINT, "after").add(FAINT, cite);
        }
        self.flow(indent, &flow);
    }
}

/// How much, after some words.
pub(in crate::report) fn amount(flow: Flow, limit: &LimitLine, style: Style) -> Flow {
    match limit.about.fault {
        FaultLevel::None if limit.value == "not known" => flow.add(style, &limit.value),
        FaultLevel::None => flow.add(PLAIN, "at most").whole(style, &limit.value),
        FaultLevel::Possible | FaultLevel::Certain => flow.add(BAD, &limit.value),
    }
}

/// What to hold to while a limit is open, and what would tell more.
pub(in crate::report) fn cautious(limit: &LimitLine) -> Flow {
    let Some(cautious) = &limit.cautious else {
        return Flow::new();
    };
    let flow = Flow::new().add(PLAIN, "Hold to").whole(STRONG, cautious).add(PLAIN, "until more is known");
    let Some(facts) = narrowing(&limit.about) else {
        return flow.close(PLAIN, ".");
    };
    let verb = match (limit.about.clues.first(), telling(&limit.about).len()) {
        (Some(ClueLine { settles: true, .. }), 1) => "settles it.",
        (_, 1) => "narrows it.",
        _ => "narrow it.",
    };
    flow.close(PLAIN, ":").add(PLAIN, &facts).add(PLAIN, verb)
}

/// What a trigger does without assumptions, where that is something else.
pub(in crate::report) fn without_assumptions(trigger: &TriggerLine) -> Flow {
    let words = match trigger.without_assumptions {
        None => return Flow::new(),
        Some(Truth::True) => "it fires",
        Some(Truth::Unknown) => "it may fire",
        Some(Truth::False) => "it is armed",
    };
    Flow::new().add(PLAIN, "Without assumptions").add(STRONG, words).close(PLAIN, ".")
}

/// Whether there is anything to say beyond that it does not apply.
pub(in crate::report) fn counts(about: &ProvisionLine) -> bool {
    about.applies != Applies::Never || about.fault != FaultLevel::None
}

/// Those that fire, those that may, those that are armed with the closest first.
pub(in crate::report) fn in_order(a: &TriggerLine, b: &TriggerLine) -> Ordering {
    let rank = |trigger: &TriggerLine| match trigger.fires {
        Truth::True => 0,
        Truth::Unknown => 1,
        Truth::False => 2,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (&a.nearness, &b.nearness) {
        (Some(one), Some(other)) => one.0.cmp(&other.0),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    })
}

/// The facts that would tell more: those whose answers were tried and told something, else those read that are not exactly known.
pub(in crate::report) fn narrowing(about: &ProvisionLine) -> Option<String> {
    let told: Vec<&str> = telling(about);
    let named = &told[..told.len().min(NAMED)];
    (!told.is_empty()).then(|| and_others(named, told.len()))
}

fn telling(about: &ProvisionLine) -> Vec<&str> {
    let clues: Vec<&str> = about.clues.iter().map(|clue: &ClueLine| clue.fact.path.as_str()).collect();
    if !clues.is_empty() {
        return clues;
    }
    about.facts.iter().filter(|fact| !fact.exact).map(|fact| fact.path.as_str()).collect()
}

/// `a, b and 3 others`, of so many in all.
fn and_others(named: &[&str], all: usize) -> String {
    match all - named.len() {
        0 => crate::diagnostic::listed(named, "and"),
        1 => format!("{} and 1 other", named.join(", ")),
        others => format!("{} and {others} others", named.join(", ")),
    }
}
