<?php
/**
 * Removes everything the plugin stored, on every site of a network.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/class-connection.php';
require_once __DIR__ . '/includes/class-post-types.php';
require_once __DIR__ . '/includes/class-changes.php';
require_once __DIR__ . '/includes/class-posts-list.php';
require_once __DIR__ . '/includes/class-sign-in.php';
require_once __DIR__ . '/includes/class-clicks.php';
require_once __DIR__ . '/includes/class-click-counts.php';
require_once __DIR__ . '/includes/class-click-sender.php';

/**
 * Removes what was stored for the present site.
 */
function remove_from_site(): void {
	global $wpdb;
	Sign_In::remove_passwords();
	foreach ( array( Connection::OPTION, Post_Types::OPTION, Changes::OPTION, Sign_In::OPTION, Clicks::OPTION ) as $option ) {
		delete_option( $option );
	}
	Click_Counts::drop();
	wp_clear_scheduled_hook( Click_Sender::HOOK );
	delete_transient( Posts_List::TRANSIENT );
	delete_transient( Changes::PAUSE );
	// One notice for each user may still wait; nothing else bears this name.
	// phpcs:ignore WordPress.DB.DirectDatabaseQuery.DirectQuery, WordPress.DB.DirectDatabaseQuery.NoCaching
	$names = $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( '_transient_link_suggester_' ) . '%' ) );
	foreach ( $names as $name ) {
		delete_transient( substr( $name, strlen( '_transient_' ) ) );
	}
}

/**
 * Removes what was stored for each site.
 */
function remove_everywhere(): void {
	if ( ! is_multisite() ) {
		remove_from_site();
		return;
	}
	$query = array(
		'fields' => 'ids',
		'number' => 0,
	);
	foreach ( get_sites( $query ) as $site_id ) {
		switch_to_blog( (int) $site_id );
		remove_from_site();
		restore_current_blog();
	}
}

remove_everywhere();
