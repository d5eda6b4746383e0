//! Reads rule files: text in, tree and findings out.
//!
//! A text that follows the grammar is read in one go. One that does not is taken apart: mistakes that have one likely correction are corrected in a copy,
//! the rest is read item by item and line by line, so that one run shows every mistake once. This is the only part that knows pest.

pub mod ast;

mod build;
mod explain;
mod grammar;
mod lexer;
mod literals;
mod recover;
mod repairs;
mod scan;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::ast::{Item, Name, Rulebook, Text};
use self::build::Builder;
use self::grammar::Rule;
use self::repairs::Repairs;
use crate::diagnostic::{self, Diagnostic, Staged, closest, codes};
use crate::source::{FileId, Files, Sources, Span, Unreadable};

/// The most bytes of a rule file that are read.
pub const LARGEST_RULE_FILE: usize = 4 << 20;

/// The most bytes of a script that are read.
pub const LARGEST_SCRIPT: usize = 64 << 10;

/// Bytes that may be read again after corrections, over all rounds for one file. Small files get all their mistakes corrected; for absurd ones the work
/// stays bounded.
const REREADING: usize = 8 << 20;

/// Findings for one file. Whoever has so many mends the first ones and reads again.
const MOST_FINDINGS: usize = 200;

/// Reads one text. A text that is not read to its end for its mistakes yields what could be read, and a finding for each mistake.
pub fn parse(file: FileId, text: &str) -> Staged<Rulebook> {
    let mut book =
        Rulebook { file, name: None, title: None, version: None, doc: String::new(), uses: Vec::new(), tests: false, items: Vec::new() };
    if text.len() > LARGEST_RULE_FILE {
        let span = Span::new(file, 0, 0);
        let finding = Diagnostic::new(&codes::FILE_TOO_LARGE, span, format!("this text is {TOO_LARGE}"));
        return Staged::new(book, vec![finding]);
    }
    let mut repairs = Repairs::new(text);
    let mut corrected = Vec::new();
    let mut rereading = REREADING;
    loop {
        let affordable = repairs.text().len() <= rereading && corrected.len() < MOST_FINDINGS;
        let scan = scan::scan(repairs.text());
        let mut builder = Builder::new(file, &repairs, &scan);
        let whole = match scan.faults.is_empty() && scan.too_deep.is_empty() {
            true => grammar::read(Rule::file, builder.text, repairs.beginning(), builder.text.len()).ok(),
            false => None,
        };
        let groups = match whole.and_then(|mut nodes| nodes.next()) {
            Some(node) => {
                builder.base = repairs.beginning();
                builder.file(node, &mut book);
                Vec::new()
            }
            None => recover::recover(&mut builder, &mut book, affordable),
        };
        let mut findings = builder.findings;
        let (mut made, mut edits) = (Vec::new(), Vec::new());
        for correction in groups {
            made.push(correction.finding);
            edits.push(correction.edits);
        }
        if affordable && !edits.is_empty() && repairs.apply(edits) {
            rereading -= text.len();
            corrected.extend(made);
            book.items.clear();
            book.uses.clear();
            continue;
        }
        findings.extend(corrected);
        findings.extend(made);
        diagnostic::sort(&mut findings);
        findings.dedup();
        findings.truncate(MOST_FINDINGS);
        return Staged::new(book, findings);
    }
}

/// Reads the rule file at `root` and every rulebook that it uses, each once. A rulebook stands behind those it uses, which stand in the order in which
/// they are first named; the root is the last. `files` answers with paths inside the policy's folder, and `prefix` is that folder as a reader should see
/// it. Rulebooks may use each other: whether their items go round in a circle is not asked here.
pub fn load(prefix: &str, root: &str, files: &dyn Files, sources: &mut Sources) -> Staged<Vec<Rulebook>> {
    let mut loader = Loader { prefix, files, sources, findings: Vec::new(), seen: BTreeSet::new(), scripts: BTreeMap::new() };
    let mut done = Vec::new();
    // The books being read, each with how many of its uses are done. Not the call stack: how far uses lead on is up to the files.
    let mut open: Vec<(Rulebook, usize)> = Vec::new();
    loader.seen.insert(root.to_string());
    open.extend(loader.book(root, None).map(|book| (book, 0)));
    while let Some((book, next)) = open.last_mut() {
        match book.uses.get(*next) {
            Some(used) => {
                *next += 1;
                let used = used.clone();
                let path = format!("{}.plumb", used.text);
                if loader.seen.insert(path.clone()) {
                    open.extend(loader.book(&path, Some(&used)).map(|book| (book, 0)));
                }
            }
            None => done.extend(open.pop().map(|(book, _)| book)),
        }
    }
    diagnostic::sort(&mut loader.findings);
    Staged::new(done, loader.findings)
}

