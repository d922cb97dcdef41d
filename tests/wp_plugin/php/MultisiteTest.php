<?php
/**
 * Many sites in one WordPress.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Changes;
use Link_Suggester\Connection;

/**
 * Tests that each site speaks to its own service.
 */
class MultisiteTest extends Plugin_Test_Case {

	protected function setUp(): void {
		if ( ! is_multisite() ) {
			self::markTestSkipped( 'This WordPress holds one site.' );
		}
		parent::setUp();
	}

	protected function tearDown(): void {
		if ( is_multisite() ) {
			parent::tearDown();
		}
	}

	public function test_the_plugin_is_active_on_the_network_and_connected_site_by_site(): void {
		self::assertTrue( is_plugin_active_for_network( 'link-suggester/link-suggester.php' ) );
		$sites = get_sites( array( 'fields' => 'ids' ) );
		self::assertGreaterThan( 1, count( $sites ) );
		switch_to_blog( $sites[1] );
		self::assertFalse( Connection::is_configured() );
		restore_current_blog();
		self::assertTrue( Connection::is_configured() );
	}

	public function test_changes_go_to_the_service_of_their_own_site(): void {
		$this->sign_in( 'administrator' );
		$other = get_sites( array( 'fields' => 'ids' ) )[1];
		$first = $this->make_post();
		switch_to_blog( $other );
		Connection::save( 'http://other.example', 'other-key' );
		$second = $this->make_post();
		restore_current_blog();
		$this->part( Changes::class, 'shutdown' )->send();
		self::assertSame( array( self::URL . '/v1/changes', 'http://other.example/v1/changes' ), array_column( $this->wire->requests, 'url' ) );
		self::assertSame( 'Bearer other-key', $this->wire->requests[1]['request']['headers']['Authorization'] );
		self::assertSame( array( $first->ID, $second->ID ), array( $this->wire->requests[0]['body']['changes'][0]['id'], $this->wire->requests[1]['body']['changes'][0]['id'] ) );
	}
}
