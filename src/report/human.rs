//! One judgement for a reader at a terminal: the answer first, then what it rests on, then what would change it.
//!
//! Every section stands only where it has something to say. Nothing of the record is left out for want of room: lines wrap, and addresses stay whole.

pub(super) mod calendar;
pub(super) mod protocols;
pub(super) mod tables;
mod whatif;

pub(super) use whatif::whatif;

use anstyle::Style;

use crate::diagnostic::{counted, listed};
use crate::explain::{Citation, Explanation, FactLine, FaultLine, GateLine, ItemLine, QuestionLine, ScorecardLine, SetBy, VerdictLine};
use crate::policy::RulebookInfo;
use crate::requirements::{Concern, Subject};
use crate::value::{Force, Fraction, Number, Truth, show_fraction_percent, show_fraction_points};
use crate::verdict::{Applies, Bounds, Effect, FaultLevel, State};

use super::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, Paint, STRONG, padding, visible, width_of};
use super::{
    CLOSING, Layout, Run, band_range, capping, concerns, edges, effect_words, gate_state, percent_range, points_of, requirement_words,
    scale, state_name, verdict_words,
};

/// The report on one project, ending with a line break.
pub(super) fn human(run: &Run<'_>, explanation: &Explanation, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), text: String::new() };
    page.heading(explanation);
    for verdict in &explanation.verdicts {
        page.verdict(verdict, explanation);
    }
    page.concerns(run, explanation);
    page.scorecards(&explanation.outline(), explanation);
    page.items(explanation);
    page.gates(explanation);
    page.not_in_force(explanation);
    page.waivers(&explanation.waivers);
    page.tables(explanation);
    page.outlook(explanation);
    page.protocols(&explanation.protocols);
    page.questions(explanation);
    page.assumptions(explanation);
    page.evidence(explanation);
    page.faults(&explanation.faults);
    page.parameters(run, explanation);
    page.limits(explanation);
    page.line("");
    page.flow("", &basis(run));
    page.flow("", &Flow::new().add(FAINT, CLOSING));
    page.text
}

