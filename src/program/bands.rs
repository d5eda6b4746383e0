//! Verdicts: bands, best first, and how each is reached.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, codes};
use crate::policy::Edge;

impl Lowerer<'_> {
    pub(super) fn lower_verdicts(&mut self) {
        for (index, verdict) in self.policy.verdicts.iter().enumerate() {
            let variants = &self.policy.schema.enumeration(verdict.bands).variants;
            let mut bands: Vec<Band> = variants
                .iter()
                .map(|variant| Band {
                    name: variant.name.clone(),
                    title: variant.title.clone(),
                    doc: String::new(),
                    edge: None,
                    span: variant.span,
                })
                .collect();
            let basis = match verdict.on {
                Some(scorecard) => {
                    let mut edges: Vec<(u32, Option<Number>)> = Vec::new();
                    let mut before: Option<(Number, Span)> = None;
                    for (band, edge) in verdict.edges.iter().enumerate() {
                        match edge {
                            Edge::AtLeast(expr) => {
                                let Some(number) = self.constant_number(expr) else { continue };
                                if let Some((above, span)) = before
                                    && number >= above
                                {
                                    self.report(
                                        Diagnostic::new(
                                            &codes::BANDS_OUT_OF_ORDER,
                                            expr.span,
                                            "the edges of bands fall from the best band down",
                                        )
                                        .label("not below the one above")
                                        .related(span, "the one above")
                                        .help("write the best band first, and give each a lower edge than the one above it"),
                                    );
                                }
                                before = Some((number, expr.span));
                                bands[band].edge = Some(number);
                                edges.push((band as u32, Some(number)));
                            }
                            Edge::Otherwise => edges.push((band as u32, None)),
                            Edge::OnlyGated | Edge::When(_) | Edge::Broken => {}
                        }
                    }
                    if edges.last().is_none_or(|(_, edge)| edge.is_some()) {
                        self.no_last_band(verdict.head.name_span);
                    }
                    Basis::Score(scorecard, edges)
                }
                None => {
                    let mut rows: Vec<(u32, Option<ConditionId>)> = Vec::new();
                    for (band, edge) in verdict.edges.iter().enumerate() {
                        match edge {
                            Edge::When(condition) => rows.push((band as u32, Some(self.condition(condition)))),
                            Edge::Otherwise => rows.push((band as u32, None)),
                            Edge::OnlyGated | Edge::AtLeast(_) | Edge::Broken => {}
                        }
                    }
                    if rows.last().is_none_or(|(_, condition)| condition.is_some()) {
                        self.no_last_band(verdict.head.name_span);
                    }
                    Basis::Conditions(rows)
                }
            };
            let gates = (0..self.program.gates.len() as u32)
                .map(GateId)
                .filter(|gate| self.program.gates[gate.index()].verdict.index() == index)
                .collect();
            self.program.verdicts.push(Verdict { head: verdict.head.clone(), bands, basis, gates });
        }
    }

    fn no_last_band(&mut self, span: Span) {
        self.report(
            Diagnostic::new(&codes::MISSING_OTHERWISE, span, "the bands do not say what holds when none of them is reached")
                .help("give the last band `otherwise`"),
        );
    }
}
