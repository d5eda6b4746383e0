//! Completions: all the worlds that a sheet leaves possible, over values on, beside and beyond every threshold that the rules could mean.

use std::collections::BTreeSet;

use crate::generate::Chooser;
use crate::model::{
    Aggregate, Body, Cell, Cond, ELEMENT, Field, Input, Item, LISTS, ListState, Named, Num, OWN, Operand, Policy, Set, Sheet, State, Table,
    Test, Unit, Verdict,
};
use crate::oracle::{List, Part, World, sizes};

/// The constants of a policy, without regard to what they are compared with: in places of numbers and percents, and days.
#[derive(Default)]
pub struct Constants {
    values: BTreeSet<i64>,
}

impl Constants {
    pub fn of(policy: &Policy) -> Constants {
        let mut constants = Constants::default();
        for named in &policy.lets {
            match named {
                Named::Number(num) => constants.num(num),
                Named::Truth(cond) => constants.cond(cond),
            }
        }
        policy.tables.iter().for_each(|table| constants.table(table));
        for item in &policy.items {
            constants.item(item);
        }
        for gate in &policy.gates {
            gate.applies.iter().for_each(|applies| constants.cond(applies));
            constants.cond(&gate.when);
        }
        for verdict in &policy.verdicts {
            if let Verdict::Conditions(rows) = verdict {
                rows.iter().for_each(|row| constants.cond(row));
            }
        }
        for limit in &policy.limits {
            limit.applies.iter().for_each(|applies| constants.cond(applies));
            constants.num(&limit.value);
        }
        for trigger in &policy.triggers {
            trigger.applies.iter().for_each(|applies| constants.cond(applies));
            constants.cond(&trigger.when);
        }
        constants
    }

    fn add(&mut self, values: &[i64]) {
        self.values.extend(values);
    }

    fn item(&mut self, item: &Item) {
        item.applies.iter().for_each(|applies| self.cond(applies));
        match &item.body {
            Body::Check(cond) => self.cond(cond),
            Body::Grade(operand, rows, _) => {
                self.operand(operand);
                rows.iter().for_each(|(test, _)| self.test(test));
            }
            Body::GradeWhen(rows, _) => rows.iter().for_each(|row| self.cond(&row.0)),
            Body::Ramp(operand, knots) => {
                self.operand(operand);
                knots.iter().for_each(|knot| self.add(&[knot.0]));
            }
            Body::Measure(num) => self.num(num),
            Body::Include(_) => {}
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Compare(_, edge) => self.add(&[*edge]),
            Test::Between(one, other) | Test::Both((_, one), (_, other)) | Test::Either((_, one), (_, other)) => self.add(&[*one, *other]),
            Test::Among(_) => {}
        }
    }

