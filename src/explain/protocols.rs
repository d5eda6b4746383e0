//! Protocols in words: how much to hold, how far each trigger is from firing, and what to watch until the next review.

use super::{Citation, FactLine, Words};
use crate::diagnostic::listed;
use crate::policy::{LimitId, ReviewId, TriggerId};
use crate::program::{Condition, ConditionId, Expr, ExprId, Gauge, Limit, Place, Trigger};
use crate::value::{
    Comparison, DAY, Fraction, Interval, Number, Possible, Truth, Type, Variants, show_fraction_percent, show_number, show_possible,
    show_range,
};
use crate::verdict::{Address, Applies, Clue, FaultLevel, LimitOutcome};

/// A protocol.
#[derive(Clone, Debug)]
pub struct ProtocolLine {
    /// `protocols.sizing`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// Its limits, in order of declaration.
    pub limits: Vec<LimitLine>,
    /// Its triggers, in order of declaration.
    pub triggers: Vec<TriggerLine>,
    /// Its reviews, in order of declaration.
    pub reviews: Vec<ReviewLine>,
}

/// What limits, triggers and reviews have in common.
#[derive(Clone, Debug)]
pub struct ProvisionLine {
    /// `protocols.position`
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where the rule stands.
    pub rule: Citation,
    /// Whether it counts.
    pub applies: Applies,
    /// The words of `because` with the values put in.
    pub reason: Option<String>,
    /// What is asked where it is open.
    pub ask: Option<String>,
    /// What would mend it.
    pub remedy: Option<String>,
    /// Where it comes from.
    pub cite: Option<String>,
    /// The facts it reads.
    pub facts: Vec<FactLine>,
    /// The facts that would tell more, the most telling first.
    pub clues: Vec<ClueLine>,
    /// A fault.
    pub fault: FaultLevel,
}

/// A limit.
#[derive(Clone, Debug)]
pub struct LimitLine {
    /// Code, title, reason and so on.
    pub about: ProvisionLine,
    /// How much, in words: `5%`, `2.1% to 5%`.
    pub value: String,
    /// Whether it is one amount.
    pub exact: bool,
    /// The least that it may turn out to be, where it is open and has such an end: whoever holds no more is on the safe side.
    pub cautious: Option<String>,
    /// How much without assumptions, where that is another amount.
    pub without_assumptions: Option<String>,
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct TriggerLine {
    /// Code, title, reason and so on.
    pub about: ProvisionLine,
    /// What to do when it fires.
    pub action: String,
    /// Whether it does; false is armed.
    pub fires: Truth,
    /// Whether it does without assumptions, where that is another answer.
    pub without_assumptions: Option<Truth>,
    /// How far it is from firing, in words; none where it fires, and where nothing can be said.
    pub distance: Option<String>,
    /// The comparisons that do not hold yet, in order.
    pub gaps: Vec<GapLine>,
    /// The step to its firing as a share of the threshold, or of a year, which is what triggers are ranked by; and in words. None where it can't be told.
    pub nearness: Option<(Fraction, String)>,
}

/// A comparison that does not hold, or may not.
#[derive(Clone, Debug)]
pub struct GapLine {
    /// The value, as the rule says it.
    pub of: String,
    /// What it is.
    pub value: String,
    /// What it is compared with.
    pub threshold: String,
    /// How it has to stand to it: `>=`.
    pub comparison: &'static str,
    /// How far it has to move, in words; none where that is not known.
    pub gap: Option<String>,
    /// Whether it holds: false, or not known.
    pub holds: Truth,
}

/// A review.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// Code, title, reason and so on.
    pub about: ProvisionLine,
    /// How long it may be put off: `90 days`.
    pub every: String,
    /// The day until which that is.
    pub due: String,
    /// The facts whose evidence stops counting until then, the soonest first; if there are none, those that stop first after.
    pub expiring: Vec<ExpiryLine>,
    /// The armed triggers of all protocols that are closest to firing.
    pub closest: Vec<NearLine>,
}

/// An armed trigger that is close to firing.
#[derive(Clone, Debug)]
pub struct NearLine {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// How far it has to go: `52 days`.
    pub gap: String,
}

/// A fact whose evidence stops counting.
#[derive(Clone, Debug)]
pub struct ExpiryLine {
    /// The fact.
    pub fact: FactLine,
    /// The first day on which it does not count.
    pub day: String,
    /// Whether that is before the review is due.
    pub before_due: bool,
}

