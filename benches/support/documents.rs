//! Made-up documents: the same index gives the same document on every machine.
//!
//! Quantities that have a decimal point in a document are held in millionths, so that every threshold of the policy, scaled or not, is a whole number beside
//! them. Ranges are chosen so that each check passes in a good half of the documents and all five bands occur. One draw in sixteen of a number that the policy
//! looks at is a threshold itself: the edge between pass and fail is where two implementations would differ.

use std::fmt::Write;

/// Millionths in one.
pub const MILLION: i64 = 1_000_000;

/// Days from 1970-01-01 to 2026-06-01, around which the documents are dated.
const DATED_FROM: i64 = 20_605;

/// Steele, Lea and Flood's generator: tiny, fast and the same everywhere.
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// The generator of document `index`.
    pub fn of_document(index: u64) -> SplitMix64 {
        let mut random = SplitMix64 { state: 0x5EED_u64.wrapping_add(index.wrapping_mul(0x9E37_79B9)) };
        // Neighbouring states give neighbouring first draws, so the first is thrown away.
        let _ = random.draw();
        random
    }

    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let choices = u128::from(high.abs_diff(low)) + 1;
        low + ((u128::from(self.draw()) * choices) >> 64) as i64
    }

    /// As `between`, but one time in sixteen `edge`.
    fn around(&mut self, low: i64, high: i64, edge: i64) -> i64 {
        let value = self.between(low, high);
        if self.between(0, 15) == 0 { edge } else { value }
    }

    /// A decimal of at most four places in millionths; the arguments count ten-thousandths.
    fn decimal(&mut self, low: i64, high: i64) -> i64 {
        self.between(low, high) * 100
    }

    /// As `decimal`, but one time in sixteen `edge`.
    fn decimal_around(&mut self, low: i64, high: i64, edge: i64) -> i64 {
        self.around(low, high, edge) * 100
    }

    /// Whether something with a chance of `percent` in a hundred happens.
    fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.between(0, choices.len() as i64 - 1) as usize]
    }
}

/// On which layer a project works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    L1,
    L2,
    Da,
    Oracle,
    Storage,
    Bridge,
    App,
}

impl Layer {
    const ALL: [Layer; 7] = [Layer::L1, Layer::L2, Layer::Da, Layer::Oracle, Layer::Storage, Layer::Bridge, Layer::App];

    /// As rules and sheets write it.
    pub fn name(self) -> &'static str {
        match self {
            Layer::L1 => "l1",
            Layer::L2 => "l2",
            Layer::Da => "da",
            Layer::Oracle => "oracle",
            Layer::Storage => "storage",
            Layer::Bridge => "bridge",
            Layer::App => "app",
        }
    }
}

/// One document. Dates count days from 1970-01-01; fields with a decimal point count millionths; a leaf that is `None` is missing.
#[derive(Clone, Debug)]
pub struct Document {
    pub id: String,
    pub name: String,
    pub symbol: String,
    pub judged_on: i64,
    pub sector: &'static str,
    pub website: String,
    pub description: String,
    pub open_source: bool,
    pub license: &'static str,
    pub layer: Option<Layer>,
    pub launched: Option<i64>,
    pub tags: Vec<&'static str>,
    pub network: Network,
    pub market: Market,
    pub finance: Finance,
    pub team: Team,
    pub governance: Governance,
    pub security: Security,
    pub competitors: Option<Vec<Competitor>>,
}

