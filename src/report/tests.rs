//! Reports over made-up judgements that show every section. Snapshots are read as pages: what a person sees at 80 columns, and at narrower and wider ones.

mod page;
mod protocols;

use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::explain::{
    AssumptionLine, BandLine, Citation, Explanation, FactLine, FaultLine, GateLine, ItemLine, ParameterLine, QuestionLine, ScorecardLine,
    SetBy, VerdictLine,
};
use crate::policy::RulebookInfo;
use crate::program::{Consequences, Program, Walks};
use crate::source::{FileId, Sources, Span};
use crate::value::{DAY, Force, Fraction, Number, Schema};
use crate::verdict::{Effort, FaultLevel, RowTaken};
use crate::waivers::Waivers;

/// Texts long enough for the lines that the samples cite.
struct Texts {
    sources: Sources,
    rules: FileId,
    risk: FileId,
    sheet: FileId,
}

fn texts() -> Texts {
    let mut sources = Sources::new();
    let mut add = |name: &str| sources.add(name, "  a line that a report cites\n".repeat(99));
    let (rules, risk, sheet) = (add("rules/screening.plumb"), add("rules/risk.plumb"), add("fixtures/akash.yaml"));
    Texts { sources, rules, risk, sheet }
}

impl Texts {
    fn at(&self, file: FileId, line: usize) -> Citation {
        let start = (line - 1) * 29 + 2;
        let span = Span::new(file, start, start + 6);
        Citation { span, address: self.sources.address(span) }
    }

    fn rule(&self, line: usize) -> Citation {
        self.at(self.rules, line)
    }

    fn fact(&self, path: &str, value: &str, line: usize, as_of: &str, source: &str) -> FactLine {
        FactLine {
            path: path.into(),
            value: value.into(),
            known: true,
            exact: true,
            at: Some(self.at(self.sheet, line)),
            source: Some(source.into()),
            as_of: Some(as_of.into()),
            note: None,
            missing: None,
            claims: Vec::new(),
        }
    }
}

/// A program of which a report needs the rulebooks and the day.
fn program(texts: &Texts) -> Program {
    let rulebook = |name: &str, version: Option<&str>, file: FileId| RulebookInfo {
        name: name.into(),
        title: format!("The {name} rules"),
        version: version.map(String::from),
        doc: String::new(),
        file,
        tests: false,
    };
    Program {
        calendar: Number::whole(20_780 * DAY),
        profile: None,
        waivers: Waivers::NONE,
        today: Number::whole(20_780 * DAY),
        rulebooks: vec![rulebook("screening", Some("1.2"), texts.rules), rulebook("risk", None, texts.risk)],
        schema: Schema::default(),
        documents: Vec::new(),
        unseen: Vec::new(),
        params: Vec::new(),
        lets: Vec::new(),
        items: Vec::new(),
        scorecards: Vec::new(),
        gates: Vec::new(),
        tables: Vec::new(),
        verdicts: Vec::new(),
        protocols: Vec::new(),
        limits: Vec::new(),
        triggers: Vec::new(),
        reviews: Vec::new(),
        order: Vec::new(),
        consequences: Consequences::default(),
        fields: Vec::new(),
        expressions: Vec::new(),
        fractions: Vec::new(),
        of_entries: Vec::new(),
        conditions: Vec::new(),
        collections: Vec::new(),
        walks: Walks::default(),
        functions: Vec::new(),
        calls: 0,
    }
}

/// The record of some judgements.
fn record(texts: &Texts, explanations: &[Explanation]) -> String {
    json(&run(&program(texts), texts), explanations)
}

fn parameters() -> Vec<ParameterLine> {
    vec![
        ParameterLine {
            code: "screening.min_uptime".into(),
            title: "Least uptime".into(),
            value: "99%".into(),
            origin: "--set".into(),
            set_by: SetBy::Option,
        },
        ParameterLine {
            code: "main.core_edge".into(),
            title: "Core holding from".into(),
            value: "75%".into(),
            origin: "the rule".into(),
            set_by: SetBy::Rules,
        },
    ]
}

