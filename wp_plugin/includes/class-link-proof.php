<?php
/**
 * Proof that a text was changed by one link and nothing else.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Compares texts byte by byte; reads no HTML.
 */
class Link_Proof {

	const OPENS  = '<a href="';
	const CLOSES = '</a>';

	/**
	 * Says whether a text becomes another one by taking one link with this address out of it.
	 *
	 * @param string $linked The text with the link.
	 * @param string $plain  The text without it.
	 * @param string $href   Where the link leads.
	 */
	public static function one_link_apart( string $linked, string $plain, string $href ): bool {
		$same  = self::common_start( $linked, $plain );
		$first = max( 0, $same - strlen( self::OPENS ) );
		for ( $at = $same; $at >= $first; $at-- ) {
			if ( self::is_link_at( $at, $linked, $plain, $href ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Says whether the one link that makes the difference stands here.
	 *
	 * @param int    $at     Where the link's start tag would begin.
	 * @param string $linked The text with the link.
	 * @param string $plain  The text without it.
	 * @param string $href   Where the link leads.
	 */
	private static function is_link_at( int $at, string $linked, string $plain, string $href ): bool {
		$value = $at + strlen( self::OPENS );
		$end   = substr( $linked, $at, strlen( self::OPENS ) ) === self::OPENS ? strpos( $linked, '">', $value ) : false;
		if ( false === $end || html_entity_decode( substr( $linked, $value, $end - $value ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ) !== $href ) {
			return false;
		}
		$rest   = substr( $linked, $end + 2 );
		$wanted = substr( $plain, $at );
		$last   = self::common_start( $rest, $wanted );
		for ( $close = max( 0, $last - strlen( self::CLOSES ) ); $close <= $last; $close++ ) {
			if ( substr( $rest, 0, $close ) . self::CLOSES . substr( $wanted, $close ) === $rest ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Counts the bytes that two texts have in common at their start.
	 *
	 * @param string $one   A text.
	 * @param string $other Another.
	 */
	private static function common_start( string $one, string $other ): int {
		$length = min( strlen( $one ), strlen( $other ) );
		return strspn( substr( $one, 0, $length ) ^ substr( $other, 0, $length ), "\0" );
	}
}
