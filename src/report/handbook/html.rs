//! HTML: one file that asks nothing of the network and runs no script, to be read on a screen, printed and signed.

use askama::Template;

use super::super::shell::{Shell, page};
use super::{CLOSING, holds_figures};
use crate::handbook::{Block, Handbook, Inline, Line};
use crate::value::{Fraction, Number, Rounding};

/// What handbooks need besides the style of all pages.
const STYLE: &str = include_str!("../../../templates/handbook.css");

#[derive(Template)]
#[template(path = "handbook.html")]
struct Page<'a> {
    shell: Shell,
    handbook: &'a Handbook,
    closing: &'static str,
}

impl Page<'_> {
    fn holds_figures(&self, column: &str) -> bool {
        holds_figures(column)
    }

    fn plot(&self, line: &Line) -> Plot {
        plot(line)
    }
}

/// The handbook as a file of HTML.
pub fn handbook_html(handbook: &Handbook) -> String {
    page(&Page { shell: Shell::new(format!("{}: the rules in words", handbook.title), STYLE, ""), handbook, closing: CLOSING })
}

/// The drawing of a ramp, in whole units of its own.
struct Plot {
    /// The line: flat, through the knots, and flat again.
    line: String,
    marks: Vec<Mark>,
}

/// A knot on the drawing.
struct Mark {
    x: i64,
    y: i64,
    /// Where the words below it stand: on a second row where they would run into those before.
    below: i64,
    at: String,
    points: String,
}

/// The left and right ends of the drawing, and where the first and last knot stand.
const ENDS: (i64, i64) = (20, 620);
const KNOTS: (i64, i64) = (110, 530);
/// Where no points are, and where the most are.
const FLOOR: i64 = 110;
const TOP: i64 = 34;
/// How far apart the words below two knots are to stand.
const APART: i64 = 110;

fn plot(line: &Line) -> Plot {
    let most = line.knots.iter().map(|knot| knot.points.clone()).max().unwrap_or_default();
    let (first, last) = match (line.knots.first(), line.knots.last()) {
        (Some(first), Some(last)) => (Fraction::from_number(first.at), Fraction::from_number(last.at)),
        _ => return Plot { line: String::new(), marks: Vec::new() },
    };
    let mut marks: Vec<Mark> = Vec::new();
    for knot in &line.knots {
        let x = KNOTS.0 + part_of(&Fraction::from_number(knot.at).subtract(&first), &last.subtract(&first), KNOTS.1 - KNOTS.0);
        let y = FLOOR - part_of(&knot.points, &most, FLOOR - TOP);
        let crowded = marks.last().is_some_and(|before| x - before.x < APART && before.below == FLOOR + 20);
        marks.push(Mark {
            x,
            y,
            below: FLOOR + if crowded { 36 } else { 20 },
            at: knot.shown_at.clone(),
            points: points_words(&knot.shown_points),
        });
    }
    let mut corners: Vec<String> = Vec::new();
    corners.extend(marks.first().map(|mark| format!("{},{}", ENDS.0, mark.y)));
    corners.extend(marks.iter().map(|mark| format!("{},{}", mark.x, mark.y)));
    corners.extend(marks.last().map(|mark| format!("{},{}", ENDS.1, mark.y)));
    Plot { line: corners.join(" "), marks }
}

fn points_words(points: &str) -> String {
    if points == "1" { "1 point".into() } else { format!("{points} points") }
}

/// A part of a whole as so many units of a length, to the nearest.
fn part_of(part: &Fraction, whole: &Fraction, length: i64) -> i64 {
    let scaled = part.divide(whole).unwrap_or_default().multiply(&Fraction::whole(length));
    scaled.to_number_down().and_then(|number: Number| number.round(0, Rounding::HalfEven)).ok().and_then(Number::to_i64).unwrap_or(0)
}
