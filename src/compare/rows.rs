//! What stands in rows beside each other, and which of it differs.

use std::collections::BTreeMap;

use crate::explain::{Explanation, FactLine, ItemLine};
use crate::verdict::{Applies, Bounds, FaultLevel};

/// A row, by the place of what it shows in every project's explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The place.
    pub place: usize,
    /// Whether the projects differ in it.
    pub differs: bool,
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Scorecards as an outline, with their items.
    pub scorecards: Vec<CardRows>,
    /// Gates.
    pub gates: Vec<Shown>,
    /// Limits, by protocol and place in it.
    pub limits: Vec<(usize, Shown)>,
    /// Triggers, likewise.
    pub triggers: Vec<(usize, Shown)>,
    /// The facts that differ, behind the items and gates that do.
    pub facts: Vec<FactRow>,
}

/// A scorecard and its items.
#[derive(Clone, Debug)]
pub struct CardRows {
    /// The scorecard.
    pub card: Shown,
    /// Those of its items that are no scorecards themselves.
    pub items: Vec<Shown>,
}

/// A fact, and who has which value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// Its path.
    pub path: String,
    /// The values in order of first appearance, each with the projects that have it. One that does not have the path at all, an entry of a list, is with none.
    pub values: Vec<(String, Vec<usize>)>,
}

pub(super) fn rows(explanations: &[Explanation]) -> Rows {
    let Some(first) = explanations.first() else { return Rows::default() };
    let place_of = |code: &str| first.scorecards.iter().position(|card| card.code == code);
    let scorecards = first
        .outline()
        .into_iter()
        .filter_map(|card| place_of(&card.code))
        .map(|place| {
            let own = first.scorecards[place].items.iter().filter(|item| first.items[**item].included.is_none());
            CardRows {
                card: shown(explanations, place, |explanation| {
                    let card = &explanation.scorecards[place];
                    (card.applies, given(card.applies, &card.score))
                }),
                items: own.map(|item| shown(explanations, *item, |explanation| item_key(&explanation.items[*item]))).collect(),
            }
        })
        .collect();
    let gates = (0..first.gates.len()).map(|place| {
        shown(explanations, place, |explanation| {
            let gate = &explanation.gates[place];
            (gate.fires, gate.waiver.is_some(), gate.fault)
        })
    });
    let provisions = |counts: &dyn Fn(usize) -> usize| -> Vec<(usize, usize)> {
        (0..first.protocols.len()).flat_map(|protocol| (0..counts(protocol)).map(move |place| (protocol, place))).collect()
    };
    let limits = provisions(&|protocol| first.protocols[protocol].limits.len()).into_iter().map(|(protocol, place)| {
        let row = shown(explanations, place, |explanation| {
            let limit = &explanation.protocols[protocol].limits[place];
            (limit.about.applies, limit.value.clone())
        });
        (protocol, row)
    });
    let triggers = provisions(&|protocol| first.protocols[protocol].triggers.len()).into_iter().map(|(protocol, place)| {
        let row = shown(explanations, place, |explanation| {
            let trigger = &explanation.protocols[protocol].triggers[place];
            (trigger.about.applies, trigger.fires)
        });
        (protocol, row)
    });
    let mut rows = Rows { scorecards, gates: gates.collect(), limits: limits.collect(), triggers: triggers.collect(), facts: Vec::new() };
    rows.facts = facts(explanations, &rows);
    rows
}

fn shown<T: PartialEq>(explanations: &[Explanation], place: usize, of: impl Fn(&Explanation) -> T) -> Shown {
    let mut all = explanations.iter().map(of);
    let first = all.next();
    Shown { place, differs: all.any(|other| first.as_ref() != Some(&other)) }
}

fn item_key(item: &ItemLine) -> (Applies, Option<Bounds>, FaultLevel) {
    (item.applies, given(item.applies, &item.points), item.fault)
}

/// Bounds are of what applies; else they say nothing.
fn given(applies: Applies, bounds: &Bounds) -> Option<Bounds> {
    (applies != Applies::Never).then(|| bounds.clone())
}

/// The facts that items and gates that differ read, and that differ.
fn facts(explanations: &[Explanation], rows: &Rows) -> Vec<FactRow> {
    let items: Vec<usize> =
        rows.scorecards.iter().flat_map(|card| &card.items).filter(|item| item.differs).map(|item| item.place).collect();
    let gates: Vec<usize> = rows.gates.iter().filter(|gate| gate.differs).map(|gate| gate.place).collect();
    let read = |explanation: &'_ Explanation| -> Vec<FactLine> {
        let of_items = items.iter().flat_map(|item| &explanation.items[*item].facts);
        of_items.chain(gates.iter().flat_map(|gate| &explanation.gates[*gate].facts)).cloned().collect()
    };
    // In the order of first reading; every project reads the same fields, and of lists what it has.
    let mut order: Vec<String> = Vec::new();
    let mut values: BTreeMap<String, Vec<(String, Vec<usize>)>> = BTreeMap::new();
    for (project, explanation) in explanations.iter().enumerate() {
        for fact in read(explanation) {
            let value = fact.missing.as_ref().map_or_else(|| fact.value.clone(), |why| format!("{}, {why}", fact.value));
            let of_path = values.entry(fact.path.clone()).or_insert_with(|| {
                order.push(fact.path.clone());
                Vec::new()
            });
            let known = of_path.iter_mut().find(|(known, _)| *known == value);
            match known {
                Some((_, projects)) if projects.contains(&project) => {}
                Some((_, projects)) => projects.push(project),
                None => of_path.push((value, vec![project])),
            }
        }
    }
    let differs = |values: &[(String, Vec<usize>)]| values.len() > 1 || values.iter().any(|(_, who)| who.len() < explanations.len());
    order
        .into_iter()
        .filter_map(|path| {
            let values = values.remove(&path)?;
            differs(&values).then_some(FactRow { path, values })
        })
        .collect()
}
