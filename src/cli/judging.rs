//! What every command that judges needs: rules made runnable, contexts, waivers, the day, and fact sheets, as options and `plumb.yaml` say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::config::{self, Config};
use super::policy::{self, Loaded};
use super::{Stop, disk};
use crate::diagnostic::{Diagnostic, closest, listed};
use crate::eval::{Limits, judge, outlook};
use crate::explain::{Explanation, Required, explain};
use crate::facts;
use crate::policy::{DocumentId, Policy, VerdictId};
use crate::program::{Coming, Program, Settings, build_coming};
use crate::report::Run;
use crate::sheet::{Dossier, Sheet};
use crate::source::Sources;
use crate::value::{DAY, Number, parse_date};
use crate::verdict::{Judgement, Requirement, State};

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

/// Rules ready to judge with, and what all judgements share.
pub(super) struct Bench {
    /// The texts of rules, contexts, waivers and sheets.
    pub(super) sources: Sources,
    /// What the rules mean.
    pub(super) policy: Policy,
    /// What was set from outside.
    pub(super) settings: Settings,
    /// The rules, runnable.
    pub(super) program: Program,
    /// Where it was found, for those who come back to it.
    pub(super) places: Places,
    contexts: Contexts,
    /// What was found in contexts, to be said together with what is found in sheets.
    findings: Vec<Diagnostic>,
}

/// Paths from the working folder.
pub(super) struct Places {
    /// The folder of the rules, or their main file.
    pub(super) rules: PathBuf,
    /// The file or folder of each context given.
    pub(super) contexts: BTreeMap<String, PathBuf>,
    /// The file of waivers in force.
    pub(super) waivers: Option<PathBuf>,
    /// The `plumb.yaml` that counts, and its text.
    pub(super) configuration: Option<(PathBuf, String)>,
}

/// The sheets of all contexts, in the order of the program's documents, and where each came from.
struct Contexts {
    sheets: Vec<Sheet>,
    shown: Vec<(String, String)>,
    /// The titles of those that the rules may do without, and that were not given.
    left_out: Vec<String>,
}

impl Bench {
    /// Reads everything but fact sheets, and makes the rules runnable.
    ///
    /// # Errors
    /// When something can't be read, or the rules or waivers have errors.
    pub(super) fn set_up(options: &Options) -> Result<Bench, Stop> {
        let mut config = config::load()?;
        let mut settings = Settings::on(day(options.today.as_deref())?);
        settings.profile = options.profile.clone();
        settings.parameters = parameters(&options.set)?;
        let mut sources = Sources::new();
        let rules = policy::place(options.rules.clone(), config.rules.clone());
        let mut loaded = policy::load(&rules, &mut sources)?;
        let waivers = options.waivers.as_ref().or(config.waivers.as_ref()).filter(|_| !options.no_waivers).cloned();
        if let Some(path) = waivers.as_ref().filter(|_| !loaded.is_broken()) {
            settings.waivers = loaded.read_waivers(path, settings.today, &mut sources)?;
        }
        let Some(program) = loaded.build(&settings) else {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        };
        if options.rules.is_some() {
            // What `plumb.yaml` gives to its own rules, others need not read.
            config.contexts.retain(|name, _| program.documents.iter().skip(1).any(|document| document.name == *name));
        }
        let mut findings = Vec::new();
        let given = given(&config, &options.context, &program)?;
        let contexts = Contexts::read(&given, &program, &mut sources, &mut findings)?;
        let Loaded { policy, .. } = loaded;
        let places = Places { rules, contexts: given, waivers, configuration: config.file };
        Ok(Bench { sources, policy, settings, program, places, contexts, findings })
    }

