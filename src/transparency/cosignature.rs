//! Cosignatures (C2SP tlog-cosignature, Ed25519): a witness's word that it saw a log grow to a checkpoint, and when.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::note::{COSIGNATURE_TYPE, NoteRefused, Vkey, signature_line, signatures, unverified_text};

/// Seconds since the epoch, as cosignatures count.
pub type Seconds = u64;

/// Cosigns checkpoints under a witness's name.
pub struct Cosigner {
    verifier: Witness,
    key: Ed25519KeyPair,
}

impl Cosigner {
    /// A witness of that name; its key must be no other cosigner's, since what is signed does not name it.
    pub fn new(name: &str, key: Ed25519KeyPair) -> Result<Self, NoteRefused> {
        let public = key.public_key().as_ref().try_into().map_err(|_| NoteRefused::VerifierKey)?;
        Ok(Self { verifier: Witness(Vkey::new(name, COSIGNATURE_TYPE, public)?), key })
    }

    /// Its public half, which prints as its vkey.
    pub fn witness(&self) -> &Witness {
        &self.verifier
    }

    /// The signature line by which the witness cosigns the checkpoint in `note`, whose signatures it has checked.
    pub fn cosign(&self, note: &str, at: Seconds) -> Result<String, NoteRefused> {
        let signature = self.key.sign(message(unverified_text(note)?, at).as_bytes());
        let vkey = &self.verifier.0;
        Ok(signature_line(vkey, &[at.to_be_bytes().as_slice(), signature.as_ref()].concat()))
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.verifier)
    }
}

/// The public key of a witness. It prints as, and parses from, its vkey, whose type is 04.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness(Vkey);

impl Witness {
    /// The witness's name.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// The raw public key, which is one witness's alone whatever it is called.
    pub fn public_key(&self) -> &[u8; 32] {
        self.0.public()
    }

    /// When this witness cosigned the checkpoint in `note`, the latest of several times; none when it did not.
    ///
    /// A cosignature in its name that is not by its key is refused, whatever others say.
    pub fn cosigned(&self, note: &str) -> Result<Option<Seconds>, NoteRefused> {
        let text = unverified_text(note)?;
        let mut latest = None;
        for bytes in signatures(note, &self.0)? {
            let (time, signature) = bytes.split_first_chunk::<8>().ok_or(NoteRefused::Signature)?;
            let at = u64::from_be_bytes(*time);
            let key = UnparsedPublicKey::new(&ED25519, self.0.public());
            key.verify(message(text, at).as_bytes(), signature).map_err(|_| NoteRefused::Signature)?;
            // A checkpoint's cosignature has a time, and one that fits 63 bits.
            if at == 0 || at > i64::MAX.cast_unsigned() {
                return Err(NoteRefused::Signature);
            }
            latest = latest.max(Some(at));
        }
        Ok(latest)
    }

