//! The benchmark's policy: the documents, the version written by hand, the copies, and that Plumbrule gives the very answers of the version written by hand.

#[path = "../benches/support/mod.rs"]
mod support;

use plumbrule::eval::{Evaluator, Limits, judge};
use plumbrule::sheet::Dossier;
use plumbrule::source::Sources;
use plumbrule::syntax;
use support::copies;
use support::documents::{Audit, Competitor, Document, MILLION, date, decimal};
use support::engine::{self, Places};
use support::typed::{self, Band, CODES, COUNT, Outcome, Thresholds};

#[test]
fn dates_follow_the_calendar() {
    let written: Vec<String> = [-1, 0, 59, 11_016, 11_017, 20_605, 47_540, 47_541].map(date).to_vec();
    insta::assert_snapshot!(written.join(" "), @"1969-12-31 1970-01-01 1970-03-01 2000-02-29 2000-03-01 2026-06-01 2100-02-28 2100-03-01");
}

#[test]
fn decimals_are_written_without_idle_zeros() {
    assert_eq!([0, 60_000_000, 75_005_000, 5_000, -12_500_000, -500_000].map(decimal), ["0", "60", "75.005", "0.005", "-12.5", "-0.5"]);
}

#[test]
fn one_index_is_one_document() {
    insta::assert_snapshot!(Document::number(3).to_yaml(), @r"
    id: project-000003
    name: Granite Chain
    symbol: GRA
    judged_on: 2026-06-19
    sector: finance
    website: https://www.example.org/projects/3
    description: Granite Chain sells blocks, proofs and storage to those who would rather not run machines of their own
    open_source: true
    license: GPL-3.0
    layer: l1
    launched: 2024-11-16
    tags: [payments, proof-of-stake]
    network:
      uptime_pct: 99.064%
      median_block_s: 5.1871 seconds
      finality_s: 48.3945 seconds
      validators: 100
      nakamoto: 38
      tps_peak: 6005.076
      tps_avg: 1235.9229
      client_count: 5
      top_client_share: 81.26%
      outages_12m: 0
      longest_outage_min: 81 minutes
      regions: 28
      cloud_share: 40.98%
    market:
      market_cap_usd: $3100000000
      volume_24h_usd: $195920000
      fdv_usd: $8215000000
      tvl_usd: $413000000
      price_usd: $68.8284
      holders: 12964
      top10_holders_pct: 45%
      listed_exchanges: [North]
      volatility_30d: 44.9208%
      share_pct: 5.983%
    finance:
      fees_30d_usd: $4464899
      revenue_30d_usd: $2081056
      treasury_usd: $27850000
      burn_monthly_usd: $1114000
      emissions_annual_pct: 2.5212%
      customers: 2742
    team:
      size: 121
      doxxed: false
      jurisdiction: DE
      contributors_90d: 59
      commits_90d: 1044
      vesting_months: 26
      insider_pct: 19.7301%
    governance:
      type: council
      voters_30d: 10363
      quorum_pct: 18.0027%
      timelock_h: 56 hours
      multisig_m: 6
      multisig_n: 9
      upgradeable: false
      emergency_pause: true
      last_upgrade: 2025-06-11
    security:
      bug_bounty_usd: $1380000
      incidents_24m: 0
      funds_lost_usd: $0
      formal_verification: false
      monitoring: true
      oracle_dependencies: 4
      bridge_exposure_pct: 17.4656%
      audits:
        - firm: Firm Oak
          date: 2024-10-04
          open_critical: 0
          open_high: 1
          lines: 17954
          scope_pct: 28.1312%
        - firm: Firm Elm
          date: 2025-06-18
          open_critical: 0
          open_high: 1
          lines: 3417
          scope_pct: 37.4522%
    competitors: []
    ");
}

#[test]
fn two_documents_in_five_lack_something() {
    let documents: Vec<Document> = (0..2_000).map(Document::number).collect();
    let open = documents.iter().filter(|document| !document.is_complete()).count();
    // 40 in 100 may lose leaves and nearly all of these do; 2 in 100 of the rest burn nothing.
    assert!((760..=880).contains(&open), "{open} of 2,000 documents lack something");
}

#[test]
fn every_outcome_and_every_band_occurs() {
    let decisions: Vec<typed::Decision> = (0..2_000).map(|index| typed::decide(&Document::number(index))).collect();
    for (place, code) in CODES.iter().enumerate() {
        for (outcome, least) in [(Outcome::Pass, 600), (Outcome::Fail, 20), (Outcome::Unknown, 20)] {
            let times = decisions.iter().filter(|decision| decision.outcomes[place] == outcome).count();
            assert!(times >= least, "`{code}` is {outcome:?} {times} times in 2,000");
        }
    }
    for band in [Band::Strong, Band::Accept, Band::Review, Band::Weak, Band::Reject] {
        let times = decisions.iter().filter(|decision| decision.band == band).count();
        assert!(times >= 20, "{band:?} occurs {times} times in 2,000");
    }
}

/// A document in which every check and gate passes, most of them by nothing to spare.
fn barely_passing() -> Document {
    let mut document = Document::complete(1).remove(0);
    let audit =
        Audit { firm: "Firm Ash", date: document.judged_on - 365, open_critical: 0, open_high: 3, lines: 1_000, scope_pct: 60 * MILLION };
    let too_late = Audit { date: document.judged_on + 1, ..audit.clone() };
    let competitor = |share_pct| Competitor { name: "Rival".into(), share_pct, tvl_usd: 0, growth_pct: 0 };
    document.layer = Some(support::documents::Layer::Storage);
    document.launched = Some(document.judged_on - 730);
    document.competitors = Some([20_000_000, 1_000_000, 30_005_000, 20_000_000, 25_000_000].map(competitor).into());
    let Document { network, market, finance, team, governance, security, .. } = &mut document;
    network.uptime_pct = Some(99_500_000);
    network.outages_12m = Some(2);
    network.longest_outage_min = Some(119);
    network.nakamoto = Some(7);
    network.validators = Some(100);
    network.client_count = Some(2);
    network.top_client_share = Some(669_900);
    network.finality_s = Some(60 * MILLION);
    network.cloud_share = Some(500_000);
    network.regions = Some(8);
    market.market_cap_usd = Some(10_000_000);
    market.volume_24h_usd = Some(50_000);
    market.fdv_usd = Some(30_000_000);
    market.tvl_usd = Some(2_000_000);
    market.holders = Some(10_000);
    market.top10_holders_pct = Some(45 * MILLION);
    market.share_pct = Some(7_501_300);
    finance.treasury_usd = Some(18_000);
    finance.burn_monthly_usd = Some(1_000);
    team.jurisdiction = Some("NO");
    team.contributors_90d = Some(10);
    team.commits_90d = Some(200);
    team.vesting_months = Some(24);
    team.insider_pct = Some(25 * MILLION);
    governance.timelock_h = Some(48);
    governance.upgradeable = Some(true);
    governance.multisig_m = Some(3);
    governance.multisig_n = Some(5);
    security.bug_bounty_usd = Some(250_000);
    security.incidents_24m = Some(1);
    security.funds_lost_usd = Some(100_000);
    security.monitoring = Some(true);
    security.oracle_dependencies = Some(3);
    security.bridge_exposure_pct = Some(20 * MILLION);
    security.audits = Some(vec![too_late, audit]);
    document
}

type Change = (usize, Outcome, fn(&mut Document));

/// Each change touches just one check or gate, unless more are listed.
const CHANGES: &[Change] = &[
    (0, Outcome::Fail, |d| audits(d)[1].date -= 1),
    (0, Outcome::Pass, |d| audits(d)[1].date = d_day(d)),
    (1, Outcome::Fail, |d| audits(d)[0].scope_pct -= 100),
    (2, Outcome::Fail, |d| d.security.bug_bounty_usd = Some(249_999)),
    (2, Outcome::Unknown, |d| d.security.bug_bounty_usd = None),
    (3, Outcome::Fail, |d| d.security.incidents_24m = Some(2)),
    (3, Outcome::Pass, |d| d.security.incidents_24m = Some(0)),
    (4, Outcome::Fail, |d| d.security.monitoring = Some(false)),
    (4, Outcome::Fail, |d| d.security.oracle_dependencies = Some(4)),
    (5, Outcome::Fail, |d| d.security.bridge_exposure_pct = Some(20_000_100)),
    (6, Outcome::Fail, |d| d.network.uptime_pct = Some(99_499_900)),
    (7, Outcome::Fail, |d| d.network.outages_12m = Some(3)),
    (7, Outcome::Fail, |d| d.network.longest_outage_min = Some(120)),
    (8, Outcome::Fail, |d| d.network.nakamoto = Some(6)),
    (8, Outcome::Fail, |d| d.network.validators = Some(99)),
    (9, Outcome::Fail, |d| d.network.client_count = Some(1)),
    (9, Outcome::Fail, |d| d.network.top_client_share = Some(670_000)),
    (10, Outcome::Fail, |d| d.network.finality_s = Some(60_000_100)),
    (11, Outcome::Fail, |d| d.network.cloud_share = Some(500_100)),
    (11, Outcome::Fail, |d| d.network.regions = Some(7)),
    (12, Outcome::Fail, |d| d.market.volume_24h_usd = Some(49_999)),
    (12, Outcome::Pass, |d| d.market.volume_24h_usd = Some(5_000_000)),
    (12, Outcome::Fail, |d| d.market.volume_24h_usd = Some(5_000_001)),
    (13, Outcome::Fail, |d| rivals(d)[4].share_pct += 100),
    (13, Outcome::Pass, |d| rivals(d)[1].share_pct = 20_000_000),
    (14, Outcome::Fail, |d| d.market.share_pct = Some(7_501_200)),
    (15, Outcome::Fail, |d| d.market.top10_holders_pct = Some(45_000_100)),
    (15, Outcome::Fail, |d| d.market.holders = Some(9_999)),
    (16, Outcome::Fail, |d| d.market.fdv_usd = Some(30_000_001)),
    (17, Outcome::Fail, |d| d.layer = Some(support::documents::Layer::App)),
    (17, Outcome::Unknown, |d| d.layer = None),
    (18, Outcome::Fail, |d| d.governance.timelock_h = Some(47)),
    (19, Outcome::Fail, |d| d.governance.multisig_m = Some(2)),
    (19, Outcome::Fail, |d| d.governance.multisig_n = Some(6)),
    (20, Outcome::Fail, |d| d.finance.treasury_usd = Some(17_999)),
    (20, Outcome::Unknown, |d| d.finance.burn_monthly_usd = Some(0)),
    (21, Outcome::Fail, |d| d.team.commits_90d = Some(199)),
    (21, Outcome::Fail, |d| d.team.contributors_90d = Some(9)),
    (22, Outcome::Fail, |d| d.team.insider_pct = Some(25_000_100)),
    (22, Outcome::Fail, |d| d.team.vesting_months = Some(23)),
    (23, Outcome::Fail, |d| d.launched = d.launched.map(|day| day + 1)),
    (24, Outcome::Fail, |d| d.team.jurisdiction = Some("CU")),
    (24, Outcome::Unknown, |d| d.team.jurisdiction = None),
    (25, Outcome::Fail, |d| audits(d)[0].open_critical = 1),
    (27, Outcome::Fail, |d| d.security.funds_lost_usd = Some(100_001)),
    (27, Outcome::Unknown, |d| d.market.tvl_usd = None),
];

fn d_day(document: &Document) -> i64 {
    document.judged_on
}

fn audits(document: &mut Document) -> &mut Vec<Audit> {
    document.security.audits.get_or_insert_default()
}

fn rivals(document: &mut Document) -> &mut Vec<Competitor> {
    document.competitors.get_or_insert_default()
}

#[test]
fn the_typed_version_tells_the_two_sides_of_every_edge_apart() {
    let document = barely_passing();
    let all_pass = typed::decide(&document);
    assert_eq!(
        (all_pass.outcomes, all_pass.sections, all_pass.total, all_pass.band),
        ([Outcome::Pass; COUNT], [100; 4], 10_000, Band::Strong)
    );
    for (number, (place, outcome, change)) in CHANGES.iter().enumerate() {
        let mut changed = document.clone();
        change(&mut changed);
        let mut expected = [Outcome::Pass; COUNT];
        expected[*place] = *outcome;
        assert_eq!(typed::decide(&changed).outcomes, expected, "change {number}, of `{}`", CODES[*place]);
    }
    for (place, code) in CODES.iter().enumerate() {
        assert!(CHANGES.iter().any(|change| change.0 == place) || place == 26, "nothing changes `{code}`");
    }
}

#[test]
fn a_gate_that_fails_rejects_and_one_that_is_unknown_leaves_review_at_best() {
    let mut document = barely_passing();
    document.market.market_cap_usd = Some(9_999_999);
    assert_eq!(typed::decide(&document).outcomes[26], Outcome::Fail);
    assert_eq!(typed::decide(&document).band, Band::Reject);
    let mut document = barely_passing();
    document.team.jurisdiction = None;
    assert_eq!(typed::decide(&document).band, Band::Review);
    assert_eq!(typed::decide(&document).total, 10_000);
}

#[test]
fn recording_changes_no_decision_and_notes_every_operand() {
    for index in 0..200 {
        let document = Document::number(index);
        let trace = typed::decide_and_trace(&document, Vec::new());
        assert_eq!(trace.decision, typed::decide(&document));
        for check in 0..COUNT as u8 {
            assert!(trace.observations.iter().any(|observation| observation.check == check));
        }
    }
}

#[test]
fn a_copy_has_names_and_thresholds_of_its_own() {
    let files = copies::files(3);
    let text = |name: &str| files.iter().find(|file| file.0 == name).map(|file| file.1.clone()).unwrap_or_default();
    let interesting = |text: String, words: &[&str]| {
        let lines: Vec<&str> = text.lines().filter(|line| words.iter().any(|word| line.contains(word))).map(str::trim).collect();
        lines.join("\n")
    };
    insta::assert_snapshot!(interesting(text("security_checks"), &["_2 "]), @r#"
    param audit_life_2 "Oldest audit that counts": duration = 367 days
    param min_scope_2 "Least scope of a full audit": percent = 60.12%
    param min_full_audits_2 "Full audits wanted": whole = 4
    param min_bounty_2 "Least bounty": money USD = $250002
    param max_incidents_2 "Most incidents to overlook": whole = 3
    param small_loss_2 "Loss that is no longer small": money USD = $1000002
    param max_oracles_2 "Most oracles to depend on": whole = 5
    param max_bridged_2 "Most value over bridges": percent = 20.04%
    let full_audits_2 = count a in security.audits where a.scope_pct >= min_scope_2
    check audit_fresh_2 "Audited within the year" worth 25 {
    passes when some a in security.audits satisfies judged_on - a.date in 0 days..audit_life_2 and a.open_critical == 0
    check audits_scoped_2 "Audited in full" worth 15 {
    passes when full_audits_2 >= min_full_audits_2
    check bug_bounty_2 "Pays those who find faults" worth 15 {
    check incidents_2 "Hardly an incident" worth 20 {
    passes when security.incidents_24m == 0 or (security.incidents_24m <= max_incidents_2 and security.funds_lost_usd < small_loss_2)
    check monitoring_2 "Watched, with few oracles" worth 10 {
    check bridge_exposure_2 "Little value over bridges" worth 15 {
    "#);
    insta::assert_snapshot!(interesting(text("market_checks"), &["_1"]), @r#"
    param min_turnover_1 "Least daily turnover": number = 0.005005
    param max_turnover_1 "Most daily turnover": number = 0.5005
    param max_top3_1 "Most that three rivals may hold": percent = 75.080005%
    param part_of_leader_1 "Part of the leader's share wanted": percent = 25.025%
    param max_top10_1 "Most that ten holders may have": percent = 45.045%
    param min_holders_1 "Fewest holders": whole = 10001
    param max_dilution_1 "Most diluted value over market value": number = 3.003
    let turnover_1 = market.volume_24h_usd / market.market_cap_usd
    let top3_1 = sum of s for s in top(3, competitors.share_pct)
    let leader_1 = max of c.share_pct for c in competitors if none 0%
    let dilution_ratio_1 = market.fdv_usd / market.market_cap_usd
    check turnover_sound_1 "Traded, but not churned" worth 20 {
    passes when turnover_1 in min_turnover_1..max_turnover_1
    because "a day's trade is {turnover_1} of the market value"
    check top3_share_1 "Room beside the three largest" worth 20 {
    passes when top3_1 <= max_top3_1
    because "the three largest rivals hold {top3_1}; {max_top3_1} is the most"
    check share_vs_leader_1 "Within reach of the leader" worth 15 {
    passes when market.share_pct >= part_of_leader_1 * leader_1
    because "holds {market.share_pct}, the largest rival {leader_1}"
    check holders_1 "Widely held" worth 15 {
    passes when market.top10_holders_pct <= max_top10_1 and market.holders >= min_holders_1
    check dilution_1 "Little dilution ahead" worth 15 {
    passes when dilution_ratio_1 <= max_dilution_1
    because "fully diluted {dilution_ratio_1} times the market value"
    check core_layer_1 "On a layer that others build on" worth 15 {
    "#);
    insta::assert_snapshot!(interesting(text("gates"), &["_2"]), @r#"
    param max_critical_2 "Most audits with something critical open": whole = 2
    param min_cap_2 "Least market value": money USD = $10000002
    param max_lost_2 "Most lost, of the value held": percent = 5.01%
    let critical_audits_2 = count a in security.audits where a.open_critical > 0
    gate sanctioned_2 "Sits in a sanctioned country" {
    gate critical_open_2 "Something critical is open" {
    when critical_audits_2 > max_critical_2
    because "{critical_audits_2} audits left something critical open"
    gate too_small_2 "Too small a market" {
    when market.market_cap_usd < min_cap_2
    because "worth {market.market_cap_usd}; {min_cap_2} is the least"
    gate heavy_losses_2 "Lost too much" {
    when security.funds_lost_usd > max_lost_2 * market.tvl_usd
    "#);
    assert_eq!(copies::files(1).into_iter().map(|file| file.1).collect::<Vec<_>>(), copies::FILES.map(|file| file.1.to_string()));
}

#[test]
fn thresholds_of_a_copy_grow_by_one_or_by_a_thousandth() {
    assert_eq!(Thresholds::of_copy(0), Thresholds::STATED);
    let third = Thresholds::of_copy(3);
    assert_eq!((third.audit_life, third.max_top3, third.min_turnover, third.max_critical), (368, 75_230_015, 5_015, 3));
}

#[test]
fn the_rule_files_and_their_copies_can_be_read() {
    for count in [1, 10] {
        let mut sources = Sources::new();
        let read = syntax::load("", "main.plumb", &copies::Texts(copies::files(count)), &mut sources);
        let findings: Vec<String> =
            read.diagnostics.iter().map(|finding| format!("{}: {}", sources.address(finding.primary.span), finding.message)).collect();
        assert_eq!(findings, [""; 0]);
        assert_eq!(read.value.len(), copies::FILES.len());
    }
}

#[test]
fn plumbrule_answers_as_the_version_written_by_hand_does() {
    let program = engine::load(&copies::Texts(copies::files(1)));
    let places = Places::of(&program, 1);
    let mut evaluator = Evaluator::new(&program);
    let mut changed: Vec<Document> = CHANGES
        .iter()
        .map(|change| (change.2, barely_passing()))
        .map(|(change, mut document)| {
            change(&mut document);
            document
        })
        .collect();
    changed.push(barely_passing());
    for document in changed.into_iter().chain((0..500).map(Document::number)) {
        let sheet = engine::sheet(&program, &document);
        let dossier = Dossier { sheets: vec![&sheet] };
        assert_eq!(engine::contradictions(&document, evaluator.decide(&dossier), &places), [""; 0]);
        let judgement = judge(&program, &dossier, Limits::default());
        assert_eq!(engine::contradictions(&document, &judgement.evaluation, &places), [""; 0]);
        let (recorded, _) = evaluator.record(&dossier);
        assert_eq!(engine::contradictions(&document, recorded, &places), [""; 0]);
    }
}

#[test]
fn every_copy_has_outcomes_of_its_own() {
    let program = engine::load(&copies::Texts(copies::files(10)));
    let places = Places::of(&program, 10);
    let mut evaluator = Evaluator::new(&program);
    for index in 0..100 {
        let document = Document::number(index);
        let sheet = engine::sheet(&program, &document);
        assert_eq!(engine::contradictions(&document, evaluator.decide(&Dossier { sheets: vec![&sheet] }), &places), [""; 0]);
    }
}
