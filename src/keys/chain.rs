//! A key's X.509 certificate and those above it to the root: each signed by the next, and fitting its key.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::{Material, Purpose};
use crate::clock::Instant;

/// What marks a root of development keys, in its subject's organisational unit.
pub(super) const DEVELOPMENT_UNIT: &str = "SINAQ – development";

/// Certificates in DER: the key's own first, the root last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(Vec<Vec<u8>>);

impl Chain {
    /// Reads PEM certificates, the key's own first; `root` is added where the file does not end with a root.
    ///
    /// The error says what does not hold.
    pub(super) fn from_pem(pem: &[u8], root: Option<&[u8]>) -> Result<Self, String> {
        let mut chain = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            chain.push(certificate.map_err(|_| "it is not a PEM file of X.509 certificates".to_owned())?.to_vec());
        }
        if let (Some(root), Some(last)) = (root, chain.last())
            && !is_self_issued(last)?
        {
            chain.push(root.to_vec());
        }
        Self::from_der(chain)
    }

    /// The chain of certificates in DER, each of which the next must have signed, and the last itself.
    pub fn from_der(certificates: Vec<Vec<u8>>) -> Result<Self, String> {
        let Some(root) = certificates.last() else { return Err("it holds no certificate".to_owned()) };
        let above = certificates.iter().skip(1).chain([root]);
        for (certificate, issuer) in certificates.iter().zip(above) {
            signed_by(&parse(certificate)?, &parse(issuer)?)?;
        }
        Ok(Self(certificates))
    }

    /// The certificates in DER, the key's own first.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.0
    }

    /// The key's own certificate in DER.
    pub fn own(&self) -> &[u8] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// The root certificate in DER.
    pub fn root(&self) -> &[u8] {
        self.0.last().map_or(&[], Vec::as_slice)
    }

    /// The public key that the certificate certifies.
    pub fn material(&self) -> Result<Material, String> {
        Material::of_certificate(&parse(self.own())?.tbs_certificate.subject_pki)
            .ok_or_else(|| "its key is neither P-256 nor RSA of 2048, 3072 or 4096 bits".to_owned())
    }

    /// The organisational units of the certificate's subject.
    pub(super) fn units(&self) -> Result<Vec<String>, String> {
        let certificate = parse(self.own())?;
        let units = certificate.subject().iter_organizational_unit();
        Ok(units.filter_map(|unit| unit.as_str().ok().map(str::to_owned)).collect())
    }

    /// Whether the certificate may serve `purpose`: those of our own root name theirs; one from elsewhere, for the
    /// seal, names none. A root stands alone: whoever is certified by another is none, whatever it names or leaves out.
    pub(super) fn serves(&self, purpose: Purpose) -> Result<bool, String> {
        let named: Vec<Purpose> = self.units()?.iter().filter_map(|unit| Purpose::from_word(unit)).collect();
        let fits = named == [purpose] || named.is_empty();
        Ok(match purpose {
            Purpose::Root => fits && self.0.len() == 1,
            Purpose::Seal => fits,
            _ => named == [purpose],
        })
    }

    /// The first and the last second of the certificate's validity.
    pub(super) fn validity(&self) -> Result<(Instant, Instant), String> {
        let certificate = parse(self.own())?;
        let validity = certificate.validity();
        let instant = |seconds: i64| Instant::from_millis(seconds.saturating_mul(1000));
        Ok((instant(validity.not_before.timestamp()), instant(validity.not_after.timestamp())))
    }
}

/// Parses a certificate and refuses bytes after it.
fn parse(der: &[u8]) -> Result<X509Certificate<'_>, String> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err("it is not an X.509 certificate".to_owned()),
    }
}

/// Whether a certificate names itself as its issuer, as a root does.
fn is_self_issued(der: &[u8]) -> Result<bool, String> {
    let certificate = parse(der)?;
    Ok(certificate.issuer() == certificate.subject())
}

/// Whether `issuer` is a certification authority that signed `certificate` (RFC 5280 §6.1.3).
fn signed_by(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> Result<(), String> {
    let named = certificate.issuer() == issuer.subject();
    let authority =
        issuer.is_ca() && issuer.key_usage().is_ok_and(|usage| usage.is_none_or(|u| u.value.key_cert_sign()));
    let signed = certificate.verify_signature(Some(issuer.public_key())).is_ok();
    if named && authority && signed {
        return Ok(());
    }
    Err("its certificate was not issued by the root, or by the certificates between: have it issued anew, or put the \
         certificates between into its file"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    /// A root and what it certified, each naming a unit or none.
    fn chain(root_unit: Option<&str>, unit: Option<&str>) -> [Chain; 2] {
        let params = |name: &str, unit: Option<&str>| {
            let mut params = CertificateParams::default();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            if let Some(unit) = unit {
                params.distinguished_name.push(DnType::OrganizationalUnitName, unit);
            }
            params
        };
        let mut above = params("root", root_unit);
        above.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = above.self_signed(&key).unwrap().der().to_vec();
        let own = params("own", unit).signed_by(&KeyPair::generate().unwrap(), &Issuer::from_params(&above, &key));
        let own = own.unwrap().der().to_vec();
        [Chain::from_der(vec![root.clone()]).unwrap(), Chain::from_der(vec![own, root]).unwrap()]
    }

    fn served(chain: &Chain) -> Vec<Purpose> {
        let all = [Purpose::Root, Purpose::Seal, Purpose::Qr, Purpose::Status, Purpose::Receipt, Purpose::Log];
        all.into_iter().filter(|purpose| chain.serves(*purpose).unwrap()).collect()
    }

    #[test]
    fn a_certificate_from_elsewhere_that_names_no_purpose_seals_and_is_no_root() {
        let [_, own] = chain(None, None);
        assert_eq!(served(&own), [Purpose::Seal]);
        let [_, own] = chain(Some("root"), Some("Kadrlar şöbəsi"));
        assert_eq!(served(&own), [Purpose::Seal]);
    }

    #[test]
    fn whoever_another_certified_is_no_root_also_when_it_says_so() {
        let [root, own] = chain(Some("root"), Some("root"));
        assert_eq!((served(&root), served(&own)), (vec![Purpose::Root], vec![]));
        let [root, own] = chain(Some("root"), Some("qr"));
        assert_eq!((served(&root), served(&own)), (vec![Purpose::Root], vec![Purpose::Qr]));
        let [root, _] = chain(Some(DEVELOPMENT_UNIT), None);
        assert!(
            served(&root).contains(&Purpose::Root),
            "a development root names no purpose, and is known by its bytes"
        );
    }
}
