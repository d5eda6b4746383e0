//! `plumb whatif`: what would have to change, and what a change would do.

use std::path::PathBuf;

use clap::Args;

use super::judging::{self, Desk, Options};
use super::progress::Progress;
use super::{Exit, Format, Stop, Terminal};
use crate::eval::{Limits, judge};
use crate::explain::{Explanation, FactLine, Facts, Required, explain};
use crate::facts::{Refusal, Restating};
use crate::judging::Bench;
use crate::report::{self, Supposed};
use crate::sheet::{Dossier, Sheet};
use crate::source::{Sources, Span};
use crate::verdict::{Address, Judgement, Requirement, State};
use crate::whatif::{self, Ending, Query, Reach, Settling};

/// How many evaluations a search may take.
const BUDGET: u32 = 20_000;

/// Say what would have to change to reach a band, or what a change would do
///
/// Without `--reach` and `--with`: which answers to the open questions settle the verdict. Ends with 0 if there is an answer or nothing to do, 1 if nothing leads to
/// the band, 3 if nothing was found within the limits of the search, 2 if something could not be run.
#[derive(Args)]
pub(super) struct WhatIf {
    /// Fact sheets, or folders of them; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Look for the smallest changes that lead to this band or a better one
    #[arg(long, value_name = "BAND")]
    reach: Option<String>,
    /// A fact as it might be, as `network.uptime_90d=99.5%`; `unknown` for one that is not known
    #[arg(long, value_name = "FACT=VALUE")]
    with: Vec<String>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// A judgement with its words.
struct Judged {
    judgement: Judgement,
    explanation: Explanation,
}

/// What was found out about one subject.
struct Found {
    before: Judged,
    /// With what was stated, where anything was.
    after: Option<(Judged, Vec<(FactLine, FactLine)>)>,
    reach: Option<Reach>,
    settling: Vec<Settling>,
}

impl WhatIf {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.suppose(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn suppose(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let mut bench = Desk::set_up(&self.options)?;
        let wanted = self.reach.as_deref().map(|wanted| judging::band(&bench.program, "--reach", wanted)).transpose()?;
        let stated = self.with.iter().map(|text| Stated::read(text, &mut bench.sources)).collect::<Result<Vec<_>, _>>()?;
        let subjects = bench.read(&self.facts)?;
        let mut found = Vec::new();
        let mut worst = Requirement::Met;
        for subject in &subjects {
            let one = self.about(&bench, subject, wanted, &stated, terminal)?;
            worst = worst.worse(stands(&one));
            found.push(one);
        }
        let supposed: Vec<Supposed<'_>> = found
            .iter()
            .map(|found| Supposed {
                explanation: &found.before.explanation,
                difference: found
                    .after
                    .as_ref()
                    .map(|(after, stated)| whatif::difference(&found.before.explanation, &after.explanation, stated.clone())),
                reach: found.reach.as_ref(),
                settling: (wanted.is_none() && stated.is_empty()).then_some(found.settling.as_slice()),
            })
            .collect();
        let run = bench.run();
        terminal.result(&match self.format {
            Format::Human => report::whatif(&run, &supposed, terminal.out),
            Format::Json => report::whatif_json(&run, &supposed),
        });
        Ok(Exit::of(worst))
    }

    fn about(
        &self,
        bench: &Bench,
        subject: &Sheet,
        wanted: Option<Required>,
        stated: &[Stated],
        terminal: &Terminal,
    ) -> Result<Found, Stop> {
        let dossier = bench.dossier(subject);
        let before = judged(bench, &dossier);
        let (sheets, lines) = restated(bench, &dossier, stated)?;
        let changed = Dossier { sheets: sheets.iter().collect() };
        let after = (!stated.is_empty()).then(|| judged(bench, &changed));
        let now = after.as_ref().unwrap_or(&before);
        let query = Query {
            program: &bench.program,
            dossier: &changed,
            judgement: &now.judgement,
            explanation: &now.explanation,
            sources: &bench.sources,
            budget: BUDGET,
        };
        let mut progress = Progress::watched(terminal);
        let mut hear = |runs| progress.hear(|| format!("{runs} cases tried so far"));
        let reach = wanted.map(|wanted| whatif::reach(&query, wanted, &mut hear));
        let settling = match (wanted, stated) {
            (None, []) => whatif::settle(&query, &mut hear),
            _ => Vec::new(),
        };
        Ok(Found { before, after: after.map(|after| (after, lines)), reach, settling })
    }
}

fn judged(bench: &Bench, dossier: &Dossier<'_>) -> Judged {
    let judgement = judge(&bench.program, dossier, Limits::default());
    let explanation = explain(&bench.program, dossier, &judgement, &bench.sources, None);
    Judged { judgement, explanation }
}

/// How what was found ends the command.
fn stands(found: &Found) -> Requirement {
    match found.reach.as_ref().map(|reach| &reach.ending) {
        Some(Ending::Already | Ending::Found { .. }) => Requirement::Met,
        Some(Ending::Impossible { .. }) => Requirement::NotMet,
        Some(Ending::OnlyByEntries | Ending::NotFound { .. }) => Requirement::Undecided,
        None => {
            let judged = found.after.as_ref().map_or(&found.before, |(after, _)| after);
            let evaluation = &judged.judgement.evaluation;
            let is_faulted = evaluation.verdicts.iter().any(|verdict| verdict.state() == State::Faulted);
            if is_faulted || evaluation.has_faulted_protocol() { Requirement::Faulted } else { Requirement::Met }
        }
    }
}

/// A fact as it might be.
struct Stated {
    /// As it was written.
    text: String,
    path: String,
    value: String,
    span: Span,
}

impl Stated {
    fn read(text: &str, sources: &mut Sources) -> Result<Stated, Stop> {
        let Some((path, value)) = text.split_once('=') else {
            return Err(Stop::helped(
                format!("`--with {text}` has no `=`"),
                "write `--with FACT=VALUE`, as `--with network.uptime_90d=99.5%`",
            ));
        };
        let file = sources.add("--with", value.trim());
        let span = Span::new(file, 0, value.trim().len());
        Ok(Stated { text: text.to_string(), path: path.trim().to_string(), value: value.trim().to_string(), span })
    }
}

/// The sheets with what is stated in place of what they say, and each fact before and after.
type Restated = (Vec<Sheet>, Vec<(FactLine, FactLine)>);

fn restated(bench: &Bench, dossier: &Dossier<'_>, stated: &[Stated]) -> Result<Restated, Stop> {
    let program = &bench.program;
    let restating = Restating { schema: &program.schema, documents: &program.documents, today: program.today };
    let mut sheets: Vec<Sheet> = dossier.sheets.iter().map(|sheet| (*sheet).clone()).collect();
    let mut places = Vec::new();
    for fact in stated {
        let refused = |refusal: Refusal| Stop::Trouble(format!("`--with {}`: {}", fact.text, refusal.message), refusal.help);
        let (document, slot) = restating.place(&sheets.iter().collect::<Vec<_>>(), &fact.path).map_err(refused)?;
        let address = Address { sheet: document as u16 + 1, slot };
        if places.contains(&address) {
            return Err(Stop::helped(format!("`{}` is stated twice", fact.path), "keep one `--with` of it"));
        }
        restating.restate(&mut sheets[document], slot, &fact.value, fact.span).map_err(refused)?;
        places.push(address);
    }
    let changed = Dossier { sheets: sheets.iter().collect() };
    let (before, after) = (Facts::new(program, dossier, &bench.sources), Facts::new(program, &changed, &bench.sources));
    let lines = places.into_iter().map(|address| (before.line(address), after.line(address))).collect();
    Ok((sheets, lines))
}
