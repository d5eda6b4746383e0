//! Sheets in which nothing is wrong: what each way of writing comes to.

use super::*;

fn facts_of(text: &str) -> (World, Sheet) {
    let mut world = World::new();
    let sheet = world.sheet(text);
    check_form(&world, &sheet);
    (world, sheet)
}

/// One fact of a sheet.
fn fact(text: &str, path: &str) -> String {
    let (world, sheet) = facts_of(text);
    world.fact(&sheet, path)
}

#[test]
fn each_type_reads_its_own_texts() {
    let (world, sheet) = facts_of(
        "name: Akash Network\nlayer: compute\nnetwork:\n  since: 2020-09-25\n  validators: 120\n  holds_funds: true\n  speed:\n    latency: 90 days\n    peak: 1.10\nmarket:\n  cap: $1.2B\n  stored: 4 EiB\n",
    );
    for (path, told) in [
        ("name", "Akash Network known exact"),
        ("layer", "compute known exact"),
        ("network.since", "2020-09-25 known exact"),
        ("network.validators", "120 known exact"),
        ("network.holds_funds", "true known exact"),
        ("network.speed.latency", "90 days known exact"),
        ("network.speed.peak", "1.1 known exact"),
        ("market.cap", "$1,200,000,000 known exact"),
        ("market.stored", "4 EiB known exact"),
        ("network.uptime", "0% to 100% missing open"),
        ("network.operators", "at least 0 missing open"),
        ("audits", "not known missing open"),
    ] {
        assert_eq!(world.fact(&sheet, path), told, "{path}");
    }
}

#[test]
fn nothing_said_is_nothing_known() {
    let (world, sheet) = facts_of("");
    assert!(sheet.slots.iter().all(|slot| !slot.known && slot.evidence == 0));
    assert_eq!(sheet.evidence.len(), 1);
    for text in
        ["{}", "null", "# only a remark\n", "network:\nmarket: null\nname: ~\naudits:\ntags: NULL\n", "---\n", "network: { speed: }"]
    {
        let (_, other) = facts_of(text);
        assert_eq!(other.slots, sheet.slots, "{text}");
    }
    assert_eq!(world.facts(&sheet).len(), world.schema.records[2].leaves.len());
}

#[test]
fn the_declared_type_decides_not_the_yaml() {
    for (written, meant) in
        [("no", "no"), ("1.10", "1.10"), ("2020-01-01", "2020-01-01"), ("'null'", "null"), ("true", "true"), ("0755", "0755"), ("\"\"", "")]
    {
        let (_, sheet) = facts_of(&format!("name: {written}\n"));
        let Possible::Texts(texts) = &sheet.slots[0].value else { panic!("a text") };
        assert_eq!(texts.single().map(|text| text.as_ref()), Some(meant), "{written}");
    }
    assert_eq!(fact("network: { validators: '62' }", "network.validators"), "62 known exact");
    assert_eq!(fact("layer: \"data\"", "layer"), "data known exact");
    assert_eq!(fact("layer: >\n  data\n", "layer"), "data known exact");
    assert_eq!(fact("name: |\n  two\n  lines\n", "name"), fact("name: \"two\\nlines\\n\"\n", "name"));
}

#[test]
fn evidence_stands_beside_a_fact() {
    let text = "network:\n  uptime: { value: 99.2%, source: status page, as_of: 2026-05-01, note: all of May, x-seen: yes }\n";
    assert_eq!(fact(text, "network.uptime"), "99.2% known exact by status page on 2026-05-01 note all of May");
}

#[test]
fn evidence_holds_for_all_below_until_taken_back() {
    let (world, sheet) = facts_of(
        "as_of: 2026-03-01\nsource: sheet\nname: Akash\nnetwork:\n  source: page\n  since: 2020-09-25\n  validators: { value: 3, as_of: null }\n  speed: { note: measured, source: ~, peak: 2 }\naudits:\n  - { auditor: A, note: own }\nx-free: { as_of: never }\n",
    );
    assert_eq!(world.fact(&sheet, "name"), "Akash known exact by sheet on 2026-03-01");
    assert_eq!(world.fact(&sheet, "network.since"), "2020-09-25 known exact by page on 2026-03-01");
    assert_eq!(world.fact(&sheet, "network.validators"), "3 known exact by page");
    assert_eq!(world.fact(&sheet, "network.speed.peak"), "2 known exact on 2026-03-01 note measured");
    assert_eq!(world.fact(&sheet, "audits[1].auditor"), "A known exact by sheet on 2026-03-01 note own");
    assert_eq!(world.fact(&sheet, "network.holds_funds"), "not known missing open", "nothing was said of it, so it has no evidence");
}

