//! One fact counted twice: two items of one verdict that rest on one fact and nothing else, and of which none ever falls where the other rises.

use super::Auditor;
use super::items::{kind, name};
use super::space::thinned;
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Overlay;
use crate::policy::{ItemId, VerdictId};
use crate::program::{Body, Place, Step};
use crate::sheet::Mark;
use crate::value::{Fraction, show_fraction_points};
use crate::verdict::{Address, Applies};

/// About how many values of a fact are tried.
const MOST_VALUES: usize = 120;
/// With more than this, nothing is said.
const TOO_MANY_VALUES: usize = 600;

/// What an item earns for each value tried.
struct Curve {
    item: ItemId,
    points: Vec<Fraction>,
}

impl Auditor<'_, '_> {
    pub(super) fn facts_counted_twice(&mut self) {
        let program = self.program;
        for index in 0..program.verdicts.len() {
            let steps = program.cone(Step::Verdict(VerdictId(index as u32)));
            let mut by_fact: Vec<(Address, Vec<ItemId>)> = Vec::new();
            for step in &steps {
                let Step::Item(id) = step else { continue };
                let Some(address) = self.only_fact(*id) else { continue };
                match by_fact.iter_mut().find(|(fact, _)| *fact == address) {
                    Some((_, items)) => items.push(*id),
                    None => by_fact.push((address, vec![*id])),
                }
            }
            for (address, items) in by_fact.into_iter().filter(|(_, items)| items.len() > 1) {
                self.compare(address, &items);
            }
        }
    }

    /// The one fact that an item's points rest on, if there is only one: no list, no other item, and no further fact that says when it counts.
    fn only_fact(&self, id: ItemId) -> Option<Address> {
        let item = &self.program.items[id.index()];
        match &item.body {
            Body::Check(_) | Body::Grade(..) | Body::GradeWhen(_) | Body::Ramp(..) => {}
            Body::Measure(_) | Body::Include(_) => return None,
        }
        match item.reads.as_slice() {
            [Place::Fixed { sheet, slot }] if self.program.needs(Step::Item(id)).is_empty() => Some(Address { sheet: *sheet, slot: *slot }),
            _ => None,
        }
    }

    fn compare(&mut self, address: Address, items: &[ItemId]) {
        let values = self.values(address);
        if values.len() > TOO_MANY_VALUES {
            return;
        }
        let curves: Vec<Curve> = items.iter().filter_map(|item| self.curve(*item, &values)).collect();
        let mut said: Vec<ItemId> = Vec::new();
        for (index, later) in curves.iter().enumerate() {
            let Some((earlier, from, to)) = curves[..index].iter().find_map(|earlier| {
                let (from, to) = together(&earlier.points, &later.points)?;
                Some((earlier, from, to))
            }) else {
                continue;
            };
            if said.contains(&later.item) {
                continue;
            }
            said.push(later.item);
            let program = self.program;
            let (first, second) = (&program.items[earlier.item.index()], &program.items[later.item.index()]);
            let path = self.search.space.path(address);
            let value = |place: usize| self.search.space.shown(std::slice::from_ref(&values[place]));
            let rise =
                |curve: &Curve| format!("{} to {}", show_fraction_points(&curve.points[from]), show_fraction_points(&curve.points[to]));
            let finding = Diagnostic::new(
                &codes::COUNTED_TWICE,
                second.head.name_span,
                format!(
                    "`{path}` alone decides the {} `{}` and the {} `{}`",
                    kind(&first.body),
                    name(&first.head),
                    kind(&second.body),
                    name(&second.head)
                ),
            )
            .label(format!("goes from {}", rise(later)))
            .related(first.head.name_span, format!("goes from {}", rise(earlier)))
            .help(format!(
                "between {} and {} both rise: let one grade weigh the fact, or let one of the two rest on another",
                value(from),
                value(to)
            ));
            if !self.findings.contains(&finding) {
                self.report(finding);
            }
        }
    }

    /// Values of a fact between which nothing that rests on it alone can turn around: constants that it is compared with, what lies between, and the ends.
    fn values(&self, address: Address) -> Vec<Overlay> {
        let search = &self.search;
        let cells = search.space.cells(&search.evaluator, address);
        let each = (MOST_VALUES / cells.len().max(1)).max(3);
        let mut values = Vec::new();
        for cell in cells.into_iter().filter(|cell| cell.mark == Mark::Known) {
            let points = search.space.points(&search.evaluator, &cell);
            if points.is_empty() {
                values.push(cell);
            } else {
                values.extend(thinned(points, each));
            }
        }
        values
    }

    /// What an item earns at each value; none where that is not exact, or where it does not count.
    fn curve(&mut self, item: ItemId, values: &[Overlay]) -> Option<Curve> {
        let steps = self.program.cone(Step::Item(item));
        let points = values
            .iter()
            .map(|value| {
                let (evaluation, _) = self.search.look(&steps, std::slice::from_ref(value));
                let outcome = &evaluation.items[item.index()];
                (outcome.applies == Applies::Always && outcome.fault.is_none() && outcome.points.is_exact())
                    .then(|| outcome.points.low.clone())
            })
            .collect::<Option<Vec<Fraction>>>()?;
        Some(Curve { item, points })
    }
}

/// Two values between which both rise, if none ever falls where the other rises.
fn together(one: &[Fraction], other: &[Fraction]) -> Option<(usize, usize)> {
    let mut both: Option<(usize, usize)> = None;
    for from in 0..one.len() {
        for to in 0..one.len() {
            let (first, second) = (one[to].cmp(&one[from]), other[to].cmp(&other[from]));
            if first.is_gt() && second.is_lt() {
                return None;
            }
            if first.is_gt() && second.is_gt() {
                // The widest step of the first pair of neighbours would do; the least and the most say more.
                let wider = both.is_none_or(|(low, high)| {
                    (&one[from], &other[from]) <= (&one[low], &other[low]) && (&one[to], &other[to]) > (&one[high], &other[high])
                });
                if wider {
                    both = Some((from, to));
                }
            }
        }
    }
    both
}
