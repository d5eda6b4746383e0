//! A policy as a document to be read and signed by people who do not read rules: every rule in words, with its text beside it as what counts; every fact and
//! parameter with who reads it; and for each rule the tests that bear on it.
//!
//! It is made from the typed policy, for what a rule says, and from the program, for what it comes to on a day and under a profile. Nothing here is laid
//! out: a [`Handbook`] is sentences and tables, and `report` makes pages of them.

mod facts;
mod front;
mod lists;
mod names;
mod prose;
mod protocols;
mod readers;
mod rules;
mod tables;
mod trials;
mod verdicts;
mod words;
mod writer;

use std::collections::{BTreeMap, BTreeSet};

pub use prose::{Block, Grid, GridRow, Inline, Line, LineKnot, Prose};

use crate::policy::{Policy, RulebookInfo};
use crate::program::Program;
use crate::source::Sources;
use crate::trials::{Covered, Outcome, Owner};
use names::Names;
use readers::Readers;
use words::Tongue;
use writer::Writer;

/// A policy in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handbook {
    /// The title of the policy.
    pub title: String,
    /// What stands on the title page below the title.
    pub front: Vec<Block>,
    /// The chapters.
    pub chapters: Vec<Chapter>,
}

/// A chapter: a rulebook, or all facts, parameters, tests or scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Where names lead to.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// What comes before its sections.
    pub blocks: Vec<Block>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section, such as a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Where names lead to.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// What comes before its entries.
    pub blocks: Vec<Block>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// A rule in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where names lead to.
    pub anchor: String,
    /// What kind of rule it is: "check".
    pub kind: &'static str,
    /// Its title, or its name as rules write it where it has none.
    pub title: Prose,
    /// The code that reports, waivers and tests use.
    pub code: String,
    /// Where it stands, as `file:line`.
    pub address: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The rule as written.
    pub rule: String,
}

/// What a handbook is made from.
#[derive(Clone, Copy)]
pub struct Material<'m> {
    /// What the rules say.
    pub policy: &'m Policy,
    /// What they come to on the day, under the profile and with the parameters of the handbook.
    pub program: &'m Program,
    /// Their texts.
    pub sources: &'m Sources,
    /// How the tests came out.
    pub outcomes: &'m [Outcome],
    /// What they do for each rule.
    pub covered: &'m BTreeMap<Owner, Covered>,
    /// The rulebook that it is restricted to.
    pub only: Option<&'m RulebookInfo>,
}

/// Puts a policy into words.
pub fn handbook(material: &Material<'_>) -> Handbook {
    let names = Names::new(material.policy);
    let tongue = Tongue { policy: material.policy, program: material.program, sources: material.sources, names: &names };
    let readers = Readers::new(material.policy);
    let writer = Writer { material, tongue, readers: &readers };
    let mut chapters: Vec<Chapter> = books(material).into_iter().map(|book| writer.book(book)).collect();
    chapters.extend(writer.facts());
    chapters.extend(writer.parameters());
    chapters.extend(writer.trials());
    chapters.extend(writer.scripts());
    let mut handbook = Handbook { title: writer.title(), front: writer.front(), chapters };
    handbook.unlink();
    handbook
}

/// The rulebooks to describe: the main one, whose verdicts all others serve, and then the others in the order read.
fn books<'m>(material: &Material<'m>) -> Vec<&'m RulebookInfo> {
    if let Some(only) = material.only {
        return vec![only];
    }
    let mut books: Vec<&RulebookInfo> = material.policy.rulebooks.iter().filter(|book| !book.tests).collect();
    if let Some(main) = books.pop() {
        books.insert(0, main);
    }
    books
}

impl Handbook {
    /// Every place that names can lead to.
    pub fn anchors(&self) -> BTreeSet<String> {
        let mut anchors = BTreeSet::new();
        let mut of_blocks = |blocks: &[Block]| {
            for block in blocks {
                if let Block::Table(grid) = block {
                    anchors.extend(grid.rows.iter().filter_map(|row| row.anchor.clone()));
                }
            }
        };
        let sections = || self.chapters.iter().flat_map(|chapter| &chapter.sections);
        of_blocks(&self.front);
        self.chapters.iter().for_each(|chapter| of_blocks(&chapter.blocks));
        sections().for_each(|section| of_blocks(&section.blocks));
        anchors.extend(self.chapters.iter().map(|chapter| chapter.anchor.clone()));
        anchors.extend(sections().map(|section| section.anchor.clone()));
        anchors.extend(sections().flat_map(|section| &section.entries).map(|entry| entry.anchor.clone()));
        anchors
    }

    /// The codes of the rules described, in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|entry| entry.code.as_str())
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.chapters.iter().flat_map(|chapter| &chapter.sections).flat_map(|section| &section.entries)
    }

    /// The rule with a code by itself: what it names leads nowhere.
    pub fn alone(&self, code: &str) -> Option<Entry> {
        let entry = self.entries().find(|entry| entry.code == code)?.clone();
        let section = Section { anchor: String::new(), title: String::new(), blocks: Vec::new(), entries: vec![entry] };
        let chapter = Chapter { anchor: String::new(), title: String::new(), blocks: Vec::new(), sections: vec![section] };
        let mut alone = Handbook { title: String::new(), front: Vec::new(), chapters: vec![chapter] };
        alone.unlink();
        alone.entries().next().cloned()
    }

    /// Makes plain words of names that lead to nothing here, as where only one rulebook is described.
    fn unlink(&mut self) {
        let held = self.anchors();
        self.each_prose(&mut |prose| {
            for piece in &mut prose.0 {
                if let Inline::Link { to, text, code } = piece
                    && !held.contains(to)
                {
                    let text = std::mem::take(text);
                    *piece = if *code { Inline::Code(text) } else { Inline::Words(text) };
                }
            }
        });
    }

    fn each_prose(&mut self, met: &mut dyn FnMut(&mut Prose)) {
        let mut of_blocks = |blocks: &mut Vec<Block>| {
            for block in blocks {
                match block {
                    Block::Paragraph(prose) => met(prose),
                    Block::Points(lead, points) => {
                        met(lead);
                        points.iter_mut().for_each(&mut *met);
                    }
                    Block::Particulars(particulars) => particulars.iter_mut().flat_map(|(_, lines)| lines).for_each(&mut *met),
                    Block::Table(grid) => grid.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(&mut *met),
                    Block::Remark(_) | Block::Line(_) | Block::Text(_) | Block::Blanks(_) => {}
                }
            }
        };
        of_blocks(&mut self.front);
        for chapter in &mut self.chapters {
            of_blocks(&mut chapter.blocks);
            for section in &mut chapter.sections {
                of_blocks(&mut section.blocks);
                section.entries.iter_mut().for_each(|entry| of_blocks(&mut entry.blocks));
            }
        }
    }
}