#[test]
fn a_remark_on_a_fact_that_is_not_known_is_kept() {
    assert_eq!(
        fact("market: { cap: { value: null, note: looked for in vain } }", "market.cap"),
        "at least $1 missing open note looked for in vain absent"
    );
}

#[test]
fn evidence_counts_to_the_last_fresh_day() {
    // 120 days before 2026-06-01 is 2026-02-01.
    let on = |day: &str| fact(&format!("network: {{ uptime: {{ value: 99%, as_of: {day} }} }}"), "network.uptime");
    assert_eq!(on("2026-02-01"), "99% known exact on 2026-02-01");
    assert_eq!(on("2026-01-31"), "0% to 100% missing open on 2026-01-31 stale after 2026-05-31 last 99%");
    assert_eq!(on("2026-06-01"), "99% known exact on 2026-06-01");
    assert_eq!(on("2026-06-02"), "0% to 100% missing open on 2026-06-02 postdated last 99%");
    assert_eq!(on("null"), "0% to 100% missing open undated last 99%");
    assert_eq!(on("0001-01-01"), "0% to 100% missing open on 0001-01-01 stale after 0001-05-01 last 99%");
    assert_eq!(on("9999-12-31"), "0% to 100% missing open on 9999-12-31 postdated last 99%");
}

#[test]
fn months_of_freshness_end_with_the_calendar_month() {
    let on = |day: &str| fact(&format!("audits: [{{ date: {{ value: 2020-01-01, as_of: {day} }} }}]"), "audits[1].date");
    assert_eq!(on("2024-06-01"), "2020-01-01 known exact on 2024-06-01");
    assert_eq!(on("2024-05-31"), "not known missing open on 2024-05-31 stale after 2026-05-31 last 2020-01-01");
}

#[test]
fn evidence_dated_after_the_day_never_counts() {
    assert_eq!(fact("name: { value: A, as_of: 2026-06-02 }", "name"), "not known missing open on 2026-06-02 postdated last A");
}

#[test]
fn a_field_that_needs_a_source_has_one_or_is_missing() {
    assert_eq!(fact("market: { owner: A }", "market.owner"), "not known missing open unsourced last A");
    assert_eq!(fact("market: { owner: { value: A, source: ' ' } }", "market.owner"), "not known missing open unsourced last A");
    assert_eq!(fact("market: { source: page, owner: A }", "market.owner"), "A known exact by page");
    let operators = |beside: &str| fact(&format!("network: {{ operators: {{ value: 3{beside} }} }}"), "network.operators");
    assert_eq!(operators(""), "at least 0 missing open undated last 3");
    assert_eq!(operators(", as_of: 2026-05-01"), "at least 0 missing open on 2026-05-01 unsourced last 3");
    assert_eq!(operators(", as_of: 2026-05-01, source: page"), "3 known exact by page on 2026-05-01");
}

