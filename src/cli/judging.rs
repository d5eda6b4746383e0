//! What every command that judges needs, as options and `plumb.yaml` say: where rules, contexts, waivers and fact sheets are on disk, the day, and what is set.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::config;
use super::disk::{self, Named};
use super::{Stop, near, policy};
use crate::diagnostic::{Diagnostic, listed};
use crate::explain::{Explanation, Required};
use crate::judging::{self, Bench, Given};
use crate::policy::{DocumentId, VerdictId};
use crate::program::{Program, Settings};
use crate::sheet::Sheet;
use crate::source::Sources;
use crate::value::{DAY, Number, parse_date};
use crate::verdict::Requirement;

/// What a judgement rests on besides the facts.
#[derive(Args, Clone)]
pub(super) struct Options {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    #[arg(long, value_name = "PATH")]
    pub(super) rules: Option<PathBuf>,
    /// The file or folder of a context; by default as `plumb.yaml` says
    #[arg(long, value_name = "NAME=PATH")]
    pub(super) context: Vec<String>,
    /// The profile of parameters to put in force
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// A value for a parameter, as `screening.min_age=365 days`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// The file of waivers; by default as `plumb.yaml` says
    #[arg(long, value_name = "PATH")]
    pub(super) waivers: Option<PathBuf>,
    /// Judge as if there were no waivers
    #[arg(long, conflicts_with = "waivers")]
    pub(super) no_waivers: bool,
    /// The day of the judgement, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
}

/// A bench that takes its texts from the disk.
pub(super) struct Desk {
    bench: Bench,
    /// The `plumb.yaml` that counts, and its text.
    pub(super) configuration: Option<(PathBuf, String)>,
}

impl Deref for Desk {
    type Target = Bench;

    fn deref(&self) -> &Bench {
        &self.bench
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Bench {
        &mut self.bench
    }
}

impl Desk {
    /// Reads everything but fact sheets, and makes the rules runnable.
    ///
    /// # Errors
    /// When something can't be read, or the rules or waivers have errors.
    pub(super) fn set_up(options: &Options) -> Result<Desk, Stop> {
        let mut config = config::load()?;
        let settings = settings(options.today.as_deref(), options.profile.as_deref(), &options.set)?;
        let (rules, folder) = policy::locate(&policy::place(options.rules.clone(), config.rules.clone()))?;
        let files = Named::up_to(disk::LARGEST_WAIVERS);
        let waivers = options.waivers.as_ref().or(config.waivers.as_ref()).filter(|_| !options.no_waivers);
        let waivers = waivers.map(|path| files.name(path));
        let mut bench = Bench::set_up(rules, &folder, waivers.as_deref(), &files, settings)?;
        let names = context_names(&bench.program);
        if options.rules.is_some() {
            // What `plumb.yaml` gives to its own rules, others need not read.
            config.contexts.retain(|name, _| names.contains(&name.as_str()));
        }
        let given = given(&config.contexts, &options.context, &names, "")?;
        let files = Named::up_to(disk::LARGEST_SHEET);
        bench.lay_out(&files, |name, is_list| given.get(name).map(|path| located(path, is_list, &files)).transpose())?;
        Ok(Desk { bench, configuration: config.file })
    }

    /// Reads the fact sheets that paths stand for.
    ///
    /// # Errors
    /// When one can't be read or has errors.
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<Vec<Sheet>, Stop> {
        let files = Named::up_to(disk::LARGEST_SHEET);
        let mut names = Vec::new();
        for path in paths {
            names.extend(disk::sheets(path)?.iter().map(|path| files.name(path)));
        }
        Ok(self.bench.read(&names, &files)?)
    }

    /// Judges the sheets that paths stand for, in words, and says how all of them together stand to the band that each must reach, if one is named.
    ///
    /// # Errors
    /// When there is no such band, or a sheet can't be read or has errors.
    pub(super) fn judge_all(&mut self, paths: &[PathBuf], wanted: Option<&str>) -> Result<(Vec<Explanation>, Requirement), Stop> {
        self.bench.requirements.band = wanted.map(|wanted| band(&self.program, "--require", wanted)).transpose()?;
        let subjects = self.read(paths)?;
        Ok(self.bench.judge_all(&subjects))
    }
}

impl From<judging::Stop> for Stop {
    fn from(stop: judging::Stop) -> Stop {
        match stop {
            judging::Stop::Unreadable(path, why) => disk::reason(Path::new(&path), &why).into(),
            judging::Stop::NoContext(name) => {
                let help = format!("add `--context {name}=PATH`, or write it into `{}` under `contexts:`", config::NAME);
                Stop::helped(format!("the rules read the context `{name}`, and none was given"), help)
            }
            judging::Stop::Findings(findings, sources) => Stop::Findings(findings, sources),
        }
    }
}

/// What is set from outside, less the waivers: the day, the profile, and parameters as `NAME=VALUE` each.
pub(super) fn settings(today: Option<&str>, profile: Option<&str>, set: &[String]) -> Result<Settings, Stop> {
    let today = day(today)?;
    Ok(Settings { profile: profile.map(str::to_string), parameters: parameters(set)?, ..Settings::on(today) })
}

/// The parameters set, as `NAME=VALUE` each.
fn parameters(set: &[String]) -> Result<Vec<(String, String, String)>, Stop> {
    let split = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_string(), value.trim().to_string(), "--set".to_string())),
        None => {
            let help = "write `--set NAME=VALUE`, as `--set screening.min_age=\"365 days\"`";
            Err(Stop::helped(format!("`--set {text}` has no `=`"), help))
        }
    };
    set.iter().map(split).collect()
}

