//! Several judgements side by side: who stands where, how sure that is, and what holds them back.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::diagnostic::counted;
use crate::explain::{Explanation, GateLine, VerdictLine};
use crate::value::{Fraction, Truth, show_fraction_percent};
use crate::verdict::{Applies, State};

use super::text::{BAD, FAINT, Flow, OPEN, PLAIN, Paint, STRONG, padding, visible, width_of};
use super::{CLOSING, Layout, capping, edges, percent_range, scale, state_name, verdict_words};

/// The ranking by the first verdict: best proven band first, then best possible band, then the share earned of what is decided, then name. `unjudged` tells how many
/// sheets are left out because they could not be judged.
pub(super) fn summary(rows: Vec<Row>, unjudged: usize, layout: Layout) -> String {
    let rows = ranked(rows);
    let mut table = Table::new(&rows, layout);
    if let Some((row, verdict)) = rows.iter().find_map(|row| Some((row, row.verdict.as_ref()?))) {
        table.heading(&row.today, verdict);
    }
    for row in &rows {
        table.row(row);
    }
    table.closing(&rows, unjudged);
    table.text
}

/// What a ranking needs to know of a project: little, because there may be many.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its place among what was judged.
    pub(super) place: usize,
    /// Projects that nothing tells apart share a rank.
    pub(super) rank: usize,
    /// The project's title; with its file where another has the same.
    pub(super) title: String,
    name: String,
    file: String,
    today: String,
    /// The first verdict.
    pub(super) verdict: Option<VerdictLine>,
    /// The gates that cap it; a `?` marks those that only may.
    pub(super) capped_by: Vec<String>,
}

impl Row {
    pub(super) fn of(place: usize, explanation: &Explanation) -> Row {
        let verdict = explanation.verdicts.first();
        Row {
            place,
            rank: 0,
            title: explanation.title.clone(),
            name: explanation.name.clone(),
            file: explanation.file.clone(),
            today: explanation.today.clone(),
            capped_by: verdict.map_or(Vec::new(), |verdict| capped_by(verdict, &explanation.gates)),
            verdict: verdict.cloned(),
        }
    }

    /// The state of its first verdict.
    pub(super) fn state(&self) -> Option<State> {
        self.verdict.as_ref().map(|verdict| verdict.state)
    }

    pub(super) fn all(explanations: &[Explanation]) -> Vec<Row> {
        explanations.iter().enumerate().map(|(place, explanation)| Row::of(place, explanation)).collect()
    }
}

/// Projects in their places.
pub(super) fn ranked(mut rows: Vec<Row>) -> Vec<Row> {
    let mut titles: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        *titles.entry(row.title.clone()).or_default() += 1;
    }
    rows.sort_by(|a, b| standing(a.verdict.as_ref(), b.verdict.as_ref()).then_with(|| (&a.title, &a.name).cmp(&(&b.title, &b.name))));
    for place in 0..rows.len() {
        let ties = place > 0 && standing(rows[place - 1].verdict.as_ref(), rows[place].verdict.as_ref()) == Ordering::Equal;
        rows[place].rank = if ties { rows[place - 1].rank } else { place + 1 };
    }
    for row in rows.iter_mut().filter(|row| titles.get(&row.title).is_some_and(|count| *count > 1)) {
        row.title = format!("{} ({})", row.title, row.file);
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

/// How the columns share the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Everything side by side.
    Wide,
    /// The verdict below the name.
    Stacked,
    /// The figures below it, too.
    Narrow,
}

