//! Several judgements side by side: who stands where, how sure that is, and what holds them back.

use std::cmp::Ordering;

use crate::diagnostic::counted;
use crate::explain::{Explanation, VerdictLine};
use crate::value::{Truth, show_fraction_percent};
use crate::verdict::{Applies, State};

use super::text::{BAD, FAINT, Flow, OPEN, PLAIN, Paint, STRONG, padding, visible, width_of};
use super::{CLOSING, Layout, capping, edges, percent_range, scale, state_name, verdict_words};

/// The ranking by the first verdict: best proven band first, then best possible band, then the share earned of what is decided, then name.
pub fn summary(explanations: &[Explanation], layout: Layout) -> String {
    let rows = ranked(explanations);
    let mut table = Table::new(&rows, layout);
    if let Some(verdict) = explanations.iter().find_map(|explanation| explanation.verdicts.first()) {
        table.heading(&verdict.title);
    }
    for row in &rows {
        table.row(row);
    }
    table.closing(explanations);
    table.text
}

/// A project in its place; projects that nothing tells apart share a rank.
struct Row<'a> {
    rank: usize,
    explanation: &'a Explanation,
    verdict: Option<&'a VerdictLine>,
}

fn ranked(explanations: &[Explanation]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> =
        explanations.iter().map(|explanation| Row { rank: 0, explanation, verdict: explanation.verdicts.first() }).collect();
    rows.sort_by(|a, b| {
        standing(a.verdict, b.verdict)
            .then_with(|| (&a.explanation.title, &a.explanation.name).cmp(&(&b.explanation.title, &b.explanation.name)))
    });
    let mut rank = 0;
    let mut before: Option<&VerdictLine> = None;
    for (place, row) in rows.iter_mut().enumerate() {
        if place == 0 || standing(before, row.verdict) != Ordering::Equal {
            rank = place + 1;
        }
        row.rank = rank;
        before = row.verdict;
    }
    rows
}

