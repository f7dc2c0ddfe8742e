//! Words for the names in the records: whatever the records call it, a person reads it in her language.
//!
//! A name for which there are no words yet, such as a registry source that an operator added, is shown as it stands. Exports
//! keep the names themselves.

use fluent_bundle::FluentArgs;
use serde_json::Value;

use super::desk::agency_name;
use crate::app::App;
use crate::catalogue::Voen;
use crate::certificate::StatusReason;
use crate::clock::Instant;
use crate::verification::sentences;
use crate::web::texts::Texts;
use crate::web::verdict::local_time;

/// What was done.
pub(super) fn act(slug: &str, texts: Texts) -> String {
    named("act", slug, texts)
}

/// What a leaf of the log says was done.
pub(super) fn leaf(slug: &str, texts: Texts) -> String {
    named("leaf", slug, texts)
}

/// What an alarm is about.
pub(super) fn alarm(slug: &str, texts: Texts) -> String {
    named("alarms", slug, texts)
}

/// A registry source.
pub(super) fn source(code: &str, texts: Texts) -> String {
    named("source", code, texts)
}

/// How a registry answered.
pub(super) fn answer(slug: &str, texts: Texts) -> String {
    named("answer", slug, texts)
}

/// Why a certificate went out of force.
pub(super) fn reason(slug: &str, texts: Texts) -> String {
    let known = StatusReason::from_slug(slug).map(|reason| sentences::status_reason(reason, texts.0).to_owned());
    known.unwrap_or_else(|| if slug.is_empty() { texts.get("figures-no-reason") } else { slug.to_owned() })
}

/// Who: by the label of an actor.
pub(super) fn actor(app: &App, label: &str, texts: Texts) -> String {
    let mut parts = label.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("holder"), ..) => texts.get("actor-holder"),
        (Some("issuer"), Some(voen), Some(token)) => of_agency(app, "actor-issuer", voen, token, texts),
        // As much of the id as tells the members of one organisation apart.
        (Some("member"), Some(voen), Some(id)) => {
            of_agency(app, "actor-member", voen, id.get(id.len().saturating_sub(6)..).unwrap_or(id), texts)
        }
        (Some(one), None, None) => named("actor", one, texts),
        _ => label.to_owned(),
    }
}

/// To what: an agency, or one of the few things that are no record; else the id as it stands.
pub(super) fn subject(app: &App, subject: &str, texts: Texts) -> String {
    if let Ok(voen) = subject.parse::<Voen>() {
        return agency_name(app, &voen, texts);
    }
    let words = |prefix| texts.find(&composed(prefix, subject));
    words("subject").or_else(|| words("alarms")).unwrap_or_else(|| subject.to_owned())
}

/// What belongs to an event, by name.
pub(super) fn details(app: &App, detail: &str, texts: Texts) -> Vec<(String, String)> {
    let Ok(Value::Object(fields)) = serde_json::from_str(detail) else { return Vec::new() };
    let told = fields.iter().filter_map(|(name, value)| {
        // What has no words is for programs: it stands in exports and in the answers of calls.
        let words = texts.find(&composed("detail", name))?;
        let empty = value.is_null() || value.as_str() == Some("") || value.is_object() || value.is_array();
        (!empty).then(|| (words, value_of(app, name, value, texts)))
    });
    told.collect()
}

fn value_of(app: &App, name: &str, value: &Value, texts: Texts) -> String {
    let Value::String(text) = value else {
        let millis = value.as_i64().filter(|_| matches!(name, "from" | "until"));
        let instant = millis.map(|millis| local_time(Instant::from_millis(millis)));
        return instant.unwrap_or_else(|| named("value", &value.to_string(), texts));
    };
    match name {
        "kind" => {
            let kind = text.parse().ok().and_then(|code| app.catalogue.in_force(&code, app.clock.now().baku_date()));
            kind.map_or_else(|| text.clone(), |kind| kind.title.text(texts.0).to_owned())
        }
        "reason" => reason(text, texts),
        "alarm" => alarm(text, texts),
        "organisation" => subject(app, text, texts),
        "by" if text.contains(':') => actor(app, text, texts),
        "sought" => named("searches", text, texts),
        "of" | "role" | "by" | "scopes" => {
            let words = |one| texts.find(&composed("value", one)).unwrap_or_else(|| subject(app, one, texts));
            let words = text.split(' ').map(words);
            words.collect::<Vec<_>>().join(", ")
        }
        _ => text.clone(),
    }
}

fn of_agency(app: &App, text: &str, voen: &str, name: &str, texts: Texts) -> String {
    let agency = voen.parse().map_or_else(|_| voen.to_owned(), |voen| agency_name(app, &voen, texts));
    let mut arguments = FluentArgs::new();
    arguments.set("agency", agency);
    arguments.set("name", name);
    texts.fill(text, Some(&arguments))
}

fn named(prefix: &str, slug: &str, texts: Texts) -> String {
    texts.find(&composed(prefix, slug)).unwrap_or_else(|| slug.to_owned())
}

fn composed(prefix: &str, slug: &str) -> String {
    format!("{prefix}-{}", slug.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Act;
    use crate::catalogue::{Catalogue, Language};

    /// The names that a source file gives to the variants of its closed set.
    fn slugs(file: &str) -> Vec<String> {
        let source = std::fs::read_to_string(format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let named = source.split(" => \"").skip(1).filter_map(|rest| rest.split_once("\",").map(|(slug, _)| slug));
        let slugs: Vec<_> = named.filter(|slug| !slug.contains(' ')).map(str::to_owned).collect();
        assert!(slugs.len() > 4, "{file}: {slugs:?}");
        slugs
    }

    #[test]
    fn every_name_in_the_records_has_words_in_every_language() {
        let acts = slugs("audit.rs").into_iter().map(|slug| ("act", slug));
        let answers = slugs("registry/error.rs").into_iter().map(|slug| ("answer", slug));
        let leaves = slugs("transparency/entry.rs").into_iter().map(|slug| ("leaf", slug));
        assert_eq!(slugs("audit.rs").len(), Act::ALL.len(), "every act stands in `Act::ALL`");
        let catalogue = Catalogue::built_in().unwrap();
        let sources = catalogue.kinds().iter().flat_map(|kind| kind.sources.clone());
        let sources = sources.map(|source| ("source", source.to_string()));
        for (prefix, slug) in acts.chain(answers).chain(leaves).chain(sources) {
            for language in Language::ALL {
                assert!(Texts(language).find(&composed(prefix, &slug)).is_some(), "no words for {prefix} `{slug}`");
            }
        }
    }

    #[test]
    fn a_name_that_nobody_knows_is_shown_as_it_stands() {
        assert_eq!(source("fishing-licences", Texts(Language::Az)), "fishing-licences");
        assert_eq!(reason("", Texts(Language::Ru)), "причина не указана");
        assert_eq!(reason("of_another_age", Texts(Language::Ru)), "of_another_age");
    }
}
