//! What a kind shows: its sections hold each field once, in a layout that fits, and its QR code what a QR code can hold.

use super::Check;
use crate::catalogue::kind::{Field, FieldCode, FieldSort, Layout, Section};
use crate::catalogue::qr_room::CommonFact;

impl Check<'_, '_> {
    pub(super) fn sections(&mut self) {
        let mut shown: Vec<&FieldCode> = Vec::new();
        for (at, section) in self.body.sections.iter().enumerate() {
            let line = self.lines.sections.get(at).copied().unwrap_or(1);
            for code in section.fields.iter().chain(&section.totals) {
                if shown.contains(&code) {
                    self.reading.mistake(line, format!("`{code}` is shown twice; once is enough"));
                }
                shown.push(code);
            }
            self.layout(section, line);
        }
        for (code, line) in &self.lines.fields {
            let (shown, hidden) = (shown.contains(&code), self.lines.hidden.contains(code));
            if !shown && !hidden {
                self.reading
                    .mistake(*line, format!("no section shows `{code}`; add it to one, or write `hidden = true`"));
            }
            if shown && hidden {
                self.reading.mistake(*line, format!("`{code}` is hidden and yet shown in a section"));
            }
        }
    }

    fn layout(&mut self, section: &Section, line: usize) {
        if section.fields.is_empty() {
            self.reading.mistake(line, "a section needs at least one of `fields`");
        }
        if section.layout == Layout::Grid {
            if !section.totals.is_empty() {
                self.reading.mistake(line, "`totals` go only with the layout \"table\"");
            }
            for code in &section.fields {
                if let Some(Field { sort: FieldSort::Table(_), .. }) = self.named(code, "the section", line) {
                    self.reading.mistake(line, format!("`{code}` is a table; its layout is \"table\" or \"records\""));
                }
            }
            return;
        }
        if section.fields.len() > 1 {
            self.reading.mistake(line, "a section with the layout \"table\" or \"records\" has exactly one field");
        }
        for code in &section.fields {
            self.table(code, "the section", line);
        }
        if section.layout == Layout::Records && !section.totals.is_empty() {
            self.reading.mistake(line, "`totals` go only with the layout \"table\"");
        }
        for code in &section.totals {
            if let Some(Field { sort: FieldSort::Table(_), .. }) = self.named(code, "the totals", line) {
                self.reading.mistake(line, format!("`{code}` is a table and no total"));
            }
        }
    }

    pub(super) fn qr(&mut self) {
        for (at, code) in self.body.qr.iter().enumerate() {
            let line = self.lines.qr.get(at).copied().unwrap_or(1);
            if self.body.qr[..at].contains(code) {
                self.reading.mistake(line, format!("`qr` names `{code}` twice"));
            }
            if CommonFact::of(code).is_some() {
                continue;
            }
            match self.named(code, "`qr`", line).map(|field| &field.sort) {
                Some(FieldSort::Table(_)) => {
                    self.reading
                        .mistake(line, format!("`{code}` is a table, which no QR code holds; derive a fact from it"));
                }
                Some(FieldSort::Fin) => self.reading.mistake(line, "a QR code never carries a FİN"),
                _ => {}
            }
        }
    }
}
