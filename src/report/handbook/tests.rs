//! Handbooks of small policies, read as pages: one with every construct of the language, and one whose author means harm.

use std::collections::{BTreeMap, BTreeSet};

use super::{handbook_html, handbook_markdown};
use crate::diagnostic;
use crate::handbook::{Handbook, Material, handbook};
use crate::program::{Said, Settings, build};
use crate::source::{Files, Sources, Unreadable};
use crate::value::parse_date;
use crate::{check, syntax, trials};

/// Rulebooks and scripts by path, in memory.
struct Folder(BTreeMap<&'static str, String>);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, Unreadable> {
        self.0.get(path).cloned().ok_or(Unreadable::Missing)
    }
}

/// The handbook of rulebooks, on a day and under a profile, perhaps restricted to one of them.
fn made(files: &[(&'static str, &str)], profile: Option<&str>, set: &[(&str, &str)], only: Option<&str>) -> Handbook {
    let folder = Folder(files.iter().map(|(path, text)| (*path, text.to_string())).collect());
    let mut sources = Sources::new();
    let read = syntax::load("", "main.plumb", &folder, &mut sources);
    let checked = check::check(&read.value);
    let mut settings = Settings::on(parse_date("2026-11-23").expect("a day"));
    settings.profile = profile.map(|name| Said::new(name, "--profile"));
    settings.parameters = set.iter().map(|(code, value)| (Said::new(*code, "--set"), Said::new(*value, "--set"))).collect();
    let built = build(&checked.value, &settings);
    let findings = [read.diagnostics, checked.diagnostics, built.diagnostics].concat();
    assert!(!findings.iter().any(diagnostic::Diagnostic::is_error), "{findings:#?}");
    let program = built.value.expect("a policy without errors can be built");
    let policy = checked.value;
    let prepared = trials::prepare(&policy, &folder, &mut sources);
    assert!(prepared.diagnostics.is_empty(), "{:?}", prepared.diagnostics);
    let outcomes = trials::run(&policy, &prepared.value, &sources);
    let passing: BTreeSet<usize> = outcomes.iter().filter(|outcome| outcome.failures.is_empty()).map(|outcome| outcome.trial).collect();
    let covered = trials::covered(&policy, &prepared.value, &sources, &|trial| passing.contains(&trial));
    let only = only.map(|name| policy.rulebooks.iter().find(|book| book.name == name).expect("there is such a rulebook"));
    handbook(&Material { policy: &policy, program: &program, sources: &sources, outcomes: &outcomes, covered: &covered, only })
}

const MAIN: &str = r#"## Would a careful user put work on this network?
##
## It asks what runs, and who runs it.
rulebook main "First look"
version "1.2"
use data

## An outage of seven hours a month.
param min_uptime "Lowest availability": percent in 0%..100% = 99%
param reach "Reach that counts": size > 0 bytes = 1 TiB
param due: date in 2026-01-01..2030-01-01 = 2026-12-31
param strict: bool = false

let age = today - network.launched

## How much is known of who checks the work.
let trusted = if network.proof == proven then 3 else if network.proof == repeated then 2 else 0

let busy = network.demand is known and not (offers is empty)

let reports = count a in audits where a.public and a.date >= today - 2 years

let worst = max of a.findings for a in audits if none 0

let open_share = share a in audits where a.public if none 0%

let all_found = sum of a.findings + 1 for a in audits where a.date + 90 days < today

let typical = mean of a.findings for a in audits if none 0

let cleanest = min of o for o in offers where o > 10% if none 100%

let rivals = count p in peers where p.network.uptime > network.uptime and (every a in p.audits satisfies a.public)

let leads = some p in peers where p.network.proof == proven satisfies (some a in p.audits satisfies a.findings < 3)

let largest = sum of o for o in top(3, offers)

let spread = data.evenness(o for o in offers where o > 0%)

## Points by what is sold and how it is proven.
table fitness "What is sold, and how it is proven" hit first {
  | kind    | network.uptime         || points: number | remark: text        |
  | compute | >= 99.9%               || 6              | "as good as it gets" |
  | data    | 95%..99.9%             || 4              | "good enough"       |
  | compute or data | any            || 2              | "not yet"           |
  | otherwise                        || 0              | "something else"    |
}

scorecard trust "Trust" {
  ## Whoever is away cannot work.
  check steady "Keeps running" worth 15 {
    applies when kind in (compute, inference)
    passes when network.uptime >= min_uptime or (strict and network.operators >= 100 and not network.paused)
    because "available {network.uptime} of the time; {min_uptime} is due"
    ask "What did its status page show over the last quarter?"
    remedy "Keep {min_uptime} for a quarter, until {due}"
    cite "Handbook of operations, chapter 4"
  }

  grade spread_out "Run by many" on network.operators {
    >= 50 and < 5000 -> 5
    10..49 -> 3 "a few dozen parties"
    not in (0, 1) -> 1 "{network.operators} parties"
    otherwise -> 0
  }

  grade proof "The work is verified" {
    when network.proof == proven -> 4
    when trusted >= 2 and (busy or reports > 0) -> 2
    otherwise -> 0 "nothing verifies it"
  }

  ramp room "There is room" on network.spare {
    0% -> 0 "full"
    10% -> 3.5
    50% -> 6 "wide open"
  }

  measure fit "Sells what it proves" worth 6 = fitness.points * 2 - round(worst / 3, 1) * clamp(open_share, 0%, 50%)

  check later "Audited lately" worth 3 {
    passes when reports >= 1 and worst <= 5
    effective from 2027-01-01 until 2028-01-01
  }
}

scorecard whole "The whole" {
  include trust worth 70
  check held "Somebody answers for it" worth 30 {
    passes when registered assuming false
  }
}

## What the score is called.
verdict advice "Advice" on whole {
  use "Use it" >= 70%  ## Put work on it.
  try "Try it" >= 40%
  wait "Wait" otherwise
  never "Never"
}

gate young "Too young" {
  applies when not strict
  when age < 365 days or network.launched > due
  at most advice.try
  because "running for {age}"
  effective from 2026-01-01
}

gate robbed "Users' funds were stolen" {
  when (network.thefts assuming 0) > 0
  at most advice.never
  never waived
}

protocol holding "How to hold it" {
  ## No more than can be lost.
  limit most "Largest part": percent = if advice == use then 10% else if advice >= try then 5% else 0% {
    applies when network.demand == growing
    because "the advice is {advice}"
  }
  trigger down "It goes down" {
    when network.uptime < 90% or (trust < 50% and robbed)
    do "Leave within {30 days}"
    ask "Is it still there?"
  }
  trigger above "More than the limit" {
    when most < 3% and not steady
    do "Sell"
  }
  review yearly "Judge again" every 12 months {
    because "networks change"
  }
}

## For those who must not lose anything.
profile careful "Careful" {
  main.min_uptime = 99.9%  ## Nine hours a year.
  main.strict = true
}

test "a steady network of many" {
  with kind = compute, network.uptime = 99.5%, network.operators = 60
  today 2026-06-01
  expect steady
  expect spread_out == 5
}

test "stolen funds are never forgiven" {
  with network.thefts = 1
  today 2026-06-01
  expect robbed fires
  expect advice == never
}

test "one that fails" {
  with network.uptime = 10%, kind = compute
  today 2026-06-01
  expect steady
}
"#;

const DATA: &str = r#"## What is on file.
rulebook data "Facts"

type proof "What stands behind the work" = one of none "Nothing", repeated "Others repeat it", proven "A proof"

subject network_sheet "Network" {
  ## What it sells first.
  kind: one of compute "Compute", data "Data", inference "Inference"
  network {
    ## Share of the time in which it answered; over 90 days.
    uptime: percent in 0%..100% fresh for 120 days
    operators: whole in 0..100000 sourced
    launched: date in 2009-01-03..2099-12-31
    proof: proof
    demand: one of growing "Growing", flat "Flat"
    spare: percent in 0%..100%
    thefts: whole >= 0
    paused: bool
  }
  registered: bool
  audits: list of {
    date: date
    findings: whole in 0..50
    public: bool
  } count in 0..20
  offers: list of percent in 0%..100% count in 1..9
}

## Others like it.
context peers "Peers" optional: list of network_sheet

script "even.rhai" {
  ## 1 where all are equal.
  fn evenness(parts: list of percent) -> number in 0..1
}
"#;

const SCRIPT: &str = "// How even parts are.\nfn evenness(parts) {\n    if parts.is_empty() { 1 } else { 1 - parts.sum() / 10 }\n}\n";

fn every(profile: Option<&str>, only: Option<&str>) -> Handbook {
    made(&[("main.plumb", MAIN), ("data.plumb", DATA), ("even.rhai", SCRIPT)], profile, &[("main.reach", "2 TiB")], only)
}

#[test]
fn every_construct_in_markdown() {
    insta::assert_snapshot!("every_construct.md", handbook_markdown(&every(None, None)));
}

#[test]
fn every_construct_in_html() {
    let page = handbook_html(&every(Some("careful"), None));
    let (_, body) = page.split_once("<body>").expect("a page has a body");
    insta::assert_snapshot!("every_construct.html", body);
}

#[test]
fn one_rulebook_names_what_it_does_not_hold() {
    let page = handbook_markdown(&every(None, Some("data")));
    insta::assert_snapshot!("one_rulebook.md", page);
}

/// Texts that want to be more than texts, wherever a rule has words.
fn hostile() -> Handbook {
    let harm =
        "<script>alert(1)</script> | a | `b` | [c](javascript:d) ![e](f) *g* __h__ \u{202e}i\u{1b}[31mj\u{200b} </pre></table>&amp; ~~~";
    let quoted = format!("\"{}\"", harm.replace('`', "` ``` "));
    let main = format!(
        r#"## # {harm}
## - {harm}
## ```
## 1. {harm}
rulebook main {quoted}
version {quoted}

type kind {quoted} = one of a {quoted}, b {quoted}

## 7) {harm}
subject project {quoted} {{
  ## + {harm}
  kind: kind
  ## === {harm}
  size: whole >= 0
}}

## --- {harm}
param least {quoted}: whole >= 0 = 3

table cases {quoted} hit first {{
  | kind || remark: text |
  | a    || {quoted}     |
  | any  || "b | c \\ d"  |
}}

scorecard quality {quoted} {{
  ## > {harm}
  check large {quoted} worth 1 {{
    passes when size >= least
    because "{{size}} {harm}"
    ask {quoted}
    remedy {quoted}
    cite {quoted}
  }}
  grade by_kind {quoted} on kind {{
    a -> 2 {quoted}
    otherwise -> 0 "{{cases.remark}} {harm}"
  }}
  ramp by_size {quoted} on size {{
    0 -> 0 {quoted}
    9 -> 3
  }}
}}

verdict rating {quoted} on quality {{
  good {quoted} >= 50%
  poor {quoted} otherwise
}}

gate odd {quoted} {{
  when kind == b
  at most poor
  because {quoted}
}}

profile other {quoted} {{
  main.least = 4  ## {harm}
}}

test {quoted} {{
  with size = 3
  today 2026-06-01
  expect large
}}
"#
    );
    made(&[("main.plumb", &main)], None, &[], None)
}

#[test]
fn words_that_mean_harm_are_words_in_markdown() {
    let page = handbook_markdown(&hostile());
    insta::assert_snapshot!("hostile.md", page);
    assert_harmless(&page);
    let mut fence = None;
    for line in page.lines() {
        // Text between fences is shown as it stands; only the fence that opened it may end it.
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) => {
                if ticks >= open && line.trim_start_matches('`').is_empty() {
                    fence = None;
                }
                continue;
            }
            None if ticks >= 3 => {
                fence = Some(ticks);
                continue;
            }
            None => {}
        }
        let bare = without_code(line);
        assert!(only_escaped(&bare), "{line}");
        assert!(!bare.replace("\\]", "").contains("](javascript"), "{line}");
        if line.starts_with('|') {
            assert!(line.ends_with('|'), "{line}");
        }
    }
    assert_eq!(fence, None, "every fence is closed");
}

