//! Whether tests would notice if a rule were another: each rule is altered in one thing at a time, and the tests that rest on it are run again.
//!
//! An altered rule is built as if it had been written, by the one function that builds programs. What does not build could not have been written either. An
//! alteration that leaves the program as it was is proven to mean the same, and is left out; nothing else is.

use std::collections::BTreeSet;

use super::prepare::{Prepared, Suite};
use super::rests::{Owner, rests_on};
use super::variations::{Change, Varying};
use super::{Evaluator, expect};
use crate::facts;
use crate::policy::{DocumentId, Expr, Policy};
use crate::program::{ExprId, Program, build_asking};
use crate::sheet::{Dossier, Sheet};
use crate::source::Sources;
use crate::value::{Possible, Truth};

/// The most alterations that are tried. It counts them, never time, so that what is found does not depend on the machine.
const MOST: usize = 50_000;

/// What altering the rules came to.
#[derive(Clone, Debug, Default)]
pub struct Mutation {
    /// How many altered rules were tried.
    pub tried: usize,
    /// How many of them some test noticed.
    pub noticed: usize,
    /// How many are proven to mean the same as what is written: their program is the same, or what they change comes up for no facts.
    pub same: usize,
    /// How many tests were run.
    pub runs: usize,
    /// Those that no test noticed, in the order of the rules.
    pub survivors: Vec<Survivor>,
    /// Whether the limit left some untried.
    pub limited: bool,
}

/// An altered rule that no test noticed.
#[derive(Clone, Debug)]
pub struct Survivor {
    /// The parameter, `let`, item, gate or verdict: `screening.load`.
    pub code: String,
    /// Where it stands, as `file:line`.
    pub rule: String,
    /// What was altered.
    pub change: Change,
    /// Whether any test rests on it at all.
    pub asked: bool,
}

/// Alters every rule that is not a test, one thing at a time. `progress` hears how many were tried so far.
pub fn mutate(policy: &Policy, suite: &Suite, sources: &Sources, progress: &mut dyn FnMut(usize)) -> Mutation {
    let rests: Vec<BTreeSet<Owner>> = suite.trials.iter().map(|prepared| rests_on(policy, &policy.trials[prepared.trial])).collect();
    let mut trying = Trying {
        suite,
        sources,
        rests: &rests,
        altered: policy.clone(),
        found: Mutation::default(),
        progress,
        code: String::new(),
        members: Vec::new(),
    };
    let varying = Varying { sources, schema: &policy.schema };
    for (index, param) in policy.params.iter().enumerate() {
        trying.on(Owner::Param(index as u32), &param.head.code);
        varying.expr(&param.value, &mut |change, value| {
            let hint = "tests of what compares with it, at its value and just beside".to_string();
            trying.attempt(
                Change { hint, ..change },
                |policy| std::mem::replace(&mut policy.params[index].value, value),
                |policy, old| {
                    policy.params[index].value = old;
                },
            );
        });
    }
    for (index, named) in policy.lets.iter().enumerate() {
        trying.on(Owner::Let(index as u32), &named.head.code);
        varying.expr(&named.value, &mut |change, value| {
            trying.attempt(
                change,
                |policy| std::mem::replace(&mut policy.lets[index].value, value),
                |policy, old| {
                    policy.lets[index].value = old;
                },
            );
        });
    }
    for (index, item) in policy.items.iter().enumerate() {
        trying.on(Owner::Item(index as u32), &item.head.code);
        varying.item(item, &mut |change, item| {
            trying.attempt(change, |policy| std::mem::replace(&mut policy.items[index], item), |policy, old| policy.items[index] = old);
        });
    }
    for (index, gate) in policy.gates.iter().enumerate() {
        trying.on(Owner::Gate(index as u32), &gate.head.code);
        let bands: Vec<String> = gate.verdict.map_or_else(Vec::new, |verdict| {
            let bands = policy.verdicts[verdict.index()].bands;
            policy.schema.enumeration(bands).variants.iter().map(|variant| variant.name.clone()).collect()
        });
        varying.gate(gate, &bands, &mut |change, gate| {
            trying.attempt(change, |policy| std::mem::replace(&mut policy.gates[index], gate), |policy, old| policy.gates[index] = old);
        });
    }
    for (index, verdict) in policy.verdicts.iter().enumerate() {
        trying.on(Owner::Verdict(index as u32), &verdict.head.code);
        varying.verdict(verdict, &mut |change, verdict| {
            trying.attempt(
                change,
                |policy| std::mem::replace(&mut policy.verdicts[index], verdict),
                |policy, old| {
                    policy.verdicts[index] = old;
                },
            );
        });
    }
    for (index, table) in policy.tables.iter().enumerate() {
        trying.on(Owner::Table(index as u32), &table.head.code);
        varying.table(table, &mut |change, table| {
            trying.attempt(change, |policy| std::mem::replace(&mut policy.tables[index], table), |policy, old| policy.tables[index] = old);
        });
    }
    for (index, limit) in policy.limits.iter().enumerate() {
        trying.on(Owner::Limit(index as u32), &limit.head.code);
        varying.limit(limit, &mut |change, limit| {
            trying.attempt(change, |policy| std::mem::replace(&mut policy.limits[index], limit), |policy, old| policy.limits[index] = old);
        });
    }
    for (index, trigger) in policy.triggers.iter().enumerate() {
        trying.on(Owner::Trigger(index as u32), &trigger.head.code);
        varying.trigger(trigger, &mut |change, trigger| {
            trying.attempt(
                change,
                |policy| std::mem::replace(&mut policy.triggers[index], trigger),
                |policy, old| {
                    policy.triggers[index] = old;
                },
            );
        });
    }
    let mut found = trying.found;
    found.survivors.sort_by_key(|survivor| survivor.change.span);
    found
}