/// Reads the files of tests of a policy whose rulebooks are read already. They hold tests and nothing else, and use what is there: nothing is judged
/// because a test names it. Their rulebooks belong before the others, for the root is the last.
pub fn load_tests(prefix: &str, paths: &[String], policy: &[Rulebook], files: &dyn Files, sources: &mut Sources) -> Staged<Vec<Rulebook>> {
    let mut loader = Loader { prefix, files, sources, findings: Vec::new(), seen: BTreeSet::new(), scripts: BTreeMap::new() };
    let mut books = Vec::new();
    for path in paths {
        let Some(mut book) = loader.book(path, None) else { continue };
        for used in &book.uses {
            if !policy.iter().any(|other| other.name.as_ref().is_some_and(|name| name.text == used.text)) {
                loader.not_of_policy(used, policy);
            }
        }
        for item in &book.items {
            if let Some((name, span)) = item.declared() {
                let finding = Diagnostic::new(&codes::NOT_A_TEST, span, format!("`{name}` is declared in a file of tests"));
                loader.findings.push(finding.help("declare it in a rulebook: files of tests are not read when projects are judged"));
            }
        }
        book.items.retain(|item| item.declared().is_none());
        book.tests = true;
        books.push(book);
    }
    diagnostic::sort(&mut loader.findings);
    Staged::new(books, loader.findings)
}

/// The tokens of a rule text, without comments: what two texts have in common that differ in layout alone.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = lexer::next(text, at) {
        if token.kind != lexer::Kind::Comment {
            found.push(&text[token.start..token.end]);
        }
        at = token.end;
    }
    found
}

/// A stretch of a rule text as it was written, on one line and without comments.
pub fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let (mut at, mut end) = (0, 0);
    while let Some(token) = lexer::next(text, at) {
        at = token.end;
        if token.kind == lexer::Kind::Comment {
            continue;
        }
        if token.start > end && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&text[token.start..token.end]);
        end = token.end;
    }
    line
}

struct Loader<'l> {
    prefix: &'l str,
    files: &'l dyn Files,
    sources: &'l mut Sources,
    findings: Vec<Diagnostic>,
    seen: BTreeSet<String>,
    /// The scripts asked for, by path; none that could not be had.
    scripts: BTreeMap<String, Option<(FileId, Arc<str>)>>,
}

