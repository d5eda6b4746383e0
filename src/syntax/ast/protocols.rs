//! Protocols as written: how to hold what was judged.

use super::{Clauses, Expr, Head, Template, TypeExpr};
use crate::source::Span;
use crate::value::Quantity;

/// Limits, triggers and reviews that belong together.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Name, title, documentation.
    pub head: Head,
    /// What it consists of.
    pub provisions: Vec<Provision>,
}

/// What stands in a protocol.
#[derive(Clone, Debug)]
pub enum Provision {
    /// `limit position "…": percent = e { … }`
    Limit(Limit),
    /// `trigger drawdown "…" { when … do "…" }`
    Trigger(Trigger),
    /// `review quarterly "…" every 90 days { … }`
    Review(Review),
}

impl Provision {
    /// What all of them have.
    pub fn head(&self) -> &Head {
        match self {
            Provision::Limit(limit) => &limit.head,
            Provision::Trigger(trigger) => &trigger.head,
            Provision::Review(review) => &review.head,
        }
    }
}

/// The most of something to have.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Name, title, documentation.
    pub head: Head,
    /// Its type.
    pub ty: TypeExpr,
    /// How much.
    pub value: Expr,
    /// The rest.
    pub clauses: Clauses,
}

/// What to do when something comes about.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Name, title, documentation.
    pub head: Head,
    /// When it fires; missing is a finding of the checker.
    pub when: Option<Expr>,
    /// `do`; missing is a finding of the checker.
    pub action: Option<Template>,
    /// The rest.
    pub clauses: Clauses,
}

/// When to judge again.
#[derive(Clone, Debug)]
pub struct Review {
    /// Name, title, documentation.
    pub head: Head,
    /// How long it may be put off, and where that stands; none where it could not be read, which a finding says.
    pub every: Option<(Quantity, Span)>,
    /// The rest.
    pub clauses: Clauses,
}
