//! The register of findings. A code is a promise: its name never changes its meaning, it has a page (`docs/diagnostics/NAME.md`) and a case.

use super::Severity;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case; names the problem, not the cure.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line for lists.
    pub summary: &'static str,
    /// The first version that reports it.
    pub since: &'static str,
    /// Its page: what to avoid, what to prefer, and why.
    pub page: &'static str,
}

macro_rules! register {
    ($($(#[$about:meta])* $constant:ident = $name:literal, $severity:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $constant: Code = Code { name: $name, severity: Severity::$severity, summary: $summary, since: "0.1.0", page: include_str!(concat!("../../docs/diagnostics/", $name, ".md")) };
        )*
        /// Every code, by name.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

register! {
    // Texts.
    BAD_ENCODING = "bad-encoding", Error, "a file is not UTF-8 text";
    FILE_TOO_LARGE = "file-too-large", Error, "a file is larger than what is read";
    FILE_UNREADABLE = "file-unreadable", Error, "a file is missing or can't be read";
    NESTED_TOO_DEEP = "nested-too-deep", Error, "brackets or blocks are nested deeper than anyone could read";

    // Syntax.
    BAD_DATE = "bad-date", Error, "a date is not written as year-month-day, or no such day exists";
    BAD_NUMBER = "bad-number", Error, "a number has too many digits, or is not written as a number";
    BAD_UNIT = "bad-unit", Error, "a quantity's unit is not one of those known";
    CHAINED_COMPARISON = "chained-comparison", Error, "two comparisons stand in a row";
    LOOKALIKE = "lookalike", Error, "a character looks like the right one but is another";
    MISSING_BRACE = "missing-brace", Error, "a block is not closed";
    NOT_IN_THIS_VERSION = "not-in-this-version", Error, "a construct that this version of the language does not have";
    SYNTAX = "syntax", Error, "a rule file does not follow the grammar";
    UNEVEN_ROW = "uneven-row", Error, "a line of a table is not closed, or has other cells than its head";
    UNCLOSED_STRING = "unclosed-string", Error, "a string does not end on its line";

    // Names.
    AMBIGUOUS_NAME = "ambiguous-name", Error, "a name could mean two things";
    CYCLE = "cycle", Error, "items depend on each other in a circle";
    DUPLICATE_NAME = "duplicate-name", Error, "a name is declared twice";
    FIXED_IN_CONTEXT = "fixed-in-context", Warning, "a field of a context is called fixed, though no context is ever changed";
    NAME_STYLE = "name-style", Warning, "a name is not in lower case with underscores";
    RESERVED_FIELD = "reserved-field", Error, "a field has a name that fact sheets need for evidence";
    RULEBOOK_NAME = "rulebook-name", Error, "a rulebook's name differs from its file's";
    UNKNOWN_CLAUSE = "unknown-clause", Error, "a clause that this kind of item does not have, or has already";
    UNKNOWN_NAME = "unknown-name", Error, "a name that nothing declares";
    UNKNOWN_RULEBOOK = "unknown-rulebook", Error, "a rulebook that is used can't be found";
    UNUSED_FIELD = "unused-field", Warning, "a field of the fact sheet that no rule reads";
    UNUSED_NAME = "unused-name", Warning, "a declared name that nothing uses";

    // Scripts.
    BAD_SCRIPT = "bad-script", Error, "a script can't be read, or lacks a function that the rules name";

    // Types.
    AMBIGUOUS_VARIANT = "ambiguous-variant", Error, "a bare name is both a variant and something in scope";
    BAD_CALL = "bad-call", Error, "a function is called with the wrong arguments";
    CONSTANT_FAULT = "constant-fault", Error, "a constant divides by zero or is too large";
    COMPARED_TYPES = "compared-types", Error, "two sides of a comparison are of different types";
    MIXED_UNITS = "mixed-units", Error, "arithmetic on types that do not go together";
    NOT_CONSTANT = "not-constant", Error, "a value must be known before any facts are";
    NOT_A_FACT = "not-a-fact", Error, "something other than a fact where only a fact will do";
    NOT_A_PARAMETER = "not-a-parameter", Error, "a profile sets something other than a parameter";
    NOT_A_LIST = "not-a-list", Error, "something other than a list where a list is needed";
    OUT_OF_BOUNDS = "out-of-bounds", Error, "a constant lies outside what its declaration allows";
    SUBJECT_COUNT = "subject-count", Error, "a policy has no subject, or more than one";
    UNKNOWN_VARIANT = "unknown-variant", Error, "a name that is not one of an enumeration's variants";
    TOO_MANY = "too-many", Error, "a type has more variants or fields than are kept";
    WRONG_TYPE = "wrong-type", Error, "an expression is not of the type needed here";

    // Sense.
    AMBIGUOUS_BAND = "ambiguous-band", Error, "a gate names a band that several verdicts have";
    BANDS_OUT_OF_ORDER = "bands-out-of-order", Error, "the edges of a verdict's bands do not fall";
    EMPTY_LIST_UNANSWERED = "empty-list-unanswered", Error, "an aggregate does not say what it is for an empty list";
    KNOTS_OUT_OF_ORDER = "knots-out-of-order", Error, "the knots of a ramp do not rise";
    MISSING_CLAUSE = "missing-clause", Error, "an item lacks a clause that it can't do without";
    MISSING_OTHERWISE = "missing-otherwise", Error, "rows do not say what holds when none of them does";
    NEVER_IN_FORCE = "never-in-force", Error, "an item's last day comes before its first";
    NEGATIVE_POINTS = "negative-points", Error, "points below zero";
    BAD_WORTH = "bad-worth", Error, "a worth that is not above zero";
    OVERLAPPING_ROWS = "overlapping-rows", Error, "rows of a table hold together that must not";
    UNCOVERED_INPUTS = "uncovered-inputs", Warning, "no row of a table holds for some inputs";
    NO_VERDICT = "no-verdict", Warning, "a policy judges nothing: it has no verdict";
    NOT_BEFORE_COMPARISON = "not-before-comparison", Warning, "`not a == b` may be read in two ways";
    AND_WITHIN_OR = "and-within-or", Warning, "`a or b and c` may be read in two ways";
    SCORED_PROTOCOL = "scored-protocol", Error, "something that is scored reads a limit or a trigger of a protocol";
    SELF_COMPARISON = "self-comparison", Warning, "an expression is compared with itself";
    UNREACHABLE_ROW = "unreachable-row", Warning, "a row that no fact sheet leads to";

    // Proofs.
    ALWAYS_APPLIES = "always-applies", Warning, "an item whose `applies when` holds for every fact sheet";
    ALWAYS_FIRES = "always-fires", Warning, "a gate that every fact sheet brings about";
    ALWAYS_PASSES = "always-passes", Warning, "a check that every fact sheet passes";
    BEYOND_WORTH = "beyond-worth", Warning, "a measure that comes to less than nothing or more than its worth";
    COUNTED_TWICE = "counted-twice", Warning, "one fact alone decides two items of a verdict, in the same direction";
    NEVER_APPLIES = "never-applies", Warning, "an item whose `applies when` holds for no fact sheet";
    NEVER_FIRES = "never-fires", Warning, "a gate that no fact sheet brings about";
    NEVER_PASSES = "never-passes", Warning, "a check that no fact sheet passes";
    UNREACHABLE_BAND = "unreachable-band", Warning, "a band that no fact sheet leads to";
    WORTH_WITHOUT_EFFECT = "worth-without-effect", Warning, "an item whose points never change the band";

    // Facts.
    DUPLICATE_KEY = "duplicate-key", Error, "a key stands twice in one mapping";
    FACT_OUT_OF_BOUNDS = "fact-out-of-bounds", Error, "a fact lies outside the bounds its field declares";
    NOT_YAML = "not-yaml", Error, "a fact sheet is not well-formed YAML";
    NOT_PLAIN_YAML = "not-plain-yaml", Error, "a fact sheet uses anchors, aliases, tags, directives or several documents";
    BAD_EVIDENCE = "bad-evidence", Error, "source, as_of, note, claims or complete is not as it should be";
    UNKNOWN_FACT = "unknown-fact", Error, "a fact that the rules do not declare";
    WRONG_FACT_TYPE = "wrong-fact-type", Error, "a fact is not of the type its field declares";

    // Tests.
    FACT_FROM_RULES = "fact-from-rules", Error, "a test takes what it states of a fact from the rules it tests";
    NOT_A_TEST = "not-a-test", Error, "a file of tests declares something else";

    // Waivers.
    BAD_WAIVER = "bad-waiver", Error, "a waiver lacks something, or says it in a way that can't be used";
    DUPLICATE_WAIVER = "duplicate-waiver", Error, "two waivers of one rule and subject are in force on one day";
    NOT_WAIVABLE = "not-waivable", Error, "a waiver names a rule that can't be waived";
    WAIVER_EXPIRED = "waiver-expired", Warning, "a waiver is no longer in force";

    // Settings.
    BAD_CONFIG = "bad-config", Error, "a setting in `plumb.yaml` is not known, or its value can't be used";
    BAD_BASELINE = "bad-baseline", Error, "a baseline can't be read as one";
    BASELINE_GROWN = "baseline-grown", Error, "a baseline accepts something that it did not accept before";
    BASELINE_STALE = "baseline-stale", Error, "a baseline accepts something that is no longer found";
    BAD_SETTING = "bad-setting", Error, "a profile or parameter set from outside does not exist, or does not take this value";
    CONTEXT_MISSING = "context-missing", Error, "the rules read a context that was not given";
}
