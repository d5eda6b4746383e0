//! The policy written by hand over typed fields: what Plumbrule is measured against, and what its answers have to equal.
//!
//! Every outcome is pass, fail or unknown; a check or gate is unknown as soon as one field that it names is missing, before its condition is looked at, or where
//! it divides by nothing. Only whole numbers are used: decimals count millionths, and comparisons with a ratio multiply instead of dividing. The recorder is a
//! type parameter, so that deciding alone costs nothing for the recording that it does without.

use super::documents::{Audit, Competitor, Document, Layer, MILLION};

/// What a check or gate came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Fail,
    Pass,
    Unknown,
}

/// The bands, worst first, so that the better one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    Reject,
    Weak,
    Review,
    Accept,
    Strong,
}

/// How many checks and gates there are.
pub const COUNT: usize = 28;
/// How many of these are checks; the gates come after.
pub const CHECKS: usize = 24;
/// The parts of 100 that the sections make.
pub const WEIGHTS: [u32; 4] = [35, 25, 25, 15];
/// The points of each check.
pub const POINTS: [u32; CHECKS] = [25, 15, 15, 20, 10, 15, 25, 15, 20, 15, 10, 15, 20, 20, 15, 15, 15, 15, 20, 15, 20, 20, 15, 10];
/// The check or gate in the rule files, in the policy's order.
pub const CODES: [&str; COUNT] = [
    "security_checks.audit_fresh",
    "security_checks.audits_scoped",
    "security_checks.bug_bounty",
    "security_checks.incidents",
    "security_checks.monitoring",
    "security_checks.bridge_exposure",
    "reliability_checks.uptime",
    "reliability_checks.outages",
    "reliability_checks.decentralised",
    "reliability_checks.client_diversity",
    "reliability_checks.finality",
    "reliability_checks.hosting",
    "market_checks.turnover_sound",
    "market_checks.top3_share",
    "market_checks.share_vs_leader",
    "market_checks.holders",
    "market_checks.dilution",
    "market_checks.core_layer",
    "governance_checks.timelock",
    "governance_checks.multisig",
    "governance_checks.funded",
    "governance_checks.activity",
    "governance_checks.insiders",
    "governance_checks.old_enough",
    "gates.sanctioned",
    "gates.critical_open",
    "gates.too_small",
    "gates.heavy_losses",
];
/// The scorecards of the sections in the rule files.
pub const SECTIONS: [&str; 4] = ["security_checks.score", "reliability_checks.score", "market_checks.score", "governance_checks.score"];

/// The whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub outcomes: [Outcome; COUNT],
    /// Each of 100.
    pub sections: [u32; 4],
    /// Of 10,000.
    pub total: u32,
    pub band: Band,
}

/// An operand that a check looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed<'a> {
    Missing,
    Whole(i64),
    /// In millionths.
    Decimal(i64),
    /// A quotient in multiples of 10^-12.
    Ratio(i128),
    Truth(bool),
    Word(&'a str),
    /// A day, counted from 1970-01-01.
    Day(i64),
    /// How many elements a list has.
    Length(usize),
}

/// One line of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation<'a> {
    pub check: u8,
    pub what: &'static str,
    pub value: Observed<'a>,
}

/// The answer with every operand that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace<'a> {
    pub decision: Decision,
    pub observations: Vec<Observation<'a>>,
}

/// Where operands are noted.
pub trait Recorder<'a> {
    fn note(&mut self, check: u8, what: &'static str, value: impl FnOnce() -> Observed<'a>);
}

/// Notes nothing.
struct Nothing;

impl<'a> Recorder<'a> for Nothing {
    #[inline(always)]
    fn note(&mut self, _check: u8, _what: &'static str, _value: impl FnOnce() -> Observed<'a>) {}
}

impl<'a> Recorder<'a> for Vec<Observation<'a>> {
    #[inline]
    fn note(&mut self, check: u8, what: &'static str, value: impl FnOnce() -> Observed<'a>) {
        self.push(Observation { check, what, value: value() });
    }
}

