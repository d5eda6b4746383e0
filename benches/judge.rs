//! How long judging takes: `cargo bench --bench judge`.
//!
//! The policy is `benches/policy`: 24 checks in four sections and 4 gates. It is judged by Plumbrule and by `support::typed`, which does the same by hand over
//! typed fields and whole numbers, and before anything is timed the two have to agree on 2,000 documents. Documents are made up by `support::documents`,
//! which also says what their ranges are. The contenders take turns within each round, so that whatever slows the machine down for a while slows down all of
//! them; shown is the median over the rounds, with the least in brackets.
//!
//! Counts of instructions depend less on the machine than times do. `cargo bench --bench judge -- --instructions decide` does nothing but prepare the
//! documents and then run 1,000 passes over them (100 for `load`); under valgrind, with the executable that `cargo bench --no-run` names,
//!
//! ```text
//! valgrind --tool=callgrind --toggle-collect='judge::passes*' EXECUTABLE --instructions decide
//! ```
//!
//! counts those passes alone; divide by 64,000. The names are those of `CONTENDERS`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads its rules and the clock, and its result is what it prints"
)]

mod support;

use std::hint::black_box;
use std::time::Instant;

use plumbrule::eval::{Evaluator, Limits, judge};
use plumbrule::program::Program;
use plumbrule::sheet::{Dossier, Sheet};

use support::copies::{self, Texts};
use support::documents::Document;
use support::engine::{self, Places};
use support::typed;

/// How many documents one pass judges: few enough to stay near the processor.
const DOCUMENTS: usize = 64;

/// What can be run alone with `--instructions`.
const CONTENDERS: [&str; 9] = ["decide", "record", "typed", "typed-trace", "open-decide", "open-split", "open-judge", "read", "load"];

/// Counts and sizes are whole, so shares and ratios are shown in hundredths without a binary fraction anywhere.
struct Hundredths(u128);

impl std::fmt::Display for Hundredths {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => {
            agree();
            complete_documents();
            open_documents();
            sheets();
            loading();
        }
        (Some("--instructions"), Some(name)) if CONTENDERS.contains(&name.as_str()) => instructions(&name),
        _ => println!("nothing, or `--instructions` with one of {}", CONTENDERS.join(", ")),
    }
}

/// Everything that passes run over.
struct Prepared {
    program: Program,
    documents: Vec<Document>,
    texts: Vec<String>,
    sheets: Vec<Sheet>,
}

impl Prepared {
    fn new(documents: Vec<Document>) -> Prepared {
        let program = engine::load(&Texts(copies::files(1)));
        let texts: Vec<String> = documents.iter().map(Document::to_yaml).collect();
        let sheets = documents.iter().map(|document| engine::sheet(&program, document)).collect();
        Prepared { program, documents, texts, sheets }
    }

    fn dossiers(&self) -> Vec<Dossier<'_>> {
        self.sheets.iter().map(|sheet| Dossier { sheets: vec![sheet] }).collect()
    }
}

/// The two versions agree, or there is nothing to measure.
fn agree() {
    let program = engine::load(&Texts(copies::files(1)));
    let places = Places::of(&program, 1);
    let mut evaluator = Evaluator::new(&program);
    let mut open = 0;
    for index in 0..2_000 {
        let document = Document::number(index);
        let sheet = engine::sheet(&program, &document);
        let dossier = Dossier { sheets: vec![&sheet] };
        let mut found = engine::contradictions(&document, evaluator.decide(&dossier), &places);
        if !document.is_complete() {
            open += 1;
            found.extend(engine::contradictions(&document, &judge(&program, &dossier, Limits::default()).evaluation, &places));
        }
        assert!(found.is_empty(), "the two versions differ:\n{}", found.join("\n"));
    }
    println!("2,000 documents agree with the version written by hand, {open} of them with something missing\n");
}

