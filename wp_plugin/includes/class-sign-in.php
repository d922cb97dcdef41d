<?php
/**
 * Lets the service sign in to this site.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Application_Passwords;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Asks for an application password on WordPress's own page, and hands it to the service at once; it is never stored here.
 */
class Sign_In {

	const OPTION = 'link_suggester_app_id'; // Marks the application passwords that this site's plugin asked for.
	const NONCE  = 'link-suggester-sign-in';

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
	 * Says whether WordPress gives application passwords to the present user.
	 */
	public static function is_possible(): bool {
		return wp_is_application_passwords_available_for_user( wp_get_current_user() );
	}

	/**
	 * Gives the address of WordPress's page that asks the user.
	 *
	 * @param string $back Address of the settings page.
	 */
	public static function url( string $back ): string {
		$success = add_query_arg(
			array(
				'link-suggester-signed' => '1',
				'_wpnonce'              => wp_create_nonce( self::NONCE ),
			),
			$back
		);
		return add_query_arg(
			array_map(
				'rawurlencode',
				array(
					'app_name'    => self::free_name(),
					'app_id'      => self::app_id(),
					'success_url' => $success,
					'reject_url'  => $back,
				)
			),
			admin_url( 'authorize-application.php' )
		);
	}

	/**
	 * Gives a name for the password that the user has no other one of; WordPress 6.1 refuses to give a name twice.
	 */
	private static function free_name(): string {
		$user_id = get_current_user_id();
		$name    = 'Link suggester';
		$number  = 1;
		while ( WP_Application_Passwords::application_name_exists_for_user( $user_id, $name ) ) {
			++$number;
			$name = "Link suggester $number";
		}
		return $name;
	}

	/**
	 * Says whether the user comes back from that page with a password.
	 */
	public static function is_return(): bool {
		// The nonce is checked in `finish`.
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended
		return isset( $_GET['link-suggester-signed'] );
	}

	/**
	 * Hands the password on.
	 *
	 * @return true|WP_Error
	 */
	public function finish() {
		check_admin_referer( self::NONCE );
		$user     = sanitize_text_field( wp_unslash( $_GET['user_login'] ?? '' ) );
		$password = sanitize_text_field( wp_unslash( $_GET['password'] ?? '' ) );
		if ( '' === $user || '' === $password ) {
			return new WP_Error( 'link_suggester_no_password', __( 'WordPress gave no application password, so nothing was changed.', 'link-suggester' ) );
		}
		$answer = $this->client->ask( 'PUT', '/v1/credentials', compact( 'user', 'password' ), 30 );
		$is_ok  = ! is_wp_error( $answer ) && ! empty( $answer['accepted'] );
		self::forget_others( get_current_user_id(), $is_ok ? $password : '' );
		if ( $is_ok ) {
			return true;
		}
		return is_wp_error( $answer ) ? $this->explained( $answer ) : Errors::make( Errors::VERSION );
	}

	/**
	 * Lets the service forget the login, and takes the application passwords back.
	 *
	 * @return true|WP_Error
	 */
	public function forget() {
		$answer = $this->client->ask( 'DELETE', '/v1/credentials' );
		self::remove_passwords();
		return is_wp_error( $answer ) ? $answer : true;
	}

	/**
	 * Takes back all application passwords that the plugin asked for on this site.
	 */
	public static function remove_passwords(): void {
		if ( '' === (string) get_option( self::OPTION, '' ) ) {
			return;
		}
		$users = get_users(
			array(
				'blog_id'  => 0,
				'fields'   => 'ID',
				// Few users have any, and this runs when the owner signs the service out.
				// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key
				'meta_key' => WP_Application_Passwords::USERMETA_KEY_APPLICATION_PASSWORDS,
			)
		);
		foreach ( $users as $user_id ) {
			self::forget_others( (int) $user_id, '' );
		}
	}

	/**
	 * Takes back a user's application passwords that the plugin asked for, but for the one in use.
	 *
	 * @param int    $user_id  User ID.
	 * @param string $password The one in use, or '' for none.
	 */
	private static function forget_others( int $user_id, string $password ): void {
		$app_id = (string) get_option( self::OPTION, '' );
		foreach ( WP_Application_Passwords::get_user_application_passwords( $user_id ) as $item ) {
			if ( '' === $app_id || ( $item['app_id'] ?? '' ) !== $app_id ) {
				continue;
			}
			if ( '' === $password || ! self::is_password( $password, (string) $item['password'] ) ) {
				WP_Application_Passwords::delete_application_password( $user_id, $item['uuid'] );
			}
		}
	}

	/**
	 * Says whether a hash is that of a password.
	 *
	 * @param string $password The password.
	 * @param string $hash     The hash.
	 */
	private static function is_password( string $password, string $hash ): bool {
		$plain = (string) preg_replace( '/[^a-z\d]/i', '', $password );
		if ( method_exists( WP_Application_Passwords::class, 'check_password' ) ) {
			return WP_Application_Passwords::check_password( $plain, $hash );
		}
		return wp_check_password( $plain, $hash );
	}

	/**
	 * Says what is in the way of signing in.
	 *
	 * @param WP_Error $error What the client made of the service's refusal.
	 */
	private function explained( WP_Error $error ): WP_Error {
		switch ( $this->client->reason() ) {
			case 'LoginRefused':
			case 'SiteRefused':
				return new WP_Error( 'link_suggester_login', __( 'WordPress did not accept the new password when the service tried it; look for a security plugin or a web server that removes the Authorization header, then try again.', 'link-suggester' ) );
			case 'SiteUnreachable':
			case 'NotWordPress':
			case 'AnswerUnreadable':
				return new WP_Error( 'link_suggester_login', __( 'The service could not reach this site to try the password; check that its machine can open this site’s address, then try again.', 'link-suggester' ) );
			default:
				return $error;
		}
	}

	/**
	 * Gives the id that marks our application passwords; made when it is first needed.
	 */
	private static function app_id(): string {
		$app_id = (string) get_option( self::OPTION, '' );
		if ( '' === $app_id ) {
			$app_id = wp_generate_uuid4();
			update_option( self::OPTION, $app_id, false );
		}
		return $app_id;
	}
}
