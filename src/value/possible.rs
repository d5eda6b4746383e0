//! Sets of possible values: what a fact, an expression or an item may be, given the evidence.

use std::sync::Arc;

use super::{Comparison, Interval, Schema, Type};

/// A truth value of Kleene's strong logic, in its order: `and` is the lesser of two, `or` the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// False for every possibility.
    False,
    /// True for some, false for others.
    Unknown,
    /// True for every possibility.
    True,
}

/// A non-empty set of variants of one enumeration, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variants(pub u64);

/// A non-empty set of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// Any text.
    Any,
    /// Exactly this one.
    One(Arc<str>),
    /// One of these: sorted, without repetition, at least two.
    Few(Arc<[Arc<str>]>),
}

/// A list: where its known elements stand, and whether more may follow. Element `i` occupies the slots from `first + i * stride` of `sheet`, the stride
/// being the number of leaves of its record, or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct List {
    /// Which sheet of the evaluation holds the elements.
    pub sheet: u16,
    /// The first slot of the first element.
    pub first: u32,
    /// How many elements are known.
    pub known: u32,
    /// Whether there may be more than the known ones.
    pub more: bool,
}

/// A non-empty set of values of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Possible {
    /// True, false or both.
    Truth(Truth),
    /// Numbers of every kind: counts, percents, money, durations, sizes, dates.
    Range(Interval),
    /// Variants of an enumeration.
    Variants(Variants),
    /// Texts.
    Texts(Texts),
    /// A list.
    List(List),
}

impl Truth {
    /// True where the other is false.
    #[inline]
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "called beside `and` and `or`, which have no operators")]
    pub fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }

    /// False if either is; true if both are.
    #[inline]
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// True if either is; false if both are.
    #[inline]
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// What is possible if either is.
    #[inline]
    #[must_use]
    pub fn join(self, other: Truth) -> Truth {
        if self == other { self } else { Truth::Unknown }
    }

    /// The one value, if there is only one.
    #[inline]
    pub fn exact(self) -> Option<bool> {
        match self {
            Truth::False => Some(false),
            Truth::Unknown => None,
            Truth::True => Some(true),
        }
    }
}

impl From<bool> for Truth {
    #[inline]
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

#[expect(clippy::len_without_is_empty, reason = "a set of possible values is never empty")]
impl Variants {
    /// How many variants an enumeration may have.
    pub const MOST: usize = 64;

    /// Exactly one variant, by its place in the enumeration, which is below [`Variants::MOST`].
    #[inline]
    pub const fn one(index: usize) -> Variants {
        Variants(1 << (index % Self::MOST))
    }

    /// Every variant of an enumeration that has `count` of them.
    #[inline]
    pub const fn all(count: usize) -> Variants {
        if count >= Self::MOST { Variants(u64::MAX) } else { Variants((1 << count) - 1) }
    }

    /// Whether the variant is among them.
    #[inline]
    pub const fn contains(self, index: usize) -> bool {
        index < Self::MOST && self.0 & (1 << index) != 0
    }

    /// Those in both.
    #[inline]
    pub fn intersect(self, other: Variants) -> Option<Variants> {
        let both = self.0 & other.0;
        if both == 0 { None } else { Some(Variants(both)) }
    }

    /// Those in either.
    #[inline]
    #[must_use]
    pub const fn union(self, other: Variants) -> Variants {
        Variants(self.0 | other.0)
    }

    /// Those not in the other.
    #[inline]
    pub fn without(self, other: Variants) -> Option<Variants> {
        self.intersect(Variants(!other.0))
    }

    /// Whether all are in the other.
    #[inline]
    pub const fn is_subset_of(self, other: Variants) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether there is only one.
    #[inline]
    pub const fn is_single(self) -> bool {
        self.0.is_power_of_two()
    }

    /// The only one, if there is only one.
    #[inline]
    pub fn single(self) -> Option<usize> {
        if self.is_single() { Some(self.0.trailing_zeros() as usize) } else { None }
    }

