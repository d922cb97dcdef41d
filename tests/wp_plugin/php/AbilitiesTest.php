<?php
/**
 * What programs may ask for.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

/**
 * Tests of the abilities, where WordPress has them.
 */
class AbilitiesTest extends Plugin_Test_Case {

	protected function setUp(): void {
		if ( ! function_exists( 'wp_get_ability' ) ) {
			self::markTestSkipped( 'Abilities came with WordPress 6.9.' );
		}
		parent::setUp();
	}

	protected function tearDown(): void {
		if ( function_exists( 'wp_get_ability' ) ) {
			parent::tearDown();
		}
	}

	public function test_they_are_registered_for_rest_and_only_read(): void {
		foreach ( array( 'link-suggester/suggest', 'link-suggester/orphans' ) as $name ) {
			$ability = wp_get_ability( $name );
			self::assertSame( 'link-suggester', $ability->get_category() );
			self::assertTrue( $ability->get_meta()['show_in_rest'] );
			self::assertTrue( $ability->get_meta()['annotations']['readonly'] );
		}
	}

	public function test_suggestions_are_for_those_who_may_edit_the_post(): void {
		$this->sign_in( 'editor' );
		$this->make_numbered( 2 );
		$this->make_numbered( 3 );
		$others = $this->make_post( array( 'post_content' => '<p>Feed it.</p>' ) );
		$this->wire->answer( '*', self::contract( 'suggestions' ) );
		$given = wp_get_ability( 'link-suggester/suggest' )->execute( array( 'post_id' => $others->ID ) );
		self::assertCount( 2, $given['suggestions'] );
		self::assertSame( get_permalink( 2 ), $given['suggestions'][0]['target']['url'] );
		self::assertSame( array( '<p>Feed it.</p>', 8 ), array( $this->wire->last_body()['content'], $this->wire->last_body()['limit'] ) );
		$this->sign_in( 'author' );
		foreach ( array( $others->ID, 99999999 ) as $id ) {
			self::assertInstanceOf( \WP_Error::class, wp_get_ability( 'link-suggester/suggest' )->execute( array( 'post_id' => $id ) ) );
		}
		self::assertCount( 1, $this->wire->requests );
	}

	public function test_orphans_are_for_those_who_write(): void {
		$this->sign_in( 'subscriber' );
		self::assertInstanceOf( \WP_Error::class, wp_get_ability( 'link-suggester/orphans' )->execute() );
		$this->sign_in( 'author' );
		$orphan = $this->make_post( array( 'post_title' => 'Q & A' ) );
		$this->wire->answer( '*', array( 'orphans' => array( array( 'id' => $orphan->ID ), array( 'id' => 99999999 ) ) ) );
		$given = wp_get_ability( 'link-suggester/orphans' )->execute();
		$found = array( 'id' => $orphan->ID, 'title' => 'Q & A', 'url' => get_permalink( $orphan ), 'type' => 'post' );
		self::assertSame( array( 'orphans' => array( $found ), 'total' => 2 ), $given );
	}

	public function test_they_answer_over_rest(): void {
		$this->sign_in( 'author' );
		$this->wire->answer( '*', array( 'orphans' => array() ) );
		$got = rest_do_request( new \WP_REST_Request( 'GET', '/wp-abilities/v1/abilities/link-suggester/orphans/run' ) );
		self::assertSame( array( 200, array( 'orphans' => array(), 'total' => 0 ) ), array( $got->get_status(), $got->get_data() ) );
	}

	public function test_trouble_is_an_error(): void {
		$this->sign_in( 'author' );
		$this->wire->answer( '*', self::contract( 'error' ), 401 );
		self::assertSame( 'link_suggester_refused', wp_get_ability( 'link-suggester/orphans' )->execute()->get_error_code() );
	}
}
