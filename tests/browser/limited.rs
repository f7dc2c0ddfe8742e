//! A service of which little may be asked: ten look-ups at once, and one more each minute.

use crate::service::{TestService, free_port};

pub(crate) async fn service() -> (TestService, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut service = TestService::serving(folder.path(), free_port(), "sqlite:earayis.db");
    for (from, to) in [
        ("anonymous_per_minute = 10000000", "anonymous_per_minute = 1"),
        ("anonymous_burst = 10000000", "anonymous_burst = 10"),
    ] {
        service.change_settings(from, to);
    }
    service.start().await;
    (service, folder)
}
