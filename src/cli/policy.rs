//! Rules on disk: where they are, with their files of tests.

use std::path::{Path, PathBuf};

use super::Stop;
use super::config::{self, By, Config, InForce};
use super::disk::{self, Folder};
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
    locate_at(&place.value).map_err(|message| match place.by {
        By::File(_) => config.unreadable(&place.by, message),
        _ => {
            let help = format!("name the folder of the rules, or write it into `{}` as `rules: …`", config::NAME);
            Stop::helped(message, help)
        }
    })
}

fn locate_at(place: &Path) -> Result<(Rules, Folder), String> {
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
    let folder = Folder { root };
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

/// Reads the rulebooks at `place` with their files of tests, unchecked.
///
/// # Errors
/// When there is nothing to read there.
pub(super) fn read_books(place: &Path, sources: &mut Sources) -> Result<Staged<Vec<Rulebook>>, String> {
    let (rules, folder) = locate_at(place)?;
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