/// How an altered rule came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It could not have been written.
    NotARule,
    /// A test fails.
    Noticed,
    /// Its program is that of the rules as written.
    Same,
    /// Every test passes.
    Survives,
}

struct Trying<'t> {
    suite: &'t Suite,
    sources: &'t Sources,
    rests: &'t [BTreeSet<Owner>],
    /// The rules with one thing altered, or none.
    altered: Policy,
    found: Mutation,
    progress: &'t mut dyn FnMut(usize),
    /// The rule being altered.
    code: String,
    /// The tests that rest on it, by day.
    members: Vec<(usize, Vec<&'t Prepared>)>,
}

impl<'t> Trying<'t> {
    /// The rule whose alterations follow.
    fn on(&mut self, owner: Owner, code: &str) {
        self.code = code.to_string();
        self.members.clear();
        let mut resting: Vec<(&Prepared, &BTreeSet<Owner>)> =
            self.suite.trials.iter().zip(self.rests).filter(|(_, rests)| rests.contains(&owner)).collect();
        // The tests that rest on least are the quickest, and the likeliest to notice.
        resting.sort_by_key(|(_, rests)| rests.len());
        for (prepared, _) in resting {
            match self.members.iter_mut().find(|(day, _)| *day == prepared.day) {
                Some((_, members)) => members.push(prepared),
                None => self.members.push((prepared.day, vec![prepared])),
            }
        }
    }

    /// Alters the rules, runs the tests that rest on the alteration, and puts back what was there.
    fn attempt<T>(&mut self, change: Change, alter: impl FnOnce(&mut Policy) -> T, restore: impl FnOnce(&mut Policy, T)) {
        if self.found.tried >= MOST {
            self.found.limited = true;
            return;
        }
        let before = alter(&mut self.altered);
        let mut fate = self.fate();
        restore(&mut self.altered, before);
        if fate == Fate::Survives && change.matters_if.as_ref().is_some_and(|condition| self.is_never(condition)) {
            fate = Fate::Same;
        }
        if fate == Fate::NotARule {
            return;
        }
        self.found.tried += 1;
        match fate {
            Fate::Noticed => self.found.noticed += 1,
            Fate::Same => self.found.same += 1,
            Fate::Survives | Fate::NotARule => {
                let asked = !self.members.is_empty();
                self.found.survivors.push(Survivor { code: self.code.clone(), rule: self.sources.address(change.span), change, asked });
            }
        }
        (self.progress)(self.found.tried);
    }

