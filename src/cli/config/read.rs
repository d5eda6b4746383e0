//! The text of `plumb.yaml` into values of the right kind, each with its place. All mistakes are found in one go.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use super::{By, InForce, LeastScore, SetLevel, Written};
use crate::diagnostic::{Diagnostic, Staged, codes, listed};
use crate::requirements::Level;
use crate::source::{FileId, Span};
use crate::value::{Number, Type, parse_quantity};
use crate::yaml::{self, About, Entry, Findings, Kind, Node, clipped, nearest};

/// What messages call such a file and what it holds.
const ABOUT: About = About {
    file: "settings file",
    one: "setting",
    many: "settings",
    twice: "keep one of them",
    untagged: "leave the tag out: every setting is a text",
};

/// The keys, in the order in which they are taught.
pub(super) const KEYS: [&str; 10] =
    ["rules", "contexts", "waivers", "facts", "profile", "require", "min_score", "fail_on", "severities", "baseline"];

/// What a reason code may also be set to.
pub(in crate::cli) const OFF: &str = "off";

/// What the file says. Paths are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) rules: Option<Written<PathBuf>>,
    pub(super) contexts: BTreeMap<String, Written<PathBuf>>,
    pub(super) waivers: Option<Written<PathBuf>>,
    pub(super) facts: Vec<Written<PathBuf>>,
    pub(super) profile: Option<Written<String>>,
    pub(super) require: Option<Written<String>>,
    pub(super) min_score: Vec<LeastScore>,
    pub(super) fail_on: Option<Written<Level>>,
    pub(super) severities: Vec<SetLevel>,
    pub(super) baseline: Option<Written<PathBuf>>,
}

/// Reads the text. Where there is a finding, what was read is of no use.
pub(super) fn read(file: FileId, text: &str) -> Staged<Said> {
    let mut reader = Reader { findings: Findings::default() };
    let said = match yaml::parse(file, text, &ABOUT, &mut reader.findings) {
        Some(root) => reader.file(&root),
        None => Said::default(),
    };
    Staged::new(said, reader.findings.into_sorted())
}

struct Reader {
    findings: Findings,
}

impl Reader {
    fn file(&mut self, root: &Node<'_>) -> Said {
        let mut said = Said::default();
        let entries = match &root.kind {
            Kind::Mapping(entries) => entries,
            Kind::Scalar(scalar) if scalar.is_null() => return said,
            Kind::Refused => return said,
            Kind::Scalar(_) | Kind::Sequence(_) => {
                self.refuse(
                    root.beginning(),
                    "expected settings, found something else",
                    "write each on a line of its own, as `rules: rules`",
                );
                return said;
            }
        };
        for entry in entries {
            match entry.key.as_ref() {
                "rules" => said.rules = self.path(entry),
                "contexts" => said.contexts = self.contexts(entry),
                "waivers" => said.waivers = self.path(entry),
                "facts" => said.facts = self.paths(entry),
                "profile" => said.profile = self.word(entry),
                "require" => said.require = self.word(entry),
                "min_score" => said.min_score = self.min_score(entry),
                "fail_on" => said.fail_on = self.fail_on(entry),
                "severities" => said.severities = self.severities(entry),
                "baseline" => said.baseline = self.path(entry),
                // What begins so is another tool's.
                key if key.starts_with("x-") => {}
                key => self.unknown(key, entry.key_span),
            }
        }
        said
    }

