<?php
/**
 * The routes that the editor's scripts call.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * Doors only: each asks whether the user may edit the very post, calls, and answers.
 */
class Rest_Routes {

	const ROOM     = 'link-suggester/v1';
	const POST     = '/posts/(?P<id>\d+)';
	const MOST_IDS = 500;

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Waits until WordPress asks for routes.
	 */
	public function register(): void {
		add_action( 'rest_api_init', array( $this, 'add_routes' ) );
	}

	/**
	 * Adds the routes.
	 */
	public function add_routes(): void {
		$this->add( 'POST', self::POST . '/suggestions', 'suggest', 'may_edit', Rest_Arguments::draft() );
		$this->add( 'POST', self::POST . '/verdicts', 'say_verdict', 'may_edit', Rest_Arguments::verdict() );
		$this->add( 'POST', self::POST . '/insert', 'insert', 'may_edit', Rest_Arguments::insertion() );
		$this->add( 'POST', self::POST . '/remove', 'remove', 'may_edit', Rest_Arguments::removal() );
		$this->add( 'GET', self::POST . '/inbound', 'inbound', 'may_edit', Rest_Arguments::limit() );
		$this->add( 'POST', self::POST . '/inbound/apply', 'apply', 'may_edit_both', Rest_Arguments::application() );
		$this->add( 'POST', self::POST . '/inbound/undo', 'undo', 'may_edit_both', Rest_Arguments::undoing() );
		$this->add( 'GET', '/counts', 'counts', 'may_write', Rest_Arguments::ids() );
	}

	/**
	 * Says whether the user may edit the post that is named.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return true|WP_Error
	 */
	public function may_edit( WP_REST_Request $request ) {
		return $this->may_edit_post( (int) $request['id'] );
	}

	/**
	 * Says whether the user may edit both posts that are named.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return true|WP_Error
	 */
	public function may_edit_both( WP_REST_Request $request ) {
		$may = $this->may_edit_post( (int) $request['id'] );
		return is_wp_error( $may ) ? $may : $this->may_edit_post( (int) $request['source_id'] );
	}

	/**
	 * Says whether the user writes at all.
	 *
	 * @return true|WP_Error
	 */
	public function may_write() {
		return current_user_can( 'edit_posts' ) ? true : $this->forbidden();
	}

	/**
	 * Suggests links for the text on screen.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function suggest( WP_REST_Request $request ) {
		$post   = get_post( (int) $request['id'] );
		$draft  = Draft::on_screen( $post, $request['title'], $request['content'], $request['lang'], (int) $request['limit'] );
		$answer = $this->client->suggestions( $post->ID, $draft );
		return is_wp_error( $answer ) ? $answer : Enrichment::outbound( $answer );
	}

	/**
	 * Passes on what the user said of a suggestion.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function say_verdict( WP_REST_Request $request ) {
		return $this->verdict( (int) $request['id'], (int) $request['target_id'], $request['verdict'], $request['anchor'] );
	}

	/**
	 * Puts a link into the text on screen.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function insert( WP_REST_Request $request ) {
		return $this->client->ask( 'POST', '/v1/insert', self::pick( $request, 'content', 'block', 'anchor', 'new_text', 'href' ) );
	}

	/**
	 * Takes a link out of the text on screen.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function remove( WP_REST_Request $request ) {
		return $this->client->ask( 'POST', '/v1/remove', self::pick( $request, 'content', 'block', 'anchor', 'href' ) );
	}

	/**
	 * Tells which other posts should link to this one.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function inbound( WP_REST_Request $request ) {
		$answer = $this->client->inbound( (int) $request['id'], (int) $request['limit'] );
		return is_wp_error( $answer ) ? $answer : Enrichment::inbound( $answer, (int) $request['id'] );
	}

	/**
	 * Puts a link to this post into another one.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function apply( WP_REST_Request $request ) {
		$target = get_post( (int) $request['id'] );
		$source = get_post( (int) $request['source_id'] );
		if ( ! Post_Types::is_open( $target ) ) {
			return Errors::make( Errors::CONFLICT, __( 'Publish this post first; until then, a link to it would lead nowhere.', 'link-suggester' ) );
		}
		$place    = self::pick( $request, 'block', 'anchor' );
		$href     = (string) get_permalink( $target );
		$revision = ( new Post_Writer( $this->client ) )->link( $source, $place, $href );
		if ( is_wp_error( $revision ) ) {
			return $revision;
		}
		$this->verdict( $source->ID, $target->ID, 'accepted', (string) $place['anchor']['text'] );
		return array(
			'source_id' => $source->ID,
			'revision'  => $revision,
			'undo'      => array( 'source_id' => $source->ID ) + $place + array( 'href' => $href ),
		);
	}

	/**
	 * Takes a link to this post out of another one again.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function undo( WP_REST_Request $request ) {
		$source   = get_post( (int) $request['source_id'] );
		$revision = ( new Post_Writer( $this->client ) )->unlink( $source, self::pick( $request, 'block', 'anchor' ), $request['href'] );
		if ( is_wp_error( $revision ) ) {
			return $revision;
		}
		return array(
			'source_id' => $source->ID,
			'revision'  => $revision,
		);
	}

	/**
	 * Counts the links of posts, as far as the user may edit them.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array<string, mixed>|WP_Error
	 */
	public function counts( WP_REST_Request $request ) {
		$ids = array_slice( array_unique( wp_parse_id_list( $request['ids'] ) ), 0, self::MOST_IDS );
		_prime_post_caches( $ids, true, true );
		$ids = array_filter( $ids, static fn( $id ) => current_user_can( 'edit_post', $id ) );
		if ( ! $ids ) {
			return array( 'posts' => (object) array() );
		}
		$answer = $this->client->ask( 'POST', '/v1/counts', array( 'ids' => array_values( $ids ) ) );
		return is_wp_error( $answer ) ? $answer : array( 'posts' => (object) ( $answer['posts'] ?? array() ) );
	}

