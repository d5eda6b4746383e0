//! What an explanation consists of: a line for everything that a report shows, with the texts written out and every line's address.

use super::{ProtocolLine, ScriptShare};
use crate::source::Span;
use crate::value::{Force, Fraction, Truth};
use crate::verdict::{Applies, Bands, Bounds, Effect, Effort, FaultLevel, Requirement, RowTaken, State};

/// The judgement of one sheet, in words.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The sheet's short name: its file's stem.
    pub name: String,
    /// What is judged, as a reader calls it: the subject's top-level text field `name` where it has one that is known, else the short name.
    pub title: String,
    /// The sheet's file.
    pub file: String,
    /// The day of the judgement, `2026-11-23`.
    pub today: String,
    /// The verdicts, in order of declaration.
    pub verdicts: Vec<VerdictLine>,
    /// The scorecards, in order of declaration.
    pub scorecards: Vec<ScorecardLine>,
    /// Every item, in order of declaration.
    pub items: Vec<ItemLine>,
    /// Every gate, in order of declaration.
    pub gates: Vec<GateLine>,
    /// Every protocol, in order of declaration.
    pub protocols: Vec<ProtocolLine>,
    /// Every table, in order of declaration.
    pub tables: Vec<TableLine>,
    /// What is not known and matters, best answer first.
    pub questions: Vec<QuestionLine>,
    /// Facts that some rule asks to be on file, whatever they say, and that are not.
    pub asked_if_known: Vec<FactLine>,
    /// Assumptions that took effect.
    pub assumptions: Vec<AssumptionLine>,
    /// Facts that some rule reads whose evidence does not count: stale, undated, unsourced, postdated.
    pub discounted: Vec<FactLine>,
    /// Facts that some rule reads on which sources disagree.
    pub disagreeing: Vec<FactLine>,
    /// Faults in items, gates and protocols.
    pub faults: Vec<FaultLine>,
    /// The profile in force: its code, its title and where it stands.
    pub profile: Option<(String, String, Citation)>,
    /// The waivers of the subject, in force or not.
    pub waivers: Vec<WaiverLine>,
    /// The days to come on which rules or waivers change, the next one first.
    pub outlook: Vec<ProspectLine>,
    /// How many further such days were not looked at.
    pub outlook_left_out: usize,
    /// What the judgement cost, and limits reached.
    pub effort: Effort,
}

impl Explanation {
    /// The scorecards as an outline: each before those that it includes, each once.
    pub fn outline(&self) -> Vec<&ScorecardLine> {
        let mut seen = vec![false; self.scorecards.len()];
        let mut outline = Vec::new();
        let roots = (0..self.scorecards.len()).filter(|index| self.scorecards[*index].depth == 0);
        let mut pending: Vec<usize> = roots.rev().collect();
        while let Some(index) = pending.pop() {
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            let scorecard = &self.scorecards[index];
            outline.push(scorecard);
            pending.extend(scorecard.items.iter().rev().filter_map(|item| self.items[*item].included));
        }
        // Every scorecard is shown, whatever leads to it.
        outline.extend(self.scorecards.iter().zip(&seen).filter(|(_, seen)| !**seen).map(|(scorecard, _)| scorecard));
        outline
    }
}

/// A place that a report cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The place.
    pub span: Span,
    /// `file:line`.
    pub address: String,
}

/// A verdict.
#[derive(Clone, Debug)]
pub struct VerdictLine {
    /// `main.conviction_band`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// The state.
    pub state: State,
    /// Whether it applies.
    pub applies: Applies,
    /// The bands, best first.
    pub bands: Vec<BandLine>,
    /// Floor and ceiling after the gates that no waiver lifts, by place in `bands`.
    pub range: Bands,
    /// Floor and ceiling before them.
    pub ungated: Bands,
    /// The score it rests on; none for verdicts by conditions.
    pub score: Option<Bounds>,
    /// The scorecard's code and title.
    pub scorecard: Option<(String, String)>,
    /// 1 - (ceiling - floor) of the score: the share of points that the evidence settles.
    pub decided: Option<Fraction>,
    /// floor / (floor + 1 - ceiling): the share of those that was earned; none where nothing is decided.
    pub earned: Option<Fraction>,
    /// Whether some assumption took effect.
    pub assumed: bool,
    /// State, bands and score without assumptions, where any took effect.
    pub without_assumptions: Option<(State, Bands, Option<Bounds>)>,
    /// State and bands without waivers, where one lifts a gate that caps it or may.
    pub without_waivers: Option<(State, Bands)>,
    /// The gates that cap it, less those that a waiver lifts: those that fire, and those that may.
    pub capped_by: Vec<String>,
    /// What of it hangs on scripts, where anything does.
    pub scripts: Option<ScriptShare>,
    /// The gravest fault.
    pub fault: FaultLevel,
    /// How it stands to the band required, where one is.
    pub requirement: Option<(String, Requirement)>,
}

