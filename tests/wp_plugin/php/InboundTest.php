<?php
/**
 * Links from other posts.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use WP_Post;

/**
 * Tests of what is shown of other posts, and of what happens to them.
 */
class InboundTest extends Plugin_Test_Case {

	const CONTENT = "<!-- wp:paragraph {\"a\":\"\\u002d\"} -->\n<p class=x>“Größe” \\n \\\\ 'q' \"dq\" &amp; &nbsp;\u{a0}🍞 <iframe src=\"//v.example\"></iframe><script>if(a<b){c()}</script> Feed the starter.</p>\n<!-- /wp:paragraph -->\r\n\r\n[gallery ids=\"1,2\"]<br><br/>";

	/**
	 * Lets the wire set and remove links as the service does, on the word “starter”.
	 */
	private function serve_links(): void {
		$this->wire->answer(
			'POST /v1/insert',
			static function ( array $body ) {
				return array(
					'content' => str_replace( 'starter', '<a href="' . esc_attr( $body['href'] ) . '">starter</a>', $body['content'] ),
					'changed' => true,
				);
			}
		);
		$this->wire->answer(
			'POST /v1/remove',
			static function ( array $body ) {
				return array( 'content' => str_replace( array( '<a href="' . esc_attr( $body['href'] ) . '">', '</a>' ), '', $body['content'] ) );
			}
		);
		$this->wire->answer( '*', array( 'received' => 1 ), 201 );
	}

	/**
	 * Asks for a link to one post in another.
	 *
	 * @param WP_Post $target The post it leads to.
	 * @param WP_Post $source The post that gets it.
	 */
	private function apply( WP_Post $target, WP_Post $source ): \WP_REST_Response {
		return $this->call( 'POST', "/posts/{$target->ID}/inbound/apply", array( 'source_id' => $source->ID ) + RoutesTest::PLACE );
	}

	/**
	 * Reads a post's text from the database.
	 *
	 * @param WP_Post $post The post.
	 */
	private function stored( WP_Post $post ): array {
		global $wpdb;
		return (array) $wpdb->get_row( $wpdb->prepare( "SELECT post_content, post_title, post_excerpt, post_name, post_status, post_date, post_author FROM {$wpdb->posts} WHERE ID = %d", $post->ID ), ARRAY_A );
	}

	/**
	 * People who write, with and without the right to write any HTML.
	 *
	 * @return array<string, array<int, string>>
	 */
	public function writers(): array {
		return array(
			'an author' => array( 'author' ),
			'an editor' => array( 'editor' ),
		);
	}

	/**
	 * @dataProvider writers
	 */
	public function test_a_link_is_all_that_changes_and_undo_gives_back_every_byte( string $role ): void {
		$this->sign_in( $role );
		$this->serve_links();
		$target = $this->make_post( array( 'post_title' => 'Target' ) );
		$source = $this->make_post(
			array(
				'post_content' => self::CONTENT,
				'post_title'   => 'Back\\slash "x" & <b>y</b>',
				'post_excerpt' => 'It\'s \\ "so"',
			)
		);
		$before = $this->stored( $source );
		$href   = get_permalink( $target );
		$done   = $this->apply( $target, $source )->get_data();
		$linked = str_replace( 'starter', "<a href=\"$href\">starter</a>", self::CONTENT );
		self::assertSame( array( 'post_content' => $linked ) + $before, $this->stored( $source ) );
		self::assertSame( array( 'source_id' => $source->ID ) + RoutesTest::PLACE + array( 'href' => $href ), $done['undo'] );

		$undone = $this->call( 'POST', "/posts/{$target->ID}/inbound/undo", $done['undo'] );
		self::assertSame( 200, $undone->get_status() );
		self::assertSame( $before, $this->stored( $source ) );
		self::assertGreaterThan( $done['revision'], $undone->get_data()['revision'] );
	}

