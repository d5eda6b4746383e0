//! Conditions: which of their parts made them hold or fail.

use super::{Node, NodeKind, Tone, Tracer};
use crate::eval::Look;
use crate::program::{Condition, ConditionId, Place, Step};
use crate::source::Span;
use crate::value::{Possible, Truth, Type, show_number};
use crate::verdict::{Fault, FaultKind, FaultLevel, Site};

/// How many failed tests of one fact stand on their own before they are told together.
const MOST_ALIKE: usize = 2;

impl Tracer<'_> {
    /// A condition, with the parts that matter. `whole` keeps what is certain beside what is open: where splitting makes something of an open condition, all
    /// of it may have mattered.
    pub(super) fn condition(&mut self, look: &mut Look<'_>, id: ConditionId, whole: bool) -> Node {
        let (truth, fault) = look.truth(id);
        let span = self.program.conditions[id.0 as usize].1;
        let mut node = Node::new(NodeKind::Written, self.text(span)).at(self.cite(span)).judged(truth, fault);
        let filled = self.deeper(|tracer| tracer.fill_condition(look, id, whole, (truth, fault), &mut node));
        if filled.is_none() {
            node.folded = true;
        }
        self.tell_fault(&mut node, fault, Site::Condition(id));
        node
    }

    fn fill_condition(&mut self, look: &mut Look<'_>, id: ConditionId, whole: bool, came_to: (Truth, Fault), node: &mut Node) {
        let program = self.program;
        let (condition, span) = &program.conditions[id.0 as usize];
        match condition {
            Condition::Constant(_) => {
                node.parts = self.constants(*span);
                if node.parts.is_empty() {
                    node.remark("whatever the facts say");
                } else {
                    node.remark("by parameters alone, whatever the facts say");
                }
            }
            Condition::FactCompare(place, comparison, constant) => {
                let ty = self.type_of_place(*place, *span);
                let shown = self.shown_fact(look, *place, ty, &[*constant]);
                node.put_in = Some(format!("{shown} {} {}", comparison.symbol(), show_number(*constant, ty)));
                node.parts = self.with_constants(*span, self.facts_of(look, *place));
            }
            Condition::FactAmong(place, _) | Condition::FactTrue(place) => {
                let ty = self.type_of_place(*place, *span);
                node.put_in = Some(self.shown_fact(look, *place, ty, &[]));
                node.parts = self.with_constants(*span, self.facts_of(look, *place));
            }
            Condition::Known(place) => {
                let fact = self.fact(look, *place);
                node.put_in = Some(if came_to.0 == Truth::True { "it is on file" } else { "it is not known" }.into());
                node.parts = vec![fact];
            }
            Condition::Value(value) => {
                let value = self.value(look, *value, whole);
                node.parts = if value.text == node.text { value.parts } else { vec![value] };
            }
            Condition::Compare(comparison, left, right) => {
                let ty = self.written.compared(*span).unwrap_or_else(|| self.type_of(*left));
                let sides = [*left, *right].map(|side| self.shown_side(look, side, [*left, *right], ty));
                node.put_in = Some(format!("{} {} {}", sides[0], comparison.symbol(), sides[1]));
                node.parts = self.operands(look, &[*left, *right], whole);
            }
            Condition::Between(value, low, high) => {
                let ty = self.written.compared(*span).unwrap_or_else(|| self.type_of(*value));
                let sides = [*value, *low, *high].map(|side| self.shown_side(look, side, [*low, *high], ty));
                node.put_in = Some(format!("{} in {} to {}", sides[0], sides[1], sides[2]));
                node.parts = self.operands(look, &[*value, *low, *high], whole);
            }
            Condition::Among(value, _) => {
                let (found, fault) = look.value(*value);
                let ty = self.written.compared(*span).unwrap_or_else(|| self.type_of(*value));
                node.put_in = Some(self.show(&found, fault, ty));
                node.parts = self.operands(look, &[*value], whole);
            }
            Condition::OneOf(value, options) => {
                let (found, fault) = look.value(*value);
                let ty = self.written.compared(*span).unwrap_or_else(|| self.type_of(*value));
                node.put_in = Some(self.show(&found, fault, ty));
                let all: Vec<_> = std::iter::once(*value).chain(options.iter().copied()).collect();
                node.parts = self.operands(look, &all, whole);
            }
            Condition::InList(value, list) => {
                let (found, fault) = look.value(*value);
                node.put_in = Some(self.show(&found, fault, self.type_of(*value)));
                node.parts = self.operands(look, &[*value], whole);
                node.parts.extend(self.whole_list(look, *list));
            }
            Condition::Empty(list) => node.parts = self.list(look, *list),
            Condition::Check(item) => node.parts = vec![self.step(look, Step::Item(*item))],
            Condition::Gate(gate) => node.parts = vec![self.step(look, Step::Gate(*gate))],
            Condition::Trigger(trigger) => node.parts = vec![self.step(look, Step::Trigger(*trigger))],
            Condition::Not(inner) => {
                let inner = self.condition(look, *inner, whole);
                let plain = inner.parts.iter().all(|part| part.kind == NodeKind::Fact) && inner.remarks.is_empty() && !inner.folded;
                if plain {
                    (node.put_in, node.parts) = (inner.put_in, inner.parts);
                } else {
                    node.parts = vec![inner];
                }
            }
            Condition::And(parts) => self.joined(look, parts, true, whole, came_to, node, *span),
            Condition::Or(parts) => self.joined(look, parts, false, whole, came_to, node, *span),
            Condition::Quantified { quantifier, list, filter, satisfies, binder } => {
                self.quantified(look, *quantifier, (*list, *binder), *filter, *satisfies, whole, came_to, node);
            }
        }
    }

    /// `and` (`all`) or `or`: the parts that decided it.
    #[expect(clippy::too_many_arguments, reason = "a condition and what it came to, taken apart by its caller")]
    fn joined(
        &mut self,
        look: &mut Look<'_>,
        parts: &[ConditionId],
        all: bool,
        whole: bool,
        (truth, fault): (Truth, Fault),
        node: &mut Node,
        span: Span,
    ) {
        let deciding = if all { Truth::False } else { Truth::True };
        // What was written as one reading, such as `x in 1..5`, may have become several comparisons; to its reader it is one.
        let written = |part: &ConditionId| self.program.conditions[part.0 as usize].1;
        let readings: Vec<Vec<ConditionId>> =
            parts.chunk_by(|one, other| written(one) == written(other)).map(<[ConditionId]>::to_vec).collect();
        if readings.len() == 1 && readings.iter().flatten().all(|part| written(part) == span) {
            let kept = parts.iter().map(|part| self.condition(look, *part, whole)).collect();
            (node.put_in, node.parts) = as_one(kept);
            return;
        }
        let matters = |came_to: Truth, own_fault: Fault| {
            if fault.level == FaultLevel::Certain {
                true
            } else if truth == deciding {
                came_to == deciding && own_fault.is_none()
            } else {
                truth == deciding.not() || whole || came_to == Truth::Unknown
            }
        };
        let mut left_out: Vec<(Truth, FaultLevel)> = Vec::new();
        let mut kept = Vec::new();
        for reading in readings {
            let outcomes: Vec<(Truth, Fault)> = reading.iter().map(|part| look.truth(*part)).collect();
            let (came_to, own_fault) = outcomes.iter().fold((deciding.not(), Fault::NONE), |(truth, fault), part| {
                (if all { truth.and(part.0) } else { truth.or(part.0) }, fault.join(part.1))
            });
            let telling = reading.iter().zip(&outcomes).filter(|(_, outcome)| matters(outcome.0, outcome.1));
            let mut told: Vec<Node> = telling.map(|(part, _)| self.condition(look, *part, whole)).collect();
            match told.len() {
                // A script that waits for a fact is no fault.
                0 if own_fault.kind == FaultKind::ScriptNotRun => left_out.push((came_to, FaultLevel::None)),
                0 => left_out.push((came_to, own_fault.level)),
                1 => kept.append(&mut told),
                _ => {
                    let span = written(&reading[0]);
                    let mut one = Node::new(NodeKind::Written, self.text(span)).at(self.cite(span)).judged(came_to, own_fault);
                    (one.put_in, one.parts) = as_one(told);
                    kept.push(one);
                }
            }
        }
        node.parts = together(kept);
        if let Some(words) = left_out_words(&left_out) {
            node.remark(words);
        }
    }

    /// The type of the fact at a place; `span` is a comparison that reads it.
    pub(super) fn type_of_place(&self, place: Place, span: Span) -> Type {
        let field = self.program.field_at(place).and_then(|field| self.written.field(field));
        field.or_else(|| self.written.compared(span)).or_else(|| self.written.ty(span)).unwrap_or(Type::Text)
    }

    fn shown_fact(&self, look: &Look<'_>, place: Place, ty: Type, edges: &[crate::value::Number]) -> String {
        let seen = look.fact(place);
        super::values::shown_beside(&seen.value, ty, &self.program.schema, edges)
    }

    /// A side of a comparison, never rounded onto the other.
    fn shown_side(&mut self, look: &mut Look<'_>, side: crate::program::ExprId, all: [crate::program::ExprId; 2], ty: Type) -> String {
        let edges: Vec<_> = all
            .into_iter()
            .filter_map(|id| match look.value(id).0 {
                Possible::Range(range) => range.exact(),
                _ => None,
            })
            .collect();
        let (value, fault) = look.value(side);
        if fault.is_none() { super::values::shown_beside(&value, ty, &self.program.schema, &edges) } else { self.show(&value, fault, ty) }
    }

    fn with_constants(&mut self, span: Span, mut parts: Vec<Node>) -> Vec<Node> {
        parts.extend(self.constants(span));
        parts
    }
}

