//! The same for a document: tables with a column for each project, whatever that takes.

use super::super::markdown::{opening, sentence, text as plain};
use super::super::{CLOSING, Run, edges, summary};
use super::words::{self, Cell};
use super::{Detail, Line, bands_of, card_line, gate_line, grouped, is_in_standings, item_line, line_of, trigger_line};
use crate::compare::{Comparison, Contest, Shown};
use crate::diagnostic::counted;

/// The document, ending with a line break.
pub fn markdown(run: &Run<'_>, comparison: &Comparison, detail: Detail) -> String {
    let mut page = Document { text: String::new(), ticks_are_ours: comparison.projects.iter().all(|project| !project.title.contains('`')) };
    page.line(&format!("# {} side by side", counted(comparison.projects.len(), "project")));
    page.paragraph(&format!("Judged as of {}, the best proven first.", comparison.today));
    for (verdict, contest) in comparison.verdicts.iter().enumerate() {
        page.standing(comparison, verdict, contest);
        page.firmness(comparison, verdict, contest);
    }
    page.differences(comparison, detail);
    if detail.facts {
        page.heading("Facts that differ");
        page.table(&["Fact", "Value", "Projects"]);
        for row in &comparison.rows.facts {
            page.values(comparison, &row.path, &row.values);
        }
    }
    let rulebooks: Vec<String> = run
        .program
        .rulebooks
        .iter()
        .map(|book| format!("{}{}", book.name, book.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default()))
        .collect();
    page.paragraph(&format!("Judged by {}.", rulebooks.join(", ")));
    page.paragraph(CLOSING);
    page.text
}

struct Document {
    text: String,
    /// Whether no title of a project has backticks, so that those in sentences stand around codes.
    ticks_are_ours: bool,
}

impl Document {
    /// A sentence of ours, in which codes stand between backticks.
    fn sentence(&self, words: &str) -> String {
        if self.ticks_are_ours { sentence(words) } else { plain(words) }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        self.line(&format!("\n## {}\n", plain(title)));
    }

    fn paragraph(&mut self, text: &str) {
        self.line(&format!("\n{}", opening(&self.sentence(text))));
    }

    /// A list that follows a paragraph, or a heading.
    fn list(&mut self, sentences: &[String]) {
        self.line("");
        for said in sentences {
            self.line(&format!("- {}", opening(&self.sentence(said))));
        }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| plain(cell.as_ref())).collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    /// The head of a table; a heading has put a blank line before it already.
    fn table(&mut self, heads: &[&str]) {
        self.row(heads);
        self.line(&format!("|{}", " --- |".repeat(heads.len())));
    }

    fn standing(&mut self, comparison: &Comparison, verdict: usize, contest: &Contest) {
        let title = comparison.projects.first().map_or("", |project| &project.explanation.verdicts[verdict].title);
        self.heading(title);
        let mut heads = vec!["Project", "Verdict"];
        if contest.by_score.is_some() {
            heads.extend(["Score", "Rank by score"]);
        }
        heads.push("Rank by band");
        self.table(&heads);
        for (place, project) in comparison.projects.iter().enumerate() {
            let line = line_of(comparison, place, verdict);
            let verdict = [Some(summary::verdict_cell(Some(line))), words::unassumed(line)];
            let mut cells = vec![project.title.clone(), verdict.into_iter().flatten().collect::<Vec<_>>().join("; ")];
            if let Some(ranking) = &contest.by_score {
                cells.extend([summary::score_words(line), words::ranks(ranking.ranks[place])]);
            }
            cells.push(words::ranks(contest.by_band.ranks[place]));
            self.row(&cells);
        }
        let mut said: Vec<String> = Vec::new();
        if let Some(ranking) = &contest.by_score {
            said.push(words::proven_or_not(comparison, ranking, "score"));
            said.extend(words::assumed(comparison, ranking));
            said.extend(words::level(comparison, verdict));
            said.extend(words::groups(comparison, ranking));
        }
        said.push(words::proven_or_not(comparison, &contest.by_band, "band"));
        said.extend(words::assumed(comparison, &contest.by_band));
        said.extend(words::neighbours(comparison, contest, &edges(bands_of(comparison, verdict))));
        self.list(&said);
    }

