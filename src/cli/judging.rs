//! What every command that judges needs, as options and `plumb.yaml` say: where rules, contexts, waivers and fact sheets are on disk, the day, and what is set.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::config::{self, By, Config, InForce};
use super::disk::{self, Named, Text};
use super::{Stop, near, policy, stdin};
use crate::diagnostic::{Diagnostic, codes, listed};
use crate::explain::{Explanation, Required};
use crate::judging::{self, Bench, Given};
use crate::policy::{DocumentId, VerdictId};
use crate::program::{Program, Said, Settings};
use crate::sheet::Sheet;
use crate::source::{FileId, Sources, Span};
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
    /// The profile of parameters to put in force; by default as `plumb.yaml` says
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Leave the parameters as the rules have them
    #[arg(long, conflicts_with = "profile")]
    pub(super) no_profile: bool,
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
    #[command(flatten)]
    pub(super) called: stdin::Called,
    #[command(flatten)]
    pub(super) which: config::Which,
}

/// A bench that takes its texts from the disk.
pub(super) struct Desk {
    bench: Bench,
    /// What `plumb.yaml` says.
    pub(super) config: Config,
    /// What a sheet on the standard input is called.
    called: stdin::Called,
    /// The folders of the contexts that are lists.
    pub(super) folders: Vec<PathBuf>,
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
        let config = config::load(&options.which)?;
        let outside =
            Outside::new(&config, options.today.as_deref(), config.profile(options.profile.as_deref(), options.no_profile), &options.set)?;
        let (rules, folder) = policy::locate(&config, &config.rules(options.rules.as_deref()))?;
        let files = Named::up_to(disk::LARGEST_WAIVERS);
        let waivers = config.waivers(options.waivers.as_deref(), options.no_waivers);
        let named = waivers.value.as_ref().map(|path| files.name(path));
        waivers.value.as_ref().map(|path| there(&config, path, &waivers.by)).transpose()?;
        let mut bench = Bench::set_up(rules, &folder, named.as_deref(), &files, |sources| outside.settings(sources))?;
        let names = context_names(&bench.program);
        let mut configured = config.contexts();
        if options.rules.is_some() {
            // What `plumb.yaml` gives to its own rules, others need not read.
            configured.retain(|name, _| names.contains(&name.as_str()));
        }
        let given = given(&config, configured, &options.context, &names, "")?;
        let files = Named::up_to(disk::LARGEST_SHEET);
        let place = |name: &str, is_list| given.get(name).map(|given| located(&config, given, is_list, &files)).transpose();
        bench.lay_out(&files, place)?;
        let folders = given.into_values().map(|given| given.value).filter(|path| path.is_dir()).collect();
        Ok(Desk { bench, config, called: options.called.clone(), folders })
    }

    /// Reads the fact sheets that paths stand for, else those that `plumb.yaml` names.
    ///
    /// # Errors
    /// When there are none, or one can't be read or has errors.
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<Vec<Sheet>, Stop> {
        let files = Named::up_to(disk::LARGEST_SHEET);
        let names: Vec<String> = self.sheets(paths)?.into_iter().map(|sheet| files.hold(sheet)).collect();
        Ok(self.bench.read(&names, &files)?)
    }

    /// The fact sheets that paths stand for, else those that `plumb.yaml` names.
    ///
    /// # Errors
    /// When there are none, or what comes in on the standard input can't be used.
    pub(super) fn sheets(&self, paths: &[PathBuf]) -> Result<Vec<Text>, Stop> {
        sheets(&self.config, &named_facts(&self.config, paths)?, &self.called)
    }

    /// Asks every project to reach a band: the one that an option names, else that which `plumb.yaml` names, if either does.
    ///
    /// # Errors
    /// When the rules have no such band.
    pub(super) fn require(&mut self, option: Option<&str>) -> Result<(), Stop> {
        let wanted = self.config.require(option);
        let Some(name) = &wanted.value else { return Ok(()) };
        let said = if wanted.by == By::Option("--require") { "--require" } else { "require:" };
        let band = named_band(&self.program, said, name);
        let band = band.map_err(|(message, help)| self.config.refuse(&wanted.by, &codes::BAD_CONFIG, message, Some(help)))?;
        self.bench.requirements.band = Some(band);
        Ok(())
    }

    /// Judges the sheets that paths stand for, in words, and says how all of them together stand to what is asked.
    ///
    /// # Errors
    /// When there is no such band, or a sheet can't be read or has errors.
    pub(super) fn judge_all(&mut self, paths: &[PathBuf], wanted: Option<&str>) -> Result<(Vec<Explanation>, Requirement), Stop> {
        self.require(wanted)?;
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

/// What is wrong with the band that `plumb.yaml` names.
pub(super) fn misnamed_band(config: &Config, program: &Program, sources: &mut Sources) -> Option<Diagnostic> {
    let InForce { value, by } = config.require(None);
    let (message, help) = named_band(program, "require:", &value?).err()?;
    config.finding(&by, &codes::BAD_CONFIG, &message, Some(&help), sources)
}

/// What is set from outside, less the waivers.
pub(super) struct Outside<'c> {
    config: &'c Config,
    /// The day of the judgement.
    pub(super) today: InForce<Number>,
    profile: InForce<Option<String>>,
    /// Parameters, as `NAME=VALUE` each.
    set: &'c [String],
}

