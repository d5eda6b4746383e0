//! What would have to change, and what a change does, for a reader at a terminal.

use anstyle::Style;

use crate::diagnostic::{counted, listed};
use crate::explain::{BandLine, FactLine, GateLine, ScorecardLine};
use crate::report::text::{BAD, FAINT, Flow, GOOD, OPEN, PLAIN, STRONG};
use crate::report::{CLOSING, Layout, Run, Supposed, edges, gate_state, percent_range, points_of, points_range, state_name, verdict_words};
use crate::value::{Number, Truth, show_fraction_points};
use crate::verdict::{Applies, Bounds, State};
use crate::whatif::{Answer, Asked, Change, Difference, Ending, Gain, Lifted, Reach, Settling, Standing, Together};

use super::{Page, basis, edges_of, evidence_value, provenance, score_cell};

/// What was found out about one subject, ending with a line break.
pub(in crate::report) fn whatif(run: &Run<'_>, supposed: &Supposed<'_>, layout: Layout) -> String {
    let mut page = Page { width: layout.columns(), paint: layout.paint(), text: String::new() };
    page.heading(supposed.explanation);
    if let Some(difference) = &supposed.difference {
        page.difference(difference);
    }
    if let Some(reach) = supposed.reach {
        page.reach(reach);
    }
    if let Some(settling) = supposed.settling {
        page.settling(settling, supposed);
    }
    page.line("");
    page.flow("", &basis(run));
    page.flow("", &Flow::new().add(FAINT, CLOSING));
    page.text
}

/// `decided: Watch list, 43.2%`
fn standing_words(standing: &Standing, bands: &[BandLine]) -> String {
    let mut words = state_name(standing.state).to_string();
    if let Some(said) = verdict_words(bands, standing.state, standing.range, standing.applies) {
        words.push_str(&format!(": {said}"));
    }
    match &standing.score {
        Some(score) if standing.applies != Applies::Never => format!("{words}, {}", percent_range(score, &edges(bands))),
        _ => words,
    }
}

fn state_style(state: State) -> Style {
    match state {
        State::Faulted => BAD,
        State::Open => OPEN,
        State::Decided | State::NotApplicable => STRONG,
    }
}

impl Page {
    fn stands(&mut self, title: &str, standing: &Standing, bands: &[BandLine]) {
        self.line("");
        let flow = Flow::new().add(STRONG, title).dot(state_style(standing.state), &standing_words(standing, bands));
        self.flow("", &flow);
    }

