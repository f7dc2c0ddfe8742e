//! How much a kind's QR code must hold: a bound on the signed token's bytes, so that no certificate's code is too dense.

use super::kind::{FieldCode, FieldSort, Kind, Predicate};

/// The most bytes a token may have before base32: with the address and the code before it, a QR code of version 17
/// at level M, whose modules are 0,41 mm wide at 35 mm.
pub const TOKEN_BYTES: usize = 428;
/// The bytes of the holder's name in the QR, at most; a longer one is shortened there.
pub const NAME_BYTES: usize = 60;
/// The bytes that any one text is left with in the QR, at least, when room is short.
pub const TEXT_BYTES: usize = 12;

/// The origin (`https://arayis.example`) as long as a usual host makes it; `iss` and `uri` carry it.
const ORIGIN: usize = 22;

/// A fact of every certificate that a kind may put into its QR beside its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommonFact {
    /// `birth_date`: the holder's date of birth.
    BirthDate,
    /// `as_of`: when the registry answered.
    AsOf,
    /// `recipient`: the name of the recipient; left out when none is named.
    Recipient,
}

impl CommonFact {
    /// The fact that a code of a kind's `qr` names, if it is common to all kinds.
    pub fn of(code: &FieldCode) -> Option<Self> {
        match code.as_str() {
            "birth_date" => Some(Self::BirthDate),
            "as_of" => Some(Self::AsOf),
            "recipient" => Some(Self::Recipient),
            _ => None,
        }
    }
}

/// The longest token of a kind: its [`envelope`] and, in whichever form, each fact of its `qr` at its longest.
///
/// A date has 10 characters, a month 7, an instant 20, a VÖEN 10, an amount up to 10¹¹ qəpik 9 bytes, another number
/// 5, a choice the length of its longest code; the name counts with [`NAME_BYTES`] and another text with
/// [`TEXT_BYTES`], because they are shortened when they do not fit.
pub fn longest_token(kind: &Kind) -> usize {
    let facts = |hidden: &[FieldCode]| -> usize {
        let carried = kind.qr.iter().filter(|code| !hidden.contains(code));
        carried.map(|code| key(code) + longest_value(kind, code)).sum()
    };
    let forms = kind.variants.iter().map(|variant| facts(&variant.hides));
    let plain = if always_a_variant(kind) { 0 } else { facts(&[]) };
    envelope(kind) + text_item("name".len()) + text_item(NAME_BYTES) + forms.max().unwrap_or(0).max(plain)
}

/// Whether every certificate takes one of the variants: they ask for each choice of one field, which is never absent.
fn always_a_variant(kind: &Kind) -> bool {
    kind.fields.iter().filter(|field| !field.optional).any(|field| {
        let FieldSort::Choice(choices) = &field.sort else { return false };
        choices.iter().all(|choice| {
            let asks = Predicate::Is(field.code.clone(), choice.code.clone());
            kind.variants.iter().any(|variant| variant.when == asks)
        })
    })
}

/// What is left for the facts, keys and heads included.
pub fn room_for_facts(kind: &Kind) -> usize {
    TOKEN_BYTES.saturating_sub(envelope(kind))
}

/// The bytes of a token without facts, for an origin of a usual length.
///
/// `COSE_Sign1`, tagged: tag and array 2, protected header with algorithm and 8-byte `kid` 14, empty unprotected
/// header 1, payload's head 3, signature 66. The payload's map 1; `iss` 1 + origin; `exp` and `nbf` 6 each; `cti` 16;
/// `status` 3 + 27 + origin and `/api/v1/status-lists/12345`; kind 5 + text; facts 5 and their map's head 1;
/// demonstration 6.
pub fn envelope(kind: &Kind) -> usize {
    let signature = 2 + 14 + 1 + 3 + 66;
    let status = 3 + 27 + text_item(ORIGIN + 26);
    let kind = 5 + text_item(kind.code.as_str().len());
    signature + 1 + 1 + text_item(ORIGIN) + 6 + 6 + 16 + status + kind + 6 + 6
}

/// The bytes of a CBOR text of `length` bytes with its head (RFC 8949 §3).
pub fn text_item(length: usize) -> usize {
    length
        + if length < 24 {
            1
        } else if length < 256 {
            2
        } else {
            3
        }
}

fn key(code: &FieldCode) -> usize {
    text_item(code.as_str().len())
}

fn longest_value(kind: &Kind, code: &FieldCode) -> usize {
    match CommonFact::of(code) {
        Some(CommonFact::BirthDate) => return text_item(10),
        Some(CommonFact::AsOf) => return text_item(20),
        Some(CommonFact::Recipient) => return text_item(TEXT_BYTES),
        None => {}
    }
    match kind.field(code).map(|field| &field.sort) {
        Some(FieldSort::Date | FieldSort::Voen) => text_item(10),
        Some(FieldSort::Month | FieldSort::Fin) => text_item(7),
        Some(FieldSort::Money) => 9,
        Some(FieldSort::Integer) => 5,
        Some(FieldSort::Choice(choices)) => text_item(choices.iter().map(|c| c.code.len()).max().unwrap_or(0)),
        Some(FieldSort::Text) => text_item(TEXT_BYTES),
        Some(FieldSort::Table(_)) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use ciborium::Value as Cbor;
    use coset::{CborSerializable as _, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable as _, iana};

    use super::*;
    use crate::catalogue::Catalogue;

    /// A token of this kind with one fact of two hundred letters, as it is signed; see design, Formats.
    fn token(kind: &Kind) -> Vec<u8> {
        let origin = "https://arayis.example";
        let list = Cbor::Map(vec![
            ("idx".into(), 1_048_575.into()),
            ("uri".into(), format!("{origin}/api/v1/status-lists/12345").into()),
        ]);
        let claims = Cbor::Map(vec![
            (1.into(), origin.into()),
            (4.into(), 1_800_000_000.into()),
            (5.into(), 1_790_000_000.into()),
            (7.into(), "2026-7KQ3-M9XD".into()),
            (65_535.into(), Cbor::Map(vec![("status_list".into(), list)])),
            (Cbor::from(-70_001), kind.code.as_str().into()),
            (Cbor::from(-70_002), Cbor::Map(vec![("x".into(), "y".repeat(200).into())])),
            (Cbor::from(-70_003), true.into()),
        ]);
        let protected = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(vec![7; 8]).build();
        let payload = claims.to_vec().unwrap();
        let token = CoseSign1Builder::new().protected(protected).payload(payload).signature(vec![7; 64]).build();
        token.to_tagged_vec().unwrap()
    }

    #[test]
    fn the_envelope_is_as_long_as_a_real_one() {
        for kind in Catalogue::built_in().unwrap().kinds() {
            assert_eq!(envelope(kind) + text_item(1) + text_item(200), token(kind).len(), "{}", kind.code);
        }
    }

    #[test]
    fn the_longest_token_of_each_built_in_kind_fits() {
        for kind in Catalogue::built_in().unwrap().kinds() {
            let longest = longest_token(kind);
            assert!(longest <= TOKEN_BYTES && longest > envelope(kind) + NAME_BYTES, "{}: {longest}", kind.code);
        }
    }
}