    /// Reads the fact sheets that paths stand for. Nothing is judged on half of the evidence: one bad sheet stops the run, and all mistakes of all sheets
    /// are said.
    ///
    /// # Errors
    /// When one can't be read or has errors.
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<Vec<Sheet>, Stop> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(disk::sheets(path)?);
        }
        let mut subjects: Vec<Sheet> = Vec::new();
        for path in &files {
            subjects.extend(read_sheet(path, &self.program, DocumentId(0), &mut self.sources, &mut self.findings)?);
        }
        self.without_errors(subjects)
    }

    /// Reads fact sheets whose texts are at hand: of each the file as reports show it, the short name, and the text.
    ///
    /// # Errors
    /// When one has errors.
    pub(super) fn read_texts(&mut self, texts: impl IntoIterator<Item = (String, String, String)>) -> Result<Vec<Sheet>, Stop> {
        let mut subjects: Vec<Sheet> = Vec::new();
        for (shown, name, text) in texts {
            subjects.extend(read_text(shown, &name, text, &self.program, DocumentId(0), &mut self.sources, &mut self.findings));
        }
        self.without_errors(subjects)
    }

    fn without_errors(&mut self, subjects: Vec<Sheet>) -> Result<Vec<Sheet>, Stop> {
        if self.findings.iter().any(Diagnostic::is_error) {
            return Err(Stop::Findings(std::mem::take(&mut self.findings), std::mem::take(&mut self.sources)));
        }
        Ok(subjects)
    }

    /// A subject's sheet with those of the contexts.
    pub(super) fn dossier<'s>(&'s self, subject: &'s Sheet) -> Dossier<'s> {
        Dossier { sheets: std::iter::once(subject).chain(&self.contexts.sheets).collect() }
    }

    /// Programs for the days ahead on which something changes, for [`Bench::judge`].
    pub(super) fn coming(&self) -> Coming {
        build_coming(&self.policy, &self.settings)
    }

    /// Judges a subject, with a look at what is coming.
    pub(super) fn judge(&self, dossier: &Dossier, coming: &Coming) -> Judgement {
        let mut judgement = judge(&self.program, dossier, Limits::default());
        judgement.outlook = outlook(coming, dossier, Limits::default());
        judgement
    }

    /// Judges the sheets that paths stand for, in words, and says how all of them together stand to the band that each must reach, if one is named.
    ///
    /// # Errors
    /// When there is no such band, or a sheet can't be read or has errors.
    pub(super) fn judge_all(&mut self, paths: &[PathBuf], wanted: Option<&str>) -> Result<(Vec<Explanation>, Requirement), Stop> {
        let required = wanted.map(|wanted| band(&self.program, "--require", wanted)).transpose()?;
        let subjects = self.read(paths)?;
        let coming = self.coming();
        let mut explanations: Vec<Explanation> = Vec::new();
        let mut worst = Requirement::Met;
        for subject in &subjects {
            let dossier = self.dossier(subject);
            let judgement = self.judge(&dossier, &coming);
            for (index, verdict) in judgement.evaluation.verdicts.iter().enumerate() {
                let stands = match required {
                    Some(required) if required.verdict.index() == index => verdict.meets(required.band),
                    _ if verdict.state() == State::Faulted => Requirement::Faulted,
                    _ => Requirement::Met,
                };
                worst = worst.worse(stands);
            }
            // A protocol that can't be worked out leaves the verdicts as they are, yet what was asked for is not there in full.
            if judgement.evaluation.has_faulted_protocol() {
                worst = worst.worse(Requirement::Faulted);
            }
            explanations.push(explain(&self.program, &dossier, &judgement, &self.sources, required));
        }
        Ok((explanations, worst))
    }

    /// What reports say of the run.
    pub(super) fn run(&self) -> Run<'_> {
        Run {
            program: &self.program,
            sources: &self.sources,
            contexts: self.contexts.shown.clone(),
            left_out: self.contexts.left_out.clone(),
        }
    }
}

