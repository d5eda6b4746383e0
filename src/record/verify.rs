//! Proving records: each is made again from its inputs and compared byte for byte, and together they have to be one whole chain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::again::{Prepared, Texts};
use super::canonical::{self, differences};
use super::chain::{self, HEAD, Head};
use super::form::{Engine, Record, VERSION};
use super::signing::{Signed, Signers};
use crate::diagnostic::{counted, listed};
use crate::digest::Digest;
use crate::report::{Proof, Proven, Standing, Verified};
use crate::source::{Files, Unreadable};

/// How many differences of one record are said.
const MOST_DIFFERENCES: usize = 5;

/// What to verify, and against what.
pub struct Wanted<'a> {
    /// The folder of the records, by the names in it.
    pub records: &'a dyn Files,
    /// The project, by paths relative to its folder.
    pub project: &'a dyn Files,
    /// Those who may sign, where every record has to be signed.
    pub signers: Option<&'a Signers>,
    /// The digest of a record that has to be in the chain.
    pub kept: Option<Digest>,
}

/// Verifies a chain of records; `progress` hears how many of how many are done.
///
/// # Errors
/// When there is nothing to verify, or a record can't be read at all.
pub fn verify(wanted: &Wanted<'_>, progress: &mut dyn FnMut(usize, usize)) -> Result<Verified, String> {
    let names = wanted.records.list();
    let mut files: Vec<(u64, &str)> = names.iter().filter_map(|name| Some((chain::number_of(name)?, name.as_str()))).collect();
    files.sort_unstable();
    let head = match wanted.records.read(HEAD) {
        Err(Unreadable::Missing) if files.is_empty() => return Err("there are no records".into()),
        Err(Unreadable::Other(why)) => return Err(format!("`{HEAD}` can't be read: {why}")),
        Err(why) => Err(format!("`{HEAD}` {}", super::unreadable(&why))),
        Ok(text) => Head::parse(&text).map_err(|why| format!("`{HEAD}` was changed: {why}")),
    };
    let mut links = Links::new(head);
    let mut prover = Prover { wanted, prepared: None, drifted: BTreeSet::new(), gone: BTreeSet::new(), copies: false };
    let mut proofs = Vec::new();
    for (done, (number, name)) in files.iter().enumerate() {
        progress(done, files.len());
        let text = match wanted.records.read(name) {
            Err(Unreadable::Other(why)) => return Err(format!("`{name}` can't be read: {why}")),
            read => read.map_err(|why| (Standing::Differs, format!("it {}", super::unreadable(&why)))),
        };
        let record = text.as_ref().map_err(Clone::clone).and_then(|text| parse(text));
        links.add(*number, name, text.as_deref().ok(), record.as_ref().ok());
        let mut proof = Proof::of(name, *number);
        match &record {
            Ok(record) => prover.prove(record, name, text.as_deref().unwrap_or_default(), &mut proof),
            Err((standing, why)) => proof.reason(*standing, why.clone()),
        }
        if let Ok(text) = &text {
            prover.signature(name, text, names.iter().any(|other| *other == chain::signature_name(name)), &mut proof)?;
        }
        proofs.push(proof);
    }
    Ok(links.close(wanted, &names, proofs, prover.notes()))
}

/// Reads a record. Its version is asked first: another may have other members.
fn parse(text: &str) -> Result<Record, (Standing, String)> {
    let changed = |why| (Standing::Differs, why);
    let value = canonical::read(text).map_err(changed)?;
    match value.get("record_version").and_then(|version| version.as_u64()) {
        Some(VERSION) => serde_json::from_value(value).map_err(|error| changed(format!("it is not a record: {error}"))),
        Some(version) => {
            Err((Standing::Undecided, format!("it is a record of version {version}, and this engine knows version {VERSION}")))
        }
        None => Err(changed("it is not a record: it has no `record_version`".into())),
    }
}

