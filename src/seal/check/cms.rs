//! One CMS signature (RFC 5652) over the bytes of a file: who signed, and whether it fits.

use ::cms::cert::CertificateChoices;
use ::cms::content_info::{CmsVersion, ContentInfo};
use ::cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode, SliceReader};
use ring::{digest, signature};
use x509_cert::Certificate;

use super::SealProblem::{self, BadSignature, DigestMismatch, MalformedContainer, UnknownSigner, UnsupportedAlgorithm};
use super::claim::LONGEST_CMS;

/// More certificates than this in one signature are not looked at.
const MOST_CERTIFICATES: usize = 16;
/// RSA signatures have the length of the key: 4096 bits at most.
const LONGEST_SIGNATURE: usize = 512;

/// What a signature amounts to, apart from its place in the file.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) ours: bool,
    pub(super) intact: bool,
    pub(super) problems: Vec<SealProblem>,
}

/// Judges the signature in `container`, DER padded with zeroes, over `signed`.
pub(super) fn judge(container: &[u8], signed: [&[u8]; 2], signers: &[Vec<u8>]) -> Judgement {
    examine(container, signed, signers).unwrap_or_else(|problem| Judgement {
        ours: false,
        intact: false,
        problems: vec![problem],
    })
}

fn examine(container: &[u8], signed: [&[u8]; 2], signers: &[Vec<u8>]) -> Result<Judgement, SealProblem> {
    let data = signed_data(container).ok_or(MalformedContainer)?;
    let [info] = data.signer_infos.0.as_slice() else { return Err(MalformedContainer) };
    if data.encap_content_info.econtent.is_some() {
        return Err(UnsupportedAlgorithm);
    }
    if !is_as_standardised(&data, info) {
        return Err(MalformedContainer);
    }
    let hash = Hash::named(info.digest_alg.oid).ok_or(UnsupportedAlgorithm)?;
    let attributes = info.signed_attrs.as_ref().ok_or(UnsupportedAlgorithm)?;
    let attributes_der = attributes.to_der().map_err(|_| MalformedContainer)?;

    let candidates = candidates(&data, info, signers);
    let verified = candidates.iter().map(|certificate| verify(certificate, info, hash, &attributes_der));
    let verdicts: Vec<Result<(), SealProblem>> = verified.collect();
    let chosen = verdicts.iter().position(Result::is_ok).unwrap_or(0);
    let certificate = candidates.get(chosen).ok_or(UnknownSigner)?;

    let ours = certificate.to_der().is_ok_and(|certificate| signers.contains(&certificate));
    let mut problems = Vec::new();
    if signed_digest(info).ok_or(MalformedContainer)?.as_bytes() != hash.of(signed).as_ref() {
        problems.push(DigestMismatch);
    }
    problems.extend(verdicts.get(chosen).and_then(|verdict| verdict.err()));
    let intact = problems.is_empty();
    if !ours {
        problems.push(UnknownSigner);
    }
    Ok(Judgement { ours, intact, problems })
}

/// The only form read is DER; what follows it must be padding, for other bytes there would be covered by nobody.
fn signed_data(container: &[u8]) -> Option<SignedData> {
    let mut reader = SliceReader::new(container.get(..container.len().min(LONGEST_CMS))?).ok()?;
    let content = ContentInfo::decode(&mut reader).ok()?;
    let length = usize::try_from(content.encoded_len().ok()?).ok()?;
    let padding = container.get(length..)?;
    let only_padding = padding.iter().all(|&byte| byte == 0);
    (only_padding && content.content_type == rfc5911::ID_SIGNED_DATA).then(|| content.content.decode_as().ok())?
}

/// The versions and the digest algorithm are signed by nobody, but there is only one way to write them
/// (RFC 5652 §5.1 and §5.3).
fn is_as_standardised(data: &SignedData, info: &SignerInfo) -> bool {
    let version = match info.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let digests = data.digest_algorithms.as_slice();
    (data.version, info.version) == (version, version)
        && data.encap_content_info.econtent_type == rfc5911::ID_DATA
        && matches!(digests, [only] if only.oid == info.digest_alg.oid)
}

