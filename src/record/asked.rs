//! What a run asked of projects besides a band, as records keep it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::again::Texts;
use crate::judging::{Bench, Role};
use crate::requirements::baseline::{Accepted, Baseline};
use crate::requirements::{LeastScore, Level, Requirements};
use crate::source::Files;
use crate::value::{Fraction, Type, parse_quantity, show_number};

/// What was asked for besides a band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Shares of the points that have to be proven.
    pub scores: Vec<Score>,
    /// The least level of what counts against a project: `error`, `warning` or `note`.
    pub fail_on: Option<String>,
    /// Levels other than the usual ones, by reason code; `off` for what is not told.
    pub severities: BTreeMap<String, String>,
    /// The file of findings that were accepted for the time being.
    pub baseline: Option<String>,
}

/// A score to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// The code of the verdict that rests on it.
    pub verdict: String,
    /// The share of all points, `60%`.
    pub least: String,
}

/// What is not told has this instead of a level.
const OFF: &str = "off";

impl Asked {
    /// What requirements ask, with the path of the baseline; none where it is nothing but a band.
    pub fn of(requirements: &Requirements, baseline: Option<String>) -> Option<Asked> {
        let score = |score: &LeastScore| Score {
            verdict: score.verdict.clone(),
            least: score.least.to_number_down().map_or_else(|_| String::new(), |least| show_number(least, Type::Percent)),
        };
        let asked = Asked {
            scores: requirements.scores.iter().map(score).collect(),
            fail_on: requirements.fail_on.map(|level| level.name().to_string()),
            severities: requirements
                .levels
                .iter()
                .map(|(code, level)| (code.clone(), level.map_or(OFF, Level::name).to_string()))
                .collect(),
            baseline,
        };
        let is_nothing = asked.scores.is_empty() && asked.fail_on.is_none() && asked.severities.is_empty() && asked.baseline.is_none();
        (!is_nothing).then_some(asked)
    }

    /// Asks it of every project that a bench judges.
    ///
    /// # Errors
    /// When something of it can't be understood: a sentence.
    pub(super) fn lay(&self, bench: &mut Bench, texts: &Texts) -> Result<(), String> {
        let level = |name: &str| {
            Level::ALL.into_iter().find(|level| level.name() == name).ok_or_else(|| format!("`{name}` is not a level of findings"))
        };
        for score in &self.scores {
            let least = parse_quantity(&score.least, Type::Percent).map_err(|_| format!("`{}` is not a percent", score.least))?;
            bench.requirements.scores.push(LeastScore { verdict: score.verdict.clone(), least: Fraction::from_number(least) });
        }
        bench.requirements.fail_on = self.fail_on.as_deref().map(level).transpose()?;
        for (code, name) in &self.severities {
            let level = if name == OFF { None } else { Some(level(name)?) };
            bench.requirements.levels.insert(code.clone(), level);
        }
        if let Some(path) = &self.baseline {
            let text = texts.read(path).map_err(|_| format!("`{path}` is not among the texts that it keeps"))?;
            let file = bench.sources.add(path.as_str(), text.as_str());
            bench.note(file, Role::Baseline);
            let read = Baseline::read(file, &text);
            if let Some(finding) = read.diagnostics.first() {
                return Err(format!("{}: {}", bench.sources.address(finding.primary.span), finding.message));
            }
            bench.requirements.accepted = Accepted::Known(read.value);
        }
        Ok(())
    }
}
