<?php
// A must-use plugin: the noindex mark as an SEO plugin gives it.
add_action(
	'rest_api_init',
	fn() => register_rest_field(
		array( 'post', 'page', 'recipe' ),
		'yoast_head_json',
		array(
			'get_callback' => fn( $post ) => array(
				'title'  => get_the_title( $post['id'] ),
				'robots' => array(
					'index'  => get_post_meta( $post['id'], '_yoast_wpseo_meta-robots-noindex', true ) ? 'noindex' : 'index',
					'follow' => 'follow',
				),
			),
		)
	)
);
