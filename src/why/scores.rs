//! Scorecards and verdicts: what each item adds, where the score stands among the bands, and which gates cap them.

use super::steps::{item_words, narrowed};
use super::{Node, Opened, Tone, Tracer};
use crate::diagnostic::listed;
use crate::eval::Look;
use crate::explain::VerdictLine;
use crate::policy::{Edge, GateId, ItemId, ScorecardId, VerdictId};
use crate::program::{Basis, Body, ConditionId, Step};
use crate::value::{Fraction, Number, Truth, Type, show_fraction_percent, show_fraction_points, show_number};
use crate::verdict::{Applies, Bands, Bounds, FaultLevel, Requirement, State, VerdictOutcome};

impl Tracer<'_> {
    /// A scorecard, by what its items add. They are named, not opened, unless everything is to be; `conditions` tells why those do not apply that don't.
    pub(super) fn scorecard(&mut self, look: &mut Look<'_>, id: ScorecardId, conditions: bool) -> Node {
        let program = self.program;
        let scorecard = &program.scorecards[id.index()];
        let outcome = &self.judgement.evaluation.scores[id.index()];
        let (words, tone) = match (outcome.fault.level, outcome.applies) {
            (FaultLevel::Certain, _) => ("can't be computed".to_string(), Tone::Faulted),
            (_, Applies::Never) => ("does not apply".into(), Tone::Fails),
            (_, applies) => {
                let points = format!("{} of {} points", super::steps::points(&outcome.points), super::steps::points(&outcome.counted));
                let words = format!("{}, {points}", percents(&outcome.score, &self.edges_of(id)));
                let tone = if outcome.score.is_exact() { Tone::Plain } else { Tone::Open };
                (if applies == Applies::Maybe { format!("{words}, if it applies") } else { words }, tone)
            }
        };
        let mut node = self.headed("scorecard", &scorecard.head).came_to(words.clone(), tone);
        if !self.open(Opened::Step(Step::Scorecard(id)), &words) {
            node.again = true;
            return node;
        }
        let bare = &self.bare.scores[id.index()];
        if (bare.applies, &bare.score) != (outcome.applies, &outcome.score) {
            node.remark(narrowed(&percents(&bare.score, &self.edges_of(id))));
        }
        if !conditions && !self.open_all {
            return self.fold(node);
        }
        let mut items: Vec<ItemId> = scorecard.items.clone();
        let missing = |item: &ItemId| {
            let outcome = &self.judgement.evaluation.items[item.index()];
            program.items[item.index()].worth.subtract(&outcome.points.low)
        };
        let rank = |item: &ItemId| self.judgement.evaluation.items[item.index()].applies == Applies::Never;
        // What costs most stands first, what does not apply last; the sort keeps the order of the rules among equals.
        items.sort_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| missing(other).cmp(&missing(one))));
        for item in items {
            let part = self.contribution(look, item, &outcome.counted);
            node.parts.push(part);
        }
        node
    }

    /// The edges of the verdicts that rest on a scorecard, across which its score is never rounded.
    fn edges_of(&self, id: ScorecardId) -> Vec<Number> {
        let edges = self.program.verdicts.iter().filter_map(|verdict| match &verdict.basis {
            Basis::Score(scorecard, edges) if *scorecard == id => Some(edges),
            _ => None,
        });
        edges.flatten().filter_map(|(_, edge)| *edge).collect()
    }

    /// An item of a scorecard: its points, and what they add to the score.
    fn contribution(&mut self, look: &mut Look<'_>, id: ItemId, counted: &Bounds) -> Node {
        let item = &self.program.items[id.index()];
        let outcome = &self.judgement.evaluation.items[id.index()];
        if self.open_all {
            return self.item(look, id, true);
        }
        let noun = super::noun(self.program, super::Target::Item(id));
        let (words, tone) = item_words(outcome, &item.worth, matches!(item.body, Body::Check(_)));
        let mut node = self.headed(noun, &item.head).came_to(words, tone);
        if outcome.applies != Applies::Never && counted.is_exact() {
            let part = |points: &Fraction| points.divide(&counted.low).unwrap_or_default();
            let adds = Bounds { low: part(&outcome.points.low), high: part(&outcome.points.high) };
            let most = show_fraction_percent(&part(&item.worth), &[]);
            node.remark(format!("adds {} of at most {most}", percents(&adds, &[])));
        }
        match &item.body {
            Body::Include(child) if outcome.applies != Applies::Never => {
                let score = &self.judgement.evaluation.scores[child.index()].score;
                let worth = show_fraction_points(&item.worth);
                node.remark(format!("a score of {} times {worth}", percents(score, &self.edges_of(*child))));
            }
            _ => {}
        }
        if outcome.applies == Applies::Never
            && let Some(condition) = item.applies
            && look.truth(condition).0 == Truth::False
        {
            let told = self.condition(look, condition, false);
            node.parts.push(told);
        }
        self.fold(node)
    }

    /// A verdict; with a band, whether that is reached. One within another tree is named, not opened, unless everything is to be.
    pub(super) fn verdict(&mut self, look: &mut Look<'_>, id: VerdictId, wanted: Option<u32>, within: bool) -> Node {
        let program = self.program;
        let verdict = &program.verdicts[id.index()];
        let outcome = &self.judgement.evaluation.verdicts[id.index()];
        let line = &self.explanation.verdicts[id.index()];
        let (mut words, mut tone) = verdict_words(line, outcome);
        let mut node = self.headed("verdict", &verdict.head);
        if let Some(band) = wanted.map(|band| (band, &verdict.bands[band as usize])) {
            node.text = format!("band {}.{} \"{}\"", verdict.head.code, band.1.name, band.1.title);
            node.rule = Some(self.cite(band.1.span));
            let (reached, how) = match outcome.meets(band.0) {
                Requirement::Met => ("reached", Tone::Holds),
                Requirement::NotMet => ("not reached", Tone::Fails),
                Requirement::Undecided => ("open whether it is reached", Tone::Open),
                Requirement::Faulted => ("not answered", Tone::Faulted),
            };
            words = format!("{reached}; the verdict is {words}");
            tone = how;
        }
        node = node.came_to(words.clone(), tone);
        if !self.open(Opened::Step(Step::Verdict(id)), &words) {
            node.again = true;
            return node;
        }
        if outcome.ungated != outcome.bands {
            node.remark(format!("without gates it would be {}", bands(line, outcome.ungated)));
        }
        if outcome.unwaived != outcome.bands {
            node.remark(format!("without waivers it would be {}", bands(line, outcome.unwaived)));
        }
        let bare = &self.bare.verdicts[id.index()];
        if (bare.applies, bare.bands) != (outcome.applies, outcome.bands) {
            node.remark(narrowed(&bands(line, bare.bands)));
        }
        if within && !self.open_all {
            return self.fold(node);
        }
        match &verdict.basis {
            Basis::Score(scorecard, edges) => {
                if outcome.applies != Applies::Never {
                    let among = self.among_bands(*scorecard, edges, id, wanted);
                    node.parts.push(among);
                }
                let score = self.scorecard(look, *scorecard, true);
                node.parts.push(score);
            }
            Basis::Conditions(rows) => self.bands_by_conditions(look, rows, id, &mut node),
        }
        self.gates_of(look, &verdict.gates, &mut node);
        if outcome.fault.level != FaultLevel::None {
            self.tell_step_fault(&mut node, outcome.fault);
        }
        node
    }

    /// The score against the edges of the bands, down to the first that it certainly reaches, or the one that is asked for.
    fn among_bands(&mut self, scorecard: ScorecardId, edges: &[(u32, Option<Number>)], id: VerdictId, wanted: Option<u32>) -> Node {
        let verdict = &self.program.verdicts[id.index()];
        let score = self.judgement.evaluation.scores[scorecard.index()].score.clone();
        let all: Vec<Number> = edges.iter().filter_map(|(_, edge)| *edge).collect();
        let mut node = Node::words(format!("the score, {}, against the edges of the bands", percents(&score, &all)));
        for (place, edge) in edges {
            let band = &verdict.bands[*place as usize];
            let mut told = Node::words(band.title.clone()).at(self.cite(band.span));
            let Some(edge) = edge else {
                node.parts.push(told.came_to("reached by any score", Tone::Holds));
                break;
            };
            told.text = format!("{}, from {}", band.title, show_number(*edge, Type::Percent));
            told.parts = self.edge_constants(id, *place);
            let short = |score: &Fraction| {
                show_fraction_percent(&Fraction::from_number(*edge).subtract(score), &[]).trim_end_matches('%').to_string()
            };
            let (words, tone) = match (score.low.is_at_least(*edge), score.high.is_at_least(*edge)) {
                (true, _) => ("reached".to_string(), Tone::Holds),
                (false, true) => (format!("may be reached: the floor is {} percentage points short", short(&score.low)), Tone::Open),
                (false, false) if score.is_exact() => (format!("missed by {} percentage points", short(&score.low)), Tone::Fails),
                (false, false) => (format!("missed by {} to {} percentage points", short(&score.high), short(&score.low)), Tone::Fails),
            };
            let reached = tone == Tone::Holds;
            node.parts.push(told.came_to(words, tone));
            if reached && wanted.is_none_or(|wanted| *place >= wanted) {
                break;
            }
        }
        node
    }

    /// The parameters in the edge of a band.
    fn edge_constants(&mut self, id: VerdictId, band: u32) -> Vec<Node> {
        match self.policy.verdicts[id.index()].edges.get(band as usize) {
            Some(Edge::AtLeast(edge)) => self.constants(edge.span),
            _ => Vec::new(),
        }
    }

    fn bands_by_conditions(&mut self, look: &mut Look<'_>, rows: &[(u32, Option<ConditionId>)], id: VerdictId, node: &mut Node) {
        let verdict = &self.program.verdicts[id.index()];
        let mut open = false;
        for (index, (band, condition)) in rows.iter().enumerate() {
            let band = &verdict.bands[*band as usize];
            let truth = condition.map_or(Truth::True, |condition| look.truth(condition).0);
            let (words, tone) = match (truth, open) {
                (Truth::False, _) => ("is not it", Tone::Fails),
                (Truth::True, false) => ("is it", Tone::Holds),
                _ => ("may be it", Tone::Open),
            };
            let mut told = Node::words(band.title.clone()).at(self.cite(band.span)).came_to(words, tone);
            if let Some(condition) = condition {
                told.parts.push(self.condition(look, *condition, true));
            }
            node.parts.push(told);
            open |= truth == Truth::Unknown;
            if truth == Truth::True {
                let below = rows.len() - index - 1;
                if below > 0 {
                    node.parts.push(Node::words(format!("{below} further down not asked")));
                }
                break;
            }
        }
    }

    /// The gates of a verdict: those that fire or may are opened, the others named.
    fn gates_of(&mut self, look: &mut Look<'_>, gates: &[GateId], node: &mut Node) {
        let mut quiet = Vec::new();
        let fires = |gate: &GateId| self.judgement.evaluation.gates[gate.index()].fires;
        let mut ordered: Vec<GateId> = gates.to_vec();
        ordered.sort_by_key(|gate| fires(gate) != Truth::True);
        for gate in ordered {
            let outcome = &self.judgement.evaluation.gates[gate.index()];
            if outcome.fires == Truth::False && outcome.fault.is_none() && !self.open_all {
                quiet.push(self.program.gates[gate.index()].head.code.clone());
                continue;
            }
            let told = self.gate(look, gate, true);
            node.parts.push(told);
        }
        if !quiet.is_empty() {
            let words = if quiet.len() == 1 { "1 gate does not fire" } else { "gates that do not fire" };
            node.parts.push(self.fold(Node::words(format!("{words}: {}", listed(&quiet, "and")))));
        }
    }
}

