//! Projects side by side. First who is proven to stand above whom, then how firm that is, then what differs between them.

mod grid;
mod markdown;
mod standings;
mod words;

pub use markdown::markdown;

use crate::compare::{CardRows, Comparison, Contest, Shown};
use crate::diagnostic::counted;
use crate::explain::{BandLine, VerdictLine};
use crate::value::{Number, show_fraction_points};

use self::grid::{Line, grid};
use self::words::Cell;
use super::human::{Page, basis};
use super::text::{FAINT, Flow, PLAIN, STRONG, padding};
use super::{CLOSING, Layout, Run, edges};

/// How much of a comparison to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Also rows in which all projects are the same.
    pub all: bool,
    /// Also the facts that differ.
    pub facts: bool,
}

/// The page for a terminal, ending with a line break.
pub(super) fn human(run: &Run<'_>, comparison: &Comparison, detail: Detail, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), text: String::new() };
    let title = format!("{} side by side", counted(comparison.projects.len(), "project"));
    page.flow(
        "",
        &Flow::new()
            .add(STRONG, &title)
            .dot(PLAIN, "the best proven first")
            .dot_whole(FAINT, &format!("judged as of {}", comparison.today)),
    );
    for (verdict, contest) in comparison.verdicts.iter().enumerate() {
        standings::standings(&mut page, comparison, verdict, contest);
        order(&mut page, comparison, verdict, contest);
    }
    for (verdict, contest) in comparison.verdicts.iter().enumerate() {
        firmness(&mut page, comparison, verdict, contest);
    }
    differences(&mut page, comparison, detail);
    if detail.facts {
        facts(&mut page, comparison);
    }
    page.line("");
    page.flow("", &basis(run));
    page.flow("", &Flow::new().add(FAINT, CLOSING));
    page.text
}

/// The verdict of one project, and the bands of all.
fn bands_of(comparison: &Comparison, verdict: usize) -> &[BandLine] {
    comparison.projects.first().map_or(&[], |project| &project.explanation.verdicts[verdict].bands)
}

fn line_of(comparison: &Comparison, project: usize, verdict: usize) -> &VerdictLine {
    &comparison.projects[project].explanation.verdicts[verdict]
}

/// What is proven of the order, and what would tell more.
fn order(page: &mut Page, comparison: &Comparison, verdict: usize, contest: &Contest) {
    let mut said: Vec<String> = Vec::new();
    if let Some(ranking) = &contest.by_score {
        said.push(words::proven_or_not(comparison, ranking, "score"));
        said.extend(words::assumed(comparison, ranking));
        said.extend(words::level(comparison, verdict));
        said.extend(words::groups(comparison, ranking));
    }
    said.push(words::proven_or_not(comparison, &contest.by_band, "band"));
    said.extend(words::assumed(comparison, &contest.by_band));
    page.line("");
    for sentence in said {
        page.flow("  ", &Flow::new().add(PLAIN, &sentence));
    }
    let neighbours = words::neighbours(comparison, contest, &edges(bands_of(comparison, verdict)));
    if !neighbours.is_empty() {
        page.line("");
        page.flow("  ", &Flow::new().add(PLAIN, "Next to each other, and not told apart:"));
        for sentence in neighbours {
            page.flow("  - ", &Flow::new().add(PLAIN, &sentence));
        }
    }
}

