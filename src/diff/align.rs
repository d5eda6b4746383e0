//! Which entries of two rows are the same one: rows of a grade, knots, bands, entries of a fact's list.

/// An entry of one row or both, in an order that keeps those of either row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// In both, alike.
    Same(usize, usize),
    /// In both, and not alike.
    Changed(usize, usize),
    /// Only in the old row.
    Removed(usize),
    /// Only in the new row.
    Added(usize),
    /// In both at different places: this is where it was. The second is its place in the new row.
    MovedFrom(usize, usize),
    /// Where it went. The first is its place in the old row.
    MovedTo(usize, usize),
}

/// What one entry is compared by.
pub(super) struct Entry {
    /// Everything that it says.
    pub(super) all: String,
    /// What it is about: two entries with one of these are likelier the same than their places tell.
    pub(super) about: String,
}

/// Pairs two rows: entries that are alike first, then those about the same; what is left over and alike in both has moved, and the rest is paired by place
/// where `by_place`.
pub(super) fn align(old: &[Entry], new: &[Entry], by_place: bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let alike = |one: usize, other: usize| old[one].all == new[other].all;
    let about = |one: usize, other: usize| old[one].about == new[other].about;
    between(0..old.len(), 0..new.len(), &alike, &mut |step| match step {
        Step::Match(one, other) => pairs.push(Pair::Same(one, other)),
        Step::Gap(olds, news) => between(olds, news, &about, &mut |step| match step {
            Step::Match(one, other) => pairs.push(Pair::Changed(one, other)),
            Step::Gap(olds, news) => {
                pairs.extend(olds.map(Pair::Removed));
                pairs.extend(news.map(Pair::Added));
            }
        }),
    });
    find_moves(&mut pairs, old, new);
    if by_place { pair_by_place(pairs) } else { pairs }
}

/// Makes changes of what was removed and added between the same neighbours, one by one.
fn pair_by_place(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut paired = Vec::new();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let close = |gone: &mut Vec<usize>, come: &mut Vec<usize>, paired: &mut Vec<Pair>| {
        let shared = gone.len().min(come.len());
        paired.extend(gone.drain(..shared).zip(come.drain(..shared)).map(|(one, other)| Pair::Changed(one, other)));
        paired.extend(gone.drain(..).map(Pair::Removed));
        paired.extend(come.drain(..).map(Pair::Added));
    };
    for pair in pairs {
        match pair {
            Pair::Removed(one) => gone.push(one),
            Pair::Added(other) => come.push(other),
            // What has moved stands for nothing at its place.
            Pair::MovedFrom(..) => paired.push(pair),
            Pair::Same(..) | Pair::Changed(..) | Pair::MovedTo(..) => {
                close(&mut gone, &mut come, &mut paired);
                paired.push(pair);
            }
        }
    }
    close(&mut gone, &mut come, &mut paired);
    paired
}

/// Makes moves of what was removed in one place and added in another.
fn find_moves(pairs: &mut [Pair], old: &[Entry], new: &[Entry]) {
    let same = |one: usize, other: usize| old[one].all == new[other].all || old[one].about == new[other].about;
    for at in 0..pairs.len() {
        let Pair::Removed(one) = pairs[at] else { continue };
        let target = pairs.iter().position(|pair| matches!(pair, Pair::Added(other) if same(one, *other)));
        if let Some(target) = target
            && let Pair::Added(other) = pairs[target]
        {
            pairs[at] = Pair::MovedFrom(one, other);
            pairs[target] = Pair::MovedTo(one, other);
        }
    }
}

enum Step {
    Match(usize, usize),
    /// What lies between two matches, where there is anything.
    Gap(std::ops::Range<usize>, std::ops::Range<usize>),
}

type Range = std::ops::Range<usize>;

/// A longest common run of matches of two ranges, in order, with what lies between them.
fn between(olds: Range, news: Range, same: &dyn Fn(usize, usize) -> bool, take: &mut dyn FnMut(Step)) {
    let (rows, columns) = (olds.len(), news.len());
    // longest[i][j]: the most matches from old entry i and new entry j on.
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            longest[i][j] = match same(olds.start + i, news.start + j) {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut from) = (0, 0, (0, 0));
    let gap = |from: (usize, usize), to: (usize, usize), take: &mut dyn FnMut(Step)| {
        if from != to {
            take(Step::Gap(olds.start + from.0..olds.start + to.0, news.start + from.1..news.start + to.1));
        }
    };
    while i < rows && j < columns {
        if same(olds.start + i, news.start + j) {
            gap(from, (i, j), take);
            take(Step::Match(olds.start + i, news.start + j));
            (i, j) = (i + 1, j + 1);
            from = (i, j);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    gap(from, (rows, columns), take);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Vec<Entry> {
        text.split_whitespace().map(|word| Entry { all: word.to_string(), about: word[..1].to_string() }).collect()
    }

    #[test]
    fn entries_keep_their_identity() {
        use Pair::{Added, Changed, MovedFrom, MovedTo, Removed, Same};
        let pairs = |old: &str, new: &str, by_place| align(&row(old), &row(new), by_place);
        assert_eq!(pairs("a1 b1", "a1 b1", true), [Same(0, 0), Same(1, 1)]);
        assert_eq!(pairs("a1 b1", "a1 x1 b2", true), [Same(0, 0), Added(1), Changed(1, 2)]);
        assert_eq!(pairs("a1 b1 c1", "a1 c1", true), [Same(0, 0), Removed(1), Same(2, 1)]);
        assert_eq!(pairs("a1 b1", "a1 x1", true), [Same(0, 0), Changed(1, 1)]);
        assert_eq!(pairs("a1 b1", "a1 x1", false), [Same(0, 0), Removed(1), Added(1)]);
        assert_eq!(pairs("a1 b1 c1", "b1 c1 a1", true), [MovedFrom(0, 2), Same(1, 0), Same(2, 1), MovedTo(0, 2)]);
    }
}
