<?php
/**
 * What the owner decides about suggestions, between the form and the service.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;
use WP_Term;

defined( 'ABSPATH' ) || exit;

/**
 * Turns what stands in the form into the service's settings, and back.
 */
class Policy {

	const MOST_TERMS = 200; // More categories are not shown as boxes to tick.

	/**
	 * Reads the form.
	 *
	 * @param array<string, mixed> $form What was sent, unslashed.
	 * @return array<string, mixed>|WP_Error Settings for the service, or what is wrong with which field.
	 */
	public static function from_form( array $form ) {
		$wrong    = new WP_Error();
		$settings = array(
			'post_types'     => self::types( (array) ( $form['post_types'] ?? array() ), $wrong ),
			'excluded_posts' => self::posts( self::text( $form, 'excluded_posts' ), $wrong ),
			'excluded_terms' => self::terms( (array) ( $form['categories'] ?? array() ), self::text( $form, 'excluded_terms' ), $wrong ),
			'excluded_words' => array_map( 'sanitize_text_field', self::lines( self::text( $form, 'excluded_words' ) ) ),
			'links_per_1000' => self::number( self::text( $form, 'links_per_1000' ), 100, 'links_per_1000', $wrong ),
			'least_score'    => self::number( self::text( $form, 'least_score' ), 1, 'least_score', $wrong ),
		);
		return $wrong->has_errors() ? $wrong : $settings;
	}

	/**
	 * Gives the steps of confidence to choose from, in words with their number.
	 *
	 * @param float $now The step in use, which may have been set elsewhere.
	 * @return array<string, string>
	 */
	public static function confidences( float $now ): array {
		$steps = array(
			'0'    => __( 'Everything found, far-fetched ones too (0)', 'link-suggester' ),
			'0.1'  => __( 'Whatever is worth a look (0.1)', 'link-suggester' ),
			'0.2'  => __( 'What an editor would mostly take (0.2)', 'link-suggester' ),
			'0.5'  => __( 'Only what is probably right (0.5: one in two)', 'link-suggester' ),
			'0.75' => __( 'Only what is almost certainly right (0.75: three in four)', 'link-suggester' ),
		);
		$key   = (string) $now;
		if ( ! isset( $steps[ $key ] ) ) {
			/* translators: %s: a number such as 0.3. */
			$steps[ $key ] = sprintf( __( 'As set before (%s)', 'link-suggester' ), number_format_i18n( $now, 2 ) );
		}
		return $steps;
	}

	/**
	 * Writes the posts that are left out, one a line.
	 *
	 * @param array<int, int> $ids Post IDs.
	 */
	public static function write_posts( array $ids ): string {
		$lines = array();
		foreach ( $ids as $id ) {
			$post    = get_post( (int) $id );
			$lines[] = $post && 'publish' === $post->post_status ? (string) get_permalink( $post ) : (string) (int) $id;
		}
		return implode( "\n", $lines );
	}

	/**
	 * Gives the categories to tick: terms of public taxonomies that know above and below.
	 *
	 * @return array<int, WP_Term> None, where there are too many to read through.
	 */
	public static function categories(): array {
		$names = array_keys(
			get_taxonomies(
				array(
					'public'       => true,
					'hierarchical' => true,
				)
			)
		);
		$query = array(
			'taxonomy'   => $names,
			'hide_empty' => false,
			'number'     => self::MOST_TERMS + 1,
		);
		$terms = $names ? get_terms( $query ) : array();
		return is_array( $terms ) && count( $terms ) <= self::MOST_TERMS ? $terms : array();
	}

	/**
	 * Names a term as the service does.
	 *
	 * @param WP_Term $term The term.
	 */
	public static function term_name( WP_Term $term ): string {
		return $term->taxonomy . ':' . $term->slug;
	}

	/**
	 * Cuts a text into its lines, without empty ones.
	 *
	 * @param string $text The text.
	 * @return array<int, string>
	 */
	public static function lines( string $text ): array {
		$lines = array_map( 'trim', (array) preg_split( '/\R/', $text ) );
		return array_values( array_unique( array_filter( $lines, 'strlen' ) ) );
	}

