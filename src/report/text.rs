//! Text for terminals: what a column is wide, where lines break, what may not reach the screen as it is.
//!
//! Facts and rules are written by strangers. Whatever of theirs a report shows goes through [`visible`] or [`Flow`], so that no text can move the cursor,
//! recolour the report or turn the direction of reading.

use std::borrow::Cow;

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Ordinary words.
pub(super) const PLAIN: Style = Style::new();
/// Headings and names.
pub(super) const STRONG: Style = Style::new().effects(Effects::BOLD);
/// Addresses and other things to look up, not to read.
pub(super) const FAINT: Style = Style::new().effects(Effects::DIMMED);
/// What is proven.
pub(super) const PROVEN: Style = AnsiColor::Cyan.on_default();
/// What the evidence leaves open.
pub(super) const OPEN: Style = AnsiColor::Yellow.on_default();
/// What went wrong, or counts against.
pub(super) const BAD: Style = AnsiColor::Red.on_default();
/// What counts for.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();

/// Columns that a text takes on the screen.
pub(super) fn width_of(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text as it may be shown on one line: line breaks and tabs become spaces, and characters that act rather than show are spelt out, `\u{202e}`.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if plain(text) == text.len() || !text.chars().any(|c| acts(c) || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\r' => {}
            '\n' | '\t' => shown.push(' '),
            _ if acts(c) || c.is_control() => shown.extend(c.escape_unicode()),
            _ => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The text as it may be shown on several lines, which its own line breaks end.
pub(super) fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// How far a text begins with nothing but letters, digits, signs and spaces of ASCII, as most texts are that are written: they show as they are.
pub(super) fn plain(text: &str) -> usize {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
    // Without a way out in its middle, a block is looked at all at once.
    let blocks = text.as_bytes().chunks(32).take_while(|block| block.iter().fold(true, |plain, byte| plain & is_plain(byte)));
    let begin = blocks.map(<[u8]>::len).sum();
    let behind = text.as_bytes()[begin..].iter().take_while(|byte| is_plain(byte)).count();
    begin + behind
}

/// Whether a character has no shape of its own but changes how others are shown or found: marks of direction, invisible separators, tags,
/// and what Unicode says is no character at all.
pub(super) fn acts(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Writes styles as escape codes, or not at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    /// Whether to.
    pub colour: bool,
}

impl Paint {
    /// The text in a style.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour && style != PLAIN && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

/// A sentence of another stage in pieces, and whether each is code, as what stands between two backticks is. Where they do not pair up, all of it is words.
pub(super) fn ticked(sentence: &str) -> Vec<(&str, bool)> {
    let pieces: Vec<&str> = sentence.split('`').collect();
    let inner = pieces.get(1..pieces.len() - 1).unwrap_or_default();
    if pieces.len().is_multiple_of(2) || inner.iter().any(|piece| piece.is_empty()) {
        return vec![(sentence, false)];
    }
    let pieces = pieces.into_iter().enumerate().map(|(place, piece)| (piece, place % 2 == 1));
    pieces.filter(|(piece, _)| !piece.is_empty()).collect()
}

/// The text cut to a width, ending in `…` where something was cut.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_string();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// Spaces up to a width.
pub(super) fn padding(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(width_of(text)))
}

/// Words in several styles that become lines of a given width.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    words: Vec<Word>,
}

#[derive(Clone, Debug)]
struct Word {
    text: String,
    style: Style,
    /// What stands before it on the same line: a space or a dot. At the start of a line, nothing does.
    joint: Joint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Space,
    Dot,
    Nothing,
}

impl Joint {
    fn text(self) -> &'static str {
        match self {
            Joint::Space => " ",
            Joint::Dot => " · ",
            Joint::Nothing => "",
        }
    }
}

impl Flow {
    /// No words yet.
    pub fn new() -> Flow {
        Flow::default()
    }

    /// Words, split at their spaces.
    pub fn add(mut self, style: Style, text: &str) -> Flow {
        self.push(style, text, Joint::Space, true);
        self
    }

    /// A few words that stay on one line.
    pub fn whole(mut self, style: Style, text: &str) -> Flow {
        self.push(style, text, Joint::Space, false);
        self
    }

    /// Words after a dot, which disappears where a line breaks.
    pub fn dot(mut self, style: Style, text: &str) -> Flow {
        self.push(style, text, Joint::Dot, true);
        self
    }

    /// Words after a dot that stay on one line.
    pub fn dot_whole(mut self, style: Style, text: &str) -> Flow {
        self.push(style, text, Joint::Dot, false);
        self
    }

    /// Words without a space before them: punctuation.
    pub fn close(mut self, style: Style, text: &str) -> Flow {
        self.push(style, text, Joint::Nothing, true);
        self
    }

    /// The words of another flow after a dot.
    pub fn append(mut self, other: Flow) -> Flow {
        let joint = if self.words.is_empty() { Joint::Nothing } else { Joint::Dot };
        let first = self.words.len();
        self.words.extend(other.words);
        if let Some(word) = self.words.get_mut(first) {
            word.joint = joint;
        }
        self
    }

