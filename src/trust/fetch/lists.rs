//! The status lists of a fetch: each signed by a key of the service's, the one that was asked for, and no older one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::folder::{ListIndex, put_piece};
use super::super::{TrustError, evidence};
use super::{ADDRESSES_BYTES, FetchError, FetchedList, Fetching, LIST_BYTES, Tell, parsed};
use crate::keys::{PublicKeys, RevokedKey};
use crate::routes::STATUS_LISTS;
use crate::status_list::{StatusList, StatusListRefused};

/// More status lists than a service has, each for a million certificates.
const MOST_LISTS: usize = 1000;

/// What became of the status lists.
#[derive(Default)]
pub(super) struct Lists {
    /// Those that are held from now on.
    pub(super) entries: Vec<ListIndex>,
    /// What is to be told of each.
    pub(super) told: Vec<FetchedList>,
    /// The keys that they say are revoked.
    pub(super) revoked: Vec<RevokedKey>,
}

impl Fetching<'_> {
    /// Every status list that the service names, and those held that it does not name; what is refused leaves the held
    /// one where it is.
    pub(super) async fn lists(&self, keys: &PublicKeys, tell: Tell<'_>) -> Result<Lists, FetchError> {
        let answer = parsed(&self.server.get(STATUS_LISTS, ADDRESSES_BYTES).await?)?;
        let uris = answer["status_lists"].as_array().ok_or(FetchError::Form("list of status lists"))?;
        let uris: Option<BTreeSet<&str>> = uris.iter().map(Value::as_str).collect();
        let uris = uris.filter(|uris| uris.len() <= MOST_LISTS).ok_or(FetchError::Form("list of status lists"))?;
        let Lists { mut entries, mut told, mut revoked } = Lists::default();
        for (at, &uri) in uris.iter().enumerate() {
            tell("status lists", at as u64, uris.len() as u64);
            let before = self.held_list(uri)?;
            let issued_before = before.as_ref().map(|(_, list)| list.issued_at);
            match self.list(uri, keys, before.as_ref().map(|(_, list)| list)).await {
                Ok((entry, list)) => {
                    entries.push(entry);
                    revoked.extend(&list.revoked_keys);
                    told.push(FetchedList { uri: uri.to_owned(), issued_at: Some(list.issued_at), refused: None });
                }
                Err(refused) => {
                    entries.extend(before.map(|(entry, _)| entry));
                    told.push(FetchedList { uri: uri.to_owned(), issued_at: issued_before, refused: Some(refused) });
                }
            }
        }
        tell("status lists", uris.len() as u64, uris.len() as u64);
        for entry in self.held.iter().flat_map(|held| &held.index().status_lists) {
            let is_there = |list: &ListIndex| entry.uris.iter().any(|uri| list.uris.contains(uri));
            if !entries.iter().any(is_there) {
                let refused = Some("the service does not name it any more".to_owned());
                told.push(FetchedList {
                    uri: entry.uris.first().cloned().unwrap_or_default(),
                    issued_at: None,
                    refused,
                });
                entries.push(entry.clone());
            }
        }
        Ok(Lists { entries, told, revoked })
    }

    /// One list, and where it was put. The address that the service names is read for its path alone.
    async fn list(
        &self,
        uri: &str,
        keys: &PublicKeys,
        held: Option<&StatusList>,
    ) -> Result<(ListIndex, StatusList), String> {
        let path = path_of(uri).ok_or_else(|| "its address is not one of a status list".to_owned())?;
        let token = self.server.get(path, LIST_BYTES).await.map_err(|error| error.to_string())?;
        let text = std::str::from_utf8(&token).map_err(|_| StatusListRefused::Claims.to_string())?;
        let list = StatusList::open(text, keys, self.clock.now()).map_err(|error| error.to_string())?;
        if list.uri != uri {
            return Err(StatusListRefused::AnotherList.to_string());
        }
        if let Some(held) = held {
            list.follows(held).map_err(|error| {
                let kept = evidence::keep(self.folder, &evidence_name(uri), &[("offered.jwt", &token)]);
                let place = kept.map(|place| format!("; it is kept in {}", place.display())).unwrap_or_default();
                format!("{error}{place}")
            })?;
        }
        let piece = put_piece(self.folder, &token).map_err(|error| error.to_string())?;
        let uris = std::iter::once(list.uri.clone()).chain(list.former_uris.iter().cloned()).collect();
        Ok((ListIndex { uris, piece }, list))
    }

    /// The list that is held at an address, with its entry in the index; none when its key was revoked since.
    fn held_list(&self, uri: &str) -> Result<Option<(ListIndex, StatusList)>, TrustError> {
        let Some(held) = &self.held else { return Ok(None) };
        let knows = |entry: &&ListIndex| entry.uris.iter().any(|known| known == uri);
        let Some(entry) = held.index().status_lists.iter().find(knows) else { return Ok(None) };
        match held.status_list(uri, self.now) {
            Ok(list) => Ok(list.map(|list| (entry.clone(), list))),
            Err(TrustError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The path of a status list's address, of this service's form and no other.
fn path_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    let number = path.strip_prefix(STATUS_LISTS)?.strip_prefix('/')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(path)
}

/// Each list's evidence has a folder of its own.
fn evidence_name(uri: &str) -> String {
    let number: String = uri.chars().rev().take_while(char::is_ascii_digit).collect();
    format!("status-list-{}", number.chars().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_lists_path_is_ever_asked_for() {
        assert_eq!(path_of("https://a.example/api/v1/status-lists/12"), Some("/api/v1/status-lists/12"));
        for other in [
            "https://a.example/api/v1/status-lists/",
            "https://a.example/api/v1/status-lists/1/..",
            "https://a.example/api/v1/status-lists/../keys",
            "https://a.example/x/api/v1/status-lists/1",
            "https://a.example",
            "/api/v1/status-lists/1",
            "",
        ] {
            assert_eq!(path_of(other), None, "{other}");
        }
    }
}
