//! Why a test failed: the reasons that a report would give, of what its expectation is about.

use super::Failure;
use super::expect::one_line;
use crate::eval::{Limits, judge};
use crate::explain::{Explanation, FactLine, ItemLine, explain as put_into_words};
use crate::policy::{Expectation, ExpectationKind, ExprKind, Judged, Policy, Trial};
use crate::program::Program;
use crate::sheet::Dossier;
use crate::source::Sources;
use crate::value::{Fraction, Truth, show_fraction_points};
use crate::verdict::Applies;

/// The most reasons given for one failure.
const MOST: usize = 6;

/// A reason: what an item, gate or value came to, and the facts it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// `screening.load`
    pub code: String,
    /// Where the rule stands, as `file:line`.
    pub rule: String,
    /// What it came to, in a few words.
    pub outcome: String,
    /// The reason that reports give.
    pub reason: String,
    /// The facts read: path, value, and where that stands, if anywhere.
    pub facts: Vec<(String, String, Option<String>)>,
}

/// Adds the reasons to the failures of one test.
pub(super) fn explain(policy: &Policy, program: &Program, dossier: &Dossier, sources: &Sources, trial: &Trial, failures: &mut [Failure]) {
    let judgement = judge(program, dossier, Limits::default());
    let explanation = put_into_words(program, dossier, &judgement, sources, None);
    let gather = Gather { policy, program, explanation: &explanation };
    for failure in failures {
        let expectation = trial.expects.iter().find(|expectation| expectation.span == failure.span);
        failure.because = expectation.map(|expectation| gather.reasons(expectation)).unwrap_or_default();
    }
}

struct Gather<'g> {
    policy: &'g Policy,
    program: &'g Program,
    explanation: &'g Explanation,
}

impl Gather<'_> {
    fn reasons(&self, expectation: &Expectation) -> Vec<Because> {
        let mut found: Vec<Because> = Vec::new();
        match &expectation.kind {
            ExpectationKind::Holds(expr) | ExpectationKind::Exactly(expr, ..) | ExpectationKind::State(Judged::Value(expr), ..) => {
                self.of_expression(expr, &mut found)
            }
            ExpectationKind::Fires(gate, _) => found.push(self.gate(gate.index())),
            ExpectationKind::State(judged, ..) => match judged {
                Judged::Item(id) => self.item(id.index(), &mut found),
                Judged::Scorecard(id) => self.scorecard(id.index(), &mut found),
                Judged::Gate(id) => found.push(self.gate(id.index())),
                Judged::Verdict(id) => self.verdict(id.index(), &mut found),
                Judged::Value(_) => {}
            },
        }
        let mut kept: Vec<Because> = Vec::new();
        for because in found {
            if !kept.contains(&because) && kept.len() < MOST {
                kept.push(because);
            }
        }
        kept
    }

    fn of_expression(&self, expr: &crate::policy::Expr, found: &mut Vec<Because>) {
        let mut lets = Vec::new();
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Check(id) | ExprKind::Points(id) => self.item(id.index(), found),
            ExprKind::Score(id) | ExprKind::ScorePoints(id) => self.scorecard(id.index(), found),
            ExprKind::Gate(id) => found.push(self.gate(id.index())),
            ExprKind::Band(id) => self.verdict(id.index(), found),
            ExprKind::Let(id) => lets.push(*id),
            _ => {}
        });
        // What a `let` came to is shown already; what it rests on are the items that tests name it beside.
        for id in lets {
            if found.len() < MOST {
                self.of_expression(&self.policy.lets[id.index()].value, found);
            }
        }
    }

    fn item(&self, index: usize, found: &mut Vec<Because>) {
        let line = &self.explanation.items[index];
        match line.included {
            Some(scorecard) => self.scorecard(scorecard, found),
            None => found.push(of_item(line)),
        }
    }

    /// The items of a scorecard, and of those within, that give away most or are not settled.
    fn scorecard(&self, index: usize, found: &mut Vec<Because>) {
        let mut lines: Vec<&ItemLine> = Vec::new();
        let mut pending = vec![index];
        let mut seen = vec![false; self.explanation.scorecards.len()];
        while let Some(index) = pending.pop() {
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            for item in &self.explanation.scorecards[index].items {
                let line = &self.explanation.items[*item];
                match line.included {
                    Some(child) => pending.push(child),
                    None => lines.push(line),
                }
            }
        }
        lines.retain(|line| line.applies != Applies::Never && line.lost.high > Fraction::zero());
        lines.sort_by(|one, other| other.lost.high.cmp(&one.lost.high).then(one.code.cmp(&other.code)));
        found.extend(lines.into_iter().take(4).map(of_item));
    }

    fn gate(&self, index: usize) -> Because {
        let line = &self.explanation.gates[index];
        Because {
            code: line.code.clone(),
            rule: line.rule.address.clone(),
            outcome: match line.fires {
                Truth::True => "fires".into(),
                Truth::False => "does not fire".into(),
                Truth::Unknown => "may fire".into(),
            },
            reason: line.reason.clone(),
            facts: facts(&line.facts),
        }
    }

    fn verdict(&self, index: usize, found: &mut Vec<Because>) {
        for gate in &self.program.verdicts[index].gates {
            if self.explanation.gates[gate.index()].fires != Truth::False {
                found.push(self.gate(gate.index()));
            }
        }
        if let crate::program::Basis::Score(scorecard, _) = &self.program.verdicts[index].basis {
            self.scorecard(scorecard.index(), found);
        }
    }
}

fn of_item(line: &ItemLine) -> Because {
    let worth = show_fraction_points(&line.worth);
    let (low, high) = (show_fraction_points(&line.points.low), show_fraction_points(&line.points.high));
    let outcome = match line.applies {
        Applies::Never => "does not apply".to_string(),
        _ if line.points.is_exact() => format!("{low} of {worth} points"),
        _ => format!("{low} to {high} of {worth} points"),
    };
    Because { code: line.code.clone(), rule: line.rule.address.clone(), outcome, reason: one_line(&line.reason), facts: facts(&line.facts) }
}

/// The facts that an item reads, the first few.
fn facts(lines: &[FactLine]) -> Vec<(String, String, Option<String>)> {
    lines.iter().take(MOST).map(|line| (line.path.clone(), line.value.clone(), line.at.as_ref().map(|at| at.address.clone()))).collect()
}