/// A fact that would tell more.
#[derive(Clone, Debug)]
pub struct ClueLine {
    /// The fact.
    pub fact: FactLine,
    /// Whether every answer tells all.
    pub settles: bool,
    /// How much it tells, in the mean.
    pub gain: Fraction,
}

/// How many of the triggers closest to firing a review names.
const WATCHED: usize = 3;

impl Words<'_> {
    pub(super) fn protocols(&mut self) -> Vec<ProtocolLine> {
        let program = self.program;
        let mut protocols: Vec<ProtocolLine> = Vec::with_capacity(program.protocols.len());
        for protocol in &program.protocols {
            protocols.push(ProtocolLine {
                code: protocol.head.code.clone(),
                title: protocol.head.title.clone(),
                rule: self.cite(protocol.head.name_span),
                limits: protocol.limits.iter().map(|limit| self.limit(*limit)).collect(),
                triggers: protocol.triggers.iter().map(|trigger| self.trigger(*trigger)).collect(),
                reviews: Vec::new(),
            });
        }
        let closest = closest(&protocols);
        for (line, protocol) in protocols.iter_mut().zip(&program.protocols) {
            line.reviews = protocol.reviews.iter().map(|review| self.review(*review, &closest)).collect();
        }
        protocols
    }

    fn limit(&mut self, id: LimitId) -> LimitLine {
        let limit: &Limit = &self.program.limits[id.index()];
        let outcome = &self.judgement.evaluation.limits[id.index()];
        let clues = self.clues(&self.judgement.clues.limits[id.index()]);
        let about = ProvisionLine {
            code: limit.head.code.clone(),
            title: limit.head.title.clone(),
            rule: self.cite(limit.head.name_span),
            applies: outcome.applies,
            reason: self.fill_all(limit.words.because.as_ref()),
            ask: self.fill_all(limit.words.ask.as_ref()),
            remedy: self.fill_all(limit.words.remedy.as_ref()),
            cite: self.fill_all(limit.words.cite.as_ref()),
            facts: self.facts.read(&limit.reads),
            clues,
            fault: outcome.fault.level,
        };
        let without = self.judgement.without_assumptions.as_ref().map(|without| &without.limits[id.index()]);
        let without = without.filter(|without| (without.applies, without.value) != (outcome.applies, outcome.value));
        let exact = outcome.value.exact().is_some();
        let has_low_end = !exact && outcome.value.low != Number::BELOW_ALL && outcome.applies != Applies::Never;
        LimitLine {
            about,
            value: amount(outcome, limit.ty),
            exact: exact && outcome.fault.is_none(),
            cautious: has_low_end.then(|| show_number(outcome.value.low, limit.ty)),
            without_assumptions: without.map(|without| amount(without, limit.ty)),
        }
    }

    fn trigger(&mut self, id: TriggerId) -> TriggerLine {
        let trigger: &Trigger = &self.program.triggers[id.index()];
        let outcome = &self.judgement.evaluation.triggers[id.index()];
        let clues = self.clues(&self.judgement.clues.triggers[id.index()]);
        let about = ProvisionLine {
            code: trigger.head.code.clone(),
            title: trigger.head.title.clone(),
            rule: self.cite(trigger.head.name_span),
            applies: outcome.applies,
            reason: self.fill_all(trigger.words.because.as_ref()),
            ask: self.fill_all(trigger.words.ask.as_ref()),
            remedy: self.fill_all(trigger.words.remedy.as_ref()),
            cite: self.fill_all(trigger.words.cite.as_ref()),
            facts: self.facts.read(&trigger.reads),
            clues,
            fault: outcome.fault.level,
        };
        let without = self.judgement.without_assumptions.as_ref().map(|without| without.triggers[id.index()].fires);
        let mut gaps = Vec::new();
        let reading = match (outcome.applies, outcome.fires) {
            (Applies::Never, _) | (_, Truth::True) => Reading::nothing(outcome.fires),
            _ => self.read_gauge(&trigger.gauge, &mut gaps),
        };
        TriggerLine {
            about,
            action: self.fill(&trigger.action),
            fires: outcome.fires,
            without_assumptions: without.filter(|without| *without != outcome.fires),
            nearness: reading.nearness.filter(|_| outcome.applies == Applies::Always),
            distance: reading.text,
            gaps,
        }
    }

    fn review(&mut self, id: ReviewId, closest: &[NearLine]) -> ReviewLine {
        let review = &self.program.reviews[id.index()];
        let outcome = &self.judgement.evaluation.reviews[id.index()];
        let about = ProvisionLine {
            code: review.head.code.clone(),
            title: review.head.title.clone(),
            rule: self.cite(review.head.name_span),
            applies: outcome.applies,
            reason: self.fill_all(review.words.because.as_ref()),
            ask: self.fill_all(review.words.ask.as_ref()),
            remedy: self.fill_all(review.words.remedy.as_ref()),
            cite: self.fill_all(review.words.cite.as_ref()),
            facts: self.facts.read(&review.reads),
            clues: Vec::new(),
            fault: outcome.fault.level,
        };
        let all = self.facts.expiring();
        let in_time = all.iter().take_while(|(day, _)| *day <= review.due).count();
        let shown = match (in_time, all.first()) {
            (0, Some((first, _))) => all.iter().take_while(|(day, _)| day == first).count(),
            (count, _) => count,
        };
        let expiring = all[..shown]
            .iter()
            .map(|(day, fact)| ExpiryLine {
                fact: self.facts.line(*fact),
                day: show_number(*day, Type::Date),
                before_due: *day <= review.due,
            })
            .collect();
        ReviewLine { about, every: review.every.to_string(), due: show_number(review.due, Type::Date), expiring, closest: closest.to_vec() }
    }

    fn clues(&self, clues: &[Clue]) -> Vec<ClueLine> {
        clues.iter().map(|clue| ClueLine { fact: self.facts.line(clue.fact), settles: clue.settles, gain: clue.gain.clone() }).collect()
    }

    /// How far a part of a condition is from holding.
    fn read_gauge(&mut self, gauge: &Gauge, gaps: &mut Vec<GapLine>) -> Reading {
        match gauge {
            Gauge::All(parts) => {
                let readings: Vec<Reading> = parts.iter().map(|part| self.read_gauge(part, gaps)).collect();
                let holds = readings.iter().fold(Truth::True, |all, part| all.and(part.holds));
                // What holds it back is what fails; where nothing does, it is what is not known.
                let open: Vec<Reading> = readings.into_iter().filter(|part| part.holds == holds && holds != Truth::True).collect();
                // All have to come about, so the furthest counts; and of something without a distance nobody knows how far it is.
                let nearness = open.iter().map(|part| part.nearness.clone()).collect::<Option<Vec<_>>>();
                Reading { holds, nearness: nearness.and_then(|all| all.into_iter().max()), ..joined(open, "; and ") }
            }
            Gauge::Any(parts) => {
                let readings: Vec<Reading> = parts.iter().map(|part| self.read_gauge(part, gaps)).collect();
                let holds = readings.iter().fold(Truth::False, |any, part| any.or(part.holds));
                let nearness = readings.iter().filter_map(|part| part.nearness.clone()).min();
                // Any will do, so those are named of which most can be said; and where some may hold, not those that just do not.
                let idle = |part: &Reading| holds == Truth::Unknown && part.holds == Truth::False && part.telling != Telling::Distance;
                let readings: Vec<Reading> = readings.into_iter().filter(|part| !idle(part)).collect();
                let most = readings.iter().map(|part| part.telling).max().unwrap_or(Telling::Nothing);
                let told = readings.into_iter().filter(|part| part.telling == most).collect();
                Reading { holds, nearness, ..joined(told, "; or ") }
            }
            Gauge::Compare { value, comparison, threshold, ty } => {
                let Some([one, other]) = self.sides([*value, *threshold], *ty) else { return Reading::nothing(Truth::Unknown) };
                let holds = one.range.compare(*comparison, &other.range);
                let gap = gap(&one.range, *comparison, &other.range);
                let words = format!("{} {}", fires(*comparison, *ty), other.words());
                self.read_distance(Distance { one, words, symbol: comparison.symbol(), threshold: other, holds, gap, ty: *ty }, gaps)
            }
            Gauge::Between { value, low, high, ty } => {
                let Some([one, low, high]) = self.sides([*value, *low, *high], *ty) else { return Reading::nothing(Truth::Unknown) };
                let above = one.range.compare(Comparison::GreaterOrEqual, &low.range);
                let below = one.range.compare(Comparison::LessOrEqual, &high.range);
                let (end, gap) = match above {
                    Truth::False => (&low, gap(&one.range, Comparison::GreaterOrEqual, &low.range)),
                    _ => (&high, gap(&one.range, Comparison::LessOrEqual, &high.range)),
                };
                let words = format!("from {} to {}", low.words(), high.words());
                let threshold = Side { shown: format!("{} to {}", low.shown, high.shown), ..end.clone() };
                self.read_distance(Distance { one, words, symbol: "in", threshold, holds: above.and(below), gap, ty: *ty }, gaps)
            }
            Gauge::Plain(condition, wanted) => self.read_plain(*condition, *wanted),
        }
    }

    /// The sides of a comparison; none where one of them can't be computed.
    fn sides<const N: usize>(&mut self, ids: [ExprId; N], ty: Type) -> Option<[Side; N]> {
        let sides = ids.map(|id| {
            let shown = self.show(id, ty);
            let (value, fault) = self.evaluator.inspect(self.dossier, id);
            let Possible::Range(range) = value else { return None };
            let written = self.written(self.program.expressions[id.0 as usize].1);
            let has_end = range.low != Number::BELOW_ALL && range.high != Number::ABOVE_ALL;
            let shown = if !has_end { NOT_KNOWN.to_string() } else { shown };
            fault.is_none().then_some(Side { written, shown, range })
        });
        sides.into_iter().collect::<Option<Vec<Side>>>()?.try_into().ok()
    }

    fn read_distance(&self, distance: Distance, gaps: &mut Vec<GapLine>) -> Reading {
        let Distance { one, words, symbol, threshold, holds, gap, ty } = distance;
        if holds == Truth::True {
            return Reading::nothing(holds);
        }
        // Scores have as many decimals as there are; no end is rounded onto the threshold.
        let edges: Vec<Number> = threshold.range.exact().into_iter().collect();
        let value = match (ty, one.range.is_finite()) {
            (Type::Percent, true) if one.shown != NOT_KNOWN => show_percents(&one.range, &edges),
            _ => one.shown,
        };
        let shown = gap.as_ref().filter(|gap| gap.low > Number::ZERO).map(|gap| show_gap(gap, ty));
        let mut text = format!("`{}` is {value}, fires {words}", one.written);
        if let Some(shown) = &shown {
            text.push_str(&format!(": {shown} to go"));
        }
        let near = gap.filter(|_| holds == Truth::False).and_then(|gap| nearness(gap.low, &threshold.range, ty));
        let telling = if value == NOT_KNOWN { Telling::State } else { Telling::Distance };
        gaps.push(GapLine { of: one.written, value, threshold: threshold.shown, comparison: symbol, gap: shown.clone(), holds });
        Reading { holds, text: Some(text), telling, nearness: near.zip(shown) }
    }

    /// A condition without a distance: what stands where another state is waited for.
    fn read_plain(&mut self, id: ConditionId, wanted: bool) -> Reading {
        let (program, condition) = (self.program, &self.program.conditions[id.0 as usize]);
        let holds = self.evaluator.holds(self.dossier, id);
        let holds = if wanted { holds } else { holds.not() };
        // Of what is not known the facts are named that would tell.
        if holds != Truth::False {
            return Reading::nothing(holds);
        }
        let of_variants = |ty: Type, variants: Variants| {
            let all = match ty {
                Type::Enum(id) => Variants::all(program.schema.enumeration(id).variants.len()).0,
                _ => variants.0,
            };
            let firing = if wanted { variants.0 } else { all & !variants.0 };
            show_possible(&Possible::Variants(Variants(firing)), ty, &program.schema)
        };
        let told = match &condition.0 {
            Condition::FactAmong(Place::Fixed { sheet, slot }, variants) => {
                let fact = Address { sheet: *sheet, slot: *slot };
                let line = self.facts.line(fact);
                Some(format!("`{}` is {}, fires at {}", line.path, line.value, of_variants(self.facts.type_of(fact), *variants)))
            }
            Condition::FactTrue(Place::Fixed { sheet, slot }) => {
                let line = self.facts.line(Address { sheet: *sheet, slot: *slot });
                Some(format!("`{}` is {}", line.path, line.value))
            }
            Condition::Among(expr, variants) => match &program.expressions[expr.0 as usize].0 {
                Expr::Band(verdict) => {
                    let bands = &program.verdicts[verdict.index()].bands;
                    let title = |place: usize| bands.get(place).map_or("no band".to_string(), |band| band.title.clone());
                    let firing = Variants(if wanted { variants.0 } else { !variants.0 } & Variants::all(bands.len()).0);
                    let now = self.judgement.evaluation.verdicts[verdict.index()].bands;
                    let now: Vec<String> = (now.ceiling..=now.floor).map(|place| title(place as usize)).collect();
                    let firing: Vec<String> = firing.iter().map(title).collect();
                    let name = &program.verdicts[verdict.index()].head.title;
                    Some(format!("{name} is {}, fires at {}", listed(&now, "or"), listed(&firing, "or")))
                }
                _ => None,
            },
            _ => None,
        };
        match told {
            Some(text) => Reading { holds, text: Some(text), telling: Telling::State, nearness: None },
            None => {
                let written = self.written(condition.1);
                let text = if wanted { format!("`{written}` does not hold") } else { format!("`{written}` holds") };
                Reading { holds, text: Some(text), telling: Telling::Words, nearness: None }
            }
        }
    }
}