/// The report under construction.
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) paint: Paint,
    pub(super) text: String,
}

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wrapped words; `prefix` stands before the first line, and the others hang below its end.
    pub(super) fn flow(&mut self, prefix: &str, flow: &Flow) {
        self.flow_after(prefix, PLAIN, flow);
    }

    fn flow_after(&mut self, prefix: &str, style: Style, flow: &Flow) {
        let indent = width_of(prefix);
        let lines = flow.lines(self.width.saturating_sub(indent), self.paint);
        let blank = " ".repeat(indent);
        if lines.is_empty() && !prefix.trim().is_empty() {
            let prefix = self.paint.paint(style, prefix.trim_end());
            self.line(&prefix);
        }
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { self.paint.paint(style, prefix) } else { blank.clone() };
            self.line(&format!("{before}{line}"));
        }
    }

    pub(super) fn section(&mut self, title: &str) {
        self.line("");
        let room = self.width.saturating_sub(3);
        let titles = Flow::new().add(STRONG, title).lines(room, self.paint);
        let plain = Flow::new().add(PLAIN, title).lines(room, Paint { colour: false });
        for (index, (title, plain)) in titles.iter().zip(&plain).enumerate() {
            let before = if index == 0 { self.paint.paint(FAINT, "── ") } else { "   ".to_string() };
            let rule = if index + 1 == titles.len() { "─".repeat(room.saturating_sub(width_of(plain) + 1)) } else { String::new() };
            self.line(&format!("{before}{title} {}", self.paint.paint(FAINT, &rule)));
        }
    }

    fn heading(&mut self, explanation: &Explanation) {
        let day = format!("judged as of {}", explanation.today);
        let title = visible(&explanation.title).into_owned();
        let room = self.width.saturating_sub(width_of(&title) + 2);
        if width_of(&day) <= room {
            let gap = " ".repeat(self.width - width_of(&title) - width_of(&day));
            let line = format!("{}{gap}{}", self.paint.paint(STRONG, &title), self.paint.paint(FAINT, &day));
            self.line(&line);
        } else {
            self.flow("", &Flow::new().add(STRONG, &title).dot_whole(FAINT, &day));
        }
        self.flow("", &Flow::new().add(FAINT, &explanation.file));
    }

    fn verdict(&mut self, verdict: &VerdictLine, explanation: &Explanation) {
        self.line("");
        let style = match verdict.state {
            State::Faulted => Style::effects(BAD, anstyle::Effects::BOLD),
            State::Open => Style::effects(OPEN, anstyle::Effects::BOLD),
            State::Decided | State::NotApplicable => STRONG,
        };
        let mut flow = Flow::new().add(STRONG, &verdict.title).dot(style, state_name(verdict.state));
        if verdict.without_waivers.is_some() {
            flow = flow.close(style, ", waived");
        }
        if let Some(words) = verdict_words(&verdict.bands, verdict.state, verdict.range, verdict.applies) {
            flow = flow.close(style, ":").add(style, &words);
        }
        self.flow("", &flow);

        let edges = edges(&verdict.bands);
        if verdict.applies != Applies::Never {
            self.line("");
            match &verdict.score {
                Some(score) => {
                    let width = self.width.saturating_sub(4).min(100);
                    for line in scale::ladder(score, &verdict.bands, verdict.range, width, self.paint) {
                        self.line(&format!("  {line}"));
                    }
                    self.legend(score);
                    self.line("");
                }
                None => self.flow("  ", &choices(verdict)),
            }
            self.flow("  ", &score_words(verdict, &edges));
            self.flow("  ", &gate_words(verdict, explanation));
            self.flow("  ", &script_words(verdict));
        }
        self.without_waivers(verdict);
        self.flow("  ", &without_assumptions(verdict));
        if let Some((band, requirement)) = &verdict.requirement {
            let flow = Flow::new().add(PLAIN, &format!("Required is at least {band}:")).add(STRONG, requirement_words(*requirement));
            self.flow("  ", &flow.close(PLAIN, "."));
        }
    }

    /// What stands against the project of what was asked, besides the band, which is said with the verdict.
    fn concerns(&mut self, run: &Run<'_>, explanation: &Explanation) {
        let concerns = run.requirements.concerns(explanation);
        let told = |concern: &&Concern<'_>| (concern.counts || concern.accepted) && !matches!(concern.subject, Subject::Band(_));
        let mut concerns = concerns.iter().filter(told).peekable();
        if concerns.peek().is_none() {
            return;
        }
        self.section("What counts against it");
        for concern in concerns {
            let style = if concern.accepted { FAINT } else { BAD };
            let mut flow = Flow::new().add(style, concern.level.name()).dot(STRONG, concern.title()).dot_whole(FAINT, concern.code());
            if concern.accepted {
                flow = flow.dot(FAINT, "accepted for now by the baseline");
            }
            self.flow("  ", &flow);
            self.flow("    ", &Flow::new().add(PLAIN, &concerns::message(concern)));
        }
    }

    /// What the shapes of a bar mean, below the first that needs it.
    fn legend(&mut self, score: &Bounds) {
        if !score.is_exact() {
            self.line("");
            let shapes =
                Flow::new().whole(FAINT, "█ proven").dot_whole(FAINT, "▒ possible, the evidence leaves it open").dot_whole(FAINT, "░ lost");
            self.flow("  ", &shapes);
        }
    }

    fn scorecards(&mut self, scorecards: &[&ScorecardLine], explanation: &Explanation) {
        if scorecards.is_empty() {
            return;
        }
        self.section("Scorecards");
        let bar = if self.width >= 100 {
            30
        } else if self.width >= 72 {
            20
        } else {
            10
        };
        let values: Vec<String> = scorecards.iter().map(|scorecard| score_cell(scorecard, &edges_of(scorecard, explanation))).collect();
        let widest = values.iter().map(|value| width_of(value)).max().unwrap_or(0);
        // A score with very many decimals goes below its bar instead of squeezing the names.
        let value = if widest + bar + 20 > self.width { 0 } else { widest };
        let indent = |scorecard: &ScorecardLine| 2 * scorecard.depth.min(3);
        let names = scorecards.iter().map(|scorecard| width_of(&visible(&scorecard.title)) + indent(scorecard)).max().unwrap_or(0);
        let name = names.clamp(12, self.width.saturating_sub(bar + value + 4).max(12));
        for (scorecard, score) in scorecards.iter().zip(values) {
            let indent = indent(scorecard);
            let style = if scorecard.depth == 0 { STRONG } else { PLAIN };
            let titles = Flow::new().add(style, &scorecard.title).lines(name - indent, self.paint);
            let plain = Flow::new().add(PLAIN, &scorecard.title).lines(name - indent, Paint { colour: false });
            let drawn = if scorecard.applies == Applies::Never {
                self.paint.paint(FAINT, &"·".repeat(bar))
            } else {
                scale::bar(&scorecard.score, &[], bar, self.paint)
            };
            let mut remarks = score_remarks(scorecard);
            let shown = if value > 0 {
                score
            } else {
                remarks.insert(0, score);
                String::new()
            };
            for (row, title) in titles.iter().enumerate() {
                let gap = padding(plain.get(row).map_or("", String::as_str), name - indent);
                let rest = if row == 0 { format!("{gap}  {drawn}  {shown}") } else { String::new() };
                self.line(&format!("{}{title}{rest}", " ".repeat(indent)));
            }
            let remarks = remarks.iter().fold(Flow::new(), |flow, remark| flow.dot(FAINT, remark));
            self.flow(&" ".repeat(indent + 4), &remarks);
        }
    }

    fn items(&mut self, explanation: &Explanation) {
        // An include repeats what the items of its scorecard say.
        let scored: Vec<&ItemLine> = explanation.items.iter().filter(|item| item.included.is_none() && item.force == Force::Now).collect();
        let (mut against, mut open, mut earned, mut out) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for item in scored {
            match standing(item) {
                Standing::Against => against.push(item),
                Standing::Open => open.push(item),
                Standing::Earned => earned.push(item),
                Standing::Out => out.push(item),
            }
        }
        against.sort_by(|a, b| (&b.lost.low, &b.lost.high).cmp(&(&a.lost.low, &a.lost.high)));
        open.sort_by(|a, b| b.lost.high.cmp(&a.lost.high));
        let points =
            |items: &[&ItemLine]| items.iter().map(|item| width_of(&points_of(&item.points, &item.worth))).max().unwrap_or(0).max(6);

        if !against.is_empty() {
            self.section("What counted against it, heaviest first");
            let column = points(&against);
            for (place, item) in against.iter().enumerate() {
                if place > 0 {
                    self.line("");
                }
                self.item(item, column, explanation);
            }
        }
        if !open.is_empty() {
            self.section("What is still open");
            let column = points(&open);
            for item in &open {
                let mut flow = Flow::new().add(PLAIN, &item.title).dot(FAINT, &item.code);
                if item.applies == Applies::Maybe {
                    flow = flow.dot(OPEN, "may not apply");
                }
                let waits: Vec<&str> = item.facts.iter().filter(|fact| !fact.exact).map(|fact| fact.path.as_str()).collect();
                if !waits.is_empty() {
                    flow = flow.dot(FAINT, "waits for").add(FAINT, &waits.join(", "));
                }
                flow = tables::briefly(flow, &item.tables, explanation);
                self.listed(&points_of(&item.points, &item.worth), column, OPEN, &flow);
            }
        }
        if !earned.is_empty() {
            self.section("What counted for it");
            let column = points(&earned);
            for item in &earned {
                let mut flow = Flow::new().add(PLAIN, &item.title).dot(FAINT, &item.code);
                for fact in &item.facts {
                    flow = flow.dot(FAINT, &fact.path).add(PLAIN, &fact.value);
                }
                flow = tables::briefly(flow, &item.tables, explanation);
                self.listed(&points_of(&item.points, &item.worth), column, GOOD, &flow);
            }
        }
        if !out.is_empty() {
            self.section("What does not apply");
            let flow = out.iter().fold(Flow::new(), |flow, item| flow.dot(PLAIN, &item.title).whole(FAINT, &format!("({})", item.code)));
            self.flow("  ", &flow);
        }
    }

    fn item(&mut self, item: &ItemLine, column: usize, explanation: &Explanation) {
        let points = points_of(&item.points, &item.worth);
        let cost = percent_range(&item.lost, &[]);
        let mut title = Flow::new().add(STRONG, &item.title);
        if item.applies == Applies::Maybe {
            title = title.dot(OPEN, "may not apply");
        }
        if !item.lost.high.is_zero() {
            title = title.dot(PLAIN, "costs").whole(PLAIN, &cost).add(PLAIN, "of the score");
        }
        title = waived(title, item.waiver, explanation, "accepted until");
        self.listed(&points, column, BAD, &title);
        let hang = " ".repeat(self.hang(column));
        self.flow(&hang, &sentence(&item.reason));
        self.facts(&hang, &item.facts);
        self.tables_read(hang.len(), &item.tables, explanation);
        self.remedy(&hang, item.remedy.as_deref(), item.cite.as_deref());
        self.flow(&hang, &Flow::new().add(FAINT, &item.code).dot(FAINT, &item.rule.address));
    }

    /// Where the details below a figure and a title begin: below the title, unless the page is narrow.
    fn hang(&self, column: usize) -> usize {
        if self.width >= 72 { column + 4 } else { 6 }
    }

    /// A line with a right-aligned figure before it.
    fn listed(&mut self, figure: &str, column: usize, style: Style, flow: &Flow) {
        let prefix = format!("  {}{figure}  ", padding(figure, column));
        self.flow_after(&prefix, style, flow);
    }

    fn facts(&mut self, indent: &str, facts: &[FactLine]) {
        for fact in facts {
            self.flow(&format!("{indent}- "), &fact_words(fact));
        }
    }

    fn remedy(&mut self, indent: &str, remedy: Option<&str>, cite: Option<&str>) {
        if let Some(remedy) = remedy {
            self.flow(&format!("{indent}→ "), &Flow::new().add(PLAIN, remedy));
        }
        if let Some(cite) = cite {
            self.flow(indent, &Flow::new().add(FAINT, "after").add(FAINT, cite));
        }
    }

    fn gates(&mut self, explanation: &Explanation) {
        let gates: Vec<&GateLine> = explanation.gates.iter().filter(|gate| gate.force == Force::Now).collect();
        if gates.is_empty() {
            return;
        }
        self.section("Gates");
        let mut shown: Vec<&GateLine> = gates.iter().copied().filter(|gate| gate.fires != Truth::False).collect();
        shown.sort_by_key(|gate| gate.fires != Truth::True);
        for (place, gate) in shown.iter().enumerate() {
            if place > 0 {
                self.line("");
            }
            let (style, figure) = if gate.fires == Truth::True { (BAD, gate_state(gate.fires)) } else { (OPEN, gate_state(gate.fires)) };
            let mut flow = Flow::new().add(STRONG, &gate.title).dot(PLAIN, "at most").add(STRONG, &gate.caps.1);
            flow = waived(flow, gate.waiver, explanation, "waived until");
            if !gate.binds && gate.waiver.is_none() {
                flow = flow.dot(FAINT, "changes nothing here");
            }
            self.listed(figure, 8, style, &flow);
            let hang = " ".repeat(self.hang(8));
            self.flow(&hang, &sentence(&gate.reason));
            if gate.fires == Truth::Unknown
                && let Some(ask) = &gate.ask
            {
                self.flow(&format!("{hang}? "), &Flow::new().add(PLAIN, ask));
            }
            self.facts(&hang, &gate.facts);
            self.tables_read(hang.len(), &gate.tables, explanation);
            self.remedy(&hang, gate.remedy.as_deref(), gate.cite.as_deref());
            self.flow(&hang, &Flow::new().add(FAINT, &gate.code).dot(FAINT, &gate.rule.address));
        }
        let silent: Vec<&GateLine> = gates.iter().copied().filter(|gate| gate.fires == Truth::False).collect();
        if !silent.is_empty() {
            if !shown.is_empty() {
                self.line("");
            }
            let words = if silent.len() == 1 { "does not fire:" } else { "do not fire:" };
            let first = Flow::new().add(FAINT, words);
            let flow = silent.iter().enumerate().fold(first, |flow, (place, gate)| {
                let flow = if place == 0 { flow.add(PLAIN, &gate.title) } else { flow.dot(PLAIN, &gate.title) };
                flow.whole(FAINT, &format!("({})", gate.code))
            });
            self.flow("  ", &flow);
        }
    }

    fn questions(&mut self, explanation: &Explanation) {
        if !explanation.questions.is_empty() {
            self.section("What is not known, the most telling answer first");
            let column = explanation.questions.len().to_string().len();
            for (place, question) in explanation.questions.iter().enumerate() {
                self.question(place + 1, column, question);
            }
        }
        if !explanation.asked_if_known.is_empty() {
            self.section("What should be on file, whatever it says");
            for fact in &explanation.asked_if_known {
                self.flow("  - ", &fact_words(fact));
            }
        }
    }

    fn question(&mut self, rank: usize, column: usize, question: &QuestionLine) {
        let figure = rank.to_string();
        let mut flow = Flow::new().add(STRONG, &question.fact.path);
        flow = flow.dot_whole(if question.effect == Effect::Helps { PLAIN } else { OPEN }, effect_words(question.effect));
        if let Some(narrows) = narrows(question) {
            flow = flow.dot(PLAIN, &narrows);
        }
        self.listed(&figure, column, STRONG, &flow);
        let hang = " ".repeat(column + 4);
        let ask = question.ask.as_deref().filter(|ask| !ask.trim().is_empty()).unwrap_or(&question.about);
        self.flow(&hang, &Flow::new().add(PLAIN, ask));
        if question.fact.known || question.fact.missing.is_some() {
            self.flow(
                &hang,
                &Flow::new().add(FAINT, "so far:").add(PLAIN, &evidence_value(&question.fact)).append(provenance(&question.fact)),
            );
        }
        if !question.read_by.is_empty() {
            self.flow(&hang, &Flow::new().add(FAINT, "read by").add(FAINT, &question.read_by.join(", ")));
        }
    }

    fn assumptions(&mut self, explanation: &Explanation) {
        if explanation.assumptions.is_empty() {
            return;
        }
        self.section("Assumed for want of evidence");
        for assumption in &explanation.assumptions {
            let mut flow = Flow::new().add(PLAIN, &assumption.fact.path).add(FAINT, "taken as").add(STRONG, &assumption.value);
            if let Some(missing) = &assumption.fact.missing {
                flow = flow.dot(PLAIN, missing).append(provenance(&assumption.fact));
            }
            if !assumption.read_by.is_empty() {
                flow = flow.dot(FAINT, "read by").add(FAINT, &assumption.read_by.join(", "));
            }
            self.flow("  - ", &flow);
        }
    }

    fn evidence(&mut self, explanation: &Explanation) {
        if !explanation.discounted.is_empty() {
            self.section("Evidence that does not count");
            for fact in &explanation.discounted {
                self.flow("  - ", &fact_words(fact));
            }
        }
        if !explanation.disagreeing.is_empty() {
            self.section("Where sources disagree");
            for fact in &explanation.disagreeing {
                self.flow("  - ", &Flow::new().add(PLAIN, &fact.path).add(STRONG, &fact.value));
                for claim in &fact.claims {
                    self.flow("      ", &Flow::new().add(PLAIN, &evidence_value(claim)).append(provenance(claim)));
                }
            }
        }
    }

    fn faults(&mut self, faults: &[FaultLine]) {
        if faults.is_empty() {
            return;
        }
        self.section("Faults in the rules");
        for fault in faults {
            let (figure, style) = match fault.level {
                FaultLevel::Certain => ("certain", BAD),
                FaultLevel::Possible | FaultLevel::None => ("possible", OPEN),
            };
            self.listed(figure, 8, style, &sentence(&fault.message));
            let hang = " ".repeat(self.hang(8));
            self.facts(&hang, &fault.facts);
            let mut places = Flow::new().add(FAINT, &fault.code).dot(FAINT, &fault.rule.address);
            if let Some(script) = &fault.script {
                places = places.dot(FAINT, &script.address);
            }
            self.flow(&hang, &places);
        }
    }

    fn parameters(&mut self, run: &Run<'_>, explanation: &Explanation) {
        let set: Vec<_> = run.parameters.iter().filter(|parameter| parameter.set_by != SetBy::Rules).collect();
        if set.is_empty() && explanation.profile.is_none() {
            return;
        }
        self.section("Set from outside");
        if let Some((code, title, place)) = &explanation.profile {
            let flow = Flow::new().add(PLAIN, "the profile").add(STRONG, title).dot(FAINT, code).dot(FAINT, &place.address);
            self.flow("  - ", &flow);
        }
        for parameter in set {
            let assignment = Flow::new().whole(PLAIN, &parameter.code).add(PLAIN, "=").add(STRONG, &parameter.value);
            self.flow("  - ", &assignment.dot(PLAIN, &parameter.title).dot(FAINT, &parameter.origin));
        }
    }

    fn limits(&mut self, explanation: &Explanation) {
        let notes = limits_reached(explanation);
        if !notes.is_empty() {
            self.section("Limits reached");
            for note in notes {
                self.flow("  - ", &Flow::new().add(PLAIN, &note));
            }
        }
    }
}

