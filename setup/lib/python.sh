# The Python environment. Sourced by env.sh.
# Sets CARE_BASE_PYTHON, CARE_PY (the environment's) and CARE_ODOO_BIN.

care_find_python() {
    local name
    [[ -z ${CARE_BASE_PYTHON:-} ]] || return 0
    for name in ${CARE_PYTHON:-python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10}; do
        CARE_BASE_PYTHON=$("$name" -c '
import ensurepip, sys, venv
assert (3, 10) <= sys.version_info[:2] <= (3, 13)
print(sys.executable)' 2>/dev/null) && return 0
    done
    CARE_BASE_PYTHON=
    return 1
}

# care_venv run|test: one folder per set of requirements. It is complete only
# with its stamp; without it, it is made anew.
care_venv() {
    local purpose=$1 files=("$CARE_ROOT/setup/requirements.txt") dir key pip
    key=$( {
        "$CARE_BASE_PYTHON" -VV
        echo "$CARE_ODOO_HOME"
        cat "${files[@]}"
    } | sha256sum | cut -c1-12)
    dir=$CARE_CACHE/venv-$key
    CARE_PY=$dir/bin/python
    CARE_ODOO_BIN=$dir/bin/odoo
    pip=("$CARE_PY" -m pip install -q --disable-pip-version-check)
    if [[ ! -e $dir/complete ]]; then
        care_say "Installing Python packages ..."
        rm -rf "$dir"
        # An Odoo that Python finds by itself brings its packages along.
        "$CARE_BASE_PYTHON" -m venv ${ODOO_HOME:+--clear} \
            $([[ $CARE_ODOO_HOME == "$CARE_CACHE"/* || -n ${ODOO_HOME:-} ]] || echo --system-site-packages) "$dir"
        _care_pip "${pip[@]}" -r "${files[0]}"
        _care_link_odoo "$dir"
        touch "$dir/complete"
    fi
    [[ $purpose == test ]] || return 0
    files+=("$CARE_ROOT/setup/requirements-test.txt")
    key=$(care_hash "${files[@]}")
    if [[ ! -e $dir/complete-test-$key ]]; then
        care_say "Installing Python packages for the tests ..."
        _care_pip "${pip[@]}" -r "${files[0]}" -r "${files[1]}"
        touch "$dir/complete-test-$key"
    fi
}

_care_pip() {
    "$@" >"$CARE_CACHE/pip.log" 2>&1 ||
        care_fail "Python packages could not be installed: $(grep -v '^WARNING' "$CARE_CACHE/pip.log" | tail -n 5)"
}

# Make `import odoo` work in the environment from any folder, and a command
# that does not put the current folder on Python's path.
_care_link_odoo() {
    local dir=$1
    echo "$CARE_ODOO_HOME" >"$("$CARE_PY" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/care_odoo.pth"
    printf '#!%s\nimport odoo.cli\n\nif __name__ == "__main__":\n    odoo.cli.main()\n' "$CARE_PY" >"$dir/bin/odoo"
    chmod +x "$dir/bin/odoo"
}
