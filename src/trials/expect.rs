//! What a test expects against what the rules make of its facts.

use super::because::{self, Because};
use super::{Evaluator, Limits, Prepared, Suite, outcomes};
use crate::policy::{Expectation, ExpectationKind, Expr, ExprKind, Judged, Policy, Root, State, Trial};
use crate::program::{ExprId, Program};
use crate::sheet::Dossier;
use crate::source::{Sources, Span};
use crate::value::{Interval, Possible, Truth, Type, Variants, show_fraction_percent, show_fraction_points, show_possible};
use crate::verdict::{self, Applies, Bounds, Evaluation, FaultLevel};

/// How an expectation came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As expected, whatever is unknown.
    Met,
    /// Otherwise, whatever is unknown.
    NotMet,
    /// The facts leave it open, and so it is not met.
    Unknown,
    /// There is no answer: something in it has no value.
    Faulted,
}

/// How a test came out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which of [`Policy::trials`].
    pub trial: usize,
    /// The expectations that were not met; none: it passes.
    pub failures: Vec<Failure>,
}

/// An expectation that was not met, in words.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where it stands.
    pub span: Span,
    /// How it came out.
    pub answer: Answer,
    /// What was expected, as written.
    pub expected: String,
    /// What came out instead.
    pub got: String,
    /// The reasons that made the difference.
    pub because: Vec<Because>,
}

/// The expressions that decide a test's expectations, in order.
pub(super) fn asked_of<'t>(trial: &'t Trial, into: &mut Vec<&'t Expr>) {
    for expectation in &trial.expects {
        match &expectation.kind {
            ExpectationKind::Holds(condition) => into.push(condition),
            ExpectationKind::Exactly(value, _, low, high) => into.extend([value, low, high]),
            ExpectationKind::State(Judged::Value(value), ..) => into.push(value),
            ExpectationKind::State(..) | ExpectationKind::Fires(..) => {}
        }
    }
}

/// The names in a test's expectations whose values a reader wants to see, in order.
pub(super) fn shown_of<'t>(trial: &'t Trial, into: &mut Vec<&'t Expr>) {
    for expectation in &trial.expects {
        into.extend(named(expectation));
    }
}

fn named(expectation: &Expectation) -> Vec<&Expr> {
    let mut named: Vec<&Expr> = Vec::new();
    let whole = match &expectation.kind {
        ExpectationKind::Holds(expr) | ExpectationKind::Exactly(expr, ..) => expr,
        ExpectationKind::State(Judged::Value(expr), ..) => expr,
        ExpectationKind::State(..) | ExpectationKind::Fires(..) => return named,
    };
    whole.walk(&mut |part| {
        let is_named = match &part.kind {
            ExprKind::Check(_) | ExprKind::Points(_) | ExprKind::Score(_) | ExprKind::ScorePoints(_) | ExprKind::Gate(_) => true,
            ExprKind::Band(_) | ExprKind::Param(_) | ExprKind::Limit(_) | ExprKind::Trigger(_) | ExprKind::Column(..) => true,
            ExprKind::Let(_) => !matches!(part.ty, Type::List(_)),
            ExprKind::Fact(fact) => matches!(fact.root, Root::Document(_)) && !matches!(part.ty, Type::List(_)),
            _ => false,
        };
        if is_named {
            named.push(part);
        }
    });
    named
}

/// Whether a test passes: the question that is asked of every altered rule, so nothing is put into words.
pub(super) fn passes(evaluator: &mut Evaluator, program: &Program, trial: &Trial, asked: &[ExprId], dossier: &Dossier) -> bool {
    evaluator.decide(dossier);
    let mut ids = asked.iter().copied();
    // A run by itself has the verdicts as rules read them, which is without waivers.
    let mut settled = program.waivers.is_empty();
    for expectation in trial.expects.iter().filter(|_| program.waivers.is_empty()) {
        let answer = answer(evaluator, program, expectation, &mut ids, dossier);
        // Splitting only makes bounds narrower, so what is certain without it stays so.
        match (&expectation.kind, answer) {
            (ExpectationKind::Holds(_) | ExpectationKind::Fires(..), Answer::NotMet) => return false,
            (_, Answer::Met) if grows_with_knowledge(expectation) => {}
            _ => settled = false,
        }
    }
    if settled {
        return true;
    }
    outcomes(evaluator, dossier, Limits::default());
    let mut ids = asked.iter().copied();
    trial.expects.iter().all(|expectation| answer(evaluator, program, expectation, &mut ids, dossier) == Answer::Met)
}