    fn unknown(&mut self, key: &str, span: Span) {
        let finding = Diagnostic::new(&codes::BAD_CONFIG, span, format!("there is no setting `{}`", clipped(key)));
        self.findings.add(match nearest(key, KEYS) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(span, near),
            None => finding.help(format!("the settings are {}", listed(&KEYS.map(|key| format!("`{key}`")), "and"))),
        });
    }

    fn contexts(&mut self, entry: &Entry<'_>) -> BTreeMap<String, Written<PathBuf>> {
        let Some(entries) = self.group(entry, "a path for each context") else { return BTreeMap::new() };
        let path = |one: &Entry<'_>| {
            let path = self.file_at(&one.value, one, purpose("contexts"))?;
            Some((one.key.to_string(), Written { at: at(one.key_span.to(one.value.span)), ..path }))
        };
        entries.iter().filter_map(path).collect()
    }

    fn min_score(&mut self, entry: &Entry<'_>) -> Vec<LeastScore> {
        let Kind::Mapping(verdicts) = &entry.value.kind else {
            return self.percent(entry).map(|percent| LeastScore { verdict: None, percent }).into_iter().collect();
        };
        let each = verdicts.iter().map(|one| {
            let verdict = Some(said(one.key.to_string(), one.key_span));
            Some(LeastScore { verdict, percent: self.percent(one)? })
        });
        each.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn fail_on(&mut self, entry: &Entry<'_>) -> Option<Written<Level>> {
        let (word, span) = self.text(&entry.value, entry, purpose("fail_on"))?;
        match level(&word) {
            Some(level) => Some(Written { value: level, at: at(span) }),
            None => {
                self.no_level(&word, span, &Level::ALL.map(Level::name));
                None
            }
        }
    }

    fn severities(&mut self, entry: &Entry<'_>) -> Vec<SetLevel> {
        let Some(entries) = self.group(entry, "a level for each reason code") else { return Vec::new() };
        let mut set = Vec::new();
        for one in entries {
            let Some((word, span)) = self.text(&one.value, one, purpose("severities")) else { continue };
            let Some(value) = level_or_off(&word) else {
                self.no_level(&word, span, &[&Level::ALL.map(Level::name)[..], &[OFF]].concat());
                continue;
            };
            set.push(SetLevel { code: said(one.key.to_string(), one.key_span), level: said(value, span) });
        }
        set
    }

    fn no_level(&mut self, word: &str, span: Span, levels: &[&str]) {
        let known = listed(&levels.iter().map(|level| format!("`{level}`")).collect::<Vec<_>>(), "or");
        let finding = Diagnostic::new(&codes::BAD_CONFIG, span, format!("expected {known}, found `{}`", clipped(word)));
        self.findings.add(match nearest(word, levels.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(span, near),
            None => finding,
        });
    }

    fn percent(&mut self, entry: &Entry<'_>) -> Option<InForce<Number>> {
        let (text, span) = self.text(&entry.value, entry, purpose("min_score"))?;
        match share(&text) {
            Ok(value) => Some(said(value, span)),
            Err((reason, help)) => {
                self.refuse(span, &reason, help.as_deref().unwrap_or(purpose("min_score")));
                None
            }
        }
    }

    /// A group of entries. One in which nothing stands, as when all of it is commented out, says nothing.
    fn group<'e, 't>(&mut self, entry: &'e Entry<'t>, expected: &str) -> Option<&'e [Entry<'t>]> {
        match &entry.value.kind {
            Kind::Mapping(entries) => Some(entries),
            Kind::Scalar(scalar) if scalar.is_null() => Some(&[]),
            Kind::Refused => None,
            Kind::Scalar(_) | Kind::Sequence(_) => {
                self.refuse(entry.value.beginning(), &format!("expected {expected}, found {}", found(&entry.value)), purpose(&entry.key));
                None
            }
        }
    }

    /// One path or a list of them.
    fn paths(&mut self, entry: &Entry<'_>) -> Vec<Written<PathBuf>> {
        match &entry.value.kind {
            Kind::Sequence(nodes) if nodes.is_empty() => {
                self.refuse(
                    entry.value.beginning(),
                    &format!("expected a path in the list of `{}`, found none", entry.key),
                    purpose(&entry.key),
                );
                Vec::new()
            }
            Kind::Sequence(nodes) => {
                nodes.iter().map(|node| self.file_at(node, entry, purpose(&entry.key))).collect::<Vec<_>>().into_iter().flatten().collect()
            }
            _ => self.path(entry).into_iter().collect(),
        }
    }

    fn path(&mut self, entry: &Entry<'_>) -> Option<Written<PathBuf>> {
        self.file_at(&entry.value, entry, purpose(&entry.key))
    }

    fn file_at(&mut self, node: &Node<'_>, entry: &Entry<'_>, help: &str) -> Option<Written<PathBuf>> {
        let (text, span) = self.text(node, entry, help)?;
        if text == "-" {
            self.refuse(
                span,
                "expected a path, found `-`",
                "only a command line can name the standard input; a file of this name is `./-`",
            );
            return None;
        }
        Some(Written { value: PathBuf::from(text), at: at(span) })
    }

    fn word(&mut self, entry: &Entry<'_>) -> Option<Written<String>> {
        let (text, span) = self.text(&entry.value, entry, purpose(&entry.key))?;
        Some(Written { value: text, at: at(span) })
    }

    /// A single value that is not empty.
    fn text(&mut self, node: &Node<'_>, entry: &Entry<'_>, help: &str) -> Option<(String, Span)> {
        match &node.kind {
            Kind::Scalar(scalar) if !scalar.is_null() && !scalar.text.trim().is_empty() => Some((scalar.text.to_string(), node.span)),
            Kind::Scalar(_) => {
                let span = if node.span.start == node.span.end { entry.key_span } else { node.span };
                self.refuse(span, &format!("expected a value for `{}`, found nothing", clipped(&entry.key)), help);
                None
            }
            Kind::Sequence(_) | Kind::Mapping(_) => {
                let message = format!("expected one value for `{}`, found {}", clipped(&entry.key), found(node));
                self.refuse(node.beginning(), &message, help);
                None
            }
            Kind::Refused => None,
        }
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) {
        self.findings.add(Diagnostic::new(&codes::BAD_CONFIG, span, message).help(help));
    }
}

