//! The facts that rules are compared on, as texts: rules with another schema read them anew.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::facts;
use crate::policy::{Document, DocumentId};
use crate::program::Program;
use crate::sheet::{Dossier, Sheet};
use crate::source::{FileId, Sources};
use crate::value::Schema;

use super::impact::Trouble;

/// Fact sheets, contexts and waivers as texts.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The subjects: text, and the name that reports use.
    pub subjects: Vec<(FileId, String)>,
    /// The contexts by name: the texts, and whether they are the entries of a folder.
    pub contexts: BTreeMap<String, (Vec<(FileId, String)>, bool)>,
    /// The file of waivers.
    pub waivers: Option<FileId>,
}

/// The sheets of a run, as one schema reads them.
pub(super) struct Dossiers {
    pub(super) subjects: Vec<Sheet>,
    pub(super) contexts: Vec<Sheet>,
    schema: Schema,
    documents: Vec<(String, u32, bool, bool)>,
}

/// What of documents decides how texts are read.
fn forms(documents: &[Document]) -> Vec<(String, u32, bool, bool)> {
    let form = |document: &Document| (document.name.clone(), document.record.0, document.optional, document.many.is_some());
    documents.iter().map(form).collect()
}

impl Dossiers {
    pub(super) fn dossier<'s>(&'s self, subject: &'s Sheet) -> Dossier<'s> {
        Dossier { sheets: std::iter::once(subject).chain(&self.contexts).collect() }
    }
}

/// Reads texts, and keeps what was read for rules with the same schema.
#[derive(Default)]
pub(super) struct Desk {
    read: Vec<Rc<Dossiers>>,
}

impl Desk {
    pub(super) fn dossiers(&mut self, evidence: &Evidence, program: &Program, sources: &Sources) -> Result<Rc<Dossiers>, Trouble> {
        let forms = forms(&program.documents);
        if let Some(known) = self.read.iter().find(|known| known.documents == forms && known.schema == program.schema) {
            return Ok(known.clone());
        }
        let mut findings = Vec::new();
        let mut contexts = Vec::new();
        for (place, document) in program.documents.iter().enumerate().skip(1) {
            let id = DocumentId(place as u32);
            match evidence.contexts.get(&document.name) {
                Some((files, in_folder)) => contexts.extend(context(program, id, files, *in_folder, sources, &mut findings)),
                None if document.optional => contexts.push(facts::absent(&program.schema, &program.documents, id)),
                None => return Err(Trouble::NoContext(document.name.clone())),
            }
        }
        let subjects = evidence.subjects.iter().filter_map(|file| sheet(program, DocumentId(0), file, sources, &mut findings)).collect();
        if findings.iter().any(Diagnostic::is_error) {
            return Err(Trouble::Findings(findings));
        }
        let read = Rc::new(Dossiers { subjects, contexts, schema: program.schema.clone(), documents: forms });
        self.read.push(read.clone());
        Ok(read)
    }
}

fn context(
    program: &Program,
    id: DocumentId,
    files: &[(FileId, String)],
    in_folder: bool,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) -> Option<Sheet> {
    let members: Vec<Sheet> = files.iter().filter_map(|file| sheet(program, id, file, sources, findings)).collect();
    let document = &program.documents[id.index()];
    match in_folder && document.many.is_some() {
        true => Some(facts::gather(&program.schema, document, id, &members)),
        false => members.into_iter().next(),
    }
}

fn sheet(
    program: &Program,
    document: DocumentId,
    (file, name): &(FileId, String),
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) -> Option<Sheet> {
    let read = facts::read(*file, name, sources.text(*file), &program.schema, &program.documents, document, program.today);
    findings.extend(read.diagnostics);
    read.value
}
