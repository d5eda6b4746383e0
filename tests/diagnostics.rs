//! Every finding has a page, whose bad example makes it and whose good example makes none.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]

mod support;

use std::fs;

use plumbrule::diagnostic::codes;

/// Findings that come from files and settings rather than texts: `tests/cli.rs` makes them with the real command.
const FROM_OUTSIDE: [&str; 9] = [
    "bad-baseline",
    "bad-config",
    "bad-encoding",
    "bad-setting",
    "baseline-grown",
    "baseline-stale",
    "context-missing",
    "file-too-large",
    "file-unreadable",
];

#[test]
fn every_code_has_a_page_that_shows_it() {
    for code in codes::ALL {
        let page = code.page;
        assert!(page.starts_with(&format!("# {}\n", code.name)), "{}: the page begins with its name", code.name);
        let sections: Vec<&str> = page.split("\n## ").collect();
        let titles: Vec<&str> = sections.iter().skip(1).filter_map(|section| section.lines().next()).collect();
        assert_eq!(titles, ["Avoid", "Prefer", "Why"], "{}: the sections of its page", code.name);
        if FROM_OUTSIDE.contains(&code.name) {
            continue;
        }
        let avoid = support::run_with(&support::blocks(sections[1]), true);
        let names: Vec<&str> = avoid.findings.iter().map(|finding| finding.code.name).collect();
        assert!(names.contains(&code.name), "{}: the example to avoid makes {names:?}\n{}", code.name, avoid.shown);
        assert!(
            names.iter().all(|name| *name == code.name),
            "{}: the example to avoid makes others too: {names:?}\n{}",
            code.name,
            avoid.shown
        );
        let prefer = support::run_with(&support::blocks(sections[2]), true);
        assert!(prefer.findings.is_empty(), "{}: the example to prefer makes findings\n{}", code.name, prefer.shown);
    }
}

#[test]
fn every_page_has_its_code() {
    for path in support::pages("docs/diagnostics") {
        let name = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        assert!(codes::ALL.iter().any(|code| code.name == name), "{} is no code", path.display());
        fs::metadata(&path).expect("the page is there");
    }
}
