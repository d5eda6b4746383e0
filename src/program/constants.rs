//! What must be known before any facts are: worths, points, edges, knots; and what is wrong with constants.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy as typed;
use crate::value::{Arithmetic, Faulty, show_number, show_possible};

impl Lowerer<'_> {
    /// The points that an item is worth. Where they make no sense, a finding says so.
    pub(super) fn worth(&mut self, expr: &typed::Expr, head: &Head) -> Fraction {
        match self.constant_number(expr) {
            Some(worth) if worth <= Number::ZERO => {
                self.report(
                    Diagnostic::new(
                        &codes::BAD_WORTH,
                        expr.span,
                        format!("expected `{}` to be worth more than 0, found {worth}", head.code),
                    )
                    .label("a worth is above 0")
                    .help("give it a worth above 0, or write a gate if it should only hold a verdict back"),
                );
                Fraction::one()
            }
            Some(worth) => Fraction::from_number(worth),
            None => Fraction::one(),
        }
    }

    /// What a grade or ramp is worth: its most points. Without any it could not count, unless findings since `findings_before` have said already what is
    /// wrong with them.
    pub(super) fn most_points(&mut self, body: &Body, head: &Head, findings_before: usize) -> Fraction {
        let most = match body {
            Body::Grade(_, rows) => rows.iter().map(|row| &row.points).max(),
            Body::GradeWhen(rows) => rows.iter().map(|row| &row.points).max(),
            Body::Ramp(_, knots) => knots.iter().map(|knot| &knot.points).max(),
            Body::Check(_) | Body::Measure(_) | Body::Include(_) => None,
        };
        match most {
            Some(most) if !most.is_zero() => most.clone(),
            _ => {
                if !self.diagnostics[findings_before..].iter().any(Diagnostic::is_error) {
                    let message = format!("`{}` gives no points, whatever the facts say", head.code);
                    self.report(
                        Diagnostic::new(&codes::BAD_WORTH, head.name_span, message)
                            .label("its most points are what it is worth")
                            .help("let the best of its rows or knots give more than 0 points"),
                    );
                }
                Fraction::one()
            }
        }
    }

    /// A constant amount of points for a row or knot.
    pub(super) fn points(&mut self, expr: &typed::Expr) -> Fraction {
        match self.constant_number(expr) {
            Some(points) if points < Number::ZERO => {
                self.report(
                    Diagnostic::new(&codes::NEGATIVE_POINTS, expr.span, format!("expected points of 0 or more, found {points}"))
                        .label("points are never negative")
                        .help("give 0 points here, and write a gate if it should hold a verdict back"),
                );
                Fraction::zero()
            }
            Some(points) => Fraction::from_number(points),
            None => Fraction::zero(),
        }
    }

    /// The value of an expression that must not depend on facts. None: a finding says what is wrong.
    pub(super) fn constant_number(&mut self, expr: &typed::Expr) -> Option<Number> {
        let findings_before = self.diagnostics.len();
        let id = self.expression(expr);
        if self.diagnostics.len() > findings_before {
            return None;
        }
        let number = self.range_of(id).and_then(|range| range.exact());
        if number.is_none() {
            self.not_constant(expr.span);
        }
        number
    }

    /// The value that stands in for a fact without evidence, which must be one that the fact could have.
    pub(super) fn assumed(&mut self, place: Place, expr: &typed::Expr) -> Option<Possible> {
        let id = self.expression(expr);
        let Some(value) = self.constant_of(id).cloned() else {
            self.not_constant(expr.span);
            return None;
        };
        if let Some(leaf) = self.leaf(place)
            && !value.is_subset_of(&leaf.domain)
        {
            let schema = &self.policy.schema;
            let (bounds, given) = (show_possible(&leaf.domain, leaf.ty, schema), show_possible(&value, leaf.ty, schema));
            self.report(
                Diagnostic::new(
                    &codes::OUT_OF_BOUNDS,
                    expr.span,
                    format!("expected `{}` to be {bounds}, found {given} assumed for it", leaf.path),
                )
                .related(leaf.span, "its bounds are declared here")
                .help("assume a value within the bounds, or widen them"),
            );
            return None;
        }
        Some(value)
    }

    pub(super) fn not_constant(&mut self, span: Span) {
        self.report(
            Diagnostic::new(&codes::NOT_CONSTANT, span, "expected a value that is known before any facts are")
                .label("this depends on facts")
                .help("use literals and parameters here"),
        );
    }

    /// A policy without errors has nothing that is not understood; should one have, it is said rather than guessed at.
    pub(super) fn not_understood(&mut self, span: Span) {
        self.report(Diagnostic::new(&codes::SYNTAX, span, "this part of the rules can't be understood"));
    }

    /// What arithmetic on constants came to.
    pub(super) fn folded(&mut self, result: Result<Interval, Faulty>, span: Span) -> Expr {
        match result {
            Ok(range) => Expr::Constant(Possible::Range(range)),
            Err(fault) => {
                let (message, help) = match fault.arithmetic {
                    Arithmetic::DivisionByZero => {
                        ("this divides by 0, whatever the facts say", "guard it, as in `if d != 0 then n / d else 0`")
                    }
                    Arithmetic::Overflow => {
                        ("this is further from 0 than any number or date can be, whatever the facts say", "use smaller amounts")
                    }
                };
                self.report(Diagnostic::new(&codes::CONSTANT_FAULT, span, message).help(help));
                Expr::Constant(Possible::Range(Interval::point(Number::ONE)))
            }
        }
    }

    /// Whether folding has met a fault since.
    pub(super) fn has_faults(&self, findings_before: usize) -> bool {
        self.diagnostics[findings_before..].iter().any(|finding| finding.code == &codes::CONSTANT_FAULT)
    }

    /// Forgets the faults met since, for what is never evaluated can't fault.
    pub(super) fn absorb_faults(&mut self, findings_before: usize) {
        let mut place = 0;
        self.diagnostics.retain(|finding| {
            place += 1;
            place <= findings_before || finding.code != &codes::CONSTANT_FAULT
        });
    }

    /// How many decimals to round to. A percent is rounded as it is written, two places further right than its fraction.
    pub(super) fn places(&mut self, value: &typed::Expr, places: Option<&typed::Expr>, span: Span) -> u32 {
        let shift = if value.ty == Type::Percent { 2 } else { 0 };
        let most = Number::DECIMALS - shift;
        let Some(places) = places else { return shift };
        let Some(given) = self.constant_number(places) else { return shift };
        match given.to_i64().and_then(|given| u32::try_from(given).ok()) {
            Some(given) if given <= most => given + shift,
            _ => {
                let given = show_number(given, Type::Number);
                self.report(
                    Diagnostic::new(
                        &codes::BAD_CALL,
                        places.span,
                        format!("expected a whole number of decimals from 0 to {most}, found {given}"),
                    )
                    .related(span, "to round this")
                    .help("write how many decimals to keep, as in `round(x, 2)`"),
                );
                shift
            }
        }
    }

    /// How many of a list's elements `top` takes.
    pub(super) fn top_count(&mut self, count: &typed::Expr) -> u32 {
        let Some(given) = self.constant_number(count) else { return 1 };
        match given.to_i64().and_then(|given| u32::try_from(given).ok()) {
            Some(given) if given > 0 => given,
            _ => {
                let given = show_number(given, Type::Number);
                self.report(
                    Diagnostic::new(&codes::BAD_CALL, count.span, format!("expected a whole number above 0, found {given}"))
                        .label("how many of the greatest `top` takes")
                        .help("write how many you want before the list, as in `top(3, competitors.share)`"),
                );
                1
            }
        }
    }
}
