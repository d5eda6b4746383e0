//! Comparisons, and tests: conditions whose left side stands elsewhere.

use crate::diagnostic::{Diagnostic, codes};
use crate::policy::{Expr, ExprKind, Test};
use crate::source::Span;
use crate::syntax::ast::{self, CompareOp, IsWord, Set, TailKind, TestKind};
use crate::value::{Possible, Type};

use super::expressions::{after, common};
use super::{Checker, Expected, bounds, broken, is_broken};

/// An expression beside what was written.
type Side<'s> = (&'s Expr, &'s ast::Expr);

/// What a value is looked for in.
enum Membership {
    Between(Expr, Expr),
    OneOf(Vec<Expr>),
    InList(Expr),
}

impl<'a> Checker<'a> {
    /// A comparison, both sides of which are at hand.
    pub(super) fn comparison(&mut self, left: &'a ast::Expr, tail: &'a ast::Tail, span: Span) -> Expr {
        match &tail.kind {
            TailKind::Compare(operator, right) => {
                self.lint_same(*operator, left, right, span);
                let (one, other) = self.both_sides(left, right);
                if !self.comparable(*operator, (&one, left), (&other, right)) {
                    return broken(span);
                }
                self.build(span, [one, other], |[one, other]| (ExprKind::Compare(*operator, one, other), Type::Bool))
            }
            TailKind::In(negated, set) => {
                let value = self.expression(left, Expected::Nothing);
                let Some(membership) = self.membership(set, (&value, left), tail.span) else { return broken(span) };
                let value = Box::new(value);
                let kind = match membership {
                    Membership::Between(low, high) => ExprKind::Between(value, Box::new(low), Box::new(high)),
                    Membership::OneOf(values) => ExprKind::OneOf(value, values),
                    Membership::InList(list) => ExprKind::InList(value, Box::new(list)),
                };
                negated_if(*negated, Expr { kind, ty: Type::Bool, span })
            }
            TailKind::Is(negated, IsWord::Empty) => {
                let list = self.expression(left, Expected::Nothing);
                let list = self.list_only(list, left, "before `is empty`");
                let empty = self.build(span, [list], |[list]| (ExprKind::IsEmpty(list), Type::Bool));
                negated_if(*negated, empty)
            }
            TailKind::Is(negated, word @ (IsWord::Known | IsWord::Unknown)) => {
                let Some((fact, ..)) = self.fact_only(left, "before `is`") else { return broken(span) };
                let known = Expr { kind: ExprKind::IsKnown(fact), ty: Type::Bool, span };
                negated_if(*negated != (*word == IsWord::Unknown), known)
            }
        }
    }

    /// Both sides of a comparison. A bare name on one side may be a variant of what the other side is.
    fn both_sides(&mut self, left: &'a ast::Expr, right: &'a ast::Expr) -> (Expr, Expr) {
        match (self.is_open(left), self.is_open(right)) {
            (false, _) => {
                let one = self.expression(left, Expected::Nothing);
                let expected = after(&one);
                (one, self.expression(right, expected))
            }
            (true, false) => {
                let other = self.expression(right, Expected::Nothing);
                let expected = after(&other);
                (self.expression(left, expected), other)
            }
            // One of the two is a mistake: the one that is no variant anywhere, if there is such a one.
            (true, true) if self.suggestions_left > 0 && self.is_some_variant(left) && !self.is_some_variant(right) => {
                (broken(left.span), self.expression(right, Expected::Nothing))
            }
            (true, true) => (self.expression(left, Expected::Nothing), broken(right.span)),
        }
    }