/// The constants of the policy. Decimals in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub audit_life: i64,
    pub min_scope: i64,
    pub min_full_audits: i64,
    pub min_bounty: i64,
    pub max_incidents: i64,
    pub small_loss: i64,
    pub max_oracles: i64,
    pub max_bridged: i64,
    pub min_uptime: i64,
    pub max_outages: i64,
    pub long_outage: i64,
    pub min_nakamoto: i64,
    pub min_validators: i64,
    pub min_clients: i64,
    pub client_majority: i64,
    pub max_finality: i64,
    pub max_cloud: i64,
    pub min_regions: i64,
    pub min_turnover: i64,
    pub max_turnover: i64,
    pub max_top3: i64,
    pub part_of_leader: i64,
    pub max_top10: i64,
    pub min_holders: i64,
    pub max_dilution: i64,
    pub min_timelock: i64,
    pub min_signers: i64,
    pub min_runway: i64,
    pub min_commits: i64,
    pub min_contributors: i64,
    pub max_insiders: i64,
    pub min_vesting: i64,
    pub min_age: i64,
    pub max_critical: i64,
    pub min_cap: i64,
    pub max_lost: i64,
}

impl Thresholds {
    /// As the policy states them.
    pub const STATED: Thresholds = Thresholds {
        audit_life: 365,
        min_scope: 60_000_000,
        min_full_audits: 2,
        min_bounty: 250_000,
        max_incidents: 1,
        small_loss: 1_000_000,
        max_oracles: 3,
        max_bridged: 20_000_000,
        min_uptime: 99_500_000,
        max_outages: 2,
        long_outage: 120,
        min_nakamoto: 7,
        min_validators: 100,
        min_clients: 2,
        client_majority: 670_000,
        max_finality: 60_000_000,
        max_cloud: 500_000,
        min_regions: 8,
        min_turnover: 5_000,
        max_turnover: 500_000,
        max_top3: 75_005_000,
        part_of_leader: 250_000,
        max_top10: 45_000_000,
        min_holders: 10_000,
        max_dilution: 3_000_000,
        min_timelock: 48,
        min_signers: 3,
        min_runway: 18_000_000,
        min_commits: 200,
        min_contributors: 10,
        max_insiders: 25_000_000,
        min_vesting: 24,
        min_age: 730,
        max_critical: 0,
        min_cap: 10_000_000,
        max_lost: 50_000,
    };

    /// Those of copy `copy`: a count grows by one with each copy, a decimal by a thousandth of itself.
    pub fn of_copy(copy: i64) -> Thresholds {
        let stated = Thresholds::STATED;
        let count = |threshold: i64| threshold + copy;
        // Every decimal stated is a multiple of a thousandth, so this is exact.
        let decimal = |threshold: i64| threshold / 1_000 * (1_000 + copy);
        Thresholds {
            audit_life: count(stated.audit_life),
            min_scope: decimal(stated.min_scope),
            min_full_audits: count(stated.min_full_audits),
            min_bounty: count(stated.min_bounty),
            max_incidents: count(stated.max_incidents),
            small_loss: count(stated.small_loss),
            max_oracles: count(stated.max_oracles),
            max_bridged: decimal(stated.max_bridged),
            min_uptime: decimal(stated.min_uptime),
            max_outages: count(stated.max_outages),
            long_outage: count(stated.long_outage),
            min_nakamoto: count(stated.min_nakamoto),
            min_validators: count(stated.min_validators),
            min_clients: count(stated.min_clients),
            client_majority: decimal(stated.client_majority),
            max_finality: decimal(stated.max_finality),
            max_cloud: decimal(stated.max_cloud),
            min_regions: count(stated.min_regions),
            min_turnover: decimal(stated.min_turnover),
            max_turnover: decimal(stated.max_turnover),
            max_top3: decimal(stated.max_top3),
            part_of_leader: decimal(stated.part_of_leader),
            max_top10: decimal(stated.max_top10),
            min_holders: count(stated.min_holders),
            max_dilution: decimal(stated.max_dilution),
            min_timelock: count(stated.min_timelock),
            min_signers: count(stated.min_signers),
            min_runway: decimal(stated.min_runway),
            min_commits: count(stated.min_commits),
            min_contributors: count(stated.min_contributors),
            max_insiders: decimal(stated.max_insiders),
            min_vesting: count(stated.min_vesting),
            min_age: count(stated.min_age),
            max_critical: count(stated.max_critical),
            min_cap: count(stated.min_cap),
            max_lost: decimal(stated.max_lost),
        }
    }
}

/// Decides a document.
pub fn decide(document: &Document) -> Decision {
    decision(outcomes(document, &Thresholds::STATED, &mut Nothing))
}

/// Decides a document and writes down every operand. `observations` is emptied first; handing the same one over again saves its allocation.
pub fn decide_and_trace<'a>(document: &'a Document, mut observations: Vec<Observation<'a>>) -> Trace<'a> {
    observations.clear();
    let outcomes = outcomes(document, &Thresholds::STATED, &mut observations);
    Trace { decision: decision(outcomes), observations }
}

