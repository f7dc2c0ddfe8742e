//! The statements of members who sign in: roles, identities, invitations, sessions; as portable as all of them.

statements! {
    // roles

    /// Gives a member a role, which it has not.
    INSERT_MEMBER_ROLE =
        "insert into member_roles (id, member_id, role, agency, granted_at) values ($1, $2, $3, $4, $5)";

    /// Takes a role from a member.
    REVOKE_MEMBER_ROLE =
        "update member_roles set revoked_at = $3 where member_id = $1 and role = $2 and revoked_at is null";

    /// Takes every role from a member.
    REVOKE_MEMBER_ROLES = "update member_roles set revoked_at = $2 where member_id = $1 and revoked_at is null";

    /// Takes every role from an organisation's members.
    REVOKE_ROLES_OF_ORGANISATION =
        "update member_roles set revoked_at = $2
         where revoked_at is null and member_id in (select id from members where organisation = $1)";

    /// The roles that the present members of an organisation have.
    MEMBER_ROLES_OF =
        "select m.id, m.name, m.added_at, r.role, r.agency,
            (select count(*) from member_identities i where i.member_id = m.id and i.unbound_at is null) as identities
         from members m left join member_roles r on r.member_id = m.id and r.revoked_at is null
         where m.organisation = $1 and m.removed_at is null order by m.name, r.role";

    /// The roles that a present member has.
    ROLES_OF_MEMBER =
        "select r.role, r.agency from member_roles r join members m on m.id = r.member_id and m.removed_at is null
         where r.member_id = $1 and r.revoked_at is null";

    // by what members are known

    /// Binds what somebody is known by to a member, unless it is bound to a present one.
    INSERT_MEMBER_IDENTITY =
        "insert into member_identities (id, member_id, basis, identity_hmac, bound_at) values ($1, $2, $3, $4, $5)";

    /// Ends everything that a member is known by.
    UNBIND_MEMBER = "update member_identities set unbound_at = $2 where member_id = $1 and unbound_at is null";

    /// Ends everything that an organisation's members are known by.
    UNBIND_ORGANISATION =
        "update member_identities set unbound_at = $2
         where unbound_at is null and member_id in (select id from members where organisation = $1)";

    /// The present member of an open organisation who is known by this.
    MEMBER_OF_IDENTITY =
        "select i.id as identity, i.basis, m.id as member, m.organisation from member_identities i
         join members m on m.id = i.member_id and m.removed_at is null
         join organisations o on o.voen = m.organisation and o.closed_at is null
         where i.identity_hmac = $1 and i.unbound_at is null";

    /// Remembers an invitation.
    INSERT_INVITATION =
        "insert into invitations (code_hmac, member_id, created_at, expires_at) values ($1, $2, $3, $4)";

    /// Takes an invitation away, once, and says whose it was.
    TAKE_INVITATION =
        "delete from invitations where code_hmac = $1 and expires_at > $2 returning member_id";

    /// The organisation of a present member.
    ORGANISATION_OF_MEMBER = "select organisation from members where id = $1 and removed_at is null";

    /// Forgets a member's invitations.
    DELETE_INVITATIONS_OF = "delete from invitations where member_id = $1";

    /// Forgets the invitations of an organisation's members.
    DELETE_INVITATIONS_OF_ORGANISATION =
        "delete from invitations where member_id in (select id from members where organisation = $1)";

    /// Forgets invitations whose time is over.
    PURGE_INVITATIONS = "delete from invitations where expires_at <= $1";

    // sessions

    /// Opens a session.
    INSERT_MEMBER_SESSION =
        "insert into member_sessions (token_hmac, member_id, identity_id, created_at, seen_at, ends_at)
         values ($1, $2, $3, $4, $4, $5)";

    /// A session that has not ended, with its present member, the open organisation, and each role.
    MEMBER_SESSION =
        "select m.id as member, m.name as member_name, o.voen, o.name as organisation, o.issuer, o.auditor,
            s.created_at, s.seen_at, s.ends_at, r.role, r.agency
         from member_sessions s
         join members m on m.id = s.member_id and m.removed_at is null
         join organisations o on o.voen = m.organisation and o.closed_at is null
         left join member_roles r on r.member_id = m.id and r.revoked_at is null
         left join member_identities i on i.id = s.identity_id
         where s.token_hmac = $1 and s.ends_at > $2 and s.seen_at > $3
            and (s.identity_id is null or (i.member_id = m.id and i.unbound_at is null))";

    /// Remembers when a member was last here.
    NOTE_MEMBER_SEEN = "update member_sessions set seen_at = $2 where token_hmac = $1 and seen_at < $2";

    /// Ends a session.
    DELETE_MEMBER_SESSION = "delete from member_sessions where token_hmac = $1";

    /// Ends the sessions of a member.
    DELETE_MEMBER_SESSIONS_OF = "delete from member_sessions where member_id = $1";

    /// Ends the sessions of an organisation's members.
    DELETE_SESSIONS_OF_ORGANISATION =
        "delete from member_sessions where member_id in (select id from members where organisation = $1)";

    /// Forgets sessions that have ended, or that nobody used for so long.
    PURGE_MEMBER_SESSIONS = "delete from member_sessions where ends_at <= $1 or seen_at <= $2";

    // sign-ins under way

    /// Remembers what was told to the provider.
    INSERT_SIGN_IN = "insert into sign_ins (state_hmac, kek_id, content, expires_at) values ($1, $2, $3, $4)";

    /// Takes a sign-in away, once.
    TAKE_SIGN_IN = "delete from sign_ins where state_hmac = $1 and expires_at > $2 returning kek_id, content";

    /// Forgets sign-ins that nobody came back from.
    PURGE_SIGN_INS = "delete from sign_ins where expires_at <= $1";
}
