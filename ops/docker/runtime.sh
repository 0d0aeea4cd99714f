#!/usr/bin/env bash
# Lays out what the image runs: the launcher, the jars that it has built, and a Java runtime cut to size.
# Wants a built checkout (./pounce --version builds it) and a JDK 25. Modules that only the application needs are in $MODULES.
set -euo pipefail

if (($# != 1)) || [[ -e $1 ]]; then
  echo "usage: runtime.sh DIRECTORY-TO-MAKE" >&2
  exit 2
fi
home=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$home/.mvn/jdk25.sh"
find_jdk25
if [[ ! -d $home/cli/target/pounce/lib ]]; then
  echo "runtime.sh: not built yet: call $home/pounce --version" >&2
  exit 1
fi

modules=(
  java.logging java.management jdk.management jdk.jfr java.xml # the server, its metrics and logs, Jackson
  jdk.unsupported                                              # sun.misc.Signal: SIGTERM
  jdk.compiler                                                 # source files as targets
  java.net.http                                                # traces, on their way to a collector
  jdk.jcmd                                                     # jcmd: dumps and recordings of a running server
)
mkdir -p "$1/.mvn" "$1/cli/target/pounce"
IFS=,
"$JAVA_HOME/bin/jlink" --add-modules "${modules[*]}${MODULES:+,$MODULES}" --no-header-files --no-man-pages --output "$1/java"
cp "$home/pounce" "$home/ops/docker/health" "$1"
cp "$home/.mvn/jdk25.sh" "$1/.mvn"
cp -r "$home/cli/target/pounce/lib" "$1/cli/target/pounce"
touch "$1/cli/target/pounce/built"
chmod -R a+rX,go-w "$1"
