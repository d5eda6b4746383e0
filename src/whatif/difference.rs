//! What changes do: two judgements of one subject side by side.

use crate::explain::{Explanation, FactLine, ItemLine, LimitLine, TriggerLine, VerdictLine};
use crate::verdict::Applies;

/// Two judgements, before and after, and what differs. Of both explanations the lists are in the same order, for the rules are the same.
pub struct Difference<'e> {
    /// The first.
    pub before: &'e Explanation,
    /// The second.
    pub after: &'e Explanation,
    /// What was stated anew.
    pub stated: Vec<(FactLine, FactLine)>,
    /// All verdicts.
    pub verdicts: Vec<Moved<'e, VerdictLine>>,
    /// Scorecards, by place, whose score differs.
    pub scorecards: Vec<usize>,
    /// Items that differ, includes aside.
    pub items: Vec<Moved<'e, ItemLine>>,
    /// Gates that differ, by place: how each fires.
    pub gates: Vec<usize>,
    /// Limits that differ.
    pub limits: Vec<Moved<'e, LimitLine>>,
    /// Triggers that differ.
    pub triggers: Vec<Moved<'e, TriggerLine>>,
    /// Questions that were open and are not.
    pub answered: Vec<String>,
    /// Questions that are open and were not.
    pub raised: Vec<String>,
}

/// Something before and after.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'e, T> {
    /// Before.
    pub before: &'e T,
    /// After.
    pub after: &'e T,
}

/// Puts two judgements side by side.
pub fn difference<'e>(before: &'e Explanation, after: &'e Explanation, stated: Vec<(FactLine, FactLine)>) -> Difference<'e> {
    let points = |item: &ItemLine| (item.applies, (item.applies != Applies::Never).then(|| item.points.clone()), item.fault);
    let limits = |explanation: &'e Explanation| explanation.protocols.iter().flat_map(|protocol| &protocol.limits);
    let triggers = |explanation: &'e Explanation| explanation.protocols.iter().flat_map(|protocol| &protocol.triggers);
    let fires = |trigger: &TriggerLine| (trigger.about.applies, trigger.fires, trigger.about.fault);
    let asked =
        |explanation: &Explanation| -> Vec<String> { explanation.questions.iter().map(|question| question.fact.path.clone()).collect() };
    let (was_asked, is_asked) = (asked(before), asked(after));
    Difference {
        before,
        after,
        stated,
        verdicts: pairs(before.verdicts.iter(), after.verdicts.iter()).collect(),
        scorecards: (0..before.scorecards.len().min(after.scorecards.len()))
            .filter(|place| {
                let (before, after) = (&before.scorecards[*place], &after.scorecards[*place]);
                (before.applies, &before.score) != (after.applies, &after.score)
            })
            .collect(),
        items: pairs(before.items.iter(), after.items.iter())
            .filter(|moved| moved.before.included.is_none() && points(moved.before) != points(moved.after))
            .collect(),
        gates: (0..before.gates.len().min(after.gates.len()))
            .filter(|place| {
                let (before, after) = (&before.gates[*place], &after.gates[*place]);
                (before.fires, before.fault) != (after.fires, after.fault)
            })
            .collect(),
        limits: pairs(limits(before), limits(after))
            .filter(|moved| (moved.before.about.applies, &moved.before.value) != (moved.after.about.applies, &moved.after.value))
            .collect(),
        triggers: pairs(triggers(before), triggers(after)).filter(|moved| fires(moved.before) != fires(moved.after)).collect(),
        answered: was_asked.iter().filter(|path| !is_asked.contains(path)).cloned().collect(),
        raised: is_asked.iter().filter(|path| !was_asked.contains(path)).cloned().collect(),
    }
}

impl Difference<'_> {
    /// Whether nothing that is judged differs.
    pub fn is_none(&self) -> bool {
        let same = |moved: &Moved<'_, VerdictLine>| {
            (moved.before.state, moved.before.range, &moved.before.score) == (moved.after.state, moved.after.range, &moved.after.score)
        };
        self.verdicts.iter().all(same)
            && self.scorecards.is_empty()
            && self.items.is_empty()
            && self.gates.is_empty()
            && self.limits.is_empty()
            && self.triggers.is_empty()
    }
}

fn pairs<'e, T: 'e>(before: impl Iterator<Item = &'e T>, after: impl Iterator<Item = &'e T>) -> impl Iterator<Item = Moved<'e, T>> {
    before.zip(after).map(|(before, after)| Moved { before, after })
}
