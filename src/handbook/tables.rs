//! Decision tables.

use super::Entry;
use super::names::named;
use super::prose::{Block, Grid, Prose, joined};
use super::words::Speaker;
use super::writer::{Writer, remarks};
use crate::policy::{Collected, HitPolicy, Table, TableRow};
use crate::trials::Owner;

impl Writer<'_> {
    pub fn table(&self, index: usize) -> Entry {
        let table = &self.tongue.policy.tables[index];
        let mut speaker = self.speaker();
        let speaker = &mut speaker;
        let mut blocks = remarks(&table.head.doc);
        let inputs: Vec<Prose> = table.inputs.iter().map(|input| speaker.value(&input.value)).collect();
        let columns = table.columns.iter().map(|column| Prose::new().code(&column.name)).collect();
        let mut lead =
            Prose::of("A table that reads ").and(joined(inputs, "and")).words(", and says for each case ").and(joined(columns, "and"));
        lead = lead.words(format!(". {}", policy_words(table.hit)));
        let users: Vec<Prose> = self.readers.users_of(&table.head.code).map(named).collect();
        if !users.is_empty() {
            lead = lead.words(" Used by ").and(joined(users, "and")).words(".");
        }
        blocks.push(Block::Paragraph(lead));
        blocks.push(Block::Table(self.rows(speaker, table)));
        blocks.extend(self.opened(speaker));
        blocks.push(self.particulars(speaker, &table.head, None, Some(Owner::Table(index as u32))));
        self.entry("table", &table.head, blocks)
    }

    fn rows(&self, speaker: &mut Speaker<'_>, table: &Table) -> Grid {
        let inputs: Vec<String> = table.inputs.iter().map(|input| speaker.written(&input.value)).collect();
        let columns = table.columns.iter().map(|column| column.name.as_str());
        let names: Vec<&str> = inputs.iter().map(String::as_str).chain(columns).collect();
        let mut grid = Grid::new(format!("The rows of “{}”", table.head.title), &names);
        for row in &table.rows {
            grid.row(cells(speaker, table, row));
        }
        if let Some(row) = &table.otherwise {
            let mut cells: Vec<Prose> = table.inputs.iter().map(|_| Prose::of("otherwise")).collect();
            cells.extend(row.outputs.iter().map(|output| speaker.value(output)));
            grid.row(cells);
        }
        grid
    }
}

fn cells(speaker: &mut Speaker<'_>, table: &Table, row: &TableRow) -> Vec<Prose> {
    let tests = row.cells.iter().zip(&table.inputs).map(|((test, _), input)| match test {
        Some(test) => speaker.test(test, input.value.ty),
        None => Prose::of("any"),
    });
    let mut cells: Vec<Prose> = tests.collect();
    cells.extend(row.outputs.iter().map(|output| speaker.value(output)));
    cells
}

/// Which rows count, in a sentence.
fn policy_words(hit: HitPolicy) -> &'static str {
    match hit {
        HitPolicy::Unique => "No two rows can hold at once; that is proven.",
        HitPolicy::First => "The first row that holds counts.",
        HitPolicy::Any => "Several rows may hold at once; they then say the same, which is proven.",
        HitPolicy::Priority => "Of several rows that hold, the one with the best result counts.",
        HitPolicy::Collect(None) => "All rows that hold count, and are listed.",
        HitPolicy::Collect(Some(Collected::Sum)) => "All rows that hold count, and their values are added up.",
        HitPolicy::Collect(Some(Collected::Min)) => "All rows that hold count, and the least of their values is taken.",
        HitPolicy::Collect(Some(Collected::Max)) => "All rows that hold count, and the greatest of their values is taken.",
        HitPolicy::Collect(Some(Collected::Count)) => "What counts is how many rows hold.",
    }
}
