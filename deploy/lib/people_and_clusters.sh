# The first accounts, and the clusters given by the operator.
# shellcheck shell=bash

# As root, because only root may be able to read a kubeconfig; the database accepts root as the daemon's role.
podloadd() { "$app/bin/podloadd" --config "$config" "$@" 3>&- 9>&-; }

# Whether a list printed by podloadd has the name as the first word of a line.
lists() { # LIST NAME
  awk '{print $1}' <<<"$1" | grep -qxF -- "$2"
}

new_password=''
make_accounts() {
  local users
  users=$(podloadd user list)
  if [[ $(setting kind) == demo ]]; then
    lists "$users" admin || PODLOAD_PASSWORD=admin123 podloadd user add admin --admin --allow-weak
    lists "$users" user || PODLOAD_PASSWORD=user123 podloadd user add user --write --allow-weak
    return
  fi
  if lists "$users" admin; then
    note='there already'
    return
  fi
  local password=$admin_password
  if [[ -z $password ]]; then
    password=$(openssl rand -base64 18)
    new_password=$password
  fi
  PODLOAD_PASSWORD=$password podloadd user add admin --admin
}

# The current context of the kubeconfig, converted to a DNS label.
name_of() { # KUBECONFIG
  sed -nE 's/^[[:space:]]*"?current-context"?:[[:space:]]*"?([^",]*)"?,?[[:space:]]*$/\1/p' "$1" |
    head -n 1 | tr '[:upper:]' '[:lower:]' |
    sed -E 's/[^a-z0-9]+/-/g; s/^-+//; s/^(.{1,63}).*$/\1/; s/-+$//'
}

# [NAME=]FILE into cluster_names and cluster_files.
cluster_names=() cluster_files=()
take_kubeconfig() {
  local name='' file=$1
  if [[ ! -e $file && $file =~ ^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)=(.+)$ ]]; then
    name=${BASH_REMATCH[1]} file=${BASH_REMATCH[3]}
  fi
  [[ -r $file && -f $file ]] || die "--kubeconfig $file: no such file"
  [[ -n $name ]] || name=$(name_of "$file")
  [[ -n $name ]] || die "--kubeconfig $file has no current-context to name the cluster after: give NAME=$file"
  cluster_names+=("$name")
  cluster_files+=("$(realpath -- "$file")")
}

register_clusters() {
  local index name file added=0 updated=0 clusters seen=$state/etc/kubeconfigs
  if ((${#cluster_names[@]} == 0)) && [[ $(setting kind) == real ]]; then
    note='none named'
    return
  fi
  clusters=$(podloadd cluster list) # contacts every cluster, so only once
  for index in "${!cluster_names[@]}"; do
    name=${cluster_names[index]} file=${cluster_files[index]}
    # The digest shows whether the file has changed since it was last applied.
    if ! lists "$clusters" "$name"; then
      podloadd cluster add "$name" --kubeconfig "$file"
      added=$((added + 1))
    elif [[ -e $seen/$name ]] && ! sha256sum --status -c <(sed "s#\$#  $file#" "$seen/$name"); then
      podloadd cluster update "$name" --kubeconfig "$file"
      updated=$((updated + 1))
    fi
    install -d -m 700 "$seen"
    sha256sum <"$file" | cut -d' ' -f1 >"$seen/$name"
  done
  if [[ $(setting kind) == demo ]] && ! lists "$clusters" demo; then
    podloadd cluster add demo --kubeconfig "$state/kubesim/kubeconfig" \
      --display-name '演示集群（模拟） demo (simulated)' --simulated
    added=$((added + 1))
  fi
  if ((added + updated > 0)); then note="$added added, $updated changed"; else note='unchanged'; fi
}
