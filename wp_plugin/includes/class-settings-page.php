<?php
/**
 * The settings page: what is seen there.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Shows how things stand, what to do next, and the forms.
 */
class Settings_Page {

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * What is wrong with which field.
	 *
	 * @var WP_Error
	 */
	private $wrong;

	/**
	 * What was entered, where it could not be kept.
	 *
	 * @var array<string, mixed>
	 */
	private $entered;

	/**
	 * Takes what it needs.
	 *
	 * @param Client               $client  Speaks to the service.
	 * @param WP_Error             $wrong   What is wrong with which field.
	 * @param array<string, mixed> $entered What was entered, where it could not be kept.
	 */
	public function __construct( Client $client, WP_Error $wrong, array $entered ) {
		$this->client  = $client;
		$this->wrong   = $wrong;
		$this->entered = $entered;
	}

	/**
	 * Shows the page.
	 *
	 * @param string $done What was just done, or ''.
	 */
	public function show( string $done ): void {
		echo '<div class="wrap link-suggester-settings"><h1>' . esc_html( get_admin_page_title() ) . '</h1>';
		$this->show_notice( $done );
		$status = $this->status();
		if ( is_wp_error( $status ) ) {
			$this->show_trouble( $status );
			$this->show_connection( true );
		} else {
			( new Status_Card( new Audit_Card( $this->client ) ) )->show( $status );
			$this->show_policy();
			( new Click_Form( $this->client ) )->show( new Form_Fields( $this->wrong ) );
			$this->show_connection( false );
		}
		echo '</div>';
	}

	/**
	 * Asks how things stand; after a failed attempt to connect, what went wrong then still holds.
	 *
	 * @return array<string, mixed>|WP_Error
	 */
	private function status() {
		if ( ! Connection::is_configured() ) {
			return Errors::make( Errors::NOT_CONFIGURED );
		}
		if ( $this->is_unconnected() ) {
			return $this->wrong;
		}
		$status = ( new Connection_Check( $this->client ) )->run();
		if ( is_wp_error( $status ) ) {
			$this->wrong = $status;
		}
		return $status;
	}

	/**
	 * Says whether an attempt to connect just failed.
	 */
	private function is_unconnected(): bool {
		return '' !== $this->wrong->get_error_message( 'url' ) || '' !== $this->wrong->get_error_message( 'key' );
	}

	/**
	 * Says what was just done.
	 *
	 * @param string $done What was done.
	 */
	private function show_notice( string $done ): void {
		if ( 'trouble' === $done ) {
			$waiting = get_transient( Settings::notice_name() );
			delete_transient( Settings::notice_name() );
			if ( is_array( $waiting ) && is_string( $waiting[1] ?? null ) ) {
				printf( '<div class="notice notice-error"><p>%s</p></div>', esc_html( $waiting[1] ) );
			}
			return;
		}
		$sentences = array(
			'connected'  => __( 'Connected.', 'link-suggester' ),
			'signed-in'  => __( 'The service can now sign in to this site.', 'link-suggester' ),
			'signed-out' => __( 'The service has forgotten its login, and its application password is gone.', 'link-suggester' ),
			'saved'      => __( 'Settings saved.', 'link-suggester' ),
		);
		if ( isset( $sentences[ $done ] ) ) {
			printf( '<div class="notice notice-success is-dismissible"><p>%s</p></div>', esc_html( $sentences[ $done ] ) );
		} elseif ( $this->wrong->has_errors() && ! $this->is_unconnected() ) {
			printf( '<div class="notice notice-error"><p>%s</p></div>', esc_html__( 'Nothing was saved yet; please look at the marked fields.', 'link-suggester' ) );
		}
	}

