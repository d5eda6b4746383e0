//! From the tests of a policy to what can be run: programs for their days, and a dossier for each.

use std::collections::BTreeMap;

use super::expect::{asked_of, shown_of};
use crate::diagnostic::{self, Diagnostic, Staged, codes};
use crate::facts::{self, Statement};
use crate::policy::{DocumentId, Expr, Policy, Stated, StatedFact, StatedKind, Trial};
use crate::program::{ExprId, Program, Said, Settings, build_asking};
use crate::sheet::{Dossier, Sheet};
use crate::source::{FileId, Files, Sources, Span, Unreadable};
use crate::value::{Interval, Number, Possible, Type, show_possible};
use crate::waivers::{self, Waivers};

/// Tests, ready to be run.
#[derive(Default)]
pub struct Suite {
    /// The programs, one for each day, profile and file of waivers that tests judge with.
    pub days: Vec<Day>,
    /// The tests, in order of declaration.
    pub trials: Vec<Prepared>,
}

/// The rules on one day, under one profile and with one file of waivers.
pub struct Day {
    /// The day, and what is set.
    pub settings: Settings,
    /// The rules.
    pub program: Program,
}

/// A test, ready to be run.
pub struct Prepared {
    /// Which of [`Policy::trials`].
    pub trial: usize,
    /// Which of [`Suite::days`].
    pub day: usize,
    /// Where the expressions of its expectations stand in the program.
    pub asked: Vec<ExprId>,
    /// Where the names in them stand, for those who want to see their values.
    pub shown: Vec<ExprId>,
    /// A sheet for every document, in order.
    pub sheets: Vec<Sheet>,
}

impl Prepared {
    /// What the test is judged on.
    pub fn dossier(&self) -> Dossier<'_> {
        Dossier { sheets: self.sheets.iter().collect() }
    }
}

impl Suite {
    /// Leaves out the tests that are not wanted.
    pub fn retain(&mut self, policy: &Policy, mut wanted: impl FnMut(&Trial) -> bool) {
        self.trials.retain(|prepared| wanted(&policy.trials[prepared.trial]));
    }
}

/// Makes the tests of a policy without errors runnable. `files` answers with paths as [`Sources`] shows them; the sheets read join `sources`. A test of
/// which something is wrong is left out, and a finding says why.
pub fn prepare(policy: &Policy, files: &dyn Files, sources: &mut Sources) -> Staged<Suite> {
    let mut preparing = Preparing { policy, files, sources, findings: Vec::new(), texts: BTreeMap::new(), read: BTreeMap::new() };
    let suite = preparing.suite();
    let mut findings = preparing.findings;
    diagnostic::sort(&mut findings);
    findings.dedup();
    Staged::new(suite, findings)
}

struct Preparing<'p> {
    policy: &'p Policy,
    files: &'p dyn Files,
    sources: &'p mut Sources,
    findings: Vec<Diagnostic>,
    /// The texts of sheets, by path: many tests begin with one sheet.
    texts: BTreeMap<String, Result<FileId, Unreadable>>,
    /// The sheets read, by path, document and day.
    read: BTreeMap<(String, u32, Number), Option<Sheet>>,
}

/// What tests must have in common to run by one program: the day, the profile and the file of waivers.
type Conditions<'t> = (Number, Option<&'t str>, Option<&'t str>);

impl<'p> Preparing<'p> {
    fn suite(&mut self) -> Suite {
        let policy = self.policy;
        let today = |trial: &Trial| match trial.today.as_ref().map(|today| &today.kind) {
            Some(crate::policy::ExprKind::Constant(Possible::Range(day))) => day.exact(),
            _ => None,
        };
        let mut by_day: BTreeMap<Conditions<'_>, Vec<usize>> = BTreeMap::new();
        for (index, trial) in policy.trials.iter().enumerate() {
            if let Some(day) = today(trial) {
                let waivers = trial.waivers.as_ref().map(|(path, _)| path.as_str());
                by_day.entry((day, trial.profile.as_deref(), waivers)).or_default().push(index);
            }
        }
        let mut suite = Suite::default();
        for ((today, profile, _), members) in by_day {
            let waivers = members.first().and_then(|index| policy.trials[*index].waivers.as_ref());
            let Some(waivers) = self.waivers(waivers, today) else { continue };
            let settings = Settings { profile: profile.map(|name| Said::new(name, "profile")), waivers, ..Settings::on(today) };
            let mut asked: Vec<&Expr> = Vec::new();
            for index in &members {
                stated_values(&policy.trials[*index], &mut asked);
                asked_of(&policy.trials[*index], &mut asked);
                shown_of(&policy.trials[*index], &mut asked);
            }
            let built = build_asking(policy, &settings, &asked);
            self.findings.extend(built.diagnostics);
            let Some((program, ids)) = built.value else { continue };
            let day = suite.days.len();
            let mut ids = ids.into_iter();
            for index in members {
                let trial = &policy.trials[index];
                let mut values = Values { program: &program, ids: take(&mut ids, count(trial, stated_values)).into_iter() };
                let asked = take(&mut ids, count(trial, asked_of));
                let shown = take(&mut ids, count(trial, shown_of));
                let statements: Vec<(DocumentId, &StatedFact, Statement)> =
                    trial.facts.iter().map(|(document, fact)| (*document, fact, values.statement(&fact.stated))).collect();
                if let Some(sheets) = self.sheets(trial, &program, statements) {
                    suite.trials.push(Prepared { trial: index, day, asked, shown, sheets });
                }
            }
            suite.days.push(Day { settings, program });
        }
        suite.trials.sort_by_key(|prepared| prepared.trial);
        suite
    }