    fn reach(&mut self, reach: &Reach) {
        self.stands(&reach.title, &reach.now, &reach.bands);
        let band = wanted(reach);
        let limit = format!("The search stopped at its limit of {} evaluations.", thousands(reach.budget));
        let say = |page: &mut Page, words: &str| page.flow("  ", &Flow::new().add(PLAIN, words));
        match &reach.ending {
            Ending::Already => say(self, &format!("It has reached {band} already; nothing has to change.")),
            Ending::Impossible { held_by, best } => {
                say(self, &format!("Nothing that may change in the facts leads to {band}."));
                let held = best.range.ceiling.max(reach.band);
                let best_band = reach.bands.get(held as usize).map_or("", |band| band.title.as_str());
                let mut flow = Flow::new().add(PLAIN, "With all of them at their best it is").add(STRONG, best_band);
                if let Some(score) = best.score.as_ref().filter(|_| best.applies != Applies::Never) {
                    let most = crate::value::show_fraction_percent(&score.high, &edges(&reach.bands));
                    flow = flow.close(PLAIN, ",").add(PLAIN, "at a score of up to").whole(STRONG, &most);
                }
                self.flow("  ", &flow.close(PLAIN, "."));
                for gate in held_by {
                    let flow = Flow::new().add(PLAIN, &gate.title).add(PLAIN, "fires whatever is done");
                    self.flow(
                        "  - ",
                        &flow.dot(FAINT, &format!("at most {}", gate.at_most)).dot(FAINT, &gate.code).dot(FAINT, &gate.rule.address),
                    );
                }
            }
            Ending::OnlyByEntries => {
                say(
                    self,
                    &format!(
                        "No change of what is on file or not known leads to {band}. Entries added to lists or taken out of them were not tried, and might."
                    ),
                );
            }
            Ending::NotFound { none_below, spent } => {
                let mut words = format!("No changes were found that lead to {band}, and no proof that there are none.");
                if *none_below > 1 {
                    words.push_str(&format!(" {}", not_enough(*none_below)));
                }
                if *spent {
                    words.push_str(&format!(" {limit}"));
                }
                say(self, &words);
            }
            Ending::Found { answers, more, none_below, all, all_needed, spent } => {
                let size = answers.first().map_or(0, |answer| answer.changes.len());
                let facts = counted(size, "fact");
                let claim = if *none_below == size {
                    format!("{band} by {facts}, the fewest that do")
                } else {
                    format!("{band} by {facts}, as found")
                };
                self.section(&claim);
                for (place, answer) in answers.iter().enumerate() {
                    if place > 0 {
                        self.line("");
                    }
                    self.answer(place + 1, answers.len().to_string().len(), answer, reach);
                }
                let notes = found_notes(size, *more, *none_below, *all, *all_needed, spent.then_some(limit.as_str()));
                if !notes.is_empty() {
                    self.line("");
                    say(self, &notes);
                }
            }
        }
    }

    fn answer(&mut self, rank: usize, column: usize, answer: &Answer, reach: &Reach) {
        let hang = " ".repeat(column + 4);
        for (place, change) in answer.changes.iter().enumerate() {
            let figure = if place == 0 { rank.to_string() } else { String::new() };
            self.listed(&figure, column, STRONG, &change_words(change));
            self.flow(&hang, &about_change(change));
        }
        let then = Flow::new()
            .add(PLAIN, "then")
            .add(PLAIN, &reach.title)
            .dot(state_style(answer.then.state), &standing_words(&answer.then, &reach.bands));
        self.flow(&format!("{hang}→ "), &then);
        for gate in &answer.lifted {
            self.flow(&format!("{hang}  "), &lifted_words(gate));
        }
        for gain in &answer.gains {
            self.flow(&format!("{hang}  "), &gain_words(gain));
        }
    }

    fn settling(&mut self, settling: &[Settling], supposed: &Supposed<'_>) {
        if settling.is_empty() {
            for verdict in &supposed.explanation.verdicts {
                self.line("");
                let words = verdict_words(&verdict.bands, verdict.state, verdict.range, verdict.applies);
                let mut flow = Flow::new().add(STRONG, &verdict.title).dot(state_style(verdict.state), state_name(verdict.state));
                if let Some(words) = words {
                    flow = flow.close(state_style(verdict.state), ":").add(state_style(verdict.state), &words);
                }
                self.flow("", &flow);
            }
            self.flow(
                "  ",
                &Flow::new().add(PLAIN, "No verdict is open, so no answer could settle one. `--reach BAND` says what would change it."),
            );
        }
        for verdict in settling {
            self.stands(&verdict.title, &verdict.now, &verdict.bands);
            self.section("What settles it, whatever the answers are");
            self.together(verdict);
            if !verdict.questions.is_empty() {
                self.section("What each answer leads to, the most telling question first");
                let column = verdict.questions.len().to_string().len();
                for (place, asked) in verdict.questions.iter().enumerate() {
                    self.asked(place + 1, column, asked, verdict);
                }
                if verdict.left_out > 0 {
                    self.line("");
                    let words =
                        format!("{} less telling, as `plumb eval` lists them.", further(verdict.left_out, "question is", "questions are"));
                    self.flow("  ", &Flow::new().add(FAINT, &words));
                }
            }
        }
    }

