# A Rust that builds for wasm: rustup's where its server answers, else Debian's with a sysroot of its own in the cache.
# shellcheck shell=bash disable=SC2154 # `purpose` is the argument of .ci/setup.

# Is there one already, with all that the purpose needs?
rust_ready() {
  on_the_road_asked_for && have cargo && new_enough && wasm_std_on_path && lints_ready
}

on_the_road_asked_for() {
  [ "${MONSCOPE_ROAD:-}" != debian ] || { debian_sysroot && [ -d "$(debian_sysroot)" ]; } >/dev/null
}

new_enough() {
  local found
  found=$(rustc --version 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$found" ] && [ "$(printf '%s\n' "$RUST_OLDEST" "$found" | sort -V | head -n 1)" = "$RUST_OLDEST" ]
}

lints_ready() {
  [ "$purpose" = serve ] || { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1
}

ensure_rust() {
  rust_ready && return
  if [ "${MONSCOPE_ROAD:-}" != debian ] && have rustup && rustup_road; then return; fi
  if have apt-get; then
    debian_road
    return
  fi
  if have rustup; then
    die "no Rust $RUST_OLDEST or newer with the target wasm32-unknown-unknown: please run 'rustup update stable'," \
      "then 'rustup target add wasm32-unknown-unknown'."
  fi
  die "Rust is missing. Please install it from https://rustup.rs, then run this again."
}

# The usual road. It fails softly: an old toolchain or a server out of reach leaves Debian's compiler to be tried.
rustup_road() {
  if ! new_enough; then
    say "rustup's Rust is older than $RUST_OLDEST ('rustup update stable' would change that)"
    return 1
  fi
  if ! rustup_server_answers; then
    say "rustup's server is out of reach just now"
    return 1
  fi
  if ! wasm_std_on_path; then
    say "adding the target wasm32-unknown-unknown with rustup: the page is WebAssembly"
    long rustup rustup target add wasm32-unknown-unknown || return 1
  fi
  if ! lints_ready; then
    say "adding rustfmt and clippy with rustup: the tests include them"
    long rustup rustup component add rustfmt clippy || return 1
  fi
  rust_ready
}

# Seconds, not minutes, when it doesn't. Newer versions of rustup tell by 100 that there is something newer.
rustup_server_answers() {
  timeout 15 rustup check >/dev/null 2>&1
  case $? in 0 | 100) true ;; *) false ;; esac
}

debian_road() {
  local wanted=(rustc-web cargo-web rust-web-src) missing=() package
  if [ "$purpose" = test ]; then wanted+=(rustfmt-web rust-web-clippy); fi
  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  if [ "${#missing[@]}" -gt 0 ]; then apt_install "Debian's current Rust" "${missing[@]}"; fi

  # The linker of the same LLVM as the compiler.
  local llvm
  llvm=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  is_installed "lld-$llvm" || apt_install "the linker for WebAssembly" "lld-$llvm"

  local sysroot
  sysroot=$(debian_sysroot) || die "Debian's rustc-web is not installed, although apt said so."
  [ -d "$sysroot" ] || make_sysroot "$sysroot" "/usr/lib/llvm-$llvm/bin/lld"
  export MONSCOPE_ROAD=debian
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# make_sysroot PLACE LINKER: Debian's compiler as it is, with the standard library for wasm built from Debian's source.
# Nothing is written under /usr: the folder's bin/ comes first on the PATH, that is all.
make_sysroot() {
  local place=$1 linker=$2 source made libs host command
  source=$MONSCOPE_CACHE/build/${place##*/}
  made=$(new_folder sysroot)
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  say "building the standard library for wasm32-unknown-unknown from Debian's source: Debian has no such package"
  build_std "$source" || die "the standard library could not be built."

  libs=$made/lib/rustlib
  mkdir -p "$made/bin" "$libs/wasm32-unknown-unknown/lib" "$libs/$host/bin"
  cp "$source"/target/wasm32-unknown-unknown/release/deps/*.rlib "$libs/wasm32-unknown-unknown/lib/"
  rm "$libs"/wasm32-unknown-unknown/lib/libempty-*.rlib
  ln -s "/usr/lib/rustlib/$host/lib" "$libs/$host/lib"
  ln -s "$linker" "$libs/$host/bin/rust-lld"
  ln -s /usr/lib/rustlib/src "$libs/src"
  for command in rustc rustdoc; do
    # shellcheck disable=SC2016 # "$@" belongs to the script that is written.
    printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$command" "$place" >"$made/bin/$command"
    chmod +x "$made/bin/$command"
  done
  for command in cargo cargo-fmt cargo-clippy clippy-driver rustfmt; do
    ln -s "/usr/bin/$command" "$made/bin/$command"
  done
  put_in_place "$made" "$place"
  rm -rf "$source"
}

# build_std FOLDER: the standard library, from a crate without a line of its own. `embed-bitcode` lets link-time
# optimisation see into it; `test` is for the tests in the browser.
build_std() {
  local source=$1
  mkdir -p "$source/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$source/Cargo.toml"
  printf '#![no_std]\n' >"$source/src/lib.rs"
  long std env -u RUSTUP_TOOLCHAIN RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$source/target" \
    RUSTFLAGS="-Cembed-bitcode=yes -Cforce-unwind-tables=no" \
    /usr/bin/cargo build --release --manifest-path "$source/Cargo.toml" \
    -Z build-std=std,panic_abort,test --target wasm32-unknown-unknown
}
