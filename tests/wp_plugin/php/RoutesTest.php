<?php
/**
 * The routes that the editor's scripts call.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Connection;

/**
 * Tests of who may call them, what they ask the service, and what they add to its answers.
 */
class RoutesTest extends Plugin_Test_Case {

	const PLACE = array(
		'block'  => array(
			'index' => 0,
			'kind'  => 'paragraph',
		),
		'anchor' => array(
			'text'   => 'starter',
			'before' => 'Feed the ',
			'after'  => '.',
		),
	);

	/**
	 * Every route about a post, with a body it takes; SOURCE stands for a second post.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function routes(): array {
		$href = array( 'href' => 'https://site.example/x/' );
		return array(
			'suggestions' => array(
				'POST',
				'suggestions',
				array(
					'title'   => '',
					'content' => '',
				),
			),
			'verdicts'    => array(
				'POST',
				'verdicts',
				array(
					'target_id' => 2,
					'verdict'   => 'dismissed',
				),
			),
			'insert'      => array( 'POST', 'insert', array( 'content' => '' ) + self::PLACE + $href ),
			'remove'      => array( 'POST', 'remove', array( 'content' => '' ) + self::PLACE + $href ),
			'inbound'     => array( 'GET', 'inbound', array() ),
			'apply'       => array( 'POST', 'inbound/apply', array( 'source_id' => 'SOURCE' ) + self::PLACE ),
			'undo'        => array( 'POST', 'inbound/undo', array( 'source_id' => 'SOURCE' ) + self::PLACE + $href ),
		);
	}

	/**
	 * @dataProvider routes
	 */
	public function test_only_those_who_may_edit_the_very_post_may_ask( string $method, string $route, array $body ): void {
		$this->sign_in( 'editor' );
		$others = $this->make_post();
		foreach ( array( '' => 401, 'subscriber' => 403, 'contributor' => 403, 'author' => 403 ) as $role => $status ) {
			$this->sign_in( $role );
			$own  = $role ? $this->make_post( array( 'post_status' => 'draft' ) ) : $others;
			$body = isset( $body['source_id'] ) ? array( 'source_id' => $own->ID ) + $body : $body;
			self::assertSame( $status, $this->call( $method, "/posts/{$others->ID}/$route", $body )->get_status(), "a $role asked" );
		}
		self::assertSame( array(), $this->wire->requests );
	}

	/**
	 * @dataProvider routes
	 */
	public function test_an_author_may_ask_about_own_posts( string $method, string $route, array $body ): void {
		$this->sign_in( 'author' );
		$this->wire->answer( '*', array( 'content' => '' ) );
		$own  = $this->make_post();
		$body = isset( $body['source_id'] ) ? array( 'source_id' => $this->make_post()->ID ) + $body : $body;
		self::assertContains( $this->call( $method, "/posts/{$own->ID}/$route", $body )->get_status(), array( 200, 409 ) );
		self::assertNotSame( array(), $this->wire->requests );
	}

