//! One linear walk over a text before the grammar sees it. It gathers comments, finds where items begin and which braces belong together, and notices what
//! would make everything after it look wrong: texts and blocks that are not closed, and nesting that no reader, person or machine, can follow.

use std::collections::BTreeMap;

use super::lexer::{self, Kind, Token};

/// How deep brackets and constructs may nest.
const DEEPEST: u32 = 128;

/// The words items begin with.
pub(super) const ITEM_WORDS: [&str; 13] =
    ["subject", "context", "type", "param", "let", "scorecard", "gate", "verdict", "table", "protocol", "profile", "script", "test"];

/// The words cards begin with.
pub(super) const CARD_WORDS: [&str; 5] = ["check", "grade", "ramp", "measure", "include"];

/// The words steps of a test begin with.
pub(super) const STEP_WORDS: [&str; 6] = ["given", "with", "today", "profile", "waivers", "expect"];

/// The words that what stands in a protocol begins with.
pub(super) const PROVISION_WORDS: [&str; 3] = ["limit", "trigger", "review"];

/// What the walk found.
#[derive(Default)]
pub(super) struct Scan {
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// Where items, headers among them, begin: the first token of each.
    pub starts: Vec<Token>,
    /// For each `{`, its `}`.
    pub braces: BTreeMap<usize, usize>,
    /// What is out of joint.
    pub faults: Vec<Fault>,
    /// The place where each nesting that is too deep goes too far; at most one for each item.
    pub too_deep: Vec<usize>,
}

/// A comment.
pub(super) struct Comment {
    /// The `#`.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Whether it is documentation.
    pub documentation: bool,
    /// Whether nothing stands before it on its line.
    pub own_line: bool,
}

/// Something that hides what follows.
pub(super) enum Fault {
    /// A text that reaches the end of its line: its quote, and where it was probably meant to end.
    OpenText { quote: usize, end: usize },
    /// A `{` without its `}`: the brace, where that was noticed, and where the `}` was probably meant to stand.
    OpenBlock { brace: usize, noticed: usize, insert: usize },
    /// A `}` that closes nothing.
    StrayClose { brace: usize },
    /// A `}` that closes a scorecard although cards follow.
    EarlyClose { brace: usize, card: usize },
}

struct Open {
    mark: u8,
    at: usize,
    /// How many constructs without brackets are open in it.
    words: u32,
    /// The blanks its line begins with.
    indent: usize,
    /// The place of its line's beginning.
    line: usize,
}

struct Scanner<'t> {
    text: &'t str,
    scan: Scan,
    open: Vec<Open>,
    /// Constructs without brackets that are open outside all brackets.
    outer_words: u32,
    line: usize,
    indent: usize,
    previous: Option<Token>,
    /// A `}` whose indentation is that of an outer block: the block it closed was probably meant to end before it.
    suspicion: Option<(usize, usize, usize)>,
    /// The last `}` that closed a scorecard, and the first card that stood outside after it.
    closed_scorecard: Option<usize>,
    lone_card: Option<(usize, usize)>,
    in_scorecard: bool,
    /// Whether the item has a block to be closed.
    has_block: bool,
    deep_in_item: bool,
}

