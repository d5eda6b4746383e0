//! Verdicts: bands, best first, and how each is reached.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::Edge;
use crate::value::show_number;

impl Lowerer<'_> {
    pub(super) fn lower_verdicts(&mut self) {
        for (index, verdict) in self.policy.verdicts.iter().enumerate() {
            let variants = &self.policy.schema.enumeration(verdict.bands).variants;
            let mut bands: Vec<Band> = variants
                .iter()
                .map(|variant| Band { name: variant.name.clone(), title: variant.title.clone(), edge: None, span: variant.span })
                .collect();
            let basis = match verdict.on {
                Some(scorecard) => {
                    let edges = self.edges(&verdict.edges, &mut bands);
                    if edges.last().is_none_or(|(_, edge)| edge.is_some()) {
                        self.no_last_band(verdict.head.name_span);
                    }
                    Basis::Score(scorecard, edges)
                }
                None => {
                    let mut rows: Vec<(u32, Option<ConditionId>)> = Vec::new();
                    for (band, edge) in verdict.edges.iter().enumerate() {
                        match edge {
                            Edge::When(condition) => {
                                let id = self.condition(condition);
                                let always = matches!(self.condition_node(id), Condition::Constant(true));
                                rows.push((band as u32, (!always).then_some(id)));
                            }
                            Edge::Otherwise => rows.push((band as u32, None)),
                            Edge::OnlyGated => {}
                            Edge::AtLeast(_) | Edge::Broken => self.not_understood(bands[band].span),
                        }
                    }
                    if rows.iter().all(|(_, condition)| condition.is_some()) {
                        self.no_last_band(verdict.head.name_span);
                    }
                    Basis::Conditions(rows)
                }
            };
            let gates = (0..self.program.gates.len() as u32)
                .map(GateId)
                .filter(|gate| self.program.gates[gate.index()].verdict.index() == index && self.program.is_taken(Step::Gate(*gate)))
                .collect();
            self.program.verdicts.push(Verdict {
                head: verdict.head.clone(),
                bands,
                basis,
                gates,
                reads: Vec::new(),
                named_by: Vec::new(),
            });
        }
    }

    /// From which score on each band is reached. An edge of 0 or less is reached by every score, so it needs no asking.
    fn edges(&mut self, declared: &[Edge], bands: &mut [Band]) -> Vec<(u32, Option<Number>)> {
        let mut edges = Vec::new();
        let mut before: Option<(Number, Span)> = None;
        for (index, (edge, band)) in declared.iter().zip(bands).enumerate() {
            match edge {
                Edge::AtLeast(expr) => {
                    let Some(number) = self.constant_number(expr) else { continue };
                    if let Some((above, span)) = before
                        && number >= above
                    {
                        let (found, above) = (show_number(number, expr.ty), show_number(above, expr.ty));
                        self.report(
                            Diagnostic::new(
                                &codes::BANDS_OUT_OF_ORDER,
                                expr.span,
                                format!("expected an edge below {above}, found {found}"),
                            )
                            .label("bands fall from the best one down")
                            .related(span, "the edge above")
                            .help("write the best band first, and give each a lower edge than the one above it"),
                        );
                    }
                    before = Some((number, expr.span));
                    band.edge = Some(number);
                    edges.push((index as u32, (number > Number::ZERO).then_some(number)));
                }
                Edge::Otherwise => edges.push((index as u32, None)),
                Edge::OnlyGated => {}
                Edge::When(_) | Edge::Broken => self.not_understood(band.span),
            }
        }
        edges
    }

    fn no_last_band(&mut self, span: Span) {
        self.report(
            Diagnostic::new(&codes::MISSING_OTHERWISE, span, "the bands do not say what holds when none of them is reached")
                .label("this verdict")
                .help("write `otherwise` after the last band"),
        );
    }
}
