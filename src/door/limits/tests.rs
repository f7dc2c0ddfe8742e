//! Who is let in and who must wait, to the last unit, by a clock that moves only when told.

use super::*;
use crate::auth::Asker;
use crate::clock::{Clock, Instant};

/// One look-up a second, twenty at once; one number three at once; one miss in ten seconds, two at once.
fn limits() -> (Limits, Clock) {
    let clock = Clock::manual(Instant::from_millis(0));
    let rates = Rates {
        anonymous: Quota::new(60, Duration::from_mins(1), 20),
        organisation: Quota::new(100, Duration::from_secs(1), 200),
        number: Quota::new(60, Duration::from_mins(1), 3),
        misses: Quota::new(6, Duration::from_mins(1), 2),
        upload_weight: 5,
    };
    (Limits::new(rates, Pace::of(&clock)), clock)
}

#[test]
fn a_site_that_changes_its_networks_runs_out_of_misses() {
    let (limits, _) = limits();
    let number = Ask::Number("2026-7KQ3-M9XD".parse().unwrap());
    for net in 1..=16 {
        limits.charge_miss(from(&format!("2001:db8:1:{net:x}::1")));
    }
    assert_eq!(refused(&limits, from("2001:db8:1:ffff::1"), number).unwrap().policy, "site-misses");
    assert!(limits.let_in(from("2001:db8:1:ffff::1"), Ask::Code).is_ok());
    assert!(limits.let_in(from("2001:db8:2:ffff::1"), number).is_ok());
}

fn from(address: &str) -> Side<'static> {
    Side { network: Network::of(address.parse().unwrap()), asker: None }
}

fn asker(voen: &str) -> Asker {
    Asker { organisation: voen.parse().unwrap(), name: "Bank".to_owned(), by: "token".to_owned() }
}

fn refused(limits: &Limits, side: Side<'_>, ask: Ask) -> Option<Budget> {
    limits.let_in(side, ask).err().map(|limited| limited.budget)
}

#[test]
fn a_network_is_let_in_until_its_budget_is_used_up_and_again_when_it_is_back() {
    let (limits, clock) = limits();
    let side = from("203.0.113.5");
    for taken in 1..=20 {
        assert!(limits.let_in(side, Ask::Code).is_ok());
        let budget = limits.budget(side);
        assert_eq!((budget.policy, budget.quota, budget.window), ("anonymous", 20, 20));
        assert_eq!((budget.remaining, budget.reset), (20 - taken, u64::from(taken)));
    }
    let limited = refused(&limits, side, Ask::Code).unwrap();
    assert_eq!((limited.remaining, limited.reset), (0, 1));
    clock.set(Instant::from_millis(999));
    assert_eq!(refused(&limits, side, Ask::Code).unwrap().reset, 1);
    clock.set(Instant::from_millis(1000));
    assert_eq!(refused(&limits, side, Ask::Code), None);
    assert!(refused(&limits, side, Ask::Code).is_some());
    clock.set(Instant::from_millis(21_000));
    assert_eq!(limits.budget(side).remaining, 20);
}

#[test]
fn who_found_nothing_too_often_waits_with_numbers_and_with_no_code() {
    let (limits, clock) = limits();
    let (stranger, clerk) = (from("203.0.113.5"), from("203.0.113.6"));
    let mut numbers = (0_u8..).map(|number| Ask::Number(Number::from_random(2026, [number; 5])));
    let mut number = || numbers.next().unwrap();
    for _ in 0..2 {
        assert!(limits.let_in(stranger, number()).is_ok());
        limits.charge_miss(stranger);
    }
    let limited = refused(&limits, stranger, number()).unwrap();
    assert_eq!((limited.policy, limited.remaining, limited.reset), ("misses", 0, 10));
    assert_eq!(limits.budget(stranger).remaining, 18, "what is refused costs nothing");
    assert!(limits.let_in(clerk, number()).is_ok(), "another network's misses are its own");
    assert!((0..18).all(|_| limits.let_in(stranger, Ask::Code).is_ok()), "a code is as good as before");
    clock.set(Instant::from_millis(9_999));
    assert!(refused(&limits, stranger, number()).is_some());
    clock.set(Instant::from_millis(10_000));
    assert!((0..5).all(|_| limits.let_in(stranger, number()).is_ok()), "numbers that exist cost no miss");
    limits.charge_miss(stranger);
    assert!(refused(&limits, stranger, number()).is_some());
}

#[test]
fn a_number_is_limited_for_all_networks_together_and_a_code_is_not() {
    let (limits, _) = limits();
    let (number, other) = ("2026-7KQ3-M9XD".parse().unwrap(), "2026-7KQ3-M9XE".parse().unwrap());
    for host in 1..=3 {
        assert!(limits.let_in(from(&format!("203.0.113.{host}")), Ask::Number(number)).is_ok());
    }
    let late = from("198.51.100.1");
    let limited = refused(&limits, late, Ask::Number(number)).unwrap();
    assert_eq!((limited.policy, limited.reset), ("number", 1));
    assert_eq!(limits.budget(late).remaining, 20, "what is refused costs the network nothing");
    assert!(limits.let_in(late, Ask::Code).is_ok());
    assert!(limits.let_in(late, Ask::Number(other)).is_ok());
    let bank = asker("9900000141");
    assert!(limits.let_in(Side { asker: Some(&bank), ..late }, Ask::Number(number)).is_ok());
}

#[test]
fn an_organisation_has_its_own_budget_wherever_it_asks_from() {
    let (limits, _) = limits();
    let (bank, other) = (asker("9900000141"), asker("1401555071"));
    let network = from("203.0.113.5");
    assert!((0..20).all(|_| limits.let_in(network, Ask::Code).is_ok()));
    let as_bank = |host: u32| Side { asker: Some(&bank), ..from(&format!("203.0.113.{}", host % 200)) };
    assert!((0..200).all(|host| limits.let_in(as_bank(host), Ask::Code).is_ok()));
    let limited = refused(&limits, as_bank(201), Ask::Code).unwrap();
    assert_eq!((limited.policy, limited.quota), ("organisation", 200));
    assert!(limits.let_in(Side { asker: Some(&other), ..network }, Ask::Code).is_ok());
}

#[test]
fn a_file_costs_more() {
    let (limits, _) = limits();
    let side = from("203.0.113.5");
    assert!((0..4).all(|_| limits.let_in(side, Ask::File).is_ok()));
    assert_eq!(refused(&limits, side, Ask::File).unwrap().reset, 5);
    assert_eq!(refused(&limits, side, Ask::Digest).unwrap().reset, 1);
}

#[test]
fn a_prefix_of_64_bits_is_one_side_and_a_site_gets_as_much_as_eight_of_them() {
    let (limits, _) = limits();
    for host in 0..20 {
        assert!(limits.let_in(from(&format!("2001:db8:1:2::{host:x}")), Ask::Code).is_ok());
    }
    assert_eq!(refused(&limits, from("2001:db8:1:2:ffff::1"), Ask::Code).unwrap().policy, "anonymous");
    let let_in = (0x10_u32..0x8000)
        .filter(|net| limits.let_in(from(&format!("2001:db8:1:{net:x}::1")), Ask::Code).is_ok())
        .count();
    assert_eq!(let_in, 140);
    assert_eq!(refused(&limits, from("2001:db8:1:ffff::1"), Ask::Code).unwrap().policy, "site");
    assert!(limits.let_in(from("2001:db8:2:2::1"), Ask::Code).is_ok());
    assert!(limits.networks.asked.len() < 150, "a site that is refused adds no networks to what is remembered");
}