/// A band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandLine {
    /// As rules write it.
    pub name: String,
    /// As reports show it.
    pub title: String,
    /// The least score that reaches it, as a fraction of 1; none: the rest, or reached by gates or conditions only.
    pub edge: Option<Fraction>,
}

/// A scorecard.
#[derive(Clone, Debug)]
pub struct ScorecardLine {
    /// `screening.viability`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// Whether it applies.
    pub applies: Applies,
    /// The score.
    pub score: Bounds,
    /// The points.
    pub points: Bounds,
    /// The worth that counted.
    pub counted: Bounds,
    /// The worth of all its items.
    pub worth: Fraction,
    /// As in [`VerdictLine::decided`].
    pub decided: Fraction,
    /// As in [`VerdictLine::earned`].
    pub earned: Option<Fraction>,
    /// The items, by place in [`Explanation::items`].
    pub items: Vec<usize>,
    /// How deep it is included: 0 for one that no other includes.
    pub depth: usize,
}

/// An item.
#[derive(Clone, Debug)]
pub struct ItemLine {
    /// `screening.load`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its kind: check, grade, ramp, measure, include.
    pub kind: &'static str,
    /// Where the rule stands.
    pub rule: Citation,
    /// The scorecard it counts in, by place.
    pub scorecard: usize,
    /// For an include, the scorecard included, by place.
    pub included: Option<usize>,
    /// Whether it is in force.
    pub force: Force,
    /// Whether it counts.
    pub applies: Applies,
    /// The waiver in force that accepts its result, by place in [`Explanation::waivers`].
    pub waiver: Option<usize>,
    /// Of a check.
    pub passes: Truth,
    /// Points.
    pub points: Bounds,
    /// The worth.
    pub worth: Fraction,
    /// What it can lose of the first verdict's score at the least (proven) and at the most: its missing points as a share of the whole, through the includes that
    /// lead there. This is what "counted against it" sorts by.
    pub lost: Bounds,
    /// Which row was taken.
    pub row: RowTaken,
    /// The row's label, or the words of `because` with the values put in; for an item without either, a plain statement of what was looked at.
    pub reason: String,
    /// What is asked where it is open.
    pub ask: Option<String>,
    /// What would mend it.
    pub remedy: Option<String>,
    /// Where it comes from.
    pub cite: Option<String>,
    /// The facts it reads.
    pub facts: Vec<FactLine>,
    /// The tables it reads, by place in [`Explanation::tables`].
    pub tables: Vec<usize>,
    /// A fault.
    pub fault: FaultLevel,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct GateLine {
    /// `risk.unaudited`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// The verdict it caps, and the title of the band.
    pub caps: (String, String),
    /// Whether it is in force.
    pub force: Force,
    /// The waiver in force that lifts it, by place in [`Explanation::waivers`].
    pub waiver: Option<usize>,
    /// Whether it fires.
    pub fires: Truth,
    /// Whether it changes the verdict's floor or ceiling: with all other gates as they are.
    pub binds: bool,
    /// As of items.
    pub reason: String,
    /// As of items.
    pub ask: Option<String>,
    /// As of items.
    pub remedy: Option<String>,
    /// As of items.
    pub cite: Option<String>,
    /// The facts it reads.
    pub facts: Vec<FactLine>,
    /// The tables it reads, by place in [`Explanation::tables`].
    pub tables: Vec<usize>,
    /// A fault.
    pub fault: FaultLevel,
}

/// A decision table.
#[derive(Clone, Debug)]
pub struct TableLine {
    /// `moat.defence`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// Which of the rows that hold count, as the rule says it.
    pub hit: &'static str,
    /// The inputs as written, and what each is or may be.
    pub inputs: Vec<(String, String)>,
    /// The columns by name, and what each is or may be; none where several rows hold and nothing makes one value of them.
    pub columns: Vec<(String, Option<String>)>,
    /// The rows that hold and count, or may.
    pub rows: Vec<TableRowLine>,
    /// Whether rows that do not count may hold all the same.
    pub others_may_hold: bool,
    /// How many rows there are, `otherwise` included.
    pub all_rows: usize,
    /// Whether rows were asked one by one, so that the values may be wider than they need be.
    pub by_rows: bool,
    /// What went wrong, in words; none if nothing did.
    pub fault: Option<(FaultLevel, String)>,
    /// Codes of the items and gates that read it.
    pub read_by: Vec<String>,
    /// The facts it reads.
    pub facts: Vec<FactLine>,
}

/// A row of a table that holds and counts, or may.
#[derive(Clone, Debug)]
pub struct TableRowLine {
    /// Which, counted from 1 below the head.
    pub number: usize,
    /// Where it stands.
    pub rule: Citation,
    /// Whether it holds and counts whatever is unknown.
    pub always: bool,
    /// Its cells as written; none of `otherwise`.
    pub cells: Vec<String>,
    /// Its outputs.
    pub outputs: Vec<String>,
}

/// A fact with its evidence.
#[derive(Clone, Debug)]
pub struct FactLine {
    /// `network.uptime_90d`, `audits[1].date`, `thesis.horizon`
    pub path: String,
    /// What it may be, in words: `99.2%`, `62 to 80`, `not known`.
    pub value: String,
    /// Whether there is evidence that counts.
    pub known: bool,
    /// Whether it is a single value.
    pub exact: bool,
    /// Where it stands, if anything was said.
    pub at: Option<Citation>,
    /// Who says so.
    pub source: Option<String>,
    /// On which day.
    pub as_of: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Why it does not count, in words, with the last value: `stale since 2026-10-01; was 91%`.
    pub missing: Option<String>,
    /// Sources that disagree: each with its own value, and why it does not count if so.
    pub claims: Vec<FactLine>,
}

/// A question.
#[derive(Clone, Debug)]
pub struct QuestionLine {
    /// The fact.
    pub fact: FactLine,
    /// What the field means, from its documentation; may be empty.
    pub about: String,
    /// What the answer can do.
    pub effect: Effect,
    /// Steps of bands it takes away, in the mean.
    pub bands: Fraction,
    /// Score it takes away, in the mean.
    pub score: Fraction,
    /// The words of `ask` of the first item or gate that reads it and has some.
    pub ask: Option<String>,
    /// Codes of the items and gates that read it.
    pub read_by: Vec<String>,
}

/// An assumption that took effect.
#[derive(Clone, Debug)]
pub struct AssumptionLine {
    /// The fact.
    pub fact: FactLine,
    /// The value put there, in words.
    pub value: String,
    /// Codes of the items and gates that read it so.
    pub read_by: Vec<String>,
}

/// A fault.
#[derive(Clone, Debug)]
pub struct FaultLine {
    /// The item or gate.
    pub code: String,
    /// Certain or possible.
    pub level: FaultLevel,
    /// What went wrong, in words.
    pub message: String,
    /// The expression.
    pub rule: Citation,
    /// The place in a script, where the fault comes from one.
    pub script: Option<Citation>,
    /// The facts that the item reads.
    pub facts: Vec<FactLine>,
}

/// A parameter in force.
#[derive(Clone, Debug)]
pub struct ParameterLine {
    /// `screening.min_uptime`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its value.
    pub value: String,
    /// Where the value came from: the rule, the profile's line, or "--set".
    pub origin: String,
    /// Who set it.
    pub set_by: SetBy,
}

/// Who gave a parameter its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The rule.
    Rules,
    /// The profile in force.
    Profile,
    /// An option.
    Option,
}