fn run<'a>(program: &'a Program, texts: &'a Texts) -> Run<'a> {
    static NOTHING: Requirements = Requirements::NONE;
    let requirements = &NOTHING;
    let contexts = vec![("thesis".into(), "fixtures/thesis.yaml".into())];
    Run { program, sources: &texts.sources, requirements, profile: None, parameters: parameters(), contexts, left_out: Vec::new() }
}

fn page(explanation: &Explanation, width: usize, colour: bool) -> String {
    let texts = texts();
    human(&run(&program(&texts), &texts), std::slice::from_ref(explanation), Layout { width, colour })
}

fn summary(explanations: &[Explanation], layout: Layout) -> String {
    super::summary(explanations, layout)
}

fn part(numerator: i64, denominator: i64) -> Fraction {
    Fraction::ratio(numerator, denominator).unwrap_or_default()
}

fn bounds(low: Fraction, high: Fraction) -> Bounds {
    Bounds { low, high }
}

fn unknown(path: &str) -> FactLine {
    FactLine {
        path: path.into(),
        value: "not known".into(),
        known: false,
        exact: false,
        at: None,
        source: None,
        as_of: None,
        note: None,
        missing: None,
        claims: Vec::new(),
    }
}

fn bands() -> Vec<BandLine> {
    let band = |name: &str, title: &str, edge: Option<Fraction>| BandLine { name: name.into(), title: title.into(), edge };
    vec![
        band("core", "Core holding", Some(part(3, 4))),
        band("satellite", "Satellite", Some(part(3, 5))),
        band("watch", "Watch list", Some(part(2, 5))),
        band("avoid", "Avoid", None),
    ]
}

fn verdict(texts: &Texts, state: State, score: Bounds, range: Bands, ungated: Bands) -> VerdictLine {
    let decided = Fraction::one().subtract(&score.width());
    VerdictLine {
        code: "main.conviction_band".into(),
        title: "Conviction".into(),
        rule: texts.rule(24),
        state,
        applies: Applies::Always,
        bands: bands(),
        range,
        ungated,
        earned: score.low.divide(&decided),
        decided: Some(decided),
        score: Some(score),
        scorecard: Some(("main.conviction".into(), "Conviction".into())),
        assumed: false,
        without_assumptions: None,
        without_waivers: None,
        capped_by: Vec::new(),
        scripts: None,
        fault: FaultLevel::None,
        requirement: None,
    }
}

struct Sketch<'a> {
    code: &'a str,
    title: &'a str,
    worth: i64,
    points: (Fraction, Fraction),
    lost: (Fraction, Fraction),
    reason: &'a str,
    facts: Vec<FactLine>,
}

fn item(texts: &Texts, line: usize, sketch: Sketch<'_>) -> ItemLine {
    let worth = Fraction::whole(sketch.worth);
    ItemLine {
        code: sketch.code.into(),
        title: sketch.title.into(),
        kind: "check",
        rule: texts.rule(line),
        scorecard: 1,
        included: None,
        force: Force::Now,
        applies: Applies::Always,
        waiver: None,
        passes: if sketch.points.0 == worth {
            Truth::True
        } else if sketch.points.1 == worth {
            Truth::Unknown
        } else {
            Truth::False
        },
        points: bounds(sketch.points.0, sketch.points.1),
        worth,
        lost: bounds(sketch.lost.0, sketch.lost.1),
        row: RowTaken::None,
        reason: sketch.reason.into(),
        ask: None,
        remedy: None,
        cite: None,
        facts: sketch.facts,
        tables: Vec::new(),
        fault: FaultLevel::None,
    }
}

