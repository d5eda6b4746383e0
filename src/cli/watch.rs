//! `plumb watch`: judges again whenever a file is saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use clap::Args;
use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::config::{self, Config, Sought};
use super::eval::Task;
use super::record::Recording;
use super::{Exit, Format, Stop, Terminal, disk, judging, stdin};
use crate::diagnostic::listed;

/// How long it is quiet before a save counts as over: editors write in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// How the names of files end that are read from folders.
const KINDS: [&str; 4] = ["plumb", "rhai", "yaml", "yml"];

/// Judge fact sheets, and judge them again whenever rules, facts or settings are saved
///
/// Takes the options of `plumb eval`, less those by which something is kept of a run.
///
/// Goes on until it is interrupted, by Ctrl-C, or nobody reads what it writes. Ends with 2 if there is nothing to watch.
#[derive(Args)]
pub(super) struct Watch {
    #[command(flatten)]
    task: Task,
}

impl Watch {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.watch(terminal).unwrap_or_else(|stop| stop.end(Format::Human, terminal))
    }

    fn watch(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        if self.task.facts.iter().any(|path| stdin::is_meant(path)) {
            return Err(Stop::helped("`-` is the standard input, and what comes in there can't be saved again", "name a file"));
        }
        let mut eyes = Eyes::open()?;
        // Before the first judgement, so that no save falls between the two.
        eyes.turn(self.places()?)?;
        loop {
            self.task.run(&Recording::default(), false, terminal);
            if terminal.unread.load(Ordering::Relaxed) || terminal.unwritten.get().is_some() {
                return Ok(Exit::Met);
            }
            terminal.trouble(&format!("\nwatching {}; Ctrl-C ends\n", eyes.said()));
            let saved = eyes.wait()?;
            terminal.clear();
            terminal.trouble(&format!("{} {} saved\n\n", listed(&saved, "and"), if saved.len() == 1 { "was" } else { "were" }));
            // Settings may have changed what there is to watch. While they can't be used, it is what it was.
            if let Ok(places) = self.places() {
                eyes.turn(places)?;
            }
        }
    }

    /// What a judgement reads.
    ///
    /// # Errors
    /// When the settings can't be used, or no fact sheets are named.
    fn places(&self) -> Result<Places, Stop> {
        let options = &self.task.options;
        let config = config::load(&options.which)?;
        let facts = judging::named_facts(&config, &self.task.facts)?;
        let contexts = judging::contexts(config.contexts(), &options.context)?;
        let waivers = config.waivers(options.waivers.as_deref(), options.no_waivers).value;
        let baseline = config.baseline(self.task.demands.baseline.as_deref()).value;
        let rules = config.rules(options.rules.as_deref()).value;
        // With a main file of another name, the other files of its folder are rules as well.
        let rules = if rules.is_dir() { rules } else { rules.parent().map(Path::to_path_buf).unwrap_or_default() };
        let mut places = Places::default();
        places.add(settings(&config));
        places.add(rules);
        facts.into_iter().map(|path| path.value).for_each(|path| places.add(path));
        contexts.into_values().map(|path| path.value).chain(waivers).chain(baseline).for_each(|path| places.add(path));
        Ok(places)
    }
}

/// The file of settings, or where one would appear.
fn settings(config: &Config) -> PathBuf {
    match (&config.file, &config.sought) {
        (Some((path, _)), _) => path.clone(),
        (None, Sought::From(folder)) => folder.join(config::NAME),
        (None, Sought::Named | Sought::Nowhere) => PathBuf::from(config::NAME),
    }
}

/// Files and whole folders.
#[derive(Default, PartialEq, Eq)]
struct Places {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Places {
    fn add(&mut self, path: PathBuf) {
        let path = if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
        if path.is_dir() { &mut self.folders } else { &mut self.files }.insert(whole(&path));
    }