fn complete_documents() {
    let prepared = Prepared::new(Document::complete(DOCUMENTS));
    let dossiers = prepared.dossiers();
    let (mut deciding, mut recording) = (Evaluator::new(&prepared.program), Evaluator::new(&prepared.program));
    let mut samples = Samples::new(["decide", "decide and record", "by hand", "by hand, and trace"]);
    let mut observations = Vec::new();
    for _ in 0..1_001 {
        samples.take(0, 1, || decide(&mut deciding, &dossiers));
        samples.take(2, 16, || decide_by_hand(&prepared.documents));
        samples.take(1, 1, || record(&mut recording, &dossiers));
        samples.take(3, 16, || observations = trace_by_hand(&prepared.documents, std::mem::take(&mut observations)));
    }
    println!("{DOCUMENTS} complete documents, in cache; nanoseconds a document");
    samples.show(DOCUMENTS as u128);
    println!("  decide / by hand                {:>10}", samples.ratio(0, 2));
    println!("  decide and record / by hand     {:>10}", samples.ratio(1, 3));
    println!("  decide and record / decide      {:>10}   at most 2 wanted", samples.ratio(1, 0));
    println!("  decide: at most 2,000 ns wanted\n");
}

fn open_documents() {
    let prepared = Prepared::new(Document::open(DOCUMENTS));
    let dossiers = prepared.dossiers();
    let mut evaluator = Evaluator::new(&prepared.program);
    let mut samples = Samples::new(["decide", "with facts split", "split, and with questions", "by hand"]);
    for _ in 0..31 {
        samples.take(0, 1, || decide(&mut evaluator, &dossiers));
        samples.take(1, 1, || judge_all(&prepared.program, &dossiers, SPLITS_ALONE));
        samples.take(2, 1, || judge_all(&prepared.program, &dossiers, Limits::default()));
        samples.take(3, 16, || decide_by_hand(&prepared.documents));
    }
    let efforts: Vec<_> = dossiers.iter().map(|dossier| judge(&prepared.program, dossier, Limits::default()).effort).collect();
    let count = dossiers.len() as u128;
    let splits: u128 = efforts.iter().map(|effort| u128::from(effort.splits)).sum();
    let questions: u128 = efforts.iter().map(|effort| u128::from(effort.questions)).sum();
    println!("{DOCUMENTS} documents with something missing; nanoseconds a document");
    samples.show(count);
    println!("  evaluations a document: {} to split, {} to ask\n", Hundredths(splits * 100 / count), Hundredths(questions * 100 / count));
}

fn sheets() {
    let prepared = Prepared::new((0..DOCUMENTS as u64).map(Document::number).collect());
    let bytes: usize = prepared.texts.iter().map(String::len).sum();
    let mut samples = Samples::new(["read"]);
    for _ in 0..101 {
        samples.take(0, 1, || read(&prepared));
    }
    println!("YAML sheets of {} bytes in the mean; nanoseconds a sheet", bytes / DOCUMENTS);
    samples.show(DOCUMENTS as u128);
    println!();
}

fn loading() {
    let (once, ten_times) = (Texts(copies::files(1)), Texts(copies::files(10)));
    let mut samples = Samples::new(["28 checks and gates", "280 checks and gates"]);
    for _ in 0..41 {
        samples.take(0, 1, || black_box(engine::load(black_box(&once))));
        samples.take(1, 1, || black_box(engine::load(black_box(&ten_times))));
    }
    let bytes = |texts: &Texts| texts.0.iter().map(|file| file.1.len()).sum::<usize>();
    println!("reading, checking and building rules ({} and {} bytes); nanoseconds", bytes(&once), bytes(&ten_times));
    samples.show(1);
    println!("  280 / 28                        {:>10}   below 12 wanted; 28 in less than 3,000,000 ns", samples.ratio(1, 0));
}

/// Splitting without questions.
const SPLITS_ALONE: Limits = Limits { splits: 512, questions: 0 };

fn decide(evaluator: &mut Evaluator, dossiers: &[Dossier]) {
    for dossier in dossiers {
        black_box(evaluator.decide(black_box(dossier)));
    }
}

