<?php
/**
 * Loads the WordPress that stands in the folder LINK_SUGGESTER_WORDPRESS, with the plugin active in it.
 *
 * PHPUnit includes this inside a function, so what WordPress takes for global is named here.
 *
 * @package Link_Suggester
 */

global $wpdb, $wp, $wp_query, $wp_rewrite, $wp_the_query, $wp_version, $table_prefix, $blog_id, $current_site, $current_blog;

$argv = array( '', getenv( 'LINK_SUGGESTER_WORDPRESS' ) );
require dirname( __DIR__, 2 ) . '/real/harness/php/load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
require __DIR__ . '/class-wire.php';
require __DIR__ . '/class-plugin-test-case.php';
