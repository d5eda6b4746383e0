//! The engine as its users run it, from text to judgement, and what it means for a plain outcome to lie inside a judgement.

use std::panic::{AssertUnwindSafe, catch_unwind};

use num_bigint::BigInt;
use num_rational::BigRational as Exact;
use plumbrule::check::check;
use plumbrule::diagnostic::Diagnostic;
use plumbrule::eval::{Evaluator, Limits, judge, outlook};
use plumbrule::policy::{DocumentId, GateId, ItemId, LimitId, ScorecardId, TriggerId, VerdictId};
use plumbrule::program::{Basis, Coming, Program, Settings, build, build_coming};
use plumbrule::sheet::{Dossier, Sheet};
use plumbrule::source::Sources;
use plumbrule::syntax::ast::Item;
use plumbrule::syntax::parse;
use plumbrule::value::{DAY, Fraction, Interval, Number, Possible, Truth, Variants};
use plumbrule::verdict::{Applies, Bands, Bounds, Evaluation, Fault, FaultLevel, ItemOutcome, Judgement, Outlook, VerdictOutcome};
use plumbrule::why::Target;
use plumbrule::{facts, waivers};

use crate::model::{self, OWN, Set, Unit};
use crate::oracle::{Banded, Earned, Outcome, Scored};

/// A policy, ready to run.
pub struct Engine {
    pub program: Program,
    /// What the program was made from.
    pub policy: plumbrule::policy::Policy,
    pub sources: Sources,
    /// The days to come.
    pub coming: Coming,
    /// Where the model's items, scorecards, gates and verdicts stand in the program.
    items: Vec<usize>,
    cards: Vec<usize>,
    gates: Vec<usize>,
    verdicts: Vec<usize>,
    limits: Vec<usize>,
    triggers: Vec<usize>,
}

fn said(findings: &[Diagnostic], sources: &Sources) -> String {
    let line = |finding: &Diagnostic| {
        let place = sources.line_column(finding.primary.span);
        format!("{} {}:{} `{}`: {}\n", finding.code.name, place.line, place.column, sources.slice(finding.primary.span), finding.message)
    };
    findings.iter().filter(|finding| finding.is_error()).map(line).collect()
}

impl Engine {
    pub fn new(policy: &model::Policy, text: &str, today: i64) -> Result<Engine, String> {
        Engine::waived(policy, text, today, &policy.waivers_text(today - model::TODAY, false))
    }

    /// With this file of waivers.
    pub fn waived(policy: &model::Policy, text: &str, today: i64, waived: &str) -> Result<Engine, String> {
        Engine::made(policy, text, today, today, waived)
    }

    /// Under the rules and waivers of another day.
    pub fn ahead(policy: &model::Policy, today: i64, calendar: i64) -> Result<Engine, String> {
        Engine::made(policy, &policy.text(), today, calendar, &policy.waivers_text(0, false))
    }

    fn made(policy: &model::Policy, text: &str, today: i64, calendar: i64, waived: &str) -> Result<Engine, String> {
        let mut sources = Sources::new();
        let file = sources.add("trial.plumb", text);
        let mut parsed = parse(file, text);
        let script = sources.add("plain.rhai", model::SCRIPT);
        for item in &mut parsed.value.items {
            if let Item::Script(named) = item {
                named.text = Some((script, sources.text(script).clone()));
            }
        }
        if parsed.has_errors() {
            return Err(said(&parsed.diagnostics, &sources));
        }
        let checked = check(&[parsed.value]);
        if checked.has_errors() {
            return Err(said(&checked.diagnostics, &sources));
        }
        let mut settings = Settings::on(Number::whole(today * DAY));
        let read = waivers::read(sources.add("waivers.yaml", waived), waived, &checked.value, settings.today);
        if read.has_errors() {
            return Err(said(&read.diagnostics, &sources));
        }
        settings.calendar = Number::whole(calendar * DAY);
        settings.waivers = read.value;
        let coming = build_coming(&checked.value, &settings);
        let built = build(&checked.value, &settings);
        let program = built.value.ok_or_else(|| said(&built.diagnostics, &sources))?;
        let codes = |heads: Vec<&str>, name: &str, count: usize| -> Result<Vec<usize>, String> {
            let place = |index| {
                let code = format!("trial.{name}_{index}");
                heads.iter().position(|head| *head == code).ok_or_else(|| format!("no `{code}` among {heads:?}"))
            };
            (0..count).map(place).collect()
        };
        let cards = codes(program.scorecards.iter().map(|card| card.head.code.as_str()).collect(), "card", policy.cards.len())?;
        let mut items = vec![0; policy.items.len()];
        for (card, place) in policy.cards.iter().zip(&cards) {
            // Those not in force, too.
            let here = &checked.value.scorecards[*place].items;
            if here.len() != card.len() {
                return Err(format!("a scorecard has {} items instead of {}", here.len(), card.len()));
            }
            for (item, id) in card.iter().zip(here) {
                items[*item] = id.index();
            }
        }
        let gates = codes(program.gates.iter().map(|gate| gate.head.code.as_str()).collect(), "gate", policy.gates.len())?;
        let verdicts =
            codes(program.verdicts.iter().map(|verdict| verdict.head.code.as_str()).collect(), "verdict", policy.verdicts.len())?;
        let limits = codes(program.limits.iter().map(|limit| limit.head.code.as_str()).collect(), "limit", policy.limits.len())?;
        let triggers =
            codes(program.triggers.iter().map(|trigger| trigger.head.code.as_str()).collect(), "trigger", policy.triggers.len())?;
        Ok(Engine { program, policy: checked.value, sources, coming, items, cards, gates, verdicts, limits, triggers })
    }

