//! What scripts may call, and how they calculate.
//!
//! Arithmetic is that of the rules. Rhai's own would round long products at 28 digits without saying so, would make 2 of `10 / 4`, and would run out of whole
//! numbers at 2^63. Rhai has two kinds of number all the same, and lists are indexed by whole ones; so what comes to a whole number is one, whichever way it
//! came about (see [`super::values::canonical`]), and scripts need not know of the two.
//!
//! What calls take in lists is read in place and costs little, so that counting operations bounds the work.

use std::collections::BTreeMap;

use rhai::{AST, ASTNode, Array, Dynamic, Engine, EvalAltResult, Expr, FuncRegistration, ImmutableString, Position, Stmt};
use rust_decimal::Decimal;

use super::values::{as_number, canonical, kind, number};
use super::{Definition, Places};
use crate::diagnostic::{Diagnostic, closest, codes};
use crate::source::Span;
use crate::value::{Arithmetic, DAY, Number, Rounding};

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The functions, for suggestions.
const FUNCTIONS: [&str; 16] = [
    "abs",
    "clamp",
    "contains",
    "days",
    "is_empty",
    "len",
    "max",
    "min",
    "pop",
    "push",
    "round",
    "round_down",
    "round_up",
    "sort",
    "starts_with",
    "sum",
];

/// What rhai itself knows by name.
const BUILT_IN: [&str; 1] = ["type_of"];

fn refused<T>(message: impl Into<String>) -> Result<T> {
    Err(EvalAltResult::ErrorArithmetic(message.into(), Position::NONE).into())
}

fn read(value: &Dynamic) -> Result<Number> {
    match as_number(value) {
        Some(Ok(number)) => Ok(number),
        Some(Err(why)) => refused(format!("meets a number that {why}")),
        None => refused(format!("expects a number and finds {}", kind(value))),
    }
}

fn read_decimal(value: Decimal) -> Result<Number> {
    number(value).or_else(|why| refused(format!("meets a number that {why}")))
}

fn written(number: std::result::Result<Number, Arithmetic>) -> Result<Dynamic> {
    match number {
        Ok(number) => canonical(number).map_or_else(|| refused("comes to a number with more digits than a script's numbers have"), Ok),
        Err(Arithmetic::DivisionByZero) => refused("divides by zero"),
        Err(Arithmetic::Overflow) => refused("comes to a number further from 0 than the rules' numbers go"),
    }
}

fn remainder(left: Number, right: Number) -> std::result::Result<Number, Arithmetic> {
    match left.units().checked_rem(right.units()) {
        Some(units) => Number::from_units(units),
        None => Err(Arithmetic::DivisionByZero),
    }
}

fn numbers(list: &Array) -> Result<Vec<Number>> {
    list.iter().map(read).collect()
}

fn rounded(value: Number, places: i64, rounding: Rounding) -> Result<Dynamic> {
    match u32::try_from(places) {
        Ok(places) if places <= Number::DECIMALS => written(value.round(places, rounding)),
        _ => refused(format!("rounds to {places} decimals, and the rules keep 0 to {}", Number::DECIMALS)),
    }
}

/// Takes operators and functions in.
pub(super) fn register(engine: &mut Engine) {
    operators(engine);
    functions(engine);
    engine.register_iterator::<Array>();
    engine.register_iterator::<std::ops::Range<i64>>();
    engine.register_iterator::<std::ops::RangeInclusive<i64>>();
    engine.register_type_with_name::<Decimal>("number");
}

type Operation = fn(Number, Number) -> std::result::Result<Number, Arithmetic>;

fn operators(engine: &mut Engine) {
    let all: [(&str, &str, Operation); 5] = [
        ("+", "+=", Number::add),
        ("-", "-=", Number::subtract),
        ("*", "*=", Number::multiply),
        ("/", "/=", Number::divide),
        ("%", "%=", remainder),
    ];
    for (sign, assigning, operation) in all {
        engine.register_fn(sign, move |left: Decimal, right: Decimal| written(operation(read_decimal(left)?, read_decimal(right)?)));
        engine.register_fn(sign, move |left: Decimal, right: i64| written(operation(read_decimal(left)?, Number::whole(right))));
        engine.register_fn(sign, move |left: i64, right: Decimal| written(operation(Number::whole(left), read_decimal(right)?)));
        engine.register_fn(sign, move |left: i64, right: i64| written(operation(Number::whole(left), Number::whole(right))));
        // Rhai has assignments such as `+=` of its own, which would calculate in its own way.
        engine.register_fn(assigning, move |left: &mut Dynamic, right: i64| -> Result<()> {
            *left = written(operation(read(left)?, Number::whole(right)))?;
            Ok(())
        });
        engine.register_fn(assigning, move |left: &mut Dynamic, right: Decimal| -> Result<()> {
            *left = written(operation(read(left)?, read_decimal(right)?))?;
            Ok(())
        });
    }
    engine.register_fn("-", |value: Decimal| -value);
    engine.register_fn("-", |value: i64| written(Ok(Number::whole(value).negate())));
    engine.register_fn("+", |value: Decimal| value);
    engine.register_fn("+", |value: i64| value);
    engine.register_fn("!", |value: bool| !value);
}

