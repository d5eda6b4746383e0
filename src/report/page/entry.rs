//! A line of a report that opens: in short what it came to, and below it why, by which rule and on which evidence.

use std::borrow::Cow;

use super::evidence::Fact;
use super::rules::{Rule, Rules};
use crate::explain::{Explanation, FaultLine, GateLine, ItemLine, QuestionLine, TableLine, WaiverLine};
use crate::report::human::{Standing, calendar, narrows, sentence, standing, tables, waived};
use crate::report::text::{Flow, ticked};
use crate::report::{effect_words, gate_state, percent_range, points_of};
use crate::value::Truth;
use crate::verdict::{Applies, FaultLevel};

/// What items, gates, questions and all else of a report look like.
#[derive(Default)]
pub(super) struct Entry<'a> {
    /// The name by which links find it; empty if none leads there.
    pub(super) id: String,
    /// How it stands: `against`, `open`, `earned`, `out`. It gives the colour, and is what readers filter by.
    pub(super) standing: &'static str,
    /// What it came to: `3 of 8`, `fires`.
    pub(super) figure: String,
    pub(super) title: Cow<'a, str>,
    /// What qualifies it, in a few words each.
    pub(super) remarks: Vec<String>,
    /// What is read without opening it.
    pub(super) lead: String,
    /// What else is said.
    pub(super) says: Vec<String>,
    /// What is asked.
    pub(super) ask: Option<&'a str>,
    pub(super) facts: Vec<Fact<'a>>,
    /// The rows of tables that it rests on.
    pub(super) tables: Vec<Rows>,
    pub(super) remedy: Option<&'a str>,
    pub(super) cite: Option<&'a str>,
    pub(super) code: &'a str,
    pub(super) rule: Option<Rule<'a>>,
}

/// Which rows of a table hold.
pub(super) struct Rows {
    /// `moat.defence: row 2 of 8 holds, and no other`
    pub(super) words: String,
    pub(super) rows: Vec<String>,
}

/// The name by which links find an item of a project.
pub(super) fn item_id(project: &str, place: usize) -> String {
    format!("{project}-i{}", place + 1)
}

/// The name by which links find a gate of a project.
pub(super) fn gate_id(project: &str, place: usize) -> String {
    format!("{project}-g{}", place + 1)
}

/// How an item stands, in the words of the page's styles.
pub(super) fn item_standing(item: &ItemLine) -> &'static str {
    match standing(item) {
        Standing::Against => "against",
        Standing::Open => "open",
        Standing::Earned => "earned",
        Standing::Out => "out",
    }
}

/// How a gate stands, likewise.
pub(super) fn truth_standing(fires: Truth) -> &'static str {
    match fires {
        Truth::True => "against",
        Truth::Unknown => "open",
        Truth::False => "earned",
    }
}

