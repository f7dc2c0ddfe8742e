//! Panics: each is logged with its place, and never with a text made at run time, which may hold a citizen's data.

use std::any::Any;
use std::panic::PanicHookInfo;

/// Takes the place of the standard hook, which prints every message.
pub(super) fn report() {
    std::panic::set_hook(Box::new(hook));
}

fn hook(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    metrics::counter!("earayis_panics_total").increment(1);
    tracing::error!(place, message = safe_message(panic.payload()), "panic");
}

/// A literal in the code is safe to show. A formatted text holds values, and nobody knows which.
fn safe_message(payload: &(dyn Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("withheld: it may hold personal data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_message_is_shown_and_a_formatted_one_withheld() {
        let literal = std::panic::catch_unwind(|| panic!("no place left")).unwrap_err();
        assert_eq!(safe_message(literal.as_ref()), "no place left");
        let fin = "7DEM001".to_owned();
        let formatted = std::panic::catch_unwind(|| panic!("no holder {fin}")).unwrap_err();
        assert_eq!(safe_message(formatted.as_ref()), "withheld: it may hold personal data");
    }
}