/// The band that an option names, and whose it is.
pub(super) fn band(program: &Program, option: &str, wanted: &str) -> Result<Required, Stop> {
    let (owner, name) = match wanted.rsplit_once('.') {
        Some((owner, name)) => (Some(owner), name),
        None => (None, wanted),
    };
    let owned = |code: &str| owner.is_none_or(|owner| code == owner || code.rsplit('.').next() == Some(owner));
    let mut found = Vec::new();
    for (index, verdict) in program.verdicts.iter().enumerate().filter(|(_, verdict)| owned(&verdict.head.code)) {
        if let Some(band) = verdict.bands.iter().position(|band| band.name == name) {
            found.push((verdict, Required { verdict: VerdictId(index as u32), band: band as u32 }));
        }
    }
    match found.as_slice() {
        [(_, required)] => Ok(*required),
        [] => {
            let bands: Vec<&str> =
                program.verdicts.iter().flat_map(|verdict| verdict.bands.iter().map(|band| band.name.as_str())).collect();
            let help = near(name, &bands, || format!("the bands are {}", listed(&bands, "and")));
            Err(Stop::helped(format!("`{option} {wanted}` names no band of the rules"), help))
        }
        several => {
            let codes: Vec<String> = several.iter().map(|(verdict, _)| format!("`{}.{name}`", verdict.head.code)).collect();
            Err(Stop::helped(format!("`{option} {wanted}` could mean several bands"), format!("write {}", listed(&codes, "or"))))
        }
    }
}

/// The names of the contexts that a program reads.
pub(super) fn context_names(program: &Program) -> Vec<&str> {
    program.documents.iter().skip(1).map(|document| document.name.as_str()).collect()
}

/// Where each context that was given is: as the options say, else as `plumb.yaml` does. One that is not among the names is `nowhere` else.
pub(super) fn given(
    configured: &BTreeMap<String, PathBuf>,
    options: &[String],
    names: &[&str],
    nowhere: &str,
) -> Result<BTreeMap<String, PathBuf>, Stop> {
    let mut given = configured.clone();
    for text in options {
        let Some((name, path)) = text.split_once('=') else {
            return Err(Stop::helped(format!("`--context {text}` has no `=`"), "write `--context NAME=PATH`"));
        };
        given.insert(name.trim().to_string(), PathBuf::from(path.trim()));
    }
    match given.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(given),
        Some(unknown) => {
            let help = near(unknown, names, || match names {
                [] => "the rules read no context".to_string(),
                names => format!("the rules read {}", listed(names, "and")),
            });
            Err(Stop::helped(format!("the rules have no context `{unknown}`{nowhere}"), help))
        }
    }
}

/// A context on disk: a file, or a folder of the entries of one that is a list.
fn located(path: &Path, is_list: bool, files: &Named) -> Result<Given, Stop> {
    let sheets = match is_list && path.is_dir() {
        true => Some(disk::sheets(path)?.iter().map(|sheet| files.name(sheet)).collect()),
        false => None,
    };
    Ok(Given { path: files.name(path), sheets })
}

/// Reads a context. None: its findings say why.
pub(super) fn context(
    program: &Program,
    id: DocumentId,
    path: &Path,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Sheet>, Stop> {
    let files = Named::up_to(disk::LARGEST_SHEET);
    let given = located(path, program.documents[id.index()].many.is_some(), &files)?;
    Ok(judging::context(program, id, &given, &files, sources, findings)?)
}

/// The day that an option names, else the present one, by the clock in UTC.
fn day(option: Option<&str>) -> Result<Number, String> {
    match option {
        Some(text) => parse_date(text).map_err(|_| format!("`--today {text}` is not a day: write it as 2026-11-23")),
        None => {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or(0);
            Ok(Number::whole((seconds / 86_400) as i64 * DAY))
        }
    }
}
