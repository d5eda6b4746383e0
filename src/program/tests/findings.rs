//! What is found wrong with constants, and that what is nearly wrong is left alone.

use super::rules::*;
use crate::policy::{ArithmeticOp, Body, Comparison, Edge, Expr, ExprKind, Function, Knot, LetId, Row, Test};
use crate::program::{Origin, Said};
use crate::value::{Currency, EnumId, Interval, ListId, Number, Possible, Texts, Truth, Type, Variants};

use ArithmeticOp::{Add, Divide, Multiply};
use Comparison::{Equal, Greater, GreaterOrEqual, Less};

fn nothing() -> Vec<String> {
    Vec::new()
}

/// What is found in a measure.
fn found_in_value(value: Expr) -> Vec<String> {
    let mut rules = Rules::new();
    rules.item("m", Some(number(10)), Body::Measure(value));
    rules.findings()
}

fn found_in_grade(operand: Expr, rows: Vec<Row>) -> Vec<String> {
    let mut rules = Rules::new();
    rules.item("g", None, Body::Grade(Some(operand), rows));
    rules.findings()
}

fn found_in_ramp(knots: &[(i64, i64)]) -> Vec<String> {
    let mut rules = Rules::new();
    let knot = |(at, points): &(i64, i64)| Knot { at: number(*at), points: number(*points), label: None, span: somewhere() };
    rules.item("r", None, Body::Ramp(fact("x"), knots.iter().map(knot).collect()));
    rules.findings()
}

fn divided(by: i64) -> Expr {
    arithmetic(number(1), Divide, number(by))
}

const DIVIDES: &str = "constant-fault: this divides by 0, whatever the facts say";

#[test]
fn constants_that_fault() {
    assert_eq!(found_in_value(divided(0)), [DIVIDES]);
    assert_eq!(found_in_value(divided(3)), nothing());
    let most = || decimal("9999999999999999999999999", Type::Number);
    assert_eq!(
        found_in_value(arithmetic(most(), Multiply, number(2))),
        ["constant-fault: this is further from 0 than any number or date can be, whatever the facts say"]
    );
    assert_eq!(found_in_value(arithmetic(most(), Multiply, number(1))), nothing());
    let months = expr(ExprKind::Months(12 * 9000), Type::Months);
    assert_eq!(found_in_value(arithmetic(today(), Add, months)).len(), 1);
    // Whether a fact is 0 only the facts tell.
    assert_eq!(found_in_value(arithmetic(number(1), Divide, fact("x"))), nothing());
}

#[test]
fn what_is_never_evaluated_does_not_fault() {
    let faulty = || compare(divided(0), Greater, number(3));
    assert_eq!(found(any(vec![faulty(), fact("flag")])), [DIVIDES]);
    // A deciding operand absorbs the fault on either side.
    assert_eq!(found(any(vec![faulty(), truth(true)])), nothing());
    assert_eq!(found(any(vec![truth(true), faulty()])), nothing());
    assert_eq!(found(all(vec![faulty(), truth(false)])), nothing());
    assert_eq!(found(all(vec![faulty(), truth(true)])), [DIVIDES]);
    assert_eq!(found_in_value(either(truth(true), number(1), divided(0))), nothing());
    assert_eq!(found_in_value(either(truth(false), number(1), divided(0))), [DIVIDES]);
    assert_eq!(found_in_value(either(fact("flag"), number(1), divided(0))), [DIVIDES]);
    for (applies, findings) in [(truth(false), nothing()), (fact("flag"), vec![DIVIDES.to_string()])] {
        let mut rules = Rules::new();
        let id = rules.check("c", compare(fact("x"), Less, divided(0)));
        rules.policy.items[id.index()].applies = Some(applies.clone());
        assert_eq!(rules.findings(), findings);
        let mut rules = Rules::new();
        let id = rules.gate("g", compare(fact("x"), Less, divided(0)));
        rules.policy.gates[id.index()].applies = Some(applies);
        assert_eq!(rules.findings(), findings);
    }
}

#[test]
fn a_let_that_faults_says_so_once_whoever_needs_it() {
    let mut rules = Rules::new();
    // The first needs the second, and would not mind its fault.
    let second = expr(ExprKind::Let(LetId(1)), Type::Number);
    rules.named("first", any(vec![truth(true), compare(second.clone(), Greater, number(1))]));
    rules.named("second", divided(0));
    rules.check("a", compare(fact("x"), Less, second.clone()));
    rules.check("b", compare(fact("x"), Greater, second));
    assert_eq!(rules.findings(), [DIVIDES]);
}

