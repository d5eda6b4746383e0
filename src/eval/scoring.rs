//! Items, scorecards, gates and verdicts. Points, worths and scores are exact fractions: nothing here rounds.

use super::weights::{Optional, Weights, extremes};
use super::{Judged, Run};
use crate::policy::{GateId, ItemId, ScorecardId, VerdictId};
use crate::program::{Accepts, Basis, Body, ConditionId, ExprId, Item, Knot, Program, Row, RowWhen};
use crate::value::{Fraction, Interval, Number, Possible, Truth};
use crate::verdict::{Applies, Bands, Bounds, Evaluation, Fault, GateOutcome, ItemOutcome, RowTaken, ScoreOutcome, VerdictOutcome};

const NOTHING: Bounds = Bounds { low: Fraction::zero(), high: Fraction::zero() };

/// Stands for an item until its step has come; nothing reads it before.
pub(super) const NOT_YET_AN_ITEM: ItemOutcome =
    ItemOutcome { applies: Applies::Never, passes: Truth::Unknown, points: NOTHING, row: RowTaken::None, fault: Fault::NONE };
/// Likewise.
pub(super) const NOT_YET_A_SCORE: ScoreOutcome =
    ScoreOutcome { applies: Applies::Never, score: NOTHING, points: NOTHING, counted: NOTHING, fault: Fault::NONE };
/// Likewise.
pub(super) const NOT_YET_A_GATE: GateOutcome = GateOutcome { fires: Truth::False, fault: Fault::NONE };
/// Likewise.
pub(super) const NOT_YET_A_VERDICT: VerdictOutcome = VerdictOutcome {
    applies: Applies::Never,
    ungated: Bands { floor: 0, ceiling: 0 },
    unwaived: Bands { floor: 0, ceiling: 0 },
    bands: Bands { floor: 0, ceiling: 0 },
    fault: Fault::NONE,
};

/// What an item's body came to, given that it counts.
struct Earned {
    points: Bounds,
    passes: Truth,
    row: RowTaken,
    fault: Fault,
}

impl Earned {
    fn points(points: Bounds) -> Earned {
        Earned { points, passes: Truth::Unknown, row: RowTaken::None, fault: Fault::NONE }
    }
}

