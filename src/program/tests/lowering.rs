//! What becomes of expressions.

use super::super::{Asks, Body, Condition, ConditionId, Next, Program, Said};
use super::rules::*;
use crate::policy::{AggregateKind, ArithmeticOp, Comparison, ExprKind, Function, ScorecardId, Test, VerdictId};
use crate::value::{EnumId, Type};

use ArithmeticOp::{Add, Divide, Subtract};
use Comparison::{Equal, GreaterOrEqual, Less, NotEqual};

#[test]
fn comparisons_of_facts_with_constants_have_their_own_nodes() {
    assert_eq!(lowered(compare(fact("x"), GreaterOrEqual, number(5))), "x >= 5");
    assert_eq!(lowered(compare(number(5), GreaterOrEqual, fact("x"))), "x <= 5");
    assert_eq!(lowered(compare(fact("x"), Less, arithmetic(number(2), Add, number(3)))), "x < 5");
    assert_eq!(lowered(compare(fact("since"), Less, today())), "since < 1728000000000");
    assert_eq!(lowered(compare(fact("x"), Less, fact("x"))), "compare(x < x)");
    assert_eq!(lowered(between(fact("x"), number(1), number(3))), "and(x >= 1, x <= 3)");
    assert_eq!(lowered(between(fact("x"), number(1), fact("x"))), "between(x, 1, x)");
    assert_eq!(lowered(one_of(fact("x"), vec![number(1), number(3)])), "or(x == 1, x == 3)");
    assert_eq!(lowered(one_of(fact("x"), vec![number(1)])), "x == 1");
}

#[test]
fn variants_become_sets_of_those_declared() {
    assert_eq!(lowered(compare(fact("kind"), Equal, colour(1))), "kind in {1}");
    assert_eq!(lowered(compare(fact("kind"), NotEqual, colour(1))), "kind in {0 2}");
    assert_eq!(lowered(not(compare(fact("kind"), Equal, colour(1)))), "kind in {0 2}");
    assert_eq!(lowered(one_of(fact("kind"), vec![colour(0), colour(2)])), "kind in {0 2}");
    assert_eq!(lowered(compare(assuming("kind", colour(0)), Equal, colour(1))), "among(assuming(kind, {0}), {1})");
}

#[test]
fn bands_compare_from_the_best_down() {
    let at_least_fair = |operator| {
        let band_of = expr(ExprKind::Band(VerdictId(0)), Type::Enum(EnumId(1)));
        let mut rules = Rules::new();
        rules.check_elsewhere("c", compare(band_of, operator, band(1)));
        item(&rules.program(), 0)
    };
    assert_eq!(at_least_fair(GreaterOrEqual), "among(band(main.band), {0 1})");
    assert_eq!(at_least_fair(Less), "among(band(main.band), {2})");
}

#[test]
fn truth_values_need_no_comparison() {
    assert_eq!(lowered(fact("flag")), "flag");
    assert_eq!(lowered(compare(fact("flag"), Equal, truth(true))), "flag");
    assert_eq!(lowered(compare(truth(false), Equal, fact("flag"))), "not(flag)");
    assert_eq!(lowered(compare(fact("flag"), NotEqual, truth(false))), "flag");
    assert_eq!(lowered(compare(compare(fact("x"), Less, number(5)), Equal, truth(false))), "x >= 5");
}

#[test]
fn texts_stay_comparisons() {
    assert_eq!(lowered(compare(fact("name"), Equal, text("Ada"))), "compare(name == \"Ada\")");
    assert_eq!(lowered(one_of(fact("name"), vec![text("Ada"), text("Bo")])), "one_of(name; \"Ada\", \"Bo\")");
    assert_eq!(lowered(compare(text("Ada"), NotEqual, text("Bo"))), "true");
}

