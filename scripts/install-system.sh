#!/usr/bin/env bash
# Installs the Debian packages that the tests need: a PHP and a MariaDB for real WordPresses, a browser, what many
# machines take (Redis, nginx, network namespaces), a Python that makes virtual environments. Says nothing and needs no
# rights where they are there already.
set -euo pipefail

packages=(
    ca-certificates debian-archive-keyring make python3 python3-venv
    php-cli php-mysql php-xml php-mbstring php-curl php-gd php-intl php-zip
    phpunit php-codesniffer gettext
    mariadb-server
    chromium
    redis-server nginx iproute2
)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "These packages are missing: ${missing[*]}. Install them as root (scripts/install-system.sh does), then go on." >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing ${missing[*]} ..."
"${apt[@]}" update >"$log" 2>&1 || echo "apt-get update did not fetch every list; going on with those there are." >&2
if [ ! -e /usr/sbin/policy-rc.d ]; then # no service may start: the tests run servers of their own
    trap 'rm -f "$log" /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
fi
if ! "${apt[@]}" install --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -30 "$log" >&2
    exit 1
fi
