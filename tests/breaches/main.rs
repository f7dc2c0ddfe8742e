//! What is not a certificate of ours, however near it comes: never `valid`, never an error, each with its own reason.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod beside;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod disclosure;
#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod issued;
#[cfg(test)]
mod qr;
#[cfg(test)]
mod secrets;
#[cfg(test)]
#[expect(dead_code, reason = "each target drives the service in its own way")]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
#[path = "../support/shared.rs"]
mod shared;
#[cfg(test)]
mod statuses;
