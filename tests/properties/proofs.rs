//! What proofs claim, held against single sheets: whatever is said never to be so has to be otherwise on every one of them.

use plumbrule::audit;
use plumbrule::diagnostic::Diagnostic;
use plumbrule::program::{Basis, Body, Program};
use plumbrule::source::Span;
use plumbrule::value::Fraction;
use plumbrule::verdict::{Applies, Evaluation, RowTaken};

use crate::completions::{Completions, Constants};
use crate::engine::Engine;
use crate::generate::Chooser;
use crate::model::{ELEMENT, Field, ListState, OWN, Policy, Set, Sheet, State, Unit};
use crate::oracle::{Outcome, World};

/// A sheet that says nothing at all.
pub fn blank() -> Sheet {
    let mut sheet = Chooser::new(&[]).sheet(0);
    sheet.facts = OWN.iter().map(State::missing).collect();
    sheet.lists.iter_mut().for_each(|list| *list = ListState::Missing);
    sheet
}

/// So many worlds that some sheet may speak of. What each sheet states of its world is drawn as well.
pub fn worlds(policy: &Policy, text: &str, most: usize, chooser: &mut Chooser) -> Vec<World> {
    let mut worlds = Completions::of(&blank(), &Constants::of(policy), text).worlds(most, chooser);
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ chooser.pick(1 << 16) as u64;
    let mut is_stated = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        !(state >> 20).is_multiple_of(4)
    };
    for world in &mut worlds {
        world.known.iter_mut().for_each(|known| *known = is_stated());
        for list in &mut world.lists {
            list.named = is_stated().then_some(list.parts.len());
            let named = list.named.is_some();
            list.parts.iter_mut().for_each(|part| part.known = part.known.map(|_| named && is_stated()));
        }
    }
    worlds
}

/// The sheet that states of a world what is known of it.
pub fn sheet_of(world: &World) -> Sheet {
    let state = |field: &Field, value: i64, known: bool| {
        if !known {
            return State::missing(field);
        }
        let set = match field.unit {
            Unit::Number | Unit::Percent | Unit::Day => Set::Range(Some(value), Some(value)),
            Unit::Flag | Unit::Kind => Set::Among(vec![value]),
        };
        State { known, set }
    };
    Sheet {
        facts: OWN.iter().enumerate().map(|(fact, field)| state(field, world.facts[fact], world.known[fact])).collect(),
        lists: world
            .lists
            .iter()
            .map(|list| match list.named {
                None => ListState::Missing,
                Some(_) => ListState::Listed {
                    parts: list
                        .parts
                        .iter()
                        .map(|part| [0, 1, 2].map(|field| state(&ELEMENT[field], part.values[field], part.known[field])))
                        .collect(),
                    complete: true,
                },
            })
            .collect(),
    }
}

/// The findings of an engine's policy.
pub struct Claims {
    pub findings: Vec<Diagnostic>,
}

impl Claims {
    pub fn of(engine: &Engine) -> Claims {
        Claims { findings: audit::audit(&engine.program) }
    }

    /// Whether some claim is about rows or worths.
    pub fn need_more_than_outcomes(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.code.name, "unreachable-row" | "worth-without-effect"))
    }

    /// Whether an outcome, and what the engine makes of the sheet, are as all claims say. If not, which claim is wrong.
    pub fn hold(&self, engine: &Engine, outcome: &Outcome, evaluation: Option<&Evaluation>) -> Result<(), String> {
        for finding in &self.findings {
            let at = finding.primary.span;
            if let Some(why) = contradiction(engine, finding.code.name, at, outcome, evaluation) {
                return Err(format!("{}: {} ({why})", finding.code.name, finding.message));
            }
        }
        Ok(())
    }
}

