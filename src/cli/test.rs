//! `plumb test`: runs the tests of the rules.

use std::path::PathBuf;

use clap::Args;

use super::disk::Disk;
use super::outputs::{Outputs, Sinks};
use super::progress::Progress;
use super::{Exit, Format, Stop, Terminal, config, policy};
use crate::judging::Loaded;
use crate::policy::Policy;
use crate::report::Tested;
use crate::source::Sources;
use crate::trials::{self, Suite};
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
    #[arg(long)]
    summary: bool,
    /// End with 0 where it would be 1
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    outputs: Outputs,
}

impl Test {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let sinks = match self.outputs.open(self.summary, terminal) {
            Ok(sinks) => sinks,
            Err(stop) => return stop.end(Format::Human, terminal),
        };
        let prepared = self.least().and_then(|least| Ok((least, self.prepare()?)));
        let (least, (loaded, suite, sources)) = match prepared {
            Ok(prepared) => prepared,
            Err(stop) => return sinks.stopped(&stop),
        };
        match self.test(&loaded.policy, &suite, &sources, least.as_ref(), sinks, terminal) {
            Ok(exit) if self.exit_zero => exit.forgiven(),
            Ok(exit) => exit,
            Err(stop) => stop.end(Format::Human, terminal),
        }
    }

    /// The rules with the tests that are asked for.
    fn prepare(&self) -> Result<(Loaded, Suite, Sources), Stop> {
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
        Ok((loaded, suite, sources))
    }

    fn test(
        &self,
        policy: &Policy,
        suite: &Suite,
        sources: &Sources,
        least: Option<&(String, Fraction)>,
        sinks: Sinks<'_>,
        terminal: &Terminal,
    ) -> Result<Exit, Stop> {
        let outcomes = trials::run(policy, suite, sources);
        let all_pass = outcomes.iter().all(|outcome| outcome.failures.is_empty());
        let passing = |trial: usize| outcomes.iter().any(|outcome| outcome.trial == trial && outcome.failures.is_empty());
        let coverage = (self.coverage || least.is_some()).then(|| trials::coverage(policy, suite, sources, &passing));
        // While a test fails, no alteration could be told from the rules as they are.
        let mut progress = Progress::logged(terminal);
        let mut hear = |tried| progress.hear(|| format!("{tried} altered rules tried so far"));
        let mutation = (self.mutate && all_pass).then(|| trials::mutate(policy, suite, sources, &mut hear));
        let tested = Tested {
            policy,
            sources,
            outcomes: &outcomes,
            only_failures: self.summary,
            coverage: coverage.as_ref(),
            mutation: mutation.as_ref(),
        };
        sinks.tested(&tested)?;
        if self.mutate && !all_pass {
            terminal.complain("the rules were not altered", Some("mend the tests that fail first"));
        }
        let covered = match (least, &coverage) {
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
