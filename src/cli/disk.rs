//! Files on disk, read whole and within limits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Stop, interrupted};
use crate::source::{Files, Unreadable};

/// A folder of rule files.
pub(super) struct Folder {
    pub(super) root: PathBuf,
    /// What stands for one of its files, by its path in the folder.
    pub(super) instead: Option<(String, String)>,
}

/// The most bytes of a rule file.
pub(super) const LARGEST_RULES: u64 = 4 << 20;

impl Folder {
    /// The files of tests: those of the folder `tests`, in order of their names.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub(super) fn tests(&self) -> Result<Vec<String>, String> {
        let folder = self.root.join("tests");
        let mut found: Vec<String> = self.instead.iter().map(|(path, _)| path.clone()).filter(|path| is_test(path)).collect();
        if !folder.is_dir() {
            return Ok(found);
        }
        let trouble = |error: std::io::Error| format!("`{}` can't be read: {}", shown(&folder), words(&error));
        for entry in fs::read_dir(&folder).map_err(trouble)? {
            let path = entry.map_err(trouble)?.path();
            let name = path.file_name().map(|name| format!("tests/{}", name.to_string_lossy())).unwrap_or_default();
            if is_test(&name) && path.is_file() {
                found.push(name);
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}

/// Whether a path in a folder of rules is that of a file of tests.
fn is_test(path: &str) -> bool {
    path.strip_prefix("tests/").is_some_and(|name| !name.contains('/') && name.ends_with(".plumb") && name != ".plumb")
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        match &self.instead {
            Some((place, text)) if place == path => Ok(text.clone()),
            _ => read(&self.root.join(path), LARGEST_RULES),
        }
    }
}

/// All files, by paths as reports show them.
pub(super) struct Disk;

/// The most bytes of a fact sheet.
pub(super) const LARGEST_SHEET: u64 = 16 << 20;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        read(Path::new(path), LARGEST_SHEET)
    }

    fn sheets(&self, path: &str) -> Option<Vec<String>> {
        let path = Path::new(path);
        if !path.is_dir() {
            return None;
        }
        // A folder without any is one in which there is nothing to read.
        Some(sheets(path).unwrap_or_default().iter().map(|path| shown(path)).collect())
    }
}

/// The most bytes of a file of waivers.
pub(super) const LARGEST_WAIVERS: u64 = 4 << 20;

/// A text to be read, by the name that reports show.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) name: String,
    /// Its file, or the text itself.
    from: Result<PathBuf, String>,
}

impl Text {
    /// That of a file.
    pub(super) fn of(path: PathBuf) -> Text {
        Text { name: shown(&path), from: Ok(path) }
    }

    /// One that is at hand.
    pub(super) fn given(name: String, text: String) -> Text {
        Text { name, from: Err(text) }
    }

    /// The file, unless the text is at hand.
    pub(super) fn path(&self) -> Option<&Path> {
        self.from.as_deref().ok()
    }

    /// The text, of at most `most` bytes.
    pub(super) fn read(&self, most: u64) -> Result<String, Unreadable> {
        match &self.from {
            Ok(path) => read(path, most),
            Err(text) => Ok(text.clone()),
        }
    }
}

/// Texts by the names that reports show, which need not lead back to their paths.
pub(super) struct Named {
    /// The most bytes of each.
    most: u64,
    texts: RefCell<BTreeMap<String, Text>>,
}

impl Named {
    /// None yet.
    pub(super) fn up_to(most: u64) -> Named {
        Named { most, texts: RefCell::default() }
    }

    /// The name of a file, which from now on can be read by it.
    pub(super) fn name(&self, path: &Path) -> String {
        self.hold(Text::of(path.to_path_buf()))
    }

    /// The name of a text, which from now on can be read by it.
    pub(super) fn hold(&self, text: Text) -> String {
        let name = text.name.clone();
        self.texts.borrow_mut().insert(name.clone(), text);
        name
    }
}

impl Files for Named {
    fn read(&self, name: &str) -> Result<String, Unreadable> {
        self.texts.borrow().get(name).ok_or(Unreadable::Missing)?.read(self.most)
    }
}

/// The text of a file of at most `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> Result<String, Unreadable> {
    let trouble = |error: std::io::Error| unreadable(&error);
    let file = fs::File::open(path).map_err(trouble)?;
    if file.metadata().map_err(trouble)?.is_dir() {
        return Err(Unreadable::Other("it is a folder".into()));
    }
    // One byte more than allowed tells a file that is too large, whatever its metadata say.
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(trouble)?;
    text(bytes, most)
}

/// The text that these bytes are, of which there should be at most `most`.
pub(super) fn text(bytes: Vec<u8>, most: u64) -> Result<String, Unreadable> {
    if bytes.len() as u64 > most {
        return Err(Unreadable::TooLarge(most));
    }
    String::from_utf8(bytes).map_err(|error| Unreadable::NotText(error.utf8_error().valid_up_to()))
}

