//! From a folder of rules to a runnable program, with every finding on the way.

use std::path::{Path, PathBuf};

use super::disk::{self, Folder};
use crate::diagnostic::{self, Diagnostic, Staged};
use crate::policy::Policy;
use crate::program::{Program, Settings, build, check_profiles};
use crate::source::{Files, Sources, Unreadable};
use crate::syntax::ast::Rulebook;
use crate::value::Number;
use crate::waivers::{self, Waivers};
use crate::{check, syntax};

/// The most bytes of a file of waivers.
const LARGEST_WAIVERS: u64 = 4 << 20;

/// The main file of a folder of rules.
pub(super) const MAIN: &str = "main.plumb";

/// A policy read from disk.
pub(super) struct Loaded {
    /// What it means, as far as it could be understood.
    pub(super) policy: Policy,
    /// All findings so far, in order.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Where the rules are: as the option says, else as `plumb.yaml` does, else in `rules`.
pub(super) fn place(option: Option<PathBuf>, configured: Option<PathBuf>) -> PathBuf {
    option.or(configured).unwrap_or_else(|| PathBuf::from("rules"))
}

/// Reads and checks the rules at `place`: a folder with `main.plumb`, or a main file of another name.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn load(place: &Path, sources: &mut Sources) -> Result<Loaded, String> {
    read(place, sources, false)
}

/// As [`load`], with the files of tests in the folder `tests` beside the rules. Projects are judged without them.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn load_with_tests(place: &Path, sources: &mut Sources) -> Result<Loaded, String> {
    read(place, sources, true)
}

fn read(place: &Path, sources: &mut Sources, with_tests: bool) -> Result<Loaded, String> {
    let read = read_files(place, sources, with_tests)?;
    let mut diagnostics = read.diagnostics;
    let checked = check::check(&read.value);
    diagnostics.extend(checked.diagnostics);
    diagnostic::sort(&mut diagnostics);
    Ok(Loaded { policy: checked.value, diagnostics })
}

/// Reads the rulebooks at `place` with their files of tests, unchecked.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn read_books(place: &Path, sources: &mut Sources) -> Result<Staged<Vec<Rulebook>>, String> {
    read_files(place, sources, true)
}

fn read_files(place: &Path, sources: &mut Sources, with_tests: bool) -> Result<Staged<Vec<Rulebook>>, String> {
    let metadata = std::fs::metadata(place).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there are no rules at `{}`", disk::shown(place)),
        _ => format!("`{}` can't be read: {}", disk::shown(place), disk::words(&error)),
    })?;
    let (root, main) = if metadata.is_dir() {
        (place.to_path_buf(), MAIN.to_string())
    } else {
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (place.parent().map(Path::to_path_buf).unwrap_or_default(), name)
    };
    let folder = Folder { root: root.clone() };
    if let Err(why) = Files::read(&folder, &main) {
        let reason = disk::reason(&root.join(&main), &why);
        return Err(match (metadata.is_dir(), why) {
            (true, Unreadable::Missing) if disk::holds_sheets(&root) => format!("{reason}: what is in this folder are fact sheets"),
            (true, Unreadable::Missing) => format!("{reason}, with which the rules of a folder begin"),
            _ => reason,
        });
    }
    let tests = if with_tests { folder.tests()? } else { Vec::new() };
    Ok(books(&disk::shown(&root), &main, &tests, &folder, sources))
}

/// Reads rulebooks from wherever they are: the main file with all that it uses, and files of tests. `prefix` is the folder as a reader should see it.
pub(super) fn books(prefix: &str, main: &str, tests: &[String], files: &dyn Files, sources: &mut Sources) -> Staged<Vec<Rulebook>> {
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

impl Loaded {
    /// Whether the rules can't be run.
    pub(super) fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Adds findings to those there are.
    pub(super) fn add(&mut self, findings: Vec<Diagnostic>) {
        self.diagnostics.extend(findings);
        diagnostic::sort(&mut self.diagnostics);
        self.diagnostics.dedup();
    }

    /// Reads a file of waivers; what is wrong with it joins the findings.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn read_waivers(&mut self, path: &Path, day: Number, sources: &mut Sources) -> Result<Waivers, String> {
        let text = disk::read(path, LARGEST_WAIVERS).map_err(|why| disk::reason(path, &why))?;
        let file = sources.add(disk::shown(path), text);
        let text = sources.text(file).clone();
        let read = waivers::read(file, &text, &self.policy, day);
        self.diagnostics.extend(read.diagnostics);
        Ok(read.value)
    }

    /// Makes the rules runnable; the findings about constants join the others.
    pub(super) fn build(&mut self, settings: &Settings) -> Option<Program> {
        if self.is_broken() {
            return None;
        }
        let built = build(&self.policy, settings);
        self.diagnostics.extend(built.diagnostics);
        diagnostic::sort(&mut self.diagnostics);
        built.value
    }

    /// Builds the rules under each of their profiles; what is found only there joins the findings.
    pub(super) fn check_profiles(&mut self, settings: &Settings) {
        self.diagnostics.extend(check_profiles(&self.policy, settings));
    }
}
