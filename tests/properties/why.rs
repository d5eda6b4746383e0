//! What `plumb why` leaves out did not matter: whatever the facts say that its tree does not show, the root stays what it is.

use std::collections::BTreeSet;

use plumbrule::sheet::{Dossier, Sheet as Read};
use plumbrule::value::Truth;
use plumbrule::verdict::{Address, Applies, Evaluation, FaultLevel, State as Standing};
use plumbrule::why::{Node, Target, Tone, Why, why};
use proptest::prelude::*;

use crate::completions::{Completions, Constants};
use crate::engine::Engine;
use crate::generate::Chooser;
use crate::model::{ELEMENT, LISTS, ListState, OWN, Sheet, State, TODAY};
use crate::oracle::{Outcome, Reading, evaluate};
use crate::{because, cases, choices, one_item, shown};

/// How many completions of what is hidden are tried for each tree.
const HIDDEN: usize = 40;

/// The root of a tree states what the judgement says.
fn agrees(target: Target, judged: &Evaluation, root: &Node) -> Result<(), String> {
    let wanted = match target {
        Target::Item(id) => {
            let outcome = &judged.items[id.index()];
            match (outcome.fault.level, outcome.applies, outcome.passes) {
                (FaultLevel::Certain, ..) => vec![Tone::Faulted],
                (FaultLevel::Possible, ..) => vec![Tone::Faulted, Tone::Fails, Tone::Open],
                (_, Applies::Never, _) => vec![Tone::Fails],
                (_, Applies::Maybe, _) => vec![Tone::Open],
                (_, Applies::Always, Truth::True) => vec![Tone::Holds],
                (_, Applies::Always, Truth::False) => vec![Tone::Fails],
                (_, Applies::Always, Truth::Unknown) if outcome.points.is_exact() => vec![Tone::Holds, Tone::Fails],
                (_, Applies::Always, Truth::Unknown) => vec![Tone::Open],
            }
        }
        Target::Gate(id) => {
            let outcome = &judged.gates[id.index()];
            match (outcome.fault.level, outcome.fires) {
                (FaultLevel::Certain, _) => vec![Tone::Faulted],
                (FaultLevel::Possible, _) => vec![Tone::Faulted, Tone::Open],
                (_, Truth::True) => vec![Tone::Fails],
                (_, Truth::False) => vec![Tone::Holds],
                (_, Truth::Unknown) => vec![Tone::Open],
            }
        }
        Target::Scorecard(id) => {
            let outcome = &judged.scores[id.index()];
            match (outcome.fault.level, outcome.applies) {
                (FaultLevel::Certain, _) => vec![Tone::Faulted],
                (_, Applies::Never) => vec![Tone::Fails],
                _ if outcome.score.is_exact() => vec![Tone::Plain],
                _ => vec![Tone::Open],
            }
        }
        Target::Verdict(id) => match judged.verdicts[id.index()].state() {
            Standing::Faulted => vec![Tone::Faulted],
            Standing::NotApplicable => vec![Tone::Fails],
            Standing::Decided => vec![Tone::Holds],
            Standing::Open => vec![Tone::Open],
        },
        Target::Limit(id) => {
            let outcome = &judged.limits[id.index()];
            match (outcome.fault.level, outcome.applies) {
                (FaultLevel::Certain, _) => vec![Tone::Faulted],
                (FaultLevel::Possible, _) => vec![Tone::Open, Tone::Plain],
                (_, Applies::Never) => vec![Tone::Plain],
                (_, Applies::Always) if outcome.value.exact().is_some() => vec![Tone::Plain],
                _ => vec![Tone::Open],
            }
        }
        Target::Trigger(id) => {
            let outcome = &judged.triggers[id.index()];
            match (outcome.fault.level, outcome.applies, outcome.fires) {
                (FaultLevel::Certain, ..) => vec![Tone::Faulted],
                (FaultLevel::Possible, ..) => vec![Tone::Faulted, Tone::Open],
                (_, _, Truth::True) => vec![Tone::Fails],
                (_, Applies::Never, _) => vec![Tone::Fails],
                (_, _, Truth::False) => vec![Tone::Plain],
                (_, _, Truth::Unknown) => vec![Tone::Open],
            }
        }
        _ => return Ok(()),
    };
    if wanted.contains(&root.tone) {
        Ok(())
    } else {
        Err(format!("the root says `{}`, {:?} instead of {wanted:?}", root.outcome, root.tone))
    }
}

/// Whether a completion makes something fault.
fn is_faulted(target: Target, outcome: &Outcome, index: usize) -> bool {
    match target {
        Target::Gate(_) => outcome.gates[index].is_err(),
        Target::Scorecard(_) => outcome.cards[index].fault,
        Target::Verdict(_) => outcome.verdicts[index].fault,
        Target::Limit(_) => outcome.limits[index].applies.is_none() || matches!(outcome.limits[index].value, Some(Err(_))),
        Target::Trigger(_) => outcome.triggers[index].is_err(),
        _ => outcome.items[index].fault,
    }
}