    /// The waivers that a test names; none: something is wrong with them.
    fn waivers(&mut self, named: Option<&(String, Span)>, today: Number) -> Option<Waivers> {
        let Some((path, span)) = named else { return Some(Waivers::NONE) };
        let path = beside(self.sources.name(span.file), path);
        let text = self.texts.entry(path.clone()).or_insert_with(|| self.files.read(&path).map(|text| self.sources.add(&*path, text)));
        match text {
            Ok(file) => {
                let file = *file;
                let text = self.sources.text(file).clone();
                let read = waivers::read(file, &text, self.policy, today);
                let sound = !read.has_errors();
                // That a waiver is no longer in force may be what the test is about.
                self.findings.extend(read.diagnostics.into_iter().filter(Diagnostic::is_error));
                sound.then_some(read.value)
            }
            Err(why) => {
                self.findings.push(refusal(&path, *span, why));
                None
            }
        }
    }

    /// A sheet for every document: as given, or empty, and then as stated.
    fn sheets(&mut self, trial: &Trial, program: &Program, statements: Vec<(DocumentId, &StatedFact, Statement)>) -> Option<Vec<Sheet>> {
        let mut sheets = Vec::with_capacity(program.documents.len());
        let mut sound = true;
        for index in 0..program.documents.len() {
            let document = DocumentId(index as u32);
            let sheet = match trial.given.iter().find(|given| given.document == document) {
                Some(given) => self.given(&given.path, given.span, document, program),
                None => Some(facts::nothing(trial.span.file, "test", &program.schema, &program.documents, document)),
            };
            sound &= sheet.is_some();
            sheets.extend(sheet);
        }
        if !sound {
            return None;
        }
        for (document, fact, statement) in statements {
            if !self.is_allowed(program, document, fact, &statement) {
                sound = false;
                continue;
            }
            let Some(sheet) = sheets.get_mut(document.index()) else { continue };
            facts::state(sheet, fact.leaf, &statement, fact.stated.span, &program.schema, &program.documents, program.today);
        }
        sound.then_some(sheets)
    }

    fn given(&mut self, path: &str, span: Span, document: DocumentId, program: &Program) -> Option<Sheet> {
        let path = beside(self.sources.name(span.file), path);
        let declared = &program.documents[document.index()];
        let members = if declared.many.is_some() { self.files.sheets(&path) } else { None };
        match members {
            Some(members) => {
                let mut sheets = Vec::with_capacity(members.len());
                for member in members {
                    sheets.push(self.sheet(&member, span, document, program)?);
                }
                Some(facts::gather(&program.schema, declared, document, &sheets))
            }
            None => self.sheet(&path, span, document, program),
        }
    }

    fn sheet(&mut self, path: &str, span: Span, document: DocumentId, program: &Program) -> Option<Sheet> {
        let key = (path.to_string(), document.0, program.today);
        if let Some(sheet) = self.read.get(&key) {
            return sheet.clone();
        }
        let text = self.texts.entry(path.to_string()).or_insert_with(|| self.files.read(path).map(|text| self.sources.add(path, text)));
        let sheet = match text {
            Ok(file) => {
                let file = *file;
                let text = self.sources.text(file).clone();
                let name = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or(path, |(stem, _)| stem);
                let read = facts::read(file, name, &text, &program.schema, &program.documents, document, program.today);
                self.findings.extend(read.diagnostics);
                read.value
            }
            Err(why) => {
                self.findings.push(refusal(path, span, why));
                return None;
            }
        };
        self.read.insert(key, sheet.clone());
        sheet
    }

    /// Whether a fact may be what is stated of it.
    fn is_allowed(&mut self, program: &Program, document: DocumentId, fact: &StatedFact, statement: &Statement) -> bool {
        let declared = &program.documents[document.index()];
        let (ty, domain) = match declared.many {
            Some(list) => (Type::List(list), None),
            None => match program.schema.record(declared.record).leaves.get(fact.leaf as usize) {
                Some(leaf) => (leaf.ty, Some(&leaf.domain)),
                None => return false,
            },
        };
        self.allows(program, ty, domain, &fact.path, &fact.stated, statement)
    }

