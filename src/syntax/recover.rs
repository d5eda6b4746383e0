//! Reads a text that does not follow the grammar as a whole: item by item, in a broken item entry by entry, so that each mistake is found once and hides
//! nothing else.
//!
//! An entry is whatever a block holds: a field, card, band, row or clause. What was broken leaves a trace in the tree wherever its name could be read, so that
//! later stages do not call it missing.

use std::collections::BTreeSet;

use super::MOST_FINDINGS;
use super::ast::{Band, BandWhen, Expr, ExprKind, Field, Function, Knot, Name, Path, Row, RowWhen, Rulebook, Text, TypeExpr, TypeKind};
use super::build::{BlockKind, Builder, Opening, Parts, card_kind, provision_kind};
use super::explain::{self, Explained, Place};
use super::grammar::{self, Failure, Rule};
use super::lexer::{self, Kind, Token};
use super::repairs::Edit;
use super::scan::{CARD_WORDS, Fault, PROVISION_WORDS, STEP_WORDS, Scan};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;

/// Reads a text in pieces. Returns the mistakes that have a correction; all others go to the builder. With `structure_first`, what is out of joint in the
/// structure is returned before anything is read, because every piece would look wrong for it.
pub(super) fn recover(builder: &mut Builder<'_>, book: &mut Rulebook, structure_first: bool) -> Vec<Explained> {
    let (text, scan) = (builder.text, builder.scan);
    let mut recovery = Recovery { builder, text, scan, corrections: Vec::new(), explained: BTreeSet::new() };
    recovery.structure();
    if recovery.corrections.is_empty() || !structure_first {
        recovery.items(book);
    }
    if recovery.corrections.is_empty() && recovery.builder.findings.is_empty() {
        // Every piece could be read, yet not the whole.
        let start = recovery.builder.repairs.beginning();
        if let Err(failure) = grammar::read(Rule::file, text, start, text.len()) {
            recovery.explain(&failure, start, text.len(), Place::Item);
        }
    }
    recovery.corrections
}

struct Recovery<'r, 'a> {
    builder: &'r mut Builder<'a>,
    text: &'a str,
    scan: &'a Scan,
    corrections: Vec<Explained>,
    /// Places whose mistake has been told.
    explained: BTreeSet<u32>,
}

