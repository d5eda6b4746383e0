//! Says in an analyst's words why a text could not be read on, and corrects what has one likely correction.
//!
//! What is known is the place of the furthest token that did not fit, what the grammar looked for there, and which piece of the file was being read.
//! The usual mistakes are told apart first; what remains is said as "expected … found …".

use super::build::{BlockKind, Builder};
use super::grammar::{Failure, Rule};
use super::lexer::{self, Kind, Token};
use super::literals;
use super::repairs::Edit;
use super::scan::{CARD_WORDS, ITEM_WORDS, PROVISION_WORDS, STEP_WORDS};
use crate::diagnostic::{Code, Diagnostic, closest, codes, listed};
use crate::value::{LiteralError, parse_literal};

/// Which piece of a file was being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Between items.
    Top,
    /// The header.
    Header,
    /// In the header, at the beginning of a line.
    HeaderLine,
    /// An item, up to its block if it has one.
    Item,
    /// The beginning of something in a block.
    Entry(BlockKind),
    /// In the middle of something in a block.
    Inside(BlockKind),
    /// The braces of a text.
    Interpolation,
    /// A cell of a table.
    Cell,
}

/// A mistake in words.
pub(super) struct Explained {
    /// What is said.
    pub finding: Diagnostic,
    /// Corrections, in places of the text read; empty if there is not one likely.
    pub edits: Vec<Edit>,
}

impl Explained {
    fn plain(finding: Diagnostic) -> Explained {
        Explained { finding, edits: Vec::new() }
    }
}

/// The mistake at which reading of `start..end` failed.
pub(super) fn explain(builder: &Builder<'_>, failure: &Failure, start: usize, end: usize, place: Place) -> Explained {
    let text = builder.text;
    let end = builder.last_token_end(start, end.max(start));
    let place = if place == Place::HeaderLine && !goes_on_with_header(text, failure.at) { Place::Top } else { place };
    let at = failure.at.clamp(start, text.len());
    let found = lexer::next_code(text, at).filter(|token| token.start < end);
    let limit = found.map_or(end, |token| token.start);
    // A token that goes on at the place, such as `12abc` where a number ends, is looked at up to there.
    let before = last_token(builder, start, limit).map(|token| Token { end: token.end.min(limit), ..token });
    let mistake = Mistake { builder, failure, place, before, found, end };
    mistake
        .lookalike()
        .or_else(|| mistake.reserved_name())
        .or_else(|| mistake.comparison())
        .or_else(|| mistake.capital_word())
        .or_else(|| mistake.number())
        .or_else(|| mistake.quoted_in_text())
        .or_else(|| mistake.needs_parentheses())
        .or_else(|| mistake.missing_of())
        .or_else(|| mistake.misspelt())
        .unwrap_or_else(|| mistake.unexpected())
}

/// Whether the line at a place looks like one of a header, misspelt perhaps.
fn goes_on_with_header(text: &str, at: usize) -> bool {
    let Some(word) = lexer::next_code(text, at) else { return true };
    let near = closest(&text[word.start..word.end], ["use", "version"]);
    let next = lexer::next_code(text, word.end);
    let third = next.and_then(|next| lexer::next_code(text, next.end)).map_or("", |third| &text[third.start..third.end]);
    match (near, next.map(|next| next.kind)) {
        (Some("use"), Some(Kind::Word)) => !matches!(third, "{" | ":" | "=") && !third.starts_with('"'),
        (Some("version"), Some(_)) => true,
        _ => false,
    }
}

/// A text that does not end on its line: it was probably meant to end at `end`.
pub(super) fn open_text(builder: &Builder<'_>, quote: usize, end: usize) -> Explained {
    let text = builder.text;
    let span = builder.place(quote, quote + 1);
    let line = &text[quote + 1..lexer::line_end(text, quote)];
    let curly = line.char_indices().rev().find(|(_, character)| matches!(character, '“' | '”' | '„' | '«' | '»'));
    if let Some((offset, character)) = curly {
        let (start, end) = (quote + 1 + offset, quote + 1 + offset + character.len_utf8());
        let place = builder.place(start, end);
        let finding = Diagnostic::new(
            &codes::LOOKALIKE,
            place,
            format!("expected `\"` at the end of a text, found `{character}`, which only looks like it"),
        )
        .related(span, "the text begins here")
        .fix(place, "\"");
        return Explained { finding, edits: vec![Edit { start, end, replacement: "\"".into() }] };
    }
    let finding = Diagnostic::new(&codes::UNCLOSED_STRING, span, "expected `\"` at the end of this text, found the end of the line")
        .label("the text begins here")
        .help("a text ends on its line; write `\\n` for a new line in it");
    Explained { finding, edits: vec![Edit { start: end, end, replacement: "\"".into() }] }
}

struct Mistake<'m, 'a> {
    builder: &'m Builder<'a>,
    failure: &'m Failure,
    place: Place,
    before: Option<Token>,
    found: Option<Token>,
    end: usize,
}

