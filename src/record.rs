//! Decision records: a judgement with everything it rests on, kept so that it can be proven years later.
//!
//! A record is a pure function of what was asked for and of the texts that were read, written in one canonical form. So to verify one is to make it again and
//! compare bytes. The records of a folder form a chain: each holds the digest of the one before it, and `chain.json` holds that of the last.
//!
//! Nothing here reads files: records and inputs come through [`Files`](crate::source::Files), and what is to be written is handed back.

mod again;
mod asked;
mod canonical;
mod chain;
mod form;
mod signing;
mod verify;

pub use crate::digest::Digest;
pub use again::{Prepared, Texts};
pub use asked::{Asked, Score};
pub use chain::{End, HEAD, Head, belongs, end, signature_name};
pub use form::{Context, Draft, Parameter, Placed, Required, Rules, Setting};
pub use signing::{Key, NAMESPACE, Signers};
pub use verify::{Wanted, verify};

use crate::source::Unreadable;

/// Why a text could not be had, as what a file does.
fn unreadable(why: &Unreadable) -> String {
    match why {
        Unreadable::Missing => "is gone".into(),
        Unreadable::TooLarge(most) => format!("is larger than {} MiB, the most that is read", most >> 20),
        Unreadable::NotText(at) => format!("is not UTF-8 text: byte {} is not part of any character", at + 1),
        Unreadable::Other(message) => format!("can't be read: {message}"),
    }
}