fn scorecard(texts: &Texts, code: &str, title: &str, score: Bounds, depth: usize) -> ScorecardLine {
    let decided = Fraction::one().subtract(&score.width());
    let hundred = Fraction::whole(100);
    ScorecardLine {
        code: code.into(),
        title: title.into(),
        rule: texts.rule(12 + depth),
        applies: Applies::Always,
        points: bounds(score.low.multiply(&hundred), score.high.multiply(&hundred)),
        counted: Bounds::exactly(hundred.clone()),
        worth: hundred,
        earned: score.low.divide(&decided),
        decided,
        score,
        items: Vec::new(),
        depth,
    }
}

/// A project as they mostly are: open, with good and bad news, doubtful sources and much to ask.
fn open_project(texts: &Texts) -> Explanation {
    let zero = Fraction::zero;
    let mut headline = verdict(
        texts,
        State::Open,
        bounds(part(4337, 10_000), part(7193, 10_000)),
        Bands { floor: 3, ceiling: 2 },
        Bands { floor: 2, ceiling: 1 },
    );
    headline.capped_by = vec!["risk.illiquid".into(), "risk.unaudited".into()];
    headline.assumed = true;
    headline.without_assumptions =
        Some((State::Open, Bands { floor: 3, ceiling: 2 }, Some(bounds(part(4137, 10_000), part(7193, 10_000)))));
    headline.requirement = Some(("Watch list".into(), Requirement::Undecided));

    let uptime = FactLine {
        value: "not known".into(),
        known: false,
        exact: false,
        missing: Some("stale since 2026-06-11; was 99.2%".into()),
        ..texts.fact("network.uptime_90d", "", 18, "2026-02-11", "https://status.akash.network/history?window=90d")
    };
    let operators = FactLine {
        exact: false,
        source: None,
        as_of: None,
        at: Some(texts.at(texts.sheet, 22)),
        claims: vec![
            texts.fact("network.operators", "62", 24, "2026-08-10", "https://stats.akash.network/provider-graph/active-leased-gpu"),
            texts.fact(
                "network.operators",
                "80",
                25,
                "2026-09-30",
                "github:akash-network/community/wg-zero-friction/README.md@d21edcdf2b36",
            ),
            FactLine {
                missing: Some("undated; says 118".into()),
                as_of: None,
                ..texts.fact("network.operators", "118", 26, "", "https://example.org/a-blog-post")
            },
        ],
        ..texts.fact("network.operators", "62 to 80", 22, "", "")
    };
    let sketch = |code, title, worth, points, lost, reason, facts| Sketch { code, title, worth, points, lost, reason, facts };
    let mut concentration = item(
        texts,
        41,
        sketch(
            "screening.concentration",
            "No operator can stop the network",
            8,
            (zero(), zero()),
            (part(64, 1000), part(64, 1000)),
            "The largest operator runs 62% of the capacity, far above the 33% that would let it stop the network alone",
            vec![texts.fact("network.largest_operator", "62%", 30, "2026-09-01", "https://stats.akash.network/providers")],
        ),
    );
    concentration.remedy = Some("a published plan to spread capacity, and two quarters in which it is seen to work".into());
    concentration.cite = Some("Guide, part 2: the largest operator".into());
    let mut holders = item(
        texts,
        67,
        sketch(
            "risk.insiders",
            "Insiders hold little and are locked for long",
            10,
            (part(3, 1), part(3, 1)),
            (part(28, 1000), part(28, 1000)),
            "insiders hold 41% of the supply",
            vec![FactLine {
                note: Some("from the allocation table; the foundation's share is counted as insiders'".into()),
                ..texts.fact("token.insiders", "41%", 61, "2024-03-01", "https://docs.example.org/tokenomics/allocation")
            }],
        ),
    );
    holders.kind = "grade";
    holders.row = RowTaken::One(2);
    let mut paying = item(
        texts,
        52,
        sketch(
            "market.paying_use",
            "Somebody pays for it",
            8,
            (part(3, 2), part(4, 1)),
            (part(32, 1000), part(52, 1000)),
            "fees cover between 19% and 50% of what the network spends on rewards",
            vec![
                FactLine {
                    exact: false,
                    ..texts.fact(
                        "use.fees_year",
                        "$1,100,000 to $2,900,000",
                        44,
                        "2026-07-01",
                        "https://tokenterminal.com/terminal/projects/akash-network",
                    )
                },
                unknown("token.emissions_year"),
            ],
        ),
    );
    paying.kind = "ramp";
    let stays_up = item(
        texts,
        33,
        sketch("screening.uptime", "The network stays up", 8, (zero(), part(8, 1)), (zero(), part(64, 1000)), "", vec![uptime.clone()]),
    );
    let mut thesis = item(
        texts,
        71,
        sketch(
            "thesis.layer",
            "Works on the layer that the investor wants",
            5,
            (zero(), part(5, 1)),
            (zero(), part(30, 1000)),
            "",
            vec![unknown("thesis.layer")],
        ),
    );
    thesis.applies = Applies::Maybe;
    let many = item(
        texts,
        36,
        sketch(
            "screening.operators",
            "Enough independent operators",
            6,
            (part(6, 1), part(6, 1)),
            (zero(), zero()),
            "62 to 80 operators, at least 20 asked for",
            vec![operators.clone()],
        ),
    );
    let live = item(
        texts,
        29,
        sketch(
            "screening.live",
            "Has run in public for two years",
            10,
            (part(10, 1), part(10, 1)),
            (zero(), zero()),
            "in public since 2020-09-25",
            vec![texts.fact(
                "network.mainnet_since",
                "2020-09-25",
                15,
                "2020-09-25",
                "github:akash-network/AEP/assets/aep-8/genesis.json@d21edcdf2b36",
            )],
        ),
    );
    let mut oracle = item(
        texts,
        80,
        sketch("screening.oracle_path", "Answers come from several models", 5, (zero(), zero()), (zero(), zero()), "", vec![]),
    );
    oracle.applies = Applies::Never;
    let mut include = item(
        texts,
        17,
        sketch(
            "main.conviction.viability",
            "Mechanical viability",
            40,
            (part(16, 1), part(30, 1)),
            (part(10, 100), part(24, 100)),
            "",
            vec![],
        ),
    );
    include.kind = "include";
    include.scorecard = 0;
    include.included = Some(1);

    let gate = |code: &str, title: &str, fires: Truth, binds: bool, line: usize, reason: &str, facts: Vec<FactLine>| GateLine {
        code: code.into(),
        title: title.into(),
        rule: texts.at(texts.risk, line),
        caps: ("main.conviction_band".into(), if code == "risk.illiquid" { "Avoid".into() } else { "Watch list".into() }),
        force: Force::Now,
        waiver: None,
        fires,
        binds,
        reason: reason.into(),
        ask: (fires == Truth::Unknown).then(|| "What volume traded per day, in the mean of the last 30 days?".into()),
        remedy: None,
        cite: None,
        facts,
        tables: Vec::new(),
        fault: FaultLevel::None,
    };

    let mut conviction = scorecard(texts, "main.conviction", "Conviction", bounds(part(4337, 10_000), part(7193, 10_000)), 0);
    conviction.items = vec![7];
    let mut viability = scorecard(texts, "screening.viability", "Mechanical viability", bounds(part(1, 2), part(15, 19)), 1);
    viability.counted = bounds(part(80, 1), part(85, 1));
    viability.items = vec![0, 3, 5, 6];
    let mut inference = scorecard(texts, "screening.inference", "Inference networks", Bounds::exactly(zero()), 2);
    inference.applies = Applies::Never;
    inference.counted = Bounds::exactly(zero());
    let mut fit = scorecard(texts, "thesis.fit", "Fits what the investor set out to back", bounds(part(1, 3), part(2, 3)), 1);
    fit.applies = Applies::Maybe;

    Explanation {
        name: "akash".into(),
        title: "Akash Network".into(),
        file: "fixtures/akash.yaml".into(),
        today: "2026-11-23".into(),
        verdicts: vec![headline],
        scorecards: vec![conviction, viability, inference, fit, scorecard(texts, "risk.safety", "Safety", Bounds::exactly(part(599_999, 1_000_000)), 1)],
        items: vec![concentration, holders, paying, stays_up, thesis, many, live, include, oracle],
        tables: Vec::new(),
        gates: vec![
            gate("risk.loss", "Unresolved loss of user funds", Truth::False, false, 20, "", vec![]),
            gate("risk.illiquid", "Too thin to leave", Truth::Unknown, true, 44, "the position is worth an unknown share of a day's volume", vec![unknown("market.volume_30d")]),
            gate("risk.unaudited", "User funds held without an audit", Truth::True, true, 30, "user funds are held, and the last audit was published on 2021-03-08, 68 months ago", vec![texts.fact("audits[1].date", "2021-03-08", 71, "2021-03-08", "https://github.com/akash-network/audits/blob/main/2021-03-akash-decentralized-cloud-security-assessment-report-final.pdf")]),
            gate("risk.regulator", "A regulator stops the business", Truth::False, false, 51, "", vec![]),
        ],
        protocols: Vec::new(),
        questions: vec![
            QuestionLine {
                fact: unknown("market.volume_30d"),
                about: "Mean daily volume over the last 30 days, all venues".into(),
                effect: Effect::Settles,
                bands: part(3, 4),
                score: zero(),
                ask: Some("What volume traded per day, in the mean of the last 30 days?".into()),
                read_by: vec!["risk.illiquid".into()],
            },
            QuestionLine {
                fact: uptime.clone(),
                about: "Share of the last 90 days in which jobs could be placed".into(),
                effect: Effect::CanSettle,
                bands: part(1, 4),
                score: part(64, 1000),
                ask: None,
                read_by: vec!["screening.uptime".into(), "screening.promises_kept".into()],
            },
            QuestionLine {
                fact: FactLine { exact: false, ..texts.fact("use.fees_year", "$1,100,000 to $2,900,000", 44, "2026-07-01", "https://tokenterminal.com/terminal/projects/akash-network") },
                about: String::new(),
                effect: Effect::Helps,
                bands: zero(),
                score: part(9, 1000),
                ask: Some("What did users pay over the last year?".into()),
                read_by: vec!["market.paying_use".into()],
            },
        ],
        asked_if_known: vec![unknown("team.key_departures")],
        assumptions: vec![AssumptionLine { fact: unknown("risk.incidents"), value: "none".into(), read_by: vec!["risk.loss".into(), "risk.incident_handling".into()] }],
        discounted: vec![uptime],
        disagreeing: vec![operators],
        faults: vec![FaultLine {
            code: "market.paying_use".into(),
            level: FaultLevel::Possible,
            message: "a division by zero is possible: `token.emissions_year` may be 0".into(),
            rule: texts.rule(53),
            script: None,
            facts: vec![unknown("token.emissions_year")],
        }],
        profile: None,
        waivers: Vec::new(),
        outlook: Vec::new(),
        outlook_left_out: 0,
        effort: Effort { splits: 512, splits_limited: true, questions: 96, questions_limited: false },
    }
}

