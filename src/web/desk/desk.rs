//! What every page of the desk shows: who is signed in, for which agency, and where the desk's other pages are.

use crate::app::App;
use crate::auth::{Auditor, Reach};
use crate::catalogue::Voen;
use crate::routes;
use crate::web::frame::Frame;
use crate::web::texts::Texts;

/// The desk's pages in the order of its navigation: each with its path and the names of its two texts, what it is
/// called and what it is for.
const PLACES: &[(&str, &str, &str)] = &[
    (routes::DESK, "desk-start", "desk-start-lead"),
    (routes::DESK_CERTIFICATES, "desk-certificates", "desk-certificates-lead"),
    (routes::DESK_EVENTS, "desk-events", "desk-events-lead"),
    (routes::DESK_SEARCHES, "desk-searches", "desk-searches-lead"),
    (routes::DESK_FIGURES, "desk-figures", "desk-figures-lead"),
    (routes::DESK_ALARMS, "desk-alarms", "desk-alarms-lead"),
    (routes::DESK_SAMPLE, "desk-sample", "desk-sample-lead"),
    (routes::DESK_EXPORTS, "desk-exports", "desk-exports-lead"),
    (routes::DESK_RETENTION, "desk-retention", "desk-retention-lead"),
];

/// The desk around a page.
pub(in crate::web) struct Desk {
    /// Who is signed in.
    pub(in crate::web) name: String,
    /// The organisation that she is a member of.
    pub(in crate::web) organisation: String,
    /// Whose certificates she sees.
    pub(in crate::web) reach: String,
    /// What each form must carry in its hidden field `form`.
    pub(in crate::web) form: String,
    /// The desk's pages.
    pub(in crate::web) places: Vec<Place>,
}

/// A page of the desk.
pub(in crate::web) struct Place {
    pub(in crate::web) link: String,
    pub(in crate::web) title: String,
    pub(in crate::web) lead: String,
    pub(in crate::web) here: bool,
}

impl Desk {
    /// The desk of this auditor around the page that `frame` frames.
    pub(in crate::web) fn new(app: &App, auditor: &Auditor, frame: &Frame) -> Self {
        let texts = frame.t;
        let place = |(path, title, lead): &(&str, &str, &str)| Place {
            link: frame.to(path),
            title: texts.get(title),
            lead: texts.get(lead),
            here: frame.is_at(path),
        };
        Self {
            name: auditor.member.name.clone(),
            organisation: auditor.member.organisation_name.clone(),
            reach: reach(app, &auditor.reach, texts),
            form: auditor.form.as_str().to_owned(),
            places: PLACES.iter().map(place).collect(),
        }
    }

    /// The pages that a start page leads to: all but itself.
    pub(in crate::web) fn others(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| !place.here)
    }
}

fn reach(app: &App, reach: &Reach, texts: Texts) -> String {
    match reach {
        Reach::All => texts.get("desk-all-agencies"),
        Reach::Agency(agency) => agency_name(app, agency, texts),
    }
}

/// What an agency is called in the reader's language: what its kinds call it, else its VÖEN.
pub(in crate::web) fn agency_name(app: &App, agency: &Voen, texts: Texts) -> String {
    let own = app.catalogue.kinds().iter().find(|kind| kind.issuer.voen == *agency);
    own.map_or_else(|| agency.to_string(), |kind| kind.issuer.name.text(texts.0).to_owned())
}
