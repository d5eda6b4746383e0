//! Changes of rules that are made together: each unit makes sense without the others.
//!
//! A part of the changes is tried by making it: the mixed rules are checked and built as if somebody had written them. What makes no sense alone is put
//! together with what it needs. Changes that move nothing by themselves are made in all mixed rules, so that they need no attribution; of these, names that
//! are gone are kept instead, so that whatever still reads them goes on making sense.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::check::check;
use crate::diagnostic::Diagnostic;
use crate::program::{Program, Settings, build};
use crate::source::Sources;
use crate::waivers;

use super::attribution::all;
use super::dossiers::{Desk, Dossiers, Evidence};
use super::impact::Trouble;
use super::{Aspect, Change, Comparison, Nature};

/// More units than this are put together by rulebook, and if need be into one: sets of units are masks of so many bits.
const MOST_UNITS: usize = 63;

/// The most mixed rules that are built for one comparison.
pub(super) const MOST_BUILDS: usize = 1_000;

/// Changes that are made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Which changes, by their place in the comparison; of facts, by their place among the changed facts.
    pub changes: Vec<usize>,
}

/// Mixed rules, ready to judge.
pub(super) struct Mixed {
    pub(super) program: Program,
    pub(super) dossiers: Rc<Dossiers>,
}

/// Makes mixed rules.
pub(super) struct Mixer<'c> {
    comparison: &'c Comparison<'c>,
    evidence: &'c Evidence,
    sources: &'c Sources,
    settings: &'c Settings,
    /// Of each change: made in all mixed rules, in none, or as its unit is.
    fixed: Vec<Option<bool>>,
    /// What is attributed.
    pub(super) units: Vec<Unit>,
    built: BTreeMap<u64, Option<Rc<Mixed>>>,
    desk: Desk,
    /// How many mixed rules were built.
    pub(super) builds: usize,
}

