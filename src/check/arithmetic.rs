//! Units: which types go together under `+ - * /`, and what comes out.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, ArithmeticOp};
use crate::value::Type;

use super::{Checker, Expected, broken, is_broken};

impl<'a> Checker<'a> {
    pub(super) fn arithmetic(&mut self, operator: ArithmeticOp, left: &'a ast::Expr, right: &'a ast::Expr, sign: Span, span: Span) -> Expr {
        let (one, other) = (self.expression(left, Expected::Nothing), self.expression(right, Expected::Nothing));
        if is_broken(&one) || is_broken(&other) {
            return broken(span);
        }
        let Some(ty) = result(operator, &one, &other) else {
            return self.mixed_units(operator, (&one, left), (&other, right), sign);
        };
        self.build(span, [one, other], |[one, other]| (ExprKind::Arithmetic(operator, one, other), ty))
    }

    pub(super) fn negation(&mut self, inner: &'a ast::Expr, span: Span) -> Expr {
        let found = self.expression(inner, Expected::Nothing);
        match (&found.kind, found.ty) {
            (ExprKind::Broken, _) => broken(span),
            (ExprKind::Months(months), _) => Expr { kind: ExprKind::Months(months.saturating_neg()), ty: Type::Months, span },
            (_, Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Size) => {
                let ty = found.ty;
                self.build(span, [found], |[inner]| (ExprKind::Negate(inner), ty))
            }
            (_, ty) => {
                let message = format!("`-` stands before a number, but this is {}", self.type_of(&found));
                let finding = Diagnostic::new(&codes::MIXED_UNITS, span, message);
                self.refuse(if ty == Type::Bool { finding.help("write `not` for the opposite of a condition") } else { finding })
            }
        }
    }

    fn mixed_units(&mut self, operator: ArithmeticOp, left: (&Expr, &ast::Expr), right: (&Expr, &ast::Expr), sign: Span) -> Expr {
        let ((one, left), (other, right)) = (left, right);
        let (a, b) = (self.type_with_name(one, left), self.type_with_name(other, right));
        let message = match operator {
            ArithmeticOp::Add => format!("{a} and {b} can't be added"),
            ArithmeticOp::Subtract => format!("{b} can't be taken from {a}"),
            ArithmeticOp::Multiply => format!("{a} and {b} can't be multiplied"),
            ArithmeticOp::Divide => format!("{a} can't be divided by {b}"),
        };
        let finding = Diagnostic::new(&codes::MIXED_UNITS, sign, message)
            .related(left.span, self.type_of(one))
            .related(right.span, self.type_of(other));
        let additive = matches!(operator, ArithmeticOp::Add | ArithmeticOp::Subtract);
        let is_plain = |ty: Type| matches!(ty, Type::Whole | Type::Number);
        let finding = match (one.ty, other.ty) {
            (Type::Date, Type::Date) if operator == ArithmeticOp::Add => finding.help("a date minus a date is the duration between them"),
            (Type::Date, Type::Whole | Type::Number) if additive => finding.help("say how long, as in `+ 30 days` or `- 2 years`"),
            (Type::Whole | Type::Number, Type::Date) if additive => finding.help("say how long, as in `30 days + …`"),
            (Type::Months, _) | (_, Type::Months) if !(one.ty == Type::Date || other.ty == Type::Date) => {
                finding.help("calendar months and years only stand beside dates; write the length in days")
            }
            (a, b) if additive && is_plain(one.ty) && a != b && super::bounds::plain_value(one).is_some() => {
                self.mend(finding, one, left.span, b)
            }
            (a, b) if additive && a != b => self.mend(finding, other, right.span, a),
            (_, Type::Percent) if operator == ArithmeticOp::Divide => {
                finding.help("write `number(…)` around the percent to divide by it as a plain number")
            }
            _ if matches!(operator, ArithmeticOp::Multiply) && !additive => {
                finding.help("one of the two has to be a plain number or a percent; divide an amount by its unit to get one")
            }
            _ => finding,
        };
        self.refuse(finding)
    }
}

/// The type of the result, if the two go together.
fn result(operator: ArithmeticOp, left: &Expr, right: &Expr) -> Option<Type> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    let (one, other) = (left.ty, right.ty);
    match (one, operator, other) {
        (Type::Whole, Add | Subtract | Multiply, Type::Whole) => Some(Type::Whole),
        (Type::Whole | Type::Number, _, Type::Whole | Type::Number) => Some(Type::Number),
        (Type::Percent | Type::Money(_) | Type::Duration | Type::Size, Add | Subtract, _) if one == other => Some(one),
        (Type::Percent | Type::Money(_) | Type::Duration | Type::Size, Divide, _) if one == other => Some(Type::Number),
        // A percent of anything keeps its unit.
        (Type::Percent, Multiply, unit) | (unit, Multiply, Type::Percent) => match unit {
            Type::Whole | Type::Number => Some(Type::Number),
            Type::Percent | Type::Money(_) | Type::Duration | Type::Size => Some(unit),
            _ => None,
        },
        (unit @ (Type::Money(_) | Type::Duration | Type::Size), Multiply, Type::Whole | Type::Number) => Some(unit),
        (Type::Whole | Type::Number, Multiply, unit @ (Type::Money(_) | Type::Duration | Type::Size)) => Some(unit),
        (unit @ (Type::Percent | Type::Money(_) | Type::Duration | Type::Size), Divide, Type::Whole | Type::Number) => Some(unit),
        (Type::Date, Subtract, Type::Date) => Some(Type::Duration),
        (Type::Date, Add | Subtract, Type::Duration) | (Type::Duration, Add, Type::Date) => Some(Type::Date),
        (Type::Date, Add | Subtract, Type::Months) if matches!(right.kind, ExprKind::Months(_)) => Some(Type::Date),
        (Type::Months, Add, Type::Date) if matches!(left.kind, ExprKind::Months(_)) => Some(Type::Date),
        _ => None,
    }
}
