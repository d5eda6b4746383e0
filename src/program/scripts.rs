//! Calls of scripts' functions. They are never folded: what a script comes to is found while facts are judged, where its faults have somebody to answer for.

use super::lower::Lowerer;
use super::*;
use crate::policy as typed;

impl Lowerer<'_> {
    /// A call with what is given for each parameter.
    pub(super) fn script_call(&mut self, function: FunctionId, arguments: &[typed::Argument], span: Span) -> Expr {
        let policy = self.policy;
        if policy.functions.get(function.index()).is_none_or(|function| function.script.is_none()) {
            self.not_understood(span);
        }
        let arguments = arguments.iter().map(|argument| self.argument(argument)).collect();
        let place = self.program.calls;
        self.program.calls += 1;
        Expr::Script(ScriptCall { function, arguments, place })
    }

    fn argument(&mut self, argument: &typed::Argument) -> Argument {
        match argument {
            typed::Argument::One(given) => Argument::One(self.given(given)),
            typed::Argument::List(list) => Argument::List(self.collection(list)),
            typed::Argument::Records(list, leaves) => Argument::Records(self.collection(list), leaves.clone()),
            typed::Argument::Each(within, given) => {
                let list = self.collection(&within.list);
                let binder = self.binders;
                self.binders += 1;
                let filter = self.filter(within.filter.as_deref());
                let given = self.given(given);
                self.binders -= 1;
                Argument::Each { list, filter, given, binder }
            }
        }
    }

    fn given(&mut self, given: &typed::Given) -> Given {
        match given {
            typed::Given::Value(value) => Given::Value(self.expression(value)),
            typed::Given::Record(values) => Given::Record(values.iter().map(|value| self.expression(value)).collect()),
        }
    }
}
