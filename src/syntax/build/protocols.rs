//! What stands in protocols.

use super::super::ast::{Head, Limit, Provision, Review, Trigger};
use super::super::grammar::{Node, Rule};
use super::{BlockKind, Builder, Opening, Parts};
use crate::source::Span;

impl Builder<'_> {
    /// A limit, trigger or review.
    pub(super) fn provision(&mut self, node: Node<'_>) -> Option<Provision> {
        let span = self.span(&node);
        let doc = self.documentation(self.base + node.as_span().start());
        let rule = node.as_rule();
        let mut opening = Opening::default();
        let mut parts = Parts::default();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::limit_head | Rule::trigger_head | Rule::review_head => opening = self.opening(part),
                Rule::open_block | Rule::close_block => {}
                _ => self.entry(provision_kind(rule), part, &mut parts),
            }
        }
        self.assembled_provision(rule, opening, doc, span, parts)
    }

    /// One from its parts. What is missing for a mistake elsewhere is `Broken`.
    pub(in super::super) fn assembled_provision(
        &mut self,
        rule: Rule,
        opening: Opening,
        doc: String,
        span: Span,
        parts: Parts,
    ) -> Option<Provision> {
        let head = Head { name: opening.name?, title: opening.title, doc, span };
        let clauses = parts.clauses;
        Some(match rule {
            Rule::limit => Provision::Limit(Limit {
                head,
                ty: opening.ty.unwrap_or_else(|| self.broken_type(span)),
                value: opening.on.unwrap_or_else(|| self.broken(span)),
                clauses,
            }),
            Rule::trigger => Provision::Trigger(Trigger { head, when: parts.when, action: parts.action, clauses }),
            Rule::review => Provision::Review(Review { head, every: opening.every, clauses }),
            _ => return None,
        })
    }
}

/// What kind of block a limit, trigger or review has.
pub(in super::super) fn provision_kind(rule: Rule) -> BlockKind {
    match rule {
        Rule::limit => BlockKind::Limit,
        Rule::trigger => BlockKind::Trigger,
        _ => BlockKind::Review,
    }
}
