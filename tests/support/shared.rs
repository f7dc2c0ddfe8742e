//! Something costly that the tests of a target share: made by the first that asks, and gone with the last that holds it.

use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use tokio::runtime::Runtime;

/// Connections live as long as the runtime they were made on, so all tests use one.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A static of it is never dropped, and what it holds is: only whoever uses it keeps it.
pub(crate) struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// What is there, or what comes of `making` it.
    pub(crate) fn get(&self, making: impl Future<Output = T>) -> Arc<T> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = shared.upgrade() {
            return there;
        }
        let made = Arc::new(RUNTIME.block_on(making));
        *shared = Arc::downgrade(&made);
        made
    }
}
