//! Verdicts and scores on one scale, with the ranks that each project can have.

use super::super::human::Page;
use super::super::text::{BAD, FAINT, Flow, OPEN, PLAIN, Paint, STRONG, padding, visible, width_of};
use super::super::{scale, summary};
use super::{bands_of, line_of, words};
use crate::compare::{Comparison, Contest};
use crate::explain::BandLine;
use crate::value::Fraction;
use crate::verdict::{Applies, State};

const BY_SCORE: &str = "by score";
const BY_BAND: &str = "by band";

/// Columns that a title needs beside figures.
const TITLE: usize = 10;

pub(super) fn standings(page: &mut Page, comparison: &Comparison, verdict: usize, contest: &Contest) {
    let Some(first) = comparison.projects.first() else { return };
    page.section(&first.explanation.verdicts[verdict].title);
    let table = Table::of(comparison, verdict, contest, page.width);
    table.head(page);
    for project in 0..comparison.projects.len() {
        table.row(page, comparison, project, verdict, contest);
    }
    table.scale(page, bands_of(comparison, verdict));
}

/// How the columns share the page.
struct Table {
    key: usize,
    name: usize,
    /// None for a verdict without one.
    score: Option<usize>,
    /// Nothing where there is no room for it.
    bar: usize,
    /// Whether the ranks stand beside the scores; else they stand below.
    beside: bool,
}

impl Table {
    fn of(comparison: &Comparison, verdict: usize, contest: &Contest, width: usize) -> Table {
        let projects = &comparison.projects;
        let key = projects.iter().map(|project| project.key.len()).max().unwrap_or(1);
        let scores = (0..projects.len()).map(|place| width_of(&summary::score_words(line_of(comparison, place, verdict))));
        let score = contest.by_score.as_ref().map(|_| scores.max().unwrap_or(0).max(5));
        let names = projects.iter().map(|project| width_of(&visible(&project.title))).max().unwrap_or(0).max(7);
        let before = key + 2 + score.map_or(0, |score| score + 2);
        let ranks = BY_BAND.len() + 2 + if score.is_some() { BY_SCORE.len() + 2 } else { 0 };
        let beside = width >= before + ranks + TITLE;
        let figures = before + if beside { ranks } else { 0 };
        let bars = if width >= 100 { 24 } else { 16 };
        // The bar is the first thing to go.
        let bar = if beside && score.is_some() && width >= figures + bars + 2 + names.min(22) { bars } else { 0 };
        let room = width.saturating_sub(figures + if bar > 0 { bar + 2 } else { 0 });
        Table { key, name: names.min(room), score, bar, beside }
    }

    fn indent(&self) -> String {
        " ".repeat(self.key + 2)
    }

    fn head(&self, page: &mut Page) {
        let mut line = format!("{}project{}", self.indent(), padding("project", self.name));
        if let Some(score) = self.score {
            line.push_str(&format!("  score{}", padding("score", score)));
            if self.bar > 0 {
                line.push_str(&" ".repeat(self.bar + 2));
            }
            if self.beside {
                line.push_str(&format!("  {BY_SCORE}"));
            }
        }
        if self.beside {
            line.push_str(&format!("  {BY_BAND}"));
        }
        let line = page.paint.paint(FAINT, &line);
        page.line(&line);
    }

    fn row(&self, page: &mut Page, comparison: &Comparison, project: usize, verdict: usize, contest: &Contest) {
        let (entry, line) = (&comparison.projects[project], line_of(comparison, project, verdict));
        let ranks = |ranking: &crate::compare::Ranking| words::ranks(ranking.ranks[project]);
        let (by_score, by_band) = (contest.by_score.as_ref().map(ranks), ranks(&contest.by_band));
        let mut figures = String::new();
        if let Some(width) = self.score {
            let score = summary::score_words(line);
            figures.push_str(&format!("  {score}{}", padding(&score, width)));
        }
        if self.bar > 0 {
            let judged = line.score.as_ref().filter(|_| line.applies != Applies::Never);
            let bar = judged.map_or(" ".repeat(self.bar), |score| scale::bar(score, &edges(&line.bands), self.bar, page.paint));
            figures.push_str(&format!("  {bar}"));
        }
        if self.beside {
            if let Some(ranks) = &by_score {
                figures.push_str(&format!("  {}{ranks}", padding(ranks, BY_SCORE.len())));
            }
            figures.push_str(&format!("  {}{by_band}", padding(&by_band, BY_BAND.len())));
        }
        let titles = Flow::new().add(STRONG, &entry.title).lines(self.name, page.paint);
        let plain = Flow::new().add(PLAIN, &entry.title).lines(self.name, Paint { colour: false });
        for (index, (title, plain)) in titles.iter().zip(&plain).enumerate() {
            let before = if index == 0 { format!("{}{}  ", padding(&entry.key, self.key), entry.key) } else { self.indent() };
            let figures = if index == 0 { format!("{}{figures}", padding(plain, self.name)) } else { String::new() };
            page.line(&format!("{before}{title}{figures}"));
        }
        let style = match line.state {
            State::Faulted => BAD,
            State::Open => OPEN,
            State::Decided => PLAIN,
            State::NotApplicable => FAINT,
        };
        let mut below = Flow::new().add(style, &summary::verdict_cell(Some(line)));
        if let Some(unassumed) = words::unassumed(line) {
            below = below.dot(FAINT, &unassumed);
        }
        if !self.beside {
            let ranks = by_score.map(|ranks| format!("{BY_SCORE} {ranks}")).into_iter().chain([format!("{BY_BAND} {by_band}")]);
            below = ranks.fold(below, |flow, ranks| flow.dot_whole(PLAIN, &ranks));
        }
        page.flow(&self.indent(), &below);
    }

    /// Where the bands begin, below the bars and in words.
    fn scale(&self, page: &mut Page, bands: &[BandLine]) {
        let words = words::edges_in_words(bands);
        if words.is_empty() {
            return;
        }
        if self.bar > 0 {
            let before = " ".repeat(self.key + 2 + self.name + 2 + self.score.unwrap_or(0) + 2);
            let marks = scale::marks(&edges(bands), self.bar, page.paint);
            page.line(&format!("{before}{marks}"));
        }
        page.flow(&self.indent(), &Flow::new().add(FAINT, &words).close(FAINT, "."));
    }
}

fn edges(bands: &[BandLine]) -> Vec<Fraction> {
    bands.iter().filter_map(|band| band.edge.clone()).collect()
}