	/**
	 * Adds a route.
	 *
	 * @param string               $method     HTTP method.
	 * @param string               $route      Path below the namespace.
	 * @param string               $callback   Method that answers.
	 * @param string               $permission Method that permits.
	 * @param array<string, mixed> $args       What may be sent.
	 */
	private function add( string $method, string $route, string $callback, string $permission, array $args ): void {
		register_rest_route(
			self::ROOM,
			$route,
			array(
				'methods'             => $method,
				'callback'            => array( $this, $callback ),
				'permission_callback' => array( $this, $permission ),
				'args'                => $args,
			)
		);
	}

	/**
	 * Tells the service what was said of a suggestion.
	 *
	 * @param int    $source_id Post ID that has, or would have, the link.
	 * @param int    $target_id Post ID the link leads to.
	 * @param string $verdict   'accepted' or 'dismissed'.
	 * @param string $anchor    The words that carry the link.
	 * @return array<string, mixed>|WP_Error
	 */
	private function verdict( int $source_id, int $target_id, string $verdict, string $anchor ) {
		return $this->client->ask( 'POST', "/v1/posts/{$source_id}/verdicts", compact( 'target_id', 'verdict', 'anchor' ) );
	}

	/**
	 * Says whether the user may edit a post.
	 *
	 * @param int $post_id Post ID.
	 * @return true|WP_Error
	 */
	private function may_edit_post( int $post_id ) {
		$post = Post_Types::find( $post_id );
		if ( is_wp_error( $post ) ) {
			return is_user_logged_in() ? $post : $this->forbidden();
		}
		return current_user_can( 'edit_post', $post->ID ) ? true : $this->forbidden();
	}

	/**
	 * Refuses as WordPress does.
	 */
	private function forbidden(): WP_Error {
		return new WP_Error(
			'rest_forbidden',
			__( 'Sorry, you are not allowed to do that.', 'link-suggester' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}

	/**
	 * Takes the named fields of a request, those that were sent.
	 *
	 * @param WP_REST_Request $request   The request.
	 * @param string          ...$fields Their names.
	 * @return array<string, mixed>
	 */
	private static function pick( WP_REST_Request $request, string ...$fields ): array {
		$picked = array();
		foreach ( $fields as $field ) {
			if ( null !== $request[ $field ] ) {
				$picked[ $field ] = $request[ $field ];
			}
		}
		return $picked;
	}
}
