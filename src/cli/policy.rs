//! Rules on disk: where they are, with their files of tests.

use std::path::{Path, PathBuf};

use super::config::{self, By, Config, InForce};
use super::disk::{self, Folder};
use super::{Stop, stdin};
use crate::diagnostic::Staged;
use crate::judging::{Loaded, Rules, books};
use crate::source::{Files, Sources, Unreadable};
use crate::syntax::ast::Rulebook;
use crate::value::Number;
use crate::waivers::Waivers;

/// The main file of a folder of rules.
pub(super) const MAIN: &str = "main.plumb";

/// The rules of a place that somebody names: a folder with `main.plumb`, or a main file of another name. With the files of the folder.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn locate(config: &Config, place: &InForce<PathBuf>) -> Result<(Rules, Folder), Stop> {
    locate_with(config, place, None)
}

fn locate_with(config: &Config, place: &InForce<PathBuf>, instead: Option<(String, String)>) -> Result<(Rules, Folder), Stop> {
    locate_at(&place.value, instead).map_err(|message| match place.by {
        By::File(_) => config.unreadable(&place.by, message),
        _ => {
            let help = format!("name the folder of the rules, or write it into `{}` as `rules: …`", config::NAME);
            Stop::helped(message, help)
        }
    })
}

fn locate_at(place: &Path, instead: Option<(String, String)>) -> Result<(Rules, Folder), String> {
    let metadata = std::fs::metadata(place).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there are no rules at `{}`", disk::shown(place)),
        _ => format!("`{}` can't be read: {}", disk::shown(place), disk::words(&error)),
    })?;
    let (root, main) = if metadata.is_dir() {
        (place.to_path_buf(), MAIN.to_string())
    } else {
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (place.parent().map(Path::to_path_buf).unwrap_or_default(), name)
    };
    let folder = Folder { root, instead };
    match folder.read(&main) {
        Err(why) => {
            let reason = disk::reason(&folder.root.join(&main), &why);
            Err(match (metadata.is_dir(), why) {
                (true, Unreadable::Missing) if disk::holds_sheets(&folder.root) => {
                    format!("{reason}: what is in this folder are fact sheets")
                }
                (true, Unreadable::Missing) => format!("{reason}, with which the rules of a folder begin"),
                _ => reason,
            })
        }
        Ok(_) => Ok((Rules { folder: disk::shown(&folder.root), main }, folder)),
    }
}

/// Reads and checks the rules at `place` with the files of tests in the folder `tests` beside them. Projects are judged without those.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn load_with_tests(config: &Config, place: &InForce<PathBuf>, sources: &mut Sources) -> Result<Loaded, Stop> {
    let (rules, folder) = locate(config, place)?;
    Ok(Loaded::of(books(&rules.folder, &rules.main, &folder.tests()?, &folder, sources)))
}

/// Reads and checks rules, with their files of tests, of which one is not on disk but comes in on the standard input, as from an editor that has not saved it.
///
/// # Errors
/// When nothing says which file it is, or the rules have no such file.
pub(super) fn load_incoming(config: &Config, called: &stdin::Called, sources: &mut Sources) -> Result<Loaded, Stop> {
    let Some(file) = called.file()? else {
        let help = "name the file, as `--stdin-filename rules/moat.plumb`: its other files are read from the disk";
        return Err(Stop::helped("`-` stands for a file of the rules, and nothing says for which", help));
    };
    let (place, inside) = home(config, file)?;
    let text = called.read(disk::LARGEST_RULES)?;
    let text = text.read(disk::LARGEST_RULES).map_err(|why| disk::reason(file, &why))?;
    let (rules, folder) = locate_with(config, &place, Some((inside.clone(), text)))?;
    let loaded = Loaded::of(books(&rules.folder, &rules.main, &folder.tests()?, &folder, sources));
    let name = disk::shown(&folder.root.join(&inside));
    if !loaded.is_broken() && sources.all().all(|(other, _)| other != name) {
        let help = format!(
            "let a rulebook use it, as `use {}`; what nothing uses is not looked at",
            file.file_stem().unwrap_or_default().display()
        );
        return Err(Stop::helped(format!("nothing in `{}` uses `{name}`", disk::shown(&place.value)), help));
    }
    Ok(loaded)
}

/// The rules that a file belongs to, and its path in their folder: those that are in force, else those of the nearest folder upwards that has a main file.
fn home(config: &Config, file: &Path) -> Result<(InForce<PathBuf>, String), Stop> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(whole) = folder.canonicalize() else {
        return Err(format!("there is no folder `{}`, in which `--stdin-filename` places a file", disk::shown(folder)).into());
    };
    let whole = whole.join(file.file_name().unwrap_or_default());
    let rules = config.rules(None);
    let root = if rules.value.is_dir() { Some(rules.value.as_path()) } else { rules.value.parent() };
    let root = root.map(|root| if root.as_os_str().is_empty() { Path::new(".") } else { root });
    if let Some(inside) = root.and_then(|root| whole.strip_prefix(root.canonicalize().ok()?).ok()) {
        return Ok((rules, disk::shown(inside)));
    }
    let has_main = |folder: &&Path| folder.join(MAIN).is_file() || file == folder.join(MAIN);
    let Some(folder) = file.ancestors().skip(1).find(has_main) else {
        let message = format!(
            "`{}` belongs to no rules: neither to `{}`, nor is there a `{MAIN}` beside or above it",
            disk::shown(file),
            disk::shown(&rules.value)
        );
        return Err(Stop::helped(message, format!("write into `{}` where the rules are, as `rules: …`", config::NAME)));
    };
    let inside = disk::shown(file.strip_prefix(folder).unwrap_or(file));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Ok((InForce { value: folder.to_path_buf(), by: By::Option("--stdin-filename") }, inside))
}

/// Reads the rulebooks at `place` with their files of tests, unchecked.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn read_books(place: &Path, sources: &mut Sources) -> Result<Staged<Vec<Rulebook>>, String> {
    let (rules, folder) = locate_at(place, None)?;
    Ok(books(&rules.folder, &rules.main, &folder.tests()?, &folder, sources))
}

/// Reads a file of waivers for rules; what is wrong with it joins their findings.
///
/// # Errors
/// When the file can't be read.
pub(super) fn read_waivers(loaded: &mut Loaded, path: &Path, day: Number, sources: &mut Sources) -> Result<Waivers, String> {
    let text = disk::read(path, disk::LARGEST_WAIVERS).map_err(|why| disk::reason(path, &why))?;
    let file = sources.add(disk::shown(path), text);
    Ok(loaded.waivers(file, day, sources))
}
