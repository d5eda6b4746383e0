//! Pages: Markdown with rules and facts in fenced blocks. One reader for test cases, the pages of findings and the documentation.

#![allow(clippy::disallowed_methods, reason = "tests read the pages and sources of the project")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plumbrule::diagnostic::{self, Diagnostic};
use plumbrule::eval::{Limits, judge, outlook};
use plumbrule::explain::explain;
use plumbrule::policy::{DocumentId, Policy};
use plumbrule::program::{Said, Settings, build, build_coming, check_profiles};
use plumbrule::report::{self, Layout, Run, Style, Tested};
use plumbrule::requirements::Requirements;
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::{Files, Sources, Unreadable};
use plumbrule::value::parse_date;
use plumbrule::{audit, check, facts, syntax, trials, waivers, why};

/// The day of the judgement where a page names none.
pub const TODAY: &str = "2026-06-01";

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The words behind the fence.
    pub info: Vec<String>,
    /// What stands between the fences.
    pub text: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
}

impl Block {
    pub fn is(&self, language: &str) -> bool {
        self.info.first().is_some_and(|word| word == language)
    }

    /// Whether it is a fact sheet.
    fn is_of_facts(&self) -> bool {
        self.is("yaml") && !self.is_of_waivers()
    }

    /// Whether it is a file of waivers.
    fn is_of_waivers(&self) -> bool {
        self.is("yaml") && self.info.get(1).is_some_and(|word| word == "waivers")
    }

    fn setting(&self, name: &str) -> impl Iterator<Item = String> {
        let prefix = format!("{name}=");
        let found: Vec<String> = self.info.iter().filter_map(|word| word.strip_prefix(&prefix)).map(str::to_string).collect();
        found.into_iter()
    }
}

/// The fenced blocks of a Markdown text.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in markdown.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block { info: info.split_whitespace().map(str::to_string).collect(), text: String::new(), line: index + 1 });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The Markdown files below a folder, in order.
pub fn pages(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no pages below {folder}");
    found
}

