//! What a person is told of a verdict and of each check, in each language: whole sentences, written once.

use super::verdict::{Basis, CheckName, Finding, Verdict};
use crate::catalogue::{Language, print};
use crate::certificate::StatusReason;
use crate::clock::Instant;

/// The verdict as two parts: a headline that can stand alone, and what to do.
///
/// `since` is when the present status began; it is printed as a date in Baku.
pub fn verdict(verdict: Verdict, basis: Basis, since: Option<Instant>, language: Language) -> (String, &'static str) {
    let day = since.map_or_else(|| "—".to_owned(), |at| print::date(at.baku_date()));
    let (headline, advice) = template(verdict, basis, language);
    (headline.replace("{d}", &day), advice)
}

fn template(verdict: Verdict, basis: Basis, language: Language) -> (&'static str, &'static str) {
    use Language::{Az, En, Ru};
    match (verdict, basis, language) {
        (Verdict::Valid, Basis::File, Az) => ("Arayış həqiqidir və qüvvədədir.", "Fayl verdiyimiz faylın eynisidir."),
        (Verdict::Valid, Basis::File, En) => ("Genuine and in force.", "This is exactly the file we issued."),
        (Verdict::Valid, Basis::File, Ru) => ("Справка подлинная и действует.", "Файл полностью совпадает с выданным."),
        (Verdict::Valid, Basis::Number, Az) => ("Bu nömrəli arayış qüvvədədir.", "Əlinizdəki sənəd yoxlanılmayıb."),
        (Verdict::Valid, Basis::Number, En) => {
            ("A certificate with this number is in force.", "Your document was not checked.")
        }
        (Verdict::Valid, Basis::Number, Ru) => ("Справка с этим номером действует.", "Сам документ не проверялся."),
        (Verdict::Valid, Basis::Code | Basis::Qr, Az) => {
            ("Belə arayış verilib və qüvvədədir.", "Sənədi aşağıdakı məlumatla tutuşdurun; fərq varsa, qəbul etməyin.")
        }
        (Verdict::Valid, Basis::Code | Basis::Qr, En) => (
            "Issued and in force.",
            "Compare the document with the facts below; if anything differs, do not accept it.",
        ),
        (Verdict::Valid, Basis::Code | Basis::Qr, Ru) => {
            ("Такая справка выдана и действует.", "Сверьте документ с данными ниже; при расхождении не принимайте.")
        }
        (Verdict::Suspended, _, Az) => ("Arayışın qüvvəsi {d} tarixindən dayandırılıb.", "Hələlik qəbul etməyin."),
        (Verdict::Suspended, _, En) => ("Suspended since {d}.", "Do not accept it for now."),
        (Verdict::Suspended, _, Ru) => ("Действие приостановлено с {d}.", "Пока не принимайте."),
        (Verdict::Revoked, _, Az) => ("Arayış {d} tarixində ləğv edilib.", "Qəbul etməyin."),
        (Verdict::Revoked, _, En) => ("Revoked on {d}.", "Do not accept it."),
        (Verdict::Revoked, _, Ru) => ("Справка аннулирована {d}.", "Не принимайте."),
        (Verdict::Superseded, _, Az) => ("Arayış {d} tarixində yenisi ilə əvəz edilib.", "Yenisini istəyin."),
        (Verdict::Superseded, _, En) => ("Replaced on {d}.", "Ask for the new one."),
        (Verdict::Superseded, _, Ru) => ("Справка заменена {d}.", "Попросите новую."),
        (Verdict::Expired, _, Az) => ("Arayışın müddəti {d} tarixində bitib.", "Yenisini istəyin."),
        (Verdict::Expired, _, En) => ("Expired on {d}.", "Ask for a new one."),
        (Verdict::Expired, _, Ru) => ("Срок действия истёк {d}.", "Попросите новую."),
        (Verdict::Altered, Basis::Qr, Az) => {
            ("QR kod və yoxlama kodu eyni arayışa aid deyil.", "Qəbul etməyin, ilkin faylı istəyin.")
        }
        (Verdict::Altered, Basis::Qr, En) => {
            ("The parts of this QR code name different certificates.", "Do not accept it; ask for the original file.")
        }
        (Verdict::Altered, Basis::Qr, Ru) => {
            ("Части QR-кода относятся к разным справкам.", "Не принимайте, запросите исходный файл.")
        }
        (Verdict::Altered, _, Az) => {
            ("Bu, verdiyimiz fayl deyil.", "Dəyişdirilib və ya yenidən saxlanılıb. Qəbul etməyin, ilkin faylı istəyin.")
        }
        (Verdict::Altered, _, En) => {
            ("Not the file we issued.", "Changed or re-saved. Do not accept it; ask for the original.")
        }
        (Verdict::Altered, _, Ru) => {
            ("Это не выданный нами файл.", "Он изменён или пересохранён. Не принимайте, запросите исходный.")
        }
        (Verdict::Unknown, _, Az) => ("Belə arayış tapılmadı.", "Qəbul etməyin."),
        (Verdict::Unknown, _, En) => ("No such certificate found.", "Do not accept it."),
        (Verdict::Unknown, _, Ru) => ("Такая справка не найдена.", "Не принимайте."),
        (Verdict::Unreadable, _, Az) => ("Fayl və ya kod oxunmadı; sənəd yoxlanılmayıb.", "Yenidən cəhd edin."),
        (Verdict::Unreadable, _, En) => ("Could not be read; nothing was checked.", "Try again."),
        (Verdict::Unreadable, _, Ru) => ("Не удалось прочитать; документ не проверен.", "Повторите."),
        (Verdict::Indeterminate, _, Az) => ("Yoxlama tamamlanmadı.", "Qərar verməyin, sonra təkrar yoxlayın."),
        (Verdict::Indeterminate, _, En) => ("The check could not be completed.", "Do not decide yet; try later."),
        (Verdict::Indeterminate, _, Ru) => ("Проверка не завершена.", "Не принимайте решения, повторите позже."),
    }
}

