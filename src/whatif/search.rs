//! The smallest sets of moves that lead to the goal.
//!
//! First a set is made in two ways, so that there is something to show and to beat: by always taking the move that helps most, and by making all moves that
//! help and taking back one after another. What is not needed is left out of it. Then all sets of one fact are gone through, all of two, and
//! so on up to that size. Sets are not gone through one by one: of a whole group of facts let go at once it is asked whether the goal is in sight, and
//! only where it is the group is halved.

use std::cmp::Reverse;

use super::board::{Board, Distance, Lead, Spent};
use crate::eval::Overlay;
use crate::value::Possible;
use crate::verdict::Address;

/// The largest set that is looked for by going through all.
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
    /// Whether no part of any set found leads there too.
    pub(super) all_needed: bool,
    /// Whether the budget ran out.
    pub(super) spent: bool,
    /// Whether the facts that may be moved could not lead there even all together.
    pub(super) out_of_reach: bool,
}

/// Looks for sets of moves.
pub(super) fn search(board: &mut Board) -> Sought {
    let mut search =
        Search { found: Vec::new(), none_below: 1, all: false, all_needed: false, out_of_reach: false, sound: true, order: Vec::new() };
    let spent = search.run(board) == Err(Spent);
    let mut found = search.found;
    found.sort_by_key(|moves| (moves.cost, moves.addresses(board)));
    let Search { none_below, all, all_needed, out_of_reach, .. } = search;
    Sought { found, none_below, all: all && !spent, all_needed, spent, out_of_reach }
}

struct Search {
    found: Vec<Moves>,
    none_below: usize,
    all: bool,
    all_needed: bool,
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
        self.first(board)?;
        let largest = self.found.first().map_or(LARGEST, |moves| moves.to.len().min(LARGEST)).min(board.facts.len());
        let mut first = std::mem::take(&mut self.found);
        for size in 1..=largest {
            let ended = self.of_size(board, size);
            if !self.found.is_empty() {
                // Of what is gone through in order of size, the parts were gone through before.
                self.all_needed = true;
                self.all = ended.is_ok() && self.found.len() < MOST_GATHERED;
                return ended;
            }
            if ended.is_err() {
                self.found.append(&mut first);
                return ended;
            }
            if self.sound {
                self.none_below = size + 1;
            }
        }
        // The set made first stands where going through cells finds none, because it calculates, or because it is larger.
        self.found.append(&mut first);
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

    /// The smaller of two sets that are quickly made, less what is not needed of it.
    fn first(&mut self, board: &mut Board) -> Result<(), Spent> {
        self.found.extend(self.climb(board)?);
        if let Some(moves) = self.take_back(board)?
            && self.found.first().is_none_or(|found| (moves.to.len(), moves.cost) < (found.to.len(), found.cost))
        {
            self.found = vec![moves];
        }
        while let Some(moves) = self.found.first() {
            let Some(less) = part_that_leads(board, moves)? else {
                self.all_needed = true;
                break;
            };
            self.found = vec![less];
        }
        Ok(())
    }

    /// A set made by moving every fact to where it does most while the facts after it are let go, and by taking back one after another, the least promising
    /// first, while the goal is still reached.
    fn take_back(&self, board: &mut Board) -> Result<Option<Moves>, Spent> {
        let mut moves: Vec<Overlay> = self.order.iter().map(|fact| board.free(*fact, false)).collect();
        let mut to = Vec::with_capacity(moves.len());
        for fact in &self.order {
            let free = moves.remove(0);
            if let Some(cell) = best_cell(board, *fact, free, &moves, &to)? {
                to.push((*fact, cell));
            }
        }
        let overlays: Vec<Overlay> = to.iter().map(|(fact, value)| board.to(*fact, value.clone())).collect();
        if !board.reaches(&overlays)? {
            return Ok(None);
        }
        for place in (0..to.len()).rev() {
            let without = to.remove(place);
            let overlays: Vec<Overlay> = to.iter().map(|(fact, value)| board.to(*fact, value.clone())).collect();
            if !board.reaches(&overlays)? {
                to.insert(place, without);
            }
        }
        to.sort_unstable_by_key(|(fact, _)| *fact);
        let cost = to.iter().fold((0, 0), |sum, (fact, value)| add(sum, board.cost(*fact, value)));
        Ok(Some(Moves { to, cost }))
    }

    /// A set made by taking the best move again and again.
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

/// Where a fact does most, others being moved already and the rest let go; none where it does best as it is.
fn best_cell(board: &mut Board, fact: usize, free: Overlay, rest: &[Overlay], to: &[(usize, Possible)]) -> Result<Option<Possible>, Spent> {
    let mut moves: Vec<Overlay> = to.iter().map(|(fact, value)| board.to(*fact, value.clone())).chain(rest.iter().cloned()).collect();
    let is_exact = board.slot(free.address).exact;
    let mut best = if is_exact { Some((Reverse(board.prospect(&moves)?), (0, 0), None)) } else { None };
    let mut cells = board.facts[fact].cells.clone();
    // Of what is calculated with, a range is in sight of more than it leads to.
    cells.retain(|cell| !board.facts[fact].calculated || cell.value.is_exact());
    for cell in cells {
        moves.push(board.to(fact, cell.value.clone()));
        let (hope, cost) = (Reverse(board.prospect(&moves)?), cell.cost());
        moves.pop();
        if best.as_ref().is_none_or(|(most, least, _)| (&hope, cost) < (most, *least)) {
            best = Some((hope, cost, Some(cell.value)));
        }
    }
    Ok(best.and_then(|(_, _, value)| value))
}

/// Fewer of the same moves that lead there too, if there are.
fn part_that_leads(board: &mut Board, moves: &Moves) -> Result<Option<Moves>, Spent> {
    let count = moves.to.len();
    // Each part lacks some move first: all before it are made, of those after it any may be.
    for lacking in 0..count {
        let mut pending = vec![(0..lacking).collect::<Vec<usize>>()];
        let mut from = vec![lacking + 1];
        while let (Some(made), Some(next)) = (pending.pop(), from.pop()) {
            let mut overlays: Vec<Overlay> = made.iter().map(|place| board.to(moves.to[*place].0, moves.to[*place].1.clone())).collect();
            overlays.extend(moves.to[next..].iter().map(|(fact, value)| board.perhaps(*fact, value)));
            if board.is_refuted(&overlays)? {
                continue;
            }
            if next < count {
                let with = made.iter().copied().chain([next]).collect();
                pending.extend([with, made]);
                from.extend([next + 1, next + 1]);
            } else if board.leads(&overlays)? == Lead::There {
                let to: Vec<(usize, Possible)> = made.iter().map(|place| moves.to[*place].clone()).collect();
                let cost = to.iter().fold((0, 0), |sum, (fact, value)| add(sum, board.cost(*fact, value)));
                return Ok(Some(Moves { to, cost }));
            }
        }
    }
    Ok(None)
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
