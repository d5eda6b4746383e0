//! Judgements as one HTML page that needs nothing but itself: the ranking, who lost points where, and each project in full with its rules and evidence.
//!
//! Everything stands on the page without its script, which only filters and sorts. Words that a terminal shows, too, are those of `human` and `summary`.

mod entry;
mod evidence;
mod matrix;
mod project;
mod protocols;
mod rules;
mod scale;

use std::borrow::Cow;

use askama::Template;

use super::shell::{self, Shell};
use super::text::Flow;
use super::{CLOSING, Run, human, summary};
use crate::diagnostic::counted;
use crate::explain::{Citation, Explanation, ParameterLine, VerdictLine};
use crate::verdict::{Applies, State};

use matrix::Matrix;
use project::Project;
use rules::Rules;
use scale::Drawing;

const STYLE: &str = include_str!("../../templates/report/page.css");
const SCRIPT: &str = include_str!("../../templates/report/page.js");

/// The page.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    shell: Shell,
    /// `Conviction`
    subject: String,
    /// `9 projects: 3 decided, 6 open`
    total: String,
    day: &'a str,
    basis: String,
    closing: &'static str,
    /// The scale that the ranking shares, and what it is called; none without a verdict.
    scale: Option<Drawing>,
    ranking: Vec<Ranked<'a>>,
    /// Whether a gate of the ranking only may cap.
    doubtful_gates: bool,
    matrix: Matrix<'a>,
    projects: Vec<Project<'a>>,
    parameters: &'a [ParameterLine],
    profile: &'a Option<(String, String, Citation)>,
}

/// A project in the ranking.
struct Ranked<'a> {
    /// `2`, `-`
    rank: String,
    id: String,
    title: Cow<'a, str>,
    tone: &'static str,
    verdict: String,
    drawing: Option<Drawing>,
    score: String,
    settled: String,
    earned: String,
    capped_by: String,
}

/// The page of some judgements by one program, ranked as the summary ranks them.
pub(super) fn html(run: &Run<'_>, explanations: &[Explanation]) -> String {
    let rows = summary::ranked(summary::Row::all(explanations));
    let ordered: Vec<&Explanation> = rows.iter().map(|row| &explanations[row.place]).collect();
    let subject = ordered.iter().find_map(|explanation| explanation.verdicts.first());
    let subject = subject.map_or_else(|| "Report".to_string(), |verdict| verdict.title.clone());
    let title = match ordered.as_slice() {
        [only] => format!("{}: {subject}", only.title),
        several => format!("{subject}: {}", counted(several.len(), "project")),
    };
    let ranking: Vec<Ranked<'_>> = rows.iter().enumerate().map(|(place, row)| ranked(place, row)).collect();
    let rules = Rules::of(run);
    shell::page(&Page {
        shell: Shell::new(title, STYLE, SCRIPT),
        total: summary::total(rows.iter().map(summary::Row::state), 0),
        day: ordered.first().map_or("", |explanation| &explanation.today),
        basis: human::basis(run).plain(),
        closing: CLOSING,
        scale: ordered.iter().find_map(|explanation| explanation.verdicts.first()).map(Drawing::blank),
        doubtful_gates: ranking.iter().any(|row| row.capped_by.contains('?')),
        matrix: Matrix::of(&ordered),
        projects: ordered.iter().zip(&ranking).enumerate().map(|(place, (one, row))| Project::of(place, &row.rank, one, &rules)).collect(),
        parameters: &run.parameters,
        profile: ordered.first().map_or(&None, |one| &one.profile),
        subject,
        ranking,
    })
}

/// The name by which links find the project that stands at this place of the ranking.
fn project_id(place: usize) -> String {
    format!("p{}", place + 1)
}

fn ranked<'a>(place: usize, row: &'a summary::Row) -> Ranked<'a> {
    let judged = row.verdict.as_ref().filter(|verdict| verdict.applies != Applies::Never);
    let share = |part: fn(&VerdictLine) -> &Option<crate::value::Fraction>| judged.map_or("-".to_string(), |v| summary::share(part(v)));
    Ranked {
        rank: judged.map_or("-".to_string(), |_| row.rank.to_string()),
        id: project_id(place),
        title: Cow::Borrowed(&row.title),
        tone: row.verdict.as_ref().map_or("out", |verdict| state_tone(verdict.state)),
        verdict: summary::verdict_cell(row.verdict.as_ref()),
        drawing: judged.map(Drawing::of_verdict),
        score: judged.map_or("-".to_string(), summary::score_words),
        settled: share(|verdict| &verdict.decided),
        earned: share(|verdict| &verdict.earned),
        capped_by: row.capped_by.join(", "),
    }
}

/// The colour of a state.
fn state_tone(state: State) -> &'static str {
    match state {
        State::Decided => "decided",
        State::Open => "open",
        State::Faulted => "bad",
        State::NotApplicable => "out",
    }
}

/// The sentences of some flows, less those that say nothing.
fn sentences<const N: usize>(flows: [Flow; N]) -> Vec<String> {
    flows.iter().map(Flow::plain).filter(|text| !text.is_empty()).collect()
}
