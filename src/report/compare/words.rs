//! What the terminal and a document say alike.

use crate::compare::{Alteration, Comparison, Contest, Distance, Lead, Margins, Project, Ranking, Ranks, Swayed, Tip, Way};
use crate::diagnostic::{counted, listed};
use crate::explain::{BandLine, GateLine, ItemLine, LimitLine, ScorecardLine, TriggerLine, VerdictLine};
use crate::value::{Fraction, Number, Truth, show_fraction_percent, show_fraction_points, show_fraction_whole_percent};
use crate::verdict::{Applies, Bounds, FaultLevel};

use super::super::{band_range, percent_range, state_name, verdict_words};

/// What a cell says, and what that means for its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Open,
    Bad,
    Out,
}

impl Cell {
    fn new(text: impl Into<String>, tone: Tone) -> Cell {
        Cell { text: text.into(), tone }
    }
}

const OUT: &str = "-";

/// `3`, `3–6`, `3–6?` where it may not count, `!` where it certainly faults.
pub(super) fn item_cell(item: &ItemLine) -> Cell {
    if item.fault == FaultLevel::Certain {
        return Cell::new("!", Tone::Bad);
    }
    ranged(item.applies, &item.points, &show_fraction_points)
}

/// A score in whole percents, without the sign.
pub(super) fn card_cell(card: &ScorecardLine, edges: &[Number]) -> Cell {
    ranged(card.applies, &card.score, &|score| whole_percent(score, edges))
}

/// A score that is no whole percent off an edge says more, and keeps its sign.
fn whole_percent(score: &Fraction, edges: &[Number]) -> String {
    let text = show_fraction_whole_percent(score, edges);
    match text.strip_suffix('%') {
        Some(number) if !text.starts_with("just") => number.to_string(),
        _ => text,
    }
}

fn ranged(applies: Applies, bounds: &Bounds, show: &dyn Fn(&Fraction) -> String) -> Cell {
    let (low, high) = (show(&bounds.low), show(&bounds.high));
    let text = match (bounds.is_exact(), low == high) {
        (true, _) => low,
        (false, true) => format!("~{low}"),
        (false, false) => format!("{low}–{high}"),
    };
    match applies {
        Applies::Never => Cell::new(OUT, Tone::Out),
        Applies::Maybe => Cell::new(format!("{text}?"), Tone::Open),
        Applies::Always => Cell::new(text, if bounds.is_exact() { Tone::Plain } else { Tone::Open }),
    }
}

pub(super) fn gate_cell(gate: &GateLine) -> Cell {
    match (gate.fault == FaultLevel::Certain, gate.waiver.is_some(), gate.fires) {
        (true, ..) => Cell::new("!", Tone::Bad),
        (false, true, Truth::True | Truth::Unknown) => Cell::new("waived", Tone::Open),
        (false, _, fires) => fires_cell(fires),
    }
}

pub(super) fn trigger_cell(trigger: &TriggerLine) -> Cell {
    match (trigger.about.fault, trigger.about.applies) {
        (FaultLevel::Certain, _) => Cell::new("!", Tone::Bad),
        (_, Applies::Never) => Cell::new(OUT, Tone::Out),
        (..) => fires_cell(trigger.fires),
    }
}

fn fires_cell(fires: Truth) -> Cell {
    match fires {
        Truth::True => Cell::new("fires", Tone::Bad),
        Truth::Unknown => Cell::new("may", Tone::Open),
        Truth::False => Cell::new("no", Tone::Plain),
    }
}

/// What a limit allows, and of whom that is said if it holds at all.
pub(super) fn limit_value(limit: &LimitLine) -> String {
    match (limit.about.fault, limit.about.applies) {
        (FaultLevel::Certain, _) => "faulted".to_string(),
        (_, Applies::Never) => "does not apply".to_string(),
        (_, Applies::Maybe) => format!("{}, if it applies at all", limit.value),
        (_, Applies::Always) => limit.value.clone(),
    }
}

/// The signs that cells use, and what they mean.
pub(super) const SIGNS: &str = "3–6: the evidence leaves it open between 3 and 6 · ?: may not count · -: does not count · !: the rule fails on these facts · may: \
the gate or trigger may fire";

/// `1`, `1–4`, `-`
pub(super) fn ranks(ranks: Option<Ranks>) -> String {
    match ranks {
        None => OUT.to_string(),
        Some(Ranks { best, worst }) if best == worst => best.to_string(),
        Some(Ranks { best, worst }) => format!("{best}–{worst}"),
    }
}

fn titles(comparison: &Comparison, which: &[usize]) -> String {
    let names: Vec<&str> = which.iter().map(|project| comparison.projects[*project].title.as_str()).collect();
    listed(&names, "and")
}

