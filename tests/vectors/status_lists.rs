//! The Token Status List's examples and test vectors: each decodes to the statuses that its text states.

use data_encoding::BASE64URL_NOPAD;
use earayis::status_list::{ENTRIES, Places};
use serde_json::Value;

use crate::vectors;

/// The list in an example's JSON, which stands wrapped in lines after perhaps a word of text.
fn example(name: &str) -> Option<Places> {
    let text = vectors(&format!("token-status-list/examples/{name}.md"))?;
    let json: String = text[text.find('{').unwrap()..].split_whitespace().collect();
    let json: Value = serde_json::from_str(&json).unwrap();
    let bits = u8::try_from(json["bits"].as_u64().unwrap()).unwrap();
    let compressed = BASE64URL_NOPAD.decode(json["lst"].as_str().unwrap().as_bytes()).unwrap();
    Some(Places::decompress(bits, &compressed).unwrap())
}

/// The statuses that the specification states in a section, as `status[12] = 0b01`.
fn stated(section: &str) -> Option<Vec<(u32, u8)>> {
    let text = vectors("token-status-list/draft-ietf-oauth-status-list.md")?;
    let after = &text[text.find(section).unwrap()..];
    let lines =
        after.lines().skip_while(|line| !line.starts_with("status[")).take_while(|line| line.starts_with("status["));
    let status = |line: &str| {
        let (index, value) = line.strip_prefix("status[")?.split_once(']')?;
        let value = value.trim_start_matches([' ', '=']).trim().strip_prefix("0b")?;
        Some((index.parse().ok()?, u8::from_str_radix(value, 2).ok()?))
    };
    Some(lines.map(|line| status(line).unwrap()).collect())
}

#[test]
fn the_short_examples_decode_to_what_is_stated() {
    for (name, section, entries) in [
        ("status_list_encoding_json", "## Compressed Byte Array {#status-list-byte-array}", 16),
        ("status_list_encoding2_json", "In the following example, the Status List additionally", 12),
    ] {
        let (Some(places), Some(stated)) = (example(name), stated(section)) else { return };
        assert_eq!(stated.len(), entries as usize);
        for (index, value) in stated {
            assert_eq!(places.get(index), Some(value), "{name} {index}");
        }
        assert_eq!(places.get(entries), None, "{name} has {entries} places");
    }
}

#[test]
fn the_vectors_of_a_million_places_decode_to_what_is_stated_and_nothing_else() {
    for (name, section) in [
        ("status_list_encoding1_long_json", "## 1-bit Status List"),
        ("status_list_encoding2_long_json", "## 2-bit Status List"),
        ("status_list_encoding4_json", "## 4-bit Status List"),
        ("status_list_encoding8_json", "## 8-bit Status List"),
    ] {
        let (Some(places), Some(stated)) = (example(name), stated(section)) else { return };
        assert!(stated.len() >= 11, "{name}: {stated:?}");
        let set: Vec<(u32, u8)> =
            (0..ENTRIES).filter_map(|index| Some((index, places.get(index).filter(|value| *value != 0)?))).collect();
        let mut expected: Vec<(u32, u8)> = stated.into_iter().filter(|(_, value)| *value != 0).collect();
        expected.sort_unstable();
        assert_eq!(set, expected, "{name}");
        assert_eq!(places.get(ENTRIES), None);
        assert_eq!(Places::decompress(places.bits(), &places.compress()), Ok(places));
    }
}
