//! Whatever is done to a chain of records or to what it rests on, `verify` finds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use plumbrule::record::{
    Asked, Context, Digest, Draft, HEAD, Head, Parameter, Prepared, Required, Rules, Score, Setting, Texts, Wanted, end, signature_name,
    verify,
};
use plumbrule::report::{Standing, Verified};
use plumbrule::source::{Files, Unreadable};
use serde_json::Value;

/// Files by name.
#[derive(Clone, Default)]
struct Folder(BTreeMap<String, Vec<u8>>);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        let bytes = self.0.get(path).cloned().ok_or(Unreadable::Missing)?;
        String::from_utf8(bytes).map_err(|error| Unreadable::NotText(error.utf8_error().valid_up_to()))
    }

    fn list(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

impl Folder {
    fn put(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_string(), text.as_bytes().to_vec());
    }

    fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.0[path]).expect("it is text")
    }

    fn records(&self) -> Vec<String> {
        self.0.keys().filter(|name| name.ends_with(".json") && *name != HEAD).cloned().collect()
    }

    /// As the command does it.
    fn append(&mut self, draft: &Draft) -> String {
        let end = end(self).expect("the chain goes on");
        for name in &end.leftovers {
            self.0.remove(name);
        }
        let placed = draft.placed(&end.head).expect("a result has a canonical form");
        assert!(!self.0.contains_key(&placed.name));
        self.put(&placed.name, &placed.text);
        self.put(HEAD, &placed.head.text());
        placed.name
    }

    /// Makes `chain.json` fit the last record, as a forger would.
    fn mend(&mut self) {
        let last = self.records().pop().expect("there are records");
        let count = self.records().len() as u64;
        let head = Head { count, digest: Some(Digest::of(&self.0[&last])) };
        self.put(HEAD, &head.text());
    }
}

fn project() -> Folder {
    let mut files = Folder::default();
    files.put("plumb.yaml", "rules: rules\ncontexts: { peers: peers }\nwaivers: waivers.yaml\n");
    files.put(
        "rules/main.plumb",
        "rulebook main use facts\nparam floor: percent in 0%..100% = 99%\nscript \"half.rhai\" { fn half(x: percent) -> percent in 0%..100% }\n\
         scorecard quality {\n  check up worth 3 { passes when uptime >= floor }\n  check best worth 1 { passes when every p in peers satisfies half(p.uptime) <= uptime }\n}\n\
         verdict rating on quality { good >= 80%  poor otherwise }\ngate risky { when new  at most poor }\n",
    );
    files.put("rules/facts.plumb", "subject project { uptime: percent in 0%..100%  new: bool }\ncontext peers: list of project\n");
    files.put("rules/half.rhai", "fn half(x) { x / 2 }\n");
    files.put(
        "waivers.yaml",
        "- code: main.risky\n  subject: a\n  reason: tried\n  approver: Ada\n  granted: 2026-01-01\n  expires: 2027-01-01\n",
    );
    files.put("accepted.yaml", "b:\n  main.steady: certain\n");
    files.put("a.yaml", "uptime: 99.9%\nnew: true\n");
    files.put("b.yaml", "uptime: 98%\n");
    files.put("peers/x.yaml", "uptime: 97%\nnew: false\n");
    files
}

fn setting() -> Setting {
    Setting {
        today: "2026-06-01".into(),
        calendar: "2026-06-01".into(),
        rules: Rules { folder: "rules".into(), main: "main.plumb".into() },
        profile: None,
        parameters: vec![Parameter { name: "main.floor".into(), value: "98.5%".into() }],
        contexts: vec![Context { name: "peers".into(), path: "peers".into(), sheets: Some(vec!["peers/x.yaml".into()]) }],
        waivers: Some("waivers.yaml".into()),
        require: Some(Required { verdict: "main.rating".into(), band: "good".into() }),
        asked: Some(Asked {
            scores: vec![Score { verdict: "main.rating".into(), least: "40%".into() }],
            fail_on: Some("error".into()),
            severities: [("main.risky".to_string(), "warning".to_string())].into(),
            baseline: Some("accepted.yaml".into()),
        }),
        configuration: Some("plumb.yaml".into()),
    }
}

fn drafts(project: &Folder, subjects: &[&str], bundled: bool) -> Vec<Draft> {
    let text = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), Arc::from(String::from_utf8(bytes.clone()).expect("it is text")));
    let texts = Texts(project.0.iter().map(text).collect());
    let prepared = Prepared::new(&setting(), &texts).expect("the rules are right");
    subjects.iter().map(|subject| prepared.judge(subject, &texts, bundled).expect("the sheet is right")).collect()
}

fn chain(project: &Folder, subjects: &[&str], bundled: bool) -> Folder {
    let mut records = Folder::default();
    for draft in drafts(project, subjects, bundled) {
        records.append(&draft);
    }
    records
}

