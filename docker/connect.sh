#!/bin/sh
# connect.sh HANDOVER_FOLDER: connects the WordPress at SITE_URL that set-up.php made, reads it, and leaves the key for
# its plugin in the hand-over folder. Run again it only reads what changed.
set -eu

handover=$1
if [ ! -s "$handover/key" ]; then
    said=$(suggester connect "$SITE_URL" --user "$ADMIN_USER" --password-file "$handover/password" --format json)
    key=$(printf '%s' "$said" | python3 -c 'import json, sys; print(json.load(sys.stdin)["key"])')
    [ -n "$key" ] || key=$(suggester keys new --quiet)
    printf '%s' "$key" >"$handover/key"
    rm -f "$handover/password"
fi
suggester sync --site "$SITE_URL"

cat <<SAID

  WordPress with the plugin:  $SITE_URL/wp-admin/
  User:                       $ADMIN_USER
  Password:                   $ADMIN_PASSWORD

SAID
