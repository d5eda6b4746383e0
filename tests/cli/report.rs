//! `plumb report`: the file it writes, what it ends with, and that nothing of what it is given acts.

use std::fs;
use std::path::Path;

use super::{Desk, Ended, plumb_in};

const TODAY: [&str; 2] = ["--today", "2026-11-23"];

fn desk() -> Desk {
    let desk = Desk::with_rules();
    desk.put("facts/a.yaml", "uptime: 99.5%\nspare: 30%\n");
    desk.put("facts/b.yaml", "uptime: 99.5%\n");
    desk
}

fn report(desk: &Desk, arguments: &[&str]) -> Ended {
    desk.plumb(&[&["report"], arguments, &TODAY].concat())
}

#[test]
fn a_report_is_one_file_and_stays_what_it_is() {
    let desk = desk();
    let ended = report(&desk, &["facts", "--out", "out.html"]);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "out.html: 2 projects: 1 decided, 1 open\n", ""));
    let page = fs::read_to_string(desk.0.join("out.html")).expect("it is there");
    assert!(page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"), "{}", &page[page.len() - 80..]);

    let again = report(&desk, &["facts", "--out", "out.html"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("there is something at `out.html` already") && again.err.contains("--force"), "{}", again.err);

    let forced = report(&desk, &["facts", "--out", "out.html", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.err);
    assert_eq!(fs::read_to_string(desk.0.join("out.html")).expect("it is there"), page);
    let left: Vec<_> = fs::read_dir(&desk.0).expect("the desk is there").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");

    assert_eq!(report(&desk, &["facts", "--out", "-"]).out, page);
}

#[test]
fn it_ends_as_eval_does_and_writes_the_page_all_the_same() {
    let desk = desk();
    for (band, code) in [("fair", 0), ("good", 3)] {
        let name = format!("{band}.html");
        let ended = report(&desk, &["facts", "--require", band, "--out", &name]);
        assert_eq!(ended.code, code, "{}", ended.err);
        assert!(desk.0.join(&name).exists());
    }
    let page = fs::read_to_string(desk.0.join("good.html")).expect("it is there");
    assert!(page.contains("Required is at least Good: undecided"), "it says what was asked for");
}

#[test]
fn what_can_not_be_run_writes_nothing() {
    let desk = desk();
    desk.put("wrong.yaml", "uptime: high\n");
    for facts in ["wrong.yaml", "nowhere"] {
        let ended = report(&desk, &[facts, "--out", "out.html"]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        assert!(!desk.0.join("out.html").exists());
    }
    let nameless = report(&desk, &["facts"]);
    assert_eq!(nameless.code, 2);
    assert!(nameless.err.contains("add `--out report.html`"), "{}", nameless.err);
}

/// Every element and attribute that a report is made of.
const TAGS: &str = "html head meta title style script body a header nav main footer section article svg defs pattern rect line text h1 h2 h3 p ul ol li span div \
                    dl dt dd small form label select option input button output table thead tbody tr th td caption details summary b code cite figure figcaption pre";
const ATTRIBUTES: &str = "lang charset http-equiv content name class href id aria-label aria-labelledby aria-hidden focusable width height patternUnits \
                          patternTransform x y x1 x2 y1 y2 dx text-anchor role data-project data-for data-standing data-lost data-open hidden value type autocomplete \
                          spellcheck scope tabindex colspan open rel";

#[test]
fn nothing_of_hostile_rules_and_facts_acts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let ended = plumb_in(&folder, &[&["report", "sheet.yaml", "other.yaml", "--out", "-"], TODAY.as_slice()].concat());
    let page = ended.out;
    assert!(page.contains("window.pwned"), "the attempts are on the page, as text: {}", ended.err);
    let acting = page.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || "\u{202e}\u{2066}\u{200f}\u{200b}\u{2028}\u{feff}\u{e0041}".contains(*c)
    });
    assert_eq!(acting, None);

    let (known, allowed): (Vec<&str>, Vec<&str>) = (TAGS.split_whitespace().collect(), ATTRIBUTES.split_whitespace().collect());
    let (mut style, mut scripts) = (0, 0);
    let mut rest = page.strip_prefix("<!doctype html>").expect("it is a page");
    while let Some((_, behind)) = rest.split_once('<') {
        let (tag, after) = behind.split_once('>').expect("tags end, and no value has a bare `>`");
        rest = after;
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = name.trim_matches('/');
        assert!(known.contains(&name), "<{tag}>");
        for (attribute, value) in pairs(attributes) {
            assert!(allowed.contains(&attribute), "<{tag}>");
            let web = value.starts_with("https://example.org/") || value.starts_with("https://github.com/") || value.starts_with('#');
            assert!(attribute != "href" || web, "<{tag}>");
            assert!(attribute != "class" || !value.contains("pwned"), "<{tag}>");
        }
        // What a browser reads as style or script is skipped as it does: up to the first end tag.
        for (raw, count) in [("style", &mut style), ("script", &mut scripts)] {
            if tag == raw {
                *count += 1;
                rest = &rest[rest.find(&format!("</{raw}")).expect("it ends")..];
            }
        }
    }
    assert_eq!((style, scripts), (1, 1));
}

/// The attributes of a tag, less its last `/`.
fn pairs(attributes: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = attributes.trim_end_matches('/').trim();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        assert!(end > 0, "an attribute without a name, or a value without quotes: {attributes}");
        let name = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (inside, after) = quoted.split_once('"').expect("values are quoted");
            value = inside;
            rest = after;
        }
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}
