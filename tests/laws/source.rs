//! A source file as the laws see it: its code without comments and literals, its literals, and what it imports.

use std::fs;
use std::path::{Path, PathBuf};

/// One file, read as far as the laws need.
pub(crate) struct Source {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text with every comment and the inside of every literal blanked out, character for character.
    code: Vec<char>,
    /// Where each string begins in `code`, and what it says.
    strings: Vec<(usize, String)>,
}

/// The name of a top-level module, and the line that names it.
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) module: String,
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`, which is named from the root of the repository.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            found.push(Source::new(name, &fs::read_to_string(&path).unwrap()));
        }
    }
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, strings) = blank(text);
        Self { path: path.to_owned(), text: text.to_owned(), code, strings }
    }

    pub(crate) fn breach(&self, line: usize, sentence: &str) -> String {
        format!("{}:{line}: {sentence}", self.path)
    }

    pub(crate) fn breach_unless(&self, kept: bool, line: usize, sentence: &str) -> Vec<String> {
        if kept { Vec::new() } else { vec![self.breach(line, sentence)] }
    }

    /// The lines in whose code one of `patterns` stands.
    pub(crate) fn lines_with(&self, patterns: &[&str]) -> Vec<usize> {
        let code = self.code.iter().collect::<String>();
        let lines = code.lines().enumerate();
        lines
            .filter(|(_, line)| patterns.iter().any(|pattern| line.contains(pattern)))
            .map(|(index, _)| index + 1)
            .collect()
    }

    /// The module directly under the crate's root in which this file stands.
    pub(crate) fn top_module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split(['/', '.']).next().unwrap_or(inside)
    }

    /// Identifiers and punctuation, each with its line; `::` is one word.
    pub(crate) fn words(&self) -> Vec<(usize, String)> {
        let mut words: Vec<(usize, String)> = Vec::new();
        let (mut line, mut open) = (1, false);
        for &c in &self.code {
            let of_identifier = c.is_alphanumeric() || c == '_';
            match words.last_mut() {
                Some((_, word)) if open && of_identifier => word.push(c),
                Some((_, word)) if !open && c == ':' && word == ":" => word.push(c),
                _ if c.is_whitespace() => {}
                _ => words.push((line, c.to_string())),
            }
            open = of_identifier;
            line += usize::from(c == '\n');
        }
        words
    }

    /// What the strings of this file say, and where each begins.
    pub(crate) fn literals(&self) -> Vec<(usize, String)> {
        self.strings.iter().map(|(at, text)| (self.line_of(*at), text.clone())).collect()
    }

    /// The names of the metrics that this file counts, in the macro or by a constant.
    pub(crate) fn metrics(&self) -> Vec<(usize, String)> {
        let counts = |at: usize| {
            let before = self.code[at.saturating_sub(100)..at].iter().collect::<String>();
            ["counter!(", "gauge!(", "histogram!("].iter().any(|counts| before.trim_end().ends_with(counts))
        };
        let is_name = |text: &str| {
            text.starts_with("earayis_")
                && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                && ["_total", "_seconds", "_bytes"].iter().any(|unit| text.ends_with(unit))
        };
        let names = self.strings.iter().filter(|(at, text)| is_name(text) || counts(*at));
        names.map(|(at, name)| (self.line_of(*at), name.clone())).collect()
    }

    /// Every top-level module that a path in this file names, by `crate::` or by enough `super::`.
    pub(crate) fn imports(&self) -> Vec<Import> {
        let words = self.words();
        let word = |at: usize| words.get(at).map_or("", |(_, word)| word.as_str());
        let mut imports = Vec::new();
        let mut blocks: Vec<bool> = Vec::new();
        for at in 0..words.len() {
            match word(at) {
                "{" => blocks.push(at >= 2 && word(at - 2) == "mod"),
                "}" => drop(blocks.pop()),
                "crate" if word(at + 1) == "::" => imports.extend(heads(&words, at + 2)),
                "super" if word(at + 1) == "::" && (at == 0 || word(at - 1) != "::") => {
                    let mut depth = self.depth() + blocks.iter().filter(|is_module| **is_module).count();
                    let mut next = at;
                    while word(next) == "super" && word(next + 1) == "::" {
                        (depth, next) = (depth.saturating_sub(1), next + 2);
                    }
                    if depth == 0 {
                        imports.extend(heads(&words, next));
                    }
                }
                _ => {}
            }
        }
        imports
    }

    /// The line from which on the file holds only tests; tests stand last in a file, or in one of their own.
    pub(crate) fn tests_begin(&self) -> usize {
        const OPENING: [&str; 10] = ["#", "[", "cfg", "(", "test", ")", "]", "mod", "tests", "{"];
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return 1;
        }
        let words = self.words();
        let opening = words.windows(OPENING.len()).find(|run| run.iter().map(|(_, word)| word).eq(OPENING));
        opening.map_or(usize::MAX, |run| run[0].0)
    }

    /// How many modules deep the file stands: 1 for `src/clock.rs` and `src/pdf/mod.rs`.
    fn depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let inside = inside.strip_suffix("/mod").unwrap_or(inside);
        if matches!(inside, "lib" | "main") { 0 } else { inside.split('/').count() }
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].iter().filter(|c| **c == '\n').count() + 1
    }
}

/// The first segment of a path, or of each path in a group of them.
fn heads(words: &[(usize, String)], at: usize) -> Vec<Import> {
    let import = |(line, module): &(usize, String)| Import { line: *line, module: module.clone() };
    let Some(first) = words.get(at) else { return Vec::new() };
    if first.1 != "{" {
        return vec![import(first)];
    }
    let (mut depth, mut found) = (0, Vec::new());
    for pair in words[at..].windows(2) {
        match pair[0].1.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(pair[0].1.as_str(), "{" | ",") && pair[1].1 != "}" {
            found.push(import(&pair[1]));
        }
    }
    found
}

/// Blanks comments and literals out of `text`, and collects its strings.
fn blank(text: &str) -> (Vec<char>, Vec<(usize, String)>) {
    let chars = text.chars().collect::<Vec<_>>();
    let mut code = chars.clone();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let length = if rest.starts_with(&['/', '/']) {
            rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if rest.starts_with(&['/', '*']) {
            comment(rest)
        } else if let Some((begins, ends, length)) = string(rest).filter(|_| at == 0 || !in_word(chars[at - 1])) {
            strings.push((at, rest[begins..ends].iter().collect()));
            length
        } else if let Some(length) = character(rest) {
            length
        } else {
            at += 1;
            continue;
        };
        for c in &mut code[at..at + length] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at += length;
    }
    (code, strings)
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a block comment, which may hold others.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(&['/', '*']) {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(&['*', '/']) {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Where a string's text begins and ends, and the length of the whole literal.
fn string(rest: &[char]) -> Option<(usize, usize, usize)> {
    let prefix = rest.iter().take_while(|c| matches!(c, 'b' | 'c' | 'r')).count();
    let raw = rest[..prefix].contains(&'r');
    let hashes = if raw { rest[prefix..].iter().take_while(|c| **c == '#').count() } else { 0 };
    let begins = prefix + hashes + 1;
    if rest.get(begins - 1) != Some(&'"') || prefix > 2 {
        return None;
    }
    let mut at = begins;
    while at < rest.len() {
        let closed = rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closed {
            return Some((begins, at, at + 1 + hashes));
        }
        at += if rest[at] == '\\' && !raw { 2 } else { 1 };
    }
    Some((begins, rest.len(), rest.len()))
}

/// The length of a character literal; a lifetime is none.
fn character(rest: &[char]) -> Option<usize> {
    match rest {
        ['\'', '\\', _, after @ ..] => after.iter().position(|c| *c == '\'').map(|end| end + 4),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}
