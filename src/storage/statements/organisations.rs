//! The statements of organisations, members and credentials, as portable as all of them.

/// The columns of an organisation.
macro_rules! organisation {
    ($columns:expr, $rest:expr) => {
        concat!(
            "select o.voen, o.name as organisation, o.issuer, o.verifier, o.auditor, o.needs_certificate,
                o.added_at, o.closed_at",
            $columns,
            " from organisations o ",
            $rest
        )
    };
}

/// An organisation's tokens with their members.
macro_rules! api_token {
    ($rest:literal) => {
        organisation!(
            ", t.id, t.name, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.used_on, m.name as member, m.id as member_id",
            concat!("join api_tokens t on t.organisation = o.voen join members m on m.id = t.member_id ", $rest)
        )
    };
}

/// An organisation's bindings of client certificates with their members.
macro_rules! client_certificate {
    ($rest:literal) => {
        organisation!(
            ", c.id, c.name, c.sha256, c.scopes, c.bound_at, c.not_after, c.revoked_at, m.name as member, m.id as member_id",
            concat!(
                "join client_certificates c on c.organisation = o.voen join members m on m.id = c.member_id ",
                $rest
            )
        )
    };
}

statements! {
    /// Adds an organisation, unless it is there.
    INSERT_ORGANISATION =
        "insert into organisations (voen, name, issuer, verifier, needs_certificate, added_at, auditor)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (voen) do nothing";

    /// Changes what is known of an open organisation.
    CHANGE_ORGANISATION =
        "update organisations set name = $2, issuer = $3, verifier = $4, needs_certificate = $5, auditor = $6
         where voen = $1 and closed_at is null";

    /// Holds an open organisation until this transaction ends.
    HOLD_ORGANISATION = "update organisations set name = name where voen = $1 and closed_at is null";

    /// Closes an open organisation.
    CLOSE_ORGANISATION = "update organisations set closed_at = $2 where voen = $1 and closed_at is null";

    /// Opens a closed organisation again.
    REOPEN_ORGANISATION = "update organisations set closed_at = null where voen = $1 and closed_at is not null";

    /// The organisation with a VÖEN.
    ORGANISATION = organisation!("", "where o.voen = $1");

    /// Every organisation.
    ORGANISATIONS = organisation!("", "order by o.name, o.voen");

    /// The names of those who looked at a certificate.
    NAMES_OF_LOOKERS =
        "select distinct o.voen, o.name from looks l join organisations o on o.voen = l.verifier
         where l.certificate_id = $1";

    /// Adds a member.
    INSERT_MEMBER = "insert into members (id, organisation, name, added_at) values ($1, $2, $3, $4)";

    /// Holds a present member of an organisation until this transaction ends.
    HOLD_MEMBER = "update members set name = name where id = $1 and organisation = $2 and removed_at is null";

    /// An organisation's present members.
    MEMBERS_OF =
        "select id, name, added_at from members where organisation = $1 and removed_at is null order by name";

    /// Removes a member.
    REMOVE_MEMBER = "update members set removed_at = $2 where id = $1 and removed_at is null";

    // credentials

    /// Stores a token, of which only the digest is known.
    INSERT_API_TOKEN =
        "insert into api_tokens (id, organisation, member_id, name, sha256, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// The token with a digest, and whose it is.
    API_TOKEN = api_token!("where t.sha256 = $1");

    /// An organisation's tokens, newest first.
    API_TOKENS_OF = api_token!("where o.voen = $1 order by t.id desc");

    /// Ends a token.
    REVOKE_API_TOKEN =
        "update api_tokens set revoked_at = $3 where organisation = $1 and name = $2 and revoked_at is null";

    /// Ends a member's tokens.
    REVOKE_API_TOKENS_OF_MEMBER = "update api_tokens set revoked_at = $2 where member_id = $1 and revoked_at is null";

    /// Ends an organisation's tokens.
    REVOKE_API_TOKENS_OF =
        "update api_tokens set revoked_at = $2 where organisation = $1 and revoked_at is null";

    /// Remembers the day on which a token was used.
    NOTE_TOKEN_USE = "update api_tokens set used_on = $2 where id = $1 and (used_on is null or used_on < $2)";

    /// Binds a client certificate.
    INSERT_CLIENT_CERTIFICATE =
        "insert into client_certificates (id, organisation, member_id, name, sha256, scopes, bound_at, not_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// The binding of a client certificate with a digest, and whose it is.
    CLIENT_CERTIFICATE = client_certificate!("where c.sha256 = $1");

    /// An organisation's client certificates, newest first.
    CLIENT_CERTIFICATES_OF = client_certificate!("where o.voen = $1 order by c.id desc");

    /// Ends the binding of a client certificate.
    REVOKE_CLIENT_CERTIFICATE =
        "update client_certificates set revoked_at = $3
         where organisation = $1 and name = $2 and revoked_at is null";

    /// Ends the bindings of a member's client certificates.
    REVOKE_CLIENT_CERTIFICATES_OF_MEMBER =
        "update client_certificates set revoked_at = $2 where member_id = $1 and revoked_at is null";

    /// Ends the bindings of an organisation's client certificates.
    REVOKE_CLIENT_CERTIFICATES_OF =
        "update client_certificates set revoked_at = $2 where organisation = $1 and revoked_at is null";
}