impl<'a> Recovery<'_, 'a> {
    /// What the walk over the text found.
    fn structure(&mut self) {
        for at in &self.scan.too_deep {
            let span = self.builder.place(*at, self.token_end(*at));
            let finding = Diagnostic::new(&codes::NESTED_TOO_DEEP, span, "an expression or block is nested more than 128 levels deep")
                .label("the 129th level")
                .help("give inner parts names with `let`");
            self.builder.report(finding);
        }
        // A text that is not closed hides braces, so what else is out of joint is only known once all texts are.
        let texts = self.scan.faults.iter().any(|fault| matches!(fault, Fault::OpenText { .. }));
        for fault in self.scan.faults.iter().filter(|fault| !texts || matches!(fault, Fault::OpenText { .. })) {
            if self.full() {
                return;
            }
            let explained = self.fault(fault);
            self.corrections.push(explained);
        }
    }

    fn fault(&self, fault: &Fault) -> Explained {
        let brace = |at: usize| self.builder.place(at, at + 1);
        match *fault {
            Fault::OpenText { quote, end } => explain::open_text(self.builder, quote, end),
            Fault::OpenBlock { brace: open, noticed, insert } => {
                let finding = Diagnostic::new(&codes::MISSING_BRACE, brace(open), "expected `}` at the end of this block, found none");
                let finding = match noticed < self.text.len() {
                    true => finding
                        .label("opened here")
                        .related(self.builder.place(noticed, self.token_end(noticed)), "the block has to end before this"),
                    false => finding.label("opened here, and open at the end of the file"),
                };
                let finding = finding.help("put a `}` on a line of its own where the block ends");
                Explained { finding, edits: vec![Edit { start: insert, end: insert, replacement: "\n}".into() }] }
            }
            Fault::StrayClose { brace: close } => {
                let finding = Diagnostic::new(&codes::MISSING_BRACE, brace(close), "a `}` closes no block")
                    .help("leave it out, or add the `{` it belongs to");
                Explained { finding, edits: vec![Edit { start: close, end: close + 1, replacement: " ".into() }] }
            }
            Fault::EarlyClose { brace: close, card } => {
                let finding = Diagnostic::new(&codes::MISSING_BRACE, brace(close), "this `}` ends the scorecard before its last card")
                    .related(self.builder.place(card, self.token_end(card)), "this card stands outside")
                    .help("there is one `}` too many here or before");
                Explained { finding, edits: vec![Edit { start: close, end: close + 1, replacement: " ".into() }] }
            }
        }
    }

    fn items(&mut self, book: &mut Rulebook) {
        let starts = &self.scan.starts;
        let end_of = |index: usize| starts.get(index).map_or(self.text.len(), |next| next.start);
        self.between_items(self.builder.repairs.beginning(), end_of(0));
        for (index, start) in starts.iter().enumerate() {
            if self.full() {
                return;
            }
            let end = end_of(index + 1);
            let deep = self.scan.too_deep.iter().any(|at| (start.start..end).contains(at));
            let word = self.slice(*start);
            if word == "rulebook" {
                self.header(index == 0, *start, end, book);
            } else if !deep {
                self.item(*start, end, book);
            }
        }
    }

    fn header(&mut self, first: bool, start: Token, end: usize, book: &mut Rulebook) {
        if !first || !book.items.is_empty() {
            let span = self.builder.place(start.start, start.end);
            self.builder.report(
                Diagnostic::new(&codes::SYNTAX, span, "expected `rulebook` at the beginning of the file, found it after an item")
                    .help("a file is one rulebook, and what it is called and uses stands first"),
            );
            return;
        }
        let failure = grammar::read(Rule::lone_header, self.text, start.start, end).err();
        if let Some(failure) = &failure {
            let place = if self.is_first_on_line(failure.at) && failure.at < end { Place::HeaderLine } else { Place::Header };
            self.explain(failure, start.start, end, place);
        }
        self.builder.base = start.start;
        let mut read_to = start.end;
        match grammar::read(Rule::header, self.text, start.start, end).map(|mut nodes| nodes.next()) {
            Ok(Some(node)) => {
                read_to = start.start + node.as_span().end();
                self.builder.header(node, book);
            }
            _ => {
                book.doc = self.builder.documentation(start.start);
                book.name = self.name_after(start.end, end).map(|(name, _)| name);
            }
        }
        // What is used behind the mistake is needed all the same, or every name from there would be unknown.
        let mut at = read_to;
        while let Some(token) = lexer::next_code(self.text, at).filter(|token| failure.is_some() && token.end <= end) {
            at = token.end;
            if self.slice(token) == "use"
                && self.is_first_on_line(token.start)
                && let Ok(mut nodes) = grammar::read(Rule::uses, self.text, token.start, end)
                && let Some(node) = nodes.next()
            {
                at = token.start + node.as_span().end();
                self.builder.base = token.start;
                self.builder.uses(node, book);
            }
        }
    }

    /// Something that stands where only an item may.
    fn between_items(&mut self, from: usize, to: usize) {
        let at = lexer::skip_blanks(self.text, from);
        if at < to {
            self.explain(&Failure { at, expected: Vec::new() }, at, to, Place::Top);
        }
    }

    fn item(&mut self, start: Token, end: usize, book: &mut Rulebook) {
        self.builder.base = start.start;
        if let Ok(mut nodes) = grammar::read(Rule::item, self.text, start.start, end)
            && let Some(node) = nodes.next()
        {
            let read_to = self.builder.last_token_end(start.start, start.start + node.as_span().end());
            let next = lexer::skip_blanks(self.text, read_to);
            let closed = self.text[..read_to].ends_with('}');
            if next >= end
                || closed
                || (self.is_first_on_line(next) && self.kind_at(next) == Some(Kind::Word) && !self.is_reserved_at(next))
            {
                book.items.extend(self.builder.item(node));
                self.between_items(read_to, end);
                return;
            }
        }
        let Some((rule, head, kind)) = item_rules(self.slice(start)) else { return };
        let doc = self.builder.documentation(start.start);
        let open = self.first_brace(start.end, end);
        let span = self.builder.place(start.start, self.builder.last_token_end(start.start, end));
        let mut parts = Parts::default();
        let mut ty = None;
        let opening = match (open, kind) {
            (Some((open, close)), Some(kind)) if rule != Rule::context || !self.text[start.end..open].contains(':') => {
                let opening = self.opening(head, Rule::lone_item, Place::Item, start, open);
                self.entries(kind, open + 1, close, &mut parts);
                if rule == Rule::context {
                    let fields = std::mem::take(&mut parts.fields);
                    ty = Some(TypeExpr { kind: TypeKind::Record(fields), bounds: Vec::new(), span: self.builder.place(open, close + 1) });
                }
                self.between_items((close + 1).min(end), end);
                opening
            }
            _ => {
                let failure = grammar::read(Rule::lone_item, self.text, start.start, end).err();
                let inside =
                    open.filter(|(open, close)| failure.as_ref().is_some_and(|failure| failure.at > *open && failure.at <= *close));
                match (inside, &failure) {
                    (Some((open, close)), _) => ty = Some(self.record(start.end, open, close)),
                    (None, Some(failure)) => self.explain(failure, start.start, end, Place::Item),
                    (None, None) => {}
                }
                self.partial_opening(head, start, end)
            }
        };
        book.items.extend(self.builder.assembled_item(rule, opening, doc, span, parts, ty, None));
    }

    /// A record type with something wrong among its fields.
    fn record(&mut self, from: usize, open: usize, close: usize) -> TypeExpr {
        let mut parts = Parts::default();
        self.entries(BlockKind::Fields, open + 1, close, &mut parts);
        let span = self.builder.place(open, close + 1);
        let record = TypeExpr { kind: TypeKind::Record(parts.fields), bounds: Vec::new(), span };
        match self.text[from..open].trim_end().ends_with("of") {
            true => TypeExpr { kind: TypeKind::List(Box::new(record), Vec::new()), bounds: Vec::new(), span },
            false => record,
        }
    }

    /// What stands before a block, with a finding if something is wrong there.
    fn opening(&mut self, head: Rule, lone: Rule, place: Place, start: Token, open: usize) -> Opening {
        let all = self.builder.last_token_end(start.start, open);
        if let Ok(mut nodes) = grammar::read(head, self.text, start.start, open)
            && let Some(node) = nodes.next()
            && self.builder.last_token_end(start.start, start.start + node.as_span().end()) == all
        {
            self.builder.base = start.start;
            return self.builder.opening(node);
        }
        // The brace takes part, because what is missing before it is looked for there.
        if let Err(failure) = grammar::read(lone, self.text, start.start, open + 1) {
            self.explain(&failure, start.start, open + 1, place);
        }
        self.partial_opening(head, start, open)
    }

    /// Name and title, if they can be read.
    fn partial_opening(&mut self, head: Rule, start: Token, end: usize) -> Opening {
        if head == Rule::trial_head {
            return Opening::titled(self.text_after(start.end, end));
        }
        if head == Rule::include_head {
            return self.path_after(start.end, end).map_or_else(Opening::default, Opening::of_path);
        }
        if head == Rule::script_head {
            return Opening::titled(self.text_after(start.end, end));
        }
        self.name_after(start.end, end).map_or_else(Opening::default, |(name, title)| Opening::of(name, title))
    }

    fn name_after(&mut self, from: usize, end: usize) -> Option<(Name, Option<Text>)> {
        let token = lexer::next_code(self.text, from).filter(|token| token.end <= end && token.kind == Kind::Word)?;
        let word = self.slice(token);
        if lexer::is_reserved(word) {
            return None;
        }
        let name = Name { text: word.to_string(), span: self.builder.place(token.start, token.end) };
        Some((name, self.text_after(token.end, end)))
    }

    fn text_after(&mut self, from: usize, end: usize) -> Option<Text> {
        let text = lexer::next_code(self.text, from).filter(|next| next.end <= end && next.kind == Kind::Text)?;
        let node = grammar::read(Rule::text, self.text, text.start, text.end).ok()?.next()?;
        self.builder.base = text.start;
        Some(self.builder.plain_text(&node))
    }

    fn path_after(&mut self, from: usize, end: usize) -> Option<Path> {
        let start = lexer::skip_blanks(self.text, from);
        let node = grammar::read(Rule::path, self.text, start, end.max(start)).ok()?.next()?;
        self.builder.base = start;
        Some(self.builder.path(node))
    }

    /// Reads the entries of a block one by one.
    fn entries(&mut self, kind: BlockKind, from: usize, close: usize, parts: &mut Parts) {
        let mut from = from;
        loop {
            let start = lexer::skip_blanks(self.text, from);
            if start >= close || self.full() {
                return;
            }
            let failure = match grammar::read(entry_rule(kind), self.text, start, close).map(|mut nodes| nodes.next()) {
                Ok(Some(node)) => {
                    let read_to = self.builder.last_token_end(start, start + node.as_span().end());
                    let next = lexer::skip_blanks(self.text, read_to);
                    if next >= close || self.may_begin(kind, next, close) {
                        self.builder.base = start;
                        self.builder.entry(kind, node, parts);
                        from = read_to;
                        continue;
                    }
                    Failure { at: next, expected: Vec::new() }
                }
                Ok(None) => Failure { at: start, expected: Vec::new() },
                Err(failure) => failure,
            };
            // A line that looks like an entry of its own may have been read as the rest of one that lacks its end.
            if let Some(cut) = self.cut_before(kind, start, failure.at.min(close)) {
                match grammar::read(lone_rule(kind), self.text, start, cut)
                    .map(|mut nodes| nodes.next().and_then(|node| node.into_inner().next()))
                {
                    Ok(Some(node)) => {
                        self.builder.base = start;
                        self.builder.entry(kind, node, parts);
                    }
                    Ok(None) => {}
                    Err(failure) => {
                        self.explain(&failure, start, cut, Place::Inside(kind));
                        self.broken_entry(kind, start, cut, parts);
                    }
                }
                from = cut;
                continue;
            }
            let end = self.next_entry(kind, failure.at.max(start), start, close);
            if let Some(after) = self.nested(kind, &failure, start, end, parts) {
                from = after;
                continue;
            }
            let exact = grammar::read(lone_rule(kind), self.text, start, end).err().unwrap_or(failure);
            let place = if exact.at <= start { Place::Entry(kind) } else { Place::Inside(kind) };
            self.explain(&exact, start, end, place);
            self.broken_entry(kind, start, end, parts);
            from = end;
        }
    }

    /// Whether an entry may begin at a place where the one before could end.
    fn may_begin(&self, kind: BlockKind, at: usize, close: usize) -> bool {
        let Some(token) = lexer::next_code(self.text, at) else { return true };
        let word = self.slice(token);
        if matches!(word, "," | ";") {
            return true;
        }
        if self.is_first_on_line(at) {
            let fits = match token.kind {
                Kind::Word => !lexer::is_reserved(word) || self.looks_like_entry(kind, token),
                Kind::Number => matches!(kind, BlockKind::Grade | BlockKind::Ramp | BlockKind::Table),
                Kind::Text => matches!(kind, BlockKind::Grade | BlockKind::Table),
                _ => self.looks_like_entry(kind, token),
            };
            if fits {
                return true;
            }
        }
        match grammar::read(entry_rule(kind), self.text, at, close) {
            Ok(_) => true,
            // A row that goes wrong later is a row all the same.
            Err(failure) => matches!(kind, BlockKind::Grade | BlockKind::Ramp) && failure.at > at,
        }
    }

    /// The first line after `start`, up to the mistake, that looks like an entry; blocks inside the entry are passed over.
    fn cut_before(&self, kind: BlockKind, start: usize, mistake: usize) -> Option<usize> {
        let mut at = start;
        while let Some(token) = lexer::next_code(self.text, at).filter(|token| token.start <= mistake) {
            if token.start > start && self.is_first_on_line(token.start) && self.looks_like_entry(kind, token) {
                return Some(token.start);
            }
            at = match self.scan.braces.get(&token.start) {
                Some(close) => close + 1,
                None => token.end,
            };
        }
        None
    }

    /// Where reading goes on after a mistake at `mistake` in the entry that begins at `start`.
    fn next_entry(&self, kind: BlockKind, mistake: usize, start: usize, close: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = start;
        while let Some(token) = lexer::next_code(self.text, at).filter(|token| token.start < close) {
            match self.slice(token) {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            // What stands before the mistake was read as one entry, whatever it looks like.
            let beyond = token.start > start && (token.start > mistake || token.start == mistake && self.is_first_on_line(mistake));
            if depth == 0 && beyond && self.looks_like_entry(kind, token) {
                return token.start;
            }
            at = token.end;
        }
        close
    }

    /// Whether a token looks so much like the beginning of an entry that reading can go on there.
    fn looks_like_entry(&self, kind: BlockKind, token: Token) -> bool {
        let first = self.is_first_on_line(token.start);
        let word = self.slice(token);
        let next = lexer::next_code(self.text, token.end);
        let following = next.map_or("", |next| self.slice(next));
        let next_kind = next.map(|next| next.kind);
        let name = token.kind == Kind::Word && !lexer::is_reserved(word);
        match kind {
            BlockKind::Fields => token.kind == Kind::Word && matches!(following, ":" | "{") && (name || first),
            BlockKind::Cards => first && CARD_WORDS.contains(&word) && next_kind == Some(Kind::Word),
            BlockKind::Protocol => first && PROVISION_WORDS.contains(&word) && next_kind == Some(Kind::Word),
            BlockKind::Bands => {
                let condition = matches!(following, "otherwise" | "when" | ">=" | ">" | "<" | "<=" | "==" | "in" | "is" | "not");
                first && name && (condition || next_kind == Some(Kind::Text) || next.is_some_and(|next| self.is_first_on_line(next.start)))
            }
            BlockKind::Functions => first && word == "fn" && next_kind == Some(Kind::Word),
            BlockKind::Check | BlockKind::Measure | BlockKind::Include | BlockKind::Limit | BlockKind::Review => {
                self.looks_like_clause(token, following, next_kind)
            }
            BlockKind::Gate | BlockKind::Trigger => self.looks_like_clause(token, following, next_kind) || word == "when",
            BlockKind::Table => first && word.starts_with('|'),
            BlockKind::Steps => {
                first && STEP_WORDS.contains(&word) && next.is_some_and(|next| !matches!(self.slice(next), ":" | "=" | "}"))
            }
            BlockKind::Profile => first && name && matches!(following, "=" | "."),
            BlockKind::Grade | BlockKind::Ramp => {
                let line = &self.text[token.start..lexer::line_end(self.text, token.start)];
                self.looks_like_clause(token, following, next_kind)
                    || first && (line.contains("->") || matches!(word, "when" | "otherwise"))
            }
        }
    }

    fn looks_like_clause(&self, token: Token, following: &str, next: Option<Kind>) -> bool {
        let word = self.slice(token);
        let known = match word {
            "passes" | "applies" => following == "when",
            "at" => following == "most",
            "because" | "ask" | "remedy" | "cite" | "do" => matches!(next, Some(Kind::Text | Kind::OpenText)),
            "effective" => following == "from",
            "until" => next == Some(Kind::Number) && self.is_first_on_line(token.start),
            "never" => following == "waived",
            _ => false,
        };
        // On a new line, a name before a text or a condition is a misspelt clause.
        let misspelt = || {
            let name = token.kind == Kind::Word && !lexer::is_reserved(word);
            name && self.is_first_on_line(token.start) && (following == "when" || next == Some(Kind::Text))
        };
        known || misspelt()
    }

    /// An entry with a block of its own, in which something is wrong: reads what stands before the block, then the block. Says where to go on.
    fn nested(&mut self, kind: BlockKind, failure: &Failure, start: usize, end: usize, parts: &mut Parts) -> Option<usize> {
        let first = lexer::next_code(self.text, start)?;
        let (open, close) = self.first_brace(first.end, end)?;
        match kind {
            BlockKind::Cards | BlockKind::Protocol => {
                let (rule, head) = nested_rules(kind, self.slice(first))?;
                let doc = self.builder.documentation(start);
                let opening = self.opening(head, lone_rule(kind), Place::Inside(kind), first, open);
                let mut inner = Parts::default();
                let inner_kind = if kind == BlockKind::Cards { card_kind(rule) } else { provision_kind(rule) };
                self.entries(inner_kind, open + 1, close, &mut inner);
                let span = self.builder.place(start, close + 1);
                self.nest(kind, rule, (opening, doc, span), inner, parts);
                Some(close + 1)
            }
            BlockKind::Fields if failure.at > open && failure.at <= close => {
                let name = self.name_after(start, end).map(|(name, _)| name)?;
                let doc = self.builder.documentation(start);
                let ty = self.record(first.end, open, close);
                let span = self.builder.place(start, close + 1);
                parts.fields.push(Field { name, doc, ty, fresh: None, sourced: None, fixed: None, span });
                // Whatever stands behind the block belongs to the field; bounds and flags of a field that is wrong anyway are not missed.
                Some(self.next_entry(kind, close, close, end.max(close + 1)))
            }
            _ => None,
        }
    }

    /// Puts an entry with a block of its own together.
    fn nest(&mut self, kind: BlockKind, rule: Rule, (opening, doc, span): (Opening, String, Span), inner: Parts, parts: &mut Parts) {
        match kind {
            BlockKind::Protocol => parts.provisions.extend(self.builder.assembled_provision(rule, opening, doc, span, inner)),
            _ => parts.cards.extend(self.builder.assembled_card(rule, opening, doc, span, inner)),
        }
    }

    /// Leaves a trace of an entry that could not be read.
    fn broken_entry(&mut self, kind: BlockKind, start: usize, end: usize, parts: &mut Parts) {
        let Some(first) = lexer::next_code(self.text, start).filter(|first| first.end <= end) else { return };
        let span = self.builder.place(start, self.builder.last_token_end(start, end));
        let word = self.slice(first);
        let broken = || Expr { kind: ExprKind::Broken, span };
        match kind {
            BlockKind::Fields => {
                let following = lexer::next_code(self.text, first.end).map_or("", |next| self.slice(next));
                if let (":" | "{", Some((name, _))) = (following, self.name_after(start, end)) {
                    let doc = self.builder.documentation(start);
                    let ty = self.builder.broken_type(span);
                    parts.fields.push(Field { name, doc, ty, fresh: None, sourced: None, fixed: None, span });
                }
            }
            BlockKind::Cards | BlockKind::Protocol => {
                if let Some((rule, head)) = nested_rules(kind, word) {
                    let doc = self.builder.documentation(start);
                    let opening = self.partial_opening(head, first, end);
                    let mut inner = Parts::default();
                    for clause in ["passes", "when", "do"] {
                        self.builder.broken_clause(clause, span, &mut inner);
                    }
                    self.nest(kind, rule, (opening, doc, span), inner, parts);
                }
            }
            BlockKind::Bands => {
                if let Some((name, title)) = self.name_after(start, end) {
                    let doc = self.builder.documentation(start);
                    parts.bands.push(Band { name, title, doc, when: Some(BandWhen::When(broken())), span });
                }
            }
            BlockKind::Grade | BlockKind::Ramp if is_clause_word(word) => self.builder.broken_clause(word, span, parts),
            BlockKind::Grade => {
                let when = if word == "otherwise" {
                    RowWhen::Otherwise(self.builder.place(first.start, first.end))
                } else {
                    RowWhen::When(broken())
                };
                parts.rows.push(Row { when, points: broken(), label: None, span });
            }
            BlockKind::Table => parts.table.is_broken = true,
            BlockKind::Ramp => parts.knots.push(Knot { at: broken(), points: broken(), label: None, span }),
            BlockKind::Functions => {
                if let Some((name, _)) = self.name_after(first.end, end) {
                    let doc = self.builder.documentation(start);
                    let result = self.builder.broken_type(span);
                    parts.functions.push(Function { name, parameters: Vec::new(), result, doc, span });
                }
            }
            BlockKind::Check | BlockKind::Measure | BlockKind::Include | BlockKind::Gate => self.builder.broken_clause(word, span, parts),
            BlockKind::Steps => parts.steps.broken = true,
            BlockKind::Limit | BlockKind::Trigger | BlockKind::Review => self.builder.broken_clause(word, span, parts),
            BlockKind::Profile => {}
        }
    }

    /// Takes a mistake into words, once for each place.
    fn explain(&mut self, failure: &Failure, start: usize, end: usize, place: Place) {
        let explained = explain::explain(self.builder, failure, start, end, place);
        if !self.explained.insert(explained.finding.primary.span.start) {
            return;
        }
        match explained.edits.is_empty() {
            true => self.builder.report(explained.finding),
            false => self.corrections.push(explained),
        }
    }

    fn full(&self) -> bool {
        self.builder.findings.len() + self.corrections.len() >= MOST_FINDINGS
    }

    /// The first block that begins in a stretch, with its end.
    fn first_brace(&self, from: usize, end: usize) -> Option<(usize, usize)> {
        self.scan.braces.range(from..end).next().map(|(open, close)| (*open, *close))
    }

    fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    fn token_end(&self, at: usize) -> usize {
        lexer::next(self.text, at).map_or(at, |token| token.end)
    }

    fn kind_at(&self, at: usize) -> Option<Kind> {
        lexer::next_code(self.text, at).map(|token| token.kind)
    }

    fn is_reserved_at(&self, at: usize) -> bool {
        lexer::next_code(self.text, at).is_some_and(|token| lexer::is_reserved(self.slice(token)))
    }

    fn is_first_on_line(&self, at: usize) -> bool {
        lexer::is_first_on_line(self.text, at)
    }
}