    /// Their places, rising.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            // Clears the lowest bit, and leaves nothing as it is.
            left &= left.wrapping_sub(1);
            (place < Self::MOST).then_some(place)
        })
    }

    /// How many there are.
    #[inline]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the comparison holds for every pair drawn from the two sets, for none, or for some. The first variant is the greatest, as the bands of a
    /// verdict have it.
    pub fn compare(self, comparison: Comparison, other: Variants) -> Truth {
        let (best, worst) = (self.0.trailing_zeros(), self.0.leading_zeros());
        let (other_best, other_worst) = (other.0.trailing_zeros(), other.0.leading_zeros());
        // Places fall as variants rise, and `leading_zeros` counts them from the other end.
        let less = |all_less: bool, none_less: bool| match (all_less, none_less) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        };
        let last = |leading: u32| u64::BITS - 1 - leading.min(u64::BITS - 1);
        let less_than = || less(best > last(other_worst), last(worst) <= other_best);
        let greater_than = || less(other_best > last(worst), last(other_worst) <= best);
        match comparison {
            Comparison::Equal => self.equals(other),
            Comparison::NotEqual => self.equals(other).not(),
            Comparison::Less => less_than(),
            Comparison::GreaterOrEqual => less_than().not(),
            Comparison::Greater => greater_than(),
            Comparison::LessOrEqual => greater_than().not(),
        }
    }

    /// Whether two draws are the same variant.
    #[inline]
    pub fn equals(self, other: Variants) -> Truth {
        if self.intersect(other).is_none() {
            Truth::False
        } else if self.is_single() && self == other {
            Truth::True
        } else {
            Truth::Unknown
        }
    }
}

impl Texts {
    /// The set of the texts given; any text when none is.
    pub fn of(texts: impl IntoIterator<Item = Arc<str>>) -> Texts {
        let mut texts: Vec<Arc<str>> = texts.into_iter().collect();
        texts.sort_unstable();
        texts.dedup();
        match texts.as_slice() {
            [] => Texts::Any,
            [only] => Texts::One(only.clone()),
            _ => Texts::Few(texts.into()),
        }
    }

    /// The texts, sorted; none listed when any text is possible.
    pub fn listed(&self) -> &[Arc<str>] {
        match self {
            Texts::Any => &[],
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Few(texts) => texts,
        }
    }

    /// The only one, if there is only one.
    #[inline]
    pub fn single(&self) -> Option<&Arc<str>> {
        if let Texts::One(text) = self { Some(text) } else { None }
    }

    /// Whether the text is among them.
    pub fn contains(&self, text: &str) -> bool {
        match self {
            Texts::Any => true,
            Texts::One(one) => one.as_ref() == text,
            Texts::Few(few) => few.binary_search_by(|one| one.as_ref().cmp(text)).is_ok(),
        }
    }

    /// Those in either.
    #[must_use]
    pub fn join(&self, other: &Texts) -> Texts {
        match (self, other) {
            (Texts::Any, _) | (_, Texts::Any) => Texts::Any,
            _ => Texts::of(self.listed().iter().chain(other.listed()).cloned()),
        }
    }

    /// Those in both.
    pub fn intersect(&self, other: &Texts) -> Option<Texts> {
        match (self, other) {
            (Texts::Any, texts) | (texts, Texts::Any) => Some(texts.clone()),
            _ => {
                let mut both = self.listed().iter().filter(|text| other.contains(text)).cloned().peekable();
                both.peek()?;
                Some(Texts::of(both))
            }
        }
    }

    /// Whether all are in the other.
    pub fn is_subset_of(&self, other: &Texts) -> bool {
        match (self, other) {
            (_, Texts::Any) => true,
            (Texts::Any, _) => false,
            _ => self.listed().iter().all(|text| other.contains(text)),
        }
    }