impl Run<'_> {
    /// A check that always applies, which is what most items are. It writes where the outcome stands instead of handing bounds from function to function.
    pub(super) fn plain_check(&mut self, id: ItemId, condition: ConditionId, worth: &Fraction) {
        let judged = self.judge(condition);
        let outcome = &mut self.scratch.evaluation.items[id.index()];
        outcome.fault = judged.fault;
        // Points follow from the truth alone, so those of the run before stand where it is the same.
        if outcome.passes != judged.truth || outcome.applies != Applies::Always {
            outcome.applies = Applies::Always;
            outcome.passes = judged.truth;
            outcome.points.low = if judged.truth == Truth::True { worth.clone() } else { Fraction::zero() };
            outcome.points.high = if judged.truth == Truth::False { Fraction::zero() } else { worth.clone() };
            outcome.row = RowTaken::None;
        }
    }

    /// A scorecard that always counts where it is included, likewise.
    pub(super) fn plain_include(&mut self, id: ItemId, child: ScorecardId, worth: &Fraction) {
        let Evaluation { items, scores, .. } = &mut self.scratch.evaluation;
        let (outcome, child) = (&mut items[id.index()], &scores[child.index()]);
        // The faults of the scorecard's items are those of the items, and travel to the verdict with the scorecard.
        outcome.applies = child.applies;
        outcome.points.low = child.score.low.multiply(worth);
        outcome.points.high = if child.score.is_exact() { outcome.points.low.clone() } else { child.score.high.multiply(worth) };
    }

    pub(super) fn item(&mut self, id: ItemId) -> ItemOutcome {
        let item = &self.program.items[id.index()];
        let mut applies = item.applies.map_or(Judged::sure(Truth::True), |condition| self.judge(condition));
        let mut status = Applies::from_truth(applies.truth);
        if self.watching {
            let parts = &mut self.scratch.parts;
            parts.item_applies[id.index()] = applies.truth;
            parts.rows[id.index()].clear();
            parts.measures[id.index()] = None;
        }
        if status == Applies::Never {
            return NOT_YET_AN_ITEM;
        }
        if let Body::Include(child) = &item.body {
            let child = &self.scratch.evaluation.scores[child.index()];
            status = match (status, child.applies) {
                (_, Applies::Never) => return NOT_YET_AN_ITEM,
                (Applies::Always, Applies::Always) => Applies::Always,
                _ => Applies::Maybe,
            };
            // Where nothing of the child applies the include is out, whatever its own condition does.
            if child.applies == Applies::Maybe {
                applies.fault = applies.fault.at_most_possible();
            }
        }
        let earned = match item.applies {
            Some(condition) if applies.truth == Truth::Unknown => {
                let before = self.enter();
                let possible = self.narrow(condition, true);
                let earned = if possible { self.body(id) } else { Earned::points(NOTHING) };
                self.leave(before);
                if !possible && applies.fault.is_none() {
                    return NOT_YET_AN_ITEM;
                }
                Earned { fault: earned.fault.at_most_possible(), ..earned }
            }
            _ => self.body(id),
        };
        ItemOutcome {
            applies: status,
            passes: earned.passes,
            points: earned.points,
            row: earned.row,
            fault: applies.fault.join(earned.fault),
        }
    }

    fn body(&mut self, id: ItemId) -> Earned {
        let Item { body, worth, .. } = &self.program.items[id.index()];
        match body {
            Body::Check(condition) => {
                let judged = self.judge(*condition);
                let points = match judged.truth {
                    Truth::True => Bounds::exactly(worth.clone()),
                    Truth::False => NOTHING,
                    Truth::Unknown => Bounds::up_to(worth.clone()),
                };
                Earned { points, passes: judged.truth, row: RowTaken::None, fault: judged.fault }
            }
            Body::Grade(operand, rows) => self.grade(id, *operand, rows),
            Body::GradeWhen(rows) => self.grade_when(id, rows),
            Body::Ramp(operand, knots) => {
                let operand = self.weigh(*operand);
                Earned { fault: operand.fault, ..Earned::points(ramp(knots, &operand.range)) }
            }
            Body::Measure(expr) => {
                let value = self.weigh(*expr);
                if self.watching {
                    self.scratch.parts.measures[id.index()] = Some(value.range);
                }
                let clamp = |end: Number| {
                    if end <= Number::ZERO {
                        Fraction::zero()
                    } else if end == Number::ABOVE_ALL {
                        worth.clone()
                    } else {
                        Fraction::from_number(end).min(worth.clone())
                    }
                };
                let points = Bounds { low: clamp(value.range.low), high: clamp(value.range.high) };
                Earned { fault: value.fault, ..Earned::points(points) }
            }
            Body::Include(child) => {
                let child = &self.scratch.evaluation.scores[child.index()];
                // The faults of the scorecard's items are those of the items, and travel to the verdict with the scorecard.
                let low = child.score.low.multiply(worth);
                let high = if child.score.is_exact() { low.clone() } else { child.score.high.multiply(worth) };
                Earned::points(Bounds { low, high })
            }
        }
    }

    /// Rows in order on what the operand may be: what satisfies a row is taken out before the next is asked.
    fn grade(&mut self, id: ItemId, operand: ExprId, rows: &[Row]) -> Earned {
        let valued = self.value(operand);
        let mut met = Met::new(self.watching);
        match valued.value {
            Possible::Range(range) => {
                let mut left = Left::new(range);
                for (index, row) in rows.iter().enumerate() {
                    if left.is_empty() {
                        break;
                    }
                    match &row.accepts {
                        Accepts::All => {
                            met.take(index, &row.points);
                            left.clear();
                        }
                        Accepts::Ranges(ranges) => {
                            if left.remove(ranges) {
                                met.take(index, &row.points);
                            }
                        }
                        Accepts::Condition(condition) => match self.row_condition(*condition, &mut met, index, &row.points) {
                            RowEnd::Last => left.clear(),
                            RowEnd::GoOn => {}
                        },
                        Accepts::Variants(_) | Accepts::Truth(_) => {}
                    }
                }
            }
            Possible::Variants(mut left) => {
                for (index, row) in rows.iter().enumerate() {
                    let accepted = match &row.accepts {
                        Accepts::All => u64::MAX,
                        Accepts::Variants(variants) => variants.0,
                        Accepts::Condition(condition) => match self.row_condition(*condition, &mut met, index, &row.points) {
                            RowEnd::Last => break,
                            RowEnd::GoOn => continue,
                        },
                        Accepts::Ranges(_) | Accepts::Truth(_) => 0,
                    };
                    if left.0 & accepted != 0 {
                        met.take(index, &row.points);
                        left.0 &= !accepted;
                        if left.0 == 0 {
                            break;
                        }
                    }
                }
            }
            Possible::Truth(truth) => {
                let (mut may_be_true, mut may_be_false) = (truth != Truth::False, truth != Truth::True);
                for (index, row) in rows.iter().enumerate() {
                    let (accepts_true, accepts_false) = match &row.accepts {
                        Accepts::All => (true, true),
                        Accepts::Truth(wanted) => (*wanted, !*wanted),
                        Accepts::Condition(condition) => match self.row_condition(*condition, &mut met, index, &row.points) {
                            RowEnd::Last => break,
                            RowEnd::GoOn => continue,
                        },
                        Accepts::Ranges(_) | Accepts::Variants(_) => (false, false),
                    };
                    if may_be_true && accepts_true || may_be_false && accepts_false {
                        met.take(index, &row.points);
                        may_be_true &= !accepts_true;
                        may_be_false &= !accepts_false;
                        if !may_be_true && !may_be_false {
                            break;
                        }
                    }
                }
            }
            Possible::Texts(_) | Possible::List(_) => {
                for (index, row) in rows.iter().enumerate() {
                    match &row.accepts {
                        Accepts::All => {
                            met.take(index, &row.points);
                            break;
                        }
                        Accepts::Condition(condition) => {
                            if let RowEnd::Last = self.row_condition(*condition, &mut met, index, &row.points) {
                                break;
                            }
                        }
                        Accepts::Ranges(_) | Accepts::Variants(_) | Accepts::Truth(_) => {}
                    }
                }
            }
        }
        self.note_rows(id, &mut met);
        met.earned(valued.fault)
    }

    fn row_condition(&mut self, condition: ConditionId, met: &mut Met, index: usize, points: &Fraction) -> RowEnd {
        let judged = self.judge(condition);
        met.fault = met.fault.join(judged.fault);
        match judged.truth {
            Truth::False => RowEnd::GoOn,
            Truth::Unknown => {
                met.take(index, points);
                RowEnd::GoOn
            }
            Truth::True => {
                met.take(index, points);
                RowEnd::Last
            }
        }
    }

    /// Rows with conditions of their own: each is asked where those before it fail.
    fn grade_when(&mut self, id: ItemId, rows: &[RowWhen]) -> Earned {
        let mut met = Met::new(self.watching);
        let before = self.enter();
        let mut certain_so_far = true;
        for (index, row) in rows.iter().enumerate() {
            let Some(condition) = row.when else {
                met.take(index, &row.points);
                break;
            };
            let judged = self.judge(condition);
            let fault = if certain_so_far { judged.fault } else { judged.fault.at_most_possible() };
            met.fault = met.fault.join(fault);
            match judged.truth {
                Truth::False => continue,
                Truth::True => {
                    met.take(index, &row.points);
                    break;
                }
                Truth::Unknown => {
                    met.take(index, &row.points);
                    certain_so_far = false;
                    if !self.narrow(condition, false) {
                        break;
                    }
                }
            }
        }
        self.leave(before);
        self.note_rows(id, &mut met);
        met.earned(Fault::NONE)
    }

    fn note_rows(&mut self, id: ItemId, met: &mut Met) {
        if let Some(rows) = &mut met.rows {
            std::mem::swap(&mut self.scratch.parts.rows[id.index()], rows);
        }
    }

    pub(super) fn scorecard(&mut self, id: ScorecardId) {
        let program = self.program;
        let scorecard = &program.scorecards[id.index()];
        let Evaluation { items: outcomes, scores, .. } = &mut self.scratch.evaluation;
        let mut sum = Sum::default();
        let mut out: Option<Fraction> = None;
        let mut fault = Fault::NONE;
        let mut optional: Vec<ItemId> = Vec::new();
        for id in &scorecard.items {
            let outcome = &outcomes[id.index()];
            if !outcome.fault.is_none() {
                fault = fault.join(outcome.fault);
            }
            match outcome.applies {
                Applies::Always => sum.take(&outcome.points),
                Applies::Never | Applies::Maybe => {
                    let worth = &program.items[id.index()].worth;
                    out = Some(out.map_or_else(|| worth.clone(), |out| out.add(worth)));
                    if outcome.applies == Applies::Maybe {
                        optional.push(*id);
                    }
                }
            }
        }
        for (id, child) in &scorecard.includes {
            let within = scores[child.index()].fault;
            if within.is_none() {
                continue;
            }
            match outcomes[id.index()].applies {
                Applies::Never => {}
                Applies::Maybe => fault = fault.join(within.at_most_possible()),
                Applies::Always => fault = fault.join(within),
            }
        }
        let points = sum.result();
        let left;
        let worth = match out {
            None => &scorecard.worth,
            Some(out) => {
                left = scorecard.worth.subtract(&out);
                &left
            }
        };
        let outcome = &mut scores[id.index()];
        outcome.fault = fault;
        outcome.applies = match (worth.is_zero(), optional.is_empty()) {
            (false, _) => Applies::Always,
            (true, true) => Applies::Never,
            (true, false) => Applies::Maybe,
        };
        if outcome.applies == Applies::Never {
            (outcome.score, outcome.points, outcome.counted) = (NOTHING, NOTHING, NOTHING);
            return;
        }
        if let Some(weights) = self.weights {
            weigh(program, id, weights, outcomes, outcome);
            return;
        }
        if optional.is_empty() {
            outcome.score.low = ratio(&points.low, worth);
            outcome.score.high = if points.is_exact() { outcome.score.low.clone() } else { ratio(&points.high, worth) };
            outcome.points = points;
            outcome.counted = Bounds::exactly(worth.clone());
            return;
        }
        outcome.points = points.clone();
        outcome.counted = Bounds::exactly(worth.clone());
        let terms: Vec<Optional> =
            optional.iter().map(|id| (outcomes[id.index()].points.clone(), program.items[id.index()].worth.clone())).collect();
        outcome.score = extremes(&points, worth, &terms);
        for id in &optional {
            outcome.points.high = outcome.points.high.add(&outcomes[id.index()].points.high);
            outcome.counted.high = outcome.counted.high.add(&program.items[id.index()].worth);
        }
    }

    pub(super) fn gate(&mut self, id: GateId) -> GateOutcome {
        let gate = &self.program.gates[id.index()];
        let (applies, judged) = self.guarded(gate.applies, gate.when);
        if self.watching {
            self.scratch.parts.gate_applies[id.index()] = match applies {
                Applies::Always => Truth::True,
                Applies::Maybe => Truth::Unknown,
                Applies::Never => Truth::False,
            };
        }
        GateOutcome { fires: judged.truth, fault: judged.fault }
    }

    pub(super) fn verdict(&mut self, id: VerdictId) -> VerdictOutcome {
        let verdict = &self.program.verdicts[id.index()];
        let (applies, ungated, mut fault) = match &verdict.basis {
            Basis::Score(scorecard, edges) => {
                let outcome = &self.scratch.evaluation.scores[scorecard.index()];
                let bands = if outcome.applies == Applies::Never {
                    let last = edges.last().map_or(0, |(band, _)| *band);
                    Bands { floor: last, ceiling: last }
                } else {
                    let floor = band(edges, &outcome.score.low);
                    Bands { floor, ceiling: if outcome.score.is_exact() { floor } else { band(edges, &outcome.score.high) } }
                };
                (outcome.applies, bands, outcome.fault)
            }
            Basis::Conditions(rows) => self.bands_by_conditions(rows),
        };
        let (mut unwaived, mut bands) = (ungated, ungated);
        for gate in &verdict.gates {
            let outcome = &self.scratch.evaluation.gates[gate.index()];
            // A waiver accepts what a gate says, not that its rule fails.
            fault = fault.join(outcome.fault);
            let cap = self.program.gates[gate.index()].at_most;
            unwaived = unwaived.capped(outcome.fires, cap);
            if !self.scratch.lifted.contains(gate) {
                bands = bands.capped(outcome.fires, cap);
            }
        }
        VerdictOutcome { applies, ungated, unwaived, bands, fault }
    }

    fn bands_by_conditions(&mut self, rows: &[(u32, Option<ConditionId>)]) -> (Applies, Bands, Fault) {
        let mut possible: Option<Bands> = None;
        let mut fault = Fault::NONE;
        let mut certain_so_far = true;
        for (band, condition) in rows {
            let judged = condition.map_or(Judged::sure(Truth::True), |condition| self.judge(condition));
            fault = fault.join(if certain_so_far { judged.fault } else { judged.fault.at_most_possible() });
            if judged.truth != Truth::False {
                let here = Bands { floor: *band, ceiling: *band };
                possible = Some(possible.map_or(here, |so_far| so_far.join(here)));
                certain_so_far = false;
            }
            if judged.truth == Truth::True {
                break;
            }
        }
        (Applies::Always, possible.unwrap_or(Bands { floor: 0, ceiling: 0 }), fault)
    }
}