/// The certificates that the signer may mean: of those sent along, which must hold it; only when none was sent, ours.
fn candidates(data: &SignedData, info: &SignerInfo, signers: &[Vec<u8>]) -> Vec<Certificate> {
    let sent = data.certificates.iter().flat_map(|set| set.0.iter()).take(MOST_CERTIFICATES);
    let mut known: Vec<Certificate> = sent
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
            CertificateChoices::Other(_) => None,
        })
        .collect();
    if data.certificates.is_none() {
        known = signers.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    }
    known.retain(|certificate| names(&info.sid, certificate));
    known
}

fn names(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = &certificate.tbs_certificate;
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == tbs.issuer && named.serial_number == tbs.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => tbs
            .get::<x509_cert::ext::pkix::SubjectKeyIdentifier>()
            .is_ok_and(|own| own.is_some_and(|(_, own)| own == *named)),
    }
}

/// The one value of the one `messageDigest` attribute, beside the one `contentType` that says `data`.
fn signed_digest(info: &SignerInfo) -> Option<OctetString> {
    let only = |oid: ObjectIdentifier| {
        let mut those = info.signed_attrs.iter().flat_map(|all| all.iter()).filter(move |one| one.oid == oid);
        let (one, more) = (those.next()?, those.next());
        let [value] = one.values.as_slice() else { return None };
        more.is_none().then_some(value)
    };
    let content_type: ObjectIdentifier = only(rfc5911::ID_CONTENT_TYPE)?.decode_as().ok()?;
    (content_type == rfc5911::ID_DATA).then(|| only(rfc5911::ID_MESSAGE_DIGEST)?.decode_as().ok())?
}

fn verify(certificate: &Certificate, info: &SignerInfo, hash: Hash, attributes_der: &[u8]) -> Result<(), SealProblem> {
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let algorithm = hash.with(key.algorithm.oid, info.signature_algorithm.oid).ok_or(UnsupportedAlgorithm)?;
    let key = key.subject_public_key.as_bytes().ok_or(MalformedContainer)?;
    let value = info.signature.as_bytes();
    if value.len() > LONGEST_SIGNATURE {
        return Err(UnsupportedAlgorithm);
    }
    signature::UnparsedPublicKey::new(algorithm, key).verify(attributes_der, value).map_err(|_| BadSignature)
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            rfc5912::ID_SHA_256 => Some(Self::Sha256),
            rfc5912::ID_SHA_384 => Some(Self::Sha384),
            rfc5912::ID_SHA_512 => Some(Self::Sha512),
            _ => None,
        }
    }

    fn of(self, signed: [&[u8]; 2]) -> digest::Digest {
        let mut context = digest::Context::new(match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        });
        for stretch in signed {
            context.update(stretch);
        }
        context.finish()
    }

    /// The algorithm of a signature over this hash. CMS may name RSA with or without the hash (RFC 3370 §3.2).
    fn with(
        self,
        key: ObjectIdentifier,
        named: ObjectIdentifier,
    ) -> Option<&'static dyn signature::VerificationAlgorithm> {
        Some(match (self, key, named) {
            (Self::Sha256, rfc5912::ID_EC_PUBLIC_KEY, rfc5912::ECDSA_WITH_SHA_256) => {
                &signature::ECDSA_P256_SHA256_ASN1
            }
            (Self::Sha384, rfc5912::ID_EC_PUBLIC_KEY, rfc5912::ECDSA_WITH_SHA_384) => {
                &signature::ECDSA_P256_SHA384_ASN1
            }
            (Self::Sha256, rfc5912::RSA_ENCRYPTION, rfc5912::RSA_ENCRYPTION | rfc5912::SHA_256_WITH_RSA_ENCRYPTION) => {
                &signature::RSA_PKCS1_2048_8192_SHA256
            }
            (Self::Sha384, rfc5912::RSA_ENCRYPTION, rfc5912::RSA_ENCRYPTION | rfc5912::SHA_384_WITH_RSA_ENCRYPTION) => {
                &signature::RSA_PKCS1_2048_8192_SHA384
            }
            (Self::Sha512, rfc5912::RSA_ENCRYPTION, rfc5912::RSA_ENCRYPTION | rfc5912::SHA_512_WITH_RSA_ENCRYPTION) => {
                &signature::RSA_PKCS1_2048_8192_SHA512
            }
            _ => return None,
        })
    }
}
