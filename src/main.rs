//! The wasm artefact. A binary, so that link-time optimisation applies; all it does is keep the library's exports.

use monscope as _;

/// Smaller than the standard one, and quicker.
#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {}
