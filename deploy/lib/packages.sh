# Debian's packages and Node.
# shellcheck shell=bash

marker='# put here by podload deploy/up while it installs packages'
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf

missing_packages() { # FILES: lists of packages, one name per line
  local wanted=()
  mapfile -t wanted < <(sed 's/[[:space:]]*#.*//; /^$/d' "$@" | sort -u)
  # A kubectl from elsewhere is kept: Debian's package cannot be installed beside another one that has the same file.
  if command -v kubectl >/dev/null; then mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | grep -vx kubernetes-client); fi
  comm -23 <(printf '%s\n' "${wanted[@]}") \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/ installed$//p' | sort -u)
}

# An installed Node is kept if it is new enough; Debian's npm conflicts with another Node.
missing_node() {
  if command -v node >/dev/null; then
    local major
    major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    ((major >= 18)) || die "node $(node --version) is too old: remove it, or install 18 or newer"
    command -v npm >/dev/null || printf 'npm\n'
  else
    printf 'nodejs\nnpm\n'
  fi
}

# Debian's packages start their own services and create a PostgreSQL cluster; this is suppressed. Both files
# are restored, also after a run that was killed.
hold_services() {
  if [[ -e $policy ]]; then mv "$policy" "$policy.before-podload"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$marker" >"$policy"
  chmod 755 "$policy"
}
hold_clusters() {
  cp -p "$clusters" "$clusters.before-podload"
  printf '%s\ncreate_main_cluster = false\n' "$marker" >>"$clusters"
}
restore_services() {
  if grep -qsF "$marker" "$policy"; then rm -f "$policy"; fi
  if [[ -e $policy.before-podload ]]; then mv "$policy.before-podload" "$policy"; fi
  if [[ -e $clusters.before-podload ]]; then mv "$clusters.before-podload" "$clusters"; fi
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    install --no-install-recommends "$@" 3>&- 9>&-
}

install_packages() { # [LISTS...]: default is deploy's own
  local packages=() lists=("$@")
  (($#)) || lists=("$repo/deploy/packages.txt")
  restore_services # after a run that was killed
  mapfile -t packages < <(missing_packages "${lists[@]}" && missing_node)
  missing_node >/dev/null # its error would not be seen in there
  if ((${#packages[@]} == 0)); then
    note='all there'
    return
  fi
  note="${#packages[@]} installed"
  if [[ -f /etc/os-release ]]; then
    (
      # shellcheck disable=SC1091
      . /etc/os-release
      [[ ${VERSION_CODENAME:-} == bookworm ]]
    ) || die "these packages of Debian 12 are not available here: ${packages[*]}"
  fi
  apt-get -q update 3>&- 9>&-
  hold_services
  if [[ " ${packages[*]} " == *" postgresql-15 "* ]]; then
    apt_install postgresql-common # starts nothing; installs the file that is changed next
    hold_clusters
  fi
  apt_install "${packages[@]}"
  restore_services
}

make_users() {
  local user
  for user in podload podload-pg podload-build; do
    if ! id "$user" >/dev/null 2>&1; then
      useradd --system --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin "$user"
    fi
  done
}
