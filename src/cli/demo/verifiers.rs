//! The demonstration's verifier organisations: two fictional banks, and the token by which the first one asks.

use std::fs;
use std::path::Path;

use super::{Failure, private};
use crate::auth::{Actor, Scope, Shown};
use crate::catalogue::Voen;
use crate::organisations::{Credential, Name, Profile, TOKEN_DAYS};
use crate::server::Service;

/// Their VÖEN and names. The token is the first one's.
const BANKS: [(&str, &str); 2] = [("9900310161", "“Sınaq Bankı” ASC"), ("9900300221", "“Nümunə Bank” ASC")];
/// The member of each who answers for its credentials.
const MEMBER: &str = "Kredit şöbəsi";
/// What the records call the token.
const TOKEN: &str = "demonstration";
/// The token's file in the demonstration's folder.
const FILE: &str = "verifier.token";

/// Adds what is missing, and makes a token when the folder holds none that is good.
pub(super) async fn introduce(service: &Service, dir: &Path) -> Result<(), Failure> {
    let organisations = &service.organisations;
    for (voen, name) in BANKS {
        let voen: Voen = voen.parse()?;
        if service.storage.organisation(&voen).await?.is_none() {
            let name = name.parse()?;
            let profile = Profile { name, issuer: false, verifier: true, auditor: false, needs_certificate: false };
            organisations.add(&voen, profile, &Actor::Service).await?;
        }
        // A start that was killed may have left it without one.
        let member: Name = MEMBER.parse()?;
        if !service.storage.members_of(&voen).await?.iter().any(|one| one.name == member.as_str()) {
            organisations.add_member(&voen, &member, &Actor::Service).await?;
        }
    }
    let file = dir.join(FILE);
    let token = fs::read_to_string(&file).unwrap_or_default();
    let shown = Shown { token: Some(token.trim()), certificate: None };
    if !token.is_empty() && service.app.admission.admit(shown).await.is_ok() {
        return Ok(());
    }
    make_token(service, &file).await
}

/// Says where the token is and whose.
pub(super) fn told(dir: &Path) -> String {
    let (voen, name) = BANKS[0];
    format!("the token of {name} ({voen}), a verifier, in `{}`", dir.join(FILE).display())
}

async fn make_token(service: &Service, file: &Path) -> Result<(), Failure> {
    let (voen, name): (Voen, Name) = (BANKS[0].0.parse()?, TOKEN.parse()?);
    let organisations = &service.organisations;
    let live = service.storage.api_tokens_of(&voen).await?;
    if live.iter().any(|token| token.name == TOKEN && token.revoked_at.is_none()) {
        organisations.revoke_token(&voen, &name, &Actor::Service).await?;
    }
    let scopes = [Scope::Verify, Scope::Batch, Scope::Watch].into_iter().collect();
    let credential = Credential { name, member: MEMBER.parse()?, scopes };
    let issued = organisations.issue_token(&voen, credential, TOKEN_DAYS, &Actor::Service).await?;
    if file.exists() {
        fs::remove_file(file)?;
    }
    private(file, issued.token.expose())
}
