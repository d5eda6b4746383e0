//! What is asked of projects, and what stands against them: the reason codes by which a pipeline is told what is wrong, and stopped if that was asked.
//!
//! A [`Concern`] holds for certain or possibly, as everything here does. Over all concerns that count, [`Requirements::standing`] is a fold: what certainly
//! holds misses the requirement, what may hold leaves it open.

pub mod baseline;
mod concerns;

use std::collections::BTreeMap;

use baseline::Accepted;
pub use concerns::{Concern, Level, Subject};

use crate::diagnostic::Diagnostic;
use crate::explain::{Explanation, ProvisionLine, Required, VerdictLine};
use crate::source::Sources;
use crate::value::{Force, Fraction, Truth};
use crate::verdict::{Applies, FaultLevel, Requirement, State};

/// What is asked of every project.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// The band to reach.
    pub band: Option<Required>,
    /// The scores to reach.
    pub scores: Vec<LeastScore>,
    /// The least level of concerns that count against a project, besides the requirements, which always do.
    pub fail_on: Option<Level>,
    /// Levels other than the usual ones, by reason code; none of what is not to be told at all.
    pub levels: BTreeMap<String, Option<Level>>,
    /// What is accepted for now.
    pub accepted: Accepted,
}

/// A score to reach: the share of all points that is proven, before any gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeastScore {
    /// The code of the verdict that rests on it.
    pub verdict: String,
    /// The share, of 1.
    pub least: Fraction,
}

impl LeastScore {
    /// How a verdict stands to it: not at all if it is of another.
    fn standing(&self, verdict: &VerdictLine) -> Requirement {
        match &verdict.score {
            Some(score) if verdict.code == self.verdict => match verdict.applies {
                Applies::Never => Requirement::NotMet,
                _ if score.high < self.least => Requirement::NotMet,
                Applies::Always if score.low >= self.least => Requirement::Met,
                Applies::Always | Applies::Maybe => Requirement::Undecided,
            },
            _ => Requirement::Met,
        }
    }
}

impl Requirements {
    /// Nothing is asked.
    pub const NONE: Requirements =
        Requirements { band: None, scores: Vec::new(), fail_on: None, levels: BTreeMap::new(), accepted: Accepted::Nothing };

    /// What stands against a project, the gravest first, what is certain before what is possible, then in order of declaration.
    pub fn concerns<'e>(&'e self, explanation: &'e Explanation) -> Vec<Concern<'e>> {
        let mut concerns: Vec<Concern<'e>> = Vec::new();
        for verdict in &explanation.verdicts {
            let band = verdict.requirement.iter().map(|(_, stands)| (Subject::Band(verdict), *stands));
            let scores = self.scores.iter().map(|score| (Subject::Score(verdict, &score.least), score.standing(verdict)));
            let missed = band.chain(scores).filter(|(_, stands)| matches!(stands, Requirement::NotMet | Requirement::Undecided));
            concerns.extend(missed.map(|(subject, stands)| {
                let certain = stands == Requirement::NotMet;
                let accepted = self.accepted.has(&explanation.name, subject.code(), certain);
                Concern { subject, level: Level::Error, certain, waived: None, accepted, counts: !accepted }
            }));
        }
        for gate in explanation.gates.iter().filter(|gate| gate.force == Force::Now && gate.fires != Truth::False) {
            let waived = gate.waiver.map(|waiver| explanation.waivers[waiver].reason.as_str());
            concerns.extend(self.concern(&explanation.name, Subject::Gate(gate), Level::Error, gate.fires == Truth::True, waived));
        }
        for item in explanation.items.iter().filter(|item| item.included.is_none() && item.force == Force::Now) {
            if item.applies == Applies::Never || item.points.low >= item.worth {
                continue;
            }
            let certain = item.applies == Applies::Always && item.points.high < item.worth;
            let earns_something = !item.points.high.is_zero() && item.kind != "check";
            let level = if certain && earns_something || !certain && item.kind != "check" { Level::Note } else { Level::Warning };
            let waived = item.waiver.map(|waiver| explanation.waivers[waiver].reason.as_str());
            concerns.extend(self.concern(&explanation.name, Subject::Item(item), level, certain, waived));
        }
        for trigger in explanation.protocols.iter().flat_map(|protocol| &protocol.triggers) {
            if trigger.about.applies == Applies::Never || trigger.fires == Truth::False {
                continue;
            }
            let certain = trigger.about.applies == Applies::Always && trigger.fires == Truth::True;
            concerns.extend(self.concern(&explanation.name, Subject::Trigger(trigger), Level::Warning, certain, None));
        }
        concerns.sort_by_key(|concern| (std::cmp::Reverse(concern.level), !concern.certain));
        concerns
    }

    /// None of what is not to be told.
    fn concern<'e>(
        &self,
        project: &str,
        subject: Subject<'e>,
        usual: Level,
        certain: bool,
        waived: Option<&'e str>,
    ) -> Option<Concern<'e>> {
        let level = self.levels.get(subject.code()).copied().unwrap_or(Some(usual))?;
        let would_count = waived.is_none() && self.fail_on.is_some_and(|least| level >= least);
        let accepted = would_count && self.accepted.has(project, subject.code(), certain);
        Some(Concern { subject, level, certain, waived, accepted, counts: would_count && !accepted })
    }

    /// How a project stands to all that is asked.
    pub fn standing(&self, explanation: &Explanation) -> Requirement {
        if is_faulted(explanation) {
            return Requirement::Faulted;
        }
        let counting = |concern: &Concern<'_>| match (concern.counts, concern.certain) {
            (false, _) => Requirement::Met,
            (true, true) => Requirement::NotMet,
            (true, false) => Requirement::Undecided,
        };
        self.concerns(explanation).iter().map(counting).fold(Requirement::Met, Requirement::worse)
    }
}

/// Whether something that was asked for can't be worked out: a verdict, or a protocol, which leaves the verdicts as they are.
fn is_faulted(explanation: &Explanation) -> bool {
    let certain = |about: &ProvisionLine| about.fault == FaultLevel::Certain;
    explanation.verdicts.iter().any(|verdict| verdict.state == State::Faulted)
        || explanation.protocols.iter().any(|protocol| {
            protocol.limits.iter().any(|limit| certain(&limit.about))
                || protocol.triggers.iter().any(|trigger| certain(&trigger.about))
                || protocol.reviews.iter().any(|review| certain(&review.about))
        })
}

/// What came of one fact sheet.
pub struct Judged {
    /// Its file, as reports show it.
    pub file: String,
    /// The texts that the run shares, and that of the sheet.
    pub sources: Sources,
    /// The judgement, or why there is none.
    pub outcome: Outcome,
}

/// The judgement of a fact sheet, or why there is none.
pub enum Outcome {
    /// It was judged.
    Judged(Box<Explanation>, Requirement),
    /// It has errors: what was found.
    Rejected(Vec<Diagnostic>),
    /// It can't be read: a sentence.
    Unreadable(String),
}

impl Judged {
    /// The judgement, if there is one.
    pub fn explanation(&self) -> Option<&Explanation> {
        match &self.outcome {
            Outcome::Judged(explanation, _) => Some(explanation),
            Outcome::Rejected(_) | Outcome::Unreadable(_) => None,
        }
    }

    /// How it stands to what was asked: what could not be judged stands as what is faulted.
    pub fn standing(&self) -> Requirement {
        match &self.outcome {
            Outcome::Judged(_, standing) => *standing,
            Outcome::Rejected(_) | Outcome::Unreadable(_) => Requirement::Faulted,
        }
    }
}
