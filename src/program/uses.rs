//! What reads what: the facts of each item and gate, how often each field is read and which constants it is compared with, and which step needs which.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Something met on a walk over nodes.
pub(super) enum Met {
    Fact(Place),
    /// A fact that was just met enters something other than a comparison with a constant.
    Calculated(Place),
    AskedIfKnown(Place),
    Assumed(Place),
    /// A fact is compared with a constant.
    Threshold(Place, Comparison, Number),
    Needs(Step),
    Let(LetId),
    Script,
    Table(TableId),
}

/// Fills what each item, gate, verdict and provision of a protocol reads, and [`Program::fields`]. Gives what each name rests on, by [`NamedId`].
pub(super) fn gather(program: &mut Program) -> Vec<Rests> {
    let named = named_summaries(program);
    let mut fields = program.fields.clone();
    for field in &mut fields {
        field.cuts = Some(Vec::new());
    }
    // What is not in force reads nothing.
    let mut reads = |step: Step| match program.is_taken(step) {
        true => count(program, &named, &mut fields, &roots(program, step)),
        false => Summary::default(),
    };
    let items: Vec<Summary> = (0..program.items.len() as u32).map(|index| reads(Step::Item(ItemId(index)))).collect();
    let gates: Vec<Summary> = (0..program.gates.len() as u32).map(|index| reads(Step::Gate(GateId(index)))).collect();
    let limits: Vec<Summary> = (0..program.limits.len() as u32).map(|index| reads(Step::Limit(LimitId(index)))).collect();
    let triggers: Vec<Summary> = (0..program.triggers.len() as u32).map(|index| reads(Step::Trigger(TriggerId(index)))).collect();
    let reviews: Vec<Summary> = (0..program.reviews.len() as u32).map(|index| reads(Step::Review(ReviewId(index)))).collect();
    let verdicts: Vec<Summary> = (0..program.verdicts.len() as u32)
        .map(|index| count(program, &named, &mut fields, &roots(program, Step::Verdict(VerdictId(index)))))
        .collect();
    let readers = [&items, &gates, &limits, &triggers, &reviews, &verdicts];
    let read: BTreeSet<TableId> = readers.into_iter().flatten().flat_map(|summary| summary.tables.iter().copied()).collect();
    for (index, table) in program.tables.iter_mut().enumerate() {
        let Some(summary) = &named[program.lets.len() + index] else { continue };
        table.reads = summary.places.clone();
        if !read.contains(&TableId(index as u32)) {
            for place in &summary.places {
                if let Some(field) =
                    field_at(&program.schema, &program.documents, *place).and_then(|field| fields.get_mut(field.0 as usize))
                {
                    field.reported = true;
                }
            }
        }
    }
    let mut grids: Vec<Option<Number>> = vec![None; fields.len()];
    for leaf in program.schema.records.iter().flat_map(|record| &record.leaves) {
        grids[leaf.field.0 as usize] = leaf.ty.grid();
    }
    for item in program.items.iter().filter(|item| program.is_in_force(item.term)) {
        edges_of_body(program, &item.body, &grids, &mut fields);
    }
    for field in &mut fields {
        field.thresholds.sort_unstable();
        field.thresholds.dedup();
        if let Some(cuts) = &mut field.cuts {
            cuts.sort_unstable();
            cuts.dedup();
        }
    }
    program.fields = fields;
    for (item, reads) in program.items.iter_mut().zip(items) {
        (item.reads, item.tables, item.reads_script) = (reads.places, reads.tables, reads.script);
    }
    for (gate, reads) in program.gates.iter_mut().zip(gates) {
        (gate.reads, gate.tables, gate.reads_script) = (reads.places, reads.tables, reads.script);
    }
    for (limit, reads) in program.limits.iter_mut().zip(limits) {
        limit.reads = reads.places;
    }
    for (trigger, reads) in program.triggers.iter_mut().zip(triggers) {
        trigger.reads = reads.places;
    }
    for (review, reads) in program.reviews.iter_mut().zip(reviews) {
        review.reads = reads.places;
    }
    for (verdict, reads) in program.verdicts.iter_mut().zip(verdicts) {
        verdict.reads = reads.places;
    }
    named.into_iter().map(Option::unwrap_or_default).map(|named| Rests { reads: named.places, needs: named.needs }).collect()
}

