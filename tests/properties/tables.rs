//! Decision tables by themselves: what they come to over sets of values is what they come to value by value, and what is said of their rows is so.

use num_rational::BigRational as Exact;
use plumbrule::check::check;
use plumbrule::diagnostic::Diagnostic;
use plumbrule::program::{Settings, build};
use plumbrule::source::Sources;
use plumbrule::syntax::parse;
use plumbrule::value::{DAY, Number};
use proptest::prelude::*;

use crate::completions::{Completions, Constants, narrowed, world_of};
use crate::engine::{Engine, exact, inside, same};
use crate::generate::Chooser;
use crate::model::{
    Body, Cell, Cond, FLAG, Hit, Input, Item, KIND, LEVEL, Num, OWN, Operand, Place, Policy, QUOTA, RANK, Set, Sheet, State, TODAY, Table,
    Test,
};
use crate::oracle::{Reading, World, evaluate};
use crate::{because, cases, choices, one_item};

const OPEN_TO_ALL: [usize; 4] = [LEVEL, RANK, QUOTA, KIND];

/// A table that looks at plain facts, each of which may be open on the sheet.
fn about_facts(chooser: &mut Chooser, most: usize) -> (Table, Vec<usize>) {
    let facts: Vec<usize> = (0..1 + chooser.pick(most)).map(|_| OPEN_TO_ALL[chooser.pick(OPEN_TO_ALL.len())]).collect();
    let inputs = facts.iter().map(|fact| Input::Value(Operand::Fact(Place::Own(*fact)))).collect();
    let mut table = chooser.table(inputs);
    let mut plain = Chooser::new(&[]);
    for row in &mut table.rows {
        // Cells and outputs that look at other facts are the business of other tests.
        for (cell, fact) in row.cells.iter_mut().zip(&facts) {
            if let Cell::Against(operator, _) = cell {
                *cell = Cell::Test(Test::Compare(*operator, 2 * (*fact as i64)));
            }
        }
        row.value = constant(&row.value, &mut plain);
    }
    if let Some((value, _)) = &mut table.otherwise {
        *value = constant(value, &mut plain);
    }
    (table, facts)
}

fn constant(value: &Num, plain: &mut Chooser) -> Num {
    match value {
        Num::Constant(_) => value.clone(),
        _ => Num::Constant(4 * plain.pick(3) as i64),
    }
}

/// One measure that reads the table, raised above zero.
fn reading(table: Table) -> Policy {
    let raised = Num::Add(Box::new(Num::Column(0)), Box::new(Num::Constant(400)));
    Policy { tables: vec![table], ..one_item(Item { applies: None, worth: 1_600, body: Body::Measure(raised) }) }
}

/// All values of a fact between two choices, and the sheet that leaves them open.
fn opened(sheet: &mut Sheet, fact: usize, chooser: &mut Chooser) -> Vec<i64> {
    let field = &OWN[fact];
    let (low, high) = (field.low.unwrap_or(0), field.high.unwrap_or(0));
    let steps = ((high - low) / field.step) as usize;
    let (one, other) = (chooser.pick(steps + 1) as i64, chooser.pick(steps + 1) as i64);
    let (one, other) = (low + field.step * one.min(other), low + field.step * one.max(other));
    let values: Vec<i64> =
        if fact == KIND && one != other { vec![one, other] } else { (one..=other).step_by(field.step as usize).collect() };
    let set = if fact == KIND { Set::Among(values.clone()) } else { Set::Range(Some(one), Some(other)) };
    sheet.facts[fact] = State { known: true, set };
    values
}

/// What is found when the rules are read, by code.
fn findings(policy: &Policy) -> Result<Vec<Diagnostic>, String> {
    let text = policy.text();
    let mut sources = Sources::new();
    let parsed = parse(sources.add("trial.plumb", text.as_str()), &text);
    let checked = check(&[parsed.value]);
    if parsed.diagnostics.iter().chain(&checked.diagnostics).any(Diagnostic::is_error) {
        return Err(format!("{:?}{:?}", parsed.diagnostics, checked.diagnostics));
    }
    Ok(build(&checked.value, &Settings::on(Number::whole(TODAY * DAY))).diagnostics)
}

