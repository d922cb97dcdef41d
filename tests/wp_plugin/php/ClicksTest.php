<?php
/**
 * Counting clicks on links.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Click_Counts;
use Link_Suggester\Click_Form;
use Link_Suggester\Click_Route;
use Link_Suggester\Click_Sender;
use Link_Suggester\Clicks;
use Link_Suggester\Client;
use Link_Suggester\Connection;
use Link_Suggester\Content_Links;
use WP_Error;
use WP_Post;

/**
 * Tests of what is counted, what is left out, what is kept, and how often it is sent.
 */
class ClicksTest extends Plugin_Test_Case {

	const READER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

	/**
	 * A public post with links.
	 *
	 * @var WP_Post
	 */
	private $post;

	protected function setUp(): void {
		parent::setUp();
		$_SERVER['HTTP_USER_AGENT'] = self::READER;
		$this->post                 = $this->make_post( array( 'post_content' => 'Feed the <a href="/compost/">compost <em>heap</em></a>.' ) );
		$this->wire->answer( 'POST /v1/clicks', array( 'received' => 1 ), 202 );
		wp_clear_scheduled_hook( Click_Sender::HOOK );
		Clicks::switch_on();
	}

	protected function tearDown(): void {
		unset( $_SERVER['HTTP_USER_AGENT'], $_SERVER['HTTP_DNT'], $_SERVER['HTTP_SEC_GPC'], $_COOKIE[ LOGGED_IN_COOKIE ] );
		parent::tearDown();
	}

	/**
	 * Tells a click as the script does.
	 *
	 * @param string $href Link.
	 * @param int    $post Post ID, the usual one by default.
	 * @return array<string, mixed> The answer.
	 */
	private function click( string $href = '/compost/', int $post = 0 ): array {
		return $this->call( 'POST', Click_Route::PATH, array( 'post' => $post ? $post : $this->post->ID, 'href' => $href ) )->get_data();
	}

	/**
	 * Gives what waits, as 'source path clicks'.
	 *
	 * @return array<int, string>
	 */
	private function waiting(): array {
		return array_map(
			static function ( $line ) {
				return "{$line['source']} " . substr( $line['href'], strlen( home_url() ) ) . " {$line['clicks']}";
			},
			Click_Counts::next_batch()[1]
		);
	}

	private function send(): void {
		( new Click_Sender( new Client() ) )->send();
	}

	/**
	 * Gives the bodies of what was sent, and forgets them.
	 *
	 * @return array<int, array<string, mixed>>
	 */
	private function sent(): array {
		$bodies               = array_column( array_filter( $this->wire->requests, static fn( $request ) => '/v1/clicks' === $request['path'] ), 'body' );
		$this->wire->requests = array();
		return $bodies;
	}

	public function test_clicks_are_counted_by_link_and_sent_once(): void {
		self::assertSame( array( 'counted' => true ), $this->click() );
		$this->click( home_url( '/compost/#top' ) );
		$this->send();
		$this->send();
		list( $body ) = $this->sent();
		$line         = array( 'source' => $this->post->ID, 'href' => home_url( '/compost/' ), 'anchor' => 'compost heap', 'month' => wp_date( 'Y-m' ), 'clicks' => 2 );
		self::assertEquals( array( $line ), $body['clicks'] );
		self::assertSame( array_keys( self::contract( 'clicks' ) ), array_keys( $body ) );
		self::assertSame( array_keys( self::contract( 'clicks' )['counting'] ), array_keys( $body['counting'] ) );
		self::assertEqualsCanonicalizing( array_keys( self::contract( 'clicks' )['clicks'][0] ), array_keys( $body['clicks'][0] ) );
		self::assertTrue( $body['counting']['on'] );
		self::assertNotFalse( strtotime( $body['counting']['since'] ) );
		self::assertSame( array(), $this->sent() );
		self::assertSame( array(), $this->waiting() );
	}