/// How far from the edges, and what other weights do.
fn firmness(page: &mut Page, comparison: &Comparison, verdict: usize, contest: &Contest) {
    let title = if comparison.verdicts.len() == 1 {
        String::new()
    } else {
        format!(": {}", comparison.projects[0].explanation.verdicts[verdict].title)
    };
    page.section(&format!("How firm it is{title}"));
    if verdict == 0 {
        page.flow("", &Flow::new().add(FAINT, &words::about_firmness(comparison)));
        page.line("");
    }
    let edges: Vec<Number> = edges(bands_of(comparison, verdict));
    let width = comparison.projects.iter().map(|project| project.key.len()).max().unwrap_or(1);
    if let Some(all) = words::all_hold(comparison, contest) {
        page.flow("", &Flow::new().add(PLAIN, &all));
    }
    for (place, project) in comparison.projects.iter().enumerate().filter(|_| words::all_hold(comparison, contest).is_none()) {
        let words::Firm { clauses, sentences } = words::firmness(comparison, place, verdict, contest, &edges);
        let flow = Flow::new().add(STRONG, &project.title).close(STRONG, ":").add(PLAIN, &clauses.join("; ")).close(PLAIN, ".");
        page.flow(&format!("{}{}  ", padding(&project.key, width), project.key), &flow);
        for sentence in sentences {
            page.flow(&" ".repeat(width + 2), &Flow::new().add(PLAIN, &sentence));
        }
    }
    let mut said: Vec<String> = Vec::new();
    said.extend(contest.by_score.iter().flat_map(|ranking| words::swayed_leads(comparison, ranking, "score")));
    said.extend(words::swayed_leads(comparison, &contest.by_band, "band"));
    if comparison.limited {
        said.push("A limit on judging again left some weights untried alone.".to_string());
    }
    if !said.is_empty() {
        page.line("");
    }
    for sentence in said {
        page.flow("  ", &Flow::new().add(PLAIN, &sentence));
    }
}

/// Scorecards, items, gates, limits and triggers.
fn differences(page: &mut Page, comparison: &Comparison, detail: Detail) {
    let mut same = 0;
    let mut wanted = |row: &Shown| {
        same += usize::from(!row.differs && !detail.all);
        row.differs || detail.all
    };
    let mut lines = Vec::new();
    for card in &comparison.rows.scorecards {
        let items: Vec<&Shown> = card.items.iter().filter(|item| wanted(item)).collect();
        if is_in_standings(comparison, card) {
            // Its score stands above already.
        } else if wanted(&card.card) || !items.is_empty() {
            lines.push(card_line(comparison, card.card.place));
        }
        lines.extend(items.into_iter().map(|item| item_line(comparison, item.place)));
    }
    let gates: Vec<&Shown> = comparison.rows.gates.iter().filter(|gate| wanted(gate)).collect();
    if !gates.is_empty() {
        lines.push(Line::Heading("Gates".to_string()));
    }
    lines.extend(gates.into_iter().map(|gate| gate_line(comparison, gate.place)));
    let triggers: Vec<&(usize, Shown)> = comparison.rows.triggers.iter().filter(|(_, row)| wanted(row)).collect();
    if !triggers.is_empty() {
        lines.push(Line::Heading("Triggers".to_string()));
    }
    lines.extend(triggers.into_iter().map(|(protocol, row)| trigger_line(comparison, *protocol, row.place)));
    let limits: Vec<&(usize, Shown)> = comparison.rows.limits.iter().filter(|(_, row)| wanted(row)).collect();
    page.section(if detail.all { "Side by side" } else { "What differs" });
    if lines.is_empty() && limits.is_empty() {
        page.line("Nothing: every row is the same for all.");
    }
    if !lines.is_empty() {
        grid(page, comparison, &lines);
        page.line("");
        page.flow(
            "",
            &Flow::new()
                .add(FAINT, "Scorecards in whole percents, items in points of what they are worth.")
                .add(FAINT, words::SIGNS)
                .close(FAINT, "."),
        );
    }
    if !limits.is_empty() {
        page.section("Limits");
        for (protocol, row) in limits {
            let of = |project: usize| &comparison.projects[project].explanation.protocols[*protocol].limits[row.place];
            let values = grouped(comparison.projects.len(), &|project| words::limit_value(of(project)));
            who_has_what(page, comparison, &of(0).about.title, &values);
        }
    }
    if same > 0 {
        page.line("");
        let rows = counted(same, "row");
        let are = if same == 1 { "is" } else { "are" };
        page.flow(
            "",
            &Flow::new()
                .add(FAINT, &format!("{rows} {are} the same for all; `--all` shows {} too.", if same == 1 { "it" } else { "them" })),
        );
    }
}

