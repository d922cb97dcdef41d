<?php
/**
 * The one place that speaks to the service.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Asks the service, and turns whatever happens into an answer or an error in words.
 *
 * It speaks to the configured address alone, follows no redirects, and says nothing before it is configured.
 */
class Client {

	const API     = 1;        // The number of the service's API that this plugin speaks.
	const TIMEOUT = 10;       // Seconds that a writer waits.
	const LARGEST = 33554432; // Bytes of an answer; more is cut off and then refused.

	/**
	 * What the service or WordPress said of the last error, for the settings page alone.
	 *
	 * @var string
	 */
	private $detail = '';

	/**
	 * The service's name for the last error, for the settings page alone.
	 *
	 * @var string
	 */
	private $reason = '';

	/**
	 * Asks the service.
	 *
	 * @param string                    $method  HTTP method.
	 * @param string                    $path    Path below the service's address, as in '/v1/status'.
	 * @param array<string, mixed>|null $body    What is sent as JSON.
	 * @param float                     $timeout Seconds to wait.
	 * @return array<string, mixed>|WP_Error The answer, or why there is none.
	 */
	public function ask( string $method, string $path, ?array $body = null, float $timeout = self::TIMEOUT ) {
		$this->detail = '';
		$this->reason = '';
		if ( ! Connection::is_configured() ) {
			return Errors::make( Errors::NOT_CONFIGURED );
		}
		$response = wp_remote_request( Connection::url() . $path, $this->request( $method, $body, $timeout ) );
		if ( is_wp_error( $response ) ) {
			return $this->no_answer( $response );
		}
		$answer = json_decode( wp_remote_retrieve_body( $response ), true );
		$status = (int) wp_remote_retrieve_response_code( $response );
		if ( ! is_array( $answer ) ) {
			return $this->unreadable( $status );
		}
		return $status >= 200 && $status < 300 ? $this->checked( $answer ) : $this->refusal( $status, $answer );
	}

	/**
	 * Asks for the suggestions of a post as it stands on screen.
	 *
	 * @param int                  $post_id Post ID.
	 * @param array<string, mixed> $draft   Title, content, type, language, terms.
	 * @return array<string, mixed>|WP_Error
	 */
	public function suggestions( int $post_id, array $draft ) {
		return $this->unless_empty( $this->ask( 'POST', "/v1/posts/{$post_id}/suggestions", $draft ) );
	}

	/**
	 * Asks which other posts should link to a post.
	 *
	 * @param int $post_id Post ID.
	 * @param int $limit   How many suggestions at most.
	 * @return array<string, mixed>|WP_Error
	 */
	public function inbound( int $post_id, int $limit ) {
		return $this->unless_empty( $this->ask( 'GET', "/v1/posts/{$post_id}/inbound?limit={$limit}" ) );
	}

	/**
	 * Says what the last error was about, in the words of whoever refused; for the settings page alone.
	 */
	public function detail(): string {
		return $this->detail;
	}

	/**
	 * Says the service's own name for the last error, as in 'LoginRefused'; for the settings page alone.
	 */
	public function reason(): string {
		return $this->reason;
	}

	/**
	 * Describes a request to WordPress.
	 *
	 * @param string                    $method  HTTP method.
	 * @param array<string, mixed>|null $body    What is sent as JSON.
	 * @param float                     $timeout Seconds to wait.
	 * @return array<string, mixed>
	 */
	private function request( string $method, ?array $body, float $timeout ): array {
		$request = array(
			'method'              => $method,
			'timeout'             => $timeout,
			'redirection'         => 0,
			'limit_response_size' => self::LARGEST,
			'user-agent'          => 'link-suggester-plugin/' . VERSION,
			'headers'             => array(
				'Accept'        => 'application/json',
				'Authorization' => 'Bearer ' . Connection::key(),
			),
		);
		if ( null !== $body ) {
			$request['headers']['Content-Type'] = 'application/json; charset=utf-8';
			$request['body']                    = wp_json_encode( $body );
		}
		return $request;
	}

	/**
	 * Takes an answer that went well, where it is of the version we speak.
	 *
	 * @param array<string, mixed> $answer The answer.
	 * @return array<string, mixed>|WP_Error
	 */
	private function checked( array $answer ) {
		$api = $answer['api'] ?? $answer['meta']['format'] ?? self::API;
		if ( self::API !== $api ) {
			$this->detail = sprintf(
				/* translators: 1: number of an interface, 2: another number of an interface. */
				__( 'The service speaks version %1$s of the interface, this plugin version %2$s.', 'link-suggester' ),
				is_scalar( $api ) ? (string) $api : '?',
				self::API
			);
			return Errors::make( Errors::VERSION );
		}
		return $answer;
	}

