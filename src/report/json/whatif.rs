//! The record of `plumb whatif`.

use serde::Serialize;

use super::{
    Fact, Named, Pair, Points, Position, RunRecord, SCHEMA_VERSION, Share, Writer, applies_key, named, points, points_pair, run_record,
    share_pair, state_key, truth_key, written,
};
use crate::explain::{BandLine, ItemLine, LimitLine, TriggerLine};
use crate::report::{Run, Supposed, edges};
use crate::verdict::Applies;
use crate::whatif::{Answer, Asked, Change, Difference, Ending, Gain, Lifted, Reach, Settling, Standing};

/// The record of a run, and what was found out about each subject.
pub fn whatif_json(run: &Run<'_>, supposed: &[Supposed<'_>]) -> String {
    let writer = Writer { sources: run.sources };
    written(&Record {
        schema_version: SCHEMA_VERSION,
        run: run_record(run),
        projects: supposed
            .iter()
            .map(|supposed| Project {
                name: &supposed.explanation.name,
                title: &supposed.explanation.title,
                file: &supposed.explanation.file,
                today: &supposed.explanation.today,
                changed: supposed.difference.as_ref().map(|difference| writer.difference(difference)),
                reach: supposed.reach.map(|reach| writer.reach(reach)),
                settling: supposed.settling.map(|settling| settling.iter().map(|verdict| writer.settling(verdict)).collect()),
            })
            .collect(),
    })
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Record<'a> {
    schema_version: u32,
    run: RunRecord<'a>,
    projects: Vec<Project<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Project<'a> {
    name: &'a str,
    title: &'a str,
    file: &'a str,
    today: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reach: Option<Reached<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settling: Option<Vec<Settled<'a>>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct State<'a> {
    state: &'static str,
    applies: &'static str,
    bands: Pair<Named<'a>>,
    score: Option<Pair<Share>>,
}

fn state<'a>(standing: &Standing, bands: &'a [BandLine]) -> State<'a> {
    let score = standing.score.as_ref().filter(|_| standing.applies != Applies::Never);
    State {
        state: state_key(standing.state),
        applies: applies_key(standing.applies),
        bands: named(bands, standing.range),
        score: score.map(|score| share_pair(score, &edges(bands))),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Reached<'a> {
    verdict: &'a str,
    title: &'a str,
    band: Named<'a>,
    now: State<'a>,
    /// `already`, `found`, `impossible`, `only_by_entries` or `not_found`.
    outcome: &'static str,
    /// Of an answer: whether fewer facts are proven not to do.
    fewest: bool,
    /// Whether no part of any answer leads there too.
    all_needed: bool,
    /// Of what is impossible: how it stands with everything let go at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_best: Option<State<'a>>,
    /// Of what is impossible: gates that fire whatever is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held_by: Vec<LiftedRecord<'a>>,
    /// So many facts at the least are needed; none where there is nothing to do or nothing to be done.
    at_least: Option<usize>,
    answers: Vec<AnswerRecord<'a>>,
    further_answers: usize,
    all_of_that_size_tried: bool,
    evaluations: u32,
    limit: u32,
    limit_reached: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AnswerRecord<'a> {
    changes: Vec<ChangeRecord<'a>>,
    then: State<'a>,
    items: Vec<GainRecord<'a>>,
    gates_lifted: Vec<LiftedRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChangeRecord<'a> {
    fact: Fact<'a>,
    /// `learn` or `change`.
    kind: &'static str,
    to: &'a str,
    example: Option<&'a str>,
    about: &'a str,
    moves: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GainRecord<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    applies: (&'static str, &'static str),
    points_before: Pair<Points>,
    points_after: Pair<Points>,
    worth: Points,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LiftedRecord<'a> {
    code: &'a str,
    title: &'a str,
    rule: Position<'a>,
    at_most: &'a str,
    fires_before: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Settled<'a> {
    verdict: &'a str,
    title: &'a str,
    now: State<'a>,
    together: Vec<Set<'a>>,
    at_least: usize,
    limit_reached: bool,
    questions: Vec<Question<'a>>,
    further_questions: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Set<'a> {
    facts: Vec<&'a str>,
    bands: Vec<Named<'a>>,
    not_applicable: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Question<'a> {
    fact: Fact<'a>,
    ask: &'a str,
    answers: Vec<AnswerTo<'a>>,
    all_answers: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AnswerTo<'a> {
    answer: &'a str,
    then: State<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Changed<'a> {
    facts: Vec<Both<Fact<'a>>>,
    verdicts: Vec<VerdictMoved<'a>>,
    scorecards: Vec<Coded<'a, Option<Pair<Share>>>>,
    items: Vec<Coded<'a, Earned>>,
    gates: Vec<Coded<'a, &'static str>>,
    limits: Vec<Coded<'a, Option<&'a str>>>,
    triggers: Vec<Coded<'a, Option<&'static str>>>,
    no_longer_asked: &'a [String],
    newly_asked: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Both<T> {
    before: T,
    after: T,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Coded<'a, T> {
    code: &'a str,
    title: &'a str,
    before: T,
    after: T,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Earned {
    applies: &'static str,
    points: Pair<Points>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct VerdictMoved<'a> {
    code: &'a str,
    title: &'a str,
    before: State<'a>,
    after: State<'a>,
}

impl<'a> Writer<'a> {
    fn reach(self, reach: &'a Reach) -> Reached<'a> {
        let (outcome, at_least, spent) = match &reach.ending {
            Ending::Already => ("already", None, false),
            Ending::Impossible { .. } => ("impossible", None, false),
            Ending::OnlyByEntries => ("only_by_entries", None, false),
            Ending::NotFound { none_below, spent } => ("not_found", Some(*none_below), *spent),
            Ending::Found { none_below, spent, .. } => ("found", Some(*none_below), *spent),
        };
        let (answers, more, all): (&[Answer], usize, bool) = match &reach.ending {
            Ending::Found { answers, more, all, .. } => (answers, *more, *all),
            Ending::Already | Ending::Impossible { .. } | Ending::OnlyByEntries | Ending::NotFound { .. } => (&[], 0, false),
        };
        let (at_best, held_by) = match &reach.ending {
            Ending::Impossible { held_by, best } => {
                (Some(state(best, &reach.bands)), held_by.iter().map(|gate| self.lifted(gate)).collect())
            }
            _ => (None, Vec::new()),
        };
        Reached {
            at_best,
            held_by,
            verdict: &reach.code,
            title: &reach.title,
            band: named(&reach.bands, crate::verdict::Bands { floor: reach.band, ceiling: reach.band }).floor,
            now: state(&reach.now, &reach.bands),
            outcome,
            all_needed: matches!(&reach.ending, Ending::Found { all_needed: true, .. }),
            fewest: answers.first().is_some_and(|answer| at_least == Some(answer.changes.len())),
            at_least,
            answers: answers.iter().map(|answer| self.answer(answer, &reach.bands)).collect(),
            further_answers: more,
            all_of_that_size_tried: all,
            evaluations: reach.runs,
            limit: reach.budget,
            limit_reached: spent,
        }
    }

    fn answer(self, answer: &'a Answer, bands: &'a [BandLine]) -> AnswerRecord<'a> {
        AnswerRecord {
            changes: answer.changes.iter().map(|change| self.change(change)).collect(),
            then: state(&answer.then, bands),
            items: answer.gains.iter().map(|gain| self.gain(gain)).collect(),
            gates_lifted: answer.lifted.iter().map(|gate| self.lifted(gate)).collect(),
        }
    }

    fn change(self, change: &'a Change) -> ChangeRecord<'a> {
        ChangeRecord {
            fact: self.fact(&change.fact),
            kind: if change.learn { "learn" } else { "change" },
            to: &change.to,
            example: change.example.as_deref(),
            about: &change.about,
            moves: &change.read_by,
        }
    }

    fn gain(self, gain: &'a Gain) -> GainRecord<'a> {
        GainRecord {
            code: &gain.code,
            title: &gain.title,
            rule: self.position(&gain.rule),
            applies: (applies_key(gain.applies.0), applies_key(gain.applies.1)),
            points_before: points_pair(&gain.before),
            points_after: points_pair(&gain.after),
            worth: points(&gain.worth),
        }
    }

    fn lifted(self, gate: &'a Lifted) -> LiftedRecord<'a> {
        LiftedRecord {
            code: &gate.code,
            title: &gate.title,
            rule: self.position(&gate.rule),
            at_most: &gate.at_most,
            fires_before: truth_key(gate.fires),
        }
    }

    fn settling(self, verdict: &'a Settling) -> Settled<'a> {
        let band = |place: &u32| named(&verdict.bands, crate::verdict::Bands { floor: *place, ceiling: *place }).floor;
        Settled {
            verdict: &verdict.code,
            title: &verdict.title,
            now: state(&verdict.now, &verdict.bands),
            together: verdict
                .together
                .iter()
                .map(|set| Set {
                    facts: set.facts.iter().map(|fact| fact.path.as_str()).collect(),
                    bands: set.bands.iter().map(band).collect(),
                    not_applicable: set.not_applicable,
                })
                .collect(),
            at_least: verdict.none_below,
            limit_reached: verdict.spent,
            questions: verdict.questions.iter().map(|asked| self.asked(asked, &verdict.bands)).collect(),
            further_questions: verdict.left_out,
        }
    }

    fn asked(self, asked: &'a Asked, bands: &'a [BandLine]) -> Question<'a> {
        Question {
            fact: self.fact(&asked.fact),
            ask: &asked.ask,
            answers: asked
                .answers
                .iter()
                .map(|answered| AnswerTo { answer: &answered.answer, then: state(&answered.then, bands) })
                .collect(),
            all_answers: asked.all,
        }
    }

    fn difference(self, difference: &'a Difference<'_>) -> Changed<'a> {
        let explained = (difference.before, difference.after);
        Changed {
            facts: difference.stated.iter().map(|(before, after)| Both { before: self.fact(before), after: self.fact(after) }).collect(),
            verdicts: difference
                .verdicts
                .iter()
                .map(|moved| VerdictMoved {
                    code: &moved.after.code,
                    title: &moved.after.title,
                    before: state(&Standing::from(moved.before), &moved.before.bands),
                    after: state(&Standing::from(moved.after), &moved.after.bands),
                })
                .collect(),
            scorecards: difference
                .scorecards
                .iter()
                .map(|place| {
                    let [before, after] = [explained.0, explained.1].map(|explanation| &explanation.scorecards[*place]);
                    let score = |scorecard: &crate::explain::ScorecardLine| {
                        (scorecard.applies != Applies::Never).then(|| share_pair(&scorecard.score, &[]))
                    };
                    Coded { code: &after.code, title: &after.title, before: score(before), after: score(after) }
                })
                .collect(),
            items: difference
                .items
                .iter()
                .map(|moved| Coded {
                    code: &moved.after.code,
                    title: &moved.after.title,
                    before: earned(moved.before),
                    after: earned(moved.after),
                })
                .collect(),
            gates: difference
                .gates
                .iter()
                .map(|place| {
                    let [before, after] = [explained.0, explained.1].map(|explanation| &explanation.gates[*place]);
                    Coded { code: &after.code, title: &after.title, before: truth_key(before.fires), after: truth_key(after.fires) }
                })
                .collect(),
            limits: difference
                .limits
                .iter()
                .map(|moved| Coded {
                    code: &moved.after.about.code,
                    title: &moved.after.about.title,
                    before: limit(moved.before),
                    after: limit(moved.after),
                })
                .collect(),
            triggers: difference
                .triggers
                .iter()
                .map(|moved| Coded {
                    code: &moved.after.about.code,
                    title: &moved.after.about.title,
                    before: fires(moved.before),
                    after: fires(moved.after),
                })
                .collect(),
            no_longer_asked: &difference.answered,
            newly_asked: &difference.raised,
        }
    }
}

fn earned(item: &ItemLine) -> Earned {
    Earned { applies: applies_key(item.applies), points: points_pair(&item.points) }
}

/// None where it does not apply.
fn limit(limit: &LimitLine) -> Option<&str> {
    (limit.about.applies != Applies::Never).then_some(limit.value.as_str())
}

/// None where it does not apply.
fn fires(trigger: &TriggerLine) -> Option<&'static str> {
    (trigger.about.applies != Applies::Never).then(|| truth_key(trigger.fires))
}
