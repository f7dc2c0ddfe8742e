//! What a signature claims to cover, read from the bytes as they stand: strictly, and within one indirect object.

use data_encoding::HEXLOWER_PERMISSIVE;
use memchr::memmem;

use super::SealProblem;

/// A signature and its dictionary stand within this distance of each other.
const REACH: usize = 1 << 20;
/// The longest CMS that is read: ours with a chain and timestamps has less than half of it.
pub(super) const LONGEST_CMS: usize = 32 << 10;

/// A signature with a sound `/ByteRange` and a `/Contents` that can be read.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    /// The two stretches that were signed.
    pub(super) signed: [&'a [u8]; 2],
    /// The decoded `/Contents`, with its padding.
    pub(super) container: Vec<u8>,
    pub(super) problems: Vec<SealProblem>,
}

/// The places of all signature dictionaries: each `/ByteRange`, and each `/SubFilter` in an object that has none.
pub(super) fn positions(file: &[u8]) -> Vec<usize> {
    let mut found: Vec<usize> = memmem::find_iter(file, b"/ByteRange").take(super::MOST_SEALS).collect();
    let without_range = memmem::find_iter(file, b"/SubFilter").take(super::MOST_SEALS).filter(|&at| {
        let (start, end) = object_around(file, at);
        memmem::find(&file[start..end], b"/ByteRange").is_none()
    });
    found.extend(without_range);
    found.sort_unstable();
    found
}

/// Reads the claim of the dictionary that has something at `at`.
pub(super) fn read(file: &[u8], at: usize) -> Result<Claim<'_>, SealProblem> {
    let [_, first, second, length] = byte_range(&file[at..]).ok_or(SealProblem::MalformedByteRange)?;
    let end = second.checked_add(length).filter(|&end| end <= file.len()).ok_or(SealProblem::MalformedByteRange)?;
    if first > second {
        return Err(SealProblem::MalformedByteRange);
    }
    let (open, close) = contents(file, at).ok_or(SealProblem::MalformedContainer)?;
    let hex = &file[open + 1..close];
    if hex.len() > 2 * LONGEST_CMS {
        return Err(SealProblem::MalformedContainer);
    }
    let container = HEXLOWER_PERMISSIVE.decode(hex).map_err(|_| SealProblem::MalformedContainer)?;

    let mut problems = Vec::new();
    if (first, second) != (open, close + 1) {
        problems.push(SealProblem::Gap);
    }
    if end < file.len() {
        problems.push(SealProblem::TrailingBytes);
    }
    Ok(Claim { signed: [&file[..first], &file[second..end]], container, problems })
}

/// The four numbers after `/ByteRange`: non-negative, written as digits only, the first of them zero.
fn byte_range(dictionary: &[u8]) -> Option<[usize; 4]> {
    let rest = dictionary.strip_prefix(b"/ByteRange")?.trim_ascii_start().strip_prefix(b"[")?;
    let rest = &rest[..rest.len().min(256)];
    let inside = std::str::from_utf8(&rest[..memchr::memchr(b']', rest)?]).ok()?;
    let mut numbers = [0; 4];
    let mut written = inside.split_ascii_whitespace();
    for number in &mut numbers {
        let digits = written.next().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = digits.parse().ok()?;
    }
    (written.next().is_none() && numbers[0] == 0).then_some(numbers)
}

/// The places of `<` and `>` of the one hexadecimal `/Contents` in the object around `at`.
fn contents(file: &[u8], at: usize) -> Option<(usize, usize)> {
    let (start, end) = object_around(file, at);
    let object = &file[start..end];
    let mut strings = memmem::find_iter(object, b"/Contents").filter_map(|name| {
        let value = object[name + b"/Contents".len()..].trim_ascii_start();
        let open = object.len() - value.len();
        (value.starts_with(b"<") && !value.starts_with(b"<<"))
            .then(|| memchr::memchr(b'>', value).map(|length| (start + open, start + open + length)))
            .flatten()
    });
    let only = strings.next()?;
    strings.next().is_none().then_some(only)
}

/// From the end of the object before to the end of the object that holds `at`.
fn object_around(file: &[u8], at: usize) -> (usize, usize) {
    let reach = at.saturating_sub(REACH);
    let start = memmem::rfind(&file[reach..at], b"endobj").map_or(reach, |end| reach + end);
    let reach = file.len().min(at + REACH);
    let end = memmem::find(&file[at..reach], b"endobj").map_or(reach, |end| at + end);
    (start, end)
}
