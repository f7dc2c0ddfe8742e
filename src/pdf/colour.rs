//! The colour profile of every certificate: sRGB as ICC.1:2004 (version 4.2) describes it, five hundred bytes of constants.

/// The sRGB profile (IEC 61966-2-1): primaries adapted to D50 and the exact parametric curve.
pub(super) fn srgb_profile() -> Vec<u8> {
    let curve = curve(&[0x2_6666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B]);
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", numbers(*b"XYZ ", &D50)),
        (b"chad", numbers(*b"sf32", &[0x1_0C42, 0x05DE, -0x0CDB, 0x0793, 0xFD90, -0x045E, -0x025D, 0x03DC, 0xC06E])),
        (b"rXYZ", numbers(*b"XYZ ", &[0x6FA2, 0x38F5, 0x0390])),
        (b"gXYZ", numbers(*b"XYZ ", &[0x6299, 0xB785, 0x18DA])),
        (b"bXYZ", numbers(*b"XYZ ", &[0x24A0, 0x0F84, 0xB6CF])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut directory = be(tags.len()).to_vec();
    let mut data = Vec::new();
    let data_begins = HEADER + 4 + 12 * tags.len();
    for (signature, element) in &tags {
        directory.extend_from_slice(*signature);
        directory.extend_from_slice(&be(data_begins + data.len()));
        directory.extend_from_slice(&be(element.len()));
        data.extend_from_slice(element);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = header(data_begins + data.len());
    profile.extend(directory);
    profile.extend(data);
    profile
}

/// The length of a profile's header (ICC.1:2004 §7.2).
const HEADER: usize = 128;

/// The white of the connection space, in sixteenths of 2⁻¹⁶.
const D50: [i32; 3] = [0xF6D6, 0x1_0000, 0xD32D];

fn header(size: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(size);
    header.extend_from_slice(&be(size));
    header.extend_from_slice(&[0; 4]);
    header.extend_from_slice(&[4, 0x20, 0, 0]);
    header.extend_from_slice(b"mntrRGB XYZ ");
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        header.extend_from_slice(&part.to_be_bytes());
    }
    header.extend_from_slice(b"acsp");
    header.resize(68, 0);
    for coordinate in D50 {
        header.extend_from_slice(&coordinate.to_be_bytes());
    }
    header.resize(HEADER, 0);
    header
}

fn be(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn numbers(kind: [u8; 4], fixed: &[i32]) -> Vec<u8> {
    let mut element = kind.to_vec();
    element.extend_from_slice(&[0; 4]);
    element.extend(fixed.iter().flat_map(|number| number.to_be_bytes()));
    element
}

/// A parametric curve of function type 3: a power above a threshold, a line below it.
fn curve(parameters: &[i32; 5]) -> Vec<u8> {
    let mut element = b"para\0\0\0\0\0\x03\0\0".to_vec();
    element.extend(parameters.iter().flat_map(|number| number.to_be_bytes()));
    element
}

/// A multi-localised text with one English record.
fn text(words: &str) -> Vec<u8> {
    let utf16: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut element = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    element.extend_from_slice(&be(utf16.len()));
    element.extend_from_slice(&be(28));
    element.extend(utf16);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_states_its_own_length_and_every_tag_lies_within() {
        let profile = srgb_profile();
        let word = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(word(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        for tag in 0..word(HEADER) {
            let entry = HEADER + 4 + 12 * tag;
            assert!(word(entry + 4) + word(entry + 8) <= profile.len());
            assert_eq!(word(entry + 4) % 4, 0);
        }
    }
}
