//! Bars and rulers: a score drawn so that the eye sees what is proven, what is open and where the bands begin. Shapes alone carry it; colour only helps.
//!
//! INVARIANT: a bar never reaches a mark that the exact score misses, and never stops short of one that it reaches.

use crate::value::{Fraction, Number, Rounding};
use crate::verdict::{Bands, Bounds};

use super::text::{FAINT, OPEN, PLAIN, PROVEN, Paint, STRONG, shortened, width_of};
use crate::explain::BandLine;

/// A bar of `width` cells over 0 to 100%: proven cells filled, possible ones shaded, the rest light.
pub(super) fn bar(score: &Bounds, edges: &[Fraction], width: usize, paint: Paint) -> String {
    let (solid, end) = cells(score, edges, width);
    let rest = width - end;
    format!(
        "{}{}{}",
        paint.paint(PROVEN, &"█".repeat(solid)),
        paint.paint(OPEN, &"▒".repeat(end - solid)),
        paint.paint(FAINT, &"░".repeat(rest))
    )
}

/// A line below bars with a mark where each band begins.
pub(super) fn marks(edges: &[Fraction], width: usize, paint: Paint) -> String {
    let at: Vec<usize> = edges.iter().map(|edge| cell(edge, width)).collect();
    let line: String = (0..width).map(|column| if at.contains(&column) { '┴' } else { '─' }).collect();
    paint.paint(FAINT, &line)
}

/// A bar above a ruler with the bands' edges and names. Bands within `range` have a heavy ruler, so the verdict shows even where gates hold it below the score.
pub(super) fn ladder(score: &Bounds, bands: &[BandLine], range: Bands, width: usize, paint: Paint) -> Vec<String> {
    let zones = zones(bands, range, width);
    let edges: Vec<Fraction> = bands.iter().filter_map(|band| band.edge.clone()).collect();
    let mut lines = vec![bar(score, &edges, width, paint), ruler(&zones, width, paint)];
    lines.extend(captions(&zones, width, paint));
    lines
}

/// A band's stretch of the ruler, worst first.
pub(super) struct Zone {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) title: String,
    pub(super) edge: String,
    pub(super) in_range: bool,
}

pub(super) fn zones(bands: &[BandLine], range: Bands, width: usize) -> Vec<Zone> {
    // Banding never falls, so the band of all lower scores comes after the last edge; others without an edge are for gates only.
    let last_edge = bands.iter().rposition(|band| band.edge.is_some());
    let rest = bands.iter().enumerate().position(|(place, band)| band.edge.is_none() && last_edge.is_none_or(|last| place > last));
    let mut zones = Vec::new();
    let mut to = width;
    for (place, band) in bands.iter().enumerate() {
        let from = match &band.edge {
            Some(edge) => cell(edge, width).min(to),
            None if rest == Some(place) => 0,
            None => continue,
        };
        let edge = band.edge.as_ref().map_or("0%".to_string(), |edge| crate::value::show_fraction_percent(edge, &[]));
        let in_range = (range.ceiling..=range.floor).contains(&(place as u32));
        zones.push(Zone { from, to, title: super::text::visible(&band.title).into_owned(), edge, in_range });
        to = from;
    }
    zones.reverse();
    zones
}

fn ruler(zones: &[Zone], width: usize, paint: Paint) -> String {
    let mut line = String::new();
    let mut at = 0;
    for zone in zones {
        if zone.from >= width || zone.to <= zone.from {
            continue;
        }
        let tick = if at == 0 { '├' } else { '┼' };
        let stroke = if zone.in_range { "━" } else { "─" };
        let style = if zone.in_range { STRONG } else { FAINT };
        let length = zone.to - zone.from - 1;
        let closing = zone.to == width;
        let mut part = String::from(tick);
        part.push_str(&stroke.repeat(length.saturating_sub(usize::from(closing))));
        if closing && length > 0 {
            part.push('┤');
        }
        line.push_str(&" ".repeat(zone.from.saturating_sub(at)));
        line.push_str(&paint.paint(style, &part));
        at = zone.to;
    }
    line
}