fn plain_project(texts: &Texts, name: &str, title: &str, headline: VerdictLine) -> Explanation {
    let score = headline.score.clone().unwrap_or(Bounds::exactly(Fraction::zero()));
    let mut conviction = scorecard(texts, "main.conviction", "Conviction", score, 0);
    conviction.applies = headline.applies;
    Explanation {
        name: name.into(),
        title: title.into(),
        file: format!("fixtures/{name}.yaml"),
        verdicts: vec![headline],
        scorecards: vec![conviction],
        items: Vec::new(),
        gates: Vec::new(),
        protocols: Vec::new(),
        tables: Vec::new(),
        questions: Vec::new(),
        asked_if_known: Vec::new(),
        assumptions: Vec::new(),
        discounted: Vec::new(),
        disagreeing: Vec::new(),
        faults: Vec::new(),
        effort: Effort::default(),
        ..open_project(texts)
    }
}

fn decided_project(texts: &Texts) -> Explanation {
    let band = Bands { floor: 1, ceiling: 1 };
    let mut project =
        plain_project(texts, "render", "Render Network", verdict(texts, State::Decided, Bounds::exactly(part(2, 3)), band, band));
    project.items = vec![open_project(texts).items.remove(6)];
    project
}

fn faulted_project(texts: &Texts) -> Explanation {
    let mut headline =
        verdict(texts, State::Faulted, bounds(part(1, 5), part(9, 10)), Bands { floor: 3, ceiling: 0 }, Bands { floor: 3, ceiling: 0 });
    headline.fault = FaultLevel::Certain;
    let mut project = plain_project(texts, "kite", "Kite AI", headline);
    project.faults = open_project(texts).faults;
    project.faults[0].level = FaultLevel::Certain;
    project.faults[0].message = "a division by zero: `token.emissions_year` is 0".into();
    project
}