#[derive(Clone, Debug)]
pub struct Network {
    pub uptime_pct: Option<i64>,
    pub median_block_s: Option<i64>,
    pub finality_s: Option<i64>,
    pub validators: Option<i64>,
    pub nakamoto: Option<i64>,
    pub tps_peak: Option<i64>,
    pub tps_avg: Option<i64>,
    pub client_count: Option<i64>,
    pub top_client_share: Option<i64>,
    pub outages_12m: Option<i64>,
    pub longest_outage_min: Option<i64>,
    pub regions: Option<i64>,
    pub cloud_share: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Market {
    pub market_cap_usd: Option<i64>,
    pub volume_24h_usd: Option<i64>,
    pub fdv_usd: Option<i64>,
    pub tvl_usd: Option<i64>,
    pub price_usd: Option<i64>,
    pub holders: Option<i64>,
    pub top10_holders_pct: Option<i64>,
    pub listed_exchanges: Option<Vec<&'static str>>,
    pub volatility_30d: Option<i64>,
    pub share_pct: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Finance {
    pub fees_30d_usd: Option<i64>,
    pub revenue_30d_usd: Option<i64>,
    pub treasury_usd: Option<i64>,
    pub burn_monthly_usd: Option<i64>,
    pub emissions_annual_pct: Option<i64>,
    pub customers: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Team {
    pub size: Option<i64>,
    pub doxxed: Option<bool>,
    pub jurisdiction: Option<&'static str>,
    pub contributors_90d: Option<i64>,
    pub commits_90d: Option<i64>,
    pub vesting_months: Option<i64>,
    pub insider_pct: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Governance {
    pub form: Option<&'static str>,
    pub voters_30d: Option<i64>,
    pub quorum_pct: Option<i64>,
    pub timelock_h: Option<i64>,
    pub multisig_m: Option<i64>,
    pub multisig_n: Option<i64>,
    pub upgradeable: Option<bool>,
    pub emergency_pause: Option<bool>,
    pub last_upgrade: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Security {
    pub bug_bounty_usd: Option<i64>,
    pub incidents_24m: Option<i64>,
    pub funds_lost_usd: Option<i64>,
    pub formal_verification: Option<bool>,
    pub monitoring: Option<bool>,
    pub oracle_dependencies: Option<i64>,
    pub bridge_exposure_pct: Option<i64>,
    pub audits: Option<Vec<Audit>>,
}

#[derive(Clone, Debug)]
pub struct Audit {
    pub firm: &'static str,
    pub date: i64,
    pub open_critical: i64,
    pub open_high: i64,
    pub lines: i64,
    pub scope_pct: i64,
}

#[derive(Clone, Debug)]
pub struct Competitor {
    pub name: String,
    pub share_pct: i64,
    pub tvl_usd: i64,
    pub growth_pct: i64,
}

const NAMES: [&str; 12] =
    ["Aster", "Basalt", "Cinder", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Inlet", "Juniper", "Kelp", "Lumen"];
const KINDS: [&str; 8] = ["Network", "Protocol", "Chain", "Labs", "Market", "Exchange", "Works", "Ledger"];
const SECTORS: [&str; 5] = ["infrastructure", "finance", "data", "compute", "games"];
const LICENSES: [&str; 4] = ["MIT", "Apache-2.0", "GPL-3.0", "none"];
const TAGS: [&str; 8] = ["proof-of-stake", "rollup", "storage", "lending", "oracle", "bridge", "privacy", "payments"];
const EXCHANGES: [&str; 6] = ["North", "South", "East", "West", "Harbour", "Summit"];
const FIRMS: [&str; 5] = ["Firm Ash", "Firm Birch", "Firm Cedar", "Firm Elm", "Firm Oak"];
// `NO` is a country, and here it has to stay one.
const COUNTRIES: [&str; 8] = ["CH", "SG", "US", "NO", "DE", "KY", "VG", "AE"];
const SANCTIONED: [&str; 4] = ["KP", "IR", "SY", "CU"];
const FORMS: [&str; 4] = ["council", "token vote", "foundation", "multisig"];

impl Document {
    /// Document `index`: 40 in 100 lack some of their leaves, each with a chance of 6 in 100 (4 at the root).
    pub fn number(index: u64) -> Document {
        let mut random = SplitMix64::of_document(index);
        let mut document = Document::whole(index, &mut random);
        if random.chance(40) {
            document.lose_leaves(&mut random);
        }
        document
    }

    /// The first `count` documents in which nothing is missing and every division is possible.
    pub fn complete(count: usize) -> Vec<Document> {
        (0..).map(Document::number).filter(Document::is_complete).take(count).collect()
    }

    /// The first `count` documents in which something is missing.
    pub fn open(count: usize) -> Vec<Document> {
        (0..).map(Document::number).filter(|document| !document.is_complete()).take(count).collect()
    }

    /// Whether nothing is missing and every division is possible: a monthly burn of nothing can't be written on a sheet, so its leaf is left out.
    pub fn is_complete(&self) -> bool {
        self.finance.burn_monthly_usd != Some(0) && !self.clone().visit_leaves(&mut |_, present| !*present)
    }

    fn whole(index: u64, random: &mut SplitMix64) -> Document {
        let name = format!("{} {}", random.pick(&NAMES), random.pick(&KINDS));
        let judged_on = DATED_FROM + random.between(0, 120);
        let market_cap_usd = match random.between(0, 63) {
            0 => 10_000_000,
            1 => 9_999_999,
            2 => random.between(1_000_000, 10_000_000),
            _ => 10_i64.pow(random.between(7, 9) as u32) * random.between(1, 99),
        };
        let competitors = Competitor::some(random);
        let leader = competitors.iter().map(|competitor| competitor.share_pct).max().unwrap_or(0);
        Document {
            id: format!("project-{index:06}"),
            symbol: name.chars().take(3).collect::<String>().to_uppercase(),
            website: format!("https://www.example.org/projects/{index}"),
            description: format!("{name} sells blocks, proofs and storage to those who would rather not run machines of their own"),
            name,
            judged_on,
            sector: random.pick(&SECTORS),
            open_source: random.chance(80),
            license: random.pick(&LICENSES),
            layer: Some(random.pick(&Layer::ALL)),
            launched: Some(judged_on - random.around(60, 3_000, 730)),
            tags: (0..random.between(1, 4)).map(|_| random.pick(&TAGS)).collect(),
            network: Network::whole(random),
            market: Market::whole(random, market_cap_usd, leader),
            finance: Finance::whole(random),
            team: Team::whole(random),
            governance: Governance::whole(random, judged_on),
            security: Security::whole(random, judged_on),
            competitors: Some(competitors),
        }
    }

    fn lose_leaves(&mut self, random: &mut SplitMix64) {
        self.visit_leaves(&mut |at_root, present| {
            if random.chance(if at_root { 4 } else { 6 }) {
                *present = false;
            }
            false
        });
    }

    /// Shows every droppable leaf to `see`: whether it stands at the root, and whether it is there. A leaf that is set to absent is dropped; true ends the visit.
    fn visit_leaves(&mut self, see: &mut impl FnMut(bool, &mut bool) -> bool) -> bool {
        macro_rules! visit {
            ($at_root:expr, $($leaf:expr),+ $(,)?) => {
                $(
                    let mut present = $leaf.is_some();
                    let stop = see($at_root, &mut present);
                    if !present {
                        $leaf = None;
                    }
                    if stop {
                        return true;
                    }
                )+
            };
        }
        let Document { network, market, finance, team, governance, security, .. } = self;
        visit!(true, self.launched, self.layer, self.competitors);
        visit!(
            false,
            network.uptime_pct,
            network.median_block_s,
            network.finality_s,
            network.validators,
            network.nakamoto,
            network.tps_peak,
            network.tps_avg,
            network.client_count,
            network.top_client_share,
            network.outages_12m,
            network.longest_outage_min,
            network.regions,
            network.cloud_share,
            market.market_cap_usd,
            market.volume_24h_usd,
            market.fdv_usd,
            market.tvl_usd,
            market.price_usd,
            market.holders,
            market.top10_holders_pct,
            market.listed_exchanges,
            market.volatility_30d,
            market.share_pct,
            finance.fees_30d_usd,
            finance.revenue_30d_usd,
            finance.treasury_usd,
            finance.burn_monthly_usd,
            finance.emissions_annual_pct,
            finance.customers,
            team.size,
            team.doxxed,
            team.jurisdiction,
            team.contributors_90d,
            team.commits_90d,
            team.vesting_months,
            team.insider_pct,
            governance.form,
            governance.voters_30d,
            governance.quorum_pct,
            governance.timelock_h,
            governance.multisig_m,
            governance.multisig_n,
            governance.upgradeable,
            governance.emergency_pause,
            governance.last_upgrade,
            security.bug_bounty_usd,
            security.incidents_24m,
            security.funds_lost_usd,
            security.formal_verification,
            security.monitoring,
            security.oracle_dependencies,
            security.bridge_exposure_pct,
            security.audits,
        );
        false
    }

    /// The document as a fact sheet of the rule files. Missing leaves are left out, and so is a monthly burn of nothing.
    pub fn to_yaml(&self) -> String {
        let mut sheet = Yaml { text: String::with_capacity(2_500) };
        sheet.word(0, "id", &self.id);
        sheet.word(0, "name", &self.name);
        sheet.word(0, "symbol", &self.symbol);
        sheet.date(0, "judged_on", Some(self.judged_on));
        sheet.word(0, "sector", self.sector);
        sheet.word(0, "website", &self.website);
        sheet.word(0, "description", &self.description);
        sheet.truth(0, "open_source", Some(self.open_source));
        sheet.word(0, "license", self.license);
        if let Some(layer) = self.layer {
            sheet.word(0, "layer", layer.name());
        }
        sheet.date(0, "launched", self.launched);
        sheet.words(0, "tags", &self.tags);
        sheet.group("network", |sheet| self.network.write(sheet));
        sheet.group("market", |sheet| self.market.write(sheet));
        sheet.group("finance", |sheet| self.finance.write(sheet));
        sheet.group("team", |sheet| self.team.write(sheet));
        sheet.group("governance", |sheet| self.governance.write(sheet));
        sheet.group("security", |sheet| self.security.write(sheet));
        if let Some(competitors) = &self.competitors {
            sheet.list(0, "competitors", competitors, |sheet, competitor| {
                sheet.line(1, "- name", &competitor.name);
                sheet.percent(2, "share_pct", Some(competitor.share_pct));
                sheet.dollars(2, "tvl_usd", Some(competitor.tvl_usd));
                sheet.percent(2, "growth_pct", Some(competitor.growth_pct));
            });
        }
        sheet.text
    }
}

impl Network {
    fn whole(random: &mut SplitMix64) -> Network {
        let tps_avg = random.decimal(10_000, 20_000_000);
        Network {
            uptime_pct: Some(random.decimal_around(990_000, 1_000_000, 995_000)),
            median_block_s: Some(random.decimal(4_000, 150_000)),
            finality_s: Some(random.decimal_around(10_000, 900_000, 600_000)),
            validators: Some(random.around(4, 1_500, 100)),
            nakamoto: Some(random.around(1, 40, 7)),
            tps_peak: Some(tps_avg + random.decimal(0, 50_000_000)),
            tps_avg: Some(tps_avg),
            client_count: Some(random.between(1, 5)),
            top_client_share: Some(random.decimal_around(2_000, 9_000, 6_700)),
            outages_12m: Some(random.between(0, 3)),
            longest_outage_min: Some(random.around(0, 160, 120)),
            regions: Some(random.around(1, 30, 8)),
            cloud_share: Some(random.decimal_around(500, 7_500, 5_000)),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        sheet.percent(1, "uptime_pct", self.uptime_pct);
        sheet.measure(1, "median_block_s", self.median_block_s, "seconds");
        sheet.measure(1, "finality_s", self.finality_s, "seconds");
        sheet.count(1, "validators", self.validators);
        sheet.count(1, "nakamoto", self.nakamoto);
        sheet.number(1, "tps_peak", self.tps_peak);
        sheet.number(1, "tps_avg", self.tps_avg);
        sheet.count(1, "client_count", self.client_count);
        sheet.percent(1, "top_client_share", self.top_client_share.map(|share| share * 100));
        sheet.count(1, "outages_12m", self.outages_12m);
        sheet.measure(1, "longest_outage_min", self.longest_outage_min.map(|minutes| minutes * MILLION), "minutes");
        sheet.count(1, "regions", self.regions);
        sheet.percent(1, "cloud_share", self.cloud_share.map(|share| share * 100));
    }
}

impl Market {
    fn whole(random: &mut SplitMix64, market_cap_usd: i64, leader: i64) -> Market {
        let volume_24h_usd = match random.between(0, 15) {
            0 => market_cap_usd / 200,
            1 => market_cap_usd / 2,
            2 => market_cap_usd / 2 + 1,
            _ => market_cap_usd / 10_000 * random.between(10, 3_000),
        };
        let fdv_usd = match random.between(0, 15) {
            0 => market_cap_usd * 3,
            1 => market_cap_usd * 3 + 1,
            _ => market_cap_usd / 100 * random.between(100, 400),
        };
        Market {
            market_cap_usd: Some(market_cap_usd),
            volume_24h_usd: Some(volume_24h_usd),
            fdv_usd: Some(fdv_usd),
            tvl_usd: Some(random.between(0, 500) * 1_000_000),
            price_usd: Some(random.decimal(1, 2_000_000)),
            holders: Some(random.around(2_000, 80_000, 10_000)),
            top10_holders_pct: Some(random.decimal_around(50_000, 600_000, 450_000)),
            listed_exchanges: Some((0..random.between(0, 4)).map(|_| random.pick(&EXCHANGES)).collect()),
            volatility_30d: Some(random.decimal(50_000, 1_500_000)),
            share_pct: Some(random.decimal_around(1_000, 200_000, leader / 400)),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        sheet.dollars(1, "market_cap_usd", self.market_cap_usd);
        sheet.dollars(1, "volume_24h_usd", self.volume_24h_usd);
        sheet.dollars(1, "fdv_usd", self.fdv_usd);
        sheet.dollars(1, "tvl_usd", self.tvl_usd);
        if let Some(price) = self.price_usd {
            sheet.line(1, "price_usd", &format!("${}", decimal(price)));
        }
        sheet.count(1, "holders", self.holders);
        sheet.percent(1, "top10_holders_pct", self.top10_holders_pct);
        if let Some(exchanges) = &self.listed_exchanges {
            sheet.words(1, "listed_exchanges", exchanges);
        }
        sheet.percent(1, "volatility_30d", self.volatility_30d);
        sheet.percent(1, "share_pct", self.share_pct);
    }
}

impl Finance {
    fn whole(random: &mut SplitMix64) -> Finance {
        let burn = random.between(50, 3_000) * 1_000;
        let treasury = burn * random.around(4, 60, 18);
        Finance {
            fees_30d_usd: Some(random.between(0, 5_000_000)),
            revenue_30d_usd: Some(random.between(0, 3_000_000)),
            treasury_usd: Some(treasury),
            burn_monthly_usd: Some(if random.chance(2) { 0 } else { burn }),
            emissions_annual_pct: Some(random.decimal(0, 200_000)),
            customers: Some(random.between(0, 5_000)),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        sheet.dollars(1, "fees_30d_usd", self.fees_30d_usd);
        sheet.dollars(1, "revenue_30d_usd", self.revenue_30d_usd);
        sheet.dollars(1, "treasury_usd", self.treasury_usd);
        sheet.dollars(1, "burn_monthly_usd", self.burn_monthly_usd.filter(|burn| *burn > 0));
        sheet.percent(1, "emissions_annual_pct", self.emissions_annual_pct);
        sheet.count(1, "customers", self.customers);
    }
}

impl Team {
    fn whole(random: &mut SplitMix64) -> Team {
        let jurisdiction = if random.chance(4) { random.pick(&SANCTIONED) } else { random.pick(&COUNTRIES) };
        Team {
            size: Some(random.between(3, 200)),
            doxxed: Some(random.chance(70)),
            jurisdiction: Some(jurisdiction),
            contributors_90d: Some(random.around(2, 60, 10)),
            commits_90d: Some(random.around(50, 1_500, 200)),
            vesting_months: Some(random.around(6, 60, 24)),
            insider_pct: Some(random.decimal_around(50_000, 350_000, 250_000)),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        sheet.count(1, "size", self.size);
        sheet.truth(1, "doxxed", self.doxxed);
        if let Some(jurisdiction) = self.jurisdiction {
            sheet.word(1, "jurisdiction", jurisdiction);
        }
        sheet.count(1, "contributors_90d", self.contributors_90d);
        sheet.count(1, "commits_90d", self.commits_90d);
        sheet.count(1, "vesting_months", self.vesting_months);
        sheet.percent(1, "insider_pct", self.insider_pct);
    }
}

impl Governance {
    fn whole(random: &mut SplitMix64, judged_on: i64) -> Governance {
        let multisig_n = random.between(3, 11);
        Governance {
            form: Some(random.pick(&FORMS)),
            voters_30d: Some(random.between(0, 20_000)),
            quorum_pct: Some(random.decimal(10_000, 400_000)),
            timelock_h: Some(random.around(0, 168, 48)),
            multisig_m: Some(random.between(2, multisig_n)),
            multisig_n: Some(multisig_n),
            upgradeable: Some(random.chance(70)),
            emergency_pause: Some(random.chance(50)),
            last_upgrade: Some(judged_on - random.between(0, 700)),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        if let Some(form) = self.form {
            sheet.word(1, "type", form);
        }
        sheet.count(1, "voters_30d", self.voters_30d);
        sheet.percent(1, "quorum_pct", self.quorum_pct);
        sheet.measure(1, "timelock_h", self.timelock_h.map(|hours| hours * MILLION), "hours");
        sheet.count(1, "multisig_m", self.multisig_m);
        sheet.count(1, "multisig_n", self.multisig_n);
        sheet.truth(1, "upgradeable", self.upgradeable);
        sheet.truth(1, "emergency_pause", self.emergency_pause);
        sheet.date(1, "last_upgrade", self.last_upgrade);
    }
}

impl Security {
    fn whole(random: &mut SplitMix64, judged_on: i64) -> Security {
        Security {
            bug_bounty_usd: Some(random.around(0, 200, 25) * 10_000),
            incidents_24m: Some(if random.chance(60) { 0 } else { random.between(0, 3) }),
            funds_lost_usd: Some(if random.chance(70) { 0 } else { random.around(0, 300, 100) * 10_000 }),
            formal_verification: Some(random.chance(30)),
            monitoring: Some(random.chance(85)),
            oracle_dependencies: Some(random.between(0, 5)),
            bridge_exposure_pct: Some(random.decimal_around(0, 350_000, 200_000)),
            audits: Some((0..random.between(0, 5)).map(|_| Audit::whole(random, judged_on)).collect()),
        }
    }

    fn write(&self, sheet: &mut Yaml) {
        sheet.dollars(1, "bug_bounty_usd", self.bug_bounty_usd);
        sheet.count(1, "incidents_24m", self.incidents_24m);
        sheet.dollars(1, "funds_lost_usd", self.funds_lost_usd);
        sheet.truth(1, "formal_verification", self.formal_verification);
        sheet.truth(1, "monitoring", self.monitoring);
        sheet.count(1, "oracle_dependencies", self.oracle_dependencies);
        sheet.percent(1, "bridge_exposure_pct", self.bridge_exposure_pct);
        if let Some(audits) = &self.audits {
            sheet.list(1, "audits", audits, |sheet, audit| {
                sheet.line(2, "- firm", audit.firm);
                sheet.date(3, "date", Some(audit.date));
                sheet.count(3, "open_critical", Some(audit.open_critical));
                sheet.count(3, "open_high", Some(audit.open_high));
                sheet.count(3, "lines", Some(audit.lines));
                sheet.percent(3, "scope_pct", Some(audit.scope_pct));
            });
        }
    }
}

impl Audit {
    fn whole(random: &mut SplitMix64, judged_on: i64) -> Audit {
        // Ages below zero are reports announced for a day to come.
        let age = match random.between(0, 15) {
            0 => 365,
            1 => 366,
            2 => 0,
            3 => -1,
            _ => random.between(-20, 700),
        };
        Audit {
            firm: random.pick(&FIRMS),
            date: judged_on - age,
            open_critical: if random.chance(4) { random.between(1, 3) } else { 0 },
            open_high: random.between(0, 4),
            lines: random.between(500, 40_000),
            scope_pct: random.decimal_around(200_000, 1_000_000, 600_000),
        }
    }
}

impl Competitor {
    /// None to eight, in no order. One list in sixteen has a top three that hold exactly as much as they may.
    fn some(random: &mut SplitMix64) -> Vec<Competitor> {
        let mut competitors: Vec<Competitor> = (0..random.between(0, 8)).map(|place| Competitor::whole(random, place)).collect();
        if competitors.len() >= 3 && random.between(0, 15) == 0 {
            for competitor in &mut competitors {
                competitor.share_pct = competitor.share_pct / 4_000 * 100;
            }
            let first = random.between(0, competitors.len() as i64 - 3) as usize;
            for (competitor, share) in competitors[first..].iter_mut().zip([20_000_000, 30_005_000, 25_000_000]) {
                competitor.share_pct = share;
            }
        }
        competitors
    }

    fn whole(random: &mut SplitMix64, place: i64) -> Competitor {
        Competitor {
            name: format!("{} {}", random.pick(&NAMES), place + 1),
            share_pct: random.decimal(1_000, 400_000),
            tvl_usd: random.between(0, 900) * 1_000_000,
            growth_pct: random.decimal(-500_000, 3_000_000),
        }
    }
}

/// A decimal in millionths, without idle zeros.
pub fn decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) = (millionths.unsigned_abs() / MILLION as u64, millionths.unsigned_abs() % MILLION as u64);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0')) }
}

/// A day, counted from 1970-01-01, as a date: years are counted from 1 March, so that the leap day comes last.
pub fn date(day: i64) -> String {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

/// A sheet being written.
struct Yaml {
    text: String,
}

impl Yaml {
    fn line(&mut self, depth: usize, key: &str, value: &str) {
        // Writing to a string can't fail.
        let _ = writeln!(self.text, "{:depth$}{key}: {value}", "", depth = depth * 2);
    }

    fn word(&mut self, depth: usize, key: &str, value: &str) {
        self.line(depth, key, value);
    }

    fn words(&mut self, depth: usize, key: &str, values: &[&str]) {
        self.line(depth, key, &format!("[{}]", values.join(", ")));
    }

    fn count(&mut self, depth: usize, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.line(depth, key, &value.to_string());
        }
    }

    fn number(&mut self, depth: usize, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.line(depth, key, &decimal(value));
        }
    }

    fn percent(&mut self, depth: usize, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.line(depth, key, &format!("{}%", decimal(value)));
        }
    }

    fn dollars(&mut self, depth: usize, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.line(depth, key, &format!("${value}"));
        }
    }

    fn measure(&mut self, depth: usize, key: &str, value: Option<i64>, unit: &str) {
        if let Some(value) = value {
            self.line(depth, key, &format!("{} {unit}", decimal(value)));
        }
    }

    fn truth(&mut self, depth: usize, key: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.line(depth, key, if value { "true" } else { "false" });
        }
    }

    fn date(&mut self, depth: usize, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.line(depth, key, &date(value));
        }
    }

    fn list<T>(&mut self, depth: usize, key: &str, elements: &[T], write: impl Fn(&mut Yaml, &T)) {
        if elements.is_empty() {
            self.line(depth, key, "[]");
            return;
        }
        let _ = writeln!(self.text, "{:depth$}{key}:", "", depth = depth * 2);
        for element in elements {
            write(self, element);
        }
    }

    /// A group of facts; one in which nothing is left is written as an empty one.
    fn group(&mut self, key: &str, write: impl Fn(&mut Yaml)) {
        let start = self.text.len();
        let _ = writeln!(self.text, "{key}:");
        let body = self.text.len();
        write(self);
        if self.text.len() == body {
            self.text.truncate(start);
            self.line(0, key, "{}");
        }
    }
}
