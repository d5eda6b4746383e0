//! One fact stated anew by a line of text, such as `network.uptime_90d=99.5%`: read as a fact sheet would be, by the type that the rules declare.

use super::state::{Statement, state};
use super::values::{self, Misfit};
use crate::diagnostic::{closest, listed};
use crate::policy::Document;
use crate::sheet::Sheet;
use crate::source::Span;
use crate::value::{Interval, List, Number, Possible, Schema, Type};
use crate::yaml::{Scalar, clipped};

/// Why a fact can't be stated so: a sentence, and perhaps what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Refusal {
    fn new(message: String, help: impl Into<String>) -> Refusal {
        Refusal { message, help: Some(help.into()) }
    }
}

/// What facts are read by, and what they are stated in.
pub struct Restating<'s> {
    /// All types.
    pub schema: &'s Schema,
    /// All documents.
    pub documents: &'s [Document],
    /// The day on which what is stated counts as known.
    pub today: Number,
}

impl Restating<'_> {
    /// Where the fact with a path stands: which of the sheets, and which slot.
    ///
    /// # Errors
    /// When there is no such fact.
    pub fn place(&self, sheets: &[&Sheet], path: &str) -> Result<(usize, u32), Refusal> {
        let mut paths: Vec<String> = Vec::new();
        for (document, sheet) in sheets.iter().enumerate() {
            for slot in 0..sheet.slots.len() as u32 {
                // Entries that are no longer in their list have no declaration, and are no facts.
                if sheet.leaf_at(self.schema, slot).is_none() {
                    continue;
                }
                let found = sheet.path(self.schema, self.documents, slot);
                if found == path {
                    return Ok((document, slot));
                }
                paths.push(found);
            }
        }
        Err(self.unknown(path, &paths))
    }

    fn unknown(&self, path: &str, paths: &[String]) -> Refusal {
        let message = format!("the fact sheet has no fact `{}`", clipped(path));
        let within: Vec<String> = paths
            .iter()
            .filter(|other| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
            .map(|path| format!("`{path}`"))
            .collect();
        if !within.is_empty() {
            let message = format!("`{}` is a group of facts", clipped(path));
            return Refusal::new(message, format!("name one of them: {}", listed(&within, "or")));
        }
        if let Some((list, _)) = path.split_once('[')
            && paths.iter().any(|other| other == list)
        {
            let message = format!("`{}` is no entry that is on file", clipped(path));
            return Refusal::new(message, "entries count from 1, as `audits[1].date`; add one to the fact sheet itself");
        }
        let ending = format!(".{path}");
        if let Some(whole) = paths.iter().find(|other| other.ends_with(&ending)) {
            return Refusal::new(message, format!("did you mean `{whole}`?"));
        }
        match closest(path, paths.iter().map(String::as_str)) {
            Some(near) => Refusal::new(message, format!("did you mean `{near}`?")),
            None => Refusal::new(message, "name it by its path, as `network.uptime_90d`, `audits[1].date` or `thesis.horizon`"),
        }
    }

    /// States the fact at a slot anew. `span` is where the text stands.
    ///
    /// # Errors
    /// When the text is no value of the fact's type, or not within its bounds.
    pub fn restate(&self, sheet: &mut Sheet, slot: u32, text: &str, span: Span) -> Result<(), Refusal> {
        let path = sheet.path(self.schema, self.documents, slot);
        let Some(leaf) = sheet.leaf_at(self.schema, slot) else { return Ok(()) };
        let (ty, domain) = (leaf.ty, &leaf.domain);
        let text = text.trim();
        let statement = match (ty, text) {
            (_, "unknown") => Statement::Unknown,
            (Type::List(list), "[]") if self.schema.list(list).least == 0 => Statement::List(Vec::new()),
            (Type::List(_), "complete") => return close(sheet, slot, &path),
            (Type::List(_), _) => {
                let message = format!("`{path}` is a list, and `{}` says nothing about one", clipped(text));
                return Err(Refusal::new(
                    message,
                    "write `[]`, `complete` for no further entries, or `unknown`; entries are for the fact sheet",
                ));
            }
            (Type::Text, _) => Statement::Value(self.value(
                &path,
                text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text),
                ty,
                domain,
            )?),
            _ => match text.split_once("..") {
                Some((low, high)) if ty.is_ordered() => {
                    match (self.value(&path, low.trim(), ty, domain)?, self.value(&path, high.trim(), ty, domain)?) {
                        (Possible::Range(low), Possible::Range(high)) if low.low <= high.low => {
                            Statement::Value(Possible::Range(Interval::closed(low.low, high.low)))
                        }
                        _ => {
                            return Err(Refusal::new(
                                format!("`{path}` is stated as `{}`, which ends before it begins", clipped(text)),
                                "write the least value first",
                            ));
                        }
                    }
                }
                _ => Statement::Value(self.value(&path, text, ty, domain)?),
            },
        };
        state(sheet, slot, &statement, span, self.schema, self.documents, self.today);
        Ok(())
    }

    fn value(&self, path: &str, text: &str, ty: Type, domain: &Possible) -> Result<Possible, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(format!("`{path}` is stated as nothing"), "write `unknown` for a fact that is not known"));
        }
        let scalar = Scalar { text: text.into(), plain: true };
        values::value(&scalar, ty, domain, self.schema)
            .map_err(|Misfit { message, help, .. }| Refusal { message: format!("`{path}` {message}"), help })
    }
}

/// What is listed is all there is.
fn close(sheet: &mut Sheet, slot: u32, path: &str) -> Result<(), Refusal> {
    let content = &mut sheet.slots[slot as usize];
    match &mut content.value {
        Possible::List(list) if content.known => {
            *list = List { more: false, ..*list };
            content.exact = true;
            Ok(())
        }
        _ => Err(Refusal::new(format!("nothing is on file of `{path}` that could be complete"), "write `[]` if there is nothing")),
    }
}
