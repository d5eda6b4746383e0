//! What is asked of every project, as options and `plumb.yaml` say: a band, scores, levels, and a baseline of what is known already.

use std::path::PathBuf;

use clap::Args;

use super::config::{By, Config, InForce};
use super::disk;
use super::judging::Desk;
use super::touched::Branch;
use super::{Stop, Terminal, near};
use crate::diagnostic::{Diagnostic, codes, counted, listed};
use crate::judging::Role;
use crate::program::{Basis, Program};
use crate::requirements::baseline::{Accepted, Baseline, Tally};
use crate::requirements::{Judged, LeastScore, Level, Requirements};
use crate::source::Sources;
use crate::value::Fraction;

/// The most bytes of a baseline.
const LARGEST: u64 = 16 << 20;

/// What is asked.
#[derive(Args, Clone)]
pub(super) struct Demands {
    /// The band that every project must reach; by default as `plumb.yaml` says
    #[arg(long, value_name = "BAND")]
    pub(super) require: Option<String>,
    /// The score that every project must reach, as `60%` or `main.conviction=60%`: the share of points that is proven, before any gate; by default as
    /// `plumb.yaml` says
    #[arg(long, value_name = "[VERDICT=]PERCENT")]
    pub(super) min_score: Vec<String>,
    /// The least level of what stands against a project that counts against it; by default as `plumb.yaml` says
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<Level>,
    /// How grave it is what has a reason code, as `risk.unaudited=warning`: `error`, `warning`, `note` or `off`
    #[arg(long, value_name = "CODE=LEVEL")]
    pub(super) severity: Vec<String>,
    /// The file of findings that are known and accepted for now; by default as `plumb.yaml` says
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
}

impl Demands {
    /// Asks it of every project that the desk judges. With `update` there need be no baseline yet: it is made of what is found.
    ///
    /// # Errors
    /// When the rules have no such band, verdict or reason code, or the baseline can't be read.
    pub(super) fn lay(&self, desk: &mut Desk, update: bool) -> Result<Option<Ledger>, Stop> {
        desk.require(self.require.as_deref())?;
        desk.requirements.scores = scores(&desk.config, &desk.program, &self.min_score).map_err(|wrong| wrong.stop(&desk.config))?;
        let severities = desk.config.severities(&self.severity)?;
        for set in severities {
            named_code(&desk.program, &set.code).map_err(|wrong| wrong.stop(&desk.config))?;
            desk.requirements.levels.insert(set.code.value, set.level.value);
        }
        desk.requirements.fail_on = desk.config.fail_on(self.fail_on).value;
        let InForce { value, by } = desk.config.baseline(self.baseline.as_deref());
        match value {
            Some(path) => Ledger::open(path, &by, desk, update).map(Some),
            None if update => {
                let help = "name it by `--baseline FILE`, or write it into `plumb.yaml` as `baseline: baseline.yaml`";
                Err(Stop::helped("`--update-baseline` needs a baseline, and none is named", help))
            }
            None => Ok(None),
        }
    }
}

/// Something that options or `plumb.yaml` name and the rules don't have.
struct Misnamed {
    by: By,
    message: String,
    help: String,
}

impl Misnamed {
    fn stop(self, config: &Config) -> Stop {
        config.refuse(&self.by, &codes::BAD_CONFIG, self.message, Some(self.help))
    }
}

/// What is wrong with the names that `plumb.yaml` gives for what is asked.
pub(super) fn misnamed(config: &Config, program: &Program, sources: &mut Sources) -> Vec<Diagnostic> {
    let scores = scores(config, program, &[]).err();
    let severities = config.severities(&[]).unwrap_or_default();
    let codes = severities.iter().filter_map(|set| named_code(program, &set.code).err());
    let mut finding = |wrong: Misnamed| config.finding(&wrong.by, &codes::BAD_CONFIG, &wrong.message, Some(&wrong.help), sources);
    scores.into_iter().chain(codes).filter_map(&mut finding).collect()
}

/// The scores to reach.
fn scores(config: &Config, program: &Program, options: &[String]) -> Result<Vec<LeastScore>, Misnamed> {
    let asked = config.min_score(options).map_err(|stop| match stop {
        Stop::Trouble(message, help) => Misnamed { by: By::Option("--min-score"), message, help: help.unwrap_or_default() },
        Stop::Findings(..) => Misnamed { by: By::Option("--min-score"), message: String::new(), help: String::new() },
    })?;
    let scored: Vec<&str> = program
        .verdicts
        .iter()
        .filter(|verdict| matches!(verdict.basis, Basis::Score(..)))
        .map(|verdict| verdict.head.code.as_str())
        .collect();
    let mut scores = Vec::new();
    for one in asked {
        let least = Fraction::from_number(one.percent.value);
        let verdicts: Vec<&str> = match &one.verdict {
            None if scored.is_empty() => {
                let message = "a score is asked for, and no verdict of the rules rests on one".to_string();
                return Err(Misnamed { by: one.percent.by, message, help: "ask for a band, as `--require BAND`".to_string() });
            }
            None => scored.clone(),
            Some(named) => {
                let is_meant = |code: &&str| *code == named.value || code.rsplit('.').next() == Some(&named.value);
                match scored.iter().copied().filter(is_meant).collect::<Vec<&str>>() {
                    meant if meant.len() == 1 => meant,
                    _ => {
                        let message = format!("no verdict of the rules that rests on a score is called `{}`", named.value);
                        let help = near(&named.value, &scored, || match scored.as_slice() {
                            [] => "the rules have none".to_string(),
                            scored => format!("those that do are {}", listed(scored, "and")),
                        });
                        return Err(Misnamed { by: named.by.clone(), message, help });
                    }
                }
            }
        };
        scores.extend(verdicts.into_iter().map(|verdict| LeastScore { verdict: verdict.to_string(), least: least.clone() }));
    }
    Ok(scores)
}

