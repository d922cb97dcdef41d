#!/usr/bin/env bash
# Brings wp_plugin/languages up to date: the template from the sources, the German catalogue by it, and what WordPress
# loads of it: one .mo file for the PHP and one .json file for each script. Fails where a German text is missing.
set -euo pipefail
cd "$(dirname "$0")/../wp_plugin"

pot=languages/link-suggester.pot
po=languages/link-suggester-de_DE.po
keywords=(__:1,2t _x:1,2c,3t _n:1,2,4t _nx:1,2,4c,5t esc_html__:1,2t esc_html_e:1,2t esc_attr__:1,2t esc_attr_e:1,2t _e:1,2t)
new=$(mktemp)
trap 'rm -f "$new"' EXIT


template() { # language, then files
    local language=$1
    shift
    xgettext --language="$language" --from-code=UTF-8 --add-comments=translators: --no-wrap --sort-by-file \
        --package-name="Link suggester" --join-existing --output="$new" \
        --keyword "${keywords[@]/#/--keyword=}" "$@"
}

shopt -s nullglob
xgettext --force-po --language=PHP --from-code=UTF-8 --package-name="Link suggester" --output="$new" /dev/null 2>/dev/null
sed -i 's/CHARSET/UTF-8/' "$new"
template PHP ./*.php includes/*.php
mapfile -t scripts < <(grep -lE '\b(__|_n|_x|_nx)\(' assets/*.js) # gettext stumbles over regular expressions; most have no texts
if [ ${#scripts[@]} -gt 0 ]; then
    template JavaScript "${scripts[@]}"
fi
description=$(sed -n 's/^ \* Description: *//p' link-suggester.php)
printf '\n#. Description of the plugin, in the list of plugins\n#: link-suggester.php\nmsgid "%s"\nmsgstr ""\n' "$description" >>"$new"
sed -i -e '1,/^$/{/^# [SCTF]/d;/^#$/d;/fuzzy/d;/^"POT-Creation-Date/d;/^"Report-/d;/^"PO-/d;/^"La/d}' -e 's|^#: \./|#: |' "$new"

if [ ! -e "$pot" ] || ! cmp -s "$new" "$pot"; then
    cp "$new" "$pot"
fi
[ -e "$po" ] || msginit --no-translator --locale=de_DE --input="$pot" --output-file="$po"
msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-wrap --sort-by-file "$po" "$pot"
sed -i -e '1,/^$/{/^"POT-Creation-Date/d;/^"PO-Revision-Date/d}' "$po"
msgattrib --no-obsolete --no-wrap --sort-by-file -o "$po" "$po"
msgfmt --check-format --check-domain --output-file=languages/link-suggester-de_DE.mo "$po"
python3 ../scripts/translations_json.py "$po" assets languages

missing=$(msgattrib --untranslated --no-wrap "$po" | grep -c '^msgid "..*"' || true)
if [ "$missing" -gt 0 ]; then
    echo "$missing texts have no German yet; see $po" >&2
    exit 1
fi
