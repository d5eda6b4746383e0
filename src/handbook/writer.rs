//! What the chapters are written with: who reads what, which tests bear on a rule, and the particulars that every rule has.

use super::names::{book_anchor, rule_anchor, test_anchor, titled};
use super::prose::{Block, Prose, joined};
use super::readers::Readers;
use super::words::{Speaker, Tongue, is_joined, param_name};
use super::{Chapter, Entry, Material, Section};
use crate::diagnostic::counted;
use crate::policy::{Expr, ExprKind, Head, RulebookInfo, Words};
use crate::source::Span;
use crate::trials::Owner;
use crate::value::{Force, Term, Type, civil_date};

/// Writes the chapters of a handbook.
pub(super) struct Writer<'w> {
    pub material: &'w Material<'w>,
    pub tongue: Tongue<'w>,
    pub readers: &'w Readers<'w>,
}

/// The most characters of a named value's meaning that is repeated where it is used.
const LONGEST_OPENED: usize = 400;

impl<'w> Writer<'w> {
    pub fn speaker(&self) -> Speaker<'w> {
        Speaker::new(self.tongue)
    }

    /// A chapter on a rulebook.
    pub fn book(&self, book: &RulebookInfo) -> Chapter {
        let mut blocks = remarks(&book.doc);
        let version = book.version.as_ref().map_or(String::new(), |version| format!(", version {version}"));
        let name = Prose::of("Rulebook ").code(&book.name).words(format!("{version}, in "));
        blocks.push(Block::Paragraph(name.code(self.tongue.sources.name(book.file)).words(".")));
        let declared = self.tongue.policy.documents.iter().filter(|document| document.span.file == book.file);
        let declared: Vec<Prose> =
            declared.map(|document| Prose::new().link(super::names::document_anchor(document), &document.title)).collect();
        if !declared.is_empty() {
            blocks.push(Block::Paragraph(Prose::of("It declares what is on file: ").and(joined(declared, "and")).words(".")));
        }
        let within = |head: &Head| head.name_span.file == book.file;
        let mut sections: Vec<Section> = Vec::new();
        let group = |title: &str, entries: Vec<Entry>| {
            let anchor = super::names::anchor(&title.to_lowercase().replace(' ', "-"), &book.name);
            (!entries.is_empty()).then(|| Section { anchor, title: title.to_string(), blocks: Vec::new(), entries })
        };
        let policy = self.tongue.policy;
        let chosen = |heads: Vec<&Head>| (0..heads.len()).filter(|index| within(heads[*index])).collect::<Vec<usize>>();
        let verdicts = chosen(policy.verdicts.iter().map(|verdict| &verdict.head).collect());
        sections.extend(group("Verdicts", verdicts.into_iter().map(|index| self.verdict(index)).collect()));
        let tables = chosen(policy.tables.iter().map(|table| &table.head).collect());
        sections.extend(group("Tables", tables.into_iter().map(|index| self.table(index)).collect()));
        let cards = chosen(policy.scorecards.iter().map(|card| &card.head).collect());
        sections.extend(cards.into_iter().map(|index| self.scorecard(index)));
        let gates = chosen(policy.gates.iter().map(|gate| &gate.head).collect());
        sections.extend(group("Gates", gates.into_iter().map(|index| self.gate(index)).collect()));
        let protocols = chosen(policy.protocols.iter().map(|protocol| &protocol.head).collect());
        sections.extend(protocols.into_iter().map(|index| self.protocol(index)));
        let lets = chosen(policy.lets.iter().map(|named| &named.head).collect());
        sections.extend(group("Named values", lets.into_iter().map(|index| self.named_value(index)).collect()));
        let functions = chosen(policy.functions.iter().map(|function| &function.head).collect());
        sections.extend(group("Functions of scripts", functions.into_iter().map(|index| self.function(index)).collect()));
        let profiles = chosen(policy.profiles.iter().map(|profile| &profile.head).collect());
        sections.extend(group("Profiles", profiles.into_iter().map(|index| self.profile(index)).collect()));
        Chapter { anchor: book_anchor(&book.name), title: book.title.clone(), blocks, sections }
    }

    /// Whether a rulebook is described.
    pub fn describes(&self, head: &Head) -> bool {
        self.material.only.is_none_or(|only| only.file == head.name_span.file)
    }

    pub fn entry(&self, kind: &'static str, head: &Head, blocks: Vec<Block>) -> Entry {
        Entry {
            anchor: rule_anchor(head),
            kind,
            title: match super::names::is_titled(head) {
                true => Prose::of(&head.title),
                false => Prose::new().code(&head.title),
            },
            code: head.code.clone(),
            address: self.tongue.sources.address(head.name_span),
            blocks,
            rule: self.written(head.span),
        }
    }

    /// A rule as written, moved to the left as far as its first line stands from it.
    pub fn written(&self, span: Span) -> String {
        let sources = self.tongue.sources;
        let text = sources.text(span.file);
        let line = text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
        let indent: String = text[line..span.start as usize].chars().take_while(|c| c.is_whitespace()).collect();
        let lines: Vec<&str> =
            sources.slice(span).lines().map(|line| line.strip_prefix(indent.as_str()).unwrap_or(line).trim_end()).collect();
        lines.join("\n")
    }

    /// "It applies when …", and what the names in it mean.
    pub fn applies(&self, speaker: &mut Speaker<'_>, applies: Option<&Expr>) -> Option<Block> {
        applies.map(|condition| clause(speaker, "It applies when ", condition))
    }

    /// The days on which a rule is in force.
    pub fn term(&self, term: Term) -> Option<Block> {
        let (from, until) = (term.from.map(civil_date), term.until.map(civil_date));
        let days = match (from, until) {
            (None, None) => return None,
            (Some(from), None) => format!("It is in force from {from} on"),
            (None, Some(until)) => format!("It is in force until {until}, and not on that day any more"),
            (Some(from), Some(until)) => format!("It is in force from {from} until {until}, and not on that last day any more"),
        };
        let now = match term.on(self.tongue.program.calendar) {
            Force::Now => "the day of this document is within.",
            Force::NotYet(_) => "on the day of this document it is not in force yet, and counts for nothing.",
            Force::NoLonger(_) => "on the day of this document it is no longer in force, and counts for nothing.",
        };
        Some(Block::Paragraph(Prose::of(format!("{days}; {now}"))))
    }

    /// What the named values just spoken of mean, where that is said in a few words; others are a link away.
    pub fn opened(&self, speaker: &mut Speaker<'_>) -> Vec<Block> {
        let lets = speaker.lets.clone();
        let opened = lets.into_iter().map(|id| self.meaning(speaker, id.index(), "Here "));
        opened.filter(|block| length(block) <= LONGEST_OPENED).collect()
    }

    /// "`network_age` is the time from … to …."
    pub fn meaning(&self, speaker: &mut Speaker<'_>, index: usize, lead: &str) -> Block {
        let named = &self.tongue.policy.lets[index];
        let name = Prose::of(lead).code_link(rule_anchor(&named.head), super::names::own_name(&named.head));
        if named.value.ty == Type::Bool && !matches!(named.value.kind, ExprKind::If(..)) {
            return clause_after(speaker, name.words(" holds when "), &named.value);
        }
        let rows = choices(&named.value);
        if rows.len() < 2 {
            return Block::Paragraph(name.words(" is ").and(speaker.value(&named.value)).words("."));
        }
        let mut points = Vec::new();
        for (condition, value) in rows {
            let value = if named.value.ty == Type::Bool {
                Prose::of("as it is true that ").and(speaker.condition(value))
            } else {
                speaker.value(value)
            };
            points.push(match condition {
                Some(condition) => value.words(" if ").and(speaker.condition(condition)),
                None => value.words(" otherwise"),
            });
        }
        Block::Points(name.words(" is the first of these that fits:"), points)
    }

    /// Texts, facts, parameters and tests of a rule.
    pub fn particulars(&self, speaker: &mut Speaker<'_>, head: &Head, words: Option<&Words>, owner: Option<Owner>) -> Block {
        let mut particulars: Vec<(&'static str, Vec<Prose>)> = Vec::new();
        if let Some(words) = words {
            let texts =
                [("Reason given", &words.because), ("Question", &words.ask), ("Remedy", &words.remedy), ("Comes from", &words.cite)];
            for (name, template) in texts {
                particulars.extend(template.as_ref().map(|template| (name, vec![speaker.template(template)])));
            }
        }
        if let Some(reader) = self.readers.of(&head.code) {
            let lists = reader.reads.lists.iter().map(|document| {
                let document = &self.tongue.policy.documents[*document as usize];
                Prose::new().code_link(super::names::document_anchor(document), &document.name)
            });
            let fields = reader.reads.fields.iter().filter_map(|field| self.tongue.names.of(*field));
            let facts: Vec<Prose> =
                lists.chain(fields.map(|place| Prose::new().code_link(super::names::field_anchor(place), &place.shown))).collect();
            if !facts.is_empty() {
                particulars.push(("Facts needed", vec![joined(facts, "and")]));
            }
            let rules: Vec<Prose> = reader.rests_on.iter().map(|head| titled(head)).collect();
            if !rules.is_empty() {
                particulars.push(("Rests on", vec![joined(rules, "and")]));
            }
            let params: Vec<Prose> = reader.reads.params.iter().map(|id| self.param_line(*id)).collect();
            if !params.is_empty() {
                particulars.push(("Parameters", params));
            }
        }
        if let Some(owner) = owner {
            particulars.push(("Tests", self.tests_of(owner)));
        }
        Block::Particulars(particulars)
    }

    /// `min_price_gap` “Smallest price advantage”, 30%: its reason.
    fn param_line(&self, id: crate::policy::ParamId) -> Prose {
        let param = &self.tongue.program.params[id.index()];
        let value = self.speaker().constant(&param.value, param.ty);
        let line = param_name(&param.head).words(" is ").and(value);
        let reason = flat(&param.head.doc);
        if reason.is_empty() { line.words(".") } else { line.words(format!(". {reason}")) }
    }

    /// The tests that bear on a rule, and what none of them does.
    fn tests_of(&self, owner: Owner) -> Vec<Prose> {
        let covered = self.material.covered.get(&owner).cloned().unwrap_or_default();
        let mut lines = Vec::new();
        if covered.named.is_empty() && covered.further.is_empty() {
            return vec![Prose::of("No test.")];
        }
        for trial in &covered.named {
            let written = &self.tongue.policy.trials[*trial];
            let address = self.tongue.sources.address(written.title_span);
            lines.push(Prose::of("“").link(test_anchor(*trial), &written.title).words("”, ").code(address));
        }
        if !covered.further.is_empty() {
            let lead = if covered.named.is_empty() { "None by name. It has a part in " } else { "It also has a part in " };
            let noun = if covered.further.len() == 1 { "test " } else { "tests " };
            lines.push(Prose::of(format!("{lead}{noun}")).and(test_numbers(&covered.further)).words("."));
        }
        if covered.all > 0 {
            let reached = covered.all - covered.missing.len();
            let what = counted(covered.all, "outcome and threshold").replace("outcome and thresholds", "outcomes and thresholds");
            lines.push(match reached == covered.all {
                true if covered.all == 1 => Prose::of("Its one outcome is reached."),
                true => Prose::of(format!("All of its {what} are reached.")),
                false => Prose::of(format!("Of its {what}, {reached} {} reached.", if reached == 1 { "is" } else { "are" })),
            });
        }
        lines.extend(covered.missing.iter().map(|missing| Prose::of("Not tested: the rule ").and(ticked(missing)).words(".")));
        lines
    }
}

