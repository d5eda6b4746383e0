//! What Ctrl-C leaves: nothing half-written. Results are written beside their places, and what is not in its place yet goes when the process is told to end.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The files that are beside their places now.
static BESIDE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn beside() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    BESIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a file beside its place. It is there until [`end`].
///
/// # Errors
/// When it can't be made.
pub(super) fn begin(path: &Path, make: impl FnOnce(&Path) -> io::Result<fs::File>) -> io::Result<fs::File> {
    // Whoever ends the process waits for this, so that there is no file that is not known of.
    let mut beside = beside();
    let file = make(path)?;
    beside.insert(path.to_path_buf());
    Ok(file)
}

/// Ends it: what is still beside its place is removed.
pub(super) fn end(path: &Path) {
    let _ = fs::remove_file(path);
    beside().remove(path);
}

/// From now on an interrupt or a request to end removes what is not in its place, and then ends the process as it would have: callers see the signal.
#[cfg(unix)]
pub(super) fn heed() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // Where no signals can be had, they end the process by themselves, and files stay beside their places.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            // Held until the end, so that no file is begun any more.
            let beside = beside();
            beside.iter().for_each(|path| drop(fs::remove_file(path)));
            let _ = emulate_default_handler(signal);
        }
    });
}

/// Elsewhere the process ends by itself.
#[cfg(not(unix))]
pub(super) fn heed() {}
