//! Moves in words: as wide as they may be, with what comes of them.

use std::collections::BTreeMap;

use super::Query;
use super::board::{Board, Spent, round_step};
use super::lines::{Answer, Change, Ending, Gain, Lifted, Reach, Standing};
use super::search::{self, Moves};
use crate::eval::{Overlay, middle};
use crate::explain::{BandLine, Facts, Required};
use crate::policy::GateId;
use crate::program::{Basis, Body, Program};
use crate::value::{Fraction, Interval, Number, Possible, Texts, Truth, Type, Variants, show_number, show_possible};
use crate::verdict::{Address, Applies, Bounds, Evaluation};

/// How many sets of changes are put into words.
const MOST_ANSWERS: usize = 5;

/// What a search comes to.
pub(super) fn ending(query: &Query<'_>, board: &mut Board, wanted: Required) -> Ending {
    if board.stands(&query.judgement.evaluation) {
        return Ending::Already;
    }
    match board.best_if_impossible() {
        Ok(Some(best)) => {
            let verdict = &query.program.verdicts[wanted.verdict.index()];
            let holds =
                |gate: &&GateId| query.program.gates[gate.index()].at_most > wanted.band && best.gates[gate.index()].fires == Truth::True;
            let held_by = verdict.gates.iter().filter(holds).map(|gate| gate_line(query, wanted, *gate, Truth::True)).collect();
            return Ending::Impossible { held_by, best: standing(query.program, wanted.verdict.index(), &best) };
        }
        Ok(None) => {}
        Err(Spent) => return Ending::NotFound { none_below: 1, spent: true },
    }
    let sought = search::search(board);
    if sought.out_of_reach {
        return Ending::OnlyByEntries;
    }
    let mut answers = Vec::new();
    for moves in sought.found.iter().take(MOST_ANSWERS) {
        answers.push(answer(query, board, wanted, moves));
    }
    if answers.is_empty() {
        return Ending::NotFound { none_below: sought.none_below, spent: sought.spent };
    }
    let more = sought.found.len() - answers.len();
    let search::Sought { none_below, all, all_needed, spent, .. } = sought;
    Ending::Found { answers, more, none_below, all, all_needed, spent }
}

pub(super) fn reach(query: &Query<'_>, wanted: Required, ending: Ending, runs: u32) -> Reach {
    let verdict = &query.program.verdicts[wanted.verdict.index()];
    Reach {
        code: verdict.head.code.clone(),
        title: verdict.head.title.clone(),
        bands: bands(query.program, wanted.verdict.index()),
        band: wanted.band,
        now: standing(query.program, wanted.verdict.index(), &query.judgement.evaluation),
        ending,
        runs,
        budget: query.budget,
    }
}

pub(super) fn bands(program: &Program, verdict: usize) -> Vec<BandLine> {
    let line = |band: &crate::program::Band| BandLine {
        name: band.name.clone(),
        title: band.title.clone(),
        edge: band.edge.map(Fraction::from_number),
    };
    program.verdicts[verdict].bands.iter().map(line).collect()
}

pub(super) fn standing(program: &Program, verdict: usize, evaluation: &Evaluation) -> Standing {
    let score = match &program.verdicts[verdict].basis {
        Basis::Score(scorecard, _) => Some(evaluation.scores[scorecard.index()].score.clone()),
        Basis::Conditions(_) => None,
    };
    Standing::of(&evaluation.verdicts[verdict], score)
}

/// A set of moves in words.
fn answer(query: &Query<'_>, board: &mut Board, wanted: Required, moves: &Moves) -> Answer {
    // What was found stands; whether it can be said more widely is looked for in few runs.
    board.grant();
    let widened = widen(board, moves).unwrap_or_else(|Spent| moves.clone());
    let overlays = widened.overlays(board);
    let judged = board.judged(&overlays);
    let (moves, judged) = if board.is_reached_by(&judged) {
        (&widened, judged)
    } else {
        let overlays = moves.overlays(board);
        (moves, board.judged(&overlays))
    };
    let before = &query.judgement.evaluation;
    let facts = query.facts();
    let gains = gains(query, before, &judged);
    let lifted = lifted(query, wanted, before, &judged);
    let changes = moves.to.iter().map(|(fact, value)| change(query, board, &facts, *fact, value, &gains, &lifted)).collect();
    Answer { changes, gains, lifted, then: standing(query.program, wanted.verdict.index(), &judged) }
}