    fn firmness(&mut self, comparison: &Comparison, verdict: usize, contest: &Contest) {
        let edges = edges(bands_of(comparison, verdict));
        self.line("\n### How firm it is");
        if verdict == 0 {
            self.paragraph(&words::about_firmness(comparison));
        }
        let mut said: Vec<String> = Vec::new();
        let all = words::all_hold(comparison, contest);
        said.extend(all.clone());
        for (place, project) in comparison.projects.iter().enumerate().filter(|_| all.is_none()) {
            let words::Firm { clauses, sentences } = words::firmness(comparison, place, verdict, contest, &edges);
            said.push(format!("{}: {}. {}", project.title, clauses.join("; "), sentences.join(" ")).trim_end().to_string());
        }
        said.extend(contest.by_score.iter().flat_map(|ranking| words::swayed_leads(comparison, ranking, "score")));
        said.extend(words::swayed_leads(comparison, &contest.by_band, "band"));
        self.list(&said);
    }

    fn differences(&mut self, comparison: &Comparison, detail: Detail) {
        let wanted = |row: &&Shown| row.differs || detail.all;
        self.heading(if detail.all { "Side by side" } else { "What differs" });
        let mut heads = vec!["Row"];
        heads.extend(comparison.projects.iter().map(|project| project.name.as_str()));
        self.table(&heads);
        for card in &comparison.rows.scorecards {
            let items: Vec<&Shown> = card.items.iter().filter(wanted).collect();
            if !is_in_standings(comparison, card) && (wanted(&&card.card) || !items.is_empty()) {
                self.cells(&card_line(comparison, card.card.place));
            }
            items.iter().for_each(|item| self.cells(&item_line(comparison, item.place)));
        }
        comparison.rows.gates.iter().filter(wanted).for_each(|gate| self.cells(&gate_line(comparison, gate.place)));
        for (protocol, row) in comparison.rows.triggers.iter().filter(|(_, row)| wanted(&row)) {
            self.cells(&trigger_line(comparison, *protocol, row.place));
        }
        self.paragraph(&format!("Scorecards in whole percents, items in points of what they are worth. {}.", words::SIGNS));
        let limits: Vec<&(usize, Shown)> = comparison.rows.limits.iter().filter(|(_, row)| wanted(&row)).collect();
        if limits.is_empty() {
            return;
        }
        self.heading("Limits");
        self.table(&["Limit", "Value", "Projects"]);
        for (protocol, row) in limits {
            let of = |project: usize| &comparison.projects[project].explanation.protocols[*protocol].limits[row.place];
            let values = grouped(comparison.projects.len(), &|project| words::limit_value(of(project)));
            self.values(comparison, &of(0).about.title, &values);
        }
    }

    fn cells(&mut self, line: &Line) {
        let Line::Row { label, strong, of, cells } = line else { return };
        let of = if of.is_empty() { String::new() } else { format!(", {}{of}", if *strong { "" } else { "of " }) };
        let label = if *strong { format!("**{}**{of}", plain(label)) } else { format!("{}{of}", plain(label)) };
        let cells: Vec<String> = cells.iter().map(|Cell { text, .. }| plain(text)).collect();
        self.line(&format!("| {label} | {} |", cells.join(" | ")));
    }

    fn values(&mut self, comparison: &Comparison, what: &str, values: &[(String, Vec<usize>)]) {
        for (value, who) in values {
            let names: Vec<&str> = who.iter().map(|project| comparison.projects[*project].name.as_str()).collect();
            self.row([what, value, &names.join(", ")]);
        }
    }
}