/// Whether an expectation that is met stays met when bounds get narrower, which is all that splitting does.
fn grows_with_knowledge(expectation: &Expectation) -> bool {
    match &expectation.kind {
        ExpectationKind::Holds(_) | ExpectationKind::Fires(..) => true,
        ExpectationKind::State(_, holds, state) => *holds && matches!(state, State::Decided | State::Known | State::Applicable),
        ExpectationKind::Exactly(..) => false,
    }
}

/// Runs a test, and says of what failed why.
pub(super) fn outcome(policy: &Policy, suite: &Suite, prepared: &Prepared, sources: &Sources) -> Outcome {
    let trial = &policy.trials[prepared.trial];
    let program = &suite.days[prepared.day].program;
    let dossier = prepared.dossier();
    let mut evaluator = Evaluator::new(program);
    let evaluation = outcomes(&mut evaluator, &dossier, Limits::default());
    let mut asked = prepared.asked.iter().copied();
    let mut shown = prepared.shown.iter().copied();
    let mut failures = Vec::new();
    for expectation in &trial.expects {
        let answer = answer(&mut evaluator, program, expectation, &mut asked, &dossier);
        let names = named(expectation);
        let ids: Vec<ExprId> = shown.by_ref().take(names.len()).collect();
        if answer == Answer::Met {
            continue;
        }
        let mut words = Words { evaluator: &mut evaluator, evaluation: &evaluation, policy, program, dossier: &dossier, sources };
        let got = words.got(expectation, answer, &names, &ids);
        failures.push(Failure {
            span: expectation.span,
            answer,
            expected: one_line(sources.slice(expectation.span)),
            got,
            because: Vec::new(),
        });
    }
    if !failures.is_empty() {
        because::explain(policy, program, &dossier, sources, trial, &mut failures);
    }
    Outcome { trial: prepared.trial, failures }
}

fn answer(
    evaluator: &mut Evaluator,
    program: &Program,
    expectation: &Expectation,
    asked: &mut impl Iterator<Item = ExprId>,
    dossier: &Dossier,
) -> Answer {
    match &expectation.kind {
        ExpectationKind::Holds(_) => match asked.next().map(|id| evaluator.inspect(dossier, id)) {
            Some((_, fault)) if !fault.is_none() => Answer::Faulted,
            Some((Possible::Truth(truth), _)) => of_truth(truth),
            _ => Answer::Unknown,
        },
        ExpectationKind::Exactly(_, holds, ..) => {
            let mut next = || asked.next().map(|id| evaluator.inspect(dossier, id));
            let (value, low, high) = (next(), next(), next());
            let (Some((value, fault)), Some((low, _)), Some((high, _))) = (value, low, high) else { return Answer::Unknown };
            if !fault.is_none() {
                return Answer::Faulted;
            }
            of_bool(is_exactly(&value, &low, &high) == *holds)
        }
        ExpectationKind::Fires(gate, fires) => {
            let outcome = &evaluator.last().gates[gate.index()];
            let truth = if *fires { outcome.fires } else { outcome.fires.not() };
            if outcome.fault.is_none() { of_truth(truth) } else { Answer::Faulted }
        }
        ExpectationKind::State(Judged::Value(_), holds, state) => {
            let Some((value, fault)) = asked.next().map(|id| evaluator.inspect(dossier, id)) else { return Answer::Unknown };
            let known = fault.is_none() && value.is_exact();
            of_bool((known == (*state == State::Known)) == *holds)
        }
        ExpectationKind::State(judged, holds, state) => of_bool(in_state(evaluator.last(), program, judged, *state) == *holds),
    }
}

fn of_truth(truth: Truth) -> Answer {
    match truth {
        Truth::True => Answer::Met,
        Truth::False => Answer::NotMet,
        Truth::Unknown => Answer::Unknown,
    }
}

