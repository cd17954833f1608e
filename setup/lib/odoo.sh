# Where Odoo 19 comes from. Sourced by env.sh.
# Sets CARE_ODOO_HOME (folder that holds the package `odoo`, empty when Python
# finds it by itself), CARE_ODOO_BASE (odoo/addons) and CARE_ODOO_ADDONS.

# Debian's package, and what its links point into.
_CARE_DEBS=(odoo-19 libjs-jquery libjs-jquery-form libjs-underscore
    fonts-montserrat fonts-roboto-unhinted fonts-inconsolata fonts-ocr-b
    fonts-glyphicons-halflings)
# Odoo's pages use the icons of Font Awesome 4.7, which newer releases renamed.
_CARE_DEBS_BOOKWORM=(fonts-font-awesome)

care_find_odoo() {
    local found
    if [[ -n ${ODOO_HOME:-} ]]; then
        [[ -f $ODOO_HOME/odoo/release.py ]] ||
            care_fail "ODOO_HOME ($ODOO_HOME) has no odoo/release.py; it must name the folder of an Odoo 19 source tree."
        CARE_ODOO_HOME=$(cd "$ODOO_HOME" && pwd -P)
    elif found=$(cd / && "$CARE_BASE_PYTHON" - <<'PY' 2>/dev/null
import odoo.release, pathlib
assert odoo.release.version_info[0] == 19
print(pathlib.Path(odoo.release.__file__).parent.parent)
PY
    ); then
        CARE_ODOO_HOME=$found
    else
        CARE_ODOO_HOME=$CARE_CACHE/odoo/usr/lib/python3/dist-packages
        [[ -d $CARE_CACHE/odoo ]] || _care_fetch_odoo
    fi
    grep -Eq '^version_info = \(19, *0' "$CARE_ODOO_HOME/odoo/release.py" ||
        care_fail "$CARE_ODOO_HOME is not Odoo 19.0."
    CARE_ODOO_BASE=$CARE_ODOO_HOME/odoo/addons
    CARE_ODOO_ADDONS=$CARE_ODOO_BASE
    # A source tree keeps most add-ons beside the package.
    [[ ! -d $CARE_ODOO_HOME/addons/web ]] || [[ -d $CARE_ODOO_BASE/web ]] ||
        CARE_ODOO_ADDONS=$CARE_ODOO_BASE,$CARE_ODOO_HOME/addons
}

# Unpack into a temporary folder and rename: the cache never holds half a tree.
_care_fetch_odoo() {
    local work deb
    care_say "Fetching Odoo 19 (Debian package odoo-19, about 130 MB) ..."
    rm -rf "$CARE_CACHE"/odoo.tmp.*
    work=$CARE_CACHE/odoo.tmp.$$
    mkdir -p "$work/apt" "$work/debs" "$work/root"
    _care_apt_setup "$work/apt"
    _care_apt_update "$work/apt"
    (cd "$work/debs" && _care_apt "$work/apt" -q download "${_CARE_DEBS[@]}" \
        "${_CARE_DEBS_BOOKWORM[@]/%//bookworm}" >"$work/log" 2>&1) ||
        care_fail "a package could not be fetched: $(tail -n 3 "$work/log")"
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$work/root"
    done
    _care_relative_links "$work/root"
    _care_check_links "$work/root"
    (cd "$work/debs" && ls odoo-19_*.deb) >"$work/root/version"
    mv "$work/root" "$CARE_CACHE/odoo"
    rm -rf "$work"
}

# A private apt: own sources, lists and cache. Of the machine's configuration
# only how to reach the network is taken over (proxies, certificates, retries).
_care_apt_setup() {
    local dir=$1 key=/usr/share/keyrings/debian-archive-keyring.gpg suite
    mkdir -p "$dir"/{state/lists/partial,cache/archives/partial,etc/apt.conf.d,etc/trusted.gpg.d,etc/preferences.d,etc/sources.list.d}
    : >"$dir/status"
    for suite in unstable bookworm; do
        echo "deb [signed-by=$key] http://deb.debian.org/debian $suite main"
    done >"$dir/etc/sources.list"
    {
        cat <<CONF
Dir "$dir";
Dir::State "$dir/state";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Dir::Etc "$dir/etc";
APT::Architecture "$(dpkg --print-architecture)";
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
CONF
        apt-config dump | grep -E '^Acquire::(https?|Retries|ForceIPv[46])\b' || true
    } >"$dir/apt.conf"
}

_care_apt() {
    local dir=$1
    shift
    APT_CONFIG=$dir/apt.conf apt-get "$@"
}

# Signatures are always checked. A mirror may lag behind its list's expiry date:
# only then, and with a notice, is that date overlooked.
_care_apt_update() {
    local dir=$1
    if ! _care_apt "$dir" -q update >"$dir/log" 2>&1 || grep -q '^[EW]:' "$dir/log"; then
        grep -q 'is expired' "$dir/log" || care_fail "Debian's package lists could not be fetched: $(grep '^[EW]:' "$dir/log" | head -n 3)"
        care_say "Notice: the mirror's package list is past its expiry date; using it, its signature is checked."
        _care_apt "$dir" -q -o Acquire::Check-Valid-Until=false update >"$dir/log" 2>&1 ||
            care_fail "Debian's package lists could not be fetched: $(grep '^[EW]:' "$dir/log" | head -n 3)"
    fi
}

# Links such as /usr/share/javascript/... must end inside the private root.
_care_relative_links() {
    local root=$1 link
    while IFS= read -r -d '' link; do
        ln -sfn "$(realpath -m --relative-to="${link%/*}" "$root$(readlink "$link")")" "$link"
    done < <(find "$root" -type l -lname '/*' -print0)
}

_care_check_links() {
    local root=$1 addons=$1/usr/lib/python3/dist-packages/odoo/addons dangling file
    # The receipt font of the point of sale, which is not used here, dangles.
    dangling=$(find "$addons" -xtype l -not -path '*/point_of_sale/*' -not -path '*/pos_*' -printf '%P -> %l\n' | head -n 10)
    [[ -z $dangling ]] || care_fail "Odoo's package links to files that are in none of the unpacked packages: $dangling"
    for file in base/__manifest__.py web/static/lib/jquery/jquery.js web/static/src/libs/fontawesome/css/font-awesome.css; do
        [[ -s $addons/$file ]] || care_fail "Odoo's package lacks $file, without which no page is shown."
    done
}
