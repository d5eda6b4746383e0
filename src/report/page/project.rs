//! One project in full: its verdicts, its scorecards, and section by section everything that a terminal shows.

use super::entry::{Entry, gate_id, item_id, item_standing};
use super::evidence::Fact;
use super::rules::Rules;
use super::scale::Drawing;
use super::{project_id, protocols, sentences, state_tone};
use crate::explain::{AssumptionLine, Explanation, GateLine, ItemLine, ProspectLine, ScorecardLine, VerdictLine};
use crate::report::human::calendar::{COMES, GOES, changes_words, coming_words, when_in_force, without_waivers};
use crate::report::human::{
    edges_of, gate_words, limits_reached, score_cell, score_remarks, score_words, script_words, without_assumptions,
};
use crate::report::text::Flow;
use crate::report::{edges, requirement_words, summary};
use crate::value::{Force, Truth};
use crate::verdict::{Applies, State};

/// A project.
pub(super) struct Project<'a> {
    pub(super) id: String,
    pub(super) rank: String,
    pub(super) title: &'a str,
    pub(super) file: &'a str,
    pub(super) verdicts: Vec<Verdict<'a>>,
    pub(super) scorecards: Vec<Score<'a>>,
    pub(super) sections: Vec<Section<'a>>,
}

/// A verdict.
pub(super) struct Verdict<'a> {
    pub(super) title: &'a str,
    pub(super) tone: &'static str,
    /// `open: Watch list to Core holding`
    pub(super) words: String,
    pub(super) drawing: Option<Drawing>,
    pub(super) says: Vec<String>,
}

/// A scorecard.
pub(super) struct Score<'a> {
    pub(super) title: &'a str,
    pub(super) depth: usize,
    pub(super) drawing: Drawing,
    /// `40.3% to 53.7%`
    pub(super) figure: String,
    pub(super) remarks: Vec<String>,
}

/// A part of a report, with lines that open, facts, or plain notes.
#[derive(Default)]
pub(super) struct Section<'a> {
    pub(super) title: String,
    /// How many lines there are.
    pub(super) count: usize,
    /// Whether it is open from the start.
    pub(super) open: bool,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) facts: Vec<Fact<'a>>,
    pub(super) notes: Vec<String>,
}

impl<'a> Project<'a> {
    /// The project at a place of the ranking.
    pub(super) fn of(place: usize, rank: &str, explanation: &'a Explanation, rules: &Rules<'a>) -> Project<'a> {
        Project {
            id: project_id(place),
            rank: rank.to_string(),
            title: &explanation.title,
            file: &explanation.file,
            verdicts: explanation.verdicts.iter().map(|verdict| Verdict::of(verdict, explanation)).collect(),
            scorecards: explanation.outline().iter().map(|scorecard| Score::of(scorecard, explanation)).collect(),
            sections: sections(&project_id(place), explanation, rules),
        }
    }
}

