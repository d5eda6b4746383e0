//! Functions of values, and functions over lists.

use crate::diagnostic::{Diagnostic, closest, codes, counted, listed};
use crate::policy::{self, AggregateKind, Expr, ExprKind, Function};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{ListType, Type};

use super::expressions::{accepts, common};
use super::{Checker, Derived, Expected, bounds, broken, is_broken};

/// The functions of values by name, and how they are called.
const FUNCTIONS: [(&str, Function, &str); 9] = [
    ("min", Function::Min, "min(a, b)"),
    ("max", Function::Max, "max(a, b)"),
    ("abs", Function::Abs, "abs(a)"),
    ("round", Function::Round, "round(a)` or `round(a, decimals)"),
    ("round_down", Function::RoundDown, "round_down(a)` or `round_down(a, decimals)"),
    ("round_up", Function::RoundUp, "round_up(a)` or `round_up(a, decimals)"),
    ("clamp", Function::Clamp, "clamp(a, least, most)"),
    ("percent", Function::Percent, "percent(a)"),
    ("number", Function::Number, "number(a)"),
];

/// Words that stand before `of` or a binder, and are sometimes called like functions.
const AGGREGATES: [&str; 6] = ["count", "share", "sum", "mean", "average", "avg"];

/// Whether the language itself has a function of this name.
pub(super) fn is_function_word(name: &str) -> bool {
    name == "top" || FUNCTIONS.iter().any(|(known, ..)| *known == name) || matches!(name, "count" | "share" | "sum" | "mean")
}

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, path: &'a ast::Path, arguments: &'a [ast::Expr], span: Span) -> Expr {
        let name = self.written(path);
        if name == "top" {
            return self.top(arguments, span);
        }
        if let Some(function) = self.function_named(path) {
            return self.script_call(function, path, arguments, span);
        }
        let Some((_, function, usage)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            return self.unknown_function(path, &name, arguments);
        };
        if let Some(each) = arguments.iter().find(|argument| matches!(argument.kind, ast::ExprKind::Each(..))) {
            let over_list =
                matches!(function, Function::Min | Function::Max).then(|| format!("over a list, write `{name} of x for x in …`"));
            return self.stray_each(each, over_list.as_deref());
        }
        let values: Vec<Expr> = arguments.iter().map(|argument| self.expression(argument, Expected::Nothing)).collect();
        if values.iter().any(is_broken) {
            return broken(span);
        }
        let fits = match function {
            Function::Min | Function::Max => values.len() >= 2,
            Function::Abs | Function::Percent | Function::Number => values.len() == 1,
            Function::Round | Function::RoundDown | Function::RoundUp => matches!(values.len(), 1 | 2),
            Function::Clamp => values.len() == 3,
        };
        if !fits {
            let message = format!("`{name}` is called with {}", counted(values.len(), "value"));
            let finding = Diagnostic::new(&codes::BAD_CALL, span, message).help(format!("write `{usage}`"));
            let over_list =
                matches!(function, Function::Min | Function::Max) && matches!(values.first().map(|v| v.ty), Some(Type::List(_)));
            return self.refuse(if over_list { finding.help(format!("over a list, write `{name} of x for x in …`")) } else { finding });
        }
        let ty = match function {
            Function::Min | Function::Max | Function::Clamp => self.alike(&name, &values, arguments),
            Function::Abs => self.takes(&name, &values[0], &arguments[0], "an amount", has_sign).then(|| values[0].ty),
            Function::Round | Function::RoundDown | Function::RoundUp => self.rounded(&name, &values, arguments),
            Function::Percent => {
                self.takes(&name, &values[0], &arguments[0], "a number", |ty| accepts(Type::Number, ty)).then_some(Type::Percent)
            }
            Function::Number => self
                .takes(&name, &values[0], &arguments[0], "a percent or a whole number", |ty| matches!(ty, Type::Percent | Type::Whole))
                .then_some(Type::Number),
        };
        match ty {
            Some(ty) => Expr { kind: ExprKind::Call(*function, values), ty, span },
            None => broken(span),
        }
    }

    fn unknown_function(&mut self, path: &'a ast::Path, name: &str, arguments: &'a [ast::Expr]) -> Expr {
        let finding = Diagnostic::new(&codes::BAD_CALL, path.span, format!("there is no function `{name}`"));
        let known = FUNCTIONS.iter().map(|(known, ..)| *known).chain(["top"]);
        let finding = if AGGREGATES.contains(&name) {
            let word = if name.starts_with("av") { "mean" } else { name };
            match word {
                "count" | "share" => finding.help(format!("over a list, write `{word} x in …` or `{word} x in … where …`")),
                _ => finding.help(format!("over a list, write `{word} of … for x in …`")),
            }
        } else if let Some(near) = self.near_function(name) {
            finding.help(format!("did you mean `{near}`?")).fix(path.span, near)
        } else if self.value_in_scope(name).is_some() {
            finding.help(format!("`{name}` is a value and takes nothing in parentheses"))
        } else if let Some(near) = usual_name(name).or_else(|| closest(name, known)) {
            finding.help(format!("did you mean `{near}`?")).fix(path.span, near)
        } else {
            let known: Vec<String> = FUNCTIONS.iter().map(|(known, ..)| format!("`{known}`")).chain(["`top`".into()]).collect();
            finding.help(format!("there are {}", listed(&known, "and")))
        };
        self.report(finding);
        // The arguments are read for mistakes of their own.
        for argument in arguments {
            self.stray_argument(argument);
        }
        broken(path.span)
    }

    /// Whether a function takes a value; if not, a finding says why.
    fn takes(&mut self, name: &str, value: &Expr, written: &ast::Expr, due: &str, fits: impl Fn(Type) -> bool) -> bool {
        if fits(value.ty) {
            return true;
        }
        let message = format!("expected {due} in `{name}(…)`, found {}", self.with_type(value, written));
        let finding = Diagnostic::new(&codes::BAD_CALL, written.span, message);
        let finding = match (name, value.ty) {
            ("percent", Type::Percent) | ("number", Type::Number) => finding.help(format!("leave out `{name}`")),
            ("number", _) => self.mend(finding, value, written.span, Type::Number),
            _ => finding,
        };
        self.report(finding);
        false
    }

    /// The common type of values that have an order.
    fn alike(&mut self, name: &str, values: &[Expr], arguments: &[ast::Expr]) -> Option<Type> {
        let mut ty: Option<Type> = None;
        for (value, written) in values.iter().zip(arguments) {
            if !self.takes(name, value, written, "a number, an amount or a date", Type::is_ordered) {
                return None;
            }
            ty = match ty {
                None => Some(value.ty),
                Some(before) => match common(before, value.ty) {
                    Some(both) => Some(both),
                    None => {
                        let first = (&values[0], &arguments[0]);
                        let message = format!(
                            "`{name}` compares {} with {}",
                            self.type_with_name(first.0, first.1),
                            self.type_with_name(value, written)
                        );
                        let finding = Diagnostic::new(&codes::BAD_CALL, written.span, message).related(first.0.span, self.type_of(first.0));
                        let finding = self.mend(finding, value, written.span, before);
                        self.report(finding);
                        return None;
                    }
                },
            };
        }
        ty
    }

    /// The type of a rounded value: without decimals a number becomes a whole one.
    fn rounded(&mut self, name: &str, values: &[Expr], arguments: &[ast::Expr]) -> Option<Type> {
        let fits = |ty: Type| matches!(ty, Type::Whole | Type::Number | Type::Percent | Type::Money(_));
        if !self.takes(name, &values[0], &arguments[0], "a number, a percent or money", fits) {
            return None;
        }
        if let (Some(places), Some(written)) = (values.get(1), arguments.get(1)) {
            if !self.takes(name, places, written, "a whole number of decimals", |ty| ty == Type::Whole) {
                return None;
            }
            let places = self.constant(places.clone(), "the number of decimals");
            if is_broken(&places) {
                return None;
            }
        }
        match values[0].ty {
            Type::Number if values.len() == 1 => Some(Type::Whole),
            ty => Some(ty),
        }
    }

    fn top(&mut self, arguments: &'a [ast::Expr], span: Span) -> Expr {
        let [count, list] = arguments else {
            arguments.iter().for_each(|argument| drop(self.expression(argument, Expected::Nothing)));
            let message = format!("`top` is called with {}", counted(arguments.len(), "value"));
            return self.refuse(Diagnostic::new(&codes::BAD_CALL, span, message).help("write `top(3, list.field)` for the three greatest"));
        };
        let (number, found) = (self.expression(count, Expected::Nothing), self.expression(list, Expected::Nothing));
        if is_broken(&number) || is_broken(&found) {
            return broken(span);
        }
        if !self.takes("top", &number, count, "a whole number first", |ty| ty == Type::Whole) {
            return broken(span);
        }
        let number = self.constant(number, "how many are taken");
        let found = self.list_only(found, list, "as the second value of `top`");
        let Type::List(id) = found.ty else { return broken(span) };
        if is_broken(&number) || is_broken(&found) {
            return broken(span);
        }
        let ListType { element, domain, least, .. } = self.policy.schema.list(id).clone();
        if !element.is_ordered() {
            let message = format!(
                "expected a list of numbers, amounts or dates in `top`, found one whose entries are each {}",
                self.policy.schema.describe(element)
            );
            let finding = Diagnostic::new(&codes::BAD_CALL, list.span, message);
            return self.refuse(match element {
                Type::Record(_) => finding.help("name one of their facts behind the list, as in `top(3, list.field)`"),
                _ => finding,
            });
        }
        let plain = match bounds::plain_value(&number) {
            Some(crate::value::Possible::Range(range)) => {
                range.exact().and_then(|number| number.to_i64()).and_then(|n| u32::try_from(n).ok())
            }
            _ => None,
        };
        let least = least.min(plain.unwrap_or(1));
        let ty = self.derived_list(Derived::Top(id, plain), ListType { element, domain, least, most: plain });
        self.build(span, [number, found], |[number, found]| (ExprKind::Top(number, found), ty))
    }

    pub(super) fn aggregate(&mut self, aggregate: &'a ast::Aggregate, span: Span) -> Expr {
        let of = aggregate.of.as_deref();
        let (binder, of) = self.bind(&aggregate.binder, |checker| of.map(|of| (checker.expression(of, Expected::Nothing), of)));
        // A bare name for an empty list has nothing to be a variant of.
        let if_none = aggregate.if_none.as_deref().map(|none| (self.expression(none, Expected::Nothing), none));
        let word = word(aggregate.kind);
        let sound = of.as_ref().is_none_or(|(of, _)| !is_broken(of)) && if_none.as_ref().is_none_or(|(none, _)| !is_broken(none));
        let Some(binder) = binder.filter(|_| sound) else { return broken(span) };
        let ty = match (aggregate.kind, &of) {
            (AggregateKind::Count, _) => Some(Type::Whole),
            (AggregateKind::Share, _) => Some(Type::Percent),
            (AggregateKind::Sum, Some((of, written))) => self.folded(word, of, written, has_sign).then_some(of.ty),
            (AggregateKind::Min | AggregateKind::Max, Some((of, written))) => {
                self.folded(word, of, written, Type::is_ordered).then_some(of.ty)
            }
            (AggregateKind::Mean, Some((of, written))) => {
                self.folded(word, of, written, has_sign).then_some(if of.ty == Type::Whole { Type::Number } else { of.ty })
            }
            (AggregateKind::Sum | AggregateKind::Min | AggregateKind::Max | AggregateKind::Mean, None) => None,
        };
        let Some(ty) = ty else { return broken(span) };
        let (ty, if_none) = match if_none {
            None => (ty, None),
            Some((none, written)) => match common(ty, none.ty) {
                Some(ty) => (ty, Some(none)),
                None => {
                    let none = self.fit(none, written, ty, "after `if none`");
                    return broken(none.span);
                }
            },
        };
        // A share is one of all entries, whatever its `where` says; the others are of those that satisfy it.
        let of_all = aggregate.kind == AggregateKind::Share;
        let needs_entries = match aggregate.kind {
            AggregateKind::Share | AggregateKind::Min | AggregateKind::Max | AggregateKind::Mean => true,
            AggregateKind::Count | AggregateKind::Sum => false,
        };
        if if_none.is_none() && needs_entries {
            let never_empty = match binder.list.ty {
                Type::List(id) => (of_all || binder.filter.is_none()) && self.policy.schema.list(id).least > 0,
                _ => false,
            };
            if !never_empty {
                let why = if binder.filter.is_some() && !of_all { "no entry satisfies the `where`" } else { "the list is empty" };
                return self.refuse(
                    Diagnostic::new(
                        &codes::EMPTY_LIST_UNANSWERED,
                        span,
                        format!("nothing says what `{}` is where {why}", if of_all { word.to_string() } else { format!("{word} of") }),
                    )
                    .help("write `if none` and a value at the end, or, if the list always has entries, `count >= 1` behind its type"),
                );
            }
        }
        let of = of.map(|(of, _)| Box::new(of));
        let kind = ExprKind::Aggregate(policy::Aggregate { kind: aggregate.kind, binder, of, if_none: if_none.map(Box::new) });
        Expr { kind, ty, span }
    }

    /// Whether a function over a list takes such values; if not, a finding says so.
    fn folded(&mut self, word: &str, of: &Expr, written: &ast::Expr, fits: impl Fn(Type) -> bool) -> bool {
        if fits(of.ty) {
            return true;
        }
        let due = if matches!(word, "min" | "max") { "a number, an amount or a date" } else { "a number or an amount" };
        let message = format!("expected {due} after `{word} of`, found {}", self.with_type(of, written));
        let finding = Diagnostic::new(&codes::WRONG_TYPE, written.span, message);
        self.report(match of.ty {
            Type::Bool => finding.help("to count the entries of which something is true, write `count x in … where …`"),
            _ => finding,
        });
        false
    }
}

/// What a function is called here that has another name elsewhere.
fn usual_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "maximum" | "greatest" | "largest" => "max",
        "minimum" | "least" | "smallest" => "min",
        "floor" => "round_down",
        "ceil" | "ceiling" => "round_up",
        "absolute" => "abs",
        _ => return None,
    })
}

fn has_sign(ty: Type) -> bool {
    matches!(ty, Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Size)
}

fn word(kind: AggregateKind) -> &'static str {
    match kind {
        AggregateKind::Count => "count",
        AggregateKind::Share => "share",
        AggregateKind::Sum => "sum",
        AggregateKind::Min => "min",
        AggregateKind::Max => "max",
        AggregateKind::Mean => "mean",
    }
}
