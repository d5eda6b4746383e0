//! A judgement in words: everything a report shows, as plain data with the texts written out and every line's address. Renderers lay it out and decide nothing.
//!
//! [`explain`] adds no judgement of its own. Where a text has values to put in, it asks the same evaluator, on the same facts, what they are.

mod calendar;
mod facts;
mod items;
mod lines;
mod protocols;
mod scripts;
mod tables;

pub use lines::{
    AssumptionLine, BandLine, ChangeLine, Citation, Explanation, FactLine, FaultLine, GateLine, ItemLine, ParameterLine, ProspectLine,
    ProspectVerdict, QuestionLine, ScorecardLine, SetBy, TableLine, TableRowLine, VerdictLine, WaiverLine, WaiverState,
};

pub use protocols::{ClueLine, ExpiryLine, GapLine, LimitLine, NearLine, ProtocolLine, ProvisionLine, ReviewLine, TriggerLine};
pub use scripts::ScriptShare;

pub(crate) use facts::Facts;
pub(crate) use items::{fault_words, site, written};

use crate::eval::Evaluator;
use crate::policy::{GateId, ScorecardId, VerdictId};
use crate::program::{Basis, Expr, ExprId, Origin, Param, Place, Program, Step, Template};
use crate::sheet::Dossier;
use crate::source::{Sources, Span};
use crate::value::{Fraction, Truth, Type, show_number, show_possible};
use crate::verdict::{Address, Applies, Bounds, Evaluation, FaultKind, FaultLevel, Judgement, VerdictOutcome};

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
        protocols: words.protocols(),
        tables: words.tables(),
        questions: words.questions(),
        asked_if_known: judgement.asked_if_known.iter().map(|fact| words.facts.line(*fact)).collect(),
        assumptions: words.assumptions(),
        discounted: words.facts.discounted(),
        disagreeing: words.facts.disagreeing(),
        faults: words.faults(),
        profile: profile(program, sources),
        waivers: words.waivers(),
        outlook: words.outlook(),
        outlook_left_out: judgement.outlook.left_out,
        effort: judgement.effort,
    }
}

/// A fact with its evidence, in words.
pub fn fact_line(program: &Program, dossier: &Dossier, sources: &Sources, fact: Address) -> FactLine {
    Facts::new(program, dossier, sources).line(fact)
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
            // A script that waits for a fact leaves what its declaration allows.
            _ if fault.kind == FaultKind::ScriptNotRun => show_possible(&value, ty, &self.program.schema),
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
                let bears = |gate: &GateId| evaluation.gates[gate.index()].fires != Truth::False;
                let (lifted, capping): (Vec<GateId>, Vec<GateId>) =
                    verdict.gates.iter().copied().filter(bears).partition(|gate| self.is_lifted(*gate));
                let unwaived = outcome.without_waivers();
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
                    without_waivers: (!lifted.is_empty()).then(|| (unwaived.state(), unwaived.bands)),
                    capped_by: capping.iter().map(|gate| program.gates[gate.index()].head.code.clone()).collect(),
                    scripts: self.script_share(VerdictId(index as u32), on),
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
                let verdicts = question.verdicts.iter().map(|verdict| &program.verdicts[verdict.index()].head.code);
                QuestionLine {
                    fact: self.facts.line(question.fact),
                    about: self.facts.about(question.fact),
                    effect: question.effect,
                    bands: question.bands.clone(),
                    score: question.score.clone(),
                    read_by: items.chain(gates).chain(verdicts).cloned().collect(),
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
                    None if self.facts.is_known(assumption.fact) => "no further entries".into(),
                    None => "an empty list".into(),
                    Some(value) => show_possible(value, self.facts.type_of(assumption.fact), &program.schema),
                },
                read_by: program
                    .items
                    .iter()
                    .map(|item| (&item.head.code, &item.reads))
                    .chain(program.gates.iter().map(|gate| (&gate.head.code, &gate.reads)))
                    .chain(program.limits.iter().map(|limit| (&limit.head.code, &limit.reads)))
                    .chain(program.triggers.iter().map(|trigger| (&trigger.head.code, &trigger.reads)))
                    .chain(program.reviews.iter().map(|review| (&review.head.code, &review.reads)))
                    .filter(|(_, reads)| self.facts.are_read(assumption.fact, reads))
                    .map(|(code, _)| code.clone())
                    .collect(),
            })
            .collect()
    }
}

/// The parameters of a program, with where their values come from.
pub fn parameters(program: &Program, sources: &Sources) -> Vec<ParameterLine> {
    let line = |param: &Param| ParameterLine {
        code: param.head.code.clone(),
        title: param.head.title.clone(),
        value: show_possible(&param.value, param.ty, &program.schema),
        origin: match &param.origin {
            Origin::Rules => sources.address(param.head.name_span),
            Origin::Profile(span) => {
                let profile = program.profile.as_ref().map_or("", |profile| profile.code.as_str());
                format!("profile {profile}, {}", sources.address(*span))
            }
            Origin::Outside(origin) => origin.clone(),
        },
        set_by: match param.origin {
            Origin::Rules => SetBy::Rules,
            Origin::Profile(_) => SetBy::Profile,
            Origin::Outside(_) => SetBy::Option,
        },
    };
    program.params.iter().map(line).collect()
}

/// The profile in force: its code, its title and where it stands.
pub fn profile(program: &Program, sources: &Sources) -> Option<(String, String, Citation)> {
    let cite = |span| Citation { span, address: sources.address(span) };
    program.profile.as_ref().map(|head| (head.code.clone(), head.title.clone(), cite(head.name_span)))
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
        for (_, child) in &program.scorecards[id.index()].includes {
            let child = &mut depths[child.index()];
            *child = Some(child.map_or(depth + 1, |known| known.min(depth + 1)));
        }
    }
    depths.into_iter().map(|depth| depth.unwrap_or(0)).collect()
}

/// The scorecard of the first scored verdict.
pub(crate) fn first_scored(program: &Program) -> Option<ScorecardId> {
    program.verdicts.iter().find_map(|verdict| match &verdict.basis {
        Basis::Score(scorecard, _) => Some(*scorecard),
        Basis::Conditions(_) => None,
    })
}

/// What part of a scorecard's score each scorecard's is, at the least and at the most; none where it has no part in it.
pub(crate) fn shares(program: &Program, evaluation: &Evaluation, root: Option<ScorecardId>) -> Vec<Option<Bounds>> {
    let mut shares: Vec<Option<Bounds>> = vec![None; program.scorecards.len()];
    if let Some(root) = root {
        shares[root.index()] = Some(Bounds::exactly(Fraction::one()));
    }
    for step in program.order.iter().rev() {
        let Step::Scorecard(id) = step else { continue };
        let Some(share) = shares[id.index()].clone() else { continue };
        for (item, child) in &program.scorecards[id.index()].includes {
            let worth = Bounds::exactly(program.items[item.index()].worth.clone());
            let part = portion(&share, &worth, &evaluation.scores[id.index()].counted);
            let so_far = shares[child.index()].take();
            shares[child.index()] = Some(match so_far {
                None => part,
                Some(so_far) => so_far.add(&part),
            });
        }
    }
    shares
}

/// `share * points / counted`, at the least and at the most, never more than the share itself.
pub(crate) fn portion(share: &Bounds, points: &Bounds, counted: &Bounds) -> Bounds {
    let part = |points: &Fraction, counted: &Fraction| points.divide(counted).unwrap_or_else(Fraction::one).min(Fraction::one());
    Bounds { low: share.low.multiply(&part(&points.low, &counted.high)), high: share.high.multiply(&part(&points.high, &counted.low)) }
}
