# To be sourced by bash. Finds a JDK 25 without starting one.

is_jdk25() { # HOME
  local line
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  while IFS= read -r line; do
    [[ $line == JAVA_VERSION=\"25[!0-9]* ]] && return 0
  done <"$1/release"
  return 1
}

# Exports JAVA_HOME: as it is if that is a JDK 25, else that of the java on PATH, else from /usr/lib/jvm.
find_jdk25() {
  local home=${JAVA_HOME:-}
  if ! is_jdk25 "$home"; then
    if hash java 2>/dev/null; then
      home=$(readlink -f "${BASH_CMDS[java]}")
      home=${home%/bin/java}
    fi
    if ! is_jdk25 "$home"; then
      for home in /usr/lib/jvm/*; do
        is_jdk25 "$home" && break
        home=
      done
    fi
  fi
  if [[ -z $home ]]; then
    printf '%s: no JDK 25 in JAVA_HOME, on PATH or in /usr/lib/jvm: install one (openjdk-25-jdk, temurin-25-jdk), or set JAVA_HOME to where it is\n' \
      "${0##*/}" >&2
    return 1
  fi
  export JAVA_HOME=$home
}
