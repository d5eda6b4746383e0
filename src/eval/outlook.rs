//! What is coming: the same facts, as they stand today, under the rules and waivers of days to come.

use super::{Evaluator, Limits, splitting};
use crate::program::Coming;
use crate::sheet::Dossier;
use crate::verdict::{Effort, Outlook, Prospect};

/// Judges a dossier by the rules and waivers of each day to come on which something changes for it.
pub fn outlook(coming: &Coming, dossier: &Dossier, limits: Limits) -> Outlook {
    let subject = dossier.sheets.first().map_or("", |sheet| sheet.name.as_str());
    let prospects = coming
        .programs
        .iter()
        .filter(|program| program.turns_for(subject))
        .map(|program| {
            let mut evaluator = Evaluator::new(program);
            let mut effort = Effort::default();
            evaluator.decide(dossier);
            let evaluation = splitting::sharpen(&mut evaluator, dossier, limits, &mut effort);
            Prospect { day: program.calendar, evaluation, limited: effort.splits_limited }
        })
        .collect();
    Outlook { prospects, left_out: coming.left_out }
}