	/**
	 * Says that there is no connection, and what to do first.
	 *
	 * @param WP_Error $status Why there is none.
	 */
	private function show_trouble( WP_Error $status ): void {
		$is_new = Errors::NOT_CONFIGURED === $status->get_error_code();
		printf( '<div class="card link-suggester-status %s">', $is_new ? 'is-new' : 'is-trouble' );
		if ( $is_new ) {
			echo '<h2>' . esc_html__( 'Three steps to suggestions', 'link-suggester' ) . '</h2><ol>';
			/* translators: %s: a command. */
			printf( '<li>' . esc_html__( 'On your server, run %s. It prints a key.', 'link-suggester' ) . '</li>', '<code>suggester connect ' . esc_html( home_url() ) . '</code>' );
			/* translators: %s: a command. */
			printf( '<li>' . esc_html__( 'Start the service with %s. It prints its address.', 'link-suggester' ) . '</li>', '<code>suggester serve</code>' );
			echo '<li>' . esc_html__( 'Enter address and key below and choose Connect.', 'link-suggester' ) . '</li></ol>';
		} else {
			echo '<h2><span class="dashicons dashicons-warning" aria-hidden="true"></span> ' . esc_html__( 'Not connected', 'link-suggester' ) . '</h2>';
			echo '<p>' . esc_html( $status->get_error_message() ) . '</p>';
			$detail = $status->get_error_data();
			if ( is_string( $detail ) && '' !== $detail ) {
				/* translators: %s: message of a program, in English. */
				echo '<p class="description">' . esc_html( sprintf( __( 'The exact message: %s', 'link-suggester' ), $detail ) ) . '</p>';
			}
			echo '<p>' . esc_html__( 'Writing goes on as usual; only suggestions are missing.', 'link-suggester' ) . '</p>';
		}
		echo '</div>';
	}

	/**
	 * Shows address and key.
	 *
	 * @param bool $is_first Whether this is what is to be done first.
	 */
	private function show_connection( bool $is_first ): void {
		$has_fixed = Connection::is_fixed( Connection::URL_CONSTANT ) && Connection::is_fixed( Connection::KEY_CONSTANT );
		echo '<h2>' . esc_html__( 'Connection', 'link-suggester' ) . '</h2>';
		printf( '<form method="post" action="%s">', esc_url( Settings::url() ) );
		wp_nonce_field( Settings::CONNECT );
		printf( '<input type="hidden" name="link-suggester-form" value="%s">', esc_attr( Settings::CONNECT ) );
		echo '<table class="form-table" role="presentation">';
		$this->show_url();
		$this->show_key();
		echo '</table>';
		submit_button( __( 'Connect', 'link-suggester' ), $is_first ? 'primary' : 'secondary', 'submit', true, $has_fixed && ! $is_first ? array( 'disabled' => 'disabled' ) : array() );
		echo '</form>';
	}

	/**
	 * Shows the address of the service.
	 */
	private function show_url(): void {
		$fields = new Form_Fields( $this->wrong );
		$fields->open( 'url', __( 'Service address', 'link-suggester' ) );
		if ( Connection::is_fixed( Connection::URL_CONSTANT ) ) {
			$fields->fixed( Connection::url(), Connection::URL_CONSTANT );
		} else {
			$value = is_string( $this->entered['url'] ?? null ) ? $this->entered['url'] : Connection::url();
			printf( '<input type="text" inputmode="url" class="regular-text code" placeholder="http://127.0.0.1:8765" value="%s" %s>', esc_attr( $value ), $fields->attributes( 'url', 'url' ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		}
		$fields->close( 'url', __( 'What “suggester serve” prints. Only your web server speaks to it, never a visitor’s browser.', 'link-suggester' ) );
	}

	/**
	 * Shows whether there is a key; never the key itself.
	 */
	private function show_key(): void {
		$fields = new Form_Fields( $this->wrong );
		$fields->open( 'key', __( 'Key', 'link-suggester' ) );
		if ( Connection::is_fixed( Connection::KEY_CONSTANT ) ) {
			$fields->fixed( '••••••••', Connection::KEY_CONSTANT );
			$fields->close( 'key', __( 'What “suggester connect” printed for this site.', 'link-suggester' ) );
			return;
		}
		$has_key = '' !== Connection::key();
		printf( '<input type="password" class="regular-text code" autocomplete="new-password" value="" placeholder="%s" %s>', $has_key ? '••••••••' : '', $fields->attributes( 'key', 'key' ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$fields->close( 'key', $has_key ? __( 'A key is stored. Leave this empty to keep it.', 'link-suggester' ) : __( 'What “suggester connect” printed for this site.', 'link-suggester' ) );
	}

	/**
	 * Shows what the owner decides about suggestions.
	 */
	private function show_policy(): void {
		echo '<h2>' . esc_html__( 'Suggestions', 'link-suggester' ) . '</h2>';
		$stored = $this->client->ask( 'GET', '/v1/settings' );
		if ( is_wp_error( $stored ) ) {
			printf( '<p class="link-suggester-error">%s</p>', esc_html( $stored->get_error_message() ) );
			return;
		}
		Post_Types::remember( (array) ( $stored['post_types'] ?? array() ) );
		( new Policy_Form( new Form_Fields( $this->wrong ), $stored, $this->entered ) )->show();
	}
}
