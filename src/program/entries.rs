//! What is said of one entry of a list alone: choices that read the fields of the entry and nothing else. A rule that holds its subject against every entry of a
//! context comes to the same of an entry whatever the subject is, and whichever of the subject's facts is replaced.

use super::uses::{Met, walk_expression};
use super::*;

/// A choice that reads one entry alone.
#[derive(Clone, Copy, Debug)]
pub struct OfEntry {
    /// Which of them it is, counting from 0.
    pub place: u32,
    /// The binder whose entry it reads.
    pub binder: u16,
    /// How many slots an entry has.
    pub slots: u32,
}

/// The outermost of them, by [`ExprId`].
pub(super) fn find(program: &Program) -> Vec<Option<OfEntry>> {
    let (mut found, mut count) = (vec![None; program.expressions.len()], 0);
    let mut within = vec![false; program.expressions.len()];
    // What an expression is made of stands before it.
    for (index, (expr, _)) in program.expressions.iter().enumerate().rev() {
        let Expr::If(_, then, otherwise) = expr else { continue };
        let of = if within[index] { None } else { read_of_one(program, ExprId(index as u32)) };
        if within[index] || of.is_some() {
            within[then.0 as usize] = true;
            within[otherwise.0 as usize] = true;
        }
        if let Some((binder, slots)) = of {
            found[index] = Some(OfEntry { place: count, binder, slots });
            count += 1;
        }
    }
    found
}

/// The binder whose entry is all that an expression reads, and how many slots an entry has.
fn read_of_one(program: &Program, id: ExprId) -> Option<(u16, u32)> {
    let (mut of, mut alone) = (None, true);
    walk_expression(program, id, &mut |met| match met {
        Met::Fact(place) | Met::AskedIfKnown(place) => {
            let here = match place {
                Place::Element { binder, field: Some(field), .. } => slots_of(program, field).map(|slots| (binder, slots)),
                Place::Element { .. } | Place::Fixed { .. } => None,
            };
            alone &= here.is_some() && of.is_none_or(|of| Some(of) == here);
            of = here;
        }
        // Assumptions are noted where they take effect, and names are remembered by themselves.
        Met::Assumed(_) | Met::Needs(_) | Met::Let(_) | Met::Script | Met::Table(_) => alone = false,
        Met::Calculated(_) | Met::Threshold(..) => {}
    });
    of.filter(|_| alone)
}

/// How many slots a record has to which a field belongs.
fn slots_of(program: &Program, field: FieldId) -> Option<u32> {
    let record = program.schema.records.iter().find(|record| record.leaves.iter().any(|leaf| leaf.field == field))?;
    Some(record.leaves.len() as u32)
}
