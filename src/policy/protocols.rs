//! Protocols: how to hold what was judged. Nothing in them earns points, and nothing that does may read them.

use super::{Expr, Head, LimitId, ReviewId, Template, TriggerId, Words};
use crate::value::Period;

/// Limits, triggers and reviews that belong together.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Code, title, documentation.
    pub head: Head,
    /// Its limits, in order of declaration.
    pub limits: Vec<LimitId>,
    /// Its triggers.
    pub triggers: Vec<TriggerId>,
    /// Its reviews.
    pub reviews: Vec<ReviewId>,
}

/// The most of something to have.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Code, title, documentation.
    pub head: Head,
    /// When it holds at all.
    pub applies: Option<Expr>,
    /// How much; of an ordered type.
    pub value: Expr,
    /// What is said about it.
    pub words: Words,
}

/// What to do when something comes about.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts at all.
    pub applies: Option<Expr>,
    /// When it fires.
    pub when: Expr,
    /// What to do then; none in a broken policy.
    pub action: Option<Template>,
    /// What is said about it.
    pub words: Words,
}

/// When to judge again.
#[derive(Clone, Debug)]
pub struct Review {
    /// Code, title, documentation.
    pub head: Head,
    /// When it counts at all.
    pub applies: Option<Expr>,
    /// How long it may be put off; none in a broken policy.
    pub every: Option<Period>,
    /// What is said about it.
    pub words: Words,
}
