//! Clues: which answers would tell more about limits and triggers. The answers are those that the open questions try, so they cost no run of their own
//! unless nothing that is scored reads the fact.

use std::cmp::Reverse;

use crate::value::{Fraction, Interval, Truth};
use crate::verdict::{Address, Applies, Clue, Clues, Evaluation, LimitOutcome};

/// Gathers clues, one fact after another.
pub(super) struct Gathering<'b> {
    base: &'b Evaluation,
    clues: Clues,
    /// For the fact at hand: what its answers have told of each limit, and how many told all.
    limits: Vec<(Fraction, usize)>,
    /// For the fact at hand: how many of its answers decide each trigger.
    triggers: Vec<usize>,
}

impl<'b> Gathering<'b> {
    /// None so far.
    pub fn new(base: &'b Evaluation) -> Gathering<'b> {
        Gathering {
            base,
            clues: Clues { limits: vec![Vec::new(); base.limits.len()], triggers: vec![Vec::new(); base.triggers.len()] },
            limits: vec![(Fraction::zero(), 0); base.limits.len()],
            triggers: vec![0; base.triggers.len()],
        }
    }

    /// Whether there is anything to be told.
    pub fn is_wanted(&self) -> bool {
        self.base.limits.iter().any(|limit| !is_told(limit)) || self.base.triggers.iter().any(|trigger| trigger.fires == Truth::Unknown)
    }

    /// What an answer leaves of them that stands for so many.
    pub fn take(&mut self, answered: &Evaluation, count: usize) {
        for ((base, left), (gain, told)) in self.base.limits.iter().zip(&answered.limits).zip(&mut self.limits) {
            if base != left && !is_told(base) && left.fault.is_none() {
                *gain = gain.add(&gained(base, left).multiply(&Fraction::whole(count as i64)));
                *told += if is_told(left) { count } else { 0 };
            }
        }
        for ((base, left), decided) in self.base.triggers.iter().zip(&answered.triggers).zip(&mut self.triggers) {
            *decided += if base.fires == Truth::Unknown && left.fires != Truth::Unknown { count } else { 0 };
        }
    }

    /// All answers to a fact are taken. `all` says whether they are all that there can be.
    pub fn end(&mut self, fact: Address, tried: usize, all: bool) {
        let count = Fraction::whole(tried as i64);
        for ((gain, told), clues) in self.limits.iter_mut().zip(&mut self.clues.limits) {
            let (gain, told) = (std::mem::take(gain), std::mem::take(told));
            if !gain.is_zero() {
                clues.push(Clue { fact, settles: all && told == tried, gain: gain.divide(&count).unwrap_or_default() });
            }
        }
        for (decided, clues) in self.triggers.iter_mut().zip(&mut self.clues.triggers) {
            let decided = std::mem::take(decided);
            if decided > 0 {
                let gain = Fraction::whole(decided as i64).divide(&count).unwrap_or_default();
                clues.push(Clue { fact, settles: all && decided == tried, gain });
            }
        }
    }

    /// Every clue, the most telling first.
    pub fn finish(mut self) -> Clues {
        for clues in self.clues.limits.iter_mut().chain(&mut self.clues.triggers) {
            clues.sort_by(|a, b| (Reverse(a.settles), Reverse(&a.gain), a.fact).cmp(&(Reverse(b.settles), Reverse(&b.gain), b.fact)));
        }
        self.clues
    }
}

/// Whether nothing about a limit is open.
fn is_told(limit: &LimitOutcome) -> bool {
    limit.fault.is_none()
        && match limit.applies {
            Applies::Never => true,
            Applies::Always => limit.value.exact().is_some(),
            Applies::Maybe => false,
        }
}

/// The part of a limit's width that an answer takes away. Of a range without an end no part can be named: an end that is found counts half.
fn gained(base: &LimitOutcome, left: &LimitOutcome) -> Fraction {
    if is_told(left) {
        return Fraction::one();
    }
    match (width(&base.value), width(&left.value)) {
        (Some(before), Some(after)) => before.subtract(&after).divide(&before).map_or(Fraction::zero(), |part| part.max(Fraction::zero())),
        (None, Some(_)) => Fraction::ratio(1, 2).unwrap_or_default(),
        (_, None) => Fraction::zero(),
    }
}

fn width(range: &Interval) -> Option<Fraction> {
    range.is_finite().then(|| Fraction::from_number(range.high).subtract(&Fraction::from_number(range.low)))
}