impl<'a> Mistake<'_, 'a> {
    fn slice(&self, token: Token) -> &'a str {
        &self.builder.text[token.start..token.end]
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.failure.expected.iter().any(|rule| rules.contains(rule))
    }

    /// Whether a value is complete before the place, so that a sign could go on with it.
    fn after_value(&self) -> bool {
        self.before.is_some_and(|token| match token.kind {
            Kind::Word => !lexer::is_reserved(self.slice(token)) || matches!(self.slice(token), "true" | "false" | "unknown" | "today"),
            Kind::Number | Kind::Text => true,
            Kind::Mark => matches!(self.slice(token), ")" | "]" | "%"),
            Kind::OpenText | Kind::Comment => false,
        })
    }

    /// A finding over a stretch of the text read that shows the text in its place.
    fn corrected(&self, code: &'static Code, message: String, start: usize, end: usize, replacement: &str) -> Explained {
        let span = self.builder.place(start, end);
        let finding = Diagnostic::new(code, span, message).fix(span, replacement);
        Explained { finding, edits: vec![Edit { start, end, replacement: replacement.to_string() }] }
    }

    /// A sign that is meant as another.
    fn lookalike(&self) -> Option<Explained> {
        let found = self.found?;
        let text = self.builder.text;
        let slice = self.slice(found);
        let character = slice.chars().next()?;
        let (start, end) = (found.start, found.end);
        let said = |right: &str| format!("expected `{right}`, found `{slice}`, which only looks like it");
        if let Some(quotes) = self.curly_quotes(found, character) {
            return Some(quotes);
        }
        let spaced = |word: &str| {
            let before = if text[..start].ends_with([' ', '\t', '\n']) { "" } else { " " };
            let after = if text[end..].starts_with([' ', '\t', '\n', '\r']) { "" } else { " " };
            format!("{before}{word}{after}")
        };
        let arrow = self.expects(&[Rule::arrow]);
        let right = match slice {
            "≥" => ">=".to_string(),
            "≤" => "<=".to_string(),
            "≠" | "!==" => "!=".to_string(),
            "===" => "==".to_string(),
            "–>" | "—>" | "→" | "⇒" => "->".to_string(),
            "–" | "—" | "−" | "‐" | "‑" | "‒" => "-".to_string(),
            "×" | "·" | "∙" => "*".to_string(),
            "÷" => "/".to_string(),
            "…" => "..".to_string(),
            "=>" if arrow => "->".to_string(),
            "=>" => ">=".to_string(),
            "=<" => "<=".to_string(),
            "<>" => "!=".to_string(),
            "&&" | "&" => spaced("and"),
            // In a table these stand between cells.
            "||" | "|" if !matches!(self.place, Place::Entry(BlockKind::Table) | Place::Inside(BlockKind::Table)) => spaced("or"),
            "!" => spaced("not"),
            ":=" if self.expects(&[Rule::equals, Rule::colon]) => "=".to_string(),
            "=" if self.after_value() && self.expects(&[Rule::tail, Rule::compare, Rule::band_test]) => "==".to_string(),
            "==" if self.expects(&[Rule::equals]) => "=".to_string(),
            _ if character.is_whitespace() || matches!(character, '\u{200b}' | '\u{feff}' | '\u{2060}') => {
                let message = "a blank that only looks like one stands here, such as comes with text copied from a page".to_string();
                return Some(self.corrected(&codes::LOOKALIKE, message, start, end, " "));
            }
            _ => return None,
        };
        let message = match slice {
            "=" => "expected `==` to compare, found `=`, which gives a name its value".to_string(),
            "==" => "expected `=` to give a name its value, found `==`, which compares".to_string(),
            "&&" | "&" | "||" | "|" | "!" => format!("expected the word `{}`, found `{slice}`", right.trim()),
            "<>" | "=<" | "=>" | "===" | "!==" | ":=" | "⇒" => format!("expected `{right}`, found `{slice}`"),
            _ => said(&right),
        };
        Some(self.corrected(&codes::LOOKALIKE, message, start, end, &right))
    }

    /// Quotes that are not `"`.
    fn curly_quotes(&self, found: Token, character: char) -> Option<Explained> {
        let text = self.builder.text;
        let closers: &[char] = match character {
            '“' | '”' | '„' | '‟' | '«' | '»' | '＂' => &['“', '”', '„', '‟', '«', '»', '＂', '"'],
            '‘' | '’' | '\'' | '`' => &['‘', '’', '\'', '`'],
            _ => return None,
        };
        let inner = found.start + character.len_utf8();
        let line = lexer::line_end(text, inner);
        // An apostrophe inside the text is followed by a letter, a closing quote is not.
        let close = text[inner..line].char_indices().find(|(offset, other)| {
            let after = inner + offset + other.len_utf8();
            closers.contains(other) && !text[after..].starts_with(|next: char| next.is_alphanumeric())
        });
        let message = format!("expected a text in `\"`, found `{character}`, which only looks like it");
        let Some((offset, closer)) = close else {
            let span = self.builder.place(found.start, inner);
            return Some(Explained::plain(Diagnostic::new(&codes::LOOKALIKE, span, message).help("put the text between two `\"`")));
        };
        let (close, after) = (inner + offset, inner + offset + closer.len_utf8());
        let whole = self.builder.place(found.start, after);
        let finding = Diagnostic::new(&codes::LOOKALIKE, self.builder.place(found.start, inner), message)
            .fix(whole, format!("\"{}\"", &text[inner..close]));
        let edits = vec![
            Edit { start: found.start, end: inner, replacement: "\"".into() },
            Edit { start: close, end: after, replacement: "\"".into() },
        ];
        // A straight quote inside would end the text early; then nothing is corrected here.
        let edits = if text[inner..close].contains('"') { Vec::new() } else { edits };
        Some(Explained { finding, edits })
    }

    /// A word of the language where a name is due.
    fn reserved_name(&self) -> Option<Explained> {
        let found = self.found?;
        let word = self.slice(found);
        if found.kind != Kind::Word || !lexer::is_reserved(word) {
            return None;
        }
        let text = self.builder.text;
        let after = lexer::next_code(text, found.end).map_or("", |token| self.slice(token));
        let names_a_field = self.place == Place::Entry(BlockKind::Fields) && matches!(after, ":" | "{");
        let only_names = self.expects(&[Rule::new_name, Rule::name]) && !self.expects(&VALUE_RULES);
        if !names_a_field && !only_names {
            return None;
        }
        let span = self.builder.place(found.start, found.end);
        let finding = Diagnostic::new(&codes::SYNTAX, span, format!("`{word}` can't be a name, because it is a word of the language"))
            .help("choose another name");
        Some(Explained::plain(finding))
    }

    /// A second comparison, or one without what it compares.
    fn comparison(&self) -> Option<Explained> {
        let found = self.found?;
        let slice = self.slice(found);
        let compares = matches!(slice, "<" | "<=" | ">" | ">=" | "==" | "!=" | "in" | "is");
        if !compares
            || !self.after_value()
            || matches!(self.place, Place::Entry(BlockKind::Grade) | Place::Inside(BlockKind::Grade))
                && lexer::is_first_on_line(self.builder.text, found.start)
        {
            return None;
        }
        if self.expects(&[Rule::equals, Rule::colon]) || !self.is_compared_before() {
            return None;
        }
        let span = self.builder.place(found.start, found.end);
        let finding = Diagnostic::new(&codes::CHAINED_COMPARISON, span, format!("expected one comparison, found a second with `{slice}`"))
            .help("write `a <= x and x <= b`, or `x in a..b`");
        Some(Explained::plain(finding))
    }

    /// Whether a comparison's sign stands before the place, with nothing between that ends it.
    fn is_compared_before(&self) -> bool {
        let Some(found) = self.found else { return false };
        let text = self.builder.text;
        let from = text[..found.start].rfind(['{', '}']).map_or(0, |at| at + 1);
        let mut compared = false;
        let mut at = from;
        while let Some(token) = lexer::next_code(text, at).filter(|token| token.start < found.start) {
            match self.slice(token) {
                "<" | "<=" | ">" | ">=" | "==" | "!=" | "in" | "is" => compared = true,
                "and" | "or" | "when" | "if" | "then" | "else" | "where" | "satisfies" | "," | "->" | ":" => compared = false,
                _ => {}
            }
            at = token.end;
        }
        compared
    }

    /// `AND`, `If`: a word of the language in capitals.
    fn capital_word(&self) -> Option<Explained> {
        let found = self.found.filter(|token| token.kind == Kind::Word)?;
        let word = self.slice(found);
        let lower = word.to_ascii_lowercase();
        let fits = lower != word && (lexer::is_reserved(&lower) || self.words().contains(&lower.as_str()));
        let right = match lower.as_str() {
            "elif" | "elseif" | "elsif" if self.expects(&[Rule::else_word]) => "else if",
            _ if fits => &lower,
            _ => return None,
        };
        let message = format!("expected `{right}`, found `{word}`");
        Some(self.corrected(&codes::SYNTAX, message, found.start, found.end, right))
    }

    /// Numbers that are almost written as the language has them.
    fn number(&self) -> Option<Explained> {
        let found = self.found?;
        let before = self.before.filter(|token| token.kind == Kind::Number)?;
        let text = self.builder.text;
        let slice = self.slice(found);
        let same_line = !text[before.end..found.start].contains('\n');
        if !same_line {
            return None;
        }
        if slice == "%" {
            let message = format!("expected `{}%` without a blank, found a blank before `%`", self.slice(before));
            return Some(self.corrected(&codes::BAD_NUMBER, message, before.end, found.start, ""));
        }
        if slice == "," && found.start == before.end {
            let digits = text[found.end..].bytes().take_while(u8::is_ascii_digit).count();
            if digits == 3 {
                let message = "expected a number without commas, found one between its digits".to_string();
                let right = format!("{}_{}", self.slice(before), &text[found.end..found.end + 3]);
                let mut explained = self.corrected(&codes::BAD_NUMBER, message, found.start, found.end, "_");
                explained.finding = explained.finding.help(format!("write `{right}`"));
                return Some(explained);
            }
        }
        // The number and what is glued to it are one token for the eye: `5x`, `12abc`.
        let (start, word) = if found.kind == Kind::Word { (found.start, slice) } else { return None };
        if lexer::is_reserved(word) || self.words().contains(&word) || KEYWORDS_AFTER_VALUES.contains(&word) {
            return None;
        }
        let span = self.builder.place(start, found.end);
        let whole = &text[before.start..found.end];
        let mut near = closest(word, UNITS);
        let unit = Diagnostic::new(&codes::BAD_UNIT, span, format!("expected a unit after `{}`, found `{word}`", self.slice(before)));
        let mut finding = match parse_literal(whole) {
            Err(error @ LiteralError::UnknownUnit { .. }) => {
                // What analysts often write for a unit is known better than by its spelling, except that any three letters could be a currency.
                let habit = error.help().filter(|help| near.is_none() || !help.contains(&word.to_ascii_uppercase()));
                near = near.filter(|_| habit.is_none());
                habit.into_iter().fold(unit, Diagnostic::help)
            }
            Err(error) => literals::finding(&error, self.builder.place(before.start, found.end)),
            Ok(_) => unit,
        };
        if let Some(unit) = near {
            finding = finding.help(format!("did you mean `{unit}`?")).fix(span, unit);
        }
        let edits = near.map(|unit| Edit { start, end: found.end, replacement: unit.to_string() });
        Some(Explained { finding, edits: edits.into_iter().collect() })
    }

    /// A quote in the braces of a text ended it.
    fn quoted_in_text(&self) -> Option<Explained> {
        let before = self.before.filter(|token| token.kind == Kind::Text)?;
        let found = self.found?;
        let inner = self.slice(before);
        let open = inner.rfind('{').filter(|open| !inner[*open..].contains('}') && !inner[..*open].ends_with('\\'))?;
        if found.start != before.end {
            return None;
        }
        let span = self.builder.place(before.end - 1, before.end);
        let finding = Diagnostic::new(&codes::SYNTAX, span, "expected a value without quotes in the braces of a text, found `\"`")
            .related(self.builder.place(before.start + open, before.start + open + 1), "opened here")
            .help("give the value a name with `let` and put the name into the braces");
        Some(Explained::plain(finding))
    }

    /// A form that takes in all that follows, in the middle of an expression.
    fn needs_parentheses(&self) -> Option<Explained> {
        let text = self.builder.text;
        let mut words = [self.before, self.found].into_iter().flatten().filter(|token| token.kind == Kind::Word);
        let form = words.find(|token| {
            let next = lexer::next_code(text, token.end);
            let after = next.map_or("", |next| self.slice(next));
            match self.slice(*token) {
                "if" | "some" | "every" => self.found == Some(*token),
                "count" | "share" => {
                    let second = next.and_then(|next| lexer::next_code(text, next.end)).map_or("", |second| self.slice(second));
                    self.found == next && second == "in"
                }
                "sum" | "min" | "max" | "mean" => after == "of" && self.found == next,
                _ => false,
            }
        })?;
        let word = self.slice(form);
        let previous = last_token(self.builder, 0, form.start).map_or("", |token| self.slice(token));
        let in_middle = matches!(
            previous,
            "+" | "-" | "*" | "/" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or" | "not" | "in" | ".." | "assuming"
        );
        if !in_middle {
            return None;
        }
        let span = self.builder.place(form.start, form.end);
        let finding =
            Diagnostic::new(&codes::SYNTAX, span, format!("`{word} …` in the middle of an expression needs parentheses around it"))
                .help(format!("write `({word} …)`"));
        Some(Explained::plain(finding))
    }

    /// `sum x for …`: the word that tells the form from the function is missing.
    fn missing_of(&self) -> Option<Explained> {
        let found = self.found.filter(|token| token.kind == Kind::Word)?;
        let before = self.before.filter(|token| matches!(self.slice(*token), "sum" | "min" | "max" | "mean"))?;
        let text = self.builder.text;
        let after = &text[found.end..lexer::line_end(text, found.end)];
        if !after.split_whitespace().any(|word| word == "for") {
            return None;
        }
        let word = self.slice(before);
        let message = format!("expected `of` after `{word}`, found `{}`", self.slice(found));
        let mut explained = self.corrected(&codes::SYNTAX, message, before.end, before.end, " of");
        explained.finding.primary.span = self.builder.place(found.start, found.end);
        explained.finding = explained.finding.help(format!("write `{word} of …`"));
        Some(explained)
    }

    /// A word that is close to one of those due.
    fn misspelt(&self) -> Option<Explained> {
        let found = self.found.filter(|token| token.kind == Kind::Word)?;
        let word = self.slice(found);
        let words = self.words();
        let first = lexer::is_first_on_line(self.builder.text, found.start);
        if lexer::is_reserved(word)
            || words.is_empty()
            || words.contains(&word)
            || (!first && matches!(self.place, Place::Entry(_)) && self.after_value() && !self.block_opened())
        {
            return None;
        }
        if self.place == Place::Top && CARD_WORDS.contains(&word) {
            let span = self.builder.place(found.start, found.end);
            let finding = Diagnostic::new(&codes::SYNTAX, span, format!("`{word}` belongs into a scorecard, but stands outside"));
            return Some(Explained::plain(finding));
        }
        if self.place == Place::Top && matches!(word, "use" | "version") {
            let span = self.builder.place(found.start, found.end);
            let finding = Diagnostic::new(&codes::SYNTAX, span, format!("`{word}` belongs to the `rulebook` line, before all items"));
            return Some(Explained::plain(finding));
        }
        let near = closest(word, words.iter().copied()).filter(|_| self.may_be_misspelt(found));
        let span = self.builder.place(found.start, found.end);
        let at_beginning = matches!(self.place, Place::Top | Place::Entry(_));
        match near {
            Some(right) => {
                let message = format!("expected {}, found `{word}`", self.expected_words(&words));
                let mut explained = self.corrected(&codes::SYNTAX, message, found.start, found.end, right);
                explained.finding = explained.finding.help(format!("did you mean `{right}`?"));
                Some(explained)
            }
            None if at_beginning => {
                let message = format!("expected {}, found `{}`", self.expected_words(&words), shown(word));
                let finding = Diagnostic::new(&codes::SYNTAX, span, message);
                let finding =
                    if self.place == Place::Top { finding.help(format!("items begin with {}", ticked(&ITEM_WORDS))) } else { finding };
                Some(Explained::plain(finding))
            }
            None => None,
        }
    }

    /// Whether what follows a word is what follows the words it could be.
    fn may_be_misspelt(&self, found: Token) -> bool {
        let Some(next) = lexer::next_code(self.builder.text, found.end) else { return false };
        let following = self.slice(next);
        let name = next.kind == Kind::Word && !lexer::is_reserved(following);
        match self.place {
            Place::Top => name || next.kind == Kind::Text,
            Place::Entry(BlockKind::Steps) => name || next.kind == Kind::Text,
            Place::Entry(BlockKind::Cards | BlockKind::Protocol) => name,
            Place::Entry(_) => next.kind == Kind::Text || matches!(following, "when" | "most" | "from" | "waived" | "->"),
            Place::Header | Place::HeaderLine | Place::Item | Place::Inside(_) | Place::Interpolation | Place::Cell => true,
        }
    }

    fn block_opened(&self) -> bool {
        self.before.is_some_and(|token| matches!(self.slice(token), "{" | "}"))
    }

    fn expected_words(&self, words: &[&str]) -> String {
        match self.place {
            Place::Top => "the beginning of an item".to_string(),
            Place::Entry(kind) => beginnings(kind),
            _ => ticked(words),
        }
    }

    /// The words that may stand at the place.
    fn words(&self) -> Vec<&'static str> {
        match self.place {
            Place::Top => ITEM_WORDS.iter().copied().chain(["rulebook"]).collect(),
            Place::Entry(kind) => beginning_words(kind),
            Place::Header | Place::HeaderLine | Place::Item | Place::Inside(_) | Place::Interpolation | Place::Cell => {
                self.failure.expected.iter().filter_map(|rule| word_of(*rule)).collect()
            }
        }
    }

    /// Everything else.
    fn unexpected(&self) -> Explained {
        let builder = self.builder;
        let expected = match self.place {
            Place::Top => "the beginning of an item".to_string(),
            Place::Entry(kind) => beginnings(kind),
            _ if self.expects(&[Rule::open_word]) => {
                "`open`, `decided`, `applicable`, `known`, `unknown` or a range such as `40%..60%`".to_string()
            }
            _ if self.expects(&[Rule::known_word]) => "`known`, `unknown` or `empty`".to_string(),
            _ => self.expectation(),
        };
        // What lacks something at the end of its line is told there, not where the next line begins.
        let in_middle = !matches!(self.place, Place::Top | Place::Entry(_));
        let on_line = |token: &Token| !in_middle || self.before.is_none() || !lexer::is_first_on_line(builder.text, token.start);
        let Some(found) = self.found.filter(on_line) else {
            let (span, what) = match self.before {
                Some(before) => (builder.place(before.start, before.end), format!(" after `{}`", shown(self.slice(before)))),
                None => (builder.place(self.end, self.end), String::new()),
            };
            let mut finding = Diagnostic::new(&codes::SYNTAX, span, format!("expected {expected}{what}"));
            if let Some(open) = self.open_group(self.end).filter(|_| self.expects(&[Rule::close_group])) {
                finding = finding.related(builder.place(open, open + 1), "opened here");
            }
            return Explained::plain(finding);
        };
        let slice = self.slice(found);
        let span = builder.place(found.start, found.end);
        if matches!(slice, "," | ";") && matches!(self.place, Place::Entry(_) | Place::Top) {
            let what = if slice == "," { "commas" } else { "semicolons" };
            let message = format!("expected nothing between two entries, found `{slice}`");
            let mut explained = self.corrected(&codes::SYNTAX, message, found.start, found.end, "");
            explained.finding = explained.finding.help(format!("no {what} are needed: leave it out"));
            return explained;
        }
        let joined = matches!(self.place, Place::Entry(_))
            && !lexer::is_first_on_line(builder.text, found.start)
            && self.after_value()
            && !self.block_opened();
        let mut finding = match joined {
            true => Diagnostic::new(&codes::SYNTAX, span, format!("expected an operator or a new entry, found `{}`", shown(slice))),
            false => Diagnostic::new(&codes::SYNTAX, span, format!("expected {expected}, found `{}`", shown(slice))),
        };
        if self.expects(&[Rule::points]) && !self.expects(&[Rule::expression]) && found.kind == Kind::Word {
            finding = finding.help(format!("an expression for points stands in parentheses: write `({slice} …)`")).label("in parentheses");
            if lexer::is_first_on_line(builder.text, lexer::skip_blanks(builder.text, found.end)) {
                finding = finding.fix(span, format!("({slice})"));
            }
        }
        if let Some(open) = self.open_group(found.start).filter(|_| self.expects(&[Rule::close_group])) {
            finding = finding.related(builder.place(open, open + 1), "opened here");
        }
        if let Some(hint) = self.hint(found) {
            finding = finding.help(hint);
        }
        Explained::plain(finding)
    }

    /// What other languages write in this place, and how this one does.
    fn hint(&self, found: Token) -> Option<String> {
        let slice = self.slice(found);
        let before = self.before.map_or("", |token| self.slice(token));
        let next = lexer::next_code(self.builder.text, found.end).map_or("", |next| self.slice(next));
        let hint = match slice {
            _ if before == "is" => "write `==` to compare with a value",
            _ if before == "not" && found.kind == Kind::Word && self.expects(&[Rule::known_word]) => "write `!=` to compare with a value",
            "." if next.starts_with(|digit: char| digit.is_ascii_digit()) => return Some(format!("write `0.{next}`")),
            "." => "names are joined by `.` without blanks, and digits follow the point of a number",
            "[" if before == "in" => "values to look among stand in parentheses, as in `in (a, b)`",
            "[" if self.after_value() => "elements have no numbers: ask for `some`, `every` or `count` of them",
            "?" if self.place != Place::Inside(BlockKind::Fields) => "write `if CONDITION then VALUE else VALUE`",
            "?" => "every fact may be missing: leave the mark out",
            "%" => "`%` stands only behind a number, as in `5%`",
            "^" | "**" => "there are no powers: multiply",
            "/" if next == "*" || next == "/" || before == "/" => "a comment begins with `#`",
            ".." if self.expects(&[Rule::close_group]) => "a range stands without parentheses, as in `in 1..5`",
            "€" => "write the amount before its currency, as in `5 EUR`",
            "£" => "write the amount before its currency, as in `5 GBP`",
            ";" => "no semicolons are needed, and what follows stands on a line of its own",
            "for" => "write `sum of VALUE for x in LIST`, and likewise with `min`, `max` and `mean`",
            "else" if self.expects(&[Rule::otherwise_word]) => "write `otherwise`",
            "{" if self.expects(&[Rule::then_word, Rule::else_word]) => "write `if CONDITION then VALUE else VALUE`, without braces",
            _ if before == "list" => "write `list of` and what it holds",
            _ if before == "money" => "write three capitals behind `money`, as in `money USD`",
            _ if found.kind == Kind::Number && before.len() == 3 && before.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                return Some(format!("write the amount before its currency, as in `{slice} {before}`"));
            }
            _ if self.expects(&[Rule::comma]) && found.kind == Kind::Word && self.place == Place::Inside(BlockKind::Fields) => {
                "the values of an enumeration are separated by commas, and a field begins with a name and `:`"
            }
            _ => return None,
        };
        Some(hint.to_string())
    }

    /// The innermost parenthesis that is open at a place.
    fn open_group(&self, at: usize) -> Option<usize> {
        let text = self.builder.text;
        let mut from = text[..at].rfind(['{', '}']).map_or(0, |brace| brace + 1);
        let mut open = Vec::new();
        while let Some(token) = lexer::next_code(text, from).filter(|token| token.start < at) {
            match self.slice(token) {
                "(" => open.push(token.start),
                ")" => {
                    open.pop();
                }
                _ => {}
            }
            from = token.end;
        }
        open.pop()
    }

    /// What the grammar looked for.
    fn expectation(&self) -> String {
        let expected = &self.failure.expected;
        let mut phrases: Vec<String> = Vec::new();
        let mut push = |phrase: String| {
            if !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
        };
        let values = self.expects(&VALUE_RULES);
        for rule in expected {
            if *rule == Rule::EOI && expected.len() > 1 {
                continue;
            }
            // Where a parenthesis may close, a comma may always stand too; where a field's type may begin, so may a group.
            let implied = match rule {
                // A list made on the spot is seldom what was meant.
                Rule::for_word => self.expects(&[Rule::close_group]),
                Rule::comma => self.expects(&[Rule::close_group, Rule::close_list]),
                Rule::text => self.expects(&[
                    Rule::colon,
                    Rule::equals,
                    Rule::open_block,
                    Rule::worth,
                    Rule::worth_word,
                    Rule::on_word,
                    Rule::hit_word,
                ]),
                Rule::record | Rule::open_block => self.expects(&[Rule::colon]) && self.place == Place::Inside(BlockKind::Fields),
                _ => false,
            };
            if implied {
                continue;
            }
            if values && (VALUE_RULES.contains(rule) || VALUE_TOKENS.contains(rule)) {
                push("a value".into());
                continue;
            }
            if OPERATORS.contains(rule) {
                continue;
            }
            match (word_of(*rule), phrase_of(*rule)) {
                (Some(word), _) => push(format!("`{word}`")),
                (None, Some(phrase)) => push(phrase.into()),
                (None, None) => {}
            }
        }
        let ends = self.expects(&[Rule::EOI]);
        let goes_on = self.expects(&OPERATORS);
        if goes_on && ends {
            let next = match self.place {
                Place::Inside(BlockKind::Fields) => return "a bound, `fresh for`, `sourced`, `fixed` or the next field".into(),
                Place::Inside(BlockKind::Bands) => return "a comparison, `otherwise` or the next band".into(),
                Place::Inside(_) => "the next entry on a line of its own",
                Place::Interpolation => "the closing brace",
                Place::Cell => "the end of the cell",
                _ => "the next item",
            };
            return format!("an operator such as `and`, or {next}");
        }
        if phrases.is_empty() {
            return if self.expects(&OPERATORS) { "an operator".into() } else { "something else".into() };
        }
        if phrases.len() > 5 {
            phrases.truncate(5);
        }
        listed(&phrases, "or")
    }
}

