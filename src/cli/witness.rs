//! `plumb check --witness`: a fact sheet that leads to a band.

use std::path::{Path, PathBuf};

use clap::Args;

use super::config::Config;
use super::{Exit, Stop, Terminal, disk, judging};
use crate::audit::{self, Seek, Sought};
use crate::diagnostic::{Diagnostic, counted, listed};
use crate::policy::DocumentId;
use crate::program::Program;
use crate::sheet::Sheet;
use crate::source::Sources;

/// How many evaluations a search may take.
const BUDGET: u32 = 50_000;
/// Who says what stands in a sheet that was made up.
const SOURCE: &str = "made up by plumb check --witness";

#[derive(Args)]
pub(super) struct Witness {
    /// Write a fact sheet that is decided for this band instead, as small as can be found
    #[arg(long, value_name = "BAND", conflicts_with = "format")]
    witness: Option<String>,
    /// The file to write it to; by default it is printed
    #[arg(long, value_name = "FILE", requires = "witness")]
    out: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "out")]
    force: bool,
    /// The file or folder of a context, which is taken as it is; by default as `plumb.yaml` says
    #[arg(long, value_name = "NAME=PATH", requires = "witness")]
    context: Vec<String>,
}

/// A document to be written: what it is, and its text.
struct Written {
    /// The context that it stands for; none for the subject.
    context: Option<String>,
    text: String,
}

impl Witness {
    pub(super) fn is_wanted(&self) -> bool {
        self.witness.is_some()
    }

    pub(super) fn seek(&self, program: &Program, config: &Config, mut sources: Sources, terminal: &Terminal) -> Result<Exit, Stop> {
        let wanted = self.witness.as_deref().unwrap_or_default();
        let band = judging::band(program, "--witness", wanted)?;
        let given = judging::given(config, config.contexts(), &self.context, &judging::context_names(program), "")?;
        let mut findings: Vec<Diagnostic> = Vec::new();
        let mut contexts: Vec<Option<Sheet>> = vec![None; program.documents.len()];
        let mut taken = Vec::new();
        for (index, document) in program.documents.iter().enumerate().skip(1) {
            let Some(given) = given.get(&document.name) else { continue };
            contexts[index] = judging::context(program, DocumentId(index as u32), config, given, &mut sources, &mut findings)?;
            taken.push(format!("{} from {}", document.name, disk::shown(&given.value)));
        }
        if findings.iter().any(Diagnostic::is_error) {
            return Err(Stop::Findings(findings, sources));
        }
        let verdict = &program.verdicts[band.verdict.index()];
        let code = format!("{}.{}", verdict.head.code, verdict.bands[band.band as usize].name);
        let seek = Seek { verdict: band.verdict, band: band.band, budget: BUDGET };
        match audit::seek(program, &contexts, seek) {
            Sought::Found(witness) => {
                let mut about =
                    vec![format!("Decided for `{code}`, by {}; what is not said here does not matter.", counted(witness.facts, "fact"))];
                if !taken.is_empty() {
                    about.push(format!("Contexts taken as they are: {}.", listed(&taken, "and")));
                }
                let written = witness.sheets.iter().map(|sheet| self.written(program, sheet, &about)).collect();
                self.put(written, terminal)
            }
            Sought::Impossible(reason, bounds) => {
                let mut text = format!("nothing leads to `{code}`: {reason}\n");
                for bound in bounds {
                    text.push_str(&format!("  {bound}\n"));
                }
                terminal.result(&text);
                Ok(Exit::NotMet)
            }
            Sought::NotFound => {
                let message = format!("no facts were found that lead to `{code}`, and no proof that there are none");
                terminal.complain(&message, Some("the search is limited; facts that enter calculations are tried at some values only"));
                Ok(Exit::Undecided)
            }
        }
    }

    fn written(&self, program: &Program, sheet: &Sheet, about: &[String]) -> Written {
        let document = &program.documents[sheet.document.index()];
        let is_subject = sheet.document == DocumentId(0);
        let mut text = String::new();
        if is_subject {
            about.iter().for_each(|line| text.push_str(&format!("# {line}\n")));
        } else {
            text.push_str(&format!("# The context `{}` to go with it.\n", document.name));
        }
        text.push_str(&sheet.write(&program.schema, &program.documents, program.today, SOURCE));
        Written { context: (!is_subject).then(|| document.name.clone()), text }
    }

    /// Prints the documents, or writes each into a file: those of contexts beside the subject's, with the context's name before the ending.
    fn put(&self, documents: Vec<Written>, terminal: &Terminal) -> Result<Exit, Stop> {
        let Some(out) = &self.out else {
            let texts: Vec<String> = documents.into_iter().map(|document| document.text).collect();
            terminal.result(&texts.join("\n"));
            return Ok(Exit::Met);
        };
        let files: Vec<(PathBuf, String)> =
            documents.into_iter().map(|document| (place(out, document.context.as_deref()), document.text)).collect();
        disk::write(&files, self.force).map_err(|message| Stop::helped(message, "name another file, or add `--force`"))?;
        let names: Vec<String> = files.iter().map(|(path, _)| format!("`{}`", disk::shown(path))).collect();
        terminal.result(&format!("wrote {}\n", listed(&names, "and")));
        Ok(Exit::Met)
    }
}

/// `witness.yaml`, and `witness.thesis.yaml` for the context `thesis`.
fn place(out: &Path, context: Option<&str>) -> PathBuf {
    let Some(context) = context else { return out.to_path_buf() };
    let ending = out.extension().map_or("yaml".into(), |ending| ending.to_string_lossy().into_owned());
    out.with_extension(format!("{context}.{ending}"))
}