    /// Whether one item's outcome lies inside of an evaluation.
    pub fn contains_item(&self, evaluation: &Evaluation, outcome: &Outcome, item: usize) -> Result<(), String> {
        let (found, earned) = (&evaluation.items[self.items[item]], &outcome.items[item]);
        item_contains(found, earned).map_err(|why| format!("item_{item}: {why}\n  found {found:?}\n  for {earned:?}"))
    }

    /// Whether one gate's does.
    pub fn contains_gate(&self, evaluation: &Evaluation, outcome: &Outcome, gate: usize) -> Result<(), String> {
        let (found, fires) = (&evaluation.gates[self.gates[gate]], &outcome.gates[gate]);
        let check = truth_contains(found.fires, fires.ok()).and_then(|()| fault_contains(found.fault, fires.is_err()));
        check.map_err(|why| format!("gate_{gate}: {why}\n  found {found:?}\n  for {fires:?}"))
    }

    /// Reads a sheet's text.
    pub fn read(&self, text: &str) -> Result<Sheet, String> {
        let mut sources = Sources::new();
        let file = sources.add("trial.yaml", text);
        let program = &self.program;
        let read = facts::read(file, "trial", text, &program.schema, &program.documents, DocumentId(0), program.today);
        match read.value {
            Some(sheet) if !read.diagnostics.iter().any(Diagnostic::is_error) => Ok(sheet),
            _ => Err(said(&read.diagnostics, &sources)),
        }
    }

    /// Reads what the model says, and narrows the missing facts of which the model knows more than any text could say.
    pub fn sheet(&self, sheet: &model::Sheet) -> Result<Sheet, String> {
        let mut read = self.read(&sheet.text())?;
        let leaves = &self.program.schema.record(self.program.documents[0].record).leaves;
        for (field, state) in OWN.iter().zip(&sheet.facts) {
            if state.known || *state == model::State::missing(field) {
                continue;
            }
            let leaf = leaves.iter().position(|leaf| leaf.path == field.name).ok_or("a field without a leaf")?;
            let slot = &mut read.slots[leaf];
            slot.value = match &state.set {
                Set::Range(low, high) => Possible::Range(Interval {
                    low: low.map_or(Number::BELOW_ALL, |low| number(field.unit, low)),
                    low_open: low.is_none(),
                    high: high.map_or(Number::ABOVE_ALL, |high| number(field.unit, high)),
                    high_open: high.is_none(),
                }),
                Set::Among(values) if field.unit == Unit::Kind => Possible::Variants(Variants(values.iter().map(|value| 1 << value).sum())),
                Set::Among(values) => Possible::Truth(match values.as_slice() {
                    [only] => Truth::from(*only != 0),
                    _ => Truth::Unknown,
                }),
            };
            slot.exact = state.is_exact();
        }
        Ok(read)
    }

    pub fn decide(&self, sheet: &Sheet) -> Evaluation {
        Evaluator::new(&self.program).decide(&Dossier { sheets: vec![sheet] }).clone()
    }

