<?php
/**
 * The form of what the owner decides about suggestions.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * Shows what the service holds, or what was entered and could not be kept.
 */
class Policy_Form {

	/**
	 * Writes the rows.
	 *
	 * @var Form_Fields
	 */
	private $fields;

	/**
	 * What the service holds.
	 *
	 * @var array<string, mixed>
	 */
	private $stored;

	/**
	 * What was entered, where it could not be kept.
	 *
	 * @var array<string, mixed>
	 */
	private $entered;

	/**
	 * Takes what it needs.
	 *
	 * @param Form_Fields          $fields  Writes the rows.
	 * @param array<string, mixed> $stored  What the service holds.
	 * @param array<string, mixed> $entered What was entered, where it could not be kept.
	 */
	public function __construct( Form_Fields $fields, array $stored, array $entered ) {
		$this->fields  = $fields;
		$this->stored  = $stored;
		$this->entered = isset( $entered['links_per_1000'] ) ? $entered : array();
	}

	/**
	 * Shows the form.
	 */
	public function show(): void {
		printf( '<form method="post" action="%s">', esc_url( Settings::url() ) );
		wp_nonce_field( Settings::POLICY );
		printf( '<input type="hidden" name="link-suggester-form" value="%s">', esc_attr( Settings::POLICY ) );
		echo '<table class="form-table" role="presentation">';
		$this->show_types();
		$this->show_number();
		$this->show_confidence();
		$this->show_lines( 'excluded_posts', __( 'Leave out these posts', 'link-suggester' ), Policy::write_posts( $this->stored_list( 'excluded_posts' ) ), __( 'Addresses or IDs, one a line. They get no suggestions and are never suggested.', 'link-suggester' ) );
		$this->show_categories();
		$this->show_lines( 'excluded_terms', __( 'Leave out these tags', 'link-suggester' ), implode( "\n", $this->other_terms() ), __( 'Names, or taxonomy:slug as in post_tag:news, one a line.', 'link-suggester' ) );
		$this->show_lines( 'excluded_words', __( 'Leave out these words', 'link-suggester' ), implode( "\n", $this->stored_list( 'excluded_words' ) ), __( 'One a line. No link is suggested on words that contain one of them.', 'link-suggester' ) );
		echo '</table>';
		$this->fields->close_form( 'policy' );
		submit_button();
		echo '</form>';
	}

	/**
	 * Shows the types of posts.
	 */
	private function show_types(): void {
		$types  = Post_Types::public_types();
		$chosen = $this->stored_list( 'post_types' );
		$chosen = $this->entered ? (array) ( $this->entered['post_types'] ?? array() ) : ( $chosen ? $chosen : array_keys( $types ) );
		$this->fields->open_group( __( 'Types of posts', 'link-suggester' ) );
		foreach ( $types as $slug => $name ) {
			$this->show_box( 'post_types', $slug, $name, in_array( $slug, $chosen, true ) );
		}
		$this->fields->close( 'post_types', __( 'Suggestions are made for these, and lead to these.', 'link-suggester' ), true );
	}

	/**
	 * Shows how many links a text may carry.
	 */
	private function show_number(): void {
		$value = is_string( $this->entered['links_per_1000'] ?? null ) ? $this->entered['links_per_1000'] : (string) (float) ( $this->stored['links_per_1000'] ?? 10 );
		$this->fields->open( 'links_per_1000', __( 'Links per 1,000 words', 'link-suggester' ) );
		printf( '<input type="number" min="0" max="100" step="any" class="small-text" value="%s" %s>', esc_attr( $value ), $this->fields->attributes( 'links_per_1000', 'policy[links_per_1000]' ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$this->fields->close( 'links_per_1000', __( 'At most, with the links that stand there already. From 3 to 10 reads well.', 'link-suggester' ) );
	}

	/**
	 * Shows how sure a suggestion must be.
	 */
	private function show_confidence(): void {
		$now    = (float) ( $this->stored['least_score'] ?? 0.2 );
		$chosen = is_string( $this->entered['least_score'] ?? null ) ? $this->entered['least_score'] : (string) $now;
		$this->fields->open( 'least_score', __( 'Show suggestions', 'link-suggester' ) );
		printf( '<select %s>', $this->fields->attributes( 'least_score', 'policy[least_score]' ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		foreach ( Policy::confidences( $now ) as $value => $words ) {
			printf( '<option value="%1$s"%2$s>%3$s</option>', esc_attr( (string) $value ), selected( $chosen, (string) $value, false ), esc_html( $words ) );
		}
		echo '</select>';
		$this->fields->close( 'least_score', __( 'The number says how likely an editor would accept a suggestion.', 'link-suggester' ) );
	}

	/**
	 * Shows the categories as boxes to tick.
	 */
	private function show_categories(): void {
		$terms = Policy::categories();
		if ( ! $terms ) {
			return;
		}
		$chosen = $this->entered ? (array) ( $this->entered['categories'] ?? array() ) : $this->stored_list( 'excluded_terms' );
		$this->fields->open_group( __( 'Leave out these categories', 'link-suggester' ) );
		echo '<div class="link-suggester-boxes">';
		foreach ( $terms as $term ) {
			$name = Policy::term_name( $term );
			$this->show_box( 'categories', $name, $term->name, in_array( $name, $chosen, true ) );
		}
		echo '</div>';
		$this->fields->close( 'categories', __( 'Their posts get no suggestions and are never suggested.', 'link-suggester' ), true );
	}

	/**
	 * Shows a box to tick.
	 *
	 * @param string $field  Name of the field.
	 * @param string $value  What is sent if it is ticked.
	 * @param string $label  Its label.
	 * @param bool   $ticked Whether it is ticked.
	 */
	private function show_box( string $field, string $value, string $label, bool $ticked ): void {
		printf(
			'<label><input type="checkbox" name="policy[%1$s][]" value="%2$s"%3$s> %4$s</label><br>',
			esc_attr( $field ),
			esc_attr( $value ),
			checked( $ticked, true, false ),
			esc_html( $label )
		);
	}

	/**
	 * Shows a field with one thing a line.
	 *
	 * @param string $field Name of the field.
	 * @param string $label Its label.
	 * @param string $value What stands in it.
	 * @param string $about What it is about.
	 */
	private function show_lines( string $field, string $label, string $value, string $about ): void {
		$value = is_string( $this->entered[ $field ] ?? null ) ? $this->entered[ $field ] : $value;
		$this->fields->open( $field, $label );
		printf( '<textarea rows="3" class="large-text code" %1$s>%2$s</textarea>', $this->fields->attributes( $field, "policy[$field]" ), esc_textarea( $value ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$this->fields->close( $field, $about );
	}

	/**
	 * Gives the terms that have no box to tick.
	 *
	 * @return array<int, string>
	 */
	private function other_terms(): array {
		$boxes = array_map( array( Policy::class, 'term_name' ), Policy::categories() );
		return array_values( array_diff( $this->stored_list( 'excluded_terms' ), $boxes ) );
	}

	/**
	 * Gives a list that the service holds.
	 *
	 * @param string $field Name of the field.
	 * @return array<int, mixed>
	 */
	private function stored_list( string $field ): array {
		$list = $this->stored[ $field ] ?? array();
		return is_array( $list ) ? array_values( array_filter( $list, 'is_scalar' ) ) : array();
	}
}
