//! The answer: what each item, scorecard, gate and verdict came to. Compact and without text; `explain` turns it into words when a report asks.

mod protocols;

use std::collections::BTreeMap;

pub use self::protocols::{Clue, Clues, LimitOutcome, ReviewOutcome, TriggerOutcome};

use crate::policy::{GateId, ItemId, TableId, VerdictId};
use crate::program::{ConditionId, ExprId};
use crate::scripts::Failure;
use crate::value::{FieldId, Fraction, Interval, Number, Possible, Truth};

/// How certain a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultLevel {
    /// No completion of the facts faults.
    None,
    /// Some completion does.
    Possible,
    /// Every completion does.
    Certain,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// A division by zero.
    DivisionByZero,
    /// A number of 25 digits or more.
    Overflow,
    /// The value of an item, or the score of a scorecard, that does not apply.
    NotApplicable,
    /// A script fails, or gives back what its declaration does not allow. [`Judgement::script_failures`] has the words.
    Script,
    /// A script was not run, because something that it is given is not exactly known: it may fail for some of what is possible.
    ScriptNotRun,
    /// The value of a table of which no row holds.
    NoRow,
}

/// A fault, or none, on its way through an evaluation: its level and the expression where it arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How certain.
    pub level: FaultLevel,
    /// What; meaningless at level none.
    pub kind: FaultKind,
    /// Where.
    pub site: Site,
}

/// Where a fault arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// There is no fault.
    Nowhere,
    /// In an expression.
    Expression(ExprId),
    /// In a condition.
    Condition(ConditionId),
    /// In a table.
    Table(TableId),
}

impl Fault {
    /// No fault.
    pub const NONE: Fault = Fault { level: FaultLevel::None, kind: FaultKind::Overflow, site: Site::Nowhere };

    /// Both were evaluated, so the graver one stands; of two that are equally grave, one that says more than that a script waits.
    #[inline]
    pub fn join(self, other: Fault) -> Fault {
        let waits = self.kind == FaultKind::ScriptNotRun && other.level == self.level;
        if other.level > self.level || waits { other } else { self }
    }

    /// At most possible: it arose where evaluation might not have gone.
    #[inline]
    pub fn at_most_possible(self) -> Fault {
        Fault { level: self.level.min(FaultLevel::Possible), ..self }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_none(self) -> bool {
        self.level == FaultLevel::None
    }
}

/// Whether something counts at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applies {
    /// For every completion.
    Always,
    /// For some.
    Maybe,
    /// For none.
    Never,
}

impl Applies {
    /// As a truth value of "it applies".
    pub fn from_truth(truth: Truth) -> Applies {
        match truth {
            Truth::True => Applies::Always,
            Truth::Unknown => Applies::Maybe,
            Truth::False => Applies::Never,
        }
    }

    /// It may be either.
    pub fn join(self, other: Applies) -> Applies {
        if self == other { self } else { Applies::Maybe }
    }

    /// Both are known to hold of it; `Maybe` gives way. Contradictions, which no completion has, keep the first.
    pub fn meet(self, other: Applies) -> Applies {
        if self == Applies::Maybe { other } else { self }
    }
}

/// A pair of exact fractions: floor and ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least that is possible.
    pub low: Fraction,
    /// The most that is possible.
    pub high: Fraction,
}

impl Bounds {
    /// Exactly this.
    pub fn exactly(value: Fraction) -> Bounds {
        Bounds { low: value.clone(), high: value }
    }

    /// From nothing to this.
    pub fn up_to(value: Fraction) -> Bounds {
        Bounds { low: Fraction::zero(), high: value }
    }

    /// The sums.
    #[must_use]
    pub fn add(&self, other: &Bounds) -> Bounds {
        let low = self.low.add(&other.low);
        let high = if self.is_exact() && other.is_exact() { low.clone() } else { self.high.add(&other.high) };
        Bounds { low, high }
    }

    /// The hull of both.
    pub fn join(&self, other: &Bounds) -> Bounds {
        Bounds { low: self.low.clone().min(other.low.clone()), high: self.high.clone().max(other.high.clone()) }
    }

    /// What both allow.
    pub fn meet(&self, other: &Bounds) -> Bounds {
        Bounds { low: self.low.clone().max(other.low.clone()), high: self.high.clone().min(other.high.clone()) }
    }

    /// Whether floor and ceiling are one.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    /// Whether everything here is within `outer`.
    pub fn is_within(&self, outer: &Bounds) -> bool {
        self.low >= outer.low && self.high <= outer.high
    }

    /// As a range of numbers in which every comparison comes out as it does for the exact fractions.
    pub fn to_interval(&self) -> Interval {
        Fraction::to_interval(&self.low, &self.high)
    }