/// Makes sure that a reason code is that of a gate, an item or a trigger.
fn named_code(program: &Program, code: &InForce<String>) -> Result<(), Misnamed> {
    let items = program.items.iter().map(|item| item.head.code.as_str());
    let gates = program.gates.iter().map(|gate| gate.head.code.as_str());
    let known: Vec<&str> = items.chain(gates).chain(program.triggers.iter().map(|trigger| trigger.head.code.as_str())).collect();
    if known.contains(&code.value.as_str()) {
        return Ok(());
    }
    let same_end = known.iter().find(|known| known.rsplit('.').next() == Some(code.value.as_str()));
    let help = match same_end {
        Some(same_end) => format!("did you mean `{same_end}`?"),
        None => near(&code.value, &known, || {
            "a reason code is a rulebook's name and a gate's, item's or trigger's, as reports show it".to_string()
        }),
    };
    let message = format!("no gate, item or trigger of the rules has the code `{}`", code.value);
    Err(Misnamed { by: code.by.clone(), message, help })
}

/// A baseline under way: what it accepts, and what of that was found.
pub(super) struct Ledger {
    path: PathBuf,
    /// None where there is none yet.
    baseline: Option<Baseline>,
    /// What it accepted when the branch began that is judged, if it is one.
    before: Option<Baseline>,
    tally: Tally,
    update: bool,
}

impl Ledger {
    fn open(path: PathBuf, by: &By, desk: &mut Desk, update: bool) -> Result<Ledger, Stop> {
        let baseline = match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && update => None,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let help = "make it of what is found now: add `--update-baseline`";
                return Err(desk.config.refuse(
                    by,
                    &codes::FILE_UNREADABLE,
                    format!("there is no baseline `{}`", disk::shown(&path)),
                    Some(help.to_string()),
                ));
            }
            _ => {
                let text = disk::read(&path, LARGEST).map_err(|why| desk.config.unreadable(by, disk::reason(&path, &why)))?;
                let file = desk.sources.add(disk::shown(&path), text.as_str());
                desk.note(file, Role::Baseline);
                let read = Baseline::read(file, &text);
                if !read.diagnostics.is_empty() {
                    return Err(Stop::Findings(read.diagnostics, desk.sources.clone()));
                }
                Some(read.value)
            }
        };
        desk.requirements.accepted = baseline.clone().map_or(Accepted::Everything, Accepted::Known);
        Ok(Ledger { path, baseline, before: None, tally: Tally::default(), update })
    }

    /// Looks what it accepted when the branch began, if there was such a file: on a branch it may not grow either.
    ///
    /// # Errors
    /// When that can't be read.
    pub(super) fn compare(&mut self, branch: &Branch) -> Result<(), Stop> {
        let Some(text) = branch.before(&self.path, LARGEST)? else { return Ok(()) };
        let mut sources = Sources::new();
        let read = Baseline::read(sources.add(branch.shown(&self.path), text.as_str()), &text);
        if !read.diagnostics.is_empty() {
            return Err(Stop::Findings(read.diagnostics, sources));
        }
        self.before = Some(read.value);
        Ok(())
    }

    /// Sees what was found of a project.
    pub(super) fn see(&mut self, requirements: &Requirements, judged: &Judged) {
        self.tally.take(requirements, judged);
    }

    /// What it accepts in vain, or did not accept before; with `--update-baseline` that is taken out. `all` says whether all projects there are were to be judged.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(super) fn conclude(&mut self, all: bool, terminal: &Terminal) -> Result<Vec<Diagnostic>, Stop> {
        let shown = disk::shown(&self.path);
        if !self.update {
            let stale = self.baseline.iter().flat_map(|baseline| self.tally.stale(baseline, all));
            let grown = self.baseline.iter().zip(&self.before).flat_map(|(baseline, before)| baseline.grown(before));
            return Ok(stale.chain(grown).collect());
        }
        if !self.tally.is_whole() {
            terminal.trouble(&format!("`{shown}` stays as it is, because not every fact sheet could be judged\n"));
            return Ok(Vec::new());
        }
        let (new, said) = match &self.baseline {
            None => {
                let new = self.tally.first();
                let said = format!("`{shown}` is made, and accepts {}", counted(new.count(), "finding"));
                (new, said)
            }
            Some(old) => {
                let new = self.tally.shrunk(old, all);
                if new == *old {
                    terminal.trouble(&format!("`{shown}` stays as it is: all that it accepts is still found\n"));
                    return Ok(Vec::new());
                }
                let said = format!("`{shown}` accepts {} now, and accepted {} before", counted(new.count(), "finding"), old.count());
                (new, said)
            }
        };
        disk::write(&[(self.path.clone(), new.text())], true)?;
        terminal.trouble(&format!("{said}\n"));
        Ok(Vec::new())
    }
}
