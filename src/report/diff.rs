//! What changed, and what that does: the wording that all forms share, and a file for each form.

mod human;
mod json;
mod markdown;

pub use human::{facts_diff, rules_diff};
#[cfg(test)]
pub(super) use json::{FactsDiff, RulesDiff};
pub use json::{facts_diff_json, rules_diff_json};
pub use markdown::{facts_diff_markdown, rules_diff_markdown};

use crate::diagnostic::{counted, listed};
use crate::diff::{
    Aspect, Change, FactChange, Flip, Impact, ItemStanding, Method, Nature, ProjectImpact, ProvisionStanding, Share, Standing, Unit,
    VerdictImpact, Written,
};
use crate::explain::FactLine;
use crate::value::{Fraction, Number, Truth, Type, show_fraction_points, show_number};
use crate::verdict::Applies;

use super::text::{shortened, visible};
use super::{edges, gate_state, percent_range, points_of, state_name, verdict_words};

/// A text longer than this is shown by its beginning.
const LONGEST: usize = 400;

/// What is compared.
pub struct DiffHeading {
    /// The old side, as a reader wrote it.
    pub old: String,
    /// The new side.
    pub new: String,
    /// The day of the judgement.
    pub today: Number,
}

impl DiffHeading {
    fn today(&self) -> String {
        show_number(self.today, Type::Date)
    }
}

/// What of a declaration changed, in words.
fn aspect_words(change: &Change) -> String {
    let word = match change.aspect {
        Aspect::Whole => change.kind,
        Aspect::Title => "title",
        Aspect::Documentation => "documentation",
        Aspect::Version => "version",
        Aspect::Use => "use",
        Aspect::Type => "type",
        Aspect::Bounds => "bounds",
        Aspect::Fresh => "freshness",
        Aspect::Sourced => "sourced",
        Aspect::Fixed => "fixed",
        Aspect::Optional => "optional",
        Aspect::Field => "field",
        Aspect::Value => "value",
        Aspect::Worth => "worth",
        Aspect::Condition => "condition",
        Aspect::Applies => "applies when",
        Aspect::From => "effective from",
        Aspect::Until => "until",
        Aspect::Operand => "on",
        Aspect::Row => "row",
        Aspect::Knot => "knot",
        Aspect::Label => "label",
        Aspect::Reason => "reason",
        Aspect::Question => "question",
        Aspect::Remedy => "remedy",
        Aspect::Cite => "cite",
        Aspect::Cap => "at most",
        Aspect::NeverWaived => "never waived",
        Aspect::On => "scorecard",
        Aspect::Band => "band",
        Aspect::BandTitle => "title",
        Aspect::Edge => "edge",
        Aspect::HitPolicy => "hit policy",
        Aspect::Inputs => "inputs",
        Aspect::Columns => "outputs",
        Aspect::Setting => "setting",
        Aspect::Function => "function",
        Aspect::Script => "text of the script",
        Aspect::Action => "action",
        Aspect::Every => "every",
        Aspect::Test => "test",
    };
    match (&change.part, change.aspect) {
        (Some(part), Aspect::Band | Aspect::Function | Aspect::Setting) => format!("{word} {part}"),
        (Some(part), _) => format!("{word} of {part}"),
        (None, _) => word.to_string(),
    }
}

fn nature_word(nature: Nature) -> &'static str {
    match nature {
        Nature::Added => "added",
        Nature::Removed => "removed",
        Nature::Changed => "changed",
        Nature::Moved => "moved",
        Nature::Renamed => "renamed",
    }
}

/// Where something was that has moved, or what it was called.
fn moved_from(change: &Change) -> String {
    match (&change.old_code, &change.new, change.aspect) {
        (Some(old), ..) => format!("{}, was {old}", nature_word(change.nature)),
        (None, Some(new), aspect) if aspect != Aspect::Whole => format!("moved: {}", new.text),
        _ => nature_word(change.nature).to_string(),
    }
}

fn mark(nature: Nature) -> &'static str {
    match nature {
        Nature::Added => "+",
        Nature::Removed => "-",
        Nature::Changed => "~",
        Nature::Moved | Nature::Renamed => ">",
    }
}

