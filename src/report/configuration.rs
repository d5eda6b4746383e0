//! What settings are in force and who says so, for people and for programs.

use serde::Serialize;

use super::Layout;
use super::json::{SCHEMA_VERSION, written};
use super::text::{FAINT, Flow, PLAIN, STRONG, padding, visible, width_of};

/// All settings, and the file that counts.
pub struct Configuration {
    /// The file, as a reader should see it; none where there is none.
    pub file: Option<String>,
    /// Why it is this file, or none.
    pub sought: Sought,
    /// The settings, in the order in which they are taught.
    pub settings: Vec<Setting>,
}

/// How a file of settings came to count, or none.
pub enum Sought {
    /// The nearest from this folder upwards counts.
    Upwards(String),
    /// An option names it.
    Named,
    /// An option says that none counts.
    Unwanted,
}

/// One setting, or one entry of a setting that has several.
pub struct Setting {
    /// Its key, as the file has it.
    pub key: &'static str,
    /// What the entry is for, such as the name of a context.
    pub name: Option<String>,
    /// What is in force: a value, or what holds because nothing is set.
    pub value: Result<String, &'static str>,
    /// Who says so.
    pub by: By,
}

/// Who says what is in force.
pub enum By {
    /// An option.
    Option(&'static str),
    /// What stands on the command line without an option.
    Arguments,
    /// A variable of the environment.
    Environment(&'static str),
    /// A line of a file.
    File(String, usize),
    /// The clock.
    Clock,
    /// Nobody.
    Default,
}

impl By {
    fn shown(&self) -> String {
        match self {
            By::Option(name) | By::Environment(name) => (*name).to_string(),
            By::Arguments => "command line".to_string(),
            By::File(file, line) => format!("{file}:{line}"),
            By::Clock => "clock (UTC)".to_string(),
            By::Default => "default".to_string(),
        }
    }
}

/// What stands between columns.
const GAP: &str = "  ";

/// The settings for people: what is set with its value and who says so, then what is not set and what holds instead.
pub fn configuration(configuration: &Configuration, layout: Layout) -> String {
    let (paint, columns) = (layout.paint(), layout.columns());
    let file = configuration.file.as_deref().unwrap_or_default();
    let heading = match (&configuration.sought, &configuration.file) {
        (Sought::Unwanted, _) => "No `plumb.yaml` counts, as `--no-config` says.".to_string(),
        (Sought::Named, _) => format!("`{file}` counts, as `--config` says."),
        (Sought::Upwards(_), Some(_)) => format!("`{file}` counts, the nearest from here upwards."),
        (Sought::Upwards(from), None) => format!("There is no `plumb.yaml` in `{from}` or any folder above it."),
    };
    let mut lines = Flow::new().add(PLAIN, &heading).lines(columns, paint);
    let (set, unset): (Vec<&Setting>, Vec<&Setting>) = configuration.settings.iter().partition(|setting| setting.value.is_ok());
    let named =
        |setting: &Setting| setting.name.as_ref().map_or(setting.key.to_string(), |name| format!("{} {}", setting.key, visible(name)));
    // Long names and values push what follows aside in their own line alone.
    let room = |texts: &mut dyn Iterator<Item = usize>, most: usize| texts.filter(|width| *width <= most).max().unwrap_or(0);
    let keys = room(&mut configuration.settings.iter().map(|setting| width_of(&named(setting))), columns / 2);
    let values = room(&mut set.iter().map(|setting| setting.value.as_ref().map_or(0, |value| width_of(&visible(value)))), columns / 2);
    lines.extend([String::new(), paint.paint(STRONG, "In force")]);
    for setting in set {
        let (name, value, by) = (named(setting), setting.value.as_deref().unwrap_or_default(), setting.by.shown());
        let (value, by) = (visible(value), visible(&by));
        let key = format!("{GAP}{name}{}", padding(&name, keys));
        lines.push(format!("{key}{GAP}{value}{}{GAP}{}", padding(&value, values), paint.paint(FAINT, &by)));
    }
    if !unset.is_empty() {
        lines.extend([String::new(), paint.paint(STRONG, "Not set, so")]);
    }
    for setting in unset {
        let indent = GAP.len() + keys + GAP.len();
        let mut holds = Flow::new().add(PLAIN, setting.value.as_ref().err().copied().unwrap_or_default());
        if !matches!(setting.by, By::Default) {
            holds = holds.dot_whole(FAINT, &setting.by.shown());
        }
        for (line, text) in holds.lines(columns.saturating_sub(indent), paint).into_iter().enumerate() {
            let name = if line == 0 { named(setting) } else { String::new() };
            lines.push(format!("{GAP}{name}{}{GAP}{text}", padding(&name, keys)));
        }
    }
    lines.join("\n") + "\n"
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Record<'a> {
    schema_version: u32,
    /// The file that counts; null where there is none.
    file: Option<&'a str>,
    /// `upwards`, `named` or `unwanted`.
    sought: &'static str,
    /// The folder from which it was looked for upwards in vain.
    from: Option<&'a str>,
    settings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Entry<'a> {
    key: &'static str,
    /// What an entry of a key with several is for.
    name: Option<&'a str>,
    /// What is set; null where nothing is.
    value: Option<&'a str>,
    /// What holds because nothing is set.
    otherwise: Option<&'static str>,
    said_by: SaidBy<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SaidBy<'a> {
    /// `option`, `arguments`, `environment`, `file`, `clock` or `default`.
    kind: &'static str,
    /// The option, the variable or the file.
    name: Option<&'a str>,
    line: Option<usize>,
}

impl<'a> Entry<'a> {
    fn of(setting: &'a Setting) -> Entry<'a> {
        let (kind, name, line) = match &setting.by {
            By::Option(name) => ("option", Some(*name), None),
            By::Arguments => ("arguments", None, None),
            By::Environment(name) => ("environment", Some(*name), None),
            By::File(file, line) => ("file", Some(file.as_str()), Some(*line)),
            By::Clock => ("clock", None, None),
            By::Default => ("default", None, None),
        };
        Entry {
            key: setting.key,
            name: setting.name.as_deref(),
            value: setting.value.as_deref().ok(),
            otherwise: setting.value.as_ref().err().copied(),
            said_by: SaidBy { kind, name, line },
        }
    }
}

/// The settings for programs.
pub fn configuration_json(configuration: &Configuration) -> String {
    let (sought, from) = match &configuration.sought {
        Sought::Upwards(from) => ("upwards", configuration.file.is_none().then_some(from.as_str())),
        Sought::Named => ("named", None),
        Sought::Unwanted => ("unwanted", None),
    };
    let settings = configuration.settings.iter().map(Entry::of).collect();
    written(&Record { schema_version: SCHEMA_VERSION, file: configuration.file.as_deref(), sought, from, settings })
}