    /// The words on one line, without styles.
    pub fn plain(&self) -> String {
        self.lines(usize::MAX, Paint { colour: false }).concat()
    }

    fn push(&mut self, style: Style, text: &str, joint: Joint, split: bool) {
        let text = visible(text);
        let mut joint = if self.words.is_empty() { Joint::Nothing } else { joint };
        let mut one = |word: &str| {
            self.words.push(Word { text: word.to_string(), style, joint });
            joint = Joint::Space;
        };
        if split {
            text.split_whitespace().for_each(&mut one);
        } else if !text.trim().is_empty() {
            one(text.trim());
        }
    }

    /// The lines, none wider than `width` unless it holds a single address, which is never broken so that it can be copied.
    pub fn lines(&self, width: usize, paint: Paint) -> Vec<String> {
        let width = width.max(1);
        let mut lines = Lines { paint, done: Vec::new(), runs: Vec::new(), used: 0 };
        for (index, word) in self.words.iter().enumerate() {
            // Punctuation may not start a line, so a word and what closes it are measured together.
            let closing: usize =
                self.words[index + 1..].iter().take_while(|next| next.joint == Joint::Nothing).map(|next| width_of(&next.text)).sum();
            let wide = width_of(&word.text);
            let joint = if lines.used == 0 { "" } else { word.joint.text() };
            if lines.used > 0 && word.joint != Joint::Nothing && lines.used + width_of(joint) + wide + closing > width {
                lines.next();
            }
            let joint = if lines.used == 0 { "" } else { word.joint.text() };
            if wide <= width || word.text.contains('/') {
                lines.put(joint, &word.text, word.style);
                continue;
            }
            lines.put(joint, "", word.style);
            for c in word.text.chars() {
                if lines.used > 0 && lines.used + c.width().unwrap_or(0) > width {
                    lines.next();
                }
                lines.put("", c.encode_utf8(&mut [0; 4]), word.style);
            }
        }
        if lines.used > 0 {
            lines.next();
        }
        lines.done
    }
}

/// Lines under construction; neighbours of one style share one pair of escape codes.
struct Lines {
    paint: Paint,
    done: Vec<String>,
    runs: Vec<(Style, String)>,
    used: usize,
}

impl Lines {
    fn put(&mut self, joint: &str, text: &str, style: Style) {
        self.used += width_of(joint) + width_of(text);
        match self.runs.last_mut() {
            Some((last, run)) if *last == style => {
                run.push_str(joint);
                run.push_str(text);
            }
            Some((_, run)) => {
                run.push_str(joint);
                self.runs.push((style, text.to_string()));
            }
            None => self.runs.push((style, format!("{joint}{text}"))),
        }
    }

    fn next(&mut self) {
        let line = self.runs.drain(..).map(|(style, run)| self.paint.paint(style, &run)).collect();
        self.done.push(line);
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: Paint = Paint { colour: false };

    #[test]
    fn characters_that_act_are_spelt_out() {
        assert_eq!(visible("a\u{202e}b\u{1b}[31m"), "a\\u{202e}b\\u{1b}[31m");
        assert_eq!(visible("one\r\ntwo\tthree"), "one two three");
        assert!(matches!(visible("plain – ünïcode 北京"), Cow::Borrowed(_)));
    }

    #[test]
    fn code_stands_between_backticks_that_pair_up() {
        assert_eq!(ticked("`a.b` is not known"), [("a.b", true), (" is not known", false)]);
        assert_eq!(ticked("no code"), [("no code", false)]);
        for odd in ["one ` alone", "``", "`a``b`"] {
            assert_eq!(ticked(odd), [(odd, false)]);
        }
    }

    #[test]
    fn words_wrap_by_the_columns_they_take() {
        let flow = Flow::new().add(PLAIN, "北京 北京 abc").dot(FAINT, "de");
        assert_eq!(flow.lines(9, BARE), ["北京 北京", "abc · de"]);
        assert_eq!(flow.lines(7, BARE), ["北京", "北京", "abc", "de"]);
    }

    #[test]
    fn addresses_stay_whole_and_other_long_words_break() {
        let flow = Flow::new().add(PLAIN, "see https://example.org/long abcdefghijkl");
        assert_eq!(flow.lines(6, BARE), ["see", "https://example.org/long", "abcdef", "ghijkl"]);
    }

    #[test]
    fn punctuation_never_starts_a_line() {
        let flow = Flow::new().add(PLAIN, "abc de").close(PLAIN, ":").add(PLAIN, "f");
        assert_eq!(flow.lines(6, BARE), ["abc", "de: f"]);
    }

    #[test]
    fn neighbours_of_one_style_share_their_escape_codes() {
        let lines = Flow::new().add(STRONG, "a b").add(PLAIN, "c").lines(20, Paint { colour: true });
        assert_eq!(lines, ["\u{1b}[1ma b \u{1b}[0mc"]);
    }

    #[test]
    fn shortening_says_so() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
        assert_eq!(shortened("北京北京", 6), "北京…");
    }
}