	/**
	 * @dataProvider writers
	 */
	public function test_revisions_hold_every_byte_of_the_text_before_and_after( string $role ): void {
		$this->sign_in( $role );
		$this->serve_links();
		$source = $this->make_post( array( 'post_content' => self::CONTENT ) );
		foreach ( wp_get_post_revisions( $source->ID ) as $revision ) {
			wp_delete_post_revision( $revision->ID );
		}
		$done  = $this->apply( $this->make_post(), $source )->get_data();
		$texts = wp_list_pluck( wp_get_post_revisions( $source->ID ), 'post_content' );
		self::assertContains( self::CONTENT, $texts );
		self::assertSame( $this->stored( $source )['post_content'], get_post( $done['revision'] )->post_content );
	}

	public function test_a_type_without_revisions_is_changed_all_the_same(): void {
		register_post_type( 'leaflet', array( 'public' => true, 'supports' => array( 'title', 'editor' ), 'map_meta_cap' => true ) );
		$this->sign_in( 'editor' );
		$this->serve_links();
		$source = $this->make_post( array( 'post_content' => self::CONTENT, 'post_type' => 'leaflet' ) );
		$done   = $this->apply( $this->make_post(), $source );
		unregister_post_type( 'leaflet' );
		self::assertSame( array( 200, 0 ), array( $done->get_status(), $done->get_data()['revision'] ) );
	}

	public function test_the_service_learns_that_the_link_was_accepted(): void {
		$this->sign_in( 'editor' );
		$this->serve_links();
		$target = $this->make_post();
		$source = $this->make_post( array( 'post_content' => self::CONTENT ) );
		$this->apply( $target, $source );
		self::assertSame( array( 'POST /v1/insert', "POST /v1/posts/{$source->ID}/verdicts" ), $this->wire->asked() );
		self::assertSame( array( 'target_id' => $target->ID, 'verdict' => 'accepted', 'anchor' => 'starter' ), $this->wire->last_body() );
	}

	public function test_a_post_that_somebody_edits_is_left_alone(): void {
		$someone = $this->sign_in( 'author' );
		$source  = $this->make_post( array( 'post_content' => self::CONTENT ) );
		wp_set_post_lock( $source->ID );
		$this->sign_in( 'editor' );
		$target = $this->make_post();
		$got    = $this->apply( $target, $source );
		self::assertSame( array( 409, 'link_suggester_conflict' ), array( $got->get_status(), $got->get_data()['code'] ) );
		self::assertStringContainsString( get_userdata( $someone )->display_name, $got->get_data()['message'] );
		self::assertSame( self::CONTENT, $this->stored( $source )['post_content'] );
		self::assertSame( array(), $this->wire->requests );
	}

	/**
	 * Answers that would change more than a link.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function damage(): array {
		return array(
			'nothing at all'  => array( static fn( $body ) => array() ),
			'no change'       => array( static fn( $body ) => array( 'content' => $body['content'] ) ),
			'emptied'         => array( static fn( $body ) => array( 'content' => '' ) ),
			'tidied up'       => array( static fn( $body ) => array( 'content' => str_replace( array( 'starter', "\r" ), array( "<a href=\"{$body['href']}\">starter</a>", '' ), $body['content'] ) ) ),
			'a script'        => array( static fn( $body ) => array( 'content' => $body['content'] . '<script>1</script>' ) ),
			'another address' => array( static fn( $body ) => array( 'content' => str_replace( 'starter', '<a href="https://evil.example/">starter</a>', $body['content'] ) ) ),
			'a number'        => array( static fn( $body ) => array( 'content' => 7 ) ),
		);
	}

	/**
	 * @dataProvider damage
	 */
	public function test_an_answer_that_would_damage_the_post_is_refused( callable $answer ): void {
		$this->sign_in( 'editor' );
		$this->wire->answer( 'POST /v1/insert', $answer );
		$source = $this->make_post( array( 'post_content' => self::CONTENT ) );
		$before = $this->stored( $source );
		self::assertSame( 409, $this->apply( $this->make_post(), $source )->get_status() );
		self::assertSame( $before, $this->stored( $source ) );
	}

