//! `plumb verify`: proves decision records.

use std::path::{Path, PathBuf};

use clap::Args;

use super::disk;
use super::progress::Progress;
use super::record::Snapshot;
use super::{Exit, Format, Stop, Terminal, config};
use crate::record::{self, Digest, Signers, Wanted};
use crate::report::{self, Standing};
use crate::source::{Files, Unreadable};

/// The most bytes of a file of signers.
const LARGEST_SIGNERS: u64 = 4 << 20;

/// Prove decision records, or say what was changed
///
/// Judges every record of a folder again, compares it byte for byte, and looks at the chain that the records form. Paths in records are relative to the folder of
/// the nearest `plumb.yaml` upwards, else to the working folder.
///
/// Ends with 0 if all is proven, 1 if a record is not what was written or the chain does not hold, 2
/// if it could not be run, 3 if the chain holds and a record can't be judged again: a file that it rests on is gone or was changed, or another engine made it.
#[derive(Args)]
pub(super) struct Verify {
    /// The folder of the records
    #[arg(value_name = "DIR")]
    records: PathBuf,
    /// Those who may sign, as in `man ssh-keygen` under ALLOWED SIGNERS; then every record has to be signed
    #[arg(long, value_name = "FILE")]
    signers: Option<PathBuf>,
    /// The digest of a record, kept in another place: it has to be in the chain
    #[arg(long, value_name = "DIGEST")]
    head: Option<String>,
    /// Only what is not proven, and the count
    #[arg(long, conflicts_with = "format")]
    summary: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Verify {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.verify(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn verify(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let kept = self.head.as_deref().map(digest).transpose()?;
        let signers = self.signers.as_deref().map(signers).transpose()?;
        let records = Snapshot::of(&self.records)?;
        let wanted = Wanted { records: &records, project: &Project(config::root()?), signers: signers.as_ref(), kept };
        let folder = disk::shown(&self.records);
        let mut progress = Progress::watched(terminal);
        let verified = record::verify(&wanted, &mut |done, all| progress.hear(|| format!("verified {done} of {all}")))
            .map_err(|why| Stop::from(format!("`{folder}` can't be verified: {why}")))?;
        terminal.result(&match self.format {
            Format::Human => report::verified(&verified, &folder, self.summary, terminal.out),
            Format::Json => report::verified_json(&verified),
        });
        Ok(match verified.standing() {
            Standing::Proven => Exit::Met,
            Standing::Undecided => Exit::Undecided,
            Standing::Differs => Exit::NotMet,
        })
    }
}

fn digest(text: &str) -> Result<Digest, Stop> {
    let help = "give the 64 characters that `plumb verify` or `sha256sum` prints";
    Digest::parse(text.trim()).ok_or_else(|| Stop::helped(format!("`--head {text}` is no digest"), help))
}

fn signers(path: &Path) -> Result<Signers, Stop> {
    let text = disk::read(path, LARGEST_SIGNERS).map_err(|why| disk::reason(path, &why))?;
    Signers::parse(&text).map_err(|(line, what, help)| Stop::helped(format!("{}:{line}: {what}", disk::shown(path)), help))
}

/// The files of the project, by paths relative to its folder.
struct Project(PathBuf);

impl Files for Project {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        let path = self.0.join(path);
        // A record names what it likes; nobody waits for a pipe.
        match path.metadata() {
            Ok(metadata) if !metadata.is_file() => Err(Unreadable::Other("it is no file".into())),
            _ => disk::read(&path, disk::LARGEST_SHEET),
        }
    }
}
