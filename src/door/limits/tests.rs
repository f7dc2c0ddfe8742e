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
        misses(&limits, from(&format!("2001:db8:1:{net:x}::1")), Ask::Code);
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

/// A look-up that finds nothing.
fn misses(limits: &Limits, side: Side<'_>, ask: Ask) {
    let pass = limits.let_in(side, ask).unwrap();
    assert_eq!(limits.settle(side, pass, Found::Nothing), 1);
}

/// A look-up that finds what was asked for, or anything.
fn finds(limits: &Limits, side: Side<'_>, ask: Ask) {
    let number = if let Ask::Number(number) = ask { number } else { number(0) };
    let pass = limits.let_in(side, ask).unwrap();
    assert_eq!(limits.settle(side, pass, Found::Certificate(number)), 0);
}

fn number(number: u8) -> Number {
    Number::from_random(2026, [number; 5])
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
    misses(&limits, stranger, number());
    misses(&limits, stranger, Ask::Code);
    let limited = refused(&limits, stranger, number()).unwrap();
    assert_eq!((limited.policy, limited.remaining, limited.reset), ("misses", 0, 10));
    assert_eq!(limits.budget(stranger).remaining, 18, "what is refused costs nothing");
    assert!(limits.let_in(clerk, number()).is_ok(), "another network's misses are its own");
    assert!((0..18).all(|_| limits.let_in(stranger, Ask::Code).is_ok()), "a code is as good as before");
    clock.set(Instant::from_millis(9_999));
    assert!(refused(&limits, stranger, number()).is_some());
    clock.set(Instant::from_millis(10_000));
    for _ in 0..5 {
        finds(&limits, stranger, number());
    }
    misses(&limits, stranger, number());
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
    assert!(limits.asked.len() < 150, "a site that is refused adds no networks to what is remembered");
}

#[test]
fn guesses_at_once_are_as_many_as_may_miss_and_those_that_find_something_cost_none() {
    let (limits, clock) = limits();
    let side = from("203.0.113.5");
    let mut under_way: Vec<_> =
        (0..9).filter_map(|guess| limits.let_in(side, Ask::Number(number(guess))).ok()).collect();
    assert_eq!(under_way.len(), 2);
    assert_eq!(limits.budget(side).remaining, 18, "what was refused cost nothing");
    assert_eq!(refused(&limits, side, Ask::Number(number(9))).unwrap().policy, "misses");
    assert!(limits.let_in(side, Ask::Code).is_ok(), "codes wait for no number");

    assert_eq!(limits.settle(side, under_way.remove(0), Found::Certificate(number(0))), 0);
    let unknowable = limits.let_in(side, Ask::Number(number(3))).unwrap();
    assert_eq!(limits.settle(side, unknowable, Found::Unknowable), 0);
    assert_eq!(limits.settle(side, under_way.remove(0), Found::Nothing), 1);
    // A request that was broken off after its look-up has learnt as much as one that was answered.
    drop(limits.let_in(side, Ask::Number(number(4))).unwrap());
    assert!(refused(&limits, side, Ask::Number(number(5))).is_some());

    // However long a guess takes, its miss comes back from its end on.
    clock.set(Instant::from_millis(20_000));
    let slow = limits.let_in(side, Ask::Number(number(6))).unwrap();
    clock.set(Instant::from_millis(90_000));
    limits.settle(side, slow, Found::Nothing);
    misses(&limits, side, Ask::Number(number(7)));
    assert_eq!(refused(&limits, side, Ask::Number(number(8))).unwrap().reset, 10);
}

#[test]
fn what_a_look_up_was_refused_for_gives_its_miss_back() {
    let (limits, _) = limits();
    for host in 1..=3 {
        finds(&limits, from(&format!("203.0.113.{host}")), Ask::Number(number(0)));
    }
    let late = from("198.51.100.1");
    for _ in 0..9 {
        assert_eq!(refused(&limits, late, Ask::Number(number(0))).unwrap().policy, "number");
    }
    misses(&limits, late, Ask::Number(number(1)));
    misses(&limits, late, Ask::Number(number(2)));
}

