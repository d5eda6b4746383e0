//! The smallest sets of moves that lead to the goal.
//!
//! First a set is made by always taking the move that helps most, so that there is something to show and to beat. Then all sets of one fact are gone through, all
//! of two, and so on up to that size. Sets are not gone through one by one: of a whole group of facts let go at once it is asked whether the goal is in sight, and
//! only where it is the group is halved.

use std::cmp::Reverse;

use super::board::{Board, Distance, Lead, Spent};
use crate::eval::Overlay;
use crate::value::Possible;
use crate::verdict::Address;

/// The largest set that is looked for.
const LARGEST: usize = 12;
/// How many sets of the smallest size are gathered.
const MOST_GATHERED: usize = 200;

/// Moves that lead to the goal.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    /// By place among the board's facts, rising: where each goes.
    pub(super) to: Vec<(usize, Possible)>,
    /// Facts on file overturned, and cells moved over.
    pub(super) cost: (u32, u32),
}

impl Moves {
    pub(super) fn overlays(&self, board: &Board) -> Vec<Overlay> {
        self.to.iter().map(|(fact, value)| board.to(*fact, value.clone())).collect()
    }

    fn addresses(&self, board: &Board) -> Vec<Address> {
        self.to.iter().map(|(fact, _)| board.facts[*fact].address).collect()
    }
}

/// What came of a search.
#[derive(Debug)]
pub(super) struct Sought {
    /// All of one size, the best first.
    pub(super) found: Vec<Moves>,
    /// There is none of fewer facts than this.
    pub(super) none_below: usize,
    /// Whether all sets of the size found were gone through.
    pub(super) all: bool,
    /// Whether the budget ran out.
    pub(super) spent: bool,
    /// Whether the facts that may be moved could not lead there even all together.
    pub(super) out_of_reach: bool,
}

/// Looks for sets of moves.
pub(super) fn search(board: &mut Board) -> Sought {
    let mut search = Search { found: Vec::new(), none_below: 1, all: false, out_of_reach: false, sound: true, order: Vec::new() };
    let spent = search.run(board) == Err(Spent);
    let mut found = search.found;
    found.sort_by_key(|moves| (moves.cost, moves.addresses(board)));
    Sought { found, none_below: search.none_below, all: search.all && !spent, spent, out_of_reach: search.out_of_reach }
}

struct Search {
    found: Vec<Moves>,
    none_below: usize,
    all: bool,
    out_of_reach: bool,
    /// Whether no set was given up that might lead there, of the sizes gone through so far.
    sound: bool,
    /// The facts, those with the best prospects first.
    order: Vec<usize>,
}

impl Search {
    fn run(&mut self, board: &mut Board) -> Result<(), Spent> {
        let all: Vec<Overlay> = (0..board.facts.len()).map(|fact| board.free(fact, false)).collect();
        board.resolve_against(&[])?;
        if board.is_refuted(&all)? {
            self.out_of_reach = true;
            return Ok(());
        }
        self.rank(board)?;
        self.found.extend(self.climb(board)?);
        let largest = self.found.first().map_or(LARGEST, |moves| moves.to.len()).min(board.facts.len());
        let mut climbed = std::mem::take(&mut self.found);
        for size in 1..=largest {
            let ended = self.of_size(board, size);
            if !self.found.is_empty() {
                self.all = ended.is_ok() && self.found.len() < MOST_GATHERED;
                return ended;
            }
            if ended.is_err() {
                self.found.append(&mut climbed);
                return ended;
            }
            if self.sound {
                self.none_below = size + 1;
            }
        }
        // The set made step by step stands where going through cells finds none, because it calculates.
        self.found.append(&mut climbed);
        Ok(())
    }

    /// The facts in the order of what they could do alone where all else speaks against it.
    fn rank(&mut self, board: &mut Board) -> Result<(), Spent> {
        let mut ranked = Vec::with_capacity(board.facts.len());
        for fact in 0..board.facts.len() {
            let free = board.free(fact, true);
            ranked.push((Reverse(board.prospect(&[free])?), fact));
        }
        ranked.sort();
        self.order = ranked.into_iter().map(|(_, fact)| fact).collect();
        Ok(())
    }

    /// A set made by taking the best move again and again, less what turns out not to be needed.
    fn climb(&self, board: &mut Board) -> Result<Option<Moves>, Spent> {
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut moves: Vec<Overlay> = Vec::new();
        let (mut reached, mut distance) = board.distance(&moves)?;
        while !reached {
            let mut best: Option<Step> = None;
            for fact in 0..board.facts.len() {
                if taken.len() >= LARGEST || taken.iter().any(|(other, _)| *other == fact) {
                    continue;
                }
                for cell in 0..board.facts[fact].cells.len() {
                    let cost = board.facts[fact].cells[cell].cost();
                    moves.push(board.to(fact, board.facts[fact].cells[cell].value.clone()));
                    let (reaches, left) = board.distance(&moves)?;
                    moves.pop();
                    if (reaches || left < distance) && best.as_ref().is_none_or(|best| (!reaches, &left, cost, fact, cell) < best.key()) {
                        best = Some(Step { misses: !reaches, left, cost, fact, cell });
                    }
                }
            }
            let Some(Step { misses, left, fact, cell, .. }) = best else { return Ok(None) };
            moves.push(board.to(fact, board.facts[fact].cells[cell].value.clone()));
            taken.push((fact, cell));
            (reached, distance) = (!misses, left);
        }
        for place in (0..taken.len()).rev() {
            let without = moves.remove(place);
            if board.reaches(&moves)? {
                taken.remove(place);
            } else {
                moves.insert(place, without);
            }
        }
        taken.sort_unstable();
        let cell = |(fact, cell): &(usize, usize)| &board.facts[*fact].cells[*cell];
        let cost = taken.iter().map(cell).fold((0, 0), |sum, cell| add(sum, cell.cost()));
        let to = taken.iter().map(|taken| (taken.0, cell(taken).value.clone())).collect();
        Ok(Some(Moves { to, cost }))
    }

