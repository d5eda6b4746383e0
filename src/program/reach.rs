//! What an operand may be, whatever the facts say: rows that cover all of it need no `otherwise`.
//!
//! Facts lie within their declared bounds, for a fact sheet that breaks them is refused. A value that faults may be anything, but then the fault is what
//! counts.

use super::lower::Lowerer;
use super::*;

pub(super) const FROM_ZERO: Interval = Interval { low: Number::ZERO, high: Number::ABOVE_ALL, low_open: false, high_open: true };
const SHARE: Interval = Interval { low: Number::ZERO, high: Number::ONE, low_open: false, high_open: false };

impl Lowerer<'_> {
    /// What the number may be; anything where nothing narrower is known, and for values that are no numbers.
    pub(super) fn reach(&self, id: ExprId) -> Interval {
        let anything = Interval::unbounded();
        let both = |left: ExprId, right: ExprId| (self.reach(left), self.reach(right));
        match self.node(id) {
            Expr::Constant(Possible::Range(range)) => *range,
            Expr::Constant(_) | Expr::Band(_) | Expr::Truth(_) | Expr::Limit(_) => anything,
            Expr::Fact(place) | Expr::Assuming(place, _) => match self.leaf(*place).map(|leaf| &leaf.domain) {
                Some(Possible::Range(range)) => *range,
                _ => anything,
            },
            Expr::Let(id) => self.reach_of_let(*id),
            Expr::Column(table, column) => self.reach_of_column(*table, *column),
            Expr::Points(_) | Expr::ScorePoints(_) => FROM_ZERO,
            Expr::Score(_) => SHARE,
            Expr::Negate(inner) => self.reach(*inner).negate(),
            Expr::Add(left, right) => {
                let (left, right) = both(*left, *right);
                left.add(&right).unwrap_or(anything)
            }
            Expr::Subtract(left, right) => {
                let (left, right) = both(*left, *right);
                left.subtract(&right).unwrap_or(anything)
            }
            Expr::Multiply(left, right) => {
                let (left, right) = both(*left, *right);
                left.multiply(&right).unwrap_or(anything)
            }
            Expr::Divide(left, right) => {
                let (left, right) = both(*left, *right);
                left.divide(&right).unwrap_or(anything)
            }
            Expr::AddMonths(date, months) => self.reach(*date).add_months(*months).unwrap_or(anything),
            Expr::FloorToDay(date) => self.reach(*date).floor_to_day().unwrap_or(anything),
            Expr::Min(parts) => self.fold(parts, Interval::min),
            Expr::Max(parts) => self.fold(parts, Interval::max),
            Expr::Abs(inner) => self.reach(*inner).abs(),
            Expr::Round(inner, places, rounding) => self.reach(*inner).round(*places, *rounding).unwrap_or(anything),
            Expr::Clamp(value, low, high) => self.reach(*value).max(&self.reach(*low)).min(&self.reach(*high)),
            Expr::If(_, then, otherwise) => self.reach(*then).hull(&self.reach(*otherwise)),
            Expr::Aggregate(aggregate) => self.reach_of_aggregate(aggregate),
            Expr::Script(call) => match self.policy.functions.get(call.function.index()).map(|function| &function.domain) {
                Some(Possible::Range(range)) => *range,
                _ => anything,
            },
        }
    }

    fn fold(&self, parts: &[ExprId], combine: fn(&Interval, &Interval) -> Interval) -> Interval {
        parts.iter().map(|part| self.reach(*part)).reduce(|so_far, part| combine(&so_far, &part)).unwrap_or(Interval::unbounded())
    }

    fn reach_of_aggregate(&self, aggregate: &Aggregate) -> Interval {
        let of = aggregate.of.map_or(Interval::unbounded(), |of| self.reach(of));
        let without_elements = aggregate.if_none.map(|none| self.reach(none));
        let of_elements = match aggregate.kind {
            AggregateKind::Count => FROM_ZERO,
            AggregateKind::Share => SHARE,
            AggregateKind::Sum if of.low >= Number::ZERO => FROM_ZERO,
            AggregateKind::Sum => Interval::unbounded(),
            AggregateKind::Min | AggregateKind::Max | AggregateKind::Mean => of,
        };
        without_elements.map_or(of_elements, |none| of_elements.hull(&none))
    }
}