/// The better one first; without a verdict comes last.
fn standing(a: Option<&VerdictLine>, b: Option<&VerdictLine>) -> Ordering {
    let applicable = |verdict: Option<&'_ VerdictLine>| verdict.is_some_and(|verdict| verdict.applies != Applies::Never);
    match (a.filter(|_| applicable(a)), b.filter(|_| applicable(b))) {
        (Some(a), Some(b)) => (a.range.floor, a.range.ceiling).cmp(&(b.range.floor, b.range.ceiling)).then_with(|| b.earned.cmp(&a.earned)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// The table under construction. Name and verdict share the room that the figures leave, and wrap.
struct Table {
    width: usize,
    paint: Paint,
    rank: usize,
    name: usize,
    verdict: usize,
    score: usize,
    bar: usize,
    text: String,
}

const SETTLED: &str = "settled";
const EARNED: &str = "earned";

impl Table {
    fn new(rows: &[Row<'_>], layout: Layout) -> Table {
        let width = layout.columns();
        let rank = rows.len().to_string().len().max(2);
        let score = rows.iter().filter_map(|row| row.verdict).map(|verdict| width_of(&score_words(verdict))).max().unwrap_or(0).max(5);
        let bar = if width >= 110 {
            24
        } else if width >= 78 {
            10
        } else {
            0
        };
        let figures = rank + 2 + score + 2 + if bar > 0 { bar + 2 } else { 0 } + SETTLED.len() + 2 + EARNED.len();
        let room = width.saturating_sub(figures + 4).max(16);
        let name = rows.iter().map(|row| width_of(&visible(&row.explanation.title))).max().unwrap_or(0).clamp(8, (room / 2).max(8));
        let verdict =
            rows.iter().map(|row| width_of(&verdict_cell(row.verdict))).max().unwrap_or(0).clamp(7, room.saturating_sub(name).max(7));
        Table { width, paint: layout.paint(), rank, name, verdict, score, bar, text: String::new() }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        let title = super::text::shortened(&visible(title), self.verdict);
        let bar = if self.bar > 0 { format!("{}  ", " ".repeat(self.bar)) } else { String::new() };
        let line = format!(
            "{}{}  {}{}  {}{}  {}{}  {bar}{SETTLED}  {EARNED}",
            padding("#", self.rank),
            "#",
            "project",
            padding("project", self.name),
            title,
            padding(&title, self.verdict),
            "score",
            padding("score", self.score),
        );
        let line = self.paint.paint(FAINT, line.trim_end());
        self.line(&line);
    }

    fn row(&mut self, row: &Row<'_>) {
        let state = row.verdict.map(|verdict| verdict.state);
        let style = match state {
            Some(State::Faulted) => BAD,
            Some(State::Open) => OPEN,
            Some(State::Decided) => STRONG,
            Some(State::NotApplicable) | None => FAINT,
        };
        let names = self.cell(&row.explanation.title, STRONG, self.name);
        let verdicts = self.cell(&verdict_cell(row.verdict), style, self.verdict);
        let figures =
            row.verdict.filter(|verdict| verdict.applies != Applies::Never).map(|verdict| self.figures(verdict)).unwrap_or_default();
        let rank = row.rank.to_string();
        for line in 0..names.len().max(verdicts.len()) {
            let blank = |width: usize| " ".repeat(width);
            let rank = if line == 0 { format!("{}{rank}", padding(&rank, self.rank)) } else { blank(self.rank) };
            let name = names.get(line).cloned().unwrap_or_else(|| blank(self.name));
            let verdict = verdicts.get(line).cloned().unwrap_or_else(|| blank(self.verdict));
            let figures = if line == 0 { figures.as_str() } else { "" };
            self.line(&format!("{rank}  {name}  {verdict}  {figures}"));
        }
        if let Some(verdict) = row.verdict {
            let gates: Vec<String> = capping(verdict, &row.explanation.gates)
                .iter()
                .map(
                    |(code, gate)| {
                        if gate.is_some_and(|gate| gate.fires == Truth::Unknown) { format!("{code}?") } else { (*code).to_string() }
                    },
                )
                .collect();
            if !gates.is_empty() {
                let indent = " ".repeat(self.rank + 2);
                let flow = Flow::new().add(FAINT, "capped by").add(FAINT, &gates.join(", "));
                for line in flow.lines(self.width.saturating_sub(indent.len()), self.paint) {
                    self.line(&format!("{indent}{line}"));
                }
            }
        }
    }

    /// Wrapped lines, each padded to the column.
    fn cell(&self, text: &str, style: anstyle::Style, width: usize) -> Vec<String> {
        let plain = Flow::new().add(PLAIN, text).lines(width, Paint { colour: false });
        let painted = Flow::new().add(style, text).lines(width, self.paint);
        plain.iter().zip(painted).map(|(plain, painted)| format!("{painted}{}", padding(plain, width))).collect()
    }

    fn figures(&self, verdict: &VerdictLine) -> String {
        let score = score_words(verdict);
        let mut line = format!("{score}{}", padding(&score, self.score));
        if self.bar > 0 {
            let edges: Vec<_> = verdict.bands.iter().filter_map(|band| band.edge.clone()).collect();
            let bar = verdict.score.as_ref().map_or(" ".repeat(self.bar), |score| scale::bar(score, &edges, self.bar, self.paint));
            line.push_str(&format!("  {bar}"));
        }
        let percent = |part: &Option<crate::value::Fraction>| {
            part.as_ref().map_or("-".to_string(), |part| show_fraction_percent(part, &[crate::value::Number::ONE]))
        };
        let (settled, earned) = (percent(&verdict.decided), percent(&verdict.earned));
        line.push_str(&format!("  {}{settled}  {}{earned}", padding(&settled, SETTLED.len()), padding(&earned, EARNED.len())));
        line
    }

    fn closing(&mut self, explanations: &[Explanation]) {
        let states = [State::Decided, State::Open, State::Faulted, State::NotApplicable];
        let parts: Vec<String> = states
            .iter()
            .map(|state| {
                (
                    state,
                    explanations
                        .iter()
                        .filter(|explanation| explanation.verdicts.first().is_some_and(|verdict| verdict.state == *state))
                        .count(),
                )
            })
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{count} {}", state_name(*state)))
            .collect();
        let mut total = counted(explanations.len(), "project");
        if !parts.is_empty() {
            total = format!("{total}: {}", parts.join(", "));
        }
        let gates =
            explanations.iter().any(|explanation| explanation.verdicts.first().is_some_and(|verdict| !verdict.capped_by.is_empty()));
        self.line("");
        let mut flow = Flow::new().add(STRONG, &total).close(STRONG, ".");
        if gates {
            flow = flow.add(FAINT, "A gate with `?` may cap the verdict; the evidence leaves it open.");
        }
        let mut lines = flow.lines(self.width, self.paint);
        lines.extend(Flow::new().add(FAINT, CLOSING).lines(self.width, self.paint));
        for line in lines {
            self.line(&line);
        }
    }
}

fn verdict_cell(verdict: Option<&VerdictLine>) -> String {
    let Some(verdict) = verdict else {
        return "no verdict".to_string();
    };
    match (verdict.state, verdict_words(&verdict.bands, verdict.state, verdict.range, verdict.applies)) {
        (State::Faulted, _) => format!("faulted: {}", super::band_range(&verdict.bands, verdict.range)),
        (state, Some(words)) => format!("{}: {words}", state_name(state)),
        (state, None) => state_name(state).to_string(),
    }
}

fn score_words(verdict: &VerdictLine) -> String {
    match &verdict.score {
        Some(score) if verdict.applies != Applies::Never => percent_range(score, &edges(&verdict.bands)).replace(" to ", "–"),
        Some(_) | None => "-".to_string(),
    }
}
