//! `plumb test`: runs the tests of the rules.

use std::path::PathBuf;

use clap::Args;

use super::disk::Disk;
use super::progress::Progress;
use super::{Exit, Format, Stop, Terminal, config, policy};
use crate::report::{self, Tested};
use crate::source::Sources;
use crate::trials;
use crate::value::{Fraction, Number, Type, parse_quantity};

/// Run the tests of the rules
///
/// Tests stand in the rulebooks, or in files of their own in the folder `tests` beside them.
///
/// Ends with 0 if all pass, 1 if one fails or less is reached than asked for, 2 if they could not be run.
#[derive(Args)]
pub(super) struct Test {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    rules: Option<PathBuf>,
    /// Only tests with this text in their title or file
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    #[command(flatten)]
    which: config::Which,
    /// Also say which outcomes and thresholds of the rules no test reaches
    #[arg(long)]
    coverage: bool,
    /// The least share of outcomes and thresholds that the tests must reach, as `90%`
    #[arg(long, value_name = "PERCENT")]
    min_coverage: Option<String>,
    /// Also alter the rules, one thing at a time, and say which alterations no test notices
    #[arg(long)]
    mutate: bool,
    /// Only what fails, and the count
    #[arg(long, conflicts_with = "format")]
    summary: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Test {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.test(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn test(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let least = self.least()?;
        let config = config::load(&self.which)?;
        let mut sources = Sources::new();
        let mut loaded = policy::load_with_tests(&config, &config.rules(self.rules.as_deref()), &mut sources)?;
        if loaded.is_broken() {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        }
        let prepared = trials::prepare(&loaded.policy, &Disk, &mut sources);
        loaded.add(prepared.diagnostics);
        if loaded.is_broken() {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        }
        let mut suite = prepared.value;
        if suite.trials.is_empty() {
            let help = "write `test \"…\" { … }` into a rulebook, or into a file in the folder `tests` beside the rules";
            return Err(Stop::helped("the rules have no tests", help));
        }
        if let Some(text) = &self.filter {
            let of_file = |trial: &crate::policy::Trial| sources.name(trial.span.file).contains(text.as_str());
            suite.retain(&loaded.policy, |trial| trial.title.contains(text.as_str()) || of_file(trial));
            if suite.trials.is_empty() {
                let help = "leave out `--filter` to see all tests";
                return Err(Stop::helped(format!("no test has `{text}` in its title or file"), help));
            }
        }
        let outcomes = trials::run(&loaded.policy, &suite, &sources);
        let all_pass = outcomes.iter().all(|outcome| outcome.failures.is_empty());
        let passing = |trial: usize| outcomes.iter().any(|outcome| outcome.trial == trial && outcome.failures.is_empty());
        let coverage = (self.coverage || least.is_some()).then(|| trials::coverage(&loaded.policy, &suite, &sources, &passing));
        // While a test fails, no alteration could be told from the rules as they are.
        let mut progress = Progress::logged(terminal);
        let mut hear = |tried| progress.hear(|| format!("{tried} altered rules tried so far"));
        let mutation = (self.mutate && all_pass).then(|| trials::mutate(&loaded.policy, &suite, &sources, &mut hear));
        let tested = Tested {
            policy: &loaded.policy,
            sources: &sources,
            outcomes: &outcomes,
            only_failures: self.summary,
            coverage: coverage.as_ref(),
            mutation: mutation.as_ref(),
        };
        terminal.result(&match self.format {
            Format::Human => report::tested(&tested, terminal.out),
            Format::Json => report::tested_json(&tested),
        });
        if self.mutate && !all_pass {
            terminal.complain("the rules were not altered", Some("mend the tests that fail first"));
        }
        let covered = match (&least, &coverage) {
            (Some((text, least)), Some(coverage)) if !reaches(coverage, least) => {
                terminal.complain(&format!("the tests reach less than the {text} asked for"), None);
                false
            }
            _ => true,
        };
        Ok(if all_pass && covered { Exit::Met } else { Exit::NotMet })
    }

    /// The share that the tests must reach, with how it was written.
    fn least(&self) -> Result<Option<(String, Fraction)>, Stop> {
        let Some(text) = &self.min_coverage else { return Ok(None) };
        let share = parse_quantity(text, Type::Percent).ok().filter(|share| *share >= Number::ZERO && *share <= Number::ONE);
        match share {
            Some(share) => Ok(Some((text.clone(), Fraction::from_number(share)))),
            None => {
                let help = "write a percent up to 100%, as `--min-coverage 90%`";
                Err(Stop::helped(format!("`--min-coverage {text}` is no share"), help))
            }
        }
    }
}

/// Whether the tests reach at least so much.
fn reaches(coverage: &trials::Coverage, least: &Fraction) -> bool {
    let whole = |count: usize| i64::try_from(count).map_or(Fraction::zero(), Fraction::whole);
    whole(coverage.reached) >= whole(coverage.all).multiply(least)
}
