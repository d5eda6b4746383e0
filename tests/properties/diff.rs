//! What changed, and what that did: the changes listed make the new rules of the old ones, and the parts of a difference add up to it exactly.

use plumbrule::check::check;
use plumbrule::diff::{self, Evidence, Impact, Standing};
use plumbrule::eval::{Evaluator, Limits, outcomes};
use plumbrule::program::{Basis, Program, Settings, build};
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::Sources;
use plumbrule::syntax::ast::{Item, Rulebook};
use plumbrule::syntax::parse;
use plumbrule::value::{DAY, Fraction, Number};
use plumbrule::verdict::{Applies, Evaluation};
use proptest::prelude::*;

use crate::engine::Engine;
use crate::generate::Chooser;
use crate::model::{SCRIPT, TODAY};
use crate::{because, cases, choices};

fn settings() -> Settings {
    Settings::on(Number::whole(TODAY * DAY))
}

fn book(name: &str, text: &str, sources: &mut Sources) -> Rulebook {
    let file = sources.add(name, text);
    let mut book = parse(file, text).value;
    let script = sources.add("plain.rhai", SCRIPT);
    for item in &mut book.items {
        if let Item::Script(named) = item {
            named.text = Some((script, sources.text(script).clone()));
        }
    }
    book
}

fn runnable(books: &[Rulebook]) -> Result<Program, String> {
    let checked = check(books);
    if checked.has_errors() {
        return Err(format!("{:?}", checked.diagnostics));
    }
    let built = build(&checked.value, &settings());
    built.value.ok_or_else(|| format!("{:?}", built.diagnostics))
}

/// The same choices but for one or two.
fn varied(rules: &[u16], which: &[u16]) -> Vec<u16> {
    let mut varied = rules.to_vec();
    for pair in which.chunks_exact(2).take(2) {
        let place = pair[0] as usize % varied.len().max(1);
        if let Some(choice) = varied.get_mut(place) {
            *choice = pair[1];
        }
    }
    varied
}

fn judged(program: &Program, sheet: &Sheet) -> Evaluation {
    outcomes(&mut Evaluator::new(program), &Dossier { sheets: vec![sheet] }, Limits::default())
}

/// Whether an impact says of a verdict what an evaluation says.
fn says(standing: Option<&Standing>, code: &str, program: &Program, evaluation: &Evaluation) -> Result<(), String> {
    let Some(place) = program.verdicts.iter().position(|verdict| verdict.head.code == code) else {
        return if standing.is_none() { Ok(()) } else { Err(format!("{code} is not there, yet found {standing:?}")) };
    };
    let outcome = &evaluation.verdicts[place];
    let score = match &program.verdicts[place].basis {
        Basis::Score(card, _) if outcome.applies != Applies::Never => Some(evaluation.scores[card.index()].score.clone()),
        _ => None,
    };
    match standing {
        Some(found)
            if (found.state, found.applies, found.range) == (outcome.state(), outcome.applies, outcome.bands) && found.score == score =>
        {
            Ok(())
        }
        _ => Err(format!("{code}: found {standing:?}, instead of {outcome:?} with {score:?}")),
    }
}

