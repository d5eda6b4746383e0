//! A judgement in words: everything a report shows, as plain data with the texts written out and every line's address. Renderers lay it out and decide nothing.
//!
//! [`explain`] adds no judgement of its own. Where a text has values to put in, it asks the same evaluator, on the same facts, what they are.

mod facts;
mod items;

use facts::Facts;

use crate::eval::Evaluator;
use crate::policy::{ScorecardId, VerdictId};
use crate::program::{Basis, Body, Expr, ExprId, Place, Program, Step, Template};
use crate::sheet::Dossier;
use crate::source::{Sources, Span};
use crate::value::{Fraction, Truth, Type, show_number, show_possible};
use crate::verdict::{
    Applies, Bands, Bounds, Effect, Effort, Evaluation, FaultLevel, Judgement, Requirement, RowTaken, State, VerdictOutcome,
};

/// A band that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Of which verdict.
    pub verdict: VerdictId,
    /// The band, by its place.
    pub band: u32,
}

/// Puts a judgement into words.
pub fn explain(program: &Program, dossier: &Dossier, judgement: &Judgement, sources: &Sources, required: Option<Required>) -> Explanation {
    let mut evaluator = Evaluator::new(program);
    evaluator.decide(dossier);
    let mut words = Words { program, dossier, judgement, sources, evaluator, facts: Facts::new(program, dossier, sources) };
    let sheet = dossier.sheets[0];
    Explanation {
        name: sheet.name.clone(),
        title: words.facts.subject_title().unwrap_or_else(|| sheet.name.clone()),
        file: sources.name(sheet.file).to_string(),
        today: show_number(program.today, Type::Date),
        verdicts: words.verdicts(required),
        scorecards: words.scorecards(),
        items: words.items(),
        gates: words.gates(),
        questions: words.questions(),
        asked_if_known: judgement.asked_if_known.iter().map(|fact| words.facts.line(*fact)).collect(),
        assumptions: words.assumptions(),
        discounted: words.facts.discounted(),
        disagreeing: words.facts.disagreeing(),
        faults: words.faults(),
        parameters: words.parameters(),
        effort: judgement.effort,
    }
}

/// What the parts of an explanation are made from.
struct Words<'a> {
    program: &'a Program,
    dossier: &'a Dossier<'a>,
    judgement: &'a Judgement,
    sources: &'a Sources,
    evaluator: Evaluator<'a>,
    facts: Facts<'a>,
}

