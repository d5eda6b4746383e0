//! Decision tables: what they came to, and by which rows.

use super::{FAINT, Flow, GOOD, OPEN, PLAIN, Page, STRONG, listed, sentence};
use crate::explain::{Explanation, TableLine, TableRowLine};

impl Page {
    /// Every table with its outputs, those among them that nothing but a reader looks at.
    pub(super) fn tables(&mut self, explanation: &Explanation) {
        if explanation.tables.is_empty() {
            return;
        }
        self.section("Tables");
        for (place, table) in explanation.tables.iter().enumerate() {
            if place > 0 {
                self.line("");
            }
            self.flow("  ", &Flow::new().add(STRONG, &table.title));
            let (outputs, inputs) = in_and_out(table);
            self.flow("    ", &outputs);
            self.flow("    ", &inputs);
            self.rows(4, table);
            if table.by_rows {
                self.flow("    ", &sentence(BY_ROWS));
            }
            if let Some((_, message)) = table.fault.as_ref().filter(|_| !table.rows.is_empty()) {
                self.flow("    ", &sentence(message));
            }
            let mut end = Flow::new().add(FAINT, &table.code).dot(FAINT, &table.rule.address);
            if !table.read_by.is_empty() {
                end = end.dot(FAINT, "read by").add(FAINT, &table.read_by.join(", "));
            }
            self.flow("    ", &end);
        }
    }

    /// The rows of the tables that an item or gate reads.
    pub(super) fn tables_read(&mut self, indent: usize, tables: &[usize], explanation: &Explanation) {
        for table in tables.iter().filter_map(|place| explanation.tables.get(*place)) {
            self.rows_after(indent, Flow::new().add(FAINT, "by").add(FAINT, &table.code).close(FAINT, ","), table);
        }
    }

    fn rows(&mut self, indent: usize, table: &TableLine) {
        self.rows_after(indent, Flow::new(), table);
    }

    /// Which rows hold, after some words, and below them what they say.
    fn rows_after(&mut self, indent: usize, before: Flow, table: &TableLine) {
        let style = if table.rows.iter().all(|row| row.always) { PLAIN } else { OPEN };
        let words = standing(table);
        self.flow(&" ".repeat(indent), &before.add(style, &words).close(style, if table.rows.is_empty() { "." } else { ":" }));
        let prefix = format!("{}- ", " ".repeat(indent));
        for row in &table.rows {
            self.flow(&prefix, &row_words(table, row));
        }
    }
}

/// What is said where rows were asked one by one.
pub(in crate::report) const BY_ROWS: &str =
    "by rows: the inputs leave too many cases to go through, so that the outputs may be wider than they need be";

/// What a table yields, and for which inputs.
pub(in crate::report) fn in_and_out(table: &TableLine) -> (Flow, Flow) {
    let outputs = table.columns.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let outputs = outputs.fold(Flow::new(), |flow, (name, value)| flow.dot(PLAIN, name).add(STRONG, value));
    let mut inputs = Flow::new().add(FAINT, "for");
    for (place, input) in table.inputs.iter().enumerate() {
        if table.inputs[..place].contains(input) {
            continue;
        }
        inputs = if place > 0 { inputs.close(FAINT, ",") } else { inputs };
        inputs = inputs.add(FAINT, &input.0).add(PLAIN, &input.1);
    }
    (outputs, inputs)
}

/// `row 2 of 8 holds, and no other`
pub(in crate::report) fn standing(table: &TableLine) -> String {
    let number = |row: &&TableRowLine| row.number.to_string();
    let certain: Vec<String> = table.rows.iter().filter(|row| row.always).map(|row| number(&row)).collect();
    let possible: Vec<String> = table.rows.iter().filter(|row| !row.always).map(|row| number(&row)).collect();
    let named = |numbers: &[String], joint: &str| {
        let word = if numbers.len() == 1 || joint == "or" { "row" } else { "rows" };
        format!("{word} {}", listed(numbers, joint))
    };
    let all = table.all_rows;
    let (one, several) = if table.others_may_hold { ("counts", "count") } else { ("holds", "hold") };
    match (certain.len(), possible.len()) {
        (0, 0) => match &table.fault {
            Some((_, message)) => message.clone(),
            None => format!("none of its {all} rows {one}"),
        },
        (1, 0) => format!("{} of {all} {one}, and no other", named(&certain, "and")),
        (_, 0) => format!("{} of {all} {several}, and no other", named(&certain, "and")),
        (0, several_rows) if several_rows == all && all > 1 => format!("any of its {all} rows may {several}"),
        (0, _) => format!("{} of {all} may {several}, and no other", named(&possible, "or")),
        (1, _) => format!("{} of {all} {one}, {} may, and no other", named(&certain, "and"), named(&possible, "and")),
        (..) => format!("{} of {all} {several}, {} may, and no other", named(&certain, "and"), named(&possible, "and")),
    }
}

/// `2: compute, false → points 4, threat "cheaper clouds"`
pub(in crate::report) fn row_words(table: &TableLine, row: &TableRowLine) -> Flow {
    let mut flow = Flow::new().whole(if row.always { GOOD } else { OPEN }, &format!("{}:", row.number));
    let cells = if row.cells.is_empty() { "otherwise".to_string() } else { row.cells.join(" | ") };
    flow = flow.add(PLAIN, &cells).add(FAINT, "→");
    for (place, ((name, _), output)) in table.columns.iter().zip(&row.outputs).enumerate() {
        if place > 0 {
            flow = flow.close(FAINT, ",");
        }
        flow = flow.add(FAINT, name).add(PLAIN, output);
    }
    flow
}

/// `row 2 of moat.defence`, for lines that have no room for more.
pub(super) fn briefly(flow: Flow, tables: &[usize], explanation: &Explanation) -> Flow {
    tables.iter().filter_map(|place| explanation.tables.get(*place)).fold(flow, |flow, table| {
        let numbers: Vec<String> = table.rows.iter().map(|row| row.number.to_string()).collect();
        let joint = if table.rows.iter().all(|row| row.always) { "and" } else { "or" };
        let words = match numbers.len() {
            0 if table.fault.is_some() => return flow,
            0 => format!("no row of {}", table.code),
            several if several == table.all_rows && several > 1 && joint == "or" => format!("any row of {}", table.code),
            2.. if joint == "and" => format!("rows {} of {}", listed(&numbers, joint), table.code),
            _ => format!("row {} of {}", listed(&numbers, joint), table.code),
        };
        flow.dot(FAINT, &words)
    })
}
