//! Bands that nothing leads to.

use super::items::name;
use super::search::{Found, Goal, Search, Standing};
use super::space::Facts;
use super::{Auditor, FOR_A_BAND, runs};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::{Merge, Overlay};
use crate::policy::VerdictId;
use crate::program::{Basis, Body, Program, Step};
use crate::value::{Fraction, Number, Truth, Type, show_fraction_percent, show_fraction_points, show_number};
use crate::verdict::{Applies, Evaluation};

impl Auditor<'_, '_> {
    pub(super) fn bands(&mut self) {
        let program = self.program;
        for (index, verdict) in program.verdicts.iter().enumerate() {
            let id = VerdictId(index as u32);
            let steps = program.cone(Step::Verdict(id));
            let facts = self.search.space.facts(&steps);
            if facts.is_none() || !steps.contains(&Step::Verdict(id)) {
                continue;
            }
            for band in 0..verdict.bands.len() as u32 {
                if is_after_otherwise(program, id, band) {
                    continue;
                }
                if let Found::Impossible = self.search.find_band(id, band, &steps, &facts, runs(FOR_A_BAND, &steps)) {
                    let why = why_never(&mut self.search, id, band, &steps, &facts);
                    self.report(why.finding(program, id, band));
                }
            }
        }
    }
}

impl Search<'_, '_> {
    /// Looks for facts that decide a verdict for a band. Where the search is spent, one fact at a time may still tell that there are none: the band is out
    /// if it is out in every part of what some fact may be.
    pub(super) fn find_band(&mut self, id: VerdictId, band: u32, steps: &[Step], facts: &Facts, budget: u32) -> Found {
        let goal = Goal::Band(id, band);
        let found = self.find(goal, steps, facts, budget);
        if !matches!(found, Found::Nothing) {
            return found;
        }
        let end = self.runs.saturating_add(budget);
        let mut supposed: Vec<Overlay> = Vec::new();
        for address in &facts.own {
            let cells = self.space.cells(&self.evaluator, *address);
            if cells.len() < 2 || self.runs.saturating_add(cells.len() as u32) > end {
                continue;
            }
            let is_out = cells.into_iter().all(|cell| {
                supposed.push(cell);
                let standing = self.standing(goal, steps, &supposed);
                supposed.pop();
                standing == Standing::RuledOut
            });
            if is_out {
                return Found::Impossible;
            }
        }
        Found::Nothing
    }
}

impl Search<'_, '_> {
    /// What is certain of every sheet, sharper than one run shows it: what holds in every part of what some fact may be, holds.
    fn certain(&mut self, steps: &[Step], facts: &Facts) -> Evaluation {
        let end = self.runs.saturating_add(runs(FOR_A_BAND, steps));
        let mut certain = self.look(steps, &[]).0.clone();
        let mut supposed: Vec<Overlay> = Vec::new();
        for address in &facts.own {
            let cells = self.space.cells(&self.evaluator, *address);
            if cells.len() < 2 || self.runs.saturating_add(cells.len() as u32) > end {
                continue;
            }
            let mut joined: Option<Evaluation> = None;
            for cell in cells {
                supposed.push(cell);
                let (here, _) = self.look(steps, &supposed);
                match &mut joined {
                    None => joined = Some(here.clone()),
                    Some(joined) => Merge::Join.all(joined, here),
                }
                supposed.pop();
            }
            if let Some(joined) = joined {
                Merge::Meet.all(&mut certain, &joined);
            }
        }
        certain
    }
}

/// Why no sheet leads to a band.
pub(super) struct Why {
    /// Goes on from "is never reached".
    pub(super) reason: String,
    /// What is said beneath the band.
    label: String,
    /// What bounds the score.
    pub(super) bounds: Vec<String>,
}

impl Why {
    fn finding(self, program: &Program, id: VerdictId, band: u32) -> Diagnostic {
        let band = &program.verdicts[id.index()].bands[band as usize];
        let finding =
            Diagnostic::new(&codes::UNREACHABLE_BAND, band.span, format!("the band `{}` is never reached: {}", band.name, self.reason))
                .label(self.label);
        self.bounds.into_iter().fold(finding, Diagnostic::help)
    }
}

