//! What the tests of a policy reach: every way in which a rule can come out, and every threshold at its edge and just beside it.
//!
//! A test reaches something only in rules that its expectations rest on: that a rule was evaluated along the way shows nothing about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expect::one_line;
use super::prepare::{Prepared, Suite};
use super::rests::{Owner, rests_on};
use super::variations::step;
use crate::eval::{Evaluator, Limits, Trace, outcomes};
use crate::facts;
use crate::policy::{self, DocumentId, Expr, ExprKind, Policy, TableId};
use crate::program::{Accepts, Basis, Body, Condition, ConditionId, Expr as Node, ExprId, Program};
use crate::sheet::{Dossier, Sheet};
use crate::source::{Sources, Span};
use crate::value::{Comparison, Fraction, Interval, Number, Possible, Truth, Type, show_number};
use crate::verdict::{Applies, Evaluation, RowTaken, State, TableOutcome};

/// What tests reach, and what they do not.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How much there is to reach.
    pub all: usize,
    /// How much of it some test reaches.
    pub reached: usize,
    /// The rest, in the order of the rules.
    pub gaps: Vec<Gap>,
}

/// Something that no test reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The item, gate, verdict, parameter or `let`: `screening.load`.
    pub code: String,
    /// Where it stands, as `file:line`.
    pub rule: String,
    /// Its place, by which gaps are ordered.
    pub span: Span,
    /// What no test does, in a sentence that goes on from the code.
    pub missing: String,
}

/// One thing to reach.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub(super) owner: Owner,
    code: String,
    span: Span,
    kind: GoalKind,
}

#[derive(Clone, Debug)]
enum GoalKind {
    /// A check comes out so.
    Passes(usize, Truth),
    /// An item counts, or does not.
    Applies(usize, bool),
    /// A grade takes this row.
    Row(usize, u16),
    /// A ramp's operand lies here: at the first knot or before it, between two, at the last or beyond.
    Piece(usize, ExprId, Option<Number>, Option<Number>, Type),
    /// A measure gives nothing, or all.
    Points(usize, Fraction),
    /// A gate comes out so.
    Fires(usize, Truth),
    /// A trigger comes out so.
    Triggers(usize, Truth),
    /// A table is answered by this row; none: by `otherwise`.
    TableRow(usize, Option<u16>),
    /// A verdict is decided so.
    Band(usize, u32),
    /// A score lies just above or at the edge of a band, or just below it.
    Score(usize, u32, bool),
    /// A row's operand lies at an edge, or just beside it.
    Operand(ExprId, Near, Type),
    /// What a condition compares lies at its edge, or just beside it.
    Compared(ConditionId, Edge, Side, Type),
}

/// A place by a number.
#[derive(Clone, Copy, Debug)]
struct Near {
    edge: Number,
    side: Side,
}

/// Which constant of a condition is the edge. Its value may be another on another day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    /// That on the right; of a range, the high end.
    Right,
    /// That on the left; of a range, the low end.
    Left,
}