impl<'c> Outside<'c> {
    /// Makes sure that what is set can be read. Whether the rules take it, they say.
    pub(super) fn new(
        config: &'c Config,
        today: Option<&str>,
        profile: InForce<Option<String>>,
        set: &'c [String],
    ) -> Result<Outside<'c>, Stop> {
        if let Some(text) = set.iter().find(|text| !text.contains('=')) {
            let help = "write `--set NAME=VALUE`, as `--set screening.min_age=\"365 days\"`";
            return Err(Stop::helped(format!("`--set {text}` has no `=`"), help));
        }
        Ok(Outside { config, today: day(today)?, profile, set })
    }

    /// The parameters set, by name.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.set.iter().filter_map(|text| text.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
    }

    /// The settings. What they say joins the sources, so that findings can point at it.
    pub(super) fn settings(&self, sources: &mut Sources) -> Settings {
        let InForce { value: profile, by } = &self.profile;
        let profile = profile.as_ref().map(|name| match by {
            By::File(at) => Said { place: self.config.place(at, sources), ..Said::new(name, config::NAME) },
            _ => said(name, "--profile", name, sources.add("--profile", name.as_str())),
        });
        let parameters = self.set.iter().filter_map(|text| {
            let (name, value) = text.split_once('=')?;
            let file = sources.add("--set", text.as_str());
            Some((said(name.trim(), "--set", text, file), said(value.trim(), "--set", text, file)))
        });
        Settings { parameters: parameters.collect(), profile, ..Settings::on(self.today.value) }
    }
}

/// A part of what an option says.
fn said(part: &str, option: &str, text: &str, file: FileId) -> Said {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    Said { place: Some(Span::new(file, start, start + part.len())), ..Said::new(part, option) }
}

/// Where fact sheets are: as the command line says, else as `plumb.yaml` does.
///
/// # Errors
/// When neither says it.
pub(super) fn named_facts(config: &Config, paths: &[PathBuf]) -> Result<Vec<InForce<PathBuf>>, Stop> {
    let named = config.facts(paths);
    if named.is_empty() {
        let help = format!("name a fact sheet or a folder of them, or write it into `{}` as `facts: …`", config::NAME);
        return Err(Stop::helped("there is nothing to judge: no fact sheet was named", help));
    }
    Ok(named)
}

/// The fact sheets that paths stand for: files, those of folders, and the one that comes in on the standard input.
pub(super) fn sheets(config: &Config, given: &[InForce<PathBuf>], called: &stdin::Called) -> Result<Vec<Text>, Stop> {
    let is_meant = |given: &&InForce<PathBuf>| given.by == By::Argument && stdin::is_meant(&given.value);
    match given.iter().filter(is_meant).count() {
        0 => called.needless()?,
        1 => {}
        _ => {
            return Err(Stop::helped(
                "`-` is named twice, and the standard input can be read only once",
                "name files for the other sheets",
            ));
        }
    }
    let mut sheets: Vec<Text> = Vec::new();
    let mut incoming = None;
    for given in given {
        if is_meant(&given) {
            incoming = Some(sheets.len());
            sheets.push(called.read(disk::LARGEST_SHEET)?);
        } else {
            let paths = disk::sheets(&given.value).map_err(|message| config.unreadable(&given.by, message))?;
            sheets.extend(paths.into_iter().map(Text::of));
        }
    }
    let name = incoming.map(|place| sheets[place].name.as_str());
    if let Some(name) = name.filter(|name| sheets.iter().filter(|sheet| sheet.name == *name).count() > 1) {
        let help = "give it another name by `--stdin-filename`, or leave the file out";
        return Err(Stop::helped(format!("`{name}` is a file that is judged, and what the sheet on the standard input is called"), help));
    }
    Ok(sheets)
}