fn of_bool(met: bool) -> Answer {
    if met { Answer::Met } else { Answer::NotMet }
}

fn is_exactly(value: &Possible, low: &Possible, high: &Possible) -> bool {
    match (value, low, high) {
        (Possible::Range(value), Possible::Range(low), Possible::Range(high)) => *value == Interval::closed(low.low, high.high),
        // Bands: the first is the best, so the floor has the greater place.
        (Possible::Variants(value), Possible::Variants(floor), Possible::Variants(ceiling)) => match (floor.single(), ceiling.single()) {
            (Some(floor), Some(ceiling)) if ceiling <= floor => {
                *value == (ceiling..=floor).fold(Variants(0), |all, band| Variants(all.0 | Variants::one(band).0))
            }
            _ => false,
        },
        _ => false,
    }
}

fn in_state(evaluation: &Evaluation, program: &Program, judged: &Judged, state: State) -> bool {
    match judged {
        Judged::Verdict(id) => {
            let outcome = &evaluation.verdicts[id.index()];
            match state {
                State::Open => outcome.state() == verdict::State::Open,
                State::Decided => outcome.state() == verdict::State::Decided,
                State::Applicable => outcome.applies == Applies::Always,
                State::Known | State::Unknown => false,
            }
        }
        Judged::Scorecard(id) => {
            let outcome = &evaluation.scores[id.index()];
            let exact = outcome.fault.is_none() && outcome.applies == Applies::Always && outcome.score.is_exact();
            of_known(state, outcome.applies, exact)
        }
        Judged::Item(id) => {
            let outcome = &evaluation.items[id.index()];
            let decided = match program.items[id.index()].body {
                crate::program::Body::Check(_) => outcome.passes != Truth::Unknown,
                _ => outcome.points.is_exact(),
            };
            of_known(state, outcome.applies, decided && outcome.fault.is_none() && outcome.applies == Applies::Always)
        }
        Judged::Gate(id) => {
            let outcome = &evaluation.gates[id.index()];
            of_known(state, Applies::Always, outcome.fires != Truth::Unknown && outcome.fault.is_none())
        }
        Judged::Value(_) => false,
    }
}