fn at(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// A value that stands there.
fn said<T>(value: T, span: Span) -> InForce<T> {
    InForce { value, by: By::File(at(span)) }
}

/// A share of all points, or what is wrong with it and what to do.
pub(super) fn share(text: &str) -> Result<Number, (String, Option<String>)> {
    match parse_quantity(text, Type::Percent) {
        Ok(value) if (Number::ZERO..=Number::ONE).contains(&value) => Ok(value),
        Ok(_) => Err((format!("expected 0% to 100%, found `{}`", clipped(text)), None)),
        Err(error) => Err((error.message(), error.help())),
    }
}

/// A level; none within where nothing is to be told.
pub(super) fn level_or_off(word: &str) -> Option<Option<Level>> {
    if word == OFF { Some(None) } else { level(word).map(Some) }
}

fn level(word: &str) -> Option<Level> {
    Level::ALL.into_iter().find(|level| level.name() == word)
}

/// What stands there, for a message that expected something else.
fn found(node: &Node<'_>) -> &'static str {
    match &node.kind {
        Kind::Scalar(_) | Kind::Refused => "a single value",
        Kind::Sequence(_) => "a list",
        Kind::Mapping(_) => "a group of settings",
    }
}

/// What to write for a key.
fn purpose(key: &str) -> &'static str {
    match key {
        "rules" => "name the folder of the rules, or their main file, as `rules: rules`",
        "contexts" => "below `contexts:`, name the file or folder of each on a line of its own, as `thesis: theses/mine.yaml`",
        "waivers" => "name the file of waivers, as `waivers: waivers.yaml`",
        "facts" => "name a fact sheet or a folder of them, as `facts: projects`, or several, as `facts: [projects, more/akash.yaml]`",
        "profile" => "name a profile of the rules, as `profile: conservative`",
        "require" => "name the band to reach, as `require: satellite`",
        "min_score" => "write a percent, as `min_score: 60%`, or below it one for each verdict, as `main.conviction: 60%`",
        "fail_on" => "write `error`, `warning` or `note`",
        "severities" => "below `severities:`, write `error`, `warning`, `note` or `off` for each reason code, as `risk.unaudited: warning`",
        _ => "name the file of the baseline, as `baseline: baseline.yaml`",
    }
}

#[cfg(test)]
mod tests;
