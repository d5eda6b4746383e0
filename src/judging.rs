//! From texts to judgements: rules made runnable, contexts laid beside them, fact sheets judged. Whoever judges projects comes this way, wherever the
//! texts are: the commands with the disk, records with what they keep.
//!
//! Every text that is read stands in [`Bench::sources`], and the bench remembers as what; so what a judgement rests on can be listed in full.

mod rules;

pub use rules::{Loaded, books};

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::eval::{Limits, judge, outlook};
use crate::explain::{self, Explanation, explain};
use crate::facts;
use crate::policy::{DocumentId, Policy};
use crate::program::{Coming, Program, Settings, build_coming};
use crate::report::Run;
use crate::requirements::{Judged, Outcome, Requirements};
use crate::sheet::{Dossier, Sheet};
use crate::source::{FileId, Files, Sources, Unreadable};
use crate::verdict::{Judgement, Requirement};

/// Where the rules are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The folder, as a reader should see it; empty for the one that all paths start from.
    pub folder: String,
    /// The main file in it.
    pub main: String,
}

/// Where a context is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its file or folder.
    pub path: String,
    /// The sheets of a folder whose entries make up a list, in order; none for a file.
    pub sheets: Option<Vec<String>>,
}

/// What a text was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A file of rules.
    Rules,
    /// A script that rules call.
    Script,
    /// What is accepted.
    Waivers,
    /// A sheet of the context of this name.
    Context(String),
    /// Findings that are accepted for the time being.
    Baseline,
    /// The subject's sheet.
    Facts,
}

/// Why nothing can be judged.
pub enum Stop {
    /// The text at this path could not be had.
    Unreadable(String, Unreadable),
    /// The rules can't do without the context of this name, and it was not given.
    NoContext(String),
    /// What is wrong with rules, waivers or facts, and the texts in which it is.
    Findings(Vec<Diagnostic>, Sources),
}

/// Rules ready to judge with, and what all judgements share.
pub struct Bench {
    /// The texts of rules, waivers, contexts and sheets.
    pub sources: Sources,
    /// What the rules mean.
    pub policy: Policy,
    /// What was set from outside.
    pub settings: Settings,
    /// The rules, runnable.
    pub program: Program,
    /// Where the rules are.
    pub rules: Rules,
    /// What is asked of every subject.
    pub requirements: Requirements,
    /// The contexts given, by name, in the order of the program's documents.
    pub given: Vec<(String, Given)>,
    /// What each of these sources was read as.
    roles: Vec<(FileId, Role)>,
    /// The sheets of all contexts, in the order of the program's documents.
    contexts: Vec<Sheet>,
    /// The titles of those that the rules may do without, and that were not given.
    left_out: Vec<String>,
    /// What was found in contexts, to be said together with what is found in sheets.
    findings: Vec<Diagnostic>,
}