    pub fn judge(&self, sheet: &Sheet, splits: u32) -> Judgement {
        judge(&self.program, &Dossier { sheets: vec![sheet] }, Limits { splits, questions: 0 })
    }

    /// In how many places the rules read a fact of the sheet.
    pub fn reads(&self, name: &str) -> u32 {
        let leaves = &self.program.schema.record(self.program.documents[0].record).leaves;
        let field = leaves.iter().find(|leaf| leaf.path == name).map(|leaf| leaf.field.0 as usize);
        field.and_then(|field| self.program.fields.get(field)).map_or(0, |field| field.reads)
    }

    /// The scorecard that a verdict of the program rests on.
    pub fn root(&self, verdict: usize) -> Option<usize> {
        match &self.program.verdicts[verdict].basis {
            Basis::Score(root, _) => Some(root.index()),
            Basis::Conditions(_) => None,
        }
    }

    pub fn outlook(&self, sheet: &Sheet) -> Outlook {
        outlook(&self.coming, &Dossier { sheets: vec![sheet] }, Limits::default())
    }

    /// With open questions. A panic becomes a reason, so that a failure shows its case.
    pub fn judge_fully(&self, sheet: &Sheet) -> Result<Judgement, String> {
        let dossier = Dossier { sheets: vec![sheet] };
        catch_unwind(AssertUnwindSafe(|| judge(&self.program, &dossier, Limits::default()))).map_err(|_| "the engine panics".to_string())
    }

    /// Whether an outcome lies inside an evaluation. If not, the first place where it does not.
    pub fn contains(&self, evaluation: &Evaluation, outcome: &Outcome) -> Result<(), String> {
        (0..outcome.items.len()).try_for_each(|item| self.contains_item(evaluation, outcome, item))?;
        (0..outcome.cards.len()).try_for_each(|card| self.contains_card(evaluation, outcome, card))?;
        (0..outcome.gates.len()).try_for_each(|gate| self.contains_gate(evaluation, outcome, gate))?;
        (0..outcome.verdicts.len()).try_for_each(|verdict| self.contains_verdict(evaluation, outcome, verdict))?;
        (0..outcome.limits.len()).try_for_each(|limit| self.contains_limit(evaluation, outcome, limit))?;
        (0..outcome.triggers.len()).try_for_each(|trigger| self.contains_trigger(evaluation, outcome, trigger))
    }

    /// Whether one scorecard's outcome lies inside of an evaluation.
    pub fn contains_card(&self, evaluation: &Evaluation, outcome: &Outcome, card: usize) -> Result<(), String> {
        let (found, scored) = (&evaluation.scores[self.cards[card]], &outcome.cards[card]);
        let check = || {
            applies_contains(found.applies, scored.applies)?;
            fault_contains(found.fault, scored.fault)?;
            if scored.applies != Some(false) {
                within("score", &found.score, &scored.low, &scored.high)?;
                within("points", &found.points, &scored.points.0, &scored.points.1)?;
                within("worth that counts", &found.counted, &scored.counted.0, &scored.counted.1)?;
            }
            Ok(())
        };
        check().map_err(|why: String| format!("card_{card}: {why}\n  found {found:?}\n  for {scored:?}"))
    }

    /// Whether one verdict's does.
    pub fn contains_verdict(&self, evaluation: &Evaluation, outcome: &Outcome, verdict: usize) -> Result<(), String> {
        let (found, banded) = (&evaluation.verdicts[self.verdicts[verdict]], &outcome.verdicts[verdict]);
        let check = || {
            applies_contains(found.applies, banded.applies)?;
            fault_contains(found.fault, banded.fault)?;
            if banded.applies != Some(false) {
                bands_contain("ungated", found.ungated, banded.ungated)?;
                bands_contain("bands without waivers", found.unwaived, banded.unwaived)?;
                bands_contain("bands", found.bands, (banded.floor, banded.ceiling))?;
            }
            Ok(())
        };
        check().map_err(|why: String| format!("verdict_{verdict}: {why}\n  found {found:?}\n  for {banded:?}"))
    }