/// The steps that a step reads by name, through `let`s.
pub(super) fn needs(program: &Program, step: Step) -> Vec<Step> {
    let mut needed = Vec::new();
    let mut seen = vec![false; program.lets.len() + program.tables.len()];
    let mut pending: Vec<Root> = roots(program, step);
    while let Some(root) = pending.pop() {
        walk(program, root, &mut |met| match met {
            Met::Needs(step) => needed.push(step),
            Met::Let(id) => {
                if !std::mem::replace(&mut seen[id.index()], true) {
                    pending.push(Root::Expression(program.lets[id.index()].value));
                }
            }
            Met::Table(id) => {
                if !std::mem::replace(&mut seen[program.lets.len() + id.index()], true) {
                    pending.push(Root::Table(id));
                }
            }
            Met::Fact(_) | Met::Calculated(_) | Met::AskedIfKnown(_) | Met::Assumed(_) | Met::Threshold(..) | Met::Script => {}
        });
    }
    needed
}

/// The fields that enter something other than a comparison with a constant in some of these steps, through `let`s and tables.
pub(super) fn calculated(program: &Program, steps: &[Step]) -> BTreeSet<FieldId> {
    let mut fields = BTreeSet::new();
    let mut seen = vec![false; program.lets.len() + program.tables.len()];
    let mut pending: Vec<Root> = steps.iter().flat_map(|step| roots(program, *step)).collect();
    while let Some(root) = pending.pop() {
        walk(program, root, &mut |met| match met {
            Met::Calculated(place) => fields.extend(program.field_at(place)),
            Met::Let(id) => {
                if !std::mem::replace(&mut seen[id.index()], true) {
                    pending.push(Root::Expression(program.lets[id.index()].value));
                }
            }
            Met::Table(id) => {
                if !std::mem::replace(&mut seen[program.lets.len() + id.index()], true) {
                    pending.push(Root::Table(id));
                }
            }
            Met::Fact(_) | Met::AskedIfKnown(_) | Met::Assumed(_) | Met::Threshold(..) | Met::Needs(_) | Met::Script => {}
        });
    }
    fields
}

#[derive(Clone, Copy)]
enum Root {
    Expression(ExprId),
    /// An expression of which it is only asked how it stands to constants.
    Compared(ExprId),
    Condition(ConditionId),
    Table(TableId),
}

fn roots(program: &Program, step: Step) -> Vec<Root> {
    match step {
        Step::Item(id) => {
            let item = &program.items[id.index()];
            let mut roots: Vec<Root> = item.applies.map(Root::Condition).into_iter().collect();
            match &item.body {
                Body::Check(condition) => roots.push(Root::Condition(*condition)),
                Body::Grade(operand, rows) => {
                    roots.push(Root::Compared(*operand));
                    for row in rows {
                        if let Accepts::Condition(condition) = &row.accepts {
                            roots.push(Root::Condition(*condition));
                        }
                    }
                }
                Body::GradeWhen(rows) => roots.extend(rows.iter().filter_map(|row| row.when).map(Root::Condition)),
                Body::Ramp(operand, _) | Body::Measure(operand) => roots.push(Root::Expression(*operand)),
                Body::Include(_) => {}
            }
            roots
        }
        Step::Gate(id) => {
            let gate = &program.gates[id.index()];
            gate.applies.into_iter().chain([gate.when]).map(Root::Condition).collect()
        }
        Step::Verdict(id) => match &program.verdicts[id.index()].basis {
            Basis::Score(..) => Vec::new(),
            Basis::Conditions(rows) => rows.iter().filter_map(|(_, condition)| *condition).map(Root::Condition).collect(),
        },
        Step::Scorecard(_) => Vec::new(),
        Step::Limit(id) => {
            let limit = &program.limits[id.index()];
            limit.applies.into_iter().map(Root::Condition).chain([Root::Expression(limit.value)]).collect()
        }
        Step::Trigger(id) => {
            let trigger = &program.triggers[id.index()];
            trigger.applies.into_iter().chain([trigger.when]).map(Root::Condition).collect()
        }
        Step::Review(id) => program.reviews[id.index()].applies.into_iter().map(Root::Condition).collect(),
    }
}

