//! Types and units of expressions.

use insta::assert_snapshot;

use super::{checked, each, findings, none, of_condition, of_expression, shown, within_frame};

#[test]
fn units_that_go_together() {
    none(
        of_expression,
        &[
            "cap + volume - $5",
            "cap * 2 * 1.5",
            "2 * cap",
            "cap / volume + 1",
            "10% * cap",
            "cap * 10%",
            "10% * 10% + 1%",
            "10% * 7 + 0.5",
            "network.uptime / 50% + 1",
            "network.uptime / 2 + 1%",
            "lag + 3 hours - 2 days",
            "lag * 2 / 1 day + 3",
            "50% * lag + 1 day",
            "store * 2 + 4 TiB",
            "store / 1 GB > 3",
            "today - network.since + 3 days",
            "today + 3 days - network.since > 4 days",
            "3 days + today",
            "today - 2 years + 3 days",
            "today + -6 months",
            "1 month + today",
            "-cap + -network.speed * -$1",
            "network.operators * 2 + 1",
            "network.operators / 2 + 0.5",
            "percent(0.5) + 1%",
            "number(50%) + 1",
            "number(network.operators) + 0.5",
            "round(network.speed) * 2",
            "round(12.345%, 1) + 1%",
            "round_up($5.55, 1) + cap",
            "clamp(network.speed, 0, 1)",
            "min(today, network.since) - 3 days",
            "max(network.operators, 2.5)",
            "abs(lag - 3 days)",
            "top(3, shares)",
            "sum of s for s in top(3, audits.cost.fee)",
        ],
    );
}

#[test]
fn units_that_do_not() {
    assert_snapshot!(each(
        "mixed-units",
        of_expression,
        &[
            "cap + 5",
            "5 + cap",
            "cap + euros",
            "cap + lag",
            "cap - network.uptime",
            "network.uptime - 5",
            "network.uptime + network.speed",
            "network.speed + network.uptime",
            "lag + 2 years",
            "lag + 2 months",
            "lag - 30",
            "today + 30",
            "today + today",
            "today - cap",
            "cap * volume",
            "cap / 10%",
            "lag * lag",
            "cap / lag",
            "2 years * 2",
            "-today",
            "-network.live",
            "title + 1",
            "network.live * 5",
            "shares + 1",
            "store + 500",
        ],
    ));
}

#[test]
fn comparisons_of_one_type() {
    none(
        of_condition,
        &[
            "network.uptime >= 30%",
            "network.operators > 2.5",
            "network.speed == network.operators",
            "layer == compute",
            "compute == layer",
            "layer != data",
            "layer in (compute, data)",
            "layer not in (compute, data)",
            "(if network.live then compute else data) == layer",
            "layer == (if network.live then compute else data)",
            "title == \"x\"",
            "title in (\"x\", \"y\")",
            "network.live == true",
            "network.uptime in 10%..20%",
            "network.uptime in shares",
            "layer in audits.covers",
            "compute in (layer, data) or true",
            "rating_of >= fair",
            "quality >= 75%",
            "audits is empty or audits is not empty",
            "layer is known and network.uptime is not unknown",
            "(network.uptime assuming 50%) > 10%",
            "(layer assuming compute) == data",
            "some a in (audits assuming []) satisfies a.open is known and a.covers == data",
            "every a in audits where a.open > 0 satisfies a.date < today",
            "shares is empty",
        ]
        .map(|condition| match condition {
            // The verdict that the gate caps would make a circle.
            "rating_of >= fair" => "network.live",
            "compute in (layer, data) or true" => "layer in (compute)",
            condition => condition,
        }),
    );
    none(within_frame, &["let is_fair = rating >= fair", "let best = rating == good or rating != poor"]);
}

