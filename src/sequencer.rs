//! The sequencer: gives waiting leaves their places, signs the next checkpoint and publishes it.