/// Comparisons that were written as one reading: the value looked at, and what they rest on, each fact once.
fn as_one(comparisons: Vec<Node>) -> (Option<String>, Vec<Node>) {
    let value = comparisons.iter().find_map(|part| part.parts.iter().find(|fact| fact.fact.is_some()).map(|fact| fact.outcome.clone()));
    let mut seen = std::collections::BTreeSet::new();
    let parts = comparisons.into_iter().flat_map(|part| part.parts);
    (value, parts.filter(|part| part.fact.as_ref().is_none_or(|fact| seen.insert(fact.address))).collect())
}

/// Several failed tests of the same facts, one after the other, told together: the chains of `if`s that give each variant its number.
pub(super) fn together(parts: Vec<Node>) -> Vec<Node> {
    let addresses = |node: &Node| -> Vec<_> { node.parts.iter().filter_map(|part| Some(part.fact.as_ref()?.address)).collect() };
    let is_test = |node: &Node| {
        node.kind == NodeKind::Written
            && node.tone == Tone::Fails
            && node.remarks.is_empty()
            && !node.parts.is_empty()
            && node.parts.iter().all(|part| part.fact.is_some())
    };
    let mut told: Vec<Node> = Vec::new();
    let mut rest = parts.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut alike = vec![first];
        while is_test(&alike[0])
            && let Some(next) = rest.next_if(|next| is_test(next) && addresses(next) == addresses(&alike[0]))
        {
            alike.push(next);
        }
        if alike.len() <= MOST_ALIKE {
            told.extend(alike);
            continue;
        }
        let texts: Vec<String> = alike.iter().map(|node| format!("`{}`", node.text)).collect();
        let mut node = Node::words(format!("none of these holds: {}", texts.join(", "))).came_to("", Tone::Fails);
        node.parts = alike.swap_remove(0).parts;
        told.push(node);
    }
    told
}