fn inapplicable_project(texts: &Texts) -> Explanation {
    let mut headline = verdict(
        texts,
        State::NotApplicable,
        Bounds::exactly(Fraction::zero()),
        Bands { floor: 3, ceiling: 3 },
        Bands { floor: 3, ceiling: 3 },
    );
    headline.applies = Applies::Never;
    headline.score = None;
    headline.decided = None;
    headline.earned = None;
    plain_project(texts, "nous", "Nous Research (Psyche)", headline)
}

/// A verdict by conditions has no score and no edges.
fn conditional_project(texts: &Texts) -> Explanation {
    let mut headline =
        verdict(texts, State::Open, Bounds::exactly(Fraction::zero()), Bands { floor: 3, ceiling: 0 }, Bands { floor: 3, ceiling: 0 });
    headline.bands.iter_mut().for_each(|band| band.edge = None);
    headline.score = None;
    headline.scorecard = None;
    headline.decided = None;
    headline.earned = None;
    headline.applies = Applies::Maybe;
    let mut project = plain_project(texts, "0g", "0G", headline);
    project.scorecards.clear();
    project
}

fn all(texts: &Texts) -> Vec<Explanation> {
    vec![open_project(texts), faulted_project(texts), inapplicable_project(texts), decided_project(texts), conditional_project(texts)]
}