impl Loader<'_> {
    /// Reads one file; `used` is the name that led to it.
    fn book(&mut self, path: &str, used: Option<&Name>) -> Option<Rulebook> {
        let shown = self.shown(path);
        let text = match self.files.read(path) {
            Ok(text) if text.len() <= LARGEST_RULE_FILE => text,
            Ok(text) => return self.refuse(&shown, used, Unreadable::TooLarge(text.len() as u64)),
            Err(Unreadable::Missing) => match used {
                Some(name) => return self.unknown(name),
                None => return self.refuse(&shown, used, Unreadable::Missing),
            },
            Err(reason) => return self.refuse(&shown, used, reason),
        };
        let file = self.sources.add(shown, text);
        let text = self.sources.text(file).clone();
        let mut read = parse(file, &text);
        self.findings.extend(read.diagnostics);
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".plumb");
        if let Some(name) = read.value.name.as_ref().filter(|name| name.text != stem) {
            self.findings.push(
                Diagnostic::new(
                    &codes::RULEBOOK_NAME,
                    name.span,
                    format!("expected `{stem}`, the name of the file, found `{}`", name.text),
                )
                .help("a rulebook is found by its file, so both have one name")
                .fix(name.span, stem),
            );
        }
        // A rulebook without a header is found and named by its file all the same.
        read.value.name.get_or_insert_with(|| Name { text: stem.to_string(), span: Span::new(file, 0, 0) });
        for item in &mut read.value.items {
            if let Item::Script(script) = item {
                script.text = self.script(&script.path);
            }
        }
        Some(read.value)
    }

    fn not_of_policy(&mut self, name: &Name, policy: &[Rulebook]) {
        let names: Vec<&str> = policy.iter().filter_map(|book| book.name.as_ref()).map(|name| name.text.as_str()).collect();
        let finding = Diagnostic::new(&codes::UNKNOWN_RULEBOOK, name.span, format!("the policy has no rulebook `{}`", name.text));
        self.findings.push(match closest(&name.text, names.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => finding.help(format!("it has {}", diagnostic::listed(&names, "and"))),
        });
    }

    /// The text of a script, read once whoever names it.
    fn script(&mut self, path: &Text) -> Option<(FileId, Arc<str>)> {
        if let Some(read) = self.scripts.get(&path.text) {
            return read.clone();
        }
        let read = self.read_script(path);
        self.scripts.insert(path.text.clone(), read.clone());
        read
    }

    fn read_script(&mut self, path: &Text) -> Option<(FileId, Arc<str>)> {
        let outside = path.text.starts_with('/') || path.text.contains(['\\', ':']) || path.text.split('/').any(|part| part == "..");
        if outside || path.text.trim().is_empty() {
            let message = format!("expected a script in the policy's folder, found `{}`", path.text);
            let finding = Diagnostic::new(&codes::FILE_UNREADABLE, path.span, message)
                .help("write its path from the rule file on, with `/` between folders, as in `scripts/concentration.rhai`");
            self.findings.push(finding);
            return None;
        }
        let shown = self.shown(&path.text);
        match self.files.read(&path.text) {
            Ok(text) if text.len() <= LARGEST_SCRIPT => {
                let file = self.sources.add(shown, text);
                Some((file, self.sources.text(file).clone()))
            }
            Ok(_) => {
                let message = format!("`{shown}` is larger than 64 KiB, the most that is read of a script");
                self.findings.push(Diagnostic::new(&codes::FILE_TOO_LARGE, path.span, message));
                None
            }
            Err(Unreadable::Missing) => {
                let finding = Diagnostic::new(&codes::FILE_UNREADABLE, path.span, format!("there is no file `{shown}`"));
                let there = self.files.list();
                let scripts = there.iter().filter(|path| path.ends_with(".rhai")).map(String::as_str);
                self.findings.push(match closest(&path.text, scripts) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(path.span, format!("\"{near}\"")),
                    None => finding.help("a script's path begins at the rule file"),
                });
                None
            }
            Err(reason) => {
                self.unreadable(&shown, path.span, reason);
                None
            }
        }
    }

    /// A path inside the policy's folder as a reader should see it.
    fn shown(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_string() } else { format!("{}/{path}", self.prefix.trim_end_matches('/')) }
    }

    fn unknown(&mut self, name: &Name) -> Option<Rulebook> {
        let mut finding = Diagnostic::new(&codes::UNKNOWN_RULEBOOK, name.span, format!("there is no rulebook `{}`", name.text));
        let there = self.files.list();
        let names: Vec<&str> = there.iter().filter_map(|path| path.strip_suffix(".plumb")).collect();
        finding = match closest(&name.text, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => finding.help(format!("a rulebook `{0}` is read from `{0}.plumb` in the policy's folder", name.text)),
        };
        self.findings.push(finding);
        None
    }

    /// Says why a file can't be read, at the name that led to it; without one, at the file itself.
    fn refuse(&mut self, shown: &str, used: Option<&Name>, reason: Unreadable) -> Option<Rulebook> {
        let span = match used {
            Some(name) => name.span,
            None => Span::new(self.sources.add(shown, ""), 0, 0),
        };
        self.unreadable(shown, span, reason);
        None
    }

    fn unreadable(&mut self, shown: &str, span: Span, reason: Unreadable) {
        let (code, message) = match reason {
            Unreadable::Missing => (&codes::FILE_UNREADABLE, format!("there is no file `{shown}`")),
            Unreadable::TooLarge(_) => (&codes::FILE_TOO_LARGE, format!("`{shown}` is {TOO_LARGE}")),
            Unreadable::NotText(at) => {
                (&codes::BAD_ENCODING, format!("`{shown}` is not UTF-8 text: its byte {} belongs to no character", at + 1))
            }
            Unreadable::Other(words) => (&codes::FILE_UNREADABLE, format!("`{shown}` can't be read: {words}")),
        };
        self.findings.push(Diagnostic::new(code, span, message));
    }
}

/// What is said about a file that is not read.
const TOO_LARGE: &str = "larger than 4 MiB, the most that is read of a rule file";
