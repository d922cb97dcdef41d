<?php
/**
 * The proof that one link is all that changed.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Link_Proof;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the comparison.
 */
class LinkProofTest extends TestCase {

	/**
	 * Texts with a link, without it, and whether that is all.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function pairs(): array {
		$link = static function ( string $words, string $href = 'https://b.example/?a=1&amp;b=2' ): string {
			return "<a href=\"$href\">$words</a>";
		};
		return array(
			'in the middle'        => array( "<p>Feed the {$link( 'starter' )} now.</p>", '<p>Feed the starter now.</p>', true ),
			'at the start'         => array( "{$link( 'Feed' )} it", 'Feed it', true ),
			'at the end'           => array( "Feed {$link( 'it' )}", 'Feed it', true ),
			'all of it'            => array( $link( 'Feed' ), 'Feed', true ),
			'before a tag'         => array( "<p>{$link( '<em>x</em>' )}</p>", '<p><em>x</em></p>', true ),
			'before a link'        => array( "{$link( 'a' )}<a href=\"/b\">b</a>", 'a<a href="/b">b</a>', true ),
			'beside the same'      => array( "{$link( 'a' )} {$link( 'a' )}", "a {$link( 'a' )}", true ),
			'in unicode'           => array( "Größe {$link( '“Brot” 🍞' )} \\'x\\", 'Größe “Brot” 🍞 \\\'x\\', true ),
			'repeated words'       => array( "aaa{$link( 'a' )}aaa", 'aaaaaaa', true ),
			'no change'            => array( 'Feed it', 'Feed it', false ),
			'another address'      => array( "Feed {$link( 'it', 'https://evil.example/' )}", 'Feed it', false ),
			'more than the link'   => array( "Feed {$link( 'it' )}!", 'Feed it', false ),
			'other words'          => array( "Feed {$link( 'is' )}", 'Feed it', false ),
			'two links'            => array( "{$link( 'Feed' )} {$link( 'it' )}", 'Feed it', false ),
			'a script beside'      => array( "{$link( 'Feed' )} it<script>1</script>", 'Feed it', false ),
			'another attribute'    => array( '<a href="https://b.example/?a=1&amp;b=2" onclick="x">Feed</a> it', 'Feed it', false ),
			'emptied'              => array( '', 'Feed it', false ),
			'not closed'           => array( '<a href="https://b.example/?a=1&amp;b=2">Feed it', 'Feed it', false ),
		);
	}

	/**
	 * @dataProvider pairs
	 */
	public function test_only_one_link_may_differ( string $linked, string $plain, bool $is_all ): void {
		self::assertSame( $is_all, Link_Proof::one_link_apart( $linked, $plain, 'https://b.example/?a=1&b=2' ) );
	}
}
