//! Expressions get their types. What holds something broken is broken itself, in silence.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{self, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Assumed};
use crate::value::{Interval, ListType, Possible, Quantity, Truth, Type};

use super::{Bound, Checker, Derived, Element, Expected, bounds, broken, is_broken};

impl<'a> Checker<'a> {
    /// An expression of whatever type. `expected` is what its place says about the type: it explains bare names, and is not enforced here.
    pub(super) fn expression(&mut self, written: &'a ast::Expr, expected: Expected) -> Expr {
        let span = written.span;
        match &written.kind {
            ast::ExprKind::Literal(quantity) => literal(quantity, span),
            ast::ExprKind::Truth(value) => constant(Possible::Truth(Truth::from(*value)), Type::Bool, span),
            ast::ExprKind::Text(template) => self.text(template),
            ast::ExprKind::Today => Expr { kind: ExprKind::Today, ty: Type::Date, span },
            ast::ExprKind::Path(path) => self.path(path, expected),
            ast::ExprKind::Call(path, arguments) => self.call(path, arguments, span),
            ast::ExprKind::Parenthesised(inner) => self.expression(inner, expected),
            ast::ExprKind::Not(inner) => {
                self.lint_not(written, inner);
                let inner = self.condition(inner, "after `not`");
                self.build(span, [inner], |[inner]| (ExprKind::Not(inner), Type::Bool))
            }
            ast::ExprKind::And(parts) => self.joined(parts, span, "beside `and`", ExprKind::And),
            ast::ExprKind::Or(parts) => {
                self.lint_or(parts);
                self.joined(parts, span, "beside `or`", ExprKind::Or)
            }
            ast::ExprKind::Condition(left, tail) => self.comparison(left, tail, span),
            ast::ExprKind::Arithmetic(operator, left, right, sign) => self.arithmetic(*operator, left, right, *sign, span),
            ast::ExprKind::Negate(inner) => self.negation(inner, span),
            ast::ExprKind::If(condition, holds, fails) => self.either(condition, holds, fails, span, expected),
            ast::ExprKind::Quantified(quantifier, binder, body) => {
                let (binder, body) = self.bind(binder, |checker| checker.condition(body, "after `satisfies`"));
                match binder {
                    Some(binder) if !is_broken(&body) => {
                        Expr { kind: ExprKind::Quantified(*quantifier, binder, Box::new(body)), ty: Type::Bool, span }
                    }
                    _ => broken(span),
                }
            }
            ast::ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, span),
            ast::ExprKind::Assuming(fact, assumed) => self.assuming(fact, assumed, span),
            ast::ExprKind::Each(..) => self.stray_each(written, None),
            ast::ExprKind::Unknown => self.refuse(
                Diagnostic::new(&codes::WRONG_TYPE, span, "`unknown` is no value: rules ask whether there is evidence")
                    .help("write `… is unknown` or `… is known`"),
            ),
            ast::ExprKind::List(_) if matches!(expected, Expected::Broken) => broken(span),
            ast::ExprKind::List(_) => {
                self.refuse(Diagnostic::new(&codes::NOT_IN_THIS_VERSION, span, "expected a single value, found a list written out"))
            }
            ast::ExprKind::Broken => broken(span),
        }
    }

    /// An expression that has to be true or false. `place` says where it stands.
    pub(super) fn condition(&mut self, written: &'a ast::Expr, place: &str) -> Expr {
        let found = self.expression(written, Expected::Type(Type::Bool));
        if is_broken(&found) || found.ty == Type::Bool {
            return found;
        }
        let message = format!("expected a condition {place}, found {}", self.with_type(&found, written));
        let finding = Diagnostic::new(&codes::WRONG_TYPE, written.span, message);
        let finding = self.mend(finding, &found, written.span, Type::Bool);
        self.refuse(finding)
    }

    /// An expression of a given type. `place` says where it stands.
    pub(super) fn typed(&mut self, written: &'a ast::Expr, due: Type, place: &str) -> Expr {
        let found = self.expression(written, Expected::Type(due));
        self.fit(found, written, due, place)
    }

    /// Refuses an expression that is not of the type due.
    pub(super) fn fit(&mut self, found: Expr, written: &ast::Expr, due: Type, place: &str) -> Expr {
        if is_broken(&found) || accepts(due, found.ty) {
            return found;
        }
        let message = format!("expected {} {place}, found {}", self.policy.schema.describe(due), self.with_type(&found, written));
        let finding = Diagnostic::new(&codes::WRONG_TYPE, written.span, message);
        let finding = self.mend(finding, &found, written.span, due);
        self.refuse(finding)
    }

    /// An expression over others, unless one of them is broken.
    pub(super) fn build<const N: usize>(
        &self,
        span: Span,
        parts: [Expr; N],
        make: impl FnOnce([Box<Expr>; N]) -> (ExprKind, Type),
    ) -> Expr {
        if parts.iter().any(is_broken) {
            return broken(span);
        }
        let (kind, ty) = make(parts.map(Box::new));
        Expr { kind, ty, span }
    }

    fn joined(&mut self, parts: &'a [ast::Expr], span: Span, place: &str, join: fn(Vec<Expr>) -> ExprKind) -> Expr {
        let parts: Vec<Expr> = parts.iter().map(|part| self.condition(part, place)).collect();
        if parts.iter().any(is_broken) { broken(span) } else { Expr { kind: join(parts), ty: Type::Bool, span } }
    }

    fn text(&mut self, template: &'a ast::Template) -> Expr {
        let mut words = String::new();
        for piece in &template.pieces {
            match piece {
                ast::Piece::Text(text) => words.push_str(text),
                ast::Piece::Value(value) => {
                    return self.refuse(
                        Diagnostic::new(&codes::NOT_CONSTANT, value.span, "a text that is a value can't take in other values").help(
                            "values in braces stand in labels and after `because`, `ask`, `remedy` and `cite`; write `\\{` for a brace",
                        ),
                    );
                }
            }
        }
        constant(bounds::one_text(&words), Type::Text, template.span)
    }

    fn either(&mut self, condition: &'a ast::Expr, holds: &'a ast::Expr, fails: &'a ast::Expr, span: Span, expected: Expected) -> Expr {
        let condition = self.condition(condition, "after `if`");
        // A bare name in one branch may be a variant of what the other branch is.
        let (then, otherwise) = match expected {
            Expected::Type(Type::Enum(_)) | Expected::Broken => (self.expression(holds, expected), self.expression(fails, expected)),
            Expected::Type(_) | Expected::Nothing => {
                if self.is_open(holds) && !self.is_open(fails) {
                    let otherwise = self.expression(fails, expected);
                    (self.expression(holds, after(&otherwise)), otherwise)
                } else {
                    let then = self.expression(holds, expected);
                    let after_then = after(&then);
                    (then, self.expression(fails, after_then))
                }
            }
        };
        if [&condition, &then, &otherwise].into_iter().any(is_broken) {
            return broken(span);
        }
        let Some(ty) = common(then.ty, otherwise.ty).filter(|ty| *ty != Type::Months) else {
            if then.ty == Type::Months && otherwise.ty == Type::Months {
                return self.refuse(
                    Diagnostic::new(&codes::WRONG_TYPE, span, "calendar months and years can't be chosen by `if`")
                        .help("choose between whole dates, as in `if … then today - 1 year else today - 2 years`"),
                );
            }
            let message = format!(
                "both branches of an `if` have to be of one type, but one is {} and the other {}",
                self.type_of(&then),
                self.type_of(&otherwise)
            );
            let finding = Diagnostic::new(&codes::WRONG_TYPE, fails.span, message)
                .label(self.type_of(&otherwise))
                .related(holds.span, self.type_of(&then));
            let finding = self.mend(finding, &otherwise, fails.span, then.ty);
            return self.refuse(finding);
        };
        self.build(span, [condition, then, otherwise], |[condition, then, otherwise]| (ExprKind::If(condition, then, otherwise), ty))
    }

    fn assuming(&mut self, fact: &'a ast::Expr, assumed: &'a Assumed, span: Span) -> Expr {
        let found = self.fact_only(fact, "before `assuming`");
        let Some((fact_path, ty, domain)) = found else {
            // What is assumed is read for its own mistakes; a bare name there may be a variant of what is broken.
            if let Assumed::Value(value) = assumed {
                self.expression(value, Expected::Broken);
            }
            return broken(span);
        };
        let name = self.shown(fact).unwrap_or_default();
        match assumed {
            Assumed::EmptyList(place) => {
                let Type::List(list) = ty else {
                    let message = format!("expected {} to assume for `{name}`, found an empty list", self.policy.schema.describe(ty));
                    return self.refuse(Diagnostic::new(&codes::WRONG_TYPE, *place, message));
                };
                let kind = self.policy.schema.list(list).clone();
                let ty = self.derived_list(Derived::MaybeEmpty(list), ListType { least: 0, ..kind });
                Expr { kind: ExprKind::Assuming(fact_path, None), ty, span }
            }
            Assumed::Value(value) => {
                if let Type::List(_) = ty {
                    self.expression(value, Expected::Broken);
                    let message = format!("expected `[]` to assume for the list `{name}`, found a value");
                    return self.refuse(Diagnostic::new(&codes::WRONG_TYPE, value.span, message).fix(value.span, "[]"));
                }
                let typed = self.typed(value, ty, &format!("to assume for `{name}`"));
                let typed = self.constant(typed, "a value that is assumed");
                if is_broken(&typed) {
                    return broken(span);
                }
                if let Some(plain) = bounds::plain_value(&typed)
                    && !plain.is_subset_of(&domain)
                {
                    let allowed = crate::value::show_possible(&domain, ty, &self.policy.schema);
                    let message = format!("what is assumed for `{name}` lies outside its bounds");
                    return self
                        .refuse(Diagnostic::new(&codes::OUT_OF_BOUNDS, value.span, message).help(format!("`{name}` can be {allowed}")));
                }
                Expr { kind: ExprKind::Assuming(fact_path, Some(Box::new(typed))), ty, span }
            }
        }
    }

    /// Checks what stands under a binder. The body is read even where the list is broken, for mistakes of its own.
    pub(super) fn bind<T>(&mut self, binder: &'a ast::Binder, body: impl FnOnce(&mut Self) -> T) -> (Option<policy::Binder>, T) {
        let list = self.expression(&binder.list, Expected::Nothing);
        let list = self.list_only(list, &binder.list, "after `in`");
        let element = match list.ty {
            Type::List(id) if !is_broken(&list) => match self.policy.schema.list(id).element {
                Type::Record(record) => Element::Record(record),
                value => Element::Value(value),
            },
            _ => Element::Broken,
        };
        self.check_binder_name(&binder.name);
        self.binders.push(Bound { name: binder.name.text.clone(), span: binder.name.span, element });
        let filter = binder.filter.as_ref().map(|filter| self.condition(filter, "after `where`"));
        let body = body(self);
        self.binders.pop();
        let sound = !is_broken(&list) && !filter.as_ref().is_some_and(is_broken);
        let made = policy::Binder { name: binder.name.text.clone(), list: Box::new(list), filter: filter.map(Box::new) };
        (sound.then_some(made), body)
    }

    fn check_binder_name(&mut self, name: &ast::Name) {
        self.check_style(name);
        if let Some(bound) = self.binders.iter().find(|bound| bound.name == name.text) {
            let finding = super::names::duplicate("name", name, bound.span).help("an inner list needs another name for its entries");
            self.report(finding);
        } else if let Some((span, what)) = self.hidden_by_binder(&name.text) {
            self.report(
                Diagnostic::new(&codes::AMBIGUOUS_NAME, name.span, format!("`{}` is also the name of {what}", name.text))
                    .related(span, what)
                    .help("give the entries of the list a name that nothing else has"),
            );
        }
    }

    /// Refuses what is not a list.
    pub(super) fn list_only(&mut self, found: Expr, written: &ast::Expr, place: &str) -> Expr {
        if is_broken(&found) || matches!(found.ty, Type::List(_)) {
            return found;
        }
        let message = format!("expected a list {place}, found {}", self.with_type(&found, written));
        self.refuse(Diagnostic::new(&codes::NOT_A_LIST, written.span, message))
    }

    /// Whether an expression is a bare name that only an expected type can explain.
    pub(super) fn is_open(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Path(path) => match path.parts.as_slice() {
                [name] => self.value_in_scope(&name.text).is_none() && self.hidden_by_binder(&name.text).is_none(),
                _ => false,
            },
            ast::ExprKind::Parenthesised(inner) => self.is_open(inner),
            ast::ExprKind::If(_, holds, fails) => self.is_open(holds) && self.is_open(fails),
            _ => false,
        }
    }
}

