<?php
/**
 * Taking the plugin away.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Changes;
use Link_Suggester\Click_Counts;
use Link_Suggester\Click_Sender;
use Link_Suggester\Clicks;
use Link_Suggester\Connection;
use Link_Suggester\Post_Types;
use Link_Suggester\Posts_List;
use Link_Suggester\Settings;
use Link_Suggester\Sign_In;
use WP_Application_Passwords;

/**
 * Tests that nothing stays.
 */
class UninstallTest extends Plugin_Test_Case {

	/**
	 * Reads what is stored beside posts.
	 *
	 * @return array<int, array<int, string>>
	 */
	private function stored(): array {
		global $wpdb;
		$stored = array( $wpdb->get_col( "SELECT CONCAT( user_id, meta_key, meta_value ) FROM {$wpdb->usermeta} ORDER BY umeta_id" ) );
		foreach ( is_multisite() ? get_sites( array( 'fields' => 'ids' ) ) : array( 1 ) as $site_id ) {
			$prefix   = $wpdb->get_blog_prefix( $site_id );
			$stored[] = $wpdb->get_col( "SELECT CONCAT( option_name, option_value ) FROM {$prefix}options WHERE option_name <> 'cron' ORDER BY option_name" );
		}
		return $stored;
	}

	/**
	 * Gives the sites that still have our table.
	 *
	 * @param array<int, int> $sites Sites.
	 * @return array<int, int>
	 */
	private function tables_left( array $sites ): array {
		global $wpdb;
		$wpdb->suppress_errors();
		$left = array_filter( $sites, static fn( $site_id ) => $wpdb->get_results( 'DESCRIBE ' . $wpdb->get_blog_prefix( $site_id ) . 'link_suggester_clicks' ) );
		$wpdb->suppress_errors( false );
		return $left;
	}

	/**
	 * Stores everything the plugin ever stores for a site.
	 *
	 * @param int $user_id User who let the service sign in.
	 */
	private function use_everything( int $user_id ): void {
		Connection::save( self::URL, self::KEY );
		Post_Types::remember( array( 'post' ) );
		Clicks::switch_on();
		Click_Counts::is_flooded();
		update_option( Changes::OPTION, array( 'x' => 1 ), false );
		set_transient( Changes::PAUSE, 1, 60 );
		set_transient( Posts_List::TRANSIENT, array( 1 ), 60 );
		set_transient( Settings::notice_name(), array( 'x', 'y' ), 60 );
		Sign_In::url( Settings::url() );
		$ours = array( 'name' => 'Link suggester', 'app_id' => get_option( Sign_In::OPTION ) );
		WP_Application_Passwords::create_new_application_password( $user_id, $ours );
	}

	public function test_uninstalling_leaves_nothing_and_takes_nothing_else(): void {
		$user_id = $this->sign_in( 'administrator' );
		$sites   = is_multisite() ? get_sites( array( 'fields' => 'ids' ) ) : array( get_current_blog_id() );
		delete_option( Connection::OPTION );
		WP_Application_Passwords::create_new_application_password( $user_id, array( 'name' => 'My phone' ) );
		update_option( 'link_suggesterly', 'another plugin' );
		$before = $this->stored();
		foreach ( $sites as $site_id ) {
			is_multisite() && switch_to_blog( $site_id );
			$this->use_everything( $user_id );
			is_multisite() && restore_current_blog();
		}
		self::assertNotEquals( $before, $this->stored() );
		define( 'WP_UNINSTALL_PLUGIN', 'link-suggester/link-suggester.php' );
		require dirname( \Link_Suggester\PLUGIN_FILE ) . '/uninstall.php';
		self::assertSame( $before, $this->stored() );
		self::assertFalse( wp_next_scheduled( Click_Sender::HOOK ) );
		self::assertSame( array(), $this->tables_left( $sites ) );
		self::assertSame( array(), $this->wire->requests );
	}
}
