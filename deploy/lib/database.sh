# podload's own PostgreSQL: unix socket only, its own user, peer authentication.
# shellcheck shell=bash

write_postgres_settings() { # DIR
  cat >"$1/podload.conf" <<END
listen_addresses = ''
unix_socket_directories = '$postgres_sockets'
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u '
END
  printf 'local all all peer map=podload\n' >"$1/pg_hba.conf"
  # Which unix user may use which database role. The daemon's user may use the daemon's role only;
  # root may use it too, to register a cluster from a file that only root can read.
  cat >"$1/pg_ident.conf" <<END
podload podload    podloadd
podload root       podloadd
podload root       podload_owner
podload podload-pg podload_owner
podload podload-pg postgres
END
  chown podload-pg:podload-pg "$1"/podload.conf "$1"/pg_hba.conf "$1"/pg_ident.conf
  chmod 600 "$1"/podload.conf "$1"/pg_hba.conf "$1"/pg_ident.conf
}

start_postgres() {
  install -d -o podload-pg -g podload -m 750 "$postgres_sockets"
  if [[ ! -d $state/postgres ]]; then
    rm -rf "$state/postgres.new"
    install -d -o podload-pg -g podload-pg -m 700 "$state/postgres.new"
    as podload-pg /usr/lib/postgresql/15/bin/initdb -D "$state/postgres.new" -U postgres \
      -E UTF8 --locale=C.UTF-8 --auth=peer --data-checksums 3>&- 9>&-
    printf "include 'podload.conf'\n" >>"$state/postgres.new/postgresql.conf"
    write_postgres_settings "$state/postgres.new"
    mv "$state/postgres.new" "$state/postgres"
    note=new
  fi
  if ! postgres_running; then
    started+=(postgres)
    # Opened here, because its user cannot enter the folder of the logs.
    postgres_ctl -w start >>"$state/log/postgres.log" 2>&1
  fi
  make_roles
}

sql() { as podload-pg psql -X -q -v ON_ERROR_STOP=1 -h "$postgres_sockets" -U postgres "$@" 3>&- 9>&-; }

make_roles() {
  sql -d postgres <<'END'
select 'create role podload_owner login' where not exists (select from pg_roles where rolname = 'podload_owner') \gexec
select 'create role podloadd login' where not exists (select from pg_roles where rolname = 'podloadd') \gexec
select 'create database podload owner podload_owner' where not exists (select from pg_database where datname = 'podload') \gexec
revoke all on database podload from public;
grant connect on database podload to podloadd;
END
}