/// The outcomes under other thresholds: what the copies of a scaled policy come to.
pub fn outcomes_of_copy(document: &Document, thresholds: &Thresholds) -> [Outcome; COUNT] {
    outcomes(document, thresholds, &mut Nothing)
}

/// Scores, total and band.
fn decision(outcomes: [Outcome; COUNT]) -> Decision {
    let mut sections = [0; 4];
    for (place, points) in POINTS.iter().enumerate() {
        if outcomes[place] == Outcome::Pass {
            sections[place / 6] += points;
        }
    }
    let total = sections.iter().zip(WEIGHTS).map(|(section, weight)| section * weight).sum();
    let by_score = match total {
        8_000.. => Band::Strong,
        6_500.. => Band::Accept,
        5_000.. => Band::Review,
        3_500.. => Band::Weak,
        _ => Band::Reject,
    };
    let gates = &outcomes[CHECKS..];
    let band = if gates.contains(&Outcome::Fail) {
        Band::Reject
    } else if gates.contains(&Outcome::Unknown) {
        by_score.min(Band::Review)
    } else {
        by_score
    };
    Decision { outcomes, sections, total, band }
}

/// Unknown unless every named field is there; then whether the condition holds.
macro_rules! strictly {
    ($($name:ident = $field:expr),+ => $condition:expr) => {
        if let ($(Some($name),)+) = ($($field,)+) { passed($condition) } else { Outcome::Unknown }
    };
}

fn passed(condition: bool) -> Outcome {
    if condition { Outcome::Pass } else { Outcome::Fail }
}

