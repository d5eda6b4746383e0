//! Guards: under a condition, the facts that it compares with constants are narrower than the evidence leaves them.

use super::{DEEPEST_GUARD, Overlay, Run};
use crate::policy::VerdictId;
use crate::program::{Condition, ConditionId, Expr, ExprId, Place};
use crate::value::{Comparison, Interval, Number, Possible, Truth, Variants};

impl Run<'_> {
    /// Narrows facts to what `condition` being `holds` leaves of them, until the enclosing stretch ends. False: it leaves nothing.
    ///
    /// Looks through `and`, `or`, `not` and `let`s. What it can't use it leaves as it is, which is sound.
    pub(super) fn narrow(&mut self, id: ConditionId, holds: bool) -> bool {
        if self.guards > DEEPEST_GUARD {
            return true;
        }
        let program = self.program;
        match &program.conditions[id.0 as usize].0 {
            Condition::Constant(truth) => *truth == holds,
            Condition::Not(inner) => self.narrow(*inner, !holds),
            Condition::And(parts) if holds => self.narrow_all(parts, true),
            Condition::Or(parts) if !holds => self.narrow_all(parts, false),
            Condition::And(parts) | Condition::Or(parts) => match parts.as_slice() {
                [only] => self.narrow(*only, holds),
                _ => true,
            },
            Condition::FactCompare(place, comparison, constant) => {
                let comparison = if holds { *comparison } else { comparison.negated() };
                self.narrow_range(*place, comparison, *constant)
            }
            Condition::FactAmong(place, variants) => {
                let wanted = Variants(if holds { variants.0 } else { !variants.0 });
                self.narrow_fact(*place, |value| match value {
                    Possible::Variants(possible) => match possible.0 & wanted.0 {
                        0 => None,
                        left => Some(Possible::Variants(Variants(left))),
                    },
                    other => Some(other.clone()),
                })
            }
            Condition::FactTrue(place) => self.narrow_fact(*place, |value| match value {
                Possible::Truth(Truth::Unknown) => Some(Possible::Truth(Truth::from(holds))),
                Possible::Truth(truth) if *truth != Truth::from(holds) => None,
                other => Some(other.clone()),
            }),
            Condition::Value(expr) => self.narrow_value(*expr, holds),
            Condition::Among(expr, variants) => self.narrow_band(*expr, Variants(if holds { variants.0 } else { !variants.0 })),
            Condition::Compare(..)
            | Condition::Between(..)
            | Condition::OneOf(..)
            | Condition::InList(..)
            | Condition::Known(_)
            | Condition::Empty(_)
            | Condition::Check(_)
            | Condition::Gate(_)
            | Condition::Trigger(_)
            | Condition::Quantified { .. } => true,
        }
    }

    /// Narrows the band of a verdict, where the expression is one: without a fault it has one band, whatever is unknown about which.
    fn narrow_band(&mut self, id: ExprId, wanted: Variants) -> bool {
        let program = self.program;
        match &program.expressions[id.0 as usize].0 {
            Expr::Let(named) => self.narrow_band(program.lets[named.index()].value, wanted),
            Expr::Band(verdict) => {
                let valued = self.value(id);
                let Possible::Variants(possible) = valued.value else { return true };
                if !valued.fault.is_none() {
                    return true;
                }
                match possible.0 & wanted.0 {
                    0 => return false,
                    left if left != possible.0 => {
                        self.narrow_band_to(*verdict, Variants(left));
                    }
                    _ => {}
                }
                true
            }
            _ => true,
        }
    }

    /// Narrows by every part until nothing changes: a hole that one part leaves shows only once another has moved an end there, in whichever order they
    /// stand. Each round takes away what some constant separates, so the rounds end.
    fn narrow_all(&mut self, parts: &[ConditionId], holds: bool) -> bool {
        loop {
            let before = (self.scratch.overlays.len(), self.scratch.masks.len());
            if !parts.iter().all(|part| self.narrow(*part, holds)) {
                return false;
            }
            if (self.scratch.overlays.len(), self.scratch.masks.len()) == before {
                return true;
            }
        }
    }

    fn narrow_value(&mut self, id: ExprId, holds: bool) -> bool {
        let program = self.program;
        match &program.expressions[id.0 as usize].0 {
            Expr::Truth(condition) => self.narrow(*condition, holds),
            Expr::Let(named) => self.narrow_value(program.lets[named.index()].value, holds),
            _ => true,
        }
    }

    fn narrow_range(&mut self, place: Place, comparison: Comparison, constant: Number) -> bool {
        let grid =
            self.address(place).and_then(|address| self.fields.get(self.slot(address).field.0 as usize)).and_then(|field| field.grid);
        self.narrow_fact(place, |value| match value {
            Possible::Range(range) => remaining(*range, comparison, constant).and_then(|range| range.snapped(grid)).map(Possible::Range),
            other => Some(other.clone()),
        })
    }

    fn narrow_fact(&mut self, place: Place, narrowed: impl FnOnce(&Possible) -> Option<Possible>) -> bool {
        // Computed elements have no slot to narrow, and a single value is as narrow as can be.
        let Some(address) = self.address(place) else { return true };
        if self.slot(address).exact {
            return true;
        }
        let (value, changed, mark) = self.fact(place, |value, mark| {
            let narrowed = narrowed(value);
            let changed = narrowed.as_ref() != Some(value);
            (narrowed, changed, mark)
        });
        match value {
            None => false,
            Some(value) => {
                if changed {
                    let frame = self.frame_of_unseen(address, place);
                    self.narrow_to(place, Overlay { address, frame, value, mark });
                }
                true
            }
        }
    }

    /// Narrows a fact until the stretch ends.
    fn narrow_to(&mut self, place: Place, overlay: Overlay) {
        let program = self.program;
        // What a guard says of an unseen element holds for its binder alone, and the binders around the use of a name are not around its value.
        if self.recording {
            self.forget_for_a_while();
        } else if overlay.frame.is_none() {
            match program.field_at(place) {
                Some(field) => {
                    let affected = program.consequences.of(field, overlay.address.sheet, matches!(place, Place::Element { .. }));
                    self.scratch.memory.narrow(affected.names.iter().copied());
                }
                None => self.forget_for_a_while(),
            }
        }
        self.scratch.overlays.push(overlay);
    }

    /// Narrows what a band may be until the stretch ends.
    fn narrow_band_to(&mut self, verdict: VerdictId, left: Variants) {
        let program = self.program;
        if self.recording {
            self.forget_for_a_while();
        } else {
            self.scratch.memory.narrow(program.verdicts[verdict.index()].named_by.iter().copied());
        }
        self.scratch.masks.push((verdict, left));
    }

    /// Everything is worked out where it is read: what is recorded is what is read there.
    fn forget_for_a_while(&mut self) {
        let names = self.scratch.memory.names();
        self.scratch.memory.narrow(names);
    }
}

/// What of a range satisfies a comparison. A hole in the middle can't be shown and stays; one at an end opens the end.
fn remaining(range: Interval, comparison: Comparison, constant: Number) -> Option<Interval> {
    match Interval::satisfying(comparison, constant) {
        Some(wanted) => range.intersect(&wanted),
        None => {
            let mut left = range;
            left.low_open |= left.low == constant;
            left.high_open |= left.high == constant;
            Interval::new(left.low, left.low_open, left.high, left.high_open)
        }
    }
}
