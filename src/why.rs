//! Why one thing came out as it did: a tree from an item, score, gate, band, limit, trigger, table or named value down to the facts and their sources.
//!
//! Every value in it is the one evaluator's, asked again among the outcomes of the judgement, in the scopes in which evaluation meets them (`eval::look`).
//! The tree leaves out what did not matter, and says how much that was.
//!
//! INVARIANT: what is left suffices. Whatever the facts say that are not in the tree, the thing comes out within what its root says, as long as those in the
//! tree say what they say; but what is open may turn out not to be computable, where a certain part beside the open ones was left out. Where something is
//! named without being opened ([`Node::folded`]), the facts that it reads count as in the tree.

mod conditions;
mod lists;
mod names;
mod provisions;
mod rows;
mod scores;
mod steps;
mod tables;
mod values;
mod written;

use std::collections::BTreeSet;

pub use names::{Target, Unknown, find, noun};

use crate::eval::{Evaluator, Limits, Look, judge};
use crate::explain::{Citation, Explanation, FactLine, Facts, explain, fault_words, site, written as on_one_line};
use crate::policy::{LetId, ParamId, Policy, TableId};
use crate::program::{Program, Step};
use crate::sheet::Dossier;
use crate::source::{Sources, Span};
use crate::value::{Possible, Truth, Type, show_number};
use crate::verdict::{Address, Evaluation, Fault, FaultKind, FaultLevel, Judgement, Site};
use written::Written;

/// The answer for one fact sheet.
#[derive(Clone, Debug)]
pub struct Why {
    /// What is judged, as a reader calls it.
    pub title: String,
    /// The sheet's short name.
    pub name: String,
    /// The sheet's file.
    pub file: String,
    /// The day of the judgement, `2026-11-23`.
    pub today: String,
    /// The profile in force, by its title.
    pub profile: Option<String>,
    /// The code of what was asked for.
    pub code: String,
    /// The tree.
    pub root: Node,
    /// Whether the thing certainly faults.
    pub faulted: bool,
}

/// A part of the answer.
#[derive(Clone, Debug)]
pub struct Node {
    /// What sort of thing it is.
    pub kind: NodeKind,
    /// The rule's own text, a code, a name, a path, or words, as the kind says.
    pub text: String,
    /// The text with the values put in, or the value looked at.
    pub put_in: Option<String>,
    /// What it came to: `fails`, `412`, `3 of 8 points`. May be empty.
    pub outcome: String,
    /// How it stands.
    pub tone: Tone,
    /// Where the rule stands.
    pub rule: Option<Citation>,
    /// The fact, where it is one on file or missing there.
    pub fact: Option<Fact>,
    /// What else there is to say: what was left out, why something does not count.
    pub remarks: Vec<String>,
    /// Whether it is named and not opened, so that the reader may ask for it by its code.
    pub folded: bool,
    /// Whether the same stands opened elsewhere in the tree.
    pub again: bool,
    /// What it rests on.
    pub parts: Vec<Node>,
}

/// What sort of thing a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// Something with a code; the text is its code and title.
    Rule,
    /// A piece of a rule as it is written.
    Written,
    /// A `let` or parameter, by its name.
    Named,
    /// A fact, by its path.
    Fact,
    /// An entry of a list, or several of which the same is to be said.
    Entries,
    /// Words.
    Words,
}

/// How a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It holds, passes, counts.
    Holds,
    /// It does not.
    Fails,
    /// The evidence leaves it open.
    Open,
    /// It can't be computed.
    Faulted,
    /// It is neither: a value, a remark.
    Plain,
}

/// A fact in the tree.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Where it stands in the dossier.
    pub address: Address,
    /// The fact with its evidence.
    pub line: FactLine,
    /// What it can be at all, where that is known though the fact is not.
    pub bounds: Option<String>,
    /// What rules assume in its place, as there is no evidence.
    pub assumed: Option<String>,
}