fn verified(records: &Folder, project: &Folder, kept: Option<Digest>) -> Verified {
    verify(&Wanted { records, project, signers: None, kept }, &mut |_, _| {}).expect("there are records")
}

/// Everything that was said, for a look at the words.
fn said(verified: &Verified) -> String {
    let reasons = verified.records.iter().flat_map(|proof| &proof.reasons);
    verified.troubles.iter().chain(reasons).chain(&verified.notes).cloned().collect::<Vec<_>>().join("\n")
}

/// The text with one byte changed, put in or left out at a place, in a way that depends on the place.
fn altered(bytes: &[u8], at: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    if let Some(byte) = bytes.get(at) {
        let mut flipped = bytes.to_vec();
        flipped[at] = byte ^ 1 << (at % 8);
        all.push(flipped);
        let mut without = bytes.to_vec();
        without.remove(at);
        all.push(without);
    }
    let mut with = bytes.to_vec();
    with.insert(at, [b' ', b'0', b'\n', 0xff, b'"', b'e'][at % 6]);
    all.push(with);
    all
}

#[test]
fn a_chain_that_nobody_touched_is_proven() {
    let project = project();
    for bundled in [false, true] {
        let records = chain(&project, &["a.yaml", "b.yaml", "peers/x.yaml", "a.yaml"], bundled);
        let verified = verified(&records, &project, None);
        assert_eq!(verified.standing(), Standing::Proven, "{}", said(&verified));
        assert_eq!(records.records(), ["000001-a.json", "000002-b.json", "000003-x.json", "000004-a.json"]);
        assert_eq!(verified.head, Some(Digest::of(&records.0["000004-a.json"]).to_string()));
        assert!(verified.notes.is_empty(), "{}", said(&verified));
    }
}

#[test]
fn every_changed_byte_of_an_input_is_found() {
    let project = project();
    let subjects = ["a.yaml"];
    let (plain, bundled) = (chain(&project, &subjects, false), chain(&project, &subjects, true));
    let read: Vec<&String> = project.0.keys().filter(|path| *path != "b.yaml").collect();
    for path in read {
        for at in 0..=project.0[path].len() {
            for bytes in altered(&project.0[path], at) {
                let mut other = project.clone();
                other.0.insert(path.clone(), bytes);
                let found = verified(&plain, &other, None);
                assert_eq!(found.standing(), Standing::Undecided, "{path} at {at}: {}", said(&found));
                assert!(found.records[0].reasons.iter().any(|reason| reason.contains(&format!("`{path}`"))), "{}", said(&found));
            }
        }
        let mut other = project.clone();
        other.0.remove(path);
        let found = verified(&plain, &other, None);
        assert_eq!(found.standing(), Standing::Undecided);
        assert!(said(&found).contains(&format!("`{path}` is gone")), "{}", said(&found));
        // A record that keeps the texts needs no file, and says what became of them.
        let found = verified(&bundled, &other, None);
        assert_eq!(found.standing(), Standing::Proven, "{}", said(&found));
        assert!(said(&found).contains(&format!("`{path}` not here")), "{}", said(&found));
    }
    let mut other = project.clone();
    other.put("b.yaml", "no facts at all");
    assert_eq!(verified(&plain, &other, None).standing(), Standing::Proven, "what a record does not rest on is nothing to it");
}

#[test]
fn every_changed_byte_of_a_record_or_of_the_head_is_found() {
    let project = project();
    let long = crate::cases(1).cases > 1;
    for bundled in [false, true] {
        let records = chain(&project, &["b.yaml"], bundled);
        for name in records.0.keys() {
            for at in 0..=records.0[name].len() {
                // Each place is altered in one way, in turn; a long run tries all ways. With the texts in it, most places are those of before.
                if !long && bundled && at % 7 != 0 {
                    continue;
                }
                for bytes in altered(&records.0[name], at).into_iter().cycle().skip(at % 3).take(if long { 3 } else { 1 }) {
                    let mut other = records.clone();
                    other.0.insert(name.clone(), bytes);
                    let found = verified(&other, &project, None);
                    assert_eq!(found.standing(), Standing::Differs, "{name} at {at}: {}", said(&found));
                    assert_eq!(found.head, None);
                    assert!(end(&other).is_err(), "nothing may be built on it");
                }
            }
        }
    }
}

