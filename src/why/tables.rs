//! Decision tables: the row that held, and of each other row the cell that ruled it out.

use super::{Node, NodeKind, Opened, Tone, Tracer};
use crate::diagnostic::listed;
use crate::eval::Look;
use crate::policy::{HitPolicy, TableId};
use crate::program::{Table, TableRow};
use crate::source::Span;
use crate::value::Truth;
use crate::verdict::{RowHeld, Site, TableOutcome};

impl Tracer<'_> {
    /// A column of a table, read by an expression.
    pub(super) fn column(&mut self, look: &mut Look<'_>, id: TableId, column: u32, used_at: Span) -> Node {
        let mut node = self.table(look, id, Some(column));
        node.text = format!("{} ({})", self.text(used_at), node.text);
        node
    }

    /// A table; of one column what it came to.
    pub(super) fn table(&mut self, look: &mut Look<'_>, id: TableId, column: Option<u32>) -> Node {
        let table = &self.program.tables[id.index()];
        let outcome = look.table(id);
        let columns = table.columns.iter().enumerate().filter(|(index, _)| column.is_none_or(|wanted| wanted as usize == *index));
        let shown: Vec<String> = columns
            .map(|(index, described)| {
                let ty = table.hit.read_type(described.ty).unwrap_or(described.ty);
                let fault = outcome.fault.join(outcome.faults[index]);
                let value = match &outcome.columns[index] {
                    Some(value) => self.show(value, fault, ty),
                    None => "several rows".into(),
                };
                if column.is_some() { value } else { format!("{} {value}", described.name) }
            })
            .collect();
        let words = shown.join(", ");
        let tone = match (outcome.fault.is_none(), outcome.rows.iter().all(|row| row.always)) {
            (false, _) => Tone::Faulted,
            (true, true) => Tone::Plain,
            (true, false) => Tone::Open,
        };
        let mut node = self.headed("table", &table.head).came_to(words, tone);
        let held: Vec<String> = outcome.rows.iter().map(|row| format!("{:?}{}", row.row, row.always)).collect();
        if !self.open(Opened::Table(id), &held.join(" ")) {
            node.again = true;
            return node;
        }
        let around = look.go_in();
        if self.deeper(|tracer| tracer.fill_table(look, table, &outcome, &mut node)).is_none() {
            node.folded = true;
        }
        look.come_out(around);
        self.tell_fault(&mut node, outcome.fault, Site::Table(id));
        node
    }

    fn fill_table(&mut self, look: &mut Look<'_>, table: &Table, outcome: &TableOutcome, node: &mut Node) {
        for input in &table.inputs {
            let inputs = self.operands(look, &[input.value], true);
            let (value, fault) = look.value(input.value);
            let mut told = Node::new(NodeKind::Written, self.text(input.span)).came_to(self.show(&value, fault, input.ty), Tone::Plain);
            // A fact or name is told by itself.
            if let [only] = inputs.as_slice()
                && only.text == told.text
            {
                node.parts.extend(inputs);
                continue;
            }
            told.parts = inputs;
            node.parts.push(told);
        }
        if outcome.by_rows {
            node.remark("its inputs leave too many cases to go through, so its rows were asked one by one, and the values may be wider than they need be");
        }
        for (place, row) in table.rows.iter().enumerate() {
            let held = outcome.rows.iter().find(|held| held.row == Some(place as u16));
            let told = self.table_row(look, table, (place, row), held);
            node.parts.push(told);
        }
        if let Some(row) = &table.otherwise {
            let held = outcome.rows.iter().find(|held| held.row.is_none());
            let (words, tone) = held_words(held, "is not needed: a row above holds");
            let told = Node::new(NodeKind::Written, self.text(row.span)).at(self.cite(row.span)).came_to(words, tone);
            node.parts.push(told);
        }
        self.outputs(look, table, outcome, node);
    }

    fn table_row(&mut self, look: &mut Look<'_>, table: &Table, (place, row): (usize, &TableRow), held: Option<&RowHeld>) -> Node {
        let before = match table.hit {
            HitPolicy::First => "does not count: one above it holds",
            HitPolicy::Priority => "does not count: a better one holds",
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::Collect(_) => "is not the row",
        };
        let mut told = Node::words(format!("row {}", place + 1)).at(self.cite(row.span));
        let cells: Vec<String> = row.cells.iter().map(|cell| self.text(*cell)).collect();
        let cells = cells.join(" | ");
        if held.is_some() {
            let (words, tone) = held_words(held, "");
            let outputs: Vec<String> = row.outputs.iter().map(|output| self.text(self.program.expressions[output.0 as usize].1)).collect();
            told = told.came_to(words, tone);
            told.put_in = Some(format!("| {cells} || {} |", outputs.join(" | ")));
            told.parts = self.constants(row.span);
            // Tests that only facts can tell are told with what made them hold, or leaves them open.
            for condition in &row.conditions {
                let test = self.condition(look, *condition, true);
                told.parts.push(test);
            }
            return told;
        }
        told.put_in = Some(format!("| {cells} |"));
        let ruled_out = self.ruled_out_by(look, table, row);
        if !ruled_out.is_empty() {
            told = told.came_to(format!("ruled out by {}", listed(&ruled_out, "and")), Tone::Fails);
            told.parts = self.constants(row.span);
            return told;
        }
        let mut failing = Vec::new();
        for condition in &row.conditions {
            // An open test rules nothing out: then the row is beside the point because another holds.
            if look.truth(*condition).0 == Truth::False {
                failing.push(self.condition(look, *condition, true));
            }
        }
        let words = if failing.is_empty() { before } else { "ruled out" };
        told.came_to(words, Tone::Fails).over(failing)
    }

    /// The cells that what the inputs are does not satisfy, as written: the first of them is enough.
    fn ruled_out_by(&mut self, look: &mut Look<'_>, table: &Table, row: &TableRow) -> Vec<String> {
        for (dimension, set) in table.dimensions.iter().zip(&row.accepts) {
            let Some(set) = set else { continue };
            let (value, fault) = look.value(dimension.value);
            if !fault.is_none() || set.contains(&value) != Truth::False {
                continue;
            }
            // Inputs that are one fact are one dimension: all their cells together rule it out.
            let same = |value: &crate::program::ExprId| *value == dimension.value || self.is_one_fact(*value, dimension.value);
            let inputs = table.inputs.iter().zip(&row.cells).filter(|(input, _)| same(&input.value));
            return inputs.map(|(input, cell)| format!("`{}` under `{}`", self.text(*cell), self.text(input.span))).collect();
        }
        Vec::new()
    }

    fn is_one_fact(&self, one: crate::program::ExprId, other: crate::program::ExprId) -> bool {
        use crate::program::Expr;
        let node = |id: crate::program::ExprId| &self.program.expressions[id.0 as usize].0;
        matches!((node(one), node(other)), (Expr::Fact(one), Expr::Fact(other)) if one == other)
    }

    /// What the outputs of the rows that count rest on, where they are more than constants.
    fn outputs(&mut self, look: &mut Look<'_>, table: &Table, outcome: &TableOutcome, node: &mut Node) {
        for held in &outcome.rows {
            let row = held.row.map_or(table.otherwise.as_ref(), |row| table.rows.get(usize::from(row)));
            let Some(row) = row else { continue };
            let parts = self.operands(look, &row.outputs, true);
            if !parts.is_empty() {
                let name = held.row.map_or("otherwise".to_string(), |row| format!("row {}", row + 1));
                node.parts.push(Node::words(format!("what {name} yields")).over(parts));
            }
        }
    }
}

fn held_words(held: Option<&RowHeld>, not: &'static str) -> (&'static str, Tone) {
    match held.map(|held| held.always) {
        Some(true) => ("holds", Tone::Holds),
        Some(false) => ("may hold", Tone::Open),
        None => (not, Tone::Fails),
    }
}
