<?php
// Makes the WordPress that is loaded the sample site: its name, the posts of an export file, and pictures.

require_once __DIR__ . '/picture.php';
require_once __DIR__ . '/posts.php';

/** Writes the sample site; `$file` is its export file. */
function set_up_sample( string $file ): void {
	$channel = simplexml_load_file( $file )->channel;
	$home    = (string) $channel->children( 'wp', true )->base_blog_url;
	$posts   = array();
	foreach ( $channel->item as $item ) {
		$posts[] = sample_post( $item, $home );
	}
	update_option( 'blogname', (string) $channel->title );
	update_option( 'blogdescription', (string) $channel->description );
	set_up_posts( $posts );
	foreach ( $posts as $post ) {
		set_up_pictures( $post['content'] );
	}
}

function sample_post( SimpleXMLElement $item, string $home ): array {
	$own  = $item->children( 'wp', true );
	$text = (string) $item->children( 'content', true )->encoded;
	$post = array(
		'id'       => (int) $own->post_id,
		'type'     => (string) $own->post_type,
		'status'   => (string) $own->status,
		'title'    => (string) $item->title,
		'slug'     => (string) $own->post_name,
		'content'  => str_replace( array( $home, preg_replace( '/^\w+:/', '', $home ) ), array( home_url(), preg_replace( '/^\w+:/', '', home_url() ) ), $text ),
		'excerpt'  => (string) $item->children( 'excerpt', true )->encoded,
		'password' => (string) $own->post_password,
		'date'     => (string) $own->post_date,
		'terms'    => array(),
		'meta'     => array(),
	);
	foreach ( $item->category as $term ) {
		$post['terms'][ (string) $term['domain'] ][] = (string) $term;
	}
	foreach ( $own->postmeta as $meta ) {
		$post['meta'][ (string) $meta->meta_key ] = (string) $meta->meta_value;
	}
	return $post;
}

/** Draws the pictures that a post shows, where they are missing. */
function set_up_pictures( string $content ): void {
	preg_match_all( '#/wp-content/uploads/([\w/.-]+\.jpg)#', $content, $found );
	foreach ( $found[1] as $path ) {
		$file = WP_CONTENT_DIR . "/uploads/$path";
		if ( ! is_file( $file ) && wp_mkdir_p( dirname( $file ) ) ) {
			draw_picture( $file );
		}
	}
}
