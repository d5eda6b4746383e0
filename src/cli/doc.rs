//! `plumb doc`: the rules in words, for those who approve them.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::disk::{self, Disk};
use super::judging::Outside;
use super::{Exit, Format, Stop, Terminal, config, near, policy};
use crate::diagnostic::{counted, listed};
use crate::handbook::{Handbook, Material, handbook};
use crate::policy::{Policy, RulebookInfo};
use crate::report;
use crate::source::Sources;
use crate::trials;

/// Write the rules down in words, to be read and signed
///
/// Every rule, fact and parameter is described for people who do not read rules, with the text of the rule beside it, who reads what, and which tests bear on it.
///
/// Ends with 0 if the document could be made, 2 if not.
#[derive(Args)]
pub(super) struct Doc {
    /// The folder of the rules, or their main file; by default as `plumb.yaml` says
    rules: Option<PathBuf>,
    /// The file to write; by default the document goes to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to write it; by default as the file's ending says, else Markdown
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
    /// Replace the file if there is one
    #[arg(long, requires = "out")]
    force: bool,
    /// Only this rulebook, with the facts and parameters that its rules read
    #[arg(long, value_name = "NAME")]
    rulebook: Option<String>,
    /// Only this rule, as `screening.production`, in Markdown on stdout
    #[arg(long, value_name = "CODE", conflicts_with_all = ["rulebook", "format", "out"])]
    rule: Option<String>,
    /// The profile of parameters to put in force; by default as `plumb.yaml` says
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Leave the parameters as the rules have them
    #[arg(long, conflicts_with = "profile")]
    no_profile: bool,
    /// A value for a parameter, as `screening.min_age=365 days`
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// The day by which rules are in force or not, as 2026-11-23; by default today
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    #[command(flatten)]
    which: config::Which,
}

/// The forms of the document.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Markdown
    Markdown,
    /// One file of HTML, to be read in a browser or printed
    Html,
}

impl Doc {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.document(terminal).unwrap_or_else(|stop| stop.end(Format::Human, terminal))
    }

    fn document(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let form = self.form()?;
        self.out.as_deref().map(|out| disk::vacant(out, self.force)).transpose()?;
        let text = self.text(form, terminal)?;
        match &self.out {
            None => terminal.result(&text),
            Some(out) => {
                disk::write(&[(out.clone(), text)], self.force)?;
                terminal.result(&format!("wrote `{}`\n", disk::shown(out)));
            }
        }
        Ok(Exit::Met)
    }

    /// The document.
    fn text(&self, form: Form, terminal: &Terminal) -> Result<String, Stop> {
        let config = config::load(&self.which)?;
        let profile = config.profile(self.profile.as_deref(), self.no_profile);
        let outside = Outside::new(&config, self.today.as_deref(), profile, &self.set)?;
        let mut sources = Sources::new();
        let mut loaded = policy::load_with_tests(&config, &config.rules(self.rules.as_deref()), &mut sources)?;
        let Some(program) = loaded.build(&outside.settings(&mut sources)) else {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        };
        let prepared = trials::prepare(&loaded.policy, &Disk, &mut sources);
        loaded.add(prepared.diagnostics);
        if loaded.is_broken() {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        }
        let (policy, suite) = (&loaded.policy, prepared.value);
        let only = self.rulebook.as_deref().map(|name| rulebook(policy, name)).transpose()?;
        if std::io::stderr().is_terminal() && !suite.trials.is_empty() {
            // With many tests it takes a while until there is anything to see.
            terminal.trouble(&format!("running {}\n", counted(suite.trials.len(), "test")));
        }
        let outcomes = trials::run(policy, &suite, &sources);
        let passing: BTreeSet<usize> = outcomes.iter().filter(|outcome| outcome.failures.is_empty()).map(|outcome| outcome.trial).collect();
        let covered = trials::covered(policy, &suite, &sources, &|trial| passing.contains(&trial));
        let material = Material { policy, program: &program, sources: &sources, outcomes: &outcomes, covered: &covered, only };
        let handbook = handbook(&material);
        if let Some(code) = &self.rule {
            return rule(&handbook, code);
        }
        Ok(match form {
            Form::Markdown => report::handbook_markdown(&handbook),
            Form::Html => report::handbook_html(&handbook),
        })
    }

    /// The form asked for, else that which the file's ending says.
    fn form(&self) -> Result<Form, Stop> {
        if let Some(form) = self.format {
            return Ok(form);
        }
        let Some(out) = &self.out else { return Ok(Form::Markdown) };
        match ending(out).as_str() {
            "md" | "markdown" => Ok(Form::Markdown),
            "html" | "htm" => Ok(Form::Html),
            _ => {
                let message = format!("`{}` does not say by its ending how to write the document", disk::shown(out));
                Err(Stop::helped(message, "let it end in `.md` or `.html`, or add `--format markdown` or `--format html`"))
            }
        }
    }
}

/// The rule of a code by itself; the last part of a code will do where nothing else is called so.
fn rule(handbook: &Handbook, code: &str) -> Result<String, Stop> {
    let named: Vec<&str> = handbook.codes().filter(|known| known.rsplit('.').next() == Some(code)).collect();
    let code = match named.as_slice() {
        [only] => only,
        _ => code,
    };
    handbook.alone(code).map(|entry| report::handbook_rule(&entry)).ok_or_else(|| {
        let codes: Vec<&str> = handbook.codes().collect();
        let help = near(code, &codes, || "write its code as reports show it, `rulebook.name`; without `--rule` all are listed".to_string());
        Stop::helped(format!("there is no rule `{code}`"), help)
    })
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The rulebook of a name.
fn rulebook<'p>(policy: &'p Policy, name: &str) -> Result<&'p RulebookInfo, Stop> {
    let books = || policy.rulebooks.iter().filter(|book| !book.tests);
    books().find(|book| book.name == name).ok_or_else(|| {
        let names: Vec<&str> = books().map(|book| book.name.as_str()).collect();
        let help = near(name, &names, || format!("the rulebooks are {}", listed(&names, "and")));
        Stop::helped(format!("there is no rulebook `{name}`"), help)
    })
}
