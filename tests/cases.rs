//! Every page below `tests/cases` is a case: rules, facts, and a snapshot beside it that repeats them and shows what comes out.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]

#[path = "support/schemas.rs"]
mod schemas;
mod support;

use std::fs;

#[test]
fn pages_come_out_as_their_snapshots_say() {
    for path in support::pages("tests/cases") {
        let page = fs::read_to_string(&path).expect("a page can be read");
        let outcome = support::run(&support::blocks(&page));
        let mut shown = page.trim_end().to_string();
        shown.push_str("\n\n-------- findings --------\n");
        shown.push_str(if outcome.findings.is_empty() { "none\n" } else { &outcome.shown });
        for (code, answer) in &outcome.whys {
            shown.push_str(&format!("\n-------- why {code} --------\n{answer}"));
        }
        if let Some(report) = outcome.report.as_ref().filter(|_| outcome.whys.is_empty()) {
            shown.push_str("\n-------- report --------\n");
            shown.push_str(report);
        }
        if let Some([plain, full]) = &outcome.tests {
            shown.push_str("\n-------- tests --------\n");
            shown.push_str(if page.contains("--coverage --mutate") { full } else { plain });
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a page has a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

#[test]
fn what_programs_are_told_is_as_the_schemas_say() {
    let schemas = schemas::Schemas::published();
    for path in support::pages("tests/cases") {
        let page = fs::read_to_string(&path).expect("a page can be read");
        for (schema, text) in support::run(&support::blocks(&page)).records {
            schemas.hold(schema, &text, &path.display().to_string());
        }
    }
}

#[test]
fn every_snapshot_has_its_page() {
    for path in support::pages("tests/cases") {
        let folder = path.parent().expect("a page has a folder");
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let name = entry.expect("its entries can be read").file_name().to_string_lossy().into_owned();
            if let Some(stem) = name.strip_suffix(".snap") {
                assert!(folder.join(format!("{stem}.md")).exists(), "{} has no page", folder.join(&name).display());
            }
        }
    }
}