#[test]
fn the_numbers_in_a_file_are_guesses_and_its_own_before_one_that_is_found_count() {
    let (limits, _) = limits();
    let side = from("203.0.113.5");
    let file = |numbers: &[Number], found| {
        let mut pass = limits.let_in(side, Ask::File).unwrap();
        let let_in = limits.let_in_numbers(side, &mut pass, numbers);
        let_in.map(|()| limits.settle(side, pass, found)).map_err(|limited| limited.budget.policy)
    };
    assert_eq!(file(&[], Found::Nothing), Ok(0), "a file without numbers guesses none");
    assert_eq!(file(&[number(1), number(2)], Found::Certificate(number(1))), Ok(0));
    assert_eq!(file(&[number(1), number(2)], Found::Certificate(number(2))), Ok(1), "the first was a guess gone wrong");
    assert_eq!(file(&[number(1), number(2)], Found::Certificate(number(2))), Err("misses"), "both or none");
    let (limits, _) = self::limits();
    let mut pass = limits.let_in(side, Ask::File).unwrap();
    limits.let_in_numbers(side, &mut pass, &[number(1), number(2)]).unwrap();
    assert_eq!(limits.settle(side, pass, Found::Certificate(number(3))), 2, "its QR led to another");
    assert!(refused(&limits, side, Ask::Number(number(1))).is_some());
    assert!(limits.let_in(side, Ask::File).is_ok() && limits.let_in(side, Ask::Code).is_ok());

    let bank = asker("9900000141");
    let side = Side { asker: Some(&bank), ..side };
    let mut pass = limits.let_in(side, Ask::File).unwrap();
    limits.let_in_numbers(side, &mut pass, &[number(1), number(2)]).unwrap();
    assert_eq!(limits.settle(side, pass, Found::Nothing), 2, "an organisation is watched");
}

#[test]
fn a_side_is_charged_by_the_time_that_its_examinations_took() {
    let (limits, clock) = limits();
    let (side, neighbour) = (from("203.0.113.5"), from("203.0.113.6"));
    let mut now = 0;
    let mut examine = |side, seconds: i64| {
        let examining = limits.let_in_examination(side).map_err(|limited| limited.budget)?;
        now += seconds * 1000;
        clock.set(Instant::from_millis(now));
        drop(examining);
        Ok::<_, Budget>(())
    };
    // Five units a second, of twenty of which one comes back each second.
    assert_eq!(examine(side, 4), Ok(()));
    let refused = examine(side, 4).unwrap_err();
    assert_eq!((refused.policy, refused.quota, refused.reset), ("examination", 20, 1));
    assert_eq!(limits.budget(side).remaining, 20, "all else may be asked as before");
    assert_eq!(examine(neighbour, 1), Ok(()));
    assert_eq!(examine(side, 3), Ok(()));
    assert_eq!(examine(side, 3).unwrap_err().reset, 12, "what was too much is owed");
    let bank = asker("9900000141");
    assert!((0..9).all(|_| examine(Side { asker: Some(&bank), ..side }, 20) == Ok(())), "an organisation is known");
}

#[test]
fn whoever_is_in_debt_hears_it_before_she_waits_and_asking_costs_nothing() {
    let (limits, clock) = limits();
    let side = from("203.0.113.5");
    assert!((0..100).all(|_| limits.may_be_examined(side).is_ok()));
    let examining = limits.let_in_examination(side).unwrap();
    clock.set(Instant::from_millis(7_000));
    drop(examining);
    let refused = limits.may_be_examined(side).unwrap_err().budget;
    assert_eq!(refused.policy, "examination");
    assert_eq!(limits.let_in_examination(side).map(drop).unwrap_err().budget, refused);
}

#[test]
fn an_examination_that_failed_by_our_fault_is_charged_to_nobody() {
    let (limits, clock) = limits();
    let side = from("203.0.113.5");
    let examining = limits.let_in_examination(side).unwrap();
    clock.set(Instant::from_millis(60_000));
    examining.forgive();
    assert!(limits.let_in_examination(side).is_ok());
}

#[test]
fn a_batch_leaves_its_organisation_a_quarter() {
    let (limits, clock) = limits();
    let bank = asker("9900000141");
    let side = Side { asker: Some(&bank), ..from("203.0.113.5") };
    let of_batch = || limits.let_in_of_many(side, Ask::Code);
    assert_eq!((0..500).filter(|_| of_batch().is_ok()).count(), 150);
    assert!((0..10).all(|_| limits.let_in(side, Ask::Code).is_ok()), "a clerk does not wait");
    assert_eq!(of_batch().unwrap_err().wait, Duration::from_millis(110));
    clock.set(Instant::from_millis(109));
    assert!(of_batch().is_err());
    clock.set(Instant::from_millis(110));
    assert!(of_batch().is_ok());
    assert_eq!(limits.budget(side).remaining, 50);
}
