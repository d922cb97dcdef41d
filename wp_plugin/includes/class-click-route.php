<?php
/**
 * The route to which the script of public pages tells a click.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * Takes the post and the link, looks whether that link stands there, and adds one.
 *
 * Left out are robots, people who write here, and whoever asks not to be tracked. What the request says of the reader
 * is looked at for that alone, and kept nowhere. Anybody may call it, so it believes nothing and takes little.
 */
class Click_Route {

	const PATH    = '/clicks';
	const LARGEST = 8192; // Bytes of a request.
	const LONGEST = 1000; // Characters of an address.
	const ROBOTS  = '/bot|crawl|spider|slurp|scan|fetch|preview|monitor|headless|lighthouse|phantom|selenium|puppeteer|playwright|python|curl|wget|java\/|perl|ruby|go-http|node|axios|okhttp|libwww|facebookexternalhit|embedly/i';

	/**
	 * Waits until WordPress asks for routes.
	 */
	public function register(): void {
		add_action( 'rest_api_init', array( $this, 'add_route' ) );
	}

	/**
	 * Adds the route.
	 */
	public function add_route(): void {
		register_rest_route(
			Rest_Routes::ROOM,
			self::PATH,
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'count' ),
				'permission_callback' => array( $this, 'is_open' ),
				'args'                => array(
					'post' => array(
						'type'     => 'integer',
						'minimum'  => 1,
						'required' => true,
					),
					'href' => array(
						'type'      => 'string',
						'minLength' => 1,
						'maxLength' => self::LONGEST,
						'required'  => true,
					),
				),
			)
		);
	}

	/**
	 * Says whether clicks are counted at all.
	 *
	 * @return true|WP_Error
	 */
	public function is_open() {
		return Clicks::is_on() ? true : self::refusal( 'off', __( 'Clicks are not counted on this site.', 'link-suggester' ), 403 );
	}

	/**
	 * Counts a click.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array{counted: bool}|WP_Error
	 */
	public function count( WP_REST_Request $request ) {
		if ( strlen( (string) $request->get_body() ) > self::LARGEST ) {
			return self::refusal( 'large', __( 'That is more than a click.', 'link-suggester' ), 413 );
		}
		if ( self::is_left_out() ) {
			return array( 'counted' => false );
		}
		if ( Click_Counts::is_flooded() ) {
			return self::refusal( 'flooded', __( 'Too many clicks at once; the others are not counted.', 'link-suggester' ), 429 );
		}
		$post = Post_Types::find( (int) $request['post'] );
		$link = is_wp_error( $post ) || ! Post_Types::is_open( $post ) ? null : Content_Links::find( $post, $request['href'] );
		if ( ! $link ) {
			return self::refusal( 'unknown', __( 'No such link stands in a public post.', 'link-suggester' ), 400 );
		}
		$counted = Click_Counts::add( $post->ID, $link[0], $link[1] );
		Click_Sender::schedule();
		return array( 'counted' => $counted );
	}

	/**
	 * Says whether a click is not counted for whom it is from.
	 */
	private static function is_left_out(): bool {
		$agent = sanitize_text_field( wp_unslash( $_SERVER['HTTP_USER_AGENT'] ?? '' ) );
		if ( '' === $agent || preg_match( self::ROBOTS, $agent ) ) {
			return true;
		}
		if ( '1' === ( $_SERVER['HTTP_DNT'] ?? '' ) || '1' === ( $_SERVER['HTTP_SEC_GPC'] ?? '' ) ) {
			return true;
		}
		$user_id = (int) wp_validate_auth_cookie( '', 'logged_in' ); // No nonce comes along, so for WordPress nobody is logged in here.
		return $user_id > 0 && user_can( $user_id, 'edit_posts' );
	}

	/**
	 * Refuses.
	 *
	 * @param string $code   What is wrong.
	 * @param string $words  The same in words.
	 * @param int    $status HTTP status.
	 */
	private static function refusal( string $code, string $words, int $status ): WP_Error {
		return new WP_Error( "link_suggester_clicks_$code", $words, array( 'status' => $status ) );
	}
}
