//! Stopping: long answers learn that the service is to stop, and end where they are, in a way that can be seen.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the service is to stop. A clone tells the same.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    /// Says so.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Returns when it was said, at once when it was before.
    pub async fn begun(self) {
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_and_whoever_comes_later_is_told() {
        let stopping = Stopping::default();
        let waiting = tokio::spawn(stopping.clone().begun());
        stopping.begin();
        waiting.await.unwrap();
        stopping.begun().await;
    }
}
