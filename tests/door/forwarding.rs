//! Forwarding headers: believed of a proxy that was named, in the header that it writes, and of nobody else.

use crate::asking::{From, UNKNOWN_CODE, service};

const SLOW: &str = "anonymous_per_minute = 1\nanonymous_burst = 3\n";

#[tokio::test]
async fn a_forged_header_gains_no_fresh_budget() {
    let (service, _folder) = service(SLOW, "").await;
    let forger = From::new(&service, "127.0.0.2");
    let mut statuses = Vec::new();
    for host in 1..=6 {
        let address = format!("203.0.113.{host}");
        let forwarded = format!("for={address}");
        let headers = [("x-forwarded-for", address.as_str()), ("forwarded", &forwarded), ("x-real-ip", &address)];
        statuses.push(forger.asked_through("code", UNKNOWN_CODE, &headers).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429]);
    let neighbour = From::new(&service, "127.0.0.3");
    let blamed = [("x-forwarded-for", "127.0.0.2")];
    assert_eq!(neighbour.asked_through("code", UNKNOWN_CODE, &blamed).await.status, 200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_budget() {
    let (service, _folder) = service(SLOW, "[proxies]\ntrusted = [\"127.0.0.0/30\"]\n").await;
    let proxy = From::new(&service, "127.0.0.2");
    let left =
        async |header: &str| proxy.asked_through("code", UNKNOWN_CODE, &[("x-forwarded-for", header)]).await.left().1;
    assert_eq!(left("203.0.113.1").await, 2);
    assert_eq!(left("203.0.113.2").await, 2);
    assert_eq!(left("198.51.100.1, 203.0.113.1").await, 1, "what the client wrote further left is air");
    assert_eq!(left("203.0.113.1, 127.0.0.1").await, 0, "a chain of proxies is walked");
    assert_eq!(left("2001:db8:1:2::1").await, 2);
    assert_eq!(left("2001:db8:1:2:ffff::9").await, 1, "an IPv6 network has 64 bits");
    assert_eq!(left("2001:db8:1:3::1").await, 2);
    assert_eq!(left("::ffff:203.0.113.2").await, 1);
    assert_eq!(left("salam").await, 2, "a malformed one leaves the proxy itself");
    assert_eq!(left("salam, unknown").await, 1);
    let unasked = [("forwarded", "for=203.0.113.77")];
    assert_eq!(proxy.asked_through("code", UNKNOWN_CODE, &unasked).await.left().1, 0, "the other header is not read");
    let stranger = From::new(&service, "127.0.0.9");
    let forged = [("x-forwarded-for", "203.0.113.2")];
    assert_eq!(stranger.asked_through("code", UNKNOWN_CODE, &forged).await.left().1, 2);
    assert_eq!(left("203.0.113.2").await, 0, "the stranger's look-up was not charged to whom he named");
}

#[tokio::test]
async fn a_proxy_that_writes_rfc_7239_is_read_so() {
    let more = "[proxies]\ntrusted = [\"127.0.0.2\"]\nheader = \"forwarded\"\n";
    let (service, _folder) = service(SLOW, more).await;
    let proxy = From::new(&service, "127.0.0.2");
    let left =
        async |name: &str, value: &str| proxy.asked_through("code", UNKNOWN_CODE, &[(name, value)]).await.left().1;
    assert_eq!(left("forwarded", "for=203.0.113.1;proto=https").await, 2);
    assert_eq!(left("forwarded", "for=\"[2001:db8::1]:4711\"").await, 2);
    assert_eq!(left("forwarded", "for=\"open, for=203.0.113.1").await, 1);
    assert_eq!(left("x-forwarded-for", "203.0.113.1").await, 2, "this is the proxy's own budget");
}
