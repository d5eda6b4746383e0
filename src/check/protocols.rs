//! Protocols: limits, triggers and reviews; and that nothing which is scored reads them.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{Limit, LimitId, Protocol, Review, ReviewId, Trigger, TriggerId};
use crate::source::Span;
use crate::syntax::ast::{self, Provision};
use crate::value::Type;

use super::schema::Shape;
use super::{Checker, Expected, Kind, broken};

impl<'a> Checker<'a> {
    /// Gives everything in a protocol its place. Names are unique within the rulebook, so the protocol's is no part of a reason code.
    pub(super) fn declare_protocol(&mut self, protocol: &'a ast::Protocol) {
        self.define(&protocol.head.name, Kind::Protocol(protocol));
        for provision in &protocol.provisions {
            let kind = match provision {
                Provision::Limit(limit) => {
                    self.limit_types.push(None);
                    Kind::Limit(LimitId(self.limit_types.len() as u32 - 1), limit)
                }
                Provision::Trigger(trigger) => {
                    self.trigger_count += 1;
                    Kind::Trigger(TriggerId(self.trigger_count - 1), trigger)
                }
                Provision::Review(review) => Kind::Review(review),
            };
            self.define(&provision.head().name, kind);
        }
    }

    /// Finds the types of limits: what reads one needs to know before the limit itself is looked at.
    pub(super) fn lay_out_limits(&mut self) {
        for definition in 0..self.definitions.len() {
            let Kind::Limit(id, limit) = self.definitions[definition].kind else { continue };
            self.book = self.definitions[definition].book;
            let name = &limit.head.name.text;
            self.limit_types[id.index()] = match self.shape(&limit.ty, name) {
                Shape::Value(ty, _) if ty.is_ordered() && limit.ty.bounds.is_empty() => Some(ty),
                Shape::Value(ty, _) if ty.is_ordered() => {
                    let span = limit.ty.bounds.first().map_or(limit.ty.span, |bound| bound.span);
                    self.report(
                        Diagnostic::new(&codes::NOT_IN_THIS_VERSION, span, "bounds on a `limit` are not part of this version")
                            .help("write `clamp(…, least, most)` behind the `=`"),
                    );
                    None
                }
                Shape::Broken => None,
                Shape::Value(..) | Shape::List(_) | Shape::Group(_) => {
                    let message = format!("`{name}` is a limit and holds an amount, which this type is not");
                    self.report(
                        Diagnostic::new(&codes::WRONG_TYPE, limit.ty.span, message)
                            .help("a limit is a percent, money, a number, a duration, a date or a size"),
                    );
                    None
                }
            };
        }
    }

    /// Checks a protocol with all that stands in it.
    pub(super) fn protocol(&mut self, protocol: &'a ast::Protocol) {
        let head = self.head(self.book, &protocol.head);
        if protocol.provisions.is_empty() {
            let name = &protocol.head.name;
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, name.span, format!("nothing stands in the protocol `{}`", name.text))
                    .help("write a `limit`, a `trigger` or a `review` into it"),
            );
        }
        let mut checked = Protocol { head, limits: Vec::new(), triggers: Vec::new(), reviews: Vec::new() };
        for provision in &protocol.provisions {
            match provision {
                Provision::Limit(limit) => {
                    checked.limits.push(LimitId(self.policy.limits.len() as u32));
                    let limit = self.limit(limit);
                    self.policy.limits.push(limit);
                }
                Provision::Trigger(trigger) => {
                    checked.triggers.push(TriggerId(self.policy.triggers.len() as u32));
                    let trigger = self.trigger(trigger);
                    self.policy.triggers.push(trigger);
                }
                Provision::Review(review) => {
                    checked.reviews.push(ReviewId(self.policy.reviews.len() as u32));
                    let review = self.review(review);
                    self.policy.reviews.push(review);
                }
            }
        }
        self.policy.protocols.push(checked);
    }

    fn limit(&mut self, limit: &'a ast::Limit) -> Limit {
        let head = self.head(self.book, &limit.head);
        let id = self.policy.limits.len();
        let value = match self.limit_types[id] {
            Some(ty) => self.typed(&limit.value, ty, &format!("for the limit `{}`", limit.head.name.text)),
            None => {
                self.expression(&limit.value, Expected::Broken);
                broken(limit.value.span)
            }
        };
        // The declared type is what it is shown and compared in: a count in a limit of numbers is a number.
        let value = crate::policy::Expr { ty: self.limit_types[id].unwrap_or(Type::Bool), ..value };
        let applies = self.applies(&limit.clauses);
        let words = self.words(&limit.clauses);
        Limit { head, applies, value, words }
    }

    fn trigger(&mut self, trigger: &'a ast::Trigger) -> Trigger {
        let head = self.head(self.book, &trigger.head);
        let name = &trigger.head.name;
        let when = match &trigger.when {
            Some(when) => self.condition(when, "after `when`"),
            None => self.missing_clause(name, "trigger", "when", "say when it fires: `when …`"),
        };
        let action = match &trigger.action {
            Some(_) => self.label(trigger.action.as_ref()),
            None => {
                self.missing_clause(name, "trigger", "do", "say what is to be done then: `do \"…\"`");
                None
            }
        };
        let applies = self.applies(&trigger.clauses);
        let words = self.words(&trigger.clauses);
        Trigger { head, applies, when, action, words }
    }

    fn review(&mut self, review: &'a ast::Review) -> Review {
        let head = self.head(self.book, &review.head);
        let every = review.every.and_then(|(quantity, span)| self.period(quantity, span, "after `every`", "every"));
        let applies = self.applies(&review.clauses);
        let words = self.words(&review.clauses);
        Review { head, applies, every, words }
    }

    /// Reports what is scored and reads a protocol, through `let`s and tables too: how to hold something follows from the judgement, never the other way round.
    /// `needs` are the needs of each definition.
    pub(super) fn report_scored_protocols(&mut self, needs: &[Vec<(usize, Span)>]) {
        let mut findings = Vec::new();
        for (definition, own) in needs.iter().enumerate() {
            let kind = self.definitions[definition].kind;
            if !matches!(kind, Kind::Card(..) | Kind::Gate(..) | Kind::Verdict(..)) {
                continue;
            }
            for (needed, span) in own {
                let Some(provision) = self.protocol_behind(*needed, needs) else { continue };
                let (reader, read) = (&self.definitions[definition], &self.definitions[provision]);
                let the = |kind: Kind<'_>| kind.noun().replacen("a ", "the ", 1);
                let (reader, reads) = (format!("{} `{}`", the(reader.kind), reader.name.text), the(read.kind));
                let message = format!("{reader} reads {reads} `{}`, which may not move a score or a band", read.name.text);
                findings.push(
                    Diagnostic::new(&codes::SCORED_PROTOCOL, *span, message)
                        .related(read.name.span, "declared here, in a protocol")
                        .help("read the facts that it rests on, or say it in a protocol"),
                );
                break;
            }
        }
        self.findings.extend(findings);
    }

    /// The limit or trigger that a definition is, or reaches through `let`s and tables.
    fn protocol_behind(&self, definition: usize, needs: &[Vec<(usize, Span)>]) -> Option<usize> {
        let mut seen = vec![false; needs.len()];
        let mut pending = vec![definition];
        while let Some(at) = pending.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match self.definitions[at].kind {
                Kind::Limit(..) | Kind::Trigger(..) => return Some(at),
                Kind::Let(..) | Kind::Table(..) => pending.extend(needs[at].iter().rev().map(|(needed, _)| *needed)),
                _ => {}
            }
        }
        None
    }
}
