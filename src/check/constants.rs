//! Which expressions are known before any facts are. Their values are not looked at here.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{Expr, ExprKind};
use crate::source::Span;

use super::{Checker, is_broken};

/// What makes an expression depend on facts.
pub(super) struct Reading {
    /// The place in the expression.
    span: Span,
    /// What it reads.
    what: &'static str,
    /// Whether it reads it through a `let`.
    through_let: bool,
}

impl<'a> Checker<'a> {
    /// Refuses an expression that only facts can tell. `what` says what it is needed for.
    pub(super) fn constant(&mut self, expr: Expr, what: &str) -> Expr {
        if is_broken(&expr) {
            return expr;
        }
        let Some(reading) = self.reading(&expr) else { return expr };
        let found = if reading.through_let { format!("a `let` that reads {}", reading.what) } else { reading.what.to_string() };
        self.refuse(
            Diagnostic::new(
                &codes::NOT_CONSTANT,
                reading.span,
                format!("{what} has to be known before any facts are, but this is {found}"),
            )
            .help("use numbers and parameters only"),
        )
    }

    /// The first thing in an expression that only facts can tell.
    pub(super) fn reading(&self, expr: &Expr) -> Option<Reading> {
        let one = |what: &'static str| Some(Reading { span: expr.span, what, through_let: false });
        match &expr.kind {
            ExprKind::Broken | ExprKind::Constant(_) | ExprKind::Months(_) | ExprKind::Today | ExprKind::Param(_) => None,
            ExprKind::Let(id) => self.let_reads[id.index()].map(|what| Reading { span: expr.span, what, through_let: true }),
            ExprKind::Fact(_) | ExprKind::Element(_) | ExprKind::Assuming(..) | ExprKind::IsKnown(_) | ExprKind::FieldOfEach(..) => {
                one("a fact")
            }
            ExprKind::Check(_) => one("a check"),
            ExprKind::Points(_) => one("the points of an item"),
            ExprKind::Score(_) | ExprKind::ScorePoints(_) => one("a score"),
            ExprKind::Gate(_) => one("a gate"),
            ExprKind::Band(_) => one("the band of a verdict"),
            ExprKind::Limit(_) => one("a limit"),
            ExprKind::Trigger(_) => one("a trigger"),
            ExprKind::Column(..) => one("a column of a table"),
            ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::IsEmpty(inner) => self.reading(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Call(_, parts) => parts.iter().find_map(|part| self.reading(part)),
            ExprKind::Compare(_, left, right) | ExprKind::Arithmetic(_, left, right) => self.reading(left).or_else(|| self.reading(right)),
            ExprKind::Between(value, low, high) | ExprKind::If(value, low, high) => {
                self.reading(value).or_else(|| self.reading(low)).or_else(|| self.reading(high))
            }
            ExprKind::OneOf(value, among) => self.reading(value).or_else(|| among.iter().find_map(|other| self.reading(other))),
            // Every list there is stands on a fact sheet.
            ExprKind::InList(value, list) => self.reading(value).or_else(|| self.reading(list)),
            ExprKind::Quantified(_, binder, _) => self.reading(&binder.list),
            ExprKind::Aggregate(aggregate) => self.reading(&aggregate.binder.list),
            ExprKind::Top(_, list) => self.reading(list),
            // Scripts are called while facts are judged, even where they are given none.
            ExprKind::Script(..) => one("the result of a script"),
        }
    }

    /// What an expression reads that only facts tell, in a few words.
    pub(super) fn reads(&self, expr: &Expr) -> Option<&'static str> {
        self.reading(expr).map(|reading| reading.what)
    }
}
