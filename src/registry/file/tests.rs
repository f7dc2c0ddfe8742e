//! The file source's tests: what a file may say, and that its mistakes are named by position and without values.

use super::*;

const AYSEL: &str = r#"{"fin":"7DEM001","surname":"Sınaqlı","given_name":"Aysel","patronymic":"Nümunə qızı",
    "birth_date":"1987-03-14","note":"everything","answers":{"employment":{"rows":[]}}}"#;
const CHANGED: &str = r#"{"fin":"7DEM002","surname":"Sınaqlı","given_name":"Orxan","patronymic":null,
    "birth_date":"1990-01-02","answers":{"employment":{}},"extract_holder":{"fin":"7DEM002","surname":"Başqa",
    "given_name":"Orxan","patronymic":null,"birth_date":"1990-01-02"}}"#;

fn file(citizens: &[&str]) -> Result<FileSource, MalformedFile> {
    FileSource::parse(&format!(r#"{{"citizens":[{}]}}"#, citizens.join(",")))
}

fn question(holder: &Holder) -> Question {
    let name = (holder.surname.to_uppercase(), holder.given_name.clone(), holder.patronymic.clone());
    Question { fin: holder.fin.clone(), birth_date: Some(holder.birth_date), name: Some(name) }
}

fn ask(file: &FileSource, source: &str, question: &Question) -> Result<Extract, RegistryError> {
    file.ask(&source.parse().unwrap(), question, Instant::from_millis(1_795_500_000_000))
}

#[test]
fn a_citizen_is_answered_for_as_of_now() {
    let file = file(&[AYSEL, CHANGED]).unwrap();
    let aysel = &file.people()[0];
    assert_eq!(aysel.note(), Some("everything"));
    let extract = ask(&file, "employment", &question(aysel.holder())).unwrap();
    assert_eq!(extract.as_of().millis(), 1_795_500_000_000);
    assert_eq!(extract.reference(), "SINAQ-1795500000000");
    assert_eq!(extract.holder(), aysel.holder());
    assert_eq!(extract.answer()["rows"], Value::Array(Vec::new()));
    assert_eq!(extract.source().as_str(), "employment");
}

#[test]
fn who_is_not_in_the_file_or_not_known_to_the_source_is_no_such_person() {
    let file = file(&[AYSEL]).unwrap();
    let known = question(file.people()[0].holder());
    assert_eq!(ask(&file, "family", &known).unwrap_err(), RegistryError::NoSuchPerson);
    let stranger = Question { fin: "7DEM099".parse().unwrap(), birth_date: None, name: None };
    assert_eq!(ask(&file, "employment", &stranger).unwrap_err(), RegistryError::NoSuchPerson);
}

#[test]
fn an_extract_holder_plays_another_name_and_another_person() {
    let file_of_changed = file(&[CHANGED]).unwrap();
    let orxan = question(file_of_changed.people()[0].holder());
    assert_eq!(ask(&file_of_changed, "employment", &orxan).unwrap_err(), RegistryError::AnotherName);
    let nameless = Question { name: None, ..orxan.clone() };
    assert_eq!(ask(&file_of_changed, "employment", &nameless).unwrap().holder().surname, "Başqa");
    let (from, to) = (r#"{"fin":"7DEM002","surname":"Başqa""#, r#"{"fin":"7DEM003","surname":"Başqa""#);
    let other = file(&[&CHANGED.replace(from, to)]).unwrap();
    assert_eq!(ask(&other, "employment", &orxan).unwrap_err(), RegistryError::AnotherPerson);
}

#[test]
fn a_mistake_is_named_by_position_and_without_values() {
    let mistakes = [
        ("\"fin\":\"7DEM001\"", "\"fin\":\"7DEM00I\"", "`fin`"),
        ("\"surname\":\"Sınaqlı\"", "\"surname\":\" \"", "`surname`"),
        ("\"given_name\":\"Aysel\"", "\"given_name\":7", "`given_name`"),
        ("\"patronymic\":\"Nümunə qızı\"", "\"patronymic\":7", "`patronymic`"),
        ("1987-03-14", "1987-02-30", "`birth_date`"),
        ("\"note\":\"everything\"", "\"note\":[]", "`note`"),
        ("{\"employment\"", "{\"Employment\"", "`answers`"),
        ("{\"rows\":[]}", "[]", "`answers`"),
        ("\"note\"", "\"salary\"", "has a field"),
    ];
    for (from, to, named) in mistakes {
        let error = file(&[CHANGED, &AYSEL.replace(from, to)]).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("citizen 2: ") && message.contains(named), "{message}");
        assert!(!format!("{error:?} {message}").contains("Sınaqlı"), "{message}");
    }
    assert!(file(&[AYSEL, AYSEL]).unwrap_err().to_string().starts_with("citizen 2: her `fin`"));
    assert_eq!(FileSource::parse("{\n\"citizens\": x").unwrap_err(), MalformedFile::NotJson { line: 2, column: 13 });
    assert_eq!(FileSource::parse("{\"people\": []}").unwrap_err(), MalformedFile::NoCitizens);
}

#[test]
fn debug_shows_nobody() {
    let file = file(&[AYSEL]).unwrap();
    let asked = question(file.people()[0].holder());
    let extract = ask(&file, "employment", &asked).unwrap();
    let shown = format!("{file:?} {asked:?} {extract:?}");
    for personal in ["7DEM001", "Sınaqlı", "SINAQLI", "Aysel", "1987", "rows"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
