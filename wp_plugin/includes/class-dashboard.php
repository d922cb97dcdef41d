<?php
/**
 * The way into the service's dashboard.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Gets a link that opens the dashboard once, and leads the browser there; the key stays on the server.
 */
class Dashboard {

	const FORM = 'link-suggester-dashboard';

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Leads the browser into the dashboard.
	 *
	 * @return WP_Error Why that did not work, where it comes back at all.
	 */
	public function open(): WP_Error {
		check_admin_referer( self::FORM );
		$answer = $this->client->ask( 'POST', '/v1/dashboard-links' );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$url = esc_url_raw( is_string( $answer['url'] ?? null ) ? $answer['url'] : '', array( 'http', 'https' ) );
		if ( '' === $url ) {
			return Errors::make( Errors::VERSION );
		}
		nocache_headers();
		wp_redirect( $url ); // phpcs:ignore WordPress.Security.SafeRedirect.wp_redirect_wp_redirect -- the service's own address, which is another host.
		exit;
	}

	/**
	 * Shows the button.
	 */
	public static function show_button(): void {
		printf( '<form method="post" action="%s" target="_blank"><p>', esc_url( Settings::url() ) );
		wp_nonce_field( self::FORM );
		printf( '<input type="hidden" name="link-suggester-form" value="%s">', esc_attr( self::FORM ) );
		printf( '<button type="submit" class="button">%s</button> ', esc_html__( 'Open the dashboard', 'link-suggester' ) );
		printf( '<span class="description">%s</span></p></form>', esc_html__( 'Find the orphans of the whole site, repair them, and undo it if you wish.', 'link-suggester' ) );
	}
}