/// Rules that stand for any value.
const VALUE_RULES: [Rule; 14] = [
    Rule::expression,
    Rule::disjunction,
    Rule::conjunction,
    Rule::negation,
    Rule::comparison,
    Rule::sum,
    Rule::product,
    Rule::unary,
    Rule::reference,
    Rule::data,
    Rule::set,
    Rule::test,
    Rule::test_all,
    Rule::test_part,
];

/// Tokens a value may begin with: not worth a mention beside "a value".
const VALUE_TOKENS: [Rule; 21] = [
    Rule::numeral,
    Rule::text,
    Rule::path,
    Rule::name,
    Rule::group,
    Rule::open_group,
    Rule::open_list,
    Rule::minus,
    Rule::not_word,
    Rule::if_word,
    Rule::some_word,
    Rule::every_word,
    Rule::count_word,
    Rule::share_word,
    Rule::true_word,
    Rule::false_word,
    Rule::unknown_word,
    Rule::today_word,
    Rule::list_value,
    Rule::tail,
    Rule::compare,
];

/// What may follow a value in any place.
const OPERATORS: [Rule; 16] = [
    Rule::tail,
    Rule::compare,
    Rule::in_word,
    Rule::is_word,
    Rule::not_word,
    Rule::sum_sign,
    Rule::product_sign,
    Rule::and_word,
    Rule::or_word,
    Rule::assuming_word,
    Rule::arguments,
    Rule::open_group,
    Rule::bounds,
    Rule::range,
    Rule::row_break,
    Rule::comment,
];

