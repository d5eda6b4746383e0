//! How far a score is from the edges of its bands, and which single item could carry it there.

use super::{Entrant, is_ranked};
use crate::explain::{portion, shares};
use crate::program::{Basis, Program};
use crate::value::Fraction;
use crate::verdict::{Applies, Bounds};

/// How far a score is from the nearest edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Margins {
    /// From the floor down to the lower edge of its band; none in the lowest.
    pub down: Option<Distance>,
    /// From the ceiling up to the next edge; none in the highest band.
    pub up: Option<Distance>,
}

/// The way to an edge. A floor that stands on its edge is at no distance from it and falls with any loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distance {
    /// How far, in parts of the whole score.
    pub distance: Fraction,
    /// The band whose lower edge it is.
    pub band: u32,
    /// The single item that could carry the score over it, if one can.
    pub tip: Option<Tip>,
}

/// Single items that could carry a score over an edge: by losing the points that they are proven to have, or by gaining those that they are proven to lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The one among them with the least to lose or to gain.
    pub item: usize,
    /// How many items could.
    pub count: usize,
}

/// The margins of a scored verdict that is in the ranking.
pub(super) fn margins(program: &Program, entrant: &Entrant<'_>, verdict: usize) -> Option<Margins> {
    let line = &entrant.explanation.verdicts[verdict];
    let (score, Basis::Score(root, _)) = (line.score.as_ref()?, &program.verdicts[verdict].basis) else { return None };
    if !is_ranked(line) {
        return None;
    }
    let edges = || line.bands.iter().enumerate().filter_map(|(place, band)| Some((place as u32, band.edge.as_ref()?)));
    let below = edges().find(|(_, edge)| **edge <= score.low);
    let above = edges().rfind(|(_, edge)| **edge > score.high);
    let evaluation = &entrant.judgement.evaluation;
    let shares = shares(program, evaluation, Some(*root));
    // What each item that certainly counts, by a share that is exactly known, makes of the score by so many points.
    let part = |item: usize, points: &Fraction| {
        let scorecard = program.items[item].scorecard.index();
        let share = shares[scorecard].as_ref().filter(|_| evaluation.items[item].applies == Applies::Always)?;
        let part = portion(share, &Bounds::exactly(points.clone()), &evaluation.scores[scorecard].counted);
        part.is_exact().then_some(part.low)
    };
    let tip = |points: &dyn Fn(usize) -> Fraction, reaches: &dyn Fn(&Fraction) -> bool| {
        let mut able: Vec<(Fraction, usize)> = Vec::new();
        for id in program.scorecards.iter().flat_map(|scorecard| &scorecard.items) {
            // An include is what its scorecard's items make it.
            if entrant.explanation.items[id.index()].included.is_some() {
                continue;
            }
            able.extend(part(id.index(), &points(id.index())).filter(reaches).map(|part| (part, id.index())));
        }
        able.sort();
        able.first().map(|(_, item)| Tip { item: *item, count: able.len() })
    };
    let kept = |item: usize| evaluation.items[item].points.low.clone();
    let lacked = |item: usize| program.items[item].worth.subtract(&evaluation.items[item].points.high);
    Some(Margins {
        down: below.map(|(band, edge)| {
            let distance = score.low.subtract(edge);
            let tip = tip(&kept, &|part| *part > distance);
            Distance { distance, band, tip }
        }),
        up: above.map(|(band, edge)| {
            let distance = edge.subtract(&score.high);
            let tip = tip(&lacked, &|part| *part >= distance);
            Distance { distance, band, tip }
        }),
    })
}
