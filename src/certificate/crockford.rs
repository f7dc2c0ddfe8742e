//! Crockford's base32 as people type it: thirty-two symbols, and the mistakes that are forgiven.

/// The symbols in the order of their values.
pub(super) const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The symbol of a value below 32.
pub(super) fn symbol(value: u8) -> char {
    char::from(SYMBOLS[usize::from(value & 31)])
}

/// The value of a typed character, if it can stand for a symbol.
///
/// Forgiven: lower case; O for 0; I, L, İ and ı for 1; Ü for W, which it replaces on Azerbaijani keyboards;
/// and Cyrillic letters that look like a Latin symbol.
pub(super) fn value(typed: char) -> Option<u8> {
    let latin = match typed {
        'o' | 'O' | 'О' | 'о' => '0',
        'i' | 'I' | 'l' | 'L' | 'İ' | 'ı' => '1',
        'ü' | 'Ü' => 'W',
        'А' | 'а' => 'A',
        'В' | 'в' => 'B',
        'Е' | 'е' => 'E',
        'К' | 'к' => 'K',
        'М' | 'м' => 'M',
        'Н' | 'н' => 'H',
        'Р' | 'р' => 'P',
        'С' | 'с' => 'C',
        'Т' | 'т' => 'T',
        'У' | 'у' => 'Y',
        'Х' | 'х' => 'X',
        other => other.to_ascii_uppercase(),
    };
    SYMBOLS.iter().position(|&symbol| char::from(symbol) == latin).and_then(|at| u8::try_from(at).ok())
}

/// Whether a typed character only separates groups.
pub(super) fn separates(typed: char) -> bool {
    typed.is_whitespace() || matches!(typed, '-' | '‐' | '‑' | '–' | '—' | '_' | '\u{ad}')
}

/// The `N` symbols of a typed text, or none when there are more, fewer or others.
pub(super) fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut values = [0; N];
    let mut typed = text.chars().filter(|&c| !separates(c));
    for slot in &mut values {
        *slot = value(typed.next()?)?;
    }
    typed.next().is_none().then_some(values)
}
