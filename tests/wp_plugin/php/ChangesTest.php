<?php
/**
 * Telling the service what happens to posts.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Changes;
use Link_Suggester\Connection;
use WP_Error;

/**
 * Tests of what is told, when, and how often.
 */
class ChangesTest extends Plugin_Test_Case {

	/**
	 * Ends the request, as far as the plugin is concerned.
	 */
	private function end_request(): void {
		$this->part( Changes::class, 'shutdown' )->send();
	}

	/**
	 * Gives what was told since it was last asked for, with short words: '5 saved'.
	 *
	 * @return array<int, string>
	 */
	private function told(): array {
		$this->end_request();
		$told                 = array_merge( array(), ...array_column( array_column( $this->wire->requests, 'body' ), 'changes' ) );
		$this->wire->requests = array();
		return array_map(
			static function ( $change ) {
				return trim( "{$change['id']} {$change['kind']} " . ( $change['old_url'] ?? '' ) );
			},
			$told
		);
	}

	public function test_many_changes_are_sent_once_at_the_end_of_the_request(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post();
		wp_update_post( array( 'ID' => $post->ID, 'post_title' => 'Again' ) );
		$other = $this->make_post();
		self::assertSame( array(), $this->wire->requests );
		$this->end_request();
		$this->end_request();
		self::assertSame( array( 'POST /v1/changes' ), $this->wire->asked() );
		self::assertSame( array( array( 'id' => $post->ID, 'kind' => 'saved' ), array( 'id' => $other->ID, 'kind' => 'saved' ) ), $this->wire->last_body()['changes'] );
		self::assertEquals( Changes::PATIENCE, $this->wire->requests[0]['request']['timeout'] );
	}

	public function test_the_life_of_a_post_is_told(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post( array( 'post_name' => 'first' ) );
		$id   = $post->ID;
		self::assertSame( array( "$id saved" ), $this->told() );
		$old = get_permalink( $id );
		wp_update_post( array( 'ID' => $id, 'post_name' => 'second' ) );
		self::assertSame( array( "$id permalink $old", "$id saved" ), $this->told() );
		wp_trash_post( $id );
		self::assertSame( array( "$id trashed" ), $this->told() );
		wp_untrash_post( $id );
		self::assertSame( array( "$id restored" ), $this->told() );
		wp_delete_post( $id, true );
		self::assertSame( array( "$id deleted" ), $this->told() );
	}

	public function test_a_planned_post_is_told_when_it_comes_out(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post( array( 'post_status' => 'future', 'post_date' => '2035-01-01 00:00:00' ) );
		$this->told();
		wp_publish_post( $post->ID );
		self::assertSame( array( "{$post->ID} saved" ), $this->told() );
	}

	public function test_pages_below_a_renamed_page_move_with_it(): void {
		$this->sign_in( 'editor' );
		$above = $this->make_post( array( 'post_type' => 'page', 'post_name' => 'above' ) );
		$below = $this->make_post( array( 'post_type' => 'page', 'post_name' => 'below', 'post_parent' => $above->ID ) );
		$this->told();
		$old = array( get_permalink( $above ), get_permalink( $below ) );
		wp_update_post( array( 'ID' => $above->ID, 'post_name' => 'moved' ) );
		self::assertSame( array( "{$above->ID} permalink $old[0]", "{$below->ID} permalink $old[1]", "{$above->ID} saved" ), $this->told() );
	}

	public function test_autosaves_revisions_and_hidden_things_are_never_told(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post();
		$this->told();
		wp_save_post_revision( $post->ID );
		wp_create_post_autosave( array( 'post_ID' => $post->ID, 'post_title' => 'x', 'post_content' => 'y', 'post_excerpt' => '', 'post_type' => 'post' ) );
		get_default_post_to_edit( 'post', true );
		wp_insert_post( array( 'post_type' => 'wp_block', 'post_title' => 'A pattern', 'post_status' => 'publish' ) );
		wp_insert_attachment( array( 'post_title' => 'A picture', 'post_mime_type' => 'image/png' ) );
		self::assertSame( array(), $this->told() );
	}

	public function test_what_could_not_be_sent_goes_along_the_next_time(): void {
		$this->sign_in( 'editor' );
		$this->wire->answer( '*', new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' ) );
		$first = $this->make_post();
		$this->told();
		self::assertNotEmpty( get_option( Changes::OPTION ) );

		$second = $this->make_post();
		self::assertSame( array(), $this->told(), 'not again at once: nobody is to wait on every save' );
		delete_transient( Changes::PAUSE );
		$this->wire->answer( '*', array( 'received' => 3 ), 202 );
		$third = $this->make_post();
		self::assertSame( array( "{$first->ID} saved", "{$second->ID} saved", "{$third->ID} saved" ), $this->told() );
		self::assertFalse( get_option( Changes::OPTION ) );
	}

	public function test_only_so_many_are_kept(): void {
		$this->sign_in( 'editor' );
		$old = array();
		for ( $id = 1; $id <= Changes::MOST_KEPT; $id++ ) {
			$old[ "state 9000$id" ] = array( 'id' => $id, 'kind' => 'saved' );
		}
		update_option( Changes::OPTION, $old, false );
		$this->wire->answer( '*', 'no', 500 );
		$post = $this->make_post();
		$this->told();
		$kept = get_option( Changes::OPTION );
		self::assertCount( Changes::MOST_KEPT, $kept );
		self::assertSame( array( 'id' => $post->ID, 'kind' => 'saved' ), end( $kept ) );
		self::assertSame( 2, reset( $kept )['id'] );
	}

	public function test_what_the_service_will_never_take_is_not_kept(): void {
		$this->sign_in( 'editor' );
		$this->wire->answer( '*', self::contract( 'wrong_field' ), 422 );
		$this->make_post();
		$this->told();
		self::assertFalse( get_option( Changes::OPTION ) );
	}

	public function test_nothing_is_noted_before_there_is_a_service(): void {
		delete_option( Connection::OPTION );
		$this->sign_in( 'editor' );
		$this->make_post();
		self::assertSame( array(), $this->told() );
		self::assertFalse( get_option( Changes::OPTION ) );
	}
}