	/**
	 * Reads the types; all of them are written as none, so that later ones count too.
	 *
	 * @param array<int, mixed> $ticked Slugs.
	 * @param WP_Error          $wrong  Takes what is wrong.
	 * @return array<int, string>
	 */
	private static function types( array $ticked, WP_Error $wrong ): array {
		$known = array_keys( Post_Types::public_types() );
		$types = array_values( array_intersect( $known, array_map( 'sanitize_key', $ticked ) ) );
		if ( ! $types ) {
			$wrong->add( 'post_types', __( 'Tick at least one type of posts.', 'link-suggester' ) );
		}
		return $types === $known ? array() : $types;
	}

	/**
	 * Reads the posts to leave out, given as ids or addresses.
	 *
	 * @param string   $text  One a line.
	 * @param WP_Error $wrong Takes what is wrong.
	 * @return array<int, int>
	 */
	private static function posts( string $text, WP_Error $wrong ): array {
		$ids = array();
		foreach ( self::lines( $text ) as $line ) {
			$id = ctype_digit( $line ) ? (int) $line : url_to_postid( esc_url_raw( $line ) );
			if ( $id > 0 ) {
				$ids[] = $id;
			} else {
				/* translators: %s: what was entered. */
				$wrong->add( 'excluded_posts', sprintf( __( 'There is no post at “%s”; enter the address of a post, or its ID.', 'link-suggester' ), $line ) );
			}
		}
		return array_values( array_unique( $ids ) );
	}

	/**
	 * Reads the terms to leave out.
	 *
	 * @param array<int, mixed> $ticked Names of ticked categories.
	 * @param string            $text   Others, one a line.
	 * @param WP_Error          $wrong  Takes what is wrong.
	 * @return array<int, string>
	 */
	private static function terms( array $ticked, string $text, WP_Error $wrong ): array {
		$names = array_filter( array_map( 'sanitize_text_field', $ticked ), 'strlen' );
		foreach ( self::lines( $text ) as $line ) {
			$name = preg_match( '/^[^:\s]+:\S+$/', $line ) ? sanitize_text_field( $line ) : self::find_term( $line );
			if ( '' !== $name ) {
				$names[] = $name;
			} else {
				/* translators: %s: what was entered. */
				$wrong->add( 'excluded_terms', sprintf( __( 'There is no category or tag “%s”; write its name, or taxonomy:slug as in post_tag:news.', 'link-suggester' ), $line ) );
			}
		}
		return array_values( array_unique( $names ) );
	}

	/**
	 * Finds a category or tag by its name.
	 *
	 * @param string $name Its name.
	 */
	private static function find_term( string $name ): string {
		$terms = get_terms(
			array(
				'taxonomy'   => array_keys( get_taxonomies( array( 'public' => true ) ) ),
				'name'       => $name,
				'hide_empty' => false,
				'number'     => 1,
			)
		);
		return is_array( $terms ) && $terms ? self::term_name( $terms[0] ) : '';
	}

	/**
	 * Reads a number, with a comma or a point.
	 *
	 * @param string   $text  The number.
	 * @param float    $most  The largest there may be.
	 * @param string   $field Name of its field.
	 * @param WP_Error $wrong Takes what is wrong.
	 */
	private static function number( string $text, float $most, string $field, WP_Error $wrong ): float {
		$text = str_replace( ',', '.', trim( $text ) );
		if ( ! is_numeric( $text ) || (float) $text < 0 || (float) $text > $most ) {
			/* translators: %s: a number. */
			$wrong->add( $field, sprintf( __( 'Enter a number from 0 to %s.', 'link-suggester' ), number_format_i18n( $most ) ) );
			return 0.0;
		}
		return (float) $text;
	}

	/**
	 * Gives a field of the form as text.
	 *
	 * @param array<string, mixed> $form  The form.
	 * @param string               $field Name of the field.
	 */
	private static function text( array $form, string $field ): string {
		return is_string( $form[ $field ] ?? null ) ? wp_check_invalid_utf8( $form[ $field ], true ) : '';
	}
}
