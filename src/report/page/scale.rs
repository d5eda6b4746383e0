//! Scores drawn on the scale of their bands. Places are percents of the width, so that drawings fit any screen and their letters stay as they are.
//!
//! INVARIANT: as in a terminal, a bar never reaches an edge that the exact score misses, nor stops short of one that it reaches.

use crate::explain::{BandLine, VerdictLine};
use crate::report::{edges, percent_range, scale};
use crate::value::Fraction;
use crate::verdict::{Applies, Bounds};

/// The finest part of a width that is drawn: a tenth of a percent.
const CELLS: usize = 1000;

/// The part of a narrow screen's width that a letter takes.
const LETTER: usize = 20;

/// A drawn score; every place is a percent such as `43.2`.
pub(super) struct Drawing {
    /// The bands, worst first.
    pub(super) zones: Vec<Zone>,
    /// The bar; none where only bands are drawn.
    pub(super) bar: Option<Bar>,
    /// What it shows, in words.
    pub(super) words: String,
    /// The names of the bands with their edges, in words; empty where there are none.
    pub(super) scale: String,
}

/// A band's stretch.
pub(super) struct Zone {
    pub(super) from: String,
    pub(super) width: String,
    /// Where its name goes: on one of two lines, so that neighbours have room.
    line: usize,
    /// Where its name goes instead on a narrow screen, in pixels from the top, if there is no room behind its edge: below the others, ending where the
    /// scale does.
    pub(super) aside: Option<usize>,
    pub(super) title: String,
    /// `40%`; empty where a band is not reached by a score.
    pub(super) edge: String,
    pub(super) in_range: bool,
}

/// What is proven, and what is possible beyond.
pub(super) struct Bar {
    pub(super) proven: String,
    pub(super) possible: String,
}

impl Drawing {
    /// The scale of a verdict, with nothing on it.
    pub(super) fn blank(verdict: &VerdictLine) -> Drawing {
        Drawing { bar: None, words: String::new(), ..Drawing::of_verdict(verdict) }
    }

    /// A verdict.
    pub(super) fn of_verdict(verdict: &VerdictLine) -> Drawing {
        let range = crate::report::band_range(&verdict.bands, verdict.range);
        let words = match &verdict.score {
            Some(score) => format!("{}; {range} after gates", spoken(score, &verdict.bands)),
            None => range,
        };
        let bands: Vec<Fraction> = verdict.bands.iter().filter_map(|band| band.edge.clone()).collect();
        let bar = verdict.score.as_ref().map(|score| Bar::of(score, &bands));
        let zones = placed(stretches(verdict));
        let named = |zone: &Zone| if zone.edge.is_empty() { zone.title.clone() } else { format!("{} from {}", zone.title, zone.edge) };
        let scale = format!("The scale: {}", zones.iter().map(named).collect::<Vec<_>>().join(", "));
        Drawing { zones, bar, words, scale }
    }

    /// A score without bands.
    pub(super) fn of_score(score: &Bounds, applies: Applies) -> Drawing {
        if applies == Applies::Never {
            return Drawing { zones: Vec::new(), bar: None, words: "not applicable".to_string(), scale: String::new() };
        }
        Drawing { zones: Vec::new(), bar: Some(Bar::of(score, &[])), words: spoken(score, &[]), scale: String::new() }
    }
}

impl Drawing {
    /// How many lines of names a narrow screen needs besides the two.
    pub(super) fn asides(&self) -> usize {
        self.zones.iter().filter(|zone| zone.aside.is_some()).count().min(3)
    }
}

impl Zone {
    /// Where the line that leads to its edge begins, in pixels from the top.
    pub(super) fn top(&self) -> usize {
        4 + 18 * self.line
    }

    /// Where its name stands, likewise.
    pub(super) fn baseline(&self) -> usize {
        14 + 18 * self.line
    }
}

impl Bar {
    fn of(score: &Bounds, edges: &[Fraction]) -> Bar {
        let (solid, end) = scale::cells(score, edges, CELLS);
        Bar { proven: percent(solid), possible: percent(end - solid) }
    }
}

/// `proven 43.2%, possible up to 71.9%`
fn spoken(score: &Bounds, bands: &[BandLine]) -> String {
    let edges = edges(bands);
    if score.is_exact() {
        return format!("proven {}", percent_range(score, &edges));
    }
    let (low, high) = (Bounds::exactly(score.low.clone()), Bounds::exactly(score.high.clone()));
    format!("proven {}, possible up to {}", percent_range(&low, &edges), percent_range(&high, &edges))
}

/// The stretches of a verdict's bands, worst first. Bands that no score reaches are drawn only where none is: then each has as much room as any other.
fn stretches(verdict: &VerdictLine) -> Vec<scale::Zone> {
    let range = verdict.range;
    if verdict.score.is_some() {
        let zones = scale::zones(&verdict.bands, range, CELLS);
        return zones.into_iter().filter(|zone| zone.from < zone.to).collect();
    }
    let count = verdict.bands.len().max(1);
    let stretch = |(place, band): (usize, &BandLine)| scale::Zone {
        from: (count - 1 - place) * CELLS / count,
        to: (count - place) * CELLS / count,
        title: band.title.clone(),
        edge: String::new(),
        in_range: (range.ceiling..=range.floor).contains(&(place as u32)),
    };
    let mut zones: Vec<scale::Zone> = verdict.bands.iter().enumerate().map(stretch).collect();
    zones.reverse();
    zones
}

fn placed(zones: Vec<scale::Zone>) -> Vec<Zone> {
    let mut asides = 0;
    let place = |(place, zone): (usize, scale::Zone)| {
        let letters = zone.edge.chars().count() + 2 + zone.title.chars().count();
        let crowded = zone.from + letters * LETTER > CELLS;
        asides += usize::from(crowded);
        Zone {
            from: percent(zone.from),
            width: percent(zone.to - zone.from),
            line: place % 2,
            aside: crowded.then_some(32 + 18 * asides),
            title: zone.title,
            edge: zone.edge,
            in_range: zone.in_range,
        }
    };
    zones.into_iter().enumerate().map(place).collect()
}

/// `43.2` of so many cells of a thousand.
fn percent(cells: usize) -> String {
    format!("{}.{}", cells / 10, cells % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(numerator: i64, denominator: i64) -> Fraction {
        Fraction::ratio(numerator, denominator).unwrap_or_default()
    }

    #[test]
    fn bars_stop_short_of_edges_that_scores_miss() {
        let just_under = Bounds::exactly(part(5_999_999, 10_000_000));
        let bar = Bar::of(&just_under, &[part(3, 5)]);
        assert_eq!((bar.proven.as_str(), bar.possible.as_str()), ("59.9", "0.0"));
        let reached = Bar::of(&Bounds { low: part(3, 5), high: part(3, 4) }, &[part(3, 5)]);
        assert_eq!((reached.proven.as_str(), reached.possible.as_str()), ("60.0", "15.0"));
    }
}
