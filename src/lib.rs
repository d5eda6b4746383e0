//! Plumbrule judges fact sheets against checklists that people can read, and says what missing evidence leaves open.

#[allow(missing_docs, reason = "shown as they fill")]
pub mod source;

pub mod diagnostic;

pub mod value;
