<?php
/**
 * Rows of the settings page's forms.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Rows as WordPress writes them, with what is wrong said at the field.
 */
class Form_Fields {

	/**
	 * What is wrong with which field.
	 *
	 * @var WP_Error
	 */
	private $wrong;

	/**
	 * Takes what it needs.
	 *
	 * @param WP_Error $wrong What is wrong with which field.
	 */
	public function __construct( WP_Error $wrong ) {
		$this->wrong = $wrong;
	}

	/**
	 * Begins a row.
	 *
	 * @param string $field Name of the field.
	 * @param string $label Its label.
	 */
	public function open( string $field, string $label ): void {
		printf( '<tr><th scope="row"><label for="%1$s">%2$s</label></th><td>', esc_attr( self::id( $field ) ), esc_html( $label ) );
	}

	/**
	 * Begins a row with several boxes to tick.
	 *
	 * @param string $label Its label.
	 */
	public function open_group( string $label ): void {
		printf( '<tr><th scope="row">%1$s</th><td><fieldset><legend class="screen-reader-text"><span>%1$s</span></legend>', esc_html( $label ) );
	}

	/**
	 * Ends a row: what is wrong, then what the field is about.
	 *
	 * @param string $field Name of the field.
	 * @param string $about What it is about.
	 * @param bool   $group Whether the row holds several boxes.
	 */
	public function close( string $field, string $about, bool $group = false ): void {
		$id = self::id( $field );
		foreach ( array_unique( $this->wrong->get_error_messages( $field ) ) as $number => $sentence ) {
			printf( '<p class="link-suggester-error" %1$s>%2$s</p>', 0 === $number ? 'id="' . esc_attr( $id ) . '-error"' : '', esc_html( $sentence ) );
		}
		printf( '<p class="description" id="%1$s-about">%2$s</p>', esc_attr( $id ), esc_html( $about ) );
		echo $group ? '</fieldset></td></tr>' : '</td></tr>';
	}

	/**
	 * Says what is wrong with a form as a whole.
	 *
	 * @param string $field Name under which it is noted.
	 */
	public function close_form( string $field ): void {
		foreach ( $this->wrong->get_error_messages( $field ) as $sentence ) {
			printf( '<p class="link-suggester-error">%s</p>', esc_html( $sentence ) );
		}
	}

	/**
	 * Gives the attributes that tie a field to its row, escaped.
	 *
	 * @param string $field Name of the field.
	 * @param string $name  Name under which it is sent.
	 */
	public function attributes( string $field, string $name ): string {
		$id       = self::id( $field );
		$is_wrong = '' !== $this->wrong->get_error_message( $field );
		return sprintf(
			'id="%1$s" name="%2$s" aria-describedby="%3$s"%4$s',
			esc_attr( $id ),
			esc_attr( $name ),
			esc_attr( $is_wrong ? "$id-error $id-about" : "$id-about" ),
			$is_wrong ? ' aria-invalid="true"' : ''
		);
	}

	/**
	 * Shows a value that wp-config.php decides.
	 *
	 * @param string $value    The value.
	 * @param string $constant Name of the constant.
	 */
	public function fixed( string $value, string $constant ): void {
		/* translators: %s: name of a constant. */
		printf( '<code>%1$s</code> <span class="description">%2$s</span>', esc_html( $value ), esc_html( sprintf( __( 'Set by %s in wp-config.php.', 'link-suggester' ), $constant ) ) );
	}

	/**
	 * Gives the id of a field.
	 *
	 * @param string $field Name of the field.
	 */
	private static function id( string $field ): string {
		return 'link-suggester-' . str_replace( '_', '-', $field );
	}
}