/// What a `let` or table reads, through those it rests on: places in order, and how often each.
#[derive(Clone, Default)]
struct Summary {
    places: Vec<Place>,
    counts: BTreeMap<Place, u32>,
    thresholds: Vec<(Place, Comparison, Number)>,
    calculated: Vec<Place>,
    asked: Vec<Place>,
    assumed: Vec<Place>,
    script: bool,
    tables: Vec<TableId>,
    needs: Vec<Step>,
}

/// What something that has a name rests on, through the names in it.
pub(super) struct Rests {
    /// Facts.
    pub(super) reads: Vec<Place>,
    /// Outcomes.
    pub(super) needs: Vec<Step>,
}

impl Summary {
    fn read(&mut self, place: Place, times: u32) {
        let count = self.counts.entry(place).or_insert(0);
        if *count == 0 {
            self.places.push(place);
        }
        *count = count.saturating_add(times);
    }

    fn include(&mut self, other: &Summary) {
        for place in &other.places {
            self.read(*place, other.counts[place]);
        }
        self.script |= other.script;
        // Thresholds and questions are sets: once is enough, and keeps chains of `let`s from growing them.
        for threshold in &other.thresholds {
            if !self.thresholds.contains(threshold) {
                self.thresholds.push(*threshold);
            }
        }
        for table in &other.tables {
            if !self.tables.contains(table) {
                self.tables.push(*table);
            }
        }
        for step in &other.needs {
            if !self.needs.contains(step) {
                self.needs.push(*step);
            }
        }
        let both = [(&mut self.asked, &other.asked), (&mut self.assumed, &other.assumed), (&mut self.calculated, &other.calculated)];
        for (mine, theirs) in both {
            for place in theirs {
                if !mine.contains(place) {
                    mine.push(*place);
                }
            }
        }
    }
}

/// The `let`s come before the tables in `named`. An error says which of them is needed first.
fn summary(program: &Program, named: &[Option<Summary>], root: Root) -> Result<Summary, usize> {
    let mut summary = Summary::default();
    let mut missing = None;
    walk(program, root, &mut |met| match met {
        Met::Fact(place) => summary.read(place, 1),
        Met::Calculated(place) => {
            if !summary.calculated.contains(&place) {
                summary.calculated.push(place);
            }
        }
        Met::AskedIfKnown(place) => {
            summary.read(place, 1);
            summary.asked.push(place);
        }
        Met::Assumed(place) => {
            summary.read(place, 1);
            summary.assumed.push(place);
        }
        Met::Threshold(place, comparison, threshold) => summary.thresholds.push((place, comparison, threshold)),
        Met::Let(LetId(id)) => match &named[id as usize] {
            Some(inner) => summary.include(inner),
            None => missing = missing.or(Some(id as usize)),
        },
        Met::Table(id) => match &named[program.lets.len() + id.index()] {
            Some(inner) => {
                summary.include(inner);
                if !summary.tables.contains(&id) {
                    summary.tables.push(id);
                }
            }
            None => missing = missing.or(Some(program.lets.len() + id.index())),
        },
        Met::Script => summary.script = true,
        Met::Needs(step) => {
            if !summary.needs.contains(&step) {
                summary.needs.push(step);
            }
        }
    });
    missing.map_or(Ok(summary), Err)
}

/// Each `let` and table after those it rests on. They rest on each other only so deep, and never in a circle.
fn named_summaries(program: &Program) -> Vec<Option<Summary>> {
    let lets = program.lets.len();
    let mut done: Vec<Option<Summary>> = vec![None; lets + program.tables.len()];
    for index in 0..done.len() {
        let mut pending = vec![index];
        while let Some(&current) = pending.last() {
            let root = match current.checked_sub(lets) {
                None => Root::Expression(program.lets[current].value),
                Some(table) => Root::Table(TableId(table as u32)),
            };
            match summary(program, &done, root) {
                Ok(found) => {
                    done[current] = Some(found);
                    pending.pop();
                }
                Err(needed) => pending.push(needed),
            }
        }
    }
    done
}