impl<'a> Verdict<'a> {
    fn of(verdict: &'a VerdictLine, explanation: &Explanation) -> Verdict<'a> {
        let applies = verdict.applies != Applies::Never;
        let mut says = Vec::new();
        if applies {
            says.extend(sentences([score_words(verdict, &edges(&verdict.bands)), gate_words(verdict, explanation), script_words(verdict)]));
        }
        says.extend(sentences([without_waivers(verdict), without_assumptions(verdict)]));
        let required = |(band, outcome): &(String, _)| format!("Required is at least {band}: {}.", requirement_words(*outcome));
        says.extend(verdict.requirement.as_ref().map(required));
        Verdict {
            title: &verdict.title,
            tone: state_tone(verdict.state),
            words: summary::verdict_cell(Some(verdict)),
            drawing: applies.then(|| Drawing::of_verdict(verdict)),
            says,
        }
    }
}

impl<'a> Score<'a> {
    fn of(scorecard: &'a ScorecardLine, explanation: &Explanation) -> Score<'a> {
        Score {
            title: &scorecard.title,
            depth: scorecard.depth.min(3),
            drawing: Drawing::of_score(&scorecard.score, scorecard.applies),
            figure: score_cell(scorecard, &edges_of(scorecard, explanation)),
            remarks: score_remarks(scorecard),
        }
    }
}

impl<'a> Section<'a> {
    /// Lines that open.
    pub(super) fn of(title: &str, open: bool, entries: Vec<Entry<'a>>) -> Section<'a> {
        Section { title: title.to_string(), count: entries.len(), open, entries, ..Section::default() }
    }

    fn facts(title: &str, facts: Vec<Fact<'a>>) -> Section<'a> {
        Section { title: title.to_string(), count: facts.len(), facts, ..Section::default() }
    }

    fn notes(title: &str, notes: Vec<String>) -> Section<'a> {
        Section { title: title.to_string(), count: notes.len(), open: true, notes, ..Section::default() }
    }
}

/// All sections that have something to say, in the order of the report for terminals.
fn sections<'a>(project: &str, explanation: &'a Explanation, rules: &Rules<'a>) -> Vec<Section<'a>> {
    let file = explanation.file.as_str();
    let [against, open, earned, out] = items(project, explanation, rules);
    let questions = explanation.questions.iter().enumerate().map(|(place, question)| Entry::question(place + 1, question, file));
    let mut sections = vec![
        Section::of("What counted against it, heaviest first", true, against),
        Section::of("What is still open", true, open),
        Section::of("What counted for it", false, earned),
        Section::of("What does not apply", false, out),
        Section::of("Gates", true, gates(project, explanation, rules)),
        Section::of("What is not in force", false, not_in_force(project, explanation, rules)),
        Section::of("Waivers", true, explanation.waivers.iter().map(Entry::waiver).collect()),
        Section::of("Tables", false, explanation.tables.iter().map(|table| Entry::table(table, file, rules)).collect()),
        coming(explanation),
    ];
    sections.extend(explanation.protocols.iter().map(|protocol| protocols::protocol(protocol, file, rules)));
    sections.extend([
        Section::of("What is not known, the most telling answer first", true, questions.collect()),
        Section::facts("What should be on file, whatever it says", Fact::all(&explanation.asked_if_known, file)),
        Section::of("Assumed for want of evidence", true, explanation.assumptions.iter().map(|one| assumption(one, file)).collect()),
        Section::facts("Evidence that does not count", Fact::all(&explanation.discounted, file)),
        Section::facts("Where sources disagree", Fact::all(&explanation.disagreeing, file)),
        Section::of("Faults in the rules", true, explanation.faults.iter().map(|fault| Entry::fault(fault, file)).collect()),
        Section::notes("Limits reached", limits_reached(explanation)),
    ]);
    sections.retain(|section| section.count > 0);
    sections
}

/// The items in force, by how they stand: against, heaviest first; open, likewise; earned; out.
fn items<'a>(project: &str, explanation: &'a Explanation, rules: &Rules<'a>) -> [Vec<Entry<'a>>; 4] {
    // An include repeats what the items of its scorecard say.
    let scored = explanation.items.iter().enumerate().filter(|(_, item)| item.included.is_none() && item.force == Force::Now);
    let scored: Vec<(usize, &ItemLine)> = scored.collect();
    ["against", "open", "earned", "out"].map(|standing| {
        let mut items: Vec<(usize, &ItemLine)> = scored.iter().copied().filter(|(_, item)| item_standing(item) == standing).collect();
        match standing {
            "against" => items.sort_by(|(_, a), (_, b)| (&b.lost.low, &b.lost.high).cmp(&(&a.lost.low, &a.lost.high))),
            "open" => items.sort_by(|(_, a), (_, b)| b.lost.high.cmp(&a.lost.high)),
            _ => {}
        }
        items.into_iter().map(|(place, item)| Entry::item(item_id(project, place), item, explanation, rules)).collect()
    })
}

/// The gates in force: those that fire, those that may, those that do not.
fn gates<'a>(project: &str, explanation: &'a Explanation, rules: &Rules<'a>) -> Vec<Entry<'a>> {
    let in_force = explanation.gates.iter().enumerate().filter(|(_, gate)| gate.force == Force::Now);
    let mut gates: Vec<(usize, &GateLine)> = in_force.collect();
    gates.sort_by_key(|(_, gate)| match gate.fires {
        Truth::True => 0,
        Truth::Unknown => 1,
        Truth::False => 2,
    });
    gates.into_iter().map(|(place, gate)| Entry::gate(gate_id(project, place), gate, explanation, rules)).collect()
}

fn not_in_force<'a>(project: &str, explanation: &'a Explanation, rules: &Rules<'a>) -> Vec<Entry<'a>> {
    let items = explanation
        .items
        .iter()
        .enumerate()
        .map(|(place, item)| (item.force, item_id(project, place), &item.title, &item.code, &item.rule));
    let gates = explanation
        .gates
        .iter()
        .enumerate()
        .map(|(place, gate)| (gate.force, gate_id(project, place), &gate.title, &gate.code, &gate.rule));
    let entry = |(force, id, title, code, rule): (Force, String, &'a String, &'a String, _)| {
        Some(Entry {
            id,
            standing: "out",
            figure: when_in_force(force)?,
            title: title.into(),
            code,
            rule: Some(rules.rule(code, rule)),
            ..Entry::default()
        })
    };
    items.chain(gates).filter_map(entry).collect()
}

fn assumption<'a>(assumption: &'a AssumptionLine, file: &str) -> Entry<'a> {
    let said = assumption.fact.missing.is_some();
    let read = (!assumption.read_by.is_empty()).then(|| format!("Read by {}.", assumption.read_by.join(", ")));
    Entry {
        standing: "out",
        figure: "assumed".to_string(),
        title: (&assumption.fact.path).into(),
        remarks: vec![format!("taken as {}", assumption.value)],
        says: read.into_iter().collect(),
        facts: if said { vec![Fact::of(&assumption.fact, file)] } else { Vec::new() },
        ..Entry::default()
    }
}

