//! The words of closed sets in the record, for its schemas. Where a function makes them, it is asked; its match and the one here know every case.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::calendar::waiver_key;
use super::protocols::trigger_key;
use super::trials::answer_key;
use super::{applies_key, effect_key, fault_key, severity_key, state_key, truth_key};
use crate::diagnostic::Severity as Gravity;
use crate::explain::WaiverState;
use crate::report::requirement_key;
use crate::requirements::Level as Grade;
use crate::trials::Answer as Answered;
use crate::value::Truth as Holds;
use crate::verdict::{Applies as Counts, Effect as Moves, FaultLevel, Requirement, State as Stands};

macro_rules! words {
    ($($name:ident: $all:expr;)*) => {$(
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<&str> = $all.into_iter().collect();
                json_schema!({ "type": "string", "enum": words })
            }
        }
    )*};
}

/// All cases of an enumeration, of which the compiler knows that none is missing.
macro_rules! every {
    ($of:ident { $($case:ident),* } by $key:expr) => {{
        let none_is_missing = |case: $of| match case { $($of::$case => case),* };
        [$($of::$case),*].map(none_is_missing).map($key)
    }};
}

words! {
    Standing: every!(Requirement { Met, Undecided, NotMet, Faulted } by requirement_key);
    State: every!(Stands { Decided, Open, NotApplicable, Faulted } by state_key);
    Applies: every!(Counts { Always, Maybe, Never } by applies_key);
    Truth: every!(Holds { True, Unknown, False } by truth_key);
    Fault: every!(FaultLevel { None, Possible, Certain } by fault_key);
    Effect: every!(Moves { Settles, CanSettle, Helps } by effect_key);
    Trigger: every!(Holds { True, Unknown, False } by trigger_key);
    Answer: every!(Answered { Met, NotMet, Unknown, Faulted } by answer_key);
    Waiver: every!(WaiverState { Used, Pending, Unused, NotYet, Expired } by waiver_key);
    Level: every!(Grade { Error, Warning, Note } by Grade::name);
    Severity: every!(Gravity { Error, Warning } by severity_key);
    RowHolds: ["true", "unknown"];
    SetBy: ["rules", "profile", "option"];
    ItemKind: ["check", "grade", "ramp", "measure", "include"];
    Several: ["several"];
    InForce: ["now", "not_yet", "no_longer"];
    WaiverOf: ["gate", "item"];
    ChangeOf: ["rule", "waiver"];
    ConcernKind: ["requirement", "gate", "item", "trigger"];
    PartKind: ["rule", "written", "named", "fact", "entries", "words"];
    PartState: ["holds", "fails", "open", "faulted", "plain"];
}