/// "It passes when …": a sentence, or points where the condition is made of several that would make it long.
pub(super) fn clause(speaker: &mut Speaker<'_>, lead: &str, condition: &Expr) -> Block {
    clause_after(speaker, Prose::of(lead), condition)
}

pub(super) fn clause_after(speaker: &mut Speaker<'_>, lead: Prose, condition: &Expr) -> Block {
    let (parts, all) = match &condition.kind {
        ExprKind::And(parts) => (parts, true),
        ExprKind::Or(parts) => (parts, false),
        _ => return Block::Paragraph(lead.and(speaker.condition(condition)).words(".")),
    };
    if parts.len() < 3 && !parts.iter().any(is_joined) {
        return Block::Paragraph(lead.and(speaker.condition(condition)).words("."));
    }
    let points = parts.iter().map(|part| speaker.condition(part)).collect();
    Block::Points(lead.words(if all { "all of these hold:" } else { "at least one of these holds:" }), points)
}

/// The branches of an `if`, from the top; the last has no condition.
pub(super) fn choices(expr: &Expr) -> Vec<(Option<&Expr>, &Expr)> {
    let mut rows = Vec::new();
    let mut rest = expr;
    while let ExprKind::If(condition, then, otherwise) = &rest.kind {
        rows.push((Some(&**condition), &**then));
        rest = otherwise;
    }
    rows.push((None, rest));
    rows
}

