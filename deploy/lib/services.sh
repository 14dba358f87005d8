# Starts stopped services, and restarts those that run an older program or configuration.
# shellcheck shell=bash

started=() # by this run; stopped again after a failure

migrate() {
  # The roles that the plugins' migrations run as: the owner of the database may not create roles.
  "$app/bin/podloadd" --config "$config" roles 3>&- 9>&- | sql -d podload
  "$app/bin/podloadd" --config "$config" migrate 3>&- 9>&-
}

# A fingerprint of a program in one line: its files and what it reads at its start.
fingerprint_of() { # PATHS...
  find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

# The operator's own folder of plugins, or nothing.
extra_plugins() {
  local folder
  folder=$("$app/bin/podloadd" --config "$config" config 3>&- 9>&- | sed -n 's/^  "extra_plugin_dir": "\(.*\)",\{0,1\}$/\1/p')
  if [[ -d $folder ]]; then printf '%s/' "$folder"; fi
}

is_current() { # NAME FINGERPRINT
  running "$1" >/dev/null && [[ $(cat "$state/run/$1.runs" 2>/dev/null) == "$2" ]]
}

start_kubesim() {
  local program=$app/share/podload/kubesim now
  install -d -o podload -g podload -m 700 "$state/kubesim"
  now=$(fingerprint_of "$program")
  if is_current kubesim "$now"; then
    note="running, pid $(running kubesim)"
    return
  fi
  stop kubesim
  rm -f "$state/kubesim/kubeconfig"
  started+=(kubesim)
  start_detached kubesim podload "$program/kubesim" "$state/kubesim"
  wait_until 20 test -s "$state/kubesim/kubeconfig" || die "the simulated cluster did not start: $(tail -n 3 "$state/log/kubesim.log")"
  printf '%s\n' "$now" >"$state/run/kubesim.runs"
}

serve() { # DAEMON
  local name=$1 socket
  socket=$(socket_of "$name")
  rm -f "$socket" "$socket.health" # left by a killed daemon
  # A release from before the supervisor has none: it is started again after a failed upgrade too.
  [[ -x $app/libexec/podload/supervise ]] || install -D -m 755 "$lib/supervise" "$app/libexec/podload/supervise"
  start_detached "$name-supervisor" root "$app/libexec/podload/supervise" "$(pid_file "$name")" "$state/log/$name.log" podload \
    env PODLOAD_LISTEN="$socket" "$app/bin/podloadd" --config "$config" serve
}

daemons_ran=()
# One after the other, so that the others serve meanwhile.
start_daemons() {
  local now extra name pids=() current=yes
  extra=$(extra_plugins)
  now=$(fingerprint_of "$app/bin" "$app/lib" "$app/libexec" "$app/share/podload/sql" "$config" ${extra:+"$extra"})
  for name in $(daemons); do
    if ! is_current "$name" "$now" || ! running "$name-supervisor" >/dev/null; then
      current=no
      if running "$name" >/dev/null; then daemons_ran+=("$name"); fi
      stop_daemon "$name"
      started+=("$name")
      serve "$name"
      wait_until 15 daemon_listens "$name" || die "$name did not start to listen"
      printf '%s\n' "$now" >"$state/run/$name.runs"
    fi
    pids+=("$(running "$name")")
  done
  # shellcheck disable=SC2046  # names, without spaces
  stop_daemons $(daemons)
  note="pid ${pids[*]}"
  if [[ $current == yes ]]; then note="running, $note"; fi
}
daemon_listens() { # DAEMON
  has_process "$1-supervisor" || die "$1 ended at once: $(tail -n 5 "$state/log/$1.log")"
  [[ -S $(socket_of "$1") ]]
}

start_nginx() {
  local pid
  if pid=$(running nginx); then
    if [[ $nginx_is_new == yes ]]; then
      kill -HUP "$pid"
      note="reloaded, pid $pid"
    else
      note="running, pid $pid"
    fi
  else
    started+=(nginx)
    nginx_ctl
    note="pid $(running nginx)"
  fi
  wait_until 15 answers /readyz || die "$(local_url)/readyz does not answer 200: $(local_curl /readyz | head -c 500)"
}

# After a failure: stops what this run has started, and restarts what ran before.
undo() {
  local index name
  for ((index = ${#started[@]} - 1; index >= 0; index--)); do
    case ${started[index]} in
      postgres) postgres_ctl -m fast -w stop >/dev/null 2>&1 || true ;;
      nginx) stop nginx QUIT ;;
      podloadd*) stop_daemon "${started[index]}" ;;
      *) stop "${started[index]}" ;;
    esac
  done
  [[ $app_is_new == yes && -d $app.before ]] || return 0
  rm -rf "$app"
  mv "$app.before" "$app"
  for name in ${daemons_ran[@]+"${daemons_ran[@]}"}; do serve "$name"; done
}
