//! The settings of the door: trusted proxies, rate limits, what is unusual, and TLS of our own.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;
use toml::Spanned;

use super::check::Reader;
use super::{PublicUrl, Tls, file};
use crate::door::{Proxies, Quota, Rates, Settings, Thresholds};

/// Ten million: more than one machine answers in a minute.
const MOST: u32 = 10_000_000;
const MINUTE: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);

impl Reader<'_> {
    pub(super) fn door(&mut self, file: &file::File) -> Option<Settings> {
        let proxies = self.proxies(&file.proxies);
        let rates = self.rates(&file.limits);
        let thresholds = self.thresholds(&file.alarms);
        Some(Settings { proxies: proxies?, rates: rates?, thresholds: thresholds? })
    }

    fn proxies(&mut self, proxies: &file::Proxies) -> Option<Proxies> {
        let trusted: Vec<_> = proxies.trusted.iter().map(|value| self.network(value)).collect();
        Some(Proxies { trusted: trusted.into_iter().collect::<Option<_>>()?, header: proxies.header })
    }

    fn network(&mut self, value: &Spanned<String>) -> Option<IpNet> {
        let text = value.get_ref();
        let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let network = self.some_or(network, value.span(), || {
            "`proxies.trusted` must list networks such as `10.0.0.0/8`, or addresses".to_owned()
        })?;
        if network.prefix_len() == 0 {
            return self
                .refuse(value.span(), "`proxies.trusted` must not name all addresses: anybody could then claim any");
        }
        Some(network)
    }

    fn rates(&mut self, limits: &file::Limits) -> Option<Rates> {
        let mut number = |name: &str, value: &Option<Spanned<u32>>, usual: u32| {
            self.between(&format!("limits.{name}"), value.as_ref(), usual, 1..=MOST)
        };
        let anonymous = number("anonymous_per_minute", &limits.anonymous_per_minute, 60);
        let anonymous_burst = number("anonymous_burst", &limits.anonymous_burst, 120);
        let organisation = number("organisation_per_second", &limits.organisation_per_second, 100);
        let organisation_burst = number("organisation_burst", &limits.organisation_burst, 200);
        let one_number = number("number_per_minute", &limits.number_per_minute, 10);
        let one_number_burst = number("number_burst", &limits.number_burst, 30);
        let misses = number("misses_per_minute", &limits.misses_per_minute, 6);
        let misses_burst = number("misses_burst", &limits.misses_burst, 30);
        let upload_weight = number("upload_weight", &limits.upload_weight, 5);
        Some(Rates {
            anonymous: Quota::new(anonymous?, MINUTE, anonymous_burst?),
            organisation: Quota::new(organisation?, SECOND, organisation_burst?),
            number: Quota::new(one_number?, MINUTE, one_number_burst?),
            misses: Quota::new(misses?, MINUTE, misses_burst?),
            upload_weight: upload_weight?,
        })
    }

    fn thresholds(&mut self, alarms: &file::Alarms) -> Option<Thresholds> {
        let usual = Thresholds::default();
        let window = self.between("alarms.window_minutes", alarms.window_minutes.as_ref(), 60, 1..=1440);
        let mut number = |name: &str, value: &Option<Spanned<u32>>, usual: u32| {
            self.between(&format!("alarms.{name}"), value.as_ref(), usual, 1..=MOST)
        };
        let misses = number("misses", &alarms.misses, usual.misses);
        let organisation_misses = number("organisation_misses", &alarms.organisation_misses, usual.organisation_misses);
        let habit_times = number("habit_times", &alarms.habit_times, usual.habit_times);
        let habit_least = number("habit_least", &alarms.habit_least, usual.habit_least);
        let sides = self.between("alarms.sides", alarms.sides.as_ref(), usual.sides, 2..=1000);
        Some(Thresholds {
            window: MINUTE * window?,
            misses: misses?,
            organisation_misses: organisation_misses?,
            habit_times: habit_times?,
            habit_least: habit_least?,
            sides: sides?,
        })
    }

    pub(super) fn tls(&mut self, entry: &Spanned<file::Tls>, public_url: Option<&PublicUrl>) -> Option<Tls> {
        let tls = entry.get_ref();
        let certificate = self.existing("tls.certificate", &tls.certificate);
        let key = self.existing("tls.key", &tls.key);
        let client_roots = match &tls.client_roots {
            Some(file) => Some(self.existing("tls.client_roots", file)?),
            None => None,
        };
        if public_url.is_some_and(|url| !url.is_secure()) {
            return self.refuse(entry.span(), "with `[tls]`, `public_url` must begin with `https://`");
        }
        Some(Tls { certificate: certificate?, key: key?, client_roots })
    }

    fn between(
        &mut self,
        name: &str,
        value: Option<&Spanned<u32>>,
        usual: u32,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        let Some(value) = value else { return Some(usual) };
        let number = Some(*value.get_ref()).filter(|number| range.contains(number));
        self.some_or(number, value.span(), || format!("`{name}` must be between {} and {}", range.start(), range.end()))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::told;

    #[test]
    fn each_mistake_about_the_door_is_told_with_its_line() {
        for (old, new, expected) in MISTAKES {
            assert_eq!(told(old, new), format!("earayis.toml:{expected}"), "{new}");
        }
    }

    #[test]
    fn tls_of_our_own_is_for_an_address_that_says_so() {
        let text = crate::config::EXAMPLE
            .replace("https://earayis.example", "http://127.0.0.1:8080")
            .replace("# production = true", "production = false");
        let told = crate::config::tests::mistakes(
            &text.replace("# [tls]", "[tls]\ncertificate = \"tls/service.pem\"\nkey = \"tls/service.key\""),
        );
        assert_eq!(told, "earayis.toml:100: with `[tls]`, `public_url` must begin with `https://`");
    }

    #[test]
    fn a_service_behind_a_proxy_that_nobody_named_hides_its_clients() {
        let hides = |old: &str, new: &str| crate::config::tests::settings_with(old, new).hides_its_clients();
        assert!(hides("trusted = [\"127.0.0.1\"]", ""));
        assert!(!hides("trusted = [\"127.0.0.1\"]", "trusted = [\"127.0.0.1\"]"));
    }

    const MISTAKES: &[(&str, &str, &str)] = &[
        (
            "# [limits]\n# upload_bytes = 20971520",
            "[limits]\nanonymous_burst = 0",
            "65: `limits.anonymous_burst` must be between 1 and 10000000",
        ),
        (
            "# [alarms]\n# window_minutes = 60",
            "[alarms]\nwindow_minutes = 0",
            "85: `alarms.window_minutes` must be between 1 and 1440",
        ),
        ("# [alarms]\n# window_minutes = 60", "[alarms]\nsides = 1", "85: `alarms.sides` must be between 2 and 1000"),
        (
            "trusted = [\"127.0.0.1\"]",
            "trusted = [\"10.0.0.0/33\"]",
            "95: `proxies.trusted` must list networks such as `10.0.0.0/8`, or addresses",
        ),
        (
            "trusted = [\"127.0.0.1\"]",
            "trusted = [\"0.0.0.0/0\"]",
            "95: `proxies.trusted` must not name all addresses: anybody could then claim any",
        ),
        (
            "# header = \"x-forwarded-for\"",
            "header = \"x-real-ip\"",
            "96: `x-real-ip` cannot stand here; choose `x-forwarded-for` or `forwarded`",
        ),
        (
            "# [tls]\n# certificate = \"tls/service.pem\"",
            "[tls]\ncertificate = \"tls/service.pem\"",
            "100: the setting `key` is missing; add it",
        ),
        (
            "# [tls]\n# certificate = \"tls/service.pem\"",
            "[tls]\nkey = \"tls/service.key\"\ncertificate = \"tls/none.pem\"",
            "102: `tls.certificate`: there is no file DIR/tls/none.pem; create it or name another",
        ),
    ];
}