    /// Whether one limit's does.
    pub fn contains_limit(&self, evaluation: &Evaluation, outcome: &Outcome, limit: usize) -> Result<(), String> {
        let (found, limited) = (&evaluation.limits[self.limits[limit]], &outcome.limits[limit]);
        let check = || {
            applies_contains(found.applies, limited.applies)?;
            match &limited.value {
                None => fault_contains(found.fault, false),
                Some(value) => {
                    fault_contains(found.fault, value.is_err() || limited.applies.is_none())?;
                    match value {
                        Ok(value) if !lies_in(value, &found.value) => Err(format!("{value} is outside")),
                        _ => Ok(()),
                    }
                }
            }
        };
        check().map_err(|why: String| format!("limit_{limit}: {why}\n  found {found:?}\n  for {limited:?}"))
    }

    /// Whether one trigger's does.
    pub fn contains_trigger(&self, evaluation: &Evaluation, outcome: &Outcome, trigger: usize) -> Result<(), String> {
        let (found, fires) = (&evaluation.triggers[self.triggers[trigger]], &outcome.triggers[trigger]);
        let check = truth_contains(found.fires, fires.ok()).and_then(|()| fault_contains(found.fault, fires.is_err()));
        check.map_err(|why| format!("trigger_{trigger}: {why}\n  found {found:?}\n  for {fires:?}"))
    }

    /// Everything of the model that `plumb why` can be asked for, and where it stands in the model.
    pub fn targets(&self) -> Vec<(usize, Target)> {
        let all = |places: &[usize], target: fn(u32) -> Target| -> Vec<(usize, Target)> {
            places.iter().enumerate().map(|(index, place)| (index, target(*place as u32))).collect()
        };
        [
            all(&self.items, |place| Target::Item(ItemId(place))),
            all(&self.gates, |place| Target::Gate(GateId(place))),
            all(&self.cards, |place| Target::Scorecard(ScorecardId(place))),
            all(&self.verdicts, |place| Target::Verdict(VerdictId(place))),
            all(&self.limits, |place| Target::Limit(LimitId(place))),
            all(&self.triggers, |place| Target::Trigger(TriggerId(place))),
        ]
        .concat()
    }

    /// The evaluation in the model's order, as an outcome; for facts that are all exact.
    pub fn as_outcome(&self, evaluation: &Evaluation) -> Outcome {
        let truth = Truth::exact;
        let items = self.items.iter().map(|place| {
            let found = &evaluation.items[*place];
            Earned {
                applies: applies(found.applies),
                passes: truth(found.passes),
                low: exact(&found.points.low),
                high: exact(&found.points.high),
                fault: !found.fault.is_none(),
            }
        });
        let cards = self.cards.iter().map(|place| {
            let found = &evaluation.scores[*place];
            Scored {
                applies: applies(found.applies),
                low: exact(&found.score.low),
                high: exact(&found.score.high),
                points: (exact(&found.points.low), exact(&found.points.high)),
                counted: (exact(&found.counted.low), exact(&found.counted.high)),
                fault: !found.fault.is_none(),
            }
        });
        let gates = self.gates.iter().map(|place| {
            let found = &evaluation.gates[*place];
            truth(found.fires).filter(|_| found.fault.is_none()).ok_or(crate::oracle::Fault)
        });
        let verdicts = self.verdicts.iter().map(|place| {
            let found = &evaluation.verdicts[*place];
            Banded {
                applies: applies(found.applies),
                ungated: (found.ungated.floor as usize, found.ungated.ceiling as usize),
                unwaived: (found.unwaived.floor as usize, found.unwaived.ceiling as usize),
                floor: found.bands.floor as usize,
                ceiling: found.bands.ceiling as usize,
                fault: !found.fault.is_none(),
            }
        });
        let limits = self.limits.iter().map(|place| {
            let found = &evaluation.limits[*place];
            let value = (found.applies != Applies::Never).then(|| {
                let exact = found.value.exact().filter(|_| found.fault.is_none());
                exact.map(|number| Exact::new(number.units().into(), Number::SCALE.into())).ok_or(crate::oracle::Fault)
            });
            crate::oracle::Limited { applies: applies(found.applies), value }
        });
        let triggers = self.triggers.iter().map(|place| {
            let found = &evaluation.triggers[*place];
            truth(found.fires).filter(|_| found.fault.is_none()).ok_or(crate::oracle::Fault)
        });
        let (limits, triggers) = (limits.collect(), triggers.collect());
        Outcome { limits, triggers, items: items.collect(), cards: cards.collect(), gates: gates.collect(), verdicts: verdicts.collect() }
    }

