//! A baseline: findings that are known and accepted for now, by project and reason code, so that a policy can be put in force before everything it asks for
//! is mended. It may only shrink: what is mended has to go from it, and nothing comes into it again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Judged, Requirements};
use crate::diagnostic::{Diagnostic, Staged, codes};
use crate::source::{FileId, Span};
use crate::yaml::{self, About, Entry, Findings, Kind, Node, clipped, nearest};

/// What messages call such a file and what it holds.
const ABOUT: About = About {
    file: "baseline",
    one: "finding",
    many: "findings",
    twice: "keep one of them",
    untagged: "leave the tag out: every entry is a text",
};

/// What stands at the top of a baseline.
const PREFACE: &str = "\
# Findings that are known and accepted for now: by project and reason code, whether the finding is certain or the evidence leaves it open.
# This file may only shrink. `plumb eval --update-baseline` takes out what no longer holds.
";

/// What is accepted.
#[derive(Clone, Debug, Default)]
pub enum Accepted {
    /// Nothing.
    #[default]
    Nothing,
    /// What a baseline holds.
    Known(Baseline),
    /// Whatever is found, because the baseline is yet to be made of it.
    Everything,
}

impl Accepted {
    /// Whether a finding is accepted. One that was accepted as open is not accepted as certain.
    pub fn has(&self, project: &str, code: &str, certain: bool) -> bool {
        match self {
            Accepted::Nothing => false,
            Accepted::Everything => true,
            Accepted::Known(baseline) => baseline.entry(project, code).is_some_and(|entry| entry.sure >= Sure::of(certain)),
        }
    }
}

/// How a finding holds, the surer the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// The evidence leaves it open.
    Open,
    /// Whatever is unknown.
    Certain,
}

impl Sure {
    const ALL: [Sure; 2] = [Sure::Open, Sure::Certain];

    fn of(certain: bool) -> Sure {
        if certain { Sure::Certain } else { Sure::Open }
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Sure::Open => "open",
            Sure::Certain => "certain",
        }
    }
}

/// One finding that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How it may hold at most.
    pub sure: Sure,
    /// Where the baseline says so.
    pub span: Span,
}

/// What is accepted, by project and reason code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    projects: BTreeMap<String, BTreeMap<String, Known>>,
}

impl Baseline {
    /// Reads a baseline. Where there is a finding, what was read is of no use.
    pub fn read(file: FileId, text: &str) -> Staged<Baseline> {
        let mut reader = Reader { findings: Findings::default() };
        let baseline = match yaml::parse(file, text, &ABOUT, &mut reader.findings) {
            Some(root) => reader.baseline(&root),
            None => Baseline::default(),
        };
        Staged::new(baseline, reader.findings.into_sorted())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.projects.is_empty()
    }

    /// How many findings it holds.
    pub fn count(&self) -> usize {
        self.projects.values().map(BTreeMap::len).sum()
    }

    fn entry(&self, project: &str, code: &str) -> Option<&Known> {
        self.projects.get(project)?.get(code)
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &str, Known)> {
        self.projects.iter().flat_map(|(project, codes)| codes.iter().map(move |(code, known)| (project.as_str(), code.as_str(), *known)))
    }

    /// What this one accepts that an older one did not.
    pub fn grown(&self, older: &Baseline) -> Vec<Diagnostic> {
        let more = |(project, code, known): &(&str, &str, Known)| older.entry(project, code).is_none_or(|before| before.sure < known.sure);
        self.entries()
            .filter(more)
            .map(|(project, code, known)| {
                let message = match older.entry(project, code) {
                    Some(_) => format!("`{code}` of {project} was accepted as open, and now is as certain"),
                    None => format!("`{code}` of {project} was not accepted before"),
                };
                Diagnostic::new(&codes::BASELINE_GROWN, known.span, message)
                    .help("a baseline may only shrink: mend what was found, or have it waived, with a reason and for a while")
            })
            .collect()
    }

    /// As a file.
    pub fn text(&self) -> String {
        let written: BTreeMap<&str, BTreeMap<&str, Sure>> = self
            .projects
            .iter()
            .map(|(project, codes)| (project.as_str(), codes.iter().map(|(code, known)| (code.as_str(), known.sure)).collect()))
            .collect();
        let body = serde_yaml::to_string(&written).unwrap_or_default();
        format!("{PREFACE}{body}")
    }
}

/// What a run found of what a baseline accepts, or will.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How the findings hold, by project and reason code, and whether they would count were they not accepted. Every project that was judged is there.
    found: BTreeMap<String, BTreeMap<String, (Sure, bool)>>,
    /// How many sheets could not be judged.
    unjudged: usize,
}