/// Whether the line keeps to the width, or holds nothing but an address that can't be broken.
fn keeps_to(line: &str, width: usize) -> bool {
    text::width_of(line) <= width
        || line.split_whitespace().filter(|word| !["-", "→", "?"].contains(word)).collect::<Vec<_>>().as_slice().len() == 1
            && line.contains('/')
}

#[test]
fn an_open_project_at_80_columns() {
    insta::assert_snapshot!("open_80", page(&open_project(&texts()), 80, false));
}

#[test]
fn an_open_project_at_60_columns() {
    insta::assert_snapshot!("open_60", page(&open_project(&texts()), 60, false));
}

#[test]
fn an_open_project_at_120_columns() {
    insta::assert_snapshot!("open_120", page(&open_project(&texts()), 120, false));
}

#[test]
fn projects_in_every_other_state() {
    let texts = texts();
    let pages: Vec<String> = [decided_project(&texts), faulted_project(&texts), inapplicable_project(&texts), conditional_project(&texts)]
        .iter()
        .map(|project| page(project, 80, false))
        .collect();
    insta::assert_snapshot!("states", pages.join("\n\n"));
}

#[test]
fn several_projects_are_ranked() {
    let texts = texts();
    let pages: Vec<String> = [46, 60, 80, 120].iter().map(|width| summary(&all(&texts), Layout { width: *width, colour: false })).collect();
    insta::assert_snapshot!("summary", pages.join("\n\n"));
}

