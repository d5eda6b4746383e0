//! What is asked of projects, and what stands against them: the reason codes by which a pipeline is told what is wrong, and stopped if that was asked.
//!
//! A [`Concern`] holds for certain or possibly, as everything here does. Over all concerns that count, [`Requirements::standing`] is a fold: what certainly
//! holds misses the requirement, what may hold leaves it open.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::explain::{Citation, Explanation, FactLine, GateLine, ItemLine, ProvisionLine, Required, TriggerLine, VerdictLine};
use crate::source::Sources;
use crate::value::{Force, Truth};
use crate::verdict::{Applies, FaultLevel, Requirement, State};

/// How grave a concern is, the graver the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing: an item that earned less than it could.
    Note,
    /// An item that earned nothing, or a trigger that fires.
    Warning,
    /// A gate that fires, or a requirement that is missed.
    Error,
}

impl Level {
    /// All, the gravest first.
    pub const ALL: [Level; 3] = [Level::Error, Level::Warning, Level::Note];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// What is asked of every project.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// The band to reach.
    pub band: Option<Required>,
    /// The least level of concerns that count against a project, besides the requirements, which always do.
    pub fail_on: Option<Level>,
    /// Levels other than the usual ones, by reason code; none of what is not to be told at all.
    pub levels: BTreeMap<String, Option<Level>>,
}

/// What a concern is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'e> {
    /// A verdict that misses the band required, or may.
    Band(&'e VerdictLine),
    /// A gate that fires, or may.
    Gate(&'e GateLine),
    /// An item that earned less than its worth, or may have.
    Item(&'e ItemLine),
    /// A trigger that fires, or may.
    Trigger(&'e TriggerLine),
}

/// Something that stands against a project.
#[derive(Clone, Debug)]
pub struct Concern<'e> {
    /// What it is about.
    pub subject: Subject<'e>,
    /// How grave it is.
    pub level: Level,
    /// Whether it holds whatever is unknown; else the evidence leaves it open.
    pub certain: bool,
    /// Why it is accepted, if a waiver says so.
    pub waived: Option<&'e str>,
    /// Whether it counts against the project.
    pub counts: bool,
}

impl<'e> Concern<'e> {
    /// The reason code: that of the gate, item, trigger or verdict.
    pub fn code(&self) -> &'e str {
        match self.subject {
            Subject::Band(verdict) => &verdict.code,
            Subject::Gate(gate) => &gate.code,
            Subject::Item(item) => &item.code,
            Subject::Trigger(trigger) => &trigger.about.code,
        }
    }

    /// Its title.
    pub fn title(&self) -> &'e str {
        match self.subject {
            Subject::Band(verdict) => &verdict.title,
            Subject::Gate(gate) => &gate.title,
            Subject::Item(item) => &item.title,
            Subject::Trigger(trigger) => &trigger.about.title,
        }
    }

    /// Where the rule stands.
    pub fn rule(&self) -> &'e Citation {
        match self.subject {
            Subject::Band(verdict) => &verdict.rule,
            Subject::Gate(gate) => &gate.rule,
            Subject::Item(item) => &item.rule,
            Subject::Trigger(trigger) => &trigger.about.rule,
        }
    }

    /// The facts that it rests on, as the rule reads them. Those of a verdict are all facts, so none are named.
    pub fn facts(&self) -> &'e [FactLine] {
        match self.subject {
            Subject::Band(_) => &[],
            Subject::Gate(gate) => &gate.facts,
            Subject::Item(item) => &item.facts,
            Subject::Trigger(trigger) => &trigger.about.facts,
        }
    }

    /// What would mend it, as the rule says.
    pub fn remedy(&self) -> Option<&'e str> {
        match self.subject {
            Subject::Band(_) => None,
            Subject::Gate(gate) => gate.remedy.as_deref(),
            Subject::Item(item) => item.remedy.as_deref(),
            Subject::Trigger(trigger) => trigger.about.remedy.as_deref(),
        }
    }

    /// What to ask where it is open, as the rule says.
    pub fn ask(&self) -> Option<&'e str> {
        match self.subject {
            Subject::Band(_) => None,
            Subject::Gate(gate) => gate.ask.as_deref(),
            Subject::Item(item) => item.ask.as_deref(),
            Subject::Trigger(trigger) => trigger.about.ask.as_deref(),
        }
    }
}

impl Requirements {
    /// Nothing is asked.
    pub const NONE: Requirements = Requirements { band: None, fail_on: None, levels: BTreeMap::new() };

    /// What stands against a project, the gravest first, what is certain before what is possible, then in order of declaration.
    pub fn concerns<'e>(&self, explanation: &'e Explanation) -> Vec<Concern<'e>> {
        let mut concerns: Vec<Concern<'e>> = Vec::new();
        for verdict in &explanation.verdicts {
            let stands = verdict.requirement.as_ref().map_or(Requirement::Met, |(_, stands)| *stands);
            if matches!(stands, Requirement::NotMet | Requirement::Undecided) {
                let certain = stands == Requirement::NotMet;
                concerns.push(Concern { subject: Subject::Band(verdict), level: Level::Error, certain, waived: None, counts: true });
            }
        }
        for gate in explanation.gates.iter().filter(|gate| gate.force == Force::Now && gate.fires != Truth::False) {
            let waived = gate.waiver.map(|waiver| explanation.waivers[waiver].reason.as_str());
            concerns.extend(self.concern(Subject::Gate(gate), Level::Error, gate.fires == Truth::True, waived));
        }
        for item in explanation.items.iter().filter(|item| item.included.is_none() && item.force == Force::Now) {
            if item.applies == Applies::Never || item.points.low >= item.worth {
                continue;
            }
            let certain = item.applies == Applies::Always && item.points.high < item.worth;
            let earns_something = !item.points.high.is_zero() && item.kind != "check";
            let level = if certain && earns_something || !certain && item.kind != "check" { Level::Note } else { Level::Warning };
            let waived = item.waiver.map(|waiver| explanation.waivers[waiver].reason.as_str());
            concerns.extend(self.concern(Subject::Item(item), level, certain, waived));
        }
        for trigger in explanation.protocols.iter().flat_map(|protocol| &protocol.triggers) {
            if trigger.about.applies == Applies::Never || trigger.fires == Truth::False {
                continue;
            }
            let certain = trigger.about.applies == Applies::Always && trigger.fires == Truth::True;
            concerns.extend(self.concern(Subject::Trigger(trigger), Level::Warning, certain, None));
        }
        concerns.sort_by_key(|concern| (std::cmp::Reverse(concern.level), !concern.certain));
        concerns
    }

    /// None of what is not to be told.
    fn concern<'e>(&self, subject: Subject<'e>, usual: Level, certain: bool, waived: Option<&'e str>) -> Option<Concern<'e>> {
        let mut concern = Concern { subject, level: usual, certain, waived, counts: false };
        concern.level = self.levels.get(concern.code()).copied().unwrap_or(Some(usual))?;
        concern.counts = waived.is_none() && self.fail_on.is_some_and(|least| concern.level >= least);
        Some(concern)
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
