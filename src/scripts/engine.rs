//! The interpreter with its limits: one for the whole process, for it never changes.

use std::sync::LazyLock;

use rhai::{AST, Engine, OptimizationLevel, ParseError};

use super::library;

/// The most operations of one call. An operation is about one step of a loop or one sign of a formula.
pub const MOST_OPERATIONS: u64 = 10_000;

/// The most entries of lists, and of records within lists, at any time.
pub const MOST_ENTRIES: usize = 1_000;

/// How deep functions call each other.
const DEEPEST_CALL: usize = 16;

/// How deep expressions and blocks nest.
const DEEPEST_EXPRESSION: usize = 32;

/// The most bytes of a text.
const LONGEST_TEXT: usize = 4_096;

/// The most variables at a time, and functions in a script.
const MOST_NAMES: usize = 64;

/// What reaches outside a script, turns texts into programs, or hides failures. `**` is left out because its results are seldom exact, and `switch` because it
/// tells `2.0` from `2`.
const LEFT_OUT: [&str; 18] = [
    "eval",
    "print",
    "debug",
    "import",
    "export",
    "private",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_var",
    "is_def_fn",
    "this",
    "try",
    "catch",
    "switch",
    "**",
    "**=",
];

static ENGINE: LazyLock<Engine> = LazyLock::new(build);

/// The interpreter.
pub(super) fn shared() -> &'static Engine {
    &ENGINE
}

/// Reads a script.
pub(super) fn compile(text: &str) -> Result<AST, ParseError> {
    ENGINE.compile(text)
}

fn build() -> Engine {
    let mut engine = Engine::new_raw();
    // Constants are not folded ahead: that would be done by rhai's own arithmetic, which rounds otherwise.
    engine.set_optimization_level(OptimizationLevel::None);
    // Arithmetic is ours wherever `library` has an operator.
    engine.set_fast_operators(false);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_allow_anonymous_fn(false);
    engine.set_max_operations(MOST_OPERATIONS);
    engine.set_max_call_levels(DEEPEST_CALL);
    engine.set_max_expr_depths(DEEPEST_EXPRESSION, DEEPEST_EXPRESSION);
    engine.set_max_string_size(LONGEST_TEXT);
    engine.set_max_array_size(MOST_ENTRIES);
    engine.set_max_map_size(MOST_ENTRIES);
    engine.set_max_variables(MOST_NAMES);
    engine.set_max_functions(MOST_NAMES);
    for word in LEFT_OUT {
        engine.disable_symbol(word);
    }
    library::register(&mut engine);
    engine
}