#[test]
fn no_line_is_wider_than_the_page() {
    let texts = texts();
    for width in [40, 47, 60, 72, 80, 100, 120, 200] {
        let layout = Layout { width, colour: false };
        let mut pages: Vec<String> = all(&texts).iter().map(|project| page(project, width, false)).collect();
        pages.push(summary(&all(&texts), layout));
        for line in pages.iter().flat_map(|page| page.lines()) {
            assert!(keeps_to(line, width), "{width}: {} columns in\n{line}", text::width_of(line));
        }
    }
}

#[test]
fn colour_changes_no_character() {
    let texts = texts();
    let bare = |page: &str| {
        let mut plain = String::new();
        let mut inside = false;
        for c in page.chars() {
            match (inside, c) {
                (false, '\u{1b}') => inside = true,
                (true, 'm') => inside = false,
                (true, _) => {}
                (false, _) => plain.push(c),
            }
        }
        plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    };
    for width in [60, 80, 120] {
        let coloured = Layout { width, colour: true };
        let plain = Layout { width, colour: false };
        for project in all(&texts) {
            let shown = page(&project, width, true);
            assert!(shown.contains("\u{1b}["));
            assert_eq!(bare(&shown), page(&project, width, false).trim_end_matches('\n'));
        }
        assert_eq!(bare(&summary(&all(&texts), coloured)), summary(&all(&texts), plain).trim_end_matches('\n'));
    }
}

#[test]
fn strangers_texts_can_not_act_on_the_terminal() {
    let texts = texts();
    let evil = "\u{1b}[2J\u{202e}evil\u{7}\nnext\u{9b}0m";
    let mut project = open_project(&texts);
    project.title = evil.into();
    project.file = evil.into();
    project.verdicts[0].title = evil.into();
    project.verdicts[0].bands.iter_mut().for_each(|band| band.title = evil.into());
    project.scorecards.iter_mut().for_each(|scorecard| scorecard.title = evil.into());
    for item in &mut project.items {
        (item.title, item.reason, item.remedy, item.cite) = (evil.into(), evil.into(), Some(evil.into()), Some(evil.into()));
        for fact in &mut item.facts {
            (fact.value, fact.source, fact.note, fact.as_of) = (evil.into(), Some(evil.into()), Some(evil.into()), Some(evil.into()));
        }
    }
    for gate in &mut project.gates {
        (gate.title, gate.reason, gate.ask, gate.caps.1) = (evil.into(), evil.into(), Some(evil.into()), evil.into());
    }
    for question in &mut project.questions {
        (question.about, question.ask, question.fact.missing) = (evil.into(), None, Some(evil.into()));
    }
    project.faults[0].message = evil.into();
    project.assumptions[0].value = evil.into();
    project.disagreeing[0].claims[0].value = evil.into();
    for width in [40, 80] {
        let layout = Layout { width, colour: false };
        for page in [page(&project, width, false), summary(std::slice::from_ref(&project), layout)] {
            assert!(page.contains("\\u{202e"), "{page}");
            assert!(page.chars().all(|c| c == '\n' || !(c.is_control() || text::acts(c))), "{page:?}");
        }
    }
}

