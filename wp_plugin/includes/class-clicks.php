<?php
/**
 * Counting clicks on links, where the owner wants it: the switch, and what stands on public pages.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Off unless switched on; then a small script on public posts tells which of their links are followed.
 *
 * No cookie, no address, no name is read for it or kept: see `Click_Route` for what is left out.
 */
class Clicks {

	const OPTION = 'link_suggester_clicks';
	const MARK   = 'data-link-suggester'; // What the script knows links in content by; menus and widgets bear no mark.
	const LATE   = 1000;                  // After blocks, shortcodes and other filters of the content.

	/**
	 * Waits until WordPress builds a page.
	 */
	public function register(): void {
		add_action( 'wp_enqueue_scripts', array( $this, 'load_script' ) );
		add_filter( 'the_content', array( $this, 'mark_links' ), self::LATE );
		add_action( 'admin_init', array( $this, 'suggest_privacy_words' ) );
		add_filter( 'wpmu_drop_tables', array( $this, 'drop_with_site' ) );
	}

	/**
	 * Tells how things stand: whether clicks are counted, since when, until when, and whether the service knows it.
	 *
	 * @return array{on: bool, since: string, until: string, told: bool}
	 */
	public static function state(): array {
		$state = get_option( self::OPTION, array() );
		return ( is_array( $state ) ? $state : array() ) + array(
			'on'    => false,
			'since' => '',
			'until' => '',
			'told'  => true,
		);
	}

	/**
	 * Says whether clicks are counted.
	 */
	public static function is_on(): bool {
		return self::state()['on'] && Connection::is_configured();
	}

	/**
	 * Begins to count.
	 */
	public static function switch_on(): void {
		Click_Counts::create();
		if ( ! self::state()['on'] ) {
			self::keep( true, gmdate( 'c' ), '' );
		}
	}

	/**
	 * Counts no more; what was counted goes to the service once, and is forgotten here.
	 *
	 * @param Click_Sender $sender Sends it.
	 */
	public static function switch_off( Click_Sender $sender ): void {
		if ( self::state()['on'] ) {
			self::keep( false, self::state()['since'], gmdate( 'c' ) );
			$sender->send();
		}
		Click_Counts::drop();
	}

	/**
	 * Notes that the service knows how things stand.
	 *
	 * @param array<string, mixed> $state What it was told.
	 */
	public static function was_told( array $state ): void {
		if ( self::state() === $state ) {
			update_option( self::OPTION, array( 'told' => true ) + $state );
		}
	}

	/**
	 * Loads the script on public posts, for readers alone.
	 */
	public function load_script(): void {
		if ( ! $this->is_counted_here() ) {
			return;
		}
		$settings = array(
			'to'   => rest_url( Rest_Routes::ROOM . Click_Route::PATH ),
			'post' => get_queried_object_id(),
		);
		wp_enqueue_script( 'link-suggester-clicks', Scripts::url( 'clicks.js' ), array(), Scripts::version( 'clicks.js' ), true );
		wp_add_inline_script( 'link-suggester-clicks', 'window.linkSuggesterClicks = ' . wp_json_encode( $settings, JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
	}

	/**
	 * Marks the links of the content, so that the script counts no others.
	 *
	 * @param string $content Content of a post, rendered.
	 */
	public function mark_links( string $content ): string {
		if ( get_the_ID() !== get_queried_object_id() || ! $this->is_counted_here() ) {
			return $content;
		}
		return (string) ( preg_replace( '/<a(?=\s)/i', '$0 ' . self::MARK, $content ) ?? $content );
	}

	/**
	 * Suggests words for the privacy policy of the site.
	 */
	public function suggest_privacy_words(): void {
		if ( ! self::is_on() ) {
			return;
		}
		$words = __( 'We count how often the links within our posts are followed, to see which of them help our readers. For each link and month only a number is kept. No cookies are set, nothing is stored in your browser, and your IP address and your browser’s name are not kept. Clicks are not counted where your browser asks not to be tracked (Do Not Track, Global Privacy Control).', 'link-suggester' );
		wp_add_privacy_policy_content( __( 'Link suggester', 'link-suggester' ), '<p>' . esc_html( $words ) . '</p>' );
	}

	/**
	 * Lets what was counted go with a site of a network that is deleted.
	 *
	 * @param array<int|string, string> $tables Tables that go.
	 * @return array<int|string, string>
	 */
	public function drop_with_site( array $tables ): array {
		$tables[] = Click_Counts::table();
		return $tables;
	}

	/**
	 * Says whether the page that is being built is one whose clicks are counted: one public post, before a reader.
	 */
	private function is_counted_here(): bool {
		if ( is_admin() || is_feed() || is_preview() || is_customize_preview() || ! self::is_on() ) {
			return false;
		}
		$post = get_queried_object();
		return $post instanceof WP_Post
			&& is_singular( array_keys( Post_Types::public_types() ) )
			&& Post_Types::is_open( $post )
			&& ! current_user_can( 'edit_posts' );
	}

	/**
	 * Keeps how things stand from now on.
	 *
	 * @param bool   $on    Whether clicks are counted.
	 * @param string $since Since when.
	 * @param string $until Until when, '' while they are counted.
	 */
	private static function keep( bool $on, string $since, string $until ): void {
		update_option( self::OPTION, compact( 'on', 'since', 'until' ) + array( 'told' => false ) );
		Click_Sender::schedule( 0 );
	}
}