	public function test_a_post_that_changed_meanwhile_is_left_alone(): void {
		$this->sign_in( 'editor' );
		$source = $this->make_post( array( 'post_content' => self::CONTENT ) );
		$this->wire->answer(
			'POST /v1/insert',
			static function ( array $body ) use ( $source ) {
				global $wpdb;
				$wpdb->update( $wpdb->posts, array( 'post_content' => 'New words of the starter.' ), array( 'ID' => $source->ID ) );
				return array( 'content' => str_replace( 'starter', "<a href=\"{$body['href']}\">starter</a>", $body['content'] ) );
			}
		);
		self::assertSame( 409, $this->apply( $this->make_post(), $source )->get_status() );
		self::assertSame( 'New words of the starter.', $this->stored( $source )['post_content'] );
	}

	public function test_nobody_links_to_what_readers_cannot_open(): void {
		$this->sign_in( 'editor' );
		$source = $this->make_post( array( 'post_content' => self::CONTENT ) );
		foreach ( array( array( 'post_status' => 'draft' ), array( 'post_status' => 'private' ), array( 'post_password' => 'x' ) ) as $closed ) {
			self::assertSame( 409, $this->apply( $this->make_post( $closed ), $source )->get_status() );
		}
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_the_service_may_refuse(): void {
		$this->sign_in( 'editor' );
		$this->wire->answer( '*', self::contract( 'conflict' ), 409 );
		$got = $this->apply( $this->make_post(), $this->make_post( array( 'post_content' => self::CONTENT ) ) );
		self::assertSame( array( 409, 'link_suggester_conflict' ), array( $got->get_status(), $got->get_data()['code'] ) );
	}

	public function test_sources_say_whether_one_may_edit_them(): void {
		$someone = $this->sign_in( 'editor' );
		$others  = $this->make_post();
		$secret  = $this->make_post( array( 'post_status' => 'draft' ) );
		$this->sign_in( 'author' );
		$own    = $this->make_post();
		$target = $this->make_post();
		$first  = self::contract( 'suggestions' )['suggestions'][0];
		$answer = array( 'target_id' => $target->ID, 'inbound' => 0, 'orphan' => true ) + self::contract( 'suggestions' );
		foreach ( array( $others, $secret, $own ) as $number => $post ) {
			$answer['suggestions'][ $number ] = array(
				'source_id' => $post->ID,
				'source'    => array( 'id' => $post->ID, 'title' => '<script>alert(1)</script>', 'url' => 'old' ),
			) + $first;
		}
		$this->wire->answer( "GET /v1/posts/{$target->ID}/inbound", $answer );
		$got = $this->call( 'GET', "/posts/{$target->ID}/inbound", array( 'limit' => 3 ) )->get_data();
		self::assertStringEndsWith( '?limit=3', $this->wire->requests[0]['url'] );
		self::assertSame( array( $others->ID, $own->ID ), array_column( $got['suggestions'], 'source_id' ) );
		list( $theirs, $mine ) = array_column( $got['suggestions'], 'source' );
		self::assertSame( array( false, '', '' ), array( $theirs['can_edit'], $theirs['edit_url'], $theirs['locked_by'] ) );
		self::assertTrue( $mine['can_edit'] );
		self::assertStringEndsWith( "post.php?post={$own->ID}&action=edit&link-suggester-target={$target->ID}", $mine['edit_url'] );
		self::assertSame( get_permalink( $own ), $mine['url'] );

		update_post_meta( $own->ID, '_edit_lock', time() . ":$someone" );
		$got = $this->call( 'GET', "/posts/{$target->ID}/inbound" )->get_data();
		self::assertSame( get_userdata( $someone )->display_name, $got['suggestions'][1]['source']['locked_by'] );
	}
}
