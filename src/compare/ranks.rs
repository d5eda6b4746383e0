//! Ranks as far as the evidence proves them.

use super::{Alteration, applies_always, is_ranked};
use crate::explain::VerdictLine;

/// Who stands where.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The ranks that each project can have; none for one that is out of the ranking.
    pub ranks: Vec<Option<Ranks>>,
    /// The groups, best first: each project of one is proven to be above all of the next. Within a group the evidence leaves some order open.
    pub groups: Vec<Vec<usize>>,
    /// Every pair of which the first is proven to be above the second.
    pub leads: Vec<Lead>,
}

/// From 1, the best. Those that are level share a rank, and the next has as many above it as there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranks {
    /// With none above it but those that are proven to be.
    pub best: usize,
    /// With all above it but those that are proven not to be.
    pub worst: usize,
}

/// A proven order of two projects: where both verdicts apply.
#[derive(Clone, Debug)]
pub struct Lead {
    /// The one above.
    pub above: usize,
    /// The one below.
    pub below: usize,
    /// Whether it is not proven without what was assumed for want of evidence.
    pub assumed: bool,
    /// Whether it is proven for all altered weights together.
    pub jointly: bool,
    /// The single weights under which it is not proven any more.
    pub lost_under: Vec<Alteration>,
}

impl Ranking {
    /// Whether one project is proven to be above another.
    pub fn is_above(&self, one: usize, other: usize) -> bool {
        self.leads.iter().any(|lead| (lead.above, lead.below) == (one, other))
    }
}

/// A floor and a ceiling in the ranking, and whether the verdict is there whatever is unknown.
struct Entry<T> {
    floor: T,
    ceiling: T,
    always: bool,
}

/// The ranking of verdicts by floor and ceiling, as `ends` reads them, and without assumptions, as `bare` does; greater is better.
pub(super) fn ranking<T: Ord>(
    lines: &[&VerdictLine],
    ends: impl Fn(&VerdictLine) -> (T, T),
    bare: impl Fn(&VerdictLine) -> Option<(T, T)>,
) -> Ranking {
    let entries: Vec<Option<Entry<T>>> = lines
        .iter()
        .map(|line| {
            let (floor, ceiling) = ends(line);
            is_ranked(line).then(|| Entry { floor, ceiling, always: applies_always(line) })
        })
        .collect();
    let ranks = entries
        .iter()
        .enumerate()
        .map(|(place, entry)| {
            let entry = entry.as_ref()?;
            let others = || entries.iter().enumerate().filter(|(other, _)| *other != place).filter_map(|(_, other)| other.as_ref());
            Some(Ranks {
                best: 1 + others().filter(|other| other.always && other.floor > entry.ceiling).count(),
                worst: 1 + others().filter(|other| other.ceiling > entry.floor).count(),
            })
        })
        .collect();
    let mut leads = Vec::new();
    for (above, one) in entries.iter().enumerate() {
        for (below, other) in entries.iter().enumerate() {
            if let (Some(one), Some(other)) = (one, other)
                && one.floor > other.ceiling
            {
                let stays = bare(lines[above]).zip(bare(lines[below])).is_some_and(|((floor, _), (_, ceiling))| floor > ceiling);
                leads.push(Lead { above, below, assumed: !stays, jointly: false, lost_under: Vec::new() });
            }
        }
    }
    Ranking { ranks, groups: groups(&entries), leads }
}

/// Cut wherever everything above is proven to be above everything below.
fn groups<T: Ord>(entries: &[Option<Entry<T>>]) -> Vec<Vec<usize>> {
    let mut order: Vec<(usize, &Entry<T>)> =
        entries.iter().enumerate().filter_map(|(place, entry)| Some((place, entry.as_ref()?))).collect();
    order.sort_by(|(a, one), (b, other)| (&other.ceiling, &other.floor, a).cmp(&(&one.ceiling, &one.floor, b)));
    let mut groups: Vec<Vec<(usize, &Entry<T>)>> = Vec::new();
    let mut least: Option<&T> = None;
    for (place, entry) in order {
        if least.is_none_or(|least| *least > entry.ceiling) {
            groups.push(Vec::new());
            least = None;
        }
        least = Some(least.map_or(&entry.floor, |least| least.min(&entry.floor)));
        if let Some(group) = groups.last_mut() {
            group.push((place, entry));
        }
    }
    let by_floor = |group: Vec<(usize, &Entry<T>)>| {
        let mut group = group;
        group.sort_by(|(a, one), (b, other)| (&other.floor, &other.ceiling, a).cmp(&(&one.floor, &one.ceiling, b)));
        group.into_iter().map(|(place, _)| place).collect()
    };
    groups.into_iter().map(by_floor).collect()
}
