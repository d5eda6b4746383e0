//! `plumb eval --record`: keeps judgements in a folder, as a chain.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::disk::{self, Text, Waiting};
use super::judging::Desk;
use super::{Stop, Terminal, config};
use crate::judging::Role;
use crate::record::{self, Asked, Context, Draft, HEAD, Head, Key, Parameter, Placed, Prepared, Required, Rules, Setting, Texts};
use crate::report;
use crate::requirements::Judged;
use crate::source::{Files, Unreadable};
use crate::value::civil_date;

/// The file by which those who write to a folder of records wait for each other.
const LOCK: &str = ".lock";
/// The most bytes of a record: its result, and perhaps its inputs.
const LARGEST_RECORD: u64 = 256 << 20;
/// The most bytes of a key.
const LARGEST_KEY: u64 = 64 << 10;

/// Whether and how to keep judgements.
#[derive(Args, Default)]
pub(super) struct Recording {
    /// Keep each judgement in this folder, as a record that `plumb verify` proves
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Keep the texts of all files in each record as well
    #[arg(long, requires = "record")]
    bundle: bool,
    /// Sign each record with this OpenSSH private key
    #[arg(long, requires = "record", value_name = "KEYFILE")]
    sign: Option<PathBuf>,
}

impl Recording {
    /// Makes ready to keep judgements, if that was asked.
    ///
    /// # Errors
    /// When the key can't be used, the folder can't be made, or a sheet is one that could not be read again.
    pub(super) fn open(&self, desk: &Desk, sheets: &[Text]) -> Result<Option<Recorder>, Stop> {
        let Some(folder) = &self.record else { return Ok(None) };
        let key = self.sign.as_deref().map(key).transpose()?;
        let project = Project::here()?;
        let texts = project.texts(desk)?;
        sheets.iter().filter(|sheet| sheet.path().is_none()).try_for_each(|sheet| self.lasting(sheet, &project, &texts))?;
        let prepared = Prepared::new(&project.setting(desk), &texts)?;
        Ok(Some(Recorder {
            project,
            texts,
            prepared,
            bundle: self.bundle,
            key,
            shelf: Shelf::make(folder)?,
            all: sheets.len(),
            kept: 0,
            ends: None,
        }))
    }
}

impl Recording {
    /// Makes sure that a sheet which is in no file can be had again.
    fn lasting(&self, sheet: &Text, project: &Project, texts: &Texts) -> Result<(), Stop> {
        if !self.bundle {
            let help = "add `--bundle`, so that the record keeps the texts themselves, or name a file";
            return Err(Stop::helped("a record rests on files, and what came in on the standard input is in none", help));
        }
        let path = project.path(Path::new(&sheet.name));
        if texts.0.get(&path).is_some_and(|text| sheet.read(u64::MAX).is_ok_and(|read| **text != *read)) {
            let message = format!("`{path}` is read from the disk too, and says something else there than on the standard input");
            return Err(Stop::helped(message, "give the sheet another name by `--stdin-filename`"));
        }
        Ok(())
    }
}

/// Keeps judgements, one after another.
pub(super) struct Recorder {
    project: Project,
    /// What all judgements rest on.
    texts: Texts,
    prepared: Prepared,
    bundle: bool,
    key: Option<Key>,
    shelf: Shelf,
    /// How many judgements there are, and how many were kept.
    all: usize,
    kept: usize,
    /// The names of the first and the last record, and the digest of the last.
    ends: Option<(String, String, String)>,
}

impl Recorder {
    /// Keeps a judgement. It is made again from the texts that were read, under the paths that the record holds, and nothing else. What was judged before
    /// is the same but for its paths; that the record by itself leads to it is proven here, not hoped for. What was not judged is not kept.
    ///
    /// # Errors
    /// When it can't be kept.
    pub(super) fn keep(&mut self, judged: &Judged) -> Result<(), Stop> {
        if judged.explanation().is_none() {
            return Ok(());
        }
        let path = self.project.path(Path::new(&judged.file));
        let mut texts = self.texts.clone();
        if let Some(sheet) = judged.sources.ids().last() {
            add(&mut texts, path.clone(), judged.sources.text(sheet).clone())?;
        }
        let draft = self.prepared.judge(&path, &texts, self.bundle)?;
        let placed = self.shelf.append(&draft, self.key.as_ref()).map_err(|why| incomplete(why, self.kept, self.all))?;
        self.kept += 1;
        let first = self.ends.take().map_or_else(|| placed.name.clone(), |(first, _, _)| first);
        self.ends = Some((first, placed.name, placed.head.digest.map_or(String::new(), |digest| digest.to_string())));
        Ok(())
    }

    /// Says what was kept.
    pub(super) fn end(&self, terminal: &Terminal) {
        if let Some((first, last, head)) = &self.ends {
            terminal.trouble(&report::recorded(first, last, self.kept, &disk::shown(&self.shelf.folder), head));
        }
    }
}

