//! The profile in force: which one is meant, and what it sets.

use super::lower::Lowerer;
use super::parameters::{clipped, unknown};
use super::*;
use crate::diagnostic::{Diagnostic, codes, listed};
use crate::policy::{ParamId, Profile, Setting};

impl<'a> Lowerer<'a> {
    /// Puts the profile that the settings name in force, which is done before any parameter has a value.
    pub(super) fn choose_profile(&mut self) {
        let (policy, settings) = (self.policy, self.settings);
        let Some(wanted) = &settings.profile else { return };
        match find_profile(policy, wanted) {
            Ok(profile) => {
                self.program.profile = Some(profile.head.clone());
                self.profile = Some(profile);
            }
            Err(finding) => self.report(*finding),
        }
    }

    /// What the profile in force sets a parameter to.
    pub(super) fn setting_of(&self, param: ParamId) -> Option<&'a Setting> {
        self.profile?.settings.iter().find(|setting| setting.param == param)
    }
}

/// The profile that a name stands for: its code, or its name alone where no other profile has it.
fn find_profile<'p>(policy: &'p Policy, wanted: &Said) -> Result<&'p Profile, Box<Diagnostic>> {
    let name = wanted.words.as_str();
    let named = |profile: &&Profile| profile.head.code == name || profile.head.code.rsplit('.').next() == Some(name);
    let found: Vec<&Profile> = policy.profiles.iter().filter(named).collect();
    let shown = clipped(name);
    match found.as_slice() {
        [profile] => Ok(profile),
        [] => {
            let heads: Vec<&Head> = policy.profiles.iter().map(|profile| &profile.head).collect();
            Err(Box::new(unknown(policy, wanted, "profile", &heads, || {
                let known: Vec<String> = heads.iter().take(8).map(|head| format!("`{}`", head.code)).collect();
                format!("the profiles are {}", listed(&known, "and"))
            })))
        }
        [first, others @ ..] => {
            let message = format!("`{shown}` could mean several profiles");
            let finding = match wanted.place {
                Some(place) => Diagnostic::new(&codes::BAD_SETTING, place, message).related(first.head.name_span, "one of them"),
                None => Diagnostic::new(&codes::BAD_SETTING, first.head.name_span, message),
            };
            let finding = others.iter().fold(finding, |finding, other| finding.related(other.head.name_span, "another"));
            let meant: Vec<String> = found.iter().map(|profile| format!("`{}`", profile.head.code)).collect();
            Err(Box::new(finding.help(format!("write {}", listed(&meant, "or")))))
        }
    }
}

/// Builds a policy under each of its profiles, one at a time, and gives what is found there and not without a profile: bounds, bands or rows that only
/// a profile breaks. And whether there is such a profile as the settings name.
pub fn check_profiles(policy: &Policy, settings: &Settings) -> Vec<Diagnostic> {
    let plain = build(policy, &Settings { profile: None, ..settings.clone() }).diagnostics;
    let mut found: Vec<Diagnostic> = Vec::new();
    found.extend(settings.profile.as_ref().and_then(|wanted| find_profile(policy, wanted).err()).map(|finding| *finding));
    for profile in &policy.profiles {
        let under =
            build(policy, &Settings { profile: Some(Said::new(profile.head.code.clone(), "profile")), ..settings.clone() }).diagnostics;
        for finding in under.into_iter().filter(|finding| !plain.contains(finding)) {
            let at = profile.head.name_span;
            // What stands in the profile itself needs no word about the profile.
            let within = finding.primary.span.file == at.file
                && (profile.head.span.start..profile.head.span.end).contains(&finding.primary.span.start);
            found.push(if within { finding } else { finding.related(at, format!("under the profile `{}`", profile.head.code)) });
        }
    }
    found
}
