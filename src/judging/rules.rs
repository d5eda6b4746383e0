//! From the texts of rules to a runnable program, with every finding on the way.

use crate::diagnostic::{self, Diagnostic, Staged};
use crate::policy::Policy;
use crate::program::{Program, Settings, build, check_profiles};
use crate::source::{FileId, Files, Sources};
use crate::syntax::ast::Rulebook;
use crate::value::Number;
use crate::waivers::{self, Waivers};
use crate::{check, syntax};

/// Reads rulebooks from wherever they are: the main file with all that it uses, and files of tests. `prefix` is the folder as a reader should see it.
pub fn books(prefix: &str, main: &str, tests: &[String], files: &dyn Files, sources: &mut Sources) -> Staged<Vec<Rulebook>> {
    let read = syntax::load(prefix, main, files, sources);
    let mut diagnostics = read.diagnostics;
    let mut books = Vec::new();
    if !tests.is_empty() {
        let tests = syntax::load_tests(prefix, tests, &read.value, files, sources);
        books.extend(tests.value);
        diagnostics.extend(tests.diagnostics);
    }
    books.extend(read.value);
    Staged::new(books, diagnostics)
}

/// Rules that were read.
pub struct Loaded {
    /// What they mean, as far as they could be understood.
    pub policy: Policy,
    /// All findings so far, in order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// The rules of these books, checked.
    pub fn of(books: Staged<Vec<Rulebook>>) -> Loaded {
        let checked = check::check(&books.value);
        let mut loaded = Loaded { policy: checked.value, diagnostics: books.diagnostics };
        loaded.diagnostics.extend(checked.diagnostics);
        diagnostic::sort(&mut loaded.diagnostics);
        loaded
    }

    /// Whether the rules can't be run.
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Adds findings to those there are.
    pub fn add(&mut self, findings: Vec<Diagnostic>) {
        self.diagnostics.extend(findings);
        diagnostic::sort(&mut self.diagnostics);
        self.diagnostics.dedup();
    }

    /// Reads a file of waivers; what is wrong with it joins the findings.
    pub fn waivers(&mut self, file: FileId, day: Number, sources: &Sources) -> Waivers {
        let read = waivers::read(file, sources.text(file), &self.policy, day);
        self.diagnostics.extend(read.diagnostics);
        read.value
    }

    /// Makes the rules runnable; the findings about constants join the others.
    pub fn build(&mut self, settings: &Settings) -> Option<Program> {
        if self.is_broken() {
            return None;
        }
        let built = build(&self.policy, settings);
        self.diagnostics.extend(built.diagnostics);
        diagnostic::sort(&mut self.diagnostics);
        built.value
    }

    /// Builds the rules under each of their profiles; what is found only there joins the findings.
    pub fn check_profiles(&mut self, settings: &Settings) {
        self.diagnostics.extend(check_profiles(&self.policy, settings));
    }
}