/// Says how much of a run was recorded before it stopped.
fn incomplete(why: Stop, kept: usize, all: usize) -> Stop {
    match why {
        Stop::Trouble(message, help) if kept > 0 => {
            Stop::Trouble(format!("{message}; {kept} of {all} judgements were recorded before, and their records stand"), help)
        }
        other => other,
    }
}

/// Reads a private key.
fn key(path: &Path) -> Result<Key, Stop> {
    let text = disk::read(path, LARGEST_KEY).map_err(|why| disk::reason(path, &why))?;
    Key::read(&text).map_err(|(what, help)| Stop::helped(format!("`{}` {what}", disk::shown(path)), help))
}

fn add(texts: &mut Texts, path: String, text: Arc<str>) -> Result<(), Stop> {
    match texts.0.get(&path) {
        Some(other) if *other != text => Err(Stop::helped(format!("`{path}` was changed while it was read"), "run the command again")),
        _ => {
            texts.0.insert(path, text);
            Ok(())
        }
    }
}

/// The folder that the paths in records are relative to, so that they hold wherever it is put.
struct Project {
    root: PathBuf,
    /// The working folder, from there on.
    below: PathBuf,
}

impl Project {
    fn here() -> Result<Project, String> {
        let (here, root) = (config::here()?, config::root()?);
        let below = here.strip_prefix(&root).unwrap_or(Path::new("")).to_path_buf();
        Ok(Project { root, below })
    }

    /// A path from the working folder, as records hold it. One that leads out of the project stays as it was given.
    fn path(&self, path: &Path) -> String {
        if path.is_absolute() {
            return disk::shown(path.strip_prefix(&self.root).unwrap_or(path));
        }
        // Only the working folder's own name is cut away by `..`: behind it, a link could lead anywhere.
        let mut folder: Vec<Component> = self.below.components().collect();
        let mut rest = path.components().filter(|part| *part != Component::CurDir).peekable();
        while rest.peek() == Some(&Component::ParentDir) && !folder.is_empty() {
            folder.pop();
            rest.next();
        }
        disk::shown(&folder.into_iter().chain(rest).collect::<PathBuf>())
    }

    /// Every text of the run, as it was read.
    fn texts(&self, desk: &Desk) -> Result<Texts, Stop> {
        let mut texts = Texts::default();
        let configuration = desk.config.file.as_ref().map(|(path, text)| (self.path(path), Arc::from(text.as_str())));
        let read = desk.read_as().map(|(file, _)| (self.path(Path::new(desk.sources.name(file))), desk.sources.text(file).clone()));
        for (path, text) in read.chain(configuration) {
            add(&mut texts, path, text)?;
        }
        Ok(texts)
    }

    /// What was asked for, with paths as records hold them.
    fn setting(&self, desk: &Desk) -> Setting {
        let settings = &desk.settings;
        let path = |shown: &str| self.path(Path::new(shown));
        let mut contexts: Vec<Context> = Vec::new();
        for (name, given) in &desk.given {
            let sheets = given.sheets.as_ref().map(|sheets| sheets.iter().map(|sheet| path(sheet)).collect());
            contexts.push(Context { name: name.clone(), path: path(&given.path), sheets });
        }
        contexts.sort_by(|one, other| one.name.cmp(&other.name));
        let read_as = |wanted: Role| desk.read_as().find(|(_, role)| **role == wanted).map(|(file, _)| path(desk.sources.name(file)));
        Setting {
            today: civil_date(settings.today),
            calendar: civil_date(settings.calendar),
            rules: Rules { folder: path(&desk.rules.folder), main: desk.rules.main.clone() },
            profile: settings.profile.as_ref().map(|profile| profile.words.clone()),
            parameters: settings
                .parameters
                .iter()
                .map(|(name, value)| Parameter { name: name.words.clone(), value: value.words.clone() })
                .collect(),
            contexts,
            waivers: read_as(Role::Waivers),
            require: desk.requirements.band.map(|required| {
                let verdict = &desk.program.verdicts[required.verdict.index()];
                Required { verdict: verdict.head.code.clone(), band: verdict.bands[required.band as usize].name.clone() }
            }),
            asked: Asked::of(&desk.requirements, read_as(Role::Baseline)),
            configuration: desk.config.file.as_ref().map(|(path, _)| self.path(path)),
        }
    }
}