    /// Whether a file that was saved belongs to them. Editors leave files of their own beside it, whose names begin with a dot.
    fn hold(&self, path: &Path) -> bool {
        let is_kind = path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        self.files.contains(path) || is_kind && !is_hidden && self.folders.iter().any(|folder| path.starts_with(folder))
    }

    /// What the system is asked to tell of: folders, because a file that is saved is often another in the same place.
    fn asked(&self) -> BTreeSet<(PathBuf, bool)> {
        let parents = self.files.iter().filter_map(|file| file.parent()).map(|folder| (folder.to_path_buf(), false));
        self.folders.iter().map(|folder| (folder.clone(), true)).chain(parents).collect()
    }
}

/// A path as the system tells of it. A file need not be there yet, but its folder is.
fn whole(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    path.canonicalize()
        .or_else(|_| folder.canonicalize().map(|folder| folder.join(path.file_name().unwrap_or_default())))
        .unwrap_or_else(|_| path.to_path_buf())
}

/// Sees what is saved.
struct Eyes {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<notify::Event>>,
    places: Places,
    asked: BTreeSet<(PathBuf, bool)>,
}

impl Eyes {
    fn open() -> Result<Eyes, Stop> {
        let (tell, events) = mpsc::channel();
        let watcher = notify::recommended_watcher(tell).map_err(|error| blind(&error))?;
        Ok(Eyes { watcher, events, places: Places::default(), asked: BTreeSet::new() })
    }

    /// Watches these places, and no others.
    fn turn(&mut self, places: Places) -> Result<(), Stop> {
        let asked = places.asked();
        if asked != self.asked {
            for (folder, _) in &self.asked {
                // One that is gone is no longer watched anyway.
                let _ = self.watcher.unwatch(folder);
            }
            for (folder, is_whole) in &asked {
                let mode = if *is_whole { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                self.watcher.watch(folder, mode).map_err(|error| blind(&error))?;
            }
        }
        (self.places, self.asked) = (places, asked);
        Ok(())
    }

    /// Waits until something is saved that is watched, and then until it is quiet; tells what it was.
    fn wait(&mut self) -> Result<Vec<String>, Stop> {
        let mut saved = BTreeSet::new();
        loop {
            let event = if saved.is_empty() { self.events.recv().ok() } else { self.events.recv_timeout(QUIET).ok() };
            match event {
                Some(Ok(event)) if changes(&event.kind) => saved.extend(event.paths.iter().filter(|path| self.places.hold(path)).cloned()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(blind(&error)),
                None if saved.is_empty() => return Err(Stop::from("files can't be watched any longer".to_string())),
                None => return Ok(saved.iter().map(|path| format!("`{}`", disk::shown(&seen_from_here(path)))).collect()),
            }
        }
    }

    fn said(&self) -> String {
        let places = self.places.folders.iter().chain(&self.places.files).filter(|path| path.exists());
        let shown: Vec<String> = places.map(|path| format!("`{}`", disk::shown(&seen_from_here(path)))).collect();
        listed(&shown, "and")
    }
}

/// Whether the text of a file may be another now.
fn changes(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Name(_) | ModifyKind::Any)
    )
}

/// A path below the working folder without the way there.
fn seen_from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if !below.as_os_str().is_empty() => below.to_path_buf(),
        _ => path.to_path_buf(),
    }
}

fn blind(error: &notify::Error) -> Stop {
    let place = error.paths.first().map_or("files".to_string(), |path| format!("`{}`", disk::shown(&seen_from_here(path))));
    let words = match &error.kind {
        notify::ErrorKind::Io(error) => disk::words(error),
        notify::ErrorKind::PathNotFound => "it is not there".to_string(),
        notify::ErrorKind::MaxFilesWatch => "the system lets no more files be watched".to_string(),
        notify::ErrorKind::Generic(words) => words.clone(),
        notify::ErrorKind::WatchNotFound | notify::ErrorKind::InvalidConfig(_) => "the system does not let it".to_string(),
    };
    Stop::from(format!("{place} can't be watched: {words}"))
}