fn coming(explanation: &Explanation) -> Section<'_> {
    let entries = explanation.outlook.iter().map(|prospect| day_ahead(prospect, explanation)).collect();
    let mut section = Section::of("What is coming, on the evidence of today", true, entries);
    if explanation.outlook_left_out > 0 {
        let further = crate::diagnostic::counted(explanation.outlook_left_out, "later day");
        section.notes.push(format!("{further} on which rules or waivers change: not looked at."));
    }
    section
}

fn day_ahead<'a>(prospect: &'a ProspectLine, explanation: &Explanation) -> Entry<'a> {
    let mut verdicts = prospect.verdicts.iter().zip(&explanation.verdicts).map(|(coming, now)| coming_words(coming, now).plain());
    let title = verdicts.next().unwrap_or_else(|| "no verdict".to_string());
    let changed = |words: &str, changes: &[_]| if changes.is_empty() { Flow::new() } else { changes_words(words, changes) };
    let faults = (!prospect.faults.is_empty()).then(|| format!("rules that fail then: {}", prospect.faults.join(", ")));
    let lead = sentences([changed(COMES, &prospect.comes), changed(GOES, &prospect.goes)]).into_iter().chain(faults);
    let open = prospect.verdicts.first().is_some_and(|verdict| verdict.state == State::Open);
    Entry {
        standing: if open { "open" } else { "out" },
        figure: prospect.day.clone(),
        lead: lead.collect::<Vec<_>>().join("; "),
        says: verdicts.collect(),
        title: title.into(),
        ..Entry::default()
    }
}