/// Whether a scorecard is no more than other scorecards, and a verdict rests on it.
fn is_in_standings(comparison: &Comparison, card: &CardRows) -> bool {
    let first = &comparison.projects[0].explanation;
    let code = &first.scorecards[card.card.place].code;
    card.items.is_empty() && first.verdicts.iter().any(|verdict| verdict.scorecard.as_ref().is_some_and(|(on, _)| on == code))
}

fn cells(comparison: &Comparison, cell: impl Fn(usize) -> Cell) -> Vec<Cell> {
    (0..comparison.projects.len()).map(cell).collect()
}

fn card_line(comparison: &Comparison, place: usize) -> Line {
    let first = &comparison.projects[0].explanation;
    let code = &first.scorecards[place].code;
    // No score is rounded onto an edge of a verdict that rests on it.
    let edges: Vec<Number> = first
        .verdicts
        .iter()
        .filter(|verdict| verdict.scorecard.as_ref().is_some_and(|(on, _)| on == code))
        .flat_map(|verdict| edges(&verdict.bands))
        .collect();
    Line::Row {
        label: first.scorecards[place].title.clone(),
        strong: true,
        of: "%".to_string(),
        cells: cells(comparison, |project| words::card_cell(&comparison.projects[project].explanation.scorecards[place], &edges)),
    }
}

fn item_line(comparison: &Comparison, place: usize) -> Line {
    let item = &comparison.projects[0].explanation.items[place];
    Line::Row {
        label: item.title.clone(),
        strong: false,
        of: show_fraction_points(&item.worth),
        cells: cells(comparison, |project| words::item_cell(&comparison.projects[project].explanation.items[place])),
    }
}

fn gate_line(comparison: &Comparison, place: usize) -> Line {
    let gate = &comparison.projects[0].explanation.gates[place];
    Line::Row {
        label: format!("{} (at most {})", gate.title, gate.caps.1),
        strong: false,
        of: String::new(),
        cells: cells(comparison, |project| words::gate_cell(&comparison.projects[project].explanation.gates[place])),
    }
}

fn trigger_line(comparison: &Comparison, protocol: usize, place: usize) -> Line {
    let of = |project: usize| &comparison.projects[project].explanation.protocols[protocol].triggers[place];
    Line::Row {
        label: of(0).about.title.clone(),
        strong: false,
        of: String::new(),
        cells: cells(comparison, |project| words::trigger_cell(of(project))),
    }
}

/// Who has which value, in order of first appearance.
fn grouped(count: usize, value: &dyn Fn(usize) -> String) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for project in 0..count {
        let value = value(project);
        match groups.iter_mut().find(|(other, _)| *other == value) {
            Some((_, who)) => who.push(project),
            None => groups.push((value, vec![project])),
        }
    }
    groups
}

fn who_has_what(page: &mut Page, comparison: &Comparison, what: &str, values: &[(String, Vec<usize>)]) {
    page.flow("", &Flow::new().add(STRONG, what));
    for (value, who) in values {
        let names: Vec<&str> = who.iter().map(|project| comparison.projects[*project].name.as_str()).collect();
        page.flow("  - ", &Flow::new().add(PLAIN, value).close(PLAIN, ":").add(FAINT, &names.join(", ")));
    }
}

fn facts(page: &mut Page, comparison: &Comparison) {
    page.section("Facts that differ");
    if comparison.rows.facts.is_empty() {
        page.line("None behind the rows that differ.");
    }
    for row in &comparison.rows.facts {
        let has = |project: &usize| row.values.iter().any(|(_, who)| who.contains(project));
        let without: Vec<usize> = (0..comparison.projects.len()).filter(|project| !has(project)).collect();
        let mut values = row.values.clone();
        if !without.is_empty() {
            values.push(("no such entry".to_string(), without));
        }
        who_has_what(page, comparison, &row.path, &values);
    }
}
