//! `plumb.yaml`: what a project says once, so that commands need no options. The nearest one upwards counts; its paths are relative to it.
//!
//! For each setting one function here says what is in force, and who says so: the option, else the file, else the default. Commands and `plumb config` ask
//! the same ones.

mod read;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::Stop;
use super::disk;
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::report;
use crate::requirements::Level;
use crate::source::{Sources, Span};
use crate::value::Number;

pub(super) use read::OFF;
use read::Said;

/// The name of the file.
pub(super) const NAME: &str = "plumb.yaml";
/// The folder of the rules.
const RULES: &str = "rules";
/// It is small; anything larger is another file.
const LARGEST: u64 = 256 << 10;

/// Which file counts.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Which {
    /// Take this file instead of the nearest `plumb.yaml` upwards; its paths are relative to it
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Take no `plumb.yaml`
    #[arg(long, global = true, conflicts_with = "config")]
    no_config: bool,
}

/// A value as the file has it, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written<T> {
    pub(super) value: T,
    /// The bytes of the file.
    pub(super) at: Range<usize>,
}

/// A score to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeastScore {
    /// Of this verdict; of every one where none is named.
    pub(super) verdict: Option<InForce<String>>,
    /// The share of all points.
    pub(super) percent: InForce<Number>,
}

/// How grave what has this reason code is. Whether there is such a code, the rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SetLevel {
    pub(super) code: InForce<String>,
    /// None where it is not to be told.
    pub(super) level: InForce<Option<Level>>,
}

/// Who says what is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// An option, as `--rules`.
    Option(&'static str),
    /// What stands on the command line without an option.
    Argument,
    /// A variable of the environment.
    Environment(&'static str),
    /// These bytes of the file.
    File(Range<usize>),
    /// The clock.
    Clock,
    /// Nobody: it is so unless somebody says otherwise.
    Default,
}

/// A value in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InForce<T> {
    pub(super) value: T,
    pub(super) by: By,
}

/// Where the file was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// From this folder upwards.
    From(PathBuf),
    /// Where `--config` says.
    Named,
    /// Nowhere, because of `--no-config`.
    Nowhere,
}

/// What the file says. Paths are as seen from the working folder.
#[derive(Debug)]
pub(super) struct Config {
    said: Said,
    /// Where rules are of which nobody says where they are: beside the file.
    beside: PathBuf,
    /// The file itself and its text; none where there is none.
    pub(super) file: Option<(PathBuf, String)>,
    /// Where it was looked for.
    pub(super) sought: Sought,
}

/// The project's folder: that of the nearest `plumb.yaml` upwards, else the working folder.
///
/// # Errors
/// When the working folder can't be read.
pub(super) fn root() -> Result<PathBuf, String> {
    let here = here()?;
    Ok(nearest(&here).unwrap_or(&here).to_path_buf())
}

/// The working folder.
///
/// # Errors
/// When it can't be read.
pub(super) fn here() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|error| format!("the working folder can't be read: {}", disk::words(&error)))
}

/// The nearest folder upwards in which something has the name of the file. Whether it is one, reading it shows.
fn nearest(here: &Path) -> Option<&Path> {
    here.ancestors().find(|folder| folder.join(NAME).symlink_metadata().is_ok())
}

/// Reads the file that counts, if there is one.
///
/// # Errors
/// When it can't be used: the message says which and why.
pub(super) fn load(which: &Which) -> Result<Config, Stop> {
    let none = |sought| Ok(Config { said: Said::default(), beside: PathBuf::from(RULES), file: None, sought });
    if which.no_config && which.config.is_some() {
        return Err(Stop::helped("`--config` names a file, and `--no-config` says that there is none", "keep one of them"));
    }
    if which.no_config {
        return none(Sought::Nowhere);
    }
    if let Some(path) = &which.config {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        return open(path.clone(), |path| direct(&folder.join(path)), Sought::Named);
    }
    let here = here()?;
    let Some(folder) = nearest(&here) else { return none(Sought::From(here)) };
    let path = relative(&here, folder, Path::new(NAME));
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        // Nobody waits for a pipe that happens to have the name.
        let help = "give it another name, or add `--no-config` to do without such a file";
        return Err(Stop::helped(format!("`{}` is no file, and settings are read from one of this name", disk::shown(&path)), help));
    }
    open(path, |path| relative(&here, folder, path), Sought::From(here.clone()))
}

