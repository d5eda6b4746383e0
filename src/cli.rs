//! The command line: arguments, files, the clock and exit codes. All input and output of the program is here and below.

#![allow(clippy::disallowed_methods, reason = "this is the one place that reads files, the clock and the environment")]

mod batch;
mod check;
mod compare;
mod config;
mod configured;
mod demands;
mod diff;
mod disk;
mod doc;
mod eval;
mod explain;
mod git;
mod interrupted;
mod judging;
mod new;
mod outputs;
mod policy;
mod progress;
mod record;
mod report;
mod shells;
mod stdin;
mod test;
mod touched;
mod verify;
mod watch;
mod whatif;
mod why;
mod witness;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{Diagnostic, closest};
use crate::report::{Layout, Style};
use crate::source::Sources;
use crate::verdict::Requirement;

/// Judge fact sheets against rules that people can read, and see what missing evidence leaves open.
#[derive(Parser)]
#[command(name = "plumb", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    color: Colour,
    // Commands that read the file have these too and take them from there; here they are so that they may stand before the command's name as well.
    #[command(flatten)]
    _which: config::Which,
}

/// What each does, its own type says: what stood here would hide the exit codes from its help.
#[derive(Subcommand)]
enum Command {
    New(new::New),
    Eval(eval::Eval),
    Watch(watch::Watch),
    Why(why::Why),
    Whatif(whatif::WhatIf),
    Compare(compare::Compare),
    Report(report::Report),
    Verify(verify::Verify),
    Check(check::Check),
    Test(test::Test),
    Diff(diff::Diff),
    Doc(doc::Doc),
    Config(configured::Configured),
    Explain(explain::Explain),
    Completions(shells::Completions),
    Manual(shells::Manual),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// How to write a result.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, in a terminal
    Human,
    /// For programs
    Json,
}

/// What every command can end with. The numbers are a promise to pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: what was asked for is met.
    Met,
    /// 1: it is not: a requirement is missed, or the rules have errors.
    NotMet,
    /// 2: it could not be run, or a verdict or a protocol is faulted.
    CouldNotRun,
    /// 3: the evidence leaves it open.
    Undecided,
}

impl Exit {
    fn of(requirement: Requirement) -> Exit {
        match requirement {
            Requirement::Met => Exit::Met,
            Requirement::Undecided => Exit::Undecided,
            Requirement::NotMet => Exit::NotMet,
            Requirement::Faulted => Exit::CouldNotRun,
        }
    }
}

impl Exit {
    /// Where what was judged is not to stop anybody. What could not be run is told all the same.
    fn forgiven(self) -> Exit {
        match self {
            Exit::Met | Exit::NotMet | Exit::Undecided => Exit::Met,
            Exit::CouldNotRun => Exit::CouldNotRun,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Met => 0,
            Exit::NotMet => 1,
            Exit::CouldNotRun => 2,
            Exit::Undecided => 3,
        })
    }
}

/// Why a command can't go on.
enum Stop {
    /// A sentence, and perhaps what to do.
    Trouble(String, Option<String>),
    /// What is wrong with rules, facts or waivers.
    Findings(Vec<Diagnostic>, Sources),
}

impl From<String> for Stop {
    fn from(message: String) -> Stop {
        Stop::Trouble(message, None)
    }
}

impl Stop {
    /// A sentence, and what to do.
    fn helped(message: impl Into<String>, help: impl Into<String>) -> Stop {
        Stop::Trouble(message.into(), Some(help.into()))
    }

    /// Says so to people.
    fn tell(&self, terminal: &Terminal) {
        match self {
            Stop::Trouble(message, help) => terminal.complain(message, help.as_deref()),
            Stop::Findings(findings, sources) => terminal.trouble(&crate::report::findings(findings, sources, terminal.err)),
        }
    }

    /// Says so where the reader of the result looks: people on stderr, programs that read JSON on stdout.
    fn end(self, format: Format, terminal: &Terminal) -> Exit {
        match (self, format) {
            (Stop::Trouble(message, help), Format::Human) => terminal.complain(&message, help.as_deref()),
            (Stop::Trouble(message, help), Format::Json) => terminal.result(&crate::report::trouble_json(&message, help.as_deref())),
            (Stop::Findings(findings, sources), Format::Human) => {
                terminal.trouble(&crate::report::findings(&findings, &sources, terminal.err))
            }
            (Stop::Findings(findings, sources), Format::Json) => terminal.result(&crate::report::findings_json(&findings, &sources)),
        }
        Exit::CouldNotRun
    }
}

/// What to do about a name that is not there: take the one that was probably meant, else what `otherwise` says.
fn near(name: &str, names: &[&str], otherwise: impl FnOnce() -> String) -> String {
    closest(name, names.iter().copied()).map_or_else(otherwise, |near| format!("did you mean `{near}`?"))
}

