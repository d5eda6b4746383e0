//! What changed between two states of the rules, or of one project's facts, in the language's own terms, and what each change does to judgements.
//!
//! [`compare`] walks both trees side by side and lists every difference. The same walk makes the rules in which only some of the changes were made
//! ([`Comparison::mixed`]), so what is listed is all there is. Such mixed rules are checked and built like any that somebody wrote, and judged by the one
//! evaluator; what a change does is the difference of two judgements, and the parts add up to the whole ([`Attribution`]).

mod align;
mod attribution;
mod dossiers;
mod facts;
mod impact;
mod merge;
mod plan;
mod splice;
mod text;
mod units;

pub use attribution::{Flip, Method, Share};
pub use dossiers::Evidence;
pub use facts::{FactChange, FactsCompared, compare_facts};
pub use impact::{
    Impact, ItemImpact, ItemStanding, ProjectImpact, ProvisionImpact, ProvisionStanding, Standing, Trouble, VerdictImpact, impact,
};
pub use units::Unit;

use crate::explain::Citation;
use crate::source::Sources;
use crate::syntax::ast::Rulebook;

use merge::Walk;
use plan::Plan;

/// What happened to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
    /// It is the same at another place.
    Moved,
    /// It is the same under another name.
    Renamed,
}

/// What of a declaration changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Aspect {
    Whole,
    Title,
    Documentation,
    Version,
    Use,
    Type,
    Bounds,
    Fresh,
    Sourced,
    /// Of a field: whether history has settled it, so that no change to it is asked for.
    Fixed,
    Optional,
    Field,
    Value,
    Worth,
    Condition,
    Applies,
    From,
    Until,
    Operand,
    Row,
    Knot,
    Label,
    Reason,
    Question,
    Remedy,
    Cite,
    Cap,
    NeverWaived,
    On,
    Band,
    BandTitle,
    Edge,
    HitPolicy,
    Inputs,
    Columns,
    Setting,
    Function,
    Script,
    Action,
    Every,
    Test,
}

impl Aspect {
    /// Whether it is only said, so that no judgement rests on it.
    pub fn is_of_words(self) -> bool {
        match self {
            Aspect::Title | Aspect::Documentation | Aspect::Version | Aspect::Use | Aspect::Label | Aspect::Reason => true,
            Aspect::Question | Aspect::Remedy | Aspect::Cite | Aspect::BandTitle | Aspect::Action | Aspect::Test | Aspect::Fixed => true,
            Aspect::Whole | Aspect::Type | Aspect::Bounds | Aspect::Fresh | Aspect::Sourced | Aspect::Optional | Aspect::Field => false,
            Aspect::Value | Aspect::Worth | Aspect::Condition | Aspect::Applies | Aspect::From | Aspect::Until => false,
            Aspect::Operand | Aspect::Row | Aspect::Knot | Aspect::Cap | Aspect::NeverWaived | Aspect::On | Aspect::Band => false,
            Aspect::Edge | Aspect::HitPolicy | Aspect::Inputs | Aspect::Columns | Aspect::Setting | Aspect::Function => false,
            Aspect::Script | Aspect::Every => false,
        }
    }
}

/// A text of the rules and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// As written, on one line and without comments.
    pub text: String,
    /// Where.
    pub place: Citation,
}

/// One change of the rules.
#[derive(Clone, Debug)]
pub struct Change {
    /// The rulebook, by its new name.
    pub book: String,
    /// What it is of, by its new code: `screening.load`; of the schema the path of a field, `project.network.stage`.
    pub code: String,
    /// Its code before, where that was another.
    pub old_code: Option<String>,
    /// The title, where it has one.
    pub title: Option<String>,
    /// What it is: `check`, `gate`, `field`.
    pub kind: &'static str,
    /// What of it.
    pub aspect: Aspect,
    /// Which band, setting or function, where there are several.
    pub part: Option<String>,
    /// What happened.
    pub nature: Nature,
    /// What stood there.
    pub old: Option<Written>,
    /// What stands there now.
    pub new: Option<Written>,
    /// Whether it can move a judgement. What can't is of words only, a test, or a new name.
    pub judges: bool,
    /// Whether by itself it moves none: a name that others may read comes or goes.
    pub(crate) is_name: bool,
}

/// What changed, and all that is needed to make a part of it.
pub struct Comparison<'r> {
    /// Every change, by rulebook, in the order of declaration.
    pub changes: Vec<Change>,
    plan: Plan<'r>,
}

/// Compares two states of the rules; each a policy's rulebooks, the root last, with its files of tests if there are any. `sources` has the texts of both.
pub fn compare<'r>(old: &'r [Rulebook], new: &'r [Rulebook], sources: &'r Sources) -> Comparison<'r> {
    let plan = Plan::of(old, new, sources);
    let mut walk = Walk::new(&plan, &|_| false, false);
    walk.books();
    Comparison { changes: walk.changes, plan }
}

impl Comparison<'_> {
    /// The old rules with some of the changes made, tests left out. They may not make sense, as when what one change adds is read by what another does.
    pub fn mixed(&self, made: &dyn Fn(usize) -> bool) -> Vec<Rulebook> {
        // A card that counts elsewhere is a change of its own; if something names it by its new place too soon, the mixed rules make no sense.
        let named = |change: &Change| matches!(change.nature, Nature::Renamed | Nature::Moved) && !change.judges;
        let follows = self.changes.iter().enumerate().all(|(place, change)| !named(change) || made(place));
        Walk::new(&self.plan, made, follows).books()
    }

    /// The code that something old has now.
    pub fn new_code<'c>(&'c self, old: &'c str) -> &'c str {
        self.plan.old.renamed.get(old).map_or(old, String::as_str)
    }
}
