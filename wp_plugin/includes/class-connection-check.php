<?php
/**
 * Looks whether address and key work.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Checks the connection step by step, and says at which field the trouble lies and what to do.
 */
class Connection_Check {

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
	 * Asks the service whether it is there and how it stands with this site.
	 *
	 * @return array<string, mixed>|WP_Error The service's status, or what is wrong with `url` or `key`.
	 */
	public function run() {
		$health = $this->client->ask( 'GET', '/healthz', null, 5 );
		if ( is_wp_error( $health ) ) {
			return $this->at( 'url', $health );
		}
		$status = $this->client->ask( 'GET', '/v1/status' );
		if ( is_wp_error( $status ) ) {
			return $this->at( Errors::REFUSED === $status->get_error_code() ? 'key' : 'url', $status );
		}
		if ( ! isset( $status['site']['url'], $status['api'] ) ) {
			return new WP_Error( 'url', __( 'Something answers at this address, but it is no link suggester; enter the address that “suggester serve” prints.', 'link-suggester' ) );
		}
		return $status;
	}

	/**
	 * Says whether an address is that of this site, whatever the scheme.
	 *
	 * @param string $url The address the service knows.
	 */
	public static function is_this_site( string $url ): bool {
		$bare = static function ( string $address ): string {
			return strtolower( untrailingslashit( (string) preg_replace( '#^https?://(www\.)?#i', '', $address ) ) );
		};
		return in_array( $bare( $url ), array( $bare( home_url() ), $bare( site_url() ) ), true );
	}

	/**
	 * Puts an error at a field.
	 *
	 * @param string   $field Name of the field.
	 * @param WP_Error $error What went wrong.
	 */
	private function at( string $field, WP_Error $error ): WP_Error {
		return new WP_Error( $field, $this->sentence( $error ), $this->client->detail() );
	}

	/**
	 * Says what went wrong while connecting.
	 *
	 * @param WP_Error $error What went wrong.
	 */
	private function sentence( WP_Error $error ): string {
		switch ( $error->get_error_code() ) {
			case Errors::DOWN:
				if ( $this->is_blocked() ) {
					return __( 'This WordPress is not allowed to ask other machines; add the service’s host to WP_ACCESSIBLE_HOSTS in wp-config.php.', 'link-suggester' );
				}
				return __( 'Nothing answers at this address; start the service with “suggester serve”, and check that this web server can reach it.', 'link-suggester' );
			case Errors::SLOW:
				return __( 'The service at this address did not answer in time; look whether its machine is busy, then try again.', 'link-suggester' );
			case Errors::REFUSED:
				return __( 'The service does not know this key; make a new one with “suggester keys new” and enter it here.', 'link-suggester' );
			case Errors::VERSION:
				return __( 'Something answers at this address, but it is no link suggester of the version that this plugin speaks to; check the address, and update plugin and service together.', 'link-suggester' );
			default:
				return $error->get_error_message();
		}
	}

	/**
	 * Says whether WordPress itself forbids the request.
	 */
	private function is_blocked(): bool {
		return defined( 'WP_HTTP_BLOCK_EXTERNAL' ) && WP_HTTP_BLOCK_EXTERNAL && ( new \WP_Http() )->block_request( Connection::url() );
	}
}
