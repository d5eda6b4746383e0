//! Checks that always or never pass, rows that are never reached, items and gates that never or always count, gates that never or always fire, and measures
//! that leave the range of their worth.

use super::search::{Found, Goal, Standing, rows_of};
use super::space::Facts;
use super::{Auditor, FOR_AN_ITEM, MOST_RUNS, runs};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::eval::Overlay;
use crate::policy::{GateId, Head, ItemId};
use crate::program::{Accepts, Body, ConditionId, Step};
use crate::source::Span;
use crate::value::{Number, Possible, Truth, Type, Variants, show_fraction_points, show_number, show_possible};
use crate::verdict::{Address, Applies, RowTaken};

/// The last part of a code: what the item is called where it stands.
pub(super) fn name(head: &Head) -> &str {
    head.code.rsplit('.').next().unwrap_or(&head.code)
}

impl Auditor<'_, '_> {
    pub(super) fn items(&mut self) {
        let program = self.program;
        for (index, item) in program.items.iter().enumerate() {
            let id = ItemId(index as u32);
            let steps = program.cone(Step::Item(id));
            let facts = self.search.space.facts(&steps);
            // What is no step of the program is not judged, so there is nothing to be said of it.
            if facts.is_none() || !steps.contains(&Step::Item(id)) {
                continue;
            }
            let name = name(&item.head);
            if let Some(condition) = item.applies
                && self.reads(condition)
            {
                if self.is_impossible(Goal::ItemApplies(id, true), &steps, &facts) {
                    self.never_applies(&format!("the {} `{name}`", kind(&item.body)), condition, &facts);
                    continue;
                }
                if self.is_impossible(Goal::ItemApplies(id, false), &steps, &facts) {
                    self.always_applies(&format!("the {} `{name}`", kind(&item.body)), condition, &facts);
                }
            }
            // What is switched off, or has nothing in it that applies, neither passes nor fails.
            let (evaluation, _) = self.search.look(&steps, &[]);
            if evaluation.items[index].applies == Applies::Never {
                continue;
            }
            match &item.body {
                Body::Check(condition) if self.reads(*condition) => {
                    let span = program.conditions[condition.0 as usize].1;
                    if self.is_impossible(Goal::Passes(id, true), &steps, &facts) {
                        let finding = Diagnostic::new(&codes::NEVER_PASSES, span, format!("the check `{name}` never passes"))
                            .label("no fact sheet satisfies this")
                            .help("compare it with what the facts can be, or leave the check out: its worth only lowers the score");
                        self.report(self.with_ranges(finding, &facts));
                    } else if self.is_impossible(Goal::Passes(id, false), &steps, &facts) {
                        let finding = Diagnostic::new(&codes::ALWAYS_PASSES, span, format!("the check `{name}` always passes"))
                            .label("every fact sheet satisfies this")
                            .help("compare it with what the facts can be, or leave the check out: its worth only raises the score");
                        self.report(self.with_ranges(finding, &facts));
                    }
                }
                Body::Grade(..) | Body::GradeWhen(_) => self.rows(id, &steps, &facts),
                Body::Measure(_) => self.measure(id, &steps, &facts),
                Body::Check(_) | Body::Ramp(..) | Body::Include(_) => {}
            }
        }
    }

    pub(super) fn gates(&mut self) {
        let program = self.program;
        for (index, gate) in program.gates.iter().enumerate() {
            let id = GateId(index as u32);
            let steps = program.cone(Step::Gate(id));
            let facts = self.search.space.facts(&steps);
            if !steps.contains(&Step::Gate(id)) {
                continue;
            }
            let name = name(&gate.head);
            if let Some(condition) = gate.applies
                && self.reads(condition)
            {
                if self.is_impossible(Goal::GateApplies(id, true), &steps, &facts) {
                    self.never_applies(&format!("the gate `{name}`"), condition, &facts);
                    continue;
                }
                if self.is_impossible(Goal::GateApplies(id, false), &steps, &facts) {
                    self.always_applies(&format!("the gate `{name}`"), condition, &facts);
                }
            }
            if !self.reads(gate.when) {
                continue;
            }
            let span = program.conditions[gate.when.0 as usize].1;
            if self.is_impossible(Goal::Fires(id, true), &steps, &facts) {
                let finding = Diagnostic::new(&codes::NEVER_FIRES, span, format!("the gate `{name}` never fires"))
                    .label("no fact sheet brings this about")
                    .help("compare it with what the facts can be: as it stands the gate protects from nothing");
                self.report(self.with_ranges(finding, &facts));
            } else if self.is_impossible(Goal::Fires(id, false), &steps, &facts) {
                let band = &program.verdicts[gate.verdict.index()].bands[gate.at_most as usize].name;
                let finding = Diagnostic::new(&codes::ALWAYS_FIRES, span, format!("the gate `{name}` always fires"))
                    .label("every fact sheet brings this about")
                    .help(format!("compare it with what the facts can be: as it stands nothing is ever better than `{band}`"));
                self.report(self.with_ranges(finding, &facts));
            }
        }
    }