/// A folder of records.
pub(super) struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// That of a path, where it is made if there is none.
    fn make(folder: &Path) -> Result<Shelf, Stop> {
        let trouble = |error: std::io::Error| format!("the folder `{}` can't be made: {error}", disk::shown(folder));
        if folder.exists() && !folder.is_dir() {
            let help = "records are kept in a folder: name another";
            return Err(Stop::helped(format!("`{}` is a file", disk::shown(folder)), help));
        }
        if !folder.exists() {
            fs::create_dir_all(folder).map_err(trouble)?;
            let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            sync(parent).map_err(trouble)?;
        }
        Ok(Shelf { folder: folder.to_path_buf() })
    }

    /// Puts a record at the end of the chain, whole or not at all.
    ///
    /// All files are written out before the first of them appears. Then the signature appears, then the record, then the head is replaced: what a crash
    /// leaves between two of these steps, [`record::end`] knows how to go on from.
    fn append(&self, draft: &Draft, key: Option<&Key>) -> Result<Placed, Stop> {
        let trouble = |error: std::io::Error| format!("`{}` can't be written to: {error}", disk::shown(&self.folder));
        let lock = self.lock_file(true).map_err(trouble)?;
        lock.lock().map_err(trouble)?;
        let end = self.mended_end()?;
        let placed = draft.placed(&end)?;
        if placed.text.len() as u64 > LARGEST_RECORD {
            return Err(format!(
                "the record of `{}` is larger than {} MiB, the most that is read of one",
                placed.name,
                LARGEST_RECORD >> 20
            )
            .into());
        }
        let signature = key.map(|key| key.sign(&placed.text)).transpose().map_err(|why| format!("the key can't sign: {why}"))?;
        let place = |name: &str| self.folder.join(name);
        let signature = signature.map(|text| Waiting::write(&place(&record::signature_name(&placed.name)), &text)).transpose()?;
        let record = Waiting::write(&place(&placed.name), &placed.text)?;
        let head = Waiting::write(&place(HEAD), &placed.head.text())?;
        signature.as_ref().map(Waiting::put).transpose()?;
        record.put()?;
        sync(&self.folder).map_err(trouble)?;
        head.replace()?;
        sync(&self.folder).map_err(trouble)?;
        Ok(placed)
    }

    /// Where the chain goes on, once what an interrupted writer left is cleared away or counted. Only for whoever holds the lock.
    fn mended_end(&self) -> Result<Head, Stop> {
        let trouble = |error: std::io::Error| format!("`{}` can't be written to: {error}", disk::shown(&self.folder));
        for name in self.names().map_err(trouble)?.iter().filter(|name| disk::part_of(name).is_some_and(record::belongs)) {
            fs::remove_file(self.folder.join(name)).map_err(trouble)?;
        }
        let end = record::end(self).map_err(|why| {
            let folder = disk::shown(&self.folder);
            let help = format!(
                "nothing is added to a chain that does not hold: `plumb verify {folder}` says more, and `--record` takes another folder"
            );
            Stop::helped(format!("the chain in `{folder}` can't go on: {why}"), help)
        })?;
        for name in &end.leftovers {
            fs::remove_file(self.folder.join(name)).map_err(trouble)?;
        }
        if end.unfinished {
            sync(&self.folder).map_err(trouble)?;
            Waiting::write(&self.folder.join(HEAD), &end.head.text())?.replace()?;
            sync(&self.folder).map_err(trouble)?;
        }
        Ok(end.head)
    }

    fn lock_file(&self, make: bool) -> std::io::Result<File> {
        fs::OpenOptions::new().read(true).write(make).create(make).truncate(false).open(self.folder.join(LOCK))
    }

    fn names(&self) -> std::io::Result<Vec<String>> {
        let names = fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names: Vec<String> = names.collect::<std::io::Result<_>>()?;
        names.sort();
        Ok(names)
    }
}

impl Files for Shelf {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        disk::read(&self.folder.join(path), LARGEST_RECORD)
    }

    fn list(&self) -> Vec<String> {
        self.names().unwrap_or_default()
    }
}

/// A chain as it is at one moment, whatever is added to it later. Records never change, so only their names and the head have to be of that moment.
pub(super) struct Snapshot {
    shelf: Shelf,
    names: Vec<String>,
    head: Result<String, Unreadable>,
}

impl Snapshot {
    /// That of a folder, now.
    pub(super) fn of(folder: &Path) -> Result<Snapshot, Stop> {
        let shelf = Shelf { folder: folder.to_path_buf() };
        // Where nobody has written from here, or nobody may, there is nobody to wait for.
        let lock = shelf.lock_file(false).ok();
        if let Some(lock) = &lock {
            lock.lock_shared().map_err(|error| format!("`{}` can't be locked: {error}", disk::shown(&folder.join(LOCK))))?;
        }
        let names = shelf.names().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Stop::helped(format!("there is no folder `{}`", disk::shown(folder)), "`plumb eval … --record DIR` makes one")
            }
            _ => Stop::from(format!("`{}` can't be read: {error}", disk::shown(folder))),
        })?;
        let head = shelf.read(HEAD);
        Ok(Snapshot { shelf, names, head })
    }
}

impl Files for Snapshot {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        if path == HEAD { self.head.clone() } else { self.shelf.read(path) }
    }

    fn list(&self) -> Vec<String> {
        self.names.clone()
    }
}

/// Makes sure that the names in a folder are on the disk, where a system lets folders be opened.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
