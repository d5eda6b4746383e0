//! Bounds of fields, parameters and lists: conditions on written-out values become sets of possible values.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::Expr;
use crate::source::Span;
use crate::syntax::ast::{self, CompareOp, Set, TailKind};
use crate::value::{Comparison, Interval, Number, Possible, Texts, Truth, Type, Variants};

use super::{Checker, Expected, is_broken};

/// What a bound allows.
enum Allowed {
    Set(Possible),
    /// Nothing fits; not a mistake of the bound's form.
    Nothing,
    /// A finding says what is wrong.
    Broken,
}

impl<'a> Checker<'a> {
    /// What a value of the type may be under all the bounds given. `owner` is what has them.
    pub(super) fn bounds(&mut self, ty: Type, domain: Possible, bounds: &'a [ast::Tail], owner: &str) -> Possible {
        let mut allowed = domain.clone();
        for bound in bounds {
            let narrowed = match self.bound(ty, bound) {
                Allowed::Set(set) => allowed.intersect(&set).and_then(|set| snapped(set, ty)),
                Allowed::Nothing => None,
                Allowed::Broken => continue,
            };
            match narrowed {
                Some(narrowed) => allowed = narrowed,
                None => {
                    self.report(
                        Diagnostic::new(&codes::OUT_OF_BOUNDS, bound.span, format!("the bounds of `{owner}` leave no value possible"))
                            .help("a bound such as `in 0..10` names the least value first"),
                    );
                    return domain;
                }
            }
        }
        allowed
    }

    /// The least and greatest length of a list.
    pub(super) fn count_bounds(&mut self, bounds: &'a [ast::Tail], owner: &str) -> (u32, Option<u32>) {
        let counts = Interval { low: Number::ZERO, low_open: false, ..Interval::unbounded() };
        let Possible::Range(range) = self.bounds(Type::Whole, Possible::Range(counts), bounds, owner) else { return (0, None) };
        let count = |end: Number| end.to_i64().and_then(|end| u32::try_from(end).ok());
        (count(range.low).unwrap_or(0), count(range.high))
    }

    fn bound(&mut self, ty: Type, bound: &'a ast::Tail) -> Allowed {
        match &bound.kind {
            TailKind::Compare(operator, right) => {
                let Some(value) = self.bound_value(ty, right) else { return Allowed::Broken };
                let comparison = comparison(*operator);
                match value {
                    Possible::Range(range) if ty.is_ordered() => {
                        match range.exact().and_then(|number| Interval::satisfying(comparison, number)) {
                            Some(range) => Allowed::Set(Possible::Range(range)),
                            None => self.no_bound(bound.span, "`!=` is no bound, for it leaves two ranges"),
                        }
                    }
                    _ if comparison == Comparison::Equal => Allowed::Set(value),
                    _ if comparison == Comparison::NotEqual => self.all_but(ty, &value, bound.span),
                    _ => {
                        let kind = self.policy.schema.describe(ty);
                        self.no_bound(bound.span, &format!("{kind} has no order that a bound could use"))
                    }
                }
            }
            TailKind::In(false, Set::Range(low, high)) => {
                let ends = (self.bound_value(ty, low), self.bound_value(ty, high));
                let (Some(low), Some(high)) = ends else { return Allowed::Broken };
                match (low, high) {
                    (Possible::Range(low), Possible::Range(high)) => match Interval::new(low.low, false, high.high, false) {
                        Some(range) => Allowed::Set(Possible::Range(range)),
                        None => Allowed::Nothing,
                    },
                    _ => {
                        let kind = self.policy.schema.describe(ty);
                        self.no_bound(bound.span, &format!("{kind} has no order that a bound could use"))
                    }
                }
            }
            TailKind::In(negated, Set::Tuple(values)) => {
                let mut set: Option<Possible> = None;
                for value in values {
                    let Some(value) = self.bound_value(ty, value) else { return Allowed::Broken };
                    set = Some(set.map_or_else(|| value.clone(), |set| set.join(&value)));
                }
                match set {
                    Some(Possible::Range(_)) | None => self.no_bound(bound.span, "a bound on numbers is a range, as in `in 0..10`"),
                    Some(set) if *negated => self.all_but(ty, &set, bound.span),
                    Some(set) => Allowed::Set(set),
                }
            }
            TailKind::In(true, Set::Range(..)) => self.no_bound(bound.span, "`not in` is no bound, for it leaves two ranges"),
            TailKind::In(_, Set::List(_)) => {
                self.no_bound(bound.span, "expected a range or values in parentheses as a bound, found a list")
            }
            TailKind::Is(..) => self.no_bound(bound.span, "a bound limits values; it can't ask whether there is one"),
        }
    }