/// Where a budget ended the work early, and what that means.
pub(super) fn limits_reached(explanation: &Explanation) -> Vec<String> {
    let effort = explanation.effort;
    let mut notes = Vec::new();
    if effort.splits_limited {
        let tried = counted(effort.splits as usize, "case");
        notes.push(format!("Narrowing stopped at its limit, after {tried}. The ranges hold, but some could be narrower."));
    }
    if effort.questions_limited {
        let tried = counted(effort.questions as usize, "answer");
        notes
            .push(format!("Weighing of open questions stopped at its limit, after {tried}. Some questions are missing or ranked too low."));
    }
    notes
}

/// How much the answer to a question takes away.
pub(super) fn narrows(question: &QuestionLine) -> Option<String> {
    let steps = (!question.bands.is_zero()).then(|| match question.bands.cmp(&Fraction::one()) {
        std::cmp::Ordering::Less => format!("the verdict by {} of a band", show_fraction_points(&question.bands)),
        std::cmp::Ordering::Equal => "the verdict by a band".to_string(),
        std::cmp::Ordering::Greater => format!("the verdict by {} bands", show_fraction_points(&question.bands)),
    });
    let score = (!question.score.is_zero()).then(|| format!("the score by {}", show_fraction_percent(&question.score, &[])));
    let narrowed: Vec<String> = steps.into_iter().chain(score).collect();
    (!narrowed.is_empty()).then(|| format!("narrows {} on average", listed(&narrowed, "and")))
}

