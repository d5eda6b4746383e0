//! Lists in English: what is asked of their entries, and what is made of them. Inside, a fact of an entry goes by its own name, and one of the subject is
//! said to be the subject's.

use super::names::rule_anchor;
use super::prose::{Prose, joined};
use super::words::{Speaker, is_joined};
use crate::policy::{Aggregate, AggregateKind, Argument, Binder, Expr, ExprKind, FunctionId, Given, Quantifier};

impl Speaker<'_> {
    pub(super) fn quantified(&mut self, quantifier: Quantifier, binder: &Binder, body: &Expr) -> Prose {
        let entries = self.list(binder, holds_binder(body));
        let filter = self.filter(binder);
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
        Prose::of(lead).and(entries).and(filter).words(joint).and(clause)
    }

    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Prose {
        let binder = &aggregate.binder;
        // In the order in which they are said, so that each name is explained where it comes first.
        let own = u32::try_from(self.binders.len()).unwrap_or(u32::MAX);
        let of = match aggregate.of.as_deref() {
            Some(of) if matches!(of.kind, ExprKind::Element(depth) if depth == own) => None,
            Some(of) => {
                self.enter(binder);
                let of = self.operand(of);
                self.binders.pop();
                Some(of)
            }
            None => None,
        };
        let entries = match &binder.list.kind {
            ExprKind::Top(count, list) => self.value(count).words(" greatest entries of ").and(self.value(list)),
            _ => Prose::of("entries of ").and(self.list(binder, aggregate.of.as_deref().is_some_and(holds_binder))),
        };
        let entries = entries.and(self.filter(binder));
        let whole = match (aggregate.kind, of) {
            (AggregateKind::Count, _) => Prose::of("the number of ").and(entries),
            (AggregateKind::Share, _) => Prose::of("the share of the ").and(entries),
            (AggregateKind::Sum, Some(of)) => Prose::of("the sum of ").and(of).words(" over the ").and(entries),
            (AggregateKind::Sum, None) => Prose::of("the sum of the ").and(entries),
            (AggregateKind::Min, Some(of)) => Prose::of("the least ").and(of).words(" among the ").and(entries),
            (AggregateKind::Min, None) => Prose::of("the least of the ").and(entries),
            (AggregateKind::Max, Some(of)) => Prose::of("the greatest ").and(of).words(" among the ").and(entries),
            (AggregateKind::Max, None) => Prose::of("the greatest of the ").and(entries),
            (AggregateKind::Mean, Some(of)) => Prose::of("the mean of ").and(of).words(" over the ").and(entries),
            (AggregateKind::Mean, None) => Prose::of("the mean of the ").and(entries),
        };
        match aggregate.if_none.as_deref() {
            Some(value) => {
                let value = self.value(value);
                whole.words(" (").and(value).words(" if there is none)")
            }
            None => whole,
        }
    }

    /// A list. With lists inside lists, its entries need a name.
    fn list(&mut self, binder: &Binder, holds_others: bool) -> Prose {
        let list = self.value(&binder.list);
        let is_named = holds_others || !self.binders.is_empty() || binder.filter.as_deref().is_some_and(holds_binder);
        if is_named { list.words(" (called ").code(&binder.name).words(")") } else { list }
    }

    /// Which of the entries are meant, where not all are.
    fn filter(&mut self, binder: &Binder) -> Prose {
        let Some(filter) = binder.filter.as_deref() else { return Prose::new() };
        self.enter(binder);
        let clause = self.condition(filter);
        self.binders.pop();
        Prose::of(" for which ").and(clause)
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
                let own = u32::try_from(self.binders.len()).unwrap_or(u32::MAX);
                if matches!(given, Given::Value(Expr { kind: ExprKind::Element(depth), .. }) if *depth == own) {
                    let list = self.list(binder, false);
                    return Prose::of("the entries of ").and(list).and(self.filter(binder));
                }
                self.enter(binder);
                let each = self.given(given);
                self.binders.pop();
                let list = self.list(binder, given.values().iter().any(holds_binder));
                Prose::of("the list of ").and(each).words(" from the entries of ").and(list).and(self.filter(binder))
            }
        }
    }

    fn given(&mut self, given: &Given) -> Prose {
        let values = given.values().iter().map(|value| self.operand(value)).collect();
        joined(values, "and")
    }
}

/// Whether an expression goes through a list itself.
fn holds_binder(expr: &Expr) -> bool {
    let mut holds = false;
    expr.walk(&mut |part| holds |= matches!(part.kind, ExprKind::Quantified(..) | ExprKind::Aggregate(_)));
    holds
}