/// The same moves with each set of values as wide as still leads to the goal.
fn widen(board: &mut Board, moves: &Moves) -> Result<Moves, Spent> {
    let mut widened = moves.clone();
    for place in 0..widened.to.len() {
        let (fact, value) = widened.to[place].clone();
        let value = match value {
            Possible::Variants(variants) => variants_around(board, &mut widened, place, fact, variants)?,
            Possible::Range(range) if board.facts[fact].calculated => values_around(board, &mut widened, place, fact, range)?,
            Possible::Range(range) => cells_around(board, &mut widened, place, fact, range)?,
            value => value,
        };
        widened.to[place].1 = value;
    }
    Ok(widened)
}

/// Whether the moves still lead there with this value in one place.
fn leads_with(board: &mut Board, moves: &mut Moves, place: usize, value: Possible) -> Result<bool, Spent> {
    let before = std::mem::replace(&mut moves.to[place].1, value);
    let overlays: Vec<Overlay> = moves.overlays(board);
    let reaches = board.reaches(&overlays);
    moves.to[place].1 = before;
    reaches
}

fn variants_around(board: &mut Board, moves: &mut Moves, place: usize, fact: usize, so_far: Variants) -> Result<Possible, Spent> {
    let (mut all, overturns) = (so_far, overturns(board, fact, &Possible::Variants(so_far)));
    for cell in board.facts[fact].cells.clone() {
        let Possible::Variants(variant) = cell.value else { continue };
        let wider = all.union(variant);
        if wider != all && cell.overturns == overturns && leads_with(board, moves, place, Possible::Variants(wider))? {
            all = wider;
            moves.to[place].1 = Possible::Variants(all);
        }
    }
    Ok(Possible::Variants(all))
}

/// Cells to both sides, as far as they lead there too.
fn cells_around(board: &mut Board, moves: &mut Moves, place: usize, fact: usize, range: Interval) -> Result<Possible, Spent> {
    let overturns = overturns(board, fact, &Possible::Range(range));
    let cells = board.facts[fact].cells.clone();
    let alike = |cell: &super::board::Cell| match &cell.value {
        Possible::Range(range) if cell.overturns == overturns => Some(*range),
        _ => None,
    };
    let here = cells.iter().position(|cell| alike(cell) == Some(range)).unwrap_or(0);
    let mut all = range;
    let (above, below) = (here + 1..cells.len(), (0..here).rev());
    for direction in [above.collect::<Vec<_>>(), below.collect()] {
        for next in direction {
            let Some(next) = cells.get(next).and_then(alike) else { break };
            let wider = all.hull(&next);
            // Between them nothing may be left out: the present values, for one.
            if !adjoin(&all, &next, board.grid(fact)) || !leads_with(board, moves, place, Possible::Range(wider))? {
                break;
            }
            all = wider;
            moves.to[place].1 = Possible::Range(all);
        }
    }
    Ok(Possible::Range(all))
}

/// Whether no value lies between two ranges.
fn adjoin(one: &Interval, other: &Interval, grid: Option<Number>) -> bool {
    let (lower, upper) = if one.low <= other.low { (one, other) } else { (other, one) };
    match grid {
        Some(grid) => lower.high.add(grid).is_ok_and(|next| next >= upper.low),
        None => lower.high == upper.low && !(lower.high_open && upper.low_open),
    }
}

/// Of a fact that enters calculations: as far to both sides as leads there, to a round value.
fn values_around(board: &mut Board, moves: &mut Moves, place: usize, fact: usize, range: Interval) -> Result<Possible, Spent> {
    let mut all = range;
    for upwards in [true, false] {
        all = stretched(board, moves, place, fact, all, upwards)?;
        moves.to[place].1 = Possible::Range(all);
    }
    Ok(Possible::Range(all))
}

