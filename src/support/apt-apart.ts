/**
 * Shell: `apart DIR` makes an apt of its own in a folder. It knows the packages of DIR/pool and those that the machine has, and
 * nothing else: no source of the machine, no setting and no hook of it. Holds and preferences of the operator's count. The
 * index comes on stdin; where several distributions have a package, only the machine's own counts.
 */
export const APART = `apart() {
  mkdir -p "$1/pool" "$1/lists/partial" "$1/cache/archives/partial" || return
  own=$(sed -n 's/^VERSION_CODENAME="\\{0,1\\}\\([a-z0-9]*\\).*/\\1/p' /etc/os-release)
  cat > "$1/index"
  awk -v own="$own" -v RS= -v ORS='\\n\\n' '
    function field(name) { return match($0, "(^|\\n)" name ": [^\\n]*") ? substr($0, RSTART, RLENGTH) : "" }
    { package = field("Package"); sub(/.*: /, "", package); distro = field("Edgectl-Distro"); sub(/.*: /, "", distro) }
    { its = own != "" && (distro == own || index(distro, own "-") == 1) }
    FNR == NR { if (its) has[package] = 1; next }
    its || !(package in has)' "$1/index" "$1/index" > "$1/pool/Packages"
  echo "deb [trusted=yes] file:$1/pool ./" > "$1/sources.list"
  cat > "$1/apt.conf" <<END
Dir::Etc::main "-";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$1/lists";
Dir::Cache "$1/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
DPkg::Lock::Timeout "120";
DPkg::Options { "--force-confdef"; "--force-confold"; };
END
  export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_CONFIG="$1/apt.conf"
  apt-get -qq update </dev/null 2>&1
}`;