    /// The signature line of a witness's answer that is this witness's newest cosignature of the checkpoint in `note`.
    ///
    /// One only, whatever it answers: a note holds so many signatures and no more.
    pub fn line_for(&self, note: &str, answer: &str) -> Result<String, NoteRefused> {
        let text = unverified_text(note)?;
        let mut newest = None;
        for line in answer.lines() {
            if !signatures(&joined(note, &[line]), &self.0).is_ok_and(|own| !own.is_empty()) {
                continue;
            }
            let at = self.cosigned(&joined(&format!("{text}\n"), &[line]))?;
            if newest.as_ref().is_none_or(|(before, _)| *before < at) {
                newest = Some((at, line));
            }
        }
        newest.map(|(_, line)| line.to_owned()).ok_or(NoteRefused::NotSigned)
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Witness {
    type Err = NoteRefused;

    fn from_str(text: &str) -> Result<Self, NoteRefused> {
        Vkey::parse(text, COSIGNATURE_TYPE).map(Self)
    }
}

/// `note` with further signature lines, in the place of older ones by the same keys.
pub fn with_cosignatures(note: &str, lines: &[String]) -> String {
    let key = |line: &str| {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        Some((name.to_owned(), BASE64.decode(encoded.as_bytes()).ok()?.get(..4)?.to_owned()))
    };
    let new: Vec<_> = lines.iter().filter_map(|line| key(line)).collect();
    let Ok(text) = unverified_text(note) else { return note.to_owned() };
    let before = note[text.len() + 1..].lines().filter(|line| key(line).is_none_or(|key| !new.contains(&key)));
    let before: Vec<&str> = before.collect();
    joined(&joined(&format!("{text}\n"), &before), lines)
}

/// When a checkpoint was witnessed by `quorum` of the witnesses: the time of the cosignature that made the number full.
pub fn witnessed_at(note: &str, witnesses: &[Witness], quorum: usize) -> Option<Seconds> {
    let times = witnesses.iter().filter_map(|witness| witness.cosigned(note).ok().flatten());
    let mut times: Vec<_> = times.collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.get(quorum.max(1) - 1).copied()
}

fn joined(note: &str, lines: &[impl AsRef<str>]) -> String {
    lines.iter().fold(note.to_owned(), |note, line| note + line.as_ref() + "\n")
}

fn message(text: &str, at: Seconds) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::super::checkpoint::Checkpoint;
    use super::super::note::Signer;
    use super::super::tree::Hash;
    use super::*;

    fn cosigner(name: &str, seed: u8) -> Cosigner {
        Cosigner::new(name, Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()).unwrap()
    }

    fn note(size: u64) -> String {
        let log = Signer::new("log.example", Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()).unwrap();
        Checkpoint { origin: "log.example".to_owned(), size, root: Hash([3; 32]) }.sign(&log).unwrap()
    }

    #[test]
    fn what_is_signed_is_what_the_specification_says() {
        let expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
                        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(message(text, 1_679_315_147), expected);
        let id = |vkey: String| vkey.split('+').nth(1).unwrap().to_owned();
        let witness = cosigner("witness.example/w1", 5);
        let public = BASE64.decode(witness.witness().to_string().rsplit('+').next().unwrap().as_bytes()).unwrap();
        assert_eq!(public[0], 4);
        let digest =
            ring::digest::digest(&ring::digest::SHA256, &[b"witness.example/w1\n", public.as_slice()].concat());
        assert_eq!(id(witness.witness().to_string()), data_encoding::HEXLOWER.encode(&digest.as_ref()[..4]));
    }

    #[test]
    fn a_cosignature_counts_for_its_witness_and_its_checkpoint_alone() {
        let (one, two) = (cosigner("one.example", 1), cosigner("two.example", 2));
        let cosigned = with_cosignatures(&note(7), &[one.cosign(&note(7), 100).unwrap().trim_end().to_owned()]);
        assert_eq!(one.witness().cosigned(&cosigned), Ok(Some(100)));
        assert_eq!(two.witness().cosigned(&cosigned), Ok(None));
        let log = Signer::new("log.example", Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()).unwrap();
        assert_eq!(Checkpoint::open(&cosigned, log.verifier()).unwrap().size, 7);
        let line = one.cosign(&note(8), 100).unwrap();
        assert_eq!(one.witness().cosigned(&format!("{}{line}", note(7))), Err(NoteRefused::Signature));
        assert_eq!(one.witness().line_for(&note(7), &line), Err(NoteRefused::Signature));
        assert_eq!(two.witness().line_for(&note(7), &line), Err(NoteRefused::NotSigned));
        let untimed = one.cosign(&note(7), 0).unwrap();
        assert_eq!(one.witness().line_for(&note(7), &untimed), Err(NoteRefused::Signature));
        let both = format!("{}{}", two.cosign(&note(7), 9).unwrap(), one.cosign(&note(7), 8).unwrap());
        let own = one.cosign(&note(7), 8).unwrap();
        assert_eq!(one.witness().line_for(&note(7), &both).as_deref(), Ok(own.trim_end()));
        // A note holds a hundred signatures: a witness that answers as many must not fill it.
        let many = format!("{}{}{own}", own.repeat(99), one.cosign(&note(7), 9).unwrap());
        let newest = one.cosign(&note(7), 9).unwrap();
        assert_eq!(one.witness().line_for(&note(7), &many).as_deref(), Ok(newest.trim_end()));
    }

    #[test]
    fn a_newer_cosignature_takes_the_place_of_the_older_and_a_quorum_counts_witnesses() {
        let (one, two) = (cosigner("one.example", 1), cosigner("two.example", 2));
        let line = |witness: &Cosigner, at| witness.cosign(&note(7), at).unwrap().trim_end().to_owned();
        let first = with_cosignatures(&note(7), &[line(&one, 100), line(&two, 50)]);
        let newer = with_cosignatures(&first, &[line(&one, 200)]);
        assert_eq!(newer.lines().count(), first.lines().count());
        let witnesses = [one.witness().clone(), two.witness().clone()];
        assert_eq!(witnessed_at(&newer, &witnesses, 1), Some(200));
        assert_eq!(witnessed_at(&newer, &witnesses, 2), Some(50));
        assert_eq!(witnessed_at(&newer, &witnesses, 3), None);
        assert_eq!(witnessed_at(&note(7), &witnesses, 1), None);
    }

    #[test]
    fn a_witness_key_reads_back_and_a_log_key_is_none() {
        let vkey = cosigner("one.example", 1).witness().to_string();
        assert_eq!(vkey.parse::<Witness>().unwrap().to_string(), vkey);
        let log = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        assert_eq!(log.parse::<Witness>(), Err(NoteRefused::VerifierKey));
    }
}