#[test]
fn worths_are_above_zero() {
    let worth = |worth| {
        let mut rules = Rules::new();
        rules.item("c", Some(worth), Body::Check(fact("flag")));
        rules.findings()
    };
    assert_eq!(worth(number(0)), ["bad-worth: expected `main.c` to be worth more than 0, found 0"]);
    assert_eq!(worth(number(-5)), ["bad-worth: expected `main.c` to be worth more than 0, found -5"]);
    assert_eq!(worth(decimal("0.5", Type::Number)), nothing());
    assert_eq!(worth(divided(0)), [DIVIDES]);
    assert_eq!(worth(fact("x")), ["not-constant: expected a value that is known before any facts are"]);
}

#[test]
fn a_grade_is_worth_its_most_points() {
    let graded = |points: &[i64]| {
        let rows: Vec<Row> = points.iter().map(|points| row(Test::Compare(Equal, number(*points)), *points)).collect();
        found_in_grade(fact("x"), rows.into_iter().chain([otherwise(0)]).collect())
    };
    assert_eq!(graded(&[0]), ["bad-worth: `main.g` gives no points, whatever the facts say"]);
    assert_eq!(graded(&[1]), nothing());
    // One mistake is one finding.
    assert_eq!(graded(&[-1]), ["negative-points: expected points of 0 or more, found -1"]);
    assert_eq!(found_in_ramp(&[(0, 0), (1, 0)]), ["bad-worth: `main.r` gives no points, whatever the facts say"]);
}

#[test]
fn knots_rise() {
    assert_eq!(found_in_ramp(&[(0, 1), (5, 2), (5, 3)]), ["knots-out-of-order: expected a knot above 5, found 5"]);
    assert_eq!(found_in_ramp(&[(5, 1), (-1, 2)]), ["knots-out-of-order: expected a knot above 5, found -1"]);
    assert_eq!(found_in_ramp(&[(-1, 2), (0, 9), (5, 1)]), nothing());
}

#[test]
fn bands_fall() {
    let banded = |edges: &[Option<i64>]| {
        let mut rules = Rules::new();
        rules.check("c", fact("flag"));
        rules.policy.verdicts[0].edges =
            edges.iter().map(|edge| edge.map_or(Edge::Otherwise, |edge| Edge::AtLeast(percent(edge)))).collect();
        rules.findings()
    };
    assert_eq!(banded(&[Some(60), Some(60), None]), ["bands-out-of-order: expected an edge below 60%, found 60%"]);
    assert_eq!(banded(&[Some(40), Some(60), None]), ["bands-out-of-order: expected an edge below 40%, found 60%"]);
    assert_eq!(banded(&[Some(60), Some(59), None]), nothing());
    let open = "missing-otherwise: the bands do not say what holds when none of them is reached";
    assert_eq!(banded(&[Some(60), Some(40), Some(1)]), [open]);
    // Every score is at least 0 %.
    assert_eq!(banded(&[Some(60), Some(40), Some(0)]), nothing());
}