fn stretched(board: &mut Board, moves: &mut Moves, place: usize, fact: usize, all: Interval, upwards: bool) -> Result<Interval, Spent> {
    let address = board.facts[fact].address;
    let Possible::Range(whole) = board.facts[fact].whole else { return Ok(all) };
    // What is on file is either left or kept to.
    let present = match &board.slot(address).value {
        Possible::Range(present) if board.facts[fact].on_file => Some(*present),
        _ => None,
    };
    let room = match present {
        Some(present) if all.is_subset_of(&present) => present,
        Some(present) => match whole.without(&present) {
            (Some(below), _) if all.is_subset_of(&below) => below,
            (_, Some(above)) if all.is_subset_of(&above) => above,
            _ => return Ok(all),
        },
        None => whole,
    };
    let farthest = if upwards {
        Interval { high: room.high, high_open: room.high_open, ..all }
    } else {
        Interval { low: room.low, low_open: room.low_open, ..all }
    };
    if farthest == all || leads_with(board, moves, place, Possible::Range(farthest))? {
        return Ok(farthest);
    }
    let (near, mut far) = if upwards { (all.high, room.high) } else { (all.low, room.low) };
    if far == Number::ABOVE_ALL || far == Number::BELOW_ALL {
        // Without an end there is no way to halve; ten times as far is far enough to say.
        let Ok(farther) = near.add(if upwards { near.abs() } else { near.abs().negate() }.multiply(Number::whole(9)).unwrap_or(near))
        else {
            return Ok(all);
        };
        far = farther;
    }
    let step = far.subtract(near).ok().and_then(|span| round_step(span.abs(), board.type_of(address), board.grid(fact)));
    let Some(step) = step else { return Ok(all) };
    // Whole steps strictly between what leads there and what does not.
    let (Some(mut good), Some(mut bad)) = (steps(near, step, upwards), steps(far, step, !upwards)) else { return Ok(all) };
    let mut widest = all;
    let towards = if upwards { 1 } else { -1 };
    while (bad - good) * towards >= 0 {
        let tried = good + (bad - good) / 2;
        let Ok(value) = step.multiply(Number::whole(tried)) else { return Ok(widest) };
        let wider =
            if upwards { Interval { high: value, high_open: false, ..all } } else { Interval { low: value, low_open: false, ..all } };
        let is_wider = Interval::new(wider.low, wider.low_open, wider.high, wider.high_open).is_some() && all.is_subset_of(&wider);
        if !is_wider || leads_with(board, moves, place, Possible::Range(wider))? {
            if is_wider {
                widest = wider;
            }
            good = tried + towards;
        } else {
            bad = tried - towards;
        }
    }
    Ok(widest)
}

/// How many steps a value is from zero, rounded up or down.
fn steps(value: Number, step: Number, up: bool) -> Option<i64> {
    let whole = if up { value.ceil_to(step) } else { value.floor_to(step) }.ok()?;
    whole.divide(step).ok()?.to_i64()
}

fn overturns(board: &Board, fact: usize, value: &Possible) -> bool {
    let fact = &board.facts[fact];
    fact.on_file && !value.is_subset_of(&board.slot(fact.address).value)
}

/// A move in words.
fn change(query: &Query<'_>, board: &Board, facts: &Facts<'_>, fact: usize, value: &Possible, gains: &[Gain], lifted: &[Lifted]) -> Change {
    let address = board.facts[fact].address;
    let ty = facts.type_of(address);
    let codes = gains.iter().map(|gain| &gain.code).chain(lifted.iter().map(|gate| &gate.code));
    let reads: BTreeMap<&str, &[crate::program::Place]> = query
        .program
        .items
        .iter()
        .map(|item| (item.head.code.as_str(), item.reads.as_slice()))
        .chain(query.program.gates.iter().map(|gate| (gate.head.code.as_str(), gate.reads.as_slice())))
        .collect();
    Change {
        place: address,
        value: value.clone(),
        fact: facts.line(address),
        about: facts.about(address),
        learn: !overturns(board, fact, value),
        to: words(query, board, fact, value, ty),
        example: example(query, board, fact, value, ty),
        read_by: codes.filter(|code| reads.get(code.as_str()).is_some_and(|places| reads_it(facts, address, places))).cloned().collect(),
    }
}

fn reads_it(facts: &Facts<'_>, address: Address, places: &[crate::program::Place]) -> bool {
    facts.are_read(address, places)
}