/// Why a text can't be had, as the system says it.
pub(super) fn unreadable(error: &std::io::Error) -> Unreadable {
    match error.kind() {
        std::io::ErrorKind::NotFound => Unreadable::Missing,
        _ => Unreadable::Other(words(error)),
    }
}

/// Writes new files, each whole or not at all: what is under way is written beside its place and then put there. Nothing is overwritten unless that is
/// asked for; then what was there is replaced in one step.
pub(super) fn write(files: &[(PathBuf, String)], overwrite: bool) -> Result<(), String> {
    if let Some((there, _)) = files.iter().find(|(path, _)| !overwrite && is_taken(path)) {
        return Err(taken(there));
    }
    let waiting: Vec<Waiting> = files.iter().map(|(path, text)| Waiting::write(path, text)).collect::<Result<_, _>>()?;
    waiting.iter().try_for_each(|part| if overwrite { part.replace() } else { part.put() })
}

/// Makes a folder, with those around it, where there is none.
pub(super) fn folder(place: &Path) -> Result<(), String> {
    fs::create_dir_all(place).map_err(|error| format!("the folder `{}` can't be made: {}", shown(place), words(&error)))
}

/// Makes sure, before the work for it begins, that a file can come to a place. Whether it is still so at the end, [`write`] sees.
pub(super) fn vacant(place: &Path, overwrite: bool) -> Result<(), Stop> {
    match !overwrite && is_taken(place) {
        true => Err(Stop::helped(taken(place), "name another file, or add `--force` to replace it")),
        false => Ok(()),
    }
}

fn is_taken(place: &Path) -> bool {
    place.symlink_metadata().is_ok()
}

fn taken(place: &Path) -> String {
    format!("there is something at `{}` already", shown(place))
}

/// A file that is written beside its place and not there yet. It does not stay where it is.
pub(super) struct Waiting {
    beside: PathBuf,
    place: PathBuf,
}

impl Waiting {
    /// Writes the whole of it, down to the disk.
    ///
    /// # Errors
    /// When it can't be written: a sentence.
    pub(super) fn write(place: &Path, text: &str) -> Result<Waiting, String> {
        let (mut file, waiting) = Waiting::open(place)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| unwritten(place, &error))?;
        Ok(waiting)
    }

    /// Begins one, with nothing in it yet.
    fn open(place: &Path) -> Result<(fs::File, Waiting), String> {
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = place.with_file_name(format!(".{name}.{}{PART}", std::process::id()));
        let make = |path: &Path| fs::OpenOptions::new().write(true).create_new(true).open(path);
        let file = interrupted::begin(&beside, make).map_err(|error| unwritten(place, &error))?;
        Ok((file, Waiting { beside, place: place.to_path_buf() }))
    }

    /// Puts it in its place, where nothing may be.
    ///
    /// # Errors
    /// When something is there, or it can't be put: a sentence.
    pub(super) fn put(&self) -> Result<(), String> {
        // A link, unlike a move, does not take the place of what has come there in the meantime.
        fs::hard_link(&self.beside, &self.place).map_err(|error| self.trouble(&error))
    }

    /// Puts it in its place in one step, whatever is there.
    ///
    /// # Errors
    /// When it can't be put: a sentence.
    pub(super) fn replace(&self) -> Result<(), String> {
        fs::rename(&self.beside, &self.place).map_err(|error| self.trouble(&error))
    }

    fn trouble(&self, error: &std::io::Error) -> String {
        unwritten(&self.place, error)
    }
}

/// A file that is written bit by bit, and comes to its place whole at the end, instead of what is there. What is no file, such as a pipe, is written to at once.
pub(super) struct Part {
    place: PathBuf,
    file: std::io::BufWriter<fs::File>,
    /// None where it is written in place.
    waiting: Option<Waiting>,
}

impl Part {
    /// # Errors
    /// When it can't be written to: a sentence.
    pub(super) fn begin(place: &Path) -> Result<Part, String> {
        let is_special = fs::metadata(place).is_ok_and(|there| !there.is_file());
        let (file, waiting) = if is_special {
            (fs::OpenOptions::new().write(true).open(place).map_err(|error| unwritten(place, &error))?, None)
        } else {
            let (file, waiting) = Waiting::open(place)?;
            (file, Some(waiting))
        };
        Ok(Part { place: place.to_path_buf(), file: std::io::BufWriter::new(file), waiting })
    }

