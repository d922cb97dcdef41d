<?php
/**
 * What the plugin can do, for programs (WordPress 6.9 and later).
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Registers two abilities: suggestions for a post, and the orphans of the site. Both only read.
 */
class Abilities {

	const CATEGORY = 'link-suggester';

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
	 * Waits until WordPress asks for abilities; before 6.9 it never does.
	 */
	public function register(): void {
		add_action( 'wp_abilities_api_categories_init', array( $this, 'add_category' ) );
		add_action( 'wp_abilities_api_init', array( $this, 'add_abilities' ) );
	}

	/**
	 * Adds the category of our abilities.
	 */
	public function add_category(): void {
		wp_register_ability_category(
			self::CATEGORY,
			array(
				'label'       => __( 'Link suggester', 'link-suggester' ),
				'description' => __( 'Finds the internal links that posts of this site lack.', 'link-suggester' ),
			)
		);
	}

	/**
	 * Adds the abilities.
	 */
	public function add_abilities(): void {
		wp_register_ability(
			'link-suggester/suggest',
			array(
				'label'               => __( 'Suggest links', 'link-suggester' ),
				'description'         => __( 'Suggests internal links for a post as it is saved: the words to link, the post to link to, how sure the suggestion is, and why.', 'link-suggester' ),
				'input_schema'        => self::suggest_input(),
				'output_schema'       => self::suggest_output(),
				'execute_callback'    => array( $this, 'suggest' ),
				'permission_callback' => array( $this, 'may_suggest' ),
			) + self::shared()
		);
		wp_register_ability(
			'link-suggester/orphans',
			array(
				'label'               => __( 'List orphans', 'link-suggester' ),
				'description'         => __( 'Lists the published posts that no other post of this site links to.', 'link-suggester' ),
				'input_schema'        => self::orphans_input(),
				'output_schema'       => self::orphans_output(),
				'execute_callback'    => array( $this, 'orphans' ),
				'permission_callback' => static function () {
					return current_user_can( 'edit_posts' );
				},
			) + self::shared()
		);
	}

	/**
	 * Says whether the user may ask for suggestions for a post.
	 *
	 * @param array<string, mixed> $input What is asked.
	 */
	public function may_suggest( $input ): bool {
		$post = Post_Types::find( (int) ( $input['post_id'] ?? 0 ) );
		return ! is_wp_error( $post ) && current_user_can( 'edit_post', $post->ID );
	}

	/**
	 * Suggests links for a post as it is saved.
	 *
	 * @param array<string, mixed> $input What is asked.
	 * @return array<string, mixed>|WP_Error
	 */
	public function suggest( $input ) {
		$post = Post_Types::find( (int) $input['post_id'] );
		if ( is_wp_error( $post ) ) {
			return $post;
		}
		$answer = $this->client->suggestions( $post->ID, Draft::saved( $post, (int) ( $input['limit'] ?? 8 ) ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$answer = Enrichment::outbound( $answer );
		return array(
			'suggestions' => $answer['suggestions'],
			'dropped'     => (object) ( $answer['dropped'] ?? array() ),
		);
	}

	/**
	 * Lists the orphans.
	 *
	 * @param array<string, mixed> $input What is asked.
	 * @return array<string, mixed>|WP_Error
	 */
	public function orphans( $input = array() ) {
		$answer = $this->client->ask( 'GET', '/v1/orphans' );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$limit = (int) ( $input['limit'] ?? 100 );
		$cards = array_filter( (array) ( $answer['orphans'] ?? array() ), 'is_array' );
		$found = array();
		foreach ( $cards as $card ) {
			$post = get_post( (int) ( $card['id'] ?? 0 ) );
			if ( $post && Post_Types::is_open( $post ) && count( $found ) < $limit ) {
				$found[] = array(
					'id'    => $post->ID,
					'title' => html_entity_decode( get_the_title( $post ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ),
					'url'   => (string) get_permalink( $post ),
					'type'  => $post->post_type,
				);
			}
		}
		return array(
			'orphans' => $found,
			'total'   => count( $cards ),
		);
	}

	/**
	 * What both abilities have in common.
	 *
	 * @return array<string, mixed>
	 */
	private static function shared(): array {
		return array(
			'category' => self::CATEGORY,
			'meta'     => array(
				'show_in_rest' => true,
				'annotations'  => array(
					'readonly'    => true,
					'destructive' => false,
					'idempotent'  => true,
				),
			),
		);
	}

	/**
	 * What is asked for suggestions.
	 *
	 * @return array<string, mixed>
	 */
	private static function suggest_input(): array {
		return array(
			'type'                 => 'object',
			'properties'           => array(
				'post_id' => array(
					'type'        => 'integer',
					'minimum'     => 1,
					'description' => __( 'ID of the post that would hold the links.', 'link-suggester' ),
				),
				'limit'   => self::limit( 50, 8 ),
			),
			'required'             => array( 'post_id' ),
			'additionalProperties' => false,
		);
	}

	/**
	 * What is answered with suggestions.
	 *
	 * @return array<string, mixed>
	 */
	private static function suggest_output(): array {
		$suggestion = array(
			'type'       => 'object',
			'properties' => array(
				'target'     => array( 'type' => 'object' ),
				'anchor'     => array( 'type' => array( 'object', 'null' ) ),
				'new_text'   => array( 'type' => array( 'object', 'null' ) ),
				'sentence'   => array( 'type' => 'string' ),
				'score'      => array( 'type' => 'number' ),
				'confidence' => array( 'type' => 'string' ),
				'reasons'    => array( 'type' => 'array' ),
			),
		);
		return array(
			'type'       => 'object',
			'properties' => array(
				'suggestions' => array(
					'type'  => 'array',
					'items' => $suggestion,
				),
				'dropped'     => array(
					'type'        => 'object',
					'description' => __( 'Why candidates fell away, and how many.', 'link-suggester' ),
				),
			),
		);
	}

	/**
	 * What is asked for orphans.
	 *
	 * @return array<string, mixed>
	 */
	private static function orphans_input(): array {
		return array(
			'type'                 => 'object',
			'properties'           => array( 'limit' => self::limit( 1000, 100 ) ),
			'additionalProperties' => false,
			'default'              => array(),
		);
	}

	/**
	 * What is answered with orphans.
	 *
	 * @return array<string, mixed>
	 */
	private static function orphans_output(): array {
		return array(
			'type'       => 'object',
			'properties' => array(
				'orphans' => array(
					'type'  => 'array',
					'items' => array(
						'type'       => 'object',
						'properties' => array(
							'id'    => array( 'type' => 'integer' ),
							'title' => array( 'type' => 'string' ),
							'url'   => array( 'type' => 'string' ),
							'type'  => array( 'type' => 'string' ),
						),
					),
				),
				'total'   => array( 'type' => 'integer' ),
			),
		);
	}

	/**
	 * How many are wanted.
	 *
	 * @param int $most  The most there may be.
	 * @param int $usual How many where nothing is said.
	 * @return array<string, mixed>
	 */
	private static function limit( int $most, int $usual ): array {
		return array(
			'type'        => 'integer',
			'minimum'     => 1,
			'maximum'     => $most,
			'default'     => $usual,
			'description' => __( 'How many at most.', 'link-suggester' ),
		);
	}
}
