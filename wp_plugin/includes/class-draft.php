<?php
/**
 * A post as the service is asked about it.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Puts together what is sent to get suggestions.
 */
class Draft {

	/**
	 * Describes a post with the text on screen, saved or not.
	 *
	 * @param WP_Post $post    The post; its type and terms are those that were saved.
	 * @param string  $title   Its title on screen.
	 * @param string  $content Its content on screen.
	 * @param string  $lang    Language subtag, or ''.
	 * @param int     $limit   How many suggestions at most.
	 * @return array<string, mixed>
	 */
	public static function on_screen( WP_Post $post, string $title, string $content, string $lang, int $limit ): array {
		return array(
			'title'   => $title,
			'content' => $content,
			'raw'     => true,
			'type'    => $post->post_type,
			'lang'    => $lang,
			'terms'   => self::terms( $post ),
			'limit'   => $limit,
		);
	}

	/**
	 * Describes a post as it is saved.
	 *
	 * @param WP_Post $post  The post.
	 * @param int     $limit How many suggestions at most.
	 * @return array<string, mixed>
	 */
	public static function saved( WP_Post $post, int $limit ): array {
		return self::on_screen( $post, $post->post_title, $post->post_content, '', $limit );
	}

	/**
	 * Gives the public terms of a post.
	 *
	 * @param WP_Post $post The post.
	 * @return array<int, array<string, string>>
	 */
	private static function terms( WP_Post $post ): array {
		$found = array();
		foreach ( get_object_taxonomies( $post, 'objects' ) as $taxonomy ) {
			$terms = $taxonomy->public ? get_the_terms( $post, $taxonomy->name ) : array();
			foreach ( is_array( $terms ) ? $terms : array() as $term ) {
				$found[] = array(
					'taxonomy' => $term->taxonomy,
					'slug'     => $term->slug,
					'name'     => html_entity_decode( $term->name, ENT_QUOTES | ENT_HTML5, 'UTF-8' ),
				);
			}
		}
		return $found;
	}
}
