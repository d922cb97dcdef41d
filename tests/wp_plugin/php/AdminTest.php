<?php
/**
 * The list of posts, Site Health, and what is loaded where.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Connection;
use Link_Suggester\Post_Types;
use Link_Suggester\Posts_List;
use Link_Suggester\Scripts;

/**
 * Tests of the plugin's small places in the administration.
 */
class AdminTest extends Plugin_Test_Case {

	/**
	 * Opens the list of posts, as far as the plugin is concerned.
	 *
	 * @param string               $type  Type of posts.
	 * @param array<string, mixed> $query What stands in the address.
	 * @return array<int, int> Ids of the posts in the list.
	 */
	private function list_posts( string $type = 'post', array $query = array() ): array {
		global $wp_query, $wp_the_query;
		$_GET                   = $query;
		$GLOBALS['pagenow']     = 'edit.php';
		$GLOBALS['typenow']     = $type;
		set_current_screen( "edit-$type" );
		do_action( 'load-edit.php' );
		$wp_query     = new \WP_Query();
		$wp_the_query = $wp_query;
		$wp_query->query( array( 'post_type' => $type, 'fields' => 'ids', 'posts_per_page' => -1, 'orderby' => 'ID', 'order' => 'ASC' ) );
		return $wp_query->posts;
	}

