//! What a record holds, and how one is made.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::asked::Asked;
use super::canonical;
use super::chain;
use crate::digest::Digest;

/// Moves when a member changes its meaning, comes or goes: a record of another version is not judged anew.
pub(super) const VERSION: u64 = 1;

/// What was asked for besides the facts: all that a run depends on and that no file holds. Paths are relative to the project's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The day of the judgement, `2026-11-23`.
    pub today: String,
    /// The day by which rules and waivers are in force.
    pub calendar: String,
    /// Where the rules are.
    pub rules: Rules,
    /// The profile put in force.
    pub profile: Option<String>,
    /// The parameters set, in order.
    pub parameters: Vec<Parameter>,
    /// The contexts given, in order of their names.
    pub contexts: Vec<Context>,
    /// The file of waivers.
    pub waivers: Option<String>,
    /// The band that was asked for.
    pub require: Option<Required>,
    /// What was asked for besides a band; left out where that was all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The `plumb.yaml` that said where things are. What it said is in the other members; it is kept for its digest.
    pub configuration: Option<String>,
}

/// The main file of rules, and the folder in which the others are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The folder; empty for that of the project.
    pub folder: String,
    /// The file in it.
    pub main: String,
}

/// A parameter set from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its code.
    pub name: String,
    /// Its value, as written.
    pub value: String,
}

/// A context given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Its name in the rules.
    pub name: String,
    /// Its file or folder.
    pub path: String,
    /// The sheets of a folder, in order; none for a file.
    pub sheets: Option<Vec<String>>,
}

/// A band of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// The verdict's code.
    pub verdict: String,
    /// The band's name.
    pub band: String,
}

/// The whole of a record. Its members are written in the canonical order, not in this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub record_version: u64,
    /// The place in the chain, from 1.
    pub number: u64,
    /// The digest of the record before; none for the first.
    pub previous: Option<String>,
    pub engine: Engine,
    pub setting: Setting,
    /// The fact sheet that was judged.
    pub subject: String,
    /// Every text that was read, in order of the paths.
    pub inputs: Vec<Input>,
    /// What `--format json` says of the one project.
    pub result: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Engine {
    pub version: String,
    pub language_version: u32,
}

impl Engine {
    /// The present one.
    pub fn here() -> Engine {
        Engine { version: crate::report::ENGINE_VERSION.to_string(), language_version: crate::report::LANGUAGE_VERSION }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    pub path: String,
    /// What it was read as, in order: a file may be the subject and a peer at once.
    pub roles: Vec<String>,
    /// How many bytes it has.
    pub bytes: u64,
    pub sha256: String,
    /// The whole text, where records keep their inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A text that was read while judging.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub path: String,
    pub roles: Vec<String>,
    pub text: Arc<str>,
}

/// A record that has no place in a chain yet.
pub struct Draft {
    pub(super) setting: Setting,
    pub(super) subject: String,
    pub(super) inputs: Vec<Read>,
    pub(super) bundled: bool,
    pub(super) result: Value,
}

/// A record in its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The name of its file.
    pub name: String,
    /// What the file holds, to the byte.
    pub text: String,
    /// The chain's head once the record is in it.
    pub head: chain::Head,
}

impl Draft {
    /// The record as the next of a chain.
    ///
    /// # Errors
    /// When the result has no canonical form; then there is a mistake in the engine.
    pub fn placed(&self, behind: &chain::Head) -> Result<Placed, String> {
        let number = behind.count + 1;
        let record = self.record(number, behind.digest.map(|digest| digest.to_string()));
        let text = canonical::text_of(&record)?;
        let head = chain::Head { count: number, digest: Some(Digest::of(&text)) };
        Ok(Placed { name: chain::name(number, &self.subject), text, head })
    }

    pub(super) fn record(&self, number: u64, previous: Option<String>) -> Record {
        let input = |read: &Read| Input {
            path: read.path.clone(),
            roles: read.roles.clone(),
            bytes: read.text.len() as u64,
            sha256: Digest::of(read.text.as_bytes()).to_string(),
            text: self.bundled.then(|| read.text.to_string()),
        };
        Record {
            record_version: VERSION,
            number,
            previous,
            engine: Engine::here(),
            setting: self.setting.clone(),
            subject: self.subject.clone(),
            inputs: self.inputs.iter().map(input).collect(),
            result: self.result.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use crate::report::schemas;

    #[test]
    fn the_published_schema_is_that_of_what_is_written() {
        schemas::hold("record", &schemas::of::<Record>("A decision record, as `plumb eval --record` keeps it"));
    }
}