    fn table(&mut self, table: &Table) {
        for input in &table.inputs {
            match input {
                Input::Value(operand) => self.operand(operand),
                Input::Truth(cond) => self.cond(cond),
            }
        }
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            match cell {
                Cell::Any | Cell::Truth(_) => {}
                Cell::Test(test) => self.test(test),
                Cell::Against(_, num) => self.num(num),
            }
        }
        table.rows.iter().for_each(|row| self.num(&row.value));
        table.otherwise.iter().for_each(|(value, _)| self.num(value));
    }

    fn operand(&mut self, operand: &Operand) {
        if let Operand::Number(num) = operand {
            self.num(num);
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        aggregate.filter.iter().for_each(|filter| self.cond(filter));
        aggregate.of.iter().for_each(|of| self.num(of));
        self.values.extend(aggregate.none);
    }

    fn num(&mut self, num: &Num) {
        match num {
            Num::Constant(value) | Num::Assuming(_, value) => self.add(&[*value]),
            Num::Negate(inner) | Num::Abs(inner) | Num::Round(_, inner, _) | Num::Scripted(inner) => self.num(inner),
            Num::Clamp(inner, low, high) => {
                self.num(inner);
                self.add(&[*low, *high]);
            }
            Num::Add(left, right)
            | Num::Subtract(left, right)
            | Num::Multiply(left, right)
            | Num::Divide(left, right)
            | Num::Least(left, right)
            | Num::Greatest(left, right) => {
                self.num(left);
                self.num(right);
            }
            Num::If(cond, then, other) => {
                self.cond(cond);
                self.num(then);
                self.num(other);
            }
            Num::Aggregate(aggregate) => self.aggregate(aggregate),
            Num::Fact(_) | Num::Top { .. } | Num::Age(_) | Num::Let(_) | Num::Column(_) => {}
            Num::Points(_) | Num::Score(_) | Num::CardPoints(_) | Num::Limit(_) => {}
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match cond {
            Cond::Compare(_, left, right) => {
                self.num(left);
                self.num(right);
            }
            Cond::Between(num, low, high) => {
                self.num(num);
                self.add(&[*low, *high]);
            }
            Cond::OneOf(num, values, _) => {
                self.num(num);
                self.add(values);
            }
            Cond::InField(num, ..) => self.num(num),
            Cond::Against(_, _, value) => self.add(&[*value]),
            Cond::Within(_, low, high) => self.add(&[*low, *high]),
            Cond::Age(_, days) => self.add(&[crate::model::TODAY - days]),
            Cond::Not(inner) => self.cond(inner),
            Cond::And(conds) | Cond::Or(conds) => conds.iter().for_each(|cond| self.cond(cond)),
            Cond::If(cond, then, other) => [cond, then, other].into_iter().for_each(|cond| self.cond(cond)),
            Cond::Same(left, right, _) => {
                self.cond(left);
                self.cond(right);
            }
            Cond::Some { filter, satisfies, .. } | Cond::Every { filter, satisfies, .. } => {
                filter.iter().for_each(|filter| self.cond(filter));
                self.cond(satisfies);
            }
            Cond::Flag(_) | Cond::FlagAssuming(..) | Cond::Among(..) | Cond::AmongAssuming(..) | Cond::Known(..) | Cond::ListKnown(..) => {}
            Cond::Empty(..) | Cond::Let(_) | Cond::Column(_) | Cond::Check(_) | Cond::Gate(_) | Cond::Trigger(_) | Cond::Band { .. } => {}
            Cond::PointsAgainst(..) | Cond::ScoreAgainst(..) => {}
        }
    }

    /// What a fact may be: its ends, and on and beside every constant; at most so many values.
    fn samples(&self, field: &Field, state: &State, most: usize) -> Vec<i64> {
        let (low, high) = match &state.set {
            Set::Among(values) => return thinned(values.clone(), most),
            Set::Range(low, high) => (*low, *high),
        };
        let beyond = if low.is_none() { vec![-4_000_001, -100, 100, 4_000_001] } else { Vec::new() };
        let relevant = |value: &&i64| (field.unit == Unit::Day) == (**value > 10_000);
        let mut values: Vec<i64> = self
            .values
            .iter()
            .filter(relevant)
            .chain([&0])
            .flat_map(|value| [value - 4, value - 1, *value, value + 1, value + 4])
            .map(|value| value.div_euclid(field.step) * field.step)
            .chain(beyond)
            .filter(|value| low.is_none_or(|low| *value >= low) && high.is_none_or(|high| *value <= high))
            .chain(low)
            .chain(high)
            .collect();
        values.sort_unstable();
        values.dedup();
        thinned(values, most)
    }
}

/// At most so many of them, spread evenly, both ends among them.
fn thinned<T: Clone>(values: Vec<T>, most: usize) -> Vec<T> {
    if values.len() <= most {
        return values;
    }
    if most < 2 {
        return values[..1].to_vec();
    }
    (0..most).map(|index| values[index * (values.len() - 1) / (most - 1)].clone()).collect()
}

/// What each fact and list may be, and whether the sheet says so.
pub struct Completions {
    facts: Vec<Vec<i64>>,
    known: Vec<bool>,
    lists: Vec<Vec<List>>,
}

impl Completions {
    /// `text` is the policy's: facts that it does not name are not varied.
    pub fn of(sheet: &Sheet, constants: &Constants, text: &str) -> Completions {
        let facts = OWN.iter().zip(&sheet.facts).map(|(field, state)| {
            let used = text.matches(field.name).count() > 1;
            constants.samples(field, state, if used { 12 } else { 1 })
        });
        let lists = sheet.lists.iter().enumerate().map(|(list, state)| {
            let used = text.matches(LISTS[list].name).count() > 1;
            lists(list, state, |field, state| constants.samples(&ELEMENT[field], state, 3), if used { 400 } else { 1 })
        });
        Completions { facts: facts.collect(), known: sheet.facts.iter().map(|state| state.known).collect(), lists: lists.collect() }
    }

    /// Over given values of the fields of elements; for tests of what a list alone can come to.
    pub fn of_lists(sheet: &Sheet, samples: impl Fn(usize, &State) -> Vec<i64>) -> Completions {
        let facts = sheet.facts.iter().map(|state| match &state.set {
            Set::Range(low, _) => vec![low.unwrap_or(0)],
            Set::Among(values) => values[..1].to_vec(),
        });
        Completions {
            facts: facts.collect(),
            known: sheet.facts.iter().map(|state| state.known).collect(),
            lists: sheet.lists.iter().enumerate().map(|(list, state)| lists(list, state, &samples, usize::MAX)).collect(),
        }
    }

    /// All worlds, or so many of them drawn by the chooser where there are more.
    pub fn worlds(&self, most: usize, chooser: &mut Chooser) -> Vec<World> {
        let sizes: Vec<usize> = self.facts.iter().map(Vec::len).chain(self.lists.iter().map(Vec::len)).collect();
        let total = sizes.iter().try_fold(1_usize, |total, size| total.checked_mul(*size).filter(|total| *total <= most));
        // Any odd start will do: what matters is that a case is the same each time.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ chooser.pick(1 << 16) as u64;
        let draw = |size: usize, state: &mut u64| {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            (*state >> 11) as usize % size
        };
        (0..total.unwrap_or(most))
            .map(|number| {
                let mut rest = number;
                let mut places = sizes.iter().map(|size| {
                    if total.is_none() {
                        return draw(*size, &mut state);
                    }
                    let place = rest % size;
                    rest /= size;
                    place
                });
                World {
                    facts: self.facts.iter().map(|values| values[places.next().unwrap_or(0)]).collect(),
                    known: self.known.clone(),
                    lists: self.lists.iter().map(|lists| lists[places.next().unwrap_or(0)].clone()).collect(),
                }
            })
            .collect()
    }
}

/// Every list that a state allows, or about so many spread over them.
fn lists(list: usize, state: &ListState, samples: impl Fn(usize, &State) -> Vec<i64>, most: usize) -> Vec<List> {
    let elements = |states: &[State; 3], is_named: bool| -> Vec<Part> {
        let values: Vec<Vec<i64>> = states.iter().enumerate().map(|(field, state)| samples(field, state)).collect();
        let known = [0, 1, 2].map(|field| is_named && states[field].known);
        let mut parts = Vec::new();
        for first in &values[0] {
            for second in &values[1] {
                parts.extend(values[2].iter().map(|third| Part { values: [*first, *second, *third], known }));
            }
        }
        parts
    };
    let unseen = elements(&[0, 1, 2].map(|field| State::missing(&ELEMENT[field])), false);
    let (named, complete) = match state {
        ListState::Missing => (&[][..], false),
        ListState::Listed { parts, complete } => (parts.as_slice(), *complete),
    };
    let share = |lists: usize| (most / lists.max(1)).max(2);
    let extend = |lists: Vec<Vec<Part>>, by: &[Part]| -> Vec<Vec<Part>> {
        let extended = lists.iter().flat_map(|list| by.iter().map(|part| [list.as_slice(), &[*part]].concat())).collect::<Vec<_>>();
        thinned(extended, share(2).max(2))
    };
    let mut grown: Vec<Vec<Part>> = vec![Vec::new()];
    for part in named {
        grown = extend(grown, &elements(part, true));
    }
    let mut all = Vec::new();
    let sizes = sizes(list);
    if sizes.contains(&named.len()) {
        all.extend(grown.iter().cloned());
    }
    if !complete {
        for size in named.len() + 1..=*sizes.end() {
            grown = extend(grown, &unseen);
            if sizes.contains(&size) {
                all.extend(grown.iter().cloned());
            }
        }
    }
    let named = (!matches!(state, ListState::Missing)).then_some(named.len());
    thinned(all, most.max(2)).into_iter().map(|parts| List { parts, named }).collect()
}

/// Whether a fact of the sheet could be said more exactly: all of them, in order.
pub fn inexact(sheet: &Sheet) -> Vec<Inexact> {
    let facts = sheet.facts.iter().enumerate().filter(|(_, state)| !state.is_exact()).map(|(fact, _)| Inexact::Fact(fact));
    let lists = sheet.lists.iter().enumerate().flat_map(|(list, state)| {
        let ListState::Listed { parts, complete } = state else { return Vec::new() };
        let fields = parts.iter().enumerate().flat_map(|(part, states)| {
            let open = states.iter().enumerate().filter(|(_, state)| state.known && !state.is_exact());
            open.map(move |(field, _)| Inexact::Field { list, part, field })
        });
        let mut found: Vec<Inexact> = fields.collect();
        if !complete {
            found.push(Inexact::List(list));
        }
        found
    });
    facts.chain(lists).collect()
}

/// Something that a sheet leaves open, and that can be narrowed without changing whether there is evidence.
#[derive(Clone, Copy, Debug)]
pub enum Inexact {
    Fact(usize),
    Field { list: usize, part: usize, field: usize },
    List(usize),
}

/// The sheet with one open thing narrower.
pub fn narrowed(sheet: &Sheet, what: Inexact, chooser: &mut Chooser) -> Sheet {
    let mut sheet = sheet.clone();
    match what {
        Inexact::Fact(fact) => narrow(&OWN[fact], &mut sheet.facts[fact], chooser),
        Inexact::Field { list, part, field } => {
            if let ListState::Listed { parts, .. } = &mut sheet.lists[list] {
                narrow(&ELEMENT[field], &mut parts[part][field], chooser);
            }
        }
        Inexact::List(list) => {
            if let ListState::Listed { complete, .. } = &mut sheet.lists[list] {
                *complete = true;
            }
        }
    }
    sheet
}

fn narrow(field: &Field, state: &mut State, chooser: &mut Chooser) {
    match &mut state.set {
        Set::Among(values) => {
            let keep = chooser.pick(values.len());
            if values.len() > 2 && chooser.chance(50) {
                values.remove(keep);
            } else {
                *values = vec![values[keep]];
            }
        }
        Set::Range(low, high) => {
            let (from, to) = (low.unwrap_or(-40), high.unwrap_or(40));
            let steps = ((to - from) / field.step) as usize;
            let (one, other) = (chooser.pick(steps + 1) as i64, chooser.pick(steps + 1) as i64);
            let (one, other) = if chooser.chance(40) { (one, one) } else { (one.min(other), one.max(other)) };
            (*low, *high) = (Some(from + one * field.step), Some(from + other * field.step));
        }
    }
}

/// A sheet on which everything is exactly one thing, none missing.
pub fn world_of(sheet: &Sheet) -> World {
    let first = |state: &State| match &state.set {
        Set::Range(low, _) => low.unwrap_or(0),
        Set::Among(values) => values[0],
    };
    World {
        facts: sheet.facts.iter().map(first).collect(),
        known: sheet.facts.iter().map(|state| state.known).collect(),
        lists: sheet
            .lists
            .iter()
            .map(|state| {
                let ListState::Listed { parts, .. } = state else { return List { parts: Vec::new(), named: None } };
                let part = |states: &[State; 3]| Part {
                    values: [0, 1, 2].map(|field| first(&states[field])),
                    known: [0, 1, 2].map(|field| states[field].known),
                };
                List { parts: parts.iter().map(part).collect(), named: Some(parts.len()) }
            })
            .collect(),
    }
}
