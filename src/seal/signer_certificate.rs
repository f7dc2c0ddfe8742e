//! The X.509 certificate of the sealing key, checked before anything is sealed with it.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::SealError;
use crate::clock::Instant;
use crate::keys::{Chain, Material, Purpose};

const DAY: i64 = 86_400_000;

/// A signer certificate and those above it, fit to seal: issued under its root, valid, and for signatures.
#[derive(Debug, Clone)]
pub struct SignerCertificate {
    chain: Chain,
    material: Material,
    issuer: Vec<u8>,
    serial: Vec<u8>,
    /// The first and the last instant at which every certificate of the chain is valid.
    not_before: Instant,
    not_after: Instant,
}

impl SignerCertificate {
    /// Checks the own certificate of `chain` for sealing, and that all of the chain is valid at `now`.
    pub fn new(chain: &Chain, now: Instant) -> Result<Self, SealError> {
        let checked = Self::whenever_valid(chain)?;
        checked.check_validity(now)?;
        Ok(checked)
    }

    /// Checks the own certificate of `chain` for sealing. Whether it is valid is checked again at each seal.
    pub(super) fn whenever_valid(chain: &Chain) -> Result<Self, SealError> {
        let own = parse(chain.own())?;
        let may_sign = own.key_usage().is_ok_and(|usage| {
            usage.is_some_and(|usage| usage.value.digital_signature() || usage.value.non_repudiation())
        });
        if !may_sign {
            return Err(SealError::KeyUsage);
        }
        let units = own.subject().iter_organizational_unit().filter_map(|unit| unit.as_str().ok());
        if units.filter_map(Purpose::from_word).any(|purpose| purpose != Purpose::Seal) {
            return Err(SealError::WrongPurpose);
        }
        let mut period = (i64::MIN, i64::MAX);
        for certificate in chain.certificates() {
            let certificate = parse(certificate)?;
            let validity = certificate.validity();
            period.0 = period.0.max(validity.not_before.timestamp());
            period.1 = period.1.min(validity.not_after.timestamp());
        }
        Ok(Self {
            chain: chain.clone(),
            material: chain.material().map_err(SealError::Chain)?,
            issuer: own.issuer().as_raw().to_vec(),
            serial: own.raw_serial().to_vec(),
            not_before: Instant::from_millis(period.0.saturating_mul(1000)),
            not_after: Instant::from_millis(period.1.saturating_mul(1000)),
        })
    }

    /// Whole days until the certificate, or the first above it, expires; negative when it has.
    pub fn days_left(&self, now: Instant) -> i64 {
        self.not_after.millis().saturating_sub(now.millis()).div_euclid(DAY)
    }

    /// The certificates in DER, the signer's own first.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The public key that is certified.
    pub fn material(&self) -> &Material {
        &self.material
    }

    /// The issuer's name in DER.
    pub(super) fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The bytes of the serial number's INTEGER.
    pub(super) fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Refuses a `now` at which the certificate or one above it is not valid.
    pub(super) fn check_validity(&self, now: Instant) -> Result<(), SealError> {
        if now < self.not_before {
            return Err(SealError::NotYetValid { from: self.not_before });
        }
        if now.seconds() > self.not_after.seconds() {
            return Err(SealError::Expired { until: self.not_after });
        }
        Ok(())
    }
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, SealError> {
    let (_, certificate) =
        X509Certificate::from_der(der).map_err(|_| SealError::Chain("it is not an X.509 certificate".to_owned()))?;
    Ok(certificate)
}