fn item_rules(word: &str) -> Option<(Rule, Rule, Option<BlockKind>)> {
    Some(match word {
        "subject" => (Rule::subject, Rule::subject_head, Some(BlockKind::Fields)),
        "context" => (Rule::context, Rule::context_head, Some(BlockKind::Fields)),
        "type" => (Rule::type_item, Rule::type_head, None),
        "param" => (Rule::param, Rule::param_head, None),
        "let" => (Rule::let_item, Rule::let_head, None),
        "scorecard" => (Rule::scorecard, Rule::scorecard_head, Some(BlockKind::Cards)),
        "gate" => (Rule::gate, Rule::gate_head, Some(BlockKind::Gate)),
        "verdict" => (Rule::verdict, Rule::verdict_head, Some(BlockKind::Bands)),
        "script" => (Rule::script, Rule::script_head, Some(BlockKind::Functions)),
        "test" => (Rule::trial, Rule::trial_head, Some(BlockKind::Steps)),
        "protocol" => (Rule::protocol, Rule::protocol_head, Some(BlockKind::Protocol)),
        "table" => (Rule::table, Rule::table_head, Some(BlockKind::Table)),
        "profile" => (Rule::profile, Rule::profile_head, Some(BlockKind::Profile)),
        _ => return None,
    })
}