#[test]
fn records_removed_moved_added_or_renamed_are_found() {
    let project = project();
    let subjects = ["a.yaml", "b.yaml", "a.yaml", "b.yaml"];
    let records = chain(&project, &subjects, true);
    let names = records.records();
    let check = |what: String, other: &Folder, words: &str| {
        let found = verified(other, &project, None);
        assert_eq!(found.standing(), Standing::Differs, "{what}");
        assert!(!found.troubles.is_empty() && said(&found).contains(words), "{what}: no `{words}` in\n{}", said(&found));
    };
    for from in 0..names.len() {
        for to in from..names.len() {
            let mut other = records.clone();
            names[from..=to].iter().for_each(|name| _ = other.0.remove(name));
            let words = if from == to {
                format!("record {} is missing", from + 1)
            } else {
                format!("records {} to {} are missing", from + 1, to + 1)
            };
            check(format!("without {from} to {to}"), &other, &words);
            // Those behind move up, under names that fit.
            let mut other = records.clone();
            names[from..].iter().for_each(|name| _ = other.0.remove(name));
            for (place, name) in names[to + 1..].iter().enumerate() {
                let number = from + place + 1;
                other.0.insert(format!("{number:06}{}", &name[6..]), records.0[name].clone());
            }
            check(format!("moved up by {from} to {to}"), &other, "");
        }
    }
    for (a, b) in [(0, 1), (0, 2), (1, 3), (2, 3)] {
        let mut other = records.clone();
        other.0.insert(names[a].clone(), records.0[&names[b]].clone());
        other.0.insert(names[b].clone(), records.0[&names[a]].clone());
        check(format!("{a} and {b} swapped"), &other, "does not follow");
    }
    for (place, name) in names.iter().enumerate() {
        let mut other = records.clone();
        other.0.insert(format!("{:06}-z.json", place + 1), records.0[name].clone());
        check(format!("a second {place}"), &other, "have one number");
        let mut other = records.clone();
        other.0.insert("000005-a.json".into(), records.0[name].clone());
        check(format!("{place} again at the end"), &other, "beyond the 4 records");
        let mut other = records.clone();
        let moved = other.0.remove(name).expect("it is there");
        other.0.insert(name.replace(".json", "x.json"), moved);
        let found = verified(&other, &project, None);
        assert_eq!(found.standing(), Standing::Differs);
        assert!(said(&found).contains(&format!("should be called `{name}`")), "{}", said(&found));
    }
    let mut other = records.clone();
    other.0.remove(HEAD);
    check("no head".into(), &other, "`chain.json` is gone");
    let mut other = records.clone();
    other.put(HEAD, "{\"chain_version\":1,\"count\":9000000000000000,\"head\":\"00\"}");
    check("no digest".into(), &other, "no digest");
    let mut other = records.clone();
    other.put(HEAD, &Head { count: 9_000_000_000_000_000, digest: Some(Digest::of("x")) }.text());
    check("a count beyond reason".into(), &other, "records 5 to 9000000000000000 are missing");
}

/// What a chain alone can't show, and what a digest kept elsewhere shows.
#[test]
fn a_chain_written_anew_is_found_by_a_digest_kept_elsewhere_and_by_nothing_else() {
    let project = project();
    let mut records = chain(&project, &["a.yaml", "b.yaml"], false);
    let before = records.clone();
    let [first, second] = ["000001-a.json", "000002-b.json"].map(|name| Digest::of(&records.0[name]));
    let third = drafts(&project, &["a.yaml"], false);
    let third = records.append(&third[0]);
    let kept = Digest::of(&records.0[&third]);
    for (digest, words) in [(first, "record 1; since then the chain grew by 2"), (second, "record 2"), (kept, "that of the last record, 3")]
    {
        let found = verified(&records, &project, Some(digest));
        assert_eq!(found.standing(), Standing::Proven);
        assert!(said(&found).contains(words), "no `{words}` in {}", said(&found));
    }
    // The last record taken away together with the head that counts it.
    assert_eq!(verified(&before, &project, None).standing(), Standing::Proven, "that is the limit, and the documentation says so");
    let found = verified(&before, &project, Some(kept));
    assert_eq!(found.standing(), Standing::Differs);
    assert!(said(&found).contains("no record has the digest kept elsewhere"), "{}", said(&found));
}