/// Adds up a scorecard of which something counts, or may, under worths that may be others than written.
fn weigh(program: &Program, id: ScorecardId, weights: &Weights, items: &[ItemOutcome], outcome: &mut ScoreOutcome) {
    // What is there whatever is unknown is in with its least worth; what its worth may be beyond that comes in or not.
    let (mut certain, mut least, mut optional) = (NOTHING, Fraction::zero(), Vec::<Optional>::new());
    let (mut points, mut counted) = (NOTHING, NOTHING);
    for id in &program.scorecards[id.index()].items {
        let (item, worth, factor) = (&items[id.index()], &program.items[id.index()].worth, weights.of(*id));
        let times = |points: &Bounds, factor: &Fraction| Bounds { low: points.low.multiply(factor), high: points.high.multiply(factor) };
        let (in_all, most) = (times(&item.points, &factor.high), worth.multiply(&factor.high));
        match item.applies {
            Applies::Never => continue,
            Applies::Maybe => optional.push((in_all.clone(), most.clone())),
            Applies::Always => {
                certain = certain.add(&times(&item.points, &factor.low));
                least = least.add(&worth.multiply(&factor.low));
                if !factor.is_exact() {
                    optional.push((times(&item.points, &factor.width()), worth.multiply(&factor.width())));
                }
            }
        }
        points.high = points.high.add(&in_all.high);
        counted.high = counted.high.add(&most);
    }
    points.low = certain.low.clone();
    counted.low = least.clone();
    outcome.score = extremes(&certain, &least, &optional);
    (outcome.points, outcome.counted) = (points, counted);
}