/// The rules of an entry with a block of its own, by its first word: the whole, and what stands before the block.
fn nested_rules(kind: BlockKind, word: &str) -> Option<(Rule, Rule)> {
    Some(match (kind, word) {
        (BlockKind::Cards, "check") => (Rule::check, Rule::check_head),
        (BlockKind::Cards, "grade") => (Rule::grade, Rule::grade_head),
        (BlockKind::Cards, "ramp") => (Rule::ramp, Rule::ramp_head),
        (BlockKind::Cards, "measure") => (Rule::measure, Rule::measure_head),
        (BlockKind::Cards, "include") => (Rule::include, Rule::include_head),
        (BlockKind::Protocol, "limit") => (Rule::limit, Rule::limit_head),
        (BlockKind::Protocol, "trigger") => (Rule::trigger, Rule::trigger_head),
        (BlockKind::Protocol, "review") => (Rule::review, Rule::review_head),
        _ => return None,
    })
}

fn entry_rule(kind: BlockKind) -> Rule {
    match kind {
        BlockKind::Fields => Rule::field,
        BlockKind::Cards => Rule::card,
        BlockKind::Bands => Rule::band,
        BlockKind::Functions => Rule::function,
        BlockKind::Grade => Rule::grade_entry,
        BlockKind::Ramp => Rule::ramp_entry,
        BlockKind::Protocol => Rule::provision,
        BlockKind::Table => Rule::table_line,
        BlockKind::Profile => Rule::setting,
        BlockKind::Check | BlockKind::Measure | BlockKind::Include | BlockKind::Gate => Rule::clause,
        BlockKind::Steps => Rule::step,
        BlockKind::Limit | BlockKind::Trigger | BlockKind::Review => Rule::clause,
    }
}

fn lone_rule(kind: BlockKind) -> Rule {
    match kind {
        BlockKind::Fields => Rule::lone_field,
        BlockKind::Cards => Rule::lone_card,
        BlockKind::Bands => Rule::lone_band,
        BlockKind::Functions => Rule::lone_function,
        BlockKind::Grade => Rule::lone_grade_entry,
        BlockKind::Ramp => Rule::lone_ramp_entry,
        BlockKind::Protocol => Rule::lone_provision,
        BlockKind::Table => Rule::lone_table_line,
        BlockKind::Profile => Rule::lone_setting,
        BlockKind::Check | BlockKind::Measure | BlockKind::Include | BlockKind::Gate => Rule::lone_clause,
        BlockKind::Steps => Rule::lone_step,
        BlockKind::Limit | BlockKind::Trigger | BlockKind::Review => Rule::lone_clause,
    }
}

fn is_clause_word(word: &str) -> bool {
    matches!(word, "passes" | "applies" | "at" | "because" | "ask" | "remedy" | "cite" | "effective" | "until" | "never")
}
