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

serve() {
  rm -f "$socket" "$socket.health" # left by a killed daemon
  # A release from before the supervisor has none: it is started again after a failed upgrade too.
  [[ -x $app/libexec/podload/supervise ]] || install -D -m 755 "$lib/supervise" "$app/libexec/podload/supervise"
  start_detached podloadd-supervisor root "$app/libexec/podload/supervise" "$(pid_file podloadd)" "$state/log/podloadd.log" podload \
    "$app/bin/podloadd" --config "$config" serve
}

daemon_ran=no
start_daemon() {
  local now extra
  extra=$(extra_plugins)
  now=$(fingerprint_of "$app/bin" "$app/lib" "$app/libexec" "$app/share/podload/sql" "$config" ${extra:+"$extra"})
  if is_current podloadd "$now" && running podloadd-supervisor >/dev/null; then
    note="running, pid $(running podloadd)"
  else
    if running podloadd >/dev/null; then daemon_ran=yes; fi
    stop_daemon
    started+=(podloadd)
    serve
    wait_until 15 daemon_listens || die "podloadd did not start to listen"
    printf '%s\n' "$now" >"$state/run/podloadd.runs"
    note="pid $(running podloadd)"
  fi
}
daemon_listens() {
  has_process podloadd-supervisor || die "podloadd ended at once: $(tail -n 5 "$state/log/podloadd.log")"
  [[ -S $socket ]]
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
  local index
  for ((index = ${#started[@]} - 1; index >= 0; index--)); do
    case ${started[index]} in
      postgres) postgres_ctl -m fast -w stop >/dev/null 2>&1 || true ;;
      nginx) stop nginx QUIT ;;
      podloadd) stop_daemon ;;
      *) stop "${started[index]}" ;;
    esac
  done
  [[ $app_is_new == yes && -d $app.before ]] || return 0
  rm -rf "$app"
  mv "$app.before" "$app"
  if [[ $daemon_ran == yes ]]; then serve; fi
}