	/**
	 * Says that nothing was read yet, where that is why an answer holds nothing.
	 *
	 * @param array<string, mixed>|WP_Error $answer Answer of the service.
	 * @return array<string, mixed>|WP_Error
	 */
	private function unless_empty( $answer ) {
		if ( is_wp_error( $answer ) || ! empty( $answer['suggestions'] ) || ! array_key_exists( 'meta', $answer ) ) {
			return $answer;
		}
		return empty( $answer['meta']['synced_at'] ) ? Errors::make( Errors::UNREAD ) : $answer;
	}

	/**
	 * Says why there is no answer at all.
	 *
	 * @param WP_Error $error What WordPress says.
	 */
	private function no_answer( WP_Error $error ): WP_Error {
		$this->detail = $error->get_error_message();
		$is_slow      = preg_match( '/timed? ?out/i', $this->detail ) && ! preg_match( '/connect/i', $this->detail );
		return Errors::make( $is_slow ? Errors::SLOW : Errors::DOWN );
	}

	/**
	 * Says what it means that an answer is not JSON: somebody else answers there.
	 *
	 * @param int $status HTTP status.
	 */
	private function unreadable( int $status ): WP_Error {
		/* translators: %d: an HTTP status such as 404. */
		$this->detail = sprintf( __( 'The answer was not JSON; its status was %d.', 'link-suggester' ), $status );
		if ( 504 === $status ) {
			return Errors::make( Errors::SLOW );
		}
		return Errors::make( $status >= 500 ? Errors::DOWN : Errors::VERSION );
	}

	/**
	 * Puts a refusal of the service into the plugin's words.
	 *
	 * @param int                  $status HTTP status.
	 * @param array<string, mixed> $answer The service's error: `error`, `message`, perhaps `fields`.
	 */
	private function refusal( int $status, array $answer ): WP_Error {
		$name         = is_string( $answer['error'] ?? null ) ? $answer['error'] : '';
		$this->detail = is_string( $answer['message'] ?? null ) ? $answer['message'] : '';
		$this->reason = $name;
		$fields       = is_array( $answer['fields'] ?? null ) ? array( 'fields' => $answer['fields'] ) : array();
		if ( 'UnknownPost' === $name ) {
			return Errors::make( Errors::UNKNOWN );
		}
		if ( 'SiteUnread' === $name ) {
			return Errors::make( Errors::UNREAD );
		}
		if ( in_array( $name, array( 'KeyRefused', 'UnknownSite' ), true ) || in_array( $status, array( 401, 403 ), true ) ) {
			return Errors::make( Errors::REFUSED );
		}
		return $this->by_status( $status, $name, $fields );
	}

	/**
	 * Puts a refusal into words by its status.
	 *
	 * @param int                  $status HTTP status.
	 * @param string               $name   The service's name for the error.
	 * @param array<string, mixed> $fields What is wrong with which field.
	 */
	private function by_status( int $status, string $name, array $fields ): WP_Error {
		switch ( $status ) {
			case 404:
			case 405:
				return Errors::make( Errors::VERSION );
			case 409:
				return Errors::make( Errors::CONFLICT, $this->conflict( $name ) );
			case 413:
				return Errors::make( Errors::INVALID, __( 'This post is longer than the link suggester takes; split it, or raise the limit of the service.', 'link-suggester' ) );
			case 504:
				return Errors::make( Errors::SLOW );
			default:
				return Errors::make( $status >= 400 && $status < 500 ? Errors::INVALID : Errors::DOWN, '', $fields );
		}
	}

	/**
	 * Says what stands in the way of a change.
	 *
	 * @param string $name The service's name for the error.
	 */
	private function conflict( string $name ): string {
		switch ( $name ) {
			case 'AnchorMissing':
				return __( 'These words are not in the text any more; reload the suggestions.', 'link-suggester' );
			case 'AnchorRefused':
				return __( 'A link cannot be put on these words without touching the rest of the post; link them by hand.', 'link-suggester' );
			case 'SyncRunning':
				return __( 'The link suggester is reading this site right now; try again in a minute.', 'link-suggester' );
			default:
				return '';
		}
	}
}
