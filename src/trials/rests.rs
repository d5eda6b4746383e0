//! Which rules a test rests on: what its expectations name, and all that these need.

use std::collections::BTreeSet;

use crate::policy::{Body, Edge, Expectation, ExpectationKind, Expr, ExprKind, Judged, Policy, RowWhen, ScorecardId, Trial, VerdictId};

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A parameter.
    Param(u32),
    /// A `let`.
    Let(u32),
    /// A check, grade, ramp, measure or include.
    Item(u32),
    /// A gate.
    Gate(u32),
    /// A verdict.
    Verdict(u32),
    /// A table.
    Table(u32),
    /// A limit.
    Limit(u32),
    /// A trigger.
    Trigger(u32),
}

/// Everything that a test rests on.
pub(super) fn rests_on(policy: &Policy, trial: &Trial) -> BTreeSet<Owner> {
    let mut resting = Resting::of(policy, trial, true);
    while let Some(owner) = resting.pending.pop() {
        resting.owner(owner);
    }
    resting.found
}

/// The rules that a test's expectations name. A score names none, for it is that of many.
pub(super) fn named_by(policy: &Policy, trial: &Trial) -> BTreeSet<Owner> {
    Resting::of(policy, trial, false).found
}

struct Resting<'r> {
    policy: &'r Policy,
    /// Whether a scorecard stands for its items.
    through_scorecards: bool,
    found: BTreeSet<Owner>,
    pending: Vec<Owner>,
}

impl<'r> Resting<'r> {
    /// What a test's expectations name.
    fn of(policy: &'r Policy, trial: &Trial, through_scorecards: bool) -> Resting<'r> {
        let mut resting = Resting { policy, through_scorecards, found: BTreeSet::new(), pending: Vec::new() };
        for expectation in &trial.expects {
            resting.expectation(expectation);
        }
        resting
    }

    fn meet(&mut self, owner: Owner) {
        if self.found.insert(owner) {
            self.pending.push(owner);
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        match &expectation.kind {
            ExpectationKind::Holds(expr) | ExpectationKind::State(Judged::Value(expr), ..) => self.expr(expr),
            ExpectationKind::Exactly(value, _, low, high) => [value, low, high].into_iter().for_each(|expr| self.expr(expr)),
            ExpectationKind::Fires(gate, _) => self.meet(Owner::Gate(gate.0)),
            ExpectationKind::State(judged, ..) => match judged {
                Judged::Item(item) => self.meet(Owner::Item(item.0)),
                Judged::Scorecard(scorecard) => self.scorecard(*scorecard),
                Judged::Gate(gate) => self.meet(Owner::Gate(gate.0)),
                Judged::Verdict(verdict) => self.verdict(*verdict),
                Judged::Value(_) => {}
            },
        }
    }

    fn expr(&mut self, expr: &Expr) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Param(id) => self.meet(Owner::Param(id.0)),
            ExprKind::Let(id) => self.meet(Owner::Let(id.0)),
            ExprKind::Check(id) | ExprKind::Points(id) => self.meet(Owner::Item(id.0)),
            ExprKind::Score(id) | ExprKind::ScorePoints(id) => self.scorecard(*id),
            ExprKind::Gate(id) => self.meet(Owner::Gate(id.0)),
            ExprKind::Band(id) => self.verdict(*id),
            ExprKind::Column(id, _) => self.meet(Owner::Table(id.0)),
            ExprKind::Limit(id) => self.meet(Owner::Limit(id.0)),
            ExprKind::Trigger(id) => self.meet(Owner::Trigger(id.0)),
            _ => {}
        });
    }

    fn scorecard(&mut self, id: ScorecardId) {
        if self.through_scorecards {
            for item in &self.policy.scorecards[id.index()].items {
                self.meet(Owner::Item(item.0));
            }
        }
    }

    fn verdict(&mut self, id: VerdictId) {
        self.meet(Owner::Verdict(id.0));
    }

    fn maybe(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn owner(&mut self, owner: Owner) {
        let policy = self.policy;
        match owner {
            Owner::Param(id) => self.expr(&policy.params[id as usize].value),
            Owner::Let(id) => self.expr(&policy.lets[id as usize].value),
            Owner::Item(id) => {
                let item = &policy.items[id as usize];
                self.maybe(item.worth.as_ref());
                self.maybe(item.applies.as_ref());
                match &item.body {
                    Body::Check(expr) | Body::Measure(expr) => self.expr(expr),
                    Body::Grade(operand, rows) => {
                        self.maybe(operand.as_ref());
                        for row in rows {
                            self.expr(&row.points);
                            match &row.when {
                                RowWhen::When(condition) => self.expr(condition),
                                RowWhen::Test(test) => test.each_value(&mut |value| self.expr(value)),
                                RowWhen::Otherwise => {}
                            }
                        }
                    }
                    Body::Ramp(operand, knots) => {
                        self.expr(operand);
                        for knot in knots {
                            self.expr(&knot.at);
                            self.expr(&knot.points);
                        }
                    }
                    Body::Include(child) => self.scorecard(*child),
                }
            }
            Owner::Gate(id) => {
                let gate = &policy.gates[id as usize];
                self.maybe(gate.applies.as_ref());
                self.expr(&gate.when);
            }
            Owner::Table(id) => {
                let table = &policy.tables[id as usize];
                table.inputs.iter().for_each(|input| self.expr(&input.value));
                for row in table.rows.iter().chain(&table.otherwise) {
                    row.cells.iter().filter_map(|(test, _)| test.as_ref()).for_each(|test| test.each_value(&mut |value| self.expr(value)));
                    row.outputs.iter().for_each(|output| self.expr(output));
                }
            }
            Owner::Limit(id) => {
                let limit = &policy.limits[id as usize];
                self.maybe(limit.applies.as_ref());
                self.expr(&limit.value);
            }
            Owner::Trigger(id) => {
                let trigger = &policy.triggers[id as usize];
                self.maybe(trigger.applies.as_ref());
                self.expr(&trigger.when);
            }
            Owner::Verdict(id) => {
                let verdict = &policy.verdicts[id as usize];
                if let Some(scorecard) = verdict.on {
                    self.scorecard(scorecard);
                }
                for edge in &verdict.edges {
                    if let Edge::AtLeast(expr) | Edge::When(expr) = edge {
                        self.expr(expr);
                    }
                }
                for (index, gate) in policy.gates.iter().enumerate() {
                    if gate.verdict == Some(VerdictId(id)) {
                        self.meet(Owner::Gate(index as u32));
                    }
                }
            }
        }
    }
}
