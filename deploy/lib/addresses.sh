# The public addresses of podload, and those of the proxies in front.
# shellcheck shell=bash

first_of() { printf '%s' "${1%% *}"; }

# Adds one, or `none` for an empty list, which a stored setting does not fill again.
added() { # LIST ONE
  if [[ $2 == none ]]; then printf 'none'; elif [[ -z $1 || $1 == none ]]; then printf '%s' "$2"; else printf '%s %s' "$1" "$2"; fi
}

take_public_address() { # URL
  local url=${1%/} port
  if [[ $url != none ]]; then
    [[ $url =~ ^https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:([1-9][0-9]{0,4}))?$ ]] ||
      die "--public-address $1 must be a scheme, a name in lower case and perhaps a port, like https://console.example:8443"
    port=${BASH_REMATCH[4]}
    [[ -z $port || $port -le 65535 ]] || die "--public-address $1: a port is at most 65535"
  fi
  option_public=$(added "$option_public" "$url")
}

take_trusted_proxy() { # ADDRESS[/BITS]
  local address=${1%%/*} bits='' most=128
  if [[ $1 != none ]]; then
    [[ $1 == */* ]] && bits=${1#*/}
    perl -MSocket=inet_pton,AF_INET,AF_INET6 -e 'exit !(inet_pton(AF_INET, $ARGV[0]) || inet_pton(AF_INET6, $ARGV[0]))' -- "$address" ||
      die "--trusted-proxy $1 must be an IP address, or a network like 192.0.2.0/24"
    [[ $address == *:* ]] || most=32
    [[ $1 != */* ]] || [[ $bits =~ ^[1-9][0-9]{0,2}$ && $bits -le $most ]] ||
      die "--trusted-proxy $1: the number after / must be 1 to $most (to trust every address is to trust every caller)"
  fi
  option_proxies=$(added "$option_proxies" "$1")
}

# The suffix of cookie names: the port that browsers use, so that installations on one host do not interfere.
cookie_suffix() {
  local url port
  url=$(first_of "$(setting public)")
  if [[ $url =~ :([0-9]+)$ ]]; then
    port=${BASH_REMATCH[1]}
  else
    case $url in https:*) port=443 ;; http:*) port=80 ;; *) port=$(setting port) ;; esac
  fi
  printf '%s' "$port"
}

# The addresses that the daemon serves: the last --public-address values and, with --listen other than loopback, this
# machine's own addresses and names. Loopback is always served.
served_addresses() {
  local listen name names=() port scheme=http
  listen=$(setting listen) port=$(setting port)
  [[ $(setting tls) == yes ]] && scheme=https
  tr ' ' '\n' <<<"$(setting public)"
  is_loopback "$listen" && return
  case $listen in
    0.0.0.0 | ::) read -ra names <<<"$(hostname -I 2>/dev/null || true) $(hostname) $(hostname -f 2>/dev/null || true)" ;;
    *) names=("$listen") ;;
  esac
  for name in "${names[@]}"; do
    name=${name,,}
    [[ $name =~ ^[a-z0-9.:-]+$ ]] && printf '%s://%s:%s\n' "$scheme" "$(bracketed "$name")" "$port"
  done
  return 0
}

# In the form of podload.yaml: deploy/up manages this line.
write_public_addresses() {
  local list
  list=$(served_addresses | sed '/^$/d' | awk '!seen[$0]++' | sed 's/.*/"&"/' | paste -sd, | sed 's/,/, /g')
  [[ -z $list ]] || list="public_addresses: [$list]"
  if [[ $(grep -E '^public_addresses:' "$config" || true) != "$list" ]]; then
    ! grep -qE '^public_addresses:[[:space:]]*(#.*)?$' "$config" ||
      die "$config lists public_addresses over several lines: remove them, and give them as --public-address"
    { grep -vE '^public_addresses:' "$config"; [[ -z $list ]] || printf '%s\n' "$list"; } >"$config.new"
    mv "$config.new" "$config"
  fi
}

# The same for nginx.
write_edge() { # FROM TO
  local from=$1 to=$2 proxies address
  read -ra proxies <<<"$(setting proxies)"
  printf 'set_real_ip_from %s;\n' ${proxies[@]+"${proxies[@]}"} | sed '/from ;$/d' |
    put_if_changed "$to/trusted-proxies.conf" && nginx_is_new=yes
  printf '%s 1;\n' ${proxies[@]+"${proxies[@]}"} | sed '/^ 1;$/d' |
    put_if_changed "$to/trusted-proxies-geo.conf" && nginx_is_new=yes
  address=$(first_of "$(setting public)")
  [[ $address == https:* ]] || address='https://$podload_here:$server_port'
  sed -e "s#@COOKIE_SUFFIX@#$(cookie_suffix)#g" -e "s#@ADDRESS@#$address#g" "$from/installation.conf.in" |
    put_if_changed "$to/installation.conf" && nginx_is_new=yes
  return 0
}
