//! Where results go, and in which formats: one to the standard output, and any number into files. Files are written beside their places and put there at the
//! end, so that nobody reads a half.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::disk::{self, Part, Tail};
use super::{Exit, Stop, Terminal};
use crate::diagnostic::Severity;
use crate::report::{Checked, Closing, Form, Format, Layout, Run, Stopped, Tested};
use crate::requirements::{Judged, Level};

impl ValueEnum for Level {
    fn value_variants<'a>() -> &'a [Level] {
        &Level::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Severity] {
        &[Severity::Error, Severity::Warning]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }))
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Format] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.about()))
    }
}

/// In which formats to write, and where.
#[derive(Args, Clone)]
pub(super) struct Outputs {
    /// How to write the result to the standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A file to write the result to as well, as `json=result.json`; more than one may be named
    #[arg(long, value_name = "FORMAT=FILE")]
    output: Vec<String>,
}

/// How the names of files end that people write, and that no result may take the place of.
const WRITTEN_BY_PEOPLE: [&str; 4] = ["plumb", "rhai", "yaml", "yml"];

/// A file's layout: nobody's terminal.
const PAGE: Layout = Layout { width: 100, colour: false };

/// The variable that names the file whose Markdown GitHub shows with a job; every step adds to it.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

impl Outputs {
    /// Makes sure that results can be written where they are wanted, before there are any. `brief` leaves out the pages of the format for people but for the ranking.
    ///
    /// # Errors
    /// When an option names no format or a place that can't be written to.
    pub(super) fn open<'t>(&self, brief: bool, terminal: &'t Terminal) -> Result<Sinks<'t>, Stop> {
        let stdout = Sink { format: self.format, form: self.format.form(terminal.out, brief), target: Target::Stdout, begun: false };
        let mut sinks = Sinks { terminal, sinks: vec![stdout] };
        for text in &self.output {
            let (format, path) = asked(text)?;
            if sinks.sinks.iter().any(|sink| matches!(&sink.target, Target::File { path: other, .. } if *other == path)) {
                return Err(format!("two results would be written to `{}`", disk::shown(&path)).into());
            }
            if path.extension().is_some_and(|kind| WRITTEN_BY_PEOPLE.iter().any(|other| kind == *other)) && path.exists() {
                let message = format!("`{}` is there, and by its name it holds rules, facts or settings", disk::shown(&path));
                return Err(Stop::helped(message, "name another file for the result: it would be written over"));
            }
            let part = Part::begin(&path)?;
            sinks.sinks.push(Sink { format, form: format.form(PAGE, brief), target: Target::File { path, part }, begun: false });
        }
        if sinks.sinks.iter().any(|sink| sink.format == Format::Github)
            && let Some(path) = std::env::var_os(SUMMARY).filter(|path| !path.is_empty())
        {
            let form = Format::Markdown.form(PAGE, brief);
            sinks.sinks.push(Sink { format: Format::Markdown, form, target: Target::Tail(Tail::begin(path.as_ref())?), begun: false });
        }
        Ok(sinks)
    }
}

/// The format and the file that an option names.
fn asked(text: &str) -> Result<(Format, PathBuf), Stop> {
    let Some((name, path)) = text.split_once('=') else {
        return Err(Stop::helped(
            format!("`--output {text}` names no file"),
            "write `--output FORMAT=FILE`, as `--output json=result.json`",
        ));
    };
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    let Some(format) = Format::ALL.into_iter().find(|format| format.name() == name) else {
        let help = super::near(name, &names, || format!("the formats are {}", crate::diagnostic::listed(&names, "and")));
        return Err(Stop::helped(format!("`--output {text}` names no format"), help));
    };
    match path {
        "" => Err(Stop::helped(format!("`--output {text}` names no file"), format!("write `--output {name}=FILE`"))),
        "-" => Err(Stop::helped(format!("`--output {text}` names no file"), format!("write `--format {name}` for the standard output"))),
        path => Ok((format, PathBuf::from(path))),
    }
}

/// One result under way.
struct Sink {
    format: Format,
    form: Box<dyn Form>,
    target: Target,
    /// Whether anything was written to it.
    begun: bool,
}

enum Target {
    Stdout,
    File { path: PathBuf, part: Part },
    Tail(Tail),
}

/// All results of a run under way.
pub(super) struct Sinks<'t> {
    terminal: &'t Terminal,
    sinks: Vec<Sink>,
}