impl Bench {
    /// Reads rules and waivers and makes them runnable. `inside` answers with the texts of the rules, by paths inside their folder; `files` with that of
    /// the waivers. `settings` may add the texts in which it stands what is set.
    ///
    /// # Errors
    /// When a text can't be had, or rules or waivers have errors.
    pub fn set_up(
        rules: Rules,
        inside: &dyn Files,
        waivers: Option<&str>,
        files: &dyn Files,
        settings: impl FnOnce(&mut Sources) -> Settings,
    ) -> Result<Bench, Stop> {
        let mut sources = Sources::new();
        let mut loaded = Loaded::of(books(&rules.folder, &rules.main, &[], inside, &mut sources));
        let is_script = |name: &str| !name.ends_with(".plumb");
        let mut roles: Vec<(FileId, Role)> =
            sources.ids().map(|file| (file, if is_script(sources.name(file)) { Role::Script } else { Role::Rules })).collect();
        let mut settings = settings(&mut sources);
        if let Some(path) = waivers.filter(|_| !loaded.is_broken()) {
            let file = take(path, files, &mut sources)?;
            roles.push((file, Role::Waivers));
            settings.waivers = loaded.waivers(file, settings.today, &sources);
        }
        let Some(program) = loaded.build(&settings) else {
            return Err(Stop::Findings(loaded.diagnostics, sources));
        };
        let (contexts, given, left_out, findings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let requirements = Requirements::default();
        Ok(Bench { sources, policy: loaded.policy, settings, program, rules, requirements, given, roles, contexts, left_out, findings })
    }

    /// Reads the contexts that the rules know, each from where `place` says it is, which hears its name and whether it is a list. What is wrong in them is said
    /// with what is wrong in sheets, at the latest by [`Bench::sound`].
    ///
    /// # Errors
    /// When a text can't be had, a context is missing, or `place` refuses.
    pub fn lay_out<S: From<Stop>>(
        &mut self,
        files: &dyn Files,
        mut place: impl FnMut(&str, bool) -> Result<Option<Given>, S>,
    ) -> Result<(), S> {
        for index in 1..self.program.documents.len() {
            let (id, document) = (DocumentId(index as u32), &self.program.documents[index]);
            match place(&document.name, document.many.is_some())? {
                Some(given) => {
                    let before = self.sources.count();
                    self.contexts.extend(context(&self.program, id, &given, files, &mut self.sources, &mut self.findings)?);
                    let role = Role::Context(document.name.clone());
                    self.roles.extend(self.sources.ids().skip(before).map(|file| (file, role.clone())));
                    self.given.push((document.name.clone(), given));
                }
                None if document.optional => {
                    self.contexts.push(facts::absent(&self.program.schema, &self.program.documents, id));
                    self.left_out.push(document.title.clone());
                }
                None => return Err(Stop::NoContext(document.name.clone()).into()),
            }
        }
        Ok(())
    }

    /// Makes sure that nothing that was read has errors.
    ///
    /// # Errors
    /// When something has: all that was found.
    pub fn sound(&mut self) -> Result<(), Stop> {
        match self.findings.iter().any(Diagnostic::is_error) {
            true => Err(Stop::Findings(std::mem::take(&mut self.findings), std::mem::take(&mut self.sources))),
            false => Ok(()),
        }
    }

    /// Reads fact sheets. Nothing is judged on half of the evidence: one bad sheet stops the run, and all mistakes of all sheets are said.
    ///
    /// # Errors
    /// When a text can't be had or has errors.
    pub fn read(&mut self, paths: &[String], files: &dyn Files) -> Result<Vec<Sheet>, Stop> {
        let mut subjects = Vec::new();
        for path in paths {
            let file = take(path, files, &mut self.sources)?;
            subjects.extend(self.subject(file, name_of(path)));
        }
        self.sound()?;
        Ok(subjects)
    }

    /// Reads fact sheets whose texts are at hand: of each the file as reports show it, the short name, and the text.
    ///
    /// # Errors
    /// When one has errors.
    pub fn read_texts(&mut self, texts: impl IntoIterator<Item = (String, String, String)>) -> Result<Vec<Sheet>, Stop> {
        let mut subjects = Vec::new();
        for (shown, name, text) in texts {
            let file = self.sources.add(shown, text);
            subjects.extend(self.subject(file, &name));
        }
        self.sound()?;
        Ok(subjects)
    }

    /// Reads a fact sheet into sources of its own, so that nothing that is made of it depends on another subject.
    ///
    /// # Errors
    /// When the text can't be had or has errors.
    pub fn read_apart(&self, path: &str, files: &dyn Files) -> Result<(Sheet, Sources), Stop> {
        let (mut sources, mut findings) = (self.sources.clone(), Vec::new());
        let file = take(path, files, &mut sources)?;
        match sheet(&self.program, DocumentId(0), file, name_of(path), &sources, &mut findings) {
            Some(sheet) => Ok((sheet, sources)),
            None => Err(Stop::Findings(findings, sources)),
        }
    }

    fn subject(&mut self, file: FileId, name: &str) -> Option<Sheet> {
        self.roles.push((file, Role::Facts));
        sheet(&self.program, DocumentId(0), file, name, &self.sources, &mut self.findings)
    }

    /// A subject's sheet with those of the contexts.
    pub fn dossier<'s>(&'s self, subject: &'s Sheet) -> Dossier<'s> {
        Dossier { sheets: std::iter::once(subject).chain(&self.contexts).collect() }
    }

    /// Programs for the days ahead on which something changes, for [`Bench::judge`].
    pub fn coming(&self) -> Coming {
        build_coming(&self.policy, &self.settings)
    }

    /// Judges a subject, with a look at what is coming.
    pub fn judge(&self, dossier: &Dossier<'_>, coming: &Coming) -> Judgement {
        let mut judgement = judge(&self.program, dossier, Limits::default());
        judgement.outlook = outlook(coming, dossier, Limits::default());
        judgement
    }

    /// Judges subjects, in words, and says how all of them together stand to what is asked.
    pub fn judge_all(&self, subjects: &[Sheet]) -> (Vec<Explanation>, Requirement) {
        let coming = self.coming();
        let mut worst = Requirement::Met;
        let mut explanations = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let explanation = self.explanation(subject, &coming, &self.sources);
            worst = worst.worse(self.requirements.standing(&explanation));
            explanations.push(explanation);
        }
        (explanations, worst)
    }

