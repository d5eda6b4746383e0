//! The published schemas, held more tightly than they are published: here an object has no member that its schema does not name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

/// All of `docs/schemas`, by name.
pub struct Schemas(BTreeMap<String, Validator>);

impl Schemas {
    pub fn published() -> Schemas {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).expect("there are schemas") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().expect("a file has a name").to_string_lossy().replace(".schema.json", "");
            let mut schema: Value =
                serde_json::from_str(&fs::read_to_string(&path).expect("a schema can be read")).expect("a schema is JSON");
            jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name} is no schema: {error}"));
            close(&mut schema);
            found.insert(name, jsonschema::validator_for(&schema).expect("a schema can be used"));
        }
        Schemas(found)
    }

    /// Holds a document against its schema; of JSON lines, each of them.
    #[track_caller]
    pub fn hold(&self, schema: &str, text: &str, what: &str) {
        let validator = self.0.get(schema).unwrap_or_else(|| panic!("there is no schema `{schema}`"));
        let documents = if schema == "jsonl" { text.lines().collect() } else { vec![text] };
        assert!(!documents.is_empty(), "{what} writes nothing");
        for document in documents {
            let document: Value = serde_json::from_str(document).unwrap_or_else(|error| panic!("{what} is no JSON: {error}\n{document}"));
            let errors: Vec<String> = validator.iter_errors(&document).take(3).map(|error| describe(&error)).collect();
            assert!(errors.is_empty(), "{what} is not as `{schema}` says:\n{}", errors.join("\n"));
        }
    }
}

fn describe(error: &jsonschema::ValidationError<'_>) -> String {
    let text: String = error.to_string().chars().take(2_000).collect();
    format!("{}: {text}", error.instance_path())
}

/// Lets no object have other members than those that are named.
fn close(schema: &mut Value) {
    if let Value::Object(members) = schema {
        if members.contains_key("properties") {
            members.entry("additionalProperties").or_insert(json!(false));
        }
        members.values_mut().for_each(close);
    } else if let Value::Array(elements) = schema {
        elements.iter_mut().for_each(close);
    }
}