	public function test_a_batch_that_did_not_arrive_keeps_its_name_and_later_clicks_go_in_another(): void {
		$this->send();
		$this->sent();
		$this->wire->answer( 'POST /v1/clicks', new WP_Error( 'http_request_failed', 'cURL error 7' ) );
		$this->click();
		$this->send();
		$this->click();
		$this->send();
		$lost = $this->sent();
		self::assertSame( $lost[0], $lost[1] );
		self::assertNotFalse( wp_next_scheduled( Click_Sender::HOOK ) );
		$this->wire->answer( 'POST /v1/clicks', array( 'received' => 1 ), 202 );
		$this->send();
		$sent = $this->sent();
		self::assertSame( array( 1, 1 ), array( $sent[0]['clicks'][0]['clicks'], $sent[1]['clicks'][0]['clicks'] ) );
		self::assertSame( $lost[0]['batch'], $sent[0]['batch'] );
		self::assertNotSame( $sent[0]['batch'], $sent[1]['batch'] );
	}

	public function test_what_waits_goes_along_when_changes_are_told(): void {
		$this->click();
		$this->sign_in( 'editor' );
		$this->make_post();
		$this->part( \Link_Suggester\Changes::class, 'shutdown' )->send();
		self::assertSame( array( 'POST /v1/changes', 'POST /v1/clicks' ), $this->wire->asked() );
	}

	public function test_what_the_service_will_never_take_does_not_stand_in_the_way(): void {
		$this->wire->answer( 'POST /v1/clicks', self::contract( 'wrong_field' ), 422 );
		$this->click();
		$this->send();
		self::assertSame( array(), $this->waiting() );
	}

	/**
	 * Links that cannot be followed in the post.
	 *
	 * @return array<string, array<int, string>>
	 */
	public function inventions(): array {
		return array(
			'another path'   => array( '/heap/' ),
			'another site'   => array( 'https://other.example/compost/' ),
			'no web address' => array( 'mailto:me@blog.example' ),
			'a script'       => array( 'javascript:alert(1)' ),
			'itself'         => array( '?p=0#top' ),
			'no address'     => array( '///' ),
		);
	}

	/**
	 * @dataProvider inventions
	 */
	public function test_an_invented_link_is_refused( string $href ): void {
		self::assertSame( 'link_suggester_clicks_unknown', $this->click( $href )['code'] );
		self::assertSame( array(), $this->waiting() );
	}

	public function test_only_public_posts_have_clicks(): void {
		$link = array( 'post_content' => '<a href="/compost/">heap</a>' );
		foreach ( array( array( 'post_status' => 'draft' ), array( 'post_status' => 'private' ), array( 'post_password' => 'x' ), array( 'post_type' => 'wp_block' ) ) as $fields ) {
			$post = $this->make_post( $fields + $link );
			self::assertSame( 'link_suggester_clicks_unknown', $this->click( '/compost/', $post->ID )['code'] );
		}
		self::assertSame( 'link_suggester_clicks_unknown', $this->click( '/compost/', PHP_INT_MAX )['code'] );
	}

	/**
	 * What a request may say of whoever sent it.
	 *
	 * @return array<string, array<int, array<string, string>>>
	 */
	public function left_out(): array {
		return array(
			'a robot'                => array( array( 'HTTP_USER_AGENT' => 'Mozilla/5.0 (compatible; Googlebot/2.1)' ) ),
			'a program'              => array( array( 'HTTP_USER_AGENT' => 'curl/8.5.0' ) ),
			'nobody'                 => array( array( 'HTTP_USER_AGENT' => '' ) ),
			'Do Not Track'           => array( array( 'HTTP_DNT' => '1' ) ),
			'Global Privacy Control' => array( array( 'HTTP_SEC_GPC' => '1' ) ),
		);
	}

	/**
	 * @dataProvider left_out
	 */
	public function test_whoever_is_left_out_is_not_counted( array $headers ): void {
		$_SERVER = $headers + $_SERVER;
		self::assertSame( array( 'counted' => false ), $this->click() );
		self::assertSame( array(), $this->waiting() );
	}