/// Words that go on after a number without being its unit.
const KEYWORDS_AFTER_VALUES: [&str; 13] =
    ["on", "worth", "at", "fresh", "sourced", "fixed", "count", "use", "version", "passes", "applies", "because", "until"];

/// Every unit, for suggestions.
const UNITS: [&str; 27] = [
    "ms", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years",
    "byte", "bytes", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB",
];

fn beginning_words(kind: BlockKind) -> Vec<&'static str> {
    let own: &[&'static str] = match kind {
        BlockKind::Fields | BlockKind::Bands | BlockKind::Table | BlockKind::Profile => return Vec::new(),
        BlockKind::Functions => return vec!["fn"],
        BlockKind::Cards => return CARD_WORDS.to_vec(),
        BlockKind::Steps => return STEP_WORDS.to_vec(),
        BlockKind::Check => &["passes"],
        BlockKind::Gate => &["when", "at", "never"],
        BlockKind::Protocol => return PROVISION_WORDS.to_vec(),
        BlockKind::Trigger => &["when", "do"],
        BlockKind::Grade => &["when", "otherwise"],
        BlockKind::Ramp | BlockKind::Measure | BlockKind::Include | BlockKind::Limit | BlockKind::Review => &[],
    };
    own.iter().copied().chain(["applies", "because", "ask", "remedy", "cite", "effective", "until"]).collect()
}

