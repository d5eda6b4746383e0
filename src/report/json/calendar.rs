//! The parts of the record that time and people change.

use serde::Serialize;

#[cfg(test)]
use super::words;
use super::{Named, Pair, Position, Share, Writer, applies_key, named, share_pair, state_key};
use crate::explain::{ChangeLine, Explanation, ProspectLine, WaiverLine, WaiverState};
use crate::report::edges;
use crate::value::{Force, civil_date};
use crate::verdict::Applies;

/// Whether something is in force: `now`, `not_yet` with the first day, or `no_longer` with the first day after.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct InForce {
    #[cfg_attr(test, schemars(with = "words::InForce"))]
    state: &'static str,
    day: Option<String>,
}

pub(super) fn in_force(force: Force) -> InForce {
    match force {
        Force::Now => InForce { state: "now", day: None },
        Force::NotYet(day) => InForce { state: "not_yet", day: Some(civil_date(day)) },
        Force::NoLonger(day) => InForce { state: "no_longer", day: Some(civil_date(day)) },
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Waiver<'a> {
    code: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "words::WaiverOf"))]
    of: &'static str,
    #[cfg_attr(test, schemars(with = "words::Waiver"))]
    state: &'static str,
    reason: &'a str,
    approver: &'a str,
    granted: &'a str,
    expires: &'a str,
    place: Position<'a>,
}

/// A day to come.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Prospect<'a> {
    day: &'a str,
    verdicts: Vec<Verdict<'a>>,
    comes_into_force: Vec<Change<'a>>,
    goes_out_of_force: Vec<Change<'a>>,
    faults: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "VerdictToCome"))]
struct Verdict<'a> {
    code: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "words::State"))]
    state: &'static str,
    #[cfg_attr(test, schemars(with = "words::Applies"))]
    applies: &'static str,
    waived: bool,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Change<'a> {
    code: &'a str,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "words::ChangeOf"))]
    what: &'static str,
}

impl<'a> Writer<'a> {
    pub(super) fn waiver(self, waiver: &'a WaiverLine) -> Waiver<'a> {
        Waiver {
            code: &waiver.code,
            title: &waiver.title,
            of: if waiver.lifts_gate { "gate" } else { "item" },
            state: waiver_key(waiver.state),
            reason: &waiver.reason,
            approver: &waiver.approver,
            granted: &waiver.granted,
            expires: &waiver.expires,
            place: self.position(&waiver.place),
        }
    }
}

pub(super) fn prospect<'a>(prospect: &'a ProspectLine, explanation: &'a Explanation) -> Prospect<'a> {
    let changes = |changes: &'a [ChangeLine]| -> Vec<Change<'a>> {
        let change = |change: &'a ChangeLine| Change {
            code: &change.code,
            title: &change.title,
            what: if change.waiver { "waiver" } else { "rule" },
        };
        changes.iter().map(change).collect()
    };
    Prospect {
        day: &prospect.day,
        verdicts: prospect
            .verdicts
            .iter()
            .zip(&explanation.verdicts)
            .map(|(coming, now)| Verdict {
                code: &coming.code,
                title: &coming.title,
                state: state_key(coming.state),
                applies: applies_key(coming.applies),
                waived: coming.waived,
                bands: named(&now.bands, coming.range),
                score: coming
                    .score
                    .as_ref()
                    .filter(|_| coming.applies != Applies::Never)
                    .map(|score| share_pair(score, &edges(&now.bands))),
            })
            .collect(),
        comes_into_force: changes(&prospect.comes),
        goes_out_of_force: changes(&prospect.goes),
        faults: &prospect.faults,
    }
}

pub(super) fn waiver_key(state: WaiverState) -> &'static str {
    match state {
        WaiverState::Used => "used",
        WaiverState::Pending => "pending",
        WaiverState::Unused => "unused",
        WaiverState::NotYet => "not_yet",
        WaiverState::Expired => "expired",
    }
}
