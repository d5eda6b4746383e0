//! Judging from texts alone. A record is made here when it is written and again when it is verified, by the same function of the same texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::form::{Draft, Read, Required, Setting};
use crate::explain::{self, explain};
use crate::judging::{Bench, Given, Role, Rules, Stop};
use crate::policy::VerdictId;
use crate::program::{Coming, Program, Said, Settings};
use crate::report::{self, Run};
use crate::source::{Files, Unreadable};
use crate::value::{Number, parse_date};

/// Texts by path, relative to the project's folder.
#[derive(Clone, Debug, Default)]
pub struct Texts(pub BTreeMap<String, Arc<str>>);

impl Texts {
    fn get(&self, path: &str) -> Result<&Arc<str>, Unreadable> {
        self.0.get(path).ok_or(Unreadable::Missing)
    }
}

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.get(path).map(|text| text.to_string())
    }
}

/// The texts of rules, by paths inside their folder.
struct Inside<'t> {
    texts: &'t Texts,
    folder: &'t str,
}

impl Files for Inside<'_> {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        if self.folder.is_empty() { self.texts.read(path) } else { self.texts.read(&format!("{}/{path}", self.folder)) }
    }
}

/// A setting made ready to judge with: what all records of a run share.
pub struct Prepared {
    setting: Setting,
    /// The texts read so far, in order of their paths.
    read: Vec<Read>,
    bench: Bench,
    coming: Coming,
}

impl Prepared {
    /// Reads all but the fact sheet.
    ///
    /// # Errors
    /// When a text is not there, or the setting does not fit them: a sentence.
    pub fn new(setting: &Setting, texts: &Texts) -> Result<Prepared, String> {
        let rules = Rules { folder: setting.rules.folder.clone(), main: setting.rules.main.clone() };
        let settings = settings(setting)?;
        let inside = Inside { texts, folder: &setting.rules.folder };
        let mut bench = Bench::set_up(rules, &inside, setting.waivers.as_deref(), texts, |_| settings).map_err(sentence)?;
        bench.requirements.band = setting.require.as_ref().map(|wanted| required(&bench.program, wanted)).transpose()?;
        let given = |name: &str| setting.contexts.iter().find(|given| given.name == name);
        let place = |name: &str| given(name).map(|given| Given { path: given.path.clone(), sheets: given.sheets.clone() });
        bench.lay_out(texts, |name, _| Ok(place(name))).and_then(|()| bench.sound()).map_err(sentence)?;
        if let Some(asked) = &setting.asked {
            asked.lay(&mut bench, texts)?;
        }
        let read = inputs(&bench, setting.configuration.as_deref(), texts)?;
        Ok(Prepared { setting: setting.clone(), read, coming: bench.coming(), bench })
    }

    /// Whether this is what [`Prepared::new`] would make.
    pub fn fits(&self, setting: &Setting, texts: &Texts) -> bool {
        self.setting == *setting && self.read.iter().all(|read| texts.0.get(&read.path).is_some_and(|text| *text == read.text))
    }

    /// Judges a fact sheet. With `bundled`, the record keeps the texts of all it rests on.
    ///
    /// # Errors
    /// When the sheet is not there or has errors: a sentence.
    pub fn judge(&self, subject: &str, texts: &Texts, bundled: bool) -> Result<Draft, String> {
        let (bench, mut inputs) = (&self.bench, self.read.clone());
        note(&mut inputs, subject, "facts", texts)?;
        let (sheet, sources) = bench.read_apart(subject, texts).map_err(sentence)?;
        let dossier = bench.dossier(&sheet);
        let judgement = bench.judge(&dossier, &self.coming);
        let explanation = explain(&bench.program, &dossier, &judgement, &sources, bench.requirements.band);
        let json = report::json(&Run { sources: &sources, ..bench.run() }, &[explanation]);
        let result = serde_json::from_str(&json).map_err(|error| format!("the report on `{subject}` is no JSON: {error}"))?;
        Ok(Draft { setting: self.setting.clone(), subject: subject.to_string(), inputs, bundled, result })
    }
}

/// What was set from outside, less the waivers.
fn settings(setting: &Setting) -> Result<Settings, String> {
    Ok(Settings {
        calendar: date(&setting.calendar)?,
        profile: setting.profile.clone().map(|name| Said::new(name, "--profile")),
        parameters: setting.parameters.iter().map(|set| (Said::new(&set.name, "--set"), Said::new(&set.value, "--set"))).collect(),
        ..Settings::on(date(&setting.today)?)
    })
}

fn date(text: &str) -> Result<Number, String> {
    parse_date(text).map_err(|_| format!("`{text}` is not a day"))
}

fn required(program: &Program, wanted: &Required) -> Result<explain::Required, String> {
    let found = program.verdicts.iter().enumerate().find_map(|(index, verdict)| {
        let band = verdict.bands.iter().position(|band| verdict.head.code == wanted.verdict && band.name == wanted.band)?;
        Some(explain::Required { verdict: VerdictId(index as u32), band: band as u32 })
    });
    found.ok_or_else(|| format!("the rules have no band `{}.{}`", wanted.verdict, wanted.band))
}

/// All that a bench rests on, and the text of the configuration.
fn inputs(bench: &Bench, configuration: Option<&str>, texts: &Texts) -> Result<Vec<Read>, String> {
    let mut read = Vec::new();
    for (file, role) in bench.read_as() {
        let role = match role {
            Role::Rules => "rules".to_string(),
            Role::Script => "script".to_string(),
            Role::Waivers => "waivers".to_string(),
            Role::Context(name) => format!("context {name}"),
            Role::Baseline => "baseline".to_string(),
            Role::Facts => "facts".to_string(),
        };
        note(&mut read, bench.sources.name(file), &role, texts)?;
    }
    configuration.map(|path| note(&mut read, path, "configuration", texts)).transpose()?;
    Ok(read)
}

/// Notes that a text was read.
fn note(read: &mut Vec<Read>, path: &str, role: &str, texts: &Texts) -> Result<(), String> {
    let text = texts.get(path).map_err(|why| sentence(Stop::Unreadable(path.to_string(), why)))?;
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
    Ok(())
}

/// Why nothing can be judged, in a sentence: of several findings the first error.
fn sentence(stop: Stop) -> String {
    match stop {
        Stop::Unreadable(path, _) => format!("`{path}` is not among the texts that it keeps"),
        Stop::NoContext(name) => format!("the rules read the context `{name}`, and none is given"),
        Stop::Findings(findings, sources) => match findings.iter().find(|finding| finding.is_error()) {
            Some(finding) => format!("{}: {}", sources.address(finding.primary.span), finding.message),
            None => "nothing can be made of its inputs".to_string(),
        },
    }
}
