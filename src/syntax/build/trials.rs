//! Tests of the rules and their steps.

use super::super::ast::{Expectation, Given, Item, Outcome, Stated, StatedFact, StatedKind, Trial};
use super::super::grammar::{Node, Rule};
use super::{Builder, Opening, Parts};
use crate::source::Span;
use crate::value::Quantity;

/// The steps of a test, as they were found.
#[derive(Default)]
pub(in super::super) struct Steps {
    given: Vec<Given>,
    with: Vec<StatedFact>,
    today: Vec<(Quantity, Span)>,
    profiles: Vec<super::Path>,
    waivers: Vec<super::Text>,
    expects: Vec<(Expectation, Span)>,
    /// Whether one could not be read.
    pub(in super::super) broken: bool,
}

impl Builder<'_> {
    /// A test from its parts.
    pub(in super::super) fn assembled_trial(&mut self, opening: Opening, doc: String, span: Span, parts: Parts) -> Option<Item> {
        let Steps { given, with, today, profiles, waivers, expects, broken } = parts.steps;
        Some(Item::Trial(Trial { title: opening.title?, doc, given, with, today, profiles, waivers, expects, broken, span }))
    }

    /// One step.
    pub(in super::super) fn step(&mut self, node: Node<'_>, steps: &mut Steps) {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut context = None;
        for part in node.into_inner() {
            match (rule, part.as_rule()) {
                (Rule::given, Rule::name) => context = Some(self.name(&part)),
                (Rule::given, Rule::text) => {
                    let path = self.plain_text(&part);
                    steps.given.push(Given { context: context.take(), path });
                }
                (Rule::with, Rule::stated_fact) => {
                    let stated = self.stated_fact(part);
                    steps.with.extend(stated);
                }
                (Rule::on_day, Rule::numeral) => match self.quantity(&part) {
                    Some(day) => steps.today.push((day, span)),
                    None => steps.broken = true,
                },
                (Rule::with_profile, Rule::path) => {
                    let path = self.path(part);
                    steps.profiles.push(path);
                }
                (Rule::with_waivers, Rule::text) => {
                    let path = self.plain_text(&part);
                    steps.waivers.push(path);
                }
                (Rule::expect, Rule::gate_expected | Rule::outcome_expected | Rule::expression) => {
                    let span = self.span(&part);
                    let expectation = self.expectation(part);
                    steps.expects.push((expectation, span));
                }
                _ => {}
            }
        }
    }

    /// A fact with what is stated of it: a step's own, or one of an entry.
    fn stated_fact(&mut self, node: Node<'_>) -> Option<StatedFact> {
        let (mut path, mut stated) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::path => path = Some(self.path(part)),
                Rule::stated => stated = Some(self.stated(part)),
                _ => {}
            }
        }
        Some(StatedFact { path: path?, stated: stated? })
    }

    fn stated(&mut self, node: Node<'_>) -> Stated {
        let span = self.span(&node);
        let mut values = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::stated_list => {
                    let entries = super::all_of(part, Rule::stated).into_iter().map(|entry| self.stated(entry)).collect();
                    return Stated { kind: StatedKind::List(entries), span };
                }
                Rule::stated_record => {
                    let facts = super::all_of(part, Rule::stated_field).into_iter().filter_map(|fact| self.stated_fact(fact)).collect();
                    return Stated { kind: StatedKind::Record(facts), span };
                }
                Rule::sum => values.push(self.sum(part)),
                _ => {}
            }
        }
        let mut values = values.into_iter();
        let kind = match (values.next(), values.next()) {
            (Some(low), Some(high)) => StatedKind::Range(low, high),
            (Some(value), None) => StatedKind::Value(value),
            (None, _) => StatedKind::Value(self.broken(span)),
        };
        Stated { kind, span }
    }

    fn expectation(&mut self, node: Node<'_>) -> Expectation {
        match node.as_rule() {
            Rule::expression => Expectation::Condition(self.expression(node)),
            Rule::gate_expected => {
                let (mut path, mut fires) = (None, true);
                for part in node.into_inner() {
                    match part.as_rule() {
                        Rule::path => path = Some(self.path(part)),
                        Rule::not_word => fires = false,
                        _ => {}
                    }
                }
                path.map_or(Expectation::Broken, |path| Expectation::Fires(path, fires))
            }
            _ => {
                let (mut path, mut holds, mut outcome) = (None, true, None);
                for part in node.into_inner() {
                    match part.as_rule() {
                        Rule::path => path = Some(self.path(part)),
                        Rule::not_word => holds = false,
                        Rule::outcome => outcome = self.outcome(part),
                        _ => {}
                    }
                }
                match (path, outcome) {
                    (Some(path), Some(outcome)) => Expectation::Is(path, holds, outcome),
                    _ => Expectation::Broken,
                }
            }
        }
    }

    fn outcome(&mut self, node: Node<'_>) -> Option<Outcome> {
        let mut ends = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::open_word => return Some(Outcome::Open),
                Rule::decided_word => return Some(Outcome::Decided),
                Rule::applicable_word => return Some(Outcome::Applicable),
                Rule::known_word => return Some(Outcome::Known),
                Rule::unknown_word => return Some(Outcome::Unknown),
                Rule::sum => ends.push(self.sum(part)),
                _ => {}
            }
        }
        let mut ends = ends.into_iter();
        Some(Outcome::Exactly(ends.next()?, ends.next()?))
    }
}
