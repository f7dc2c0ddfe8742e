//! Warnings: what whoever asks must mind although the verdict stands. They rest on facts, and are told only with them.

use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::auth::Asker;
use crate::certificate::holder::folded;

/// What to mind about a certificate whose facts were disclosed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// It is to be given to another organisation, by its VÖEN, than the one that asks.
    OtherRecipient,
    /// It is to be given to an organisation that it names without a VÖEN, and not as the one that asks is named.
    RecipientByName,
}

impl Warning {
    /// What `asker` must mind about a certificate that states `facts`.
    pub(super) fn of(facts: &Json, asker: &Asker) -> Vec<Self> {
        let Some(recipient) = facts.get("recipient") else { return Vec::new() };
        let text = |name: &str| recipient.get(name).and_then(Json::as_str);
        let warning = match (text("voen"), text("name")) {
            (Some(voen), _) => (voen != asker.organisation.as_str()).then_some(Self::OtherRecipient),
            (None, Some(name)) => (letters(name) != letters(&asker.name)).then_some(Self::RecipientByName),
            (None, None) => None,
        };
        warning.into_iter().collect()
    }
}

/// A name without its case, spaces and quotation marks.
fn letters(name: &str) -> String {
    folded(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_another_recipient_is_warned_of() {
        let bank =
            Asker {
                organisation: "9900310161".parse().unwrap(), name: "“Sınaq Bankı” ASC".into(), by: "core".into()
            };
        let of = |recipient: Json| Warning::of(&json!({ "recipient": recipient }), &bank);
        assert_eq!(Warning::of(&json!({}), &bank), []);
        assert_eq!(of(json!({ "name": "However spelled", "voen": "9900310161" })), []);
        assert_eq!(of(json!({ "name": "“Sınaq Bankı” ASC", "voen": "9900300221" })), [Warning::OtherRecipient]);
        assert_eq!(of(json!({ "name": "SINAQ BANKI ASC" })), []);
        assert_eq!(of(json!({ "name": "“Nümunə Bankı” ASC" })), [Warning::RecipientByName]);
    }
}