/// What may begin in a block.
fn beginnings(kind: BlockKind) -> String {
    let common = ["`applies when`", "`because`", "`ask`", "`remedy`", "`cite`"];
    let own: &[&str] = match kind {
        BlockKind::Fields => return "a field, such as `name: text`".into(),
        BlockKind::Bands => return "a band, such as `core \"Core\" >= 75%`".into(),
        BlockKind::Profile => return "a parameter and its value, such as `screening.min_age = 2 years`".into(),
        BlockKind::Cards => return ticked(&CARD_WORDS),
        BlockKind::Functions => return "a function, such as `fn index(shares: list of percent) -> number`".into(),
        BlockKind::Steps => return ticked(&STEP_WORDS),
        BlockKind::Table => return "a line between bars, such as `| compute | any || 8 |`".into(),
        BlockKind::Check => &["`passes when`"],
        BlockKind::Gate => &["`when`", "`at most`"],
        BlockKind::Protocol => return ticked(&PROVISION_WORDS),
        BlockKind::Trigger => &["`when`", "`do`"],
        BlockKind::Grade => &["a row, such as `>= 60% -> 10`"],
        BlockKind::Ramp => &["a knot, such as `10% -> 8`"],
        BlockKind::Measure | BlockKind::Include | BlockKind::Limit | BlockKind::Review => &[],
    };
    let all: Vec<&str> = own.iter().copied().chain(common).collect();
    listed(&all, "or")
}

