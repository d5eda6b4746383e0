//! Items, gates and faults, in words.

use super::{FaultLine, GateLine, ItemLine, Words, first_scored, portion, shares};
use crate::policy::{GateId, ItemId};
use crate::program::{Body, Program, Template};
use crate::scripts::Failure;
use crate::source::{Sources, Span};
use crate::value::Fraction;
use crate::verdict::{Applies, Bands, Bounds, Fault, FaultKind, FaultLevel, Judgement, RowTaken, Site};
use crate::waivers::Target;

impl Words<'_> {
    pub(super) fn items(&mut self) -> Vec<ItemLine> {
        let program = self.program;
        let evaluation = &self.judgement.evaluation;
        let shares = shares(program, evaluation, first_scored(program));
        let mut lines = Vec::with_capacity(program.items.len());
        for (index, (item, outcome)) in program.items.iter().zip(&evaluation.items).enumerate() {
            let scorecard = item.scorecard.index();
            let missing = Bounds { low: item.worth.subtract(&outcome.points.high), high: item.worth.subtract(&outcome.points.low) };
            let lost = match (&shares[scorecard], outcome.applies) {
                (_, Applies::Never) => Bounds::exactly(Fraction::zero()),
                (share, applies) => {
                    let share = share.clone().unwrap_or_else(|| Bounds::exactly(Fraction::one()));
                    let lost = portion(&share, &missing, &evaluation.scores[scorecard].counted);
                    if applies == Applies::Maybe { Bounds::up_to(lost.high) } else { lost }
                }
            };
            let (kind, included) = match &item.body {
                Body::Check(_) => ("check", None),
                Body::Grade(..) | Body::GradeWhen(_) => ("grade", None),
                Body::Ramp(..) => ("ramp", None),
                Body::Measure(_) => ("measure", None),
                Body::Include(child) => ("include", Some(child.index())),
            };
            let label = row_label(&item.body, outcome.row);
            let reason = match label.or(item.words.because.as_ref()) {
                Some(template) => self.fill(template),
                None => self.plain_reason(&item.body),
            };
            lines.push(ItemLine {
                code: item.head.code.clone(),
                title: item.head.title.clone(),
                kind,
                rule: self.cite(item.head.name_span),
                scorecard,
                included,
                force: item.term.on(program.calendar),
                applies: outcome.applies,
                waiver: self.waiver_of(Target::Item(ItemId(index as u32))),
                passes: outcome.passes,
                points: outcome.points.clone(),
                worth: item.worth.clone(),
                lost,
                row: outcome.row,
                reason,
                ask: self.fill_all(item.words.ask.as_ref()),
                remedy: self.fill_all(item.words.remedy.as_ref()),
                cite: self.fill_all(item.words.cite.as_ref()),
                facts: self.facts.read(&item.reads),
                tables: item.tables.iter().map(|table| table.index()).collect(),
                fault: outcome.fault.level,
            });
        }
        lines
    }

    pub(super) fn gates(&mut self) -> Vec<GateLine> {
        let program = self.program;
        let evaluation = &self.judgement.evaluation;
        let mut lines = Vec::with_capacity(program.gates.len());
        for (index, (gate, outcome)) in program.gates.iter().zip(&evaluation.gates).enumerate() {
            let verdict = &program.verdicts[gate.verdict.index()];
            let reason = match &gate.words.because {
                Some(template) => self.fill(template),
                None => format!("when {}", self.written(program.conditions[gate.when.0 as usize].1)),
            };
            lines.push(GateLine {
                code: gate.head.code.clone(),
                title: gate.head.title.clone(),
                rule: self.cite(gate.head.name_span),
                caps: (verdict.head.title.clone(), verdict.bands[gate.at_most as usize].title.clone()),
                force: gate.term.on(program.calendar),
                waiver: self.waiver_of(Target::Gate(GateId(index as u32))),
                fires: outcome.fires,
                binds: self.binds(GateId(index as u32)),
                reason,
                ask: self.fill_all(gate.words.ask.as_ref()),
                remedy: self.fill_all(gate.words.remedy.as_ref()),
                cite: self.fill_all(gate.words.cite.as_ref()),
                facts: self.facts.read(&gate.reads),
                tables: gate.tables.iter().map(|table| table.index()).collect(),
                fault: outcome.fault.level,
            });
        }
        lines
    }

    /// Whether the verdict's bands would be others without this gate. One that a waiver lifts changes nothing.
    fn binds(&self, gate: GateId) -> bool {
        let evaluation = &self.judgement.evaluation;
        let verdict = self.program.gates[gate.index()].verdict;
        let capped = |left_out: Option<GateId>| {
            let mut bands: Bands = evaluation.verdicts[verdict.index()].ungated;
            for other in &self.program.verdicts[verdict.index()].gates {
                if Some(*other) == left_out || self.is_lifted(*other) {
                    continue;
                }
                bands = bands.capped(evaluation.gates[other.index()].fires, self.program.gates[other.index()].at_most);
            }
            bands
        };
        capped(None) != capped(Some(gate))
    }

    pub(super) fn faults(&mut self) -> Vec<FaultLine> {
        let (program, evaluation) = (self.program, &self.judgement.evaluation);
        let items = program.items.iter().zip(&evaluation.items).map(|(item, outcome)| (&item.head, &item.reads, outcome.fault));
        let gates = program.gates.iter().zip(&evaluation.gates).map(|(gate, outcome)| (&gate.head, &gate.reads, outcome.fault));
        let limits = program.limits.iter().zip(&evaluation.limits).map(|(limit, outcome)| (&limit.head, &limit.reads, outcome.fault));
        let triggers =
            program.triggers.iter().zip(&evaluation.triggers).map(|(trigger, outcome)| (&trigger.head, &trigger.reads, outcome.fault));
        let reviews = program.reviews.iter().zip(&evaluation.reviews).map(|(review, outcome)| (&review.head, &review.reads, outcome.fault));
        items
            .chain(gates)
            .chain(limits)
            .chain(triggers)
            .chain(reviews)
            // A script that waits for a fact is no fault anybody could mend, and the open questions name the fact.
            .filter(|(_, _, fault)| !fault.is_none() && fault.kind != FaultKind::ScriptNotRun)
            .map(|(head, reads, fault)| {
                let span = self.site(fault, head.name_span);
                FaultLine {
                    code: head.code.clone(),
                    level: fault.level,
                    message: self.fault_message(fault, span),
                    rule: self.cite(span),
                    script: self.script_failure(fault).map(|failure| self.cite(failure.span)),
                    facts: self.facts.read(reads),
                }
            })
            .collect()
    }

    pub(super) fn site(&self, fault: Fault, otherwise: Span) -> Span {
        site(self.program, fault, otherwise)
    }

    /// What went wrong in the script that a fault comes from.
    fn script_failure(&self, fault: Fault) -> Option<&Failure> {
        script_failure(self.judgement, fault)
    }

    pub(super) fn fault_message(&self, fault: Fault, span: Span) -> String {
        fault_words(&self.written(span), self.judgement, fault)
    }

    /// What an item without words of its own looks at, as its rule says it.
    fn plain_reason(&self, body: &Body) -> String {
        let program = self.program;
        match body {
            Body::Check(condition) => format!("passes when {}", self.written(program.conditions[condition.0 as usize].1)),
            Body::Grade(operand, _) | Body::Ramp(operand, _) => {
                format!("by {}", self.written(program.expressions[operand.0 as usize].1))
            }
            Body::GradeWhen(_) => "the first row that holds".into(),
            Body::Measure(expr) => format!("by {}", self.written(program.expressions[expr.0 as usize].1)),
            Body::Include(child) => format!("the score of {}", program.scorecards[child.index()].head.title),
        }
    }

    /// The text of a rule, on one line.
    pub(super) fn written(&self, span: Span) -> String {
        written(self.sources, span)
    }
}

