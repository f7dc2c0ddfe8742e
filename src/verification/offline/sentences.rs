//! What a person is told of an offline check: never more than what was fetched can tell, and always from when it is.

use super::OfflineVerification;
use crate::catalogue::{Language, print};
use crate::clock::Instant;
use crate::verification::sentences;
use crate::verification::verdict::{Basis, Finding, Verdict};

/// The verdict, what to do, and from when the knowledge is.
pub(super) fn text(verification: &OfflineVerification, language: Language) -> String {
    let known = known(verification, language);
    if let Some(advice) = indeterminate(verification, language) {
        return format!("{advice} {known}");
    }
    if let Some(headline) = undated(verification.verdict, language) {
        return format!("{headline} {known}");
    }
    let since = verification.certificate.as_ref().and_then(|certificate| certificate.valid_until);
    let (headline, advice) = sentences::verdict(verification.verdict, verification.basis, since, language);
    format!("{headline} {advice} {known}")
}

/// A status list does not tell since when.
fn undated(verdict: Verdict, language: Language) -> Option<&'static str> {
    let [az, en, ru] = match verdict {
        Verdict::Revoked => {
            ["Arayış ləğv edilib. Qəbul etməyin.", "Revoked. Do not accept it.", "Справка аннулирована. Не принимайте."]
        }
        Verdict::Suspended => [
            "Arayışın qüvvəsi dayandırılıb. Hələlik qəbul etməyin.",
            "Suspended. Do not accept it for now.",
            "Действие справки приостановлено. Пока не принимайте.",
        ],
        Verdict::Superseded => [
            "Arayış yenisi ilə əvəz edilib. Yenisini istəyin.",
            "Replaced by another. Ask for the new one.",
            "Справка заменена другой. Попросите новую.",
        ],
        _ => return None,
    };
    Some(pick(language, az, en, ru))
}

/// Why nothing could be found out, and what would help.
fn indeterminate(verification: &OfflineVerification, language: Language) -> Option<&'static str> {
    if verification.verdict != Verdict::Indeterminate {
        return None;
    }
    let checks = verification.checks;
    let [az, en, ru] = if matches!(verification.basis, Basis::Number | Basis::Code) {
        [
            "Nömrə və kod oflayn yoxlana bilməz. QR kodu və ya sübutu ilə faylı yoxlayın.",
            "A number or a code cannot be checked offline. Check the QR code, or the file with its proof.",
            "Номер и код нельзя проверить офлайн. Проверьте QR-код или файл с доказательством.",
        ]
    } else if checks.log == Finding::LogForked {
        [
            "Sübut yüklənmiş jurnala ziddir. Qəbul etməyin və xidmətə bildirin.",
            "The proof contradicts the log that was fetched. Do not accept it, and tell the service's operator.",
            "Доказательство противоречит загруженному журналу. Не принимайте и сообщите оператору сервиса.",
        ]
    } else if checks.log == Finding::LogNotFetched {
        [
            "Yüklənmiş jurnal bu sübuta çatmır. `earayis trust fetch` ilə yeniləyin və yenidən yoxlayın, yaxud onlayn yoxlayın.",
            "The log that was fetched does not reach this proof. Run `earayis trust fetch` and check again, or check online.",
            "Загруженный журнал не доходит до этого доказательства. Выполните `earayis trust fetch` и проверьте снова или проверьте онлайн.",
        ]
    } else if checks.bytes == Finding::BytesNotInProof {
        [
            "Verilən sübut bu faylın deyil. Faylın öz sübutunu istəyin.",
            "The proof given is not of this file. Ask for the file's own proof.",
            "Доказательство не для этого файла. Запросите доказательство именно этого файла.",
        ]
    } else if checks.log == Finding::LogProofRefused {
        [
            "Sübut bu jurnalın deyil və ya pozulub. Onu yenidən alın və ya onlayn yoxlayın.",
            "The proof is not of this log, or damaged. Get it again, or check online.",
            "Доказательство не этого журнала или повреждено. Получите его снова или проверьте онлайн.",
        ]
    } else if checks.bytes == Finding::BytesSealOnly {
        [
            "Möhür uyğundur, lakin təkcə möhür kifayət deyil. Faylın jurnal sübutunu əlavə edin və ya onlayn yoxlayın.",
            "The seal fits, but a seal alone proves too little. Add the file's proof from the log, or check online.",
            "Печать подходит, но одной печати мало. Добавьте доказательство из журнала или проверьте онлайн.",
        ]
    } else {
        match checks.status {
            Finding::StatusTooOld => [
                "Məlum olan vəziyyət köhnəlib. `earayis trust fetch` ilə yeniləyin və ya onlayn yoxlayın.",
                "What is known of its status is too old. Renew it with `earayis trust fetch`, or check online.",
                "Сведения о статусе устарели. Обновите их командой `earayis trust fetch` или проверьте онлайн.",
            ],
            Finding::StatusClockBehind => [
                "Saat yüklənmiş məlumatdan geridədir. Saatı düzəldin.",
                "The clock is behind what was fetched. Set it right.",
                "Часы отстают от загруженных сведений. Поставьте их верно.",
            ],
            _ => [
                "Yoxlamaq üçün məlumat çatmır. `earayis trust fetch` ilə yeniləyin və ya onlayn yoxlayın.",
                "What was fetched does not suffice. Renew it with `earayis trust fetch`, or check online.",
                "Загруженных сведений не хватает. Обновите их командой `earayis trust fetch` или проверьте онлайн.",
            ],
        }
    };
    Some(pick(language, az, en, ru))
}

/// From when the knowledge is: of the status list where one was looked into, of the keys otherwise.
fn known(verification: &OfflineVerification, language: Language) -> String {
    let knowledge = &verification.knowledge;
    let list = knowledge.status_list.as_ref().map(|list| list.issued_at);
    let at = printed(list.unwrap_or(knowledge.fetched_at));
    match (language, list.is_some()) {
        (Language::Az, true) => format!("Oflayn yoxlanılıb: vəziyyət {at} tarixinə görədir."),
        (Language::Az, false) => format!("Oflayn yoxlanılıb: məlumat {at} tarixində yüklənib."),
        (Language::En, true) => format!("Checked offline: status as of {at}."),
        (Language::En, false) => format!("Checked offline, with what was fetched on {at}."),
        (Language::Ru, true) => format!("Проверено офлайн: статус на {at}."),
        (Language::Ru, false) => format!("Проверено офлайн по сведениям, загруженным {at}."),
    }
}

fn printed(at: Instant) -> String {
    let at = at.in_baku();
    format!("{}, {:02}:{:02}", print::date(at.date()), at.hour(), at.minute())
}

fn pick(language: Language, az: &'static str, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::Az => az,
        Language::En => en,
        Language::Ru => ru,
    }
}
