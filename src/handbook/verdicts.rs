//! Verdicts, gates and profiles.

use super::Entry;
use super::names::{named, titled};
use super::prose::{Block, Grid, Prose, joined};
use super::words::param_name;
use super::writer::{Writer, clause_after, flat, remarks};
use crate::policy::{Edge, Gate, VerdictId};
use crate::trials::Owner;
use crate::value::Type;

impl Writer<'_> {
    pub fn verdict(&self, index: usize) -> Entry {
        let (verdict, lowered) = (&self.tongue.policy.verdicts[index], &self.tongue.program.verdicts[index]);
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&verdict.head.doc);
        let lead = match verdict.on {
            Some(card) => Prose::of("It gives the score of ")
                .and(titled(&self.tongue.policy.scorecards[card.index()].head))
                .words(" a name. A score exactly on an edge has reached it. Best first:"),
            None => Prose::of("It is the first of these whose condition holds, best first:"),
        };
        blocks.push(Block::Paragraph(lead));
        let columns = ["Verdict", "Reached", "Gates that hold it there"];
        let mut grid = Grid::new(format!("The bands of “{}”, best first", verdict.head.title), &columns);
        for (place, (edge, band)) in verdict.edges.iter().zip(&lowered.bands).enumerate() {
            let reached = match edge {
                Edge::AtLeast(least) => Prose::of("from a score of ").and(speaker.value(least)),
                Edge::When(condition) => Prose::of("when ").and(speaker.condition(condition)),
                Edge::Otherwise => Prose::of("otherwise"),
                Edge::OnlyGated => Prose::of("through a gate only"),
                Edge::Broken => Prose::new(),
            };
            let held = |gate: &&Gate| gate.verdict == Some(VerdictId(index as u32)) && gate.at_most as usize == place;
            let gates = self.tongue.policy.gates.iter().filter(held).map(|gate| titled(&gate.head)).collect::<Vec<_>>();
            let name = Prose::of(format!("{} ", band.title)).and(Prose::new().code(&band.name).bracketed());
            grid.row(vec![name, reached, joined(gates, "and")]);
        }
        blocks.push(Block::Table(grid));
        for (doc, band) in verdict.docs.iter().zip(&lowered.bands).filter(|(doc, _)| !doc.is_empty()) {
            blocks.extend(remarks(&format!("{}: {doc}", band.title)));
        }
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &verdict.head, None, Some(Owner::Verdict(index as u32))));
        self.entry("verdict", &verdict.head, blocks)
    }

    pub fn gate(&self, index: usize) -> Entry {
        let gate = &self.tongue.policy.gates[index];
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&gate.head.doc);
        let verdict = gate.verdict.map(|verdict| &self.tongue.program.verdicts[verdict.index()]);
        let band = verdict.and_then(|verdict| verdict.bands.get(gate.at_most as usize)).map_or("", |band| band.title.as_str());
        let of = verdict.map(|verdict| titled(&verdict.head)).unwrap_or_default();
        let worst = verdict.is_some_and(|verdict| gate.at_most as usize + 1 == verdict.bands.len());
        let below = if worst { "" } else { " or below" };
        let lead = Prose::of("It holds the verdict ").and(of).words(format!(" at “{band}”{below}, whatever the score, when "));
        blocks.extend(self.term(gate.term));
        blocks.extend(self.applies(speaker, gate.applies.as_ref()));
        blocks.push(clause_after(speaker, lead, &gate.when));
        blocks.push(Block::Paragraph(Prose::of(match gate.never_waived {
            Some(_) => "No waiver can lift it.",
            None => "A waiver with a reason, an approver and an end can lift it.",
        })));
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &gate.head, Some(&gate.words), Some(Owner::Gate(index as u32))));
        self.entry("gate", &gate.head, blocks)
    }

    /// A profile: what it sets, and to what instead of what.
    pub fn profile(&self, index: usize) -> Entry {
        let profile = &self.tongue.policy.profiles[index];
        let mut speaker = self.speaker();
        let mut blocks = remarks(&profile.head.doc);
        let in_force = self.tongue.program.profile.as_ref().is_some_and(|head| head.code == profile.head.code);
        blocks.push(Block::Paragraph(Prose::of(match in_force {
            true => "Parameters that are set together. This document shows the rules under this profile.",
            false => "Parameters that are set together where a judgement asks for it. It is not in force in this document.",
        })));
        let mut grid = Grid::new(format!("What “{}” sets", profile.head.title), &["Parameter", "Under this profile", "Otherwise", "Why"]);
        for setting in &profile.settings {
            let param = &self.tongue.policy.params[setting.param.index()];
            let value = speaker.value(&setting.value);
            let otherwise = speaker.value(&param.value);
            grid.row(vec![param_name(&param.head), value, otherwise, Prose::of(flat(&setting.doc))]);
        }
        blocks.push(Block::Table(grid));
        self.entry("profile", &profile.head, blocks)
    }

    /// A function of a script: what goes in, and what comes out.
    pub fn function(&self, index: usize) -> Entry {
        let function = &self.tongue.policy.functions[index];
        let mut blocks = remarks(&function.head.doc);
        let speaker = self.speaker();
        let users: Vec<Prose> = self.readers.users_of(&function.head.code).map(named).collect();
        let result = self.bounded(function.result, &function.domain, &speaker);
        let mut lead = Prose::of("A calculation that rules can’t express, written as a program. It gives ")
            .words(result)
            .words("; anything else is a fault.");
        if !users.is_empty() {
            lead = lead.words(" Used by ").and(joined(users, "and")).words(".");
        }
        if let Some(script) = &function.script {
            let name = self.tongue.sources.name(script.file());
            lead = lead.words(" The program is ").code_link(super::names::anchor("script", name), name).words(".");
        }
        blocks.push(Block::Paragraph(lead));
        self.entry("function", &function.head, blocks)
    }

    /// A type with the values that are meant: "a percent, 0% to 100%".
    pub fn bounded(&self, ty: Type, domain: &crate::value::Possible, speaker: &super::words::Speaker<'_>) -> String {
        use crate::value::{Possible, show_range};
        let schema = &self.tongue.policy.schema;
        match (ty, domain) {
            (Type::Enum(_), _) => format!("one of {}", speaker.constant(domain, ty).plain()),
            (_, Possible::Range(range)) if !range.is_unbounded() => format!("{}, {}", schema.describe(ty), show_range(range, ty)),
            _ => schema.describe(ty),
        }
    }
}
