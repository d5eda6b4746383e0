//! What time and people change: rules that are not in force, waivers, and what is coming.

use super::super::text::{BAD, FAINT, Flow, OPEN, PLAIN, STRONG};
use super::super::{band_range, edges, percent_range, state_name, verdict_words};
use super::Page;
use crate::explain::{ChangeLine, Explanation, ProspectLine, ProspectVerdict, VerdictLine, WaiverLine, WaiverState};
use crate::value::{Force, Type, show_number};
use crate::verdict::{Applies, State};

/// What stands before what comes into force on a day, and before what goes.
pub(in crate::report) const COMES: &str = "in force from then:";
pub(in crate::report) const GOES: &str = "no longer in force:";

impl Page {
    /// What the verdict would be without waivers, where one bears on it.
    pub(super) fn without_waivers(&mut self, verdict: &VerdictLine) {
        self.flow("  ", &without_waivers(verdict));
    }

    pub(super) fn not_in_force(&mut self, explanation: &Explanation) {
        let items = explanation.items.iter().map(|item| (item.force, &item.title, &item.code));
        let gates = explanation.gates.iter().map(|gate| (gate.force, &gate.title, &gate.code));
        let mut lines = Vec::new();
        for (force, title, code) in items.chain(gates) {
            let Some(when) = when_in_force(force) else { continue };
            lines.push((when, Flow::new().add(PLAIN, title).whole(FAINT, &format!("({code})"))));
        }
        if lines.is_empty() {
            return;
        }
        self.section("What is not in force");
        for (when, flow) in &lines {
            self.listed(when, "until 2026-01-01".len(), FAINT, flow);
        }
    }

    pub(super) fn waivers(&mut self, waivers: &[WaiverLine]) {
        if waivers.is_empty() {
            return;
        }
        self.section("Waivers");
        for (place, waiver) in waivers.iter().enumerate() {
            if place > 0 {
                self.line("");
            }
            let figure = waiver_state(waiver);
            let style = match waiver.state {
                WaiverState::Used | WaiverState::Pending => OPEN,
                WaiverState::Unused | WaiverState::NotYet => FAINT,
                WaiverState::Expired => BAD,
            };
            self.listed(figure, 8, style, &Flow::new().add(STRONG, &waiver.title).dot(PLAIN, meaning(waiver)));
            let hang = " ".repeat(self.hang(8));
            self.flow(&hang, &super::sentence(&waiver.reason));
            let term = format!("from {} until {}", waiver.granted, waiver.expires);
            self.flow(&hang, &Flow::new().add(PLAIN, "approved by").add(PLAIN, &waiver.approver).dot_whole(PLAIN, &term));
            self.flow(&hang, &Flow::new().add(FAINT, &waiver.code).dot(FAINT, &waiver.place.address));
        }
    }

    pub(super) fn outlook(&mut self, explanation: &Explanation) {
        if explanation.outlook.is_empty() {
            return;
        }
        self.section("What is coming, on the evidence of today");
        for (place, prospect) in explanation.outlook.iter().enumerate() {
            if place > 0 {
                self.line("");
            }
            self.prospect(prospect, explanation);
        }
        if explanation.outlook_left_out > 0 {
            let further = crate::diagnostic::counted(explanation.outlook_left_out, "later day");
            self.line("");
            self.flow("  ", &Flow::new().add(FAINT, &format!("{further} on which rules or waivers change: not looked at.")));
        }
    }

    fn prospect(&mut self, prospect: &ProspectLine, explanation: &Explanation) {
        let column = prospect.day.len();
        if prospect.verdicts.is_empty() {
            self.listed(&prospect.day, column, STRONG, &Flow::new().add(FAINT, "no verdict"));
        }
        for (place, (coming, now)) in prospect.verdicts.iter().zip(&explanation.verdicts).enumerate() {
            let flow = coming_words(coming, now);
            self.listed(if place == 0 { &prospect.day } else { "" }, column, STRONG, &flow);
        }
        let hang = " ".repeat(self.hang(column));
        for (words, changes) in [(COMES, &prospect.comes), (GOES, &prospect.goes)] {
            if !changes.is_empty() {
                let flow = changes_words(words, changes);
                self.flow(&hang, &flow);
            }
        }
        if !prospect.faults.is_empty() {
            self.flow(&hang, &Flow::new().add(BAD, "rules that fail then:").add(PLAIN, &prospect.faults.join(", ")));
        }
    }
}

