//! A second evaluator, as plain as can be: every fact has one value, numbers are big fractions, and scores with faults are found by trying every case.
//! It shares nothing with the engine's own.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational as Exact;
use num_traits::{Signed, Zero};

use crate::model::{
    Aggregate, Body, Cell, Cond, Hit, Input, LISTS, Listed, Named, Num, Operand, Over, Place, Policy, Rounded, SINCE, TODAY, Table,
    TableRow, Test, Unit, Verdict,
};

/// What is so: one value for every fact, and whether the sheet says it.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    pub facts: Vec<i64>,
    pub known: Vec<bool>,
    pub lists: Vec<List>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct List {
    pub parts: Vec<Part>,
    /// How many of them the sheet names; none if it does not speak of the list.
    pub named: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub values: [i64; 3],
    pub known: [bool; 3],
}

/// How `assuming` is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// The assumed value, where there is no evidence.
    Assumed,
    /// The value that the fact has.
    Actual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault;

/// What an item came to. Where something faults, what is possible after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Earned {
    /// None: a fault leaves it open.
    pub applies: Option<bool>,
    pub passes: Option<bool>,
    pub low: Exact,
    pub high: Exact,
    pub fault: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub applies: Option<bool>,
    pub low: Exact,
    pub high: Exact,
    pub points: (Exact, Exact),
    pub counted: (Exact, Exact),
    pub fault: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Banded {
    pub applies: Option<bool>,
    pub ungated: (usize, usize),
    /// As if there were no waivers.
    pub unwaived: (usize, usize),
    pub floor: usize,
    pub ceiling: usize,
    pub fault: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub items: Vec<Earned>,
    pub cards: Vec<Scored>,
    pub gates: Vec<Result<bool, Fault>>,
    pub verdicts: Vec<Banded>,
    pub limits: Vec<Limited>,
    /// Whether it fires.
    pub triggers: Vec<Result<bool, Fault>>,
}

/// What a limit came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Limited {
    /// None: a fault leaves it open.
    pub applies: Option<bool>,
    /// Of a limit that does not hold, nothing.
    pub value: Option<Result<Exact, Fault>>,
}

pub fn evaluate(policy: &Policy, world: &World, reading: Reading) -> Outcome {
    evaluate_on(policy, world, reading, TODAY)
}

/// Under the rules and waivers of another day. The evidence, and `today` in rules, stay.
pub fn evaluate_on(policy: &Policy, world: &World, reading: Reading, day: i64) -> Outcome {
    let mut oracle = Oracle { policy, world, reading, day, outcome: Outcome::default() };
    for card in &policy.cards {
        for item in card {
            let earned = oracle.item(*item);
            oracle.outcome.items.push(earned);
        }
        let scored = oracle.card(card);
        oracle.outcome.cards.push(scored);
    }
    for (index, verdict) in policy.verdicts.iter().enumerate() {
        for (place, gate) in policy.gates.iter().enumerate().filter(|(_, gate)| gate.verdict == index) {
            if !policy.gate_term(place).contains(day) {
                oracle.outcome.gates.push(Ok(false));
                continue;
            }
            let applies = gate.applies.as_ref().map_or(Ok(true), |applies| oracle.cond(applies, &[]));
            let fires = if applies == Ok(false) { applies } else { all([applies, oracle.cond(&gate.when, &[])]) };
            oracle.outcome.gates.push(fires);
        }
        let banded = oracle.verdict(index, verdict);
        oracle.outcome.verdicts.push(banded);
    }
    for limit in &policy.limits {
        let applies = limit.applies.as_ref().map_or(Ok(true), |applies| oracle.cond(applies, &[]));
        let value = (applies != Ok(false)).then(|| oracle.num(&limit.value, &[]));
        oracle.outcome.limits.push(Limited { applies: applies.ok(), value });
    }
    for trigger in &policy.triggers {
        let applies = trigger.applies.as_ref().map_or(Ok(true), |applies| oracle.cond(applies, &[]));
        let fires = if applies == Ok(false) { applies } else { all([applies, oracle.cond(&trigger.when, &[])]) };
        oracle.outcome.triggers.push(fires);
    }
    oracle.outcome
}