impl Sinks<'_> {
    /// Makes sure that no result takes the place of what the run reads. One that would is dropped.
    pub(super) fn spare(&mut self, read: impl IntoIterator<Item = PathBuf>) -> Result<(), Stop> {
        if self.sinks.len() == 1 {
            return Ok(());
        }
        let read: BTreeSet<PathBuf> = read.into_iter().filter_map(|path| path.canonicalize().ok()).collect();
        let mut taken = None;
        self.sinks.retain(|sink| match &sink.target {
            Target::File { path, .. } if path.canonicalize().is_ok_and(|place| read.contains(&place)) => {
                taken = Some(disk::shown(path));
                false
            }
            Target::File { .. } | Target::Stdout | Target::Tail(_) => true,
        });
        match taken {
            None => Ok(()),
            Some(shown) => {
                Err(Stop::helped(format!("the result would take the place of `{shown}`, which is read"), "name another file for it"))
            }
        }
    }

    /// Writes what stands before all judgements.
    pub(super) fn begin(&mut self, run: &Run<'_>) -> Result<(), Stop> {
        self.each(|form| form.begin(run))
    }

    /// What each format writes of a sheet alone; may be asked for several sheets at the same time.
    pub(super) fn pieces(&self, run: &Run<'_>, judged: &Judged) -> Vec<String> {
        self.sinks.iter().map(|sink| sink.form.piece(run, judged)).collect()
    }

    /// Writes a sheet's pieces, in the order of the sheets. What people need to know of a sheet that was not judged stands where they look for troubles.
    pub(super) fn push(&mut self, judged: &Judged, pieces: Vec<String>) -> Result<(), Stop> {
        for (sink, piece) in self.sinks.iter_mut().zip(pieces) {
            let text = sink.form.push(judged, piece);
            let complains = judged.explanation().is_none() && sink.is_for_people();
            // The line between pages parts none from what stands on stderr.
            let text = if complains || !sink.begun { text.trim_start_matches('\n') } else { &text };
            if complains { self.terminal.trouble(text) } else { sink.write(text, self.terminal)? }
        }
        Ok(())
    }

    /// Writes what stands after all judgements, and puts the files into their places. People whom trouble is told on stderr get no ranking of a part.
    pub(super) fn end(mut self, run: &Run<'_>, closing: &Closing<'_>) -> Result<(), Stop> {
        for sink in &mut self.sinks {
            match closing.trouble {
                Some((message, help)) if sink.is_for_people() => self.terminal.complain(message, help),
                _ => {
                    let text = sink.form.end(run, closing);
                    sink.write(&text, self.terminal)?;
                }
            }
        }
        self.keep()
    }

    /// Writes what was found in rules, and puts the files into their places.
    pub(super) fn checked(mut self, checked: &Checked<'_>) -> Result<(), Stop> {
        self.each(|form| form.checked(checked))?;
        self.keep()
    }

    /// Writes what tests came to, and puts the files into their places.
    pub(super) fn tested(mut self, tested: &Tested<'_>) -> Result<(), Stop> {
        self.each(|form| form.tested(tested))?;
        self.keep()
    }

    /// Says why there is no result, in every format; to people on stderr.
    pub(super) fn stopped(mut self, stop: &Stop) -> Exit {
        let why = match stop {
            Stop::Trouble(message, help) => Stopped::Trouble(message, help.as_deref()),
            Stop::Findings(findings, sources) => Stopped::Findings(findings, sources),
        };
        for sink in &mut self.sinks {
            let text = sink.form.stopped(&why);
            match sink.is_for_people() {
                true => stop.tell(self.terminal),
                false => drop(sink.write(&text, self.terminal)),
            }
        }
        let terminal = self.terminal;
        if let Err(stop) = self.keep() {
            stop.tell(terminal);
        }
        Exit::CouldNotRun
    }

    fn each(&mut self, mut write: impl FnMut(&mut dyn Form) -> String) -> Result<(), Stop> {
        for sink in &mut self.sinks {
            let text = write(sink.form.as_mut());
            sink.write(&text, self.terminal)?;
        }
        Ok(())
    }

    fn keep(self) -> Result<(), Stop> {
        for sink in self.sinks {
            match sink.target {
                Target::Stdout => {}
                Target::File { part, .. } => part.end()?,
                Target::Tail(tail) => tail.end()?,
            }
        }
        Ok(())
    }
}

impl Sink {
    /// Whether people read along, who look for troubles on stderr.
    fn is_for_people(&self) -> bool {
        self.format == Format::Human && matches!(self.target, Target::Stdout)
    }

    fn write(&mut self, text: &str, terminal: &Terminal) -> Result<(), Stop> {
        self.begun |= !text.is_empty();
        match &mut self.target {
            Target::Stdout => terminal.result(text),
            Target::File { part, .. } => part.write(text)?,
            Target::Tail(tail) => tail.write(text),
        }
        Ok(())
    }
}
