//! What a person is told of a verdict and of each check, in each language: whole sentences, written once.

use super::Warning;
use super::receipt::ReceiptRefused;
use super::verdict::{Basis, CheckName, Finding, Verdict};
use crate::catalogue::{Language, print};
use crate::certificate::StatusReason;
use crate::clock::Instant;
use crate::keys::KeyRefusal;

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
            ("Bu QR kod verdiyimiz kimi deyil.", "Qəbul etməyin, ilkin faylı istəyin.")
        }
        (Verdict::Altered, Basis::Qr, En) => {
            ("This QR code is not as we issued it.", "Do not accept it; ask for the original file.")
        }
        (Verdict::Altered, Basis::Qr, Ru) => {
            ("Этот QR-код не такой, каким мы его выдали.", "Не принимайте, запросите исходный файл.")
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
        (Verdict::Unreadable, Basis::File, Az) => (
            "Fayl oxunmadı; sənəd yoxlanılmayıb.",
            "Arayışın PDF faylını, yoxdursa, QR kodu aydın görünən PNG və ya JPEG şəklini göndərin.",
        ),
        (Verdict::Unreadable, Basis::File, En) => (
            "The file could not be read; nothing was checked.",
            "Send the certificate's PDF file or, without it, a PNG or JPEG picture in which the QR code is sharp.",
        ),
        (Verdict::Unreadable, Basis::File, Ru) => (
            "Файл не удалось прочитать; документ не проверен.",
            "Пришлите файл PDF справки, а без него — снимок PNG или JPEG с чётким QR-кодом.",
        ),
        (Verdict::Unreadable, Basis::Qr, Az) => (
            "QR kod oxunmadı; sənəd yoxlanılmayıb.",
            "Bir arayışın QR kodunu bütöv, aydın və kölgəsiz çəkin və ya yoxlama kodunu yazın.",
        ),
        (Verdict::Unreadable, Basis::Qr, En) => (
            "No QR code could be read; nothing was checked.",
            "Take a sharp picture of one certificate's whole QR code, without shadow, or type the verification code.",
        ),
        (Verdict::Unreadable, Basis::Qr, Ru) => (
            "QR-код не удалось прочитать; документ не проверен.",
            "Снимите QR-код одной справки целиком, чётко и без тени или введите код проверки.",
        ),
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
#[expect(clippy::too_many_lines, reason = "a table with one sentence for each finding is read as one")]
pub fn finding(finding: Finding, language: Language) -> &'static str {
    use Finding as F;
    let [az, en, ru] = match finding {
        F::BytesReleased => ["verdiyimiz faylın eynisidir", "exactly the file we released", "совпадает с выданным"],
        F::BytesDiffer => {
            ["verdiyimiz fayldan fərqlidir", "differs from the file we released", "отличается от выданного"]
        }
        F::BytesUnknown => ["bizim fayl deyil", "not a file of ours", "файл не наш"],
        F::BytesUnreadable => [
            "nə PDF, nə də şəkil kimi oxundu",
            "could not be read as a PDF or a picture",
            "не читается ни как PDF, ни как снимок",
        ],
        F::BytesUndecodable => [
            "oxuna bilən PNG və ya JPEG şəkli deyil",
            "not a readable PNG or JPEG picture",
            "не читаемый снимок PNG или JPEG",
        ],
        F::BytesPicture => [
            "şəkildir, yalnız QR kodu yoxlanıla bilər",
            "a picture, only its QR code can be checked",
            "снимок, проверяется только QR-код",
        ],
        F::SealPicture => ["şəkildə olmur", "a picture has none", "на снимке её не бывает"],
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
        F::BytesSealOnly => [
            "möhür uyğundur, amma faylın jurnal sübutu yoxdur",
            "the seal fits, and the file's proof from the log is missing",
            "печать подходит, но нет доказательства из журнала",
        ],
        F::BytesNotInProof => [
            "verilən sübut bu faylın deyil",
            "the proof given is not of this file",
            "доказательство не для этого файла",
        ],
        F::RecordOffline | F::LogOffline => ["oflayn soruşulmur", "not asked offline", "офлайн не запрашивается"],
        F::StatusTooOld => {
            ["məlum olan vəziyyət köhnəlib", "what is known of it is too old", "известные сведения устарели"]
        }
        F::StatusListMissing => [
            "arayışın vəziyyət siyahısı yüklənməyib",
            "its status list was not fetched",
            "список статусов этой справки не загружен",
        ],
        F::StatusClockBehind => [
            "saat yüklənmiş məlumatdan geridədir",
            "the clock is behind what was fetched",
            "часы отстают от загруженных сведений",
        ],
        F::LogProofMissing => ["sübut verilməyib", "no proof was given", "доказательство не дано"],
        F::LogProofRefused => [
            "sübut bu jurnalın deyil və ya pozulub",
            "the proof is not of this log, or damaged",
            "доказательство не этого журнала или повреждено",
        ],
        F::LogForked => [
            "sübut yüklənmiş jurnala ziddir",
            "the proof contradicts the log that was fetched",
            "доказательство противоречит загруженному журналу",
        ],
        F::LogNotFetched => [
            "yüklənmiş jurnal bu sübuta çatmır",
            "the log that was fetched does not reach this proof",
            "загруженный журнал не доходит до этого доказательства",
        ],
        F::QrKeyUnknown => [
            "imza açarı tanınmır, yeni ola bilər",
            "its signing key is not known here and may be new",
            "ключ подписи здесь неизвестен, возможно, новый",
        ],
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
        F::QrExpired => {
            ["imzası bizimdir, müddəti bitib", "signed by us, its term has ended", "подписан нами, срок истёк"]
        }
        F::QrForged => ["imzası pozulub", "its signature does not fit", "подпись не сходится"],
        F::QrStranger => ["imza açarı bizim deyil", "signed with a key that is not ours", "подписан не нашим ключом"],
        F::QrMixed => ["başqa arayışa aiddir", "names another certificate", "относится к другой справке"],
        F::QrForeignHost => ["başqa ünvana aparır", "leads to another address", "ведёт на другой адрес"],
        F::QrLookAlikeHost => [
            "bizimkinə oxşayan başqa ünvana aparır",
            "leads to an address that only resembles ours",
            "ведёт на адрес, лишь похожий на наш",
        ],
        F::QrSeveral => [
            "bir neçə arayışın kodu var, hər birini ayrıca yoxlayın",
            "codes of several certificates, check each by itself",
            "коды нескольких справок, проверьте каждую отдельно",
        ],
        F::QrNotFound => ["şəkildə tapılmadı", "none was found in the picture", "на снимке не найден"],
        F::QrUnreadable => ["arayışın QR kodu deyil", "not the QR code of a certificate", "не QR-код справки"],
        F::QrKeyRevoked => ["imza açarı ləğv edilib", "its signing key was revoked", "ключ подписи отозван"],
        F::QrNotPresented => ["təqdim olunmayıb", "not presented", "не представлен"],
    };
    pick(language, az, en, ru)
}

