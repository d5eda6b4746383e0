//! Scripts by themselves: what they calculate, what they refuse, and that nothing they do goes on for ever or ends the process.

use std::sync::Arc;

use super::{Failure, MOST_ENTRIES, Script, Value, read};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::value::Number;

fn source(text: &str) -> (FileId, Sources) {
    let mut sources = Sources::new();
    sources.add("main.plumb", "");
    let file = sources.add("scripts/test.rhai", text);
    (file, sources)
}

fn script(text: &str) -> Script {
    let (file, _) = source(text);
    let read = read(file, text);
    assert!(read.diagnostics.is_empty(), "{text}: {:?}", read.diagnostics);
    read.value.expect("a script without findings can be called")
}

fn findings(text: &str) -> Vec<Diagnostic> {
    let (file, _) = source(text);
    let read = read(file, text);
    assert!(read.value.is_none(), "{text}");
    read.diagnostics
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

/// What the expression comes to where `a`, `b` and `c` are what is given.
fn value_of(expression: &str, given: &[Value]) -> Result<Value, Failure> {
    let names = ["a", "b", "c"][..given.len()].join(", ");
    script(&format!("fn f({names}) {{ {expression} }}")).call("f", given)
}

fn comes_to(expression: &str, given: &[Value], expected: Value) {
    assert_eq!(value_of(expression, given), Ok(expected), "{expression}");
}

fn fails(expression: &str, given: &[Value], words: &str) {
    let failure = value_of(expression, given).expect_err(expression);
    assert!(failure.message.contains(words), "{expression}: {}", failure.message);
}

/// Runs on a small stack, as a thread of a batch would have it. That it is stopped is counted in steps and sizes; time is measured elsewhere.
fn stopped(text: &str, given: &[Value]) -> String {
    let script = script(text);
    let given = given.to_vec();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || script.call("f", &given)).expect("a thread");
    thread.join().expect("no panic reaches the caller").expect_err(text).message
}

#[test]
fn numbers_are_those_of_the_rules() {
    comes_to("a + b", &[number("0.1"), number("0.2")], number("0.3"));
    comes_to("0.1 + 0.2", &[], number("0.3"));
    comes_to("10 / 4", &[], number("2.5"));
    comes_to("1 / 3", &[], number("0.333333333333"));
    comes_to("2 / 3", &[], number("0.666666666667"));
    comes_to("a / b", &[number("1"), number("3")], number("0.333333333333"));
    comes_to("a * b", &[number("0.000001"), number("0.0000005")], number("0"));
    comes_to("a * b", &[number("0.000001"), number("0.0000015")], number("0.000000000002"));
    comes_to("a % 3", &[number("7.5")], number("1.5"));
    comes_to("-a", &[number("7.5")], number("-7.5"));
    comes_to("-a.len()", &[Value::List(vec![number("1")])], number("-1"));
    comes_to("let x = a; x += 0.5; x *= 2; x", &[number("1")], number("3"));
    comes_to("let n = 2; n += 1; n", &[], number("3"));
    comes_to("9223372036854775807 + 1", &[], number("9223372036854775808"));
    comes_to("let n = -9223372036854775807; n - 2", &[], number("-9223372036854775809"));
    comes_to("let n = 9223372036854775807; n += 1; n -= 1; n", &[], number("9223372036854775807"));
    comes_to("a * a", &[number("1000000000000")], number("1000000000000000000000000"));
    comes_to("let n = 10; n /= 4; n", &[], number("2.5"));
    comes_to("let x = 1.0; x /= 3; x", &[], number("0.333333333333"));
    comes_to("let n = 5; n -= 0.5; n *= 0.5; n += 0.25; n", &[], number("2.5"));
    comes_to("let n = 5; n %= 1.5; n", &[], number("0.5"));
    comes_to("let x = a; x *= x; x", &[number("0.0000015")], number("0.000000000002"));
    comes_to("let x = a; x += b; x", &[number("70000000000000000"), number("0.000000000001")], number("70000000000000000.000000000001"));
    comes_to("let l = [1, 2]; l[0] /= 4; l[0] *= 3; l[0]", &[], number("0.75"));
    comes_to("let m = #{ a: 1.5 }; m.a *= 0.000000000001; m.a", &[], number("0.000000000002"));
    comes_to("a == 2 && a < 2.5 && 3 > a", &[number("2")], Value::Truth(true));
    // Exact where rhai's own arithmetic would round to 28 digits without a word.
    comes_to("a + b", &[number("70000000000000000"), number("0.000000000001")], number("70000000000000000.000000000001"));
    comes_to("a - b", &[number("9999999999999999999999999"), number("9999999999999999999999998")], number("1"));
}

