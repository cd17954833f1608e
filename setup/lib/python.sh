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

# care_venv run|test: the stamp `made` tells what the environment was made
# from; without it, it is made anew. One stamp for each list of packages.
care_venv() {
    local dir=$CARE_CACHE/venv setup=$CARE_ROOT/setup made
    CARE_PY=$dir/bin/python
    CARE_ODOO_BIN=$dir/bin/odoo
    made="$("$CARE_BASE_PYTHON" -VV) $CARE_BASE_PYTHON $CARE_ODOO_HOME"
    if [[ $(cat "$dir/made" 2>/dev/null) != "$made" ]]; then
        rm -rf "$dir"
        # An Odoo that Python finds by itself brings its packages along.
        if [[ $CARE_ODOO_HOME == "$CARE_CACHE"/* || -n ${ODOO_HOME:-} ]]; then
            "$CARE_BASE_PYTHON" -m venv "$dir"
        else
            "$CARE_BASE_PYTHON" -m venv --system-site-packages "$dir"
        fi
        _care_link_odoo "$dir"
        echo "$made" >"$dir/made"
    fi
    _care_packages "$dir" "$setup"/requirements{,-addons}.txt
    _care_packages "$dir" "$setup/requirements-nodeps.txt"
    [[ $1 != test ]] || _care_packages "$dir" "$setup/requirements-test.txt"
}

# _care_packages FOLDER LIST...: the first list, which may include the others
_care_packages() {
    local dir=$1 stamp
    shift
    local options=(-r "$1")
    [[ $1 != *-nodeps.txt ]] || options+=(--no-deps)
    stamp=$dir/packages-$(care_hash "$@")
    [[ ! -e $stamp ]] || return 0
    care_say "Installing Python packages ($(basename "$1")) ..."
    "$CARE_PY" -m pip install -q --disable-pip-version-check "${options[@]}" >"$CARE_CACHE/pip.log" 2>&1 ||
        care_fail "Python packages could not be installed: $(grep -v 'Location .* is ignored' "$CARE_CACHE/pip.log" | tail -n 5)"
    touch "$stamp"
}

# Make `import odoo` work in the environment from any folder, and a command
# that does not put the current folder on Python's path.
_care_link_odoo() {
    local dir=$1
    echo "$CARE_ODOO_HOME" >"$("$CARE_PY" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/care_odoo.pth"
    printf '#!%s\nimport odoo.cli\n\nif __name__ == "__main__":\n    odoo.cli.main()\n' "$CARE_PY" >"$dir/bin/odoo"
    chmod +x "$dir/bin/odoo"
}