/// A line of Markdown without its code spans.
fn without_code(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let after = &rest[ticks..];
        let fence = "`".repeat(ticks.max(1));
        let closing = after.match_indices(&fence).map(|(at, _)| at);
        let alone = |at: &usize| !after[at + ticks..].starts_with('`') && !after[..*at].ends_with('`');
        match closing.filter(|_| ticks > 0).find(alone) {
            Some(end) => rest = &after[end + ticks..],
            None => {
                // What stands behind a backslash opens nothing.
                let taken = if c == '\\' { rest.chars().take(2).map(char::len_utf8).sum() } else { c.len_utf8() };
                bare.push_str(&rest[..taken]);
                rest = &rest[taken..];
            }
        }
    }
    bare
}

/// Whether every `<` stands behind a backslash, or begins an anchor or a code element of our own.
fn only_escaped(bare: &str) -> bool {
    bare.match_indices('<').all(|(at, _)| {
        bare[..at].ends_with('\\') || ["<a id=\"", "</a>", "<code>", "</code>", "<!-- -->"].iter().any(|own| bare[at..].starts_with(own))
    })
}

/// No character acts on the reader's screen.
#[track_caller]
fn assert_harmless(page: &str) {
    let acting = page.chars().find(|c| super::super::text::acts(*c) || (c.is_control() && *c != '\n'));
    assert_eq!(acting, None);
    assert!(page.contains("\\u{202e}"), "they are spelt out");
}

