//! Random policies on random sheets, from text to judgement, against a second evaluator that knows nothing of sets of possible values.
//!
//! A completion picks one value for everything that a sheet leaves open. The promise under test is that no completion's outcome lies outside of a judgement,
//! that a judgement of exact facts is that outcome, and that knowing more never makes it wider. `PLUMB_CASES` multiplies the number of cases.

#[path = "properties/calendar.rs"]
mod calendar;
#[path = "properties/compare.rs"]
mod compare;
#[path = "properties/completions.rs"]
mod completions;
#[path = "properties/diff.rs"]
mod diff;
#[path = "properties/engine.rs"]
mod engine;
#[path = "properties/generate.rs"]
mod generate;
#[path = "properties/model.rs"]
mod model;
#[path = "properties/oracle.rs"]
mod oracle;
#[path = "properties/proofs.rs"]
mod proofs;
#[path = "properties/records.rs"]
mod records;
#[path = "properties/tables.rs"]
mod tables;
#[path = "properties/whatif.rs"]
mod whatif;
#[path = "properties/why.rs"]
mod why;

use num_rational::BigRational as Exact;
use num_traits::Zero;
use plumbrule::verdict::Applies;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use proptest::test_runner::TestCaseError;

use completions::{Completions, Constants, inexact, narrowed, world_of};
use engine::{Engine, exact, inside, same};
use generate::Chooser;
use model::{
    Aggregate, Body, Cond, DEPTH, Item, KIND, LEVEL, LINKS, LISTS, Listed, MASS, Num, OTHER, OWN, Operand, Operator, Over, PULSE, Place,
    Policy, QUOTA, RANK, SINCE, SOLID, Set, Sheet, State, TODAY, Verdict,
};
use oracle::{Reading, World, evaluate, parts};
use plumbrule::audit::{self, Seek, Sought};
use plumbrule::policy::VerdictId;
use proofs::Claims;

/// How many completions of a case are tried at the most.
const COMPLETIONS: usize = 300;

fn cases(count: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "long runs are asked for from outside")]
    let times = std::env::var("PLUMB_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    // The same cases every time, so that a change is judged by what it changes. A long run looks further, and anew each time.
    let rng_seed = if times == 1 { RngSeed::Fixed(0x5EED) } else { RngSeed::Random };
    ProptestConfig { cases: count * times, failure_persistence: None, max_shrink_iters: 4_000, rng_seed, ..ProptestConfig::default() }
}

/// A row of choices. A failure shows the policy and the sheet made of it; the row itself says nothing to a reader.
#[derive(Clone)]
struct Row(Vec<u16>);

impl std::fmt::Debug for Row {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{} choices", self.0.len())
    }
}

impl std::ops::Deref for Row {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        &self.0
    }
}

fn choices(most: usize) -> impl Strategy<Value = Row> {
    vec(any::<u16>(), most / 4..most).prop_map(Row)
}

/// Turns a reason into a failure that shows the whole case.
fn because(policy: &Policy, sheet: &Sheet) -> impl Fn(String) -> TestCaseError + use<> {
    let shown = format!("{}\n--- sheet\n{}", policy.text(), sheet.text());
    move |why| TestCaseError::fail(format!("{why}\n--- policy\n{shown}"))
}

fn shown(world: &World) -> String {
    let facts: Vec<String> = OWN.iter().zip(&world.facts).map(|(field, value)| format!("{} {value}", field.name)).collect();
    format!("--- completion, in the model's units: {}; lists {:?}", facts.join(", "), world.lists)
}

/// A policy with one item, which alone makes up the verdict.
fn one_item(item: Item) -> Policy {
    Policy { items: vec![item], cards: vec![vec![0]], verdicts: vec![Verdict::Score(vec![10])], ..Policy::default() }
}

