//! Lowering, on policies put together by hand: what becomes of expressions, what is found wrong with constants, what is read how often, and in which order.

mod findings;
mod lowering;
mod rules;
mod running;