/// Runs the command of the process's arguments, and says how it ended.
pub fn run() -> ExitCode {
    interrupted::heed();
    let command = Arguments::command().color(asked_colour());
    let arguments = match command.try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results; anything else is a misuse, which clap reports on stderr with code 2.
            let written = error.print().map_or_else(|error| error.kind() == ErrorKind::BrokenPipe, |()| true);
            return if error.use_stderr() || !written { Exit::CouldNotRun.into() } else { Exit::Met.into() };
        }
    };
    let terminal = Terminal::new(arguments.color);
    let ended = match arguments.command {
        Command::New(command) => command.run(&terminal),
        Command::Eval(command) => command.run(&terminal),
        Command::Watch(command) => command.run(&terminal),
        Command::Why(command) => command.run(&terminal),
        Command::Whatif(command) => command.run(&terminal),
        Command::Compare(command) => command.run(&terminal),
        Command::Report(command) => command.run(&terminal),
        Command::Verify(command) => command.run(&terminal),
        Command::Check(command) => command.run(&terminal),
        Command::Test(command) => command.run(&terminal),
        Command::Diff(command) => command.run(&terminal),
        Command::Doc(command) => command.run(&terminal),
        Command::Config(command) => command.run(&terminal),
        Command::Explain(command) => command.run(&terminal),
        Command::Completions(command) => command.run(&terminal),
        Command::Manual(command) => command.run(&terminal),
    };
    match terminal.unwritten.get() {
        Some(why) => {
            terminal.complain(&format!("the result can't be written: {why}"), None);
            Exit::CouldNotRun.into()
        }
        None => ended.into(),
    }
}

/// The colour of help, which is shown before the arguments are known.
fn asked_colour() -> ColorChoice {
    let words: Vec<String> = std::env::args().collect();
    let says = |wanted: &str| {
        let whole = format!("--color={wanted}");
        words.contains(&whole) || words.windows(2).any(|pair| pair[0] == "--color" && pair[1] == wanted)
    };
    match (says("always"), says("never")) {
        (true, false) => ColorChoice::Always,
        (false, true) => ColorChoice::Never,
        // clap would have it in a pipeline that claims a terminal, however dumb.
        _ if is_dumb() => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Where results and troubles are written.
struct Terminal {
    out: Layout,
    /// For tables, which read well in lines that are too long for prose.
    table: Layout,
    err: Style,
    /// Why a result could not be written, if one could not.
    unwritten: OnceLock<String>,
    /// Whether the reader of results has gone away.
    unread: AtomicBool,
}

/// Whether the terminal says that it can only print.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|kind| kind == "dumb")
}

/// Lines longer than this are hard to read, however wide the window.
const WIDEST: usize = 100;
/// Tables may be wider.
const WIDEST_TABLE: usize = 200;
/// The width of pages and pipes.
const PLAIN_WIDTH: usize = 80;

impl Terminal {
    fn new(colour: Colour) -> Terminal {
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || is_dumb();
        let wanted = |is_terminal: bool| match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_terminal && !is_plain,
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
        let width = match columns {
            Some(columns) => columns,
            None if std::io::stdout().is_terminal() => {
                terminal_size::terminal_size().map_or(PLAIN_WIDTH, |(width, _)| usize::from(width.0))
            }
            None => PLAIN_WIDTH,
        };
        let colour = wanted(std::io::stdout().is_terminal());
        Terminal {
            table: Layout { width: width.clamp(40, WIDEST_TABLE), colour },
            out: Layout { width: width.clamp(40, WIDEST), colour },
            err: Style { colour: wanted(std::io::stderr().is_terminal()), width: width.clamp(40, 140) },
            unwritten: OnceLock::new(),
            unread: AtomicBool::new(false),
        }
    }

    /// Writes a result. A reader who has gone away is no error; that it can't be written for another reason, the exit code says.
    fn result(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.unread.store(true, Ordering::Relaxed),
            Err(error) => drop(self.unwritten.set(disk::words(&error))),
            Ok(()) => {}
        }
    }

    /// Makes room on a terminal for what comes next; what was there can still be scrolled to.
    fn clear(&self) {
        if std::io::stdout().is_terminal() && !is_dumb() {
            self.result("\x1b[H\x1b[2J");
        }
    }

    /// Says what stands in the way.
    fn trouble(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        let _ = err.write_all(text.as_bytes());
    }

    /// Says in one line what stands in the way, and what to do about it.
    fn complain(&self, message: &str, help: Option<&str>) {
        self.trouble(&crate::report::trouble(message, help, self.err));
    }
}
