//! `plumb config`: what settings are in force, and who says so.

use std::path::PathBuf;

use clap::Args;

use super::config::{self, By, Config, InForce, Sought};
use super::demands::Demands;
use super::judging::{self, Options, Outside};
use super::{Exit, Format, Stop, Terminal, disk};
use crate::report::{self, Configuration, Setting};
use crate::requirements::Level;
use crate::value::{Type, civil_date, show_number};

/// Show what settings are in force, and who says so
///
/// Takes the options of `plumb eval`, and answers what that command line would use: what the options say, else the nearest `plumb.yaml` upwards, else the
/// environment, else what holds by default. Nothing else is read, neither rules nor facts.
///
/// Ends with 0 if there is an answer, 2 if `plumb.yaml` or an option can't be used.
#[derive(Args)]
pub(super) struct Configured {
    /// Fact sheets, or folders of them
    facts: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    demands: Demands,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Configured {
    pub(super) fn run(self, terminal: &Terminal) -> Exit {
        self.show(terminal).unwrap_or_else(|stop| stop.end(self.format, terminal))
    }

    fn show(&self, terminal: &Terminal) -> Result<Exit, Stop> {
        let config = config::load(&self.options.which)?;
        let configuration = Configuration {
            file: config.file.as_ref().map(|(path, _)| disk::shown(path)),
            sought: match &config.sought {
                Sought::From(folder) => report::Sought::Upwards(disk::shown(folder)),
                Sought::Named => report::Sought::Named,
                Sought::Nowhere => report::Sought::Unwanted,
            },
            settings: self.settings(&config)?,
        };
        terminal.result(&match self.format {
            Format::Human => report::configuration(&configuration, terminal.out),
            Format::Json => report::configuration_json(&configuration),
        });
        Ok(Exit::Met)
    }

    fn settings(&self, config: &Config) -> Result<Vec<Setting>, Stop> {
        let options = &self.options;
        let profile = config.profile(options.profile.as_deref(), options.no_profile);
        let outside = Outside::new(config, options.today.as_deref(), profile.clone(), &options.set)?;
        let percent = |least: &config::LeastScore| show_number(least.percent.value, Type::Percent);
        let mut list = List { config, settings: Vec::new() };

        let rules = config.rules(options.rules.as_deref());
        list.add("rules", None, disk::shown(&rules.value), &rules.by);
        let contexts = judging::contexts(config.contexts(), &options.context)?;
        list.each("contexts", contexts.iter().map(|(name, path)| (Some(name.clone()), disk::shown(&path.value), &path.by)));
        list.whole("waivers", &config.waivers(options.waivers.as_deref(), options.no_waivers), |path| disk::shown(path));
        list.each("facts", config.facts(&self.facts).iter().map(|path| (None, disk::shown(&path.value), &path.by)));
        list.whole("profile", &profile, Clone::clone);
        for (name, value) in outside.parameters() {
            list.add("set", Some(name.to_string()), value.to_string(), &By::Option("--set"));
        }
        list.whole("require", &config.require(self.demands.require.as_deref()), Clone::clone);
        let scores = config.min_score(&self.demands.min_score)?;
        let verdict = |least: &config::LeastScore| least.verdict.as_ref().map(|verdict| verdict.value.clone());
        list.each("min_score", scores.iter().map(|least| (verdict(least), percent(least), &least.percent.by)));
        list.whole("fail_on", &config.fail_on(self.demands.fail_on), |level| level.name().to_string());
        let levels = config.severities(&self.demands.severity)?;
        let name = |level: Option<Level>| level.map_or(config::OFF, Level::name).to_string();
        list.each("severities", levels.iter().map(|set| (Some(set.code.value.clone()), name(set.level.value), &set.level.by)));
        list.whole("baseline", &config.baseline(self.demands.baseline.as_deref()), |path| disk::shown(path));
        list.add("today", None, civil_date(outside.today.value), &outside.today.by);
        Ok(list.settings)
    }
}

/// The settings so far.
struct List<'c> {
    config: &'c Config,
    settings: Vec<Setting>,
}

impl List<'_> {
    fn add(&mut self, key: &'static str, name: Option<String>, value: String, by: &By) {
        self.settings.push(Setting { key, name, value: Ok(value), by: self.config.said_by(by) });
    }

    fn whole<T>(&mut self, key: &'static str, setting: &InForce<Option<T>>, show: impl FnOnce(&T) -> String) {
        match &setting.value {
            Some(value) => self.add(key, None, show(value), &setting.by),
            None => self.settings.push(Setting { key, name: None, value: Err(otherwise(key)), by: self.config.said_by(&setting.by) }),
        }
    }

    fn each<'b>(&mut self, key: &'static str, entries: impl Iterator<Item = (Option<String>, String, &'b By)>) {
        let before = self.settings.len();
        entries.for_each(|(name, value, by)| self.add(key, name, value, by));
        if self.settings.len() == before {
            self.settings.push(Setting { key, name: None, value: Err(otherwise(key)), by: report::By::Default });
        }
    }
}

/// What holds where nothing is set.
fn otherwise(key: &str) -> &'static str {
    match key {
        "contexts" => "no context is given",
        "waivers" => "nothing is waived",
        "facts" => "every command that judges needs a fact sheet named",
        "profile" => "parameters are as the rules have them",
        "require" => "no band has to be reached",
        "min_score" => "no score has to be reached",
        "fail_on" => "what stands against a project is told, and fails no run",
        "severities" => "what stands against a project weighs as usual",
        _ => "no finding is accepted for now",
    }
}
