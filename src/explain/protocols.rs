//! Protocols in words: how much to hold, how far each trigger is from firing, and what to watch until the next review.

use super::{Citation, FactLine, Words};
use crate::policy::{LimitId, ReviewId, TriggerId};
use crate::program::{Gauge, Limit, Trigger};
use crate::value::{
    Comparison, DAY, Fraction, Interval, Number, Possible, Truth, Type, show_fraction_points, show_number, show_range,
};
use crate::verdict::{Applies, Clue, FaultLevel, LimitOutcome};

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
            (Applies::Never, _) | (_, Truth::True) => None,
            _ => self.read_gauge(&trigger.gauge, &mut gaps),
        };
        TriggerLine {
            about,
            action: self.fill(&trigger.action),
            fires: outcome.fires,
            without_assumptions: without.filter(|without| *without != outcome.fires),
            nearness: reading.as_ref().and_then(|reading| reading.nearness.clone()).filter(|_| outcome.applies == Applies::Always),
            distance: reading.map(|reading| reading.text),
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
        ReviewLine {
            about,
            every: review.every.to_string(),
            due: show_number(review.due, Type::Date),
            expiring,
            closest: closest.to_vec(),
        }
    }

    fn clues(&self, clues: &[Clue]) -> Vec<ClueLine> {
        clues
            .iter()
            .map(|clue| ClueLine { fact: self.facts.line(clue.fact), settles: clue.settles, gain: clue.gain.clone() })
            .collect()
    }

    /// How far a part of a condition is from holding. None: it holds.
    fn read_gauge(&mut self, gauge: &Gauge, gaps: &mut Vec<GapLine>) -> Option<Reading> {
        match gauge {
            Gauge::All(parts) => {
                let open: Vec<Reading> = parts.iter().filter_map(|part| self.read_gauge(part, gaps)).collect();
                // All have to come about, so the furthest counts; and of something without a distance nobody knows how far it is.
                let nearness = open.iter().map(|part| part.nearness.clone()).collect::<Option<Vec<_>>>();
                joined(open, "; and ", nearness.and_then(|all| all.into_iter().max()))
            }
            Gauge::Any(parts) => {
                let before = gaps.len();
                let mut open = Vec::with_capacity(parts.len());
                for part in parts {
                    match self.read_gauge(part, gaps) {
                        Some(reading) => open.push(reading),
                        None => {
                            gaps.truncate(before);
                            return None;
                        }
                    }
                }
                let nearness = open.iter().filter_map(|part| part.nearness.clone()).min();
                joined(open, "; or ", nearness)
            }
            Gauge::Compare { value, comparison, threshold, ty } => {
                let (value_of, threshold_of) = (*value, *threshold);
                let shown = (self.show(value_of, *ty), self.show(threshold_of, *ty));
                let (one, fault) = self.evaluator.inspect(self.dossier, value_of);
                let (other, other_fault) = self.evaluator.inspect(self.dossier, threshold_of);
                let of = self.written(self.program.expressions[value_of.0 as usize].1);
                let (Possible::Range(one), Possible::Range(other)) = (one, other) else {
                    return Some(Reading { text: format!("`{of}` has no distance"), nearness: None });
                };
                if !fault.is_none() || !other_fault.is_none() {
                    return Some(Reading { text: format!("`{of}` can't be computed"), nearness: None });
                }
                self.read_comparison(Compared { of, one, other, shown, comparison: *comparison, ty: *ty }, gaps)
            }
            Gauge::Plain(condition, wanted) => {
                let holds = self.evaluator.inspect_condition(self.dossier, *condition);
                let holds = if *wanted { holds } else { holds.not() };
                let written = self.written(self.program.conditions[condition.0 as usize].1);
                let written = if *wanted { written } else { format!("not ({written})") };
                let text = match holds {
                    Truth::True => return None,
                    Truth::False => format!("`{written}` does not hold"),
                    Truth::Unknown => format!("whether `{written}` is not known"),
                };
                Some(Reading { text, nearness: None })
            }
        }
    }

    fn read_comparison(&self, compared: Compared, gaps: &mut Vec<GapLine>) -> Option<Reading> {
        let Compared { of, one, other, shown: (value, threshold), comparison, ty } = compared;
        let holds = one.compare(comparison, &other);
        if holds == Truth::True {
            return None;
        }
        let gap = gap(&one, comparison, &other);
        let shown = gap.as_ref().filter(|gap| gap.low > Number::ZERO).map(|gap| show_gap(gap, ty));
        let at = match (comparison, ty) {
            (Comparison::GreaterOrEqual | Comparison::LessOrEqual, Type::Date) => "on",
            (Comparison::GreaterOrEqual | Comparison::LessOrEqual, _) => "at",
            (Comparison::Greater, Type::Date) => "after",
            (Comparison::Less, Type::Date) => "before",
            (Comparison::Greater, _) => "above",
            (Comparison::Less, _) => "below",
            (Comparison::Equal, _) => "at exactly",
            (Comparison::NotEqual, _) => "at anything but",
        };
        let mut text = format!("`{of}` is {value}, fires {at} {threshold}");
        if let Some(shown) = &shown {
            text.push_str(&format!(": {shown} to go"));
        }
        let step = shown.clone();
        gaps.push(GapLine { of, value, threshold, comparison: comparison.symbol(), gap: shown, holds });
        let near = gap.filter(|_| holds == Truth::False).and_then(|gap| nearness(gap.low, &other, ty));
        Some(Reading { text, nearness: near.zip(step) })
    }
}

/// Two sides of a comparison.
struct Compared {
    of: String,
    one: Interval,
    other: Interval,
    /// Both in words.
    shown: (String, String),
    comparison: Comparison,
    ty: Type,
}

/// How far something is from holding.
struct Reading {
    text: String,
    nearness: Option<(Fraction, String)>,
}

fn joined(parts: Vec<Reading>, word: &str, nearness: Option<(Fraction, String)>) -> Option<Reading> {
    let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    (!texts.is_empty()).then(|| Reading { text: texts.join(word), nearness })
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
            let points = |number: Number| show_fraction_points(&Fraction::from_number(number).multiply(&Fraction::whole(100)));
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
