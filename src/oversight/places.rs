//! Places: each published entry has its leaf in the database, at its place and made of its own record, and none is more.

use std::collections::{BTreeMap, VecDeque};

use super::fault::{CheckError, Fault};
use crate::clock::{Clock, Instant};
use crate::storage::{LeafRecord, LogReach, Storage};
use crate::transparency::{Act, Entry, Frontier, Record};

/// How many rows are read at once.
const ROWS: u64 = 4096;
/// For how long a leaf may wait for its place.
const PATIENCE_MILLIS: i64 = 60_000;

/// The leaves with places, held against the published entries one after the other.
pub struct Places {
    storage: Storage,
    clock: Clock,
    reach: Option<LogReach>,
    tree: Frontier,
    rows: VecDeque<LeafRecord>,
    read_to: u64,
    /// Published entries whose leaves were given up after a restore, by place.
    lost: BTreeMap<u64, [u8; 32]>,
    acknowledged: u64,
}

impl Places {
    /// Those of a database in which as many leaves are lost, and no more, as whoever checks knows of.
    pub fn new(storage: Storage, clock: Clock, acknowledged: u64) -> Self {
        let (rows, lost) = (VecDeque::new(), BTreeMap::new());
        Self { storage, clock, reach: None, tree: Frontier::new(), rows, read_to: 0, lost, acknowledged }
    }

    /// Comes after the checkpoint was read: a database that knows less was set back.
    pub(super) async fn begin(&mut self, published: u64) -> Result<(), CheckError> {
        let reach = self.storage.log_reach().await?;
        if reach.size < published {
            return Err(Fault::Behind { published, recorded: reach.size }.into());
        }
        self.reach = Some(reach);
        let lost = self.storage.lost_entries().await?;
        if let Some(first) = lost.first().filter(|_| lost.len() as u64 != self.acknowledged) {
            let (place, given_up_at) = (first.place, first.given_up_at);
            return Err(Fault::Lost { count: lost.len(), place, given_up_at }.into());
        }
        self.lost = lost.into_iter().map(|lost| (lost.place, lost.entry)).collect();
        Ok(())
    }

    /// Holds the next entries against their leaves.
    pub(super) async fn hold(&mut self, entries: &[Entry]) -> Result<(), CheckError> {
        for entry in entries {
            let place = self.tree.size();
            if self.lost.get(&place) == Some(&entry.0) {
                self.tree.append(entry.leaf_hash());
                continue;
            }
            let leaf = self.next(place).await?.ok_or(Fault::EntryWithoutLeaf(place))?;
            if Entry(leaf.entry) != *entry {
                return Err(Fault::OtherEntry { place, leaf: leaf.id }.into());
            }
            is_its_record(&leaf)?;
            self.tree.append(entry.leaf_hash());
        }
        Ok(())
    }

    /// What has a place and is not published yet, the root over all, and what waits for a place.
    pub(super) async fn end(&mut self) -> Result<(), CheckError> {
        let Some(reach) = self.reach else { return Ok(()) };
        while self.tree.size() < reach.size {
            let place = self.tree.size();
            // Whoever holds an older log against the database meets here what was given up since.
            if let Some(lost) = self.lost.get(&place) {
                self.tree.append(Entry(*lost).leaf_hash());
                continue;
            }
            let leaf = self.next(place).await?.ok_or(Fault::EntryWithoutLeaf(place))?;
            is_its_record(&leaf)?;
            self.tree.append(Entry(leaf.entry).leaf_hash());
        }
        if self.tree.root().0 != reach.root {
            return Err(Fault::Root(reach.size).into());
        }
        if let Some(place) = reach.last_place.filter(|place| *place >= reach.size) {
            return Err(Fault::BeyondTheEnd { place, size: reach.size }.into());
        }
        match self.storage.longest_waiting().await? {
            Some(leaf) if waits_long(leaf.recorded_at, self.clock.now()) => {
                Err(Fault::Late { leaf: leaf.id, since: leaf.recorded_at }.into())
            }
            _ => Ok(()),
        }
    }

    /// The leaf at `place`, if there is one; places are asked for one after the other.
    async fn next(&mut self, place: u64) -> Result<Option<LeafRecord>, CheckError> {
        if self.rows.is_empty() && place >= self.read_to {
            self.read_to = place + ROWS;
            self.rows = self.storage.leaves_at(place, self.read_to).await?.into();
        }
        Ok(self.rows.pop_front_if(|leaf| leaf.place == Some(place)))
    }
}

fn waits_long(since: Instant, now: Instant) -> bool {
    now.millis() - since.millis() > PATIENCE_MILLIS
}

/// Whether a leaf's columns say what its entry was made of.
pub(super) fn is_its_record(leaf: &LeafRecord) -> Result<Record, Fault> {
    let changed = |column| Fault::Leaf { leaf: leaf.id, column };
    let record = Record::from_cbor(&leaf.record).map_err(|_| changed("record"))?;
    if Entry::of(&leaf.salt, &record) != Entry(leaf.entry) {
        return Err(changed("record or salt"));
    }
    if record.id != leaf.certificate_id {
        return Err(changed("certificate_id"));
    }
    if Act::from_slug(&leaf.act) != Some(record.act) {
        return Err(changed("act"));
    }
    if record.at != leaf.recorded_at {
        return Err(changed("recorded_at"));
    }
    Ok(record)
}