/// The value of an edge.
fn edge_of(program: &Program, id: ConditionId, edge: Edge) -> Option<Number> {
    match (&program.conditions.get(id.0 as usize)?.0, edge) {
        (Condition::FactCompare(_, _, constant), Edge::Right) => Some(*constant),
        (Condition::Compare(_, _, right), Edge::Right) => number(program, *right),
        (Condition::Compare(_, left, _), Edge::Left) => number(program, *left),
        (Condition::Between(_, low, _), Edge::Left) => number(program, *low),
        (Condition::Between(_, _, high), Edge::Right) => number(program, *high),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    At,
    Below,
    Above,
    Beside,
}

impl Side {
    fn holds(self, value: Number, edge: Number, ty: Type) -> bool {
        let step = step(edge, ty);
        let near = |low: Number, high: Number| high.subtract(low).is_ok_and(|distance| distance > Number::ZERO && distance <= step);
        match self {
            Side::At => value == edge,
            Side::Below => near(value, edge),
            Side::Above => near(edge, value),
            Side::Beside => near(value, edge) || near(edge, value),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Side::At => "exactly",
            Side::Below => "just below",
            Side::Above => "just above",
            Side::Beside => "just beside",
        }
    }
}

/// Says what the tests reach. Those that fail reach nothing: `passing` says which do not.
pub fn coverage(policy: &Policy, suite: &Suite, sources: &Sources, passing: &dyn Fn(usize) -> bool) -> Coverage {
    let Some((program, goals)) = to_reach(policy, suite) else { return Coverage::default() };
    let mut reached = vec![false; goals.len()];
    for prepared in suite.trials.iter().filter(|prepared| passing(prepared.trial)) {
        let rests = rests_on(policy, &policy.trials[prepared.trial]);
        reach(suite, prepared, &rests, &goals, &mut reached);
    }
    let mut gaps: Vec<Gap> = goals
        .iter()
        .zip(&reached)
        .filter(|(_, reached)| !**reached)
        .map(|(goal, _)| Gap {
            code: goal.code.clone(),
            rule: sources.address(goal.span),
            span: goal.span,
            missing: shortfall(goal, program, sources),
        })
        .collect();
    gaps.sort_by_key(|gap| gap.span);
    Coverage { all: goals.len(), reached: goals.len() - gaps.len(), gaps }
}

/// Everything that tests can reach, with the program in which it stands; none where there are no tests.
pub(super) fn to_reach<'s>(policy: &Policy, suite: &'s Suite) -> Option<(&'s Program, Vec<Goal>)> {
    let program = &suite.days.first()?.program;
    let mut goals = Goals { policy, program, types: types(policy), found: Vec::new() }.all();
    leave_out_impossible(program, &mut goals);
    Some((program, goals))
}

/// Leaves out edges beside which no facts can bring a row's operand: there is no count below zero.
fn leave_out_impossible(program: &Program, goals: &mut Vec<Goal>) {
    let Some(file) = goals.first().map(|goal| goal.span.file) else { return };
    let nothing = |index: usize| facts::nothing(file, "nothing", &program.schema, &program.documents, DocumentId(index as u32));
    let sheets: Vec<Sheet> = (0..program.documents.len()).map(nothing).collect();
    let dossier = Dossier { sheets: sheets.iter().collect() };
    let mut evaluator = Evaluator::new(program);
    let widest = evaluator.decide(&dossier).clone();
    goals.retain(|goal| {
        if let GoalKind::Points(item, points) = &goal.kind {
            let outcome = &widest.items[*item];
            return !outcome.fault.is_none() || (outcome.points.low <= *points && *points <= outcome.points.high);
        }
        let GoalKind::Operand(id, near, ty) = &goal.kind else { return true };
        let (Possible::Range(reach), fault) = evaluator.inspect(&dossier, *id) else { return true };
        let step = step(near.edge, *ty);
        let beside = match near.side {
            Side::Below => near.edge.subtract(step).ok().map(|low| Interval { low, high: near.edge, low_open: false, high_open: true }),
            Side::Above => near.edge.add(step).ok().map(|high| Interval { low: near.edge, high, low_open: true, high_open: false }),
            Side::At | Side::Beside => Some(Interval::point(near.edge)),
        };
        !fault.is_none() || beside.is_none_or(|beside| reach.intersect(&beside).is_some())
    });
}

/// Marks what one test reaches.
pub(super) fn reach(suite: &Suite, prepared: &Prepared, rests: &BTreeSet<Owner>, goals: &[Goal], reached: &mut [bool]) {
    let program = &suite.days[prepared.day].program;
    let dossier = prepared.dossier();
    let mut evaluator = Evaluator::new(program);
    let evaluation = outcomes(&mut evaluator, &dossier, Limits::default());
    evaluator.decide(&dossier);
    let tables: Vec<Arc<TableOutcome>> = (0..program.tables.len()).map(|table| evaluator.table(&dossier, TableId(table as u32))).collect();
    let trace = evaluator.record_asked(&dossier, &prepared.asked);
    for (goal, reached) in goals.iter().zip(reached.iter_mut()) {
        *reached = *reached || rests.contains(&goal.owner) && is_reached(&goal.kind, program, &evaluation, &tables, trace);
    }
}

