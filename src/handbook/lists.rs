//! Lists in English: what is asked of their entries, and what is made of them. Inside, a fact of an entry goes by its own name, and one of the subject is
//! said to be the subject's.

use super::names::rule_anchor;
use super::prose::{Prose, joined};
use super::words::{Speaker, is_joined};
use crate::policy::{Aggregate, AggregateKind, Argument, Binder, Expr, FunctionId, Given, Quantifier};

impl Speaker<'_> {
    pub(super) fn quantified(&mut self, quantifier: Quantifier, binder: &Binder, body: &Expr) -> Prose {
        let entries = self.entries(binder);
        self.enter(binder);
        let clause = self.condition(body);
        let clause = if is_joined(body) && self.binders.len() > 1 { clause.bracketed() } else { clause };
        self.binders.pop();
        let lead = match quantifier {
            Quantifier::Some => "there is an entry of ",
            Quantifier::Every => "for every entry of ",
        };
        let joint = match (quantifier, binder.filter.is_some()) {
            (Quantifier::Some, false) => " for which ",
            (Quantifier::Some, true) => " and for which ",
            (Quantifier::Every, _) => ": ",
        };
        Prose::of(lead).and(entries).words(joint).and(clause)
    }

    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Prose {
        // In the order in which they are said, so that each name is explained where it comes first.
        self.enter(&aggregate.binder);
        let of = aggregate.of.as_deref().map(|of| self.operand(of)).unwrap_or_default();
        self.binders.pop();
        let entries = self.entries(&aggregate.binder);
        let whole = match aggregate.kind {
            AggregateKind::Count => Prose::of("the number of entries of ").and(entries),
            AggregateKind::Share => Prose::of("the share of the entries of ").and(entries),
            AggregateKind::Sum => Prose::of("the sum of ").and(of).words(" over the entries of ").and(entries),
            AggregateKind::Min => Prose::of("the least ").and(of).words(" among the entries of ").and(entries),
            AggregateKind::Max => Prose::of("the greatest ").and(of).words(" among the entries of ").and(entries),
            AggregateKind::Mean => Prose::of("the mean of ").and(of).words(" over the entries of ").and(entries),
        };
        match aggregate.if_none.as_deref() {
            Some(value) => {
                let value = self.value(value);
                whole.words(" (").and(value).words(" if there is none)")
            }
            None => whole,
        }
    }

    /// A list and which of its entries are meant: "`audits` for which `covers` is “Core”".
    fn entries(&mut self, binder: &Binder) -> Prose {
        let list = self.value(&binder.list);
        // With lists inside lists, entries need names.
        let list = if self.binders.is_empty() { list } else { list.words(", each called ").code(&binder.name).words(",") };
        self.enter(binder);
        let filter = binder.filter.as_deref().map(|filter| self.condition(filter));
        self.binders.pop();
        match filter {
            Some(filter) => list.words(" for which ").and(filter),
            None => list,
        }
    }

    pub(super) fn script(&mut self, function: FunctionId, arguments: &[Argument]) -> Prose {
        let declared = &self.tongue.policy.functions[function.index()];
        let name = Prose::of("what the script’s function ").code_link(rule_anchor(&declared.head), &declared.name);
        let given: Vec<Prose> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let given: Vec<Prose> = declared
            .parameters
            .iter()
            .zip(given)
            .map(|(parameter, given)| Prose::new().code(&parameter.name).words(" being ").and(given))
            .collect();
        match given.is_empty() {
            true => name.words(" gives"),
            false => name.words(" gives for ").and(joined(given, "and")),
        }
    }

    fn argument(&mut self, argument: &Argument) -> Prose {
        match argument {
            Argument::One(given) => self.given(given),
            Argument::List(list) | Argument::Records(list, _) => self.value(list),
            Argument::Each(binder, given) => {
                let entries = self.entries(binder);
                self.enter(binder);
                let given = self.given(given);
                self.binders.pop();
                Prose::of("the list of ").and(given).words(" from the entries of ").and(entries)
            }
        }
    }

    fn given(&mut self, given: &Given) -> Prose {
        let values = given.values().iter().map(|value| self.operand(value)).collect();
        joined(values, "and")
    }
}
