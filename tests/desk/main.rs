//! The desk and its door: who signs in by whose word, what each may do, and everything that must come to nothing.

#[cfg(test)]
mod chromium;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod members;
#[cfg(test)]
mod provider;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
mod visitor;