/// A waiver of the subject.
#[derive(Clone, Debug)]
pub struct WaiverLine {
    /// Of which gate or item.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Whether it is a gate; an item else.
    pub lifts_gate: bool,
    /// Where the waiver stands.
    pub place: Citation,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub approver: String,
    /// The first day on which it counts.
    pub granted: String,
    /// The first day on which it no longer does.
    pub expires: String,
    /// What it does here.
    pub state: WaiverState,
}

/// What a waiver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverState {
    /// The gate fires and is lifted, or points are lost and that is accepted.
    Used,
    /// The evidence leaves open whether there is anything to waive.
    Pending,
    /// There is nothing to waive.
    Unused,
    /// It is not in force yet.
    NotYet,
    /// It is no longer in force.
    Expired,
}

/// A day to come, and what it leads to.
#[derive(Clone, Debug)]
pub struct ProspectLine {
    /// The day.
    pub day: String,
    /// The verdicts then, in order of declaration.
    pub verdicts: Vec<ProspectVerdict>,
    /// What comes into force on it.
    pub comes: Vec<ChangeLine>,
    /// What is no longer in force from it on.
    pub goes: Vec<ChangeLine>,
    /// The codes of items and gates that certainly fail then.
    pub faults: Vec<String>,
}

/// A verdict to come.
#[derive(Clone, Debug)]
pub struct ProspectVerdict {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The state.
    pub state: State,
    /// Whether it applies.
    pub applies: Applies,
    /// Floor and ceiling, by place among the verdict's bands.
    pub range: Bands,
    /// The score; none for verdicts by conditions.
    pub score: Option<Bounds>,
    /// Whether a waiver lifts a gate that caps it or may.
    pub waived: bool,
}

/// Something that comes into force or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLine {
    /// The code of the item or gate.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Whether it is a waiver of it, and not itself.
    pub waiver: bool,
}
