<?php
/**
 * How things stand with the site.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * The card at the top of the settings page.
 */
class Status_Card {

	/**
	 * Shows the last audit.
	 *
	 * @var Audit_Card
	 */
	private $audit;

	/**
	 * Takes what it needs.
	 *
	 * @param Audit_Card $audit Shows the last audit.
	 */
	public function __construct( Audit_Card $audit ) {
		$this->audit = $audit;
	}

	/**
	 * Shows the card.
	 *
	 * @param array<string, mixed> $status The service's status.
	 */
	public function show( array $status ): void {
		echo '<div class="card link-suggester-status is-ok">';
		echo '<h2><span class="dashicons dashicons-yes-alt" aria-hidden="true"></span> ' . esc_html__( 'Connected', 'link-suggester' ) . '</h2>';
		$this->show_facts( $status );
		$this->show_other_site( self::text( $status['site']['url'] ?? '' ) );
		$this->show_advice( $status );
		$this->audit->show();
		Dashboard::show_button();
		$this->show_sign_in( self::text( $status['signed_in_as'] ?? '' ) );
		echo '</div>';
	}

	/**
	 * Shows the numbers.
	 *
	 * @param array<string, mixed> $status The service's status.
	 */
	private function show_facts( array $status ): void {
		$orphans = (int) ( $status['orphans'] ?? 0 );
		$list    = admin_url( 'edit.php?' . Posts_List::FIELD . '=orphans' );
		echo '<dl class="link-suggester-facts">';
		$this->show_fact( __( 'Posts read', 'link-suggester' ), number_format_i18n( (int) ( $status['posts'] ?? 0 ) ) );
		$this->show_fact( __( 'Orphans', 'link-suggester' ), number_format_i18n( $orphans ), $orphans ? $list : '' );
		$this->show_fact( __( 'Last sync', 'link-suggester' ), $this->ago( self::text( $status['meta']['synced_at'] ?? '' ), ! empty( $status['under_way'] ) ) );
		/* translators: %s: version number. */
		$this->show_fact( __( 'Service', 'link-suggester' ), sprintf( __( 'Version %s', 'link-suggester' ), self::text( $status['version'] ?? '?' ) ) );
		echo '</dl>';
	}

	/**
	 * Shows a number with its name.
	 *
	 * @param string $name  Its name.
	 * @param string $value The number.
	 * @param string $url   Where it leads, or ''.
	 */
	private function show_fact( string $name, string $value, string $url = '' ): void {
		$shown = '' === $url ? esc_html( $value ) : sprintf( '<a href="%s">%s</a>', esc_url( $url ), esc_html( $value ) );
		printf( '<div><dt>%1$s</dt><dd>%2$s</dd></div>', esc_html( $name ), $shown ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped above.
	}

	/**
	 * Says when the service last read the site.
	 *
	 * @param string $moment    ISO 8601, or ''.
	 * @param bool   $under_way Whether it reads right now.
	 */
	private function ago( string $moment, bool $under_way ): string {
		$at = strtotime( $moment );
		if ( $under_way ) {
			return __( 'under way', 'link-suggester' );
		}
		if ( '' === $moment || ! $at ) {
			return __( 'not yet', 'link-suggester' );
		}
		/* translators: %s: a span of time, as in "5 minutes". */
		return sprintf( __( '%s ago', 'link-suggester' ), human_time_diff( $at ) );
	}

	/**
	 * Warns where the key seems to be another site's.
	 *
	 * @param string $url Address of the site as the service knows it.
	 */
	private function show_other_site( string $url ): void {
		if ( '' !== $url && ! Connection_Check::is_this_site( $url ) ) {
			/* translators: %s: address of a site. */
			printf( '<p class="link-suggester-error">%s</p>', esc_html( sprintf( __( 'The service reads this site as %s. If that is another site, enter the key that was made for this one.', 'link-suggester' ), $url ) ) );
		}
	}

	/**
	 * Shows what the service advises, in its own words.
	 *
	 * @param array<string, mixed> $status The service's status.
	 */
	private function show_advice( array $status ): void {
		$advice = is_array( $status['advice'] ?? null ) ? array_filter( $status['advice'], 'is_string' ) : array();
		$error  = self::text( $status['error'] ?? '' );
		if ( '' !== $error ) {
			array_unshift( $advice, $error );
		}
		if ( ! $advice ) {
			return;
		}
		echo '<ul class="link-suggester-advice">';
		foreach ( array_unique( $advice ) as $sentence ) {
			printf( '<li>%s</li>', wp_kses( (string) preg_replace( '/`([^`]+)`/', '<code>$1</code>', esc_html( $sentence ) ), array( 'code' => array() ) ) );
		}
		echo '</ul>';
	}

	/**
	 * Shows as whom the service signs in, or the way to let it.
	 *
	 * @param string $user Name of the user, or ''.
	 */
	private function show_sign_in( string $user ): void {
		if ( '' !== $user ) {
			$this->show_sign_out( $user );
			return;
		}
		echo '<h3>' . esc_html__( 'Next: let the service sign in', 'link-suggester' ) . '</h3><p>';
		esc_html_e( 'Until it can, it reads published posts only, as visitors see them. WordPress asks you first and makes an application password, which you can take back at any time.', 'link-suggester' );
		echo '</p>';
		if ( Sign_In::is_possible() ) {
			printf( '<p><a class="button button-primary" href="%s">%s</a></p>', esc_url( Sign_In::url( Settings::url() ) ), esc_html__( 'Let the service sign in', 'link-suggester' ) );
		} else {
			printf( '<p class="link-suggester-error">%s</p>', esc_html__( 'WordPress gives no application passwords here; they need HTTPS, and some security plugins switch them off.', 'link-suggester' ) );
		}
	}

	/**
	 * Shows the way to take the login back.
	 *
	 * @param string $user Name of the user.
	 */
	private function show_sign_out( string $user ): void {
		printf( '<form method="post" action="%s"><p>', esc_url( Settings::url() ) );
		wp_nonce_field( Settings::SIGN_OUT );
		printf( '<input type="hidden" name="link-suggester-form" value="%s">', esc_attr( Settings::SIGN_OUT ) );
		/* translators: %s: name of a user. */
		echo esc_html( sprintf( __( 'The service signs in to this site as %s.', 'link-suggester' ), $user ) ) . ' ';
		printf( '<button type="submit" class="button-link">%s</button></p></form>', esc_html__( 'Take the login back', 'link-suggester' ) );
	}

	/**
	 * Gives a value as text.
	 *
	 * @param mixed $value The value.
	 */
	private static function text( $value ): string {
		return is_scalar( $value ) ? (string) $value : '';
	}
}
