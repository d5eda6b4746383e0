//! Files of a revision, read through `git` without checking anything out. Nothing is written, nothing fetched, and no shell is involved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Stop, disk};
use crate::source::{Files, Unreadable};

/// A repository, seen from the working folder.
pub(super) struct Repository {
    /// Where the repository begins.
    top: PathBuf,
    /// The working folder within it.
    prefix: PathBuf,
}

/// The files of a folder of a revision, or the one file that was asked for.
pub(super) struct Tree {
    top: PathBuf,
    /// As a reader wrote the revision.
    revision: String,
    /// The folder or file, from the repository's beginning; empty: all of it.
    pub(super) path: String,
    /// The main file of the rules, if these are rules.
    pub(super) main: String,
    /// Each file by its path below the folder: its identity and its size in bytes. A file that was asked for itself has the empty path.
    blobs: BTreeMap<String, Blob>,
}

struct Blob {
    id: String,
    size: u64,
    is_link: bool,
}

/// Runs `git`. What it might be configured to run or fetch on the side is switched off.
fn git(folder: &Path, arguments: &[&str]) -> Result<std::process::Output, Stop> {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args([
            "--no-pager",
            "--literal-pathspecs",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "protocol.allow=never",
        ])
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Stop::helped("`git` is not installed, and a revision is read with it", "name folders instead"),
        _ => Stop::from(format!("`git` can't be run: {}", disk::words(&error))),
    })
}

fn line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim_end_matches(['\n', '\r']).to_string()
}

impl Repository {
    /// The repository around the working folder; none if there is none.
    ///
    /// # Errors
    /// When `git` can't be run.
    pub(super) fn here() -> Result<Option<Repository>, Stop> {
        let output = git(Path::new("."), &["rev-parse", "--show-toplevel", "--show-prefix"])?;
        if !output.status.success() {
            // So it is in containers, into which a checkout of another user is mounted.
            return match String::from_utf8_lossy(&output.stderr).contains("dubious ownership") {
                true => {
                    let help =
                        "trust it by `git config --global --add safe.directory \"$PWD\"`, with the folder in which the repository begins";
                    Err(Stop::helped("`git` does not read this repository, because its folder belongs to another user", help))
                }
                false => Ok(None),
            };
        }
        let text = line(&output.stdout);
        let (top, prefix) = text.split_once('\n').unwrap_or((&text, ""));
        Ok(Some(Repository { top: PathBuf::from(top), prefix: PathBuf::from(prefix) }))
    }

    /// The identity of the commit that a revision names; none if it names none.
    ///
    /// # Errors
    /// When `git` can't be run.
    pub(super) fn commit(&self, revision: &str) -> Result<Option<String>, Stop> {
        // A dash would begin an option, and control characters are in no name.
        if revision.is_empty() || revision.starts_with('-') || revision.chars().any(char::is_control) {
            return Ok(None);
        }
        let wanted = format!("{revision}^{{commit}}");
        let output = git(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        // Before version 2.30, `rev-parse` prints the separator as well.
        let text = line(&output.stdout);
        let id = text.lines().last().unwrap_or_default();
        let is_id = id.len() >= 40 && id.chars().all(|c| c.is_ascii_hexdigit());
        Ok((output.status.success() && is_id).then(|| id.to_string()))
    }

    /// Whether commits are missing from it that its history has.
    ///
    /// # Errors
    /// When `git` can't be run.
    pub(super) fn is_shallow(&self) -> Result<bool, Stop> {
        Ok(line(&git(&self.top, &["rev-parse", "--is-shallow-repository"])?.stdout) == "true")
    }

    /// The last commit that what is checked out and another commit have in common; none if there is none.
    ///
    /// # Errors
    /// When `git` can't be run.
    pub(super) fn fork(&self, commit: &str) -> Result<Option<String>, Stop> {
        let output = git(&self.top, &["merge-base", "HEAD", commit])?;
        Ok(output.status.success().then(|| line(&output.stdout)))
    }

    /// The paths, from the repository's beginning, at which the working folder has something else than a commit, or nothing any more.
    ///
    /// # Errors
    /// When `git` can't tell.
    pub(super) fn changed(&self, commit: &str) -> Result<BTreeSet<String>, Stop> {
        self.paths(&["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative", commit, "--"])
    }

    /// The paths, from the repository's beginning, that it knows of.
    ///
    /// # Errors
    /// When `git` can't tell.
    pub(super) fn tracked(&self) -> Result<BTreeSet<String>, Stop> {
        self.paths(&["ls-files", "-z"])
    }

    fn paths(&self, arguments: &[&str]) -> Result<BTreeSet<String>, Stop> {
        let output = git(&self.top, arguments)?;
        if !output.status.success() {
            return Err(Stop::from(format!("`git` can't tell what was changed: {}", line(&output.stderr))));
        }
        let paths = output.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
    }

    /// A path of the working folder, from the repository's beginning; none if it lies outside.
    pub(super) fn within(&self, path: &Path) -> Option<String> {
        let whole = match path.is_absolute() {
            true => path.strip_prefix(&self.top).ok()?.to_path_buf(),
            false => self.prefix.join(path),
        };
        let mut parts: Vec<String> = Vec::new();
        for part in whole.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(parts.join("/"))
    }

    /// What a commit has at a path: a file, or the files of a folder.
    ///
    /// # Errors
    /// When there is nothing, or `git` can't tell.
    pub(super) fn tree(&self, revision: &str, commit: &str, path: &str) -> Result<Tree, Stop> {
        let blobs = self.blobs(revision, commit, path)?;
        if blobs.is_empty() {
            let shown = if path.is_empty() { "anything" } else { path };
            let help = "`REV:PATH` names another place in a revision, as seen from here";
            return Err(Stop::helped(format!("the revision `{revision}` has no `{shown}`"), help));
        }
        if blobs.contains_key("") && path.ends_with(".plumb") {
            // A main file of another name: its folder holds what it uses.
            let (folder, main) = path.rsplit_once('/').unwrap_or(("", path));
            return Ok(Tree { main: main.to_string(), ..self.tree(revision, commit, folder)? });
        }
        let main = super::policy::MAIN.to_string();
        Ok(Tree { top: self.top.clone(), revision: revision.to_string(), path: path.to_string(), main, blobs })
    }

    /// Whether nothing is at a path, from the repository's beginning, any more.
    pub(super) fn is_gone(&self, path: &str) -> bool {
        self.top.join(path).symlink_metadata().is_err()
    }

    /// The text of the file that a commit has at a path, of at most so many bytes; none if it has no file there.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn text(&self, revision: &str, commit: &str, path: &str, most: u64) -> Result<Option<String>, Stop> {
        let blobs = self.blobs(revision, commit, path)?;
        if !blobs.contains_key("") {
            return Ok(None);
        }
        let tree = Tree { top: self.top.clone(), revision: revision.to_string(), path: path.to_string(), main: String::new(), blobs };
        tree.text("", most).map(Some).map_err(|why| disk::reason(Path::new(&tree.shown()), &why).into())
    }