#[test]
fn comparisons_of_different_types() {
    assert_snapshot!(each(
        "compared-types",
        of_condition,
        &[
            "network.uptime >= 30",
            "30 <= network.uptime",
            "cap > 1000",
            "euros > 1000",
            "cap > euros",
            "lag > 30",
            "lag > 2 years",
            "lag > 18 months",
            "network.since > 2020",
            "layer == \"compute\"",
            "layer == \"nothing\"",
            "title == 5",
            "network.live == 1",
            "network.speed == 50%",
            "network.uptime in 10..20%",
            "network.uptime in (10%, 20)",
            "cap in shares",
            "cap in audits",
            "audits == 0",
            "network.speed + 1 > cap + volume",
        ],
    ));
}

#[test]
fn values_without_order_or_of_the_wrong_type() {
    assert_snapshot!(each(
        "wrong-type",
        of_condition,
        &[
            "layer >= data",
            "title < \"x\"",
            "network.live < true",
            "audits == audits.date",
            "network",
            "network == 5",
            "audits.cost == 5",
            "some a in audits satisfies a == 5",
            "some a in audits satisfies a.cost == $5",
            "network.uptime",
            "layer",
            "audits",
            "not cap",
            "network.live and cap",
            "network.live == unknown",
            "(if network.live then cap else lag) > $5",
            "(if network.live then 50% else 5) > 10%",
            "network.since > today - (if network.live then 1 year else 2 years)",
            "(network.uptime assuming 5) > 10%",
            "(network.uptime assuming []) > 10%",
            "(audits assuming 5) is empty",
            "(sum of a.covers for a in audits) > 1",
            "(sum of a.date for a in audits) > 1",
            "(sum of (a.open > 1) for a in audits) > 1",
            "(max of a.open for a in audits if none $1) > 1",
        ],
    ));
}

#[test]
fn wrong_types_in_items() {
    assert_snapshot!(each(
        "wrong-type",
        within_frame,
        &[
            "param p: percent = 5",
            "param p: whole = 2.5",
            "param p: duration = 2 years",
            "param p: money EUR = 5",
            "param p: date = 2026",
            "let p: percent = network.speed",
            "let p = 2 years",
            "scorecard quality { check a worth 5% { passes when network.live } }",
            "scorecard quality { check a worth 5 { passes when cap } }",
            "scorecard quality { check a worth 5 { applies when cap passes when network.live } }",
            "scorecard quality { check a worth 5 { passes when network.live because \"{network}\" } }",
            "scorecard quality { check a worth 5 { passes when network.live because \"{2 years}\" } }",
            "scorecard quality { grade a on network.uptime { >= 30% -> (50%) otherwise -> 0 } }",
            "scorecard quality { ramp a on layer { 10% -> 8  50% -> 0 } }",
            "scorecard quality { ramp a on network.uptime { 10 -> 8  50% -> 0 } }",
            "scorecard quality { measure a worth 5 = network.uptime }",
            "scorecard quality { measure a worth 5 = lag }",
            "verdict other on quality { good >= 75  poor otherwise }",
            "verdict other on basic { good >= 75%  poor otherwise }",
            "scorecard quality { check basic worth 1 { passes when network.live } } scorecard more { include basic worth 5 }",
            "gate g { when cap at most fair }",
        ],
    ));
    none(
        within_frame,
        &[
            "param p: percent = 5%  param q: whole = 2  param r: number = 2",
            "param p: rail = compute  let chosen = layer == p",
            "let p: percent = network.uptime",
            "scorecard quality { ramp a on network.operators { 0 -> 8  2.5 -> 0 } }",
            "scorecard quality { ramp a on network.since { 2020-01-01 -> 8  2026-01-01 -> 0 } }",
            "scorecard quality { measure a worth 5 = number(network.uptime) * 5 }",
            "verdict other { good when network.live and quality > 5%  stopped  poor otherwise }",
        ],
    );
}

