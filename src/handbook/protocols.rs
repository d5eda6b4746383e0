//! Protocols: limits, triggers and reviews.

use super::names::{is_titled, rule_anchor};
use super::prose::{Block, Prose};
use super::writer::{Writer, choices, clause, remarks};
use super::{Entry, Section};
use crate::trials::Owner;

impl Writer<'_> {
    /// A protocol, and all that it holds.
    pub fn protocol(&self, index: usize) -> Section {
        let protocol = &self.tongue.policy.protocols[index];
        let mut blocks = remarks(&protocol.head.doc);
        let address = self.tongue.sources.address(protocol.head.name_span);
        blocks.push(Block::Paragraph(
            Prose::of("Protocol ")
                .code(&protocol.head.code)
                .words(", in ")
                .code(address)
                .words(". It says how to hold what was judged, and moves no score and no verdict."),
        ));
        let limits = protocol.limits.iter().map(|id| self.limit(id.index()));
        let triggers = protocol.triggers.iter().map(|id| self.trigger(id.index()));
        let reviews = protocol.reviews.iter().map(|id| self.review(id.index()));
        let entries = limits.chain(triggers).chain(reviews).collect();
        let title = if is_titled(&protocol.head) {
            format!("Protocol: {}", protocol.head.title)
        } else {
            format!("Protocol {}", protocol.head.title)
        };
        Section { anchor: rule_anchor(&protocol.head), title, blocks, entries }
    }

    fn limit(&self, index: usize) -> Entry {
        let limit = &self.tongue.policy.limits[index];
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&limit.head.doc);
        blocks.extend(self.applies(speaker, limit.applies.as_ref()));
        let rows = choices(&limit.value);
        if rows.len() < 2 {
            blocks.push(Block::Paragraph(Prose::of("The most to have is ").and(speaker.value(&limit.value)).words(".")));
        } else {
            let mut points = Vec::new();
            for (condition, value) in rows {
                let value = speaker.value(value);
                points.push(match condition {
                    Some(condition) => value.words(" if ").and(speaker.condition(condition)),
                    None => value.words(" otherwise"),
                });
            }
            blocks.push(Block::Points(Prose::of("The most to have is the first of these that fits:"), points));
        }
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &limit.head, Some(&limit.words), Some(Owner::Limit(index as u32))));
        self.entry("limit", &limit.head, blocks)
    }

    fn trigger(&self, index: usize) -> Entry {
        let trigger = &self.tongue.policy.triggers[index];
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&trigger.head.doc);
        blocks.extend(self.applies(speaker, trigger.applies.as_ref()));
        blocks.push(clause(speaker, "It fires when ", &trigger.when));
        if let Some(action) = &trigger.action {
            blocks.push(Block::Paragraph(Prose::of("What to do then: ").and(speaker.template(action)).words(".")));
        }
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &trigger.head, Some(&trigger.words), Some(Owner::Trigger(index as u32))));
        self.entry("trigger", &trigger.head, blocks)
    }

    fn review(&self, index: usize) -> Entry {
        let review = &self.tongue.policy.reviews[index];
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&review.head.doc);
        blocks.extend(self.applies(speaker, review.applies.as_ref()));
        if let Some(every) = &review.every {
            blocks.push(Block::Paragraph(Prose::of(format!("The judgement is to be made again within {every}."))));
        }
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &review.head, Some(&review.words), None));
        self.entry("review", &review.head, blocks)
    }
}
