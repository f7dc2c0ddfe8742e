//! The three languages of the service, and a text that exists in all of them.

use serde::{Deserialize, Serialize};

/// A language in which the service speaks. Azerbaijani is the default and the certificate's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Azerbaijani, in the Latin script.
    #[default]
    Az,
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// All of them, in the order in which a reader is offered them.
    pub const ALL: [Self; 3] = [Self::Az, Self::En, Self::Ru];

    /// The language's BCP 47 tag: `az`, `en` or `ru`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Az => "az",
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The language of a BCP 47 tag's first subtag: `ru-RU` is Russian.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }
}

/// One text in each language; none of them can be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translated {
    /// In Azerbaijani.
    pub az: String,
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Translated {
    /// The text in `language`.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Az => &self.az,
            Language::En => &self.en,
            Language::Ru => &self.ru,
        }
    }
}