fn verdict_words(line: &VerdictLine, outcome: &VerdictOutcome) -> (String, Tone) {
    let names = bands(line, outcome.bands);
    match outcome.state() {
        State::Faulted => ("faulted: a rule that it rests on can't be computed".into(), Tone::Faulted),
        State::NotApplicable => ("not applicable".into(), Tone::Fails),
        State::Decided => (format!("{names}, decided"), Tone::Holds),
        State::Open if outcome.applies == Applies::Always => (format!("open: {names}"), Tone::Open),
        State::Open => (format!("open: {names}, if it applies at all"), Tone::Open),
    }
}

fn bands(line: &VerdictLine, range: Bands) -> String {
    let title = |place: u32| line.bands.get(place as usize).map_or("no band", |band| band.title.as_str());
    if range.floor == range.ceiling {
        title(range.floor).to_string()
    } else {
        format!("{} to {}", title(range.floor), title(range.ceiling))
    }
}

/// `43.2% to 71.9%`
fn percents(bounds: &Bounds, edges: &[Number]) -> String {
    let (low, high) = (show_fraction_percent(&bounds.low, edges), show_fraction_percent(&bounds.high, edges));
    match (low == high, bounds.is_exact()) {
        (true, true) => low,
        (true, false) => format!("about {low}"),
        (false, _) => format!("{low} to {high}"),
    }
}
