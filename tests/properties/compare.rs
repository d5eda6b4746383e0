//! Projects side by side: what is said of their order holds however the gaps are filled in, and what is said of other weights holds for each of them.

use num_rational::BigRational as Exact;
use num_traits::{One, Zero};
use plumbrule::compare::{Comparison, Entrant, compare};
use plumbrule::eval::{Evaluator, Limits, Weights, judge, outcomes};
use plumbrule::explain::explain;
use plumbrule::policy::ItemId;
use plumbrule::program::{Body, Program};
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::Sources;
use plumbrule::value::Fraction;
use plumbrule::verdict::{Applies, Bounds, Evaluation};
use proptest::prelude::*;

use crate::completions::{Completions, Constants};
use crate::engine::{Engine, exact, inside, same};
use crate::generate::Chooser;
use crate::model::{self, Policy, TODAY, Verdict};
use crate::oracle::{Outcome, Reading, evaluate};
use crate::{because, cases, choices};

const FEW: Limits = Limits { splits: 64, questions: 0 };

fn compared(program: &Program, sheets: &[Sheet], text: &str, share: &Fraction) -> Comparison {
    let mut sources = Sources::new();
    // Spans are of the texts that the engine read: the rules, their script, the waivers. Only addresses come of it.
    for name in ["trial.plumb", "plain.rhai", "waivers.yaml"] {
        sources.add(name, text);
    }
    let entrants = sheets.iter().map(|sheet| {
        let dossier = Dossier { sheets: vec![sheet] };
        let judgement = judge(program, &dossier, Limits { questions: 40, ..FEW });
        let mut explanation = explain(program, &dossier, &judgement, &sources, None);
        // The comparison orders its projects; the name says which sheet one is.
        explanation.file = sheets.iter().position(|other| std::ptr::eq(other, sheet)).map_or(String::new(), |place| place.to_string());
        Entrant { dossier, judgement, explanation }
    });
    compare(program, entrants.collect(), share, &mut |_| {})
}

/// The sheet of each project of a comparison.
fn places(comparison: &Comparison) -> Vec<usize> {
    comparison.projects.iter().map(|project| project.explanation.file.parse().expect("the test named it")).collect()
}

/// What a completion makes of a verdict, as far as it has a place in a ranking: better is greater.
fn standing(policy: &Policy, outcome: &Outcome, verdict: usize, by_score: bool) -> Option<Exact> {
    let banded = &outcome.verdicts[verdict];
    if banded.applies != Some(true) || banded.fault {
        return None;
    }
    Some(match by_score {
        true => outcome.cards[policy.cards.len() - 1].low.clone(),
        false => -Exact::from_integer((banded.floor as i64).into()),
    })
}

fn tenths(tenths: usize) -> Fraction {
    Fraction::ratio(tenths as i64, 10).unwrap_or_default()
}

/// The rules as if somebody had written each item's worth times a factor.
fn rewritten(program: &Program, factors: &[Fraction]) -> Program {
    let mut program = program.clone();
    for (item, factor) in program.items.iter_mut().zip(factors) {
        item.worth = item.worth.multiply(factor);
        match &mut item.body {
            Body::Grade(_, rows) => rows.iter_mut().for_each(|row| row.points = row.points.multiply(factor)),
            Body::GradeWhen(rows) => rows.iter_mut().for_each(|row| row.points = row.points.multiply(factor)),
            Body::Ramp(_, knots) => knots.iter_mut().for_each(|knot| knot.points = knot.points.multiply(factor)),
            Body::Check(_) | Body::Measure(_) | Body::Include(_) => {}
        }
    }
    for card in 0..program.scorecards.len() {
        let items = &program.scorecards[card].items;
        let worth = items.iter().fold(Fraction::zero(), |sum, item| sum.add(&program.items[item.index()].worth));
        program.scorecards[card].worth = worth;
    }
    program
}

/// A factor for each item. A measure's would have to stand in its expression, where products are rounded, so it keeps its own.
fn factors(program: &Program, chooser: &mut Chooser, options: &[usize]) -> Vec<Fraction> {
    let items = program.items.iter();
    items
        .map(|item| if matches!(item.body, Body::Measure(_)) { Fraction::one() } else { tenths(options[chooser.pick(options.len())]) })
        .collect()
}

fn judged(program: &Program, sheet: &Sheet, weights: Option<Weights>) -> Evaluation {
    let mut evaluator = match weights {
        Some(weights) => Evaluator::weighing(program, weights),
        None => Evaluator::new(program),
    };
    outcomes(&mut evaluator, &Dossier { sheets: vec![sheet] }, FEW)
}

