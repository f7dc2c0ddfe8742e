//! Uploads: what all files under way take of memory together is bounded, however many there are and however slowly they come.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bytes that all uploads under way may hold together: 512 MiB.
const ROOM: usize = 512 << 20;
/// Room is counted in steps of so many bytes.
const STEP: usize = 16 << 10;

/// The memory that uploads share.
#[derive(Debug, Clone)]
pub struct Uploads(Arc<Semaphore>);

/// There is no room for more of a file now; in a moment others will have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many files are being checked at this moment; send it again in a few seconds")]
pub struct NoRoom;

/// A file as it comes in. Its room is given back when it is dropped, so it is kept until the file was checked.
pub struct Upload {
    uploads: Uploads,
    room: Option<OwnedSemaphorePermit>,
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
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Uploads {
    fn with_room(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / STEP)))
    }

    /// Receives the one part `file` of a form; its room is kept until the [`Upload`] is dropped.
    pub async fn receive(&self, mut form: Multipart) -> Result<(Vec<u8>, Upload), NotReceived> {
        while let Some(mut field) = form.next_field().await? {
            if field.name() != Some("file") {
                continue;
            }
            let (mut bytes, mut upload) = (Vec::new(), self.begin());
            while let Some(chunk) = field.chunk().await? {
                upload.grow(chunk.len())?;
                bytes.extend_from_slice(&chunk);
            }
            return Ok((bytes, upload));
        }
        Err(NotReceived::NoFile)
    }

    /// Begins to receive a file.
    pub fn begin(&self) -> Upload {
        Upload { uploads: self.clone(), room: None, taken: 0, received: 0 }
    }
}

impl Upload {
    /// Takes room for `bytes` more, before they are kept. Nobody waits for it: whoever waited would hold what he has.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let received = self.received.saturating_add(bytes);
        let steps = received.div_ceil(STEP) - self.taken;
        if steps > 0 {
            let more = u32::try_from(steps).map_err(|_| NoRoom)?;
            let more = Arc::clone(&self.uploads.0).try_acquire_many_owned(more).map_err(|_| NoRoom)?;
            match &mut self.room {
                Some(room) => room.merge(more),
                None => self.room = Some(more),
            }
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

    #[test]
    fn files_share_the_room_and_give_it_back() {
        let uploads = Uploads::with_room(3 * STEP);
        let mut first = uploads.begin();
        first.grow(1).unwrap();
        first.grow(STEP).unwrap();
        let mut second = uploads.begin();
        second.grow(STEP).unwrap();
        assert_eq!(second.grow(1), Err(NoRoom));
        first.grow(STEP - 1).unwrap();
        drop(first);
        second.grow(1).unwrap();
    }

    #[test]
    fn nothing_takes_no_room() {
        Uploads::with_room(0).begin().grow(0).unwrap();
        assert_eq!(Uploads::with_room(0).begin().grow(usize::MAX), Err(NoRoom));
    }
}
