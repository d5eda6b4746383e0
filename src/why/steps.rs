//! Items and gates: whether they count, and what made them come out as they did.

use super::{Node, NodeKind, Opened, Tone, Tracer};
use crate::eval::Look;
use crate::explain::Citation;
use crate::policy::{GateId, Head, ItemId};
use crate::program::{Body, ConditionId, Step};
use crate::value::{Force, Fraction, Number, Term, Truth, Type, show_fraction_points, show_number};
use crate::verdict::{Applies, Bounds, Fault, FaultKind, FaultLevel, ItemOutcome};

impl Tracer<'_> {
    /// Something with an outcome of its own that another rule reads; opened once.
    pub(super) fn step(&mut self, look: &mut Look<'_>, step: Step) -> Node {
        let elsewhere = look.step_out();
        let opened = self.deeper(|tracer| match step {
            Step::Item(id) => tracer.item(look, id, true),
            Step::Gate(id) => tracer.gate(look, id, true),
            Step::Scorecard(id) => tracer.scorecard(look, id, false),
            Step::Verdict(id) => tracer.verdict(look, id, None, true),
            Step::Limit(id) => tracer.limit(look, id, true),
            Step::Trigger(id) => tracer.trigger(look, id, true),
            Step::Review(id) => tracer.review(look, id),
        });
        look.step_back(elsewhere);
        opened.unwrap_or_else(|| {
            let mut node = Node::words("what it rests on lies deeper than this tree goes");
            node.folded = true;
            node
        })
    }

    /// A node with code, title and place.
    pub(super) fn headed(&self, noun: &str, head: &Head) -> Node {
        // Where a rule gives no title, its name stands for one.
        let untitled = head.title.is_empty() || head.code.rsplit('.').next() == Some(head.title.as_str());
        let title = if untitled { String::new() } else { format!(" \"{}\"", head.title) };
        Node::new(NodeKind::Rule, format!("{noun} {}{title}", head.code)).at(self.cite(head.name_span))
    }

    /// Names something without opening it.
    pub(super) fn fold(&self, mut node: Node) -> Node {
        node.folded = true;
        node
    }

    /// An item; `whole` keeps what is certain beside what is open, for whoever makes something of both.
    pub(super) fn item(&mut self, look: &mut Look<'_>, id: ItemId, whole: bool) -> Node {
        let program = self.program;
        let item = &program.items[id.index()];
        let outcome = &self.judgement.evaluation.items[id.index()];
        let noun = super::noun(program, super::Target::Item(id));
        let (words, tone) = item_words(outcome, &item.worth, matches!(item.body, Body::Check(_)));
        let mut node = self.headed(noun, &item.head).came_to(words.clone(), tone);
        if !self.open(Opened::Step(Step::Item(id)), &words) {
            node.again = true;
            return node;
        }
        if self.out_of_force(item.term, &mut node) {
            return node;
        }
        let line = &self.explanation.items[id.index()];
        if let Some(waiver) = line.waiver.map(|waiver| &self.explanation.waivers[waiver]) {
            let WaiverWords { text, place } = waiver_words(waiver);
            node.remark(format!("{text}: the result is accepted, the points stay as they are ({place})"));
        }
        let own = look.item(id);
        let sharper = (own.applies, own.passes, &own.points) != (outcome.applies, outcome.passes, &outcome.points);
        if sharper {
            let (bare, _) = item_words(&own, &item.worth, matches!(item.body, Body::Check(_)));
            node.remark(narrowed(&bare));
        }
        let whole = whole || sharper;
        let counts = self.applies(look, item.applies, whole, &mut node);
        if counts == Some(Truth::False) {
            return node;
        }
        let guard = (counts == Some(Truth::Unknown)).then(|| look.guard());
        if let Some(condition) = item.applies.filter(|_| guard.is_some()) {
            look.narrow(condition, true);
        }
        match &item.body {
            Body::Check(condition) => node.parts.push(self.condition(look, *condition, whole)),
            Body::Grade(operand, rows) => self.grade(look, id, *operand, rows, whole, &mut node),
            Body::GradeWhen(rows) => self.grade_when(look, id, rows, whole, &mut node),
            Body::Ramp(operand, knots) => self.ramp(look, *operand, knots, whole, &mut node),
            Body::Measure(value) => {
                let (range, _) = look.value(*value);
                if let crate::value::Possible::Range(range) = range {
                    let worth = show_fraction_points(&item.worth);
                    if Fraction::from_number(range.low.max(Number::ZERO)) > item.worth {
                        node.remark(format!("held at {worth}, the most it is worth"));
                    } else if range.high < Number::ZERO {
                        node.remark("held at 0, the least there is");
                    }
                }
                let parts = self.operands(look, &[*value], whole);
                node.parts.extend(parts);
            }
            Body::Include(child) => {
                let share = self.scorecard(look, *child, false);
                node.parts.push(share);
            }
        }
        if let Some(guard) = guard {
            look.unguard(guard);
        }
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    /// Says of a thing that it faults, and where.
    pub(super) fn tell_step_fault(&self, node: &mut Node, fault: Fault) {
        let Citation { span, .. } = node.rule.clone().unwrap_or_else(|| self.cite(self.program.verdicts[0].head.span));
        let span = crate::explain::site(self.program, fault, span);
        let words = format!("{} ({})", crate::explain::fault_words(&self.text(span), self.judgement, fault), self.sources.address(span));
        // A part that the tree shows says so itself; and a script that waits for a fact is no fault anybody could mend.
        if fault.kind != FaultKind::ScriptNotRun && !node.parts.iter().any(|part| part.says(&words)) {
            node.remark(words);
        }
    }

    /// Whether something is not in force on the day, and says so.
    fn out_of_force(&self, term: Term, node: &mut Node) -> bool {
        match term.on(self.program.calendar) {
            Force::Now => return false,
            Force::NotYet(day) => node.remark(format!("not in force before {}", show_number(day, Type::Date))),
            Force::NoLonger(day) => node.remark(format!("no longer in force from {} on", show_number(day, Type::Date))),
        }
        true
    }

    /// `applies when`, told and asked. None: it always applies.
    pub(super) fn applies(&mut self, look: &mut Look<'_>, condition: Option<ConditionId>, whole: bool, node: &mut Node) -> Option<Truth> {
        let condition = condition?;
        let (truth, _) = look.truth(condition);
        let told = self.condition(look, condition, whole || truth == Truth::Unknown);
        let words = match truth {
            Truth::True => "it applies",
            Truth::False => "it does not apply",
            Truth::Unknown => "it may not apply",
        };
        node.parts.push(Node::words(words).over(vec![told]));
        Some(truth)
    }

    pub(super) fn gate(&mut self, look: &mut Look<'_>, id: GateId, whole: bool) -> Node {
        let program = self.program;
        let gate = &program.gates[id.index()];
        let outcome = &self.judgement.evaluation.gates[id.index()];
        let (words, tone) = fires_words(outcome.fires, outcome.fault);
        let mut node = self.headed("gate", &gate.head).came_to(words, tone);
        if !self.open(Opened::Step(Step::Gate(id)), words) {
            node.again = true;
            return node;
        }
        if self.out_of_force(gate.term, &mut node) {
            return node;
        }
        let line = &self.explanation.gates[id.index()];
        let caps = match (outcome.fires, line.binds) {
            (Truth::True, _) if line.waiver.is_some() => {
                format!("without the waiver it would hold {} at {} or below", line.caps.0, line.caps.1)
            }
            (fires, _) if line.waiver.is_some() => {
                let if_it = if fires == Truth::False { "fired" } else { "fires" };
                format!("without the waiver {} would be at most {} if it {if_it}", line.caps.0, line.caps.1)
            }
            (Truth::True, true) => format!("it holds {} at {} or below", line.caps.0, line.caps.1),
            (Truth::True, false) => format!("it holds {} at {} or below, which changes nothing here", line.caps.0, line.caps.1),
            (Truth::Unknown, _) => format!("if it fires, {} is at most {}", line.caps.0, line.caps.1),
            (Truth::False, _) => format!("if it fired, {} would be at most {}", line.caps.0, line.caps.1),
        };
        node.remark(caps);
        if let Some(waiver) = line.waiver.map(|waiver| &self.explanation.waivers[waiver]) {
            let WaiverWords { text, place } = waiver_words(waiver);
            node.remark(format!("{text}: the cap is lifted ({place})"));
        }
        let own = look.gate(id);
        let sharper = own.fires != outcome.fires;
        if sharper {
            node.remark(narrowed(fires_words(own.fires, own.fault).0));
        }
        self.guarded(look, gate.applies, gate.when, whole || sharper, &mut node);
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    /// `applies when` and `when`, as gates and triggers have them.
    pub(super) fn guarded(&mut self, look: &mut Look<'_>, applies: Option<ConditionId>, when: ConditionId, whole: bool, node: &mut Node) {
        let counts = applies.map(|condition| look.truth(condition).0);
        if counts == Some(Truth::Unknown) {
            let condition = applies.unwrap_or(when);
            let guard = look.guard();
            let possible = look.narrow(condition, true);
            let told = possible.then(|| self.condition(look, when, whole));
            look.unguard(guard);
            self.applies(look, applies, true, node);
            node.parts.extend(told);
            return;
        }
        self.applies(look, applies, whole, node);
        if counts != Some(Truth::False) {
            let told = self.condition(look, when, whole);
            node.parts.push(told);
        }
    }
}

/// What an item came to, in a few words.
pub(super) fn item_words(outcome: &ItemOutcome, worth: &Fraction, check: bool) -> (String, Tone) {
    if outcome.fault.level == FaultLevel::Certain {
        return ("can't be computed".into(), Tone::Faulted);
    }
    let points = format!("{} of {} points", points(&outcome.points), show_fraction_points(worth));
    let (words, tone) = match (outcome.applies, check, outcome.passes) {
        (Applies::Never, ..) => return ("does not apply".into(), Tone::Fails),
        (_, true, Truth::True) => (format!("passes, {points}"), Tone::Holds),
        (_, true, Truth::False) => (format!("fails, {points}"), Tone::Fails),
        (_, true, Truth::Unknown) => (format!("open, {points}"), Tone::Open),
        (_, false, _) if !outcome.points.is_exact() => (points, Tone::Open),
        (_, false, _) if outcome.points.low == *worth => (points, Tone::Holds),
        (_, false, _) => (points, Tone::Fails),
    };
    match (outcome.applies, outcome.fault.level) {
        (_, FaultLevel::Possible) if outcome.fault.kind == FaultKind::ScriptNotRun => (words, Tone::Open),
        (_, FaultLevel::Possible) => (format!("{words}; may not be computable"), Tone::Faulted),
        (Applies::Maybe, _) => (format!("{words}, if it applies"), Tone::Open),
        _ => (words, tone),
    }
}

/// `3`, `3 to 8`
pub(super) fn points(bounds: &Bounds) -> String {
    let (low, high) = (show_fraction_points(&bounds.low), show_fraction_points(&bounds.high));
    match (low == high, bounds.is_exact()) {
        (true, true) => low,
        (true, false) => format!("about {low}"),
        (false, _) => format!("{low} to {high}"),
    }
}

pub(super) fn fires_words(fires: Truth, fault: Fault) -> (&'static str, Tone) {
    match (fires, fault.level) {
        (_, FaultLevel::Possible) if fault.kind == FaultKind::ScriptNotRun => ("may fire", Tone::Open),
        (_, FaultLevel::Certain) => ("can't be computed", Tone::Faulted),
        (_, FaultLevel::Possible) => ("may not be computable", Tone::Faulted),
        (Truth::True, _) => ("fires", Tone::Fails),
        (Truth::False, _) => ("does not fire", Tone::Holds),
        (Truth::Unknown, _) => ("may fire", Tone::Open),
    }
}

/// How an outcome says that it is narrower than its own parts leave it.
pub(super) fn narrowed(bare: &str) -> String {
    format!(
        "part by part this comes to: {bare}. What is said above is narrower, because a fact that several parts read can't be two things at once; judging goes \
         through what it may be, case by case"
    )
}

struct WaiverWords {
    text: String,
    place: String,
}

fn waiver_words(waiver: &crate::explain::WaiverLine) -> WaiverWords {
    let text = format!("waived by {} from {} on, ending with {} (\"{}\")", waiver.approver, waiver.granted, waiver.expires, waiver.reason);
    WaiverWords { text, place: waiver.place.address.clone() }
}
