//! Signed notes (C2SP signed-note) with Ed25519: a text that whoever holds the signer's public key can trust.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::tree::sha256;

/// signed-note's identifier of plain Ed25519 signatures.
const ED25519_TYPE: u8 = 1;
/// Its identifier of timestamped Ed25519 cosignatures (C2SP tlog-cosignature).
pub(super) const COSIGNATURE_TYPE: u8 = 4;
/// What a signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";
/// Longer notes are refused unread; sixteen post-quantum signatures fit with much to spare.
const MAX_LENGTH: usize = 1_000_000;
/// More signatures than this are refused.
const MAX_SIGNATURES: usize = 100;

/// Why a note, a key or a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefused {
    /// It is not a signed note.
    #[error("the text is not a signed note: take it again from the log")]
    Form,
    /// No signature is by the key that is trusted.
    #[error("the note is not signed by the trusted key: check that it comes from the log whose key you have")]
    NotSigned,
    /// A signature that names the trusted key is not by it.
    #[error("a signature in the trusted key's name is false: do not rely on this note")]
    Signature,
    /// A key's name is empty or holds a space, a plus sign or a control character.
    #[error("the key's name must be a word without spaces and plus signs, such as log.example/2026")]
    Name,
    /// It is not a verifier key for Ed25519.
    #[error("the text is not an Ed25519 verifier key (name+id+key): copy it again from its owner")]
    VerifierKey,
}

/// Signs notes under a name.
pub struct Signer {
    verifier: Verifier,
    key: Ed25519KeyPair,
}

impl Signer {
    /// A signer with that name, which for a log is its origin.
    pub fn new(name: &str, key: Ed25519KeyPair) -> Result<Self, NoteRefused> {
        let public = key.public_key().as_ref().try_into().map_err(|_| NoteRefused::VerifierKey)?;
        Ok(Self { verifier: Verifier::new(name, public)?, key })
    }

    /// Its public half, which prints as its vkey.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The note of a text: the text, an empty line, and this signer's signature. The text ends with a newline.
    pub fn sign(&self, text: &str) -> Result<String, NoteRefused> {
        if !text.ends_with('\n') || has_control(text) {
            return Err(NoteRefused::Form);
        }
        let signature = self.key.sign(text.as_bytes());
        Ok(format!("{text}\n{}", signature_line(&self.verifier.0, signature.as_ref())))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}

/// The public key that a note is checked against. It prints as, and parses from, its vkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(Vkey);

impl Verifier {
    /// The verifier of a raw Ed25519 public key (RFC 8032 §5.1.5) under a name.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, NoteRefused> {
        Vkey::new(name, ED25519_TYPE, public).map(Self)
    }

    /// The key's name, which for a log is its origin.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key) (C2SP signed-note, Signatures).
    pub fn id(&self) -> [u8; 4] {
        self.0.id
    }

    /// The raw public key.
    pub fn public_key(&self) -> &[u8; 32] {
        &self.0.public
    }

    /// The text of a note that this key signed, with its last newline; other keys' signatures are passed over.
    pub fn open<'note>(&self, note: &'note str) -> Result<&'note str, NoteRefused> {
        let (text, _) = parse(note)?;
        let signatures = signatures(note, &self.0)?;
        for signature in &signatures {
            let key = UnparsedPublicKey::new(&ED25519, &self.0.public);
            key.verify(text.as_bytes(), signature).map_err(|_| NoteRefused::Signature)?;
        }
        if signatures.is_empty() { Err(NoteRefused::NotSigned) } else { Ok(text) }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Verifier {
    type Err = NoteRefused;

    /// Reads a vkey: name, key id and key, with plus signs between.
    fn from_str(text: &str) -> Result<Self, NoteRefused> {
        Vkey::parse(text, ED25519_TYPE).map(Self)
    }
}

/// A named Ed25519 key for signatures of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vkey {
    name: String,
    kind: u8,
    id: [u8; 4],
    public: [u8; 32],
}

impl Vkey {
    pub(super) fn new(name: &str, kind: u8, public: [u8; 32]) -> Result<Self, NoteRefused> {
        if !is_name(name) {
            return Err(NoteRefused::Name);
        }
        Ok(Self { id: key_id(name, kind, &public), kind, name: name.to_owned(), public })
    }

    /// Reads a vkey in its one right spelling, of a key of that type.
    pub(super) fn parse(text: &str, kind: u8) -> Result<Self, NoteRefused> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteRefused::VerifierKey);
        };
        let key = BASE64.decode(key.as_bytes()).map_err(|_| NoteRefused::VerifierKey)?;
        let public = key.strip_prefix(&[kind]).and_then(|public| public.try_into().ok());
        let vkey = Self::new(name, kind, public.ok_or(NoteRefused::VerifierKey)?)?;
        if vkey.to_string() == text { Ok(vkey) } else { Err(NoteRefused::VerifierKey) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id), BASE64.encode(&key))
    }
}

/// What stands in a note's signature lines of this key, unverified.
pub(super) fn signatures(note: &str, vkey: &Vkey) -> Result<Vec<Vec<u8>>, NoteRefused> {
    let (_, signatures) = parse(note)?;
    let own = signatures.into_iter().filter(|one| one.name == vkey.name && one.id == vkey.id);
    Ok(own.map(|one| one.bytes).collect())
}

/// The line by which a key's signature stands in a note.
pub(super) fn signature_line(vkey: &Vkey, signature: &[u8]) -> String {
    let bytes = [vkey.id.as_slice(), signature].concat();
    format!("{SIGNATURE_PREFIX}{} {}\n", vkey.name, BASE64.encode(&bytes))
}

