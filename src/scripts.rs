//! Scripts: functions written in Rhai for what rules can't say, such as an index that takes squares. This is the only part that knows rhai.
//!
//! A script is a function of its arguments and nothing else. It sees no files, no clock and no randomness, prints nothing, loads nothing, and runs no text as
//! a program; what it may call is listed in [`library`]. Its numbers are the numbers of the rules: multiples of 10^-12, with `*` and `/` rounded once. What it
//! may spend is counted in operations, calls and sizes, never in time, so that the same call ends in the same way on every machine.
//!
//! INVARIANT: [`Script::call`] returns, whatever the script: with a value, or with a [`Failure`] that says what went wrong and where.

mod engine;
mod library;
mod values;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rhai::{AST, CallFnOptions, Dynamic, Position, Scope};

use crate::diagnostic::{Diagnostic, Staged};
use crate::source::{FileId, Span};

pub use engine::{MOST_ENTRIES, MOST_OPERATIONS};
pub use values::Value;

/// A script, read and ready to be called.
#[derive(Clone)]
pub struct Script(Arc<Compiled>);

struct Compiled {
    places: Places,
    ast: AST,
    functions: BTreeMap<String, Vec<Definition>>,
}

/// A function as its script defines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// How many values it takes.
    pub parameters: usize,
    /// Its name in the script.
    pub span: Span,
}

/// Why a call gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, as the rest of a sentence that begins with the function's name.
    pub message: String,
    /// Where in the script.
    pub span: Span,
    /// Whether a limit on its work stopped it.
    pub stopped: bool,
}

impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Script").field("functions", &self.0.functions).finish_non_exhaustive()
    }
}

/// Reads a script. One that can't be read yields nothing but findings, with their places in it.
pub fn read(file: FileId, text: &str) -> Staged<Option<Script>> {
    let places = Places::of(file, text);
    match engine::compile(text) {
        Ok(ast) => {
            let functions = definitions(&ast, &places, text);
            let findings: Vec<Diagnostic> = library::findings(&ast, &places, &functions);
            let usable = findings.is_empty();
            Staged::new(usable.then(|| Script(Arc::new(Compiled { places, ast, functions }))), findings)
        }
        Err(error) => Staged::new(None, vec![words::unreadable(&error, &places)]),
    }
}

impl Script {
    /// Its text.
    pub fn file(&self) -> FileId {
        self.0.places.file
    }

    /// The definitions of a function, by rising number of parameters; there may be several that take different numbers.
    pub fn definitions(&self, name: &str) -> &[Definition] {
        self.0.functions.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where the function that takes so many values has its name.
    pub fn definition(&self, name: &str, parameters: usize) -> Option<Span> {
        self.definitions(name).iter().find(|definition| definition.parameters == parameters).map(|definition| definition.span)
    }

    /// The names of all its functions, in alphabetical order.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.0.functions.keys().map(String::as_str)
    }

    /// Calls a function.
    ///
    /// # Errors
    /// When the script fails, reaches a limit, or gives back something that is no value of the rules.
    pub fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, Failure> {
        let compiled = &*self.0;
        let taken = arguments.len();
        let whole = || self.definition(name, taken).unwrap_or_else(|| compiled.places.beginning());
        let at = |position: Position| compiled.places.span(position).unwrap_or_else(whole);
        let failed = |message: String| Failure { message, span: at(Position::NONE), stopped: false };
        if arguments.iter().map(Value::entries).sum::<usize>() > MOST_ENTRIES {
            return Err(failed(format!(
                "is given lists of more than {} entries, the most that a script takes",
                words::grouped(MOST_ENTRIES as u64)
            )));
        }
        let arguments: Vec<Dynamic> = arguments.iter().map(Value::to_dynamic).collect::<Result<_, _>>().map_err(failed)?;
        let options = CallFnOptions::new().eval_ast(false);
        let mut scope = Scope::new();
        let run = || engine::shared().call_fn_with_options::<Dynamic>(options, &mut scope, &compiled.ast, name, arguments);
        // Limits keep scripts from failing in any way but by an error. Should the interpreter break all the same, that is a fault of one rule, not the end
        // of the judgement.
        let result =
            catch_unwind(AssertUnwindSafe(run)).map_err(|_| failed("breaks off, for the interpreter of scripts has failed".into()))?;
        match result {
            Ok(value) => Value::from_dynamic(&value).map_err(failed),
            Err(error) => {
                let (message, position) = words::failure(&error);
                Err(Failure { message, span: at(position), stopped: words::is_limit(&error) })
            }
        }
    }
}

/// From the lines and columns that rhai counts to bytes of a text.
struct Places {
    file: FileId,
    /// The text's lines: where each begins, and where each of its characters does.
    lines: Vec<(usize, String)>,
}

impl Places {
    fn of(file: FileId, text: &str) -> Places {
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let from = start;
            start += line.len();
            (from, line.trim_end_matches(['\n', '\r']).to_string())
        });
        Places { file, lines: lines.collect() }
    }

    fn beginning(&self) -> Span {
        Span::new(self.file, 0, 0)
    }

    /// The word or sign at a position; none where rhai knows no position.
    fn span(&self, position: Position) -> Option<Span> {
        let line = position.line()?;
        let column = position.position().unwrap_or(1);
        let Some((from, text)) = self.lines.get(line - 1) else {
            // Past the last line: the script ends too early.
            let (from, text) = self.lines.last()?;
            let end = from + text.trim_end().len();
            return Some(Span::new(self.file, end, end));
        };
        let offset = text.char_indices().nth(column - 1).map_or(text.len(), |(offset, _)| offset);
        let rest = &text[offset..];
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let length = match rest.find(|character| !is_word(character)) {
            Some(0) => rest.chars().next().map_or(0, char::len_utf8),
            Some(end) => end,
            None => rest.len(),
        };
        Some(Span::new(self.file, from + offset, from + offset + length))
    }
}

/// Every function of a script with the place of its name. Rhai keeps names and parameters, but not where they stand.
fn definitions(ast: &AST, places: &Places, text: &str) -> BTreeMap<String, Vec<Definition>> {
    let mut found: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
    for function in ast.iter_functions() {
        let (name, parameters) = (function.name.to_string(), function.params.len());
        let span = named(text, &name, parameters).map_or_else(|| places.beginning(), |(start, end)| Span::new(places.file, start, end));
        found.entry(name).or_default().push(Definition { parameters, span });
    }
    for definitions in found.values_mut() {
        definitions.sort_by_key(|definition| definition.parameters);
    }
    found
}

/// Where `fn name(…)` with so many parameters has its name. Text in comments may look the same, which would only move a label.
fn named(text: &str, name: &str, parameters: usize) -> Option<(usize, usize)> {
    let mut candidates = text.match_indices("fn").filter_map(|(at, word)| {
        let inside_a_word = text[..at].ends_with(|character: char| character.is_alphanumeric() || character == '_');
        let after = &text[at + word.len()..];
        let gap = after.len() - after.trim_start().len();
        let rest = after.trim_start().strip_prefix(name)?;
        let list = rest.trim_start().strip_prefix('(')?;
        let list = list.split(')').next()?;
        let count = if list.trim().is_empty() { 0 } else { list.split(',').filter(|part| !part.trim().is_empty()).count() };
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let start = at + word.len() + gap;
        (!inside_a_word && gap > 0 && count == parameters && !text[line_start..at].contains("//")).then_some((start, start + name.len()))
    });
    candidates.next()
}