fn is_reached(kind: &GoalKind, program: &Program, evaluation: &Evaluation, tables: &[Arc<TableOutcome>], trace: &Trace) -> bool {
    let operand = |id: ExprId| match trace.values.get(id.0 as usize) {
        Some(Some(Possible::Range(range))) => range.exact(),
        _ => None,
    };
    match kind {
        GoalKind::Passes(item, truth) => {
            let outcome = &evaluation.items[*item];
            outcome.applies == Applies::Always && outcome.fault.is_none() && outcome.passes == *truth
        }
        GoalKind::Applies(item, applies) => evaluation.items[*item].applies == if *applies { Applies::Always } else { Applies::Never },
        GoalKind::Row(item, row) => {
            let outcome = &evaluation.items[*item];
            outcome.applies == Applies::Always && outcome.row == RowTaken::One(*row)
        }
        GoalKind::Piece(item, id, from, to, _) => {
            evaluation.items[*item].applies == Applies::Always
                && operand(*id).is_some_and(|value| match (from, to) {
                    (Some(from), Some(to)) => value > *from && value < *to,
                    (None, Some(to)) => value <= *to,
                    (Some(from), None) => value >= *from,
                    (None, None) => true,
                })
        }
        GoalKind::Points(item, points) => {
            let outcome = &evaluation.items[*item];
            outcome.applies == Applies::Always && outcome.points.is_exact() && outcome.points.low == *points
        }
        GoalKind::Fires(gate, truth) => {
            let outcome = &evaluation.gates[*gate];
            outcome.fault.is_none() && outcome.fires == *truth
        }
        GoalKind::Triggers(trigger, truth) => {
            let outcome = &evaluation.triggers[*trigger];
            outcome.fault.is_none() && outcome.fires == *truth
        }
        GoalKind::TableRow(table, row) => {
            let outcome = &tables[*table];
            outcome.fault.is_none() && outcome.rows.iter().any(|held| held.always && held.row == *row)
        }
        GoalKind::Band(verdict, band) => {
            let outcome = &evaluation.verdicts[*verdict];
            outcome.state() == State::Decided && outcome.bands.floor == *band
        }
        GoalKind::Score(verdict, band, below) => {
            let outcome = &evaluation.verdicts[*verdict];
            let Some((scorecard, edge)) = band_edge(program, *verdict, *band) else { return false };
            let score = &evaluation.scores[scorecard].score;
            let step = Fraction::from_number(step(edge, Type::Percent));
            let edge = Fraction::from_number(edge);
            let (low, high) = if *below { (edge.subtract(&step), edge.clone()) } else { (edge.clone(), edge.add(&step)) };
            let inside = score.low >= low && if *below { score.low < high } else { score.low <= high };
            outcome.applies == Applies::Always && score.is_exact() && inside
        }
        GoalKind::Operand(id, near, ty) => operand(*id).is_some_and(|value| near.side.holds(value, near.edge, *ty)),
        GoalKind::Compared(id, edge, side, ty) => {
            let Some(threshold) = edge_of(program, *id, *edge) else { return false };
            let is_left = *edge == Edge::Left && matches!(program.conditions[id.0 as usize].0, Condition::Compare(..));
            trace.compared.iter().filter(|(met, ..)| met == id).any(|(_, left, right)| {
                let (value, met) = if is_left { (*right, *left) } else { (*left, *right) };
                met == threshold && side.holds(value, threshold, *ty)
            })
        }
    }
}

fn number(program: &Program, id: ExprId) -> Option<Number> {
    match &program.expressions[id.0 as usize].0 {
        Node::Constant(Possible::Range(range)) => range.exact(),
        _ => None,
    }
}