#[test]
fn rows_cover_what_the_operand_may_be() {
    let open = ["missing-otherwise: the grade `g` does not say what holds when none of its rows does"];
    let left_over = |rows: Vec<Row>, operand: Expr| {
        let mut rules = Rules::new();
        rules.item("g", None, Body::Grade(Some(operand), rows));
        rules.build().diagnostics.into_iter().map(|finding| finding.primary.text).collect::<Vec<_>>()
    };
    let below = |limit| row(Test::Compare(Less, number(limit)), 3);
    let at_least = |limit| row(Test::Compare(GreaterOrEqual, number(limit)), 5);
    assert_eq!(found_in_grade(fact("x"), vec![at_least(5), below(4)]), open);
    assert_eq!(found_in_grade(fact("x"), vec![at_least(5), below(5)]), nothing());
    assert_eq!(found_in_grade(fact("x"), vec![at_least(0)]), open);
    assert_eq!(left_over(vec![at_least(5), below(4)], fact("x")), ["at least 4 and below 5 is left over"]);
    assert_eq!(left_over(vec![at_least(2)], fact("count")), ["0 to 1 is left over"]);
    // A count is never below 0, and whole numbers leave nothing between 2 and 3.
    assert_eq!(found_in_grade(fact("count"), vec![at_least(0)]), nothing());
    let rows = |second: i64| {
        vec![
            row(Test::Compare(Equal, whole(0)), 1),
            row(Test::Between(whole(1), whole(second)), 2),
            row(Test::Compare(GreaterOrEqual, whole(3)), 3),
        ]
    };
    let counted = || aggregate(crate::policy::AggregateKind::Count, audits(None), None, None);
    assert_eq!(found_in_grade(counted(), rows(2)), nothing());
    assert_eq!(found_in_grade(counted(), rows(1)), open);
    let colours = |last: usize| vec![row(Test::OneOf(vec![colour(0), colour(1)]), 1), row(Test::Compare(Equal, colour(last)), 2)];
    assert_eq!(found_in_grade(fact("kind"), colours(2)), nothing());
    assert_eq!(found_in_grade(fact("name"), vec![row(Test::Compare(Equal, text("Ada")), 1)]), open);
    let mut rules = Rules::new();
    rules.item("g", None, Body::Grade(None, vec![row_when(fact("flag"), 3)]));
    assert_eq!(rules.findings(), open);
}

#[test]
fn assumed_values_lie_within_bounds() {
    assert_eq!(found(compare(assuming("share", percent(100)), Less, percent(50))), nothing());
    assert_eq!(
        found(compare(assuming("share", percent(101)), Less, percent(50))),
        ["out-of-bounds: what is assumed for `share` lies outside its bounds"]
    );
    assert_eq!(
        found(compare(assuming("x", fact("x")), Less, number(3))),
        ["not-constant: expected a value that is known before any facts are"]
    );
}

#[test]
fn arguments_that_must_be_sensible_constants() {
    let round = |places| found_in_value(call(Function::Round, vec![fact("x"), places]));
    assert_eq!(round(number(12)), nothing());
    assert_eq!(round(number(13)), ["bad-call: expected a whole number of decimals from 0 to 12, found 13"]);
    assert_eq!(round(number(-1)), ["bad-call: expected a whole number of decimals from 0 to 12, found -1"]);
    assert_eq!(found_in_value(call(Function::Round, vec![fact("share"), number(11)])).len(), 1);
    let clamp = |low, high| found_in_value(call(Function::Clamp, vec![fact("x"), number(low), number(high)]));
    assert_eq!(clamp(0, 0), nothing());
    assert_eq!(clamp(1, 0), ["bad-call: expected the least before the greatest, found 1 and 0"]);
    let top = |count| {
        let of_each = expr(ExprKind::FieldOfEach(Box::new(fact("audits")), 1, crate::value::FieldId(10)), Type::List(ListId(0)));
        let top = expr(ExprKind::Top(Box::new(count), Box::new(of_each)), Type::List(ListId(0)));
        found(expr(ExprKind::IsEmpty(Box::new(top)), Type::Bool))
    };
    assert_eq!(top(whole(1)), nothing());
    assert_eq!(top(whole(0)), ["bad-call: expected a whole number above 0, found 0"]);
    assert_eq!(top(decimal("1.5", Type::Number)), ["bad-call: expected a whole number above 0, found 1.5"]);
}

fn positive() -> Possible {
    Possible::Range(Interval { low: Number::ZERO, low_open: true, ..Interval::unbounded() })
}

#[test]
fn parameters_lie_within_their_bounds() {
    let declared = |value| {
        let mut rules = Rules::new();
        rules.param("limit", Type::Number, positive(), value);
        rules.findings()
    };
    assert_eq!(declared(number(1)), nothing());
    assert_eq!(declared(number(0)), ["out-of-bounds: expected `main.limit` to be more than 0, found 0"]);
    assert_eq!(declared(fact("x")), ["not-constant: expected a value that is known before any facts are"]);
}

