<?php
// Writes posts into the WordPress that is loaded, with the ids, slugs and states they ask for, past the editor's hooks.

defined( 'WP_IMPORTING' ) || define( 'WP_IMPORTING', true );

/** Writes them all or, where one cannot be written, says which and ends. */
function set_up_posts( array $posts ): void {
	global $wpdb;
	wp_set_current_user( 1 );   // else kses takes out what an administrator may write
	wp_defer_term_counting( true );
	wp_suspend_cache_invalidation( true );
	remove_action( 'post_updated', 'wp_save_post_revision' );
	add_filter( 'pre_wp_unique_post_slug', fn( $none, $slug ) => $slug, 10, 2 );
	$wpdb->query( 'START TRANSACTION' );
	array_map( 'set_up_post', $posts );
	$wpdb->query( 'COMMIT' );
	wp_suspend_cache_invalidation( false );
	wp_cache_flush();
	wp_defer_term_counting( false );
}

function set_up_post( array $post ): void {
	$id = wp_insert_post(
		wp_slash(
			array(
				'import_id'     => $post['id'],
				'post_type'     => $post['type'],
				'post_status'   => 'trash' === $post['status'] ? 'publish' : $post['status'],
				'post_title'    => $post['title'],
				'post_name'     => $post['slug'],
				'post_content'  => $post['content'],
				'post_excerpt'  => $post['excerpt'],
				'post_password' => $post['password'],
				'post_date'     => $post['date'],
				'post_date_gmt' => $post['date'],
				'post_author'   => 1,
			)
		),
		true
	);
	if ( is_wp_error( $id ) || $id !== $post['id'] ) {
		fwrite( STDERR, "post {$post['id']}: " . ( is_wp_error( $id ) ? $id->get_error_message() : "became $id" ) );
		exit( 1 );
	}
	foreach ( $post['terms'] as $taxonomy => $names ) {
		set_up_terms( $id, $taxonomy, $names );
	}
	foreach ( $post['meta'] as $name => $value ) {
		add_post_meta( $id, $name, $value );
	}
	if ( 'trash' === $post['status'] ) {
		wp_trash_post( $id );
	}
}

function set_up_terms( int $id, string $taxonomy, array $names ): void {
	$terms = array();
	foreach ( $names as $name ) {
		$term    = term_exists( $name, $taxonomy ) ?: wp_insert_term( $name, $taxonomy );
		$terms[] = (int) $term['term_id'];
	}
	wp_set_object_terms( $id, $terms, $taxonomy );
}
