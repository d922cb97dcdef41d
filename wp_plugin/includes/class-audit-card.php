<?php
/**
 * What the last audit of the site's links came to.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * The score and the findings that matter most, below the facts of the status card.
 */
class Audit_Card {

	const PATIENCE = 5;

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
	 * Shows the last audit; nothing where the service knows of none, or is too old to tell.
	 */
	public function show(): void {
		$audit = $this->client->ask( 'GET', '/v1/audit', null, self::PATIENCE );
		if ( is_wp_error( $audit ) || ! is_numeric( $audit['score'] ?? null ) ) {
			return;
		}
		/* translators: %s: a number from 0 to 100. */
		$score = sprintf( __( 'Links of the whole site: %s of 100 points', 'link-suggester' ), number_format_i18n( round( (float) $audit['score'] ) ) );
		printf( '<h3>%1$s%2$s</h3>', esc_html( $score ), esc_html( self::change( $audit ) ) );
		$sentences = self::sentences( is_array( $audit['findings'] ?? null ) ? $audit['findings'] : array() );
		if ( ! $sentences ) {
			return;
		}
		echo '<p>' . esc_html__( 'What to repair first; the dashboard shows where, and repairs most of it:', 'link-suggester' ) . '</p>';
		echo '<ul class="link-suggester-advice link-suggester-audit"><li>' . implode( '</li><li>', array_map( 'esc_html', $sentences ) ) . '</li></ul>'; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped here.
	}

	/**
	 * Says how the score changed since the audit before.
	 *
	 * @param array<string, mixed> $audit What the service told.
	 */
	private static function change( array $audit ): string {
		if ( ! is_numeric( $audit['before'] ?? null ) ) {
			return '';
		}
		$change = round( (float) $audit['score'] - (float) $audit['before'], 1 );
		if ( 0.0 === $change ) {
			return '';
		}
		$points = number_format_i18n( abs( $change ), 1 );
		/* translators: %s: a number of points. */
		$words = $change > 0 ? __( '%s more than before', 'link-suggester' ) : __( '%s fewer than before', 'link-suggester' );
		return ' (' . sprintf( $words, $points ) . ')';
	}

	/**
	 * Puts the findings into words.
	 *
	 * @param array<mixed> $findings What the service told, what matters most first.
	 * @return string[]
	 */
	private static function sentences( array $findings ): array {
		$said = array();
		foreach ( $findings as $finding ) {
			$count = is_array( $finding ) && is_numeric( $finding['count'] ?? null ) ? (int) $finding['count'] : 0;
			$words = $count > 0 && is_string( $finding['kind'] ?? null ) ? self::words( $finding['kind'], $count ) : '';
			if ( '' !== $words ) {
				$said[] = sprintf( $words, number_format_i18n( $count ) );
			}
		}
		return $said;
	}

	/**
	 * Gives the words of a finding, with a place for its number; '' for one that this version does not know.
	 *
	 * @param string $kind  Its kind.
	 * @param int    $count How many there are.
	 */
	private static function words( string $kind, int $count ): string {
		/* translators: %s: how many there are. */
		$known = array(
			'orphan'          => _n( '%s orphan: no other post links there', '%s orphans: no other post links there', $count, 'link-suggester' ),
			'nearly_orphan'   => _n( '%s post that a single other post links to', '%s posts that a single other post links to', $count, 'link-suggester' ),
			'deep'            => _n( '%s post more than 3 clicks from the homepage', '%s posts more than 3 clicks from the homepage', $count, 'link-suggester' ),
			'broken'          => _n( '%s broken link', '%s broken links', $count, 'link-suggester' ),
			'draft_target'    => _n( '%s link to a post that is not published', '%s links to posts that are not published', $count, 'link-suggester' ),
			'broken_external' => _n( '%s broken link to another site', '%s broken links to other sites', $count, 'link-suggester' ),
			'redirected'      => _n( '%s link to a redirect', '%s links to redirects', $count, 'link-suggester' ),
			'plain_http'      => _n( '%s http link on an https site', '%s http links on an https site', $count, 'link-suggester' ),
			'noindex_target'  => _n( '%s link to a noindex post', '%s links to noindex posts', $count, 'link-suggester' ),
			'nofollow'        => _n( '%s nofollow link within the site', '%s nofollow links within the site', $count, 'link-suggester' ),
			'empty'           => _n( '%s link without words', '%s links without words', $count, 'link-suggester' ),
			'generic'         => _n( '%s link on generic words', '%s links on generic words', $count, 'link-suggester' ),
			'two_targets'     => _n( '%s link on words that lead elsewhere, too', '%s links on words that lead elsewhere, too', $count, 'link-suggester' ),
			'same_anchor'     => _n( '%s post always linked by the same words', '%s posts always linked by the same words', $count, 'link-suggester' ),
			'dead_end'        => _n( '%s post that links to no other one', '%s posts that link to no other one', $count, 'link-suggester' ),
			'under_linked'    => _n( '%s post with few links for its length', '%s posts with few links for their length', $count, 'link-suggester' ),
			'over_linked'     => _n( '%s post with too many links for its length', '%s posts with too many links for their length', $count, 'link-suggester' ),
			'homepage_heavy'  => _n( '%s link to the homepage, which is too many', '%s links to the homepage, which is too many', $count, 'link-suggester' ),
		);
		return $known[ $kind ] ?? '';
	}
}