    fn fate(&mut self) -> Fate {
        let mut first: Option<(usize, Program)> = None;
        for (day, members) in &self.members {
            let mut asked: Vec<&Expr> = Vec::new();
            for prepared in members {
                expect::asked_of(&self.altered.trials[prepared.trial], &mut asked);
            }
            let Some((program, ids)) = self.build(*day, &asked) else { return Fate::NotARule };
            let mut ids = ids.into_iter();
            let mut evaluator = Evaluator::new(&program);
            for prepared in members {
                let asked: Vec<ExprId> = ids.by_ref().take(prepared.asked.len()).collect();
                self.found.runs += 1;
                let trial = &self.altered.trials[prepared.trial];
                if !expect::passes(&mut evaluator, &program, trial, &asked, &prepared.dossier()) {
                    return Fate::Noticed;
                }
            }
            drop(evaluator);
            first.get_or_insert((*day, program));
        }
        // Nobody noticed: it may be no other rule at all. Only of these few is that asked, for it is asked of the whole program.
        let day = first.as_ref().map_or(0, |(day, _)| *day);
        let Some((program, _)) = self.build(day, &[]) else { return Fate::NotARule };
        let same = self.suite.days.get(day).is_some_and(|day| does_the_same(&program, &day.program));
        if same { Fate::Same } else { Fate::Survives }
    }

    /// Whether a condition holds for no facts at all: on sheets that say nothing it is false, whatever they might say.
    fn is_never(&self, condition: &Expr) -> bool {
        let Some((program, ids)) = self.build(0, &[condition]) else { return false };
        let sheets: Vec<Sheet> = (0..program.documents.len())
            .map(|index| facts::nothing(condition.span.file, "nothing", &program.schema, &program.documents, DocumentId(index as u32)))
            .collect();
        let dossier = Dossier { sheets: sheets.iter().collect() };
        let mut evaluator = Evaluator::new(&program);
        evaluator.decide(&dossier);
        let Some(id) = ids.first() else { return false };
        matches!(evaluator.inspect(&dossier, *id), (Possible::Truth(Truth::False), fault) if fault.is_none())
    }

    fn build(&self, day: usize, asked: &[&Expr]) -> Option<(Program, Vec<ExprId>)> {
        build_asking(&self.altered, &self.suite.days.get(day)?.settings, asked).value
    }
}

/// Whether two programs of one policy judge alike because they are one: the nodes that steps lead to are the same.
fn does_the_same(one: &Program, other: &Program) -> bool {
    // The program of a day has nodes behind those of the rules, for what its tests ask; they come after all that judging reaches.
    let count =
        |program: &Program| (program.expressions.len().min(one.expressions.len()), program.conditions.len().min(one.conditions.len()));
    let (expressions, conditions) = count(other);
    expressions == one.expressions.len()
        && conditions == one.conditions.len()
        && one.collections.len() <= other.collections.len()
        && format!("{:?}", judged_by(one, one)) == format!("{:?}", judged_by(other, one))
}

/// All of a program that judging looks at, up to as many nodes as `most` has.
fn judged_by<'p>(program: &'p Program, most: &Program) -> impl std::fmt::Debug + use<'p> {
    let items: Vec<_> = program.items.iter().map(|item| (&item.worth, &item.applies, &item.body)).collect();
    let gates: Vec<_> = program.gates.iter().map(|gate| (&gate.applies, &gate.when, gate.verdict, gate.at_most)).collect();
    let verdicts: Vec<_> = program.verdicts.iter().map(|verdict| &verdict.basis).collect();
    let lets: Vec<_> = program.lets.iter().map(|named| named.value).collect();
    let expressions: Vec<_> = program.expressions.iter().take(most.expressions.len()).map(|(node, _)| node).collect();
    let conditions: Vec<_> = program.conditions.iter().take(most.conditions.len()).map(|(node, _)| node).collect();
    let collections: Vec<_> = program.collections.iter().take(most.collections.len()).collect();
    (items, gates, verdicts, lets, expressions, conditions, collections, &program.tables, &program.limits, &program.triggers)
}
