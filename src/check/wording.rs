//! How findings speak of expressions and types, and what would mend a type that does not fit.

use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Currency, DAY, Number, Possible, Quantity, Type, show_number};

use super::{Checker, bounds};

impl<'a> Checker<'a> {
    /// A path as it was typed.
    pub(super) fn written(&self, path: &ast::Path) -> String {
        let parts: Vec<&str> = path.parts.iter().map(|part| part.text.as_str()).collect();
        parts.join(".")
    }

    /// An expression as it was typed, where it is short enough to repeat.
    pub(super) fn shown(&self, expr: &ast::Expr) -> Option<String> {
        Some(match &expr.kind {
            ast::ExprKind::Path(path) => self.written(path),
            ast::ExprKind::Call(path, _) => format!("{}(…)", self.written(path)),
            ast::ExprKind::Parenthesised(inner) => self.shown(inner)?,
            ast::ExprKind::Negate(inner) => match &inner.kind {
                ast::ExprKind::Literal(quantity) => format!("-{}", literal(quantity)),
                _ => return None,
            },
            ast::ExprKind::Literal(quantity) => literal(quantity),
            ast::ExprKind::Truth(value) => value.to_string(),
            ast::ExprKind::Today => "today".to_string(),
            _ => return None,
        })
    }

    /// The type of an expression as a reader would say it.
    pub(super) fn type_of(&self, expr: &Expr) -> String {
        match (&expr.kind, expr.ty) {
            (ExprKind::Constant(_), Type::Whole | Type::Number) => "a plain number".into(),
            _ => self.policy.schema.describe(expr.ty),
        }
    }

    /// "`x`, a percent", or "a percent" where the expression is too long to repeat.
    pub(super) fn with_type(&self, expr: &Expr, written: &ast::Expr) -> String {
        match self.shown(written) {
            Some(shown) => format!("`{shown}`, {}", self.type_of(expr)),
            None => self.type_of(expr),
        }
    }

    /// "a percent (`x`)", or "a percent" where the expression is too long to repeat.
    pub(super) fn type_with_name(&self, expr: &Expr, written: &ast::Expr) -> String {
        match self.shown(written) {
            Some(shown) => format!("{} (`{shown}`)", self.type_of(expr)),
            None => self.type_of(expr),
        }
    }

    /// Adds what would turn `found` into the type that is due, if anything would.
    pub(super) fn mend(&self, finding: Diagnostic, found: &Expr, span: Span, due: Type) -> Diagnostic {
        let plain = match (found.ty, bounds::plain_value(found)) {
            (Type::Whole | Type::Number, Some(Possible::Range(range))) => range.exact(),
            _ => None,
        };
        if let Some(number) = plain {
            let replacement = match due {
                Type::Percent => Some(format!("{number}%")),
                Type::Money(Currency::USD) if number < Number::ZERO => Some(format!("-${}", number.negate())),
                Type::Money(Currency::USD) => Some(format!("${number}")),
                Type::Money(currency) => Some(format!("{number} {}", currency.as_str())),
                _ => None,
            };
            if let Some(replacement) = replacement {
                return finding.help(format!("did you mean `{replacement}`?")).fix(span, replacement);
            }
        }
        let share = match (found.ty, bounds::plain_value(found)) {
            (Type::Percent, Some(Possible::Range(range))) => range.exact(),
            _ => None,
        };
        if let (Some(share), Type::Whole | Type::Number) = (share, due)
            && let Ok(hundredfold) = share.multiply(Number::whole(100))
        {
            return finding.help(format!("a plain number stands without `%`: write `{hundredfold}`, or `{share}` for the share"));
        }
        match (found.ty, due) {
            (Type::Number, Type::Whole) if plain.is_some() => finding.help("write a number without decimals"),
            (Type::Whole | Type::Number, Type::Duration) if plain.is_some() => {
                finding.help("give it a unit, such as `30 days` or `12 hours`")
            }
            (Type::Whole | Type::Number, Type::Size) if plain.is_some() => finding.help("give it a unit, such as `500 GB` or `4 TiB`"),
            (Type::Whole | Type::Number, Type::Date) if plain.is_some() => finding.help("write a day, such as `2026-03-01`"),
            (Type::Whole | Type::Number, Type::Percent) => finding.help("write `percent(…)` around it: `percent(0.5)` is 50%"),
            (Type::Percent, Type::Number) => finding.help("write `number(…)` around it: `number(50%)` is 0.5"),
            (Type::Number, Type::Whole) => finding.help("write `round(…)`, `round_down(…)` or `round_up(…)` around it"),
            (Type::Percent, Type::Whole) => finding.help("a share is no count; multiply it by what it is a share of, and round"),
            (Type::Months, Type::Duration) => match &found.kind {
                ExprKind::Months(months) => {
                    let days = show_number(Number::whole(days_in(*months).saturating_mul(DAY)), Type::Duration).replace(',', "");
                    finding
                        .help(format!("calendar months and years differ in length, so they only stand beside dates; write `{days}`"))
                        .fix(span, days)
                }
                _ => finding.help("calendar months and years differ in length, so they only stand beside dates; write days"),
            },
            (Type::Duration, Type::Whole | Type::Number) => finding.help("divide it by a unit for a plain number, as in `… / 1 day`"),
            (Type::Size, Type::Whole | Type::Number) => finding.help("divide it by a unit for a plain number, as in `… / 1 GB`"),
            (Type::Money(currency), Type::Whole | Type::Number) => {
                let one = if currency == Currency::USD { "$1".to_string() } else { format!("1 {}", currency.as_str()) };
                finding.help(format!("divide it by an amount for a plain number, as in `… / {one}`"))
            }
            (Type::Money(one), Type::Money(other)) if one != other => {
                finding.help("rules don't convert currencies; bring both amounts into one on the fact sheet")
            }
            (Type::Date, Type::Duration) => finding.help("a date minus a date is a duration, as in `today - …`"),
            (Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Date | Type::Size, Type::Bool) => {
                finding.help("compare it with something, as in `… >= …`")
            }
            (Type::Enum(_), Type::Bool) => finding.help("compare it with one of its variants, as in `… == …`"),
            (Type::List(_), Type::Bool) => finding.help("write `… is not empty`, or ask `some x in … satisfies …`"),
            (Type::List(_), _) => finding.help("a list is not one value; count it, or take its `sum of`, `min of` or `max of`"),
            _ => finding,
        }
    }
}

/// A literal as rules write it.
fn literal(quantity: &Quantity) -> String {
    let (number, ty) = match quantity {
        Quantity::Number(number) => return number.to_string(),
        Quantity::Months(months) if *months != 0 && months % 12 == 0 => {
            return if months.abs() == 12 { format!("{} year", months / 12) } else { format!("{} years", months / 12) };
        }
        Quantity::Months(months) => (Number::whole(*months), Type::Months),
        Quantity::Percent(number) => (*number, Type::Percent),
        Quantity::Money(number, currency) => (*number, Type::Money(*currency)),
        Quantity::Duration(number) => (*number, Type::Duration),
        Quantity::Date(number) => (*number, Type::Date),
        Quantity::Size(number) => (*number, Type::Size),
    };
    show_number(number, ty)
}

/// About how many days the months have: years of 365, the rest of 30.
fn days_in(months: i64) -> i64 {
    (months / 12).saturating_mul(365).saturating_add((months % 12).saturating_mul(30))
}