impl Contexts {
    /// A sheet for every context of the program, in its order.
    fn read(
        given: &BTreeMap<String, PathBuf>,
        program: &Program,
        sources: &mut Sources,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Contexts, Stop> {
        let (mut sheets, mut shown, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (index, document) in program.documents.iter().enumerate().skip(1) {
            let id = DocumentId(index as u32);
            let Some(path) = given.get(&document.name) else {
                if document.optional {
                    sheets.push(facts::absent(&program.schema, &program.documents, id));
                    left_out.push(document.title.clone());
                    continue;
                }
                let help = format!("add `--context {}=PATH`, or write it into `{}` under `contexts:`", document.name, config::NAME);
                return Err(Stop::helped(format!("the rules read the context `{}`, and none was given", document.name), help));
            };
            shown.push((document.name.clone(), disk::shown(path)));
            sheets.extend(context(program, id, path, sources, findings)?);
        }
        Ok(Contexts { sheets, shown, left_out })
    }
}

/// The parameters set, as `NAME=VALUE` each.
pub(super) fn parameters(set: &[String]) -> Result<Vec<(String, String, String)>, Stop> {
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
            let help = match closest(name, bands.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the bands are {}", listed(&bands, "and")),
            };
            Err(Stop::helped(format!("`{option} {wanted}` names no band of the rules"), help))
        }
        several => {
            let codes: Vec<String> = several.iter().map(|(verdict, _)| format!("`{}.{name}`", verdict.head.code)).collect();
            Err(Stop::helped(format!("`{option} {wanted}` could mean several bands"), format!("write {}", listed(&codes, "or"))))
        }
    }
}

/// Where each context that was given is: as the options say, else as `plumb.yaml` does.
pub(super) fn given(config: &Config, options: &[String], program: &Program) -> Result<BTreeMap<String, PathBuf>, Stop> {
    let mut given = config.contexts.clone();
    for text in options {
        let Some((name, path)) = text.split_once('=') else {
            return Err(Stop::helped(format!("`--context {text}` has no `=`"), "write `--context NAME=PATH`"));
        };
        given.insert(name.trim().to_string(), PathBuf::from(path.trim()));
    }
    let names: Vec<&str> = program.documents.iter().skip(1).map(|document| document.name.as_str()).collect();
    if let Some(unknown) = given.keys().find(|name| !names.contains(&name.as_str())) {
        let help = match closest(unknown, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "the rules read no context".to_string(),
            None => format!("the rules read {}", listed(&names, "and")),
        };
        return Err(Stop::helped(format!("the rules have no context `{unknown}`"), help));
    }
    Ok(given)
}

/// Reads a context: a file, or a folder of the entries of one that is a list. None: its findings say why.
pub(super) fn context(
    program: &Program,
    id: DocumentId,
    path: &Path,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Sheet>, Stop> {
    let document = &program.documents[id.index()];
    if document.many.is_none() || !path.is_dir() {
        return read_sheet(path, program, id, sources, findings);
    }
    let mut members = Vec::new();
    for file in disk::sheets(path)? {
        members.extend(read_sheet(&file, program, id, sources, findings)?);
    }
    Ok(Some(facts::gather(&program.schema, document, id, &members)))
}

/// Reads one sheet. None: its findings say why.
fn read_sheet(
    path: &Path,
    program: &Program,
    document: DocumentId,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Sheet>, Stop> {
    let text = disk::read(path, disk::LARGEST_SHEET).map_err(|why| disk::reason(path, &why))?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(read_text(disk::shown(path), &name, text, program, document, sources, findings))
}

fn read_text(
    shown: String,
    name: &str,
    text: String,
    program: &Program,
    document: DocumentId,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Option<Sheet> {
    let file = sources.add(shown, text);
    let text = sources.text(file).clone();
    let read = facts::read(file, name, &text, &program.schema, &program.documents, document, program.today);
    findings.extend(read.diagnostics);
    read.value
}

/// The day that an option names, else the present one, by the clock in UTC.
pub(super) fn day(option: Option<&str>) -> Result<Number, String> {
    match option {
        Some(text) => parse_date(text).map_err(|_| format!("`--today {text}` is not a day: write it as 2026-11-23")),
        None => {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or(0);
            Ok(Number::whole((seconds / 86_400) as i64 * DAY))
        }
    }
}
