<?php
// Filled in by the harness.
$harness = json_decode( file_get_contents( '%%FOLDER%%/site.json' ), true );
define( 'HARNESS_FOLDER', '%%FOLDER%%' );
define( 'DB_NAME', $harness['database'] );
define( 'DB_USER', 'wp' );
define( 'DB_PASSWORD', 'wp' );
define( 'DB_HOST', 'localhost:' . $harness['socket'] );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', hash( 'sha256', "$name key" ) );
	define( $name . '_SALT', hash( 'sha256', "$name salt" ) );
}
$table_prefix = 'wp_';
define( 'WP_HOME', $harness['url'] );
define( 'WP_SITEURL', $harness['url'] );
define( 'WP_ENVIRONMENT_TYPE', 'local' );      // application passwords over plain http
define( 'WP_HTTP_BLOCK_EXTERNAL', true );      // no internet: fail at once instead of waiting
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'DISABLE_WP_CRON', true );
if ( ! empty( $harness['service'] ) ) {
	define( 'LINK_SUGGESTER_URL', $harness['service']['url'] );
	define( 'LINK_SUGGESTER_KEY', $harness['service']['key'] );
}
define( 'FS_METHOD', 'direct' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', HARNESS_FOLDER . '/debug.log' );
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