/// Who is proven to be above whom.
pub(super) fn proven(comparison: &Comparison, ranking: &Ranking) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut grouped: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for above in 0..comparison.projects.len() {
        let below: Vec<usize> = ranking.leads.iter().filter(|lead| lead.above == above).map(|lead| lead.below).collect();
        match grouped.iter_mut().find(|(_, others)| *others == below) {
            _ if below.is_empty() => {}
            Some((same, _)) => same.push(above),
            None => grouped.push((vec![above], below)),
        }
    }
    for (above, below) in &grouped {
        let are = if above.len() == 1 { "is" } else { "are" };
        sentences.push(format!("{} {are} above {}.", titles(comparison, above), titles(comparison, below)));
    }
    sentences
}

/// How much of the proven order there is to say.
pub(super) fn proven_or_not(comparison: &Comparison, ranking: &Ranking, by: &str) -> String {
    let ranked = ranking.ranks.iter().flatten().count();
    let pairs = ranked * ranked.saturating_sub(1) / 2;
    match (pairs, ranking.leads.len()) {
        (0, _) => format!("By {by} there is nothing to rank."),
        (_, 0) => format!("By {by} the evidence proves nobody to be above another."),
        (pairs, proven) if pairs == proven => format!("By {by} the whole order is proven: {}", self::proven(comparison, ranking).join(" ")),
        (pairs, some) => format!(
            "By {by} {some} of {} {} proven: {}",
            counted(pairs, "order"),
            if some == 1 { "is" } else { "are" },
            proven(comparison, ranking).join(" ")
        ),
    }
}

/// Which proven orders rest on assumptions.
pub(super) fn assumed(comparison: &Comparison, ranking: &Ranking) -> Option<String> {
    let all = ranking.leads.len();
    let resting: Vec<Lead> = ranking.leads.iter().filter(|lead| lead.assumed).cloned().collect();
    let without = "Without what was assumed for want of evidence";
    match resting.len() {
        0 => None,
        1 if all == 1 => Some(format!("{without}, it is not proven.")),
        some if some == all => Some(format!("{without}, none of them is proven.")),
        _ => {
            let rest = Ranking { leads: resting, ..ranking.clone() };
            Some(format!("{without}, it is not proven of some: {}", proven(comparison, &rest).join(" ")))
        }
    }
}

/// What a verdict comes to without assumptions, where that is something else.
pub(super) fn unassumed(verdict: &VerdictLine) -> Option<String> {
    let (state, range, _) = verdict.without_assumptions.as_ref()?;
    let words = verdict_words(&verdict.bands, *state, *range, verdict.applies).unwrap_or_else(|| state_name(*state).to_string());
    ((*state, *range) != (verdict.state, verdict.range)).then(|| format!("without assumptions {words}"))
}

/// Those who can't be told apart, if there is more than one group.
pub(super) fn groups(comparison: &Comparison, ranking: &Ranking) -> Option<String> {
    let groups: Vec<String> = ranking.groups.iter().map(|group| titles(comparison, group)).collect();
    (groups.len() > 1 && groups.len() < ranking.groups.iter().map(Vec::len).sum())
        .then(|| format!("In groups, each proven to be above the next: {}.", groups.join("; ")))
}

/// Exact scores that are the same.
pub(super) fn level(comparison: &Comparison, verdict: usize) -> Vec<String> {
    let exact = |project: usize| {
        let line = &comparison.projects[project].explanation.verdicts[verdict];
        line.score.as_ref().filter(|score| score.is_exact() && line.applies == Applies::Always && line.fault != FaultLevel::Certain)
    };
    let mut sets: Vec<(&Bounds, Vec<usize>)> = Vec::new();
    for project in 0..comparison.projects.len() {
        let Some(score) = exact(project) else { continue };
        match sets.iter_mut().find(|(other, _)| *other == score) {
            Some((_, set)) => set.push(project),
            None => sets.push((score, vec![project])),
        }
    }
    sets.iter().filter(|(_, set)| set.len() > 1).map(|(_, set)| format!("{} are level.", titles(comparison, set))).collect()
}

