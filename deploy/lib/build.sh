# Builds from the checkout, outside it, and installs what is new.
# shellcheck shell=bash

build=''
build_daemon() {
  if [[ -n ${PODLOAD_BUILD_DIR:-} ]]; then
    build=$(realpath -- "$PODLOAD_BUILD_DIR")
    [[ -f $build/CMakeCache.txt ]] || die "PODLOAD_BUILD_DIR=$build is not a configured build"
    note="taken from $build"
    return
  fi
  build=$state/build/daemon
  install -d -m 700 "$build"
  if ! grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$repo" "$build/CMakeCache.txt"; then
    rm -rf "$build" # none yet, or one of another checkout
  fi
  # Every time: ninja does not reconfigure for a new folder in the checkout.
  cmake -S "$repo" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPODLOAD_TESTS=OFF -DPODLOAD_DEV=OFF
  cmake --build "$build" --parallel "$(nproc)"
}

# A fingerprint of all sources of the console, in one line.
console_sources() {
  (
    cd "$repo" || exit
    {
      find www -name node_modules -prune -o -name dist -prune -o -path www/generated -prune \
        -o -type f -print0
      find daemon/http plugins -name api.yaml -print0
    } | sort -z | xargs -0 sha256sum
    node --version
  ) | sha256sum
}

build_console() {
  local copy=$state/build/www sources lock
  sources=$(console_sources)
  if [[ -f $copy/dist/index.html && $(cat "$state/build/www.sources" 2>/dev/null) == "$sources" ]]; then
    note='unchanged'
    return
  fi
  rm -f "$state/build/www.sources"
  mkdir -p "$copy"
  find "$copy" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
  tar -C "$repo/www" --exclude=./node_modules --exclude=./dist --exclude=./generated -cf - . |
    tar -C "$copy" --no-same-owner -xf -
  # The build user may not be able to read the checkout.
  mkdir "$copy/source"
  (cd "$repo" && find daemon/http plugins -name api.yaml -exec cp --parents {} "$copy/source" \;)
  chmod -R u=rwX,go=rX "$copy/source"
  lock=$(sha256sum <"$copy/package-lock.json")
  if [[ $(cat "$state/build/www.lock" 2>/dev/null) != "$lock" ]]; then
    rm -f "$state/build/www.lock"
    "$lib/npm" "$copy" npm ci --ignore-scripts --no-audit --no-fund 3>&- 9>&-
    printf '%s\n' "$lock" >"$state/build/www.lock"
  fi
  "$lib/npm" "$copy" PODLOAD_SOURCE="$copy/source" npm run build 3>&- 9>&-
  # nginx serves the output of a build by another user: it must be files only, without links.
  [[ -z $(find "$copy/dist" ! -type f ! -type d) ]] || die "the build of the console left something other than files in $copy/dist"
  printf '%s\n' "$sources" >"$state/build/www.sources"
}

# Replaces the old tree atomically, and only if it differs.
stage=''
install_app() {
  stage=$state/build/stage
  rm -rf "$stage"
  DESTDIR=$stage cmake --install "$build" --prefix "$app" --component runtime
  install -D -m 755 "$lib/supervise" "$stage$app/libexec/podload/supervise"
  cp -R "$state/build/www/dist" "$stage$app/share/podload/www"
  if [[ $(setting kind) == demo ]]; then
    mkdir -p "$stage$app/share/podload/kubesim"
    cp -R "$repo/tests/kubesim/kubesim" "$repo/tests/kubesim/sim" "$stage$app/share/podload/kubesim/"
    find "$stage$app/share/podload/kubesim" -name __pycache__ -prune -exec rm -rf {} +
  fi
  chmod -R u=rwX,go=rX "$stage$app"
  if diff -rq --no-dereference "$stage$app" "$app" >/dev/null 2>&1; then
    note='unchanged'
  else
    rm -rf "$app.before"
    if [[ -d $app ]]; then mv "$app" "$app.before"; fi
    mv "$stage$app" "$app"
    app_is_new=yes
  fi
  rm -rf "$stage"
}
