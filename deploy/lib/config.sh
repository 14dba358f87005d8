# The files in etc/: the key, podload.yaml, certificates, nginx configuration.
# shellcheck shell=bash

# Replaces FILE by standard input if it differs; returns 0 if it did.
put_if_changed() { # FILE
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then
    rm -f "$1.new"
    return 1
  fi
  mv "$1.new" "$1"
}

# The key is generated once, and podload.yaml written once: after that only the operator changes it.
write_config() {
  # The daemon reads its files through its group, so all files here belong to the group.
  chgrp podload "$state/etc"
  chmod 2750 "$state/etc"
  if [[ ! -e $state/etc/key ]]; then
    (umask 077 && head -c 32 /dev/urandom >"$state/etc/key.new")
    chown podload:podload "$state/etc/key.new"
    chmod 400 "$state/etc/key.new"
    mv "$state/etc/key.new" "$state/etc/key"
  fi
  if [[ ! -e $config ]]; then
    cat >"$config.new" <<END
# podload's configuration. \`podloadd --config $config config\` prints the result.
listen: $(socket_of podloadd)
database: "host=$postgres_sockets dbname=podload user=podloadd"
owner_database: "host=$postgres_sockets dbname=podload user=podload_owner"
key_file: $state/etc/key
log_format: json
plugins: [audit, auth, cluster, pod-load, objects]
# Signed checkpoints of the operation log. Copy the file elsewhere regularly: \`podloadd audit verify --anchor\`
# needs it to detect a database that was tampered with.
audit: {checkpoint_file: $state/audit/checkpoints}
END
    if [[ $(setting kind) == demo ]]; then
      printf '# The cluster here is simulated (a demonstration).\ncluster: {simulated: true}\n' >>"$config.new"
    fi
    mv "$config.new" "$config"
  fi
  write_public_addresses
  install -d -o podload -g podload -m 750 "$state/run/podload"
  install -d -o podload -g podload -m 700 "$state/audit"
  write_certificate
  write_nginx
}

certificate='' key=''
write_certificate() {
  local tls=$state/etc/tls listen names name
  certificate=$tls/cert.pem key=$tls/key.pem
  [[ $(setting tls) == yes ]] || return 0
  install -d -m 700 "$tls"
  if [[ -n $given_cert ]]; then
    openssl x509 -noout -in "$given_cert" || die "--cert $given_cert is not a certificate"
    cmp -s <(openssl x509 -noout -pubkey -in "$given_cert") <(openssl pkey -pubout -in "$given_key") ||
      die "--key $given_key is not the key of --cert $given_cert"
    install -m 600 "$given_key" "$key"
    install -m 644 "$given_cert" "$certificate"
  elif ! openssl x509 -noout -checkend 2592000 -in "$certificate" 2>/dev/null; then
    listen=$(setting listen)
    names="DNS:localhost,IP:127.0.0.1"
    for name in "$listen" $(hostname -I 2>/dev/null || true); do
      [[ $name == 0.0.0.0 || $name == :: ]] && continue
      if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then names+=",IP:$name"; else names+=",DNS:$name"; fi
    done
    name=$(hostname)
    [[ $name =~ ^[A-Za-z0-9.-]+$ ]] && names+=",DNS:$name"
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
      -days 825 -subj "/CN=podload" -addext "subjectAltName=$names" \
      -addext "extendedKeyUsage=serverAuth" -keyout "$key.new" -out "$certificate.new")
    mv "$key.new" "$key"
    mv "$certificate.new" "$certificate"
  fi
}

fingerprint() { openssl x509 -noout -fingerprint -sha256 -in "$state/etc/tls/cert.pem" | cut -d= -f2; }

write_nginx() {
  local from=$app/share/podload/nginx to=$state/etc/nginx listen tls='' file name upstreams='' healths='' metrics
  listen="$(bracketed "$(setting listen)"):$(setting port)"
  [[ $(setting listen) == localhost ]] && listen="127.0.0.1:$(setting port)"
  mkdir -p "$to"
  install -d -o root -g podload -m 750 "$state/run/nginx" # nginx workers are in that group
  if [[ $(setting tls) == yes ]]; then
    listen+=' ssl http2'
    tls='include tls.conf;'
    sed -e "s#@CERT@#$certificate#g" -e "s#@KEY@#$key#g" "$from/tls.conf.in" |
      put_if_changed "$to/tls.conf" && nginx_is_new=yes
  fi
  # A daemon that does not answer is left out for two seconds, in which its supervisor starts it again.
  metrics="    default unix:$(socket_of podloadd).health;\\n"
  for name in $(daemons); do
    metrics+="    $name unix:$(socket_of "$name").health;\\n"
    upstreams+="    server unix:$(socket_of "$name") max_fails=1 fail_timeout=2s;\\n"
    healths+="    server unix:$(socket_of "$name").health;\\n    server unix:$(socket_of "$name") backup;\\n"
  done
  write_edge "$from" "$to"
  # The addresses of single-sign-on proxies (nginx/sso.conf), one per line; # starts a comment.
  [[ -e $state/etc/sso-proxies ]] || : >"$state/etc/sso-proxies"
  sed -E 's/#.*//; s/[[:space:]]+//g; /^$/d; /^[0-9A-Fa-f.:/]+$/!d; s/$/ 1;/' "$state/etc/sso-proxies" |
    put_if_changed "$to/sso-proxies.conf" && nginx_is_new=yes
  # The addresses besides loopback that may read /metrics (nginx/metrics.conf), in the same form.
  [[ -e $state/etc/metrics-readers ]] || : >"$state/etc/metrics-readers"
  sed -E 's/#.*//; s/[[:space:]]+//g; /^$/d; /^[0-9A-Fa-f.:/]+$/!d; s/$/ 1;/' "$state/etc/metrics-readers" |
    put_if_changed "$to/metrics-readers.conf" && nginx_is_new=yes
  for file in "$from"/*.conf; do
    put_if_changed "$to/${file##*/}" <"$file" && nginx_is_new=yes
  done
  sed -e "s#@STATE@#$state#g" -e "s#@WWW@#$app/share/podload/www#g" -e "s#@LISTEN@#$listen#g" \
    -e "s#@TLS@#    $tls#" -e "s#@DAEMONS@#$upstreams#" -e "s#@HEALTH@#$healths#" -e "s#@METRICS@#$metrics#" "$from/nginx.conf.in" |
    put_if_changed "$to/nginx.conf" && nginx_is_new=yes
  nginx_ctl -t
}

nginx_ctl() { nginx -p "$state/" -c "$state/etc/nginx/nginx.conf" -e "$state/log/nginx-error.log" "$@" 3>&- 9>&-; }