/// What stands for a value of which nothing is known.
const NOT_KNOWN: &str = "not known";

/// A side of a comparison.
#[derive(Clone)]
struct Side {
    written: String,
    shown: String,
    range: Interval,
}

impl Side {
    /// As the end of a sentence about what it takes to fire.
    fn words(&self) -> String {
        if self.shown == NOT_KNOWN { format!("`{}`, which is not known", self.written) } else { self.shown.clone() }
    }
}

/// A value and what it is compared with.
struct Distance {
    one: Side,
    words: String,
    symbol: &'static str,
    threshold: Side,
    holds: Truth,
    gap: Option<Interval>,
    ty: Type,
}

/// How much can be said about a part of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Telling {
    /// Nothing beyond the facts that would tell.
    Nothing,
    /// That it does not hold.
    Words,
    /// What stands there instead.
    State,
    /// How far it is.
    Distance,
}

/// How far something is from holding.
struct Reading {
    holds: Truth,
    text: Option<String>,
    telling: Telling,
    nearness: Option<(Fraction, String)>,
}

impl Reading {
    fn nothing(holds: Truth) -> Reading {
        Reading { holds, text: None, telling: Telling::Nothing, nearness: None }
    }
}

fn joined(parts: Vec<Reading>, word: &str) -> Reading {
    let telling = parts.iter().map(|part| part.telling).max().unwrap_or(Telling::Nothing);
    let texts: Vec<String> = parts.into_iter().filter_map(|part| part.text).collect();
    let text = (!texts.is_empty()).then(|| texts.join(word));
    Reading { holds: Truth::Unknown, text, telling, nearness: None }
}