#[test]
fn settings_fit_their_parameters() {
    let mut rules = Rules::new();
    rules.param("limit", Type::Number, positive(), number(1));
    let anything = |ty, rules: &Rules| Possible::anything(ty, &rules.policy.schema);
    rules.param("strict", Type::Bool, Possible::Truth(Truth::Unknown), truth(false));
    let colours = anything(Type::Enum(EnumId(0)), &rules);
    rules.param("colour", Type::Enum(EnumId(0)), colours, colour(0));
    rules.param("least", Type::Percent, Possible::Range(Interval::unbounded()), percent(3));
    rules.param("cap", Type::Money(Currency::USD), Possible::Range(Interval::unbounded()), decimal("5", Type::Money(Currency::USD)));
    rules.param("word", Type::Text, Possible::Texts(Texts::Any), text("a"));
    let mut set = |name: &str, value: &str| {
        rules.settings.parameters = vec![(Said::new(name, "--set"), Said::new(value, "--set"))];
        (rules.findings(), rules.build().value)
    };
    let value_of = |program: Option<crate::program::Program>, index: usize| {
        let param = &program.expect("good settings run").params[index];
        assert_eq!(param.origin, Origin::Outside("--set".into()));
        param.value.clone()
    };
    let point = |text: &str| Possible::Range(Interval::point(Number::parse(text).expect("tests write numbers properly")));
    assert_eq!(value_of(set("main.limit", "2.5").1, 0), point("2.5"));
    assert_eq!(value_of(set("main.strict", "true").1, 1), Possible::Truth(Truth::True));
    assert_eq!(value_of(set("main.colour", "blue").1, 2), Possible::Variants(Variants::one(2)));
    assert_eq!(value_of(set("main.least", "4.5%").1, 3), point("0.045"));
    assert_eq!(value_of(set("main.cap", "$1.2M").1, 4), point("1200000"));
    assert_eq!(value_of(set("main.word", "two words").1, 5), Possible::Texts(Texts::One("two words".into())));

    let mut refused = |name: &str, value: &str| set(name, value).0.join("; ");
    assert_eq!(refused("main.limit", "0"), "bad-setting: `--set` can't set `main.limit` so: expected more than 0, found `0`");
    assert_eq!(refused("main.strict", "yes"), "bad-setting: `--set` can't set `main.strict` so: expected `true` or `false`, found `yes`");
    assert_eq!(
        refused("main.colour", "blu"),
        "bad-setting: `--set` can't set `main.colour` so: expected one of `red`, `green` or `blue`, found `blu`"
    );
    assert_eq!(refused("main.least", "4.5"), "bad-setting: `--set` can't set `main.least` so: expected a percent, found `4.5` without `%`");
    assert!(refused("main.cap", "5 EUR").starts_with("bad-setting: `--set` can't set `main.cap` so: expected"));
    assert_eq!(refused("main.limits", "2"), "bad-setting: `--set` names `main.limits`, and the rules have no such parameter");
    assert_eq!(refused("main.x", "1\n2"), "bad-setting: `--set` names `main.x`, and the rules have no such parameter");
}

#[test]
fn settings_suggest_what_was_meant() {
    let mut rules = Rules::new();
    rules.param("limit", Type::Number, positive(), number(1));
    for (typed, help) in [
        ("limit", "did you mean `main.limit`?"),
        ("main.limt", "did you mean `main.limit`?"),
        ("elsewhere.threshold", "a parameter is set by its rulebook and name, as `main.limit`"),
    ] {
        rules.settings.parameters = vec![(Said::new(typed, "--set"), Said::new("2", "--set"))];
        assert_eq!(rules.build().diagnostics[0].help, [help], "{typed}");
    }
    // The last of several counts.
    let set = |value: &str| (Said::new("main.limit", "--set"), Said::new(value, "--set"));
    rules.settings.parameters = vec![set("2"), set("3")];
    assert_eq!(rules.program().params[0].value, Possible::Range(Interval::point(Number::whole(3))));
}

#[test]
fn circles_are_found_where_they_are() {
    let mut rules = Rules::new();
    let later = expr(ExprKind::Let(LetId(1)), Type::Number);
    let first = rules.named("first", arithmetic(later, Add, number(1)));
    rules.named("second", arithmetic(first, Add, fact("x")));
    assert_eq!(rules.findings(), ["cycle: `main.first` needs itself"]);

    let mut rules = Rules::new();
    let next = |id| expr(ExprKind::Check(crate::policy::ItemId(id)), Type::Bool);
    rules.check("waits", next(1));
    rules.check("one", next(2));
    rules.check("two", next(1));
    assert_eq!(rules.findings(), ["cycle: `main.one` needs itself"]);
}