/// What to mind although the verdict stands.
pub fn warning(warning: Warning, language: Language) -> &'static str {
    let [az, en, ru] = match warning {
        Warning::OtherRecipient => [
            "Arayış başqa təşkilata təqdim olunmaq üçün verilib. Qəbul etməzdən əvvəl səbəbini soruşun.",
            "This certificate was issued for another organisation. Ask why before you accept it.",
            "Справка выдана для другой организации. Прежде чем принять её, узнайте причину.",
        ],
        Warning::RecipientByName => [
            "Arayışda təqdim olunacağı təşkilatın adı göstərilib. Bunun siz olduğunuzu yoxlayın.",
            "This certificate names the organisation it is for. Make sure that it is yours.",
            "В справке указана организация, для которой она выдана. Убедитесь, что это вы.",
        ],
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

/// What is said of a receipt whose signature holds. It speaks of the past: the present status is asked for anew.
pub fn receipt_holds(language: Language) -> &'static str {
    pick(
        language,
        "Protokol həqiqidir: göstərilən vaxtda yoxlama bu nəticəni verib. İndiki vəziyyət üçün arayışı yenidən yoxlayın.",
        "The receipt is genuine: at the time stated the check gave this result. For the present, check the certificate again.",
        "Протокол подлинный: в указанное время проверка дала этот результат. Чтобы узнать, что сейчас, проверьте справку снова.",
    )
}

/// Why a receipt is not believed, and what to do.
pub fn receipt_refused(refused: ReceiptRefused, language: Language) -> &'static str {
    use KeyRefusal as K;
    let [az, en, ru] = match refused {
        ReceiptRefused::Form => [
            "Bu, yoxlama protokolu deyil və ya tam deyil. Protokolun mətnini bütövlükdə daxil edin.",
            "This is no receipt, or not all of it. Enter the receipt's whole text.",
            "Это не протокол проверки или он неполный. Введите текст протокола целиком.",
        ],
        ReceiptRefused::WrongType => [
            "Bu imzalı mətn yoxlama protokolu deyil.",
            "This signed text is no receipt of a check.",
            "Этот подписанный текст — не протокол проверки.",
        ],
        ReceiptRefused::Key(K::UnknownKey) => [
            "Protokolu imzalayan açar bizim açarlar arasında yoxdur. Protokola etibar etməyin.",
            "The key that signed it is none of ours. Do not rely on it.",
            "Ключа, которым он подписан, нет среди наших. Не полагайтесь на него.",
        ],
        ReceiptRefused::Key(K::WrongPurpose) => [
            "İmza açarı protokollar üçün deyil. Protokola etibar etməyin.",
            "The signing key is not for receipts. Do not rely on it.",
            "Ключ подписи не предназначен для протоколов. Не полагайтесь на него.",
        ],
        ReceiptRefused::Key(K::KeyRevoked) => [
            "İmza açarı ləğv edilib, onun imzasına artıq etibar edilmir. Arayışı yenidən yoxlayın.",
            "The signing key was revoked; nothing it signed is believed any more. Check the certificate again.",
            "Ключ подписи отозван, его подписям больше не доверяют. Проверьте справку снова.",
        ],
        ReceiptRefused::Key(K::OutOfPeriod) => [
            "Göstərilən tarixdə bu açar istifadədə olmayıb. Protokola etibar etməyin.",
            "The key was not in use at the date stated. Do not rely on it.",
            "В указанную дату этот ключ не использовался. Не полагайтесь на него.",
        ],
        ReceiptRefused::Key(K::BadSignature) => [
            "İmza uyğun gəlmir: protokol dəyişdirilib. Ona etibar etməyin.",
            "The signature does not fit: the receipt was changed. Do not rely on it.",
            "Подпись не сходится: протокол изменён. Не полагайтесь на него.",
        ],
        ReceiptRefused::ForeignIssuer => [
            "Protokol başqa xidmətindir. Onu həmin xidmətdə yoxlayın.",
            "The receipt is of another service. Check it there.",
            "Протокол другого сервиса. Проверьте его там.",
        ],
        ReceiptRefused::Future => [
            "Protokolun tarixi hələ gəlməyib. Saatın düzgünlüyünü yoxlayın.",
            "The receipt is dated in the future. See that the clock is right.",
            "Дата протокола ещё не наступила. Проверьте, верно ли идут часы.",
        ],
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
