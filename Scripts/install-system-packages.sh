#!/bin/sh
# Installs libyaml's headers when the machine lacks them, and otherwise changes nothing.
set -eu

has_libyaml() {
  if command -v pkg-config >/dev/null 2>&1; then
    pkg-config --exists yaml-0.1
  else
    # Without pkg-config the build finds the library in the compiler's own search path.
    [ -e /usr/include/yaml.h ] || [ -e /usr/local/include/yaml.h ]
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    # With a terminal sudo may ask for the password; without one it must not wait for it.
    if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
  else
    return 1
  fi
}

if has_libyaml; then exit 0; fi

if command -v apt-get >/dev/null 2>&1; then
  echo "token-budget: libyaml-dev is missing; installing it with apt-get" >&2
  # One broken source among many fails the update and need not concern this package.
  as_root apt-get -o Dpkg::Use-Pty=0 update -qq >&2 || true
  if as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -y -qq libyaml-dev pkg-config >&2 &&
    has_libyaml; then
    exit 0
  fi
  echo "token-budget: libyaml-dev could not be installed from here." >&2
  echo "token-budget: ask an administrator to run: apt-get install libyaml-dev pkg-config" >&2
elif command -v brew >/dev/null 2>&1; then
  echo "token-budget: libyaml is missing; installing it with brew" >&2
  if brew install libyaml pkg-config >&2; then exit 0; fi
  echo "token-budget: libyaml could not be installed with brew." >&2
else
  echo "token-budget: libyaml (headers and library) is missing, and neither apt-get nor brew is" >&2
  echo "token-budget: here to install it. Install it with the system's own package manager." >&2
fi
exit 1