#[test]
fn nothing_is_rounded_without_a_word() {
    fails("0.0000000000001", &[], "more than 12 decimals");
    fails("a + 0.0000000000001", &[number("1")], "more than 12 decimals");
    fails("a", &[number("9999999999999999999999999.000000000001")], "more digits than a script's numbers");
    fails("a + b", &[number("79228162514264338"), number("0.000000000001")], "more digits than a script's numbers");
    fails("a * a", &[number("9999999999999")], "further from 0");
    fails("a + a", &[number("9999999999999999999999999")], "further from 0");
    comes_to("1000000000000.5", &[], number("1000000000000.5"));
}

#[test]
fn functions_of_the_library() {
    let list = |texts: &[&str]| Value::List(texts.iter().map(|text| number(text)).collect());
    let abc = list(&["3", "1.5", "2"]);
    comes_to("a.sum()", std::slice::from_ref(&abc), number("6.5"));
    comes_to("sum([])", &[], number("0"));
    comes_to("a.min() + a.max() + a.len()", std::slice::from_ref(&abc), number("7.5"));
    comes_to("a.sort()[0]", std::slice::from_ref(&abc), number("1.5"));
    comes_to("a[-1]", std::slice::from_ref(&abc), number("2"));
    comes_to("1.5 in a", std::slice::from_ref(&abc), Value::Truth(true));
    comes_to("!(4 in a)", std::slice::from_ref(&abc), Value::Truth(true));
    comes_to("min(a, 1) + max(a, 7)", &[number("3")], number("8"));
    comes_to("clamp(a, 0, 1)", &[number("3")], number("1"));
    comes_to("abs(a)", &[number("-3")], number("3"));
    comes_to("round(a) + round(a, 1)", &[number("2.25")], number("4.2"));
    comes_to("round_up(a) - round_down(a)", &[number("-2.25")], number("1"));
    comes_to("b[a / 2]", &[number("4"), abc.clone()], number("2"));
    comes_to("let x = 2.5; x += 0.5; x -= 1.0; b[x]", &[number("4"), abc.clone()], number("2"));
    comes_to("let n = 0; for i in 0..round_down(a) { n += 1; } n", &[number("2.75")], number("2"));
    fails("for i in 0..a { } 1", &[number("2.75")], "counts between numbers that are not whole");
    comes_to("a / days(1)", &[number("172800000")], number("2"));
    comes_to("let s = 0; for x in a { s += x * x; } s", std::slice::from_ref(&abc), number("15.25"));
    comes_to("let s = 0; for i in 0..a.len() { s += i; } s", std::slice::from_ref(&abc), number("3"));
    comes_to("let s = 0; for i in 1..=3 { if i == 2 { continue; } s += i; } s", &[], number("4"));
    comes_to("let t = []; t.push(a); t.push(2); t.pop() + t.len()", &[number("1")], number("3"));
    comes_to("if a == \"low\" { 1 } else if a == \"high\" { 2 } else { 3 }", &[Value::Text("high".into())], number("2"));
    comes_to("if a { \"yes\" } else { \"no\" }", &[Value::Truth(true)], Value::Text("yes".into()));
    comes_to("a.contains(\"ig\") && a.starts_with(\"hi\") && a.len() == 4", &[Value::Text("high".into())], Value::Truth(true));
    fails("a.min()", &[list(&[])], "asks for the `min` of an empty list");
    fails("sum(a)", &[Value::List(vec![Value::Truth(true)])], "expects a number and finds true or false");
    fails("clamp(a, 2, 1)", &[number("1.5")], "the least comes first");
    fails("round(a, 13)", &[number("1.5")], "rounds to 13 decimals");
}

#[test]
fn records_are_maps() {
    let names: Arc<[String]> = ["trading.cap".to_string(), "trading.exists".to_string(), "name".to_string()].into();
    let record = |cap: &str| Value::Record(names.clone(), vec![number(cap), Value::Truth(true), Value::Text("x".into())]);
    let list = Value::List(vec![record("3"), record("4")]);
    comes_to("a.trading.cap + 1", &[record("3")], number("4"));
    comes_to("let s = 0; for p in a { if p.trading.exists { s += p.trading.cap; } } s", &[list], number("7"));
    fails("a.trading.cup", &[record("3")], "asks for `cup`, which the record does not have");
}