#[test]
fn a_walk_asks_what_its_condition_asks_and_ends_where_it_does() {
    /// What a condition comes to where leaf `n` comes to bit `n`, and what it asks for on the way.
    fn evaluated(program: &Program, id: ConditionId, bits: u32, asked: &mut Vec<ConditionId>) -> bool {
        match &program.conditions[id.0 as usize].0 {
            Condition::Not(inner) => !evaluated(program, *inner, bits, asked),
            Condition::And(parts) => parts.iter().all(|part| evaluated(program, *part, bits, asked)),
            Condition::Or(parts) => parts.iter().any(|part| evaluated(program, *part, bits, asked)),
            _ => {
                asked.push(id);
                bits >> id.0 & 1 == 1
            }
        }
    }
    let leaves = || [known("x"), known("name"), fact("flag"), known("kind"), known("since")];
    let [a, b, c, d, e] = leaves();
    let mut rules = Rules::new();
    rules.check("c", any(vec![all(vec![a, not(all(vec![b, c]))]), not(any(vec![d, e]))]));
    let program = rules.program();
    let Body::Check(root) = program.items[0].body else { panic!("a check") };
    for bits in 0..1 << program.conditions.len() {
        let (mut expected, mut asked) = (Vec::new(), Vec::new());
        let holds = evaluated(&program, root, bits, &mut expected);
        let walk = program.walks.of(root).expect("a check is no part of another");
        let (mut left, mut end) = (program.walks.questions(walk), walk.end);
        while let Some((question, behind)) = left.split_first() {
            let Asks::Whether(id) = question.asks else { panic!("no number is asked for") };
            asked.push(id);
            left = match question.otherwise {
                _ if (bits >> id.0 & 1 == 1) == question.goes_on => behind,
                Next::Skip(count) => &behind[count as usize..],
                Next::End(holds) => {
                    end = holds;
                    &[]
                }
            };
        }
        assert_eq!((end, asked), (holds, expected), "{bits:b}");
    }
}

#[test]
fn and_or_not_are_flat_and_decided_where_constants_decide() {
    let low = || compare(fact("x"), Less, number(5));
    assert_eq!(lowered(all(vec![all(vec![fact("flag"), low()]), known("x")])), "and(flag, x < 5, known(x))");
    assert_eq!(lowered(any(vec![any(vec![fact("flag"), low()]), all(vec![low(), known("x")])])), "or(flag, x < 5, and(x < 5, known(x)))");
    assert_eq!(lowered(not(low())), "x >= 5");
    assert_eq!(lowered(not(not(fact("flag")))), "flag");
    assert_eq!(lowered(not(all(vec![fact("flag"), low()]))), "not(and(flag, x < 5))");
    assert_eq!(lowered(all(vec![truth(true), low()])), "x < 5");
    assert_eq!(lowered(all(vec![low(), truth(false)])), "false");
    assert_eq!(lowered(any(vec![low(), truth(true)])), "true");
    assert_eq!(lowered(any(vec![truth(false), low(), fact("flag")])), "or(x < 5, flag)");
}

#[test]
fn parameters_fold_through_conditions_and_branches() {
    let mut rules = Rules::new();
    let strict = rules.param("strict", Type::Bool, crate::value::Possible::Truth(crate::value::Truth::Unknown), truth(false));
    let limit = either(strict.clone(), number(9), number(4));
    rules.check("a", any(vec![strict.clone(), compare(fact("x"), GreaterOrEqual, limit.clone())]));
    rules.settings.parameters.push((Said::new("main.strict", "--set"), Said::new("true", "--set")));
    rules.check("b", all(vec![strict, compare(fact("x"), GreaterOrEqual, limit)]));
    let program = rules.program();
    assert_eq!((item(&program, 0), item(&program, 1)), ("true".into(), "x >= 9".into()));
    rules.settings.parameters.clear();
    let program = rules.program();
    assert_eq!((item(&program, 0), item(&program, 1)), ("x >= 4".into(), "false".into()));
}

#[test]
fn a_parameter_may_rest_on_a_later_one() {
    let mut rules = Rules::new();
    let later = expr(ExprKind::Param(crate::policy::ParamId(1)), Type::Number);
    let anything = || crate::value::Possible::Range(crate::value::Interval::unbounded());
    let first = rules.param("first", Type::Number, anything(), arithmetic(later, Add, number(1)));
    rules.param("second", Type::Number, anything(), number(3));
    rules.check("c", compare(fact("x"), Less, first));
    assert_eq!(item(&rules.program(), 0), "x < 4");
}

