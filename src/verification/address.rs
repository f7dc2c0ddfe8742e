//! Whose address a QR names: ours, one that only resembles ours, or somebody else's. It is compared and never fetched.

use unicode_normalization::UnicodeNormalization;

/// Whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// One of our hosts, reached as ours are.
    Ours,
    /// Made, or by chance such, that a person takes it for ours.
    LookAlike,
    /// Somebody else's.
    Foreign,
}

/// Names shorter than this are part of too many others.
const SHORTEST: usize = 6;

impl Address {
    /// Of the address that `text` begins with; none when it is no address.
    ///
    /// `hosts` are ours, in lower case with their port; `secure` when they are reached by HTTPS only.
    pub(super) fn of(text: &str, hosts: &[String], secure: bool) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let ours = hosts.iter().any(|host| host.eq_ignore_ascii_case(authority));
        let reached_as_ours = scheme.eq_ignore_ascii_case("https") || (!secure && scheme.eq_ignore_ascii_case("http"));
        if ours && reached_as_ours {
            return Some(Self::Ours);
        }
        // What stands before the real host, or behind it, is read as if it were the host.
        let shown = rest.split('#').next().unwrap_or_default();
        let resembles = hosts.iter().any(|host| resemble(shown, authority, name(host)));
        Some(if resembles { Self::LookAlike } else { Self::Foreign })
    }
}

fn resemble(shown: &str, authority: &str, ours: &str) -> bool {
    let ours = skeleton(ours);
    if ours.len() < SHORTEST {
        return skeleton(name(authority)) == ours;
    }
    skeleton(shown).contains(&ours) || differ_by_one(&skeleton(name(authority)), &ours)
}

/// A host without its port.
fn name(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

/// What the eye makes of a name: letters and digits that look alike are one, dots and hyphens are none.
fn skeleton(name: &str) -> String {
    let plain = name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).map(seen_as);
    plain.collect::<String>().replace("rn", "m").replace("vv", "w")
}

fn seen_as(letter: char) -> char {
    match letter {
        'а' | 'α' | 'á' | 'à' | 'ä' => 'a',
        'в' | 'ь' => 'b',
        'с' | 'ç' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'є' | 'ə' | 'ә' | 'é' => 'e',
        'ɡ' | 'ğ' => 'g',
        'һ' | 'н' => 'h',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'ո' | 'п' => 'n',
        'о' | 'ο' | 'ө' | 'ö' | 'օ' | '0' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' | 'ş' | '5' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ü' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'i' | 'ı' | 'і' | 'ї' | 'ι' | 'ӏ' | '1' => 'l',
        other => other,
    }
}

/// Whether one becomes the other by one letter more, less or another.
fn differ_by_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same_before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same_before..], &other[same_before..]);
    let same_after = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    one.len() - same_after <= 1 && other.len() - same_after <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Address> {
        Address::of(text, &["arayis.example".to_owned(), "old.example:8443".to_owned()], true)
    }

    #[test]
    fn ours_is_ours_in_any_case_and_by_https_only() {
        assert_eq!(of("HTTPS://ARAYIS.EXAMPLE/V#X.Y"), Some(Address::Ours));
        assert_eq!(of("https://old.example:8443/v#x.y"), Some(Address::Ours));
        assert_eq!(of("HTTP://ARAYIS.EXAMPLE/V#X.Y"), Some(Address::LookAlike));
        assert_eq!(of("FTP://ARAYIS.EXAMPLE/V#X.Y"), Some(Address::LookAlike));
        let demonstration = Address::of("HTTP://127.0.0.1:8080/V#X.Y", &["127.0.0.1:8080".to_owned()], false);
        assert_eq!(demonstration, Some(Address::Ours));
    }

    #[test]
    fn what_only_resembles_ours_is_told() {
        for text in [
            "https://arayis.example:444/v#x.y",
            "https://old.example/v#x.y",
            "https://arayis.example.evil.test/v#x.y",
            "https://evil.arayis.example/v#x.y",
            "https://arayis.example@evil.test/v#x.y",
            "https://evil.test/arayis.example/v#x.y",
            "https://evil.test\\arayis.example/v#x.y",
            "https://evil.test?arayis.example/v#x.y",
            "https://arayis-example.test/v#x.y",
            "https://аrayis.example/v#x.y",
            "https://arayıs.example/v#x.y",
            "https://arayls.example/v#x.y",
            "https://ａｒａｙｉｓ.example/v#x.y",
            "https://arayis.exarnple/v#x.y",
            "https://arays.example/v#x.y",
            "https://arrayis.example/v#x.y",
        ] {
            assert_eq!(of(text), Some(Address::LookAlike), "{text}");
        }
    }

    #[test]
    fn a_stranger_is_a_stranger() {
        for text in ["https://bank.test/v#arayis.example", "https://www.test/", "wifi://x", "https://example/"] {
            assert_eq!(of(text), Some(Address::Foreign), "{text}");
        }
        for text in ["", "salam", "mailto:a@arayis.example", "WIFI:S:x;P:y;;"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_short_name_is_not_found_in_every_other() {
        let of = |text: &str| Address::of(text, &["e.az".to_owned()], true);
        assert_eq!(of("https://bazae.az/v#x.y"), Some(Address::Foreign));
        assert_eq!(of("https://е.az/v#x.y"), Some(Address::LookAlike));
    }
}
