//! What evaluation is told: which facts are read, in which order steps come, and how far things may rest on each other.

use super::rules::*;
use crate::policy::{ArithmeticOp, Body, Comparison, ExprKind, Knot, Quantifier, ScorecardId, Test};
use crate::program::{Cut, Origin, Said, Step};
use crate::value::{FieldId, Interval, Number, Possible, Type};

use Comparison::{Equal, GreaterOrEqual, Less};

fn numbers(values: &[i64]) -> Vec<Number> {
    values.iter().map(|value| Number::whole(*value)).collect()
}

#[test]
fn readings_and_thresholds_are_counted_per_field() {
    let mut rules = Rules::new();
    let double = rules.named("double", arithmetic(fact("x"), ArithmeticOp::Add, fact("x")));
    rules.check("a", between(fact("x"), number(1), number(4)));
    rules.check("b", one_of(fact("x"), vec![number(2), number(4)]));
    rules.check("c", compare(double, Less, fact("count")));
    rules.check("d", compare(assuming("x", number(7)), Less, number(9)));
    let knot = |at: i64| Knot { at: number(at), points: number(at.abs()), label: None, span: somewhere() };
    rules.item("e", None, Body::Ramp(fact("x"), vec![knot(-3), knot(5)]));
    rules.item("f", None, Body::Grade(Some(fact("count")), vec![row(Test::Compare(Comparison::Greater, whole(6)), 1), otherwise(0)]));
    rules.gate("g", all(vec![known("name"), compare(fact("count"), Equal, whole(2))]));
    let program = rules.program();
    let of = |field: usize| &program.fields[field];
    // Once each in a, b, d and e; twice in c.
    assert_eq!(of(0).reads, 6);
    assert_eq!(of(0).thresholds, numbers(&[-3, 1, 2, 4, 5, 9]));
    // Of whole numbers above 6, the least is 7.
    assert_eq!((of(2).reads, &of(2).thresholds), (3, &numbers(&[2, 7])));
    assert_eq!((of(6).reads, of(6).asked_if_known, of(0).asked_if_known), (1, true, false));
    assert_eq!(of(4).reads, 0);
}

#[test]
fn fields_of_elements_are_read_too() {
    let mut rules = Rules::new();
    let critical = compare(of_audit(0, "open"), GreaterOrEqual, whole(3));
    let some = ExprKind::Quantified(Quantifier::Some, audits(None), Box::new(critical));
    rules.check("a", expr(some, Type::Bool));
    let open = expr(ExprKind::FieldOfEach(Box::new(fact("audits")), 1, FieldId(10)), Type::List(crate::value::ListId(0)));
    rules.check("b", expr(ExprKind::IsEmpty(Box::new(open)), Type::Bool));
    let program = rules.program();
    assert_eq!((program.fields[7].reads, program.fields[7].element_reads), (2, 0));
    assert_eq!((program.fields[10].reads, program.fields[10].element_reads), (0, 2));
    assert_eq!(program.fields[10].thresholds, numbers(&[3]));
    assert_eq!(program.fields[9].element_reads, 0);
    let fields: Vec<Option<FieldId>> = program.items[0].reads.iter().map(|place| program.field_at(*place)).collect();
    assert_eq!(fields, [Some(FieldId(7)), Some(FieldId(10))]);
}

#[test]
fn numbers_are_told_apart_where_something_compares_them() {
    let mut rules = Rules::new();
    rules.check("a", compare(fact("x"), GreaterOrEqual, number(3)));
    rules.check("b", not(compare(fact("x"), Equal, number(5))));
    rules.item("c", None, Body::Grade(Some(fact("x")), vec![row(Test::Compare(Comparison::LessOrEqual, number(9)), 1), otherwise(0)]));
    rules.check("d", compare(fact("count"), Less, whole(4)));
    rules.check("e", compare(arithmetic(fact("count"), ArithmeticOp::Add, whole(1)), Less, whole(9)));
    let program = rules.program();
    let cut = |at: i64, behind: bool| Cut { at: Number::whole(at), behind };
    let x = &program.fields[0];
    assert_eq!(x.cuts, Some(vec![cut(3, false), cut(5, false), cut(5, true), cut(9, true)]));
    let apart = |low: i64, high: i64| x.tells_apart(Number::whole(low), Number::whole(high));
    assert_eq!(
        [apart(1, 2), apart(2, 3), apart(3, 4), apart(4, 5), apart(5, 6), apart(6, 9), apart(9, 10)],
        [false, true, false, true, true, false, true]
    );
    // What is calculated with is never all one.
    let count = &program.fields[2];
    assert!(count.cuts.is_none() && count.tells_apart(Number::whole(5), Number::whole(6)));
}

