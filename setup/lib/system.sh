# Debian or Ubuntu packages this machine must have. Sourced by env.sh.

care_has_browser() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}

# care_system_packages run|test: install what is missing, or say how to.
care_system_packages() {
    local missing=()
    if [[ -n ${PGHOST:-} ]]; then
        command -v psql >/dev/null || missing+=(postgresql-client)
    elif ! care_pg_find_bin; then
        missing+=(postgresql)
    fi
    care_find_python || missing+=(python3 python3-venv)
    if [[ -z ${ODOO_HOME:-} && ! -d $CARE_CACHE/odoo &&
        ! -e /usr/share/keyrings/debian-archive-keyring.gpg ]]; then
        missing+=(debian-archive-keyring)
    fi
    if ! care_has_browser; then
        # Prints PDF and drives the browser tests.
        missing+=(chromium fonts-noto-cjk)
    elif command -v fc-list >/dev/null && [[ -z $(fc-list :lang=zh 2>/dev/null) ]]; then
        missing+=(fonts-noto-cjk)
    fi
    # The driver of the browser tests is linked with it.
    if [[ $1 == test ]] && ! /sbin/ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1'; then
        missing+=(libatomic1)
    fi
    ((${#missing[@]})) || return 0
    care_locked care_apt_install "$1" "${missing[@]}"
    care_pg_find_bin || [[ -n ${PGHOST:-} ]] ||
        care_fail "PostgreSQL 15 or newer was not found after installing it."
    care_find_python || care_fail "No Python 3.10 to 3.13 with the venv module was found. Name one in CARE_PYTHON."
}

care_apt_install() {
    local purpose=$1 sudo=()
    shift
    local command="apt-get install --no-install-recommends $*"
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
            if [[ $* == chromium* && $purpose == run ]]; then
                care_say "Note: PDF prints need Chromium. To have them: sudo $command"
                return 0
            fi
            care_fail "these packages are missing; install them with: sudo $command"
        fi
        sudo=(sudo)
    fi
    care_say "Installing $* ..."
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update >&2
    # The words of $command are package names without blanks.
    # shellcheck disable=SC2086
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive ${command/install/install -y -q} >&2 ||
        care_fail "the packages could not be installed; try: $command"
}
