//! The sessions of signed-in citizens: each bound to one person, known to the database only by a look-up value.

use super::Actor;
use crate::catalogue::Fin;
use crate::clock::Clock;
use crate::random::Random;
use crate::storage::{Storage, StorageError};

/// How long a session lasts without signing in again: 30 minutes.
const LASTS_MILLIS: i64 = 30 * 60 * 1000;

/// Opens, finds and closes sessions.
#[derive(Clone)]
pub struct Sessions {
    /// The records.
    pub storage: Storage,
    /// What time it is.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

impl Sessions {
    /// Opens a session for a citizen who has proven who she is; the text goes into her cookie and nowhere else.
    pub async fn open(&self, fin: &Fin) -> Result<String, StorageError> {
        let token = data_encoding::BASE64URL_NOPAD.encode(&self.random.bytes::<32>()?);
        let now = self.clock.now();
        self.storage.create_session(&token, fin.as_str().as_bytes(), now, now.plus_millis(LASTS_MILLIS)).await?;
        Ok(token)
    }

    /// Who is signed in under this cookie, if the session has not ended.
    pub async fn actor(&self, token: &str) -> Result<Option<Actor>, StorageError> {
        let Some(session) = self.storage.session(token, self.clock.now()).await? else { return Ok(None) };
        let fin = std::str::from_utf8(&session.subject).ok().and_then(|text| text.parse::<Fin>().ok());
        Ok(fin.map(|fin| self.holder(fin)))
    }

    /// Ends a session; that it is unknown is as good.
    pub async fn close(&self, token: &str) -> Result<(), StorageError> {
        self.storage.delete_session(token).await
    }

    /// The citizen with this FİN as the acts know her.
    pub fn holder(&self, fin: Fin) -> Actor {
        let key = self.storage.holder_key(&fin);
        Actor::Holder { pseudonym: data_encoding::HEXLOWER.encode(&key[..8]), fin }
    }
}