/// The chain, link by link.
struct Links {
    head: Result<Head, String>,
    /// The record before: its number, file, and digest where it can be read.
    last: Option<(u64, String, Option<Digest>)>,
    /// The digests by number, the first file of each.
    digests: BTreeMap<u64, Digest>,
    troubles: Vec<String>,
    /// A whole record behind the last that is counted.
    unfinished: Option<String>,
}

impl Links {
    fn new(head: Result<Head, String>) -> Links {
        let troubles = head.as_ref().err().map(|why| format!("{why}, so nothing says whether the last records are there"));
        Links { head, last: None, digests: BTreeMap::new(), troubles: troubles.into_iter().collect(), unfinished: None }
    }

    fn add(&mut self, number: u64, name: &str, text: Option<&str>, record: Option<&Record>) {
        let digest = text.map(Digest::of);
        let before = self.last.replace((number, name.to_string(), digest));
        let expected = match &before {
            None if number == 1 => Some(None),
            None => {
                self.troubles.push(missing(1, number - 1));
                None
            }
            Some((last, other, _)) if *last == number => {
                self.troubles.push(format!("`{other}` and `{name}` have one number: one of them was added or renamed"));
                None
            }
            Some((last, ..)) if *last + 1 < number => {
                self.troubles.push(missing(last + 1, number - 1));
                None
            }
            Some((_, _, digest)) => digest.map(Some),
        };
        if let (Some(expected), Some(record)) = (expected, record) {
            let held = record.previous.as_deref().and_then(Digest::parse);
            match (&before, expected) {
                (Some((_, other, _)), Some(digest)) if held != Some(digest) => self.troubles.push(format!(
                    "`{name}` does not follow `{other}`: the digest of its predecessor is {} in it, and that file's is {}",
                    held.map_or("not there".into(), |held| held.short()),
                    digest.short()
                )),
                (_, None) if record.previous.is_some() => self.troubles.push(format!("`{name}` is the first, and speaks of one before it")),
                _ => {}
            }
        }
        if let Some(digest) = digest {
            self.digests.entry(number).or_insert(digest);
        }
        if let (Ok(head), true) = (&self.head, self.head.as_ref().is_ok_and(|head| number > head.count)) {
            match text {
                Some(text) if self.unfinished.is_none() && chain::follows(name, text, head) => self.unfinished = Some(name.to_string()),
                _ => self.troubles.push(format!("`{name}` is beyond the {} that `{HEAD}` counts", counted(head.count as usize, "record"))),
            }
        }
    }

    /// Judges the end of the chain and gives everything together.
    fn close(mut self, wanted: &Wanted<'_>, names: &[String], records: Vec<Proof>, mut notes: Vec<String>) -> Verified {
        let last = self.last.as_ref().map_or(0, |(number, ..)| *number);
        if let Ok(head) = &self.head {
            if last < head.count {
                self.troubles.push(missing(last + 1, head.count));
            } else if head.digest.is_some()
                && head.digest != self.digests.get(&head.count).copied()
                && self.digests.contains_key(&head.count)
            {
                self.troubles.push(format!("record {} is not the one of which `{HEAD}` holds the digest", head.count));
            }
        }
        if let Some(name) = &self.unfinished {
            notes
                .push(format!("`{name}` is whole and not counted in `{HEAD}` yet: writing was interrupted, and the next record counts it"));
        }
        if let Some(kept) = wanted.kept {
            match self.digests.iter().find(|(_, digest)| **digest == kept) {
                Some((number, _)) if *number == last => {
                    notes.push(format!("the digest kept elsewhere is that of the last record, {number}"))
                }
                Some((number, _)) => notes.push(format!(
                    "the digest kept elsewhere is that of record {number}; since then the chain grew by {}",
                    counted((last - number) as usize, "record")
                )),
                None => self
                    .troubles
                    .push(format!("no record has the digest kept elsewhere, {}: records were removed or written anew since", kept.short())),
            }
        }
        for name in names.iter().filter(|name| name.ends_with(".sig")) {
            if !names.iter().any(|record| chain::signature_name(record) == **name) {
                notes.push(format!("`{name}` signs no record that is there"));
            }
        }
        if wanted.signers.is_none() {
            let signed = records.iter().filter(|proof| names.contains(&chain::signature_name(&proof.file))).count();
            if signed > 0 {
                notes.push(format!("without `--signers FILE`, nobody looked at the {}", counted(signed, "signature")));
            }
        }
        // Nobody should keep the digest of what is false.
        let whole = self.troubles.is_empty() && records.iter().all(|proof| proof.standing != Standing::Differs);
        let head = self.digests.get(&last).filter(|_| whole).map(Digest::to_string);
        Verified { records, troubles: self.troubles, notes, head, unfinished: self.unfinished.is_some() }
    }
}