    fn together(&mut self, verdict: &Settling) {
        for set in &verdict.together {
            self.flow("  - ", &together_words(set, &verdict.bands));
        }
        let mut words = String::new();
        if verdict.together.is_empty() {
            words = match verdict.none_below {
                1 => "No question was found that does.".into(),
                2 => "No question does alone.".into(),
                below => format!("No {} questions or fewer do together.", below - 1),
            };
        }
        if verdict.spent {
            words.push_str(" The search for larger sets stopped at its limit.");
        }
        self.flow("  ", &Flow::new().add(PLAIN, words.trim()));
    }

    fn asked(&mut self, rank: usize, column: usize, asked: &Asked, verdict: &Settling) {
        self.listed(&rank.to_string(), column, STRONG, &Flow::new().add(STRONG, &asked.fact.path));
        let hang = " ".repeat(column + 4);
        self.flow(&hang, &Flow::new().add(PLAIN, &asked.ask));
        self.so_far(&hang, &asked.fact);
        for answered in &asked.answers {
            let then = &answered.then;
            let flow = Flow::new()
                .add(PLAIN, &answered.answer)
                .add(FAINT, "→")
                .add(state_style(then.state), &standing_words(then, &verdict.bands));
            self.flow(&format!("{hang}- "), &flow);
        }
        if !asked.all {
            self.flow(&format!("{hang}- "), &Flow::new().add(FAINT, "other answers were not tried"));
        }
    }

    /// What is on file already, where anything is.
    fn so_far(&mut self, hang: &str, fact: &FactLine) {
        if fact.known || fact.missing.is_some() {
            self.flow(hang, &Flow::new().add(FAINT, "so far:").add(PLAIN, &evidence_value(fact)).append(provenance(fact)));
        }
    }

    fn difference(&mut self, difference: &Difference<'_>) {
        self.section("What is changed");
        for (before, after) in &difference.stated {
            let flow = Flow::new().add(STRONG, &before.path).close(PLAIN, ":").add(PLAIN, &evidence_value(before));
            let flow = flow.add(FAINT, "→").add(STRONG, &after.value);
            self.flow("  - ", &flow.append(before.at.as_ref().map_or(Flow::new(), |at| Flow::new().add(FAINT, &at.address))));
        }
        self.section("What it does");
        for verdict in &difference.verdicts {
            let [before, after] = [verdict.before, verdict.after].map(Standing::from);
            let mut flow = Flow::new().add(STRONG, &verdict.after.title).close(STRONG, ":");
            if before == after {
                flow = flow.add(PLAIN, "as before,").add(state_style(after.state), &standing_words(&after, &verdict.after.bands));
            } else {
                flow = flow.add(state_style(before.state), &standing_words(&before, &verdict.before.bands)).add(FAINT, "→");
                flow = flow.add(state_style(after.state), &standing_words(&after, &verdict.after.bands));
            }
            self.flow("  ", &flow);
        }
        if difference.is_none() {
            self.flow("  ", &Flow::new().add(PLAIN, "Nothing that is judged comes out differently."));
        }
        self.scores(difference);
        self.items_moved(difference);
        self.gates_moved(difference);
        self.protocols_moved(difference);
        for (words, paths) in [("No longer asked:", &difference.answered), ("Newly asked:", &difference.raised)] {
            if !paths.is_empty() {
                self.flow("  ", &Flow::new().add(FAINT, words).add(PLAIN, &listed(paths, "and")).close(PLAIN, "."));
            }
        }
    }

    fn scores(&mut self, difference: &Difference<'_>) {
        if difference.scorecards.is_empty() {
            return;
        }
        self.section("Scorecards");
        for place in &difference.scorecards {
            let cell = |explanation: &crate::explain::Explanation| {
                let scorecard: &ScorecardLine = &explanation.scorecards[*place];
                score_cell(scorecard, &edges_of(scorecard, explanation))
            };
            let flow =
                Flow::new().add(PLAIN, &difference.after.scorecards[*place].title).dot(FAINT, &difference.after.scorecards[*place].code);
            self.flow("  - ", &arrow(flow.close(PLAIN, ":"), PLAIN, &cell(difference.before), &cell(difference.after)));
        }
    }

