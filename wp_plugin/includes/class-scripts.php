<?php
/**
 * The scripts of the plugin and where they are loaded.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Registers the scripts; loads those of the block editor, and nothing anywhere else.
 */
class Scripts {

	const DEPENDENCIES = array(
		'api'            => array( 'wp-api-fetch', 'wp-i18n' ),
		'quote'          => array(),
		'words'          => array( 'wp-i18n' ),
		'session'        => array(),
		'cards'          => array( 'link-suggester-quote', 'link-suggester-words', 'wp-components', 'wp-date', 'wp-element', 'wp-i18n' ),
		'panel'          => array( 'link-suggester-api', 'link-suggester-cards', 'link-suggester-session', 'wp-a11y' ),
		'block-editor'   => array( 'link-suggester-panel', 'wp-block-editor', 'wp-blocks', 'wp-data', 'wp-edit-post', 'wp-editor', 'wp-plugins', 'wp-rich-text' ),
		'classic-places' => array(),
		'classic-text'   => array( 'link-suggester-classic-places', 'link-suggester-quote' ),
		'classic-visual' => array( 'link-suggester-classic-places', 'link-suggester-quote' ),
		'classic-editor' => array( 'link-suggester-classic-text', 'link-suggester-classic-visual', 'link-suggester-panel', 'wp-dom-ready' ),
		'posts-list'     => array( 'link-suggester-api', 'wp-dom-ready' ),
	);

	const STYLES = array(
		'panel'          => array( 'wp-components' ),
		'classic-editor' => array( 'link-suggester-panel' ),
		'settings'       => array(),
	);

	/**
	 * Waits until WordPress builds a page of its administration.
	 */
	public function register(): void {
		add_action( 'admin_init', array( $this, 'register_scripts' ) );
		add_action( 'enqueue_block_editor_assets', array( $this, 'load_block_editor' ) );
	}

	/**
	 * Registers every script that is there.
	 */
	public function register_scripts(): void {
		foreach ( self::DEPENDENCIES as $name => $needs ) {
			if ( is_readable( self::path( "$name.js" ) ) ) {
				wp_register_script( "link-suggester-$name", self::url( "$name.js" ), $needs, self::version( "$name.js" ), true );
				wp_set_script_translations( "link-suggester-$name", 'link-suggester', dirname( PLUGIN_FILE ) . '/languages' );
			}
		}
		foreach ( self::STYLES as $name => $needs ) {
			if ( is_readable( self::path( "$name.css" ) ) ) {
				wp_register_style( "link-suggester-$name", self::url( "$name.css" ), $needs, self::version( "$name.css" ) );
			}
		}
	}

	/**
	 * Loads the panel of the block editor where suggestions are wanted.
	 */
	public function load_block_editor(): void {
		$screen = get_current_screen();
		$post   = get_post();
		if ( ! $screen || 'post' !== $screen->base || ! $post || ! self::is_wanted( $post->post_type ) || ! current_user_can( 'edit_post', $post->ID ) ) {
			return;
		}
		self::load( 'block-editor' );
		wp_enqueue_style( 'link-suggester-panel' );
	}

	/**
	 * Says whether suggestions are wanted for a type of posts.
	 *
	 * @param string $post_type Slug of the type.
	 */
	public static function is_wanted( string $post_type ): bool {
		return isset( Post_Types::included()[ $post_type ] );
	}

	/**
	 * Loads a script with what it has to know.
	 *
	 * @param string $name Name of the script, as in 'block-editor'.
	 */
	public static function load( string $name ): void {
		static $is_told = false;
		wp_enqueue_script( "link-suggester-$name" );
		if ( ! $is_told ) {
			$is_told = wp_add_inline_script( 'link-suggester-api', 'window.linkSuggesterConfig = ' . wp_json_encode( self::config(), JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
		}
	}

	/**
	 * Says what the scripts have to know; never the service's address or key.
	 *
	 * @return array<string, mixed>
	 */
	public static function config(): array {
		$can_manage = current_user_can( 'manage_options' );
		return array(
			'configured'  => Connection::is_configured(),
			'postTypes'   => (object) Post_Types::included(),
			'canManage'   => $can_manage,
			'settingsUrl' => $can_manage ? admin_url( 'options-general.php?page=link-suggester' ) : '',
			'rtl'         => is_rtl(),
			'target'      => self::asked_target(),
			'quote'       => null,
		);
	}

	/**
	 * Gives the post that a link was suggested to when this editor was opened.
	 */
	private static function asked_target(): int {
		// It only chooses what is shown first.
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended
		return absint( $_GET['link-suggester-target'] ?? 0 );
	}

	/**
	 * Gives the path of an asset.
	 *
	 * @param string $file Its name.
	 */
	private static function path( string $file ): string {
		return dirname( PLUGIN_FILE ) . '/assets/' . $file;
	}

	/**
	 * Gives the address of an asset.
	 *
	 * @param string $file Its name.
	 */
	public static function url( string $file ): string {
		return plugins_url( 'assets/' . $file, PLUGIN_FILE );
	}

	/**
	 * Gives the version of an asset, so that browsers load it anew when it changes.
	 *
	 * @param string $file Its name.
	 */
	public static function version( string $file ): string {
		return VERSION . '-' . filemtime( self::path( $file ) );
	}
}
