//! The order of this repository, as tests: which way arrows point, how long lines and files may be, what must not be
//! left lying about. Words that are looked for are put together from pieces, so that this file passes, too.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LINE_LENGTH_MAX: usize = 120;
const FILE_LINES_MAX: usize = 700;

/// What each part of the core may name besides itself; a part that isn't listed may name all, but in no circle.
const ARROWS: &[(&str, &[&str])] = &[
    ("mon", &["order"]),
    ("order", &[]),
    ("scenario", &["mon", "order"]),
    ("sim", &["mon", "order", "scenario"]),
];

const WEB_CRATES: &[&str] = &[
    "gloo",
    "js-sys",
    "serde-wasm-bindgen",
    "wasm-bindgen",
    "web-sys",
    "yew",
];

/// A text file of the repository.
struct File {
    /// Its path from the root, with `/`.
    path: String,
    text: String,
}

impl File {
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

/// Every file that people write, test data aside.
fn files() -> Vec<File> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root, "", &mut found);
    assert!(
        found.iter().any(|file| file.path == "src/core/lib.rs"),
        "the walk finds the source"
    );
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<File>) {
    const SKIPPED: &[&str] = &[
        ".git",
        "target",
        "dist",
        "node_modules",
        "data",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ];
    const LOCKS: &[&str] = &["Cargo.lock", "package-lock.json"];
    const TEXT: &[&str] = &[
        "css", "html", "js", "json", "md", "mjs", "rs", "sh", "svg", "toml", "ts",
    ];
    let entries = fs::read_dir(folder).expect("a folder of the repository can be read");
    for entry in entries.map(|entry| entry.expect("so can its entries")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (path, place) = (format!("{prefix}{name}"), entry.path());
        if SKIPPED.contains(&name.as_str()) || LOCKS.contains(&name.as_str()) {
            continue;
        }
        let known = place
            .extension()
            .is_some_and(|ext| TEXT.iter().any(|text| ext == *text));
        if place.is_dir() {
            collect(&place, &format!("{path}/"), found);
        } else if known || prefix == ".ci/" || name == "Makefile" {
            let text = fs::read_to_string(&place).expect("source is UTF-8");
            found.push(File { path, text });
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("a file of the repository")
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The part of the core that a file belongs to: `src/core/mon/elector.rs` and `src/core/mon.rs` to `mon`.
fn part_of(path: &str) -> Option<&str> {
    let below = path.strip_prefix("src/core/")?.strip_suffix(".rs")?;
    let part = below.split('/').next().filter(|part| *part != "lib")?;
    Some(part)
}

/// The parts that a piece of Rust names: `crate::sim::…`, and each of `crate::{mon, sim::…}`.
fn parts_named(line: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, word) in line.match_indices("crate::") {
        let rest = &line[at + word.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            named.insert(identifier(rest));
            continue;
        };
        let mut depth = 0_u32;
        let mut start = true;
        for (index, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if start && !letter.is_whitespace() => {
                    named.insert(identifier(&group[index..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    named.remove("");
    named
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// Which part names which, with a file that does.
fn arrows() -> BTreeMap<(String, String), String> {
    let files = files();
    let parts: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| part_of(&file.path))
        .collect();
    let mut arrows = BTreeMap::new();
    for file in &files {
        let Some(from) = part_of(&file.path) else {
            continue;
        };
        for to in parts_named(&file.text) {
            if to != from && parts.contains(to.as_str()) {
                arrows.insert((from.to_owned(), to), file.path.clone());
            }
        }
    }
    arrows
}

#[test]
fn names_are_found_in_paths_and_groups() {
    let named = |text| parts_named(text).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(named("use crate::mon::{Kind, MonId};"), "mon");
    assert_eq!(
        named("use crate::{\n    mon::{self, Rank},\n    sim,\n};"),
        "mon sim"
    );
    assert_eq!(
        named("let x = crate::play::Player::new(crate::scenario::Seed(1));"),
        "play scenario"
    );
}

#[test]
fn arrows_in_the_core_point_one_way() {
    let arrows = arrows();
    let mut complaints = Vec::new();
    for ((from, to), path) in &arrows {
        let rule = ARROWS.iter().find(|(part, _)| part == from);
        if rule.is_some_and(|(_, allowed)| !allowed.contains(&to.as_str())) {
            complaints.push(format!("{path}: `{from}` must not name `{to}`"));
        }
    }
    assert_none(&complaints);

    // Whatever the names: take away parts that name none of the rest, until none is left.
    let mut rest: BTreeSet<&String> = arrows.keys().flat_map(|(from, to)| [from, to]).collect();
    while !rest.is_empty() {
        let leaf = rest.iter().copied().find(|part| {
            arrows
                .keys()
                .all(|(from, to)| from != *part || !rest.contains(to))
        });
        let leaf = leaf.unwrap_or_else(|| panic!("these name each other in a circle: {rest:?}"));
        rest.remove(leaf);
    }
}

#[test]
fn the_core_knows_no_web_crate() {
    let manifest = read("src/core/Cargo.toml");
    let mut complaints = Vec::new();
    for name in WEB_CRATES {
        if manifest
            .lines()
            .any(|line| line.trim_start().starts_with(name))
        {
            complaints.push(format!("src/core/Cargo.toml: {name}"));
        }
        let in_rust = format!("{}::", name.replace('-', "_"));
        for file in files().iter().filter(|file| part_of(&file.path).is_some()) {
            if file.text.contains(&in_rust) {
                complaints.push(format!("{}: {in_rust}", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn lines_and_files_are_short() {
    let mut complaints = Vec::new();
    for file in files()
        .iter()
        .filter(|file| !file.has_extension(&["json", "md", "svg"]))
    {
        for (number, line) in file.lines() {
            let length = line.chars().count();
            if length > LINE_LENGTH_MAX {
                complaints.push(format!("{}:{number}: {length} characters", file.path));
            }
        }
        let lines = file.lines().count();
        if lines > FILE_LINES_MAX {
            complaints.push(format!("{}: {lines} lines", file.path));
        }
    }
    assert_none(&complaints);
}

#[test]
fn nothing_is_left_lying_about() {
    let markers = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let machine_paths = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let mut complaints = Vec::new();
    for file in files() {
        for (number, line) in file.lines() {
            for word in markers.iter().chain(&machine_paths) {
                if line.contains(word) {
                    complaints.push(format!("{}:{number}: {word}", file.path));
                }
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn nothing_is_styled_or_scripted_inline() {
    let inline = [
        concat!("sty", "le="),
        concat!("<sty", "le"),
        concat!("sty", "le:="),
        concat!("javascript", ":"),
    ];
    let mut complaints = Vec::new();
    for file in files() {
        // The core prints pictures that are files of their own: those carry their style with them.
        let is_page = !file.path.starts_with("src/core/")
            && ["src/", "www/", "index.html"]
                .iter()
                .any(|start| file.path.starts_with(start));
        for (number, line) in file.lines().filter(|_| is_page) {
            for word in inline {
                // `font-style=` and the like are SVG's, and allowed.
                let starts_a_word =
                    |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
                if line.match_indices(word).any(|(at, _)| starts_a_word(at)) {
                    complaints.push(format!("{}:{number}: {word}", file.path));
                }
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn the_versions_of_the_tools_agree() {
    let versions = read(".ci/versions");
    let version = |name: &str| {
        let line = versions
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!(".ci/versions names no {name}"))
            .to_owned()
    };
    let (trunk, bindgen) = (read("Trunk.toml"), version("WASM_BINDGEN_VERSION"));
    assert!(
        trunk.contains(&format!("wasm_bindgen = \"{bindgen}\"")),
        "Trunk.toml: wasm_bindgen"
    );
    assert!(
        read("Cargo.lock").contains(&format!("name = \"wasm-bindgen\"\nversion = \"{bindgen}\"")),
        "Cargo.lock"
    );
    let binaryen = version("BINARYEN_VERSION");
    let major = binaryen.split('.').next().unwrap_or_default();
    assert!(
        trunk.contains(&format!("wasm_opt = \"version_{major}\"")),
        "Trunk.toml: wasm_opt"
    );
    assert!(
        read("Cargo.toml").contains(&format!("rust-version = \"{}\"", version("RUST_OLDEST"))),
        "Cargo.toml"
    );
}

#[test]
fn lock_files_name_no_mirror() {
    let canonical = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let sources = read("Cargo.lock");
    assert!(
        sources
            .lines()
            .filter(|line| line.starts_with("source"))
            .all(|line| line == canonical)
    );
    assert!(
        !read("tests/e2e/package-lock.json").contains("\"resolved\""),
        "npm install with the .npmrc beside it"
    );
}
