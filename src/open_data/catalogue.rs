//! The catalogue of the datasets (DCAT-AP 3, JSON-LD), and the words for their codes: both of what the service knows anyway.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::{Dataset, OpenData, years};
use crate::catalogue::{Language, Translated};
use crate::routes;

const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

impl OpenData {
    /// The catalogue as JSON-LD that needs nothing from elsewhere to be read.
    pub(super) fn described(&self, first_days: &[Option<Date>; 2], last: Date) -> Json {
        let datasets = Dataset::ALL.map(|dataset| self.dataset(dataset, first_days[dataset as usize], last));
        let home = self.address(routes::OPEN_DATA);
        json!({
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@id": self.address(routes::OPEN_DATA_CATALOGUE),
            "@type": "dcat:Catalog",
            "dct:title": literals(&CATALOGUE),
            "dct:description": literals(&METHOD),
            "dct:publisher": self.publisher(),
            "dct:license": { "@id": self.terms.licence },
            "dct:language": languages(),
            "dct:spatial": { "@id": "http://publications.europa.eu/resource/authority/country/AZE" },
            "foaf:homepage": { "@id": home },
            "dct:modified": date(&last.to_string()),
            "dcat:dataset": datasets,
        })
    }

    /// The words for the codes of agencies, kinds and districts, in every language.
    pub fn codes(&self) -> Json {
        let (mut agencies, mut kinds, mut districts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for kind in self.catalogue.kinds() {
            agencies.insert(kind.issuer.voen.as_str(), words(&kind.issuer.name));
            kinds.insert(kind.code.as_str(), words(&kind.title));
            districts.extend(kind.districts().iter().map(|choice| (choice.code.as_str(), words(&choice.label))));
        }
        json!({ "agency": agencies, "kind": kinds, "district": districts })
    }

    fn dataset(&self, dataset: Dataset, first: Option<Date>, last: Date) -> Json {
        let years = years(first, last);
        let (title, description) = match dataset {
            Dataset::Issuances => (&ISSUANCES, &ISSUANCES_HELP),
            Dataset::Verifications => (&VERIFICATIONS, &VERIFICATIONS_HELP),
        };
        let file = |name: &str| self.address(&file_of(dataset, name));
        let distribution = |year: i16, ending: &str, media_type: &str| {
            let address = file(&format!("{year}.{ending}"));
            json!({
                "@id": address,
                "@type": "dcat:Distribution",
                "dct:title": format!("{} {year}, {}", dataset.slug(), ending.to_uppercase()),
                "dcat:accessURL": { "@id": address },
                "dcat:downloadURL": { "@id": address },
                "dct:format": { "@id": format!("{FILE_TYPES}{}", ending.to_uppercase()) },
                "dcat:mediaType": { "@id": format!("{MEDIA_TYPES}{media_type}") },
                "dct:license": { "@id": self.terms.licence },
                "dct:conformsTo": { "@id": file("schema.json"), "@type": "dct:Standard" },
            })
        };
        let distributions = years
            .iter()
            .flat_map(|year| [distribution(*year, "csv", "text/csv"), distribution(*year, "json", "application/json")]);
        let mut described = json!({
            "@id": format!("{}#{}", self.address(routes::OPEN_DATA_CATALOGUE), dataset.slug()),
            "@type": "dcat:Dataset",
            "dct:identifier": dataset.slug(),
            "dct:title": literals(title),
            "dct:description": literals(description),
            "dct:publisher": self.publisher(),
            "dct:license": { "@id": self.terms.licence },
            "dct:accrualPeriodicity": { "@id": "http://publications.europa.eu/resource/authority/frequency/DAILY" },
            "dcat:theme": { "@id": "http://publications.europa.eu/resource/authority/data-theme/GOVE" },
            "dcat:distribution": distributions.collect::<Vec<_>>(),
        });
        if let (Some(first), Some(object)) = (first, described.as_object_mut()) {
            object.insert("dct:issued".to_owned(), date(&first.to_string()));
            object.insert("dct:modified".to_owned(), date(&last.to_string()));
            let period = json!({
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": date(&first.to_string()),
                "dcat:endDate": date(&last.to_string()),
            });
            object.insert("dct:temporal".to_owned(), period);
        }
        described
    }

    fn publisher(&self) -> Json {
        json!({
            "@id": format!("{}#publisher", self.address(routes::OPEN_DATA_CATALOGUE)),
            "@type": "foaf:Agent",
            "foaf:name": self.terms.publisher,
        })
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// The path of a dataset's file.
pub fn file_of(dataset: Dataset, name: &str) -> String {
    routes::OPEN_DATA_FILE.replace("{dataset}", dataset.slug()).replace("{file}", name)
}

fn words(text: &Translated) -> Json {
    Language::ALL.into_iter().map(|language| (language.tag().to_owned(), json!(text.text(language)))).collect()
}

fn literals(texts: &[&str; 3]) -> Vec<Json> {
    let texts = Language::ALL.into_iter().zip(texts);
    texts.map(|(language, text)| json!({ "@language": language.tag(), "@value": text })).collect()
}

fn languages() -> Vec<Json> {
    let code = |code| json!({ "@id": format!("http://publications.europa.eu/resource/authority/language/{code}") });
    ["AZE", "ENG", "RUS"].map(code).into()
}

fn date(text: &str) -> Json {
    json!({ "@type": "xsd:date", "@value": text })
}

// In the order of `Language::ALL`: Azerbaijani, English, Russian.
const CATALOGUE: [&str; 3] = [
    "Elektron arayışlar: açıq məlumatlar",
    "Electronic certificates: open data",
    "Электронные справки: открытые данные",
];
const METHOD: [&str; 3] = [
    "Bitmiş günlər üzrə saylar, şəxsi məlumat olmadan. 10-dan az olan say və onu hesablamağa imkan verən saylar gizlədilir.",
    "Counts of whole days, without personal data. A count under 10 is hidden, and with it whatever would let it be worked out.",
    "Числа за завершённые дни, без личных данных. Число меньше 10 скрыто, а с ним и то, из чего его можно было бы вычислить.",
];
const ISSUANCES: [&str; 3] = ["Verilmiş arayışlar", "Certificates issued", "Выданные справки"];
const ISSUANCES_HELP: [&str; 3] = [
    "Gün, qurum, arayış növü və (növün rayonu varsa) rayon üzrə verilmiş arayışların sayı.",
    "How many certificates were issued, by day, agency, kind and, for a kind that has one, district.",
    "Сколько справок выдано: по дням, ведомствам, видам и, если у вида он есть, по районам.",
];
const VERIFICATIONS: [&str; 3] = ["Yoxlamalar", "Verifications", "Проверки"];
const VERIFICATIONS_HELP: [&str; 3] = [
    "Gün, nəticə və arayış növü üzrə yoxlamaların sayı.",
    "How many verifications there were, by day, verdict and kind.",
    "Сколько было проверок: по дням, заключениям и видам справок.",
];