/// What the type of one expression says about another that goes with it.
pub(super) fn after(expr: &Expr) -> Expected {
    if is_broken(expr) { Expected::Broken } else { Expected::Type(expr.ty) }
}

/// Whether a value of the one type may stand where the other is due.
pub(super) fn accepts(due: Type, found: Type) -> bool {
    due == found || (due == Type::Number && found == Type::Whole)
}

/// The type of what is one or the other.
pub(super) fn common(one: Type, other: Type) -> Option<Type> {
    if accepts(one, other) {
        Some(one)
    } else if accepts(other, one) {
        Some(other)
    } else {
        None
    }
}

fn constant(value: Possible, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(value), ty, span }
}

fn literal(quantity: &Quantity, span: Span) -> Expr {
    let (number, ty) = match quantity {
        Quantity::Number(number) if number.is_whole() => (*number, Type::Whole),
        Quantity::Number(number) => (*number, Type::Number),
        Quantity::Percent(number) => (*number, Type::Percent),
        Quantity::Money(number, currency) => (*number, Type::Money(*currency)),
        Quantity::Duration(number) => (*number, Type::Duration),
        Quantity::Date(number) => (*number, Type::Date),
        Quantity::Size(number) => (*number, Type::Size),
        Quantity::Months(months) => return Expr { kind: ExprKind::Months(*months), ty: Type::Months, span },
    };
    constant(Possible::Range(Interval::point(number)), ty, span)
}
