//! What a script costs: `cargo bench --bench scripts`.
//!
//! The same functions are called through `plumbrule::scripts` and by rhai alone, with values that rhai already has and its own arithmetic; the difference is
//! what limits, exact arithmetic and the border cost. Then a policy of one check is judged with and without a script in it. Shown is the median over the
//! rounds, in nanoseconds.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads its rules and the clock, and its result is what it prints"
)]

use std::hint::black_box;
use std::time::Instant;

use plumbrule::eval::Evaluator;
use plumbrule::policy::DocumentId;
use plumbrule::program::{Program, Settings, build};
use plumbrule::scripts::{self, Script, Value};
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::{Files, Sources, Unreadable};
use plumbrule::value::{DAY, Number};
use plumbrule::{check, facts, syntax};

const SCRIPT: &str = include_str!("../rules/scripts/concentration.rhai");
const PRODUCT: &str = "fn product(a, b) { a * b + 1 }\n";
const ROUNDS: usize = 2_001;
const CALLS: u32 = 50;

/// The median of the rounds, for one call.
fn time(name: &str, mut run: impl FnMut()) {
    let mut samples: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            (0..CALLS).for_each(|_| run());
            began.elapsed().as_nanos() / u128::from(CALLS)
        })
        .collect();
    samples.sort_unstable();
    println!("  {name:<44}{:>8}   [{}]", samples[ROUNDS / 2], samples[0]);
}

fn script(text: &str) -> Script {
    let mut sources = Sources::new();
    let file = sources.add("bench.rhai", text);
    scripts::read(file, text).value.expect("the script can be read")
}

fn numbers(count: i64) -> Vec<Number> {
    (1..=count).map(|index| Number::whole(index * 1_000_003)).collect()
}

fn by_rhai(name: &str, text: &str, call: &str, given: Vec<rhai::Dynamic>) {
    let mut engine = rhai::Engine::new();
    engine.set_max_operations(10_000);
    let ast = engine.compile(text).expect("rhai reads it");
    time(name, || {
        let options = rhai::CallFnOptions::new().eval_ast(false);
        let result = engine.call_fn_with_options::<rhai::Dynamic>(options, &mut rhai::Scope::new(), &ast, call, given.clone());
        let _ = black_box(result.expect("it has a value"));
    });
}

struct Rules(&'static str);

impl Files for Rules {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        match path {
            "main.plumb" => Ok(self.0.to_string()),
            "product.rhai" => Ok(PRODUCT.to_string()),
            _ => Err(Unreadable::Missing),
        }
    }
}

fn program(rules: &'static str) -> Program {
    let mut sources = Sources::new();
    let read = syntax::load("", "main.plumb", &Rules(rules), &mut sources);
    let checked = check::check(&read.value);
    let settings = Settings::on(Number::whole(20_600 * DAY));
    build(&checked.value, &settings).value.expect("the rules can be run")
}

fn sheet(program: &Program, text: &str) -> Sheet {
    let mut sources = Sources::new();
    let file = sources.add("sheet.yaml", text);
    let read = facts::read(file, "sheet", text, &program.schema, &program.documents, DocumentId(0), program.today);
    read.value.expect("the sheet can be read")
}

fn judged(name: &str, rules: &'static str, sheets: &[&str]) {
    let program = program(rules);
    let sheets: Vec<Sheet> = sheets.iter().map(|text| sheet(&program, text)).collect();
    let dossiers: Vec<Dossier> = sheets.iter().map(|sheet| Dossier { sheets: vec![sheet] }).collect();
    let mut evaluator = Evaluator::new(&program);
    let mut turn = 0;
    time(name, || {
        turn += 1;
        black_box(evaluator.decide(black_box(&dossiers[turn % dossiers.len()])));
    });
}

fn main() {
    println!("a product of two numbers; nanoseconds a call");
    let product = script(PRODUCT);
    let given = [Value::Number(Number::whole(12)), Value::Number(Number::whole(34))];
    time("through the border", || {
        black_box(product.call("product", black_box(&given)).expect("it has a value"));
    });
    by_rhai("rhai alone", PRODUCT, "product", vec![decimal(12), decimal(34)]);

    println!("the Herfindahl index of ten; nanoseconds a call");
    let index = script(SCRIPT);
    let others: Vec<Value> = numbers(9).into_iter().map(Value::Number).collect();
    let given = [Value::Number(Number::whole(5_000_000)), Value::List(others)];
    time("through the border", || {
        black_box(index.call("hhi", black_box(&given)).expect("it has a value"));
    });
    // Rhai has no sum and clamp of its own.
    let text = format!(
        "{SCRIPT}\nfn sum(list) {{ let sum = 0; for x in list {{ sum += x; }} sum }}\n\
         fn clamp(x, low, high) {{ if x < low {{ low }} else if x > high {{ high }} else {{ x }} }}\n"
    )
    .replace("others.sum()", "sum(others)");
    let others: rhai::Array = (1..=9).map(|index| decimal(index * 1_000_003)).collect();
    by_rhai("rhai alone", &text, "hhi", vec![decimal(5_000_000), others.into()]);

    println!("a policy of one check; nanoseconds a document");
    let sheets = ["a: 12\nb: 34\n", "a: 13\nb: 35\n"];
    judged("without a script", PLAIN, &sheets);
    judged("with a script, the same facts again", SCRIPTED, &sheets[..1]);
    judged("with a script, other facts each time", SCRIPTED, &sheets);
}

const PLAIN: &str = concat!(
    "subject thing {\n  a: number\n  b: number\n}\n",
    "scorecard quality {\n  check enough worth 1 {\n    passes when a * b + 1 > 5\n  }\n}\n",
    "verdict rating on quality {\n  good >= 50%\n  poor otherwise\n}\n"
);

const SCRIPTED: &str = concat!(
    "subject thing {\n  a: number\n  b: number\n}\n",
    "script \"product.rhai\" {\n  fn product(a: number, b: number) -> number\n}\n",
    "scorecard quality {\n  check enough worth 1 {\n    passes when product(a, b) > 5\n  }\n}\n",
    "verdict rating on quality {\n  good >= 50%\n  poor otherwise\n}\n"
);

fn decimal(whole: i64) -> rhai::Dynamic {
    rust_decimal::Decimal::from(whole).into()
}
