//! `plumb eval`: judges fact sheets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::config::{self, Config};
use super::{Exit, Format, Stop, Terminal, disk, policy};
use crate::diagnostic::{Diagnostic, closest, listed};
use crate::eval::{Limits, judge, outlook};
use crate::explain::{Explanation, Required, explain};
use crate::facts;
use crate::policy::{DocumentId, VerdictId};
use crate::program::{Program, Settings, build_coming};
use crate::report::{self, Run};
use crate::sheet::{Dossier, Sheet};
use crate::source::Sources;
use crate::value::{DAY, Number, parse_date};
use crate::verdict::{Requirement, State};

/// Judge fact sheets, and say why
///
/// Ends with 0 if the requirement is met or there is none, 1 if it is not met, 2 if something could not be run or a verdict or a protocol is
/// faulted, 3 if the evidence leaves it open.
#[derive(Args)]
pub(super) struct Eval {
    /// Fact sheets, or folders of them
    #[arg(required = true)]
    facts: Vec<PathBuf>,
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    #[arg(long, value_name = "PATH")]
    rules: Option<PathBuf>,
    /// The file or folder of a context; by default as `plumb.yaml` says
    #[arg(long, value_name = "NAME=PATH")]
    context: Vec<String>,
    /// The profile of parameters to put in force
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// A value for a parameter, as `screening.min_age=365 days`
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// The file of waivers; by default as `plumb.yaml` says
    #[arg(long, value_name = "PATH")]
    waivers: Option<PathBuf>,
    /// Judge as if there were no waivers
    #[arg(long, conflicts_with = "waivers")]
    no_waivers: bool,
    /// The day of the judgement, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// The band that every project must reach
    #[arg(long, value_name = "BAND")]
    require: Option<String>,
    /// Only the ranking, without the reports
    #[arg(long, conflicts_with = "format")]
    summary: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The sheets of all contexts, in the order of the program's documents, and where each came from.
struct Contexts {
    sheets: Vec<Sheet>,
    shown: Vec<(String, String)>,
    /// The titles of those that the rules may do without, and that were not given.
    left_out: Vec<String>,
}

impl Eval {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.judge(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn judge(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let config = config::load()?;
        let mut settings = Settings::on(day(self.today.as_deref())?);
        settings.profile = self.profile.clone();
        settings.parameters = Eval::parameters(&self.set)?;
        let mut sources = Sources::new();
        let mut loaded = policy::load(&policy::place(self.rules.clone(), config.rules.clone()), &mut sources)?;
        if let Some(path) = self.waivers.as_ref().or(config.waivers.as_ref()).filter(|_| !self.no_waivers && !loaded.is_broken()) {
            settings.waivers = loaded.read_waivers(path, settings.today, &mut sources)?;
        }
        let Some(program) = loaded.build(&settings) else {
            return Ok(policy::stop(&loaded.diagnostics, &sources, self.format, terminal));
        };
        let required = self.require.as_deref().map(|wanted| Eval::band(&program, "--require", wanted)).transpose()?;
        let mut files = Vec::new();
        for path in &self.facts {
            files.extend(disk::sheets(path)?);
        }
        let mut findings: Vec<Diagnostic> = Vec::new();
        let contexts = self.contexts(&config, &program, &mut sources, &mut findings)?;
        let mut subjects: Vec<Sheet> = Vec::new();
        for path in &files {
            subjects.extend(read_sheet(path, &program, DocumentId(0), &mut sources, &mut findings)?);
        }
        // Nothing is judged on half of the evidence: one bad sheet stops the run, and all mistakes of all sheets are said.
        if findings.iter().any(Diagnostic::is_error) {
            return Ok(policy::stop(&findings, &sources, self.format, terminal));
        }
        let coming = build_coming(&loaded.policy, &settings);
        let mut explanations: Vec<Explanation> = Vec::new();
        let mut worst = Requirement::Met;
        for subject in &subjects {
            let mut sheets = vec![subject];
            sheets.extend(&contexts.sheets);
            let dossier = Dossier { sheets };
            let mut judgement = judge(&program, &dossier, Limits::default());
            judgement.outlook = outlook(&coming, &dossier, Limits::default());
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
            explanations.push(explain(&program, &dossier, &judgement, &sources, required));
        }
        let run = Run { program: &program, sources: &sources, contexts: contexts.shown, left_out: contexts.left_out };
        terminal.result(&match self.format {
            Format::Human if self.summary => report::summary(&explanations, terminal.out),
            Format::Human => report::human(&run, &explanations, terminal.out),
            Format::Json => report::json(&run, &explanations),
        });
        Ok(Exit::of(worst))
    }

    /// The parameters set, as `NAME=VALUE` each.
    pub(super) fn parameters(set: &[String]) -> Result<Vec<(String, String, String)>, Stop> {
        let split = |text: &String| match text.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_string(), value.trim().to_string(), "--set".to_string())),
            None => Err(Stop(
                format!("`--set {text}` has no `=`"),
                Some("write `--set NAME=VALUE`, as `--set screening.min_age=\"365 days\"`".into()),
            )),
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
                Err(Stop(format!("`{option} {wanted}` names no band of the rules"), Some(help)))
            }
            several => {
                let codes: Vec<String> = several.iter().map(|(verdict, _)| format!("`{}.{name}`", verdict.head.code)).collect();
                Err(Stop(format!("`{option} {wanted}` could mean several bands"), Some(format!("write {}", listed(&codes, "or")))))
            }
        }
    }

    /// A sheet for every context of the program, in its order.
    fn contexts(
        &self,
        config: &Config,
        program: &Program,
        sources: &mut Sources,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Contexts, Stop> {
        let given = Eval::given(config, &self.context, program)?;
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
                return Err(Stop(format!("the rules read the context `{}`, and none was given", document.name), Some(help)));
            };
            shown.push((document.name.clone(), disk::shown(path)));
            sheets.extend(Eval::context(program, id, path, sources, findings)?);
        }
        Ok(Contexts { sheets, shown, left_out })
    }

    /// Where each context that was given is: as the options say, else as `plumb.yaml` does.
    pub(super) fn given(config: &Config, options: &[String], program: &Program) -> Result<BTreeMap<String, PathBuf>, Stop> {
        let mut given = config.contexts.clone();
        for text in options {
            let Some((name, path)) = text.split_once('=') else {
                return Err(Stop(format!("`--context {text}` has no `=`"), Some("write `--context NAME=PATH`".into())));
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
            return Err(Stop(format!("the rules have no context `{unknown}`"), Some(help)));
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
    let file = sources.add(disk::shown(path), text);
    let text = sources.text(file).clone();
    let read = facts::read(file, &name, &text, &program.schema, &program.documents, document, program.today);
    findings.extend(read.diagnostics);
    Ok(read.value)
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