#[test]
fn tests_compare_with_the_operand() {
    none(
        within_frame,
        &[
            "scorecard quality { grade a on network.uptime { >= 30% and < 40% or >= 60% -> 5  10%..20% -> 3  otherwise -> 0 } }",
            "scorecard quality { grade a on layer { compute or data -> 5  not in (compute) -> 3 } }",
            "scorecard quality { grade a on network.live { true -> 5  false -> 3 } }",
            "scorecard quality { grade a on layer { is unknown -> 5  in audits.covers -> 2  otherwise -> 3 } }",
            "scorecard quality { grade a on audits { is empty -> 5  is unknown -> 2  otherwise -> 3 } }",
        ],
    );
    assert_snapshot!(each(
        "compared-types",
        within_frame,
        &[
            "scorecard quality { grade a on network.uptime { >= 30 -> 5  otherwise -> 0 } }",
            "scorecard quality { grade a on network.uptime { 10%..20 -> 5  otherwise -> 0 } }",
            "scorecard quality { grade a on network.uptime { in shares -> 5  in audits.covers -> 4  otherwise -> 0 } }",
            "scorecard quality { grade a on layer { 5 -> 5  otherwise -> 0 } }",
        ],
    ));
}

#[test]
fn calls_that_do_not_fit() {
    assert_snapshot!(each(
        "bad-call",
        of_expression,
        &[
            "maximum(1, 2)",
            "rounded(1)",
            "count(audits)",
            "average(shares)",
            "cap(5)",
            "min(5)",
            "max(shares)",
            "min(5, 10%)",
            "min(cap, 5)",
            "min(layer, layer)",
            "abs(today)",
            "abs()",
            "round(today)",
            "round(1.5, 2.5)",
            "clamp(1, 2)",
            "percent(10%)",
            "percent(cap)",
            "number(1.5)",
            "number(cap)",
            "number(lag)",
            "top(3)",
            "top(50%, shares)",
            "top(3, audits)",
            "top(3, audits.covers)",
        ],
    ));
}

#[test]
fn lists_and_facts_where_they_are_due() {
    assert_snapshot!(each(
        "not-a-list",
        of_condition,
        &["some a in cap satisfies a > 1", "layer in compute", "cap in volume", "cap is empty", "(sum of a for a in top(3, cap)) > 5",],
    ));
    assert_snapshot!(
        "not_a_fact",
        each(
            "not-a-fact",
            |condition| within_frame(&format!("let ratio = cap / volume  gate probe {{ when {condition} at most fair }}")),
            &[
                "ratio is known",
                "cap + volume is known",
                "quality is known",
                "(ratio assuming 5) > 1",
                "audits.open is known",
                "some s in shares satisfies s is known",
            ],
        )
    );
}

#[test]
fn constants_read_no_facts() {
    assert_snapshot!(each(
        "not-constant",
        within_frame,
        &[
            "param p: money USD = cap",
            "let small = cap / volume  param p: number = small",
            "param p: percent = quality",
            "scorecard quality { check a worth (network.operators) { passes when network.live } }",
            "scorecard quality { grade a on layer { compute -> (network.speed)  otherwise -> 0 } }",
            "scorecard quality { ramp a on network.uptime { 10% -> (network.speed)  50% -> 0 } }",
            "verdict other on quality { good >= network.uptime  poor otherwise }",
            "let probe = network.uptime assuming (network.uptime)",
            "let probe = round(network.speed, network.operators)",
            "let probe = top(network.operators, shares)",
            "let probe = title == \"a {cap}\"",
            "type fraction = percent in 0%..network.uptime",
            "param most: percent = 5%  type fraction = percent <= most",
        ],
    ));
    none(
        within_frame,
        &[
            "param p: date = today - 1 year",
            "let half = 1 / 2  param p: number = half  param q: number = p * 2",
            "param w: number = 5  scorecard quality { check a worth (w + 1) { passes when network.live } }",
            "param least: percent = 80%  verdict other on quality { good >= least  poor otherwise }",
            "param usual: percent = 80%  let probe = network.uptime assuming (usual)",
        ],
    );
}