/// In halves, quarters and so on.
pub fn parts(value: i64, of: i64) -> Exact {
    Exact::new(value.into(), of.into())
}

/// To twelve decimals, halves to even.
pub fn rounded(value: &Exact) -> Exact {
    let scale = Exact::from_integer(BigInt::from(10).pow(12));
    half_even(&(value * &scale)) / scale
}

/// To a whole number, halves to even.
fn half_even(value: &Exact) -> Exact {
    let (floor, rest) = value.numer().div_mod_floor(value.denom());
    let twice = rest * 2;
    let up = twice > *value.denom() || (twice == *value.denom() && floor.is_odd());
    Exact::from_integer(if up { floor + 1 } else { floor })
}

/// `and`: a false operand decides, whatever becomes of the others.
fn all(operands: impl IntoIterator<Item = Result<bool, Fault>>) -> Result<bool, Fault> {
    let mut result = Ok(true);
    for operand in operands {
        match operand {
            Ok(false) => return Ok(false),
            Ok(true) => {}
            Err(fault) => result = Err(fault),
        }
    }
    result
}

fn any(operands: impl IntoIterator<Item = Result<bool, Fault>>) -> Result<bool, Fault> {
    all(operands.into_iter().map(|operand| operand.map(|holds| !holds))).map(|none| !none)
}

fn bounded(value: Exact) -> Result<Exact, Fault> {
    if value.abs() >= Exact::from_integer(BigInt::from(10).pow(25)) { Err(Fault) } else { Ok(value) }
}

struct Oracle<'a> {
    policy: &'a Policy,
    world: &'a World,
    reading: Reading,
    /// By which rules and waivers are in force.
    day: i64,
    outcome: Outcome,
}

type Frames<'f> = [&'f Part];