fn open(path: PathBuf, beside: impl Fn(&Path) -> PathBuf, sought: Sought) -> Result<Config, Stop> {
    let text = disk::read(&path, LARGEST).map_err(|why| disk::reason(&path, &why))?;
    let mut sources = Sources::new();
    let file = sources.add(disk::shown(&path), text.as_str());
    let read = read::read(file, &text);
    if !read.diagnostics.is_empty() {
        return Err(Stop::Findings(read.diagnostics, sources));
    }
    let mut said = read.value;
    let paths =
        said.rules.iter_mut().chain(said.contexts.values_mut()).chain(&mut said.waivers).chain(&mut said.facts).chain(&mut said.baseline);
    paths.for_each(|path| path.value = beside(&path.value));
    Ok(Config { said, beside: beside(Path::new(RULES)), file: Some((path, text)), sought })
}

/// A path written relative to `folder`, as seen from `here`, which is `folder` or below it: short where that is possible.
fn relative(here: &Path, folder: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() || here == folder {
        return path.to_path_buf();
    }
    let up = here.strip_prefix(folder).map(|below| below.components().count()).unwrap_or(0);
    let mut result: PathBuf = std::iter::repeat_n("..", up).collect();
    result.push(path);
    result
}

/// The same path without the folders that `..` leaves again. A link is not passed over: it may lead anywhere.
fn direct(path: &Path) -> PathBuf {
    let mut direct = PathBuf::new();
    for part in path.components() {
        let is_folder = |path: &Path| path.file_name().is_some() && path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        match part {
            Component::ParentDir if is_folder(&direct) => drop(direct.pop()),
            Component::CurDir => {}
            _ => direct.push(part),
        }
    }
    if direct.as_os_str().is_empty() { PathBuf::from(".") } else { direct }
}

impl Config {
    /// The rules.
    pub(super) fn rules(&self, option: Option<&Path>) -> InForce<PathBuf> {
        let chosen = option.map(|path| InForce { value: path.to_path_buf(), by: By::Option("--rules") });
        chosen.or_else(|| self.said.rules.as_ref().map(written)).unwrap_or_else(|| InForce { value: self.beside.clone(), by: By::Default })
    }

    /// The file or folder of each context, by its name.
    pub(super) fn contexts(&self) -> BTreeMap<String, InForce<PathBuf>> {
        self.said.contexts.iter().map(|(name, path)| (name.clone(), written(path))).collect()
    }

    /// The file of waivers; with `without` there is none.
    pub(super) fn waivers(&self, option: Option<&Path>, without: bool) -> InForce<Option<PathBuf>> {
        if without {
            return InForce { value: None, by: By::Option("--no-waivers") };
        }
        choose("--waivers", option.map(Path::to_path_buf), self.said.waivers.as_ref())
    }

    /// The profile of parameters; with `without` there is none.
    pub(super) fn profile(&self, option: Option<&str>, without: bool) -> InForce<Option<String>> {
        if without {
            return InForce { value: None, by: By::Option("--no-profile") };
        }
        choose("--profile", option.map(str::to_string), self.said.profile.as_ref())
    }

    /// The band that every project must reach.
    pub(super) fn require(&self, option: Option<&str>) -> InForce<Option<String>> {
        choose("--require", option.map(str::to_string), self.said.require.as_ref())
    }

    /// The fact sheets, or folders of them: those that arguments name, else those that the file names.
    pub(super) fn facts(&self, arguments: &[PathBuf]) -> Vec<InForce<PathBuf>> {
        if arguments.is_empty() {
            return self.said.facts.iter().map(written).collect();
        }
        arguments.iter().map(|path| InForce { value: path.clone(), by: By::Argument }).collect()
    }

    /// The scores that projects must reach: those that options name, as `60%` or `main.conviction=60%`, else those of the file.
    ///
    /// # Errors
    /// When an option can't be understood.
    pub(super) fn min_score(&self, options: &[String]) -> Result<Vec<LeastScore>, Stop> {
        if options.is_empty() {
            return Ok(self.said.min_score.clone());
        }
        let by = By::Option("--min-score");
        let one = |text: &String| {
            let (verdict, percent) =
                text.split_once('=').map_or((None, text.as_str()), |(verdict, percent)| (Some(verdict.trim()), percent));
            let value = read::share(percent.trim()).map_err(|(message, help)| {
                let help = help.unwrap_or_else(|| "write `--min-score 60%`, or `--min-score VERDICT=60%`".to_string());
                Stop::helped(format!("`--min-score {text}`: {message}"), help)
            })?;
            let verdict = verdict.map(|name| InForce { value: name.to_string(), by: by.clone() });
            Ok(LeastScore { verdict, percent: InForce { value, by: by.clone() } })
        };
        options.iter().map(one).collect()
    }