/// The text of a rule, on one line.
pub(crate) fn written(sources: &Sources, span: Span) -> String {
    sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a fault arose.
pub(crate) fn site(program: &Program, fault: Fault, otherwise: Span) -> Span {
    match fault.site {
        Site::Nowhere => otherwise,
        Site::Expression(id) => program.expressions[id.0 as usize].1,
        Site::Condition(id) => program.conditions[id.0 as usize].1,
        Site::Table(id) => program.tables[id.index()].head.name_span,
    }
}

fn script_failure(judgement: &Judgement, fault: Fault) -> Option<&Failure> {
    match (fault.kind, fault.site) {
        (FaultKind::Script, Site::Expression(id)) => judgement.script_failures.get(&id),
        _ => None,
    }
}

/// What went wrong, in words; `written` is the text where the fault arose.
pub(crate) fn fault_words(written: &str, judgement: &Judgement, fault: Fault) -> String {
    let what = match fault.kind {
        FaultKind::DivisionByZero => format!("`{written}` divides by zero"),
        FaultKind::Overflow => format!("`{written}` is larger than any number the rules can hold"),
        FaultKind::NoRow => format!("no row of the table `{written}` holds"),
        FaultKind::NotApplicable => format!("`{written}` has no value, because what it names does not apply"),
        FaultKind::Script => match script_failure(judgement, fault) {
            Some(failure) => format!("`{written}` {}", failure.message),
            None => format!("`{written}` fails in its script"),
        },
        FaultKind::ScriptNotRun => format!("`{written}` waits for what is not exactly known, and its script may fail"),
    };
    match fault.level {
        FaultLevel::Possible => format!("{what} for some values that the evidence leaves possible"),
        FaultLevel::Certain | FaultLevel::None => what,
    }
}

/// The label of the row taken, where one row is certain and has a label.
fn row_label(body: &Body, row: RowTaken) -> Option<&Template> {
    let RowTaken::One(index) = row else { return None };
    match body {
        Body::Grade(_, rows) => rows.get(index as usize)?.label.as_ref(),
        Body::GradeWhen(rows) => rows.get(index as usize)?.label.as_ref(),
        Body::Check(_) | Body::Ramp(..) | Body::Measure(_) | Body::Include(_) => None,
    }
}
