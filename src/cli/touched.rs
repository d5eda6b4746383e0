//! `--changed-since`: the fact sheets of which a branch may have changed the judgement. What is read for every project touches every one of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::disk::{self, Text};
use super::git::Repository;
use super::judging::Desk;
use super::{Stop, Terminal};
use crate::diagnostic::counted;
use crate::judging::Role;

// What a branch is measured against. (No doc comment: it would stand in the help of the commands that take this argument.)
#[derive(Args)]
pub(super) struct Since {
    /// Judge only what was touched since the branch left this git revision: projects whose fact sheets were, or all where anything else was that is read
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
}

impl Since {
    /// The branch, if only what it touched is to be judged.
    ///
    /// # Errors
    /// When there is no such revision, or `git` can't tell what was changed since.
    pub(super) fn branch(&self) -> Result<Option<Branch>, Stop> {
        self.changed_since.as_deref().map(Branch::since).transpose()
    }
}

/// What was changed on a branch: its commits, and what in the working folder is not committed.
pub(super) struct Branch {
    repository: Repository,
    /// What the branch is measured against, as a reader wrote it.
    revision: String,
    /// The commit at which it left that.
    fork: String,
    changed: BTreeSet<String>,
    tracked: BTreeSet<String>,
}

impl Branch {
    fn since(revision: &str) -> Result<Branch, Stop> {
        let Some(repository) = Repository::here()? else {
            let help = "leave `--changed-since` out: then all projects are judged";
            return Err(Stop::helped("this folder is in no git repository, so nothing tells what was changed", help));
        };
        let fetch = "the clone has only the last commits: fetch all of them, by `git fetch --unshallow`, or `fetch-depth: 0` where a pipeline checks out";
        let is_shallow = repository.is_shallow()?;
        let Some(commit) = repository.commit(revision)? else {
            let help = if is_shallow {
                fetch
            } else {
                "name a branch, a tag or a commit, as `main` or `origin/main`; a branch of another repository has to be fetched first"
            };
            return Err(Stop::helped(format!("`--changed-since {revision}` names no revision of this repository"), help));
        };
        let Some(fork) = repository.fork(&commit)? else {
            let help = if is_shallow { fetch } else { "name a revision from which the branch comes" };
            return Err(Stop::helped(format!("what is checked out and `{revision}` have no commit in common here"), help));
        };
        let (changed, tracked) = (repository.changed(&fork)?, repository.tracked()?);
        Ok(Branch { repository, revision: revision.to_string(), fork, changed, tracked })
    }

    /// Of these fact sheets those that may be judged otherwise than before. Says to people which these are, and why.
    pub(super) fn touched(&self, desk: &Desk, sheets: Vec<Text>, terminal: &Terminal) -> Vec<Text> {
        let (all, revision) = (sheets.len(), &self.revision);
        if let Some(shared) = self.shared(desk) {
            terminal.trouble(&format!("judging {}, because `{shared}` was changed since `{revision}`\n", whole(all)));
            return sheets;
        }
        let touched: Vec<Text> = sheets.into_iter().filter(|sheet| sheet.path().is_none_or(|path| self.touches(path))).collect();
        let some = match touched.len() == all {
            true => format!("judging {}, whose facts were changed since `{revision}`\n", whole(all)),
            false => format!("judging {} of {all} projects, whose facts were changed since `{revision}`\n", touched.len()),
        };
        let none = format!(
            "nothing to judge: of {}, no facts were changed since `{revision}`, nor what they are judged by\n",
            counted(all, "project")
        );
        terminal.trouble(if touched.is_empty() { &none } else { &some });
        touched
    }

    /// The first thing that was changed of what is read for every project.
    fn shared(&self, desk: &Desk) -> Option<String> {
        let settings = desk.config.file.iter().map(|(path, _)| path.clone());
        let read = desk.read_as().filter(|(_, role)| **role != Role::Facts).map(|(file, _)| PathBuf::from(desk.sources.name(file)));
        let mut read = settings.chain(read);
        let touched = read.find(|path| self.touches(path)).map(|path| disk::shown(&path));
        touched.or_else(|| self.gone(desk))
    }

    /// An entry of a context that was there, and that nobody can read any more. (A rule file that is gone was used by one that was changed as well.)
    fn gone(&self, desk: &Desk) -> Option<String> {
        let folders: Vec<String> = desk.folders.iter().filter_map(|folder| self.repository.within(folder)).collect();
        let is_entry = |path: &&String| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            disk::is_sheet(Path::new(name)) && folders.iter().any(|known| known == folder) && self.repository.is_gone(path)
        };
        self.changed.iter().find(is_entry).cloned()
    }

    /// Whether a file is not what it was. Of one that `git` does not know, nobody can tell.
    fn touches(&self, path: &Path) -> bool {
        let is_same = |path: &Path| {
            self.repository.within(path).is_some_and(|inside| self.tracked.contains(&inside) && !self.changed.contains(&inside))
        };
        // A link may be what it was and lead to what is not.
        !(is_same(path) && path.canonicalize().is_ok_and(|target| is_same(&target)))
    }

    /// The text that a file had when the branch began; none if there was none.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn before(&self, path: &Path, most: u64) -> Result<Option<String>, Stop> {
        match self.repository.within(path) {
            Some(inside) => self.repository.text(&self.revision, &self.fork, &inside, most),
            None => Ok(None),
        }
    }

    /// A file as it was when the branch began, as reports show it.
    pub(super) fn shown(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, self.repository.within(path).unwrap_or_default())
    }
}

fn whole(count: usize) -> String {
    match count {
        1 => "the project".to_string(),
        2 => "both projects".to_string(),
        count => format!("all {count} projects"),
    }
}
