# How the scripts at the root build: sourced by them, with $root set to the repository's folder.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=1
stamp="$root/artifacts/built"   # as old as the sources that the last good build has seen

# Ends the script, saying what to install, unless a .NET SDK that global.json accepts is there.
require_sdk() {
  if ! command -v dotnet >/dev/null; then
    echo "Runnel needs the .NET SDK 10.0.400 or later 10.0, and there is no 'dotnet' on the PATH." >&2
  elif ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
    echo "Runnel needs the .NET SDK 10.0.400 or later 10.0. 'dotnet --list-sdks' says:" >&2
    dotnet --list-sdks | sed 's/^/  /' >&2
  else
    return 0
  fi
  echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and try again." >&2
  exit 1
}

# Whether nothing that is built from has changed since the last good build.
is_built() {
  [ -f "$stamp" ] && [ -f "$root/artifacts/bin/Runnel.Cli/release/Runnel.Cli.dll" ] &&
    [ -z "$(find "$root"/src "$root"/samples "$root"/eng "$root"/Directory.* "$root"/global.json -newer "$stamp" -print -quit)" ]
}

# Runs the command "$@" in the repository's folder while no other script builds there.
locked() {
  mkdir -p "$root/artifacts"
  (
    # The command does not inherit the lock: compiler servers that it starts outlive it.
    if command -v flock >/dev/null; then flock 9; fi
    cd "$root" && "$@" 9>&-
  ) 9>"$root/artifacts/build.lock"
}

# Builds the project or solution $1 in Release; says on stderr what went wrong.
build() {
  local log=artifacts/build.log try
  touch "$stamp.new"
  for try in 1 2 3; do   # package feeds hiccup
    if dotnet restore "$1" --verbosity quiet >"$log" 2>&1 </dev/null; then break; fi
    if [ "$try" = 3 ]; then
      cat "$log" >&2
      echo "The packages of $1 could not be restored in $try tries." >&2
      return 1
    fi
    sleep 5
  done
  if ! dotnet build "$1" --configuration Release --no-restore --verbosity quiet -nodeReuse:false -tl:off >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "$1 does not build; the errors stand above." >&2
    return 1
  fi
  mv "$stamp.new" "$stamp"
}

# The same, unless another script has just done it.
build_unless_built() {
  is_built || build "$1"
}
