//! What a person is told when nothing was issued: what happened, and what she can do, in each language.

use super::IssueError;
use crate::catalogue::Language;
use crate::registry::RegistryError;

/// The sentences for a refusal. They hold no personal data and no telemetry.
pub fn refusal(error: &IssueError, language: Language) -> String {
    let [az, en, ru] = match error {
        IssueError::NeedsApproval { issuer, working_days } => return needs_approval(issuer, *working_days, language),
        IssueError::Condition(unmet) => return unmet.refusal.text(language).to_owned(),
        IssueError::Registry(error) => registry(error),
        IssueError::Misfit(_) => [
            "Reyestrdə sizin haqqınızda məlumat tam deyil. Məlumatı düzəltmək üçün arayışı verən quruma müraciət edin.",
            "The registry's record is incomplete. Ask the issuing agency to complete it.",
            "Запись в реестре неполная. Обратитесь в ведомство, выдающее справку.",
        ],
        IssueError::Undrawable(_) => [
            "Adda arayışın şriftində olmayan hərf var. Məlumatı düzəltmək üçün arayışı verən quruma müraciət edin.",
            "A name has a letter that the certificate cannot print. Ask the issuing agency to correct it.",
            "В имени есть буква, которой нет в шрифте справки. Обратитесь в ведомство, выдающее справку.",
        ],
        IssueError::TermOver => [
            "Arayışda göstəriləcək müddət artıq bitib. Arayışı verən quruma müraciət edin.",
            "The term that the certificate would state has ended. Ask the issuing agency.",
            "Срок, который указала бы справка, уже истёк. Обратитесь в ведомство, выдающее справку.",
        ],
        IssueError::UnknownKind => [
            "Belə arayış növü yoxdur. Siyahıdan seçin.",
            "There is no such kind of certificate. Choose one from the list.",
            "Такого вида справки нет. Выберите из списка.",
        ],
        IssueError::UnknownPurpose => [
            "Bu arayış növü üçün belə məqsəd yoxdur. Siyahıdan seçin.",
            "This kind knows no such purpose. Choose one from the list.",
            "Для этой справки нет такой цели. Выберите из списка.",
        ],
        IssueError::NotPermitted => [
            "Bu arayışı almağa icazəniz yoxdur.",
            "You may not have this certificate issued.",
            "Вы не можете получить эту справку.",
        ],
        IssueError::KeyReused => [
            "Bu sorğu açarı başqa sorğu üçün istifadə olunub. Yeni açarla təkrar edin.",
            "This idempotency key was used for another request. Use a new key.",
            "Этот ключ уже использован для другого запроса. Возьмите новый.",
        ],
        IssueError::Erased => [
            "Bu arayışın məlumatı silinib.",
            "The content of this certificate was erased.",
            "Сведения этой справки удалены.",
        ],
        IssueError::NoFreePlace
        | IssueError::ClockBehind { .. }
        | IssueError::Draw(_)
        | IssueError::Seal(_)
        | IssueError::Token(_)
        | IssueError::Storage(_)
        | IssueError::Random(_)
        | IssueError::Content(_)
        | IssueError::Interrupted => [
            "Arayış hazırlanmadı. Bir azdan təkrar edin.",
            "The certificate could not be made. Try again in a while.",
            "Справку подготовить не удалось. Повторите позже.",
        ],
    };
    pick(language, az, en, ru).to_owned()
}

fn needs_approval(issuer: &crate::catalogue::Issuer, days: u32, language: Language) -> String {
    let name = issuer.name.text(language);
    match language {
        Language::Az => format!("Bu arayış üçün qurumun təsdiqi lazımdır: {name}, {days} iş günü ərzində."),
        Language::En => format!("This certificate needs the agency's approval: {name}, within {days} working day(s)."),
        Language::Ru => format!("Для этой справки нужно одобрение ведомства: {name}, срок — {days} раб. дн."),
    }
}

fn registry(error: &RegistryError) -> [&'static str; 3] {
    match error {
        RegistryError::NoSuchPerson => [
            "Reyestrdə bu FİN ilə şəxs tapılmadı. FİN-i yoxlayın.",
            "The registry knows nobody with this FİN. Check the FİN.",
            "В реестре нет человека с таким ФИН. Проверьте ФИН.",
        ],
        RegistryError::AnotherPerson => [
            "Reyestr başqa şəxs haqqında cavab verdi. Arayış verilmədi; məsul qurum xəbərdar edildi.",
            "The registry answered about another person. Nothing was issued; those responsible were alerted.",
            "Реестр ответил о другом человеке. Справка не выдана; ответственные извещены.",
        ],
        RegistryError::AnotherName => [
            "Reyestrdə ad və ya soyad başqa cürdür. Məlumatı düzəltmək üçün arayışı verən quruma müraciət edin.",
            "The registry has another name. Ask the issuing agency to bring the records together.",
            "В реестре другое имя. Обратитесь в ведомство, чтобы исправить запись.",
        ],
        RegistryError::Incomplete { .. } => [
            "Reyestrdə sizin haqqınızda məlumat tam deyil. Məlumatı düzəltmək üçün arayışı verən quruma müraciət edin.",
            "The registry's record is incomplete. Ask the issuing agency to complete it.",
            "Запись в реестре неполная. Обратитесь в ведомство, выдающее справку.",
        ],
        RegistryError::Slow => [
            "Reyestr vaxtında cavab vermədi. Bir azdan təkrar edin.",
            "The registry did not answer in time. Try again in a while.",
            "Реестр не ответил вовремя. Повторите позже.",
        ],
        _ => [
            "Reyestrdən məlumat almaq mümkün olmadı. Bir azdan təkrar edin.",
            "The registry could not be asked. Try again in a while.",
            "Получить сведения из реестра не удалось. Повторите позже.",
        ],
    }
}

fn pick(language: Language, az: &'static str, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::Az => az,
        Language::En => en,
        Language::Ru => ru,
    }
}