fn ticked(words: &[&str]) -> String {
    let ticked: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    listed(&ticked, "or")
}

/// The word a rule stands for.
fn word_of(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::and_word => "and",
        Rule::or_word => "or",
        Rule::not_word => "not",
        Rule::in_word => "in",
        Rule::is_word => "is",
        Rule::if_word => "if",
        Rule::then_word => "then",
        Rule::else_word => "else",
        Rule::satisfies_word => "satisfies",
        Rule::where_word => "where",
        Rule::for_word => "for",
        Rule::of_word => "of",
        Rule::assuming_word => "assuming",
        Rule::unknown_word => "unknown",
        Rule::known_word => "known",
        Rule::empty_word => "empty",
        Rule::none_word => "none",
        Rule::otherwise_word => "otherwise",
        Rule::when_word => "when",
        Rule::any_word => "any",
        Rule::hit_word => "hit",
        Rule::unique_word => "unique",
        Rule::first_word => "first",
        Rule::priority_word => "priority",
        Rule::collect_word => "collect",
        Rule::version_word => "version",
        Rule::use_word | Rule::uses => "use",
        Rule::on_word => "on",
        Rule::fn_word => "fn",
        Rule::worth_word | Rule::worth => "worth",
        Rule::most_word => "most",
        Rule::every_word => "every",
        Rule::optional_word => "optional",
        Rule::from_word => "from",
        Rule::until_word => "until",
        Rule::waived_word => "waived",
        Rule::fresh | Rule::fresh_word => "fresh",
        Rule::sourced => "sourced",
        Rule::fixed => "fixed",
        Rule::fires_word => "fires",
        Rule::does_word => "does not fire",
        Rule::fire_word => "fire",
        Rule::open_word => "open",
        Rule::decided_word => "decided",
        Rule::applicable_word => "applicable",
        _ => return None,
    })
}

