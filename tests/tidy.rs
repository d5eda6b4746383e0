//! The architecture, held by tests: a stage uses only what stands above it in `src/lib.rs`, and each foreign crate has one door.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Foreign crates that a stage may hide, and the module behind whose door each stands.
const DOORS: [(&str, &[&str]); 27] = [
    ("pest", &["syntax"]),
    ("pest_derive", &["syntax"]),
    ("rhai", &["scripts"]),
    ("rust_decimal", &["scripts"]),
    ("granit_parser", &["yaml"]),
    ("serde_yaml", &["requirements"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("notify", &["cli"]),
    ("rayon", &["cli"]),
    ("signal_hook", &["cli"]),
    ("terminal_size", &["cli"]),
    ("annotate_snippets", &["report"]),
    ("anstyle", &["report"]),
    ("askama", &["report"]),
    ("csv", &["report"]),
    ("percent_encoding", &["report"]),
    ("serde_json", &["report", "record"]),
    // Schemas are made and asked in tests alone, of the structs that are written.
    ("schemars", &["report", "record"]),
    ("jsonschema", &[]),
    ("base64ct", &["digest"]),
    ("sha2", &["digest"]),
    ("ssh_key", &["record"]),
    ("jiff", &["value"]),
    ("num_bigint", &["value"]),
    ("strsim", &["diagnostic"]),
];

#[test]
fn stages_use_only_what_stands_above_them() {
    let order = modules();
    let place: BTreeMap<&str, usize> = order.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    for (module, path, text) in sources() {
        let Some(own) = place.get(module.as_str()) else { continue };
        for used in uses(&text) {
            if let Some(other) = place.get(used.as_str()) {
                assert!(other <= own, "{} uses `{used}`, which stands below `{module}` in src/lib.rs", path.display());
            }
        }
    }
}

#[test]
fn each_foreign_crate_has_one_door() {
    for (module, path, text) in sources() {
        for (foreign, doors) in DOORS {
            let named = text.contains(&format!("use {foreign}::"))
                || text.contains(&format!(" {foreign}::"))
                || text.contains(&format!("({foreign}::"));
            assert!(!named || doors.contains(&module.as_str()), "{} uses {foreign}, whose door is {doors:?}", path.display());
        }
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for (_, path, text) in sources() {
        for word in ["todo!(", "unimplemented!(", "dbg!(", "f64", "f32"] {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}

/// The modules that `src/lib.rs` declares, in order.
fn modules() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs can be read");
    let named = |line: &str| {
        Some(line.trim_start_matches("pub(crate) ").trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')?.to_string())
    };
    let found: Vec<String> = text.lines().filter_map(named).collect();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Every source file with its top-level module, less its tests.
fn sources() -> Vec<(String, PathBuf, String)> {
    let source = root().join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
            if path.is_dir() {
                folders.extend((!is_test).then_some(path));
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") || is_test {
                continue;
            }
            let inside = path.strip_prefix(&source).expect("it is below src");
            let first = inside.components().next().expect("a path has a part").as_os_str().to_string_lossy().into_owned();
            let module = first.trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&path).expect("a source file can be read");
            let without_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_string();
            found.push((module, path, without_tests));
        }
    }
    found.sort();
    found
}

/// The top-level modules that a text names after `crate::`.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if text[line_start..at].trim_start().starts_with("//") {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(rest.len());
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            found.extend(inside.split(',').filter_map(|part| part.trim().split("::").next()).map(str::to_string));
        } else {
            found.push(rest[..end].to_string());
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
