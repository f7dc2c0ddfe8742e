//! The reader of an answer: the language she asked for, or Azerbaijani.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use crate::catalogue::Language;

/// The language of an API's reader, from `Accept-Language` (RFC 9110 §12.5.4).
#[derive(Debug, Clone, Copy)]
pub struct Reader(pub Language);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(header.and_then(preferred).unwrap_or_default()))
    }
}

/// The first of our languages in the order of a header's weights.
pub fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in header.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = match parameters.trim().strip_prefix("q=") {
            Some(text) => text.trim().parse().unwrap_or(0.0),
            None => 1.0,
        };
        if let Some(language) = Language::from_tag(tag.trim())
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_decide_and_order_breaks_ties() {
        for (header, language) in [
            ("ru", Some(Language::Ru)),
            ("de, en;q=0.8, ru;q=0.9", Some(Language::Ru)),
            ("en-GB,az;q=0.9", Some(Language::En)),
            ("az, en", Some(Language::Az)),
            ("en;q=0, az;q=0.1", Some(Language::Az)),
            ("fr-FR, *;q=0.5", None),
            ("", None),
            ("en;q=cat", None),
        ] {
            assert_eq!(preferred(header), language, "{header}");
        }
    }
}
