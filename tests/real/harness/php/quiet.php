<?php
// A must-use plugin: this site never leaves its machine. No update checks, no mail, no avatars; what else would go out is
// refused, and written down where our own plugin asked for it.

foreach ( array( 'core', 'plugins', 'themes' ) as $kind ) {
	add_filter( "pre_site_transient_update_$kind", fn() => (object) array( 'last_checked' => time(), 'version_checked' => $GLOBALS['wp_version'], 'updates' => array(), 'response' => array(), 'checked' => array(), 'translations' => array(), 'no_update' => array() ) );
}
add_filter( 'pre_wp_mail', '__return_true' );
add_filter( 'pre_option_show_avatars', '__return_zero' );
add_filter( 'admin_email_check_interval', '__return_zero' );
add_filter( 'should_load_remote_block_patterns', '__return_false' );
remove_action( 'wp_head', 'print_emoji_detection_script', 7 );   // pictures of emoji come from another host
remove_action( 'admin_print_scripts', 'print_emoji_detection_script' );
remove_filter( 'the_content', 'wp_staticize_emoji' );
add_filter( 'emoji_svg_url', '__return_false' );
add_filter(
	'pre_http_request',
	function ( $answer, $request, $url ) {
		if ( in_array( wp_parse_url( $url, PHP_URL_HOST ), array( '127.0.0.1', 'localhost' ), true ) ) {
			return $answer;
		}
		$callers = array_column( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ), 'file' );
		if ( preg_grep( '#/plugins/link-suggester/#', $callers ) ) {
			file_put_contents( HARNESS_FOLDER . '/outside.log', "$url\n", FILE_APPEND | LOCK_EX );
		}
		return new WP_Error( 'offline', 'This site has no internet.' );
	},
	10,
	3
);