    fn items_moved(&mut self, difference: &Difference<'_>) {
        if difference.items.is_empty() {
            return;
        }
        self.section("Items");
        for item in &difference.items {
            let said = |item: &crate::explain::ItemLine| match item.applies {
                Applies::Never => "does not apply".to_string(),
                Applies::Maybe => format!("{}, if it applies", points_of(&item.points, &item.worth)),
                Applies::Always => points_of(&item.points, &item.worth),
            };
            let flow = Flow::new().add(PLAIN, &item.after.title).dot(FAINT, &item.after.code).close(PLAIN, ":");
            let style = if item.after.points.low > item.before.points.low { GOOD } else { PLAIN };
            self.flow("  - ", &arrow(flow, style, &said(item.before), &said(item.after)));
        }
    }

    fn gates_moved(&mut self, difference: &Difference<'_>) {
        if difference.gates.is_empty() {
            return;
        }
        self.section("Gates");
        for place in &difference.gates {
            let gate = |explanation: &crate::explain::Explanation| -> GateLine { explanation.gates[*place].clone() };
            let (before, after) = (gate(difference.before), gate(difference.after));
            let flow = Flow::new().add(PLAIN, &after.title).dot(FAINT, &after.code).close(PLAIN, ":");
            let style = match after.fires {
                Truth::False => GOOD,
                Truth::Unknown => OPEN,
                Truth::True => BAD,
            };
            self.flow("  - ", &arrow(flow, style, gate_state(before.fires), gate_state(after.fires)));
        }
    }

    fn protocols_moved(&mut self, difference: &Difference<'_>) {
        if difference.limits.is_empty() && difference.triggers.is_empty() {
            return;
        }
        self.section("Protocols");
        for limit in &difference.limits {
            let said = |limit: &crate::explain::LimitLine| match limit.about.applies {
                Applies::Never => "does not apply".to_string(),
                Applies::Always | Applies::Maybe => limit.value.clone(),
            };
            let flow = Flow::new().add(PLAIN, &limit.after.about.title).dot(FAINT, &limit.after.about.code).close(PLAIN, ":");
            self.flow("  - ", &arrow(flow, PLAIN, &said(limit.before), &said(limit.after)));
        }
        for trigger in &difference.triggers {
            let said = |trigger: &crate::explain::TriggerLine| match (trigger.about.applies, trigger.fires) {
                (Applies::Never, _) => "does not apply",
                (_, Truth::True) => "fires",
                (_, Truth::Unknown) => "may fire",
                (_, Truth::False) => "armed",
            };
            let flow = Flow::new().add(PLAIN, &trigger.after.about.title).dot(FAINT, &trigger.after.about.code).close(PLAIN, ":");
            self.flow("  - ", &arrow(flow, PLAIN, said(trigger.before), said(trigger.after)));
        }
    }
}

fn arrow(flow: Flow, style: Style, before: &str, after: &str) -> Flow {
    flow.add(PLAIN, before).add(FAINT, "→").add(style, after)
}

/// `Satellite or better`; the best of all needs no more words.
fn wanted(reach: &Reach) -> String {
    let title = reach.bands.get(reach.band as usize).map_or("", |band| band.title.as_str());
    if reach.band == 0 { title.to_string() } else { format!("{title} or better") }
}