/// The band that an option names, and whose it is.
pub(super) fn band(program: &Program, option: &str, wanted: &str) -> Result<Required, Stop> {
    named_band(program, option, wanted).map_err(|(message, help)| Stop::helped(message, help))
}

/// The band of a name, and whose it is; or what is wrong with the name, and what to do.
fn named_band(program: &Program, option: &str, wanted: &str) -> Result<Required, (String, String)> {
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
            Err((format!("`{option} {wanted}` names no band of the rules"), help))
        }
        several => {
            let codes: Vec<String> = several.iter().map(|(verdict, _)| format!("`{}.{name}`", verdict.head.code)).collect();
            Err((format!("`{option} {wanted}` could mean several bands"), format!("write {}", listed(&codes, "or"))))
        }
    }
}

/// The names of the contexts that a program reads.
pub(super) fn context_names(program: &Program) -> Vec<&str> {
    program.documents.iter().skip(1).map(|document| document.name.as_str()).collect()
}

/// Where contexts are, by their names.
pub(super) type Contexts = BTreeMap<String, InForce<PathBuf>>;

/// Where each context is: as the options say, else as was configured.
pub(super) fn contexts(configured: Contexts, options: &[String]) -> Result<Contexts, Stop> {
    let mut given = configured;
    for text in options {
        let Some((name, path)) = text.split_once('=') else {
            return Err(Stop::helped(format!("`--context {text}` has no `=`"), "write `--context NAME=PATH`"));
        };
        given.insert(name.trim().to_string(), InForce { value: PathBuf::from(path.trim()), by: By::Option("--context") });
    }
    Ok(given)
}

/// The same, of rules that read the contexts of these names. One that is not among them is `nowhere` else.
pub(super) fn given(config: &Config, configured: Contexts, options: &[String], names: &[&str], nowhere: &str) -> Result<Contexts, Stop> {
    let given = contexts(configured, options)?;
    match given.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        None => Ok(given),
        Some((unknown, InForce { by, .. })) => {
            let help = near(unknown, names, || match names {
                [] => "the rules read no context".to_string(),
                names => format!("the rules read {}", listed(names, "and")),
            });
            Err(config.refuse(by, &codes::BAD_CONFIG, format!("the rules have no context `{unknown}`{nowhere}"), Some(help)))
        }
    }
}

/// Makes sure that something is where somebody says.
pub(super) fn there(config: &Config, path: &Path, by: &By) -> Result<(), Stop> {
    path.metadata().map(|_| ()).map_err(|error| config.unreadable(by, disk::reason(path, &disk::unreadable(&error))))
}

/// A context on disk: a file, or a folder of the entries of one that is a list.
fn located(config: &Config, given: &InForce<PathBuf>, is_list: bool, files: &Named) -> Result<Given, Stop> {
    let path = &given.value;
    there(config, path, &given.by)?;
    let sheets = match is_list && path.is_dir() {
        true => {
            let sheets = disk::sheets(path).map_err(|message| config.unreadable(&given.by, message))?;
            Some(sheets.iter().map(|sheet| files.name(sheet)).collect())
        }
        false => None,
    };
    Ok(Given { path: files.name(path), sheets })
}

/// Reads a context. None: its findings say why.
pub(super) fn context(
    program: &Program,
    id: DocumentId,
    config: &Config,
    given: &InForce<PathBuf>,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Sheet>, Stop> {
    let files = Named::up_to(disk::LARGEST_SHEET);
    let located = located(config, given, program.documents[id.index()].many.is_some(), &files)?;
    Ok(judging::context(program, id, &located, &files, sources, findings)?)
}

/// The variable that names the day for all commands of a pipeline.
const TODAY: &str = "PLUMB_TODAY";

/// The day that the option names, else the environment, else the present one, by the clock in UTC.
pub(super) fn day(option: Option<&str>) -> Result<InForce<Number>, Stop> {
    let wrong = |text: &str| Stop::helped(format!("`{text}` is not a day"), "write it as 2026-11-23");
    if let Some(text) = option {
        let value = parse_date(text).map_err(|_| wrong(&format!("--today {text}")))?;
        return Ok(InForce { value, by: By::Option("--today") });
    }
    // One that is empty is not set: so it is in a pipeline that passes on what nobody gave it.
    if let Some(text) = std::env::var_os(TODAY).filter(|text| !text.is_empty()) {
        let text = text.to_string_lossy();
        let value = parse_date(&text).map_err(|_| wrong(&format!("{TODAY}={text}")))?;
        return Ok(InForce { value, by: By::Environment(TODAY) });
    }
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or(0);
    Ok(InForce { value: Number::whole((seconds / 86_400) as i64 * DAY), by: By::Clock })
}
