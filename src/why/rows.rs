//! Grades and ramps: which row held, why no earlier one did, and what the better ones would have taken.

use super::conditions::together;
use super::{Node, NodeKind, Tone, Tracer};
use crate::diagnostic::counted;
use crate::eval::Look;
use crate::policy::ItemId;
use crate::program::{Accepts, ExprId, Knot, Row, RowWhen};
use crate::source::Span;
use crate::value::{Fraction, Interval, Number, Possible, Truth, Type, Variants, show_number, show_possible, show_range};

impl Tracer<'_> {
    /// Rows on an operand.
    pub(super) fn grade(&mut self, look: &mut Look<'_>, id: ItemId, operand: ExprId, rows: &[Row], whole: bool, node: &mut Node) {
        let met = look.rows(id);
        let ty = self.type_of(operand);
        let operands = self.operands(look, &[operand], whole);
        node.parts.extend(operands);
        let best = met.iter().filter_map(|row| rows.get(usize::from(*row))).map(|row| &row.points).max();
        let next_better =
            rows.iter().take(last_of(&met)).map(|row| &row.points).filter(|points| best.is_none_or(|best| *points > best)).min();
        let next_better = next_better.cloned();
        for (index, row) in rows.iter().enumerate().take(last_of(&met) + 1) {
            let held = met.contains(&(index as u16));
            let mut told = self.row(row.span, held, met.len());
            let condition = match &row.accepts {
                Accepts::Condition(condition) => Some(self.condition(look, *condition, whole)),
                _ => None,
            };
            if !held {
                let takes = self.takes(&row.accepts, ty);
                if let Some(takes) = takes {
                    let better = next_better.as_ref() == Some(&row.points);
                    told.remark(format!("{} {takes}", if better { "the next better row: it takes" } else { "it takes" }));
                }
            }
            told.parts.extend(condition);
            let constants = self.constants(row.span);
            told.parts.extend(constants);
            node.parts.push(told);
        }
        self.rows_below(rows.len(), &met, node);
    }

    /// Rows with conditions of their own; each is asked where those before it fail.
    pub(super) fn grade_when(&mut self, look: &mut Look<'_>, id: ItemId, rows: &[RowWhen], whole: bool, node: &mut Node) {
        let met = look.rows(id);
        let guard = look.guard();
        let all: Vec<&Fraction> = rows.iter().map(|row| &row.points).collect();
        let best = met.iter().filter_map(|row| all.get(usize::from(*row))).max();
        let next_better = all.iter().take(last_of(&met)).filter(|points| best.is_none_or(|best| *points > best)).min();
        for (index, row) in rows.iter().enumerate().take(last_of(&met) + 1) {
            let held = met.contains(&(index as u16));
            let mut told = self.row(row.span, held, met.len());
            if let Some(condition) = row.when {
                let (truth, _) = look.truth(condition);
                told.parts.extend(together(vec![self.condition(look, condition, whole || truth == Truth::Unknown)]));
                if !held && next_better.is_some_and(|points| **points == row.points) {
                    told.remark("the next better row");
                }
                if truth == Truth::Unknown {
                    look.narrow(condition, false);
                }
            }
            node.parts.push(told);
        }
        look.unguard(guard);
        self.rows_below(rows.len(), &met, node);
    }

    fn row(&self, span: Span, held: bool, met: usize) -> Node {
        let (words, tone) = match (held, met) {
            (true, 1) => ("this row holds", Tone::Holds),
            (true, _) => ("may be the row", Tone::Open),
            (false, _) => ("is not the row", Tone::Fails),
        };
        Node::new(NodeKind::Written, self.text(span)).at(self.cite(span)).came_to(words, tone)
    }

    fn rows_below(&self, rows: usize, met: &[u16], node: &mut Node) {
        let below = rows.saturating_sub(last_of(met) + 1);
        if below > 0 && !met.is_empty() {
            let words = Node::words(format!("{} further down {} not asked", counted(below, "row"), if below == 1 { "is" } else { "are" }));
            node.parts.push(words);
        }
    }

    /// What a row takes, in words; none where only its condition tells.
    fn takes(&self, accepts: &Accepts, ty: Type) -> Option<String> {
        match accepts {
            Accepts::All => Some("anything".into()),
            Accepts::Ranges(ranges) if ranges.is_empty() => Some("nothing".into()),
            Accepts::Ranges(ranges) => {
                let ranges: Vec<String> = ranges.iter().map(|range| show_range(&on_grid(*range, ty), ty)).collect();
                Some(ranges.join(" or "))
            }
            Accepts::Variants(Variants(0)) => Some("nothing".into()),
            Accepts::Variants(variants) => Some(show_possible(&Possible::Variants(*variants), ty, &self.program.schema)),
            Accepts::Truth(truth) => Some(truth.to_string()),
            Accepts::Condition(_) => None,
        }
    }

    /// Straight lines between knots.
    pub(super) fn ramp(&mut self, look: &mut Look<'_>, operand: ExprId, knots: &[Knot], whole: bool, node: &mut Node) {
        let (value, _) = look.value(operand);
        let ty = self.type_of(operand);
        let operands = self.operands(look, &[operand], whole);
        node.parts.extend(operands);
        let Possible::Range(range) = value else { return };
        let mut told = Node::words(between(&range, knots, ty));
        let (from, to) = (stretch(range.low, knots), stretch(range.high, knots));
        for (index, knot) in knots.iter().enumerate() {
            // The knots on both sides of where it may lie.
            if index + 1 >= from && index <= to {
                let row = Node::new(NodeKind::Written, self.text(knot.span)).at(self.cite(knot.span));
                told.parts.push(row.over(self.constants(knot.span)));
            }
        }
        node.parts.push(told);
    }
}

fn last_of(met: &[u16]) -> usize {
    met.last().map_or(0, |row| usize::from(*row))
}

/// Ranges reach up to the neighbours of what they accept; readers want to see what they accept.
fn on_grid(range: Interval, ty: Type) -> Interval {
    range.snapped(ty.grid()).unwrap_or(range)
}

/// How many knots lie at or below a number.
fn stretch(at: Number, knots: &[Knot]) -> usize {
    knots.partition_point(|knot| knot.at <= at)
}

/// Between which knots a value lies, or may.
fn between(range: &Interval, knots: &[Knot], ty: Type) -> String {
    let (Some(first), Some(last)) = (knots.first(), knots.last()) else { return String::new() };
    let at = |number: Number| show_number(number, ty);
    if range.high <= first.at {
        return format!("at or below the first knot, {}", at(first.at));
    }
    if range.low >= last.at {
        return format!("at or above the last knot, {}", at(last.at));
    }
    let knot = |index: usize| knots.get(index).map_or_else(String::new, |knot| at(knot.at));
    let (from, to) = (stretch(range.low, knots), stretch(range.high, knots));
    match (from == to, from) {
        (true, _) => format!("on the line between the knots {} and {}", knot(from - 1), knot(from)),
        (false, 0) if to == knots.len() => "anywhere from below the first knot to above the last".into(),
        (false, 0) => format!("somewhere up to the knot {}", knot(to)),
        (false, _) if to == knots.len() => format!("somewhere from the knot {} on", knot(from - 1)),
        (false, _) => format!("somewhere between the knots {} and {}", knot(from - 1), knot(to)),
    }
}
