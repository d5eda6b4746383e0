//! What would have to change, as plain data with the texts written out.

use crate::explain::{BandLine, Citation, FactLine, VerdictLine};
use crate::value::{Possible, Truth};
use crate::verdict::{Address, Applies, Bands, Bounds, State, VerdictOutcome};

/// How a verdict stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// Whether it applies.
    pub applies: Applies,
    /// Floor and ceiling, by place among the verdict's bands.
    pub range: Bands,
    /// The score it rests on; none for verdicts by conditions.
    pub score: Option<Bounds>,
}

impl Standing {
    /// Of an outcome, with the score it rests on.
    pub(super) fn of(outcome: &VerdictOutcome, score: Option<Bounds>) -> Standing {
        Standing { state: outcome.state(), applies: outcome.applies, range: outcome.bands, score }
    }
}

impl From<&VerdictLine> for Standing {
    fn from(verdict: &VerdictLine) -> Standing {
        Standing { state: verdict.state, applies: verdict.applies, range: verdict.range, score: verdict.score.clone() }
    }
}

/// What brings a verdict to a band.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The verdict's code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its bands, best first.
    pub bands: Vec<BandLine>,
    /// The band asked for, by place among them.
    pub band: u32,
    /// How it stands.
    pub now: Standing,
    /// What was found.
    pub ending: Ending,
    /// How many evaluations were made.
    pub runs: u32,
    /// How many might have been.
    pub budget: u32,
}

/// How a search ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// There is nothing to do.
    Already,
    /// Sets of changes that do it.
    Found {
        /// The best ones, all of equally many facts, the best first.
        answers: Vec<Answer>,
        /// How many more of that size were found.
        more: usize,
        /// There is none of fewer facts than this, and that is proven.
        none_below: usize,
        /// Whether all sets of that size were gone through.
        all: bool,
        /// Whether no part of any of them leads there too.
        all_needed: bool,
        /// Whether the budget ran out.
        spent: bool,
    },
    /// Nothing that may be done to the subject's facts leads there.
    Impossible {
        /// The gates that fire whatever is done, and cap below the band.
        held_by: Vec<Lifted>,
        /// How the verdict stands with everything let go at once. Its ceiling is the best there is.
        best: Standing,
    },
    /// No change of facts on file or of what is not known leads there; entries added to lists or taken from them were not tried, and might.
    OnlyByEntries,
    /// None was found.
    NotFound {
        /// There is none of fewer facts than this, and that is proven.
        none_below: usize,
        /// Whether the budget ran out.
        spent: bool,
    },
}

/// A set of changes.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What changes, in order of declaration.
    pub changes: Vec<Change>,
    /// The items whose proven points differ then.
    pub gains: Vec<Gain>,
    /// The gates that are known not to fire then, and did or might before.
    pub lifted: Vec<Lifted>,
    /// How the verdict stands then.
    pub then: Standing,
}

/// A change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where the fact stands.
    pub place: Address,
    /// The values that it may become, each of which will do.
    pub value: Possible,
    /// The fact as it is.
    pub fact: FactLine,
    /// What its field means, from its documentation; may be empty.
    pub about: String,
    /// Whether it only has to be learnt: what is on file leaves it open.
    pub learn: bool,
    /// What it has to become: `at least 99.5%`, `no entries`, `no further entries`.
    pub to: String,
    /// One value of that kind, as fact sheets write it, or `complete` for a list without further entries. None where no sheet could state one.
    pub example: Option<String>,
    /// Codes of the items and gates that read it and come out differently.
    pub read_by: Vec<String>,
}

/// An item whose proven points differ.
#[derive(Clone, Debug)]
pub struct Gain {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// Its points.
    pub before: Bounds,
    /// Its points then.
    pub after: Bounds,
    /// Its worth.
    pub worth: crate::value::Fraction,
    /// Whether it counts, now and then.
    pub applies: (Applies, Applies),
}

/// A gate that caps, or might.
#[derive(Clone, Debug)]
pub struct Lifted {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// The title of the band that it leaves at most.
    pub at_most: String,
    /// Whether it fires as things are, or only may.
    pub fires: Truth,
}

/// Which answers settle an open verdict.
#[derive(Clone, Debug)]
pub struct Settling {
    /// The verdict's code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its bands, best first.
    pub bands: Vec<BandLine>,
    /// How it stands.
    pub now: Standing,
    /// The questions, the most telling first.
    pub questions: Vec<Asked>,
    /// How many questions come after these.
    pub left_out: usize,
    /// The smallest sets of facts that settle it together, whatever the answers are.
    pub together: Vec<Together>,
    /// Sets of fewer facts than this do not.
    pub none_below: usize,
    /// Whether the budget ran out.
    pub spent: bool,
}

/// A question with what its answers lead to.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where the fact stands.
    pub place: Address,
    /// The fact.
    pub fact: FactLine,
    /// What is asked, in the words of the rules or of the field; may be empty.
    pub ask: String,
    /// The answers, in the order of the values; neighbours that lead to the same are one.
    pub answers: Vec<Answered>,
    /// Whether these are all the answers there may be.
    pub all: bool,
}

/// An answer and what it leads to.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The answers, which come to the same.
    pub value: Possible,
    /// In words.
    pub answer: String,
    /// How the verdict stands then.
    pub then: Standing,
}

/// Facts that settle a verdict together.
#[derive(Clone, Debug)]
pub struct Together {
    /// Where the facts stand.
    pub places: Vec<Address>,
    /// The facts, in order of declaration.
    pub facts: Vec<FactLine>,
    /// The bands that it may be decided for, by place, best first.
    pub bands: Vec<u32>,
    /// Whether some answers leave nothing that applies.
    pub not_applicable: bool,
}
