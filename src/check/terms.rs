//! The days on which items and gates are in force.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::ExprKind;
use crate::syntax::ast;
use crate::value::{Number, Possible, Term, Type, show_number};

use super::Checker;

impl<'a> Checker<'a> {
    /// What `effective from` and `until` say. Both are dates written out, so they are known here.
    pub(super) fn term(&mut self, clauses: &'a ast::Clauses) -> Term {
        let from = clauses.from.as_ref().and_then(|from| self.day(from, "after `effective from`"));
        let until = clauses.until.as_ref().and_then(|until| self.day(until, "after `until`"));
        let term = Term { from, until };
        if term.is_empty()
            && let (Some(from), Some(until)) = (from, until)
            && let (Some(from_written), Some(until_written)) = (&clauses.from, &clauses.until)
        {
            let (from, until) = (show_number(from, Type::Date), show_number(until, Type::Date));
            self.report(
                Diagnostic::new(
                    &codes::NEVER_IN_FORCE,
                    until_written.span,
                    format!("expected a day after {from}, found {until}, so that this is never in force"),
                )
                .related(from_written.span, "the first day")
                .help("`until` names the first day on which it is no longer in force"),
            );
        }
        term
    }

    fn day(&mut self, written: &'a ast::Expr, place: &str) -> Option<Number> {
        match self.typed(written, Type::Date, place).kind {
            ExprKind::Constant(Possible::Range(day)) => Some(day.low),
            _ => None,
        }
    }
}
