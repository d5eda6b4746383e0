//! What is read is what another reader of YAML reads, and each place is where the value stands.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;
use crate::source::Sources;

/// The file for another reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<String>,
    #[serde(default)]
    contexts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(default)]
    min_score: BTreeMap<String, String>,
    #[serde(default)]
    severities: BTreeMap<String, String>,
}

/// Where the file says it.
fn place(by: &By) -> Range<usize> {
    match by {
        By::File(at) => at.clone(),
        other => panic!("the file says it, and not {other:?}"),
    }
}

fn read_alone(text: &str) -> Staged<Said> {
    let mut sources = Sources::new();
    read(sources.add("plumb.yaml", text), text)
}

/// A text that says something: words, and what a reader of YAML might take for something else.
fn words() -> impl Strategy<Value = String> {
    let odd = ["true", "12", "1e3", "a: b", "#x", "*a", "&a", "'", "\"", "- a", "2026-01-01", "~/x", "{a}", "[a", "é", "a\tb", "%x"];
    prop_oneof![3 => "[ -~é€]{0,8}[!-,.-~é]", 1 => prop::sample::select(odd.to_vec()).prop_map(str::to_string)]
}

proptest! {
    #[test]
    fn any_settings_are_read_as_another_reader_has_them(
        rules in prop::option::of(words()),
        contexts in prop::collection::btree_map(words(), words(), 0..4),
        facts in prop::collection::vec(words(), 0..4),
        profile in prop::option::of(words()),
        shares in prop::collection::btree_map(words(), 0u32..=100, 0..4),
        levels in prop::collection::btree_map(words(), prop::sample::select(vec!["error", "warning", "note", "off"]), 0..4),
    ) {
        let min_score = shares.iter().map(|(verdict, share)| (verdict.clone(), format!("{share}%"))).collect();
        let severities = levels.iter().map(|(code, level)| (code.clone(), (*level).to_string())).collect();
        let other = Other { rules, contexts, facts, profile, min_score, severities };
        let text = serde_yaml::to_string(&other).expect("texts can be written");
        let Staged { value: said, diagnostics } = read_alone(&text);
        prop_assert!(diagnostics.is_empty(), "{:?}\n{}", diagnostics, text);
        let path = |path: &Written<PathBuf>| path.value.to_string_lossy().into_owned();
        prop_assert_eq!(said.rules.as_ref().map(path), other.rules);
        prop_assert_eq!(said.contexts.iter().map(|(name, at)| (name.clone(), path(at))).collect::<BTreeMap<_, _>>(), other.contexts);
        prop_assert_eq!(said.facts.iter().map(path).collect::<Vec<_>>(), other.facts);
        prop_assert_eq!(said.profile.as_ref().map(|profile| &profile.value), other.profile.as_ref());
        for least in &said.min_score {
            let share = shares[&least.verdict.as_ref().expect("each is of a verdict").value];
            prop_assert_eq!(least.percent.value, parse_quantity(&format!("{share}%"), Type::Percent).expect("a percent"));
        }
        for set in &said.severities {
            prop_assert_eq!(set.level.value, level(levels[&set.code.value]));
        }
        prop_assert_eq!((said.min_score.len(), said.severities.len()), (shares.len(), levels.len()));
        // What stands at a place is the value to the other reader too.
        let there = |at: &Range<usize>| serde_yaml::from_str::<String>(&text[at.clone()]).ok();
        for written in said.rules.iter().chain(&said.facts) {
            prop_assert_eq!(there(&written.at), Some(path(written)), "{}", &text);
        }
        for set in &said.severities {
            prop_assert_eq!(there(&place(&set.code.by)), Some(set.code.value.clone()), "{}", &text);
        }
    }

    /// Whatever the text is, there is an answer, and its places lie within it.
    #[test]
    fn any_text_has_an_answer(text in "[a-z:\\-\\n \\[\\]{}\"'#&*!%0-9é]{0,80}", key in prop::sample::select(KEYS.to_vec())) {
        for text in [text.clone(), format!("{key}: {text}"), format!("{key}:\n  {text}")] {
            let read = read_alone(&text);
            for finding in &read.diagnostics {
                let Span { start, end, .. } = finding.primary.span;
                prop_assert!(text.get(start as usize..end as usize).is_some(), "{:?} of {:?}", finding, text);
                prop_assert!(!finding.message.contains('\n'));
            }
        }
    }
}

/// The file of this project, and one that says everything.
#[test]
fn every_key_can_be_said() {
    let text = "\
rules: rules
contexts: { thesis: thesis.yaml }
waivers: waivers.yaml
facts: [projects, more.yaml]
profile: conservative
require: main.satellite
min_score: 62.5%
fail_on: warning
severities: { risk.unaudited: off, moat.migration: note }
baseline: known.json
x-owner: committee
";
    let read = read_alone(text);
    assert_eq!(read.diagnostics, []);
    let said = read.value;
    let slice = |at: &Range<usize>| &text[at.clone()];
    assert_eq!(slice(&said.contexts["thesis"].at), "thesis: thesis.yaml");
    assert_eq!(said.facts.iter().map(|path| slice(&path.at)).collect::<Vec<_>>(), ["projects", "more.yaml"]);
    assert_eq!(
        said.min_score.iter().map(|least| (least.verdict.is_none(), slice(&place(&least.percent.by)))).collect::<Vec<_>>(),
        [(true, "62.5%")]
    );
    assert_eq!(said.fail_on.map(|level| level.value), Some(Level::Warning));
    let levels: Vec<_> = said.severities.iter().map(|set| (slice(&place(&set.code.by)), set.level.value)).collect();
    assert_eq!(levels, [("risk.unaudited", None), ("moat.migration", Some(Level::Note))]);
    for key in KEYS {
        assert!(text.contains(&format!("{key}: ")), "{key} is not said");
    }
}
