//! `plumb diff`: what changed between two states of the rules or of one project's facts, and what that does to judgements.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::config::{self, Config, InForce};
use super::disk::Text;
use super::git::{Repository, Tree};
use super::judging::{self, Contexts, Desk, Options, Outside};
use super::policy;
use super::progress::Progress;
use super::{Exit, Format, Stop, Terminal, disk};
use crate::check;
use crate::diagnostic::{self, Diagnostic};
use crate::diff::{self, Evidence, Trouble};
use crate::judging::books;
use crate::policy::Policy;
use crate::program::{Settings, build};
use crate::report::{self, DiffHeading};
use crate::source::{FileId, Files, Sources};
use crate::syntax::ast::Rulebook;

/// Say what changed in rules or in a project's facts, and what that does to judgements
///
/// OLD and NEW are each a folder of rules or a main file, a git revision (the rules as they were then: `HEAD~1`, `v1.0`), or `REV:PATH`. What exists as a path is
/// a path; write `main:` for a revision of that name, and `./main` for a path. Two fact sheets (`.yaml`) are compared as facts of one project.
///
/// Ends with 0 if both sides could be compared, 1 if `--fail-on-flip` is given and a verdict stands otherwise, 2 if a side can't be read or run.
#[derive(Args)]
pub(super) struct Diff {
    /// The state before: a path, a revision, or REV:PATH
    old: String,
    /// The state after
    new: String,
    /// Fact sheets, or folders of them, to judge by both states of the rules
    #[arg(long, value_name = "PATH", num_args = 1..)]
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// End with 1 if a verdict comes to stand otherwise
    #[arg(long)]
    fail_on_flip: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
}

/// How to write a comparison.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people, in a terminal
    Human,
    /// For programs
    Json,
    /// For the comment on a pull request
    Markdown,
}

/// What an argument stands for.
enum Place {
    Path(PathBuf),
    Tree(Tree),
}

impl Place {
    fn shown(&self) -> String {
        match self {
            Place::Path(path) => disk::shown(path),
            Place::Tree(tree) => tree.shown(),
        }
    }

    /// Whether it is a folder with fact sheets and without rules.
    fn holds_sheets(&self) -> bool {
        let has_rules = match self {
            Place::Path(path) => !path.is_dir() || path.join(policy::MAIN).exists(),
            Place::Tree(tree) => tree.is_file() || tree.list().contains(&tree.main),
        };
        !has_rules && !self.sheets().is_empty()
    }

    /// The names of the fact sheets in a folder, in order.
    fn sheets(&self) -> Vec<String> {
        match self {
            Place::Path(path) => {
                let sheets = if path.is_dir() { disk::sheets(path).unwrap_or_default() } else { Vec::new() };
                sheets.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect()
            }
            Place::Tree(tree) => {
                let is_sheet = |name: &String| !name.contains('/') && (name.ends_with(".yaml") || name.ends_with(".yml"));
                tree.list().into_iter().filter(is_sheet).collect()
            }
        }
    }

    fn is_sheet(&self) -> bool {
        let (name, is_file) = match self {
            Place::Path(path) => (disk::shown(path), path.is_file()),
            Place::Tree(tree) => (tree.path.clone(), tree.is_file()),
        };
        is_file && (name.ends_with(".yaml") || name.ends_with(".yml"))
    }
}

/// Says how whole folders of fact sheets are looked at.
fn folders_of_sheets(old: &Place, new: &Place) -> Stop {
    let sheet = if old.holds_sheets() { old } else { new };
    if !(old.holds_sheets() && new.holds_sheets()) {
        let help = "name the rules on both sides, and behind `--facts` the sheets to judge by them; or name two fact sheets";
        return Stop::helped(format!("`{}` is a folder of fact sheets, and has no `{}`", sheet.shown(), policy::MAIN), help);
    }
    let name = old.sheets().into_iter().find(|name| new.sheets().contains(name)).unwrap_or_else(|| "a.yaml".to_string());
    let help = format!(
        "name two sheets of one project, as `plumb diff {}/{name} {}/{name}`; to judge a folder of them by two states of the rules, name it behind `--facts`",
        old.shown(),
        new.shown()
    );
    Stop::helped(format!("`{}` is a folder of fact sheets, and those are compared one by one", sheet.shown()), help)
}