fn count(program: &Program, named: &[Option<Summary>], fields: &mut [FieldUse], roots: &[Root]) -> Summary {
    let mut all = Summary::default();
    for root in roots {
        if let Ok(found) = summary(program, named, *root) {
            all.include(&found);
        }
    }
    for (place, times) in &all.counts {
        if let Some(field) = program.field_at(*place).and_then(|field| fields.get_mut(field.0 as usize)) {
            let reads = match place {
                Place::Fixed { .. } => &mut field.reads,
                Place::Element { .. } => &mut field.element_reads,
            };
            *reads = reads.saturating_add(*times);
        }
    }
    for (place, comparison, threshold) in &all.thresholds {
        if let Some(field) = program.field_at(*place).and_then(|field| fields.get_mut(field.0 as usize)) {
            field.thresholds.push(*threshold);
            field.cuts.iter_mut().for_each(|cuts| cuts.extend(Cut::of(*comparison, *threshold)));
        }
    }
    for place in &all.calculated {
        if let Some(field) = program.field_at(*place).and_then(|field| fields.get_mut(field.0 as usize)) {
            field.cuts = None;
        }
    }
    for place in &all.asked {
        if let Some(field) = program.field_at(*place).and_then(|field| fields.get_mut(field.0 as usize)) {
            field.asked_if_known = true;
        }
    }
    for place in &all.assumed {
        if let Some(field) = program.field_at(*place).and_then(|field| fields.get_mut(field.0 as usize)) {
            field.assumed = true;
        }
    }
    all
}

/// Edges of rows and knots are thresholds too, where the operand is a fact. `grids` has the distance between neighbouring values of each field.
fn edges_of_body(program: &Program, body: &Body, grids: &[Option<Number>], fields: &mut [FieldUse]) {
    let field_of = |operand: ExprId| match &program.expressions[operand.0 as usize].0 {
        Expr::Fact(place) | Expr::Assuming(place, _) => program.field_at(*place).map(|field| field.0 as usize),
        _ => None,
    };
    match body {
        Body::Grade(operand, rows) => {
            let Some(field) = field_of(*operand) else { return };
            for row in rows {
                let Accepts::Ranges(ranges) = &row.accepts else { continue };
                for cut in ranges.iter().filter_map(|range| range.snapped(grids[field])).flat_map(Cut::around) {
                    fields[field].thresholds.push(cut.at);
                    fields[field].cuts.iter_mut().for_each(|cuts| cuts.push(cut));
                }
            }
        }
        Body::Ramp(operand, knots) => {
            let Some(field) = field_of(*operand) else { return };
            fields[field].thresholds.extend(knots.iter().map(|knot| knot.at));
        }
        Body::Check(_) | Body::GradeWhen(_) | Body::Measure(_) | Body::Include(_) => {}
    }
}

/// Tells `met` of everything under a node, in the order of reading. `let`s are named, not entered. Expressions nest only so deep.
fn walk(program: &Program, root: Root, met: &mut dyn FnMut(Met)) {
    match root {
        Root::Expression(id) => walk_expression(program, id, met),
        Root::Compared(id) => walk_compared(program, id, met),
        Root::Condition(id) => walk_condition(program, id, met),
        Root::Table(id) => walk_table(program, &program.tables[id.index()], met),
    }
}

fn walk_table(program: &Program, table: &Table, met: &mut dyn FnMut(Met)) {
    for dimension in &table.dimensions {
        walk_compared(program, dimension.value, met);
        if let Expr::Assuming(place, _) | Expr::Fact(place) = &program.expressions[dimension.value.0 as usize].0 {
            dimension.cuts.iter().for_each(|cut| met(Met::Threshold(*place, Comparison::Equal, *cut)));
        }
    }
    for row in table.rows.iter().chain(&table.otherwise) {
        row.conditions.iter().for_each(|condition| walk_condition(program, *condition, met));
        row.outputs.iter().for_each(|output| walk_expression(program, *output, met));
    }
}

