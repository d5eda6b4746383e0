//! Expressions, tests and texts with values in them.

use super::super::ast::{
    Aggregate, AggregateKind, ArithmeticOp, Assumed, Binder, Comparison, Expr, ExprKind, IsWord, Piece, Quantifier, Set, Tail, TailKind,
    Template, Test, TestKind,
};
use super::super::explain::{self, Place};
use super::super::grammar::{self, Node, Rule};
use super::super::literals;
use super::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::Quantity;

/// How high an expression's tree may be. A sum of so many terms counts as that high.
pub(super) const HIGHEST: u32 = 256;

impl Builder<'_> {
    /// Any expression.
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let Some(form) = node.into_inner().next() else { return self.broken(span) };
        match form.as_rule() {
            Rule::disjunction => self.disjunction(form),
            Rule::conditional => {
                let mut parts = super::all_of(form, Rule::expression).into_iter();
                let (Some(condition), Some(holds), Some(fails)) = (parts.next(), parts.next(), parts.next()) else {
                    return self.broken(span);
                };
                let mut height = 0;
                let condition = self.boxed(condition, &mut height);
                let holds = self.boxed(holds, &mut height);
                let fails = self.boxed(fails, &mut height);
                self.finish(ExprKind::If(condition, holds, fails), span, height)
            }
            Rule::quantified => {
                let mut quantifier = Quantifier::Every;
                let mut binder = None;
                let mut height = 0;
                for part in form.into_inner() {
                    match part.as_rule() {
                        Rule::some_word => quantifier = Quantifier::Some,
                        Rule::binder => binder = self.binder(part, &mut height),
                        Rule::expression => {
                            let body = self.boxed(part, &mut height);
                            return match binder {
                                Some(binder) => self.finish(ExprKind::Quantified(quantifier, binder, body), span, height),
                                None => self.broken(span),
                            };
                        }
                        _ => {}
                    }
                }
                self.broken(span)
            }
            Rule::counted | Rule::folded => self.aggregate(form, span),
            _ => self.broken(span),
        }
    }

    fn aggregate(&mut self, node: Node<'_>, span: Span) -> Expr {
        let mut kind = AggregateKind::Count;
        let (mut of, mut binder, mut if_none) = (None, None, None);
        let mut height = 0;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::count_word => kind = AggregateKind::Count,
                Rule::share_word => kind = AggregateKind::Share,
                Rule::sum_word => kind = AggregateKind::Sum,
                Rule::min_word => kind = AggregateKind::Min,
                Rule::max_word => kind = AggregateKind::Max,
                Rule::mean_word => kind = AggregateKind::Mean,
                Rule::expression => of = Some(self.boxed(part, &mut height)),
                Rule::binder => binder = self.binder(part, &mut height),
                Rule::disjunction => {
                    if_none = Some(Box::new(self.disjunction(part)));
                    height = height.max(self.height);
                }
                _ => {}
            }
        }
        match binder {
            Some(binder) => self.finish(ExprKind::Aggregate(Aggregate { kind, of, binder, if_none }), span, height),
            None => self.broken(span),
        }
    }

    fn binder(&mut self, node: Node<'_>, height: &mut u32) -> Option<Binder> {
        let span = self.span(&node);
        let (mut name, mut list, mut filter) = (None, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::new_name => name = Some(self.name(&part)),
                Rule::sum => {
                    list = Some(Box::new(self.sum(part)));
                    *height = (*height).max(self.height);
                }
                Rule::expression => filter = Some(self.boxed(part, height)),
                _ => {}
            }
        }
        Some(Binder { name: name?, list: list?, filter, span })
    }

    fn disjunction(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        self.joined(node, span, Rule::conjunction, ExprKind::Or, Self::conjunction)
    }

    fn conjunction(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        self.joined(node, span, Rule::negation, ExprKind::And, Self::negation)
    }

    /// One part as it is, several under one node.
    fn joined(
        &mut self,
        node: Node<'_>,
        span: Span,
        rule: Rule,
        join: fn(Vec<Expr>) -> ExprKind,
        build: fn(&mut Self, Node<'_>) -> Expr,
    ) -> Expr {
        let mut height = 0;
        let mut parts = Vec::new();
        for part in node.into_inner().filter(|part| part.as_rule() == rule) {
            parts.push(build(self, part));
            height = height.max(self.height);
        }
        match parts.len() {
            0 => self.broken(span),
            1 => parts.swap_remove(0),
            _ => self.finish(join(parts), span, height),
        }
    }

    fn negation(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let mut starts = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::not_word => starts.push(self.span(&part)),
                Rule::comparison => {
                    let inner = self.comparison(part);
                    return self.wrapped(inner, starts, ExprKind::Not);
                }
                _ => {}
            }
        }
        self.broken(span)
    }

    /// Puts an expression under one node for each sign before it, the nearest first.
    fn wrapped(&mut self, inner: Expr, starts: Vec<Span>, wrap: fn(Box<Expr>) -> ExprKind) -> Expr {
        let mut inner = inner;
        for start in starts.into_iter().rev() {
            let span = start.to(inner.span);
            let height = self.height;
            inner = self.finish(wrap(Box::new(inner)), span, height);
            if matches!(inner.kind, ExprKind::Broken) {
                break;
            }
        }
        inner
    }

    fn comparison(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let mut parts = node.into_inner();
        let Some(left) = parts.next() else { return self.broken(span) };
        let left = self.sum(left);
        let mut height = self.height;
        match parts.next() {
            None => left,
            Some(tail) => {
                let tail_span = self.span(&tail);
                match self.tail(tail) {
                    Some(tail) => {
                        height = height.max(self.height);
                        self.finish(ExprKind::Condition(Box::new(left), tail), span, height)
                    }
                    None => self.broken(tail_span),
                }
            }
        }
    }

    /// Comparisons joined by `and`.
    pub(super) fn tails(&mut self, node: Node<'_>) -> Vec<Tail> {
        let tails = super::all_of(node, Rule::tail);
        tails.into_iter().filter_map(|tail| self.tail(tail)).collect()
    }

    /// A comparison's right side.
    pub(super) fn tail(&mut self, node: Node<'_>) -> Option<Tail> {
        let span = self.span(&node);
        let mut operator = Comparison::Equal;
        let mut negated = false;
        self.height = 0;
        for part in node.into_inner() {
            let kind = match part.as_rule() {
                Rule::compare => {
                    operator = match part.as_str() {
                        "!=" => Comparison::NotEqual,
                        "<" => Comparison::Less,
                        "<=" => Comparison::LessOrEqual,
                        ">" => Comparison::Greater,
                        ">=" => Comparison::GreaterOrEqual,
                        _ => Comparison::Equal,
                    };
                    continue;
                }
                Rule::not_word => {
                    negated = true;
                    continue;
                }
                Rule::sum => TailKind::Compare(operator, Box::new(self.sum(part))),
                Rule::set => TailKind::In(negated, self.set(part)?),
                Rule::known_word => TailKind::Is(negated, IsWord::Known),
                Rule::unknown_word => TailKind::Is(negated, IsWord::Unknown),
                Rule::empty_word => TailKind::Is(negated, IsWord::Empty),
                _ => continue,
            };
            return Some(Tail { kind, span });
        }
        None
    }

    fn set(&mut self, node: Node<'_>) -> Option<Set> {
        let mut sums = super::all_of(node, Rule::sum).into_iter();
        let first = sums.next()?;
        if let Some(second) = sums.next() {
            let low = Box::new(self.sum(first));
            let height = self.height;
            let high = Box::new(self.sum(second));
            self.height = self.height.max(height);
            return Some(Set::Range(low, high));
        }
        // Parentheses and nothing beside them are a set of values.
        let mut inner = first.clone();
        loop {
            if inner.as_rule() == Rule::group {
                let mut height = 0;
                let mut values = Vec::new();
                for value in super::all_of(inner, Rule::expression) {
                    values.push(self.expression(value));
                    height = height.max(self.height);
                }
                self.height = height + 1;
                return Some(Set::Tuple(values));
            }
            let mut parts = inner.into_inner();
            match (parts.next(), parts.next()) {
                (Some(only), None) => inner = only,
                _ => break,
            }
        }
        Some(Set::List(Box::new(self.sum(first))))
    }

    /// Terms added and subtracted, from the left.
    pub(super) fn sum(&mut self, node: Node<'_>) -> Expr {
        self.chain(node, Self::product)
    }

    fn product(&mut self, node: Node<'_>) -> Expr {
        self.chain(node, Self::unary)
    }

    fn chain(&mut self, node: Node<'_>, build: fn(&mut Self, Node<'_>) -> Expr) -> Expr {
        let span = self.span(&node);
        let mut left: Option<(Expr, u32)> = None;
        let mut sign: Option<(ArithmeticOp, Span)> = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::sum_sign | Rule::product_sign => {
                    let operator = match part.as_str() {
                        "+" => ArithmeticOp::Add,
                        "-" => ArithmeticOp::Subtract,
                        "*" => ArithmeticOp::Multiply,
                        _ => ArithmeticOp::Divide,
                    };
                    sign = Some((operator, self.span(&part)));
                }
                _ => {
                    let right = build(self, part);
                    left = match (left, sign.take()) {
                        (Some((left, height)), Some((operator, place))) => {
                            let span = left.span.to(right.span);
                            let height = height.max(self.height);
                            let joined = self.finish(ExprKind::Arithmetic(operator, Box::new(left), Box::new(right), place), span, height);
                            if matches!(joined.kind, ExprKind::Broken) {
                                return joined;
                            }
                            Some((joined, self.height))
                        }
                        _ => Some((right, self.height)),
                    };
                }
            }
        }
        match left {
            Some((expression, height)) => {
                self.height = height;
                expression
            }
            None => self.broken(span),
        }
    }

    fn unary(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let mut signs = Vec::new();
        let mut value: Option<Expr> = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::minus => signs.push(self.span(&part)),
                Rule::assuming_word => {}
                Rule::assumed => {
                    if let Some(fact) = value.take() {
                        let place = self.span(&part);
                        let span = fact.span.to(place);
                        let mut height = self.height;
                        let assumed = self.assumed(part, place);
                        height = height.max(self.height);
                        value = Some(self.finish(ExprKind::Assuming(Box::new(fact), assumed), span, height));
                    }
                }
                _ => value = Some(self.primary(part)),
            }
        }
        match value {
            Some(value) => self.wrapped(value, signs, ExprKind::Negate),
            None => self.broken(span),
        }
    }

    fn assumed(&mut self, node: Node<'_>, place: Span) -> Assumed {
        let mut sign = None;
        self.height = 1;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::open_list | Rule::close_list => {}
                Rule::minus => sign = Some(self.span(&part)),
                _ => {
                    let value = self.primary(part);
                    return Assumed::Value(Box::new(self.wrapped(value, sign.into_iter().collect(), ExprKind::Negate)));
                }
            }
        }
        Assumed::EmptyList(place)
    }

    /// The smallest expressions.
    pub(super) fn primary(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        self.height = 0;
        let kind = match node.as_rule() {
            Rule::numeral => match self.quantity(&node) {
                Some(quantity) => ExprKind::Literal(quantity),
                None => ExprKind::Broken,
            },
            Rule::text => {
                let template = self.template(&node);
                let height = self.height;
                return self.finish(ExprKind::Text(template), span, height);
            }
            Rule::true_word => ExprKind::Truth(true),
            Rule::false_word => ExprKind::Truth(false),
            Rule::unknown_word => ExprKind::Unknown,
            Rule::today_word => ExprKind::Today,
            Rule::reference => return self.reference(node, span),
            Rule::group => {
                let mut values = super::all_of(node, Rule::expression);
                if values.len() > 1 {
                    self.report(
                        Diagnostic::new(&codes::SYNTAX, span, "expected one value, found several in parentheses")
                            .help("several values in parentheses stand only after `in`, as in `x in (a, b)`"),
                    );
                    return self.broken(span);
                }
                let Some(value) = values.pop() else { return self.broken(span) };
                let mut height = 0;
                let value = self.boxed(value, &mut height);
                return self.finish(ExprKind::Parenthesised(value), span, height);
            }
            _ => ExprKind::Broken,
        };
        self.height = 1;
        Expr { kind, span }
    }

    fn reference(&mut self, node: Node<'_>, span: Span) -> Expr {
        let mut parts = node.into_inner();
        let Some(path) = parts.next() else { return self.broken(span) };
        let path = self.path(path);
        match parts.next() {
            None => {
                self.height = 1;
                Expr { kind: ExprKind::Path(path), span }
            }
            Some(arguments) => {
                let mut height = 0;
                let mut values = Vec::new();
                for argument in super::all_of(arguments, Rule::argument) {
                    values.push(self.argument(argument));
                    height = height.max(self.height);
                }
                self.finish(ExprKind::Call(path, values), span, height)
            }
        }
    }

    /// A value, or one for each element of a list.
    fn argument(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let (mut value, mut binder) = (None, None);
        let mut height = 0;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::expression => value = Some(self.boxed(part, &mut height)),
                Rule::binder => binder = self.binder(part, &mut height),
                _ => {}
            }
        }
        match (value, binder) {
            (Some(value), Some(binder)) => self.finish(ExprKind::Each(value, binder), span, height),
            (Some(value), None) => *value,
            (None, _) => self.broken(span),
        }
    }

    /// A parameter's value.
    pub(super) fn data(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let Some(form) = node.into_inner().next() else { return self.broken(span) };
        if form.as_rule() != Rule::list_value {
            return self.expression(form);
        }
        let mut height = 0;
        let mut values = Vec::new();
        for value in super::all_of(form, Rule::data) {
            values.push(self.data(value));
            height = height.max(self.height);
        }
        self.finish(ExprKind::List(values), span, height)
    }

    /// A number or an expression in parentheses.
    pub(super) fn points(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(&node);
        let mut signs = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::minus => signs.push(self.span(&part)),
                _ => {
                    let value = self.primary(part);
                    return self.wrapped(value, signs, ExprKind::Negate);
                }
            }
        }
        self.broken(span)
    }

    /// What a numeral stands for.
    pub(super) fn quantity(&mut self, node: &Node<'_>) -> Option<Quantity> {
        let span = self.span(node);
        match literals::read(node.as_str(), span) {
            Ok(quantity) => Some(quantity),
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    /// A condition without its left side.
    pub(super) fn test(&mut self, node: Node<'_>) -> Option<Test> {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::test | Rule::test_all | Rule::band_test | Rule::band_all => {
                let any = matches!(node.as_rule(), Rule::test | Rule::band_test);
                let joints = [Rule::or_word, Rule::and_word];
                let parts: Vec<Node<'_>> = node.into_inner().filter(|part| !joints.contains(&part.as_rule())).collect();
                let mut tests: Vec<Test> = parts.into_iter().filter_map(|part| self.test(part)).collect();
                match tests.len() {
                    0 | 1 => tests.pop(),
                    _ if any => Some(Test { kind: TestKind::Or(tests), span }),
                    _ => Some(Test { kind: TestKind::And(tests), span }),
                }
            }
            Rule::test_part => {
                let mut parts = node.into_inner().filter(|part| part.as_rule() != Rule::range);
                let first = parts.next()?;
                let kind = if first.as_rule() == Rule::tail {
                    TestKind::Tail(self.tail(first)?)
                } else {
                    let low = self.sum(first);
                    TestKind::Value(low, parts.next().map(|high| self.sum(high)))
                };
                Some(Test { kind, span })
            }
            Rule::tail => self.tail(node).map(|tail| Test { kind: TestKind::Tail(tail), span }),
            _ => None,
        }
    }

    /// A text in which braces take in values.
    pub(super) fn template(&mut self, node: &Node<'_>) -> Template {
        let span = self.span(node);
        let inner = node.as_str();
        let inner = inner.get(1..inner.len().saturating_sub(1)).unwrap_or("");
        let start = self.base + node.as_span().start() + 1;
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut tallest = 0;
        let mut offset = 0;
        while let Some(character) = inner[offset..].chars().next() {
            let at = start + offset;
            offset += character.len_utf8();
            match character {
                '\\' => {
                    if let Some(escaped) = inner[offset..].chars().next() {
                        self.escape(&mut text, at, escaped);
                        offset += escaped.len_utf8();
                    }
                }
                '{' => {
                    let after = &inner[offset..];
                    let Some(length) = after.find(['}', '{']).filter(|length| after[*length..].starts_with('}')) else {
                        let place = self.place(at, at + 1);
                        self.report(
                            Diagnostic::new(&codes::SYNTAX, place, "expected `}` after the value in the text, found the text's end")
                                .label("opened here")
                                .help("write `\\{` for the brace itself; no quotes or braces may stand inside the braces of a text"),
                        );
                        break;
                    };
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    pieces.push(Piece::Value(self.interpolated(at + 1, at + 1 + length)));
                    tallest = tallest.max(self.height);
                    offset += length + 1;
                }
                '}' => {
                    let place = self.place(at, at + 1);
                    self.report(
                        Diagnostic::new(&codes::SYNTAX, place, "a `}` stands in a text without a `{` before it")
                            .help("write `\\}` for the brace itself")
                            .fix(place, "\\}"),
                    );
                }
                _ => text.push(character),
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        self.height = tallest;
        Template { pieces, span }
    }

    /// The value in the braces of a text.
    fn interpolated(&mut self, start: usize, end: usize) -> Expr {
        let span = self.place(start, end);
        let text = self.text;
        let slice = &text[start..end];
        if slice.trim().is_empty() {
            let braces = self.place(start - 1, end + 1);
            self.report(
                Diagnostic::new(&codes::SYNTAX, braces, "expected a value between the braces of a text, found nothing")
                    .help("write `\\{\\}` for the braces themselves"),
            );
            return self.broken(span);
        }
        let outer = std::mem::replace(&mut self.base, start);
        let expression = match grammar::read(Rule::lone_expression, text, start, end).map(|mut nodes| nodes.next()) {
            // A comment would swallow the rest of the value.
            Ok(Some(node)) if !slice.contains('#') => match node.into_inner().next() {
                Some(node) => self.expression(node),
                None => self.broken(span),
            },
            Ok(_) => {
                let at = start + slice.find('#').unwrap_or(0);
                let place = self.place(at, at + 1);
                self.report(Diagnostic::new(&codes::SYNTAX, place, "expected a value in the braces of a text, found a comment"));
                self.broken(span)
            }
            Err(failure) => {
                let finding = explain::explain(self, &failure, start, end, Place::Interpolation).finding;
                self.report(finding);
                self.broken(span)
            }
        };
        self.base = outer;
        expression
    }

    fn boxed(&mut self, node: Node<'_>, height: &mut u32) -> Box<Expr> {
        let expression = self.expression(node);
        *height = (*height).max(self.height);
        Box::new(expression)
    }

    /// An expression over others, the tallest of which has the height given.
    fn finish(&mut self, kind: ExprKind, span: Span, height: u32) -> Expr {
        if height < HIGHEST {
            self.height = height + 1;
            return Expr { kind, span };
        }
        self.report(
            Diagnostic::new(&codes::NESTED_TOO_DEEP, span, format!("an expression is put together in more than {HIGHEST} steps"))
                .help("give parts of it names with `let`"),
        );
        self.broken(span)
    }
}