/// Whoever edits a record and makes the chain fit still has to make the rules agree.
#[test]
fn a_false_result_is_found_though_the_chain_was_made_to_fit() {
    let project = project();
    let mut records = chain(&project, &["b.yaml", "a.yaml"], true);
    let name = "000002-a.json";
    let value: Value = serde_json::from_str(records.text(name)).expect("a record is JSON");
    assert_eq!(value.to_string(), records.text(name), "for plain text, the canonical form is the usual one");
    let mut places = Vec::new();
    leaves(&value["result"], "/result".into(), &mut places);
    assert!(places.len() > 100, "{}", places.len());
    for place in places {
        let mut forged = value.clone();
        let leaf = forged.pointer_mut(&place).expect("the place is there");
        *leaf = match &leaf {
            Value::Bool(value) => Value::Bool(!*value),
            Value::String(text) => Value::String(format!("{text}?")),
            Value::Number(number) => Value::from(number.as_u64().expect("counts are whole") + 1),
            _ => Value::from("something"),
        };
        records.put(name, &forged.to_string());
        records.mend();
        let found = verified(&records, &project, None);
        assert!(found.troubles.is_empty(), "the chain fits: {}", said(&found));
        assert_eq!((found.records[1].standing, &found.head), (Standing::Differs, &None), "{place}");
        let path = place[1..].split('/').fold(String::new(), |path, part| match part.parse::<usize>() {
            Ok(index) => format!("{path}[{index}]"),
            Err(_) if path.is_empty() => part.to_string(),
            Err(_) => format!("{path}.{part}"),
        });
        assert!(said(&found).contains(&format!("`{path}` is ")), "no `{path}` in\n{}", said(&found));
        assert!(found.records[1].reasons.len() == 1, "nothing else differs: {}", said(&found));
    }
}

fn leaves(value: &Value, path: String, places: &mut Vec<String>) {
    match value {
        Value::Array(entries) if !entries.is_empty() => {
            entries.iter().enumerate().for_each(|(index, entry)| leaves(entry, format!("{path}/{index}"), places));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| leaves(member, format!("{path}/{name}"), places)),
        _ => places.push(path),
    }
}

/// Wherever writing stops, what is there is whole, and the next record goes on from it.
#[test]
fn an_append_that_stops_half_way_is_harmless_and_mended_by_the_next() {
    let project = project();
    let before = chain(&project, &["a.yaml"], false);
    let drafts = drafts(&project, &["b.yaml", "a.yaml"], false);
    let placed = drafts[0].placed(&end(&before).expect("it goes on").head).expect("it has a place");
    // The signature appears first, then the record, then the head.
    let mut at = before.clone();
    at.put(&signature_name(&placed.name), "a signature");
    let found = verified(&at, &project, None);
    assert_eq!((found.standing(), found.unfinished), (Standing::Proven, false));
    assert!(said(&found).contains("signs no record that is there"), "{}", said(&found));
    let mut next = at.clone();
    next.append(&drafts[1]);
    assert!(!next.0.contains_key(&signature_name(&placed.name)), "a signature without its record goes");
    assert_eq!(verified(&next, &project, None).standing(), Standing::Proven);

    at.put(&placed.name, &placed.text);
    let found = verified(&at, &project, None);
    assert_eq!((found.standing(), found.unfinished), (Standing::Proven, true), "{}", said(&found));
    assert!(said(&found).contains("writing was interrupted"), "{}", said(&found));
    let mut next = at.clone();
    assert_eq!(next.append(&drafts[1]), "000003-a.json");
    assert!(next.0.contains_key(&signature_name(&placed.name)), "a signature stays with its record");
    let found = verified(&next, &project, None);
    assert_eq!((found.standing(), found.unfinished, found.records.len()), (Standing::Proven, false, 3));

    // The very first: the head comes before any record, so that records without one are a loss.
    let mut first = Folder::default();
    first.put(HEAD, &Head::EMPTY.text());
    assert_eq!(verified(&first, &project, None).standing(), Standing::Proven);
    first.put("000001-a.json", before.text("000001-a.json"));
    assert_eq!((verified(&first, &project, None).standing(), verified(&first, &project, None).unfinished), (Standing::Proven, true));
}

/// Another engine may come to another result and be right; nobody can tell here.
#[test]
fn a_record_of_another_engine_is_undecided_and_says_what_this_one_makes_of_it() {
    let project = project();
    let mut records = chain(&project, &["a.yaml"], true);
    let name = "000001-a.json";
    let mut value: Value = serde_json::from_str(records.text(name)).expect("a record is JSON");
    value["engine"]["version"] = "9.9.9".into();
    value["result"]["run"]["engine_version"] = "9.9.9".into();
    records.put(name, &value.to_string());
    records.mend();
    let found = verified(&records, &project, None);
    assert_eq!(found.standing(), Standing::Undecided, "{}", said(&found));
    assert!(said(&found).contains("9.9.9") && said(&found).contains("comes to the same result"), "{}", said(&found));
    value["result"]["projects"][0]["title"] = "Another".into();
    records.put(name, &value.to_string());
    records.mend();
    let found = verified(&records, &project, None);
    assert_eq!(found.standing(), Standing::Undecided);
    assert!(said(&found).contains("`result.projects[0].title` is \"Another\" in it"), "{}", said(&found));
    value["record_version"] = 2.into();
    records.put(name, &value.to_string());
    records.mend();
    let found = verified(&records, &project, None);
    assert_eq!(found.standing(), Standing::Undecided);
    assert!(said(&found).contains("a record of version 2"), "{}", said(&found));
}
