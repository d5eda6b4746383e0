//! How much of a verdict scripts decide: a reader of rules does not see what a script does, and should know what hangs on it.

use super::{Words, portion, shares};
use crate::policy::{ScorecardId, VerdictId};
use crate::value::Fraction;
use crate::verdict::{Applies, Bounds};

/// What of a verdict hangs on the results of scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptShare {
    /// The worth of the items that read a script, as a part of all that counts in the score. Nothing for verdicts by conditions.
    pub points: Bounds,
    /// The gates that read one.
    pub gates: Vec<String>,
}

impl Words<'_> {
    /// What of a verdict hangs on scripts, if anything does.
    pub(super) fn script_share(&self, verdict: VerdictId, on: Option<ScorecardId>) -> Option<ScriptShare> {
        let program = self.program;
        let gates = program.verdicts[verdict.index()].gates.iter().map(|gate| &program.gates[gate.index()]);
        let gates: Vec<String> = gates.filter(|gate| gate.reads_script).map(|gate| gate.head.code.clone()).collect();
        let points = on.map_or_else(|| Bounds::exactly(Fraction::zero()), |on| self.points_of_scripts(on));
        (!gates.is_empty() || !points.high.is_zero()).then_some(ScriptShare { points, gates })
    }

    fn points_of_scripts(&self, on: ScorecardId) -> Bounds {
        let (program, evaluation) = (self.program, &self.judgement.evaluation);
        let none = Bounds::exactly(Fraction::zero());
        if !program.items.iter().any(|item| item.reads_script) {
            return none;
        }
        let shares = shares(program, evaluation, Some(on));
        let total = program.items.iter().zip(&evaluation.items).fold(none, |total, (item, outcome)| {
            let Some(share) = shares[item.scorecard.index()].as_ref().filter(|_| item.reads_script) else { return total };
            let counted = &evaluation.scores[item.scorecard.index()].counted;
            let part = match outcome.applies {
                Applies::Never => return total,
                Applies::Always => portion(share, &Bounds::exactly(item.worth.clone()), counted),
                Applies::Maybe => Bounds::up_to(portion(share, &Bounds::exactly(item.worth.clone()), counted).high),
            };
            Bounds { low: total.low.add(&part.low), high: total.high.add(&part.high) }
        });
        // An include that a script switches on counts beside its own items.
        Bounds { low: total.low.min(Fraction::one()), high: total.high.min(Fraction::one()) }
    }
}