/// A sum of bounds in which whole points are added as such; fractions join at the end.
#[derive(Default)]
struct Sum {
    low: i64,
    high: i64,
    rest: Option<Bounds>,
}

impl Sum {
    #[inline]
    fn take(&mut self, term: &Bounds) {
        if let (Some(low), Some(high)) = (term.low.as_whole(), term.high.as_whole())
            && let (Some(low), Some(high)) = (self.low.checked_add(low), self.high.checked_add(high))
        {
            (self.low, self.high) = (low, high);
        } else {
            self.rest = Some(self.rest.take().map_or_else(|| term.clone(), |rest| rest.add(term)));
        }
    }

    #[inline]
    fn result(self) -> Bounds {
        let whole = Bounds { low: Fraction::whole(self.low), high: Fraction::whole(self.high) };
        match self.rest {
            None => whole,
            Some(rest) if self.low == 0 && self.high == 0 => rest,
            Some(rest) => rest.add(&whole),
        }
    }
}

enum RowEnd {
    Last,
    GoOn,
}

/// The rows that may be the one: their points, from least to most.
struct Met {
    points: Option<Bounds>,
    row: RowTaken,
    /// Each of them, where that is watched.
    rows: Option<Vec<u16>>,
    fault: Fault,
}

impl Met {
    fn new(watched: bool) -> Met {
        Met { points: None, row: RowTaken::None, rows: watched.then(Vec::new), fault: Fault::NONE }
    }

