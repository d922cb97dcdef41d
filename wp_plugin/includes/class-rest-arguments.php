<?php
/**
 * What may be sent to the routes.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Schemas of the routes' arguments; WordPress checks requests against them before a route is called.
 *
 * Contents and anchors are taken as they are: every byte counts where a link is to be set.
 */
class Rest_Arguments {

	/**
	 * A post as it stands on screen.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function draft(): array {
		return array(
			'title'   => self::text(),
			'content' => self::text(),
			'type'    => self::optional_text(),
			'lang'    => array( 'pattern' => '^[A-Za-z0-9_-]{0,20}$' ) + self::optional_text(),
		) + self::limit();
	}

	/**
	 * How many suggestions are wanted.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function limit(): array {
		return array(
			'limit' => array(
				'type'    => 'integer',
				'minimum' => 1,
				'maximum' => 50,
				'default' => 8,
			),
		);
	}

	/**
	 * What somebody said of a suggestion.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function verdict(): array {
		return array(
			'target_id' => self::id(),
			'verdict'   => array( 'enum' => array( 'accepted', 'dismissed' ) ) + self::text(),
			'anchor'    => self::optional_text(),
		);
	}

	/**
	 * A text, the place of a link in it, and where it leads.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function removal(): array {
		return array( 'content' => self::text() ) + self::place() + self::href();
	}

	/**
	 * The same, or a sentence to add.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function insertion(): array {
		$arguments                       = self::removal();
		$arguments['anchor']['required'] = false;
		$arguments['block']['required']  = false;
		$arguments['new_text']           = array(
			'type'       => 'object',
			'properties' => array(
				'sentence' => self::text(),
				'anchor'   => self::text(),
				'block'    => self::block(),
			),
		);
		return $arguments;
	}

	/**
	 * A link to be put into another post.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function application(): array {
		return array( 'source_id' => self::id() ) + self::place();
	}

	/**
	 * A link to be taken out of another post.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function undoing(): array {
		return self::application() + self::href();
	}

	/**
	 * Ids of posts.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function ids(): array {
		return array(
			'ids' => array(
				'type'     => 'array',
				'items'    => array( 'type' => 'integer' ),
				'required' => true,
			),
		);
	}

	/**
	 * Words in a block.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private static function place(): array {
		return array(
			'block'  => self::block(),
			'anchor' => array(
				'type'       => 'object',
				'required'   => true,
				'properties' => array(
					'text'   => array( 'minLength' => 1 ) + self::text(),
					'before' => self::optional_text(),
					'after'  => self::optional_text(),
				),
			),
		);
	}

	/**
	 * Where a link leads.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private static function href(): array {
		return array( 'href' => array( 'pattern' => '^(https?:/|/|\\?)' ) + self::text() );
	}

	/**
	 * A block of the text.
	 *
	 * @return array<string, mixed>
	 */
	private static function block(): array {
		return array(
			'type'       => 'object',
			'required'   => true,
			'properties' => array(
				'index' => array(
					'type'     => 'integer',
					'minimum'  => 0,
					'required' => true,
				),
				'kind'  => self::text(),
			),
		);
	}

	/**
	 * The id of a post.
	 *
	 * @return array<string, mixed>
	 */
	private static function id(): array {
		return array(
			'type'     => 'integer',
			'minimum'  => 1,
			'required' => true,
		);
	}

	/**
	 * Text that must be there, though it may be empty.
	 *
	 * @return array<string, mixed>
	 */
	private static function text(): array {
		return array(
			'type'     => 'string',
			'required' => true,
		);
	}

	/**
	 * Text that may be missing.
	 *
	 * @return array<string, mixed>
	 */
	private static function optional_text(): array {
		return array(
			'type'    => 'string',
			'default' => '',
		);
	}
}
