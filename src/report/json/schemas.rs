//! The schemas of all that programs are given, made from the structs that are written, and held to what `docs/schemas` says.
//! `PLUMB_SCHEMAS=overwrite cargo test --lib published_schema` writes them anew.

#![allow(clippy::disallowed_methods, reason = "this test reads and writes the published schemas")]

use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::{Findings, Head, Project, Tail, ToolError, Unjudged, compare, lines, trials, whatif, why};
use crate::report::{configuration, diff, records};

/// The document of a run that judges.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is written piece by piece, and only its schema is made from here")]
struct Judged<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    projects: Vec<Project<'a>>,
    /// The sheets that could not be judged.
    unjudged: Vec<Unjudged<'a>>,
    #[serde(flatten)]
    tail: Tail<'a>,
}

/// A result, or why there is none.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is made")]
enum Document<'a, T> {
    Result(T),
    /// What is wrong with rules, facts or waivers.
    Findings(Findings<'a>),
    /// What kept it from being run.
    Error(ToolError<'a>),
}

/// The same where findings are the result.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is made")]
enum Checked<'a> {
    Findings(Findings<'a>),
    Error(ToolError<'a>),
}

/// The schema of what is written.
pub(crate) fn of<T: JsonSchema>(title: &str) -> Value {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    schema["title"] = title.into();
    without_sizes(&mut schema);
    schema
}

/// How wide a number is in memory is nobody's business, and no format that JSON Schema knows.
fn without_sizes(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| !(key == "format" && value.as_str().is_some_and(|format| format.starts_with("uint"))));
            members.values_mut().for_each(without_sizes);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_sizes),
        _ => {}
    }
}

#[test]
fn the_published_schemas_are_those_of_what_is_written() {
    let published = [
        ("eval", of::<Document<'_, Judged<'_>>>("What `plumb eval --format json` writes")),
        ("check", of::<Checked<'_>>("What `plumb check --format json` writes")),
        ("test", of::<Document<'_, trials::Record<'_>>>("What `plumb test --format json` writes")),
        ("jsonl", of::<lines::Line<'_>>("A line of what `--format jsonl` writes")),
        ("why", of::<Document<'_, why::Record<'_>>>("What `plumb why --format json` writes")),
        ("whatif", of::<Document<'_, whatif::Record<'_>>>("What `plumb whatif --format json` writes")),
        ("compare", of::<Document<'_, compare::Record<'_>>>("What `plumb compare --format json` writes")),
        ("diff-rules", of::<Document<'_, diff::RulesDiff<'_>>>("What `plumb diff --format json` writes of rules")),
        ("diff-facts", of::<Document<'_, diff::FactsDiff<'_>>>("What `plumb diff --format json` writes of fact sheets")),
        ("config", of::<Document<'_, configuration::Record<'_>>>("What `plumb config --format json` writes")),
        ("verify", of::<Document<'_, records::Chain<'_>>>("What `plumb verify --format json` writes")),
    ];
    published.into_iter().for_each(|(name, schema)| hold(name, &schema));
}

/// Holds a published schema to what is written, or writes it anew if that was asked.
pub(crate) fn hold(name: &str, schema: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let (path, text) = (folder.join(format!("{name}.schema.json")), format!("{schema:#}\n"));
    if std::env::var_os("PLUMB_SCHEMAS").is_some() {
        std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, &text)).expect("a schema can be written");
    }
    let said = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(said == text, "docs/schemas/{name}.schema.json is not what is written any more: PLUMB_SCHEMAS=overwrite writes it anew");
}
