//! The strip as SVG text.
