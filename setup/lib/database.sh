# Databases with the add-ons of this repository. Sourced by env.sh.
#
# A database made here carries a stamp (a row of ir_config_parameter): one hash
# for each add-on, so that only what changed is updated.

_CARE_STAMP=care_setup.stamp

# Odoo's modules that come beside the add-ons.
care_companions() { grep -v '^#' "$CARE_ROOT/setup/modules.txt"; }

# The add-ons of this repository, one a line.
care_addons() {
    local manifest
    for manifest in "$CARE_ROOT"/*/__manifest__.py ${CARE_TESTS:+"$CARE_ROOT"/tests/addons/*/__manifest__.py}; do
        [[ ! -e $manifest ]] || basename "$(dirname "$manifest")"
    done
}

# care_stamp -> "addon=hash addon=hash ... odoo=version"
care_stamp() {
    local addon dir
    for addon in $(care_addons); do
        dir=$CARE_ROOT/$addon
        [[ -d $dir ]] || dir=$CARE_ROOT/tests/addons/$addon
        printf '%s=%s ' "$addon" "$(cd "$dir" && find . -type f \
            -not -path './static/*' -not -path './tests/*' -not -path './newsfragments/*' \
            -not -name '*.pyc' -not -name '*.md' -print0 | sort -z |
            xargs -0 sha256sum | sha256sum | cut -c1-12)"
    done
    printf 'odoo=%s' "$(cat "$CARE_CACHE/odoo/version" 2>/dev/null || echo own)"
}

care_psql() { psql -qAtX -v ON_ERROR_STOP=1 "$@"; }

care_db_exists() {
    [[ $(care_psql -d postgres -v name="$1" <<<"SELECT 1 FROM pg_database WHERE datname = :'name'") == 1 ]]
}

# care_db_stamp NAME: the stamp, or nothing when the database has none
care_db_stamp() {
    care_psql -d "$1" -v key="$_CARE_STAMP" <<<"SELECT value FROM ir_config_parameter WHERE key = :'key'" 2>/dev/null || true
}

care_db_set_stamp() {
    care_psql -d "$1" -v key="$_CARE_STAMP" -v value="$2" <<<"
        INSERT INTO ir_config_parameter (key, value) VALUES (:'key', :'value')
        ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value"
}

care_db_drop() {
    dropdb --if-exists "$1" 2>/dev/null ||
        care_fail "the database $1 is in use; end what uses it first."
    rm -rf "$CARE_CACHE/data/filestore/$1"
}

_care_errors() {
    { grep -hE ' (ERROR|CRITICAL) ' "$1" || true; } | tail -n 3
    tail -n 3 "$1.err"
    echo "The whole log: $1"
}

# care_db_create NAME LOG: everything installed, without a stamp
care_db_create() {
    local name=$1 log=$2 modules
    modules=$({ care_addons && care_companions; } | paste -sd,)
    ! care_lacks_selfie || modules=$modules,without_selfie_segmentation
    care_db_drop "$name"
    mkdir -p "${log%/*}"
    : >"$log"
    care_odoo -d "$name" -i "$modules" --skip-auto-install \
        --load-language=en_US,zh_CN,zh_TW --no-http --stop-after-init --logfile="$log" 2>"$log.err" ||
        care_fail "the add-ons could not be installed: $(_care_errors "$log")"
}

# care_db_update NAME LOG: install and update what differs from the stamp
care_db_update() {
    local name=$1 log=$2 old new pair addon install=() update=()
    old=" $(care_db_stamp "$name") "
    new=$(care_stamp)
    [[ $old != " $new " ]] || return 0
    for pair in $new; do
        addon=${pair%%=*}
        [[ $old != *" $pair "* ]] || continue
        if [[ $addon == odoo ]]; then
            update+=(base)
        elif [[ $old == *" $addon="* ]]; then
            update+=("$addon")
        else
            install+=("$addon")
        fi
    done
    if ((${#install[@]} + ${#update[@]})); then
        care_say "Updating ${install[*]} ${update[*]} in the database $name ..."
        mkdir -p "${log%/*}"
        : >"$log"
        care_odoo -d "$name" ${install:+-i "$(IFS=, && echo "${install[*]}")"} \
            ${update:+-u "$(IFS=, && echo "${update[*]}")"} --skip-auto-install \
            --no-http --stop-after-init --logfile="$log" 2>"$log.err" ||
            care_fail "the add-ons could not be updated: $(_care_errors "$log")"
    fi
    care_db_set_stamp "$name" "$new"
}