/// The scorecard and the least score of a band that has one.
fn band_edge(program: &Program, verdict: usize, band: u32) -> Option<(usize, Number)> {
    match &program.verdicts.get(verdict)?.basis {
        Basis::Score(scorecard, edges) => {
            let edge = edges.iter().find(|(reached, _)| *reached == band)?.1?;
            Some((scorecard.index(), edge))
        }
        Basis::Conditions(_) => None,
    }
}

/// The types of what conditions compare, by the places of the conditions: a program's nodes have none of their own.
fn types(policy: &Policy) -> BTreeMap<Span, Type> {
    let mut types = BTreeMap::new();
    for_each_expression(policy, &mut |_, _, expr| {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Compare(_, left, right) => {
                types.insert(part.span, if left.ty == Type::Whole { right.ty } else { left.ty });
            }
            ExprKind::Between(value, ..) => {
                types.insert(part.span, value.ty);
            }
            _ => {}
        });
    });
    types
}

/// Every expression of a policy that judges, with its rule and the rule's code.
fn for_each_expression<'p>(policy: &'p Policy, met: &mut dyn FnMut(Owner, &'p str, &'p Expr)) {
    for (index, named) in policy.lets.iter().enumerate() {
        met(Owner::Let(index as u32), &named.head.code, &named.value);
    }
    for (index, item) in policy.items.iter().enumerate() {
        let owner = Owner::Item(index as u32);
        let code = item.head.code.as_str();
        item.applies.iter().for_each(|applies| met(owner, code, applies));
        match &item.body {
            policy::Body::Check(expr) | policy::Body::Measure(expr) | policy::Body::Ramp(expr, _) => met(owner, code, expr),
            policy::Body::Grade(operand, rows) => {
                operand.iter().for_each(|operand| met(owner, code, operand));
                for row in rows {
                    if let policy::RowWhen::When(condition) = &row.when {
                        met(owner, code, condition);
                    }
                }
            }
            policy::Body::Include(_) => {}
        }
    }
    for (index, gate) in policy.gates.iter().enumerate() {
        let owner = Owner::Gate(index as u32);
        gate.applies.iter().for_each(|applies| met(owner, &gate.head.code, applies));
        met(owner, &gate.head.code, &gate.when);
    }
    for (index, verdict) in policy.verdicts.iter().enumerate() {
        for edge in &verdict.edges {
            if let policy::Edge::When(condition) = edge {
                met(Owner::Verdict(index as u32), &verdict.head.code, condition);
            }
        }
    }
}

struct Goals<'g> {
    policy: &'g Policy,
    program: &'g Program,
    types: BTreeMap<Span, Type>,
    found: Vec<Goal>,
}