fn functions(engine: &mut Engine) {
    engine.register_fn("abs", |value: Dynamic| written(Ok(read(&value)?.abs())));
    engine.register_fn("min", |left: Dynamic, right: Dynamic| written(Ok(read(&left)?.min(read(&right)?))));
    engine.register_fn("max", |left: Dynamic, right: Dynamic| written(Ok(read(&left)?.max(read(&right)?))));
    engine.register_fn("clamp", |value: Dynamic, low: Dynamic, high: Dynamic| -> Result<Dynamic> {
        let (low, high) = (read(&low)?, read(&high)?);
        if low > high {
            return refused(format!("clamps between {low} and {high}, and the least comes first"));
        }
        written(Ok(read(&value)?.clamp(low, high)))
    });
    for (name, rounding) in [("round", Rounding::HalfEven), ("round_down", Rounding::Down), ("round_up", Rounding::Up)] {
        engine.register_fn(name, move |value: Dynamic| rounded(read(&value)?, 0, rounding));
        engine.register_fn(name, move |value: Dynamic, places: i64| rounded(read(&value)?, places, rounding));
    }
    engine.register_fn("days", |count: Dynamic| written(read(&count)?.multiply(Number::whole(DAY))));

    // Lists and texts are looked at where they stand: a copy for every call would be work that no operation counts.
    let pure = |name: &str| FuncRegistration::new(name).with_purity(true);
    pure("len").register_into_engine(engine, |list: &mut Array| list.len() as i64);
    pure("len").register_into_engine(engine, |text: &mut ImmutableString| text.chars().count() as i64);
    pure("is_empty").register_into_engine(engine, |list: &mut Array| list.is_empty());
    pure("is_empty").register_into_engine(engine, |text: &mut ImmutableString| text.is_empty());
    pure("sum").register_into_engine(engine, |list: &mut Array| {
        written(list.iter().try_fold(Ok(Number::ZERO), |sum, value| -> Result<_> {
            let value = read(value)?;
            Ok(sum.and_then(|sum: Number| sum.add(value)))
        })?)
    });
    pure("min").register_into_engine(engine, |list: &mut Array| extreme(list, "min", Iterator::min));
    pure("max").register_into_engine(engine, |list: &mut Array| extreme(list, "max", Iterator::max));
    pure("sort").register_into_engine(engine, |list: &mut Array| -> Result<Array> {
        let mut values = numbers(list)?;
        values.sort_unstable();
        values.into_iter().map(|value| written(Ok(value))).collect()
    });
    pure("contains").register_into_engine(engine, |list: &mut Array, value: Dynamic| -> Result<bool> {
        for entry in list.iter() {
            if equal(entry, &value)? {
                return Ok(true);
            }
        }
        Ok(false)
    });
    pure("contains").register_into_engine(engine, |text: &mut ImmutableString, part: ImmutableString| text.contains(part.as_str()));
    pure("starts_with").register_into_engine(engine, |text: &mut ImmutableString, part: ImmutableString| text.starts_with(part.as_str()));
    engine.register_fn("push", |list: &mut Array, value: Dynamic| list.push(value));
    engine.register_fn("pop", |list: &mut Array| -> Result<Dynamic> {
        list.pop().map_or_else(|| refused("takes the last entry of an empty list"), Ok)
    });
}

fn extreme(list: &Array, name: &str, of: fn(std::vec::IntoIter<Number>) -> Option<Number>) -> Result<Dynamic> {
    match of(numbers(list)?.into_iter()) {
        Some(found) => written(Ok(found)),
        None => refused(format!("asks for the `{name}` of an empty list")),
    }
}

/// Numbers equal numbers, texts texts. Lists and records are not compared.
fn equal(one: &Dynamic, other: &Dynamic) -> Result<bool> {
    if let (Some(_), Some(_)) = (as_number(one), as_number(other)) {
        return Ok(read(one)? == read(other)?);
    }
    if let (Ok(one), Ok(other)) = (one.as_immutable_string_ref(), other.as_immutable_string_ref()) {
        return Ok(one.as_str() == other.as_str());
    }
    if let (Ok(one), Ok(other)) = (one.as_bool(), other.as_bool()) {
        return Ok(one == other);
    }
    if one.is_array() || one.is_map() || other.is_array() || other.is_map() {
        return refused("looks for an entry among lists or records, which have no equals");
    }
    Ok(false)
}

/// What is wrong with a script that can be read: statements outside functions, which nothing would run, and calls of functions that nobody knows.
pub(super) fn findings(ast: &AST, places: &Places, functions: &BTreeMap<String, Vec<Definition>>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let place = |position: Position| places.span(position).unwrap_or_else(|| places.beginning());
    if let Some(statement) = ast.statements().first() {
        findings.push(
            Diagnostic::new(&codes::BAD_SCRIPT, place(statement.position()), "expected functions in a script, found a statement outside")
                .help("put it into a function: only functions are called, and they see nothing but what they are given"),
        );
    }
    ast.walk(&mut |path| {
        let called = match path.last() {
            Some(ASTNode::Expr(Expr::FnCall(call, position) | Expr::MethodCall(call, position))) => Some((call, *position)),
            Some(ASTNode::Stmt(Stmt::FnCall(call, position))) => Some((call, *position)),
            _ => None,
        };
        if let Some((call, position)) = called
            && call.op_token.is_none()
        {
            let name = call.name.as_str();
            let known = functions.contains_key(name) || FUNCTIONS.contains(&name) || BUILT_IN.contains(&name) || name == "!";
            if !known && findings.len() < 20 {
                findings.push(unknown(name, place(position), functions));
            }
        }
        true
    });
    findings
}

fn unknown(name: &str, span: Span, functions: &BTreeMap<String, Vec<Definition>>) -> Diagnostic {
    let finding = Diagnostic::new(&codes::BAD_SCRIPT, span, format!("there is no function `{name}` in scripts"));
    let known = functions.keys().map(String::as_str).chain(FUNCTIONS);
    match closest(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(span, near),
        None => {
            let all: Vec<String> = FUNCTIONS.iter().map(|name| format!("`{name}`")).collect();
            finding.help(format!("a script calls its own functions and {}", crate::diagnostic::listed(&all, "and")))
        }
    }
}
