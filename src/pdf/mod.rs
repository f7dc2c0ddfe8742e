//! Draws a certificate as PDF/A-3a and PDF/UA-1: shared bytes first, its own after them, a place kept for the seal.
