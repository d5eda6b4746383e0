//! The rule files, and the same policy with every check and gate written any number of times under thresholds that differ a little.
//!
//! Copies are made from the text of the rule files: each parameter, named expression, check and gate of a section is repeated under a name that ends in the
//! number of its copy. That leans on the one layout of the rule files, and the test of the copies says so if it changes.

use plumbrule::source::{Files, Unreadable};

/// Name and text of each rule file, `main` first.
pub const FILES: [(&str, &str); 7] = [
    ("main", include_str!("../policy/main.plumb")),
    ("project", include_str!("../policy/project.plumb")),
    ("security_checks", include_str!("../policy/security_checks.plumb")),
    ("reliability_checks", include_str!("../policy/reliability_checks.plumb")),
    ("market_checks", include_str!("../policy/market_checks.plumb")),
    ("governance_checks", include_str!("../policy/governance_checks.plumb")),
    ("gates", include_str!("../policy/gates.plumb")),
];

/// The rule files with each check and gate written `copies` times. Copy 0 keeps its names and thresholds.
pub fn files(copies: i64) -> Vec<(String, String)> {
    FILES
        .iter()
        .map(|(name, text)| (name.to_string(), if matches!(*name, "main" | "project") { text.to_string() } else { copied(text, copies) }))
        .collect()
}

/// A section's text: its header, then the copies of what stands before the scorecard, then those of what stands in it.
fn copied(text: &str, copies: i64) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let body = lines.iter().position(|line| line.starts_with("use ")).map_or(0, |place| place + 1);
    let open = lines.iter().position(|line| line.starts_with("scorecard ")).unwrap_or(lines.len());
    let close = if open < lines.len() { lines.len() - 1 } else { open };
    let inner = lines.get(open + 1..close).unwrap_or(&[]);
    let names = repeated_names(&lines);
    let mut result = lines[..body].join("\n");
    result.push('\n');
    for copy in 0..copies {
        copy_lines(&lines[body..open], &names, copy, &mut result);
    }
    if let Some(line) = lines.get(open) {
        result.push_str(line);
        result.push('\n');
        for copy in 0..copies {
            copy_lines(inner, &names, copy, &mut result);
        }
        result.push_str("}\n");
    }
    result
}

/// Everything that each copy has for itself.
fn repeated_names<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let name = |line: &'a str| {
        let mut words = line.split_whitespace();
        words.next().filter(|kind| matches!(*kind, "param" | "let" | "check" | "gate")).and_then(|_| words.next())
    };
    lines.iter().filter_map(|line| name(line)).collect()
}

fn copy_lines(lines: &[&str], names: &[&str], copy: i64, result: &mut String) {
    for line in lines {
        if copy == 0 {
            result.push_str(line);
        } else {
            let renamed = renamed(line, names, copy);
            match renamed.split_once(" = ") {
                Some((head, value)) if head.starts_with("param ") => {
                    result.push_str(head);
                    result.push_str(" = ");
                    result.push_str(&moved(value, copy));
                }
                _ => result.push_str(&renamed),
            }
        }
        result.push('\n');
    }
}

/// The line with the copy's number behind each of the names. A name is left alone as part of a path, for there it is a fact's, and among words of a text.
fn renamed(line: &str, names: &[&str], copy: i64) -> String {
    let mut result = String::with_capacity(line.len() + 16);
    if line.trim_start().starts_with('#') {
        return line.to_string();
    }
    let mut in_words = false;
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        if length == 0 {
            in_words = match first {
                '"' => !in_words,
                '{' if in_words => false,
                // Within a text braces hold an expression; the layout never has both braces of a block on one line.
                '}' if line.contains("because") => true,
                _ => in_words,
            };
            result.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(length);
        // Two points are a range between names, one is a path.
        let in_path = (result.ends_with('.') && !result.ends_with("..")) || (after.starts_with('.') && !after.starts_with(".."));
        result.push_str(word);
        if !in_words && !in_path && names.contains(&word) {
            result.push_str(&format!("_{copy}"));
        }
        rest = after;
    }
    result
}

/// The threshold of a copy: a count grows by one with each copy; a percent, or a number with a point, by a thousandth of itself.
fn moved(value: &str, copy: i64) -> String {
    let start = value.find(|letter: char| letter.is_ascii_digit()).unwrap_or(value.len());
    let (before, rest) = value.split_at(start);
    let end = rest.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '_'))).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let digits = digits.replace('_', "");
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let thousandths: i64 = format!("{whole}{decimals:0<3}").parse().unwrap_or(0);
    let new = if after.starts_with('%') || !decimals.is_empty() {
        super::documents::decimal(thousandths * (1_000 + copy))
    } else {
        (thousandths / 1_000 + copy).to_string()
    };
    format!("{before}{new}{after}")
}

/// Rule files that stand in memory.
pub struct Texts(pub Vec<(String, String)>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        let name = path.trim_end_matches(".plumb");
        self.0.iter().find(|file| file.0 == name).map(|file| file.1.clone()).ok_or(Unreadable::Missing)
    }
}
