//! What stays when content is erased, and why: a closed set, told with every report in the reader's language.

use serde::Serialize;

use crate::catalogue::Language;

/// Something that an erasure leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remains {
    /// Number, kind, agency, dates and status.
    Record,
    /// The SHA-256 of each released file.
    Digest,
    /// The leaves of the log.
    LogLeaf,
    /// Who looked, and which auditor read it for what.
    Looks,
    /// The audit events.
    Events,
    /// The HMACs of idempotency keys.
    Idempotency,
    /// Content that a hold keeps.
    Held,
    /// Backups made before.
    Backups,
}

impl Remains {
    /// Each of them, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Record,
        Self::Digest,
        Self::LogLeaf,
        Self::Looks,
        Self::Events,
        Self::Idempotency,
        Self::Held,
        Self::Backups,
    ];

    /// What it is.
    pub fn name(self, language: Language) -> &'static str {
        let [az, en, ru] = match self {
            Self::Record => [
                "Nömrə, növ, qurum, tarixlər və status",
                "Number, kind, agency, dates and status",
                "Номер, вид, орган, даты и статус",
            ],
            Self::Digest => ["Verilmiş faylın SHA-256 izi", "SHA-256 of the released file", "SHA-256 выданного файла"],
            Self::LogLeaf => ["Jurnaldakı yarpaqlar", "Leaves of the log", "Листья журнала"],
            Self::Looks => ["Kimin baxdığı", "Who looked", "Кто смотрел"],
            Self::Events => ["Audit hadisələri", "Audit events", "События аудита"],
            Self::Idempotency => ["Təkrar açarlarının izi", "HMACs of idempotency keys", "HMAC ключей повтора"],
            Self::Held => {
                ["Hüquqi saxlama altında olan məzmun", "Content under a legal hold", "Содержание под запретом удаления"]
            }
            Self::Backups => ["Əvvəlki ehtiyat nüsxələr", "Earlier backups", "Прежние резервные копии"],
        };
        match language {
            Language::Az => az,
            Language::En => en,
            Language::Ru => ru,
        }
    }

    /// Why it stays.
    pub fn reason(self, language: Language) -> &'static str {
        let [az, en, ru] = match self {
            Self::Record => [
                "Arayışın verildiyi və qüvvədə olub-olmadığı yenə yoxlana bilsin deyə. Kimin haqqında olduğu daha bilinmir.",
                "So that it can still be checked that it was issued and whether it holds. Of whom it was is not known any more.",
                "Чтобы и дальше можно было проверить, что справка выдана и действует ли она. О ком она, больше не известно.",
            ],
            Self::Digest => [
                "Sahibindəki fayl yenə həqiqi kimi tanınsın deyə; məlumatlar göstərilmir.",
                "So that the file in its holder's hands is still known as genuine; no facts are shown.",
                "Чтобы файл в руках владельца и дальше признавался подлинным; сведения не показываются.",
            ],
            Self::LogLeaf => [
                "Jurnalı heç kim yenidən yaza bilməz; yarpaqlarda şəxsi məlumat yoxdur.",
                "Nobody can rewrite the log; its leaves hold nothing personal.",
                "Журнал никто не может переписать; в его листьях нет ничего личного.",
            ],
            Self::Looks => [
                "Hansı təşkilatın nə vaxt və nə üçün baxdığı araşdırıla bilsin deyə; kimin arayışı olduğu orada yazılmır.",
                "So that it can be examined which organisation looked, when and for what; whose certificate it was does not stand there.",
                "Чтобы можно было выяснить, какая организация, когда и зачем смотрела; чья это справка, там не сказано.",
            ],
            Self::Events => [
                "Kimin nə etdiyi, silmə də daxil olmaqla, sübut oluna bilsin deyə; sahibin izi onlardan silinir.",
                "So that it can be proved who did what, the erasing too; what named the holder is taken from them.",
                "Чтобы можно было доказать, кто что сделал, включая удаление; указание на владельца из них убирается.",
            ],
            Self::Idempotency => [
                "30 gün: təkrar göndərilən sorğu yeni arayış yaratmasın deyə. Açarın özü saxlanmır.",
                "For 30 days: so that a repeated request issues nothing anew. The key itself is not kept.",
                "30 дней: чтобы повторный запрос не создал новую справку. Сам ключ не хранится.",
            ],
            Self::Held => [
                "Saxlama götürülənə qədər; sonra növbəti silmədə silinir.",
                "Until the hold is lifted; then the next run erases it.",
                "Пока запрет не снят; затем его удалит следующий запуск.",
            ],
            Self::Backups => [
                "Öz müddətləri bitənə qədər. Bərpa olunanda bazadan kənar saxlanan silmə kitabına görə məzmun yenidən silinir.",
                "Until their own time is over. When one is restored, the ledger of erasures outside the database erases again.",
                "Пока не истечёт их срок. При восстановлении книга удалений вне базы удаляет содержание снова.",
            ],
        };
        match language {
            Language::Az => az,
            Language::En => en,
            Language::Ru => ru,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_in_each_language_in_words_of_its_own() {
        let mut told = std::collections::BTreeSet::new();
        for language in Language::ALL {
            for one in Remains::ALL {
                assert!(told.insert(one.name(language)) && told.insert(one.reason(language)), "{one:?} {language:?}");
            }
        }
    }
}