fn is_whole(node: &Node) -> bool {
    !node.folded && node.parts.iter().all(is_whole)
}

/// The sheet with everything that a tree does not show forgotten, and marked anyhow.
fn forgotten(sheet: &Sheet, read: &Read, engine: &Engine, answer: &Why, chooser: &mut Chooser) -> Sheet {
    let addresses: BTreeSet<Address> = answer.root.facts().iter().map(|fact| fact.address).collect();
    let schema = &engine.program.schema;
    let leaves = &schema.record(engine.program.documents[0].record).leaves;
    let slot = |name: &str| leaves.iter().position(|leaf| leaf.path == name).unwrap_or(usize::MAX) as u32;
    let is_shown = |slot: u32| addresses.contains(&Address { sheet: 1, slot });
    let mut left = sheet.clone();
    for (field, state) in OWN.iter().zip(&mut left.facts) {
        if !is_shown(slot(field.name)) {
            *state = State { known: chooser.chance(50), ..State::missing(field) };
        }
    }
    for (list, state) in LISTS.iter().zip(&mut left.lists) {
        let list_slot = slot(list.name);
        if !is_shown(list_slot) {
            *state = ListState::Missing;
            continue;
        }
        let ListState::Listed { parts, .. } = state else { continue };
        for element in read.elements.iter().filter(|element| element.parent.is_some_and(|(parent, _)| parent == list_slot)) {
            let (Some(record), Some((_, place))) = (element.record, element.parent) else { continue };
            for (index, field) in ELEMENT.iter().enumerate() {
                let leaf = schema.record(record).leaves.iter().position(|leaf| leaf.path == field.name);
                if leaf.is_some_and(|leaf| !is_shown(element.first + leaf as u32)) {
                    parts[place as usize][index] = State { known: chooser.chance(50), ..State::missing(field) };
                }
            }
        }
    }
    left
}

fn suffices(rules: &[u16], facts: &[u16], draws: &[u16], alone: bool) -> Result<(), TestCaseError> {
    let mut chooser = Chooser::new(rules);
    let policy = if alone { one_item(chooser.item(&mut Vec::new())) } else { chooser.policy() };
    let sheet = Chooser::new(facts).sheet(40);
    let fail = because(&policy, &sheet);
    let text = policy.text();
    let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
    let read = engine.sheet(&sheet).map_err(&fail)?;
    let judged = engine.judge(&read, 512).evaluation;
    let dossier = Dossier { sheets: vec![&read] };
    let constants = Constants::of(&policy);
    let mut chooser = Chooser::new(draws);
    for (index, target) in engine.targets() {
        let answer = why(&engine.policy, &engine.program, &dossier, &engine.sources, target, true);
        agrees(target, &judged, &answer.root).map_err(|why| fail(format!("{}: {why}", answer.code)))?;
        if !is_whole(&answer.root) {
            continue;
        }
        let left = forgotten(&sheet, &read, &engine, &answer, &mut chooser);
        for world in Completions::of(&left, &constants, &text).worlds(HIDDEN, &mut chooser) {
            let outcome = evaluate(&policy, &world, Reading::Assumed);
            // What is open may turn out not to be computable.
            if answer.root.tone == Tone::Open && is_faulted(target, &outcome, index) {
                continue;
            }
            let contained = match target {
                Target::Gate(_) => engine.contains_gate(&judged, &outcome, index),
                Target::Scorecard(_) => engine.contains_card(&judged, &outcome, index),
                Target::Verdict(_) => engine.contains_verdict(&judged, &outcome, index),
                Target::Limit(_) => engine.contains_limit(&judged, &outcome, index),
                Target::Trigger(_) => engine.contains_trigger(&judged, &outcome, index),
                _ => engine.contains_item(&judged, &outcome, index),
            };
            contained.map_err(|why| {
                let told: Vec<&str> = answer.root.facts().iter().map(|fact| fact.line.path.as_str()).collect();
                fail(format!("{}: {why}\n--- shown: {}\n{:#?}\n{}", answer.code, told.join(", "), answer.root, shown(&world)))
            })?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 150, ..cases(60) })]

    #[test]
    fn what_a_tree_shows_suffices(rules in choices(400), facts in choices(80), draws in choices(40)) {
        suffices(&rules, &facts, &draws, false)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 1_000, ..cases(300) })]

    #[test]
    fn what_a_tree_of_one_item_shows_suffices(rules in choices(120), facts in choices(80), draws in choices(40)) {
        suffices(&rules, &facts, &draws, true)?;
    }
}
