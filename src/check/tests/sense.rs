//! Items that lack something, rows and bands that do not add up, and conditions that may not say what was meant.

use insta::assert_snapshot;

use super::{checked, each, findings, none, of_condition, shown, within_frame};

#[test]
fn clauses_that_items_can_not_do_without() {
    assert_snapshot!(each(
        "missing-clause",
        within_frame,
        &[
            "scorecard quality { check a worth 1 { ask \"why?\" } }",
            "scorecard quality { grade a on layer { } }",
            "scorecard quality { grade a { compute -> 1  otherwise -> 0 } }",
            "scorecard quality { ramp a on network.uptime { 10% -> 5 } }",
            "scorecard quality { }",
            "gate g { at most fair }",
            "gate g { when network.live }",
            "verdict other on quality { }",
            "verdict other { good >= 50%  bad otherwise }",
        ],
    ));
}

#[test]
fn clauses_that_do_not_fit() {
    assert_snapshot!(each(
        "unknown-clause",
        within_frame,
        &[
            "scorecard quality { grade a on layer { when network.live -> 1  otherwise -> 0 } }",
            "verdict other on quality { good when network.live  bad otherwise }",
        ],
    ));
}

#[test]
fn rows_that_leave_something_out() {
    assert_snapshot!(each(
        "missing-otherwise",
        within_frame,
        &[
            "scorecard quality { grade a { when network.live -> 1 } }",
            "scorecard quality { grade a on layer { compute -> 1 } }",
            "scorecard quality { grade a on layer { != compute -> 1 } }",
            "scorecard quality { grade a on network.live { true -> 1 } }",
            "scorecard quality { grade a on title { \"x\" -> 1 } }",
            "verdict other on quality { good >= 75%  bad >= 10% }",
            "verdict other { good when network.live  bad when not network.live }",
        ],
    ));
    none(
        within_frame,
        &[
            "scorecard quality { grade a on layer { compute -> 1  data or inference -> 0 } }",
            "scorecard quality { grade a on layer { compute -> 1  != compute -> 0 } }",
            "scorecard quality { grade a on network.live { true -> 1  false -> 0 } }",
            "scorecard quality { grade a on network.uptime { >= 50% -> 1  < 50% -> 0 } }",
        ],
    );
}

#[test]
fn rows_after_otherwise() {
    assert_snapshot!(each("unreachable-row", within_frame, &["scorecard quality { grade a on layer { otherwise -> 1  compute -> 2 } }"],));
}

#[test]
fn bands_after_otherwise() {
    assert_snapshot!(each("unreachable-band", within_frame, &["verdict other on quality { good >= 75%  bad otherwise  worse >= 10% }"],));
    none(within_frame, &["verdict other on quality { good >= 75%  bad otherwise  stopped }  gate g { when network.live at most stopped }"]);
}

#[test]
fn bands_are_least_scores() {
    assert_snapshot!(each(
        "bands-out-of-order",
        within_frame,
        &[
            "verdict other on quality { bad < 50%  good otherwise }",
            "verdict other on quality { good >= 50% and < 60%  bad otherwise }",
            "verdict other on quality { good in 50%..60%  bad otherwise }",
        ],
    ));
}

#[test]
fn gates_lead_to_one_band() {
    assert_snapshot!(each(
        "ambiguous-band",
        within_frame,
        &["verdict other on quality { good >= 80%  bad otherwise } gate g { when network.live at most good }"],
    ));
    assert_snapshot!(
        "unknown_bands",
        each(
            "unknown-name",
            within_frame,
            &[
                "gate g { when network.live at most fairr }",
                "gate g { when network.live at most excellent }",
                "gate g { when network.live at most ratng.fair }",
                "gate g { when network.live at most rating.fairr }",
                "gate g { when network.live at most elsewhere.rating.fair }",
            ],
        )
    );
    none(
        within_frame,
        &[
            "verdict other on quality { good >= 80%  bad otherwise } gate g { when network.live at most rating.good }",
            "verdict other on quality { good >= 80%  bad otherwise } gate g { when network.live at most fair }",
            "gate g { when network.live at most main.rating.fair }",
        ],
    );
    let gates =
        |policy: &crate::policy::Policy| policy.gates.iter().map(|gate| (gate.verdict.map(|id| id.0), gate.at_most)).collect::<Vec<_>>();
    let (staged, sources) = checked(&[(
        "main",
        "subject s { x: bool } verdict v { a when x  b otherwise  c } verdict w { d when x  e otherwise } gate g { when x at most c } gate h { when x at most e }",
    )]);
    assert_eq!(shown(&staged, &sources), "");
    assert_eq!(gates(&staged.value), [(Some(0), 2), (Some(1), 1)]);
}

#[test]
fn a_policy_decides_something() {
    assert_snapshot!(each("no-verdict", findings, &["subject s { x: bool } scorecard c { check d worth 1 { passes when x } }"]));
}

#[test]
fn conditions_read_in_two_ways() {
    assert_snapshot!(each("not-before-comparison", of_condition, &["not layer == compute", "not cap + volume >= $5", "not not cap < $5"]));
    none(of_condition, &["not (layer == compute)", "not layer in (compute, data)", "not network.live", "layer != compute"]);
    assert_snapshot!("and_within_or", each("and-within-or", of_condition, &["network.live or cap > $5 and volume > $5"]));
    none(of_condition, &["network.live or (cap > $5 and volume > $5)", "network.live and (cap > $5 or volume > $5)"]);
    assert_snapshot!(
        "self_comparison",
        each("self-comparison", of_condition, &["cap == cap", "cap + 2 * volume >= (cap + 2 * volume)", "layer != layer"])
    );
    none(of_condition, &["cap == volume", "cap + volume >= cap - volume", "(cap assuming $5) > (cap assuming $6)"]);
}

#[test]
fn what_this_version_does_not_have() {
    assert_snapshot!(each(
        "not-in-this-version",
        within_frame,
        &["param p: list of whole = [1, 2]", "let p: list of whole = shares", "let p: percent in 0%..50% = network.uptime",],
    ));
}

#[test]
fn a_policy_holds_what_was_written() {
    let (staged, sources) = checked(&[
        ("parts", "subject project \"Project\" { x: bool } scorecard small \"Small\" { check c \"C\" worth 2 { passes when x } }"),
        (
            "main",
            "rulebook main \"Main\" version \"1\" use parts ## All of it.
             scorecard whole { include parts.small worth 5 { applies when x } }
             verdict v \"V\" on whole { good \"Good\" >= 50%  bad otherwise }",
        ),
    ]);
    assert_eq!(shown(&staged, &sources), "");
    let policy = &staged.value;
    let codes: Vec<(&str, &str)> = policy.items.iter().map(|item| (item.head.code.as_str(), item.head.title.as_str())).collect();
    assert_eq!(codes, [("parts.c", "C"), ("main.whole.small", "Small")]);
    assert_eq!(
        policy.rulebooks.iter().map(|book| (book.name.as_str(), book.title.as_str())).collect::<Vec<_>>(),
        [("parts", "parts"), ("main", "Main")]
    );
    assert_eq!(policy.schema.enumeration(policy.verdicts[0].bands).variants[0].title, "Good");
}