impl<'a> Entry<'a> {
    pub(super) fn item(id: String, item: &'a ItemLine, explanation: &'a Explanation, rules: &Rules<'a>) -> Entry<'a> {
        let mut remarks = Vec::new();
        if item.applies == Applies::Maybe {
            remarks.push("may not apply".to_string());
        }
        let standing = item_standing(item);
        if standing == "against" && !item.lost.high.is_zero() {
            remarks.push(format!("costs {} of the score", percent_range(&item.lost, &[])));
        }
        remarks.extend(waiver_words(item.waiver, explanation, "accepted until"));
        let waits: Vec<&str> = item.facts.iter().filter(|fact| !fact.exact).map(|fact| fact.path.as_str()).collect();
        let waits = if standing == "open" && !waits.is_empty() { format!("Waits for {}.", waits.join(", ")) } else { String::new() };
        Entry {
            id,
            standing,
            figure: if standing == "out" { "–".to_string() } else { points_of(&item.points, &item.worth) },
            title: (&item.title).into(),
            remarks,
            lead: if standing == "out" { String::new() } else { sentence(&item.reason).plain() },
            says: [waits].into_iter().filter(|text| !text.is_empty()).collect(),
            ask: item.ask.as_deref().filter(|_| standing == "open"),
            facts: Fact::all(&item.facts, &explanation.file),
            tables: rows_read(&item.tables, explanation),
            remedy: item.remedy.as_deref().filter(|_| standing == "against"),
            cite: item.cite.as_deref(),
            code: &item.code,
            rule: Some(rules.rule(&item.code, &item.rule)),
        }
    }

    pub(super) fn gate(id: String, gate: &'a GateLine, explanation: &'a Explanation, rules: &Rules<'a>) -> Entry<'a> {
        let mut remarks = vec![format!("at most {}", gate.caps.1)];
        remarks.extend(waiver_words(gate.waiver, explanation, "waived until"));
        if gate.fires != Truth::False && !gate.binds && gate.waiver.is_none() {
            remarks.push("changes nothing here".to_string());
        }
        Entry {
            id,
            standing: truth_standing(gate.fires),
            figure: gate_state(gate.fires).to_string(),
            title: (&gate.title).into(),
            remarks,
            lead: if gate.fires == Truth::False { String::new() } else { sentence(&gate.reason).plain() },
            ask: gate.ask.as_deref().filter(|_| gate.fires == Truth::Unknown),
            facts: Fact::all(&gate.facts, &explanation.file),
            tables: rows_read(&gate.tables, explanation),
            remedy: gate.remedy.as_deref().filter(|_| gate.fires != Truth::False),
            cite: gate.cite.as_deref(),
            code: &gate.code,
            rule: Some(rules.rule(&gate.code, &gate.rule)),
            ..Entry::default()
        }
    }

    pub(super) fn question(rank: usize, question: &'a QuestionLine, file: &str) -> Entry<'a> {
        let ask = question.ask.as_deref().filter(|ask| !ask.trim().is_empty()).unwrap_or(&question.about);
        let said = question.fact.known || question.fact.missing.is_some();
        let read = if question.read_by.is_empty() { String::new() } else { format!("Read by {}.", question.read_by.join(", ")) };
        Entry {
            standing: "open",
            figure: rank.to_string(),
            title: (&question.fact.path).into(),
            remarks: std::iter::once(effect_words(question.effect).to_string()).chain(narrows(question)).collect(),
            lead: Flow::new().add(crate::report::text::PLAIN, ask).plain(),
            says: [read].into_iter().filter(|text| !text.is_empty()).collect(),
            facts: if said { vec![Fact::of(&question.fact, file)] } else { Vec::new() },
            ..Entry::default()
        }
    }

    pub(super) fn fault(fault: &'a FaultLine, file: &str) -> Entry<'a> {
        let script = fault.script.as_ref().map(|script| format!("In the script: {}.", script.address));
        Entry {
            standing: if fault.level == FaultLevel::Certain { "against" } else { "open" },
            figure: if fault.level == FaultLevel::Certain { "certain" } else { "possible" }.to_string(),
            title: (&fault.code).into(),
            lead: sentence(&fault.message).plain(),
            says: std::iter::once(format!("In the rule: {}.", fault.rule.address)).chain(script).collect(),
            facts: Fact::all(&fault.facts, file),
            ..Entry::default()
        }
    }

    pub(super) fn table(table: &'a TableLine, file: &str, rules: &Rules<'a>) -> Entry<'a> {
        let (outputs, inputs) = tables::in_and_out(table);
        let mut says = vec![inputs.plain()];
        says.extend(table.by_rows.then(|| sentence(tables::BY_ROWS).plain()));
        says.extend(table.fault.as_ref().filter(|_| !table.rows.is_empty()).map(|(_, message)| sentence(message).plain()));
        says.extend((!table.read_by.is_empty()).then(|| format!("Read by {}.", table.read_by.join(", "))));
        let certain = table.rows.iter().all(|row| row.always) && table.fault.is_none();
        Entry {
            standing: if certain { "out" } else { "open" },
            figure: if certain { "holds" } else { "open" }.to_string(),
            title: (&table.title).into(),
            lead: outputs.plain(),
            says,
            facts: Fact::all(&table.facts, file),
            tables: vec![rows(table)],
            code: &table.code,
            rule: Some(rules.rule(&table.code, &table.rule)),
            ..Entry::default()
        }
    }

    pub(super) fn waiver(waiver: &'a WaiverLine) -> Entry<'a> {
        Entry {
            standing: "out",
            figure: calendar::waiver_state(waiver).to_string(),
            title: (&waiver.title).into(),
            remarks: vec![calendar::meaning(waiver).to_string()],
            lead: sentence(&waiver.reason).plain(),
            says: vec![
                format!("Approved by {}, from {} until {}.", waiver.approver, waiver.granted, waiver.expires),
                format!("On file at {}.", waiver.place.address),
            ],
            code: &waiver.code,
            ..Entry::default()
        }
    }

    /// What is read without opening it, in pieces, and whether each is code.
    pub(super) fn leads(&self) -> Vec<(&str, bool)> {
        ticked(&self.lead)
    }

    /// Whether opening it shows anything.
    pub(super) fn opens(&self) -> bool {
        !self.says.is_empty()
            || self.ask.is_some()
            || !self.facts.is_empty()
            || !self.tables.is_empty()
            || self.remedy.is_some()
            || self.cite.is_some()
            || self.rule.is_some()
    }
}

fn waiver_words(waiver: Option<usize>, explanation: &Explanation, words: &str) -> Option<String> {
    let words = waived(Flow::new(), waiver, explanation, words).plain();
    (!words.is_empty()).then_some(words)
}

fn rows_read(tables: &[usize], explanation: &Explanation) -> Vec<Rows> {
    tables.iter().filter_map(|place| explanation.tables.get(*place)).map(rows).collect()
}

fn rows(table: &TableLine) -> Rows {
    Rows {
        words: format!("{}: {}", table.code, tables::standing(table)),
        rows: table.rows.iter().map(|row| tables::row_words(table, row).plain()).collect(),
    }
}
