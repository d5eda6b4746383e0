//! `plumb.yaml`: where the rules and the contexts are, so that a command needs no options. The nearest one upwards counts; its paths are relative to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk;

/// The name of the file.
pub(super) const NAME: &str = "plumb.yaml";
/// It is small; anything larger is another file.
const LARGEST: u64 = 256 << 10;

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The folder of the rules, or their main file.
    rules: Option<PathBuf>,
    /// The file or folder of each context.
    #[serde(default)]
    contexts: BTreeMap<String, PathBuf>,
    /// The file of waivers.
    waivers: Option<PathBuf>,
}

/// What is in force.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The rules.
    pub(super) rules: Option<PathBuf>,
    /// The contexts.
    pub(super) contexts: BTreeMap<String, PathBuf>,
    /// The file of waivers.
    pub(super) waivers: Option<PathBuf>,
    /// The file itself and its text; none where there is none.
    pub(super) file: Option<(PathBuf, String)>,
}

/// The project's folder: that of the nearest `plumb.yaml` upwards, else the working folder.
///
/// # Errors
/// When the working folder can't be read.
pub(super) fn root() -> Result<PathBuf, String> {
    let here = here()?;
    Ok(here.ancestors().find(|folder| folder.join(NAME).is_file()).unwrap_or(&here).to_path_buf())
}

/// The working folder.
///
/// # Errors
/// When it can't be read.
pub(super) fn here() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|error| format!("the working folder can't be read: {}", disk::words(&error)))
}

/// Reads the nearest `plumb.yaml`, from the working folder upwards.
///
/// # Errors
/// When there is one and it can't be used: the sentence says which and why.
pub(super) fn load() -> Result<Config, String> {
    let here = here()?;
    let Some(folder) = here.ancestors().find(|folder| folder.join(NAME).is_file()) else {
        return Ok(Config::default());
    };
    let path = folder.join(NAME);
    let text = disk::read(&path, LARGEST).map_err(|why| disk::reason(&path, &why))?;
    let written: Option<Written> =
        serde_yaml::from_str(&text).map_err(|error| format!("`{}` can't be used: {error}", disk::shown(&path)))?;
    let written = written.unwrap_or_default();
    let beside = |path: PathBuf| relative(&here, folder, &path);
    Ok(Config {
        rules: written.rules.map(beside),
        contexts: written.contexts.into_iter().map(|(name, path)| (name, beside(path))).collect(),
        waivers: written.waivers.map(beside),
        file: Some((path, text)),
    })
}

/// A path written relative to `folder`, as seen from `here`, which is `folder` or below it: short where that is possible.
fn relative(here: &Path, folder: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() || here == folder {
        return path.to_path_buf();
    }
    let up = here.strip_prefix(folder).map(|below| below.components().count()).unwrap_or(0);
    let mut result: PathBuf = std::iter::repeat_n("..", up).collect();
    result.push(path);
    result
}
