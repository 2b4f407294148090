# The four tools of pinned versions: taken from the PATH when they are the same, else installed into the cache.
# shellcheck shell=bash disable=SC2154 # `purpose` is the argument of .ci/setup.

tools_ready() {
  trunk_ready && wasm_bindgen_ready && { [ "$purpose" = serve ] || { wasm_opt_ready && wasm_split_ready; }; }
}

trunk_ready() {
  [ "$(trunk --version 2>/dev/null)" = "trunk $TRUNK_VERSION" ]
}

wasm_bindgen_ready() {
  local tool
  for tool in wasm-bindgen wasm-bindgen-test-runner; do
    [ "$("$tool" --version 2>/dev/null)" = "$tool $WASM_BINDGEN_VERSION" ] || return 1
  done
}

# Of npm's package it is enough that the folder is there: starting it takes a while.
wasm_opt_ready() {
  [ -d "$MONSCOPE_CACHE/tools/binaryen-$BINARYEN_VERSION" ] ||
    case $(wasm-opt --version 2>/dev/null) in
      "wasm-opt version ${BINARYEN_VERSION%%.*} "*) true ;;
      *) false ;;
    esac
}

# It doesn't tell its version.
wasm_split_ready() {
  [ -d "$MONSCOPE_CACHE/tools/wasm-split-$WASM_SPLIT_VERSION" ]
}

ensure_tools() {
  wasm_bindgen_ready ||
    cargo_tool wasm-bindgen "$WASM_BINDGEN_VERSION" "it writes the JavaScript around the wasm" \
      wasm-bindgen-cli --no-default-features
  trunk_ready ||
    cargo_tool trunk "$TRUNK_VERSION" "it builds and serves the page" trunk --no-default-features --features rustls
  [ "$purpose" = serve ] || wasm_opt_ready || binaryen
  [ "$purpose" = serve ] || wasm_split_ready ||
    cargo_tool wasm-split "$WASM_SPLIT_VERSION" "it splits off what the first picture does without" \
      wasm_split_cli_support --features build-binary
}

# cargo_tool NAME VERSION WHY CRATE [OPTION…]: with the versions it was released with where they are to be had. What an
# interrupted run had compiled is used again.
cargo_tool() {
  local name=$1 version=$2 why=$3 crate=$4 made
  shift 4
  made=$(new_folder "$name")
  say "building $name $version ($why): this takes minutes, once"
  if ! cargo_install "$name" "$made" "$crate@$version" --locked "$@" 2>/dev/null; then
    say "not all that it was released with is to be had here: going on with the nearest versions"
    cargo_install "$name" "$made" "$crate@$version" "$@" || die "$name could not be built."
  fi
  put_in_place "$made" "$MONSCOPE_CACHE/tools/$name-$version"
  rm -rf "$MONSCOPE_CACHE/build/$name"
}

# cargo_install NAME FOLDER CRATE@VERSION [OPTION…]: without the optimisations that cost minutes and gain seconds.
cargo_install() {
  local name=$1 folder=$2
  shift 2
  CARGO_TARGET_DIR=$MONSCOPE_CACHE/build/$name CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=true \
    long "$name" cargo install --root "$folder" --no-track "$@"
}

binaryen() {
  local made
  made=$(new_folder binaryen)
  say "installing wasm-opt from npm's binaryen $BINARYEN_VERSION: it makes the wasm smaller"
  long binaryen npm install --global --prefix "$made" --no-audit --no-fund "binaryen@$BINARYEN_VERSION" ||
    die "binaryen could not be installed."
  put_in_place "$made" "$MONSCOPE_CACHE/tools/binaryen-$BINARYEN_VERSION"
}
