# What the system has to bring: on Debian through apt, elsewhere by a sentence that names it.
# shellcheck shell=bash disable=SC2154 # `purpose` is the argument of .ci/setup.

# The packages whose commands or files are missing, one a line.
missing_packages() {
  have cc || printf '%s\n' gcc libc6-dev
  [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ] || echo ca-certificates
  [ "$purpose" = test ] || return 0
  have node || echo nodejs
  have npm || echo npm
  [ -n "$CHROMIUM" ] || echo chromium
  [ -n "$CHROMEDRIVER" ] || echo chromium-driver
}

packages_ready() {
  [ -z "$(missing_packages)" ]
}

ensure_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  apt_install "the page's build and tests use them" "${missing[@]}"
  hash -r
  . .ci/env
}

# An apt that was interrupted leaves packages unpacked but not configured.
mend_packages() {
  have dpkg || return 0
  [ -n "$(dpkg --audit 2>/dev/null)" ] || return 0
  say "finishing an interrupted installation of Debian packages (dpkg --configure -a)"
  become_root || die "please run as root: dpkg --configure -a"
  long dpkg as_root dpkg --configure -a || true
  long apt as_root apt-get -y -o DPkg::Lock::Timeout=600 --fix-broken install || true
}

lists_are_new=

# apt_install WHY PACKAGE…
apt_install() {
  local why=$1
  shift
  have apt-get || die "these are missing: $*. Please install them (the names are Debian's), then run this again."
  become_root || die "these Debian packages are missing: $*. Please run as root: apt-get install $*"
  say "installing Debian packages ($why): $*"
  if [ -z "$lists_are_new" ]; then
    long apt-update as_root apt-get -o DPkg::Lock::Timeout=600 update || say "going on with the lists that are there"
    lists_are_new=yes
  fi
  long apt as_root apt-get -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=600 install "$@" ||
    die "apt could not install: $*. Please install them by hand, then run this again."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# Asks for a password here, where somebody sees the question.
become_root() {
  [ "$(id -u)" = 0 ] && return
  have sudo || return 1
  sudo -n true 2>/dev/null && return
  [ -t 0 ] && sudo -v
}
