<?php
/**
 * Where the service is, and the key of this site.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * The address and the key: constants of wp-config.php win over what was entered on the settings page.
 */
class Connection {

	const OPTION       = 'link_suggester_connection';
	const URL_CONSTANT = 'LINK_SUGGESTER_URL';
	const KEY_CONSTANT = 'LINK_SUGGESTER_KEY';

	/**
	 * Gives the address of the service, without a slash at its end.
	 *
	 * @return string Address, or '' where none is set.
	 */
	public static function url(): string {
		return untrailingslashit( self::read( self::URL_CONSTANT, 'url' ) );
	}

	/**
	 * Gives the key of this site.
	 *
	 * @return string Key, or '' where none is set.
	 */
	public static function key(): string {
		return self::read( self::KEY_CONSTANT, 'key' );
	}

	/**
	 * Says whether there is somebody to ask.
	 */
	public static function is_configured(): bool {
		return '' !== self::url() && '' !== self::key();
	}

	/**
	 * Says whether wp-config.php rules over a field.
	 *
	 * @param string $constant Name of the constant.
	 */
	public static function is_fixed( string $constant ): bool {
		return defined( $constant ) && '' !== trim( (string) constant( $constant ) );
	}

	/**
	 * Keeps what was entered.
	 *
	 * @param string $url Address of the service.
	 * @param string $key Key of this site.
	 */
	public static function save( string $url, string $key ): void {
		update_option(
			self::OPTION,
			array(
				'url' => $url,
				'key' => $key,
			)
		);
	}

	/**
	 * Reads a field.
	 *
	 * @param string $constant Name of the constant that wins.
	 * @param string $field    Name of the field in the option.
	 */
	private static function read( string $constant, string $field ): string {
		if ( self::is_fixed( $constant ) ) {
			return trim( (string) constant( $constant ) );
		}
		$saved = get_option( self::OPTION, array() );
		return is_array( $saved ) && is_string( $saved[ $field ] ?? null ) ? $saved[ $field ] : '';
	}
}