/// Words with the day until which a waiver holds, where there is one.
pub(super) fn waived(flow: Flow, waiver: Option<usize>, explanation: &Explanation, words: &str) -> Flow {
    match waiver.and_then(|place| explanation.waivers.get(place)) {
        Some(waiver) => flow.dot_whole(OPEN, &format!("{words} {}", waiver.expires)),
        None => flow,
    }
}

/// The rules and contexts that it was judged by.
pub(super) fn basis(run: &Run<'_>) -> Flow {
    let rulebook = |rulebook: &RulebookInfo| match &rulebook.version {
        Some(version) => format!("{} {version}", rulebook.name),
        None => rulebook.name.clone(),
    };
    let rulebooks: Vec<String> = run.program.rulebooks.iter().map(rulebook).collect();
    let contexts: Vec<String> = run.contexts.iter().map(|(name, file)| format!("{name} ({file})")).collect();
    let mut flow = Flow::new();
    if !rulebooks.is_empty() {
        flow = flow.add(FAINT, "Judged by").add(FAINT, &listed(&rulebooks, "and"));
        if !contexts.is_empty() {
            flow = flow.close(FAINT, ", beside").add(FAINT, &listed(&contexts, "and"));
        }
        flow = flow.close(FAINT, ".");
    }
    if !run.left_out.is_empty() {
        flow = flow.add(FAINT, "Not supplied, so nothing in it is known:").add(FAINT, &listed(&run.left_out, "and")).close(FAINT, ".");
    }
    flow
}

