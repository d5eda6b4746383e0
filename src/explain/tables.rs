//! Decision tables, in words. Every table is told, whether or not anything reads it: some are there to be read by people.

use super::{TableLine, TableRowLine, Words};
use crate::policy::{HitPolicy, TableId};
use crate::program::Table;
use crate::value::{Possible, Texts, Type, show_possible};
use crate::verdict::{FaultLevel, RowHeld};

/// So many texts are spelled out where an output may be any of them.
const MOST_TEXTS: usize = 3;

impl Words<'_> {
    pub(super) fn tables(&mut self) -> Vec<TableLine> {
        let program = self.program;
        (0..program.tables.len()).map(|index| self.table(TableId(index as u32), &program.tables[index])).collect()
    }

    fn table(&mut self, id: TableId, table: &Table) -> TableLine {
        let outcome = self.evaluator.table(self.dossier, id);
        let items = self.program.items.iter().map(|item| (&item.head.code, &item.tables));
        let gates = self.program.gates.iter().map(|gate| (&gate.head.code, &gate.tables));
        let read_by = items.chain(gates).filter(|(_, tables)| tables.contains(&id)).map(|(code, _)| code.clone()).collect();
        let inputs = table.inputs.iter().map(|input| (self.written(input.span), self.show(input.value, input.ty))).collect();
        // The gravest fault is told, of the whole table or of an output that expressions can read.
        let fault = outcome.faults.iter().fold(outcome.fault, |gravest, fault| gravest.join(*fault));
        let columns = table
            .columns
            .iter()
            .zip(&outcome.columns)
            .zip(&outcome.faults)
            .map(|((column, value), own)| {
                let ty = table.hit.read_type(column.ty).unwrap_or(column.ty);
                let shown = value.as_ref().map(|value| match outcome.fault.join(*own).level {
                    FaultLevel::None => self.output(value, ty),
                    FaultLevel::Possible | FaultLevel::Certain => "not computable".into(),
                });
                (column.name.clone(), shown)
            })
            .collect();
        TableLine {
            code: table.head.code.clone(),
            title: table.head.title.clone(),
            rule: self.cite(table.head.name_span),
            hit: table.hit.words(),
            inputs,
            columns,
            rows: outcome.rows.iter().map(|held| self.row(table, held)).collect(),
            others_may_hold: matches!(table.hit, HitPolicy::First | HitPolicy::Any | HitPolicy::Priority),
            all_rows: table.rows.len() + usize::from(table.otherwise.is_some()),
            by_rows: outcome.by_rows,
            fault: (!fault.is_none()).then(|| (fault.level, self.fault_message(fault, self.site(fault, table.head.name_span)))),
            read_by,
            facts: self.facts.read(&table.reads),
        }
    }

    fn row(&self, table: &Table, held: &RowHeld) -> TableRowLine {
        let place = held.row.map_or(table.rows.len(), usize::from);
        let row = table.rows.get(place).or(table.otherwise.as_ref());
        TableRowLine {
            number: place + 1,
            rule: self.cite(row.map_or(table.head.name_span, |row| row.span)),
            always: held.always,
            cells: row.map(|row| row.cells.iter().map(|cell| self.written(*cell)).collect()).unwrap_or_default(),
            outputs: held.outputs.iter().zip(&table.columns).map(|(output, column)| self.output(output, column.ty)).collect(),
        }
    }

    fn output(&self, value: &Possible, ty: Type) -> String {
        match value {
            // Few texts stand in quotes; a lone one among other outputs would run into them without.
            Possible::Texts(Texts::One(text)) => format!("\"{text}\""),
            // The rows below name them.
            Possible::Texts(Texts::Few(texts)) if texts.len() > MOST_TEXTS => format!("one of {} texts", texts.len()),
            value => show_possible(value, ty, &self.program.schema),
        }
    }
}
