<?php
/**
 * The switch for counting clicks, on the settings page.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Shows the switch and takes it.
 */
class Click_Form {

	const FORM = 'link-suggester-clicks';

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
	 * Shows the switch.
	 *
	 * @param Form_Fields $fields Rows of the form.
	 */
	public function show( Form_Fields $fields ): void {
		$state = Clicks::state();
		echo '<h2>' . esc_html__( 'Clicks', 'link-suggester' ) . '</h2>';
		printf( '<form method="post" action="%s">', esc_url( Settings::url() ) );
		wp_nonce_field( self::FORM );
		printf( '<input type="hidden" name="link-suggester-form" value="%s">', esc_attr( self::FORM ) );
		echo '<table class="form-table" role="presentation">';
		$fields->open_group( __( 'What links bring', 'link-suggester' ) );
		printf( '<label><input type="checkbox" value="1" %1$s%2$s> %3$s</label>', $fields->attributes( 'clicks', 'clicks' ), checked( $state['on'], true, false ), esc_html__( 'Count clicks on internal links', 'link-suggester' ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$fields->close( 'clicks', self::about( $state ), true );
		echo '</table>';
		submit_button( __( 'Save this setting', 'link-suggester' ), 'secondary' );
		echo '</form>';
	}

	/**
	 * Takes the switch.
	 *
	 * @return true
	 */
	public function take(): bool {
		check_admin_referer( self::FORM );
		if ( empty( $_POST['clicks'] ) ) {
			Clicks::switch_off( new Click_Sender( $this->client ) );
		} else {
			Clicks::switch_on();
		}
		return true;
	}

	/**
	 * Says what the switch is about.
	 *
	 * @param array<string, mixed> $state How things stand.
	 */
	private static function about( array $state ): string {
		$about = __( 'Keeps for each link in your posts how often readers followed it in a month: no cookies, no IP addresses, nothing about persons.', 'link-suggester' );
		if ( ! $state['on'] ) {
			return $about;
		}
		/* translators: %s: a date. */
		return $about . ' ' . sprintf( __( 'Counted since %s; the dashboard shows it under Clicks.', 'link-suggester' ), wp_date( (string) get_option( 'date_format' ), (int) strtotime( (string) $state['since'] ) ) );
	}
}