fn record(evaluator: &mut Evaluator, dossiers: &[Dossier]) {
    for dossier in dossiers {
        black_box(evaluator.record(black_box(dossier)));
    }
}

fn judge_all(program: &Program, dossiers: &[Dossier], limits: Limits) {
    for dossier in dossiers {
        black_box(judge(program, black_box(dossier), limits));
    }
}

fn read(prepared: &Prepared) {
    for (document, text) in prepared.documents.iter().zip(&prepared.texts) {
        black_box(engine::read(&prepared.program, &document.id, black_box(text)));
    }
}

fn decide_by_hand(documents: &[Document]) {
    for document in documents {
        black_box(typed::decide(black_box(document)));
    }
}

/// The list of observations is handed on from document to document, as Plumbrule's evaluator keeps its own.
fn trace_by_hand<'a>(documents: &'a [Document], mut observations: Vec<typed::Observation<'a>>) -> Vec<typed::Observation<'a>> {
    for document in documents {
        observations = black_box(typed::decide_and_trace(black_box(document), observations)).observations;
    }
    observations
}

/// Times of several contenders, in rounds.
struct Samples<const N: usize> {
    names: [&'static str; N],
    nanoseconds: [Vec<u128>; N],
}

impl<const N: usize> Samples<N> {
    fn new(names: [&'static str; N]) -> Samples<N> {
        Samples { names, nanoseconds: [const { Vec::new() }; N] }
    }

    /// Times so many passes of one contender; the sample is that of one pass, in hundredths of a nanosecond.
    fn take<T>(&mut self, contender: usize, passes: u32, mut pass: impl FnMut() -> T) {
        let start = Instant::now();
        for _ in 0..passes {
            black_box(pass());
        }
        self.nanoseconds[contender].push(start.elapsed().as_nanos() * 100 / u128::from(passes));
    }

    fn show(&self, documents: u128) {
        for (name, times) in self.names.iter().zip(&self.nanoseconds) {
            let least = times.iter().min().copied().unwrap_or(0);
            println!(
                "  {name:<30}  {:>10}   (least {})",
                thousands(median(times.clone()) / documents / 100),
                thousands(least / documents / 100)
            );
        }
    }

    /// The median over the rounds of one contender's time by another's.
    fn ratio(&self, one: usize, other: usize) -> Hundredths {
        let pairs = self.nanoseconds[one].iter().zip(&self.nanoseconds[other]);
        Hundredths(median(pairs.map(|(one, other)| one * 100 / (*other).max(1)).collect()))
    }
}

fn median(mut values: Vec<u128>) -> u128 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// With a comma between thousands.
fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// One contender, alone, a fixed number of times.
fn instructions(name: &str) {
    let prepared = Prepared::new(if name.starts_with("open-") { Document::open(DOCUMENTS) } else { Document::complete(DOCUMENTS) });
    let dossiers = prepared.dossiers();
    let mut evaluator = Evaluator::new(&prepared.program);
    let rules = Texts(copies::files(1));
    match name {
        "decide" | "open-decide" => passes(1_000, || decide(&mut evaluator, &dossiers)),
        "record" => passes(1_000, || record(&mut evaluator, &dossiers)),
        "typed" => passes(1_000, || decide_by_hand(&prepared.documents)),
        "typed-trace" => passes(1_000, || drop(trace_by_hand(&prepared.documents, Vec::new()))),
        "open-split" => passes(1_000, || judge_all(&prepared.program, &dossiers, SPLITS_ALONE)),
        "open-judge" => passes(100, || judge_all(&prepared.program, &dossiers, Limits::default())),
        "read" => passes(100, || read(&prepared)),
        _ => passes(100, || drop(black_box(engine::load(&rules)))),
    }
}

/// Kept apart, so that callgrind can be told to count here and nowhere else.
#[inline(never)]
fn passes(count: u32, mut pass: impl FnMut()) {
    for _ in 0..count {
        pass();
    }
}