/// Each zone's edge and name below its beginning; where one would run into the next it moves to a row further down, with a line leading to it.
fn captions(zones: &[Zone], width: usize, paint: Paint) -> Vec<String> {
    let mut rows: Vec<Vec<(usize, String, bool)>> = Vec::new();
    let mut stems: Vec<(usize, usize)> = Vec::new();
    for zone in zones.iter().rev() {
        let words = shortened(&format!("{} {}", zone.edge, zone.title), width);
        let start = zone.from.min(width - width_of(&words));
        let end = start + width_of(&words);
        let free =
            |row: &Vec<(usize, String, bool)>| row.iter().all(|(other, text, _)| end + 2 <= *other || other + width_of(text) + 2 <= start);
        let clear = |row: usize| stems.iter().all(|(column, depth)| *depth <= row || *column >= end || *column < start);
        // The stem down to a lower row needs its column free above.
        let row = (0..=rows.len()).find(|row| rows.get(*row).is_none_or(free) && clear(*row)).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push((start, words, zone.in_range));
        stems.push((zone.from, row));
    }
    rows.iter()
        .enumerate()
        .map(|(depth, row)| {
            let mut parts: Vec<(usize, String, bool)> = row.clone();
            let covered = |column: usize| row.iter().any(|(start, text, _)| (*start..start + width_of(text)).contains(&column));
            parts.extend(
                stems.iter().filter(|(column, to)| *to > depth && !covered(*column)).map(|(column, _)| (*column, "│".to_string(), false)),
            );
            parts.sort();
            let mut line = String::new();
            let mut at = 0;
            for (start, text, in_range) in parts {
                if start < at {
                    continue;
                }
                line.push_str(&" ".repeat(start - at));
                let style = if in_range {
                    STRONG
                } else if text == "│" {
                    FAINT
                } else {
                    PLAIN
                };
                line.push_str(&paint.paint(style, &text));
                at = start + width_of(&text);
            }
            line
        })
        .collect()
}

/// The cell where the proven part ends, and the one where the possible part does.
pub(super) fn cells(score: &Bounds, edges: &[Fraction], width: usize) -> (usize, usize) {
    let mut solid = cell_before(&score.low, edges, width);
    let end = cell_before(&score.high, edges, width).max(solid);
    // An open score shows as open, however little is.
    if end == solid && !score.is_exact() {
        if solid > 0 {
            solid -= 1;
        } else {
            return (0, 1.min(width));
        }
    }
    (solid, end)
}

fn cell_before(value: &Fraction, edges: &[Fraction], width: usize) -> usize {
    let nearest = cell(value, width);
    edges.iter().filter(|edge| value < *edge).map(|edge| cell(edge, width).saturating_sub(1)).fold(nearest, usize::min)
}

/// The nearest cell.
fn cell(value: &Fraction, width: usize) -> usize {
    let scaled = value.multiply(&Fraction::whole(width as i64));
    let rounded = scaled.to_number_down().and_then(|number: Number| number.round(0, Rounding::HalfEven)).ok().and_then(Number::to_i64);
    usize::try_from(rounded.unwrap_or(0)).unwrap_or(0).min(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(numerator: i64, denominator: i64) -> Fraction {
        Fraction::ratio(numerator, denominator).unwrap_or_default()
    }

    fn drawn(low: Fraction, high: Fraction, edges: &[Fraction]) -> String {
        bar(&Bounds { low, high }, edges, 10, Paint { colour: false })
    }

    #[test]
    fn proven_open_and_lost_parts_differ_in_shape() {
        assert_eq!(drawn(part(3, 10), part(7, 10), &[]), "███▒▒▒▒░░░");
        assert_eq!(drawn(part(1, 1), part(1, 1), &[]), "██████████");
        assert_eq!(drawn(part(0, 1), part(0, 1), &[]), "░░░░░░░░░░");
    }

    #[test]
    fn a_bar_never_reaches_an_edge_that_the_score_misses() {
        let edge = [part(6, 10)];
        assert_eq!(drawn(part(599, 1000), part(599, 1000), &edge), "█████░░░░░");
        assert_eq!(drawn(part(6, 10), part(6, 10), &edge), "██████░░░░");
    }

    #[test]
    fn a_little_open_still_shows() {
        assert_eq!(drawn(part(500, 1000), part(501, 1000), &[]), "████▒░░░░░");
        assert_eq!(drawn(part(0, 1), part(1, 1000), &[]), "▒░░░░░░░░░");
    }
}
