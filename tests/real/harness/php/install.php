<?php
// php install.php WORDPRESS_FOLDER PERMALINKS: installs it, prints an application password of its administrator.
define( 'WP_INSTALLING', true );
require __DIR__ . '/load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$installed = wp_install( 'The Workshop', 'admin', 'admin@example.test', true, '', 'admin' );
foreach ( array( 'post', 'page' ) as $type ) {   // the samples WordPress writes itself
	foreach ( get_posts( array( 'post_type' => $type, 'post_status' => 'any', 'numberposts' => -1 ) ) as $sample ) {
		wp_delete_post( $sample->ID, true );
	}
}
global $wp_rewrite;
$wp_rewrite->set_permalink_structure( $argv[2] );
delete_option( 'rewrite_rules' );   // made anew by the next request, which knows the types of the must-use plugin
list( $password ) = WP_Application_Passwords::create_new_application_password( $installed['user_id'], array( 'name' => 'tests' ) );
echo $password;
