//! The log held against a naive tree, published vectors and an independent checker, so that its proofs convince strangers.

#[cfg(test)]
mod naive;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod tiles;