impl Goals<'_> {
    fn all(mut self) -> Vec<Goal> {
        for (index, item) in self.program.items.iter().enumerate() {
            let (owner, code) = (Owner::Item(index as u32), item.head.code.clone());
            let ty = self.operand_type(index);
            let mut add = |span: Span, kind: GoalKind| self.found.push(Goal { owner, code: code.clone(), span, kind });
            let place = item.head.name_span;
            if let Some(applies) = item.applies {
                let span = self.program.conditions[applies.0 as usize].1;
                add(span, GoalKind::Applies(index, true));
                add(span, GoalKind::Applies(index, false));
            }
            match &item.body {
                Body::Check(_) => {
                    [Truth::True, Truth::False, Truth::Unknown].into_iter().for_each(|truth| add(place, GoalKind::Passes(index, truth)));
                }
                Body::Grade(operand, rows) => {
                    for (row_index, row) in rows.iter().enumerate() {
                        add(row.span, GoalKind::Row(index, row_index as u16));
                        if let Accepts::Ranges(ranges) = &row.accepts {
                            for range in ranges.iter().filter_map(|range| range.snapped(ty.grid())) {
                                let ends = [
                                    (range.low, if range.low_open { Side::Above } else { Side::Below }),
                                    (range.high, if range.high_open { Side::Below } else { Side::Above }),
                                ];
                                for (edge, side) in ends {
                                    if edge == Number::BELOW_ALL || edge == Number::ABOVE_ALL {
                                        continue;
                                    }
                                    for side in [Side::At, side] {
                                        add(row.span, GoalKind::Operand(*operand, Near { edge, side }, ty));
                                    }
                                }
                            }
                        }
                    }
                }
                Body::GradeWhen(rows) => {
                    for (row_index, row) in rows.iter().enumerate() {
                        add(row.span, GoalKind::Row(index, row_index as u16));
                    }
                }
                Body::Ramp(operand, knots) => {
                    for (knot, from) in knots.iter().zip(std::iter::once(None).chain(knots.iter().map(|knot| Some(knot.at)))) {
                        add(knot.span, GoalKind::Piece(index, *operand, from, Some(knot.at), ty));
                    }
                    if let Some(last) = knots.last() {
                        add(last.span, GoalKind::Piece(index, *operand, Some(last.at), None, ty));
                    }
                }
                Body::Measure(_) => {
                    add(place, GoalKind::Points(index, Fraction::zero()));
                    add(place, GoalKind::Points(index, item.worth.clone()));
                }
                Body::Include(_) => {}
            }
        }
        for (index, gate) in self.program.gates.iter().enumerate() {
            for truth in [Truth::True, Truth::False, Truth::Unknown] {
                let kind = GoalKind::Fires(index, truth);
                let span = gate.head.name_span;
                self.found.push(Goal { owner: Owner::Gate(index as u32), code: gate.head.code.clone(), span, kind });
            }
        }
        for (index, trigger) in self.program.triggers.iter().enumerate() {
            for truth in [Truth::True, Truth::False, Truth::Unknown] {
                let kind = GoalKind::Triggers(index, truth);
                let span = trigger.head.name_span;
                self.found.push(Goal { owner: Owner::Trigger(index as u32), code: trigger.head.code.clone(), span, kind });
            }
        }
        for (index, table) in self.program.tables.iter().enumerate() {
            let rows = table.rows.iter().enumerate().map(|(row, written)| (Some(row as u16), written.span));
            for (row, span) in rows.chain(table.otherwise.iter().map(|written| (None, written.span))) {
                let kind = GoalKind::TableRow(index, row);
                self.found.push(Goal { owner: Owner::Table(index as u32), code: table.head.code.clone(), span, kind });
            }
        }
        for (index, verdict) in self.program.verdicts.iter().enumerate() {
            for (band_index, band) in verdict.bands.iter().enumerate() {
                let band_index = band_index as u32;
                let mut kinds = vec![GoalKind::Band(index, band_index)];
                if band_edge(self.program, index, band_index).is_some() {
                    kinds.extend([GoalKind::Score(index, band_index, false), GoalKind::Score(index, band_index, true)]);
                }
                for kind in kinds {
                    let (owner, code) = (Owner::Verdict(index as u32), verdict.head.code.clone());
                    self.found.push(Goal { owner, code, span: band.span, kind });
                }
            }
        }
        self.comparisons();
        self.found
    }

    /// Thresholds in conditions, each once, in the rule in which it is written.
    fn comparisons(&mut self) {
        let mut owners: BTreeMap<Span, (Owner, String)> = BTreeMap::new();
        for_each_expression(self.policy, &mut |owner, code, expr| {
            expr.walk(&mut |part| {
                if let ExprKind::Compare(..) | ExprKind::Between(..) = part.kind {
                    owners.entry(part.span).or_insert_with(|| (owner, code.to_string()));
                }
            });
        });
        let mut seen: BTreeSet<(Span, Edge, Number)> = BTreeSet::new();
        for (index, (condition, span)) in self.program.conditions.iter().enumerate() {
            let (Some((owner, code)), Some(ty)) = (owners.get(span), self.types.get(span).copied()) else { continue };
            if !ty.is_ordered() {
                continue;
            }
            let id = ConditionId(index as u32);
            let edges: &[(Edge, Comparison)] = match condition {
                Condition::FactCompare(_, comparison, _) => &[(Edge::Right, *comparison)],
                Condition::Compare(comparison, ..) => &[(Edge::Right, *comparison), (Edge::Left, comparison.flipped())],
                Condition::Between(..) => &[(Edge::Left, Comparison::GreaterOrEqual), (Edge::Right, Comparison::LessOrEqual)],
                _ => continue,
            };
            for (edge, comparison) in edges {
                // Where both sides are constants the condition would have been folded, so at most one of a comparison's is an edge.
                let Some(value) = edge_of(self.program, id, *edge) else { continue };
                if !seen.insert((*span, *edge, value)) {
                    continue;
                }
                let beside = match comparison {
                    Comparison::GreaterOrEqual | Comparison::Less => Side::Below,
                    Comparison::LessOrEqual | Comparison::Greater => Side::Above,
                    Comparison::Equal | Comparison::NotEqual => Side::Beside,
                };
                for side in [Side::At, beside] {
                    let kind = GoalKind::Compared(id, *edge, side, ty);
                    self.found.push(Goal { owner: *owner, code: code.clone(), span: *span, kind });
                }
            }
        }
    }

    fn operand_type(&self, item: usize) -> Type {
        match &self.policy.items[item].body {
            policy::Body::Grade(Some(operand), _) | policy::Body::Ramp(operand, _) => operand.ty,
            _ => Type::Number,
        }
    }
}

