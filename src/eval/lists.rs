//! Lists and what is said over them. A list has known elements and perhaps unseen ones; an element is in, out or optional by its `where`.
//! The closed forms here are exact over taking each optional element in or leaving it out, where elements do not share facts.

use super::{Frame, Judged, Ranged, Run};
use crate::policy::AggregateKind;
use crate::program::{Aggregate, Collection, CollectionId, ConditionId, ExprId};
use crate::sheet::Mark;
use crate::value::{Faulty, Fraction, Interval, List, Number, Possible, Truth};
use crate::verdict::{Address, Fault};

/// A list at hand.
pub(super) struct Elements {
    /// How many elements are known.
    pub known: u32,
    /// How many more there are at the least.
    pub least_unseen: u32,
    /// How many more there may be; none: any number.
    pub most_unseen: Option<u32>,
    source: Source,
}

enum Source {
    /// Slots, `stride` apart, and those of an element about which nothing is known.
    Slots { first: Address, stride: u32, unseen: Address },
    /// Values that stand nowhere.
    Computed(Box<Computed>),
}

/// Computed values, and the range of an unseen one.
struct Computed {
    values: Vec<Interval>,
    unseen: Interval,
}

/// What is gathered over the elements that count, or may.
struct Gathered {
    /// Elements that certainly count.
    included: u32,
    /// Elements that may.
    optional: u32,
    /// Whether unseen elements count; false where there can be none.
    unseen: Truth,
    fault: Fault,
}

impl Elements {
    /// Where a known element's first slot stands; none for computed ones.
    pub(super) fn address(&self, index: u32) -> Option<Address> {
        match &self.source {
            Source::Slots { first, stride, .. } => Some(Address { sheet: first.sheet, slot: first.slot + index * stride }),
            Source::Computed(_) => None,
        }
    }
}