#[inline(always)]
fn outcomes<'a, R: Recorder<'a>>(document: &'a Document, thresholds: &Thresholds, recorder: &mut R) -> [Outcome; COUNT] {
    let t = thresholds;
    let Document { network, market, finance, team, governance, security, .. } = document;
    let mut see = Notes { recorder, check: 0 };
    [
        see.check(0, |see| {
            see.length("security.audits", security.audits.as_deref());
            strictly!(audits = security.audits.as_ref() => {
                let fresh = audits.iter().filter(|audit| {
                    (0..=t.audit_life).contains(&(document.judged_on - audit.date)) && audit.open_critical == 0
                });
                see.some("fresh audit", fresh)
            })
        }),
        see.check(1, |see| {
            see.length("security.audits", security.audits.as_deref());
            strictly!(audits = security.audits.as_ref() => {
                let full = audits.iter().filter(|audit| audit.scope_pct >= t.min_scope).count() as i64;
                see.whole("full audits", Some(full));
                full >= t.min_full_audits
            })
        }),
        see.check(2, |see| {
            see.whole("security.bug_bounty_usd", security.bug_bounty_usd);
            strictly!(bounty = security.bug_bounty_usd => bounty >= t.min_bounty)
        }),
        see.check(3, |see| {
            see.whole("security.incidents_24m", security.incidents_24m);
            see.whole("security.funds_lost_usd", security.funds_lost_usd);
            strictly!(incidents = security.incidents_24m, lost = security.funds_lost_usd =>
                incidents == 0 || (incidents <= t.max_incidents && lost < t.small_loss))
        }),
        see.check(4, |see| {
            see.truth("security.monitoring", security.monitoring);
            see.whole("security.oracle_dependencies", security.oracle_dependencies);
            strictly!(monitoring = security.monitoring, oracles = security.oracle_dependencies => monitoring && oracles <= t.max_oracles)
        }),
        see.check(5, |see| {
            see.decimal("security.bridge_exposure_pct", security.bridge_exposure_pct);
            strictly!(bridged = security.bridge_exposure_pct => bridged <= t.max_bridged)
        }),
        see.check(6, |see| {
            see.decimal("network.uptime_pct", network.uptime_pct);
            strictly!(uptime = network.uptime_pct => uptime >= t.min_uptime)
        }),
        see.check(7, |see| {
            see.whole("network.outages_12m", network.outages_12m);
            see.whole("network.longest_outage_min", network.longest_outage_min);
            strictly!(outages = network.outages_12m, longest = network.longest_outage_min => outages <= t.max_outages && longest < t.long_outage)
        }),
        see.check(8, |see| {
            see.whole("network.nakamoto", network.nakamoto);
            see.whole("network.validators", network.validators);
            strictly!(nakamoto = network.nakamoto, validators = network.validators =>
                nakamoto >= t.min_nakamoto && validators >= t.min_validators)
        }),
        see.check(9, |see| {
            see.whole("network.client_count", network.client_count);
            see.decimal("network.top_client_share", network.top_client_share);
            strictly!(clients = network.client_count, share = network.top_client_share => clients >= t.min_clients && share < t.client_majority)
        }),
        see.check(10, |see| {
            see.decimal("network.finality_s", network.finality_s);
            strictly!(finality = network.finality_s => finality <= t.max_finality)
        }),
        see.check(11, |see| {
            see.decimal("network.cloud_share", network.cloud_share);
            see.whole("network.regions", network.regions);
            strictly!(cloud = network.cloud_share, regions = network.regions => cloud <= t.max_cloud && regions >= t.min_regions)
        }),
        see.check(12, |see| {
            see.whole("market.volume_24h_usd", market.volume_24h_usd);
            see.whole("market.market_cap_usd", market.market_cap_usd);
            see.ratio("turnover", market.volume_24h_usd, market.market_cap_usd);
            strictly!(volume = market.volume_24h_usd, cap = market.market_cap_usd.filter(|cap| *cap > 0) =>
                at_most(t.min_turnover, cap, volume) && at_least(t.max_turnover, cap, volume))
        }),
        see.check(13, |see| {
            see.length("competitors", document.competitors.as_deref());
            strictly!(competitors = document.competitors.as_ref() => {
                let top3 = three_largest(competitors);
                see.decimal("top 3", Some(top3));
                top3 <= t.max_top3
            })
        }),
        see.check(14, |see| {
            see.decimal("market.share_pct", market.share_pct);
            see.length("competitors", document.competitors.as_deref());
            strictly!(share = market.share_pct, competitors = document.competitors.as_ref() => {
                let leader = competitors.iter().map(|competitor| competitor.share_pct).max().unwrap_or(0);
                see.decimal("leader", Some(leader));
                at_most(t.part_of_leader, leader, share)
            })
        }),
        see.check(15, |see| {
            see.decimal("market.top10_holders_pct", market.top10_holders_pct);
            see.whole("market.holders", market.holders);
            strictly!(top10 = market.top10_holders_pct, holders = market.holders => top10 <= t.max_top10 && holders >= t.min_holders)
        }),
        see.check(16, |see| {
            see.whole("market.fdv_usd", market.fdv_usd);
            see.whole("market.market_cap_usd", market.market_cap_usd);
            see.ratio("dilution", market.fdv_usd, market.market_cap_usd);
            strictly!(fdv = market.fdv_usd, cap = market.market_cap_usd.filter(|cap| *cap > 0) => at_least(t.max_dilution, cap, fdv))
        }),
        see.check(17, |see| {
            see.word("layer", document.layer.map(Layer::name));
            strictly!(layer = document.layer => matches!(layer, Layer::L1 | Layer::L2 | Layer::Da | Layer::Oracle | Layer::Storage))
        }),
        see.check(18, |see| {
            see.whole("governance.timelock_h", governance.timelock_h);
            see.truth("governance.upgradeable", governance.upgradeable);
            strictly!(hours = governance.timelock_h, upgradeable = governance.upgradeable => hours >= t.min_timelock || !upgradeable)
        }),
        see.check(19, |see| {
            see.whole("governance.multisig_m", governance.multisig_m);
            see.whole("governance.multisig_n", governance.multisig_n);
            strictly!(m = governance.multisig_m, n = governance.multisig_n => m >= t.min_signers && 2 * m > n)
        }),
        see.check(20, |see| {
            see.whole("finance.treasury_usd", finance.treasury_usd);
            see.whole("finance.burn_monthly_usd", finance.burn_monthly_usd);
            see.ratio("runway", finance.treasury_usd, finance.burn_monthly_usd);
            strictly!(treasury = finance.treasury_usd, burn = finance.burn_monthly_usd.filter(|burn| *burn > 0) =>
                at_most(t.min_runway, burn, treasury))
        }),
        see.check(21, |see| {
            see.whole("team.commits_90d", team.commits_90d);
            see.whole("team.contributors_90d", team.contributors_90d);
            strictly!(commits = team.commits_90d, contributors = team.contributors_90d =>
                commits >= t.min_commits && contributors >= t.min_contributors)
        }),
        see.check(22, |see| {
            see.decimal("team.insider_pct", team.insider_pct);
            see.whole("team.vesting_months", team.vesting_months);
            strictly!(insiders = team.insider_pct, vesting = team.vesting_months => insiders <= t.max_insiders && vesting >= t.min_vesting)
        }),
        see.check(23, |see| {
            see.day("launched", document.launched);
            see.whole("age in days", document.launched.map(|launched| document.judged_on - launched));
            strictly!(launched = document.launched => document.judged_on - launched >= t.min_age)
        }),
        see.check(24, |see| {
            see.word("team.jurisdiction", team.jurisdiction);
            strictly!(jurisdiction = team.jurisdiction => !matches!(jurisdiction, "KP" | "IR" | "SY" | "CU"))
        }),
        see.check(25, |see| {
            see.length("security.audits", security.audits.as_deref());
            strictly!(audits = security.audits.as_ref() => {
                let critical = audits.iter().filter(|audit| audit.open_critical > 0).count() as i64;
                see.whole("critical audits", Some(critical));
                critical <= t.max_critical
            })
        }),
        see.check(26, |see| {
            see.whole("market.market_cap_usd", market.market_cap_usd);
            strictly!(cap = market.market_cap_usd => cap >= t.min_cap)
        }),
        see.check(27, |see| {
            see.whole("security.funds_lost_usd", security.funds_lost_usd);
            see.whole("market.tvl_usd", market.tvl_usd);
            strictly!(lost = security.funds_lost_usd, tvl = market.tvl_usd => at_least(t.max_lost, tvl, lost))
        }),
    ]
}