impl Words<'_> {
    fn cite(&self, span: Span) -> Citation {
        Citation { span, address: self.sources.address(span) }
    }

    /// A text with the values put in.
    fn fill(&mut self, template: &Template) -> String {
        let mut text = String::new();
        for piece in &template.pieces {
            match piece {
                crate::program::Piece::Text(words) => text.push_str(words),
                crate::program::Piece::Value(expr, ty) => text.push_str(&self.show(*expr, *ty)),
            }
        }
        text
    }

    fn fill_all(&mut self, template: Option<&Template>) -> Option<String> {
        template.map(|template| self.fill(template))
    }

    fn show(&mut self, expr: ExprId, ty: Type) -> String {
        // Of a fact without evidence its bounds are all that could be said, and they are not news.
        if let Expr::Fact(Place::Fixed { sheet, slot }) = &self.program.expressions[expr.0 as usize].0 {
            let slot = &self.dossier.sheets[*sheet as usize - 1].slots[*slot as usize];
            if !slot.known {
                return "not known".into();
            }
        }
        let (value, fault) = self.evaluator.inspect(self.dossier, expr);
        match fault.level {
            FaultLevel::None => show_possible(&value, ty, &self.program.schema),
            FaultLevel::Possible | FaultLevel::Certain => "not computable".into(),
        }
    }

    fn verdicts(&mut self, required: Option<Required>) -> Vec<VerdictLine> {
        let program = self.program;
        let evaluation = &self.judgement.evaluation;
        let without = self.judgement.without_assumptions.as_ref();
        program
            .verdicts
            .iter()
            .zip(&evaluation.verdicts)
            .enumerate()
            .map(|(index, (verdict, outcome))| {
                let on = match &verdict.basis {
                    Basis::Score(scorecard, _) => Some(*scorecard),
                    Basis::Conditions(_) => None,
                };
                let score = on.map(|on| evaluation.scores[on.index()].score.clone());
                let share = score.as_ref().filter(|_| outcome.applies != Applies::Never);
                let required = required.filter(|required| required.verdict.index() == index);
                VerdictLine {
                    code: verdict.head.code.clone(),
                    title: verdict.head.title.clone(),
                    rule: self.cite(verdict.head.name_span),
                    state: outcome.state(),
                    applies: outcome.applies,
                    bands: verdict
                        .bands
                        .iter()
                        .map(|band| BandLine {
                            name: band.name.clone(),
                            title: band.title.clone(),
                            edge: band.edge.map(Fraction::from_number),
                        })
                        .collect(),
                    range: outcome.bands,
                    ungated: outcome.ungated,
                    decided: share.map(decided),
                    earned: share.and_then(earned),
                    score,
                    scorecard: on.map(|on| {
                        let head = &program.scorecards[on.index()].head;
                        (head.code.clone(), head.title.clone())
                    }),
                    assumed: !self.judgement.assumptions.is_empty(),
                    without_assumptions: without.map(|without| {
                        let outcome: &VerdictOutcome = &without.verdicts[index];
                        (outcome.state(), outcome.bands, on.map(|on| without.scores[on.index()].score.clone()))
                    }),
                    capped_by: verdict
                        .gates
                        .iter()
                        .filter(|gate| evaluation.gates[gate.index()].fires != Truth::False)
                        .map(|gate| program.gates[gate.index()].head.code.clone())
                        .collect(),
                    fault: outcome.fault.level,
                    requirement: required
                        .map(|required| (verdict.bands[required.band as usize].title.clone(), outcome.meets(required.band))),
                }
            })
            .collect()
    }

    fn scorecards(&mut self) -> Vec<ScorecardLine> {
        let depths = depths(self.program);
        self.program
            .scorecards
            .iter()
            .zip(&self.judgement.evaluation.scores)
            .zip(depths)
            .map(|((scorecard, outcome), depth)| ScorecardLine {
                code: scorecard.head.code.clone(),
                title: scorecard.head.title.clone(),
                rule: self.cite(scorecard.head.name_span),
                applies: outcome.applies,
                score: outcome.score.clone(),
                points: outcome.points.clone(),
                counted: outcome.counted.clone(),
                worth: scorecard.worth.clone(),
                decided: decided(&outcome.score),
                earned: earned(&outcome.score),
                items: scorecard.items.iter().map(|item| item.index()).collect(),
                depth,
            })
            .collect()
    }

    fn questions(&mut self) -> Vec<QuestionLine> {
        let program = self.program;
        let judgement = self.judgement;
        judgement
            .questions
            .iter()
            .map(|question| {
                let asks = question
                    .items
                    .iter()
                    .filter_map(|item| program.items[item.index()].words.ask.as_ref())
                    .chain(question.gates.iter().filter_map(|gate| program.gates[gate.index()].words.ask.as_ref()))
                    .next();
                let items = question.items.iter().map(|item| &program.items[item.index()].head.code);
                let gates = question.gates.iter().map(|gate| &program.gates[gate.index()].head.code);
                QuestionLine {
                    fact: self.facts.line(question.fact),
                    about: self.facts.about(question.fact),
                    effect: question.effect,
                    bands: question.bands.clone(),
                    score: question.score.clone(),
                    read_by: items.chain(gates).cloned().collect(),
                    ask: self.fill_all(asks),
                }
            })
            .collect()
    }

    fn assumptions(&mut self) -> Vec<AssumptionLine> {
        let (program, judgement) = (self.program, self.judgement);
        judgement
            .assumptions
            .iter()
            .map(|assumption| AssumptionLine {
                fact: self.facts.line(assumption.fact),
                value: match &assumption.value {
                    None => "no further entries".into(),
                    Some(value) => show_possible(value, self.facts.type_of(assumption.fact), &program.schema),
                },
                read_by: program
                    .items
                    .iter()
                    .map(|item| (&item.head.code, &item.reads))
                    .chain(program.gates.iter().map(|gate| (&gate.head.code, &gate.reads)))
                    .filter(|(_, reads)| self.facts.are_read(assumption.fact, reads))
                    .map(|(code, _)| code.clone())
                    .collect(),
            })
            .collect()
    }

    fn parameters(&self) -> Vec<ParameterLine> {
        self.program
            .params
            .iter()
            .map(|param| ParameterLine {
                code: param.head.code.clone(),
                title: param.head.title.clone(),
                value: show_possible(&param.value, param.ty, &self.program.schema),
                origin: param.origin.clone().unwrap_or_else(|| self.sources.address(param.head.name_span)),
                set: param.origin.is_some(),
            })
            .collect()
    }
}

