//! The `plumb` command. Everything is in the library.

fn main() -> std::process::ExitCode {
    plumbrule::cli::run()
}
