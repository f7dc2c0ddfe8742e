//! The kinds that come with the service, in the order in which they are offered.

/// Each kind's file name and text.
pub const BUILT_IN: [(&str, &str); 12] = [
    ("is-yeri.toml", include_str!("../../templates/kinds/is-yeri.toml")),
    ("ferdi-melumat.toml", include_str!("../../templates/kinds/ferdi-melumat.toml")),
    ("yasayis-yeri.toml", include_str!("../../templates/kinds/yasayis-yeri.toml")),
    ("diplom.toml", include_str!("../../templates/kinds/diplom.toml")),
    ("sexsiyyet-vesiqesi.toml", include_str!("../../templates/kinds/sexsiyyet-vesiqesi.toml")),
    ("rabite-borcu-yoxdur.toml", include_str!("../../templates/kinds/rabite-borcu-yoxdur.toml")),
    ("telebe-mezun.toml", include_str!("../../templates/kinds/telebe-mezun.toml")),
    ("emek-pensiyasi.toml", include_str!("../../templates/kinds/emek-pensiyasi.toml")),
    ("sosial-muavinet.toml", include_str!("../../templates/kinds/sosial-muavinet.toml")),
    ("elillik.toml", include_str!("../../templates/kinds/elillik.toml")),
    ("mehkumluq.toml", include_str!("../../templates/kinds/mehkumluq.toml")),
    ("aile-uzvleri.toml", include_str!("../../templates/kinds/aile-uzvleri.toml")),
];
