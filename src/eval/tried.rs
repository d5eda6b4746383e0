//! What the cells of split facts came to, kept because open questions ask much the same: a fact's value is a cell, or lies in one whose values nothing tells
//! apart.

use std::ops::Range;

use super::conditions::exactly;
use super::merging::Came;
use crate::program::{FieldUse, Step};
use crate::value::Possible;
use crate::verdict::{Address, Evaluation};

/// Cells of facts, in the order in which the facts are split.
#[derive(Default)]
pub(super) struct Tried {
    /// Where the cells of each fact begin.
    facts: Vec<(Address, usize)>,
    cells: Vec<(Possible, Range<usize>)>,
    /// What came to something else than on the ground.
    came: Vec<Came>,
}

impl Tried {
    /// The cells that come next are those of a fact.
    pub(super) fn begin(&mut self, fact: Address) {
        self.facts.push((fact, self.cells.len()));
    }

    /// Keeps what a cell came to.
    pub(super) fn keep(&mut self, cell: Possible, steps: &[Step], changed: &[bool], here: &Evaluation) {
        let first = self.came.len();
        self.came.extend(steps.iter().zip(changed).filter(|(_, changed)| **changed).map(|(step, _)| Came::of(*step, here)));
        self.cells.push((cell, first..self.came.len()));
    }

    /// What an answer to a fact comes to, where that is known by one of its cells.
    pub(super) fn find(&self, fact: Address, field: &FieldUse, answer: &Possible) -> Option<&[Came]> {
        let place = self.facts.binary_search_by_key(&fact, |(fact, _)| *fact).ok()?;
        let end = self.facts.get(place + 1).map_or(self.cells.len(), |(_, next)| *next);
        let cells = &self.cells[self.facts[place].1..end];
        let (_, came) = cells.iter().find(|(cell, _)| {
            cell == answer
                || field.cuts.is_some()
                    && exactly(answer).is_some_and(|number| matches!(cell, Possible::Range(range) if range.contains(number)))
        })?;
        Some(&self.came[came.clone()])
    }
}