    /// Which item of the model stands at a place of the program.
    pub fn model_item(&self, place: usize) -> Option<usize> {
        self.items.iter().position(|item| *item == place)
    }

    /// Likewise for gates.
    pub fn model_gate(&self, place: usize) -> Option<usize> {
        self.gates.iter().position(|gate| *gate == place)
    }

    /// Likewise for verdicts.
    pub fn model_verdict(&self, place: usize) -> Option<usize> {
        self.verdicts.iter().position(|verdict| *verdict == place)
    }

    pub fn item<'e>(&self, evaluation: &'e Evaluation, item: usize) -> &'e ItemOutcome {
        &evaluation.items[self.items[item]]
    }

    pub fn verdict<'e>(&self, evaluation: &'e Evaluation, verdict: usize) -> &'e VerdictOutcome {
        &evaluation.verdicts[self.verdicts[verdict]]
    }

    pub fn card<'e>(&self, evaluation: &'e Evaluation, card: usize) -> &'e plumbrule::verdict::ScoreOutcome {
        &evaluation.scores[self.cards[card]]
    }
}

/// A value of the model as the engine keeps it.
pub fn number(unit: Unit, value: i64) -> Number {
    let units = match unit {
        Unit::Number => i128::from(value) * Number::SCALE / 4,
        Unit::Percent => i128::from(value) * Number::SCALE / 16,
        Unit::Day => i128::from(value) * i128::from(DAY) * Number::SCALE,
        Unit::Flag | Unit::Kind => 0,
    };
    Number::from_units(units).unwrap_or(Number::ZERO)
}

/// The engine's day as the model counts it.
pub fn day(day: Number) -> i64 {
    i64::try_from(day.units() / (i128::from(DAY) * Number::SCALE)).unwrap_or(i64::MAX)
}

/// The engine's fraction as a big one.
pub fn exact(fraction: &Fraction) -> Exact {
    match fraction {
        Fraction::Small(numerator, denominator) => Exact::new(BigInt::from(*numerator), BigInt::from(*denominator)),
        Fraction::Big(big) => Exact::clone(big),
    }
}

fn applies(found: Applies) -> Option<bool> {
    match found {
        Applies::Always => Some(true),
        Applies::Maybe => None,
        Applies::Never => Some(false),
    }
}

fn applies_contains(found: Applies, wanted: Option<bool>) -> Result<(), String> {
    match applies(found) {
        None => Ok(()),
        sure if sure == wanted => Ok(()),
        _ => Err(format!("applies {found:?}, not {wanted:?}")),
    }
}

fn truth_contains(found: Truth, wanted: Option<bool>) -> Result<(), String> {
    match found.exact() {
        None => Ok(()),
        sure if sure == wanted => Ok(()),
        _ => Err(format!("{found:?}, not {wanted:?}")),
    }
}

fn fault_contains(found: Fault, wanted: bool) -> Result<(), String> {
    match found.level {
        FaultLevel::None if wanted => Err("a fault that is not found".into()),
        FaultLevel::Certain if !wanted => Err("no fault, though found certain".into()),
        _ => Ok(()),
    }
}

fn within(what: &str, found: &Bounds, low: &Exact, high: &Exact) -> Result<(), String> {
    let (least, most) = (exact(&found.low), exact(&found.high));
    if *low >= least && *high <= most { Ok(()) } else { Err(format!("{what} {low}..{high} outside of {least}..{most}")) }
}

fn bands_contain(what: &str, found: Bands, (floor, ceiling): (usize, usize)) -> Result<(), String> {
    if floor <= found.floor as usize && ceiling >= found.ceiling as usize {
        Ok(())
    } else {
        Err(format!("{what} {ceiling}..{floor} outside of {}..{}", found.ceiling, found.floor))
    }
}

fn item_contains(found: &ItemOutcome, earned: &Earned) -> Result<(), String> {
    applies_contains(found.applies, earned.applies)?;
    fault_contains(found.fault, earned.fault)?;
    if earned.applies != Some(false) {
        truth_contains(found.passes, earned.passes)?;
        within("points", &found.points, &earned.low, &earned.high)?;
    }
    Ok(())
}

