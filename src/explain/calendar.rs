//! Waivers, what is not in force, and what is coming, in words.

use super::{ChangeLine, ProspectLine, ProspectVerdict, WaiverLine, WaiverState, Words};
use crate::policy::{GateId, Head};
use crate::program::Basis;
use crate::value::{Force, Number, Term, Truth, Type, show_number};
use crate::verdict::{Applies, FaultLevel, Prospect};
use crate::waivers::{Target, Waiver};

impl Words<'_> {
    /// The waivers of the subject, in force or not, in the order of their file.
    pub(super) fn waivers(&self) -> Vec<WaiverLine> {
        let program = self.program;
        program
            .waivers
            .of(&self.dossier.sheets[0].name)
            .iter()
            .map(|waiver| WaiverLine {
                code: waiver.code.clone(),
                title: self.target(waiver).title.clone(),
                lifts_gate: matches!(waiver.target, Target::Gate(_)),
                place: self.cite(waiver.span),
                reason: waiver.reason.clone(),
                approver: waiver.approver.clone(),
                granted: day(waiver.term.from),
                expires: day(waiver.term.until),
                state: self.state(waiver),
            })
            .collect()
    }

    fn target(&self, waiver: &Waiver) -> &Head {
        match waiver.target {
            Target::Gate(gate) => &self.program.gates[gate.index()].head,
            Target::Item(item) => &self.program.items[item.index()].head,
        }
    }

    fn state(&self, waiver: &Waiver) -> WaiverState {
        match waiver.term.on(self.program.calendar) {
            Force::NotYet(_) => return WaiverState::NotYet,
            Force::NoLonger(_) => return WaiverState::Expired,
            Force::Now => {}
        }
        let evaluation = &self.judgement.evaluation;
        let fails = match waiver.target {
            Target::Gate(gate) => evaluation.gates[gate.index()].fires,
            Target::Item(item) => {
                let (outcome, worth) = (&evaluation.items[item.index()], &self.program.items[item.index()].worth);
                match outcome.applies {
                    Applies::Never => Truth::False,
                    Applies::Always if outcome.points.high < *worth => Truth::True,
                    Applies::Always if outcome.points.low == *worth => Truth::False,
                    Applies::Always | Applies::Maybe => Truth::Unknown,
                }
            }
        };
        match fails {
            Truth::True => WaiverState::Used,
            Truth::Unknown => WaiverState::Pending,
            Truth::False => WaiverState::Unused,
        }
    }

    /// The waiver in force of a gate or item, by its place among the subject's.
    pub(super) fn waiver_of(&self, target: Target) -> Option<usize> {
        let (program, subject) = (self.program, &self.dossier.sheets[0].name);
        let in_force = |waiver: &Waiver| waiver.target == target && waiver.term.contains(program.calendar);
        program.waivers.of(subject).iter().position(in_force)
    }

    /// Whether a waiver lifts the cap of a gate.
    pub(super) fn is_lifted(&self, gate: GateId) -> bool {
        self.waiver_of(Target::Gate(gate)).is_some()
    }

    /// The days on which something changes, and what it leads to.
    pub(super) fn outlook(&self) -> Vec<ProspectLine> {
        self.judgement.outlook.prospects.iter().map(|prospect| self.prospect(prospect)).collect()
    }

    fn prospect(&self, prospect: &Prospect) -> ProspectLine {
        let (program, evaluation) = (self.program, &prospect.evaluation);
        let lifted: Vec<GateId> = program.waivers.lifted(&self.dossier.sheets[0].name, prospect.day).collect();
        let is_waived = |verdict: usize| {
            lifted
                .iter()
                .any(|gate| program.gates[gate.index()].verdict.index() == verdict && evaluation.gates[gate.index()].fires != Truth::False)
        };
        let verdicts = program
            .verdicts
            .iter()
            .zip(&evaluation.verdicts)
            .enumerate()
            .map(|(index, (verdict, outcome))| ProspectVerdict {
                code: verdict.head.code.clone(),
                title: verdict.head.title.clone(),
                state: outcome.state(),
                applies: outcome.applies,
                range: outcome.bands,
                score: match &verdict.basis {
                    Basis::Score(scorecard, _) => Some(evaluation.scores[scorecard.index()].score.clone()),
                    Basis::Conditions(_) => None,
                },
                waived: is_waived(index),
            })
            .collect();
        let line = |head: &Head, waiver: bool| ChangeLine { code: head.code.clone(), title: head.title.clone(), waiver };
        let terms: Vec<(ChangeLine, Term)> = program
            .items
            .iter()
            .map(|item| (line(&item.head, false), item.term))
            .chain(program.gates.iter().map(|gate| (line(&gate.head, false), gate.term)))
            .chain(program.waivers.of(&self.dossier.sheets[0].name).iter().map(|waiver| (line(self.target(waiver), true), waiver.term)))
            .collect();
        let on_day = |end: fn(&Term) -> Option<Number>| {
            terms.iter().filter(|(_, term)| end(term) == Some(prospect.day)).map(|(line, _)| line.clone()).collect()
        };
        let items = program.items.iter().zip(&evaluation.items).map(|(item, outcome)| (&item.head, outcome.fault));
        let gates = program.gates.iter().zip(&evaluation.gates).map(|(gate, outcome)| (&gate.head, outcome.fault));
        ProspectLine {
            day: show_number(prospect.day, Type::Date),
            verdicts,
            comes: on_day(|term| term.from),
            goes: on_day(|term| term.until),
            faults: items.chain(gates).filter(|(_, fault)| fault.level == FaultLevel::Certain).map(|(head, _)| head.code.clone()).collect(),
        }
    }
}

fn day(end: Option<Number>) -> String {
    end.map_or_else(String::new, |day| show_number(day, Type::Date))
}
