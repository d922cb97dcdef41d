<?php
/**
 * Who has which post open in an editor.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the service, which speaks with an application password, what WordPress shows only in its lists of posts.
 *
 * The service then leaves posts alone that somebody is writing in, its own user included.
 */
class Locks {

	const MOST_IDS = 100;

	/**
	 * Waits until WordPress asks for routes.
	 */
	public function register(): void {
		add_action( 'rest_api_init', array( $this, 'add_route' ) );
	}

	/**
	 * Adds the route.
	 */
	public function add_route(): void {
		register_rest_route(
			Rest_Routes::ROOM,
			'/locks',
			array(
				'methods'             => 'GET',
				'callback'            => array( $this, 'locks' ),
				'permission_callback' => array( $this, 'may_write' ),
				'args'                => Rest_Arguments::ids(),
			)
		);
	}

	/**
	 * Says whether the user writes at all; of each post it is asked again.
	 *
	 * @return true|WP_Error
	 */
	public function may_write() {
		if ( current_user_can( 'edit_posts' ) ) {
			return true;
		}
		return new WP_Error(
			'rest_forbidden',
			__( 'Sorry, you are not allowed to do that.', 'link-suggester' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}

	/**
	 * Names the users who have posts open, of those posts that the user may edit.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>
	 */
	public function locks( WP_REST_Request $request ): array {
		$ids   = array_slice( array_unique( wp_parse_id_list( $request['ids'] ) ), 0, self::MOST_IDS );
		$locks = array();
		foreach ( $ids as $id ) {
			$lock = current_user_can( 'edit_post', $id ) ? self::of_post( $id ) : null;
			if ( $lock ) {
				$locks[ $id ] = $lock;
			}
		}
		return array( 'locks' => (object) $locks );
	}

	/**
	 * Reads the lock of a post. WordPress's own function tells nothing of the user who asks.
	 *
	 * @param int $post_id Post ID.
	 * @return array{user: string, at: int}|null
	 */
	private static function of_post( int $post_id ): ?array {
		$parts = explode( ':', (string) get_post_meta( $post_id, '_edit_lock', true ) );
		/** This filter is documented in wp-admin/includes/post.php */
		$window = (int) apply_filters( 'wp_check_post_lock_window', 150 ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals
		$at     = (int) $parts[0];
		if ( $at <= time() - $window ) {
			return null;
		}
		$user = get_userdata( (int) ( $parts[1] ?? get_post_meta( $post_id, '_edit_last', true ) ) );
		return array(
			'user' => $user ? $user->display_name : '',
			'at'   => $at,
		);
	}
}
