//! Which answers settle an open verdict: one question at a time, and the smallest sets of questions that settle it whatever the answers are.

use super::Query;
use super::answers::{bands, standing};
use super::board::Reads;
use super::lines::{Answered, Asked, Settling, Standing, Together};
use crate::eval::{Evaluator, Merge, Overlay, cells};
use crate::explain::Facts;
use crate::policy::VerdictId;
use crate::program::{Program, Step};
use crate::sheet::Mark;
use crate::value::{Interval, List, Possible, Truth, Type, show_possible};
use crate::verdict::{Address, Evaluation, State};

/// How many questions are shown with their answers.
const MOST_QUESTIONS: usize = 10;
/// The largest sets that are looked for.
const LARGEST: usize = 4;
/// How many sets are shown.
const MOST_SETS: usize = 3;

pub(super) fn settle(query: &Query<'_>, progress: &mut dyn FnMut(u32)) -> Vec<Settling> {
    let mut settler = Settler { query, evaluator: Evaluator::new(query.program), facts: query.facts(), runs: 0, progress };
    let verdicts = query.judgement.evaluation.verdicts.iter().enumerate();
    let open: Vec<usize> = verdicts.filter(|(_, verdict)| verdict.state() == State::Open).map(|(place, _)| place).collect();
    open.into_iter().map(|verdict| settler.verdict(verdict)).collect()
}

struct Settler<'q, 'a> {
    query: &'q Query<'a>,
    evaluator: Evaluator<'a>,
    facts: Facts<'a>,
    runs: u32,
    progress: &'q mut dyn FnMut(u32),
}

/// A fact that may be asked for, and what may be answered.
struct Question {
    address: Address,
    answers: Vec<Possible>,
    /// Whether these are all the answers there may be.
    all: bool,
}

impl Settler<'_, '_> {
    fn verdict(&mut self, verdict: usize) -> Settling {
        let program = self.query.program;
        let head = &program.verdicts[verdict].head;
        let steps = program.cone(Step::Verdict(VerdictId(verdict as u32)));
        let ranked: Vec<Question> = self.query.judgement.questions.iter().filter_map(|question| self.question(question.fact)).collect();
        let mut questions = Vec::new();
        for question in ranked.iter().take(MOST_QUESTIONS) {
            let asked = self.asked(verdict, &steps, question);
            // What the answers do to other verdicts is said there.
            if asked.answers.len() > 1 || asked.answers.iter().any(|answered| answered.then != self.now(verdict)) {
                questions.push(asked);
            }
        }
        let left_out = ranked.len().saturating_sub(MOST_QUESTIONS);
        let (together, none_below, spent) = self.together(verdict, &steps, ranked);
        Settling {
            code: head.code.clone(),
            title: head.title.clone(),
            bands: bands(program, verdict),
            now: self.now(verdict),
            questions,
            left_out,
            together,
            none_below,
            spent,
        }
    }

    fn now(&self, verdict: usize) -> Standing {
        standing(self.query.program, verdict, &self.query.judgement.evaluation)
    }

    fn question(&self, address: Address) -> Option<Question> {
        let slot = &self.query.dossier.sheets[address.sheet as usize - 1].slots[address.slot as usize];
        let thresholds = self.query.program.fields.get(slot.field.0 as usize).map_or(&[][..], |field| &field.thresholds);
        let shape = self.evaluator.shape(slot.field);
        let mut answers = cells(slot, thresholds, shape);
        let mut all = !answers.is_empty();
        if let Possible::List(list) = &slot.value
            && answers.is_empty()
        {
            // Of a list that is not complete only this answer can be tried.
            answers.push(Possible::List(List { more: false, ..*list }));
            all = false;
        }
        (!answers.is_empty()).then_some(Question { address, answers, all })
    }

    /// What the rules make of answers, with all that was known before.
    fn run(&mut self, steps: &[Step], answers: &[Overlay]) -> Evaluation {
        self.runs += 1;
        (self.progress)(self.runs);
        let mut evaluation = self.evaluator.suppose(self.query.dossier, steps, answers).0.clone();
        if answers.iter().all(|answer| narrows_only(self.query, answer.address)) {
            Merge::Meet.all(&mut evaluation, &self.query.judgement.evaluation);
        }
        evaluation
    }

    fn asked(&mut self, verdict: usize, steps: &[Step], question: &Question) -> Asked {
        let program = self.query.program;
        let ty = self.facts.type_of(question.address);
        let mut grouped: Vec<(Possible, Standing)> = Vec::new();
        for value in &question.answers {
            let answer = Overlay::of(question.address, value.clone(), Mark::Known);
            let then = standing(program, verdict, &self.run(steps, &[answer]));
            match grouped.last_mut() {
                Some((values, before)) if *before == then && !matches!(value, Possible::List(_)) => *values = values.join(value),
                _ => grouped.push((value.clone(), then)),
            }
        }
        let slot = &self.query.dossier.sheets[question.address.sheet as usize - 1].slots[question.address.slot as usize];
        let fact = self.facts.line(question.address);
        let asks = self.query.explanation.questions.iter().find(|asked| asked.fact.path == fact.path);
        Asked {
            place: question.address,
            ask: asks.and_then(|asks| asks.ask.clone()).unwrap_or_else(|| self.facts.about(question.address)),
            fact,
            answers: grouped
                .into_iter()
                .map(|(value, then)| Answered { answer: in_words(program, &value, &slot.value, ty), value, then })
                .collect(),
            all: question.all,
        }
    }