/// Who overlaps with the next, where, and what to ask first.
pub(super) fn neighbours(comparison: &Comparison, contest: &Contest, edges: &[Number]) -> Vec<String> {
    let title = |project: usize| &comparison.projects[project].title;
    contest
        .neighbours
        .iter()
        .map(|both| {
            let (upper, lower) = both.pair;
            let path = |project: usize, question: Option<usize>| {
                Some(&comparison.projects[project].explanation.questions.get(question?)?.fact.path)
            };
            let ask = |project: usize, question: Option<usize>| Some(format!("`{}` of {}", path(project, question)?, title(project)));
            let mut asks: Vec<String> = [ask(upper, both.ask.0), ask(lower, both.ask.1)].into_iter().flatten().collect();
            if let (Some(one), Some(other)) = (path(upper, both.ask.0), path(lower, both.ask.1))
                && one == other
            {
                asks = vec![format!("`{one}` of both")];
            }
            let overlap = percent_range(&both.overlap, edges);
            let met = if both.overlap.is_exact() { format!("meet at {overlap}") } else { format!("overlap from {overlap}") };
            match asks.is_empty() {
                true => format!("{} and {} {met}.", title(upper), title(lower)),
                false => format!("{} and {} {met}; ask first for {}.", title(upper), title(lower), listed(&asks, "and")),
            }
        })
        .collect()
}

/// How firm a project stands: in a few words each, and what would change it.
pub(super) struct Firm {
    pub(super) clauses: Vec<String>,
    pub(super) sentences: Vec<String>,
}

/// What [`Firm`] speaks of.
pub(super) fn about_firmness(comparison: &Comparison) -> String {
    format!(
        "How many points of the score lie between floor or ceiling and the next edge, and what the score and the bands may come to under all weights within \
         {} of those written, together.",
        share(comparison)
    )
}

/// Of a verdict without a score there is nothing to say of each project where the bands of all hold.
pub(super) fn all_hold(comparison: &Comparison, contest: &Contest) -> Option<String> {
    let holds = contest.swayed.iter().flatten().all(|swayed| swayed.holds);
    (contest.by_score.is_none() && holds).then(|| format!("The bands of all hold under all weights within {} together.", share(comparison)))
}

pub(super) fn firmness(comparison: &Comparison, place: usize, verdict: usize, contest: &Contest, edges: &[Number]) -> Firm {
    let project = &comparison.projects[place];
    let line = &project.explanation.verdicts[verdict];
    let mut firm = Firm { clauses: Vec::new(), sentences: Vec::new() };
    let Some(swayed) = &contest.swayed[place] else {
        firm.clauses.push("no place in the ranking".to_string());
        return firm;
    };
    if let Some(Margins { down: None, up: None }) = &contest.margins[place]
        && swayed.holds
    {
        firm.clauses.push("anything from the lowest band to the best by the score, whatever the weights".to_string());
        firm.clauses.extend(held(line));
        return firm;
    }
    if let Some(margins) = &contest.margins[place] {
        firm.clauses.push(floor(line, margins));
        firm.clauses.push(ceiling(line, margins));
        firm.sentences.extend(tips(project, line, margins));
    }
    firm.clauses.extend(held(line));
    let score = swayed.score.as_ref().map(|score| format!("{} under other weights, ", percent_range(score, edges))).unwrap_or_default();
    if swayed.holds {
        firm.clauses.push(format!("{score}the bands hold"));
    } else {
        firm.clauses.push(format!("{score}{}", band_range(&line.bands, swayed.range)));
        firm.sentences.push(tipped(comparison, place, line, swayed));
    }
    firm
}

fn title(verdict: &VerdictLine, band: u32) -> &str {
    verdict.bands.get(band as usize).map_or("", |band| band.title.as_str())
}

fn floor(verdict: &VerdictLine, margins: &Margins) -> String {
    match &margins.down {
        None => "floor in the lowest band".to_string(),
        Some(Distance { distance, band, .. }) if distance.is_zero() => format!("floor on the edge of {}", title(verdict, *band)),
        Some(Distance { distance, band, .. }) => format!("floor {} above the edge of {}", points(distance), title(verdict, *band)),
    }
}

fn ceiling(verdict: &VerdictLine, margins: &Margins) -> String {
    match &margins.up {
        None => "ceiling in the best band".to_string(),
        Some(Distance { distance, band, .. }) => format!("ceiling {} below {}", points(distance), title(verdict, *band)),
    }
}

/// Which single item could carry the score over an edge.
fn tips(project: &Project, verdict: &VerdictLine, margins: &Margins) -> Vec<String> {
    let of = |distance: &Option<Distance>| distance.as_ref().and_then(|distance| Some((distance.tip.clone()?, distance.band)));
    let code = |tip: &Tip| format!("`{}`", project.explanation.items[tip.item].code);
    let others = |tip: &Tip| match tip.count - 1 {
        0 => String::new(),
        1 => ", or of one item more,".to_string(),
        more => format!(", or of any of {more} items more,"),
    };
    let down = of(&margins.down).map(|(tip, band)| {
        format!("Losing the points of {}{} would take the floor below {}.", code(&tip), others(&tip), title(verdict, band))
    });
    let up = of(&margins.up)
        .map(|(tip, band)| format!("Full points for {}{} would lift the ceiling to {}.", code(&tip), others(&tip), title(verdict, band)));
    down.into_iter().chain(up).collect()
}

