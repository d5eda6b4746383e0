//! Tests of the rules, resolved and typed. They are part of a policy, not of the program that is judged with.

use super::{DocumentId, Expr, GateId, ItemId, ScorecardId, VerdictId};
use crate::source::Span;

/// Facts, and what the rules have to make of them.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What it shows.
    pub title: String,
    /// The rulebook it stands in, by place.
    pub book: usize,
    /// The title's place.
    pub title_span: Span,
    /// The whole test's place.
    pub span: Span,
    /// The day of the judgement; constant. None in a broken policy.
    pub today: Option<Expr>,
    /// The sheets it begins with; documents that are not among them say nothing.
    pub given: Vec<GivenSheet>,
    /// The profile in force, by its code.
    pub profile: Option<String>,
    /// The file of waivers, as seen from the rule file, and where that is written.
    pub waivers: Option<(String, Span)>,
    /// The facts it states itself.
    pub facts: Vec<(DocumentId, StatedFact)>,
    /// What has to come out.
    pub expects: Vec<Expectation>,
}

/// A sheet that a test begins with.
#[derive(Clone, Debug)]
pub struct GivenSheet {
    /// Of which document.
    pub document: DocumentId,
    /// Where it is, as seen from the rule file.
    pub path: String,
    /// Where that is written.
    pub span: Span,
}

/// A fact and what is stated of it.
#[derive(Clone, Debug)]
pub struct StatedFact {
    /// The leaf of its record; 0 for a context that is itself a list.
    pub leaf: u32,
    /// As it was written.
    pub path: String,
    /// Where its name stands.
    pub span: Span,
    /// What is stated.
    pub stated: Stated,
}

/// What is stated of a fact.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What kind.
    pub kind: StatedKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug)]
pub enum StatedKind {
    /// Nothing is known.
    Unknown,
    /// A value; constant.
    Value(Expr),
    /// Anything between two values, both included; constant.
    Range(Expr, Expr),
    /// A list, and no more than these.
    List(Vec<Stated>),
    /// An entry of a list; facts not named are not known.
    Record(Vec<StatedFact>),
}

/// What has to come out.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What kind.
    pub kind: ExpectationKind,
    /// Where it stands, without the word `expect`.
    pub span: Span,
}

/// The forms of an expectation.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// A condition holds for every value that the facts leave possible.
    Holds(Expr),
    /// A gate certainly fires, or certainly does not.
    Fires(GateId, bool),
    /// Something is in a state; false: it certainly is not.
    State(Judged, bool, State),
    /// A value ranges from exactly this to exactly that; false: it does not.
    Exactly(Expr, bool, Expr, Expr),
}

/// What a test can ask the state of.
#[derive(Clone, Debug)]
pub enum Judged {
    /// A check, grade, ramp, measure or include.
    Item(ItemId),
    /// A scorecard.
    Scorecard(ScorecardId),
    /// A gate.
    Gate(GateId),
    /// A verdict.
    Verdict(VerdictId),
    /// A `let` or another value.
    Value(Expr),
}

/// A state that a test can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Several bands are possible.
    Open,
    /// One band is left.
    Decided,
    /// It counts.
    Applicable,
    /// It came to one value.
    Known,
    /// It did not.
    Unknown,
}
