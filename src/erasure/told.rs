//! A report in words, for the command line: what was erased, what stays and why, in each language.

use std::fmt::Write as _;

use super::{Remains, Report};
use crate::catalogue::Language;

impl Report {
    /// Its lines; `planned` when nothing was erased yet.
    pub fn told(&self, language: Language, planned: bool) -> String {
        let mut told = String::new();
        for row in &self.rows {
            let (erased, held, gone) = (row.erased, row.held, row.gone);
            let what = match (language, planned) {
                (Language::Az, true) => format!("{erased} silinəcək, {held} hüquqi saxlama altında qalır"),
                (Language::En, true) => format!("{erased} would be erased, {held} kept by a legal hold"),
                (Language::Ru, true) => format!("будет удалено: {erased}, остаётся под запретом удаления: {held}"),
                (Language::Az, false) => {
                    format!("{erased} silindi, {held} hüquqi saxlama altında qalır, {gone} əvvəlcədən silinmişdi")
                }
                (Language::En, false) => {
                    format!("{erased} erased, {held} kept by a legal hold, {gone} had been erased before")
                }
                (Language::Ru, false) => {
                    format!("удалено: {erased}, остаётся под запретом удаления: {held}, удалено прежде: {gone}")
                }
            };
            let _ = writeln!(told, "{} {}: {what}", row.issuer, row.kind);
        }
        if self.rows.is_empty() {
            told.push_str(match language {
                Language::Az => "saxlama müddəti bitmiş məzmun yoxdur\n",
                Language::En => "nothing is over its term\n",
                Language::Ru => "содержания с истёкшим сроком хранения нет\n",
            });
        }
        told.push_str(match language {
            Language::Az => "\nNə qalır və niyə:\n",
            Language::En => "\nWhat stays, and why:\n",
            Language::Ru => "\nЧто остаётся и почему:\n",
        });
        for one in Remains::ALL {
            let _ = writeln!(told, "- {}: {}", one.name(language), one.reason(language));
        }
        told
    }
}