impl Oracle<'_> {
    fn raw(&self, place: Place, frames: &Frames) -> (i64, bool) {
        match place {
            Place::Own(index) => (self.world.facts[index], self.world.known[index]),
            Place::Element { binder, field } => (frames[binder].values[field], frames[binder].known[field]),
        }
    }

    fn assuming(&self, place: Place, assumed: i64, frames: &Frames) -> i64 {
        let (value, known) = self.raw(place, frames);
        if known || self.reading == Reading::Actual { value } else { assumed }
    }

    fn in_unit(&self, place: Place, value: i64) -> Exact {
        parts(value, if place.field().unit == Unit::Percent { 16 } else { 4 })
    }

    fn list(&self, listed: Listed) -> &[Part] {
        let list = &self.world.lists[listed.list];
        match (listed.assumed_empty, self.reading) {
            (true, Reading::Assumed) => &list.parts[..list.named.unwrap_or(0)],
            _ => &list.parts,
        }
    }

    fn num(&self, num: &Num, frames: &Frames) -> Result<Exact, Fault> {
        bounded(match num {
            Num::Constant(value) => parts(*value, 4),
            Num::Fact(place) => self.in_unit(*place, self.raw(*place, frames).0),
            Num::Assuming(place, assumed) => self.in_unit(*place, self.assuming(*place, *assumed, frames)),
            Num::Age(days) => rounded(&parts(TODAY - self.world.facts[SINCE], *days)),
            Num::Negate(inner) => -self.num(inner, frames)?,
            Num::Add(left, right) => self.num(left, frames)? + self.num(right, frames)?,
            Num::Subtract(left, right) => self.num(left, frames)? - self.num(right, frames)?,
            Num::Multiply(left, right) => rounded(&(self.num(left, frames)? * self.num(right, frames)?)),
            Num::Divide(left, right) => {
                let (left, right) = (self.num(left, frames)?, self.num(right, frames)?);
                if right.is_zero() {
                    return Err(Fault);
                }
                rounded(&(left / right))
            }
            Num::Least(left, right) => self.num(left, frames)?.min(self.num(right, frames)?),
            Num::Greatest(left, right) => self.num(left, frames)?.max(self.num(right, frames)?),
            Num::Clamp(inner, low, high) => self.num(inner, frames)?.max(parts(*low, 4)).min(parts(*high, 4)),
            Num::Abs(inner) => self.num(inner, frames)?.abs(),
            Num::Round(how, inner, places) => {
                let unit = Exact::from_integer(BigInt::from(10).pow(*places));
                let scaled = self.num(inner, frames)? * &unit;
                let whole = match how {
                    Rounded::Down => scaled.floor(),
                    Rounded::Up => scaled.ceil(),
                    Rounded::Nearest => half_even(&scaled),
                };
                whole / unit
            }
            Num::Top { list, field, count, .. } => {
                let mut values: Vec<i64> = self.world.lists[*list].parts.iter().map(|part| part.values[*field]).collect();
                values.sort_unstable_by(|one, other| other.cmp(one));
                parts(values.iter().take(*count).sum(), 4)
            }
            Num::If(cond, then, other) => self.num(if self.cond(cond, frames)? { then } else { other }, frames)?,
            Num::Aggregate(aggregate) => self.aggregate(aggregate, frames)?,
            Num::Scripted(inner) => self.num(inner, frames)?,
            Num::Let(index) => match &self.policy.lets[*index] {
                Named::Number(num) => self.num(num, &[])?,
                Named::Truth(_) => unreachable!("a number reads named numbers"),
            },
            Num::Column(table) => {
                let table = &self.policy.tables[*table];
                let rows = self.rows(table)?;
                if table.hit == Hit::Count {
                    return Ok(parts(rows.len() as i64, 1));
                }
                let values: Vec<Exact> = rows.into_iter().map(|(value, _)| self.num(value, &[])).collect::<Result<_, Fault>>()?;
                match table.hit {
                    Hit::Sum => values.iter().fold(Exact::zero(), |sum, value| sum + value),
                    Hit::Max => values.into_iter().max().ok_or(Fault)?,
                    _ => values.into_iter().min().ok_or(Fault)?,
                }
            }
            Num::Points(item) => {
                let item = self.earned(*item)?;
                item.low.clone()
            }
            Num::Score(card) => self.scored(*card)?.low.clone(),
            Num::CardPoints(card) => self.scored(*card)?.points.0.clone(),
            Num::Limit(limit) => match &self.outcome.limits[*limit] {
                Limited { applies: Some(true), value: Some(Ok(value)) } => value.clone(),
                _ => return Err(Fault),
            },
        })
    }

    fn earned(&self, item: usize) -> Result<&Earned, Fault> {
        let item = &self.outcome.items[item];
        if item.applies != Some(true) || item.fault { Err(Fault) } else { Ok(item) }
    }

    fn scored(&self, card: usize) -> Result<&Scored, Fault> {
        let card = &self.outcome.cards[card];
        if card.applies != Some(true) || card.fault { Err(Fault) } else { Ok(card) }
    }

    fn aggregate(&self, aggregate: &Aggregate, frames: &Frames) -> Result<Exact, Fault> {
        let list = self.list(aggregate.list);
        let mut counted = 0;
        let mut values = Vec::new();
        for part in list {
            let frames = [frames, &[part]].concat();
            if aggregate.filter.as_ref().map_or(Ok(true), |filter| self.cond(filter, &frames))? {
                counted += 1;
                values.extend(aggregate.of.as_ref().map(|of| self.num(of, &frames)).transpose()?);
            }
        }
        let sum = values.iter().fold(Exact::zero(), |sum, value| sum + value);
        let of_some = match aggregate.over {
            Over::Count => return Ok(parts(counted, 1)),
            Over::Sum => return Ok(sum),
            Over::Share => return Ok(rounded(&parts(counted, list.len() as i64))),
            Over::Min => values.into_iter().min(),
            Over::Max => values.into_iter().max(),
            Over::Mean if counted == 0 => None,
            Over::Mean => Some(rounded(&(sum / parts(counted, 1)))),
        };
        Ok(of_some.unwrap_or_else(|| parts(aggregate.none.unwrap_or(0), 4)))
    }

    fn cond(&self, cond: &Cond, frames: &Frames) -> Result<bool, Fault> {
        Ok(match cond {
            Cond::Compare(operator, left, right) => operator.holds(&self.num(left, frames)?, &self.num(right, frames)?),
            Cond::Between(num, low, high) => {
                let value = self.num(num, frames)?;
                value >= parts(*low, 4) && value <= parts(*high, 4)
            }
            Cond::OneOf(num, values, negated) => {
                let value = self.num(num, frames)?;
                values.iter().any(|other| value == parts(*other, 4)) != *negated
            }
            Cond::InField(num, list, field) => {
                let value = self.num(num, frames)?;
                self.world.lists[*list].parts.iter().any(|part| value == parts(part.values[*field], 4))
            }
            Cond::Against(place, operator, value) => operator.holds(&self.raw(*place, frames).0, value),
            Cond::Within(place, low, high) => (*low..=*high).contains(&self.raw(*place, frames).0),
            Cond::Age(operator, days) => operator.holds(&(TODAY - self.world.facts[SINCE]), days),
            Cond::Flag(place) => self.raw(*place, frames).0 != 0,
            Cond::FlagAssuming(place, assumed) => self.assuming(*place, (*assumed).into(), frames) != 0,
            Cond::Among(place, variants, negated) => variants.contains(&(self.raw(*place, frames).0 as usize)) != *negated,
            Cond::AmongAssuming(place, variants, assumed) => variants.contains(&(self.assuming(*place, *assumed as i64, frames) as usize)),
            Cond::Known(place, negated) => self.raw(*place, frames).1 != *negated,
            Cond::ListKnown(list, negated) => self.world.lists[*list].named.is_some() != *negated,
            Cond::Empty(list, negated) => self.list(*list).is_empty() != *negated,
            Cond::Not(inner) => !self.cond(inner, frames)?,
            Cond::And(conds) => all(conds.iter().map(|cond| self.cond(cond, frames)))?,
            Cond::Or(conds) => any(conds.iter().map(|cond| self.cond(cond, frames)))?,
            Cond::If(cond, then, other) => self.cond(if self.cond(cond, frames)? { then } else { other }, frames)?,
            Cond::Same(left, right, negated) => {
                let (left, right) = (self.cond(left, frames), self.cond(right, frames));
                (left? == right?) != *negated
            }
            Cond::Some { list, filter, satisfies, .. } => any(self.each(*list, filter.as_deref(), satisfies, frames))?,
            Cond::Every { list, filter, satisfies, .. } => {
                let outside = filter.as_deref().map(|filter| Cond::Not(Box::new(filter.clone())));
                all(self.list(*list).iter().map(|part| {
                    let frames = [frames, &[part]].concat();
                    match outside.as_ref().map(|outside| self.cond(outside, &frames)) {
                        Some(Ok(true)) => Ok(true),
                        Some(outside) => any([outside, self.cond(satisfies, &frames)]),
                        None => self.cond(satisfies, &frames),
                    }
                }))?
            }
            Cond::Let(index) => match &self.policy.lets[*index] {
                Named::Truth(cond) => self.cond(cond, &[])?,
                Named::Number(_) => unreachable!("a condition reads named truth values"),
            },
            Cond::Column(table) => self.rows(&self.policy.tables[*table])?.first().ok_or(Fault)?.1,
            Cond::Check(item) => self.earned(*item)?.passes.ok_or(Fault)?,
            Cond::Gate(gate) => self.outcome.gates[*gate]?,
            Cond::Trigger(trigger) => self.outcome.triggers[*trigger]?,
            Cond::PointsAgainst(item, operator, points) => operator.holds(&self.earned(*item)?.low, &parts(*points, 4)),
            Cond::ScoreAgainst(card, operator, score) => operator.holds(&self.scored(*card)?.low, &parts(*score, 16)),
            Cond::Band { verdict, operator, band } => {
                let outcome = &self.outcome.verdicts[*verdict];
                if outcome.applies != Some(true) || outcome.fault {
                    return Err(Fault);
                }
                // The first band is the greatest.
                operator.holds(band, &outcome.unwaived.0)
            }
        })
    }

    fn each<'s>(
        &'s self,
        list: Listed,
        filter: Option<&'s Cond>,
        satisfies: &'s Cond,
        frames: &'s Frames<'s>,
    ) -> impl Iterator<Item = Result<bool, Fault>> + 's {
        self.list(list).iter().map(move |part| {
            let frames = [frames, &[part]].concat();
            let kept = filter.map_or(Ok(true), |filter| self.cond(filter, &frames));
            if kept == Ok(false) { kept } else { all([kept, self.cond(satisfies, &frames)]) }
        })
    }

    /// The outputs of the rows of a table that count; of one row where one does.
    fn rows<'t>(&self, table: &'t Table) -> Result<Vec<(&'t Num, bool)>, Fault> {
        let mut inputs = Vec::new();
        for input in &table.inputs {
            inputs.push(match input {
                Input::Value(operand) => self.operand(operand)?,
                Input::Truth(cond) => parts(self.cond(cond, &[])?.into(), 1),
            });
        }
        let holds = |row: &TableRow| {
            all(row.cells.iter().zip(&table.inputs).zip(&inputs).map(|((cell, input), value)| match (cell, input) {
                (Cell::Any, _) => Ok(true),
                (Cell::Truth(truth), _) => Ok(value.is_zero() != *truth),
                (Cell::Test(test), Input::Value(operand)) => Ok(holds(test, value, operand)),
                (Cell::Test(_), Input::Truth(_)) => unreachable!("truth values are not compared"),
                (Cell::Against(operator, num), _) => Ok(operator.holds(&in_numbers(value, input), &self.num(num, &[])?)),
            }))
        };
        let outputs = |row: &'t TableRow| (&row.value, row.truth);
        let mut rows: Vec<&TableRow> = table.rows.iter().collect();
        if table.hit == Hit::Priority {
            rows.sort_by_key(|row| match row.value {
                Num::Constant(value) => -value,
                _ => unreachable!("priorities are constants"),
            });
        }
        let mut found = Vec::new();
        let mut fault = None;
        for row in rows {
            match holds(row) {
                Ok(false) => {}
                Ok(true) => found.push(outputs(row)),
                Err(Fault) => fault = Some(Fault),
            }
            // Of rows that exclude each other, or say the same, one that holds decides; of others the first that may.
            let decided = match table.hit {
                Hit::Unique | Hit::Any => !found.is_empty(),
                Hit::First | Hit::Priority => !found.is_empty() || fault.is_some(),
                Hit::Sum | Hit::Min | Hit::Max | Hit::Count => false,
            };
            if decided && matches!(table.hit, Hit::Unique | Hit::Any) {
                return Ok(found);
            }
            if decided {
                break;
            }
        }
        match (fault, found.is_empty(), &table.otherwise) {
            (Some(fault), _, _) => Err(fault),
            (None, false, _) => Ok(found),
            (None, true, Some((value, truth))) => Ok(vec![(value, *truth)]),
            (None, true, None) if table.hit.is_one_row() => Err(Fault),
            (None, true, None) => Ok(found),
        }
    }

    fn item(&self, index: usize) -> Earned {
        let item = &self.policy.items[index];
        let worth = parts(item.worth(), 2);
        let applies = item.applies.as_ref().map_or(Ok(true), |applies| self.cond(applies, &[]));
        let out = Earned { applies: Some(false), passes: None, low: Exact::zero(), high: Exact::zero(), fault: false };
        if applies == Ok(false) || !self.policy.item_term(index).contains(self.day) {
            return out;
        }
        let mut earned = match &item.body {
            Body::Check(cond) => match self.cond(cond, &[]) {
                Ok(passes) => {
                    let points = if passes { worth } else { Exact::zero() };
                    Earned { passes: Some(passes), ..exactly(points) }
                }
                Err(Fault) => Earned { low: Exact::zero(), high: worth, fault: true, ..out },
            },
            Body::Measure(num) => match self.num(num, &[]) {
                Ok(value) => exactly(value.max(Exact::zero()).min(worth)),
                Err(Fault) => Earned { high: worth, fault: true, ..out },
            },
            Body::Grade(operand, rows, last) => {
                let points = |value: &Exact, operand: &Operand| {
                    let row = rows.iter().find(|row| holds(&row.0, value, operand));
                    parts(row.map_or(*last, |row| row.1), 2)
                };
                match self.operand(operand) {
                    Ok(value) => exactly(points(&value, operand)),
                    // Anything of its type.
                    Err(Fault) => {
                        let is_whole = matches!(operand, Operand::Number(num) if self.policy.may_be_whole(num));
                        let edges = edges(rows).into_iter().filter(|value| !is_whole || value.is_integer());
                        faulted(edges.map(|value| points(&value, operand)))
                    }
                }
            }
            Body::GradeWhen(rows, last) => {
                let mut possible = Vec::new();
                let mut fault = false;
                let mut decided = false;
                for row in rows {
                    match self.cond(&row.0, &[]) {
                        Ok(false) => continue,
                        Ok(true) => decided = true,
                        Err(Fault) => fault = true,
                    }
                    possible.push(parts(row.1, 2));
                    if decided {
                        break;
                    }
                }
                if !decided {
                    possible.push(parts(*last, 2));
                }
                Earned { fault, ..faulted(possible) }
            }
            Body::Ramp(operand, knots) => match self.operand(operand) {
                Ok(value) => exactly(ramp(knots, &value, operand)),
                Err(Fault) => faulted(knots.iter().map(|knot| parts(knot.1, 2))),
            },
            Body::Include(card) => {
                let card = &self.outcome.cards[*card];
                Earned { applies: card.applies, low: &card.low * &worth, high: &card.high * &worth, ..out }
            }
        };
        if let Body::Include(_) = item.body {
            if earned.applies == Some(false) {
                return earned;
            }
        } else {
            earned.applies = Some(true);
        }
        if applies == Err(Fault) {
            earned = Earned { applies: None, fault: true, ..earned };
        }
        earned
    }

    fn operand(&self, operand: &Operand) -> Result<Exact, Fault> {
        match operand {
            Operand::Number(num) => self.num(num, &[]),
            Operand::Fact(place) => Ok(parts(self.raw(*place, &[]).0, 1)),
        }
    }

    /// Every way in which items that a fault leaves open could count, and the least and the most of each.
    fn card(&self, items: &[usize]) -> Scored {
        let earned: Vec<(&Earned, Exact)> =
            items.iter().map(|item| (&self.outcome.items[*item], parts(self.policy.items[*item].worth(), 2))).collect();
        let mut fault = earned.iter().any(|(earned, _)| earned.fault);
        for (item, (earned, _)) in items.iter().zip(&earned) {
            if let Body::Include(card) = &self.policy.items[*item].body {
                fault |= earned.applies != Some(false) && self.outcome.cards[*card].fault;
            }
        }
        let mut cases: Vec<(Exact, Exact, Exact)> = vec![(Exact::zero(), Exact::zero(), Exact::zero())];
        for (earned, worth) in &earned {
            let with: Vec<_> = cases.iter().map(|case| (&case.0 + &earned.low, &case.1 + &earned.high, &case.2 + worth)).collect();
            match earned.applies {
                Some(true) => cases = with,
                Some(false) => {}
                None => cases.extend(with),
            }
        }
        let may_be_out = cases.iter().any(|case| case.2.is_zero());
        cases.retain(|case| !case.2.is_zero());
        let applies = if cases.is_empty() { Some(false) } else { (!may_be_out).then_some(true) };
        let least = |of: &dyn Fn(&(Exact, Exact, Exact)) -> Exact| cases.iter().map(of).min().unwrap_or_else(Exact::zero);
        let most = |of: &dyn Fn(&(Exact, Exact, Exact)) -> Exact| cases.iter().map(of).max().unwrap_or_else(Exact::zero);
        Scored {
            applies,
            low: least(&|case| &case.0 / &case.2),
            high: most(&|case| &case.1 / &case.2),
            points: (least(&|case| case.0.clone()), most(&|case| case.1.clone())),
            counted: (least(&|case| case.2.clone()), most(&|case| case.2.clone())),
            fault,
        }
    }

    fn verdict(&self, index: usize, verdict: &Verdict) -> Banded {
        let (applies, mut fault, ungated) = match verdict {
            Verdict::Score(edges) => {
                let card = &self.outcome.cards[self.policy.cards.len() - 1];
                let band = |score: &Exact| edges.iter().position(|edge| *score >= parts(*edge, 20)).unwrap_or(edges.len());
                (card.applies, card.fault, (band(&card.low), band(&card.high)))
            }
            Verdict::Conditions(rows) => {
                let mut possible = Vec::new();
                let mut fault = false;
                let mut decided = false;
                for (band, row) in rows.iter().enumerate() {
                    match self.cond(row, &[]) {
                        Ok(false) => continue,
                        Ok(true) => decided = true,
                        Err(Fault) => fault = true,
                    }
                    possible.push(band);
                    if decided {
                        break;
                    }
                }
                if !decided {
                    possible.push(rows.len());
                }
                let (best, worst) = (possible.iter().min().copied(), possible.iter().max().copied());
                (Some(true), fault, (worst.unwrap_or(0), best.unwrap_or(0)))
            }
        };
        let capped = |lifted: &dyn Fn(usize) -> bool| {
            let (mut floor, mut ceiling) = ungated;
            for (place, (gate, fires)) in self.policy.gates.iter().zip(&self.outcome.gates).enumerate() {
                if gate.verdict == index && !lifted(place) {
                    if *fires != Ok(false) {
                        floor = floor.max(gate.at_most);
                    }
                    if *fires == Ok(true) {
                        ceiling = ceiling.max(gate.at_most);
                    }
                }
            }
            (floor, ceiling)
        };
        let unwaived = capped(&|_| false);
        let (floor, ceiling) = capped(&|gate| self.policy.is_lifted(gate, self.day));
        fault |= self.policy.gates.iter().zip(&self.outcome.gates).any(|(gate, fires)| gate.verdict == index && fires.is_err());
        Banded { applies, ungated, unwaived, floor, ceiling, fault }
    }
}

