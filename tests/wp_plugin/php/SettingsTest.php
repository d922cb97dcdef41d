<?php
/**
 * The settings page.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Connection;
use Link_Suggester\Dashboard;
use Link_Suggester\Post_Types;
use Link_Suggester\Settings;
use Link_Suggester\Sign_In;
use WP_Application_Passwords;
use WP_Error;

/**
 * Tests of what is kept, what is shown, and what is said where something is wrong.
 */
class SettingsTest extends Plugin_Test_Case {

	/**
	 * Answers as a healthy service does.
	 */
	private function serve_well(): void {
		$this->wire->answer( 'GET /healthz', array( 'status' => 'ok' ) );
		$this->wire->answer( 'GET /v1/status', array( 'site' => array( 'url' => home_url(), 'name' => 'x' ) ) + self::contract( 'status' ) );
		$this->wire->answer( 'GET /v1/settings', self::contract( 'settings' ) );
	}

	/**
	 * Sends a form to the page.
	 *
	 * @param string               $form   Name of the form.
	 * @param array<string, mixed> $fields Its fields.
	 * @return array{0: string, 1: string} How it ended, and the page where it was shown.
	 */
	private function send( string $form, array $fields ): array {
		$_POST    = wp_slash( $fields + array( 'link-suggester-form' => $form, '_wpnonce' => wp_create_nonce( $form ) ) );
		$_REQUEST = $_POST;
		return $this->open();
	}

	/**
	 * Opens the page.
	 *
	 * @param array<string, mixed> $query What stands in the address.
	 * @return array{0: string, 1: string} How it ended, and the page where it was shown.
	 */
	private function open( array $query = array() ): array {
		global $title;
		$title     = 'Link suggester';
		$_GET      = wp_slash( $query );
		$_REQUEST  = $_GET + $_POST;
		$settings  = new Settings( new \Link_Suggester\Client() );
		$end       = $this->end_of( array( $settings, 'on_load' ) );
		return array( $end, 'went on' === $end ? $this->output_of( array( $settings, 'show' ) ) : '' );
	}

	public function test_a_new_owner_sees_what_to_do_first(): void {
		delete_option( Connection::OPTION );
		$this->sign_in( 'administrator' );
		$page = $this->open()[1];
		self::assertStringContainsString( 'Three steps to suggestions', $page );
		self::assertStringContainsString( 'suggester connect ' . home_url(), $page );
		self::assertStringNotContainsString( 'aria-invalid', $page );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_connecting_checks_both_and_keeps_them(): void {
		delete_option( Connection::OPTION );
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$end = $this->send( Settings::CONNECT, array( 'url' => ' 127.0.0.1:8765/ ', 'key' => ' sug_new ' ) )[0];
		self::assertSame( 'went to: ' . Settings::url( 'connected' ), $end );
		self::assertSame( array( 'http://127.0.0.1:8765', 'sug_new' ), array( Connection::url(), Connection::key() ) );
		self::assertSame( array( 'GET /healthz', 'GET /v1/status' ), $this->wire->asked() );
	}

	public function test_the_key_is_never_printed_and_stays_when_left_empty(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		self::assertStringNotContainsString( self::KEY, $this->open()[1] );
		$this->send( Settings::CONNECT, array( 'url' => self::URL, 'key' => '' ) );
		self::assertSame( self::KEY, Connection::key() );
	}

	public function test_a_key_never_goes_to_another_address(): void {
		$this->sign_in( 'administrator' );
		$page = $this->send( Settings::CONNECT, array( 'url' => 'http://other.example', 'key' => '' ) )[1];
		self::assertSame( '', Connection::key() );
		self::assertStringContainsString( 'Enter the key', $page );
		self::assertSame( array(), $this->wire->requests );
	}

	/**
	 * Addresses that are none.
	 *
	 * @return array<int, array<int, string>>
	 */
	public function wrong_addresses(): array {
		return array( array( '' ), array( 'ftp://x.example' ), array( 'http://' ), array( 'http://me:secret@x.example' ), array( 'http://x.example/?a=1' ), array( 'javascript://x' ), array( '"><script>' ) );
	}

	/**
	 * @dataProvider wrong_addresses
	 */
	public function test_a_wrong_address_is_said_at_its_field( string $url ): void {
		$this->sign_in( 'administrator' );
		$page = $this->send( Settings::CONNECT, array( 'url' => $url, 'key' => 'x' ) )[1];
		self::assertMatchesRegularExpression( '/id="link-suggester-url"[^>]*aria-invalid="true"/', $page );
		self::assertStringContainsString( 'id="link-suggester-url-error">Enter the address', $page );
		self::assertStringNotContainsString( '<script>', $page );
		self::assertSame( array( self::URL, self::KEY ), array( Connection::url(), Connection::key() ) );
	}

	/**
	 * What can be wrong with a connection.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function troubles(): array {
		$down = new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect to <b>x</b>' );
		return array(
			'nobody there' => array( 'GET /healthz', $down, 0, 'url', 'Nothing answers at this address; start the service with “suggester serve”' ),
			'slow'         => array( 'GET /healthz', new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ), 0, 'url', 'did not answer in time' ),
			'a web site'   => array( 'GET /healthz', '<html>', 200, 'url', 'it is no link suggester' ),
			'no status'    => array( 'GET /v1/status', array( 'x' => 1 ), 200, 'url', 'it is no link suggester' ),
			'wrong key'    => array( 'GET /v1/status', array( 'error' => 'KeyRefused', 'message' => 'm' ), 401, 'key', 'make a new one with “suggester keys new”' ),
			'other api'    => array( 'GET /v1/status', array( 'api' => 2 ), 200, 'url', 'update plugin and service together' ),
		);
	}

	/**
	 * @dataProvider troubles
	 */
	public function test_trouble_is_said_in_words_with_a_next_step( string $at, $answer, int $status, string $field, string $sentence ): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->wire->answer( $at, $answer, $status );
		foreach ( array( $this->send( Settings::CONNECT, array( 'url' => self::URL, 'key' => 'x' ) )[1], $this->open()[1] ) as $page ) {
			self::assertMatchesRegularExpression( "/id=\"link-suggester-$field\"[^>]*aria-invalid=\"true\"/", $page );
			self::assertStringContainsString( $sentence, $page );
			self::assertStringContainsString( 'Not connected', $page );
			self::assertStringNotContainsString( '<b>x</b>', $page );
			self::assertStringNotContainsString( self::KEY, $page );
		}
	}