/// But for the points of items, which are as if an item's own factor were 1.
fn apart_from_points(evaluation: &Evaluation, of: &Evaluation) -> Evaluation {
    Evaluation { items: of.items.clone(), ..evaluation.clone() }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn an_order_holds_in_every_completion(rules in choices(400), facts in prop::array::uniform3(choices(60)), draws in choices(4)) {
        let policy = Chooser::new(&rules).policy();
        let sheets = facts.each_ref().map(|facts| Chooser::new(facts).sheet(25));
        let text = policy.text();
        let fail = because(&policy, &sheets[0]);
        let engine = Engine::new(&policy, &text, TODAY).map_err(&fail)?;
        let read: Vec<Sheet> = sheets.iter().map(|sheet| engine.sheet(sheet)).collect::<Result<_, _>>().map_err(&fail)?;
        let comparison = compared(&engine.program, &read, &text, &tenths(1));
        let places = places(&comparison);
        let outcomes: Vec<Vec<Outcome>> = sheets
            .iter()
            .map(|sheet| {
                let worlds = Completions::of(sheet, &Constants::of(&policy), &text).worlds(25, &mut Chooser::new(&draws));
                worlds.iter().map(|world| evaluate(&policy, world, Reading::Assumed)).collect()
            })
            .collect();
        for (index, contest) in comparison.verdicts.iter().enumerate() {
            let Some(verdict) = engine.model_verdict(index) else { continue };
            let by_score = contest.by_score.as_ref().filter(|_| matches!(policy.verdicts[verdict], Verdict::Score(_)));
            for (ranking, by_score) in [(Some(&contest.by_band), false), (by_score, true)] {
                let Some(ranking) = ranking else { continue };
                let standings: Vec<Vec<Option<Exact>>> = places
                    .iter()
                    .map(|sheet| outcomes[*sheet].iter().map(|outcome| standing(&policy, outcome, verdict, by_score)).collect())
                    .collect();
                for lead in &ranking.leads {
                    for above in standings[lead.above].iter().flatten() {
                        for below in standings[lead.below].iter().flatten() {
                            if above <= below {
                                return Err(fail(format!("{lead:?} by score: {by_score}, and yet {above} is not above {below}")));
                            }
                        }
                    }
                }
                for one in &standings[0] {
                    for other in &standings[1] {
                        for third in &standings[2] {
                            let world = [one, other, third];
                            for (project, own) in world.iter().enumerate() {
                                // A fault somewhere leaves no rank to speak of.
                                let (Some(own), Some(ranks)) = (own, ranking.ranks[project]) else { continue };
                                let rank = 1 + world.iter().filter(|other| other.as_ref().is_some_and(|other| other > own)).count();
                                let others_are_there = world.iter().zip(&ranking.ranks).all(|(other, ranks)| other.is_some() || ranks.is_none());
                                if rank > ranks.worst || (rank < ranks.best && others_are_there) {
                                    return Err(fail(format!("project {project} has rank {rank}, outside of {ranks:?}")));
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn altered_weights_are_as_if_written(rules in choices(400), facts in choices(80), draws in choices(60)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let (program, read) = (&engine.program, engine.sheet(&sheet).map_err(&fail)?);
        let mut chooser = Chooser::new(&draws);
        let factors = factors(program, &mut chooser, &[9, 10, 11, 5, 19]);
        let mut weights = Weights::written(program);
        for (index, factor) in factors.iter().enumerate() {
            weights = weights.with(ItemId(index as u32), Bounds::exactly(factor.clone()));
        }
        let written = judged(&rewritten(program, &factors), &read, None);
        let weighed = judged(program, &read, Some(weights));
        same(&apart_from_points(&written, &weighed), &weighed).map_err(|why| fail(format!("{why}\n--- factors {factors:?}")))?;
    }

    #[test]
    fn all_weights_of_a_range_lie_inside(rules in choices(400), facts in choices(80), draws in choices(90)) {
        let policy = Chooser::new(&rules).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&policy, &sheet);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let (program, read) = (&engine.program, engine.sheet(&sheet).map_err(&fail)?);
        let mut chooser = Chooser::new(&draws);
        let swayed = judged(program, &read, Some(Weights::all_within(program, &tenths(2))));
        for _ in 0..4 {
            let factors = factors(program, &mut chooser, &[8, 12, 10, 9]);
            let written = judged(&rewritten(program, &factors), &read, None);
            inside(&apart_from_points(&written, &swayed), &swayed).map_err(|why| fail(format!("{why}\n--- factors {factors:?}")))?;
        }
        reached(program, &swayed).map_err(&fail)?;
    }

    #[test]
    fn what_holds_for_all_weights_holds_for_each(rules in choices(400), facts in prop::array::uniform2(choices(60)), draws in choices(90)) {
        let policy = Chooser::new(&rules).policy();
        let sheets = facts.each_ref().map(|facts| Chooser::new(facts).sheet(15));
        let fail = because(&policy, &sheets[0]);
        let engine = Engine::new(&policy, &policy.text(), TODAY).map_err(&fail)?;
        let program = &engine.program;
        let read: Vec<Sheet> = sheets.iter().map(|sheet| engine.sheet(sheet)).collect::<Result<_, _>>().map_err(&fail)?;
        let comparison = compared(program, &read, &policy.text(), &tenths(3));
        let places = places(&comparison);
        let mut chooser = Chooser::new(&draws);
        for _ in 0..6 {
            let factors = factors(program, &mut chooser, &[7, 13]);
            let program = rewritten(program, &factors);
            let written: Vec<Evaluation> = places.iter().map(|sheet| judged(&program, &read[*sheet], None)).collect();
            let fail = |why: &str| fail(format!("{why}\n--- factors {factors:?}"));
            for (index, contest) in comparison.verdicts.iter().enumerate() {
                for (project, swayed) in contest.swayed.iter().enumerate() {
                    let Some(swayed) = swayed.as_ref().filter(|swayed| swayed.holds) else { continue };
                    let bands = written[project].verdicts[index].bands;
                    if bands.floor > swayed.range.floor || bands.ceiling < swayed.range.ceiling {
                        return Err(fail("bands that hold do not"));
                    }
                }
                for lead in contest.by_band.leads.iter().filter(|lead| lead.jointly) {
                    let (above, below) = (&written[lead.above].verdicts[index], &written[lead.below].verdicts[index]);
                    if above.bands.floor >= below.bands.ceiling {
                        return Err(fail("an order by band does not hold"));
                    }
                }
                let Some(root) = engine.root(index) else { continue };
                for lead in contest.by_score.iter().flat_map(|ranking| &ranking.leads).filter(|lead| lead.jointly) {
                    if written[lead.above].scores[root].score.low <= written[lead.below].scores[root].score.high {
                        return Err(fail("an order by score does not hold"));
                    }
                }
            }
        }
    }
}

/// Where everything that a scorecard counts is exactly known, some choice of ends of the ranges reaches each bound.
fn reached(program: &Program, swayed: &Evaluation) -> Result<(), String> {
    for (card, found) in program.scorecards.iter().zip(&swayed.scores) {
        let items: Vec<usize> =
            card.items.iter().map(|item| item.index()).filter(|item| swayed.items[*item].applies == Applies::Always).collect();
        let sure = card.items.iter().all(|item| swayed.items[item.index()].applies != Applies::Maybe);
        if !sure || items.is_empty() || items.len() > 8 || items.iter().any(|item| !swayed.items[*item].points.is_exact()) {
            continue;
        }
        let scores: Vec<Exact> = (0..1_u32 << items.len())
            .map(|corner| {
                let (mut points, mut worth) = (Exact::zero(), Exact::zero());
                for (place, item) in items.iter().enumerate() {
                    let factor = Exact::one() + Exact::new((if corner >> place & 1 == 1 { 1 } else { -1 }).into(), 5.into());
                    points += exact(&swayed.items[*item].points.low) * &factor;
                    worth += exact(&program.items[*item].worth) * &factor;
                }
                points / worth
            })
            .collect();
        let ends = (scores.iter().min().cloned(), scores.iter().max().cloned());
        let bounds = (Some(exact(&found.score.low)), Some(exact(&found.score.high)));
        if ends != bounds {
            return Err(format!("{} reaches {ends:?}, and is said to reach {bounds:?}", card.head.code));
        }
    }
    Ok(())
}

/// The properties above would hold of comparisons that say nothing.
#[test]
fn comparisons_say_something() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut row = |length: usize| -> Vec<u16> {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as u16
        };
        (0..length).map(|_| next()).collect()
    };
    let (mut proven, mut kept, mut lost, mut tipped) = (0, 0, 0, 0);
    for _ in 0..40 {
        let policy = Chooser::new(&row(200)).policy();
        let engine = Engine::new(&policy, &policy.text(), TODAY).expect("a policy of the model is right");
        let sheets: Vec<Sheet> = (0..2)
            .map(|_| {
                let sheet: model::Sheet = Chooser::new(&row(60)).sheet(10);
                engine.sheet(&sheet).expect("a sheet of the model is right")
            })
            .collect();
        let comparison = compared(&engine.program, &sheets, &policy.text(), &tenths(4));
        for contest in &comparison.verdicts {
            for lead in contest.by_score.iter().flat_map(|ranking| &ranking.leads) {
                proven += 1;
                kept += usize::from(lead.jointly);
                lost += lead.lost_under.len();
            }
            tipped += contest.swayed.iter().flatten().map(|swayed| swayed.tipped_by.len()).sum::<usize>();
        }
    }
    assert!(proven > 5 && kept > 2 && lost > 0 && tipped > 0, "{proven} proven, {kept} kept, {lost} lost, {tipped} tipped");
}
