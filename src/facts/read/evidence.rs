//! Who says so, on which day: read where it stands, and handed down to everything below.

use std::sync::Arc;

use super::{Reader, Target};
use crate::diagnostic::{Diagnostic, codes, listed};
use crate::value::{Number, Type, parse_date};
use crate::yaml::{Entry, Kind, Node};
use crate::yaml::{clipped, nearest};

/// What is said about a fact beside its value.
#[derive(Clone, Default)]
pub(super) struct Said {
    pub(super) source: Option<Arc<str>>,
    pub(super) as_of: Option<Number>,
    pub(super) note: Option<Arc<str>>,
}

/// A fact taken out of its evidence.
pub(super) struct Wrapper<'a> {
    pub(super) said: Said,
    /// Its value, unless it has claims.
    pub(super) value: Option<&'a Node<'a>>,
    pub(super) claims: Option<&'a Node<'a>>,
    /// Of a list: there may be more entries.
    pub(super) incomplete: bool,
    /// Whether something is said about this very fact.
    pub(super) own: bool,
}

impl<'a> Wrapper<'a> {
    /// A value that stands alone.
    pub(super) fn bare(node: &'a Node<'a>, said: &Said) -> Wrapper<'a> {
        Wrapper { said: said.clone(), value: Some(node), claims: None, incomplete: false, own: false }
    }
}

/// Whether a key is left to those who write sheets.
pub(super) fn is_free(key: &str) -> bool {
    key.starts_with("x-")
}

impl<'a> Reader<'a> {
    /// What is said here, and where nothing is said, what was said around it. `null` takes back what was said around.
    pub(super) fn said(&mut self, entries: &[Entry], around: &Said, path: &dyn Fn(&Self) -> String) -> Said {
        let mut said = around.clone();
        for entry in entries {
            let key = entry.key.as_ref();
            if !matches!(key, "source" | "as_of" | "note") {
                continue;
            }
            let scalar = match &entry.value.kind {
                Kind::Scalar(scalar) => scalar,
                Kind::Refused => continue,
                Kind::Sequence(_) | Kind::Mapping(_) => {
                    let (path, due) = (path(self), if key == "as_of" { "a date" } else { "a text" });
                    let message = format!("`{key}` of {} needs {due}, found a collection", of(&path));
                    let help = match key {
                        "source" => Some("sources that say different things stand under `claims:`, each with its `value:`".to_string()),
                        _ => None,
                    };
                    self.complain(&codes::BAD_EVIDENCE, entry.key_span, message, help);
                    continue;
                }
            };
            let text = || (!scalar.is_null() && !scalar.text.trim().is_empty()).then(|| Arc::from(scalar.text.as_ref()));
            match key {
                "source" => said.source = text(),
                "note" => said.note = text(),
                _ if scalar.is_null() => said.as_of = None,
                _ => match parse_date(&scalar.text) {
                    Ok(day) => said.as_of = Some(day),
                    Err(error) => {
                        let path = path(self);
                        let wrong = error.message();
                        let wrong = wrong.strip_prefix("expected ").unwrap_or(&wrong);
                        let message = format!("`as_of` of {} needs {wrong}", of(&path));
                        self.complain(&codes::BAD_EVIDENCE, entry.value.span, message, error.help());
                    }
                },
            }
        }
        said
    }

    /// Takes a fact out of a mapping. None: the mapping is no such thing, and a finding says so.
    pub(super) fn wrapper(&mut self, entries: &'a [Entry<'a>], target: &Target<'a>, around: &Said) -> Option<Wrapper<'a>> {
        let under = |key: &str| entries.iter().find(|entry| entry.key == key);
        let is_list = matches!(target.ty, Type::List(_));
        let (value, claims, complete) = (under("value"), under("claims"), under("complete"));
        if value.is_none() && claims.is_none() {
            self.without_value(entries, target);
            return None;
        }
        let keys: &[&str] = match (is_list, value.is_some()) {
            (true, _) => &["value", "complete", "source", "as_of", "note"],
            (false, true) => &["value", "source", "as_of", "note"],
            (false, false) => &["claims", "source", "as_of", "note"],
        };
        for entry in entries {
            let key = entry.key.as_ref();
            if is_free(key) || keys.contains(&key) || self.findings.is_full() {
                continue;
            }
            let path = self.path(target.slot);
            let message = match key {
                "claims" if is_list => format!("`{path}` is a list, and a list has no claims"),
                "claims" => format!("`{path}` has both `value` and `claims`"),
                "complete" => format!("`{path}` is no list, and only a list has `complete`"),
                _ => {
                    self.strange_evidence(entry, entries, target, keys);
                    continue;
                }
            };
            let help = match key {
                "claims" if is_list => Some("write the entries that any source names under `value:`, with `complete: false`".to_string()),
                "claims" => Some("move the value into a claim of its own".to_string()),
                _ => None,
            };
            self.complain(&codes::BAD_EVIDENCE, entry.key_span, message, help);
        }
        let said = self.said(entries, around, &|reader| reader.path(target.slot));
        let incomplete = complete.filter(|_| is_list).is_some_and(|entry| self.is_incomplete(entry, target));
        let claims = claims.filter(|_| !is_list && value.is_none()).map(|entry| &entry.value);
        let own = entries.iter().any(|entry| matches!(entry.key.as_ref(), "source" | "as_of" | "note"));
        Some(Wrapper { said, value: value.map(|entry| &entry.value), claims, incomplete, own })
    }