    /// All sets of one size.
    fn of_size(&mut self, board: &mut Board, size: usize) -> Result<(), Spent> {
        let mut pending = vec![vec![Group { from: 0, to: self.order.len(), count: size }]];
        while let Some(groups) = pending.pop() {
            let free: Vec<Overlay> = groups
                .iter()
                .flat_map(|group| self.order[group.from..group.to].iter().map(|fact| board.free(*fact, group.is_whole())))
                .collect();
            if board.is_refuted(&free)? {
                continue;
            }
            let widest = groups.iter().enumerate().filter(|(_, group)| !group.is_whole()).max_by_key(|(_, group)| group.to - group.from);
            let Some((place, group)) = widest else {
                let mut set: Vec<usize> = groups.iter().flat_map(|group| self.order[group.from..group.to].iter().copied()).collect();
                set.sort_unstable();
                self.fit(board, &set)?;
                if self.found.len() >= MOST_GATHERED {
                    return Ok(());
                }
                continue;
            };
            // What is pushed last is looked at first: most of the set from the better half.
            for halves in group.halved() {
                let mut parts = groups.clone();
                parts.splice(place..=place, halves);
                pending.push(parts);
            }
        }
        Ok(())
    }

    /// The best cells of a set's facts that lead to the goal.
    fn fit(&mut self, board: &mut Board, set: &[usize]) -> Result<(), Spent> {
        let mut fitting = Fitting { set, chosen: Vec::new(), best: None, is_open: false };
        fitting.descend(board, (0, 0))?;
        match fitting.best {
            Some(moves) => self.found.push(moves),
            None if fitting.is_open => self.sound = false,
            None => {}
        }
        Ok(())
    }
}

/// A move that may be taken, the lesser the better.
struct Step {
    misses: bool,
    left: Distance,
    cost: (u32, u32),
    fact: usize,
    cell: usize,
}

impl Step {
    fn key(&self) -> (bool, &Distance, (u32, u32), usize, usize) {
        (self.misses, &self.left, self.cost, self.fact, self.cell)
    }
}

fn add(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (one.0 + other.0, one.1 + other.1)
}

/// So many out of some facts that follow each other in the order.
#[derive(Clone, Copy, Debug)]
struct Group {
    from: usize,
    to: usize,
    count: usize,
}

impl Group {
    fn is_whole(&self) -> bool {
        self.to - self.from == self.count
    }

    /// All ways to take them out of the two halves; those that take most from the first come last.
    fn halved(self) -> Vec<Vec<Group>> {
        let middle = self.from + (self.to - self.from) / 2;
        let (left, right) = (middle - self.from, self.to - middle);
        (self.count.saturating_sub(right)..=self.count.min(left))
            .map(|count| {
                let halves = [Group { from: self.from, to: middle, count }, Group { from: middle, to: self.to, count: self.count - count }];
                halves.into_iter().filter(|group| group.count > 0).collect()
            })
            .collect()
    }
}

/// The cells of a set, one fact after another.
struct Fitting<'s> {
    set: &'s [usize],
    chosen: Vec<Possible>,
    best: Option<Moves>,
    /// Whether within some cells of facts that enter calculations there may be values that lead there, and that were not tried.
    is_open: bool,
}

impl Fitting<'_> {
    fn descend(&mut self, board: &mut Board, cost: (u32, u32)) -> Result<(), Spent> {
        if self.best.as_ref().is_some_and(|best| best.cost <= cost) {
            return Ok(());
        }
        let mut moves: Vec<Overlay> = self.set.iter().zip(&self.chosen).map(|(fact, value)| board.to(*fact, value.clone())).collect();
        let is_complete = moves.len() == self.set.len();
        if !moves.is_empty() {
            moves.extend(self.set[moves.len()..].iter().map(|fact| board.free(*fact, true)));
            if board.is_refuted(&moves)? {
                return Ok(());
            }
        }
        if is_complete {
            match board.leads(&moves)? {
                Lead::There => {
                    let to = self.set.iter().copied().zip(self.chosen.iter().cloned()).collect();
                    self.best = Some(Moves { to, cost });
                }
                Lead::Elsewhere => {}
                // All values of a cell come to the same unless they are calculated with.
                Lead::Open => {
                    self.is_open |=
                        self.set.iter().zip(&self.chosen).any(|(fact, value)| board.facts[*fact].calculated && !value.is_exact());
                }
            }
            return Ok(());
        }
        let fact = self.set[self.chosen.len()];
        let mut cells = board.facts[fact].cells.clone();
        cells.sort_by_key(|cell| cell.cost());
        for cell in cells {
            let cost = add(cost, cell.cost());
            self.chosen.push(cell.value);
            let descended = self.descend(board, cost);
            self.chosen.pop();
            descended?;
        }
        Ok(())
    }
}