/// Whether a value is one of a range.
fn lies_in(value: &Exact, range: &Interval) -> bool {
    let end = |number: Number| Exact::new(number.units().into(), Number::SCALE.into());
    let above = range.low == Number::BELOW_ALL || if range.low_open { *value > end(range.low) } else { *value >= end(range.low) };
    let below = range.high == Number::ABOVE_ALL || if range.high_open { *value < end(range.high) } else { *value <= end(range.high) };
    above && below
}

/// Whether nothing of one evaluation is wider than in the other. If something is, what.
pub fn inside(narrow: &Evaluation, wide: &Evaluation) -> Result<(), String> {
    let level = |narrow: Fault, wide: Fault| match wide.level {
        FaultLevel::Possible => Ok(()),
        level if level == narrow.level => Ok(()),
        level => Err(format!("the fault is {:?}, and was {level:?}", narrow.level)),
    };
    let status = |narrow: Applies, wide: Applies| match wide {
        Applies::Maybe => Ok(()),
        wide if wide == narrow => Ok(()),
        wide => Err(format!("applies {narrow:?}, and was {wide:?}")),
    };
    let truth = |narrow: Truth, wide: Truth| match wide {
        Truth::Unknown => Ok(()),
        wide if wide == narrow => Ok(()),
        wide => Err(format!("is {narrow:?}, and was {wide:?}")),
    };
    let bounds = |what: &str, narrow: &Bounds, wide: &Bounds| within(what, wide, &exact(&narrow.low), &exact(&narrow.high));
    let bands = |what: &str, narrow: Bands, wide: Bands| bands_contain(what, wide, (narrow.floor as usize, narrow.ceiling as usize));
    for (index, (narrow, wide)) in narrow.items.iter().zip(&wide.items).enumerate() {
        let check = || {
            status(narrow.applies, wide.applies)?;
            level(narrow.fault, wide.fault)?;
            if narrow.applies != Applies::Never {
                truth(narrow.passes, wide.passes)?;
                bounds("points", &narrow.points, &wide.points)?;
            }
            Ok(())
        };
        check().map_err(|why: String| format!("item {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    for (index, (narrow, wide)) in narrow.scores.iter().zip(&wide.scores).enumerate() {
        let check = || {
            status(narrow.applies, wide.applies)?;
            level(narrow.fault, wide.fault)?;
            if narrow.applies != Applies::Never {
                bounds("score", &narrow.score, &wide.score)?;
                bounds("points", &narrow.points, &wide.points)?;
                bounds("worth that counts", &narrow.counted, &wide.counted)?;
            }
            Ok(())
        };
        check().map_err(|why: String| format!("scorecard {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    for (index, (narrow, wide)) in narrow.gates.iter().zip(&wide.gates).enumerate() {
        let check = || {
            truth(narrow.fires, wide.fires)?;
            level(narrow.fault, wide.fault)
        };
        check().map_err(|why| format!("gate {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    for (index, (narrow, wide)) in narrow.verdicts.iter().zip(&wide.verdicts).enumerate() {
        let check = || {
            status(narrow.applies, wide.applies)?;
            level(narrow.fault, wide.fault)?;
            if narrow.applies != Applies::Never {
                bands("ungated", narrow.ungated, wide.ungated)?;
                bands("bands without waivers", narrow.unwaived, wide.unwaived)?;
                bands("bands", narrow.bands, wide.bands)?;
            }
            Ok(())
        };
        check().map_err(|why: String| format!("verdict {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    for (index, (narrow, wide)) in narrow.limits.iter().zip(&wide.limits).enumerate() {
        let check = || {
            status(narrow.applies, wide.applies)?;
            level(narrow.fault, wide.fault)?;
            if narrow.applies != Applies::Never && !narrow.value.is_subset_of(&wide.value) {
                return Err("is wider".into());
            }
            Ok(())
        };
        check().map_err(|why: String| format!("limit {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    for (index, (narrow, wide)) in narrow.triggers.iter().zip(&wide.triggers).enumerate() {
        let check = || {
            status(narrow.applies, wide.applies)?;
            truth(narrow.fires, wide.fires)?;
            level(narrow.fault, wide.fault)
        };
        check().map_err(|why| format!("trigger {index}: {why}\n  narrow {narrow:?}\n  wide {wide:?}"))?;
    }
    Ok(())
}

/// The same outcome, whatever the places of faults.
pub fn same(one: &Evaluation, other: &Evaluation) -> Result<(), String> {
    inside(one, other).and_then(|()| inside(other, one))
}