#[test]
fn the_order_is_by_floor_then_ceiling_then_share_earned_then_name() {
    let texts = texts();
    let project = |title: &str, floor: u32, ceiling: u32, low: Fraction, high: Fraction| {
        let range = Bands { floor, ceiling };
        plain_project(
            &texts,
            title,
            title,
            verdict(&texts, if floor == ceiling { State::Decided } else { State::Open }, bounds(low, high), range, range),
        )
    };
    let projects = vec![
        inapplicable_project(&texts),
        project("zeta", 3, 0, part(1, 10), part(9, 10)),
        project("alpha", 3, 0, part(1, 10), part(9, 10)),
        project("earned more", 3, 0, part(2, 10), part(9, 10)),
        project("higher ceiling", 1, 0, part(61, 100), part(80, 100)),
        project("sure", 1, 1, part(73, 100), part(74, 100)),
    ];
    let page = summary(&projects, Layout { width: 120, colour: false });
    let names = ["higher ceiling", "sure", "earned more", "alpha", "zeta", "Nous Research (Psyche)"];
    let places: Vec<usize> = names.iter().map(|name| page.find(name).unwrap_or_else(|| panic!("{name} is missing in\n{page}"))).collect();
    assert!(places.is_sorted(), "{page}");
    assert_eq!(page.matches("\n 4  ").count(), 2, "alpha and zeta share a rank\n{page}");
    assert!(page.contains("6 projects: 1 decided, 4 open, 1 not applicable."), "{page}");
}

#[test]
fn nothing_is_rounded_onto_an_edge() {
    let texts = texts();
    let just_under = part(59_999, 100_000);
    let range = Bands { floor: 2, ceiling: 2 };
    let project = plain_project(&texts, "x", "X", verdict(&texts, State::Decided, Bounds::exactly(just_under), range, range));
    let page = page(&project, 80, false);
    assert!(page.contains("59.999%") && !page.contains("score is 60%"), "{page}");
}

#[test]
fn the_record_holds_everything() {
    let texts = texts();
    let page = record(&texts, &[open_project(&texts)]);
    insta::assert_snapshot!("record", page);
    let value: serde_json::Value = serde_json::from_str(&page).unwrap_or_default();
    assert_eq!(value["projects"][0]["verdicts"][0]["score"]["floor"]["exact"], "4337/10000");
    assert!(page.ends_with("}\n"));
}

#[test]
fn the_record_is_safe_to_print_and_says_what_was_written() {
    let texts = texts();
    let mut project = decided_project(&texts);
    project.title = "a\u{202e}b\u{9b}c\u{e0041}\"\n".into();
    let page = record(&texts, &[project]);
    assert!(page.chars().all(|c| c == '\n' || !(c.is_control() || text::acts(c))), "{page}");
    let value: serde_json::Value = serde_json::from_str(&page).unwrap_or_default();
    assert_eq!(value["projects"][0]["title"], "a\u{202e}b\u{9b}c\u{e0041}\"\n");
}

#[test]
fn big_fractions_are_written_in_lowest_terms() {
    let texts = texts();
    let long = (0..40).fold(Fraction::one(), |product, _| product.multiply(&part(1, 1_000_003)));
    let mut project = decided_project(&texts);
    project.verdicts[0].score = Some(Bounds::exactly(long.multiply(&part(6, 4))));
    let page = record(&texts, &[project]);
    let value: serde_json::Value = serde_json::from_str(&page).unwrap_or_default();
    let exact = value["projects"][0]["verdicts"][0]["score"]["floor"]["exact"].as_str().unwrap_or("").to_string();
    assert!(exact.starts_with("3/") && exact.len() > 200, "{exact}");
}

#[test]
fn findings_and_errors_have_a_record_of_their_own() {
    let texts = texts();
    let found = [
        Diagnostic::new(&codes::UNKNOWN_NAME, texts.rule(7).span, "nothing is called `a line`")
            .label("unknown")
            .related(texts.rule(9).span, "this one is close")
            .help("did you mean `lines`?")
            .fix(texts.rule(7).span, "lines"),
        Diagnostic::new(&codes::UNUSED_NAME, texts.rule(8).span, "nothing uses `b`"),
    ];
    insta::assert_snapshot!("findings_record", findings_json(&found, &texts.sources));
    insta::assert_snapshot!("error_record", trouble_json("can't read `facts.yaml`: there is no such file", Some("name a fact sheet")));
}