    fn all_but(&mut self, ty: Type, excluded: &Possible, span: Span) -> Allowed {
        match (excluded, Possible::anything(ty, &self.policy.schema)) {
            (Possible::Variants(excluded), Possible::Variants(all)) => match all.without(*excluded) {
                Some(rest) => Allowed::Set(Possible::Variants(rest)),
                None => Allowed::Nothing,
            },
            (Possible::Truth(truth), _) if *truth != Truth::Unknown => Allowed::Set(Possible::Truth(truth.not())),
            _ => self.no_bound(span, "a bound names what is allowed, not what is left out"),
        }
    }

    fn no_bound(&mut self, span: Span, message: &str) -> Allowed {
        self.report(
            Diagnostic::new(&codes::WRONG_TYPE, span, message)
                .help("bounds are written as `in 0..10`, `>= 0`, `> 0 and < 5` or `in (a, b)`"),
        );
        Allowed::Broken
    }

    /// A written-out value in a bound. What is possible may not depend on parameters, which are set later.
    fn bound_value(&mut self, ty: Type, written: &'a ast::Expr) -> Option<Possible> {
        if !is_written_out(written, ty) {
            self.report(
                Diagnostic::new(&codes::NOT_CONSTANT, written.span, "expected a written-out value in a bound")
                    .help("bounds hold before parameters are set and facts are read, so they are single numbers, dates, words or variants"),
            );
            return None;
        }
        let value = self.expression(written, Expected::Type(ty));
        // Counts may be bounded between whole numbers, as in `< 9.5`.
        let due = if ty == Type::Whole { Type::Number } else { ty };
        let value = self.fit(value, written, due, "in a bound");
        if is_broken(&value) { None } else { plain_value(&value) }
    }
}

/// Whether an expression is a value by itself. What has been found to be broken counts as one.
fn is_written_out(written: &ast::Expr, ty: Type) -> bool {
    use crate::syntax::ast::ExprKind;
    match &written.kind {
        ExprKind::Literal(_) | ExprKind::Truth(_) | ExprKind::Text(_) | ExprKind::Unknown | ExprKind::Broken => true,
        ExprKind::Path(path) => matches!(ty, Type::Enum(_)) && path.parts.len() == 1,
        ExprKind::Negate(inner) | ExprKind::Parenthesised(inner) => is_written_out(inner, ty),
        _ => false,
    }
}

/// The value of a literal, a minus sign before it allowed.
pub(super) fn plain_value(expr: &Expr) -> Option<Possible> {
    use crate::policy::ExprKind;
    match &expr.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Negate(inner) => match plain_value(inner)? {
            Possible::Range(range) => Some(Possible::Range(range.negate())),
            Possible::Truth(_) | Possible::Variants(_) | Possible::Texts(_) | Possible::List(_) => None,
        },
        _ => None,
    }
}

/// The comparison that an operator asks for.
pub(super) fn comparison(operator: CompareOp) -> Comparison {
    match operator {
        CompareOp::Equal => Comparison::Equal,
        CompareOp::NotEqual => Comparison::NotEqual,
        CompareOp::Less => Comparison::Less,
        CompareOp::LessOrEqual => Comparison::LessOrEqual,
        CompareOp::Greater => Comparison::Greater,
        CompareOp::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}

/// The set with the ends of a range on values that the type has.
fn snapped(set: Possible, ty: Type) -> Option<Possible> {
    match set {
        Possible::Range(range) => range.snapped(ty.grid()).map(Possible::Range),
        Possible::Truth(_) | Possible::Variants(_) | Possible::Texts(_) | Possible::List(_) => Some(set),
    }
}

/// Exactly one variant.
pub(super) fn one_variant(place: usize) -> Possible {
    Possible::Variants(Variants::one(place))
}

/// Exactly one text.
pub(super) fn one_text(text: &str) -> Possible {
    Possible::Texts(Texts::One(text.into()))
}