/// Where an item stands in the story.
pub(super) enum Standing {
    /// Points are lost for certain.
    Against,
    /// Points may be lost.
    Open,
    /// All points are earned.
    Earned,
    /// It does not count.
    Out,
}

pub(super) fn standing(item: &ItemLine) -> Standing {
    match item.applies {
        Applies::Never => Standing::Out,
        Applies::Always if item.points.high < item.worth => Standing::Against,
        Applies::Always if item.points.low == item.worth => Standing::Earned,
        Applies::Always | Applies::Maybe if !item.lost.low.is_zero() => Standing::Against,
        Applies::Always | Applies::Maybe => Standing::Open,
    }
}

/// How the score stands, and how much of it the evidence settles.
pub(super) fn score_words(verdict: &VerdictLine, edges: &[Number]) -> Flow {
    let Some(score) = &verdict.score else {
        return Flow::new();
    };
    let mut flow = Flow::new().add(PLAIN, "The score is").whole(STRONG, &percent_range(score, edges));
    match (&verdict.decided, &verdict.earned) {
        (Some(decided), _) if *decided == Fraction::one() => flow = flow.close(PLAIN, ": the evidence settles every point."),
        (Some(decided), _) if decided.is_zero() => flow = flow.close(PLAIN, ": the evidence settles none of the points."),
        (Some(decided), earned) => {
            flow =
                flow.close(PLAIN, ": the evidence settles").whole(STRONG, &show_fraction_percent(decided, &[])).add(PLAIN, "of the points");
            if let Some(earned) = earned {
                flow = flow.close(PLAIN, ", and").whole(STRONG, &show_fraction_percent(earned, &[])).add(PLAIN, "of those were earned");
            }
            flow = flow.close(PLAIN, ".");
        }
        (None, _) => flow = flow.close(PLAIN, "."),
    }
    flow
}