fn exactly(points: Exact) -> Earned {
    Earned { applies: Some(true), passes: None, low: points.clone(), high: points, fault: false }
}

/// After a fault each of these is possible.
fn faulted(points: impl IntoIterator<Item = Exact>) -> Earned {
    let points: Vec<Exact> = points.into_iter().collect();
    let end = |end: Option<&Exact>| end.cloned().unwrap_or_else(Exact::zero);
    Earned { applies: Some(true), passes: None, low: end(points.iter().min()), high: end(points.iter().max()), fault: true }
}

/// The constants of rows are in the operand's own unit, and a number's unit is the quarter.
fn constant(value: i64, operand: &Operand) -> Exact {
    match operand {
        Operand::Number(_) => parts(value, 4),
        Operand::Fact(_) => parts(value, 1),
    }
}

/// A number of the sheet is in quarters, one that is worked out is not.
fn in_numbers(value: &Exact, input: &Input) -> Exact {
    match input {
        Input::Value(Operand::Fact(_)) => value / parts(4, 1),
        Input::Value(Operand::Number(_)) | Input::Truth(_) => value.clone(),
    }
}

fn holds(test: &Test, value: &Exact, operand: &Operand) -> bool {
    let compare = |(operator, edge): &(crate::model::Operator, i64)| operator.holds(value, &constant(*edge, operand));
    match test {
        Test::Compare(operator, edge) => compare(&(*operator, *edge)),
        Test::Between(low, high) => *value >= constant(*low, operand) && *value <= constant(*high, operand),
        Test::Both(one, other) => compare(one) && compare(other),
        Test::Either(one, other) => compare(one) || compare(other),
        Test::Among(variants) => variants.iter().any(|variant| *value == parts(*variant as i64, 1)),
    }
}