/// One state of the rules.
struct Side {
    shown: String,
    books: Vec<Rulebook>,
    policy: Policy,
}

impl Diff {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let format = if self.format == Form::Json { Format::Json } else { Format::Human };
        self.compare(terminal).unwrap_or_else(|stop| stop.end(format, terminal))
    }

    fn compare(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let config = config::load(&self.options.which)?;
        if self.facts.is_empty() {
            self.options.called.needless()?;
        }
        let rules = config.rules(self.options.rules.as_deref()).value;
        let (old, new) = (place(&self.old, &rules)?, place(&self.new, &rules)?);
        match (old.is_sheet(), new.is_sheet()) {
            (true, true) => self.facts(terminal, &old, &new),
            (false, false) if old.holds_sheets() || new.holds_sheets() => Err(folders_of_sheets(&old, &new)),
            (false, false) => self.rules(terminal, &config, &old, &new),
            (old_is_sheet, _) => {
                let (sheet, other) = if old_is_sheet { (&old, &new) } else { (&new, &old) };
                let help = "compare two fact sheets, as `plumb diff HEAD~1:facts/a.yaml facts/a.yaml`, or two states of the rules";
                Err(Stop::helped(format!("`{}` is a fact sheet, and `{}` is not", sheet.shown(), other.shown()), help))
            }
        }
    }

    /// Compares two sheets of one project.
    fn facts(&self, terminal: &Terminal, old: &Place, new: &Place) -> Result<Exit, Stop> {
        if !self.facts.is_empty() {
            return Err(Stop::helped("`--facts` is for comparing rules", "leave it out: both sheets are judged as they are"));
        }
        let mut bench = Desk::set_up(&self.options)?;
        let texts = [text_of(old)?, text_of(new)?];
        let sheets = bench.read_texts(texts)?;
        let [before, after] = sheets.as_slice() else { return Err(Stop::from("the sheets can't be read".to_string())) };
        let compared = diff::compare_facts(&bench.program, &bench.dossier(before), &bench.dossier(after), &bench.sources);
        let heading = DiffHeading { old: old.shown(), new: new.shown(), today: bench.settings.today };
        terminal.result(&match self.format {
            Form::Human => report::facts_diff(&heading, &compared, terminal.out),
            Form::Json => report::facts_diff_json(&heading, &compared),
            Form::Markdown => report::facts_diff_markdown(&heading, &compared),
        });
        Ok(self.exit(Some(&compared.impact)))
    }

    /// Compares two states of the rules.
    fn rules(&self, terminal: &Terminal, config: &Config, old: &Place, new: &Place) -> Result<Exit, Stop> {
        let profile = config.profile(self.options.profile.as_deref(), self.options.no_profile);
        let outside = Outside::new(config, self.options.today.as_deref(), profile, &self.options.set)?;
        let mut sources = Sources::new();
        let settings = outside.settings(&mut sources);
        let old = self.side(terminal, old, &settings, &mut sources, "old")?;
        let new = self.side(terminal, new, &settings, &mut sources, "new")?;
        let evidence = self.evidence(config, [&old.policy, &new.policy], &mut sources)?;
        let comparison = diff::compare(&old.books, &new.books, &sources);
        let heading = DiffHeading { old: old.shown, new: new.shown, today: settings.today };
        let impact = match self.facts.is_empty() {
            true => None,
            false => {
                let mut progress = Progress::watched(terminal);
                let mut hear = |judged| progress.hear(|| format!("judged {judged} times so far"));
                let found = diff::impact(&comparison, &evidence, &settings, &sources, &mut hear);
                Some(match found {
                    Ok(impact) => impact,
                    Err((is_new, trouble)) => {
                        let side = if is_new { &heading.new } else { &heading.old };
                        return Err(self.trouble(terminal, is_new, side, trouble, sources));
                    }
                })
            }
        };
        terminal.result(&match self.format {
            Form::Human => report::rules_diff(&heading, &comparison.changes, impact.as_ref(), terminal.out),
            Form::Json => report::rules_diff_json(&heading, &comparison.changes, impact.as_ref()),
            Form::Markdown => report::rules_diff_markdown(&heading, &comparison.changes, impact.as_ref()),
        });
        Ok(self.exit(impact.as_ref()))
    }

    fn exit(&self, impact: Option<&diff::Impact>) -> Exit {
        let flips =
            impact.is_some_and(|impact| impact.projects.iter().any(|project| project.verdicts.iter().any(diff::VerdictImpact::is_flipped)));
        if self.fail_on_flip && flips { Exit::NotMet } else { Exit::Met }
    }

    /// Reads one state of the rules, and makes sure that it can be run.
    fn side(&self, terminal: &Terminal, place: &Place, settings: &Settings, sources: &mut Sources, which: &str) -> Result<Side, Stop> {
        let read = match place {
            Place::Path(path) => policy::read_books(path, sources).map_err(Stop::from)?,
            Place::Tree(tree) if tree.is_file() => {
                let help = "name the folder that it stands in, as `REV:FOLDER`";
                return Err(Stop::helped(format!("`{}` is a single file", tree.shown()), help));
            }
            Place::Tree(tree) => {
                if let Err(why) = tree.text(&tree.main, disk::LARGEST_RULES) {
                    return Err(Stop::from(disk::reason(Path::new(&format!("{}/{}", tree.shown(), tree.main)), &why)));
                }
                books(&tree.shown(), &tree.main, &tree.tests(), tree, sources)
            }
        };
        let checked = check::check(&read.value);
        let mut findings = read.diagnostics;
        findings.extend(checked.diagnostics);
        if !findings.iter().any(Diagnostic::is_error) {
            findings.extend(build(&checked.value, settings).diagnostics);
        }
        if findings.iter().any(Diagnostic::is_error) {
            diagnostic::sort(&mut findings);
            self.blame(terminal, which, &place.shown());
            return Err(Stop::Findings(findings, std::mem::take(sources)));
        }
        Ok(Side { shown: place.shown(), books: read.value, policy: checked.value })
    }

    /// Says which side the findings that follow are about. JSON has the side in the names of files.
    fn blame(&self, terminal: &Terminal, which: &str, shown: &str) {
        if self.format != Form::Json {
            terminal.complain(&format!("the {which} rules, `{shown}`, can't be used"), None);
        }
    }

    fn trouble(&self, terminal: &Terminal, is_new: bool, side: &str, trouble: Trouble, sources: Sources) -> Stop {
        let which = if is_new { "new" } else { "old" };
        match trouble {
            Trouble::NoContext(name) => {
                let help = format!("add `--context {name}=PATH`, or write it into `{}` under `contexts:`", config::NAME);
                Stop::helped(format!("the {which} rules, `{side}`, read the context `{name}`, and none was given"), help)
            }
            Trouble::Findings(findings) => {
                self.blame(terminal, which, side);
                Stop::Findings(findings, sources)
            }
        }
    }

    /// The texts of sheets, contexts and waivers, where sheets are to be judged.
    fn evidence(&self, config: &Config, policies: [&Policy; 2], sources: &mut Sources) -> Result<Evidence, Stop> {
        let mut evidence = Evidence::default();
        let given = given(config, &self.options.context, policies)?;
        if self.facts.is_empty() {
            return Ok(evidence);
        }
        let facts: Vec<InForce<PathBuf>> = config.facts(&self.facts);
        for sheet in judging::sheets(config, &facts, &self.options.called)? {
            evidence.subjects.push(add(&sheet, sources)?);
        }
        for (name, InForce { value: path, by }) in given {
            judging::there(config, &path, &by)?;
            let many =
                policies.iter().any(|policy| policy.documents.iter().any(|document| document.name == name && document.many.is_some()));
            let in_folder = many && path.is_dir();
            let files = if in_folder { disk::sheets(&path)? } else { vec![path] }.into_iter().map(Text::of);
            let texts = files.map(|file| add(&file, sources)).collect::<Result<Vec<_>, Stop>>()?;
            evidence.contexts.insert(name, (texts, in_folder));
        }
        if let InForce { value: Some(path), by } = config.waivers(self.options.waivers.as_deref(), self.options.no_waivers) {
            judging::there(config, &path, &by)?;
            evidence.waivers = Some(add(&Text::of(path), sources)?.0);
        }
        Ok(evidence)
    }
}