impl Run<'_> {
    /// The list that a collection stands for.
    pub(super) fn elements(&mut self, id: CollectionId) -> Elements {
        let program = self.program;
        match &program.collections[id.0 as usize] {
            Collection::Fact { place, stride, unseen, least, most, assumed_empty } => {
                let (mut list, mark) = self.fact(*place, |value, mark| match value {
                    Possible::List(list) => (*list, mark),
                    _ => (List::UNKNOWN, Mark::Missing),
                });
                let mut least = *least;
                // `assuming []` closes what evidence leaves open: a list nobody mentions, and the unseen rest of one that is not complete.
                // Where a sheet stands for every sheet, an open list is one of which more is to be said, not one that says it is not complete.
                if *assumed_empty && (list.more || mark != Mark::Known) {
                    self.note_assumption(*place, None);
                    list.known = if mark == Mark::Known { list.known } else { 0 };
                    let is_read = self.address(*place).is_none_or(|address| self.spoken.has(address.sheet));
                    list.more = !self.assuming || (!is_read && mark != Mark::Missing);
                    least = 0;
                }
                Elements {
                    known: list.known,
                    least_unseen: if list.more { least.saturating_sub(list.known) } else { 0 },
                    most_unseen: if list.more { most.map(|most| most.saturating_sub(list.known)) } else { Some(0) },
                    source: Source::Slots {
                        first: Address { sheet: list.sheet, slot: list.first },
                        stride: *stride,
                        unseen: Address { sheet: 0, slot: *unseen },
                    },
                }
            }
            Collection::FieldOfEach { list, leaf } => {
                let mut elements = self.elements(*list);
                if let Source::Slots { first, unseen, .. } = &mut elements.source {
                    first.slot += leaf;
                    unseen.slot += leaf;
                }
                elements
            }
            Collection::Top { count, list } => self.top(*count, *list),
        }
    }

    /// The greatest elements: the i-th greatest value lies between the i-th greatest lower end and the i-th greatest upper end.
    fn top(&mut self, count: u32, list: CollectionId) -> Elements {
        let all = self.elements(list);
        let mut ranges: Vec<Interval> = (0..all.known).map(|index| self.element_range(&all, index)).collect();
        let unseen = match &all.source {
            Source::Slots { unseen, .. } => self.slot_range(*unseen),
            Source::Computed(computed) => computed.unseen,
        };
        let more = all.most_unseen != Some(0);
        if ranges.iter().all(|range| range.exact().is_some()) && !more {
            ranges.sort_by_key(|range| std::cmp::Reverse(range.low));
            ranges.truncate(count as usize);
        } else {
            let mut lows: Vec<(Number, bool)> = ranges.iter().map(|range| (range.low, range.low_open)).collect();
            let mut highs: Vec<(Number, bool)> = ranges.iter().map(|range| (range.high, range.high_open)).collect();
            // Unseen elements may be greater than all known ones, as many as there can be.
            let extra = all.most_unseen.unwrap_or(count).min(count);
            highs.extend((0..extra).map(|_| (unseen.high, unseen.high_open)));
            // Of equal lower ends the closed one is the lesser; of equal upper ends the open one is.
            lows.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)));
            highs.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            lows.truncate(count as usize);
            ranges = lows
                .into_iter()
                .zip(highs)
                .map(|((low, low_open), (high, high_open))| Interval { low, low_open, high, high_open })
                .collect();
        }
        let known = ranges.len() as u32;
        let room = count.saturating_sub(known);

        Elements {
            known,
            least_unseen: all.least_unseen.min(room),
            most_unseen: Some(all.most_unseen.map_or(room, |most| most.min(room))),
            source: Source::Computed(Box::new(Computed { values: ranges, unseen })),
        }
    }

    fn slot_range(&self, address: Address) -> Interval {
        let place = crate::program::Place::Fixed { sheet: address.sheet, slot: address.slot };
        self.fact(place, |value, _| match value {
            Possible::Range(range) => *range,
            _ => super::ANYTHING,
        })
    }

    fn element_range(&self, elements: &Elements, index: u32) -> Interval {
        match &elements.source {
            Source::Slots { first, stride, .. } => self.slot_range(Address { sheet: first.sheet, slot: first.slot + index * stride }),
            Source::Computed(computed) => computed.values[index as usize],
        }
    }

    /// What a leaf of an element may be; 0 is the element itself where elements are single values.
    pub(super) fn element_value(&self, elements: &Elements, index: u32, leaf: u32) -> Possible {
        match &elements.source {
            Source::Slots { first, stride, .. } => {
                let slot = first.slot + index * stride + leaf;
                self.fact(crate::program::Place::Fixed { sheet: first.sheet, slot }, |value, _| value.clone())
            }
            Source::Computed(computed) => Possible::Range(computed.values[index as usize]),
        }
    }

    /// Whether an element that is a single value equals `value`.
    pub(super) fn element_equals(&self, elements: &Elements, index: u32, value: &Possible) -> Truth {
        use crate::value::Comparison::Equal;
        let Source::Slots { first, stride, .. } = &elements.source else {
            return match value {
                Possible::Range(range) => self.element_range(elements, index).compare(Equal, range),
                _ => Truth::Unknown,
            };
        };
        let place = crate::program::Place::Fixed { sheet: first.sheet, slot: first.slot + index * stride };
        self.fact(place, |element, _| match (element, value) {
            (Possible::Range(element), Possible::Range(value)) => element.compare(Equal, value),
            (Possible::Texts(element), Possible::Texts(value)) => element.equals(value),
            (Possible::Variants(element), Possible::Variants(value)) => {
                if element.0 & value.0 == 0 {
                    Truth::False
                } else if element == value && element.is_single() {
                    Truth::True
                } else {
                    Truth::Unknown
                }
            }
            (Possible::Truth(element), Possible::Truth(value)) if *element != Truth::Unknown && *value != Truth::Unknown => {
                Truth::from(element == value)
            }
            _ => Truth::Unknown,
        })
    }

    /// Opens a binder over a list. It stands for an element about which nothing is known until [`Run::bind`] says otherwise.
    #[inline]
    pub(super) fn open_binder(&mut self, elements: &Elements, binder: u16) {
        debug_assert_eq!(self.scratch.frames.len(), self.frame(binder), "binders nest");
        self.scratch.frames.push(unseen(elements));
    }

    /// Makes the innermost binder stand for element `index`.
    #[inline]
    pub(super) fn bind(&mut self, elements: &Elements, index: u32) {
        self.bind_to(match &elements.source {
            Source::Slots { first, stride, .. } => Frame::Slots(Address { sheet: first.sheet, slot: first.slot + index * stride }),
            Source::Computed(computed) => Frame::Value(computed.values[index as usize]),
        });
    }

    /// Makes the innermost binder stand for an element about which nothing is known.
    #[inline]
    pub(super) fn bind_unseen(&mut self, elements: &Elements) {
        self.bind_to(unseen(elements));
    }

    #[inline]
    fn bind_to(&mut self, element: Frame) {
        if let Some(innermost) = self.scratch.frames.last_mut() {
            *innermost = element;
        }
    }

    /// Closes the innermost binder.
    #[inline]
    pub(super) fn close_binder(&mut self) {
        self.scratch.frames.pop();
    }

    /// A function over a list.
    pub(super) fn aggregate(&mut self, id: ExprId, aggregate: &Aggregate) -> Ranged {
        let elements = self.elements(aggregate.list);
        match aggregate.kind {
            AggregateKind::Count => self.count(&elements, aggregate),
            AggregateKind::Share => self.share(&elements, aggregate),
            AggregateKind::Sum => self.sum(id, &elements, aggregate),
            AggregateKind::Min | AggregateKind::Max => self.extreme(&elements, aggregate),
            AggregateKind::Mean => self.mean(id, &elements, aggregate),
        }
    }

    /// Runs over the elements. `body` is told of each element that counts or may, with the values of `of`; then of the unseen ones.
    fn gather(&mut self, elements: &Elements, aggregate: &Aggregate, mut body: impl FnMut(Presence, Interval)) -> Gathered {
        let mut gathered = Gathered { included: 0, optional: 0, unseen: Truth::False, fault: Fault::NONE };
        self.open_binder(elements, aggregate.binder);
        for index in 0..elements.known {
            self.bind(elements, index);
            let kept = self.is_kept(aggregate.filter);
            gathered.fault = gathered.fault.join(kept.fault);
            let presence = match kept.truth {
                Truth::True => {
                    gathered.included += 1;
                    Presence::In
                }
                Truth::Unknown => {
                    gathered.optional += 1;
                    Presence::Optional
                }
                Truth::False => continue,
            };
            let range = self.value_of(aggregate, kept.truth);
            gathered.fault = gathered.fault.join(range.fault);
            body(presence, range.range);
        }
        if elements.most_unseen != Some(0) {
            self.bind_unseen(elements);
            let kept = self.is_kept(aggregate.filter);
            let range = self.value_of(aggregate, kept.truth);
            let certain = elements.least_unseen > 0;
            let fault = kept.fault.join(range.fault);
            gathered.fault = gathered.fault.join(if certain { fault } else { fault.at_most_possible() });
            gathered.unseen = kept.truth;
            if kept.truth != Truth::False {
                let least = if kept.truth == Truth::True { elements.least_unseen } else { 0 };
                body(Presence::Unseen { least, most: elements.most_unseen }, range.range);
            }
        }
        self.close_binder();
        gathered
    }

    /// Whether the element at hand counts.
    #[inline]
    fn is_kept(&mut self, filter: Option<ConditionId>) -> Judged {
        filter.map_or(Judged::sure(Truth::True), |filter| self.truth(filter))
    }

    /// What is summed or compared, for the element at hand, with the filter's guards in force.
    #[inline]
    fn value_of(&mut self, aggregate: &Aggregate, kept: Truth) -> Ranged {
        match (kept, aggregate.of) {
            (Truth::False, _) | (_, None) => Ranged::sure(NOTHING),
            (Truth::True, Some(of)) => self.range(of),
            (Truth::Unknown, Some(of)) => self.range_if(aggregate.filter, of),
        }
    }

    /// The value of `of` where the filter holds, which it may not.
    fn range_if(&mut self, filter: Option<ConditionId>, of: ExprId) -> Ranged {
        let before = self.enter();
        let possible = filter.is_none_or(|filter| self.narrow(filter, true));
        let range = if possible { self.range(of) } else { Ranged::sure(NOTHING) };
        self.leave(before);
        Ranged { range: range.range, fault: range.fault.at_most_possible() }
    }

    fn count(&mut self, elements: &Elements, aggregate: &Aggregate) -> Ranged {
        if elements.most_unseen == Some(0)
            && let Some(filter) = aggregate.filter
        {
            // Nothing but known elements: only their filter is asked.
            let (mut included, mut optional, mut fault) = (0, 0, Fault::NONE);
            self.open_binder(elements, aggregate.binder);
            for index in 0..elements.known {
                self.bind(elements, index);
                let kept = self.truth(filter);
                fault = fault.join(kept.fault);
                included += u64::from(kept.truth == Truth::True);
                optional += u64::from(kept.truth == Truth::Unknown);
            }
            self.close_binder();
            return Ranged::sure(Interval::closed(whole(included), whole(included + optional))).with(fault);
        }
        let (mut least, mut most) = (0, Some(0));
        let gathered = self.gather(elements, aggregate, |presence, _| {
            if let Presence::Unseen { least: low, most: high } = presence {
                (least, most) = (low, high);
            }
        });
        let low = whole(u64::from(gathered.included) + u64::from(least));
        let range = match most {
            Some(most) => Interval::closed(low, whole(u64::from(gathered.included) + u64::from(gathered.optional) + u64::from(most))),
            None => at_least(low),
        };
        Ranged::sure(range).with(gathered.fault)
    }

    /// Which part of all elements satisfies the condition. Unseen elements make the whole larger, and the part too where they may satisfy it.
    fn share(&mut self, elements: &Elements, aggregate: &Aggregate) -> Ranged {
        let gathered = self.gather(elements, aggregate, |_, _| {});
        let known = u64::from(elements.known);
        let least = known + u64::from(elements.least_unseen);
        let most = elements.most_unseen.map(|most| known + u64::from(most));
        if most == Some(0) {
            return self.with_none(None, true, aggregate).with(gathered.fault);
        }
        let certain = u64::from(gathered.included);
        let possible = certain + u64::from(gathered.optional);
        let low = match (gathered.unseen, most) {
            (Truth::True, _) if least == 0 => Number::ONE,
            (Truth::True, _) => ratio(certain + least - known, least),
            (_, Some(most)) => ratio(certain, most),
            (_, None) => Number::ZERO,
        };
        let high = match (gathered.unseen, most) {
            (Truth::False, _) => ratio(possible, least.max(1)),
            (_, Some(most)) => ratio(possible + most - known, most),
            (_, None) => Number::ONE,
        };
        self.with_none(Some(Ranged::sure(Interval::closed(low, high))), least == 0, aggregate).with(gathered.fault)
    }

    fn sum(&mut self, id: ExprId, elements: &Elements, aggregate: &Aggregate) -> Ranged {
        let mut total: Result<Interval, Faulty> = Ok(Interval::point(Number::ZERO));
        let gathered = self.gather(elements, aggregate, |presence, range| {
            total = total.and_then(|so_far| so_far.add(&term(presence, &range)?));
        });
        self.finish(id, total).with(gathered.fault)
    }

    /// The least or the greatest.
    fn extreme(&mut self, elements: &Elements, aggregate: &Aggregate) -> Ranged {
        let greatest = aggregate.kind == AggregateKind::Max;
        let further = |one: Interval, other: &Interval| if greatest { one.max(other) } else { one.min(other) };
        let (mut certain, mut optional): (Option<Interval>, Option<Interval>) = (None, None);
        let gathered = self.gather(elements, aggregate, |presence, range| {
            let is_certain = match presence {
                Presence::In => true,
                Presence::Optional => false,
                Presence::Unseen { least, .. } => least > 0,
            };
            if is_certain {
                certain = Some(certain.map_or(range, |so_far| further(so_far, &range)));
            }
            if !is_certain || matches!(presence, Presence::Unseen { .. }) {
                optional = Some(optional.map_or(range, |so_far| so_far.hull(&range)));
            }
        });
        let none_certain = certain.is_none();
        let found = match (certain, optional) {
            (Some(certain), Some(optional)) => Some(further(certain, &optional).hull(&certain)),
            (Some(only), None) | (None, Some(only)) => Some(only),
            (None, None) => None,
        };
        self.with_none(found.map(Ranged::sure), none_certain, aggregate).with(gathered.fault)
    }

    /// The mean: the sum, divided once. The least mean takes in optional elements from the lowest up, as long as each lowers it.
    fn mean(&mut self, id: ExprId, elements: &Elements, aggregate: &Aggregate) -> Ranged {
        let mut certain: Vec<Interval> = Vec::new();
        let mut optional: Vec<(Interval, Option<u32>)> = Vec::new();
        let mut total: Result<Interval, Faulty> = Ok(Interval::point(Number::ZERO));
        let gathered = self.gather(elements, aggregate, |presence, range| {
            let (least, more) = match presence {
                Presence::In => (1, Some(0)),
                Presence::Optional => (0, Some(1)),
                Presence::Unseen { least, most } => (least, most.map(|most| most - least)),
            };
            certain.extend((0..least).map(|_| range));
            if more != Some(0) {
                optional.push((range, more));
            }
            total = total.and_then(|so_far| so_far.add(&term(presence, &range)?));
        });
        if let Err(fault) = total {
            return self.finish(id, Err(fault)).with(gathered.fault);
        }
        let found = if certain.is_empty() && optional.is_empty() {
            None
        } else {
            let low = least_mean(&certain, &optional, |range| range.low);
            let high = least_mean(&certain, &optional, |range| range.negate().low).map(Number::negate);
            Some(Ranged::sure(Interval {
                low: low.unwrap_or(Number::BELOW_ALL),
                low_open: low.is_none(),
                high: high.unwrap_or(Number::ABOVE_ALL),
                high_open: high.is_none(),
            }))
        };
        self.with_none(found, certain.is_empty(), aggregate).with(gathered.fault)
    }

    /// Joins what `if none` says where no element may count.
    fn with_none(&mut self, found: Option<Ranged>, may_be_none: bool, aggregate: &Aggregate) -> Ranged {
        let none = match aggregate.if_none {
            Some(none) if may_be_none => Some(self.range(none)),
            _ => None,
        };
        match (found, none) {
            (Some(found), Some(none)) => Ranged::sure(found.range.hull(&none.range)).with(found.fault).with(none.fault.at_most_possible()),
            (Some(found), None) => found,
            (None, Some(none)) => none,
            // The list's type promises an element and the evidence has none: anything.
            (None, None) => Ranged::sure(super::ANYTHING),
        }
    }
}

