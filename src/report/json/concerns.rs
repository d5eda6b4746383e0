//! What stands against a project, as records.

use serde::Serialize;

#[cfg(test)]
use super::words;
use super::{Position, Writer};
use crate::requirements::{self, Subject};

/// A reason code that a pipeline may be told of, or stopped by.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Concern<'a> {
    code: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "words::ConcernKind"))]
    kind: &'static str,
    #[cfg_attr(test, schemars(with = "words::Level"))]
    level: &'static str,
    /// Whether it holds whatever is unknown; else the evidence leaves it open.
    certain: bool,
    /// Whether it counts against the project.
    counts: bool,
    /// Why it is accepted.
    waived: Option<&'a str>,
    /// Whether a baseline accepts it for now.
    accepted: bool,
    message: String,
    rule: Position<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn concern(self, concern: &requirements::Concern<'a>) -> Concern<'a> {
        Concern {
            code: concern.code(),
            title: concern.title(),
            kind: match concern.subject {
                Subject::Band(_) | Subject::Score(..) => "requirement",
                Subject::Gate(_) => "gate",
                Subject::Item(_) => "item",
                Subject::Trigger(_) => "trigger",
            },
            level: concern.level.name(),
            certain: concern.certain,
            counts: concern.counts,
            waived: concern.waived,
            accepted: concern.accepted,
            message: super::super::concerns::message(concern),
            rule: self.position(concern.rule()),
        }
    }
}