    /// The least level at which what stands against a project fails a run.
    pub(super) fn fail_on(&self, option: Option<Level>) -> InForce<Option<Level>> {
        choose("--fail-on", option, self.said.fail_on.as_ref())
    }

    /// How grave what has these reason codes is, where it is other than usual: as the file says, unless an option says otherwise.
    ///
    /// # Errors
    /// When an option can't be understood.
    pub(super) fn severities(&self, options: &[String]) -> Result<Vec<SetLevel>, Stop> {
        let by = By::Option("--severity");
        let mut set = self.said.severities.clone();
        for text in options {
            let help = "write `--severity CODE=LEVEL`, where the level is `error`, `warning`, `note` or `off`";
            let Some((code, word)) = text.split_once('=') else {
                return Err(Stop::helped(format!("`--severity {text}` names no level"), help));
            };
            let Some(level) = read::level_or_off(word.trim()) else {
                return Err(Stop::helped(format!("`--severity {text}`: there is no level `{}`", word.trim()), help));
            };
            set.retain(|one| one.code.value != code.trim());
            set.push(SetLevel {
                code: InForce { value: code.trim().to_string(), by: by.clone() },
                level: InForce { value: level, by: by.clone() },
            });
        }
        Ok(set)
    }

    /// The file of what is known already.
    pub(super) fn baseline(&self, option: Option<&Path>) -> InForce<Option<PathBuf>> {
        choose("--baseline", option.map(Path::to_path_buf), self.said.baseline.as_ref())
    }

    /// Who says something, as reports show it.
    pub(super) fn said_by(&self, by: &By) -> report::By {
        match (by, &self.file) {
            (By::File(at), Some((path, text))) => {
                let line = text.bytes().take(at.start).filter(|byte| *byte == b'\n').count() + 1;
                report::By::File(disk::shown(path), line)
            }
            (By::File(_), None) | (By::Default, _) => report::By::Default,
            (By::Option(name), _) => report::By::Option(name),
            (By::Environment(name), _) => report::By::Environment(name),
            (By::Argument, _) => report::By::Arguments,
            (By::Clock, _) => report::By::Clock,
        }
    }

    /// A place in the file, among other texts; the file joins them.
    pub(super) fn place(&self, at: &Range<usize>, sources: &mut Sources) -> Option<Span> {
        let (path, text) = self.file.as_ref()?;
        let name = disk::shown(path);
        let known = sources.ids().find(|file| sources.name(*file) == name && sources.text(*file).as_ref() == text.as_str());
        let file = known.unwrap_or_else(|| sources.add(name, text.as_str()));
        Some(Span::new(file, at.start, at.end))
    }

    /// Says what is wrong with what somebody says: at its place where the file says it, else in a sentence.
    pub(super) fn refuse(&self, by: &By, code: &'static Code, message: String, help: Option<String>) -> Stop {
        let mut sources = Sources::new();
        match self.finding(by, code, &message, help.as_deref(), &mut sources) {
            Some(finding) => Stop::Findings(vec![finding], sources),
            None => Stop::Trouble(message, help),
        }
    }

    /// What is wrong with what the file says, at its place among other texts; none where somebody else says it.
    pub(super) fn finding(
        &self,
        by: &By,
        code: &'static Code,
        message: &str,
        help: Option<&str>,
        sources: &mut Sources,
    ) -> Option<Diagnostic> {
        let By::File(at) = by else { return None };
        let finding = Diagnostic::new(code, self.place(at, sources)?, message);
        Some(help.into_iter().fold(finding, Diagnostic::help))
    }

    /// Says that what somebody names can't be read.
    pub(super) fn unreadable(&self, by: &By, message: String) -> Stop {
        self.refuse(by, &codes::FILE_UNREADABLE, message, None)
    }
}

/// A value that the file says.
fn written<T: Clone>(written: &Written<T>) -> InForce<T> {
    InForce { value: written.value.clone(), by: By::File(written.at.clone()) }
}

/// What an option says, else the file, else nobody.
fn choose<T: Clone>(name: &'static str, option: Option<T>, file: Option<&Written<T>>) -> InForce<Option<T>> {
    match (option, file) {
        (Some(value), _) => InForce { value: Some(value), by: By::Option(name) },
        (None, Some(said)) => InForce { value: Some(said.value.clone()), by: By::File(said.at.clone()) },
        (None, None) => InForce { value: None, by: By::Default },
    }
}
