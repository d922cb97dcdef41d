<?php
/**
 * What WordPress knows better than the service about the posts in an answer.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Adds today's permalinks, names and rights to the service's answers, and leaves out posts that are gone.
 */
class Enrichment {

	/**
	 * Completes the suggestions for links from a post.
	 *
	 * @param array<string, mixed> $answer The service's answer.
	 * @return array<string, mixed>
	 */
	public static function outbound( array $answer ): array {
		self::load( $answer, 'target' );
		$kept = array();
		foreach ( self::suggestions( $answer ) as $suggestion ) {
			$suggestion['target']        = self::target( $suggestion['target'] ?? null );
			$suggestion['other_targets'] = self::other_targets( $suggestion['other_targets'] ?? array() );
			if ( $suggestion['target'] ) {
				$kept[] = $suggestion;
			}
		}
		$answer['suggestions'] = $kept;
		return $answer;
	}

	/**
	 * Completes the suggestions for links to a post.
	 *
	 * @param array<string, mixed> $answer    The service's answer.
	 * @param int                  $target_id Post ID that the links would lead to.
	 * @return array<string, mixed>
	 */
	public static function inbound( array $answer, int $target_id ): array {
		self::load( $answer, 'source' );
		$kept = array();
		foreach ( self::suggestions( $answer ) as $suggestion ) {
			$source = get_post( (int) ( $suggestion['source_id'] ?? 0 ) );
			if ( $source && 'trash' !== $source->post_status && current_user_can( 'read_post', $source->ID ) ) {
				$card                 = is_array( $suggestion['source'] ?? null ) ? $suggestion['source'] : array();
				$suggestion['source'] = self::source( $source, $target_id ) + $card;
				$kept[]               = $suggestion;
			}
		}
		$answer['suggestions'] = $kept;
		return $answer;
	}

	/**
	 * Describes the post a link would lead to.
	 *
	 * @param mixed $target The service's card of it.
	 * @return array<string, mixed>|null Null where readers could not open it.
	 */
	private static function target( $target ): ?array {
		$post = is_array( $target ) ? get_post( (int) ( $target['id'] ?? 0 ) ) : null;
		if ( ! $post || ! Post_Types::is_open( $post ) ) {
			return null;
		}
		return array(
			'url'        => (string) get_permalink( $post ),
			'type_label' => Post_Types::label( $post ),
			'edit_url'   => self::edit_url( $post ),
		) + $target;
	}

	/**
	 * Describes the post that would get a link.
	 *
	 * @param WP_Post $source    That post.
	 * @param int     $target_id Post ID that the link would lead to.
	 * @return array<string, mixed>
	 */
	private static function source( WP_Post $source, int $target_id ): array {
		$edit_url = self::edit_url( $source );
		return array(
			'url'        => (string) get_permalink( $source ),
			'type_label' => Post_Types::label( $source ),
			'can_edit'   => '' !== $edit_url,
			'edit_url'   => '' === $edit_url ? '' : add_query_arg( 'link-suggester-target', $target_id, $edit_url ),
			'locked_by'  => '' === $edit_url ? '' : Post_Writer::locked_by( $source->ID ),
		);
	}

	/**
	 * Completes other targets for the same words.
	 *
	 * @param mixed $others List of `{target, score}`.
	 * @return array<int, array<string, mixed>>
	 */
	private static function other_targets( $others ): array {
		$kept = array();
		foreach ( is_array( $others ) ? $others : array() as $other ) {
			$target = is_array( $other ) ? self::target( $other['target'] ?? null ) : null;
			if ( $target ) {
				$kept[] = array( 'target' => $target ) + $other;
			}
		}
		return $kept;
	}

	/**
	 * Gives the address of a post's editor, where the user may open it.
	 *
	 * @param WP_Post $post The post.
	 */
	private static function edit_url( WP_Post $post ): string {
		return current_user_can( 'edit_post', $post->ID ) ? (string) get_edit_post_link( $post, 'raw' ) : '';
	}

	/**
	 * Gives the suggestions of an answer, whatever it holds.
	 *
	 * @param array<string, mixed> $answer The service's answer.
	 * @return array<int, array<string, mixed>>
	 */
	private static function suggestions( array $answer ): array {
		$suggestions = $answer['suggestions'] ?? array();
		return is_array( $suggestions ) ? array_filter( $suggestions, 'is_array' ) : array();
	}

	/**
	 * Loads all posts of an answer with one query.
	 *
	 * @param array<string, mixed> $answer The service's answer.
	 * @param string               $role   'target' or 'source'.
	 */
	private static function load( array $answer, string $role ): void {
		$ids = array();
		foreach ( self::suggestions( $answer ) as $suggestion ) {
			$ids[] = (int) ( $suggestion[ $role ]['id'] ?? 0 );
			foreach ( (array) ( $suggestion['other_targets'] ?? array() ) as $other ) {
				$ids[] = (int) ( $other['target']['id'] ?? 0 );
			}
		}
		_prime_post_caches( array_filter( array_unique( $ids ) ), true, false );
	}
}