#[test]
fn sources_that_disagree_make_a_range_or_a_set() {
    let network = |facts: &str, path: &str| fact(&format!("network:\n  as_of: 2026-05-01\n{facts}"), path);
    assert_eq!(
        network(
            "  validators:\n    note: both\n    claims:\n      - { value: 80, source: A }\n      - { value: 62, as_of: 2026-04-01 }\n",
            "network.validators"
        ),
        "62 to 80 known open on 2026-05-01 note both | 80 by A on 2026-05-01 note both | 62 on 2026-04-01 note both"
    );
    assert_eq!(
        network("  holds_funds: { claims: [{ value: true }, { value: false }] }", "network.holds_funds"),
        "not known known open on 2026-05-01 | true on 2026-05-01 | false on 2026-05-01"
    );
    assert_eq!(fact("layer: { claims: [{ value: data }, { value: compute }] }", "layer"), "compute or data known open | data | compute");
    assert_eq!(fact("layer: { claims: [{ value: data }, { value: data }] }", "layer"), "data known exact | data | data");
    assert_eq!(fact("name: { claims: [{ value: B }, { value: A }] }", "name"), "\"A\" or \"B\" known open | B | A");
    assert_eq!(fact("name: { claims: [{ value: B }] }", "name"), "B known exact | B");
    assert_eq!(
        network("  since: { claims: [{ value: 2023-11-30 }, { value: 2023-11-01 }] }", "network.since"),
        "2023-11-01 to 2023-11-30 known open on 2026-05-01 | 2023-11-30 on 2026-05-01 | 2023-11-01 on 2026-05-01"
    );
}

#[test]
fn each_claim_counts_on_its_own() {
    let uptime = |claims: &str| fact(&format!("network: {{ uptime: {{ claims: [{claims}] }} }}"), "network.uptime");
    assert_eq!(
        uptime("{ value: 62%, as_of: 2026-01-10 }, { value: 80%, as_of: 2026-05-01 }"),
        "80% known exact | 62% on 2026-01-10 stale after 2026-05-10 | 80% on 2026-05-01",
        "once the other is stale, the one that is left is all there is"
    );
    assert_eq!(
        uptime("{ value: 62%, as_of: 2026-01-10 }, { value: 70%, as_of: 2026-01-20 }, { value: 90% }, { value: 95%, as_of: 2027-01-01 }"),
        "0% to 100% missing open stale after 2026-05-20 last 62% to 70% | 62% on 2026-01-10 stale after 2026-05-10 | 70% on 2026-01-20 stale after 2026-05-20 | 90% undated | 95% on 2027-01-01 postdated"
    );
    assert_eq!(
        uptime("{ value: 90% }, { value: 95%, as_of: 2027-01-01 }"),
        "0% to 100% missing open postdated last 95% | 90% undated | 95% on 2027-01-01 postdated"
    );
}

#[test]
fn lists_are_known_with_their_entries() {
    let (world, sheet) = facts_of(
        "audits:\n  - auditor: A\n    date: { value: 2026-01-01, as_of: 2026-01-02 }\n    scope: { lines: 12 }\n    findings:\n      - { severity: 3 }\n      - { severity: 1, open: true }\n  - auditor: B\n    findings: [{ severity: 2 }]\n  -\ntags: [x, 'y', null]\n",
    );
    for (path, told) in [
        ("audits", "3 entries known exact"),
        ("audits[1].auditor", "A known exact"),
        ("audits[1].date", "2026-01-01 known exact on 2026-01-02"),
        ("audits[1].scope.lines", "12 known exact"),
        ("audits[1].findings", "2 entries known exact"),
        ("audits[1].findings[2].severity", "1 known exact"),
        ("audits[1].findings[2].open", "true known exact"),
        ("audits[2].findings[1].severity", "2 known exact"),
        ("audits[2].date", "not known missing open"),
        ("audits[3].auditor", "not known missing open"),
        ("audits[3].findings", "not known missing open"),
        ("tags", "3 entries known exact"),
        ("tags[2]", "y known exact"),
        ("tags[3]", "not known missing open"),
    ] {
        assert_eq!(world.fact(&sheet, path), told, "{path}");
    }
}

#[test]
fn an_empty_list_is_known_and_an_incomplete_one_is_open() {
    assert_eq!(fact("audits: []", "audits"), "no entries known exact");
    assert_eq!(fact("audits: { value: [], source: page }", "audits"), "no entries known exact by page");
    assert_eq!(fact("audits: { value: [{ auditor: A }], complete: false }", "audits"), "1 or more entries known open");
    assert_eq!(fact("audits: { value: [], complete: true }", "audits"), "no entries known exact");
    assert_eq!(fact("audits: { value: null, complete: false }", "audits"), "not known missing open");
    assert_eq!(fact("shares: { value: [], complete: false, as_of: 2026-06-01 }", "shares"), "not known known open on 2026-06-01");
}

