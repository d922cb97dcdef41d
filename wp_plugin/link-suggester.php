<?php
/**
 * Plugin Name:       Link suggester
 * Description:       Shows the internal links a post lacks while you write it, one click each. Speaks to your own link suggester service; nothing leaves your machines.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            The link suggester's authors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       link-suggester
 * Domain Path:       /languages
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

const VERSION     = '0.1.0';
const PLUGIN_FILE = __FILE__;

/**
 * Loads the classes that are there; each stands in a file of its own.
 */
function load_classes(): void {
	foreach ( (array) glob( __DIR__ . '/includes/class-*.php' ) as $file ) {
		require_once $file;
	}
}

/**
 * Makes the parts of the plugin known to WordPress.
 */
function start(): void {
	load_classes();
	$client = new Client();
	$parts  = array(
		'Rest_Routes'    => array( $client ),
		'Locks'          => array(),
		'Scripts'        => array(),
		'Changes'        => array( $client ),
		'Settings'       => array( $client ),
		'Posts_List'     => array( $client ),
		'Site_Health'    => array( $client ),
		'Abilities'      => array( $client ),
		'Classic_Editor' => array(),
		'Clicks'         => array(),
		'Click_Route'    => array(),
		'Click_Sender'   => array( $client ),
	);
	foreach ( $parts as $name => $arguments ) {
		$class = __NAMESPACE__ . '\\' . $name;
		if ( class_exists( $class, false ) ) {
			( new $class( ...$arguments ) )->register();
		}
	}
}

/**
 * Makes the translations known that ship with the plugin.
 */
function load_translations(): void {
	load_plugin_textdomain( 'link-suggester', false, dirname( plugin_basename( PLUGIN_FILE ) ) . '/languages' );
}

add_action( 'init', __NAMESPACE__ . '\\load_translations' );
start();
