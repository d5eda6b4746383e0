//! The chain that the records of a folder form, and how one goes on.
//!
//! A record becomes part of the chain in two steps: its file appears, then `chain.json` is replaced by one that counts it. Whoever is stopped between the two
//! leaves a whole record that is not counted yet, an *unfinished append*, and the next append counts it first. A signature appears before its record, so
//! that no record is ever seen without the signature it was meant to have; one whose record never came belongs to no record, and the next append
//! removes it.

use serde::{Deserialize, Serialize};

use super::canonical;
use super::form::Record;
use crate::digest::Digest;
use crate::source::{Files, Unreadable};

/// The file that says how long the chain is and which record is its last. Without it, nobody would miss the last record.
pub const HEAD: &str = "chain.json";

/// Moves when the head changes its form.
const VERSION: u64 = 1;

/// How far a chain goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many records it has.
    pub count: u64,
    /// The digest of the last record's bytes; none where there is no record.
    pub digest: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    chain_version: u64,
    count: u64,
    head: Option<String>,
}

impl Head {
    /// That of a chain without records.
    pub const EMPTY: Head = Head { count: 0, digest: None };

    /// What `chain.json` holds, to the byte.
    pub fn text(&self) -> String {
        let digest = self.digest.map_or("null".to_string(), |digest| format!("\"{digest}\""));
        format!("{{\"chain_version\":{VERSION},\"count\":{},\"head\":{digest}}}", self.count)
    }

    /// Reads what [`Head::text`] wrote, and nothing else.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Head, String> {
        let value = canonical::read(text)?;
        let written: Written = serde_json::from_value(value).map_err(|error| format!("it is no head of a chain: {error}"))?;
        let digest = match written.head.as_deref().map(Digest::parse) {
            Some(None) => return Err("its head is no digest".into()),
            Some(digest) => digest,
            None => None,
        };
        match (written.chain_version == VERSION, (written.count == 0) == digest.is_none()) {
            (true, true) => Ok(Head { count: written.count, digest }),
            (true, false) => Err("its count and its head contradict each other".into()),
            (false, _) => Err(format!("it is of version {}, and this engine knows version {VERSION}", written.chain_version)),
        }
    }
}

/// The name of a record's file: its number, so that names sort as the chain goes, and what was judged.
pub(super) fn name(number: u64, subject: &str) -> String {
    let file = subject.rsplit('/').next().unwrap_or(subject);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut plain = String::new();
    for c in stem.chars().take(60) {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => plain.push(c),
            _ if plain.is_empty() || plain.ends_with('-') => {}
            _ => plain.push('-'),
        }
    }
    let plain = plain.trim_end_matches('-');
    format!("{number:06}-{}.json", if plain.is_empty() { "sheet" } else { plain })
}

/// The name of the file that signs a record.
pub fn signature_name(record: &str) -> String {
    format!("{record}.sig")
}

/// Whether a file of this name is part of a chain: a record, a signature or the head.
pub fn belongs(name: &str) -> bool {
    name == HEAD || number_of(name).is_some() || number_of_signature(name).is_some()
}

/// The number in the name of a record's file; none where a name is not that of a record.
pub(super) fn number_of(name: &str) -> Option<u64> {
    let (digits, rest) = name.strip_suffix(".json")?.split_once('-')?;
    let number: u64 = digits.parse().ok()?;
    (number > 0 && !rest.is_empty() && format!("{number:06}") == digits).then_some(number)
}

/// The number in the name of a signature's file.
pub(super) fn number_of_signature(name: &str) -> Option<u64> {
    number_of(name.strip_suffix(".sig")?)
}

/// Where a chain can go on.
pub struct End {
    /// The head, with an unfinished append counted.
    pub head: Head,
    /// Whether `chain.json` is to be written anew before anything else: there is none yet, or it does not count the last record.
    pub unfinished: bool,
    /// Signatures whose records never came.
    pub leftovers: Vec<String>,
}

/// Finds where the chain of a folder goes on. It looks at the end only: to prove the rest is what [`super::verify`] is for.
///
/// # Errors
/// When the end does not hold, so that nothing may be built on it: a sentence about the file.
pub fn end(folder: &dyn Files) -> Result<End, String> {
    let names = folder.list();
    let mut records: Vec<(u64, &str)> = names.iter().filter_map(|name| Some((number_of(name)?, name.as_str()))).collect();
    records.sort_unstable();
    let (written, head) = match folder.read(HEAD) {
        Ok(text) => (true, Head::parse(&text).map_err(|why| format!("`{HEAD}` can't be used: {why}"))?),
        Err(Unreadable::Missing) if records.is_empty() => (false, Head::EMPTY),
        Err(Unreadable::Missing) => return Err(format!("there are records, and no `{HEAD}` that counts them")),
        Err(why) => return Err(format!("`{HEAD}` {}", super::unreadable(&why))),
    };
    let last: Vec<&str> = records.iter().filter(|(number, _)| *number == head.count).map(|(_, name)| *name).collect();
    match (head.digest, last.as_slice()) {
        (None, _) => {}
        (Some(digest), [name]) if folder.read(name).is_ok_and(|text| Digest::of(text) == digest) => {}
        (Some(_), [name]) => return Err(format!("`{name}` is not the record of which `{HEAD}` holds the digest")),
        (Some(_), []) => return Err(format!("record {}, the last that `{HEAD}` counts, is missing", head.count)),
        (Some(_), [_, second, ..]) => return Err(format!("`{second}` is one of several files for one record")),
    }
    let beyond: Vec<&str> = records.iter().filter(|(number, _)| *number > head.count).map(|(_, name)| *name).collect();
    let (head, appended) = match beyond.as_slice() {
        [] => (head, false),
        [name] => match folder.read(name).ok().filter(|text| follows(name, text, &head)) {
            Some(text) => (Head { count: head.count + 1, digest: Some(Digest::of(text)) }, true),
            None => return Err(format!("`{name}` does not follow the last record that `{HEAD}` counts")),
        },
        [_, name, ..] => return Err(format!("`{name}` is beyond the records that `{HEAD}` counts")),
    };
    let leftovers = names.iter().filter(|name| number_of_signature(name).is_some_and(|number| number > head.count)).cloned().collect();
    Ok(End { head, unfinished: appended || !written, leftovers })
}

/// Whether a record is the next behind a head, by what it says of itself.
pub(super) fn follows(file: &str, text: &str, head: &Head) -> bool {
    let record = canonical::read(text).ok().and_then(|value| serde_json::from_value::<Record>(value).ok());
    record.is_some_and(|record| {
        record.number == head.count + 1
            && record.previous == head.digest.map(|digest| digest.to_string())
            && name(record.number, &record.subject) == file
    })
}