/// `3 changes, of which 2 can move a judgement`
fn count_words(changes: &[Change]) -> String {
    let judging = changes.iter().filter(|change| change.judges).count();
    match (changes.len(), judging) {
        (0, _) => "nothing changed but perhaps layout, comments or order".to_string(),
        (1, 0) => "1 change, and nothing that judges".to_string(),
        (1, _) => "1 change, and it can move a judgement".to_string(),
        (all, 0) => format!("{all} changes, and nothing that judges"),
        (all, judging) if all == judging => format!("{all} changes, and each can move a judgement"),
        (all, judging) => format!("{all} changes, of which {judging} can move a judgement"),
    }
}

/// How a unit of changed rules is called.
fn rule_units(units: &[Unit], changes: &[Change]) -> Vec<String> {
    let name = |unit: &Unit| {
        let mut by_code: Vec<(&str, Vec<String>)> = Vec::new();
        for change in unit.changes.iter().map(|change| &changes[*change]) {
            let text = || shortened(&shown(change, change.new.as_ref().or(change.old.as_ref())), 40);
            let words = match change.aspect {
                Aspect::Whole => format!("{} {}", change.kind, nature_word(change.nature)),
                // A grade has several, which are told apart by what they say.
                Aspect::Row | Aspect::Knot if change.nature == Nature::Changed => format!("{} {}", aspect_words(change), text()),
                Aspect::Row | Aspect::Knot => format!("{} {}: {}", aspect_words(change), nature_word(change.nature), text()),
                _ => aspect_words(change),
            };
            match by_code.iter_mut().find(|(code, _)| *code == change.code) {
                Some((_, known)) if known.contains(&words) => {}
                Some((_, known)) => known.push(words),
                None => by_code.push((&change.code, vec![words])),
            }
        }
        let parts: Vec<String> = by_code.into_iter().map(|(code, words)| format!("{code} ({})", words.join(", "))).collect();
        listed(&parts, "and")
    };
    units.iter().map(name).collect()
}

/// How a unit of changed facts is called.
fn fact_units(units: &[Unit], changes: &[FactChange]) -> Vec<String> {
    let name = |unit: &Unit| {
        let mut facts: Vec<&str> = unit.changes.iter().map(|change| changes[*change].path.split('[').next().unwrap_or_default()).collect();
        facts.dedup();
        listed(&facts, "and")
    };
    units.iter().map(name).collect()
}

/// Where a verdict stands, in words.
fn standing_words(standing: Option<&Standing>) -> String {
    let Some(standing) = standing else { return "no such verdict".to_string() };
    match verdict_words(&standing.bands, standing.state, standing.range, standing.applies) {
        Some(words) => format!("{}: {words}", state_name(standing.state)),
        None => state_name(standing.state).to_string(),
    }
}

fn score_words(standing: &Standing) -> Option<String> {
    Some(percent_range(standing.score.as_ref()?, &edges(&standing.bands)))
}

/// A difference of scores in percentage points, with its sign.
fn points(difference: &Fraction) -> String {
    let hundred = difference.multiply(&Fraction::whole(100));
    let shown = show_fraction_points(&hundred);
    match (hundred.is_zero(), hundred.is_negative(), shown.trim_start_matches('-')) {
        (true, ..) => "±0".to_string(),
        (false, true, "0") => "-0.00…".to_string(),
        (false, false, "0") => "+0.00…".to_string(),
        (false, true, shown) => format!("-{shown}"),
        (false, false, shown) => format!("+{shown}"),
    }
}

/// `floor -2.5, ceiling ±0`
fn bounds_points(floor: &Fraction, ceiling: &Fraction) -> String {
    match floor == ceiling {
        true => points(floor),
        false => format!("floor {}, ceiling {}", points(floor), points(ceiling)),
    }
}

/// The numbers by which units are spoken of. Only what has a part in a score or a verdict needs one.
struct Numbers(Vec<Option<usize>>);

