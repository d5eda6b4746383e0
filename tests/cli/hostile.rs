//! Hostile rules and facts, in every command and every format: nothing acts, and all of it can be read. `report` has tests of its own beside these.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{Ended, plumb_in};

/// What each command is asked. All of it is answered: the facts are hostile, not wrong.
const ASKED: &[&[&str]] = &[
    &["eval", "sheet.yaml", "other.yaml"],
    &["eval", "sheet.yaml", "other.yaml", "--summary"],
    &["eval", "sheet.yaml", "--format", "json"],
    &["eval", "sheet.yaml", "other.yaml", "--format", "jsonl"],
    &["eval", "sheet.yaml", "other.yaml", "--format", "markdown"],
    &["eval", "sheet.yaml", "other.yaml", "--format", "github"],
    &["eval", "sheet.yaml", "other.yaml", "--format", "csv"],
    &["why", "main.rating", "sheet.yaml", "--deep"],
    &["why", "main.rating", "sheet.yaml", "--deep", "--format", "json"],
    &["why", "main.closed", "sheet.yaml"],
    &["why", "main.terms", "sheet.yaml"],
    &["why", "main.share", "sheet.yaml"],
    &["whatif", "sheet.yaml"],
    &["whatif", "sheet.yaml", "--reach", "go"],
    &["whatif", "sheet.yaml", "--reach", "go", "--format", "json"],
    &["whatif", "sheet.yaml", "--with", "open=true"],
    &["compare", "sheet.yaml", "other.yaml", "--all", "--facts"],
    &["compare", "sheet.yaml", "other.yaml", "--all", "--facts", "--format", "json"],
    &["compare", "sheet.yaml", "other.yaml", "--all", "--facts", "--format", "markdown"],
    &["diff", "sheet.yaml", "other.yaml"],
    &["diff", "sheet.yaml", "other.yaml", "--format", "json"],
    &["diff", "sheet.yaml", "other.yaml", "--format", "markdown"],
    &["doc"],
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "jsonl"],
    &["check", "--format", "markdown"],
    &["check", "--format", "github"],
    &["check", "--format", "csv"],
];

/// What documents bring along themselves, besides anchors: it folds, parts lines and words, and sets letters apart.
const OWN: &[&str] = &[
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<br>",
    "<code>",
    "</code>",
    "<sub>",
    "</sub>",
    "</a>",
    "<!-- -->",
    "<!-- plumb diff -->",
    "<!-- plumb -->",
];

fn asked(arguments: &[&str]) -> Ended {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    plumb_in(&folder, &[arguments, &["--today", "2026-11-23"]].concat())
}

/// Characters that act on a terminal or turn the direction of reading.
fn acts(c: char) -> bool {
    let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n')
        || turns
        || matches!(c, '\u{200b}' | '\u{e0000}'..='\u{e007f}')
        || c == '\u{feff}'
        || matches!(c, '\u{2028}' | '\u{2029}')
}

#[test]
fn nothing_of_it_acts_on_a_terminal_or_a_reader_of_data() {
    for arguments in ASKED {
        let ended = asked(arguments);
        assert!(!ended.out.is_empty() && !ended.err.starts_with("error"), "{arguments:?}: {}", ended.err);
        for text in [&ended.out, &ended.err] {
            // The lines of CSV end as they must.
            let text = if arguments.contains(&"csv") { text.replace("\r\n", "\n") } else { text.clone() };
            let acting: Vec<_> = text.char_indices().filter(|(_, c)| acts(*c)).take(3).collect();
            assert!(acting.is_empty(), "{arguments:?} lets through {acting:?}");
        }
        if arguments.contains(&"json") {
            serde_json::from_str::<serde_json::Value>(&ended.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        }
        for line in ended.out.lines().filter(|_| arguments.contains(&"jsonl")) {
            serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        }
    }
}

#[test]
fn nothing_of_it_becomes_markup() {
    for arguments in ASKED.iter().filter(|arguments| arguments.contains(&"markdown") || arguments[0] == "doc") {
        let page = asked(arguments).out;
        for event in Parser::new_ext(&page, Options::all()) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    let mut rest = html.to_string();
                    OWN.iter().for_each(|own| rest = rest.replace(own, ""));
                    let anchor = rest.trim_start_matches("<a id=\"").trim_end_matches("\">");
                    let is_anchor = !anchor.is_empty() && anchor.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
                    assert!(is_anchor || !rest.contains('<'), "{arguments:?} makes markup: {html}");
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let harmless = ["https://", "http://", "#"].iter().any(|start| dest_url.starts_with(start));
                    assert!(harmless, "{arguments:?} links to {dest_url}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn nothing_of_it_becomes_a_command_of_githubs() {
    for arguments in ASKED.iter().filter(|arguments| arguments[0] == "eval" && arguments.contains(&"github")) {
        let out = asked(arguments).out;
        let (commands, last): (Vec<&str>, Vec<&str>) = out.lines().partition(|line| line.starts_with("::"));
        assert!(commands.len() > 2 && last.len() == 1, "{arguments:?}: all lines but the last are commands of ours:\n{out}");
        for command in commands {
            let (name, rest) = command[2..].split_once(' ').expect("a command has properties");
            let (properties, _) = rest.split_once("::").expect("a command has a message");
            assert!(["error", "warning", "notice"].contains(&name), "{command}");
            for property in properties.split(',') {
                let (name, value) = property.split_once('=').unwrap_or_else(|| panic!("{command}"));
                assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name) && !value.contains(':'), "{command}");
            }
        }
    }
}

#[test]
fn nothing_of_it_becomes_a_formula() {
    for arguments in ASKED.iter().filter(|arguments| arguments[0] == "eval" && arguments.contains(&"csv")) {
        let out = asked(arguments).out;
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(out.as_bytes())
            .into_records()
            .map(|row| row.unwrap_or_else(|error| panic!("{arguments:?}: {error}")))
            .collect();
        assert!(!rows.is_empty(), "{arguments:?}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{arguments:?}: {cell}");
        }
    }
}
