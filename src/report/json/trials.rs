//! The record of a run of tests.

use serde::Serialize;

use super::super::Tested;
#[cfg(test)]
use super::words;
use super::{Extent, SCHEMA_VERSION, extent, written};
use crate::source::Sources;
use crate::trials::{Answer, Because, Failure, Gap, Outcome, Survivor};

/// What the tests came to, for programs.
pub fn tested_json(tested: &Tested<'_>) -> String {
    written(&Record {
        schema_version: SCHEMA_VERSION,
        passed: tested.outcomes.len() - tested.failed(),
        failed: tested.failed(),
        tests: tested.outcomes.iter().map(|outcome| test_record(tested, outcome)).collect(),
        coverage: coverage_record(tested),
        altered: altered_record(tested),
    })
}

pub(super) fn test_record<'a>(tested: &Tested<'a>, outcome: &'a Outcome) -> Test<'a> {
    let (trial, sources) = (tested.trial(outcome), tested.sources);
    Test {
        title: &trial.title,
        rulebook: &tested.policy.rulebooks[trial.book].name,
        place: extent(trial.title_span, sources),
        passes: outcome.failures.is_empty(),
        failures: outcome.failures.iter().map(|failure| failure_record(failure, sources)).collect(),
    }
}

pub(super) fn coverage_record<'a>(tested: &Tested<'a>) -> Option<CoverageRecord<'a>> {
    let gap = |gap: &'a Gap| GapRecord { code: &gap.code, missing: &gap.missing, place: extent(gap.span, tested.sources) };
    tested.coverage.map(|coverage| CoverageRecord {
        all: coverage.all,
        reached: coverage.reached,
        missing: coverage.gaps.iter().map(gap).collect(),
    })
}

pub(super) fn altered_record<'a>(tested: &Tested<'a>) -> Option<AlteredRecord<'a>> {
    let survivor = |survivor: &'a Survivor| SurvivorRecord {
        code: &survivor.code,
        from: &survivor.change.from,
        to: &survivor.change.to,
        hint: &survivor.change.hint,
        asked: survivor.asked,
        place: extent(survivor.change.span, tested.sources),
    };
    tested.mutation.map(|mutation| AlteredRecord {
        tried: mutation.tried,
        noticed: mutation.noticed,
        without_effect: mutation.same,
        runs: mutation.runs,
        limited: mutation.limited,
        unnoticed: mutation.survivors.iter().map(survivor).collect(),
    })
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Record<'a> {
    schema_version: u32,
    passed: usize,
    failed: usize,
    tests: Vec<Test<'a>>,
    coverage: Option<CoverageRecord<'a>>,
    altered: Option<AlteredRecord<'a>>,
}

/// What the tests reach of what there is to reach.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CoverageRecord<'a> {
    all: usize,
    reached: usize,
    missing: Vec<GapRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GapRecord<'a> {
    code: &'a str,
    missing: &'a str,
    #[serde(flatten)]
    place: Extent<'a>,
}

/// Which alterations of the rules the tests notice.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AlteredRecord<'a> {
    tried: usize,
    noticed: usize,
    without_effect: usize,
    runs: usize,
    limited: bool,
    unnoticed: Vec<SurvivorRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SurvivorRecord<'a> {
    code: &'a str,
    from: &'a str,
    to: &'a str,
    hint: &'a str,
    asked: bool,
    #[serde(flatten)]
    place: Extent<'a>,
}

/// A test of the rules, and which of its expectations are not met.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Test<'a> {
    title: &'a str,
    rulebook: &'a str,
    #[serde(flatten)]
    place: Extent<'a>,
    passes: bool,
    failures: Vec<FailureRecord<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FailureRecord<'a> {
    expected: &'a str,
    got: &'a str,
    #[cfg_attr(test, schemars(with = "words::Answer"))]
    answer: &'static str,
    #[serde(flatten)]
    place: Extent<'a>,
    because: Vec<Reason<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Reason<'a> {
    code: &'a str,
    outcome: &'a str,
    reason: &'a str,
    rule: &'a str,
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "FactOfTest"))]
struct Fact<'a> {
    path: &'a str,
    value: &'a str,
    at: Option<&'a str>,
}

fn failure_record<'a>(failure: &'a Failure, sources: &'a Sources) -> FailureRecord<'a> {
    FailureRecord {
        expected: &failure.expected,
        got: &failure.got,
        answer: answer_key(failure.answer),
        place: extent(failure.span, sources),
        because: failure.because.iter().map(reason).collect(),
    }
}

fn reason(because: &Because) -> Reason<'_> {
    Reason {
        code: &because.code,
        outcome: &because.outcome,
        reason: &because.reason,
        rule: &because.rule,
        facts: because.facts.iter().map(|(path, value, at)| Fact { path, value, at: at.as_deref() }).collect(),
    }
}

pub(super) fn answer_key(answer: Answer) -> &'static str {
    match answer {
        Answer::Met => "met",
        Answer::NotMet => "not_met",
        Answer::Unknown => "unknown",
        Answer::Faulted => "faulted",
    }
}