#[test]
fn failures_have_words_and_a_place() {
    let text = "fn f(a) {\n    let b = g(a);\n    b\n}\n\nfn g(a) {\n    1 / a\n}\n";
    let (file, sources) = source(text);
    let failure = script(text).call("f", &[number("0")]).expect_err("a division by zero");
    assert_eq!(failure.message, "fails in `g`, which divides by zero");
    assert_eq!((failure.span.file, sources.line_column(failure.span).line), (file, 7));
    fails("throw \"no shares\"", &[], "refuses: no shares");
    fails("throw 3", &[], "throws a number");
    fails("a + b", &[number("1"), Value::Text("x".into())], "calls `+` with a number and a text");
    fails("a[5]", &[Value::List(vec![])], "asks for entry 5 of a list of 0");
    fails("a.b", &[number("1")], "");
    fails("a && true", &[number("1")], "expects true or false and finds a number");
    fails("if a { 1 } else { 2 }", &[number("1")], "expects true or false and finds a number");
    fails("for x in a { } 1", &[number("1")], "goes through something that is no list");
    fails("let b = a;", &[number("1")], "gives back nothing");
    fails("[a]", &[number("1")], "gives back a list");
    fails("#{ a: a }", &[number("1")], "gives back a record");
    fails("0..3", &[], "gives back something that the rules have no type for");
    fails("5 % 0", &[], "divides by zero");
    fails("a % 0", &[number("1")], "divides by zero");
}

#[test]
fn every_endless_or_growing_script_is_stopped_in_time() {
    let grows = |body: &str| stopped(&format!("fn f() {{ {body} }}"), &[]);
    assert!(grows("loop { }").contains("steps"));
    assert!(grows("let n = 0; while true { n += 1; } n").contains("steps"));
    assert!(grows("for i in 0..9000000000000000000 { } 1").contains("steps"));
    assert!(grows("let s = \"x\"; loop { s += s; }").contains("too long"));
    assert!(grows("let l = [1]; loop { l.push(1); }").contains("entries"));
    assert!(grows("let l = [1]; loop { l = [l, l]; }").contains("entries"));
    assert!(grows("let l = []; loop { l = [l]; }").contains("entries"));
    assert!(grows("let m = #{ a: 1 }; loop { m = #{ a: m, b: m }; }").contains("entries"));
    assert!(grows("let m = #{}; loop { m = #{ a: m }; }").contains("entries"));
    assert!(!grows("let m = #{}; let n = 0; loop { n += 1; m[`k${n}`] = n; }").is_empty());
    assert!(grows("let x = 2.5; loop { x *= x; }").contains("number"));
    assert!(grows("let x = 3; loop { x *= x; }").contains("further from 0"));
    assert!(grows("1 << 9000000000000000000; loop { }").contains("steps"));
    assert!(grows("f()").contains("too deep"));
    assert!(stopped("fn f() { g() } fn g() { f() }", &[]).contains("too deep"));
    assert!(stopped("fn f(n) { f(n + 1) + f(n + 2) }", &[number("0")]).contains("too deep"));
}

#[test]
fn copying_large_values_in_a_loop_is_stopped_in_time() {
    let list = Value::List((0..MOST_ENTRIES - 1).map(|_| number("1.25")).collect());
    let names: Arc<[String]> = (0..9).map(|index| format!("group.field{index}")).collect();
    let record = Value::Record(names, (0..9).map(|_| Value::Text("a text".into())).collect());
    let records = Value::List((0..190).map(|_| record.clone()).collect());
    for given in [&list, &records] {
        stopped("fn f(a) { loop { let b = a; } }", std::slice::from_ref(given));
        stopped("fn f(a) { loop { let b = [a]; b = []; } }", std::slice::from_ref(given));
        stopped("fn g(a) { a.len() } fn f(a) { loop { g(a); } }", std::slice::from_ref(given));
        stopped("fn f(a) { loop { a.len(); } }", std::slice::from_ref(given));
        stopped("fn f(a) { loop { for x in a { break; } } }", std::slice::from_ref(given));
    }
    stopped("fn f(a) { loop { a.sort(); } }", std::slice::from_ref(&list));
    stopped("fn f(a) { loop { a = a.sort(); } }", std::slice::from_ref(&list));
    stopped("fn f(a) { loop { a.sum(); } }", std::slice::from_ref(&list));
    stopped("fn f(a) { loop { 7 in a; } }", &[list]);
}

#[test]
fn what_is_too_large_is_not_handed_over() {
    let list = Value::List((0..=MOST_ENTRIES).map(|_| number("1")).collect());
    fails("a.len()", &[list], "lists of more than");
}

