//! The wasm artefact. A binary, so that link-time optimisation applies; all it does is keep the library's exports.

use monscope as _;

fn main() {}