#[test]
fn facts_are_listed_once_in_the_order_of_reading() {
    let mut rules = Rules::new();
    let sum = rules.named("sum", arithmetic(fact("count"), ArithmeticOp::Add, fact("x")));
    let id = rules.check("a", all(vec![fact("flag"), compare(sum, Less, fact("x"))]));
    rules.policy.items[id.index()].applies = Some(known("name"));
    let program = rules.program();
    let fields: Vec<Option<FieldId>> = program.items[0].reads.iter().map(|place| program.field_at(*place)).collect();
    assert_eq!(fields, [6, 4, 2, 0].map(|field| Some(FieldId(field))));
}

#[test]
fn each_step_comes_after_what_it_reads() {
    let mut rules = Rules::new();
    let gated = rules.named("gated", expr(ExprKind::Gate(crate::policy::GateId(0)), Type::Bool));
    let by_band = compare(expr(ExprKind::Band(crate::policy::VerdictId(0)), Type::Enum(crate::value::EnumId(1))), Equal, band(0));
    rules.check_elsewhere("late", all(vec![gated, by_band]));
    rules.check("second", expr(ExprKind::Check(crate::policy::ItemId(2)), Type::Bool));
    rules.check("first", fact("flag"));
    rules.item("included", Some(number(3)), Body::Include(ScorecardId(2)));
    rules.check_elsewhere("of_child", fact("flag"));
    rules.gate("held", expr(ExprKind::Check(crate::policy::ItemId(1)), Type::Bool));
    let program = rules.program();
    let at = |step: Step| program.order.iter().position(|other| *other == step).expect("every step has its place");
    let item = |id| at(Step::Item(crate::policy::ItemId(id)));
    let card = |id| at(Step::Scorecard(ScorecardId(id)));
    let (gate, verdict) = (at(Step::Gate(crate::policy::GateId(0))), at(Step::Verdict(crate::policy::VerdictId(0))));
    assert_eq!(program.order.len(), 5 + 3 + 1 + 1);
    assert!(item(2) < item(1) && item(1) < gate && gate < verdict && verdict < item(0) && item(0) < card(1));
    assert!(item(4) < card(2) && card(2) < item(3) && item(3) < card(0) && card(0) < verdict);
}

#[test]
fn sheet_zero_has_one_element_of_each_kind_of_list() {
    let program = {
        let mut rules = Rules::new();
        rules.check("a", fact("flag"));
        rules.program()
    };
    let from_zero = Possible::Range(Interval { low: Number::ZERO, low_open: false, ..Interval::unbounded() });
    let values: Vec<&Possible> = program.unseen.iter().map(|slot| &slot.value).collect();
    assert_eq!(values, [&Possible::Range(Interval::unbounded()), &from_zero]);
    assert!(program.unseen.iter().all(|slot| !slot.known && !slot.exact && slot.evidence == 0));
}

/// So many `let`s, each resting on the next; `forwards` or back.
fn chained(count: u32, forwards: bool) -> Rules {
    let mut rules = Rules::new();
    for index in 0..count {
        let rest_on = if forwards { (index + 1 < count).then_some(index + 1) } else { index.checked_sub(1) };
        let other = rest_on.map_or(number(1), |other| expr(ExprKind::Let(crate::policy::LetId(other)), Type::Number));
        rules.named(&format!("l{index}"), arithmetic(fact("x"), ArithmeticOp::Add, other));
    }
    let last = expr(ExprKind::Let(crate::policy::LetId(if forwards { 0 } else { count - 1 })), Type::Number);
    rules.check("a", compare(last, Less, number(5)));
    rules
}

#[test]
fn chains_of_lets_are_as_long_as_evaluation_can_follow() {
    for forwards in [true, false] {
        chained(240, forwards).program();
        let findings = chained(20_000, forwards).findings();
        assert!(!findings.is_empty());
        assert!(findings.iter().all(|finding| finding == "nested-too-deep: more than 512 steps rest on each other here"), "{findings:?}");
    }
}

#[test]
fn settings_are_recorded_with_their_origin() {
    let mut rules = Rules::new();
    rules.param("limit", Type::Number, Possible::Range(Interval::unbounded()), number(1));
    rules.param("other", Type::Number, Possible::Range(Interval::unbounded()), number(2));
    rules.settings.parameters.push((Said::new("main.limit", "--set"), Said::new("9", "--set")));
    let program = rules.program();
    let origins: Vec<&Origin> = program.params.iter().map(|param| &param.origin).collect();
    assert_eq!(origins, [&Origin::Outside("--set".into()), &Origin::Rules]);
}