/// What an element adds that does not count.
const NOTHING: Interval = Interval::point(Number::ZERO);

/// An element about which nothing is known.
fn unseen(elements: &Elements) -> Frame {
    match &elements.source {
        Source::Slots { unseen, .. } => Frame::Slots(*unseen),
        Source::Computed(computed) => Frame::Value(computed.unseen),
    }
}

/// How an element stands to an aggregate.
#[derive(Clone, Copy)]
enum Presence {
    In,
    Optional,
    /// So many further elements that nobody has listed.
    Unseen {
        least: u32,
        most: Option<u32>,
    },
}

pub(super) fn whole(count: u64) -> Number {
    Number::whole(count.min(i64::MAX as u64 / 2) as i64)
}

fn at_least(low: Number) -> Interval {
    Interval { low, low_open: false, high: Number::ABOVE_ALL, high_open: true }
}

/// What an element adds to a sum.
fn term(presence: Presence, range: &Interval) -> Result<Interval, Faulty> {
    match presence {
        Presence::In => Ok(*range),
        Presence::Optional => Ok(range.hull(&Interval::point(Number::ZERO))),
        Presence::Unseen { least, most } => {
            let times = match most {
                Some(most) => Interval::closed(whole(least.into()), whole(most.into())),
                None => at_least(whole(least.into())),
            };
            times.multiply(range)
        }
    }
}