	/**
	 * @dataProvider routes
	 */
	public function test_what_is_no_post_is_not_found( string $method, string $route, array $body ): void {
		$this->sign_in( 'administrator' );
		$post     = $this->make_post();
		$revision = wp_save_post_revision( $post->ID );
		$pattern  = wp_insert_post(
			array(
				'post_type'   => 'wp_block',
				'post_title'  => 'A pattern',
				'post_status' => 'publish',
			)
		);
		$body     = isset( $body['source_id'] ) ? array( 'source_id' => $post->ID ) + $body : $body;
		foreach ( array( 0, 99999999, (int) $revision, $pattern ) as $id ) {
			self::assertSame( 404, $this->call( $method, "/posts/$id/$route", $body )->get_status() );
		}
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_another_post_is_changed_only_by_those_who_may_edit_it_too(): void {
		$this->sign_in( 'editor' );
		$others = $this->make_post( array( 'post_content' => '<p>Feed the starter.</p>' ) );
		$this->sign_in( 'author' );
		$own = $this->make_post();
		foreach ( array( 'apply', 'undo' ) as $verb ) {
			$body = array(
				'source_id' => $others->ID,
				'href'      => get_permalink( $own ),
			) + self::PLACE;
			self::assertSame( 403, $this->call( 'POST', "/posts/{$own->ID}/inbound/$verb", $body )->get_status() );
		}
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_the_text_on_screen_goes_out_as_it_is_with_the_terms_of_the_saved_post(): void {
		$this->sign_in( 'author' );
		$term = wp_insert_term( 'Größe & "Maß" ' . uniqid(), 'category', array( 'slug' => 'groesse' ) );
		$post = $this->make_post( array( 'post_category' => array( $term['term_id'] ) ) );
		$this->wire->answer( '*', self::contract( 'nothing' ) );
		$content = "<!-- wp:paragraph -->\n<p>Back\\slash \\\"quoted\\\" &amp; 🍞 <script>x</script>\u{a0}.</p>\n<!-- /wp:paragraph -->";
		$draft   = array( 'title' => 'A <b>"title"</b> \\ 🍞', 'type' => 'page' ) + array( 'content' => $content ) + self::contract( 'draft' );
		self::assertSame( 200, $this->call( 'POST', "/posts/{$post->ID}/suggestions", $draft )->get_status() );
		$sent = $this->wire->last_body();
		self::assertSame( array( "POST /v1/posts/{$post->ID}/suggestions" ), $this->wire->asked() );
		self::assertSame( $content, $sent['content'] );
		self::assertSame( 'A <b>"title"</b> \\ 🍞', $sent['title'] );
		self::assertSame( 'post', $sent['type'] );
		self::assertSame( array( true, 'en', 5 ), array( $sent['raw'], $sent['lang'], $sent['limit'] ) );
		self::assertSame( array( 'category', 'groesse' ), array( $sent['terms'][0]['taxonomy'], $sent['terms'][0]['slug'] ) );
		self::assertStringStartsWith( 'Größe & "Maß" ', $sent['terms'][0]['name'] );
	}

	public function test_targets_get_todays_permalink_and_closed_ones_are_left_out(): void {
		$this->sign_in( 'editor' );
		$source = $this->make_post();
		$open   = $this->make_numbered( 2, array( 'post_name' => 'renamed' ) );
		$this->make_numbered( 3, array( 'post_status' => 'draft' ) );
		$this->wire->answer( '*', self::contract( 'suggestions' ) );
		$this->sign_in( 'author' );
		$own    = $this->make_post();
		$answer = $this->call( 'POST', "/posts/{$own->ID}/suggestions", self::contract( 'draft' ) )->get_data();
		self::assertSame( array( 2 ), array_column( array_column( $answer['suggestions'], 'target' ), 'id' ) );
		$target = $answer['suggestions'][0]['target'];
		self::assertSame( get_permalink( $open ), $target['url'] );
		self::assertSame( array( 'Post', '' ), array( $target['type_label'], $target['edit_url'] ) );
		self::assertSame( self::contract( 'suggestions' )['suggestions'][0]['anchor'], $answer['suggestions'][0]['anchor'] );
		self::assertArrayHasKey( 'links', $answer );
		self::assertNotSame( 0, $source->ID );
	}

	public function test_posts_behind_a_password_or_in_the_trash_are_no_targets(): void {
		$this->sign_in( 'editor' );
		$this->make_numbered( 2, array( 'post_password' => 'secret' ) );
		wp_trash_post( $this->make_numbered( 3 )->ID );
		$this->wire->answer( '*', self::contract( 'suggestions' ) );
		$answer = $this->call( 'POST', "/posts/{$this->make_post()->ID}/suggestions", self::contract( 'draft' ) )->get_data();
		self::assertSame( array(), $answer['suggestions'] );
	}

	public function test_other_targets_are_completed_too(): void {
		$this->sign_in( 'editor' );
		$this->make_numbered( 2 );
		$this->make_numbered( 3, array( 'post_status' => 'private' ) );
		$page                                         = $this->make_numbered( 4, array( 'post_type' => 'page' ) );
		$said                                         = self::contract( 'suggestions' );
		$said['suggestions'][0]['other_targets']      = array();
		foreach ( array( 3, 4 ) as $id ) {
			$said['suggestions'][0]['other_targets'][] = array(
				'target' => array( 'id' => $id ) + $said['suggestions'][0]['target'],
				'score'  => 0.5,
			);
		}
		$this->wire->answer( '*', $said );
		$answer = $this->call( 'POST', "/posts/{$this->make_post()->ID}/suggestions", self::contract( 'draft' ) )->get_data();
		$others = $answer['suggestions'][0]['other_targets'];
		self::assertSame( array( 4 ), array_column( array_column( $others, 'target' ), 'id' ) );
		self::assertSame( get_permalink( $page ), $others[0]['target']['url'] );
		self::assertStringContainsString( 'post.php?post=4&action=edit', $others[0]['target']['edit_url'] );
	}

	public function test_a_strange_answer_breaks_nothing(): void {
		$this->sign_in( 'editor' );
		$post = $this->make_post();
		foreach ( array( array( 'suggestions' => 'x' ), array( 'suggestions' => array( 1, null, array( 'target' => 'x', 'other_targets' => 'y' ) ) ), array() ) as $answer ) {
			$this->wire->answer( '*', $answer );
			$got = $this->call( 'POST', "/posts/{$post->ID}/suggestions", self::contract( 'draft' ) );
			self::assertSame( array( 200, array() ), array( $got->get_status(), $got->get_data()['suggestions'] ) );
			self::assertSame( array(), $this->call( 'GET', "/posts/{$post->ID}/inbound" )->get_data()['suggestions'] );
		}
	}

	public function test_a_verdict_is_passed_on(): void {
		$this->sign_in( 'author' );
		$post = $this->make_post();
		$this->wire->answer( '*', array( 'received' => 1 ), 201 );
		$answer = $this->call( 'POST', "/posts/{$post->ID}/verdicts", self::contract( 'verdict' ) );
		self::assertSame( array( 'received' => 1 ), $answer->get_data() );
		self::assertSame( array( "POST /v1/posts/{$post->ID}/verdicts" ), $this->wire->asked() );
		self::assertSame( self::contract( 'verdict' ), $this->wire->last_body() );
	}

	/**
	 * Requests for a change of the text on screen, and their answers.
	 *
	 * @return array<string, array<int, string>>
	 */
	public function changes_on_screen(): array {
		return array(
			'a link'       => array( 'insert', 'insert', 'inserted' ),
			'new text'     => array( 'insert', 'insert_new_text', 'inserted_new_text' ),
			'without link' => array( 'remove', 'remove', 'removed' ),
		);
	}

	/**
	 * @dataProvider changes_on_screen
	 */
	public function test_the_text_on_screen_is_changed_by_the_service( string $route, string $asked, string $answered ): void {
		$this->sign_in( 'author' );
		$post = $this->make_post();
		$this->wire->answer( "POST /v1/$route", self::contract( $answered ) );
		$answer = $this->call( 'POST', "/posts/{$post->ID}/$route", self::contract( $asked ) );
		self::assertSame( self::contract( $answered ), $answer->get_data() );
		self::assertEquals( self::contract( $asked ), $this->wire->last_body() );
	}

	/**
	 * Bodies that no route takes.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function nonsense(): array {
		$remove = array( 'content' => 'x' ) + self::PLACE;
		return array(
			'no title'        => array( 'suggestions', array( 'content' => '' ) ),
			'no text'         => array( 'suggestions', array( 'title' => array(), 'content' => '' ) ),
			'too many'        => array( 'suggestions', array( 'title' => '', 'content' => '', 'limit' => 1000 ) ),
			'odd language'    => array( 'suggestions', array( 'title' => '', 'content' => '', 'lang' => '../../' ) ),
			'another verdict' => array( 'verdicts', array( 'target_id' => 2, 'verdict' => 'loved' ) ),
			'no target'       => array( 'verdicts', array( 'target_id' => 'x', 'verdict' => 'accepted' ) ),
			'a script'        => array( 'remove', array( 'href' => 'javascript:alert(1)' ) + $remove ),
			'no block'        => array( 'remove', array( 'href' => '/x', 'block' => array() ) + $remove ),
			'no words'        => array( 'remove', array( 'href' => '/x', 'anchor' => array( 'text' => '' ) ) + $remove ),
		);
	}

	/**
	 * @dataProvider nonsense
	 */
	public function test_nonsense_does_not_reach_the_service( string $route, array $body ): void {
		$this->sign_in( 'author' );
		$post = $this->make_post();
		self::assertSame( 400, $this->call( 'POST', "/posts/{$post->ID}/$route", $body )->get_status() );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_counts_are_told_of_posts_one_may_edit(): void {
		$this->sign_in( 'editor' );
		$others = $this->make_post();
		$this->sign_in( 'author' );
		$own = $this->make_post();
		$this->wire->answer( 'POST /v1/counts', array( 'posts' => array( $own->ID => array( 'inbound' => 2 ) ) ) + self::contract( 'counts' ) );
		$answer = $this->call( 'GET', '/counts', array( 'ids' => "{$own->ID},{$others->ID},{$own->ID}" ) );
		self::assertSame( array( 'ids' => array( $own->ID ) ), $this->wire->last_body() );
		self::assertSame( sprintf( '{"posts":{"%d":{"inbound":2}}}', $own->ID ), wp_json_encode( $answer->get_data() ) );
	}

	public function test_counts_need_neither_service_nor_posts(): void {
		$this->sign_in( 'author' );
		$answer = $this->call( 'GET', '/counts', array( 'ids' => '99999999' ) );
		self::assertSame( '{"posts":{}}', wp_json_encode( $answer->get_data() ) );
		self::assertSame( array(), $this->wire->requests );
		foreach ( array( '' => 401, 'subscriber' => 403 ) as $role => $status ) {
			$this->sign_in( $role );
			self::assertSame( $status, $this->call( 'GET', '/counts', array( 'ids' => '1' ) )->get_status() );
		}
	}

	/**
	 * @dataProvider routes
	 */
	public function test_nothing_is_asked_before_there_is_a_service( string $method, string $route, array $body ): void {
		delete_option( Connection::OPTION );
		$this->sign_in( 'author' );
		$own  = $this->make_post();
		$body = isset( $body['source_id'] ) ? array( 'source_id' => $this->make_post()->ID ) + $body : $body;
		$got  = $this->call( $method, "/posts/{$own->ID}/$route", $body );
		self::assertSame( 'link_suggester_not_configured', $got->get_data()['code'] );
		self::assertSame( array(), $this->wire->requests );
	}
}