    /// Whether a condition reads any fact. One that reads none is a switch.
    pub(super) fn reads(&self, condition: ConditionId) -> bool {
        !matches!(self.program.conditions[condition.0 as usize].0, crate::program::Condition::Constant(_))
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Whether no sheet brings a goal about: seen at a glance, or by looking through what the facts may be.
    fn is_impossible(&mut self, goal: Goal, steps: &[Step], facts: &Facts) -> bool {
        let budget = runs(FOR_AN_ITEM, steps).min(MOST_RUNS.saturating_sub(self.search.runs));
        matches!(self.search.find(goal, steps, facts, budget), Found::Impossible)
    }

    fn never_applies(&mut self, what: &str, condition: ConditionId, facts: &Facts) {
        let finding = self
            .about(&codes::NEVER_APPLIES, condition, format!("{what} never counts"))
            .label("no fact sheet satisfies this")
            .help("compare it with what the facts can be, or leave the whole item out");
        self.report(self.with_ranges(finding, facts));
    }

    fn always_applies(&mut self, what: &str, condition: ConditionId, facts: &Facts) {
        let finding = self
            .about(&codes::ALWAYS_APPLIES, condition, format!("the `applies when` of {what} always holds"))
            .label("every fact sheet satisfies this")
            .help("compare it with what the facts can be, or leave out `applies when`");
        self.report(self.with_ranges(finding, facts));
    }

    fn about(&self, code: &'static Code, condition: ConditionId, message: String) -> Diagnostic {
        Diagnostic::new(code, self.program.conditions[condition.0 as usize].1, message)
    }

    /// What the declarations say of the facts read, where there are few and they say something: it is mostly what a proof rests on.
    fn with_ranges(&self, finding: Diagnostic, facts: &Facts) -> Diagnostic {
        let space = self.search.space;
        let bounded: Vec<(Address, Type)> = facts
            .own
            .iter()
            .map(|address| (*address, space.type_of(*address)))
            .filter(|(address, _)| match &space.slot(*address).value {
                Possible::Range(range) => !range.is_unbounded(),
                Possible::Truth(_) | Possible::Variants(_) | Possible::Texts(_) | Possible::List(_) => false,
            })
            .collect();
        if bounded.is_empty() || bounded.len() > 2 {
            return finding;
        }
        bounded.into_iter().fold(finding, |finding, (address, ty)| {
            let range = show_possible(&space.slot(address).value, ty, &self.program.schema);
            let sheet = &space.sheets[address.sheet as usize - 1];
            let note = format!("`{}` is {range}", space.path(address));
            match sheet.leaf_at(&self.program.schema, address.slot) {
                Some(leaf) => finding.related(leaf.span, note),
                None => finding.help(note),
            }
        })
    }

    /// Rows that never give the points. Of those after a row that always holds the checker has spoken already.
    fn rows(&mut self, id: ItemId, steps: &[Step], facts: &Facts) {
        let program = self.program;
        let body = &program.items[id.index()].body;
        for row in 0..rows_of(body) {
            let (span, holds) = match body {
                Body::Grade(_, rows) if matches!(rows[row].accepts, Accepts::All) => (rows[row].span, None),
                Body::Grade(_, rows) => (rows[row].span, Some(Holds::Accepts(row))),
                Body::GradeWhen(rows) => match rows[row].when {
                    // A row that reads no fact is a switch, and so are those that it leaves nothing to.
                    Some(condition) if !self.reads(condition) => continue,
                    Some(condition) => (rows[row].span, Some(Holds::Condition(condition))),
                    None => (rows[row].span, None),
                },
                Body::Check(_) | Body::Ramp(..) | Body::Measure(_) | Body::Include(_) => return,
            };
            if self.is_impossible(Goal::Row(id, row as u16), steps, facts) {
                let finding = self.unreachable(id, span, holds, steps, facts);
                self.report(finding);
            }
            let is_last = match body {
                Body::Grade(_, rows) => matches!(rows[row].accepts, Accepts::All),
                Body::GradeWhen(rows) => rows[row].when.is_none(),
                Body::Check(_) | Body::Ramp(..) | Body::Measure(_) | Body::Include(_) => true,
            };
            if is_last {
                return;
            }
        }
    }

    /// Why a row is never reached: nothing satisfies it, or what does satisfies a row above, for which a witness is shown.
    fn unreachable(&mut self, id: ItemId, span: Span, holds: Option<Holds>, steps: &[Step], facts: &Facts) -> Diagnostic {
        let program = self.program;
        let finding = Diagnostic::new(&codes::UNREACHABLE_ROW, span, "this row is never reached");
        let above = "the rows above take everything that it accepts";
        let in_order = "rows are asked in order: put the narrower one first, or leave this one out";
        let Some(holds) = holds else {
            return finding.label("the rows above take everything").help("leave it out, or make the rows above narrower");
        };
        match self.satisfying(id, holds, steps, facts) {
            Satisfied::Never if matches!(holds, Holds::Condition(_)) => {
                finding.label("no fact sheet satisfies this").help("compare it with what the facts can be, or leave it out")
            }
            Satisfied::Never => finding
                .label("it accepts nothing that can be judged here")
                .help("compare its bounds with those of the fact, or leave it out"),
            Satisfied::By(witness, row) => {
                let taken = match &program.items[id.index()].body {
                    Body::Grade(_, rows) => rows[row as usize].span,
                    Body::GradeWhen(rows) => rows[row as usize].span,
                    Body::Check(_) | Body::Ramp(..) | Body::Measure(_) | Body::Include(_) => span,
                };
                let shown = self.search.space.shown(&witness);
                let finding = finding.label(above).help(in_order);
                if shown.is_empty() { finding } else { finding.related(taken, format!("with {shown} this row comes first")) }
            }
            Satisfied::NotFound => finding.label(above).help(in_order),
        }
    }

    /// Facts under which a row's own test holds, and the row that then gives the points.
    fn satisfying(&mut self, id: ItemId, holds: Holds, steps: &[Step], facts: &Facts) -> Satisfied {
        let end = self.search.runs.saturating_add(runs(FOR_AN_ITEM, steps));
        let mut pending: Vec<(Vec<Overlay>, usize)> = vec![(Vec::new(), 0)];
        let mut never = true;
        while let Some((supposed, next)) = pending.pop() {
            if self.search.runs >= end {
                return Satisfied::NotFound;
            }
            let (evaluation, _) = self.search.look(steps, &supposed);
            let outcome = evaluation.items[id.index()].clone();
            let truth = self.test(id, holds);
            if truth == Truth::False || outcome.applies == Applies::Never {
                continue;
            }
            if let (Truth::True, Applies::Always, RowTaken::One(row)) = (truth, outcome.applies, outcome.row) {
                let single = |supposed: &Overlay| Overlay::of(supposed.address, self.search.single(supposed), supposed.mark);
                let single = supposed.iter().map(single).collect();
                return Satisfied::By(single, row);
            }
            let Some(address) = facts.own.get(next) else {
                never = false;
                continue;
            };
            let cells = self.search.space.cells(&self.search.evaluator, *address);
            for cell in cells.into_iter().rev() {
                let mut supposed = supposed.clone();
                supposed.push(cell);
                pending.push((supposed, next + 1));
            }
        }
        if never { Satisfied::Never } else { Satisfied::NotFound }
    }

    /// Whether the test of a row holds, after a run.
    fn test(&mut self, id: ItemId, holds: Holds) -> Truth {
        let program = self.program;
        let dossier = self.search.space.dossier();
        let row = match holds {
            Holds::Condition(condition) => return self.search.evaluator.holds(&dossier, condition),
            Holds::Accepts(row) => row,
        };
        let Body::Grade(operand, rows) = &program.items[id.index()].body else { return Truth::Unknown };
        let accepts = &rows[row].accepts;
        if let Accepts::Condition(condition) = accepts {
            return self.search.evaluator.holds(&dossier, *condition);
        }
        let (value, fault) = self.search.evaluator.inspect(&dossier, *operand);
        if !fault.is_none() {
            return Truth::Unknown;
        }
        match (accepts, value) {
            (Accepts::All, _) => Truth::True,
            (Accepts::Ranges(ranges), Possible::Range(range)) => {
                if ranges.iter().any(|accepted| range.is_subset_of(accepted)) {
                    Truth::True
                } else if ranges.iter().any(|accepted| range.intersect(accepted).is_some()) {
                    Truth::Unknown
                } else {
                    Truth::False
                }
            }
            (Accepts::Variants(accepted), Possible::Variants(variants)) => among(variants, *accepted),
            (Accepts::Variants(_), Possible::Truth(_)) => Truth::False,
            (Accepts::Truth(wanted), Possible::Truth(truth)) => match truth.exact() {
                Some(exact) => Truth::from(exact == *wanted),
                None => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    /// A measure that leaves the range of its worth for some facts, which are shown with what it comes to.
    fn measure(&mut self, id: ItemId, steps: &[Step], facts: &Facts) {
        let program = self.program;
        let item = &program.items[id.index()];
        let Body::Measure(expression) = &item.body else { return };
        let Found::Witness(witness) = self.search.find(Goal::Beyond(id), steps, facts, runs(FOR_AN_ITEM, steps)) else { return };
        let witness = self.search.smallest(Goal::Beyond(id), steps, witness);
        let (_, parts) = self.search.look(steps, &witness);
        let Some(range) = parts.measures[id.index()] else { return };
        debug_assert_eq!(self.search.standing(Goal::Beyond(id), steps, &witness), Standing::Reached);
        let shown = |number: Number| show_number(number, Type::Number);
        let comes_to = match range.exact() {
            Some(exact) => shown(exact),
            None if range.low >= Number::ZERO => format!("more than {}", show_fraction_points(&item.worth)),
            None => "less than 0".to_string(),
        };
        let facts = self.search.space.shown(&witness);
        let with = if facts.is_empty() { String::new() } else { format!(" with {facts}") };
        let worth = show_fraction_points(&item.worth);
        let cut = if range.low >= Number::ZERO { format!("it earns {worth}") } else { "it earns 0".to_string() };
        let finding = Diagnostic::new(
            &codes::BEYOND_WORTH,
            program.expressions[expression.0 as usize].1,
            format!("the measure `{}` is worth {worth}, but comes to {comes_to}{with}", name(&item.head)),
        )
        .label(format!("before it is cut: {cut} there"))
        .help(format!("look at its units; if the cut is meant, say so with `clamp(…, 0, {worth})`"));
        self.report(finding);
    }
}

/// What a row asks for.
#[derive(Clone, Copy)]
enum Holds {
    /// That the operand is accepted by this row.
    Accepts(usize),
    /// A condition of its own.
    Condition(ConditionId),
}

/// What is known of the facts that satisfy a row.
enum Satisfied {
    /// There are none.
    Never,
    /// These do, and this other row then gives the points.
    By(Vec<Overlay>, u16),
    /// None were found.
    NotFound,
}

fn among(possible: Variants, accepted: Variants) -> Truth {
    if possible.is_subset_of(accepted) {
        Truth::True
    } else if possible.intersect(accepted).is_none() {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// What an item is called.
pub(super) fn kind(body: &Body) -> &'static str {
    match body {
        Body::Check(_) => "check",
        Body::Grade(..) | Body::GradeWhen(_) => "grade",
        Body::Ramp(..) => "ramp",
        Body::Measure(_) => "measure",
        Body::Include(_) => "include",
    }
}
