<?php
/**
 * What every test of the plugin starts from.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester\Tests;

use Link_Suggester\Changes;
use Link_Suggester\Click_Counts;
use Link_Suggester\Clicks;
use Link_Suggester\Connection;
use Link_Suggester\Post_Types;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use WP_Post;
use WP_REST_Request;
use WP_REST_Response;

/**
 * A real WordPress whose database forgets what a test did, and a wire in place of the service.
 */
abstract class Plugin_Test_Case extends TestCase {

	const URL = 'http://127.0.0.1:8765';
	const KEY = 'sug_secret-key';

	/**
	 * The wire to the service.
	 *
	 * @var Wire
	 */
	protected $wire;

	/**
	 * The hooks as they were.
	 *
	 * @var array<string, \WP_Hook>
	 */
	private $hooks = array();

	/**
	 * Begins a transaction, connects the plugin, takes the wire.
	 */
	protected function setUp(): void {
		global $wpdb, $wp_filter, $wp_rest_server;
		foreach ( $wp_filter as $name => $hook ) {
			$this->hooks[ $name ] = clone $hook;
		}
		$wpdb->query( 'SET autocommit = 0' );
		$wpdb->query( 'START TRANSACTION' );
		$wp_rest_server = null;
		wp_set_current_user( 0 );
		$this->wire = new Wire();
		add_filter( 'pre_http_request', array( $this->wire, 'serve' ), 99, 3 );
		add_filter( 'query', array( $this, 'keep_transaction' ) );
		add_filter( 'wp_hash_password_options', array( $this, 'hash_quickly' ) );
		add_filter( 'wp_die_handler', array( $this, 'on_die' ) );
		add_filter( 'wp_redirect', array( $this, 'on_redirect' ) );
		foreach ( array( Connection::OPTION, Changes::OPTION, Post_Types::OPTION, Clicks::OPTION ) as $option ) {
			delete_option( $option );
		}
		delete_transient( Changes::PAUSE );
		Connection::save( self::URL, self::KEY );
	}

	/**
	 * Takes everything back.
	 */
	protected function tearDown(): void {
		global $wpdb, $wp_filter;
		$this->part( Changes::class, 'shutdown' )->send(); // To the wire: nothing waits for the next test.
		Click_Counts::drop();
		$wpdb->query( 'ROLLBACK' );
		$wpdb->query( 'SET autocommit = 1' );
		wp_cache_flush();
		$wp_filter             = $this->hooks;
		$GLOBALS['wp_scripts'] = null;
		$GLOBALS['wp_styles']  = null;
		$_GET     = array();
		$_POST    = array();
		$_REQUEST = array();
		unset( $GLOBALS['current_screen'], $GLOBALS['post'] );
		set_current_screen( 'front' );
	}

	/**
	 * Makes tables for this connection alone: to make a lasting one would end the transaction.
	 *
	 * @param string $statement What WordPress asks of the database.
	 */
	public function keep_transaction( string $statement ): string {
		return (string) preg_replace( '/^(CREATE|DROP) TABLE\b/', '$1 TEMPORARY TABLE', $statement );
	}

	/**
	 * Saves the time that good hashes take.
	 *
	 * @return array<string, int>
	 */
	public function hash_quickly(): array {
		return array( 'cost' => 4 );
	}

	/**
	 * Lets `wp_die` be seen.
	 */
	public function on_die(): callable {
		return static function ( $message ) {
			throw new RuntimeException( 'died: ' . ( is_wp_error( $message ) ? $message->get_error_message() : wp_strip_all_tags( (string) $message ) ) );
		};
	}

	/**
	 * Lets a redirect be seen.
	 *
	 * @param string $url Where it leads.
	 */
	public function on_redirect( string $url ): string {
		throw new RuntimeException( "went to: $url" );
	}

	/**
	 * Reads a file of the contract that Python, PHP and JavaScript share.
	 *
	 * @param string $name Its name, without '.json'.
	 * @return array<string, mixed>
	 */
	protected static function contract( string $name ): array {
		return json_decode( file_get_contents( dirname( __DIR__, 2 ) . "/contract/$name.json" ), true );
	}

	/**
	 * Makes a user and signs in.
	 *
	 * @param string $role Role, or '' for a visitor.
	 */
	protected function sign_in( string $role ): int {
		$user_id = '' === $role ? 0 : wp_insert_user(
			array(
				'user_login'   => uniqid( $role ),
				'user_pass'    => 'secret',
				'role'         => $role,
				'display_name' => "The $role",
			)
		);
		if ( $user_id && is_multisite() && 'administrator' === $role ) {
			grant_super_admin( $user_id );
		}
		wp_set_current_user( $user_id );
		return $user_id;
	}

	/**
	 * Makes a post, its text stored as it is given.
	 *
	 * @param array<string, mixed> $fields Fields that are other than usual.
	 */
	protected function make_post( array $fields = array() ): WP_Post {
		global $wpdb;
		$post_id = wp_insert_post(
			wp_slash(
				$fields + array(
					'post_title'  => 'A post',
					'post_status' => 'publish',
					'post_author' => get_current_user_id(),
				)
			)
		);
		if ( isset( $fields['post_content'] ) ) {
			$wpdb->update( $wpdb->posts, array( 'post_content' => $fields['post_content'] ), array( 'ID' => $post_id ) );
			clean_post_cache( $post_id );
		}
		return get_post( $post_id );
	}

	/**
	 * Makes a post whose id the contract names.
	 *
	 * @param int                  $post_id The id.
	 * @param array<string, mixed> $fields  Fields that are other than usual.
	 */
	protected function make_numbered( int $post_id, array $fields = array() ): WP_Post {
		wp_delete_post( $post_id, true );
		return $this->make_post( array( 'import_id' => $post_id ) + $fields );
	}

	/**
	 * Calls a route of the plugin.
	 *
	 * @param string               $method HTTP method.
	 * @param string               $path   Path below the plugin's namespace.
	 * @param array<string, mixed> $body   Body, or the query of a GET.
	 */
	protected function call( string $method, string $path, array $body = array() ): WP_REST_Response {
		$request = new WP_REST_Request( $method, "/link-suggester/v1$path" );
		if ( 'GET' === $method ) {
			$request->set_query_params( $body );
		} else {
			$request->set_header( 'Content-Type', 'application/json' );
			$request->set_body( wp_json_encode( $body ) );
		}
		return rest_do_request( $request );
	}

	/**
	 * Finds the part of the running plugin that listens to a hook.
	 *
	 * @param string $class_name Class of the part.
	 * @param string $hook       The hook.
	 */
	protected function part( string $class_name, string $hook ): object {
		global $wp_filter;
		foreach ( $wp_filter[ $hook ]->callbacks ?? array() as $callbacks ) {
			foreach ( $callbacks as $callback ) {
				if ( is_array( $callback['function'] ) && $callback['function'][0] instanceof $class_name ) {
					return $callback['function'][0];
				}
			}
		}
		throw new RuntimeException( "nothing of $class_name listens to $hook" );
	}

	/**
	 * Gives what a function writes.
	 *
	 * @param callable $write The function.
	 */
	protected function output_of( callable $write ): string {
		ob_start();
		try {
			$write();
			return ob_get_contents();
		} finally {
			ob_end_clean();
		}
	}

	/**
	 * Gives the words in which something ended: a redirect, or a refusal.
	 *
	 * @param callable $act What ends so.
	 */
	protected function end_of( callable $act ): string {
		try {
			$act();
		} catch ( RuntimeException $end ) {
			return $end->getMessage();
		}
		return 'went on';
	}
}
