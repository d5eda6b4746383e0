//! Texts that are no plain YAML, or meant to do harm.

#![allow(clippy::disallowed_methods, reason = "tests look at the clock, and at the sheets that are shipped")]

use proptest::prelude::*;

use super::*;

#[test]
fn yaml_that_is_more_than_plain() {
    insta::assert_snapshot!(World::new().page(
        SUBJECT,
        &[
            "base: &b { name: A }\nname: *b\n",
            "name: *nowhere\n",
            "network: { <<: { uptime: 99% } }",
            "name: !money 12\n",
            "!!map { name: A }\n",
            "name: !x!y z\n",
            "%YAML 1.2\n---\nname: A\n",
            "name: A\n---\nname: B\n",
            "name: A\n...\nname: B\n",
            "name: A\nname: B\nnetwork: { since: 2020-01-01, since: 2020-01-01, since: 2021-01-01 }\n",
        ]
    ));
}

#[test]
fn texts_that_are_not_yaml() {
    insta::assert_snapshot!(World::new().page(
        SUBJECT,
        &[
            "network:\n\tsince: 2020-01-01\n",
            "network:\n  since: 2020-01-01\n\tvalidators: 3\n",
            "name: 'open\nlayer: data\n",
            "name: \"open\nlayer: data\n",
            "name: \"a\" b\n",
            "name: \"\\q\"\n",
            "network: { since: 2020-01-01\nname: A\n",
            "tags: [a, b\nname: A\n",
            "tags: [a, b}\n",
            "name: a: b\n",
            "name: see: this\nlayer: data\n",
            "name A\nlayer: data\n",
            "name:A\nlayer: data\n",
            "network:\n  since: 2020-01-01\n validators: 3\n",
            "network:\n  since: 2020-01-01\n    validators: 3\n",
            "name: A\n  layer: data\n",
            "name: @home\n",
            "name: `x`\n",
            "name: %x\n",
            "name: > 5\n",
            "name: *\n",
            "name: & b\n",
            "tags: [-]\n",
            "tags: [ - a ]\n",
            "name: 'x'#y\n",
            "audits:\n  - auditor: A\n  auditor: B\n",
            "name: ]\n",
            "name: A\n\u{feff}layer: data\n",
            "name: a\u{0}b\n",
            "name: \u{7}\n",
            "- a\nname: b\n",
            "name: A\n- b\n",
            "name: {a: b}}\n",
            "name: \"ä\\u12\"",
            "#",
            "? a",
            "[",
            "{",
            "'",
            "name: |\n\tx\n",
            "name: a\n b: c\n",
            "name: !",
            "name: [a] b\n",
        ]
    ));
}

/// What is said of a text that is meant to do harm. Were it to take for ever, the test would not end.
fn refused(text: &str) -> String {
    let mut world = World::new();
    let (sheet, findings) = world.read_as(SUBJECT, "hostile", text);
    assert!(sheet.is_none());
    findings.first().map(|finding| format!("{}: {}", finding.code.name, finding.message)).unwrap_or_default()
}

#[test]
fn nesting_is_refused_early() {
    let deep = "nested-too-deep: expected at most 64 levels of nesting, found more";
    assert_eq!(refused(&"[".repeat(100_000)), deep);
    assert_eq!(refused(&"{a: ".repeat(100_000)), deep);
    assert_eq!(refused(&"- ".repeat(100_000)), deep);
    assert_eq!(refused(&format!("tags: {}{}", "[".repeat(100_000), "]".repeat(100_000))), deep);
    let steps: String = (0..1000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(refused(&steps), deep);
    assert_eq!(refused(&"? ".repeat(100_000)), deep);
    // Just within the limit, it is only no fact.
    let shallow = format!("x-a: {}{}", "[".repeat(63), "]".repeat(63));
    assert_eq!(World::new().findings_of(SUBJECT, &shallow), "");
    assert_eq!(refused(&format!("x-a: {}{}", "[".repeat(64), "]".repeat(64))), deep);
}

#[test]
fn aliases_can_not_multiply() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_string();
    for (this, before) in "bcdefghijk".chars().zip("abcdefghij".chars()) {
        bomb.push_str(&format!("{this}: &{this} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    for text in [bomb.as_str(), "name: &a [*a]", "name: &a *a"] {
        let (sheet, findings) = World::new().read_as(SUBJECT, "bomb", text);
        assert!(sheet.is_none());
        assert!(findings.iter().any(|finding| finding.code.name == "not-plain-yaml" && finding.message.contains('&')), "{text}");
    }
}

#[test]
fn too_much_is_refused() {
    let large = format!("name: {}", "x".repeat(50 << 20));
    assert_eq!(refused(&large), "file-too-large: expected at most 16 MiB, found a fact sheet of 52428806 bytes");
    let many = format!("x-a: [{}]", "1,".repeat(1_000_001));
    assert_eq!(refused(&many), "file-too-large: expected at most 1,000,000 values, found more");
    let mut world = World::new();
    let (sheet, findings) = world.read_as(PEERS, "peers", &format!("[{}]", "{},".repeat(400_000)));
    assert!(sheet.is_none());
    assert_eq!(findings[0].message, "expected a fact sheet of at most 4000000 facts, found more in `peers`");
}

#[test]
fn long_words_and_wide_mappings_take_no_longer() {
    let long = "x".repeat(1 << 20);
    assert!(refused(&format!("layer: {long}")).len() < 300);
    assert!(refused(&format!("network: {{ validators: {long} }}")).len() < 300);
    assert!(refused(&format!("network: {{ validators: {} }}", "9".repeat(1 << 20))).len() < 300);
    let same = "name: A\n".repeat(50_000);
    assert_eq!(refused(&same), "duplicate-key: expected each key once, found `name` again");
    let torn = format!("market: {{ cap: {{ value: $1{} }} }}", ",000".repeat(100_000));
    assert!(refused(&torn).starts_with("wrong-fact-type: `market.cap` needs a number without commas"));
}

/// Pieces that are likely to be misread, so that random texts get past the first character.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "name",
        "network",
        "uptime",
        "audits",
        "value",
        "claims",
        "source",
        "as_of",
        "complete",
        "findings",
        "severity",
        "tags",
        ": ",
        ":",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "|",
        ">",
        "#",
        "&a",
        "*a",
        "!t",
        "<<",
        "%",
        "99%",
        "2026-05-01",
        "null",
        "~",
        "true",
        "12",
        "---",
        "\t",
        "\r\n",
        "\u{feff}",
        "\u{0}",
        "é",
        "x-",
        "\\",
        "? ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_upsets_the_reader(one in any::<String>(), other in pieces()) {
        for text in [one, other] {
            for document in [SUBJECT, THESIS, PEERS] {
                let mut world = World::new();
                let (sheet, findings) = world.read_as(document, "any", &text);
                for finding in &findings {
                    prop_assert!(!finding.message.contains('\n'));
                    for span in finding.secondary.iter().map(|label| label.span).chain([finding.primary.span]) {
                        let text = world.sources.text(span.file);
                        prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{:?} of {:?}", span, text);
                    }
                }
                if let Some(sheet) = sheet {
                    check_form(&world, &sheet);
                }
            }
        }
    }

    /// What the tree says of a plain text is what an independent reader makes of it.
    #[test]
    fn trees_are_those_of_another_reader(value in plain(3)) {
        let text = serde_yaml::to_string(&value).unwrap_or_default();
        prop_assert_eq!(tree(&text), Some(value));
    }
}