/// What an argument stands for: what exists as a path is one, all else is a revision.
fn place(text: &str, rules: &Path) -> Result<Place, Stop> {
    let path = Path::new(text);
    if path.exists() {
        return Ok(Place::Path(path.to_path_buf()));
    }
    let missing = |help: String| Err(Stop::helped(format!("there is nothing at `{text}`"), help));
    if path.is_absolute() || text.starts_with("./") || text.starts_with("../") {
        return missing("what begins like this is a path; a revision is written as `HEAD~1` or `HEAD~1:rules`".to_string());
    }
    let Some(repository) = Repository::here()? else {
        return missing("it is no path, and this folder is in no git repository, so it is no revision either".to_string());
    };
    let (revision, path) = match text.split_once(':') {
        Some((revision, "")) => (revision, rules),
        Some((revision, path)) => (revision, Path::new(path)),
        None => (text, rules),
    };
    let Some(commit) = repository.commit(revision)? else {
        let help = "write a folder of rules, a revision of this repository as `HEAD~1`, `main` or `v1.0`, or `REV:PATH`";
        return Err(Stop::helped(format!("`{text}` is neither a path nor a revision of this repository"), help));
    };
    let Some(within) = repository.within(path) else {
        let help = format!("write `{revision}:PATH` with the place of the rules in it");
        return Err(Stop::helped(format!("`{}` lies outside of this repository", disk::shown(path)), help));
    };
    Ok(Place::Tree(repository.tree(revision, &commit, &within)?))
}

