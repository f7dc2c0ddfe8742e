//! The texts of the pages, from `templates/messages`: each text exists in every language, and every language in whole.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::catalogue::Language;

const AZ: &str = include_str!("../../templates/messages/az.ftl");
const EN: &str = include_str!("../../templates/messages/en.ftl");
const RU: &str = include_str!("../../templates/messages/ru.ftl");

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> =
    LazyLock::new(|| [bundle(Language::Az), bundle(Language::En), bundle(Language::Ru)]);

/// The texts in one language, by their names in `templates/messages`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts(pub(super) Language);

impl Texts {
    /// The text of this name. A name that no file holds is printed itself; a test sees to it that none is used.
    pub(super) fn get(self, name: &str) -> String {
        self.fill(name, None)
    }

    /// The text of a name that is put together; none when no file holds it.
    pub(super) fn find(self, name: &str) -> Option<String> {
        BUNDLES[self.0 as usize].has_message(name).then(|| self.get(name))
    }

    /// The text of this name with one value filled in.
    pub(super) fn with<'v>(self, name: &str, argument: &'v str, value: impl Into<FluentValue<'v>>) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(argument, value);
        self.fill(name, Some(&arguments))
    }

    /// The text of this name with two or more values filled in.
    pub(super) fn fill(self, name: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let bundle = &BUNDLES[self.0 as usize];
        let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
            return name.to_owned();
        };
        bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }
}

fn source(language: Language) -> &'static str {
    match language {
        Language::Az => AZ,
        Language::En => EN,
        Language::Ru => RU,
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
    // Marks that isolate directions help no left-to-right script, and would be copied along with a number.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn names(language: Language) -> BTreeSet<&'static str> {
        let named = source(language).lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        named.filter_map(|line| line.split_once(" =")).map(|(name, _)| name).collect()
    }

    /// Everything that templates and handlers say, in one text.
    fn users() -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        for folder in ["templates/pages", "src/web"] {
            collect(&root.join(folder), &mut text);
        }
        text
    }

    fn collect(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, text);
            } else {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_language_is_whole_and_well_formed() {
        for language in Language::ALL {
            assert!(FluentResource::try_new(source(language).to_owned()).is_ok(), "{language:?}");
            assert_eq!(names(language), names(Language::Az), "{language:?}");
        }
    }

    #[test]
    fn every_text_that_is_asked_for_exists() {
        let users = users();
        let known = names(Language::Az);
        for call in ["t.get(\"", "t.with(\"", "texts.get(\"", "texts.with(\""] {
            for rest in users.split(call).skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(known.contains(name), "no text is called `{name}`");
            }
        }
    }

    /// The texts that stand between `start` and `end`, wherever they do in `text`.
    fn between<'t>(text: &'t str, start: &str, end: char) -> BTreeSet<&'t str> {
        text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
    }

    #[test]
    fn every_text_that_a_script_says_stands_in_its_page() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let page = |name: &str| fs::read_to_string(root.join("pages").join(name)).unwrap();
        let (verify, receipt) = (page("script-words.html"), page("receipt.html"));
        let known = names(Language::Az);
        for list in
            between(&verify, "for name in [\"", ']').into_iter().chain(between(&receipt, "for name in [\"", ']'))
        {
            let listed = list.split("\", \"").map(|name| name.trim_matches('"'));
            assert!(listed.clone().all(|name| known.contains(name)), "{list}");
        }
        for entry in fs::read_dir(root.join("assets/scripts")).unwrap() {
            let path = entry.unwrap().path();
            let page = if path.ends_with("receipt.js") { &receipt } else { &verify };
            let script = fs::read_to_string(&path).unwrap();
            let mut said = between(&script, "words('", '\'');
            if path.ends_with("camera.js") {
                said.extend(between(&script, "advise('", '\''));
            }
            for name in said {
                let stands = page.contains(&format!("\"{name}\"")) || page.contains(&format!("data-name=\"{name}\""));
                assert!(stands, "{}: `{name}` does not stand in the page", path.display());
            }
        }
    }

    #[test]
    fn no_text_is_kept_that_nobody_shows() {
        let users = users();
        // Names that are put together when they are asked for.
        let composed = [
            "status-",
            "certificate-basis-",
            "fault-4",
            "fault-5",
            "fault-sign-in-",
            "act-",
            "leaf-",
            "answer-",
            "source-",
            "actor-",
            "subject-",
            "detail-",
            "value-",
            "alarms-",
        ];
        for name in names(Language::Az) {
            let shown = users.contains(&format!("\"{name}\"")) || composed.iter().any(|start| name.starts_with(start));
            assert!(shown, "`{name}` is shown nowhere");
        }
    }

    #[test]
    fn a_filled_text_holds_its_value_and_no_invisible_mark() {
        for language in Language::ALL {
            let text = Texts(language).with("trust-host", "host", "arayis.example");
            assert!(text.contains("arayis.example") && !text.contains('\u{2068}'), "{text}");
        }
        assert!(Texts(Language::En).with("home-needs-approval", "days", 1).ends_with("1 working day"));
        assert!(Texts(Language::En).with("home-needs-approval", "days", 7).ends_with("7 working days"));
    }

    #[test]
    fn an_unknown_name_is_printed_itself() {
        assert_eq!(Texts(Language::Az).get("no-such-text-anywhere"), "no-such-text-anywhere");
    }
}
