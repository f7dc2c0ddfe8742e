//! The CMS of a seal: built once for a key, completed for each digest, always DER.
//!
//! Only the message digest and the signature differ between two seals by one key; the rest is encoded here beforehand.

use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::Encode;
use der::asn1::ObjectIdentifier;
use ring::digest::{SHA256, digest};

use super::{SealError, SealKey, SignerCertificate};
use crate::keys::Material;

/// signing-certificate-v2 (RFC 5035 §3).
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const NULL: [u8; 2] = [0x05, 0x00];
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_4: u8 = 0xa4;
const VERSION_1: [u8; 3] = [INTEGER, 1, 1];

/// A seal without its digest and signature.
pub(super) struct Template {
    /// `SignedData` up to its certificates (RFC 5652 §5.1).
    signed_data_head: Vec<u8>,
    /// `SignerInfo` up to its signed attributes (RFC 5652 §5.3).
    signer_head: Vec<u8>,
    /// The signed attributes as the SET OF that is signed, with a digest of zeros.
    attributes: Vec<u8>,
    /// Where in them the digest stands.
    digest_at: usize,
    signature_algorithm: Vec<u8>,
    /// The content type of it all, id-signedData.
    signed_data_type: Vec<u8>,
}

impl Template {
    pub(super) fn new(key: &SealKey, certificate: &SignerCertificate) -> Result<Self, SealError> {
        let sha256 = tlv(SEQUENCE, &[&oid(ID_SHA_256)?]);
        let signature_algorithm = match key.material() {
            Material::P256(_) => tlv(SEQUENCE, &[&oid(ECDSA_WITH_SHA_256)?]),
            Material::Rsa { .. } => tlv(SEQUENCE, &[&oid(SHA_256_WITH_RSA_ENCRYPTION)?, &NULL]),
        };
        let serial = tlv(INTEGER, &[certificate.serial()]);
        let signer = tlv(SEQUENCE, &[certificate.issuer(), &serial]);
        let content = tlv(SEQUENCE, &[&oid(ID_DATA)?]);
        let certificates = set_of(CONTEXT_0, certificate.chain().certificates().to_vec());
        let (attributes, digest_at) = attributes(certificate, &serial)?;
        Ok(Self {
            signed_data_head: [&VERSION_1[..], &tlv(SET, &[&sha256]), &content, &certificates].concat(),
            signer_head: [&VERSION_1[..], &signer, &sha256].concat(),
            attributes,
            digest_at,
            signature_algorithm,
            signed_data_type: oid(ID_SIGNED_DATA)?,
        })
    }

    /// The signed attributes for `digest`, as they are signed.
    pub(super) fn attributes(&self, digest: &[u8; 32]) -> Vec<u8> {
        let mut attributes = self.attributes.clone();
        if let Some(place) = attributes.get_mut(self.digest_at..self.digest_at + digest.len()) {
            place.copy_from_slice(digest);
        }
        attributes
    }

    /// The whole CMS of signed attributes and the signature over them.
    pub(super) fn assemble(&self, attributes: &[u8], signature: &[u8]) -> Vec<u8> {
        let signature = tlv(OCTET_STRING, &[signature]);
        // In SignerInfo the attributes stand under [0] IMPLICIT instead of SET.
        let attributes = [&[CONTEXT_0], attributes.get(1..).unwrap_or_default()].concat();
        let signer = tlv(SEQUENCE, &[&self.signer_head, &attributes, &self.signature_algorithm, &signature]);
        let signed_data = tlv(SEQUENCE, &[&self.signed_data_head, &tlv(SET, &[&signer])]);
        tlv(SEQUENCE, &[&self.signed_data_type, &tlv(CONTEXT_0, &[&signed_data])])
    }

    /// The length of a CMS whose signature has `signature` bytes.
    pub(super) fn longest(&self, signature: usize) -> usize {
        self.assemble(&self.attributes, &vec![0; signature]).len()
    }
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Template(…)")
    }
}

/// The signed attributes of PAdES B-B with a digest of zeros, and where the digest stands.
fn attributes(certificate: &SignerCertificate, serial: &[u8]) -> Result<(Vec<u8>, usize), SealError> {
    let attribute =
        |name, value: &[u8]| -> Result<Vec<u8>, SealError> { Ok(tlv(SEQUENCE, &[&oid(name)?, &tlv(SET, &[value])])) };
    // ESSCertIDv2 (RFC 5035 §4): SHA-256 is its default and therefore left out.
    let hash = tlv(OCTET_STRING, &[digest(&SHA256, certificate.chain().own()).as_ref()]);
    let issuer_serial = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&tlv(CONTEXT_4, &[certificate.issuer()])]), serial]);
    let certificate_id = tlv(SEQUENCE, &[&hash, &issuer_serial]);
    let signing_certificate = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&certificate_id])]);
    let message_digest = attribute(ID_MESSAGE_DIGEST, &tlv(OCTET_STRING, &[&[0; 32]]))?;
    let all = vec![
        attribute(ID_CONTENT_TYPE, &oid(ID_DATA)?)?,
        message_digest.clone(),
        attribute(SIGNING_CERTIFICATE_V2, &signing_certificate)?,
    ];
    let set = set_of(SET, all);
    // The attributes differ in their second byte, their length; so the digest does not move them.
    let at = set.windows(message_digest.len()).position(|window| window == message_digest).ok_or(SealError::Signing)?;
    let digest_at = at + message_digest.len() - 32;
    Ok((set, digest_at))
}

fn oid(oid: ObjectIdentifier) -> Result<Vec<u8>, SealError> {
    oid.to_der().map_err(|_| SealError::Signing)
}

/// A SET OF under `tag`, its elements in the order of their encodings (X.690 §11.6).
fn set_of(tag: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let elements: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    tlv(tag, &elements)
}

/// A tag, the shortest length, and the parts one after another (X.690 §10.1).
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut encoded = Vec::with_capacity(length + 10);
    encoded.push(tag);
    let big_endian = length.to_be_bytes();
    let significant = &big_endian[length.leading_zeros() as usize / 8..];
    match significant {
        [] => encoded.push(0),
        [short @ 0..0x80] => encoded.push(*short),
        long => {
            encoded.extend(u8::try_from(long.len()).map(|octets| 0x80 | octets));
            encoded.extend_from_slice(long);
        }
    }
    for part in parts {
        encoded.extend_from_slice(part);
    }
    encoded
}