/// "2 further conditions hold, 1 is open"
pub(super) fn left_out_words(left_out: &[(Truth, FaultLevel)]) -> Option<String> {
    let count = |wanted: fn(&(Truth, FaultLevel)) -> bool| left_out.iter().filter(|part| wanted(part)).count();
    let groups = [
        (count(|part| part.1 == FaultLevel::None && part.0 == Truth::True), "holds", "hold"),
        (count(|part| part.1 == FaultLevel::None && part.0 == Truth::False), "fails", "fail"),
        (count(|part| part.1 == FaultLevel::None && part.0 == Truth::Unknown), "is open", "are open"),
        (
            count(|part| part.1 == FaultLevel::Possible),
            "may not be computable, which does not matter here",
            "may not be computable, which does not matter here",
        ),
        (
            count(|part| part.1 == FaultLevel::Certain),
            "can't be computed, which does not matter here",
            "can't be computed, which does not matter here",
        ),
    ];
    let mut words: Vec<String> = Vec::new();
    for (count, one, many) in groups.into_iter().filter(|(count, ..)| *count > 0) {
        let what = match (words.is_empty(), count) {
            (true, 1) => " further condition",
            (true, _) => " further conditions",
            (false, _) => "",
        };
        words.push(format!("{count}{what} {}", if count == 1 { one } else { many }));
    }
    (!words.is_empty()).then(|| words.join(", "))
}
