//! Plumbrule judges fact sheets against checklists that people can read, and says what missing evidence leaves open.
//!
//! ```text
//! rule files ─parse→ Rulebook ─check→ Policy ─build→ Program ┐
//!                                                             ├─judge→ Judgement ─explain→ Explanation → report
//! fact sheets ──────────────────read────────────────→ Sheet ─┘
//! ```
//!
//! The modules stand in the order of the flow, and each uses only those above it. `docs/architecture.md` is the map.

pub mod source;

pub mod digest;

pub mod diagnostic;

pub mod value;

pub mod syntax;

pub mod scripts;

pub mod policy;

pub mod check;

pub(crate) mod yaml;

pub mod sheet;

pub mod facts;

pub mod waivers;

pub mod program;

pub mod verdict;

pub mod eval;

pub mod audit;

pub mod explain;

pub mod requirements;

pub mod why;

pub mod whatif;

pub mod compare;

pub mod diff;

pub mod trials;

pub mod handbook;

pub mod report;

pub mod judging;

pub mod record;

pub mod cli;
