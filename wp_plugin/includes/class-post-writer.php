<?php
/**
 * Puts a link into another post, or takes it out again.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Writes one link into a stored post: with a revision, and with no other byte changed.
 */
class Post_Writer {

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * The text that is about to be stored; null while nothing is.
	 *
	 * @var WP_Post|null
	 */
	private $pending = null;

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Puts a link into a post.
	 *
	 * @param WP_Post              $source The post that gets the link.
	 * @param array<string, mixed> $place  Block and anchor.
	 * @param string               $href   Where the link leads.
	 * @return int|WP_Error Id of the revision, 0 where the post's type has none.
	 */
	public function link( WP_Post $source, array $place, string $href ) {
		return $this->change( $source, '/v1/insert', $place, $href );
	}

	/**
	 * Takes a link out of a post again.
	 *
	 * @param WP_Post              $source The post that has the link.
	 * @param array<string, mixed> $place  Block and anchor.
	 * @param string               $href   Where the link leads.
	 * @return int|WP_Error Id of the revision, 0 where the post's type has none.
	 */
	public function unlink( WP_Post $source, array $place, string $href ) {
		return $this->change( $source, '/v1/remove', $place, $href );
	}

	/**
	 * Says who is editing a post right now, other than the present user.
	 *
	 * @param int $post_id Post ID.
	 * @return string Name, or '' where nobody is.
	 */
	public static function locked_by( int $post_id ): string {
		if ( ! function_exists( 'wp_check_post_lock' ) ) {
			require_once ABSPATH . 'wp-admin/includes/post.php';
		}
		$user = get_userdata( (int) wp_check_post_lock( $post_id ) );
		return $user ? $user->display_name : '';
	}

	/**
	 * Hands WordPress the very bytes that are to be stored, past the filters that would tidy up the rest of the post;
	 * in its revisions too, so that going back to one loses nothing.
	 *
	 * @param array<string, mixed> $data What WordPress is about to store, slashed.
	 * @param array<string, mixed> $post What it was asked to store.
	 * @return array<string, mixed>
	 */
	public function keep_bytes( array $data, array $post ): array {
		$post_id = 'revision' === $data['post_type'] ? (int) $data['post_parent'] : (int) ( $post['ID'] ?? 0 );
		if ( $this->pending && $post_id === $this->pending->ID ) {
			foreach ( array( 'post_title', 'post_content', 'post_excerpt', 'post_content_filtered' ) as $field ) {
				$data[ $field ] = wp_slash( $this->pending->$field );
			}
		}
		return $data;
	}

	/**
	 * Lets the service change the text, and stores it.
	 *
	 * @param WP_Post              $source The post to change.
	 * @param string               $path   What the service is asked for.
	 * @param array<string, mixed> $place  Block and anchor.
	 * @param string               $href   Where the link leads.
	 * @return int|WP_Error
	 */
	private function change( WP_Post $source, string $path, array $place, string $href ) {
		$locked = $this->refuse_locked( $source->ID );
		if ( $locked ) {
			return $locked;
		}
		$answer = $this->client->ask( 'POST', $path, array( 'content' => $source->post_content ) + $place + array( 'href' => $href ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$content = is_string( $answer['content'] ?? null ) ? $answer['content'] : '';
		$pair    = '/v1/insert' === $path ? array( $content, $source->post_content ) : array( $source->post_content, $content );
		if ( ! Link_Proof::one_link_apart( $pair[0], $pair[1], $href ) ) {
			return Errors::make( Errors::CONFLICT, __( 'The link was not set, because more than the link would have changed; set it by hand.', 'link-suggester' ) );
		}
		return $this->store( $source, $content );
	}

	/**
	 * Refuses where somebody else has the post open.
	 *
	 * @param int $post_id Post ID.
	 */
	private function refuse_locked( int $post_id ): ?WP_Error {
		$name = self::locked_by( $post_id );
		if ( '' === $name ) {
			return null;
		}
		/* translators: %s: name of a user. */
		return Errors::make( Errors::CONFLICT, sprintf( __( '%s is editing that post right now; try again later.', 'link-suggester' ), $name ) );
	}

	/**
	 * Stores the new text where nobody changed the post meanwhile.
	 *
	 * @param WP_Post $source  The post as it was read.
	 * @param string  $content Its new text.
	 * @return int|WP_Error
	 */
	private function store( WP_Post $source, string $content ) {
		clean_post_cache( $source->ID );
		$now = get_post( $source->ID );
		if ( ! $now || $now->post_content !== $source->post_content || $now->post_status !== $source->post_status ) {
			return Errors::make( Errors::CONFLICT );
		}
		$saved = $this->update( $now, $content );
		if ( is_wp_error( $saved ) ) {
			return $saved;
		}
		clean_post_cache( $now->ID );
		if ( get_post( $now->ID )->post_content !== $content ) {
			return Errors::make( Errors::CONFLICT, __( 'Another plugin changed the post while the link was set; look at the post and its revisions.', 'link-suggester' ) );
		}
		return $this->latest_revision( $now->ID );
	}

	/**
	 * Updates a post; its text as it was is kept as a revision, where none holds it yet.
	 *
	 * @param WP_Post $now     The post as it is.
	 * @param string  $content Its new text.
	 * @return int|WP_Error
	 */
	private function update( WP_Post $now, string $content ) {
		add_filter( 'wp_insert_post_data', array( $this, 'keep_bytes' ), PHP_INT_MAX, 2 );
		$this->pending = $now;
		wp_save_post_revision( $now->ID );
		$this->pending               = clone $now;
		$this->pending->post_content = $content;

		$saved = wp_update_post(
			array(
				'ID'           => $now->ID,
				'post_content' => wp_slash( $content ),
			),
			true
		);
		remove_filter( 'wp_insert_post_data', array( $this, 'keep_bytes' ), PHP_INT_MAX );
		$this->pending = null;
		return $saved;
	}

	/**
	 * Finds the newest revision of a post.
	 *
	 * @param int $post_id Post ID.
	 */
	private function latest_revision( int $post_id ): int {
		$revisions = wp_get_post_revisions(
			$post_id,
			array(
				'numberposts'   => 1,
				'fields'        => 'ids',
				'check_enabled' => true,
			)
		);
		return (int) reset( $revisions );
	}
}
