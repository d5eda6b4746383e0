//! `plumb compare`: judges several fact sheets and puts them side by side.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::judging::{Desk, Options};
use super::progress::Progress;
use super::{Exit, Format, Stop, Terminal};
use crate::compare::{Entrant, compare};
use crate::eval::{Limits, judge};
use crate::explain::explain;
use crate::judging::Bench;
use crate::report::{self, Detail};
use crate::sheet::Sheet;
use crate::value::{Fraction, Number, Type, parse_quantity};
use crate::verdict::{Requirement, State};

/// Judge several fact sheets and see them side by side
///
/// Says who is proven to stand above whom, what differs, how far each verdict is from its edges, and whether it hangs on the weights.
///
/// Ends with 0 if all could be judged, 2 if something could not be run or a verdict or a protocol is faulted.
#[derive(Args)]
pub(super) struct Compare {
    /// Fact sheets, or folders of them: two projects or more; `-` is a sheet on the standard input; by default as `plumb.yaml` says
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// By how much to alter weights, to see what hangs on them
    #[arg(long, value_name = "PERCENT", default_value = "10%")]
    weights: String,
    /// Also rows in which all projects are the same
    #[arg(long)]
    all: bool,
    /// Also the facts that differ
    #[arg(long = "facts")]
    with_facts: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people, in a terminal
    Human,
    /// For programs
    Json,
    /// For a document
    Markdown,
}

impl Compare {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        let format = if self.format == Form::Json { Format::Json } else { Format::Human };
        self.compare(terminal).unwrap_or_else(|stop| stop.end(format, terminal))
    }

    fn compare(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let share = self.share()?;
        let mut bench = Desk::set_up(&self.options)?;
        let subjects = several(bench.read(&self.facts)?, &bench)?;
        let mut entrants = Vec::with_capacity(subjects.len());
        let mut worst = Requirement::Met;
        for subject in &subjects {
            let dossier = bench.dossier(subject);
            let judgement = judge(&bench.program, &dossier, Limits::default());
            let evaluation = &judgement.evaluation;
            if evaluation.has_faulted_protocol() || evaluation.verdicts.iter().any(|verdict| verdict.state() == State::Faulted) {
                worst = Requirement::Faulted;
            }
            let explanation = explain(&bench.program, &dossier, &judgement, &bench.sources, None);
            entrants.push(Entrant { dossier, judgement, explanation });
        }
        let mut progress = Progress::watched(terminal);
        let mut hear = |made| progress.hear(|| format!("{made} judgements under other weights made so far"));
        let comparison = compare(&bench.program, entrants, &share, &mut hear);
        let detail = Detail { all: self.all, facts: self.with_facts };
        terminal.result(&match self.format {
            Form::Human => report::compared(&bench.run(), &comparison, detail, terminal.table),
            Form::Json => report::compared_json(&bench.run(), &comparison),
            Form::Markdown => report::compared_markdown(&bench.run(), &comparison, detail),
        });
        Ok(Exit::of(worst))
    }

    /// The share by which weights are altered.
    fn share(&self) -> Result<Fraction, Stop> {
        let text = &self.weights;
        let share = parse_quantity(text, Type::Percent).ok().filter(|share| *share > Number::ZERO && *share < Number::ONE);
        share.map(Fraction::from_number).ok_or_else(|| {
            let help = "write a percent above 0% and below 100%, as `--weights 10%`";
            Stop::helped(format!("`--weights {text}` is no share by which weights could be altered"), help)
        })
    }
}

/// The sheets, each once, if there are several.
fn several(subjects: Vec<Sheet>, bench: &Bench) -> Result<Vec<Sheet>, Stop> {
    let mut seen: Vec<String> = Vec::new();
    let mut each = Vec::new();
    for subject in subjects {
        let file = bench.sources.name(subject.file).to_string();
        if !seen.contains(&file) {
            seen.push(file);
            each.push(subject);
        }
    }
    match each.as_slice() {
        [_, _, ..] => Ok(each),
        _ => {
            let alone = seen.first().map_or("nothing", String::as_str);
            let help = format!("name another fact sheet, or a folder of them; `plumb eval {alone}` judges this one alone");
            Err(Stop::helped(format!("there is nothing to compare `{alone}` with"), help))
        }
    }
}
