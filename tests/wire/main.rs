//! The service as programs meet it: its API as described, its problems, what it publishes, and its command line.

#[cfg(test)]
mod client_certificates;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod description;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod organisations;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod published;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
#[path = "../support/shared.rs"]
mod shared;
#[cfg(test)]
mod wire;