/// The share of points that the evidence settles.
fn decided(score: &Bounds) -> Fraction {
    Fraction::one().subtract(&score.width())
}

/// The share of what is settled that was earned.
fn earned(score: &Bounds) -> Option<Fraction> {
    score.low.divide(&score.low.add(&Fraction::one()).subtract(&score.high))
}

/// How deep each scorecard is included: one more than the shallowest that includes it.
fn depths(program: &Program) -> Vec<usize> {
    let mut depths: Vec<Option<usize>> = vec![None; program.scorecards.len()];
    // Against the order of evaluation, includers come first.
    for step in program.order.iter().rev() {
        let Step::Scorecard(id) = step else { continue };
        let depth = *depths[id.index()].get_or_insert(0);
        for item in &program.scorecards[id.index()].items {
            if let Body::Include(child) = &program.items[item.index()].body {
                let child: &mut Option<usize> = &mut depths[ScorecardId::index(*child)];
                *child = Some(child.map_or(depth + 1, |known| known.min(depth + 1)));
            }
        }
    }
    depths.into_iter().map(|depth| depth.unwrap_or(0)).collect()
}

/// What part of the first scored verdict each scorecard's score is, at the least and at the most; none where it has no part in it.
fn shares(program: &Program, evaluation: &Evaluation) -> Vec<Option<Bounds>> {
    let mut shares: Vec<Option<Bounds>> = vec![None; program.scorecards.len()];
    let root = program.verdicts.iter().find_map(|verdict| match &verdict.basis {
        Basis::Score(scorecard, _) => Some(*scorecard),
        Basis::Conditions(_) => None,
    });
    if let Some(root) = root {
        shares[root.index()] = Some(Bounds::exactly(Fraction::one()));
    }
    for step in program.order.iter().rev() {
        let Step::Scorecard(id) = step else { continue };
        let Some(share) = shares[id.index()].clone() else { continue };
        for item in &program.scorecards[id.index()].items {
            let item = &program.items[item.index()];
            if let Body::Include(child) = &item.body {
                let part = portion(&share, &Bounds::exactly(item.worth.clone()), &evaluation.scores[id.index()].counted);
                let so_far = shares[child.index()].take();
                shares[child.index()] = Some(match so_far {
                    None => part,
                    Some(so_far) => Bounds { low: so_far.low.add(&part.low), high: so_far.high.add(&part.high) },
                });
            }
        }
    }
    shares
}

/// `share * points / counted`, at the least and at the most, never more than the share itself.
fn portion(share: &Bounds, points: &Bounds, counted: &Bounds) -> Bounds {
    let part = |points: &Fraction, counted: &Fraction| points.divide(counted).unwrap_or_else(Fraction::one).min(Fraction::one());
    Bounds { low: share.low.multiply(&part(&points.low, &counted.high)), high: share.high.multiply(&part(&points.high, &counted.low)) }
}

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
    /// Faults in items and gates.
    pub faults: Vec<FaultLine>,
    /// Parameters in force.
    pub parameters: Vec<ParameterLine>,
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
    /// Floor and ceiling after the gates, by place in `bands`.
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
    /// The gates that cap it: those that fire, and those that may.
    pub capped_by: Vec<String>,
    /// The gravest fault.
    pub fault: FaultLevel,
    /// How it stands to the band required, where one is.
    pub requirement: Option<(String, Requirement)>,
}

/// A band.
#[derive(Clone, Debug)]
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
    /// Whether it counts.
    pub applies: Applies,
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
    /// A fault.
    pub fault: FaultLevel,
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
    /// Where the value came from: the rule, or "--set".
    pub origin: String,
    /// Whether it was set from outside.
    pub set: bool,
}