    fn is_incomplete(&mut self, entry: &Entry, target: &Target) -> bool {
        match &entry.value.kind {
            Kind::Scalar(scalar) if scalar.text == "true" => return false,
            Kind::Scalar(scalar) if scalar.text == "false" => return true,
            Kind::Refused => return false,
            _ => {}
        }
        let message = format!("`complete` of `{}` needs true or false, found {}", self.path(target.slot), super::found(&entry.value));
        self.complain(&codes::BAD_EVIDENCE, entry.value.beginning(), message, None);
        false
    }

    /// A mapping for a single fact, without a value in it.
    fn without_value(&mut self, entries: &[Entry], target: &Target) {
        let path = self.path(target.slot);
        let about_it = entries.iter().find(|entry| matches!(entry.key.as_ref(), "source" | "as_of" | "note" | "complete"));
        let misspelt = entries.iter().find(|entry| nearest(&entry.key, ["value", "claims"]).is_some());
        if let Some(entry) = misspelt.or(about_it) {
            let message = format!("`{path}` needs `value` or `claims` beside its evidence, found neither");
            let help = match nearest(&entry.key, ["value", "claims"]) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "write `value: null` while it is not known".to_string(),
            };
            self.complain(&codes::BAD_EVIDENCE, entry.key_span, message, Some(help));
            return;
        }
        let ty = self.schema.describe(target.ty);
        let finding = Diagnostic::new(&codes::WRONG_FACT_TYPE, target.at, format!("`{path}` needs {ty}, found several facts"));
        let help = match target.ty {
            Type::List(_) => "begin each entry with `- `, or write them in `[ ]`",
            _ => "write the value after the colon, or under `value:` with `source:` and `as_of:` beside it",
        };
        self.findings.add(finding.related(target.declared, format!("declared here as {ty}")).help(help));
    }

    /// Within braces `1,000` ends at the comma, and the rest looks like a name: whether that is so here. It is said once for each number.
    pub(super) fn torn_number(&mut self, entry: &Entry, entries: &[Entry], path: &str) -> bool {
        let is_rest = |entry: &Entry| entry.key.starts_with(|first: char| first.is_ascii_digit());
        let end = |entry: &Entry| entry.value.span.end.max(entry.key_span.end);
        let Some(before) = entries.iter().position(|other| std::ptr::eq(other, entry)).and_then(|place| place.checked_sub(1)) else {
            return false;
        };
        let mut rest =
            entries[before..].windows(2).take_while(|pair| is_rest(&pair[1]) && end(&pair[0]) + 1 == pair[1].key_span.start).peekable();
        if rest.peek().is_none() {
            return false;
        }
        let before = &entries[before];
        let Kind::Scalar(scalar) = &before.value.kind else { return false };
        if is_rest(before) {
            return true;
        }
        let (mut written, mut plain, mut span) = (clipped(&scalar.text), clipped(&scalar.text), before.value.span);
        for pair in rest {
            written.push_str(&format!(",{}", clipped(&pair[1].key)));
            plain.push_str(&clipped(&pair[1].key));
            span = span.to(pair[1].key_span);
        }
        let message = format!("`{path}` needs a number without commas, found `{written}`");
        self.findings.add(Diagnostic::new(&codes::WRONG_FACT_TYPE, span, message).help(format!("write `{plain}`")).fix(span, plain));
        true
    }

    /// A key that evidence does not have.
    pub(super) fn strange_evidence(&mut self, entry: &Entry, entries: &[Entry], target: &Target, keys: &[&str]) {
        let (key, path) = (entry.key.as_ref(), self.path(target.slot));
        if self.torn_number(entry, entries, &path) {
            return;
        }
        let message = format!("`{path}` has no `{}` beside its value", clipped(key));
        let mut finding = Diagnostic::new(&codes::BAD_EVIDENCE, entry.key_span, message);
        finding = match nearest(key, keys.iter().copied()).or_else(|| habit(key)).filter(|meant| keys.contains(meant)) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(entry.key_span, meant),
            None => {
                let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                finding.help(format!("there may be {}, and names that begin with `x-`", listed(&names, "and")))
            }
        };
        self.findings.add(finding);
    }
}

/// What a word that others use for evidence is called here.
fn habit(key: &str) -> Option<&'static str> {
    match key {
        "date" | "dated" | "day" | "when" | "asof" | "as-of" => Some("as_of"),
        "url" | "link" | "src" | "ref" | "reference" | "by" => Some("source"),
        "comment" | "remark" | "notes" => Some("note"),
        _ => None,
    }
}

fn of(path: &str) -> String {
    if path.is_empty() { "the fact sheet".into() } else { format!("`{path}`") }
}
