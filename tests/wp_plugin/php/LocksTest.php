<?php
/**
 * Who has which post open in an editor.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

/**
 * Tests of who may ask, and what is told.
 */
class LocksTest extends Plugin_Test_Case {

	/**
	 * Asks who has posts open.
	 *
	 * @param int ...$ids Post IDs.
	 * @return array<string, mixed>
	 */
	private function locks( int ...$ids ): array {
		$answer = $this->call( 'GET', '/locks', array( 'ids' => implode( ',', $ids ) ) );
		self::assertSame( 200, $answer->get_status() );
		return json_decode( (string) wp_json_encode( $answer->get_data() ), true )['locks'];
	}

	/**
	 * Opens a post in an editor, some seconds ago.
	 *
	 * @param int $post_id Post ID.
	 * @param int $user_id User ID.
	 * @param int $ago     Seconds.
	 */
	private function open( int $post_id, int $user_id, int $ago = 0 ): void {
		update_post_meta( $post_id, '_edit_lock', ( time() - $ago ) . ':' . $user_id );
	}

	public function test_it_names_who_has_a_post_open(): void {
		$other = $this->sign_in( 'editor' );
		$me    = $this->sign_in( 'editor' );
		$posts = array( $this->make_post()->ID, $this->make_post()->ID, $this->make_post()->ID, $this->make_post()->ID );
		$this->open( $posts[0], $other );
		$this->open( $posts[1], $me );
		$this->open( $posts[2], $other, 200 );
		$locks = $this->locks( ...$posts );
		self::assertSame( array( $posts[0], $posts[1] ), array_keys( $locks ) );
		self::assertSame( get_userdata( $other )->display_name, $locks[ $posts[0] ]['user'] );
	}

	public function test_a_post_that_the_user_may_not_edit_is_not_spoken_of(): void {
		$editor = $this->sign_in( 'editor' );
		$post   = $this->make_post();
		$this->open( $post->ID, $editor );
		$this->sign_in( 'author' );
		self::assertSame( array(), $this->locks( $post->ID ) );
	}

	public function test_only_those_who_write_may_ask(): void {
		foreach ( array( '' => 401, 'subscriber' => 403 ) as $role => $status ) {
			$this->sign_in( $role );
			self::assertSame( $status, $this->call( 'GET', '/locks', array( 'ids' => '1' ) )->get_status() );
		}
	}

	public function test_odd_locks_do_no_harm(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post();
		foreach ( array( '', 'abc', ':', '1:1' ) as $lock ) {
			update_post_meta( $post->ID, '_edit_lock', $lock );
			self::assertSame( array(), $this->locks( $post->ID ) );
		}
		$this->open( $post->ID, 999999 );
		self::assertSame( '', $this->locks( $post->ID )[ $post->ID ]['user'] );
	}
}