    /// The ceiling less the floor.
    pub fn width(&self) -> Fraction {
        self.high.subtract(&self.low)
    }
}

/// Which row of a grade gave the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowTaken {
    /// The item has no rows, or does not apply.
    None,
    /// This one, whatever is unknown.
    One(u16),
    /// One of several.
    Several,
}

/// What an item came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemOutcome {
    /// Whether it counts.
    pub applies: Applies,
    /// Of a check: whether it passes. Of others: unknown.
    pub passes: Truth,
    /// Points, given that it counts; 0 where it never does.
    pub points: Bounds,
    /// The row.
    pub row: RowTaken,
    /// A fault in its body or in `applies when`.
    pub fault: Fault,
}

/// What a scorecard came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreOutcome {
    /// Whether any item counts.
    pub applies: Applies,
    /// The score, given that it applies: a fraction of 1. Nothing to nothing where it never does.
    pub score: Bounds,
    /// Points earned, over the items that count.
    pub points: Bounds,
    /// The worth of the items that count.
    pub counted: Bounds,
    /// The gravest fault of its items and the scorecards within.
    pub fault: Fault,
}

/// What a gate came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateOutcome {
    /// Whether it fires: its condition, and that it applies.
    pub fires: Truth,
    /// A fault in it.
    pub fault: Fault,
}

/// The state of a verdict: the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Something in force certainly faults, so nothing is called decided.
    Faulted,
    /// Nothing that it rests on applies.
    NotApplicable,
    /// It applies, and floor and ceiling lie in one band.
    Decided,
    /// The evidence leaves several bands possible.
    Open,
}

/// Two bands; 0 is the best, so the floor's number is the larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bands {
    /// The band that the evidence proves.
    pub floor: u32,
    /// The best band that it does not rule out.
    pub ceiling: u32,
}

impl Bands {
    /// Either.
    pub fn join(self, other: Bands) -> Bands {
        Bands { floor: self.floor.max(other.floor), ceiling: self.ceiling.min(other.ceiling) }
    }

    /// What both allow.
    pub fn meet(self, other: Bands) -> Bands {
        Bands { floor: self.floor.min(other.floor), ceiling: self.ceiling.max(other.ceiling) }
    }

    /// Under a gate that leaves at most the band `cap`: one that fires caps both, one that may fire the floor.
    pub fn capped(self, fires: Truth, cap: u32) -> Bands {
        match fires {
            Truth::False => self,
            Truth::Unknown => Bands { floor: self.floor.max(cap), ..self },
            Truth::True => Bands { floor: self.floor.max(cap), ceiling: self.ceiling.max(cap) },
        }
    }

    /// How many steps lie between.
    pub fn steps(self) -> u32 {
        debug_assert!(self.floor >= self.ceiling, "the floor is never the better band");
        self.floor.saturating_sub(self.ceiling)
    }
}

/// What a verdict came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictOutcome {
    /// Whether it applies.
    pub applies: Applies,
    /// The bands by score or conditions alone.
    pub ungated: Bands,
    /// The bands after all gates, as if there were no waivers.
    pub unwaived: Bands,
    /// The bands after the gates that no waiver lifts.
    pub bands: Bands,
    /// The gravest fault of all that is in force: items, gates, conditions.
    pub fault: Fault,
}

impl VerdictOutcome {
    /// The state.
    pub fn state(&self) -> State {
        if self.fault.level == FaultLevel::Certain {
            State::Faulted
        } else if self.applies == Applies::Never {
            State::NotApplicable
        } else if self.applies == Applies::Always && self.bands.floor == self.bands.ceiling {
            State::Decided
        } else {
            State::Open
        }
    }

    /// What it comes to without waivers.
    pub fn without_waivers(&self) -> VerdictOutcome {
        VerdictOutcome { bands: self.unwaived, ..self.clone() }
    }

    /// Whether the requirement "at least band `band`" is met.
    pub fn meets(&self, band: u32) -> Requirement {
        if self.state() == State::Faulted {
            Requirement::Faulted
        } else if self.bands.ceiling > band || self.applies == Applies::Never {
            Requirement::NotMet
        } else if self.bands.floor <= band && self.applies == Applies::Always {
            Requirement::Met
        } else {
            Requirement::Undecided
        }
    }
}

/// How a verdict stands to a required band, the best first; over several verdicts [`Requirement::worse`] one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// The floor reaches it.
    Met,
    /// The evidence leaves it open.
    Undecided,
    /// The ceiling misses it, or there is no verdict.
    NotMet,
    /// The verdict is faulted.
    Faulted,
}

