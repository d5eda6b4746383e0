//! Types, units and exact values. Nothing here knows where in a text a value stands: callers add the place.
//!
//! Every ordered value is one [`Number`]: a percent as its fraction (1 % is 0.01), money in its unit, durations in milliseconds, sizes in bytes,
//! dates as the milliseconds from 1970-01-01 to their midnight. One representation gives one arithmetic; types keep the meanings apart.

mod date;
mod fraction;
mod interval;
mod literal;
mod number;
mod possible;
mod show;
mod term;

pub use date::{DateProblem, Period, add_months, civil_date};
pub use fraction::Fraction;
pub use interval::{Comparison, Faulty, Interval};
pub use literal::{LiteralError, Quantity, parse_date, parse_literal, parse_quantity};
pub use number::{Arithmetic, Number, NumberError, Rounding};
pub use possible::{List, Possible, Texts, Truth, Variants};
pub use show::{show_fraction_percent, show_fraction_points, show_fraction_whole_percent, show_number, show_possible, show_range};
pub use term::{Force, Term};

use crate::source::Span;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// Three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(pub [u8; 3]);

impl Currency {
    /// The US dollar, which `$` stands for.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

/// Which enumeration, by its place in [`Schema::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub u32);

/// Which record, by its place in [`Schema::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

/// Which kind of list, by its place in [`Schema::lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u32);

/// Which declared leaf field, counted over all records of a policy: thresholds and uses are gathered per field, wherever its records occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// A count.
    Whole,
    /// A plain number.
    Number,
    /// A share; `1%` is 0.01.
    Percent,
    /// An amount of one currency.
    Money(Currency),
    /// A length of time in milliseconds.
    Duration,
    /// A length of time in calendar months, which only dates can be moved by.
    Months,
    /// A day.
    Date,
    /// An amount of data in bytes.
    Size,
    /// Words.
    Text,
    /// One of a few named variants.
    Enum(EnumId),
    /// Several of one thing.
    List(ListId),
    /// Named fields.
    Record(RecordId),
}

impl Type {
    /// Whether values of the type are numbers inside, with an order.
    pub fn is_ordered(self) -> bool {
        match self {
            Type::Whole | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Date | Type::Size => true,
            Type::Bool | Type::Months | Type::Text | Type::Enum(_) | Type::List(_) | Type::Record(_) => false,
        }
    }

    /// The distance between neighbouring values, for types that have neighbours: 1 for counts, a day for dates.
    pub fn grid(self) -> Option<Number> {
        match self {
            Type::Whole => Some(Number::ONE),
            Type::Date => Some(Number::whole(DAY)),
            Type::Bool | Type::Number | Type::Percent | Type::Money(_) | Type::Duration | Type::Months | Type::Size | Type::Text => None,
            Type::Enum(_) | Type::List(_) | Type::Record(_) => None,
        }
    }
}

/// A variant of an enumeration or a band of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// As rules and facts write it.
    pub name: String,
    /// As reports show it; the name where none was given.
    pub title: String,
    /// Where it is declared.
    pub span: Span,
}

/// An enumeration, in order of declaration. At most 64 variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// Its declared name, or a description such as "`layer`" of the field that spells it out.
    pub name: String,
    /// Its declared title, or that of the verdict whose bands it holds.
    pub title: Option<String>,
    /// The variants.
    pub variants: Vec<Variant>,
    /// Whether `<` and `>=` may be used: the bands of a verdict, **best first** (the first variant is the greatest).
    pub ordered: bool,
}

/// A kind of list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListType {
    /// A record (then `domain` is unused), or one ordered, enumerated, text or truth value.
    pub element: Type,
    /// What an element that is not a record may be.
    pub domain: Possible,
    /// The least number of elements.
    pub least: u32,
    /// The greatest number of elements, where one is declared.
    pub most: Option<u32>,
}

/// A field that holds a value, not further fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Dotted, from the record's root: `network.uptime_90d`.
    pub path: String,
    /// Its identity across the policy.
    pub field: FieldId,
    /// What it holds.
    pub ty: Type,
    /// What it ranges over while unknown: its type within its declared bounds. Unused for lists.
    pub domain: Possible,
    /// How long evidence counts.
    pub fresh: Option<Period>,
    /// Whether evidence without a source counts for nothing.
    pub sourced: bool,
    /// Whether it is done and can't be changed any more; it can still be learnt.
    pub fixed: bool,
    /// Its documentation.
    pub doc: String,
    /// Where it is declared.
    pub span: Span,
}

/// What a name in a record leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The leaf at this place of [`RecordType::leaves`].
    Leaf(u32),
    /// Further fields.
    Group(Vec<Field>),
}

/// A name in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// What it leads to.
    pub kind: FieldKind,
}

/// A record: a tree of names over a flat row of leaves. A sheet or list element stores one slot per leaf, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordType {
    /// Its declared name, or the path of the field that spells it out.
    pub name: String,
    /// The tree.
    pub fields: Vec<Field>,
    /// The row. Nested groups are laid flat; lists take one slot.
    pub leaves: Vec<Leaf>,
}

/// All types of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Enumerations, verdict bands among them.
    pub enums: Vec<EnumType>,
    /// Records.
    pub records: Vec<RecordType>,
    /// Lists.
    pub lists: Vec<ListType>,
    /// How many [`FieldId`]s there are.
    pub fields: u32,
}

impl Schema {
    /// The enumeration.
    pub fn enumeration(&self, id: EnumId) -> &EnumType {
        &self.enums[id.0 as usize]
    }

    /// The record.
    pub fn record(&self, id: RecordId) -> &RecordType {
        &self.records[id.0 as usize]
    }

    /// The list.
    pub fn list(&self, id: ListId) -> &ListType {
        &self.lists[id.0 as usize]
    }

    /// A type in a reader's words: "a percent", "money in USD", "one of `low`, `medium` or `high`".
    pub fn describe(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "true or false".into(),
            Type::Whole => "a whole number".into(),
            Type::Number => "a number".into(),
            Type::Percent => "a percent".into(),
            Type::Money(currency) => format!("money in {}", currency.as_str()),
            Type::Duration => "a duration".into(),
            Type::Months => "a number of calendar months".into(),
            Type::Date => "a date".into(),
            Type::Size => "an amount of data".into(),
            Type::Text => "a text".into(),
            Type::Enum(id) => {
                let names: Vec<String> = self.enumeration(id).variants.iter().map(|variant| format!("`{}`", variant.name)).collect();
                format!("one of {}", crate::diagnostic::listed(&names, "or"))
            }
            Type::List(_) => "a list".into(),
            Type::Record(_) => "a group of facts".into(),
        }
    }
}