	public function test_the_card_says_how_things_stand(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$page = $this->open()[1];
		self::assertStringContainsString( 'Connected', $page );
		self::assertMatchesRegularExpression( '#<dt>Posts read</dt><dd>3</dd>#', $page );
		self::assertMatchesRegularExpression( '#<dt>Orphans</dt><dd><a href="[^"]*edit.php\?link-suggester=orphans">1</a></dd>#', $page );
		self::assertStringContainsString( '2 changes wait; <code>suggester sync</code> takes them up.', $page );
		self::assertStringContainsString( 'signs in to this site as anna.', $page );
		self::assertStringNotContainsString( 'reads this site as', $page );
	}

	public function test_a_key_of_another_site_is_noticed(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->wire->answer( 'GET /v1/status', self::contract( 'status' ) );
		self::assertStringContainsString( 'The service reads this site as https://bread.example.', $this->open()[1] );
	}

	public function test_nothing_of_the_service_is_taken_for_html(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$evil   = '"><script>alert(1)</script>`<img src=x onerror=1>`';
		$status = array(
			'version'      => $evil,
			'signed_in_as' => $evil,
			'error'        => $evil,
			'advice'       => array( $evil, array( $evil ) ),
			'posts'        => $evil,
			'site'         => array( 'url' => $evil ),
			'meta'         => array( 'synced_at' => $evil, 'format' => 1 ),
		) + self::contract( 'status' );
		$this->wire->answer( 'GET /v1/status', $status );
		$this->wire->answer( 'GET /v1/settings', array_fill_keys( array( 'excluded_posts', 'excluded_terms', 'excluded_words', 'post_types' ), array( $evil, array() ) ) );
		$page = $this->open()[1];
		self::assertStringNotContainsString( '<script', $page );
		self::assertStringNotContainsString( '<img', $page );
	}

	public function test_the_last_audit_is_told_in_short(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->wire->answer( 'GET /v1/audit', self::contract( 'audit' ) );
		$page = $this->open()[1];
		self::assertStringContainsString( 'Links of the whole site: 71 of 100 points (2.5 more than before)', $page );
		self::assertStringContainsString( '<li>2 broken links</li><li>1 orphan: no other post links there</li><li>3 links on generic words</li>', $page );
	}

