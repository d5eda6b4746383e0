//! Projects beside each other, item by item: who earned what, who lost it, and what is open. Marks and words carry it; colour only helps.

use super::entry::{gate_id, item_id, item_standing, truth_standing};
use super::project_id;
use crate::explain::{Explanation, GateLine, ItemLine, ScorecardLine};
use crate::report::{gate_state, points_range};
use crate::value::{Force, Fraction, Number, Rounding, Truth, show_fraction_points};
use crate::verdict::Applies;

/// The matrix.
pub(super) struct Matrix<'a> {
    pub(super) columns: Vec<Column<'a>>,
    pub(super) groups: Vec<Group<'a>>,
}

/// A project.
pub(super) struct Column<'a> {
    pub(super) id: String,
    pub(super) title: &'a str,
}

/// A scorecard, or the gates.
pub(super) struct Group<'a> {
    pub(super) title: &'a str,
    pub(super) rows: Vec<Row<'a>>,
}

/// An item or a gate.
pub(super) struct Row<'a> {
    pub(super) title: &'a str,
    pub(super) code: &'a str,
    /// `of 8`, `at most Watch list`
    pub(super) worth: String,
    pub(super) cells: Vec<Cell>,
}

/// What an item or a gate came to for a project.
pub(super) struct Cell {
    /// Where it is explained.
    pub(super) id: String,
    /// `against`, `open`, `earned`, `out`
    pub(super) standing: &'static str,
    /// The same as a shape.
    pub(super) mark: &'static str,
    pub(super) figure: String,
    /// The same in words.
    pub(super) words: &'static str,
    /// What it certainly and what it possibly costs, in ten-thousandths of the score, to sort by.
    pub(super) lost: i64,
    pub(super) open: i64,
}

impl<'a> Matrix<'a> {
    /// The matrix of projects in their order. All were judged by one program, so that the items of one are those of all.
    pub(super) fn of(ordered: &[&'a Explanation]) -> Matrix<'a> {
        let columns = ordered.iter().enumerate().map(|(place, one)| Column { id: project_id(place), title: &one.title }).collect();
        let mut groups = Vec::new();
        if let Some(first) = ordered.first() {
            groups.extend(first.outline().iter().map(|scorecard| Group::scorecard(scorecard, ordered)));
            groups.push(Group::gates(first, ordered));
        }
        groups.retain(|group| !group.rows.is_empty());
        Matrix { columns, groups }
    }
}

impl<'a> Group<'a> {
    fn scorecard(scorecard: &'a ScorecardLine, ordered: &[&'a Explanation]) -> Group<'a> {
        let row = |place: usize| {
            let item = ordered.first()?.items.get(place).filter(|item| item.included.is_none())?;
            let cells = ordered.iter().enumerate().filter_map(|(column, one)| Some(item_cell(column, place, one.items.get(place)?)));
            Some(Row {
                title: &item.title,
                code: &item.code,
                worth: format!("of {}", show_fraction_points(&item.worth)),
                cells: cells.collect(),
            })
        };
        Group { title: &scorecard.title, rows: scorecard.items.iter().filter_map(|place| row(*place)).collect() }
    }

    fn gates(first: &'a Explanation, ordered: &[&'a Explanation]) -> Group<'a> {
        let row = |(place, gate): (usize, &'a GateLine)| Row {
            title: &gate.title,
            code: &gate.code,
            worth: format!("at most {}", gate.caps.1),
            cells: ordered.iter().enumerate().filter_map(|(column, one)| Some(gate_cell(column, place, one.gates.get(place)?))).collect(),
        };
        Group { title: "Gates", rows: first.gates.iter().enumerate().map(row).collect() }
    }
}

fn item_cell(column: usize, place: usize, item: &ItemLine) -> Cell {
    let standing = item_standing(item);
    let (mark, words) = match standing {
        _ if item.force != Force::Now => ("–", "not in force"),
        "against" if item.points.high.is_zero() => ("○", "all lost"),
        "against" => ("◐", "counted against it"),
        "open" => ("?", "open"),
        "earned" => ("●", "all earned"),
        _ => ("–", "does not apply"),
    };
    let counts = item.force == Force::Now && item.applies != Applies::Never;
    Cell {
        id: item_id(&project_id(column), place),
        standing: if counts { standing } else { "out" },
        mark,
        figure: if counts { points_range(&item.points).replace(" to ", "–") } else { String::new() },
        words,
        lost: if counts { ten_thousandths(&item.lost.low) } else { 0 },
        open: if counts { ten_thousandths(&item.lost.width()) } else { 0 },
    }
}

fn gate_cell(column: usize, place: usize, gate: &GateLine) -> Cell {
    let in_force = gate.force == Force::Now;
    let (mark, words) = match gate.fires {
        _ if !in_force => ("–", "not in force"),
        Truth::True => ("○", if gate.waiver.is_some() { "fires, waived" } else { gate_state(gate.fires) }),
        Truth::Unknown => ("?", gate_state(gate.fires)),
        Truth::False => ("●", gate_state(gate.fires)),
    };
    Cell {
        id: gate_id(&project_id(column), place),
        standing: if in_force { truth_standing(gate.fires) } else { "out" },
        mark,
        figure: String::new(),
        words,
        lost: i64::from(in_force && gate.fires == Truth::True),
        open: i64::from(in_force && gate.fires == Truth::Unknown),
    }
}

fn ten_thousandths(part: &Fraction) -> i64 {
    let scaled = part.multiply(&Fraction::whole(10_000)).to_number_down();
    scaled.and_then(|scaled| scaled.round(0, Rounding::HalfEven)).ok().and_then(Number::to_i64).unwrap_or(0)
}