/// What is to be said of how complete a search was.
fn found_notes(size: usize, more: usize, none_below: usize, all: bool, all_needed: bool, limit: Option<&str>) -> String {
    let mut notes: Vec<String> = Vec::new();
    if more > 0 {
        notes.push(format!("{} of as many facts.", further(more, "set was found", "sets were found")));
    }
    if none_below < size {
        if all_needed && size > 1 {
            notes.push("None of these can be left out, but other changes might be fewer.".into());
        } else {
            notes.push("Fewer might do.".into());
        }
        if none_below > 1 {
            notes.push(not_enough(none_below));
        }
    }
    if !all && limit.is_none() && none_below == size {
        notes.push("Not all sets of as many were gone through.".into());
    }
    notes.extend(limit.map(str::to_string));
    notes.join(" ")
}

/// That fewer facts than this certainly do not do.
fn not_enough(none_below: usize) -> String {
    if none_below == 2 { "No single fact is enough.".into() } else { format!("No {} facts or fewer are enough.", none_below - 1) }
}

/// `1 further set was found`, `3 further sets were found`
fn further(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 further {one}") } else { format!("{count} further {several}") }
}

fn thousands(count: u32) -> String {
    crate::value::show_number(Number::whole(count.into()), crate::value::Type::Number)
}

/// `network.uptime_90d: 99.1% → at least 99.5%`; `learn that trading.large_venue is true`
fn change_words(change: &Change) -> Flow {
    if change.learn {
        let verb = if change.to.ends_with("entries") { "has" } else { "is" };
        return Flow::new().add(PLAIN, "learn that").add(STRONG, &change.fact.path).add(PLAIN, verb).add(STRONG, &change.to);
    }
    let flow = Flow::new().add(PLAIN, "change").add(STRONG, &change.fact.path).close(STRONG, ":");
    flow.add(PLAIN, &change.fact.value).add(FAINT, "→").add(STRONG, &change.to)
}

/// Where the fact stands, and what it moves.
fn about_change(change: &Change) -> Flow {
    let mut flow = Flow::new();
    if change.learn && (change.fact.known || change.fact.missing.is_some()) {
        flow = flow.add(FAINT, "so far:").add(FAINT, &evidence_value(&change.fact));
    }
    if let Some(at) = &change.fact.at {
        flow = flow.dot(FAINT, &at.address);
    }
    if !change.read_by.is_empty() {
        flow = flow.dot(FAINT, "for").add(FAINT, &listed(&change.read_by, "and"));
    }
    flow
}

fn lifted_words(gate: &Lifted) -> Flow {
    let was = if gate.fires == Truth::True { "fires no longer" } else { "is known not to fire" };
    Flow::new().add(PLAIN, &gate.title).add(PLAIN, was).dot(FAINT, &format!("at most {}", gate.at_most)).dot(FAINT, &gate.code)
}

fn gain_words(gain: &Gain) -> Flow {
    let flow = Flow::new().add(PLAIN, &gain.title).close(PLAIN, ":");
    let said = |points: &Bounds, applies: Applies| match applies {
        Applies::Never => "did not apply".to_string(),
        Applies::Maybe => format!("{} if it applies", points_range(points)),
        Applies::Always => points_range(points),
    };
    let after = match gain.applies.1 {
        Applies::Never => "does not apply".to_string(),
        applies => format!("{} of {}", said(&gain.after, applies), show_fraction_points(&gain.worth)),
    };
    let style = if gain.after.low > gain.before.low { GOOD } else { PLAIN };
    arrow(flow, style, &said(&gain.before, gain.applies.0), &after).dot(FAINT, &gain.code)
}

/// `trading.cap and trading.volume_24h: for Watch list or Avoid`
fn together_words(set: &Together, bands: &[BandLine]) -> Flow {
    let paths: Vec<&str> = set.facts.iter().map(|fact| fact.path.as_str()).collect();
    let titles = set.bands.iter().filter_map(|band| bands.get(*band as usize)).map(|band| band.title.clone());
    let mut ends: Vec<String> = titles.collect();
    if set.not_applicable {
        ends.push("nothing that applies".into());
    }
    Flow::new().add(STRONG, &listed(&paths, "and")).close(PLAIN, ":").add(PLAIN, "for").add(PLAIN, &listed(&ends, "or"))
}