/// “Facts as of …”, which stands wherever facts are shown.
pub fn facts_as_of(as_of: Instant, language: Language) -> String {
    let at = as_of.in_baku();
    let printed = format!("{}, {:02}:{:02}", print::date(at.date()), at.hour(), at.minute());
    match language {
        Language::Az => format!("Məlumat {printed} tarixinə olan vəziyyətə görədir."),
        Language::En => format!("Facts as of {printed}."),
        Language::Ru => format!("Сведения на {printed}."),
    }
}

/// What a check is called.
pub fn check(name: CheckName, language: Language) -> &'static str {
    let [az, en, ru] = match name {
        CheckName::Bytes => ["Faylın baytları", "Bytes of the file", "Содержимое файла"],
        CheckName::Seal => ["Elektron möhür", "Electronic seal", "Электронная печать"],
        CheckName::Record => ["Qeydiyyat", "Record of issuance", "Запись о выдаче"],
        CheckName::Status => ["Qüvvəsi", "Status", "Действие"],
        CheckName::Log => ["Açıq jurnal", "Transparency log", "Открытый журнал"],
        CheckName::Qr => ["QR kod", "QR code", "QR-код"],
    };
    pick(language, az, en, ru)
}

/// What a check found, as a sentence without its full stop.
pub fn finding(finding: Finding, language: Language) -> &'static str {
    use Finding as F;
    let [az, en, ru] = match finding {
        F::BytesReleased => ["verdiyimiz faylın eynisidir", "exactly the file we released", "совпадает с выданным"],
        F::BytesDiffer => {
            ["verdiyimiz fayldan fərqlidir", "differs from the file we released", "отличается от выданного"]
        }
        F::BytesUnknown => ["bizim fayl deyil", "not a file of ours", "файл не наш"],
        F::BytesUnreadable => ["PDF kimi oxunmadı", "could not be read as a PDF", "не читается как PDF"],
        F::BytesNotPresented | F::SealNotPresented => {
            ["fayl təqdim olunmayıb", "no file was presented", "файл не представлен"]
        }
        F::BytesUnreachable => ["yoxlamaq mümkün olmadı", "could not be looked up", "проверить не удалось"],
        F::SealIntact => ["bütöv və bizimdir", "intact and ours", "цела и наша"],
        F::SealBroken => ["pozulub", "broken", "нарушена"],
        F::SealPartial => {
            ["möhürdən sonra fayla əlavə edilib", "something was added after sealing", "после печати файл дополнен"]
        }
        F::SealForeign => ["bizim möhür deyil", "not our seal", "печать не наша"],
        F::SealMissing => ["yoxdur", "missing", "отсутствует"],
        F::SealUnexamined => ["fayl araşdırıla bilmədi", "the file could not be examined", "файл не удалось разобрать"],
        F::RecordFound => ["tapıldı", "found", "найдена"],
        F::RecordErased => ["tapıldı, məlumatı silinib", "found, its content was erased", "найдена, сведения удалены"],
        F::RecordMissing => ["tapılmadı", "not found", "не найдена"],
        F::RecordUnreachable => ["qeydiyyat cavab vermədi", "the records did not answer", "записи недоступны"],
        F::StatusInForce => ["qüvvədədir", "in force", "действует"],
        F::StatusSuspended => ["dayandırılıb", "suspended", "приостановлена"],
        F::StatusRevoked => ["ləğv edilib", "revoked", "аннулирована"],
        F::StatusSuperseded => ["yenisi ilə əvəz edilib", "replaced by another", "заменена другой"],
        F::StatusExpired => ["müddəti bitib", "expired", "срок истёк"],
        F::StatusNotDone | F::LogNotDone => ["yoxlanılmayıb", "not checked", "не проверялось"],
        F::StatusUnreachable => ["oxuna bilmədi", "could not be read", "прочитать не удалось"],
        F::LogIncluded => ["sübut var", "proof given", "есть доказательство"],
        F::LogPending => [
            "növbədədir, bir dəqiqəyə yazılacaq",
            "waiting for its place, within a minute",
            "ожидает записи, до минуты",
        ],
        F::LogLate => ["yazılması gecikir", "its entry is late", "запись запаздывает"],
        F::LogDisagrees => {
            ["jurnal qeydiyyatla uyğun gəlmir", "the log disagrees with the record", "журнал расходится с записью"]
        }
        F::LogUnreachable => ["jurnal cavab vermədi", "the log did not answer", "журнал недоступен"],
        F::QrGenuine => ["imzası bizimdir", "signed by us", "подписан нами"],
        F::QrForged => ["imzası bizim deyil", "not signed by us", "подпись не наша"],
        F::QrMixed => ["başqa arayışa aiddir", "names another certificate", "относится к другой справке"],
        F::QrForeignHost => ["başqa ünvana aparır", "leads to another address", "ведёт на другой адрес"],
        F::QrUnreadable => ["arayışın QR kodu deyil", "not the QR code of a certificate", "не QR-код справки"],
        F::QrKeyRevoked => ["imza açarı ləğv edilib", "its signing key was revoked", "ключ подписи отозван"],
        F::QrNotPresented => ["təqdim olunmayıb", "not presented", "не представлен"],
    };
    pick(language, az, en, ru)
}

