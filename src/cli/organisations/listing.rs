//! Organisations, members and credentials as tables for people and as JSON for programs; no secret is among them.

use serde_json::{Value, json};

use crate::catalogue::Voen;
use crate::cli::Failure;
use crate::cli::terminal::data;
use crate::clock::Instant;
use crate::storage::{ApiTokenRecord, ClientCertificateRecord, MemberWithRoles, OrganisationRecord};

pub(super) fn organisations(records: &[OrganisationRecord], as_json: bool) -> Result<(), Failure> {
    let told = |record: &OrganisationRecord| {
        json!({
            "voen": record.voen,
            "name": record.name,
            "roles": roles(record),
            "needs_certificate": record.needs_certificate,
            "added_at": record.added_at,
            "closed_at": record.closed_at,
        })
    };
    let line = |record: &OrganisationRecord| {
        let state = if record.closed_at.is_some() { "closed" } else { "open" };
        let needs = if record.needs_certificate { ", needs its certificate" } else { "" };
        format!("{}  {state:<6}  {}{needs}  {}", record.voen, roles(record).join(","), record.name)
    };
    print(records, as_json, told, line)
}

pub(super) fn members(records: &[MemberWithRoles], as_json: bool) -> Result<(), Failure> {
    let roles = |record: &MemberWithRoles| {
        let of = |agency: &Option<Voen>| agency.as_ref().map_or("all", Voen::as_str).to_owned();
        record.roles.iter().map(|(role, agency)| (role.clone(), of(agency))).collect::<Vec<_>>()
    };
    let told = |record: &MemberWithRoles| {
        let roles = roles(record).into_iter().map(|(role, of)| json!({ "role": role, "of": of })).collect::<Vec<_>>();
        let MemberWithRoles { member, bound, .. } = record;
        json!({ "name": member.name, "added_at": member.added_at, "roles": roles, "bound": bound })
    };
    let line = |record: &MemberWithRoles| {
        let roles =
            roles(record).into_iter().map(|(role, of)| format!("  {role} of {of}")).collect::<Vec<_>>().concat();
        let bound = if record.bound { "  can sign in" } else { "" };
        format!("{}{roles}{bound}", record.member.name)
    };
    print(records, as_json, told, line)
}

pub(super) fn tokens(records: &[ApiTokenRecord], now: Instant, as_json: bool) -> Result<(), Failure> {
    let state = |record: &ApiTokenRecord| state(record.revoked_at, record.expires_at, now);
    let told = |record: &ApiTokenRecord| {
        json!({
            "id": record.id,
            "name": record.name,
            "member": record.member,
            "scopes": record.scopes.split(' ').collect::<Vec<_>>(),
            "state": state(record),
            "created_at": record.created_at,
            "expires_at": record.expires_at,
            "revoked_at": record.revoked_at,
            "used_on": record.used_on.map(Instant::baku_date),
        })
    };
    let line = |record: &ApiTokenRecord| {
        let used = record.used_on.map_or_else(|| "never".to_owned(), |day| day.baku_date().to_string());
        let (name, scopes, until) = (&record.name, &record.scopes, record.expires_at.baku_date());
        format!("{:<7}  until {until}  used {used:<10}  {scopes}  {name} ({})", state(record), record.member)
    };
    print(records, as_json, told, line)
}

pub(super) fn certificates(records: &[ClientCertificateRecord], now: Instant, as_json: bool) -> Result<(), Failure> {
    let state = |record: &ClientCertificateRecord| state(record.revoked_at, record.not_after, now);
    let sha256 = |record: &ClientCertificateRecord| data_encoding::HEXLOWER.encode(&record.sha256);
    let told = |record: &ClientCertificateRecord| {
        json!({
            "id": record.id,
            "name": record.name,
            "member": record.member,
            "scopes": record.scopes.split(' ').collect::<Vec<_>>(),
            "state": state(record),
            "sha256": sha256(record),
            "bound_at": record.bound_at,
            "not_after": record.not_after,
            "revoked_at": record.revoked_at,
        })
    };
    let line = |record: &ClientCertificateRecord| {
        let (name, scopes, until) = (&record.name, &record.scopes, record.not_after.baku_date());
        format!("{:<7}  until {until}  {}  {scopes}  {name} ({})", state(record), sha256(record), record.member)
    };
    print(records, as_json, told, line)
}

fn roles(record: &OrganisationRecord) -> Vec<&'static str> {
    let roles = [("verifier", record.verifier), ("issuer", record.issuer), ("auditor", record.auditor)];
    roles.into_iter().filter_map(|(role, has)| has.then_some(role)).collect()
}

fn state(revoked_at: Option<Instant>, until: Instant, now: Instant) -> &'static str {
    match revoked_at {
        Some(_) => "revoked",
        None if now >= until => "expired",
        None => "good",
    }
}

fn print<T>(
    records: &[T],
    as_json: bool,
    told: impl Fn(&T) -> Value,
    line: impl Fn(&T) -> String,
) -> Result<(), Failure> {
    if as_json {
        let all: Vec<_> = records.iter().map(told).collect();
        return Ok(data(serde_json::to_string_pretty(&all)?)?);
    }
    records.iter().try_for_each(|record| data(line(record)))?;
    Ok(())
}