impl<'c> Mixer<'c> {
    /// Finds the units.
    ///
    /// # Errors
    /// When the old or the new rules can't judge the evidence.
    pub(super) fn new(
        comparison: &'c Comparison<'c>,
        evidence: &'c Evidence,
        settings: &'c Settings,
        sources: &'c Sources,
    ) -> Result<Mixer<'c>, (bool, Trouble)> {
        let mut mixer = Mixer {
            comparison,
            evidence,
            sources,
            settings,
            fixed: Vec::new(),
            units: Vec::new(),
            built: BTreeMap::new(),
            desk: Desk::default(),
            builds: 0,
        };
        mixer.settle()?;
        mixer.group();
        Ok(mixer)
    }

    /// Decides which changes are the same in all mixed rules: as many as can be.
    fn settle(&mut self) -> Result<(), (bool, Trouble)> {
        let changes = &self.comparison.changes;
        let profile = self.settings.profile.as_ref().map(|profile| profile.words.as_str());
        let attempts: [Vec<Option<bool>>; 3] = [
            changes.iter().map(|change| idle(change, profile)).collect(),
            changes.iter().map(|change| (!change.judges && !is_named_otherwise(change)).then_some(true)).collect(),
            vec![None; changes.len()],
        ];
        let mut trouble = (false, Trouble::Findings(Vec::new()));
        for fixed in attempts {
            let side = |after: bool| {
                let fixed = fixed.clone();
                move |change: usize| fixed[change].unwrap_or(after)
            };
            let old = self.make(&side(false)).map_err(|why| (false, why));
            let built = old.and_then(|old| self.make(&side(true)).map(|new| (old, new)).map_err(|why| (true, why)));
            match built {
                Ok((old, new)) => {
                    let candidates: Vec<usize> = (0..changes.len()).filter(|change| fixed[*change].is_none()).collect();
                    self.fixed = fixed;
                    self.units = self.first_units(&candidates);
                    self.built.insert(0, Some(Rc::new(old)));
                    self.built.insert(all(self.units.len()), Some(Rc::new(new)));
                    return Ok(());
                }
                Err(why) => trouble = why,
            }
        }
        Err(trouble)
    }

    fn first_units(&self, candidates: &[usize]) -> Vec<Unit> {
        let changes = &self.comparison.changes;
        let by = |key: &dyn Fn(&Change) -> String| {
            let mut units: Vec<(String, Unit)> = Vec::new();
            for change in candidates {
                let key = key(&changes[*change]);
                match units.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, unit)) => unit.changes.push(*change),
                    None => units.push((key, Unit { changes: vec![*change] })),
                }
            }
            units.into_iter().map(|(_, unit)| unit).collect::<Vec<_>>()
        };
        if candidates.len() <= super::attribution::MOST_EXACT {
            return candidates.iter().map(|change| Unit { changes: vec![*change] }).collect();
        }
        let by_code = by(&|change| change.code.clone());
        if by_code.len() <= MOST_UNITS {
            return by_code;
        }
        let by_book = by(&|change| change.book.clone());
        if by_book.len() <= MOST_UNITS { by_book } else { vec![Unit { changes: candidates.to_vec() }] }
    }

    /// Puts together what makes no sense apart.
    fn group(&mut self) {
        let mut unit = 0;
        while unit < self.units.len() && self.units.len() > 1 {
            if self.is_sensible(1 << unit) {
                unit += 1;
                continue;
            }
            let mut needed = all(self.units.len());
            for other in (0..self.units.len()).filter(|other| *other != unit) {
                if self.is_sensible(needed & !(1 << other)) {
                    needed &= !(1 << other);
                }
            }
            self.merge(needed);
            unit = 0;
        }
    }

    /// Makes one unit of those of a mask, or of all where it names but one.
    pub(super) fn merge(&mut self, mask: u64) {
        let mask = if mask.count_ones() < 2 { all(self.units.len()) } else { mask };
        let first = mask.trailing_zeros() as usize;
        let mut merged = Vec::new();
        let mut kept = Vec::new();
        for (place, unit) in std::mem::take(&mut self.units).into_iter().enumerate() {
            if mask & (1 << place) == 0 {
                kept.push(unit);
            } else {
                merged.extend(unit.changes);
                if place == first {
                    kept.push(Unit { changes: Vec::new() });
                }
            }
        }
        merged.sort_unstable();
        if let Some(unit) = kept.get_mut(first) {
            unit.changes = merged;
        }
        let (before, after) = (self.built.remove(&0), self.built.remove(&all(kept.len() + mask.count_ones() as usize - 1)));
        self.built.clear();
        self.units = kept;
        self.built.extend(before.map(|before| (0, before)));
        self.built.extend(after.map(|after| (all(self.units.len()), after)));
    }

    fn is_sensible(&mut self, mask: u64) -> bool {
        self.mixed(mask).is_some()
    }

    /// The rules with the units of a mask made; none where they make no sense, or too many were built.
    pub(super) fn mixed(&mut self, mask: u64) -> Option<Rc<Mixed>> {
        if let Some(known) = self.built.get(&mask) {
            return known.clone();
        }
        if self.builds >= MOST_BUILDS {
            return None;
        }
        let mut made: Vec<bool> = self.fixed.iter().map(|fixed| fixed.unwrap_or(false)).collect();
        for (place, unit) in self.units.iter().enumerate().filter(|(place, _)| mask & (1 << place) != 0) {
            debug_assert!(place < 64);
            unit.changes.iter().for_each(|change| made[*change] = true);
        }
        let mixed = self.make(&|change| made[change]).ok().map(Rc::new);
        self.built.insert(mask, mixed.clone());
        mixed
    }

    fn make(&mut self, made: &dyn Fn(usize) -> bool) -> Result<Mixed, Trouble> {
        self.builds += 1;
        let checked = check(&self.comparison.mixed(made));
        if checked.has_errors() {
            return Err(Trouble::Findings(checked.diagnostics));
        }
        let mut settings = self.settings.clone();
        if let Some(file) = self.evidence.waivers {
            let read = waivers::read(file, self.sources.text(file), &checked.value, settings.today);
            if read.has_errors() {
                return Err(Trouble::Findings(read.diagnostics));
            }
            settings.waivers = read.value;
        }
        let built = build(&checked.value, &settings);
        let Some(program) = built.value else { return Err(Trouble::Findings(built.diagnostics)) };
        let dossiers = self.desk.dossiers(self.evidence, &program, self.sources)?;
        Ok(Mixed { program, dossiers })
    }
}

/// Whether a change moves nothing by itself, and is then made always or never.
fn idle(change: &Change, profile: Option<&str>) -> Option<bool> {
    let (owner, name) = change.code.split_once('.').unwrap_or(("", &change.code));
    let in_force = profile.is_some_and(|profile| profile == change.code || (profile == name && !owner.is_empty()));
    // What a parameter may be set to says nothing of what it is.
    let is_idle_setting = (change.aspect == Aspect::Setting && !in_force) || (change.kind == "param" && change.aspect == Aspect::Bounds);
    match change.nature {
        Nature::Removed if change.is_name => Some(false),
        Nature::Moved if change.judges => None,
        _ if change.is_name || is_idle_setting || !change.judges => Some(true),
        _ => None,
    }
}

fn is_named_otherwise(change: &Change) -> bool {
    matches!(change.nature, Nature::Renamed | Nature::Moved)
}

impl Trouble {
    /// What is wrong with rules or facts, as findings.
    pub fn findings(&self) -> &[Diagnostic] {
        match self {
            Trouble::Findings(findings) => findings,
            Trouble::NoContext(_) => &[],
        }
    }
}