/// The table under construction.
struct Table {
    width: usize,
    paint: Paint,
    form: Form,
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
    fn new(rows: &[Row], layout: Layout) -> Table {
        let width = layout.columns();
        let rank = rows.len().to_string().len().max(2);
        let score =
            rows.iter().filter_map(|row| row.verdict.as_ref()).map(|verdict| width_of(&score_words(verdict))).max().unwrap_or(0).max(5);
        let figures = rank + 2 + 2 + score + 2 + SETTLED.len() + 2 + EARNED.len();
        // The bar is the first thing to go.
        let bars = if width >= 100 { 24 } else { 16 };
        let bar = if width >= figures + bars + 2 + 16 { bars } else { 0 };
        let room = width.saturating_sub(figures + if bar > 0 { bar + 2 } else { 0 });
        let names = rows.iter().map(|row| width_of(&visible(&row.title))).max().unwrap_or(0).max(7);
        let verdicts = rows.iter().map(|row| width_of(&verdict_cell(row.verdict.as_ref()))).max().unwrap_or(0).max(7);
        let form = if room >= names.min(24) + 2 + verdicts.min(30) {
            Form::Wide
        } else if room >= names.min(16) {
            Form::Stacked
        } else {
            Form::Narrow
        };
        let (name, verdict) = match form {
            Form::Wide => {
                let name = names.min(room - 2 - verdicts.min(30));
                (name, verdicts.min(room - 2 - name))
            }
            Form::Stacked => (names.min(room), 0),
            Form::Narrow => (width.saturating_sub(rank + 2), 0),
        };
        Table { width, paint: layout.paint(), form, rank, name, verdict, score, bar, text: String::new() }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn below(&mut self, flow: &Flow) {
        let indent = " ".repeat(self.rank + 2);
        for line in flow.lines(self.width.saturating_sub(indent.len()), self.paint) {
            self.line(&format!("{indent}{line}"));
        }
    }

    fn heading(&mut self, today: &str, verdict: &VerdictLine) {
        let title =
            Flow::new().add(STRONG, &verdict.title).dot(PLAIN, "the best proven first").dot_whole(FAINT, &format!("judged as of {today}"));
        for line in title.lines(self.width, self.paint) {
            self.line(&line);
        }
        self.line("");
        if self.form == Form::Narrow {
            return;
        }
        let verdict = if self.form == Form::Wide { format!("verdict{}  ", padding("verdict", self.verdict)) } else { String::new() };
        let (rank, name, score) = (padding("#", self.rank), padding("project", self.name), padding("score", self.score));
        let line = format!(
            "{rank}#  project{name}  {verdict}score{score}{}  {SETTLED}  {EARNED}",
            " ".repeat(if self.bar > 0 { self.bar + 2 } else { 0 })
        );
        let line = self.paint.paint(FAINT, &line);
        self.line(&line);
    }

    fn row(&mut self, row: &Row) {
        let style = match row.verdict.as_ref().map(|verdict| verdict.state) {
            Some(State::Faulted) => BAD,
            Some(State::Open) => OPEN,
            Some(State::Decided) => STRONG,
            Some(State::NotApplicable) | None => FAINT,
        };
        let judged = row.verdict.as_ref().filter(|verdict| verdict.applies != Applies::Never);
        let rank = if judged.is_some() { row.rank.to_string() } else { "-".to_string() };
        let names = self.cell(&row.title, STRONG, self.name);
        let verdicts =
            if self.form == Form::Wide { self.cell(&verdict_cell(row.verdict.as_ref()), style, self.verdict) } else { Vec::new() };
        let figures = judged.filter(|_| self.form != Form::Narrow).map(|verdict| self.figures(verdict)).unwrap_or_default();
        for line in 0..names.len().max(verdicts.len()) {
            let blank = |width: usize| " ".repeat(width);
            let rank = if line == 0 { format!("{}{rank}", padding(&rank, self.rank)) } else { blank(self.rank) };
            let name = names.get(line).cloned().unwrap_or_else(|| blank(self.name));
            let verdict = match self.form {
                Form::Wide => format!("{}  ", verdicts.get(line).cloned().unwrap_or_else(|| blank(self.verdict))),
                Form::Stacked | Form::Narrow => String::new(),
            };
            let figures = if line == 0 { figures.as_str() } else { "" };
            self.line(&format!("{rank}  {name}  {verdict}{figures}"));
        }
        let mut flow = Flow::new();
        if self.form != Form::Wide {
            flow = flow.add(style, &verdict_cell(row.verdict.as_ref()));
        }
        if let (Form::Narrow, Some(verdict)) = (self.form, judged.filter(|verdict| verdict.score.is_some())) {
            flow = flow.dot_whole(PLAIN, &score_words(verdict));
            flow = flow
                .dot_whole(PLAIN, &format!("{SETTLED} {}", share(&verdict.decided)))
                .dot_whole(PLAIN, &format!("{EARNED} {}", share(&verdict.earned)));
        }
        if !row.capped_by.is_empty() {
            flow = flow.dot(FAINT, "capped by").add(FAINT, &row.capped_by.join(", "));
        }
        self.below(&flow);
    }

    /// Wrapped lines, each padded to the column.
    fn cell(&self, text: &str, style: anstyle::Style, width: usize) -> Vec<String> {
        let plain = Flow::new().add(PLAIN, text).lines(width, Paint { colour: false });
        let painted = Flow::new().add(style, text).lines(width, self.paint);
        plain.iter().zip(painted).map(|(plain, painted)| format!("{painted}{}", padding(plain, width))).collect()
    }

    fn figures(&self, verdict: &VerdictLine) -> String {
        let score = score_words(verdict);
        let edges: Vec<Fraction> = verdict.bands.iter().filter_map(|band| band.edge.clone()).collect();
        let bar = verdict.score.as_ref().map_or(" ".repeat(self.bar), |score| scale::bar(score, &edges, self.bar, self.paint));
        let (settled, earned) = (share(&verdict.decided), share(&verdict.earned));
        let gaps = (padding(&score, self.score), padding(&settled, SETTLED.len()), padding(&earned, EARNED.len()));
        let gap = if self.bar > 0 { "  " } else { "" };
        format!("{score}{}{gap}{bar}  {}{settled}  {}{earned}", gaps.0, gaps.1, gaps.2)
    }

    fn closing(&mut self, rows: &[Row], unjudged: usize) {
        let total = total(rows.iter().map(Row::state), unjudged);
        let gates = rows.iter().any(|row| !row.capped_by.is_empty());
        self.line("");
        let mut flow = Flow::new().add(STRONG, &total).close(STRONG, ".");
        if gates {
            flow = flow.add(FAINT, "A gate marked `?` may cap the verdict: the evidence leaves it open.");
        }
        if rows.len() > 1 {
            flow = flow.add(FAINT, "Judge a sheet alone to see its reasons.");
        }
        let mut lines = flow.lines(self.width, self.paint);
        lines.extend(Flow::new().add(FAINT, CLOSING).lines(self.width, self.paint));
        for line in lines {
            self.line(&line);
        }
    }
}

/// `9 projects: 3 decided, 6 open`, by the states of their first verdicts.
pub(super) fn total(verdicts: impl IntoIterator<Item = Option<State>>, unjudged: usize) -> String {
    let verdicts: Vec<Option<State>> = verdicts.into_iter().collect();
    let states = [State::Decided, State::Open, State::Faulted, State::NotApplicable];
    let count = |state: State| verdicts.iter().filter(|verdict| **verdict == Some(state)).count();
    let counts = states.iter().map(|state| (count(*state), state_name(*state))).chain([(unjudged, "not judged")]);
    let parts: Vec<String> = counts.filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    let total = counted(verdicts.len() + unjudged, "project");
    if parts.is_empty() { total } else { format!("{total}: {}", parts.join(", ")) }
}

/// The gates that cap a verdict; a `?` marks those that only may.
pub(super) fn capped_by(verdict: &VerdictLine, gates: &[GateLine]) -> Vec<String> {
    let doubt = |gate: Option<&GateLine>| if gate.is_some_and(|gate| gate.fires == Truth::Unknown) { "?" } else { "" };
    capping(verdict, gates).iter().map(|(code, gate)| format!("{code}{}", doubt(*gate))).collect()
}

pub(super) fn verdict_cell(verdict: Option<&VerdictLine>) -> String {
    let Some(verdict) = verdict else {
        return "no verdict".to_string();
    };
    match (verdict.state, verdict_words(&verdict.bands, verdict.state, verdict.range, verdict.applies)) {
        (State::Faulted, _) => format!("faulted: {}", super::band_range(&verdict.bands, verdict.range)),
        (state, Some(words)) if verdict.without_waivers.is_some() => format!("{}, waived: {words}", state_name(state)),
        (state, Some(words)) => format!("{}: {words}", state_name(state)),
        (state, None) => state_name(state).to_string(),
    }
}

pub(super) fn score_words(verdict: &VerdictLine) -> String {
    match &verdict.score {
        Some(score) if verdict.applies != Applies::Never => percent_range(score, &edges(&verdict.bands)).replace(" to ", "–"),
        Some(_) | None => "-".to_string(),
    }
}

pub(super) fn share(part: &Option<Fraction>) -> String {
    part.as_ref().map_or("-".to_string(), |part| show_fraction_percent(part, &[]))
}