/// The least mean of the certain elements with any of the optional ones, each of which may be taken so many times (none: any number). None where it is unbounded.
fn least_mean(certain: &[Interval], optional: &[(Interval, Option<u32>)], low: impl Fn(&Interval) -> Number) -> Option<Number> {
    let mut sum = Number::ZERO;
    let mut count: u64 = 0;
    for range in certain {
        let low = low(range);
        if low == Number::BELOW_ALL {
            return None;
        }
        sum = sum.add(low).ok()?;
        count += 1;
    }
    let mut candidates: Vec<(Number, Option<u32>)> = optional.iter().map(|(range, times)| (low(range), *times)).collect();
    candidates.sort_by_key(|(low, _)| *low);
    for (low, times) in candidates {
        if low == Number::BELOW_ALL {
            return None;
        }
        let lowers = count == 0 || Fraction::from_number(low).multiply(&Fraction::whole(count as i64)) < Fraction::from_number(sum);
        if !lowers {
            break;
        }
        match times {
            // Ever more of them bring the mean as near to their value as one likes.
            None => return Some(low),
            Some(times) => {
                sum = sum.add(low.multiply(whole(times.into())).ok()?).ok()?;
                count += u64::from(times);
            }
        }
    }
    sum.divide(whole(count)).ok()
}

pub(super) fn ratio(part: u64, of: u64) -> Number {
    whole(part).divide(whole(of)).unwrap_or(Number::ZERO)
}