    /// Whether two draws are the same text.
    pub fn equals(&self, other: &Texts) -> Truth {
        match (self, other) {
            (Texts::One(one), Texts::One(other)) => Truth::from(one == other),
            _ if self.intersect(other).is_none() => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

impl List {
    /// No element known, any number possible.
    pub const UNKNOWN: List = List { sheet: 0, first: 0, known: 0, more: true };
}

impl Possible {
    /// Whether a comparison holds for every pair drawn from two sets of one type, for none, or for some. Only ranges and bands have an order.
    pub fn compare(&self, comparison: Comparison, other: &Possible) -> Truth {
        let equal = match (self, other) {
            (Possible::Range(left), Possible::Range(right)) => return left.compare(comparison, right),
            (Possible::Variants(left), Possible::Variants(right)) => return left.compare(comparison, *right),
            (Possible::Truth(Truth::Unknown), Possible::Truth(_)) | (Possible::Truth(_), Possible::Truth(Truth::Unknown)) => Truth::Unknown,
            (Possible::Truth(left), Possible::Truth(right)) => Truth::from(left == right),
            (Possible::Texts(left), Possible::Texts(right)) => left.equals(right),
            _ => Truth::Unknown,
        };
        match comparison {
            Comparison::Equal => equal,
            Comparison::NotEqual => equal.not(),
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => Truth::Unknown,
        }
    }

    /// Whether only one value is possible. A list is exact when no more elements may follow; what each of them holds is a matter of its slots.
    #[inline]
    pub fn is_exact(&self) -> bool {
        match self {
            Possible::Truth(truth) => *truth != Truth::Unknown,
            Possible::Range(range) => range.exact().is_some(),
            Possible::Variants(variants) => variants.is_single(),
            Possible::Texts(texts) => matches!(texts, Texts::One(_)),
            Possible::List(list) => !list.more,
        }
    }

    /// What is possible if either is: the hull of ranges, the union of sets. Two lists join to themselves if they are the same, else to a list of which
    /// nothing is known, because elements of two lists have no common slots. Both are of one type.
    #[must_use]
    pub fn join(&self, other: &Possible) -> Possible {
        match (self, other) {
            (Possible::Truth(one), Possible::Truth(other)) => Possible::Truth(one.join(*other)),
            (Possible::Range(one), Possible::Range(other)) => Possible::Range(one.hull(other)),
            (Possible::Variants(one), Possible::Variants(other)) => Possible::Variants(one.union(*other)),
            (Possible::Texts(one), Possible::Texts(other)) => Possible::Texts(one.join(other)),
            (Possible::List(one), Possible::List(other)) => Possible::List(if one == other { *one } else { List::UNKNOWN }),
            _ => {
                debug_assert!(false, "values of two types are joined: {self:?} and {other:?}");
                self.clone()
            }
        }
    }

    /// What is possible if both are; none where they contradict each other. Of two lists the one that says more stands, and neither where they are
    /// different lists. Both are of one type.
    pub fn intersect(&self, other: &Possible) -> Option<Possible> {
        match (self, other) {
            (Possible::Truth(one), Possible::Truth(other)) => match (one, other) {
                (Truth::Unknown, truth) | (truth, Truth::Unknown) => Some(Possible::Truth(*truth)),
                _ => (one == other).then_some(Possible::Truth(*one)),
            },
            (Possible::Range(one), Possible::Range(other)) => one.intersect(other).map(Possible::Range),
            (Possible::Variants(one), Possible::Variants(other)) => one.intersect(*other).map(Possible::Variants),
            (Possible::Texts(one), Possible::Texts(other)) => one.intersect(other).map(Possible::Texts),
            (Possible::List(_), Possible::List(_)) => {
                if self.is_subset_of(other) {
                    Some(self.clone())
                } else if other.is_subset_of(self) {
                    Some(other.clone())
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Whether every value that this allows, the other allows too.
    pub fn is_subset_of(&self, other: &Possible) -> bool {
        match (self, other) {
            (Possible::Truth(one), Possible::Truth(other)) => one == other || *other == Truth::Unknown,
            (Possible::Range(one), Possible::Range(other)) => one.is_subset_of(other),
            (Possible::Variants(one), Possible::Variants(other)) => one.is_subset_of(*other),
            (Possible::Texts(one), Possible::Texts(other)) => one.is_subset_of(other),
            (Possible::List(one), Possible::List(other)) => {
                let same_start = (one.sheet, one.first) == (other.sheet, other.first);
                one == other || (other.more && (other.known == 0 || (same_start && one.known >= other.known)))
            }
            _ => false,
        }
    }

    /// Every value of a type. A record is no value; what its fields may be is said field by field, and here it is treated as a list of unknown length.
    pub fn anything(ty: Type, schema: &Schema) -> Possible {
        match ty {
            Type::Bool => Possible::Truth(Truth::Unknown),
            Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Months | Type::Date | Type::Size => {
                Possible::Range(Interval::unbounded())
            }
            Type::Text => Possible::Texts(Texts::Any),
            Type::Enum(id) => Possible::Variants(Variants::all(schema.enumeration(id).variants.len())),
            Type::List(_) | Type::Record(_) => Possible::List(List::UNKNOWN),
        }
    }
}

impl From<Interval> for Possible {
    fn from(range: Interval) -> Possible {
        Possible::Range(range)
    }
}

impl From<Truth> for Possible {
    fn from(truth: Truth) -> Possible {
        Possible::Truth(truth)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRUTHS: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];
    const COMPARISONS: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    fn draws(truth: Truth) -> Vec<bool> {
        truth.exact().map_or(vec![false, true], |value| vec![value])
    }

    fn summed_up(values: impl IntoIterator<Item = bool>) -> Truth {
        values.into_iter().map(Truth::from).reduce(Truth::join).unwrap_or(Truth::Unknown)
    }

    fn texts(of: &[&str]) -> Texts {
        Texts::of(of.iter().map(|text| Arc::from(*text)))
    }

    #[test]
    fn logic_is_what_independent_draws_give() {
        for one in TRUTHS {
            assert_eq!(one.not(), summed_up(draws(one).into_iter().map(|value| !value)));
            for other in TRUTHS {
                let pairs = || draws(one).into_iter().flat_map(move |a| draws(other).into_iter().map(move |b| (a, b)));
                assert_eq!(one.and(other), summed_up(pairs().map(|(a, b)| a && b)), "{one:?} and {other:?}");
                assert_eq!(one.or(other), summed_up(pairs().map(|(a, b)| a || b)), "{one:?} or {other:?}");
            }
        }
    }

    #[test]
    fn texts_are_sets() {
        assert_eq!(texts(&["b", "a", "b"]).listed().len(), 2);
        assert_eq!(texts(&["a", "b"]).intersect(&texts(&["b", "c"])), Some(texts(&["b"])));
        assert_eq!(texts(&["a"]).intersect(&texts(&["b"])), None);
        assert_eq!(texts(&["a"]).join(&texts(&["b"])), texts(&["b", "a"]));
        assert_eq!(texts(&["a"]).join(&Texts::Any), Texts::Any);
        assert_eq!(Texts::Any.intersect(&texts(&["a", "b"])), Some(texts(&["a", "b"])));
        assert_eq!(texts(&["a"]).equals(&texts(&["a"])), Truth::True);
        assert_eq!(texts(&["a", "b"]).equals(&texts(&["a"])), Truth::Unknown);
        assert_eq!(texts(&["a", "b"]).equals(&texts(&["c"])), Truth::False);
        assert_eq!(Texts::Any.equals(&texts(&["a"])), Truth::Unknown);
        assert!(texts(&["a"]).is_subset_of(&texts(&["a", "b"])) && !Texts::Any.is_subset_of(&texts(&["a"])));
    }

    #[test]
    fn variants_fill_all_64_places() {
        assert_eq!(Variants::all(64).len(), 64);
        assert_eq!(Variants::all(3).iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(Variants::all(64).iter().last(), Some(63));
        assert_eq!(Variants::one(63).single(), Some(63));
        assert_eq!(Variants::all(3).without(Variants::one(1)), Some(Variants(0b101)));
        assert_eq!(Variants::one(1).without(Variants::all(3)), None);
        assert!(!Variants::all(64).contains(64));
    }

    #[test]
    fn lists_join_only_with_themselves() {
        let list = |first, known, more| Possible::List(List { sheet: 1, first, known, more });
        let unknown = Possible::List(List::UNKNOWN);
        assert_eq!(list(4, 2, false).join(&list(4, 2, false)), list(4, 2, false));
        assert_eq!(list(4, 2, false).join(&list(8, 2, false)), unknown);
        assert_eq!(list(4, 2, false).intersect(&unknown), Some(list(4, 2, false)));
        assert_eq!(list(4, 2, true).intersect(&list(4, 3, false)), Some(list(4, 3, false)));
        assert_eq!(list(4, 2, false).intersect(&list(8, 2, false)), None);
        assert!(list(4, 2, false).is_exact() && !unknown.is_exact());
    }

    proptest! {
        #[test]
        fn bands_compare_as_their_draws(a in 1_u64..64, b in 1_u64..64, shift in prop_oneof![Just(0_u32), Just(58)]) {
            let (a, b) = (Variants(a << shift), Variants(b << shift));
            for comparison in COMPARISONS {
                // The first variant is the greatest, so places are compared the other way round.
                let every = a.iter().flat_map(|left| b.iter().map(move |right| comparison.holds(&right, &left)));
                prop_assert_eq!(a.compare(comparison, b), summed_up(every));
            }
        }

        #[test]
        fn unions_and_common_parts(a: u64, b: u64, place in 0_usize..64) {
            prop_assume!(a != 0 && b != 0);
            let (a, b) = (Variants(a), Variants(b));
            prop_assert_eq!(a.union(b).contains(place), a.contains(place) || b.contains(place));
            prop_assert_eq!(a.intersect(b).is_some_and(|both| both.contains(place)), a.contains(place) && b.contains(place));
            prop_assert_eq!(a.is_subset_of(b), a.union(b) == b);
            prop_assert_eq!(a.iter().count(), a.len());
        }
    }
}
