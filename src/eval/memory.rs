//! What `let`s and tables came to, remembered for as long as nothing that they rest on is replaced or narrowed.
//!
//! Every name has a serial number. Where a fact is replaced, a guard narrows it, or a mask narrows a band, the names that rest on it get another, and get
//! the one before back when that ends. What is remembered under a name counts where its number is the one under which it was worked out.
//!
//! What is said of one entry of a list alone is remembered, too, for as long as the facts are the same and none of that entry is replaced or narrowed.

use std::sync::Arc;

use super::{Frame, Overlay, Run, Valued};
use crate::policy::{LetId, TableId};
use crate::program::{ConditionId, ExprId, NamedId, OfEntry, Program};
use crate::verdict::{Address, TableOutcome};

/// What is remembered of a program's names, and which of it counts.
#[derive(Default)]
pub(super) struct Memory {
    lets: Vec<Twofold<Valued>>,
    tables: Vec<Twofold<Arc<TableOutcome>>>,
    /// By [`OfEntry::place`], what it comes to for some entries, by [`place_of`] their first slots; empty until something is kept.
    entries: Vec<Vec<Option<Entry>>>,
    keys: Vec<Key>,
    /// The last number given, over all runs, so that what is remembered in one never passes for another's.
    last: u64,
    /// The number of every name where nothing is replaced.
    ground: u64,
    /// Numbers that narrowing took the place of, in order.
    before: Vec<(NamedId, u64)>,
}

/// Where a name's numbers stand.
#[derive(Clone, Copy, Default)]
pub(super) struct Key {
    now: u64,
    /// Without narrowing.
    outside: u64,
}

/// What a name came to on the ground, and elsewhere last: going elsewhere and back costs nothing.
type Twofold<T> = [Option<(u64, T)>; 2];

/// What is said of an entry.
#[derive(Clone)]
struct Entry {
    first: Address,
    /// The number of the ground.
    ground: u64,
    value: Valued,
}

/// Where something stands that is evaluated by its name.
pub(super) struct Around {
    frame: usize,
    guards: u32,
}

impl Memory {
    pub(super) fn of(program: &Program) -> Memory {
        let (lets, tables) = (program.lets.len(), program.tables.len());
        let entries = program.of_entries.iter().flatten().count();
        Memory {
            lets: vec![[const { None }; 2]; lets],
            tables: vec![[const { None }; 2]; tables],
            entries: vec![Vec::new(); entries],
            keys: vec![Key::default(); lets + tables],
            ..Memory::default()
        }
    }

    /// Nothing remembered counts any longer.
    pub(super) fn forget(&mut self) {
        self.last += 1;
        self.ground = self.last;
        self.return_to(self.ground);
    }

    /// The number of the ground as it is now.
    pub(super) fn ground(&self) -> u64 {
        self.ground
    }

    /// What was remembered on some ground counts again.
    pub(super) fn return_to(&mut self, ground: u64) {
        self.ground = ground;
        self.keys.fill(Key { now: ground, outside: ground });
        self.before.clear();
    }

    /// What these names rest on is replaced from now on.
    pub(super) fn replace(&mut self, names: &[NamedId]) {
        self.last += 1;
        for name in names {
            self.keys[name.index()] = Key { now: self.last, outside: self.last };
        }
    }

    /// What these names rest on is narrowed until [`Memory::widen`].
    pub(super) fn narrow(&mut self, names: impl IntoIterator<Item = NamedId>) {
        self.last += 1;
        for name in names {
            let key = &mut self.keys[name.index()];
            self.before.push((name, key.now));
            key.now = self.last;
        }
    }

    /// How much is narrowed, for [`Memory::widen`].
    pub(super) fn depth(&self) -> usize {
        self.before.len()
    }

    /// Ends all narrowing beyond what there was.
    pub(super) fn widen(&mut self, depth: usize) {
        while self.before.len() > depth
            && let Some((name, before)) = self.before.pop()
        {
            self.keys[name.index()].now = before;
        }
    }

    /// Steps out of all narrowing; says what to hand to [`Memory::step_back`].
    pub(super) fn step_out(&mut self) -> Vec<Key> {
        let narrowed = self.keys.clone();
        self.keys.iter_mut().for_each(|key| key.now = key.outside);
        narrowed
    }

    /// As if nothing had ever been worked out; says what to hand to [`Memory::step_back`].
    pub(super) fn step_aside(&mut self) -> Vec<Key> {
        let before = self.keys.clone();
        self.last += 1;
        self.keys.fill(Key { now: self.last, outside: self.last });
        before
    }

