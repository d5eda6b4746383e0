//! The benchmark's policy in Plumbrule, and how its answers have to stand to those of the version written by hand.

use plumbrule::diagnostic::Diagnostic;
use plumbrule::policy::DocumentId;
use plumbrule::program::{self, Program, Settings};
use plumbrule::sheet::Sheet;
use plumbrule::source::Sources;
use plumbrule::value::{Fraction, Number, Truth};
use plumbrule::verdict::{Applies, Bounds, Evaluation, FaultLevel, State};
use plumbrule::{check, facts, syntax};

use super::copies::Texts;
use super::documents::Document;
use super::typed::{self, CHECKS, CODES, COUNT, Outcome, SECTIONS, Thresholds};

/// Reads, checks and builds rule files. Whatever is wrong with them is a mistake of the benchmark.
pub fn load(files: &Texts) -> Program {
    let mut sources = Sources::new();
    let rulebooks = syntax::load("", "main.plumb", files, &mut sources);
    refuse_errors(&sources, &rulebooks.diagnostics);
    let policy = check::check(&rulebooks.value);
    refuse_errors(&sources, &policy.diagnostics);
    // The rules ask for the day on which a sheet was judged, never for today.
    let program = program::build(&policy.value, &Settings::on(Number::whole(0)));
    refuse_errors(&sources, &program.diagnostics);
    program.value.unwrap_or_else(|| panic!("no program was built, and nothing says why"))
}

/// Reads a document, written as a sheet.
pub fn read(program: &Program, name: &str, text: &str) -> Sheet {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    let read = facts::read(file, name, text, &program.schema, &program.documents, DocumentId(0), program.today);
    refuse_errors(&sources, &read.diagnostics);
    read.value.unwrap_or_else(|| panic!("`{name}` was not read, and nothing says why"))
}

/// The document as Plumbrule reads it.
pub fn sheet(program: &Program, document: &Document) -> Sheet {
    read(program, &document.id, &document.to_yaml())
}

fn refuse_errors(sources: &Sources, findings: &[Diagnostic]) {
    let errors: Vec<String> = findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| format!("{}: {}", sources.address(finding.primary.span), finding.message))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Where the things that are compared stand in a program.
pub struct Places {
    /// Checks, then gates, of each copy.
    outcomes: Vec<[usize; COUNT]>,
    sections: [usize; 4],
    total: usize,
    rating: usize,
}

impl Places {
    /// Finds them by their codes.
    pub fn of(program: &Program, copies: i64) -> Places {
        let copy = |copy: i64| {
            std::array::from_fn(|check| {
                let code = if copy == 0 { CODES[check].to_string() } else { format!("{}_{copy}", CODES[check]) };
                match check < CHECKS {
                    true => place(program.items.iter().map(|item| &item.head.code), &code),
                    false => place(program.gates.iter().map(|gate| &gate.head.code), &code),
                }
            })
        };
        let scorecards = |code: &str| place(program.scorecards.iter().map(|scorecard| &scorecard.head.code), code);
        Places {
            outcomes: (0..copies).map(copy).collect(),
            sections: SECTIONS.map(scorecards),
            total: scorecards("main.total"),
            rating: place(program.verdicts.iter().map(|verdict| &verdict.head.code), "main.rating"),
        }
    }
}

fn place<'c>(mut codes: impl Iterator<Item = &'c String>, code: &str) -> usize {
    codes.position(|known| known == code).unwrap_or_else(|| panic!("the program has no `{code}`"))
}

/// Says how Plumbrule's answer contradicts the one written by hand; nothing where it does not.
///
/// Where nothing is missing the two are equal, to the last part of a fraction. Where something is, the version written by hand is stricter: it calls unknown, and
/// gives no points to, whatever names a missing field. So what it decides Plumbrule decides alike, and its score is at most Plumbrule's floor. Its band can
/// be above the floor's, for an unknown gate leaves it `review` where Plumbrule proves no more than what the gate would leave, but never above the ceiling's.
pub fn contradictions(document: &Document, evaluation: &Evaluation, places: &Places) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            found.push(format!("`{}`: {}", document.id, what()));
        }
    };
    let complete = document.is_complete();
    let copies = places.outcomes.len() as i64;
    let mut sections = [0_u32; 4];
    let mut gates = [false; COUNT - CHECKS];
    for (copy, place) in places.outcomes.iter().enumerate() {
        let expected = typed::outcomes_of_copy(document, &Thresholds::of_copy(copy as i64));
        for check in 0..COUNT {
            let (truth, level) = if check < CHECKS {
                let item = &evaluation.items[place[check]];
                say(item.applies == Applies::Always, &|| format!("`{}` does not always apply", CODES[check]));
                (item.passes, item.fault.level)
            } else {
                let gate = &evaluation.gates[place[check]];
                // A gate that passes is one that does not fire.
                (gate.fires.not(), gate.fault.level)
            };
            let agrees = match expected[check] {
                Outcome::Pass => truth == Truth::True,
                Outcome::Fail => truth == Truth::False,
                Outcome::Unknown => !complete,
            };
            say(agrees && level == FaultLevel::None, &|| {
                format!("`{}`, copy {copy}, is {:?} by hand and {truth:?} by the rules", CODES[check], expected[check])
            });
            if check < CHECKS {
                sections[check / 6] += if expected[check] == Outcome::Pass { typed::POINTS[check] } else { 0 };
            } else {
                gates[check - CHECKS] |= expected[check] == Outcome::Fail;
            }
        }
    }
    // Exact shares: the floors that the score by hand takes over copies are not taken here.
    let mut stands = |what: &str, earned: i64, of: i64, score: &Bounds| {
        let earned = Fraction::ratio(earned, of).unwrap_or_default();
        let holds = if complete { score.low == earned && score.high == earned } else { score.low >= earned && score.high >= score.low };
        say(holds, &|| format!("{what} earns {earned:?} by hand and {:?} to {:?} by the rules", score.low, score.high));
    };
    for (section, earned) in sections.iter().enumerate() {
        stands(SECTIONS[section], i64::from(*earned), 100 * copies, &evaluation.scores[places.sections[section]].score);
    }
    let total: u32 = sections.iter().zip(typed::WEIGHTS).map(|(section, weight)| section * weight).sum();
    stands("`main.total`", i64::from(total), 10_000 * copies, &evaluation.scores[places.total].score);
    let verdict = &evaluation.verdicts[places.rating];
    if gates.contains(&true) {
        say(verdict.bands.ceiling == 4, &|| format!("a gate fails, and the ceiling is band {}", verdict.bands.ceiling));
    }
    if copies == 1 {
        // Bands are counted from the best in one place and from the worst in the other.
        let by_hand = 4 - typed::decide(document).band as u32;
        let holds = if complete {
            verdict.state() == State::Decided && verdict.bands.floor == by_hand
        } else {
            verdict.bands.ceiling <= by_hand && verdict.bands.floor >= verdict.bands.ceiling
        };
        say(holds, &|| format!("the verdict is band {by_hand} by hand and {:?} by the rules", verdict.bands));
    }
    found
}
