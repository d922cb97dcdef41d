<?php
// php set-up.php WORDPRESS_FOLDER EXPORT_FILE HANDOVER_FOLDER: installs WordPress with the posts of the export file and
// the plugin active, and leaves an application password in the hand-over folder for `connect.sh`. Done once; run again
// it changes nothing. ADMIN_USER and ADMIN_PASSWORD say who may log in.

error_reporting( E_ALL & ~E_DEPRECATED );
list( , $folder, $export, $handover ) = $argv;
$site = parse_url( getenv( 'SITE_URL' ) );
$_SERVER['HTTP_HOST']       = $site['host'] . ( isset( $site['port'] ) ? ":{$site['port']}" : '' );
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define( 'WP_INSTALLING', true );
define( 'WP_IMPORTING', true );
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
require __DIR__ . '/sample.php';

add_filter( 'pre_wp_mail', '__return_true' );
if ( ! is_blog_installed() ) {
	set_up_site( $export );
}
$failed = activate_plugin( 'link-suggester/link-suggester.php' );
if ( is_wp_error( $failed ) ) {
	fwrite( STDERR, $failed->get_error_message() . "\n" );
	exit( 1 );
}
if ( ! is_file( "$handover/key" ) ) {
	hand_over( $handover );
}
echo 'WordPress ' . $GLOBALS['wp_version'] . ' is set up at ' . home_url() . "\n";

function set_up_site( string $export ): void {
	global $wp_rewrite;
	wp_install( 'Sample', getenv( 'ADMIN_USER' ), 'admin@example.test', true, '', wp_slash( getenv( 'ADMIN_PASSWORD' ) ) );
	foreach ( array( 'post', 'page' ) as $type ) {   // the samples WordPress writes itself
		foreach ( get_posts( array( 'post_type' => $type, 'post_status' => 'any', 'numberposts' => -1 ) ) as $sample ) {
			wp_delete_post( $sample->ID, true );
		}
	}
	$wp_rewrite->set_permalink_structure( '/%postname%/' );
	delete_option( 'rewrite_rules' );   // made anew by the next request
	set_up_sample( $export );
}

/** Both sides write there, each as a user of its own. */
function hand_over( string $folder ): void {
	$user            = get_user_by( 'login', getenv( 'ADMIN_USER' ) );
	list( $password ) = WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'Link suggester' ) );
	file_put_contents( "$folder/password", $password );
	chmod( $folder, 0777 );
	chmod( "$folder/password", 0666 );
}