/// An expression that stands beside constants only.
fn walk_compared(program: &Program, id: ExprId, met: &mut dyn FnMut(Met)) {
    walk_expression(program, id, &mut |inner| match (inner, &program.expressions[id.0 as usize].0) {
        (Met::Calculated(_), Expr::Fact(_) | Expr::Assuming(..)) => {}
        (inner, _) => met(inner),
    });
}

pub(super) fn walk_expression(program: &Program, id: ExprId, met: &mut dyn FnMut(Met)) {
    let mut all = |ids: &[ExprId]| ids.iter().for_each(|id| walk_expression(program, *id, met));
    match &program.expressions[id.0 as usize].0 {
        Expr::Constant(_) => {}
        Expr::Fact(place) => {
            met(Met::Fact(*place));
            met(Met::Calculated(*place));
        }
        Expr::Assuming(place, _) => {
            met(Met::Assumed(*place));
            met(Met::Calculated(*place));
        }
        Expr::Let(named) => met(Met::Let(*named)),
        Expr::Column(table, _) => met(Met::Table(*table)),
        Expr::Points(item) => met(Met::Needs(Step::Item(*item))),
        Expr::Score(scorecard) | Expr::ScorePoints(scorecard) => met(Met::Needs(Step::Scorecard(*scorecard))),
        Expr::Band(verdict) => met(Met::Needs(Step::Verdict(*verdict))),
        Expr::Limit(limit) => met(Met::Needs(Step::Limit(*limit))),
        Expr::Truth(condition) => walk_condition(program, *condition, met),
        Expr::Negate(inner) | Expr::AddMonths(inner, _) | Expr::FloorToDay(inner) | Expr::Abs(inner) | Expr::Round(inner, ..) => {
            all(&[*inner])
        }
        Expr::Add(left, right) | Expr::Subtract(left, right) | Expr::Multiply(left, right) | Expr::Divide(left, right) => {
            all(&[*left, *right])
        }
        Expr::Min(parts) | Expr::Max(parts) => all(parts),
        Expr::Clamp(value, low, high) => all(&[*value, *low, *high]),
        Expr::If(condition, then, otherwise) => {
            walk_condition(program, *condition, met);
            walk_expression(program, *then, met);
            walk_expression(program, *otherwise, met);
        }
        Expr::Aggregate(aggregate) => {
            walk_collection(program, aggregate.list, met);
            if let Some(filter) = aggregate.filter {
                walk_condition(program, filter, met);
            }
            aggregate.of.iter().chain(&aggregate.if_none).for_each(|id| walk_expression(program, *id, met));
        }
        Expr::Script(call) => {
            met(Met::Script);
            call.arguments.iter().for_each(|argument| walk_argument(program, argument, met));
        }
    }
}

fn walk_argument(program: &Program, argument: &Argument, met: &mut dyn FnMut(Met)) {
    match argument {
        Argument::One(given) => given.values().iter().for_each(|id| walk_expression(program, *id, met)),
        Argument::List(list) => walk_collection(program, *list, met),
        Argument::Records(list, leaves) => {
            walk_collection(program, *list, met);
            for leaf in leaves {
                if let Some(field) = field_of_element(program, *list, *leaf) {
                    let place = Place::Element { binder: 0, leaf: *leaf, field: Some(field) };
                    met(Met::Fact(place));
                    met(Met::Calculated(place));
                }
            }
        }
        Argument::Each { list, filter, given, .. } => {
            walk_collection(program, *list, met);
            if let Some(filter) = filter {
                walk_condition(program, *filter, met);
            }
            given.values().iter().for_each(|id| walk_expression(program, *id, met));
        }
    }
}

