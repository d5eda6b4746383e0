//! Many fact sheets in one run: judged at the same time, told in their order, and forgotten.

use std::path::Path;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::disk::Text;
use super::judging::Desk;
use super::outputs::Sinks;
use super::progress::Progress;
use super::{Stop, disk};
use crate::diagnostic::Diagnostic;
use crate::judging::Line;
use crate::report::Closing;
use crate::requirements::Judged;
use crate::verdict::Requirement;

/// How many sheets each thread has under way between two times at which results are written. More would only take memory.
const AHEAD: usize = 8;
/// The room for a thread's calls: rules nest as deep as the parser lets them, and every thread must bear that as the first one does.
const STACK: usize = 16 << 20;

/// Who keeps something of a run besides its results.
pub(super) trait Keeper {
    /// Sees what comes of a sheet, in order, before it is written: what is seen as decided has been kept.
    ///
    /// # Errors
    /// When it can't be kept.
    fn see(&mut self, judged: &Judged) -> Result<(), Stop>;

    /// All sheets were seen. What was found of the run as a whole fails it.
    ///
    /// # Errors
    /// When something can't be kept.
    fn conclude(&mut self) -> Result<Vec<Diagnostic>, Stop>;
}

/// Judges these sheets and writes what comes of them, the same whatever the number of threads.
///
/// # Errors
/// When results can't be written, or the keeper refuses. By then every format says so.
pub(super) fn judge(
    desk: &Desk,
    sheets: &[Text],
    jobs: usize,
    mut sinks: Sinks<'_>,
    progress: &mut Progress<'_>,
    keeper: &mut dyn Keeper,
) -> Result<Requirement, Stop> {
    let (run, line) = (desk.run(), desk.line());
    let pool = ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK).build();
    let pool = pool.map_err(|error| format!("no threads can be had to judge with: {error}"))?;
    let mut standing = Requirement::Met;
    let mut told = 0;
    let mut work = || -> Result<(), Stop> {
        sinks.begin(&run)?;
        for some in sheets.chunks(jobs * AHEAD) {
            let judge = |sheet: &Text| {
                let judged = judge_one(&line, sheet);
                let pieces = sinks.pieces(&run, &judged);
                (judged, pieces)
            };
            let judged: Vec<(Judged, Vec<String>)> = pool.install(|| some.par_iter().map(judge).collect());
            for (judged, pieces) in judged {
                keeper.see(&judged)?;
                standing = standing.worse(judged.standing());
                sinks.push(&judged, pieces)?;
                told += 1;
            }
            progress.hear(|| format!("judged {told} of {}", sheets.len()));
        }
        Ok(())
    };
    let ended = work().and_then(|()| keeper.conclude());
    let trouble = match &ended {
        Err(Stop::Trouble(message, help)) => Some((message.as_str(), help.as_deref())),
        Err(Stop::Findings(..)) | Ok(_) => None,
    };
    let standing = match &ended {
        Ok(found) if found.is_empty() => standing,
        Ok(_) => standing.worse(Requirement::NotMet),
        Err(_) => Requirement::Faulted,
    };
    let findings = match &ended {
        Ok(found) if !found.is_empty() => Some((found.as_slice(), &desk.sources)),
        Err(Stop::Findings(found, sources)) => Some((found.as_slice(), sources)),
        Ok(_) | Err(Stop::Trouble(..)) => None,
    };
    sinks.end(&run, &Closing { standing, trouble, findings })?;
    ended.map(|_| standing)
}

fn judge_one(line: &Line<'_>, sheet: &Text) -> Judged {
    let text = sheet.read(disk::LARGEST_SHEET).map_err(|why| disk::reason(Path::new(&sheet.name), &why));
    line.judge(sheet.name.clone(), text)
}