/// What the gates make of it.
pub(super) fn gate_words(verdict: &VerdictLine, explanation: &Explanation) -> Flow {
    let mut flow = Flow::new();
    if verdict.ungated != verdict.range {
        flow = flow.add(PLAIN, "Without gates it would be").add(STRONG, &band_range(&verdict.bands, verdict.ungated)).close(PLAIN, ".");
    }
    let capping = capping(verdict, &explanation.gates);
    if capping.is_empty() {
        return flow;
    }
    flow = flow.add(PLAIN, "Capped by");
    for (place, (code, gate)) in capping.iter().enumerate() {
        if place > 0 {
            flow = if place + 1 == capping.len() { flow.add(PLAIN, "and") } else { flow.close(PLAIN, ",") };
        }
        flow = flow.add(PLAIN, code);
        if let Some(gate) = gate {
            flow = flow.add(PLAIN, &format!("(at most {}, {})", gate.caps.1, gate_state(gate.fires)));
        }
    }
    flow.close(PLAIN, ".")
}

/// What the verdict would be without assumptions, where one took effect.
pub(super) fn without_assumptions(verdict: &VerdictLine) -> Flow {
    let Some((state, range, score)) = &verdict.without_assumptions else {
        return Flow::new();
    };
    let mut flow = Flow::new().add(PLAIN, "Without assumptions:").add(STRONG, state_name(*state));
    if *state != State::NotApplicable {
        flow = flow.close(STRONG, ",").add(STRONG, &band_range(&verdict.bands, *range));
        if let Some(score) = score {
            flow = flow.close(PLAIN, ",").add(PLAIN, &percent_range(score, &edges(&verdict.bands)));
        }
    }
    flow.close(PLAIN, ".")
}