/// The reason, from what holds of all sheets.
pub(super) fn why_never(search: &mut Search, id: VerdictId, band: u32, steps: &[Step], facts: &Facts) -> Why {
    let program = search.space.program;
    let verdict = &program.verdicts[id.index()];
    let evaluation = search.certain(steps, facts);
    let outcome = &evaluation.verdicts[id.index()];
    let nothing = |reason: &str| Why { reason: reason.to_string(), label: String::new(), bounds: Vec::new() };
    let capped =
        verdict.gates.iter().find(|gate| evaluation.gates[gate.index()].fires == Truth::True && program.gates[gate.index()].at_most > band);
    if let Basis::Score(scorecard, edges) = &verdict.basis {
        let score = &evaluation.scores[scorecard.index()].score;
        let numbers: Vec<Number> = edges.iter().filter_map(|(_, edge)| *edge).collect();
        let place = edges.iter().position(|(reached, _)| *reached == band);
        let shown = |fraction: &Fraction| show_fraction_percent(fraction, &numbers);
        match place {
            None => {
                let leads = verdict.gates.iter().any(|gate| program.gates[gate.index()].at_most == band);
                return nothing(if leads { "no gate that leads to it fires" } else { "no gate leads to it" });
            }
            Some(place) => {
                if let Some(edge) = edges[place].1
                    && !score.high.is_at_least(edge)
                {
                    return Why {
                        reason: format!("the most that can be scored is {}", shown(&score.high)),
                        label: format!("it begins at {}", show_number(edge, Type::Percent)),
                        bounds: bounds(program, &evaluation, steps, true),
                    };
                }
                let above = place.checked_sub(1).and_then(|above| edges[above].1);
                match above {
                    // Everything reaches an edge of 0%.
                    None if place > 0 => return nothing("every score reaches the band above it"),
                    Some(above) if score.low.is_at_least(above) => {
                        return Why {
                            reason: format!("the least that can be scored is {}", shown(&score.low)),
                            label: format!("it ends below {}", show_number(above, Type::Percent)),
                            bounds: bounds(program, &evaluation, steps, false),
                        };
                    }
                    _ => {}
                }
            }
        }
    }
    if let Some(gate) = capped {
        let gate = &program.gates[gate.index()];
        let cap = &verdict.bands[gate.at_most as usize].name;
        return nothing(&format!("the gate `{}` always fires and leaves at most `{cap}`", name(&gate.head)));
    }
    if band > outcome.bands.floor || band < outcome.bands.ceiling || matches!(verdict.basis, Basis::Conditions(_)) {
        return nothing("no facts lead to it");
    }
    Why {
        reason: "no facts lead to it".to_string(),
        label: "every combination of what the facts can be leads to another".to_string(),
        bounds: Vec::new(),
    }
}

/// The items that bound a score from above, or from below: the first few of those that can't earn all, or nothing.
fn bounds(program: &Program, evaluation: &Evaluation, steps: &[Step], above: bool) -> Vec<String> {
    let mut bounds = Vec::new();
    for step in steps {
        let Step::Item(id) = step else { continue };
        let (item, outcome) = (&program.items[id.index()], &evaluation.items[id.index()]);
        if matches!(item.body, Body::Include(_)) || outcome.applies == Applies::Never {
            continue;
        }
        let (least, most) = (show_fraction_points(&outcome.points.low), show_fraction_points(&outcome.points.high));
        let worth = show_fraction_points(&item.worth);
        if above && outcome.points.high < item.worth {
            bounds.push(format!("`{}` earns at most {most} of {worth}", item.head.code));
        } else if !above && !outcome.points.low.is_zero() {
            bounds.push(format!("`{}` earns at least {least} of {worth}", item.head.code));
        }
    }
    bounds.truncate(3);
    bounds
}

/// Whether a band stands after one that every score or everything left reaches as written: the checker has said so.
fn is_after_otherwise(program: &Program, id: VerdictId, band: u32) -> bool {
    let verdict = &program.verdicts[id.index()];
    let otherwise = match &verdict.basis {
        Basis::Score(_, edges) => edges
            .iter()
            .find(|(reached, edge)| edge.is_none() && verdict.bands[*reached as usize].edge.is_none())
            .map(|(reached, _)| *reached),
        Basis::Conditions(rows) => rows.iter().find(|(_, condition)| condition.is_none()).map(|(reached, _)| *reached),
    };
    let is_row = match &verdict.basis {
        Basis::Score(_, edges) => edges.iter().any(|(reached, _)| *reached == band),
        Basis::Conditions(rows) => rows.iter().any(|(reached, _)| *reached == band),
    };
    is_row && otherwise.is_some_and(|otherwise| band > otherwise)
}