#[test]
fn a_list_that_does_not_count_has_no_entries() {
    let (world, sheet) = facts_of("shares: { value: [10%, 20%], as_of: 2026-01-01 }\ntags: [x]\n");
    assert_eq!(world.fact(&sheet, "shares"), "not known missing open on 2026-01-01 stale after 2026-01-31 last 2 entries");
    assert_eq!(world.fact(&sheet, "shares[1]"), "no such fact");
    assert_eq!(world.fact(&sheet, "tags[1]"), "x known exact");
    assert_eq!(
        fact("audits: { value: [{ findings: [{ severity: 1 }] }], as_of: 2027-01-01 }", "audits"),
        "not known missing open on 2027-01-01 postdated last 1 entry"
    );
}

#[test]
fn entries_are_judged_by_their_own_evidence() {
    let text = "shares:\n  as_of: 2026-05-30\n  value:\n    - 10%\n    - { value: 20%, as_of: 2026-01-01 }\n    - claims: [{ value: 30% }, { value: 40% }]\n";
    let (world, sheet) = facts_of(text);
    assert_eq!(world.fact(&sheet, "shares"), "3 entries known exact on 2026-05-30");
    assert_eq!(world.fact(&sheet, "shares[1]"), "10% known exact on 2026-05-30");
    assert_eq!(world.fact(&sheet, "shares[2]"), "0% to 100% missing open on 2026-01-01 stale after 2026-01-31 last 20%");
    assert_eq!(world.fact(&sheet, "shares[3]"), "30% to 40% known open on 2026-05-30 | 30% on 2026-05-30 | 40% on 2026-05-30");
}

#[test]
fn the_order_of_lines_changes_nothing() {
    let (_, one) = facts_of(
        "name: A\nas_of: 2026-05-01\nnetwork:\n  validators: 3\n  since: 2020-01-01\naudits: [{ auditor: A, findings: [{ severity: 1 }] }]\ntags: [x]\n",
    );
    let (_, other) = facts_of(
        "tags: [x]\naudits: [{ findings: [{ severity: 1 }], auditor: A }]\nnetwork:\n  since: 2020-01-01\n  validators: 3\nas_of: 2026-05-01\nname: A\n",
    );
    assert_eq!(one.slots, other.slots);
}

#[test]
fn json_is_read_as_the_yaml_it_is() {
    let (_, json) = facts_of("{\"name\":\"A\",\"network\":{\"validators\":3,\"holds_funds\":true},\"tags\":[\"x\",null],\"layer\":null}");
    let (_, yaml) = facts_of("name: A\nnetwork:\n  validators: 3\n  holds_funds: true\ntags:\n  - x\n  -\n");
    assert_eq!(json.slots, yaml.slots);
}

#[test]
fn a_context_has_its_name_before_its_facts() {
    let mut world = World::new();
    let sheet = world.sheet_of(THESIS, "horizon: 730 days\nlayer: data\n");
    assert_eq!(world.fact(&sheet, "thesis.horizon"), "730 days known exact");
    assert_eq!(world.fact(&sheet, "thesis.layer"), "data known exact");
}

#[test]
fn a_context_of_many_is_a_sequence_a_wrapper_or_one_record() {
    let mut world = World::new();
    let sheet = world.sheet_of(PEERS, "- name: A\n  audits: [{ auditor: X }]\n- name: B\n");
    check_form(&world, &sheet);
    assert_eq!(world.fact(&sheet, "peers"), "2 entries known exact");
    assert_eq!(world.fact(&sheet, "peers[2].name"), "B known exact");
    assert_eq!(world.fact(&sheet, "peers[1].audits[1].auditor"), "X known exact");
    let sheet = world.sheet_of(PEERS, "complete: false\nas_of: 2026-05-01\nvalue:\n  - name: A\n");
    check_form(&world, &sheet);
    assert_eq!(world.fact(&sheet, "peers"), "1 or more entries known open on 2026-05-01");
    assert_eq!(world.fact(&sheet, "peers[1].name"), "A known exact on 2026-05-01");
    let sheet = world.sheet_of(PEERS, "name: A\nas_of: 2026-05-01\n");
    check_form(&world, &sheet);
    assert_eq!(world.fact(&sheet, "peers"), "1 entry known exact");
    assert_eq!(world.fact(&sheet, "peers[akash].name"), "A known exact on 2026-05-01");
    let sheet = world.sheet_of(PEERS, "");
    check_form(&world, &sheet);
    assert_eq!(world.fact(&sheet, "peers"), "not known missing open");
}