/// Rules and scripts by path.
struct Texts(BTreeMap<String, String>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.0.get(path).cloned().ok_or(Unreadable::Missing)
    }

    fn list(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// What the stages make of a page.
pub struct Outcome {
    /// Every finding, in order.
    pub findings: Vec<Diagnostic>,
    /// The findings as a person sees them.
    pub shown: String,
    /// The report, where there is something to judge.
    pub report: Option<String>,
    /// What the tests of the rules came to, where there are any: as `plumb test` says it, and with `--coverage --mutate`.
    pub tests: Option<[String; 2]>,
    /// What `plumb why` says, for each block that asks: the command and the answer.
    pub whys: Vec<(String, String)>,
    /// All of it for programs, with the schema of each.
    pub records: Vec<(&'static str, String)>,
}

/// Runs the rules and facts of a page through every stage.
pub fn run(blocks: &[Block]) -> Outcome {
    let checked = blocks.iter().any(|block| block.is("text") && block.text.starts_with("$ plumb check"));
    let marked = blocks.iter().any(|block| block.info.iter().any(|word| word == "proofs"));
    run_with(blocks, checked || marked)
}

/// Likewise, with what can be proven of the rules or without it: small pages leave out much that rules in earnest have.
pub fn run_with(blocks: &[Block], proofs: bool) -> Outcome {
    let mut rules = BTreeMap::new();
    for block in blocks.iter().filter(|block| block.is("plumb")) {
        let name = block.info.iter().skip(1).find(|word| word.ends_with(".plumb")).cloned().unwrap_or("main.plumb".into());
        let before = rules.insert(name, block.text.clone());
        assert!(before.is_none(), "line {}: two blocks of one name", block.line);
    }
    for block in blocks.iter().filter(|block| block.is("rhai")) {
        let name = block.info.get(1).expect("a script's block names its file");
        let before = rules.insert(name.clone(), block.text.clone());
        assert!(before.is_none(), "line {}: two blocks of one name", block.line);
    }
    assert!(rules.contains_key("main.plumb"), "a page needs rules");
    let needs_subject = !rules.values().any(|text| text.lines().any(|line| line.trim_start().starts_with("subject ")));
    let mut sources = Sources::new();
    let mut books = Vec::new();
    if needs_subject {
        let prelude = include_str!("../prelude.plumb");
        let file = sources.add("prelude.plumb", prelude);
        let read = syntax::parse(file, prelude);
        assert!(read.diagnostics.is_empty(), "the prelude is right: {:?}", read.diagnostics);
        books.push(read.value);
    }
    let of_tests: Vec<String> = rules.keys().filter(|path| path.starts_with("tests/")).cloned().collect();
    let texts = Texts(rules);
    let read = syntax::load("", "main.plumb", &texts, &mut sources);
    let tests = syntax::load_tests("", &of_tests, &read.value, &texts, &mut sources);
    books.extend(tests.value);
    books.extend(read.value);
    let checked = check::check(&books);
    let mut findings = read.diagnostics;
    findings.extend(tests.diagnostics);
    findings.extend(checked.diagnostics);
    // The prelude serves many pages; that one page does not read all of it is no finding.
    let counts = |finding: &Diagnostic| finding.is_error() || sources.name(finding.primary.span.file) != "prelude.plumb";
    findings.retain(counts);
    diagnostic::sort(&mut findings);
    let broken = findings.iter().any(Diagnostic::is_error);
    let day = blocks.iter().find_map(|block| block.setting("today").next()).unwrap_or(TODAY.into());
    let mut settings = Settings::on(parse_date(&day).expect("the page's day is one"));
    settings.profile = blocks.iter().find_map(|block| block.setting("profile").next()).map(|name| Said::new(name, "--profile"));
    settings.parameters = blocks
        .iter()
        .flat_map(|block| block.setting("set"))
        .map(|setting| {
            let (name, value) = setting.split_once('=').expect("set=NAME=VALUE");
            (Said::new(name, "--set"), Said::new(value, "--set"))
        })
        .collect();
    let program = if broken {
        None
    } else {
        if let Some(block) = blocks.iter().find(|block| block.is_of_waivers()) {
            let file = sources.add("waivers.yaml", block.text.as_str());
            let read = waivers::read(file, &block.text, &checked.value, settings.today);
            findings.extend(read.diagnostics);
            settings.waivers = read.value;
        }
        let built = build(&checked.value, &settings);
        if built.value.is_some() && settings.profile.is_none() {
            findings.extend(check_profiles(&checked.value, &settings));
        }
        findings.extend(built.diagnostics);
        findings.retain(|finding| finding.is_error() || sources.name(finding.primary.span.file) != "prelude.plumb");
        if let Some(program) = built.value.as_ref().filter(|_| proofs) {
            findings.extend(audit::audit(program));
        }
        diagnostic::sort(&mut findings);
        built.value
    };
    let (mut tests, mut records) = (None, Vec::new());
    if program.is_some() && !checked.value.trials.is_empty() {
        let sheets = blocks.iter().filter(|block| block.is("yaml"));
        let named = sheets.filter_map(|block| {
            let name = block.info.iter().skip(1).find(|word| word.ends_with(".yaml"))?;
            Some((name.clone(), block.text.clone()))
        });
        let prepared = trials::prepare(&checked.value, &Texts(named.collect()), &mut sources);
        let sound = !prepared.has_errors();
        findings.extend(prepared.diagnostics);
        if sound {
            tests = Some(run_tests(&checked.value, &prepared.value, &sources, &mut records));
        }
    }
    let (mut report, mut whys) = (None, Vec::new());
    if let Some(program) = program.filter(|_| blocks.iter().any(Block::is_of_facts)) {
        let mut sheets: Vec<Vec<Sheet>> = program.documents.iter().map(|_| Vec::new()).collect();
        for (index, block) in blocks.iter().filter(|block| block.is_of_facts()).enumerate() {
            let context = block.info.iter().position(|word| word == "context").map(|at| block.info[at + 1].clone());
            let document = match &context {
                None => 0,
                Some(name) => program.documents.iter().position(|document| document.name == *name).expect("the page's context is one"),
            };
            let default = context.clone().unwrap_or(if index == 0 { "facts".into() } else { format!("facts{index}") });
            let name = block.info.iter().skip(1).find(|word| word.ends_with(".yaml")).cloned().unwrap_or(format!("{default}.yaml"));
            let stem = Path::new(&name).file_stem().expect("a name").to_string_lossy().into_owned();
            let file = sources.add(name, block.text.as_str());
            let id = DocumentId(document as u32);
            let read = facts::read(file, &stem, &block.text, &program.schema, &program.documents, id, program.today);
            findings.extend(read.diagnostics);
            sheets[document].extend(read.value);
        }
        if !findings.iter().any(Diagnostic::is_error) {
            let contexts: Vec<Sheet> = sheets
                .iter()
                .enumerate()
                .skip(1)
                .map(|(index, members)| {
                    let document = &program.documents[index];
                    if document.optional && members.is_empty() {
                        facts::absent(&program.schema, &program.documents, DocumentId(index as u32))
                    } else if document.many.is_some() {
                        facts::gather(&program.schema, document, DocumentId(index as u32), members)
                    } else {
                        members.first().expect("the page gives every context that is not optional").clone()
                    }
                })
                .collect();
            let documents = program.documents.iter().zip(&sheets).filter(|(document, members)| document.optional && members.is_empty());
            let left_out = documents.map(|(document, _)| document.title.clone()).collect();
            let coming = build_coming(&checked.value, &settings);
            let asked = blocks.iter().filter(|block| block.is("text")).filter_map(|block| block.text.lines().next());
            let asked: Vec<&str> = asked.filter_map(|line| line.strip_prefix("$ plumb why ")).collect();
            let layout = Layout { width: 80, colour: false };
            let mut explanations = Vec::new();
            for subject in &sheets[0] {
                let mut all = vec![subject];
                all.extend(&contexts);
                let dossier = Dossier { sheets: all };
                let mut judgement = judge(&program, &dossier, Limits::default());
                judgement.outlook = outlook(&coming, &dossier, Limits::default());
                explanations.push(explain(&program, &dossier, &judgement, &sources, None));
                for words in &asked {
                    let code = words.trim_end_matches(" --deep");
                    let target = why::find(&program, code).unwrap_or_else(|unknown| panic!("{unknown:?}"));
                    let answer = why::why(&checked.value, &program, &dossier, &sources, target, code != *words);
                    records.push(("why", report::whys_json(std::slice::from_ref(&answer), &sources)));
                    whys.push((words.to_string(), report::whys(&[answer], layout)));
                }
            }
            let requirements = &Requirements::NONE;
            let run = Run {
                program: &program,
                sources: &sources,
                requirements,
                profile: None,
                parameters: plumbrule::explain::parameters(&program, &sources),
                contexts: Vec::new(),
                left_out,
            };
            records.push(("eval", report::json(&run, &explanations)));
            report = Some(report::human(&run, &explanations, Layout { width: 80, colour: false }));
        }
    }
    diagnostic::sort(&mut findings);
    let shown = report::findings(&findings, &sources, Style { colour: false, width: 100 });
    records.push(("check", report::findings_json(&findings, &sources)));
    Outcome { findings, shown, report, tests, whys, records }
}

fn run_tests(policy: &Policy, suite: &trials::Suite, sources: &Sources, records: &mut Vec<(&'static str, String)>) -> [String; 2] {
    let outcomes = trials::run(policy, suite, sources);
    let passing = |trial: usize| outcomes.iter().any(|outcome| outcome.trial == trial && outcome.failures.is_empty());
    let coverage = trials::coverage(policy, suite, sources, &passing);
    let all_pass = outcomes.iter().all(|outcome| outcome.failures.is_empty());
    let mutation = all_pass.then(|| trials::mutate(policy, suite, sources, &mut |_| {}));
    let mut tested = Tested { policy, sources, outcomes: &outcomes, only_failures: false, coverage: None, mutation: None };
    let layout = Layout { width: 80, colour: false };
    let plain = report::tested(&tested, layout);
    tested.coverage = Some(&coverage);
    tested.mutation = mutation.as_ref();
    records.push(("test", report::tested_json(&tested)));
    [plain, report::tested(&tested, layout)]
}