/// Sheets on which only this fact is open.
fn about(fact: usize, state: State) -> Sheet {
    let mut sheet = Chooser::new(&[]).sheet(0);
    sheet.facts[fact] = state;
    sheet
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn no_completion_lies_outside(rules in choices(400), facts in choices(80), draws in choices(4)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let text = policy.text();
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        let plain = engine.decide(&read);
        let sharp = engine.judge(&read, 512);
        inside(&sharp.evaluation, &plain).map_err(|why| fail(format!("splitting widens: {why}")))?;
        let completions = Completions::of(&sheet, &Constants::of(&policy), &text);
        for world in completions.worlds(COMPLETIONS, &mut Chooser::new(&draws)) {
            let outcome = evaluate(&policy, &world, Reading::Assumed);
            let fail = |why| fail(format!("{why}\n{}", shown(&world)));
            engine.contains(&plain, &outcome).map_err(fail)?;
            engine.contains(&sharp.evaluation, &outcome).map_err(|why| fail(format!("after splitting: {why}")))?;
            let actual = evaluate(&policy, &world, Reading::Actual);
            match &sharp.without_assumptions {
                Some(without) => {
                    engine.contains(without, &outcome).map_err(|why| fail(format!("without assumptions, as assumed: {why}")))?;
                    engine.contains(without, &actual).map_err(|why| fail(format!("without assumptions: {why}")))?;
                }
                // Where one might have been made behind a fault, the bounds have to hold without it as well.
                None => engine.contains(&sharp.evaluation, &actual).map_err(|why| fail(format!("an assumption takes effect unseen: {why}")))?,
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn knowing_more_widens_nothing(rules in choices(400), facts in choices(80), which in choices(6)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(60);
        let mut chooser = Chooser::new(&which);
        let open = inexact(&sheet);
        prop_assume!(!open.is_empty());
        let narrow = narrowed(&sheet, open[chooser.pick(open.len())], &mut chooser);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let (before, after) = (engine.sheet(&sheet).map_err(&fail)?, engine.sheet(&narrow).map_err(&fail)?);
        let fail = |why, splits: &str| fail(format!("{why}\n--- {splits}, narrower\n{}{:?}", narrow.text(), narrow.facts));
        inside(&engine.decide(&after), &engine.decide(&before)).map_err(|why| fail(why, "not split"))?;
        // A narrower sheet has no more cells to try than a wider one, so it is split at least as far, and this holds for every limit.
        for splits in [0, 8, 512] {
            let (after, before) = (engine.judge(&after, splits), engine.judge(&before, splits));
            inside(&after.evaluation, &before.evaluation).map_err(|why| fail(why, &format!("{splits} splits")))?;
        }
    }

    #[test]
    fn exact_facts_give_the_plain_outcome(rules in choices(400), facts in choices(80)) {
        let mut chooser = Chooser::new(&rules);
        chooser.fractions = false;
        let policy = chooser.policy();
        let sheet = Chooser::new(&facts).sheet(0);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        let outcome = evaluate(&policy, &world_of(&sheet), Reading::Assumed);
        let found = engine.decide(&read);
        let faults = outcome.items.iter().any(|item| item.fault)
            || outcome.gates.iter().any(Result::is_err)
            || outcome.verdicts.iter().any(|verdict| verdict.fault)
            || outcome.limits.iter().any(|limit| limit.applies.is_none() || matches!(limit.value, Some(Err(_))))
            || outcome.triggers.iter().any(Result::is_err);
        if faults {
            engine.contains(&found, &outcome).map_err(&fail)?;
        } else if engine.as_outcome(&found) != outcome {
            return Err(fail(format!("found {:#?}\n--- instead of {outcome:#?}", engine.as_outcome(&found))));
        }
        let judgement = engine.judge(&read, 512);
        same(&judgement.evaluation, &found).map_err(|why| fail(format!("splitting changes exact facts: {why}")))?;
        prop_assert!(judgement.assumptions.is_empty() && judgement.questions.is_empty() && judgement.asked_if_known.is_empty());
    }

    #[test]
    fn operands_may_stand_in_any_order(rules in choices(400), facts in choices(80)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let turned = Engine::new(&policy, &policy.reversed(), TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        same(&engine.decide(&read), &turned.decide(&read)).map_err(&fail)?;
        same(&engine.judge(&read, 512).evaluation, &turned.judge(&read, 512).evaluation).map_err(&fail)?;
    }

    #[test]
    fn ratios_are_those_of_the_best_and_the_worst_choice(rules in choices(400), facts in choices(80)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(50);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let found = engine.decide(&engine.sheet(&sheet).map_err(&fail)?);
        for (index, card) in policy.cards.iter().enumerate() {
            let mut choices = vec![(Exact::zero(), Exact::zero(), Exact::zero())];
            for item in card {
                let outcome = engine.item(&found, *item);
                let (low, high) = (exact(&outcome.points.low), exact(&outcome.points.high));
                let worth = parts(policy.items[*item].worth(), 2);
                let with: Vec<_> = choices.iter().map(|choice| (&choice.0 + &low, &choice.1 + &high, &choice.2 + &worth)).collect();
                match outcome.applies {
                    Applies::Always => choices = with,
                    Applies::Maybe => choices.extend(with),
                    Applies::Never => {}
                }
            }
            let scored = engine.card(&found, index);
            let empty = choices.iter().filter(|choice| choice.2.is_zero()).count();
            let status = match empty {
                0 => Applies::Always,
                all if all == choices.len() => Applies::Never,
                _ => Applies::Maybe,
            };
            prop_assert_eq!(scored.applies, status, "card_{} of\n{}\n{}", index, policy.text(), sheet.text());
            choices.retain(|choice| !choice.2.is_zero());
            let floor = choices.iter().map(|choice| &choice.0 / &choice.2).min().unwrap_or_else(Exact::zero);
            let ceiling = choices.iter().map(|choice| &choice.1 / &choice.2).max().unwrap_or_else(Exact::zero);
            let found = (exact(&scored.score.low), exact(&scored.score.high));
            prop_assert_eq!(&found, &(floor, ceiling), "card_{} of\n{}\n{}", index, policy.text(), sheet.text());
            if scored.counted.is_exact() {
                let counted = exact(&scored.counted.low);
                prop_assert_eq!(found.0 * &counted, exact(&scored.points.low));
                prop_assert_eq!(found.1 * &counted, exact(&scored.points.high));
            }
        }
    }

    #[test]
    fn grades_and_ramps_reach_exactly_what_their_operands_reach(shape in choices(40), place in 0_usize..6, is_ramp: bool, ends: (u16, u16)) {
        let fact = [LEVEL, RANK, OTHER, QUOTA, SINCE, KIND][place];
        let mut chooser = Chooser::new(&shape);
        let is_guarded = !is_ramp && fact != KIND && chooser.chance(50);
        let applies = is_guarded.then(|| {
            let Cond::Against(_, operator, edge) = Chooser::new(&shape[1..]).cond(0) else { return Cond::Flag(Place::Own(model::FLAG)) };
            let edge = if fact == SINCE { TODAY - 200 + 2 * edge } else { edge };
            Cond::Against(Place::Own(fact), operator, edge)
        });
        let operand = Operand::Fact(Place::Own(fact));
        let body = match (fact, is_ramp) {
            (KIND, _) => chooser.kind_grade(),
            (_, true) => match chooser.ramp(operand) {
                // A knot between two counts is passed over, and its points are never reached.
                Body::Ramp(operand, knots) if fact == RANK => Body::Ramp(operand, knots.iter().map(|knot| (2 * knot.0, knot.1)).collect()),
                body => body,
            },
            (_, false) => chooser.grade(operand),
        };
        let policy = one_item(Item { applies, worth: 1, body });
        let field = &OWN[fact];
        let (low, high) = (field.low.unwrap_or(-40), field.high.unwrap_or(40));
        let steps = (high - low) / field.step;
        let end = |choice: u16| low + field.step * (i64::from(choice) * (steps + 1) / 65_536);
        let (one, other) = (end(ends.0).min(end(ends.1)), end(ends.0).max(end(ends.1)));
        let set = match fact {
            KIND if one == other => Set::Among(vec![one]),
            KIND => Set::Among(vec![one, other]),
            _ => Set::Range(Some(one), Some(other)),
        };
        let sheet = about(fact, State { known: true, set });
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        // A guard can't take one number out of a range; splitting can.
        let found = engine.judge(&engine.sheet(&sheet).map_err(&fail)?, 512).evaluation;
        let values = (one..=other).step_by(field.step as usize).filter(|value| fact != KIND || *value == one || *value == other);
        let outcomes: Vec<_> = values
            .map(|value| {
                let mut world = world_of(&sheet);
                world.facts[fact] = value;
                evaluate(&policy, &world, Reading::Assumed).items.remove(0)
            })
            .collect();
        let counting: Vec<_> = outcomes.iter().filter(|outcome| outcome.applies == Some(true)).collect();
        let least = counting.iter().map(|outcome| outcome.low.clone()).min().unwrap_or_else(Exact::zero);
        let most = counting.iter().map(|outcome| outcome.high.clone()).max().unwrap_or_else(Exact::zero);
        let item = engine.item(&found, 0);
        if (exact(&item.points.low), exact(&item.points.high)) != (least.clone(), most.clone()) {
            return Err(fail(format!("found {:?}, not {least}..{most}", item.points)));
        }
    }

    #[test]
    fn what_is_said_of_a_list_holds_for_every_list_it_may_be(rules in choices(80), facts in choices(60)) {
        let mut chooser = Chooser::about_lists(&rules);
        let body = if chooser.chance(30) { Body::Measure(chooser.num(3)) } else { Body::Check(chooser.cond(3)) };
        let policy = one_item(Item { applies: None, worth: 6, body });
        let mut sheet = Chooser::new(&[]).sheet(0);
        sheet.lists = Chooser::new(&facts).sheet(70).lists;
        let fail = because(&policy, &sheet);
        let text = policy.text();
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        let (plain, sharp) = (engine.decide(&read), engine.judge(&read, 512).evaluation);
        let completions = Completions::of(&sheet, &Constants::of(&policy), &text);
        for world in completions.worlds(500, &mut Chooser::new(&[])) {
            let outcome = evaluate(&policy, &world, Reading::Assumed);
            let fail = |why| fail(format!("{why}\n{}", shown(&world)));
            engine.contains(&plain, &outcome).map_err(fail)?;
            engine.contains(&sharp, &outcome).map_err(|why| fail(format!("after splitting: {why}")))?;
        }
    }

    #[test]
    fn aggregates_reach_exactly_what_their_lists_reach(
        facts in choices(80), over in 0_usize..6, list in 0_usize..2, filter in 0_usize..4, edge in 1_i64..5, of_mass: bool, none in -4_i64..5,
    ) {
        let over = [Over::Count, Over::Sum, Over::Min, Over::Max, Over::Mean, Over::Share][over];
        let list = if over == Over::Share { LINKS } else { list };
        let field = |field| Place::Element { binder: 0, field };
        // What is counted and what is summed are different fields, so that every element can have both at their ends.
        let filter = match filter {
            0 if over != Over::Share => None,
            0 | 1 => Some(Cond::Flag(field(SOLID))),
            2 => Some(Cond::Not(Box::new(Cond::Flag(field(SOLID))))),
            _ if of_mass => Some(Cond::Against(field(DEPTH), Operator::GreaterOrEqual, 2 * edge)),
            _ => Some(Cond::Against(field(MASS), Operator::Less, 2 * edge)),
        };
        let of = (!matches!(over, Over::Count | Over::Share)).then(|| Num::Fact(field(if of_mass { MASS } else { DEPTH })));
        let may_be_none = filter.is_some() || LISTS[list].least == 0;
        let none = (may_be_none && matches!(over, Over::Min | Over::Max | Over::Mean)).then_some(2 * none);
        let aggregate = Aggregate { over, list: Listed { list, assumed_empty: false }, binder: 0, filter, of, none };
        // Raised above zero, where a measure would cut it off.
        let raised = Num::Add(Box::new(Num::Aggregate(Box::new(aggregate))), Box::new(Num::Constant(200)));
        let policy = one_item(Item { applies: None, worth: 400, body: Body::Measure(raised) });
        let mut sheet = Chooser::new(&facts).sheet(80);
        sheet.lists[1 - list] = Chooser::new(&[]).sheet(0).lists[1 - list].clone();
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let found = engine.decide(&engine.sheet(&sheet).map_err(&fail)?);
        let ends = |_: usize, state: &State| match &state.set {
            Set::Among(values) => values.clone(),
            Set::Range(low, high) if low == high => low.iter().copied().collect(),
            Set::Range(low, high) => low.iter().chain(high).copied().collect(),
        };
        let (mut least, mut most): (Option<Exact>, Option<Exact>) = (None, None);
        for world in Completions::of_lists(&sheet, ends).worlds(usize::MAX, &mut Chooser::new(&[])) {
            let item = evaluate(&policy, &world, Reading::Assumed).items.remove(0);
            least = Some(least.map_or(item.low.clone(), |least| least.min(item.low)));
            most = Some(most.map_or(item.high.clone(), |most| most.max(item.high)));
        }
        let item = engine.item(&found, 0);
        if (Some(exact(&item.points.low)), Some(exact(&item.points.high))) != (least.clone(), most.clone()) {
            return Err(fail(format!("found {:?}, not {least:?}..{most:?}", item.points)));
        }
    }

    #[test]
    fn days_matter_by_their_distance_only(rules in choices(400), facts in choices(80), days in -3_000_i64..3_000) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let shifted = Engine::new(&policy, &policy.shifted(days), TODAY + days).map_err(&fail)?;
        let here = engine.judge(&engine.read(&sheet.text()).map_err(&fail)?, 512);
        let there = shifted.judge(&shifted.read(&sheet.shifted(days)).map_err(&fail)?, 512);
        same(&here.evaluation, &there.evaluation).map_err(&fail)?;
        let coming = engine.outlook(&engine.read(&sheet.text()).map_err(&fail)?).prospects;
        let then = shifted.outlook(&shifted.read(&sheet.shifted(days)).map_err(&fail)?).prospects;
        prop_assert_eq!(coming.len(), then.len());
        for (here, there) in coming.iter().zip(&then) {
            prop_assert_eq!(engine::day(here.day) + days, engine::day(there.day));
            same(&here.evaluation, &there.evaluation).map_err(&fail)?;
        }
    }

    #[test]
    fn the_order_of_keys_means_nothing(rules in choices(400), facts in choices(80)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let straight = engine.judge_fully(&engine.read(&sheet.text()).map_err(&fail)?).map_err(&fail)?;
        let turned = Engine::waived(&policy, &policy.text(), TODAY, &policy.waivers_text(0, true)).map_err(&fail)?;
        let turned = turned.judge_fully(&turned.read(&sheet.reversed()).map_err(&fail)?).map_err(&fail)?;
        prop_assert_eq!(&straight.evaluation, &turned.evaluation);
        prop_assert_eq!(&straight.without_assumptions, &turned.without_assumptions);
        prop_assert_eq!(&straight.assumptions, &turned.assumptions);
        prop_assert_eq!(&straight.questions, &turned.questions);
        prop_assert_eq!(&straight.asked_if_known, &turned.asked_if_known);
    }

    #[test]
    fn evidence_counts_to_its_last_day(rules in choices(400), facts in choices(80), value in 0_i64..7, other in 0_i64..7) {
        let policy = Chooser::new(&rules).policy();
        let mut sheet = Chooser::new(&facts).sheet(40);
        sheet.facts[PULSE] = State::missing(&OWN[PULSE]);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let base = if sheet.text() == "{}\n" { String::new() } else { sheet.text() };
        let judged = |pulse: String| -> Result<_, TestCaseError> {
            Ok(engine.decide(&engine.read(&format!("{base}{pulse}\n")).map_err(&fail)?))
        };
        let on = |value: i64, age: i64| format!("{{ value: {value}, as_of: {} }}", model::date(TODAY - age));
        let fresh = judged(format!("pulse: {}", on(value, 0)))?;
        let absent = judged("x-note: nothing is said".into())?;
        prop_assert_eq!(&fresh, &judged(format!("pulse: {}", on(value, model::FRESH)))?);
        prop_assert_eq!(&absent, &judged(format!("pulse: {}", on(value, model::FRESH + 1)))?);
        prop_assert_eq!(&absent, &judged(format!("pulse: {}", on(value, -1)))?);
        prop_assert_eq!(&absent, &judged(format!("pulse: {value}"))?);
        for age in [model::FRESH + 1, -1] {
            let claims = format!("pulse: {{ claims: [{}, {}] }}", on(value, 3), on(other, age));
            prop_assert_eq!(&fresh, &judged(claims)?, "a claim {} days old", age);
        }
        let both = |age: i64| format!("pulse: {{ claims: [{}, {}] }}", on(value, 3), on(other, age));
        prop_assert_eq!(judged(both(3))?, judged(both(model::FRESH))?);
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn what_is_proven_holds_on_every_sheet(rules in choices(400), draws in choices(8)) {
        let mut policy = Chooser::new(&rules).policy();
        // Rules are looked at without the waivers of one subject.
        policy.waivers.clear();
        let text = policy.text();
        let fail = because(&policy, &proofs::blank());
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let claims = Claims::of(&engine);
        prop_assume!(!claims.findings.is_empty());
        for world in proofs::worlds(&policy, &text, COMPLETIONS, &mut Chooser::new(&draws)) {
            let fail = |why| fail(format!("{why}\n{}", shown(&world)));
            let outcome = evaluate(&policy, &world, Reading::Assumed);
            // What the model does not tell of, rows and worths, is for the engine to say; the rest is not.
            let evaluation = match claims.need_more_than_outcomes() {
                true => Some(engine.decide(&engine.sheet(&proofs::sheet_of(&world)).map_err(fail)?)),
                false => None,
            };
            claims.hold(&engine, &outcome, evaluation.as_ref()).map_err(fail)?;
        }
    }

    #[test]
    fn a_witness_leads_to_its_band(rules in choices(400), draws in choices(8)) {
        let mut policy = Chooser::new(&rules).policy();
        // Rules are looked at without the waivers of one subject.
        policy.waivers.clear();
        let text = policy.text();
        let fail = because(&policy, &proofs::blank());
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let program = &engine.program;
        let worlds = proofs::worlds(&policy, &text, 60, &mut Chooser::new(&draws));
        for (place, verdict) in program.verdicts.iter().enumerate() {
            for band in 0..verdict.bands.len() {
                let sought = audit::seek(program, &[], Seek { verdict: VerdictId(place as u32), band: band as u32, budget: 300 });
                let model = engine.model_verdict(place).unwrap_or(place);
                match sought {
                    Sought::Found(witness) => {
                        let written = witness.sheets[0].write(&program.schema, &program.documents, program.today, "a test");
                        let fail = |why: String| fail(format!("{why}\n--- witness for band {band} of verdict {model}\n{written}"));
                        let outcome = engine.decide(&engine.read(&written).map_err(fail)?).verdicts[place].clone();
                        if outcome.state() != plumbrule::verdict::State::Decided || outcome.bands.floor != band as u32 {
                            return Err(fail(format!("it comes to {outcome:?}")));
                        }
                    }
                    Sought::Impossible(..) => {
                        for world in &worlds {
                            let banded = &evaluate(&policy, world, Reading::Assumed).verdicts[model];
                            if banded.applies == Some(true) && !banded.fault && (banded.floor, banded.ceiling) == (band, band) {
                                return Err(fail(format!("band {band} of verdict {model} is reached\n{}", shown(world))));
                            }
                        }
                    }
                    Sought::NotFound => {}
                }
            }
        }
    }

    #[test]
    fn a_sheet_that_is_written_reads_as_it_was(facts in choices(80)) {
        let policy = Chooser::new(&[]).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let program = &engine.program;
        let read = engine.read(&sheet.text()).map_err(&fail)?;
        let written = read.write(&program.schema, &program.documents, program.today, "it's \"so\"\n\u{7}");
        let again = engine.read(&written).map_err(|why| fail(format!("{why}\n--- written\n{written}")))?;
        let facts = |sheet: &plumbrule::sheet::Sheet| -> Vec<_> { sheet.slots.iter().map(|slot| (slot.value.clone(), slot.known)).collect() };
        prop_assert_eq!(facts(&read), facts(&again), "written\n{}", written);
    }
}

/// The properties above would hold of proofs that claim nothing.
#[test]
fn proofs_claim_something_of_every_kind() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut claimed = std::collections::BTreeMap::new();
    for _ in 0..100 {
        let rules: Vec<u16> = (0..250)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 40) as u16
            })
            .collect();
        let policy = Chooser::new(&rules).policy();
        let engine = Engine::new(&policy, &policy.text(), TODAY).expect("a policy of the model is right");
        for finding in Claims::of(&engine).findings {
            *claimed.entry(finding.code.name).or_insert(0) += 1;
        }
    }
    for code in [
        "never-passes",
        "always-passes",
        "never-applies",
        "always-applies",
        "never-fires",
        "always-fires",
        "unreachable-row",
        "unreachable-band",
    ] {
        assert!(claimed.get(code).is_some_and(|count| *count > 0), "no {code} among {claimed:?}");
    }
}

