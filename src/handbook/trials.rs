//! The tests of the rules, and the texts of scripts.

use std::collections::BTreeSet;

use super::names::{anchor, test_anchor};
use super::prose::{Block, Grid, GridRow, Prose};
use super::writer::Writer;
use super::{Chapter, Section};
use crate::policy::Head;
use crate::source::FileId;
use crate::trials::Owner;
use crate::value::Type;

impl Writer<'_> {
    /// All tests that were run. Restricted to a rulebook: those that bear on its rules.
    pub fn trials(&self) -> Option<Chapter> {
        let policy = self.tongue.policy;
        let mut grid = Grid::new("Tests", &["No.", "What it shows", "Judged as of", "Result", "Where"]);
        let bearing = self.bearing();
        for outcome in self.material.outcomes.iter().filter(|outcome| bearing.as_ref().is_none_or(|some| some.contains(&outcome.trial))) {
            let trial = &policy.trials[outcome.trial];
            let day = trial.today.as_ref().map(|today| self.speaker().value(today)).unwrap_or_default();
            let result = if outcome.failures.is_empty() { "passes" } else { "fails" };
            let cells = vec![
                Prose::of((outcome.trial + 1).to_string()),
                Prose::of(&trial.title),
                day,
                Prose::of(result),
                Prose::new().code(self.tongue.sources.address(trial.title_span)),
            ];
            grid.rows.push(GridRow { anchor: Some(test_anchor(outcome.trial)), cells });
        }
        let lead = "Each test states facts, and what the rules have to make of them. They judge on days and under profiles of their own, not \
                    on those of this document. A rule counts as tested where a test that passes expects something of it, or of what rests on it.";
        let blocks = vec![Block::Paragraph(Prose::of(lead)), Block::Table(grid)];
        let any = blocks.iter().any(|block| matches!(block, Block::Table(grid) if !grid.rows.is_empty()));
        any.then(|| Chapter { anchor: "tests".into(), title: "Tests".into(), blocks, sections: Vec::new() })
    }

    /// The tests that bear on the rulebook described; none: all are wanted.
    fn bearing(&self) -> Option<BTreeSet<usize>> {
        self.material.only?;
        let covered = self.material.covered.iter().filter(|(owner, _)| self.describes(self.head_of(**owner)));
        Some(covered.flat_map(|(_, covered)| covered.named.iter().chain(&covered.further).copied()).collect())
    }

    fn head_of(&self, owner: Owner) -> &Head {
        let policy = self.tongue.policy;
        match owner {
            Owner::Param(id) => &policy.params[id as usize].head,
            Owner::Let(id) => &policy.lets[id as usize].head,
            Owner::Item(id) => &policy.items[id as usize].head,
            Owner::Gate(id) => &policy.gates[id as usize].head,
            Owner::Verdict(id) => &policy.verdicts[id as usize].head,
            Owner::Table(id) => &policy.tables[id as usize].head,
            Owner::Limit(id) => &policy.limits[id as usize].head,
            Owner::Trigger(id) => &policy.triggers[id as usize].head,
        }
    }

    /// The texts of all scripts, each once.
    pub fn scripts(&self) -> Option<Chapter> {
        let mut seen: Vec<FileId> = Vec::new();
        let mut sections = Vec::new();
        for function in self.tongue.policy.functions.iter().filter(|function| self.describes(&function.head)) {
            let Some(file) = function.script.as_ref().map(crate::scripts::Script::file) else { continue };
            if seen.contains(&file) {
                continue;
            }
            seen.push(file);
            let name = self.tongue.sources.name(file).to_string();
            let text = self.tongue.sources.text(file).trim_end().to_string();
            sections.push(Section { anchor: anchor("script", &name), title: name, blocks: vec![Block::Text(text)], entries: Vec::new() });
        }
        let lead = "Programs that rules call for what they can’t express themselves. They see what they are given and nothing else: no files, no clock, no chance.";
        let blocks = vec![Block::Paragraph(Prose::of(lead))];
        (!sections.is_empty()).then(|| Chapter { anchor: "scripts".into(), title: "Scripts".into(), blocks, sections })
    }

    /// How many of each kind of rule there are, in words: "5 scorecards".
    pub fn counts(&self) -> Vec<String> {
        use crate::diagnostic::counted;
        let policy = self.tongue.policy;
        let count = |heads: Vec<&Head>, noun: &str| {
            let count = heads.into_iter().filter(|head| self.describes(head)).count();
            (count > 0).then(|| counted(count, noun))
        };
        let facts = self.tongue.names.places.iter().filter(|place| {
            let leaf = &policy.schema.record(place.record).leaves[place.leaf as usize];
            !matches!(leaf.ty, Type::List(_)) && self.material.only.is_none()
        });
        let facts = facts.count();
        [
            count(policy.scorecards.iter().map(|card| &card.head).collect(), "scorecard"),
            count(policy.items.iter().map(|item| &item.head).collect(), "item"),
            count(policy.gates.iter().map(|gate| &gate.head).collect(), "gate"),
            count(policy.limits.iter().map(|limit| &limit.head).collect(), "limit"),
            count(policy.triggers.iter().map(|trigger| &trigger.head).collect(), "trigger"),
            count(policy.tables.iter().map(|table| &table.head).collect(), "table"),
            count(policy.params.iter().map(|param| &param.head).collect(), "parameter"),
            (facts > 0).then(|| counted(facts, "fact")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