/// What no test does, as a sentence that goes on from the code of the rule.
pub(super) fn shortfall(goal: &Goal, program: &Program, sources: &Sources) -> String {
    let written = |span: Span| one_line(sources.slice(span));
    let shown = |number: &Number, ty: Type| show_number(*number, ty);
    match &goal.kind {
        GoalKind::Passes(_, Truth::True) => "never passes".into(),
        GoalKind::Passes(_, Truth::False) => "never fails".into(),
        GoalKind::Passes(_, Truth::Unknown) => "is never left open by missing facts".into(),
        GoalKind::Applies(_, true) => format!("never applies: `{}`", written(goal.span)),
        GoalKind::Applies(_, false) => format!("never fails to apply: `{}`", written(goal.span)),
        GoalKind::Row(..) | GoalKind::TableRow(..) => format!("never takes the row `{}`", written(goal.span)),
        GoalKind::Piece(_, _, None, Some(first), ty) => format!("is never looked at for {} or less", shown(first, *ty)),
        GoalKind::Piece(_, _, Some(last), None, ty) => format!("is never looked at for {} or more", shown(last, *ty)),
        GoalKind::Piece(_, _, Some(from), Some(to), ty) => {
            format!("is never looked at between {} and {}", shown(from, *ty), shown(to, *ty))
        }
        GoalKind::Piece(_, _, None, None, _) => "is never looked at".into(),
        GoalKind::Points(_, points) if points.is_zero() => "never gives no points".into(),
        GoalKind::Points(..) => "never gives all its points".into(),
        GoalKind::Fires(_, Truth::True) | GoalKind::Triggers(_, Truth::True) => "never fires".into(),
        GoalKind::Fires(_, Truth::False) | GoalKind::Triggers(_, Truth::False) => "never stays silent".into(),
        GoalKind::Fires(_, Truth::Unknown) | GoalKind::Triggers(_, Truth::Unknown) => "is never left open by missing facts".into(),
        GoalKind::Band(verdict, band) => {
            let name = program.verdicts[*verdict].bands.get(*band as usize).map_or("?", |band| band.name.as_str());
            format!("is never decided as `{name}`")
        }
        GoalKind::Score(verdict, band, below) => {
            let edge = band_edge(program, *verdict, *band).map(|(_, edge)| shown(&edge, Type::Percent)).unwrap_or_default();
            format!("is never tried with a score just {} {edge}", if *below { "below" } else { "above" })
        }
        GoalKind::Operand(_, near, ty) => {
            format!("is never tried {} {}, for `{}`", near.side.words(), shown(&near.edge, *ty), written(goal.span))
        }
        GoalKind::Compared(id, edge, side, ty) => {
            let edge = edge_of(program, *id, *edge).map(|edge| shown(&edge, *ty)).unwrap_or_default();
            format!("is never tried {} {edge}, for `{}`", side.words(), written(goal.span))
        }
    }
}
