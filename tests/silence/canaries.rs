//! The canaries: fictional citizens whose every value is found nowhere else.

/// Some who can be issued certificates, and some whose records are refused, each in her own way.
pub(crate) const CITIZENS: &str = include_str!("citizens.json");

/// The FİN of a citizen of whom everything is in order.
pub(crate) const FIN: &str = "QN4RY77";
/// Of one whose record lacks a position and much else.
pub(crate) const INCOMPLETE: &str = "QN4RY78";
/// Of one about whom the registry answers with somebody else.
pub(crate) const ANOTHER: &str = "QN4RY79";
/// Of one whose surname changed.
pub(crate) const RENAMED: &str = "QN4RY7A";
/// Of one whose name has letters that the fonts lack.
pub(crate) const UNDRAWABLE: &str = "QN4RY7G";
/// Of one whose wages the registry garbles.
pub(crate) const GARBLED: &str = "QN4RY7Z";

/// Where her certificate is to be given.
pub(crate) const RECIPIENT: &str = "Simurqbank Zirvə ASC";

/// Every value that must stand nowhere, as registries and people write it.
pub(crate) fn canaries() -> impl Iterator<Item = String> {
    [
        FIN,
        INCOMPLETE,
        ANOTHER,
        RENAMED,
        UNDRAWABLE,
        GARBLED,
        // the FİN of the person about whom the registry answers instead
        "QN4RY7X",
        // names
        "Kanaryquşova",
        "Zümrüdqanad",
        "Simurqpər",
        "Əvvəlkiquşova",
        "ქანარელი",
        // employer, post, address, document
        "Qafdağlı Yuva",
        "quşyuvaçısı",
        "Lələkbulaq",
        "QX7719004",
        // wages, as they come, as they are printed, in qəpik, and what they sum up to in one month
        "98765.43",
        "98 765,43",
        "98\u{a0}765,43",
        "98\u{202f}765,43",
        "9876543",
        // a date of birth, as it comes and as it is printed
        "1931-07-29",
        "29.07.1931",
        RECIPIENT,
        "Simurqbank",
    ]
    .into_iter()
    .map(str::to_owned)
}
