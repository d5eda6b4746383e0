//! What stands against a project, in a sentence: the same in every format.

use super::{band_range, edges, percent_range, points_of, requirement_words};
use crate::explain::{Citation, FactLine, FaultLine};
use crate::requirements::{Concern, Subject};
use crate::value::{Truth, show_fraction_percent};
use crate::verdict::FaultLevel;

/// `fires, caps the verdict at Watch list: the newest audit is of 2021`
pub(super) fn message(concern: &Concern<'_>) -> String {
    let may = |certain: &str, open: &str| if concern.certain { certain.to_string() } else { open.to_string() };
    let with = |what: String, reason: &str| if reason.is_empty() { what } else { format!("{what}: {reason}") };
    match concern.subject {
        Subject::Band(verdict) => {
            let asked = verdict.requirement.as_ref();
            let (band, stands) = asked.map_or(("the band", ""), |(band, stands)| (band.as_str(), requirement_words(*stands)));
            format!("required is at least {band}: {stands}; the verdict is {}", band_range(&verdict.bands, verdict.range))
        }
        Subject::Score(verdict, least) => {
            let stands = may("not met", "open");
            let score = verdict.score.as_ref().map_or("not known".to_string(), |score| percent_range(score, &edges(&verdict.bands)));
            format!("required is a score of at least {}: {stands}; the score is {score}", show_fraction_percent(least, &[]))
        }
        Subject::Gate(gate) => {
            let (_, band) = &gate.caps;
            with(format!("{} {band}", may("fires, which leaves at most", "may fire, which would leave at most")), &gate.reason)
        }
        Subject::Item(item) => {
            let check = item.kind == "check" && item.passes == Truth::False;
            let what = if check { may("fails", "fails if it applies") } else { may("falls short", "is open") };
            with(format!("{what}, {} points", points_of(&item.points, &item.worth)), &item.reason)
        }
        Subject::Trigger(trigger) => {
            let action = may(&trigger.action, &format!("possibly {}", trigger.action));
            let reason = trigger.about.reason.as_deref().unwrap_or_default();
            with(format!("{}, {action}", may("fires", "may fire")), reason)
        }
    }
}

/// Where the fact stands to look at first. Where the concern is open, that is one that is open itself, and none if no sheet says anything of it.
pub(super) fn fact<'e>(concern: &Concern<'e>) -> Option<&'e Citation> {
    let said = |exact: bool| concern.facts().iter().find(|fact| fact.exact == exact && fact.at.is_some());
    let found: Option<&FactLine> = if concern.certain { said(true).or(said(false)) } else { said(false) };
    found.and_then(|fact| fact.at.as_ref())
}

/// Why it does not count, if somebody accepts it.
pub(super) fn acceptance(concern: &Concern<'_>) -> Option<String> {
    let baseline = concern.accepted.then(|| "for now, by the baseline".to_string());
    concern.waived.map(str::to_string).or(baseline)
}

/// `main.share can't be worked out: division by zero`
pub(super) fn fault(fault: &FaultLine) -> String {
    let cannot = if fault.level == FaultLevel::Certain { "can't" } else { "perhaps can't" };
    format!("{} {cannot} be worked out: {}", fault.code, fault.message)
}
