//! The registry sources: they alone can make an extract, without which nothing is sealed.
