//! The entry: what the log says about one act, hidden behind a salt, so that the public log tells nothing about anybody.

use uuid::Uuid;

use super::tree::{Hash, sha256};
use crate::clock::Instant;

/// What every entry's hash begins with, so that no other hash of this service can be taken for one.
const LEAF_PREFIX: &[u8] = b"earayis/leaf/v1\n";
/// The first element of a record's array: the shape of what follows.
const RECORD_VERSION: u64 = 1;

/// 32 random bytes that hide a record behind its entry until somebody shows both.
pub type Salt = [u8; 32];

/// What happened to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// It was issued; the record's digest is that of the released file.
    Issued,
    /// It was revoked, for good.
    Revoked,
    /// It was suspended.
    Suspended,
    /// Its suspension was lifted.
    Reinstated,
    /// Another certificate took its place, for good.
    Superseded,
    /// A new revision of its file was released, under a new timestamp; the record's digest is the new file's.
    Restamped,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 6] =
        [Self::Issued, Self::Revoked, Self::Suspended, Self::Reinstated, Self::Superseded, Self::Restamped];

    /// The number that stands for it in a record and in the database; it never changes.
    pub fn code(self) -> u8 {
        match self {
            Self::Issued => 1,
            Self::Revoked => 2,
            Self::Suspended => 3,
            Self::Reinstated => 4,
            Self::Superseded => 5,
            Self::Restamped => 6,
        }
    }

    /// The act with that number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// The word that stands for it in JSON and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Reinstated => "reinstated",
            Self::Superseded => "superseded",
            Self::Restamped => "restamped",
        }
    }

    /// The act with that word.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.slug() == slug)
    }
}

/// One act upon one certificate, as the log remembers it: nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What happened.
    pub act: Act,
    /// The certificate's id.
    pub id: Uuid,
    /// The code of its kind.
    pub kind: String,
    /// The version of its kind.
    pub kind_version: u32,
    /// The issuer's VÖEN.
    pub issuer: String,
    /// The SHA-256 of the released file, where the act released one.
    pub digest: Option<[u8; 32]>,
    /// When it happened.
    pub at: Instant,
}

/// These bytes are no record, or not in the one form in which a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a log record in its deterministic form: take salt and record from the log's own proof")]
pub struct NotRecord;

impl Record {
    /// The deterministic CBOR (RFC 8949 §4.2.1) array `[1, act, id, kind, kind version, issuer, digest or null, ms]`.
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        head(&mut out, ARRAY, 8);
        head(&mut out, UNSIGNED, RECORD_VERSION);
        head(&mut out, UNSIGNED, u64::from(self.act.code()));
        string(&mut out, BYTES, self.id.as_bytes());
        string(&mut out, TEXT, self.kind.as_bytes());
        head(&mut out, UNSIGNED, u64::from(self.kind_version));
        string(&mut out, TEXT, self.issuer.as_bytes());
        match &self.digest {
            Some(digest) => string(&mut out, BYTES, digest),
            None => out.push(NULL),
        }
        let millis = self.at.millis();
        // CBOR writes a negative n as -1 - n, which is n's bitwise complement.
        let (major, value) = if millis < 0 { (NEGATIVE, !millis) } else { (UNSIGNED, millis) };
        head(&mut out, major, value.cast_unsigned());
        out
    }

    /// Reads a record, and refuses every other encoding of the same content and everything that follows it.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, NotRecord> {
        let value: ciborium::Value = ciborium::from_reader(bytes).map_err(|_| NotRecord)?;
        let record = Self::from_array(&value).ok_or(NotRecord)?;
        if record.to_cbor() == bytes { Ok(record) } else { Err(NotRecord) }
    }

    fn from_array(value: &ciborium::Value) -> Option<Self> {
        let [version, act, id, kind, kind_version, issuer, digest, at] = value.as_array()?.as_slice() else {
            return None;
        };
        if u64::try_from(version.as_integer()?).ok()? != RECORD_VERSION {
            return None;
        }
        Some(Self {
            act: Act::from_code(act.as_integer()?.try_into().ok()?)?,
            id: Uuid::from_slice(id.as_bytes()?).ok()?,
            kind: kind.as_text()?.to_owned(),
            kind_version: kind_version.as_integer()?.try_into().ok()?,
            issuer: issuer.as_text()?.to_owned(),
            digest: if digest.is_null() { None } else { Some(digest.as_bytes()?.as_slice().try_into().ok()?) },
            at: Instant::from_millis(at.as_integer()?.try_into().ok()?),
        })
    }
}

/// What a leaf of the log holds: SHA-256(`earayis/leaf/v1\n` ‖ salt ‖ record).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry(pub [u8; 32]);

impl Entry {
    /// The entry of a record under its salt.
    pub fn of(salt: &Salt, record: &Record) -> Self {
        Self(sha256(&[LEAF_PREFIX, salt, &record.to_cbor()]).0)
    }

    /// The hash of the leaf that holds this entry: SHA-256(00 ‖ entry), RFC 6962 §2.1.
    pub fn leaf_hash(&self) -> Hash {
        Hash::leaf(&self.0)
    }
}

const UNSIGNED: u8 = 0 << 5;
const NEGATIVE: u8 = 1 << 5;
const BYTES: u8 = 2 << 5;
const TEXT: u8 = 3 << 5;
const ARRAY: u8 = 4 << 5;
const NULL: u8 = 0xf6;

