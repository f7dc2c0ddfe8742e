//! Style sheet, scripts and fonts: part of the binary, each under a name that changes with its bytes.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use ring::digest;

use super::fault::Fault;
use crate::routes;

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::new);

/// A script as it is written: its name, how others import it, its text. Those it imports stand before it.
struct Source(&'static str, &'static str, &'static str);

macro_rules! script {
    ($name:literal) => {
        Source(
            $name,
            concat!("'./", $name, ".js'"),
            include_str!(concat!("../../templates/assets/scripts/", $name, ".js")),
        )
    };
}

const SCRIPTS: [Source; 18] = [
    Source("qr-index", "'./index.js'", include_str!("../../templates/assets/vendor/qr/index.js")),
    Source("qr-decode", "'./qr-decode.js'", include_str!("../../templates/assets/vendor/qr/decode.js")),
    script!("address"),
    script!("words"),
    script!("answer"),
    script!("download"),
    script!("cbor"),
    script!("token"),
    script!("status"),
    script!("kept"),
    script!("signed"),
    script!("offline"),
    script!("reading"),
    script!("camera"),
    script!("scan"),
    script!("file"),
    script!("verify"),
    script!("receipt"),
];

/// What the empty verification page loads by itself, beside its style and fonts; the rest comes when it is wanted.
const FIRST: [&str; 13] = [
    "address", "words", "answer", "download", "cbor", "token", "kept", "status", "signed", "offline", "reading",
    "scan", "file",
];

/// What every page refers to, by the addresses under which it is served.
struct Assets {
    style: Asset,
    icon: Asset,
    fonts: [Asset; 2],
    scripts: Vec<Asset>,
}

struct Asset {
    stem: &'static str,
    name: String,
    media_type: &'static str,
    bytes: Cow<'static, [u8]>,
    gzipped: Option<Vec<u8>>,
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
        let icon = include_bytes!("../../templates/assets/icon.svg");
        Self {
            style: Asset::new("style", "css", "text/css; charset=utf-8", Cow::Owned(style.into_bytes())).packed(),
            icon: Asset::new("icon", "svg", "image/svg+xml", Cow::Borrowed(icon)),
            fonts,
            scripts: scripts(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Asset> {
        [&self.style, &self.icon].into_iter().chain(&self.fonts).chain(&self.scripts)
    }
}

/// The scripts, each importing the others by the names under which they are served.
fn scripts() -> Vec<Asset> {
    let mut scripts: Vec<Asset> = Vec::with_capacity(SCRIPTS.len());
    for Source(stem, _, text) in &SCRIPTS {
        let mut text = (*text).to_owned();
        for (Source(_, imported_as, _), served) in SCRIPTS.iter().zip(&scripts) {
            text = text.replace(imported_as, &["'./", &served.name, "'"].concat());
        }
        scripts.push(Asset::new(stem, "js", "text/javascript; charset=utf-8", Cow::Owned(text.into_bytes())).packed());
    }
    scripts
}

impl Asset {
    fn new(stem: &'static str, ending: &str, media_type: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let sha256 = digest::digest(&digest::SHA256, &bytes);
        let name = format!("{stem}-{}.{ending}", HEXLOWER.encode(&sha256.as_ref()[..6]));
        Self { stem, name, media_type, bytes, gzipped: None }
    }

    /// The same, kept packed beside for browsers that unpack (RFC 1952). Nothing secret stands in it.
    fn packed(mut self) -> Self {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        self.gzipped = packer.write_all(&self.bytes).and_then(|()| packer.finish()).ok();
        self
    }

    fn address(&self) -> String {
        routes::ASSET.replace("{name}", &self.name)
    }
}

/// Where the style sheet is.
pub(super) fn style() -> String {
    ASSETS.style.address()
}

/// Where the site's icon is.
pub(super) fn icon() -> String {
    ASSETS.icon.address()
}

/// Where the script of this name is.
pub(super) fn script(stem: &str) -> String {
    ASSETS.scripts.iter().find(|script| script.stem == stem).map(Asset::address).unwrap_or_default()
}

/// Where the scripts are that the verification page's own imports, to be fetched beside it.
pub(super) fn imported() -> impl Iterator<Item = String> {
    FIRST.iter().skip(1).map(|stem| script(stem))
}

/// What the verification page needs without a connection: all but the vendored decoder, which stays once it was used.
pub(super) fn kept_offline() -> impl Iterator<Item = String> {
    ASSETS.all().filter(|asset| !asset.stem.starts_with("qr-") && asset.stem != "receipt").map(Asset::address)
}

/// `GET /assets/{name}`: what has this very name, to be kept as long as a browser likes.
pub(super) async fn serve(Path(name): Path<String>, asked: HeaderMap) -> Response {
    let Some(asset) = ASSETS.all().find(|asset| asset.name == name) else { return Fault::NotFound.into_response() };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    match &asset.gzipped {
        Some(gzipped) if unpacks(&asked) => {
            (headers, [(header::CONTENT_ENCODING, "gzip")], gzipped.clone()).into_response()
        }
        _ => (headers, asset.bytes.clone()).into_response(),
    }
}

/// Whether `Accept-Encoding` (RFC 9110 §12.5.3) names gzip and does not refuse it.
fn unpacks(asked: &HeaderMap) -> bool {
    let ranges = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ranges.split(',').any(|range| {
        let (coding, weight) = range.split_once(';').unwrap_or((range, ""));
        coding.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(asset: &Asset) -> String {
        String::from_utf8(asset.bytes.to_vec()).unwrap()
    }

    #[test]
    fn the_style_sheet_names_the_fonts_as_they_are_served() {
        let style = text(&ASSETS.style);
        for font in &ASSETS.fonts {
            assert!(style.contains(&font.address()), "{}", font.name);
        }
    }

    #[test]
    fn every_script_imports_only_what_is_served() {
        for script in &ASSETS.scripts {
            let text = text(script);
            let imports = text.match_indices("'./").map(|(at, _)| text[at + 3..].split('\'').next().unwrap());
            for name in imports {
                assert!(ASSETS.scripts.iter().any(|other| other.name == name), "{} imports {name}", script.name);
            }
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for asset in ASSETS.all().filter(|asset| asset.gzipped.is_some() && !asset.stem.starts_with("qr-")) {
            let text = text(asset);
            for elsewhere in ["http:", "https:", "url(//", "@import", "eval(", "innerHTML"] {
                assert!(!text.contains(elsewhere), "{} has {elsewhere}", asset.name);
            }
        }
    }

    #[test]
    fn every_script_of_ours_begins_with_what_it_promises() {
        for Source(stem, _, text) in SCRIPTS.iter().filter(|source| !source.0.starts_with("qr-")) {
            assert!(text.starts_with("// ") && text.lines().count() < 200, "{stem}");
        }
    }

    #[test]
    fn the_vendored_decoder_is_the_package_of_which_its_page_speaks() {
        let page = include_str!("../../templates/assets/vendor/qr/README.md");
        for (file, Source(_, _, text)) in [("index.js", &SCRIPTS[0]), ("decode.js", &SCRIPTS[1])] {
            let sha256 = HEXLOWER.encode(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
            assert!(page.contains(&format!("| `{file}` | {sha256} |")), "{file}: {sha256}");
        }
    }

    #[test]
    fn a_first_page_needs_less_than_80_kilobytes_of_them() {
        let first = |asset: &&Asset| match asset.stem {
            stem if ASSETS.scripts.iter().any(|script| script.stem == stem) => {
                FIRST.contains(&stem) || stem == "verify"
            }
            _ => true,
        };
        let bytes: usize =
            ASSETS.all().filter(first).map(|asset| asset.gzipped.as_ref().map_or(asset.bytes.len(), Vec::len)).sum();
        assert!(bytes < 80_000, "{bytes}");
    }

    #[test]
    fn a_file_is_sent_packed_to_whoever_unpacks_it() {
        let asked = |value: &'static str| {
            unpacks(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, header::HeaderValue::from_static(value))]))
        };
        assert!(asked("gzip, deflate, br") && asked("br;q=1.0, GZIP;q=0.5"));
        assert!(!asked("identity") && !asked("gzip;q=0") && !unpacks(&HeaderMap::new()));
    }
}