impl Tally {
    /// Takes what was found of a project.
    pub fn take(&mut self, requirements: &Requirements, judged: &Judged) {
        let Some(explanation) = judged.explanation() else {
            self.unjudged += 1;
            return;
        };
        let wanted = |project: &str| match &requirements.accepted {
            Accepted::Nothing => false,
            Accepted::Everything => true,
            Accepted::Known(baseline) => baseline.projects.contains_key(project),
        };
        if !wanted(&explanation.name) {
            return;
        }
        let found = self.found.entry(explanation.name.clone()).or_default();
        for concern in requirements.concerns(explanation) {
            let (sure, counts) = found.entry(concern.code().to_string()).or_insert((Sure::Open, false));
            *sure = (*sure).max(Sure::of(concern.certain));
            *counts |= concern.accepted || concern.counts;
        }
    }

    /// Whether every sheet was judged.
    pub fn is_whole(&self) -> bool {
        self.unjudged == 0
    }

    /// What a baseline accepts although it no longer holds. Of a project that was not judged nothing is known, unless `all` projects there are were to be.
    pub fn stale(&self, baseline: &Baseline, all: bool) -> Vec<Diagnostic> {
        let finding = |(project, code, known): (&str, &str, Known)| {
            let message = match self.found.get(project) {
                None if all && self.is_whole() => format!("there is no project {project} any more, of which `{code}` is accepted"),
                None => return None,
                Some(found) => match found.get(code) {
                    None => format!("`{code}` of {project} is accepted, and is no longer found"),
                    Some((sure, _)) if *sure < known.sure => format!("`{code}` of {project} is accepted as certain, and now is open"),
                    Some(_) => return None,
                },
            };
            let help = "a baseline may only shrink: `--update-baseline` takes out what no longer holds";
            Some(Diagnostic::new(&codes::BASELINE_STALE, known.span, message).help(help))
        };
        baseline.entries().filter_map(finding).collect()
    }

    /// A baseline less what no longer holds.
    pub fn shrunk(&self, baseline: &Baseline, all: bool) -> Baseline {
        let mut left = baseline.clone();
        left.projects.retain(|project, codes| {
            match self.found.get(project) {
                None => return !(all && self.is_whole()),
                Some(found) => codes.retain(|code, known| match found.get(code) {
                    Some((sure, _)) => {
                        known.sure = known.sure.min(*sure);
                        true
                    }
                    None => false,
                }),
            }
            !codes.is_empty()
        });
        left
    }

    /// A baseline of all that was found and counts.
    pub fn first(&self) -> Baseline {
        let known = |sure: Sure| Known { sure, span: Span::new(FileId::FIRST, 0, 0) };
        let mut projects = BTreeMap::new();
        for (project, found) in &self.found {
            let counting = found.iter().filter(|(_, (_, counts))| *counts);
            let codes: BTreeMap<String, Known> = counting.map(|(code, (sure, _))| (code.clone(), known(*sure))).collect();
            if !codes.is_empty() {
                projects.insert(project.clone(), codes);
            }
        }
        Baseline { projects }
    }
}

struct Reader {
    findings: Findings,
}

impl Reader {
    fn baseline(&mut self, root: &Node<'_>) -> Baseline {
        let mut baseline = Baseline::default();
        for project in self.group(root, "projects", "write a project's name, and below it its findings, as `akash:`") {
            let help = "write each finding on a line of its own, as `screening.unaudited: open`";
            let findings = self.group(&project.value, "findings", help);
            let known = findings.iter().filter_map(|entry| Some((entry.key.to_string(), self.known(entry)?))).collect::<BTreeMap<_, _>>();
            if !known.is_empty() {
                baseline.projects.insert(project.key.to_string(), known);
            }
        }
        baseline
    }

    fn group<'n, 't>(&mut self, node: &'n Node<'t>, expected: &str, help: &str) -> &'n [Entry<'t>] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            Kind::Scalar(scalar) if scalar.is_null() => &[],
            Kind::Refused => &[],
            Kind::Scalar(_) | Kind::Sequence(_) => {
                self.refuse(node.beginning(), format!("expected {expected}, found something else"), help);
                &[]
            }
        }
    }

    fn known(&mut self, entry: &Entry<'_>) -> Option<Known> {
        let help = "write `open` or `certain`";
        let span = entry.key_span.to(entry.value.span);
        let Kind::Scalar(scalar) = &entry.value.kind else {
            if !matches!(entry.value.kind, Kind::Refused) {
                self.refuse(entry.value.beginning(), "expected `open` or `certain`, found something else".to_string(), help);
            }
            return None;
        };
        let sure = Sure::ALL.into_iter().find(|sure| sure.name() == scalar.text);
        if sure.is_none() {
            let near = nearest(&scalar.text, Sure::ALL.map(Sure::name)).map(|near| format!("did you mean `{near}`?"));
            let message = format!("expected `open` or `certain`, found `{}`", clipped(&scalar.text));
            self.refuse(entry.value.span, message, near.as_deref().unwrap_or(help));
        }
        sure.map(|sure| Known { sure, span })
    }

    fn refuse(&mut self, span: Span, message: String, help: &str) {
        self.findings.add(Diagnostic::new(&codes::BAD_BASELINE, span, message).help(help));
    }
}
