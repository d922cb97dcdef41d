<?php
/**
 * Which kinds of posts suggestions are for.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Public post types, and those of them that the owner included.
 */
class Post_Types {

	const OPTION = 'link_suggester_post_types'; // What the service was last told, so that no page has to ask it.

	/**
	 * Gives the public types a post may have, with the names people know them by.
	 *
	 * @return array<string, string> Slug to singular name.
	 */
	public static function public_types(): array {
		$types = array();
		foreach ( get_post_types( array( 'public' => true ), 'objects' ) as $type ) {
			if ( 'attachment' !== $type->name && is_post_type_viewable( $type ) ) {
				$types[ $type->name ] = (string) $type->labels->singular_name;
			}
		}
		return $types;
	}

	/**
	 * Gives the types that the owner wants suggestions for.
	 *
	 * @return array<string, string> Slug to singular name.
	 */
	public static function included(): array {
		$chosen = get_option( self::OPTION, array() );
		$types  = self::public_types();
		return is_array( $chosen ) && $chosen ? array_intersect_key( $types, array_flip( $chosen ) ) : $types;
	}

	/**
	 * Remembers which types the service has been told to include.
	 *
	 * @param array<int, string> $types Slugs; none means all.
	 */
	public static function remember( array $types ): void {
		$types = array_values( array_filter( $types, 'is_string' ) );
		if ( get_option( self::OPTION ) !== $types ) {
			update_option( self::OPTION, $types );
		}
	}

	/**
	 * Says the name of a post's type as people know it.
	 *
	 * @param WP_Post $post The post.
	 */
	public static function label( WP_Post $post ): string {
		$type = get_post_type_object( $post->post_type );
		return $type ? (string) $type->labels->singular_name : $post->post_type;
	}

	/**
	 * Finds a post that suggestions can be about: no revision, no attachment, none of a hidden type.
	 *
	 * @param int $post_id Post ID.
	 * @return WP_Post|WP_Error
	 */
	public static function find( int $post_id ) {
		$post = $post_id > 0 ? get_post( $post_id ) : null;
		if ( ! $post || ! isset( self::public_types()[ $post->post_type ] ) ) {
			return new WP_Error( 'rest_post_invalid_id', __( 'Invalid post ID.', 'link-suggester' ), array( 'status' => 404 ) );
		}
		return $post;
	}

	/**
	 * Says whether anybody may read a post: only then may others link to it.
	 *
	 * @param WP_Post|null $post The post.
	 */
	public static function is_open( ?WP_Post $post ): bool {
		return $post && '' === $post->post_password && is_post_publicly_viewable( $post );
	}
}