fn words(query: &Query<'_>, board: &Board, fact: usize, value: &Possible, ty: Type) -> String {
    let schema = &query.program.schema;
    match (value, &board.facts[fact].whole) {
        (value, whole) if value == whole && !matches!(value, Possible::List(_)) => "known, whatever it is".into(),
        // That a value keeps to its bounds goes without saying.
        (Possible::Range(range), Possible::Range(whole)) if range.exact().is_none() => {
            let mut said = *range;
            if (range.low, range.low_open) == (whole.low, whole.low_open) {
                (said.low, said.low_open) = (Number::BELOW_ALL, true);
            }
            if (range.high, range.high_open) == (whole.high, whole.high_open) {
                (said.high, said.high_open) = (Number::ABOVE_ALL, true);
            }
            show_possible(&Possible::Range(said), ty, schema)
        }
        (Possible::List(list), _) if list.known > 0 => "no further entries".into(),
        (value, _) => show_possible(value, ty, schema),
    }
}

/// A value as fact sheets write it.
fn example(query: &Query<'_>, board: &Board, fact: usize, value: &Possible, ty: Type) -> Option<String> {
    let number = |number: Number| show_number(number, ty).replace(',', "");
    match value {
        Possible::Truth(Truth::True) => Some("true".into()),
        Possible::Truth(Truth::False) => Some("false".into()),
        Possible::Truth(Truth::Unknown) => None,
        Possible::Variants(variants) => {
            let Type::Enum(id) = ty else { return None };
            let first = variants.iter().next()?;
            Some(query.program.schema.enumeration(id).variants.get(first)?.name.clone())
        }
        Possible::Texts(Texts::One(text)) => Some(text.to_string()),
        Possible::Texts(_) => None,
        Possible::List(list) => Some(if list.known > 0 { "complete" } else { "[]" }.into()),
        Possible::Range(range) => {
            let Possible::Range(whole) = &board.facts[fact].whole else { return None };
            // The end that is not merely a bound is what the answer is about.
            let from_below = range.low == whole.low && !range.high_open;
            let value = if !range.low_open && !from_below {
                Some(range.low)
            } else if !range.high_open {
                Some(range.high)
            } else if !range.low_open {
                Some(range.low)
            } else {
                middle(range, board.grid(fact))
            };
            value.map(number)
        }
    }
}

/// The items whose points differ, includes aside: they repeat what their items say.
fn gains(query: &Query<'_>, before: &Evaluation, after: &Evaluation) -> Vec<Gain> {
    let given =
        |applies: Applies, points: &Bounds| if applies == Applies::Never { Bounds::exactly(Fraction::zero()) } else { points.clone() };
    let items = query.program.items.iter().zip(before.items.iter().zip(&after.items));
    items
        .filter(|(item, _)| !matches!(item.body, Body::Include(_)))
        .filter(|(_, (before, after))| before.applies != after.applies || before.points != after.points)
        .map(|(item, (before, after))| Gain {
            code: item.head.code.clone(),
            title: item.head.title.clone(),
            rule: query.cite(item.head.name_span),
            before: given(before.applies, &before.points),
            after: given(after.applies, &after.points),
            worth: item.worth.clone(),
            applies: (before.applies, after.applies),
        })
        .collect()
}

fn lifted(query: &Query<'_>, wanted: Required, before: &Evaluation, after: &Evaluation) -> Vec<Lifted> {
    let verdict = &query.program.verdicts[wanted.verdict.index()];
    verdict
        .gates
        .iter()
        .filter(|gate| before.gates[gate.index()].fires != Truth::False && after.gates[gate.index()].fires == Truth::False)
        .map(|gate| gate_line(query, wanted, *gate, before.gates[gate.index()].fires))
        .collect()
}

fn gate_line(query: &Query<'_>, wanted: Required, gate: GateId, fires: Truth) -> Lifted {
    let gate = &query.program.gates[gate.index()];
    Lifted {
        code: gate.head.code.clone(),
        title: gate.head.title.clone(),
        rule: query.cite(gate.head.name_span),
        at_most: query.program.verdicts[wanted.verdict.index()].bands[gate.at_most as usize].title.clone(),
        fires,
    }
}