/// What of it hangs on scripts.
pub(super) fn script_words(verdict: &VerdictLine) -> Flow {
    let Some(scripts) = &verdict.scripts else {
        return Flow::new();
    };
    let mut flow = Flow::new().add(PLAIN, "Scripts decide");
    if !scripts.points.high.is_zero() {
        flow = flow.whole(STRONG, &percent_range(&scripts.points, &[])).add(PLAIN, "of the points");
    }
    if !scripts.gates.is_empty() {
        let joint = if scripts.points.high.is_zero() { "whether" } else { "and whether" };
        let verb = if scripts.gates.len() == 1 { "fires" } else { "fire" };
        flow = flow.add(PLAIN, joint).add(PLAIN, &listed(&scripts.gates, "and")).add(PLAIN, verb);
    }
    flow.close(PLAIN, ".")
}

/// The bands of a verdict without a score, worst first, and which are still possible.
fn choices(verdict: &VerdictLine) -> Flow {
    let possible = |place: usize| (verdict.range.ceiling as usize..=verdict.range.floor as usize).contains(&place);
    verdict.bands.iter().enumerate().rev().fold(Flow::new(), |flow, (place, band)| {
        let (mark, style) = if possible(place) { ("●", STRONG) } else { ("○", FAINT) };
        flow.dot_whole(style, &format!("{mark} {}", band.title))
    })
}

