//! What time and people change: terms, waivers, and what is coming.

use proptest::prelude::*;

use crate::completions::{Completions, Constants, world_of};
use crate::engine::{Engine, day, same};
use crate::generate::Chooser;
use crate::model::{Cond, FLAG, Gate, KIND, OWN, Operator, Policy, Set, State, TODAY, Verdict, Waiver};
use crate::oracle::{Reading, evaluate, evaluate_on};
use crate::{about, because, cases, choices, shown};
use plumbrule::verdict::{Applies, Bands, Requirement};

/// The policy with no waivers.
fn unwaived(policy: &Policy) -> Policy {
    Policy { waivers: Vec::new(), ..policy.clone() }
}

/// Whether floor and ceiling are nowhere better than in the other.
fn is_no_better(bands: Bands, other: Bands) -> bool {
    bands.floor >= other.floor && bands.ceiling >= other.ceiling
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn a_waiver_lifts_a_cap_and_does_nothing_else(rules in choices(400), facts in choices(80)) {
        let mut policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(50);
        // A verdict that reads the first one's band, and a waiver of each of its gates, which no reader may notice.
        let operator = [Operator::Equal, Operator::GreaterOrEqual][rules.len() % 2];
        policy.verdicts.push(Verdict::Conditions(vec![Cond::Band { verdict: 0, operator, band: facts.len() % 2 }]));
        policy.waivers.retain(|waiver| !waiver.gate);
        let gates = (0..policy.gates.len()).filter(|gate| policy.gates[*gate].verdict == 0);
        policy.waivers.extend(gates.map(|index| Waiver { gate: true, index, granted: TODAY, expires: TODAY + 1 }));
        let fail = because(&policy, &sheet);
        let with = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let without = Engine::new(&unwaived(&policy), &policy.text(), TODAY).map_err(&fail)?;
        let (read, bare) = (with.sheet(&sheet).map_err(&fail)?, without.sheet(&sheet).map_err(&fail)?);
        for (with, without) in [
            (with.decide(&read), without.decide(&bare)),
            (with.judge(&read, 512).evaluation, without.judge(&bare, 512).evaluation),
        ] {
            prop_assert_eq!(&with.items, &without.items, "a point moves");
            prop_assert_eq!(&with.scores, &without.scores, "a score moves");
            prop_assert_eq!(&with.gates, &without.gates, "a gate changes its mind");
            for (with, without) in with.verdicts.iter().zip(&without.verdicts) {
                prop_assert_eq!(&with.without_waivers(), without);
                prop_assert!(is_no_better(with.unwaived, with.bands), "a waiver lowers a band");
                prop_assert!(is_no_better(with.bands, with.ungated), "a waiver does more than lift a cap");
            }
        }
    }

    #[test]
    fn a_gate_more_raises_no_band(rules in choices(400), facts in choices(80), more in choices(40)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let mut chooser = Chooser::new(&more);
        let mut stricter = policy.clone();
        let verdict = chooser.pick(policy.verdicts.len());
        let at_most = chooser.pick(policy.verdicts[verdict].bands());
        stricter.gates.push(Gate { applies: None, when: chooser.cond(2), verdict, at_most });
        let text = stricter.text();
        let before = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let after = Engine::new(&stricter, &text, TODAY).map_err(|why| fail(format!("{why}\n{text}")))?;
        let (here, there) = (before.sheet(&sheet).map_err(&fail)?, after.sheet(&sheet).map_err(&fail)?);
        let (here, there) = (before.decide(&here), after.decide(&there));
        for item in 0..policy.items.len() {
            if verdict > 0 {
                prop_assert_eq!(&before.item(&here, item).points, &after.item(&there, item).points);
            }
        }
        let (here, there) = (before.verdict(&here, verdict), after.verdict(&there, verdict));
        prop_assert_eq!(here.ungated, there.ungated);
        prop_assert!(is_no_better(there.bands, here.bands), "{:?} and then {:?}\n{text}", here, there);
        prop_assert!(is_no_better(there.unwaived, here.unwaived), "{:?} and then {:?}\n{text}", here, there);
    }

    #[test]
    fn what_is_coming_holds_for_every_completion(rules in choices(400), facts in choices(80), draws in choices(4)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(30);
        let fail = because(&policy, &sheet);
        let text = policy.text();
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        let mut days: Vec<i64> = policy.item_terms.iter().take(policy.items.len()).chain(policy.gate_terms.iter().take(policy.gates.len()))
            .flat_map(|term| [term.from, term.until])
            .flatten()
            .chain(policy.waivers.iter().flat_map(|waiver| [waiver.granted, waiver.expires]))
            .filter(|day| *day > TODAY)
            .collect();
        days.sort_unstable();
        days.dedup();
        let outlook = engine.outlook(&read);
        prop_assert_eq!(outlook.prospects.iter().map(|prospect| day(prospect.day)).collect::<Vec<_>>(), days);
        let completions = Completions::of(&sheet, &Constants::of(&policy), &text);
        for world in completions.worlds(60, &mut Chooser::new(&draws)) {
            for prospect in &outlook.prospects {
                let outcome = evaluate_on(&policy, &world, Reading::Assumed, day(prospect.day));
                let on = crate::model::date(day(prospect.day));
                engine.contains(&prospect.evaluation, &outcome).map_err(|why| fail(format!("on {on}: {why}\n{}", shown(&world))))?;
            }
        }
    }

    #[test]
    fn between_two_turns_nothing_changes(rules in choices(400), facts in choices(80), ahead in 1_i64..60) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(30);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let read = engine.sheet(&sheet).map_err(&fail)?;
        // The last day on which something changes, up to the day ahead, is as the day ahead itself.
        let outlook = engine.outlook(&read);
        let last = outlook.prospects.iter().rfind(|prospect| day(prospect.day) <= TODAY + ahead);
        let then = Engine::ahead(&policy, TODAY, TODAY + ahead).map_err(&fail)?;
        let now = engine.judge(&read, 512).evaluation;
        same(last.map_or(&now, |prospect| &prospect.evaluation), &then.judge(&read, 512).evaluation).map_err(&fail)?;
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn a_requirement_is_answered_as_by_trying(rules in choices(400), of_kind: bool, base in choices(80)) {
        let policy = Chooser::new(&rules).policy();
        let fact = if of_kind { KIND } else { FLAG };
        let mut sheet = about(fact, State::missing(&OWN[fact]));
        let drawn = Chooser::new(&base).sheet(0);
        for (place, state) in drawn.facts.into_iter().enumerate().filter(|(place, _)| *place != fact) {
            sheet.facts[place] = state;
        }
        sheet.lists = drawn.lists;
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let judged = engine.judge(&engine.sheet(&sheet).map_err(&fail)?, 512).evaluation;
        // Every cell is one world, so splitting leaves nothing out where it takes place.
        let Set::Among(values) = &sheet.facts[fact].set else { return Ok(()) };
        let outcomes: Vec<_> = values
            .iter()
            .map(|value| {
                let mut world = world_of(&sheet);
                world.facts[fact] = *value;
                evaluate(&policy, &world, Reading::Assumed)
            })
            .collect();
        let is_split = engine.reads(OWN[fact].name) >= 2;
        for verdict in 0..policy.verdicts.len() {
            let found = engine.verdict(&judged, verdict);
            if outcomes.iter().any(|outcome| outcome.verdicts[verdict].fault) || !found.fault.is_none() {
                continue;
            }
            for band in 0..policy.verdicts[verdict].bands() {
                let meets: Vec<bool> = outcomes
                    .iter()
                    .map(|outcome| &outcome.verdicts[verdict])
                    .map(|banded| banded.applies == Some(true) && banded.floor <= band)
                    .collect();
                let tried = match (meets.iter().all(|meets| *meets), meets.iter().any(|meets| *meets)) {
                    (true, _) => Requirement::Met,
                    (false, true) => Requirement::Undecided,
                    (false, false) => Requirement::NotMet,
                };
                let answered = found.meets(band as u32);
                let not_sure = answered == Requirement::Undecided && (!is_split || found.applies == Applies::Maybe);
                prop_assert!(answered == tried || not_sure, "band {band}: {answered:?}, by trying {tried:?}\n{}\n{}", policy.text(), sheet.text());
            }
        }
    }
}