	public function test_who_writes_here_is_left_out_and_who_only_reads_is_counted(): void {
		foreach ( array( 'author' => false, 'subscriber' => true ) as $role => $is_counted ) {
			$_COOKIE[ LOGGED_IN_COOKIE ] = wp_generate_auth_cookie( $this->sign_in( $role ), time() + 60, 'logged_in' );
			wp_set_current_user( 0 ); // As WordPress does where no nonce comes along.
			self::assertSame( array( 'counted' => $is_counted ), $this->click() );
		}
	}

	public function test_so_many_clicks_a_minute_and_no_more(): void {
		for ( $clicks = 1; $clicks <= Click_Counts::MOST_A_MINUTE; $clicks++ ) {
			Click_Counts::is_flooded();
		}
		self::assertSame( 'link_suggester_clicks_flooded', $this->click()['code'] );
	}

	public function test_a_full_table_counts_on_for_known_links_alone(): void {
		global $wpdb;
		$this->click();
		$rows = array();
		for ( $number = 1; $number < Click_Counts::MOST_LINES; $number++ ) {
			$rows[] = "( '', '2020-01', $number, '', '', '', 1 )";
		}
		$wpdb->query( 'INSERT INTO ' . Click_Counts::table() . ' VALUES ' . implode( ',', $rows ) );
		$other = $this->make_post( array( 'post_content' => '<a href="/compost/">heap</a>' ) );
		self::assertSame( array( true, false ), array( Click_Counts::add( $this->post->ID, home_url( '/compost/' ), 'compost heap' ), Click_Counts::add( $other->ID, home_url( '/compost/' ), 'heap' ) ) );
	}

	public function test_a_large_request_is_refused(): void {
		$request = new \WP_REST_Request( 'POST', '/link-suggester/v1' . Click_Route::PATH );
		$request->set_body_params( array( 'post' => $this->post->ID, 'href' => '/compost/' ) );
		$request->set_body( str_repeat( 'x', Click_Route::LARGEST + 1 ) );
		self::assertSame( 413, rest_do_request( $request )->get_status() );
		self::assertSame( 400, $this->call( 'POST', Click_Route::PATH, array( 'post' => $this->post->ID, 'href' => str_repeat( 'x', Click_Route::LONGEST + 1 ) ) )->get_status() );
	}

	public function test_switched_off_nothing_is_taken_or_kept_and_the_service_hears_of_it(): void {
		$this->send();
		$this->sent();
		$this->click();
		Clicks::switch_off( new Click_Sender( new Client() ) );
		$bodies = $this->sent();
		self::assertSame( array( 1, false ), array( count( $bodies ), $bodies[0]['counting']['on'] ) );
		self::assertCount( 1, $bodies[0]['clicks'] );
		self::assertNotFalse( strtotime( $bodies[0]['counting']['until'] ) );
		self::assertSame( 'link_suggester_clicks_off', $this->click()['code'] );
		self::assertSame( array(), $this->waiting() );
		$this->send();
		self::assertSame( array(), $this->sent() );
	}

	public function test_without_a_service_nothing_is_counted(): void {
		delete_option( Connection::OPTION );
		self::assertSame( 'link_suggester_clicks_off', $this->click()['code'] );
	}

	public function test_the_switch_is_on_the_settings_page(): void {
		$this->sign_in( 'administrator' );
		Clicks::switch_off( new Click_Sender( new Client() ) );
		$form  = new Click_Form( new Client() );
		$shown = $this->output_of( static fn() => $form->show( new \Link_Suggester\Form_Fields( new WP_Error() ) ) );
		self::assertStringContainsString( 'no cookies, no IP addresses, nothing about persons', $shown );
		self::assertStringNotContainsString( "checked='checked'", $shown );
		$_POST    = array( 'clicks' => '1' );
		$_REQUEST = array( '_wpnonce' => wp_create_nonce( Click_Form::FORM ) );
		$form->take();
		self::assertTrue( Clicks::is_on() );
		self::assertStringContainsString( "checked='checked'", $this->output_of( static fn() => $form->show( new \Link_Suggester\Form_Fields( new WP_Error() ) ) ) );
		$_POST = array();
		$form->take();
		self::assertFalse( Clicks::is_on() );
	}