#[test]
fn lets_that_name_a_constant_or_a_fact_are_that() {
    let mut rules = Rules::new();
    let limit = rules.named("limit", arithmetic(number(10), Divide, number(4)));
    let size = rules.named("size", fact("x"));
    let sure = rules.named("sure", assuming("x", number(3)));
    let double = rules.named("double", arithmetic(size.clone(), Add, size.clone()));
    rules.check("a", compare(size, Less, limit.clone()));
    rules.check("b", compare(double, Less, limit.clone()));
    rules.check("c", compare(sure, Less, limit));
    let program = rules.program();
    assert_eq!(item(&program, 0), "x < 2.5");
    assert_eq!(item(&program, 1), "compare(main.double < 2.5)");
    assert_eq!(item(&program, 2), "compare(assuming(x, 3) < 2.5)");
}

#[test]
fn dates_move_by_whole_days() {
    let since = || fact("since");
    let measured = |value| lowered_value(value);
    assert_eq!(measured(arithmetic(since(), Add, hours(48))), "add(since, 172,800,000)");
    assert_eq!(measured(arithmetic(since(), Subtract, hours(36))), "floor_to_day(subtract(since, 129,600,000))");
    assert_eq!(measured(arithmetic(fact("age"), Add, since())), "floor_to_day(add(age, since))");
    assert_eq!(measured(arithmetic(today(), Subtract, since())), "subtract(1,728,000,000,000, since)");
    let days_between = arithmetic(today(), Subtract, since());
    assert_eq!(measured(arithmetic(since(), Add, days_between)), "add(since, subtract(1,728,000,000,000, since))");
    assert_eq!(measured(arithmetic(today(), Add, hours(36))), "1,728,086,400,000");
}

#[test]
fn calendar_months_take_their_sign_from_the_operation() {
    let months = |count| expr(ExprKind::Months(count), Type::Months);
    let negative = expr(ExprKind::Negate(Box::new(months(2))), Type::Months);
    assert_eq!(lowered_value(arithmetic(fact("since"), Add, months(24))), "add_months(since, 24)");
    assert_eq!(lowered_value(arithmetic(months(24), Add, fact("since"))), "add_months(since, 24)");
    assert_eq!(lowered_value(arithmetic(fact("since"), Subtract, months(1))), "add_months(since, -1)");
    assert_eq!(lowered_value(arithmetic(fact("since"), Subtract, negative)), "add_months(since, 2)");
    // 20,000 days after 1970 it is the 4th of October 2024.
    assert_eq!(lowered_value(arithmetic(today(), Subtract, months(9))), lowered_value(arithmetic(today(), Subtract, hours(24 * 274))));
}

#[test]
fn functions_fold_and_conversions_vanish() {
    assert_eq!(lowered_value(call(Function::Number, vec![fact("share")])), "share");
    assert_eq!(lowered_value(call(Function::Percent, vec![number(2)])), "2");
    assert_eq!(lowered_value(call(Function::Min, vec![number(4), number(2), number(3)])), "2");
    assert_eq!(lowered_value(call(Function::Max, vec![fact("x"), number(2)])), "max(x, 2)");
    assert_eq!(lowered_value(call(Function::Abs, vec![number(-4)])), "4");
    assert_eq!(lowered_value(call(Function::Clamp, vec![number(7), number(0), number(5)])), "5");
    assert_eq!(lowered_value(call(Function::Round, vec![fact("x"), number(2)])), "round(x, 2)");
    assert_eq!(lowered_value(call(Function::Round, vec![fact("x")])), "round(x, 0)");
    // A percent is rounded as it is written: to one decimal of a percent, which is three of its fraction.
    assert_eq!(lowered_value(call(Function::Round, vec![fact("share"), number(1)])), "round(share, 3)");
    assert_eq!(lowered_value(call(Function::RoundDown, vec![decimal("0.12999", Type::Percent), number(1)])), "0.129");
}