    pub(super) fn step_back(&mut self, keys: Vec<Key>) {
        self.keys = keys;
    }

    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = NamedId> + use<> {
        (0..self.keys.len() as u32).map(NamedId)
    }

    #[inline]
    pub(super) fn of_let(&self, id: LetId) -> Option<&Valued> {
        self.counting(&self.lets[id.index()], id.index())
    }

    #[inline]
    pub(super) fn of_table(&self, id: TableId) -> Option<&Arc<TableOutcome>> {
        self.counting(&self.tables[id.index()], self.lets.len() + id.index())
    }

    pub(super) fn keep_let(&mut self, id: LetId, valued: Valued) {
        let (now, place) = self.place(id.index());
        self.lets[id.index()][place] = Some((now, valued));
    }

    pub(super) fn keep_table(&mut self, id: TableId, outcome: Arc<TableOutcome>) {
        let (now, place) = self.place(self.lets.len() + id.index());
        self.tables[id.index()][place] = Some((now, outcome));
    }

    fn of_entry(&self, of: OfEntry, first: Address) -> Option<&Valued> {
        let entry = self.entries[of.place as usize].get(place_of(first))?.as_ref()?;
        (entry.first == first && entry.ground == self.ground).then_some(&entry.value)
    }

    fn keep_entry(&mut self, of: OfEntry, first: Address, value: Valued) {
        let entries = &mut self.entries[of.place as usize];
        if entries.is_empty() {
            entries.resize(ENTRIES, None);
        }
        entries[place_of(first)] = Some(Entry { first, ground: self.ground, value });
    }

    #[inline]
    fn counting<'m, T>(&self, kept: &'m Twofold<T>, name: usize) -> Option<&'m T> {
        let (now, place) = self.place(name);
        kept[place].as_ref().filter(|(number, _)| *number == now).map(|(_, kept)| kept)
    }

    #[inline]
    fn place(&self, name: usize) -> (u64, usize) {
        let now = self.keys[name].now;
        (now, usize::from(now != self.ground))
    }

    fn is_narrowed(&self, name: NamedId) -> bool {
        let key = self.keys[name.index()];
        key.now != key.outside
    }
}

/// How many entries are remembered: those of longer lists take each other's places.
const ENTRIES: usize = 64;

/// Spreads entries over the places. The first slots of a list's entries are as far from each other as an entry is long.
fn place_of(first: Address) -> usize {
    let spread = (u64::from(first.sheet) << 32 | u64::from(first.slot)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (spread >> 58) as usize
}

impl Run<'_> {
    /// What is said of an entry alone.
    pub(super) fn said_of_entry(&mut self, of: OfEntry, condition: ConditionId, then: ExprId, otherwise: ExprId) -> Valued {
        let first = match self.scratch.frames[self.frame(of.binder)] {
            // Entries that nobody has listed share their slots, and are narrowed each for itself.
            Frame::Slots(first) if first.sheet > 0 && !self.recording => first,
            Frame::Slots(_) | Frame::Value(_) => return self.either(condition, then, otherwise),
        };
        let slots = first.slot..first.slot + of.slots;
        let touched = |overlay: &Overlay| overlay.address.sheet == first.sheet && slots.contains(&overlay.address.slot);
        if self.scratch.overlays.iter().any(touched) {
            return self.either(condition, then, otherwise);
        }
        if let Some(value) = self.scratch.memory.of_entry(of, first) {
            return value.clone();
        }
        // What is remembered must not depend on who asks first.
        let guards = std::mem::take(&mut self.guards);
        let value = self.either(condition, then, otherwise);
        self.guards = guards;
        self.scratch.memory.keep_entry(of, first, value.clone());
        value
    }

    /// Goes into what a name stands for. The binders around its use are not around its value, nor are guards that narrow nothing it rests on: what is
    /// remembered must not depend on who asks first.
    pub(super) fn go_into(&mut self, name: NamedId) -> Around {
        let frame = std::mem::replace(&mut self.outermost_frame, self.scratch.frames.len());
        let guards = self.guards;
        if !self.scratch.memory.is_narrowed(name) {
            self.guards = 0;
        }
        Around { frame, guards }
    }

    /// Comes back.
    pub(super) fn come_back(&mut self, around: Around) {
        (self.outermost_frame, self.guards) = (around.frame, around.guards);
    }
}
