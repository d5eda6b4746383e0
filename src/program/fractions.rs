//! Which expressions may come to a fraction that is no number of ours. Scores and points are exact fractions; a third lies strictly between two numbers, and
//! is carried as the open range between them. What is added, negated or chosen stays one. Products, quotients and roundings are numbers again: they are
//! rounded, and so may come to an end that an open range leaves out. Where their operands may be such fractions, they are therefore taken with their ends,
//! or reckoned as fractions where each is a single one.

use super::*;

/// By [`ExprId`]: whether the value may be such a fraction.
pub(super) fn find(program: &Program) -> Vec<bool> {
    let mut search = Search { program, known: vec![None; program.expressions.len()] };
    (0..program.expressions.len()).map(|id| search.may_be(ExprId(id as u32))).collect()
}

struct Search<'p> {
    program: &'p Program,
    known: Vec<Option<bool>>,
}

impl Search<'_> {
    fn may_be(&mut self, id: ExprId) -> bool {
        let place = id.0 as usize;
        if let Some(known) = self.known[place] {
            return known;
        }
        let found = self.look(&self.program.expressions[place].0);
        self.known[place] = Some(found);
        found
    }

    fn look(&mut self, node: &Expr) -> bool {
        let program = self.program;
        match node {
            Expr::Points(_) | Expr::Score(_) | Expr::ScorePoints(_) => true,
            Expr::Constant(_) | Expr::Fact(_) | Expr::Assuming(..) | Expr::Band(_) | Expr::Truth(_) | Expr::Script(_) => false,
            Expr::Multiply(..) | Expr::Divide(..) | Expr::AddMonths(..) | Expr::FloorToDay(_) => false,
            Expr::Round(inner, places, _) => *places >= Number::DECIMALS && self.may_be(*inner),
            Expr::Let(named) => self.may_be(program.lets[named.index()].value),
            Expr::Limit(limit) => self.may_be(program.limits[limit.index()].value),
            Expr::Column(table, column) => {
                let table = &program.tables[table.index()];
                table.rows.iter().chain(&table.otherwise).any(|row| row.outputs.get(*column as usize).is_some_and(|id| self.may_be(*id)))
            }
            Expr::Negate(inner) | Expr::Abs(inner) => self.may_be(*inner),
            Expr::Add(left, right) | Expr::Subtract(left, right) | Expr::If(_, left, right) => self.may_be(*left) || self.may_be(*right),
            Expr::Min(parts) | Expr::Max(parts) => parts.iter().any(|part| self.may_be(*part)),
            Expr::Clamp(value, low, high) => [value, low, high].into_iter().any(|part| self.may_be(*part)),
            Expr::Aggregate(aggregate) => aggregate.of.iter().chain(&aggregate.if_none).any(|part| self.may_be(*part)),
        }
    }
}
