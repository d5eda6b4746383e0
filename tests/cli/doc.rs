//! `plumb doc`: what ships, in full; files, forms and mistakes.

use std::collections::BTreeMap;

use plumbrule::policy::Policy;
use plumbrule::source::{Files, Sources, Unreadable};
use plumbrule::{check, syntax};

use crate::*;

const TODAY: [&str; 2] = ["--today", "2026-11-23"];

fn doc(desk: &Desk, arguments: &[&str]) -> Ended {
    desk.plumb(&[&["doc"], arguments, &TODAY].concat())
}

/// What ships, read from disk.
struct Shipped;

impl Files for Shipped {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(path);
        fs::read_to_string(path).map_err(|_| Unreadable::Missing)
    }
}

fn shipped() -> Policy {
    check::check(&syntax::load("rules", "main.plumb", &Shipped, &mut Sources::new()).value).value
}

/// The values of an attribute, in order.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    page.split(&format!("{attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Every rule, parameter and fact that ships has exactly one entry, every test one row, and every name leads to one.
#[test]
fn what_ships_is_described_in_full() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = desk.0.join("shipped.html");
    let ended = plumb_in(root, &["doc", "rules", "--out", &out.to_string_lossy(), TODAY[0], TODAY[1]]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
    let page = fs::read_to_string(&out).expect("the document was written");
    let mut anchors: BTreeMap<&str, usize> = BTreeMap::new();
    values(&page, " id").into_iter().for_each(|anchor| *anchors.entry(anchor).or_default() += 1);

    let policy = shipped();
    let heads = (policy.items.iter().map(|item| &item.head))
        .chain(policy.gates.iter().map(|gate| &gate.head))
        .chain(policy.verdicts.iter().map(|verdict| &verdict.head))
        .chain(policy.scorecards.iter().map(|card| &card.head))
        .chain(policy.params.iter().map(|param| &param.head))
        .chain(policy.lets.iter().map(|named| &named.head))
        .chain(policy.tables.iter().map(|table| &table.head))
        .chain(policy.limits.iter().map(|limit| &limit.head))
        .chain(policy.triggers.iter().map(|trigger| &trigger.head))
        .chain(policy.reviews.iter().map(|review| &review.head))
        .chain(policy.functions.iter().map(|function| &function.head))
        .chain(policy.profiles.iter().map(|profile| &profile.head));
    let rules: Vec<String> = heads.map(|head| format!("rule-{}", head.code)).collect();
    assert!(rules.len() > 100, "{}", rules.len());
    for rule in &rules {
        assert_eq!(anchors.get(rule.as_str()), Some(&1), "{rule}");
    }
    let facts: usize = policy.schema.fields as usize;
    let described = anchors.keys().filter(|anchor| anchor.starts_with("fact-")).count();
    assert_eq!(described, facts, "each field is one fact, wherever its record occurs");
    assert!(anchors.values().all(|count| *count == 1), "{anchors:?}");
    for to in values(&page, "href") {
        let target = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} leads out of the document"));
        assert!(anchors.contains_key(target), "nothing at {to}");
    }
    assert!(!page.contains("Not tested:"), "what ships is tested at every threshold");
    let untested = page.split("<article").skip(1).filter(|entry| entry.contains("<dd>No test.</dd>"));
    for entry in untested {
        assert!(entry.contains("named value ·"), "only what a reason alone shows is without a test: {entry}");
    }
}

#[test]
fn the_form_is_that_of_the_ending() {
    let desk = Desk::with_rules();
    let written = |name: &str, arguments: &[&str]| {
        let ended = doc(&desk, &[&["rules", "--out", name], arguments].concat());
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, format!("wrote `{name}`\n").as_str(), ""));
        fs::read_to_string(desk.0.join(name)).expect("the document was written")
    };
    assert!(written("rules.md", &[]).starts_with("# main\n"));
    assert!(written("rules.HTM", &[]).starts_with("<!doctype html>"));
    assert!(written("rules.txt", &["--format", "html"]).starts_with("<!doctype html>"));
    assert!(doc(&desk, &["rules"]).out.starts_with("# main\n"), "without a file it is Markdown, on stdout");
    doc(&desk, &["rules", "--out", "rules.pdf"]).refuses(&["`rules.pdf`", "`.md` or `.html`", "--format"]);
    assert!(!desk.0.join("rules.pdf").exists());
}

#[test]
fn a_file_is_replaced_only_where_that_is_asked_for() {
    let desk = Desk::with_rules();
    desk.put("signed.md", "signed\n");
    doc(&desk, &["rules", "--out", "signed.md"]).refuses(&["something at `signed.md` already", "`--force`"]);
    assert_eq!(fs::read_to_string(desk.0.join("signed.md")).expect("it is still there"), "signed\n");
    assert_eq!(doc(&desk, &["rules", "--out", "signed.md", "--force"]).code, 0);
    let names: Vec<_> = fs::read_dir(&desk.0).expect("the desk").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 2, "nothing half-written beside it: {names:?}");
}

#[test]
fn settings_are_stated_and_in_force() {
    let desk = Desk::with_rules();
    let ended = doc(&desk, &["rules", "--set", "main.floor=97%"]);
    assert!(ended.out.contains("with [`main.floor`](#rule-main.floor) = 97% set from outside"), "{}", ended.out);
    assert!(ended.out.contains("is at least 97% ([`floor`](#rule-main.floor), “Lowest availability”)"), "{}", ended.out);
    assert!(ended.out.contains("97%, by `--set`; otherwise 99%"), "{}", ended.out);
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let desk = Desk::with_rules();
    doc(&desk, &["rules", "--rulebook", "mian"]).refuses(&["no rulebook `mian`", "did you mean `main`?"]);
    doc(&desk, &["rules", "--profile", "bold"]).refuses(&["bold"]);
    doc(&desk, &["rules", "--set", "floor"]).refuses(&["`--set floor` has no `=`"]);
    doc(&desk, &["rules", "--rule", "main.upp"]).refuses(&["no rule `main.upp`", "did you mean `main.up`?"]);
    doc(&desk, &["elsewhere"]).refuses(&["no rules at `elsewhere`"]);
    desk.plumb(&["doc", "rules", "--today", "tomorrow"]).refuses(&["`--today tomorrow` is not a day"]);
    desk.put("rules/main.plumb", RULES.replace("uptime >= floor", "uptme >= floor"));
    doc(&desk, &["rules"]).refuses(&["uptme", "did you mean `uptime`?"]);
}

#[test]
fn a_rule_by_itself_leads_nowhere() {
    let desk = Desk::with_rules();
    let ended = doc(&desk, &["rules", "--rule", "main.up"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.starts_with("# `up`\n\ncheck · `main.up` · `rules/main.plumb:"), "{}", ended.out);
    assert!(ended.out.contains("It passes when `uptime` is at least 99% (`floor`, “Lowest availability”)."), "{}", ended.out);
    assert!(!ended.out.contains("](#"), "{}", ended.out);
}

#[test]
fn the_same_rules_make_the_same_document() {
    let desk = Desk::with_rules();
    let [first, second] = [0, 1].map(|_| doc(&desk, &["rules", "--format", "html"]).out);
    assert_eq!(first, second);
}
