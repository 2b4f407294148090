//! Finding again what was met before: places in a list, by hash.

use std::hash::{Hash, Hasher};

const FREE: u64 = u64::MAX;

/// An open table of places, each beside the upper half of its thing's hash. The things themselves lie in a list of the
/// caller's.
#[derive(Debug)]
pub(crate) struct Places {
    slots: Vec<u64>,
    used: usize,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![FREE; 1024],
            used: 0,
        }
    }

    /// The place of an equal thing; `None`: there was none, and `next` stands for it from now on.
    pub(crate) fn find_or_add(
        &mut self,
        hash: u64,
        next: u32,
        same: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        if self.used * 4 > self.slots.len() * 3 {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![FREE; old.len() * 2];
            for entry in old.into_iter().filter(|entry| *entry != FREE) {
                let slot = self.probe(entry, |_| false);
                self.slots[slot] = entry;
            }
        }
        let slot = self.probe(hash, same);
        if self.slots[slot] != FREE {
            return Some(self.slots[slot] as u32);
        }
        self.slots[slot] = hash >> 32 << 32 | u64::from(next);
        self.used += 1;
        None
    }

    /// The slot of an equal thing, or the free one where it would be.
    fn probe(&self, hash: u64, same: impl Fn(u32) -> bool) -> usize {
        let (mask, tag) = (self.slots.len() - 1, hash >> 32);
        let mut slot = tag as usize & mask;
        loop {
            let entry = self.slots[slot];
            if entry == FREE || entry >> 32 == tag && same(entry as u32) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// A list without equals: each thing is known by its place in it.
#[derive(Debug)]
pub(crate) struct Interner<T> {
    things: Vec<T>,
    places: Places,
}

impl<T: Hash + Eq> Interner<T> {
    pub(crate) fn new() -> Self {
        Self {
            things: Vec::new(),
            places: Places::new(),
        }
    }

    pub(crate) fn place(&mut self, thing: T) -> u16 {
        let next = self.things.len() as u32;
        let things = &self.things;
        let found = self
            .places
            .find_or_add(hash(&thing), next, |place| things[place as usize] == thing);
        let place = found.unwrap_or_else(|| {
            self.things.push(thing);
            next
        });
        u16::try_from(place).expect("a model of this size has fewer")
    }

    pub(crate) fn get(&self, place: u16) -> &T {
        &self.things[usize::from(place)]
    }
}

fn hash(thing: &impl Hash) -> u64 {
    let mut hasher = Mixer(0);
    thing.hash(&mut hasher);
    hasher.finish()
}

/// Quick, and good enough for what nobody chose to collide: every word moves every bit.
struct Mixer(u64);

impl Mixer {
    const fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(u64::from(*byte));
        }
    }

    fn write_u16(&mut self, word: u16) {
        self.mix(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.mix(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// States of one width, each met once, with the place of the state it was first reached from.
#[derive(Debug)]
pub(crate) struct States {
    width: usize,
    words: Vec<u16>,
    from: Vec<u32>,
    places: Places,
}

impl States {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            words: Vec::new(),
            from: Vec::new(),
            places: Places::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.from.len()
    }

    pub(crate) fn get(&self, place: usize) -> &[u16] {
        &self.words[place * self.width..][..self.width]
    }

    pub(crate) fn reached_from(&self, place: usize) -> usize {
        self.from[place] as usize
    }

    /// Adds a state unless it was met before; its place, and is it new?
    pub(crate) fn add(&mut self, state: &[u16], from: usize) -> (usize, bool) {
        let next = self.from.len();
        let (words, width) = (&self.words, self.width);
        let at = |place: u32| &words[place as usize * width..][..width];
        let found = self
            .places
            .find_or_add(mix(state), next as u32, |place| at(place) == state);
        if let Some(place) = found {
            return (place as usize, false);
        }
        self.words.extend_from_slice(state);
        self.from.push(from as u32);
        (next, true)
    }
}

fn mix(words: &[u16]) -> u64 {
    let mut mixer = Mixer(0);
    for word in words {
        mixer.write_u16(*word);
    }
    mixer.finish()
}
