//! Judging from texts alone. A record is made here when it is written and again when it is verified, by the same function of the same texts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::form::{Draft, Read, Required, Rules, Setting};
use crate::diagnostic::{Diagnostic, Staged};
use crate::eval::{Limits, judge, outlook};
use crate::explain::{self, explain};
use crate::policy::{DocumentId, VerdictId};
use crate::program::{Coming, Program, Settings, build, build_coming};
use crate::report::{self, Run};
use crate::sheet::{Dossier, Sheet};
use crate::source::{Files, Sources, Unreadable};
use crate::value::{Number, parse_date};
use crate::{check, facts, syntax, waivers};

/// Texts by path, relative to the project's folder.
#[derive(Clone, Debug, Default)]
pub struct Texts(pub BTreeMap<String, Arc<str>>);

impl Texts {
    fn get(&self, path: &str) -> Result<Arc<str>, String> {
        self.0.get(path).cloned().ok_or_else(|| format!("`{path}` is not among the texts that it keeps"))
    }
}

/// The texts of rules, read by paths inside their folder, and what was read of them.
struct Folder<'t> {
    texts: &'t Texts,
    folder: &'t str,
    read: RefCell<Vec<Read>>,
}

impl Files for Folder<'_> {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        let role = if path.ends_with(".plumb") { "rules" } else { "script" };
        let path = if self.folder.is_empty() { path.to_string() } else { format!("{}/{path}", self.folder) };
        let text = self.texts.0.get(&path).ok_or(Unreadable::Missing)?;
        note(&mut self.read.borrow_mut(), &path, role, text);
        Ok(text.to_string())
    }
}

/// Notes that a text was read.
fn note(read: &mut Vec<Read>, path: &str, role: &str, text: &Arc<str>) {
    let place = match read.binary_search_by(|read| read.path.as_str().cmp(path)) {
        Ok(place) => place,
        Err(place) => {
            read.insert(place, Read { path: path.to_string(), roles: Vec::new(), text: text.clone() });
            place
        }
    };
    if let Some(there) = read.get_mut(place)
        && let Err(at) = there.roles.binary_search_by(|known| known.as_str().cmp(role))
    {
        there.roles.insert(at, role.to_string());
    }
}

/// A setting made ready to judge with: what all records of a run share.
pub struct Prepared {
    setting: Setting,
    /// The texts read so far, in order of their paths.
    read: Vec<Read>,
    sources: Sources,
    program: Program,
    coming: Coming,
    contexts: Vec<Sheet>,
    required: Option<explain::Required>,
}

impl Prepared {
    /// Reads all but the fact sheet.
    ///
    /// # Errors
    /// When a text is not there, or the setting does not fit them: a sentence.
    pub fn new(setting: &Setting, texts: &Texts) -> Result<Prepared, String> {
        let mut sources = Sources::new();
        let mut settings = Settings::on(date(&setting.today)?);
        settings.calendar = date(&setting.calendar)?;
        settings.profile = setting.profile.clone();
        settings.parameters = setting.parameters.iter().map(|set| (set.name.clone(), set.value.clone(), "--set".to_string())).collect();
        let Rules { folder, main } = &setting.rules;
        let files = Folder { texts, folder, read: RefCell::default() };
        let books = usable(syntax::load(folder, main, &files, &mut sources), &sources)?;
        let mut read = files.read.into_inner();
        let policy = usable(check::check(&books), &sources)?;
        if let Some(path) = &setting.waivers {
            let text = texts.get(path)?;
            note(&mut read, path, "waivers", &text);
            let file = sources.add(path.as_str(), text.clone());
            settings.waivers = usable(waivers::read(file, &text, &policy, settings.today), &sources)?;
        }
        if let Some(path) = &setting.configuration {
            note(&mut read, path, "configuration", &texts.get(path)?);
        }
        let program = usable(build(&policy, &settings), &sources)?.ok_or("its rules do not build")?;
        let required = setting.require.as_ref().map(|wanted| required(&program, wanted)).transpose()?;
        let coming = build_coming(&policy, &settings);
        let setting = setting.clone();
        let mut prepared = Prepared { setting, read, sources, program, coming, contexts: Vec::new(), required };
        prepared.read_contexts(texts)?;
        Ok(prepared)
    }

    /// Whether this is what [`Prepared::new`] would make.
    pub fn fits(&self, setting: &Setting, texts: &Texts) -> bool {
        self.setting == *setting && self.read.iter().all(|read| texts.0.get(&read.path).is_some_and(|text| *text == read.text))
    }

