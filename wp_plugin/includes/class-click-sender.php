<?php
/**
 * Sends what was counted to the service.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Sends batches by WP-Cron, and whenever the service was just told of changes; what does not arrive is sent again.
 */
class Click_Sender {

	const HOOK     = 'link_suggester_send_clicks';
	const SOON     = 5 * MINUTE_IN_SECONDS;
	const LATER    = HOUR_IN_SECONDS; // After the service did not answer.
	const PATIENCE = 5;               // Seconds.

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
	 * Waits until it is time.
	 */
	public function register(): void {
		add_action( self::HOOK, array( $this, 'send' ) );
		add_action( 'link_suggester_changes_told', array( $this, 'send' ) );
	}

	/**
	 * Sees to it that what was counted is sent before long.
	 *
	 * @param int $in Seconds from now.
	 */
	public static function schedule( int $in = self::SOON ): void {
		if ( ! wp_next_scheduled( self::HOOK ) ) {
			wp_schedule_single_event( time() + $in, self::HOOK );
		}
	}

	/**
	 * Sends all that waits: the batch that could not be sent before, then what was counted since.
	 */
	public function send(): void {
		if ( ! Connection::is_configured() ) {
			return;
		}
		for ( $rounds = 0; $rounds < 2; $rounds++ ) {
			$state                 = Clicks::state();
			list( $batch, $lines ) = Click_Counts::next_batch();
			if ( ! $lines && $state['told'] ) {
				return;
			}
			if ( ! $this->is_sent( $batch, $lines, $state ) ) {
				self::schedule( self::LATER );
				return;
			}
			Click_Counts::forget( $batch );
			Clicks::was_told( $state );
		}
	}

	/**
	 * Hands a batch to the service.
	 *
	 * @param string                           $batch Its name.
	 * @param array<int, array<string, mixed>> $lines Its lines.
	 * @param array<string, mixed>             $state Whether clicks are counted.
	 */
	private function is_sent( string $batch, array $lines, array $state ): bool {
		$counting = array(
			'on'    => $state['on'],
			'since' => '' === $state['since'] ? null : $state['since'],
			'until' => '' === $state['until'] ? null : $state['until'],
		);
		$answer   = $this->client->ask(
			'POST',
			'/v1/clicks',
			array(
				'batch'    => $batch,
				'counting' => $counting,
				'clicks'   => $lines,
			),
			self::PATIENCE
		);
		return ! is_wp_error( $answer ) || Errors::INVALID === $answer->get_error_code(); // What it cannot take now, it will not take later.
	}
}
