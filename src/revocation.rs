//! Changes of status: revoke, suspend, reinstate, supersede, each with its reason, leaf and audit event.