    fn is_some_variant(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Parenthesised(inner) => self.is_some_variant(inner),
            ast::ExprKind::Path(path) => match path.parts.as_slice() {
                [name] => self.policy.schema.enums.iter().any(|owner| owner.variants.iter().any(|variant| variant.name == name.text)),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether two values can be compared; if not, a finding says why.
    fn comparable(&mut self, operator: CompareOp, left: Side<'_>, right: Side<'_>) -> bool {
        let ((one, one_written), (other, other_written)) = (left, right);
        if is_broken(one) || is_broken(other) {
            return false;
        }
        // Two lists are of one type only by chance.
        let both_lists = matches!((one.ty, other.ty), (Type::List(_), Type::List(_))).then_some(one.ty);
        let Some(ty) = both_lists.or_else(|| common(one.ty, other.ty)) else {
            self.compared_types((one, one_written), (other, other_written));
            return false;
        };
        let has_order = match ty {
            Type::Enum(id) => self.policy.schema.enumeration(id).ordered,
            _ => ty.is_ordered(),
        };
        let has_equality = !matches!(ty, Type::List(_) | Type::Record(_) | Type::Months);
        if !has_equality {
            let message = format!("{} can't be compared with another", self.policy.schema.describe(ty));
            let finding = Diagnostic::new(&codes::WRONG_TYPE, one.span, message);
            self.report(match ty {
                Type::List(_) => finding.help("ask `… is empty`, count its entries, or write `every x in … satisfies …`"),
                _ => finding.help("calendar months and years only stand beside dates; compare days"),
            });
            return false;
        }
        if !has_order && !matches!(operator, CompareOp::Equal | CompareOp::NotEqual) {
            let symbol = bounds::comparison(operator).symbol();
            let what = self.shown(one_written).map_or_else(|| self.type_of(one), |shown| format!("`{shown}`, {},", self.type_of(one)));
            let message = format!("{what} has no order, so `{symbol}` means nothing here");
            self.report(Diagnostic::new(&codes::WRONG_TYPE, other.span, message).help("compare with `==`, `!=` or `in (a, b)`"));
            return false;
        }
        true
    }

    fn compared_types(&mut self, left: Side<'_>, right: Side<'_>) {
        let ((one, one_written), (other, other_written)) = (left, right);
        let message = match self.shown(one_written) {
            Some(shown) => {
                format!("`{shown}` is {}, but is compared with {}", self.type_of(one), self.type_with_name(other, other_written))
            }
            None => format!("{} is compared with {}", self.type_of(one), self.type_with_name(other, other_written)),
        };
        let finding = Diagnostic::new(&codes::COMPARED_TYPES, other.span, message).related(one.span, self.type_of(one));
        let plain = |expr: &Expr| matches!(expr.ty, Type::Whole | Type::Number) && bounds::plain_value(expr).is_some();
        let finding = match (one.ty, other.ty) {
            (Type::Enum(id), Type::Text) | (Type::Text, Type::Enum(id)) => {
                let text = if one.ty == Type::Text { one } else { other };
                let variants = &self.policy.schema.enumeration(id).variants;
                let meant = match bounds::plain_value(text) {
                    Some(Possible::Texts(texts)) => texts.single().cloned().filter(|text| variants.iter().any(|v| *v.name == **text)),
                    _ => None,
                };
                match meant {
                    Some(name) => finding.help(format!("variants stand without quotes: `{name}`")).fix(text.span, name.to_string()),
                    None => finding,
                }
            }
            (Type::List(_), _) | (_, Type::List(_)) => {
                finding.help("count its entries, as in `(count x in …) == 0`, or write `… is empty`")
            }
            (Type::Bool, _) if plain(other) => finding.help("a condition is true or false: write it alone, or `not` before it"),
            (_, due) if plain(one) => self.mend(finding, one, one.span, due),
            (due, _) => self.mend(finding, other, other.span, due),
        };
        self.report(finding);
    }

    /// What stands after `in`, for a value on its left. None where something is broken; a finding says what.
    fn membership(&mut self, set: &'a Set, value: Side<'_>, span: Span) -> Option<Membership> {
        let expected = after(value.0);
        match set {
            Set::Range(low, high) => {
                let (least, most) = (self.expression(low, expected), self.expression(high, expected));
                let fits = [(&least, low), (&most, high)];
                let mut sound = true;
                for (end, written) in fits {
                    sound &= self.comparable(CompareOp::GreaterOrEqual, value, (end, written));
                    if !sound {
                        break;
                    }
                }
                sound.then_some(Membership::Between(least, most))
            }
            Set::Tuple(values) => {
                if let [only] = values.as_slice()
                    && !self.is_open(only)
                {
                    let found = self.expression(only, expected);
                    if let (Type::List(_), false) = (found.ty, is_broken(&found)) {
                        return self.in_list(found, value, span);
                    }
                    return self.comparable(CompareOp::Equal, value, (&found, only)).then(|| Membership::OneOf(vec![found]));
                }
                let mut among = Vec::new();
                let mut sound = true;
                for written in values {
                    let found = self.expression(written, expected);
                    sound &= self.comparable(CompareOp::Equal, value, (&found, written));
                    among.push(found);
                }
                sound.then_some(Membership::OneOf(among))
            }
            Set::List(list) => {
                let found = self.expression(list, expected);
                if is_broken(&found) {
                    return None;
                }
                let Type::List(_) = found.ty else {
                    let shown = self.shown(list);
                    let message =
                        format!("expected a list, a range or values in parentheses after `in`, found {}", self.with_type(&found, list));
                    let finding = Diagnostic::new(&codes::NOT_A_LIST, list.span, message);
                    self.report(match shown {
                        Some(shown) => finding.help(format!("for one value write `== {shown}`, for several `in ({shown}, …)`")),
                        None => finding,
                    });
                    return None;
                };
                self.in_list(found, value, span)
            }
        }
    }

    fn in_list(&mut self, list: Expr, value: Side<'_>, span: Span) -> Option<Membership> {
        let (value, written) = value;
        let Type::List(id) = list.ty else { return None };
        if is_broken(value) {
            return None;
        }
        let element = self.policy.schema.list(id).element;
        if common(value.ty, element).is_some() && !matches!(element, Type::Record(_)) {
            return Some(Membership::InList(list));
        }
        let described = self.policy.schema.describe(element);
        let finding = match element {
            Type::Record(_) => {
                Diagnostic::new(&codes::COMPARED_TYPES, span, "the entries of this list are groups of facts, not single values")
                    .help("name one of their facts behind the list, or write `some x in … satisfies …`")
            }
            _ => {
                let message = format!(
                    "the entries of this list are each {described}, but what is looked for is {}",
                    self.type_with_name(value, written)
                );
                Diagnostic::new(&codes::COMPARED_TYPES, span, message)
            }
        };
        self.report(finding.related(value.span, self.type_of(value)));
        None
    }

    /// A condition on an operand that stands elsewhere.
    pub(super) fn test(&mut self, test: &'a ast::Test, operand: Side<'_>) -> Test {
        match &test.kind {
            TestKind::Or(tests) => self.tests(tests, operand, Test::Any),
            TestKind::And(tests) => self.tests(tests, operand, Test::All),
            TestKind::Value(value, None) => self.compare_test(CompareOp::Equal, value, operand),
            TestKind::Value(low, Some(high)) => {
                let expected = after(operand.0);
                let (least, most) = (self.expression(low, expected), self.expression(high, expected));
                let sound = self.comparable(CompareOp::GreaterOrEqual, operand, (&least, low))
                    && self.comparable(CompareOp::GreaterOrEqual, operand, (&most, high));
                if sound { Test::Between(least, most) } else { Test::Broken }
            }
            TestKind::Tail(tail) => match &tail.kind {
                TailKind::Compare(operator, right) => self.compare_test(*operator, right, operand),
                TailKind::In(negated, set) => {
                    let found = match self.membership(set, operand, tail.span) {
                        Some(Membership::Between(low, high)) => Test::Between(low, high),
                        Some(Membership::OneOf(values)) => Test::OneOf(values),
                        Some(Membership::InList(list)) => Test::InList(list),
                        None => return Test::Broken,
                    };
                    if *negated { Test::Not(Box::new(found)) } else { found }
                }
                TailKind::Is(negated, word) => {
                    if is_broken(operand.0) {
                        return Test::Broken;
                    }
                    let (found, negated) = match word {
                        IsWord::Empty => {
                            let list = self.list_only(operand.0.clone(), operand.1, "before `is empty`");
                            if is_broken(&list) {
                                return Test::Broken;
                            }
                            (Test::Empty, *negated)
                        }
                        IsWord::Known | IsWord::Unknown => {
                            if self.fact_only(operand.1, "before `is`").is_none() {
                                return Test::Broken;
                            }
                            (Test::Known, *negated != (*word == IsWord::Unknown))
                        }
                    };
                    if negated { Test::Not(Box::new(found)) } else { found }
                }
            },
        }
    }

    fn tests(&mut self, tests: &'a [ast::Test], operand: Side<'_>, join: fn(Vec<Test>) -> Test) -> Test {
        let tests: Vec<Test> = tests.iter().map(|test| self.test(test, operand)).collect();
        if tests.iter().any(|test| matches!(test, Test::Broken)) { Test::Broken } else { join(tests) }
    }

    fn compare_test(&mut self, operator: CompareOp, right: &'a ast::Expr, operand: Side<'_>) -> Test {
        let value = self.expression(right, after(operand.0));
        if self.comparable(operator, operand, (&value, right)) { Test::Compare(operator, value) } else { Test::Broken }
    }
}

fn negated_if(negated: bool, inner: Expr) -> Expr {
    if !negated || is_broken(&inner) {
        return inner;
    }
    let span = inner.span;
    Expr { kind: ExprKind::Not(Box::new(inner)), ty: Type::Bool, span }
}