    fn take(&mut self, index: usize, points: &Fraction) {
        let here = Bounds::exactly(points.clone());
        self.points = Some(match self.points.take() {
            None => here,
            Some(so_far) => so_far.join(&here),
        });
        if let Some(rows) = &mut self.rows {
            rows.push(index as u16);
        }
        self.row = if self.row == RowTaken::None { RowTaken::One(index as u16) } else { RowTaken::Several };
    }

    fn earned(self, fault: Fault) -> Earned {
        Earned { points: self.points.unwrap_or(NOTHING), passes: Truth::Unknown, row: self.row, fault: fault.join(self.fault) }
    }
}

/// What is left of a range after rows have taken their part: a single piece nearly always, so the rest is kept aside.
struct Left {
    pieces: Vec<Interval>,
    first: Option<Interval>,
}

impl Left {
    fn new(range: Interval) -> Left {
        Left { pieces: Vec::new(), first: Some(range) }
    }

    fn is_empty(&self) -> bool {
        self.first.is_none() && self.pieces.is_empty()
    }

    fn clear(&mut self) {
        self.first = None;
        self.pieces.clear();
    }

    /// Takes out what the ranges accept. True: they accept something.
    fn remove(&mut self, accepted: &[Interval]) -> bool {
        let mut taken = false;
        for range in accepted {
            if let Some(first) = self.first.take() {
                if first.intersect(range).is_some() {
                    taken = true;
                    let (before, after) = first.without(range);
                    self.pieces.extend(before);
                    self.pieces.extend(after);
                } else {
                    self.first = Some(first);
                }
            }
            let mut index = 0;
            while index < self.pieces.len() {
                let piece = self.pieces[index];
                if piece.intersect(range).is_none() {
                    index += 1;
                    continue;
                }
                taken = true;
                self.pieces.swap_remove(index);
                let (before, after) = piece.without(range);
                self.pieces.extend(before);
                self.pieces.extend(after);
            }
        }
        taken
    }
}