fn missing(from: u64, to: u64) -> String {
    match from == to {
        true => format!("record {from} is missing"),
        false => format!("the records {from} to {to} are missing"),
    }
}

/// Makes records again.
struct Prover<'w> {
    wanted: &'w Wanted<'w>,
    /// That of the last record: many records of a chain share theirs.
    prepared: Option<Prepared>,
    /// The files that are no longer as records keep them.
    drifted: BTreeSet<String>,
    gone: BTreeSet<String>,
    /// Whether a record keeps its inputs.
    copies: bool,
}

impl Prover<'_> {
    fn prove(&mut self, record: &Record, file: &str, text: &str, proof: &mut Proof) {
        proof.subject = record.subject.clone();
        proof.today = record.setting.today.clone();
        let name = chain::name(record.number, &record.subject);
        if name != file {
            proof.reason(
                Standing::Differs,
                format!("its file should be called `{name}`: it was renamed, or its number or subject was changed"),
            );
            return;
        }
        let other_engine = record.engine != Engine::here();
        if other_engine {
            let Engine { version, language_version } = Engine::here();
            proof.reason(
                Standing::Undecided,
                format!(
                    "it was made by version {} of plumb and {} of the rule language, and this is {version} and {language_version}",
                    record.engine.version, record.engine.language_version
                ),
            );
        }
        let Some(texts) = self.texts(record, proof) else { return };
        let bundled = !record.inputs.is_empty() && record.inputs.iter().all(|input| input.text.is_some());
        let mut again = match self.again(record, &texts, bundled) {
            Ok(again) => again,
            Err(why) if other_engine => return proof.reason(Standing::Undecided, format!("this engine can't judge its inputs: {why}")),
            Err(why) => return proof.reason(Standing::Differs, format!("its inputs can't be judged: {why}")),
        };
        if other_engine {
            disguise(&mut again, &record.engine);
        }
        let standing = if other_engine { Standing::Undecided } else { Standing::Differs };
        match canonical::text(&again) {
            Ok(again) if again == text && other_engine => proof.reason(standing, "this engine comes to the same result".into()),
            Ok(again) if again == text => proof.proven = Proven { bundled, signed_by: None },
            Ok(_) => differing(text, &again, standing, proof),
            Err(why) => proof.reason(standing, why),
        }
    }

    /// The record, made again.
    fn again(&mut self, record: &Record, texts: &Texts, bundled: bool) -> Result<serde_json::Value, String> {
        if !self.prepared.as_ref().is_some_and(|prepared| prepared.fits(&record.setting, texts)) {
            self.prepared = Some(Prepared::new(&record.setting, texts)?);
        }
        let Some(prepared) = &self.prepared else { return Err("it can't be prepared".into()) };
        let draft = prepared.judge(&record.subject, texts, bundled)?;
        serde_json::to_value(draft.record(record.number, record.previous.clone())).map_err(|error| error.to_string())
    }

    /// The texts that the record rests on: its own copies, else the project's files. None: it can't be judged again, and the proof says why.
    fn texts(&mut self, record: &Record, proof: &mut Proof) -> Option<Texts> {
        let mut texts = BTreeMap::new();
        let before = proof.reasons.len();
        for input in &record.inputs {
            let there = self.wanted.project.read(&input.path);
            let same = |text: &str| text.len() as u64 == input.bytes && Digest::of(text).to_string() == input.sha256;
            match (&input.text, there) {
                (Some(text), there) => {
                    self.copies = true;
                    match there {
                        Ok(there) if there == *text => {}
                        Err(Unreadable::Missing) => _ = self.gone.insert(input.path.clone()),
                        _ => _ = self.drifted.insert(input.path.clone()),
                    }
                    if !same(text) {
                        proof.reason(Standing::Differs, format!("the copy of `{}` in it has another digest than it says", input.path));
                    }
                    texts.insert(input.path.clone(), Arc::from(text.as_str()));
                }
                (None, Ok(text)) if same(&text) => _ = texts.insert(input.path.clone(), Arc::from(text)),
                (None, Ok(text)) => proof.reason(
                    Standing::Undecided,
                    format!(
                        "can't be judged again: `{}` was changed since; its digest is {} in the record and {} now",
                        input.path,
                        input.sha256.chars().take(12).chain(['…']).collect::<String>(),
                        Digest::of(&text).short()
                    ),
                ),
                (None, Err(why)) => {
                    proof.reason(Standing::Undecided, format!("can't be judged again: `{}` {}", input.path, super::unreadable(&why)));
                }
            }
        }
        (proof.reasons.len() == before).then_some(Texts(texts))
    }

    fn signature(&self, name: &str, text: &str, there: bool, proof: &mut Proof) -> Result<(), String> {
        let Some(signers) = self.wanted.signers else { return Ok(()) };
        let file = chain::signature_name(name);
        let signed = match self.wanted.records.read(&file) {
            _ if !there => Signed::Not("it is not signed".into()),
            Ok(signature) => signers.check(text, &signature),
            Err(Unreadable::Other(why)) => return Err(format!("`{file}` can't be read: {why}")),
            Err(why) => Signed::Not(format!("its signature {}", super::unreadable(&why))),
        };
        match signed {
            Signed::By(principals) => proof.proven.signed_by = Some(principals),
            Signed::Not(why) => proof.reason(Standing::Differs, why),
            Signed::Unchecked(why) => proof.reason(Standing::Undecided, why),
        }
        Ok(())
    }

    /// What became of the files of which records keep copies.
    fn notes(self) -> Vec<String> {
        let some = |paths: &BTreeSet<String>| {
            let first: Vec<String> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
            let others = paths.len() - first.len();
            let first: Vec<&str> = first.iter().map(String::as_str).collect();
            match others {
                0 => listed(&first, "and"),
                others => format!("{} and {others} more", first.join(", ")),
            }
        };
        let mut notes = Vec::new();
        if self.copies && !self.drifted.is_empty() {
            notes.push(format!("{} changed since; the records keep the texts as they were", some(&self.drifted)));
        }
        if self.copies && !self.gone.is_empty() {
            notes.push(format!("{} not here; the records keep the texts", some(&self.gone)));
        }
        notes
    }
}

/// Lets a record made by this engine pass for one by another, so that only the results are compared.
fn disguise(record: &mut serde_json::Value, engine: &Engine) {
    for (path, version) in [("/engine", "version"), ("/result/run", "engine_version")] {
        if let Some(member) = record.pointer_mut(path).and_then(|group| group.get_mut(version)) {
            *member = engine.version.clone().into();
        }
        if let Some(member) = record.pointer_mut(path).and_then(|group| group.get_mut("language_version")) {
            *member = engine.language_version.into();
        }
    }
}

fn differing(recorded: &str, again: &serde_json::Value, standing: Standing, proof: &mut Proof) {
    let Ok(recorded) = canonical::read(recorded) else { return proof.reason(standing, "it is not in canonical form".into()) };
    let found = differences(&recorded, again, MOST_DIFFERENCES);
    for (path, recorded, now) in &found.first {
        proof.reason(standing, format!("`{path}` is {recorded} in it, and {now} when judged again"));
    }
    let others = found.all - found.first.len();
    if others > 0 {
        proof.reason(standing, format!("and {} more", counted(others, "difference")));
    }
}