/// What stands beside a scorecard's bar.
pub(super) fn score_cell(scorecard: &ScorecardLine, edges: &[Number]) -> String {
    if scorecard.applies == Applies::Never { "not applicable".to_string() } else { percent_range(&scorecard.score, edges) }
}

/// What qualifies a score: that it may not apply, and the share of its worth that it rests on where that is not all.
pub(super) fn score_remarks(scorecard: &ScorecardLine) -> Vec<String> {
    let mut remarks = Vec::new();
    if scorecard.applies == Applies::Maybe {
        remarks.push("may not apply".to_string());
    }
    let part = |worth: &Fraction| worth.divide(&scorecard.worth);
    if scorecard.applies != Applies::Never
        && scorecard.counted.low != scorecard.worth
        && let (Some(low), Some(high)) = (part(&scorecard.counted.low), part(&scorecard.counted.high))
    {
        remarks.push(format!("rests on {} of its worth; the rest does not apply", percent_range(&Bounds { low, high }, &[])));
    }
    remarks
}

/// The edges of the verdicts that rest on the scorecard.
pub(super) fn edges_of(scorecard: &ScorecardLine, explanation: &Explanation) -> Vec<Number> {
    let rests = |verdict: &&VerdictLine| verdict.scorecard.as_ref().is_some_and(|(code, _)| *code == scorecard.code);
    explanation.verdicts.iter().filter(rests).flat_map(|verdict| edges(&verdict.bands)).collect()
}

/// A fact with its value, and who says so.
fn fact_words(fact: &FactLine) -> Flow {
    let mut flow = Flow::new().add(PLAIN, &fact.path).add(STRONG, &evidence_value(fact));
    if !fact.claims.is_empty() {
        let stand = if fact.claims.iter().any(|claim| claim.value != fact.claims[0].value) { "disagree" } else { "agree" };
        flow = flow.dot(OPEN, &format!("{} {stand}", counted(fact.claims.len(), "source")));
    }
    flow = flow.append(provenance(fact));
    if let Some(note) = &fact.note {
        flow = flow.dot(FAINT, "note:").add(FAINT, note);
    }
    flow
}

/// What is known, and why it counts for nothing where it does not.
pub(super) fn evidence_value(fact: &FactLine) -> String {
    match &fact.missing {
        Some(missing) => missing.clone(),
        None => fact.value.clone(),
    }
}

/// Day, place and source.
pub(super) fn provenance(fact: &FactLine) -> Flow {
    let mut flow = Flow::new();
    if let Some(day) = &fact.as_of {
        flow = flow.dot_whole(FAINT, day);
    }
    if let Some(Citation { address, .. }) = &fact.at {
        flow = flow.dot(FAINT, address);
    }
    if let Some(source) = &fact.source {
        flow = flow.dot(FAINT, source);
    }
    flow
}

/// Words as a rule has them, with a full stop where the rule leaves it out.
pub(super) fn sentence(words: &str) -> Flow {
    let words = words.trim();
    let ended = words.is_empty() || words.ends_with(['.', '!', '?', '…', ':', ';']);
    Flow::new().add(PLAIN, words).close(PLAIN, if ended { "" } else { "." })
}
