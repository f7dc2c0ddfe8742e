//! The examination of unknown bytes in a separate, limited process whose death is an answer and never a failure.