/// The text of a note whose signatures nobody checked: for comparing what is stored, never for trusting it.
pub(super) fn unverified_text(note: &str) -> Result<&str, NoteRefused> {
    parse(note).map(|(text, _)| text)
}

struct Signature<'note> {
    name: &'note str,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// The text, and its signatures, which stand after the last empty line.
fn parse(note: &str) -> Result<(&str, Vec<Signature<'_>>), NoteRefused> {
    if note.len() > MAX_LENGTH || has_control(note) {
        return Err(NoteRefused::Form);
    }
    let separator = note.rfind("\n\n").ok_or(NoteRefused::Form)?;
    let text = &note[..=separator];
    let lines = note[separator + 2..].strip_suffix('\n').ok_or(NoteRefused::Form)?;
    let signatures: Vec<_> = lines
        .split('\n')
        .take(MAX_SIGNATURES + 1)
        .map(parse_signature)
        .collect::<Option<_>>()
        .ok_or(NoteRefused::Form)?;
    if signatures.len() > MAX_SIGNATURES { Err(NoteRefused::Form) } else { Ok((text, signatures)) }
}

fn parse_signature(line: &str) -> Option<Signature<'_>> {
    let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
    let bytes = BASE64.decode(encoded.as_bytes()).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (is_name(name) && !signature.is_empty()).then(|| Signature { name, id: *id, bytes: signature.to_vec() })
}

/// SHA-256(name ‖ newline ‖ type ‖ key), its first four bytes.
fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256(&[name.as_bytes(), &[b'\n', kind], public]).0;
    [a, b, c, d]
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|symbol| symbol.is_whitespace() || symbol.is_control() || symbol == '+')
}

/// Whether an ASCII control character other than newline stands in it.
fn has_control(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ' && byte != b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const EXAMPLE: &str = "This is an example message.\n\n— example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_is_accepted() {
        let verifier: Verifier = EXAMPLE_KEY.parse().unwrap();
        assert_eq!(verifier.open(EXAMPLE), Ok("This is an example message.\n"));
        assert_eq!(verifier.to_string(), EXAMPLE_KEY);
    }

    #[test]
    fn a_note_is_opened_by_its_signer_and_by_nobody_else() {
        let note = signer("log.example", 1).sign("one\n\ntwo\n").unwrap();
        assert_eq!(signer("log.example", 1).verifier().open(&note), Ok("one\n\ntwo\n"));
        assert_eq!(signer("log.example", 2).verifier().open(&note), Err(NoteRefused::NotSigned));
        assert_eq!(signer("other.example", 1).verifier().open(&note), Err(NoteRefused::NotSigned));
    }

    #[test]
    fn unknown_signatures_are_passed_over_and_a_false_one_in_the_trusted_name_is_not() {
        let trusted = signer("log.example", 1);
        let note = trusted.sign("one\n").unwrap();
        let (_, trusted_line) = note.rsplit_once("\n\n").unwrap();
        let witness = signer("witness.example", 3).sign("one\n").unwrap();
        let longer = format!("{witness}{trusted_line}— other.example AAAAAAA=\n");
        assert_eq!(trusted.verifier().open(&longer), Ok("one\n"));
        let other_text = trusted.sign("two\n").unwrap();
        let (_, false_line) = other_text.rsplit_once("\n\n").unwrap();
        assert_eq!(trusted.verifier().open(&format!("{note}{false_line}")), Err(NoteRefused::Signature));
        assert_eq!(trusted.verifier().open(&note.replace("one", "owe")), Err(NoteRefused::Signature));
        assert_eq!(trusted.verifier().open(&format!("{note}{}", trusted_line.repeat(100))), Err(NoteRefused::Form));
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let verifier: Verifier = EXAMPLE_KEY.parse().unwrap();
        for wrong in [
            String::new(),
            "\n\n".to_owned(),
            EXAMPLE.trim_end().to_owned(),
            format!("{EXAMPLE}\n"),
            EXAMPLE.replace("\n\n", "\n"),
            EXAMPLE.replace("— ", "- "),
            EXAMPLE.replace("aQM=", "aQN="),
            EXAMPLE.replace("aQM=", "aQM"),
            EXAMPLE.replace("foo Uw", "foo  Uw"),
            EXAMPLE.replace("This", "\tThis"),
            EXAMPLE.replace('\n', "\r\n"),
            format!("{}{EXAMPLE}", "x".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(verifier.open(&wrong), Err(NoteRefused::Form), "{}", &wrong[..wrong.len().min(200)]);
        }
        let signer = signer("log.example", 1);
        assert_eq!(signer.sign("no newline"), Err(NoteRefused::Form));
        assert_eq!(signer.sign("a\tb\n"), Err(NoteRefused::Form));
    }

    #[test]
    fn a_verifier_key_with_anything_wrong_is_refused() {
        for wrong in [
            "",
            "example.com/foo",
            "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ",
        ] {
            assert_eq!(wrong.parse::<Verifier>(), Err(NoteRefused::VerifierKey), "{wrong}");
        }
        for name in ["", "a b", "a+b", "a\u{2003}b", "a\nb"] {
            assert_eq!(Verifier::new(name, [1; 32]), Err(NoteRefused::Name));
        }
    }

    #[test]
    fn a_signer_prints_its_public_half_alone() {
        let signer = signer("log.example", 1);
        assert_eq!(format!("{signer:?}"), format!("Signer({})", signer.verifier()));
    }
}