/// Documentation, paragraph by paragraph.
pub(super) fn remarks(doc: &str) -> Vec<Block> {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in doc.lines() {
        match (line.trim(), paragraphs.last_mut()) {
            ("", _) => paragraphs.push(String::new()),
            (line, Some(last)) => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            (_, None) => {}
        }
    }
    paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).map(Block::Remark).collect()
}

/// Rising numbers of tests, each leading there; three or more in a row as `3 to 7`.
fn test_numbers(trials: &[usize]) -> Prose {
    let number = |trial: usize| Prose::new().link(test_anchor(trial), (trial + 1).to_string());
    let mut numbers = Vec::new();
    for run in trials.chunk_by(|before, after| before + 1 == *after) {
        match run {
            [first, _, .., last] => numbers.push(number(*first).words(" to ").and(number(*last))),
            few => numbers.extend(few.iter().map(|trial| number(*trial))),
        }
    }
    joined(numbers, "and")
}

/// Documentation on one line.
pub(super) fn flat(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence of another stage, in which rule text stands between backticks.
pub(super) fn ticked(sentence: &str) -> Prose {
    let mut prose = Prose::new();
    for (index, part) in sentence.split('`').enumerate() {
        prose = if index % 2 == 0 { prose.words(part) } else { prose.code(part) };
    }
    prose
}

fn length(block: &Block) -> usize {
    match block {
        Block::Paragraph(prose) => prose.plain().chars().count(),
        Block::Points(lead, points) => points.iter().chain([lead]).map(|prose| prose.plain().chars().count()).sum(),
        _ => 0,
    }
}
