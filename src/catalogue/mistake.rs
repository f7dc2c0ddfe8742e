//! A mistake in a kind's file, told so that a clerk at the agency finds and mends it: file, line and reason.

use std::fmt;

/// One mistake in a kind's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as it was named to the parser.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// `is-yeri.toml:12: …`, which editors turn into a link.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// The reading of one file: its text, what the certificate's font draws, and the mistakes found so far.
pub(super) struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    drawable: &'a dyn Fn(char) -> bool,
    mistakes: Vec<Mistake>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: &'a str, text: &'a str, drawable: &'a dyn Fn(char) -> bool) -> Self {
        Self { file, text, drawable, mistakes: Vec::new() }
    }

    /// The line on which the byte at `offset` stands.
    pub(super) fn line(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        self.text.bytes().take(end).filter(|&byte| byte == b'\n').count() + 1
    }

    /// Remembers a mistake on `line`.
    pub(super) fn mistake(&mut self, line: usize, reason: impl Into<String>) {
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, reason: reason.into() });
    }

    /// Remembers a mistake for the first letter of `text` that the certificate's font cannot draw.
    pub(super) fn check_drawable(&mut self, line: usize, text: &str) {
        if let Some(letter) = text.chars().find(|&letter| !(self.drawable)(letter)) {
            let code = u32::from(letter);
            self.mistake(line, format!("the certificate's font has no letter U+{code:04X}; write the text without it"));
        }
    }

    /// How many mistakes were found so far.
    pub(super) fn count(&self) -> usize {
        self.mistakes.len()
    }

    /// All of them, from the top of the file to its end.
    pub(super) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.mistakes.sort();
        self.mistakes.dedup();
        self.mistakes
    }
}