	public function test_the_list_has_a_column_before_the_date(): void {
		$this->sign_in( 'editor' );
		$this->list_posts();
		$columns = apply_filters( 'manage_post_posts_columns', array( 'title' => 'Title', 'date' => 'Date', 'x' => 'X' ) );
		self::assertSame( array( 'title', 'link_suggester', 'date', 'x' ), array_keys( $columns ) );
		self::assertSame( 'Links in / out', $columns['link_suggester'] );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_numbers_are_asked_for_posts_one_may_edit(): void {
		$this->sign_in( 'editor' );
		$others = $this->make_post();
		$this->sign_in( 'author' );
		$own  = $this->make_post();
		$this->list_posts();
		$show = function ( int $id, string $column = 'link_suggester' ): string {
			return $this->output_of( static fn() => do_action( 'manage_post_posts_custom_column', $column, $id ) );
		};
		self::assertStringContainsString( "data-post-id=\"{$own->ID}\"", $show( $own->ID ) );
		self::assertStringNotContainsString( 'data-post-id', $show( $others->ID ) );
		self::assertSame( '', $show( $own->ID, 'another' ) );
	}

	public function test_the_filter_shows_orphans_and_remembers_them(): void {
		$this->sign_in( 'editor' );
		$orphan = $this->make_post();
		$this->make_post();
		$this->wire->answer( 'GET /v1/orphans', array( 'orphans' => array( array( 'id' => $orphan->ID ) ) ) + self::contract( 'orphans' ) );
		$asked = array( 'link-suggester' => 'orphans' );
		self::assertSame( array( $orphan->ID ), $this->list_posts( 'post', $asked ) );
		self::assertSame( array( $orphan->ID ), $this->list_posts( 'post', $asked ) );
		self::assertSame( array( 'GET /v1/orphans' ), $this->wire->asked() );
		$select = $this->output_of( static fn() => do_action( 'restrict_manage_posts', 'post', 'top' ) );
		self::assertStringContainsString( "<option value=\"orphans\" selected='selected'>Orphans</option>", $select );
	}

	public function test_no_orphans_are_no_posts(): void {
		$this->sign_in( 'editor' );
		$this->make_post();
		$this->wire->answer( 'GET /v1/orphans', array( 'orphans' => array() ) );
		self::assertSame( array(), $this->list_posts( 'post', array( 'link-suggester' => 'orphans' ) ) );
	}

	public function test_without_the_service_the_list_is_whole_and_one_sentence_says_so(): void {
		$this->sign_in( 'editor' );
		$posts = array( $this->make_post()->ID, $this->make_post()->ID );
		$this->wire->answer( '*', 'no', 500 );
		self::assertSame( array(), array_diff( $posts, $this->list_posts( 'post', array( 'link-suggester' => 'orphans' ) ) ) );
		$list   = $this->part( Posts_List::class, 'load-edit.php' );
		$notice = $this->output_of( array( $list, 'show_trouble' ) );
		self::assertSame( 1, substr_count( $notice, '<div class="notice notice-warning">' ) );
		self::assertStringContainsString( 'All posts are shown', $notice );
	}

	public function test_the_list_is_as_ever_where_no_suggestions_are_wanted(): void {
		$this->sign_in( 'editor' );
		Post_Types::remember( array( 'post' ) );
		$this->list_posts( 'page' );
		self::assertSame( array( 'title' => 'T' ), apply_filters( 'manage_page_posts_columns', array( 'title' => 'T' ) ) );
		delete_option( Connection::OPTION );
		$this->list_posts();
		self::assertSame( array( 'title' => 'T' ), apply_filters( 'manage_post_posts_columns', array( 'title' => 'T' ) ) );
	}

	/**
	 * What Site Health may find.
	 *
	 * @return array<string, array<int, mixed>>
	 */
	public function healths(): array {
		$unread                      = self::contract( 'status' );
		$unread['meta']['synced_at'] = null;
		return array(
			'well'      => array( self::contract( 'status' ), 200, 'good', 'Link suggestions work' ),
			'down'      => array( 'no', 500, 'recommended', 'Link suggestions do not work' ),
			'unread'    => array( $unread, 200, 'recommended', 'has not read this site yet' ),
			'a failure' => array( array( 'error' => '<b>WordPress refused.</b>' ) + self::contract( 'status' ), 200, 'recommended', 'could not read this site' ),
		);
	}

	/**
	 * @dataProvider healths
	 */
	public function test_site_health_says_whether_suggestions_work( $answer, int $status, string $result, string $label ): void {
		$this->sign_in( 'administrator' );
		$this->wire->answer( '*', $answer, $status );
		$tests = apply_filters( 'site_status_tests', array( 'direct' => array() ) );
		$said  = call_user_func( $tests['direct']['link_suggester']['test'] );
		self::assertSame( $result, $said['status'] );
		self::assertStringContainsString( $label, $said['label'] );
		self::assertStringNotContainsString( '<b>', $said['description'] );
		self::assertSame( 'good' === $result, '' === $said['actions'] );
	}

	public function test_site_health_tells_everything_but_the_key(): void {
		$this->sign_in( 'administrator' );
		foreach ( array( array( self::contract( 'status' ), 200 ), array( 'no', 500 ) ) as list( $answer, $status ) ) {
			$this->wire->answer( '*', $answer, $status );
			$told = apply_filters( 'debug_information', array() )['link-suggester']['fields'];
			self::assertStringNotContainsString( self::KEY, wp_json_encode( $told ) );
			self::assertTrue( $told['url']['private'] );
			self::assertSame( 'set', $told['key']['value'] );
		}
	}

	public function test_scripts_never_learn_address_or_key(): void {
		$this->sign_in( 'administrator' );
		$_GET   = array( 'link-suggester-target' => '12abc' );
		$config = Scripts::config();
		$json   = wp_json_encode( $config );
		self::assertStringNotContainsString( '127.0.0.1:8765', $json );
		self::assertStringNotContainsString( self::KEY, $json );
		self::assertSame( array( true, true, 12 ), array( $config['configured'], $config['canManage'], $config['target'] ) );
		$this->sign_in( 'author' );
		self::assertSame( array( false, '' ), array( Scripts::config()['canManage'], Scripts::config()['settingsUrl'] ) );
	}

	public function test_the_editor_loads_scripts_only_where_suggestions_are_wanted(): void {
		$author = $this->sign_in( 'author' );
		Post_Types::remember( array( 'post' ) );
		$loads = function ( \WP_Post $post, string $screen ): bool {
			global $wp_scripts;
			$wp_scripts      = null;
			$GLOBALS['post'] = $post;
			set_current_screen( $screen );
			$scripts = new Scripts();
			$scripts->register_scripts();
			$scripts->load_block_editor();
			return wp_script_is( 'link-suggester-block-editor', 'enqueued' );
		};
		$post = $this->make_post();
		$page = $this->make_post( array( 'post_type' => 'page' ) );
		self::assertTrue( $loads( $post, 'post' ) );
		self::assertFalse( $loads( $page, 'page' ) );
		self::assertFalse( $loads( $post, 'site-editor' ) );
		$this->sign_in( 'editor' );
		$others = $this->make_post();
		wp_set_current_user( $author );
		self::assertFalse( $loads( $others, 'post' ) );
	}

	public function test_public_pages_get_nothing(): void {
		$post    = $this->make_post();
		$written = $this->output_of(
			static function () {
				do_action( 'wp_enqueue_scripts' );
				wp_head();
				wp_footer();
			}
		);
		self::assertSame( 0, preg_match( '/link-?suggester/i', $written ) );
		self::assertNotSame( 0, $post->ID );
		self::assertSame( array(), $this->wire->requests );
	}

	public function test_german_is_loaded_for_php_and_for_scripts(): void {
		$this->sign_in( 'editor' );
		add_filter( 'pre_determine_locale', static fn() => 'de_DE' );
		$folder = dirname( \Link_Suggester\PLUGIN_FILE ) . '/languages';
		load_textdomain( 'link-suggester', "$folder/link-suggester-de_DE.mo" );
		( new Scripts() )->register_scripts();
		$texts = load_script_textdomain( 'link-suggester-cards', 'link-suggester', $folder );
		$said  = array( __( 'Orphans', 'link-suggester' ), json_decode( (string) $texts, true )['locale_data']['messages']['Add link'] ?? null );
		unload_textdomain( 'link-suggester' );
		self::assertSame( array( 'Verwaiste Beiträge', array( 'Link einfügen' ) ), $said );
	}
}
