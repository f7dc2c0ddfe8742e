//! A name as a source writes it, made tidy: Unicode NFC, single spaces, no control character.

use unicode_normalization::UnicodeNormalization;

/// A name as a holder bears it: NFC, single spaces; `None` when nothing is left or a control character is in it.
pub(super) fn tidy(name: &str) -> Option<String> {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    (!name.is_empty() && !name.chars().any(char::is_control)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidy_name_has_something_in_it_and_no_control_character() {
        assert_eq!(tidy("  Əli   Ağa ").as_deref(), Some("Əli Ağa"));
        assert_eq!(tidy("O\u{308}zgu\u{308}r").as_deref(), Some("Özgür"));
        assert_eq!(tidy(" \t"), None);
        assert_eq!(tidy("Əli\u{7}"), None);
    }
}