/// The sheet that a finding speaks of: "… where `level` is 2.5 and `kind` is alpha".
fn witness(finding: &Diagnostic) -> Option<String> {
    let (_, said) = finding.message.split_once(" where ")?;
    let said = said.split(", and ").next()?.replace(" and ", ", ");
    let lines: Option<Vec<String>> = said
        .split(", ")
        .map(|part| {
            let (name, value) = part.split_once(" is ")?;
            Some(format!("{}: {value}\n", name.trim_matches('`')))
        })
        .collect();
    Some(lines?.concat())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_table_over_sets_is_the_join_over_their_values(rules in choices(60), which in choices(12)) {
        let (table, facts) = about_facts(&mut Chooser::new(&rules), 2);
        let policy = reading(table);
        let mut chooser = Chooser::new(&which);
        let mut sheet = Chooser::new(&[]).sheet(0);
        let mut worlds: Vec<World> = vec![world_of(&sheet)];
        let mut distinct = facts.clone();
        distinct.sort_unstable();
        distinct.dedup();
        for fact in distinct {
            let values = opened(&mut sheet, fact, &mut chooser);
            worlds = worlds
                .iter()
                .flat_map(|world| values.iter().map(move |value| {
                    let mut world = world.clone();
                    world.facts[fact] = *value;
                    world
                }))
                .collect();
        }
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let found = engine.decide(&engine.sheet(&sheet).map_err(&fail)?);
        let item = engine.item(&found, 0);
        let outcomes: Vec<_> = worlds.iter().map(|world| evaluate(&policy, world, Reading::Assumed).items.remove(0)).collect();
        let (least, most) = (outcomes.iter().map(|item| &item.low).min(), outcomes.iter().map(|item| &item.high).max());
        let bounds = (exact(&item.points.low), exact(&item.points.high));
        prop_assert!(outcomes.iter().any(|item| item.fault) != item.fault.is_none(), "{}", fail(format!("{item:?}")));
        if item.fault.is_none() {
            prop_assert_eq!((Some(&bounds.0), Some(&bounds.1)), (least, most), "{}", fail(String::new()));
        }
    }

    #[test]
    fn what_is_said_of_rows_is_so(rules in choices(60)) {
        let (mut table, facts) = about_facts(&mut Chooser::new(&rules), 3);
        let mut distinct = facts;
        distinct.sort_unstable();
        distinct.dedup();
        table.otherwise = None;
        // Counting the rows that hold shows what a finding claims.
        let counting = reading(Table { hit: Hit::Count, ..table.clone() });
        let engine = Engine::new(&counting, &counting.text(), TODAY).map_err(TestCaseError::fail)?;
        let raised = Exact::from_integer(100.into());
        let blank = Chooser::new(&[]).sheet(0);
        for hit in [Hit::Unique, Hit::First] {
            let policy = reading(Table { hit, ..table.clone() });
            let fail = because(&policy, &blank);
            let found = findings(&policy).map_err(&fail)?;
            for finding in &found {
                let Some(text) = witness(finding) else { continue };
                let held = engine.decide(&engine.read(&text).map_err(|why| fail(format!("{why} in {text}")))?);
                let held = exact(&engine.item(&held, 0).points.low) - &raised;
                let right = match finding.code.name {
                    "uncovered-inputs" => held == Exact::from_integer(0.into()),
                    "overlapping-rows" => held >= Exact::from_integer(2.into()),
                    _ => true,
                };
                prop_assert!(right, "{}", fail(format!("{} of {text}, where {held} rows hold", finding.message)));
            }
            // What nothing is said of holds for all values.
            let is_found = |name: &str| found.iter().any(|finding| finding.code.name == name);
            let mut sheet = blank.clone();
            distinct.iter().for_each(|fact| sheet.facts[*fact] = State::missing(&OWN[*fact]));
            let completions = Completions::of(&sheet, &Constants::of(&policy), "");
            for world in completions.worlds(500, &mut Chooser::new(&[])) {
                let held = evaluate(&counting, &world, Reading::Assumed).items.remove(0).low - &raised;
                let none = held == Exact::from_integer(0.into());
                prop_assert!(!none || is_found("uncovered-inputs"), "{}", fail(format!("no row holds in {:?}", world.facts)));
                let several = held >= Exact::from_integer(2.into());
                prop_assert!(hit != Hit::Unique || !several || is_found("overlapping-rows"), "{}", fail(format!("{held} rows hold in {:?}", world.facts)));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn rows_that_exclude_each_other_may_stand_in_any_order(rules in choices(400), facts in choices(80), order in choices(12)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let mut chooser = Chooser::new(&order);
        let mut turned = policy.clone();
        for table in turned.tables.iter_mut().filter(|table| matches!(table.hit, Hit::Unique | Hit::Any)) {
            for place in (1..table.rows.len()).rev() {
                table.rows.swap(place, chooser.pick(place + 1));
            }
        }
        let turned = Engine::new(&turned, &turned.text(), TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        same(&engine.decide(&read), &turned.decide(&read)).map_err(&fail)?;
    }

    #[test]
    fn rows_one_by_one_are_wider_than_cells(rules in choices(200), which in choices(12)) {
        let mut chooser = Chooser::new(&rules);
        let facts = [LEVEL, QUOTA, RANK, FLAG];
        let inputs = facts.map(|fact| match fact {
            FLAG => Input::Truth(Cond::Flag(Place::Own(FLAG))),
            _ => Input::Value(Operand::Fact(Place::Own(fact))),
        });
        // Every row has edges of its own in every column, so that there are far more cells than are gone through.
        let hit = [Hit::First, Hit::Sum, Hit::Max, Hit::Count, Hit::Priority][chooser.pick(5)];
        let rows = (0..7)
            .map(|row: i64| {
                let edge = |chooser: &mut Chooser, least: i64| Cell::Test(Test::Between(least, least + 2 + 2 * chooser.pick(4) as i64));
                let cells = vec![
                    edge(&mut chooser, 4 * row - 14),
                    edge(&mut chooser, 2 * row),
                    edge(&mut chooser, 2 * row),
                    if chooser.chance(50) { Cell::Any } else { Cell::Truth(chooser.chance(50)) },
                ];
                crate::model::TableRow { cells, value: Num::Constant(2 * chooser.pick(20) as i64), truth: chooser.chance(50) }
            })
            .collect();
        let policy = reading(Table { hit, inputs: inputs.into(), rows, otherwise: Some((Num::Constant(6), false)) });
        let mut sheet = Chooser::new(&[]).sheet(0);
        facts.iter().for_each(|fact| sheet.facts[*fact] = State::missing(&OWN[*fact]));
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let wide = engine.decide(&engine.sheet(&sheet).map_err(&fail)?);
        let completions = Completions::of(&sheet, &Constants::of(&policy), "");
        let mut chooser = Chooser::new(&which);
        for world in completions.worlds(200, &mut chooser) {
            engine.contains(&wide, &evaluate(&policy, &world, Reading::Assumed)).map_err(&fail)?;
        }
        // With less left open there are fewer cells, and they are gone through.
        let mut narrow = sheet.clone();
        for fact in facts {
            narrow = narrowed(&narrow, crate::completions::Inexact::Fact(fact), &mut chooser);
            let judged = engine.decide(&engine.sheet(&narrow).map_err(&fail)?);
            inside(&judged, &wide).map_err(&fail)?;
        }
    }
}
