<?php
/**
 * The box under the classic editor.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Shows the suggestions where a post is really edited with the classic editor.
 */
class Classic_Editor {

	const BOX  = 'link-suggester';
	const ROOT = 'link-suggester-classic';

	/**
	 * Hooks in.
	 */
	public function register(): void {
		add_action( 'add_meta_boxes', array( $this, 'add_box' ), 10, 2 );
	}

	/**
	 * Adds the box to the page.
	 *
	 * @param string $type Post type, or the name of another thing that has boxes.
	 * @param mixed  $post What is edited.
	 */
	public function add_box( $type, $post ): void {
		if ( ! $post instanceof WP_Post || ! self::is_for( $post ) ) {
			return;
		}
		add_action( 'admin_enqueue_scripts', array( $this, 'enqueue' ), 20 );
		add_meta_box(
			self::BOX,
			__( 'Link suggestions', 'link-suggester' ),
			array( $this, 'render' ),
			null,
			'normal',
			'high',
			array( '__back_compat_meta_box' => true )
		);
	}

	/**
	 * Loads what the box needs.
	 */
	public function enqueue(): void {
		Scripts::load( 'classic-editor' );
		wp_enqueue_style( 'link-suggester-classic-editor' );
	}

	/**
	 * Writes the box; the script fills it when it is seen.
	 */
	public function render(): void {
		printf(
			'<div id="%s" style="min-height: 1px"><p class="hide-if-js">%s</p></div>',
			esc_attr( self::ROOT ),
			esc_html__( 'Link suggestions need JavaScript.', 'link-suggester' )
		);
	}

	/**
	 * Says whether suggestions are shown for a post, and in the classic editor.
	 *
	 * @param WP_Post $post The post that is edited.
	 */
	private static function is_for( WP_Post $post ): bool {
		return Scripts::is_wanted( $post->post_type )
			&& post_type_supports( $post->post_type, 'editor' )
			&& current_user_can( 'edit_post', $post->ID )
			&& ! use_block_editor_for_post( $post );
	}
}