/// What the verdict would be without waivers, where one bears on it.
pub(in crate::report) fn without_waivers(verdict: &VerdictLine) -> Flow {
    let Some((state, range)) = &verdict.without_waivers else {
        return Flow::new();
    };
    let flow = Flow::new().add(PLAIN, "Without waivers:").add(STRONG, state_name(*state));
    let flow = if *state == State::NotApplicable { flow } else { flow.close(STRONG, ",").add(STRONG, &band_range(&verdict.bands, *range)) };
    flow.close(PLAIN, ".")
}

/// From or until which day something is in force that is not today.
pub(in crate::report) fn when_in_force(force: Force) -> Option<String> {
    match force {
        Force::Now => None,
        Force::NotYet(day) => Some(format!("from {}", show_number(day, Type::Date))),
        Force::NoLonger(day) => Some(format!("until {}", show_number(day, Type::Date))),
    }
}

/// A verdict to come, beside that of today.
pub(in crate::report) fn coming_words(coming: &ProspectVerdict, now: &VerdictLine) -> Flow {
    let style = match coming.state {
        State::Faulted => BAD,
        State::Open => OPEN,
        State::Decided | State::NotApplicable => STRONG,
    };
    let mut flow = Flow::new().add(PLAIN, &coming.title).dot(style, state_name(coming.state));
    if coming.waived {
        flow = flow.close(style, ", waived");
    }
    if let Some(words) = verdict_words(&now.bands, coming.state, coming.range, coming.applies) {
        flow = flow.close(style, ":").add(style, &words);
    }
    if let Some(score) = coming.score.as_ref().filter(|_| coming.applies != Applies::Never) {
        flow = flow.dot(PLAIN, &percent_range(score, &edges(&now.bands)));
    }
    let unchanged = coming.state == now.state && coming.range == now.range && coming.applies == now.applies && coming.score == now.score;
    if unchanged {
        flow = flow.dot(FAINT, "as today");
    }
    flow
}

/// What comes into force or goes, after some words.
pub(in crate::report) fn changes_words(words: &str, changes: &[ChangeLine]) -> Flow {
    changes.iter().enumerate().fold(Flow::new().add(FAINT, words), |flow, (place, change)| {
        let words = named(change);
        let flow = if place == 0 { flow.add(PLAIN, &words) } else { flow.dot(PLAIN, &words) };
        flow.whole(FAINT, &format!("({})", change.code))
    })
}

fn named(change: &ChangeLine) -> String {
    if change.waiver { format!("the waiver of {}", change.title) } else { change.title.clone() }
}

/// What a waiver does here, in a word.
pub(in crate::report) fn waiver_state(waiver: &WaiverLine) -> &'static str {
    match waiver.state {
        WaiverState::Used if waiver.lifts_gate => "lifted",
        WaiverState::Used => "accepted",
        WaiverState::Pending => "pending",
        WaiverState::Unused => "unused",
        WaiverState::NotYet => "coming",
        WaiverState::Expired => "expired",
    }
}

/// What a waiver does here.
pub(in crate::report) fn meaning(waiver: &WaiverLine) -> &'static str {
    match (waiver.state, waiver.lifts_gate) {
        (WaiverState::Used, true) => "the gate fires, and its cap is lifted",
        (WaiverState::Used, false) => "points are lost, and that is accepted",
        (WaiverState::Pending, true) => "whether the gate fires is not known; its cap is lifted",
        (WaiverState::Pending, false) => "whether points are lost is not known; if so, that is accepted",
        (WaiverState::Unused, true) => "the gate does not fire, so there is nothing to lift",
        (WaiverState::Unused, false) => "no points are lost, so there is nothing to accept",
        (WaiverState::NotYet, _) => "not in force yet",
        (WaiverState::Expired, _) => "no longer in force, and without effect",
    }
}
