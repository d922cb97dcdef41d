<?php
/**
 * The wire to the service, as a test holds it.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use WP_Error;

/**
 * Answers in place of the service, and remembers what it was asked.
 */
class Wire {

	/**
	 * What was asked: method, path, body, and the whole request.
	 *
	 * @var array<int, array<string, mixed>>
	 */
	public $requests = array();

	/**
	 * What is answered, by 'METHOD /path'.
	 *
	 * @var array<string, mixed>
	 */
	private $answers = array();

	/**
	 * Answers a request from now on.
	 *
	 * @param string $what   Method and path, as in 'GET /v1/status'; '*' for whatever has no answer of its own.
	 * @param mixed  $answer An array (sent as JSON), a text, a WP_Error, or a function that makes one of these.
	 * @param int    $status HTTP status.
	 */
	public function answer( string $what, $answer, int $status = 200 ): void {
		$this->answers[ $what ] = array( $answer, $status );
	}

	/**
	 * Stands in for the network.
	 *
	 * @param mixed                $before  What another filter answered.
	 * @param array<string, mixed> $request The request.
	 * @param string               $url     Its address.
	 * @return array<string, mixed>|WP_Error
	 */
	public function serve( $before, array $request, string $url ) {
		$path             = (string) wp_parse_url( $url, PHP_URL_PATH );
		$body             = isset( $request['body'] ) ? json_decode( $request['body'], true ) : null;
		$this->requests[] = array(
			'method'  => $request['method'],
			'path'    => $path,
			'url'     => $url,
			'body'    => $body,
			'request' => $request,
		);

		list( $answer, $status ) = $this->answers[ "{$request['method']} $path" ] ?? $this->answers['*'] ?? array( array(), 200 );
		$answer                  = $answer instanceof \Closure ? $answer( $body ) : $answer;
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		return array(
			'headers'  => array(),
			'body'     => is_string( $answer ) ? $answer : wp_json_encode( $answer ),
			'response' => array(
				'code'    => $status,
				'message' => '',
			),
			'cookies'  => array(),
			'filename' => null,
		);
	}

	/**
	 * Gives what was asked, as 'METHOD /path' each.
	 *
	 * @return array<int, string>
	 */
	public function asked(): array {
		return array_map(
			static function ( $request ) {
				return $request['method'] . ' ' . $request['path'];
			},
			$this->requests
		);
	}

	/**
	 * Gives the body of the last request.
	 *
	 * @return array<string, mixed>|null
	 */
	public function last_body(): ?array {
		return $this->requests ? end( $this->requests )['body'] : null;
	}
}