/// What a rule stands for, in words.
fn phrase_of(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::new_name | Rule::name | Rule::path => "a name",
        Rule::text => "a text in quotes",
        Rule::numeral => "a number",
        Rule::points => "a number or an expression in parentheses",
        Rule::group => "an expression in parentheses",
        Rule::open_block => "`{`",
        Rule::close_block => "`}`",
        Rule::open_group => "`(`",
        Rule::close_group => "`)`",
        Rule::open_list => "`[`",
        Rule::close_list => "`]`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::arrow => "`->` and points",
        Rule::returns => "`->` and the type of the result",
        Rule::range => "`..`",
        Rule::type_expression | Rule::plain_type | Rule::one_of | Rule::list_of | Rule::money_type => "a type",
        Rule::record => "`{` and fields",
        Rule::currency => "a currency of three capitals, such as `USD`",
        Rule::variant => "a name",
        Rule::binder => "a name for the elements, as in `a in audits`",
        Rule::label => "a label in quotes",
        Rule::field => "a field",
        Rule::band => "a band",
        Rule::band_test => "a comparison",
        Rule::function => "a function",
        Rule::parameter => "a name and its type, such as `shares: list of percent`",
        Rule::argument => "a value",
        Rule::table_line | Rule::bar => "`|`",
        Rule::hit_policy => "`unique`, `first`, `any`, `priority` or `collect`",
        Rule::EOI => "the next entry",
        _ => return None,
    })
}

/// The last token of `start..end`.
fn last_token(builder: &Builder<'_>, start: usize, end: usize) -> Option<Token> {
    let text = builder.text;
    // Tokens do not span lines, so the line on which the last code stands is enough.
    let end = builder.last_token_end(start, end);
    let mut at = text[..end].rfind('\n').map_or(0, |newline| newline + 1).max(start);
    let mut last = None;
    while let Some(token) = lexer::next_code(text, at).filter(|token| token.start < end) {
        last = Some(token);
        at = token.end;
    }
    last
}

/// What was found, cut to a length that fits a line, with what has no shape written out.
fn shown(slice: &str) -> String {
    let shape = |character: char| if character.is_control() { character.escape_unicode().to_string() } else { character.to_string() };
    let mut text: String = slice.chars().take(40).map(shape).collect();
    if slice.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}