impl Numbers {
    fn of(impact: &Impact) -> Numbers {
        let mut cited = vec![false; impact.units.len()];
        for verdict in impact.projects.iter().flat_map(|project| &project.verdicts) {
            verdict.shares.iter().for_each(|share| cited[share.unit] = true);
            let causes = verdict.flip.iter().flat_map(|flip| flip.alone.iter().chain(flip.together.iter().flatten()));
            causes.for_each(|unit| cited[*unit] = true);
        }
        let mut last = 0;
        let number = |cited: bool| {
            last += usize::from(cited);
            cited.then_some(last)
        };
        Numbers(cited.into_iter().map(number).collect())
    }

    fn shown(&self, unit: usize) -> String {
        self.0.get(unit).copied().flatten().map(|number| format!("[{number}]")).unwrap_or_default()
    }

    /// The units that have a number, with it.
    fn numbered<'u>(&self, units: &'u [String]) -> Vec<(usize, &'u str)> {
        self.0.iter().zip(units).filter_map(|(number, unit)| Some(((*number)?, unit.as_str()))).collect()
    }

    /// The sentence about those that have none, where others have.
    fn others(&self, units: &[String]) -> Option<String> {
        let without: Vec<&str> = self.0.iter().zip(units).filter(|(number, _)| number.is_none()).map(|(_, unit)| unit.as_str()).collect();
        let some = !without.is_empty() && without.len() < units.len();
        some.then(|| format!("Without a part in any score or verdict: {}.", listed(&without, "and")))
    }
}

fn share_words(share: &Share, numbers: &Numbers) -> String {
    format!("{} {}", numbers.shown(share.unit), bounds_points(&share.floor, &share.ceiling))
}

/// Why a verdict stands otherwise: `[1] alone, or [2] and [3] together`
fn flip_words(flip: &Flip, numbers: &Numbers) -> String {
    let number = |unit: &usize| numbers.shown(*unit);
    let mut causes: Vec<String> = flip.alone.iter().map(|unit| format!("{} alone", number(unit))).collect();
    causes.extend(flip.together.iter().map(|units| {
        let numbers: Vec<String> = units.iter().map(number).collect();
        format!("{} together", listed(&numbers, "and"))
    }));
    let words = listed(&causes, "or");
    if flip.is_complete || flip.together.is_empty() { words } else { format!("{words} (one such set; there may be others)") }
}

/// What an item came to.
fn item_words(standing: Option<&ItemStanding>) -> String {
    let Some(standing) = standing else { return "not there".to_string() };
    let points = || points_of(&standing.points, &standing.worth);
    match standing.applies {
        _ if standing.faulted => "can't be computed".to_string(),
        Applies::Never => "does not apply".to_string(),
        Applies::Maybe => format!("{}, if it applies", points()),
        Applies::Always => points(),
    }
}

fn provision_words(standing: Option<&ProvisionStanding>) -> String {
    match standing {
        None => "not there".to_string(),
        Some(ProvisionStanding::Idle) => "does not apply".to_string(),
        Some(ProvisionStanding::Fires(truth)) => gate_state(*truth).to_string(),
        Some(ProvisionStanding::Allows(value)) => value.clone(),
        Some(ProvisionStanding::Faulted) => "can't be computed".to_string(),
    }
}

/// Whether a gate or trigger that fires counts against a project, for colour alone.
fn is_graver(before: Option<&ProvisionStanding>, after: Option<&ProvisionStanding>) -> bool {
    let fires = |standing: Option<&ProvisionStanding>| matches!(standing, Some(ProvisionStanding::Fires(Truth::True)));
    fires(after) && !fires(before)
}

