<?php
// A must-use plugin: a link in the toolbar changes between the block editor and the classic one; a cookie remembers it.

const HARNESS_CLASSIC = 'harness_classic';

add_filter( 'use_block_editor_for_post', fn( $use ) => empty( $_COOKIE[ HARNESS_CLASSIC ] ) ? $use : false, 100 );

add_action(
	'admin_init',
	function () {
		if ( isset( $_GET[ HARNESS_CLASSIC ] ) && ! wp_doing_ajax() ) {
			setcookie( HARNESS_CLASSIC, '1' === $_GET[ HARNESS_CLASSIC ] ? '1' : '', 0, '/' );
			wp_safe_redirect( remove_query_arg( HARNESS_CLASSIC ) );
			exit;
		}
	}
);

add_action(
	'admin_bar_menu',
	function ( $bar ) {
		if ( ! is_admin() ) {
			return;
		}
		$classic = ! empty( $_COOKIE[ HARNESS_CLASSIC ] );
		$bar->add_node(
			array(
				'id'     => 'harness-classic',
				'parent' => 'top-secondary',
				'title'  => $classic ? 'Use the block editor' : 'Use the classic editor',
				'href'   => esc_url( admin_url( 'edit.php?' . HARNESS_CLASSIC . '=' . ( $classic ? '0' : '1' ) ) ),
			)
		);
	},
	5
);
