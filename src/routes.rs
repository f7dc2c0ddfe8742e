//! Every path of the service, named once, so that a link and its route cannot differ.