	/**
	 * Ways to write the same link in a post and to read it in a browser.
	 *
	 * @return array<int, array<int, string>>
	 */
	public function writings(): array {
		return array(
			array( '<a class="x" href=/compost/>x</a>', '/compost/', 'x' ),
			array( "<A title='a > b' HREF='%s/compost/'>Caf&eacute; &amp; <b>more</b>\n here</A>", 'https://www.%h/compost/', 'Café & more here' ),
			array( '<a href="/s?a=1&amp;b=2">x</a>', '/s?a=1&b=2', 'x' ),
			array( '<a href="/caf%C3%A9/">x</a>', '/café/', 'x' ),
			array( '<a href="/compost/"><img src="/a.png" alt="A heap"></a>', '/compost/', '' ),
		);
	}

	/**
	 * @dataProvider writings
	 */
	public function test_a_link_is_found_however_it_is_written( string $content, string $href, string $anchor ): void {
		$host = (string) preg_replace( '#^https?://#', '', home_url() );
		$post = $this->make_post( array( 'post_content' => str_replace( '%s', home_url(), "<a>no</a> <abbr>no</abbr> $content <a href=\"/z/\">z</a>" ) ) );
		self::assertSame( $anchor, Content_Links::find( $post, str_replace( '%h', $host, $href ) )[1] ?? null );
	}

	public function test_links_of_the_content_are_marked_for_readers_alone(): void {
		global $wp_query;
		$this->go_to_post();
		$content = '<p><a href="/compost/">heap</a> <abbr>a</abbr></p>';
		self::assertSame( str_replace( '<a ', '<a data-link-suggester ', $content ), trim( apply_filters( 'the_content', $content ) ) );
		$this->sign_in( 'author' );
		self::assertStringNotContainsString( 'data-link-suggester', apply_filters( 'the_content', $content ) );
		wp_set_current_user( 0 );
		$wp_query->is_preview = true;
		self::assertStringNotContainsString( 'data-link-suggester', apply_filters( 'the_content', $content ) );
	}

	public function test_words_for_the_privacy_policy_are_suggested_where_clicks_are_counted(): void {
		require_once ABSPATH . 'wp-admin/includes/class-wp-privacy-policy-content.php';
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		set_current_screen( 'dashboard' );
		$GLOBALS['wp_current_filter'][] = 'admin_init';
		( new Clicks() )->suggest_privacy_words();
		array_pop( $GLOBALS['wp_current_filter'] );
		$said = array_column( \WP_Privacy_Policy_Content::get_suggested_policy_text(), 'policy_text' );
		self::assertStringContainsString( 'No cookies are set', implode( ' ', $said ) );
	}

	public function test_the_table_goes_with_a_deleted_site_of_a_network(): void {
		self::assertContains( Click_Counts::table(), apply_filters( 'wpmu_drop_tables', array(), get_current_blog_id() ) );
	}

	public function test_a_post_shown_on_another_page_is_not_marked(): void {
		$this->go_to_post();
		$GLOBALS['post'] = $this->make_post();
		self::assertStringNotContainsString( 'data-link-suggester', apply_filters( 'the_content', '<a href="/compost/">heap</a>' ) );
	}

	/**
	 * Asks for the post as a reader does.
	 */
	private function go_to_post(): void {
		global $wp_query, $wp_the_query;
		$wp_query        = new \WP_Query( array( 'p' => $this->post->ID, 'post_type' => 'post' ) );
		$wp_the_query    = $wp_query;
		$GLOBALS['post'] = $this->post;
	}
}
