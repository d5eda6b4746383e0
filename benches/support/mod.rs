//! What the benchmark and its test share: made-up documents, a version of the policy written by hand over typed fields, and the rule files at any number of copies.

// The benchmark and the test each use a part of what stands here.
#![allow(dead_code)]

pub mod copies;
pub mod documents;
pub mod engine;
pub mod typed;
