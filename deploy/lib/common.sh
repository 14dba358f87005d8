# Shared by up, down and status: messages, options, the layout of the state folder, processes.
# Sourced; the caller has set -euo pipefail.
# shellcheck shell=bash

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=deploy/$(basename "$0")
real_state=/var/lib/podload
demo_state=/var/lib/podload-demo

exec 3>&1 # messages for the user; the output of a step goes to its log
say() { printf '%s\n' "$*" >&3; }
failure=''
die() {
  failure=$*
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

usage() { sed -n '2,/^$/{/^$/d;s/^# \{0,1\}//p}' "$0" >&3; }

need_root() { # "$@": the command to run again as root
  ((EUID == 0)) && return
  command -v sudo >/dev/null || die "run this as root (there is no sudo here)"
  local name kept=()
  for name in PODLOAD_ADMIN_PASSWORD PODLOAD_BUILD_DIR; do
    if [[ -n ${!name:-} ]]; then kept+=("--preserve-env=$name"); fi
  done
  exec sudo ${kept[@]+"${kept[@]}"} -- "$0" "$@"
}

# Sets all paths. Plain characters only: the path is used in files of nginx and PostgreSQL and in YAML.
use_state() { # DIR
  state=$(realpath -m -- "$1")
  [[ $state =~ ^/[A-Za-z0-9._/+-]+$ && $state != / ]] ||
    die "--state $state: use letters, digits and . _ + - in the path"
  postgres_sockets=$state/run/postgres
  local path
  for path in "$(socket_of podloadd-16).health" "$postgres_sockets/.s.PGSQL.5432"; do
    ((${#path} <= 107)) ||
      die "--state $state is too long: a socket's path has at most 107 bytes, and $path has ${#path}"
  done
  app=$state/app config=$state/etc/podload.yaml up_log=$state/log/up.log
}

is_state() { [[ -f $1/etc/settings ]]; }

# The daemons of this state folder: podloadd, podloadd-2 and so on.
daemons() {
  local number count
  count=$(setting daemons)
  printf 'podloadd\n'
  for ((number = 2; number <= ${count:-1}; number++)); do printf 'podloadd-%d\n' "$number"; done
}
socket_of() { printf '%s/run/podload/%s.sock' "$state" "$1"; } # DAEMON

setting() { sed -n "s/^$1=//p" "$state/etc/settings" 2>/dev/null || true; }

# The output of a step goes to the log; the user sees its name and duration. Not in a subshell, so that
# `set -e` holds inside it and it may set variables: a failure ends in the caller's EXIT trap.
current_step=''
step() { # TITLE COMMAND...
  local begin=${EPOCHREALTIME/[.,]/} title=$1
  shift
  current_step=$title note=''
  printf '  %-44s' "$title" >&3
  printf '\n== %s: %s\n' "$(date -Is)" "$title" >>"$up_log"
  "$@" >>"$up_log" 2>&1
  local taken=$((${EPOCHREALTIME/[.,]/} - begin))
  printf '%6d.%d s  %s\n' $((taken / 1000000)) $((taken / 100000 % 10)) "$note" >&3
  current_step=''
}

# Prints the end of the log of the failed step.
show_failure() {
  printf 'failed\n\n%s: the step "%s" failed%s\n' "$program" "$current_step" \
    "${failure:+: $failure}" >&3
  printf 'The end of its log (%s):\n' "$up_log" >&3
  tail -n 30 "$up_log" | awk '/^== /{text=""} {text=text "    " $0 "\n"} END{printf "%s", text}' >&3
}

pid_file() { printf '%s/run/%s.pid' "$state" "$1"; }

# The pid of NAME if it is running: a pid reused by another program does not count.
running() { # NAME
  local pid
  pid=$(cat "$(pid_file "$1")" 2>/dev/null) || return 1
  [[ -n $pid ]] && grep -qsF "$state/" "/proc/$pid/cmdline" || return 1
  printf '%s' "$pid"
}

# Whether the process just started as NAME still exists: until it has called exec, its command line is this script's,
# so it cannot be recognized by that yet.
has_process() { # NAME
  kill -0 "$(cat "$(pid_file "$1")")" 2>/dev/null
}

as() { # USER COMMAND...; from /, because that user may not be able to enter the current folder
  local user=$1
  shift
  (cd / && exec setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs -- "$@")
}

# In the background, in its own session, as USER, with its output in log/NAME.log.
start_detached() { # NAME USER COMMAND...
  local name=$1 user=$2
  shift 2
  (
    cd /
    ulimit -c 0 # a core dump would contain secrets
    unset PODLOAD_PASSWORD # the environment of a running service can be read
    exec setsid setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs -- "$@"
  ) >>"$state/log/$name.log" 2>&1 </dev/null 3>&- 9>&- &
  echo $! >"$(pid_file "$name")"
}

stop() { # NAME [SIGNAL]
  local name=$1 pid end=$((SECONDS + 20))
  pid=$(running "$name") || {
    rm -f "$(pid_file "$name")"
    return 0
  }
  kill "-${2:-TERM}" "$pid"
  while running "$name" >/dev/null; do
    ((SECONDS < end)) || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.05
  done
  rm -f "$(pid_file "$name")"
}

wait_until() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

postgres_running() { [[ -d $state/postgres ]] && postgres_ctl status >/dev/null 2>&1; }
postgres_ctl() { as podload-pg /usr/lib/postgresql/15/bin/pg_ctl -D "$state/postgres" "$@" 3>&- 9>&-; }

# Its supervisor passes the signal on and ends with it.
stop_daemon() { # DAEMON
  stop "$1-supervisor"
  stop "$1"
}

stop_daemons() { # that run, whatever the settings say now; except those named
  local file name
  for file in "$state"/run/podloadd*-supervisor.pid "$state"/run/podloadd*.pid; do
    [[ -e $file ]] || continue
    name=$(basename "$file" .pid)
    name=${name%-supervisor}
    [[ " $* " == *" $name "* ]] || stop_daemon "$name"
  done
}

stop_all() {
  stop_daemons # ends the open streams, for which nginx would wait
  stop nginx QUIT
  stop kubesim
  if postgres_running; then postgres_ctl -s -m fast -w stop; fi
}

is_loopback() { [[ $1 =~ ^127\. || $1 == ::1 || $1 == localhost ]]; }
bracketed() { if [[ $1 == *:* ]]; then printf '[%s]' "$1"; else printf '%s' "$1"; fi; }

# The local address of nginx.
local_url() {
  local listen scheme=http
  listen=$(setting listen)
  case $listen in 0.0.0.0) listen=127.0.0.1 ;; ::) listen=::1 ;; esac
  [[ $(setting tls) == yes ]] && scheme=https
  printf '%s://%s:%s' "$scheme" "$(bracketed "$listen")" "$(setting port)"
}
# As localhost, which is always served.
local_curl() { # PATH OPTIONS...: the certificate may be self-signed; no secrets are sent
  local path=$1
  shift
  curl --silent --insecure --noproxy '*' --max-time 5 --header "Host: localhost:$(setting port)" "$@" "$(local_url)$path"
}
answers() { local_curl "$1" --fail --output /dev/null; } # PATH: 200 through nginx
