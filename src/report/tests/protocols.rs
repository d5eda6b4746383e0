//! Protocols on the page and in the record.

use super::*;
use crate::explain::{ClueLine, ExpiryLine, GapLine, LimitLine, NearLine, ProtocolLine, ProvisionLine, ReviewLine, TriggerLine};

fn about(texts: &Texts, code: &str, title: &str, applies: Applies) -> ProvisionLine {
    ProvisionLine {
        code: code.into(),
        title: title.into(),
        rule: texts.rule(12),
        applies,
        reason: None,
        ask: None,
        remedy: None,
        cite: None,
        facts: Vec::new(),
        clues: Vec::new(),
        fault: FaultLevel::None,
    }
}

fn clue(texts: &Texts, path: &str, settles: bool) -> ClueLine {
    ClueLine { fact: texts.fact(path, "not known", 9, "2026-10-01", "a page"), settles, gain: part(1, 3) }
}

fn limit(texts: &Texts) -> LimitLine {
    let mut about = about(texts, "hold.position", "Largest share of the portfolio", Applies::Always);
    about.reason = Some("5% for a core holding, 2% for a satellite".into());
    about.ask = Some("What is traded on an ordinary day?".into());
    about.cite = Some("House rules".into());
    about.clues =
        ["market.volume", "network.verification", "token.income", "audits", "team.departure"].map(|path| clue(texts, path, false)).to_vec();
    LimitLine {
        about,
        value: "2.1% to 5%".into(),
        exact: false,
        cautious: Some("2.1%".into()),
        without_assumptions: Some("0% to 5%".into()),
    }
}

fn trigger(texts: &Texts, title: &str, fires: Truth) -> TriggerLine {
    let gap = GapLine {
        of: "position.price".into(),
        value: "$80".into(),
        threshold: "$67".into(),
        comparison: "<=",
        gap: Some("$13".into()),
        holds: fires,
    };
    TriggerLine {
        about: about(texts, "hold.drawdown", title, Applies::Always),
        action: "Halve the position".into(),
        fires,
        without_assumptions: None,
        distance: None,
        gaps: if fires == Truth::False { vec![gap] } else { Vec::new() },
        nearness: None,
    }
}

fn holding(texts: &Texts) -> Explanation {
    let mut near = trigger(texts, "Close to its threshold", Truth::False);
    near.distance = Some("`position.price` is $80, fires at $67: $13 to go".into());
    near.nearness = Some((part(13, 67), "$13".into()));
    let mut far = trigger(texts, "Far from its threshold", Truth::False);
    far.nearness = Some((part(3, 1), "$201".into()));
    let mut open = trigger(texts, "Nobody knows", Truth::Unknown);
    open.about.applies = Applies::Maybe;
    open.about.ask = Some("Who left in the last year?".into());
    open.about.clues = vec![clue(texts, "team.departure", true)];
    let mut fired = trigger(texts, "Something came about", Truth::True);
    fired.about.reason = Some("the last lead left on 2026-11-02".into());
    fired.without_assumptions = Some(Truth::Unknown);
    let mut out = trigger(texts, "Not held", Truth::False);
    out.about.applies = Applies::Never;
    let mut failed = limit(texts);
    failed.about.code = "hold.each".into();
    failed.about.title = "For each operator".into();
    failed.about.fault = FaultLevel::Certain;
    failed.about.clues.clear();
    (failed.value, failed.cautious, failed.without_assumptions) = ("not computable".into(), None, None);
    let expiry =
        |path: &str, day: &str| ExpiryLine { fact: texts.fact(path, "3", 9, "2026-10-01", "a page"), day: day.into(), before_due: true };
    let review = ReviewLine {
        about: about(texts, "hold.quarterly", "Judge again", Applies::Always),
        every: "90 days".into(),
        due: "2027-02-21".into(),
        expiring: vec![expiry("market.cap", "2026-11-29"), expiry("use.demand", "2026-12-31"), expiry("use.supply", "2026-12-31")],
        closest: vec![NearLine { code: "hold.drawdown".into(), title: "Close to its threshold".into(), gap: "$13".into() }],
    };
    let range = Bands { floor: 2, ceiling: 2 };
    let mut project = plain_project(texts, "tern", "Tern", verdict(texts, State::Decided, Bounds::exactly(part(1, 2)), range, range));
    project.protocols = vec![ProtocolLine {
        code: "hold.holding".into(),
        title: "How to hold it".into(),
        rule: texts.rule(4),
        limits: vec![limit(texts), failed],
        triggers: vec![far, near, open, out, fired],
        reviews: vec![review],
    }];
    project
}

#[test]
fn a_protocol_puts_first_what_asks_for_an_answer() {
    let texts = texts();
    let page = page(&holding(&texts), 60, false);
    insta::assert_snapshot!("protocol_60", page);
    let places: Vec<Option<usize>> =
        ["Something came about", "Nobody knows", "Close to", "Far from", "Judge again"].map(|title| page.find(title)).to_vec();
    assert!(places.is_sorted() && places[0].is_some(), "{page}");
    assert!(page.lines().all(|line| text::width_of(line) <= 60), "{page}");
}

#[test]
fn the_record_has_all_of_a_protocol() {
    let texts = texts();
    let page = record(&texts, &[holding(&texts)]);
    let value: serde_json::Value = serde_json::from_str(&page).unwrap_or_default();
    insta::assert_snapshot!("protocol_record", serde_json::to_string_pretty(&value["projects"][0]["protocols"]).unwrap_or_default());
    let protocol = &value["projects"][0]["protocols"][0];
    assert_eq!(protocol["limits"][0]["hold_to"], "2.1%");
    assert_eq!(protocol["limits"][0]["narrowed_by"].as_array().map(Vec::len), Some(5), "the page names four, the record all");
    assert_eq!(protocol["triggers"][1]["gaps"][0]["gap"], "$13");
    assert_eq!(protocol["limits"][1]["fault"], "certain");
}

#[test]
fn what_a_run_did_without_is_said() {
    let texts = texts();
    let program = program(&texts);
    let run = Run { left_out: vec!["Position".into()], ..run(&program, &texts) };
    let page = human(&run, &[decided_project(&texts)], Layout::PLAIN);
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Not supplied, so nothing in it is known: Position."), "{page}");
    let value: serde_json::Value = serde_json::from_str(&json(&run, &[])).unwrap_or_default();
    assert_eq!(value["run"]["contexts_left_out"][0], "Position");
}
