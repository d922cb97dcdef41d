<?php
/**
 * What the plugin says to the service, and what it makes of the answers.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Client;
use Link_Suggester\Connection;
use Link_Suggester\Errors;
use WP_Error;

/**
 * Tests of the one place that speaks to the service.
 */
class ClientTest extends Plugin_Test_Case {

	public function test_it_says_nothing_before_it_is_configured(): void {
		delete_option( Connection::OPTION );
		$answer = ( new Client() )->ask( 'GET', '/v1/status' );
		self::assertSame( Errors::NOT_CONFIGURED, $answer->get_error_code() );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_it_asks_the_configured_host_alone_and_follows_no_redirect(): void {
		( new Client() )->ask( 'PUT', '/v1/settings', array( 'excluded_words' => array( 'Größe "x" \\' ) ) );
		$asked = $this->wire->requests[0];
		self::assertSame( self::URL . '/v1/settings', $asked['url'] );
		self::assertSame( 'PUT', $asked['method'] );
		self::assertSame( 'Bearer ' . self::KEY, $asked['request']['headers']['Authorization'] );
		self::assertSame( 0, $asked['request']['redirection'] );
		self::assertEquals( Client::TIMEOUT, $asked['request']['timeout'] );
		self::assertSame( array( 'excluded_words' => array( 'Größe "x" \\' ) ), $asked['body'] );
		self::assertTrue( $asked['request']['sslverify'] );
	}

	/**
	 * Everything that can come back.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function failures(): array {
		$error = static function ( string $name ): array {
			return array(
				'error'   => $name,
				'message' => 'Words of the service.',
			);
		};
		return array(
			'nobody there'     => array( new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect to service.example port 8765' ), 0, Errors::DOWN, 502 ),
			'cannot connect'   => array( new WP_Error( 'http_request_failed', 'cURL error 28: Connection timed out after 10001 milliseconds' ), 0, Errors::DOWN, 502 ),
			'no such host'     => array( new WP_Error( 'http_request_failed', 'cURL error 6: Could not resolve host' ), 0, Errors::DOWN, 502 ),
			'slow'             => array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out after 10001 milliseconds with 0 bytes received' ), 0, Errors::SLOW, 504 ),
			'slow proxy'       => array( '<h1>Gateway Time-out</h1>', 504, Errors::SLOW, 504 ),
			'wrong key'        => array( self::contract( 'error' ), 401, Errors::REFUSED, 502 ),
			'a login wall'     => array( array(), 401, Errors::REFUSED, 502 ),
			'unknown site'     => array( $error( 'UnknownSite' ), 404, Errors::REFUSED, 502 ),
			'unknown post'     => array( $error( 'UnknownPost' ), 404, Errors::UNKNOWN, 404 ),
			'nothing read yet' => array( $error( 'SiteUnread' ), 404, Errors::UNREAD, 404 ),
			'older service'    => array( $error( 'NotFound' ), 404, Errors::VERSION, 502 ),
			'other method'     => array( $error( 'MethodNotAllowed' ), 405, Errors::VERSION, 502 ),
			'a web site'       => array( '<!doctype html><title>Hello</title>', 200, Errors::VERSION, 502 ),
			'a redirect'       => array( '', 302, Errors::VERSION, 502 ),
			'half an answer'   => array( '{"suggestions": [', 200, Errors::VERSION, 502 ),
			'another format'   => array( array( 'meta' => array( 'format' => 2 ) ), 200, Errors::VERSION, 502 ),
			'another api'      => array( array( 'api' => 2 ) + self::contract( 'status' ), 200, Errors::VERSION, 502 ),
			'a nonsense api'   => array( array( 'api' => array() ), 200, Errors::VERSION, 502 ),
			'words are gone'   => array( self::contract( 'conflict' ), 409, Errors::CONFLICT, 409 ),
			'words are unfit'  => array( $error( 'AnchorRefused' ), 409, Errors::CONFLICT, 409 ),
			'sync under way'   => array( $error( 'SyncRunning' ), 409, Errors::CONFLICT, 409 ),
			'too large'        => array( $error( 'BodyTooLarge' ), 413, Errors::INVALID, 422 ),
			'wrong field'      => array( self::contract( 'wrong_field' ), 422, Errors::INVALID, 422 ),
			'broken inside'    => array( $error( 'InternalError' ), 500, Errors::DOWN, 502 ),
			'broken proxy'     => array( 'Bad gateway', 502, Errors::DOWN, 502 ),
			'busy'             => array( $error( 'StoreBusy' ), 503, Errors::DOWN, 502 ),
			'no model'         => array( $error( 'ModelMissing' ), 503, Errors::DOWN, 502 ),
			'disk full'        => array( $error( 'DiskFull' ), 507, Errors::DOWN, 502 ),
		);
	}

	/**
	 * @dataProvider failures
	 */
	public function test_each_failure_is_one_helpful_sentence( $answer, int $status, string $code, int $shown ): void {
		$this->wire->answer( '*', $answer, $status );
		foreach ( array( '', 'author', 'administrator' ) as $role ) {
			$this->sign_in( $role );
			$error = ( new Client() )->ask( 'GET', '/v1/status' );
			self::assertSame( $code, $error->get_error_code() );
			self::assertSame( $shown, $error->get_error_data()['status'] );
			self::assertMatchesRegularExpression( '/^\p{Lu}.{20,220}\.$/su', $error->get_error_message() );
			self::assertStringNotContainsString( '127.0.0.1:8765', wp_json_encode( array( $error->get_error_message(), $error->get_error_data() ) ) );
			self::assertStringNotContainsString( self::KEY, wp_json_encode( array( $error->get_error_message(), $error->get_error_data() ) ) );
		}
	}

	public function test_an_owner_is_told_where_to_look_and_a_writer_whom_to_ask(): void {
		$this->wire->answer( '*', self::contract( 'error' ), 401 );
		$this->sign_in( 'author' );
		self::assertStringContainsString( 'ask an administrator', ( new Client() )->ask( 'GET', '/' )->get_error_message() );
		$this->sign_in( 'administrator' );
		self::assertStringContainsString( 'Settings > Link suggester', ( new Client() )->ask( 'GET', '/' )->get_error_message() );
	}

	public function test_a_site_that_was_never_read_is_no_empty_answer(): void {
		$nothing                       = self::contract( 'nothing' );
		$nothing['meta']['synced_at']  = null;
		$this->wire->answer( '*', $nothing );
		self::assertSame( Errors::UNREAD, ( new Client() )->suggestions( 5, array() )->get_error_code() );
		self::assertSame( Errors::UNREAD, ( new Client() )->inbound( 5, 8 )->get_error_code() );
	}

	public function test_nothing_to_suggest_is_an_answer(): void {
		$this->wire->answer( '*', self::contract( 'nothing' ) );
		self::assertEquals( self::contract( 'nothing' ), ( new Client() )->suggestions( 2, array() ) );
	}
}