#[test]
fn words_that_mean_harm_are_words_in_html() {
    let page = handbook_html(&hostile());
    assert_harmless(&page);
    assert!(!page.contains("<script"), "no script of theirs, and none of ours");
    assert!(!page.contains("javascript:d\""), "no address of theirs");
    assert_eq!(unclosed(&page), Vec::<String>::new());
}

/// The elements that a page leaves open, or closes without opening.
fn unclosed(page: &str) -> Vec<String> {
    const VOID: [&str; 4] = ["meta", "!doctype", "path", "circle"];
    let mut open: Vec<String> = Vec::new();
    let body = page.split("</style>").nth(1).expect("a page has a style");
    for tag in body.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap_or_default();
        let name = inside.split([' ', '\n']).next().unwrap_or_default();
        if VOID.contains(&name) || inside.ends_with('/') {
            continue;
        }
        match name.strip_prefix('/') {
            Some(closed) if open.last().is_some_and(|last| last == closed) => {
                open.pop();
            }
            Some(closed) => open.push(format!("/{closed}")),
            None => open.push(name.to_string()),
        }
    }
    // The page's own frame was opened before its style.
    open.retain(|name| name != "/head" && name != "/html");
    open
}

#[test]
fn names_lead_to_entries() {
    for handbook in [every(None, None), every(None, Some("data")), hostile()] {
        let page = handbook_html(&handbook);
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "no anchor twice");
        for to in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(unique.contains(to), "nothing at #{to}");
        }
    }
}
