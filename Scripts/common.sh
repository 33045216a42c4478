# What the scripts of this folder share. Sourced, not run.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Downloads, virtual environments and benchmark data: outside the clone, kept from run to run.
CACHE="${COFFER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coffer-dev}"
PYTHON_FOLDER="$ROOT/Scripts/python"
SWIFT_WANTED="6.3"
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

# Libraries that the package is built with, and what Swift's own linker and pkg-config need.
BUILD_PACKAGES=(libssl-dev libzstd-dev libarchive-dev libacl1-dev libsqlite3-dev zlib1g-dev libp11-kit-dev
    pkg-config binutils g++ libc6-dev git)

# What the tests use: strace shows what the program asks the kernel for, shells complete, PostgreSQL,
# rclone, restic, borg and systemd's units are backed up with, XFS makes clones of files, Go and Ruby
# have SDKs of AWS, awscli is its command of version 2, faketime turns cofferd's clock, and three kinds
# of tokens are SoftHSM2, NSS's softokn, and tpm2-pkcs11 on a software TPM.
TEST_PACKAGES=(strace curl zsh fish mandoc postgresql rclone restic borgbackup systemd xfsprogs mount
    util-linux procps acl attr rsync tar
    golang-go golang-github-aws-aws-sdk-go-dev golang-github-aws-aws-sdk-go-v2-dev ruby-aws-sdk-kms
    awscli faketime
    softhsm2 opensc openssl libnss3 libnss3-tools swtpm swtpm-tools libtpm2-pkcs11-1)

say() { printf '\n== %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf 'hint: %s\n' "$@" >&2
    exit 1
}

# run COMMAND…: prints it, then runs it.
run() {
    printf '+ %s\n' "$*"
    "$@"
}

# step NAME COMMAND…: runs it and says how long it took.
step() {
    local name="$1" start=$SECONDS
    shift
    say "$name"
    "$@"
    printf -- '-- %s: %d s\n' "$name" $((SECONDS - start))
}

missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed \
            || printf '%s\n' "$name"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root: $*" "run it as root, or install sudo"
    fi
}

# Installs those of the named Debian packages that are missing, and no others.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        echo "installed already: $*"
        return
    fi
    command -v apt-get >/dev/null \
        || die "these packages are missing: ${missing[*]}" "install what your system calls them"
    echo "installing: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

require_swift() {
    command -v swift >/dev/null \
        || die "Swift $SWIFT_WANTED or newer is needed and there is no 'swift' in PATH" \
            "install the toolchain for Debian 12 from swift.org, then run this again"
    local found
    swift --version >/dev/null || die "the 'swift' in PATH does not start; it says why above" \
        "install what it lacks: on Debian its page at swift.org lists the packages"
    found="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)"
    [ "$(printf '%s\n' "$SWIFT_WANTED" "$found" | sort -V | head -n 1)" = "$SWIFT_WANTED" ] \
        || die "Swift $SWIFT_WANTED or newer is needed, this is ${found:-of no known version}" \
            "install a newer toolchain from swift.org, then run this again"
    echo "Swift $found"
}

# Makes (once) a virtual environment with the pinned packages and sets PYTHON to its interpreter.
require_python() {
    install_packages python3 python3-venv
    local wanted name
    wanted="$(cat "$ROOT/Formats/reference/requirements.txt" "$PYTHON_FOLDER/requirements.txt")"
    name="$(printf '%s\n' "$(python3 --version)" "$wanted" | sha256sum | cut -c1-12)"
    PYTHON="$CACHE/python-$name/bin/python3"
    if [ ! -e "$CACHE/python-$name/complete" ]; then
        rm -rf "$CACHE/python-$name"
        mkdir -p "$CACHE"
        run python3 -m venv "$CACHE/python-$name"
        printf '%s\n' "$wanted" > "$CACHE/python-$name/requirements.txt"
        run "$PYTHON" -m pip install --quiet --disable-pip-version-check \
            -r "$CACHE/python-$name/requirements.txt"
        touch "$CACHE/python-$name/complete"
    fi
    echo "Python: $PYTHON"
}

# The commit of this clone, with -dirty behind it if files differ; unknown outside git.
commit_of_tree() {
    local commit
    commit="$(git -C "$ROOT" rev-parse --short=12 HEAD 2>/dev/null)" || { echo unknown; return; }
    [ -z "$(git -C "$ROOT" status --porcelain 2>/dev/null)" ] || commit+="-dirty"
    echo "$commit"
}

# What ships, from one build: coffer fully static, and beside it coffer-agent and cofferd, which load
# vendors' modules and so are static but for the C libraries. The linker warns of getpwnam, dlopen and their
# like in libraries that can call them; coffer does not, so those lines are left out.
#
# build_release PRODUCT…
build_release() {
    local product
    for product in "$@"; do
        COFFER_COMMIT="$(commit_of_tree)" COFFER_STATIC=1 run swift build --package-path "$ROOT" \
            -c release --product "$product" --scratch-path "$ROOT/.build-release" \
            --static-swift-stdlib --disable-local-rpath \
            2>&1 | awk '!/in statically linked applications requires at runtime/ { print; fflush() }'
    done
}

# Makes sure that there is an agent beside COFFER, where it looks for one.
require_agent() {
    AGENT="$(dirname "$COFFER")/coffer-agent"
    [ -x "$AGENT" ] || die "there is no coffer-agent beside $COFFER" "build it, or unset COFFER_BIN"
    echo "coffer-agent: $AGENT"
}

# Sets COFFER to the program under test: COFFER_BIN if given, otherwise the release build.
require_coffer() {
    if [ -n "${COFFER_BIN:-}" ]; then
        COFFER="$(realpath "$COFFER_BIN")"
    else
        install_packages "${BUILD_PACKAGES[@]}"
        require_swift
        build_release coffer coffer-agent
        COFFER="$ROOT/.build-release/release/coffer"
    fi
    [ -x "$COFFER" ] || die "there is no program at $COFFER"
    echo "coffer: $COFFER"
}