fn around(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

fn contradiction(engine: &Engine, code: &str, at: Span, outcome: &Outcome, evaluation: Option<&Evaluation>) -> Option<String> {
    let program: &Program = &engine.program;
    let place = program.items.iter().position(|item| around(item.head.span, at));
    let item = place.and_then(|place| engine.model_item(place));
    let gate = program.gates.iter().position(|gate| around(gate.head.span, at)).and_then(|place| engine.model_gate(place));
    let found = |is_wrong: bool, what: &str| is_wrong.then(|| what.to_string());
    match (code, item, gate) {
        ("never-passes", Some(item), _) => {
            let earned = &outcome.items[item];
            found(earned.applies == Some(true) && !earned.fault && earned.passes == Some(true), "it passes")
        }
        ("always-passes", Some(item), _) => {
            let earned = &outcome.items[item];
            found(earned.applies == Some(true) && !earned.fault && earned.passes == Some(false), "it fails")
        }
        ("never-applies", Some(item), _) => found(outcome.items[item].applies == Some(true), "it counts"),
        // A scorecard of which nothing applies is not included, whatever the condition says.
        ("always-applies", Some(_), _) if place.is_some_and(|place| matches!(program.items[place].body, Body::Include(_))) => None,
        ("always-applies", Some(item), _) => found(outcome.items[item].applies == Some(false), "it does not count"),
        ("never-fires" | "never-applies", None, Some(gate)) => found(outcome.gates[gate] == Ok(true), "it fires"),
        ("always-fires", None, Some(gate)) => found(outcome.gates[gate] == Ok(false), "it does not fire"),
        ("always-applies", None, Some(_)) => None,
        ("unreachable-row", Some(_), _) => {
            let place = place?;
            let earned = &evaluation?.items[place];
            let RowTaken::One(row) = earned.row else { return None };
            let span = match &program.items[place].body {
                Body::Grade(_, rows) => rows[row as usize].span,
                Body::GradeWhen(rows) => rows[row as usize].span,
                _ => return Some("an item without rows".into()),
            };
            found(span == at && earned.applies == Applies::Always && earned.fault.is_none(), "it is reached")
        }
        ("unreachable-band", None, None) => {
            let (verdict, band) = program
                .verdicts
                .iter()
                .enumerate()
                .find_map(|(place, verdict)| Some((place, verdict.bands.iter().position(|band| band.span == at)?)))?;
            let banded = &outcome.verdicts[engine.model_verdict(verdict)?];
            found(banded.applies == Some(true) && !banded.fault && (banded.floor, banded.ceiling) == (band, band), "it is reached")
        }
        ("worth-without-effect", Some(_), _) => found(moves_a_band(program, place?, evaluation?), "another result leads to another band"),
        // Of these the messages show facts, and the engine runs them before it says so.
        ("beyond-worth" | "counted-twice", ..) => None,
        _ => Some("a finding that no test knows".to_string()),
    }
}

/// Whether a check moves the band of a verdict on its own scorecard by passing or failing, all else as it is.
fn moves_a_band(program: &Program, place: usize, evaluation: &Evaluation) -> bool {
    let (item, earned) = (&program.items[place], &evaluation.items[place]);
    let scored = &evaluation.scores[item.scorecard.index()];
    let is_exact = earned.points.is_exact() && scored.points.is_exact() && scored.counted.is_exact() && scored.fault.is_none();
    if !matches!(item.body, Body::Check(_)) || earned.applies != Applies::Always || !is_exact {
        return false;
    }
    let others = scored.points.low.subtract(&earned.points.low);
    program.verdicts.iter().any(|verdict| {
        let Basis::Score(scorecard, edges) = &verdict.basis else { return false };
        let band = |points: Fraction| {
            let score = points.divide(&scored.counted.low).expect("a check that counts has a worth");
            edges.iter().find(|(_, edge)| edge.is_none_or(|edge| score.is_at_least(edge))).map(|(band, _)| *band)
        };
        *scorecard == item.scorecard && band(others.clone()) != band(others.add(&item.worth))
    })
}
