//! Rows with a cell for each project: in one block where the page has room, with letters for heads where names have none, in several blocks where neither has.

use anstyle::Style;

use super::super::human::Page;
use super::super::text::{BAD, FAINT, Flow, OPEN, PLAIN, Paint, STRONG, padding, visible, width_of};
use super::words::{Cell, Tone};
use crate::compare::Comparison;

/// What a grid shows.
pub(super) enum Line {
    /// What is said once above rows.
    Heading(String),
    /// A row.
    Row {
        /// What it is about, and whether that is a heading for what follows.
        label: String,
        strong: bool,
        /// What its cells are parts of: a worth in points, or percents.
        of: String,
        cells: Vec<Cell>,
    },
}

/// Columns that what a row is about needs in order to be read.
const LABEL: usize = 22;

/// The head of the column of what cells are parts of.
const OF: &str = "of";

/// How the columns share the page.
struct Columns {
    label: usize,
    of: usize,
    cell: usize,
    /// How many projects stand side by side.
    across: usize,
    names: bool,
}

impl Columns {
    fn of(comparison: &Comparison, lines: &[Line], width: usize) -> Columns {
        let cells = lines.iter().flat_map(|line| match line {
            Line::Heading(_) => &[],
            Line::Row { cells, .. } => cells.as_slice(),
        });
        let cell = cells.map(|cell| width_of(&cell.text)).max().unwrap_or(1);
        let widest = |head: &dyn Fn(usize) -> usize| (0..comparison.projects.len()).map(head).max().unwrap_or(1).max(cell);
        let ofs = lines.iter().map(|line| match line {
            Line::Heading(_) => 0,
            Line::Row { of, .. } => width_of(of),
        });
        let of = ofs.max().unwrap_or(0).max(OF.len()) + 2;
        let count = comparison.projects.len();
        let room = width.saturating_sub(LABEL + of);
        let (by_name, by_key) =
            (widest(&|place| width_of(&visible(&comparison.projects[place].name))), widest(&|place| comparison.projects[place].key.len()));
        let names = (by_name + 2) * count <= room;
        let cell = if names { by_name } else { by_key };
        let most = (room / (cell + 2)).max(1);
        // Blocks are of one size, or nearly.
        let across = count.div_ceil(count.div_ceil(most).max(1)).max(1);
        let labels = lines.iter().map(|line| match line {
            Line::Heading(_) => 0,
            Line::Row { label, .. } => width_of(&visible(label)) + 2,
        });
        let label = labels.max().unwrap_or(0).min(width.saturating_sub((cell + 2) * across + of)).max(LABEL.min(width));
        Columns { label, of, cell, across, names }
    }
}

pub(super) fn grid(page: &mut Page, comparison: &Comparison, lines: &[Line]) {
    let columns = Columns::of(comparison, lines, page.width);
    let everyone: Vec<usize> = (0..comparison.projects.len()).collect();
    for (block, which) in everyone.chunks(columns.across).enumerate() {
        if block > 0 {
            page.line("");
        }
        head(page, comparison, &columns, which);
        for line in lines {
            match line {
                Line::Heading(text) => {
                    page.line("");
                    let text = page.paint.paint(FAINT, text);
                    page.line(&text);
                }
                Line::Row { label, strong, of, cells } => {
                    let cells: Vec<&Cell> = which.iter().map(|project| &cells[*project]).collect();
                    row(page, &columns, (label, *strong, of), &cells);
                }
            }
        }
    }
}

/// The heads of the columns; above letters, whom they stand for.
fn head(page: &mut Page, comparison: &Comparison, columns: &Columns, which: &[usize]) {
    if !columns.names {
        let mut flow = Flow::new();
        for project in which {
            let project = &comparison.projects[*project];
            flow = flow.dot_whole(FAINT, &format!("{} {}", project.key, project.name));
        }
        page.flow("", &flow);
    }
    let mut line = format!("{}{}{}", " ".repeat(columns.label), padding(OF, columns.of), page.paint.paint(FAINT, OF));
    for project in which {
        let project = &comparison.projects[*project];
        let head = visible(if columns.names { &project.name } else { &project.key }).into_owned();
        line.push_str(&format!("  {}{}", padding(&head, columns.cell), page.paint.paint(STRONG, &head)));
    }
    page.line(&line);
}

fn row(page: &mut Page, columns: &Columns, (label, strong, of): (&str, bool, &str), cells: &[&Cell]) {
    let style = if strong { STRONG } else { PLAIN };
    let indent = if strong { "" } else { "  " };
    let room = columns.label.saturating_sub(indent.len());
    let painted = Flow::new().add(style, label).lines(room, page.paint);
    let plain = Flow::new().add(PLAIN, label).lines(room, Paint { colour: false });
    for (index, (text, bare)) in painted.iter().zip(&plain).enumerate() {
        let mut line = format!("{indent}{text}");
        // What a long label is about stands beside its last line.
        if index + 1 == plain.len() {
            line.push_str(&format!("{}{}{}", padding(bare, room), padding(of, columns.of), page.paint.paint(FAINT, of)));
            for cell in cells {
                line.push_str(&format!("  {}{}", padding(&cell.text, columns.cell), page.paint.paint(tone(cell.tone), &cell.text)));
            }
        }
        page.line(&line);
    }
}

fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => PLAIN,
        Tone::Open => OPEN,
        Tone::Bad => BAD,
        Tone::Out => FAINT,
    }
}