/// Values on, beside and beyond every constant of the rows of a number's grade.
fn edges(rows: &[(Test, i64)]) -> Vec<Exact> {
    let mut at = vec![0];
    for (test, _) in rows {
        match test {
            Test::Compare(_, edge) => at.push(*edge),
            Test::Between(one, other) | Test::Both((_, one), (_, other)) | Test::Either((_, one), (_, other)) => at.extend([*one, *other]),
            Test::Among(_) => {}
        }
    }
    at.iter().flat_map(|edge| [parts(2 * edge - 1, 8), parts(*edge, 4), parts(2 * edge + 1, 8)]).collect()
}

pub fn ramp(knots: &[(i64, i64)], value: &Exact, operand: &Operand) -> Exact {
    let points = |knot: &(i64, i64)| parts(knot.1, 2);
    let mut before = knots[0];
    if *value <= constant(before.0, operand) {
        return points(&before);
    }
    for knot in &knots[1..] {
        let (from, to) = (constant(before.0, operand), constant(knot.0, operand));
        if *value <= to {
            return points(&before) + (value - &from) / (to - &from) * (points(knot) - points(&before));
        }
        before = *knot;
    }
    points(&before)
}

/// How many elements a list may have.
pub fn sizes(list: usize) -> std::ops::RangeInclusive<usize> {
    LISTS[list].least..=LISTS[list].most
}
