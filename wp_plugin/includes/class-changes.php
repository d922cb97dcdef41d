<?php
/**
 * Tells the service what happens to posts.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Collects changes while WordPress works, and sends them once, after the page has gone out.
 *
 * Where the web server lets go of the visitor first (PHP-FPM), nobody waits; elsewhere a second at most, and after a
 * failure not again for a minute. What could not be sent is kept and goes along the next time.
 */
class Changes {

	const OPTION     = 'link_suggester_changes';
	const PAUSE      = 'link_suggester_pause'; // A transient: the service did not answer a moment ago.
	const MOST_KEPT  = 1000;
	const MOST_PAGES = 500;
	const PATIENCE   = 1; // Seconds.

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * What happened in this request: site, then what is known of each post.
	 *
	 * @var array<int, array<string, array<string, mixed>>>
	 */
	private $queue = array();

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Listens to what happens to posts.
	 */
	public function register(): void {
		add_action( 'wp_after_insert_post', array( $this, 'on_saved' ), 10, 4 );
		add_action( 'post_updated', array( $this, 'on_updated' ), 10, 3 );
		add_action( 'deleted_post', array( $this, 'on_deleted' ), 10, 2 );
		add_action( 'shutdown', array( $this, 'send' ), PHP_INT_MAX );
	}

	/**
	 * Notes that a post was saved, put into the trash, or taken out of it.
	 *
	 * @param int          $post_id Post ID.
	 * @param WP_Post      $post    The post as it is now.
	 * @param bool         $update  Whether it was there before.
	 * @param WP_Post|null $before  The post as it was.
	 */
	public function on_saved( int $post_id, WP_Post $post, bool $update, ?WP_Post $before ): void {
		if ( ! $this->is_told_of( $post ) ) {
			return;
		}
		$kind = 'saved';
		if ( 'trash' === $post->post_status ) {
			$kind = 'trashed';
		} elseif ( $update && $before && 'trash' === $before->post_status ) {
			$kind = 'restored';
		}
		$this->note( $post_id, $kind );
	}

	/**
	 * Notes that a post's permalink changed, and with it those of the pages below.
	 *
	 * @param int     $post_id Post ID.
	 * @param WP_Post $after   The post as it is now.
	 * @param WP_Post $before  The post as it was.
	 */
	public function on_updated( int $post_id, WP_Post $after, WP_Post $before ): void {
		if ( ! $this->is_told_of( $after ) || 'publish' !== $before->post_status || 'publish' !== $after->post_status ) {
			return;
		}
		$old = (string) get_permalink( $before );
		$new = (string) get_permalink( $after );
		if ( $old === $new ) {
			return;
		}
		$this->note( $post_id, 'permalink', $old );
		foreach ( $this->pages_below( $after ) as $page_id ) {
			$address = (string) get_permalink( $page_id );
			if ( 0 === strpos( $address, $new ) ) {
				$this->note( $page_id, 'permalink', $old . substr( $address, strlen( $new ) ) );
			}
		}
	}

	/**
	 * Notes that a post is gone for good.
	 *
	 * @param int     $post_id Post ID.
	 * @param WP_Post $post    The post as it was.
	 */
	public function on_deleted( int $post_id, WP_Post $post ): void {
		if ( $this->is_told_of( $post ) ) {
			$this->note( $post_id, 'deleted' );
		}
	}

	/**
	 * Sends what was noted, once, at the very end of the request.
	 */
	public function send(): void {
		if ( ! $this->queue ) {
			return;
		}
		$queue       = $this->queue;
		$this->queue = array();
		if ( function_exists( 'fastcgi_finish_request' ) ) {
			fastcgi_finish_request();
		}
		foreach ( $queue as $site_id => $changes ) {
			$is_elsewhere = is_multisite() && get_current_blog_id() !== $site_id;
			if ( $is_elsewhere ) {
				switch_to_blog( $site_id );
			}
			$this->send_for_site( $changes );
			if ( $is_elsewhere ) {
				restore_current_blog();
			}
		}
	}

	/**
	 * Sends the changes of the present site, with those that wait from earlier.
	 *
	 * @param array<string, array<string, mixed>> $changes What happened.
	 */
	private function send_for_site( array $changes ): void {
		if ( ! Connection::is_configured() ) {
			return;
		}
		$kept    = get_option( self::OPTION, array() );
		$kept    = is_array( $kept ) ? $kept : array();
		$changes = array_slice( array_merge( array_diff_key( $kept, $changes ), $changes ), -self::MOST_KEPT, null, true );
		if ( ! get_transient( self::PAUSE ) && $this->is_sent( $changes ) ) {
			if ( $kept ) {
				delete_option( self::OPTION );
			}
			do_action( 'link_suggester_changes_told' );
			return;
		}
		update_option( self::OPTION, $changes, false );
	}

	/**
	 * Hands changes to the service.
	 *
	 * @param array<string, array<string, mixed>> $changes What happened.
	 */
	private function is_sent( array $changes ): bool {
		$answer = $this->client->ask( 'POST', '/v1/changes', array( 'changes' => array_values( $changes ) ), self::PATIENCE );
		if ( ! is_wp_error( $answer ) ) {
			return true;
		}
		set_transient( self::PAUSE, 1, MINUTE_IN_SECONDS );
		return Errors::INVALID === $answer->get_error_code(); // What it cannot take now, it will not take later.
	}

	/**
	 * Notes a change; a later one of the same post takes the place of an earlier one.
	 *
	 * @param int    $post_id Post ID.
	 * @param string $kind    What happened.
	 * @param string $old_url The former permalink, where it changed.
	 */
	private function note( int $post_id, string $kind, string $old_url = '' ): void {
		$change = array(
			'id'   => $post_id,
			'kind' => $kind,
		);
		if ( '' !== $old_url ) {
			$change['old_url'] = $old_url;
		}
		$site_id = get_current_blog_id();
		$name    = 'permalink' === $kind ? "permalink {$post_id} {$old_url}" : "state {$post_id}";
		unset( $this->queue[ $site_id ][ $name ] );
		$this->queue[ $site_id ][ $name ] = $change;
	}

	/**
	 * Says whether the service wants to know of a post: not of autosaves, revisions and posts that were only begun.
	 *
	 * @param WP_Post $post The post.
	 */
	private function is_told_of( WP_Post $post ): bool {
		return 'auto-draft' !== $post->post_status
			&& Connection::is_configured()
			&& isset( Post_Types::public_types()[ $post->post_type ] );
	}

	/**
	 * Gives the ids of the published pages below a page.
	 *
	 * @param WP_Post $page The page.
	 * @return array<int, int>
	 */
	private function pages_below( WP_Post $page ): array {
		if ( ! is_post_type_hierarchical( $page->post_type ) ) {
			return array();
		}
		$below = get_pages(
			array(
				'child_of'    => $page->ID,
				'post_type'   => $page->post_type,
				'post_status' => 'publish',
			)
		);
		return array_slice( wp_list_pluck( $below ? $below : array(), 'ID' ), 0, self::MOST_PAGES );
	}
}
