//! The profile in force: which one is meant, and what it sets.

use super::lower::Lowerer;
use super::*;
use crate::diagnostic::{Diagnostic, closest, codes, listed};
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
fn find_profile<'p>(policy: &'p Policy, wanted: &str) -> Result<&'p Profile, Box<Diagnostic>> {
    let named = |profile: &&Profile| profile.head.code == wanted || profile.head.code.rsplit('.').next() == Some(wanted);
    let found: Vec<&Profile> = policy.profiles.iter().filter(named).collect();
    let known = || policy.profiles.iter().map(|profile| profile.head.code.as_str());
    let shown = super::parameters::clipped(wanted);
    match found.as_slice() {
        [profile] => Ok(profile),
        [] => {
            let ends = || known().filter_map(|code| code.rsplit('.').next());
            let near = closest(wanted, known()).or_else(|| {
                let near = closest(wanted, ends())?;
                known().find(|code| code.rsplit('.').next() == Some(near))
            });
            // What comes from outside stands in no text; the finding points at what was probably meant, or else at the first rulebook.
            let meant = near.and_then(|near| policy.profiles.iter().find(|profile| profile.head.code == near));
            let first = policy.rulebooks.first().map_or(Span::new(crate::source::FileId::FIRST, 0, 0), |book| Span::new(book.file, 0, 0));
            let span = meant.map_or(first, |profile| profile.head.name_span);
            let finding = Diagnostic::new(&codes::BAD_SETTING, span, format!("there is no profile `{shown}`"));
            Err(Box::new(match near {
                Some(near) => finding.label("this one?").help(format!("did you mean `{near}`?")),
                None if policy.profiles.is_empty() => finding.help("these rules have no profiles"),
                None => {
                    let known: Vec<String> = known().take(8).map(|code| format!("`{code}`")).collect();
                    finding.help(format!("the profiles are {}", listed(&known, "and")))
                }
            }))
        }
        [first, others @ ..] => {
            let finding = Diagnostic::new(&codes::BAD_SETTING, first.head.name_span, format!("`{shown}` could mean several profiles"));
            let finding = others.iter().fold(finding, |finding, other| finding.related(other.head.name_span, "another"));
            let meant: Vec<String> = found.iter().map(|profile| format!("`{}`", profile.head.code)).collect();
            Err(Box::new(finding.help(format!("write {}", listed(&meant, "or")))))
        }
    }
}

/// Builds a policy under each of its profiles, one at a time, and gives what is found there and not without a profile: bounds, bands or rows that only
/// a profile breaks.
pub fn check_profiles(policy: &Policy, settings: &Settings) -> Vec<Diagnostic> {
    let plain = build(policy, &Settings { profile: None, ..settings.clone() }).diagnostics;
    let mut found: Vec<Diagnostic> = Vec::new();
    for profile in &policy.profiles {
        let under = build(policy, &Settings { profile: Some(profile.head.code.clone()), ..settings.clone() }).diagnostics;
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