#[test]
fn bounds_of_types() {
    assert_snapshot!(each(
        "out-of-bounds",
        within_frame,
        &[
            "type fraction = percent in 10%..0%",
            "type fraction = percent > 5% and < 5%",
            "type amount = whole > 1 and < 2",
            "type fraction = percent in 0%..50%  param p: fraction >= 60% = 70%",
            "type some_rail = rail in (compute) and in (data)",
            "let probe = network.uptime assuming 101%",
            "let probe = network.operators assuming -1",
        ],
    ));
    assert_snapshot!(
        "bounds_without_sense",
        each(
            "wrong-type",
            within_frame,
            &[
                "type fraction = percent in 0..100%",
                "type fraction = percent != 5%",
                "type fraction = percent in (5%, 6%)",
                "type fraction = percent is known",
                "type word = text >= \"a\"",
                "type some_rail = rail >= data",
                "type group = { a: whole } >= 0",
                "type few = list of whole count in 1..2%",
                "type few = list of list of whole",
                "context other: percent",
                "context other { a: whole fresh for 5 MB }",
                "context other { a: whole fresh for 36 hours }",
            ],
        )
    );
    let (staged, sources) = checked(&[(
        "main",
        "subject project { a: whole > 0 and < 9.5  b: date > 2020-01-01  c: one of x, y, z in (x, y)  d: bool == true  e: text in (\"p\", \"q\")
           f: list of percent in 0%..100% count >= 2  g: { h: number fresh for 3 days  i: list of { j: whole } } fresh for 6 months sourced }
         verdict v { good when a > 1 and b > today and c == x and d and e == \"p\" and g.h > 1 and f is empty and (some k in g.i satisfies k.j > 1)  bad otherwise }",
    )]);
    assert_eq!(shown(&staged, &sources), "");
    let schema = &staged.value.schema;
    let record = schema.record(staged.value.documents[0].record);
    let leaves: Vec<String> = record
        .leaves
        .iter()
        .map(|leaf| {
            let shown = crate::value::show_possible(&leaf.domain, leaf.ty, schema);
            let fresh = leaf.fresh.map_or("-".to_string(), |period| period.to_string());
            format!("{} {shown}, {fresh}, {}", leaf.path, leaf.sourced)
        })
        .collect();
    assert_snapshot!("leaves", leaves.join("\n"));
    let element = schema.lists.iter().find_map(|list| match list.element {
        crate::value::Type::Record(record) => Some(schema.record(record)),
        _ => None,
    });
    let inner =
        element.map(|record| (record.name.as_str(), record.leaves[0].fresh.map(|period| period.to_string()), record.leaves[0].sourced));
    assert_eq!(inner, Some(("g.i", Some("6 months".to_string()), true)));
}

#[test]
fn lists_that_may_be_empty_need_an_answer() {
    assert_snapshot!(each(
        "empty-list-unanswered",
        of_expression,
        &[
            "max of a.date for a in audits",
            "mean of a.open for a in audits",
            "min of s for s in shares where s > 1%",
            "min of a.open for a in (audits assuming [])",
        ],
    ));
    none(
        of_expression,
        &[
            "max of a.date for a in audits if none 2020-01-01",
            "mean of s for s in shares",
            "max of s for s in top(2, shares)",
            "sum of a.open for a in audits",
            "share a in audits where a.open > 0",
            "(mean of a.open for a in audits if none 0) + 0.5",
        ],
    );
}

#[test]
fn one_mistake_gives_one_finding() {
    let rules = "let wrong = cap + 5  let more = wrong * 2 + cap
        scorecard quality { check a worth 1 { passes when more > $5 and wrong < $1 because \"{more}\" } grade b on wrong { >= 5 -> 1  otherwise -> 0 } }";
    let found = within_frame(rules);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert_eq!(findings("").lines().count(), 2, "an empty policy lacks a subject and a verdict");
}
