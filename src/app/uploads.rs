//! Uploads: what all files under way take of memory together is bounded, however many there are and however slowly they
//! come; no side takes more than a quarter of it, and a quarter is left to organisations, whatever networks do.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::door::{Share, Sharer, Shares};

/// The bytes that all uploads under way may hold together: 512 MiB.
const ROOM: usize = 512 << 20;
/// The most bytes that a file may be allowed to have: what one network or organisation may hold, 128 MiB.
pub const LARGEST: usize = ROOM / 4;
/// Room is counted in steps of so many bytes.
const STEP: usize = 16 << 10;

/// The memory that uploads share. A clone is the same.
#[derive(Debug, Clone)]
pub struct Uploads {
    room: Arc<Semaphore>,
    /// What of it networks may have.
    of_networks: Arc<Semaphore>,
    shares: Shares,
}

/// There is no room for more of a file now, or none for this network or organisation; in a moment other files will have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many files are being checked at this moment; send it again in a few seconds")]
pub struct NoRoom;

/// A file as it comes in. Its room is given back when it is dropped, so it is kept until the file was checked.
pub struct Upload {
    share: Share,
    /// What gave it room: all of it, and the networks' part too unless an organisation sends it.
    from: Vec<Arc<Semaphore>>,
    room: Vec<OwnedSemaphorePermit>,
    taken: usize,
    received: usize,
}

/// Why a form's file was not received.
#[derive(Debug, thiserror::Error)]
pub enum NotReceived {
    /// The form cannot be read, or is too large.
    #[error(transparent)]
    Form(#[from] MultipartError),
    /// There is no room for it now.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The form has no part `file`.
    #[error("send the file as the part `file` of the form")]
    NoFile,
}

impl Default for Uploads {
    /// The room that there is: a file of the [`LARGEST`] size fits in a share of it.
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Uploads {
    fn with_room(bytes: usize) -> Self {
        let steps = bytes / STEP;
        let of_networks = steps - steps / 4;
        Self {
            room: Arc::new(Semaphore::new(steps)),
            of_networks: Arc::new(Semaphore::new(of_networks)),
            shares: Shares::of(steps / 4),
        }
    }

    /// Receives the one part `file` of a form that `sharer` sends; its room is kept until the [`Upload`] is dropped.
    pub async fn receive(&self, sharer: Sharer, mut form: Multipart) -> Result<(Vec<u8>, Upload), NotReceived> {
        while let Some(mut field) = form.next_field().await? {
            if field.name() != Some("file") {
                continue;
            }
            let (mut bytes, mut upload) = (Vec::new(), self.begin(sharer));
            while let Some(chunk) = field.chunk().await? {
                upload.grow(chunk.len())?;
                bytes.extend_from_slice(&chunk);
            }
            return Ok((bytes, upload));
        }
        Err(NotReceived::NoFile)
    }

    fn begin(&self, sharer: Sharer) -> Upload {
        let mut from = vec![Arc::clone(&self.room)];
        if !sharer.is_organisation() {
            from.push(Arc::clone(&self.of_networks));
        }
        Upload { share: self.shares.begin(sharer), from, room: Vec::new(), taken: 0, received: 0 }
    }
}

impl Upload {
    /// Takes room for `bytes` more, before they are kept. Nobody waits for it: whoever waited would hold what he has.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let received = self.received.saturating_add(bytes);
        let steps = received.div_ceil(STEP) - self.taken;
        if steps > 0 {
            let more = u32::try_from(steps).map_err(|_| NoRoom)?;
            if !self.share.grow(steps) {
                return Err(NoRoom);
            }
            let more = self.from.iter().map(|room| Arc::clone(room).try_acquire_many_owned(more));
            self.room.extend(more.collect::<Result<Vec<_>, _>>().map_err(|_| NoRoom)?);
            self.taken += steps;
        }
        self.received = received;
        Ok(())
    }
}

/// Reads a body and keeps nothing of it: whoever still sends does not hear an answer. After `most` bytes she need not.
pub async fn discard(mut body: Body, most: usize) {
    let mut read = 0;
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > most {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::Network;

    fn from(host: u8) -> Sharer {
        Network::of([203, 0, 113, host].into()).into()
    }

    fn bank() -> Sharer {
        Sharer::Organisation("9900000141".parse().unwrap())
    }

    #[test]
    fn files_share_the_room_and_give_it_back() {
        let uploads = Uploads::with_room(8 * STEP);
        let mut first = uploads.begin(from(1));
        first.grow(1).unwrap();
        first.grow(STEP).unwrap();
        let mut second = uploads.begin(from(2));
        second.grow(2 * STEP).unwrap();
        let mut third = uploads.begin(from(3));
        third.grow(2 * STEP).unwrap();
        assert_eq!(uploads.begin(from(4)).grow(1), Err(NoRoom));
        first.grow(STEP - 1).unwrap();
        drop(first);
        uploads.begin(from(4)).grow(2 * STEP).unwrap();
    }

    #[test]
    fn one_side_takes_a_quarter_with_however_many_files() {
        let uploads = Uploads::with_room(16 * STEP);
        let mut files: Vec<_> = (0..8).map(|_| uploads.begin(from(1))).collect();
        let received = files.iter_mut().filter_map(|file| file.grow(STEP).ok()).count();
        assert_eq!(received, 4);
        uploads.begin(from(2)).grow(4 * STEP).unwrap();
        files.remove(0);
        files.last_mut().unwrap().grow(STEP).unwrap();
    }

    #[test]
    fn however_many_networks_stall_an_organisation_has_its_quarter() {
        let uploads = Uploads::with_room(16 * STEP);
        let mut files: Vec<_> = (0..20).map(|host| uploads.begin(from(host))).collect();
        let received = files.iter_mut().filter_map(|file| file.grow(4 * STEP).ok()).count();
        assert_eq!(received, 3);
        let mut of_the_bank = uploads.begin(bank());
        of_the_bank.grow(4 * STEP).unwrap();
        assert_eq!(of_the_bank.grow(1), Err(NoRoom), "and no more than that");
    }

    #[test]
    fn the_largest_file_that_may_be_allowed_fits_in_a_share() {
        Uploads::default().begin(from(1)).grow(LARGEST).unwrap();
        assert_eq!(Uploads::default().begin(from(1)).grow(LARGEST + 1), Err(NoRoom));
    }

    #[test]
    fn nothing_takes_no_room() {
        let uploads = Uploads::with_room(0);
        uploads.begin(from(1)).grow(0).unwrap();
        assert_eq!(uploads.begin(from(1)).grow(usize::MAX), Err(NoRoom));
    }
}
