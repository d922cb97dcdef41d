<?php
/**
 * Links in the list of posts.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_Query;

defined( 'ABSPATH' ) || exit;

/**
 * A column that says how a post is linked, and a filter that shows the orphans.
 */
class Posts_List {

	const COLUMN    = 'link_suggester';
	const FIELD     = 'link-suggester';
	const TRANSIENT = 'link_suggester_orphans';
	const PATIENCE  = 5; // Seconds.

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * Why the filter could not work; null where it did.
	 *
	 * @var WP_Error|null
	 */
	private $trouble = null;

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Waits until a list of posts is opened.
	 */
	public function register(): void {
		add_action( 'load-edit.php', array( $this, 'start' ) );
		add_action( 'wp_ajax_inline-save', array( $this, 'start_for_row' ), 0 );
	}

	/**
	 * Adds column and filter where suggestions are wanted.
	 */
	public function start(): void {
		$type = (string) ( get_current_screen()->post_type ?? '' );
		if ( ! Connection::is_configured() || ! Scripts::is_wanted( $type ) ) {
			return;
		}
		$this->add_column( $type );
		add_action( 'admin_enqueue_scripts', array( $this, 'load_script' ) );
		add_action( 'restrict_manage_posts', array( $this, 'show_filter' ) );
		add_action( 'pre_get_posts', array( $this, 'keep_orphans' ) );
		add_action( 'admin_notices', array( $this, 'show_trouble' ) );
	}

	/**
	 * Adds the column to the one row that comes back from Quick Edit.
	 */
	public function start_for_row(): void {
		// WordPress checks the nonce itself, after this.
		// phpcs:ignore WordPress.Security.NonceVerification.Missing
		$type = sanitize_key( wp_unslash( $_POST['post_type'] ?? '' ) );
		if ( Connection::is_configured() && Scripts::is_wanted( $type ) ) {
			$this->add_column( $type );
		}
	}

	/**
	 * Loads the script that fills the column.
	 */
	public function load_script(): void {
		if ( wp_script_is( 'link-suggester-posts-list', 'registered' ) ) {
			Scripts::load( 'posts-list' );
		}
	}

	/**
	 * Names the column; it stands before the date, where there is one.
	 *
	 * @param array<string, string> $columns Columns.
	 * @return array<string, string>
	 */
	public function name_column( array $columns ): array {
		$ours = array( self::COLUMN => __( 'Links in / out', 'link-suggester' ) );
		$at   = array_search( 'date', array_keys( $columns ), true );
		$at   = false === $at ? count( $columns ) : (int) $at;
		return array_slice( $columns, 0, $at, true ) + $ours + array_slice( $columns, $at, null, true );
	}

	/**
	 * Leaves a place for the numbers, which a script asks for once the list stands.
	 *
	 * @param string $column  Name of a column.
	 * @param int    $post_id Post ID.
	 */
	public function show_place( string $column, int $post_id ): void {
		if ( self::COLUMN !== $column ) {
			return;
		}
		if ( current_user_can( 'edit_post', $post_id ) ) {
			printf( '<span class="link-suggester-counts" data-post-id="%d">&#8212;</span>', (int) $post_id );
		} else {
			echo '<span aria-hidden="true">&#8212;</span>';
		}
	}

	/**
	 * Shows the filter above the list.
	 */
	public function show_filter(): void {
		printf( '<label for="link-suggester-filter" class="screen-reader-text">%s</label>', esc_html__( 'Filter by links', 'link-suggester' ) );
		printf(
			'<select name="%1$s" id="link-suggester-filter"><option value="">%2$s</option><option value="orphans"%3$s>%4$s</option></select>',
			esc_attr( self::FIELD ),
			esc_html__( 'Linked or not', 'link-suggester' ),
			selected( self::is_asked_for(), true, false ),
			esc_html__( 'Orphans', 'link-suggester' )
		);
	}

	/**
	 * Keeps only the orphans, where they were asked for and are known.
	 *
	 * @param WP_Query $query The query of the list.
	 */
	public function keep_orphans( WP_Query $query ): void {
		if ( ! $query->is_main_query() || ! self::is_asked_for() ) {
			return;
		}
		$ids = $this->orphans();
		if ( is_wp_error( $ids ) ) {
			$this->trouble = $ids;
			return;
		}
		$only = $query->get( 'post__in' );
		$ids  = $only ? array_intersect( $ids, (array) $only ) : $ids;
		$query->set( 'post__in', $ids ? array_values( $ids ) : array( 0 ) );
	}

	/**
	 * Says why all posts are shown.
	 */
	public function show_trouble(): void {
		if ( $this->trouble ) {
			printf(
				'<div class="notice notice-warning"><p>%1$s %2$s</p></div>',
				esc_html__( 'All posts are shown, because the orphans are not known right now.', 'link-suggester' ),
				esc_html( $this->trouble->get_error_message() )
			);
		}
	}

	/**
	 * Adds the column to the lists of a type.
	 *
	 * @param string $type Slug of the type.
	 */
	private function add_column( string $type ): void {
		add_filter( "manage_{$type}_posts_columns", array( $this, 'name_column' ) );
		add_action( "manage_{$type}_posts_custom_column", array( $this, 'show_place' ), 10, 2 );
	}

	/**
	 * Says whether the filter is set.
	 */
	private static function is_asked_for(): bool {
		// It only chooses what is shown.
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended
		return 'orphans' === sanitize_key( wp_unslash( $_GET[ self::FIELD ] ?? '' ) );
	}

	/**
	 * Gives the ids of the posts that no other post links to; remembered for five minutes.
	 *
	 * @return array<int, int>|WP_Error
	 */
	private function orphans() {
		$ids = get_transient( self::TRANSIENT );
		if ( is_array( $ids ) ) {
			return $ids;
		}
		$answer = $this->client->ask( 'GET', '/v1/orphans', null, self::PATIENCE );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$ids = array_map( 'intval', wp_list_pluck( (array) ( $answer['orphans'] ?? array() ), 'id' ) );
		set_transient( self::TRANSIENT, $ids, 5 * MINUTE_IN_SECONDS );
		return $ids;
	}
}
