//! Acts: each certificate's row says what its leaves record, each act has its leaf and each leaf its act.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Tell;
use super::fault::{CheckError, Fault};
use super::places::is_its_record;
use crate::audit;
use crate::certificate::{Standing, StatusAct};
use crate::storage::{ActOnRecord, CertificateOnRecord, LeafRecord, RecordsPage, Storage};
use crate::transparency::{Act, Record};

/// How many certificates are read at once.
const PAGE: u16 = 1000;

/// What was held against the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActsChecked {
    /// How many certificates.
    pub certificates: u64,
    /// How many acts upon them.
    pub acts: u64,
}

/// Holds every certificate of the database against its leaves, its released files and its audit events.
pub async fn acts(storage: &Storage, tell: Tell<'_>) -> Result<ActsChecked, CheckError> {
    let certificates = storage.certificates_counted().await?;
    let mut checked = ActsChecked::default();
    let mut from = Some(Uuid::nil());
    while let Some(id) = from {
        let page = storage.records_page(id, PAGE).await?;
        checked.certificates += page.certificates.len() as u64;
        checked.acts += page.acts.len() as u64;
        from = page.next;
        hold(page)?;
        tell(checked.certificates, certificates);
    }
    match storage.act_outside().await? {
        Some(act) => Err(Fault::WithoutCertificate { what: "an audit event", id: act.subject }.into()),
        None => Ok(checked),
    }
}

fn hold(page: RecordsPage) -> Result<(), Fault> {
    let there: BTreeSet<Uuid> = page.certificates.iter().map(|certificate| certificate.id).collect();
    let without = |what, id: Option<String>| id.map_or(Ok(()), |id| Err(Fault::WithoutCertificate { what, id }));
    let leaf = page.leaves.iter().find(|leaf| !there.contains(&leaf.certificate_id));
    without("a leaf", leaf.map(|leaf| leaf.certificate_id.to_string()))?;
    let file = page.digests.iter().find(|(id, _)| !there.contains(id));
    without("a released file", file.map(|(id, _)| id.to_string()))?;
    let act = page.acts.iter().find(|act| act.certificate.is_none_or(|id| !there.contains(&id)));
    without("an audit event", act.map(|act| act.subject.clone()))?;
    let (mut leaves, mut digests, mut acts) = (Run::of(page.leaves), Run::of(page.digests), Run::of(page.acts));
    for certificate in &page.certificates {
        let own = leaves.take(|leaf| leaf.certificate_id == certificate.id);
        let files = digests.take(|(id, _)| *id == certificate.id);
        let done = acts.take(|act| act.certificate == Some(certificate.id));
        told(certificate, &own, &files, &done)?;
    }
    Ok(())
}

/// Rows in the order of the certificates to which they belong.
struct Run<T>(std::iter::Peekable<std::vec::IntoIter<T>>);

impl<T> Run<T> {
    fn of(rows: Vec<T>) -> Self {
        Self(rows.into_iter().peekable())
    }

    fn take(&mut self, belongs: impl Fn(&T) -> bool) -> Vec<T> {
        std::iter::from_fn(|| self.0.next_if(&belongs)).collect()
    }
}

/// One certificate: what its row says follows from its leaves, and its files and audit events are theirs.
fn told(
    certificate: &CertificateOnRecord,
    leaves: &[LeafRecord],
    files: &[(Uuid, [u8; 32])],
    acts: &[ActOnRecord],
) -> Result<(), Fault> {
    let number = || certificate.number.clone();
    let records = leaves.iter().map(is_its_record).collect::<Result<Vec<_>, _>>()?;
    if records.first().is_none_or(|first| first.act != Act::Issued) {
        return Err(Fault::NeverIssued(number()));
    }
    follows(certificate, &records)?;
    let released: Vec<_> = records.iter().filter_map(|record| record.digest).collect();
    if files.iter().any(|(_, sha256)| !released.contains(sha256)) {
        return Err(Fault::DigestWithoutLeaf(number()));
    }
    if released.iter().any(|digest| !files.iter().any(|(_, sha256)| sha256 == digest)) {
        return Err(Fault::LeafWithoutDigest(number()));
    }
    let mut acts = acts.iter();
    for record in &records {
        // A file stamped again is no act of anybody's.
        let Some(expected) = audited(record.act) else { continue };
        match acts.next() {
            Some(act) if act.act == expected.slug() && act.at == record.at => {}
            Some(act) if act.at < record.at => return Err(without_leaf(certificate, act)),
            _ => return Err(Fault::LeafWithoutAct { number: number(), act: record.act.slug(), at: record.at }),
        }
    }
    acts.next().map_or(Ok(()), |act| Err(without_leaf(certificate, act)))
}

fn without_leaf(certificate: &CertificateOnRecord, act: &ActOnRecord) -> Fault {
    Fault::ActWithoutLeaf { number: certificate.number.clone(), act: act.act.clone(), at: act.at }
}

/// The row's columns and standing are those to which the records lead.
fn follows(certificate: &CertificateOnRecord, records: &[Record]) -> Result<(), Fault> {
    let number = || certificate.number.clone();
    let (mut standing, mut since, mut version) = (Standing::InForce, certificate.issued_at, 1);
    for (nth, record) in records.iter().enumerate() {
        let columns = [
            ("kind", record.kind == certificate.kind),
            ("kind_version", record.kind_version == certificate.kind_version),
            ("issuer", record.issuer == certificate.issuer),
            ("issued_at", nth > 0 || record.at == certificate.issued_at),
        ];
        if let Some((column, _)) = columns.into_iter().find(|(_, same)| !same) {
            return Err(Fault::Certificate { number: number(), column });
        }
        let order = || Fault::Order { number: number(), act: record.act.slug() };
        let act = match record.act {
            Act::Issued if nth == 0 => continue,
            Act::Restamped => continue,
            Act::Issued => return Err(order()),
            Act::Revoked => StatusAct::Revoke,
            Act::Suspended => StatusAct::Suspend,
            Act::Reinstated => StatusAct::Reinstate,
            Act::Superseded => StatusAct::Supersede,
        };
        standing = standing.after(act, None, record.at).map_err(|_| order())?;
        (since, version) = (record.at, version + 1);
    }
    if certificate.standing != standing {
        let (standing, told) = (called(certificate.standing), called(standing));
        return Err(Fault::Standing { number: number(), standing, told });
    }
    let columns =
        [("standing_since", certificate.standing_since == since), ("version", certificate.version == version)];
    match columns.into_iter().find(|(_, same)| !same) {
        Some((column, _)) => Err(Fault::Certificate { number: number(), column }),
        None => Ok(()),
    }
}

fn called(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "in force",
        Standing::Suspended => "suspended",
        Standing::Revoked => "revoked",
        Standing::Superseded => "superseded",
    }
}

/// What the audit trail calls an act of the log.
fn audited(act: Act) -> Option<audit::Act> {
    match act {
        Act::Issued => Some(audit::Act::Issue),
        Act::Revoked => Some(audit::Act::Revoke),
        Act::Suspended => Some(audit::Act::Suspend),
        Act::Reinstated => Some(audit::Act::Reinstate),
        Act::Superseded => Some(audit::Act::Supersede),
        Act::Restamped => None,
    }
}
