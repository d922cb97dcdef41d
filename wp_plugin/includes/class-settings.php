<?php
/**
 * The settings page: what is done there.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Takes the forms of the settings page; `Settings_Page` shows it.
 */
class Settings {

	const PAGE     = 'link-suggester';
	const CONNECT  = 'link-suggester-connect';
	const POLICY   = 'link-suggester-policy';
	const SIGN_OUT = 'link-suggester-sign-out';

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * What is wrong with which field, or with everything.
	 *
	 * @var WP_Error
	 */
	private $wrong;

	/**
	 * What was entered, where it could not be kept.
	 *
	 * @var array<string, mixed>
	 */
	private $entered = array();

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
		$this->wrong  = new WP_Error();
	}

	/**
	 * Waits until WordPress builds its menu.
	 */
	public function register(): void {
		add_action( 'admin_menu', array( $this, 'add_page' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( PLUGIN_FILE ), array( $this, 'add_link' ) );
	}

	/**
	 * Adds the page under Settings.
	 */
	public function add_page(): void {
		$name = __( 'Link suggester', 'link-suggester' );
		$hook = add_options_page( $name, $name, 'manage_options', self::PAGE, array( $this, 'show' ) );
		if ( $hook ) {
			add_action( "load-$hook", array( $this, 'on_load' ) );
		}
	}

	/**
	 * Adds a link to the page in the list of plugins.
	 *
	 * @param array<int|string, string> $links Links.
	 * @return array<int|string, string>
	 */
	public function add_link( array $links ): array {
		$link = sprintf( '<a href="%s">%s</a>', esc_url( self::url() ), esc_html__( 'Settings', 'link-suggester' ) );
		return current_user_can( 'manage_options' ) ? array_merge( array( 'settings' => $link ), $links ) : $links;
	}

	/**
	 * Gives the address of the page.
	 *
	 * @param string $done What was done, to be said there.
	 */
	public static function url( string $done = '' ): string {
		$url = admin_url( 'options-general.php?page=' . self::PAGE );
		return '' === $done ? $url : add_query_arg( 'link-suggester-done', $done, $url );
	}

	/**
	 * Takes what was sent, before the page is built.
	 */
	public function on_load(): void {
		wp_enqueue_style( 'link-suggester-settings' );
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		if ( Sign_In::is_return() ) {
			$this->leave( 'signed-in', 'sign-in', ( new Sign_In( $this->client ) )->finish() );
			return;
		}
		// Each of these checks its own nonce.
		// phpcs:ignore WordPress.Security.NonceVerification.Missing
		switch ( sanitize_key( wp_unslash( $_POST['link-suggester-form'] ?? '' ) ) ) {
			case self::CONNECT:
				$this->connect();
				break;
			case self::POLICY:
				$this->keep_policy();
				break;
			case Dashboard::FORM:
				$this->leave( 'dashboard', 'dashboard', ( new Dashboard( $this->client ) )->open() );
				break;
			case Click_Form::FORM:
				$this->leave( 'saved', 'clicks', ( new Click_Form( $this->client ) )->take() );
				break;
			case self::SIGN_OUT:
				check_admin_referer( self::SIGN_OUT );
				$this->leave( 'signed-out', 'sign-in', ( new Sign_In( $this->client ) )->forget() );
		}
	}

	/**
	 * Shows the page.
	 */
	public function show(): void {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended
		$done = sanitize_key( wp_unslash( $_GET['link-suggester-done'] ?? '' ) );
		( new Settings_Page( $this->client, $this->wrong, $this->entered ) )->show( $this->wrong->has_errors() ? '' : $done );
	}

	/**
	 * Keeps address and key, and looks whether they work.
	 */
	private function connect(): void {
		check_admin_referer( self::CONNECT );
		$url = isset( $_POST['url'] ) && is_string( $_POST['url'] ) ? trim( sanitize_text_field( wp_unslash( $_POST['url'] ) ) ) : '';
		$key = isset( $_POST['key'] ) && is_string( $_POST['key'] ) ? trim( sanitize_text_field( wp_unslash( $_POST['key'] ) ) ) : '';

		$this->entered = compact( 'url' );
		$url           = Connection::is_fixed( Connection::URL_CONSTANT ) ? '' : $this->checked_url( $url );
		if ( $this->wrong->has_errors() ) {
			return;
		}
		$is_moved = '' !== $url && Connection::url() !== $url;
		Connection::save( $url, $this->key_to_keep( $key, $is_moved ) );
		delete_transient( Posts_List::TRANSIENT );
		delete_transient( Changes::PAUSE );
		if ( ! Connection::key() ) {
			$this->wrong->add( 'key', __( 'Enter the key that “suggester connect” printed for this site.', 'link-suggester' ) );
			return;
		}
		$this->entered = array();
		$status        = ( new Connection_Check( $this->client ) )->run();
		if ( is_wp_error( $status ) ) {
			$this->wrong = $status;
			return;
		}
		$this->leave( 'connected', 'url', true );
	}

	/**
	 * Chooses the key to keep; a key that was not entered anew stays, but never goes to another address.
	 *
	 * @param string $key      What was entered.
	 * @param bool   $is_moved Whether the address changed.
	 */
	private function key_to_keep( string $key, bool $is_moved ): string {
		if ( Connection::is_fixed( Connection::KEY_CONSTANT ) ) {
			return '';
		}
		return '' === $key && ! $is_moved ? Connection::key() : $key;
	}

	/**
	 * Checks an address.
	 *
	 * @param string $url What was entered.
	 */
	private function checked_url( string $url ): string {
		if ( '' !== $url && ! preg_match( '#^[a-z][a-z0-9+.-]*://#i', $url ) ) {
			$url = 'http://' . $url;
		}
		$clean = esc_url_raw( $url, array( 'http', 'https' ) );
		$parts = wp_parse_url( $clean );
		if ( '' === $clean || ! preg_match( '/^[\w.:\[\]-]+$/', $parts['host'] ?? '' ) || isset( $parts['user'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) ) {
			$this->wrong->add( 'url', __( 'Enter the address that “suggester serve” prints, as in http://127.0.0.1:8765.', 'link-suggester' ) );
			return '';
		}
		return untrailingslashit( $clean );
	}

	/**
	 * Sends the owner's decisions to the service.
	 */
	private function keep_policy(): void {
		check_admin_referer( self::POLICY );
		// `Policy` reads and checks every field.
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized
		$this->entered = wp_unslash( isset( $_POST['policy'] ) && is_array( $_POST['policy'] ) ? $_POST['policy'] : array() );
		$settings      = Policy::from_form( $this->entered );
		if ( is_wp_error( $settings ) ) {
			$this->wrong = $settings;
			return;
		}
		$stored = $this->client->ask( 'PUT', '/v1/settings', $settings );
		if ( ! is_wp_error( $stored ) ) {
			Post_Types::remember( (array) ( $stored['post_types'] ?? array() ) );
			$this->leave( 'saved', 'policy', true );
			return;
		}
		$this->put_at_fields( $stored );
	}

	/**
	 * Puts what the service says of fields at those fields.
	 *
	 * @param WP_Error $error What the client made of the service's refusal.
	 */
	private function put_at_fields( WP_Error $error ): void {
		$data   = $error->get_error_data();
		$fields = is_array( $data ) && is_array( $data['fields'] ?? null ) ? $data['fields'] : array();
		foreach ( $fields as $field => $sentences ) {
			$said = array();
			array_walk_recursive(
				$sentences,
				static function ( $sentence ) use ( &$said ) {
					$said[] = (string) $sentence;
				}
			);
			$this->wrong->add( (string) $field, implode( ' ', $said ) );
		}
		if ( ! $fields ) {
			$this->wrong->add( 'policy', $error->get_error_message() );
		}
	}

	/**
	 * Opens the page anew after something went well; otherwise says what did not.
	 *
	 * A password in the address bar is gone with it, in either case.
	 *
	 * @param string        $done   What was done.
	 * @param string        $field  Where to say what did not work.
	 * @param true|WP_Error $result How it went.
	 */
	private function leave( string $done, string $field, $result ): void {
		if ( is_wp_error( $result ) ) {
			set_transient( self::notice_name(), array( $field, $result->get_error_message() ), MINUTE_IN_SECONDS );
			$done = 'trouble';
		}
		wp_safe_redirect( self::url( $done ) );
		exit;
	}

	/**
	 * Gives the name under which a sentence for the present user waits for the next page.
	 */
	public static function notice_name(): string {
		return 'link_suggester_notice_' . get_current_user_id();
	}
}