/// Why a certificate is not in force, as far as may be told.
pub fn status_reason(reason: StatusReason, language: Language) -> &'static str {
    let [az, en, ru] = match reason {
        StatusReason::FactsWrong => ["məlumatda səhv olub", "a fact was wrong", "в сведениях была ошибка"],
        StatusReason::FactsChanged => ["məlumat dəyişib", "the facts have changed", "сведения изменились"],
        StatusReason::HolderRequest => {
            ["arayış sahibinin istəyi ilə", "at the holder's request", "по просьбе владельца"]
        }
        StatusReason::IssuedInError => ["səhvən verilib", "issued in error", "выдана по ошибке"],
        StatusReason::OfficialOrder => ["rəsmi qərarla", "by official order", "по официальному решению"],
        StatusReason::MisuseSuspected => [
            "sui-istifadə ehtimalı araşdırılır",
            "suspected misuse is examined",
            "проверяется возможное злоупотребление",
        ],
        StatusReason::Superseded => ["yenisi verilib", "a new one was issued", "выдана новая"],
        StatusReason::CauseRemoved => ["səbəb aradan qalxıb", "the cause was removed", "причина устранена"],
    };
    pick(language, az, en, ru)
}

fn pick(language: Language, az: &'static str, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::Az => az,
        Language::En => en,
        Language::Ru => ru,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_is_called_genuine() {
        for language in Language::ALL {
            let by_file = verdict(Verdict::Valid, Basis::File, None, language).0;
            for basis in [Basis::Qr, Basis::Code, Basis::Number] {
                assert_ne!(verdict(Verdict::Valid, basis, None, language).0, by_file);
            }
        }
    }

    #[test]
    fn a_status_says_since_when_in_baku() {
        let late_evening = Instant::parse_rfc3339("2026-11-24T21:30:00Z");
        assert_eq!(verdict(Verdict::Revoked, Basis::Code, late_evening, Language::En).0, "Revoked on 25.11.2026.");
    }

    #[test]
    fn facts_carry_their_date_and_hour() {
        let as_of = Instant::parse_rfc3339("2026-11-24T05:41:00Z").unwrap();
        assert_eq!(facts_as_of(as_of, Language::Az), "Məlumat 24.11.2026, 09:41 tarixinə olan vəziyyətə görədir.");
    }
}
