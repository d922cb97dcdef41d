<?php
/**
 * What can go wrong, in words.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * The errors of the plugin: each has a code, an HTTP status, and one sentence that says what to do next.
 */
class Errors {

	const NOT_CONFIGURED = 'link_suggester_not_configured';
	const DOWN           = 'link_suggester_down';
	const SLOW           = 'link_suggester_slow';
	const REFUSED        = 'link_suggester_refused';
	const VERSION        = 'link_suggester_version';
	const UNREAD         = 'link_suggester_empty';
	const UNKNOWN        = 'link_suggester_unknown';
	const CONFLICT       = 'link_suggester_conflict';
	const INVALID        = 'link_suggester_invalid';

	const STATUS = array(
		self::NOT_CONFIGURED => 400,
		self::DOWN           => 502,
		self::SLOW           => 504,
		self::REFUSED        => 502,
		self::VERSION        => 502,
		self::UNREAD         => 404,
		self::UNKNOWN        => 404,
		self::CONFLICT       => 409,
		self::INVALID        => 422,
	);

	/**
	 * Makes an error.
	 *
	 * @param string               $code    One of the codes above.
	 * @param string               $message Sentence to say instead of the usual one.
	 * @param array<string, mixed> $data    More about it.
	 */
	public static function make( string $code, string $message = '', array $data = array() ): WP_Error {
		if ( '' === $message ) {
			$message = current_user_can( 'manage_options' ) ? self::for_owner( $code ) : self::for_writer( $code );
		}
		return new WP_Error( $code, $message, array( 'status' => self::STATUS[ $code ] ) + $data );
	}

	/**
	 * Says it to somebody who writes.
	 *
	 * @param string $code One of the codes above.
	 */
	private static function for_writer( string $code ): string {
		switch ( $code ) {
			case self::NOT_CONFIGURED:
				return __( 'Link suggestions are not set up yet; ask an administrator of this site to connect the service.', 'link-suggester' );
			case self::DOWN:
				return __( 'The link suggester does not answer right now. Your post is safe; try again in a minute.', 'link-suggester' );
			case self::REFUSED:
				return __( 'The link suggester did not accept the key of this site; ask an administrator to connect it again.', 'link-suggester' );
			case self::VERSION:
				return __( 'The link suggester is of another version than this plugin; ask an administrator to update both.', 'link-suggester' );
			case self::UNREAD:
				return __( 'The link suggester has not read this site yet; ask an administrator to start its first sync.', 'link-suggester' );
			default:
				return self::for_everyone( $code );
		}
	}

	/**
	 * Says it to somebody who may change the settings.
	 *
	 * @param string $code One of the codes above.
	 */
	private static function for_owner( string $code ): string {
		switch ( $code ) {
			case self::NOT_CONFIGURED:
				return __( 'Link suggestions are not set up yet; enter the address and the key of your service under Settings > Link suggester.', 'link-suggester' );
			case self::DOWN:
				return __( 'The link suggester does not answer. Your post is safe; check that the service runs, then try again.', 'link-suggester' );
			case self::REFUSED:
				return __( 'The link suggester did not accept the key of this site; make a new one with “suggester keys new” and enter it under Settings > Link suggester.', 'link-suggester' );
			case self::VERSION:
				return __( 'What answers at the service’s address is no link suggester that this plugin can speak to; check the address, and update plugin and service together.', 'link-suggester' );
			case self::UNREAD:
				return __( 'The link suggester has not read this site yet; run “suggester sync”, then try again.', 'link-suggester' );
			default:
				return self::for_everyone( $code );
		}
	}

	/**
	 * Says what is the same for all.
	 *
	 * @param string $code One of the codes above.
	 */
	private static function for_everyone( string $code ): string {
		switch ( $code ) {
			case self::SLOW:
				return __( 'The link suggester took too long to answer. Your post is safe; try again in a minute.', 'link-suggester' );
			case self::UNKNOWN:
				return __( 'The link suggester does not know this post yet; it will after its next sync.', 'link-suggester' );
			case self::CONFLICT:
				return __( 'The text has changed since the suggestion was made; reload the suggestions and try again.', 'link-suggester' );
			default:
				return __( 'The link suggester could not use what was sent; reload this page and try again.', 'link-suggester' );
		}
	}
}