    fn allows(
        &mut self,
        program: &Program,
        ty: Type,
        domain: Option<&Possible>,
        path: &str,
        stated: &Stated,
        statement: &Statement,
    ) -> bool {
        let schema = &program.schema;
        match (statement, &stated.kind, ty) {
            (Statement::Value(value), _, _) => match domain {
                Some(domain) if !value.is_subset_of(domain) => {
                    let (allowed, found) = (show_possible(domain, ty, schema), show_possible(value, ty, schema));
                    let message = format!("`{path}` must be {allowed}, and {found} is stated");
                    self.findings.push(Diagnostic::new(&codes::FACT_OUT_OF_BOUNDS, stated.span, message));
                    false
                }
                _ => true,
            },
            (Statement::List(entries), StatedKind::List(written), Type::List(list)) => {
                let list = schema.list(list);
                let (least, most) = (list.least as usize, list.most.map_or(usize::MAX, |most| most as usize));
                if entries.len() < least || entries.len() > most {
                    let message =
                        format!("`{path}` can't have {}", diagnostic::counted(entries.len(), "entry").replace("entrys", "entries"));
                    self.findings.push(Diagnostic::new(&codes::FACT_OUT_OF_BOUNDS, stated.span, message));
                    return false;
                }
                let mut sound = true;
                for (entry, written) in entries.iter().zip(written) {
                    match (entry, &written.kind, list.element) {
                        (Statement::Record(facts), StatedKind::Record(named), Type::Record(record)) => {
                            for ((leaf, statement, _), named) in facts.iter().zip(named) {
                                let Some(leaf) = schema.record(record).leaves.get(*leaf as usize) else { continue };
                                let inner = format!("{path}.{}", named.path);
                                sound &= self.allows(program, leaf.ty, Some(&leaf.domain), &inner, &named.stated, statement);
                            }
                        }
                        (statement, _, element) => {
                            sound &= self.allows(program, element, Some(&list.domain), path, written, statement);
                        }
                    }
                }
                sound
            }
            _ => true,
        }
    }
}

/// Where a file is that a rule file names: beside it.
fn beside(rules: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_string();
    }
    let folder = rules.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rooted = folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

fn refusal(path: &str, span: Span, why: &Unreadable) -> Diagnostic {
    let (code, message) = match why {
        Unreadable::Missing => (&codes::FILE_UNREADABLE, format!("there is no file `{path}`")),
        Unreadable::TooLarge(most) => {
            (&codes::FILE_TOO_LARGE, format!("`{path}` is larger than {} MiB, the most that is read", most >> 20))
        }
        Unreadable::NotText(at) => {
            (&codes::BAD_ENCODING, format!("`{path}` is not UTF-8 text: its byte {} belongs to no character", at + 1))
        }
        Unreadable::Other(words) => (&codes::FILE_UNREADABLE, format!("`{path}` can't be read: {words}")),
    };
    Diagnostic::new(code, span, message).help("a path is written as seen from the rule file")
}

/// The values that a test states, in order.
fn stated_values<'t>(trial: &'t Trial, into: &mut Vec<&'t Expr>) {
    fn of<'t>(stated: &'t Stated, into: &mut Vec<&'t Expr>) {
        match &stated.kind {
            StatedKind::Unknown => {}
            StatedKind::Value(value) => into.push(value),
            StatedKind::Range(low, high) => into.extend([low, high]),
            StatedKind::List(entries) => entries.iter().for_each(|entry| of(entry, into)),
            StatedKind::Record(facts) => facts.iter().for_each(|fact| of(&fact.stated, into)),
        }
    }
    trial.facts.iter().for_each(|(_, fact)| of(&fact.stated, into));
}

fn count<'t>(trial: &'t Trial, gather: fn(&'t Trial, &mut Vec<&'t Expr>)) -> usize {
    let mut all = Vec::new();
    gather(trial, &mut all);
    all.len()
}

fn take(ids: &mut impl Iterator<Item = ExprId>, count: usize) -> Vec<ExprId> {
    ids.take(count).collect()
}

/// The values of a test's statements, in the order in which they were asked for.
struct Values<'s> {
    program: &'s Program,
    ids: std::vec::IntoIter<ExprId>,
}

impl Values<'_> {
    fn next(&mut self) -> Option<Possible> {
        match &self.program.expressions[self.ids.next()?.0 as usize].0 {
            crate::program::Expr::Constant(value) => Some(value.clone()),
            // Its checker let nothing else pass.
            _ => None,
        }
    }

    fn statement(&mut self, stated: &Stated) -> Statement {
        match &stated.kind {
            StatedKind::Unknown => Statement::Unknown,
            StatedKind::Value(_) => self.next().map_or(Statement::Unknown, Statement::Value),
            StatedKind::Range(..) => match (self.next(), self.next()) {
                (Some(Possible::Range(low)), Some(Possible::Range(high))) => {
                    Statement::Value(Possible::Range(Interval::closed(low.low, high.high)))
                }
                _ => Statement::Unknown,
            },
            StatedKind::List(entries) => Statement::List(entries.iter().map(|entry| self.statement(entry)).collect()),
            StatedKind::Record(facts) => {
                Statement::Record(facts.iter().map(|fact| (fact.leaf, self.statement(&fact.stated), fact.stated.span)).collect())
            }
        }
    }
}
