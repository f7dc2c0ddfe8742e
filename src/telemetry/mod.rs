//! Telemetry: structured logs and metrics without personal data.
//!
//! Lines go to standard error. Only this service's own code may speak below `warn`: what a library would log of its
//! work (headers, frames, statements) was not written with a citizen's data in mind.

mod metrics;
mod panics;
mod requests;

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

pub use self::metrics::Metrics;
pub use requests::observe;

/// How the service logs: the table `[telemetry]` of the settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For machines or for people.
    pub format: Format,
    /// How much the service itself says.
    pub level: Level,
}

/// The form of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON object a line.
    #[default]
    Json,
    /// Words for a terminal.
    Text,
}

/// The least that is worth a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What somebody must act on.
    Error,
    /// What somebody should look at.
    Warn,
    /// Each request and each change of state.
    #[default]
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

/// Telemetry runs already in this process.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("telemetry was started twice in one process")]
pub struct AlreadyStarted;

/// Starts logging to standard error and the reporting of panics, for the rest of the process.
pub fn start(settings: Settings) -> Result<(), AlreadyStarted> {
    tracing::subscriber::set_global_default(subscriber(settings, std::io::stderr)).map_err(|_| AlreadyStarted)?;
    panics::report();
    Ok(())
}

fn subscriber<W>(settings: Settings, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match settings.format {
        Format::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
        Format::Text => lines.boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(EnvFilter::new(settings.level.filter())))
}

impl Level {
    fn filter(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "warn,earayis=info",
            Self::Debug => "warn,earayis=debug",
            Self::Trace => "warn,earayis=trace",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::requests::tests::Lines;

    #[test]
    fn a_library_may_warn_and_not_chatter() {
        let lines = Lines::default();
        let settings = Settings { format: Format::Text, level: Level::Trace };
        tracing::subscriber::with_default(subscriber(settings, lines.clone()), || {
            tracing::trace!("ours");
            tracing::debug!(target: "h2::codec", "authorization: Bearer secret");
            tracing::warn!(target: "h2::codec", "theirs");
        });
        let text = lines.text();
        assert!(text.contains("ours") && text.contains("theirs"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn a_json_line_is_one_object() {
        let lines = Lines::default();
        tracing::subscriber::with_default(subscriber(Settings::default(), lines.clone()), || {
            tracing::debug!("too quiet for the level");
            tracing::info!(status = 200, "request");
        });
        let object: serde_json::Value = serde_json::from_str(&lines.text()).unwrap();
        assert_eq!(object["status"], 200);
        assert_eq!(object["level"], "INFO");
    }
}