/// The parts of each difference add up to it.
fn adds_up(impact: &Impact) -> Result<(), String> {
    for verdict in impact.projects.iter().flat_map(|project| &project.verdicts) {
        let Some((floor, ceiling)) = verdict.difference() else { continue };
        // Where some mixture has no score at all, nothing is said of parts.
        if verdict.shares.is_empty() {
            continue;
        }
        let sum =
            |part: &dyn Fn(&diff::Share) -> Fraction| verdict.shares.iter().fold(Fraction::zero(), |sum, share| sum.add(&part(share)));
        let parts = (sum(&|share| share.floor.clone()), sum(&|share| share.ceiling.clone()));
        if parts != (floor.clone(), ceiling.clone()) {
            return Err(format!("{}: the parts {:?} come to {parts:?} instead of {:?}", verdict.code, verdict.shares, (floor, ceiling)));
        }
        if verdict.is_flipped() != verdict.flip.is_some() {
            return Err(format!("{}: no cause is named", verdict.code));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn changes_listed_are_all_there_is(rules in choices(400), which in choices(16), facts in choices(80)) {
        let old = Chooser::new(&rules).policy();
        let new = Chooser::new(&varied(&rules, &which)).policy();
        let sheet = Chooser::new(&facts).sheet(40);
        let fail = because(&old, &sheet);
        let fail = |why: String| fail(format!("{why}\n--- new policy\n{}", new.text()));
        let mut sources = Sources::new();
        let before = [book("old.plumb", &old.text(), &mut sources)];
        let after = [book("new.plumb", &new.text(), &mut sources)];
        let text = sheet.text();
        let evidence = Evidence { subjects: vec![(sources.add("sheet.yaml", text.as_str()), "sheet".into())], ..Evidence::default() };
        prop_assert!(diff::compare(&before, &before, &sources).changes.is_empty(), "rules differ from themselves");
        let comparison = diff::compare(&before, &after, &sources);
        if old.text() == new.text() {
            prop_assert!(comparison.changes.is_empty());
        }
        let old_program = runnable(&before).map_err(&fail)?;
        let new_program = runnable(&after).map_err(&fail)?;
        let mixed = runnable(&comparison.mixed(&|_| true)).map_err(&fail)?;
        let read = |program: &Program| {
            let file = evidence.subjects[0].0;
            let read = plumbrule::facts::read(file, "sheet", &text, &program.schema, &program.documents, plumbrule::policy::DocumentId(0), program.today);
            read.value.ok_or_else(|| format!("{:?}", read.diagnostics))
        };
        let outcome_before = judged(&old_program, &read(&old_program).map_err(&fail)?);
        let outcome_after = judged(&new_program, &read(&new_program).map_err(&fail)?);
        let outcome_mixed = judged(&mixed, &read(&mixed).map_err(&fail)?);
        let impact = diff::impact(&comparison, &evidence, &settings(), &sources, &mut |_| {}).map_err(|why| fail(format!("{why:?}")))?;
        for verdict in &impact.projects[0].verdicts {
            says(verdict.before.as_ref(), &verdict.code, &old_program, &outcome_before).map_err(|why| fail(format!("before: {why}")))?;
            says(verdict.after.as_ref(), &verdict.code, &new_program, &outcome_after).map_err(|why| fail(format!("after: {why}")))?;
            says(verdict.after.as_ref(), &verdict.code, &mixed, &outcome_mixed).map_err(|why| fail(format!("all changes made: {why}")))?;
        }
        for (place, item) in new_program.items.iter().enumerate() {
            let same = mixed.items.iter().position(|other| other.head.code == item.head.code).ok_or("an item is lost").map_err(|why| fail(why.into()))?;
            let (found, due) = (&outcome_mixed.items[same], &outcome_after.items[place]);
            prop_assert_eq!((found.applies, found.passes, &found.points), (due.applies, due.passes, &due.points), "{}", item.head.code);
        }
        adds_up(&impact).map_err(&fail)?;
        if comparison.changes.iter().all(|change| !change.judges) {
            prop_assert!(!impact.projects[0].is_moved(), "words moved a judgement");
        }
    }

    #[test]
    fn parts_of_facts_add_up(rules in choices(400), one in choices(80), other in choices(80), few in any::<bool>()) {
        let policy = Chooser::new(&rules).policy();
        let (old, mut new) = (Chooser::new(&one).sheet(40), Chooser::new(&other).sheet(30));
        if few {
            // Few enough for all orders to be tried.
            for place in 4..old.facts.len() {
                new.facts[place] = old.facts[place].clone();
            }
            new.lists = old.lists.clone();
        }
        let fail = because(&policy, &old);
        let fail = |why: String| fail(format!("{why}\n--- new sheet\n{}", new.text()));
        let engine = Engine::waived(&policy, &policy.text(), TODAY, "").map_err(&fail)?;
        let sources = {
            let mut sources = Sources::new();
            sources.add("trial.yaml", old.text());
            sources
        };
        let (before, after) = (engine.read(&old.text()).map_err(&fail)?, engine.read(&new.text()).map_err(&fail)?);
        let dossier = |sheet| Dossier { sheets: vec![sheet] };
        let compared = diff::compare_facts(&engine.program, &dossier(&before), &dossier(&after), &sources);
        for verdict in &compared.impact.projects[0].verdicts {
            says(verdict.before.as_ref(), &verdict.code, &engine.program, &judged(&engine.program, &before)).map_err(|why| fail(format!("before: {why}")))?;
            says(verdict.after.as_ref(), &verdict.code, &engine.program, &judged(&engine.program, &after)).map_err(|why| fail(format!("after: {why}")))?;
        }
        adds_up(&compared.impact).map_err(&fail)?;
        let same = diff::compare_facts(&engine.program, &dossier(&before), &dossier(&before), &sources);
        prop_assert!(same.changes.is_empty() && !same.impact.projects[0].is_moved());
    }
}