/// `2.5 points`, of the hundred that a score has.
fn points(distance: &Fraction) -> String {
    let text = show_fraction_percent(distance, &[]);
    match text.strip_suffix('%') {
        Some("1") => "1 point".to_string(),
        Some(number) if !text.starts_with("just") => format!("{number} points"),
        _ => "next to nothing".to_string(),
    }
}

/// What gates do to a project's bands, beyond its score.
fn held(verdict: &VerdictLine) -> Option<String> {
    if verdict.score.is_none() || verdict.range == verdict.ungated {
        return None;
    }
    let by = listed(&verdict.capped_by.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>(), "and");
    let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
    Some(match verdict.range.ceiling > verdict.ungated.ceiling {
        true => format!("held at {} at the most{by}", title(verdict, verdict.range.ceiling)),
        false => format!("perhaps held at {}{by}", title(verdict, verdict.range.floor)),
    })
}

/// Which weights alone change a project's bands.
fn tipped(comparison: &Comparison, project: usize, verdict: &VerdictLine, swayed: &Swayed) -> String {
    let share = share(comparison);
    if swayed.tipped_by.is_empty() {
        let tried = if comparison.limited { "None of the weights tried" } else { "No weight" };
        return format!("{tried} alone changes its bands.");
    }
    const MOST: usize = 3;
    let mut alone: Vec<String> = swayed
        .tipped_by
        .iter()
        .take(MOST)
        .map(|tipping| {
            let under = alteration(&comparison.projects[project], tipping.under, &share);
            format!("{under} makes it {}", band_range(&verdict.bands, tipping.range))
        })
        .collect();
    if swayed.tipped_by.len() > MOST {
        alone.push(format!("so do {} more", swayed.tipped_by.len() - MOST));
    }
    format!("Alone, {}.", listed(&alone, "and"))
}

/// `` `risk.loss` 10% heavier ``
fn alteration(project: &Project, alteration: Alteration, share: &str) -> String {
    let code = &project.explanation.items[alteration.item].code;
    match alteration.way {
        Way::Lighter => format!("`{code}` {share} lighter"),
        Way::Heavier => format!("`{code}` {share} heavier"),
        Way::Between => format!("`{code}` by less than {share} lighter or heavier"),
    }
}

/// What other weights do to proven orders; none where there are none.
pub(super) fn swayed_leads(comparison: &Comparison, ranking: &Ranking, by: &str) -> Vec<String> {
    let share = share(comparison);
    let lost: Vec<&Lead> = ranking.leads.iter().filter(|lead| !lead.jointly).collect();
    let proven = ranking.leads.len();
    if proven == 0 {
        return Vec::new();
    }
    let together = format!("under all weights within {share} together");
    if lost.is_empty() {
        return vec![match proven {
            1 => format!("The order proven by {by} holds {together}."),
            2 => format!("Both orders proven by {by} hold {together}."),
            _ => format!("All {proven} orders proven by {by} hold {together}."),
        }];
    }
    let mut sentences = vec![match (proven, proven - lost.len()) {
        (1, _) => format!("The order proven by {by} is not proven {together}."),
        (_, 0) => format!("None of the {proven} orders proven by {by} is proven {together}."),
        (_, 1) => format!("Of {proven} orders proven by {by}, one holds {together}."),
        (_, holds) => format!("Of {proven} orders proven by {by}, {holds} hold {together}."),
    }];
    for lead in lost {
        let (above, below) = (&comparison.projects[lead.above].title, &comparison.projects[lead.below].title);
        let under: Vec<String> = lead.lost_under.iter().map(|under| alteration(&comparison.projects[lead.above], *under, &share)).collect();
        sentences.push(match under.as_slice() {
            [] => format!("No weight alone undoes that {above} is above {below}."),
            some => format!("That {above} is above {below} is not proven with {}.", listed(some, "or with")),
        });
    }
    sentences
}

/// `10%`
pub(super) fn share(comparison: &Comparison) -> String {
    show_fraction_percent(&comparison.share, &[])
}

/// The edges in words: `Core holding from 75%, Satellite from 60%`.
pub(super) fn edges_in_words(bands: &[BandLine]) -> String {
    let each: Vec<String> =
        bands.iter().filter_map(|band| Some(format!("{} from {}", band.title, show_fraction_percent(band.edge.as_ref()?, &[])))).collect();
    each.join(", ")
}