/// Tells why a thing came out as it did. `open_all` opens what is counted in a score as well, instead of naming it.
pub fn why(policy: &Policy, program: &Program, dossier: &Dossier, sources: &Sources, target: Target, open_all: bool) -> Why {
    let judgement = judge(program, dossier, Limits::default());
    let explanation = explain(program, dossier, &judgement, sources, None);
    let mut evaluator = Evaluator::new(program);
    let bare = evaluator.decide(dossier).clone();
    let mut tracer = Tracer {
        policy,
        program,
        dossier,
        sources,
        judgement: &judgement,
        explanation: &explanation,
        bare,
        facts: Facts::new(program, dossier, sources),
        written: Written::of(policy),
        opened: BTreeSet::new(),
        shown: BTreeSet::new(),
        open_all,
        depth: 0,
        nodes: 0,
    };
    let mut look = evaluator.look_at(dossier, &judgement.evaluation);
    let (mut root, faulted) = tracer.target(&mut look, target);
    root.mark_repeats(&mut BTreeSet::new());
    Why {
        title: explanation.title.clone(),
        name: explanation.name.clone(),
        file: explanation.file.clone(),
        today: show_number(program.today, Type::Date),
        profile: program.profile.as_ref().map(|head| head.title.clone()),
        code: names::code(program, target),
        root,
        faulted,
    }
}

/// How deep the tree goes. What lies below is named and can be asked for.
const DEEPEST: usize = 40;

/// How many nodes there may be before nothing more is opened.
const MOST_NODES: usize = 4000;

/// Builds the tree.
struct Tracer<'a> {
    policy: &'a Policy,
    program: &'a Program,
    dossier: &'a Dossier<'a>,
    sources: &'a Sources,
    judgement: &'a Judgement,
    explanation: &'a Explanation,
    /// The outcomes without splitting.
    bare: Evaluation,
    facts: Facts<'a>,
    written: Written<'a>,
    /// What has been opened, with what it came to there: elsewhere it may have come to something else, under a guard.
    opened: BTreeSet<(Opened, String)>,
    /// Parameters and constant `let`s that have been told.
    shown: BTreeSet<Told>,
    open_all: bool,
    depth: usize,
    nodes: usize,
}

/// Something that is opened once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Opened {
    Step(Step),
    Let(LetId),
    Table(TableId),
}

/// A constant with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Param(ParamId),
    Let(LetId),
}

impl Tracer<'_> {
    fn cite(&self, span: Span) -> Citation {
        Citation { span, address: self.sources.address(span) }
    }

    /// A piece of a rule, on one line.
    fn text(&self, span: Span) -> String {
        on_one_line(self.sources, span)
    }

    /// What a value may be, in words.
    fn show(&self, value: &Possible, fault: Fault, ty: Type) -> String {
        match (fault.level, fault.kind) {
            (FaultLevel::None, _) | (_, FaultKind::ScriptNotRun) => values::shown(value, ty, &self.program.schema),
            (FaultLevel::Possible, _) => "not computable for some values".into(),
            (FaultLevel::Certain, _) => "not computable".into(),
        }
    }

    /// Says what went wrong, where it went wrong.
    fn tell_fault(&self, node: &mut Node, fault: Fault, here: Site) {
        if !fault.is_none() && fault.site == here && fault.kind != FaultKind::ScriptNotRun {
            let span = site(self.program, fault, node.rule.as_ref().map_or(Span::new(self.sources_first(), 0, 0), |rule| rule.span));
            node.remarks.push(format!("{} ({})", fault_words(&self.text(span), self.judgement, fault), self.sources.address(span)));
        }
    }

    fn sources_first(&self) -> crate::source::FileId {
        self.dossier.sheets[0].file
    }

    /// Whether there is no room to go further down.
    fn is_full(&self) -> bool {
        self.depth > DEEPEST || self.nodes > MOST_NODES
    }

    /// Goes one step down. None: that is further than the tree goes.
    fn deeper<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.is_full() {
            return None;
        }
        self.depth += 1;
        self.nodes += 1;
        let built = build(self);
        self.depth -= 1;
        Some(built)
    }

    /// Marks something as opened. False: it was before, and came to the same.
    fn open(&mut self, what: Opened, outcome: &str) -> bool {
        self.opened.insert((what, outcome.to_string()))
    }

    fn target(&mut self, look: &mut Look<'_>, target: Target) -> (Node, bool) {
        let certain = |fault: Fault| fault.level == FaultLevel::Certain;
        let evaluation = &self.judgement.evaluation;
        match target {
            Target::Item(id) => (self.item(look, id, false), certain(evaluation.items[id.index()].fault)),
            Target::Scorecard(id) => (self.scorecard(look, id, true), certain(evaluation.scores[id.index()].fault)),
            Target::Gate(id) => (self.gate(look, id, false), certain(evaluation.gates[id.index()].fault)),
            Target::Verdict(id) => (self.verdict(look, id, None, false), certain(evaluation.verdicts[id.index()].fault)),
            Target::Band(id, band) => (self.verdict(look, id, Some(band), false), certain(evaluation.verdicts[id.index()].fault)),
            Target::Limit(id) => (self.limit(look, id, false), certain(evaluation.limits[id.index()].fault)),
            Target::Trigger(id) => (self.trigger(look, id, false), certain(evaluation.triggers[id.index()].fault)),
            Target::Review(id) => (self.review(look, id), certain(evaluation.reviews[id.index()].fault)),
            Target::Table(id) => {
                let fault = look.table(id).fault;
                (self.table(look, id, None), certain(fault))
            }
            Target::Let(id) => {
                let fault = look.value(self.program.lets[id.index()].value).1;
                (self.named(look, id, None), certain(fault))
            }
            Target::Param(id) => (self.parameter(id), false),
        }
    }
}