/// `millionths * base <= value`, without rounding.
fn at_most(millionths: i64, base: i64, value: i64) -> bool {
    i128::from(millionths) * i128::from(base) <= i128::from(value) * i128::from(MILLION)
}

/// `millionths * base >= value`, without rounding.
fn at_least(millionths: i64, base: i64, value: i64) -> bool {
    i128::from(millionths) * i128::from(base) >= i128::from(value) * i128::from(MILLION)
}

/// The sum of the three largest shares, in one pass.
fn three_largest(competitors: &[Competitor]) -> i64 {
    let (mut first, mut second, mut third) = (0, 0, 0);
    for share in competitors.iter().map(|competitor| competitor.share_pct) {
        if share > first {
            (first, second, third) = (share, first, second);
        } else if share > second {
            (second, third) = (share, second);
        } else if share > third {
            third = share;
        }
    }
    first + second + third
}

/// Notes operands under the check that is being asked.
struct Notes<'r, R> {
    recorder: &'r mut R,
    check: u8,
}

impl<'r, 'a, R: Recorder<'a>> Notes<'r, R> {
    #[inline(always)]
    fn check(&mut self, check: u8, ask: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        self.check = check;
        ask(self)
    }

    #[inline(always)]
    fn note(&mut self, what: &'static str, value: impl FnOnce() -> Option<Observed<'a>>) {
        self.recorder.note(self.check, what, || value().unwrap_or(Observed::Missing));
    }

    #[inline(always)]
    fn whole(&mut self, what: &'static str, value: Option<i64>) {
        self.note(what, || value.map(Observed::Whole));
    }

    #[inline(always)]
    fn decimal(&mut self, what: &'static str, value: Option<i64>) {
        self.note(what, || value.map(Observed::Decimal));
    }

    #[inline(always)]
    fn truth(&mut self, what: &'static str, value: Option<bool>) {
        self.note(what, || value.map(Observed::Truth));
    }

    #[inline(always)]
    fn word(&mut self, what: &'static str, value: Option<&'a str>) {
        self.note(what, || value.map(Observed::Word));
    }

    #[inline(always)]
    fn day(&mut self, what: &'static str, value: Option<i64>) {
        self.note(what, || value.map(Observed::Day));
    }

    #[inline(always)]
    fn length<T>(&mut self, what: &'static str, list: Option<&[T]>) {
        self.note(what, || list.map(|list| Observed::Length(list.len())));
    }

    #[inline(always)]
    fn ratio(&mut self, what: &'static str, dividend: Option<i64>, divisor: Option<i64>) {
        self.note(what, || match (dividend, divisor) {
            (Some(dividend), Some(divisor)) if divisor > 0 => Some(Observed::Ratio(quotient(dividend, divisor))),
            _ => None,
        });
    }

    /// Whether there is an audit left, noting the day of the first.
    #[inline(always)]
    fn some<'d>(&mut self, what: &'static str, mut audits: impl Iterator<Item = &'d Audit>) -> bool {
        let first = audits.next().map(|audit| audit.date);
        self.day(what, first);
        first.is_some()
    }
}

/// The quotient in multiples of 10^-12, halves to the even neighbour.
fn quotient(dividend: i64, divisor: i64) -> i128 {
    let scaled = i128::from(dividend) * 1_000_000_000_000;
    let divisor = i128::from(divisor);
    let (floor, rest) = (scaled.div_euclid(divisor), scaled.rem_euclid(divisor));
    if rest * 2 > divisor || (rest * 2 == divisor && floor % 2 != 0) { floor + 1 } else { floor }
}