/// The least and the most of the lines over a range: at its ends, and at every knot inside.
fn ramp(knots: &[Knot], range: &Interval) -> Bounds {
    let (Some(first), Some(last)) = (knots.first(), knots.last()) else { return NOTHING };
    let at = |x: Number| -> Fraction {
        if x <= first.at {
            return first.points.clone();
        }
        if x >= last.at {
            return last.points.clone();
        }
        let next = knots.partition_point(|knot| knot.at <= x);
        let (from, to) = (&knots[next - 1], &knots[next]);
        let run = Fraction::from_number(to.at).subtract(&Fraction::from_number(from.at));
        let way = Fraction::from_number(x).subtract(&Fraction::from_number(from.at));
        let rise = to.points.subtract(&from.points);
        from.points.add(&ratio(&rise.multiply(&way), &run))
    };
    let mut bounds = Bounds::exactly(at(range.low));
    if range.low != range.high {
        bounds = bounds.join(&Bounds::exactly(at(range.high)));
        for knot in knots.iter().filter(|knot| knot.at > range.low && knot.at < range.high) {
            bounds = bounds.join(&Bounds::exactly(knot.points.clone()));
        }
    }
    bounds
}

/// The best band whose edge a score reaches.
fn band(edges: &[(u32, Option<Number>)], score: &Fraction) -> u32 {
    edges.iter().find(|(_, edge)| edge.is_none_or(|edge| score.is_at_least(edge))).or(edges.last()).map_or(0, |(band, _)| *band)
}

/// `part / whole`, where the whole is above zero by construction.
#[inline]
fn ratio(part: &Fraction, whole: &Fraction) -> Fraction {
    part.divide(whole).unwrap_or_default()
}
