//! Finds the QR codes in pictures, however turned, lit and copied, within a budget of pixels that is the same for every file.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource};

use super::grey::Grey;

/// Codes that are told of one file.
pub(super) const MOST_CODES: usize = 8;
/// Bytes that are told of one code's text: more than a certificate's QR ever has.
pub(super) const LONGEST_CODE: usize = 1_000;
/// Codes that are kept while looking.
const MOST_KEPT: usize = 64;
/// Pixels that are looked at in one file, each as often as it is looked at: a second's work or two.
const MOST_LOOKED_AT: usize = 400_000_000;
/// A picture larger than this is looked at in half its size first, where its modules are many pixels still.
const LARGE: usize = 14_000_000;
/// A picture smaller than this is looked at in twice its size as well.
const SMALL: usize = 4_000_000;

/// The codes found so far.
#[derive(Debug, Default)]
pub(super) struct Codes {
    found: Vec<String>,
    looked_at: usize,
}

impl Codes {
    /// Looks at the picture as it is and in half its size, which shows the codes of most.
    pub(super) fn glance(&mut self, picture: &Grey) {
        let before = self.found.len();
        let large = picture.pixels.len() > LARGE;
        if !large {
            self.look(picture, Light::Local);
        }
        if let Some(half) = picture.halved() {
            self.look(&half, Light::Local);
        }
        if large && self.found.len() == before {
            self.look(picture, Light::Local);
        }
    }

    /// Looks at a picture in which a glance showed nothing: in other lights and sizes, and at its negative.
    pub(super) fn scrutinise(&mut self, picture: Grey) {
        let half = picture.halved();
        let quarter = half.as_ref().and_then(Grey::halved);
        let double = (picture.pixels.len() < SMALL).then(|| picture.doubled()).flatten();
        for (size, light) in [
            (Some(&picture), Light::Even),
            (half.as_ref(), Light::Even),
            (double.as_ref(), Light::Local),
            (quarter.as_ref(), Light::Local),
        ] {
            if let Some(size) = size
                && self.look(size, light)
            {
                return;
            }
        }
        drop((double, quarter));
        let found = self.look(&picture.inverted(), Light::Local);
        if let Some(half) = half.filter(|_| !found) {
            self.look(&half.inverted(), Light::Local);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether there is nothing left to look with.
    pub(super) fn spent(&self) -> bool {
        self.looked_at >= MOST_LOOKED_AT || self.found.len() >= MOST_KEPT
    }

    /// The texts, those first that look like an address with a secret as ours have it.
    pub(super) fn into_vec(self) -> Vec<String> {
        let (mut likely, others): (Vec<_>, Vec<_>) = self.found.into_iter().partition(|text| text.contains('#'));
        likely.extend(others);
        likely.truncate(MOST_CODES);
        likely
    }

    /// Whether it saw a code that had not been seen.
    fn look(&mut self, picture: &Grey, light: Light) -> bool {
        let before = self.found.len();
        if self.spent() {
            return false;
        }
        self.looked_at += picture.pixels.len();
        // A decoder that breaks on one picture has not seen the others yet.
        let texts = catch_unwind(AssertUnwindSafe(|| read(picture, light))).ok().flatten().unwrap_or_default();
        for mut text in texts {
            text.truncate(text.floor_char_boundary(LONGEST_CODE));
            if !self.found.contains(&text) && self.found.len() < MOST_KEPT {
                self.found.push(text);
            }
        }
        self.found.len() > before
    }
}

/// How black is told from white.
#[derive(Debug, Clone, Copy)]
enum Light {
    /// By the surroundings of each place: shadows and gradients do not matter.
    Local,
    /// By the whole picture: soft edges and noise matter less.
    Even,
}

fn read(picture: &Grey, light: Light) -> Option<Vec<String>> {
    let (width, height) = (u32::try_from(picture.width).ok()?, u32::try_from(picture.height).ok()?);
    let source = Luma8LuminanceSource::new(picture.pixels.clone(), width, height).ok()?;
    match light {
        Light::Local => decoded(HybridBinarizer::new(source)),
        Light::Even => decoded(GlobalHistogramBinarizer::new(source)),
    }
}

fn decoded<B: Binarizer>(binarizer: B) -> Option<Vec<String>> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    let found = QrReader.decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), &hints).ok()?;
    Some(found.iter().map(|code| code.getText().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: impl IntoIterator<Item = String>) -> Vec<String> {
        Codes { found: found.into_iter().collect(), looked_at: 0 }.into_vec()
    }

    #[test]
    fn what_may_be_ours_is_told_before_a_flood_of_others() {
        let flood = (0..20).map(|nth| format!("https://bank.example/{nth}"));
        let found = told(flood.chain(["HTTPS://ARAYIS.EXAMPLE/V#X.Y".to_owned()]));
        assert_eq!((found.len(), found[0].as_str()), (MOST_CODES, "HTTPS://ARAYIS.EXAMPLE/V#X.Y"));
    }

    #[test]
    fn an_empty_or_tiny_picture_shows_nothing() {
        for side in [1, 2, 7, 40] {
            let picture = Grey::new(side, side, vec![200; side * side]).unwrap();
            let mut codes = Codes::default();
            codes.glance(&picture);
            codes.scrutinise(picture);
            assert!(codes.is_empty() && !codes.spent(), "{side}");
        }
    }

    #[test]
    fn no_file_is_looked_at_without_end() {
        let picture = Grey::new(1_000, 1_000, vec![200; 1_000_000]).unwrap();
        let mut codes = Codes { found: Vec::new(), looked_at: MOST_LOOKED_AT - 1 };
        assert!(!codes.look(&picture, Light::Local) && codes.spent());
        let looked_at = codes.looked_at;
        codes.glance(&picture);
        assert_eq!(codes.looked_at, looked_at);
    }
}
