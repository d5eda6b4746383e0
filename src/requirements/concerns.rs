//! What stands against a project: each under a reason code, with a level, certain or possible.

use crate::explain::{Citation, FactLine, GateLine, ItemLine, TriggerLine, VerdictLine};
use crate::value::Fraction;

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

/// What a concern is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'e> {
    /// A verdict that misses the band required, or may.
    Band(&'e VerdictLine),
    /// A verdict whose score misses the least one required, or may.
    Score(&'e VerdictLine, &'e Fraction),
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
    /// Whether a baseline accepts it for now, and it would count otherwise.
    pub accepted: bool,
    /// Whether it counts against the project.
    pub counts: bool,
}

impl<'e> Subject<'e> {
    /// The reason code: that of the gate, item, trigger or verdict.
    pub fn code(&self) -> &'e str {
        match *self {
            Subject::Band(verdict) | Subject::Score(verdict, _) => &verdict.code,
            Subject::Gate(gate) => &gate.code,
            Subject::Item(item) => &item.code,
            Subject::Trigger(trigger) => &trigger.about.code,
        }
    }
}

impl<'e> Concern<'e> {
    /// The reason code: that of the gate, item, trigger or verdict.
    pub fn code(&self) -> &'e str {
        self.subject.code()
    }

    /// Its title.
    pub fn title(&self) -> &'e str {
        match self.subject {
            Subject::Band(verdict) | Subject::Score(verdict, _) => &verdict.title,
            Subject::Gate(gate) => &gate.title,
            Subject::Item(item) => &item.title,
            Subject::Trigger(trigger) => &trigger.about.title,
        }
    }

    /// Where the rule stands.
    pub fn rule(&self) -> &'e Citation {
        match self.subject {
            Subject::Band(verdict) | Subject::Score(verdict, _) => &verdict.rule,
            Subject::Gate(gate) => &gate.rule,
            Subject::Item(item) => &item.rule,
            Subject::Trigger(trigger) => &trigger.about.rule,
        }
    }

    /// The facts that it rests on, as the rule reads them. Those of a verdict are all facts, so none are named.
    pub fn facts(&self) -> &'e [FactLine] {
        match self.subject {
            Subject::Band(_) | Subject::Score(..) => &[],
            Subject::Gate(gate) => &gate.facts,
            Subject::Item(item) => &item.facts,
            Subject::Trigger(trigger) => &trigger.about.facts,
        }
    }

    /// What would mend it, as the rule says.
    pub fn remedy(&self) -> Option<&'e str> {
        match self.subject {
            Subject::Band(_) | Subject::Score(..) => None,
            Subject::Gate(gate) => gate.remedy.as_deref(),
            Subject::Item(item) => item.remedy.as_deref(),
            Subject::Trigger(trigger) => trigger.about.remedy.as_deref(),
        }
    }

    /// What to do about it, as the rule says: to mend it where it is certain, to ask where it is open.
    pub fn advice(&self) -> Option<&'e str> {
        if self.certain { self.remedy() } else { self.ask().or(self.remedy()) }
    }

    /// What to ask where it is open, as the rule says.
    pub fn ask(&self) -> Option<&'e str> {
        match self.subject {
            Subject::Band(_) | Subject::Score(..) => None,
            Subject::Gate(gate) => gate.ask.as_deref(),
            Subject::Item(item) => item.ask.as_deref(),
            Subject::Trigger(trigger) => trigger.about.ask.as_deref(),
        }
    }
}