/// How the parts were found.
fn method_words(impact: &Impact) -> String {
    let how = match impact.method {
        Method::AllOrders if impact.units.len() < 2 => "",
        Method::AllOrders => "each part is the mean of what the change adds over all orders of making them (its Shapley value), ",
        Method::OneOrder => {
            "each part is what the change adds when all are made one after another in the order above, because they are more than six, "
        }
    };
    let exactly = if how.is_empty() { "" } else { "and the parts add up exactly before they are rounded" };
    let limited = if impact.is_limited { " The limit on rules tried was reached, so some changes stand together." } else { "" };
    let joint = if how.is_empty() { "" } else { "; " };
    format!(
        "Differences are in percentage points of the score{joint}{how}{exactly}. That took {}.{limited}",
        counted(impact.runs, "judgement")
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The projects for which nothing comes out otherwise.
fn unmoved(projects: &[ProjectImpact]) -> Vec<&str> {
    projects.iter().filter(|project| !project.is_moved()).map(|project| project.name.as_str()).collect()
}

/// For how many projects something comes out otherwise, and how many verdicts stand otherwise.
fn moved_words(projects: &[ProjectImpact]) -> String {
    let moved = projects.iter().filter(|project| project.is_moved()).count();
    let flipped = projects.iter().filter(|project| project.verdicts.iter().any(VerdictImpact::is_flipped)).count();
    match (projects.len(), moved, flipped) {
        (0, ..) => "There is no project to judge.".to_string(),
        (1, 0, _) => "The project comes out as before.".to_string(),
        (1, _, 0) => "The verdict stands as before, though not everything below it does.".to_string(),
        (1, _, _) => "The verdict stands otherwise.".to_string(),
        (all, 0, _) => format!("All {} come out as before.", counted(all, "project")),
        (all, moved, 0) => format!("Something comes out otherwise for {moved} of {all} projects, and no verdict stands otherwise."),
        (all, moved, 1) => {
            format!("Something comes out otherwise for {moved} of {all} projects; for 1 of them the verdict stands otherwise.")
        }
        (all, moved, flipped) => {
            format!("Something comes out otherwise for {moved} of {all} projects; for {flipped} of them the verdict stands otherwise.")
        }
    }
}

/// What a text of the rules shows of itself: a test's is its title, which stands above it.
fn shown(change: &Change, written: Option<&Written>) -> String {
    let is_whole_file = change.kind == "rulebook" && change.aspect == Aspect::Whole;
    match written {
        Some(written) if change.kind != "test" && !is_whole_file => shortened(&visible(&written.text), LONGEST),
        _ => String::new(),
    }
}

/// What a sheet says of a fact: value, source and day.
fn fact_words(line: Option<&FactLine>) -> String {
    let Some(line) = line else { return "nothing".to_string() };
    let mut words = line.value.clone();
    if let Some(missing) = &line.missing {
        words.push_str(&format!(" ({missing})"));
    }
    if !line.claims.is_empty() {
        let claims: Vec<&str> = line.claims.iter().map(|claim| claim.value.as_str()).collect();
        words.push_str(&format!(" (sources say {})", listed(&claims, "and")));
    }
    words
}

/// What stands beside a value that changed, `source`: old and new.
fn beside(change: &FactChange) -> Vec<(&'static str, String, String)> {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return Vec::new() };
    let parts: [(&'static str, &Option<String>, &Option<String>); 3] =
        [("as of", &old.as_of, &new.as_of), ("source", &old.source, &new.source), ("note", &old.note, &new.note)];
    let text = |part: &Option<String>| part.clone().unwrap_or_else(|| "none".to_string());
    let mut found: Vec<_> =
        parts.into_iter().filter(|(_, old, new)| old != new).map(|(name, old, new)| (name, text(old), text(new))).collect();
    let claims = |line: &FactLine| {
        let all: Vec<String> =
            line.claims.iter().map(|claim| format!("{} ({})", claim.value, claim.source.as_deref().unwrap_or("no source"))).collect();
        if all.is_empty() { "none".to_string() } else { all.join(", ") }
    };
    if claims(old) != claims(new) {
        found.push(("claims", claims(old), claims(new)));
    }
    found
}

/// `4 facts changed, of which 3 can move a judgement`
fn fact_count_words(changes: &[FactChange]) -> String {
    let judging = changes.iter().filter(|change| change.judges).count();
    match (changes.len(), judging) {
        (0, _) => "the sheets state the same".to_string(),
        (all, 0) => format!("{} changed, and none in value", counted(all, "fact")),
        (all, judging) if all == judging => format!("{} changed", counted(all, "fact")),
        (all, judging) => format!("{} changed, {judging} of them in value", counted(all, "fact")),
    }
}
