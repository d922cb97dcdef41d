"""A WordPress that holds several sites."""

from __future__ import annotations

from pathlib import Path

from tests.real.harness.website import WordPress

BEFORE = "if ( ! defined( 'ABSPATH' ) ) {"
CONSTANTS = """
define( 'MULTISITE', true );
define( 'SUBDOMAIN_INSTALL', false );
define( 'DOMAIN_CURRENT_SITE', '127.0.0.1:%d' );
define( 'PATH_CURRENT_SITE', '/' );
define( 'SITE_ID_CURRENT_SITE', 1 );
define( 'BLOG_ID_CURRENT_SITE', 1 );
"""
FOUND = """
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    foreach ( $GLOBALS['wpdb']->tables( 'ms_global' ) as $table => $name ) {
        $GLOBALS['wpdb']->$table = $name;
    }
    install_network();
    $done = populate_network( 1, $given['host'], 'admin@example.test', 'The network', '/', false );
    return is_wp_error( $done ) ? $done->get_error_code() : '';
"""
ADD_SITES = """
    $_SERVER['REMOTE_ADDR'] = '127.0.0.1';
    foreach ( $given['paths'] as $path ) {
        $site = array( 'domain' => $given['host'], 'path' => $path, 'title' => $path, 'user_id' => 1 );
        $made = wp_insert_site( $site );
        if ( is_wp_error( $made ) ) {
            return $made->get_error_message();
        }
    }
    return '';
"""
ACTIVATE = """
    require_once ABSPATH . 'wp-admin/includes/plugin.php';
    deactivate_plugins( $given['plugin'] );
    $failed = activate_plugin( $given['plugin'], '', true );
    return is_wp_error( $failed ) ? $failed->get_error_message() : '';
"""


def make_network(wordpress: WordPress, plugin: str) -> None:
    """Turn a site into a network of three, with a plugin of it active in all of them."""
    host = f"127.0.0.1:{wordpress.port}"
    refusals = [wordpress.php(FOUND, host=host)]
    _configure(wordpress.wordpress / "wp-config.php", CONSTANTS % wordpress.port)
    refusals.append(wordpress.php(ADD_SITES, host=host, paths=["/second/", "/third/"]))
    refusals.append(wordpress.php(ACTIVATE, plugin=plugin))
    assert not any(refusals), refusals


def _configure(file: Path, constants: str) -> None:
    file.write_text(file.read_text().replace(BEFORE, constants + BEFORE))
