//! Conditions that are well formed and may not say what was meant.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::syntax::ast::{Assumed, Comparison, Expr, ExprKind, Set, Tail, TailKind};

use super::Checker;

impl<'a> Checker<'a> {
    /// `not a == b` reads as `not (a == b)`; some expect `(not a) == b`.
    pub(super) fn lint_not(&mut self, whole: &Expr, inner: &Expr) {
        let ExprKind::Condition(left, Tail { kind: TailKind::Compare(operator, right), .. }) = &inner.kind else { return };
        let opposite = operator.negated().symbol();
        let finding = Diagnostic::new(&codes::NOT_BEFORE_COMPARISON, whole.span, "`not` before a comparison stands for the whole of it");
        let finding = match (self.shown(left), self.shown(right)) {
            (Some(left), Some(right)) => {
                let meant = format!("{left} {opposite} {right}");
                finding.help(format!("write `{meant}`")).fix(whole.span, meant)
            }
            _ => finding.help(format!("write the comparison with `{opposite}`, or parentheses after `not`")),
        };
        self.report(finding);
    }

    /// `a or b and c` reads as `a or (b and c)`; some expect `(a or b) and c`.
    pub(super) fn lint_or(&mut self, parts: &[Expr]) {
        for part in parts {
            if let ExprKind::And(_) = part.kind {
                self.report(
                    Diagnostic::new(&codes::AND_WITHIN_OR, part.span, "`and` joins these before `or` does")
                        .help("put parentheses around what belongs together"),
                );
            }
        }
    }

    /// `x >= x` has one answer, or is left open although it has one.
    pub(super) fn lint_same(&mut self, operator: Comparison, left: &Expr, right: &Expr, span: Span) {
        if !same(left, right) {
            return;
        }
        let symbol = operator.symbol();
        let what = self.shown(left).map_or_else(|| "an expression".to_string(), |shown| format!("`{shown}`"));
        self.report(
            Diagnostic::new(&codes::SELF_COMPARISON, span, format!("{what} is compared with itself by `{symbol}`"))
                .help("one of the sides was probably meant to be something else"),
        );
    }
}

/// Whether two expressions say the same, parentheses and places apart.
fn same(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::Parenthesised(one), _) => same(one, other),
        (_, ExprKind::Parenthesised(other)) => same(one, other),
        (ExprKind::Literal(one), ExprKind::Literal(other)) => one == other,
        (ExprKind::Truth(one), ExprKind::Truth(other)) => one == other,
        (ExprKind::Today, ExprKind::Today) => true,
        (ExprKind::Path(one), ExprKind::Path(other)) => {
            one.parts.iter().map(|part| &part.text).eq(other.parts.iter().map(|part| &part.text))
        }
        (ExprKind::Call(one, these), ExprKind::Call(other, those)) => {
            one.parts.iter().map(|part| &part.text).eq(other.parts.iter().map(|part| &part.text)) && all_same(these, those)
        }
        (ExprKind::And(these), ExprKind::And(those)) | (ExprKind::Or(these), ExprKind::Or(those)) => all_same(these, those),
        (ExprKind::Not(one), ExprKind::Not(other)) | (ExprKind::Negate(one), ExprKind::Negate(other)) => same(one, other),
        (ExprKind::Arithmetic(sign, a, b, _), ExprKind::Arithmetic(other, c, d, _)) => sign == other && same(a, c) && same(b, d),
        (ExprKind::Condition(one, tail), ExprKind::Condition(other, other_tail)) => same(one, other) && same_tail(tail, other_tail),
        (ExprKind::If(a, b, c), ExprKind::If(d, e, f)) => same(a, d) && same(b, e) && same(c, f),
        (ExprKind::Assuming(one, value), ExprKind::Assuming(other, other_value)) => {
            same(one, other)
                && match (value, other_value) {
                    (Assumed::EmptyList(_), Assumed::EmptyList(_)) => true,
                    (Assumed::Value(one), Assumed::Value(other)) => same(one, other),
                    _ => false,
                }
        }
        _ => false,
    }
}

fn all_same(these: &[Expr], those: &[Expr]) -> bool {
    these.len() == those.len() && these.iter().zip(those).all(|(one, other)| same(one, other))
}

fn same_tail(one: &Tail, other: &Tail) -> bool {
    match (&one.kind, &other.kind) {
        (TailKind::Compare(operator, one), TailKind::Compare(other_operator, other)) => operator == other_operator && same(one, other),
        (TailKind::Is(negated, word), TailKind::Is(other_negated, other_word)) => (negated, word) == (other_negated, other_word),
        (TailKind::In(negated, one), TailKind::In(other_negated, other)) => {
            negated == other_negated
                && match (one, other) {
                    (Set::Range(a, b), Set::Range(c, d)) => same(a, c) && same(b, d),
                    (Set::Tuple(these), Set::Tuple(those)) => all_same(these, those),
                    (Set::List(one), Set::List(other)) => same(one, other),
                    _ => false,
                }
        }
        _ => false,
    }
}
