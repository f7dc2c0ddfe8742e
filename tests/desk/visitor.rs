//! A visitor with a browser's cookies, as far as the rules of `SameSite` let them come.

use std::collections::BTreeMap;

use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy;

use crate::provider::{Authorized, Provider};

/// Somebody before a browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    url: String,
    client: reqwest::Client,
    cookies: BTreeMap<String, (String, bool)>,
}

/// What she sees.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Visitor {
    pub(crate) fn of(url: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { url: url.to_owned(), client, cookies: BTreeMap::new() }
    }

    /// Opens a page, by a link of ours or of another site: those bring no strict cookie.
    pub(crate) async fn open(&mut self, path: &str, from_elsewhere: bool) -> Seen {
        let request = self.client.get(format!("{}{path}", self.url));
        self.ask(request, from_elsewhere).await
    }

    /// Sends a form of a page of ours.
    pub(crate) async fn send(&mut self, path: &str, form: &str) -> Seen {
        let request = self.client.post(format!("{}{path}", self.url)).body(form.to_owned());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.header("sec-fetch-site", "same-origin"), false).await
    }

    async fn ask(&mut self, request: reqwest::RequestBuilder, from_elsewhere: bool) -> Seen {
        let sent = self.cookies.iter().filter(|(_, (_, strict))| !(from_elsewhere && *strict));
        let cookies = sent.map(|(name, (value, _))| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let answer = request.header("cookie", cookies).header("accept-language", "en").send().await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly") && line.contains("; Path=/"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), (value.to_owned(), line.contains("SameSite=Strict")));
            }
        }
        Seen { status: answer.status().as_u16(), text: answer.text().await.unwrap() }
    }

    /// Begins to sign in, and answers the address at the provider.
    pub(crate) async fn leave(&mut self, form: &str) -> String {
        let seen = self.send("/sign-in/begin", form).await;
        assert_eq!(seen.status, 200, "{}", seen.text);
        seen.link("url=")
    }

    /// Signs in at the provider with what `form` begins, and answers what she sees when she comes back.
    pub(crate) async fn sign_in(&mut self, provider: &Provider, form: &str) -> Seen {
        let address = self.leave(form).await;
        self.come_back(&provider.authorize(&address)).await
    }

    pub(crate) async fn come_back(&mut self, authorized: &Authorized) -> Seen {
        assert_eq!(authorized.redirect, format!("{}/sign-in/return", self.url));
        self.open(&authorized.query(), true).await
    }

    /// Whether the browser holds a session of the desk.
    pub(crate) fn is_member(&self) -> bool {
        self.cookies.contains_key("member")
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|(value, _)| value.as_str())
    }

    pub(crate) fn put_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), (value.to_owned(), false));
    }

    pub(crate) fn forget_cookie(&mut self, name: &str) {
        self.cookies.remove(name);
    }
}

impl Seen {
    /// What stands after `start` up to the next quotation mark, as a browser reads it.
    pub(crate) fn link(&self, start: &str) -> String {
        let text = self.text.split(start).nth(1).unwrap_or_else(|| panic!("no {start} in {}", self.text));
        let text = text.split('"').next().unwrap();
        text.replace("&#38;", "&").replace("&amp;", "&").replace("&#61;", "=")
    }

    /// The token that the page's forms carry.
    pub(crate) fn form(&self) -> String {
        self.link("name=\"form\" value=\"")
    }
}