/// Mappings, sequences and texts, as a fact sheet may hold them.
fn plain(depth: u32) -> impl Strategy<Value = serde_yaml::Value> {
    use serde_yaml::Value;
    let scalar = prop_oneof![
        "[ -~é€\n]{0,12}".prop_map(Value::String),
        prop::sample::select(vec![
            "null",
            "~",
            "true",
            "12",
            "1e3",
            "- a",
            "a: b",
            "#x",
            "*a",
            "&a",
            "99%",
            "'",
            "0x1F",
            "2026-01-01",
            ".nan",
            "<<"
        ])
        .prop_map(|text| Value::String(text.into())),
        Just(Value::Null),
    ];
    scalar.prop_recursive(depth, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
            prop::collection::btree_map("[a-z_]{1,6}", inner, 0..5)
                .prop_map(|map| Value::Mapping(map.into_iter().map(|(key, value)| (Value::String(key), value)).collect())),
        ]
    })
}

/// The tree of a text, scalars as texts.
fn tree(text: &str) -> Option<serde_yaml::Value> {
    let mut sources = Sources::new();
    let file = sources.add("any.yaml", text);
    let mut findings = crate::facts::Findings::default();
    let root = crate::yaml::parse(file, text, &crate::facts::ABOUT, &mut findings)?;
    if findings.any() { None } else { Some(plain_value(&root)) }
}

fn plain_value(node: &crate::yaml::Node) -> serde_yaml::Value {
    use serde_yaml::Value;

    use crate::yaml::Kind;
    match &node.kind {
        Kind::Scalar(scalar) if scalar.is_null() => Value::Null,
        Kind::Scalar(scalar) => Value::String(scalar.text.to_string()),
        Kind::Sequence(nodes) => Value::Sequence(nodes.iter().map(plain_value).collect()),
        Kind::Mapping(entries) => {
            Value::Mapping(entries.iter().map(|entry| (Value::String(entry.key.to_string()), plain_value(&entry.value))).collect())
        }
        Kind::Refused => Value::String("refused".into()),
    }
}

/// The shipped sheets mean to another reader what they mean here, numbers and dates being texts to this one.
#[test]
fn shipped_sheets_mean_the_same_to_another_reader() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders = vec![root];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let other: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let own = tree(&text).unwrap_or_else(|| panic!("{} is not plain YAML", path.display()));
                same(&own, &other, &path.display().to_string());
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "there are no sheets to compare");
}

/// The other reader guesses types; where it sees a number or a truth value, the text must read as one.
fn same(own: &serde_yaml::Value, other: &serde_yaml::Value, place: &str) {
    use serde_yaml::Value;
    match (own, other) {
        (Value::Mapping(own), Value::Mapping(other)) => {
            assert_eq!(own.len(), other.len(), "{place}");
            for (key, value) in own {
                same(value, other.get(key).unwrap_or(&Value::Null), &format!("{place} {key:?}"));
            }
        }
        (Value::Sequence(own), Value::Sequence(other)) => {
            assert_eq!(own.len(), other.len(), "{place}");
            for (own, other) in own.iter().zip(other) {
                same(own, other, place);
            }
        }
        (Value::String(own), Value::Bool(other)) => assert_eq!(own, &other.to_string(), "{place}"),
        (Value::String(own), Value::Number(_)) => assert_eq!(serde_yaml::from_str::<Value>(own).ok().as_ref(), Some(other), "{place}"),
        _ => assert_eq!(own, other, "{place}"),
    }
}