/// Walks over a text.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner {
        text,
        scan: Scan::default(),
        open: Vec::new(),
        outer_words: 0,
        line: 0,
        indent: 0,
        previous: None,
        suspicion: None,
        closed_scorecard: None,
        lone_card: None,
        in_scorecard: false,
        has_block: false,
        deep_in_item: false,
    };
    scanner.run();
    scanner.scan
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut at = 0;
        let mut line_from = 0;
        while let Some(token) = lexer::next(self.text, at) {
            let first = match self.text[at..token.start].rfind('\n') {
                Some(newline) => {
                    line_from = at + newline + 1;
                    true
                }
                None => at == 0,
            };
            if first {
                self.line = line_from;
                self.indent = token.start - line_from;
            }
            at = token.end;
            if token.kind == Kind::Comment {
                let comment = &self.text[token.start..token.end];
                let documentation = comment.strip_prefix("##").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
                self.scan.comments.push(Comment { start: token.start, end: token.end, documentation, own_line: first });
                continue;
            }
            self.token(token, first);
            self.previous = Some(token);
        }
        self.end_item(self.text.len());
    }

    fn token(&mut self, token: Token, first: bool) {
        let text = self.text;
        let slice = &text[token.start..token.end];
        match token.kind {
            Kind::Word => {
                if first && self.begins_item(token, slice) {
                    self.end_item(token.start);
                    self.scan.starts.push(token);
                    self.in_scorecard = slice == "scorecard";
                    return;
                }
                if first && CARD_WORDS.contains(&slice) && self.begins_card(token, slice) {
                    self.card(token);
                }
                match slice {
                    "if" | "satisfies" | "where" | "of" => self.deeper(token.start, true),
                    "when" => self.reset_words(),
                    _ => {}
                }
            }
            Kind::Mark => match slice {
                "{" | "(" | "[" => {
                    self.has_block |= slice == "{";
                    self.open.push(Open { mark: slice.as_bytes()[0], at: token.start, words: 0, indent: self.indent, line: self.line });
                    self.deeper(token.start, false);
                }
                "}" => self.close_block(token, first),
                ")" | "]" => {
                    let opener = if slice == ")" { b'(' } else { b'[' };
                    if self.open.last().is_some_and(|open| open.mark == opener) {
                        self.open.pop();
                    }
                }
                ":" | "=" | "->" => self.reset_words(),
                _ => {}
            },
            Kind::OpenText => {
                let end = probable_text_end(text, token);
                self.scan.faults.push(Fault::OpenText { quote: token.start, end });
            }
            Kind::Number | Kind::Text | Kind::Comment => {}
        }
    }

    /// Notes that nesting grew, by a bracket or by a word that takes in all that follows.
    fn deeper(&mut self, at: usize, by_word: bool) {
        if by_word {
            match self.open.last_mut() {
                Some(open) => open.words += 1,
                None => self.outer_words += 1,
            }
        }
        // Summing up is needed only near the limit: every open bracket counts at least one.
        let words: u32 = if self.deep_in_item || self.open.len() as u32 > DEEPEST {
            0
        } else {
            self.outer_words + self.open.iter().map(|open| open.words).sum::<u32>()
        };
        if !self.deep_in_item && self.open.len() as u32 + words > DEEPEST {
            self.deep_in_item = true;
            self.scan.too_deep.push(at);
        }
    }

    fn reset_words(&mut self) {
        match self.open.last_mut() {
            Some(open) => open.words = 0,
            None => self.outer_words = 0,
        }
    }

    fn close_block(&mut self, token: Token, first: bool) {
        while self.open.last().is_some_and(|open| open.mark != b'{') {
            self.open.pop();
        }
        let Some(opened) = self.open.pop() else {
            match self.lone_card.take() {
                Some((brace, card)) => self.scan.faults.push(Fault::EarlyClose { brace, card }),
                // The block's beginning is missing, which is said where it should stand.
                None if !self.has_block && self.begins_with_block() => self.has_block = true,
                None => self.scan.faults.push(Fault::StrayClose { brace: token.start }),
            }
            return;
        };
        self.scan.braces.insert(opened.at, token.start);
        let outer = self.open.iter().rev().find(|open| open.mark == b'{');
        let outdented = first && opened.line != self.line && opened.indent > self.indent;
        if outdented && self.suspicion.is_none() && outer.is_some_and(|outer| outer.indent == self.indent) {
            let insert = self.previous.map_or(token.start, |previous| previous.end);
            self.suspicion = Some((opened.at, token.start, insert));
        }
        if self.open.is_empty() {
            self.closed_scorecard = self.in_scorecard.then_some(token.start);
        }
    }

    /// Whether the item that is walked over is of a kind that has a block.
    fn begins_with_block(&self) -> bool {
        let word = self.scan.starts.last().map_or("", |start| &self.text[start.start..start.end]);
        matches!(word, "subject" | "scorecard" | "gate" | "verdict" | "table" | "protocol" | "script" | "test")
    }

    /// A line begins with a card's word and name.
    fn card(&mut self, token: Token) {
        let blocks = self.open.iter().filter(|open| open.mark == b'{').count();
        if blocks == 0 {
            if let (Some(brace), None) = (self.closed_scorecard, self.lone_card) {
                self.lone_card = Some((brace, token.start));
            }
        } else if self.in_scorecard && blocks > 1 {
            // The card before was not closed. From here on it counts as if it had been.
            while self.open.iter().filter(|open| open.mark == b'{').count() > 1 {
                self.close_at(token.start);
            }
        }
    }

    /// Closes the innermost block at a place where it can't go on.
    fn close_at(&mut self, noticed: usize) {
        while let Some(open) = self.open.pop() {
            if open.mark == b'{' {
                let insert = self.previous.map_or(noticed, |previous| previous.end);
                self.scan.faults.push(Fault::OpenBlock { brace: open.at, noticed, insert });
                self.scan.braces.insert(open.at, insert);
                return;
            }
        }
    }

    fn end_item(&mut self, at: usize) {
        let blocks = self.open.iter().filter(|open| open.mark == b'{').count();
        if let (1.., Some((brace, noticed, insert))) = (blocks, self.suspicion) {
            self.scan.faults.push(Fault::OpenBlock { brace, noticed, insert });
            let close = self.previous.map_or(at, |previous| previous.end);
            for open in self.open.drain(..).filter(|open| open.mark == b'{') {
                self.scan.braces.insert(open.at, close);
            }
        }
        while !self.open.is_empty() {
            self.close_at(at);
        }
        self.outer_words = 0;
        self.suspicion = None;
        self.closed_scorecard = None;
        self.lone_card = None;
        self.in_scorecard = false;
        self.has_block = false;
        self.deep_in_item = false;
    }

    /// Whether an item begins with this word, the first of its line. Inside a block that takes a word that is followed by a name, which nothing
    /// else in the language is; outside, weaker signs will do.
    fn begins_item(&self, token: Token, word: &str) -> bool {
        if word != "rulebook" && !ITEM_WORDS.contains(&word) {
            return false;
        }
        let Some(next) = lexer::next_code(self.text, token.end) else { return self.open.is_empty() };
        let following = &self.text[next.start..next.end];
        let same_line = !self.text[token.end..next.start].contains('\n');
        let third = || lexer::next_code(self.text, next.end).map_or("", |third| &self.text[third.start..third.end]);
        if word == "profile" && self.in_test() && third() != "{" && next.kind == Kind::Word {
            // A step of the test.
            return false;
        }
        if next.kind == Kind::Word && same_line && !lexer::is_reserved(following) {
            // A band or variant named like an item word has no name after it, but a card may: `on`, `fresh` and the like are no names here.
            return !(self.open.iter().any(|open| open.mark == b'{') && matches!(following, "fresh" | "sourced" | "fixed" | "worth"));
        }
        if next.kind == Kind::Text && same_line && (word == "script" || word == "test") && third() == "{" {
            return true;
        }
        if !self.open.is_empty() || self.expects_more() {
            return false;
        }
        match next.kind {
            Kind::Text | Kind::OpenText => same_line,
            Kind::Mark => matches!(following, "{" | "=" | ":"),
            Kind::Word => same_line && matches!(third(), "=" | ":" | "{"),
            Kind::Number | Kind::Comment => false,
        }
    }

    /// Whether the block of a test is open.
    fn in_test(&self) -> bool {
        let word = self.scan.starts.last().map_or("", |start| &self.text[start.start..start.end]);
        word == "test" && self.open.iter().any(|open| open.mark == b'{')
    }

    /// Whether the token before asks for something after it.
    fn expects_more(&self) -> bool {
        let Some(previous) = self.previous else { return false };
        let slice = &self.text[previous.start..previous.end];
        match previous.kind {
            Kind::Mark => !matches!(slice, ")" | "]" | "}"),
            Kind::Word => lexer::is_reserved(slice) && !matches!(slice, "true" | "false" | "unknown" | "today" | "otherwise"),
            Kind::Number | Kind::Text | Kind::OpenText | Kind::Comment => false,
        }
    }

    fn begins_card(&self, token: Token, word: &str) -> bool {
        let Some(next) = lexer::next_code(self.text, token.end) else { return false };
        if next.kind != Kind::Word || lexer::is_reserved(&self.text[next.start..next.end]) {
            return false;
        }
        if word != "include" {
            return true;
        }
        let third = lexer::next_code(self.text, next.end).map_or("", |third| &self.text[third.start..third.end]);
        third == "." || third == "worth"
    }
}

/// Where a text that is not closed was probably meant to end: before what begins a block or closes it on the same line, else at the line's end.
fn probable_text_end(text: &str, token: Token) -> usize {
    let line = text[token.start..token.end].trim_end();
    let inner = line.strip_suffix('{').map(|rest| {
        let cut = [" worth ", " on "].iter().filter_map(|word| rest.rfind(word)).min();
        &rest[..cut.unwrap_or(rest.len())]
    });
    let inner = inner.or_else(|| if line.contains('{') { None } else { line.strip_suffix('}') }).unwrap_or(line);
    token.start + inner.trim_end().len().max(1)
}