	/**
	 * Answers to the question for the last audit of which nothing is to be told.
	 *
	 * @return array<string, array{0: mixed, 1: int}>
	 */
	public static function no_audits(): array {
		return array(
			'none yet'       => array( array( 'score' => null, 'before' => null, 'findings' => array() ), 200 ),
			'an older one'   => array( array( 'error' => 'NotFound', 'message' => 'm' ), 404 ),
			'something else' => array( array( 'score' => array( 1 ), 'findings' => '<script>' ), 200 ),
			'out of order'   => array( 'oops', 500 ),
		);
	}

	/**
	 * @dataProvider no_audits
	 * @param mixed $answer What the service says.
	 * @param int   $status HTTP status.
	 */
	public function test_a_service_that_knows_of_no_audit_leaves_the_page_as_it_is( $answer, int $status ): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->wire->answer( 'GET /v1/audit', $answer, $status );
		$page = $this->open()[1];
		self::assertStringContainsString( 'Posts read', $page );
		self::assertStringNotContainsString( 'Links of the whole site', $page );
		self::assertStringNotContainsString( '<script', $page );
	}

	public function test_constants_win_and_are_shown_as_such(): void {
		$page = $this->output_of(
			static function () {
				( new \Link_Suggester\Form_Fields( new WP_Error() ) )->fixed( 'http://x.example', Connection::URL_CONSTANT );
			}
		);
		self::assertStringContainsString( 'Set by LINK_SUGGESTER_URL in wp-config.php.', $page );
	}

	public function test_decisions_are_stored_by_the_service(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$post = $this->make_post( array( 'post_name' => 'left-out' ) );
		$term = wp_insert_term( 'Old “News”', 'post_tag', array( 'slug' => 'old-news' ) );
		$this->wire->answer( 'PUT /v1/settings', self::contract( 'settings' ) );
		$form = array(
			'post_types'     => array( 'post', 'page', 'nonsense' ),
			'excluded_posts' => get_permalink( $post ) . "\r\n7\r\n\r\n7",
			'categories'     => array( 'category:uncategorized' ),
			'excluded_terms' => "Old “News”\nrecipe_kind:soup",
			'excluded_words' => "it's \"so\" \\\n Größe ",
			'links_per_1000' => '7,5',
			'least_score'    => '0.5',
		);
		$end  = $this->send( Settings::POLICY, array( 'policy' => $form ) )[0];
		self::assertSame( 'went to: ' . Settings::url( 'saved' ), $end );
		self::assertSame(
			array(
				'post_types'     => array( 'post', 'page' ),
				'excluded_posts' => array( $post->ID, 7 ),
				'excluded_terms' => array( 'category:uncategorized', 'post_tag:old-news', 'recipe_kind:soup' ),
				'excluded_words' => array( 'it\'s "so" \\', 'Größe' ),
				'links_per_1000' => 7.5,
				'least_score'    => 0.5,
			),
			$this->wire->last_body()
		);
		self::assertSame( array( 'post', 'page' ), get_option( Post_Types::OPTION ) );
		self::assertNotEmpty( $term );
	}

	public function test_all_types_are_written_as_none(): void {
		$this->sign_in( 'administrator' );
		$this->wire->answer( '*', array( 'post_types' => array() ) );
		$this->send( Settings::POLICY, array( 'policy' => array( 'post_types' => array_keys( Post_Types::public_types() ), 'links_per_1000' => '5', 'least_score' => '0' ) ) );
		self::assertSame( array(), $this->wire->last_body()['post_types'] );
		self::assertSame( Post_Types::public_types(), Post_Types::included() );
	}

	public function test_stored_decisions_are_shown(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->make_numbered( 3, array( 'post_name' => 'third' ) );
		$page = $this->open()[1];
		self::assertMatchesRegularExpression( '/value="post" checked/', $page );
		self::assertMatchesRegularExpression( '/value="recipe">/', $page );
		self::assertStringContainsString( '>' . get_permalink( 3 ) . '</textarea>', $page );
		self::assertStringContainsString( '>category:news</textarea>', $page );
		self::assertStringContainsString( '>sale</textarea>', $page );
		self::assertMatchesRegularExpression( '/value="8" id="link-suggester-links-per-1000"/', $page );
		self::assertMatchesRegularExpression( "/<option value=\"0.3\" selected='selected'>As set before \(0.30\)/", $page );
		self::assertSame( array( 'post', 'page' ), get_option( Post_Types::OPTION ) );
	}

	public function test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$form = array(
			'excluded_posts' => '/no-such-post/',
			'excluded_terms' => 'No such thing',
			'excluded_words' => '<b>kept</b>',
			'links_per_1000' => 'many',
			'least_score'    => '2',
		);
		$page = $this->send( Settings::POLICY, array( 'policy' => $form ) )[1];
		foreach ( array( 'excluded-posts', 'excluded-terms', 'links-per-1000', 'least-score' ) as $field ) {
			self::assertMatchesRegularExpression( "/id=\"link-suggester-$field\"[^>]*aria-invalid=\"true\"/", $page );
		}
		self::assertStringContainsString( 'Tick at least one type of posts.', $page );
		self::assertStringContainsString( '&lt;b&gt;kept&lt;/b&gt;</textarea>', $page );
		self::assertStringContainsString( 'value="many"', $page );
		self::assertNotContains( 'PUT /v1/settings', $this->wire->asked() );
	}

	public function test_the_services_own_complaints_stand_at_their_fields(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$this->wire->answer( 'PUT /v1/settings', array( 'error' => 'UnprocessableEntity', 'message' => 'm', 'fields' => array( 'excluded_words' => array( '0' => array( 'Longer than maximum length 200.' ) ) ) ), 422 );
		$page = $this->send( Settings::POLICY, array( 'policy' => array( 'post_types' => array( 'post' ), 'links_per_1000' => '5', 'least_score' => '0.2' ) ) )[1];
		self::assertStringContainsString( 'id="link-suggester-excluded-words-error">Longer than maximum length 200.', $page );
		$this->wire->answer( 'PUT /v1/settings', 'oops', 500 );
		$page = $this->send( Settings::POLICY, array( 'policy' => array( 'post_types' => array( 'post' ), 'links_per_1000' => '5', 'least_score' => '0.2' ) ) )[1];
		self::assertStringContainsString( 'The link suggester does not answer.', $page );
	}

	/**
	 * Forms of the page.
	 *
	 * @return array<int, array<int, string>>
	 */
	public function forms(): array {
		return array( array( Settings::CONNECT ), array( Settings::POLICY ), array( Settings::SIGN_OUT ), array( Dashboard::FORM ) );
	}

	/**
	 * @dataProvider forms
	 */
	public function test_forms_need_their_nonce_and_the_right( string $form ): void {
		$this->sign_in( 'administrator' );
		$end = $this->send( $form, array( 'url' => 'http://evil.example', 'key' => 'x', '_wpnonce' => 'wrong' ) )[0];
		self::assertStringStartsWith( 'died: ', $end );
		$this->sign_in( 'editor' );
		( new Settings( new \Link_Suggester\Client() ) )->on_load();
		self::assertSame( array( self::URL, self::KEY ), array( Connection::url(), Connection::key() ) );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_the_button_leads_into_the_dashboard_and_the_key_stays_here(): void {
		$this->sign_in( 'administrator' );
		$this->serve_well();
		$page = $this->open()[1];
		self::assertStringContainsString( '>Open the dashboard</button>', $page );
		self::assertStringNotContainsString( self::KEY, $page );
		$this->wire->answer( 'POST /v1/dashboard-links', self::contract( 'dashboard_link' ), 201 );
		$end = $this->send( Dashboard::FORM, array() )[0];
		self::assertSame( 'went to: ' . self::contract( 'dashboard_link' )['url'], $end );
	}

	public function test_without_a_link_the_page_says_why_and_leads_nowhere_else(): void {
		$this->sign_in( 'administrator' );
		foreach ( array( array( 'oops', 500 ), array( array( 'url' => 'javascript:alert(1)' ), 201 ) ) as $answer ) {
			$this->wire->answer( 'POST /v1/dashboard-links', ...$answer );
			self::assertSame( 'went to: ' . Settings::url( 'trouble' ), $this->send( Dashboard::FORM, array() )[0] );
			self::assertIsArray( get_transient( Settings::notice_name() ) );
		}
	}

	/**
	 * Comes back from WordPress's page with a fresh application password.
	 *
	 * @return array{0: int, 1: string} User ID and password.
	 */
	private function come_back(): array {
		$user_id = $this->sign_in( 'administrator' );
		parse_str( (string) wp_parse_url( Sign_In::url( Settings::url() ), PHP_URL_QUERY ), $asked );
		parse_str( (string) wp_parse_url( $asked['success_url'], PHP_URL_QUERY ), $back );
		list( $password ) = WP_Application_Passwords::create_new_application_password( $user_id, array( 'name' => $asked['app_name'], 'app_id' => $asked['app_id'] ) );
		$_GET             = array( 'user_login' => wp_get_current_user()->user_login, 'password' => $password ) + $back;
		$_REQUEST         = $_GET;
		return array( $user_id, $password );
	}

	public function test_the_service_gets_the_password_and_wordpress_keeps_none(): void {
		list( $user_id, $password ) = $this->come_back();
		$this->wire->answer( 'PUT /v1/credentials', self::contract( 'signed_in' ) );
		$end = $this->open( $_GET )[0];
		self::assertSame( 'went to: ' . Settings::url( 'signed-in' ), $end );
		self::assertSame( array( 'user' => get_userdata( $user_id )->user_login, 'password' => $password ), $this->wire->last_body() );
		self::assertCount( 1, WP_Application_Passwords::get_user_application_passwords( $user_id ) );
		self::assertStringNotContainsString( $password, wp_json_encode( wp_load_alloptions() ) );

		$this->wire->answer( 'DELETE /v1/credentials', self::contract( 'signed_out' ) );
		$end = $this->send( Settings::SIGN_OUT, array() )[0];
		self::assertSame( 'went to: ' . Settings::url( 'signed-out' ), $end );
		self::assertCount( 0, WP_Application_Passwords::get_user_application_passwords( $user_id ) );
	}

	public function test_a_second_password_takes_the_place_of_the_first(): void {
		list( $user_id ) = $this->come_back();
		$this->wire->answer( 'PUT /v1/credentials', self::contract( 'signed_in' ) );
		$first = WP_Application_Passwords::get_user_application_passwords( $user_id )[0];
		parse_str( (string) wp_parse_url( Sign_In::url( Settings::url() ), PHP_URL_QUERY ), $asked );
		list( $p ) = WP_Application_Passwords::create_new_application_password( $user_id, array( 'name' => $asked['app_name'], 'app_id' => $asked['app_id'] ) );
		WP_Application_Passwords::create_new_application_password( $user_id, array( 'name' => 'My phone' ) );
		$this->open( array( 'password' => $p ) + $_GET );
		$names = wp_list_pluck( WP_Application_Passwords::get_user_application_passwords( $user_id ), 'name', 'uuid' );
		self::assertArrayNotHasKey( $first['uuid'], $names );
		self::assertSame( array( 'Link suggester 2', 'My phone' ), array_values( $names ) );
	}

	/**
	 * Why the service may not take a password.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function refusals(): array {
		return array(
			'refused'     => array( array( 'error' => 'LoginRefused', 'message' => 'm' ), 422, 'WordPress did not accept the new password when the service tried it' ),
			'unreachable' => array( array( 'error' => 'SiteUnreachable', 'message' => 'm' ), 502, 'The service could not reach this site' ),
			'down'        => array( new WP_Error( 'http_request_failed', 'cURL error 7' ), 0, 'The link suggester does not answer.' ),
		);
	}

	/**
	 * @dataProvider refusals
	 */
	public function test_a_password_that_is_of_no_use_is_taken_back( $answer, int $status, string $sentence ): void {
		list( $user_id ) = $this->come_back();
		$this->wire->answer( 'PUT /v1/credentials', $answer, $status );
		self::assertSame( 'went to: ' . Settings::url( 'trouble' ), $this->open( $_GET )[0] );
		self::assertCount( 0, WP_Application_Passwords::get_user_application_passwords( $user_id ) );
		$this->serve_well();
		self::assertStringContainsString( $sentence, $this->open( array( 'link-suggester-done' => 'trouble' ) )[1] );
	}

	public function test_a_password_from_elsewhere_is_not_taken(): void {
		$this->come_back();
		self::assertStringStartsWith( 'died: ', $this->open( array( '_wpnonce' => 'wrong' ) + $_GET )[0] );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_wordpress_takes_the_address_that_asks_for_a_password(): void {
		$this->sign_in( 'administrator' );
		parse_str( (string) wp_parse_url( Sign_In::url( Settings::url() ), PHP_URL_QUERY ), $asked );
		self::assertTrue( wp_is_authorize_application_password_request_valid( $asked, wp_get_current_user() ) );
		self::assertSame( 'Link suggester', $asked['app_name'] );
		self::assertSame( Settings::url(), $asked['reject_url'] );
	}
}
