//! Style sheet, scripts and fonts: part of the binary, each under a name that changes with its bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use ring::digest;

use super::fault::Fault;
use crate::routes;

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::new);

/// What every page refers to, by the addresses under which it is served.
pub(super) struct Assets {
    style: Asset,
    verify: Asset,
    icon: Asset,
    fonts: [Asset; 2],
}

struct Asset {
    name: String,
    media_type: &'static str,
    bytes: Cow<'static, [u8]>,
}

impl Assets {
    fn new() -> Self {
        let regular = include_bytes!("../../templates/assets/noto-sans-regular.woff2");
        let semibold = include_bytes!("../../templates/assets/noto-sans-semibold.woff2");
        let fonts = [
            Asset::new("noto-sans-regular", "woff2", "font/woff2", Cow::Borrowed(regular)),
            Asset::new("noto-sans-semibold", "woff2", "font/woff2", Cow::Borrowed(semibold)),
        ];
        // The style sheet names the fonts as they are called in the repository.
        let mut style = include_str!("../../templates/assets/style.css").to_owned();
        for (plain, font) in ["noto-sans-regular.woff2", "noto-sans-semibold.woff2"].iter().zip(&fonts) {
            style = style.replace(plain, &font.name);
        }
        let verify = include_bytes!("../../templates/assets/verify.js");
        let icon = include_bytes!("../../templates/assets/icon.svg");
        Self {
            style: Asset::new("style", "css", "text/css; charset=utf-8", Cow::Owned(style.into_bytes())),
            verify: Asset::new("verify", "js", "text/javascript; charset=utf-8", Cow::Borrowed(verify)),
            icon: Asset::new("icon", "svg", "image/svg+xml", Cow::Borrowed(icon)),
            fonts,
        }
    }

    fn all(&self) -> impl Iterator<Item = &Asset> {
        [&self.style, &self.verify, &self.icon].into_iter().chain(&self.fonts)
    }
}

impl Asset {
    fn new(stem: &str, ending: &str, media_type: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let sha256 = digest::digest(&digest::SHA256, &bytes);
        let name = format!("{stem}-{}.{ending}", HEXLOWER.encode(&sha256.as_ref()[..6]));
        Self { name, media_type, bytes }
    }

    fn address(&self) -> String {
        routes::ASSET.replace("{name}", &self.name)
    }
}

/// Where the style sheet is.
pub(super) fn style() -> String {
    ASSETS.style.address()
}

/// Where the script of the verification page is.
pub(super) fn verify_script() -> String {
    ASSETS.verify.address()
}

/// Where the site's icon is.
pub(super) fn icon() -> String {
    ASSETS.icon.address()
}

/// `GET /assets/{name}`: what has this very name, to be kept as long as a browser likes.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.all().find(|asset| asset.name == name) else { return Fault::NotFound.into_response() };
    let headers =
        [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.bytes.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_the_fonts_as_they_are_served() {
        let style = String::from_utf8(ASSETS.style.bytes.to_vec()).unwrap();
        for font in &ASSETS.fonts {
            assert!(style.contains(&font.address()), "{}", font.name);
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for asset in [&ASSETS.style, &ASSETS.verify] {
            let text = String::from_utf8(asset.bytes.to_vec()).unwrap();
            for elsewhere in ["http:", "https:", "url(//", "@import", "eval(", "innerHTML"] {
                assert!(!text.contains(elsewhere), "{} has {elsewhere}", asset.name);
            }
        }
    }

    #[test]
    fn a_first_page_needs_less_than_100_kilobytes_of_them() {
        let bytes: usize = ASSETS.all().map(|asset| asset.bytes.len()).sum();
        assert!(bytes < 90_000, "{bytes}");
    }
}
