<?php
/**
 * The links that stand in a post.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Http;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Finds a link in the stored content of a post, however its address is written.
 */
class Content_Links {

	const LONGEST = 200; // Characters of an anchor that are kept.
	const TAG     = '/<a\s(?:[^>"\']++|"[^"]*+"|\'[^\']*+\')*+>/i';
	const HREF    = '/\shref\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s"\'>]+))/i';

	/**
	 * Finds the first link of a post to an address of the same site.
	 *
	 * @param WP_Post $post The post.
	 * @param string  $href Address as a browser read it.
	 * @return array{0: string, 1: string}|null The address in full, and the words of the link; null where none stands there.
	 */
	public static function find( WP_Post $post, string $href ): ?array {
		$base   = (string) get_permalink( $post );
		$wanted = self::address( $href, $base );
		if ( '' === $wanted || self::same( $wanted ) === self::same( self::address( $base, $base ) ) ) {
			return null;
		}
		preg_match_all( self::TAG, $post->post_content, $tags, PREG_OFFSET_CAPTURE );
		foreach ( $tags[0] as list( $tag, $at ) ) {
			$address = self::address( self::href( $tag ), $base );
			if ( '' !== $address && self::same( $address ) === self::same( $wanted ) ) {
				return array( $address, self::words( substr( $post->post_content, $at + strlen( $tag ) ) ) );
			}
		}
		return null;
	}

	/**
	 * Reads the address out of a tag.
	 *
	 * @param string $tag Opening tag of a link.
	 */
	private static function href( string $tag ): string {
		$found = preg_match( self::HREF, $tag, $parts ) ? (string) end( $parts ) : '';
		return html_entity_decode( $found, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
	}

	/**
	 * Writes an address in full, without the part of the page it names; '' where it is of another site, or none at all.
	 *
	 * @param string $href Address as written.
	 * @param string $base Address of the page it stands on.
	 */
	private static function address( string $href, string $base ): string {
		$href  = trim( $href );
		$parts = '' === $href ? false : wp_parse_url( WP_Http::make_absolute_url( $href, $base ) );
		$home  = wp_parse_url( home_url( '/' ) );
		if ( ! is_array( $parts ) || ! in_array( strtolower( $parts['scheme'] ?? '' ), array( 'http', 'https' ), true ) || self::host( $parts ) !== self::host( $home ) ) {
			return '';
		}
		$path = $parts['path'] ?? '/';
		$port = isset( $home['port'] ) ? ":{$home['port']}" : '';
		return 0 === strpos( trailingslashit( $path ), $home['path'] ) ? "{$home['scheme']}://{$home['host']}$port$path" . ( isset( $parts['query'] ) ? "?{$parts['query']}" : '' ) : '';
	}

	/**
	 * Gives host and port, the same with and without www.
	 *
	 * @param array<string, mixed> $parts Parts of an address.
	 */
	private static function host( array $parts ): string {
		return preg_replace( '/^www\./', '', strtolower( $parts['host'] ?? '' ) ) . ':' . ( $parts['port'] ?? '' );
	}

	/**
	 * Gives what is the same however an address is escaped.
	 *
	 * @param string $address Address in full.
	 */
	private static function same( string $address ): string {
		return rawurldecode( $address );
	}

	/**
	 * Reads the words of a link.
	 *
	 * @param string $rest What follows its opening tag.
	 */
	private static function words( string $rest ): string {
		$end   = stripos( $rest, '</a' );
		$plain = html_entity_decode( wp_strip_all_tags( substr( $rest, 0, false === $end ? 0 : $end ) ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		return mb_substr( trim( (string) preg_replace( '/\s+/u', ' ', $plain ) ), 0, self::LONGEST );
	}
}