/// What does not apply is neither known nor unknown.
fn of_known(state: State, applies: Applies, exact: bool) -> bool {
    match state {
        State::Applicable => applies == Applies::Always,
        State::Known => exact,
        State::Unknown => !exact && applies != Applies::Never,
        State::Open | State::Decided => false,
    }
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Words<'w, 'p> {
    evaluator: &'w mut Evaluator<'p>,
    evaluation: &'w Evaluation,
    policy: &'w Policy,
    program: &'p Program,
    dossier: &'w Dossier<'w>,
    sources: &'w Sources,
}

impl Words<'_, '_> {
    fn got(&mut self, expectation: &Expectation, answer: Answer, names: &[&Expr], ids: &[ExprId]) -> String {
        let mut parts: Vec<String> = Vec::new();
        match &expectation.kind {
            ExpectationKind::Fires(gate, _) => {
                parts.push(format!("`{}` {}", self.policy.gates[gate.index()].head.code, self.gate(gate.index())))
            }
            ExpectationKind::State(judged, ..) if !matches!(judged, Judged::Value(_)) => parts.push(self.judged(judged)),
            ExpectationKind::Holds(_) | ExpectationKind::Exactly(..) | ExpectationKind::State(..) => {
                for (name, id) in names.iter().zip(ids) {
                    let part = self.value(name, *id);
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
            }
        }
        if parts.is_empty() {
            parts.push(if answer == Answer::NotMet { "it does not hold".into() } else { "it may hold or not".into() });
        }
        parts.join("; ")
    }

    fn judged(&mut self, judged: &Judged) -> String {
        match judged {
            Judged::Item(id) => {
                let head = &self.policy.items[id.index()].head;
                format!("`{}` {}", head.code, self.item(id.index()))
            }
            Judged::Scorecard(id) => format!("`{}` {}", self.policy.scorecards[id.index()].head.code, self.score(id.index())),
            Judged::Gate(id) => format!("`{}` {}", self.policy.gates[id.index()].head.code, self.gate(id.index())),
            Judged::Verdict(id) => format!("`{}` {}", self.policy.verdicts[id.index()].head.code, self.band(id.index())),
            Judged::Value(_) => String::new(),
        }
    }

    fn value(&mut self, expr: &Expr, id: ExprId) -> String {
        let written = one_line(self.sources.slice(expr.span));
        let came_to = match &expr.kind {
            ExprKind::Check(id) | ExprKind::Points(id) => self.item(id.index()),
            ExprKind::Score(id) => self.score(id.index()),
            ExprKind::ScorePoints(id) => {
                let outcome = &self.evaluation.scores[id.index()];
                match outcome.applies {
                    Applies::Never => "does not apply".into(),
                    Applies::Always | Applies::Maybe => format!("is {}", points(&outcome.points)),
                }
            }
            ExprKind::Gate(id) => self.gate(id.index()),
            ExprKind::Band(id) => self.band(id.index()),
            ExprKind::Fact(fact) => {
                let known = match fact.root {
                    Root::Document(document) => {
                        let slot = if fact.field.is_some() { fact.leaf } else { 0 };
                        self.dossier.sheets[document.index()].slots.get(slot as usize).is_some_and(|slot| slot.known)
                    }
                    Root::Element(_) => true,
                };
                if known { self.shown(expr.ty, id) } else { "is not known".into() }
            }
            _ => self.shown(expr.ty, id),
        };
        format!("`{written}` {came_to}")
    }

    fn shown(&mut self, ty: Type, id: ExprId) -> String {
        let (value, fault) = self.evaluator.inspect(self.dossier, id);
        match fault.level {
            FaultLevel::None => format!("is {}", show_possible(&value, ty, &self.program.schema)),
            FaultLevel::Possible | FaultLevel::Certain => "is not computable".into(),
        }
    }

    fn item(&self, index: usize) -> String {
        let outcome = &self.evaluation.items[index];
        let is_check = matches!(self.program.items[index].body, crate::program::Body::Check(_));
        match (outcome.applies, outcome.passes) {
            (Applies::Never, _) => "does not apply".into(),
            (Applies::Maybe, _) => "may apply or not".into(),
            (Applies::Always, _) if !outcome.fault.is_none() => "can't be computed".into(),
            (Applies::Always, Truth::True) => "passes".into(),
            (Applies::Always, Truth::False) => "fails".into(),
            (Applies::Always, Truth::Unknown) if is_check => "may pass or fail".into(),
            (Applies::Always, Truth::Unknown) => format!("gives {}", points(&outcome.points)),
        }
    }

    fn score(&self, index: usize) -> String {
        let outcome = &self.evaluation.scores[index];
        if outcome.applies == Applies::Never {
            return "does not apply".into();
        }
        let shown = |end| show_fraction_percent(end, &[]);
        let score = &outcome.score;
        if score.is_exact() { format!("is {}", shown(&score.low)) } else { format!("is {} to {}", shown(&score.low), shown(&score.high)) }
    }

    fn gate(&self, index: usize) -> String {
        let outcome = &self.evaluation.gates[index];
        match outcome.fires {
            _ if !outcome.fault.is_none() => "can't be computed".into(),
            Truth::True => "fires".into(),
            Truth::False => "does not fire".into(),
            Truth::Unknown => "may fire or not".into(),
        }
    }

    fn band(&self, index: usize) -> String {
        let outcome = &self.evaluation.verdicts[index];
        let name = |band: u32| self.program.verdicts[index].bands.get(band as usize).map_or("?", |band| band.name.as_str());
        match outcome.state() {
            verdict::State::Faulted => "is faulted".into(),
            verdict::State::NotApplicable => "does not apply".into(),
            verdict::State::Decided => format!("is {}", name(outcome.bands.floor)),
            verdict::State::Open => format!("is open: {} to {}", name(outcome.bands.floor), name(outcome.bands.ceiling)),
        }
    }
}

fn points(points: &Bounds) -> String {
    let (low, high) = (show_fraction_points(&points.low), show_fraction_points(&points.high));
    match (points.is_exact(), low.as_str()) {
        (true, "1") => "1 point".into(),
        (true, _) => format!("{low} points"),
        (false, _) => format!("{low} to {high} points"),
    }
}
