//! Outcomes side by side: what is possible in either, and what both allow. Of everything, or of one step.

use crate::policy::{GateId, ItemId, LimitId, ReviewId, ScorecardId, TriggerId, VerdictId};
use crate::program::Step;
use crate::value::{Fraction, Truth};
use crate::verdict::{
    Applies, Evaluation, Fault, FaultLevel, GateOutcome, ItemOutcome, LimitOutcome, ReviewOutcome, RowTaken, ScoreOutcome, TriggerOutcome,
    VerdictOutcome,
};

use super::protocols::NOT_YET_A_LIMIT;
use super::scoring::{NOT_YET_A_SCORE, NOT_YET_AN_ITEM};

/// What to make of two outcomes.
#[derive(Clone, Copy)]
pub(crate) enum Merge {
    /// What is possible in either.
    Join,
    /// What both allow: each of the two holds every completion's outcome.
    Meet,
    /// The other.
    Take,
}

impl Merge {
    /// Of everything.
    pub(crate) fn all(self, into: &mut Evaluation, other: &Evaluation) {
        self.each(&mut into.items, &other.items);
        self.each(&mut into.scores, &other.scores);
        self.each(&mut into.gates, &other.gates);
        self.each(&mut into.verdicts, &other.verdicts);
        self.each(&mut into.limits, &other.limits);
        self.each(&mut into.triggers, &other.triggers);
        self.each(&mut into.reviews, &other.reviews);
    }

    /// Of what a step comes to.
    pub(super) fn at(self, step: Step, into: &mut Evaluation, other: &Evaluation) {
        match step {
            Step::Item(id) => self.one(&mut into.items[id.index()], &other.items[id.index()]),
            Step::Scorecard(id) => self.one(&mut into.scores[id.index()], &other.scores[id.index()]),
            Step::Gate(id) => self.one(&mut into.gates[id.index()], &other.gates[id.index()]),
            Step::Verdict(id) => self.one(&mut into.verdicts[id.index()], &other.verdicts[id.index()]),
            Step::Limit(id) => self.one(&mut into.limits[id.index()], &other.limits[id.index()]),
            Step::Trigger(id) => self.one(&mut into.triggers[id.index()], &other.triggers[id.index()]),
            Step::Review(id) => self.one(&mut into.reviews[id.index()], &other.reviews[id.index()]),
        }
    }

    fn each<T: Outcome>(self, into: &mut [T], other: &[T]) {
        into.iter_mut().zip(other).for_each(|(mine, theirs)| self.one(mine, theirs));
    }

    fn one<T: Outcome>(self, mine: &mut T, theirs: &T) {
        match self {
            Merge::Join => mine.join(theirs),
            Merge::Meet => mine.meet(theirs),
            Merge::Take => mine.clone_from(theirs),
        }
    }
}

/// What a step came to, apart from everything else.
pub(super) enum Came {
    Item(ItemId, ItemOutcome),
    Scorecard(ScorecardId, ScoreOutcome),
    Gate(GateId, GateOutcome),
    Verdict(VerdictId, VerdictOutcome),
    Limit(LimitId, LimitOutcome),
    Trigger(TriggerId, TriggerOutcome),
    Review(ReviewId, ReviewOutcome),
}

impl Came {
    pub(super) fn of(step: Step, evaluation: &Evaluation) -> Came {
        match step {
            Step::Item(id) => Came::Item(id, evaluation.items[id.index()].clone()),
            Step::Scorecard(id) => Came::Scorecard(id, evaluation.scores[id.index()].clone()),
            Step::Gate(id) => Came::Gate(id, evaluation.gates[id.index()].clone()),
            Step::Verdict(id) => Came::Verdict(id, evaluation.verdicts[id.index()].clone()),
            Step::Limit(id) => Came::Limit(id, evaluation.limits[id.index()].clone()),
            Step::Trigger(id) => Came::Trigger(id, evaluation.triggers[id.index()].clone()),
            Step::Review(id) => Came::Review(id, evaluation.reviews[id.index()].clone()),
        }
    }

    /// Makes it what the step came to.
    pub(super) fn put(&self, into: &mut Evaluation) {
        match self {
            Came::Item(id, outcome) => into.items[id.index()].clone_from(outcome),
            Came::Scorecard(id, outcome) => into.scores[id.index()].clone_from(outcome),
            Came::Gate(id, outcome) => into.gates[id.index()].clone_from(outcome),
            Came::Verdict(id, outcome) => into.verdicts[id.index()].clone_from(outcome),
            Came::Limit(id, outcome) => into.limits[id.index()].clone_from(outcome),
            Came::Trigger(id, outcome) => into.triggers[id.index()].clone_from(outcome),
            Came::Review(id, outcome) => into.reviews[id.index()].clone_from(outcome),
        }
    }

    /// The step.
    pub(super) fn step(&self) -> Step {
        match *self {
            Came::Item(id, _) => Step::Item(id),
            Came::Scorecard(id, _) => Step::Scorecard(id),
            Came::Gate(id, _) => Step::Gate(id),
            Came::Verdict(id, _) => Step::Verdict(id),
            Came::Limit(id, _) => Step::Limit(id),
            Came::Trigger(id, _) => Step::Trigger(id),
            Came::Review(id, _) => Step::Review(id),
        }
    }
}