#[test]
fn sheets_are_gathered_into_one_list() {
    let mut world = World::new();
    let texts = [
        ("akash", SUBJECT, "name: A\naudits: [{ auditor: X, findings: [{ severity: 1 }] }, { auditor: Y }]\ntags: [p, q]\n"),
        ("render", PEERS, "name: B\nnetwork: { validators: { claims: [{ value: 1, source: s }, { value: 2 }] } }\n"),
        ("others", PEERS, "- { name: C, audits: [{ auditor: Z }] }\n- { name: D, tags: [r] }\n"),
        ("empty", SUBJECT, ""),
    ];
    let mut sheets = Vec::new();
    for (name, document, text) in texts {
        let (sheet, findings) = world.read_as(document, name, text);
        sheets.push(sheet.unwrap_or_else(|| panic!("{}", world.told(&findings))));
    }
    let gathered = gather(&world.schema, &world.documents[2], PEERS, &sheets);
    check_form(&world, &gathered);
    for (path, told) in [
        ("peers", "5 entries known exact"),
        ("peers[akash].name", "A known exact"),
        ("peers[akash].audits", "2 entries known exact"),
        ("peers[akash].audits[1].findings[1].severity", "1 known exact"),
        ("peers[akash].audits[2].auditor", "Y known exact"),
        ("peers[akash].tags[2]", "q known exact"),
        ("peers[render].network.validators", "1 to 2 known open | 1 by s | 2"),
        ("peers[others 1].audits[1].auditor", "Z known exact"),
        ("peers[others 2].tags[1]", "r known exact"),
        ("peers[empty].name", "not known missing open"),
    ] {
        assert_eq!(world.fact(&gathered, path), told, "{path}");
    }
    let none = gather(&world.schema, &world.documents[2], PEERS, &[]);
    check_form(&world, &none);
    assert_eq!(world.fact(&none, "peers"), "no entries known exact");
    let again = gather(&world.schema, &world.documents[2], PEERS, std::slice::from_ref(&gathered));
    check_form(&world, &again);
    assert_eq!(world.facts(&again), world.facts(&gathered));
}

#[test]
fn marks_and_line_ends_of_other_systems_are_fine() {
    let (_, plain) = facts_of("name: Akash\nnetwork:\n  validators: 3\n");
    let (world, windows) = facts_of("\u{feff}name: Akash\r\nnetwork:\r\n  validators: 3\r\n");
    assert_eq!(plain.slots, windows.slots);
    let span = windows.evidence[1].span.unwrap_or_else(|| panic!("a place"));
    assert_eq!(world.sources.slice(span), "Akash");
}

#[test]
fn places_are_those_of_the_values() {
    let (world, sheet) = facts_of(
        "name: Äkash  # remark\nmarket:\n  owner: { value: 'B', source: s }\naudits:\n  - auditor: |\n      C\n      D\n    date: 2020-01-01\n\n\ntags: [ x , y ]\n",
    );
    let at = |path: &str| {
        let slot = (0..sheet.slots.len() as u32).find(|slot| sheet.path(&world.schema, &world.documents, *slot) == path);
        let evidence = &sheet.evidence[sheet.slots[slot.unwrap_or_default() as usize].evidence as usize];
        world.sources.slice(evidence.span.unwrap_or_else(|| panic!("a place"))).to_string()
    };
    assert_eq!(at("name"), "Äkash");
    assert_eq!(at("market.owner"), "'B'");
    assert_eq!(at("tags"), "[ x , y ]");
    assert_eq!(at("tags[2]"), "y");
    assert_eq!(at("audits[1].auditor"), "C\n      D");
    assert_eq!(at("audits"), "- auditor: |\n      C\n      D\n    date: 2020-01-01");
}
