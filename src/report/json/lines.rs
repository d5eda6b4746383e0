//! The record line by line, so that a reader can begin before the run has ended. Each line is an object with one key, which says what it holds; what that is, is as
//! in the one document. INVARIANT: the first line is `begin` and the last one `end`, so whoever meets no `end` has read a part.

use serde::Serialize;

use super::trials::{AlteredRecord, CoverageRecord, Test, altered_record, coverage_record, test_record};
#[cfg(test)]
use super::words;
use super::{Finding, Project, RunRecord, SCHEMA_VERSION, Trouble, Unjudged, Writer, finding_record, line, run_record, unjudged_record};
use crate::diagnostic::Diagnostic;
use crate::report::forms::Closing;
use crate::report::{Run, Tested, requirement_key};
use crate::requirements::{Judged, Outcome};
use crate::source::Sources;

/// What stands on a line.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum Line<'a> {
    /// The first.
    Begin(Begin<'a>),
    /// A project that was judged.
    Project(Box<Project<'a>>),
    /// A sheet that could not be judged.
    Unjudged(Unjudged<'a>),
    /// Something that is wrong with rules, facts or waivers.
    Finding(Finding<'a>),
    /// A test of the rules.
    Test(Test<'a>),
    /// The last.
    End(End<'a>),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Begin<'a> {
    schema_version: u32,
    /// What judgements rest on; only where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunRecord<'a>>,
}

/// What a run came to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum End<'a> {
    Judged {
        projects: usize,
        unjudged: usize,
        #[cfg_attr(test, schemars(with = "words::Standing"))]
        standing: &'static str,
        error: Option<Trouble<'a>>,
    },
    Checked {
        errors: usize,
        warnings: usize,
    },
    Tested {
        passed: usize,
        failed: usize,
        coverage: Option<CoverageRecord<'a>>,
        altered: Option<AlteredRecord<'a>>,
    },
    Stopped {
        error: Trouble<'a>,
    },
}

/// Lines of judgements under way.
#[derive(Default)]
pub(in crate::report) struct Lines {
    projects: usize,
    unjudged: usize,
}

impl Lines {
    pub(in crate::report) fn begin(run: &Run<'_>) -> String {
        line(&Line::Begin(Begin { schema_version: SCHEMA_VERSION, run: Some(run_record(run)) }))
    }

    pub(in crate::report) fn piece(run: &Run<'_>, judged: &Judged) -> String {
        match &judged.outcome {
            Outcome::Judged(explanation, _) => {
                let project = Writer { sources: &judged.sources }.project(explanation, run.requirements);
                line(&Line::Project(Box::new(project)))
            }
            Outcome::Rejected(findings) => line(&Line::Unjudged(unjudged_record(judged, "the sheet has errors", findings))),
            Outcome::Unreadable(why) => line(&Line::Unjudged(unjudged_record(judged, why, &[]))),
        }
    }

    pub(in crate::report) fn count(&mut self, judged: &Judged) {
        let count = if judged.explanation().is_some() { &mut self.projects } else { &mut self.unjudged };
        *count += 1;
    }

    pub(in crate::report) fn end(&self, closing: &Closing<'_>) -> String {
        let found =
            closing.findings.iter().flat_map(|(found, sources)| found.iter().map(|one| line(&Line::Finding(finding_record(one, sources)))));
        let end = line(&Line::End(End::Judged {
            projects: self.projects,
            unjudged: self.unjudged,
            standing: requirement_key(closing.standing),
            error: closing.trouble.map(|(message, help)| Trouble { message, help }),
        }));
        found.chain([end]).collect()
    }

    pub(in crate::report) fn findings(findings: &[Diagnostic], sources: &Sources) -> String {
        let errors = findings.iter().filter(|finding| finding.is_error()).count();
        let mut text = begin();
        text.extend(findings.iter().map(|finding| line(&Line::Finding(finding_record(finding, sources)))));
        text + &line(&Line::End(End::Checked { errors, warnings: findings.len() - errors }))
    }

    pub(in crate::report) fn tests(tested: &Tested<'_>) -> String {
        let mut text = begin();
        text.extend(tested.outcomes.iter().map(|outcome| line(&Line::Test(test_record(tested, outcome)))));
        text + &line(&Line::End(End::Tested {
            passed: tested.outcomes.len() - tested.failed(),
            failed: tested.failed(),
            coverage: coverage_record(tested),
            altered: altered_record(tested),
        }))
    }

    pub(in crate::report) fn trouble(message: &str, help: Option<&str>) -> String {
        begin() + &line(&Line::End(End::Stopped { error: Trouble { message, help } }))
    }
}

fn begin() -> String {
    line(&Line::Begin(Begin { schema_version: SCHEMA_VERSION, run: None }))
}