/// What stands between "fires" and the threshold.
fn fires(comparison: Comparison, ty: Type) -> &'static str {
    match (comparison, ty) {
        (Comparison::GreaterOrEqual | Comparison::LessOrEqual, Type::Date) => "on",
        (Comparison::GreaterOrEqual | Comparison::LessOrEqual, _) => "at",
        (Comparison::Greater, Type::Date) => "after",
        (Comparison::Less, Type::Date) => "before",
        (Comparison::Greater, _) => "above",
        (Comparison::Less, _) => "below",
        (Comparison::Equal, _) => "at exactly",
        (Comparison::NotEqual, _) => "at anything but",
    }
}

/// A range of percents, to so many decimals that no end touches an edge.
fn show_percents(range: &Interval, edges: &[Number]) -> String {
    let shown = |number: Number| show_fraction_percent(&Fraction::from_number(number), edges);
    let (low, high) = (shown(range.low), shown(range.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// How far a value has to move until a comparison holds, at the least and at the most; none where that is no question of moving.
fn gap(one: &Interval, comparison: Comparison, other: &Interval) -> Option<Interval> {
    let upwards = |low: &Interval, high: &Interval| high.subtract(low).ok();
    let gap = match comparison {
        Comparison::GreaterOrEqual | Comparison::Greater => upwards(one, other)?,
        Comparison::LessOrEqual | Comparison::Less => upwards(other, one)?,
        Comparison::Equal => upwards(one, other)?.abs(),
        Comparison::NotEqual => return None,
    };
    Some(gap.with_closed_ends())
}

/// The distance to a threshold as a share of it; of dates, as a share of a year.
fn nearness(gap: Number, threshold: &Interval, ty: Type) -> Option<Fraction> {
    let measure = match ty {
        Type::Date => Number::whole(365 * DAY),
        _ => threshold.exact()?.abs(),
    };
    if gap == Number::BELOW_ALL || gap == Number::ABOVE_ALL {
        return None;
    }
    Fraction::from_number(gap.abs()).divide(&Fraction::from_number(measure))
}

/// A distance between two values of a type, in words.
fn show_gap(gap: &Interval, ty: Type) -> String {
    match ty {
        Type::Date => show_range(gap, Type::Duration),
        Type::Percent => {
            let shown = |number: Number| show_fraction_percent(&Fraction::from_number(number), &[]);
            let points = |number: Number| shown(number).trim_end_matches('%').to_string();
            match (gap.exact(), gap.high == Number::ABOVE_ALL) {
                (Some(exact), _) if points(exact) == "1" => "1 percentage point".into(),
                (Some(exact), _) => format!("{} percentage points", points(exact)),
                (None, true) => format!("at least {} percentage points", points(gap.low)),
                (None, false) => format!("{} to {} percentage points", points(gap.low), points(gap.high)),
            }
        }
        _ => show_range(gap, ty),
    }
}

fn amount(outcome: &LimitOutcome, ty: Type) -> String {
    match (outcome.fault.level, outcome.applies) {
        (FaultLevel::None, Applies::Never) => "no limit".into(),
        (FaultLevel::None, _) if outcome.value.high == Number::ABOVE_ALL => NOT_KNOWN.into(),
        (FaultLevel::None, _) => show_range(&outcome.value, ty),
        (FaultLevel::Possible | FaultLevel::Certain, _) => "not computable".into(),
    }
}

/// The armed triggers closest to firing.
fn closest(protocols: &[ProtocolLine]) -> Vec<NearLine> {
    let armed = protocols.iter().flat_map(|protocol| &protocol.triggers).filter(|trigger| trigger.fires == Truth::False);
    let mut armed: Vec<(&(Fraction, String), &TriggerLine)> =
        armed.filter_map(|trigger| trigger.nearness.as_ref().map(|nearness| (nearness, trigger))).collect();
    armed.sort_by(|(one, _), (other, _)| one.0.cmp(&other.0));
    armed
        .into_iter()
        .take(WATCHED)
        .map(|((_, gap), trigger)| NearLine { code: trigger.about.code.clone(), title: trigger.about.title.clone(), gap: gap.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> Number {
        Number::whole(value)
    }

    #[test]
    fn a_gap_is_what_is_missing_in_the_direction_of_the_comparison() {
        let (value, threshold) = (Interval::closed(number(2), number(5)), Interval::point(number(9)));
        assert_eq!(gap(&value, Comparison::GreaterOrEqual, &threshold), Some(Interval::closed(number(4), number(7))));
        assert_eq!(gap(&threshold, Comparison::Less, &value), Some(Interval::closed(number(4), number(7))));
        assert_eq!(gap(&threshold, Comparison::Equal, &value), Some(Interval::closed(number(4), number(7))));
        assert_eq!(gap(&value, Comparison::NotEqual, &threshold), None);
    }

    #[test]
    fn a_gap_of_percents_is_one_of_percentage_points() {
        let percent = |hundredths: i64| number(hundredths).divide(number(100)).expect("this is small");
        assert_eq!(show_gap(&Interval::point(percent(21)), Type::Percent), "21 percentage points");
        assert_eq!(show_gap(&Interval::point(percent(1)), Type::Percent), "1 percentage point");
        assert_eq!(show_gap(&Interval::closed(percent(3), percent(5)), Type::Percent), "3 to 5 percentage points");
        assert_eq!(show_gap(&Interval::point(number(52 * DAY)), Type::Date), "52 days");
    }

    #[test]
    fn what_is_near_is_measured_by_its_threshold() {
        let threshold = Interval::point(number(-8));
        assert_eq!(nearness(number(2), &threshold, Type::Number), Fraction::ratio(1, 4));
        assert_eq!(nearness(number(2), &Interval::point(Number::ZERO), Type::Number), None);
        assert_eq!(nearness(number(73 * DAY), &threshold, Type::Date), Fraction::ratio(1, 5));
        assert_eq!(nearness(Number::ABOVE_ALL, &threshold, Type::Number), None);
    }
}