fn string(out: &mut Vec<u8>, major: u8, content: &[u8]) {
    head(out, major, content.len() as u64);
    out.extend_from_slice(content);
}

/// The shortest head of a data item, as RFC 8949 §4.2.1 demands.
fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let bytes = value.to_be_bytes();
    match value {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend_from_slice(&[major | 0x18, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 0x19);
            out.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 0x1a);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(major | 0x1b);
            out.extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            act: Act::Issued,
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            kind: "employment".to_owned(),
            kind_version: 3,
            issuer: "9900000141".to_owned(),
            digest: Some([7; 32]),
            at: Instant::from_millis(1_795_481_459_483),
        }
    }

    #[test]
    fn acts_keep_their_numbers_and_words() {
        let told: Vec<_> = Act::ALL.into_iter().map(|act| (act.code(), act.slug())).collect();
        let expected =
            [(1, "issued"), (2, "revoked"), (3, "suspended"), (4, "reinstated"), (5, "superseded"), (6, "restamped")];
        assert_eq!(told, expected);
        for act in Act::ALL {
            assert_eq!((Act::from_code(act.code()), Act::from_slug(act.slug())), (Some(act), Some(act)));
        }
        assert_eq!((Act::from_code(0), Act::from_code(7), Act::from_slug("Issued")), (None, None, None));
    }

    #[test]
    fn a_record_is_written_byte_by_byte_as_the_format_says() {
        let mut expected = vec![0x88, 1, 1, 0x50];
        expected.extend_from_slice(record().id.as_bytes());
        expected.push(0x6a);
        expected.extend_from_slice(b"employment");
        expected.extend_from_slice(&[3, 0x6a]);
        expected.extend_from_slice(b"9900000141");
        expected.extend_from_slice(&[0x58, 0x20]);
        expected.extend_from_slice(&[7; 32]);
        expected.extend_from_slice(&[0x1b, 0, 0, 1, 0xa2, 0x0b, 0x08, 0xdb, 0x1b]);
        assert_eq!(record().to_cbor(), expected);
    }

    #[test]
    fn what_is_written_agrees_with_another_encoder_and_reads_back() {
        for millis in [-1, -25, -62_135_596_800_000, 0, 23, 24, 255, 256, 65_536, 4_294_967_296] {
            for version in [0, 23, 24, 255, 256, 65_535, 65_536, u32::MAX] {
                for act in Act::ALL {
                    let digest = (act == Act::Restamped).then_some([9; 32]);
                    let at = Instant::from_millis(millis);
                    let record = Record { act, kind_version: version, at, digest, kind: "k".repeat(300), ..record() };
                    let bytes = record.to_cbor();
                    assert_eq!(Record::from_cbor(&bytes).unwrap(), record);
                    let value: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
                    let mut again = Vec::new();
                    ciborium::into_writer(&value, &mut again).unwrap();
                    assert_eq!(again, bytes);
                }
            }
        }
    }

    #[test]
    fn any_other_encoding_of_a_record_is_refused() {
        let right = record().to_cbor();
        let indefinite: Vec<u8> = [&[0x9f], &right[1..], &[0xff]].concat();
        let long_version: Vec<u8> = [&right[..1], &[0x18, 1], &right[2..]].concat();
        let second_version: Vec<u8> = [&right[..1], &[2], &right[2..]].concat();
        let unknown_act: Vec<u8> = [&right[..2], &[7], &right[3..]].concat();
        let tagged: Vec<u8> = [&[0xc1], right.as_slice()].concat();
        let trailing: Vec<u8> = [right.as_slice(), &[0]].concat();
        let undefined_digest: Vec<u8> = {
            let bytes = Record { digest: None, ..record() }.to_cbor();
            bytes.iter().map(|&byte| if byte == NULL { 0xf7 } else { byte }).collect()
        };
        let endless_array = [[0x9b].as_slice(), &[0xff; 8]].concat();
        let endless_bytes = [[0x5b, 0x7f].as_slice(), &[0xff; 7]].concat();
        let deep = vec![0x81; 100_000];
        let far_future: Vec<u8> = [&right[..right.len() - 8], &[0x7f; 8]].concat();
        for wrong in [
            indefinite,
            long_version,
            second_version,
            unknown_act,
            tagged,
            trailing,
            undefined_digest,
            far_future,
            endless_array,
            endless_bytes,
            deep,
        ] {
            assert_eq!(Record::from_cbor(&wrong), Err(NotRecord), "{:02x?}", &wrong[..wrong.len().min(99)]);
        }
        for length in 0..right.len() {
            assert_eq!(Record::from_cbor(&right[..length]), Err(NotRecord));
        }
    }

    #[test]
    fn an_entry_hides_its_record_behind_its_salt() {
        let bytes = [LEAF_PREFIX, &[5; 32], &record().to_cbor()].concat();
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let entry = Entry::of(&[5; 32], &record());
        assert_eq!(entry.0, digest.as_ref());
        assert_ne!(entry, Entry::of(&[6; 32], &record()));
        let leaf = ring::digest::digest(&ring::digest::SHA256, &[&[0], entry.0.as_slice()].concat());
        assert_eq!(entry.leaf_hash().0, leaf.as_ref());
    }
}