    /// The smallest sets of questions whose answers always settle it, those of the most telling questions first.
    fn together(&mut self, verdict: usize, steps: &[Step], ranked: Vec<Question>) -> (Vec<Together>, usize, bool) {
        let budget = self.runs.saturating_add(self.query.budget);
        let mut questions = ranked;
        for address in self.doubts(steps) {
            if !questions.iter().any(|question| question.address == address) {
                questions.extend(self.question(address));
            }
        }
        questions.retain(|question| question.all);
        for size in 1..=LARGEST.min(questions.len()) {
            let mut found = Vec::new();
            let mut set: Vec<usize> = (0..size).collect();
            loop {
                match self.settles(verdict, steps, &questions, &set, budget) {
                    Settled::Always(bands, not_applicable) => {
                        let mut addresses: Vec<Address> = set.iter().map(|place| questions[*place].address).collect();
                        addresses.sort_unstable();
                        let facts = addresses.iter().map(|address| self.facts.line(*address)).collect();
                        found.push(Together { places: addresses, facts, bands, not_applicable });
                    }
                    Settled::NotAlways => {}
                    Settled::Spent => return (found, size, true),
                }
                if found.len() == MOST_SETS || !next(&mut set, questions.len()) {
                    break;
                }
            }
            if !found.is_empty() {
                return (found, size, false);
            }
        }
        (Vec::new(), LARGEST.min(questions.len()) + 1, false)
    }

    fn settles(&mut self, verdict: usize, steps: &[Step], questions: &[Question], set: &[usize], budget: u32) -> Settled {
        let (mut bands, mut not_applicable) = (Vec::new(), false);
        let mut chosen = vec![0; set.len()];
        loop {
            if self.runs >= budget {
                return Settled::Spent;
            }
            let answers: Vec<Overlay> = set
                .iter()
                .zip(&chosen)
                .map(|(question, answer)| {
                    let question = &questions[*question];
                    Overlay::of(question.address, question.answers[*answer].clone(), Mark::Known)
                })
                .collect();
            let evaluation = self.run(steps, &answers);
            let outcome = &evaluation.verdicts[verdict];
            match outcome.state() {
                // What may yet turn out not to be computable is not settled.
                _ if !outcome.fault.is_none() => return Settled::NotAlways,
                State::Decided => {
                    if !bands.contains(&outcome.bands.floor) {
                        bands.push(outcome.bands.floor);
                    }
                }
                State::NotApplicable => not_applicable = true,
                State::Open | State::Faulted => return Settled::NotAlways,
            }
            let turned = set.iter().zip(chosen.iter_mut()).any(|(question, answer)| {
                *answer = (*answer + 1) % questions[*question].answers.len();
                *answer > 0
            });
            if !turned {
                bands.sort_unstable();
                return Settled::Always(bands, not_applicable);
            }
        }
    }

    /// Everything that is not exactly known and that the steps read.
    fn doubts(&self, steps: &[Step]) -> Vec<Address> {
        let reads = Reads::of(self.query.program, steps);
        let mut doubts = Vec::new();
        for (index, sheet) in self.query.dossier.sheets.iter().enumerate() {
            for (place, _) in sheet.slots.iter().enumerate().filter(|(_, slot)| !slot.exact) {
                let address = Address { sheet: index as u16 + 1, slot: place as u32 };
                if reads.has(sheet, address) {
                    doubts.push(address);
                }
            }
        }
        doubts
    }
}

enum Settled {
    /// Whatever is answered, for one of these bands; or nothing applies.
    Always(Vec<u32>, bool),
    NotAlways,
    Spent,
}

/// The next set of equally many, in order; whether there is one.
fn next(set: &mut [usize], count: usize) -> bool {
    let size = set.len();
    for place in (0..size).rev() {
        if set[place] < count - size + place {
            set[place] += 1;
            for after in place + 1..size {
                set[after] = set[after - 1] + 1;
            }
            return true;
        }
    }
    false
}

/// Whether an answer leaves nothing possible that was not. Where rules look at whether there is evidence, it may overturn what was assumed.
fn narrows_only(query: &Query<'_>, address: Address) -> bool {
    let slot = &query.dossier.sheets[address.sheet as usize - 1].slots[address.slot as usize];
    let is_settled = slot.known && !matches!(slot.value, Possible::List(_));
    is_settled || query.program.fields.get(slot.field.0 as usize).is_some_and(|field| !(field.assumed || field.asked_if_known))
}

/// An answer in words; that a value keeps to what is possible anyway goes without saying.
fn in_words(program: &Program, value: &Possible, whole: &Possible, ty: Type) -> String {
    match (value, whole) {
        (Possible::Truth(Truth::Unknown), _) => "either".into(),
        (value, whole) if value == whole && !matches!(value, Possible::List(_)) => "whatever it is".into(),
        (Possible::Range(range), Possible::Range(whole)) if range.exact().is_none() => {
            let mut said: Interval = *range;
            if (range.low, range.low_open) == (whole.low, whole.low_open) {
                (said.low, said.low_open) = (crate::value::Number::BELOW_ALL, true);
            }
            if (range.high, range.high_open) == (whole.high, whole.high_open) {
                (said.high, said.high_open) = (crate::value::Number::ABOVE_ALL, true);
            }
            show_possible(&Possible::Range(said), ty, &program.schema)
        }
        (Possible::List(list), Possible::List(whole)) if !list.more && whole.known > 0 => "no further entries".into(),
        (Possible::List(list), _) if list.more => "at least one entry".into(),
        (value, _) => show_possible(value, ty, &program.schema),
    }
}