/// Whether a step comes to the same in both.
pub(super) fn is_same(step: Step, one: &Evaluation, other: &Evaluation) -> bool {
    match step {
        Step::Item(id) => one.items[id.index()] == other.items[id.index()],
        Step::Scorecard(id) => one.scores[id.index()] == other.scores[id.index()],
        Step::Gate(id) => one.gates[id.index()] == other.gates[id.index()],
        Step::Verdict(id) => one.verdicts[id.index()] == other.verdicts[id.index()],
        Step::Limit(id) => one.limits[id.index()] == other.limits[id.index()],
        Step::Trigger(id) => one.triggers[id.index()] == other.triggers[id.index()],
        Step::Review(id) => one.reviews[id.index()] == other.reviews[id.index()],
    }
}

/// Whether a step may be at fault.
pub(super) fn is_faulty(step: Step, evaluation: &Evaluation) -> bool {
    let fault = match step {
        Step::Item(id) => evaluation.items[id.index()].fault,
        Step::Scorecard(id) => evaluation.scores[id.index()].fault,
        Step::Gate(id) => evaluation.gates[id.index()].fault,
        Step::Verdict(id) => evaluation.verdicts[id.index()].fault,
        Step::Limit(id) => evaluation.limits[id.index()].fault,
        Step::Trigger(id) => evaluation.triggers[id.index()].fault,
        Step::Review(id) => evaluation.reviews[id.index()].fault,
    };
    !fault.is_none()
}

trait Outcome: Clone {
    fn join(&mut self, theirs: &Self);
    fn meet(&mut self, theirs: &Self);
}

// Points, scores, bands and amounts are those "given that it applies": where one side never does, the other's stand. Where both hold everything that is possible
// and have nothing in common, it does not apply at all.

impl Outcome for ItemOutcome {
    fn join(&mut self, theirs: &ItemOutcome) {
        let fault = join_faults(self.fault, theirs.fault);
        if self.applies == Applies::Never && theirs.applies != Applies::Never {
            *self = ItemOutcome { applies: Applies::Maybe, ..theirs.clone() };
        } else if theirs.applies == Applies::Never {
            self.applies = self.applies.join(Applies::Never);
        } else {
            self.applies = self.applies.join(theirs.applies);
            self.passes = self.passes.join(theirs.passes);
            self.points = self.points.join(&theirs.points);
            if self.row != theirs.row {
                self.row = RowTaken::Several;
            }
        }
        self.fault = fault;
    }

    fn meet(&mut self, theirs: &ItemOutcome) {
        self.applies = self.applies.meet(theirs.applies);
        if self.applies == Applies::Never {
            *self = ItemOutcome { fault: meet_faults(self.fault, theirs.fault), ..NOT_YET_AN_ITEM };
            return;
        }
        let points = self.points.meet(&theirs.points);
        if points.low > points.high {
            self.fault = meet_faults(self.fault, theirs.fault);
            if self.applies == Applies::Maybe {
                *self = ItemOutcome { fault: self.fault, ..NOT_YET_AN_ITEM };
            }
            return;
        }
        self.points = points;
        self.passes = either(self.passes, theirs.passes);
        if self.row == RowTaken::Several {
            self.row = theirs.row;
        }
        self.fault = meet_faults(self.fault, theirs.fault);
    }
}

impl Outcome for ScoreOutcome {
    fn join(&mut self, theirs: &ScoreOutcome) {
        let fault = join_faults(self.fault, theirs.fault);
        if self.applies == Applies::Never && theirs.applies != Applies::Never {
            *self = ScoreOutcome { applies: Applies::Maybe, ..theirs.clone() };
            self.points.low = self.points.low.clone().min(Fraction::zero());
            self.counted.low = Fraction::zero();
        } else if theirs.applies == Applies::Never {
            self.applies = self.applies.join(Applies::Never);
            self.points = self.points.join(&theirs.points);
            self.counted = self.counted.join(&theirs.counted);
        } else {
            self.applies = self.applies.join(theirs.applies);
            self.score = self.score.join(&theirs.score);
            self.points = self.points.join(&theirs.points);
            self.counted = self.counted.join(&theirs.counted);
        }
        self.fault = fault;
    }

    fn meet(&mut self, theirs: &ScoreOutcome) {
        self.applies = self.applies.meet(theirs.applies);
        self.fault = meet_faults(self.fault, theirs.fault);
        if self.applies == Applies::Never {
            *self = ScoreOutcome { fault: self.fault, ..NOT_YET_A_SCORE };
            return;
        }
        let (score, points) = (self.score.meet(&theirs.score), self.points.meet(&theirs.points));
        if score.low > score.high || points.low > points.high {
            if self.applies == Applies::Maybe {
                *self = ScoreOutcome { fault: self.fault, ..NOT_YET_A_SCORE };
            }
            return;
        }
        (self.score, self.points) = (score, points);
        self.counted = self.counted.meet(&theirs.counted);
    }
}

