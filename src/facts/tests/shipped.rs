//! The sheets that are shipped, read by the rules that are shipped.

#![allow(clippy::disallowed_methods, reason = "tests look at the rules and sheets that are shipped")]

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::source::{Files, Unreadable};
use crate::{check, syntax};

struct Rules;

impl Files for Rules {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        fs::read_to_string(root().join("rules").join(path)).map_err(|_| Unreadable::Missing)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sheets of a folder of fixtures, by name.
fn sheets(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("fixtures").join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    found.sort();
    assert!(!found.is_empty(), "there are no sheets in {folder}");
    found
}

/// The shipped declarations, in place of those of the other cases.
fn world() -> World {
    let mut sources = Sources::new();
    let rules = syntax::load("rules/", "main.plumb", &Rules, &mut sources);
    let policy = check::check(&rules.value).value;
    let file = rules.value.first().map(|book| book.file).unwrap_or_else(|| panic!("there are no rules"));
    World { schema: policy.schema, documents: policy.documents, sources, rules: file, today: day("2026-11-23") }
}

fn read_all(world: &mut World, document: &str, paths: &[PathBuf]) -> Vec<Sheet> {
    let index = world.documents.iter().position(|declared| declared.name == document).unwrap_or_else(|| panic!("no document {document}"));
    let mut read = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (sheet, findings) = world.read_as(DocumentId(index as u32), &name, &text);
        let told = world.told(&findings);
        let sheet = sheet.unwrap_or_else(|| panic!("{}:\n{told}", path.display()));
        check_form(world, &sheet);
        assert!(sheet.slots.iter().any(|slot| slot.known), "{} says nothing", path.display());
        read.push(sheet);
    }
    read
}

#[test]
fn shipped_sheets_have_no_mistakes() {
    let mut world = world();
    let projects = read_all(&mut world, "project", &sheets("projects"));
    read_all(&mut world, "thesis", &sheets("theses"));
    read_all(&mut world, "sector", &[root().join("fixtures/sector.yaml")]);

    let index = world.documents.iter().position(|document| document.name == "peers").unwrap_or_else(|| panic!("no peers"));
    let peers = gather(&world.schema, &world.documents[index], DocumentId(index as u32), &projects);
    check_form(&world, &peers);
    for project in &projects {
        for fact in world.facts(project) {
            let Some((path, told)) = fact.split_once(": ") else { continue };
            assert_eq!(world.fact(&peers, &format!("peers[{}].{path}", project.name)), told, "a peer is what its sheet says");
        }
    }
}