/// The text of a sheet: as reports show its file, the short name, and the text.
fn text_of(place: &Place) -> Result<(String, String, String), Stop> {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (path, text) = match place {
        Place::Path(path) => (path.clone(), disk::read(path, disk::LARGEST_SHEET)),
        Place::Tree(tree) => (PathBuf::from(&tree.path), tree.text("", disk::LARGEST_SHEET)),
    };
    let text = text.map_err(|why| disk::reason(Path::new(&place.shown()), &why))?;
    Ok((place.shown(), stem(&path), text))
}

fn add(sheet: &Text, sources: &mut Sources) -> Result<(FileId, String), Stop> {
    let path = Path::new(&sheet.name);
    let text = sheet.read(disk::LARGEST_SHEET).map_err(|why| disk::reason(path, &why))?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((sources.add(sheet.name.clone(), text), name))
}

/// Where contexts are: as options say, else as `plumb.yaml` does. One that only one side reads is fine.
fn given(config: &Config, options: &[String], policies: [&Policy; 2]) -> Result<Contexts, Stop> {
    let mut names: Vec<&str> =
        policies.iter().flat_map(|policy| policy.documents.iter().skip(1)).map(|document| document.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // What `plumb.yaml` gives to its own rules, others need not read.
    let mut configured = config.contexts();
    configured.retain(|name, _| names.contains(&name.as_str()));
    judging::given(config, configured, options, &names, " on either side")
}
