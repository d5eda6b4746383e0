//! Every page below `tests/diffs` has two states of rules or of facts, and a snapshot beside it that shows what changed and what that does, for people and
//! as a pull request's comment.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]

mod support;

use std::collections::BTreeMap;
use std::fs;

use plumbrule::check::check;
use plumbrule::diagnostic::Diagnostic;
use plumbrule::diff::{self, Evidence};
use plumbrule::facts;
use plumbrule::policy::DocumentId;
use plumbrule::program::{Settings, build};
use plumbrule::report::{self, DiffHeading, Layout};
use plumbrule::sheet::Dossier;
use plumbrule::source::{Files, Sources, Unreadable};
use plumbrule::syntax::{self, ast::Rulebook};
use plumbrule::value::parse_date;
use support::Block;

struct Texts(BTreeMap<String, String>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.0.get(path).cloned().ok_or(Unreadable::Missing)
    }
}

fn has(block: &Block, word: &str) -> bool {
    block.info.iter().any(|other| other == word)
}

fn errors(findings: &[Diagnostic], sources: &Sources) {
    let errors: Vec<Diagnostic> = findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    assert!(errors.is_empty(), "{}", report::findings(&errors, sources, Layout::PLAIN));
}

/// The rulebooks of one side: blocks marked with its name, and those without a mark, which both have.
fn books(blocks: &[Block], side: &str, sources: &mut Sources) -> Vec<Rulebook> {
    let other = if side == "old" { "new" } else { "old" };
    let mut texts = BTreeMap::new();
    for block in blocks.iter().filter(|block| (block.is("plumb") || block.is("rhai")) && !has(block, other)) {
        let name = block.info.iter().skip(1).find(|word| word.contains('.')).cloned().unwrap_or("main.plumb".into());
        texts.insert(name, block.text.clone());
    }
    let tests: Vec<String> = texts.keys().filter(|path| path.starts_with("tests/")).cloned().collect();
    let texts = Texts(texts);
    let read = syntax::load(side, "main.plumb", &texts, sources);
    let tests = syntax::load_tests(side, &tests, &read.value, &texts, sources);
    errors(&read.diagnostics, sources);
    errors(&tests.diagnostics, sources);
    tests.value.into_iter().chain(read.value).collect()
}

fn rules(blocks: &[Block], heading: &DiffHeading, settings: &Settings) -> String {
    let mut sources = Sources::new();
    let old = books(blocks, "old", &mut sources);
    let new = books(blocks, "new", &mut sources);
    for side in [&old, &new] {
        errors(&check(side).diagnostics, &sources);
    }
    let mut evidence = Evidence::default();
    for (place, block) in blocks.iter().filter(|block| block.is("yaml")).enumerate() {
        let name = format!("project{}", place + 1);
        evidence.subjects.push((sources.add(format!("{name}.yaml"), block.text.as_str()), name));
    }
    let comparison = diff::compare(&old, &new, &sources);
    let impact = (!evidence.subjects.is_empty()).then(|| {
        diff::impact(&comparison, &evidence, settings, &sources, &mut |_| {}).unwrap_or_else(|(new, why)| panic!("side {new}: {why:?}"))
    });
    let human = report::rules_diff(heading, &comparison.changes, impact.as_ref(), Layout::PLAIN);
    let markdown = report::rules_diff_markdown(heading, &comparison.changes, impact.as_ref());
    format!("-------- people --------\n{human}\n-------- pull request --------\n{markdown}")
}

fn facts_of(blocks: &[Block], heading: &DiffHeading, settings: &Settings) -> String {
    let mut sources = Sources::new();
    let policy = check(&books(blocks, "old", &mut sources));
    errors(&policy.diagnostics, &sources);
    let built = build(&policy.value, settings);
    errors(&built.diagnostics, &sources);
    let program = built.value.expect("rules without errors can be run");
    let sheets: Vec<_> = ["old", "new"]
        .iter()
        .map(|side| {
            let block = blocks.iter().find(|block| block.is("yaml") && has(block, side)).expect("a sheet of each side");
            let file = sources.add(format!("{side}.yaml"), block.text.as_str());
            let read = facts::read(file, "project", &block.text, &program.schema, &program.documents, DocumentId(0), settings.today);
            errors(&read.diagnostics, &sources);
            read.value.expect("a sheet without errors is one")
        })
        .collect();
    let dossier = |sheet| Dossier { sheets: vec![sheet] };
    let compared = diff::compare_facts(&program, &dossier(&sheets[0]), &dossier(&sheets[1]), &sources);
    let human = report::facts_diff(heading, &compared, Layout::PLAIN);
    let markdown = report::facts_diff_markdown(heading, &compared);
    format!("-------- people --------\n{human}\n-------- pull request --------\n{markdown}")
}

#[test]
fn pages_show_what_changed() {
    for path in support::pages("tests/diffs") {
        let page = fs::read_to_string(&path).expect("a page can be read");
        let blocks = support::blocks(&page);
        let today = parse_date(support::TODAY).expect("it is a day");
        let heading = DiffHeading { old: "old".into(), new: "new".into(), today };
        let settings = Settings::on(today);
        let is_of_facts = blocks.iter().any(|block| block.is("yaml") && has(block, "old"));
        let shown = if is_of_facts { facts_of(&blocks, &heading, &settings) } else { rules(&blocks, &heading, &settings) };
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a page has a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name, format!("{}\n\n{shown}", page.trim_end())));
    }
}