    /// # Errors
    /// When it can't be written to: a sentence.
    pub(super) fn write(&mut self, text: &str) -> Result<(), String> {
        self.file.write_all(text.as_bytes()).map_err(|error| unwritten(&self.place, &error))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// When it can't be put: a sentence.
    pub(super) fn end(mut self) -> Result<(), String> {
        let trouble = |error: std::io::Error| unwritten(&self.place, &error);
        self.file.flush().map_err(trouble)?;
        match &self.waiting {
            Some(waiting) => self.file.get_ref().sync_all().map_err(trouble).and_then(|()| waiting.replace()),
            None => Ok(()),
        }
    }
}

/// What is added to the end of a file that others add to as well: whole, or not at all.
pub(super) struct Tail {
    place: PathBuf,
    file: fs::File,
    text: String,
}

impl Tail {
    /// # Errors
    /// When it can't be written to: a sentence.
    pub(super) fn begin(place: &Path) -> Result<Tail, String> {
        let file = fs::OpenOptions::new().append(true).create(true).open(place).map_err(|error| unwritten(place, &error))?;
        Ok(Tail { place: place.to_path_buf(), file, text: String::new() })
    }

    pub(super) fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds it.
    ///
    /// # Errors
    /// When it can't be added: a sentence.
    pub(super) fn end(mut self) -> Result<(), String> {
        let before = self.file.metadata().map(|there| there.len());
        let added = self.file.write_all(self.text.as_bytes()).and_then(|()| self.file.flush());
        if let (Err(_), Ok(before)) = (&added, before) {
            // Of no use where the disk refuses that as well; then the error says enough.
            let _ = self.file.set_len(before);
        }
        added.map_err(|error| unwritten(&self.place, &error))
    }
}

/// How the names of files end that are not in their place yet.
const PART: &str = ".part";

/// The name of the place for which a file was written that never came there; none where the file is another.
pub(super) fn part_of(name: &str) -> Option<&str> {
    let (place, process) = name.strip_prefix('.')?.strip_suffix(PART)?.rsplit_once('.')?;
    process.bytes().all(|digit| digit.is_ascii_digit()).then_some(place)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        interrupted::end(&self.beside);
    }
}

/// What the system has against it, without its numbers.
pub(super) fn words(error: &std::io::Error) -> String {
    use std::io::ErrorKind::*;
    let known = match error.kind() {
        NotFound => "it is not there",
        PermissionDenied => "you are not allowed to",
        AlreadyExists => "something is there already",
        NotADirectory => "a part of its path is a file, not a folder",
        IsADirectory => "it is a folder",
        ReadOnlyFilesystem => "what it is on can't be written to",
        StorageFull => "there is no room left",
        _ => {
            let text = error.to_string();
            return text.split(" (os error").next().unwrap_or_default().to_string();
        }
    };
    known.to_string()
}

/// Why a file could not be written, in a sentence.
fn unwritten(place: &Path, error: &std::io::Error) -> String {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    match folder {
        Some(folder) => format!("`{}` can't be written: there is no folder `{}`", shown(place), shown(folder)),
        None => format!("`{}` can't be written: {}", shown(place), words(error)),
    }
}

/// Whether there are fact sheets in a folder.
pub(super) fn holds_sheets(folder: &Path) -> bool {
    folder.is_dir() && sheets(folder).is_ok()
}

/// Why a file could not be read, in a sentence.
pub(super) fn reason(path: &Path, why: &Unreadable) -> String {
    let path = shown(path);
    match why {
        Unreadable::Missing => format!("there is no file `{path}`"),
        Unreadable::TooLarge(most) if *most < 1 << 20 => format!("`{path}` is larger than {} KiB, the most that is read", most >> 10),
        Unreadable::TooLarge(most) => format!("`{path}` is larger than {} MiB, the most that is read", most >> 20),
        Unreadable::NotText(at) => format!("`{path}` is not UTF-8 text: byte {} is not part of any character", at + 1),
        Unreadable::Other(message) => format!("`{path}` can't be read: {message}"),
    }
}

/// A path as reports show it: with `/`, and without a leading `./`.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_string).unwrap_or(text)
}

/// Whether a file in a folder is a fact sheet, by its name.
pub(super) fn is_sheet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The fact sheets that a path stands for: the file, or the YAML files of the folder, in order of their names.
pub(super) fn sheets(path: &Path) -> Result<Vec<PathBuf>, String> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file or folder `{}`", shown(path)),
        _ => format!("`{}` can't be read: {}", shown(path), words(&error)),
    })?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let trouble = |error: std::io::Error| format!("`{}` can't be read: {}", shown(path), words(&error));
    let entries = fs::read_dir(path).map_err(trouble)?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(trouble)?.path();
        if is_sheet(&entry) && entry.is_file() {
            found.push(entry);
        }
    }
    if found.is_empty() {
        return Err(format!("there is no fact sheet in `{}`: no file there ends in .yaml or .yml", shown(path)));
    }
    found.sort();
    Ok(found)
}