#[test]
fn lists_are_run_over_through_lets() {
    let mut rules = Rules::new();
    let all_audits = rules.named("all_audits", fact("audits"));
    let open = expr(ExprKind::FieldOfEach(Box::new(all_audits), 1, crate::value::FieldId(10)), Type::List(crate::value::ListId(0)));
    let worst = expr(ExprKind::Top(Box::new(whole(2)), Box::new(open)), Type::List(crate::value::ListId(0)));
    let worst = rules.named("worst", worst);
    let recent = compare(of_audit(0, "date"), GreaterOrEqual, today());
    let counted = aggregate(AggregateKind::Count, audits(Some(all(vec![truth(true), recent]))), None, None);
    rules.check("a", expr(ExprKind::InList(Box::new(number(3)), Box::new(worst)), Type::Bool));
    rules.check("b", compare(counted, GreaterOrEqual, whole(1)));
    rules.check("c", compare(aggregate(AggregateKind::Count, audits(Some(truth(true))), None, None), Equal, whole(0)));
    let program = rules.program();
    assert_eq!(item(&program, 0), "in_list(3, top(2, audits.open))");
    assert_eq!(item(&program, 1), "compare(Count(0 in audits where 0.date >= 1728000000000) >= 1)");
    assert_eq!(item(&program, 2), "compare(Count(0 in audits) == 0)");
}

#[test]
fn rows_on_constants_become_sets_on_the_grid() {
    let graded = |operand, rows| {
        let mut rules = Rules::new();
        rules.item("g", None, crate::policy::Body::Grade(Some(operand), rows));
        item(&rules.program(), 0)
    };
    let at_least = |value| Test::Compare(GreaterOrEqual, number(value));
    assert_eq!(
        graded(fact("x"), vec![row(Test::All(vec![at_least(15), Test::Compare(Less, number(30))]), 3), otherwise(0)]),
        "x: at least 15 and below 30 | all"
    );
    assert_eq!(
        graded(fact("count"), vec![row(Test::Compare(Comparison::Greater, decimal("2.5", Type::Number)), 3), otherwise(0)]),
        "count: more than 2 | all"
    );
    assert_eq!(
        graded(fact("x"), vec![row(Test::Not(Box::new(Test::Between(number(1), number(3)))), 3), otherwise(0)]),
        "x: below 1 or more than 3 | all"
    );
    assert_eq!(
        graded(fact("kind"), vec![row(Test::OneOf(vec![colour(0), colour(2)]), 3), row(Test::Compare(Equal, colour(1)), 1)]),
        "kind: {0 2} | {1}"
    );
    assert_eq!(
        graded(fact("flag"), vec![row(Test::Compare(Equal, truth(true)), 3), row(Test::Compare(Equal, truth(false)), 1)]),
        "flag: true | false"
    );
    assert_eq!(
        graded(fact("x"), vec![row(Test::Not(Box::new(Test::Known)), 1), row(Test::Compare(Less, fact("x")), 2), otherwise(0)]),
        "x: not(known(x)) | compare(x < x) | all"
    );
    assert_eq!(graded(fact("name"), vec![row(Test::Compare(Equal, text("Ada")), 1), otherwise(0)]), "name: compare(name == \"Ada\") | all");
}

#[test]
fn scores_and_points_keep_their_names() {
    let mut rules = Rules::new();
    let first = rules.check("first", fact("flag"));
    rules.check_elsewhere("second", compare(expr(ExprKind::Points(first), Type::Number), GreaterOrEqual, number(5)));
    rules.check_elsewhere("third", compare(expr(ExprKind::Score(ScorecardId(0)), Type::Percent), GreaterOrEqual, percent(50)));
    let program = rules.program();
    assert_eq!(item(&program, 2), "compare(score(main.card) >= 0.5)");
    assert_eq!(item(&program, 1), "compare(points(main.first) >= 5)");
}