proptest! {
    #![proptest_config(cases(240))]

    /// What a search finds leads there, and what it rules out does not.
    #[test]
    fn changes_lead_where_they_are_said_to(rules in choices(400), facts in choices(80), draws in choices(60)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(25);
        let fail = because(&policy, &sheet);
        let desk = whatif::Desk::new(&policy, &sheet).map_err(&fail)?;
        let mut chooser = Chooser::new(&draws);
        let wanted = desk.wanted(&mut chooser);
        let reach = desk.reach(wanted, 1_600);
        let fail = |why: String| fail(format!("{wanted:?}: {why}"));
        whatif::answers_hold(&desk, wanted, &reach, &mut chooser).map_err(fail)?;
        whatif::nothing_smaller(&desk, wanted, &reach, &mut chooser).map_err(fail)?;
    }

    /// What is called impossible is so on every sheet that states all its facts.
    #[test]
    fn what_is_impossible_is_on_no_sheet(rules in choices(400), facts in choices(80), draws in choices(60)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(10);
        let fail = because(&policy, &sheet);
        let desk = whatif::Desk::new(&policy, &sheet).map_err(&fail)?;
        let mut chooser = Chooser::new(&draws);
        let wanted = desk.wanted(&mut chooser);
        if !matches!(desk.reach(wanted, 1_200).ending, plumbrule::whatif::Ending::Impossible { .. }) {
            return Ok(());
        }
        let text = policy.text();
        for mut world in proofs::worlds(&policy, &text, 100, &mut chooser) {
            world.known.iter_mut().for_each(|known| *known = true);
            // A list on file never becomes one that nobody mentions.
            world.lists.iter_mut().for_each(|list| list.named = Some(list.parts.len()));
            let stated = desk.engine.sheet(&proofs::sheet_of(&world)).map_err(&fail)?;
            let outcome = whatif::judged(&desk.engine.program, &stated, wanted.verdict.index());
            if whatif::has_reached(&outcome, wanted.band) {
                return Err(fail(format!("{wanted:?} is called impossible\n{}", shown(&world))));
            }
        }
    }

    /// What is said to settle a verdict does, whatever is answered.
    #[test]
    fn what_settles_does(rules in choices(400), facts in choices(80), draws in choices(60)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(25);
        let fail = because(&policy, &sheet);
        let desk = whatif::Desk::new(&policy, &sheet).map_err(&fail)?;
        let mut chooser = Chooser::new(&draws);
        for settling in desk.settle(300) {
            whatif::settling_holds(&desk, &settling, &mut chooser).map_err(&fail)?;
        }
    }
}