fn walk_condition(program: &Program, id: ConditionId, met: &mut dyn FnMut(Met)) {
    match &program.conditions[id.0 as usize].0 {
        Condition::Constant(_) => {}
        Condition::FactCompare(place, comparison, constant) => {
            met(Met::Fact(*place));
            met(Met::Threshold(*place, *comparison, *constant));
        }
        Condition::FactAmong(place, _) | Condition::FactTrue(place) => met(Met::Fact(*place)),
        Condition::Value(value) | Condition::Among(value, _) => walk_compared(program, *value, met),
        Condition::Compare(_, left, right) => {
            threshold(program, *left, *right, met);
            threshold(program, *right, *left, met);
            beside(program, *left, &[*right], met);
            beside(program, *right, &[*left], met);
        }
        Condition::Between(value, low, high) => {
            threshold(program, *value, *low, met);
            threshold(program, *value, *high, met);
            beside(program, *value, &[*low, *high], met);
            [low, high].into_iter().for_each(|id| walk_expression(program, *id, met));
        }
        Condition::OneOf(value, options) => {
            beside(program, *value, options, met);
            for option in options {
                threshold(program, *value, *option, met);
                walk_expression(program, *option, met);
            }
        }
        Condition::InList(value, list) => {
            walk_expression(program, *value, met);
            walk_collection(program, *list, met);
        }
        Condition::Known(place) => met(Met::AskedIfKnown(*place)),
        Condition::Empty(list) => walk_collection(program, *list, met),
        Condition::Check(item) => met(Met::Needs(Step::Item(*item))),
        Condition::Gate(gate) => met(Met::Needs(Step::Gate(*gate))),
        Condition::Trigger(trigger) => met(Met::Needs(Step::Trigger(*trigger))),
        Condition::Not(inner) => walk_condition(program, *inner, met),
        Condition::And(parts) | Condition::Or(parts) => {
            let mut read_before = None;
            for part in parts {
                // What was written as one reading, such as `x in 1..5`, may have become several comparisons; it still is one.
                let reading = match &program.conditions[part.0 as usize] {
                    (Condition::FactCompare(place, ..), span) => Some((*place, *span)),
                    _ => None,
                };
                if reading.is_some() && reading == read_before {
                    walk_condition(program, *part, &mut |again| {
                        if !matches!(again, Met::Fact(_)) {
                            met(again);
                        }
                    });
                } else {
                    walk_condition(program, *part, met);
                }
                read_before = reading;
            }
        }
        Condition::Quantified { list, filter, satisfies, .. } => {
            walk_collection(program, *list, met);
            if let Some(filter) = filter {
                walk_condition(program, *filter, met);
            }
            walk_condition(program, *satisfies, met);
        }
    }
}

/// An expression that is compared with others.
fn beside(program: &Program, value: ExprId, others: &[ExprId], met: &mut dyn FnMut(Met)) {
    if others.iter().all(|other| matches!(program.expressions[other.0 as usize].0, Expr::Constant(_))) {
        walk_compared(program, value, met);
    } else {
        walk_expression(program, value, met);
    }
}

/// A fact, assumed or not, beside a constant.
fn threshold(program: &Program, value: ExprId, constant: ExprId, met: &mut dyn FnMut(Met)) {
    let node = |id: ExprId| &program.expressions[id.0 as usize].0;
    if let (Expr::Assuming(place, _) | Expr::Fact(place), Expr::Constant(Possible::Range(range))) = (node(value), node(constant)) {
        met(Met::Threshold(*place, Comparison::Equal, range.low));
    }
}

fn walk_collection(program: &Program, id: CollectionId, met: &mut dyn FnMut(Met)) {
    match &program.collections[id.0 as usize] {
        Collection::Fact { place, assumed_empty: false, .. } => met(Met::Fact(*place)),
        Collection::Fact { place, .. } => met(Met::Assumed(*place)),
        Collection::FieldOfEach { list, leaf } => {
            walk_collection(program, *list, met);
            if let Some(field) = field_of_element(program, *list, *leaf) {
                let place = Place::Element { binder: 0, leaf: *leaf, field: Some(field) };
                met(Met::Fact(place));
                met(Met::Calculated(place));
            }
        }
        Collection::Top { list, .. } => walk_collection(program, *list, met),
    }
}

/// Which field a leaf of a list's elements is.
fn field_of_element(program: &Program, list: CollectionId, leaf: u32) -> Option<FieldId> {
    match &program.collections[list.0 as usize] {
        Collection::Fact { unseen, .. } => program.unseen.get((*unseen + leaf) as usize).map(|slot| slot.field),
        Collection::Top { list, .. } => field_of_element(program, *list, leaf),
        Collection::FieldOfEach { .. } => None,
    }
}
