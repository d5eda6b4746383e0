//! Rules in, findings out, one topic per file. Each finding has a test beside which a near miss goes without it.

mod names;
mod sense;
mod types;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::diagnostic::{self, Staged};
use crate::policy::Policy;
use crate::source::{Files, Sources, Unreadable};
use crate::syntax;

/// Rulebooks by path, in memory.
struct Folder(BTreeMap<String, String>);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.0.get(path).cloned().ok_or(Unreadable::Missing)
    }

    fn list(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// A subject with a fact of every type, and what makes a policy whole, before the rules of a test.
const FRAME: &str = "
type rail = one of compute, data, inference
subject project {
  title: text
  layer: rail
  network { uptime: percent in 0%..100%  operators: whole >= 0  live: bool  since: date  speed: number }
  cap: money USD
  volume: money USD
  euros: money EUR
  lag: duration
  store: size
  audits: list of { auditor: text  date: date  open: whole  covers: rail  cost { fee: money USD } } count in 0..200
  shares: list of percent count in 1..50
}
verdict rating on quality { good >= 75%  fair >= 50%  poor otherwise }
";

/// Checks rulebooks, the last of which is the root.
fn checked(books: &[(&str, &str)]) -> (Staged<Policy>, Sources) {
    let folder = Folder(books.iter().map(|(name, text)| (format!("{name}.plumb"), text.to_string())).collect());
    let mut sources = Sources::new();
    let root = books.last().map_or("main", |(name, _)| name);
    let read = syntax::load("", &format!("{root}.plumb"), &folder, &mut sources);
    let mut staged = super::check(&read.value);
    staged.diagnostics.splice(0..0, read.diagnostics);
    diagnostic::sort(&mut staged.diagnostics);
    (staged, sources)
}

/// Findings as text: `code @line "culprit": message | help`, a line each.
fn shown(staged: &Staged<Policy>, sources: &Sources) -> String {
    let mut lines = String::new();
    for finding in &staged.diagnostics {
        let at = sources.line_column(finding.primary.span);
        let culprit = sources.slice(finding.primary.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(lines, "{} @{}:{} \"{culprit}\": {}", finding.code.name, at.line, at.column, finding.message);
        for help in &finding.help {
            let _ = write!(lines, " | {help}");
        }
        if let Some(fix) = &finding.fix {
            let _ = write!(lines, " => {}", fix.replacement);
        }
        lines.push('\n');
    }
    lines
}

/// The findings of one rulebook.
fn findings(rules: &str) -> String {
    let (staged, sources) = checked(&[("main", rules)]);
    shown(&staged, &sources)
}

/// The findings about rules written under the frame, without warnings of what they leave unused. Lines count from the rules on.
fn within_frame(rules: &str) -> String {
    let scorecard =
        if rules.contains("scorecard quality") { "" } else { " scorecard quality { check basic worth 1 { passes when network.live } }" };
    let text = format!("{}{scorecard} {rules}", FRAME.replace('\n', " "));
    let (mut staged, sources) = checked(&[("main", &text)]);
    staged.diagnostics.retain(|finding| !finding.code.name.starts_with("unused"));
    let mut lines = String::new();
    for finding in &staged.diagnostics {
        let culprit = sources.slice(finding.primary.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(lines, "{} \"{culprit}\": {}", finding.code.name, finding.message);
        for help in &finding.help {
            let _ = write!(lines, " | {help}");
        }
        if let Some(fix) = &finding.fix {
            let _ = write!(lines, " => {}", fix.replacement);
        }
        lines.push('\n');
    }
    lines
}

/// The findings about one expression, which is used as a `let`.
fn of_expression(expression: &str) -> String {
    within_frame(&format!("let probe = {expression}"))
}

/// The findings about one condition.
fn of_condition(condition: &str) -> String {
    within_frame(&format!("gate probe {{ when {condition} at most fair }}"))
}

/// Inputs with their findings, each of which has to be one of this code and no other.
fn each(code: &str, find: fn(&str) -> String, inputs: &[&str]) -> String {
    let mut page = String::new();
    for input in inputs {
        let found = find(input);
        assert!(found.lines().count() == 1 && found.starts_with(&format!("{code} ")), "{input}\nexpected one {code}, found\n{found}");
        let _ = writeln!(page, "{input}\n  {}", found.trim_end().replace(" | ", "\n    | ").replace(" => ", "\n    => "));
    }
    page
}

/// Inputs that have to go without findings.
fn none(find: fn(&str) -> String, inputs: &[&str]) {
    for input in inputs {
        assert_eq!(find(input), "", "{input}");
    }
}

#[test]
fn the_frame_is_sound() {
    assert_eq!(within_frame(""), "");
}

/// The rules that ship, with their scripts.
struct Shipped;

impl Files for Shipped {
    #[expect(clippy::disallowed_methods, reason = "the shipped rules are files")]
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        std::fs::read_to_string(std::path::Path::new("rules").join(path)).map_err(|_| Unreadable::Missing)
    }
}

#[test]
fn the_shipped_rules_have_no_findings() {
    let mut sources = Sources::new();
    let read = syntax::load("rules", "main.plumb", &Shipped, &mut sources);
    let mut staged = super::check(&read.value);
    staged.diagnostics.splice(0..0, read.diagnostics);
    assert_eq!(shown(&staged, &sources), "");
    assert!(staged.value.items.len() > 30 && staged.value.gates.len() > 5 && staged.value.verdicts.len() == 1);
}
