//! Words in Markdown: GitHub's, of which every other reader understands the most. Whatever comes from facts or rules is text there: no markup, link, mention,
//! reference or formula of theirs takes effect, and no cell of a table ends early.

use std::fmt::Write;

use super::text::{ticked, visible};

/// Words in which nothing is markup.
pub(super) fn text(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    for c in visible(words).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' | '$' => shown.extend(['\\', c]),
            _ => push_inert(&mut shown, c),
        }
    }
    without_addresses(&shown)
}

/// What begins a line, with a backslash where its first signs would stand for a list, a heading or a rule.
pub(super) fn opening(line: &str) -> String {
    let line = line.trim_start();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match line[digits..].chars().next() {
        Some('-' | '+' | '=') if digits == 0 => format!("\\{line}"),
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &line[..digits], &line[digits..]),
        _ => line.to_string(),
    }
}

/// Words as they are written in rules, within a line. Code spans know no escapes, so what a table or a span could take for its own is given by numbers.
pub(super) fn code(words: &str) -> String {
    let words = visible(words);
    if words.trim().is_empty() {
        return String::new();
    }
    if !words.contains(['|', '\\', '`']) {
        let space = if words.starts_with(' ') || words.ends_with(' ') { " " } else { "" };
        return format!("`{space}{words}{space}`");
    }
    let numbers = words.chars().fold(String::new(), |mut numbers, c| {
        match c.is_ascii_punctuation() {
            true => drop(write!(numbers, "&#{};", u32::from(c))),
            false => numbers.push(c),
        }
        numbers
    });
    format!("<code>{numbers}</code>")
}

/// A sentence in which codes stand between backticks.
pub(super) fn sentence(words: &str) -> String {
    ticked(words).into_iter().map(|(piece, is_code)| if is_code { code(piece) } else { text(piece) }).collect()
}

/// A text of several lines as it stands, between fences longer than any that it holds.
pub(super) fn fenced(words: &str) -> String {
    let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> = words.lines().map(|line| visible(&line.replace('\t', "    ")).into_owned()).collect();
    format!("{fence}text\n{}\n{fence}", lines.join("\n"))
}

/// Words within markup, as in a summary, where Markdown is not looked for.
pub(super) fn within_markup(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    visible(words).chars().for_each(|c| push_inert(&mut shown, c));
    without_addresses(&shown)
}

/// A character that neither markup nor the search for mentions takes for its own.
fn push_inert(shown: &mut String, c: char) {
    match c {
        '&' => shown.push_str("&amp;"),
        '<' => shown.push_str("&lt;"),
        '>' => shown.push_str("&gt;"),
        // Mentions and references are looked for in the finished text, where only a comment keeps the sign from its word.
        '@' | '#' => drop(write!(shown, "&#{};<!-- -->", u32::from(c))),
        _ => shown.push(c),
    }
}

/// Addresses would become links by themselves.
fn without_addresses(shown: &str) -> String {
    shown.replace("://", "&#58;//").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}

/// A page under construction. What goes in is Markdown already.
#[derive(Default)]
pub(super) struct Page {
    /// What there is of it.
    pub(super) text: String,
}

impl Page {
    /// A page with a mark, by which a pipeline finds its comment again, and a title.
    pub(super) fn new(mark: &str, title: &str) -> Page {
        Page { text: format!("{mark}\n### {}\n", text(title)) }
    }

    pub(super) fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// The head of a table.
    pub(super) fn table(&mut self, columns: &[&str]) {
        let rule: Vec<&str> = columns.iter().map(|_| "---").collect();
        let _ = write!(self.text, "\n| {} |\n| {} |\n", columns.join(" | "), rule.join(" | "));
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    /// What is folded away behind words.
    pub(super) fn details(&mut self, summary: &str, inside: impl FnOnce(&mut Page)) {
        let _ = writeln!(self.text, "\n<details><summary>{}</summary>", within_markup(summary));
        inside(self);
        self.text.push_str("\n</details>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_of_strangers_take_effect() {
        assert_eq!(text("a|b"), "a\\|b");
        assert_eq!(text("@all see #1"), "&#64;<!-- -->all see &#35;<!-- -->1");
        assert_eq!(text("[x](http://evil) <b>"), "\\[x\\](http&#58;//evil) &lt;b&gt;");
        assert_eq!(text("$x$ `y`\nz &amp;"), "\\$x\\$ \\`y\\` z &amp;amp;");
        assert_eq!(text("\u{202e}abc"), "\\\\u\\{202e\\}abc");
        assert_eq!(opening("1. first"), "1\\. first");
        assert_eq!(opening("- one"), "\\- one");
    }

    #[test]
    fn nothing_ends_the_markup_that_it_stands_in() {
        assert_eq!(within_markup("</summary> *a* @all"), "&lt;/summary&gt; *a* &#64;<!-- -->all");
    }

    #[test]
    fn code_ends_where_it_ends() {
        assert_eq!(code("a >= 5"), "`a >= 5`");
        assert_eq!(code("@all"), "`@all`");
        assert_eq!(code("a|`b`"), "<code>a&#124;&#96;b&#96;</code>");
        assert_eq!(fenced("```\nx"), "````text\n```\nx\n````");
    }
}