    fn explanation(&self, subject: &Sheet, coming: &Coming, sources: &Sources) -> Explanation {
        let dossier = self.dossier(subject);
        let judgement = self.judge(&dossier, coming);
        explain(&self.program, &dossier, &judgement, sources, self.requirements.band)
    }

    /// Makes ready to judge sheets one by one, each apart from all others: at the same time, if need be.
    pub fn line(&self) -> Line<'_> {
        Line { bench: self, coming: self.coming(), shared: Arc::new(self.sources.clone()) }
    }

    /// What reports say of the run.
    pub fn run(&self) -> Run<'_> {
        Run {
            program: &self.program,
            sources: &self.sources,
            requirements: &self.requirements,
            profile: explain::profile(&self.program, &self.sources),
            parameters: explain::parameters(&self.program, &self.sources),
            contexts: self.given.iter().map(|(name, given)| (name.clone(), given.path.clone())).collect(),
            left_out: self.left_out.clone(),
        }
    }

    /// Notes that a text was read besides those that it reads itself.
    pub fn note(&mut self, file: FileId, role: Role) {
        self.roles.push((file, role));
    }

    /// Every text that was read, and as what, in the order of reading. A text that was read twice is there twice.
    pub fn read_as(&self) -> impl Iterator<Item = (FileId, &Role)> {
        self.roles.iter().map(|(file, role)| (*file, role))
    }
}

/// A bench at which sheets are judged one by one. Nothing of a judgement stays with it, so a run of any length needs little memory.
pub struct Line<'b> {
    bench: &'b Bench,
    coming: Coming,
    shared: Arc<Sources>,
}

impl Line<'_> {
    /// Judges the sheet of this file, whose text is at hand or can't be had for this reason. What is wrong with it is part of what comes of it.
    pub fn judge(&self, file: String, text: Result<String, String>) -> Judged {
        let (mut sources, mut findings) = (Sources::upon(self.shared.clone()), Vec::new());
        let text = match text {
            Ok(text) => text,
            Err(why) => return Judged { file, sources, outcome: Outcome::Unreadable(why) },
        };
        let id = sources.add(file.clone(), text);
        let outcome = match sheet(&self.bench.program, DocumentId(0), id, name_of(&file), &sources, &mut findings) {
            Some(sheet) if !findings.iter().any(Diagnostic::is_error) => {
                let explanation = self.bench.explanation(&sheet, &self.coming, &sources);
                let standing = self.bench.requirements.standing(&explanation);
                Outcome::Judged(Box::new(explanation), standing)
            }
            _ => Outcome::Rejected(findings),
        };
        Judged { file, sources, outcome }
    }
}

/// Reads a context: a file, or a folder of the entries of one that is a list. None: its findings say why.
///
/// # Errors
/// When a text can't be had.
pub fn context(
    program: &Program,
    id: DocumentId,
    given: &Given,
    files: &dyn Files,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<Sheet>, Stop> {
    let mut read = |path: &str| -> Result<Option<Sheet>, Stop> {
        let file = take(path, files, sources)?;
        Ok(sheet(program, id, file, name_of(path), sources, findings))
    };
    let Some(paths) = &given.sheets else { return read(&given.path) };
    let mut members = Vec::new();
    for path in paths {
        members.extend(read(path)?);
    }
    Ok(Some(facts::gather(&program.schema, &program.documents[id.index()], id, &members)))
}

fn take(path: &str, files: &dyn Files, sources: &mut Sources) -> Result<FileId, Stop> {
    let text = files.read(path).map_err(|why| Stop::Unreadable(path.to_string(), why))?;
    Ok(sources.add(path, text))
}

/// Reads one sheet. None: its findings say why.
fn sheet(program: &Program, id: DocumentId, file: FileId, name: &str, sources: &Sources, findings: &mut Vec<Diagnostic>) -> Option<Sheet> {
    let read = facts::read(file, name, sources.text(file), &program.schema, &program.documents, id, program.today);
    findings.extend(read.diagnostics);
    read.value
}

/// What reports call a sheet: its file without folder and ending.
fn name_of(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}