impl Outcome for GateOutcome {
    fn join(&mut self, theirs: &GateOutcome) {
        *self = GateOutcome { fires: self.fires.join(theirs.fires), fault: join_faults(self.fault, theirs.fault) };
    }

    fn meet(&mut self, theirs: &GateOutcome) {
        *self = GateOutcome { fires: either(self.fires, theirs.fires), fault: meet_faults(self.fault, theirs.fault) };
    }
}

impl Outcome for VerdictOutcome {
    fn join(&mut self, theirs: &VerdictOutcome) {
        let fault = join_faults(self.fault, theirs.fault);
        if self.applies == Applies::Never && theirs.applies != Applies::Never {
            *self = VerdictOutcome { applies: Applies::Maybe, ..theirs.clone() };
        } else if theirs.applies == Applies::Never {
            self.applies = self.applies.join(Applies::Never);
        } else {
            self.applies = self.applies.join(theirs.applies);
            self.ungated = self.ungated.join(theirs.ungated);
            self.unwaived = self.unwaived.join(theirs.unwaived);
            self.bands = self.bands.join(theirs.bands);
        }
        self.fault = fault;
    }

    fn meet(&mut self, theirs: &VerdictOutcome) {
        // A verdict that never applies has bands by custom only, and they are nothing to intersect.
        let (was, is) = (self.applies, self.applies.meet(theirs.applies));
        self.applies = is;
        self.fault = meet_faults(self.fault, theirs.fault);
        if is == Applies::Never {
            if was != Applies::Never {
                (self.ungated, self.unwaived, self.bands) = (theirs.ungated, theirs.unwaived, theirs.bands);
            }
        } else {
            let both = [(self.ungated, theirs.ungated), (self.unwaived, theirs.unwaived), (self.bands, theirs.bands)];
            let [ungated, unwaived, bands] = both.map(|(mine, theirs)| mine.meet(theirs));
            if [ungated, unwaived, bands].iter().all(|bands| bands.floor >= bands.ceiling) {
                (self.ungated, self.unwaived, self.bands) = (ungated, unwaived, bands);
            } else if is == Applies::Maybe {
                self.applies = Applies::Never;
            }
        }
    }
}

impl Outcome for LimitOutcome {
    fn join(&mut self, theirs: &LimitOutcome) {
        let fault = join_faults(self.fault, theirs.fault);
        match (self.applies, theirs.applies) {
            (Applies::Never, Applies::Never) => {}
            (Applies::Never, _) => (self.applies, self.value) = (Applies::Maybe, theirs.value),
            (_, Applies::Never) => self.applies = Applies::Maybe,
            (one, other) => (self.applies, self.value) = (one.join(other), self.value.hull(&theirs.value)),
        }
        self.fault = fault;
    }

    fn meet(&mut self, theirs: &LimitOutcome) {
        let fault = meet_faults(self.fault, theirs.fault);
        let applies = self.applies.meet(theirs.applies);
        let value = match (self.applies, theirs.applies) {
            (Applies::Never, _) => self.value,
            (_, Applies::Never) => NOT_YET_A_LIMIT.value,
            _ => match self.value.intersect(&theirs.value) {
                Some(value) => value,
                None if applies == Applies::Maybe => {
                    *self = LimitOutcome { fault, ..NOT_YET_A_LIMIT };
                    return;
                }
                None => self.value,
            },
        };
        *self = LimitOutcome { applies, value, fault };
    }
}

impl Outcome for TriggerOutcome {
    fn join(&mut self, theirs: &TriggerOutcome) {
        self.applies = self.applies.join(theirs.applies);
        self.fires = self.fires.join(theirs.fires);
        self.fault = join_faults(self.fault, theirs.fault);
    }

    fn meet(&mut self, theirs: &TriggerOutcome) {
        self.applies = self.applies.meet(theirs.applies);
        self.fires = either(self.fires, theirs.fires);
        self.fault = meet_faults(self.fault, theirs.fault);
    }
}

impl Outcome for ReviewOutcome {
    fn join(&mut self, theirs: &ReviewOutcome) {
        self.applies = self.applies.join(theirs.applies);
        self.fault = join_faults(self.fault, theirs.fault);
    }

    fn meet(&mut self, theirs: &ReviewOutcome) {
        self.applies = self.applies.meet(theirs.applies);
        self.fault = meet_faults(self.fault, theirs.fault);
    }
}

/// The one that says something.
fn either(mine: Truth, theirs: Truth) -> Truth {
    if mine == Truth::Unknown { theirs } else { mine }
}

/// Certain only if certain in both, none only if none in both.
pub(super) fn join_faults(mine: Fault, theirs: Fault) -> Fault {
    if mine.level == theirs.level { mine } else { Fault { level: FaultLevel::Possible, ..if mine.is_none() { theirs } else { mine } } }
}

/// A level that either side is sure of: none at all, or certain.
pub(super) fn meet_faults(mine: Fault, theirs: Fault) -> Fault {
    if mine.level == FaultLevel::Possible { theirs } else { mine }
}
