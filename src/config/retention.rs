//! The settings of erasing: whether it needs four eyes, and how long a proposal can be approved and carried out.

use super::check::Reader;
use super::file;
use crate::erasure::Rule;

impl Reader<'_> {
    pub(super) fn retention(&mut self, retention: &file::Retention) -> Option<Rule> {
        let usual = Rule::default();
        let proposal_days = match &retention.proposal_days {
            None => Some(usual.proposal_days),
            Some(value) => {
                let days = u16::try_from(*value.get_ref()).ok().filter(|days| (1..=90).contains(days));
                self.some_or(days, value.span(), || {
                    "`retention.proposal_days` must be a number from 1 to 90".to_owned()
                })
            }
        };
        Some(Rule { four_eyes: retention.four_eyes.unwrap_or(usual.four_eyes), proposal_days: proposal_days? })
    }
}