impl Node {
    fn new(kind: NodeKind, text: impl Into<String>) -> Node {
        Node {
            kind,
            text: text.into(),
            put_in: None,
            outcome: String::new(),
            tone: Tone::Plain,
            rule: None,
            fact: None,
            remarks: Vec::new(),
            folded: false,
            again: false,
            parts: Vec::new(),
        }
    }

    fn words(text: impl Into<String>) -> Node {
        Node::new(NodeKind::Words, text)
    }

    fn over(mut self, parts: Vec<Node>) -> Node {
        self.parts = parts;
        self
    }

    fn at(mut self, rule: Citation) -> Node {
        self.rule = Some(rule);
        self
    }

    fn came_to(mut self, outcome: impl Into<String>, tone: Tone) -> Node {
        (self.outcome, self.tone) = (outcome.into(), tone);
        self
    }

    /// As a condition that came to a truth value.
    fn judged(self, truth: Truth, fault: Fault) -> Node {
        let (outcome, tone) = match (truth, fault.level) {
            (_, FaultLevel::Possible) if fault.kind == FaultKind::ScriptNotRun => ("open", Tone::Open),
            (_, FaultLevel::Certain) => ("can't be computed", Tone::Faulted),
            (_, FaultLevel::Possible) => ("may not be computable", Tone::Faulted),
            (Truth::True, _) => ("holds", Tone::Holds),
            (Truth::False, _) => ("fails", Tone::Fails),
            (Truth::Unknown, _) => ("open", Tone::Open),
        };
        self.came_to(outcome, tone)
    }

    fn remark(&mut self, words: impl Into<String>) {
        self.remarks.push(words.into());
    }

    /// Whether it or a part of it makes a remark.
    fn says(&self, words: &str) -> bool {
        self.remarks.iter().any(|remark| remark == words) || self.parts.iter().any(|part| part.says(words))
    }

    /// Marks facts that have been shown with their evidence before.
    fn mark_repeats(&mut self, seen: &mut BTreeSet<Address>) {
        if let Some(fact) = &self.fact {
            self.again = !seen.insert(fact.address);
        }
        self.parts.iter_mut().for_each(|part| part.mark_repeats(seen));
    }

    /// Every fact of the tree, in order, repetitions included.
    pub fn facts(&self) -> Vec<&Fact> {
        let mut found = Vec::new();
        let mut pending = vec![self];
        while let Some(node) = pending.pop() {
            found.extend(&node.fact);
            pending.extend(node.parts.iter().rev());
        }
        found
    }
}