#[test]
fn deep_nesting_is_refused_and_deep_calls_fit_the_stack() {
    let nested = format!("fn f() {{ {}1{} }}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(findings(&nested)[0].message.contains("nested too deep"), "{:?}", findings(&nested));
    let nested = format!("fn f() {{ {}1{} }}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(findings(&nested)[0].message.contains("nested too deep"));
    let nested = format!("fn f() {{ {}1{} }}", "{".repeat(5_000), "}".repeat(5_000));
    assert!(!findings(&nested).is_empty());
    // As deep as is allowed, both in expressions and in calls.
    for (open, close) in [("(1 + ", ")"), ("if true { ", " }"), ("[", "]"), ("#{ a: ", " }"), ("{ let x = ", "; x }"), ("-(", ")")] {
        let nested = |depth: usize| format!("fn f(n) {{ {}f(n + 1){} }}", open.repeat(depth), close.repeat(depth));
        let deepest = (1..100).rev().find(|depth| super::engine::compile(&nested(*depth)).is_ok()).expect("some depth is allowed");
        assert!(deepest >= 5, "{open}: {deepest}");
        let message = stopped(&nested(deepest), &[number("0")]);
        assert!(message.contains("too deep"), "{open} {deepest}: {message}");
    }
}

#[test]
fn what_reaches_outside_is_refused_where_it_stands() {
    let refused = |body: &str, word: &str| {
        let found = findings(&format!("fn f(a) {{\n    {body}\n}}"));
        assert!(found[0].message.contains(word), "{body}: {}", found[0].message);
    };
    for (body, word) in [
        ("eval(\"1\")", "`eval`"),
        ("print(a)", "`print`"),
        ("debug(a)", "`debug`"),
        ("Fn(\"f\")", "`Fn`"),
        ("this", "`this`"),
        ("try { 1 / a } catch { 0 }", "`try`"),
        ("a ** 2", "`**`"),
        ("switch a { 1 => 2, _ => 3 }", "`switch`"),
        ("whole(5)", "`whole`"),
        ("sleep(5)", "`sleep`"),
        ("timestamp()", "`timestamp`"),
        ("rand()", "`rand`"),
        ("exit(1)", "`exit`"),
        ("parse_json(\"{}\")", "`parse_json`"),
        ("blob(5)", "`blob`"),
        ("b + 1", "`b`"),
    ] {
        refused(body, word);
    }
    assert!(!findings("import \"x\" as y; fn f() { 1 }").is_empty());
    assert!(!findings("fn f() { |x| x + 1 }").is_empty());
    assert!(!findings("fn f(a) { a.call(1) }").is_empty());
    assert!(!findings("fn f() { 1e3 }").is_empty());
    assert!(findings("let x = 3; fn f() { 1 }")[0].message.contains("outside"));
    assert!(findings("fn f( { 1 }")[0].message.contains("expected") || !findings("fn f( { 1 }").is_empty());
    assert!(findings("fn f() { 1")[0].message.contains("expected") || !findings("fn f() { 1").is_empty());
    assert!(read(FileId::FIRST, "").diagnostics.is_empty());
}

#[test]
fn findings_stand_at_their_line() {
    let text = "fn f(a) {\n    /* é */ let x = \"é\";\n    a + len(b)\n}\n";
    let (file, sources) = source(text);
    let found = read(file, text).diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    let place = sources.line_column(found[0].primary.span);
    assert_eq!((place.line, sources.slice(found[0].primary.span)), (3, "b"), "{}", found[0].message);
}

#[test]
fn the_same_call_comes_to_the_same() {
    let script = script("fn f(a) { let m = #{ z: 1, b: 2, a: 3 }; let s = \"\"; for x in a { s += x; } s }");
    let given = [Value::List(["p", "q", "r"].map(|text| Value::Text(text.into())).to_vec())];
    let first = script.call("f", &given);
    assert_eq!(first, Ok(Value::Text("pqr".into())));
    for _ in 0..50 {
        assert_eq!(script.call("f", &given), first);
    }
}

#[test]
fn the_shipped_index_is_the_one_it_says() {
    let script = script(include_str!("../../rules/scripts/concentration.rhai"));
    let hhi =
        |own: &str, others: &[&str]| script.call("hhi", &[number(own), Value::List(others.iter().map(|text| number(text)).collect())]);
    assert_eq!(hhi("60", &["20", "20"]), Ok(number("4400")));
    assert_eq!(hhi("5", &[]), Ok(number("10000")));
    assert_eq!(hhi("250000000", &["250000000", "250000000", "250000000"]), Ok(number("2500")));
    assert_eq!(hhi("0", &["7", "0"]), Ok(number("10000")));
    assert!(hhi("0", &["0"]).expect_err("no shares").message.contains("nothing in the market"));
}

#[test]
fn definitions_are_found_with_their_places() {
    let text = "// fn f(a)\nfn g(a, b) { a }\nfn  f (\n  a,\n) { a }\nfn f() { 1 }\n";
    let (file, sources) = source(text);
    let script = read(file, text).value.expect("a script");
    assert_eq!(script.functions().collect::<Vec<_>>(), ["f", "g"]);
    let lines: Vec<(usize, u32)> = script.definitions("f").iter().map(|one| (one.parameters, sources.line_column(one.span).line)).collect();
    assert_eq!(lines, [(0, 6), (1, 3)]);
}
