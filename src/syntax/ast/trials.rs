//! Tests of the rules, as written.

use super::{Expr, Name, Path, Text};
use crate::source::Span;
use crate::value::Quantity;

/// Facts, and what the rules have to make of them.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What it shows.
    pub title: Text,
    /// The documentation.
    pub doc: String,
    /// The sheets it begins with.
    pub given: Vec<Given>,
    /// The facts it states itself.
    pub with: Vec<StatedFact>,
    /// The days named, each with the whole step: one, if all is well.
    pub today: Vec<(Quantity, Span)>,
    /// The profiles named.
    pub profiles: Vec<Path>,
    /// The files of waivers named.
    pub waivers: Vec<Text>,
    /// What has to come out, with the place of what is expected.
    pub expects: Vec<(Expectation, Span)>,
    /// Whether a step could not be read; a finding says so.
    pub broken: bool,
    /// The whole.
    pub span: Span,
}

/// `given "path"`, `given thesis "path"`
#[derive(Clone, Debug)]
pub struct Given {
    /// The context; none: what is judged.
    pub context: Option<Name>,
    /// Where the sheet is, as seen from the rule file.
    pub path: Text,
}

/// `network.uptime_90d = unknown`
#[derive(Clone, Debug)]
pub struct StatedFact {
    /// The fact.
    pub path: Path,
    /// What is stated of it.
    pub stated: Stated,
}

/// What is stated of a fact.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What kind.
    pub kind: StatedKind,
    /// The whole.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug)]
pub enum StatedKind {
    /// A value; `unknown` is one here.
    Value(Expr),
    /// `a..b`
    Range(Expr, Expr),
    /// `[ … ]`
    List(Vec<Stated>),
    /// `{ name: … }`
    Record(Vec<StatedFact>),
}

/// What has to come out.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// A condition holds, whatever is unknown.
    Condition(Expr),
    /// `risk.unaudited fires`, `… does not fire`
    Fires(Path, bool),
    /// `conviction_band is open`; false for `is not`.
    Is(Path, bool, Outcome),
    /// It could not be read; a finding says so.
    Broken,
}

/// What something may have come to.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a file has few tests, and boxes would stand in the way of every reader")]
pub enum Outcome {
    /// Several bands are possible.
    Open,
    /// One band is left.
    Decided,
    /// It counts.
    Applicable,
    /// It is one value.
    Known,
    /// It is not.
    Unknown,
    /// Exactly this floor and ceiling.
    Exactly(Expr, Expr),
}
