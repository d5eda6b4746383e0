//! Plumbrule judges fact sheets against checklists that people can read, and says what missing evidence leaves open.

pub mod source;

pub mod diagnostic;

pub mod value;

pub mod syntax;

pub mod policy;

pub mod sheet;

pub mod facts;

pub mod program;

pub mod verdict;

pub mod explain;

pub mod eval;

pub mod report;
