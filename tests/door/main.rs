//! The door of a running service: who is let in, how often, by what certificate, and what is noticed about it.

#[cfg(test)]
mod alarms;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod banks;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod organisations;
#[cfg(test)]
#[expect(dead_code, reason = "each target writes files in its own way")]
#[path = "../examination/pdf.rs"]
mod pdf;
#[cfg(test)]
mod secured;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod tls;