    fn blobs(&self, revision: &str, commit: &str, path: &str) -> Result<BTreeMap<String, Blob>, Stop> {
        let mut arguments = vec!["ls-tree", "-r", "-l", "-z", "--full-tree", commit];
        if !path.is_empty() {
            arguments.extend(["--", path]);
        }
        let output = git(&self.top, &arguments)?;
        if !output.status.success() {
            return Err(Stop::from(format!("the files of `{revision}` can't be listed: {}", line(&output.stderr))));
        }
        let mut blobs = BTreeMap::new();
        for entry in output.stdout.split(|byte| *byte == 0) {
            let entry = String::from_utf8_lossy(entry);
            let Some((about, name)) = entry.split_once('\t') else { continue };
            let [mode, "blob", id, size] = about.split_whitespace().collect::<Vec<_>>()[..] else { continue };
            let below = match name.strip_prefix(path) {
                Some(rest) => rest.trim_start_matches('/'),
                None => continue,
            };
            let blob = Blob { id: id.to_string(), size: size.parse().unwrap_or(u64::MAX), is_link: mode == "120000" };
            blobs.insert(below.to_string(), blob);
        }
        Ok(blobs)
    }
}

impl Tree {
    /// Whether it is the one file that was asked for.
    pub(super) fn is_file(&self) -> bool {
        self.blobs.contains_key("")
    }

    /// As reports show it: `HEAD~1:rules`.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.revision, self.path)
    }

    /// The files of tests, in order of their names.
    pub(super) fn tests(&self) -> Vec<String> {
        let is_test = |path: &&String| path.strip_prefix("tests/").is_some_and(|name| !name.contains('/') && name.ends_with(".plumb"));
        self.blobs.keys().filter(is_test).cloned().collect()
    }

    /// The text of a file, of at most so many bytes.
    pub(super) fn text(&self, path: &str, most: u64) -> Result<String, Unreadable> {
        let blob = self.blobs.get(path).ok_or(Unreadable::Missing)?;
        if blob.is_link {
            return Err(Unreadable::Other("it is a link, and those are not followed in a revision".into()));
        }
        if blob.size > most {
            return Err(Unreadable::TooLarge(most));
        }
        let output = git(&self.top, &["cat-file", "blob", &blob.id]).map_err(|_| Unreadable::Other("`git` can't be run".into()))?;
        if !output.status.success() {
            return Err(Unreadable::Other(line(&output.stderr)));
        }
        String::from_utf8(output.stdout).map_err(|error| Unreadable::NotText(error.utf8_error().valid_up_to()))
    }
}

impl Files for Tree {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.text(path, disk::LARGEST_RULES)
    }

    fn list(&self) -> Vec<String> {
        self.blobs.keys().cloned().collect()
    }
}