impl Requirement {
    /// The graver: faulted before not met before undecided before met.
    pub fn worse(self, other: Requirement) -> Requirement {
        let rank = |requirement| match requirement {
            Requirement::Met => 0,
            Requirement::Undecided => 1,
            Requirement::NotMet => 2,
            Requirement::Faulted => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// What a table came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOutcome {
    /// What each column may be; none where several rows may hold and nothing makes one value of them. With a fault, anything of its type.
    pub columns: Vec<Option<Possible>>,
    /// A fault in what each column's value is made of.
    pub faults: Vec<Fault>,
    /// A fault of the whole table: in an input or a test, or because no row holds.
    pub fault: Fault,
    /// The rows that hold and count, or may.
    pub rows: Vec<RowHeld>,
    /// Whether the rows were asked one by one, because the inputs leave too many cases. The values may then be wider than they need be.
    pub by_rows: bool,
}

/// A row of a table that holds and counts, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowHeld {
    /// The row; none: `otherwise`.
    pub row: Option<u16>,
    /// Whether it does for every completion.
    pub always: bool,
    /// What its outputs may be.
    pub outputs: Vec<Possible>,
}

/// Everything a program makes of a dossier; each list in the order of the program's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Items.
    pub items: Vec<ItemOutcome>,
    /// Scorecards.
    pub scores: Vec<ScoreOutcome>,
    /// Gates.
    pub gates: Vec<GateOutcome>,
    /// Verdicts.
    pub verdicts: Vec<VerdictOutcome>,
    /// Limits of protocols.
    pub limits: Vec<LimitOutcome>,
    /// Triggers of protocols.
    pub triggers: Vec<TriggerOutcome>,
    /// Reviews of protocols.
    pub reviews: Vec<ReviewOutcome>,
}

/// A slot of the dossier: sheet (counting [`crate::program::Program::unseen`] as 0) and slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The sheet.
    pub sheet: u16,
    /// The slot.
    pub slot: u32,
}

/// An assumption that took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The fact for which there is no evidence.
    pub fact: Address,
    /// The value put there; none: an empty list.
    pub value: Option<Possible>,
}

/// What the answer to an open question can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Every answer decides the verdict.
    Settles,
    /// Some answer does.
    CanSettle,
    /// It narrows the verdict or its score.
    Helps,
}

/// A fact that is not exactly known and matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The fact.
    pub fact: Address,
    /// Its field.
    pub field: FieldId,
    /// What the answer can do.
    pub effect: Effect,
    /// How many steps of bands the answer takes away, in the mean over the answers tried.
    pub bands: Fraction,
    /// How much of the distance between floor and ceiling it takes away, in the mean, summed over verdicts.
    pub score: Fraction,
    /// The items that read it and count, or may.
    pub items: Vec<ItemId>,
    /// The gates that read it.
    pub gates: Vec<GateId>,
    /// The verdicts by conditions that read it.
    pub verdicts: Vec<VerdictId>,
}

/// The whole judgement of one dossier.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The outcomes, sharpened by splitting.
    pub evaluation: Evaluation,
    /// The assumptions that took effect, in order of effect.
    pub assumptions: Vec<Assumption>,
    /// The outcomes without them; none where none took effect.
    pub without_assumptions: Option<Evaluation>,
    /// What would narrow the verdicts, best first.
    pub questions: Vec<Question>,
    /// What would tell more about limits and triggers.
    pub clues: Clues,
    /// Facts whose mere presence some rule asks for, and which are missing.
    pub asked_if_known: Vec<Address>,
    /// What went wrong in scripts, by the expression that calls them: of each the first failure.
    pub script_failures: BTreeMap<ExprId, Failure>,
    /// What is coming, where that was asked for: see `eval::outlook`.
    pub outlook: Outlook,
    /// How many evaluations were made, and whether a limit on them left something untried.
    pub effort: Effort,
}

/// What is coming.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// The days on which something changes for the subject, the next one first.
    pub prospects: Vec<Prospect>,
    /// How many further days were not looked at.
    pub left_out: usize,
}

/// The facts as they stand today, under the rules and waivers of a day to come.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The day.
    pub day: Number,
    /// The outcomes, sharpened by splitting. Their faults are those of that day.
    pub evaluation: Evaluation,
    /// Whether a limit on splitting was reached.
    pub limited: bool,
}

/// What a judgement cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Evaluations for splitting.
    pub splits: u32,
    /// Whether the limit on them was reached.
    pub splits_limited: bool,
    /// Evaluations for questions.
    pub questions: u32,
    /// Whether the limit on them was reached.
    pub questions_limited: bool,
}