    fn read_contexts(&mut self, texts: &Texts) -> Result<(), String> {
        for index in 1..self.program.documents.len() {
            let (id, document) = (DocumentId(index as u32), self.program.documents[index].clone());
            let Some(given) = self.setting.contexts.iter().find(|given| given.name == document.name).cloned() else {
                if !document.optional {
                    return Err(format!("the rules read the context `{}`, and none is given", document.name));
                }
                self.contexts.push(facts::absent(&self.program.schema, &self.program.documents, id));
                continue;
            };
            let role = format!("context {}", document.name);
            let paths = given.sheets.clone().unwrap_or_else(|| vec![given.path.clone()]);
            let mut members = Vec::new();
            for path in &paths {
                let text = texts.get(path)?;
                note(&mut self.read, path, &role, &text);
                members.push(sheet(&self.program, &mut self.sources, id, path, text)?);
            }
            self.contexts.push(match (given.sheets.is_some(), members.pop()) {
                (false, Some(single)) => single,
                (_, last) => {
                    members.extend(last);
                    facts::gather(&self.program.schema, &document, id, &members)
                }
            });
        }
        Ok(())
    }

    /// Judges a fact sheet. With `bundled`, the record keeps the texts of all it rests on.
    ///
    /// # Errors
    /// When the sheet is not there or has errors: a sentence.
    pub fn judge(&self, subject: &str, texts: &Texts, bundled: bool) -> Result<Draft, String> {
        let (mut sources, mut inputs) = (self.sources.clone(), self.read.clone());
        let text = texts.get(subject)?;
        note(&mut inputs, subject, "facts", &text);
        let sheet = sheet(&self.program, &mut sources, DocumentId(0), subject, text)?;
        let dossier = Dossier { sheets: std::iter::once(&sheet).chain(&self.contexts).collect() };
        let mut judgement = judge(&self.program, &dossier, Limits::default());
        judgement.outlook = outlook(&self.coming, &dossier, Limits::default());
        let explanation = explain(&self.program, &dossier, &judgement, &sources, self.required);
        let json = report::json(&self.run(&sources), &[explanation]);
        let result = serde_json::from_str(&json).map_err(|error| format!("the report on `{subject}` is no JSON: {error}"))?;
        Ok(Draft { setting: self.setting.clone(), subject: subject.to_string(), inputs, bundled, result })
    }

    fn run<'r>(&'r self, sources: &'r Sources) -> Run<'r> {
        let given = |name: &str| self.setting.contexts.iter().find(|given| given.name == name);
        let documents = || self.program.documents.iter().skip(1);
        Run {
            program: &self.program,
            sources,
            contexts: documents()
                .filter_map(|document| given(&document.name))
                .map(|given| (given.name.clone(), given.path.clone()))
                .collect(),
            left_out: documents().filter(|document| given(&document.name).is_none()).map(|document| document.title.clone()).collect(),
        }
    }
}

fn date(text: &str) -> Result<Number, String> {
    parse_date(text).map_err(|_| format!("`{text}` is not a day"))
}

fn sheet(program: &Program, sources: &mut Sources, id: DocumentId, path: &str, text: Arc<str>) -> Result<Sheet, String> {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    let name = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| if stem.is_empty() { file_name } else { stem });
    let file = sources.add(path, text.clone());
    let read = facts::read(file, name, &text, &program.schema, &program.documents, id, program.today);
    usable(read, sources)?.ok_or_else(|| format!("`{path}` holds no facts"))
}

fn required(program: &Program, wanted: &Required) -> Result<explain::Required, String> {
    let found = program.verdicts.iter().enumerate().find_map(|(index, verdict)| {
        let band = verdict.bands.iter().position(|band| verdict.head.code == wanted.verdict && band.name == wanted.band)?;
        Some(explain::Required { verdict: VerdictId(index as u32), band: band as u32 })
    });
    found.ok_or_else(|| format!("the rules have no band `{}.{}`", wanted.verdict, wanted.band))
}

/// The value of a stage, unless it found errors: then the first of them.
fn usable<T>(staged: Staged<T>, sources: &Sources) -> Result<T, String> {
    match staged.diagnostics.iter().find(|finding| finding.is_error()) {
        Some(Diagnostic { primary, message, .. }) => Err(format!("{}: {message}", sources.address(primary.span))),
        None => Ok(staged.value),
    }
}
